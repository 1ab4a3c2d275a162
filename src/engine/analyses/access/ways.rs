//! Ways of one class of vehicle from its stations to a place: the quickest proven one, the one with the fewest facts to
//! verify, the one that is cheapest to open.

use super::streets::StreetGraph;
use super::works::{self, Work};
use crate::response::driving;
use crate::response::driving::DrivingReading;
use crate::response::passage::facts::facts_of;
use crate::response::passage::passable::{Passable, Passes};
use crate::response::reach::Start;
use crate::response::station_exits::own_stretch;
use crate::town_rules::TownRules;
use anyhow::Result;

use fireplan_algorithms::path_tree::{PathTree, Ranked, TreeSeed, add};
use fireplan_algorithms::replacement::{Replacement, Without};
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ArcId, SegmentId};
use fireplan_model::layers::{RoadClass, VehicleClass};
use fireplan_model::method_constants;
use fireplan_model::network::Position;
use fireplan_model::rules::Rules;

/// How an undetermined or blocked segment is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PassReading {
    /// Uses only segments that certainly pass.
    Certain,
    /// Uses undetermined segments as well, but as few as possible.
    Possible,
    /// Uses blocked segments that work can open as well, at the least cost.
    Opened,
    /// Takes every segment to pass, so that only the driving time counts.
    Free,
}

/// Cost of a way in order of weight: yuan for works, number of segments to verify, driving time in milliseconds.
pub(super) type Price = Ranked<3>;

/// The network as one class of vehicle uses it, with its crews and the ways they can take.
pub(crate) struct Fleet<'a> {
    pub area: &'a StudyArea,
    pub streets: &'a StreetGraph,
    pub passable: Passable,
    /// Crews of this class, or of a larger one, which are taken to have a vehicle of this class as well.
    pub starts: Vec<Start>,
    arc_ms: Vec<u64>,
    /// Per segment that is blocked, what opens it; `None` where nothing does, empty where nothing is needed.
    pub works: Vec<Option<Vec<Work>>>,
    /// The cheapest ways from all stations, one tree for each [`PassReading`], in its order.
    grown: Vec<Grown>,
}

/// The cheapest ways under one reading.
struct Grown {
    tree: PathTree<3>,
    roots: Vec<TreeSeed<3>>,
    /// Start and first arc behind each root.
    seeds: Vec<(usize, ArcId)>,
}

/// A way from a station to a road location.
#[derive(Debug, Clone)]
pub(crate) struct AccessRoute {
    pub price: Price,
    /// Place in the fleet's starts.
    pub start: usize,
    /// From the station's segment to that of the place.
    pub arcs: Vec<ArcId>,
    pub goal: Position,
}

impl AccessRoute {
    pub(crate) fn segments(&self) -> impl Iterator<Item = SegmentId> + '_ {
        self.arcs.iter().map(|arc| arc.segment())
    }
}

impl<'a> Fleet<'a> {
    pub(crate) fn new(
        area: &'a StudyArea,
        rules: &Rules,
        streets: &'a StreetGraph,
        class: VehicleClass,
        starts: &[Start],
    ) -> Result<Self> {
        let facts = facts_of(area, rules);
        let own = |start: &&Start| start.vehicle <= class;
        let starts: Vec<Start> = starts.iter().filter(own).copied().collect();
        let mut passable = (*Passable::of(area, rules, class)?).clone();
        // The road on which a station stands is taken to pass: its crew drives there every day.
        for segment in starts.iter().flat_map(|start| own_stretch(area, start.position.segment)) {
            passable.issues[segment.index()].retain(|issue| issue.sure);
        }
        let known_ms = driving::arc_ms_where(area, rules, class, DrivingReading::Favourable, |_| true);
        let arc_ms = ArcId::first(known_ms.len())
            .map(|arc| arc_ms(rules, known_ms[arc.index()], area.network[arc.segment()].length_m, class))
            .collect();
        let local = TownRules::new(rules, area);
        let works = SegmentId::first(area.network.segments.len())
            .map(|segment| works::works(area, local.of_segment(segment), &facts[segment.index()], &passable, segment))
            .collect();
        let mut fleet = Self { area, streets, passable, starts, arc_ms, works, grown: Vec::new() };
        fleet.grown = [PassReading::Certain, PassReading::Possible, PassReading::Opened, PassReading::Free]
            .map(|reading| fleet.grow(reading, |_| true))
            .into();
        Ok(fleet)
    }

    pub(crate) fn class(&self) -> VehicleClass {
        self.passable.class
    }

    /// What driving along an arc costs under a reading; `None` where the reading does not use it.
    pub(crate) fn price(&self, arc: ArcId, reading: PassReading) -> Option<Price> {
        if self.is_against_oneway(arc) {
            return match reading {
                PassReading::Certain => None,
                PassReading::Possible | PassReading::Opened => Some(add(self.price_along(arc, reading)?, [0, 1, 0])),
                PassReading::Free => self.price_along(arc, reading),
            };
        }
        self.price_along(arc, reading)
    }

    /// The same as if the arc ran with the traffic.
    fn price_along(&self, arc: ArcId, reading: PassReading) -> Option<Price> {
        let ms = self.arc_ms[arc.index()];
        match (self.passable.passes(arc.segment()), reading) {
            (Passes::Yes, _) | (Passes::Undetermined, PassReading::Free) => Some([0, 0, ms]),
            (Passes::No, PassReading::Free) => self.works[arc.segment().index()].is_some().then_some([0, 0, ms]),
            (Passes::Undetermined, PassReading::Possible | PassReading::Opened) => Some([0, 1, ms]),
            (Passes::No, PassReading::Opened) => {
                let works = self.works[arc.segment().index()].as_ref()?;
                let open = works::leaves_open(&self.passable.issues[arc.segment().index()], works);
                Some([self.yuan(arc.segment())?, u64::from(open), ms])
            }
            _ => None,
        }
    }

    /// Whether the arc runs against a one-way street.
    pub(crate) fn is_against_oneway(&self, arc: ArcId) -> bool {
        self.streets.against_oneway[arc.index()]
    }

    /// What it costs to open a segment; `None`: no work opens it.
    pub(crate) fn yuan(&self, segment: SegmentId) -> Option<u64> {
        Some(self.works[segment.index()].as_ref()?.iter().map(|work| work.yuan).sum())
    }

    /// Whether the way turns at its arc number `at` where that is banned.
    pub(crate) fn takes_banned_turn(&self, way: &AccessRoute, at: usize) -> bool {
        let turns = self.streets.banned_into.get(&way.arcs[at]);
        turns.is_some_and(|turns| turns.iter().any(|turn| way.arcs[..=at].ends_with(turn)))
    }

    fn departing(&self, arc: ArcId, reading: PassReading) -> &[u32] {
        &self.streets.turns(reading).departing[arc.index()]
    }

    fn grow(&self, reading: PassReading, open: impl Fn(SegmentId) -> bool) -> Grown {
        let graph = &self.streets.turns(reading).graph;
        let (mut states, mut seeds) = (Vec::new(), Vec::new());
        for (number, start) in self.starts.iter().enumerate() {
            let segment = start.position.segment;
            let share = start.position.offset_m / self.area.network[segment].length_m;
            for (arc, left) in [(segment.along(), 1.0 - share), (segment.against(), share)] {
                if self.departing(arc, reading).is_empty() {
                    continue;
                }
                if let Some(price) = self.price(arc, reading) {
                    let state = graph.state_after(arc.0, self.area.network.head(arc).0);
                    let cost = add([0, 0, u64::from(start.ready.base_ms)], part(price, left));
                    states.push(TreeSeed { state, cost });
                    seeds.push((number, arc));
                }
            }
        }
        let price = |arc: u32| if open(ArcId(arc).segment()) { self.price(ArcId(arc), reading) } else { None };
        Grown { tree: PathTree::grow(graph, &states, price), roots: states, seeds }
    }

    fn grown(&self, reading: PassReading) -> &Grown {
        &self.grown[reading as usize]
    }

    /// Whether a crew gets onto the segment at one of its ends and along it.
    pub(crate) fn reaches(&self, segment: SegmentId, reading: PassReading) -> bool {
        let tree = &self.grown(reading).tree;
        let by = |arc: ArcId| {
            self.price(arc, reading).is_some()
                && self.departing(arc, reading).iter().any(|state| tree.cost(*state).is_some())
        };
        by(segment.along())
            || by(segment.against())
            || (self.price(segment.along(), reading).is_some()
                && self.starts.iter().any(|start| start.position.segment == segment))
    }

    /// Whether a crew comes to this node of the graph's states.
    pub(crate) fn reaches_state(&self, state: u32, reading: PassReading) -> bool {
        self.grown(reading).tree.cost(state).is_some()
    }

    /// The cheapest way to one of several road locations; of equally cheap ones, to the first.
    pub(crate) fn way(&self, entries: &[Position], reading: PassReading) -> Option<AccessRoute> {
        self.best_way(self.grown(reading), entries, reading, &|_| true)
    }

    fn best_way(
        &self,
        grown: &Grown,
        entries: &[Position],
        reading: PassReading,
        open: &dyn Fn(SegmentId) -> bool,
    ) -> Option<AccessRoute> {
        let mut best: Option<AccessRoute> = None;
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
    pub(crate) fn ways_where<'b>(
        &self,
        open: impl Fn(SegmentId) -> bool,
        places: impl Iterator<Item = &'b [Position]>,
        reading: PassReading,
    ) -> Vec<Option<AccessRoute>> {
        let grown = self.grow(reading, &open);
        places.map(|entries| self.best_way(&grown, entries, reading, &open)).collect()
    }

    fn ways_to(
        &self,
        grown: &Grown,
        entry: &Position,
        reading: PassReading,
        open: &dyn Fn(SegmentId) -> bool,
    ) -> Vec<AccessRoute> {
        let segment = entry.segment;
        let Grown { tree, seeds, .. } = grown;
        let length_m = self.area.network[segment].length_m;
        let share = entry.offset_m / length_m;
        let mut ways = Vec::new();
        for (arc, there) in [(segment.along(), share), (segment.against(), 1.0 - share)] {
            let Some(price) = self.price(arc, reading).filter(|_| open(segment)) else { continue };
            for state in self.departing(arc, reading) {
                let (Some(cost), Some(seed)) = (tree.cost(*state), tree.seed(*state)) else { continue };
                let (start, first) = seeds[seed as usize];
                let between = tree.path(*state).into_iter().map(ArcId);
                let arcs = std::iter::once(first).chain(between).chain([arc]).collect();
                ways.push(AccessRoute { price: add(cost, part(price, there)), start, arcs, goal: *entry });
            }
            let direct = self.direct(entry, (arc, price), reading).map(|(start, price)| AccessRoute {
                price,
                start,
                arcs: vec![arc],
                goal: *entry,
            });
            ways.extend(direct);
        }
        ways
    }

    /// Ways from the starts on the same segment straight to a place on it, along one of its arcs.
    fn direct(
        &self,
        entry: &Position,
        (arc, price): (ArcId, Price),
        reading: PassReading,
    ) -> impl Iterator<Item = (usize, Price)> {
        let length_m = self.area.network[entry.segment].length_m;
        let open = !self.departing(arc, reading).is_empty();
        let here = move |start: &Start| open && start.position.segment == entry.segment;
        self.starts.iter().enumerate().filter(move |(_, start)| here(start)).filter_map(move |(number, start)| {
            let ahead_m = entry.offset_m - start.position.offset_m;
            let ahead_m = if arc.is_along() { ahead_m } else { -ahead_m };
            let price = add([0, 0, u64::from(start.ready.base_ms)], part(price, ahead_m / length_m));
            (ahead_m >= 0.0).then_some((number, price))
        })
    }

    /// Prepares the search for what ways cost when one segment is closed.
    pub(crate) fn replacement(&self, reading: PassReading) -> Replacement<'_, 3> {
        let grown = self.grown(reading);
        Replacement::new(&self.streets.turns(reading).graph, &grown.tree, &grown.roots)
    }

    /// What the cheapest way to one of several road locations costs when a segment is closed along its whole length.
    pub(crate) fn price_without(
        &self,
        entries: &[Position],
        without: &Without<3>,
        closed: SegmentId,
        reading: PassReading,
    ) -> Option<Price> {
        let open = entries.iter().filter(|entry| entry.segment != closed);
        let prices = open.flat_map(|entry| {
            let share = entry.offset_m / self.area.network[entry.segment].length_m;
            let arcs = [(entry.segment.along(), share), (entry.segment.against(), 1.0 - share)];
            arcs.into_iter().filter_map(move |(arc, there)| {
                let price = self.price(arc, reading)?;
                let through = self.departing(arc, reading).iter().filter_map(|state| without.cost(*state));
                let through = through.map(|cost| add(cost, part(price, there)));
                through.chain(self.direct(entry, (arc, price), reading).map(|(_, price)| price)).min()
            })
        });
        prices.min()
    }

    /// Whether a segment may be used once these are opened.
    pub(crate) fn is_open_with(&self, segment: SegmentId, opened: &[SegmentId]) -> bool {
        self.passable.passes(segment) != Passes::No || opened.contains(&segment)
    }
}

/// A share of an arc: time is shared, work and facts to verify are not.
fn part([yuan, checks, ms]: Price, share: f64) -> Price {
    [yuan, checks, (ms as f64 * share).ceil() as u64]
}

method_constants! {
    /// 尚不通车路段估算行车时间的最低速度 | Least speed at which a road that nobody drives yet is timed
    const LEAST_SPEED_KPH: f64 = 1.0,
        because "规则速度为零时避免时间无穷大，只影响打通后的路线比较；假定值，供审查 | Keeps the time finite where the rules give no speed; it only weighs ways to be opened; an assumption, for review";
}

/// Driving time of an arc, also where nothing drives yet: as on a village road, or at walking pace.
fn arc_ms(rules: &Rules, known: u32, length_m: f64, class: VehicleClass) -> u64 {
    if known != CLOSED {
        return u64::from(known);
    }
    let speed = rules.speed(class, RoadClass::Residential).map(|speed| speed.base_kph).filter(|kph| *kph > 0.0);
    let kph = speed.unwrap_or(rules.response.access_speed_kph.value).max(LEAST_SPEED_KPH);
    (length_m / kph * driving::MS_PER_M_KPH).ceil() as u64
}
