//! The network cut down to what is near demand and into what hangs together.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::tree::Tree;
use super::{PathCoverProblem, Points};
use fireplan_algorithms::metric_graph::{DistanceSource, Edge, EdgePosition, MetricGraph, SAME, Stretch};
use fireplan_algorithms::union_find::UnionFind;

/// In regions with more points than this, they stay where they were found.
const BALANCED: usize = 40;

/// A part of the network within the radius of demand: its own graph, with where each edge is in the whole.
pub(super) struct Region {
    pub(super) graph: MetricGraph,
    /// Per edge, the edge of the whole and the offset there of its start.
    origin: Vec<(u32, f64)>,
    pub(super) demand: Vec<Stretch>,
}

/// The parts of an edge that are within the radius of demand, in order, disjoint.
fn near_parts(edge: &Edge, parts: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut parts: Vec<(f64, f64)> =
        parts.map(|(from, to)| (from.max(0.0), to.min(edge.length))).filter(|(from, to)| to - from > SAME).collect();
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut joined: Vec<(f64, f64)> = Vec::new();
    for (from, to) in parts {
        match joined.last_mut() {
            Some(last) if from <= last.1 + SAME => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// Cuts the network down to what is near demand and into what hangs together.
pub(super) fn regions(problem: &PathCoverProblem) -> Vec<Region> {
    let PathCoverProblem { graph, demand, radius, .. } = problem;
    let ends = demand.iter().flat_map(|stretch| [stretch.from, stretch.to].map(|offset| (stretch.edge, offset)));
    let sources: Vec<DistanceSource> = ends
        .map(|(edge, offset)| DistanceSource { place: EdgePosition { edge, offset }, ahead: 0.0, number: 0 })
        .collect();
    let field = graph.two_nearest(&sources, *radius);
    let mut of_edge: BTreeMap<u32, Vec<(f64, f64)>> = BTreeMap::new();
    for stretch in *demand {
        of_edge.entry(stretch.edge).or_default().push((stretch.from, stretch.to));
    }
    let near: Vec<Vec<(f64, f64)>> = (0..graph.edges.len() as u32)
        .into_par_iter()
        .map(|edge| {
            let pieces = field.pieces(edge, 0.0, graph.edges[edge as usize].length, *radius);
            let within =
                pieces.into_iter().filter(|piece| piece.within[0].is_some()).map(|piece| (piece.from, piece.to));
            near_parts(&graph.edges[edge as usize], within.chain(of_edge.get(&edge).into_iter().flatten().copied()))
        })
        .collect();
    assemble(graph, demand, &near)
}

fn assemble(graph: &MetricGraph, demand: &[Stretch], near: &[Vec<(f64, f64)>]) -> Vec<Region> {
    let mut nodes = graph.nodes();
    let mut parts: Vec<(Edge, u32, f64)> = Vec::new();
    for (number, kept) in near.iter().enumerate() {
        let edge = &graph.edges[number];
        for (start, end) in kept {
            let mut node = |at_end: bool, node: u32| {
                if at_end {
                    return node;
                }
                nodes += 1;
                nodes - 1
            };
            let from = node(*start <= SAME, edge.from);
            let to = node(*end >= edge.length - SAME, edge.to);
            parts.push((Edge { from, to, length: end - start }, number as u32, *start));
        }
    }
    let mut groups = UnionFind::new(nodes as usize);
    parts.iter().for_each(|(edge, ..)| groups.join(edge.from, edge.to));
    let mut by_group: BTreeMap<u32, Vec<(Edge, u32, f64)>> = BTreeMap::new();
    for part in parts {
        by_group.entry(groups.group(part.0.from)).or_default().push(part);
    }
    by_group.into_values().map(|parts| Region::new(&parts, demand)).collect()
}

impl Region {
    fn new(parts: &[(Edge, u32, f64)], demand: &[Stretch]) -> Self {
        let nodes: BTreeSet<u32> = parts.iter().flat_map(|(edge, ..)| [edge.from, edge.to]).collect();
        let nodes: Vec<u32> = nodes.into_iter().collect();
        let renamed = |node: u32| nodes.binary_search(&node).expect("every node was named") as u32;
        let mut wanted = Vec::new();
        for (number, (edge, whole, start)) in parts.iter().enumerate() {
            let first = demand.partition_point(|stretch| stretch.edge < *whole);
            let here = demand[first..].iter().take_while(|stretch| stretch.edge == *whole);
            for stretch in here.filter(|stretch| stretch.from < start + edge.length && stretch.to > *start) {
                let (from, to) = ((stretch.from - start).max(0.0), (stretch.to - start).min(edge.length));
                wanted.push(Stretch { edge: number as u32, from, to });
            }
        }
        let edges =
            parts.iter().map(|(edge, ..)| Edge { from: renamed(edge.from), to: renamed(edge.to), length: edge.length });
        Self {
            graph: MetricGraph::new(nodes.len() as u32, edges.collect()),
            origin: parts.iter().map(|(_, whole, start)| (*whole, *start)).collect(),
            demand: wanted,
        }
    }

    pub(super) fn solve(&self, problem: &PathCoverProblem) -> Points {
        if self.demand.is_empty() {
            return Points::default();
        }
        let allowed: Vec<bool> = self.origin.iter().map(|(whole, _)| problem.allowed[*whole as usize]).collect();
        let is_tree = self.graph.edges.len() + 1 == self.graph.nodes() as usize;
        let accepts = |at: &EdgePosition| (problem.accepts)(self.in_whole(*at));
        let exact = (is_tree && allowed.iter().all(|allowed| *allowed)).then(|| Tree::new(self).cover(problem.radius));
        let bound = exact.as_ref().map_or(0, Vec::len);
        let mut points = match exact.filter(|places| places.iter().all(accepts)) {
            Some(places) => Points { lower_bound: bound, exact: bound, places },
            None => self.by_set_cover(&allowed, problem),
        };
        points.lower_bound = points.lower_bound.max(bound);
        if points.places.len() <= BALANCED {
            self.balance(&mut points.places, problem);
        }
        for place in &mut points.places {
            *place = self.in_whole(*place);
        }
        points
    }

    /// The place in the whole network.
    pub(super) fn in_whole(&self, place: EdgePosition) -> EdgePosition {
        let (whole, start) = self.origin[place.edge as usize];
        EdgePosition { edge: whole, offset: place.offset + start }
    }
}
