//! What is handed over: the towns with what they owe.

use geo::MultiPolygon;

use super::worst;
use crate::duties::DutyState;
use crate::duties::rows::DutyRow;
use fireplan_model::layers::Town;
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};

row! {
    /// 乡镇任务落实 | Obligations of the towns
    pub struct ObligationTown {
        geometry: MultiPolygon,
        /// 乡镇街道 | Town
        name: String,
        /// 总体 | As a whole
        state: DutyState,
        /// 应有任务 | Obligations
        asked: u32,
        /// 已完成 | Met
        met: u32,
        /// 未完成(含逾期) | Open, with what is overdue
        open: u32,
        /// 其中逾期(未给评估日期的不判) | Of these overdue, where a day of assessment is given
        overdue: IfAny<u32>,
        /// 待核 | Undetermined
        undetermined: u32,
        /// 未填报 | Not reported
        unreported: u32,
        /// 说明 | In plain words
        story: Label,
    }
}

/// How many of what is open are overdue, in Chinese and English; without a day of assessment nobody knows.
pub(super) fn tell_overdue(overdue: Option<usize>) -> (String, String) {
    match overdue {
        Some(count) => (format!("其中逾期 {count}"), format!("{count} of them overdue")),
        None => ("逾期未判(未给评估日期)".to_owned(), "overdue not judged (no day of assessment)".to_owned()),
    }
}

impl ObligationTown {
    /// What the rows of a town come to; `is_dated`: a day of assessment is given, so that what is late is known.
    pub(super) fn of(town: &Town, rows: &[DutyRow], is_dated: bool) -> Self {
        let count = |state: DutyState| rows.iter().filter(|row| row.state == state).count() as u32;
        let (met, overdue) = (count(DutyState::Met), count(DutyState::Overdue));
        // What is overdue is open still.
        let open = count(DutyState::Open) + overdue;
        let (undetermined, unreported) = (count(DutyState::Undetermined), count(DutyState::Unreported));
        let asked = rows.len() as u32;
        let (late_zh, late_en) = tell_overdue(is_dated.then_some(overdue as usize));
        Self {
            geometry: town.geometry.clone(),
            name: town.name.clone(),
            state: worst(rows.iter().map(|row| row.state)),
            asked,
            met,
            open,
            overdue: IfAny(is_dated.then_some(overdue)),
            undetermined,
            unreported,
            story: Label::new(
                format!(
                    "应有任务 {asked} 项：已完成 {met}，未完成 {open}（{late_zh}），待核 {undetermined}，未填报 {unreported}。"
                ),
                format!(
                    "{asked} obligations: {met} met, {open} open ({late_en}), {undetermined} undetermined, {unreported} not reported."
                ),
            ),
        }
    }
}
