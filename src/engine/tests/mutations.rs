//! Every entry of the rules decides something: each is changed on areas that have what it is about, and some question gives another
//! verdict, figure or class. What no area here shows is listed with the reason.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use geo::{BoundingRect, Coord, Point, Rect};

use crate::drawn_area::draw_area;
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Findings, Layer};
use fireplan_model::layers::*;
use fireplan_model::progress::Silent;
use fireplan_model::rows::{Row, Value};
use fireplan_model::rules::{KEYS, Rules};

const NATIONAL: &str = include_str!("../../../data/rules/national.toml");

/// Entries that nothing here moves, and why.
const UNMOVED: &[(&str, &str)] = &[
    (
        "response.travel_min",
        "no question computes with it: the caps on the areas of stations are derived from it, which a test of the rules holds",
    ),
    ("response.audit_places_percent", "it ends a run whose self-audit finds contradictions; no answer here has any"),
    (
        "response.audit_band_percent",
        "it ends a run whose self-audit finds contradictions; no answer here has any, and band_audit.rs counts drawn ones",
    ),
    ("headline.spread_percent", "it adds words to a figure and moves no number; spread.rs tests it"),
    ("headline.robust_percent", "it chooses the words of the sensitivity and moves no number; sensitivity.rs tests it"),
    (
        "brigade.consolidated_min",
        "no two towns here are remote by the national figure; brigades.rs moves it on the demo county, where 10 minutes are remote",
    ),
    (
        "fire_lane.rescue_slope_percent",
        "places here lie on level road or on slopes beyond every bound; a test of the access holds it at its bound",
    ),
    ("driving.turn_bans", "only extracts of OpenStreetMap know of banned turns, and none lies in the project"),
    (
        "hydrant.pressure_fire_mpa",
        "no data say the pressure during a fire: its one check is undetermined whatever the bound",
    ),
    (
        "hydrant.hose_lay_small_m",
        "no station here has small engines only; a test of the rules holds which engine lays which hose",
    ),
    (
        "hydrant.hose_lay_motorcycle_m",
        "no station here has motorcycles only; a test of the rules holds which engine lays which hose",
    ),
    ("water.portable_pump_l_s", "it counts pumps in the words on a village and moves no number"),
];

/// What must be said before some entries say anything: that it is cold, who is to do what, and a town on the adopted list.
const SUPPOSED: &str = r#"
[hydrant.cold_region]
value = "cold"
cite = "试"
force = "policy"
confidence = "S"

[brigade.adopted]
cite = "试"
force = "policy"
confidence = "S"
rows = [{ town = "乙镇", within = "试县", tier = "volunteer" }]

[obligation]
cite = "试"
force = "policy"
confidence = "S"
rows = [
  { name = "布局 | Layout", analysis = "obligations", rules = ["layout.hazard_housing_m"] },
  { name = "器材 | Equipment", analysis = "obligations", rules = ["layout.equipment_points"] },
  { name = "委员会 | Committee", fact = "fire_committee", at_least = 1 },
]
"#;

static DEMO: LazyLock<StudyArea> = LazyLock::new(|| fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap());

/// Leaves what lies in a window.
struct Crop(Rect);

impl LayerVisitor for Crop {
    type Output = ();
    fn visit<R: Row>(&mut self, rows: &mut Vec<R>) {
        rows.retain(|row| {
            let Some(rect) = row.geometry().and_then(|geometry| geometry.bounding_rect()) else { return false };
            let (low, high, window) = (rect.min(), rect.max(), self.0);
            low.x < window.max().x && high.x > window.min().x && low.y < window.max().y && high.y > window.min().y
        });
    }
}

/// What of the demo county lies within so many metres of a place, and more.
fn around(at: Coord, half_m: f64, more: Layers) -> StudyArea {
    let mut layers = DEMO.layers.clone();
    let half = Coord { x: half_m, y: half_m };
    for layer in LayerId::ALL {
        layers.visit(*layer, &mut Crop(Rect::new(at - half, at + half)));
    }
    let mut area = StudyArea::builder().plane(DEMO.plane.clone()).layers(layers).layers(more);
    if let Some(elevation) = &DEMO.elevation {
        area = area.elevation(elevation.clone());
    }
    area.build()
}

/// The middle of the county town.
fn street() -> StudyArea {
    let bridge = DEMO.layers.roads.iter().find(|road| road.bridge && road.name == "玉兰大道").unwrap();
    let at = bridge.geometry.0[0];
    let crane = |name: &str, x: f64| Hydrant {
        name: name.to_owned(),
        kind: HydrantKind::Crane,
        state: HydrantState::Working,
        flow_l_s: Some(25.0),
        diameter_mm: Some(150.0),
        ..Hydrant::blank(Point::new(at.x + x, at.y + 5.0)).unwrap()
    };
    around(at, 220.0, Layers { hydrants: vec![crane("甲", 0.0), crane("乙", 150.0)], ..Layers::default() })
}

/// Villages and forest around a station in the country.
fn country() -> StudyArea {
    let station = DEMO.layers.stations.iter().max_by(|a, b| a.geometry.y().total_cmp(&b.geometry.y())).unwrap();
    around(station.geometry.0, 2_000.0, Layers::default())
}

/// The same entry with every figure so many times as large.
fn scale(entry: &toml::Table, times: f64) -> toml::Table {
    const LEFT: [&str; 4] = ["range", "cite", "note", "force"];
    let scaled = |name: &str, value: &toml::Value| match value {
        _ if LEFT.contains(&name) => value.clone(),
        toml::Value::Integer(number) => toml::Value::Float(*number as f64 * times),
        toml::Value::Float(number) => toml::Value::Float(number * times),
        toml::Value::Array(rows) => {
            let row = |row: &toml::Value| row.as_table().map_or(row.clone(), |row| scale(row, times).into());
            rows.iter().map(row).collect::<Vec<_>>().into()
        }
        other => other.clone(),
    };
    entry.iter().map(|(name, value)| (name.clone(), scaled(name, value))).collect()
}

fn entry_of<'t>(pack: &'t mut toml::Table, key: &str) -> &'t mut toml::Table {
    key.split('.').fold(pack, |table, part| table[part].as_table_mut().unwrap())
}

fn supposed() -> toml::Table {
    let mut national: toml::Table = NATIONAL.parse().unwrap();
    let supposed: toml::Table = SUPPOSED.parse().unwrap();
    for key in KEYS {
        let entry = key.split('.').try_fold(&supposed, |table, part| table.get(part)?.as_table());
        if let Some(entry) = entry {
            entry_of(&mut national, key).clone_from(entry);
        }
    }
    national
}

fn load(pack: &toml::Table) -> Option<Rules> {
    let mut rules = Rules::from_texts(("national.toml", &toml::to_string(pack).unwrap()), None).ok()?;
    rules.choice.as_of = Some("2026-01-01".to_owned());
    Some(rules)
}

/// Without its last row, or its first.
fn drop_row(entry: &toml::Table, at_end: bool) -> toml::Table {
    let mut left = entry.clone();
    if let Some(rows) = left.get_mut("rows").and_then(toml::Value::as_array_mut).filter(|rows| !rows.is_empty()) {
        rows.remove(if at_end { rows.len() - 1 } else { 0 });
    }
    left
}

/// The rules with one entry changed, in every way that they admit.
fn changes(key: &str) -> Vec<Rules> {
    let readings = [
        "or",
        "and",
        "radius",
        "half_spacing",
        "cold",
        "not_cold",
        "never",
        "by_width",
        "n",
        "s",
        "by_class",
        "estimate",
        "free_where_safe",
        "binds",
    ];
    let (national, mut all) = (supposed(), Vec::new());
    let mut keep = |change: &dyn Fn(&toml::Table) -> toml::Table| {
        let mut pack = national.clone();
        let entry = entry_of(&mut pack, key);
        let changed = change(entry);
        if changed != *entry {
            *entry = changed;
            all.extend(load(&pack));
        }
    };
    for times in [0.5, 2.0, 0.9, 1.1, 0.1, 10.0] {
        keep(&|entry| scale(entry, times));
    }
    for at_end in [true, false] {
        keep(&|entry| drop_row(entry, at_end));
    }
    keep(&|entry| {
        let mut other = entry.clone();
        if let Some(kinds) = other.get_mut("kinds") {
            *kinds = toml::Value::Array(vec!["subdistrict".into()]);
        }
        other
    });
    for reading in readings {
        keep(&|entry| match entry.get("value") {
            Some(toml::Value::String(_)) => {
                let mut other = entry.clone();
                other.insert("value".to_owned(), reading.into());
                other
            }
            _ => entry.clone(),
        });
    }
    all
}

/// Verdicts, figures, numbers and classes; no words, in which bounds are quoted.
#[derive(PartialEq)]
struct Said {
    checks: Vec<String>,
    figures: Vec<String>,
    layers: BTreeMap<String, Vec<String>>,
    projects: Vec<String>,
}

fn said(findings: &Findings) -> Said {
    let checks = findings
        .checks
        .iter()
        .map(|check| format!("{} {} {:?} {:?}", check.rule, check.subject, check.verdict, check.measured));
    let figures =
        findings.figures.iter().map(|figure| format!("{} {:?} {:?}", figure.name, figure.value, figure.range));
    let features = |layer: &Layer| {
        let row = |values: &[Value]| {
            let told = values.iter().zip(&layer.columns).filter(|(value, column)| {
                matches!(value, Value::Bool(_) | Value::Int(_) | Value::Float(_)) || !column.codes.is_empty()
            });
            told.map(|(value, _)| format!("{value:?} ")).collect::<String>()
        };
        layer.features.iter().map(|feature| row(&feature.values)).collect()
    };
    let layers = findings.layers.iter().map(|layer| (layer.id.clone(), features(layer))).collect();
    let projects =
        findings.projects.iter().map(|project| format!("{} {:?}", project.id, project.cost_wan_yuan)).collect();
    Said { checks: checks.collect(), figures: figures.collect(), layers, projects }
}

/// Questions that ask the others: what moves those moves them.
const OF_OTHERS: [&str; 3] = ["obligations", "programme", "progress"];

fn is_read(request: &Request, key: &str) -> bool {
    let names = |read: &&str| key.strip_prefix(*read).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let is_own = !OF_OTHERS.contains(&request.id())
        || ["layout", "obligation", "progress"].contains(&key.split('.').next().unwrap());
    is_own && request.rules().iter().any(names)
}

/// The drawn area, two parts of the demo county, and all of it.
static AREAS: LazyLock<[StudyArea; 4]> = LazyLock::new(|| [draw_area(), street(), country(), DEMO.clone()]);

/// What takes seconds on all of the demo county is asked of its parts only.
fn is_asked(area: usize, request: &Request) -> bool {
    area + 1 < AREAS.len() || ["access", "brigades", "siting", "water"].contains(&request.id())
}

fn ask(request: &Request, area: usize, rules: &Rules) -> Option<Said> {
    request.run(&Context { area: &AREAS[area], rules, progress: &Silent }).ok().map(|findings| said(&findings))
}

/// What a question says of an area under the rules as they are, asked once for all tests.
fn answer_before(request: &Request, area: usize) -> Arc<Option<Said>> {
    type Answers = Mutex<HashMap<(&'static str, usize), Arc<OnceLock<Arc<Option<Said>>>>>>;
    static ANSWERS: LazyLock<Answers> = LazyLock::new(Answers::default);
    static RULES: LazyLock<Rules> = LazyLock::new(|| load(&supposed()).unwrap());
    let known = ANSWERS.lock().unwrap().entry((request.id(), area)).or_default().clone();
    known.get_or_init(|| Arc::new(ask(request, area, &RULES))).clone()
}

fn is_moved(key: &str, requests: &[Request]) -> bool {
    let changes = changes(key);
    (0..AREAS.len()).any(|area| {
        let asked: Vec<&Request> =
            requests.iter().filter(|request| is_read(request, key) && is_asked(area, request)).collect();
        changes.iter().any(|changed| {
            asked.iter().any(|request| {
                // A question that is refused under the change says nothing of the entry.
                let (before, after) = (answer_before(request, area), ask(request, area, changed));
                before.is_some() && after.is_some() && after != *before
            })
        })
    })
}

/// Topics whose entries are moved by one test each.
const TOPICS: [&[&str]; 6] = [
    &["response", "station", "site"],
    &["brigade", "obligation", "layout", "headline", "progress"],
    &[
        "fire_lane",
        "village_lane",
        "upgrade",
        "passing",
        "driving",
        "vehicle",
        "road_estimate",
        "speed",
        "slope",
        "surface",
    ],
    &["hydrant"],
    &["water"],
    &["firebreak"],
];

fn topic(key: &str) -> &str {
    key.split('.').next().unwrap()
}

fn assert_moved(topics: &[&str]) {
    let requests = Request::all();
    let is_listed = |key: &str| UNMOVED.iter().any(|(unmoved, _)| *unmoved == key);
    let of_topics = KEYS.iter().filter(|key| topics.contains(&topic(key)) && !is_listed(key));
    let unmoved: Vec<&&str> = of_topics.filter(|key| !is_moved(key, &requests)).collect();
    assert!(unmoved.is_empty(), "nothing hangs on {unmoved:?}");
}

#[test]
fn every_entry_is_moved_or_listed_with_a_reason() {
    for key in KEYS {
        assert_eq!(TOPICS.iter().filter(|topics| topics.contains(&topic(key))).count(), 1, "{key}");
    }
    for (key, why) in UNMOVED {
        assert!(KEYS.contains(key) && !why.is_empty(), "{key}");
    }
}

#[test]
fn entries_of_stations_and_sites_move_answers() {
    assert_moved(TOPICS[0]);
}

#[test]
fn entries_of_brigades_and_obligations_move_answers() {
    assert_moved(TOPICS[1]);
}

#[test]
fn entries_of_roads_and_vehicles_move_answers() {
    assert_moved(TOPICS[2]);
}

#[test]
fn entries_of_hydrants_move_answers() {
    assert_moved(TOPICS[3]);
}

#[test]
fn entries_of_water_move_answers() {
    assert_moved(TOPICS[4]);
}

#[test]
fn entries_of_forests_move_answers() {
    assert_moved(TOPICS[5]);
}
