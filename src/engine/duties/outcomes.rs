//! What each obligation comes to: by a fact, by micro stations, by the form, by the checks of an analysis, and for the villages or
//! key units of a town together.

use super::criteria::{Truth, find};
use super::facts::TownFacts;
use super::micro_stations::UnitStations;
use super::rows::BasisState;
use super::{Duty, DutyState};
use fireplan_model::layers::FirePlan;
use fireplan_model::reports::Answered;
use fireplan_model::rows::Label;
use fireplan_model::rules::{BrigadeRules, Condition, Fact, Limit, Obligation, ObligationBasis, ReportedItem};
use fireplan_model::units::UnitKind;

/// What is asked, in words.
pub(super) fn required(obligation: &Obligation) -> Label {
    let bound = |limit: &Limit| Label::new(limit.bound(), limit.bound());
    match &obligation.basis {
        ObligationBasis::Fact { condition: Condition::Size { fact: Fact::FireCommittee, .. }, .. } => {
            Label::new("设立", "set up")
        }
        ObligationBasis::Fact { condition: Condition::Size { fact, .. }, .. } if fact.is_of_micro_stations() => {
            Label::new("应有", "to be there")
        }
        ObligationBasis::Fact { condition: Condition::Size { limit, .. }, .. } => bound(limit),
        ObligationBasis::Fact { condition: Condition::Words { any_of, .. }, .. } => {
            let label = |code: &String| code.parse().map(FirePlan::label);
            let (zh, en): (Vec<String>, Vec<String>) = any_of
                .iter()
                .map(|code| label(code).map_or((code.clone(), code.clone()), |one| (one.zh, one.en)))
                .unzip();
            Label::new(zh.join("或"), en.join(" or "))
        }
        ObligationBasis::Reported(ReportedItem { limit: Some(limit), .. }) => bound(limit),
        ObligationBasis::Reported(_) | ObligationBasis::Nothing { .. } => Label::new("应做到", "to be done"),
        ObligationBasis::Analysis { .. } => Label::default(),
    }
}

/// Whether the obligation holds for the town is not known, and why.
pub(super) fn doubtful<'r>(obligation: &'r Obligation, town: &str, why: Label) -> Duty<'r> {
    Duty { remark: why, ..not_judged(obligation, town) }
}

/// Nothing tells whether it is met, and why.
pub(super) fn unanswered<'r>(obligation: &'r Obligation, unit: &str, why: &Label) -> Duty<'r> {
    let remark = Label::new(format!("尚不能判定：{}", why.zh), format!("nothing tells yet: {}", why.en));
    Duty { remark, ..not_judged(obligation, unit) }
}

/// Nothing was held against the clause.
fn not_judged<'r>(obligation: &'r Obligation, unit: &str) -> Duty<'r> {
    let basis = BasisState::of_open(!obligation.provenance().is_verified());
    Duty { basis, ..undetermined(obligation, unit) }
}

pub(super) fn undetermined<'r>(obligation: &'r Obligation, unit: &str) -> Duty<'r> {
    Duty {
        obligation,
        unit: unit.to_owned(),
        state: DutyState::Undetermined,
        required: required(obligation),
        present: None,
        measured: None,
        missing: None,
        remark: Label::default(),
        basis: BasisState::of(!obligation.provenance().is_verified()),
    }
}

/// By a fact of the town.
pub(super) fn by_fact<'r>(
    rules: &BrigadeRules,
    obligation: &'r Obligation,
    condition: &Condition,
    facts: &TownFacts,
) -> Duty<'r> {
    let found = find(rules, condition, facts);
    let state = match found.truth {
        Truth::Yes => DutyState::Met,
        Truth::No => DutyState::Open,
        Truth::Unknown => DutyState::Undetermined,
    };
    let measured = match condition {
        Condition::Size { fact, limit } => facts.number(*fact).map(|span| (limit, span.low)),
        Condition::Words { .. } => None,
    };
    let plan = facts.fire_plan.map(FirePlan::label).filter(|_| matches!(condition, Condition::Words { .. }));
    let present = measured.map(|(limit, value)| match condition.fact() {
        Fact::FireCommittee if value > 0.0 => Label::new("已设立", "set up"),
        Fact::FireCommittee => Label::new("未设立", "not set up"),
        _ => Label::new(limit.measured(value), limit.measured(value)),
    });
    let missing = match state {
        DutyState::Met => Some(0.0),
        DutyState::Open => measured.map(|(limit, value)| (limit.value - value).abs()).or(Some(1.0)),
        _ => None,
    };
    let remark = found
        .missing
        .map_or_else(Label::default, |fact| Label::new(format!("缺{}", fact.zh), format!("{} is missing", fact.en)));
    let duty = match state {
        DutyState::Undetermined => not_judged(obligation, &facts.name),
        _ => undetermined(obligation, &facts.name),
    };
    Duty { state, present: present.or(plan), measured: measured.map(|(_, value)| value), missing, remark, ..duty }
}

/// By what is known of the micro stations of a village or key unit.
pub(super) fn by_station<'r>(obligation: &'r Obligation, fact: Fact, stations: &UnitStations) -> Duty<'r> {
    let (there, zh, en) = match fact {
        Fact::MicroStationsDayAndNight => (stations.day_and_night, "24小时值班", "on duty day and night"),
        _ => (stations.present, "有微型消防站", "a micro station"),
    };
    let duty = undetermined(obligation, &stations.name);
    match there {
        Some(true) => Duty {
            state: DutyState::Met,
            present: Some(Label::new(zh, en)),
            measured: Some(1.0),
            missing: Some(0.0),
            ..duty
        },
        Some(false) => {
            let present = match stations.present {
                Some(true) => Label::new("有站，不能24小时值班", "a station, not on duty day and night"),
                _ => Label::new("无", "none"),
            };
            Duty { state: DutyState::Open, present: Some(present), measured: Some(0.0), missing: Some(1.0), ..duty }
        }
        None => {
            let remark = match stations.present {
                Some(true) => {
                    Label::new("有站，昼夜执勤情况待核", "a station; whether on duty day and night is not known")
                }
                _ if !stations.near.is_empty() => Label::new(
                    format!("附近有{}，名称未写明村、社区，是否本村、社区的站待核", stations.near.join("、")),
                    format!(
                        "{} is near and bears no village's name: whose it is is not known",
                        stations.near.join(", ")
                    ),
                ),
                _ => Label::new(
                    "图上没有任何微型消防站，或是否行政村、社区待核",
                    "no micro station in the data at all, or maybe no village",
                ),
            };
            Duty { remark, ..not_judged(obligation, &stations.name) }
        }
    }
}

/// What the checks of a town come to for one obligation.
#[derive(Debug, Clone)]
pub struct CheckSum {
    /// How far the obligation is met.
    pub state: DutyState,
    /// What is asked.
    pub required: Label,
    /// What is there.
    pub present: Label,
    /// How many checks are broken.
    pub missing: f64,
    /// Where.
    pub remark: Label,
    /// Whether the bounds that they rest on were looked up, and are those of the clause.
    pub basis: BasisState,
}

/// By the checks of an analysis.
pub(super) fn by_checks<'r>(obligation: &'r Obligation, town: &str, checks: Result<CheckSum, Label>) -> Duty<'r> {
    let duty = undetermined(obligation, town);
    match checks {
        Err(remark) => Duty { remark, ..not_judged(obligation, town) },
        Ok(CheckSum { state, required, present, missing, remark, basis }) => {
            let missing = (state != DutyState::Undetermined).then_some(missing);
            let basis = if duty.basis == BasisState::Unverified { duty.basis } else { basis };
            Duty { state, required, present: Some(present), missing, remark, basis, ..duty }
        }
    }
}

/// By what the bureau reports.
pub(super) fn by_report<'r>(
    obligation: &'r Obligation,
    unit: &str,
    item: &ReportedItem,
    answer: Option<Answered>,
) -> Duty<'r> {
    let duty = undetermined(obligation, unit);
    let answer = match (answer, &item.limit) {
        // 1 and 0 say yes and no where that is asked.
        (Some(Answered::Number(number)), None) if number == 0.0 || number == 1.0 => {
            Some(Answered::YesNo(number == 1.0))
        }
        (answer, _) => answer,
    };
    match (answer, &item.limit) {
        (Some(Answered::Number(value)), Some(limit)) => {
            let holds = limit.op.holds(value, limit.value);
            let shown = limit.measured(value);
            Duty {
                state: if holds { DutyState::Met } else { DutyState::Open },
                present: Some(Label::new(&shown, &shown)),
                measured: Some(value),
                missing: Some(if holds { 0.0 } else { (limit.value - value).abs() }),
                remark: Label::new("据填报表", "as reported"),
                ..duty
            }
        }
        (Some(Answered::YesNo(done)), None) => Duty {
            state: if done { DutyState::Met } else { DutyState::Open },
            present: Some(if done { Label::new("是", "yes") } else { Label::new("否", "no") }),
            measured: Some(f64::from(u8::from(done))),
            missing: Some(f64::from(u8::from(!done))),
            remark: Label::new("据填报表", "as reported"),
            ..duty
        },
        (Some(_), limit) => {
            let (zh, en) =
                if limit.is_some() { ("数字", "a number") } else { ("“是”或“否”", "yes or no") };
            Duty {
                state: DutyState::Unreported,
                remark: Label::new(format!("填报表中“{}”应填{zh}", item.name.zh), format!("to be reported as {en}")),
                ..duty
            }
        }
        (None, _) => Duty {
            state: DutyState::Unreported,
            remark: Label::new(
                format!("请在填报表中填写“{}”", item.name.zh),
                format!("to be reported: {}", item.name.en),
            ),
            ..duty
        },
    }
}

/// The rows of one obligation in one town as one row; that of the town itself is one already.
pub(super) fn sum_up<'r>(same: &[Duty<'r>], town: &str) -> Duty<'r> {
    let first = &same[0];
    if first.obligation.asked_of == UnitKind::Town || first.unit == town {
        return first.clone();
    }
    let is_open = |duty: &&Duty| matches!(duty.state, DutyState::Open | DutyState::Overdue);
    let names = |duties: &[&Duty]| {
        let names: Vec<&str> = duties.iter().map(|duty| duty.unit.as_str()).collect();
        Label::new(names.join("、"), names.join(", "))
    };
    let open: Vec<&Duty> = same.iter().filter(is_open).collect();
    let unknown: Vec<&Duty> = same.iter().filter(|duty| !is_open(duty) && duty.state != DutyState::Met).collect();
    let met = same.len() - open.len() - unknown.len();
    let state = match (open.is_empty(), unknown.is_empty()) {
        (false, _) => DutyState::Open,
        (true, true) => DutyState::Met,
        (true, false) => unknown[0].state,
    };
    let (missing, doubtful) = (names(&open), names(&unknown));
    let remark = match (open.is_empty(), unknown.is_empty()) {
        (true, true) => Label::default(),
        (false, true) => Label::new(format!("缺：{}", missing.zh), format!("missing: {}", missing.en)),
        (true, false) if unknown.len() == same.len() => unknown[0].remark.clone(),
        (true, false) => Label::new(format!("待核：{}", doubtful.zh), format!("not known: {}", doubtful.en)),
        (false, false) => Label::new(
            format!("缺：{}；待核：{}", missing.zh, doubtful.zh),
            format!("missing: {}; not known: {}", missing.en, doubtful.en),
        ),
    };
    let of = first.obligation.asked_of.label();
    let (count, doubts) = (same.len(), unknown.len());
    // What is known is told beside what is not; how many there are at the end is known only where nothing is open.
    let present = match doubts {
        0 => Some(Label::new(met.to_string(), met.to_string())),
        _ if doubts == count => None,
        _ => Some(Label::new(format!("{met}（另 {doubts} 个待核）"), format!("{met} ({doubts} more not known)"))),
    };
    let judged = same.iter().find(|duty| duty.state != DutyState::Undetermined);
    Duty {
        unit: town.to_owned(),
        state,
        required: Label::new(format!("{count} 个{}", of.zh), format!("{count} of: {}", of.en.to_lowercase())),
        present,
        measured: (doubts == 0).then_some(met as f64),
        missing: (doubts == 0 || !open.is_empty()).then_some(open.len() as f64),
        remark,
        basis: judged.unwrap_or(first).basis,
        ..first.clone()
    }
}
