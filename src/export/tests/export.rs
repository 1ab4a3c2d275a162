//! The files of a run: readable by others, in Chinese where people look, and the same bytes each time.

use std::path::Path;

use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Findings, Layer, Manifest, Table};
use fireplan_model::layers::{Hydrant, Layers, RoadClass};
use fireplan_model::network::Network;
use fireplan_model::plane::Plane;
use fireplan_model::row;
use fireplan_model::rows::{Label, Row};
use fireplan_model::rules::Rules;
use gdal::vector::LayerAccess;
use geo::{Coord, LineString, MultiPolygon, Point, Polygon};

row! {
    /// 站点 | Site
    struct Site {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 响应时间 | Response time
        response_min: Option<f64>,
        /// 已覆盖 | Covered
        covered: Option<bool>,
        /// 人口 | People
        served_people: u32,
    }
}

row! {
    /// 路段 | Stretch
    struct Stretch {
        geometry: LineString,
        /// 道路等级 | Class
        class: RoadClass,
    }
}

row! {
    /// 片区 | Zone
    struct Zone {
        geometry: MultiPolygon,
        /// 名称 | Name
        name: String,
    }
}

fn area() -> StudyArea {
    let plane = Plane::at(112.85, 35.5).unwrap();
    StudyArea { synthetic: true, ..StudyArea::new("试验县", plane, Layers::default(), Network::default()) }
}

/// Metres around the middle of the test county.
fn at(x: f64, y: f64) -> Coord {
    let mut coords = [Coord { x: 112.85, y: 35.5 }];
    area().plane.to_local(&mut coords).unwrap();
    Coord { x: coords[0].x + x, y: coords[0].y + y }
}

fn square(x: f64, side: f64) -> Polygon {
    // Clockwise on purpose: files must wind it the other way.
    let ring = vec![at(x, 0.0), at(x, side), at(x + side, side), at(x + side, 0.0), at(x, 0.0)];
    Polygon::new(LineString(ring), Vec::new())
}

fn findings() -> Findings {
    let sites = [
        Site {
            geometry: at(0.0, 0.0).into(),
            name: "城北,站".into(),
            response_min: Some(4.25),
            covered: Some(true),
            served_people: 7,
        },
        Site {
            geometry: at(900.0, 0.0).into(),
            name: String::new(),
            response_min: None,
            covered: None,
            served_people: 0,
        },
    ];
    let stretches = [Stretch { geometry: LineString(vec![at(0.0, 0.0), at(10.0, 5.0)]), class: RoadClass::Secondary }];
    let zones = [
        Zone { geometry: MultiPolygon(vec![square(0.0, 100.0)]), name: "一".into() },
        Zone { geometry: MultiPolygon(vec![square(200.0, 50.0), square(400.0, 50.0)]), name: "二".into() },
    ];
    let rules = Rules::load(None).unwrap();
    Findings {
        layers: vec![
            Layer::new("sites", Drawing::Plain, &sites),
            Layer::new("stretches", Drawing::Coded { column: "class" }, &stretches),
            Layer::new("zones", Drawing::Plain, &zones),
        ],
        tables: vec![
            Table::new("stretch_list", &stretches),
            Table::new("sites", &sites).of_layer("sites"),
            Table::new("zones", &stretches),
        ],
        checks: vec![rules.station.area_suburb_km2.check("城北站", Some(16.0))],
        ..Findings::default()
    }
}

fn bytes(dir: &Path, name: &str) -> Vec<u8> {
    std::fs::read(dir.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_same_findings_give_the_same_bytes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = fireplan_export::write(&findings(), &area(), one.path()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    fireplan_export::write(&findings(), &area(), two.path()).unwrap();
    assert_eq!(files.len(), 1 + 3 + 4 + 1);
    for file in files {
        let name = file.strip_prefix(one.path()).unwrap().to_str().unwrap();
        assert!(bytes(one.path(), name) == bytes(two.path(), name), "{name} differs from run to run");
    }
}

/// The headings as the schema extension of the format holds them.
fn headings(dataset: &gdal::Dataset, table: &str) -> Vec<String> {
    let query = format!("SELECT title FROM gpkg_data_columns WHERE table_name = '{table}' ORDER BY rowid");
    let mut rows = dataset.execute_sql(query, None, gdal::vector::sql::Dialect::DEFAULT).unwrap().unwrap();
    rows.features().map(|row| row.field_as_string(0).unwrap().unwrap()).collect()
}

#[test]
fn layers_come_back_with_their_codes_and_what_of_them_is_undetermined() {
    let dir = tempfile::tempdir().unwrap();
    let area = area();
    let hydrant = Hydrant::blank(Point::from(at(0.0, 0.0))).unwrap();
    let written = Findings {
        layers: vec![Layer::new("hydrants", Drawing::Coded { column: "state" }, &[hydrant])],
        manifest: Manifest { crs: area.plane.name().to_owned(), ..Manifest::default() },
        ..Findings::default()
    };
    fireplan_export::write(&written, &area, dir.path()).unwrap();
    let read = fireplan_export::read_findings(dir.path()).unwrap();
    assert_eq!(read.layers[0].columns, written.layers[0].columns);
    assert!(read.layers[0].columns.iter().flat_map(|column| &column.codes).any(|code| code.undetermined));
}

#[test]
fn the_geopackage_is_read_back_by_gdal() {
    let dir = tempfile::tempdir().unwrap();
    fireplan_export::write(&findings(), &area(), dir.path()).unwrap();
    let dataset = gdal::Dataset::open(dir.path().join("findings.gpkg")).unwrap();
    let names: Vec<String> = dataset.layers().map(|layer| layer.name()).collect();
    assert_eq!(names, ["sites", "stretches", "zones", "stretch_list", "zones_table", "checks"]);

    let mut sites = dataset.layer_by_name("sites").unwrap();
    assert_eq!(sites.spatial_ref().unwrap().auth_code().unwrap(), 4547);
    assert_eq!(headings(&dataset, "sites"), ["名称", "响应时间(min)", "已覆盖", "人口(人)"]);
    let class = dataset.layer_by_name("stretches").unwrap().features().next().unwrap().field_as_string(0).unwrap();
    assert_eq!(class.as_deref(), Some("secondary"));
    let first = sites.features().next().unwrap();
    assert_eq!(first.fid(), Some(1));
    assert_eq!(first.field_as_string(0).unwrap().unwrap(), "城北,站");
    assert_eq!(first.field_as_double(1).unwrap(), Some(4.25));
    let (x, y, _) = first.geometry().unwrap().get_point(0);
    assert_eq!(Coord { x, y }, at(0.0, 0.0));

    let zones = dataset.layer_by_name("zones").unwrap();
    assert_eq!(zones.defn().geometry_type(), gdal_sys::OGRwkbGeometryType::wkbMultiPolygon);
    let table = dataset.layer_by_name("stretch_list").unwrap();
    assert_eq!(table.defn().geometry_type(), gdal_sys::OGRwkbGeometryType::wkbNone);
    assert_eq!(table.feature_count(), 1);
}

#[test]
fn the_geopackage_is_in_the_plane_that_was_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let asked = Plane::of_epsg(4546).unwrap();
    let area = StudyArea { plane: area().plane.with_output(asked.clone()), ..area() };
    fireplan_export::write(&findings(), &area, dir.path()).unwrap();
    let dataset = gdal::Dataset::open(dir.path().join("findings.gpkg")).unwrap();
    let mut sites = dataset.layer_by_name("sites").unwrap();
    assert_eq!(sites.spatial_ref().unwrap().auth_code().unwrap(), 4546);
    let (x, y, _) = sites.features().next().unwrap().geometry().unwrap().get_point(0);
    let mut wanted = [Coord { x: 112.85, y: 35.5 }];
    asked.to_local(&mut wanted).unwrap();
    assert!((x - wanted[0].x).hypot(y - wanted[0].y) < 0.001);
}

#[test]
fn geojson_is_in_degrees_and_wound_counter_clockwise() {
    let dir = tempfile::tempdir().unwrap();
    fireplan_export::write(&findings(), &area(), dir.path()).unwrap();
    let sites: serde_json::Value = serde_json::from_slice(&bytes(dir.path(), "layers/sites.geojson")).unwrap();
    assert_eq!(sites["features"][0]["geometry"]["coordinates"], serde_json::json!([112.85, 35.5]));
    assert_eq!(sites["features"][1]["id"], 2);
    assert_eq!(sites["features"][1]["properties"]["response_min"], serde_json::Value::Null);
    assert_eq!(sites["bbox"][0], 112.85);
    assert!(sites.get("crs").is_none(), "RFC 7946 knows one coordinate system");

    let zones: serde_json::Value = serde_json::from_slice(&bytes(dir.path(), "layers/zones.geojson")).unwrap();
    let ring: Vec<[f64; 2]> =
        serde_json::from_value(zones["features"][0]["geometry"]["coordinates"][0].clone()).unwrap();
    let doubled: f64 = ring.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum();
    assert!(doubled > 0.0, "the outer ring runs clockwise");
}

#[test]
fn csv_opens_in_a_chinese_excel() {
    let dir = tempfile::tempdir().unwrap();
    fireplan_export::write(&findings(), &area(), dir.path()).unwrap();
    let text = String::from_utf8(bytes(dir.path(), "tables/sites.csv")).unwrap();
    assert_eq!(text, "\u{feff}名称,响应时间(min),已覆盖,人口(人)\r\n\"城北,站\",4.25,是,7\r\n,,,0\r\n");
    let text = String::from_utf8(bytes(dir.path(), "tables/stretch_list.csv")).unwrap();
    assert!(text.contains("次干路(县道)"), "{text}");
    let text = String::from_utf8(bytes(dir.path(), "tables/checks.csv")).unwrap();
    assert!(text.contains("不符合") && text.contains("≤ 15 km²"), "{text}");
}

#[test]
fn the_summary_names_every_file_with_its_digest() {
    use sha2::{Digest, Sha256};
    let dir = tempfile::tempdir().unwrap();
    fireplan_export::write(&findings(), &area(), dir.path()).unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&bytes(dir.path(), "findings.json")).unwrap();
    let files = summary["files"].as_array().unwrap();
    assert_eq!(files.len(), 8);
    for file in files {
        let digest = format!("{:x}", Sha256::digest(bytes(dir.path(), file["file"].as_str().unwrap())));
        assert_eq!(file["sha256"], digest);
    }
    assert_eq!(summary["layers"][0]["columns"][1]["unit"], "min");
    assert_eq!(summary["checks"][0]["verdict"], "fail");
}

#[test]
fn leftovers_of_an_earlier_run_go_and_other_files_stay() {
    let dir = tempfile::tempdir().unwrap();
    fireplan_export::write(&findings(), &area(), dir.path()).unwrap();
    std::fs::write(dir.path().join("layers/mine.geojson"), "{}").unwrap();
    let mut fewer = findings();
    fewer.layers.truncate(1);
    fireplan_export::write(&fewer, &area(), dir.path()).unwrap();
    assert!(!dir.path().join("layers/zones.geojson").exists());
    assert!(dir.path().join("layers/mine.geojson").exists());
}

#[test]
fn a_name_that_is_no_file_name_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut bad = findings();
    bad.layers[0].id = "../sites".to_owned();
    bad.layers[0].title = Label::new("站", "site");
    assert!(fireplan_export::write(&bad, &area(), dir.path()).unwrap_err().to_string().contains("cannot name a layer"));
}

/// Every file that the summary names is there and is the one that it means.
fn is_whole(dir: &Path) -> bool {
    use sha2::{Digest, Sha256};
    let summary: serde_json::Value = serde_json::from_slice(&bytes(dir, "findings.json")).unwrap();
    summary["files"].as_array().unwrap().iter().all(|file| {
        let found = std::fs::read(dir.join(file["file"].as_str().unwrap()));
        found.is_ok_and(|bytes| file["sha256"] == format!("{:x}", Sha256::digest(bytes)))
    })
}

/// Writes results for the test below, as a program of its own. Alone it does nothing.
#[test]
fn write_results_until_killed() {
    let Ok(dir) = std::env::var("FIREPLAN_WRITE_RESULTS_AT") else { return };
    let mut fewer = findings();
    fewer.layers.truncate(1);
    for findings in [findings(), fewer].iter().cycle() {
        fireplan_export::write(findings, &area(), Path::new(&dir)).unwrap();
    }
}

#[test]
fn a_run_killed_at_any_moment_leaves_whole_results() {
    let dir = tempfile::tempdir().unwrap();
    fireplan_export::write(&findings(), &area(), dir.path()).unwrap();
    std::fs::write(dir.path().join("layers/mine.geojson"), "{}").unwrap();
    for round in 0..40_u64 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "export::write_results_until_killed"])
            .env("FIREPLAN_WRITE_RESULTS_AT", dir.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_micros(20_000 + round * 1_733 % 60_000));
        child.kill().unwrap();
        child.wait().unwrap();
        // While they are exchanged, the next program ends what this one began.
        if dir.path().join(".unfinished/whole").exists() {
            fireplan_export::write(&findings(), &area(), dir.path()).unwrap();
        }
        assert!(is_whole(dir.path()), "round {round}");
        assert!(dir.path().join("layers/mine.geojson").exists(), "round {round}");
    }
}

#[test]
fn a_failed_run_leaves_the_earlier_results_and_two_into_one_folder_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    fireplan_export::write(&findings(), &area(), dir.path()).unwrap();
    let before = bytes(dir.path(), "findings.json");
    // As another program holds it.
    let lock = dir.path().join(".unfinished/lock");
    std::fs::create_dir(lock.parent().unwrap()).unwrap();
    let held = std::fs::File::create(&lock).unwrap();
    held.try_lock().unwrap();
    let refused = fireplan_export::write(&findings(), &area(), dir.path()).unwrap_err().to_string();
    assert!(refused.contains("另一个程序正在"), "{refused}");
    drop(held);
    let mut broken = findings();
    broken.layers[0].features[0].geometry = Some(geo::Geometry::Point(Point::new(f64::NAN, f64::NAN)));
    broken.layers[0].features[0].values.clear();
    let _ = std::panic::catch_unwind(|| fireplan_export::write(&broken, &area(), dir.path()));
    assert!(is_whole(dir.path()));
    assert_eq!(bytes(dir.path(), "findings.json"), before);
    fireplan_export::write(&findings(), &area(), dir.path()).unwrap();
    assert!(!dir.path().join(".unfinished").exists());
}

#[test]
fn sheets_of_towns_with_long_or_like_names_are_all_there() {
    let mut layer = findings().layers.swap_remove(0).with_sheets();
    layer.columns.push(fireplan_model::rows::Column::new::<String>("town", "乡镇 | Town"));
    let first = layer.features[0].clone();
    let towns = ["甲/乙镇".to_owned(), "甲:乙镇".to_owned(), "长".repeat(100), format!("{}二", "长".repeat(99))];
    layer.features = towns
        .iter()
        .map(|town| {
            let mut feature = first.clone();
            feature.values.push(fireplan_model::rows::Value::text(town.as_str()));
            feature
        })
        .collect();
    let dir = tempfile::tempdir().unwrap();
    fireplan_export::write(&Findings { layers: vec![layer], ..findings() }, &area(), dir.path()).unwrap();
    assert_eq!(std::fs::read_dir(dir.path().join("sheets")).unwrap().count(), 4);
}
