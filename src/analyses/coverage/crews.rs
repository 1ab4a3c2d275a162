//! Stations: where their crews enter the network and when, and what each one is first to reach.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use geo::Point;

use super::bands::Lattice;
use super::roads::RoadReach;
use super::sites::People;
use super::{Coverage, MS_PER_MIN, Period, Run, Sited};
use crate::algorithms::shortest_path::CLOSED;
use crate::analyses::driving::{self, SpeedTable};
use crate::analyses::reach::Start;
use crate::area::notes::{Notes, Severity};
use crate::area::{LayerId, RoadClass, Station, StationKind, StudyArea, VehicleClass};
use crate::row;
use crate::rules::Rules;

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
    let mut starts = Vec::new();
    for (number, station) in area.layers.stations.iter().enumerate() {
        if let Some(reason) = question.stands_down(station) {
            notes.add(Severity::Info, Some(LayerId::Stations), reason, name(station));
            continue;
        }
        note_assumptions(station, notes);
        let vehicle = vehicle_class(station);
        let arc_ms = match arcs.entry(vehicle) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                new.insert(driving::arc_ms(area, rules, vehicle, SpeedTable::Base)?)
            }
        };
        let usable = |segment: u32| {
            let open = arc_ms[2 * segment as usize] != CLOSED || arc_ms[2 * segment as usize + 1] != CLOSED;
            open && driving::serves_places(&area.layers.roads[area.network.segments[segment as usize].road as usize])
        };
        let limit_m = rules.response.access_limit_m.value;
        let Some(position) = area.network.nearest(station.geometry.0, limit_m, usable, |_| true) else {
            notes.add(
                Severity::LeftOut,
                Some(LayerId::Stations),
                "消防站附近没有可通行道路，未参与计算 | No usable road near the station, left out",
                name(station),
            );
            continue;
        };
        // From the garage to the road a truck drives as on a service road; without a speed for those, it crawls.
        let service = rules.speed(vehicle, RoadClass::Service).map(|speed| speed.base_kph).filter(|kph| *kph > 0.0);
        let yard_kph = service.unwrap_or(rules.response.access_speed_kph.value);
        let yard_ms = position.distance_m / yard_kph * driving::MS_PER_M_KPH;
        let ready_ms = (question.turnout_min(station, rules) * MS_PER_MIN + yard_ms).ceil() as u32;
        starts.push(Start { station: number as u32, vehicle, position, ready_ms });
    }
    if starts.is_empty() {
        bail!(
            "none of the {} stations can send a crew; see their notes with `fireplan check`",
            area.layers.stations.len()
        );
    }
    Ok(starts)
}

/// The station's name, or how its source numbers it.
pub(crate) fn name(station: &Station) -> String {
    if station.name.is_empty() { station.source_id.clone() } else { station.name.clone() }
}

fn vehicle_class(station: &Station) -> VehicleClass {
    station.vehicle_class.unwrap_or(VehicleClass::Standard)
}

fn note_assumptions(station: &Station, notes: &mut Notes) {
    let mut assume = |text: &str| notes.add(Severity::Warning, Some(LayerId::Stations), text, name(station));
    if station.vehicle_class.is_none() {
        assume("未注明车辆类型，按普通消防车计算 | Vehicle class not given; computed as a standard fire truck");
    }
    if station.turnout_min.is_none() {
        assume("未注明出动时间，采用规则默认值 | Turnout not given; the rules' default is used");
    }
    if station.kind == StationKind::Works {
        assume(
            "企业专职消防队已计入，是否承担社会救援待核 | Works brigade, counted; whether it serves the public is undetermined",
        );
    }
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
    run: &Run,
    question: &Coverage,
    lattice: &Lattice,
    people: &People,
    roads: &[Sited<RoadReach>],
) -> Vec<StationReach> {
    let area_km2 = (!question.bands_min.is_empty()).then(|| lattice.first_area_km2(run));
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
