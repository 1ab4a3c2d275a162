//! Files that are cut, miswritten or empty: read to their end and told, never read short in silence.

use std::path::{Path, PathBuf};
use std::process::Command;

use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerId;
use fireplan_model::progress::Silent;

/// An area of files in a folder of its own.
pub(crate) struct Files(tempfile::TempDir);

impl Files {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| folder.write(name, text.as_bytes()));
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// Keeps this share of a file.
    fn cut(&self, name: &str, share: f64) {
        let bytes = std::fs::read(self.path(name)).unwrap();
        self.write(name, &bytes[..(bytes.len() as f64 * share) as usize]);
    }

    pub(crate) fn read(&self) -> Result<StudyArea, String> {
        fireplan_read::open(self.0.path(), &Silent).map_err(|error| format!("{error:#}"))
    }

    pub(crate) fn open(&self) -> StudyArea {
        self.read().unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn error(&self) -> String {
        match self.read() {
            Ok(_) => panic!("this should have been refused"),
            Err(error) => error,
        }
    }

    /// Runs one of GDAL's own tools in the folder.
    pub(crate) fn run(&self, tool: &str, arguments: &[&str]) {
        let done = Command::new(tool).args(arguments).current_dir(self.0.path()).output().unwrap();
        assert!(done.status.success(), "{tool}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

/// What is told of a layer: every note with its examples in one text.
pub(crate) fn told(area: &StudyArea, layer: LayerId) -> Vec<String> {
    let notes = area.notes.iter().filter(|note| note.layer == Some(layer));
    notes.map(|note| format!("{}：{}", note.text.zh, note.examples.join("、"))).collect()
}

fn tells(area: &StudyArea, layer: LayerId, words: &[&str]) -> bool {
    told(area, layer).iter().any(|note| words.iter().all(|word| note.contains(word)))
}

pub(crate) const ROADS: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"class":"secondary"},
    "geometry":{"type":"LineString","coordinates":[[114.0,35.0],[114.1,35.0]]}}]}"#;

pub(crate) const ROADS_TOML: &str = "name = '测试县'\n[roads]\nsource = 'roads.geojson'\n";

/// So many villages along the road.
fn villages(count: u32) -> String {
    let feature = |at: u32| {
        let x = 114.0 + f64::from(at) * 0.0005;
        format!(
            r#"{{"type":"Feature","properties":{{"name":"第{at}村","population_people":{},"remark":"{}"}},"geometry":{{"type":"Point","coordinates":[{x},35.001]}}}}"#,
            100 + at,
            "说明".repeat(20)
        )
    };
    let features: Vec<String> = (0..count).map(feature).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",\n"))
}

fn with_villages(source: &str) -> Files {
    let toml = format!("{ROADS_TOML}[villages]\nsource = '{source}'\n");
    Files::new(&[("area.toml", &toml), ("roads.geojson", ROADS), ("villages.geojson", &villages(150))])
}

#[test]
fn a_file_cut_anywhere_is_told_or_refused_and_a_whole_one_is_read_in_silence() {
    // The format, its file, and the parts of it that are cut one after the other.
    let formats: &[(&str, &str, &[&str])] = &[
        ("ESRI Shapefile", "v.shp", &["v.shp", "v.dbf", "v.shx"]),
        ("MapInfo File", "v.tab", &["v.dat", "v.map", "v.id"]),
        ("FlatGeobuf", "v.fgb", &["v.fgb"]),
        ("GPKG", "v.gpkg", &["v.gpkg"]),
        ("GML", "v.gml", &["v.gml"]),
        ("LIBKML", "v.kml", &["v.kml"]),
        ("GeoJSONSeq", "v.geojsonl", &["v.geojsonl"]),
        ("GeoJSON", "v.geojson", &["v.geojson"]),
        ("MapInfo File", "v.mif", &["v.mif", "v.mid"]),
        ("DXF", "v.dxf", &["v.dxf"]),
    ];
    for (format, file, parts) in formats {
        for part in parts.iter().copied().map(Some).chain([None]) {
            let folder = with_villages(file);
            let mut arguments = vec!["-f", format, file, "villages.geojson", "-lco", "ENCODING=UTF-8"];
            if !matches!(*file, "v.shp" | "v.tab" | "v.mif") {
                arguments.truncate(4);
            }
            if *file == "v.dxf" {
                arguments.extend(["-skipfailures", "-select", ""]);
            }
            folder.run("ogr2ogr", &arguments);
            for share in if part.is_some() { &[0.3, 0.6, 0.9][..] } else { &[1.0] } {
                part.iter().for_each(|part| folder.cut(part, *share));
                let read = folder.read();
                let is_told = match &read {
                    Ok(area) => told(area, LayerId::Villages).iter().any(|note| note.contains(file)),
                    Err(error) => error.contains(file),
                };
                let all = read.as_ref().is_ok_and(|area| area.layers.villages.len() == 150);
                match part {
                    Some(part) => assert!(is_told || all, "{part} cut at {share}: {:?}", read.map(|area| area.notes)),
                    None if *file == "v.dxf" => {}
                    None => assert!(all && !is_told, "{file}: {:?}", read.map(|area| area.notes)),
                }
            }
        }
    }
}

#[test]
fn damage_in_the_middle_of_a_sequence_is_told() {
    let folder = with_villages("v.geojsonl");
    folder.run("ogr2ogr", &["-f", "GeoJSONSeq", "v.geojsonl", "villages.geojson"]);
    let mut bytes = std::fs::read(folder.path("v.geojsonl")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40].fill(0xff);
    folder.write("v.geojsonl", &bytes);
    // The driver makes an empty feature of the broken line; it is left out by its row.
    let area = folder.open();
    assert_eq!(area.layers.villages.len(), 149);
    assert!(tells(&area, LayerId::Villages, &["没有坐标", "v.geojsonl#75"]), "{:?}", told(&area, LayerId::Villages));
}

#[test]
fn rows_without_a_place_and_columns_of_mixed_kinds_are_no_damage() {
    let place = |geometry: &str, people: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"村","population_people":{people}}},"geometry":{geometry}}}"#
        )
    };
    let places = [
        place(r#"{"type":"Point","coordinates":[114.01,35.001]}"#, "3"),
        place("null", "0.25"),
        place(r#"{"type":"Point","coordinates":[]}"#, "\"约300\""),
        place(r#"{"type":"MultiPoint","coordinates":[]}"#, "null"),
        place(r#"{"type":"GeometryCollection","geometries":[]}"#, "true"),
    ];
    let folder = with_villages("v.geojson");
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, places.join(",\n"));
    folder.write("v.geojson", text.as_bytes());
    let area = folder.open();
    assert_eq!(area.layers.villages.len(), 1);
    assert!(!tells(&area, LayerId::Villages, &["出错"]), "{:?}", told(&area, LayerId::Villages));
}

#[test]
fn a_joined_table_that_is_cut_is_told_too() {
    let towns = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"甲镇","code":"500234101"},"geometry":
        {"type":"Polygon","coordinates":[[[114.0,34.9],[114.1,34.9],[114.1,35.1],[114.0,35.1],[114.0,34.9]]]}}]}"#;
    let facts: String = (101..160).map(|code| format!("500234{code},{code}\n")).collect();
    let toml = format!(
        "{ROADS_TOML}[towns]\nsource = 'towns.geojson'\njoin = {{ source = 'facts.dbf', on = 'code', fields = {{ total_people = '人口' }} }}\n"
    );
    let folder = Files::new(&[
        ("area.toml", &toml),
        ("roads.geojson", ROADS),
        ("towns.geojson", towns),
        ("facts.csv", &format!("code,人口\n{facts}")),
    ]);
    folder.run("ogr2ogr", &["-f", "ESRI Shapefile", "facts.dbf", "facts.csv", "-lco", "ENCODING=UTF-8"]);
    folder.cut("facts.dbf", 0.5);
    assert!(tells(&folder.open(), LayerId::Towns, &["损坏", "facts.dbf"]));
}

#[test]
fn a_condition_that_nothing_fits_is_told_with_the_number_of_features() {
    let folder = with_villages("villages.geojson");
    folder.write(
        "area.toml",
        format!("{ROADS_TOML}[villages]\nsource = 'villages.geojson'\nwhere = \"name = '无此村'\"\n").as_bytes(),
    );
    let area = folder.open();
    assert!(tells(&area, LayerId::Villages, &["150 个要素", "无此村", "villages.geojson"]));
    assert!(area.sources.iter().any(|source| source.layer == LayerId::Villages && source.read == 0));
}

fn hydrants(rows: &str, crs: &str) -> Files {
    let toml = format!(
        "{ROADS_TOML}[hydrants]\nsource = 'h.csv'\nx = 'x'\ny = 'y'\ncrs = '{crs}'\nfields = {{ name = '编号' }}\n"
    );
    Files::new(&[("area.toml", &toml), ("roads.geojson", ROADS), ("h.csv", &format!("编号,x,y\n{rows}"))])
}

#[test]
fn one_bad_coordinate_is_one_hydrant_left_out_and_named_in_degrees_and_in_metres() {
    for (crs, good, bad) in [
        (
            "EPSG:4490",
            ["114.01,35.0", "114.02,35.0", "114.03,35.0"],
            ["114.04,398.5", "0,0", "11.404,35.0", "-114.04,35.0", "35.0,114.04", "1e10,35.0"],
        ),
        (
            "EPSG:4547",
            ["500912,3874592", "501824,3874592", "502737,3874592"],
            ["0,0", "38503649,3874592", "503649,387459", "3874592,503649", "1e300,3874592", "-503649,3874592"],
        ),
    ] {
        for bad in bad {
            let rows = format!("X1,{}\nX2,{}\nX3,{bad}\nX4,{}\n", good[0], good[1], good[2]);
            let area = hydrants(&rows, crs).open();
            assert_eq!(area.layers.hydrants.len(), 3, "{crs} {bad}");
            assert!(
                tells(&area, LayerId::Hydrants, &["未采用", "h.csv#3"]),
                "{crs} {bad}: {:?}",
                told(&area, LayerId::Hydrants)
            );
        }
    }
}

#[test]
fn one_stray_vertex_is_one_feature_left_out_also_without_anything_else_to_compare_with() {
    let road = |name: &str, end: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"class":"secondary","name":"{name}"}},"geometry":{{"type":"LineString","coordinates":[[102.3,39.85],{end}]}}}}"#
        )
    };
    for bad in ["[0,0]", "[1e308,39.86]", "[12.3,39.86]", "[102.3,-39.86]", "[-180,39.86]"] {
        let roads = format!(
            r#"{{"type":"FeatureCollection","features":[{},{}]}}"#,
            road("a", "[102.31,39.86]"),
            road("b", bad)
        );
        let area = Files::new(&[("area.toml", ROADS_TOML), ("roads.geojson", &roads)]).open();
        assert_eq!(area.layers.roads.len(), 1, "{bad}");
        assert!(
            tells(&area, LayerId::Roads, &["未采用", "roads.geojson#1"]),
            "{bad}: {:?}",
            told(&area, LayerId::Roads)
        );
        assert_eq!(area.plane.epsg(), 4543, "{bad}");
    }
}

#[test]
fn a_stray_quotation_mark_loses_no_row_and_is_named() {
    let rows = "X1,114.01,35.0\n\"X2,114.02,35.0\nX3,114.03,35.0\nX4,114.04,35.0\n";
    let area = hydrants(rows, "EPSG:4490").open();
    assert_eq!(area.layers.hydrants.len(), 4);
    assert!(tells(&area, LayerId::Hydrants, &["引号", "第 3 行", "h.csv"]));
}

#[test]
fn a_source_without_features_is_a_layer_that_is_there() {
    let empty = r#"{"type":"FeatureCollection","features":[]}"#;
    let toml = format!(
        "{ROADS_TOML}[stations]\nsource = 's.geojson'\n[hydrants]\nsource = 'h.csv'\nx = 'x'\ny = 'y'\ncrs = 'EPSG:4490'\n[villages]\nsource = 'v.gml'\n"
    );
    let folder = Files::new(&[
        ("area.toml", &toml),
        ("roads.geojson", ROADS),
        ("s.geojson", empty),
        ("h.csv", "编号,x,y\n"),
        ("villages.geojson", &villages(20)),
    ]);
    folder.run("ogr2ogr", &["-f", "GML", "v.gml", "villages.geojson"]);
    folder.cut("v.gml", 0.5);
    let area = folder.open();
    assert!(area.has(LayerId::Stations) && area.has(LayerId::Hydrants));
    // What a damaged file holds nobody knows: that is no empty layer.
    assert!(!area.has(LayerId::Villages) && !area.has(LayerId::Towns));
    assert!(tells(&area, LayerId::Stations, &["没有读到任何要素", "s.geojson"]));
}

/// A road of a shapefile in GBK that names no encoding.
fn gbk_roads(folder: &Path) {
    let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"青岚中学路","class":"secondary"},
        "geometry":{"type":"LineString","coordinates":[[114.0,35.0],[114.1,35.0]]}}]}"#;
    std::fs::write(folder.join("in.geojson"), text).unwrap();
    let done = Command::new("ogr2ogr")
        .args(["-f", "ESRI Shapefile", "道路.shp", "in.geojson", "-lco", "ENCODING=CP936"])
        .current_dir(folder)
        .status()
        .unwrap();
    assert!(done.success());
    std::fs::remove_file(folder.join("道路.cpg")).unwrap();
    std::fs::remove_file(folder.join("in.geojson")).unwrap();
}

#[test]
fn gbk_is_read_in_folders_and_in_archives_whatever_they_are_called() {
    for name in ["roads", "roads.zip", "roads.shp.zip"] {
        let folder = Files::new(&[("area.toml", &format!("name = '测试县'\n[roads]\nsource = '{name}'\n"))]);
        let inner = folder.path("roads");
        std::fs::create_dir(&inner).unwrap();
        gbk_roads(&inner);
        if name != "roads" {
            let mut archive = zip::ZipWriter::new(std::fs::File::create(folder.path(name)).unwrap());
            for entry in std::fs::read_dir(&inner).unwrap() {
                let path = entry.unwrap().path();
                let member = format!("数据/{}", path.file_name().unwrap().to_string_lossy());
                archive.start_file(member, zip::write::SimpleFileOptions::default()).unwrap();
                std::io::Write::write_all(&mut archive, &std::fs::read(&path).unwrap()).unwrap();
            }
            archive.finish().unwrap();
        }
        let area = folder.open();
        assert_eq!(area.layers.roads[0].name, "青岚中学路", "{name}");
        assert!(area.layers.roads[0].source_id.contains("道路.shp"), "{}", area.layers.roads[0].source_id);
    }
}

#[test]
fn every_file_of_a_shapefile_moves_its_digest() {
    let folder = with_villages("v.shp");
    folder.run("ogr2ogr", &["-f", "ESRI Shapefile", "v.shp", "villages.geojson", "-lco", "ENCODING=UTF-8"]);
    let digest = || {
        let area = folder.open();
        let source = area.sources.iter().find(|source| source.layer == LayerId::Villages).unwrap().clone();
        (source.sha256, source.files)
    };
    let (mut before, files) = digest();
    assert_eq!(files, ["v.cpg", "v.dbf", "v.prj", "v.shp", "v.shx"]);
    for file in files {
        // A byte that nothing is read from: the last of the table, the language of the table, a space in a text.
        let mut bytes = std::fs::read(folder.path(&file)).unwrap();
        match file.as_str() {
            "v.shp" => bytes[31] ^= 1,
            "v.shx" => bytes[31] ^= 1,
            "v.dbf" => bytes[29] ^= 1,
            _ => bytes.push(b'\n'),
        }
        folder.write(&file, &bytes);
        let after = digest().0;
        assert_ne!(before, after, "{file}");
        before = after;
    }
}
