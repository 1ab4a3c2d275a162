//! What is handed over: the service and the command make the same package, and single layers open elsewhere with their styles.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use fireplan_model::findings::Layer;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_package::archive::{ArchivedPart, unpack_archive};
use fireplan_package::download::{DownloadFormat, DownloadOrigin, LayerSelection, write_layer};
use fireplan_serve::{AppState, router};
use gdal::Dataset;
use gdal::vector::LayerAccess;
use http_body_util::BodyExt;
use tower::ServiceExt;

/// A street of 2 km with a station and two villages.
const STREET: &str = include_str!("street.osm");
const FACTS: &str = "name = '街区消防专项规划'\nbody = '街区管委会'\nbase_year = 2026\ndate = '2026-11-28'\n";

async fn send(service: &Router, request: Request<Body>) -> Vec<u8> {
    let response = service.clone().oneshot(request).await.unwrap();
    assert!(response.status().is_success(), "{}", response.status());
    response.into_body().collect().await.unwrap().to_bytes().to_vec()
}

async fn get_json(service: &Router, path: &str) -> serde_json::Value {
    serde_json::from_slice(&send(service, Request::get(path).body(Body::empty()).unwrap()).await).unwrap()
}

/// The package of a folder as the service makes it.
async fn order(area: &Path) -> Vec<u8> {
    let read = fireplan_read::open(area, &Silent).unwrap();
    let state = AppState::new(read, Rules::load(None).unwrap()).unwrap();
    state.packages.settle(area.to_owned());
    let service = router(state);
    let request = Request::post("/packages").body(Body::from("{}")).unwrap();
    let ordered: serde_json::Value = serde_json::from_slice(&send(&service, request).await).unwrap();
    let path = format!("/packages/{}", ordered["id"].as_str().unwrap());
    loop {
        let status = get_json(&service, &path).await;
        match status["status"].as_str().unwrap() {
            "successful" => break,
            "accepted" | "running" => tokio::time::sleep(Duration::from_millis(50)).await,
            other => panic!("{other}: {status}"),
        }
    }
    send(&service, Request::get(format!("{path}/zip")).body(Body::empty()).unwrap()).await
}

/// The archive that the command leaves in a folder.
fn package(area: &Path, out: &Path) -> PathBuf {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fireplan"));
    let output = command.arg("package").arg(area).arg("--out").arg(out).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut archives = std::fs::read_dir(out).unwrap().map(|entry| entry.unwrap().path());
    archives.find(|path| path.extension().is_some_and(|ending| ending == "zip")).unwrap()
}

#[tokio::test]
async fn the_service_and_the_command_make_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let area = folder.path().join("street");
    std::fs::create_dir(&area).unwrap();
    std::fs::write(area.join("street.osm"), STREET).unwrap();
    std::fs::write(area.join("area.toml"), "name = \"街区\"\n[osm]\nsource = \"street.osm\"\n").unwrap();
    std::fs::write(area.join("package.toml"), FACTS).unwrap();
    let archive = package(&area, &folder.path().join("out"));
    assert!(archive.ends_with("街区消防专项规划_送审稿_20261128.zip"), "{}", archive.display());
    let ours = std::fs::read(&archive).unwrap();
    let theirs = order(&area).await;
    let names = |parts: &[ArchivedPart]| parts.iter().map(|part| part.name.clone()).collect::<Vec<_>>();
    let (of_command, of_service) = (unpack_archive(&ours).unwrap(), unpack_archive(&theirs).unwrap());
    assert_eq!(names(&of_command), names(&of_service));
    for (one, other) in of_command.iter().zip(&of_service) {
        assert!(one.bytes == other.bytes, "{} differs", one.name);
    }
    assert!(ours == theirs, "the archives differ");
    let has = |start: &str| of_command.iter().any(|part| part.name.contains(start));
    let folders = ["1 文本", "2 说明书", "3 图集", "4 附表", "5 数据库", "6 附件", "7 审查"];
    assert!(folders.iter().all(|folder| has(folder)), "{:?}", names(&of_command));
}

/// A layer of the demo county in a file.
fn written(layer: &Layer, format: DownloadFormat, folder: &Path) -> PathBuf {
    let (area, _, _) = crate::package::answered();
    let features: Vec<u32> = (0..layer.features.len() as u32).collect();
    let origin =
        DownloadOrigin { area: area.name.clone(), source: "测试".to_owned(), base_year: String::new(), notice: None };
    let path = folder.join(format!("{}.{}", layer.id, format.extension()));
    let selection = LayerSelection { layer, features: &features, plane: &area.plane, origin: &origin };
    write_layer(format, &selection, &path).unwrap();
    path
}

fn layers() -> Vec<Layer> {
    let (area, _, answers) = crate::package::answered();
    let found = answers.iter().flat_map(|answer| answer.findings.layers.iter().cloned());
    area.map_layers().into_iter().chain(found).filter(|layer| !layer.features.is_empty()).collect()
}

#[test]
fn every_layer_opens_with_all_its_features_and_a_style_that_draws_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut categorised = 0;
    for layer in layers() {
        let path = written(&layer, DownloadFormat::GeoPackage, folder.path());
        let dataset = Dataset::open(&path).unwrap();
        let placed = layer.features.iter().filter(|feature| feature.geometry.is_some()).count() as u64;
        let parts: Vec<_> = dataset.layers().filter(|part| part.name() != "layer_styles").collect();
        let count: u64 = parts.iter().map(LayerAccess::feature_count).sum();
        assert_eq!(count, placed, "{}", layer.id);
        let mut styles = dataset.layer_by_name("layer_styles").unwrap();
        let styles: Vec<String> = styles
            .features()
            .map(|style| style.field_as_string(style.field_index("styleQML").unwrap()).unwrap().unwrap())
            .collect();
        assert_eq!(styles.len(), parts.len(), "{}", layer.id);
        for style in styles {
            categorised += usize::from(style.contains("categorizedSymbol"));
            // QGIS draws nothing of what no category names.
            let classes: Vec<&str> =
                style.split("value=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
            assert!(!classes.is_empty() || style.contains("singleSymbol"), "{}: {style}", layer.id);
            assert!(!style.contains("rgb") && style.contains("<alias "), "{}", layer.id);
        }
        for mut part in parts {
            let drawn = part.defn().fields().any(|field| field.name() == "map_class");
            assert!(drawn && part.features().all(|feature| feature.geometry().is_some()), "{}", layer.id);
        }
    }
    assert!(categorised > 20, "only {categorised} layers are told apart by classes");
}

#[test]
fn other_programs_read_places_and_facts_from_kml_and_gpx() {
    let folder = tempfile::tempdir().unwrap();
    for id in ["stations", "roads", "towns", "water_sources"] {
        let layer = layers().into_iter().find(|layer| layer.id == id).unwrap();
        let placed = layer.features.iter().filter(|feature| feature.geometry.is_some()).count() as u64;
        let kml = Dataset::open(written(&layer, DownloadFormat::Kml, folder.path())).unwrap();
        let count: u64 = kml.layers().map(|part| part.feature_count()).sum();
        assert_eq!(count, placed, "{id} in KML");
        let gpx = Dataset::open(written(&layer, DownloadFormat::Gpx, folder.path())).unwrap();
        let count: u64 =
            ["waypoints", "tracks"].iter().map(|part| gpx.layer_by_name(part).unwrap().feature_count()).sum();
        assert_eq!(count, placed, "{id} in GPX");
    }
}
