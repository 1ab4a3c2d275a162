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
use fireplan_model::findings::Layer;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::VehicleClass;
use fireplan_model::notes::Notes;
use fireplan_model::progress::Silent;
use geo::{Coord, Geometry};
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

#[test]
fn arrivals_are_the_shortest_paths_that_scipy_finds_on_the_exported_network() {
    let (area, rules) = (demo(), fireplan_testing::rules());
    let (layers, tables) = network_tables(&area, &rules).unwrap();
    let named = |id: &str| layers.iter().find(|layer| layer.id == id).unwrap();
    let (edges, crews) = (named("edges"), named("crews"));
    let ends: Vec<[f64; 2]> = numbers(edges, "from_node")
        .iter()
        .zip(numbers(edges, "to_node"))
        .map(|(from, to)| [from.unwrap(), to.unwrap()])
        .collect();
    let turns = tables.iter().find(|table| table.id == "forbidden_turns").unwrap();
    let arc = |edge: &str| {
        let number: i64 = edge.parse().unwrap();
        2 * (number.abs() - 1) + i64::from(number < 0)
    };
    let forbidden: Vec<Vec<i64>> =
        turns.rows.iter().map(|row| row[0].to_string().split(' ').map(arc).collect()).collect();
    assert!(forbidden.iter().all(|turn| turn.len() == 2), "the demo has turn bans at one junction only");
    let starts = Dispatch::default().starts(&area, &rules, &mut Notes::default()).unwrap();
    assert_eq!(starts.len(), crews.features.len());
    let mut compared = 0;
    for class in VehicleClass::ALL {
        let of_class: Vec<_> = starts.iter().copied().filter(|start| start.vehicle == *class).collect();
        if of_class.is_empty() {
            continue;
        }
        let code = class.code();
        let seconds: Vec<[Option<f64>; 2]> = numbers(edges, &format!("{code}_base_s"))
            .into_iter()
            .zip(numbers(edges, &format!("{code}_base_back_s")))
            .map(|(along, back)| [along, back])
            .collect();
        let columns = ["edge", "share", "ready_s"].map(|name| numbers(crews, name));
        let mine = |at: &usize| starts[*at].vehicle == *class;
        let of_crews: Vec<[f64; 3]> = (0..starts.len())
            .filter(mine)
            .map(|at| [columns[0][at].unwrap() - 1.0, columns[1][at].unwrap(), columns[2][at].unwrap()])
            .collect();
        let of_crews: Vec<_> =
            of_crews.iter().map(|[edge, share, ready]| json!([*edge as u32, share, ready])).collect();
        let question =
            json!({ "what": "arrivals", "ends": ends, "seconds": seconds, "forbidden": forbidden, "crews": of_crews });
        let Some(theirs) = ask(&question) else { return };
        let field = ArrivalField::new(&area, &rules, &of_class, DrivingReading::Base, u32::MAX - 1).unwrap();
        for (id, theirs) in SegmentId::first(ends.len()).zip(theirs.as_array().unwrap()) {
            let ours = field.at(id, area.network[id].length_m / 2.0)[0].map(|arrival| arrival.ms / 1000.0);
            match (ours, theirs.as_f64()) {
                // Where a crew enters the network its time is rounded up to a millisecond.
                (Some(ours), Some(theirs)) => {
                    assert!((ours - theirs).abs() < 0.002, "{id}: {ours} s, SciPy {theirs} s");
                }
                (ours, theirs) => assert_eq!(ours.is_some(), theirs.is_some(), "{id}: {ours:?} {theirs:?}"),
            }
            compared += usize::from(ours.is_some());
        }
    }
    assert!(compared > 1_000, "{compared} edges were compared");
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
