//! Covering stretches of a network with points on it: the fewest points such that nothing demanded is farther than the
//! radius from one, measured along the network.
//!
//! **Model.** The network is a [`MetricGraph`]; what is demanded is a closed part of its edges; points may lie anywhere on
//! the edges that allow it. Points farther than the radius from all demand cover nothing, so the network falls apart
//! into regions that have nothing to do with each other.
//!
//! **Regions without a ring** are solved exactly, in one pass from the ends inward: the demand farthest out must be covered
//! by a point within the radius, and of all such points the one nearest to the middle covers most else (Kariv and Hakimi
//! 1979 on trees). **Regions with rings**, or with edges that allow no point, are laid out in places every `step` and
//! solved as a set cover. The lower bound given for them holds for all points, not only those places: it is that of covering
//! every bit of demand once over, in shares of its length, from places half as far apart with a radius a quarter of a step
//! larger; and for small regions that of covering single points, which can be solved exactly.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::set_cover;
use crate::set_cover::relaxation::Relaxation;
use fireplan_algorithms::metric_graph::{Ball, DistanceSource, Edge, EdgePosition, MetricGraph, Piece, SAME, Stretch};
use fireplan_algorithms::union_find::UnionFind;

/// What is to be covered, with what.
pub struct PathCoverProblem<'a> {
    pub graph: &'a MetricGraph,
    /// By edge and place, disjoint.
    pub demand: &'a [Stretch],
    /// Per edge, whether a point may lie on it.
    pub allowed: &'a [bool],
    pub radius: f64,
    /// Distance of the places tried in regions with rings.
    pub step: f64,
}

/// The points, and how few could do at best.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    /// By edge and offset.
    pub places: Vec<EdgePosition>,
    pub lower_bound: usize,
    /// Points in regions solved exactly.
    pub exact: usize,
}

impl Points {
    pub fn is_proven(&self) -> bool {
        self.places.len() == self.lower_bound
    }
}

/// In regions with more points than this, they stay where they were found.
const BALANCED: usize = 40;
/// Regions with so many places at most are bounded by covers of single points too: these may be solved exactly.
const FEW_PLACES: usize = 3_000;
/// Demand is cut into some so many pieces at most.
const PIECES: f64 = 60_000.0;

/// The fewest points that cover the demand; see the module for where that is exact.
///
/// ```
/// use fireplan_algorithms::metric_graph::{Edge, MetricGraph, Stretch};
/// use fireplan_location::path_cover::{PathCoverProblem, place};
/// // A street of 600, points reach 60 both ways: five are needed, at 60, 180, 300 …
/// let graph = MetricGraph::new(2, vec![Edge { from: 0, to: 1, length: 600.0 }]);
/// let demand = [Stretch { edge: 0, from: 0.0, to: 600.0 }];
/// let points = place(&PathCoverProblem { graph: &graph, demand: &demand, allowed: &[true], radius: 60.0, step: 5.0 });
/// assert_eq!(points.places.len(), 5);
/// assert!(points.is_proven());
/// ```
pub fn place(problem: &PathCoverProblem) -> Points {
    let solved: Vec<Points> = regions(problem).par_iter().map(|region| region.solve(problem)).collect();
    let mut all = Points::default();
    for points in solved {
        all.places.extend(points.places);
        all.lower_bound += points.lower_bound;
        all.exact += points.exact;
    }
    all.places.sort_by(|a, b| a.edge.cmp(&b.edge).then(a.offset.total_cmp(&b.offset)));
    all
}

/// A part of the network within the radius of demand: its own graph, with where each edge is in the whole.
struct Region {
    graph: MetricGraph,
    /// Per edge, the edge of the whole and the offset there of its start.
    origin: Vec<(u32, f64)>,
    demand: Vec<Stretch>,
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
fn regions(problem: &PathCoverProblem) -> Vec<Region> {
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

    fn solve(&self, problem: &PathCoverProblem) -> Points {
        if self.demand.is_empty() {
            return Points::default();
        }
        let allowed: Vec<bool> = self.origin.iter().map(|(whole, _)| problem.allowed[*whole as usize]).collect();
        let is_tree = self.graph.edges.len() + 1 == self.graph.nodes() as usize;
        let mut points = if is_tree && allowed.iter().all(|allowed| *allowed) {
            let places = Tree::new(self).cover(problem.radius);
            Points { lower_bound: places.len(), exact: places.len(), places }
        } else {
            self.by_set_cover(&allowed, problem)
        };
        if points.places.len() <= BALANCED {
            self.balance(&mut points.places, problem.radius);
        }
        for place in &mut points.places {
            let (whole, start) = self.origin[place.edge as usize];
            *place = EdgePosition { edge: whole, offset: place.offset + start };
        }
        points
    }

    /// Moves every point, along its edge, to the middle of where it could lie for what only it covers: two gaps alike on
    /// both sides of it, and not one as long as allowed.
    fn balance(&self, places: &mut [EdgePosition], radius: f64) {
        for number in (0..places.len() as u32).cycle().take(2 * places.len()) {
            let sources: Vec<DistanceSource> = places
                .iter()
                .zip(0..)
                .map(|(place, number)| DistanceSource { place: *place, ahead: 0.0, number })
                .collect();
            let field = self.graph.two_nearest(&sources, radius);
            let place = &mut places[number as usize];
            let length = self.graph.edges[place.edge as usize].length;
            let only = |piece: &Piece| piece.within == [Some(number), None];
            let sides = Sides::new(&self.graph, *place, radius);
            // How far it can go forwards before something behind it is too far, and backwards.
            let mut slack = [radius, radius];
            for stretch in &self.demand {
                for piece in
                    field.pieces(stretch.edge, stretch.from, stretch.to, radius).iter().filter(|piece| only(piece))
                {
                    let (start, end) = (sides.of(stretch.edge, piece.from), sides.of(stretch.edge, piece.to));
                    if start.0 == end.0 {
                        let farthest = field.farthest(stretch.edge, piece.from, piece.to);
                        slack[start.0] = slack[start.0].min(radius - farthest);
                    } else {
                        // Reached from both sides: what one end gains, the other loses, and the middle stays as it is.
                        slack[start.0] = slack[start.0].min(radius - start.1);
                        slack[end.0] = slack[end.0].min(radius - end.1);
                    }
                }
            }
            let before = place.offset;
            place.offset = (before + (slack[0].max(0.0) - slack[1].max(0.0)) / 2.0).clamp(0.0, length);
            // In a ring, what was near one way round may become nearer the other: then better not.
            if !self.is_covered(places, radius) {
                places[number as usize].offset = before;
            }
        }
    }

    fn is_covered(&self, places: &[EdgePosition], radius: f64) -> bool {
        let sources: Vec<DistanceSource> =
            places.iter().map(|place| DistanceSource { place: *place, ahead: 0.0, number: 0 }).collect();
        let field = self.graph.two_nearest(&sources, radius);
        self.demand.iter().all(|stretch| {
            let pieces = field.pieces(stretch.edge, stretch.from, stretch.to, radius);
            pieces.iter().all(|piece| piece.within[0].is_some())
        })
    }

    /// Demand in pieces of at most a step, and places every step at most.
    fn by_set_cover(&self, allowed: &[bool], problem: &PathCoverProblem) -> Points {
        let (radius, step) = (problem.radius, self.step(problem));
        let wanted = self.pieces(step);
        let places = self.places(allowed, step);
        let found = set_cover::cover(wanted.len() as u32, &self.whole_pieces(&wanted, &places, radius));
        let chosen: Vec<EdgePosition> = found.chosen.iter().map(|set| places[*set as usize]).collect();
        let mut lower_bound = self.measured_bound(&wanted, allowed, radius, step / 2.0, chosen.len());
        if places.len() <= FEW_PLACES && lower_bound < chosen.len() {
            // Any point is within half a step of a place that was tried; what it covers, that place covers at this radius.
            let relaxed = set_cover::cover(wanted.len() as u32, &self.middles(&wanted, &places, radius + step / 2.0));
            lower_bound = lower_bound.max(relaxed.lower_bound);
        }
        // Forbidden edges may still be passed, but a bound over the allowed places holds only for these.
        Points { lower_bound: lower_bound.min(chosen.len()), exact: 0, places: chosen }
    }

    /// The step asked for, or more where there would be too many pieces; never so much that points near by are missed.
    fn step(&self, problem: &PathCoverProblem) -> f64 {
        let length: f64 = self.demand.iter().map(|stretch| stretch.to - stretch.from).sum();
        problem.step.max((length / PIECES).min(problem.radius / 4.0))
    }

    /// The demand in pieces of at most a step.
    fn pieces(&self, step: f64) -> Vec<Stretch> {
        let cut = |stretch: &Stretch| {
            let count = ((stretch.to - stretch.from) / step).ceil().max(1.0);
            let (from, width, edge) = (stretch.from, (stretch.to - stretch.from) / count, stretch.edge);
            (0..count as u32).map(move |piece| {
                let from = from + width * f64::from(piece);
                Stretch { edge, from, to: from + width }
            })
        };
        self.demand.iter().flat_map(cut).collect()
    }

    /// Places on the allowed edges, a step apart at most.
    fn places(&self, allowed: &[bool], step: f64) -> Vec<EdgePosition> {
        let edges = (0..self.graph.edges.len()).filter(|edge| allowed[*edge]);
        let along = |edge: usize| {
            let length = self.graph.edges[edge].length;
            let count = (length / step).ceil().max(1.0);
            (0..=count as u32).map(move |at| EdgePosition { edge: edge as u32, offset: length * f64::from(at) / count })
        };
        edges.flat_map(along).collect()
    }

    fn around<T: Send>(&self, places: &[EdgePosition], radius: f64, of: impl Fn(&[Stretch]) -> T + Sync) -> Vec<T> {
        let around = places
            .par_iter()
            .map_init(|| Ball::new(&self.graph), |ball, at| of(&ball.around(&self.graph, *at, radius)));
        around.collect()
    }

    /// Per place, the pieces of demand that lie wholly within the radius.
    fn whole_pieces(&self, wanted: &[Stretch], places: &[EdgePosition], radius: f64) -> Vec<Vec<u32>> {
        let whole = |piece: &Stretch, near: &Stretch| near.from - SAME <= piece.from && piece.to <= near.to + SAME;
        self.around(places, radius, |around| touched(wanted, around, whole))
    }

    /// Per place, the pieces of demand whose middle is within the radius.
    fn middles(&self, wanted: &[Stretch], places: &[EdgePosition], radius: f64) -> Vec<Vec<u32>> {
        let middle = |piece: &Stretch, near: &Stretch| {
            let middle = (piece.from + piece.to) / 2.0;
            near.from - SAME <= middle && middle <= near.to + SAME
        };
        self.around(places, radius, |around| touched(wanted, around, middle))
    }

    /// A bound by length: every piece of demand must be covered once over, in shares of its length, be it by many points.
    /// Any point is within half a step of a place; that place, with the radius half a step larger, stands for it.
    fn measured_bound(&self, wanted: &[Stretch], allowed: &[bool], radius: f64, step: f64, known: usize) -> usize {
        let places = self.places(allowed, step);
        let overlap = |piece: &Stretch, near: &Stretch| piece.to.min(near.to) - piece.from.max(near.from);
        let shares = self.around(&places, radius + step / 2.0, |around| {
            let mut shares: Vec<(u32, f32)> = Vec::new();
            for near in around {
                for piece in touched(wanted, std::slice::from_ref(near), |piece, near| overlap(piece, near) > SAME) {
                    let stretch = &wanted[piece as usize];
                    let share = ((overlap(stretch, near) + SAME) / (stretch.to - stretch.from)).min(1.0) as f32;
                    shares.push((piece, share));
                }
            }
            shares
        });
        let relaxation = Relaxation::new(wanted.len(), shares.into_iter().map(Vec::into_iter));
        relaxation.bound(known, |_| known)
    }
}

/// Whether other places are reached from a place through the first node of its edge or through the last.
struct Sides<'a> {
    graph: &'a MetricGraph,
    place: EdgePosition,
    ends: [(EdgePosition, Ball); 2],
}

impl<'a> Sides<'a> {
    fn new(graph: &'a MetricGraph, place: EdgePosition, radius: f64) -> Self {
        let length = graph.edges[place.edge as usize].length;
        let ends = [0.0, length].map(|offset| {
            let (mut ball, end) = (Ball::new(graph), EdgePosition { edge: place.edge, offset });
            ball.around(graph, end, radius);
            (end, ball)
        });
        Self { graph, place, ends }
    }

    /// The side, 0 behind and 1 ahead, and the distance that way.
    fn of(&self, edge: u32, offset: f64) -> (usize, f64) {
        let to = EdgePosition { edge, offset };
        let mut ways = self
            .ends
            .each_ref()
            .map(|(end, ball)| (end.offset - self.place.offset).abs() + ball.distance(self.graph, *end, to));
        if edge == self.place.edge {
            let ahead = offset - self.place.offset;
            let way = &mut ways[usize::from(ahead > 0.0)];
            *way = way.min(ahead.abs());
        }
        if ways[0] <= ways[1] { (0, ways[0]) } else { (1, ways[1]) }
    }
}

/// The pieces of demand on these stretches for which the question is answered with yes.
fn touched(wanted: &[Stretch], around: &[Stretch], within: impl Fn(&Stretch, &Stretch) -> bool) -> Vec<u32> {
    let of = |near: &Stretch| {
        let first = wanted.partition_point(|piece| piece.edge < near.edge);
        let here = wanted[first..].iter().take_while(|piece| piece.edge == near.edge).zip(first as u32..);
        here.filter(|(piece, _)| within(piece, near)).map(|(_, number)| number).collect::<Vec<u32>>()
    };
    around.iter().flat_map(of).collect()
}

/// A region without rings, seen from one of its nodes.
struct Tree<'a> {
    region: &'a Region,
    /// Nodes, those farthest out last, with the edge that leads inward.
    order: Vec<(u32, Option<u32>)>,
}

/// What is known at a node of everything farther out.
#[derive(Clone, Copy)]
struct Outward {
    /// Distance to the farthest demand not yet covered.
    need: Option<f64>,
    /// Distance to the nearest point placed.
    have: f64,
}

impl<'a> Tree<'a> {
    fn new(region: &'a Region) -> Self {
        let mut order = vec![(0, None)];
        let mut seen = vec![false; region.graph.nodes() as usize];
        seen[0] = true;
        let mut next = 0;
        while next < order.len() {
            let node = order[next].0;
            for edge in region.graph.edges_at(node) {
                let outer = region.graph.across(*edge, node);
                if !std::mem::replace(&mut seen[outer as usize], true) {
                    order.push((outer, Some(*edge)));
                }
            }
            next += 1;
        }
        Self { region, order }
    }

    fn cover(&self, radius: f64) -> Vec<EdgePosition> {
        let nothing = Outward { need: None, have: f64::INFINITY };
        let mut at: Vec<Outward> = vec![nothing; self.order.len()];
        let mut places = Vec::new();
        for (node, inward) in self.order.iter().rev() {
            let mut outward = at[*node as usize];
            outward.need = outward.need.filter(|need| need + outward.have > radius + SAME);
            match inward {
                Some(edge) => {
                    let inner = self.region.graph.across(*edge, *node);
                    let arrived = self.walk(*edge, *node, outward, radius, &mut places);
                    let known = &mut at[inner as usize];
                    known.need = known.need.into_iter().chain(arrived.need).reduce(f64::max);
                    known.have = known.have.min(arrived.have);
                }
                None if outward.need.is_some() => places.push(self.place_at(*node)),
                None => {}
            }
        }
        places
    }

    fn place_at(&self, node: u32) -> EdgePosition {
        let edge = self.region.graph.edges_at(node)[0];
        let Edge { from, length, .. } = self.region.graph.edges[edge as usize];
        EdgePosition { edge, offset: if from == node { 0.0 } else { length } }
    }

    /// Walks an edge inward from its outer node, placing points as late as the demand behind allows.
    fn walk(&self, edge: u32, outer: u32, mut known: Outward, radius: f64, places: &mut Vec<EdgePosition>) -> Outward {
        let Edge { from, length, .. } = self.region.graph.edges[edge as usize];
        let forwards = from == outer;
        let mut stretches: Vec<(f64, f64)> = self
            .region
            .demand
            .iter()
            .skip(self.region.demand.partition_point(|stretch| stretch.edge < edge))
            .take_while(|stretch| stretch.edge == edge)
            .map(
                |stretch| {
                    if forwards { (stretch.from, stretch.to) } else { (length - stretch.to, length - stretch.from) }
                },
            )
            .collect();
        stretches.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut place =
            |walked: f64| places.push(EdgePosition { edge, offset: if forwards { walked } else { length - walked } });
        let mut walked = 0.0;
        // A point has to lie no farther on than this for the demand behind it.
        let due = |known: &Outward, walked: f64| known.need.map(|need| (walked + radius - need).max(walked));
        for (start, end) in stretches {
            loop {
                let open = start.max(walked + radius - known.have).max(walked);
                match due(&known, walked) {
                    Some(due) if due < end - SAME => {
                        place(due);
                        walked = due;
                        known = Outward { need: None, have: 0.0 };
                    }
                    None if open < end - SAME => {
                        known = Outward { need: Some(0.0), have: known.have + open - walked };
                        walked = open;
                    }
                    _ => break,
                }
            }
        }
        if let Some(due) = due(&known, walked).filter(|due| *due < length - SAME) {
            place(due);
            walked = due;
            known = Outward { need: None, have: 0.0 };
        }
        Outward { need: known.need.map(|need| need + length - walked), have: known.have + length - walked }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(edges: &[Edge]) -> Vec<Stretch> {
        edges.iter().zip(0..).map(|(e, edge)| Stretch { edge, from: 0.0, to: e.length }).collect()
    }

    fn points(edges: &[Edge], nodes: u32, radius: f64, step: f64) -> Points {
        let graph = MetricGraph::new(nodes, edges.to_vec());
        let (demand, allowed) = (whole(edges), vec![true; edges.len()]);
        place(&PathCoverProblem { graph: &graph, demand: &demand, allowed: &allowed, radius, step })
    }

    /// Whether every bit of every edge is within the radius of a point.
    fn covers(edges: &[Edge], nodes: u32, places: &[EdgePosition], radius: f64) -> bool {
        let graph = MetricGraph::new(nodes, edges.to_vec());
        let sources: Vec<DistanceSource> = places
            .iter()
            .zip(0..)
            .map(|(place, number)| DistanceSource { place: *place, ahead: 0.0, number })
            .collect();
        let field = graph.two_nearest(&sources, radius * 2.0);
        let all = |edge: u32| field.pieces(edge, 0.0, edges[edge as usize].length, radius);
        (0..edges.len() as u32).all(|edge| all(edge).iter().all(|piece| piece.within[0].is_some()))
    }

    /// The least number, trying every choice of places at half units. With whole lengths and a whole radius some least
    /// cover has all its points there (Hartmann, Lendl and Woeginger 2022, for edges of one length, to which others divide).
    fn least(edges: &[Edge], nodes: u32, radius: f64) -> usize {
        let graph = MetricGraph::new(nodes, edges.to_vec());
        let halves = |edge: &Edge| (edge.length * 2.0) as u32;
        let first: Vec<u32> =
            edges.iter().scan(0, |sum, edge| Some(std::mem::replace(sum, *sum + halves(edge)))).collect();
        let total: u32 = edges.iter().map(halves).sum();
        assert!(total <= 64, "too large to try every choice");
        let mut ball = Ball::new(&graph);
        let mut masks = Vec::new();
        for (number, edge) in edges.iter().enumerate() {
            for half in 0..=halves(edge) {
                let place = EdgePosition { edge: number as u32, offset: f64::from(half) / 2.0 };
                let around = ball.around(&graph, place, radius);
                let mut mask = 0_u64;
                for near in around {
                    for half in 0..halves(&edges[near.edge as usize]) {
                        let middle = f64::from(half) / 2.0 + 0.25;
                        if near.from <= middle && middle <= near.to {
                            mask |= 1 << (first[near.edge as usize] + half);
                        }
                    }
                }
                masks.push(mask);
            }
        }
        let all = if total == 64 { u64::MAX } else { (1_u64 << total) - 1 };
        fn within(masks: &[u64], all: u64, covered: u64, left: usize) -> bool {
            if covered == all {
                return true;
            }
            let open = (all & !covered).trailing_zeros();
            left > 0
                && masks
                    .iter()
                    .filter(|mask| **mask >> open & 1 == 1)
                    .any(|mask| within(masks, all, covered | mask, left - 1))
        }
        (0..).find(|count| within(&masks, all, 0, *count)).expect("every piece is near some place")
    }

    #[test]
    fn a_straight_street_needs_its_length_over_twice_the_radius() {
        for (length, count) in [(1.0, 1), (119.9, 1), (120.0, 1), (120.1, 2), (600.0, 5), (601.0, 6)] {
            let edges = [Edge { from: 0, to: 1, length }];
            let found = points(&edges, 2, 60.0, 5.0);
            assert_eq!((found.places.len(), found.is_proven()), (count, true), "{length}");
            assert!(covers(&edges, 2, &found.places, 60.0));
        }
    }

    #[test]
    fn one_point_lies_in_the_middle_of_what_it_covers() {
        let graph = MetricGraph::new(2, vec![Edge { from: 0, to: 1, length: 1000.0 }]);
        let demand = [Stretch { edge: 0, from: 460.0, to: 546.0 }];
        let found =
            place(&PathCoverProblem { graph: &graph, demand: &demand, allowed: &[true], radius: 60.0, step: 5.0 });
        assert_eq!(found.places.len(), 1);
        assert!((found.places[0].offset - 503.0).abs() < 1e-6, "{:?}", found.places);
    }

    #[test]
    fn one_point_at_a_junction_serves_every_arm() {
        let star: Vec<Edge> = (1..6).map(|to| Edge { from: 0, to, length: 60.0 }).collect();
        let found = points(&star, 6, 60.0, 5.0);
        assert_eq!(found.places.len(), 1);
        let longer: Vec<Edge> = (1..6).map(|to| Edge { from: 0, to, length: 61.0 }).collect();
        assert_eq!(points(&longer, 6, 60.0, 5.0).places.len(), 5);
    }

    #[test]
    fn only_what_is_demanded_is_covered() {
        let graph = MetricGraph::new(2, vec![Edge { from: 0, to: 1, length: 1000.0 }]);
        let demand = [(100.0, 180.0), (700.0, 720.0)].map(|(from, to)| Stretch { edge: 0, from, to });
        let found =
            place(&PathCoverProblem { graph: &graph, demand: &demand, allowed: &[true], radius: 60.0, step: 5.0 });
        assert_eq!(found.places.len(), 2);
        // Nothing may lie on the first edge: the demand there is served from the next one.
        let graph =
            MetricGraph::new(3, vec![Edge { from: 0, to: 1, length: 50.0 }, Edge { from: 1, to: 2, length: 50.0 }]);
        let demand = [Stretch { edge: 0, from: 0.0, to: 50.0 }];
        let found = place(&PathCoverProblem {
            graph: &graph,
            demand: &demand,
            allowed: &[false, true],
            radius: 60.0,
            step: 5.0,
        });
        assert_eq!(found.places.iter().map(|place| place.edge).collect::<Vec<_>>(), [1]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn trees_equal_trying_every_choice(parents in prop::collection::vec((0_u32..6, 1_u32..6), 1..6)) {
            let edges: Vec<Edge> = parents
                .iter()
                .zip(1..)
                .map(|(&(parent, length), to)| Edge { from: parent % to, to, length: f64::from(length) })
                .collect();
            let nodes = edges.len() as u32 + 1;
            let found = points(&edges, nodes, 2.0, 0.5);
            prop_assert!(covers(&edges, nodes, &found.places, 2.0));
            prop_assert_eq!(found.places.len(), least(&edges, nodes, 2.0));
            prop_assert_eq!(found.exact, found.places.len());
        }

        #[test]
        fn rings_equal_trying_every_choice(list in prop::collection::vec((0_u32..4, 0_u32..4, 1_u32..5), 1..7)) {
            let edges: Vec<Edge> =
                list.iter().map(|&(from, to, length)| Edge { from, to, length: f64::from(length) }).collect();
            let found = points(&edges, 4, 2.0, 0.5);
            let least = least(&edges, 4, 2.0);
            prop_assert!(covers(&edges, 4, &found.places, 2.0));
            prop_assert_eq!(found.places.len(), least);
            prop_assert!(found.lower_bound <= least);
        }
    }
}
