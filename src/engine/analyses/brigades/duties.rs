//! What else a notice asks of a town that can be counted: staff, plans, micro stations.

use crate::analyses::brigades::criteria::{Truth, find, has_status};
use crate::analyses::brigades::facts::TownFacts;
use fireplan_model::codes;
use fireplan_model::names;
use fireplan_model::rows::Label;
use fireplan_model::rules::{BrigadeRules, Condition, Fact, Given, Obligation};

codes! {
    /// How far an obligation has been met.
    pub enum DutyState {
        /// 已完成 | Met
        Met = "met",
        /// 未完成 | Open
        Open = "open",
        /// 逾期未完成 | Overdue
        Overdue = "overdue",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
    }
}

/// Villages and communities of a town, and which have a micro station.
#[derive(Debug, Clone, Default)]
pub struct VillageStations {
    /// Name, and whether a micro station is there; `None`: the data tells of no micro station anywhere, or not whether the
    /// place is a village that must have one.
    pub villages: Vec<(String, Option<bool>)>,
}

/// One obligation of one town.
#[derive(Debug, Clone)]
pub struct Duty<'r> {
    /// The obligation of the rules.
    pub obligation: &'r Obligation,
    /// How far it is met.
    pub state: DutyState,
    /// `≥ 3 人`.
    pub required: Label,
    /// What there is, in words; `None`: not known.
    pub present: Option<Label>,
    /// How many are missing, where that is a number.
    pub missing: Option<f64>,
    /// Where, or which fact is missing.
    pub remark: Label,
}

/// The obligations that hold for this town.
pub fn duties<'r>(
    rules: &BrigadeRules,
    obligations: &'r [Obligation],
    facts: &TownFacts,
    villages: &VillageStations,
    as_of: Option<&str>,
) -> Vec<Duty<'r>> {
    let of_kind = obligations.iter().filter(|one| facts.kind.is_some_and(|kind| one.kinds.contains(&kind)));
    let due = |obligation: &'r Obligation| match holds_for(rules, obligation, facts) {
        Some(false) => None,
        Some(true) if obligation.per_village || !obligation.villages.is_empty() => by_village(obligation, villages),
        Some(true) => Some(of_town(rules, obligation, facts)),
        None => Some(Duty {
            obligation,
            state: DutyState::Undetermined,
            required: required(&obligation.condition),
            present: None,
            missing: None,
            remark: Label::new("身份待核，不知是否适用", "status not known: may not hold for this town"),
        }),
    };
    let mut duties: Vec<Duty> = of_kind.filter_map(due).collect();
    for duty in &mut duties {
        let late = as_of.is_some_and(|day| !duty.obligation.due.is_empty() && day > duty.obligation.due.as_str());
        if duty.state == DutyState::Open && late {
            duty.state = DutyState::Overdue;
        }
    }
    duties
}

fn holds_for(rules: &BrigadeRules, obligation: &Obligation, facts: &TownFacts) -> Option<bool> {
    let has_any = |any_of: &[String]| has_status(rules, any_of, facts);
    match &obligation.given {
        Given::Always => Some(true),
        Given::Status(any_of) => has_any(any_of),
        Given::NoStatus(any_of) => has_any(any_of).map(|has| !has),
    }
}

/// What the condition asks, in words.
fn required(condition: &Condition) -> Label {
    match condition {
        Condition::Size { fact: Fact::FireCommittee, .. } => Label::new("设立", "set up"),
        Condition::Size { limit, .. } => Label::new(limit.bound(), limit.bound()),
        Condition::Words { any_of, .. } => {
            let label = |code: &String| {
                code.parse::<fireplan_model::layers::FirePlan>().map(fireplan_model::layers::FirePlan::label)
            };
            let (zh, en): (Vec<String>, Vec<String>) = any_of
                .iter()
                .map(|code| label(code).map_or((code.clone(), code.clone()), |one| (one.zh, one.en)))
                .unzip();
            Label::new(zh.join("或"), en.join(" or "))
        }
    }
}

fn of_town<'r>(rules: &BrigadeRules, obligation: &'r Obligation, facts: &TownFacts) -> Duty<'r> {
    let condition = &obligation.condition;
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
    let plan = facts
        .fire_plan
        .map(fireplan_model::layers::FirePlan::label)
        .filter(|_| matches!(condition, Condition::Words { .. }));
    let present = measured.map(|(limit, value)| match condition.fact() {
        Fact::FireCommittee if value > 0.0 => Label::new("已设立", "set up"),
        Fact::FireCommittee => Label::new("未设立", "not set up"),
        _ => Label::new(limit.measured(value), limit.measured(value)),
    });
    let missing = match state {
        DutyState::Met => Some(0.0),
        DutyState::Open => measured.map(|(limit, value)| (limit.value - value).abs()).or(Some(1.0)),
        DutyState::Overdue | DutyState::Undetermined => None,
    };
    let remark = found.missing.map_or_else(
        || Label::new("", ""),
        |fact| Label::new(format!("缺{}", fact.zh), format!("{} is missing", fact.en)),
    );
    Duty { obligation, state, required: required(condition), present: present.or(plan), missing, remark }
}

/// Obligations that are counted by village or community; none if the list names none of this town's.
fn by_village<'r>(obligation: &'r Obligation, stations: &VillageStations) -> Option<Duty<'r>> {
    let named = |name: &str| obligation.villages.iter().any(|village| names::whole(village) == names::whole(name));
    let listed = |name: &str| obligation.per_village || named(name);
    let asked: Vec<&(String, Option<bool>)> = stations.villages.iter().filter(|(name, _)| listed(name)).collect();
    if asked.is_empty() {
        return None;
    }
    let with = asked.iter().filter(|(_, there)| *there == Some(true)).count();
    let without: Vec<&str> =
        asked.iter().filter(|(_, there)| *there == Some(false)).map(|(name, _)| name.as_str()).collect();
    let open: Vec<&str> = asked.iter().filter(|(_, there)| there.is_none()).map(|(name, _)| name.as_str()).collect();
    let known = open.is_empty();
    let state = match (known, without.is_empty()) {
        (_, false) => DutyState::Open,
        (false, true) => DutyState::Undetermined,
        (true, true) => DutyState::Met,
    };
    let remark = match (known, without.as_slice()) {
        (false, []) if open.len() == asked.len() => {
            Label::new("图上没有任何微型消防站，是否漏录待核", "no micro station in the data at all")
        }
        (false, _) => Label::new(
            format!("缺：{}；是否行政村、社区待核：{}", without.join("、"), open.join("、")),
            format!("missing: {}; villages or hamlets: {}", without.join(", "), open.join(", ")),
        ),
        (true, []) => Label::new("", ""),
        (true, names) => Label::new(format!("缺：{}", names.join("、")), format!("missing: {}", names.join(", "))),
    };
    Some(Duty {
        obligation,
        state,
        required: Label::new(format!("{} 个村、社区", asked.len()), format!("{} villages", asked.len())),
        present: known.then(|| Label::new(with.to_string(), with.to_string())),
        missing: known.then_some(without.len() as f64),
        remark,
    })
}
