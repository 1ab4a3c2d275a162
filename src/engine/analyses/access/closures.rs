//! What the closure of any one segment does to those whose way leads over it: cut off, held up, or left to roads that are
//! undetermined.
//!
//! Only segments on the ways that are driven can hit anybody. Those that cut off whatever the directions of streets are found
//! by one low-link walk ([`cut_edges`]); the delay of every other one by a search of what lay behind it ([`replacement`]).
//! For all segments together that costs as many steps as the ways are deep, not one search of the county each.
//!
//! [`replacement`]: fireplan_algorithms::replacement

use fireplan_model::ids::{ArcId, NodeId, RoadId, SegmentId, StationId};
use fireplan_model::layers::VehicleClass;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use rayon::prelude::*;

use super::AccessRun;
use super::fragile::ClosureEffect;
use super::settlements::DestinationId;
use super::shared::people;
use super::villages::PlaceOutcome;
use super::ways::{Fleet, PassReading};
use crate::response::reach::Start;
use fireplan_algorithms::cut_edges::{Cuts, cut_edges};

/// A road, the segments of it whose closure has this effect, and those whom it hits.
pub(super) struct Closure {
    pub road: RoadId,
    pub segments: Vec<SegmentId>,
    pub effect: ClosureEffect,
    pub places: Vec<DestinationId>,
    /// The longest delay that the closure means, in milliseconds.
    pub delay_ms: u64,
    /// Smaller engines that still come, with their stations.
    pub left: BTreeSet<(VehicleClass, StationId)>,
    /// The largest vehicles that get to the places as long as it is open.
    pub classes: BTreeSet<VehicleClass>,
}

/// All closures that hit somebody, the worst first.
pub(super) struct Fragile {
    pub closures: Vec<Closure>,
    sole_links: Vec<u32>,
    worst_ms: Vec<u64>,
}

impl Fragile {
    /// Number of segments without any one of which no engine gets to the place.
    pub(super) fn sole_links(&self, place: DestinationId) -> u32 {
        self.sole_links[place.index()]
    }

    /// The longest delay that the closure of one segment means to a place that it does not cut off.
    pub(super) fn worst_ms(&self, place: DestinationId) -> u64 {
        self.worst_ms[place.index()]
    }
}

/// A place hit by the closure of a segment.
struct Hit {
    segment: SegmentId,
    place: DestinationId,
    effect: ClosureEffect,
    delay_ms: u64,
    /// The largest vehicle that gets there as long as the segment is open.
    class: VehicleClass,
    /// A smaller engine that still comes, with its station.
    left: Option<(VehicleClass, StationId)>,
}

/// Each place is looked at with the largest vehicle that possibly gets there. A place that this vehicle does not get to any more
/// is cut off only if none of the smaller engines that stations have comes either. Delays shorter than the least are no hit.
///
/// # Errors
/// If the rules do not give the size of a vehicle.
pub(super) fn find(run: &AccessRun, outcomes: &[PlaceOutcome], least_ms: u64) -> Result<Fragile> {
    let mut hits: Vec<Hit> = (0..run.fleets.len()).flat_map(|rank| hits(run, outcomes, rank)).collect();
    find_left(run, &mut hits)?;
    let mut fragile =
        Fragile { closures: Vec::new(), sole_links: vec![0; run.places.len()], worst_ms: vec![0; run.places.len()] };
    let mut of_road: BTreeMap<(RoadId, ClosureEffect), Vec<Hit>> = BTreeMap::new();
    for hit in hits {
        match hit.effect {
            ClosureEffect::CutOff => fragile.sole_links[hit.place.index()] += 1,
            _ => {
                let worst_ms = &mut fragile.worst_ms[hit.place.index()];
                *worst_ms = hit.delay_ms.max(*worst_ms);
            }
        }
        if hit.effect == ClosureEffect::Detour && hit.delay_ms < least_ms {
            continue;
        }
        let road = run.area.network[hit.segment].road;
        of_road.entry((road, hit.effect)).or_default().push(hit);
    }
    let closures = of_road.into_iter().map(|((road, effect), hits)| Closure {
        road,
        segments: hits.iter().map(|hit| hit.segment).collect::<BTreeSet<SegmentId>>().into_iter().collect(),
        effect,
        places: hits.iter().map(|hit| hit.place).collect::<BTreeSet<DestinationId>>().into_iter().collect(),
        delay_ms: hits.iter().map(|hit| hit.delay_ms).max().unwrap_or(0),
        left: hits.iter().filter_map(|hit| hit.left).collect(),
        classes: hits.iter().map(|hit| hit.class).collect(),
    });
    fragile.closures = closures.collect();
    fragile.closures.sort_by_key(|closure| {
        let hit = people(run, &closure.places);
        (std::cmp::Reverse((closure.effect, hit, closure.delay_ms, closure.places.len())), closure.road)
    });
    Ok(fragile)
}

/// Finds for each place that is cut off which smaller engine of those that stations have still gets there.
fn find_left(run: &AccessRun, hits: &mut [Hit]) -> Result<()> {
    let Some(streets) = run.fleets.first().map(|fleet| fleet.streets) else { return Ok(()) };
    for class in run.fleets.iter().map(Fleet::class) {
        let is_own = |start: &&Start| start.vehicle == class;
        let starts: Vec<Start> = run.response.starts.iter().filter(is_own).copied().collect();
        let of_segment = |hits: &[Hit]| {
            let mut cut_off: BTreeMap<SegmentId, Vec<usize>> = BTreeMap::new();
            for (number, hit) in hits.iter().enumerate() {
                if hit.effect == ClosureEffect::CutOff && hit.class < class {
                    cut_off.entry(hit.segment).or_default().push(number);
                }
            }
            cut_off
        };
        let mut cut_off = of_segment(hits);
        if starts.is_empty() || cut_off.is_empty() {
            continue;
        }
        let fleet = Fleet::new(run.area, run.rules, streets, class, &starts)?;
        let cuts = Undirected::new(run, &fleet);
        for (segment, numbers) in &mut cut_off {
            numbers.retain(|number| !cuts.is_cut_off(run, hits[*number].place, *segment));
        }
        cut_off.retain(|_, numbers| !numbers.is_empty());
        let cut_off: Vec<(SegmentId, Vec<usize>)> = cut_off.into_iter().collect();
        let known: &[Hit] = hits;
        let found = cut_off.par_iter().flat_map_iter(|(segment, numbers)| {
            let standing = |number: &usize| run.places[known[*number].place.index()].standing.as_slice();
            let open = |other: SegmentId| other != *segment;
            let ways = fleet.ways_where(open, numbers.iter().map(standing), PassReading::Possible);
            let of_way = |(number, way): (&usize, Option<super::ways::AccessRoute>)| {
                Some((*number, fleet.starts[way?.start].origin))
            };
            numbers.iter().zip(ways).filter_map(of_way).collect::<Vec<_>>()
        });
        for (number, station) in found.collect::<Vec<_>>() {
            (hits[number].effect, hits[number].left) = (ClosureEffect::SmallerLeft, Some((class, station)));
        }
    }
    Ok(())
}

fn hits(run: &AccessRun, outcomes: &[PlaceOutcome], rank: usize) -> Vec<Hit> {
    let fleet = &run.fleets[rank];
    let (cuts, class) = (Undirected::new(run, fleet), fleet.class());
    let mut used: BTreeMap<SegmentId, Vec<DestinationId>> = BTreeMap::new();
    let mut hits = Vec::new();
    for (place, outcome) in
        DestinationId::first(outcomes.len()).zip(outcomes).filter(|(_, outcome)| outcome.possible == Some(rank))
    {
        let on_way: BTreeSet<SegmentId> = outcome.way.iter().flat_map(super::ways::AccessRoute::segments).collect();
        for segment in on_way {
            if cuts.is_cut_off(run, place, segment) {
                hits.push(Hit { segment, place, effect: ClosureEffect::CutOff, delay_ms: 0, class, left: None });
            } else {
                used.entry(segment).or_default().push(place);
            }
        }
    }
    let ways = fleet.replacement(PassReading::Possible);
    let used: Vec<(SegmentId, Vec<DestinationId>)> = used.into_iter().collect();
    let closed = used.par_iter().flat_map_iter(|(segment, places)| {
        let without =
            ways.without(&segment.arcs().map(|arc| arc.0), |arc| fleet.price(ArcId(arc), PassReading::Possible));
        let hit = |place: &DestinationId| {
            let [_, checks, ms] = outcomes[place.index()].way.as_ref()?.price;
            let standing = &run.places[place.index()].standing;
            let otherwise = fleet.price_without(standing, &without, *segment, PassReading::Possible);
            let (effect, delay_ms) = match otherwise {
                // One-way roads can leave no other way even where the undirected network has one.
                None => (ClosureEffect::CutOff, 0),
                Some([_, doubts, later]) if checks == 0 && doubts > 0 => {
                    (ClosureEffect::Doubtful, later.saturating_sub(ms))
                }
                Some([_, _, later]) => (ClosureEffect::Detour, later.saturating_sub(ms)),
            };
            Some(Hit { segment: *segment, place: *place, effect, delay_ms, class, left: None })
        };
        places.iter().filter_map(hit).collect::<Vec<_>>()
    });
    hits.extend(closed.collect::<Vec<_>>());
    hits
}

/// The network of one class of vehicle with both directions of every road, all stations in one root.
struct Undirected {
    cuts: Cuts,
    segment_of: Vec<SegmentId>,
    number_of: BTreeMap<SegmentId, u32>,
}

impl Undirected {
    fn new(run: &AccessRun, fleet: &Fleet) -> Self {
        let network = &run.area.network;
        let root = network.nodes.len() as u32;
        let open =
            |segment: &SegmentId| segment.arcs().iter().any(|arc| fleet.price(*arc, PassReading::Possible).is_some());
        let segment_of: Vec<SegmentId> = SegmentId::first(network.segments.len()).filter(open).collect();
        let ends = |segment: SegmentId| (network[segment].from.0, network[segment].to.0);
        let mut edges: Vec<(u32, u32)> = segment_of.iter().map(|segment| ends(*segment)).collect();
        for start in &fleet.starts {
            let (from, to) = ends(start.position.segment);
            // Each start is entered twice, so that the way out of the station never counts as a road whose closure cuts
            // off.
            edges.extend([(root, from), (root, from), (root, to), (root, to)]);
        }
        let cuts = cut_edges(root + 1, &edges, root);
        let number_of = cuts
            .cuts
            .iter()
            .zip(0..)
            .filter_map(|(cut, number)| Some((*segment_of.get(cut.edge as usize)?, number)))
            .collect();
        Self { cuts, segment_of, number_of }
    }

    /// Whether a place is cut off without this segment.
    fn is_cut_off(&self, run: &AccessRun, place: DestinationId, segment: SegmentId) -> bool {
        let network = &run.area.network;
        let standing = &run.places[place.index()].standing;
        let cut = self.number_of.get(&segment).map(|number| &self.cuts.cuts[*number as usize]);
        let reached =
            |node: NodeId| self.cuts.is_connected(node.0) && !cut.is_some_and(|cut| self.cuts.is_behind(node.0, cut));
        standing.iter().filter(|entry| self.segment_of.binary_search(&entry.segment).is_ok()).all(|entry| {
            let ends = &network[entry.segment];
            entry.segment == segment || !(reached(ends.from) || reached(ends.to))
        })
    }
}
