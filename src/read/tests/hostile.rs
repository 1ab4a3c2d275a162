//! Files that would hang the program, fill its memory or make it call somebody: refused, with what and where and the way out.

use std::net::TcpListener;
use std::process::Command;

use fireplan_model::layers::LayerId;
use fireplan_model::progress::Silent;

use crate::damage::{Files, ROADS, ROADS_TOML, told};

fn pipe(folder: &Files, name: &str) {
    assert!(Command::new("mkfifo").arg(folder.path(name)).status().unwrap().success());
}

#[test]
fn pipes_are_refused_wherever_they_stand() {
    let layer = |file: &str| format!("{ROADS_TOML}[water_sources]\nsource = '{file}'\n");
    for (toml, name) in [
        (layer("w.geojson"), "w.geojson"),
        (layer("w.csv"), "w.csv"),
        (layer("w.shp"), "w.dbf"),
        (layer("w.shp"), "w.prj"),
        (layer("w.gdb"), "w.gdb/a0001.gdbtable"),
        (layer("osm:w.osm"), "w.osm"),
        (format!("{ROADS_TOML}[elevation]\nsource = 'w.tif'\n"), "w.tif"),
        (format!("{ROADS_TOML}[elevation]\nsource = 'w.tif'\n"), "w.tfw"),
        (layer("w.vrt"), "v.geojson"),
    ] {
        let folder = Files::new(&[("area.toml", &toml), ("roads.geojson", ROADS)]);
        std::fs::create_dir(folder.path("w.gdb")).unwrap();
        let shown = "<OGRVRTDataSource><OGRVRTLayer name='v'><SrcDataSource relativeToVRT='1'>v.geojson</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>";
        for (other, text) in [("w.shp", ""), ("w.vrt", shown), ("w.tif", "")] {
            if other != name {
                folder.write(other, text.as_bytes());
            }
        }
        pipe(&folder, name);
        let error = folder.error();
        assert!(error.contains("普通文件") && error.contains(name), "{name}: {error}");
    }
    let folder = Files::new(&[]);
    pipe(&folder, "area.toml");
    assert!(folder.error().contains("普通文件"));
    pipe(&folder, "a.osm");
    let error = fireplan_read::open(&folder.path("a.osm"), &Silent).err().map(|error| format!("{error:#}"));
    assert!(error.unwrap().contains("普通文件"));
}

#[test]
fn nothing_is_asked_of_a_network() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let url = format!("http://{}/x", server.local_addr().unwrap());
    let layer = |source: &str| format!("{ROADS_TOML}[water_sources]\nsource = '{source}'\n");
    let vrt = |source: &str| {
        format!(
            "<OGRVRTDataSource><OGRVRTLayer name='v'><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
        )
    };
    let raster = |source: &str| {
        format!(
            "<VRTDataset rasterXSize='9' rasterYSize='9'><VRTRasterBand><SimpleSource><SourceFilename>{source}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
        )
    };
    let wms = format!(
        "<GDAL_WMS><Service name='WMS'><ServerUrl>{url}</ServerUrl></Service><DataWindow><UpperLeftX>114</UpperLeftX><UpperLeftY>36</UpperLeftY><LowerRightX>115</LowerRightX><LowerRightY>35</LowerRightY><SizeX>9</SizeX><SizeY>9</SizeY></DataWindow></GDAL_WMS>"
    );
    let linked = format!(
        r#"{{"type":"FeatureCollection","crs":{{"type":"link","properties":{{"href":"{url}"}}}},"features":[{{"type":"Feature","properties":{{"kind":"pond"}},"geometry":{{"type":"Point","coordinates":[114.0,35.0]}}}}]}}"#
    );
    let elevation = format!("{ROADS_TOML}[elevation]\nsource = 'w.vrt'\n");
    for (toml, name, text) in [
        (layer(&url), "unused", String::new()),
        (layer(&format!("/vsicurl/{url}.geojson")), "unused", String::new()),
        (layer(&format!("/vsicurl_streaming/{url}.geojson")), "unused", String::new()),
        (layer(&format!("/vsizip//vsicurl/{url}.zip")), "unused", String::new()),
        (layer("PG:host=127.0.0.1 dbname=x"), "unused", String::new()),
        (layer(&format!("WFS:{url}")), "unused", String::new()),
        (layer("w.vrt"), "w.vrt", vrt(&url)),
        (layer("w.vrt"), "w.vrt", vrt(&format!("/vsicurl/{url}"))),
        // By what it holds, and not by its name, is a file virtual.
        (layer("w.geojson"), "w.geojson", vrt(&url)),
        (elevation.clone(), "w.vrt", raster(&format!("/vsicurl/{url}.tif"))),
        (elevation.clone(), "w.vrt", wms.clone()),
        (format!("{ROADS_TOML}[elevation]\nsource = 'w.xml'\n"), "w.xml", wms),
        (format!("{ROADS_TOML}[elevation]\nsource = '{url}.tif'\n"), "unused", String::new()),
        (format!("{}crs = '{url}'\n", layer("w.geojson")), "w.geojson", linked.clone()),
        (layer("w.geojson"), "w.geojson", linked),
    ] {
        let folder = Files::new(&[("area.toml", &toml), ("roads.geojson", ROADS), (name, &text)]);
        let read = folder.read();
        assert!(server.accept().is_err(), "somebody called for: {toml}{text}");
        if !text.contains("\"link\"") {
            assert!(read.is_err(), "{toml}{text}");
        }
    }
}

#[test]
fn of_a_raster_only_the_area_is_read_and_too_fine_a_one_is_refused() {
    let toml = format!("{ROADS_TOML}[elevation]\nsource = 'd.tif'\n");
    let folder = Files::new(&[("area.toml", &toml), ("roads.geojson", ROADS)]);
    let sparse = |corners: [&str; 4]| {
        let size = ["-outsize", "200000", "200000", "-bands", "1", "-ot", "Float32", "-a_srs", "EPSG:4490"];
        let options = ["-co", "SPARSE_OK=YES", "-co", "TILED=YES", "-co", "BIGTIFF=YES", "-of", "GTiff", "-a_ullr"];
        let _ = std::fs::remove_file(folder.path("d.tif"));
        let arguments = [&size[..], &options, &corners, &["d.tif"]].concat();
        folder.run("gdal_create", &arguments);
    };
    // 160 GB of a continent: of the county a window.
    sparse(["73", "54", "136", "3"]);
    let area = folder.open();
    let read = area.sources.iter().find(|source| source.layer == LayerId::Elevation).unwrap().read;
    assert!((10_000..2_000_000).contains(&read), "{read}");
    // The same cells over the county alone are more than can be held.
    sparse(["113.99", "35.05", "114.11", "34.95"]);
    let error = folder.error();
    assert!(error.contains("gdalwarp -tr") && error.contains("d.tif"), "{error}");
}

#[test]
fn a_raster_cut_short_is_refused_and_one_elsewhere_is_told() {
    let toml = format!("{ROADS_TOML}[elevation]\nsource = 'd.tif'\n");
    let folder = Files::new(&[("area.toml", &toml), ("roads.geojson", ROADS)]);
    let create = |corners: [&str; 4]| {
        let _ = std::fs::remove_file(folder.path("d.tif"));
        let size = [
            "-outsize",
            "400",
            "400",
            "-bands",
            "1",
            "-ot",
            "Float32",
            "-burn",
            "500",
            "-a_srs",
            "EPSG:4490",
            "-a_ullr",
        ];
        folder.run("gdal_create", &[&size[..], &corners, &["d.tif"]].concat());
    };
    create(["113.9", "35.1", "114.2", "34.9"]);
    assert!(folder.open().elevation.unwrap().values.iter().all(|height| (*height - 500.0).abs() < 0.1));
    let bytes = std::fs::read(folder.path("d.tif")).unwrap();
    folder.write("d.tif", &bytes[..bytes.len() / 2]);
    let error = folder.error();
    assert!(error.contains("d.tif") && error.contains("损坏"), "{error}");
    create(["10", "50", "11", "49"]);
    let area = folder.open();
    assert!(
        told(&area, LayerId::Elevation).iter().any(|note| note.contains("不在本区范围内") && note.contains("d.tif"))
    );
}

#[test]
fn a_virtual_file_is_read_and_its_digest_is_of_what_it_shows() {
    let toml = "name = '测试县'\n[roads]\nsource = 'r.vrt'\n";
    let vrt = "<OGRVRTDataSource><OGRVRTLayer name='roads'><SrcDataSource relativeToVRT='1'>roads.geojson</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>";
    let folder = Files::new(&[("area.toml", toml), ("r.vrt", vrt), ("roads.geojson", ROADS)]);
    let before = folder.open();
    assert_eq!(
        (before.layers.roads.len(), before.sources[0].files.as_slice()),
        (1, &["r.vrt".to_owned(), "roads.geojson".to_owned()][..])
    );
    folder.write("roads.geojson", format!("{ROADS} ").as_bytes());
    assert_ne!(folder.open().sources[0].sha256, before.sources[0].sha256);
    std::fs::remove_file(folder.path("roads.geojson")).unwrap();
    assert!(folder.error().contains("roads.geojson"));
}

#[test]
fn the_last_writes_of_a_geopackage_are_of_its_digest() {
    let folder =
        Files::new(&[("area.toml", "name = '测试县'\n[roads]\nsource = 'r.gpkg'\n"), ("roads.geojson", ROADS)]);
    folder.run("ogr2ogr", &["-f", "GPKG", "r.gpkg", "roads.geojson"]);
    let before = folder.open().sources[0].clone();
    assert!(before.files.is_empty() || before.files == ["r.gpkg"]);
    folder.write("r.gpkg-wal", b"");
    let after = folder.open().sources[0].clone();
    assert_eq!(after.files, ["r.gpkg", "r.gpkg-wal"]);
    assert_ne!(after.sha256, before.sha256);
}
