//! Areas drawn by hand, in local metres: for tests and examples whose answers are known on paper.

use geo::{Coord, LineString, MultiPolygon, Point, Polygon};

use crate::area::{SourceReport, StudyArea};
use crate::grid::Grid;
use crate::layers::{Access, Layers, Oneway, Road, RoadClass, Station, StationKind, Town, Village};
use crate::network::{Network, Topology};
use crate::notes::Notes;
use crate::plane::Plane;
use crate::rows::Row;

/// A two-way residential road through these points.
pub fn road(points: &[(f64, f64)]) -> Road {
    Road {
        geometry: LineString::from(points.to_vec()),
        name: String::new(),
        class: RoadClass::Residential,
        width_m: None,
        estimated_width_m: None,
        max_width_m: None,
        clear_height_m: None,
        load_t: None,
        slope_percent: None,
        surface: None,
        oneway: Oneway::Both,
        access: Access::Open,
        bridge: false,
        tunnel: false,
        level: None,
        source_id: String::new(),
    }
}

/// A station with one crew that is ready after `turnout_min`.
pub fn station(name: &str, (x, y): (f64, f64), turnout_min: f64) -> Station {
    Station {
        name: name.to_owned(),
        kind: StationKind::FirstClass,
        turnout_min: Some(turnout_min),
        source_id: name.to_owned(),
        ..Station::blank(Point::new(x, y)).expect("a station can be without any fact")
    }
}

/// A village of 100 people.
pub fn village(name: &str, (x, y): (f64, f64)) -> Village {
    Village {
        geometry: Point::new(x, y),
        name: name.to_owned(),
        code: String::new(),
        kind: "village".to_owned(),
        population_people: Some(100),
        households: None,
        source_id: name.to_owned(),
    }
}

/// An upright rectangle.
pub fn rectangle((west, south): (f64, f64), (east, north): (f64, f64)) -> MultiPolygon {
    let ring = [(west, south), (east, south), (east, north), (west, north), (west, south)];
    MultiPolygon(vec![Polygon::new(LineString(ring.map(Coord::from).to_vec()), Vec::new())])
}

/// The area of these layers; roads meet by geometry.
pub fn area(layers: Layers) -> StudyArea {
    StudyArea::builder().layers(layers).build()
}

/// An invented area put together piece by piece: without boundary, rasters and scenario unless they are given.
pub struct AreaBuilder {
    name: String,
    plane: Plane,
    boundary: MultiPolygon,
    layers: Layers,
    elevation: Option<Grid>,
    population: Option<Grid>,
    sources: Vec<SourceReport>,
}

impl StudyArea {
    /// Starts an invented area near 111° E, 30° N, on flat ground: lengths and areas are as they are drawn.
    pub fn builder() -> AreaBuilder {
        AreaBuilder {
            name: "sketch".to_owned(),
            plane: Plane::at(111.0, 30.0).expect("a place in China has a plane").flat(),
            boundary: MultiPolygon(Vec::new()),
            layers: Layers::default(),
            elevation: None,
            population: None,
            sources: Vec::new(),
        }
    }
}

impl AreaBuilder {
    /// Calls the area so.
    pub fn name(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// Computes in this plane.
    pub fn plane(self, plane: Plane) -> Self {
        Self { plane, ..self }
    }

    /// Bounds what is counted.
    pub fn boundary(self, boundary: MultiPolygon) -> Self {
        Self { boundary, ..self }
    }

    /// Adds the rows of all these layers.
    pub fn layers(mut self, layers: Layers) -> Self {
        self.layers.append(layers);
        self
    }

    /// Adds a road.
    pub fn road(mut self, road: Road) -> Self {
        self.layers.roads.push(road);
        self
    }

    /// Adds a station.
    pub fn station(mut self, station: Station) -> Self {
        self.layers.stations.push(station);
        self
    }

    /// Adds a village.
    pub fn village(mut self, village: Village) -> Self {
        self.layers.villages.push(village);
        self
    }

    /// Adds a town.
    pub fn town(mut self, town: Town) -> Self {
        self.layers.towns.push(town);
        self
    }

    /// Lays the roads on these heights, metres above sea level.
    pub fn elevation(self, elevation: Grid) -> Self {
        Self { elevation: Some(elevation), ..self }
    }

    /// Has so many people per cell.
    pub fn population(self, population: Grid) -> Self {
        Self { population: Some(population), ..self }
    }

    /// Says what was read.
    pub fn sources(self, sources: Vec<SourceReport>) -> Self {
        Self { sources, ..self }
    }

    /// Builds the road network, and with it the area.
    pub fn build(self) -> StudyArea {
        let Self { name, plane, boundary, layers, elevation, population, sources } = self;
        let mut notes = Notes::default();
        let network = Network::build(
            (&layers.roads, &layers.obstacles),
            &Topology::default(),
            (plane.scale(), elevation.as_ref()),
            &mut notes,
        );
        StudyArea {
            synthetic: true,
            boundary,
            elevation,
            population,
            sources,
            notes: notes.into_vec(),
            ..StudyArea::new(&name, plane, layers, network)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::LayerId;

    #[test]
    fn an_area_is_what_was_put_into_it() {
        let area = StudyArea::builder()
            .name("甲县")
            .road(road(&[(0.0, 0.0), (100.0, 0.0)]))
            .station(station("站", (0.0, 0.0), 1.0))
            .village(village("村", (100.0, 5.0)))
            .build();
        assert_eq!(area.present(), [LayerId::Villages, LayerId::Roads, LayerId::Stations]);
        assert_eq!((area.name.as_str(), area.network.segments.len()), ("甲县", 1));
    }
}
