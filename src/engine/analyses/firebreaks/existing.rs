//! What stands in and along the forest already, with its width.

use geo::{Geometry, MultiPolygon, Polygon};

use super::barriers::{ForestBarrier, Means};
use super::{FirebreakCase, hm2, whole};
use fireplan_model::method_constants;
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 现有阻隔 | Existing barriers
    pub struct BarrierFound {
        geometry: Geometry,
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
        length_m: Option<f64>,
        /// 面积 | Area
        area_hm2: Option<f64>,
    }
}

/// Barriers that stand in forest or, where they are areas, in it or along its edge.
pub(super) fn found(case: &FirebreakCase, length_m: &[f64]) -> Vec<BarrierFound> {
    let all = case.barriers.list.iter().zip(length_m);
    all.filter_map(|(barrier, length_m)| match &barrier.area {
        None => (*length_m >= BARRIER_LISTED_M).then(|| of_line(case, barrier, *length_m)),
        Some(area) => meets_forest(case, area).then(|| of_area(case, barrier, area)),
    })
    .collect()
}

method_constants! {
    /// 面状阻隔距林缘不超过此值视为紧邻 | An area this near to the forest lies along its edge
    const BARRIER_BESIDE_M: f64 = 1.0,
        because "不同来源的界线相邻处约差 1 米（1:2000 图精度） | Outlines of different sources differ by some 1 m, the accuracy of a 1:2000 map";
    /// 林内长度不足此值的线状阻隔不列出 | Line barriers with less than this in forest are not listed
    const BARRIER_LISTED_M: f64 = 1.0,
        because "只是与林缘相接，不起阻隔作用 | They only touch its edge and hold no fire";
}

fn meets_forest(case: &FirebreakCase, area: &Polygon) -> bool {
    let woods = &case.woods.index;
    area.exterior().lines().any(|line| {
        woods.contains(line.start) || woods.nearest(line.start, BARRIER_BESIDE_M).is_some() || !woods.is_clear(line)
    })
}

fn of_line(case: &FirebreakCase, barrier: &ForestBarrier, length_m: f64) -> BarrierFound {
    let required_m = ForestBarrier::required_m(barrier.means, case.rules);
    let wide = barrier.is_wide(case.rules);
    let (kind, length_m) = (barrier.means.label(), whole(length_m));
    let width = barrier.width_m.map_or_else(
        || Label::new("宽度不明", "of unknown width"),
        |width_m| Label::new(format!("宽 {width_m} m"), format!("{width_m} m wide")),
    );
    let (judged_zh, judged_en) = match wide {
        Some(true) => ("达到", "meets"),
        Some(false) => ("未达到", "falls short of"),
        None => ("宽度未实测，待核是否达到", "not measured; to be checked against"),
    };
    let story = Label::new(
        format!(
            "{}，在林内长 {length_m} m，{}，{judged_zh}作阻隔所需的 {required_m} m（未核实的缺省值）。",
            kind.zh, width.zh
        ),
        format!(
            "{}: {length_m} m in forest, {}; {judged_en} the {required_m} m (an unverified default) a barrier needs.",
            kind.en, width.en
        ),
    );
    BarrierFound {
        geometry: barrier.line.clone().into(),
        name: barrier.name.clone(),
        story,
        means: barrier.means,
        width_m: barrier.width_m,
        required_m,
        wide,
        length_m: Some(length_m),
        area_hm2: None,
    }
}

/// How wide an area is depends on where a fire would cross it: that is judged edge by edge.
fn of_area(case: &FirebreakCase, barrier: &ForestBarrier, area: &Polygon) -> BarrierFound {
    let required_m = ForestBarrier::required_m(barrier.means, case.rules);
    let area_hm2 = hm2(case.area.plane.area_m2(&MultiPolygon(vec![area.clone()])));
    let kind = barrier.means.label();
    let story = Label::new(
        format!(
            "{}，{area_hm2} hm²，在林内或紧邻林缘。面状阻隔的宽度按火穿越它的方向逐段量取，要求 {required_m} m（未核实的缺省值），结果见相邻林缘。",
            kind.zh
        ),
        format!(
            "{} of {area_hm2} hm² in the forest or along its edge. How wide it is depends on where a fire crosses it and is measured from each \
             piece of edge; {required_m} m (an unverified default) are required.",
            kind.en
        ),
    );
    BarrierFound {
        geometry: area.clone().into(),
        name: barrier.name.clone(),
        story,
        means: barrier.means,
        width_m: None,
        required_m,
        wide: None,
        length_m: None,
        area_hm2: Some(area_hm2),
    }
}
