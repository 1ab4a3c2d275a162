//! What notices ask of districts, towns, villages and key units, what is there of it, and what is missing: one row per unit
//! and obligation, and per town what its villages and key units come to together.
//!
//! A fact of the layers and tables, or an answer in the bureau's form, tells whether an obligation is met. What nobody reported
//! is 未填报, never met and never broken.

pub mod criteria;
pub mod facts;
pub mod form;
pub mod micro_stations;
pub mod rows;

use std::collections::BTreeSet;

use geo::{BoundingRect, Intersects};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::duties::criteria::{Truth, find, has_status};
use crate::duties::facts::TownFacts;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::findings::{Check, Obliged, Verdict};
use fireplan_model::ids::TownId;
use fireplan_model::layers::{FirePlan, LayerId, Town};
use fireplan_model::reports::{Answered, Reports};
use fireplan_model::rows::Label;
use fireplan_model::rules::{BrigadeRules, Condition, Fact, Force, Given, Obligation, ObligationBasis, ReportedItem};
use fireplan_model::units::UnitKind;

use micro_stations::UnitStations;

codes! {
    /// How far an obligation has been met.
    pub enum DutyState {
        /// 已完成 | Met
        Met = "met",
        /// 未完成 | Open
        Open = "open",
        /// 逾期未完成 | Overdue
        Overdue = "overdue",
        /// 未填报(待核) | Not reported: undetermined
        #[undetermined]
        Unreported = "unreported",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
    }
}

/// One obligation of one unit, or of the villages or key units of one town together.
#[derive(Debug, Clone)]
pub struct Duty<'r> {
    /// The obligation of the rules.
    pub obligation: &'r Obligation,
    /// Whom it is asked of.
    pub unit: String,
    /// How far it is met.
    pub state: DutyState,
    /// `≥ 3 人`.
    pub required: Label,
    /// What there is, in words; `None`: not known.
    pub present: Option<Label>,
    /// What there is, where that is a number.
    pub measured: Option<f64>,
    /// How many are missing, where that is a number.
    pub missing: Option<f64>,
    /// Where, or which fact is missing.
    pub remark: Label,
}

impl Duty<'_> {
    /// The obligation as something held against its clause. `town` is whom the check is about.
    pub fn check(&self, town: &str) -> Check {
        let provenance = self.obligation.provenance();
        let (name, state, cite) = (&self.obligation.name, self.state.label(), provenance.cite_label());
        let verdict = match (self.state, provenance.force) {
            (DutyState::Met, _) => Verdict::Pass,
            (DutyState::Undetermined | DutyState::Unreported, _) => Verdict::Undetermined,
            (_, Force::Shall | Force::Policy) => Verdict::Fail,
            (_, Force::Should | Force::May | Force::Default) => Verdict::Warn,
        };
        let present = self.present.clone().unwrap_or_else(|| Label::new("待核", "not known"));
        let text = Label::new(
            format!("{town}：{}，要求 {}，现有 {}，{}（{}）", name.zh, self.required.zh, present.zh, state.zh, cite.zh),
            format!(
                "{town}: {}: {} required, {} present, {} ({})",
                name.en,
                self.required.en,
                present.en,
                state.en.to_lowercase(),
                cite.en
            ),
        );
        Check {
            subject: town.to_owned(),
            rule: "obligation".to_owned(),
            cite: provenance.cite.clone(),
            bound: self.required.zh.clone(),
            measured: self.measured,
            verdict,
            text,
            feature: None,
            obliged: Obliged::of(provenance),
        }
    }
}

/// A town with all in it of whom something may be asked.
pub struct TownUnits<'a> {
    /// What is known of the town.
    pub facts: &'a TownFacts,
    /// Its villages and communities.
    pub villages: &'a [UnitStations],
    /// Its key units.
    pub key_units: &'a [UnitStations],
    /// Whether there is forest in it; `None`: not known.
    pub forested: Option<bool>,
}

/// The obligations by which units are asked, and what was reported of them.
pub struct DutyRules<'r> {
    /// What the notice asks.
    pub obligations: &'r [Obligation],
    /// Lists of statuses.
    pub brigade: &'r BrigadeRules,
    /// What was reported.
    pub reports: &'r Reports,
    /// The day of assessment; `None`: nothing is overdue.
    pub as_of: Option<&'r str>,
}

impl<'r> DutyRules<'r> {
    /// What is asked of the district as a whole.
    pub fn of_district(&self, name: &str) -> Vec<Duty<'r>> {
        let asked = self.obligations.iter().filter(|one| one.asked_of == UnitKind::District);
        asked
            .filter_map(|obligation| self.of_unit(obligation, "", name, None, &[]))
            .map(|duty| self.dated(duty))
            .collect()
    }

    /// What is asked of the town itself and of each village and key unit in it, one by one. What an analysis holds is not here.
    pub fn of_units(&self, town: &TownUnits) -> Vec<Duty<'r>> {
        let by_unit = |one: &&Obligation| !matches!(one.basis, ObligationBasis::Analysis { .. });
        let of_town = |one: &&Obligation| one.asked_of != UnitKind::District;
        let asked = self.obligations.iter().filter(by_unit).filter(of_town);
        let duties = asked.flat_map(|obligation| match self.holds_for(obligation, town) {
            Some(false) => Vec::new(),
            Some(true) => self.of_each(obligation, town),
            None => vec![doubtful(obligation, &town.facts.name)],
        });
        duties.map(|duty| self.dated(duty)).collect()
    }

    /// The same with one row for the villages and one for the key units of the town together.
    pub fn of_town(&self, town: &TownUnits) -> Vec<Duty<'r>> {
        let duties = self.of_units(town);
        let by_obligation = duties.chunk_by(|a, b| std::ptr::eq(a.obligation, b.obligation));
        by_obligation.map(|same| sum_up(same, &town.facts.name)).map(|duty| self.dated(duty)).collect()
    }

    /// What is asked of the town and an analysis decides. `decide` is given the analysis and the entries whose checks count; an
    /// error says why nothing was decided.
    pub fn of_analyses(
        &self,
        town: &TownUnits,
        decide: impl Fn(&str, &[String]) -> Result<CheckSum, Label>,
    ) -> Vec<Duty<'r>> {
        let mut duties = Vec::new();
        for obligation in self.obligations {
            let ObligationBasis::Analysis { analysis, rules, .. } = &obligation.basis else { continue };
            let name = town.facts.name.as_str();
            duties.extend(match self.holds_for(obligation, town) {
                Some(false) => None,
                None => Some(doubtful(obligation, name)),
                Some(true) => Some(by_checks(obligation, name, decide(analysis, rules))),
            });
        }
        duties.into_iter().map(|duty| self.dated(duty)).collect()
    }

    fn holds_for(&self, obligation: &Obligation, town: &TownUnits) -> Option<bool> {
        holds_for_town(self.brigade, obligation, town)
    }

    fn of_each(&self, obligation: &'r Obligation, town: &TownUnits) -> Vec<Duty<'r>> {
        let name = town.facts.name.as_str();
        let one = |unit: &str, stations: &[&UnitStations]| self.of_unit(obligation, name, unit, Some(town), stations);
        match obligation.asked_of {
            UnitKind::Town => self.of_unit(obligation, "", name, Some(town), &[]).into_iter().collect(),
            UnitKind::Village => {
                let meant = town.villages.iter().filter(|village| obligation.means_village(&village.name));
                meant.filter_map(|village| one(&village.name, &[village])).collect()
            }
            UnitKind::KeyUnit => town.key_units.iter().filter_map(|unit| one(&unit.name, &[unit])).collect(),
            UnitKind::District | UnitKind::ForestRange => Vec::new(),
        }
    }

    fn of_unit(
        &self,
        obligation: &'r Obligation,
        town: &str,
        unit: &str,
        within: Option<&TownUnits>,
        stations: &[&UnitStations],
    ) -> Option<Duty<'r>> {
        let answer = |item: &Label| self.reports.answer(obligation.asked_of, town, unit, &item.zh);
        match &obligation.basis {
            ObligationBasis::Analysis { .. } => None,
            ObligationBasis::Reported(item) => Some(by_report(obligation, unit, item, answer(&item.name))),
            ObligationBasis::Fact { condition, or_reported } => {
                let duty = match stations {
                    [] => by_fact(self.brigade, obligation, condition, within?.facts),
                    [stations, ..] => by_station(obligation, condition.fact(), stations),
                };
                let instead = or_reported.as_ref().filter(|item| answer(item) == Some(Answered::YesNo(true)));
                Some(match instead {
                    Some(item) if duty.state != DutyState::Met => {
                        Duty { state: DutyState::Met, missing: Some(0.0), present: Some(item.clone()), ..duty }
                    }
                    _ => duty,
                })
            }
        }
    }

    fn dated(&self, mut duty: Duty<'r>) -> Duty<'r> {
        let due = &duty.obligation.provenance().due;
        let late = self.as_of.is_some_and(|day| !due.is_empty() && day > due.as_str());
        if duty.state == DutyState::Open && late {
            duty.state = DutyState::Overdue;
        }
        duty
    }
}

/// Whether an obligation holds for a town, its villages and key units; `None`: not known.
fn holds_for_town(brigade: &BrigadeRules, obligation: &Obligation, town: &TownUnits) -> Option<bool> {
    if !obligation.means_town(&town.facts.name) {
        return Some(false);
    }
    let of_kind = match town.facts.kind {
        _ if obligation.kinds.is_empty() => Some(true),
        Some(kind) => Some(obligation.kinds.contains(&kind)),
        None => None,
    };
    let has_any = |any_of: &[String]| has_status(brigade, any_of, town.facts);
    let given = match &obligation.given {
        Given::Always => Some(true),
        Given::Status(any_of) => has_any(any_of),
        Given::NoStatus(any_of) => has_any(any_of).map(|has| !has),
    };
    let forested = if obligation.forested { town.forested } else { Some(true) };
    match [of_kind, given, forested] {
        all if all.contains(&Some(false)) => Some(false),
        all if all.contains(&None) => None,
        _ => Some(true),
    }
}

/// The towns with forest in them; `None`: the area says nothing of forests.
pub fn forested_towns(area: &StudyArea) -> Option<BTreeSet<TownId>> {
    if !area.has(LayerId::Forests) {
        return None;
    }
    let forests = RTree::bulk_load(
        area.layers
            .forests
            .iter()
            .filter_map(|forest| {
                let rect = forest.geometry.bounding_rect()?;
                let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
                Some(GeomWithData::new(corners, &forest.geometry))
            })
            .collect(),
    );
    let has_forest = |town: &Town| {
        let Some(rect) = town.geometry.bounding_rect() else { return false };
        let around = AABB::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
        forests.locate_in_envelope_intersecting(&around).any(|forest| forest.data.intersects(&town.geometry))
    };
    let numbered = TownId::first(area.layers.towns.len()).zip(&area.layers.towns);
    Some(numbered.filter(|(_, town)| has_forest(town)).map(|(id, _)| id).collect())
}

/// What is asked, in words.
fn required(obligation: &Obligation) -> Label {
    let bound = |limit: &fireplan_model::rules::Limit| Label::new(limit.bound(), limit.bound());
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
        ObligationBasis::Reported(_) => Label::new("应做到", "to be done"),
        ObligationBasis::Analysis { .. } => Label::default(),
    }
}

/// Whether the obligation holds for the town is not known.
fn doubtful<'r>(obligation: &'r Obligation, town: &str) -> Duty<'r> {
    Duty {
        remark: Label::new(
            "类别、身份或林地待核，不知是否适用",
            "kind, status or forest not known: may not hold for this town",
        ),
        ..undetermined(obligation, town)
    }
}

fn undetermined<'r>(obligation: &'r Obligation, unit: &str) -> Duty<'r> {
    Duty {
        obligation,
        unit: unit.to_owned(),
        state: DutyState::Undetermined,
        required: required(obligation),
        present: None,
        measured: None,
        missing: None,
        remark: Label::default(),
    }
}

/// By a fact of the town.
fn by_fact<'r>(rules: &BrigadeRules, obligation: &'r Obligation, condition: &Condition, facts: &TownFacts) -> Duty<'r> {
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
    Duty {
        state,
        present: present.or(plan),
        measured: measured.map(|(_, value)| value),
        missing,
        remark,
        ..undetermined(obligation, &facts.name)
    }
}

/// By what is known of the micro stations of a village or key unit.
fn by_station<'r>(obligation: &'r Obligation, fact: Fact, stations: &UnitStations) -> Duty<'r> {
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
                _ => Label::new(
                    "图上没有任何微型消防站，或是否行政村、社区待核",
                    "no micro station in the data at all, or maybe no village",
                ),
            };
            Duty { remark, ..duty }
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
}

/// By the checks of an analysis.
fn by_checks<'r>(obligation: &'r Obligation, town: &str, checks: Result<CheckSum, Label>) -> Duty<'r> {
    let duty = undetermined(obligation, town);
    match checks {
        Err(remark) => Duty { remark, ..duty },
        Ok(CheckSum { state, required, present, missing, remark }) => {
            let missing = (state != DutyState::Undetermined).then_some(missing);
            Duty { state, required, present: Some(present), missing, remark, ..duty }
        }
    }
}

/// By what the bureau reports.
fn by_report<'r>(obligation: &'r Obligation, unit: &str, item: &ReportedItem, answer: Option<Answered>) -> Duty<'r> {
    let duty = undetermined(obligation, unit);
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
        _ => Duty {
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
fn sum_up<'r>(same: &[Duty<'r>], town: &str) -> Duty<'r> {
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
    let count = same.len();
    Duty {
        unit: town.to_owned(),
        state,
        required: Label::new(format!("{count} 个{}", of.zh), format!("{count} of: {}", of.en.to_lowercase())),
        present: unknown.is_empty().then(|| Label::new(met.to_string(), met.to_string())),
        measured: unknown.is_empty().then_some(met as f64),
        missing: unknown.is_empty().then_some(open.len() as f64),
        remark,
        ..first.clone()
    }
}
