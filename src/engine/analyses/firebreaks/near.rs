//! Settlements nearer to the forest than the rules want, with the people and buildings concerned.

use geo::{Coord, Geometry, Polygon};
use rayon::prelude::*;

use super::FirebreakCase;
use super::settlements::{Buildings, FacedSettlement};
use super::story::tell_settlement;
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_model::ids::TownId;
use fireplan_model::layers::BuiltUpKind;
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 聚落与林区距离 | Settlements and their distance to the forest
    pub struct SettlementNear {
        geometry: Geometry,
        /// 排名(人口最多在前) | Rank, the most people first
        rank: u32,
        /// 聚落 | Settlement
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 类别 | Kind
        kind: BuiltUpKind,
        /// 距林缘 | Distance to the forest
        distance_m: f64,
        /// 常住人口(村庄登记，没有的按人口格网) | Residents by villages, or else by the raster
        population_people: Option<u32>,
        /// 建筑 | Buildings
        buildings: Option<u32>,
        /// 其中离林不足规定 | Of them too near the forest
        near_buildings: Option<u32>,
    }
}

/// Every settlement nearer to the forest than the rules want, those with most people first and of these the nearest, with its town.
pub(super) fn settlements(
    case: &FirebreakCase,
    buildings: &[Option<Buildings>],
) -> Vec<(SettlementNear, Option<TownId>)> {
    let all = case.settlements.list.par_iter().zip(buildings);
    let mut near: Vec<(SettlementNear, Option<TownId>)> = all
        .filter_map(|(settlement, buildings)| {
            let limit = &case.rules_in(settlement.town).settlement_distance_m;
            // Where a village is but a point, its houses tell whether it is near.
            let is_far = buildings.is_some_and(|houses| houses.all > 0 && houses.near == 0);
            if is_far && settlement.is_point() {
                return None;
            }
            let distance_m = distance_to_forest(case, &settlement.geometry(), limit.value)?;
            (!limit.op.holds(distance_m, limit.value))
                .then(|| (row_of(case, settlement, *buildings, distance_m), settlement.town))
        })
        .collect();
    near.sort_by(|(a, _), (b, _)| {
        b.population_people.cmp(&a.population_people).then(a.distance_m.total_cmp(&b.distance_m))
    });
    for ((row, _), rank) in near.iter_mut().zip(1..) {
        row.rank = rank;
    }
    near
}

fn row_of(
    case: &FirebreakCase,
    settlement: &FacedSettlement,
    buildings: Option<Buildings>,
    distance_m: f64,
) -> SettlementNear {
    let distance_m = (distance_m * 10.0).round() / 10.0;
    let name = if settlement.name.is_empty() { "未命名聚落" } else { &settlement.name };
    SettlementNear {
        geometry: settlement.geometry(),
        rank: 0,
        name: settlement.name.clone(),
        town: case.towns.name(settlement.town),
        story: tell_settlement(case, name, settlement, buildings, distance_m),
        kind: settlement.kind,
        distance_m,
        population_people: settlement.known_people(),
        buildings: buildings.map(|buildings| buildings.all),
        near_buildings: buildings.map(|buildings| buildings.near),
    }
}

/// Whether a place is in the forest or nearer to it than the rules want settlements to be.
pub(super) fn is_near(case: &FirebreakCase, place: Coord) -> bool {
    let limit = &case.rules_at(place).settlement_distance_m;
    let index = &case.woods.index;
    index.contains(place)
        || index.nearest(place, limit.value).is_some_and(|(at, _)| !limit.op.holds(apart(at, place), limit.value))
}

/// Straight distance between a settlement and the nearest forest, 0 where they meet; `None`: farther than the limit.
fn distance_to_forest(case: &FirebreakCase, settlement: &Geometry, within_m: f64) -> Option<f64> {
    use geo::CoordsIter;
    let index = &case.woods.index;
    let lines = crate::response::places::lines_of(settlement);
    if lines.is_empty() {
        let place = settlement.coords_iter().next()?;
        return if index.contains(place) {
            Some(0.0)
        } else {
            index.nearest(place, within_m).map(|(at, _)| apart(at, place))
        };
    }
    if lines.iter().any(|line| index.contains(line.start) || !index.is_clear(*line)) {
        return Some(0.0);
    }
    // The nearest places of two outlines: a vertex of one of them is one of the two.
    let from_settlement =
        lines.iter().filter_map(|line| Some(apart(index.nearest(line.start, within_m)?.0, line.start)));
    let outline = AreaIndex::new(&polygons(settlement));
    let rect = geo::BoundingRect::bounding_rect(settlement)?;
    let near = |at: &Coord| {
        let pad = within_m;
        (rect.min().x - pad..=rect.max().x + pad).contains(&at.x)
            && (rect.min().y - pad..=rect.max().y + pad).contains(&at.y)
    };
    let vertices = case.woods.forests.iter().flat_map(|forest| {
        std::iter::once(forest.exterior()).chain(forest.interiors()).flat_map(|ring| ring.0.iter().copied())
    });
    let from_forest = vertices.filter(near).filter_map(|at| Some(apart(outline.nearest(at, within_m)?.0, at)));
    from_settlement.chain(from_forest).min_by(f64::total_cmp)
}

fn apart(a: Coord, b: Coord) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

fn polygons(geometry: &Geometry) -> Vec<Polygon> {
    match geometry {
        Geometry::Polygon(polygon) => vec![polygon.clone()],
        Geometry::MultiPolygon(polygons) => polygons.0.clone(),
        _ => Vec::new(),
    }
}
