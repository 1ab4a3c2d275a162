//! Dispatch (出动): which stations send their crew at a time of day, and after which turnout.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::response::crews;
use crate::response::driving::{self, DrivingReading};
use crate::response::reach::Start;
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::ids::ArcId;
use fireplan_model::layers::{Station, StationKind, VehicleClass};
use fireplan_model::notes::Notes;
use fireplan_model::rules::{Rules, TurnoutRange};

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
        if station.vehicles == Some(0) {
            return Some("没有消防车辆，不出动，未参与计算 | Without a vehicle: sends none, left out");
        }
        (!self.works_brigades && station.kind == StationKind::Works)
            .then_some("按参数不计入企业专职消防队 | Works brigades are not counted, as asked")
    }

    /// The classes of vehicle that stations have which send a crew; all, where there is no such station.
    pub fn vehicles(&self, area: &StudyArea) -> Vec<VehicleClass> {
        let sending = || area.layers.stations.iter().filter(|station| self.stands_down(station).is_none());
        let is_owned = |class: &VehicleClass| sending().any(|station| station.sent_class() == *class);
        let owned: Vec<VehicleClass> = VehicleClass::ALL.iter().copied().filter(is_owned).collect();
        if owned.is_empty() { VehicleClass::ALL.to_vec() } else { owned }
    }

    /// Minutes from the order to moving at this time of day, as the station states them.
    pub fn stated_turnout_min(&self, station: &Station) -> Option<f64> {
        match self.period {
            Period::Day => station.turnout_min,
            Period::Night => station.turnout_night_min.or(station.turnout_min),
        }
    }

    /// How long the station takes from the order to moving at this time of day: as it states, or else what the rules say of its
    /// kind; where nobody gives that, of what is known of its crew.
    pub fn turnout(&self, station: &Station, rules: &Rules) -> TurnoutRange {
        let of_kind = || rules.turnout(station.counted_kind());
        self.stated_turnout_min(station).map_or_else(of_kind, TurnoutRange::exactly)
    }

    /// The crews that leave at this time of day; stations that cannot be placed are noted.
    pub fn starts(&self, area: &StudyArea, rules: &Rules, notes: &mut Notes) -> Result<Vec<Start>> {
        let mut arcs: BTreeMap<VehicleClass, Vec<u32>> = BTreeMap::new();
        for station in area.layers.stations.iter().filter(|station| self.stands_down(station).is_none()) {
            let vehicle = station.sent_class();
            if let std::collections::btree_map::Entry::Vacant(new) = arcs.entry(vehicle) {
                new.insert(driving::arc_ms(area, rules, vehicle, DrivingReading::Base)?);
            }
        }
        let open = |vehicle: VehicleClass, arc: ArcId| arcs[&vehicle][arc.index()] != CLOSED;
        crews::gather(area, rules, self, &open, notes)
    }
}
