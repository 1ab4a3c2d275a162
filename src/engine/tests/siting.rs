//! Station sites of the demo county and of Liechtenstein: planted sites are judged as planted, and a plan that is built
//! gives what it says.

use fireplan_engine::scenario::apply_scenario;

use fireplan_engine::analyses::siting::{Counted, Siting};
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::progress::Silent;
use fireplan_model::rows::Value;

fn run(question: Siting, area: &StudyArea) -> Findings {
    ask(&Request::Siting(question), area)
}

fn ask(request: &Request, area: &StudyArea) -> Findings {
    let rules = fireplan_testing::rules();
    request.run(&Context { area, rules: &rules, progress: &Silent }).unwrap()
}

fn column(findings: &Findings, layer: &str, name: &str) -> Vec<Value> {
    let layer = findings.layers.iter().find(|found| found.id == layer).unwrap();
    let at = layer.columns.iter().position(|column| column.name == name).unwrap();
    layer.features.iter().map(|feature| feature.values[at].clone()).collect()
}

fn figure(findings: &Findings, name: &str) -> f64 {
    findings.figures.iter().find(|figure| figure.name == name).unwrap().value.unwrap()
}

/// Plots that were planted with a kind of flaw.
fn planted(kind: &str) -> Vec<String> {
    let text = std::fs::read_to_string(fireplan_testing::demo().join("planted.json")).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let of_kind = all.as_array().unwrap().iter().filter(|one| one["kind"] == kind);
    of_kind
        .flat_map(|one| one["features"].as_array().unwrap().clone())
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn planted_sites_are_judged_as_planted() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let findings = run(Siting { curve_to: 1, new_stations: 1, ..Siting::default() }, &area);
    let (sites, standing) = (column(&findings, "siting_sites", "site"), column(&findings, "siting_sites", "standing"));
    let of = |id: &str| {
        let at = sites.iter().position(|site| site.as_str() == Some(id)).unwrap();
        standing[at].as_str().unwrap().to_owned()
    };
    for kind in ["site-near-crowded-place", "site-near-hazard"] {
        let planted = planted(kind);
        assert!(!planted.is_empty(), "{kind} is planted");
        planted.iter().for_each(|id| assert_eq!(of(id), "refused", "{kind} {id}"));
    }
    for id in planted("site-near-hazard-warning") {
        assert_eq!(of(&id), "warned", "{id}");
        let check = findings.checks.iter().filter(|check| check.rule.starts_with("site.hazard"));
        let of_site: Vec<String> = check
            .filter(|check| check.feature.as_ref().is_some_and(|at| sites[at.id as usize - 1].as_str() == Some(&id)))
            .map(|check| format!("{} {:?}", check.rule, check.verdict))
            .collect();
        assert_eq!(of_site, ["site.hazard_m Pass", "site.hazard_far_m Warn"], "both standards are shown");
    }
}

#[test]
fn a_plan_of_the_demo_county_taken_up_gives_the_same_coverage() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let plan = run(Siting { new_stations: 3, curve_to: 4, ..Siting::default() }, &area);
    assert_eq!(figure(&plan, "bound_percent"), figure(&plan, "covered_percent"), "the plan is proven");
    let built = apply_scenario(&plan.proposals[0].scenario, &area).unwrap();
    let covered = ask(&Request::from_parts("coverage", serde_json::Map::new()).unwrap(), &built);
    let people = figure(&covered, "people_percent");
    assert!((people - figure(&plan, "covered_percent")).abs() <= 0.06, "{people} %, rounded to a tenth");
    let gained = figure(&plan, "villages_gained");
    let today = ask(&Request::from_parts("coverage", serde_json::Map::new()).unwrap(), &area);
    let in_time = |findings: &Findings| {
        let reached = column(findings, "coverage_villages", "reached");
        reached.iter().filter(|code| matches!(code.as_str(), Some("certain" | "expected"))).count()
    };
    assert_eq!(in_time(&covered) as f64, in_time(&today) as f64 + gained);
}

#[test]
fn more_stations_never_cover_less_and_bounds_hold() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    for counted in [Counted::People, Counted::Villages] {
        let findings = run(Siting { counted, curve_to: 8, ..Siting::default() }, &area);
        let curve = findings.tables.iter().find(|table| table.id == "siting_curve").unwrap();
        let values = |name: &str| -> Vec<f64> {
            let at = curve.columns.iter().position(|column| column.name == name).unwrap();
            curve.rows.iter().map(|row| row[at].as_f64().unwrap()).collect()
        };
        let (covered, bound) = (values("covered_percent"), values("bound_percent"));
        assert!(covered.windows(2).all(|pair| pair[0] <= pair[1]), "{covered:?}");
        assert!(covered.iter().zip(&bound).all(|(covered, bound)| covered <= bound), "{covered:?} {bound:?}");
    }
}

#[test]
fn liechtenstein_gets_a_plan_with_its_certificate() {
    let Some(path) = fireplan_testing::data("liechtenstein/liechtenstein-2024.osm.pbf") else { return };
    let area = fireplan_read::open(&path, &Silent).unwrap();
    let findings = run(Siting { new_stations: 3, curve_to: 6, ..Siting::default() }, &area);
    assert!(figure(&findings, "covered_percent") > figure(&findings, "covered_before_percent"));
    assert!(figure(&findings, "covered_percent") <= figure(&findings, "bound_percent"));
    assert!(findings.answers[2].answer.zh.contains("任何方案最多覆盖"), "{:?}", findings.answers[2]);
}
