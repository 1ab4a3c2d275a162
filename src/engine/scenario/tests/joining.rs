//! Where new roads join and where not.

use super::drawing::*;
use crate::scenario::*;
use fireplan_model::layers::{Oneway, Road, RoadClass};
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
