//! Where traffic goes: motorway and railway in their corridors, country roads between gates, village roads to the network.

use super::grid::{Point, distance, distance_to_line};
use super::places::{Town, Village};
use super::plan::Plan;
use super::road::length;
use super::routes::{LOCAL, MAIN, MOTORWAY, Route, Router, Style, curve};
use super::terrain::Terrain;
use super::water::{Water, averaged};

/// No bridge over the main river here: the villages of the far bank take the long way.
pub(super) fn unbridged(place: Point) -> bool {
    place.x > 25_300.0
}

pub(super) struct Corridors {
    pub motorway: Vec<Point>,
    pub railway: Vec<Point>,
}

impl Corridors {
    pub(super) fn build(terrain: &Terrain, water: &Water, plans: &[Plan]) -> Self {
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

    pub(super) fn distance(&self, place: Point) -> f64 {
        distance_to_line(place, &self.motorway).min(distance_to_line(place, &self.railway))
    }
}

/// The lowest place on a part of the county's border.
pub(super) fn border_place(terrain: &Terrain, part: impl Fn(Point) -> bool) -> Point {
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
pub(super) struct Country<'a> {
    pub router: Router<'a>,
    /// Stops of each plan's gates.
    gates: Vec<Vec<usize>>,
    pub village_stops: Vec<usize>,
    /// The route that ends in each village, if it got one of its own.
    pub village_routes: Vec<Option<usize>>,
}

impl<'a> Country<'a> {
    pub(super) fn new(terrain: &'a Terrain, water: &'a Water, plans: &[Plan], corridors: &Corridors) -> Self {
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
    pub(super) fn lay_main_roads(&mut self, terrain: &Terrain, plans: &[Plan]) {
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

    pub(super) fn lay_village_roads(&mut self, villages: &[Village], towns: &[Town]) {
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
