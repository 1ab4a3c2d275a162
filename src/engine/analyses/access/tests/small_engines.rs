//! Villages behind necks that only smaller vehicles pass, with such engines or without.

use super::*;
use fireplan_model::layers::StationKind;

/// The verdict for the village behind a neck of this width, with this station beside the standard truck's.
fn behind(
    width_m: f64,
    first: Option<VehicleClass>,
    second: Option<(StationKind, Option<VehicleClass>)>,
) -> Option<Verdict> {
    let mut drawn = with_neck(Road { width_m: Some(width_m), ..sound(&[]) });
    drawn.stations[0].vehicle_class = first;
    if let Some((kind, vehicle_class)) = second {
        drawn.stations.push(Station { kind, vehicle_class, ..station("乙站", (100.0, 0.0), 1.0) });
    }
    let findings = run(drawn);
    findings.checks.iter().find(|check| check.rule == "village_lane.small_engine").map(|check| check.verdict)
}

use VehicleClass::{Motorcycle, Small, Standard};

#[test]
fn a_village_that_a_standard_truck_gets_to_asks_for_no_small_engine() {
    assert_eq!(behind(3.5, Some(Standard), None), None);
    // Nor one that nothing gets to: a small engine does not help there.
    assert_eq!(behind(1.0, Some(Standard), None), None);
}

#[test]
fn the_engine_must_be_there_and_fit() {
    let with = |width_m, class| behind(width_m, Some(Standard), Some((StationKind::Volunteer, Some(class))));
    assert_eq!(behind(3.0, Some(Standard), None), Some(Verdict::Warn));
    assert_eq!(with(3.0, Small), Some(Verdict::Pass));
    assert_eq!(with(3.0, Motorcycle), Some(Verdict::Pass));
    assert_eq!(with(2.0, Small), Some(Verdict::Warn));
    assert_eq!(with(2.0, Motorcycle), Some(Verdict::Pass));
}

#[test]
fn an_unstated_engine_is_open_and_be_it_that_of_a_micro_station() {
    assert_eq!(behind(3.0, Some(Standard), Some((StationKind::Micro, None))), Some(Verdict::Undetermined));
    assert_eq!(behind(3.0, Some(Standard), Some((StationKind::Micro, Some(Small)))), Some(Verdict::Pass));
    assert_eq!(behind(3.0, Some(Standard), Some((StationKind::Micro, Some(Standard)))), Some(Verdict::Warn));
    assert_eq!(behind(3.0, None, None), Some(Verdict::Undetermined));
}

/// An engine that comes an hour later is none.
#[test]
fn the_engine_must_come_in_time() {
    let at = |turnout_min: f64| {
        let mut drawn = with_neck(Road { width_m: Some(3.0), ..sound(&[]) });
        drawn.stations[0].vehicle_class = Some(Standard);
        let own = station("乙站", (100.0, 0.0), turnout_min);
        drawn.stations.push(Station { kind: StationKind::Volunteer, vehicle_class: Some(Small), ..own });
        let findings = run(drawn);
        findings.checks.iter().find(|check| check.rule == "village_lane.small_engine").map(|check| check.verdict)
    };
    assert_eq!(at(2.0), Some(Verdict::Pass));
    assert_eq!(at(60.0), Some(Verdict::Warn));
}
