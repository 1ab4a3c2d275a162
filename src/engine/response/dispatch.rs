//! Dispatch (出动): which stations send their crew at a time of day, and after which turnout.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::response::crews::{self, Muster};
use crate::response::driving::{self, DrivingReading};
use crate::response::reach::Start;
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::ids::ArcId;
use fireplan_model::layers::{Station, StationKind, VehicleClass};
use fireplan_model::notes::Notes;
use fireplan_model::rules::Rules;

codes! {
    /// Time of day; turnout and staffing hang on it.
    pub enum Period {
        /// 昼间 | Day
        Day = "day",
        /// 夜间 | Night
        Night = "night",
    }
}

/// Which stations send a crew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dispatch {
    /// The time of day, on which staffing and turnout depend.
    pub period: Period,
    /// Whether works brigades (企业专职消防队) count.
    pub works_brigades: bool,
}

impl Default for Dispatch {
    fn default() -> Self {
        Self { period: Period::Day, works_brigades: true }
    }
}

impl Dispatch {
    /// Why a station sends nobody, if so.
    pub fn stands_down(&self, station: &Station) -> Option<&'static str> {
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

    /// Minutes from the order to moving at this time of day: the station's own, or else what the rules say of its kind.
    pub fn turnout_min(&self, station: &Station, rules: &Rules) -> f64 {
        let stated = match self.period {
            Period::Day => station.turnout_min,
            Period::Night => station.turnout_night_min.or(station.turnout_min),
        };
        stated.unwrap_or_else(|| rules.turnout_min(station.kind))
    }

    /// The crews that leave at this time of day; stations that cannot be placed are noted.
    pub fn starts(&self, area: &StudyArea, rules: &Rules, notes: &mut Notes) -> Result<Vec<Start>> {
        let mut arcs: BTreeMap<VehicleClass, Vec<u32>> = BTreeMap::new();
        for station in area.layers.stations.iter().filter(|station| self.stands_down(station).is_none()) {
            let vehicle = crews::vehicle_class(station);
            if let std::collections::btree_map::Entry::Vacant(new) = arcs.entry(vehicle) {
                new.insert(driving::arc_ms(area, rules, vehicle, DrivingReading::Base)?);
            }
        }
        let open = |vehicle: VehicleClass, arc: ArcId| arcs[&vehicle][arc.index()] != CLOSED;
        let muster = Muster {
            stands_down: &|station| self.stands_down(station),
            turnout_min: &|station| self.turnout_min(station, rules),
            usable: &open,
        };
        crews::gather(area, rules, &muster, notes)
    }
}
