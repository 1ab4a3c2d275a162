//! Making the edits on a copy of the area.

use std::ops::RangeInclusive;
use std::sync::Arc;

use anyhow::{Result, bail};
use geo::{BoundingRect, Coord, Point};

use super::refer::planned;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::{Access, LayerId, Road, RoadClass, Station, Surface};
use fireplan_model::network::{Network, Topology};
use fireplan_model::notes::Notes;
use fireplan_model::scenario::Edit;
use fireplan_model::scenario::LonLat;

/// Greatest distance outside the area at which an edit may place something, in metres.
const OUTSIDE_M: f64 = 10_000.0;

pub(super) const WIDTH_M: RangeInclusive<f64> = 0.5..=100.0;
pub(super) const LOAD_T: RangeInclusive<f64> = 0.1..=500.0;
const HEIGHT_M: RangeInclusive<f64> = 1.0..=30.0;
const SLOPE_PERCENT: RangeInclusive<f64> = 0.0..=30.0;
const TURNOUT_MIN: RangeInclusive<f64> = 0.0..=60.0;

/// Which way a fact of a road gets better.
#[derive(Clone, Copy)]
enum Better {
    More,
    Less,
}

/// The area while edits are made on it.
pub(super) struct Draft {
    pub(super) area: StudyArea,
    /// Where feature n of the unchanged stations is now; `None`: closed.
    pub(super) stations: Vec<Option<usize>>,
    /// Number of roads of the unchanged area.
    pub(super) roads: usize,
    pub(super) topology: Topology,
    pub(super) network: Stale,
}

/// Which part of the network the edits have made out of date.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) enum Stale {
    Nothing,
    Components,
    Everything,
}

impl Draft {
    pub(super) fn new(area: &StudyArea) -> Self {
        Self {
            stations: (0..area.layers.stations.len()).map(Some).collect(),
            roads: area.layers.roads.len(),
            topology: Topology::default(),
            network: Stale::Nothing,
            area: area.clone(),
        }
    }

    pub(super) fn finish(self) -> StudyArea {
        let mut area = self.area;
        match self.network {
            Stale::Nothing => {}
            Stale::Components => area.network = Arc::new(area.network.reopened(&area.layers.roads)),
            Stale::Everything => {
                // The notes on the roads are dropped: opening the area has given them already.
                let mut unused_notes = Notes::default();
                let elevation = area.elevation.as_ref();
                let (roads, obstacles) = (&area.layers.roads, &area.layers.obstacles);
                let ground = (area.plane.scale(), elevation);
                let network = Network::build((roads, obstacles), &self.topology, ground, &mut unused_notes);
                area.network = Arc::new(network);
            }
        }
        area
    }

    pub(super) fn apply(&mut self, edit: &Edit) -> Result<()> {
        match edit {
            Edit::AddStation { name, at, kind, vehicle_class, turnout_min } => {
                within("turnout_min", *turnout_min, TURNOUT_MIN)?;
                self.name_is_new(LayerId::Stations, name)?;
                let geometry = Point(self.local(*at)?);
                let (kind, vehicle_class, turnout_min) = (*kind, *vehicle_class, *turnout_min);
                self.area.layers.stations.push(Station {
                    geometry,
                    name: name.clone(),
                    kind,
                    vehicle_class,
                    vehicles: None,
                    crew_people: None,
                    full_time_people: None,
                    land_m2: None,
                    turnout_min,
                    turnout_night_min: None,
                    staffed_day: None,
                    staffed_night: None,
                    source_id: planned(name),
                });
            }
            Edit::MoveStation { station, to } => {
                let (at, geometry) = (self.station(station)?, Point(self.local(*to)?));
                self.area.layers.stations[at].geometry = geometry;
            }
            Edit::CloseStation { station } => self.close_station(station)?,
            Edit::UpgradeStation { .. } => self.upgrade_station(edit)?,
            Edit::OpenRoad { road } => self.set_access(road, Access::Open)?,
            Edit::CloseRoad { road } => self.set_access(road, Access::Closed)?,
            Edit::WidenRoad { road, width_m } => {
                self.improve(road, ("width_m", *width_m), WIDTH_M, Better::More, |road| &mut road.width_m)?;
                for at in self.roads(road)? {
                    // A sign for narrow vehicles goes with the narrow place that it stood for.
                    self.area.layers.roads[at].max_width_m = None;
                }
            }
            Edit::StrengthenRoad { road, load_t } => {
                self.improve(road, ("load_t", *load_t), LOAD_T, Better::More, |road| &mut road.load_t)?;
            }
            Edit::RaiseRoad { road, clear_height_m } => {
                let fact = ("clear_height_m", *clear_height_m);
                self.improve(road, fact, HEIGHT_M, Better::More, |road| &mut road.clear_height_m)?;
            }
            Edit::RegradeRoad { road, slope_percent } => {
                let fact = ("slope_percent", *slope_percent);
                self.improve(road, fact, SLOPE_PERCENT, Better::Less, |road| &mut road.slope_percent)?;
            }
            Edit::BuildRoad { road, class, width_m } => self.build_road(road, *class, *width_m)?,
            Edit::AddRoad { .. } => self.add_road(edit)?,
            Edit::RemoveObstacle { obstacle } => self.remove_obstacle(obstacle)?,
            Edit::AddTurnaround { at, side_m } => self.add_turnaround(*at, *side_m)?,
            Edit::AddHydrant { .. } | Edit::AddWater { .. } => self.add_water(edit)?,
        }
        Ok(())
    }

    /// A place in local metres, on the earth and not far from the area.
    pub(super) fn local(&self, [lon, lat]: LonLat) -> Result<Coord> {
        if !(-180.0..=180.0).contains(&lon) || !(-80.0..=84.0).contains(&lat) {
            bail!(
                "[{lon}, {lat}] 不是经纬度，应为 [经度, 纬度] | [{lon}, {lat}] is no place; write [longitude, latitude] in degrees"
            );
        }
        let mut at = [Coord { x: lon, y: lat }];
        self.area.plane.to_local(&mut at)?;
        let extent = self.area.boundary.bounding_rect();
        let outside = extent.is_some_and(|extent| {
            let off = |value: f64, low: f64, high: f64| (low - value).max(value - high).max(0.0);
            off(at[0].x, extent.min().x, extent.max().x).hypot(off(at[0].y, extent.min().y, extent.max().y)) > OUTSIDE_M
        });
        if outside {
            bail!(
                "[{lon}, {lat}] 在本区范围外 10 km 以上 | [{lon}, {lat}] is more than 10 km outside the area; are the axes swapped?"
            );
        }
        Ok(at[0])
    }

    fn close_station(&mut self, station: &str) -> Result<()> {
        let at = self.station(station)?;
        self.area.layers.stations.remove(at);
        for place in &mut self.stations {
            *place = match *place {
                Some(other) if other == at => None,
                Some(other) if other > at => Some(other - 1),
                other => other,
            };
        }
        Ok(())
    }

    fn upgrade_station(&mut self, edit: &Edit) -> Result<()> {
        let Edit::UpgradeStation { station, kind, vehicle_class, vehicles, crew_people, turnout_min, staffed_night } =
            edit
        else {
            return Ok(());
        };
        within("turnout_min", *turnout_min, TURNOUT_MIN)?;
        let at = self.station(station)?;
        let known = &mut self.area.layers.stations[at];
        known.kind = kind.unwrap_or(known.kind);
        known.vehicle_class = vehicle_class.or(known.vehicle_class);
        known.vehicles = vehicles.or(known.vehicles);
        known.crew_people = crew_people.or(known.crew_people);
        if turnout_min.is_some() {
            (known.turnout_min, known.turnout_night_min) = (*turnout_min, *turnout_min);
        }
        known.staffed_night = staffed_night.or(known.staffed_night);
        Ok(())
    }

    fn set_access(&mut self, road: &str, access: Access) -> Result<()> {
        for at in self.roads(road)? {
            self.area.layers.roads[at].access = access;
        }
        self.stale(Stale::Components);
        Ok(())
    }

    pub(super) fn stale(&mut self, what: Stale) {
        if self.network < what {
            self.network = what;
        }
    }

    fn improve(
        &mut self,
        road: &str,
        (name, value): (&str, f64),
        range: RangeInclusive<f64>,
        better: Better,
        fact: impl Fn(&mut Road) -> &mut Option<f64>,
    ) -> Result<()> {
        within(name, Some(value), range)?;
        let is_better = |known: &f64| match better {
            Better::More => *known > value,
            Better::Less => *known < value,
        };
        let mut better_already = None;
        let mut is_improved = false;
        for at in self.roads(road)? {
            let fact = fact(&mut self.area.layers.roads[at]);
            match fact.filter(is_better) {
                Some(known) => better_already = Some(known),
                None => (*fact, is_improved) = (Some(value), true),
            }
        }
        // Of a road in several rows some may be better than asked for; an edit that improves none is a mistake.
        match better_already.filter(|_| !is_improved) {
            Some(known) => bail!(
                "现状 {name} 已是 {known}，比 {value} 更好 | {name} is {known} already, better than {value}; drop the edit or go beyond it"
            ),
            None => Ok(()),
        }
    }

    fn build_road(&mut self, road: &str, class: RoadClass, width_m: Option<f64>) -> Result<()> {
        within("width_m", width_m, WIDTH_M)?;
        for at in self.roads(road)? {
            let road = &mut self.area.layers.roads[at];
            (road.class, road.surface) = (class, Some(Surface::Paved));
            road.width_m = width_m.or(road.width_m);
        }
        self.stale(Stale::Components);
        Ok(())
    }
}

/// Refuses a value outside its range; a value that is not given is in every range.
pub(super) fn within(name: &str, value: Option<f64>, range: RangeInclusive<f64>) -> Result<()> {
    match value.filter(|value| !range.contains(value)) {
        None => Ok(()),
        Some(value) => {
            let (low, high) = (range.start(), range.end());
            bail!("{name}={value} 应在 {low} 与 {high} 之间 | {name} is {value}; it must be between {low} and {high}")
        }
    }
}
