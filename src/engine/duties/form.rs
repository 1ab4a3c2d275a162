//! The form that a bureau fills in (填报表): every unit that something is asked of, and every question that no map answers.

use super::micro_stations::{UnitStations, key_unit_stations, village_stations};
use super::{KnownUnits, Scope, TownUnits, facts::TownFacts, forested_towns};
use crate::analyses::brigades::existing::ExistingStations;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::TownId;
use fireplan_model::notes::Notes;
use fireplan_model::reports::{FormCell, FormQuestion, FormRow, FormSheet, ReportForm};
use fireplan_model::rules::{Obligation, ObligationBasis, Rules};
use fireplan_model::units::UnitKind;

/// The form of an area under these rules, with what was reported before.
pub fn build_form(area: &StudyArea, rules: &Rules) -> ReportForm {
    let towns = TownIndex::new(area);
    let facts: Vec<TownFacts> = area.layers.towns.iter().map(TownFacts::of).collect();
    let villages = village_stations(area, &towns, &mut Notes::default());
    let key_units = key_unit_stations(area, &towns);
    let forested = forested_towns(area);
    let existing = ExistingStations::new(area, &towns);
    let units: Vec<TownUnits> = TownId::first(facts.len())
        .zip(&facts)
        .map(|(id, facts)| TownUnits {
            facts,
            villages: &villages[id.index()],
            key_units: &key_units[id.index()],
            known: KnownUnits::of(area),
            forested: forested.as_ref().map(|towns| towns.contains(&id)),
            brigade: existing.has_town_brigade(area, id),
        })
        .collect();
    let kinds = [UnitKind::District, UnitKind::Town, UnitKind::Village, UnitKind::KeyUnit];
    ReportForm {
        area: area.name.clone(),
        rules: rules.packs.last().map_or_else(String::new, |pack| pack.title.clone()),
        sheets: kinds.into_iter().filter_map(|kind| build_sheet(area, rules, kind, &units)).collect(),
    }
}

/// One question, and the obligations that ask it.
struct Asked<'r> {
    question: FormQuestion,
    by: Vec<&'r Obligation>,
}

fn build_sheet(area: &StudyArea, rules: &Rules, kind: UnitKind, towns: &[TownUnits]) -> Option<FormSheet> {
    let mut asked: Vec<Asked> = Vec::new();
    for obligation in rules.obligation.iter().filter(|one| one.asked_of == kind) {
        let Some(question) = question_of(obligation) else { continue };
        // One heading may be asked by several obligations, such as the lists of two years.
        match asked.iter_mut().find(|one| one.question.heading == question.heading) {
            Some(known) => {
                if known.question.clause != question.clause {
                    known.question.clause += "；";
                    known.question.clause += &question.clause;
                }
                known.question.remark += "\n";
                known.question.remark += &question.remark;
                known.by.push(obligation);
            }
            None => asked.push(Asked { question, by: vec![obligation] }),
        }
    }
    if asked.is_empty() {
        return None;
    }
    let row = |town: &str, name: &str, within: Option<&TownUnits>| {
        let cell = |one: &Asked| {
            let is_asked = one.by.iter().any(|obligation| {
                let of_town = within.is_none_or(|town| {
                    let brigade = &rules.in_town(&town.facts.name).brigade;
                    Scope::of_town(brigade, obligation, town) != Scope::NotBound
                });
                of_town && (kind != UnitKind::Village || obligation.means_village(name))
            });
            is_asked.then(|| FormCell { answer: area.reports.answer(kind, town, name, &one.question.heading) })
        };
        FormRow { town: town.to_owned(), name: name.to_owned(), cells: asked.iter().map(cell).collect() }
    };
    let of_town = |town: &TownUnits, units: &[UnitStations]| -> Vec<FormRow> {
        units.iter().map(|unit| row(&town.facts.name, &unit.name, Some(town))).collect()
    };
    let mut rows = match kind {
        UnitKind::District => vec![row("", &area.name, None)],
        UnitKind::Town => towns.iter().map(|town| row("", &town.facts.name, Some(town))).collect(),
        UnitKind::Village => towns.iter().flat_map(|town| of_town(town, town.villages)).collect(),
        UnitKind::KeyUnit => towns.iter().flat_map(|town| of_town(town, town.key_units)).collect(),
        // What is asked of ranges an analysis decides.
        UnitKind::ForestRange => Vec::new(),
    };
    let mut questions: Vec<FormQuestion> = asked.into_iter().map(|one| one.question).collect();
    drop_unasked(&mut questions, &mut rows);
    (!questions.is_empty()).then_some(FormSheet { unit: kind, questions, rows })
}

/// Drops the questions that nobody in the area is asked, such as those of an old town in another county.
fn drop_unasked(questions: &mut Vec<FormQuestion>, rows: &mut [FormRow]) {
    let is_asked: Vec<bool> =
        (0..questions.len()).map(|at| rows.is_empty() || rows.iter().any(|row| row.cells[at].is_some())).collect();
    let mut keep = is_asked.iter();
    questions.retain(|_| *keep.next().unwrap_or(&true));
    for row in rows {
        let mut keep = is_asked.iter();
        row.cells.retain(|_| *keep.next().unwrap_or(&true));
    }
}

fn question_of(obligation: &Obligation) -> Option<FormQuestion> {
    let (heading, limit) = match &obligation.basis {
        ObligationBasis::Reported(item) => (&item.name, item.limit.as_ref()),
        ObligationBasis::Fact { or_reported: Some(item), .. } => (item, None),
        _ => return None,
    };
    let provenance = obligation.provenance();
    let mut lines = vec![obligation.name.zh.clone()];
    lines.extend(limit.map(|limit| format!("要求：{}", limit.bound())));
    let quote = Some(&obligation.quote).filter(|quote| !quote.is_empty()).map(|quote| format!("：“{quote}”"));
    lines.push(format!("依据：{}{}", provenance.cite_label().zh, quote.unwrap_or_default()));
    let due = provenance.due_or_words();
    for (name, text) in [("时限", due), ("责任单位", &provenance.lead), ("配合", &provenance.support)] {
        if !text.is_empty() {
            lines.push(format!("{name}：{text}"));
        }
    }
    let (heading, clause) = (heading.zh.clone(), clause_of(obligation));
    Some(FormQuestion { heading, clause, is_number: limit.is_some(), remark: lines.join("\n") })
}

/// `5，二（一）3，乡镇（街道）`: number in the notice, clause, and who is responsible.
fn clause_of(obligation: &Obligation) -> String {
    let provenance = obligation.provenance();
    let place = provenance.cite.rsplit_once(['号', '》']).map_or(provenance.cite.as_str(), |(_, place)| place);
    let parts = [obligation.task.as_str(), place.trim(), provenance.lead.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
}
