//! Village access on the demo county, where necks were planted, and on a real country with its elevation model.

use fireplan_engine::scenario::apply_scenario;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::ids::{NodeId, SegmentId};
use fireplan_model::layers::{Oneway, RoadAreaKind, RoadClass};
use fireplan_model::progress::Silent;
use fireplan_model::rows::{Cell, Value};
use fireplan_model::scenario::{Edit, Edits, Scenario};
use geo::{Coord, Geometry, LineString};
use serde_json::Value as Json;

fn ask(area: &StudyArea) -> Findings {
    let rules = fireplan_testing::rules();
    let request = Request::from_parts("access", serde_json::Map::new()).unwrap();
    request.run(&Context { area, rules: &rules, progress: &Silent }).unwrap()
}

static DEMO: LazyLock<(StudyArea, Findings)> = LazyLock::new(|| {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let findings = ask(&area);
    (area, findings)
});

struct Planted {
    features: Vec<String>,
    measure: f64,
}

fn planted(kind: &str) -> Vec<Planted> {
    let all: Json =
        serde_json::from_str(&std::fs::read_to_string(fireplan_testing::demo().join("planted.json")).unwrap()).unwrap();
    let of_kind = all.as_array().unwrap().iter().filter(|one| one["kind"] == kind);
    let found: Vec<Planted> = of_kind
        .map(|one| Planted {
            features: one["features"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect(),
            measure: one["measure"].as_f64().unwrap_or(f64::NAN),
        })
        .collect();
    assert!(!found.is_empty(), "nothing of kind {kind} is planted");
    found
}

/// The rows of a layer as columns by name.
fn rows(layer: &str) -> Vec<impl Fn(&str) -> Value> {
    let layer = DEMO.1.layers.iter().find(|found| found.id == layer).unwrap_or_else(|| panic!("no layer {layer}"));
    layer
        .features
        .iter()
        .map(|feature| {
            move |name: &str| {
                let at = layer.columns.iter().position(|column| column.name == name);
                feature.values[at.unwrap_or_else(|| panic!("no column {name}"))].clone()
            }
        })
        .collect()
}

/// The row of a layer with this source id.
fn row(layer: &str, id: &str) -> impl Fn(&str) -> Value {
    let found = rows(layer).into_iter().find(|row| row("source_id").to_string() == id);
    found.unwrap_or_else(|| panic!("{id} is not in {layer}"))
}

#[test]
fn villages_with_only_a_narrow_road_take_what_fits_it() {
    for one in planted("narrow-only-road") {
        let (road, village) = (&one.features[0], &one.features[1]);
        let expected = match one.measure {
            2.6 => "small",
            2.0 => "motorcycle",
            1.5 => "",
            other => panic!("a road of {other} m is planted"),
        };
        assert_eq!(row("access_villages", village)("possible_class").to_string(), expected, "{village}");
        let block = row("access_blocks", road);
        assert_eq!((block("hindrance").to_string().as_str(), block("measured")), ("width", Value::Float(one.measure)));
    }
}

#[test]
fn bridges_that_are_the_only_access_block_the_villages_behind_them() {
    for one in planted("weak-bridge-only-access") {
        let block = row("access_blocks", &one.features[0]);
        assert_eq!(block("behind_people"), Value::Int(one.measure as i64));
        assert_eq!((block("hindrance").to_string().as_str(), block("measured")), ("load", Value::Float(10.0)));
        assert_eq!(block("works").to_string(), "加固到18吨");
        assert_eq!(block("effect").to_string(), "not_reached");
    }
    for one in planted("narrow-bridge-only-access") {
        let block = row("access_blocks", &one.features[0]);
        assert_eq!((block("hindrance").to_string().as_str(), block("measured")), ("width", Value::Float(3.0)));
        assert_eq!(
            (block("stops").to_string().as_str(), block("works").to_string().as_str()),
            ("standard", "重建为4米宽的桥")
        );
    }
}

/// What stops vehicles by a stated limit is what was planted, nothing less and nothing more; gradients are the land's own.
#[test]
fn exactly_the_planted_necks_are_found() {
    let stated = |row: &dyn Fn(&str) -> Value| {
        row("hindrance").to_string() != "slope" && row("effect").to_string() == "not_reached"
    };
    let found: BTreeSet<String> =
        rows("access_blocks").iter().filter(|row| stated(*row)).map(|row| row("source_id").to_string()).collect();
    let kinds = ["narrow-only-road", "weak-bridge-only-access", "narrow-bridge-only-access"];
    let expected: BTreeSet<String> =
        kinds.iter().flat_map(|kind| planted(kind)).map(|one| one.features[0].clone()).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_weak_bridge_with_a_detour_blocks_nobody() {
    for one in planted("weak-bridge-with-detour") {
        let segment = row("access_segments", &one.features[0]);
        assert_eq!(
            (segment("standard").to_string().as_str(), segment("hindrance").to_string().as_str()),
            ("blocked", "load")
        );
        for block in rows("access_blocks").iter().filter(|row| row("source_id").to_string() == one.features[0]) {
            assert_eq!(block("effect").to_string(), "detour");
        }
    }
}

#[test]
fn the_low_tunnel_passes_a_truck_and_breaks_the_clause() {
    for one in planted("low-tunnel") {
        let segment = row("access_segments", &one.features[0]);
        assert_eq!(segment("height_m"), Value::Float(one.measure));
        assert_eq!(segment("substandard"), Value::Bool(true));
    }
}

#[test]
fn overpasses_do_not_connect_to_what_they_cross() {
    let (area, _) = &*DEMO;
    let overpasses: BTreeSet<String> = planted("overpass").into_iter().map(|one| one.features[0].clone()).collect();
    let class_at = |node: NodeId| {
        let touching = area.network.segments.iter().filter(move |segment| segment.from == node || segment.to == node);
        touching.map(|segment| area.layers.roads[segment.road.index()].class)
    };
    let mut seen = 0;
    for segment in &area.network.segments {
        if overpasses.contains(&area.layers.roads[segment.road.index()].source_id) {
            seen += 1;
            for node in [segment.from, segment.to] {
                assert!(class_at(node).all(|class| matches!(class, RoadClass::Motorway | RoadClass::Link)));
            }
        }
    }
    assert!(seen >= overpasses.len());
}

/// The planted pair and every other one-way street: piece by piece, as routes run from vertex to vertex.
#[test]
fn no_route_runs_against_a_one_way_street() {
    let (area, findings) = &*DEMO;
    for one in planted("one-way-pair") {
        let road = area.layers.roads.iter().find(|road| road.source_id == one.features[0]).unwrap();
        assert_ne!(road.oneway, Oneway::Both);
    }
    let piece = |from: Coord, to: Coord| [from.x, from.y, to.x, to.y].map(f64::to_bits);
    let mut against = BTreeSet::new();
    for (id, segment) in SegmentId::first(area.network.segments.len()).zip(&area.network.segments) {
        let oneway = area.layers.roads[segment.road.index()].oneway;
        for pair in area.network.line(id).windows(2).filter(|_| oneway != Oneway::Both) {
            let (ahead, back) = (piece(pair[0], pair[1]), piece(pair[1], pair[0]));
            against.insert(if oneway == Oneway::Forward { back } else { ahead });
        }
    }
    let routes = findings.layers.iter().find(|layer| layer.id == "access_routes").unwrap();
    assert!(against.len() > 100);
    for route in &routes.features {
        let Some(Geometry::LineString(LineString(line))) = &route.geometry else { panic!("a route is a line") };
        for pair in line.windows(2) {
            assert!(!against.contains(&piece(pair[0], pair[1])));
        }
    }
}

#[test]
fn villages_on_the_far_bank_are_reached_by_a_bridge_far_away() {
    for one in planted("far-bank-no-bridge") {
        let village = row("access_villages", &one.features[0]);
        let Some(km) = village("route_km").as_f64() else {
            // Its lane lets a motorcycle through, and no station has one.
            assert_eq!(village("possible_class").to_string(), "motorcycle");
            continue;
        };
        assert!(km * 1000.0 > 3.0 * one.measure, "{}: {km} km", one.features[0]);
    }
}

/// Edits proposed by the rows of a layer of findings about the demo county, by source id.
fn proposals(findings: &Findings, layer: &str) -> Vec<(String, String, Vec<Edit>)> {
    let layer = findings.layers.iter().find(|found| found.id == layer).unwrap();
    let at = |name: &str| layer.columns.iter().position(|column| column.name == name).unwrap();
    let rows = layer.features.iter().map(|feature| {
        let edits = Edits::parse(&feature.values[at("edits")].to_string()).unwrap_or_default();
        (feature.values[at("source_id")].to_string(), feature.values[at(layer_class(&layer.id))].to_string(), edits.0)
    });
    rows.collect()
}

/// The column that tells for which vehicle a proposal is.
fn layer_class(layer: &str) -> &'static str {
    match layer {
        "access_villages" => "next_class",
        "access_blocks" => "stops",
        _ => "vehicle_class",
    }
}

/// Every class of vehicle from the largest, as columns tell them.
const CLASSES: [&str; 3] = ["standard", "small", "motorcycle"];

/// The works on a village's way by kind: `WidenRoad`, `RegradeRoad` …
fn kinds(edits: &[Edit]) -> BTreeSet<String> {
    edits.iter().map(|edit| format!("{edit:?}").split(' ').next().unwrap_or_default().to_owned()).collect()
}

/// One village for each kind of works: their edits made, the question asked again, the class gets there.
#[test]
fn making_the_cheapest_opening_opens_the_village() {
    let (area, findings) = &*DEMO;
    let mut tried = BTreeSet::new();
    for (village, class, edits) in proposals(findings, "access_villages") {
        if edits.is_empty() || !tried.insert(kinds(&edits)) {
            continue;
        }
        let changed = apply_scenario(&Scenario { name: "打通".to_owned(), edits: edits.clone() }, area).unwrap();
        let after = ask(&changed);
        let layer = after.layers.iter().find(|found| found.id == "access_villages").unwrap();
        let at = |name: &str| layer.columns.iter().position(|column| column.name == name).unwrap();
        let row = layer.features.iter().find(|row| row.values[at("source_id")].to_string() == village).unwrap();
        let rank = |class: &str| CLASSES.iter().position(|known| *known == class).unwrap_or(CLASSES.len());
        let possible = row.values[at("possible_class")].to_string();
        assert!(rank(&possible) <= rank(&class), "{village}: {possible} instead of {class} after {edits:?}");
    }
    let all: BTreeSet<String> = tried.iter().flatten().cloned().collect();
    for kind in ["WidenRoad", "RegradeRoad", "StrengthenRoad"] {
        assert!(all.contains(kind), "no opening of a village of the demo takes {kind}: {all:?}");
    }
}

/// A bridge that is rebuilt is wider and bears the truck: two edits, and both are proposed.
#[test]
fn every_block_and_upgrade_proposes_edits_that_apply() {
    let (area, findings) = &*DEMO;
    for layer in ["access_blocks", "access_upgrades"] {
        for (road, class, edits) in proposals(findings, layer) {
            assert!(!edits.is_empty() && !class.is_empty(), "{layer} {road}");
            apply_scenario(&Scenario { name: "改造".to_owned(), edits }, area).unwrap();
        }
    }
    let blocks = proposals(findings, "access_blocks");
    for one in planted("narrow-bridge-only-access") {
        let (_, _, edits) = blocks.iter().find(|(road, ..)| *road == one.features[0]).unwrap();
        assert!(matches!(edits[..], [Edit::WidenRoad { .. }, Edit::StrengthenRoad { .. }]), "{edits:?}");
    }
}

#[test]
fn the_neck_of_a_surveyed_lane_is_measured_where_it_is() {
    let (area, _) = &*DEMO;
    for one in planted("road-area-neck") {
        let road = area.layers.roads.iter().find(|road| road.source_id == one.features[0]).unwrap();
        assert_eq!(road.width_m, None);
        let neck = rows("access_segments").into_iter().filter(|row| row("source_id").to_string() == one.features[0]);
        let narrowest = neck.min_by(|a, b| a("width_m").as_f64().unwrap().total_cmp(&b("width_m").as_f64().unwrap()));
        let segment = narrowest.unwrap();
        assert_eq!(segment("width_m"), Value::Float(one.measure));
        assert_eq!(segment("width_basis").to_string(), "road_area");
        assert_eq!(
            (segment("standard").to_string().as_str(), segment("small").to_string().as_str()),
            ("blocked", "passes")
        );
        assert!(segment("story").to_string().contains("最窄处宽约2.9米（道路面上量取）"));
    }
}

#[test]
fn a_turnaround_that_is_there_settles_its_dead_end() {
    let (area, findings) = &*DEMO;
    let mut without = area.clone();
    without.layers.road_areas.retain(|area| area.kind == RoadAreaKind::Carriageway);
    let ends = |findings: &Findings| -> BTreeSet<String> {
        let layer = findings.layers.iter().find(|found| found.id == "access_dead_ends").unwrap();
        let at = layer.columns.iter().position(|column| column.name == "source_id").unwrap();
        layer.features.iter().map(|feature| feature.values[at].to_string()).collect()
    };
    let settled: Vec<String> = ends(&ask(&without)).difference(&ends(findings)).cloned().collect();
    assert_eq!(settled, planted("turnaround").into_iter().map(|one| one.features[0].clone()).collect::<Vec<_>>());
}

#[test]
fn a_mountain_country_is_judged_with_its_elevation() {
    let (Some(pbf), Some(dem)) = (
        fireplan_testing::data("liechtenstein/liechtenstein-2024.osm.pbf"),
        fireplan_testing::data("liechtenstein/srtm-1arcsec.tif"),
    ) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let toml = format!(
        "name = 'Liechtenstein'\n[osm]\nsource = '{}'\n[elevation]\nsource = '{}'\n",
        pbf.canonicalize().unwrap().display(),
        dem.canonicalize().unwrap().display()
    );
    std::fs::write(folder.path().join("area.toml"), toml).unwrap();
    let area = fireplan_read::open(folder.path(), &Silent).unwrap();
    let findings = ask(&area);
    let villages = findings.layers.iter().find(|layer| layer.id == "access_villages").unwrap();
    let at = |name: &str| villages.columns.iter().position(|column| column.name == name).unwrap();
    let of = |village: &str, column: &str| {
        let row = villages.features.iter().find(|feature| feature.values[at("name")].to_string() == village);
        row.unwrap_or_else(|| panic!("{village} is missing")).values[at(column)].to_string()
    };
    // In the valley on the main road; at the end of a mountain road whose width nobody has mapped; on an alp.
    assert_eq!(of("Schaan", "access"), "standard");
    assert_eq!(of("Malbun", "access"), "undetermined");
    assert_eq!(of("Lawena", "certain_class"), "");
    // A valley with one road in: closing it cuts off Malbun.
    let links = findings.layers.iter().find(|layer| layer.id == "access_fragile").unwrap();
    let names = links.columns.iter().position(|column| column.name == "names").unwrap();
    assert!(links.features.iter().any(|link| link.values[names].to_string().contains("Malbun")));
    // Most widths are estimated, and the notes say so.
    assert!(findings.notes.iter().any(|note| note.text.zh.contains("按道路等级估计") && note.count > 1000));
}
