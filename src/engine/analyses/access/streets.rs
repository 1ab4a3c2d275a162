//! The network as every vehicle sees it before any limit.

use fireplan_algorithms::shortest_path::{Arc, CLOSED, Graph};
use fireplan_model::area::StudyArea;
use fireplan_model::layers::Oneway;

/// The network as every vehicle sees it before any limit, one-ways and turn restrictions held.
pub struct StreetGraph {
    pub graph: Graph,
    /// Per arc, the states in which it can be entered.
    pub departing: Vec<Vec<u32>>,
}

impl StreetGraph {
    pub fn new(area: &StudyArea) -> Self {
        let network = &area.network;
        let arcs: Vec<Arc> = (0..2 * network.segments.len() as u32)
            .map(|arc| {
                let oneway = area.layers.roads[network.segments[(arc / 2) as usize].road as usize].oneway;
                let against = if arc.is_multiple_of(2) { Oneway::Backward } else { Oneway::Forward };
                let cost = if oneway == against { CLOSED } else { 1 };
                Arc { tail: network.tail(arc), head: network.head(arc), cost }
            })
            .collect();
        let graph = Graph::new(network.nodes.len() as u32, &arcs, &network.forbidden);
        let mut departing = vec![Vec::new(); arcs.len()];
        for (state, arcs) in graph.departures() {
            arcs.iter().for_each(|arc| departing[*arc as usize].push(state));
        }
        Self { graph, departing }
    }
}
