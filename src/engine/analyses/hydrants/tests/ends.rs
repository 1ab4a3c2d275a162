//! Street ends whose distances are known on paper.

use super::super::*;
use super::{column, hydrant, named, new_ones, numbers, question, run, texts, town};
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::layers::{HydrantState, Layers, Road};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Value;
use fireplan_model::sketch::area;

use HydrantState::Working;

/// A street with its first hydrant so far from its start and its last 60 m from its end, spaced by no more than 120 m.
fn first_at(x: f64) -> Layers {
    town(vec![named("直街", &[(0.0, 0.0), (x + 60.0, 0.0)])], vec![hydrant("甲", (x, 8.0), Working)])
}

fn run_by_half(layers: Layers) -> Findings {
    let set = [("hydrant.end_reading".to_owned(), "half_spacing".to_owned())];
    let (area, rules) = (area(layers), Rules::load_with(None, &set).unwrap());
    let question = question();
    question.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap()
}

/// Checks of a rule that are not passed.
fn broken<'a>(findings: &'a Findings, rule: &str) -> Vec<&'a Check> {
    findings.checks.iter().filter(|check| check.rule == rule && check.verdict == Verdict::Fail).collect()
}

#[test]
fn to_the_end_of_a_street_the_radius_is_allowed_and_no_more() {
    for x in [60.0, 61.0, 149.0, 150.0, 150.04] {
        let findings = run(first_at(x));
        assert!(texts(&findings, "hydrant_gaps", "state").is_empty(), "{x}");
        assert_eq!(new_ones(&findings), 0);
    }
    let long = run(first_at(160.0));
    assert_eq!(texts(&long, "hydrant_gaps", "cause"), ["road_end"]);
    // The next hydrant is due at the spacing: all beyond half of it counts.
    assert_eq!(numbers(&long, "hydrant_gaps", "beyond_m"), [100.0]);
    assert_eq!(numbers(&long, "hydrant_gaps", "farthest_m"), [160.0]);
    let checks = broken(&long, "hydrant.radius_m");
    assert_eq!((checks.len(), checks[0].measured), (1, Some(160.0)));
    assert!(broken(&long, "hydrant.spacing_m").is_empty());
    // One new hydrant, up to 120 m from the one that is there, leaves less than 150 m to the end.
    assert_eq!(new_ones(&long), 1);
}

#[test]
fn half_the_spacing_is_the_other_reading() {
    assert!(texts(&run_by_half(first_at(60.0)), "hydrant_gaps", "state").is_empty());
    let long = run_by_half(first_at(61.0));
    assert_eq!(texts(&long, "hydrant_gaps", "cause"), ["road_end"]);
    assert_eq!(broken(&long, "hydrant.spacing_m").len(), 1);
    assert_eq!(broken(&long, "hydrant.spacing_m")[0].measured, None, "no two hydrants are that far apart");
}

#[test]
fn what_is_called_a_spacing_lies_between_two_hydrants() {
    // A street of 337 m whose only hydrant within reach stands round the corner.
    let roads = vec![named("长街", &[(0.0, 0.0), (337.0, 0.0)]), named("横街", &[(0.0, 0.0), (0.0, 200.0)])];
    for findings in [
        run(town(roads.clone(), vec![hydrant("角", (8.0, 20.0), Working)])),
        run_by_half(town(roads, vec![hydrant("角", (8.0, 20.0), Working)])),
    ] {
        let streets = texts(&findings, "hydrant_gaps", "road");
        let at = streets.iter().position(|road| road == "长街").unwrap();
        for name in ["gap_m", "spacing_m"] {
            assert!(matches!(column(&findings, "hydrant_gaps", name)[at], Value::Null), "{name}");
        }
        assert_eq!(column(&findings, "hydrant_gaps", "farthest_m")[at].as_f64(), Some(357.0));
    }
}

#[test]
fn a_lane_with_a_hydrant_at_its_mouth_ends_and_a_street_between_two_does_not() {
    let main = named("主街", &[(0.0, 0.0), (360.0, 0.0)]);
    let lane = |length_m: f64| named("支巷", &[(180.0, 0.0), (180.0, length_m)]);
    let three = || [80.0, 185.5, 280.0].map(|x| hydrant(&format!("{x}"), (x, 5.0), Working)).to_vec();
    for length_m in [90.0, 144.0] {
        assert!(texts(&run(town(vec![main.clone(), lane(length_m)], three())), "hydrant_gaps", "state").is_empty());
    }
    assert_eq!(texts(&run(town(vec![main.clone(), lane(170.0)], three())), "hydrant_gaps", "road"), ["支巷"]);
    // The same lane with a hydrant 150 m up lies between two, 155.5 m apart.
    let mut four = three();
    four.push(hydrant("巷", (185.0, 150.0), Working));
    let between = run(town(vec![main, lane(170.0)], four));
    assert_eq!(broken(&between, "hydrant.spacing_m").len(), 1);
}

#[test]
fn a_fork_ends_as_deep_as_its_longer_arm() {
    // From the hydrant 100 m to the fork, and on by 40 m and by 60 m.
    let fork = |arm_m: f64| {
        vec![
            named("干路", &[(0.0, 0.0), (0.0, 100.0)]),
            named("左巷", &[(0.0, 100.0), (-40.0, 100.0)]),
            named("右巷", &[(0.0, 100.0), (arm_m, 100.0)]),
        ]
    };
    let at_the_foot = || vec![hydrant("甲", (6.0, 0.0), Working)];
    assert!(texts(&run(town(fork(50.0), at_the_foot())), "hydrant_gaps", "state").is_empty());
    let deep = run(town(fork(60.0), at_the_foot()));
    // The way to the longer arm: 40 m of the trunk and 60 m of the arm; the shorter arm ends 140 m from the hydrant.
    assert_eq!(texts(&deep, "hydrant_gaps", "road"), ["右巷", "干路"]);
    assert_eq!(numbers(&deep, "hydrant_gaps", "beyond_m"), [60.0, 40.0]);
    // What is held against the clause is the way to the end, on the trunk as well, of which no place is that far.
    assert!(broken(&deep, "hydrant.spacing_m").is_empty());
    let measured: Vec<Option<f64>> = broken(&deep, "hydrant.radius_m").iter().map(|check| check.measured).collect();
    assert_eq!(measured, [Some(160.0), Some(160.0)]);
}

#[test]
fn a_turning_loop_is_an_end_and_a_ring_of_streets_is_none() {
    let stem = named("尽端路", &[(0.0, 0.0), (0.0, 80.0)]);
    let turning = named("", &[(0.0, 80.0), (20.0, 80.0), (20.0, 100.0), (0.0, 100.0), (0.0, 80.0)]);
    let at_the_foot = || vec![hydrant("甲", (6.0, 0.0), Working)];
    // 80 m to the loop and 40 m round half of it.
    assert!(texts(&run(town(vec![stem.clone(), turning], at_the_foot())), "hydrant_gaps", "state").is_empty());
    // A loop that is too deep: the stem before it is told by the way to its end, and not by a spacing that it keeps.
    let deep = named("", &[(0.0, 80.0), (80.0, 80.0), (80.0, 160.0), (0.0, 160.0), (0.0, 80.0)]);
    let told = run(town(vec![stem.clone(), deep], at_the_foot()));
    assert!(broken(&told, "hydrant.spacing_m").is_empty());
    assert!(broken(&told, "hydrant.radius_m").iter().all(|check| check.measured == Some(240.0)));
    assert!(texts(&told, "hydrant_gaps", "story").iter().any(|story| story.contains("最远 240.0 米")));
    let ring = vec![
        stem,
        named("东环", &[(0.0, 80.0), (40.0, 80.0), (40.0, 120.0)]),
        named("西环", &[(0.0, 80.0), (0.0, 120.0), (40.0, 120.0)]),
    ];
    assert!(!texts(&run(town(ring, at_the_foot())), "hydrant_gaps", "state").is_empty());
}

#[test]
fn neither_the_edge_of_a_town_nor_a_bridge_ends_a_street() {
    // The road runs on for 2 km, to a hydrant of the next village or to none; 100 m of it and 15 m beside are in town.
    let road = named("县道", &[(0.0, 0.0), (2_300.0, 0.0)]);
    let both = vec![hydrant("镇", (100.0, 8.0), Working), hydrant("村", (2_250.0, 8.0), Working)];
    for hydrants in [both[..1].to_vec(), both] {
        let mut layers = town(vec![road.clone()], hydrants);
        layers.built_up[0].geometry = fireplan_model::sketch::rectangle((0.0, -100.0), (200.0, 100.0));
        assert_eq!(numbers(&run(layers), "hydrant_gaps", "beyond_m"), [55.0]);
    }
    let bridge = Road { bridge: true, ..named("街", &[(150.0, 0.0), (200.0, 0.0)]) };
    let roads = vec![named("街", &[(0.0, 0.0), (150.0, 0.0)]), bridge, named("街", &[(200.0, 0.0), (400.0, 0.0)])];
    let apart = vec![hydrant("西", (50.0, 8.0), Working), hydrant("东", (300.0, 8.0), Working)];
    let findings = run(town(roads, apart));
    assert_eq!(numbers(&findings, "hydrant_gaps", "gap_m"), [250.0]);
    assert_eq!(broken(&findings, "hydrant.spacing_m").len(), 1);
}
