//! Where new roads join and where not.

use super::drawing::*;
use crate::scenario::*;
use fireplan_model::layers::{Layers, Oneway, Road, RoadClass};
use fireplan_model::scenario::Edit;
use fireplan_model::sketch;

#[test]
fn an_end_joins_neither_motorways_nor_tunnels_nor_decks_and_that_is_told() {
    type Kind = (&'static str, fn(Road) -> Road);
    let kinds: [Kind; 5] = [
        ("高速公路", |road| Road { class: RoadClass::Motorway, oneway: Oneway::Forward, ..road }),
        ("隧道", |road| Road { tunnel: true, ..road }),
        ("隧道", |road| Road { tunnel: true, level: Some(0), ..road }),
        ("桥面", |road| Road { bridge: true, ..road }),
        ("高架", |road| Road { level: Some(1), ..road }),
    ];
    for (what, make) in kinds {
        for area in [area_with(across(make)), with_ids(area_with(across(make)))] {
            for end_m in [980.0, 999.8, 1000.0] {
                let changed =
                    apply_scenario(&plan(vec![draw(&area, "支路", &[(700.0, 0.0), (700.0, end_m)])]), &area).unwrap();
                let new = changed.layers.roads.last().unwrap();
                assert_eq!(changed.network.components(), 2, "{what} at {end_m}: {:?}", remarks(&changed));
                assert!(new.geometry.0[1].y > 970.0, "the end stays where it was drawn: {:?}", new.geometry);
                assert!(tells(&changed, "自由端"), "{what}: {:?}", remarks(&changed));
                assert!(tells(&changed, what), "{what}: {:?}", remarks(&changed));
                assert!(tells(&changed, "支路 起点 → R1路"), "{:?}", remarks(&changed));
            }
        }
    }
}

#[test]
fn a_new_motorway_joins_motorways_and_ramps_only() {
    let area = area_with(across(|road| Road { class: RoadClass::Motorway, ..road }));
    let Edit::AddRoad { name, line, width_m, load_t, bridge, .. } =
        draw(&area, "高速支线", &[(700.0, 10.0), (700.0, 990.0)])
    else {
        panic!("it draws a road");
    };
    let new = Edit::AddRoad { name, line, class: RoadClass::Motorway, width_m, load_t, bridge };
    let changed = apply_scenario(&plan(vec![new]), &area).unwrap();
    assert_eq!(changed.network.components(), 2, "{:?}", remarks(&changed));
    assert!(tells(&changed, "普通道路，高速公路须经匝道"), "{:?}", remarks(&changed));
    assert!(tells(&changed, "高速支线 终点 → R2路"), "{:?}", remarks(&changed));
    let built = Edit::BuildRoad { road: "R1".to_owned(), class: RoadClass::Motorway, width_m: None };
    assert!(told_refusal(&area, vec![built]).contains("不能由现有道路改建而成"));
}

#[test]
fn motorways_and_ramps_join_motorways_and_a_broken_bridge_is_continued() {
    let area = area_with(across(|road| Road { class: RoadClass::Motorway, ..road }));
    let Edit::AddRoad { name, line, width_m, load_t, bridge, .. } =
        draw(&area, "匝道", &[(700.0, 0.0), (700.0, 990.0)])
    else {
        panic!("a road was drawn")
    };
    let ramp = Edit::AddRoad { name, line, class: RoadClass::Link, width_m, load_t, bridge };
    let changed = apply_scenario(&plan(vec![ramp]), &area).unwrap();
    assert_eq!(changed.network.components(), 1, "{:?}", remarks(&changed));

    let bridge = named("R2", Road { bridge: true, ..sketch::road(&[(1000.0, 0.0), (1000.0, 400.0)]) });
    for area in [area_with(bridge.clone()), with_ids(area_with(bridge))] {
        let changed =
            apply_scenario(&plan(vec![draw(&area, "续建", &[(1000.0, 410.0), (1000.0, 900.0)])]), &area).unwrap();
        assert!(tells(&changed, "续建 起点 → R2路"), "{:?}", remarks(&changed));
        assert!(tells(&changed, "续建 终点"), "{:?}", remarks(&changed));
    }
}

#[test]
fn what_a_road_crosses_without_joining_is_told_as_in_the_data() {
    let motorway = area_with(across(|road| Road { class: RoadClass::Motorway, ..road }));
    let crossing = |area: &StudyArea| {
        apply_scenario(&plan(vec![draw(area, "横穿", &[(700.0, 0.0), (700.0, 1400.0)])]), area).unwrap()
    };
    let changed = crossing(&motorway);
    assert!(tells(&changed, fireplan_model::network::MOTORWAY_CROSSING.split(" | ").next().unwrap()));
    let bridge = crossing(&area_with(across(|road| Road { bridge: true, ..road })));
    assert!(tells(&bridge, "立体交叉"), "{:?}", remarks(&bridge));
    let plain = crossing(&area_with(across(|road| road)));
    assert!(tells(&plain, "横穿 × R2路"), "{:?}", remarks(&plain));
    // A bend of the new road that is drawn onto a bend of the motorway joins it as little.
    let onto = plan(vec![draw(&motorway, "横穿", &[(1500.0, 0.0), (1500.0, 1000.0), (1500.0, 1400.0)])]);
    let changed = apply_scenario(&onto, &motorway).unwrap();
    assert_eq!(changed.network.components(), 2, "{:?}", remarks(&changed));
}

#[test]
fn a_free_end_is_told_with_its_distance_and_a_road_that_joins_nothing_is_too() {
    let area = area_with(across(|road| road));
    let short = apply_scenario(&plan(vec![draw(&area, "差一点", &[(700.0, 0.0), (700.0, 968.0)])]), &area).unwrap();
    assert!(tells(&short, "R2路(R2) 32 m") || tells(&short, "32 m"), "{:?}", remarks(&short));
    let alone = apply_scenario(&plan(vec![draw(&area, "孤路", &[(700.0, 400.0), (700.0, 600.0)])]), &area).unwrap();
    assert!(tells(&alone, "不与任何道路相接，车辆到不了"), "{:?}", remarks(&alone));
    assert_eq!(alone.network.components(), 3);
}

#[test]
fn a_planned_bridge_passes_over_other_bridges() {
    let area = area_with(across(|road| Road { bridge: true, ..road }));
    let Edit::AddRoad { name, line, class, width_m, load_t, .. } =
        draw(&area, "大桥", &[(700.0, 0.0), (700.0, 1500.0)])
    else {
        panic!("a road was drawn")
    };
    let changed =
        apply_scenario(&plan(vec![Edit::AddRoad { name, line, class, width_m, load_t, bridge: true }]), &area).unwrap();
    assert!(changed.network.nodes.iter().all(|node| (node.y - 1000.0).abs() > 1.0 || (node.x - 700.0).abs() > 1.0));
}

/// A road is drawn onto one that is closed today and that the scenario opens: in whatever order, they meet.
#[test]
fn a_new_road_joins_what_the_scenario_opens_in_any_order() {
    let closed = || across(|road| Road { access: fireplan_model::layers::Access::Closed, ..road });
    for area in [area_with(closed()), with_ids(area_with(closed()))] {
        let edits = [draw(&area, "新路", &[(700.0, 0.0), (700.0, 1000.0)]), Edit::OpenRoad { road: "R2".to_owned() }];
        let turned = [edits[1].clone(), edits[0].clone()];
        for edits in [edits, turned] {
            let changed = apply_scenario(&plan(edits.to_vec()), &area).unwrap();
            assert_eq!(changed.network.components(), 1, "{:?}", remarks(&changed));
            assert!(tells(&changed, "新路 终点 → R2路"), "{:?}", remarks(&changed));
            assert!(!remarks(&changed).iter().any(|text| text.contains("车辆到不了")), "{:?}", remarks(&changed));
        }
        // As long as it stays closed, the end is told to be free.
        let shut = apply_scenario(&plan(vec![draw(&area, "新路", &[(700.0, 0.0), (700.0, 1000.0)])]), &area).unwrap();
        assert!(tells(&shut, "自由端"), "{:?}", remarks(&shut));
    }
}

#[test]
fn a_road_that_joins_only_paths_or_closed_roads_is_told_to_be_reached_by_nobody() {
    let path = area_with(across(|road| Road { class: RoadClass::Path, ..road }));
    let shut = area_with(across(|road| Road { access: fireplan_model::layers::Access::Closed, ..road }));
    let crossing = |area: &StudyArea| draw(area, "新路", &[(700.0, 800.0), (700.0, 1200.0)]);
    let unreached = |area: &StudyArea, edits: Vec<Edit>| {
        let changed = apply_scenario(&plan(edits), area).unwrap();
        let told = remarks(&changed).iter().any(|text| text.contains("车辆到不了"));
        assert_eq!(told, tells(&changed, "只与步道、封闭道路或到不了的新路相接"), "{:?}", remarks(&changed));
        told
    };
    for area in [&path, &shut] {
        assert!(unreached(area, vec![crossing(area)]));
        // A road that only joins that one is reached by nobody either; one that leads there from the street changes it for both.
        let side = draw(area, "支路", &[(700.0, 1200.0), (900.0, 1200.0)]);
        assert!(unreached(area, vec![crossing(area), side.clone()]));
        let link = draw(area, "连接路", &[(900.0, 0.0), (900.0, 1200.0)]);
        assert!(!unreached(area, vec![crossing(area), side, link]));
    }
    let build = Edit::BuildRoad { road: "R2".to_owned(), class: RoadClass::Residential, width_m: None };
    let tied = draw(&path, "街", &[(0.0, 0.0), (0.0, 1000.0)]);
    assert!(!unreached(&path, vec![crossing(&path), tied, build]));
}

/// At its end a bridge comes down to the road that goes on there: who joins that road there joins both.
#[test]
fn an_end_on_the_joint_of_a_bridge_and_a_road_is_told_once() {
    let deck = named("BR", Road { bridge: true, ..sketch::road(&[(1000.0, 0.0), (1000.0, 800.0)]) });
    let road = named("R2", sketch::road(&[(1000.0, 800.0), (1000.0, 1500.0)]));
    let layers = Layers { roads: vec![street(), deck, road], ..Layers::default() };
    let area = sketch::area(layers);
    for bridge in [false, true] {
        let Edit::AddRoad { name, line, class, width_m, load_t, .. } =
            draw(&area, "新路", &[(300.0, 0.0), (300.0, 800.0), (1000.0, 800.0)])
        else {
            panic!("a road was drawn")
        };
        let new = Edit::AddRoad { name, line, class, width_m, load_t, bridge };
        let changed = apply_scenario(&plan(vec![new]), &area).unwrap();
        let told = remarks(&changed);
        assert!(tells(&changed, "新路 终点 → R2路"), "{told:?}");
        assert!(!told.iter().any(|text| text.contains("立体交叉")), "{told:?}");
    }
}

/// A road that runs on another for a while is cut there: its end is where it was drawn to end.
#[test]
fn an_end_is_not_told_where_a_road_leaves_the_one_that_it_is_drawn_over() {
    let area = area_with(across(|road| road));
    let over = [(300.0, 0.0), (300.0, 1000.0), (700.0, 1000.0), (700.0, 1400.0)];
    let changed = apply_scenario(&plan(vec![draw(&area, "新路", &over)]), &area).unwrap();
    let told = remarks(&changed);
    let ends = |what: &str| told.iter().filter(|text| text.contains(what)).count();
    assert_eq!((ends("新路 起点"), ends("新路 终点"), ends("新路 重合处")), (1, 1, 2), "{told:?}");
}

/// The note that the data would get is told to whoever draws the road.
#[test]
fn an_old_end_just_beside_a_new_road_is_told() {
    let stub = named("L1", sketch::road(&[(1000.0, 0.0), (1000.0, 497.0)]));
    let mut area = area_with(stub);
    area.examined_from = Some(0);
    let new = draw(&area, "新路", &[(0.0, 0.0), (0.0, 500.0), (2000.0, 500.0)]);
    let changed = apply_scenario(&plan(vec![new]), &area).unwrap();
    assert!(tells(&changed, "疑似断头"), "{:?}", remarks(&changed));
    let told = changed.applied.as_ref().unwrap().remarks.iter().find(|one| one.text.zh.contains("疑似断头")).unwrap();
    assert!(told.edit == 1 && told.at.is_some() && told.text.zh.contains("L1路 → 新路"), "{}", told.text.zh);
}
