//! # Obligations (任务落实情况)
//!
//! **Question.** What does the notice ask of whom by when, what is there of it, and what is missing?
//!
//! **Method.**
//! 1. Every obligation of the rules is held against each unit that it is asked of: the district, each town, village,
//!    community and key unit ([`duties`](crate::duties)). A fact of the layers and tables decides, or the bureau's answer in the
//!    form (填报表); what nobody reported is 未填报.
//! 2. What another analysis holds against a clause is asked of that analysis: it is run with its default parameters, and its
//!    checks of the entries that the obligation names are counted per town ([`by_analysis`]).
//! 3. The layout of the town is checked here ([`layout`]): hazards near housing, and equipment points.
//! 4. A broken obligation is overdue where its day is past on the stated day of assessment (`as_of`), never by the clock.
//!
//! **Needs.** Towns. Whatever the analyses named by the rules need; what is missing leaves their obligations 待核.
//!
//! **Gives.** Layer `obligation_towns`; tables `obligation_sheet` (per town, with what is to be there, is there, is missing,
//! until when, who is responsible), `obligation_units` (per unit); a check of every obligation of every town.
//!
//! **Limits.** A check belongs to the town that it names, or else to the town in which the middle of its feature lies. A "should"
//! that is not met, or an unverified figure, does not break an obligation: it leaves it 待核.

mod by_analysis;
mod layout;
mod rows;
mod summary;

use std::collections::BTreeSet;

use anyhow::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analyses::brigades::existing::ExistingStations;
use crate::analysis::{Analysis, Context};
use crate::duties::facts::TownFacts;
use crate::duties::rows::DutyRow;
use crate::duties::{DutyRules, DutyState, KnownUnits, TownUnits, forested_towns, micro_stations};
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Check, Drawing, Findings, Layer, Table};
use fireplan_model::ids::TownId;
use fireplan_model::layers::LayerId;
use fireplan_model::method::MethodConstant;
use fireplan_model::names;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::units::UnitKind;

use rows::ObligationTown;

/// Title of the analysis, `中文 | English`.
pub const TITLE: &str = "任务落实情况 | Obligations";
/// The question in one sentence, `中文 | English`.
pub const QUESTION: &str = "文件要求谁在何时做到什么，现有什么、还缺什么、谁负责 | Who is to do what by when, what is there, what is missing, and who is responsible?";

/// Who is to do what by when, and what is missing?
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Obligations {}

/// The rows of one town, and its checks.
struct TownSheet {
    rows: Vec<DutyRow>,
    units: Vec<DutyRow>,
    checks: Vec<Check>,
}

impl Analysis for Obligations {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Towns]
    }

    fn reads(&self) -> &'static [LayerId] {
        LayerId::ALL
    }

    fn reads_answers(&self) -> bool {
        true
    }

    fn rules(&self) -> Vec<&'static str> {
        [crate::default_answers::rules(), vec!["obligation", "layout"]].concat()
    }

    fn method(&self) -> Vec<MethodConstant> {
        let mut all = [micro_stations::method(), layout::method(), crate::default_answers::method()].concat();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all.dedup_by(|a, b| a.name == b.name);
        all
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        let mut notes = Notes::default();
        let towns = TownIndex::new(context.area);
        let layout = layout::check_layout(context, &towns, &mut notes);
        let held = by_analysis::run_analyses(context, &towns, layout, &mut notes)?;
        context.begin("逐镇核对任务", "Holding the towns against the notice")?;
        let asked = DutyRules {
            obligations: &context.rules.obligation,
            brigade: &context.rules.brigade,
            reports: &context.area.reports,
            as_of: context.rules.choice.as_of.as_deref(),
        };
        note_unmet_lists(context, &mut notes);
        let sheets = town_sheets(context, &towns, &asked, &held, &mut notes);
        let of_district = asked.of_district(&context.area.name);
        let district: Vec<DutyRow> = of_district.iter().map(|duty| DutyRow::of_unit("", duty)).collect();
        let mut checks: Vec<Check> = of_district.iter().map(|duty| duty.check(&context.area.name)).collect();
        let of_ranges = held.of_ranges(context.rules, &asked);
        checks.extend(of_ranges.iter().map(|(_, duty)| duty.check(&duty.unit)));
        let mut towns_found: Vec<ObligationTown> = Vec::with_capacity(sheets.len());
        let (mut all_rows, mut all_units) = (Vec::new(), district);
        for (sheet, town) in sheets.into_iter().zip(&context.area.layers.towns) {
            // Rules that ask nothing of a town say nothing of it.
            if sheet.rows.is_empty() {
                continue;
            }
            let id = towns_found.len() as u32 + 1;
            towns_found.push(ObligationTown::of(town, &sheet.rows, asked.as_of.is_some()));
            checks.extend(sheet.checks.into_iter().map(|check| check.about("obligation_towns", id)));
            all_rows.extend(sheet.rows);
            all_units.extend(sheet.units);
        }
        all_units.extend(of_ranges.iter().map(|(town, duty)| DutyRow::of_unit(town, duty)));
        let unmatched = asked.of_unmatched_villages(|name| has_village(context.area, name));
        checks.extend(unmatched.iter().map(|duty| duty.check(&duty.unit)));
        all_units.extend(unmatched.iter().map(|duty| DutyRow::of_unit("", duty)));
        let layer = Layer::new("obligation_towns", Drawing::Coded { column: "state" }, &towns_found);
        Ok(Findings {
            figures: summary::figures(&all_rows, &all_units, context.rules),
            tables: vec![
                Table::new("obligation_sheet", &all_rows).about("obligation_towns", "name"),
                Table::new("obligation_units", &all_units).titled("逐单位任务清单 | Obligations of each unit"),
            ],
            checks,
            notes: notes.into_vec(),
            ..Findings::default()
        }
        .with_layers(vec![layer]))
    }
}

fn town_sheets(
    context: &Context,
    towns: &TownIndex,
    asked: &DutyRules,
    held: &by_analysis::HeldChecks,
    notes: &mut Notes,
) -> Vec<TownSheet> {
    let area = context.area;
    let villages = micro_stations::village_stations(area, towns, notes);
    let key_units = micro_stations::key_unit_stations(area, towns);
    let forested = forested_towns(area);
    let existing = ExistingStations::new(area, towns);
    let numbered = TownId::first(area.layers.towns.len()).zip(&area.layers.towns);
    let mut known = BTreeSet::new();
    for (id, town) in numbered.clone() {
        let town = names::whole(&town.name);
        for (unit, units) in [(UnitKind::Village, &villages), (UnitKind::KeyUnit, &key_units)] {
            known.extend(units[id.index()].iter().map(|one| (unit, town.clone(), names::whole(&one.name))));
        }
        known.insert((UnitKind::Town, String::new(), town));
    }
    note_unmatched_rows(context, &known, notes);
    let local = TownRules::new(context.rules, area);
    let sheet = |(id, town): (TownId, _)| {
        let facts = TownFacts::of(town);
        let asked = &DutyRules { brigade: &local.of(Some(id)).brigade, ..*asked };
        let units = TownUnits {
            facts: &facts,
            villages: &villages[id.index()],
            key_units: &key_units[id.index()],
            known: KnownUnits::of(area),
            forested: forested.as_ref().map(|towns| towns.contains(&id)),
            brigade: existing.has_town_brigade(area, id),
        };
        let by_fact = asked.of_town(&units);
        let by_analysis = held.of_town(context.rules, asked, &units, id);
        // In the order of the notice.
        let mut duties: Vec<_> = by_fact.into_iter().chain(by_analysis).collect();
        let place = |one: &fireplan_model::rules::Obligation| {
            asked.obligations.iter().position(|other| std::ptr::eq(one, other)).unwrap_or(usize::MAX)
        };
        duties.sort_by_key(|duty| place(duty.obligation));
        let of_units = asked.of_units(&units);
        let of_units = of_units.iter().filter(|duty| duty.obligation.asked_of != UnitKind::Town);
        TownSheet {
            units: of_units.map(|duty| DutyRow::of_unit(&facts.name, duty)).collect(),
            checks: duties.iter().map(|duty| duty.check(&facts.name)).collect(),
            rows: duties.iter().map(|duty| DutyRow::of_town(&facts.name, duty)).collect(),
        }
    };
    numbered.map(sheet).collect()
}

/// Whether the map has a village or community of this name.
fn has_village(area: &StudyArea, name: &str) -> bool {
    area.layers.villages.iter().any(|one| names::whole(&one.name) == names::whole(name))
}

/// Villages and towns that the notice names and the map does not have: nothing was held against them.
fn note_unmet_lists(context: &Context, notes: &mut Notes) {
    let layers = &context.area.layers;
    let obligations = &context.rules.obligation;
    let villages: BTreeSet<&String> = obligations.iter().flat_map(|one| &one.villages).collect();
    for name in villages.into_iter().filter(|name| !has_village(context.area, name)) {
        let text = "文件点名的村、社区在图上找不到，未核对；请在村庄图层补充或核对名称 | Villages that the notice names and the map lacks: nothing was held against them";
        notes.add(Severity::Warning, Some(LayerId::Villages), text, name.as_str());
    }
    let towns: BTreeSet<&String> =
        obligations.iter().flat_map(|one| one.towns.iter().chain(&one.except_towns)).collect();
    let has_town = |name: &&String| layers.towns.iter().any(|town| names::bears(&town.name, name));
    for name in towns.into_iter().filter(|name| !has_town(name)) {
        let text = "文件点名的乡镇在图上找不到，未核对；请在乡镇图层补充或核对名称 | Towns that the notice names and the map lacks: nothing was held against them";
        notes.add(Severity::Warning, Some(LayerId::Towns), text, name.as_str());
    }
    let asked: Vec<String> =
        context.rules.obligation.iter().flat_map(fireplan_model::rules::Obligation::items).collect();
    for item in context.area.reports.items().filter(|item| !asked.iter().any(|one| one == item)) {
        let text =
            "填报表中有本套规则没有问到的列，未采用 | Columns of the form that these rules do not ask for, not used";
        notes.add(Severity::Warning, None, text, item);
    }
}

/// Rows of the form about units that the map does not have: nothing comes of them.
fn note_unmatched_rows(context: &Context, known: &BTreeSet<(UnitKind, String, String)>, notes: &mut Notes) {
    for (unit, town, name) in context.area.reports.units() {
        let is_there = unit == UnitKind::District || known.contains(&(unit, town.to_owned(), name.to_owned()));
        if !is_there {
            let text = "填报表中在图上找不到对象的行，未采用；请核对乡镇街道和名称两列 | Rows of the form about units that the map lacks, not used: check the first two columns";
            notes.add(Severity::Warning, None, text, format!("{town} {name}").trim());
        }
    }
}

/// How a town stands as a whole: by the worst of its obligations.
fn worst(states: impl Iterator<Item = DutyState>) -> DutyState {
    let rank = |state: &DutyState| match state {
        DutyState::Overdue => 0,
        DutyState::Open => 1,
        DutyState::Undetermined => 2,
        DutyState::Unreported => 3,
        DutyState::Met => 4,
    };
    states.min_by_key(rank).unwrap_or(DutyState::Met)
}
