//! On foot: what is left of the way where a standard truck must stop.

use super::AccessRun;
use super::settlements::Destination;
use super::ways::PassReading;
use fireplan_algorithms::shortest_path::{Arc, Graph, Search, UNREACHED};
use fireplan_model::ids::NodeId;

/// How far it is on foot, along any road or path, from where a standard truck gets to.
pub(super) struct Walk {
    /// Per node, in decimetres.
    from_truck: Vec<u32>,
}

const PER_M: f64 = 10.0;

impl Walk {
    pub(super) fn new(run: &AccessRun) -> Self {
        let network = &run.area.network;
        let both = |segment: &fireplan_model::network::Segment| {
            let cost = (segment.length_m * PER_M).ceil() as u32;
            [(segment.from.0, segment.to.0), (segment.to.0, segment.from.0)].map(|(tail, head)| Arc {
                tail,
                head,
                cost,
            })
        };
        let arcs: Vec<Arc> = network.segments.iter().flat_map(both).collect();
        let graph = Graph::new(network.nodes.len() as u32, &arcs, &[]);
        let fleet = &run.fleets[0];
        let driven = &fleet.streets.turns(PassReading::Possible).graph;
        let seeds: Vec<(u32, u32)> = (0..driven.states() as u32)
            .filter(|state| fleet.reaches_state(*state, PassReading::Possible))
            .map(|state| (driven.node(state), 0))
            .collect();
        let mut search = Search::new(&graph);
        search.run(&graph, &seeds, UNREACHED - 1);
        Self { from_truck: (0..network.nodes.len() as u32).map(|node| search.cost(node)).collect() }
    }

    /// To the nearest road location of the place and from there to its middle.
    pub(super) fn metres_to(&self, run: &AccessRun, place: &Destination) -> Option<f64> {
        let entry = place.entries.first()?;
        let segment = &run.area.network[entry.segment];
        let by = |node: NodeId, along_m: f64| {
            let cost = self.from_truck[node.index()];
            (cost != UNREACHED).then(|| f64::from(cost) / PER_M + along_m)
        };
        let ways = [by(segment.from, entry.offset_m), by(segment.to, segment.length_m - entry.offset_m)];
        ways.into_iter().flatten().min_by(f64::total_cmp).map(|m| (m + entry.distance_m).round())
    }
}
