//! Good areas, corrupted at known rates: what is wrong is found, and what is right is not doubted.
//!
//! Each property draws 24 areas of 60 rows a layer and corrupts about every fifth. A corrupted cell counts as found when the
//! area has the true value all the same, or none and says so.

mod borders;
mod words;

use std::collections::BTreeSet;
use std::fmt::Write;

use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerId;
use fireplan_model::notes::Severity;
use fireplan_model::progress::Silent;
use proptest::prelude::*;

const ROWS: usize = 60;
const AREAS: u64 = 24;

/// Random numbers that come out the same each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 11
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() as f64 / (1u64 << 53) as f64)
    }

    fn hits(&mut self, share: f64) -> bool {
        self.between(0.0, 1.0) < share
    }
}

/// A number to one decimal, as clerks write it.
fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// One hydrant of the table: all as text, so that it can be corrupted.
#[derive(Clone)]
struct HydrantLine {
    name: String,
    x: f64,
    y: f64,
    diameter_mm: String,
    flow_l_s: String,
    pressure_mpa: String,
}

/// One road.
#[derive(Clone)]
struct RoadLine {
    y: f64,
    /// Turned about the south-western corner: it runs north, and `y` is how far east.
    runs_north: bool,
    width_m: String,
    clear_height_m: String,
    load_t: String,
}

#[derive(Clone)]
struct Sheets {
    west: f64,
    south: f64,
    hydrants: Vec<HydrantLine>,
    roads: Vec<RoadLine>,
}

fn draw(dice: &mut Dice) -> Sheets {
    let (west, south) = (dice.between(98.0, 121.0), dice.between(23.0, 42.0));
    let hydrants = (0..ROWS)
        .map(|number| HydrantLine {
            name: format!("消火栓{number:03}"),
            x: west + dice.between(0.002, 0.098),
            y: south + dice.between(0.002, 0.098),
            diameter_mm: ["100", "150", "200"][number % 3].to_owned(),
            flow_l_s: rounded(dice.between(15.0, 40.0)).to_string(),
            pressure_mpa: format!("{:.2}", dice.between(0.12, 0.6)),
        })
        .collect();
    // Apart from one another: what is drawn twice is one row.
    let roads = (0..ROWS)
        .map(|row| RoadLine {
            y: south + (row as f64 + dice.between(0.0, 0.9)) * 0.1 / ROWS as f64,
            runs_north: false,
            width_m: rounded(dice.between(3.0, 12.0)).to_string(),
            clear_height_m: rounded(dice.between(3.0, 5.0)).to_string(),
            load_t: rounded(dice.between(8.0, 49.0)).to_string(),
        })
        .collect();
    Sheets { west, south, hydrants, roads }
}

impl Sheets {
    fn csv(&self) -> String {
        let mut text = "编号,经度,纬度,管径,流量,静压\n".to_owned();
        for h in &self.hydrants {
            let HydrantLine { name, x, y, diameter_mm, flow_l_s, pressure_mpa } = h;
            writeln!(text, "{name},{x:.7},{y:.7},{diameter_mm},{flow_l_s},{pressure_mpa}").unwrap();
        }
        text
    }

    fn roads(&self) -> String {
        let feature = |road: &RoadLine| {
            let RoadLine { y, runs_north, width_m, clear_height_m, load_t } = road;
            let (west, south) = (self.west, self.south);
            let ends = [(west, *y), (west + 0.1, *y)];
            let turned = [(west + y - south, south), (west + y - south, south + 0.1)];
            let [(x1, y1), (x2, y2)] = if *runs_north { turned } else { ends };
            format!(
                r#"{{"type":"Feature","properties":{{"class":"tertiary","width_m":"{width_m}","clear_height_m":"{clear_height_m}",
                "load_t":"{load_t}"}},"geometry":{{"type":"LineString","coordinates":[[{x1},{y1}],[{x2},{y2}]]}}}}"#
            )
        };
        let features: Vec<String> = self.roads.iter().map(feature).collect();
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    }

    fn boundary(&self) -> String {
        let (w, s, e, n) = (self.west - 0.001, self.south - 0.001, self.west + 0.101, self.south + 0.101);
        format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":
            [[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]}}}}"#
        )
    }

    /// Reads them from files; the hydrants' table in these bytes.
    fn open_with(&self, hydrants: &[u8]) -> Result<StudyArea, String> {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        write(
            "area.toml",
            "name = '测试县'\n[boundary]\nsource = 'b.geojson'\n[roads]\nsource = 'r.geojson'\n[hydrants]\nsource = 'h.csv'\n\
             x = '经度'\ny = '纬度'\ncrs = 'EPSG:4490'\nfields = { name = '编号', diameter_mm = '管径', flow_l_s = '流量', pressure_mpa = '静压' }\n"
                .as_bytes(),
        );
        write("b.geojson", self.boundary().as_bytes());
        write("r.geojson", self.roads().as_bytes());
        write("h.csv", hydrants);
        fireplan_read::open(folder.path(), &Silent).map_err(|error| format!("{error:#}"))
    }

    fn open(&self) -> StudyArea {
        self.open_with(self.csv().as_bytes()).unwrap()
    }
}

/// How many cases notes of these layers tell that are more than worth knowing.
fn told(area: &StudyArea, layers: &[LayerId]) -> usize {
    let of_layers = area.notes.iter().filter(|note| note.layer.is_some_and(|layer| layers.contains(&layer)));
    of_layers.filter(|note| note.severity != Severity::Info).map(|note| note.count).sum()
}

/// Cells corrupted, those found, and doubts of clean areas.
#[derive(Default)]
struct Tally {
    corrupted: usize,
    found: usize,
}

impl Tally {
    fn add(&mut self, found: bool) {
        self.corrupted += 1;
        self.found += usize::from(found);
    }

    fn assert_found(&self, kind: &str) {
        assert!(self.corrupted > 100, "{kind}: only {} corrupted", self.corrupted);
        let share = self.found as f64 / self.corrupted as f64;
        assert!(share >= 0.99, "{kind}: {} of {} found", self.found, self.corrupted);
    }
}

/// Each numeric cell of a road or a hydrant, by number.
const CELLS: usize = 6;

fn cell(sheets: &mut Sheets, row: usize, column: usize) -> &mut String {
    match column {
        0 => &mut sheets.hydrants[row].diameter_mm,
        1 => &mut sheets.hydrants[row].flow_l_s,
        2 => &mut sheets.hydrants[row].pressure_mpa,
        3 => &mut sheets.roads[row].width_m,
        4 => &mut sheets.roads[row].clear_height_m,
        _ => &mut sheets.roads[row].load_t,
    }
}

fn read_cell(area: &StudyArea, row: usize, column: usize) -> Option<f64> {
    let (hydrant, road) = (&area.layers.hydrants[row], &area.layers.roads[row]);
    [hydrant.diameter_mm, hydrant.flow_l_s, hydrant.pressure_mpa, road.width_m, road.clear_height_m, road.load_t]
        [column]
}

/// Corrupts about every fifth numeric cell and counts which of them are found: read truly, or not used and told.
fn corrupt_cells(kind: &str, corrupt: impl Fn(usize, f64, &mut Dice) -> String) {
    let mut tally = Tally::default();
    for seed in 0..AREAS {
        let mut dice = Dice(seed);
        let mut sheets = draw(&mut dice);
        let mut truths = Vec::new();
        for row in 0..ROWS {
            for column in 0..CELLS {
                if dice.hits(0.2) {
                    let text = cell(&mut sheets, row, column);
                    let truth: f64 = text.parse().unwrap();
                    *text = corrupt(column, truth, &mut dice);
                    truths.push((row, column, truth));
                }
            }
        }
        let area = sheets.open();
        let mut unused = 0;
        for (row, column, truth) in truths {
            let read = read_cell(&area, row, column);
            unused += usize::from(read.is_none());
            tally.add(read.is_none_or(|value| (value - truth).abs() < 1e-6 * truth));
        }
        let told = told(&area, &[LayerId::Hydrants, LayerId::Roads]);
        assert!(told >= unused, "{kind}: {unused} cells not used, {told} told: {:#?}", area.notes);
    }
    tally.assert_found(kind);
}

#[test]
fn clean_areas_raise_no_doubt() {
    let mut doubts = 0;
    for seed in 0..AREAS {
        let mut sheets = draw(&mut Dice(seed));
        let area = sheets.open();
        for row in 0..ROWS {
            for column in 0..CELLS {
                let truth: f64 = cell(&mut sheets, row, column).parse().unwrap();
                assert_eq!(read_cell(&area, row, column), Some(truth));
            }
        }
        let doubted = |note: &&fireplan_model::notes::Note| note.severity != Severity::Info;
        doubts += area.notes.iter().filter(doubted).filter(|note| note.layer == Some(LayerId::Hydrants)).count();
        assert_eq!(told(&area, &[LayerId::Boundary]), 0, "{:#?}", area.notes);
    }
    assert_eq!(doubts, 0);
}

#[test]
fn numbers_in_another_unit_are_not_used() {
    // Metres for millimetres, L/min for L/s, kPa for MPa, centimetres for metres, kilograms for tonnes; unit unsaid.
    const TIMES: [f64; CELLS] = [0.001, 60.0, 1000.0, 100.0, 100.0, 1000.0];
    corrupt_cells("unit", |column, truth, _| format!("{}", truth * TIMES[column]));
}

#[test]
fn numbers_with_their_unit_are_converted() {
    const UNITS: [(&str, f64); CELLS] =
        [("cm", 0.1), ("L/min", 60.0), ("kPa", 1000.0), ("厘米", 100.0), ("cm", 100.0), ("公斤", 1000.0)];
    corrupt_cells("unit said", |column, truth, dice| {
        let (unit, times) = UNITS[column];
        let space = if dice.hits(0.5) { " " } else { "" };
        format!("{}{space}{unit}", (truth * times * 1e6).round() / 1e6)
    });
}

#[test]
fn zeros_and_guesses_are_not_used() {
    corrupt_cells("zero", |_, truth, dice| match dice.next() % 6 {
        0 => "0".to_owned(),
        1 => "0.0".to_owned(),
        2 => format!("约{truth}"),
        3 => format!("-{truth}"),
        4 => format!("{truth}-{}", truth + 5.0),
        _ => "不详".to_owned(),
    });
}

#[test]
fn what_stands_twice_is_one() {
    let mut tally = Tally::default();
    for seed in 0..AREAS {
        let mut dice = Dice(seed);
        let mut sheets = draw(&mut dice);
        let clean = sheets.open();
        let doubled: Vec<HydrantLine> = sheets.hydrants.iter().filter(|_| dice.hits(0.2)).cloned().collect();
        let count = doubled.len();
        sheets.hydrants.extend(doubled);
        let area = sheets.open();
        let extra = area.layers.hydrants.len() - clean.layers.hydrants.len();
        (0..count).for_each(|number| tally.add(number >= extra));
        let notes = area.notes.iter().filter(|note| note.layer == Some(LayerId::Hydrants));
        assert!(notes.map(|note| note.count).sum::<usize>() >= count, "{:#?}", area.notes);
    }
    tally.assert_found("duplicate");
}

#[test]
fn places_that_cannot_be_are_left_out_by_name() {
    let mut tally = Tally::default();
    for seed in 0..AREAS {
        let mut dice = Dice(seed);
        let mut sheets = draw(&mut dice);
        let mut bad = BTreeSet::new();
        for hydrant in &mut sheets.hydrants {
            if dice.hits(0.1) {
                (hydrant.x, hydrant.y) = match dice.next() % 5 {
                    0 => (0.0, 0.0),
                    1 => (hydrant.x / 10.0, hydrant.y),
                    2 => (hydrant.y, hydrant.x),
                    3 => (-hydrant.x, hydrant.y),
                    _ => (hydrant.x, hydrant.y * 10.0),
                };
                bad.insert(hydrant.name.clone());
            }
        }
        let area = sheets.open();
        for name in &bad {
            tally.add(area.layers.hydrants.iter().all(|hydrant| &hydrant.name != name));
        }
        assert_eq!(area.layers.hydrants.len() + bad.len(), ROWS, "places that are right stay");
        assert!(told(&area, &[LayerId::Hydrants]) >= bad.len(), "{:#?}", area.notes);
    }
    tally.assert_found("shift");
}

#[test]
fn a_table_shifted_as_web_maps_shift_is_suspected_or_refused() {
    let mut found = 0;
    for seed in 0..AREAS {
        let mut sheets = draw(&mut Dice(seed));
        // Hydrants stand beside roads, 5 m off: else nothing tells where they belong. Half of the roads run north, for a shift
        // along all of them leaves no trace.
        for (row, road) in sheets.roads.iter_mut().enumerate() {
            road.runs_north = row % 2 == 1;
        }
        let (west, south, roads) = (sheets.west, sheets.south, sheets.roads.clone());
        for (hydrant, road) in sheets.hydrants.iter_mut().zip(roads) {
            (hydrant.x, hydrant.y) = if road.runs_north {
                (west + road.y - south + 0.000_05, hydrant.y)
            } else {
                (hydrant.x, road.y + 0.000_045)
            };
            let shift = fireplan_model::plane::gcj02_shift(geo::Coord { x: hydrant.x, y: hydrant.y });
            hydrant.x += shift.x;
            hydrant.y += shift.y;
        }
        let area = sheets.open();
        found += usize::from(area.notes.iter().any(|note| note.text.zh.contains("GCJ-02")));
    }
    assert_eq!(found as u64, AREAS);
}

#[test]
fn a_table_is_read_alike_in_every_encoding() {
    for seed in 0..AREAS {
        let sheets = draw(&mut Dice(seed));
        let text = sheets.csv();
        let gbk = encoding_rs::GBK.encode(&text).0.into_owned();
        let gb18030 = encoding_rs::GB18030.encode(&text).0.into_owned();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes(), &gbk, &gb18030, &marked, &utf16] {
            let area = sheets.open_with(bytes).unwrap();
            let names: Vec<&str> = area.layers.hydrants.iter().map(|hydrant| &*hydrant.name).collect();
            let right: Vec<&str> = sheets.hydrants.iter().map(|hydrant| &*hydrant.name).collect();
            assert_eq!(names, right);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Bytes lost or changed anywhere in a table never make the program panic, and rows that are lost are told.
    #[test]
    fn damaged_tables_are_told_or_refused(seed in any::<u64>(), at in 0.0..1.0f64, cut in any::<bool>(), byte in any::<u8>()) {
        let sheets = draw(&mut Dice(seed));
        let mut bytes = sheets.csv().into_bytes();
        let at = (at * bytes.len() as f64) as usize;
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(area) = sheets.open_with(&bytes) {
            let rows = area.layers.hydrants.len();
            let said = area.notes.iter().any(|note| note.layer == Some(LayerId::Hydrants));
            let lines = String::from_utf8_lossy(&bytes).trim_end().lines().count().saturating_sub(1);
            prop_assert!(rows >= lines.min(ROWS) || said, "{rows} of {lines} rows, and nothing said");
        }
    }
}
