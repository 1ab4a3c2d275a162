//! What a notice asks of each range of forest stands among the obligations of units, as it does in the table of the firebreaks.

use std::collections::BTreeMap;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;

fn ask(id: &str, area: &StudyArea) -> Findings {
    let rules = Rules::load(Some("kaizhou")).unwrap();
    let request = Request::all().into_iter().find(|request| request.id() == id).unwrap();
    request.run(&Context { area, rules: &rules, progress: &Silent }).unwrap()
}

/// The rows of a table by these columns, as text.
fn rows<const N: usize>(findings: &Findings, table: &str, columns: [&str; N]) -> Vec<[String; N]> {
    let table = findings.tables.iter().find(|known| known.id == table).unwrap();
    let at = columns.map(|name| table.columns.iter().position(|column| column.name == name).unwrap());
    table.rows.iter().map(|row| at.map(|at| row[at].to_string())).collect()
}

#[test]
fn ranges_of_forest_are_units_of_the_obligations() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let own = rows(&ask("firebreaks", &area), "forest_range_duties", ["unit", "task", "state", "due", "lead"]);
    let own: BTreeMap<(String, String), [String; 3]> =
        own.into_iter().map(|[unit, task, state, due, lead]| ((unit, task), [state, due, lead])).collect();
    let findings = ask("obligations", &area);
    let columns = ["asked_of", "unit", "duty", "state", "due", "lead", "name"];
    let mut found = 0;
    for [asked_of, unit, duty, state, due, lead, town] in rows(&findings, "obligation_units", columns) {
        if asked_of != "forest_range" {
            continue;
        }
        let task = if duty.contains("取水点") { "helicopter_waters" } else { "helipads" };
        let [own_state, own_due, own_lead] = &own[&(unit, task.to_owned())];
        // A clause that is a "should" or unverified leaves an obligation open to doubt where it is not met.
        let agrees = match own_state.as_str() {
            "met" => state == "met",
            "unknown" => state == "undetermined",
            _ => state != "met",
        };
        assert!(agrees, "{task}: {own_state} and {state}");
        assert_eq!((&due, &lead), (own_due, own_lead));
        assert!(!town.is_empty(), "the town in which most of it lies is told");
        found += 1;
    }
    let ranges = own.keys().map(|(unit, _)| unit).collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!((found, ranges > 0), (2 * ranges, true), "two are asked of each range");
}

#[test]
fn without_forests_the_ranges_are_told_to_be_unknown() {
    let mut area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    area.layers.forests.clear();
    area.derived = Default::default();
    let units = rows(&ask("obligations", &area), "obligation_units", ["asked_of", "unit", "state", "remark"]);
    let ranges: Vec<_> = units.into_iter().filter(|[asked_of, ..]| asked_of == "forest_range").collect();
    assert_eq!(ranges.len(), 2);
    assert!(
        ranges.iter().all(|[_, _, state, remark]| state == "undetermined" && remark.contains("森林")),
        "{ranges:?}"
    );
}
