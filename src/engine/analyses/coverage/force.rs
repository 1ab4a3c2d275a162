//! The force at a place (到场力量): engines and firefighters, minute by minute.

use crate::response::attendance::{Attendance, Attended};
use crate::response::times::{ResponseTimes, minutes};
use fireplan_model::layers::StationKind;
use fireplan_model::rules::Response;

/// What one station brings.
struct StationForce {
    min: f64,
    kind: StationKind,
    engines: u32,
    people: u32,
    /// Its engines or its crew are not stated.
    estimated: bool,
}

/// What all stations bring, the first first.
pub(super) struct ArrivingForce(Vec<StationForce>);

impl ArrivingForce {
    pub(super) fn of(run: &ResponseTimes, attended: &Attended) -> Self {
        let unit = |engine: &Attendance| {
            let station = &run.area.layers.stations[engine.station.index()];
            let engines = station.vehicles.unwrap_or(1);
            let seats = run.rules.vehicle(engine.vehicle).map_or(0.0, |vehicle| vehicle.crew_people) as u32 * engines;
            let people = station.crew_people.map_or(seats, |crew| crew.min(seats));
            let estimated = station.vehicles.is_none() || station.crew_people.is_none();
            let kind = station.counted_kind();
            Some(StationForce { min: minutes(engine.told_ms()?), kind, engines, people, estimated })
        };
        Self(attended.engines.iter().filter_map(unit).collect())
    }

    /// Engines there by then, of all stations or of one kind.
    pub(super) fn engines_by(&self, min: f64, kind: Option<StationKind>) -> u32 {
        let there = self.0.iter().filter(|unit| unit.min <= min && kind.is_none_or(|kind| kind == unit.kind));
        there.map(|unit| unit.engines).sum()
    }

    /// Firefighters there by then.
    pub(super) fn people_by(&self, min: f64) -> u32 {
        self.0.iter().filter(|unit| unit.min <= min).map(|unit| unit.people).sum()
    }

    /// When the engines and firefighters for a first attack are there; `None`: never.
    pub(super) fn attack_min(&self, needed: &Response) -> Option<f64> {
        let enough = |min: f64| {
            f64::from(self.engines_by(min, None)) >= needed.attack_engines.value
                && f64::from(self.people_by(min)) >= needed.attack_people.value
        };
        self.0.iter().map(|unit| unit.min).find(|min| enough(*min))
    }

    /// Whether engines or crews of a station are not stated.
    pub(super) fn is_estimated(&self) -> bool {
        self.0.iter().any(|unit| unit.estimated)
    }
}
