//! Stations: where their crews enter the network and when, and what each one is first to reach.

use std::collections::BTreeMap;

use anyhow::Result;
use geo::Point;

use super::bands::Sampled;
use super::roads::RoadReach;
use super::sites::People;
use super::{Coverage, Period, ResponseTimes, Sited};
use crate::response::crews;
use crate::response::crews::Muster;
pub(crate) use crate::response::crews::name;
use crate::response::driving;
use crate::response::driving::SpeedTable;
use crate::response::reach::Start;
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::{Station, StationKind, VehicleClass};
use fireplan_model::notes::Notes;
use fireplan_model::row;
use fireplan_model::rules::Rules;

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
        /// 距道路 | Distance to the road
        road_distance_m: Option<f64>,
        /// 状态 | State
        state: String,
        /// 首达道路长度(时限内) | Road reached first within the budget
        first_road_km: f64,
        /// 首达面积(时限内) | Area reached first within the budget
        first_area_km2: Option<f64>,
        /// 首达人口(时限内) | People reached first within the budget
        first_people: f64,
    }
}

/// The crews that leave at this time of day; stations that cannot be placed are noted.
pub(crate) fn start(question: &Coverage, area: &StudyArea, rules: &Rules, notes: &mut Notes) -> Result<Vec<Start>> {
    let mut arcs: BTreeMap<VehicleClass, Vec<u32>> = BTreeMap::new();
    for station in area.layers.stations.iter().filter(|station| question.stands_down(station).is_none()) {
        let vehicle = crews::vehicle_class(station);
        if let std::collections::btree_map::Entry::Vacant(new) = arcs.entry(vehicle) {
            new.insert(driving::arc_ms(area, rules, vehicle, SpeedTable::Base)?);
        }
    }
    let open = |vehicle: VehicleClass, segment: u32| {
        let [ahead, back] = [2 * segment, 2 * segment + 1].map(|arc| arcs[&vehicle][arc as usize]);
        ahead != CLOSED || back != CLOSED
    };
    let muster = Muster {
        stands_down: &|station| question.stands_down(station),
        turnout_min: &|station| question.turnout_min(station, rules),
        usable: &open,
    };
    crews::gather(area, rules, &muster, notes)
}

impl Coverage {
    /// Why a station sends nobody, if so.
    fn stands_down(&self, station: &Station) -> Option<&'static str> {
        let staffed = match self.period {
            Period::Day => station.staffed_day,
            Period::Night => station.staffed_night,
        };
        if staffed == Some(false) {
            return Some("该时段无人执勤，未参与计算 | Not staffed at this time of day, left out");
        }
        (!self.works_brigades && station.kind == StationKind::Works)
            .then_some("按参数不计入企业专职消防队 | Works brigades are not counted, as asked")
    }

    fn turnout_min(&self, station: &Station, rules: &Rules) -> f64 {
        let stated = match self.period {
            Period::Day => station.turnout_min,
            Period::Night => station.turnout_night_min.or(station.turnout_min),
        };
        stated.unwrap_or_else(|| rules.turnout_min(station.kind))
    }
}

/// One row per station, in the order of the layer.
pub(super) fn stations(
    run: &ResponseTimes,
    question: &Coverage,
    sampled: Option<&Sampled>,
    people: &People,
    roads: &[Sited<RoadReach>],
) -> Vec<StationReach> {
    let area_km2 = sampled.map(|sampled| sampled.first_area_km2(run));
    let mut road_km: BTreeMap<u32, f64> = BTreeMap::new();
    for (road, station) in roads.iter().filter_map(|road| Some((&road.row, road.first?))) {
        if road.reached.is_covered() {
            *road_km.entry(station).or_default() += road.length_m / 1000.0;
        }
    }
    run.area
        .layers
        .stations
        .iter()
        .zip(0_u32..)
        .map(|(station, number)| {
            let start = run.starts.iter().find(|start| start.station == number);
            let state = match (start, question.stands_down(station)) {
                (Some(_), _) => "参与计算",
                (None, Some(_)) => "未出动",
                (None, None) => "未落位(待核)",
            };
            StationReach {
                geometry: station.geometry,
                name: name(station),
                kind: station.kind,
                vehicle_class: start.map(|start| start.vehicle),
                turnout_min: start.map(|_| question.turnout_min(station, run.rules)),
                road_distance_m: start.map(|start| start.position.distance_m.round()),
                state: state.to_owned(),
                first_road_km: road_km.get(&number).map_or(0.0, |km| (km * 100.0).round() / 100.0),
                first_area_km2: area_km2.as_ref().map(|areas| areas.get(&number).copied().unwrap_or(0.0)),
                first_people: people.first_within(number),
            }
        })
        .collect()
}
