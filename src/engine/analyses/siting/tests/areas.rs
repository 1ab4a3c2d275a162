//! Areas of responsibility whose borders are known on paper.

use geo::{Area, BooleanOps, Contains, Coord, LineString, MultiPolygon, Point};

use crate::analysis::Context;
use crate::response::dispatch::Dispatch;
use crate::response::responsibility::{Responsibility, areas};
use crate::response::times::ResponseTimes;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::{Barrier, BarrierKind, Layers, Road, RoadClass, WaterKind, WaterSource};
use fireplan_model::notes::Notes;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_model::sketch::{rectangle, road, station};

/// Two roads from west to east, 1 km apart, joined by one across; a station at the middle of either.
fn two_roads() -> Layers {
    Layers {
        roads: vec![
            road(&[(0.0, 500.0), (4000.0, 500.0)]),
            road(&[(0.0, 1500.0), (4000.0, 1500.0)]),
            Road { bridge: true, ..road(&[(100.0, 500.0), (100.0, 1500.0)]) },
        ],
        stations: vec![station("南站", (2000.0, 490.0), 1.0), station("北站", (2000.0, 1510.0), 1.0)],
        ..Layers::default()
    }
}

fn parted(layers: Layers) -> (StudyArea, Vec<Responsibility>) {
    let boundary = rectangle((0.0, 0.0), (4000.0, 2000.0));
    let (area, rules) = (StudyArea::builder().layers(layers).boundary(boundary).build(), Rules::load(None).unwrap());
    let context = Context { area: &area, rules: &rules, progress: &Silent };
    let run = ResponseTimes::from_dispatch(Dispatch::default(), &context, &mut Notes::default()).unwrap();
    let found = areas(&run);
    (area, found)
}

fn is_in(area: &Responsibility, (x, y): (f64, f64)) -> bool {
    area.geometry.contains(&Point::new(x, y))
}

fn overlap_m2(a: &MultiPolygon, b: &MultiPolygon) -> f64 {
    a.intersection(b).unsigned_area()
}

#[test]
fn open_country_is_parted_half_way_and_wholly() {
    let (_, found) = parted(two_roads());
    assert_eq!(found.len(), 2);
    assert!(is_in(&found[0], (3000.0, 900.0)) && is_in(&found[1], (3000.0, 1100.0)));
    assert!(overlap_m2(&found[0].geometry, &found[1].geometry) < 1e-3);
    let whole: f64 = found.iter().map(|area| area.geometry.unsigned_area()).sum();
    assert!((whole - 8e6).abs() < 1.0, "{whole}");
}

#[test]
fn a_railway_a_river_and_what_is_closed_off_part_whatever_is_nearer() {
    let across = LineString::from(vec![(-10.0, 700.0), (4010.0, 700.0)]);
    let mut with_railway = two_roads();
    with_railway.barriers = vec![Barrier {
        geometry: across.clone().into(),
        name: "铁路".to_owned(),
        kind: BarrierKind::Railway,
        width_m: Some(10.0),
        source_id: String::new(),
    }];
    let river = |geometry: geo::Geometry| WaterSource {
        geometry,
        name: "河".to_owned(),
        kind: WaterKind::River,
        volume_m3: None,
        width_m: None,
        perennial: None,
        helicopter: None,
        source_id: String::new(),
    };
    let with_river = Layers { water_sources: vec![river(across.clone().into())], ..two_roads() };
    let wide = river(rectangle((-10.0, 690.0), (4010.0, 710.0)).into());
    let with_wide_river = Layers { water_sources: vec![wide], ..two_roads() };
    let with_road = |class: RoadClass| {
        let mut layers = two_roads();
        layers.roads.push(Road { class, level: Some(-1), geometry: across.clone(), ..road(&[(0.0, 0.0), (1.0, 0.0)]) });
        layers
    };
    let closed_off = [RoadClass::Motorway, RoadClass::Expressway].map(with_road);
    for layers in [with_railway, with_river, with_wide_river].into_iter().chain(closed_off) {
        let (_, found) = parted(layers);
        assert!(is_in(&found[0], (3000.0, 680.0)) && !is_in(&found[0], (3000.0, 720.0)));
        assert!(is_in(&found[1], (3000.0, 720.0)) && !is_in(&found[1], (3000.0, 680.0)));
    }
}

#[test]
fn water_and_ground_that_no_road_gets_to_are_nobodys() {
    let mut layers = two_roads();
    let lake = WaterSource {
        geometry: rectangle((1000.0, 800.0), (2000.0, 1200.0)).into(),
        name: "湖".to_owned(),
        kind: WaterKind::Unknown,
        volume_m3: None,
        width_m: None,
        perennial: None,
        helicopter: None,
        source_id: String::new(),
    };
    layers.water_sources = vec![lake];
    // A ring of rails around ground without a road.
    let ring = [(2500.0, 800.0), (3000.0, 800.0), (3000.0, 1200.0), (2500.0, 1200.0), (2500.0, 800.0)];
    layers.barriers = vec![Barrier {
        geometry: LineString::from(ring.to_vec()).into(),
        name: "环线".to_owned(),
        kind: BarrierKind::Railway,
        width_m: None,
        source_id: String::new(),
    }];
    let (_, found) = parted(layers);
    for place in [(1500.0, 1000.0), (2750.0, 1000.0)] {
        assert!(found.iter().all(|area| !is_in(area, place)), "{place:?}");
    }
    let whole: f64 = found.iter().map(|area| area.geometry.unsigned_area()).sum();
    assert!((whole - (8e6 - 400_000.0 - 200_000.0)).abs() < 1.0, "{whole}");
}

#[test]
fn a_border_across_open_country_has_no_stairs_and_is_the_same_for_both() {
    // The roads run apart: half-way between them lies no row of the lattice.
    let mut layers = two_roads();
    layers.roads[1] = road(&[(0.0, 1500.0), (4000.0, 1900.0)]);
    layers.roads[2] = road(&[(0.0, 500.0), (0.0, 1500.0)]);
    let (_, found) = parted(layers);
    assert!(overlap_m2(&found[0].geometry, &found[1].geometry) < 1e-3);
    let vertices = |area: &Responsibility| -> Vec<Coord> {
        let open = |at: &&Coord| at.y > 700.0 && at.y < 1400.0 && at.x > 200.0 && at.x < 3800.0;
        area.geometry.0[0].exterior().0.iter().filter(open).copied().collect()
    };
    let (south, north) = (vertices(&found[0]), vertices(&found[1]));
    assert!(south.len() > 10);
    // Neighbours have the very same vertices.
    let key = |at: &Coord| (at.x.to_bits(), at.y.to_bits());
    let (mut a, mut b): (Vec<_>, Vec<_>) = (south.iter().map(key).collect(), north.iter().map(key).collect());
    a.sort_unstable();
    b.sort_unstable();
    assert_eq!(a, b);
    // A stair would turn by 90°.
    for three in south.windows(3) {
        let (before, after) = (three[1] - three[0], three[2] - three[1]);
        let cosine = (before.x * after.x + before.y * after.y) / (before.x.hypot(before.y) * after.x.hypot(after.y));
        assert!(cosine > 0.7, "{three:?}");
    }
}
