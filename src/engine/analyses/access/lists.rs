//! Long lists in a sentence: how many there are, by which threshold, and how much of it the worst are.

use super::AccessRun;
use super::dead_ends::DeadEnd;
use super::fragile::{ClosureEffect, FragileRoad};
use fireplan_model::findings::Figure;
use fireplan_model::rows::Label;

/// What the lists of dead ends and of roads whose closure hits somebody come to.
pub(super) fn figures(run: &AccessRun, dead_ends: &[DeadEnd], fragile: &[FragileRoad]) -> Vec<Figure> {
    let cut_off = fragile.iter().filter(|road| road.effect == ClosureEffect::CutOff).count();
    let bound = run.rules.fire_lane.dead_end_m.bound();
    // Adding 0 turns -0.0, Rust's empty sum, into 0, so that it is not shown as -0.
    let cost = dead_ends.iter().filter_map(|end| end.cost_wan_yuan.0).sum::<f64>() + 0.0;
    let of_ends = Label::new(
        format!("尽头路不满足“长度{bound}”、末端有建筑而没有回车场；建回车场共约 {cost:.0} 万元（单价未核实）"),
        format!(
            "dead ends with buildings and no turnaround that do not keep their length {bound}; turnarounds cost {cost:.0} × 10,000 yuan in all (unit cost unverified)"
        ),
    );
    let smaller = fragile.iter().filter(|road| road.effect == ClosureEffect::SmallerLeft).count();
    let of_roads = Label::new(
        format!(
            "其中断则无路的 {cut_off} 条，只剩较小的车可到的 {smaller} 条；村庄按中心点附近和所在建成区内的道路判断"
        ),
        format!(
            "{cut_off} of them cut somebody off, {smaller} leave smaller engines only; a village is judged by the roads near its point and in its built-up area"
        ),
    );
    let ends: Vec<u32> = dead_ends.iter().map(|end| end.behind_people).collect();
    let roads: Vec<u32> = fragile.iter().map(|road| road.affected_people).collect();
    vec![
        figure("dead_ends", "无回车场的过长尽头路 | Long dead ends without a turnaround", &ends, &of_ends),
        figure("fragile_roads", "唯一通道与绕行路段 | Roads whose closure cuts off or costs time", &roads, &of_roads),
    ]
}

/// How many of a list concern people, and how many the worst does; sums would count those behind several with each.
fn figure(name: &str, label: &str, people: &[u32], about: &Label) -> Figure {
    let nobody = people.iter().filter(|people| **people == 0).count();
    let most = people.first().copied().unwrap_or(0);
    Figure::new(name, label, Some(people.len() as f64), "").remark(
        format!("{}；涉及人口最多的一处 {most} 人，{nobody} 处没有已知人口", about.zh),
        format!("{}; the worst concerns {most} people, {nobody} nobody known", about.en),
    )
}
