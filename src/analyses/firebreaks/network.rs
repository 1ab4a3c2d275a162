//! The barrier network: gaps, cells, and lengths by town.

use std::collections::BTreeMap;

use geo::{Coord, InteriorPoint, Line, LineString, MultiPolygon};

use super::barriers::{Barrier, Means};
use super::gaps::{self, Effect, Link};
use super::protection::Protection;
use super::zone::Stretch;
use super::{Case, whole};
use crate::algorithms::faces::faces;
use crate::area::RoadClass;
use crate::codes;
use crate::row;
use crate::rows::Label;

codes! {
    /// What is missing.
    pub enum GapKind {
        /// 防火线(林带)断口 | Break in a line
        Break = "break",
        /// 端头未接 | Loose end
        Loose = "loose",
        /// 阻隔过窄 | Too narrow
        Narrow = "narrow",
        /// 林缘无阻隔 | Edge without a barrier
        Open = "open",
        /// 宽度待核 | Width unknown
        Unknown = "unknown",
    }
}

row! {
    /// 林火阻隔缺口 | Gaps of the barrier network
    pub struct Gap {
        geometry: LineString,
        /// 编号 | Number
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 缺口类型 | Kind
        kind: GapKind,
        /// 长度 | Length
        length_m: f64,
        /// 所在阻隔或面向聚落 | Barrier or settlement
        place: String,
        /// 已有宽度 | Width found
        width_m: Option<f64>,
        /// 要求宽度 | Width required
        required_m: f64,
        /// 单独封闭可分割 | Cut off by closing it alone
        splits_hm2: f64,
        /// 连通的两个网格(较小者) | Smaller of the two cells it joins
        joins_hm2: f64,
        /// 中点经纬度(CGCS2000) | Middle, longitude and latitude
        lonlat: String,
    }
}

row! {
    /// 林火阻隔网格 | Cells of the forest
    pub struct Cell {
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

row! {
    /// 现有阻隔 | Existing barriers
    pub struct BarrierFound {
        geometry: LineString,
        /// 名称 | Name
        name: String,
        /// 说明 | Story
        story: Label,
        /// 阻隔类型 | Kind
        means: Means,
        /// 宽度 | Width
        width_m: Option<f64>,
        /// 要求宽度 | Width required
        required_m: f64,
        /// 宽度达标 | Wide enough
        wide: Option<bool>,
        /// 林内长度 | Length in forest
        length_m: f64,
    }
}

/// A gap's row and what else is known of it.
pub(super) struct Found {
    pub row: Gap,
    pub town: Option<usize>,
}

/// Breaks and loose ends of the network, then the unprotected stretches of facing edges.
pub(super) fn gaps(case: &Case, stretches: &[Stretch], links: &[Link], effects: &[Effect]) -> Vec<Found> {
    let mut found: Vec<Found> = links.iter().zip(effects).map(|(link, effect)| of_link(case, link, effect)).collect();
    found.extend(stretches.iter().filter_map(|stretch| of_stretch(case, stretch)));
    for (number, gap) in found.iter_mut().enumerate() {
        gap.row.name = format!("缺口{:03}", number + 1);
        let middle = middle_of(&gap.row.geometry);
        let mut at = [middle];
        // A place that is on the plane has degrees.
        if case.area.plane.to_lonlat(&mut at).is_ok() {
            gap.row.lonlat = format!("{:.6}°, {:.6}°", at[0].x, at[0].y);
        }
    }
    found
}

/// The place half-way along a line.
pub(super) fn middle_of(line: &LineString) -> Coord {
    let lengths: Vec<f64> = line.lines().map(|piece| piece.delta().x.hypot(piece.delta().y)).collect();
    let mut left = lengths.iter().sum::<f64>() / 2.0;
    for (piece, length) in line.lines().zip(lengths) {
        if left <= length && length > 0.0 {
            return piece.start + piece.delta() * (left / length);
        }
        left -= length;
    }
    line.0[0]
}

fn hm2(area_m2: f64) -> f64 {
    whole(area_m2 / 1000.0) / 10.0
}

fn of_link(case: &Case, link: &Link, effect: &Effect) -> Found {
    let barrier = &case.barriers.list[link.from as usize];
    let kind = if link.is_break { GapKind::Break } else { GapKind::Loose };
    let middle = (link.line.start + link.line.end) / 2.0;
    let town = case.towns.at(middle);
    let splits_hm2 = effect.splits_off_m2.map(hm2);
    let joins_hm2 = effect.joins_m2.map(|[a, b]| hm2(a.min(b)));
    let length_m = whole(link.length_m());
    let to = link.to.map_or_else(|| "林缘".to_owned(), |other| case.barriers.list[other as usize].title());
    let (what_zh, what_en) = if link.is_break {
        (
            format!("{}在林内断开 {length_m} m，两端相对", barrier.title()),
            format!("{} is interrupted for {length_m} m in the forest", barrier.title()),
        )
    } else {
        (
            format!("{}在林内中断，离{to}还差 {length_m} m", barrier.title()),
            format!("{} ends in the forest, {length_m} m short of {to}", barrier.title()),
        )
    };
    let (then_zh, then_en) = match (splits_hm2, joins_hm2) {
        (Some(area), _) => (
            format!("单独封闭这一处，即可隔出 {area} hm² 森林。"),
            format!("Closing it alone cuts off {area} hm² of forest."),
        ),
        (None, Some(area)) => (
            format!("它使一片 {area} hm² 的网格与外面相通，但须与其他缺口一并封闭才起作用。"),
            format!("It joins a cell of {area} hm² to others, but only closing other gaps too would divide them."),
        ),
        (None, None) => ("封闭后仍不能独立分割网格。".to_owned(), "Closing it divides no cell.".to_owned()),
    };
    let row = Gap {
        geometry: LineString(vec![link.line.start, link.line.end]),
        name: String::new(),
        town: case.town_name(town),
        story: Label::new(
            format!("{what_zh}，火可由此穿过。{then_zh}"),
            format!("{what_en}; a fire passes here. {then_en}"),
        ),
        kind,
        length_m,
        place: barrier.title(),
        width_m: Some(0.0),
        required_m: Barrier::required_m(barrier.means, case.rules),
        splits_hm2: splits_hm2.unwrap_or(0.0),
        joins_hm2: joins_hm2.unwrap_or(0.0),
        lonlat: String::new(),
    };
    Found { row, town }
}

fn of_stretch(case: &Case, stretch: &Stretch) -> Option<Found> {
    let edge = &stretch.row;
    let kind = match edge.protection {
        Protection::Protected => return None,
        Protection::Narrow => GapKind::Narrow,
        Protection::Open => GapKind::Open,
        Protection::Unknown => GapKind::Unknown,
    };
    if edge.length_m < case.question.least_gap_m {
        return None;
    }
    let row = Gap {
        geometry: edge.geometry.clone(),
        name: String::new(),
        town: edge.town.clone(),
        story: edge.story.clone(),
        kind,
        length_m: edge.length_m,
        place: edge.name.clone(),
        width_m: if kind == GapKind::Open { Some(0.0) } else { edge.width_m },
        required_m: edge.required_m,
        splits_hm2: 0.0,
        joins_hm2: 0.0,
        lonlat: String::new(),
    };
    Some(Found { row, town: stretch.town })
}

/// Cells as they are now, the largest first; specks below the least area are counted, not drawn.
pub(super) fn cells(case: &Case, links: &[Link]) -> (Vec<Cell>, usize) {
    let mut areas: Vec<(f64, geo::Polygon)> = faces(&case.woods.shape(), &case.barriers.dividing_lines())
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

fn cell(case: &Case, links: &[Link], number: u32, area_m2: f64, face: geo::Polygon) -> Cell {
    use geo::{BoundingRect, Contains, Intersects};
    let rect = face.bounding_rect();
    let inside = |link: &&Link| {
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
    Cell {
        geometry: MultiPolygon(vec![face]),
        name: format!("网格{number:03}"),
        town: case.town_name(town),
        story,
        area_hm2,
        forest_percent: share,
        gaps,
    }
}

/// Lengths in forest by town, in metres.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lengths {
    pub built_m: f64,
    pub barriers_m: f64,
    pub roads_m: f64,
}

/// Pieces longer than this are shared out between towns.
const SHARE_M: f64 = 200.0;

fn parts_in_forest(case: &Case, line: &LineString, mut take: impl FnMut(f64, Coord)) {
    for piece in line.lines() {
        let length_m = piece.delta().x.hypot(piece.delta().y);
        let steps = (length_m / SHARE_M).ceil().max(1.0) as u32;
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
pub(super) fn lengths(case: &Case) -> (BTreeMap<Option<usize>, Lengths>, Vec<f64>) {
    let mut by_town: BTreeMap<Option<usize>, Lengths> = BTreeMap::new();
    let mut of_barrier = vec![0.0; case.barriers.list.len()];
    for (barrier, sum_m) in case.barriers.list.iter().zip(&mut of_barrier) {
        parts_in_forest(case, &barrier.line, |inside_m, middle| {
            *sum_m += inside_m;
            let lengths = by_town.entry(case.towns.at(middle)).or_default();
            lengths.barriers_m += inside_m;
            lengths.built_m += if barrier.means.is_built() { inside_m } else { 0.0 };
        });
    }
    for road in case.area.layers.roads.iter().filter(|road| road.class != RoadClass::Path && !road.tunnel) {
        parts_in_forest(case, &road.geometry, |inside_m, middle| {
            by_town.entry(case.towns.at(middle)).or_default().roads_m += inside_m;
        });
    }
    (by_town, of_barrier)
}

/// Line barriers that stand in forest.
pub(super) fn found(case: &Case, length_m: &[f64]) -> Vec<BarrierFound> {
    let rows = case.barriers.list.iter().zip(length_m).filter(|(_, length_m)| **length_m >= 1.0);
    rows.map(|(barrier, length_m)| {
        let required_m = Barrier::required_m(barrier.means, case.rules);
        let wide = barrier.is_wide(case.rules);
        let kind = barrier.means.label();
        let width = barrier.width_m.map_or_else(|| "宽度不明".to_owned(), |width_m| format!("宽 {width_m} m"));
        let width_en = barrier.width_m.map_or_else(|| "of unknown width".to_owned(), |width_m| format!("{width_m} m wide"));
        let (judged_zh, judged_en) = match wide {
            Some(true) => ("达到", "meets"),
            Some(false) => ("未达到", "falls short of"),
            None => ("宽度未实测，待核是否达到", "not measured; to be checked against"),
        };
        let story = Label::new(
            format!("{}，在林内长 {} m，{width}，{judged_zh}作阻隔所需的 {required_m} m（未核实的缺省值）。", kind.zh, whole(*length_m)),
            format!("{}: {} m in forest, {width_en}; {judged_en} the {required_m} m (an unverified default) a barrier needs.", kind.en, whole(*length_m)),
        );
        BarrierFound {
            geometry: barrier.line.clone(),
            name: barrier.name.clone(),
            story,
            means: barrier.means,
            width_m: barrier.width_m,
            required_m,
            wide,
            length_m: whole(*length_m),
        }
    })
    .collect()
}

pub(super) fn links(case: &Case) -> (Vec<Link>, Vec<Effect>) {
    let links = gaps::links(&case.woods, &case.barriers, case.question.gap_m);
    let effects = gaps::effects(&case.woods, &case.barriers, &links);
    (links, effects)
}
