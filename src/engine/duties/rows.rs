//! Obligations as rows of a table.

use super::{Duty, DutyState};
use fireplan_model::codes;
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::rules::Force;
use fireplan_model::units::UnitKind;

codes! {
    /// Whether what a row rests on was looked up in its text.
    pub enum BasisState {
        /// 已核实 | Verified
        Verified = "verified",
        /// 未核实 | Unverified
        Unverified = "unverified",
        /// 推定(条文未写数值) | Inferred: the clause names no figure
        Inferred = "inferred",
        /// 未判定(缺资料) | Nothing was held against it: facts are missing
        #[undetermined]
        NotJudged = "not_judged",
    }
}

impl BasisState {
    /// Of what has a figure that nobody looked up, or has none.
    pub(crate) fn of(unverified: bool) -> Self {
        if unverified { Self::Unverified } else { Self::Verified }
    }

    /// The same where nothing was held against a figure that was looked up: that would vouch for no verdict.
    pub(crate) fn of_open(unverified: bool) -> Self {
        if unverified { Self::Unverified } else { Self::NotJudged }
    }

    /// Whether a verdict rests on a figure that the clause does not have.
    pub(crate) fn is_doubtful(self) -> bool {
        matches!(self, Self::Unverified | Self::Inferred)
    }
}

row! {
    /// 乡镇消防工作任务清单 | Obligations of each town
    pub struct DutyRow {
        geometry: (),
        /// 乡镇街道 | Town
        name: String,
        /// 对象类别 | Asked of
        asked_of: IfAny<UnitKind>,
        /// 对象 | Unit
        unit: IfAny<String>,
        /// 序号 | Number in the notice
        task: IfAny<String>,
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
        lead: IfAny<String>,
        /// 配合单位 | Supporting
        support: IfAny<String>,
        /// 备注 | Remark
        remark: Label,
        /// 依据 | Clause
        cite: Label,
        /// 依据核实 | Whether the figures were looked up
        basis: BasisState,
        /// 效力 | Force
        force: Force,
    }
}

/// What the notice names, if it names any: that it names nobody is known, not 待核.
pub(crate) fn if_any(text: &str) -> IfAny<String> {
    IfAny(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

impl DutyRow {
    /// The row in the sheet of a town, which says of its villages and key units what they come to together.
    pub fn of_town(town: &str, duty: &Duty) -> Self {
        let provenance = duty.obligation.provenance();
        Self {
            geometry: (),
            name: town.to_owned(),
            asked_of: IfAny(None),
            unit: IfAny(None),
            task: if_any(&duty.obligation.task),
            duty: duty.obligation.name.clone(),
            required: duty.required.clone(),
            present: duty.present.clone(),
            missing: duty.missing,
            due: provenance.due_or_words().to_owned(),
            state: duty.state,
            lead: if_any(&provenance.lead),
            support: if_any(&provenance.support),
            remark: duty.remark.clone(),
            cite: provenance.cite_label(),
            basis: duty.basis,
            force: provenance.force,
        }
    }

    /// The row of a unit by itself, in a town of this name; of the district the town is empty.
    pub fn of_unit(town: &str, duty: &Duty) -> Self {
        let (asked_of, unit) = (IfAny(Some(duty.obligation.asked_of)), IfAny(Some(duty.unit.clone())));
        Self { asked_of, unit, ..Self::of_town(town, duty) }
    }
}
