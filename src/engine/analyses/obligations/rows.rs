//! What is handed over: the towns with what they owe.

use geo::MultiPolygon;

use super::worst;
use crate::duties::DutyState;
use crate::duties::rows::TownDuty;
use fireplan_model::layers::Town;
use fireplan_model::row;
use fireplan_model::rows::Label;

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
        /// 未完成 | Open
        open: u32,
        /// 逾期 | Overdue
        overdue: u32,
        /// 待核 | Undetermined
        undetermined: u32,
        /// 未填报 | Not reported
        unreported: u32,
        /// 说明 | In plain words
        story: Label,
    }
}

impl ObligationTown {
    /// What the rows of a town come to.
    pub(super) fn of(town: &Town, rows: &[TownDuty]) -> Self {
        let count = |state: DutyState| rows.iter().filter(|row| row.state == state).count() as u32;
        let (met, open, overdue) = (count(DutyState::Met), count(DutyState::Open), count(DutyState::Overdue));
        let (undetermined, unreported) = (count(DutyState::Undetermined), count(DutyState::Unreported));
        let asked = rows.len() as u32;
        Self {
            geometry: town.geometry.clone(),
            name: town.name.clone(),
            state: worst(rows.iter().map(|row| row.state)),
            asked,
            met,
            open,
            overdue,
            undetermined,
            unreported,
            story: Label::new(
                format!(
                    "应有任务 {asked} 项：已完成 {met}，未完成 {open}，逾期 {overdue}，待核 {undetermined}，未填报 {unreported}。"
                ),
                format!(
                    "{asked} obligations: {met} met, {open} open, {overdue} overdue, {undetermined} undetermined, {unreported} not reported."
                ),
            ),
        }
    }
}
