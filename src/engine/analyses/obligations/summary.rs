//! Key figures of the obligations.

use crate::duties::DutyState;
use crate::duties::rows::DutyRow;
use fireplan_model::findings::Figure;
use fireplan_model::rules::Rules;

use super::rows::tell_overdue;

/// Counts over towns, and of what was not reported.
pub(super) fn figures(towns: &[DutyRow], units: &[DutyRow], rules: &Rules) -> Vec<Figure> {
    let count = |state: DutyState| towns.iter().filter(|row| row.state == state).count();
    let all = towns.len();
    if all + units.len() == 0 {
        let none = Figure::new("obligations", "文件任务 | Obligations", Some(0.0), "");
        return vec![if rules.obligation.is_empty() {
            none.remark("所用规则没有任务清单，请选用地方规则", "these rules list none: choose a local profile")
        } else {
            none.remark("所用规则的任务没有一项适用于本区的乡镇", "none of these obligations is asked of a town here")
        }];
    }
    let (met, overdue) = (count(DutyState::Met), count(DutyState::Overdue));
    // What is overdue is open still.
    let open = count(DutyState::Open) + overdue;
    let unknown = count(DutyState::Undetermined) + count(DutyState::Unreported);
    let percent = |part: usize| if all == 0 { None } else { Some((part as f64 / all as f64 * 1000.0).round() / 10.0) };
    let (unreported, of_units) =
        (count(DutyState::Unreported), units.iter().filter(|row| row.state == DutyState::Unreported).count());
    let judged = rules.choice.as_of.as_ref().map(|_| overdue);
    let (late_zh, late_en) = tell_overdue(judged);
    let late = Figure::new("overdue_duties", "逾期任务 | Overdue obligations", judged.map(|count| count as f64), "");
    vec![
        Figure::new("duties_met_percent", "乡镇任务完成率 | Obligations of towns met", percent(met), "%")
            .range(percent(met).zip(percent(met + unknown)).filter(|_| unknown > 0).map(|(low, high)| [low, high]))
            .remark(
                format!("共 {all} 项，未完成 {open}（{late_zh}），待核 {unknown}，其中未填报 {unreported}"),
                format!(
                    "of {all}: {open} open ({late_en}), {unknown} undetermined, {unreported} of them not reported"
                ),
            ),
        if judged.is_some() {
            late
        } else {
            late.remark(
                "未判：没有给出评估日期(--as-of)，请填写",
                "not judged: no day of assessment is given; state it as --as-of",
            )
        },
        Figure::new("open_duties", "未完成任务 | Open obligations", Some(open as f64), "").remark(late_zh, late_en),
        Figure::new("unreported_duties", "未填报的乡镇任务 | Obligations of towns not reported", Some(unreported as f64), "")
            .remark(
                format!(
                    "乡镇任务 {unreported} 项(逐村、逐单位的按乡镇合并)；逐村、逐单位和全县任务 {of_units} 项；用 fireplan form 生成填报表，填好后写入 area.toml 的 [reports]"
                ),
                format!(
                    "of towns, their villages and units together: {unreported}; of units and the district one by one: {of_units}; fireplan form writes the form; name it under [reports] of area.toml"
                ),
            ),
    ]
}
