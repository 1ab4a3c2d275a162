//! Street ends: road that has hydrants on one side only.
//!
//! The spacing of GB 50974 7.2.5 is a distance between two hydrants. A stretch that leads from the last hydrant to the end of a
//! street lies between no two; what the clause asks of it is the protection radius, measured here along the road, which is
//! never less than straight. Where the street goes on for more than the radius, the next hydrant is due at the spacing, and
//! half the spacing is asked as between two. The switch `hydrant.end_reading` also holds the stricter reading, half the
//! spacing everywhere.
//!
//! Ends are found by pruning: a road from whose end nothing goes on is one as far as its first hydrant, or else to the
//! junction; a junction at which all roads but one are ends makes the last one an end, too. Rings are none, but for a loop
//! that leaves and meets one junction. A street that leaves town goes on.

use std::collections::BTreeMap;

use super::HydrantRun;
use super::kerbs::Kerbs;
use super::streets::GAP_LEAST_M;
use fireplan_algorithms::metric_graph::{DistanceField, DistanceSource, Edge, EdgePosition, SAME, Stretch};

/// A stretch of an edge that leads to a street end.
#[derive(Debug, Clone, Copy, PartialEq)]
struct EndStretch {
    from: f64,
    to: f64,
    /// Whether the street end lies beyond `from`, else beyond `to`.
    ends_at_from: bool,
    /// The longest way on beyond that side, in metres.
    beyond_m: f64,
}

impl EndStretch {
    /// The longest way from a hydrant to a street end through this stretch; `None` where no hydrant is near.
    fn way_from_hydrant_m(&self, edge: u32, field: &DistanceField) -> Option<f64> {
        let offset = if self.ends_at_from { self.to } else { self.from };
        let nearest = field.at(EdgePosition { edge, offset })[0]?;
        Some(nearest.distance + self.to - self.from + self.beyond_m)
    }

    /// Whether the last hydrant is within the protection radius of the street end, to the decimal that is told.
    fn holds_radius(&self, edge: u32, field: &DistanceField, radius_m: f64) -> bool {
        self.way_from_hydrant_m(edge, field).is_some_and(|m| m <= radius_m + GAP_LEAST_M)
    }

    /// The part of it from which more than so many metres lead to a street end.
    fn deeper_than(&self, depth_m: f64) -> (f64, f64) {
        let left_m = (depth_m - self.beyond_m).max(0.0);
        if self.ends_at_from { (self.from + left_m, self.to) } else { (self.from, self.to - left_m) }
    }
}

/// The street ends of the network of kerbs under one reading of the hydrants.
#[derive(Default)]
pub(crate) struct StreetEnds {
    of_edge: BTreeMap<u32, Vec<EndStretch>>,
}

impl StreetEnds {
    /// Finds the street ends between these hydrants.
    pub(super) fn new(kerbs: &Kerbs, sources: &[DistanceSource]) -> Self {
        let mut hydrants: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for source in sources {
            hydrants.entry(source.place.edge).or_default().push(source.place.offset);
        }
        hydrants.values_mut().for_each(|offsets| offsets.sort_by(f64::total_cmp));
        let mut ends = Pruning::new(&kerbs.graph.edges, hydrants).run();
        for stretches in ends.of_edge.values_mut() {
            stretches.sort_by(|a, b| a.from.total_cmp(&b.from));
        }
        ends
    }

    /// The longest way from a hydrant to a street end that leads through a stretch of an edge; `None`: none does.
    pub(super) fn longest_way_m(&self, field: &DistanceField, (edge, from, to): (u32, f64, f64)) -> Option<f64> {
        let ends = self.split(edge, from, to).into_iter().filter_map(|(.., end)| end);
        ends.filter_map(|end| end.way_from_hydrant_m(edge, field)).max_by(f64::total_cmp)
    }

    /// The stretch cut where it enters or leaves a street end, in order.
    fn split(&self, edge: u32, from: f64, to: f64) -> Vec<(f64, f64, Option<EndStretch>)> {
        let (mut parts, mut at) = (Vec::new(), from);
        for end in self.of_edge.get(&edge).into_iter().flatten() {
            let (start, stop) = (end.from.max(at), end.to.min(to));
            if stop - start > SAME {
                parts.push((at, start, None));
                parts.push((start, stop, Some(*end)));
                at = stop;
            }
        }
        parts.push((at, to, None));
        parts.retain(|(from, to, _)| to - from > SAME);
        parts
    }
}

/// The edges that are still there, by node.
struct Pruning<'a> {
    edges: &'a [Edge],
    /// Offsets of the hydrants on each edge, ascending.
    hydrants: BTreeMap<u32, Vec<f64>>,
    at_node: BTreeMap<u32, Vec<u32>>,
    /// How many ends of edges are left at each node.
    left: BTreeMap<u32, usize>,
    /// The longest way from each node to a street end over edges taken away.
    depth_m: BTreeMap<u32, f64>,
    removed: Vec<bool>,
    ends: StreetEnds,
}

impl<'a> Pruning<'a> {
    fn new(edges: &'a [Edge], hydrants: BTreeMap<u32, Vec<f64>>) -> Self {
        let mut at_node: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (number, edge) in (0_u32..).zip(edges) {
            for node in [edge.from, edge.to] {
                at_node.entry(node).or_default().push(number);
            }
        }
        let left = at_node.iter().map(|(node, edges)| (*node, edges.len())).collect();
        let removed = vec![false; edges.len()];
        Self { edges, hydrants, at_node, left, depth_m: BTreeMap::new(), removed, ends: StreetEnds::default() }
    }

    fn run(mut self) -> StreetEnds {
        self.remove_loops();
        let mut tips: Vec<u32> = self.left.iter().filter(|(_, left)| **left == 1).map(|(node, _)| *node).collect();
        while let Some(tip) = tips.pop() {
            let last = self.at_node[&tip].iter().copied().find(|edge| !self.removed[*edge as usize]);
            let Some((number, inner)) = last.and_then(|number| Some((number, self.end_from(number, tip)?))) else {
                continue;
            };
            self.removed[number as usize] = true;
            *self.left.get_mut(&inner).expect("edges are at their nodes") -= 1;
            if self.left[&inner] == 1 {
                tips.push(inner);
            }
        }
        self.ends
    }

    /// Takes the edge for a street end as seen from its tip, as far as its first hydrant; the node at its other side, if none
    /// stands on it.
    fn end_from(&mut self, number: u32, tip: u32) -> Option<u32> {
        let Edge { from, to, length } = self.edges[number as usize];
        let beyond_m = self.depth_m.get(&tip).copied().unwrap_or(0.0);
        let ends_at_from = tip == from;
        let hydrants = self.hydrants.get(&number).map_or(&[][..], Vec::as_slice);
        let first = if ends_at_from { hydrants.first() } else { hydrants.last() };
        let (start, end) = match (first, ends_at_from) {
            (None, _) => (0.0, length),
            (Some(at), true) => (0.0, *at),
            (Some(at), false) => (*at, length),
        };
        let stretch = EndStretch { from: start, to: end, ends_at_from, beyond_m };
        self.ends.of_edge.entry(number).or_default().push(stretch);
        if first.is_some() {
            return None;
        }
        let inner = if ends_at_from { to } else { from };
        let depth_m = self.depth_m.entry(inner).or_insert(0.0);
        *depth_m = depth_m.max(beyond_m + length);
        Some(inner)
    }

    /// Loops without a hydrant that leave and meet one junction are two ends of half their length.
    fn remove_loops(&mut self) {
        for (number, Edge { from, to, length }) in (0_u32..).zip(self.edges) {
            if from != to || self.hydrants.contains_key(&number) {
                continue;
            }
            let middle = length / 2.0;
            let half = |from: f64, to: f64, ends_at_from: bool| EndStretch { from, to, ends_at_from, beyond_m: 0.0 };
            let halves = [half(0.0, middle, false), half(middle, *length, true)];
            self.ends.of_edge.entry(number).or_default().extend(halves);
            self.removed[number as usize] = true;
            *self.left.get_mut(from).expect("edges are at their nodes") -= 2;
            let depth_m = self.depth_m.entry(*from).or_insert(0.0);
            *depth_m = depth_m.max(middle);
        }
    }
}

/// Road where hydrants are asked for and that breaks the clause: what is farther than half the spacing from every hydrant.
#[derive(Clone, Default)]
pub(super) struct Uncovered {
    /// Between hydrants.
    pub between: Vec<Stretch>,
    /// At street ends that go on beyond the protection radius.
    pub at_ends: Vec<Stretch>,
}

impl Uncovered {
    pub(super) fn all(&self) -> Vec<Stretch> {
        self.between.iter().chain(&self.at_ends).copied().collect()
    }

    /// What of it is among some stretches as well.
    pub(super) fn within(&self, others: &[Stretch]) -> Self {
        let within = |stretches: &[Stretch]| common(stretches, others);
        Self { between: within(&self.between), at_ends: within(&self.at_ends) }
    }
}

/// What lies in both of two lists of stretches, in the order of the first.
pub(super) fn common(stretches: &[Stretch], others: &[Stretch]) -> Vec<Stretch> {
    let mut of_edge: BTreeMap<u32, Vec<&Stretch>> = BTreeMap::new();
    others.iter().for_each(|other| of_edge.entry(other.edge).or_default().push(other));
    let shared = stretches.iter().flat_map(|stretch| {
        let others = of_edge.get(&stretch.edge).into_iter().flatten();
        others.map(|other| Stretch {
            from: stretch.from.max(other.from),
            to: stretch.to.min(other.to),
            edge: stretch.edge,
        })
    });
    shared.filter(|stretch| stretch.to - stretch.from > SAME).collect()
}

/// What breaks the clause, in places along the edges of the kerb network: by edge and offset.
pub(super) fn uncovered(run: &HydrantRun, field: &DistanceField, ends: &StreetEnds) -> Uncovered {
    let mut uncovered = Uncovered::default();
    for (edge, from, to, end) in wanted(run, ends) {
        let radius_m = run.rules_of(edge).radius_m.value;
        match end {
            None => uncovered.between.extend(farther(field, edge, from, to, run.half_m(edge))),
            Some(end) if end.holds_radius(edge, field, radius_m) => {}
            Some(_) => uncovered.at_ends.extend(farther(field, edge, from, to, run.half_m(edge))),
        }
    }
    uncovered
}

/// Where hydrants are asked for and a distance between two of them is a spacing: all but the street ends.
pub(super) fn between(run: &HydrantRun, ends: &StreetEnds) -> Vec<Stretch> {
    let parts = wanted(run, ends).filter(|(.., end)| end.is_none());
    parts.map(|(edge, from, to, _)| Stretch { edge, from, to }).collect()
}

/// Road that new hydrants must come within half the spacing of, so that the clause holds everywhere.
///
/// Of a street end, the last metres by which the radius exceeds half the spacing are left out: where the rest is within half
/// the spacing, they are within the radius.
pub(super) fn to_cover(run: &HydrantRun, field: &DistanceField, ends: &StreetEnds) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    for (edge, from, to, end) in wanted(run, ends) {
        let radius_m = run.rules_of(edge).radius_m.value;
        if end.is_some_and(|end| end.holds_radius(edge, field, radius_m)) {
            continue;
        }
        let spared_m = (radius_m - run.half_m(edge)).max(0.0);
        // Where no hydrant stands at all, the end is not spared one.
        let end = end.filter(|end| end.way_from_hydrant_m(edge, field).is_some());
        let (start, stop) = end.map_or((from, to), |end| end.deeper_than(spared_m));
        stretches.extend(farther(field, edge, start.max(from), stop.min(to), run.half_m(edge)));
    }
    stretches
}

/// Where hydrants are asked for, cut at the street ends.
fn wanted<'a>(
    run: &'a HydrantRun,
    ends: &'a StreetEnds,
) -> impl Iterator<Item = (u32, f64, f64, Option<EndStretch>)> + 'a {
    (0..run.kerbs.kerbs.len() as u32).flat_map(move |edge| {
        let stretches = &run.kerbs.wanted[run.kerbs.kerbs[edge as usize].segment.index()];
        let parts = stretches.iter().flat_map(move |(from, to)| ends.split(edge, *from, *to));
        parts.map(move |(from, to, end)| (edge, from, to, end))
    })
}

/// What of a stretch is farther than the radius from every source.
fn farther(field: &DistanceField, edge: u32, from: f64, to: f64, radius_m: f64) -> Vec<Stretch> {
    if to - from <= SAME {
        return Vec::new();
    }
    let beyond = field.pieces(edge, from, to, radius_m).into_iter().filter(|piece| piece.within[0].is_none());
    beyond.map(|piece| Stretch { edge, from: piece.from, to: piece.to }).collect()
}
