//! Is the firebreak system built where it must be?
//!
//! The notice says how deep the zone reaches into the forest, not how much of a system must stand in it. It is taken as built
//! behind a facing edge where the shortest way across the zone crosses a barrier wide enough ([`protection`](super::protection));
//! of all facing edges of a unit this must hold for the share `firebreak.zone_guarded_percent`. Edges without a barrier that
//! are too short to be listed as gaps do not count. Barriers whose width nobody stated may be wide enough, and where the area
//! has no layer of barriers every edge may have one: 待核 where that decides.

use super::FirebreakCase;
use super::duties::{DutyAmounts, ForestTask, HeldDuty, Span, held, under_clause};
use super::protection::Protection;
use super::units::ForestUnit;
use super::whole;
use super::zone::SitedEdge;
use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;

/// Metres of facing edge.
#[derive(Debug, Clone, Copy, Default)]
struct FacingSum {
    all_m: f64,
    guarded_m: f64,
    unknown_m: f64,
    /// Of unguarded edges that are too short to count.
    left_out_m: f64,
}

/// Per unit, the zone facing the urban area and that facing other settlements.
pub(super) fn zone_duties(case: &FirebreakCase, units: &[ForestUnit], stretches: &[SitedEdge]) -> Vec<HeldDuty> {
    let both = |unit| [true, false].into_iter().filter_map(move |urban| zone_duty(case, unit, stretches, urban));
    units.iter().flat_map(both).collect()
}

fn zone_duty(case: &FirebreakCase, unit: &ForestUnit, stretches: &[SitedEdge], urban: bool) -> Option<HeldDuty> {
    let sum = sum_facing(case, unit, stretches, urban);
    let unsettled = if urban { !case.area.has(LayerId::BuiltUp) } else { case.settlements.list.is_empty() };
    if sum.all_m == 0.0 && !unsettled {
        return None;
    }
    let rule = case.rules_of(unit);
    let (clause, task) =
        if urban { (&rule.zone_urban_m, ForestTask::ZoneUrban) } else { (&rule.zone_town_m, ForestTask::ZoneTown) };
    let depth_m = clause.value;
    let (whom_zh, whom_en) = if urban { ("城区", "the urban area") } else { ("其余聚落", "other settlements") };
    let label = Label::new(
        format!("面向{whom_zh}的林缘，向林内 {depth_m} m 范围内有达标阻隔的长度占比"),
        format!("share of edges facing {whom_en} with a barrier wide enough within {depth_m} m inward"),
    );
    let limit = under_clause(&rule.zone_guarded_percent, clause, label);
    let share = Span::percent(sum.guarded_m, sum.unknown_m, sum.all_m);
    let mut check = limit.check(&unit.name, share.and_then(|share| share.decided(&limit)));
    // It rests on these two as much as on the clause.
    let unverified =
        [&rule.zone_guarded_percent, &rule.barrier_width_m].iter().any(|one| !one.provenance.is_verified());
    check.obliged.unverified |= unverified;
    let amounts = DutyAmounts {
        task,
        counted_in: Label::new("林缘 m", "m of edge"),
        required: whole(sum.all_m),
        present: (sum.all_m > 0.0).then(|| whole(sum.guarded_m)),
    };
    held(case, unit, check, amounts, remark(case, sum, unverified))
}

fn sum_facing(case: &FirebreakCase, unit: &ForestUnit, stretches: &[SitedEdge], urban: bool) -> FacingSum {
    let has_barriers = case.area.has(LayerId::Barriers);
    let mut sum = FacingSum::default();
    let own = stretches.iter().filter(|one| one.row.urban == urban && unit.holds(one.town, Some(one.forest)));
    for edge in own.map(|stretch| &stretch.row) {
        let guarded = edge.protection == Protection::Protected;
        if !guarded && edge.length_m < case.question.least_gap_m {
            sum.left_out_m += edge.length_m;
            continue;
        }
        sum.all_m += edge.length_m;
        match edge.protection {
            Protection::Protected => sum.guarded_m += edge.length_m,
            Protection::Unknown => sum.unknown_m += edge.length_m,
            Protection::Narrow | Protection::Open if !has_barriers => sum.unknown_m += edge.length_m,
            Protection::Narrow | Protection::Open => {}
        }
    }
    sum
}

fn remark(case: &FirebreakCase, sum: FacingSum, unverified: bool) -> Label {
    if sum.all_m == 0.0 {
        return Label::new(
            "没有建成区或村庄资料，不知哪些林缘面向聚落",
            "no built-up areas or villages: which edges face one is not known",
        );
    }
    let (all_m, guarded_m, unknown_m) = (whole(sum.all_m), whole(sum.guarded_m), whole(sum.unknown_m));
    let open_m = whole(sum.all_m - sum.guarded_m - sum.unknown_m);
    let doubt = match (case.area.has(LayerId::Barriers), unverified) {
        (false, _) => ("；没有阻隔设施图层", "; there is no layer of barriers"),
        (true, true) => ("；达标的宽度和比例为未核实的缺省值", "; width and share wanted are unverified defaults"),
        (true, false) => ("", ""),
    };
    let (least_m, left_out_m) = (case.question.least_gap_m, whole(sum.left_out_m));
    let (short_zh, short_en) = match left_out_m > 0.0 {
        true => (
            format!("（不足 {least_m} m 的零星段共 {left_out_m} m 不计）"),
            format!(" ({left_out_m} m of pieces below {least_m} m are not counted)"),
        ),
        false => Default::default(),
    };
    Label::new(
        format!(
            "应有 {all_m} m 林缘{short_zh}，现有达标阻隔 {guarded_m} m，尚缺 {open_m} m，宽度待核 {unknown_m} m{}",
            doubt.0
        ),
        format!(
            "{all_m} m of edge{short_en}, {guarded_m} m guarded, {open_m} m lacking, {unknown_m} m not known{}",
            doubt.1
        ),
    )
}
