//! Where else than at road entries the notice wants checkposts: concentrated exits of settlements next to the forest, work sites
//! in it, and edges where fires break out easily.
//!
//! **Reading**, all assumptions for review. A settlement is next to the forest if it is nearer than settlements should be
//! (`firebreak.settlement_distance_m`); its exits are where roads cross its outline that near to the forest, those close
//! together being one; of a village known as a point, the nearest place of a road. An edge breaks out in fire easily where it
//! faces a settlement at arm's length, one place for each settlement, and where a fire or point of risk was recorded beside it.

use geo::{Coord, Geometry, InteriorPoint, Line};
use rstar::RTree;
use rstar::primitives::{GeomWithData, Line as IndexedLine};

use super::FirebreakCase;
use super::entries::is_driven;
use super::near::is_near;
use super::posts::{PostPlace, SAME_ENTRY_M, WatchedPlace, apart};
use super::settlements::SettlementShape;
use crate::response::places::lines_of;
use fireplan_model::method_constants;

method_constants! {
    /// 以点表示的村庄距最近道路不超过此值，该处视为其出入口 | A village known as a point has its exit where a road comes this near
    const EXIT_ROAD_M: f64 = 200.0,
        because "自然村的常见半径；假定值，供审查 | How far a hamlet commonly reaches; an assumption, for review";
    /// 林缘面向聚落且相距不超过此值，视为容易发生火险 | A facing edge this near to a settlement breaks out in fire easily
    const FIRE_PRONE_M: f64 = 100.0,
        because "房前屋后用火、焚烧秸秆可直接引燃；假定值，供审查 | Fires of houses and stubble reach it directly; an assumption, for review";
    /// 历史火警、风险点距林缘不超过此值，视为该处林缘容易发生火险 | A recorded fire or point of risk this near to the edge makes it one where fires break out
    const INCIDENT_EDGE_M: f64 = 200.0,
        because "火警登记位置的常见误差；假定值，供审查 | How far off the places of recorded fires commonly are; an assumption, for review";
}

/// Exits of settlements next to the forest.
pub(super) fn exits(case: &FirebreakCase) -> Vec<WatchedPlace> {
    let roads = &case.area.layers.roads;
    let mut found: Vec<(usize, Coord, usize)> = Vec::new();
    let mut pieces = Vec::new();
    for (number, road) in roads.iter().enumerate().filter(|(_, road)| is_driven(road)) {
        for line in road.geometry.lines() {
            let half_m = line.delta().x.hypot(line.delta().y) / 2.0;
            for settlement in case.settlements.around((line.start + line.end) / 2.0, half_m) {
                let places = case.settlements.list[settlement].crossings(line);
                found.extend(places.into_iter().map(|at| (settlement, at, number)));
            }
            let [from, to] = [line.start, line.end].map(|at| [at.x, at.y]);
            pieces.push(GeomWithData::new(IndexedLine::new(from, to), number));
        }
    }
    let pieces = RTree::bulk_load(pieces);
    for (settlement, one) in case.settlements.list.iter().enumerate() {
        let SettlementShape::Point(at) = one.shape else { continue };
        let by_distance = || pieces.nearest_neighbor_iter_with_distance_2(&[at.x, at.y]);
        let near =
            || by_distance().take_while(|(_, square)| *square <= EXIT_ROAD_M * EXIT_ROAD_M).map(|(piece, _)| piece);
        // A planned road that passes nearer moves no exit that is there.
        let nearest = near().find(|piece| !roads[piece.data].is_planned()).or_else(|| near().next());
        if let Some(piece) = nearest {
            found.push((settlement, Coord::from(piece.geom().nearest_point(&[at.x, at.y])), piece.data));
        }
    }
    let mut kept: Vec<(usize, Coord, usize)> = Vec::new();
    for (settlement, at, road) in found {
        // A village drawn as a point is next to the forest itself, whatever its road does.
        let village = match case.settlements.list[settlement].shape {
            SettlementShape::Point(place) => place,
            SettlementShape::Area(_) => at,
        };
        let same = |other: &(usize, Coord, usize)| other.0 == settlement && apart(other.1, at) < SAME_ENTRY_M;
        if is_near(case, village) && !kept.iter().any(same) {
            kept.push((settlement, at, road));
        }
    }
    let place = |(settlement, at, road): (usize, Coord, usize)| WatchedPlace {
        at,
        place: PostPlace::Exit,
        name: case.settlements.list[settlement].name.clone(),
        class: Some(roads[road].class),
        is_planned: roads[road].is_planned(),
    };
    kept.into_iter().map(place).collect()
}

/// Work sites that lie in the forest, or partly.
pub(super) fn work_sites(case: &FirebreakCase) -> Vec<WatchedPlace> {
    let woods = &case.woods.index;
    let meets = |geometry: &Geometry| {
        use geo::CoordsIter;
        geometry.coords_iter().any(|at| woods.contains(at))
            || lines_of(geometry).iter().any(|line: &Line| !woods.is_clear(*line))
    };
    let sites = case.area.layers.work_sites.iter().filter(|site| meets(&site.geometry));
    let place = |site: &fireplan_model::layers::WorkSite| {
        let at = site.geometry.interior_point()?.0;
        Some(WatchedPlace { at, place: PostPlace::WorkSite, name: site.name.clone(), class: None, is_planned: false })
    };
    sites.filter_map(place).collect()
}

/// Edges where fires break out easily.
pub(super) fn fire_prone_edges(case: &FirebreakCase) -> Vec<WatchedPlace> {
    let mut nearest: Vec<Option<(f64, Coord)>> = vec![None; case.settlements.list.len()];
    for (piece, facing) in case.pieces.iter().zip(&case.facing) {
        let Some(facing) = facing.filter(|facing| facing.distance_m <= FIRE_PRONE_M) else { continue };
        let best = &mut nearest[facing.settlement];
        if best.is_none_or(|(distance_m, _)| facing.distance_m < distance_m) {
            *best = Some((facing.distance_m, piece.middle()));
        }
    }
    let by_settlement = case.settlements.list.iter().zip(nearest).filter_map(|(settlement, nearest)| {
        let (_, at) = nearest?;
        Some((at, settlement.name.clone()))
    });
    let incidents = case.area.layers.incidents.iter().filter_map(|incident| {
        let (at, _) = case.woods.index.nearest(incident.geometry.0, INCIDENT_EDGE_M)?;
        Some((at, incident.name.clone()))
    });
    let mut kept: Vec<WatchedPlace> = Vec::new();
    for (at, name) in by_settlement.chain(incidents) {
        if !kept.iter().any(|other| apart(other.at, at) < SAME_ENTRY_M) {
            kept.push(WatchedPlace { at, place: PostPlace::Edge, name, class: None, is_planned: false });
        }
    }
    kept
}
