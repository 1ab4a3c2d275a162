//! Hand-drawn villages whose water is known on paper.

use geo::{Coord, Geometry, LineString, Point};

use super::*;
use fireplan_model::findings::Verdict;
use fireplan_model::grid::Grid;
use fireplan_model::layers::{
    BuiltUp, BuiltUpKind, Hydrant, HydrantKind, HydrantState, Layers, Road, Town, TownKind, WaterKind, WaterSource,
};
use fireplan_model::progress::Silent;
use fireplan_model::rows::{Row, Value};
use fireplan_model::sketch::{area, rectangle, road, village};

fn water(kind: WaterKind, geometry: impl Into<Geometry>) -> WaterSource {
    WaterSource {
        geometry: geometry.into(),
        name: "水".to_owned(),
        kind,
        volume_m3: None,
        width_m: None,
        perennial: Some(true),
        helicopter: None,
        source_id: String::new(),
    }
}

fn pool((x, y): (f64, f64), volume_m3: Option<f64>) -> WaterSource {
    WaterSource { volume_m3, ..water(WaterKind::Pool, Point::new(x, y)) }
}

fn street() -> Road {
    Road { width_m: Some(6.0), ..road(&[(0.0, 0.0), (3000.0, 0.0)]) }
}

/// Level ground at 100 m, the water so much lower where y > 5.
fn sloping(drop_m: f32) -> Grid {
    let (columns, rows) = (400, 100);
    let values = (0..rows).flat_map(|row| {
        let y = 500.0 - (row as f64 + 0.5) * 10.0;
        (0..columns).map(move |_| if y > 4.0 { 100.0 - drop_m } else { 100.0 })
    });
    Grid { origin: Coord { x: -500.0, y: 500.0 }, cell_m: 10.0, columns, rows, values: values.collect() }
}

fn run_on(area: &StudyArea, profile: Option<&str>) -> Findings {
    run_under(area, &Rules::load(profile).unwrap())
}

/// Under the national rules with one figure set by hand.
fn run_set(area: &StudyArea, key: &str, value: &str) -> Findings {
    run_under(area, &Rules::load_with(None, &[(key.to_owned(), value.to_owned())]).unwrap())
}

fn run_under(area: &StudyArea, rules: &Rules) -> Findings {
    WaterSupply::default().run(&Context { area, rules, progress: &Silent }).unwrap()
}

fn run(layers: Layers) -> Findings {
    run_on(&area(layers), None)
}

fn texts(findings: &Findings, layer: &str, name: &str) -> Vec<String> {
    let Some(layer) = findings.layers.iter().find(|found| found.id == layer) else { return Vec::new() };
    let at = layer.columns.iter().position(|column| column.name == name).unwrap();
    layer.features.iter().map(|feature| feature.values[at].to_string()).collect()
}

fn numbers(findings: &Findings, layer: &str, name: &str) -> Vec<Option<f64>> {
    let layer = findings.layers.iter().find(|found| found.id == layer).unwrap();
    let at = layer.columns.iter().position(|column| column.name == name).unwrap();
    layer.features.iter().map(|feature| Value::as_f64(&feature.values[at])).collect()
}

#[test]
fn a_shuttle_on_paper() {
    let fleet = WaterSupply::default();
    // Five minutes each way, 250 s to fill and 250 s to empty 5 m³ at 20 L/s, two minutes of handling: 1,220 s.
    assert_eq!(fleet.round_s(VehicleClass::Standard, 5.0), 1220.0);
    assert!((fleet.flow_l_s(VehicleClass::Standard, 3, 5.0) - 15_000.0 / 1220.0).abs() < 1e-9);
    let (area, rules) = (area(Layers::default()), Rules::load(None).unwrap());
    let local = TownRules::new(&rules, &area);
    let run = WaterRun { question: &fleet, area: &area, rules: &rules, local, towns: TownIndex::new(&area) };
    let wanting = |village_flow_l_s: f64| {
        let mut water = rules.water.clone();
        water.village_flow_l_s.value = village_flow_l_s;
        water
    };
    let trucks_for = |flow_l_s: f64, way_min: f64| run.trucks_for(&wanting(flow_l_s), VehicleClass::Standard, way_min);
    assert_eq!(trucks_for(15.0, 5.0), Some(4));
    // A way of 12 minutes would take eight; six is the most that the rules allow.
    assert_eq!(trucks_for(15.0, 12.0), None);
    assert!(fleet.flow_l_s(VehicleClass::Standard, 4, 5.0) >= 15.0);
    // No fleet brings more than one engine draws.
    assert_eq!(fleet.flow_l_s(VehicleClass::Standard, 50, 1.0), 20.0);
    assert_eq!(trucks_for(25.0, 1.0), None);
    // 15 L/s for two hours.
    assert_eq!(needed_pool_m3(&wanting(15.0)), 108.0);
}

#[test]
fn a_pool_is_usable_by_its_volume_and_its_distance_from_the_lane() {
    let pools = vec![
        pool((100.0, 5.0), Some(100.0)),
        pool((400.0, 5.0), Some(99.0)),
        pool((700.0, 5.0), None),
        pool((1000.0, 13.0), Some(200.0)),
        pool((1300.0, 40.0), Some(200.0)),
        pool((1600.0, 900.0), Some(200.0)),
    ];
    let findings = run(Layers { roads: vec![street()], water_sources: pools, ..Layers::default() });
    let expected = ["usable", "unusable", "undetermined", "by_pump", "by_pump", "unusable"];
    assert_eq!(texts(&findings, "water_points", "usable"), expected);
    assert_eq!(numbers(&findings, "water_points", "bank_m")[0], Some(2.0));
}

/// The clause asks for 100 m³, and for 50 where there are hydrants only; a lift comes of the elevation model.
#[test]
fn what_depends_on_what_nobody_knows_is_open() {
    let verdict = |findings: &Findings, rule: &str| {
        findings.checks.iter().find(|check| check.rule == rule).map(|check| (check.verdict, check.text.zh.clone()))
    };
    let volume = |m3: f64| {
        let water_sources = vec![pool((100.0, 5.0), Some(m3))];
        let findings = run(Layers { roads: vec![street()], water_sources, ..Layers::default() });
        verdict(&findings, "water.pool_m3").unwrap().0
    };
    assert_eq!(
        [100.0, 60.0, 50.0, 49.0].map(volume),
        [Verdict::Pass, Verdict::Undetermined, Verdict::Undetermined, Verdict::Fail]
    );
    let lift = |drop_m: f32, usable_m: f64| {
        let lake = WaterSource {
            perennial: Some(true),
            ..water(WaterKind::Lake, rectangle((100.0, usable_m), (180.0, 60.0)))
        };
        let mut area = area(Layers { roads: vec![street()], water_sources: vec![lake], ..Layers::default() });
        area.elevation = Some(sloping(drop_m));
        verdict(&run_on(&area, None), "water.suction_m")
    };
    let (near, text) = lift(1.0, 4.5).unwrap();
    assert!(near == Verdict::Pass && text.contains("由高程推算"), "{text}");
    assert_eq!(lift(8.0, 4.5).unwrap().0, Verdict::Undetermined);
    assert_eq!(lift(80.0, 4.5), None, "nobody draws there");
}

#[test]
fn a_lake_must_not_lie_too_deep_nor_run_dry() {
    let lake = |perennial| WaterSource { perennial, ..water(WaterKind::Lake, rectangle((100.0, 4.5), (180.0, 60.0))) };
    let usable = |drop_m: Option<f32>, perennial| {
        let mut area =
            area(Layers { roads: vec![street()], water_sources: vec![lake(perennial)], ..Layers::default() });
        area.elevation = drop_m.map(sloping);
        texts(&run_on(&area, None), "water_points", "usable").remove(0)
    };
    assert_eq!(usable(Some(5.0), Some(true)), "usable");
    // 18 m below, only a portable pump lifts it; 36 m below, nothing that an engine carries.
    assert_eq!(usable(Some(40.0), Some(true)), "by_pump");
    assert_eq!(usable(Some(80.0), Some(true)), "unusable");
    assert_eq!(usable(None, Some(true)), "undetermined");
    assert_eq!(usable(Some(5.0), None), "undetermined");
    assert_eq!(usable(Some(5.0), Some(false)), "unusable");
}

#[test]
fn along_a_river_one_place_is_kept_every_radius_and_none_on_a_bridge() {
    let river = water(WaterKind::River, rectangle((0.0, 4.0), (1000.0, 30.0)));
    let findings = run(Layers { roads: vec![street()], water_sources: vec![river], ..Layers::default() });
    let places = texts(&findings, "water_points", "usable").len();
    assert!((5..=7).contains(&places), "{places}");
    let crossing =
        WaterSource { source_id: "w".to_owned(), ..water(WaterKind::River, rectangle((0.0, 100.0), (1000.0, 130.0))) };
    let bridge = Road { bridge: true, ..road(&[(500.0, 0.0), (500.0, 300.0)]) };
    let findings = run(Layers { roads: vec![bridge], water_sources: vec![crossing], ..Layers::default() });
    assert_eq!(texts(&findings, "water_points", "usable"), ["unusable"]);
}

#[test]
fn each_class_of_vehicle_has_its_own_nearest_water() {
    // A lane of 2.6 m leads from the street to the village: only a small truck passes, and its water is as far.
    let lane = Road { width_m: Some(2.6), ..road(&[(3000.0, 0.0), (3000.0, 400.0)]) };
    let layers = Layers {
        roads: vec![street(), lane],
        water_sources: vec![pool((100.0, 5.0), Some(300.0))],
        villages: vec![village("近村", (1500.0, 20.0)), village("巷内", (3000.0, 400.0))],
        ..Layers::default()
    };
    let findings = run(layers);
    let ways = numbers(&findings, "water_villages", "standard_min");
    // 1,400 m at 20 km/h: 4.2 minutes.
    assert_eq!((ways[0], ways[1].is_some()), (Some(4.2), false));
    assert_eq!(texts(&findings, "water_villages", "vehicle"), ["standard", "small"]);
    assert!(
        numbers(&findings, "water_villages", "flow_l_s")[1].unwrap()
            < numbers(&findings, "water_villages", "flow_l_s")[0].unwrap()
    );
    assert_eq!(texts(&findings, "water_villages", "supply"), ["short", "short"]);
}

/// The value of a column for each village, by name.
fn of_villages(findings: &Findings, column: &str) -> std::collections::BTreeMap<String, String> {
    texts(findings, "water_villages", "name").into_iter().zip(texts(findings, "water_villages", column)).collect()
}

fn five_villages() -> Layers {
    let hydrant = Hydrant {
        geometry: Point::new(2900.0, 5.0),
        name: "栓".to_owned(),
        kind: HydrantKind::Pillar,
        state: HydrantState::Working,
        diameter_mm: None,
        flow_l_s: None,
        pressure_mpa: None,
        position: String::new(),
        couplings: String::new(),
        source_id: String::new(),
    };
    Layers {
        roads: vec![street(), road(&[(0.0, 9000.0), (2000.0, 9000.0)])],
        water_sources: vec![pool((100.0, 5.0), Some(300.0))],
        hydrants: vec![hydrant],
        villages: vec![
            village("有栓", (2950.0, 30.0)),
            village("近水", (200.0, 30.0)),
            village("可运", (1000.0, 30.0)),
            village("不足", (2400.0, 30.0)),
            village("无水", (1000.0, 9000.0)),
        ],
        ..Layers::default()
    }
}

#[test]
fn a_town_is_without_water_only_where_hydrants_and_waters_are_told_of() {
    let town = Town { name: "甲镇".to_owned(), ..Town::blank(rectangle((-500.0, -500.0), (4000.0, 500.0))).unwrap() };
    let dry = |layers: Layers| {
        let findings = run(Layers { roads: vec![street()], towns: vec![town.clone()], ..layers });
        findings.figures.into_iter().find(|figure| figure.name == "towns_dry").unwrap()
    };
    let useless = WaterSource { perennial: Some(false), ..water(WaterKind::River, Point::new(100.0, 4.0)) };
    let hydrant = Hydrant {
        geometry: Point::new(9000.0, 0.0),
        name: String::new(),
        kind: HydrantKind::Pillar,
        state: HydrantState::Working,
        diameter_mm: None,
        flow_l_s: None,
        pressure_mpa: None,
        position: String::new(),
        couplings: String::new(),
        source_id: String::new(),
    };
    let waters = vec![useless];
    let both = dry(Layers { hydrants: vec![hydrant.clone()], water_sources: waters.clone(), ..Layers::default() });
    assert_eq!(both.value, Some(1.0), "{}", both.remark.zh);
    for one in
        [Layers { hydrants: vec![hydrant], ..Layers::default() }, Layers { water_sources: waters, ..Layers::default() }]
    {
        let open = dry(one);
        assert!(open.value.is_none() && open.remark.zh.contains("待核"), "{:?} {}", open.value, open.remark.zh);
    }
}

#[test]
fn villages_by_kind_of_supply() {
    let supply = |findings: &Findings, name: &str| of_villages(findings, "supply")[name].clone();
    // A relay of three pumps reaches 1,200 m, one of two 800 m.
    let usual = run(five_villages());
    let short_relay = run_set(&area(five_villages()), "water.relay_engines", "2");
    for (name, relay, shuttle) in [
        ("有栓", "mains", "mains"),
        ("近水", "at_hand", "at_hand"),
        ("可运", "relay", "shuttle"),
        ("不足", "short", "short"),
        ("无水", "dry", "dry"),
    ] {
        assert_eq!((supply(&usual, name).as_str(), supply(&short_relay, name).as_str()), (relay, shuttle), "{name}");
    }
    assert_eq!(of_villages(&usual, "relay_engines")["可运"], "3");
    let verdicts = short_relay.checks.iter().filter(|check| check.rule == "water.village_flow_l_s");
    let mut verdicts: Vec<Verdict> = verdicts.map(|check| check.verdict).collect();
    verdicts.sort_by_key(|verdict| *verdict != Verdict::Pass);
    assert_eq!(verdicts, [Verdict::Pass, Verdict::Warn, Verdict::Warn]);
}

#[test]
fn a_village_beyond_the_shuttle_is_to_have_a_pool_of_stated_size_and_cost() {
    let findings = run(five_villages());
    let of = |column: &str, name: &str| of_villages(&findings, column)[name].clone();
    // Five trucks would do for the one; nothing reaches the other.
    assert_eq!((of("remedy", "不足"), of("trucks_needed", "不足")), ("pool_after_shuttle".to_owned(), "5".to_owned()));
    assert_eq!((of("remedy", "无水"), of("pool_m3", "无水")), ("pool".to_owned(), "108".to_owned()));
    assert_eq!((of("remedy", "近水"), of("pool_m3", "近水")), ("nothing".to_owned(), String::new()));
    let fewer = run_set(&area(five_villages()), "water.shuttle_trucks", "4");
    assert_eq!(of_villages(&fewer, "remedy")["不足"], "pool");
    let pools = findings.figures.iter().find(|figure| figure.name == "villages_pools").unwrap();
    assert_eq!(pools.value, Some(2.0));
    // What has no water comes first.
    assert_eq!(texts(&findings, "water_villages", "rank"), ["1", "2", "3", "4", "5"]);
    assert_eq!(texts(&findings, "water_villages", "name")[..2], ["无水", "不足"]);
}

#[test]
fn a_pool_that_is_there_and_too_small_is_enlarged() {
    let mut layers = five_villages();
    layers.water_sources.push(pool((2410.0, 5.0), Some(50.0)));
    let findings = run(layers);
    assert_eq!(of_villages(&findings, "pool_m3")["不足"], "58");
    assert_eq!(of_villages(&findings, "pool_m3")["无水"], "108");
    assert!(of_villages(&findings, "story")["不足"].contains("扩建"));
}

#[test]
fn of_villages_without_water_those_with_most_people_come_first() {
    let mut layers = five_villages();
    layers.villages[3].population_people = Some(900);
    let findings = run(layers);
    assert_eq!(texts(&findings, "water_villages", "name")[..2], ["不足", "无水"]);
}

#[test]
fn two_metres_are_a_should_and_hose_and_pump_reach_farther() {
    let drawn = |off_m: f64, drop_m: f32| {
        let lake = water(WaterKind::Lake, rectangle((100.0, 3.0 + off_m), (180.0, 200.0)));
        let mut area = area(Layers { roads: vec![street()], water_sources: vec![lake], ..Layers::default() });
        area.elevation = Some(sloping(drop_m));
        let findings = run_on(&area, None);
        let of = |column: &str| texts(&findings, "water_points", column).remove(0);
        let bank = findings.checks.iter().find(|check| check.rule == "water.bank_m").map(|check| check.verdict);
        (of("usable"), of("means"), bank)
    };
    let told = |usable: &str, means: &str, bank| (usable.to_owned(), means.to_owned(), bank);
    assert_eq!(drawn(1.5, 1.0), told("usable", "engine", Some(Verdict::Pass)));
    assert_eq!(drawn(6.0, 1.0), told("usable", "suction_hose", Some(Verdict::Warn)));
    // The slant counts: 6 m off and 5.9 m below are 8.4 m of hose.
    assert_eq!(drawn(6.0, 11.8), told("by_pump", "portable_pump", None));
    assert_eq!(drawn(20.0, 1.0), told("by_pump", "portable_pump", None));
    // A bank that engines are not counted on to draw at is no intake.
    assert_eq!(drawn(45.0, 1.0), told("unusable", "", None));
}

#[test]
fn no_water_is_drawn_at_a_bridge_its_abutments_or_a_crossing_nobody_called_one() {
    let drawn = |roads: Vec<Road>| {
        let river = water(WaterKind::River, rectangle((0.0, 100.0), (1000.0, 130.0)));
        let mut area = area(Layers { roads, water_sources: vec![river], ..Layers::default() });
        area.elevation = Some(sloping(0.0));
        let findings = run_on(&area, None);
        let layer = findings.layers.iter().find(|layer| layer.id == "water_points").unwrap();
        let at = layer.features.iter().filter_map(|feature| match &feature.geometry {
            Some(Geometry::Point(at)) => Some(at.y()),
            _ => None,
        });
        let places: Vec<f64> = at.collect();
        (texts(&findings, "water_points", "usable"), texts(&findings, "water_points", "why"), places)
    };
    let bridge = |from: f64| {
        let deck = Road { bridge: true, ..road(&[(500.0, 90.0), (500.0, 140.0)]) };
        vec![Road { width_m: Some(6.0), ..road(&[(500.0, from), (500.0, 90.0)]) }, deck]
    };
    // The bank is nearest at the abutment; the pump stands at the water, the engine 30 m before the bridge.
    let (usable, _, places) = drawn(bridge(-300.0));
    assert_eq!((usable, places[0] <= 60.0 + 1e-6), (vec!["by_pump".to_owned()], true), "{places:?}");
    let through = Road { width_m: Some(6.0), ..road(&[(500.0, -300.0), (500.0, 300.0)]) };
    let (usable, _, places) = drawn(vec![through]);
    assert!(usable.iter().all(|usable| usable == "by_pump"), "{usable:?}");
    assert!(places.iter().all(|y| *y <= 70.0 + 1e-6 || *y >= 160.0 - 1e-6), "{places:?}");
    // All of the road is abutment.
    let (usable, why, _) = drawn(bridge(75.0));
    assert!(usable == ["unusable"] && why[0].contains("桥"), "{usable:?} {why:?}");
    // Beside the river, 30 m from the bridge on, an engine draws as anywhere.
    let mut along = bridge(-300.0);
    along.push(road(&[(500.0, 95.0), (900.0, 95.0)]));
    let (usable, _, _) = drawn(along);
    assert!(usable.iter().filter(|usable| *usable == "usable").count() >= 2, "{usable:?}");
}

#[test]
fn an_intake_is_ranked_by_the_villages_that_become_supplied() {
    // Two lakes 9 m from the lane: no hose reaches them, a lane built up to them would. One is near two villages. A portable pump
    // draws from them, which is of no use to villages so far away.
    let lake = |west: f64| water(WaterKind::Lake, rectangle((west, 12.0), (west + 50.0, 60.0)));
    let mut layers = Layers {
        roads: vec![street()],
        water_sources: vec![lake(2500.0), lake(100.0)],
        villages: vec![village("甲", (850.0, -30.0)), village("乙", (900.0, -30.0)), village("丙", (1800.0, -30.0))],
        ..Layers::default()
    };
    layers.villages[2].population_people = Some(5000);
    let with_heights = |layers: &Layers| {
        let mut area = area(layers.clone());
        area.elevation = Some(sloping(1.0));
        area
    };
    let findings = run_on(&with_heights(&layers), None);
    assert_eq!(texts(&findings, "water_intakes", "supplied"), ["2", "1"]);
    assert_eq!(texts(&findings, "water_intakes", "supplied_people"), ["200", "5000"]);
    assert_eq!(texts(&findings, "water_intakes", "villages")[0], "甲、乙");
    // A village with hydrants needs none, and where an engine draws already, there is nothing to build.
    layers.water_sources[0] = water(WaterKind::Lake, rectangle((2500.0, 4.5), (2550.0, 60.0)));
    let findings = run_on(&with_heights(&layers), None);
    assert_eq!(texts(&findings, "water_intakes", "villages"), ["甲、乙"]);
}

#[test]
fn an_old_town_is_held_against_its_own_rule() {
    let town = Town {
        name: "温泉镇".to_owned(),
        kind: TownKind::Town,
        status: "历史文化名镇".to_owned(),
        ..Town::blank(rectangle((-100.0, -1000.0), (3100.0, 1000.0))).unwrap()
    };
    let built_up = BuiltUp {
        geometry: rectangle((0.0, -100.0), (800.0, 50.0)),
        name: String::new(),
        kind: BuiltUpKind::Town,
        source_id: String::new(),
    };
    let river = water(WaterKind::River, LineString::from(vec![(0.0, 200.0), (3000.0, 200.0)]));
    let layers = |volume| Layers {
        roads: vec![street()],
        water_sources: vec![pool((100.0, 5.0), Some(volume)), river.clone()],
        towns: vec![town.clone()],
        built_up: vec![built_up.clone()],
        ..Layers::default()
    };
    let verdicts = |volume, profile| {
        let findings = run_on(&area(layers(volume)), profile);
        let of = |rule: &str| findings.checks.iter().find(|check| check.rule == rule).map(|check| check.verdict);
        ["water.old_town_pipe_mm", "water.old_town_pool_m3", "water.old_town_river_m"].map(of)
    };
    use Verdict::{Fail, Pass, Undetermined, Warn};
    assert_eq!(verdicts(500.0, Some("kaizhou")), [Some(Undetermined), Some(Pass), Some(Fail)]);
    assert_eq!(verdicts(499.0, Some("kaizhou")), [Some(Undetermined), Some(Fail), Some(Fail)]);
    assert_eq!(verdicts(499.0, None), [Some(Undetermined), Some(Warn), Some(Warn)]);
}

/// An old town with this built-up area and these waters beside its pool: the check of its dock.
fn dock(built_up: Option<geo::MultiPolygon>, waters: Vec<WaterSource>) -> Option<fireplan_model::findings::Check> {
    let town = Town {
        name: "温泉镇".to_owned(),
        kind: TownKind::Town,
        status: "历史文化名镇".to_owned(),
        ..Town::blank(rectangle((-100.0, -1000.0), (3100.0, 1000.0))).unwrap()
    };
    let quarter =
        |geometry| BuiltUp { geometry, name: String::new(), kind: BuiltUpKind::Town, source_id: String::new() };
    let layers = Layers {
        roads: vec![street()],
        water_sources: [vec![pool((100.0, 5.0), Some(500.0))], waters].concat(),
        towns: vec![town],
        built_up: built_up.into_iter().map(quarter).collect(),
        ..Layers::default()
    };
    let checks = run_on(&area(layers), Some("kaizhou")).checks;
    checks.into_iter().find(|check| check.rule == "water.old_town_river_m")
}

/// The dock of an old town does not vanish where no river or no built-up area is drawn, and says that 300 m stand in no clause.
#[test]
fn the_dock_of_an_old_town_is_open_where_nobody_knows_of_a_river() {
    let quarter = || Some(rectangle((0.0, -100.0), (800.0, 50.0)));
    let river = |y: f64| water(WaterKind::River, LineString::from(vec![(0.0, y), (3000.0, y)]));
    let without_river = dock(quarter(), Vec::new()).unwrap();
    assert_eq!(without_river.verdict, Verdict::Undetermined);
    assert!(without_river.text.zh.contains("没有河流"), "{}", without_river.text.zh);
    let without_quarter = dock(None, vec![river(200.0)]).unwrap();
    assert_eq!(without_quarter.verdict, Verdict::Undetermined);
    assert!(without_quarter.text.zh.contains("没有该镇建成区"), "{}", without_quarter.text.zh);
    let near = dock(quarter(), vec![river(200.0)]).unwrap();
    assert_eq!((near.verdict, near.obliged.unverified), (Verdict::Fail, true));
    assert!(near.text.zh.contains("300 米算临近，未核实"), "{}", near.text.zh);
    assert!(dock(quarter(), vec![river(900.0)]).is_none(), "no river is near");
}

#[test]
fn a_pump_house_beside_the_road_is_water_for_a_village() {
    let supply = |at: (f64, f64), perennial: Option<bool>| {
        let house = water(WaterKind::PumpHouse, Point::new(at.0, at.1));
        let layers = Layers {
            roads: vec![street()],
            water_sources: vec![WaterSource { perennial, ..house }],
            villages: vec![village("村", (200.0, 10.0))],
            ..Layers::default()
        };
        let findings = run(layers);
        (texts(&findings, "water_points", "usable")[0].clone(), texts(&findings, "water_villages", "supply")[0].clone())
    };
    let pair = |usable: &str, supply: &str| (usable.to_owned(), supply.to_owned());
    // No elevation and nothing said of the seasons: neither matters to a pump house.
    assert_eq!(supply((150.0, 4.0), None), pair("usable", "at_hand"));
    assert_eq!(supply((150.0, 4.0), Some(false)), pair("unusable", "dry"));
    assert_eq!(supply((150.0, 12.0), None), pair("undetermined", "undetermined"));
}

/// The built-up area of the old towns of these tests.
fn quarter() -> BuiltUp {
    BuiltUp {
        geometry: rectangle((0.0, -100.0), (800.0, 50.0)),
        name: String::new(),
        kind: BuiltUpKind::Town,
        source_id: String::new(),
    }
}

/// The checks of 温泉镇 of this status and code with this pool, hydrant and built-up areas, by the notice that names it.
fn named_old_town(
    (status, code): (&str, &str),
    pool_x: f64,
    built_up: Vec<BuiltUp>,
    hydrants: Vec<Hydrant>,
) -> Vec<fireplan_model::findings::Check> {
    let town = Town {
        name: "温泉镇".to_owned(),
        code: code.to_owned(),
        kind: TownKind::Town,
        status: status.to_owned(),
        ..Town::blank(rectangle((-100.0, -1000.0), (3100.0, 1000.0))).unwrap()
    };
    let water_sources = vec![pool((pool_x, 5.0), Some(600.0))];
    let layers =
        Layers { roads: vec![street()], water_sources, towns: vec![town], built_up, hydrants, ..Layers::default() };
    let checks = run_on(&area(layers), Some("kaizhou")).checks;
    checks.into_iter().filter(|check| check.rule.starts_with("water.old_town_")).collect()
}

/// The clause is about the old town, and not about the mountains around it.
#[test]
fn what_lies_far_from_the_old_town_is_not_its_own() {
    let status = ("历史文化名镇", "");
    let verdict = |rule: &str, pool_x: f64, built_up: Vec<BuiltUp>, hydrant_x: f64| {
        let hydrant = Hydrant { diameter_mm: Some(65.0), ..Hydrant::blank(Point::new(hydrant_x, 5.0)).unwrap() };
        let checks = named_old_town(status, pool_x, built_up, vec![hydrant]);
        checks.iter().find(|check| check.rule == rule).map(|check| check.verdict).unwrap()
    };
    use Verdict::{Fail, Pass, Undetermined};
    // The built-up area ends at 800 m; water serves within 150 m.
    let pool = |x: f64| verdict("water.old_town_pool_m3", x, vec![quarter()], 100.0);
    assert_eq!([900.0, 960.0, 2700.0].map(pool), [Pass, Fail, Fail]);
    let pipe = |x: f64| verdict("water.old_town_pipe_mm", 100.0, vec![quarter()], x);
    assert_eq!([100.0, 2700.0].map(pipe), [Fail, Undetermined]);
    // A village of the township is not the old town, and without any built-up area nobody knows where that is.
    let village = || BuiltUp { kind: BuiltUpKind::Village, ..quarter() };
    assert_eq!(verdict("water.old_town_pool_m3", 100.0, vec![village()], 100.0), Undetermined);
    assert_eq!(verdict("water.old_town_need_m3", 100.0, Vec::new(), 100.0), Undetermined);
    let named = BuiltUp { name: "温泉古镇".to_owned(), ..village() };
    assert_eq!(verdict("water.old_town_pool_m3", 100.0, vec![named], 100.0), Pass);
}

/// The notice names 温泉: it is the old town whatever the map says of it.
#[test]
fn the_town_that_the_notice_names_is_an_old_town() {
    let held = |status, code| !named_old_town((status, code), 100.0, vec![quarter()], Vec::new()).is_empty();
    assert!(held("", "") && held("无", "500154110000"));
    assert!(!held("", "500112110000"), "its namesake in another county");
}

/// An old town of so many residents with pools of these volumes.
fn old_town_need(residents: (Option<u32>, Option<u32>), pools: &[Option<f64>], profile: Option<&str>) -> Verdict {
    let town = Town {
        name: "温泉镇".to_owned(),
        kind: TownKind::Town,
        status: "历史文化名镇".to_owned(),
        built_up_people: residents.0,
        total_people: residents.1,
        ..Town::blank(rectangle((-100.0, -1000.0), (3100.0, 1000.0))).unwrap()
    };
    let pools = pools.iter().zip(1..).map(|(volume, at)| pool((f64::from(at) * 200.0, 5.0), *volume));
    let layers = Layers {
        roads: vec![street()],
        water_sources: pools.collect(),
        towns: vec![town],
        built_up: vec![quarter()],
        ..Layers::default()
    };
    let findings = run_on(&area(layers), profile);
    let check = findings.checks.iter().find(|check| check.rule == "water.old_town_need_m3").unwrap();
    assert!(check.obliged.unverified, "the flow is from memory, whatever the clause");
    check.verdict
}

#[test]
fn the_pools_of_an_old_town_hold_what_a_fire_takes() {
    use Verdict::{Fail, Pass, Undetermined, Warn};
    // 20 L/s for two hours are 144 m³; two fires of 35 L/s, 504 m³.
    let small = (Some(20_000), None);
    assert_eq!(old_town_need(small, &[Some(144.0)], None), Pass);
    assert_eq!(old_town_need(small, &[Some(143.0)], None), Warn);
    let large = (Some(60_000), None);
    assert_eq!(old_town_need(large, &[Some(500.0)], Some("kaizhou")), Fail);
    assert_eq!(old_town_need(large, &[Some(300.0), Some(204.0)], Some("kaizhou")), Pass);
    assert_eq!(old_town_need(large, &[Some(300.0), None], Some("kaizhou")), Undetermined);
    assert_eq!(old_town_need(large, &[], Some("kaizhou")), Fail);
    // Residents of the built-up area not known: at most all residents, at least the smallest town of 108 m³.
    let unknown = (None, Some(60_000));
    assert_eq!(old_town_need(unknown, &[Some(504.0)], Some("kaizhou")), Pass);
    assert_eq!(old_town_need(unknown, &[Some(500.0)], Some("kaizhou")), Undetermined);
    assert_eq!(old_town_need(unknown, &[Some(107.0)], Some("kaizhou")), Fail);
    assert_eq!(old_town_need((None, None), &[Some(500.0)], Some("kaizhou")), Undetermined);
}

#[test]
fn a_name_alone_makes_an_old_town_and_says_so() {
    let layers = |status: &str, quarter: &str| Layers {
        roads: vec![street()],
        water_sources: vec![pool((100.0, 5.0), Some(600.0))],
        towns: vec![Town {
            name: "温泉镇".to_owned(),
            kind: TownKind::Town,
            status: status.to_owned(),
            ..Town::blank(rectangle((-100.0, -1000.0), (3100.0, 1000.0))).unwrap()
        }],
        built_up: vec![BuiltUp {
            geometry: rectangle((0.0, -100.0), (800.0, 50.0)),
            name: quarter.to_owned(),
            kind: BuiltUpKind::Town,
            source_id: String::new(),
        }],
        ..Layers::default()
    };
    let told = |status: &str, quarter: &str| {
        let findings = run_on(&area(layers(status, quarter)), None);
        let checked = findings.checks.iter().any(|check| check.rule == "water.old_town_pool_m3");
        (checked, findings.notes.iter().any(|note| note.text.zh.contains("仅凭名称")))
    };
    assert_eq!(told("", "镇区"), (false, false));
    assert_eq!(told("", "温泉古镇"), (true, true));
    assert_eq!(told("历史文化名镇", "温泉古镇"), (true, false));
}

#[test]
fn a_notice_about_one_old_town_does_not_bind_its_namesake() {
    let cited = |code: &str| {
        let town = Town {
            name: "温泉镇".to_owned(),
            code: code.to_owned(),
            kind: TownKind::Town,
            status: "历史文化名镇".to_owned(),
            ..Town::blank(rectangle((-100.0, -1000.0), (3100.0, 1000.0))).unwrap()
        };
        let layers = Layers {
            roads: vec![street()],
            water_sources: vec![pool((100.0, 5.0), Some(120.0))],
            towns: vec![town],
            ..Layers::default()
        };
        let findings = run_on(&area(layers), Some("kaizhou"));
        findings.checks.iter().any(|check| check.rule.starts_with("water.old_town") && check.cite.contains("开州"))
    };
    assert!(cited("500154110000"));
    assert!(!cited("500112110000"));
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    let area = area(Layers { roads: vec![street()], ..Layers::default() });
    let rules = Rules::load(None).unwrap();
    for (question, name) in [
        (WaterSupply { trucks: 0, ..WaterSupply::default() }, "trucks"),
        (WaterSupply { tank_m3: f64::NAN, ..WaterSupply::default() }, "tank_m3"),
        (WaterSupply { draw_l_s: 0.0, ..WaterSupply::default() }, "draw_l_s"),
        (WaterSupply { intake_within_m: 500.0, ..WaterSupply::default() }, "intake_within_m"),
    ] {
        let refusal = crate::request::Request::Water(question)
            .run(&Context { area: &area, rules: &rules, progress: &Silent })
            .unwrap_err();
        assert!(refusal.to_string().contains(name), "{refusal}");
    }
}
