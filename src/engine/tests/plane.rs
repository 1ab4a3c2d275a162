//! The plane decides nothing: one network in every zone within six degrees has the same driving times.

use fireplan_engine::response::driving::{DrivingReading, arc_ms};
use fireplan_model::area::StudyArea;
use fireplan_model::layers::{Layers, Road, VehicleClass};
use fireplan_model::network::{Network, Topology};
use fireplan_model::notes::Notes;
use fireplan_model::plane::Plane;
use fireplan_model::sketch::road;
use geo::{Coord, LineString};

/// Streets of some hundred metres with a bend, each apart from the others, in degrees around a place.
fn streets(lon: f64, lat: f64) -> Vec<Vec<Coord>> {
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let corner = |column: usize, row: usize| Coord { x: lon + column as f64 * 0.02, y: lat + row as f64 * 0.02 };
    let mut street = |at: Coord| (0..4).map(|_| at + Coord { x: next() * 0.015, y: next() * 0.015 }).collect();
    (0..400).map(|number| street(corner(number % 20, number / 20))).collect()
}

/// Times along each street by a standard truck, exact and in whole milliseconds, in the zone of this meridian.
fn times(streets: &[Vec<Coord>], meridian: f64, lat: f64) -> Vec<(f64, u32)> {
    let (plane, rules) = (Plane::at(meridian, lat).unwrap(), fireplan_testing::rules());
    let local = |street: &Vec<Coord>| {
        let mut line = street.clone();
        plane.to_local(&mut line).unwrap();
        Road { geometry: LineString(line), ..road(&[]) }
    };
    let roads: Vec<Road> = streets.iter().map(local).collect();
    let ids = (0..roads.len() as i64).map(|road| (4 * road..4 * road + 4).collect()).collect();
    let topology = Topology { vertex_ids: ids, ..Topology::default() };
    let network = Network::build((&roads, &[]), &topology, (plane.scale(), None), &mut Notes::default());
    let area = StudyArea::new("区", plane, Layers { roads, ..Layers::default() }, network);
    let ms = arc_ms(&area, &rules, VehicleClass::Standard, DrivingReading::Base).unwrap();
    let kph = rules.speed(VehicleClass::Standard, area.layers.roads[0].class).unwrap().base_kph;
    let mut times = vec![(0.0, 0); streets.len()];
    for (number, segment) in area.network.segments.iter().enumerate() {
        times[segment.road.index()] = (segment.length_m / kph * 3_600.0, ms[2 * number]);
    }
    times
}

#[test]
fn driving_times_are_the_same_in_every_zone_within_six_degrees() {
    for (lon, lat) in [(110.3, 34.6), (121.4, 51.5), (108.2, 18.4)] {
        let streets = streets(lon, lat);
        let own = times(&streets, lon, lat);
        for zones in [-2.0, -1.0, 1.0, 2.0] {
            for ((exact, ms), (other_exact, other_ms)) in own.iter().zip(times(&streets, lon + 3.0 * zones, lat)) {
                // A part in ten million: a hundredth of a millisecond on two minutes.
                assert!((exact - other_exact).abs() < 1e-7 * exact + 1e-3, "{lon} {zones}: {exact} {other_exact}");
                let at_half = ((exact.fract() - 0.5).abs() < 0.02) && ms.abs_diff(other_ms) == 1;
                assert!(*ms == other_ms || at_half, "{lon} {zones}: {exact} {other_exact}");
            }
        }
    }
}
