//! Ways of one class of vehicle from its stations to a place: the quickest proven one, the one with the fewest facts to
//! verify, the one that is cheapest to open.

use geo::{Length, LineString, MultiLineString};

use super::facts::Facts;
use super::passable::{self, Passable, Passes, Work};
use super::stations::Start;
use crate::algorithms::path_tree::{PathTree, Ranked, Seed, add};
use crate::algorithms::shortest_path::{Arc, CLOSED, Graph};
use crate::analyses::driving::{self, SpeedTable};
use crate::area::network::Position;
use crate::area::{Oneway, StudyArea, VehicleClass};
use crate::rules::Rules;

/// How an undetermined or blocked segment is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Only what is proven.
    Certain,
    /// What is undetermined, too, as little of it as possible.
    Possible,
    /// What is blocked, too, as cheaply as possible.
    Opened,
    /// As if no limit held: only time counts.
    Free,
}

/// Money, segments to verify, milliseconds.
pub type Price = Ranked<3>;

/// The network as every vehicle sees it before any limit, one-ways and turn restrictions held.
pub struct Streets {
    pub graph: Graph,
    /// Per arc, the states in which it can be entered.
    pub departing: Vec<Vec<u32>>,
}

impl Streets {
    pub fn new(area: &StudyArea) -> Self {
        let network = &area.network;
        let arcs: Vec<Arc> = (0..2 * network.segments.len() as u32)
            .map(|arc| {
                let oneway = area.layers.roads[network.segments[(arc / 2) as usize].road as usize].oneway;
                let against = if arc.is_multiple_of(2) { Oneway::Backward } else { Oneway::Forward };
                let cost = if oneway == against { CLOSED } else { 1 };
                Arc { tail: network.tail(arc), head: network.head(arc), cost }
            })
            .collect();
        let graph = Graph::new(network.nodes.len() as u32, &arcs, &network.forbidden);
        let mut departing = vec![Vec::new(); arcs.len()];
        for (state, arcs) in graph.departures() {
            arcs.iter().for_each(|arc| departing[*arc as usize].push(state));
        }
        Self { graph, departing }
    }
}

/// Everything about one class of vehicle.
pub struct Fleet<'a> {
    pub area: &'a StudyArea,
    pub streets: &'a Streets,
    pub passable: Passable,
    /// Crews of this class, or of a larger one, which are taken to have a vehicle of this class as well.
    pub starts: Vec<Start>,
    arc_ms: Vec<u64>,
    /// Per segment that is blocked, what opens it; `None` where nothing does, empty where nothing is needed.
    pub works: Vec<Option<Vec<Work>>>,
    /// One tree for each reading, in order.
    grown: Vec<Grown>,
}

/// The cheapest ways under one reading.
struct Grown {
    tree: PathTree<3>,
    /// Start and first arc behind each seed.
    seeds: Vec<(usize, u32)>,
}

/// A way from a station to a road location.
#[derive(Debug, Clone)]
pub struct Way {
    pub price: Price,
    /// Index into the fleet's starts.
    pub start: usize,
    /// From the station's segment to that of the place.
    pub arcs: Vec<u32>,
    pub goal: Position,
}

impl Way {
    pub fn segments(&self) -> impl Iterator<Item = u32> + '_ {
        self.arcs.iter().map(|arc| arc / 2)
    }
}

impl<'a> Fleet<'a> {
    pub fn new(
        area: &'a StudyArea,
        rules: &Rules,
        streets: &'a Streets,
        facts: &[Facts],
        passable: Passable,
        starts: &[Start],
    ) -> Self {
        let class = passable.class;
        let own = |start: &&Start| start.vehicle <= class;
        let starts: Vec<Start> = starts.iter().filter(own).copied().collect();
        let mut passable = passable;
        // A crew gets out of its own street every day.
        for start in &starts {
            passable.issues[start.position.segment as usize].retain(|issue| issue.sure);
        }
        let known_ms = driving::arc_ms_where(area, rules, class, SpeedTable::Base, |_| true);
        let arc_ms = (0..known_ms.len())
            .map(|arc| passable::arc_ms(rules, known_ms[arc], area.network.segments[arc / 2].length_m, class))
            .collect();
        let works = (0..area.network.segments.len() as u32)
            .map(|segment| passable::works(area, rules, &facts[segment as usize], &passable, segment))
            .collect();
        let mut fleet = Self { area, streets, passable, starts, arc_ms, works, grown: Vec::new() };
        fleet.grown = [Reading::Certain, Reading::Possible, Reading::Opened, Reading::Free]
            .map(|reading| fleet.grow(reading, |_| true))
            .into();
        fleet
    }

    pub fn class(&self) -> VehicleClass {
        self.passable.class
    }

    /// What a segment costs under a reading; `None`: closed.
    pub fn price(&self, arc: u32, reading: Reading) -> Option<Price> {
        let ms = self.arc_ms[arc as usize];
        match (self.passable.passes(arc / 2), reading) {
            (Passes::Yes, _) | (Passes::Undetermined, Reading::Free) => Some([0, 0, ms]),
            (Passes::No, Reading::Free) => self.works[arc as usize / 2].is_some().then_some([0, 0, ms]),
            (Passes::Undetermined, Reading::Possible | Reading::Opened) => Some([0, 1, ms]),
            (Passes::No, Reading::Opened) => Some([self.yuan(arc / 2)?, 0, ms]),
            _ => None,
        }
    }

    /// What it costs to open a segment; `None`: no work opens it.
    pub fn yuan(&self, segment: u32) -> Option<u64> {
        Some(self.works[segment as usize].as_ref()?.iter().map(|work| work.yuan).sum())
    }

    fn departing(&self, arc: u32) -> &[u32] {
        &self.streets.departing[arc as usize]
    }

    fn grow(&self, reading: Reading, open: impl Fn(u32) -> bool) -> Grown {
        let (mut states, mut seeds) = (Vec::new(), Vec::new());
        for (number, start) in self.starts.iter().enumerate() {
            let segment = start.position.segment;
            let share = start.position.offset_m / self.area.network.segments[segment as usize].length_m;
            for (arc, left) in [(2 * segment, 1.0 - share), (2 * segment + 1, share)] {
                if self.departing(arc).is_empty() {
                    continue;
                }
                if let Some(price) = self.price(arc, reading) {
                    let state = self.streets.graph.state_after(arc, self.area.network.head(arc));
                    let cost = add([0, 0, u64::from(start.ready_ms)], part(price, left));
                    states.push(Seed { state, cost });
                    seeds.push((number, arc));
                }
            }
        }
        let price = |arc: u32| if open(arc / 2) { self.price(arc, reading) } else { None };
        Grown { tree: PathTree::grow(&self.streets.graph, &states, price), seeds }
    }

    fn grown(&self, reading: Reading) -> &Grown {
        &self.grown[reading as usize]
    }

    /// Whether a crew gets onto the segment at one of its ends and along it.
    pub fn reaches(&self, segment: u32, reading: Reading) -> bool {
        let tree = &self.grown(reading).tree;
        let by = |arc: u32| {
            self.price(arc, reading).is_some() && self.departing(arc).iter().any(|state| tree.cost(*state).is_some())
        };
        by(2 * segment)
            || by(2 * segment + 1)
            || (self.price(2 * segment, reading).is_some()
                && self.starts.iter().any(|start| start.position.segment == segment))
    }

    /// Whether a crew comes to this node of the graph's states.
    pub fn reaches_state(&self, state: u32, reading: Reading) -> bool {
        self.grown(reading).tree.cost(state).is_some()
    }

    /// The cheapest way to one of several road locations; of equally cheap ones, to the first.
    pub fn way(&self, entries: &[Position], reading: Reading) -> Option<Way> {
        self.best_way(self.grown(reading), entries, reading, &|_| true)
    }

    fn best_way(
        &self,
        grown: &Grown,
        entries: &[Position],
        reading: Reading,
        open: &dyn Fn(u32) -> bool,
    ) -> Option<Way> {
        let mut best: Option<Way> = None;
        for entry in entries {
            for way in self.ways_to(grown, entry, reading, open) {
                if best.as_ref().is_none_or(|known| way.price < known.price) {
                    best = Some(way);
                }
            }
        }
        best
    }

    /// The ways to several places, each with its road locations, when only some segments may be used.
    pub fn ways_where<'b>(
        &self,
        open: impl Fn(u32) -> bool,
        places: impl Iterator<Item = &'b [Position]>,
        reading: Reading,
    ) -> Vec<Option<Way>> {
        let grown = self.grow(reading, &open);
        places.map(|entries| self.best_way(&grown, entries, reading, &open)).collect()
    }

    fn ways_to(&self, grown: &Grown, entry: &Position, reading: Reading, open: &dyn Fn(u32) -> bool) -> Vec<Way> {
        let segment = entry.segment;
        let Grown { tree, seeds } = grown;
        let length_m = self.area.network.segments[segment as usize].length_m;
        let share = entry.offset_m / length_m;
        let mut ways = Vec::new();
        for (arc, there) in [(2 * segment, share), (2 * segment + 1, 1.0 - share)] {
            let Some(price) = self.price(arc, reading).filter(|_| open(segment)) else { continue };
            for state in self.departing(arc) {
                let (Some(cost), Some(seed)) = (tree.cost(*state), tree.seed(*state)) else { continue };
                let (start, first) = seeds[seed as usize];
                let arcs = [vec![first], tree.path(*state), vec![arc]].concat();
                ways.push(Way { price: add(cost, part(price, there)), start, arcs, goal: *entry });
            }
            if self.departing(arc).is_empty() {
                continue;
            }
            for (number, start) in self.starts.iter().enumerate().filter(|(_, start)| start.position.segment == segment)
            {
                let ahead_m = entry.offset_m - start.position.offset_m;
                let ahead_m = if arc.is_multiple_of(2) { ahead_m } else { -ahead_m };
                if ahead_m >= 0.0 {
                    let price = add([0, 0, u64::from(start.ready_ms)], part(price, ahead_m / length_m));
                    ways.push(Way { price, start: number, arcs: vec![arc], goal: *entry });
                }
            }
        }
        ways
    }

    /// Where a way runs.
    pub fn line(&self, way: &Way) -> MultiLineString {
        let network = &self.area.network;
        let start_m = self.starts[way.start].position.offset_m;
        let last = way.arcs.len() - 1;
        let parts = way.arcs.iter().enumerate().map(|(at, arc)| {
            let length_m = network.segments[(arc / 2) as usize].length_m;
            let (entry_m, exit_m) = if arc.is_multiple_of(2) { (0.0, length_m) } else { (length_m, 0.0) };
            let from_m = if at == 0 { start_m } else { entry_m };
            let to_m = if at == last { way.goal.offset_m } else { exit_m };
            let mut part = network.part(arc / 2, from_m.min(to_m), from_m.max(to_m)).0;
            if from_m > to_m {
                part.reverse();
            }
            part
        });
        let mut line: Vec<geo::Coord> = Vec::new();
        for part in parts {
            for at in part {
                if line.last() != Some(&at) {
                    line.push(at);
                }
            }
        }
        if line.len() < 2 {
            let only = network.point_at(way.goal.segment, way.goal.offset_m);
            line = vec![only, only];
        }
        MultiLineString(vec![LineString(line)])
    }

    /// Whether a segment may be used once these are opened.
    pub fn is_open_with(&self, segment: u32, opened: &[u32]) -> bool {
        self.passable.passes(segment) != Passes::No || opened.contains(&segment)
    }

    pub fn length_m(&self, way: &Way) -> f64 {
        geo::Euclidean.length(&self.line(way))
    }
}

/// A share of an arc: time is shared, work and facts to verify are not.
fn part([yuan, checks, ms]: Price, share: f64) -> Price {
    [yuan, checks, (ms as f64 * share).ceil() as u64]
}
