//! Gradients: stated, and on made rasters.

use super::*;

#[test]
fn ground_for_ladder_trucks_is_asked_for_at_high_buildings_only() {
    let asked = |height_m: Option<f64>, storeys: Option<f64>| {
        let building = Building {
            geometry: rectangle((2990.0, 10.0), (3000.0, 20.0)),
            name: String::new(),
            kind: String::new(),
            storeys,
            height_m,
            source_id: String::new(),
        };
        let drawn = Layers { buildings: vec![building], ..with_neck(sound(&[])) };
        let mut area = area(drawn);
        area.elevation = Some(ramp(9.0));
        let findings = ask(&FireAccess::default(), &area);
        let check = findings.checks.iter().find(|check| check.rule == "fire_lane.rescue_slope_percent");
        check.map(|check| check.verdict)
    };
    assert_eq!([asked(Some(6.0), None), asked(None, Some(3.0)), asked(None, None)], [None; 3]);
    // The gradient of the street says nothing about that ground.
    assert_eq!(asked(Some(30.0), None), Some(Verdict::Undetermined));
    assert_eq!(asked(None, Some(11.0)), Some(Verdict::Undetermined));
}

#[test]
fn a_stated_gradient_decides_and_the_elevation_model_does_not() {
    for (slope_percent, expected) in [(15.0, "standard"), (15.1, "small"), (20.1, "motorcycle"), (26.0, "no_vehicle")] {
        let mut area = area(with_neck(Road { slope_percent: Some(slope_percent), ..sound(&[]) }));
        area.elevation = Some(ramp(0.0));
        assert_eq!(access(&ask(&FireAccess::default(), &area)), [expected], "{slope_percent}");
    }
}

#[test]
fn a_stated_gradient_is_held_against_the_clause_without_an_elevation_model() {
    let laden = |slope_percent: Option<f64>| {
        let findings = run(with_neck(Road { slope_percent, ..sound(&[]) }));
        let check = findings.checks.iter().find(|check| check.rule == "fire_lane.slope_laden_percent");
        check.map(|check| check.verdict)
    };
    assert_eq!(laden(Some(11.0)), Some(Verdict::Fail));
    // The other roads of the way state nothing.
    assert_eq!(laden(Some(9.0)), Some(Verdict::Undetermined));
    assert_eq!(laden(None), None);
}

#[test]
fn what_the_elevation_model_gives_breaks_a_clause_beyond_its_error_only() {
    for (percent, verdict) in
        [(6.0, Verdict::Pass), (9.0, Verdict::Undetermined), (11.0, Verdict::Undetermined), (20.0, Verdict::Fail)]
    {
        let mut area = area(with_neck(sound(&[])));
        area.elevation = Some(ramp(percent));
        let findings = ask(&FireAccess::default(), &area);
        let check = findings.checks.iter().find(|check| check.rule == "fire_lane.slope_laden_percent").unwrap();
        assert_eq!(check.verdict, verdict, "{percent}: {}", check.text.zh);
        assert!(check.text.zh.contains("由高程推算") && !check.text.zh.contains("实测"), "{}", check.text.zh);
    }
}

/// Ground that rises so many percent eastwards.
fn ramp(percent: f64) -> Grid {
    let columns = 140;
    let values = (0..columns * 7).map(|cell| (cell % columns) as f32 * 30.0 * percent as f32 / 100.0).collect();
    Grid { origin: Coord { x: -90.0, y: 105.0 }, cell_m: 30.0, columns, rows: 7, values }
}

#[test]
fn gradients_on_a_made_raster() {
    // The model errs by 3 %, and half a cell of hillside makes a tenth of the gradient: a truck that climbs 15 % surely
    // climbs 12 %, and surely not more than 20 %.
    for (percent, expected) in [
        (0.0, Passes::Yes),
        (11.9, Passes::Yes),
        (12.1, Passes::Undetermined),
        (19.9, Passes::Undetermined),
        (20.1, Passes::No),
    ] {
        let mut area = area(layers(vec![sound(&[(0.0, 0.0), (3000.0, 0.0)])], Vec::new()));
        area.elevation = Some(ramp(percent));
        let rules = Rules::load(None).unwrap();
        let facts = facts_of(&area, &rules);
        let passable = Passable::of(&area, &rules, VehicleClass::Standard).unwrap();
        assert!((facts[0].steepest.unwrap().percent - percent).abs() < 0.01);
        assert_eq!(passable.passes(SegmentId(0)), expected, "{percent}");
    }
}

#[test]
fn a_short_lane_is_as_steep_as_its_hillside_and_on_flat_ground_flat() {
    // The lane climbs the hillside from a street along it, and ends.
    for lane_m in [20.0, 40.0, 80.0, 120.0, 160.0] {
        let street = sound(&[(1500.0, -90.0), (1500.0, 0.0), (1500.0, 90.0)]);
        let roads = vec![street, sound(&[(1500.0, 0.0), (1500.0 + lane_m, 0.0)])];
        let mut area = area(layers(roads, Vec::new()));
        let rules = Rules::load(None).unwrap();
        for (percent, most_percent) in [(14.0, 17.0), (0.0, 3.0)] {
            area.elevation = Some(ramp(percent));
            area.derived = Default::default();
            let facts = facts_of(&area, &rules);
            let lane = facts.iter().zip(&area.network.segments).find(|(_, segment)| segment.road.index() == 1).unwrap();
            let steepest = lane.0.steepest.unwrap();
            assert!((steepest.percent - percent).abs() < 0.1, "{lane_m} m: {steepest:?}");
            let [_, most] = steepest.within_percent(rules.passing.slope_error_percent.value);
            assert!((most - most_percent).abs() < 0.1, "{lane_m} m: {steepest:?}");
        }
    }
}

#[test]
fn a_bridge_does_not_follow_the_valley_below() {
    let mut valley = ramp(0.0);
    for (cell, value) in valley.values.iter_mut().enumerate() {
        let x = (cell % valley.columns) as f32 * 30.0 - 75.0;
        *value = 100.0 - 80.0 * (1.0 - ((x - 1500.0) / 300.0).abs()).max(0.0);
    }
    for (bridge, blocked) in [(true, false), (false, true)] {
        let spans = Road { bridge, load_t: Some(55.0), ..sound(&[(1000.0, 0.0), (2000.0, 0.0)]) };
        let mut area = area(layers(
            vec![sound(&[(0.0, 0.0), (1000.0, 0.0)]), spans, sound(&[(2000.0, 0.0), (3000.0, 0.0)])],
            vec![village("对岸", (3000.0, 0.0))],
        ));
        area.elevation = Some(valley.clone());
        assert_eq!(access(&ask(&FireAccess::default(), &area)) == ["standard"], !blocked);
    }
}
