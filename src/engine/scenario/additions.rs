//! Edits that add roads, turnarounds, hydrants and water to the draft of a scenario.

use anyhow::{Result, bail};
use geo::{Coord, Euclidean, Length, LineString, MultiPolygon, Point, Rect};

use super::apply::{Draft, Stale};
use super::drawn_over::{self, Stretches};
use super::join_road::{self, Added};
use super::meetings::{JoinedStretch, PlaceOnRoad, name_of};
use super::overtaken::Overtaken;
use super::placing::PlacedKind;
use fireplan_model::layers::{
    Access, Hydrant, HydrantState, LayerId, ObstaclePassage, Oneway, Road, RoadArea, RoadAreaKind, Surface, WaterSource,
};
use fireplan_model::notes::NoteKind;
use fireplan_model::rows::{Label, Row};
use fireplan_model::scenario::{Edit, planned_id};

/// A road that is shorter is a slip of the hand, in metres.
const SHORTEST_M: f64 = 1.0;

impl Draft<'_> {
    /// Adds a road and joins it to the roads it meets.
    pub(super) fn add_road(&mut self, edit: &Edit) -> Result<()> {
        let Edit::AddRoad { name, line, class, width_m, load_t, bridge } = edit else { return Ok(()) };
        self.name_is_new(LayerId::Roads, name)?;
        let line = line.iter().map(|at| self.local(*at)).collect::<Result<Vec<Coord>>>()?;
        let length_m = Euclidean.length(&LineString(line.clone()));
        if length_m < SHORTEST_M {
            bail!(
                "新路只有 {length_m:.2} m，不足 {SHORTEST_M} m，等于没有画；请重画 | \
                 the new road is {length_m:.2} m long, less than {SHORTEST_M} m: draw it again"
            );
        }
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
        self.remember_drawn(name, road.geometry.clone(), *bridge);
        // What is opened by a later edit is open to be joined.
        let roads = &mut self.area.layers.roads;
        let closed: Vec<usize> =
            self.opened.iter().copied().filter(|row| roads[*row].access == Access::Closed).collect();
        closed.iter().for_each(|row| roads[*row].access = Access::Open);
        let made = self.join_new(&road);
        let roads = &mut self.area.layers.roads;
        closed.iter().for_each(|row| roads[*row].access = Access::Closed);
        made
    }

    /// Adds what a new road adds to the roads there are.
    fn join_new(&mut self, road: &Road) -> Result<()> {
        let name = &road.name;
        let Stretches { new, over } = drawn_over::take_out(&self.area.layers.roads, road);
        self.tell_drawn_over(name, &over);
        if new.is_empty() {
            return Ok(());
        }
        if self.network != Stale::Everything {
            self.topology = self.area.network.topology.clone();
        }
        self.stale(Stale::Everything);
        let drawn = &road.geometry.0;
        for geometry in new {
            let start = if geometry.0.first() == drawn.first() { PlaceOnRoad::Start } else { PlaceOnRoad::Cut };
            let end = if geometry.0.last() == drawn.last() { PlaceOnRoad::End } else { PlaceOnRoad::Cut };
            let at = geometry.0[0];
            let stretch = Road { geometry, ..road.clone() };
            let roads = &mut self.area.layers.roads;
            let Added { meetings, rows, joins } = join_road::add(roads, &mut self.topology, stretch, [start, end])?;
            for meeting in meetings {
                self.remark(meeting.class(), meeting.text(), &meeting.case(name), Some(meeting.at));
            }
            self.joined.push(JoinedStretch { edit: self.edit, name: name.clone(), at, rows, joins });
        }
        Ok(())
    }

    /// Tells which stretches of a new road are roads that are there, each road once.
    fn tell_drawn_over(&mut self, name: &str, over: &[(usize, f64, Coord)]) {
        let mut told: Vec<(String, f64, Coord)> = Vec::new();
        for (road, length_m, at) in over {
            let other = name_of(&self.area.layers.roads[*road]);
            match told.iter_mut().find(|known| known.0 == other) {
                Some(known) => known.1 += length_m,
                None => told.push((other, *length_m, *at)),
            }
        }
        for (other, length_m, at) in told {
            let text = "新路画在现有道路上，重合的一段就是该路，不另计；要改善该路，请用拓宽、提高承载等改动 | A new road is drawn over a road: that stretch is the road that is there and adds nothing; to make it better, widen or strengthen it";
            let case =
                Label::new(format!("{name} = {other}，{length_m:.0} m"), format!("{name} = {other}, {length_m:.0} m"));
            self.remark(NoteKind::Doubted, text, &case, Some(at));
        }
    }

    /// Takes an obstacle away, or makes it one that a crew gets past; where it stood, the road stays as it is.
    pub(super) fn remove_obstacle(&mut self, obstacle: &str) -> Result<()> {
        let at = self.obstacle(obstacle)?;
        let obstacle = &mut self.area.layers.obstacles[at];
        let limits = [obstacle.clear_width_m, obstacle.clear_height_m, obstacle.load_t];
        if obstacle.passage == ObstaclePassage::Open && limits == [None; 3] {
            return Err(Overtaken::error(
                "该障碍物已不碍通行，没有改动 | the obstacle is in nobody's way already: nothing is changed",
            ));
        }
        obstacle.passage = ObstaclePassage::Open;
        (obstacle.clear_width_m, obstacle.clear_height_m, obstacle.load_t) = (None, None, None);
        Ok(())
    }

    /// Adds a square where vehicles can turn.
    pub(super) fn add_turnaround(&mut self, edit: &Edit) -> Result<()> {
        let Edit::AddTurnaround { at, side_m } = *edit else { return Ok(()) };
        self.is_not_planned_twice(LayerId::RoadAreas, edit)?;
        let (middle, half) = (self.local(at)?, Coord { x: side_m / 2.0, y: side_m / 2.0 });
        self.place("回车场", Point(middle), PlacedKind::Turnaround { side_m });
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
                self.is_not_built(LayerId::Hydrants, edit)?;
                let geometry = Point(self.local(*at)?);
                self.place(name, geometry, PlacedKind::Hydrant);
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
                self.is_not_built(LayerId::WaterSources, edit)?;
                let at = Point(self.local(*at)?);
                self.place(name, at, PlacedKind::Water(*kind));
                let geometry = at.into();
                self.area.layers.water_sources.push(WaterSource {
                    geometry,
                    name: name.clone(),
                    kind: *kind,
                    volume_m3: *volume_m3,
                    width_m: None,
                    perennial: Some(true),
                    helicopter: None,
                    source_id: planned_id(name),
                });
            }
            _ => {}
        }
        Ok(())
    }
}
