//! A graph as a metric space: places lie anywhere on its edges, and distances run along them, both ways.
//!
//! The answers are exact on the edges, not only at the nodes: along an edge the distance to the nearest source is the
//! least of a few straight lines, and is split where those cross.

mod ball;
mod distance_field;

use std::cmp::Ordering;
use std::collections::BinaryHeap;

pub use ball::Ball;
pub use distance_field::{DistanceField, Piece};

/// Distances that differ by less are equal.
pub const SAME: f64 = 1e-6;

/// An edge between two nodes, passable both ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Its first node.
    pub from: u32,
    /// Its last node.
    pub to: u32,
    /// Its length.
    pub length: f64,
}

/// A place on an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgePosition {
    /// The edge, by its number.
    pub edge: u32,
    /// Distance from the edge's first node.
    pub offset: f64,
}

/// A stretch of an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// The edge, by its number.
    pub edge: u32,
    /// Offset of its start from the edge's first node.
    pub from: f64,
    /// Offset of its end.
    pub to: f64,
}

/// Something distances are measured from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DistanceSource {
    /// Where it enters the graph.
    pub place: EdgePosition,
    /// Distance already covered there, e.g. from beside the edge.
    pub ahead: f64,
    /// Sources of the same number are one and the same, wherever they enter the graph.
    pub number: u32,
}

/// A source and how far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DistanceLabel {
    /// Distance to the source.
    pub distance: f64,
    /// The number of the source.
    pub source: u32,
}

const NONE: DistanceLabel = DistanceLabel { distance: f64::INFINITY, source: u32::MAX };

impl DistanceLabel {
    fn before(&self, other: &Self) -> bool {
        (self.distance, self.source) < (other.distance, other.source)
    }
}

/// The nearest two sources of different numbers.
type NodeDistances = [DistanceLabel; 2];

fn offer(two: &mut NodeDistances, label: DistanceLabel) -> bool {
    if label.source == two[0].source {
        let better = label.before(&two[0]);
        if better {
            two[0] = label;
        }
        return better;
    }
    if label.before(&two[0]) {
        *two = [label, two[0]];
        return true;
    }
    let better = label.before(&two[1]);
    if better {
        two[1] = label;
    }
    better
}

struct Queued {
    distance: f64,
    node: u32,
    source: u32,
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Queued {}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Queued {
    /// The nearest is the greatest, as the heap wants it.
    fn cmp(&self, other: &Self) -> Ordering {
        other.distance.total_cmp(&self.distance).then(other.node.cmp(&self.node)).then(other.source.cmp(&self.source))
    }
}

/// The graph, ready for searching.
#[derive(Debug, Default)]
pub struct MetricGraph {
    /// The edges by their numbers.
    pub edges: Vec<Edge>,
    first: Vec<u32>,
    incident: Vec<u32>,
}

impl MetricGraph {
    /// The graph of these edges between nodes numbered from 0.
    pub fn new(nodes: u32, edges: Vec<Edge>) -> Self {
        let mut first = vec![0_u32; nodes as usize + 1];
        let ends = |edge: &Edge| if edge.from == edge.to { vec![edge.from] } else { vec![edge.from, edge.to] };
        for node in edges.iter().flat_map(ends) {
            first[node as usize + 1] += 1;
        }
        for node in 0..nodes as usize {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let mut incident = vec![0_u32; first[nodes as usize] as usize];
        for (number, edge) in edges.iter().enumerate() {
            for node in ends(edge) {
                incident[next[node as usize] as usize] = number as u32;
                next[node as usize] += 1;
            }
        }
        Self { edges, first, incident }
    }

    /// Number of nodes.
    pub fn nodes(&self) -> u32 {
        self.first.len().saturating_sub(1) as u32
    }

    /// The edges that meet at a node.
    pub fn edges_at(&self, node: u32) -> &[u32] {
        &self.incident[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }

    /// The other end of an edge.
    pub fn across(&self, edge: u32, node: u32) -> u32 {
        let Edge { from, to, .. } = self.edges[edge as usize];
        if from == node { to } else { from }
    }

    /// The two nearest sources of every place within `limit` of one.
    ///
    /// ```
    /// use fireplan_algorithms::metric_graph::{Edge, MetricGraph, EdgePosition, DistanceSource};
    /// // A street of 300 with sources at 20 and 200.
    /// let street = MetricGraph::new(2, vec![Edge { from: 0, to: 1, length: 300.0 }]);
    /// let source = |number, offset| DistanceSource { place: EdgePosition { edge: 0, offset }, ahead: 0.0, number };
    /// let field = street.two_nearest(&[source(7, 20.0), source(8, 200.0)], 500.0);
    /// let near = field.at(EdgePosition { edge: 0, offset: 100.0 });
    /// assert_eq!(near.map(|label| label.map(|label| (label.distance, label.source))), [Some((80.0, 7)), Some((100.0, 8))]);
    /// // Farther than 60 from any: between 80 and 140, and from 260 on.
    /// let beyond: Vec<_> = field.pieces(0, 0.0, 300.0, 60.0).into_iter().filter(|p| p.within[0].is_none()).collect();
    /// assert_eq!(beyond.iter().map(|p| (p.from, p.to)).collect::<Vec<_>>(), [(80.0, 140.0), (260.0, 300.0)]);
    /// ```
    pub fn two_nearest(&self, sources: &[DistanceSource], limit: f64) -> DistanceField<'_> {
        let mut at_node = vec![[NONE; 2]; self.nodes() as usize];
        let mut queue = BinaryHeap::new();
        let mut order: Vec<u32> = (0..sources.len() as u32).collect();
        order.sort_by_key(|source| sources[*source as usize].place.edge);
        let push = |at_node: &mut [NodeDistances], queue: &mut BinaryHeap<Queued>, node: u32, label: DistanceLabel| {
            if label.distance <= limit + SAME && offer(&mut at_node[node as usize], label) {
                queue.push(Queued { distance: label.distance, node, source: label.source });
            }
        };
        for source in sources {
            let edge = &self.edges[source.place.edge as usize];
            for (node, way) in [(edge.from, source.place.offset), (edge.to, edge.length - source.place.offset)] {
                push(
                    &mut at_node,
                    &mut queue,
                    node,
                    DistanceLabel { distance: source.ahead + way, source: source.number },
                );
            }
        }
        while let Some(Queued { distance, node, source }) = queue.pop() {
            if !at_node[node as usize].contains(&DistanceLabel { distance, source }) {
                continue;
            }
            for edge in self.edges_at(node) {
                let label = DistanceLabel { distance: distance + self.edges[*edge as usize].length, source };
                push(&mut at_node, &mut queue, self.across(*edge, node), label);
            }
        }
        let on_edge = order.iter().map(|source| sources[*source as usize]).collect();
        DistanceField { graph: self, at_node, on_edge, limit }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cross() -> MetricGraph {
        // Four arms of 100 from the middle.
        MetricGraph::new(5, (1..5).map(|to| Edge { from: 0, to, length: 100.0 }).collect())
    }

    #[test]
    fn a_source_round_the_corner_counts() {
        let cross = cross();
        let source = DistanceSource { place: EdgePosition { edge: 0, offset: 20.0 }, ahead: 0.0, number: 3 };
        let field = cross.two_nearest(&[source], 1000.0);
        assert_eq!(
            field.at(EdgePosition { edge: 1, offset: 40.0 })[0],
            Some(DistanceLabel { distance: 60.0, source: 3 })
        );
        let pieces = field.pieces(1, 0.0, 100.0, 60.0);
        assert_eq!(
            pieces.iter().map(|p| (p.from, p.to, p.within[0])).collect::<Vec<_>>(),
            [(0.0, 40.0, Some(3)), (40.0, 100.0, None)]
        );
        assert_eq!(field.farthest(1, 0.0, 100.0), 120.0);
    }

    #[test]
    fn a_ball_runs_into_every_arm() {
        let cross = cross();
        let around = Ball::new(&cross).around(&cross, EdgePosition { edge: 0, offset: 20.0 }, 60.0);
        let parts: Vec<_> = around.iter().map(|s| (s.edge, s.from, s.to)).collect();
        assert_eq!(parts, [(0, 0.0, 80.0), (1, 0.0, 40.0), (2, 0.0, 40.0), (3, 0.0, 40.0)]);
    }

    proptest! {
        #[test]
        fn fields_agree_with_balls(
            list in prop::collection::vec((0_u32..6, 0_u32..6, 5_u32..90), 1..12),
            at in (0_usize..12, 0.0..1.0_f64),
            source in (0_usize..12, 0.0..1.0_f64),
        ) {
            let edges: Vec<Edge> = list.iter().map(|&(from, to, length)| Edge { from, to, length: f64::from(length) }).collect();
            let graph = MetricGraph::new(6, edges.clone());
            let place = |(edge, share): (usize, f64)| {
                let edge = edge % edges.len();
                EdgePosition { edge: edge as u32, offset: share * edges[edge].length }
            };
            let (at, source) = (place(at), place(source));
            let field = graph.two_nearest(&[DistanceSource { place: source, ahead: 0.0, number: 0 }], 60.0);
            let near = field.at(at)[0];
            let around = Ball::new(&graph).around(&graph, source, 60.0);
            let inside = around.iter().any(|s| s.edge == at.edge && s.from - SAME <= at.offset && at.offset <= s.to + SAME);
            prop_assert_eq!(near.is_some(), inside);
        }
    }
}
