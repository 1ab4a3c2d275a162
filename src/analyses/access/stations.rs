//! Where crews start and with what.

use anyhow::{Result, bail};

use super::Access;
use super::passable::{Passable, Passes};
use crate::analyses::driving;
use crate::area::network::Position;
use crate::area::notes::{Notes, Severity};
use crate::area::{LayerId, RoadClass, Station, StationKind, StudyArea, VehicleClass};
use crate::rules::Rules;

/// A crew ready to leave.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    /// Index into the stations layer.
    pub station: u32,
    pub vehicle: VehicleClass,
    pub position: Position,
    /// When it is on the road.
    pub ready_ms: u32,
}

const MS_PER_MIN: f64 = 60_000.0;

/// The stations that send crews, placed on roads that their own vehicle may use.
pub fn place(
    question: &Access,
    area: &StudyArea,
    rules: &Rules,
    passable: &[Passable],
    notes: &mut Notes,
) -> Result<Vec<Start>> {
    let mut starts = Vec::new();
    for (station, number) in area.layers.stations.iter().zip(0..) {
        if let Some(reason) = question.stands_down(station) {
            notes.add(Severity::Info, Some(LayerId::Stations), reason, name(station));
            continue;
        }
        if station.vehicle_class.is_none() {
            let text = "未注明车辆类型，按普通消防车计算 | Vehicle class not given; computed as a standard fire truck";
            notes.add(Severity::Warning, Some(LayerId::Stations), text, name(station));
        }
        let vehicle = station.vehicle_class.unwrap_or(VehicleClass::Standard);
        let own = passable.iter().find(|passable| passable.class == vehicle);
        let usable = |segment: u32| {
            let open = own.is_some_and(|own| own.passes(segment) != Passes::No);
            open && driving::serves_places(&area.layers.roads[area.network.segments[segment as usize].road as usize])
        };
        let limit_m = rules.response.access_limit_m.value;
        let Some(position) = area.network.nearest(station.geometry.0, limit_m, usable, |_| true) else {
            let text = "消防站附近没有可通行道路，未参与计算 | No usable road near the station, left out";
            notes.add(Severity::LeftOut, Some(LayerId::Stations), text, name(station));
            continue;
        };
        let yard = rules
            .speed(vehicle, RoadClass::Service)
            .map_or(rules.response.access_speed_kph.value, |speed| speed.base_kph);
        let turnout_min = station.turnout_min.unwrap_or_else(|| rules.turnout_min(station.kind));
        let ready_ms = turnout_min * MS_PER_MIN + position.distance_m / yard.max(1.0) * driving::MS_PER_M_KPH;
        starts.push(Start { station: number, vehicle, position, ready_ms: ready_ms.ceil() as u32 });
    }
    if starts.is_empty() {
        bail!(
            "none of the {} stations can send a crew; see their notes with `fireplan check`",
            area.layers.stations.len()
        );
    }
    if starts.iter().any(|start| start.vehicle < VehicleClass::Motorcycle) {
        let text = "视同配有比主战车更小的车辆：普通车到不了的地方按小型车、摩托车再算 | Stations are taken to have smaller vehicles too: where the standard truck does not get, a small truck and a motorcycle are tried";
        notes.add(Severity::Info, Some(LayerId::Stations), text, "");
    }
    Ok(starts)
}

pub fn name(station: &Station) -> String {
    if station.name.is_empty() { station.source_id.clone() } else { station.name.clone() }
}

impl Access {
    /// Why a station sends nobody, if so.
    fn stands_down(&self, station: &Station) -> Option<&'static str> {
        if station.staffed_day == Some(false) {
            return Some("昼间无人执勤，未参与计算 | Not staffed by day, left out");
        }
        (!self.works_brigades && station.kind == StationKind::Works)
            .then_some("按参数不计入企业专职消防队 | Works brigades are not counted, as asked")
    }
}
