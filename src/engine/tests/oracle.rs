//! Answers against SciPy and shapely, on what is exported: where a Python with both is present.
//!
//! It is looked for as `FIREPLAN_PYTHON`, else in `.venv`, else as `python3`. Strips are held against GEOS in `strips.rs`, with
//! or without Python.

use std::io::Write;
use std::process::{Command, Stdio};

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::response::dispatch::Dispatch;
use fireplan_engine::response::driving::DrivingReading;
use fireplan_engine::response::network_tables::network_tables;
use fireplan_engine::response::reach::ArrivalField;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Layer, Table};
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{Obstacle, ObstacleKind, ObstaclePassage, Oneway, VehicleClass};
use fireplan_model::notes::Notes;
use fireplan_model::progress::Silent;
use fireplan_model::rows::Row;
use geo::{Coord, Geometry, Point};
use serde_json::json;

/// What the oracle says; `None`: there is no Python with SciPy and shapely.
fn ask(question: &serde_json::Value) -> Option<serde_json::Value> {
    let local = fireplan_testing::root().join(".venv/bin/python");
    let python = std::env::var("FIREPLAN_PYTHON").ok();
    let python =
        python.unwrap_or_else(|| if local.exists() { local.display().to_string() } else { "python3".to_owned() });
    let imports = Command::new(&python).args(["-c", "import scipy, shapely"]).output();
    if !imports.is_ok_and(|output| output.status.success()) {
        fireplan_testing::skip("SciPy and shapely (pip install scipy shapely)");
        return None;
    }
    let mut oracle = Command::new(&python)
        .args(["-c", include_str!("oracle.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    oracle.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let output = oracle.wait_with_output().unwrap();
    assert!(output.status.success(), "the oracle failed");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn demo() -> StudyArea {
    fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap()
}

/// A column of a layer as numbers; `None`: empty.
fn numbers(layer: &Layer, name: &str) -> Vec<Option<f64>> {
    let at = layer.columns.iter().position(|column| column.name == name).unwrap();
    layer.features.iter().map(|feature| feature.values[at].as_f64()).collect()
}

/// The columns of the times along an edge and against it and of the crews' times to the road, under each reading.
const READINGS: [(DrivingReading, &str, &str); 4] = [
    (DrivingReading::Low, "low", "ready_slow_s"),
    (DrivingReading::Base, "base", "ready_s"),
    (DrivingReading::Favourable, "favourable", "ready_s"),
    (DrivingReading::High, "high", "ready_fast_s"),
];

/// The demo county with streets of one direction and with things that stand in them, spread over it by number; without its turn
/// bans, which hang on the nodes of its source.
fn hindered() -> StudyArea {
    let area = demo();
    let mut layers = area.layers.clone();
    let drawn = layers.roads.clone();
    for (number, road) in layers.roads.iter_mut().enumerate() {
        road.oneway = match number % 10 {
            3 => Oneway::Forward,
            7 => Oneway::Backward,
            _ => road.oneway,
        };
    }
    for (number, road) in drawn.iter().enumerate().filter(|(number, _)| number % 9 == 4) {
        let piece = road.geometry.lines().next().unwrap();
        layers.obstacles.push(Obstacle {
            kind: ObstacleKind::WidthBar,
            clear_width_m: [Some(1.0), Some(2.3), None][number % 3],
            passage: [ObstaclePassage::Fixed, ObstaclePassage::Removable][number % 2],
            source_id: format!("障{number}"),
            ..Obstacle::blank(Point((piece.start + piece.end) / 2.0)).unwrap()
        });
    }
    StudyArea::builder().plane(area.plane.clone()).boundary(area.boundary.clone()).layers(layers).build()
}

/// Holds the first arrivals in the middle of every edge against SciPy's, for every class of vehicle, and says how many edges of
/// how many anybody reaches; `None`: there is no SciPy.
fn hold_arrivals(area: &StudyArea, (reading, name, ready): (DrivingReading, &str, &str)) -> Option<[usize; 2]> {
    let rules = fireplan_testing::rules();
    let (layers, tables) = network_tables(area, &rules).unwrap();
    let named = |id: &str| layers.iter().find(|layer| layer.id == id).unwrap();
    let (edges, crews) = (named("edges"), named("crews"));
    let pairs = |first: &str, second: &str| -> Vec<[Option<f64>; 2]> {
        numbers(edges, first).into_iter().zip(numbers(edges, second)).map(|(a, b)| [a, b]).collect()
    };
    let ends = pairs("from_node", "to_node");
    let forbidden = forbidden_turns(&tables);
    let starts = Dispatch::default().starts(area, &rules, &mut Notes::default()).unwrap();
    assert_eq!(starts.len(), crews.features.len());
    let [edge, share, ready] = ["edge", "share", ready].map(|name| numbers(crews, name));
    let (mut compared, mut all) = (0, 0);
    for class in VehicleClass::ALL {
        let of_class: Vec<usize> = (0..starts.len()).filter(|at| starts[*at].vehicle == *class).collect();
        if of_class.is_empty() {
            continue;
        }
        let code = class.code();
        let seconds = pairs(&format!("{code}_{name}_s"), &format!("{code}_{name}_back_s"));
        let of_crew = |at: &usize| json!([edge[*at].unwrap() as u32 - 1, share[*at], ready[*at]]);
        let of_crews: Vec<_> = of_class.iter().map(of_crew).collect();
        let question =
            json!({ "what": "arrivals", "ends": ends, "seconds": seconds, "forbidden": forbidden, "crews": of_crews });
        let theirs = ask(&question)?;
        let of_class: Vec<_> = of_class.into_iter().map(|at| starts[at]).collect();
        let field = ArrivalField::new(area, &rules, &of_class, reading, u32::MAX - 1).unwrap();
        for (id, theirs) in SegmentId::first(ends.len()).zip(theirs.as_array().unwrap()) {
            let ours = field.at(id, area.network[id].length_m / 2.0)[0].map(|arrival| arrival.ms / 1000.0);
            match (ours, theirs.as_f64()) {
                // Where a crew enters the network its time is rounded up to a millisecond.
                (Some(ours), Some(theirs)) => {
                    assert!((ours - theirs).abs() < 0.002, "{name} {id}: {ours} s, SciPy {theirs} s");
                }
                (ours, theirs) => assert_eq!(ours.is_some(), theirs.is_some(), "{name} {id}: {ours:?} {theirs:?}"),
            }
            compared += usize::from(ours.is_some());
        }
        all += ends.len();
    }
    Some([compared, all])
}

/// Pairs of arcs that may not be driven one after the other.
fn forbidden_turns(tables: &[Table]) -> Vec<Vec<i64>> {
    let turns = tables.iter().find(|table| table.id == "forbidden_turns").unwrap();
    let arc = |edge: &str| {
        let number: i64 = edge.parse().unwrap();
        2 * (number.abs() - 1) + i64::from(number < 0)
    };
    let forbidden: Vec<Vec<i64>> =
        turns.rows.iter().map(|row| row[0].to_string().split(' ').map(arc).collect()).collect();
    assert!(forbidden.iter().all(|turn| turn.len() == 2), "turns are banned at one junction only");
    forbidden
}

#[test]
fn arrivals_are_the_shortest_paths_that_scipy_finds_on_the_exported_network() {
    let Some([compared, _]) = hold_arrivals(&demo(), READINGS[1]) else { return };
    assert!(compared > 1_000, "{compared} edges were compared");
}

#[test]
fn under_every_reading_so_are_they_with_one_way_streets_and_obstacles() {
    let area = hindered();
    let mut reached = Vec::new();
    for reading in READINGS {
        let Some([compared, all]) = hold_arrivals(&area, reading) else { return };
        assert!(compared > 1_000 && compared < all, "{}: {compared} of {all} edges", reading.1);
        reached.push(compared);
    }
    assert!(reached[2] > reached[1], "what need not bind opens edges: {reached:?}");
}

#[test]
fn the_share_of_road_in_time_is_what_shapely_measures() {
    let (area, rules) = (demo(), fireplan_testing::rules());
    let request = Request::from_parts("coverage", serde_json::Map::new()).unwrap();
    let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    let roads = findings.layers.iter().find(|layer| layer.id == "coverage_roads").unwrap();
    let reached = roads.columns.iter().position(|column| column.name == "reached").unwrap();
    let in_time = ["certain", "expected"];
    let mut all: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut marked = all.clone();
    for feature in &roads.features {
        let Some(Geometry::LineString(line)) = &feature.geometry else { panic!("roads are lines") };
        let line: Vec<[f64; 2]> = line.0.iter().map(|Coord { x, y }| [*x, *y]).collect();
        if in_time.contains(&feature.values[reached].to_string().as_str()) {
            marked.push(line.clone());
        }
        all.push(line);
    }
    let ring = |ring: &geo::LineString| ring.0.iter().map(|at| [at.x, at.y]).collect::<Vec<_>>();
    let rings = |polygon: &geo::Polygon| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect::<Vec<_>>()
    };
    let bounds = area.bounds.as_ref().unwrap();
    let polygons: Vec<_> = bounds.shape().0.iter().map(rings).collect();
    let question = json!({ "what": "share", "polygons": polygons, "all": all, "marked": marked });
    let Some(theirs) = ask(&question) else { return };
    let ours = findings.figures.iter().find(|figure| figure.name == "road_percent").unwrap().value.unwrap();
    assert!((ours - theirs.as_f64().unwrap()).abs() < 0.06, "{ours} %, shapely {theirs} %");
}
