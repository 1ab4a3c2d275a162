//! Map tiles of the roads of greater Porto with times of arrival: 46,413 ways, z10 to z14, nothing cached.
//!
//! `cold` makes all tiles of all zooms from a freshly opened layer, the simplified zoom levels included, on one core,
//! compressed as they are sent; divide by the number of tiles printed first.

use std::path::Path;
use std::sync::OnceLock;

use fireplan_export::tile::world::from_lonlat;
use fireplan_export::tile::{Format, TileId, TileLayer};
use fireplan_model::findings::{Drawing, Layer};
use fireplan_model::plane::Plane;
use fireplan_model::progress::Silent;
use fireplan_model::rows::{Column, Value};
use geo::Coord;

const EXTRACT: &str = "../shared/data/porto/porto_portugal.osm.pbf";

fn main() {
    if !Path::new(EXTRACT).exists() {
        println!("skipped: {EXTRACT} is not here");
        return;
    }
    // The targets are CPU time.
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("nothing ran yet");
    for format in [Format::Mvt, Format::GeoJson] {
        let layer = layer();
        let (before, mut count) = (cpu_ms(), 0);
        for z in 10..=14 {
            let made: Vec<_> = tiles(&layer, z).iter().map(|id| layer.tile(*id, format).expect("a tile")).collect();
            let bytes: usize = made.iter().map(|tile| tile.gzip.len()).sum();
            let largest = made.iter().map(|tile| tile.gzip.len()).max().unwrap_or(0);
            let dropped: usize = made.iter().map(|tile| tile.dropped).sum();
            count += made.len();
            println!(
                "z{z} {format:?}: {} tiles, {} kB, largest {largest} B, {dropped} features left out",
                made.len(),
                bytes / 1000
            );
        }
        println!("{format:?}: {:.2} ms CPU a tile", (cpu_ms() - before) / count as f64);
    }
    divan::main();
}

/// User time of the whole process, in Linux ticks of 10 ms: what other programs take meanwhile does not count.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or("");
    10.0 * fields.split_whitespace().nth(11).and_then(|ticks| ticks.parse().ok()).unwrap_or(0.0)
}

fn source() -> &'static (Layer, Plane) {
    static SOURCE: OnceLock<(Layer, Plane)> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let area = fireplan_read::open(EXTRACT.as_ref(), &Silent).expect("Porto opens");
        let mut roads = area.map_layers().into_iter().find(|layer| layer.id == "roads").expect("Porto has roads");
        // The extract has no stations; what tiles cost depends on how many different times there are, not on which.
        for (at, name) in ["first_min", "last_min"].into_iter().enumerate() {
            roads.columns.push(Column::new::<f64>(name, "到达 | Arrival"));
            for (number, road) in roads.features.iter_mut().enumerate() {
                road.values.push(Value::Float((number * 7_919 % 20_000 + at * 37) as f64 / 1_000.0));
            }
        }
        roads.drawing = Drawing::Graded { column: "first_min", breaks: vec![3.0, 5.0, 8.0, 10.0, 15.0] };
        (roads, area.plane.clone())
    })
}

fn layer() -> TileLayer {
    let (layer, plane) = source();
    TileLayer::new("roads", layer, plane, &["first_min_class".to_owned()]).expect("a layer")
}

/// The tiles that hold any road.
fn tiles(layer: &TileLayer, z: u8) -> Vec<TileId> {
    let [west, south, east, north] = layer.world().bounds_wgs84().expect("Porto has roads");
    let count = f64::from(1u32 << z);
    let at = |lon, lat| {
        let world = from_lonlat(Coord { x: lon, y: lat });
        ((world.x * count) as u32, (world.y * count) as u32)
    };
    let ((left, top), (right, bottom)) = (at(west, north), at(east, south));
    (left..=right)
        .flat_map(|x| (top..=bottom).filter_map(move |y| TileId::new(z, x, y)))
        .filter(|id| !layer.world().candidates(*id).is_empty())
        .collect()
}

fn cold(bencher: divan::Bencher, format: Format) {
    let count: usize = (10..=14).map(|z| tiles(&layer(), z).len()).sum();
    println!("{count} tiles a run");
    bencher.with_inputs(layer).bench_values(|layer| {
        let all = (10..=14).flat_map(|z| tiles(&layer, z)).map(|id| layer.tile(id, format).expect("a tile").gzip.len());
        all.sum::<usize>()
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn cold_mvt(bencher: divan::Bencher) {
    cold(bencher, Format::Mvt);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn cold_geojson(bencher: divan::Bencher) {
    cold(bencher, Format::GeoJson);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn prepare_layer() -> TileLayer {
    layer()
}
