//! The edits there are, as they are written in JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::layers::{HydrantKind, LayerId, RoadClass, StationKind, VehicleClass, WaterKind};
use crate::rows::{Cell, Value, ValueKind};

/// Longitude and latitude in degrees.
pub type LonLat = [f64; 2];

/// One proposed change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "edit", rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    /// 新建消防站 | Add a station
    AddStation {
        /// Name of the new station.
        name: String,
        /// Where it stands.
        at: LonLat,
        /// Its kind; a small station if not given.
        #[serde(default = "small_station")]
        kind: StationKind,
        /// Class of its vehicles; a standard truck if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vehicle_class: Option<VehicleClass>,
        /// Minutes from the order to moving; the default of its kind in the rules if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turnout_min: Option<f64>,
    },
    /// 迁移消防站 | Move a station
    MoveStation {
        /// Name or id of the station.
        station: String,
        /// Where it stands then.
        to: LonLat,
    },
    /// 撤销消防站 | Close a station
    CloseStation {
        /// Name or id of the station.
        station: String,
    },
    /// 升级消防站 | Upgrade a station
    UpgradeStation {
        /// Name or id of the station.
        station: String,
        /// Its new kind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<StationKind>,
        /// Its new class of vehicles.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vehicle_class: Option<VehicleClass>,
        /// Its new number of vehicles.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vehicles: Option<u32>,
        /// Its new number of people on duty.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        crew_people: Option<u32>,
        /// Its new minutes from the order to moving.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turnout_min: Option<f64>,
        /// Whether it is staffed at night.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staffed_night: Option<bool>,
    },
    /// 打通道路 | Open a road
    OpenRoad {
        /// Name or id of the road.
        road: String,
    },
    /// 封闭道路 | Close a road
    CloseRoad {
        /// Name or id of the road.
        road: String,
    },
    /// 拓宽道路 | Widen a road
    WidenRoad {
        /// Name or id of the road.
        road: String,
        /// Width of its carriageway then, in metres.
        width_m: f64,
    },
    /// 提高承载 | Strengthen a road or bridge
    StrengthenRoad {
        /// Name or id of the road or bridge.
        road: String,
        /// The load it bears then, in tonnes.
        load_t: f64,
    },
    /// 提高净高 | Raise the headroom
    RaiseRoad {
        /// Name or id of the road.
        road: String,
        /// The headroom then, in metres.
        clear_height_m: f64,
    },
    /// 放缓坡度 | Lower the gradient
    RegradeRoad {
        /// Name or id of the road.
        road: String,
        /// Its steepest gradient then, in percent.
        slope_percent: f64,
    },
    /// 改建成车行道 | Make a path a road
    BuildRoad {
        /// Name or id of the path.
        road: String,
        /// Its class as a road; a village road if not given.
        #[serde(default = "village_road")]
        class: RoadClass,
        /// Width of its carriageway in metres; not known if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        width_m: Option<f64>,
    },
    /// 新建道路或桥梁 | Add a road or bridge
    AddRoad {
        /// Name of the new road.
        name: String,
        /// Its line, two places or more.
        line: Vec<LonLat>,
        /// Its class; a village road if not given.
        #[serde(default = "village_road")]
        class: RoadClass,
        /// Width of its carriageway in metres; not known if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        width_m: Option<f64>,
        /// The load it bears, in tonnes; not known if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        load_t: Option<f64>,
        /// Passes over whatever it crosses, and joins at its ends only.
        #[serde(default)]
        bridge: bool,
    },
    /// 拆改障碍物 | Remove an obstacle
    RemoveObstacle {
        /// Name or id of the obstacle.
        obstacle: String,
    },
    /// 新建回车场 | Add a turnaround
    AddTurnaround {
        /// Its middle.
        at: LonLat,
        /// Length of its side in metres.
        side_m: f64,
    },
    /// 新建消火栓 | Add a hydrant
    AddHydrant {
        /// Number or name of the new hydrant.
        name: String,
        /// Where it stands.
        at: LonLat,
        /// Its kind; a pillar hydrant if not given.
        #[serde(default = "pillar")]
        kind: HydrantKind,
        /// Diameter of its pipe in millimetres.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        diameter_mm: Option<f64>,
        /// Its flow in litres a second.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow_l_s: Option<f64>,
        /// Its static pressure in megapascals.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pressure_mpa: Option<f64>,
    },
    /// 新建消防水源 | Add a water source
    AddWater {
        /// Name of the new water source.
        name: String,
        /// Where it lies.
        at: LonLat,
        /// Its kind; a pool if not given.
        #[serde(default = "pool")]
        kind: WaterKind,
        /// Its volume in cubic metres.
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

/// A layer of the area that edits refer to things of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReferredLayer {
    /// 道路
    Roads,
    /// 消防站
    Stations,
    /// 道路障碍物
    Obstacles,
    /// 消火栓
    Hydrants,
    /// 消防水源
    WaterSources,
}

impl Edit {
    /// What it refers to of what is there or was added before: the layer, and how the edit calls the thing.
    pub fn reference(&self) -> Option<(ReferredLayer, &str)> {
        match self {
            Self::MoveStation { station, .. }
            | Self::CloseStation { station }
            | Self::UpgradeStation { station, .. } => Some((ReferredLayer::Stations, station)),
            Self::OpenRoad { road }
            | Self::CloseRoad { road }
            | Self::WidenRoad { road, .. }
            | Self::StrengthenRoad { road, .. }
            | Self::RaiseRoad { road, .. }
            | Self::RegradeRoad { road, .. }
            | Self::BuildRoad { road, .. } => Some((ReferredLayer::Roads, road)),
            Self::RemoveObstacle { obstacle } => Some((ReferredLayer::Obstacles, obstacle)),
            Self::AddStation { .. }
            | Self::AddRoad { .. }
            | Self::AddTurnaround { .. }
            | Self::AddHydrant { .. }
            | Self::AddWater { .. } => None,
        }
    }

    /// Calls what it refers to by another text.
    pub fn refer_to(&mut self, text: &str) {
        match self {
            Self::MoveStation { station: known, .. }
            | Self::CloseStation { station: known }
            | Self::UpgradeStation { station: known, .. }
            | Self::OpenRoad { road: known }
            | Self::CloseRoad { road: known }
            | Self::WidenRoad { road: known, .. }
            | Self::StrengthenRoad { road: known, .. }
            | Self::RaiseRoad { road: known, .. }
            | Self::RegradeRoad { road: known, .. }
            | Self::BuildRoad { road: known, .. }
            | Self::RemoveObstacle { obstacle: known } => text.clone_into(known),
            Self::AddStation { .. }
            | Self::AddRoad { .. }
            | Self::AddTurnaround { .. }
            | Self::AddHydrant { .. }
            | Self::AddWater { .. } => {}
        }
    }

    /// What it is about: what it refers to, or what it adds under its name.
    pub fn subject(&self) -> Option<(ReferredLayer, &str)> {
        match self {
            Self::AddStation { name, .. } => Some((ReferredLayer::Stations, name)),
            Self::AddRoad { name, .. } => Some((ReferredLayer::Roads, name)),
            Self::AddHydrant { name, .. } => Some((ReferredLayer::Hydrants, name)),
            Self::AddWater { name, .. } => Some((ReferredLayer::WaterSources, name)),
            _ => self.reference(),
        }
    }

    /// The layer that it changes.
    pub fn changes(&self) -> LayerId {
        match self {
            Self::AddStation { .. }
            | Self::MoveStation { .. }
            | Self::CloseStation { .. }
            | Self::UpgradeStation { .. } => LayerId::Stations,
            Self::OpenRoad { .. }
            | Self::CloseRoad { .. }
            | Self::WidenRoad { .. }
            | Self::StrengthenRoad { .. }
            | Self::RaiseRoad { .. }
            | Self::RegradeRoad { .. }
            | Self::BuildRoad { .. }
            | Self::AddRoad { .. } => LayerId::Roads,
            Self::RemoveObstacle { .. } => LayerId::Obstacles,
            Self::AddTurnaround { .. } => LayerId::RoadAreas,
            Self::AddHydrant { .. } => LayerId::Hydrants,
            Self::AddWater { .. } => LayerId::WaterSources,
        }
    }

    /// Its kind as JSON calls it, such as `widen_road`.
    pub fn kind(&self) -> String {
        let kind = serde_json::to_value(self).ok().and_then(|edit| edit.get("edit")?.as_str().map(str::to_owned));
        kind.unwrap_or_default()
    }

    /// The name of what it adds, if that has one.
    pub fn adds(&self) -> Option<&str> {
        match self {
            Self::AddStation { name, .. }
            | Self::AddRoad { name, .. }
            | Self::AddHydrant { name, .. }
            | Self::AddWater { name, .. } => Some(name),
            _ => None,
        }
    }

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

    /// Whether it takes nothing away: it adds, opens or clears something, or works on it.
    pub fn can_only_help(&self) -> bool {
        !matches!(self, Self::MoveStation { .. } | Self::CloseStation { .. } | Self::CloseRoad { .. })
    }

    /// Whether everything that is there stays what it is: something is added beside it, or what is closed or in the way is no longer.
    /// Works on a road and the upgrade of a station state a new fact of it, by which it is judged from then on.
    pub fn leaves_facts(&self) -> bool {
        self.only_adds() || matches!(self, Self::OpenRoad { .. } | Self::RemoveObstacle { .. })
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
