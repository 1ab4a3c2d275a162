//! Checks: the way to every place, and dead ends, held against the clauses for fire lanes.

use super::AccessRun;
use super::dead_ends::{DeadEnd, Room};
use super::facts::SegmentFact;
use super::villages::PlaceOutcome;
use super::ways::AccessRoute;
use fireplan_model::findings::Check;
use fireplan_model::layers::VehicleClass;
use fireplan_model::rules::Limit;

/// The way to every place against the clauses for fire lanes; dead ends against theirs.
pub(super) fn checks(run: &AccessRun, outcomes: &[PlaceOutcome], dead_ends: &[DeadEnd]) -> Vec<Check> {
    let lane = &run.rules.fire_lane;
    let mut checks = Vec::new();
    for ((place, outcome), id) in run.places.iter().zip(outcomes).zip(1..) {
        let Some(way) = outcome.way.as_ref() else { continue };
        let mut add = |limit: &Limit, measured: Option<f64>| {
            checks.push(limit.check(&place.name, measured).about("access_villages", id));
        };
        add(&lane.clear_width_m, narrowest(run, way));
        if let Some(lowest) = lowest(run, way) {
            add(&lane.clear_height_m, lowest);
        }
        if run.area.elevation.is_some() {
            let steepest = steepest(run, way);
            add(&lane.slope_percent, steepest);
            add(&lane.slope_laden_percent, steepest);
            add(
                &lane.rescue_slope_percent,
                run.facts[way.goal.segment.index()].steepest.map(|steepest| steepest.percent),
            );
        }
    }
    for (end, id) in dead_ends.iter().zip(1..) {
        checks.push(lane.dead_end_m.check(&end.name, Some(end.length_m)).about("access_dead_ends", id));
        if end.vehicle_class == VehicleClass::Standard {
            // Where there is room, whether it is used as a turnaround is not known.
            let side_m = (end.room == Room::NoRoom).then_some(0.0);
            checks.push(lane.turnaround_m.check(&end.name, side_m).about("access_dead_ends", id));
        }
    }
    checks
}

/// The least known width; not known if nothing breaks the clause but some width is only estimated.
fn narrowest(run: &AccessRun, way: &AccessRoute) -> Option<f64> {
    let facts: Vec<SegmentFact> = way.segments().map(|segment| run.facts[segment.index()].width).collect();
    let limit = &run.rules.fire_lane.clear_width_m;
    let least = facts.iter().filter(|fact| fact.is_known()).map(|fact| fact.value).min_by(f64::total_cmp);
    least.filter(|least| !limit.op.holds(*least, limit.value) || facts.iter().all(SegmentFact::is_known))
}

/// The least headroom under anything known to be overhead, `None` where there is nothing; within, not known if nothing
/// breaks the clause but some headroom is only estimated.
fn lowest(run: &AccessRun, way: &AccessRoute) -> Option<Option<f64>> {
    let facts: Vec<SegmentFact> = way.segments().filter_map(|segment| run.facts[segment.index()].height).collect();
    if facts.is_empty() {
        return None;
    }
    let limit = &run.rules.fire_lane.clear_height_m;
    let least = facts.iter().filter(|fact| fact.is_known()).map(|fact| fact.value).min_by(f64::total_cmp);
    Some(least.filter(|least| !limit.op.holds(*least, limit.value) || facts.iter().all(SegmentFact::is_known)))
}

/// The steepest gradient on the way; not known if that of any segment is not.
fn steepest(run: &AccessRun, way: &AccessRoute) -> Option<f64> {
    let percents = way.segments().map(|segment| run.facts[segment.index()].steepest.map(|steepest| steepest.percent));
    let percents: Option<Vec<f64>> = percents.collect();
    percents?.into_iter().max_by(f64::total_cmp)
}
