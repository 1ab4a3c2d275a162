//! What could be opened, as projects to be weighed against those of other questions.
//!
//! The segments that stop a vehicle on the cheapest way to some places, and to no others, are one project of their road: a place
//! is opened once all projects on its way are built, and pays for no segment that it does not need.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::adopted;
use super::dead_ends::LongDeadEnd;
use super::describe::{self, Bottleneck, bottlenecks, number};
use super::settlements::DestinationId;
use super::shared::line;
use super::villages::PlaceOutcome;
use super::ways::Fleet;
use super::{AccessRun, FireAccess, wan_yuan, works};
use crate::analysis::Context;
use crate::proposals::each_once;
use crate::response::passage::passable::Passes;
use fireplan_algorithms::linear_reference::middle_of;
use fireplan_model::findings::{GainedState, ProposedProject, Readiness, StateGain, code_of_place};
use fireplan_model::ids::{ObstacleId, RoadId, SegmentId};
use fireplan_model::layers::ProjectKind;
use fireplan_model::notes::Notes;
use fireplan_model::rows::Label;

/// The part of a road that keeps a vehicle from the same places.
type BlockedStretch = (RoadId, Option<ObstacleId>, BTreeSet<DestinationId>);

/// Roads to be opened and turnarounds to be built, and which places get a truck by which of them.
pub(super) fn projects(
    run: &AccessRun,
    question: &FireAccess,
    outcomes: &[PlaceOutcome],
    ends: &[LongDeadEnd],
) -> (Vec<ProposedProject>, Vec<StateGain>) {
    let mut projects: Vec<ProposedProject> = ends.iter().filter_map(|end| turnaround(run, end)).collect();
    let mut gains = Vec::new();
    let Some(rank) = run.fleets.iter().position(|fleet| fleet.class() == question.open_for) else {
        return (projects, gains);
    };
    let fleet = &run.fleets[rank];
    let is_sure = |outcome: &PlaceOutcome| {
        let way = outcome.opening(rank);
        way.is_some_and(|way| bottlenecks(run, fleet, way, Passes::Undetermined).is_empty())
    };
    let sure: Vec<bool> = outcomes.iter().map(is_sure).collect();
    let mut together: BTreeMap<DestinationId, Vec<String>> = BTreeMap::new();
    for ((road, obstacle, places), segments) in stretches(run, fleet, rank, outcomes) {
        let any_sure = places.iter().any(|place| sure[place.index()]);
        let readiness = if any_sure { Readiness::Ready } else { Readiness::Verify };
        let Some(project) = opening(run, fleet, (road, obstacle), &segments, readiness) else { continue };
        for place in places {
            together.entry(place).or_default().push(project.id.clone());
        }
        projects.push(project);
    }
    for (place, together) in together {
        let place = &run.places[place.index()];
        let people = place.people.map(f64::round);
        gains.push(StateGain { state: GainedState::Truck, place: code_of_place(place.at), people, together });
    }
    (projects, gains)
}

/// Of what becomes of places once the projects are built, what is certain then: where something else on the way stays undetermined,
/// that is to be verified first.
///
/// # Errors
/// If the area with the projects built cannot be asked.
pub(super) fn sure_gains(
    run: &AccessRun,
    asked: (&FireAccess, &Context),
    (projects, gains): (&[ProposedProject], Vec<StateGain>),
    notes: &mut Notes,
) -> Result<Vec<StateGain>> {
    let opening: BTreeSet<&String> = gains.iter().flat_map(|gain| &gain.together).collect();
    let opening = projects.iter().filter(|project| opening.contains(&project.id));
    let edits = each_once(opening.flat_map(|project| project.edits.0.clone()));
    if edits.is_empty() {
        return Ok(gains);
    }
    let then = adopted::reached_with(run, asked, edits, notes)?;
    let is_sure = |gain: &StateGain| then.as_ref().is_none_or(|then| then.contains_key(&gain.place));
    Ok(gains.into_iter().filter(is_sure).collect())
}

/// The segments that stop a class of vehicle on the cheapest ways to be opened, by road and by the places that they keep it from.
fn stretches(
    run: &AccessRun,
    fleet: &Fleet,
    rank: usize,
    outcomes: &[PlaceOutcome],
) -> BTreeMap<BlockedStretch, Vec<SegmentId>> {
    let mut kept_from: BTreeMap<(RoadId, Option<ObstacleId>, SegmentId), BTreeSet<DestinationId>> = BTreeMap::new();
    for (place, outcome) in DestinationId::first(outcomes.len()).zip(outcomes) {
        let Some(way) = outcome.opening(rank) else { continue };
        for bottleneck in bottlenecks(run, fleet, way, Passes::No) {
            for segment in bottleneck.segments {
                kept_from.entry((bottleneck.road, bottleneck.obstacle, segment)).or_default().insert(place);
            }
        }
    }
    let mut stretches: BTreeMap<BlockedStretch, Vec<SegmentId>> = BTreeMap::new();
    for ((road, obstacle, segment), places) in kept_from {
        stretches.entry((road, obstacle, places)).or_default().push(segment);
    }
    stretches
}

fn opening(
    run: &AccessRun,
    fleet: &Fleet,
    (road, obstacle): (RoadId, Option<ObstacleId>),
    segments: &[SegmentId],
    readiness: Readiness,
) -> Option<ProposedProject> {
    let issue = *fleet.passable.first(segments[0])?;
    let mut bottleneck = Bottleneck { road, obstacle, segments: segments.to_vec(), issue, works: Vec::new() };
    for work in segments.iter().filter_map(|segment| fleet.works[segment.index()].as_ref()).flatten() {
        bottleneck.add(*work);
    }
    let named = describe::road(&run.area.layers.roads[road.index()]);
    let works = describe::works(&bottleneck.works);
    let geometry = line(run, segments);
    let at = middle_of(&geometry.0[0]);
    let what = bottleneck.works.first().map(|work| work.upgrade)?;
    let project = ProposedProject {
        town: run.town_name(run.towns.at(at)),
        cost_wan_yuan: Some(wan_yuan(bottleneck.yuan())),
        unit_cost: what.unit_cost(),
        readiness,
        edits: works::edits(run, fleet.class(), [(road, &*bottleneck.works)].into_iter()),
        ..ProposedProject::new(
            ProjectKind::Road,
            format!("road/{}/{}", run.references[road.index()], code_of_place(at)),
            Label::new(format!("{}：{}", named.zh, works.zh), format!("{}: {}", named.en, works.en)),
            geometry,
        )
    };
    Some(project)
}

/// A turnaround where there is room for one; it lets nobody in who did not get in before.
fn turnaround(run: &AccessRun, end: &LongDeadEnd) -> Option<ProposedProject> {
    let yuan = end.yuan(run)?;
    let edits = end.edits(run);
    let road = run.road_of(end.segments[0]);
    let (named, side) = (describe::road(road), number(end.side_m));
    let project = ProposedProject {
        town: run.town_name(run.towns.at(end.at)),
        cost_wan_yuan: Some(wan_yuan(yuan)),
        unit_cost: "upgrade.build_yuan_m2",
        readiness: Readiness::Survey,
        edits,
        ..ProposedProject::new(
            ProjectKind::Road,
            format!("turnaround/{}", code_of_place(end.at)),
            Label::new(
                format!("{}尽头建 {side}×{side} 米回车场", named.zh),
                format!("turnaround of {side} × {side} m at the end of {}", named.en),
            ),
            geo::Point(end.at),
        )
    };
    let limit = &run.lanes.rules_at(end.at).fire_lane.dead_end_m;
    Some(project.asked_by(limit, !limit.op.holds(end.length_m, limit.value)))
}
