//! Where new hydrants stand: what is proposed is held against the checks that are made of a hydrant that stands.

use super::*;
use fireplan_model::findings::Check;
use fireplan_model::scenario::planned_id;

/// What was proposed, built.
fn with_new(layers: Layers, findings: &Findings, id: impl Fn(usize) -> String) -> Layers {
    let mut built = layers;
    let new = findings.layers.iter().find(|layer| layer.id == "hydrants_new").unwrap();
    for (number, feature) in new.features.iter().enumerate() {
        let Some(geo::Geometry::Point(at)) = feature.geometry else { unreachable!("new hydrants are points") };
        let name = format!("新{number}");
        let new = Hydrant { source_id: id(number), ..hydrant(&name, (at.x(), at.y()), Working) };
        built.hydrants.push(new);
    }
    built
}

/// Checks of where a hydrant stands that are not passed.
fn misplaced(findings: &Findings) -> Vec<&Check> {
    let rules = ["hydrant.kerb_min_m", "hydrant.kerb_max_m", "hydrant.wall_m"];
    let of_place = findings.checks.iter().filter(|check| rules.contains(&check.rule.as_str()));
    of_place.filter(|check| matches!(check.verdict, Verdict::Fail | Verdict::Warn)).collect()
}

fn unmet(findings: &Findings) -> Vec<String> {
    texts(findings, "hydrants_new", "unmet").into_iter().filter(|text| !text.is_empty()).collect()
}

/// Streets of different widths that cross, one of them bent, with houses close to some of their kerbs.
fn crossing(houses: &[(f64, f64)]) -> Layers {
    let wide = |name: &str, width_m: f64, points: &[(f64, f64)]| Road { width_m: Some(width_m), ..named(name, points) };
    let roads = vec![
        wide("甲街", 12.0, &[(0.0, 0.0), (500.0, 0.0), (1000.0, 0.0)]),
        wide("乙街", 20.0, &[(500.0, -300.0), (500.0, 0.0), (500.0, 300.0)]),
        wide("丙街", 7.0, &[(120.0, 0.0), (120.0, 60.0), (160.0, 90.0), (160.0, 240.0)]),
    ];
    let buildings = houses.iter().map(|at| house(*at)).collect();
    Layers { buildings, ..town(roads, vec![hydrant("远", (8000.0, 8000.0), Working)]) }
}

#[test]
fn new_hydrants_keep_every_check_that_is_made_of_a_hydrant() {
    // All along the north of 甲街 and at a corner, houses stand 5 m from the kerb or less.
    let mut houses: Vec<(f64, f64)> = (0..50).map(|at| (20.0 * f64::from(at), 12.0)).collect();
    houses.push((515.0, -12.0));
    let findings = run(crossing(&houses));
    assert_eq!(unmet(&findings), Vec::<String>::new());
    let built = run(with_new(crossing(&houses), &findings, |number| format!("{number}")));
    assert_eq!(misplaced(&built).iter().map(|check| &check.text.zh).collect::<Vec<_>>(), Vec::<&String>::new());
    let gaps = texts(&built, "hydrant_gaps", "state").into_iter().zip(texts(&built, "hydrant_gaps", "story"));
    assert_eq!(
        gaps.filter(|(state, _)| state == "gap").collect::<Vec<_>>(),
        Vec::new(),
        "{:?}",
        texts(&findings, "hydrants_new", "story")
    );
}

#[test]
fn where_no_place_near_keeps_every_clause_the_proposal_says_which_it_cannot_keep() {
    // Houses 2 m from both kerbs, wall to wall.
    let walls = |y: f64| (0..38).map(move |at| (8.0 * f64::from(at), y));
    let houses: Vec<(f64, f64)> = walls(12.0).chain(walls(-12.0)).collect();
    let street = Layers {
        buildings: houses.iter().map(|at| house(*at)).collect(),
        ..town(vec![named("窄街", &[(0.0, 0.0), (300.0, 0.0)])], vec![hydrant("远", (8000.0, 8000.0), Working)])
    };
    let findings = run(street);
    assert!(new_ones(&findings) > 0 && unmet(&findings).len() == new_ones(&findings), "{:?}", unmet(&findings));
    assert!(unmet(&findings).iter().all(|text| text.contains("外墙")), "{:?}", unmet(&findings));
    let stories = texts(&findings, "hydrants_new", "story");
    assert!(stories.iter().all(|story| story.contains("此处不能满足")), "{stories:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_is_proposed_at_any_crossings_is_well_placed_and_closes_every_gap(
        crossings in prop::collection::vec((60.0..940.0_f64, 5.0..30.0_f64, -250.0..250.0_f64), 1..5),
        houses in prop::collection::vec((0.0..1000.0_f64, 12.0..25.0_f64, any::<bool>()), 0..20),
    ) {
        let lane = |(number, (x, width_m, skew)): (usize, &(f64, f64, f64))| {
            let points = [(x - skew, -250.0), (*x, 0.0), (x + skew, 250.0)];
            Road { width_m: Some(*width_m), ..named(&format!("{number}巷"), &points) }
        };
        let mut roads: Vec<Road> = crossings.iter().enumerate().map(lane).collect();
        roads.push(named("正街", &[(0.0, 0.0), (1000.0, 0.0)]));
        let buildings = houses.iter().map(|(x, off, north)| house((*x, if *north { *off } else { -*off }))).collect();
        let drawn = Layers { buildings, ..town(roads, vec![hydrant("远", (8000.0, 8000.0), Working)]) };
        let findings = run(drawn.clone());
        let built = run(with_new(drawn, &findings, |number| format!("{number}")));
        if unmet(&findings).is_empty() {
            prop_assert!(misplaced(&built).is_empty(), "{:?}", misplaced(&built));
        }
        prop_assert!(beyond_m(&built) < 1.0, "{}", beyond_m(&built));
    }
}

/// A long street with a hydrant near either end.
fn long_street() -> Layers {
    let hydrants = vec![hydrant("西", (60.0, 7.0), Working), hydrant("东", (940.0, 7.0), Working)];
    town(vec![named("长街", &[(0.0, 0.0), (1000.0, 0.0)])], hydrants)
}

fn planned(x: f64) -> Hydrant {
    Hydrant { source_id: planned_id("新栓"), ..hydrant("新栓", (x, 7.0), Working) }
}

/// Checks of the spacing and the radius that fail, with what they are about.
fn failed(findings: &Findings) -> Vec<(&str, &str)> {
    let rules = ["hydrant.spacing_m", "hydrant.radius_m"];
    let failed = findings.checks.iter().filter(|check| check.verdict == Verdict::Fail);
    let failed = failed.filter(|check| rules.contains(&check.rule.as_str()));
    failed.map(|check| (check.rule.as_str(), check.subject.as_str())).collect()
}

#[test]
fn a_stretch_that_a_planned_hydrant_divides_is_judged_once() {
    let before = run(long_street());
    assert_eq!(failed(&before), [("hydrant.spacing_m", "长街 K0+060–K0+940")]);
    let mut layers = long_street();
    layers.hydrants.push(planned(500.0));
    let after = run(layers);
    assert_eq!(texts(&after, "hydrant_gaps", "state"), ["gap", "gap"], "its parts are listed one by one");
    assert_eq!(failed(&after), failed(&before));
    let check =
        after.checks.iter().find(|check| check.rule == "hydrant.spacing_m" && check.measured.is_some()).unwrap();
    assert_eq!(check.measured, Some(440.0));
    assert!(check.text.zh.contains("仍有 2 段超距，共 640 米"), "{}", check.text.zh);
}

#[test]
fn a_planned_hydrant_at_a_street_end_takes_nothing_from_what_covers_it_today() {
    // From the hydrant that stands it is 149 m to the end, which the radius covers; 130 m on, a planned one makes a spacing of it.
    let drawn = |more: Option<f64>| {
        let mut layers =
            town(vec![named("尾街", &[(0.0, 0.0), (209.0, 0.0)])], vec![hydrant("首", (60.0, 7.0), Working)]);
        layers.hydrants.extend(more.map(planned));
        run(layers)
    };
    assert!(failed(&drawn(None)).is_empty());
    let after = drawn(Some(190.0));
    assert!(failed(&after).is_empty(), "{:?}", failed(&after));
    assert!(texts(&after, "hydrant_gaps", "state").is_empty());
    assert_eq!(new_ones(&after), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn planned_hydrants_make_no_more_checks_fail(
        hydrants in prop::collection::vec((0_u8..4, any::<u8>(), any::<bool>()), 1..14),
        count in 0_usize..14,
    ) {
        let count = count % hydrants.len();
        let before = run(grid(&hydrants[..count.max(1)], None));
        let mut layers = grid(&hydrants, None);
        for planned in &mut layers.hydrants[count.max(1)..] {
            planned.source_id = planned_id(&planned.name);
        }
        let after = run(layers);
        prop_assert!(failed(&after).len() <= failed(&before).len(), "{:?} → {:?}", failed(&before), failed(&after));
        prop_assert!(beyond_m(&after) <= beyond_m(&before) + 0.2);
    }
}
