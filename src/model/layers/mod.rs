//! Every layer an area can have, typed. Fields that a source may lack are `Option`: a missing fact stays missing (待核).
//!
//! Field names are the column names in files, tables, tiles and in the field mappings of `area.toml`.

mod forests;
mod hazards;
mod roads;
mod settlements;
mod stations;
mod water;

pub use forests::*;
pub use hazards::*;
pub use roads::*;
pub use settlements::*;
pub use stations::*;
pub use water::*;

use crate::codes;

codes! {
    /// A layer of the area.
    pub enum LayerId {
        /// 行政界线 | Boundary
        Boundary = "boundary",
        /// 乡镇街道 | Towns
        Towns = "towns",
        /// 村庄 | Villages
        Villages = "villages",
        /// 建成区 | Built-up areas
        BuiltUp = "built_up",
        /// 建筑 | Buildings
        Buildings = "buildings",
        /// 道路 | Roads
        Roads = "roads",
        /// 道路面 | Road areas
        RoadAreas = "road_areas",
        /// 消防站 | Fire stations
        Stations = "stations",
        /// 规划候选站址 | Candidate sites
        Candidates = "candidates",
        /// 消火栓 | Hydrants
        Hydrants = "hydrants",
        /// 消防水源与水系 | Water sources
        WaterSources = "water_sources",
        /// 森林 | Forests
        Forests = "forests",
        /// 阻隔设施 | Barriers
        Barriers = "barriers",
        /// 易燃易爆危险源 | Hazards
        Hazards = "hazards",
        /// 人员密集场所 | Crowded places
        CrowdedPlaces = "crowded_places",
        /// 森林防火检查站 | Forest checkposts
        Checkposts = "checkposts",
        /// 历史火警与风险点 | Incidents and points of risk
        Incidents = "incidents",
        /// 高程 | Elevation
        Elevation = "elevation",
        /// 人口分布 | Population
        Population = "population",
        /// 风险分布 | Risk field
        Risk = "risk",
    }
}

/// The vector layers of an area, in local metres.
#[derive(Clone, Default)]
pub struct Layers {
    pub towns: Vec<Town>,
    pub villages: Vec<Village>,
    pub built_up: Vec<BuiltUp>,
    pub buildings: Vec<Building>,
    pub roads: Vec<Road>,
    pub road_areas: Vec<RoadArea>,
    pub stations: Vec<Station>,
    pub candidates: Vec<Candidate>,
    pub hydrants: Vec<Hydrant>,
    pub water_sources: Vec<WaterSource>,
    pub forests: Vec<Forest>,
    pub barriers: Vec<Barrier>,
    pub hazards: Vec<Hazard>,
    pub crowded_places: Vec<CrowdedPlace>,
    pub checkposts: Vec<Checkpost>,
    pub incidents: Vec<Incident>,
}

impl Layers {
    /// Number of features; 0 for the layers that are not vector layers.
    pub fn len(&self, layer: LayerId) -> usize {
        match layer {
            LayerId::Boundary | LayerId::Elevation | LayerId::Population | LayerId::Risk => 0,
            LayerId::Towns => self.towns.len(),
            LayerId::Villages => self.villages.len(),
            LayerId::BuiltUp => self.built_up.len(),
            LayerId::Buildings => self.buildings.len(),
            LayerId::Roads => self.roads.len(),
            LayerId::RoadAreas => self.road_areas.len(),
            LayerId::Stations => self.stations.len(),
            LayerId::Candidates => self.candidates.len(),
            LayerId::Hydrants => self.hydrants.len(),
            LayerId::WaterSources => self.water_sources.len(),
            LayerId::Forests => self.forests.len(),
            LayerId::Barriers => self.barriers.len(),
            LayerId::Hazards => self.hazards.len(),
            LayerId::CrowdedPlaces => self.crowded_places.len(),
            LayerId::Checkposts => self.checkposts.len(),
            LayerId::Incidents => self.incidents.len(),
        }
    }
}

impl Layers {
    /// Adds the features of another source after the present ones.
    pub fn append(&mut self, mut other: Self) {
        self.towns.append(&mut other.towns);
        self.villages.append(&mut other.villages);
        self.built_up.append(&mut other.built_up);
        self.buildings.append(&mut other.buildings);
        self.roads.append(&mut other.roads);
        self.road_areas.append(&mut other.road_areas);
        self.stations.append(&mut other.stations);
        self.candidates.append(&mut other.candidates);
        self.hydrants.append(&mut other.hydrants);
        self.water_sources.append(&mut other.water_sources);
        self.forests.append(&mut other.forests);
        self.barriers.append(&mut other.barriers);
        self.hazards.append(&mut other.hazards);
        self.crowded_places.append(&mut other.crowded_places);
        self.checkposts.append(&mut other.checkposts);
        self.incidents.append(&mut other.incidents);
    }
}
