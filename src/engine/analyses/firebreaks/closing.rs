//! Closing lines: the cheapest lines that would divide the largest cells ([`dividing`](super::dividing)). What a line leaves
//! is divided again, the largest part first, as if the lines before it had been built.

use geo::{Coord, LineString, MultiLineString, MultiPolygon};

use super::dividing::{closing, is_ridge};
use super::network::ForestCell;
use super::terrain::{cost_wan_yuan, mean_slope_percent};
use super::units::ForestUnits;
use super::{FirebreakCase, whole};
use fireplan_algorithms::linear_reference::middle_of;
use fireplan_model::method_constants;
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 建议封闭线 | Proposed closing lines
    pub struct ClosingLine {
        geometry: MultiLineString,
        /// 次序(先分割最大的网格) | Order, the largest cell first
        rank: u32,
        /// 编号 | Number
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 所在网格 | Cell
        cell: String,
        /// 分割前面积 | Area before
        before_hm2: f64,
        /// 长度 | Length
        length_m: f64,
        /// 沿现有达标阻隔 | Along standing barriers that hold
        existing_m: f64,
        /// 沿现有窄路、窄阻隔(须加宽) | Along narrow ones, to be widened
        widen_m: f64,
        /// 沿山脊 | Along ridges
        ridge_m: f64,
        /// 需新建 | To be built
        build_m: f64,
        /// 地面坡度 | Slope of the ground
        slope_percent: Option<f64>,
        /// 费用(新建部分) | Cost of what is to be built
        cost_wan_yuan: f64,
        /// 隔出面积 | Cut off
        splits_hm2: f64,
        /// 每公顷需新建 | To be built for each hectare cut off
        build_m_hm2: f64,
        /// 所在山系(连片森林) | Range of forest in which it lies
        range: String,
        /// 须清理面积 | Ground to be cleared
        clear_hm2: f64,
    }
}

impl ClosingLine {
    /// Says in which range it lies.
    pub(super) fn tell_range(&mut self, case: &FirebreakCase, units: &ForestUnits) {
        let longest = self.geometry.0.iter().max_by_key(|line| line.0.len());
        self.range = longest.map_or_else(String::new, |line| units.range_at(case, middle_of(line)));
    }
}

method_constants! {
    /// 求封闭线时一个网格的格点数 | Number of lattice points that stand for a cell when closing lines are looked for
    const CLOSING_PLACES: f64 = 5_000.0,
        because "多数网格已能求出，计算量小；假定值，供审查 | Enough for most cells at little work; an assumption, for review";
    /// 首次求不出时加密到的格点数 | That number where the first finds no line
    const CLOSING_PLACES_FINER: f64 = 20_000.0,
        because "网格由狭窄林带相连时须加密才能看见 | Narrow necks between woods show only in a finer lattice";
    /// 再次求不出时加密到的格点数 | That number where the second finds none either
    const CLOSING_PLACES_FINEST: f64 = 60_000.0,
        because "最后一次尝试，限制计算量；仍无解则不提封闭线 | The last try, to bound the work; where it finds none no line is proposed";
    /// 最多提出的封闭线条数 | Most closing lines that are proposed
    const MOST_CLOSINGS: usize = 8,
        because "一个规划期内能建成的数量级；假定值，供审查 | About what is built within one plan; an assumption, for review";
    /// 小于此面积的网格不再分割 | Cells smaller than this are not divided
    const CLOSING_LEAST_HM2: f64 = 200.0,
        because "更小的网格再分割收益有限；假定值，供审查 | Dividing smaller ones gains little; an assumption, for review";
    /// 沿封闭线统计利用阻隔、山脊的步距 | Step along a closing line at which it is asked what it follows
    const CLOSING_STEP_M: f64 = 10.0,
        because "远小于可分辨的山脊宽度 | Far less than a ridge is wide in the elevation model";
    /// 封闭线距现有阻隔不超过此值算利用该阻隔 | A closing line this near to a barrier follows it
    const CLOSING_BESIDE_M: f64 = 5.0,
        because "小于一般阻隔带宽度；假定值，供审查 | Less than barriers are wide; an assumption, for review";
}

/// Lines that divide the largest cell, then the largest of what is left, and so on.
pub(super) fn closings(case: &FirebreakCase, cells: &[ForestCell]) -> Vec<ClosingLine> {
    let large = cells.iter().take(MOST_CLOSINGS).filter(|cell| cell.area_hm2 >= CLOSING_LEAST_HM2);
    let mut left: Vec<(f64, &str, MultiPolygon)> =
        large.map(|cell| (cell.area_hm2, cell.name.as_str(), cell.geometry.clone())).collect();
    let place_counts = [CLOSING_PLACES, CLOSING_PLACES_FINER, CLOSING_PLACES_FINEST];
    let mut rows = Vec::new();
    while rows.len() < MOST_CLOSINGS {
        let largest = left.iter().enumerate().max_by(|a, b| a.1.0.total_cmp(&b.1.0)).map(|(at, _)| at);
        let Some((before_hm2, name, shape)) = largest.map(|at| left.swap_remove(at)) else { break };
        // A part that no line divides is left as it is.
        let Some((lines, parts)) = place_counts.into_iter().find_map(|count| closing(case, &shape, count)) else {
            continue;
        };
        let mut areas: Vec<(f64, MultiPolygon)> = parts
            .into_iter()
            .map(|part| MultiPolygon(vec![part]))
            .map(|part| ((case.area.plane.area_m2(&part) / 1000.0).round() / 10.0, part))
            .collect();
        areas.sort_by(|a, b| b.0.total_cmp(&a.0));
        let splits_hm2 = areas[1..].iter().map(|(area_hm2, _)| area_hm2).sum::<f64>();
        rows.push(row(case, name, before_hm2, lines, splits_hm2, rows.len() as u32 + 1));
        let worth = areas.into_iter().filter(|(area_hm2, _)| *area_hm2 >= CLOSING_LEAST_HM2);
        left.extend(worth.map(|(area_hm2, part)| (area_hm2, name, part)));
    }
    rows
}

fn row(
    case: &FirebreakCase,
    cell: &str,
    before_hm2: f64,
    lines: MultiLineString,
    splits_hm2: f64,
    number: u32,
) -> ClosingLine {
    let width_m = case.rules.firebreak.barrier_width_m.value;
    let used = ground_used(case, &lines, width_m);
    let build_m = whole(used.length_m - used.existing_m);
    let slope_percent = mean_slope_percent(case, used.cleared.into_iter());
    let cost_wan_yuan = cost_wan_yuan(case, used.clear_m2, slope_percent);
    let [length_m, existing_m, widen_m, ridge_m] =
        [used.length_m, used.existing_m, used.widen_m, used.ridge_m].map(whole);
    let longest = lines.0.iter().max_by_key(|line| line.0.len());
    let town = longest.and_then(|line| case.towns.at(middle_of(line)));
    let story = Label::new(
        format!(
            "沿这条线新建 {build_m} m 阻隔（其中 {widen_m} m 由现有窄路、窄阻隔加宽，{ridge_m} m 走山脊；\
             另有 {existing_m} m 可利用现有达标阻隔），可把{cell}的 {before_hm2} hm² 一片森林分成两片，隔出 {splits_hm2:.1} hm²；按宽 {width_m} m 约 {cost_wan_yuan} 万元（单价为未核实的缺省值）。\
             走向由程序按代价最小求得，施工前须现场踏勘。"
        ),
        format!(
            "Building {build_m} m along this line ({widen_m} m of it by widening narrow roads or barriers, {ridge_m} m on a ridge; \
             another {existing_m} m follow barriers that hold) divides a cell of {before_hm2} hm², cutting off {splits_hm2:.1} hm²; \
             {width_m} m wide it costs some {cost_wan_yuan} x 10,000 yuan (an unverified unit cost). The line is a least-cost \
             computation; survey it before building."
        ),
    );
    ClosingLine {
        geometry: lines,
        rank: number,
        name: format!("封闭线{number:02}"),
        town: case.towns.name(town),
        story,
        cell: cell.to_owned(),
        before_hm2,
        length_m,
        existing_m,
        widen_m,
        ridge_m,
        build_m,
        slope_percent,
        cost_wan_yuan,
        splits_hm2: whole(splits_hm2 * 10.0) / 10.0,
        build_m_hm2: whole(build_m / splits_hm2 * 100.0) / 100.0,
        range: String::new(),
        clear_hm2: (used.clear_m2 / 100.0).round() / 100.0,
    }
}

/// What a closing line runs along, in metres, and what is to be cleared for it.
#[derive(Default)]
struct GroundUsed {
    length_m: f64,
    existing_m: f64,
    widen_m: f64,
    ridge_m: f64,
    clear_m2: f64,
    /// Places of the ground that is to be cleared.
    cleared: Vec<Coord>,
}

fn ground_used(case: &FirebreakCase, lines: &MultiLineString, width_m: f64) -> GroundUsed {
    let mut used = GroundUsed::default();
    for piece in lines.0.iter().flat_map(LineString::lines) {
        let piece_m = piece.delta().x.hypot(piece.delta().y);
        let steps = (piece_m / CLOSING_STEP_M).ceil().max(1.0);
        for step in 0..steps as u32 {
            let at = piece.start + piece.delta() * ((f64::from(step) + 0.5) / steps);
            let part_m = piece_m / steps;
            used.length_m += part_m;
            let (holds, narrow_m) = standing(case, at);
            if holds {
                used.existing_m += part_m;
                continue;
            }
            used.cleared.push(at);
            used.clear_m2 += part_m * (width_m - narrow_m.unwrap_or(0.0)).max(0.0);
            used.widen_m += if narrow_m.is_some() { part_m } else { 0.0 };
            used.ridge_m += if narrow_m.is_none() && is_ridge(case, at) { part_m } else { 0.0 };
        }
    }
    used
}

/// Whether a barrier that holds a fire stands beside a place of a closing line, and, if not, how wide the widest one there is.
fn standing(case: &FirebreakCase, at: Coord) -> (bool, Option<f64>) {
    let near = case.barriers.near(at, CLOSING_BESIDE_M);
    let beside = || near.iter().map(|(number, ..)| &case.barriers.list[*number as usize]);
    let holds = beside().any(|barrier| barrier.means.is_built() || barrier.is_wide(case.rules) == Some(true));
    (holds, beside().filter_map(|barrier| barrier.width_m).reduce(f64::max))
}
