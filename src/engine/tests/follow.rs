//! Following a scenario on the demo county: the figures of whole runs, and what only adds never loses.

use fireplan_engine::scenario::apply_scenario;
use std::sync::{Arc, OnceLock};

use fireplan_engine::analysis::Context;
use fireplan_engine::compare::{ComparedRun, Comparison, compare};
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::{Edit, Scenario};

fn demo() -> Arc<StudyArea> {
    static DEMO: OnceLock<Arc<StudyArea>> = OnceLock::new();
    DEMO.get_or_init(|| {
        Arc::new(fireplan_read::open(&fireplan_testing::demo(), &Silent).expect("the demo county opens"))
    })
    .clone()
}

fn rules() -> Arc<Rules> {
    Arc::new(Rules::load(None).expect("the national rules load"))
}

/// Coverage without what only maps need.
fn question() -> Request {
    let parameters = serde_json::json!({ "bands_min": [], "audit_places": 20 });
    Request::from_parts("coverage", parameters.as_object().cloned().expect("it is one")).expect("coverage is there")
}

fn whole(area: &StudyArea) -> Findings {
    question().run(&Context { area, rules: &rules(), progress: &Silent }).expect("it has an answer")
}

/// A place by a road of the county, the same for the same number.
fn place(area: &StudyArea, number: usize) -> [f64; 2] {
    let nodes = &area.network.nodes;
    let mut at = [nodes[(number * 7_919 + 13) % nodes.len()]];
    area.plane.to_lonlat(&mut at).expect("the area has a plane");
    [at[0].x, at[0].y]
}

fn edit(json: serde_json::Value) -> Edit {
    serde_json::from_value(json).expect("the edit is written right")
}

fn scenario(edits: Vec<Edit>) -> Scenario {
    Scenario { name: "方案".to_owned(), edits }
}

fn added(area: &StudyArea, number: usize) -> Edit {
    edit(serde_json::json!({ "edit": "add_station", "name": format!("新站{number}"), "at": place(area, number) }))
}

/// A road from the easternmost junction to a place 3 km farther east.
fn out_of_the_area(area: &StudyArea) -> Edit {
    let east = area.network.nodes.iter().max_by(|a, b| a.x.total_cmp(&b.x)).expect("the county has roads");
    let mut line = [*east, geo::Coord { x: east.x + 3_000.0, y: east.y }];
    area.plane.to_lonlat(&mut line).expect("the area has a plane");
    let line = line.map(|at| [at.x, at.y]);
    edit(serde_json::json!({ "edit": "add_road", "name": "东延路", "line": line }))
}

/// Figures, and per layer what is gained and lost.
fn gist(comparison: &Comparison) -> Vec<String> {
    // Engines at each place are told by the whole run only.
    let whole_only = ["audited_places", "key_places_in_limit_percent"];
    let figures = comparison.figures.iter().filter(|figure| !whole_only.contains(&&*figure.name));
    let figures = figures.map(|figure| format!("{} {:?} {:?}", figure.name, figure.before, figure.after));
    let layers = comparison.layers.iter().filter(|layer| {
        !["coverage_stations", "coverage_attendance"].contains(&&*layer.layer) && !layer.moves.is_empty()
    });
    let layers = layers.map(|layer| {
        let sides = [layer.gained, layer.lost].map(|tally| {
            let length_m = tally.length_m.map(f64::round);
            // Roads are cut where the time runs out: metres count, not pieces.
            (length_m.is_none().then_some(tally.features), tally.people, length_m)
        });
        format!("{} {sides:?}", layer.layer)
    });
    figures.chain(layers).collect()
}

#[test]
fn figures_and_changes_are_those_of_whole_runs() {
    let area = demo();
    let mut live = question().live(area.clone(), rules()).expect("coverage can be followed");
    let before = whole(&area);
    let scenarios = [
        vec![added(&area, 1)],
        vec![added(&area, 2), edit(serde_json::json!({ "edit": "close_station", "station": "#1" }))],
        vec![edit(serde_json::json!({ "edit": "move_station", "station": "#2", "to": place(&area, 3) }))],
        vec![edit(serde_json::json!({ "edit": "upgrade_station", "station": "#3", "turnout_min": 0.5 }))],
        vec![edit(serde_json::json!({ "edit": "close_road", "road": "#40" })), added(&area, 4)],
        vec![edit(serde_json::json!({ "edit": "close_road", "road": "#40" })), added(&area, 5)],
        vec![added(&area, 6), added(&area, 7), added(&area, 8)],
        // A road out of the area, which widens the lattice by which built-up area is judged; then back to stations alone.
        vec![out_of_the_area(&area), added(&area, 9)],
        vec![added(&area, 1)],
    ];
    for edits in scenarios {
        let scenario = scenario(edits);
        let changed = apply_scenario(&scenario, &area).expect("it applies");
        let [was, is] = live.follow(&changed).expect("it has an answer");
        let followed = compare(&ComparedRun::from(&was), &ComparedRun::from(&is)).expect("they are of one question");
        let expected = compare(&ComparedRun::from(&before), &ComparedRun::from(&whole(&changed)))
            .expect("they are of one question");
        assert_eq!(gist(&followed), gist(&expected), "{scenario:?}");
        assert_eq!(is.manifest.scenario.as_deref(), Some(&scenario));
    }
}

#[test]
fn what_only_adds_stations_never_loses_anything() {
    let area = demo();
    let mut live = question().live(area.clone(), rules()).expect("coverage can be followed");
    let mut gained = 0;
    for number in 0..60 {
        let count = number % 3 + 1;
        let scenario = scenario((0..count).map(|more| added(&area, 10 * number + more)).collect());
        let [was, is] = live.follow(&apply_scenario(&scenario, &area).expect("it applies")).expect("it has an answer");
        let comparison = compare(&ComparedRun::from(&was), &ComparedRun::from(&is)).expect("they are of one question");
        for layer in &comparison.layers {
            assert_eq!(layer.lost.features, 0, "{}: {scenario:?}", layer.layer);
            gained += layer.gained.features;
        }
        for figure in comparison.figures.iter().filter(|figure| figure.unit == "%") {
            assert!(figure.difference.is_some_and(|more| more >= 0.0), "{}: {scenario:?}", figure.name);
        }
    }
    assert!(gained > 0, "no station of sixty gained anything");
}
