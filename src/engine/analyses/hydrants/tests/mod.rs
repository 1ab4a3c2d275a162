//! Hand-drawn streets whose hydrants are known on paper.

mod cranes;
mod ends;
mod places;
mod spans;

use geo::Point;
use proptest::prelude::*;

use super::*;
use fireplan_model::findings::Verdict;
use fireplan_model::layers::{
    Barrier, BarrierKind, Building, BuiltUp, BuiltUpKind, Hydrant, HydrantKind, HydrantState, Layers, Road, WaterKind,
    WaterSource,
};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Value;
use fireplan_model::sketch::{area, rectangle, road};

fn hydrant(name: &str, (x, y): (f64, f64), state: HydrantState) -> Hydrant {
    Hydrant {
        geometry: Point::new(x, y),
        name: name.to_owned(),
        kind: HydrantKind::Pillar,
        state,
        diameter_mm: Some(100.0),
        flow_l_s: None,
        pressure_mpa: None,
        position: String::new(),
        couplings: String::new(),
        source_id: name.to_owned(),
    }
}

fn named(name: &str, points: &[(f64, f64)]) -> Road {
    Road { name: name.to_owned(), width_m: Some(12.0), ..road(points) }
}

/// Everything is town here.
fn town(roads: Vec<Road>, hydrants: Vec<Hydrant>) -> Layers {
    let built_up = BuiltUp {
        geometry: rectangle((-5000.0, -5000.0), (9000.0, 9000.0)),
        name: "镇区".to_owned(),
        kind: BuiltUpKind::Town,
        source_id: String::new(),
    };
    Layers { roads, hydrants, built_up: vec![built_up], ..Layers::default() }
}

fn house((x, y): (f64, f64)) -> Building {
    Building {
        geometry: rectangle((x - 4.0, y - 4.0), (x + 4.0, y + 4.0)),
        name: String::new(),
        kind: String::new(),
        storeys: None,
        height_m: None,
        source_id: format!("{x},{y}"),
    }
}

/// What is drawn is all there is.
fn question() -> Hydrants {
    Hydrants { lattice_m: 200.0, ledger_complete: true, ..Hydrants::default() }
}

fn run(layers: Layers) -> Findings {
    run_as(&question(), layers)
}

fn run_as(question: &Hydrants, layers: Layers) -> Findings {
    let (area, rules) = (area(layers), Rules::load(None).unwrap());
    question.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap()
}

fn run_set(layers: Layers, key: &str, value: &str) -> Findings {
    let rules = Rules::load_with(None, &[(key.to_owned(), value.to_owned())]).unwrap();
    question().run(&Context { area: &area(layers), rules: &rules, progress: &Silent }).unwrap()
}

fn column(findings: &Findings, layer: &str, name: &str) -> Vec<Value> {
    let Some(layer) = findings.layers.iter().find(|found| found.id == layer) else { return Vec::new() };
    let at = layer.columns.iter().position(|column| column.name == name).unwrap();
    layer.features.iter().map(|feature| feature.values[at].clone()).collect()
}

fn texts(findings: &Findings, layer: &str, name: &str) -> Vec<String> {
    column(findings, layer, name).iter().map(Value::to_string).collect()
}

fn numbers(findings: &Findings, layer: &str, name: &str) -> Vec<f64> {
    column(findings, layer, name).iter().filter_map(Value::as_f64).collect()
}

fn new_ones(findings: &Findings) -> usize {
    column(findings, "hydrants_new", "name").len()
}

fn beyond_m(findings: &Findings) -> f64 {
    let states = texts(findings, "hydrant_gaps", "state");
    let lengths = column(findings, "hydrant_gaps", "beyond_m");
    states.iter().zip(lengths).filter(|(state, _)| *state != "relieved").filter_map(|(_, m)| m.as_f64()).sum()
}

use HydrantState::{Frozen, OutOfService, Unknown, Working};

#[test]
fn between_two_hydrants_the_spacing_decides_to_the_metre() {
    let with_gap = |gap_m: f64| {
        let hydrants = [60.0, 180.0, 180.0 + gap_m].map(|x| hydrant(&format!("{x}"), (x, 8.0), Working)).to_vec();
        run(town(vec![named("直街", &[(0.0, 0.0), (180.0 + gap_m + 60.0, 0.0)])], hydrants))
    };
    assert!(column(&with_gap(120.0), "hydrant_gaps", "state").is_empty());
    assert_eq!(new_ones(&with_gap(120.0)), 0);
    let wide = with_gap(126.0);
    assert_eq!(texts(&wide, "hydrant_gaps", "state"), ["gap"]);
    assert_eq!(
        (numbers(&wide, "hydrant_gaps", "from_m"), numbers(&wide, "hydrant_gaps", "gap_m")),
        (vec![180.0], vec![126.0])
    );
    assert_eq!(numbers(&wide, "hydrant_gaps", "spacing_m"), [126.0]);
    assert_eq!(numbers(&wide, "hydrant_gaps", "beyond_m"), [6.0]);
    assert_eq!(new_ones(&wide), 1);
}

#[test]
fn a_hydrant_round_the_corner_relieves_and_says_so() {
    let roads = vec![named("直街", &[(0.0, 0.0), (240.0, 0.0)]), named("横街", &[(120.0, 0.0), (120.0, 60.0)])];
    let ends = vec![hydrant("西", (50.0, 8.0), Working), hydrant("东", (190.0, 8.0), Working)];
    let alone = run(town(roads.clone(), ends.clone()));
    assert!(texts(&alone, "hydrant_gaps", "state").contains(&"gap".to_owned()));
    let mut with_corner = ends;
    with_corner.push(hydrant("角", (128.0, 20.0), Working));
    let relieved = run(town(roads, with_corner));
    assert_eq!(texts(&relieved, "hydrant_gaps", "state"), ["relieved"]);
    // From the west 70 to the junction and 20 round the corner: 90.
    assert_eq!(numbers(&relieved, "hydrant_gaps", "spacing_m"), [90.0]);
    assert_eq!(new_ones(&relieved), 0);
}

#[test]
fn a_road_wider_than_the_limit_is_asked_on_both_sides() {
    let street = |width_m: f64| Road { width_m: Some(width_m), ..named("大道", &[(0.0, 0.0), (240.0, 0.0)]) };
    let south = vec![hydrant("一", (60.0, -31.5), Working), hydrant("二", (180.0, -31.5), Working)];
    let question = Hydrants { assign_within_m: 40.0, ..question() };
    let narrow = run_as(&question, town(vec![street(60.0)], south.clone()));
    assert_eq!(new_ones(&narrow), 0);
    let wide = run_as(&question, town(vec![street(60.5)], south));
    // The north side has none; the hydrants 60 m from either end serve nothing round the end of the road.
    assert_eq!(texts(&wide, "hydrant_gaps", "side"), ["left"]);
    assert_eq!((beyond_m(&wide), new_ones(&wide)), (240.0, 2));
}

#[test]
fn what_does_not_work_does_not_count_and_what_is_unknown_is_told_apart() {
    let street = || vec![named("直街", &[(0.0, 0.0), (360.0, 0.0)])];
    let with = |state| {
        vec![
            hydrant("西", (60.0, 8.0), Working),
            hydrant("中", (180.0, 8.0), state),
            hydrant("东", (300.0, 8.0), Working),
        ]
    };
    for (state, gap, cause) in [
        (OutOfService, "gap", "out_of_service"),
        (Frozen, "gap", "out_of_service"),
        (Unknown, "if_working", "unknown_state"),
    ] {
        let findings = run(town(street(), with(state)));
        assert_eq!(texts(&findings, "hydrant_gaps", "state"), [gap]);
        assert_eq!(texts(&findings, "hydrant_gaps", "cause"), [cause]);
        // Repaired first; one of unknown state counts as little here as in the gap, and is to be verified first.
        let verify = texts(&findings, "hydrants_new", "verify");
        assert_eq!(verify, if state == Unknown { vec!["true"] } else { Vec::new() }, "{state:?}");
    }
    let anew = Hydrants { repair_first: false, ..question() };
    assert_eq!(new_ones(&run_as(&anew, town(street(), with(OutOfService)))), 1);
    assert_eq!(new_ones(&run_as(&anew, town(street(), with(Unknown)))), 1);
    let both = run(town(street(), with(Unknown)));
    let missing = both.figures.iter().find(|figure| figure.name == "hydrants_missing").unwrap();
    assert!(missing.value == Some(1.0) && missing.remark.zh.contains("若均完好间距只须 0 处"), "{}", missing.remark.zh);
    let check = |state| {
        let findings = run(town(street(), with(state)));
        findings.checks.iter().find(|check| check.rule == "hydrant.spacing_m").unwrap().verdict
    };
    assert_eq!((check(OutOfService), check(Unknown)), (Verdict::Fail, Verdict::Undetermined));
}

#[test]
fn hydrants_in_order_are_told_in_one_line_that_counts_each() {
    let narrow = Hydrant { diameter_mm: Some(10.0), ..hydrant("细", (300.0, 8.0), Working) };
    let unknown = Hydrant { diameter_mm: None, ..hydrant("缺", (340.0, 8.0), Working) };
    let wide = |at: f64| hydrant("粗", (at, 8.0), Working);
    let hydrants = vec![wide(60.0), wide(120.0), wide(180.0), narrow, unknown];
    let findings = run(town(vec![named("直街", &[(0.0, 0.0), (360.0, 0.0)])], hydrants));
    let checks = || findings.checks.iter().filter(|check| check.rule == "hydrant.diameter_mm");
    let count = |verdict| fireplan_model::findings::count_checks(checks(), verdict);
    assert_eq!([count(Verdict::Pass), count(Verdict::Undetermined), checks().count()], [3, 1, 3]);
    assert_eq!(count(Verdict::Fail) + count(Verdict::Warn), 1);
}

#[test]
fn of_a_dual_carriageway_one_side_answers_for_both() {
    let one_way = |points: &[(f64, f64)]| Road {
        oneway: fireplan_model::layers::Oneway::Forward,
        width_m: Some(9.0),
        ..named("大道", points)
    };
    let roads = vec![one_way(&[(0.0, 0.0), (240.0, 0.0)]), one_way(&[(240.0, 20.0), (0.0, 20.0)])];
    // Both hydrants stand by the second carriageway.
    let hydrants = vec![hydrant("一", (60.0, 26.0), Working), hydrant("二", (180.0, 26.0), Working)];
    let findings = run(town(roads, hydrants));
    assert!(texts(&findings, "hydrant_gaps", "state").is_empty());
    assert_eq!(new_ones(&findings), 0);
}

#[test]
fn the_ledger_s_road_decides_between_two_and_contradictions_are_listed() {
    let roads = vec![named("甲街", &[(0.0, 0.0), (300.0, 0.0)]), named("乙街", &[(0.0, 20.0), (300.0, 20.0)])];
    let mut hydrants: Vec<Hydrant> = [(50.0, 9.0), (100.0, 9.0), (150.0, 4.0), (200.0, 7.0)]
        .iter()
        .zip(0..)
        .map(|(at, n)| hydrant(&format!("{n}"), *at, Working))
        .collect();
    hydrants[0].position = "乙街".to_owned();
    hydrants[2].position = "丙街".to_owned();
    let mut with_other = roads;
    with_other.push(named("丙街", &[(2000.0, 0.0), (2300.0, 0.0)]));
    let findings = run(town(with_other, hydrants));
    assert_eq!(texts(&findings, "hydrant_points", "assignment"), ["named", "ambiguous", "contradicted", "certain"]);
    assert_eq!(texts(&findings, "hydrant_points", "road")[0], "乙街");
    assert_eq!(numbers(&findings, "hydrant_points", "kerb_m"), [5.0, 3.0, -2.0, 1.0]);
}

#[test]
fn a_yard_that_leads_nowhere_takes_no_hydrant_from_the_street() {
    let roads = vec![named("街", &[(0.0, 0.0), (1_500.0, 0.0)]), named("院路", &[(450.0, 9.0), (550.0, 9.0)])];
    let findings = run(town(roads, vec![hydrant("H", (500.0, 6.0), Working)]));
    assert_eq!(texts(&findings, "hydrant_points", "road"), ["街"]);
}

#[test]
fn a_river_without_a_bridge_splits_the_reach() {
    let street = |name: &str, y: f64| named(name, &[(0.0, y), (200.0, y), (400.0, y)]);
    let streets = || vec![street("南街", 0.0), street("北街", 100.0)];
    let river = || WaterSource {
        geometry: rectangle((-500.0, 40.0), (900.0, 60.0)).into(),
        name: "大河".to_owned(),
        kind: WaterKind::River,
        volume_m3: None,
        width_m: None,
        perennial: None,
        helicopter: None,
        source_id: String::new(),
    };
    let layers = |water: Vec<WaterSource>, roads: Vec<Road>| Layers {
        water_sources: water,
        buildings: vec![house((200.0, 20.0)), house((200.0, 80.0))],
        ..town(roads, vec![hydrant("南", (200.0, -7.0), Working)])
    };
    let served = |findings: &Findings| texts(findings, "hydrant_buildings", "served");
    assert_eq!(served(&run(layers(vec![river()], streets()))), ["one", "radius_only"]);
    // A bridge brings the hose across.
    let mut bridged = streets();
    bridged.push(named("引道", &[(200.0, 0.0), (200.0, 30.0)]));
    bridged.push(Road { bridge: true, ..named("桥", &[(200.0, 30.0), (200.0, 70.0)]) });
    bridged.push(named("引道", &[(200.0, 70.0), (200.0, 100.0)]));
    assert_eq!(served(&run(layers(vec![river()], bridged))), ["one", "one"]);
}

#[test]
fn rails_and_walls_stop_a_hose_a_gate_in_the_street_does_not() {
    let barrier = |kind, points: &[(f64, f64)]| Barrier {
        geometry: LineString::from(points.to_vec()).into(),
        name: String::new(),
        kind,
        width_m: None,
        source_id: String::new(),
    };
    let layers = |barriers: Vec<Barrier>| Layers {
        barriers,
        buildings: vec![house((100.0, 20.0)), house((20.0, -20.0))],
        ..town(vec![named("街", &[(0.0, 0.0), (140.0, 0.0)])], vec![hydrant("西", (10.0, 7.0), Working)])
    };
    let served = |barriers| texts(&run(layers(barriers)), "hydrant_buildings", "served");
    assert_eq!(served(Vec::new()), ["one", "one"]);
    assert_eq!(served(vec![barrier(BarrierKind::Railway, &[(60.0, -200.0), (60.0, 200.0)])]), ["radius_only", "one"]);
    assert_eq!(served(vec![barrier(BarrierKind::Wall, &[(60.0, -200.0), (60.0, 200.0)])]), ["one", "one"]);
    // A wall between the street and the house.
    assert_eq!(served(vec![barrier(BarrierKind::Wall, &[(-50.0, -10.0), (300.0, -10.0)])])[1], "unplaced");
}

#[test]
fn the_failure_of_the_only_hydrant_is_counted() {
    let layers = Layers {
        buildings: vec![house((60.0, 20.0)), house((300.0, 20.0))],
        ..town(
            vec![named("街", &[(0.0, 0.0), (400.0, 0.0)])],
            vec![
                hydrant("西", (60.0, 7.0), Working),
                hydrant("中", (120.0, 7.0), Working),
                hydrant("东", (340.0, 7.0), Working),
            ],
        )
    };
    let findings = run(layers);
    assert_eq!(texts(&findings, "hydrant_buildings", "served"), ["two", "one"]);
    assert_eq!(numbers(&findings, "hydrant_points", "sole_buildings"), [0.0, 0.0, 1.0]);
    // 0 to 120 by the west, 60 to 180 by the middle: alone 0–60 and 120–180; the east alone 280–400.
    assert_eq!(numbers(&findings, "hydrant_points", "sole_road_m"), [60.0, 60.0, 120.0]);
}

/// Two towns, and hydrants in one of them only: of the other nobody knows whether there are none or nobody wrote them down.
#[test]
fn where_no_hydrant_is_in_the_data_the_ledger_comes_first() {
    let mut layers = town(
        vec![named("有栓街", &[(0.0, 0.0), (400.0, 0.0)]), named("无录街", &[(20_000.0, 0.0), (20_400.0, 0.0)])],
        vec![hydrant("一", (60.0, 8.0), Working)],
    );
    layers.built_up.push(BuiltUp {
        geometry: rectangle((19_000.0, -1000.0), (22_000.0, 1000.0)),
        name: "另一镇区".to_owned(),
        source_id: "2".to_owned(),
        ..layers.built_up[0].clone()
    });
    let verdict = |findings: &Findings, road: &str| {
        findings.checks.iter().find(|check| check.subject.starts_with(road)).unwrap().verdict
    };
    let obliged = |findings: &Findings, road: &str| {
        findings.projects.iter().find(|project| project.title.zh.contains(road)).unwrap().is_obliged
    };
    let open = run_as(&Hydrants { ledger_complete: false, ..question() }, layers.clone());
    let state_of = |findings: &Findings, road: &str| {
        let roads = texts(findings, "hydrant_gaps", "road");
        texts(findings, "hydrant_gaps", "state").swap_remove(roads.iter().position(|one| one == road).unwrap())
    };
    let states = |findings: &Findings| ["有栓街", "无录街"].map(|road| state_of(findings, road));
    assert_eq!(states(&open), ["gap", "no_record"]);
    assert_eq!((verdict(&open, "有栓街"), verdict(&open, "无录街")), (Verdict::Fail, Verdict::Undetermined));
    assert_eq!((obliged(&open, "有栓街"), obliged(&open, "无录街")), (true, false));
    assert!(open.notes.iter().any(|note| note.text.zh.contains("核对台账")));
    let complete = run_as(&question(), layers);
    assert_eq!(states(&complete), ["gap", "gap"]);
    assert_eq!((verdict(&complete, "无录街"), obliged(&complete, "无录街")), (Verdict::Fail, true));
    assert_eq!(open.projects.len(), complete.projects.len(), "the same is proposed, but verified first");
}

#[test]
fn villages_without_a_hydrant_are_not_asked() {
    let mut layers =
        town(vec![named("村路", &[(0.0, 0.0), (500.0, 0.0)])], vec![hydrant("远", (20_000.0, 0.0), Working)]);
    layers.built_up[0].kind = BuiltUpKind::Village;
    let findings = run(layers);
    assert!(texts(&findings, "hydrant_gaps", "state").is_empty());
    assert!(findings.notes.iter().any(|note| note.text.zh.contains("无市政管网")));
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    let (area, rules) =
        (area(town(vec![named("街", &[(0.0, 0.0), (9.0, 0.0)])], Vec::new())), Rules::load(None).unwrap());
    for (question, name) in [
        (Hydrants { assign_within_m: f64::NAN, ..Hydrants::default() }, "assign_within_m"),
        (Hydrants { lattice_m: 0.0, ..Hydrants::default() }, "lattice_m"),
        (Hydrants { candidates_m: 1.0, ..Hydrants::default() }, "candidates_m"),
        (Hydrants { beside_m: -1.0, ..Hydrants::default() }, "beside_m"),
    ] {
        let refusal = crate::request::Request::Hydrants(question)
            .run(&Context { area: &area, rules: &rules, progress: &Silent })
            .unwrap_err();
        assert!(refusal.to_string().contains(name), "{refusal}");
    }
}

#[test]
fn what_is_to_be_built_is_one_list_that_counts_nothing_twice() {
    let far = || vec![hydrant("远", (8000.0, 8000.0), Working)];
    let street = || vec![named("直街", &[(0.0, 0.0), (240.0, 0.0)])];
    let with = |houses: &[(f64, f64)]| {
        let buildings = houses.iter().map(|at| house(*at)).collect();
        texts(&run(Layers { buildings, ..town(street(), far()) }), "hydrants_new", "why")
    };
    // Two do for the spacing, and their hoses reach the houses along the street; one 140 m off is beyond both.
    assert_eq!(with(&[(30.0, 20.0), (200.0, 20.0)]), ["spacing", "spacing"]);
    let mut whys = with(&[(30.0, 20.0), (120.0, 140.0)]);
    whys.sort();
    assert_eq!(whys, ["hose", "spacing", "spacing"]);
}

#[test]
fn streets_with_most_people_without_water_come_first_and_in_the_first_phase() {
    let far = vec![hydrant("远", (8000.0, 8000.0), Working)];
    let roads = vec![named("少街", &[(0.0, 0.0), (100.0, 0.0)]), named("多街", &[(0.0, 1000.0), (100.0, 1000.0)])];
    let mut layers = town(roads, far);
    layers.built_up[0].geometry = rectangle((-20.0, -20.0), (120.0, 1020.0));
    let mut area = area(layers);
    // Cells of 200 m: 40 people live along the one, 400 along the other.
    let (columns, rows) = (2, 8);
    let mut values = vec![0.0_f32; columns * rows];
    (values[columns], values[6 * columns]) = (400.0, 40.0);
    let origin = Coord { x: -50.0, y: 1250.0 };
    area.population = Some(fireplan_model::grid::Grid { origin, cell_m: 200.0, columns, rows, values });
    let rules = Rules::load(None).unwrap();
    let question = Hydrants { lattice_m: 20.0, ..question() };
    let findings = question.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    assert_eq!(texts(&findings, "hydrants_new", "road"), ["多街", "少街"]);
    assert_eq!(texts(&findings, "hydrants_new", "phase"), ["first", "third"]);
    let gain = numbers(&findings, "hydrants_new", "gain_people");
    assert!(gain[0] > gain[1] && gain[1] > 0.0, "{gain:?}");
    let roads = findings.tables.iter().find(|table| table.id == "hydrant_roads").unwrap();
    let at = roads.columns.iter().position(|column| column.name == "road").unwrap();
    assert_eq!(roads.rows.iter().map(|row| row[at].to_string()).collect::<Vec<_>>(), ["多街", "少街"]);
}

#[test]
fn a_hose_is_as_long_as_that_of_the_engine_that_gets_there() {
    // From the hydrant 130 m along the street to the house: a standard truck's hose reaches it, a small one's does not.
    let served = |width_m: f64| {
        let street = Road { width_m: Some(width_m), ..named("街", &[(0.0, 0.0), (200.0, 0.0)]) };
        let layers = Layers {
            buildings: vec![house((135.0, 10.0))],
            ..town(vec![street], vec![hydrant("西", (10.0, 3.0), Working)])
        };
        texts(&run(layers), "hydrant_buildings", "served").remove(0)
    };
    assert_eq!(served(6.0), "one");
    assert_eq!(served(2.8), "radius_only");
}

/// A grid of streets 200 m apart with hydrants beside them.
fn grid(hydrants: &[(u8, u8, bool)], broken: Option<usize>) -> Layers {
    let line = |at: u8| f64::from(at) * 200.0;
    let mut roads = Vec::new();
    for street in 0..4 {
        roads.push(named(&format!("东西{street}"), &[(0.0, line(street)), (600.0, line(street))]));
        roads.push(named(&format!("南北{street}"), &[(line(street), 0.0), (line(street), 600.0)]));
    }
    let hydrants = hydrants.iter().enumerate().map(|(number, (street, along, east))| {
        let (street, along) = (line(street % 4) + 7.0, f64::from(*along) / 255.0 * 600.0);
        let at = if *east { (along, street) } else { (street, along) };
        hydrant(&format!("{number}"), at, if broken == Some(number) { OutOfService } else { Working })
    });
    town(roads, hydrants.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_straight_street_needs_its_length_over_the_spacing(length in 20.0..1500.0_f64) {
        let far = vec![hydrant("远", (8000.0, 8000.0), Working)];
        let findings = run(town(vec![named("直街", &[(0.0, 0.0), (length, 0.0)])], far));
        prop_assert_eq!(new_ones(&findings), (length / 120.0 - 1e-9).ceil() as usize);
    }

    #[test]
    fn taking_a_hydrant_out_never_shortens_what_is_too_far(
        hydrants in prop::collection::vec((0_u8..4, any::<u8>(), any::<bool>()), 1..14),
        broken in 0_usize..14,
    ) {
        let broken = broken % hydrants.len();
        let (before, after) = (run(grid(&hydrants, None)), run(grid(&hydrants, Some(broken))));
        prop_assert!(beyond_m(&after) >= beyond_m(&before) - 0.2);
    }

    #[test]
    fn the_new_ones_close_every_gap(hydrants in prop::collection::vec((0_u8..4, any::<u8>(), any::<bool>()), 1..10)) {
        let mut layers = grid(&hydrants, None);
        let findings = run(grid(&hydrants, None));
        let new = findings.layers.iter().find(|layer| layer.id == "hydrants_new").unwrap();
        for feature in &new.features {
            let Some(geo::Geometry::Point(at)) = feature.geometry else { unreachable!("new hydrants are points") };
            layers.hydrants.push(hydrant("新", (at.x(), at.y()), Working));
        }
        let built = run(layers);
        prop_assert!(beyond_m(&built) < 1.0, "{:?} of {:?}", texts(&built, "hydrant_gaps", "story"), texts(&findings, "hydrants_new", "story"));
    }
}
