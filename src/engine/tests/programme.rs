//! The programme of projects on the demo county: what it promises comes about once its scenarios are built.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::scenario::apply_scenario;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Findings, GainedState, code_of_place};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Value;
use fireplan_model::scenario::Scenario;
use geo::Geometry;
use serde_json::json;

fn ask(id: &str, parameters: serde_json::Value, area: &StudyArea) -> Findings {
    let rules = fireplan_testing::rules();
    let serde_json::Value::Object(parameters) = parameters else { panic!("parameters are an object") };
    let request = Request::from_parts(id, parameters).unwrap();
    request.run(&Context { area, rules: &rules, progress: &Silent }).unwrap()
}

static DEMO: LazyLock<(StudyArea, Findings)> = LazyLock::new(|| {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let findings = ask("programme", json!({}), &area);
    (area, findings)
});

type Row = BTreeMap<String, Value>;

fn rows(findings: &Findings, table: &str) -> Vec<Row> {
    let table = findings.tables.iter().find(|found| found.id == table).unwrap_or_else(|| panic!("no table {table}"));
    let names = || table.columns.iter().map(|column| column.name.to_string());
    table.rows.iter().map(|row| names().zip(row.iter().cloned()).collect()).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].as_f64().unwrap_or_else(|| panic!("{column}: {:?}", row[column]))
}

#[test]
fn every_stage_keeps_its_budget_and_all_that_was_built_before() {
    let (_, findings) = &*DEMO;
    let stages = rows(findings, "programme_stages");
    assert_eq!(stages.len(), 4);
    let mut before = (0.0, 0.0);
    for stage in &stages {
        assert!(number(stage, "total_wan_yuan") <= number(stage, "budget_wan_yuan"), "{stage:?}");
        assert!(number(stage, "gap_percent") >= 0.0);
        let now = (number(stage, "all_projects"), number(stage, "gained_states"));
        assert!(now.0 >= before.0 && now.1 >= before.1, "{before:?} → {now:?}");
        before = now;
    }
    let projects = rows(findings, "programme_projects");
    let of_stage = |stage: f64| {
        let own = projects.iter().filter(|row| row["stage"].as_f64().is_some_and(|own| own <= stage));
        own.map(|row| number(row, "cost_wan_yuan")).sum::<f64>()
    };
    for (number_of, stage) in (1..).zip(&stages) {
        let total = number(stage, "total_wan_yuan");
        assert!((of_stage(f64::from(number_of)) - total).abs() < 0.1, "stage {number_of}: {total}");
    }
}

#[test]
fn the_first_project_gives_more_for_its_money_than_any_other_that_serves_by_itself() {
    let projects = rows(&DEMO.1, "programme_projects");
    let rate = |row: &Row| number(row, "gained_states") / number(row, "cost_wan_yuan");
    let alone =
        |row: &&Row| row["depends_on"].as_str().is_none_or(str::is_empty) && row["cost_wan_yuan"].as_f64().is_some();
    let first = projects.iter().find(alone).unwrap();
    let in_reach = |row: &&Row| number(row, "cost_wan_yuan") <= 200.0;
    let best = projects.iter().filter(alone).filter(in_reach).map(rate).fold(0.0, f64::max);
    assert!(rate(first) >= best * 0.999, "{} of {best}: {first:?}", rate(first));
}

#[test]
fn projects_have_one_id_each_and_name_a_rule_for_their_unit_cost() {
    let projects = rows(&DEMO.1, "programme_projects");
    let ids: BTreeSet<&str> = projects.iter().filter_map(|row| row["source_id"].as_str()).collect();
    assert_eq!(ids.len(), projects.len());
    for row in &projects {
        let unit_cost = row["unit_cost"].to_string();
        assert!(unit_cost.len() > "\"\"".len() && !unit_cost.contains("_yuan"), "{unit_cost}");
    }
}

/// Opened roads let trucks in, and pools supply their villages, in the answers of the very questions that proposed them.
#[test]
fn what_a_stage_promises_comes_about_once_it_is_built() {
    let (area, findings) = &*DEMO;
    let last = findings.proposals.iter().rfind(|proposal| proposal.title.zh.starts_with("投资")).unwrap();
    let changed =
        apply_scenario(&Scenario { name: "投资".to_owned(), edits: last.scenario.edits.clone() }, area).unwrap();
    let built: BTreeSet<String> = rows(findings, "programme_projects")
        .iter()
        .filter(|row| row["stage"].as_f64().is_some())
        .map(|row| row["source_id"].as_str().unwrap().to_owned())
        .collect();
    for (question, state, layer, column, wanted) in [
        ("access", GainedState::Truck, "access_villages", "possible_class", &["standard"][..]),
        ("water", GainedState::Water, "water_villages", "supply", &["at_hand", "mains", "relay", "shuttle"][..]),
    ] {
        let proposed = ask(question, json!({}), area);
        let gains = proposed.gains.iter().filter(|gain| gain.state == state);
        let gained: BTreeSet<&str> = gains
            .filter(|gain| gain.together.iter().all(|id| built.contains(id)))
            // Intakes are no edits of a scenario.
            .filter(|gain| gain.together.iter().all(|id| !id.starts_with("intake/")))
            .map(|gain| gain.place.as_str())
            .collect();
        let after = ask(question, json!({}), &changed);
        let layer = after.layers.iter().find(|found| found.id == layer).unwrap();
        let at = layer.columns.iter().position(|known| known.name == column).unwrap();
        let mut seen = 0;
        for feature in &layer.features {
            let Some(Geometry::Point(place)) = &feature.geometry else { panic!("a village is a point") };
            if gained.contains(code_of_place(place.0).as_str()) {
                let has = feature.values[at].to_string();
                assert!(wanted.contains(&has.as_str()), "{question}: {has} at {place:?}");
                seen += 1;
            }
        }
        assert_eq!(seen, gained.len(), "{question}");
    }
}

/// The people who gain are those by whom the figures of the questions differ once the edits are made.
#[test]
fn what_a_stage_promises_is_what_the_questions_count_then() {
    let (area, findings) = &*DEMO;
    let first = &findings.proposals[0];
    let stage = &rows(findings, "programme_stages")[0];
    let changed =
        apply_scenario(&Scenario { name: "投资".to_owned(), edits: first.scenario.edits.clone() }, area).unwrap();
    let without = |area: &StudyArea| {
        let figures = ask("hydrants", json!({}), area).figures;
        figures.into_iter().find(|figure| figure.name == "people_without_water").unwrap().value.unwrap()
    };
    assert_eq!(number(stage, "hydrant_people"), without(area) - without(&changed));
    let standard = |area: &StudyArea| {
        let towns = rows(&ask("access", json!({}), area), "town_access");
        towns.iter().find(|row| row["town"].to_string() == "合计").map(|row| number(row, "people_standard")).unwrap()
    };
    assert_eq!(number(stage, "truck_people"), standard(&changed) - standard(area));
}

/// A street of new hydrants gives by itself what its row says.
#[test]
fn what_the_row_of_a_street_of_hydrants_promises_comes_about() {
    let (area, findings) = &*DEMO;
    let without = |area: &StudyArea| {
        let figures = ask("hydrants", json!({}), area).figures;
        figures.into_iter().find(|figure| figure.name == "people_without_water").unwrap().value.unwrap()
    };
    let now = without(area);
    let projects = rows(findings, "programme_projects");
    let streets: Vec<&Row> =
        projects.iter().filter(|row| row["source_id"].as_str().unwrap().starts_with("hydrants/")).collect();
    for street in streets.iter().take(5).chain(streets.last()) {
        let Value::Edits(edits) = &street["edits"] else { panic!("{:?}", street["edits"]) };
        let edits = serde_json::from_str(edits).unwrap();
        let changed = apply_scenario(&Scenario { name: "一街".to_owned(), edits }, area).unwrap();
        assert_eq!(number(street, "gained_states"), now - without(&changed), "{}", street["name"]);
    }
}

/// What is promised of a stage takes no project that its scenario leaves out.
#[test]
fn what_no_edit_says_is_told_beside_a_stage() {
    let stages = rows(&DEMO.1, "programme_stages");
    let last = stages.last().unwrap();
    let states = ["in_time_people", "truck_people", "water_people", "hydrant_people"];
    assert_eq!(number(last, "gained_states"), states.iter().map(|state| number(last, state)).sum::<f64>());
    assert!(number(last, "unsaid_people") >= number(last, "firebreak_people"));
}

#[test]
fn weights_decide_what_is_built() {
    let (area, findings) = &*DEMO;
    let only_water = json!({
        "budgets": "200", "weight_in_time": 0, "weight_truck": 0, "weight_hydrant": 0, "weight_firebreak": 0
    });
    let stage = &rows(&ask("programme", only_water, area), "programme_stages")[0];
    let all = &rows(findings, "programme_stages")[0];
    assert!(number(stage, "water_people") >= number(all, "water_people"));
    assert!(number(stage, "gained_states") <= number(all, "gained_states"));
}

#[test]
fn budgets_that_cannot_be_read_are_refused() {
    let rules = fireplan_testing::rules();
    for wrong in ["", "x", "500,200", "2030=200,2027=500", "-5", "0", "2027=200,2027=300", "1e99"] {
        let request =
            Request::from_parts("programme", json!({ "budgets": wrong }).as_object().unwrap().clone()).unwrap();
        let refused = request.run(&Context { area: &DEMO.0, rules: &rules, progress: &Silent });
        assert!(refused.is_err_and(|error| error.to_string().contains("budgets")), "{wrong}");
    }
}
