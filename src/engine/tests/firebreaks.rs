//! The firebreak analysis on the demo county, whose gaps were planted, and on a real extract.

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Findings, Layer};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Value;
use geo::{Coord, Geometry};

fn run(area: &StudyArea) -> Findings {
    let rules = fireplan_testing::rules();
    let request = Request::from_parts("firebreaks", serde_json::Map::new()).unwrap();
    request.run(&Context { area, rules: &rules, progress: &Silent }).unwrap()
}

fn layer<'a>(findings: &'a Findings, id: &str) -> &'a Layer {
    findings.layers.iter().find(|layer| layer.id == id).unwrap()
}

fn column<'a>(layer: &'a Layer, name: &str) -> Vec<&'a Value> {
    let at = layer.columns.iter().position(|column| column.name == name).unwrap();
    layer.features.iter().map(|feature| &feature.values[at]).collect()
}

#[test]
fn the_planted_gaps_are_found_exactly() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let findings = run(&area);
    let planted: Vec<serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(fireplan_testing::demo().join("planted.json")).unwrap()).unwrap();
    let planted: Vec<(Coord, f64)> = planted
        .iter()
        .filter(|one| one["kind"] == "barrier-gap")
        .map(|one| {
            let mut at = [Coord { x: one["lon"].as_f64().unwrap(), y: one["lat"].as_f64().unwrap() }];
            area.plane.to_local(&mut at).unwrap();
            (at[0], one["measure"].as_f64().unwrap())
        })
        .collect();
    assert_eq!(planted.len(), 10);
    let gaps = layer(&findings, "firebreak_gaps");
    let breaks: Vec<(Coord, f64)> = gaps
        .features
        .iter()
        .zip(column(gaps, "kind"))
        .filter(|(_, kind)| kind.as_str() == Some("break"))
        .map(|(feature, _)| {
            let Some(Geometry::LineString(line)) = &feature.geometry else { panic!("a gap is a line") };
            let (start, end) = (line.0[0], line.0[1]);
            ((start + end) / 2.0, (end.x - start.x).hypot(end.y - start.y))
        })
        .collect();
    assert_eq!(breaks.len(), planted.len(), "{breaks:?}");
    for (place, along_m) in planted {
        // Planted gaps are measured along the line, found ones straight across.
        let found = breaks.iter().filter(|(at, straight_m)| {
            (at.x - place.x).hypot(at.y - place.y) < 30.0
                && *straight_m <= along_m + 1.0
                && *straight_m > 0.93 * along_m
        });
        assert_eq!(found.count(), 1, "{place:?} {along_m}");
    }
}

#[test]
fn liechtenstein_has_strips_cells_and_nothing_wide_enough_by_guess() {
    let Some(path) = fireplan_testing::data("liechtenstein/liechtenstein-2024.osm.pbf") else { return };
    let area = fireplan_read::open(&path, &Silent).unwrap();
    let findings = run(&area);
    let figure = |name: &str| findings.figures.iter().find(|figure| figure.name == name).unwrap().value.unwrap();
    let forest_hm2 = area.layers.forests.len() as f64;
    assert!(forest_hm2 > 500.0 && figure("zone_hm2") > 100.0 && figure("zone_hm2") < 5000.0);
    assert!(layer(&findings, "firebreak_cells").features.len() > 50);
    // Roads whose width is estimated leave an edge undetermined; they never protect it.
    let edges = layer(&findings, "firebreak_edges");
    let guessed = column(edges, "protection").into_iter().filter(|code| code.as_str() == Some("unknown")).count();
    assert!(guessed > 0);
    assert!(findings.notes.iter().any(|note| note.text.zh.contains("按等级估计")));
}

#[test]
fn every_gap_has_its_sheet() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let findings = run(&area);
    let folder = tempfile::tempdir().unwrap();
    fireplan_export::write(&findings, &area, folder.path()).unwrap();
    let mut files: Vec<_> =
        std::fs::read_dir(folder.path().join("sheets")).unwrap().map(|file| file.unwrap()).collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    let names: Vec<String> = files.iter().map(|file| file.file_name().into_string().unwrap()).collect();
    // Town by town, each small enough for any browser.
    assert!(names.len() > 3 && names.iter().all(|name| name.starts_with("firebreak_gaps_")), "{names:?}");
    let pages: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
    let html = pages.concat();
    let gaps = layer(&findings, "firebreak_gaps").features.len();
    assert!(html.len() < gaps * 60_000, "{} bytes a sheet", html.len() / gaps);
    assert_eq!(html.matches("<article>").count(), gaps);
    // A map each, and in it the surroundings.
    assert_eq!(html.matches("<svg viewBox").count(), gaps);
    assert_eq!(html.matches("<svg class=\"inset\"").count(), gaps);
    assert!(html.contains("中点坐标") && html.contains("2000国家大地坐标系") && html.contains("缺口001"));
    for outside in ["http:", "https:", "src=", "<script", "url("] {
        assert!(!html.contains(outside), "a sheet must not need {outside}");
    }
}
