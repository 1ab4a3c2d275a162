//! Rules (规则): what is required. Every threshold with its clause, force and confidence, from `data/rules/*.toml`.

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::area::{RoadClass, StationKind, Surface, VehicleClass};

/// The rules in force: the national pack, with whole entries replaced by a profile.
#[derive(Debug, Clone)]
pub struct Rules {
    pub response: Response,
    pub station: StationRules,
    pub vehicle: Vec<Vehicle>,
    pub speed: Vec<Speed>,
    pub slope: Vec<Slope>,
    pub surface: Vec<SurfaceFactor>,
}

/// Where a figure comes from and how binding it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Provenance {
    pub cite: String,
    pub force: Force,
    pub confidence: Confidence,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Force {
    Shall,
    Should,
    May,
    Policy,
    /// An editable default without a clause.
    Default,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confidence {
    S,
    V2,
    V1,
    D,
    /// From memory: an editable default, marked unverified.
    #[serde(rename = "unverified")]
    Unverified,
}

/// A bound and its clause.
#[derive(Debug, Clone)]
pub struct Limit {
    pub value: f64,
    pub provenance: Provenance,
}

/// A figure that is no bound: an assumption.
#[derive(Debug, Clone)]
pub struct Setting {
    pub value: f64,
    pub provenance: Provenance,
}

/// Response to a call.
#[derive(Debug, Clone)]
pub struct Response {
    /// From dispatch order to the edge of the area: at most 5 min.
    pub time_min: Limit,
    /// From dispatch order to wheels moving, for stations that give none.
    pub turnout_min: Setting,
    /// Places farther than this from a usable road are unplaced.
    pub access_limit_m: Setting,
    /// Speed from the last road location to the place.
    pub access_speed_kph: Setting,
}

#[derive(Debug, Clone)]
pub struct StationRules {
    /// Largest area of responsibility by kind of station.
    pub area_km2: Vec<StationArea>,
}

#[derive(Debug, Clone)]
pub struct StationArea {
    pub kind: StationKind,
    pub limit: Limit,
}

/// Size and limits of a class of fire vehicle.
#[derive(Debug, Clone)]
pub struct Vehicle {
    pub class: VehicleClass,
    pub width_m: f64,
    pub height_m: f64,
    pub load_t: f64,
    pub provenance: Provenance,
}

/// Driving speed of a vehicle class on a road class.
#[derive(Debug, Clone)]
pub struct Speed {
    pub vehicle: VehicleClass,
    pub class: RoadClass,
    pub low_kph: f64,
    pub base_kph: f64,
    pub high_kph: f64,
    pub provenance: Provenance,
}

/// Share of the speed kept on slopes up to this.
#[derive(Debug, Clone)]
pub struct Slope {
    pub up_to_percent: f64,
    pub factor: f64,
    pub provenance: Provenance,
}

/// Share of the speed kept on a surface.
#[derive(Debug, Clone)]
pub struct SurfaceFactor {
    pub surface: Surface,
    pub factor: f64,
    pub provenance: Provenance,
}

impl Rules {
    /// The national pack, changed by the profile of this name, if one.
    pub fn load(_profile: Option<&str>) -> Result<Self> {
        anyhow::bail!("not yet")
    }

    /// Every entry in force with its origin, for the manifest.
    pub fn in_force(&self) -> serde_json::Value {
        serde_json::Value::Null
    }

    pub fn speed(&self, vehicle: VehicleClass, class: RoadClass) -> Option<&Speed> {
        self.speed.iter().find(|speed| speed.vehicle == vehicle && speed.class == class)
    }

    pub fn vehicle(&self, class: VehicleClass) -> Option<&Vehicle> {
        self.vehicle.iter().find(|vehicle| vehicle.class == class)
    }

    /// Share of the speed kept on this slope (up or down alike), in percent.
    pub fn slope_factor(&self, slope_percent: f64) -> f64 {
        self.slope.iter().find(|slope| slope_percent.abs() <= slope.up_to_percent).map_or(1.0, |slope| slope.factor)
    }

    pub fn surface_factor(&self, surface: Surface) -> f64 {
        self.surface.iter().find(|row| row.surface == surface).map_or(1.0, |row| row.factor)
    }
}
