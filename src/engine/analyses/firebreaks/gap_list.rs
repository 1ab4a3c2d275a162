//! The gap list: breaks and loose ends of the network, and stretches of facing edge that nothing wide enough guards.

use geo::{Contains, Coord, LineString, Polygon};

use super::barriers::ForestBarrier;
use super::gaps::{BARRIER_TOUCH_M, BarrierLink, LinkEffect};
use super::network::ForestCell;
use super::protection::Protection;
use super::terrain::{WindExposure, cost_wan_yuan, is_steep, mean_slope_percent};
use super::units::ForestUnits;
use super::zone::{FacingEdge, SitedEdge};
use super::{FirebreakCase, hm2, whole};
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::linear_reference::middle_of;
use fireplan_model::ids::TownId;
use fireplan_model::layers::Forest;
use fireplan_model::rows::Label;
use fireplan_model::rules::Limit;
use fireplan_model::{codes, row};

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
        #[undetermined]
        Unknown = "unknown",
    }
}

codes! {
    /// In which order gaps are to be closed.
    pub enum GapPriority order best_first {
        /// 三类 | Third
        Third = "third",
        /// 二类 | Second
        Second = "second",
        /// 一类(优先) | First
        First = "first",
    }
}

row! {
    /// 林火阻隔缺口 | Gaps of the barrier network
    pub struct BarrierGap {
        geometry: LineString,
        /// 排名(优先、人口最多在前) | Rank, the most urgent with most people first
        rank: u32,
        /// 编号 | Number
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 缺口类型 | Kind
        kind: GapKind,
        /// 建设次序 | Priority
        priority: GapPriority,
        /// 面向聚落的人口(村庄登记，没有的按人口格网) | People in what it faces, by its villages or else the raster
        facing_people: Option<u32>,
        /// 防火期主导风 | Wind of the fire season
        wind: Option<WindExposure>,
        /// 地面坡度 | Slope of the ground
        slope_percent: Option<f64>,
        /// 费用 | Cost
        cost_wan_yuan: Option<f64>,
        /// 长度 | Length
        length_m: f64,
        /// 所在阻隔或面向聚落 | Barrier or settlement
        place: String,
        /// 已有宽度 | Width found
        width_m: Option<f64>,
        /// 要求宽度 | Width required
        required_m: f64,
        /// 所在网格 | Cell
        cell: String,
        /// 单独封闭可分割 | Cut off by closing it alone
        splits_hm2: f64,
        /// 全部封闭后两侧网格(较小者) | With all closed, the smaller cell beside it
        joins_hm2: f64,
        /// 全部封闭后两侧网格(较大者) | With all closed, the larger cell beside it
        joins_larger_hm2: f64,
        /// 中点经纬度(CGCS2000) | Middle, longitude and latitude
        lonlat: String,
        /// 所在山系(连片森林) | Range of forest in which it lies
        range: String,
        /// 占用面积(长度×须增宽度) | Ground it takes: its length by the width that is missing
        area_hm2: Option<f64>,
        /// 所在小班 | Stand in which it lies
        stand: String,
        /// 所在小班林种 | Kind of that stand
        stand_kind: String,
        /// 所在小班权属 | Owner of that stand
        owner: String,
        /// 所在小班涉及保护地 | Whether that stand is in protected land
        protected: Option<bool>,
    }
}

/// The stands of forest, by place.
struct StandIndex<'a> {
    stands: Vec<&'a Forest>,
    index: AreaIndex,
}

impl<'a> StandIndex<'a> {
    fn new(case: &FirebreakCase<'a>) -> Self {
        let parts =
            case.area.layers.forests.iter().flat_map(|stand| stand.geometry.0.iter().map(move |part| (stand, part)));
        let (stands, parts): (Vec<&Forest>, Vec<Polygon>) = parts.map(|(stand, part)| (stand, part.clone())).unzip();
        Self { stands, index: AreaIndex::new(&parts) }
    }

    /// The stand in which a place lies, or at whose edge.
    fn at(&self, place: Coord) -> Option<&'a Forest> {
        let part =
            self.index.area_at(place).or_else(|| self.index.nearest(place, BARRIER_TOUCH_M).map(|(_, part)| part));
        part.map(|part| self.stands[part as usize])
    }
}

/// Says of each gap in which range and stand it lies.
pub(super) fn tell_ground(case: &FirebreakCase, units: &ForestUnits, gaps: &mut [SitedBarrierGap]) {
    let stands = StandIndex::new(case);
    for gap in gaps {
        let middle = middle_of(&gap.row.geometry);
        gap.row.range = units.range_at(case, middle);
        if let Some(stand) = stands.at(middle) {
            gap.row.stand.clone_from(&stand.name);
            gap.row.stand_kind.clone_from(&stand.kind);
            gap.row.owner.clone_from(&stand.owner);
            gap.row.protected = stand.protected;
        }
    }
}

/// A gap's row and what else is known of it.
pub(super) struct SitedBarrierGap {
    pub row: BarrierGap,
    pub town: Option<TownId>,
    /// The settlements that it faces.
    pub settlements: Vec<usize>,
    /// Whether one of them is the urban area.
    urban: bool,
}

impl SitedBarrierGap {
    /// People by whom it is ranked; the urban area, where nobody counted them, has more than any village.
    fn ranked_people(&self) -> u32 {
        self.row.facing_people.unwrap_or(if self.urban { u32::MAX } else { 0 })
    }
}

/// Breaks and loose ends of the network and the unprotected stretches of facing edges, the most urgent first and of each class
/// those that most people live behind.
pub(super) fn gaps(
    case: &FirebreakCase,
    stretches: &[SitedEdge],
    links: &[BarrierLink],
    effects: &[LinkEffect],
    cells: &[ForestCell],
) -> Vec<SitedBarrierGap> {
    let mut found: Vec<SitedBarrierGap> =
        links.iter().zip(effects).map(|(link, effect)| of_link(case, link, effect, cells)).collect();
    found.extend(stretches.iter().filter_map(|stretch| of_stretch(case, stretch)));
    found.sort_by(|a, b| {
        (b.row.priority.cmp(&a.row.priority))
            .then(b.ranked_people().cmp(&a.ranked_people()))
            .then(b.row.length_m.total_cmp(&a.row.length_m))
    });
    for (gap, rank) in found.iter_mut().zip(1..) {
        gap.row.rank = rank;
        gap.row.name = format!("缺口{rank:03}");
        gap.row.lonlat = case.tell_lonlat(middle_of(&gap.row.geometry));
    }
    found
}

fn of_link(case: &FirebreakCase, link: &BarrierLink, effect: &LinkEffect, cells: &[ForestCell]) -> SitedBarrierGap {
    let barrier = &case.barriers.list[link.from as usize];
    let kind = if link.is_break { GapKind::Break } else { GapKind::Loose };
    let middle = (link.line.start + link.line.end) / 2.0;
    let town = case.towns.at(middle);
    let cell =
        cells.iter().find(|cell| cell.geometry.contains(&middle)).map_or_else(String::new, |cell| cell.name.clone());
    // Effects are found on the plane; here, its scale is the same for all of them.
    let scale = case.area.plane.scale_at(middle);
    let real_hm2 = |plane_m2: f64| hm2(plane_m2 / (scale * scale));
    let splits_hm2 = effect.splits_off_m2.map(real_hm2);
    let joins_hm2 = effect.joins_m2.map(|[a, b]| [real_hm2(a.min(b)), real_hm2(a.max(b))]);
    let length_m = whole(link.length_m());
    let required_m = ForestBarrier::required_m(barrier.means, case.rules);
    let slope_percent = mean_slope_percent(case, [link.line.start, middle, link.line.end].into_iter());
    let (what, then) = (told_of(case, link, length_m), told_then(&cell, splits_hm2, joins_hm2));
    let row = BarrierGap {
        geometry: LineString(vec![link.line.start, link.line.end]),
        rank: 0,
        name: String::new(),
        town: case.towns.name(town),
        story: Label::new(
            format!("{}，火可由此穿过。{}", what.zh, then.zh),
            format!("{}; a fire passes here. {}", what.en, then.en),
        ),
        kind,
        // A gap that alone joins two cells undoes the whole line it lies in.
        priority: if effect.splits_off_m2.is_some() { GapPriority::First } else { GapPriority::Second },
        facing_people: None,
        wind: None,
        slope_percent,
        cost_wan_yuan: Some(cost_wan_yuan(case, length_m * required_m, slope_percent)),
        length_m,
        place: barrier.title(),
        width_m: Some(0.0),
        required_m,
        cell,
        splits_hm2: splits_hm2.unwrap_or(0.0),
        joins_hm2: joins_hm2.map_or(0.0, |[smaller, _]| smaller),
        joins_larger_hm2: joins_hm2.map_or(0.0, |[_, larger]| larger),
        lonlat: String::new(),
        range: String::new(),
        area_hm2: Some(taken_hm2(length_m, required_m)),
        stand: String::new(),
        stand_kind: String::new(),
        owner: String::new(),
        protected: None,
    };
    SitedBarrierGap { row, town, settlements: Vec::new(), urban: false }
}

/// Ground to two decimals: a gap of 20 m by 20 m is 0.04 hm².
fn taken_hm2(length_m: f64, width_m: f64) -> f64 {
    (length_m * width_m / 100.0).round() / 100.0
}

/// What is missing.
fn told_of(case: &FirebreakCase, link: &BarrierLink, length_m: f64) -> Label {
    let barrier = case.barriers.list[link.from as usize].title();
    if link.is_break {
        return Label::new(
            format!("{barrier}在林内断开 {length_m} m，两端相对"),
            format!("{barrier} is interrupted for {length_m} m in the forest"),
        );
    }
    let to = link.to.map(|other| case.barriers.list[other as usize].title());
    let to_zh = to.clone().unwrap_or_else(|| "林缘".to_owned());
    let to_en = to.unwrap_or_else(|| "the forest edge".to_owned());
    Label::new(
        format!("{barrier}在林内中断，离{to_zh}还差 {length_m} m"),
        format!("{barrier} ends in the forest, {length_m} m short of {to_en}"),
    )
}

/// What closing it would do.
fn told_then(cell: &str, splits_hm2: Option<f64>, joins_hm2: Option<[f64; 2]>) -> Label {
    let (cell_zh, cell_en) = if cell.is_empty() { ("森林", "the forest") } else { (cell, cell) };
    match (splits_hm2, joins_hm2) {
        (Some(area), _) => Label::new(
            format!("单独封闭这一处，即可把{cell_zh}分成两片，隔出 {area} hm²。"),
            format!("Closing it alone divides {cell_en} and cuts off {area} hm²."),
        ),
        (None, Some([smaller, larger])) => Label::new(
            format!(
                "它位于{cell_zh}，使本可分开的 {smaller} hm² 与 {larger} hm² 两片相通；须与其他缺口一并封闭才能隔开。"
            ),
            format!(
                "It lies in {cell_en} and joins {smaller} hm² to {larger} hm²; only closing other gaps too would part them."
            ),
        ),
        (None, None) => Label::new("封闭后仍不能独立分割网格。", "Closing it divides no cell."),
    }
}

fn of_stretch(case: &FirebreakCase, stretch: &SitedEdge) -> Option<SitedBarrierGap> {
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
    let width_m = if kind == GapKind::Open { Some(0.0) } else { edge.width_m };
    let row = BarrierGap {
        geometry: edge.geometry.clone(),
        rank: 0,
        name: String::new(),
        town: edge.town.clone(),
        story: edge.story.clone(),
        kind,
        priority: priority(case, edge),
        facing_people: edge.facing_people,
        wind: Some(edge.wind),
        slope_percent: edge.slope_percent,
        cost_wan_yuan: width_m
            .map(|width_m| cost_wan_yuan(case, edge.length_m * (edge.required_m - width_m), edge.slope_percent)),
        length_m: edge.length_m,
        place: edge.name.clone(),
        width_m,
        required_m: edge.required_m,
        cell: String::new(),
        splits_hm2: 0.0,
        joins_hm2: 0.0,
        joins_larger_hm2: 0.0,
        lonlat: String::new(),
        range: String::new(),
        area_hm2: width_m.map(|width_m| taken_hm2(edge.length_m, edge.required_m - width_m)),
        stand: String::new(),
        stand_kind: String::new(),
        owner: String::new(),
        protected: None,
    };
    Some(SitedBarrierGap { row, town: stretch.town, settlements: stretch.settlements.clone(), urban: edge.urban })
}

/// When an edge is to be built: first where it faces the urban area, or many people nearer than settlements should be, and the wind
/// does not blow away from them; second where it faces many people or the urban area otherwise, or the wind or the slope drives a
/// fire; third elsewhere. A wind that is not known decides nothing.
fn priority(case: &FirebreakCase, edge: &FacingEdge) -> GapPriority {
    let rule = &case.rules.firebreak;
    let holds = |limit: &Limit, measured: f64| limit.op.holds(measured, limit.value);
    let many = edge.facing_people.is_some_and(|people| holds(&rule.priority_people, f64::from(people)));
    let near = !holds(&case.rules.in_town(&edge.town).firebreak.settlement_distance_m, edge.distance_m);
    let driven = edge.wind == WindExposure::Towards || is_steep(case, edge.slope_percent);
    match () {
        () if (edge.urban || (many && near)) && edge.wind != WindExposure::Away => GapPriority::First,
        () if edge.urban || many || driven => GapPriority::Second,
        () => GapPriority::Third,
    }
}
