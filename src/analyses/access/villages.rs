//! The outcome for each place: which class gets there, by which way, and what it takes for the next larger one.

use geo::{MultiLineString, Point};
use rayon::prelude::*;

use super::describe::{self, Neck, necks, number};
use super::fragile::Fragile;
use super::passable::Passes;
use super::settlements::{Place, Settlement};
use super::ways::{Reading, Way};
use super::{Run, minutes, stations, wan_yuan};
use crate::algorithms::shortest_path::{Arc, Graph, Search, UNREACHED};
use crate::area::VehicleClass;
use crate::codes;
use crate::row;
use crate::rows::Label;

codes! {
    /// The largest vehicle that gets to a place.
    pub enum Entry {
        /// 普通消防车可达 | Standard fire truck
        Standard = "standard",
        /// 仅小型消防车可达 | Small fire truck only
        Small = "small",
        /// 仅消防摩托车可达 | Fire motorcycle only
        Motorcycle = "motorcycle",
        /// 各类车辆均不可达 | No vehicle
        NoVehicle = "no_vehicle",
        /// 待核 | Undetermined
        Undetermined = "undetermined",
        /// 未落位(待核) | Unplaced
        Unplaced = "unplaced",
    }
}

row! {
    /// 村庄通达情况 | Villages and which vehicle gets there
    pub struct VillageAccess {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 说明 | In words
        story: Label,
        /// 类别 | Kind
        kind: Settlement,
        /// 乡镇街道 | Town
        town: String,
        /// 人口 | People
        population_people: Option<u32>,
        /// 人口按格网估计 | People from the raster
        population_estimated: bool,
        /// 最大可达车型 | Largest vehicle
        access: Entry,
        /// 已证实可达的最大车型 | Largest vehicle proven
        certain_class: Option<VehicleClass>,
        /// 可能可达的最大车型 | Largest vehicle possible
        possible_class: Option<VehicleClass>,
        /// 消防站 | Station
        station: String,
        /// 响应时间 | Response time
        response_min: Option<f64>,
        /// 路程 | Distance
        route_km: Option<f64>,
        /// 停车处到村中心 | From the road to the middle
        road_distance_m: Option<f64>,
        /// 普通消防车停车处步行到村 | On foot from where a standard truck gets to
        walk_m: Option<f64>,
        /// 建筑 | Buildings
        buildings: u32,
        /// 距可通行车道80米内的建筑 | Buildings within reach of a lane
        within_lane_percent: Option<f64>,
        /// 同上(含待核道路) | The same, with undetermined roads
        within_lane_possible_percent: Option<f64>,
        /// 卡点或待核点 | What limits
        limit: Label,
        /// 卡点道路编号 | Id of the road that limits
        limit_source_id: String,
        /// 大一级的车型 | Next larger vehicle
        next_class: Option<VehicleClass>,
        /// 打通大一级车型的费用 | Cost of opening for the next larger vehicle
        next_wan_yuan: Option<f64>,
        /// 打通普通消防车的费用 | Cost of opening for a standard truck
        standard_wan_yuan: Option<f64>,
        /// 一断即绝的路段 | Segments without which it is cut off
        sole_links: u32,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 到村路线 | Ways to the villages
    pub struct Route {
        geometry: MultiLineString,
        /// 村庄 | Village
        name: String,
        /// 最大可达车型 | Largest vehicle
        access: Entry,
        /// 车型 | Vehicle
        vehicle_class: VehicleClass,
        /// 消防站 | Station
        station: String,
        /// 响应时间 | Response time
        response_min: f64,
        /// 路程 | Distance
        route_km: f64,
        /// 待核路段 | Segments to verify
        to_verify: u32,
    }
}

/// What comes out for one place. Ranks count the classes of vehicle from the largest.
pub struct Outcome {
    pub entry: Entry,
    pub certain: Option<usize>,
    pub possible: Option<usize>,
    /// The way shown: of the largest class that possibly gets there.
    pub way: Option<Way>,
    /// The cheapest way to open for each class that is blocked, `None` where no work helps.
    pub openings: Vec<(usize, Option<Way>)>,
}

impl Outcome {
    /// The next larger class and the cheapest way to let it through.
    pub fn next(&self) -> Option<(usize, &Way)> {
        let (rank, way) = self.openings.last()?;
        Some((*rank, way.as_ref()?))
    }

    pub fn opening(&self, rank: usize) -> Option<&Way> {
        self.openings.iter().find(|(of, _)| *of == rank)?.1.as_ref()
    }
}

pub fn judge(run: &Run) -> Vec<Outcome> {
    run.places.par_iter().map(|place| outcome(run, place)).collect()
}

fn outcome(run: &Run, place: &Place) -> Outcome {
    let reached = |reading: Reading| {
        run.fleets.iter().enumerate().find_map(|(rank, fleet)| Some((rank, fleet.way(&place.entries, reading)?)))
    };
    let (certain, possible) = (reached(Reading::Certain), reached(Reading::Possible));
    let blocked = 0..possible.as_ref().map_or(run.fleets.len(), |(rank, _)| *rank);
    let openings = blocked.map(|rank| (rank, run.fleets[rank].way(&place.entries, Reading::Opened))).collect();
    let ranks = (certain.as_ref().map(|(rank, _)| *rank), possible.as_ref().map(|(rank, _)| *rank));
    let entry = match ranks {
        _ if place.entries.is_empty() => Entry::Unplaced,
        (_, None) => Entry::NoVehicle,
        (Some(certain), Some(possible)) if certain == possible => match run.fleets[certain].class() {
            VehicleClass::Standard => Entry::Standard,
            VehicleClass::Small => Entry::Small,
            VehicleClass::Motorcycle => Entry::Motorcycle,
        },
        _ => Entry::Undetermined,
    };
    let way = if ranks.0 == ranks.1 { certain } else { possible };
    Outcome { entry, certain: ranks.0, possible: ranks.1, way: way.map(|(_, way)| way), openings }
}

pub fn rows(run: &Run, outcomes: &[Outcome], fragile: &Fragile) -> Vec<VillageAccess> {
    let walk = Walk::new(run);
    run.places
        .iter()
        .zip(outcomes)
        .enumerate()
        .map(|(number, (place, outcome))| row(run, place, outcome, &walk, fragile.sole_links(number)))
        .collect()
}

fn row(run: &Run, place: &Place, outcome: &Outcome, walk: &Walk, sole_links: u32) -> VillageAccess {
    let class = |rank: Option<usize>| rank.map(|rank| run.fleets[rank].class());
    let way = outcome.way.as_ref();
    let fleet = outcome.possible.map(|rank| &run.fleets[rank]);
    let share = |reading: Reading| share_within(run, place, outcome.possible, reading);
    let limits = limits(run, outcome);
    let (limit, limit_source_id) = match limits.first() {
        Some((neck, class)) => {
            (describe::neck(run, neck, *class), run.area.layers.roads[neck.road as usize].source_id.clone())
        }
        None => (Label::new("", ""), String::new()),
    };
    let cost = |way: Option<&Way>| way.map(|way| wan_yuan(way.price[0]));
    let mut row = VillageAccess {
        geometry: Point(place.at),
        name: place.name.clone(),
        story: Label::new("", ""),
        kind: place.kind,
        town: run.town_name(place.town),
        population_people: place.people.map(|people| people.round() as u32),
        population_estimated: place.people_estimated,
        access: outcome.entry,
        certain_class: class(outcome.certain),
        possible_class: class(outcome.possible),
        station: fleet.zip(way).map_or_else(String::new, |(fleet, way)| station(run, fleet.starts[way.start].station)),
        response_min: way.map(|way| minutes(way.price[2])),
        route_km: fleet.zip(way).map(|(fleet, way)| (fleet.length_m(way) / 10.0).round() / 100.0),
        road_distance_m: way.map(|way| way.goal.distance_m.round()),
        walk_m: (outcome.possible != Some(0)).then(|| walk.metres_to(run, place)).flatten(),
        buildings: place.buildings.len() as u32,
        within_lane_percent: share(Reading::Certain),
        within_lane_possible_percent: share(Reading::Possible),
        limit,
        limit_source_id,
        next_class: class(outcome.openings.last().map(|(rank, _)| *rank)),
        next_wan_yuan: cost(outcome.next().map(|(_, way)| way)),
        standard_wan_yuan: cost(outcome.opening(0)),
        sole_links,
        source_id: place.source_id.clone(),
    };
    row.story = story(run, place, outcome, &row);
    row
}

fn station(run: &Run, station: u32) -> String {
    stations::name(&run.area.layers.stations[station as usize])
}

/// What limits a place: what stops the next larger class, or what must be verified; with the class it limits.
fn limits(run: &Run, outcome: &Outcome) -> Vec<(Neck, VehicleClass)> {
    let of = |rank: usize, way: &Way, kind: Passes| {
        let fleet = &run.fleets[rank];
        necks(run, fleet, way, kind).into_iter().map(|neck| (neck, fleet.class())).collect::<Vec<_>>()
    };
    if outcome.entry == Entry::Undetermined {
        return outcome
            .possible
            .zip(outcome.way.as_ref())
            .map_or_else(Vec::new, |(rank, way)| of(rank, way, Passes::Undetermined));
    }
    outcome.next().map_or_else(Vec::new, |(rank, way)| of(rank, way, Passes::No))
}

/// Share of the buildings within half the lane spacing of a road that the class gets to.
fn share_within(run: &Run, place: &Place, rank: Option<usize>, reading: Reading) -> Option<f64> {
    let fleet = &run.fleets[rank?];
    let limit_m = run.rules.fire_lane.lane_spacing_m.value / 2.0;
    let serves =
        |segment: u32| crate::analyses::driving::serves_places(run.road_of(segment)) && fleet.reaches(segment, reading);
    let near = place.buildings.iter().filter(|at| run.area.network.nearest(**at, limit_m, serves, |_| true).is_some());
    let count = place.buildings.len();
    (count > 0).then(|| (near.count() as f64 / count as f64 * 1000.0).round() / 10.0)
}

/// How far it is on foot, along any road or path, from where a standard truck gets to.
struct Walk {
    /// Per node, in decimetres.
    from_truck: Vec<u32>,
}

const PER_M: f64 = 10.0;

impl Walk {
    fn new(run: &Run) -> Self {
        let network = &run.area.network;
        let both = |segment: &crate::area::network::Segment| {
            let cost = (segment.length_m * PER_M).ceil() as u32;
            [(segment.from, segment.to), (segment.to, segment.from)].map(|(tail, head)| Arc { tail, head, cost })
        };
        let arcs: Vec<Arc> = network.segments.iter().flat_map(both).collect();
        let graph = Graph::new(network.nodes.len() as u32, &arcs, &[]);
        let fleet = &run.fleets[0];
        let states = 0..fleet.streets.graph.states() as u32;
        let seeds: Vec<(u32, u32)> = states
            .filter(|state| fleet.reaches_state(*state, Reading::Possible))
            .map(|state| (fleet.streets.graph.node(state), 0))
            .collect();
        let mut search = Search::new(&graph);
        search.run(&graph, &seeds, UNREACHED - 1);
        Self { from_truck: (0..network.nodes.len() as u32).map(|node| search.cost(node)).collect() }
    }

    /// To the nearest road location of the place and from there to its middle.
    fn metres_to(&self, run: &Run, place: &Place) -> Option<f64> {
        let entry = place.entries.first()?;
        let segment = &run.area.network.segments[entry.segment as usize];
        let by = |node: u32, along_m: f64| {
            let cost = self.from_truck[node as usize];
            (cost != UNREACHED).then(|| f64::from(cost) / PER_M + along_m)
        };
        let ways = [by(segment.from, entry.offset_m), by(segment.to, segment.length_m - entry.offset_m)];
        ways.into_iter().flatten().min_by(f64::total_cmp).map(|m| (m + entry.distance_m).round())
    }
}

pub fn routes(run: &Run, outcomes: &[Outcome]) -> Vec<Route> {
    let drawn = run.places.iter().zip(outcomes).filter_map(|(place, outcome)| {
        let (fleet, way) = (&run.fleets[outcome.possible?], outcome.way.as_ref()?);
        Some(Route {
            geometry: fleet.line(way),
            name: place.name.clone(),
            access: outcome.entry,
            vehicle_class: fleet.class(),
            station: station(run, fleet.starts[way.start].station),
            response_min: minutes(way.price[2]),
            route_km: (fleet.length_m(way) / 10.0).round() / 100.0,
            to_verify: way.price[1] as u32,
        })
    });
    drawn.collect()
}

/// Two or three sentences for somebody who has never seen a network.
fn story(run: &Run, place: &Place, outcome: &Outcome, row: &VillageAccess) -> Label {
    let mut zh = String::new();
    let mut en = String::new();
    let mut say = |label: Label| {
        zh += &label.zh;
        en += if en.is_empty() { "" } else { " " };
        en += &label.en;
    };
    let name = &place.name;
    if outcome.entry == Entry::Unplaced {
        say(Label::new(
            format!("{name}附近{}米内没有道路，或隔着水面，能否进车待核。", run.rules.response.access_limit_m.value),
            format!(
                "No road within {} m of {name}, or water in between: undetermined.",
                run.rules.response.access_limit_m.value
            ),
        ));
        return Label::new(zh, en);
    }
    match outcome.possible.map(|rank| run.fleets[rank].class()) {
        None => say(Label::new(format!("各类消防车都到不了{name}。"), format!("No fire vehicle gets to {name}."))),
        Some(class) => {
            let who = describe::vehicle(class);
            let trip = |minutes: f64, km: f64| (number(minutes), number(km));
            let (minutes, km) = trip(row.response_min.unwrap_or_default(), row.route_km.unwrap_or_default());
            let station = &row.station;
            let (can_zh, can_en) =
                if outcome.entry == Entry::Undetermined { ("或可", "may get") } else { ("可", "gets") };
            say(Label::new(
                format!("{}{can_zh}从{station}到达{name}，接令后约{minutes}分钟，路程{km}公里。", who.zh),
                format!(
                    "A {} {can_en} to {name} from {station}, {minutes} min after the order, {km} km.",
                    who.en.to_lowercase()
                ),
            ));
        }
    }
    let limits = limits(run, outcome);
    if outcome.entry == Entry::Undetermined {
        say(to_verify(run, outcome, &limits));
    }
    if let Some((rank, _)) = outcome.openings.last() {
        say(blocked(run, outcome, *rank));
    }
    if let Some(walk_m) = row.walk_m.filter(|_| outcome.possible != Some(0)) {
        let walk = number(walk_m);
        say(Label::new(
            format!("普通消防车开到最近处，还要步行或铺水带约{walk}米。"),
            format!("From the nearest place a standard truck gets to, it is {walk} m on foot."),
        ));
    }
    if let (Some(share), true) = (row.within_lane_possible_percent, row.buildings > 0) {
        let (count, share) = (row.buildings, number(share));
        let half = number(run.rules.fire_lane.lane_spacing_m.value / 2.0);
        say(Label::new(
            format!("{count}栋房屋中{share}%离可行车的路不超过{half}米。"),
            format!("{share} % of its {count} buildings lie within {half} m of a road it can use."),
        ));
    }
    Label::new(zh, en)
}

fn to_verify(run: &Run, outcome: &Outcome, limits: &[(Neck, VehicleClass)]) -> Label {
    let proven = outcome.certain.map(|rank| describe::vehicle(run.fleets[rank].class()));
    let first = limits.first().map(|(neck, class)| describe::neck(run, neck, *class));
    let count = limits.len();
    let (first_zh, first_en) = first.map_or_else(Default::default, |label| (label.zh, label.en));
    let (proven_zh, proven_en) = proven
        .map_or(("没有车型已证实可达".to_owned(), "no vehicle is proven to get there".to_owned()), |label| {
            (format!("已证实可达的是{}", label.zh), format!("proven is a {}", label.en.to_lowercase()))
        });
    Label::new(
        format!("沿途有{count}条路须现场核实，首先是{first_zh}；{proven_zh}。"),
        format!("{count} roads on the way must be verified, first {first_en}; {proven_en}."),
    )
}

/// Why the next larger class does not get there and how to let it through most cheaply.
fn blocked(run: &Run, outcome: &Outcome, rank: usize) -> Label {
    let who = describe::vehicle(run.fleets[rank].class());
    let who_en = who.en.to_lowercase();
    let Some(way) = outcome.opening(rank) else {
        return Label::new(
            format!("{}到不了，改造现有道路也不能打通，须另修新路。", who.zh),
            format!(
                "A {who_en} does not get there, and no work on the roads there are would let it; it takes a new road."
            ),
        );
    };
    let necks = necks(run, &run.fleets[rank], way, Passes::No);
    let Some(first) = necks.first() else { return Label::new("", "") };
    let (why, open) = (describe::neck(run, first, run.fleets[rank].class()), describe::opening(first));
    let total = number(wan_yuan(way.price[0]));
    let (more_zh, more_en) = if necks.len() > 1 {
        (
            format!("，连同另{}条路共约{total}万元", necks.len() - 1),
            format!("; with {} more roads {total} × 10,000 yuan in all", necks.len() - 1),
        )
    } else {
        Default::default()
    };
    let (checks_zh, checks_en) = match way.price[1] {
        0 => Default::default(),
        checks => (format!("，另有{checks}段待核"), format!(", and {checks} segments to verify")),
    };
    Label::new(
        format!("{}到不了：{}。最省的办法是{}{more_zh}{checks_zh}（单价未核实）。", who.zh, why.zh, open.zh),
        format!("A {who_en} does not: {}. Cheapest: {}{more_en}{checks_en} (unit costs unverified).", why.en, open.en),
    )
}
