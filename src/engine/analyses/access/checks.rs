//! Checks: the way to every place, and dead ends, held against the clauses for fire lanes.

use geo::{Contains, Intersects};

use super::dead_ends::{DeadEnd, Room};
use super::lanes::{LaneClauses, LaneSetting};
use super::settlements::Destination;
use super::villages::PlaceOutcome;
use super::ways::AccessRoute;
use super::{AccessRun, describe};
use crate::old_towns::known_as_old;
use crate::response::passage::facts::SegmentFact;
use crate::response::passage::gradient::Steepest;
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::ids::{SegmentId, TownId};
use fireplan_model::layers::{RoadClass, Town, VehicleClass};
use fireplan_model::rows::Label;
use fireplan_model::rules::{FactEstimate, Limit};

/// The way to every place against the clauses for the lanes it runs over; dead ends against theirs.
pub(super) fn checks(run: &AccessRun, outcomes: &[PlaceOutcome], dead_ends: &[DeadEnd]) -> Vec<Check> {
    let mut checks = Vec::new();
    for ((place, outcome), id) in run.places.iter().zip(outcomes).zip(1..) {
        let Some((_, way)) = outcome.driven() else { continue };
        let mut add = |check: Check| checks.push(check.about("access_villages", id));
        for setting in LaneSetting::ALL {
            hold_part(run, (&place.name, way), setting, &mut add);
        }
        hold_gradients(run, (&place.name, way), &mut add);
        hold_ladder_ground(run, place).into_iter().for_each(&mut add);
    }
    let towns = TownId::first(run.area.layers.towns.len()).zip(&run.area.layers.towns);
    checks.extend(towns.flat_map(|(id, town)| hold_old_town(run, id, town)));
    checks.extend(dead_ends.iter().zip(1..).flat_map(|(end, id)| hold_dead_end(run, end, id)));
    checks
}

/// That part of a way which is lanes of one setting against the clauses for them.
fn hold_part(run: &AccessRun, (name, way): (&str, &AccessRoute), setting: LaneSetting, add: &mut impl FnMut(Check)) {
    let part: Vec<SegmentId> = way.segments().filter(|segment| run.lanes.has_part(*segment, setting)).collect();
    for (rules, part) in run.lanes.local.group_segments(part.into_iter()) {
        hold_part_of(run, name, &setting.clauses(rules), part, add);
    }
}

/// The same for the part of it where one and the same clauses hold.
fn hold_part_of(run: &AccessRun, name: &str, lane: &LaneClauses, part: Vec<SegmentId>, add: &mut impl FnMut(Check)) {
    let facts = |segment: &SegmentId| &run.facts[segment.index()];
    let mut hold = |limit: &Limit, known: Vec<(SegmentId, SegmentFact)>| {
        let measured = least(limit, known.iter().map(|(_, fact)| *fact));
        add(with_place(run, limit, limit.check(name, measured), &known));
    };
    hold(lane.clear_width_m, part.iter().map(|segment| (*segment, facts(segment).width)).collect());
    // Where nothing is known to be overhead there is nothing to hold.
    let overhead = part.iter().filter_map(|segment| Some((*segment, facts(segment).height?)));
    let overhead: Vec<(SegmentId, SegmentFact)> = overhead.collect();
    if !overhead.is_empty() {
        hold(lane.clear_height_m, overhead);
    }
    if let Some(limit) = lane.slope_percent {
        hold_steepest(run, name, limit, part.into_iter()).into_iter().for_each(add);
    }
}

/// Names the road on which the least was measured: a way runs over many.
fn with_place(run: &AccessRun, limit: &Limit, mut check: Check, known: &[(SegmentId, SegmentFact)]) -> Check {
    let is_it = |(_, fact): &&(SegmentId, SegmentFact)| fact.is_known() && Some(fact.value) == check.measured;
    if let Some((segment, fact)) = known.iter().find(is_it) {
        let (at, value) = (describe::road(run.road_of(*segment)), limit.measured(fact.value));
        check.text.zh = check.text.zh.replacen(&value, &format!("{value}（最小处在{}）", at.zh), 1);
        check.text.en = check.text.en.replacen(&value, &format!("{value} (least on {})", at.en), 1);
    }
    check
}

/// A way against the clauses on gradients that hold in towns and villages alike.
fn hold_gradients(run: &AccessRun, (name, way): (&str, &AccessRoute), add: &mut impl FnMut(Check)) {
    for (rules, part) in run.lanes.local.group_segments(way.segments()) {
        let limit = &rules.fire_lane.slope_laden_percent;
        hold_steepest(run, name, limit, part.into_iter()).into_iter().for_each(&mut *add);
    }
}

/// The ground on which a ladder truck works is asked for at high buildings only. No layer holds it: the gradient of a street says
/// nothing about it.
fn hold_ladder_ground(run: &AccessRun, place: &Destination) -> Option<Check> {
    let high = Some(place.high_buildings).filter(|high| *high > 0)?;
    let why = Label::new(
        format!("没有数据（有 {high} 栋高层建筑，操作场地未入库，须实测）"),
        format!("not known ({high} high buildings; the ground is in no layer, survey it)"),
    );
    let limit = &run.lanes.rules_at(place.at).fire_lane.rescue_slope_percent;
    Some(limit.check_unmet(&place.name, &why, false))
}

/// The lanes within the built-up areas of an old town, on the way to somewhere or not: widening them is asked of the town.
fn hold_old_town(run: &AccessRun, id: TownId, town: &Town) -> Vec<Check> {
    let rules = run.lanes.local.of(Some(id));
    if known_as_old(run.area, &run.lanes.local, id).is_none() {
        return Vec::new();
    }
    let network = &run.area.network;
    let built_up: Vec<_> =
        run.area.layers.built_up.iter().filter(|area| area.geometry.intersects(&town.geometry)).collect();
    let middle = |segment: SegmentId| network.point_at(segment, network[segment].length_m / 2.0);
    let is_inside = |segment: &SegmentId| {
        let at = middle(*segment);
        let is_lane = !matches!(run.road_of(*segment).class, RoadClass::Path | RoadClass::Motorway);
        is_lane && town.geometry.contains(&at) && built_up.iter().any(|area| area.geometry.contains(&at))
    };
    let inside: Vec<SegmentId> = SegmentId::first(network.segments.len()).filter(is_inside).collect();
    let of_setting = |setting: LaneSetting| {
        let lanes = || inside.iter().filter(|segment| run.lanes.setting_at(middle(**segment)) == setting);
        let limit = setting.clauses(rules).clear_width_m;
        let width = least(limit, lanes().map(|segment| run.facts[segment.index()].width));
        lanes().next().is_some().then(|| limit.check(&town.name, width))
    };
    LaneSetting::ALL.into_iter().filter_map(of_setting).collect()
}

/// A long dead end against the clauses of where it ends.
fn hold_dead_end(run: &AccessRun, end: &DeadEnd, id: u32) -> Vec<Check> {
    let limit = &run.lanes.rules_at(end.geometry.0).fire_lane.dead_end_m;
    let mut checks = vec![limit.check(&end.name, Some(end.length_m))];
    if end.vehicle_class == VehicleClass::Standard {
        // Where there is room, whether it is used as a turnaround is not known.
        let side_m = (end.room == Room::NoRoom).then_some(0.0);
        checks.push(run.lanes.clauses_at(end.geometry.0).turnaround_m.check(&end.name, side_m));
    }
    checks.into_iter().map(|check| check.about("access_dead_ends", id)).collect()
}

/// The least that is known; not known if nothing breaks the clause but something is only estimated.
fn least(limit: &Limit, facts: impl Iterator<Item = SegmentFact>) -> Option<f64> {
    let facts: Vec<SegmentFact> = facts.collect();
    let least = facts.iter().filter(|fact| fact.is_known()).map(|fact| fact.value).min_by(f64::total_cmp);
    least.filter(|least| !limit.op.holds(*least, limit.value) || facts.iter().all(SegmentFact::is_known))
}

/// The steepest gradient of some segments against a clause, for certain where what is known of some breaks it; `None` where
/// nothing is stated and there is no elevation model. Gradients that the model gives decide beyond its error only, as they do
/// for what passes.
fn hold_steepest(
    run: &AccessRun,
    name: &str,
    limit: &Limit,
    segments: impl Iterator<Item = SegmentId>,
) -> Option<Check> {
    let all: Vec<Option<Steepest>> = segments.map(|segment| run.facts[segment.index()].steepest).collect();
    let known: Vec<Steepest> = all.iter().copied().flatten().collect();
    if known.is_empty() {
        return run.area.elevation.is_some().then(|| limit.check(name, None));
    }
    let error_percent = run.rules.passing.slope_error_percent.value;
    let value = known.iter().map(|steepest| steepest.percent).fold(f64::MIN, f64::max);
    let ends = known.iter().map(|steepest| steepest.within_percent(error_percent));
    let within = ends.fold([f64::MIN; 2], |most, [low, high]| [most[0].max(low), most[1].max(high)]);
    let check = if within == [value, value] {
        limit.check(name, Some(value))
    } else {
        let source = Label::new("高程", "the elevation model");
        limit.check_estimate(name, &FactEstimate { value, within, source })
    };
    let is_open = check.verdict == Verdict::Pass && known.len() < all.len();
    Some(if is_open { limit.check(name, None) } else { check })
}
