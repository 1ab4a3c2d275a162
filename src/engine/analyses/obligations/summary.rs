//! Key figures of the obligations.

use crate::duties::DutyState;
use crate::duties::rows::{TownDuty, UnitDuty};
use fireplan_model::findings::Figure;

/// Counts over towns, and of what was not reported.
pub(super) fn figures(towns: &[TownDuty], units: &[UnitDuty], is_nothing_asked: bool) -> Vec<Figure> {
    let count = |state: DutyState| towns.iter().filter(|row| row.state == state).count();
    let all = towns.len();
    if all + units.len() == 0 {
        let none = Figure::new("obligations", "文件任务 | Obligations", Some(0.0), "");
        return vec![if is_nothing_asked {
            none.remark("所用规则没有任务清单，请选用地方规则", "these rules list none: choose a local profile")
        } else {
            none.remark("所用规则的任务没有一项适用于本区的乡镇", "none of these obligations is asked of a town here")
        }];
    }
    let (met, open, overdue) = (count(DutyState::Met), count(DutyState::Open), count(DutyState::Overdue));
    let unknown = count(DutyState::Undetermined) + count(DutyState::Unreported);
    let percent = |part: usize| if all == 0 { None } else { Some((part as f64 / all as f64 * 1000.0).round() / 10.0) };
    let unreported =
        units.iter().filter(|row| row.state == DutyState::Unreported).count() + count(DutyState::Unreported);
    vec![
        Figure::new("duties_met_percent", "乡镇任务完成率 | Obligations of towns met", percent(met), "%")
            .range(percent(met).zip(percent(met + unknown)).filter(|_| unknown > 0).map(|(low, high)| [low, high]))
            .remark(
                format!("共 {all} 项，未完成 {open}，逾期 {overdue}，待核 {unknown}"),
                format!("of {all}: {open} open, {overdue} overdue, {unknown} undetermined"),
            ),
        Figure::new("overdue_duties", "逾期任务 | Overdue obligations", Some(overdue as f64), ""),
        Figure::new("open_duties", "未完成任务 | Open obligations", Some(open as f64), ""),
        Figure::new("unreported_duties", "未填报的任务 | Obligations not reported", Some(unreported as f64), "")
            .remark(
                "用 fireplan form 生成填报表，填好后写入 area.toml 的 [reports]",
                "fireplan form writes the form; name it under [reports] of area.toml",
            ),
    ]
}
