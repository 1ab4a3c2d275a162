//! Turn restrictions of the source as forbidden sequences of arcs.

use super::{Network, Topology};
use crate::ids::{ArcId, NodeId, RoadId, SegmentId};
use crate::layers::LayerId;
use crate::notes::{NoteKind, Notes, Severity};

/// A turn that is forbidden, or the only one allowed.
#[derive(Debug, Clone)]
pub struct TurnRestriction {
    /// `true`: only this turn is allowed (only_…); `false`: this turn is forbidden (no_…).
    pub only: bool,
    /// A source's way may have become several roads: all of them are given.
    pub from: Vec<RoadId>,
    /// Vertex id where the turn happens; with `via_roads`, not used.
    pub via_vertex: Option<i64>,
    /// Roads between `from` and `to`, in order, for turns over more than one junction.
    pub via_roads: Vec<Vec<RoadId>>,
    /// The roads that may not, or must, be driven next.
    pub to: Vec<RoadId>,
    /// What the source calls the restriction.
    pub source_id: String,
}

/// Arcs of a road and arcs that leave a node, for looking turns up.
struct Incidence<'a> {
    network: &'a Network,
    segments_of_road: Vec<Vec<SegmentId>>,
    leaving: Vec<Vec<ArcId>>,
}

impl<'a> Incidence<'a> {
    fn new(network: &'a Network, roads: usize) -> Self {
        let mut segments_of_road = vec![Vec::new(); roads];
        let mut leaving = vec![Vec::new(); network.nodes.len()];
        for (id, segment) in SegmentId::first(network.segments.len()).zip(&network.segments) {
            segments_of_road[segment.road.index()].push(id);
            leaving[segment.from.index()].push(id.along());
            leaving[segment.to.index()].push(id.against());
        }
        Self { network, segments_of_road, leaving }
    }

    fn arcs_of<'b>(&'b self, roads: &'b [RoadId]) -> impl Iterator<Item = ArcId> + 'b {
        roads.iter().flat_map(|road| &self.segments_of_road[road.index()]).flat_map(|segment| segment.arcs())
    }
}

/// `node_of` gives the node that a vertex of the source is, if it is one.
pub(super) fn resolve(
    network: &Network,
    node_of: impl Fn(i64) -> Option<NodeId>,
    topology: &Topology,
    notes: &mut Notes,
) -> Vec<Vec<ArcId>> {
    if topology.restrictions.is_empty() {
        return Vec::new();
    }
    let incidence = Incidence::new(network, topology.vertex_ids.len());
    let mut forbidden = Vec::new();
    for restriction in &topology.restrictions {
        let before = forbidden.len();
        for lead in leads(&incidence, &node_of, restriction) {
            forbid(&incidence, restriction, &lead, &mut forbidden);
        }
        if forbidden.len() == before {
            notes.add(
                (Severity::Warning, NoteKind::LeftOut),
                Some(LayerId::Roads),
                "转向限制与路网对不上，未采用 | Turn restriction does not fit the network, not used",
                restriction.source_id.as_str(),
            );
        }
    }
    forbidden.sort_unstable();
    forbidden.dedup();
    forbidden
}

/// All sequences of arcs that end at the node where the turn is taken: a `from` arc, then the via roads.
fn leads(
    incidence: &Incidence,
    node_of: impl Fn(i64) -> Option<NodeId>,
    restriction: &TurnRestriction,
) -> Vec<Vec<ArcId>> {
    let network = incidence.network;
    let from = incidence.arcs_of(&restriction.from);
    if let Some(via) = restriction.via_vertex {
        let Some(node) = node_of(via) else {
            return Vec::new();
        };
        return from.filter(|arc| network.head(*arc) == node).map(|arc| vec![arc]).collect();
    }
    let via = restriction.via_roads.concat();
    let goals: Vec<NodeId> = incidence.arcs_of(&restriction.to).map(|arc| network.tail(arc)).collect();
    from.filter_map(|arc| lead_along(incidence, arc, &via, &goals)).collect()
}

/// From the head of `from` over the via roads, without turning back, to a node where the turn can be taken.
fn lead_along(incidence: &Incidence, from: ArcId, via: &[RoadId], goals: &[NodeId]) -> Option<Vec<ArcId>> {
    let network = incidence.network;
    let mut lead = vec![from];
    let mut visited = vec![network.tail(from)];
    loop {
        let node = network.head(*lead.last().expect("starts with one arc"));
        if lead.len() > 1 && goals.contains(&node) {
            return Some(lead);
        }
        visited.push(node);
        let onward = incidence.leaving[node.index()]
            .iter()
            .copied()
            .find(|arc| via.contains(&network[arc.segment()].road) && !visited.contains(&network.head(*arc)))?;
        lead.push(onward);
    }
}

/// Adds the sequences that the restriction forbids after this lead.
fn forbid(incidence: &Incidence, restriction: &TurnRestriction, lead: &[ArcId], forbidden: &mut Vec<Vec<ArcId>>) {
    let network = incidence.network;
    let last = *lead.last().expect("a lead has an arc");
    let onward = &incidence.leaving[network.head(last).index()];
    let is_named = |arc: &ArcId| restriction.to.contains(&network[arc.segment()].road);
    // When the one allowed turn is not in the network, forbidding all others would invent a dead end.
    if !onward.iter().any(is_named) {
        return;
    }
    // A no_… turn onto the road one comes from is a U-turn; an onward arc of the same road straight ahead is not meant.
    let same_road = restriction.from == restriction.to && restriction.via_roads.is_empty();
    for arc in onward {
        let banned = if restriction.only {
            !is_named(arc)
        } else if same_road {
            *arc == last.reversed()
        } else {
            is_named(arc)
        };
        if banned {
            forbidden.push(lead.iter().copied().chain([*arc]).collect());
        }
    }
}
