//! Everything within a radius of one place.

use std::collections::BinaryHeap;

use super::{Edge, EdgePosition, MetricGraph, Queued, SAME, Stretch};

/// Everything near a place; keeps its memory from one search to the next.
#[derive(Debug)]
pub struct Ball {
    distance: Vec<f64>,
    touched: Vec<u32>,
}

impl Ball {
    /// An empty one for searches on this graph.
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
