//! Driving times (行车时间): what the rules' speed tables say of each road, for each class of vehicle, and where the
//! traffic law binds an engine on duty.
//!
//! One-ways and turn bans bind in the low and base readings. 消防法 第四十七条 and 道路交通安全法 第五十三条 free an engine on
//! duty of them where that is safe: the favourable and the high reading let it drive against a one-way street, slower, and
//! take a banned turn; never a motorway, an urban expressway, their links or one of two carriageways.

use anyhow::Result;

use crate::response::passage::passable::Passable;
pub use crate::response::reading::DrivingReading;
use fireplan_algorithms::shortest_path::{Arc, CLOSED, Graph};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ArcId, SegmentId};
use fireplan_model::layers::{Oneway, Road, RoadClass, VehicleClass};
use fireplan_model::rules::{Rules, TrafficLaw};

/// Milliseconds per hour over metres per kilometre: length_m / speed_kph times this is milliseconds.
pub const MS_PER_M_KPH: f64 = 3_600.0;

/// Whether a crew can leave a road for the places beside it, and a station join it: not on motorways and their links, not in
/// tunnels, not from a deck.
///
/// What lies beside a deck on the map lies below it on the ground: the nearest place of the road is metres above, and the way
/// down begins at the end of the bridge, which the next road on the ground shares. A bridge of a level below 0, as stated, passes
/// below others; one without a level is above the ground, and so is one of level 0, for columns of levels are often filled with
/// it; so is a road of level 1 or more that nobody called a bridge.
pub fn serves_places(road: &Road) -> bool {
    let stated = road.level.filter(|level| *level != 0);
    let is_deck = stated.unwrap_or(i32::from(road.bridge)) > 0;
    !matches!(road.class, RoadClass::Motorway | RoadClass::Link) && !road.tunnel && !is_deck
}

/// Driving time of every arc of the network in whole milliseconds, at least 1; [`CLOSED`] where this vehicle cannot go.
///
/// A road is closed to a vehicle when its class has no speed for it, when access is denied, against a one-way, and where it is
/// known that the vehicle does not get through ([`Passable`]): by a stated or measured width, load, headroom or gradient, or an
/// obstacle. What nobody knows closes nothing here; where it is undetermined whether an obstacle or a closure stops it,
/// favourable readings let it pass and the others do not.
///
/// # Errors
/// If the rules do not give the size of the vehicle.
pub fn arc_ms(area: &StudyArea, rules: &Rules, vehicle: VehicleClass, reading: DrivingReading) -> Result<Vec<u32>> {
    let passable = Passable::of(area, rules, vehicle)?;
    Ok(arc_ms_where(area, rules, vehicle, reading, |segment| !passable.keeps_off(segment, reading)))
}

/// The same with another judgement of which segments are open.
pub fn arc_ms_where(
    area: &StudyArea,
    rules: &Rules,
    vehicle: VehicleClass,
    reading: DrivingReading,
    open: impl Fn(SegmentId) -> bool,
) -> Vec<u32> {
    let speeds = RoadClass::ALL.iter().map(|class| speed_kph(rules, vehicle, *class, reading)).collect::<Vec<_>>();
    let of_road: Vec<f64> =
        area.layers.roads.iter().map(|road| speeds[road.class as usize] * surface_factor(rules, road)).collect();
    let against_share = if reading.is_favourable() { rules.driving.against_oneway_share.value } else { 0.0 };
    let mut arcs = Vec::with_capacity(2 * area.network.segments.len());
    for (id, segment) in SegmentId::first(area.network.segments.len()).zip(&area.network.segments) {
        let speed = if open(id) { of_road[segment.road.index()] } else { 0.0 };
        let level_m = level_m(area, rules, id);
        for arc in id.arcs() {
            let share = match against_oneway(area, rules, arc) {
                None => 1.0,
                Some(Against::WhereSafe) => against_share,
                Some(Against::Never) => 0.0,
            };
            arcs.push(travel_ms(level_m, speed * share));
        }
    }
    arcs
}

fn travel_ms(length_m: f64, speed_kph: f64) -> u32 {
    if speed_kph > 0.0 { ((length_m / speed_kph * MS_PER_M_KPH).round() as u32).max(1) } else { CLOSED }
}

/// Whether an arc runs against the direction in which its road may be driven.
pub fn is_against_oneway(area: &StudyArea, arc: ArcId) -> bool {
    let oneway = area.road_of(arc.segment()).oneway;
    oneway == if arc.is_along() { Oneway::Backward } else { Oneway::Forward }
}

/// Whether a one-way road may be driven against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// By an engine on duty, where it is safe.
    WhereSafe,
    /// By nobody: on motorways, expressways, links and dual carriageways, or as the rules say.
    Never,
}

/// Whether the arc runs against a one-way road, and if so whether it may be driven; `None`: with the traffic.
pub fn against_oneway(area: &StudyArea, rules: &Rules, arc: ArcId) -> Option<Against> {
    let segment = &area.network[arc.segment()];
    let road = &area.layers.roads[segment.road.index()];
    let bound = segment.is_dual_carriageway
        || matches!(road.class, RoadClass::Motorway | RoadClass::Expressway | RoadClass::Link)
        || rules.driving.oneway_streets.value == TrafficLaw::Binds;
    is_against_oneway(area, arc).then_some(if bound { Against::Never } else { Against::WhereSafe })
}

/// Length of the level road that takes as long as a segment, in metres. What is steep slows engines where it is steep, so that
/// junctions, which cut roads into segments, change no time. No stretch is steeper than the steepest gradient stated for the road.
fn level_m(area: &StudyArea, rules: &Rules, id: SegmentId) -> f64 {
    let segment = &area.network[id];
    let stated = area.layers.roads[segment.road.index()].slope_percent.unwrap_or(f64::INFINITY);
    let (mut length_m, mut level_m) = (0.0, 0.0);
    for stretch in area.network.slopes.of(id) {
        let stretch_m = f64::from(stretch.length_m);
        length_m += stretch_m;
        level_m += stretch_m / rules.slope_factor(f64::from(stretch.percent).min(stated));
    }
    if length_m > 0.0 { segment.length_m * level_m / length_m } else { segment.length_m }
}

fn speed_kph(rules: &Rules, vehicle: VehicleClass, class: RoadClass, reading: DrivingReading) -> f64 {
    rules.speed(vehicle, class).map_or(0.0, |speed| match reading {
        DrivingReading::Low => speed.low_kph,
        DrivingReading::Base | DrivingReading::Favourable => speed.base_kph,
        DrivingReading::High => speed.high_kph,
    })
}

fn surface_factor(rules: &Rules, road: &Road) -> f64 {
    road.surface.map_or(1.0, |surface| rules.surface_factor(surface))
}

/// The network as one class of vehicle drives it under one reading.
pub struct Drive {
    /// The class of vehicle that drives.
    pub vehicle: VehicleClass,
    /// The reading of the roads.
    pub reading: DrivingReading,
    /// Driving time of every arc in milliseconds; see [`arc_ms`].
    pub arc_ms: Vec<u32>,
    /// The arcs as a graph; turn bans hold where they bind.
    pub graph: Graph,
}

impl Drive {
    /// The driving times and graph of one class of vehicle under one reading.
    ///
    /// # Errors
    /// If the rules do not give the size of this class.
    pub fn new(area: &StudyArea, rules: &Rules, vehicle: VehicleClass, reading: DrivingReading) -> Result<Self> {
        let arc_ms = arc_ms(area, rules, vehicle, reading)?;
        let graph = graph(area, &arc_ms, bans_bind(rules, reading));
        Ok(Self { vehicle, reading, arc_ms, graph })
    }

    /// The same where some segments are closed as well.
    pub(crate) fn without(&self, area: &StudyArea, rules: &Rules, closed: impl Fn(SegmentId) -> bool) -> Self {
        let cost = |(arc, ms): (ArcId, &u32)| if closed(arc.segment()) { CLOSED } else { *ms };
        let arc_ms: Vec<u32> = ArcId::first(self.arc_ms.len()).zip(&self.arc_ms).map(cost).collect();
        let graph = graph(area, &arc_ms, bans_bind(rules, self.reading));
        Self { vehicle: self.vehicle, reading: self.reading, arc_ms, graph }
    }
}

/// Whether turn bans hold under this reading.
pub fn bans_bind(rules: &Rules, reading: DrivingReading) -> bool {
    !reading.is_favourable() || rules.driving.turn_bans.value == TrafficLaw::Binds
}

/// The network as a graph with these arc costs, with the turns that are banned or without regard to them.
pub fn graph(area: &StudyArea, arc_ms: &[u32], bans_bind: bool) -> Graph {
    let network = &area.network;
    let arcs: Vec<Arc> = ArcId::first(arc_ms.len())
        .map(|arc| Arc { tail: network.tail(arc).0, head: network.head(arc).0, cost: arc_ms[arc.index()] })
        .collect();
    let banned = if bans_bind { &network.forbidden[..] } else { &[] };
    let banned: Vec<Vec<u32>> = banned.iter().map(|arcs| arcs.iter().map(|arc| arc.0).collect()).collect();
    Graph::new(network.nodes.len() as u32, &arcs, &banned)
}
