//! Strips against paper and against GEOS, an independent computation, reached through GDAL.

use fireplan_algorithms::dissolve::dissolve;
use fireplan_algorithms::inward_strip::{core, strip, strip_along};
use fireplan_model::progress::Silent;
use gdal::vector::{Geometry as Ogr, ToGdal};
use geo::{Area, LineString, MultiPolygon, Polygon, polygon};

/// Segments GEOS draws a quarter circle with: its arcs then fall short by less than 0.01 % of the distance.
const QUARTER: u32 = 60;

fn geos(shape: &MultiPolygon) -> Ogr {
    shape.to_gdal().unwrap()
}

fn agrees(ours: f64, theirs: f64, what: &str) {
    assert!((ours / theirs - 1.0).abs() < 1e-3, "{what}: ours {ours}, GEOS {theirs}");
}

/// The strip along the whole outline, both ways.
fn compare(shape: &MultiPolygon, distance: f64, what: &str) {
    let whole = geos(shape);
    let theirs = whole.area() - whole.buffer(-distance, QUARTER).unwrap().area();
    let ours = strip(shape, distance);
    agrees(ours.unsigned_area(), theirs, what);
    assert!(geos(&ours).is_valid(), "{what}: the strip is not valid");
    // Not only as large, but the same place.
    let core = core(shape, distance);
    let inner = whole.buffer(-distance, QUARTER).unwrap();
    let both = geos(&core).intersection(&inner).map_or(0.0, |both| both.area());
    let apart = core.unsigned_area() + inner.area() - 2.0 * both;
    assert!(apart < 1e-3 * theirs, "{what}: {apart} m² differ");
}

fn blob(radius_m: f64, vertices: usize, seed: u64) -> LineString {
    fireplan_testing::blob(5_000.0, 5_000.0, radius_m, vertices, seed)
}

#[test]
fn shapes_known_on_paper() {
    let ell: MultiPolygon = polygon![
        (x: 0.0, y: 0.0), (x: 1000.0, y: 0.0), (x: 1000.0, y: 500.0), (x: 500.0, y: 500.0), (x: 500.0, y: 1000.0),
        (x: 0.0, y: 1000.0)
    ]
    .into();
    // The core is the square of 800 without the notch grown by 100, whose corner is round.
    let rounding = 100.0 * 100.0 * (1.0 - std::f64::consts::FRAC_PI_4);
    let paper = 800.0 * 800.0 - (500.0 * 500.0 - rounding);
    let core_m2 = core(&ell, 100.0).unsigned_area();
    assert!(core_m2 <= paper && core_m2 > paper - 20.0, "{core_m2} {paper}");

    let ring: MultiPolygon = polygon!(
        exterior: [(x: 0.0, y: 0.0), (x: 2000.0, y: 0.0), (x: 2000.0, y: 2000.0), (x: 0.0, y: 2000.0)],
        interiors: [[(x: 900.0, y: 900.0), (x: 900.0, y: 1100.0), (x: 1100.0, y: 1100.0), (x: 1100.0, y: 900.0)]],
    )
    .into();
    let (outer, inner) = (2000.0 * 2000.0 - 1800.0 * 1800.0, 4.0 * 200.0 * 100.0 + std::f64::consts::PI * 1e4);
    let strip_m2 = strip(&ring, 100.0).unsigned_area();
    assert!(strip_m2 >= outer + inner && strip_m2 < outer + inner + 40.0, "{strip_m2}");
    assert_eq!(strip(&ring, 100.0).0.len(), 2);
    // Thinner than twice the distance between hole and edge: all strip.
    assert!((strip(&ring, 640.0).unsigned_area() - (4e6 - 4e4)).abs() < 1e-6);
}

#[test]
fn a_strip_is_never_narrower_than_asked() {
    use geo::{Distance, Euclidean};
    let shape: MultiPolygon = Polygon::new(blob(1500.0, 90, 7), vec![]).into();
    let outline = shape.0[0].exterior();
    for vertex in core(&shape, 200.0).0.iter().flat_map(|part| part.exterior().points()) {
        let distance = Euclidean.distance(&vertex, outline);
        assert!((200.0 - 1e-6..200.0 * 1.0006).contains(&distance), "{distance}");
    }
}

#[test]
fn strips_equal_those_of_geos() {
    for seed in 1..25 {
        let vertices = [8, 40, 300, 1000][seed as usize % 4];
        let radius_m = [250.0, 700.0, 1500.0][seed as usize % 3];
        let hole = fireplan_testing::blob(5_000.0, 5_000.0, radius_m * 0.2, 30, seed + 100);
        let shape = Polygon::new(blob(radius_m, vertices, seed), if seed % 2 == 0 { vec![hole] } else { vec![] });
        for distance in [20.0, 100.0, 200.0] {
            compare(&shape.clone().into(), distance, &format!("seed {seed}, {vertices} vertices, {distance} m"));
        }
    }
}

#[test]
fn strips_along_stretches_equal_those_of_geos() {
    for seed in 1..9 {
        let ring = blob(1200.0, 200, seed);
        let shape: MultiPolygon = Polygon::new(ring.clone(), vec![]).into();
        let stretches = vec![LineString(ring.0[..60].to_vec()), LineString(ring.0[90..95].to_vec())];
        let lines = geo::MultiLineString(stretches.clone()).to_gdal().unwrap();
        let theirs = lines.buffer(100.0, QUARTER).unwrap().intersection(&geos(&shape)).unwrap().area();
        agrees(strip_along(&shape, &stretches, 100.0).unsigned_area(), theirs, &format!("seed {seed}"));
    }
}

#[test]
fn the_demo_county_and_liechtenstein_equal_geos() {
    let mut areas = vec![fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap()];
    areas.extend(
        fireplan_testing::data("liechtenstein/liechtenstein-2024.osm.pbf")
            .map(|path| fireplan_read::open(&path, &Silent).unwrap()),
    );
    for area in areas {
        let stands: Vec<&Polygon> = area.layers.forests.iter().flat_map(|stand| &stand.geometry.0).collect();
        for (number, forest) in dissolve(stands).0.into_iter().enumerate() {
            compare(&forest.into(), 100.0, &format!("{} forest {number}", area.name));
        }
    }
}

/// A hundred thousand vertices are a matter of seconds even unoptimised.
#[test]
fn a_hundred_thousand_vertices() {
    let ring = blob(30_000.0, 100_000, 3);
    // Rough at the scale of decimetres, not of kilometres: the blob pulled to a circle.
    let centre = geo::Coord { x: 440_000.0, y: 3_835_000.0 };
    let pull = |at: &geo::Coord| {
        let (way, out) = (*at - centre, 30_000.0);
        let length = way.x.hypot(way.y);
        centre + way * ((out + (length - out) * 2e-5) / length)
    };
    let ring = LineString(ring.0.iter().map(pull).collect());
    compare(&Polygon::new(ring, vec![]).into(), 200.0, "100,000 vertices");
}

/// Measured in web map metres, a forest at 40° north would come out 70 % too large; in degrees, as nothing.
#[test]
fn nothing_is_measured_in_web_map_metres_or_degrees() {
    use fireplan_engine::analysis::Context;
    use fireplan_engine::request::Request;
    use fireplan_model::plane::Plane;
    let folder = tempfile::tempdir().unwrap();
    let plane = Plane::at(102.0, 40.0).unwrap();
    let mut origin = [geo::Coord { x: 102.3, y: 40.0 }];
    plane.to_local(&mut origin).unwrap();
    let write = |name: &str, low: (f64, f64), high: (f64, f64), properties: &str| {
        let ring = [(low.0, low.1), (high.0, low.1), (high.0, high.1), (low.0, high.1), (low.0, low.1)];
        let mut ring: Vec<geo::Coord> = ring.iter().map(|&(x, y)| origin[0] + geo::Coord { x, y }).collect();
        plane.to_lonlat(&mut ring).unwrap();
        let ring: Vec<[f64; 2]> = ring.iter().map(|at| [at.x, at.y]).collect();
        let text = format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"properties\":{{{properties}}},\
             \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{ring:?}]}}}}]}}"
        );
        std::fs::write(folder.path().join(name), text).unwrap();
    };
    write("forests.geojson", (0.0, 0.0), (1000.0, 1000.0), "\"name\":\"林\"");
    write("built_up.geojson", (-500.0, -900.0), (1500.0, -300.0), "\"name\":\"城\",\"kind\":\"urban\"");
    let toml = "name = \"方\"\n[forests]\nsource = \"forests.geojson\"\n[built_up]\nsource = \"built_up.geojson\"\n";
    std::fs::write(folder.path().join("area.toml"), toml).unwrap();
    let area = fireplan_read::open(folder.path(), &Silent).unwrap();
    let rules = fireplan_testing::rules();
    let request = Request::from_parts("firebreaks", serde_json::Map::new()).unwrap();
    let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    let zone = findings.figures.iter().find(|figure| figure.name == "zone_hm2").unwrap().value.unwrap();
    assert!((zone - 20.0).abs() < 0.1, "{zone} hm²");
}
