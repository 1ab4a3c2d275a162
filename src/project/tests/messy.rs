//! Folders as they come: archives, drawings, maps without names, what is asked and what was answered, damage, and hands at work.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use fireplan_model::layers::LayerId;
use fireplan_model::progress::{Progress, Silent};
use fireplan_model::rows::Label;
use fireplan_project::{
    Dictionary, DoorAnswers, Inventory, ProjectDraft, draw_up, read_answers, take_inventory, write_project,
};
use geo::{LineString, Point, Rect};
use serde_json::json;

use crate::writing::{Record, SHAPEFILE_GBK, VectorFile, forget, project, shift, write_vector};

/// A grid of streets near 112.5° E, 35.3° N.
fn streets() -> Vec<Record> {
    let line = |a: (f64, f64), b: (f64, f64), name: String| Record {
        cells: vec![json!(name), json!("乡道"), json!(5.0)],
        geometry: Some(LineString::from(vec![a, b]).into()),
    };
    let (west, south) = (112.5, 35.3);
    (0..8)
        .flat_map(|at| {
            let step = f64::from(at) * 0.01;
            [
                line((west, south + step), (west + 0.07, south + step), format!("横{at}路")),
                line((west + step, south), (west + step, south + 0.07), format!("纵{at}路")),
            ]
        })
        .collect()
}

const STREET_COLUMNS: [&str; 3] = ["路名", "道路等级", "路宽"];

/// Points beside the streets.
fn beside_streets(count: u32, cells: impl Fn(u32) -> Vec<serde_json::Value>) -> Vec<Record> {
    let place =
        |at: u32| Point::new(112.5 + f64::from(at % 7) * 0.01 + 0.003, 35.3 + f64::from(at / 7) * 0.01 + 0.000_05);
    (0..count).map(|at| Record { cells: cells(at), geometry: Some(place(at).into()) }).collect()
}

fn write_streets(path: &Path) {
    write_vector(path, &SHAPEFILE_GBK, &STREET_COLUMNS, &project(&streets(), 4526));
    forget(path, &["prj", "cpg"]);
}

fn draw(data: &Path, answers: &DoorAnswers) -> (Inventory, ProjectDraft) {
    let dictionary = Dictionary::load(&[]).unwrap();
    let inventory = take_inventory(data, &data.join("项目"), &dictionary, &Silent).unwrap();
    let draft = draw_up(&inventory, &dictionary, answers).unwrap();
    (inventory, draft)
}

fn uses(draft: &ProjectDraft) -> BTreeMap<&str, LayerId> {
    draft.uses.iter().map(|(layer, use_)| (use_.source.as_str(), *layer)).collect()
}

fn zip(path: &Path, files: &[&Path]) {
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&std::fs::read(file).unwrap()).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn an_archive_is_opened_and_its_copy_is_not_read_twice() {
    let folder = tempfile::tempdir().unwrap();
    let shp = folder.path().join("县道路网.shp");
    write_streets(&shp);
    let parts = ["shp", "shx", "dbf"].map(|end| shp.with_extension(end));
    zip(&folder.path().join("县道路网.zip"), &parts.each_ref().map(PathBuf::as_path));
    let (_, draft) = draw(folder.path(), &DoorAnswers::new());
    assert_eq!(draft.uses.len(), 1, "{:?}", draft.uses);
    assert_eq!(draft.uses[0].1.crs.as_deref(), Some("EPSG:4526"));
    parts.iter().for_each(|part| std::fs::remove_file(part).unwrap());
    let (inventory, draft) = draw(folder.path(), &DoorAnswers::new());
    assert_eq!(uses(&draft), BTreeMap::from([("县道路网.zip", LayerId::Roads)]));
    let out = folder.path().join("项目");
    write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    let area = fireplan_read::open(&out, &Silent).unwrap();
    assert_eq!(area.layers.roads.len(), 16);
}

#[test]
fn a_title_without_a_separator_stands_above_a_table() {
    let folder = tempfile::tempdir().unwrap();
    write_streets(&folder.path().join("道路.shp"));
    let rows: String = (0..24_u32)
        .map(|at| {
            let (x, y) = (112.503 + f64::from(at % 7) * 0.01, 35.300_05 + f64::from(at / 7) * 0.01);
            format!("X{at},地上式,完好,{x},{y}\n")
        })
        .collect();
    let text = format!("青岚县消火栓台账\n栓号,型式,完好情况,经度,纬度\n{rows}");
    std::fs::write(folder.path().join("消火栓.csv"), text).unwrap();
    let (_, draft) = draw(folder.path(), &DoorAnswers::new());
    let (_, hydrants) = draft.uses.iter().find(|(layer, _)| *layer == LayerId::Hydrants).unwrap();
    assert_eq!((hydrants.header_row.as_slice(), hydrants.fields["state"].as_str()), (&[2][..], "完好情况"));
    // What the title makes of the rows is no fault of theirs.
    assert!(!hydrants.evidence.iter().any(|line| line.zh.contains("不符")), "{:?}", hydrants.evidence);
}

#[test]
fn an_archive_in_an_archive_is_told_and_its_neighbours_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let apart = tempfile::tempdir().unwrap();
    write_streets(&apart.path().join("道路.shp"));
    let parts: Vec<PathBuf> = ["shp", "shx", "dbf"].map(|end| apart.path().join("道路").with_extension(end)).into();
    let inner = apart.path().join("内.zip");
    zip(&inner, &parts.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let all: Vec<&Path> = parts.iter().chain([&inner]).map(PathBuf::as_path).collect();
    zip(&folder.path().join("外.zip"), &all);
    let (_, draft) = draw(folder.path(), &DoorAnswers::new());
    assert_eq!(uses(&draft), BTreeMap::from([("外.zip", LayerId::Roads)]));
    assert!(draft.left_out.iter().any(|(name, why)| name == "外.zip/内.zip" && why.zh.contains("先解压")));
}

#[test]
fn what_is_doubtful_is_asked_and_the_answers_complete_it() {
    let folder = tempfile::tempdir().unwrap();
    write_streets(&folder.path().join("道路.shp"));
    // Points too far from roads to tell whether they are shifted, and a word that no list has.
    let units =
        beside_streets(5, |at| vec![json!(format!("{at}号队")), json!(if at == 0 { "甲级站" } else { "二级站" })]);
    let far = crate::writing::move_all(&units, |at| at + geo::Coord { x: 0.002, y: 0.004 });
    let path = folder.path().join("消防队.csv");
    let mut text = "队名,队站类别,经度,纬度\n".to_owned();
    for unit in &far {
        let Some(geo::Geometry::Point(at)) = unit.geometry else { continue };
        text +=
            &format!("{},{},{},{}\n", unit.cells[0].as_str().unwrap(), unit.cells[1].as_str().unwrap(), at.x(), at.y());
    }
    std::fs::write(&path, &text).unwrap();
    let (inventory, draft) = draw(folder.path(), &DoorAnswers::new());
    let asked: Vec<&str> = draft.open_questions().map(|question| question.id.as_str()).collect();
    let value = "value/stations/消防队.csv/kind/甲级站";
    assert_eq!(asked, ["crs/消防队.csv", value], "{:#?}", draft.questions);
    let out = folder.path().join("项目");
    write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    assert!(std::fs::read_to_string(out.join("area.toml")).unwrap().contains("# source = \"../消防队.csv\""));
    let written = std::fs::read_to_string(out.join("questions.toml")).unwrap();
    assert!(written.contains("“消防队.csv”是什么坐标系？") && written.contains("0号队"), "{written}");
    // One is answered in the file, the other stays open.
    std::fs::write(out.join("questions.toml"), written.replacen("answer = \"\"", "answer = \"EPSG:4490\"", 1)).unwrap();
    let mut answers = read_answers(&out.join("questions.toml")).unwrap();
    let (_, draft) = draw(folder.path(), &answers);
    let asked: Vec<&str> = draft.open_questions().map(|question| question.id.as_str()).collect();
    assert_eq!(asked, [value]);
    answers.insert(value.to_owned(), "一级普通消防站".to_owned());
    let (inventory, draft) = draw(folder.path(), &answers);
    assert_eq!(draft.open_questions().count(), 0);
    write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    let area = fireplan_read::open(&out, &Silent).unwrap();
    assert_eq!(area.layers.stations.len(), 5);
    assert!(area.layers.stations.iter().any(|station| station.kind.code() == "first_class"));
    let answers = read_answers(&out.join("questions.toml")).unwrap();
    assert_eq!(answers.len(), 2, "what was answered is kept");
    let (inventory, draft) = draw(folder.path(), &answers);
    assert!(write_project(&draft, &inventory, &out, false, &Silent).unwrap().changed.is_empty());
}

#[test]
fn degrees_that_the_file_calls_right_and_the_roads_call_shifted_are_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    write_streets(&folder.path().join("道路.shp"));
    let points = beside_streets(30, |at| vec![json!(format!("H{at}")), json!("完好")]);
    let how = VectorFile { driver: "GeoJSON", layer: "", epsg: Some(4326), options: &[] };
    write_vector(&folder.path().join("消火栓.geojson"), &how, &["编号", "状态"], &shift(&points));
    let (_, draft) = draw(folder.path(), &DoorAnswers::new());
    let asked: Vec<&str> = draft.open_questions().map(|question| question.id.as_str()).collect();
    assert_eq!(asked, ["crs/消火栓.geojson"]);
    assert!(draft.questions[0].evidence.iter().any(|line| line.zh.contains("GCJ-02")), "{:?}", draft.questions[0]);
    let answers = DoorAnswers::from([("crs/消火栓.geojson".to_owned(), "GCJ-02".to_owned())]);
    let (_, draft) = draw(folder.path(), &answers);
    assert_eq!(draft.uses.len(), 2);
}

#[test]
fn headings_that_name_the_system_in_brackets_are_believed() {
    let folder = tempfile::tempdir().unwrap();
    write_streets(&folder.path().join("道路.shp"));
    let mut table = "名称,经度(高德),纬度(高德)\n".to_owned();
    for record in shift(&beside_streets(30, |at| vec![json!(format!("学校{at}"))])) {
        let Some(geo::Geometry::Point(at)) = record.geometry else { continue };
        table += &format!("{},{},{}\n", record.cells[0].as_str().unwrap(), at.x(), at.y());
    }
    std::fs::write(folder.path().join("学校.csv"), table).unwrap();
    let (_, draft) = draw(folder.path(), &DoorAnswers::new());
    let asked: Vec<&str> = draft.open_questions().map(|question| question.id.as_str()).collect();
    assert_eq!(asked, [""; 0]);
    let schools = &draft.uses.iter().find(|(layer, _)| *layer == LayerId::CrowdedPlaces).unwrap().1;
    assert_eq!(schools.crs.as_deref(), Some("GCJ-02"));
}

#[test]
fn the_unit_that_holds_the_data_is_the_area_and_far_maps_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    write_streets(&folder.path().join("道路.shp"));
    let county = |name: &str, west: f64, south: f64| Record {
        cells: vec![json!(name)],
        geometry: Some(Rect::new((west, south), (west + 0.2, south + 0.2)).to_polygon().into()),
    };
    let counties = [county("甲县", 112.2, 35.25), county("乙县", 112.4, 35.25), county("丙县", 112.6, 35.25)];
    let how = VectorFile { epsg: Some(4490), ..SHAPEFILE_GBK };
    write_vector(&folder.path().join("区县界.shp"), &how, &["NAME"], &counties);
    let elsewhere = [county("丁县", 103.0, 30.0)];
    write_vector(&folder.path().join("外省县界.shp"), &how, &["NAME"], &elsewhere);
    let (inventory, draft) = draw(folder.path(), &DoorAnswers::new());
    let (_, boundary) = draft.uses.iter().find(|(layer, _)| *layer == LayerId::Boundary).unwrap();
    assert_eq!((draft.name.as_str(), boundary.filter.as_deref()), ("乙县", Some("\"NAME\" = '乙县'")));
    let asked: Vec<&str> = draft.open_questions().map(|question| question.id.as_str()).collect();
    assert_eq!(asked, ["far/外省县界.shp"]);
    let out = folder.path().join("项目");
    write_project(&draft, &inventory, &out, true, &Silent).unwrap();
    assert!(out.join("data/道路.dbf").exists(), "the data are copied");
    assert_eq!(fireplan_read::open(&out, &Silent).unwrap().name, "乙县");
}

#[test]
fn a_drawing_is_read_layer_by_layer() {
    let folder = tempfile::tempdir().unwrap();
    let mut entities = String::new();
    for street in project(&streets(), 4547) {
        let Some(geo::Geometry::LineString(line)) = street.geometry else { continue };
        let [a, b] = [line.0[0], line.0[1]];
        entities += &format!("0\nLINE\n8\n道路中心线\n10\n{}\n20\n{}\n11\n{}\n21\n{}\n", a.x, a.y, b.x, b.y);
    }
    entities += "0\nLINE\n8\n图框\n10\n0\n20\n0\n11\n1\n21\n1\n";
    let header = "0\nSECTION\n2\nHEADER\n9\n$DWGCODEPAGE\n3\nANSI_936\n0\nENDSEC\n";
    let text = format!("{header}0\nSECTION\n2\nENTITIES\n{entities}0\nENDSEC\n0\nEOF\n");
    std::fs::write(folder.path().join("地形图.dxf"), encoding_rs::GBK.encode(&text).0).unwrap();
    let how = VectorFile { epsg: Some(4490), ..SHAPEFILE_GBK };
    let county = Record {
        cells: vec![json!("甲县")],
        geometry: Some(Rect::new((112.4, 35.2), (112.7, 35.5)).to_polygon().into()),
    };
    write_vector(&folder.path().join("县界.shp"), &how, &["NAME"], &[county]);
    let answers = DoorAnswers::from([("class/地形图.dxf#道路中心线".to_owned(), "tertiary".to_owned())]);
    let (inventory, draft) = draw(folder.path(), &answers);
    let (_, roads) =
        draft.uses.iter().find(|(layer, _)| *layer == LayerId::Roads).unwrap_or_else(|| panic!("{draft:#?}"));
    assert_eq!(roads.filter.as_deref(), Some("Layer = '道路中心线'"));
    assert_eq!(roads.crs.as_deref(), Some("EPSG:4547"), "{roads:?}");
    let out = folder.path().join("项目");
    write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    assert_eq!(fireplan_read::open(&out, &Silent).unwrap().layers.roads.len(), 16);
}

#[test]
fn damage_loses_nothing_else_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write_streets(&folder.path().join("道路.shp"));
    for (name, bytes) in [
        ("坏.gpkg", &b"SQLite format 3\0 and then nothing"[..]),
        ("坏.zip", b"PK\x03\x04 cut"),
        ("空.csv", b""),
        ("坏.geojson", b"{\"type\": \"FeatureColl"),
        ("坏.tif", b"II*\0"),
        ("坏.osm.pbf", b"\0\0\0\x0d\x0a\x09OSMHeader\x18"),
        ("方案.pdf", b"%PDF"),
        ("数据.rar", b"Rar!"),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let (_, draft) = draw(folder.path(), &DoorAnswers::new());
    assert_eq!(uses(&draft), BTreeMap::from([("道路.shp", LayerId::Roads)]), "{:?}", draft.left_out);
    assert_eq!(draft.osm, None);
    assert!(draft.left_out.len() >= 8, "{:?}", draft.left_out);
    for (name, why) in &draft.left_out {
        assert!(fireplan_model::message::has_chinese(&why.zh) && !why.en.is_empty(), "{name}: {why:?}");
    }
}

#[test]
fn what_somebody_edited_stands_and_a_stopped_run_writes_nothing() {
    struct Stopped;
    impl Progress for Stopped {
        fn stage(&self, _: &Label, _: u64) {}
        fn step(&self, _: u64) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    let folder = tempfile::tempdir().unwrap();
    write_streets(&folder.path().join("道路.shp"));
    let (inventory, draft) = draw(folder.path(), &DoorAnswers::new());
    let out = folder.path().join("项目");
    assert!(write_project(&draft, &inventory, &out, false, &Stopped).is_err());
    assert!(!out.join("area.toml").exists());
    write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    let file = out.join("area.toml");
    let edited = std::fs::read_to_string(&file).unwrap().replace("[[roads]]", "[[roads]]\njoin_ends_m = 5");
    std::fs::write(&file, &edited).unwrap();
    let written = write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    assert!(written.proposal.is_some_and(|proposal| proposal.ends_with("area.proposed.toml")));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), edited);
}
