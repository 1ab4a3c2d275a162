//! New hydrants: why and where they would stand, and the fewest that reach every building by hose. Those that close the gaps along
//! the roads are found by [`spacing`](super::spacing); all are put into one list by [`plan`](super::plan).

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;
use rayon::prelude::*;

use super::kerb_places::{KerbPlace, KerbPlaces};
use super::reach::{HoseExit, HydrantReach};
use super::stock::RoadSide;
use super::streets::StreetId;
use super::{HydrantRun, Hydrants};
use fireplan_algorithms::linear_reference::Side;
use fireplan_algorithms::metric_graph::{Ball, EdgePosition};
use fireplan_location::set_cover;
use fireplan_model::codes;
use fireplan_model::ids::SegmentId;
use fireplan_model::rows::Label;

codes! {
    /// Why a new hydrant is needed.
    pub enum NewReason {
        /// 间距超标 | Spacing
        Spacing = "spacing",
        /// 桥头、隧道口缺栓 | Bridge head or tunnel portal
        Head = "head",
        /// 水带够不着建筑 | Buildings beyond the hose
        Hose = "hose",
    }
}

/// Where a new hydrant would stand, and why.
#[derive(Debug, Clone)]
pub(super) struct NewSite {
    pub why: NewReason,
    pub at: Coord,
    pub street: StreetId,
    pub segment: SegmentId,
    /// Along the segment from its first node.
    pub offset_m: f64,
    /// Along the street.
    pub chainage_m: f64,
    pub side: RoadSide,
    /// From the kerb, as far as its place is known.
    pub kerb_m: f64,
    /// The bridge head or portal at which it stands; empty elsewhere.
    pub head: String,
    /// What of the clauses no place near can keep, in words.
    pub unmet: Vec<Label>,
}

impl NewSite {
    /// At a place beside a road; `None`: that is no road for engines.
    pub(super) fn new(run: &HydrantRun, why: NewReason, place: KerbPlace, head: String) -> Option<Self> {
        let KerbPlace { at, segment, offset_m, kerb_m, unmet, .. } = place;
        let (street, part) = run.streets.part(segment)?;
        let (chainage_m, side) = (part.chainage(offset_m), place.side.seen(part.backwards).into());
        Some(Self { why, at, street, segment, offset_m, chainage_m, side, kerb_m, head, unmet })
    }
}

/// New hydrants that reach buildings by hose, and a lower bound on their number.
pub(super) struct HoseProposals {
    pub sites: Vec<NewSite>,
    pub lower_bound: usize,
    /// Buildings no new hydrant on a municipal road could reach.
    pub beyond: usize,
}

/// The fewest places on municipal built-up roads from which a hose reaches every building that none reaches, nor will reach from
/// the other new hydrants.
pub(super) fn reach_buildings(
    question: &Hydrants,
    (run, kerb_places): (&HydrantRun, &KerbPlaces),
    reach: &HydrantReach,
    will_be_reached: &[bool],
) -> HoseProposals {
    let open: Vec<(u32, &[HoseExit])> = reach
        .buildings
        .iter()
        .enumerate()
        .filter(|(number, building)| !building.access.is_empty() && !building.planned && !will_be_reached[*number])
        .map(|(number, building)| (number as u32, building.access.as_slice()))
        .collect();
    let places = candidates(question, (run, kerb_places), reach, &open);
    let mut by_edge: BTreeMap<u32, Vec<(u32, HoseExit)>> = BTreeMap::new();
    for (element, (_, access)) in (0_u32..).zip(&open) {
        for access in *access {
            by_edge.entry(access.place.edge).or_default().push((element, *access));
        }
    }
    let (graph, limit_m) = (&reach.ways.graph, reach.limit_m);
    let sets: Vec<Vec<u32>> = places
        .par_iter()
        .map_init(
            || Ball::new(graph),
            |ball, (place, beside)| {
                let mut reached = Vec::new();
                for stretch in ball.around(graph, *place, limit_m) {
                    let here = by_edge.get(&stretch.edge).into_iter().flatten();
                    reached.extend(
                        here.filter(|(_, access)| {
                            ball.distance(graph, *place, access.place) + beside.off_m + access.off_m <= access.limit_m
                        })
                        .map(|(element, _)| *element),
                    );
                }
                reached.sort_unstable();
                reached.dedup();
                reached
            },
        )
        .collect();
    let found = set_cover::cover(open.len() as u32, &sets);
    let mut reachable = vec![false; open.len()];
    sets.iter().flatten().for_each(|element| reachable[*element as usize] = true);
    let chosen = found.chosen.iter().map(|set| places[*set as usize].1.clone());
    let sites = chosen.filter_map(|place| NewSite::new(run, NewReason::Hose, place, String::new())).collect();
    let beyond = reachable.iter().filter(|reachable| !**reachable).count();
    HoseProposals { sites, lower_bound: found.lower_bound, beyond }
}

/// Where new hydrants may stand: beside municipal built-up road, every so many metres, near a building that needs one; as places
/// of the hose network, those first that keep every clause, and others only on road where none does.
fn candidates(
    question: &Hydrants,
    (run, kerb_places): (&HydrantRun, &KerbPlaces),
    reach: &HydrantReach,
    open: &[(u32, &[HoseExit])],
) -> Vec<(EdgePosition, KerbPlace)> {
    let graph = &reach.ways.graph;
    let edges: Vec<Vec<u32>> = open
        .par_iter()
        .map_init(
            || Ball::new(graph),
            |ball, (_, access)| {
                let near =
                    access.iter().flat_map(|access| ball.around(graph, access.place, access.limit_m - access.off_m));
                near.map(|stretch| stretch.edge).collect()
            },
        )
        .collect();
    let edges: BTreeSet<u32> = edges.into_iter().flatten().collect();
    let of_edge = |edge: &u32| {
        let (segment, from_m, to_m) = reach.ways.stretch(*edge);
        let mut places: Vec<KerbPlace> = Vec::new();
        for (start_m, end_m) in &run.kerbs.wanted[segment.index()] {
            let (start_m, end_m) = (start_m.max(from_m), end_m.min(to_m));
            if end_m < start_m {
                continue;
            }
            let count = ((end_m - start_m) / question.candidates_m).ceil().max(1.0);
            let offsets = (0..=count as u32).map(|at| start_m + (end_m - start_m) * f64::from(at) / count);
            places.extend(offsets.filter_map(|at_m| kerb_places.beside(segment, at_m, &[Side::Right, Side::Left])));
        }
        let keeps_all = places.iter().any(|place| place.unmet.is_empty());
        places.retain(|place| place.unmet.is_empty() == keeps_all);
        places
    };
    let places: Vec<Vec<KerbPlace>> = edges.par_iter().map(of_edge).collect();
    let on_ways = |place: KerbPlace| Some((reach.ways.place(place.segment, place.offset_m)?, place));
    places.into_iter().flatten().filter_map(on_ways).collect()
}
