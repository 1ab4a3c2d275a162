//! One county, one plan: a figure that two analyses print has one value.
//!
//! A column name means one thing. Of every table whose rows are towns or villages, each number in a column that another analysis
//! has too must be the same there, for the same town or village.

use std::collections::BTreeMap;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Findings, Table};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Value;
use fireplan_model::rules::Rules;

/// What a row is about: which columns name it.
const SUBJECTS: &[(&str, &[&str])] = &[
    ("town_coverage", &["town"]),
    ("town_access", &["town"]),
    ("town_grading", &["name"]),
    ("hydrant_towns", &["town"]),
    ("water_towns", &["town"]),
    ("town_firebreaks", &["town"]),
    ("village_coverage", &["name", "town"]),
    ("village_access", &["name", "town"]),
    ("water_villages_list", &["name", "town"]),
    ("coverage_attendance", &["name", "town"]),
];

/// Columns that say something of the question rather than of the town or village: a place in a list, a sentence, a verdict.
const OF_THE_QUESTION: &[&str] = &["rank", "story", "kind", "edits", "source_id", "limit", "band"];

/// Of which subject (towns, or villages by name and town), which column: its values with the analyses that print them.
type Ledger = BTreeMap<(String, &'static str), BTreeMap<String, Vec<String>>>;

fn enter(ledger: &mut Ledger, analysis: &str, table: &Table) {
    let Some((_, keys)) = SUBJECTS.iter().find(|(id, _)| *id == table.id) else { return };
    let at = |name: &str| table.columns.iter().position(|column| column.name == name);
    let places: Option<Vec<usize>> = keys.iter().map(|key| at(key)).collect();
    let Some(places) = places else { panic!("{}: a column of {keys:?} is missing", table.id) };
    for row in &table.rows {
        let key: Vec<String> = places.iter().map(|at| row[*at].to_string()).collect();
        // Of two places of one name nobody can say which is meant, and a place of another kind is another place.
        let is_one = table.rows.iter().filter(|other| is_same(&key, other, &places)).count() == 1;
        let is_place = at("kind").is_none_or(|at| keys.len() < 2 || row[at].as_str() == Some("village"));
        if !is_one || !is_place {
            continue;
        }
        for (column, value) in table.columns.iter().zip(row) {
            if keys.contains(&column.name) || OF_THE_QUESTION.contains(&column.name) || *value == Value::Null {
                continue;
            }
            let subject = format!("{}:{}", keys.len(), key.join("/"));
            let values = ledger.entry((subject, column.name)).or_default();
            values.entry(value.to_string()).or_default().push(format!("{analysis}/{}", table.id));
        }
    }
}

fn is_same(key: &[String], row: &[Value], places: &[usize]) -> bool {
    key.iter().zip(places).all(|(key, at)| *key == row[*at].to_string())
}

/// Everything that two tables say differently.
fn contradictions(area: &StudyArea, rules: &Rules) -> Vec<String> {
    let mut ledger = Ledger::new();
    let mut seen = 0;
    for request in Request::all() {
        let context = Context { area, rules, progress: &Silent };
        // A question that lacks a layer prints nothing that could contradict.
        let Ok(Findings { tables, .. }) = request.run(&context) else { continue };
        for table in &tables {
            seen += usize::from(SUBJECTS.iter().any(|(id, _)| *id == table.id));
            enter(&mut ledger, request.id(), table);
        }
    }
    assert!(seen >= 4, "only {seen} tables of towns or villages");
    let differ = ledger.into_iter().filter(|(_, values)| values.len() > 1);
    differ.map(|((subject, column), values)| format!("{subject} {column}: {values:?}")).collect()
}

#[test]
fn no_figure_of_the_demo_county_has_two_values() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let found = contradictions(&area, &Rules::load(None).unwrap());
    assert!(found.is_empty(), "{} contradictions:\n{}", found.len(), found.join("\n"));
}

#[test]
fn no_figure_of_liechtenstein_has_two_values() {
    let Some(extract) = fireplan_testing::data("liechtenstein/liechtenstein-2024.osm.pbf") else {
        return fireplan_testing::skip("the extract of Liechtenstein is not there");
    };
    let area = fireplan_read::open(&extract, &Silent).unwrap();
    let found = contradictions(&area, &Rules::load(None).unwrap());
    assert!(found.is_empty(), "{} contradictions:\n{}", found.len(), found.join("\n"));
}
