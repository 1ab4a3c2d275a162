//! Reading areas: real extracts where the test data is at hand, and small generated files of every kind.

use std::path::{Path, PathBuf};
use std::process::Command;

use fireplan_model::area::StudyArea;
use fireplan_model::layers::{Access, LayerId, RoadClass, StationKind};
use fireplan_model::message::Language;
use fireplan_model::notes::Note;
use fireplan_model::plane::Plane;
use fireplan_model::progress::Silent;
use fireplan_testing::data;
use geo::{Area, Coord};

fn open(path: &Path) -> StudyArea {
    fireplan_read::open(path, &Silent).unwrap_or_else(|error| panic!("{}: {error:#}", path.display()))
}

/// An area of these files, in a folder of its own.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| folder.write(name, text.as_bytes()));
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn open(&self) -> StudyArea {
        open(self.0.path())
    }

    fn error(&self) -> String {
        match fireplan_read::open(self.0.path(), &Silent) {
            Ok(_) => panic!("this should have been refused"),
            Err(error) => format!("{error:#}"),
        }
    }

    /// Converts a file of the folder with GDAL's own tool.
    fn convert(&self, from: &str, to: &str, options: &[&str]) {
        let done = Command::new("ogr2ogr").args(options).arg(self.path(to)).arg(self.path(from)).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

fn note<'a>(area: &'a StudyArea, words: &str) -> &'a Note {
    let found = area.notes.iter().find(|note| note.text.en.contains(words));
    found.unwrap_or_else(|| panic!("no note says '{words}': {:#?}", area.notes))
}

fn read_of(area: &StudyArea, layer: LayerId) -> usize {
    area.sources.iter().filter(|source| source.layer == layer).map(|source| source.read).sum()
}

#[test]
fn liechtenstein_is_read_whole() {
    let Some(path) = data("liechtenstein/liechtenstein-2024.osm.pbf") else { return };
    let area = open(&path);
    let drivable = area.layers.roads.iter().filter(|road| road.class != RoadClass::Path).count();
    // 5,729 roads, seven footways that vehicles or fire engines may use, and stretches that two of them share: each of these is
    // a row of its own.
    assert_eq!(drivable, 5745);
    assert_eq!(area.layers.stations.len(), 9);
    assert_eq!(area.layers.stations.iter().filter(|station| station.kind == StationKind::Works).count(), 1);
    assert_eq!(area.layers.hydrants.len(), 31);
    assert_eq!(area.layers.towns.len(), 11);
    // The outer way of one of them has the tags of its relation too, and is no second forest.
    assert_eq!(area.layers.forests.len(), 573);
    assert!((area.boundary.unsigned_area() / 1e6 - 160.39).abs() < 0.2);
    assert!(area.layers.buildings.len() > 17_000);
    let of_drivable = |has: fn(&fireplan_model::layers::Road) -> bool| {
        area.layers.roads.iter().filter(|road| road.class != RoadClass::Path && has(road)).count()
    };
    assert_eq!(of_drivable(|road| road.width_m.is_some()), 103);
    assert_eq!(of_drivable(|road| road.load_t.is_some()), 3);
    assert_eq!(of_drivable(|road| road.clear_height_m.is_some()), 13);
    let of_forests = area.notes.iter().find(|n| n.layer == Some(LayerId::Forests) && n.text.en.contains("repaired"));
    assert_eq!(of_forests.unwrap().count, 2);
    assert!(note(&area, "cut by the edge").examples.len() <= 5);
    assert_eq!(area.sources[0].sha256.len(), 64);
    let overlap = note(&area, "counted twice");
    assert!(overlap.examples.iter().any(|text| text.contains("Nendeln")), "{overlap:?}");
    assert!(note(&area, "Towns without a station").count >= 3);
}

#[test]
fn lauf_is_a_town_cut_out() {
    let Some(path) = data("lauf/lauf-200115.osm.pbf") else { return };
    let area = open(&path);
    assert_eq!(area.layers.hydrants.len(), 479);
    assert!(area.layers.hydrants.iter().filter(|hydrant| hydrant.diameter_mm.is_some()).count() > 400);
    // One of four is a node and a way of the same station.
    assert_eq!(area.layers.stations.len(), 3);
    assert!(!area.has(LayerId::Boundary));
    assert!(note(&area, "No boundary").count == 1);
    assert!(note(&area, "Roads cut").count > 50);
    assert!(area.network.components() > 0);
}

#[test]
fn guixi_is_sparse_and_says_so() {
    let Some(path) = data("guixi/guixi.osm") else { return };
    let area = open(&path);
    assert_eq!(area.plane.epsg(), 4548);
    assert_eq!(area.layers.roads.len(), 170);
    assert!(area.layers.stations.is_empty() && !area.has(LayerId::Stations));
    assert!(area.layers.villages.len() >= 20);
    let cut =
        area.notes.iter().find(|note| note.layer == Some(LayerId::Towns) && note.text.en.contains("cut")).unwrap();
    assert!(cut.examples.iter().any(|name| name.contains("贵溪市") || name.contains("弋阳县")), "{cut:?}");
}

#[test]
fn gbk_without_cpg_is_read_by_its_language_byte() {
    let Some(path) = data("chongqing/区县界_area.shp") else { return };
    let toml = format!(
        "name = '重庆'\n[boundary]\nsource = '{0}'\nwhere = \"ADMINCODE = '500234'\"\n\
         [towns]\nsource = '{0}'\nfields = {{ name = 'NAME', code = 'ADMINCODE' }}\n",
        path.canonicalize().unwrap().display()
    );
    let area = Folder::new(&[("area.toml", &toml)]).open();
    let names: Vec<&str> = area.layers.towns.iter().map(|town| town.name.as_str()).collect();
    // One of the others lies more than two degrees away; all lie outside the boundary and are not counted.
    assert_eq!(names, ["开县"]);
    assert_eq!(note(&area, "mostly outside the boundary").count, 36);
    assert_eq!(area.plane.epsg(), 4545);
    let kaizhou_km2 = area.boundary.unsigned_area() / 1e6;
    assert!((3900.0..4020.0).contains(&kaizhou_km2), "{kaizhou_km2}");
    assert!(area.sources[0].crs.contains("4326"), "{}", area.sources[0].crs);
}

const ROADS: &str = r#"{"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"DLMC":"人民路","KD":"7.5 米","DJ":"县道"},
     "geometry":{"type":"LineString","coordinates":[[112.80,35.50],[112.90,35.50]]}},
    {"type":"Feature","properties":{"DLMC":"","KD":"宽","DJ":"机耕路"},
     "geometry":{"type":"MultiLineString","coordinates":[[[112.85,35.50],[112.85,35.51]],[[112.85,35.52],[112.85,35.53]]]}},
    {"type":"Feature","properties":{"DLMC":"无级路"},
     "geometry":{"type":"LineString","coordinates":[[112.80,35.51],[112.90,35.51]]}},
    {"type":"Feature","properties":{"DLMC":"空"},"geometry":null}]}"#;

const ROADS_TOML: &str = "name = '示例县'\nsynthetic = true\n[roads]\nsource = 'roads.geojson'\n\
    fields = { name = 'DLMC', width_m = 'KD', class = 'DJ' }\nvalues = { class = { '县道' = 'secondary', '机耕路' = 'track' } }\n";

#[test]
fn fields_are_mapped_and_values_translated() {
    let area = Folder::new(&[("area.toml", ROADS_TOML), ("roads.geojson", ROADS)]).open();
    assert!(area.synthetic);
    let roads = &area.layers.roads;
    assert_eq!(roads.len(), 3);
    assert_eq!((roads[0].name.as_str(), roads[0].class, roads[0].width_m), ("人民路", RoadClass::Secondary, Some(7.5)));
    assert_eq!((roads[1].class, roads[1].width_m), (RoadClass::Track, None));
    assert!(note(&area, "width_m that cannot be read").examples[0].contains('宽'));
    assert_eq!(note(&area, "Without class").count, 1);
    assert_eq!(note(&area, "Without geometry").count, 1);
    assert_eq!((area.sources[0].read, area.sources[0].kept), (4, 2));
    assert_eq!(area.plane.epsg(), 4547);
    let length_m = geo::Length::length(&geo::Euclidean, &roads[0].geometry);
    assert!((length_m - 9_068.0).abs() < 15.0, "{length_m}");
}

/// The zone that a bureau wants its files in is no zone to compute in: three degrees off, lengths on the plane are a thousandth
/// longer.
#[test]
fn the_plane_asked_for_is_that_of_the_files_and_of_no_figure() {
    let opened =
        |plane: &str| Folder::new(&[("area.toml", &format!("{plane}{ROADS_TOML}")), ("roads.geojson", ROADS)]).open();
    let own = opened("");
    assert_eq!([own.plane.epsg(), own.plane.output().epsg()], [4547, 4547]);
    for epsg in [4547, 4546, 4548, 32649] {
        let area = opened(&format!("plane = {epsg}\n"));
        assert_eq!([area.plane.epsg(), area.plane.output().epsg()], [4547, epsg]);
        assert_eq!(area.layers.roads[0].geometry, own.layers.roads[0].geometry);
        let lengths = |area: &StudyArea| area.network.segments.iter().map(|one| one.length_m).collect::<Vec<f64>>();
        assert_eq!(lengths(&area), lengths(&own));
        let line = geo::Geometry::from(own.layers.roads[0].geometry.clone());
        let moved = geo::LineString::try_from(area.plane.to_output(&line).unwrap().into_owned()).unwrap();
        let mut wanted = [Coord { x: 112.80, y: 35.50 }];
        Plane::of_epsg(epsg).unwrap().to_local(&mut wanted).unwrap();
        assert!((moved.0[0] - wanted[0]).x.hypot((moved.0[0] - wanted[0]).y) < 0.001, "{epsg}: {:?}", moved.0[0]);
    }
}

#[test]
fn a_limit_that_is_written_and_not_understood_may_stop_a_truck() {
    let road = |(number, limit): (usize, &str)| {
        let y = 29.0 + number as f64 * 0.01;
        format!(
            r#"{{"type":"Feature","properties":{{"限重":"{limit}"}},"geometry":{{"type":"LineString","coordinates":[[106.1,{y}],[106.12,{y}]]}}}}"#
        )
    };
    let roads: Vec<String> =
        ["", "不限", "30t", "80kN", "20吨以下", "9000"].into_iter().enumerate().map(road).collect();
    let roads = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, roads.join(","));
    let manifest = "name = '限重县'\n[roads]\nsource = 'roads.geojson'\nfields = { load_t = '限重' }\n\
                    defaults = { class = 'tertiary' }\n";
    let area = Folder::new(&[("area.toml", manifest), ("roads.geojson", &roads)]).open();
    let doubted = area.layers.roads.iter().map(|road| road.access == Access::Unknown);
    assert_eq!(doubted.collect::<Vec<_>>(), [false, false, false, true, true, true]);
    assert_eq!(area.layers.roads[2].load_t, Some(30.0));
}

#[test]
fn wrong_columns_and_fields_are_named() {
    let toml = ROADS_TOML.replace("'KD'", "'KUAN'");
    let folder = Folder::new(&[("area.toml", &toml), ("roads.geojson", ROADS)]);
    // GeoJSON has no list of columns: one that is nowhere may just be empty.
    assert!(note(&folder.open(), "Columns named in area.toml").examples[0].contains("KUAN"));
    folder.convert("roads.geojson", "roads.gpkg", &["-f", "GPKG", "-nlt", "GEOMETRY"]);
    folder.write("area.toml", toml.replace("roads.geojson", "roads.gpkg").as_bytes());
    let error = folder.error();
    assert!(error.contains("KUAN") && error.contains("DLMC"), "{error}");
    let toml = ROADS_TOML.replace("width_m =", "breadth_m =");
    let error = Folder::new(&[("area.toml", &toml), ("roads.geojson", ROADS)]).error();
    assert!(error.contains("breadth_m") && error.contains("clear_height_m"), "{error}");
    let error = Folder::new(&[("area.toml", ROADS_TOML)]).error();
    assert!(error.contains("roads.geojson") && error.contains("[roads]"), "{error}");
}

#[test]
fn a_table_in_gcj02_lands_where_it_belongs() {
    // The middle of the first road, shifted as a Chinese web map shifts it, in GBK as Excel saves it.
    let shift = fireplan_model::plane::gcj02_shift(Coord { x: 112.85, y: 35.50 });
    let csv = format!("编号,经度,纬度,管径\nX1,{:.8},{:.8},DN100\nX2,,,\n", 112.85 + shift.x, 35.50 + shift.y);
    let toml = format!(
        "{ROADS_TOML}[hydrants]\nsource = 'h.csv'\nx = '经度'\ny = '纬度'\ncrs = 'GCJ-02'\nfields = {{ name = '编号' }}\n"
    );
    let folder = Folder::new(&[("area.toml", &toml), ("roads.geojson", ROADS)]);
    folder.write("h.csv", &encoding_rs::GBK.encode(&csv).0);
    let area = folder.open();
    assert_eq!(area.layers.hydrants.len(), 1);
    let mut at = [area.layers.hydrants[0].geometry.0];
    area.plane.to_lonlat(&mut at).unwrap();
    assert!((at[0].x - 112.85).abs() < 1e-7 && (at[0].y - 35.50).abs() < 1e-7, "{at:?}");
    assert!(note(&area, "read as GBK").count == 1);

    // Without saying so it is refused, with both possibilities named.
    let toml = toml.replace("crs = 'GCJ-02'\n", "");
    folder.write("area.toml", toml.as_bytes());
    let error = folder.error();
    assert!(error.contains("EPSG:4490") && error.contains("GCJ-02"), "{error}");
}

#[test]
fn a_shapefile_without_prj_is_refused_with_a_suggestion() {
    let folder = Folder::new(&[("area.toml", ROADS_TOML), ("roads.geojson", ROADS)]);
    folder.convert("roads.geojson", "water.shp", &["-t_srs", "EPSG:4526", "-nlt", "MULTILINESTRING"]);
    std::fs::remove_file(folder.path("water.prj")).unwrap();
    let toml = format!("{ROADS_TOML}[water_sources]\nsource = 'water.shp'\n");
    folder.write("area.toml", toml.as_bytes());
    let error = folder.error();
    assert!(error.contains("water.shp") && error.contains("write crs = \"EPSG:4526\""), "{error}");
    folder.write("area.toml", format!("{toml}crs = 'EPSG:4526'\n").as_bytes());
    let area = folder.open();
    assert_eq!(area.layers.water_sources.len(), 3);
    use geo::{Distance, Euclidean, Geometry};
    let Geometry::LineString(water) = &area.layers.water_sources[0].geometry else { panic!() };
    assert!(Euclidean.distance(water.0[0], area.layers.roads[0].geometry.0[0]) < 0.01);
}

const TOWNS: &str = r#"{"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"name":"和谦镇","code":"500234101"},"geometry":{"type":"Polygon",
     "coordinates":[[[112.80,35.50],[112.85,35.50],[112.85,35.55],[112.80,35.55],[112.80,35.50]]]}},
    {"type":"Feature","properties":{"name":"满月镇","code":""},"geometry":{"type":"Polygon",
     "coordinates":[[[112.85,35.50],[112.90,35.50],[112.90,35.55],[112.85,35.55],[112.85,35.50]]]}},
    {"type":"Feature","properties":{"name":"无名乡","code":"500234299"},"geometry":{"type":"Polygon",
     "coordinates":[[[112.90,35.50],[112.95,35.50],[112.95,35.55],[112.90,35.55],[112.90,35.50]]]}}]}"#;

#[test]
fn facts_are_joined_and_misses_listed_both_ways() {
    let toml = "name = '示例县'\n[boundary]\nsource = 'towns.geojson'\n[towns]\nsource = 'towns.geojson'\n\
        join = { source = 'facts.xlsx', on = 'code', fields = { code = '代码', name = '乡镇', total_people = '人口', built_up_km2 = '建成区' } }\n";
    let folder = Folder::new(&[
        ("area.toml", toml),
        ("towns.geojson", TOWNS),
        (
            "facts.csv",
            "代码,乡镇,人口,建成区\n500234101000,和谦镇,\"12,345\",1.2\n500234199000,满月乡,8000,\n500234888000,外来镇,1,1\n",
        ),
    ]);
    folder.convert("facts.csv", "facts.xlsx", &["-f", "XLSX", "-oo", "AUTODETECT_TYPE=NO"]);
    let area = folder.open();
    let towns = &area.layers.towns;
    assert_eq!((towns[0].total_people, towns[0].built_up_km2), (Some(12_345), Some(1.2)));
    assert_eq!((towns[1].total_people, towns[1].name.as_str()), (Some(8000), "满月镇"));
    assert_eq!(towns[2].total_people, None);
    assert!(note(&area, "differ only in rank").examples[0].contains("满月镇"));
    assert_eq!(note(&area, "Not found in facts.xlsx").examples, ["无名乡"]);
    assert_eq!(note(&area, "without a partner").examples, ["外来镇"]);
    assert_eq!(towns[0].kind, fireplan_model::layers::TownKind::Town);
    assert_eq!(towns[2].kind, fireplan_model::layers::TownKind::Township);
    assert!((area.boundary.unsigned_area() / 1e6 - 75.5).abs() < 1.5, "{}", area.boundary.unsigned_area());
}

#[test]
fn fields_beside_a_join_name_columns_of_either_table() {
    let toml = "name = 'x'\n[towns]\nsource = 'towns.geojson'\njoin = { source = 'facts.csv', on = 'code' }\n\
        fields = { total_people = '人口', source_id = 'code' }\n";
    let facts = "code,人口\n500234101000,12345\n";
    let folder = Folder::new(&[("area.toml", toml), ("towns.geojson", TOWNS), ("facts.csv", facts)]);
    let area = folder.open();
    assert_eq!(area.layers.towns[0].total_people, Some(12_345));
    assert_eq!(area.layers.towns[0].source_id, "500234101");
    let joined = area.sources.iter().find(|source| source.source == "facts.csv").unwrap();
    assert_eq!((joined.read, joined.kept), (1, 1));
    folder.write("area.toml", toml.replace("'人口'", "'人数'").as_bytes());
    let error = folder.error();
    assert!(error.contains("neither") && error.contains("人数"), "{error}");
}

#[test]
fn a_source_keeps_its_own_columns_beside_several_joined_tables() {
    let toml = "name = 'x'\n[towns]\nsource = 'towns.geojson'\nfields = { source_id = 'name' }\n\
        join = [{ source = 'facts.csv', on = 'code', fields = { total_people = '人口' } },\n\
        { source = 'more.csv', on = 'name', fields = { built_up_km2 = '建成区' } }]\n";
    let facts = "code,人口\n500234101000,12345\n";
    let more = "name,建成区\n和谦镇,1.5\n";
    let folder =
        Folder::new(&[("area.toml", toml), ("towns.geojson", TOWNS), ("facts.csv", facts), ("more.csv", more)]);
    let area = folder.open();
    let town = &area.layers.towns[0];
    assert_eq!((town.source_id.as_str(), town.total_people, town.built_up_km2), ("和谦镇", Some(12_345), Some(1.5)));
}

#[test]
fn geopackage_filegdb_and_kml_are_read_alike() {
    let folder = Folder::new(&[("towns.geojson", TOWNS)]);
    folder.convert("towns.geojson", "t.gpkg", &["-f", "GPKG", "-nln", "乡镇"]);
    folder.convert("towns.geojson", "t.gdb", &["-f", "OpenFileGDB", "-nln", "XZQ", "-t_srs", "EPSG:4547"]);
    folder.convert("towns.geojson", "t.kml", &["-f", "LIBKML", "-nln", "towns"]);
    let mut areas = Vec::new();
    for source in ["towns.geojson", "t.gpkg", "t.gpkg|乡镇", "t.gdb|XZQ", "t.kml"] {
        let toml = format!("name = 'x'\n[towns]\nsource = '{source}'\nfields = {{ name = 'name' }}\n");
        folder.write("area.toml", toml.as_bytes());
        let area = folder.open();
        assert_eq!(area.layers.towns.len(), 3, "{source}");
        assert_eq!(area.layers.towns[0].name, "和谦镇", "{source}");
        areas.push(area.layers.towns[0].geometry.unsigned_area());
    }
    assert!(areas.iter().all(|area| (area - areas[0]).abs() < 1.0), "{areas:?}");
    folder.write("area.toml", "name = 'x'\n[towns]\nsource = 't.gpkg|没有'\n".as_bytes());
    let error = folder.error();
    assert!(error.contains("没有") && error.contains("乡镇"), "{error}");
}

const OSM: &str = r#"<?xml version="1.0"?><osm version="0.6">
  <node id="1" lat="35.500" lon="112.800"/><node id="2" lat="35.500" lon="112.801"/>
  <node id="3" lat="35.500" lon="112.802"/><node id="4" lat="35.501" lon="112.801"/>
  <node id="5" lat="35.499" lon="112.801"><tag k="amenity" v="fire_station"/><tag k="name" v="一站"/></node>
  <node id="6" lat="35.500" lon="112.803"/>
  <way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="width" v="12'"/><tag k="incline" v="-12%"/></way>
  <way id="11"><nd ref="2"/><nd ref="3"/><nd ref="99"/><tag k="highway" v="primary"/><tag k="oneway" v="-1"/></way>
  <way id="12"><nd ref="2"/><nd ref="4"/><tag k="highway" v="service"/><tag k="access" v="private"/></way>
  <way id="13"><nd ref="98"/><nd ref="99"/><tag k="highway" v="service"/></way>
  <way id="14"><nd ref="1"/><nd ref="2"/><nd ref="4"/><nd ref="1"/><tag k="landuse" v="forest"/></way>
  <way id="15"><nd ref="3"/><nd ref="6"/><tag k="highway" v="proposed"/></way>
  <way id="16"><nd ref="1"/><nd ref="2"/><nd ref="4"/><nd ref="1"/><tag k="area:highway" v="primary"/></way>
  <way id="17"><nd ref="1"/><nd ref="2"/><nd ref="4"/><nd ref="1"/><tag k="area:highway" v="footway"/></way>
  <relation id="20"><member type="way" ref="10" role="from"/><member type="node" ref="2" role="via"/>
    <member type="way" ref="12" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>
  <relation id="21"><member type="way" ref="10" role="from"/><member type="way" ref="11" role="via"/>
    <member type="way" ref="12" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="no_u_turn"/>
    <tag k="except" v="psv;emergency"/></relation>
  <relation id="22"><member type="way" ref="10" role="from"/><member type="node" ref="2" role="via"/>
    <member type="way" ref="12" role="to"/><tag k="type" v="restriction"/>
    <tag k="restriction:conditional" v="no_left_turn @ (Mo-Fr)"/></relation>
</osm>"#;

#[test]
fn packed_osm_reads_like_plain_osm() {
    use std::io::Write;
    let folder = Folder::new(&[("a.osm", OSM)]);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(OSM.as_bytes()).unwrap();
    folder.write("a.osm.gz", &gz.finish().unwrap());
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    bz2.write_all(OSM.as_bytes()).unwrap();
    folder.write("a.osm.bz2", &bz2.finish().unwrap());
    let say = |file: &str| {
        let area = open(&folder.path(file));
        assert_eq!(area.name, "a");
        format!("{:?} {:?} {:?} {:?}", area.layers.roads, area.layers.stations, area.notes, area.network)
    };
    assert_eq!(say("a.osm"), say("a.osm.gz"));
    assert_eq!(say("a.osm"), say("a.osm.bz2"));
}

#[test]
fn every_layer_of_the_table_is_read_without_being_named_anywhere_else() {
    let shapes = r#"{ "type": "FeatureCollection", "features": [
        { "type": "Feature", "properties": { "class": "residential" },
          "geometry": { "type": "LineString", "coordinates": [[110.0, 30.0], [110.01, 30.0]] } },
        { "type": "Feature", "properties": {}, "geometry": { "type": "Polygon", "coordinates":
          [[[110.0, 30.0], [110.01, 30.0], [110.01, 30.01], [110.0, 30.0]]] } } ] }"#;
    let layers: Vec<LayerId> = LayerId::ALL.iter().copied().filter(|layer| !layer.is_raster()).collect();
    let section = |layer: &LayerId| format!("[{}]\nsource = 'shapes.geojson'\n", layer.code());
    let manifest = format!("name = '甲县'\n{}", layers.iter().map(section).collect::<String>());
    let area = Folder::new(&[("area.toml", &manifest), ("shapes.geojson", shapes)]).open();
    assert_eq!(area.present(), layers);
}

#[test]
fn osm_roads_are_cut_and_restricted_as_the_data_says() {
    let folder = Folder::new(&[("a.osm", OSM)]);
    let area = open(&folder.path("a.osm"));
    let ids: Vec<&str> = area.layers.roads.iter().map(|road| road.source_id.as_str()).collect();
    assert_eq!(ids, ["way/10", "way/11", "way/12"]);
    assert!((area.layers.roads[0].width_m.unwrap() - 3.6576).abs() < 1e-9);
    assert_eq!(area.layers.roads[0].slope_percent, Some(12.0));
    let areas: Vec<&str> = area.layers.road_areas.iter().map(|area| area.source_id.as_str()).collect();
    assert_eq!(areas, ["way/16"]);
    assert_eq!(note(&area, "Roads cut").examples, ["way/11"]);
    assert_eq!(note(&area, "Roads whose nodes").examples, ["way/13"]);
    // The plain restriction binds; the one that excepts emergency vehicles and the one for certain hours do not.
    assert_eq!(area.network.forbidden.len(), 1);
    assert_eq!(note(&area, "certain times").examples, ["relation/22"]);
    assert_eq!(area.layers.forests.len(), 1);
    assert_eq!(read_of(&area, LayerId::Roads), 4);
}

#[test]
fn damaged_extracts_are_refused_with_a_way_out() {
    let folder = Folder::new(&[("a.osm", &OSM[..400]), ("b.osm", "hello"), ("c.osm", "")]);
    let mut truncated: Vec<(PathBuf, &str)> =
        vec![(folder.path("a.osm"), "fetch"), (folder.path("b.osm"), "OSM"), (folder.path("c.osm"), "empty")];
    if let Some(path) = data("guixi/guixi.osm").and_then(|_| data("liechtenstein/liechtenstein-2024.osm.pbf")) {
        let bytes = std::fs::read(path).unwrap();
        folder.write("d.osm.pbf", &bytes[..bytes.len() / 3]);
        truncated.push((folder.path("d.osm.pbf"), "fetch it again"));
        let mut broken = bytes.clone();
        broken[200_000..200_400].fill(0x5a);
        folder.write("e.osm.pbf", &broken);
        truncated.push((folder.path("e.osm.pbf"), "fetch it again"));
    }
    for (path, words) in truncated {
        let Err(error) = fireplan_read::open(&path, &Silent) else { panic!("{} was read", path.display()) };
        let error = format!("{error:#}");
        assert!(error.contains(words) && error.contains(path.file_name().unwrap().to_str().unwrap()), "{error}");
    }
}

#[test]
fn elevation_and_people_are_laid_on_the_plane() {
    let Some(dem) = data("liechtenstein/srtm-1arcsec.tif") else { return };
    let osm = data("liechtenstein/liechtenstein-2024.osm.pbf").unwrap();
    let folder = Folder::new(&[]);
    let toml = format!(
        "name = 'FL'\n[osm]\nsource = '{}'\n[elevation]\nsource = '{}'\n[population]\nsource = '{1}'\n[risk]\nsource = '{1}'\n",
        osm.canonicalize().unwrap().display(),
        dem.canonicalize().unwrap().display()
    );
    folder.write("area.toml", toml.as_bytes());
    let area = folder.open();
    let grid = area.elevation.as_ref().unwrap();
    // The Vaduz castle stands at about 570 m, the valley at 450 to 460 m.
    let mut at = [Coord { x: 9.5239, y: 47.1393 }];
    area.plane.to_local(&mut at).unwrap();
    let height = grid.interpolate(at[0]).unwrap();
    assert!((500.0..620.0).contains(&height), "{height}");
    let (low, high) =
        grid.values.iter().filter(|v| v.is_finite()).fold((f32::MAX, f32::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    assert!(low >= 413.0 && high <= 2686.0, "{low} {high}");
    // And as a risk, which lies on the same cells by the same interpolation.
    let risk = area.risk.as_ref().unwrap().interpolate(at[0]).unwrap();
    assert!((risk - height).abs() < 1e-6, "{risk} {height}");
    assert!(area.sources.iter().any(|source| source.layer.code() == "risk"));
    // Metres taken for people serve as well to see that none are lost.
    let people = note(&area, "population raster");
    let (before, after) = people.examples[0].split_once(" → ").unwrap();
    let [before, after] = [before, after].map(|text| text.parse::<f64>().unwrap());
    // The country is a third of the box of the file, and only what lies inside its boundary counts.
    assert!(after > 0.25 * before && after < 0.5 * before, "{before} {after}");
    let grid_sum: f64 = area.population.as_ref().unwrap().values.iter().map(|v| f64::from(*v)).sum();
    assert!((grid_sum - after).abs() < 1e-6 * after, "{grid_sum} {after}");
}

#[test]
fn points_in_web_map_coordinates_are_suspected() {
    // Houses along a winding road, given in GCJ-02 but said to be in degrees of CGCS2000.
    let mut line = Vec::new();
    let mut csv = "name,x,y\n".to_owned();
    for i in 0..60 {
        let (x, y) = (112.80 + f64::from(i) * 0.002, 35.50 + (f64::from(i) * 0.7).sin() * 0.004);
        line.push(format!("[{x},{y}]"));
        let shift = fireplan_model::plane::gcj02_shift(Coord { x, y });
        csv += &format!("P{i},{},{}\n", x + shift.x, y + shift.y);
    }
    let roads = format!(
        r#"{{"type":"Feature","properties":{{"class":"tertiary"}},"geometry":{{"type":"LineString","coordinates":[{}]}}}}"#,
        line.join(",")
    );
    let toml = "name = 'x'\n[roads]\nsource = 'r.geojson'\n[hydrants]\nsource = 'p.csv'\nx = 'x'\ny = 'y'\ncrs = 'EPSG:4490'\n";
    let area = Folder::new(&[("area.toml", toml), ("r.geojson", &roads), ("p.csv", &csv)]).open();
    let note = note(&area, "GCJ-02");
    assert_eq!(note.layer, Some(LayerId::Hydrants));
    assert!(area.layers.hydrants.len() == 60);
}

#[test]
fn the_report_tells_what_was_read_and_what_not() {
    let folder = Folder::new(&[("area.toml", ROADS_TOML), ("roads.geojson", ROADS)]);
    let report = fireplan_read::doctor::report(&folder.open(), Language::Chinese);
    for words in ["示例县", "roads.geojson", "EPSG:4547", "未采用", "路网", "合成"] {
        assert!(report.contains(words), "{words} is not in:\n{report}");
    }
}
