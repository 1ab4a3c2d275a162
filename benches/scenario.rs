//! From an edit to new figures: applying a scenario, asking again as a whole, following a station by what changes, and
//! comparing; on the demo county and on Porto (`../shared/data`). The whole run is the baseline.

use fireplan_engine::scenario::apply_scenario;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use divan::Bencher;
use fireplan_engine::analysis::{Context, Live};
use fireplan_engine::compare::{ComparedRun, Comparison, compare};
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::{Edit, Scenario};
use geo::Coord;

const AREAS: &[&str] = &["demo", "porto"];

/// `None`, and says so, where the data is not there.
fn open(name: &str) -> Option<&'static StudyArea> {
    static DEMO: OnceLock<Option<StudyArea>> = OnceLock::new();
    static PORTO: OnceLock<Option<StudyArea>> = OnceLock::new();
    let (cell, path) = match name {
        "demo" => (&DEMO, PathBuf::from("data/demo")),
        _ => (&PORTO, PathBuf::from("../shared/data/porto/porto_portugal.osm.pbf")),
    };
    let opened = cell.get_or_init(|| {
        if !Path::new(&path).exists() {
            eprintln!("skipped: {} is not there", path.display());
            return None;
        }
        let area = fireplan_read::open(&path, &Silent).expect("the area opens");
        // Porto's extract is of roads only: a station in its middle makes it answer.
        let plan = Scenario { name: "base".to_owned(), edits: vec![station(&area, "base", 0.0)] };
        if area.layers.stations.is_empty() { apply_scenario(&plan, &area).ok() } else { Some(area) }
    });
    opened.as_ref()
}

fn lonlat(area: &StudyArea, at: Coord) -> [f64; 2] {
    let mut at = [at];
    area.plane.to_lonlat(&mut at).expect("the area has a plane");
    [at[0].x, at[0].y]
}

/// A node in the middle of the network, and `east_m` from it.
fn place(area: &StudyArea, east_m: f64) -> [f64; 2] {
    let node = area.network.nodes[area.network.nodes.len() / 2];
    lonlat(area, Coord { x: node.x + east_m, y: node.y })
}

fn station(area: &StudyArea, name: &str, east_m: f64) -> Edit {
    let text = serde_json::json!({ "edit": "add_station", "name": name, "at": place(area, east_m) });
    serde_json::from_value(text).expect("the edit is written right")
}

fn plan(area: &StudyArea, kind: &str) -> Scenario {
    let [lon, lat] = place(area, 0.0);
    let road = Edit::AddRoad {
        name: "new".to_owned(),
        line: vec![[lon, lat], [lon + 0.003, lat + 0.003]],
        class: fireplan_model::layers::RoadClass::Residential,
        width_m: None,
        load_t: None,
        bridge: false,
    };
    let edit = match kind {
        "station" => station(area, "new", 500.0),
        "close" => Edit::CloseRoad { road: "#1".to_owned() },
        _ => road,
    };
    Scenario { name: "plan".to_owned(), edits: vec![edit] }
}

fn answer(area: &StudyArea, parameters: &serde_json::Value) -> Findings {
    let parameters = parameters.as_object().cloned().unwrap_or_default();
    let request = Request::from_parts("coverage", parameters).expect("coverage is there");
    let rules = Rules::load(None).expect("the rules load");
    request.run(&Context { area, rules: &rules, progress: &Silent }).expect("it has an answer")
}

fn main() {
    divan::main();
}

#[divan::bench(args = ["demo station", "demo close", "demo road", "porto station", "porto close", "porto road"], sample_count = 5)]
fn apply(bencher: Bencher, what: &str) {
    let (name, kind) = what.split_once(' ').expect("area and kind");
    let Some(area) = open(name) else { return };
    let plan = plan(area, kind);
    bencher.bench_local(|| apply_scenario(&plan, area).expect("it applies"));
}

/// From the edit of a station to figures and changed features: what the page waits for after a drop.
#[divan::bench(args = AREAS, sample_count = 20)]
fn follow_station(bencher: Bencher, name: &str) {
    let Some(area) = open(name) else { return };
    let mut live = live(area);
    let mut east_m = 0.0;
    bencher.bench_local(|| {
        east_m += 150.0;
        follow(live.as_mut(), area, vec![station(area, "new", east_m)])
    });
}

/// The same with a road closed besides: the first time from the ground up, then by what changes.
#[divan::bench(args = AREAS, sample_count = 10)]
fn follow_station_and_closed_road(bencher: Bencher, name: &str) {
    let Some(area) = open(name) else { return };
    let mut live = live(area);
    let mut east_m = 0.0;
    bencher.bench_local(|| {
        east_m += 150.0;
        follow(live.as_mut(), area, vec![Edit::CloseRoad { road: "#1".to_owned() }, station(area, "new", east_m)])
    });
}

/// Getting ready to follow.
#[divan::bench(args = AREAS, sample_count = 5)]
fn begin_to_follow(bencher: Bencher, name: &str) {
    let Some(area) = open(name) else { return };
    bencher.bench_local(|| live(area));
}

fn follow(live: &mut dyn Live, area: &StudyArea, edits: Vec<Edit>) -> Comparison {
    let changed = apply_scenario(&Scenario { name: "plan".to_owned(), edits }, area).expect("it applies");
    let [before, after] = live.follow(&changed).expect("it has an answer");
    compare(&ComparedRun::from(&before), &ComparedRun::from(&after)).expect("they are of one question")
}

fn live(area: &StudyArea) -> Box<dyn Live> {
    let request = Request::from_parts("coverage", serde_json::Map::new()).expect("coverage is there");
    let rules = Rules::load(None).expect("the rules load");
    request.live(Arc::new(area.clone()), Arc::new(rules)).expect("it has an answer")
}

#[divan::bench(args = AREAS, sample_count = 5)]
fn coverage_whole(bencher: Bencher, name: &str) {
    let Some(area) = open(name) else { return };
    bencher.bench_local(|| answer(area, &serde_json::json!({})));
}

#[divan::bench(args = AREAS, sample_count = 5)]
fn comparison(bencher: Bencher, name: &str) {
    let Some(area) = open(name) else { return };
    let changed = apply_scenario(&plan(area, "station"), area).expect("it applies");
    let [before, after] = [area, &changed].map(|area| answer(area, &serde_json::json!({ "lattice_m": 200.0 })));
    bencher.bench_local(|| {
        compare(&ComparedRun::from(&before), &ComparedRun::from(&after)).expect("they are of one question")
    });
}
