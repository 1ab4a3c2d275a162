//! Proposals: the fewest new hydrants that close every gap along the roads, and the fewest that reach every building by hose.

use std::collections::{BTreeMap, BTreeSet};

use geo::Point;
use rayon::prelude::*;

use super::reach::{HoseExit, HydrantReach};
use super::stock::RoadSide;
use super::story::{tell_new_by_hose, tell_new_hydrant};
use super::streets::StreetId;
use super::{HydrantRun, Hydrants, round};
use fireplan_algorithms::linear_reference::{Side, beside};
use fireplan_algorithms::metric_graph::{Ball, EdgePosition};
use fireplan_location::path_cover;
use fireplan_location::path_cover::PathCoverProblem;
use fireplan_location::set_cover;
use fireplan_model::ids::{SegmentId, TownId};
use fireplan_model::method_constants;
use fireplan_model::row;
use fireplan_model::rows::Label;

method_constants! {
    /// 环状路网上试放新栓的步数（每半个间距） | Number of places tried in half the spacing along rings of streets
    const RING_STEPS: f64 = 24.0,
        because "间距 120 米时每 2.5 米试一处，更密很少减少座数；假定值，供审查 | At a spacing of 120 m a place every 2.5 m; more places rarely lower the number; an assumption, for review";
    /// 路宽不明时新栓距路中线的半幅宽 | Half width of a road of unknown width, beside which a new hydrant is drawn
    const HALF_LANE_M: f64 = 4.0,
        because "双车道村镇道路约宽 8 米，只影响图上位置；假定值，供审查 | A village road of two lanes is some 8 m wide; it only moves the symbol; an assumption, for review";
}

row! {
    /// 补建消火栓(间距) | New hydrants for the spacing
    pub struct NewHydrant {
        geometry: Point,
        /// 编号 | Number
        name: String,
        /// 道路 | Road
        road: String,
        /// 乡镇街道 | Town
        town: String,
        /// 桩号 | Chainage
        chainage_m: f64,
        /// 道路侧 | Side
        side: RoadSide,
        /// 说明 | Story
        story: Label,
    }
}

row! {
    /// 补建消火栓(水带可达) | New hydrants for reach by hose
    pub struct NewByHose {
        geometry: Point,
        /// 编号 | Number
        name: String,
        /// 道路 | Road
        road: String,
        /// 乡镇街道 | Town
        town: String,
        /// 桩号 | Chainage
        chainage_m: f64,
        /// 新覆盖建筑 | Buildings reached
        buildings: u32,
        /// 说明 | Story
        story: Label,
    }
}

/// A new hydrant with the street and the town in which it would stand.
pub(super) struct SitedNew {
    pub row: NewHydrant,
    pub street: StreetId,
    pub town: Option<TownId>,
}

/// New hydrants that restore the spacing, and a lower bound on their number.
pub(super) struct SpacingProposals {
    pub rows: Vec<SitedNew>,
    pub lower_bound: usize,
    pub exact: usize,
}

/// The fewest points on municipal built-up roads that leave nothing farther than half the spacing.
pub(super) fn close_gaps(run: &HydrantRun) -> SpacingProposals {
    let kerbs = run.kerbs;
    let allowed: Vec<bool> = kerbs.kerbs.iter().map(|kerb| !kerbs.wanted[kerb.segment.index()].is_empty()).collect();
    let radius = run.half_m();
    let points = path_cover::place(&PathCoverProblem {
        graph: &kerbs.graph,
        demand: &run.to_cover,
        allowed: &allowed,
        radius,
        step: radius / RING_STEPS,
    });
    let usual = usual_sides(run);
    let mut rows: Vec<SitedNew> = points.places.iter().filter_map(|place| sited(run, place, &usual)).collect();
    rows.sort_by(|a, b| a.street.cmp(&b.street).then(a.row.chainage_m.total_cmp(&b.row.chainage_m)));
    for (number, new) in rows.iter_mut().enumerate() {
        new.row.name = format!("X{:03}", number + 1);
    }
    SpacingProposals { rows, lower_bound: points.lower_bound, exact: points.exact }
}

/// Per street, the side on which most of its hydrants stand: there the main lies.
fn usual_sides(run: &HydrantRun) -> BTreeMap<StreetId, Side> {
    let mut right: BTreeMap<StreetId, i32> = BTreeMap::new();
    for on_road in run.placed.iter().filter_map(|placed| placed.on_road) {
        *right.entry(on_road.street).or_default() += if on_road.side_on_street == Side::Right { 1 } else { -1 };
    }
    right.into_iter().map(|(street, balance)| (street, if balance < 0 { Side::Left } else { Side::Right })).collect()
}

/// How far from the kerb a new hydrant is drawn: half-way between the least and the most that the clause allows. In metres.
pub(super) fn from_kerb_m(run: &HydrantRun) -> f64 {
    (run.rules.hydrant.kerb_min_m.value + run.rules.hydrant.kerb_max_m.value) / 2.0
}

/// Half the width of a road, of which the width may not be known. In metres.
pub(super) fn half_width_m(width_m: Option<f64>) -> f64 {
    width_m.map_or(HALF_LANE_M, |width_m| width_m / 2.0)
}

fn sited(run: &HydrantRun, place: &EdgePosition, usual: &BTreeMap<StreetId, Side>) -> Option<SitedNew> {
    let segment = run.kerbs.kerbs[place.edge as usize].segment;
    let (street, part) = run.streets.part(segment)?;
    let on_street = run.kerbs.side_on_street(place.edge, &part);
    let side = on_street.or(usual.get(&street).copied()).unwrap_or(Side::Right);
    let chainage_m = part.chainage(place.offset);
    let off_m = half_width_m(run.street_width_m(street, chainage_m)) + from_kerb_m(run);
    let at = beside(run.area.network.line(segment), place.offset, side.seen(part.backwards), off_m)?;
    let town = run.towns.at(at);
    let road = run.street_name(street);
    let mut row = NewHydrant {
        geometry: at.into(),
        name: String::new(),
        town: run.towns.name(town),
        road,
        chainage_m: round(chainage_m, 1),
        side: side.into(),
        story: Label::default(),
    };
    row.story = tell_new_hydrant(run, &row, chainage_m);
    Some(SitedNew { row, street, town })
}

/// New hydrants that reach buildings by hose, and a lower bound on their number.
pub(super) struct HoseProposals {
    pub rows: Vec<NewByHose>,
    pub lower_bound: usize,
    /// Buildings no new hydrant on a municipal road could reach.
    pub beyond: usize,
}

/// The fewest places on municipal built-up roads from which a hose reaches every building that none reaches.
pub(super) fn reach_buildings(question: &Hydrants, run: &HydrantRun, reach: &HydrantReach) -> HoseProposals {
    let open: Vec<(u32, &[HoseExit])> = reach
        .buildings
        .iter()
        .enumerate()
        .filter(|(_, building)| !building.access.is_empty() && !building.planned)
        .map(|(number, building)| (number as u32, building.access.as_slice()))
        .collect();
    let places = candidates(question, run, reach, &open);
    let mut by_edge: BTreeMap<u32, Vec<(u32, HoseExit)>> = BTreeMap::new();
    for (element, (_, access)) in (0_u32..).zip(&open) {
        for access in *access {
            by_edge.entry(access.place.edge).or_default().push((element, *access));
        }
    }
    let graph = &reach.ways.graph;
    let limit_m = run.rules.hydrant.hose_lay_m.value;
    let sets: Vec<Vec<u32>> = places
        .par_iter()
        .map_init(
            || Ball::new(graph),
            |ball, (place, _)| {
                let mut reached = Vec::new();
                for stretch in ball.around(graph, *place, limit_m) {
                    let here = by_edge.get(&stretch.edge).into_iter().flatten();
                    reached.extend(
                        here.filter(|(_, access)| ball.distance(graph, *place, access.place) + access.off_m <= limit_m)
                            .map(|(element, _)| *element),
                    );
                }
                reached.sort_unstable();
                reached.dedup();
                reached
            },
        )
        .collect();
    let found = set_cover::cover(open.len() as u32, &sets);
    let mut reachable = vec![false; open.len()];
    sets.iter().flatten().for_each(|element| reachable[*element as usize] = true);
    let mut done = vec![false; open.len()];
    let chosen = found.chosen.iter().map(|set| {
        let newly =
            sets[*set as usize].iter().filter(|element| !std::mem::replace(&mut done[**element as usize], true));
        (places[*set as usize].1, newly.count() as u32)
    });
    let chosen: Vec<((SegmentId, f64), u32)> = chosen.collect();
    let mut rows: Vec<NewByHose> =
        chosen.into_iter().filter_map(|(at, buildings)| hose_row(run, at, buildings, limit_m)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.buildings));
    for (number, row) in rows.iter_mut().enumerate() {
        row.name = format!("S{:03}", number + 1);
    }
    let beyond = reachable.iter().filter(|reachable| !**reachable).count();
    HoseProposals { rows, lower_bound: found.lower_bound, beyond }
}

/// Where new hydrants may stand: on municipal built-up road, every so many metres, near a building that needs one. Each
/// as a place of the hose network and as segment and offset.
fn candidates(
    question: &Hydrants,
    run: &HydrantRun,
    reach: &HydrantReach,
    open: &[(u32, &[HoseExit])],
) -> Vec<(EdgePosition, (SegmentId, f64))> {
    let (graph, limit_m) = (&reach.ways.graph, run.rules.hydrant.hose_lay_m.value);
    let edges: Vec<Vec<u32>> = open
        .par_iter()
        .map_init(
            || Ball::new(graph),
            |ball, (_, access)| {
                let near = access.iter().flat_map(|access| ball.around(graph, access.place, limit_m - access.off_m));
                near.map(|stretch| stretch.edge).collect()
            },
        )
        .collect();
    let edges: BTreeSet<u32> = edges.into_iter().flatten().collect();
    let mut places = Vec::new();
    for edge in edges {
        let (segment, from_m, to_m) = reach.ways.stretch(edge);
        for (start_m, end_m) in &run.kerbs.wanted[segment.index()] {
            let (start_m, end_m) = (start_m.max(from_m), end_m.min(to_m));
            if end_m < start_m {
                continue;
            }
            let count = ((end_m - start_m) / question.candidates_m).ceil().max(1.0);
            for at in 0..=count as u32 {
                let offset_m = start_m + (end_m - start_m) * f64::from(at) / count;
                places.push((EdgePosition { edge, offset: offset_m - from_m }, (segment, offset_m)));
            }
        }
    }
    places
}

fn hose_row(
    run: &HydrantRun,
    (segment, offset_m): (SegmentId, f64),
    buildings: u32,
    limit_m: f64,
) -> Option<NewByHose> {
    let (street, part) = run.streets.part(segment)?;
    let at = run.area.network.point_at(segment, offset_m);
    let (chainage_m, road) = (part.chainage(offset_m), run.street_name(street));
    let mut row = NewByHose {
        geometry: at.into(),
        name: String::new(),
        town: run.towns.name(run.towns.at(at)),
        road,
        chainage_m: round(chainage_m, 1),
        buildings,
        story: Label::default(),
    };
    row.story = tell_new_by_hose(&row, chainage_m, limit_m);
    Some(row)
}
