//! A graph as a metric space: places lie anywhere on its edges, and distances run along them, both ways.
//!
//! The answers are exact on the edges, not only at the nodes: along an edge the distance to the nearest source is the
//! least of a few straight lines, and is split where those cross.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Distances that differ by less are equal.
pub const SAME: f64 = 1e-6;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    pub from: u32,
    pub to: u32,
    pub length: f64,
}

/// A place on an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgePosition {
    pub edge: u32,
    /// Distance from the edge's first node.
    pub offset: f64,
}

/// A stretch of an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    pub edge: u32,
    pub from: f64,
    pub to: f64,
}

/// Something distances are measured from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DistanceSource {
    pub place: EdgePosition,
    /// Distance already covered there, e.g. from beside the edge.
    pub ahead: f64,
    /// Sources of the same number are one and the same, wherever they enter the graph.
    pub number: u32,
}

/// A source and how far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DistanceLabel {
    pub distance: f64,
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
    pub edges: Vec<Edge>,
    first: Vec<u32>,
    incident: Vec<u32>,
}

impl MetricGraph {
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

/// Distances to the nearest two sources, anywhere on the graph.
#[derive(Debug)]
pub struct DistanceField<'a> {
    graph: &'a MetricGraph,
    at_node: Vec<NodeDistances>,
    /// In the order of their edges.
    on_edge: Vec<DistanceSource>,
    limit: f64,
}

/// A stretch of an edge throughout which the same sources are within the radius asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    pub from: f64,
    pub to: f64,
    /// The nearest and the second nearest, where within the radius.
    pub within: [Option<u32>; 2],
}

/// The distance to a source along an edge is `distance + |offset - at|`, on one side of `at` or on both.
#[derive(Clone, Copy)]
struct Ray {
    at: f64,
    label: DistanceLabel,
}

impl Ray {
    fn reach(&self, offset: f64) -> DistanceLabel {
        DistanceLabel { distance: self.label.distance + (offset - self.at).abs(), source: self.label.source }
    }
}

impl DistanceField<'_> {
    fn sources_on(&self, edge: u32) -> &[DistanceSource] {
        let from = self.on_edge.partition_point(|source| source.place.edge < edge);
        let to = self.on_edge.partition_point(|source| source.place.edge <= edge);
        &self.on_edge[from..to]
    }

    fn rays(&self, edge: u32) -> Vec<Ray> {
        let Edge { from, to, length } = self.graph.edges[edge as usize];
        let ends = [(from, 0.0), (to, length)];
        let of_ends = ends.iter().flat_map(|&(node, at)| {
            self.at_node[node as usize]
                .iter()
                .filter(|label| label.source != NONE.source)
                .map(move |label| Ray { at, label: *label })
        });
        let on_edge = self.sources_on(edge).iter().map(|source| Ray {
            at: source.place.offset,
            label: DistanceLabel { distance: source.ahead, source: source.number },
        });
        of_ends.chain(on_edge).collect()
    }

    /// The two nearest sources of a place, within the limit of the search.
    pub fn at(&self, place: EdgePosition) -> [Option<DistanceLabel>; 2] {
        let two = nearest(&self.rays(place.edge), place.offset);
        two.map(|label| (label.distance <= self.limit + SAME).then_some(label))
    }

    /// The part `from..to` of an edge, cut where the sources within `radius` change; in order.
    pub fn pieces(&self, edge: u32, from: f64, to: f64, radius: f64) -> Vec<Piece> {
        let rays = self.rays(edge);
        let mut cuts = vec![from, to];
        for ray in &rays {
            let reach = radius - ray.label.distance;
            cuts.extend([ray.at - reach, ray.at + reach]);
        }
        for (number, a) in rays.iter().enumerate() {
            for b in &rays[number + 1..] {
                // Where coming from one side costs as much as coming from the other.
                cuts.push((a.at + b.at + (b.label.distance - a.label.distance) * (b.at - a.at).signum()) / 2.0);
            }
        }
        cuts.retain(|cut| from <= *cut && *cut <= to);
        cuts.sort_by(f64::total_cmp);
        let mut pieces: Vec<Piece> = Vec::new();
        for pair in cuts.windows(2).filter(|pair| pair[1] - pair[0] > SAME) {
            let two = nearest(&rays, (pair[0] + pair[1]) / 2.0);
            let within = two.map(|label| (label.distance <= radius + SAME).then_some(label.source));
            match pieces.last_mut() {
                Some(last) if last.within == within && pair[0] - last.to <= SAME => last.to = pair[1],
                _ => pieces.push(Piece { from: pair[0], to: pair[1], within }),
            }
        }
        pieces
    }

    /// The largest distance to the nearest source on the part `from..to` of an edge; infinite where there is none.
    pub fn farthest(&self, edge: u32, from: f64, to: f64) -> f64 {
        let rays = self.rays(edge);
        let mut places = vec![from, to];
        for (number, a) in rays.iter().enumerate() {
            for b in &rays[number + 1..] {
                places.push((a.at + b.at + (b.label.distance - a.label.distance) * (b.at - a.at).signum()) / 2.0);
            }
        }
        let inside = places.into_iter().filter(|place| from <= *place && *place <= to);
        inside.map(|place| nearest(&rays, place)[0].distance).fold(0.0, f64::max)
    }
}

fn nearest(rays: &[Ray], offset: f64) -> NodeDistances {
    let mut two = [NONE; 2];
    for ray in rays {
        offer(&mut two, ray.reach(offset));
    }
    two
}

/// Everything near a place; keeps its memory from one search to the next.
#[derive(Debug)]
pub struct Ball {
    distance: Vec<f64>,
    touched: Vec<u32>,
}

impl Ball {
    pub fn new(graph: &MetricGraph) -> Self {
        Self { distance: vec![f64::INFINITY; graph.nodes() as usize], touched: Vec::new() }
    }

    /// What lies within the radius of the place: stretches of edges, by edge, disjoint.
    pub fn around(&mut self, graph: &MetricGraph, place: EdgePosition, radius: f64) -> Vec<Stretch> {
        self.search(graph, place, radius);
        let mut edges: Vec<u32> = self.touched.iter().flat_map(|node| graph.edges_at(*node).iter().copied()).collect();
        edges.push(place.edge);
        edges.sort_unstable();
        edges.dedup();
        edges.into_iter().flat_map(|edge| self.on_edge(graph, edge, place, radius)).collect()
    }

    /// Distance from the place last searched around to another; infinite beyond that radius.
    pub fn distance(&self, graph: &MetricGraph, from: EdgePosition, to: EdgePosition) -> f64 {
        let Edge { from: start, to: end, length } = graph.edges[to.edge as usize];
        let round = (self.distance[start as usize] + to.offset).min(self.distance[end as usize] + length - to.offset);
        if from.edge == to.edge { round.min((from.offset - to.offset).abs()) } else { round }
    }

    fn search(&mut self, graph: &MetricGraph, place: EdgePosition, radius: f64) {
        for node in self.touched.drain(..) {
            self.distance[node as usize] = f64::INFINITY;
        }
        let mut queue = BinaryHeap::new();
        let edge = graph.edges[place.edge as usize];
        self.offer(&mut queue, edge.from, place.offset, radius);
        self.offer(&mut queue, edge.to, edge.length - place.offset, radius);
        while let Some(Queued { distance, node, .. }) = queue.pop() {
            if distance > self.distance[node as usize] {
                continue;
            }
            for edge in graph.edges_at(node) {
                let next = graph.across(*edge, node);
                self.offer(&mut queue, next, distance + graph.edges[*edge as usize].length, radius);
            }
        }
    }

    fn offer(&mut self, queue: &mut BinaryHeap<Queued>, node: u32, distance: f64, radius: f64) {
        let known = &mut self.distance[node as usize];
        if distance <= radius + SAME && distance < *known {
            if known.is_infinite() {
                self.touched.push(node);
            }
            *known = distance;
            queue.push(Queued { distance, node, source: 0 });
        }
    }

    fn on_edge(&self, graph: &MetricGraph, edge: u32, place: EdgePosition, radius: f64) -> Vec<Stretch> {
        let Edge { from, to, length } = graph.edges[edge as usize];
        let mut parts = Vec::new();
        let (start, end) = (radius - self.distance[from as usize], radius - self.distance[to as usize]);
        if start >= -SAME {
            parts.push((0.0, start.clamp(0.0, length)));
        }
        if place.edge == edge {
            parts.push(((place.offset - radius).max(0.0), (place.offset + radius).min(length)));
        }
        if end >= -SAME {
            parts.push(((length - end).clamp(0.0, length), length));
        }
        parts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut joined: Vec<Stretch> = Vec::new();
        for (from, to) in parts {
            match joined.last_mut() {
                Some(last) if from <= last.to + SAME => last.to = last.to.max(to),
                _ => joined.push(Stretch { edge, from, to }),
            }
        }
        joined
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
