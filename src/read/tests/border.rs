//! What bounds the counts, what is there once, and what is refused for lying elsewhere.

use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerId;
use fireplan_model::progress::Silent;
use geo::Area;

/// An area of these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| std::fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn open(files: &[(&str, &str)]) -> StudyArea {
    fireplan_read::open(folder(files).path(), &Silent).unwrap_or_else(|error| panic!("{error:#}"))
}

fn error(files: &[(&str, &str)]) -> String {
    let Err(error) = fireplan_read::open(folder(files).path(), &Silent) else {
        panic!("this should have been refused")
    };
    format!("{error:#}")
}

fn told(area: &StudyArea, layer: LayerId, word: &str) -> Vec<String> {
    let notes = area.notes.iter().filter(|note| note.layer == Some(layer) && note.text.zh.contains(word));
    notes.flat_map(|note| note.examples.clone()).collect()
}

/// GeoJSON of features: geometry type, coordinates, properties.
fn geojson(features: &[(&str, &str, &str)]) -> String {
    let feature = |(kind, coordinates, properties): &(&str, &str, &str)| {
        format!(
            r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}"#
        )
    };
    let features: Vec<String> = features.iter().map(feature).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

const TOML: &str = "name = '测试县'\n[roads]\nsource = 'roads.geojson'\n";

/// A road of 9 km along 35° north.
fn roads() -> String {
    geojson(&[("LineString", "[[114.0,35.0],[114.1,35.0]]", r#""class":"secondary","name":"主路""#)])
}

#[test]
fn the_boundary_bounds_and_a_station_of_several_points_is_one() {
    let toml = format!(
        "{TOML}[boundary]\nsource = 'b.geojson'\n[villages]\nsource = 'v.geojson'\n[stations]\nsource = 's.geojson'\n"
    );
    let boundary =
        geojson(&[("Polygon", "[[[114.0,34.99],[114.05,34.99],[114.05,35.01],[114.0,35.01],[114.0,34.99]]]", "")]);
    let villages = geojson(&[
        ("MultiPoint", "[[114.01,35.0],[114.02,35.0],[114.03,35.0]]", r#""name":"甲村","population_people":900"#),
        ("Point", "[114.08,35.0]", r#""name":"邻村","population_people":50"#),
    ]);
    let stations = geojson(&[
        ("MultiPoint", "[[114.01,35.0],[114.011,35.0]]", r#""name":"一站""#),
        ("Point", "[114.09,35.0]", r#""name":"邻站""#),
        ("Point", "[114.02,35.0]", r#""name":"旧站","状态":"已撤销""#),
    ]);
    let area = open(&[
        ("area.toml", &toml),
        ("roads.geojson", &roads()),
        ("b.geojson", &boundary),
        ("v.geojson", &villages),
        ("s.geojson", &stations),
    ]);
    let people: Vec<Option<u32>> = area.layers.villages.iter().map(|village| village.population_people).collect();
    assert_eq!(people, [Some(900)]);
    let names: Vec<&str> = area.layers.stations.iter().map(|station| &*station.name).collect();
    assert_eq!(names, ["一站", "邻站"]);
    assert_eq!(told(&area, LayerId::Villages, "界线外"), ["邻村（50 人）"]);
    assert_eq!(told(&area, LayerId::Stations, "照常出动"), ["邻站"]);
    assert!(told(&area, LayerId::Stations, "不在用")[0].contains("已撤销"));
    assert!(told(&area, LayerId::Roads, "界线外")[0].starts_with("4."));
    let road = &area.layers.roads[0].geometry;
    assert!((4_500.0..4_600.0).contains(&area.counted_m(road, 9_126.0)));
}

#[test]
fn people_on_the_boundary_count_by_the_share_inside() {
    let toml = format!("{TOML}[boundary]\nsource = 'b.geojson'\n[population]\nsource = 'p.asc'\ncrs = 'EPSG:4490'\n");
    let boundary =
        geojson(&[("Polygon", "[[[114.0,34.99],[114.05,34.99],[114.05,35.01],[114.0,35.01],[114.0,34.99]]]", "")]);
    // Three cells of 0.02 degrees from 113.99: half, wholly and wholly inside; then one half and one outside.
    let raster = "ncols 5\nnrows 1\nxllcorner 113.99\nyllcorner 34.99\ncellsize 0.02\n1000 1000 1000 1000 7000\n";
    let area = open(&[("area.toml", &toml), ("roads.geojson", &roads()), ("b.geojson", &boundary), ("p.asc", raster)]);
    let people: f64 = area.population.as_ref().unwrap().values.iter().map(|value| f64::from(*value)).sum();
    assert!((2_450.0..2_550.0).contains(&people), "{people}");
    assert_eq!(told(&area, LayerId::Population, "界线外").len(), 1);
}

#[test]
fn undeclared_voids_are_no_heights() {
    let toml = format!("{TOML}[elevation]\nsource = 'd.asc'\ncrs = 'EPSG:4490'\n");
    let row = |special: &str| format!("500 500 {special} 500 500 500 500 500 500 500 500 500\n");
    let rows: String = ["500", "-9999.0", "500", "0", "500", "32767"].map(row).concat();
    let raster =
        format!("ncols 12\nnrows 6\nxllcorner 113.99\nyllcorner 34.97\ncellsize 0.01\nNODATA_value -1\n{rows}");
    let area = open(&[("area.toml", &toml), ("roads.geojson", &roads()), ("d.asc", &raster)]);
    let heights = &area.elevation.as_ref().unwrap().values;
    assert!(heights.iter().all(|height| height.is_nan() || *height == 500.0));
    assert_eq!(told(&area, LayerId::Elevation, "未声明").len(), 1);
    assert_eq!(told(&area, LayerId::Elevation, "恰为 0").len(), 1);
}

#[test]
fn what_lies_elsewhere_is_refused_with_the_way_out() {
    let toml = |crs: &str| format!("{TOML}[hydrants]\nsource = 'h.csv'\nx = 'x'\ny = 'y'\ncrs = '{crs}'\n");
    for (crs, place, words) in [
        ("EPSG:4490", "35.0,114.0", "颠倒"),
        ("EPSG:4490", "35.0,80.0", "远离其他图层"),
        ("EPSG:4490", "117.0,35.0", "远离其他图层"),
        ("EPSG:4526", "500000,3874592", "EPSG:4547"),
        ("EPSG:4547", "38500000,3874592", "EPSG:4526"),
    ] {
        let csv = format!("x,y\n{place}\n{place}\n");
        let error = error(&[("area.toml", &toml(crs)), ("roads.geojson", &roads()), ("h.csv", &csv)]);
        assert!(error.contains(words) && error.contains("h.csv"), "{crs} {place}: {error}");
    }
    let western = geojson(&[("LineString", "[[80.0,37.0],[80.1,37.0]]", r#""class":"secondary""#)]);
    let swapped = "x,y\n37.0,80.05\n";
    let error = error(&[("area.toml", &toml("EPSG:4490")), ("roads.geojson", &western), ("h.csv", swapped)]);
    assert!(error.contains("颠倒") && error.contains("h.csv"), "{error}");
}

#[test]
fn osm_things_are_read_once_and_only_while_they_act() {
    let osm = r#"<osm version="0.6">
        <node id="1" lat="35.000" lon="114.000"/><node id="2" lat="35.000" lon="114.010"/>
        <node id="3" lat="35.010" lon="114.010"/><node id="4" lat="35.010" lon="114.000"/>
        <node id="5" lat="35.002" lon="114.002"/><node id="6" lat="35.002" lon="114.008"/>
        <node id="7" lat="35.008" lon="114.008"/><node id="8" lat="35.008" lon="114.002"/>
        <node id="9" lat="35.005" lon="114.005"><tag k="place" v="village"/><tag k="name" v="李村"/></node>
        <node id="10" lat="35.001" lon="114.001"><tag k="amenity" v="fire_station"/><tag k="razed" v="yes"/></node>
        <way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="landuse" v="forest"/></way>
        <way id="2"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="8"/><nd ref="5"/></way>
        <way id="3"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="place" v="village"/>
            <tag k="name" v="李村"/><tag k="population" v="800"/></way>
        <way id="4"><nd ref="1"/><nd ref="3"/><tag k="highway" v="tertiary"/></way>
        <way id="5"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="boundary" v="administrative"/>
            <tag k="admin_level" v="8"/><tag k="name" v="甲镇"/></way>
        <relation id="1"><member type="way" ref="1" role="outer"/><member type="way" ref="2" role="inner"/>
            <tag k="type" v="multipolygon"/></relation></osm>"#;
    let area = open(&[("area.toml", "name = 'x'\n[osm]\nsource = 'a.osm'\n"), ("a.osm", osm)]);
    assert_eq!(area.layers.stations.len(), 0);
    assert!(told(&area, LayerId::Stations, "不在用")[0].contains("node/10"));
    let villages: Vec<Option<u32>> = area.layers.villages.iter().map(|village| village.population_people).collect();
    assert_eq!(villages, [Some(800)]);
    assert_eq!(area.layers.towns.iter().map(|town| &*town.name).collect::<Vec<_>>(), ["甲镇"]);
    // The forest has the hole of its relation, though the tags stand on the outer way.
    assert_eq!(area.layers.forests.len(), 1);
    let forest_m2 = area.layers.forests[0].geometry.unsigned_area();
    let whole_m2 = area.layers.towns[0].geometry.unsigned_area();
    assert!((forest_m2 / whole_m2 - 0.64).abs() < 0.01, "{forest_m2} of {whole_m2}");
}
