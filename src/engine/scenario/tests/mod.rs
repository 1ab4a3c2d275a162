//! Small areas drawn by hand, and random ones for what must always hold.

mod drawing;
mod edits;
mod joining;
mod monotone;
mod placing;
mod references;

use crate::scenario::apply_scenario;
use geo::Coord;
use proptest::prelude::*;

use super::*;
use crate::analysis::Context;
use crate::request::Request;
use fireplan_model::findings::{Figure, Findings};
use fireplan_model::layers::{Access, Layers, Road, RoadClass, StationKind};
use fireplan_model::network::{Network, Topology};
use fireplan_model::notes::Notes;
use fireplan_model::plane::PointScale;
use fireplan_model::progress::Silent;
use fireplan_model::rows::Value;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::Edit;
use fireplan_model::sketch;

/// A main street of 3 km, and a lane that leaves it at 1 km.
fn area() -> StudyArea {
    let mut street = sketch::road(&[(0.0, 0.0), (1000.0, 0.0), (3000.0, 0.0)]);
    let mut lane = sketch::road(&[(1000.0, 0.0), (1000.0, 2000.0)]);
    (street.source_id, street.name) = ("R1".to_owned(), "正街".to_owned());
    (lane.source_id, lane.width_m) = ("R2".to_owned(), Some(3.0));
    let mut area = sketch::area(Layers {
        roads: vec![street, lane],
        stations: vec![sketch::station("甲站", (0.0, 0.0), 1.0), sketch::station("乙站", (3000.0, 0.0), 1.0)],
        villages: vec![sketch::village("甲村", (500.0, 20.0)), sketch::village("乙村", (1000.0, 2010.0))],
        ..Layers::default()
    });
    area.boundary = sketch::rectangle((0.0, 0.0), (3000.0, 2000.0));
    area
}

fn lonlat(area: &StudyArea, x: f64, y: f64) -> [f64; 2] {
    let mut at = [Coord { x, y }];
    area.plane.to_lonlat(&mut at).unwrap();
    [at[0].x, at[0].y]
}

fn scenario(edits: Vec<Edit>) -> Scenario {
    Scenario { name: "近期".to_owned(), edits }
}

fn refusal(area: &StudyArea, edit: Edit) -> String {
    match apply_scenario(&scenario(vec![edit]), area) {
        Ok(_) => panic!("it applies"),
        Err(error) => format!("{error:#}"),
    }
}

fn coverage(area: &StudyArea) -> Findings {
    let parameters = serde_json::json!({ "audit_places": 10, "bands_min": [5.0] }).as_object().cloned().unwrap();
    let request = Request::from_parts("coverage", parameters).unwrap();
    request.run(&Context { area, rules: &Rules::load(None).unwrap(), progress: &Silent }).unwrap()
}

fn add_station(area: &StudyArea, name: &str, x: f64, y: f64) -> Edit {
    Edit::AddStation {
        name: name.to_owned(),
        at: lonlat(area, x, y),
        kind: StationKind::Small,
        vehicle_class: None,
        turnout_min: None,
    }
}

fn add_road(area: &StudyArea, name: &str, points: &[(f64, f64)], bridge: bool) -> Edit {
    Edit::AddRoad {
        name: name.to_owned(),
        line: points.iter().map(|(x, y)| lonlat(area, *x, *y)).collect(),
        class: RoadClass::Residential,
        width_m: Some(6.0),
        load_t: None,
        bridge,
    }
}

#[test]
fn edits_read_as_people_write_them() {
    let text = r#"{ "name": "近期", "edits": [
        { "edit": "add_station", "name": "东站", "at": [111.0, 30.0] },
        { "edit": "widen_road", "road": "R2", "width_m": 4.5 },
        { "edit": "close_station", "station": "乙站" } ] }"#;
    let scenario: Scenario = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::from_str::<Scenario>(&serde_json::to_string(&scenario).unwrap()).unwrap(), scenario);
    let texts: Vec<String> = scenario.texts(&area(), &[]).into_iter().map(|label| label.zh).collect();
    assert_eq!(texts, ["新建消防站“东站”（小型普通消防站）", "拓宽道路“R2”至 4.5 m", "撤销消防站“乙站”"]);
    let error = serde_json::from_str::<Edit>(r#"{ "edit": "widen_road", "road": "R2", "width": 4 }"#).unwrap_err();
    assert!(error.to_string().contains("width"), "{error}");
}

#[test]
fn applying_nothing_changes_nothing() {
    let area = area();
    let same = apply_scenario(&scenario(Vec::new()), &area).unwrap();
    assert!(Arc::ptr_eq(&same.network, &area.network) && same.scenario.is_none());
    let [before, after] = [&area, &same].map(|area| {
        let findings = coverage(area);
        format!("{:?}", (findings.figures, findings.layers, findings.checks, findings.notes))
    });
    assert_eq!(before, after);
}

#[test]
fn stations_are_added_moved_upgraded_and_closed() {
    let area = area();
    let plan = scenario(vec![
        add_station(&area, "丙站", 1000.0, 1900.0),
        Edit::MoveStation { station: "丙站".to_owned(), to: lonlat(&area, 1000.0, 1000.0) },
        Edit::CloseStation { station: "#1".to_owned() },
        Edit::MoveStation { station: "#2".to_owned(), to: lonlat(&area, 2000.0, 0.0) },
    ]);
    let changed = apply_scenario(&plan, &area).unwrap();
    let placed: Vec<(&str, f64, f64)> = changed
        .layers
        .stations
        .iter()
        .map(|one| (one.name.as_str(), one.geometry.x().round(), one.geometry.y().round()))
        .collect();
    assert_eq!(placed, [("乙站", 2000.0, 0.0), ("丙站", 1000.0, 1000.0)]);
    assert_eq!(area.layers.stations.len(), 2, "the area itself is not changed");
    assert!(Arc::ptr_eq(&changed.network, &area.network), "the network is shared");
    assert_eq!(changed.scenario.as_deref(), Some(&plan));
    assert!(coverage(&changed).notes.iter().any(|note| note.text.zh.contains("近期")));
}

#[test]
fn a_road_is_closed_opened_and_improved() {
    let area = area();
    let close = Edit::CloseRoad { road: "R2".to_owned() };
    let closed = apply_scenario(&scenario(vec![close.clone()]), &area).unwrap();
    let late = |area: &StudyArea| {
        let findings = coverage(area);
        findings.figures.iter().find(|figure| figure.name == "villages_percent").unwrap().value
    };
    assert!(late(&closed) <= late(&area));
    assert_ne!(closed.network.component_m, area.network.component_m, "a closed road is in no component");
    let reopened = apply_scenario(&scenario(vec![close, Edit::OpenRoad { road: "#2".to_owned() }]), &area).unwrap();
    assert_eq!(reopened.network.component_m, area.network.component_m);
    assert_eq!(late(&reopened), late(&area));
    let level = Edit::RegradeRoad { road: "R2".to_owned(), slope_percent: 8.0 };
    let level = apply_scenario(&scenario(vec![level]), &area).unwrap();
    assert_eq!(level.layers.roads[1].slope_percent, Some(8.0));
    let steeper = Edit::RegradeRoad { road: "R2".to_owned(), slope_percent: 9.0 };
    assert!(refusal(&level, steeper).contains("已是 8"));
    let wide = apply_scenario(&scenario(vec![Edit::WidenRoad { road: "R2".to_owned(), width_m: 4.5 }]), &area).unwrap();
    assert_eq!((wide.layers.roads[1].width_m, wide.layers.roads[1].access), (Some(4.5), Access::Open));
    assert!(Arc::ptr_eq(&wide.network, &area.network));
}

/// Where no other road has its source id, a road goes by it; each name means one road.
#[test]
fn each_road_has_a_name_of_its_own() {
    let mut area = area();
    assert_eq!(road_references(&area), ["R1", "R2"]);
    area.layers.roads[0].source_id = "R2".to_owned();
    assert_eq!(road_references(&area), ["#1", "#2"]);
    let close = apply_scenario(&scenario(vec![Edit::CloseRoad { road: "#2".to_owned() }]), &area).unwrap();
    assert_eq!(close.layers.roads.iter().map(|road| road.access).collect::<Vec<_>>(), [Access::Open, Access::Closed]);
    area.layers.roads[0].source_id = String::new();
    assert_eq!(road_references(&area), ["#1", "R2"]);
}

/// The same roads as a source with vertex ids would give them.
fn with_ids(mut area: StudyArea) -> StudyArea {
    let topology = Topology { vertex_ids: vec![vec![1, 2, 3], vec![2, 4]], ..Topology::default() };
    let roads = (&area.layers.roads[..], &area.layers.obstacles[..]);
    area.network = Network::build(roads, &topology, (PointScale::Flat, None), &mut Notes::default()).into();
    area
}

#[test]
fn a_new_road_joins_what_it_meets_with_and_without_vertex_ids() {
    for area in [area(), with_ids(area())] {
        assert_eq!((area.network.nodes.len(), area.network.segments.len()), (4, 3));
        // From 8 m beside the street, over the lane, to nowhere: two junctions and an end.
        let plan = scenario(vec![add_road(&area, "新路", &[(200.0, 8.0), (200.0, 1000.0), (1500.0, 1000.0)], false)]);
        let changed = apply_scenario(&plan, &area).unwrap();
        let network = &changed.network;
        assert_eq!((network.nodes.len(), network.segments.len()), (7, 7));
        assert_eq!(network.components(), 1);
        let new = &changed.layers.roads[2];
        assert!(new.geometry.0[0].y.abs() < 1e-6, "the end lies on the street");
    }
}

#[test]
fn a_bridge_joins_at_its_ends_only() {
    for area in [area(), with_ids(area())] {
        let bridge = add_road(&area, "大桥", &[(500.0, 0.0), (500.0, 900.0), (2000.0, 900.0), (2000.0, 3.0)], true);
        let changed = apply_scenario(&scenario(vec![bridge]), &area).unwrap();
        let network = &changed.network;
        assert_eq!(network.components(), 1);
        // It crosses the lane at (1000, 900) without a node there.
        assert!(network.nodes.iter().all(|node| (node.x - 1000.0).hypot(node.y - 900.0) > 1.0));
        let meets = |x: f64| network.nodes.iter().any(|node| (node.x - x).hypot(node.y) < 0.01);
        assert!(meets(500.0) && meets(2000.0));
    }
}

#[test]
fn an_edit_that_does_not_apply_says_which_what_and_the_way_out() {
    let area = area();
    let nowhere = Edit::CloseStation { station: "丁站".to_owned() };
    let error = apply_scenario(&scenario(vec![add_station(&area, "丙站", 0.0, 0.0), nowhere]), &area);
    let error = format!("{:#}", error.err().unwrap());
    for part in ["近期", "第 2 处", "丁站", "甲站", "there is no station"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let road = |width_m| Edit::WidenRoad { road: "R2".to_owned(), width_m };
    for (edit, says) in [
        (Edit::CloseRoad { road: "R9".to_owned() }, "R1"),
        (Edit::CloseRoad { road: "#3".to_owned() }, "#3"),
        (road(2.0), "已是 3"),
        (road(0.0), "0.3 与 100 m"),
        (road(f64::NAN), "0.3 与 100 m"),
        (road(3.0), "没有改动"),
        (add_station(&area, "甲站", 0.0, 0.0), "choose another"),
        (add_station(&area, "", 0.0, 0.0), "choose another"),
        (add_station(&area, "远站", 40_000.0, 0.0), "10 km"),
        (Edit::MoveStation { station: "甲站".to_owned(), to: [30.0, 111.0] }, "[longitude, latitude]"),
        (add_road(&area, "点路", &[(500.0, 0.0)], false), "two points"),
    ] {
        let error = refusal(&area, edit);
        assert!(error.contains(says) && error.contains("第 1 处"), "{says}: {error}");
    }
}

#[test]
fn a_name_that_several_have_is_refused() {
    let mut area = area();
    for station in &mut area.layers.stations {
        (station.name, station.source_id) = ("站".to_owned(), String::new());
    }
    let error = refusal(&area, Edit::CloseStation { station: "站".to_owned() });
    assert!(error.contains("2 stations") && error.contains("#number"), "{error}");
    assert!(apply_scenario(&scenario(vec![Edit::CloseStation { station: "#2".to_owned() }]), &area).is_ok());
}

/// A grid of streets 400 m apart, some one-way, with villages and stations anywhere on it.
#[derive(Debug, Clone)]
struct Grid {
    villages: Vec<(f64, f64)>,
    stations: Vec<(f64, f64)>,
    one_way: Vec<bool>,
}

impl Grid {
    fn area(&self) -> StudyArea {
        let line = |at: usize| at as f64 * 400.0;
        let along = (0..5).map(|at| sketch::road(&[(0.0, line(at)), (1600.0, line(at))]));
        let across = (0..5).map(|at| sketch::road(&[(line(at), 0.0), (line(at), 1600.0)]));
        let mut roads: Vec<_> = along.chain(across).collect();
        for (road, _) in roads.iter_mut().zip(&self.one_way).filter(|(_, one_way)| **one_way) {
            road.oneway = fireplan_model::layers::Oneway::Forward;
        }
        let villages = self.villages.iter().enumerate().map(|(at, to)| sketch::village(&format!("{at}村"), *to));
        let stations = self.stations.iter().enumerate().map(|(at, to)| sketch::station(&format!("{at}站"), *to, 4.0));
        sketch::area(Layers { roads, villages: villages.collect(), stations: stations.collect(), ..Layers::default() })
    }
}

fn grid() -> impl Strategy<Value = Grid> {
    let places = |most| prop::collection::vec((0.0..1600.0, 0.0..1600.0), 1..most);
    let one_way = prop_oneof![Just(vec![false; 10]), prop::collection::vec(any::<bool>(), 10)];
    (places(12), places(3), one_way).prop_map(|(villages, stations, one_way)| Grid { villages, stations, one_way })
}

/// Response times of the villages where one-ways bind; infinite where nobody comes.
fn response_min(findings: &Findings) -> Vec<f64> {
    let layer = findings.layers.iter().find(|layer| layer.id == "coverage_villages").unwrap();
    let place = |name: &str| layer.columns.iter().position(|column| column.name == name).unwrap();
    let (at, favourable) = (place("response_min"), place("only_if_favourable"));
    let time = |values: &[Value]| values[at].as_f64().filter(|_| values[favourable] == Value::Bool(false));
    layer.features.iter().map(|feature| time(&feature.values).unwrap_or(f64::INFINITY)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_only_adds_never_loses_coverage(
        grid in grid(),
        places in prop::collection::vec((0.0..1600.0, 0.0..1600.0), 1..4),
    ) {
        let area = grid.area();
        let edits = places.iter().enumerate().flat_map(|(at, (x, y))| [
            add_station(&area, &format!("新{at}站"), *x, *y),
            Edit::AddHydrant {
                name: format!("新{at}栓"), at: lonlat(&area, *x, *y), kind: fireplan_model::layers::HydrantKind::Pillar,
                diameter_mm: None, flow_l_s: None, pressure_mpa: None,
            },
            Edit::AddWater { name: format!("新{at}池"), at: lonlat(&area, *x, *y), kind: fireplan_model::layers::WaterKind::Pool, volume_m3: None },
        ]);
        let plan = scenario(edits.collect());
        prop_assert!(plan.edits.iter().all(Edit::only_adds));
        let (before, after) = (coverage(&area), coverage(&apply_scenario(&plan, &area).unwrap()));
        for (was, is) in response_min(&before).into_iter().zip(response_min(&after)) {
            prop_assert!(is <= was, "{was} → {is}");
        }
        // Where an engine came only against a one-way street, the sure way that a new station opens is told, though it be later.
        if !grid.one_way.contains(&true) {
            // A figure that says what would change is there only while it differs.
            let again = |was: &Figure| after.figures.iter().find(|is| is.name == was.name);
            let pairs = before.figures.iter().filter_map(|was| Some((was, again(was)?)));
            for (was, is) in pairs.filter(|(was, _)| was.unit == "%") {
                prop_assert!(is.value >= was.value, "{}: {:?} → {:?}", was.name, was.value, is.value);
            }
            let back = crate::compare::compare(&(&before).into(), &(&after).into()).unwrap();
            prop_assert!(back.layers.iter().all(|change| change.lost.features == 0));
        }
    }

    #[test]
    fn edits_of_different_things_come_in_any_order(grid in grid(), x in 0.0..1600.0, y in 0.0..1600.0, seed in 0_usize..6) {
        let area = grid.area();
        let mut edits = vec![
            Edit::MoveStation { station: "0站".to_owned(), to: lonlat(&area, x, y) },
            Edit::CloseRoad { road: "#3".to_owned() },
            add_station(&area, "新站", y, x),
        ];
        let once = apply_scenario(&scenario(edits.clone()), &area).unwrap();
        edits.swap(0, seed % 3);
        edits.swap(1, 1 + seed / 3);
        let other = apply_scenario(&scenario(edits), &area).unwrap();
        prop_assert_eq!(response_min(&coverage(&once)), response_min(&coverage(&other)));
    }

    /// Nor any village, however near the new road passes it, on to wherever it leads.
    #[test]
    fn a_new_road_never_makes_the_old_ones_later(
        grid in grid(), from in (0.0..1600.0, 0.0..1600.0), to in (0.0..1600.0, 0.0..1600.0), joins in any::<bool>(),
    ) {
        // Each station stands near a street that leads both ways: one that no street lets out may leave by the new road, and no
        // longer gets to the stub on which it stood.
        let stations = grid.stations.iter().map(|(x, y)| (*x, (y / 400.0).round() * 400.0 + 20.0)).collect();
        let one_way = grid.one_way.iter().enumerate().map(|(at, one_way)| *one_way && at >= 5).collect();
        let area = Grid { stations, one_way, ..grid }.area();
        let from = if joins { (from.0, 0.0) } else { from };
        let plan = scenario(vec![add_road(&area, "斜路", &[from, to], false)]);
        let changed = apply_scenario(&plan, &area).unwrap();
        let late = |findings: &Findings| {
            let layer = findings.layers.iter().find(|layer| layer.id == "coverage_roads").unwrap();
            let place = |name: &str| layer.columns.iter().position(|column| column.name == name).unwrap();
            let (name, class, length) = (place("name"), place("reached"), place("length_m"));
            let late = layer.features.iter().filter(|feature| {
                ["late", "unreached"].contains(&feature.values[class].as_str().unwrap_or(""))
            });
            // Only the streets of the grid: the new road may run along one of them to a hair.
            let old = late.filter(|feature| feature.values[name].as_str() != Some("斜路"));
            old.filter_map(|feature| feature.values[length].as_f64()).sum::<f64>()
        };
        let (before, after) = (coverage(&area), coverage(&changed));
        for (was, is) in response_min(&before).into_iter().zip(response_min(&after)) {
            // Times are told in hundredths of a minute, rounded up.
            prop_assert!(is <= was + 0.011, "{was} → {is} min");
        }
        let (was, is) = (late(&before), late(&after));
        // Every junction rounds a driving time up by at most a millisecond: some centimetres each.
        prop_assert!(is <= was + 5.0, "{was} m → {is} m");
    }
}

/// An area in which 甲 runs from 0 to 100 m and 乙 on it from 60 m and on to 150 m, each drawn in full, put together as on reading.
fn drawn_twice() -> StudyArea {
    let named = |id: &str, points: &[(f64, f64)]| Road {
        source_id: id.to_owned(),
        name: format!("{id}路"),
        width_m: Some(3.0),
        ..sketch::road(points)
    };
    let drawn = [named("甲", &[(0.0, 0.0), (100.0, 0.0)]), named("乙", &[(60.0, 0.0), (150.0, 0.0)])];
    let (roads, topology) = Network::roads_once(&drawn, &Topology::default());
    let network = Network::build((&roads, &[]), &topology, (PointScale::Flat, None), &mut Notes::default());
    StudyArea { network: network.into(), ..sketch::area(Layers { roads, ..Layers::default() }) }
}

#[test]
fn an_edit_of_either_drawing_means_the_shared_stretch_and_not_the_rest_of_the_other() {
    let area = drawn_twice();
    let widths = |reference: &str| {
        let edits = vec![Edit::WidenRoad { road: reference.to_owned(), width_m: 6.0 }];
        let changed = apply_scenario(&Scenario { name: "拓宽".to_owned(), edits }, &area).unwrap();
        changed.layers.roads.iter().map(|road| road.width_m.unwrap()).collect::<Vec<_>>()
    };
    for reference in ["甲", "甲路"] {
        assert_eq!(widths(reference), [6.0, 6.0, 3.0], "{reference}");
    }
    for reference in ["乙", "乙路"] {
        assert_eq!(widths(reference), [3.0, 6.0, 6.0], "{reference}");
    }
    assert_eq!(road_references(&area), ["#1", "#2", "#3"]);
}

/// Whatever may be taken away by itself names the scenario: checks, notes on the data, and lists without a row.
#[test]
fn checks_notes_and_empty_lists_name_the_scenario() {
    let mut area = area();
    area.notes.push(Note::new(Severity::Warning, None, Label::new("没有路面宽度", "no widths"), 1));
    let changed = apply_scenario(&scenario(vec![add_station(&area, "丙站", 1000.0, 1900.0)]), &area).unwrap();
    let title = changed.applied.as_ref().unwrap().title.zh.clone();
    let request = Request::from_parts("access", serde_json::Map::new()).unwrap();
    let findings =
        request.run(&Context { area: &changed, rules: &Rules::load(None).unwrap(), progress: &Silent }).unwrap();
    assert!(!findings.checks.is_empty() && findings.checks.iter().all(|check| check.text.zh.contains(&title)));
    assert!(findings.notes.iter().any(|note| note.text.zh.starts_with("没有路面宽度")));
    assert!(findings.notes.iter().all(|note| note.text.zh.contains(&title)), "{:?}", findings.notes);
    let heads: Vec<(bool, &str)> = findings
        .tables
        .iter()
        .map(|table| (table.rows.is_empty(), table.columns.last().unwrap().label.zh.as_str()))
        .collect();
    for (is_empty, head) in &heads {
        let expected =
            if *is_empty { format!("方案(不是现状)：{title}") } else { "方案(不是现状)".to_owned() };
        assert_eq!(*head, expected);
    }
    assert!(heads.iter().any(|(is_empty, _)| *is_empty), "a list has no row");
}
