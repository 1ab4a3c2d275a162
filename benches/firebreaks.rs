//! Strips inside forests, on one core, and the same by GEOS through Shapely in the same run.
//!
//! The comparison needs a Python with shapely 2: `FIREPLAN_PYTHON=/path/to/python cargo bench --bench firebreaks`; without
//! it, our figures stand alone and the run says so. Both sides use one core and draw arcs alike; quote the ratio, not the
//! seconds.

use std::f64::consts::TAU;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use fireplan_algorithms::dissolve::dissolve;
use fireplan_algorithms::inward_strip::core;
use fireplan_model::progress::Silent;
use geo::{Area, Coord, LineString, MultiPolygon, Polygon};

const DISTANCE_M: f64 = 200.0;
const SCRIPT: &str = "benches/shapely_strips.py";

fn main() {
    let sets = [
        ("1,000 smooth outlines of 1,000 vertices", outlines(1000, smooth)),
        ("100 rough outlines of 1,000 vertices", outlines(100, rough)),
        ("forests of Liechtenstein, dissolved", liechtenstein()),
    ];
    println!("core and strip {DISTANCE_M} m inside each outline, one core, best of three");
    for (name, areas) in sets {
        if areas.is_empty() {
            println!("{name:44} skipped: the data are not there");
            continue;
        }
        let (ours_s, ours_m2) = ours(&areas);
        let theirs = geos(&areas);
        let compared = theirs.map_or_else(
            || "GEOS skipped: no Python with shapely (set FIREPLAN_PYTHON)".to_owned(),
            |(s, m2)| {
                format!(
                    "GEOS {s:7.3} s   ratio {:5.2}   area differs by {:.4} %",
                    s / ours_s,
                    (ours_m2 / m2 - 1.0) * 100.0
                )
            },
        );
        println!("{name:44} ours {ours_s:7.3} s   {compared}");
    }
}

fn ours(areas: &[MultiPolygon]) -> (f64, f64) {
    let mut best_s = f64::INFINITY;
    let mut strip_m2 = 0.0;
    for _ in 0..3 {
        let start = Instant::now();
        strip_m2 = areas.iter().map(|area| area.unsigned_area() - core(area, DISTANCE_M).unsigned_area()).sum();
        best_s = best_s.min(start.elapsed().as_secs_f64());
    }
    (best_s, strip_m2)
}

/// Seconds and area by Shapely; `None` where it is not installed.
fn geos(areas: &[MultiPolygon]) -> Option<(f64, f64)> {
    let python = std::env::var("FIREPLAN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let file = std::env::temp_dir().join(format!("fireplan-strips-{}.txt", std::process::id()));
    let mut text = String::new();
    for polygon in areas.iter().flat_map(|area| &area.0) {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        let rings: Vec<String> = rings
            .map(|ring| {
                let mut points = String::new();
                ring.0.iter().for_each(|at| {
                    let _ = write!(points, "{} {} ", at.x, at.y);
                });
                points
            })
            .collect();
        text.push_str(&rings.join(";"));
        text.push('\n');
    }
    std::fs::write(&file, text).ok()?;
    let output = Command::new(python).args([SCRIPT.as_ref(), file.as_os_str()]).arg(DISTANCE_M.to_string()).output();
    let _ = std::fs::remove_file(&file);
    let output = output.ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut numbers = text.split_whitespace().filter_map(|word| word.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

fn outlines(count: u32, radius_m: fn(f64, u32, &mut dyn FnMut() -> f64) -> f64) -> Vec<MultiPolygon> {
    (0..count)
        .map(|number| {
            let mut state = (u64::from(number) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut random = move || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 11) as f64 / (1_u64 << 53) as f64
            };
            let mut ring: Vec<Coord> = (0..1000)
                .map(|step| {
                    let angle = TAU * f64::from(step) / 1000.0;
                    let radius = radius_m(angle, number, &mut random);
                    Coord { x: 500_000.0 + radius * angle.cos(), y: 3_400_000.0 + radius * angle.sin() }
                })
                .collect();
            ring.push(ring[0]);
            Polygon::new(LineString(ring), Vec::new()).into()
        })
        .collect()
}

fn smooth(angle: f64, number: u32, _: &mut dyn FnMut() -> f64) -> f64 {
    let phase = f64::from(number);
    1500.0 + 250.0 * (3.0 * angle + phase).sin() + 60.0 * (7.0 * angle + 2.0 * phase).sin()
}

/// Every vertex off by up to a fifth of the radius: far rougher than any forest. GEOS takes its time with these: a hundred do.
fn rough(angle: f64, number: u32, random: &mut dyn FnMut() -> f64) -> f64 {
    smooth(angle, number, random) * (0.8 + 0.2 * random())
}

fn liechtenstein() -> Vec<MultiPolygon> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/liechtenstein/liechtenstein-2024.osm.pbf");
    if !path.exists() {
        return Vec::new();
    }
    let area = fireplan_read::open(&path, &Silent).expect("the extract can be read");
    let start = Instant::now();
    let stands: Vec<&Polygon> = area.layers.forests.iter().flat_map(|stand| &stand.geometry.0).collect();
    let forests: Vec<MultiPolygon> = dissolve(stands).0.into_iter().map(MultiPolygon::from).collect();
    println!(
        "{} forest polygons dissolved to {} in {:.3} s",
        area.layers.forests.len(),
        forests.len(),
        start.elapsed().as_secs_f64()
    );
    forests
}
