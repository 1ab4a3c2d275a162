//! Driving times (行车时间): what the rules' speed tables say of each road, for each class of vehicle.

use anyhow::{Result, bail};

use crate::response::limits;
use fireplan_algorithms::shortest_path::{Arc, CLOSED, Graph};
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::ids::{ArcId, SegmentId};
use fireplan_model::layers::{Oneway, Road, RoadClass, VehicleClass};
use fireplan_model::network::Segment;
use fireplan_model::rules::{Rules, Vehicle};

codes! {
    /// Which of the three speeds of a rule is used.
    pub enum SpeedTable {
        /// 低速(拥堵) | Low
        Low = "low",
        /// 基准 | Base
        Base = "base",
        /// 高速(畅通) | High
        High = "high",
    }
}

/// Milliseconds per hour over metres per kilometre: length_m / speed_kph times this is milliseconds.
pub const MS_PER_M_KPH: f64 = 3_600.0;

/// Whether a crew can leave a road for the places beside it, and a station join it: not on motorways and their links, not in
/// tunnels, not from a deck.
///
/// What lies beside a deck on the map lies below it on the ground: the nearest place of the road is metres above, and the way
/// down begins at the end of the bridge, which the next road on the ground shares. A bridge of level 0 or less, as stated,
/// lies at the level of the ground; one without a level is above it, as when roads are joined
/// ([`noding`](fireplan_model::network)); so is a road of level 1 or more that nobody called a bridge.
pub fn serves_places(road: &Road) -> bool {
    let is_deck = road.level.unwrap_or(i32::from(road.bridge)) > 0;
    !matches!(road.class, RoadClass::Motorway | RoadClass::Link) && !road.tunnel && !is_deck
}

/// Driving time of every arc of the network in whole milliseconds, at least 1; [`CLOSED`] where this vehicle cannot go.
///
/// A road is closed to a vehicle when its class has no speed for it, when access is denied, against a one-way, and
/// where a stated width, height or load limit is below the vehicle's. A limit nobody stated closes nothing here.
pub fn arc_ms(area: &StudyArea, rules: &Rules, vehicle: VehicleClass, table: SpeedTable) -> Result<Vec<u32>> {
    let size = size(rules, vehicle)?;
    let open: Vec<bool> = area.layers.roads.iter().map(|road| limits::stated(road, size).is_none()).collect();
    Ok(arc_ms_where(area, rules, vehicle, table, |segment| open[area.network[segment].road.index()]))
}

/// Size of the vehicle, without which nothing can be said of where it passes.
pub fn size(rules: &Rules, vehicle: VehicleClass) -> Result<&Vehicle> {
    match rules.vehicle(vehicle) {
        Some(size) => Ok(size),
        None => {
            let (label, code) = (vehicle.label().zh, vehicle.code());
            bail!(
                "规则中没有车辆类别 {label}({code})；请补入 vehicle 表 | \
                 the rules say nothing of vehicle class '{code}'; add it to the vehicle table"
            )
        }
    }
}

/// The same with another judgement of which segments are open.
pub fn arc_ms_where(
    area: &StudyArea,
    rules: &Rules,
    vehicle: VehicleClass,
    table: SpeedTable,
    open: impl Fn(SegmentId) -> bool,
) -> Vec<u32> {
    let speeds = RoadClass::ALL.iter().map(|class| speed_kph(rules, vehicle, *class, table)).collect::<Vec<_>>();
    let of_road: Vec<f64> =
        area.layers.roads.iter().map(|road| speeds[road.class as usize] * surface_factor(rules, road)).collect();
    let mut arcs = Vec::with_capacity(2 * area.network.segments.len());
    for (id, segment) in SegmentId::first(area.network.segments.len()).zip(&area.network.segments) {
        let slope_factor = slope_percent(area, segment).map_or(1.0, |slope| rules.slope_factor(slope));
        let speed = if open(id) { of_road[segment.road.index()] * slope_factor } else { 0.0 };
        let ms = if speed > 0.0 { ((segment.length_m / speed * MS_PER_M_KPH).round() as u32).max(1) } else { CLOSED };
        let oneway = area.layers.roads[segment.road.index()].oneway;
        arcs.push(if oneway == Oneway::Backward { CLOSED } else { ms });
        arcs.push(if oneway == Oneway::Forward { CLOSED } else { ms });
    }
    arcs
}

/// Mean slope of a segment by the elevation model, no more than the steepest gradient stated for its road.
fn slope_percent(area: &StudyArea, segment: &Segment) -> Option<f64> {
    let mean = Some(f64::from(segment.slope_percent.abs())).filter(|slope| slope.is_finite())?;
    Some(area.layers.roads[segment.road.index()].slope_percent.map_or(mean, |steepest| mean.min(steepest)))
}

fn speed_kph(rules: &Rules, vehicle: VehicleClass, class: RoadClass, table: SpeedTable) -> f64 {
    rules.speed(vehicle, class).map_or(0.0, |speed| match table {
        SpeedTable::Low => speed.low_kph,
        SpeedTable::Base => speed.base_kph,
        SpeedTable::High => speed.high_kph,
    })
}

fn surface_factor(rules: &Rules, road: &Road) -> f64 {
    road.surface.map_or(1.0, |surface| rules.surface_factor(surface))
}

/// The network as one class of vehicle drives it under one speed table.
pub struct Drive {
    /// The class of vehicle that drives.
    pub vehicle: VehicleClass,
    /// Driving time of every arc in milliseconds; see [`arc_ms`].
    pub arc_ms: Vec<u32>,
    /// The arcs as a graph without forbidden turns.
    pub graph: Graph,
}

impl Drive {
    /// The driving times and graph of one class of vehicle under one speed table.
    ///
    /// # Errors
    /// If the rules do not give the size of this class.
    pub fn new(area: &StudyArea, rules: &Rules, vehicle: VehicleClass, table: SpeedTable) -> Result<Self> {
        let arc_ms = arc_ms(area, rules, vehicle, table)?;
        let graph = graph(area, &arc_ms);
        Ok(Self { vehicle, arc_ms, graph })
    }
}

/// The network as a graph with these arc costs; turn restrictions hold.
pub fn graph(area: &StudyArea, arc_ms: &[u32]) -> Graph {
    let network = &area.network;
    let arcs: Vec<Arc> = ArcId::first(arc_ms.len())
        .map(|arc| Arc { tail: network.tail(arc).0, head: network.head(arc).0, cost: arc_ms[arc.index()] })
        .collect();
    let forbidden: Vec<Vec<u32>> =
        network.forbidden.iter().map(|arcs| arcs.iter().map(|arc| arc.0).collect()).collect();
    Graph::new(network.nodes.len() as u32, &arcs, &forbidden)
}
