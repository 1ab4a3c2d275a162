//! Every layer an area can have, typed. Fields that a source may lack are `Option`: a missing fact stays missing (待核).
//!
//! Field names are the column names in files, tables, tiles and in the field mappings of `area.toml`.
//! A new layer is its row struct and one line in the table of [`LayerId`] below; reading, drawing and lists follow from it.

mod forests;
mod hazards;
mod obstacles;
mod projects;
mod roads;
mod settlements;
mod stations;
mod table;
mod water;

pub use forests::*;
pub use hazards::*;
pub use obstacles::*;
pub use projects::*;
pub use roads::*;
pub use settlements::*;
pub use stations::*;
pub use table::{LayerReader, LayerVisitor};
pub use water::*;

use table::{drawing, layers};

layers! {
    /// A layer of the area.
    pub enum LayerId;
    /// The vector layers of an area, in local metres.
    pub struct Layers;

    outline {
        Boundary = "boundary", "行政界线 | Boundary";
    }
    vector {
        Towns = "towns", towns: Town, plain, "乡镇街道 | Towns";
        Villages = "villages", villages: Village, plain, "村庄 | Villages";
        BuiltUp = "built_up", built_up: BuiltUp, by(kind), "建成区 | Built-up areas";
        Buildings = "buildings", buildings: Building, plain, "建筑 | Buildings";
        Roads = "roads", roads: Road, by(class), "道路 | Roads";
        RoadAreas = "road_areas", road_areas: RoadArea, by(kind), "道路面 | Road areas";
        Obstacles = "obstacles", obstacles: Obstacle, by(kind), "道路障碍物 | Obstacles in roads";
        Stations = "stations", stations: Station, by(kind), "消防站 | Fire stations";
        Candidates = "candidates", candidates: Candidate, plain, "规划候选站址 | Candidate sites";
        Hydrants = "hydrants", hydrants: Hydrant, by(state), "消火栓 | Hydrants";
        WaterSources = "water_sources", water_sources: WaterSource, by(kind), "消防水源与水系 | Water sources";
        Forests = "forests", forests: Forest, plain, "森林 | Forests";
        Barriers = "barriers", barriers: Barrier, by(kind), "阻隔设施 | Barriers";
        Hazards = "hazards", hazards: Hazard, plain, "易燃易爆危险源 | Hazards";
        CrowdedPlaces = "crowded_places", crowded_places: CrowdedPlace, plain, "人员密集场所 | Crowded places";
        EquipmentPoints = "equipment_points", equipment_points: EquipmentPoint, plain, "消防器材配置点 | Equipment points";
        KeyUnits = "key_units", key_units: KeyUnit, plain, "消防安全重点单位 | Key units";
        Checkposts = "checkposts", checkposts: Checkpost, plain, "森林防火检查站 | Forest checkposts";
        Projects = "projects", projects: Project, by(kind), "规划建设项目 | Projects of the plan";
        FirePipes = "fire_pipes", fire_pipes: FirePipe, by(state), "森林消防管网 | Forest fire pipes";
        Helipads = "helipads", helipads: Helipad, by(state), "直升机停机坪 | Helicopter pads";
        Lookouts = "lookouts", lookouts: Lookout, by(kind), "瞭望塔、林火监控 | Lookouts and fire cameras";
        WorkSites = "work_sites", work_sites: WorkSite, plain, "林区生产作业场地 | Work sites in the forest";
        Incidents = "incidents", incidents: Incident, plain, "历史火警与风险点 | Incidents and points of risk";
    }
    raster {
        Elevation = "elevation", "高程 | Elevation";
        Population = "population", "人口分布 | Population";
        Risk = "risk", "风险分布 | Risk field";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::Drawing;

    #[test]
    fn a_layer_drawn_by_a_column_has_that_column_with_codes() {
        for layer in Layers::default().to_map() {
            let Drawing::Coded { column } = layer.drawing else { continue };
            assert!(layer.columns.iter().any(|one| one.name == column && !one.codes.is_empty()), "{}", layer.id);
        }
    }
}
