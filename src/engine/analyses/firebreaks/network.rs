//! The barrier network: cells, and lengths by town.

use std::collections::BTreeMap;

use geo::{Coord, InteriorPoint, Line, LineString, MultiPolygon, Polygon};

use super::barriers::is_track;
use super::gaps::{self, BarrierLink, LinkEffect};
use super::{FirebreakCase, hm2};
use fireplan_algorithms::faces::faces;
use fireplan_model::ids::TownId;
use fireplan_model::layers::RoadClass;
use fireplan_model::method_constants;
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 林火阻隔网格 | Cells of the forest
    pub struct ForestCell {
        geometry: MultiPolygon,
        /// 网格 | Cell
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 面积 | Area
        area_hm2: f64,
        /// 占森林面积 | Share of all forest
        forest_percent: f64,
        /// 内部缺口 | Gaps inside
        gaps: u32,
    }
}

/// Cells as they are now, the largest first; specks below the least area are counted, not drawn.
pub(super) fn cells(case: &FirebreakCase, links: &[BarrierLink]) -> (Vec<ForestCell>, usize) {
    let mut areas: Vec<(f64, Polygon)> = faces(&case.woods.shape(), &case.barriers.dividing_lines())
        .into_iter()
        .map(|face| {
            let shape = MultiPolygon(vec![face]);
            let area_m2 = case.area.plane.area_m2(&shape);
            (area_m2, shape.0.into_iter().next().expect("one was put in"))
        })
        .collect();
    areas.sort_by(|a, b| b.0.total_cmp(&a.0));
    let drawn = areas.partition_point(|(area_m2, _)| *area_m2 >= case.question.least_cell_hm2 * 1e4);
    let specks = areas.len() - drawn;
    areas.truncate(drawn);
    let rows = areas.into_iter().zip(1..).map(|((area_m2, face), number)| cell(case, links, number, area_m2, face));
    (rows.collect(), specks)
}

fn cell(case: &FirebreakCase, links: &[BarrierLink], number: u32, area_m2: f64, face: Polygon) -> ForestCell {
    use geo::{BoundingRect, Contains, Intersects};
    let rect = face.bounding_rect();
    let inside = |link: &&BarrierLink| {
        let middle = (link.line.start + link.line.end) / 2.0;
        rect.is_some_and(|rect| rect.intersects(&middle)) && face.contains(&middle)
    };
    let gaps = links.iter().filter(inside).count() as u32;
    let town = face.interior_point().and_then(|place| case.towns.at(place.0));
    let (area_hm2, share) = (hm2(area_m2), (area_m2 / case.woods.area_m2 * 1000.0).round() / 10.0);
    let story = Label::new(
        format!(
            "被道路、河流、防火线围合的一片森林，{area_hm2} hm²，占全部森林的 {share}%；火进入后，只有网格边界能挡住它。内部有 {gaps} 处未接通的阻隔端头或断口。"
        ),
        format!(
            "A part of the forest between barriers: {area_hm2} hm², {share} % of all; a fire inside meets nothing but its edges. {gaps} breaks or loose ends lie within."
        ),
    );
    ForestCell {
        geometry: MultiPolygon(vec![face]),
        name: format!("网格{number:03}"),
        town: case.towns.name(town),
        story,
        area_hm2,
        forest_percent: share,
        gaps,
    }
}

/// Lengths in forest by town, in metres.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lengths {
    /// Firebreak lines and belts.
    pub built_m: f64,
    /// Roads, railways and rivers as wide as a barrier must be.
    pub wide_m: f64,
    /// Those whose width nobody stated.
    pub unknown_m: f64,
    /// Those too narrow, and forest tracks: they slow a fire, and count for nothing.
    pub others_m: f64,
    pub roads_m: f64,
}

impl Lengths {
    /// What holds a fire for certain.
    pub(super) fn barriers_m(&self) -> f64 {
        self.built_m + self.wide_m
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.built_m += other.built_m;
        self.wide_m += other.wide_m;
        self.unknown_m += other.unknown_m;
        self.others_m += other.others_m;
        self.roads_m += other.roads_m;
    }
}

method_constants! {
    /// 阻隔、道路长于此值的直线段分段后再归入乡镇 | Straight pieces longer than this are divided before they are counted for a town
    const TOWN_SHARE_M: f64 = 200.0,
        because "乡镇界线附近最多误记半段；假定值，供审查 | At most half a piece is counted for the wrong town where a border is crossed; an assumption, for review";
}

fn parts_in_forest(case: &FirebreakCase, line: &LineString, mut take: impl FnMut(f64, Coord)) {
    for piece in line.lines() {
        let length_m = piece.delta().x.hypot(piece.delta().y);
        let steps = (length_m / TOWN_SHARE_M).ceil().max(1.0) as u32;
        let at = |step: u32| piece.start + piece.delta() * (f64::from(step) / f64::from(steps));
        for step in 0..steps {
            let part = Line::new(at(step), at(step + 1));
            let inside_m = case.woods.index.inside_m(part);
            if inside_m > 0.0 {
                take(inside_m, (part.start + part.end) / 2.0);
            }
        }
    }
}

/// Lengths of barriers and forest roads by town, and the length in forest of each line barrier.
pub(super) fn lengths(case: &FirebreakCase) -> (BTreeMap<Option<TownId>, Lengths>, Vec<f64>) {
    let mut by_town: BTreeMap<Option<TownId>, Lengths> = BTreeMap::new();
    let mut of_barrier = vec![0.0; case.barriers.list.len()];
    for (barrier, sum_m) in case.barriers.list.iter().zip(&mut of_barrier) {
        parts_in_forest(case, &barrier.line, |inside_m, middle| {
            *sum_m += inside_m;
            let lengths = by_town.entry(case.towns.at(middle)).or_default();
            let kind_m = match (barrier.means.is_built(), barrier.is_wide(case.rules)) {
                (true, _) => &mut lengths.built_m,
                (false, Some(true)) => &mut lengths.wide_m,
                (false, None) => &mut lengths.unknown_m,
                (false, Some(false)) => &mut lengths.others_m,
            };
            *kind_m += inside_m;
        });
    }
    for road in case.area.layers.roads.iter().filter(|road| road.class != RoadClass::Path && !road.tunnel) {
        parts_in_forest(case, &road.geometry, |inside_m, middle| {
            let lengths = by_town.entry(case.towns.at(middle)).or_default();
            lengths.roads_m += inside_m;
            lengths.others_m += if is_track(road.class, case.rules) { inside_m } else { 0.0 };
        });
    }
    (by_town, of_barrier)
}

pub(super) fn links(case: &FirebreakCase) -> (Vec<BarrierLink>, Vec<LinkEffect>) {
    let links = gaps::links(&case.woods, &case.barriers, case.question.gap_m);
    let effects = gaps::effects(&case.woods, &case.barriers, &links);
    (links, effects)
}
