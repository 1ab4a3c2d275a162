//! The report on the data of a small area in which every kind of thing is wrong once.

use std::path::Path;

use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerId;
use fireplan_model::message::Language;
use fireplan_model::notes::NoteKind;
use fireplan_model::progress::Silent;
use fireplan_model::quality::{LayerQuality, NoteQuality, QualityReport};

const TOML: &str = "name = '示例县'\n[boundary]\nsource = 'boundary.geojson'\n\
    [roads]\nsource = 'roads.geojson'\nfields = { name = 'DLMC', width_m = 'KD' }\ndefaults = { class = 'tertiary' }\n\
    [villages]\nsource = 'villages.csv'\ncrs = 'EPSG:4490'\nx = 'x'\ny = 'y'\n\
    fields = { name = '村名', population_people = '人口', source_id = '编号' }\n";

const BOUNDARY: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":
    {"type":"Polygon","coordinates":[[[112.79,35.49],[112.91,35.49],[112.91,35.60],[112.79,35.60],[112.79,35.49]]]}}]}"#;

const ROADS: &str = r#"{"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"DLMC":"人民路","KD":"320cm"},
     "geometry":{"type":"LineString","coordinates":[[112.80,35.50],[112.90,35.50]]}},
    {"type":"Feature","properties":{"DLMC":"窄巷","KD":"0"},
     "geometry":{"type":"MultiLineString","coordinates":[[[112.85,35.50],[112.85,35.51]],[[112.85,35.52],[112.85,35.53]]]}},
    {"type":"Feature","properties":{"DLMC":"宽路","KD":"900"},
     "geometry":{"type":"LineString","coordinates":[[112.81,35.50],[112.81,35.52]]}},
    {"type":"Feature","properties":{"DLMC":"空"},"geometry":null}]}"#;

/// A row with ten thousands, one twice, one outside, one about so many.
const VILLAGES: &str = "编号,村名,人口,x,y\nv1,李村,0.2万,112.85,35.501\nv2,王村,约300,112.86,35.502\n\
    v3,李村,2000,112.85,35.501\nv4,邻村,500,112.95,35.70\n";

fn open(folder: &Path) -> StudyArea {
    let files =
        [("area.toml", TOML), ("boundary.geojson", BOUNDARY), ("roads.geojson", ROADS), ("villages.csv", VILLAGES)];
    files.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
    fireplan_read::open(folder, &Silent).unwrap()
}

fn of_kind(layer: &LayerQuality, kind: NoteKind) -> Vec<&NoteQuality> {
    layer.notes.iter().filter(|note| note.kind == kind).collect()
}

#[test]
fn every_kind_is_told_with_row_place_and_the_value_that_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let area = open(folder.path());
    let report = QualityReport::of(&area).unwrap();
    let layer = |id| report.layers.iter().find(|layer| layer.layer == id).unwrap();

    let roads = layer(LayerId::Roads);
    let counts = roads.counts.unwrap();
    assert_eq!((counts.read, counts.split, counts.left_out, counts.kept), (4, 1, 1, 4), "{counts:?}");
    let doubts = of_kind(roads, NoteKind::Doubted);
    let supposed: Vec<(&str, Option<f64>)> = doubts
        .iter()
        .flat_map(|note| &note.cases)
        .filter_map(|case| case.value.as_ref().map(|value| (value.said.as_str(), value.if_true)))
        .collect();
    assert!(supposed.contains(&("0", Some(0.0))) && supposed.contains(&("900", Some(900.0))), "{supposed:?}");
    let wide = doubts.iter().flat_map(|note| &note.cases).find(|case| case.text.contains("宽路")).unwrap();
    assert_eq!((wide.feature, wide.row.as_ref().unwrap().is_line), (Some(4), false));
    let [lon, lat] = wide.lonlat.unwrap();
    assert!((lon - 112.81).abs() < 1e-6 && (35.49..35.53).contains(&lat), "{lon} {lat}");
    let converted = of_kind(roads, NoteKind::Converted);
    assert!(converted.iter().any(|note| note.cases[0].text.contains("320cm → 3.2 m")), "{converted:?}");

    let villages = layer(LayerId::Villages);
    let counts = villages.counts.unwrap();
    assert_eq!((counts.read, counts.merged, counts.outside, counts.kept), (4, 1, 1, 2), "{counts:?}");
    let about = of_kind(villages, NoteKind::Doubted);
    let about = about.iter().flat_map(|note| &note.cases).find(|case| case.text.contains("约300")).unwrap();
    assert_eq!(about.row.as_ref().unwrap().label().zh, "villages.csv 第 3 行");
    assert_eq!(about.value.as_ref().unwrap().if_true, None);
    let outside = &of_kind(villages, NoteKind::Outside)[0].cases[0];
    assert!(outside.feature.is_none() && outside.lonlat.is_some_and(|[lon, _]| (lon - 112.95).abs() < 1e-6));
    let merged = &of_kind(villages, NoteKind::Merged)[0].cases[0];
    assert!(merged.text.contains("v1、v3") && merged.feature == Some(1), "{merged:?}");
    let written = of_kind(villages, NoteKind::Converted);
    assert!(written.iter().any(|note| note.cases[0].text.contains("0.2万 → 2000")), "{written:?}");
}

#[test]
fn the_numbers_of_every_layer_of_the_demo_county_add_up() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    assert!(area.counts.len() > 10);
    for counts in &area.counts {
        assert!(counts.features.is_balanced(), "{counts:?}");
        assert_eq!(counts.features.kept, area.layers.len(counts.layer), "{counts:?}");
    }
    let text = fireplan_read::doctor::report(&area, Language::Chinese);
    for counts in area.counts.iter().filter(|counts| counts.features.read != counts.features.kept) {
        let (read, kept) = (counts.features.read, counts.features.kept);
        assert!(text.contains(&format!("要素 {read} → {kept}：")), "{counts:?}: {text}");
    }
}
