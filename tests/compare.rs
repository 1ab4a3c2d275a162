//! Two profiles side by side on the demo county.

use fireplan_engine::analysis::Context;
use fireplan_engine::compare::{Change, compare};
use fireplan_engine::request::Request;
use fireplan_model::progress::Silent;
use fireplan_model::rows::Value;
use fireplan_model::rules::Rules;
use serde_json::json;

/// What the page shows when another profile is chosen: which towns change, and why.
#[test]
fn towns_graded_under_two_profiles_say_why_they_differ() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let request = Request::from_parts("brigades", serde_json::Map::new()).unwrap();
    let [national, qidong] = [None, Some("qidong")].map(|profile| {
        let rules = Rules::load(profile).unwrap();
        request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap()
    });
    let comparison = compare(&(&national).into(), &(&qidong).into()).unwrap();
    assert_eq!(comparison.settings[0].after, json!("qidong"));
    assert!(comparison.rules.iter().any(|rule| rule.after.as_ref().is_some_and(|text| text.cite.contains("启政办发"))));
    let towns = comparison.layers.iter().find(|change| change.layer == "brigade_towns").unwrap();
    assert!(!towns.moves.is_empty(), "启东 grades all towns");
    assert!(towns.moves.iter().all(|one| one.change == Change::Changed), "another tier is neither better nor worse");
    let story = towns.changes.columns.iter().position(|column| column.name == "story").unwrap();
    for feature in &towns.changes.features {
        let Value::Label(text) = &feature.values[story] else { panic!("no story") };
        assert!(text.zh.contains('→') && text.zh.chars().count() > 30, "{}", text.zh);
    }
}
