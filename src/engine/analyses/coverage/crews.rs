//! Stations: where their crews enter the network and when, and what each one is first to reach.

use std::collections::BTreeMap;

use geo::Point;

use super::bands::Sampled;
use super::parts::RoadPart;
use super::people::People;
use super::station_grounds::area_of;
use crate::response::dispatch::Dispatch;
use crate::response::responsibility::Responsibility;
use crate::response::times::ResponseTimes;
use fireplan_model::ids::StationId;
use fireplan_model::layers::{StationKind, VehicleClass};
use fireplan_model::row;
use fireplan_model::rows::IfAny;

row! {
    /// 消防站覆盖情况 | Stations and what they cover
    pub struct StationReach {
        geometry: Point,
        /// 消防站 | Station
        name: String,
        /// 类别 | Kind
        kind: StationKind,
        /// 出动车辆 | Vehicle sent
        vehicle_class: Option<VehicleClass>,
        /// 出动时间 | Turnout
        turnout_min: Option<f64>,
        /// 出动时间(最快) | Turnout at the least
        turnout_fast_min: Option<f64>,
        /// 出动时间(最慢) | Turnout at the most
        turnout_slow_min: Option<f64>,
        /// 距道路 | Distance to the road
        road_distance_m: Option<f64>,
        /// 状态 | State
        state: String,
        /// 责任区面积(现状划分，含旷野) | Area of responsibility as it is, with open country
        area_km2: IfAny<f64>,
        /// 其中城镇建成区(面积上限按此核对) | Of it urban, which the cap is held against
        urban_km2: IfAny<f64>,
        /// 首达道路长度(时限内) | Road reached first within the budget
        first_road_km: f64,
        /// 首达面积(时限内) | Area reached first within the budget
        first_area_km2: Option<f64>,
        /// 首达人口(时限内) | People reached first within the budget
        first_people: f64,
    }
}

/// One row per station, in the order of the layer.
pub(super) fn stations(
    run: &ResponseTimes,
    dispatch: Dispatch,
    (sampled, areas): (Option<&Sampled>, &[Responsibility]),
    people: &People,
    roads: &[RoadPart],
) -> Vec<StationReach> {
    let area_km2 = sampled.map(|sampled| sampled.first_area_km2(run));
    let mut road_km: BTreeMap<StationId, f64> = BTreeMap::new();
    for (road, station) in roads.iter().filter_map(|road| Some((&road.sited.row, road.sited.first?))) {
        if road.reached.is_covered() {
            *road_km.entry(station).or_default() += road.length_m / 1000.0;
        }
    }
    run.area
        .layers
        .stations
        .iter()
        .zip(StationId::first(run.area.layers.stations.len()))
        .map(|(station, id)| {
            let start = run.starts.iter().find(|start| start.origin == id);
            let state = match (start, dispatch.stands_down(station)) {
                (Some(_), _) => "参与计算",
                (None, Some(_)) => "未出动",
                (None, None) => "未落位(待核)",
            };
            let turnout = start.map(|_| dispatch.turnout(station, run.rules));
            StationReach {
                geometry: station.geometry,
                name: station.name_or_id(),
                kind: station.kind,
                vehicle_class: start.map(|start| start.vehicle),
                turnout_min: turnout.map(|turnout| turnout.base_min),
                turnout_fast_min: turnout.map(|turnout| turnout.fast_min),
                turnout_slow_min: turnout.map(|turnout| turnout.slow_min),
                road_distance_m: start.map(|start| start.position.distance_m.round()),
                state: state.to_owned(),
                area_km2: IfAny(area_of(areas, id).map(|area| area.area_km2)),
                urban_km2: IfAny(area_of(areas, id).and_then(Responsibility::known_urban_km2)),
                first_road_km: road_km.get(&id).map_or(0.0, |km| (km * 100.0).round() / 100.0),
                first_area_km2: area_km2.as_ref().map(|areas| areas.get(&id).copied().unwrap_or(0.0)),
                first_people: people.first_within(id),
            }
        })
        .collect()
}
