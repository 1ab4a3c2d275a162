//! What is not stated: estimates, assumptions, and widths measured across road areas.

use super::*;

#[test]
fn an_unknown_width_is_verified_not_guessed() {
    let findings = run(with_neck(Road { width_m: None, ..sound(&[]) }));
    // The estimate of 4 m is twice what a motorcycle needs, and no more than likely for trucks.
    assert_eq!(access(&findings), ["undetermined"]);
    assert_eq!(texts(&findings, "access_villages", "certain_class"), ["motorcycle"]);
    assert_eq!(texts(&findings, "access_villages", "possible_class"), ["standard"]);
    assert_eq!(texts(&findings, "access_field_checks", "source_id"), ["颈"]);
    assert_eq!(texts(&findings, "access_field_checks", "basis"), ["estimate"]);
    assert_eq!(numbers(&findings, "access_field_checks", "hanging_people"), [100.0]);
    assert!(column(&findings, "access_blocks", "source_id").is_empty());
    let width = findings.checks.iter().find(|check| check.rule == "village_lane.clear_width_m").unwrap();
    assert_eq!(width.verdict, Verdict::Undetermined);
}

/// What the rules let pass without proof is told, and listed for a spot check.
#[test]
fn main_roads_are_taken_at_their_class_only_by_rule_and_never_silently() {
    let area = area(with_neck(Road { width_m: None, class: RoadClass::Secondary, ..sound(&[]) }));
    let under = |value: &str| {
        let rules = Rules::load_with(None, &[("passing.unstated".to_owned(), value.to_owned())]).unwrap();
        FireAccess::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap()
    };
    let findings = under("estimate");
    assert_eq!(access(&findings), ["undetermined"]);
    assert_eq!(texts(&findings, "access_field_checks", "need"), ["decides"]);
    let findings = under("by_class");
    assert_eq!(access(&findings), ["standard"]);
    assert_eq!(numbers(&findings, "access_villages", "assumed"), [1.0]);
    assert!(texts(&findings, "access_villages", "story")[0].contains("按道路等级认定可通行，宜抽查"));
    assert_eq!(texts(&findings, "access_field_checks", "need"), ["spot_check"]);
    assert_eq!(texts(&findings, "access_field_checks", "source_id"), ["颈"]);
    // What nobody stated is held against no clause.
    let width = findings.checks.iter().find(|check| check.rule == "village_lane.clear_width_m").unwrap();
    assert_eq!(width.verdict, Verdict::Undetermined);
}

/// Of nothing that is not stated does a vehicle pass without being told so.
#[test]
fn every_fact_that_is_not_stated_is_open_or_assumed() {
    let rules = Rules::load(None).unwrap();
    let unknown = |class: RoadClass, bridge: bool| Road { class, bridge, ..road(&[(0.0, 0.0), (500.0, 0.0)]) };
    for class in RoadClass::ALL {
        for bridge in [false, true] {
            let area = area(layers(vec![unknown(*class, bridge)], Vec::new()));
            for size in &rules.vehicle {
                let passable = Passable::of(&area, &rules, size.class).unwrap();
                let told = passable.passes(SegmentId(0)) != Passes::Yes || passable.assumed(SegmentId(0)).is_some();
                assert!(told, "{class:?} {bridge} {:?}", size.class);
            }
        }
    }
}

/// Ground 6 m wide along the neck, but so wide from 2200 to 2210.
fn pinched(width_m: f64) -> RoadArea {
    let half = width_m / 2.0;
    carriageway(&[
        (2000.0, -3.0),
        (2200.0, -3.0),
        (2200.0, -half),
        (2210.0, -half),
        (2210.0, -3.0),
        (2500.0, -3.0),
        (2500.0, 3.0),
        (2210.0, 3.0),
        (2210.0, half),
        (2200.0, half),
        (2200.0, 3.0),
        (2000.0, 3.0),
    ])
}

#[test]
fn a_road_area_decides_beyond_its_error_and_no_farther() {
    // A standard truck needs 3.5 m; a width from a road area errs by 0.3 m.
    for (width_m, expected) in [(3.9, "standard"), (3.7, "undetermined"), (3.3, "undetermined"), (3.1, "small")] {
        let drawn = with_neck(Road { width_m: None, ..sound(&[]) });
        let findings = run(Layers { road_areas: vec![pinched(width_m)], ..drawn });
        assert_eq!(access(&findings), [expected], "{width_m}");
        let at = texts(&findings, "access_segments", "source_id").iter().position(|id| id == "颈").unwrap();
        assert_eq!(texts(&findings, "access_segments", "width_basis")[at], "road_area");
        let place = column(&findings, "access_segments", "narrowest_at_m")[at].as_f64().unwrap();
        assert!((200.0..210.0).contains(&place), "{place}");
        let known = column(&findings, "access_segments", "width_m")[at].as_f64().unwrap();
        assert!((known - width_m).abs() < 1e-9, "{known}");
    }
}

#[test]
fn a_road_area_of_a_part_stops_a_vehicle_and_lets_none_pass() {
    let part = |half: f64| carriageway(&[(2100.0, -half), (2300.0, -half), (2300.0, half), (2100.0, half)]);
    for (half, expected) in [(1.4, "small"), (3.0, "standard")] {
        let drawn = with_neck(Road { width_m: None, ..sound(&[]) });
        let findings = run(Layers { road_areas: vec![part(half)], ..drawn });
        let possible = texts(&findings, "access_villages", "possible_class");
        assert_eq!(possible, [expected]);
        // Beside the part, nobody knows how wide it is.
        assert_eq!(access(&findings), ["undetermined"]);
    }
    // What is stated goes before what is measured.
    let drawn = with_neck(Road { width_m: Some(4.0), ..sound(&[]) });
    assert_eq!(access(&run(Layers { road_areas: vec![part(1.4)], ..drawn })), ["standard"]);
}

#[test]
fn an_earth_road_and_a_bridge_without_figures_are_undetermined_for_trucks() {
    let earth = Road { surface: Some(Surface::Earth), ..sound(&[]) };
    let bridge = Road { bridge: true, ..sound(&[]) };
    for neck in [earth, bridge] {
        let findings = run(with_neck(neck));
        assert_eq!(access(&findings), ["undetermined"]);
        assert_eq!(texts(&findings, "access_villages", "certain_class"), ["small"]);
    }
}
