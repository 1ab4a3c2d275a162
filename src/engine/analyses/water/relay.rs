//! Pump relay (接力供水): water through hose along the road, from pump to pump, instead of tankers.
//!
//! A relay takes a pump at the water and one wherever the hose of the one before ends or has climbed as high as its pump lifts,
//! whichever comes first. Its flow is what the hose is laid for, as long as the source gives it.

use fireplan_algorithms::metric_graph::{DistanceSource, Edge, EdgePosition, MetricGraph};
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{RoadClass, Village};
use fireplan_model::network::Position;
use fireplan_model::rules::Rules;

use super::WaterRun;
use super::sources::{SitedPoint, WaterPointId};

/// The roads along which hose is laid.
pub(super) struct HoseRoads {
    graph: MetricGraph,
    edge_of: Vec<Option<u32>>,
}

/// A relay from a place to draw water to a village.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Relay {
    pub point: WaterPointId,
    /// Hose along the roads and from the road to the village.
    pub hose_m: f64,
    /// Pumps it takes, the one at the water included.
    pub engines: u32,
}

impl HoseRoads {
    /// All roads but motorways and tunnels.
    pub(super) fn new(run: &WaterRun) -> Self {
        let network = &run.area.network;
        let (mut edges, mut edge_of) = (Vec::new(), Vec::with_capacity(network.segments.len()));
        for segment in &network.segments {
            let road = &run.area.layers.roads[segment.road.index()];
            let open = road.class != RoadClass::Motorway && !road.tunnel;
            edge_of.push(open.then_some(edges.len() as u32));
            if open {
                edges.push(Edge { from: segment.from.0, to: segment.to.0, length: segment.length_m });
            }
        }
        Self { graph: MetricGraph::new(network.nodes.len() as u32, edges), edge_of }
    }

    fn place(&self, position: &Position) -> Option<EdgePosition> {
        let edge = self.edge_of[position.segment.index()]?;
        Some(EdgePosition { edge, offset: position.offset_m })
    }

    /// The most pumps that a relay may have: those of the rules, and no more than there are trucks.
    pub(super) fn most_engines(run: &WaterRun, rules: &Rules) -> u32 {
        let limit = &rules.water.relay_engines;
        (0..=run.question.trucks).rev().find(|count| limit.op.holds(f64::from(*count), limit.value)).unwrap_or(0)
    }

    /// Per village, the relay from the nearest of the wanted places, where it takes no more pumps than it may.
    pub(super) fn relays(
        &self,
        run: &WaterRun,
        points: &[SitedPoint],
        wanted: impl Fn(&SitedPoint) -> bool,
    ) -> Vec<Option<Relay>> {
        let most = run.local.all().map(|rules| Self::most_engines(run, rules)).max().unwrap_or(0);
        let limit_m = run.rules.water.relay_stage_m.value * f64::from(most);
        let sources: Vec<DistanceSource> = WaterPointId::first(points.len())
            .zip(points)
            .filter(|(_, point)| wanted(point))
            .filter_map(|(id, point)| {
                let place = self.place(&point.position?)?;
                Some(DistanceSource { place, ahead: 0.0, number: id.0 })
            })
            .collect();
        let field = self.graph.two_nearest(&sources, limit_m);
        let relay = |village: &Village| {
            let position = self.road_of(run, village)?;
            let nearest = field.at(self.place(&position)?)[0]?;
            let point = WaterPointId(nearest.source);
            let hose_m = nearest.distance + position.distance_m;
            let engines = engines_for(run, hose_m, climb_m(run, &points[point.index()], village).unwrap_or(0.0));
            let most = Self::most_engines(run, run.rules_at(village.geometry.0));
            (engines <= most).then_some(Relay { point, hose_m, engines })
        };
        run.area.layers.villages.iter().map(relay).collect()
    }

    fn road_of(&self, run: &WaterRun, village: &Village) -> Option<Position> {
        let limit_m = run.rules.response.access_limit_m.value;
        let open = |segment: SegmentId| self.edge_of[segment.index()].is_some();
        run.area.network.nearest(village.geometry.0, limit_m, open, |_| true)
    }
}

/// How much higher the village lies than the place to draw water; `None`: not known.
pub(super) fn climb_m(run: &WaterRun, point: &SitedPoint, village: &Village) -> Option<f64> {
    let grid = run.area.elevation.as_ref()?;
    Some((grid.interpolate(village.geometry.0)? - grid.interpolate(point.row.geometry.0)?).max(0.0))
}

/// The pumps that a relay of this length and climb takes.
fn engines_for(run: &WaterRun, hose_m: f64, climb_m: f64) -> u32 {
    let water = &run.rules.water;
    let stages = (hose_m / water.relay_stage_m.value).max(climb_m / water.relay_climb_m.value);
    stages.ceil().max(1.0) as u32
}
