//! What is told of the places where edits put things, and of roads drawn over water and over roads.

use std::sync::Arc;

use super::drawing::*;
use crate::scenario::*;
use fireplan_model::bounds::Bounds;
use fireplan_model::layers::{Layers, WaterKind, WaterSource};
use fireplan_model::rows::Row;
use fireplan_model::scenario::Edit;
use fireplan_model::sketch;

/// A street of 3 km within a boundary, and a lake north of it.
fn area() -> StudyArea {
    let lake = WaterSource {
        name: "大湖".to_owned(),
        kind: WaterKind::Lake,
        ..WaterSource::blank(sketch::rectangle((500.0, 100.0), (900.0, 600.0))).unwrap()
    };
    let layers = Layers {
        roads: vec![street()],
        stations: vec![sketch::station("甲站", (100.0, 0.0), 1.0)],
        water_sources: vec![lake],
        ..Layers::default()
    };
    let mut area = sketch::area(layers);
    let boundary = sketch::rectangle((-100.0, -500.0), (3100.0, 1500.0));
    area.bounds = Some(Arc::new(Bounds::new(&boundary.0)));
    area.boundary = boundary;
    area
}

/// The edits that put something at a place, with what they are called.
fn edits_at(at: [f64; 2]) -> Vec<(&'static str, Edit)> {
    let edit = |value: serde_json::Value| serde_json::from_value::<Edit>(value).unwrap();
    vec![
        ("station", edit(serde_json::json!({ "edit": "add_station", "name": "新站", "at": at }))),
        ("moved", edit(serde_json::json!({ "edit": "move_station", "station": "甲站", "to": at }))),
        ("hydrant", edit(serde_json::json!({ "edit": "add_hydrant", "name": "新栓", "at": at }))),
        ("turnaround", edit(serde_json::json!({ "edit": "add_turnaround", "at": at, "side_m": 12.0 }))),
        ("pool", edit(serde_json::json!({ "edit": "add_water", "name": "新池", "at": at }))),
        ("intake", edit(serde_json::json!({ "edit": "add_water", "name": "码头", "at": at, "kind": "intake" }))),
    ]
}

fn told(area: &StudyArea, edit: Edit) -> String {
    remarks(&apply_scenario(&plan(vec![edit]), area).unwrap()).join("；")
}

#[test]
fn whatever_stands_in_open_water_is_told_unless_it_stands_at_the_bank_on_purpose() {
    let area = area();
    for (what, edit) in edits_at(lonlat(&area, 700.0, 350.0)) {
        assert!(told(&area, edit).contains("落在水面内"), "{what}");
    }
    for (what, edit) in edits_at(lonlat(&area, 700.0, 105.0)) {
        assert_eq!(told(&area, edit).contains("落在水面内"), what != "intake", "{what}");
    }
    for (what, edit) in edits_at(lonlat(&area, 2000.0, 8.0)) {
        assert_eq!(told(&area, edit), "", "{what}");
    }
}

#[test]
fn whatever_is_too_far_from_every_road_or_outside_the_area_is_told() {
    let area = area();
    for (what, edit) in edits_at(lonlat(&area, 2000.0, 700.0)) {
        assert!(told(&area, edit).contains("太远"), "{what}");
    }
    for (what, edit) in edits_at(lonlat(&area, 3500.0, 0.0)) {
        let told = told(&area, edit);
        assert!(told.contains("范围以外") && told.contains("0.40 km"), "{what}: {told}");
    }
    // 200 m beside the street a station still serves; a turnaround there belongs to no road.
    let near: Vec<bool> = edits_at(lonlat(&area, 2000.0, 200.0))
        .into_iter()
        .map(|(_, edit)| told(&area, edit).contains("太远"))
        .collect();
    assert_eq!(near, [false, false, true, true, true, true]);
    // A later edit brings a road to it, or moves it away.
    let far = lonlat(&area, 2000.0, 900.0);
    let station = edits_at(far).swap_remove(0).1;
    let road = draw(&area, "新路", &[(2000.0, 0.0), (2000.0, 890.0)]);
    let changed = apply_scenario(&plan(vec![station.clone(), road]), &area).unwrap();
    assert!(!remarks(&changed).join("").contains("太远"));
    let back = Edit::MoveStation { station: "新站".to_owned(), to: lonlat(&area, 2000.0, 20.0) };
    assert!(remarks(&apply_scenario(&plan(vec![station, back]), &area).unwrap()).is_empty());
}

#[test]
fn a_road_through_water_that_is_no_bridge_says_so() {
    let area = area();
    let points = [(700.0, 0.0), (700.0, 800.0)];
    let through = told(&area, draw(&area, "涉水", &points));
    assert!(through.contains("穿过水面而不是桥梁") && through.contains("水面内 500 m"), "{through}");
    let bridge = |name: &str, points: &[(f64, f64)]| {
        let mut edit = draw(&area, name, points);
        if let Edit::AddRoad { bridge, .. } = &mut edit {
            *bridge = true;
        }
        told(&area, edit)
    };
    assert!(!bridge("大桥", &points).contains("水面"));
    let half = bridge("断桥", &[(700.0, 0.0), (700.0, 300.0)]);
    assert!(half.contains("端点落在水面内"), "{half}");
    assert!(!told(&area, draw(&area, "岸路", &[(300.0, 0.0), (300.0, 800.0)])).contains("水面"));
    assert!(told(&area, draw(&area, "出界", &[(2900.0, 0.0), (2900.0, 2000.0)])).contains("范围外 500 m"));
}

#[test]
fn a_road_drawn_over_a_road_adds_only_what_it_adds() {
    let area = area();
    let length_m = |area: &StudyArea| area.network.length_m();
    for aside_m in [0.0, 0.2, 4.0] {
        let over = apply_scenario(&plan(vec![draw(&area, "叠", &[(0.0, aside_m), (3000.0, aside_m)])]), &area).unwrap();
        assert!(tells(&over, "画在现有道路上") && remarks(&over).join("").contains("3000 m"), "{aside_m}");
        assert!((length_m(&over) - length_m(&area)).abs() < 0.01, "{aside_m}");
        // On the street for 1 km, and then away from it.
        let points = [(1000.0, aside_m), (2000.0, aside_m), (2000.0, 1000.0)];
        let off = apply_scenario(&plan(vec![draw(&area, "支", &points)]), &area).unwrap();
        assert!(remarks(&off).join("").contains("支 = R1路(R1)，1000 m"), "{:?}", remarks(&off));
        assert!((length_m(&off) - length_m(&area) - 1000.0).abs() < 10.0, "{aside_m}: {}", length_m(&off));
        assert_eq!(off.network.components(), 1);
    }
    // Crossed, left at a sharp angle, or bridged: a road of its own.
    for points in [[(1500.0, -400.0), (1500.0, 800.0)], [(1000.0, 0.0), (2000.0, 800.0)]] {
        let own = apply_scenario(&plan(vec![draw(&area, "新", &points)]), &area).unwrap();
        assert!(!remarks(&own).join("").contains("画在现有道路上"), "{points:?}");
    }
}
