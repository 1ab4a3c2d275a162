//! The network as every vehicle sees it before any limit.

use std::collections::BTreeMap;

use super::ways::PassReading;
use crate::response::driving::{self, Against, DrivingReading};
use fireplan_algorithms::shortest_path::{CLOSED, Graph};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::ArcId;
use fireplan_model::rules::Rules;

/// The network as every vehicle sees it before any limit. One-ways hold where nobody may drive against them.
pub(crate) struct StreetGraph {
    /// With the turns that are banned.
    bound: TurnGraph,
    /// Without regard to them, where the rules free an engine on duty of them and there are any.
    free: Option<TurnGraph>,
    /// Per arc, whether it runs against a one-way street that an engine on duty may drive where it is safe.
    pub against_oneway: Vec<bool>,
    /// The banned turns that end in an arc.
    pub banned_into: BTreeMap<ArcId, Vec<Vec<ArcId>>>,
}

/// The network under one reading of its turn bans.
pub(crate) struct TurnGraph {
    pub graph: Graph,
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
        let are_free = !area.network.forbidden.is_empty() && !driving::bans_bind(rules, DrivingReading::Favourable);
        let free = are_free.then(|| TurnGraph::new(area, &costs, false));
        let mut banned_into: BTreeMap<ArcId, Vec<Vec<ArcId>>> = BTreeMap::new();
        for turn in &area.network.forbidden {
            turn.last().into_iter().for_each(|last| banned_into.entry(*last).or_default().push(turn.clone()));
        }
        Self { bound: TurnGraph::new(area, &costs, true), free, against_oneway, banned_into }
    }

    /// What is certain keeps to the bans; what is possible need not.
    pub(crate) fn turns(&self, reading: PassReading) -> &TurnGraph {
        let bound = &self.bound;
        if reading == PassReading::Certain { bound } else { self.free.as_ref().unwrap_or(bound) }
    }
}

impl TurnGraph {
    fn new(area: &StudyArea, costs: &[u32], bans_bind: bool) -> Self {
        let graph = driving::graph(area, costs, bans_bind);
        let mut departing = vec![Vec::new(); costs.len()];
        for (state, arcs) in graph.departures() {
            arcs.iter().for_each(|arc| departing[*arc as usize].push(state));
        }
        Self { graph, departing }
    }
}
