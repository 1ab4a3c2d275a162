//! Necks that several places share, and how what is shared is told: people, names, lines.

use std::collections::BTreeMap;

use geo::MultiLineString;

use super::AccessRun;
use super::describe::Bottleneck;
use super::settlements::DestinationId;
use fireplan_model::ids::{ObstacleId, RoadId, SegmentId};
use fireplan_model::rows::Label;

/// A bottleneck with the places behind it.
pub(super) struct SharedBottleneck {
    pub bottleneck: Bottleneck,
    pub places: Vec<DestinationId>,
}

/// Joins bottlenecks of the same road, obstacle and class of vehicle, with all places behind them; those with the most people
/// first.
pub(super) fn gather(
    run: &AccessRun,
    found: impl Iterator<Item = (DestinationId, usize, Vec<Bottleneck>)>,
) -> Vec<(usize, SharedBottleneck)> {
    let mut shared: BTreeMap<(RoadId, Option<ObstacleId>, usize), SharedBottleneck> = BTreeMap::new();
    for (place, rank, bottlenecks) in found {
        for bottleneck in bottlenecks {
            match shared.entry((bottleneck.road, bottleneck.obstacle, rank)) {
                std::collections::btree_map::Entry::Vacant(new) => {
                    new.insert(SharedBottleneck { bottleneck, places: vec![place] });
                }
                std::collections::btree_map::Entry::Occupied(mut known) => {
                    let known = known.get_mut();
                    if !known.places.contains(&place) {
                        known.places.push(place);
                    }
                    known.bottleneck.join(run, rank, bottleneck);
                }
            }
        }
    }
    let mut ranked: Vec<(usize, SharedBottleneck)> =
        shared.into_iter().map(|((_, _, rank), shared)| (rank, shared)).collect();
    ranked
        .sort_by_key(|(rank, shared)| (std::cmp::Reverse(people(run, &shared.places)), shared.bottleneck.road, *rank));
    ranked
}

impl Bottleneck {
    /// Takes in the segments of the same road that another place needs.
    pub(super) fn join(&mut self, run: &AccessRun, rank: usize, other: Self) {
        let fresh: Vec<SegmentId> =
            other.segments.into_iter().filter(|segment| !self.segments.contains(segment)).collect();
        for segment in fresh {
            self.segments.push(segment);
            for work in run.fleets[rank].works[segment.index()].iter().flatten() {
                self.add(*work);
            }
        }
        if other.issue.is_worse_than(&self.issue) {
            self.issue = other.issue;
        }
    }
}

pub(super) fn people(run: &AccessRun, places: &[DestinationId]) -> u32 {
    places.iter().filter_map(|place| run.places[place.index()].people).sum::<f64>().round() as u32
}

pub(super) fn names(run: &AccessRun, places: &[DestinationId]) -> Vec<String> {
    places.iter().map(|place| run.places[place.index()].name.clone()).collect()
}

pub(super) fn line(run: &AccessRun, segments: &[SegmentId]) -> MultiLineString {
    let network = &run.area.network;
    MultiLineString(segments.iter().map(|segment| geo::LineString(network.line(*segment).to_vec())).collect())
}

pub(super) fn length_m(run: &AccessRun, segments: &[SegmentId]) -> f64 {
    let metres: f64 = segments.iter().map(|segment| run.area.network[*segment].length_m).sum();
    metres.round()
}

pub(super) fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// `3处、共1200人`, for sentences about several places; nobody counted is not nobody.
pub(super) fn people_phrase(run: &AccessRun, places: &[DestinationId]) -> Label {
    let count = places.len();
    let unknown = places.iter().filter(|place| run.places[place.index()].people.is_none()).count();
    let people = people(run, places);
    match unknown {
        0 => Label::new(format!("{count}处、共{people}人"), format!("{count} places, {people} people")),
        unknown if unknown == count => {
            Label::new(format!("{count}处、人口不明"), format!("{count} places, people not known"))
        }
        unknown => Label::new(
            format!("{count}处、共{people}人，其中{unknown}处人口不明"),
            format!("{count} places, {people} people, {unknown} places not counted"),
        ),
    }
}
