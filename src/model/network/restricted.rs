//! A part of a network, cut out of it: the same segments, to the last digit, under new numbers.

use geo::Coord;

use super::{Network, Segment, Topology, build};
use crate::ids::{ArcId, ComponentId, NodeId, ObstacleId, RoadId, SegmentId};
use crate::plane::PointScale;

/// What a network is made of; all else follows from it, but for the slopes along it: those are the elevation's, and part of the
/// driving times.
#[derive(Debug, Clone, Default)]
pub struct NetworkParts {
    /// See [`Network::nodes`].
    pub nodes: Vec<Coord>,
    /// See [`Network::segments`].
    pub segments: Vec<Segment>,
    /// See [`Network::vertices`].
    pub vertices: Vec<Coord>,
    /// See [`Network::forbidden`].
    pub forbidden: Vec<Vec<ArcId>>,
    /// See [`Network::component_m`].
    pub component_m: Vec<f64>,
}

/// A part of a network and what its numbers were in the whole.
#[derive(Debug, Clone)]
pub struct RestrictedNetwork {
    /// The part; its segments are in the order that they have in the whole, and so are its nodes and roads.
    pub parts: NetworkParts,
    /// Of each segment, its number in the whole.
    pub segments: Vec<SegmentId>,
    /// Of each node, its number in the whole.
    pub nodes: Vec<NodeId>,
    /// Of each road that is left, its number in the whole.
    pub roads: Vec<RoadId>,
    /// Of each obstacle that is left, its number in the whole.
    pub obstacles: Vec<ObstacleId>,
}

impl Network {
    /// The network of these parts on a plane of this scale: lengths are measured, and segments indexed, as when it was built.
    /// Nothing is joined, merged or cut anew.
    pub fn assemble(parts: NetworkParts, scale: PointScale) -> Self {
        let NetworkParts { nodes, segments, vertices, forbidden, component_m } = parts;
        let topology = Topology::default();
        let network = Self { nodes, segments, vertices, forbidden, component_m, scale, topology, ..Self::default() };
        build::finish(network)
    }

    /// The part of it that these segments make. A forbidden sequence of turns of which some segment is missing is left out, so
    /// that whoever keeps one segment of a sequence should keep all ([`close_over_bans`](Self::close_over_bans)).
    pub fn restrict(&self, keeps: &[bool]) -> RestrictedNetwork {
        let segments: Vec<SegmentId> =
            SegmentId::first(self.segments.len()).filter(|segment| keeps[segment.index()]).collect();
        let of_kept = || segments.iter().map(|segment| &self[*segment]);
        let nodes = list_numbers(of_kept().flat_map(|segment| [segment.from.0, segment.to.0]));
        let roads = list_numbers(of_kept().map(|segment| segment.road.0));
        let obstacles = list_numbers(of_kept().filter_map(|segment| Some(segment.obstacle?.0)));
        let components = list_numbers(of_kept().filter_map(|segment| Some(segment.component?.0)));
        let new = |known: &[u32], old: u32| known.binary_search(&old).expect("it is kept") as u32;
        let mut parts = NetworkParts {
            nodes: nodes.iter().map(|node| self.nodes[*node as usize]).collect(),
            component_m: components.iter().map(|one| self.component_m[*one as usize]).collect(),
            ..NetworkParts::default()
        };
        for id in &segments {
            let segment = self[*id];
            let first_vertex = parts.vertices.len() as u32;
            parts.vertices.extend_from_slice(self.line(*id));
            parts.segments.push(Segment {
                from: NodeId(new(&nodes, segment.from.0)),
                to: NodeId(new(&nodes, segment.to.0)),
                road: RoadId(new(&roads, segment.road.0)),
                component: segment.component.map(|component| ComponentId(new(&components, component.0))),
                first_vertex,
                obstacle: segment.obstacle.map(|obstacle| ObstacleId(new(&obstacles, obstacle.0))),
                ..segment
            });
        }
        let arc = |old: &ArcId| {
            let segment = SegmentId::at(segments.binary_search(&old.segment()).ok()?);
            Some(if old.is_along() { segment.along() } else { segment.against() })
        };
        parts.forbidden = self.forbidden.iter().filter_map(|arcs| arcs.iter().map(arc).collect()).collect();
        RestrictedNetwork {
            parts,
            segments,
            nodes: nodes.into_iter().map(NodeId).collect(),
            roads: roads.into_iter().map(RoadId).collect(),
            obstacles: obstacles.into_iter().map(ObstacleId).collect(),
        }
    }

    /// Adds to some segments all those that a forbidden sequence of turns shares with them, until no sequence is cut.
    pub fn close_over_bans(&self, keeps: &mut [bool]) {
        loop {
            let is_kept = |arc: &&ArcId| keeps[arc.segment().index()];
            let count = |arcs: &&Vec<ArcId>| arcs.iter().filter(is_kept).count();
            let cut: Vec<&Vec<ArcId>> =
                self.forbidden.iter().filter(|arcs| (1..arcs.len()).contains(&count(arcs))).collect();
            if cut.is_empty() {
                return;
            }
            cut.into_iter().flatten().for_each(|arc| keeps[arc.segment().index()] = true);
        }
    }
}

/// The numbers that occur, each once and in order.
fn list_numbers(occurring: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut numbers: Vec<u32> = occurring.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::area::StudyArea;
    use crate::sketch::{AreaBuilder, road};

    #[test]
    fn a_part_has_the_segments_of_the_whole_to_the_last_digit() {
        let grid = (0..5).flat_map(|at| {
            let at = 310.7 * f64::from(at);
            [road(&[(0.0, at), (1_242.8, at)]), road(&[(at, 0.0), (at, 1_242.8)])]
        });
        let area = grid.fold(StudyArea::builder(), AreaBuilder::road).build();
        let whole = &*area.network;
        let keeps: Vec<bool> = whole.segments.iter().map(|one| whole.nodes[one.from.index()].x < 700.0).collect();
        let cut = whole.restrict(&keeps);
        let part = Network::assemble(cut.parts, whole.scale);
        assert!(part.segments.len() < whole.segments.len() && part.segments.len() > 4);
        for (new, old) in SegmentId::first(part.segments.len()).zip(&cut.segments) {
            assert_eq!(part.line(new), whole.line(*old));
            assert_eq!(part.chainage(new), whole.chainage(*old));
            assert_eq!(part[new].length_m.to_bits(), whole[*old].length_m.to_bits());
            assert_eq!(cut.nodes[part[new].from.index()], whole[*old].from);
            assert_eq!(cut.roads[part[new].road.index()], whole[*old].road);
        }
        assert_eq!(part.component_m, whole.component_m, "a component is as long as in the whole");
        let place = Coord { x: 320.0, y: 500.0 };
        let nearest = |network: &Network| network.nearest(place, 100.0, |_| true, |_| true).unwrap();
        assert_eq!(cut.segments[nearest(&part).segment.index()], nearest(whole).segment);
    }
}
