//! The county's traffic: motorway and railway in their corridors, country roads between gates, village roads to the network.

use std::collections::BTreeSet;

use super::grid::{Point, distance, distance_to_line};
use super::places::{Town, Village};
use super::plan::Plan;
use super::road::{Road, along, centimetres, crossings, cut, length, rounded};
use super::routes::{LOCAL, MAIN, MOTORWAY, Route, Router, Style, curve};
use super::terrain::Terrain;
use super::water::{Water, averaged};

/// No bridge over the main river here: the villages of the far bank take the long way.
pub fn unbridged(place: Point) -> bool {
    place.x > 25_300.0
}

pub struct Corridors {
    pub motorway: Vec<Point>,
    pub railway: Vec<Point>,
}

impl Corridors {
    pub fn build(terrain: &Terrain, water: &Water, plans: &[Plan]) -> Self {
        let mut router = Router::new(terrain, &water.wet);
        router.unbridged = Box::new(unbridged);
        router.block(|place| plans.iter().any(|plan| plan.layout.depth(place, 350.0) < 1.0));
        let west = router.cell_at(border_place(terrain, |p| p.x < 9000.0 && (12_000.0..23_000.0).contains(&p.y)));
        let east = router.cell_at(border_place(terrain, |p| p.x > 29_000.0 && p.y < 13_000.0));
        let motorway = corridor(&router, west, east, 8);
        for cell in 0..router.dear.len() {
            let near = distance_to_line(terrain.height.centre(cell), &motorway) < 450.0;
            router.dear[cell] = if near { 6.0 } else { 1.0 };
        }
        let north = router.cell_at(border_place(terrain, |p| p.y > 25_000.0 && p.x > 15_000.0));
        let railway = corridor(&router, north, east, 8);
        Self { motorway, railway }
    }

    pub fn distance(&self, place: Point) -> f64 {
        distance_to_line(place, &self.motorway).min(distance_to_line(place, &self.railway))
    }
}

/// The lowest place on a part of the county's border.
pub fn border_place(terrain: &Terrain, part: impl Fn(Point) -> bool) -> Point {
    let grid = &terrain.height;
    let border = (0..grid.values.len()).filter(|&cell| {
        terrain.county.values[cell]
            && part(grid.centre(cell))
            && grid.around(cell).any(|next| !terrain.county.values[next])
    });
    let low = border.min_by(|&a, &b| grid.values[a].total_cmp(&grid.values[b])).expect("the part has a border");
    grid.centre(low)
}

fn corridor(router: &Router, from: usize, to: usize, every: usize) -> Vec<Point> {
    let path = router.search(from, |node| node == to, MOTORWAY).expect("a way through the county");
    let line: Vec<Point> = path.iter().map(|&node| router.place(node)).collect();
    let mut sparse: Vec<Point> = line.iter().copied().step_by(every).collect();
    if distance(sparse[sparse.len() - 1], line[line.len() - 1]) < 600.0 {
        sparse.pop();
    }
    sparse.push(line[line.len() - 1]);
    for _ in 0..2 {
        sparse = averaged(&sparse);
    }
    curve(&sparse, |_| false)
}

/// Country roads: the national road through the county, provincial roads, county roads from town to town.
pub struct Country<'a> {
    pub router: Router<'a>,
    /// Stops of each plan's gates.
    gates: Vec<Vec<usize>>,
    pub village_stops: Vec<usize>,
    /// The route that ends in each village, if it got one of its own.
    pub village_routes: Vec<Option<usize>>,
}

impl<'a> Country<'a> {
    pub fn new(terrain: &'a Terrain, water: &'a Water, plans: &[Plan], corridors: &Corridors) -> Self {
        let mut router = Router::new(terrain, &water.wet);
        router.unbridged = Box::new(unbridged);
        router.block(|place| plans.iter().any(|plan| plan.layout.depth(place, 40.0) < 1.0));
        router.block(|place| distance_to_line(place, &water.dam) < 90.0);
        for cell in 0..router.dear.len() {
            let off = corridors.distance(terrain.height.centre(cell));
            router.dear[cell] = if off < 90.0 {
                4.0
            } else if off < 220.0 {
                1.8
            } else {
                1.0
            };
        }
        let gates = plans.iter().map(|plan| plan.gates.iter().map(|&gate| router.add_stop(gate, 330.0)).collect());
        let gates: Vec<Vec<usize>> = gates.collect();
        Self { router, gates, village_stops: Vec::new(), village_routes: Vec::new() }
    }

    fn nearest_gate(&self, plan: usize, to: Point) -> usize {
        let far = |gate: usize| distance(self.router.place(gate), to);
        let gates = self.gates[plan].iter().copied();
        gates.min_by(|&a, &b| far(a).total_cmp(&far(b))).expect("a plan has gates")
    }

    fn lay(&mut self, from: usize, to: usize, style: Style, name: &str, class: &'static str, width_m: f64) {
        if let Some(path) = self.router.search(from, |node| node == to, style) {
            self.router.lay(&path, Route { name: name.to_owned(), class, width_m });
        }
    }

    /// `towns` are plans 1…; plan 0 is the seat.
    pub fn lay_main_roads(&mut self, terrain: &Terrain, plans: &[Plan]) {
        let seat = plans[0].layout.centre;
        let border = |router: &Router, part: &dyn Fn(Point) -> bool| router.cell_at(border_place(terrain, part));
        let east = border(&self.router, &|p| p.x > 29_000.0 && p.y < 13_000.0);
        let west = border(&self.router, &|p| p.x < 9000.0 && (12_000.0..23_000.0).contains(&p.y));
        let north = border(&self.router, &|p| p.y > 24_000.0 && p.x < 16_000.0);
        let south = border(&self.router, &|p| p.y < 8_000.0 && (8_000.0..24_000.0).contains(&p.x));
        for (end, name, class, width) in [
            (east, "G399国道", "国道", 14.0),
            (west, "G399国道", "国道", 12.0),
            (north, "S318青云线", "省道", 9.0),
            (south, "S327青梁线", "省道", 9.0),
        ] {
            let gate = self.nearest_gate(0, self.router.place(end));
            self.lay(gate, end, MAIN, name, class, width);
        }
        // Each town to the seat, the near ones first, so that far ones branch off their roads.
        let mut order: Vec<usize> = (1..plans.len()).collect();
        order.sort_by(|&a, &b| {
            distance(plans[a].layout.centre, seat).total_cmp(&distance(plans[b].layout.centre, seat))
        });
        for (number, &plan) in order.iter().enumerate() {
            let towards = self.nearest_gate(0, plans[plan].layout.centre);
            let gate = self.nearest_gate(plan, seat);
            self.lay(gate, towards, MAIN, &format!("X{:03}县道", 101 + number), "县道", 7.0);
        }
        self.lay_cross_links(plans, &order);
    }

    /// Roads between neighbouring towns that are far apart by way of the seat.
    fn lay_cross_links(&mut self, plans: &[Plan], order: &[usize]) {
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for (position, &a) in order.iter().enumerate() {
            for &b in &order[position + 1..] {
                pairs.push((distance(plans[a].layout.centre, plans[b].layout.centre), a, b));
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (number, (_, a, b)) in pairs.into_iter().take(10).enumerate() {
            let from = self.nearest_gate(a, plans[b].layout.centre);
            let to = self.nearest_gate(b, plans[a].layout.centre);
            self.lay(from, to, MAIN, &format!("Y{:03}乡道", 201 + number), "乡道", 6.0);
        }
    }

    pub fn lay_village_roads(&mut self, villages: &[Village], towns: &[Town]) {
        for gate in self.gates.concat() {
            self.router.join_network(gate);
        }
        self.village_stops = villages.iter().map(|village| self.router.add_stop(village.centre, 150.0)).collect();
        self.village_routes = vec![None; villages.len()];
        let mut order: Vec<usize> = (0..villages.len()).collect();
        let far = |index: usize| distance(villages[index].centre, towns[villages[index].town].centre);
        order.sort_by(|&a, &b| far(a).total_cmp(&far(b)));
        for index in order {
            let stop = self.village_stops[index];
            let Some(path) = self.router.search(stop, |node| self.router.is_on_network(node), LOCAL) else { continue };
            let large = villages[index].people > 1300;
            let (class, width_m) = if large { ("乡道", 5.5) } else { ("村道", 4.5) };
            let name = format!("{}{}", villages[index].name, if large { "公路" } else { "村道" });
            self.village_routes[index] = Some(self.router.routes.len());
            self.router.lay(&path, Route { name, class, width_m });
        }
        self.lay_village_links(villages);
    }

    /// Neighbouring villages whose way to each other is a long detour.
    fn lay_village_links(&mut self, villages: &[Village]) {
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for a in 0..villages.len() {
            for b in a + 1..villages.len() {
                let apart = distance(villages[a].centre, villages[b].centre);
                if apart < 2400.0 {
                    pairs.push((apart, a, b));
                }
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut laid = 0;
        for (apart, a, b) in pairs {
            let (from, to) = (self.village_stops[a], self.village_stops[b]);
            let detour = self.router.network_distance(from, to, 4.0 * apart);
            if laid < 34 && detour.is_none() {
                let Some(path) = self.router.search(from, |node| node == to, LOCAL) else { continue };
                let line: Vec<Point> = path.iter().map(|&node| self.router.place(node)).collect();
                if length(&line) < 1.9 * apart {
                    let name = format!("{}至{}村道", villages[a].name, villages[b].name);
                    self.router.lay(&path, Route { name, class: "村道", width_m: 4.0 });
                    laid += 1;
                }
            }
        }
    }
}

/// The motorway's two carriageways, bridges where it passes over other roads, and ramps at one interchange per call.
pub fn motorway(centre: &[Point], roads: &[Road], water: &Water, terrain: &Terrain) -> Vec<Road> {
    let mut out = Vec::new();
    for (sign, name) in [(1.0, "青云高速(东行)"), (-1.0, "青云高速(西行)")] {
        let mut line: Vec<Point> = offset(centre, 13.0 * sign).into_iter().map(rounded).collect();
        if sign < 0.0 {
            line.reverse();
        }
        let spans = spans(&line, roads, water, terrain);
        for (from, to, kind) in &spans {
            let piece = cut(&line, &[*from, *to]);
            let piece = if *from < 0.5 { piece[0].clone() } else { piece[1].clone() };
            let mut road = Road { oneway: "单向", ..Road::new(name, "高速公路", piece, 11.5) };
            road.bridge = *kind == Span::Over || *kind == Span::Water;
            road.tunnel = *kind == Span::Tunnel;
            road.level = match kind {
                Span::Over => 1,
                Span::Tunnel => -1,
                _ => 0,
            };
            if road.tunnel {
                road.clear_height_m = Some(5.0);
            }
            out.push(road);
        }
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Span {
    Ground,
    Water,
    Tunnel,
    Over,
}

/// The stretches of a carriageway, end to end.
fn spans(line: &[Point], roads: &[Road], water: &Water, terrain: &Terrain) -> Vec<(f64, f64, Span)> {
    const STEP_M: f64 = 10.0;
    let total = length(line);
    let count = (total / STEP_M) as usize + 1;
    let mut kinds = vec![Span::Ground; count];
    let places: Vec<Point> = (0..count).map(|step| along(line, step as f64 * STEP_M).0).collect();
    let heights: Vec<f64> = places.iter().map(|&place| terrain.height.sample(place)).collect();
    for step in 0..count {
        let (low, high) = (step.saturating_sub(60), (step + 60).min(count - 1));
        let around = &heights[low..=high];
        let level = around.iter().sum::<f64>() / around.len() as f64;
        if heights[step] > level + 26.0 {
            kinds[step] = Span::Tunnel;
        }
    }
    let mut paint = |chainage: f64, reach: f64, kind: Span| {
        let low = ((chainage - reach) / STEP_M).max(0.0) as usize;
        let high = (((chainage + reach) / STEP_M) as usize + 1).min(count - 1);
        kinds[low..=high].iter_mut().for_each(|old| *old = kind);
    };
    for chainage in crossings(line, &water.river_area.exterior().0) {
        paint(chainage, 45.0, Span::Water);
    }
    for stream in &water.streams {
        crossings(line, &stream.line).into_iter().for_each(|chainage| paint(chainage, 30.0, Span::Water));
    }
    for road in roads {
        crossings(line, &road.line).into_iter().for_each(|chainage| paint(chainage, 40.0, Span::Over));
    }
    let mut out: Vec<(f64, f64, Span)> = Vec::new();
    for (step, &kind) in kinds.iter().enumerate() {
        let (from, to) = (step as f64 * STEP_M, if step + 1 == count { total } else { (step + 1) as f64 * STEP_M });
        match out.last_mut() {
            Some(last) if last.2 == kind => last.1 = to,
            _ => out.push((from, to, kind)),
        }
    }
    out
}

/// A line beside a line; positive is right of it.
pub fn offset(line: &[Point], by_m: f64) -> Vec<Point> {
    (0..line.len())
        .map(|index| {
            let (a, b) = (line[index.saturating_sub(1)], line[(index + 1).min(line.len() - 1)]);
            let direction = (b - a) / distance(a, b);
            line[index] + Point { x: direction.y, y: -direction.x } * by_m
        })
        .collect()
}

/// Ramps between the carriageways and the road that passes below, as a diamond.
pub fn interchange(centre: &[Point], motorway: &[Road], road: &Road, on_road: f64, name: &str) -> Vec<Road> {
    let place = along(&road.line, on_road).0;
    let Some(at) = crossings(centre, &road.line)
        .into_iter()
        .min_by(|a, b| distance(along(centre, *a).0, place).total_cmp(&distance(along(centre, *b).0, place)))
    else {
        return Vec::new();
    };
    let direction = along(centre, at).1;
    let right = Point { x: direction.y, y: -direction.x };
    let foot = |sign: f64| {
        let ends = [along(&road.line, on_road - 95.0).0, along(&road.line, on_road + 95.0).0];
        let side = |p: Point| ((p - place).x * right.x + (p - place).y * right.y) * sign;
        rounded(if side(ends[0]) > side(ends[1]) { ends[0] } else { ends[1] })
    };
    let mut out = Vec::new();
    for sign in [1.0, -1.0] {
        let foot = foot(sign);
        for ahead in [1.0, -1.0] {
            let on = along(centre, at + 420.0 * ahead).0 + right * (13.0 * sign);
            let Some(join) = vertex_near(motorway, on) else { continue };
            let knee = along(centre, at + 110.0 * ahead).0 + right * (58.0 * sign);
            let shape = |t: f64| join * ((1.0 - t) * (1.0 - t)) + knee * (2.0 * t * (1.0 - t)) + foot * (t * t);
            let mut line: Vec<Point> = (0..=12).map(|step| rounded(shape(f64::from(step) / 12.0))).collect();
            (line[0], line[12]) = (join, foot);
            // Eastbound traffic leaves before the crossing; westbound comes from the other end.
            if (sign > 0.0) == (ahead > 0.0) {
                line.reverse();
            }
            out.push(Road { oneway: "单向", ..Road::new(name, "匝道", line, 7.5) });
        }
    }
    out
}

/// The nearest vertex of a carriageway at ground level.
fn vertex_near(motorway: &[Road], place: Point) -> Option<Point> {
    let vertices = motorway.iter().filter(|road| road.level == 0).flat_map(|road| road.line.iter().copied());
    vertices.min_by(|a, b| distance(*a, place).total_cmp(&distance(*b, place))).filter(|v| distance(*v, place) < 200.0)
}

/// Cuts roads where they cross water, so that each bridge is a road of its own.
pub fn bridge(roads: Vec<Road>, water: &Water) -> Vec<Road> {
    let junctions = junctions(&roads);
    let mut out = Vec::new();
    for road in roads {
        if road.is_motorway() {
            out.push(road);
            continue;
        }
        let mut rest = road.line.clone();
        let mut done = 0.0;
        for (from, to) in bridge_spans(&road, water, &junctions) {
            let pieces = cut(&rest, &[from - done, to - done]);
            let [before, deck, after] = pieces.as_slice() else { continue };
            out.push(Road { line: before.clone(), ..road.clone() });
            out.push(Road { line: deck.clone(), bridge: true, ..road.clone() });
            rest = after.clone();
            done = to;
        }
        out.push(Road { line: rest, ..road });
    }
    out
}

/// Vertices that more than one road has, in centimetres.
fn junctions(roads: &[Road]) -> BTreeSet<(i64, i64)> {
    let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for road in roads {
        let own: BTreeSet<(i64, i64)> = road.line.iter().map(|&place| centimetres(place)).collect();
        shared.extend(own.iter().filter(|place| !seen.insert(**place)));
    }
    shared
}

/// From where to where a road is a bridge. A bridge ends at a junction: roads do not meet over water.
fn bridge_spans(road: &Road, water: &Water, junctions: &BTreeSet<(i64, i64)>) -> Vec<(f64, f64)> {
    let mut spans: Vec<(f64, f64)> = Vec::new();
    for pair in water_spans(&road.line, water) {
        match spans.last_mut() {
            Some(last) if pair.0 <= last.1 + 12.0 => last.1 = last.1.max(pair.1),
            _ => spans.push(pair),
        }
    }
    let mut chainage = 0.0;
    for pair in road.line.windows(2) {
        chainage += distance(pair[0], pair[1]);
        if junctions.contains(&centimetres(pair[1])) {
            for (from, to) in spans.iter_mut().filter(|(from, to)| (*from..*to).contains(&chainage)) {
                if chainage < (*from + *to) / 2.0 { *from = chainage } else { *to = chainage }
            }
        }
    }
    let total = road.length_m();
    spans.retain(|&(from, to)| from >= 6.0 && to <= total - 6.0 && to - from >= 4.0);
    spans
}

fn water_spans(line: &[Point], water: &Water) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let river = crossings(line, &water.river_area.exterior().0);
    for pair in river.chunks(2) {
        if let [from, to] = pair {
            out.push((from - 9.0, to + 9.0));
        }
    }
    for stream in &water.streams {
        let reach = 5.0 + stream.width_m / 2.0;
        out.extend(crossings(line, &stream.line).into_iter().map(|at| (at - reach, at + reach)));
    }
    out.sort_by(|a, b| a.0.total_cmp(&b.0));
    out
}

/// The county road that climbs highest gets a short tunnel there.
pub fn tunnel(roads: &mut Vec<Road>, terrain: &Terrain) {
    let mut best: Option<(f64, usize, f64)> = None;
    for (number, road) in roads.iter().enumerate().filter(|(_, road)| road.class == "县道" && !road.bridge) {
        let total = road.length_m();
        let mut chainage = 400.0;
        while chainage < total - 400.0 {
            let place = along(&road.line, chainage).0;
            let height = terrain.height.sample(place);
            if best.is_none_or(|best| height > best.0) {
                best = Some((height, number, chainage));
            }
            chainage += 50.0;
        }
    }
    let Some((_, number, chainage)) = best else { return };
    let pieces = cut(&roads[number].line, &[chainage - 110.0, chainage + 110.0]);
    let road = roads[number].clone();
    for (index, line) in pieces.into_iter().enumerate() {
        let piece = Road { line, tunnel: index == 1, ..road.clone() };
        if index == 0 { roads[number] = piece } else { roads.push(piece) }
    }
}
