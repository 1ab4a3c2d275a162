//! The network as every vehicle sees it before any limit.

use crate::response::driving;
use fireplan_algorithms::shortest_path::{CLOSED, Graph};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::ArcId;
use fireplan_model::layers::Oneway;

/// The network as every vehicle sees it before any limit, one-ways and turn restrictions held.
pub(crate) struct StreetGraph {
    pub graph: Graph,
    /// Per arc, the states in which it can be entered.
    pub departing: Vec<Vec<u32>>,
}

impl StreetGraph {
    pub(crate) fn new(area: &StudyArea) -> Self {
        let network = &area.network;
        let costs: Vec<u32> = ArcId::first(2 * network.segments.len())
            .map(|arc| if is_against_oneway(area, arc) { CLOSED } else { 1 })
            .collect();
        let graph = driving::graph(area, &costs);
        let mut departing = vec![Vec::new(); costs.len()];
        for (state, arcs) in graph.departures() {
            arcs.iter().for_each(|arc| departing[*arc as usize].push(state));
        }
        Self { graph, departing }
    }
}

/// Whether an arc runs against the direction in which its road may be driven.
pub(super) fn is_against_oneway(area: &StudyArea, arc: ArcId) -> bool {
    let oneway = area.layers.roads[area.network[arc.segment()].road.index()].oneway;
    oneway == if arc.is_along() { Oneway::Backward } else { Oneway::Forward }
}
