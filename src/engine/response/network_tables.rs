//! The road network as layers and tables: everything that answers rest on, so that anyone can recompute them with another tool.
//!
//! `nodes` and `edges` number from 1 (`fid`); an edge has its exact line from node to node and the driving seconds of each
//! vehicle class under each reading, along its line and against it. Empty: that vehicle may not drive there. A row of
//! `forbidden_turns` is a sequence of edges that may not be driven one after the other, `-` before those driven against
//! their line. `crews` are the stations that send one by day: on which edge each enters the network, at which share of its line,
//! and how many seconds after the order. `obstacle` of an edge is the number (`fid`) of what stands in it among `obstacles`; an
//! edge that is an obstacle is as long as that.

use anyhow::Result;
use geo::LineString;

use crate::response::dispatch::Dispatch;
use crate::response::driving::{self, DrivingReading};
use crate::response::reach::Start;
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Feature, Layer, Table};
use fireplan_model::ids::{ArcId, SegmentId};
use fireplan_model::layers::VehicleClass;
use fireplan_model::notes::Notes;
use fireplan_model::row;
use fireplan_model::rows::{Column, GeometryKind, Label, Row, Value};
use fireplan_model::rules::Rules;

row! {
    /// 路网节点 | Network nodes
    struct Node {
        geometry: geo::Point,
        /// 节点编号 | Node
        node: u32,
    }
}

row! {
    /// 消防站出动位置 | Where crews enter the network
    struct Crew {
        geometry: geo::Point,
        /// 消防站 | Station
        name: String,
        /// 出动车辆 | Vehicle sent
        vehicle_class: VehicleClass,
        /// 上路路段 | Edge
        edge: u32,
        /// 在路段上的位置(沿线比例) | Share of its line
        share: f64,
        /// 接令到上路 | From the order to the road
        ready_s: f64,
        /// 接令到上路(最快) | From the order to the road at the least
        ready_fast_s: f64,
        /// 接令到上路(最慢) | From the order to the road at the most
        ready_slow_s: f64,
    }
}

row! {
    /// 禁止转向 | Forbidden turns
    struct ForbiddenTurn {
        geometry: (),
        /// 依次经过的路段 | Edges in order
        edges: String,
    }
}

row! {
    /// 采用的规则 | Rules in force
    struct RuleRow {
        geometry: (),
        /// 键 | Key
        rule: String,
        /// 内容 | About
        about: String,
        /// 数值 | Value
        figure: String,
        /// 效力 | Force
        force: String,
        /// 可信度 | Confidence
        confidence: String,
        /// 来源 | Origin
        origin: String,
        /// 依据 | Clause
        cite: String,
    }
}

/// Vehicle, reading, column of the seconds along the line and against it.
const TIMES: [(VehicleClass, DrivingReading, &str, &str); 16] = [
    (VehicleClass::Standard, DrivingReading::Low, "standard_low_s", "standard_low_back_s"),
    (VehicleClass::Standard, DrivingReading::Base, "standard_base_s", "standard_base_back_s"),
    (VehicleClass::Standard, DrivingReading::Favourable, "standard_favourable_s", "standard_favourable_back_s"),
    (VehicleClass::Standard, DrivingReading::High, "standard_high_s", "standard_high_back_s"),
    (VehicleClass::Medium, DrivingReading::Low, "medium_low_s", "medium_low_back_s"),
    (VehicleClass::Medium, DrivingReading::Base, "medium_base_s", "medium_base_back_s"),
    (VehicleClass::Medium, DrivingReading::Favourable, "medium_favourable_s", "medium_favourable_back_s"),
    (VehicleClass::Medium, DrivingReading::High, "medium_high_s", "medium_high_back_s"),
    (VehicleClass::Small, DrivingReading::Low, "small_low_s", "small_low_back_s"),
    (VehicleClass::Small, DrivingReading::Base, "small_base_s", "small_base_back_s"),
    (VehicleClass::Small, DrivingReading::Favourable, "small_favourable_s", "small_favourable_back_s"),
    (VehicleClass::Small, DrivingReading::High, "small_high_s", "small_high_back_s"),
    (VehicleClass::Motorcycle, DrivingReading::Low, "motorcycle_low_s", "motorcycle_low_back_s"),
    (VehicleClass::Motorcycle, DrivingReading::Base, "motorcycle_base_s", "motorcycle_base_back_s"),
    (VehicleClass::Motorcycle, DrivingReading::Favourable, "motorcycle_favourable_s", "motorcycle_favourable_back_s"),
    (VehicleClass::Motorcycle, DrivingReading::High, "motorcycle_high_s", "motorcycle_high_back_s"),
];

/// The network with the driving times of every vehicle, ready to be written: layers, then tables.
pub fn network_tables(area: &StudyArea, rules: &Rules) -> Result<(Vec<Layer>, Vec<Table>)> {
    let mut layers = vec![Layer::new("nodes", Drawing::Plain, &nodes(area)), edges(area, rules)?];
    let crews = crews(area, rules);
    if !crews.is_empty() {
        layers.push(Layer::new("crews", Drawing::Plain, &crews));
    }
    if !area.layers.obstacles.is_empty() {
        layers.push(Layer::new("obstacles", Drawing::Plain, &area.layers.obstacles));
    }
    let tables = vec![Table::new("forbidden_turns", &forbidden_turns(area)), Table::new("rules", &rule_rows(rules))];
    Ok((layers, tables))
}

fn nodes(area: &StudyArea) -> Vec<Node> {
    let numbered = area.network.nodes.iter().zip(1..);
    numbered.map(|(at, node)| Node { geometry: (*at).into(), node }).collect()
}

/// The crews of the day; none where no station stands on a road.
fn crews(area: &StudyArea, rules: &Rules) -> Vec<Crew> {
    let starts = Dispatch::default().starts(area, rules, &mut Notes::default()).unwrap_or_default();
    let crew = |start: &Start| Crew {
        geometry: start.position.at.into(),
        name: area.layers.stations[start.origin.index()].name_or_id(),
        vehicle_class: start.vehicle,
        edge: start.position.segment.0 + 1,
        share: start.position.offset_m / area.network[start.position.segment].length_m,
        ready_s: f64::from(start.ready.base_ms) / 1000.0,
        ready_fast_s: f64::from(start.ready.fast_ms) / 1000.0,
        ready_slow_s: f64::from(start.ready.slow_ms) / 1000.0,
    };
    starts.iter().map(crew).collect()
}

/// Own columns of an edge, then the road's, then the driving times.
fn edges(area: &StudyArea, rules: &Rules) -> Result<Layer> {
    let times = TIMES
        .iter()
        .map(|(vehicle, reading, _, _)| driving::arc_ms(area, rules, *vehicle, *reading))
        .collect::<Result<Vec<_>>>()?;
    let segments = SegmentId::first(area.network.segments.len()).zip(&area.network.segments);
    let features = segments.map(|(id, segment)| {
        let slope = f64::from(segment.slope_percent);
        let mut values = vec![
            Value::Int(i64::from(segment.from.0) + 1),
            Value::Int(i64::from(segment.to.0) + 1),
            Value::Float(segment.length_m),
            if slope.is_finite() { Value::Float(slope + 0.0) } else { Value::Null },
            segment.obstacle.map_or(Value::Null, |obstacle| Value::Int(i64::from(obstacle.0) + 1)),
        ];
        values.extend(area.layers.roads[segment.road.index()].values());
        for arc_ms in &times {
            values.extend(id.arcs().map(|arc| seconds(arc_ms[arc.index()])));
        }
        let line = LineString(area.network.line(id).to_vec());
        Feature { geometry: Some(line.into()), values }
    });
    Ok(Layer {
        id: "edges".to_owned(),
        title: Label::new("路网路段", "Network edges"),
        geometry: GeometryKind::Line,
        columns: edge_columns(),
        drawing: Drawing::Plain,
        quiet: false,
        sheets: false,
        companions: Vec::new(),
        features: features.collect(),
    })
}

fn edge_columns() -> Vec<Column> {
    let mut columns = vec![
        Column::new::<u32>("from_node", "起点节点 | From node"),
        Column::new::<u32>("to_node", "终点节点 | To node"),
        Column::new::<f64>("length_m", "长度 | Length"),
        Column::new::<Option<f64>>("mean_slope_percent", "平均坡度 | Mean slope"),
        Column::new::<Option<u32>>("obstacle", "障碍物编号 | Obstacle"),
    ];
    columns.extend(fireplan_model::layers::Road::columns());
    for (vehicle, reading, along, back) in TIMES {
        let (vehicle, reading) = (vehicle.label(), reading.label());
        let label =
            |zh: &str, en: &str| format!("{}{}{zh} | {} {} {en}", vehicle.zh, reading.zh, vehicle.en, reading.en);
        columns.push(Column::new::<Option<f64>>(along, &label("行车时间(顺)", "driving time along the line")));
        columns.push(Column::new::<Option<f64>>(back, &label("行车时间(逆)", "driving time against the line")));
    }
    columns
}

fn seconds(ms: u32) -> Value {
    if ms == CLOSED { Value::Null } else { Value::Float(f64::from(ms) / 1000.0) }
}

fn forbidden_turns(area: &StudyArea) -> Vec<ForbiddenTurn> {
    let named = |arc: &ArcId| {
        let edge = arc.segment().0 + 1;
        if arc.is_along() { format!("{edge}") } else { format!("-{edge}") }
    };
    let turns = area.network.forbidden.iter();
    turns
        .map(|arcs| ForbiddenTurn { geometry: (), edges: arcs.iter().map(named).collect::<Vec<_>>().join(" ") })
        .collect()
}

fn rule_rows(rules: &Rules) -> Vec<RuleRow> {
    let row = |entry: &fireplan_model::rules::InForce| RuleRow {
        geometry: (),
        rule: entry.key.clone(),
        about: entry.label.zh.clone(),
        figure: entry.value.zh.clone(),
        force: entry.provenance.force.label().zh,
        confidence: entry.provenance.confidence.label().zh,
        origin: entry.origin.to_string(),
        cite: entry.provenance.cite.clone(),
    };
    rules.entries.iter().map(row).collect()
}
