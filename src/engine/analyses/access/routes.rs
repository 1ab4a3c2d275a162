//! The ways that are driven to the villages as lines: from the station's gate to where the crew stops.

use geo::{LineString, MultiLineString};

use super::AccessRun;
use super::villages::{LargestVehicle, PlaceOutcome, station};
use super::ways::{AccessRoute, Fleet};
use crate::response::attendance::RouteBasis;
use crate::response::times::minutes;
use fireplan_model::layers::VehicleClass;
use fireplan_model::row;

row! {
    /// 到村路线 | Ways to the villages
    pub struct Route {
        geometry: MultiLineString,
        /// 村庄 | Village
        name: String,
        /// 村庄序号 | Number of the village
        village: u32,
        /// 最大可达车型 | Largest vehicle
        access: LargestVehicle,
        /// 车型 | Vehicle
        vehicle_class: VehicleClass,
        /// 消防站 | Station
        station: String,
        /// 响应时间 | Response time
        response_min: f64,
        /// 路程 | Distance
        route_km: f64,
        /// 是否可通行 | Whether it lets it through
        route: RouteBasis,
        /// 待核路段 | Segments to verify
        to_verify: u32,
    }
}

pub(super) fn rows(run: &AccessRun, outcomes: &[PlaceOutcome]) -> Vec<Route> {
    let places = run.places.iter().zip(outcomes).zip(1..);
    let drawn = places.filter_map(|((place, outcome), village)| {
        let (rank, way) = outcome.dispatched.driven.as_ref()?;
        let (fleet, engine) = (&run.fleets[*rank], outcome.dispatched.first()?);
        Some(Route {
            geometry: fleet.line(way),
            name: place.name.clone(),
            village,
            access: outcome.entry,
            vehicle_class: fleet.class(),
            station: station(run, engine.station),
            response_min: minutes(engine.told_ms()?),
            route: engine.route,
            route_km: (fleet.length_m(way) / 10.0).round() / 100.0,
            to_verify: engine.undetermined,
        })
    });
    drawn.collect()
}

impl Fleet<'_> {
    /// The line along which a way runs.
    pub(crate) fn line(&self, way: &AccessRoute) -> MultiLineString {
        let network = &self.area.network;
        let start_m = self.starts[way.start].position.offset_m;
        let last = way.arcs.len() - 1;
        let parts = way.arcs.iter().enumerate().map(|(at, arc)| {
            let length_m = network[arc.segment()].length_m;
            let (entry_m, exit_m) = if arc.is_along() { (0.0, length_m) } else { (length_m, 0.0) };
            let from_m = if at == 0 { start_m } else { entry_m };
            let to_m = if at == last { way.goal.offset_m } else { exit_m };
            let mut part = network.part(arc.segment(), from_m.min(to_m), from_m.max(to_m)).0;
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

    pub(crate) fn length_m(&self, way: &AccessRoute) -> f64 {
        self.line(way).0.iter().map(|line| self.area.plane.length_m(line)).sum()
    }
}
