//! Areas drawn by hand, in local metres: for tests and examples whose answers are known on paper.

use geo::{Coord, LineString, MultiPolygon, Point, Polygon};

use crate::area::StudyArea;
use crate::layers::{Access, Layers, Oneway, Road, RoadClass, Station, StationKind, Village};
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
    let mut notes = Notes::default();
    let network = Network::build(&layers.roads, &Topology::default(), None, &mut notes);
    StudyArea {
        name: "sketch".to_owned(),
        synthetic: true,
        plane: Plane::at(111.0, 30.0).expect("a place in China has a plane"),
        boundary: MultiPolygon(Vec::new()),
        layers,
        network: network.into(),
        elevation: None,
        population: None,
        risk: None,
        sources: Vec::new(),
        notes: notes.into_vec(),
        scenario: None,
    }
}
