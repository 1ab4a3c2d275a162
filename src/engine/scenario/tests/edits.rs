//! Which edits hold, which are refused, and what is told of them.

use super::drawing::*;
use crate::analysis::Context;
use crate::request::Request;
use crate::scenario::*;
use fireplan_model::layers::{
    Hydrant, HydrantKind, HydrantState, Layers, Obstacle, ObstaclePassage, Road, RoadClass, Station, StationKind,
    Surface, Town, WaterKind, WaterSource,
};
use fireplan_model::notes::Notes;
use fireplan_model::rows::Row;
use fireplan_model::scenario::Edit;
use fireplan_model::sketch;
use geo::Point;

#[test]
fn of_two_edits_of_one_fact_the_later_holds() {
    let area = sketch::area(Layers { roads: vec![Road { width_m: Some(3.0), ..street() }], ..Layers::default() });
    let widen = |width_m| Edit::WidenRoad { road: "R1".to_owned(), width_m };
    let width = |edits| apply_scenario(&plan(edits), &area).unwrap().layers.roads[0].width_m;
    assert_eq!(width(vec![widen(6.0), widen(5.0)]), Some(5.0));
    assert_eq!(width(vec![widen(5.0), widen(6.0)]), Some(6.0));
    assert!(told_refusal(&area, vec![widen(6.0), widen(2.0)]).contains("已是 3"));
    let load = |load_t| Edit::StrengthenRoad { road: "R1".to_owned(), load_t };
    let changed = apply_scenario(&plan(vec![load(30.0), load(20.0)]), &area).unwrap();
    assert_eq!(changed.layers.roads[0].load_t, Some(20.0));
}

#[test]
fn edits_that_make_a_fact_worse_are_refused() {
    let stated = Road { load_t: Some(20.0), clear_height_m: Some(4.5), slope_percent: Some(6.0), ..street() };
    let road = || "R1".to_owned();
    let works = [
        (Edit::StrengthenRoad { road: road(), load_t: 19.0 }, Edit::StrengthenRoad { road: road(), load_t: 17.0 }),
        (Edit::RaiseRoad { road: road(), clear_height_m: 4.0 }, Edit::RaiseRoad { road: road(), clear_height_m: 3.0 }),
        (
            Edit::RegradeRoad { road: road(), slope_percent: 9.0 },
            Edit::RegradeRoad { road: road(), slope_percent: 25.0 },
        ),
        (Edit::WidenRoad { road: road(), width_m: 5.0 }, Edit::WidenRoad { road: road(), width_m: 2.0 }),
    ];
    for (below_what_is_there, below_what_passes) in works {
        let known =
            sketch::area(Layers { roads: vec![Road { width_m: Some(7.0), ..stated.clone() }], ..Layers::default() });
        assert!(told_refusal(&known, vec![below_what_is_there.clone()]).contains("已是"));
        let unknown = sketch::area(Layers { roads: vec![Road { width_m: None, ..street() }], ..Layers::default() });
        assert!(told_refusal(&unknown, vec![below_what_passes]).contains("比现状更差"));
        assert!(apply_scenario(&plan(vec![below_what_is_there]), &unknown).is_ok());
    }
    let higher =
        sketch::area(Layers { roads: vec![Road { class: RoadClass::Primary, ..street() }], ..Layers::default() });
    let build = Edit::BuildRoad { road: road(), class: RoadClass::Residential, width_m: None };
    assert!(told_refusal(&higher, vec![build]).contains("高于"));
    assert!(told_refusal(&higher, vec![Edit::OpenRoad { road: road() }]).contains("没有改动"));
}

fn upgrade(set: impl Fn(&mut serde_json::Value)) -> Edit {
    let mut edit = serde_json::json!({ "edit": "upgrade_station", "station": "S1" });
    set(&mut edit);
    serde_json::from_value(edit).unwrap()
}

#[test]
fn an_upgrade_makes_nothing_worse_and_something_better() {
    let station = Station {
        source_id: "S1".to_owned(),
        vehicles: Some(3),
        crew_people: Some(20),
        turnout_min: Some(1.0),
        kind: StationKind::SecondClass,
        ..sketch::station("甲站", (100.0, 0.0), 1.0)
    };
    let area = sketch::area(Layers { roads: vec![street()], stations: vec![station], ..Layers::default() });
    for worse in [
        upgrade(|edit| edit["vehicles"] = 2.into()),
        upgrade(|edit| edit["crew_people"] = 19.into()),
        upgrade(|edit| edit["turnout_min"] = 2.0.into()),
        upgrade(|edit| edit["staffed_night"] = false.into()),
        upgrade(|edit| edit["kind"] = "small".into()),
        upgrade(|edit| edit["kind"] = "volunteer".into()),
        upgrade(|edit| edit["kind"] = "town_level_2".into()),
        upgrade(|edit| edit["kind"] = "works".into()),
        upgrade(|edit| edit["kind"] = "unknown".into()),
        // Nobody states its vehicles: it is counted with standard trucks.
        upgrade(|edit| edit["vehicle_class"] = "small".into()),
    ] {
        assert!(told_refusal(&area, vec![worse.clone()]).contains("更差"), "{worse:?}");
    }
    assert!(told_refusal(&area, vec![upgrade(|_| ())]).contains("至少写一项"));
    assert!(told_refusal(&area, vec![upgrade(|edit| edit["vehicles"] = 3.into())]).contains("没有改动"));
    let better = upgrade(|edit| (edit["vehicles"], edit["kind"]) = (5.into(), "first_class".into()));
    assert_eq!(apply_scenario(&plan(vec![better]), &area).unwrap().layers.stations[0].vehicles, Some(5));
}

#[test]
fn works_of_nothing_are_refused_for_roads_and_obstacles_as_for_stations() {
    let stated = Road {
        width_m: Some(3.0),
        load_t: Some(10.0),
        clear_height_m: Some(4.0),
        slope_percent: Some(6.0),
        surface: Some(Surface::Paved),
        ..street()
    };
    let obstacle = Obstacle {
        source_id: "Z1".to_owned(),
        passage: ObstaclePassage::Fixed,
        ..Obstacle::blank(Point::new(1000.0, 0.0)).unwrap()
    };
    let area = sketch::area(Layers { roads: vec![stated], obstacles: vec![obstacle], ..Layers::default() });
    let road = || "R1".to_owned();
    for edit in [
        Edit::WidenRoad { road: road(), width_m: 3.0 },
        Edit::StrengthenRoad { road: road(), load_t: 10.0 },
        Edit::RaiseRoad { road: road(), clear_height_m: 4.0 },
        Edit::RegradeRoad { road: road(), slope_percent: 6.0 },
        Edit::BuildRoad { road: road(), class: RoadClass::Residential, width_m: None },
        Edit::BuildRoad { road: road(), class: RoadClass::Residential, width_m: Some(3.0) },
        Edit::OpenRoad { road: road() },
    ] {
        assert!(told_refusal(&area, vec![edit.clone()]).contains("没有改动"), "{edit:?}");
    }
    let twice = |edit: Edit| told_refusal(&area, vec![edit.clone(), edit]);
    for edit in [
        Edit::WidenRoad { road: road(), width_m: 6.0 },
        Edit::CloseRoad { road: road() },
        Edit::RemoveObstacle { obstacle: "Z1".to_owned() },
    ] {
        let told = twice(edit.clone());
        assert!(told.contains("第 2 处") && told.contains("没有改动"), "{edit:?}: {told}");
    }
}

#[test]
fn works_that_stop_only_what_is_stopped_anyhow_are_told() {
    // Two metres wide: no truck gets in whatever the bridge bears.
    let narrow = Road { width_m: Some(2.0), ..street() };
    let area = sketch::area(Layers { roads: vec![narrow], ..Layers::default() });
    let strengthen = |load_t| vec![Edit::StrengthenRoad { road: "R1".to_owned(), load_t }];
    assert!(tells(&apply_scenario(&plan(strengthen(10.0)), &area).unwrap(), "仍过不去这些车辆"));
    let path = Road { class: RoadClass::Path, ..street() };
    let area = sketch::area(Layers { roads: vec![path], ..Layers::default() });
    let build = Edit::BuildRoad { road: "R1".to_owned(), class: RoadClass::Residential, width_m: Some(2.2) };
    assert!(tells(&apply_scenario(&plan(vec![build]), &area).unwrap(), "仍过不去这些车辆"));
}

#[test]
fn what_is_put_into_water_or_beside_it_is_told() {
    let lake = WaterSource {
        name: "大湖".to_owned(),
        kind: WaterKind::Lake,
        ..WaterSource::blank(sketch::rectangle((500.0, 50.0), (900.0, 400.0))).unwrap()
    };
    let station = sketch::station("甲站", (100.0, 0.0), 1.0);
    let layers =
        Layers { roads: vec![street()], stations: vec![station], water_sources: vec![lake], ..Layers::default() };
    let area = sketch::area(layers);
    for (x, y, told) in [(600.0, 200.0, "建不成"), (600.0, 20.0, "紧靠水面")] {
        let to = lonlat(&area, x, y);
        let new: Edit =
            serde_json::from_value(serde_json::json!({ "edit": "add_station", "name": "新站", "at": to })).unwrap();
        for edit in [Edit::MoveStation { station: "甲站".to_owned(), to }, new] {
            assert!(tells(&apply_scenario(&plan(vec![edit]), &area).unwrap(), told));
        }
    }
    let dry = Edit::MoveStation { station: "甲站".to_owned(), to: lonlat(&area, 2000.0, 20.0) };
    assert!(remarks(&apply_scenario(&plan(vec![dry]), &area).unwrap()).is_empty());
}

#[test]
fn notes_on_the_data_are_found_anew() {
    let square = sketch::rectangle((0.0, -100.0), (3000.0, 100.0)).0.remove(0);
    let town = Town { name: "甲镇".to_owned(), ..Town::blank(square).unwrap() };
    let elsewhere = sketch::station("乙站", (100.0, 900.0), 1.0);
    let layers = Layers { roads: vec![street()], towns: vec![town], stations: vec![elsewhere], ..Layers::default() };
    let mut area = sketch::area(layers);
    let mut notes = Notes::default();
    fireplan_model::doctor::examine(&area, &mut notes);
    (area.notes, area.cases) = {
        let (notes, cases) = notes.into_cases();
        (notes, cases.into())
    };
    area.examined_from = Some(0);
    let lacks = |area: &StudyArea| area.notes.iter().any(|note| note.text.zh.starts_with("数据中没有消防站的乡镇"));
    assert!(lacks(&area));
    let moved = Edit::MoveStation { station: "乙站".to_owned(), to: lonlat(&area, 500.0, 10.0) };
    assert!(!lacks(&apply_scenario(&plan(vec![moved]), &area).unwrap()));
}

/// The share of road in time, and what is told beside it.
fn road_share(area: &StudyArea) -> (f64, String) {
    let request = Request::from_parts("coverage", serde_json::Map::new()).unwrap();
    let rules = fireplan_model::rules::Rules::load(None).unwrap();
    let context = Context { area, rules: &rules, progress: &fireplan_model::progress::Silent };
    let figures = request.run(&context).unwrap().figures;
    let figure = figures.into_iter().find(|figure| figure.name == "road_percent").unwrap();
    (figure.value.unwrap(), figure.remark.zh)
}

#[test]
fn a_planned_road_that_nobody_reaches_makes_no_share_of_roads_worse() {
    let far = named("R2", sketch::road(&[(3000.0, 0.0), (9000.0, 0.0)]));
    let layers = Layers {
        roads: vec![street(), far],
        stations: vec![sketch::station("甲站", (0.0, 0.0), 1.0)],
        ..Layers::default()
    };
    let area = sketch::area(layers);
    let changed = apply_scenario(&plan(vec![draw(&area, "远路", &[(9000.0, 0.0), (9000.0, 4000.0)])]), &area).unwrap();
    let ((was, plain), (is, told)) = (road_share(&area), road_share(&changed));
    assert!(is >= was && was > 0.0 && was < 100.0, "{was} → {is}");
    assert!(!plain.contains("规划道路") && told.contains("不含规划道路 4.0 km，计入后为"), "{told}");
}

/// What the data have by now is told of all edits at once; what is kept as done changes nothing and is told.
#[test]
fn edits_overtaken_by_the_data_are_told_at_once_and_may_stay_as_done() {
    let open = |width_m: Option<f64>, stands: bool| {
        let mut layers = Layers { roads: vec![Road { width_m, ..street() }], ..Layers::default() };
        layers.stations.push(sketch::station("甲站", (0.0, 0.0), 1.0));
        if stands {
            layers.stations.push(sketch::station("乙站", (900.0, 0.0), 1.0));
        }
        sketch::area(layers)
    };
    let before = open(Some(4.0), false);
    let at = lonlat(&before, 900.0, 0.0);
    let add = Edit::AddStation {
        name: "乙站".to_owned(),
        at,
        kind: StationKind::Small,
        vehicle_class: None,
        turnout_min: None,
    };
    let scenario = plan(vec![Edit::WidenRoad { road: "R1".to_owned(), width_m: 6.0 }, add]);
    let references = anchor(&scenario, &[], &before);
    let mut kept = KeptScenario { scenario, revision: Some(1), references };
    assert!(apply_kept(&kept, &before).is_ok() && find_refused(&kept, &before).is_empty());
    let now = open(Some(7.0), true);
    let refused = find_refused(&kept, &now);
    assert_eq!(refused.iter().map(|one| (one.edit, one.overtaken)).collect::<Vec<_>>(), [(1, true), (2, true)]);
    let told = format!("{:#}", apply_kept(&kept, &now).err().unwrap());
    assert!(told.contains("有 2 处改动不能采用") && told.contains("保留为已完成"), "{told}");
    let known = kept.references.clone();
    keep_done(&mut kept, &[1, 2], &now).unwrap();
    let edits = &kept.scenario.edits[..];
    let told = Scenario::tell_difference((edits, &known), (edits, &kept.references), &now);
    assert_eq!(told.iter().filter(|line| line.zh.starts_with("✓ 保留为已完成")).count(), 2, "{told:?}");
    let changed = apply_kept(&kept, &now).unwrap();
    assert_eq!((changed.layers.roads[0].width_m, changed.layers.stations.len()), (Some(7.0), 2));
    assert_eq!(remarks(&changed).iter().filter(|text| text.contains("作为已完成的改动保留")).count(), 2);
    // What was said is written with the scenario, and goes with the edit.
    let text = serde_json::to_string(&kept).unwrap();
    assert!(apply_kept(&KeptScenario::from_json("a.json", &text).unwrap(), &now).is_ok());
    let fewer = plan(kept.scenario.edits[..1].to_vec());
    assert_eq!(anchor(&fewer, &kept.references, &now).len(), 1);
}

/// What is planned under a number of the program is built under a name of its own: it is known by its place.
#[test]
fn what_was_built_under_another_name_is_known_by_its_place() {
    let open = |built: Option<(f64, HydrantState)>| {
        let mut layers = Layers { roads: vec![street()], ..Layers::default() };
        layers.stations.push(sketch::station("甲站", (0.0, 0.0), 1.0));
        layers.hydrants.extend(built.map(|(x, state)| Hydrant {
            name: "XHS-NEW-1".to_owned(),
            state,
            source_id: "H9".to_owned(),
            ..Hydrant::blank(Point::new(x, 3.0)).unwrap()
        }));
        sketch::area(layers)
    };
    let before = open(None);
    let add = Edit::AddHydrant {
        name: "新栓0213".to_owned(),
        at: lonlat(&before, 500.0, 3.0),
        kind: HydrantKind::Pillar,
        diameter_mm: None,
        flow_l_s: None,
        pressure_mpa: None,
    };
    let mut kept = KeptScenario { scenario: plan(vec![add]), revision: Some(1), references: Vec::new() };
    let fits = |built| find_refused(&kept, &open(Some(built))).is_empty();
    assert!(fits((506.0, HydrantState::Working)) && fits((502.0, HydrantState::OutOfService)));
    let now = open(Some((502.0, HydrantState::Working)));
    let refused = find_refused(&kept, &now);
    assert!(refused[0].overtaken && refused[0].why.zh.contains("“XHS-NEW-1”，应已建成"), "{refused:?}");
    keep_done(&mut kept, &[1], &now).unwrap();
    let changed = apply_kept(&kept, &now).unwrap();
    assert_eq!(changed.layers.hydrants.len(), 1);
    assert!(remarks(&changed).iter().any(|text| text.contains("作为已完成的改动保留")));
}

/// A station that the scenario closes makes room for another one at its place.
#[test]
fn a_closed_station_makes_room_for_another() {
    let mut layers = Layers { roads: vec![street()], ..Layers::default() };
    layers.stations.push(sketch::station("甲站", (0.0, 0.0), 1.0));
    let area = sketch::area(layers);
    let kind = area.layers.stations[0].kind;
    let add = Edit::AddStation {
        name: "乙站".to_owned(),
        at: lonlat(&area, 1.0, 0.0),
        kind,
        vehicle_class: None,
        turnout_min: None,
    };
    let told = format!("{:#}", apply_scenario(&plan(vec![add.clone()]), &area).err().unwrap());
    assert!(told.contains("“甲站”，应已建成"), "{told}");
    assert!(apply_scenario(&plan(vec![Edit::CloseStation { station: "甲站".to_owned() }, add]), &area).is_ok());
}

/// Only edits that the data refuse may be settled, each in one way.
#[test]
fn only_what_the_data_refuse_is_settled() {
    let open = |load_t: f64| {
        sketch::area(Layers { roads: vec![Road { load_t: Some(load_t), ..street() }], ..Layers::default() })
    };
    let before = open(10.0);
    let strengthen = Edit::StrengthenRoad { road: "R1".to_owned(), load_t: 18.0 };
    let widen = Edit::WidenRoad { road: "R1".to_owned(), width_m: 30.0 };
    let scenario = plan(vec![strengthen, widen]);
    let references = anchor(&scenario, &[], &before);
    let kept = KeptScenario { scenario, revision: Some(1), references };
    let settle = |area: &StudyArea, drop: &[usize], keep: &[usize]| {
        settle_edits(&kept, SettledEdits { drop, keep, refer: &[] }, area)
    };
    let refusal = |area: &StudyArea, drop: &[usize], keep: &[usize]| settle(area, drop, keep).unwrap_err().to_string();
    assert!(refusal(&before, &[], &[1]).contains("尚未实现"));
    assert!(refusal(&before, &[1], &[]).contains("仍可采用，不在此删去"));
    let now = open(20.0);
    assert!(find_refused(&kept, &now)[0].why.zh.contains("现状承载已是 20 t，比 18 t 更好"));
    assert!(refusal(&now, &[], &[]).contains("没有写要删去、保留或改引用"));
    assert!(refusal(&now, &[1], &[1]).contains("不能既删去又保留"));
    assert!(refusal(&now, &[3], &[]).contains("没有第 3 处改动"));
    assert!(refusal(&now, &[2], &[]).contains("仍可采用"));
    assert_eq!(settle(&now, &[1], &[]).unwrap().scenario.edits.len(), 1);
    let done = settle(&now, &[], &[1]).unwrap();
    assert!(apply_kept(&done, &now).is_ok());
    let again = settle_edits(&done, SettledEdits { drop: &[], keep: &[1], refer: &[] }, &now).unwrap_err().to_string();
    assert!(again.contains("已保留为已完成"), "{again}");
    assert!(settle_edits(&done, SettledEdits { drop: &[1], keep: &[], refer: &[] }, &now).is_ok());
}

/// Nobody knows how wide the road is, and trucks are counted on it: a lane is wider than the body of a truck.
#[test]
fn an_unknown_width_is_not_widened_to_less_than_a_truck_drives_on() {
    let widen = |width_m| Edit::WidenRoad { road: "R1".to_owned(), width_m };
    let open = |estimated_width_m| {
        sketch::area(Layers { roads: vec![Road { width_m: None, estimated_width_m, ..street() }], ..Layers::default() })
    };
    for area in [open(None), open(Some(6.0)), open(Some(3.0))] {
        for width_m in [2.5, 2.6, 3.0, 3.4] {
            let told = told_refusal(&area, vec![widen(width_m)]);
            assert!(told.contains("请改到 3.5 m") || told.contains("m（估计）"), "{width_m}: {told}");
        }
    }
    assert!(told_refusal(&open(Some(6.0)), vec![widen(5.0)]).contains("已是 6 m（估计），比 5 m 更好"));
    let width =
        |area: &StudyArea, width_m| apply_scenario(&plan(vec![widen(width_m)]), area).unwrap().layers.roads[0].width_m;
    assert_eq!(width(&open(None), 3.5), Some(3.5));
    assert_eq!(width(&open(Some(6.0)), 6.5), Some(6.5));
}

/// Nobody states its turnout: it is counted with that of its kind.
#[test]
fn an_unstated_turnout_is_not_upgraded_to_a_longer_one() {
    let station = |night| Station {
        source_id: "S1".to_owned(),
        turnout_min: None,
        turnout_night_min: night,
        kind: StationKind::SecondClass,
        ..sketch::station("甲站", (100.0, 0.0), 1.0)
    };
    let open =
        |night| sketch::area(Layers { roads: vec![street()], stations: vec![station(night)], ..Layers::default() });
    for (night, minutes) in [(None, 30.0), (None, 1.5), (Some(5.0), 4.0)] {
        let told = told_refusal(&open(night), vec![upgrade(|edit| edit["turnout_min"] = minutes.into())]);
        assert!(told.contains("更差") && told.contains("1 min（未填，按此计）"), "{told}");
    }
    assert!(apply_scenario(&plan(vec![upgrade(|edit| edit["turnout_min"] = 0.5.into())]), &open(None)).is_ok());
}

#[test]
fn the_later_edit_holds_also_where_it_brings_back_what_is_there() {
    let area = sketch::area(Layers { roads: vec![Road { width_m: Some(4.5), ..street() }], ..Layers::default() });
    let widen = |width_m| Edit::WidenRoad { road: "R1".to_owned(), width_m };
    let changed = apply_scenario(&plan(vec![widen(6.0), widen(4.5)]), &area).unwrap();
    assert_eq!(changed.layers.roads[0].width_m, Some(4.5));
    // What an edit before has done is not what the data have.
    let close = || Edit::CloseRoad { road: "R1".to_owned() };
    for twice in [[widen(6.0), widen(6.0)], [close(), close()]] {
        let kept: KeptScenario = plan(twice.to_vec()).into();
        let refused = find_refused(&kept, &area);
        let [one] = &refused[..] else { panic!("{refused:?}") };
        assert!(one.edit == 2 && !one.overtaken && one.why.zh.contains("前面的改动"), "{one:?}");
    }
}

#[test]
fn what_is_planned_already_at_a_place_is_not_planned_again() {
    let area = sketch::area(Layers {
        roads: vec![street()],
        stations: vec![sketch::station("甲站", (0.0, 0.0), 1.0)],
        ..Layers::default()
    });
    let at = lonlat(&area, 500.0, 5.0);
    let edit = |value: serde_json::Value| serde_json::from_value::<Edit>(value).unwrap();
    let twins = |name: &str| {
        [
            serde_json::json!({ "edit": "add_station", "name": name, "at": at }),
            serde_json::json!({ "edit": "add_hydrant", "name": name, "at": at }),
            serde_json::json!({ "edit": "add_water", "name": name, "at": at }),
            serde_json::json!({ "edit": "add_turnaround", "at": at, "side_m": 12.0 }),
        ]
        .map(edit)
    };
    for (first, second) in twins("甲").into_iter().zip(twins("乙")) {
        let told = told_refusal(&area, vec![first.clone(), second]);
        assert!(told.contains("第 2 处") && told.contains("第 1 处改动已在该处"), "{told}");
        assert!(apply_scenario(&plan(vec![first]), &area).is_ok());
    }
}

/// No fact of the station is worse, and its larger engine does not get through the lane.
#[test]
fn villages_that_a_larger_vehicle_no_longer_gets_to_are_told() {
    let lane = Road { width_m: Some(3.0), ..named("L1", sketch::road(&[(1000.0, 0.0), (1000.0, 500.0)])) };
    let station = Station {
        source_id: "S1".to_owned(),
        vehicle_class: Some(fireplan_model::layers::VehicleClass::Small),
        ..sketch::station("甲站", (0.0, 0.0), 1.0)
    };
    let area = sketch::area(Layers {
        roads: vec![street(), lane],
        stations: vec![station],
        villages: vec![sketch::village("街村", (500.0, 10.0)), sketch::village("巷村", (1010.0, 500.0))],
        ..Layers::default()
    });
    let up = || upgrade(|edit| edit["vehicle_class"] = "standard".into());
    let changed = apply_scenario(&plan(vec![up()]), &area).unwrap();
    assert!(tells(&changed, "甲站：1 个，巷村"), "{:?}", remarks(&changed));
    let widen = Edit::WidenRoad { road: "L1".to_owned(), width_m: 4.0 };
    let both = apply_scenario(&plan(vec![up(), widen]), &area).unwrap();
    assert!(remarks(&both).is_empty(), "{:?}", remarks(&both));
}

/// A path that becomes a road is new among the roads that are counted: both shares are told.
#[test]
fn a_road_made_of_a_path_makes_no_share_of_roads_worse() {
    let path = Road { class: RoadClass::Path, ..named("R2", sketch::road(&[(3000.0, 0.0), (9000.0, 4000.0)])) };
    let layers = Layers {
        roads: vec![street(), path],
        stations: vec![sketch::station("甲站", (0.0, 0.0), 1.0)],
        ..Layers::default()
    };
    let area = sketch::area(layers);
    let build = Edit::BuildRoad { road: "R2".to_owned(), class: RoadClass::Residential, width_m: Some(6.0) };
    let changed = apply_scenario(&plan(vec![build]), &area).unwrap();
    let ((was, _), (is, told)) = (road_share(&area), road_share(&changed));
    assert!(is >= was && told.contains("不含规划道路 7.2 km，计入后为"), "{was} → {is}: {told}");
}
