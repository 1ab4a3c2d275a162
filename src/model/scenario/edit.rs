//! The edits there are, as they are written in JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::layers::{HydrantKind, RoadClass, StationKind, VehicleClass, WaterKind};
use crate::rows::{Cell, Value, ValueKind};

/// Longitude and latitude in degrees.
pub type LonLat = [f64; 2];

/// One proposed change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "edit", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the documentation of fields would go into the description of the API")]
pub enum Edit {
    /// 新建消防站 | Add a station
    AddStation {
        name: String,
        at: LonLat,
        #[serde(default = "small_station")]
        kind: StationKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vehicle_class: Option<VehicleClass>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turnout_min: Option<f64>,
    },
    /// 迁移消防站 | Move a station
    MoveStation { station: String, to: LonLat },
    /// 撤销消防站 | Close a station
    CloseStation { station: String },
    /// 升级消防站 | Upgrade a station
    UpgradeStation {
        station: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<StationKind>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vehicle_class: Option<VehicleClass>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vehicles: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        crew_people: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turnout_min: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staffed_night: Option<bool>,
    },
    /// 打通道路 | Open a road
    OpenRoad { road: String },
    /// 封闭道路 | Close a road
    CloseRoad { road: String },
    /// 拓宽道路 | Widen a road
    WidenRoad { road: String, width_m: f64 },
    /// 提高承载 | Strengthen a road or bridge
    StrengthenRoad { road: String, load_t: f64 },
    /// 提高净高 | Raise the headroom
    RaiseRoad { road: String, clear_height_m: f64 },
    /// 放缓坡度 | Lower the gradient
    RegradeRoad { road: String, slope_percent: f64 },
    /// 改建成车行道 | Make a path a road
    BuildRoad {
        road: String,
        #[serde(default = "village_road")]
        class: RoadClass,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        width_m: Option<f64>,
    },
    /// 新建道路或桥梁 | Add a road or bridge
    AddRoad {
        name: String,
        line: Vec<LonLat>,
        #[serde(default = "village_road")]
        class: RoadClass,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        width_m: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        load_t: Option<f64>,
        /// Passes over whatever it crosses, and joins at its ends only.
        #[serde(default)]
        bridge: bool,
    },
    /// 新建回车场 | Add a turnaround
    AddTurnaround {
        /// Its middle.
        at: LonLat,
        side_m: f64,
    },
    /// 新建消火栓 | Add a hydrant
    AddHydrant {
        name: String,
        at: LonLat,
        #[serde(default = "pillar")]
        kind: HydrantKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        diameter_mm: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow_l_s: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pressure_mpa: Option<f64>,
    },
    /// 新建消防水源 | Add a water source
    AddWater {
        name: String,
        at: LonLat,
        #[serde(default = "pool")]
        kind: WaterKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        volume_m3: Option<f64>,
    },
}

/// Changes that a finding proposes: what makes a scenario of it. In files, as JSON like a scenario's own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edits(pub Vec<Edit>);

impl Cell for Edits {
    const KIND: ValueKind = ValueKind::Edits;
    const SPARSE: bool = true;

    fn value(&self) -> Value {
        match serde_json::to_string(&self.0) {
            Ok(text) if !self.0.is_empty() => Value::Edits(text.into()),
            _ => Value::Null,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    fn missing() -> Option<Self> {
        Some(Self::default())
    }
}

fn small_station() -> StationKind {
    StationKind::Small
}

fn village_road() -> RoadClass {
    RoadClass::Residential
}

fn pillar() -> HydrantKind {
    HydrantKind::Pillar
}

fn pool() -> WaterKind {
    WaterKind::Pool
}

impl Edit {
    /// Whether it can only help: nothing that was there is taken away or changed.
    pub fn only_adds(&self) -> bool {
        matches!(
            self,
            Self::AddStation { .. }
                | Self::AddRoad { .. }
                | Self::AddTurnaround { .. }
                | Self::AddHydrant { .. }
                | Self::AddWater { .. }
        )
    }

    /// Whether it is about stations alone.
    pub fn is_of_station(&self) -> bool {
        matches!(
            self,
            Self::AddStation { .. }
                | Self::MoveStation { .. }
                | Self::CloseStation { .. }
                | Self::UpgradeStation { .. }
        )
    }
}
