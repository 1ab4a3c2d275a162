//! What several tests share: the real data where it is at hand, and a small invented area for tests of the service
//! (lines, polygons with holes, points; and a large one of the same make); and a reader of the text of our PDFs.
//!
//! It may use whatever a test may. It must not be a dependency of anything but tests and benches.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

pub mod pdf_text;

use std::io::Write;
use std::path::{Path, PathBuf};

use fireplan_model::area::{SourceReport, StudyArea};
use fireplan_model::layers::*;
use fireplan_model::plane::Plane;
use fireplan_model::rows::Row;
use fireplan_model::rules::Rules;
use geo::{Coord, LineString, MultiPolygon, Point, Polygon};

/// The folder of the whole project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The demo county.
pub fn demo() -> PathBuf {
    root().join("data/demo")
}

/// Says that a test could not be made, also where the output of passing tests is swallowed.
pub fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// A file of the shared test data; `None`, and says so, where that is not at hand.
pub fn data(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(name);
    if !path.exists() {
        skip(&format!("{} is not there", path.display()));
    }
    path.exists().then_some(path)
}

/// South-west corner of the invented area in local metres, near 112.4° E, 34.6° N.
const ORIGIN: Coord = Coord { x: 435_000.0, y: 3_830_000.0 };

fn at(x: f64, y: f64) -> Coord {
    Coord { x: ORIGIN.x + x, y: ORIGIN.y + y }
}

/// A wobbly ring, so that simplification and rounding have something to do. Deterministic.
pub fn blob(x: f64, y: f64, radius_m: f64, vertices: usize, seed: u64) -> LineString {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut ring: Vec<Coord> = (0..vertices)
        .map(|step| {
            let angle = std::f64::consts::TAU * step as f64 / vertices as f64;
            let radius = radius_m * (0.7 + 0.3 * random());
            at(x + radius * angle.cos(), y + radius * angle.sin())
        })
        .collect();
    ring.push(ring[0]);
    LineString(ring)
}

fn square(x: f64, y: f64, side: f64) -> LineString {
    LineString(vec![at(x, y), at(x + side, y), at(x + side, y + side), at(x, y + side), at(x, y)])
}

/// So many wobbly roads within a square of this side.
pub fn roads(count: usize, spread_m: f64) -> Vec<Road> {
    (0..count)
        .map(|i| {
            let lane = spread_m * (i as f64 / count as f64);
            let line = if i % 2 == 0 {
                (0..40).map(|s| at(spread_m * s as f64 / 39.0, lane + 30.0 * (s as f64 * 0.7).sin())).collect()
            } else {
                (0..40).map(|s| at(lane + 25.0 * (s as f64 * 0.9).cos(), spread_m * s as f64 / 39.0)).collect()
            };
            Road {
                geometry: LineString(line),
                name: if i % 3 == 0 { String::new() } else { format!("人民路{i}号") },
                class: RoadClass::ALL[i % RoadClass::ALL.len()],
                width_m: (i % 4 != 0).then_some(3.5 + i as f64 % 7.0),
                estimated_width_m: None,
                max_width_m: None,
                clear_height_m: None,
                slope_percent: None,
                load_t: None,
                surface: Some(Surface::Paved),
                oneway: Oneway::Both,
                access: Access::Open,
                bridge: i % 10 == 0,
                tunnel: false,
                level: Some(-(i as i32 % 2)),
                source_id: format!("way/{i}"),
            }
        })
        .collect()
}

fn forest(name: &str, exterior: LineString, holes: Vec<LineString>) -> Forest {
    Forest {
        geometry: MultiPolygon(vec![Polygon::new(exterior, holes)]),
        name: name.into(),
        kind: "阔叶林".into(),
        owner: "国有".into(),
        protected: None,
        source_id: String::new(),
    }
}

fn village(i: usize) -> Village {
    Village {
        geometry: Point(at(500.0 + 613.0 * i as f64 % 9_000.0, 300.0 + 1_471.0 * i as f64 % 9_000.0)),
        name: format!("李家村{i}"),
        code: format!("41032{i:07}"),
        kind: "hamlet".into(),
        population_people: (!i.is_multiple_of(5)).then_some(100 + i as u32),
        households: None,
        source_id: format!("node/{i}"),
    }
}

fn station(name: &str, x: f64, y: f64, kind: StationKind) -> Station {
    Station {
        name: name.into(),
        kind,
        vehicle_class: Some(VehicleClass::Standard),
        vehicles: Some(5),
        turnout_min: Some(1.0),
        staffed_day: Some(true),
        ..Station::blank(Point(at(x, y))).unwrap()
    }
}

fn building(i: u32) -> Building {
    Building {
        geometry: MultiPolygon(vec![Polygon::new(
            square(3_500.0 + 40.0 * f64::from(i % 20), 3_500.0 + 40.0 * f64::from(i / 20), 15.0),
            vec![],
        )]),
        name: String::new(),
        kind: "住宅".into(),
        storeys: Some(2.0),
        height_m: None,
        source_id: format!("b{i}"),
    }
}

fn water_sources() -> Vec<WaterSource> {
    vec![
        WaterSource {
            geometry: LineString(
                (0..60).map(|s| at(170.0 * f64::from(s), 6_000.0 + 200.0 * (f64::from(s) * 0.3).sin())).collect(),
            )
            .into(),
            name: "清河".into(),
            kind: WaterKind::River,
            volume_m3: None,
            width_m: Some(20.0),
            perennial: Some(true),
            helicopter: None,
            source_id: String::new(),
        },
        WaterSource {
            geometry: Polygon::new(blob(7_500.0, 2_000.0, 600.0, 90, 9), vec![]).into(),
            name: "石门水库".into(),
            kind: WaterKind::Reservoir,
            volume_m3: Some(1e6),
            width_m: None,
            perennial: None,
            helicopter: None,
            source_id: String::new(),
        },
        WaterSource {
            geometry: Point(at(1_000.0, 8_000.0)).into(),
            name: "取水口".into(),
            kind: WaterKind::Intake,
            volume_m3: None,
            width_m: None,
            perennial: None,
            helicopter: None,
            source_id: String::new(),
        },
    ]
}

fn layers(road_count: usize) -> Layers {
    Layers {
        roads: roads(road_count, 10_000.0),
        forests: vec![
            forest("北山林场", blob(5_000.0, 7_000.0, 2_000.0, 400, 1), vec![blob(5_000.0, 7_000.0, 500.0, 60, 2)]),
            forest("南沟", blob(2_000.0, 2_000.0, 900.0, 200, 3), vec![]),
            forest("小片", square(9_000.0, 9_000.0, 40.0), vec![]),
        ],
        villages: (0..37).map(village).collect(),
        stations: vec![
            station("县城消防救援站", 4_000.0, 4_000.0, StationKind::FirstClass),
            station("东镇专职队", 8_000.0, 5_000.0, StationKind::TownLevel1),
        ],
        buildings: (0..200).map(building).collect(),
        water_sources: water_sources(),
        towns: vec![Town {
            name: "城关镇".into(),
            code: "410327100".into(),
            kind: TownKind::Town,
            built_up_km2: Some(3.2),
            built_up_people: Some(20_000),
            ..Town::blank(Polygon::new(square(0.0, 0.0, 10_000.0), vec![])).unwrap()
        }],
        ..Layers::default()
    }
}

/// An area of ten by ten kilometres with so many roads.
pub fn area_with(road_count: usize) -> StudyArea {
    let source = |layer| SourceReport {
        layer,
        source: "invented".into(),
        crs: "EPSG:4547".into(),
        read: 1,
        kept: 1,
        sha256: "00".into(),
        files: Vec::new(),
        is_empty: false,
    };
    let area = StudyArea::builder()
        .name("虚构县")
        .plane(Plane::at(112.4, 34.6).unwrap())
        .boundary(MultiPolygon(vec![Polygon::new(square(0.0, 0.0, 10_000.0), vec![])]))
        .layers(layers(road_count))
        .sources(vec![source(LayerId::Roads), source(LayerId::Forests)]);
    StudyArea { notes: Vec::new(), ..area.build() }
}

/// The small invented area.
pub fn area() -> StudyArea {
    area_with(25)
}

/// The national pack.
pub fn rules() -> Rules {
    Rules::load(None).unwrap()
}
