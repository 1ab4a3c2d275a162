//! Obligations as rows of a table.

use super::{Duty, DutyState};
use fireplan_model::row;
use fireplan_model::rows::Label;
use fireplan_model::rules::Force;
use fireplan_model::units::UnitKind;

/// What a due date reads where the notice names none.
const NO_DAY: &str = "持续推进";

row! {
    /// 乡镇消防工作任务清单 | Obligations of each town
    pub struct TownDuty {
        geometry: (),
        /// 乡镇街道 | Town
        name: String,
        /// 序号 | Number in the notice
        task: String,
        /// 任务 | Obligation
        duty: Label,
        /// 要求 | Required
        required: Label,
        /// 现有 | Present
        present: Option<Label>,
        /// 尚缺 | Missing
        missing: Option<f64>,
        /// 完成时限 | Due
        due: String,
        /// 完成情况 | State
        state: DutyState,
        /// 责任单位(牵头) | Responsible
        lead: String,
        /// 配合单位 | Supporting
        support: String,
        /// 备注 | Remark
        remark: Label,
        /// 依据 | Clause
        cite: Label,
        /// 效力 | Force
        force: Force,
    }
}

row! {
    /// 逐单位任务清单 | Obligations of each unit
    pub struct UnitDuty {
        geometry: (),
        /// 乡镇街道 | Town
        name: String,
        /// 对象类别 | Asked of
        asked_of: UnitKind,
        /// 对象 | Unit
        unit: String,
        /// 序号 | Number in the notice
        task: String,
        /// 任务 | Obligation
        duty: Label,
        /// 要求 | Required
        required: Label,
        /// 现有 | Present
        present: Option<Label>,
        /// 尚缺 | Missing
        missing: Option<f64>,
        /// 完成时限 | Due
        due: String,
        /// 完成情况 | State
        state: DutyState,
        /// 责任单位(牵头) | Responsible
        lead: String,
        /// 配合单位 | Supporting
        support: String,
        /// 备注 | Remark
        remark: Label,
        /// 依据 | Clause
        cite: Label,
        /// 效力 | Force
        force: Force,
    }
}

fn due(duty: &Duty) -> String {
    Some(duty.obligation.provenance().due.clone()).filter(|due| !due.is_empty()).unwrap_or_else(|| NO_DAY.to_owned())
}

impl TownDuty {
    /// The row of a town of this name.
    pub fn of(town: &str, duty: &Duty) -> Self {
        let provenance = duty.obligation.provenance();
        Self {
            geometry: (),
            name: town.to_owned(),
            task: duty.obligation.task.clone(),
            duty: duty.obligation.name.clone(),
            required: duty.required.clone(),
            present: duty.present.clone(),
            missing: duty.missing,
            due: due(duty),
            state: duty.state,
            lead: provenance.lead.clone(),
            support: provenance.support.clone(),
            remark: duty.remark.clone(),
            cite: provenance.cite_label(),
            force: provenance.force,
        }
    }
}

impl UnitDuty {
    /// The row of a unit in a town of this name; of the district itself the town is empty.
    pub fn of(town: &str, duty: &Duty) -> Self {
        let TownDuty {
            geometry,
            name,
            task,
            duty: about,
            required,
            present,
            missing,
            due,
            state,
            lead,
            support,
            remark,
            cite,
            force,
        } = TownDuty::of(town, duty);
        let (asked_of, unit) = (duty.obligation.asked_of, duty.unit.clone());
        Self {
            geometry,
            name,
            asked_of,
            unit,
            task,
            duty: about,
            required,
            present,
            missing,
            due,
            state,
            lead,
            support,
            remark,
            cite,
            force,
        }
    }
}
