//! Roads laid over the land by least cost: along valleys, around steep slopes, over rivers only where it pays.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::grid::{Grid, Point, distance};
use super::regions::simplify;
use super::road::{Road, rounded};
use super::terrain::Terrain;
use super::water::averaged;

/// How a kind of road is laid.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// Grade at which a metre costs double.
    pub easy_grade: f64,
    pub steepest_grade: f64,
    /// Cost in metres of crossing a stream, and of crossing the main river.
    pub stream_m: f64,
    pub river_m: f64,
}

pub(super) const MAIN: Style = Style { easy_grade: 0.045, steepest_grade: 0.08, stream_m: 250.0, river_m: 900.0 };
pub(super) const LOCAL: Style = Style { easy_grade: 0.07, steepest_grade: 0.12, stream_m: 350.0, river_m: 6000.0 };
pub(super) const MOTORWAY: Style = Style { easy_grade: 0.10, steepest_grade: 0.30, stream_m: 80.0, river_m: 250.0 };

/// What a road on an existing one costs, of what it would cost anew: this is what makes a network of routes.
const REUSE: f64 = 0.3;

pub(super) struct Router<'a> {
    terrain: &'a Terrain,
    wet: &'a Grid<u8>,
    blocked: Vec<bool>,
    /// Factor per cell; 1 = usual.
    pub dear: Vec<f64>,
    /// Stretch of the main river that no road may cross.
    pub unbridged: Box<dyn Fn(Point) -> bool + 'a>,
    /// Places off the grid that routes start from or lead to.
    stops: Vec<Point>,
    stop_links: BTreeMap<usize, Vec<usize>>,
    edges: BTreeMap<(usize, usize), usize>,
    on_network: BTreeSet<usize>,
    pub routes: Vec<Route>,
}

pub(super) struct Route {
    pub name: String,
    pub class: &'static str,
    pub width_m: f64,
}

const MOVES: [(i64, i64); 16] = [
    (1, 0),
    (0, 1),
    (-1, 0),
    (0, -1),
    (1, 1),
    (-1, 1),
    (-1, -1),
    (1, -1),
    (2, 1),
    (1, 2),
    (-1, 2),
    (-2, 1),
    (-2, -1),
    (-1, -2),
    (1, -2),
    (2, -1),
];

impl<'a> Router<'a> {
    pub(super) fn new(terrain: &'a Terrain, wet: &'a Grid<u8>) -> Self {
        let count = terrain.height.values.len();
        Self {
            terrain,
            wet,
            blocked: terrain.county.values.iter().map(|inside| !inside).collect(),
            dear: vec![1.0; count],
            unbridged: Box::new(|_| false),
            stops: Vec::new(),
            stop_links: BTreeMap::new(),
            edges: BTreeMap::new(),
            on_network: BTreeSet::new(),
            routes: Vec::new(),
        }
    }

    fn grid(&self) -> &Grid<f64> {
        &self.terrain.height
    }

    pub(super) fn block(&mut self, closed: impl Fn(Point) -> bool) {
        for cell in 0..self.blocked.len() {
            self.blocked[cell] |= closed(self.terrain.height.centre(cell));
        }
    }

    /// A place that routes can start from: linked to the free cells around it.
    pub(super) fn add_stop(&mut self, place: Point, reach_m: f64) -> usize {
        let node = self.blocked.len() + self.stops.len();
        self.stops.push(rounded(place));
        let cells: Vec<usize> = (0..self.blocked.len())
            .filter(|&cell| !self.blocked[cell] && distance(self.grid().centre(cell), place) <= reach_m)
            .collect();
        for &cell in &cells {
            self.stop_links.entry(cell).or_default().push(node);
        }
        self.stop_links.insert(node, cells);
        node
    }

    pub(super) fn cell_at(&self, place: Point) -> usize {
        let free = |cell: &usize| !self.blocked[*cell] && self.wet.values[*cell] == 0;
        (0..self.blocked.len())
            .filter(free)
            .min_by(|&a, &b| distance(self.grid().centre(a), place).total_cmp(&distance(self.grid().centre(b), place)))
            .expect("some cell is free")
    }

    pub(super) fn place(&self, node: usize) -> Point {
        if node < self.blocked.len() { self.grid().centre(node) } else { self.stops[node - self.blocked.len()] }
    }

    pub(super) fn is_on_network(&self, node: usize) -> bool {
        self.on_network.contains(&node)
    }

    /// Marks a place where streets of a settlement connect: a village's road may end there.
    pub(super) fn join_network(&mut self, node: usize) {
        self.on_network.insert(node);
    }

    fn neighbours(&self, node: usize, out: &mut Vec<usize>) {
        out.clear();
        if node < self.blocked.len() {
            let free = |next: &usize| !self.blocked[*next];
            out.extend(MOVES.iter().filter_map(|&(di, dj)| self.grid().step(node, di, dj)).filter(free));
        }
        if let Some(links) = self.stop_links.get(&node) {
            out.extend(links);
        }
    }

    /// 0 dry … 3 lake: the wettest that a step touches. A knight's move is looked at in between as well.
    fn wetness(&self, a: usize, b: usize) -> u8 {
        let (p, q) = (self.place(a), self.place(b));
        [0.35, 0.65, 1.0].into_iter().map(|t| self.wet.at(p + (q - p) * t)).max().unwrap_or(0)
    }

    fn cost(&self, a: usize, b: usize, style: Style) -> Option<f64> {
        let (p, q) = (self.place(a), self.place(b));
        let length = distance(p, q).max(1.0);
        if self.edges.contains_key(&(a.min(b), a.max(b))) {
            return Some(length * REUSE);
        }
        let grade = (self.grid().sample(q) - self.grid().sample(p)).abs() / length;
        let ease = grade / style.easy_grade;
        let mut cost = length * (1.0 + ease * ease);
        if grade > style.steepest_grade {
            cost += length * 60.0 * (grade / style.steepest_grade - 1.0);
        }
        match self.wetness(a, b) {
            0 => {}
            1 => cost += style.stream_m,
            2 if (self.unbridged)(q) => return None,
            2 => cost += style.river_m,
            _ => return None,
        }
        Some(cost * self.dear[self.grid().index_at(q)])
    }

    /// The cheapest way to the first node that `arrived` accepts.
    pub(super) fn search(&self, from: usize, arrived: impl Fn(usize) -> bool, style: Style) -> Option<Vec<usize>> {
        let mut best = vec![(u64::MAX, from); self.blocked.len() + self.stops.len()];
        let mut heap = BinaryHeap::new();
        best[from].0 = 0;
        heap.push(Reverse((0u64, from)));
        let mut next = Vec::new();
        while let Some(Reverse((cost, node))) = heap.pop() {
            if cost > best[node].0 {
                continue;
            }
            if node != from && arrived(node) {
                return Some(walk_back(&best, from, node));
            }
            self.neighbours(node, &mut next);
            for &other in &next {
                let Some(step) = self.cost(node, other, style) else { continue };
                // Whole millimetres: sums do not depend on their order.
                let reached = cost + (step * 1000.0) as u64;
                if reached < best[other].0 {
                    best[other] = (reached, node);
                    heap.push(Reverse((reached, other)));
                }
            }
        }
        None
    }

    /// Lays a route; where it follows an earlier one, the earlier one stays.
    pub(super) fn lay(&mut self, path: &[usize], route: Route) {
        let number = self.routes.len();
        self.routes.push(route);
        for pair in path.windows(2) {
            self.edges.entry((pair[0].min(pair[1]), pair[0].max(pair[1]))).or_insert(number);
        }
        self.on_network.extend(path);
    }

    /// Metres along laid roads, for comparing detours.
    pub(super) fn network_distance(&self, from: usize, to: usize, limit_m: f64) -> Option<f64> {
        let mut links: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &(a, b) in self.edges.keys() {
            links.entry(a).or_default().push(b);
            links.entry(b).or_default().push(a);
        }
        let mut best = BTreeMap::from([(from, 0u64)]);
        let mut heap = BinaryHeap::from([Reverse((0u64, from))]);
        while let Some(Reverse((cost, node))) = heap.pop() {
            if node == to {
                return Some(cost as f64 / 1000.0);
            }
            if cost > best[&node] || cost as f64 > limit_m * 1000.0 {
                continue;
            }
            for &next in links.get(&node).into_iter().flatten() {
                let reached = cost + (distance(self.place(node), self.place(next)) * 1000.0) as u64;
                if best.get(&next).is_none_or(|&known| reached < known) {
                    best.insert(next, reached);
                    heap.push(Reverse((reached, next)));
                }
            }
        }
        None
    }

    /// The laid network as smooth roads. Junctions lie on the curve of the road that was there first.
    pub(super) fn roads(&self) -> Vec<Road> {
        let mut degree: BTreeMap<usize, usize> = BTreeMap::new();
        for &(a, b) in self.edges.keys() {
            *degree.entry(a).or_default() += 1;
            *degree.entry(b).or_default() += 1;
        }
        let mut placed: BTreeMap<usize, Point> = BTreeMap::new();
        let mut out = Vec::new();
        for (number, route) in self.routes.iter().enumerate() {
            for path in self.pieces(number) {
                let places = self.settle(&path, &mut placed);
                let line = curve(&places, |index| degree[&path[index]] > 2);
                let road = Road::new(route.name.clone(), route.class, line, route.width_m);
                out.push(Road { route: Some(number), ..road });
            }
        }
        out
    }

    /// Paths made of one route's edges.
    fn pieces(&self, number: usize) -> Vec<Vec<usize>> {
        let mut links: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (&(a, b), _) in self.edges.iter().filter(|&(_, &route)| route == number) {
            links.entry(a).or_default().push(b);
            links.entry(b).or_default().push(a);
        }
        let mut out = Vec::new();
        let ends: Vec<usize> = links.iter().filter(|(_, next)| next.len() == 1).map(|(&node, _)| node).collect();
        for start in ends {
            let mut path = vec![start];
            let mut now = start;
            while let Some(next) = links.get_mut(&now).and_then(Vec::pop) {
                if let Some(back) = links.get_mut(&next) {
                    back.retain(|&node| node != now);
                }
                path.push(next);
                now = next;
            }
            if path.len() > 1 {
                out.push(path);
            }
        }
        out
    }

    /// Positions along a path, smoothed between nodes that other roads have already fixed.
    fn settle(&self, path: &[usize], placed: &mut BTreeMap<usize, Point>) -> Vec<Point> {
        let fixed =
            |node: usize| placed.get(&node).copied().or_else(|| (node >= self.blocked.len()).then(|| self.place(node)));
        let pins: Vec<Option<Point>> = path.iter().map(|&node| fixed(node)).collect();
        let mut places: Vec<Point> =
            path.iter().zip(&pins).map(|(&node, pin)| pin.unwrap_or(self.place(node))).collect();
        for _ in 0..3 {
            places = averaged(&places);
            for (place, pin) in places.iter_mut().zip(&pins) {
                *place = pin.unwrap_or(*place);
            }
        }
        for (&node, place) in path.iter().zip(&mut places) {
            *place = rounded(*place);
            placed.insert(node, *place);
        }
        places
    }
}

fn walk_back(best: &[(u64, usize)], from: usize, to: usize) -> Vec<usize> {
    let mut path = vec![to];
    while path[path.len() - 1] != from {
        path.push(best[path[path.len() - 1]].1);
    }
    path.reverse();
    path
}

/// A smooth line through all places (Catmull-Rom), with few vertices; those to `keep` stay.
pub(super) fn curve(places: &[Point], keep: impl Fn(usize) -> bool) -> Vec<Point> {
    let at = |index: isize| places[index.clamp(0, places.len() as isize - 1) as usize];
    let mut out: Vec<Point> = Vec::new();
    let mut piece = vec![places[0]];
    for index in 0..places.len() - 1 {
        let i = index as isize;
        let (p0, p1, p2, p3) = (at(i - 1), at(i), at(i + 1), at(i + 2));
        let steps = ((distance(p1, p2) / 22.0) as usize).max(1);
        for step in 1..steps {
            piece.push(spline(p0, p1, p2, p3, step as f64 / steps as f64));
        }
        piece.push(p2);
        if keep(index + 1) || index + 2 == places.len() {
            out.pop();
            // A spline overshoots in hairpins; a truck's turn is round.
            let round = (0..4).fold(piece, |piece, _| averaged(&piece));
            out.extend(simplify(&round, 1.2));
            piece = vec![p2];
        }
    }
    out
}

fn spline(p0: Point, p1: Point, p2: Point, p3: Point, t: f64) -> Point {
    let (t2, t3) = (t * t, t * t * t);
    (p1 * 2.0 + (p2 - p0) * t + (p0 * 2.0 - p1 * 5.0 + p2 * 4.0 - p3) * t2 + (p1 * 3.0 - p0 - p2 * 3.0 + p3) * t3) * 0.5
}
