//! The network as every vehicle sees it before any limit.

use crate::response::driving::{self, Against};
use fireplan_algorithms::shortest_path::{CLOSED, Graph};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::ArcId;
use fireplan_model::rules::Rules;

/// The network as every vehicle sees it before any limit. Turn bans hold; one-ways hold where nobody may drive against them.
pub(crate) struct StreetGraph {
    pub graph: Graph,
    /// Per arc, whether it runs against a one-way street that an engine on duty may drive where it is safe.
    pub against_oneway: Vec<bool>,
    /// Per arc, the states in which it can be entered.
    pub departing: Vec<Vec<u32>>,
}

impl StreetGraph {
    pub(crate) fn new(area: &StudyArea, rules: &Rules) -> Self {
        let against: Vec<Option<Against>> = ArcId::first(2 * area.network.segments.len())
            .map(|arc| driving::against_oneway(area, rules, arc))
            .collect();
        let cost = |against: &Option<Against>| if *against == Some(Against::Never) { CLOSED } else { 1 };
        let costs: Vec<u32> = against.iter().map(cost).collect();
        let against_oneway = against.into_iter().map(|against| against == Some(Against::WhereSafe)).collect();
        let graph = driving::graph(area, &costs, true);
        let mut departing = vec![Vec::new(); costs.len()];
        for (state, arcs) in graph.departures() {
            arcs.iter().for_each(|arc| departing[*arc as usize].push(state));
        }
        Self { graph, against_oneway, departing }
    }
}
