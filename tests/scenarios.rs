//! The table of scenarios with right answers (`../shared/cases/scenarios/README.md`), row by row, where it is at hand.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use fireplan_engine::analysis::Context;
use fireplan_engine::compare::{Change, compare};
use fireplan_engine::request::Request;
use fireplan_engine::scenario::{anchor, apply_kept};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Findings, SCENARIO_COLUMN};
use fireplan_model::layers::{Layers, Road};
use fireplan_model::network::{MOTORWAY_CROSSING, Network};
use fireplan_model::notes::Notes;
use fireplan_model::progress::Silent;
use fireplan_model::rows::Value;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::{KeptScenario, Scenario, is_planned};
use serde_json::{Map, json};

static DEMO: LazyLock<StudyArea> = LazyLock::new(|| fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap());

/// A scenario of the table; `None`, and says so, where that is not at hand.
fn case(name: &str) -> Option<KeptScenario> {
    read_case(name).map(Result::unwrap)
}

fn read_case(name: &str) -> Option<anyhow::Result<KeptScenario>> {
    let path: PathBuf = fireplan_testing::root().join("../shared/cases/scenarios").join(format!("{name}.json"));
    if !path.exists() {
        fireplan_testing::skip(&format!("{} is not there", path.display()));
        return None;
    }
    Some(KeptScenario::from_json(name, &std::fs::read_to_string(path).unwrap()))
}

fn ask(id: &str, parameters: &serde_json::Value, area: &StudyArea) -> Findings {
    let request = Request::from_parts(id, parameters.as_object().cloned().unwrap_or_else(Map::new)).unwrap();
    request.run(&Context { area, rules: &Rules::load(None).unwrap(), progress: &Silent }).unwrap()
}

fn coverage(area: &StudyArea) -> Findings {
    ask("coverage", &json!({ "audit_places": 20 }), area)
}

fn figure(findings: &Findings, name: &str) -> f64 {
    findings.figures.iter().find(|figure| figure.name == name).and_then(|figure| figure.value).unwrap()
}

fn cells(findings: &Findings, layer: &str, column: &str) -> Vec<Value> {
    let Some(layer) = findings.layers.iter().find(|found| found.id == layer) else { return Vec::new() };
    let at = layer.columns.iter().position(|one| one.name == column).unwrap();
    layer.features.iter().map(|feature| feature.values[at].clone()).collect()
}

fn remarks(area: &StudyArea) -> String {
    let told = area.applied.as_ref().map(|applied| applied.remarks.clone()).unwrap_or_default();
    told.iter().map(|remark| remark.text.zh.clone()).collect::<Vec<_>>().join("\n")
}

fn notes(findings: &Findings) -> String {
    findings
        .notes
        .iter()
        .map(|note| format!("{} {}", note.text.zh, note.examples.join(" ")))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Metres of motorway that are certainly reached.
fn certain_motorway_m(findings: &Findings) -> f64 {
    let columns = ["class", "reached", "length_m"].map(|name| cells(findings, "coverage_roads", name));
    let certain = (0..columns[0].len())
        .filter(|at| columns[0][*at].as_str() == Some("motorway") && columns[1][*at].as_str() == Some("certain"));
    certain.filter_map(|at| columns[2][at].as_f64()).sum()
}

#[test]
fn a_road_that_ends_before_a_motorway_stays_there() {
    let Some(scenario) = case("end_20m_before_motorway") else { return };
    let changed = apply_kept(&scenario, &DEMO).unwrap();
    let findings = coverage(&changed);
    assert!(certain_motorway_m(&findings) < 1.0);
    assert!(remarks(&changed).contains("自由端") && remarks(&changed).contains("高速公路"), "{}", remarks(&changed));
    assert_eq!(certain_motorway_m(&findings), certain_motorway_m(&coverage(&DEMO)));
}

#[test]
fn nothing_joins_the_inside_of_a_tunnel() {
    let Some(scenario) = case("demo_tunnel_side") else { return };
    let changed = apply_kept(&scenario, &DEMO).unwrap();
    assert!(remarks(&changed).contains("不与任何道路相接，车辆到不了"), "{}", remarks(&changed));
    assert_eq!(changed.network.components(), DEMO.network.components() + 1);
    let Some(path) = fireplan_testing::data("liechtenstein/liechtenstein-2024.osm.pbf") else { return };
    let Some(scenario) = case("li_tunnel_side") else { return };
    let area = fireplan_read::open(&path, &Silent).unwrap();
    let changed = apply_kept(&scenario, &area).unwrap();
    assert!(remarks(&changed).contains("自由端"), "{}", remarks(&changed));
    assert_eq!(changed.network.components(), area.network.components() + 1, "{}", remarks(&changed));
}

#[test]
fn crossings_and_free_ends_are_noted_as_in_the_data() {
    let (Some(crossing), Some(short)) = (case("cross_motorway"), case("end_32m_short")) else { return };
    let changed = apply_kept(&crossing, &DEMO).unwrap();
    let told = MOTORWAY_CROSSING.split(" | ").next().unwrap();
    assert!(remarks(&changed).contains(told) && notes(&coverage(&changed)).contains(told));
    let changed = apply_kept(&short, &DEMO).unwrap();
    assert!(remarks(&changed).contains("32 m") && notes(&coverage(&changed)).contains("32 m"), "{}", remarks(&changed));
}

#[test]
fn a_bridge_lowers_no_coverage() {
    let Some(scenario) = case("road_lowers_0") else { return };
    let (before, after) = (coverage(&DEMO), coverage(&apply_kept(&scenario, &DEMO).unwrap()));
    for name in ["people_percent", "villages_percent", "buildings_percent"] {
        assert!(figure(&after, name) >= figure(&before, name), "{name}");
    }
}

/// The demo county with other roads.
fn with_roads(roads: Vec<Road>) -> StudyArea {
    let mut area = DEMO.clone();
    let ground = (area.plane.scale(), area.elevation.as_ref());
    let network = Network::build((&roads, &area.layers.obstacles), &Default::default(), ground, &mut Notes::default());
    area.layers = Layers { roads, ..area.layers };
    area.network = Arc::new(network);
    area
}

#[test]
fn a_reference_that_means_another_thing_is_told_and_refused() {
    let Some(scenario) = case("stale2") else { return };
    let references = anchor(&scenario.scenario, &[], &DEMO);
    assert_eq!(references.len(), 2);
    let kept = KeptScenario { references, ..scenario.clone() };
    assert!(apply_kept(&kept, &DEMO).is_ok());
    // Rows more and rows less: found again by name and place, and told.
    let mut roads = DEMO.layers.roads.clone();
    roads.remove(0);
    let mut shifted = with_roads(roads.clone());
    shifted.layers.stations.remove(0);
    let changed = apply_kept(&kept, &shifted).unwrap();
    assert!(remarks(&changed).matches("重新找到").count() == 2, "{}", remarks(&changed));
    // What was meant is gone: told all at once.
    roads.retain(|road| road.source_id != "R00100");
    let mut gone = with_roads(roads);
    gone.layers.stations.retain(|station| station.source_id != "S03");
    let error = apply_kept(&kept, &gone).err().unwrap().to_string();
    assert!(error.contains("2 处引用") && error.contains("#100") && error.contains("#3"), "{error}");
    // As it is written, without a word of what it meant, it is told what it means.
    assert!(remarks(&apply_kept(&scenario, &DEMO).unwrap()).contains("R00100"));
    if let Some(unknown) = case("hash_ref") {
        assert!(apply_kept(&unknown, &DEMO).err().unwrap().to_string().contains("roads.geojson#739"));
    }
}

/// A plan that siting finds under a scenario, taken up as it is proposed, covers what it says.
fn assert_kept(base: &KeptScenario, parameters: &serde_json::Value) {
    let area = apply_kept(base, &DEMO).unwrap();
    let plan = ask("siting", parameters, &area);
    let proposal = &plan.proposals[0];
    assert!(proposal.scenario.edits.starts_with(&base.scenario.edits), "{:?}", proposal.scenario.edits);
    assert!(proposal.title.zh.contains(&base.scenario.name), "{:?}", proposal.title);
    let built = apply_kept(&proposal.scenario.clone().into(), &DEMO).unwrap();
    let (promised, kept) = (figure(&plan, "covered_percent"), figure(&coverage(&built), "people_percent"));
    // Both are told to a tenth; siting counts in hundredths of a person, so that a share half way between may fall to either side.
    assert!((promised - kept).abs() <= 0.11, "{promised} % promised, {kept} % kept");
}

#[test]
fn proposals_contain_their_base() {
    let few = || json!({ "new_stations": 2, "curve_to": 2 });
    for name in ["adopt0", "cmp"] {
        if let Some(base) = case(name) {
            assert_kept(&base, &few());
        }
    }
    if let Some(base) = case("cmp") {
        assert_kept(&base, &json!({ "new_stations": 2, "curve_to": 2, "existing": "movable" }));
    }
    let (Some(first), Some(second)) = (case("adopt0"), case("adopt_on_adopt")) else { return };
    let both = [first.scenario.edits, second.scenario.edits].concat();
    let kept: KeptScenario = Scenario { name: "两次".to_owned(), edits: both }.into();
    assert_kept(&kept, &few());
}

#[test]
fn planned_roads_are_not_sent_to_be_surveyed_and_all_that_leaves_names_the_scenario() {
    let Some(scenario) = case("fieldcheck_planned_road") else { return };
    let changed = apply_kept(&scenario, &DEMO).unwrap();
    let findings = ask("access", &json!({}), &changed);
    let ids = cells(&findings, "access_field_checks", "source_id");
    assert!(!ids.is_empty() && ids.iter().all(|id| !is_planned(id.as_str().unwrap_or_default())));
    let title = scenario.title().zh;
    for layer in &findings.layers {
        assert!(layer.title.zh.contains(&title), "{}", layer.title.zh);
        assert!(cells(&findings, &layer.id, SCENARIO_COLUMN).iter().all(|cell| cell.as_str() == Some(&title)));
    }
    assert!(findings.tables.iter().all(|table| table.title.zh.contains(&title)));
    assert!(findings.figures.iter().all(|figure| figure.remark.zh.contains(&title)));
    let folder = tempfile::tempdir().unwrap();
    let files = fireplan_export::write(&findings, &changed, folder.path()).unwrap();
    for file in files.iter().filter(|file| {
        ["csv", "html", "json", "geojson"].iter().any(|end| file.extension().is_some_and(|own| own == *end))
    }) {
        let text = std::fs::read_to_string(file).unwrap();
        let named = text.contains(&title) || text.contains(&title.replace('"', "\\\""));
        assert!(named, "{} does not name its scenario", file.display());
    }
    let sheets = files.iter().filter(|file| file.extension().is_some_and(|end| end == "html"));
    assert!(sheets.map(|file| std::fs::read_to_string(file).unwrap()).all(|text| text.contains(&title)));
}

#[test]
fn edits_hold_are_refused_and_told_as_the_table_says() {
    if let Some(scenario) = case("two_edits") {
        let changed = apply_kept(&scenario, &DEMO).unwrap();
        let road = changed.layers.roads.iter().find(|road| road.source_id == "R00560").unwrap();
        assert_eq!(road.width_m, Some(5.0));
    }
    if let Some(scenario) = read_case("strengthen_worse") {
        // 0.1 t is no load limit that anybody states.
        let refusal = format!("{:#}", scenario.unwrap_err());
        assert!(refusal.contains("load_t=0.1 不可信"), "{refusal}");
    }
    if let Some(scenario) = case("n_move_to_river") {
        assert!(remarks(&apply_kept(&scenario, &DEMO).unwrap()).contains("青岚河"));
    }
    if let Some(scenario) = case("n_close_all") {
        let changed = apply_kept(&scenario, &DEMO).unwrap();
        let findings = coverage(&changed);
        assert_eq!(figure(&findings, "people_percent"), 0.0);
        assert!(notes(&findings).contains("没有可出动的消防站"));
        for request in Request::all() {
            assert!(request.lacks(&changed).is_empty(), "{} is refused where the last station is closed", request.id());
        }
    }
    let empty = r#"{"name":"a","edits":[{"edit":"upgrade_station","station":"S01"}]}"#;
    assert!(KeptScenario::from_json("a", empty).is_err());
}

#[test]
fn a_hydrant_makes_no_share_worse() {
    let Some(scenario) = case("one_hydrant_lowers") else { return };
    let before = ask("hydrants", &json!({}), &DEMO);
    let after = ask("hydrants", &json!({}), &apply_kept(&scenario, &DEMO).unwrap());
    for was in before.figures.iter().filter(|figure| figure.unit == "%") {
        assert!(figure(&after, &was.name) >= was.value.unwrap(), "{}: {:?}", was.name, was.value);
    }
}

#[test]
fn comparison_pairs_only_what_is_the_same_place() {
    let Some(scenario) = case("cmp") else { return };
    let few = || json!({ "new_stations": 2, "curve_to": 2, "sites": "roads" });
    let (before, after) = (ask("siting", &few(), &DEMO), ask("siting", &few(), &apply_kept(&scenario, &DEMO).unwrap()));
    let places = |findings: &Findings| {
        let layer = findings.layers.iter().find(|layer| layer.id == "siting_sites").unwrap();
        let at = layer.columns.iter().position(|column| column.name == "site").unwrap();
        let place = |feature: &fireplan_model::findings::Feature| {
            let Some(geo::Geometry::Point(at)) = feature.geometry else { panic!("a site is a point") };
            [at.x(), at.y()].map(|metres| (metres * 10.0).round() as i64)
        };
        layer
            .features
            .iter()
            .map(|feature| (feature.values[at].to_string(), place(feature)))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let (was, is) = (places(&before), places(&after));
    let common = was.iter().filter(|(id, _)| is.contains_key(*id)).count();
    assert!(common as f64 > 0.9 * was.len() as f64, "{common} of {} sites keep their id", was.len());
    assert!(was.iter().all(|(id, place)| is.get(id).is_none_or(|other| other == place)), "an id is a place");
    let comparison = compare(&(&before).into(), &(&after).into()).unwrap();
    assert!(comparison.attribution.zh.contains("方案"), "{}", comparison.attribution.zh);
    let sites = comparison.layers.iter().find(|change| change.layer == "siting_sites").unwrap();
    let name = sites.changes.columns.iter().position(|column| column.name == "change").unwrap();
    let judged = [Change::Gained.code(), Change::Lost.code()];
    for feature in &sites.changes.features {
        if feature.values[name].as_str().is_some_and(|change| judged.contains(&change)) {
            let Some(geo::Geometry::Point(at)) = feature.geometry else { panic!("a site is a point") };
            let place = [at.x(), at.y()].map(|metres| (metres * 10.0).round() as i64);
            assert!(was.values().any(|known| *known == place), "what fares otherwise stood there before");
        }
    }
}
