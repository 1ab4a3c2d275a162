//! Borders found: the whole network is searched once, and read off where it is cut.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use geo::Coord;
use rayon::prelude::*;

use super::{Border, BorderCrew, HeadStart, StationHeadStarts, VehicleBorder};
use crate::response::attendance::{WayDoubts, find_doubts, grow_ways};
use crate::response::dispatch::Dispatch;
use crate::response::driving::{Drive, DrivingReading};
use crate::response::places::UsableSegments;
use crate::response::reach::{Start, entries, seeds, vehicles};
use crate::response::times::{HORIZON_MIN, MS_PER_MIN};
use fireplan_algorithms::nearest_sources::{NONE, NearestTwo, offer, two_nearest};
use fireplan_algorithms::shortest_path::{Graph, Search, UNREACHED};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ArcId, NodeId, SegmentId};
use fireplan_model::layers::VehicleClass;
use fireplan_model::network::Network;
use fireplan_model::notes::Notes;
use fireplan_model::rules::Rules;

/// Which part of the network is kept. No forbidden sequence of turns may be cut
/// ([`Network::close_over_bans`]).
pub struct CutNetwork {
    /// In order.
    pub segments: Vec<SegmentId>,
    /// The nodes at which they end, in order.
    pub nodes: Vec<NodeId>,
}

impl CutNetwork {
    /// Of these segments, in order.
    pub fn new(network: &Network, segments: Vec<SegmentId>) -> Self {
        let ends = segments.iter().flat_map(|segment| [network[*segment].from, network[*segment].to]);
        let nodes = ends.collect::<BTreeSet<NodeId>>().into_iter().collect();
        Self { segments, nodes }
    }
}

/// A node at which the network was cut.
struct CutNode {
    /// Its number in the part.
    part: NodeId,
    whole: NodeId,
}

/// A part, with where it was cut.
struct CutPart<'a> {
    cut: &'a CutNetwork,
    nodes: Vec<CutNode>,
}

impl<'a> CutPart<'a> {
    fn new(network: &Network, cut: &'a CutNetwork) -> Self {
        let is_kept = |segment: &SegmentId| cut.segments.binary_search(segment).is_ok();
        let is_cut = |node: NodeId| !network.segments_at(node).iter().all(&is_kept);
        let numbered = NodeId::first(cut.nodes.len()).zip(&cut.nodes);
        let nodes = numbered.filter(|(_, whole)| is_cut(**whole)).map(|(part, whole)| CutNode { part, whole: *whole });
        Self { cut, nodes: nodes.collect() }
    }

    /// The states of a graph in which a crew stands at each cut node and is free to go on into the part: all but those that
    /// remember a way inside it, which the part finds itself.
    fn states(&self, graph: &Graph, remembering: &BTreeMap<u32, Vec<u32>>) -> Vec<(NodeId, Vec<u32>)> {
        let is_inside = |arc: u32| self.cut.segments.binary_search(&ArcId(arc).segment()).is_ok();
        let states = |node: &CutNode| {
            let others = remembering.get(&node.whole.0).into_iter().flatten().copied();
            let from_rest = others.filter(|state| !graph.arrived_by(*state).is_some_and(is_inside));
            (node.part, std::iter::once(node.whole.0).chain(from_rest).collect())
        };
        self.nodes.iter().map(states).collect()
    }
}

/// The states of a graph that remember an arc, by their node.
fn find_remembering(graph: &Graph, nodes: usize) -> BTreeMap<u32, Vec<u32>> {
    let mut by_node: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for state in nodes as u32..graph.states() as u32 {
        by_node.entry(graph.node(state)).or_default().push(state);
    }
    by_node
}

/// The cut nodes of every part with their states.
type PartStates = Vec<Vec<(NodeId, Vec<u32>)>>;

fn find_states(parts: &[CutPart], graph: &Graph, nodes: usize) -> PartStates {
    let remembering = find_remembering(graph, nodes);
    parts.iter().map(|part| part.states(graph, &remembering)).collect()
}

/// The border of every part of a province, by one search of its whole network for each class of vehicle and reading, and one for
/// each crew.
///
/// # Errors
/// If no crew can be placed, if the rules do not give the size of a vehicle, or if a second, plain search contradicts the first.
pub fn find_borders(area: &StudyArea, rules: &Rules, dispatch: Dispatch, cuts: &[CutNetwork]) -> Result<Vec<Border>> {
    let mut notes = Notes::default();
    let starts = dispatch.starts(area, rules, &mut notes)?;
    let notes = notes.into_vec();
    let parts: Vec<CutPart> = cuts.iter().map(|cut| CutPart::new(&area.network, cut)).collect();
    let mut classes = vehicles(&starts);
    if classes.is_empty() {
        // As in the search of the whole.
        classes.push(VehicleClass::Standard);
    }
    let extent = find_corners(&area.network).map(|corner| [corner.x, corner.y]);
    let with_crew = find_with_crew(&area.network, &starts);
    let mut borders: Vec<Border> = parts
        .iter()
        .map(|part| Border {
            crews: starts.iter().map(|start| BorderCrew::new(start, segment_in(part.cut, start))).collect(),
            notes: notes.clone(),
            with_crew: part.cut.segments.iter().map(|segment| with_crew[segment.index()]).collect(),
            vehicles: Vec::new(),
            extent,
            all_segments: area.network.segments.len() as u32,
        })
        .collect();
    for class in classes {
        let found = VehicleSearch::new(area, rules, class, &starts)?.read_off(area, &parts)?;
        for (border, vehicle) in borders.iter_mut().zip(found) {
            border.vehicles.push(vehicle);
        }
    }
    Ok(borders)
}

fn segment_in(cut: &CutNetwork, start: &Start) -> Option<SegmentId> {
    cut.segments.binary_search(&start.position.segment).ok().map(SegmentId::at)
}

/// South-west and north-east corner of the nodes.
pub(crate) fn find_corners(network: &Network) -> [Coord; 2] {
    let corner = |start: f64, pick: fn(f64, f64) -> f64| {
        let start = Coord { x: start, y: start };
        network.nodes.iter().fold(start, |corner, at| Coord { x: pick(corner.x, at.x), y: pick(corner.y, at.y) })
    };
    [corner(f64::MAX, f64::min), corner(f64::MIN, f64::max)]
}

/// Whether a crew stands in the component of each segment, however that may be driven.
pub(crate) fn find_with_crew(network: &Network, starts: &[Start]) -> Vec<bool> {
    let crewed: BTreeSet<_> = starts.iter().map(|start| network[start.position.segment].component).collect();
    network.segments.iter().map(|segment| crewed.contains(&segment.component)).collect()
}

/// The whole network as one class of vehicle drives it, and its crews.
struct VehicleSearch<'a> {
    vehicle: VehicleClass,
    starts: Vec<&'a Start>,
    /// In the order of [`DrivingReading::ALL`].
    drives: [Drive; 4],
    proven: Drive,
    usable: UsableSegments,
    doubts: WayDoubts,
    horizon_ms: u32,
}

impl<'a> VehicleSearch<'a> {
    fn new(area: &StudyArea, rules: &Rules, vehicle: VehicleClass, starts: &'a [Start]) -> Result<Self> {
        let drives: Vec<Drive> = DrivingReading::ALL
            .iter()
            .map(|reading| Drive::new(area, rules, vehicle, *reading))
            .collect::<Result<_>>()?;
        let drives: [Drive; 4] = drives.try_into().unwrap_or_else(|_| unreachable!("there are four readings"));
        let [base, favourable] =
            [DrivingReading::Base, DrivingReading::Favourable].map(|reading| &drives[reading as usize]);
        let usable = UsableSegments::new(area, [base, favourable], starts);
        let own: Vec<&Start> = starts.iter().filter(|start| start.vehicle == vehicle).collect();
        let doubts = find_doubts(area, rules, vehicle, own.iter().map(|start| start.position.segment))?;
        let proven = base.without(area, rules, |segment| doubts.is_undetermined(segment));
        let horizon_ms = (HORIZON_MIN * MS_PER_MIN) as u32;
        Ok(Self { vehicle, starts: own, drives, proven, usable, doubts, horizon_ms })
    }

    fn read_off(&self, area: &StudyArea, parts: &[CutPart]) -> Result<Vec<VehicleBorder>> {
        let nodes = area.network.nodes.len();
        let states: Vec<PartStates> = self.drives.iter().map(|drive| find_states(parts, &drive.graph, nodes)).collect();
        let mut borders: Vec<VehicleBorder> = parts.iter().map(|part| self.known(part)).collect();
        for (reading, drive) in self.drives.iter().enumerate() {
            let first = self.first(area, drive, &states[reading])?;
            for (border, first) in borders.iter_mut().zip(first) {
                border.first[reading] = first;
            }
        }
        let proven = find_states(parts, &self.proven.graph, nodes);
        let of_starts: Vec<Vec<StationHeadStarts>> =
            self.starts.par_iter().map(|start| self.of_crew(area, start, &states, &proven)).collect();
        for (start, of_parts) in self.starts.iter().zip(of_starts) {
            for (border, head_starts) in borders.iter_mut().zip(of_parts) {
                if !head_starts.is_empty() {
                    border.stations.insert(start.origin, head_starts);
                }
            }
        }
        Ok(borders)
    }

    /// What is known of the segments of a part.
    fn known(&self, part: &CutPart) -> VehicleBorder {
        let segments = &part.cut.segments;
        let arc_ms =
            |drive: &Drive| segments.iter().flat_map(|one| one.arcs()).map(|arc| drive.arc_ms[arc.index()]).collect();
        VehicleBorder {
            vehicle: self.vehicle,
            arc_ms: self.drives.each_ref().map(arc_ms),
            usable: self.usable.of_segments(segments),
            doubts: segments.iter().map(|segment| self.doubts.of(*segment)).collect(),
            first: Default::default(),
            stations: BTreeMap::new(),
        }
    }

    /// The two crews that are first at the cut nodes of every part.
    fn first(&self, area: &StudyArea, drive: &Drive, states: &PartStates) -> Result<Vec<Vec<HeadStart>>> {
        let seeds = seeds(area, drive, self.starts.iter().copied());
        let nearest = two_nearest(&drive.graph, &seeds, self.horizon_ms);
        let mut plain = Search::new(&drive.graph);
        let seeded: Vec<(u32, u32)> = seeds.iter().map(|seed| (seed.state, seed.label.cost)).collect();
        plain.run(&drive.graph, &seeded, self.horizon_ms);
        let of_node = |(node, states): &(NodeId, Vec<u32>)| {
            let mut two: NearestTwo = [NONE; 2];
            for label in states.iter().flat_map(|state| nearest[*state as usize]).filter(|label| *label != NONE) {
                offer(&mut two, label);
            }
            let again = states.iter().map(|state| plain.cost(*state)).min().unwrap_or(UNREACHED);
            if again != two[0].cost {
                let (node, first) = (node.0, two[0].cost);
                bail!(
                    "边界自检未通过：节点 {node} 的最早到达 {first} ms，独立复算为 {again} ms | \
                     self-audit of the border: the first crew is at node {node} after {first} ms, by a second search after {again} ms"
                );
            }
            let head_start = |label: &fireplan_algorithms::nearest_sources::SourceLabel| HeadStart {
                node: *node,
                ms: label.cost,
                station: label.source.into(),
            };
            Ok(two.iter().filter(|label| **label != NONE).map(head_start).collect::<Vec<_>>())
        };
        states.iter().map(|part| part.iter().map(of_node).collect::<Result<Vec<_>>>().map(|all| all.concat())).collect()
    }

    /// When one crew is at the cut nodes of every part.
    fn of_crew(
        &self,
        area: &StudyArea,
        start: &Start,
        states: &[PartStates],
        proven: &PartStates,
    ) -> Vec<StationHeadStarts> {
        let search = |drive: &Drive| {
            let mut search = Search::new(&drive.graph);
            search.run(&drive.graph, &entries(area, drive, start), self.horizon_ms);
            search
        };
        let least = |search: &Search, (node, states): &(NodeId, Vec<u32>)| {
            let cost = states.iter().map(|state| search.cost(*state)).min().filter(|cost| *cost != UNREACHED)?;
            Some((*node, cost))
        };
        let read = |search: &Search, states: &PartStates| -> Vec<Vec<(NodeId, u32)>> {
            states.iter().map(|part| part.iter().filter_map(|node| least(search, node)).collect()).collect()
        };
        let mut of_parts = vec![StationHeadStarts::default(); proven.len()];
        for (reading, drive) in self.drives.iter().enumerate() {
            for (part, ms) in of_parts.iter_mut().zip(read(&search(drive), &states[reading])) {
                part.ms[reading] = ms;
            }
        }
        for (part, ms) in of_parts.iter_mut().zip(read(&search(&self.proven), proven)) {
            part.proven_ms = ms;
        }
        for (rank, reading) in [DrivingReading::Base, DrivingReading::Favourable].into_iter().enumerate() {
            let tree = grow_ways(area, &self.drives[reading as usize], &self.doubts, start, &[], self.horizon_ms);
            for (part, nodes) in of_parts.iter_mut().zip(&states[reading as usize]) {
                let way = |(node, states): &(NodeId, Vec<u32>)| {
                    Some((*node, states.iter().filter_map(|state| tree.cost(*state)).min()?))
                };
                part.ways[rank] = nodes.iter().filter_map(way).collect();
            }
        }
        of_parts
    }
}
