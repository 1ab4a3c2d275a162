//! What the notices ask of each town with forest and of each range: what there must be, is, and lacks, and by when.

use super::FirebreakCase;
use super::units::{ForestUnit, ForestUnitKind};
use crate::duties::facts::TownFacts;
use crate::duties::rows::{BasisState, if_any};
use crate::duties::scope::Scope;
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::rules::Limit;
use fireplan_model::{codes, row};

codes! {
    /// What is asked.
    pub enum ForestTask {
        /// 面向城区的林火阻隔系统 | Firebreak system facing the urban area
        ZoneUrban = "zone_urban",
        /// 面向其余聚落的林火阻隔系统 | Firebreak system facing other settlements
        ZoneTown = "zone_town",
        /// 消防水池、水箱与管网相互连接 | Pools and tanks connected by pipes
        Pipes = "pipes",
        /// 检查站 | Checkposts
        Posts = "posts",
        /// 直升机取水点 | Helicopter water points
        HelicopterWaters = "helicopter_waters",
        /// 直升机停机坪 | Helicopter pads
        Helipads = "helipads",
        /// 瞭望和林火监控覆盖 | Watched by lookouts and cameras
        Watched = "watched",
    }
}

codes! {
    /// Whether it is there.
    pub enum TaskState order best_first {
        /// 已达到 | There
        Met = "met",
        /// 尚缺 | Lacking
        Lacking = "lacking",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 森林防火基础设施应有、现有、尚缺 | Forest fire facilities: asked for, there, lacking
    pub struct ForestDuty {
        geometry: (),
        /// 单元 | Unit
        unit: String,
        /// 单元类型 | Kind of unit
        unit_kind: ForestUnitKind,
        /// 任务 | Task
        task: ForestTask,
        /// 计量 | Counted in
        counted_in: Label,
        /// 应有 | Required
        required: f64,
        /// 现有 | Present
        present: Option<f64>,
        /// 尚缺 | Missing
        missing: Option<f64>,
        /// 结论 | State
        state: TaskState,
        /// 时限 | Due
        due: IfAny<String>,
        /// 牵头单位 | Responsible
        lead: IfAny<String>,
        /// 配合单位 | In support
        support: IfAny<String>,
        /// 依据 | Clause
        cite: String,
        /// 依据核实 | Whether the figures were looked up
        basis: BasisState,
        /// 说明 | Remark
        remark: Label,
    }
}

/// Something asked of a unit, as a check and as a row of the table.
pub(super) struct HeldDuty {
    pub check: Check,
    pub row: ForestDuty,
}

/// How much there is for certain, and at most if every missing fact turned out well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    pub low: f64,
    pub high: f64,
}

impl Span {
    /// Of these amounts, some certain and some perhaps, as shares of all; `None`: there is nothing of which to have a share.
    pub(super) fn percent(certain: f64, perhaps: f64, all: f64) -> Option<Self> {
        let share = |part: f64| if part >= all { 100.0 } else { part / all * 100.0 };
        (all > 0.0).then(|| Self { low: share(certain), high: share(certain + perhaps) })
    }

    /// What to hold against a bound that asks for much: the certain amount where it decides, nothing where facts decide.
    pub(super) fn decided(self, limit: &Limit) -> Option<f64> {
        let holds = |value: f64| limit.op.holds(value, limit.value);
        (holds(self.low) == holds(self.high)).then_some(self.low)
    }
}

/// What a table says of a duty beside its check.
pub(super) struct DutyAmounts {
    pub task: ForestTask,
    pub counted_in: Label,
    pub required: f64,
    pub present: Option<f64>,
}

/// A check with a remark after its sentence, and its row; `None` where the clause does not bind the unit's town, such as a farm
/// where the notice binds townships. Where it may bind it, the verdict is open.
pub(super) fn held(
    case: &FirebreakCase,
    unit: &ForestUnit,
    mut check: Check,
    amounts: DutyAmounts,
    mut remark: Label,
) -> Option<HeldDuty> {
    if let Some(town) = unit.town {
        let kind = TownFacts::of(&case.area.layers.towns[town.index()]).kind;
        match Scope::of_clause(&case.rules.obligation, &check.rule, kind) {
            Scope::Bound => {}
            Scope::NotBound => return None,
            Scope::Doubtful(why) => {
                check.verdict = Verdict::Undetermined;
                let both = |one: String, rest: &str, gap| if rest.is_empty() { one } else { one + gap + rest };
                remark = Label::new(both(why.zh, &remark.zh, "；"), both(why.en, &remark.en, "; "));
            }
        }
    }
    if !remark.zh.is_empty() {
        check.text.zh += &format!("；{}", remark.zh);
        check.text.en += &format!("; {}", remark.en);
    }
    let state = match check.verdict {
        Verdict::Pass => TaskState::Met,
        Verdict::Warn | Verdict::Fail | Verdict::Overdue => TaskState::Lacking,
        Verdict::Undetermined => TaskState::Unknown,
    };
    let missing = match state {
        TaskState::Met => Some(0.0),
        TaskState::Lacking => amounts.present.map(|present| rounded((amounts.required - present).max(0.0))),
        TaskState::Unknown => None,
    };
    let row = ForestDuty {
        geometry: (),
        unit: unit.name.clone(),
        unit_kind: unit.kind(),
        task: amounts.task,
        counted_in: amounts.counted_in,
        required: rounded(amounts.required),
        present: amounts.present.map(rounded),
        missing,
        state,
        due: if_any(&check.obliged.due),
        lead: if_any(&check.obliged.lead),
        support: if_any(&check.obliged.support),
        cite: check.cite.clone(),
        basis: match state {
            TaskState::Unknown => BasisState::of_open(check.obliged.unverified),
            TaskState::Met | TaskState::Lacking => BasisState::of(check.obliged.unverified),
        },
        remark,
    };
    Some(HeldDuty { check, row })
}

/// To a tenth; adding 0 turns -0.0 into 0.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0 + 0.0
}

/// A bound that is held under the clause of another entry: of the one comes how much, of the other who asks for it by when.
pub(super) fn under_clause(amount: &Limit, clause: &Limit, label: Label) -> Limit {
    Limit {
        key: clause.key,
        label,
        op: amount.op,
        value: amount.value,
        unit: amount.unit,
        provenance: clause.provenance.clone(),
    }
}
