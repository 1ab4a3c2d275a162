//! Roads with one known neck: what fits, what does not, and what is said of it.

use super::*;

#[test]
fn what_only_a_smaller_vehicle_may_get_to_is_closed_to_a_standard_truck() {
    // 3 m keep the standard truck out; the bridge behind may not bear a small one either, so the largest vehicle is not known.
    let mut drawn = with_neck(Road { width_m: Some(3.0), ..sound(&[]) });
    drawn.roads[2].width_m = None;
    drawn.roads[2].class = RoadClass::Track;
    let findings = run(drawn);
    assert_eq!(access(&findings), ["undetermined"]);
    let figure = findings.figures.iter().find(|figure| figure.name == "standard_villages_percent").unwrap();
    assert!(figure.remark.zh.contains("待核 0，到不了 1"), "{}", figure.remark.zh);
    assert_eq!(figure.range, Some([0.0, 0.0]));
}

#[test]
fn a_neck_lets_through_what_fits() {
    for (width_m, expected) in [
        (3.5, "standard"),
        (3.4, "small"),
        (2.5, "small"),
        (2.4, "motorcycle"),
        (1.8, "motorcycle"),
        (1.7, "no_vehicle"),
    ] {
        let findings = run(with_neck(Road { width_m: Some(width_m), ..sound(&[]) }));
        assert_eq!(access(&findings), [expected], "{width_m}");
    }
    for (height_m, expected) in [(3.6, "standard"), (3.5, "small"), (2.4, "motorcycle"), (1.9, "no_vehicle")] {
        let findings = run(with_neck(Road { clear_height_m: Some(height_m), ..sound(&[]) }));
        assert_eq!(access(&findings), [expected], "{height_m}");
    }
}

#[test]
fn medium_engines_count_where_a_station_has_one() {
    let of = |vehicle_class: Option<VehicleClass>, width_m: f64| {
        let layers = with_neck(Road { width_m: Some(width_m), ..sound(&[]) });
        let stations = vec![Station { vehicle_class, ..station("甲站", (0.0, 0.0), 1.0) }];
        run(Layers { stations, ..layers })
    };
    let medium = Some(VehicleClass::Medium);
    assert_eq!([3.0, 2.9].map(|width_m| access(&of(medium, width_m))[0].clone()), ["medium", "small"]);
    let sent = |width_m: f64| texts(&of(medium, width_m), "access_villages", "sent_class");
    assert_eq!(sent(3.0), ["medium"]);
    // Its own engine does not get through, and it has no other.
    assert_eq!(sent(2.9), [""]);
    assert_eq!(access(&of(None, 3.2)), ["small"]);
}

#[test]
fn what_blocks_is_told_with_the_cheapest_work() {
    let findings = run(with_neck(Road { width_m: Some(3.0), ..sound(&[]) }));
    assert_eq!(texts(&findings, "access_blocks", "source_id"), ["颈"]);
    assert_eq!(texts(&findings, "access_blocks", "hindrance"), ["width"]);
    // New work is built to the clause: 4 m. One metre more over 500 m at 350 yuan.
    assert_eq!(texts(&findings, "access_blocks", "works"), ["拓宽到4米"]);
    let edits = [Edit::WidenRoad { road: "颈".to_owned(), width_m: 4.0 }];
    assert_eq!(proposed(&findings, "access_blocks"), edits);
    assert_eq!(proposed(&findings, "access_villages"), edits);
    assert_eq!(numbers(&findings, "access_blocks", "cost_wan_yuan"), [17.5]);
    assert_eq!(numbers(&findings, "access_blocks", "behind_people"), [100.0]);
    assert_eq!(numbers(&findings, "access_villages", "next_wan_yuan"), [17.5]);
    // On foot from where the truck must stop: the neck, the road after it, and 20 m to the middle.
    assert_eq!(numbers(&findings, "access_villages", "walk_m"), [1020.0]);
}

#[test]
fn passing_and_being_up_to_standard_are_two_things() {
    let findings = run(with_neck(Road { width_m: Some(3.6), ..sound(&[]) }));
    assert_eq!(access(&findings), ["standard"]);
    let width = findings.checks.iter().find(|check| check.rule == "village_lane.clear_width_m").unwrap();
    assert_eq!((width.verdict, width.measured), (Verdict::Warn, Some(3.6)));
    assert_eq!(texts(&findings, "access_segments", "substandard").iter().filter(|text| *text == "true").count(), 1);
}

#[test]
fn a_weak_bridge_without_detour_blocks() {
    let findings = run(behind_bridge(false));
    assert_eq!(access(&findings), ["small", "standard"]);
    assert_eq!(texts(&findings, "access_blocks", "effect"), ["not_reached"]);
    assert_eq!(texts(&findings, "access_blocks", "works"), ["加固到18吨"]);
    // A deck of 6 × 20 m at 2500 yuan.
    assert_eq!(numbers(&findings, "access_blocks", "cost_wan_yuan"), [30.0]);
    let story = &texts(&findings, "access_villages", "story")[0];
    assert!(story.contains("限重10吨，小于普通消防车所需的18吨") && story.contains("加固到18吨，约30万元"), "{story}");
}

#[test]
fn a_weak_bridge_with_detour_costs_time() {
    let findings = run(behind_bridge(true));
    assert_eq!(access(&findings), ["standard", "standard"]);
    assert_eq!(texts(&findings, "access_blocks", "effect"), ["detour"]);
    // Round by the other road it is 3500 m instead of 1500 m, at 20 km/h.
    let rules = Rules::load(None).unwrap();
    let kph = rules.speed(VehicleClass::Standard, RoadClass::Residential).unwrap().base_kph;
    let delay = numbers(&findings, "access_blocks", "detour_min")[0];
    assert!((delay - 2.0 / kph * 60.0).abs() < 0.02, "{delay}");
}

#[test]
fn one_way_streets_are_driven_one_way() {
    let mut out = sound(&[(2000.0, 0.0), (1000.0, 500.0), (0.0, 0.0)]);
    out.oneway = Oneway::Forward;
    let villages = vec![village("环村", (2000.0, 0.0))];
    // An engine on duty might drive against it; where the rules bind it, nobody comes.
    assert_eq!(access(&run(layers(vec![out.clone()], villages.clone()))), ["undetermined"]);
    let rules = Rules::load_with(None, &[("driving.oneway_streets".to_owned(), "binds".to_owned())]).unwrap();
    let alone = area(layers(vec![out.clone()], villages.clone()));
    let findings = FireAccess::default().run(&Context { area: &alone, rules: &rules, progress: &Silent }).unwrap();
    assert_eq!(access(&findings), ["no_vehicle"]);
    assert!(texts(&findings, "access_villages", "story")[0].contains("须另修新路"));
    let mut back = sound(&[(0.0, 0.0), (1000.0, -500.0), (2000.0, 0.0)]);
    back.oneway = Oneway::Forward;
    assert_eq!(access(&run(layers(vec![out, back], villages))), ["standard"]);
}

#[test]
fn an_overpass_does_not_connect() {
    let foot = sound(&[(0.0, 0.0), (500.0, 0.0)]);
    let mut over = sound(&[(500.0, 0.0), (2000.0, 0.0)]);
    over.bridge = true;
    over.level = Some(1);
    let below = sound(&[(1000.0, -500.0), (1000.0, 500.0)]);
    let findings = run(layers(vec![foot, over, below], vec![village("桥下", (1000.0, 500.0))]));
    assert_eq!(access(&findings), ["no_vehicle"]);
}

#[test]
fn a_path_is_made_a_road() {
    let findings = run(with_neck(Road { class: RoadClass::Path, width_m: Some(2.0), ..sound(&[]) }));
    assert_eq!(access(&findings), ["motorcycle"]);
    assert_eq!(texts(&findings, "access_blocks", "works"), ["改建成2.5米宽的车行道"]);
    assert_eq!(numbers(&findings, "access_villages", "standard_wan_yuan"), [90.0]);
}

#[test]
fn a_hairpin_is_told_for_verification() {
    let hairpin = Road { width_m: Some(3.5), ..sound(&[]) };
    let bend = vec![(2000.0, 0.0), (2200.0, 0.0), (2203.0, 6.0), (2000.0, 20.0)];
    let roads = vec![
        sound(&[(0.0, 0.0), (2000.0, 0.0)]),
        named("弯", Road { geometry: bend.into(), ..hairpin }),
        sound(&[(2000.0, 20.0), (2000.0, 500.0)]),
    ];
    let findings = run(layers(roads, vec![village("弯村", (2000.0, 500.0))]));
    assert_eq!(access(&findings), ["undetermined"]);
    assert_eq!(texts(&findings, "access_field_checks", "hindrance"), ["turn"]);
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    let area = area(with_neck(sound(&[])));
    let rules = Rules::load(None).unwrap();
    for (question, name) in [
        (FireAccess { budget_wan_yuan: -1.0, ..FireAccess::default() }, "budget_wan_yuan"),
        (FireAccess { least_delay_min: f64::NAN, ..FireAccess::default() }, "least_delay_min"),
    ] {
        let refusal = crate::request::Request::Access(question)
            .run(&Context { area: &area, rules: &rules, progress: &Silent })
            .unwrap_err();
        assert!(refusal.to_string().contains(name), "{refusal}");
    }
}

#[test]
fn stations_with_small_trucks_send_no_large_ones() {
    let drawn = |class: VehicleClass| {
        let mut layers = with_neck(sound(&[]));
        layers.stations = vec![Station { vehicle_class: Some(class), ..station("乙队", (0.0, 0.0), 1.0) }];
        layers
    };
    assert_eq!(access(&run(drawn(VehicleClass::Small))), ["small"]);
    assert_eq!(access(&run(drawn(VehicleClass::Motorcycle))), ["motorcycle"]);
    let far = village("远", (3000.0, 900.0));
    let findings = run(Layers { villages: vec![far], ..with_neck(sound(&[])) });
    assert_eq!(access(&findings), ["unplaced"]);
}
