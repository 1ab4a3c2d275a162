//! Street plans of the seat and the towns: a slightly irregular lattice with axes, gates to the country roads, blocks.

use std::collections::{BTreeMap, BTreeSet};

use super::grid::{Point, distance, distance_to_line};
use super::names::Names;
use super::random::{Random, noise};
use super::road::{Road, rounded};
use super::terrain::Terrain;
use super::water::Water;

/// A settlement as it is to be built.
pub(super) struct Layout {
    pub centre: Point,
    /// Direction of the long axis.
    pub axis: Point,
    pub half_length_m: f64,
    pub half_width_m: f64,
    pub spacing_m: f64,
    pub is_seat: bool,
    pub seed: u64,
}

pub(super) struct Plan {
    pub layout: Layout,
    pub streets: Vec<Road>,
    /// Street ends from which country roads leave.
    pub gates: Vec<Point>,
    /// Corners of each block, counter-clockwise in the plan's frame.
    pub blocks: Vec<[Point; 4]>,
}

type Node = (i32, i32);

impl Layout {
    pub(super) fn world(&self, u: f64, v: f64) -> Point {
        self.centre + Point { x: self.axis.x * u - self.axis.y * v, y: self.axis.y * u + self.axis.x * v }
    }

    pub(super) fn local(&self, place: Point) -> Point {
        let d = place - self.centre;
        Point { x: self.axis.x * d.x + self.axis.y * d.y, y: self.axis.x * d.y - self.axis.y * d.x }
    }

    /// Below 1 inside the outline.
    pub(super) fn depth(&self, place: Point, margin_m: f64) -> f64 {
        let p = self.local(place);
        let (u, v) = (p.x / (self.half_length_m + margin_m), p.y / (self.half_width_m + margin_m));
        (u * u * u * u + v * v * v * v) * (1.0 + 0.35 * noise(self.seed, place.x / 700.0, place.y / 700.0))
    }

    fn rank(&self, row: i32) -> u8 {
        match (self.is_seat, row) {
            (true, row) if row.rem_euclid(4) == 0 => 0,
            (true, row) if row.rem_euclid(2) == 0 => 1,
            (false, 0) => 1,
            _ => 2,
        }
    }
}

impl Plan {
    pub(super) fn build(layout: Layout, terrain: &Terrain, water: &Water) -> Self {
        let mut random = Random::new(layout.seed);
        let nodes = nodes(&layout, terrain, water);
        let edges = connected(edges(&layout, &nodes, water, &mut random));
        let blocks = blocks(&nodes, &edges, water);
        let (streets, gates) = streets(&layout, &nodes, &edges);
        Self { layout, streets, gates, blocks }
    }
}

fn nodes(layout: &Layout, terrain: &Terrain, water: &Water) -> BTreeMap<Node, Point> {
    let (ni, nj) = ((layout.half_length_m / layout.spacing_m) as i32, (layout.half_width_m / layout.spacing_m) as i32);
    let mut out = BTreeMap::new();
    for (i, j) in (-nj..=nj).flat_map(|j| (-ni..=ni).map(move |i| (i, j))) {
        let (u, v) = (f64::from(i) * layout.spacing_m, f64::from(j) * layout.spacing_m);
        let swing = 0.16 * layout.spacing_m;
        let by = |seed: u64| swing * noise(layout.seed + seed, u / 430.0, v / 430.0);
        let place = rounded(layout.world(u + by(1), v + by(2)));
        let built = layout.depth(place, 0.0) <= 1.0 && terrain.county.at(place) && terrain.height.slope(place) < 0.14;
        let brook =
            water.streams.iter().any(|stream| distance_to_line(place, &stream.line) < 14.0 + stream.width_m / 2.0);
        if built && !brook && !water.is_lake(place) {
            out.insert((i, j), place);
        }
    }
    out
}

fn edges(layout: &Layout, nodes: &BTreeMap<Node, Point>, water: &Water, random: &mut Random) -> BTreeSet<(Node, Node)> {
    let mut out = BTreeSet::new();
    for (&(i, j), &from) in nodes {
        for (to, rank, across) in [((i + 1, j), layout.rank(j), false), ((i, j + 1), layout.rank(i), true)] {
            let Some(&end) = nodes.get(&to) else { continue };
            let kept = rank < 2 || random.chance(if layout.is_seat { 0.86 } else { 0.78 });
            let wet = (0..=4).any(|step| water.bank_distance(from + (end - from) * (f64::from(step) / 4.0)) < 26.0);
            // Only the axes cross the river, and only square to it.
            if kept && (!wet || (across && rank == if layout.is_seat { 0 } else { 1 })) {
                out.insert(((i, j), to));
            }
        }
    }
    out
}

/// The part of the lattice that hangs together with most of it.
fn connected(edges: BTreeSet<(Node, Node)>) -> BTreeSet<(Node, Node)> {
    let mut links: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    for &(a, b) in &edges {
        links.entry(a).or_default().push(b);
        links.entry(b).or_default().push(a);
    }
    let mut best: BTreeSet<Node> = BTreeSet::new();
    let mut seen: BTreeSet<Node> = BTreeSet::new();
    for &start in links.keys() {
        if seen.contains(&start) {
            continue;
        }
        let (mut part, mut todo) = (BTreeSet::from([start]), vec![start]);
        while let Some(node) = todo.pop() {
            for &next in &links[&node] {
                if part.insert(next) {
                    todo.push(next);
                }
            }
        }
        seen.extend(&part);
        if part.len() > best.len() {
            best = part;
        }
    }
    edges.into_iter().filter(|(a, _)| best.contains(a)).collect()
}

fn blocks(nodes: &BTreeMap<Node, Point>, edges: &BTreeSet<(Node, Node)>, water: &Water) -> Vec<[Point; 4]> {
    let used: BTreeSet<Node> = edges.iter().flat_map(|&(a, b)| [a, b]).collect();
    let corner = |node: Node| nodes.get(&node).filter(|_| used.contains(&node)).copied();
    let mut out = Vec::new();
    for &(i, j) in nodes.keys() {
        let quad = (corner((i, j)), corner((i + 1, j)), corner((i + 1, j + 1)), corner((i, j + 1)));
        if let (Some(a), Some(b), Some(c), Some(d)) = quad
            && water.bank_distance((a + b + c + d) / 4.0) > 40.0
        {
            out.push([a, b, c, d]);
        }
    }
    out
}

fn streets(layout: &Layout, nodes: &BTreeMap<Node, Point>, edges: &BTreeSet<(Node, Node)>) -> (Vec<Road>, Vec<Point>) {
    let mut names = Names::streets(layout.seed + 9);
    let (mut streets, mut gates) = (Vec::new(), Vec::new());
    for across in [false, true] {
        let step = |(i, j): Node| if across { (i, j + 1) } else { (i + 1, j) };
        let row_of = |(i, j): Node| if across { i } else { j };
        let rows: BTreeSet<i32> = nodes.keys().map(|&node| row_of(node)).collect();
        for row in rows {
            let mut runs: Vec<Vec<Node>> = Vec::new();
            for &(from, to) in edges.iter().filter(|&&(from, to)| row_of(from) == row && to == step(from)) {
                match runs.last_mut() {
                    Some(run) if run.last() == Some(&from) => run.push(to),
                    _ => runs.push(vec![from, to]),
                }
            }
            let rank = layout.rank(row);
            let name = street_name(&names.next(), rank, across);
            for run in runs {
                let line: Vec<Point> = run.iter().map(|node| nodes[node]).collect();
                if rank == 0 || (!layout.is_seat && rank == 1) {
                    gates.extend([line[0], line[line.len() - 1]]);
                }
                streets.push(street(layout, name.clone(), rank, row, line));
            }
        }
    }
    // Two streets of a corner may end in the same gate.
    gates.sort_by(|a, b| distance(*a, layout.centre).total_cmp(&distance(*b, layout.centre)));
    gates.dedup();
    let far = |gate: &Point| layout.depth(*gate, 0.0) > 0.12;
    gates.retain(far);
    (streets, gates)
}

fn street_name(stem: &str, rank: u8, across: bool) -> String {
    match (rank, across) {
        (0, false) => format!("{stem}大道"),
        (2, _) => format!("{stem}巷"),
        (_, false) => format!("{stem}路"),
        (_, true) => format!("{stem}街"),
    }
}

fn street(layout: &Layout, name: String, rank: u8, row: i32, line: Vec<Point>) -> Road {
    let mut random = Random::new(layout.seed ^ (row as u64).wrapping_mul(77) ^ u64::from(rank));
    let (class, width_m) = match (layout.is_seat, rank) {
        (true, 0) if row == 0 => ("主干路", 36.0),
        (true, 0) => ("主干路", 30.0),
        (true, 1) => ("次干路", random.between(16.0, 22.0)),
        (true, _) => ("街巷", random.between(6.0, 10.0)),
        (false, 1) => ("乡道", random.between(10.0, 14.0)),
        (false, _) => ("街巷", random.between(4.5, 7.5)),
    };
    Road::new(name, class, line, (width_m * 2.0).round() / 2.0)
}
