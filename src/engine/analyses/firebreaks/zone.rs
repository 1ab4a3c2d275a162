//! The zone: facing edges and the strips behind them.

use std::collections::BTreeMap;

use geo::{BooleanOps, BoundingRect, Intersects, LineString, MultiPolygon, Polygon, Rect};
use rayon::prelude::*;

use super::barriers::ForestBarrier;
use super::protection::{Protection, zone_m};
use super::story::{tell_edge, tell_strip};
use super::terrain::{WindExposure, exposure, mean_slope_percent};
use super::woods::{length_m, line_of, runs};
use super::{FirebreakCase, whole};
use fireplan_algorithms::inward_strip::{ARC_EXCESS, strip, strip_along};
use fireplan_model::ids::TownId;
use fireplan_model::layers::Forest;
use fireplan_model::method_constants;
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 面向聚落的林缘 | Forest edges that face settlements
    pub struct FacingEdge {
        geometry: LineString,
        /// 面向 | Faces
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 阻隔情况 | Protection
        protection: Protection,
        /// 面向城区 | Faces the urban area
        urban: bool,
        /// 距聚落 | Distance to the settlement
        distance_m: f64,
        /// 长度 | Length
        length_m: f64,
        /// 建设范围宽度 | Width of the zone
        zone_m: f64,
        /// 已有阻隔 | Barrier found
        barrier: String,
        /// 已有阻隔宽度 | Width found
        width_m: Option<f64>,
        /// 要求宽度 | Width required
        required_m: f64,
        /// 最近队伍到达 | First brigade arrives
        arrival_min: Option<f64>,
        /// 到达队伍 | First brigade
        station: String,
        /// 距消防水源 | Distance to a fire-water point
        water_m: Option<f64>,
        /// 地面坡度 | Slope of the ground
        slope_percent: Option<f64>,
        /// 防火期主导风 | Wind of the fire season
        wind: WindExposure,
        /// 面向聚落的人口(村庄登记，没有的按人口格网) | People in what it faces, by its villages or else the raster
        facing_people: Option<u32>,
    }
}

row! {
    /// 林火阻隔系统建设范围 | Firebreak zone
    pub struct ZoneStrip {
        geometry: MultiPolygon,
        /// 林地 | Forest
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 范围宽度 | Width
        zone_m: f64,
        /// 林种 | Kind
        kind: String,
        /// 权属 | Owner
        owner: String,
        /// 涉及保护地 | In protected land
        protected: Option<bool>,
        /// 面积 | Area
        area_hm2: f64,
    }
}

row! {
    /// 建设范围按权属、林种统计 | The zone by owner and kind of forest
    pub struct ZoneByOwner {
        geometry: (),
        /// 乡镇街道 | Town
        town: String,
        /// 权属 | Owner
        owner: String,
        /// 林种 | Kind
        kind: String,
        /// 涉及保护地 | In protected land
        protected: Option<bool>,
        /// 面积 | Area
        area_hm2: f64,
    }
}

/// A row for a stretch of forest edge whose pieces face the same and have the same protection, with its town.
pub(super) struct SitedEdge {
    pub row: FacingEdge,
    pub town: Option<TownId>,
    /// Number of the forest, of those that hang together.
    pub forest: u32,
    /// The settlements that it faces, each once.
    pub settlements: Vec<usize>,
}

/// Facing edges, cut where the town, the settlement's class or the protection changes.
pub(super) fn edges(case: &FirebreakCase) -> Vec<SitedEdge> {
    let towns: Vec<Option<TownId>> = case
        .pieces
        .par_iter()
        .zip(&case.facing)
        .map(|(piece, facing)| facing.as_ref().and_then(|_| case.towns.at(piece.middle())))
        .collect();
    let key = |number: usize| {
        let (facing, guard) = (case.facing[number]?, case.guards[number]?);
        Some((facing.urban, towns[number], guard.protection, guard.found.map(|found| found.barrier)))
    };
    let runs = runs(&case.pieces, key);
    runs.par_iter().map(|run| stretch(case, run, towns[run[0]])).collect()
}

fn stretch(case: &FirebreakCase, run: &[usize], town: Option<TownId>) -> SitedEdge {
    let middle = run[run.len() / 2];
    let (facing, guard) =
        (case.facing[middle].expect("runs face something"), case.guards[middle].expect("what faces is guarded or not"));
    let nearest = run.iter().filter_map(|number| case.facing[*number]);
    let nearest = nearest.min_by(|a, b| a.distance_m.total_cmp(&b.distance_m)).unwrap_or(facing);
    let barrier = guard.found.map(|found| &case.barriers.list[found.barrier as usize]);
    let required_m = barrier.map_or(case.rules.firebreak.barrier_width_m.value, |barrier| {
        ForestBarrier::required_m(barrier.means, case.rules)
    });
    let mut settlements: Vec<usize> =
        run.iter().filter_map(|number| case.facing[*number]).map(|facing| facing.settlement).collect();
    settlements.sort_unstable();
    settlements.dedup();
    let (place, rules) = (case.pieces[middle].middle(), case.rules_in(town));
    let (arrival_min, station) = case.arrival(place);
    let mut row = FacingEdge {
        geometry: line_of(&case.pieces, run),
        name: case.settlements.list[nearest.settlement].name.clone(),
        town: case.towns.name(town),
        story: Label::new("", ""),
        protection: guard.protection,
        urban: facing.urban,
        distance_m: whole(nearest.distance_m),
        length_m: whole(length_m(&case.pieces, run)),
        zone_m: zone_m(&facing, rules),
        barrier: barrier.map_or_else(String::new, ForestBarrier::title),
        width_m: guard.found.and_then(|found| found.width_m).map(|width_m| (width_m * 10.0).round() / 10.0),
        required_m,
        arrival_min,
        station,
        water_m: case.water.nearest_m(place).map(whole),
        slope_percent: mean_slope_percent(case, run.iter().map(|number| case.pieces[*number].middle())),
        wind: exposure(case, run.iter().map(|number| &case.pieces[*number])),
        facing_people: case.settlements.people(&settlements),
    };
    row.story = tell_edge(rules, &row);
    SitedEdge { row, town, forest: case.pieces[middle].forest, settlements }
}

/// The zone of every forest: what lies within 200 m of edges facing the urban area, and, beyond that, within 100 m of
/// those facing other towns (the figures are the rules' of the town of the edge).
pub(super) fn zones(case: &FirebreakCase) -> Vec<(f64, MultiPolygon)> {
    let class = |number: usize| {
        let (piece, facing) = (&case.pieces[number], case.facing[number].as_ref()?);
        Some((facing.urban, zone_m(facing, case.rules_at(piece.middle())).to_bits()))
    };
    let mut edges: BTreeMap<(bool, u64), BTreeMap<u32, Vec<LineString>>> = BTreeMap::new();
    for run in runs(&case.pieces, class) {
        let of_class = edges.entry(class(run[0]).expect("runs face something")).or_default();
        of_class.entry(case.pieces[run[0]].forest).or_default().push(line_of(&case.pieces, &run));
    }
    let shape = |forest: u32| MultiPolygon(vec![case.woods.forests[forest as usize].clone()]);
    let strips = |lines: &BTreeMap<u32, Vec<LineString>>, width_m: f64| -> Vec<(u32, MultiPolygon)> {
        let one = |(forest, lines): (&u32, &Vec<LineString>)| {
            let rings = 1 + case.woods.forests[*forest as usize].interiors().len();
            // An outline that faces settlements all around needs no cutting.
            let whole = lines.len() == rings && lines.iter().all(LineString::is_closed);
            let forest_shape = shape(*forest);
            (*forest, if whole { strip(&forest_shape, width_m) } else { strip_along(&forest_shape, lines, width_m) })
        };
        lines.par_iter().map(one).collect()
    };
    // Facing the urban area first, and the wide before the narrow: ground belongs to the first zone that it lies in.
    let mut taken: BTreeMap<u32, Vec<MultiPolygon>> = BTreeMap::new();
    let mut zones = Vec::new();
    for ((_, zone_bits), lines) in edges.iter().rev() {
        let width_m = f64::from_bits(*zone_bits);
        let mut zone = MultiPolygon(Vec::new());
        for (forest, strip) in strips(lines, width_m) {
            let before = taken.entry(forest).or_default();
            let own = before.iter().fold(strip.clone(), |rest, before| rest.difference(before));
            before.push(strip);
            zone.0.extend(own.0);
        }
        zones.push((width_m, zone));
    }
    zones
}

/// A strip's row and its town.
pub(super) struct Strip {
    pub row: ZoneStrip,
    pub town: Option<TownId>,
    pub area_m2: f64,
}

method_constants! {
    /// 不超过此面积的碎片不计入建设范围 | Specks of the zone up to this are left out
    const ZONE_SPECK_M2: f64 = 1.0,
        because "叠置运算的取整碎片，不是土地 | They are the rounding of overlays, not land";
    /// 林缘转角处建设范围可宽出的比例 | Share by which the zone may be wider than its distance at corners of the forest edge
    const CORNER_EXCESS_SHARE: f64 = ARC_EXCESS,
        because "转角处的圆弧以折线从外侧逼近：只宽不窄，宽出不超过万分之五 | Arcs at corners are drawn as lines from outside: never narrower, and wider by less than this";
}

/// The zone cut by stand and town. Where stands overlap, the ground belongs to the one that comes first in the layer, so
/// that no ground is counted twice.
pub(super) fn strips(case: &FirebreakCase, zones: &[(f64, MultiPolygon)]) -> Vec<Strip> {
    let stands = &case.area.layers.forests;
    let towns = &case.area.layers.towns;
    let boxes: Vec<Option<Rect>> = stands.iter().map(|stand| stand.geometry.bounding_rect()).collect();
    let mut jobs: Vec<(usize, f64, MultiPolygon)> = Vec::new();
    for (zone_m, zone) in zones {
        for (number, stand) in stands.iter().enumerate() {
            let near: Vec<Polygon> = zone.0.iter().filter(|part| boxes_meet(part, &stand.geometry)).cloned().collect();
            if !near.is_empty() {
                jobs.push((number, *zone_m, MultiPolygon(near)));
            }
        }
    }
    jobs.par_iter()
        .flat_map_iter(|(number, zone_m, near)| {
            let inside = own_ground(near, stands, &boxes, *number);
            let mut parts: Vec<(Option<TownId>, MultiPolygon)> = Vec::new();
            let mut rest = inside;
            for (town, shape) in TownId::first(towns.len()).zip(towns) {
                if rest.0.iter().any(|part| boxes_meet(part, &shape.geometry)) {
                    parts.push((Some(town), rest.intersection(&shape.geometry)));
                    rest = rest.difference(&shape.geometry);
                }
            }
            parts.push((None, rest));
            parts.into_iter().filter_map(|(town, part)| strip_row(case, *number, *zone_m, town, part))
        })
        .collect()
}

/// What of the zone lies in a stand and in none before it.
fn own_ground(zone: &MultiPolygon, stands: &[Forest], boxes: &[Option<Rect>], number: usize) -> MultiPolygon {
    let inside = zone.intersection(&stands[number].geometry);
    let Some(around) = inside.bounding_rect() else { return inside };
    let before =
        stands[..number].iter().zip(boxes).filter(|(_, rect)| rect.is_some_and(|rect| rect.intersects(&around)));
    before.fold(inside, |rest, (before, _)| rest.difference(&before.geometry))
}

fn boxes_meet(a: &Polygon, b: &MultiPolygon) -> bool {
    a.bounding_rect().zip(b.bounding_rect()).is_some_and(|(a, b)| a.intersects(&b))
}

fn strip_row(
    case: &FirebreakCase,
    stand: usize,
    zone_m: f64,
    town: Option<TownId>,
    mut shape: MultiPolygon,
) -> Option<Strip> {
    shape.0.retain(|part| geo::Area::unsigned_area(part) > ZONE_SPECK_M2);
    let area_m2 = case.area.plane.area_m2(&shape);
    if area_m2 <= ZONE_SPECK_M2 {
        return None;
    }
    let stand = &case.area.layers.forests[stand];
    let area_hm2 = (area_m2 / 100.0).round() / 100.0;
    let mut row = ZoneStrip {
        geometry: shape,
        name: stand.name.clone(),
        town: case.towns.name(town),
        story: Label::default(),
        zone_m,
        kind: stand.kind.clone(),
        owner: stand.owner.clone(),
        protected: stand.protected,
        area_hm2,
    };
    row.story = tell_strip(&row);
    Some(Strip { row, town, area_m2 })
}

/// The zone summed up by town, owner, kind and protection.
pub(super) fn by_owner(strips: &[Strip]) -> Vec<ZoneByOwner> {
    let mut rows: BTreeMap<_, ZoneByOwner> = BTreeMap::new();
    for strip in strips {
        let row = &strip.row;
        let key = (strip.town, row.owner.as_str(), row.kind.as_str(), row.protected);
        let sum = rows.entry(key).or_insert_with(|| ZoneByOwner {
            geometry: (),
            town: row.town.clone(),
            owner: row.owner.clone(),
            kind: row.kind.clone(),
            protected: row.protected,
            area_hm2: 0.0,
        });
        sum.area_hm2 += strip.area_m2 / 1e4;
    }
    let mut rows: Vec<ZoneByOwner> = rows.into_values().collect();
    rows.iter_mut().for_each(|row| row.area_hm2 = (row.area_hm2 * 100.0).round() / 100.0);
    rows
}
