//! What notices ask of districts, towns, villages, key units and ranges of forest, what is there of it, and what is missing: one row per unit
//! and obligation, and per town what its villages and key units come to together.
//!
//! A fact of the layers and tables, or an answer in the bureau's form, tells whether an obligation is met. What nobody reported
//! is 未填报, never met and never broken.

pub mod criteria;
pub mod facts;
pub mod form;
pub mod listing;
pub mod micro_stations;
mod outcomes;
pub mod rows;
pub(crate) mod scope;

use std::collections::BTreeSet;

use geo::{BoundingRect, Intersects};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::duties::facts::TownFacts;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::findings::{Check, Obliged, Verdict};
use fireplan_model::ids::TownId;
use fireplan_model::layers::{LayerId, Town, TownKind};
use fireplan_model::reports::{Answered, Reports};
use fireplan_model::rows::Label;
use fireplan_model::rules::{BrigadeRules, Force, Given, Obligation, ObligationBasis};
use fireplan_model::units::UnitKind;

use micro_stations::UnitStations;
pub use outcomes::CheckSum;
use outcomes::{by_checks, by_fact, by_report, by_station, doubtful, sum_up, unanswered};
use rows::BasisState;
pub(crate) use scope::Scope;

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
    /// Whether the figures that it rests on were looked up, and are those of its clause.
    pub basis: BasisState,
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
        let (inferred_zh, inferred_en) = match self.basis {
            BasisState::Inferred => ("，推定：条文未写数值", ", inferred: the clause names no figure"),
            _ => ("", ""),
        };
        let text = Label::new(
            format!(
                "{town}：{}，要求 {}，现有 {}，{}（{}{inferred_zh}）",
                name.zh, self.required.zh, present.zh, state.zh, cite.zh
            ),
            format!(
                "{town}: {}: {} required, {} present, {} ({}{inferred_en})",
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
            count: 1,
            obliged: Obliged { unverified: self.basis.is_doubtful(), ..Obliged::of_notice(provenance) },
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
    /// Of which of these the area has a layer.
    pub known: KnownUnits,
    /// Whether there is forest in it; `None`: not known.
    pub forested: Option<bool>,
    /// Whether a professional brigade stands in it; `None`: not known.
    pub brigade: Option<bool>,
}

/// Of which units an area has a layer: without one, what is asked of them is open and does not vanish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownUnits {
    /// Villages and communities.
    pub villages: bool,
    /// Key units.
    pub key_units: bool,
}

impl KnownUnits {
    /// Of which units the area has a layer.
    pub fn of(area: &StudyArea) -> Self {
        Self { villages: area.has(LayerId::Villages), key_units: area.has(LayerId::KeyUnits) }
    }

    /// Why nothing is known of the units of this kind of a town in which the map has none; `None`: there is none.
    fn why_none(self, kind: UnitKind) -> Option<Label> {
        match (kind, self) {
            (UnitKind::Village, Self { villages: false, .. }) => {
                Some(Label::new("缺图层：村庄", "layers are missing: villages"))
            }
            (UnitKind::Village, _) => Some(Label::new(
                "村庄图层中境内没有村、社区，请补充或核对",
                "the layer of villages has none in it: complete or check it",
            )),
            (UnitKind::KeyUnit, Self { key_units: false, .. }) => {
                Some(Label::new("缺图层：消防安全重点单位", "layers are missing: key units"))
            }
            _ => None,
        }
    }
}

/// A range of forest (山系), which an analysis tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForestRange {
    /// What it is called.
    pub name: String,
    /// The town in which most of it lies; empty: outside all towns.
    pub town: String,
    /// What that is; `None`: not known.
    pub kind: Option<TownKind>,
}

/// The obligations by which units are asked, and what was reported of them.
#[derive(Clone, Copy)]
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
        let duties = asked.flat_map(|obligation| match self.scope(obligation, town) {
            Scope::NotBound => Vec::new(),
            Scope::Bound => self.of_each(obligation, town),
            Scope::Doubtful(_) if self.is_told_by_another(obligation, town) => Vec::new(),
            Scope::Doubtful(why) => vec![doubtful(obligation, &town.facts.name, why)],
        });
        duties.map(|duty| self.dated(duty)).collect()
    }

    /// The same with one row for the villages and one for the key units of the town together.
    pub fn of_town(&self, town: &TownUnits) -> Vec<Duty<'r>> {
        let duties = self.of_units(town);
        let by_obligation = duties.chunk_by(|a, b| std::ptr::eq(a.obligation, b.obligation));
        by_obligation.map(|same| sum_up(same, &town.facts.name)).map(|duty| self.dated(duty)).collect()
    }

    /// What is asked of the town and an analysis decides. `decide` is given the obligation; an error says why nothing was decided.
    pub fn of_analyses(
        &self,
        town: &TownUnits,
        decide: impl Fn(&Obligation) -> Result<CheckSum, Label>,
    ) -> Vec<Duty<'r>> {
        let mut duties = Vec::new();
        for obligation in self.obligations {
            let is_decided = matches!(obligation.basis, ObligationBasis::Analysis { .. });
            if !is_decided || obligation.asked_of == UnitKind::ForestRange {
                continue;
            }
            let name = town.facts.name.as_str();
            duties.extend(match self.scope(obligation, town) {
                Scope::NotBound => None,
                Scope::Doubtful(why) => Some(doubtful(obligation, name, why)),
                Scope::Bound => Some(by_checks(obligation, name, decide(obligation))),
            });
        }
        duties.into_iter().map(|duty| self.dated(duty)).collect()
    }

    /// What is asked of each range of forest, with the range; an analysis decides it. `decide` is given the range and the
    /// obligation. Where no range is known, one row says why.
    pub fn of_ranges<'u>(
        &self,
        ranges: &'u [ForestRange],
        decide: impl Fn(&ForestRange, &Obligation) -> Result<CheckSum, Label>,
    ) -> Vec<(&'u ForestRange, Duty<'r>)> {
        let mut duties = Vec::new();
        for obligation in self.obligations.iter().filter(|one| one.asked_of == UnitKind::ForestRange) {
            for range in ranges {
                let duty = match (Scope::of_range(obligation, range), decide(range, obligation)) {
                    (Scope::NotBound, _) => continue,
                    (Scope::Doubtful(why), Ok(_)) => doubtful(obligation, &range.name, why),
                    (_, checks) => by_checks(obligation, &range.name, checks),
                };
                duties.push((range, self.dated(duty)));
            }
        }
        duties
    }

    /// Villages and communities that an obligation names and the map lacks: what is asked of them stays open, in one row.
    pub fn of_unmatched_villages(&self, is_known: impl Fn(&str) -> bool) -> Vec<Duty<'r>> {
        let row = |obligation: &'r Obligation| {
            let unmatched: Vec<&str> =
                obligation.villages.iter().map(String::as_str).filter(|name| !is_known(name)).collect();
            let why = Label::new(
                format!("村庄图层中找不到：{}", unmatched.join("、")),
                format!("not in the layer of villages: {}", unmatched.join(", ")),
            );
            let unit = format!("名单中图上找不到的{}个村、社区", unmatched.len());
            (!unmatched.is_empty()).then(|| doubtful(obligation, &unit, why))
        };
        self.obligations.iter().filter_map(row).collect()
    }

    fn scope(&self, obligation: &Obligation, town: &TownUnits) -> Scope {
        Scope::of_town(self.brigade, obligation, town)
    }

    /// Of two obligations that exclude each other by a status that nobody knows, the town has one: that of the towns with the status
    /// stands for both.
    fn is_told_by_another(&self, obligation: &Obligation, town: &TownUnits) -> bool {
        let Given::NoStatus(without) = &obligation.given else { return false };
        let excludes = |other: &Obligation| match &other.given {
            Given::Status(with) => with == without && other.asked_of == obligation.asked_of,
            _ => false,
        };
        let is_open = |other: &Obligation| matches!(self.scope(other, town), Scope::Doubtful(_));
        self.obligations.iter().any(|other| excludes(other) && is_open(other))
    }

    fn of_each(&self, obligation: &'r Obligation, town: &TownUnits) -> Vec<Duty<'r>> {
        let name = town.facts.name.as_str();
        let one = |unit: &str, stations: &[&UnitStations]| self.of_unit(obligation, name, unit, Some(town), stations);
        match obligation.asked_of {
            UnitKind::Town => self.of_unit(obligation, "", name, Some(town), &[]).into_iter().collect(),
            UnitKind::Village if town.villages.is_empty() && obligation.villages.is_empty() => {
                self.of_missing(obligation, town)
            }
            UnitKind::KeyUnit if town.key_units.is_empty() => self.of_missing(obligation, town),
            UnitKind::Village => {
                let meant = town.villages.iter().filter(|village| obligation.means_village(&village.name));
                meant.filter_map(|village| one(&village.name, &[village])).collect()
            }
            UnitKind::KeyUnit => town.key_units.iter().filter_map(|unit| one(&unit.name, &[unit])).collect(),
            UnitKind::District | UnitKind::ForestRange => Vec::new(),
        }
    }

    /// Units of which the map of the town has none, though there may be some: one row says why nothing is held against them.
    fn of_missing(&self, obligation: &'r Obligation, town: &TownUnits) -> Vec<Duty<'r>> {
        let why = town.known.why_none(obligation.asked_of);
        why.map(|why| doubtful(obligation, &town.facts.name, why)).into_iter().collect()
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
            ObligationBasis::Nothing { why, .. } => Some(unanswered(obligation, unit, why)),
            ObligationBasis::Reported(item) => Some(by_report(obligation, unit, item, answer(&item.name))),
            ObligationBasis::Fact { condition, or_reported } => {
                let duty = match stations {
                    [] => by_fact(self.brigade, obligation, condition, within?.facts),
                    [stations, ..] => by_station(obligation, condition.fact(), stations),
                };
                let instead = or_reported.as_ref().filter(|item| {
                    matches!(answer(item), Some(Answered::YesNo(true))) || answer(item) == Some(Answered::Number(1.0))
                });
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
