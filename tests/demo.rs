//! The demo county's files are what its generator writes, and are sound: roads meet where they cross, towns leave no gap.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gdal::Dataset;
use geo::{Area, BooleanOps, MultiPolygon};
use serde_json::Value;

#[path = "../examples/demo_county/mod.rs"]
mod generator;

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo")
}

fn features(file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(demo().join(file)).unwrap();
    let collection: Value = serde_json::from_str(&text).unwrap();
    collection["features"].as_array().unwrap().clone()
}

fn ids(file: &str, key: &str) -> BTreeSet<String> {
    features(file).iter().filter_map(|feature| Some(feature["properties"][key].as_str()?.to_owned())).collect()
}

/// Rasters are compared by what they say: their compressed bytes depend on the machine's zlib.
fn cells(path: &Path) -> (Vec<f32>, [f64; 6]) {
    let dataset = Dataset::open(path).unwrap();
    let band = dataset.rasterband(1).unwrap();
    let values = band.read_as::<f32>((0, 0), band.size(), band.size(), None).unwrap();
    (values.data().to_vec(), dataset.geo_transform().unwrap())
}

#[test]
fn the_files_are_what_the_generator_writes() {
    let folder = tempfile::tempdir().unwrap();
    generator::generate(folder.path()).unwrap();
    let names = |folder: &Path| -> BTreeSet<_> {
        let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        // Scenarios that somebody made of the demo lie beside it.
        all.filter(|name| !name.to_string_lossy().contains(".sqlite")).collect()
    };
    let hint = "run `cargo run --example demo_county` and look at the difference";
    assert_eq!(names(folder.path()), names(&demo()), "{hint}");
    for name in names(folder.path()) {
        let (fresh, kept) = (folder.path().join(&name), demo().join(&name));
        let same = match name.to_str().unwrap().ends_with(".tif") {
            true => cells(&fresh) == cells(&kept),
            false => std::fs::read(&fresh).unwrap() == std::fs::read(&kept).unwrap(),
        };
        assert!(same, "{} differs from what is generated: {hint}", name.display());
    }
}

type Place = (i64, i64);

struct Piece {
    level: i64,
    from: Place,
    to: Place,
    road: usize,
}

/// Road segments in ten-millionths of a degree, as written.
fn pieces() -> Vec<Piece> {
    let place = |at: &Value| [0, 1].map(|axis| (at[axis].as_f64().unwrap() * 1e7).round() as i64).into();
    let mut out = Vec::new();
    for (road, feature) in features("roads.geojson").iter().enumerate() {
        let line: Vec<Place> = feature["geometry"]["coordinates"].as_array().unwrap().iter().map(place).collect();
        let level = feature["properties"]["层"].as_i64().unwrap_or(0);
        out.extend(line.windows(2).map(|pair| Piece { level, from: pair[0], to: pair[1], road }));
    }
    out
}

/// Whether two segments cross inside both.
fn cross(a: &Piece, b: &Piece) -> bool {
    let side = |p: Place, q: Place, r: Place| {
        let (p, q, r) = ([p.0, p.1].map(i128::from), [q.0, q.1].map(i128::from), [r.0, r.1].map(i128::from));
        ((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])).signum()
    };
    side(a.from, a.to, b.from) * side(a.from, a.to, b.to) < 0
        && side(b.from, b.to, a.from) * side(b.from, b.to, a.to) < 0
}

/// Pairs of pieces that may touch, found by cells of about 150 m.
fn neighbours(pieces: &[Piece]) -> BTreeSet<(usize, usize)> {
    const CELL: i64 = 15_000;
    let mut cells: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
    for (number, piece) in pieces.iter().enumerate() {
        for x in piece.from.0.min(piece.to.0) / CELL..=piece.from.0.max(piece.to.0) / CELL {
            for y in piece.from.1.min(piece.to.1) / CELL..=piece.from.1.max(piece.to.1) / CELL {
                cells.entry((x, y)).or_default().push(number);
            }
        }
    }
    let pairs = |members: &Vec<usize>| -> Vec<(usize, usize)> {
        let with =
            |(position, &a): (usize, &usize)| members[position + 1..].iter().map(move |&b| (a, b)).collect::<Vec<_>>();
        members.iter().enumerate().flat_map(with).collect()
    };
    cells.values().flat_map(pairs).collect()
}

#[test]
fn roads_share_a_vertex_where_they_cross_except_at_overpasses() {
    let pieces = pieces();
    let mut overpasses = 0;
    for (a, b) in neighbours(&pieces) {
        let (a, b) = (&pieces[a], &pieces[b]);
        if cross(a, b) {
            assert_ne!(a.level, b.level, "roads {} and {} cross at {:?}", a.road + 1, b.road + 1, a.from);
            overpasses += 1;
        }
    }
    assert!(overpasses > 10, "the motorway passes over other roads: {overpasses}");
}

#[test]
fn towns_cover_the_county_without_gap_or_overlap() {
    let shape = |feature: &Value| -> MultiPolygon {
        let geometry: geojson::Geometry = feature["geometry"].to_string().parse().unwrap();
        match geo::Geometry::try_from(geometry).unwrap() {
            geo::Geometry::Polygon(polygon) => polygon.into(),
            geo::Geometry::MultiPolygon(polygons) => polygons,
            other => panic!("{other:?}"),
        }
    };
    let county = shape(&features("boundary.geojson")[0]);
    let towns: Vec<MultiPolygon> = features("towns.geojson").iter().map(shape).collect();
    let sum: f64 = towns.iter().map(Area::unsigned_area).sum();
    assert!((sum / county.unsigned_area() - 1.0).abs() < 1e-9);
    let left = towns.iter().fold(county.clone(), |left, town| left.difference(town));
    assert!(left.unsigned_area() / county.unsigned_area() < 1e-6);
}

#[test]
fn planted_situations_name_features_that_exist() {
    let mut known = ids("roads.geojson", "编号");
    known.extend(ids("villages.geojson", "code"));
    known.extend(ids("towns.geojson", "code"));
    known.extend(ids("candidates.geojson", "source_id"));
    known.extend(ids("water_sources.geojson", "source_id"));
    let hydrants = std::fs::read_to_string(demo().join("hydrants.csv")).unwrap();
    known.extend(hydrants.lines().filter_map(|line| Some(line.split_once(',')?.0.to_owned())));
    let planted: Value = serde_json::from_str(&std::fs::read_to_string(demo().join("planted.json")).unwrap()).unwrap();
    let kinds: BTreeSet<&str> = planted.as_array().unwrap().iter().filter_map(|one| one["kind"].as_str()).collect();
    assert!(kinds.len() >= 20, "{kinds:?}");
    for feature in planted.as_array().unwrap().iter().flat_map(|one| one["features"].as_array().unwrap()) {
        assert!(known.contains(feature.as_str().unwrap()), "{feature} is planted but not there");
    }
}
