//! Edits that add roads, turnarounds, hydrants and water to the draft of a scenario.

use anyhow::Result;
use geo::{Coord, LineString, MultiPolygon, Point, Rect};

use super::apply::{Draft, Stale};
use super::join_road;
use fireplan_model::layers::{
    Access, Hydrant, HydrantState, LayerId, ObstaclePassage, Oneway, Road, RoadArea, RoadAreaKind, Surface, WaterSource,
};
use fireplan_model::rows::Row;
use fireplan_model::scenario::{Edit, LonLat, planned_id};

impl Draft<'_> {
    /// Adds a road and joins it to the roads it meets.
    pub(super) fn add_road(&mut self, edit: &Edit) -> Result<()> {
        let Edit::AddRoad { name, line, class, width_m, load_t, bridge } = edit else { return Ok(()) };
        self.name_is_new(LayerId::Roads, name)?;
        let line = line.iter().map(|at| self.local(*at)).collect::<Result<Vec<Coord>>>()?;
        let road = Road {
            geometry: LineString(line),
            name: name.clone(),
            class: *class,
            width_m: *width_m,
            estimated_width_m: None,
            max_width_m: None,
            clear_height_m: None,
            load_t: *load_t,
            slope_percent: None,
            surface: Some(Surface::Paved),
            oneway: Oneway::Both,
            access: Access::Open,
            bridge: *bridge,
            tunnel: false,
            level: None,
            source_id: planned_id(name),
        };
        if self.network != Stale::Everything {
            self.topology = self.area.network.topology.clone();
        }
        let meetings = join_road::add(&mut self.area.layers.roads, &mut self.topology, road)?;
        self.stale(Stale::Everything);
        for meeting in meetings {
            self.remark(meeting.class(), meeting.text(), &meeting.case(name), Some(meeting.at));
        }
        Ok(())
    }

    /// Takes an obstacle away, or makes it one that a crew gets past; where it stood, the road stays as it is.
    pub(super) fn remove_obstacle(&mut self, obstacle: &str) -> Result<()> {
        let at = self.obstacle(obstacle)?;
        let obstacle = &mut self.area.layers.obstacles[at];
        obstacle.passage = ObstaclePassage::Open;
        (obstacle.clear_width_m, obstacle.clear_height_m, obstacle.load_t) = (None, None, None);
        Ok(())
    }

    /// Adds a square where vehicles can turn.
    pub(super) fn add_turnaround(&mut self, at: LonLat, side_m: f64) -> Result<()> {
        let (middle, half) = (self.local(at)?, Coord { x: side_m / 2.0, y: side_m / 2.0 });
        self.area.layers.road_areas.push(RoadArea {
            geometry: MultiPolygon(vec![Rect::new(middle - half, middle + half).to_polygon()]),
            name: String::new(),
            kind: RoadAreaKind::Turnaround,
            source_id: planned_id("回车场"),
        });
        Ok(())
    }

    /// Adds a hydrant or a water source.
    pub(super) fn add_water(&mut self, edit: &Edit) -> Result<()> {
        match edit {
            Edit::AddHydrant { name, at, kind, diameter_mm, flow_l_s, pressure_mpa } => {
                self.name_is_new(LayerId::Hydrants, name)?;
                let geometry = Point(self.local(*at)?);
                self.tell_water(name, geometry);
                self.area.layers.hydrants.push(Hydrant {
                    name: name.clone(),
                    kind: *kind,
                    state: HydrantState::Working,
                    diameter_mm: *diameter_mm,
                    flow_l_s: *flow_l_s,
                    pressure_mpa: *pressure_mpa,
                    source_id: planned_id(name),
                    ..Hydrant::blank(geometry).expect("a hydrant can be without any fact")
                });
            }
            Edit::AddWater { name, at, kind, volume_m3 } => {
                self.name_is_new(LayerId::WaterSources, name)?;
                let geometry = Point(self.local(*at)?).into();
                self.area.layers.water_sources.push(WaterSource {
                    geometry,
                    name: name.clone(),
                    kind: *kind,
                    volume_m3: *volume_m3,
                    width_m: None,
                    perennial: Some(true),
                    source_id: planned_id(name),
                });
            }
            _ => {}
        }
        Ok(())
    }
}
