//! Built-up clusters, buildings within reach of lanes, dead ends.

use super::*;
use crate::scenario::apply_scenario;
use fireplan_model::rows::Row;
use fireplan_model::rules::{Choice, RuleProfile};

#[test]
fn buildings_are_within_half_the_lane_spacing() {
    let building = |y: f64| Building {
        geometry: rectangle((2490.0, y - 5.0), (2500.0, y + 5.0)),
        name: String::new(),
        kind: String::new(),
        storeys: None,
        height_m: None,
        source_id: String::new(),
    };
    let drawn = Layers {
        buildings: vec![building(79.0), building(81.0), building(-40.0), building(-90.0)],
        ..layers(vec![sound(&[(0.0, 0.0), (3000.0, 0.0)])], vec![village("村", (2500.0, 0.0))])
    };
    let findings = run(drawn);
    assert_eq!(numbers(&findings, "access_villages", "within_lane_percent"), [50.0]);
    assert_eq!(numbers(&findings, "access_villages", "buildings"), [4.0]);
}

#[test]
fn a_built_up_cluster_without_a_village_is_a_place_of_its_own() {
    let cluster = |name: &str, kind: BuiltUpKind, west: f64| BuiltUp {
        geometry: rectangle((west, -50.0), (west + 200.0, 50.0)),
        name: name.to_owned(),
        kind,
        source_id: String::new(),
    };
    let drawn = Layers {
        built_up: vec![
            cluster("村", BuiltUpKind::Village, 2900.0),
            cluster("", BuiltUpKind::Unknown, 3110.0),
            cluster("远", BuiltUpKind::Unknown, 1000.0),
            cluster("镇", BuiltUpKind::Town, 2600.0),
        ],
        ..layers(vec![sound(&[(0.0, 0.0), (1090.0, 0.0), (3000.0, 0.0)])], vec![village("村", (3000.0, 0.0))])
    };
    let findings = run(drawn);
    assert_eq!(texts(&findings, "access_villages", "name"), ["村", "远", "镇"]);
}

#[test]
fn long_dead_ends_need_a_turnaround() {
    let house = |south: f64, north: f64, west: f64, east: f64| Building {
        geometry: rectangle((west, south), (east, north)),
        name: String::new(),
        kind: String::new(),
        storeys: None,
        height_m: None,
        source_id: String::new(),
    };
    let lane = |x: f64, length: f64| named(&x.to_string(), sound(&[(x, 0.0), (x, length)]));
    // Houses every 8 m around the end of the first lane; one house beside the second; the third is short.
    let mut buildings = vec![house(190.0, 200.0, 1506.0, 1516.0), house(20.0, 30.0, 2006.0, 2016.0)];
    for step in -6..=6 {
        for row in -6..=6 {
            let (x, y) = (1000.0 + f64::from(step) * 8.0, 200.0 + f64::from(row) * 8.0);
            if step != 0 || row > 0 {
                buildings.push(house(y - 3.0, y + 3.0, x - 3.0, x + 3.0));
            }
        }
    }
    let roads = vec![sound(&[(0.0, 0.0), (3000.0, 0.0)]), lane(1000.0, 200.0), lane(1500.0, 200.0), lane(2000.0, 30.0)];
    let findings = run(Layers { buildings, ..layers(roads, Vec::new()) });
    let mut found: Vec<(String, String)> = texts(&findings, "access_dead_ends", "source_id")
        .into_iter()
        .zip(texts(&findings, "access_dead_ends", "room"))
        .collect();
    found.sort();
    assert_eq!(found, [("1000".to_owned(), "no_room".to_owned()), ("1500".to_owned(), "undetermined".to_owned())]);
}

/// A lane 200 m long and so wide, with a house and a village at its end.
fn lane_with_house(width_m: f64) -> Layers {
    let roads = vec![
        sound(&[(0.0, 0.0), (3000.0, 0.0)]),
        named("巷", Road { width_m: Some(width_m), ..sound(&[(1000.0, 0.0), (1000.0, 200.0)]) }),
    ];
    let house = Building {
        geometry: rectangle((1006.0, 190.0), (1016.0, 200.0)),
        name: String::new(),
        kind: String::new(),
        storeys: None,
        height_m: None,
        source_id: String::new(),
    };
    Layers { buildings: vec![house], ..layers(roads, vec![village("巷村", (1000.0, 200.0))]) }
}

#[test]
fn a_dead_end_is_priced_for_the_vehicle_that_gets_in_and_a_turnaround_settles_it() {
    // 450 yuan for each of 12 × 12, 9 × 9 and 5 × 5 m.
    for (width_m, class, cost_wan_yuan) in [(4.0, "standard", 6.5), (3.0, "small", 3.7), (2.0, "motorcycle", 1.2)] {
        let area = area(lane_with_house(width_m));
        let findings = ask(&FireAccess::default(), &area);
        let blocks = texts(&findings, "access_blocks", "hindrance");
        let at = blocks.iter().position(|hindrance| hindrance == "turnaround").unwrap();
        assert_eq!(texts(&findings, "access_blocks", "stops")[at], class);
        assert_eq!(texts(&findings, "access_blocks", "effect")[at], "back_out");
        assert_eq!(numbers(&findings, "access_blocks", "behind_people")[at], 100.0);
        assert_eq!(numbers(&findings, "access_villages", "dead_ends"), [1.0]);
        assert_eq!(numbers(&findings, "access_dead_ends", "cost_wan_yuan"), [cost_wan_yuan]);
        let edits = proposed(&findings, "access_dead_ends");
        assert!(matches!(edits[..], [Edit::AddTurnaround { .. }]), "{edits:?}");
        let built = apply_scenario(&Scenario { name: "回车场".to_owned(), edits }, &area).unwrap();
        assert!(column(&ask(&FireAccess::default(), &built), "access_dead_ends", "name").is_empty());
    }
}

#[test]
fn a_turnaround_too_small_for_the_truck_is_none() {
    let square = |side_m: f64| RoadArea {
        geometry: rectangle((1000.0, 200.0), (1000.0 + side_m, 200.0 + side_m)),
        kind: RoadAreaKind::Turnaround,
        ..carriageway(&[])
    };
    for (side_m, found) in [(12.0, 0), (11.0, 1)] {
        let findings = run(Layers { road_areas: vec![square(side_m)], ..lane_with_house(4.0) });
        assert_eq!(texts(&findings, "access_dead_ends", "source_id").len(), found, "{side_m}");
    }
}

/// What a notice says of the dead ends and turnarounds of one town binds those alone, each with its own clause.
#[test]
fn dead_ends_are_held_against_the_clause_of_their_town() {
    let town = |name: &str, west: f64, east: f64| Town {
        name: name.to_owned(),
        ..Town::blank(rectangle((west, -500.0), (east, 500.0))).unwrap()
    };
    let house = |x: f64| Building {
        geometry: rectangle((x + 6.0, 90.0), (x + 16.0, 100.0)),
        name: String::new(),
        kind: String::new(),
        storeys: None,
        height_m: None,
        source_id: String::new(),
    };
    let lane = |id: &str, x: f64| named(id, sound(&[(x, 0.0), (x, 100.0)]));
    let drawn = Layers {
        towns: vec![town("甲镇", -500.0, 1500.0), town("乙镇", 1500.0, 3500.0)],
        buildings: vec![house(1000.0), house(2000.0)],
        ..layers(vec![sound(&[(0.0, 0.0), (3000.0, 0.0)]), lane("甲巷", 1000.0), lane("乙巷", 2000.0)], Vec::new())
    };
    let area = area(drawn);
    // By the key of the entry: the notice's figure, and what it asks of the lane of 甲镇.
    let held = |key: &str, bound: &str| {
        let text = format!(
            "title = \"试\"\ndocument = \"试\"\ndate = \"2026-01-01\"\n[{key}]\n{bound}\ncite = \"通知\"\nforce = \"policy\"\n\
             confidence = \"S\"\ntowns = [\"甲镇\"]\n"
        );
        let profile = Some(RuleProfile::Own { file: "shi.toml".to_owned(), text });
        let rules = Rules::load_choice(Choice { profile, ..Choice::default() }).unwrap();
        let findings = FireAccess::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
        let mut ends: Vec<(String, String, bool)> = texts(&findings, "access_dead_ends", "source_id")
            .into_iter()
            .zip(texts(&findings, "access_dead_ends", "side_m"))
            .map(|(id, side_m)| {
                let cited = findings
                    .checks
                    .iter()
                    .any(|check| check.rule == key && check.subject.contains(&id) && check.cite == "通知");
                (id, side_m, cited)
            })
            .collect();
        ends.sort();
        ends
    };
    let end = |id: &str, side_m: &str, cited: bool| (id.to_owned(), side_m.to_owned(), cited);
    // 40 m hold everywhere; 150 m in 甲镇 let its lane be.
    assert_eq!(held("fire_lane.dead_end_m", "at_most = 150"), [end("乙巷", "12", false)]);
    assert_eq!(held("fire_lane.dead_end_m", "at_most = 50"), [end("乙巷", "12", false), end("甲巷", "12", true)]);
    assert_eq!(held("village_lane.turnaround_m", "at_least = 18"), [end("乙巷", "12", false), end("甲巷", "18", true)]);
}

/// A street of 2 km and, `gap_m` beyond its end, a lane of 1 km to a village.
fn behind_gap(gap_m: f64) -> Layers {
    let lane = named("巷", sound(&[(2_000.0 + gap_m, 0.0), (3_000.0, 0.0)]));
    layers(vec![named("街", sound(&[(0.0, 0.0), (2_000.0, 0.0)])), lane], vec![village("村", (3_000.0, 20.0))])
}

#[test]
fn behind_a_suspected_end_nothing_is_certain_and_joining_it_is_one_click() {
    assert_eq!(access(&run(behind_gap(0.04))), ["standard"], "one place");
    assert_eq!(access(&run(behind_gap(30.0))), ["no_vehicle"]);
    let drawn = area(behind_gap(3.0));
    let findings = ask(&FireAccess::default(), &drawn);
    assert_eq!(access(&findings), ["undetermined"]);
    let story = &texts(&findings, "access_villages", "story")[0];
    assert!(story.contains("疑似断头") && !story.contains("须另修新路"), "{story}");
    assert_eq!(texts(&findings, "access_villages", "limit_source_id"), ["街"], "one of the two ends");
    let edits = proposed(&findings, "access_villages");
    assert!(matches!(&edits[..], [Edit::AddRoad { .. }]), "{edits:?}");
    let joined = apply_scenario(&Scenario { name: "接通".to_owned(), edits }, &drawn).unwrap();
    assert_eq!(access(&ask(&FireAccess::default(), &joined)), ["standard"]);
}

#[test]
fn a_wall_in_the_gap_leaves_no_doubt() {
    let house = Building::blank(rectangle((2_001.0, -5.0), (2_002.0, 5.0))).unwrap();
    let findings = run(Layers { buildings: vec![house], ..behind_gap(3.0) });
    assert_eq!(access(&findings), ["no_vehicle"]);
}

#[test]
fn a_village_beside_a_scrap_of_yard_is_served_from_the_road_behind_it() {
    let roads = |yard_y: f64| vec![sound(&[(0.0, 0.0), (2_000.0, 0.0)]), sound(&[(900.0, yard_y), (1_000.0, yard_y)])];
    // The yard is 5 m from the village, the street 125 m: farther than half the spacing of lanes.
    let villages = vec![village("村", (950.0, 125.0))];
    assert_eq!(access(&run(layers(roads(120.0), villages.clone()))), ["standard"]);
    // Where the street is beyond the access limit, the yard stands for it.
    let villages = vec![village("村", (950.0, 2_005.0))];
    assert_eq!(access(&run(layers(roads(2_000.0), villages))), ["no_vehicle"]);
}

/// Nobody can measure what is only planned: the scenario is to say it.
#[test]
fn a_planned_bridge_of_unknown_load_is_not_sent_to_be_surveyed() {
    let drawn = area(layers(vec![sound(&[(0.0, 0.0), (3000.0, 0.0)])], vec![village("河南村", (1500.0, -1000.0))]));
    let lonlat = |x: f64, y: f64| {
        let mut at = [Coord { x, y }];
        drawn.plane.to_lonlat(&mut at).unwrap();
        [at[0].x, at[0].y]
    };
    let bridge = serde_json::json!({
        "edit": "add_road", "name": "规划桥", "line": [lonlat(1500.0, 0.0), lonlat(1500.0, -900.0)], "bridge": true,
    });
    let road = serde_json::json!({
        "edit": "add_road", "name": "规划路", "line": [lonlat(1500.0, -900.0), lonlat(1500.0, -1000.0)], "width_m": 6.0,
    });
    let edits = [bridge, road].map(|edit| serde_json::from_value(edit).unwrap()).to_vec();
    let changed = apply_scenario(&Scenario { name: "近期".to_owned(), edits }, &drawn).unwrap();
    let story = texts(&ask(&FireAccess::default(), &changed), "access_villages", "story").remove(0);
    assert!(!story.contains("须现场核实"), "{story}");
    assert!(story.contains("方案中有1条规划道路未写明能否通行，请在方案中补填，首先是规划桥"), "{story}");
}
