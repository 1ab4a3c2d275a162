//! Key figures of the hydrants.

use super::HydrantRun;
use super::by_road::RoadGaps;
use super::plan::{HydrantPhase, HydrantPlan};
use super::points::HydrantPoint;
use super::proposals::NewReason;
use super::stock::StateReading;
use super::sums::{Sum, percent};
use crate::worst_first::WorstFirst;
use fireplan_model::findings::Figure;
use fireplan_model::rows::Label;

/// Everything from which the figures are computed.
pub(super) struct FigureInputs<'a> {
    pub run: &'a HydrantRun<'a>,
    pub all: &'a Sum,
    pub new: &'a HydrantPlan,
    pub roads: &'a [RoadGaps],
    pub points: &'a [HydrantPoint],
}

/// The figures in the order in which the page shows them.
const FIGURES: [fn(&FigureInputs) -> Figure; 7] =
    [within_spacing, working, missing, buildings, area_in_radius, area_by_hose, worst_failure];

pub(super) fn figures(told: &FigureInputs) -> Vec<Figure> {
    let people = told.run.area.population.is_some().then(|| people(told));
    FIGURES.iter().map(|figure| figure(told)).chain(people).collect()
}

/// Planned hydrants bring so many more built-up areas into what has mains, and planned roads want hydrants. The figures are of what
/// is there now, so that nothing planned makes one worse; where a share is another one over all of it, both are told.
pub(super) fn tell_grown(figures: &mut [Figure], with_more: &[Figure], more: usize) {
    let (why_zh, why_en) = match more {
        0 => ("规划道路".to_owned(), "planned roads".to_owned()),
        more => (
            format!("因规划消火栓成为有管网建成区的 {more} 处村庄及规划道路"),
            format!("{more} villages that get mains with planned hydrants, and planned roads"),
        ),
    };
    for figure in figures.iter_mut().filter(|figure| figure.unit == "%") {
        let other = with_more.iter().find(|other| other.name == figure.name).and_then(|other| other.value);
        let Some(other) = other.filter(|other| Some(*other) != figure.value) else { continue };
        let Label { zh, en } = &mut figure.remark;
        *zh += &format!("；不含{why_zh}，一并计入为 {other}%");
        *en += &format!("; without {why_en}; with them it is {other}%");
    }
}

/// Shares of a whole, the least and the most they can be.
fn range(low: f64, high: f64, of: f64) -> Option<[f64; 2]> {
    Some([percent(low, of)?, percent(high, of)?])
}

fn within_spacing(told: &FigureInputs) -> Figure {
    let Sum { road_m, beyond_m, beyond_hopeful_m, .. } = *told.all;
    let label = "建成区道路间距达标率 | Built-up road within the spacing";
    let road_km = (road_m / 100.0).round() / 10.0;
    Figure::new("road_within_spacing_percent", label, percent(road_m - beyond_m, road_m), "%")
        .range(range(road_m - beyond_m, road_m - beyond_hopeful_m, road_m))
        .remark(
            format!("共 {road_km} km；区间上限为状态不明者均完好"),
            format!("of {road_km} km; the upper end if hydrants of unknown state work"),
        )
}

fn working(told: &FigureInputs) -> Figure {
    let [working, unknown, out] = told.all.states;
    Figure::new("hydrants_working", "完好消火栓 | Working hydrants", Some(f64::from(working)), "具")
        .range(Some([f64::from(working), f64::from(working + unknown)]))
        .remark(
            format!("另有 {unknown} 具状态待核、{out} 具损坏或冻结"),
            format!("{unknown} more of unknown state, {out} out of service or frozen"),
        )
}

/// How good a number of new hydrants is.
fn proof(found: usize, bound: usize) -> Label {
    if found <= bound {
        return Label::new(format!("已证明最少（下界 {bound}）"), format!("proven to be the fewest ({bound})"));
    }
    let more = found - bound;
    Label::new(
        format!("理论下界 {bound}，至多多出 {more} 处"),
        format!("no fewer than {bound} can do; at most {more} too many"),
    )
}

/// All that is to be built, by reason and by phase.
fn missing(told: &FigureInputs) -> Figure {
    let (new, run) = (told.new, told.run);
    let [spacing, heads, hose] = [NewReason::Spacing, NewReason::Head, NewReason::Hose].map(|why| new.count(why));
    let [bound, exact, if_unknown_work] = new.spacing;
    let [_, unknown, out] = told.all.states;
    let (by_spacing, by_hose) = (proof(spacing, bound), proof(hose, new.hose_bound));
    let repairs = tell_repairs(run.planned_on, out);
    let known = run.area.population.is_some();
    let phases: Vec<(usize, f64)> = HydrantPhase::ALL.iter().map(|phase| new.of_phase(*phase)).collect();
    let measure = if known {
        Label::new("新增有水人口", "people who get water")
    } else {
        Label::new("新增有水建筑", "buildings that get water")
    };
    let phase = |number: usize| {
        let (count, people) = phases[number];
        if known { format!("{count} 处（{people:.0} 人）") } else { format!("{count} 处") }
    };
    // What stays without water although all is built: too far from every road on which a hydrant could stand.
    let lacking = told.all.shares.people_without.round();
    let left = (lacking - phases.iter().map(|(_, people)| people).sum::<f64>()).max(0.0);
    let left_zh = if known { format!("，补建后仍有 {left:.0} 人无水") } else { String::new() };
    let list = WorstFirst::of(told.roads.iter().map(|road| road.without_people));
    let beside = tell_beside(lacking, told.roads);
    let (streets, cost) = (list.tell("条路", "roads"), new.rows.len() as f64 * run.rules.hydrant.new_wan_yuan.value);
    let hydrant = &run.rules.hydrant;
    let limit = hydrant.spacing_m.bound();
    let (half, most) = (hydrant.first_phase_percent.value, hydrant.second_phase_percent.value);
    let verify = new.rows.iter().filter(|new| new.row.verify).count();
    Figure::new("hydrants_missing", "应补建消火栓 | New hydrants", Some(new.rows.len() as f64), "处").remark(
        format!(
            "间距（{limit}）{spacing} 处、桥头隧道口 {heads} 处、其后水带仍够不着建筑的 {hose} 处，一处不重复计，约 {cost:.0} 万元；\
             按街道由重到轻，一期 {}、二期 {}、三期 {}（按{}，一期至其 {half}%，二期至 {most}%{left_zh}）；{}，状态不明的 {unknown} 具按不能用计，其中 {verify} 处所在道路先核实，若均完好间距只须 {if_unknown_work} 处；\
             间距：{}，{exact} 处由精确算法求得；水带：{}，另有 {} 栋设在道路上也够不着；缺口{}（沿路无水{}）",
            phase(0),
            phase(1),
            phase(2),
            measure.zh,
            repairs.zh,
            by_spacing.zh,
            by_hose.zh,
            new.beyond,
            streets.zh,
            beside.zh
        ),
        format!(
            "{spacing} for the spacing ({limit}), {heads} at bridge heads and portals, {hose} more for buildings still beyond the hose, \
             none counted twice, some {cost:.0} x 10,000 yuan; phases of {}, {} and {} by {} ({half} and {most} %); {}; {unknown} of unknown state count as not \
             working, {if_unknown_work} would do for the spacing if they work; spacing: {}, {exact} solved exactly; hose: {}, {} \
             buildings beyond any road; gaps on {} without water{}",
            phases[0].0, phases[1].0, phases[2].0, measure.en, repairs.en, by_spacing.en, by_hose.en, new.beyond, streets.en, beside.en
        ),
    )
}

/// What is mended before anything is built.
fn tell_repairs(planned_on: StateReading, out: u32) -> Label {
    match planned_on {
        _ if out == 0 => Label::new("没有待修复的", "none is out of service"),
        StateReading::Repaired | StateReading::RepairedHopeful => {
            Label::new(format!("先修复损坏、冻结的 {out} 具"), format!("after the repair of {out} out of service"))
        }
        StateReading::Certain | StateReading::Hopeful => Label::new("不计修复", "without repairs"),
    }
}

/// People without water along roads that have no gap, whom the table of roads does not count.
fn tell_beside(lacking: f64, roads: &[RoadGaps]) -> Label {
    let rest = lacking - roads.iter().filter_map(|road| road.without_people).sum::<f64>();
    match rest >= 1.0 {
        true => Label::new(
            format!("；共无水 {lacking:.0} 人，其余 {rest:.0} 人沿没有缺口的道路"),
            format!("; {lacking:.0} in all, the other {rest:.0} along roads without a gap"),
        ),
        false => Label::default(),
    }
}

fn buildings(told: &FigureInputs) -> Figure {
    let [buildings, reached, two, hopeful] = told.all.buildings.map(f64::from);
    let label = "水带可达建筑 | Buildings in reach by hose";
    Figure::new("buildings_by_hose_percent", label, percent(reached, buildings), "%")
        .range(range(reached, reached + hopeful, buildings))
        .remark(
            format!("有管网建成区内 {buildings} 栋，其中 {two} 栋两具可达"),
            format!("of {buildings} buildings where there are mains; {two} in reach of two"),
        )
}

fn area_in_radius(told: &FigureInputs) -> Figure {
    let (shares, km2) = (&told.all.shares, told.all.built_up_km2);
    let [one, _, hopeful] = shares.radius;
    let label = "建成区半径覆盖率 | Built-up area within the radius";
    Figure::new("area_in_radius_percent", label, percent(one, shares.area_m2), "%")
        .range(range(one, hopeful, shares.area_m2))
        .remark(
            format!("{km2:.2} km²；画圆所得，未计河流、铁路和围墙"),
            format!("{km2:.2} km²; mere circles, blind to rivers, rails and walls"),
        )
}

fn area_by_hose(told: &FigureInputs) -> Figure {
    let shares = &told.all.shares;
    let ([one, two, hopeful], places) = (shares.hose, shares.area_m2);
    let label = "建成区水带覆盖率 | Built-up area in reach by hose";
    let two = percent(two, places).unwrap_or(0.0);
    Figure::new("area_by_hose_percent", label, percent(one, places), "%").range(range(one, hopeful, places)).remark(
        format!("同一范围按实际铺带路线；两具可达 {two}%"),
        format!("the same area by hoses that can be laid; {two}% in reach of two"),
    )
}

/// Of the hydrants that stand: a planned one takes nothing from them, and what hangs on it alone is told beside.
fn worst_failure(told: &FigureInputs) -> Figure {
    let worst = |planned: bool| {
        let points = told.points.iter().zip(told.run.placed);
        let of_kind = points.filter(|(_, placed)| placed.is_planned() == planned);
        let points = of_kind.map(|(point, _)| point);
        points.max_by(|a, b| a.sole_buildings.cmp(&b.sole_buildings).then(b.name.cmp(&a.name)))
    };
    let tell = |HydrantPoint { name, road, .. }: &HydrantPoint| match road.is_empty() {
        true => Label::new(name.clone(), name.clone()),
        false => Label::new(format!("{name}（{road}）"), format!("{name} ({road})")),
    };
    let (standing, planned) = (worst(false), worst(true));
    let lost = standing.map(|worst| f64::from(worst.sole_buildings));
    let mut remark = standing.map_or_else(Label::default, tell);
    if let Some(new) = planned.filter(|new| f64::from(new.sole_buildings) > lost.unwrap_or(0.0)) {
        let (told, buildings) = (tell(new), new.sole_buildings);
        remark.zh += &format!("；方案新建的消火栓最多 {buildings} 栋（{}）", told.zh);
        remark.en += &format!("; {buildings} with a planned one ({})", told.en);
    }
    let label = "单栓失效最多断水建筑 | Buildings lost with the worst single hydrant";
    Figure::new("worst_failure_buildings", label, lost, "栋").remark(remark.zh, remark.en)
}

fn people(told: &FigureInputs) -> Figure {
    let (without, people) = (told.all.shares.people_without.round(), told.all.shares.people.round());
    let label = "有管网建成区内无水人口 | People without water where there are mains";
    Figure::new("people_without_water", label, Some(without), "人")
        .remark(format!("共 {people} 人（按格网）"), format!("of {people} people (from the raster)"))
}
