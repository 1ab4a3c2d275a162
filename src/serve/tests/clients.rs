//! Programs of others read the service as they find it: GDAL's OGC API Features driver and OWSLib.
//!
//! OWSLib is looked for in the Python named by `FIREPLAN_PYTHON`, else in `.venv`, else in `python3`.

use std::process::{Command, Output};

use fireplan_serve::{AppState, router};

/// Serves the invented area on a free port of this machine for as long as the test runs.
fn serve() -> (tokio::runtime::Runtime, String) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let state = AppState::new(fireplan_testing::area(), fireplan_testing::rules()).unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(async move { axum::serve(listener, router(state)).await });
    (runtime, root)
}

fn run(command: &mut Command) -> Option<Output> {
    command.env("NO_PROXY", "*").env("no_proxy", "*").output().ok()
}

fn text(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn skip(what: &str) {
    fireplan_testing::skip(&format!("{what} is not installed, so it could not be tried against the service"));
}

fn has_gdal() -> bool {
    run(Command::new("ogrinfo").arg("--version")).is_some_and(|output| output.status.success())
}

#[test]
fn ogrinfo_counts_the_features_of_every_layer() {
    if !has_gdal() {
        return skip("ogrinfo (gdal-bin)");
    }
    let (_running, root) = serve();
    let source = format!("OAPIF:{root}");
    let listed = text(&run(Command::new("ogrinfo").args(["-ro", &source])).unwrap());
    for (layer, count) in [("roads", 25), ("forests", 3), ("villages", 37), ("buildings", 200), ("water_sources", 3)] {
        assert!(listed.contains(layer), "{listed}");
        // Ten a page: more than one page for most layers.
        let command = ["-ro", "-so", "-oo", "PAGE_SIZE=10", "-oo", "INITIAL_REQUEST_PAGE_SIZE=5", &source, layer];
        let said = text(&run(Command::new("ogrinfo").args(command)).unwrap());
        assert!(said.contains(&format!("Feature Count: {count}")), "{layer}: {said}");
    }
}

#[test]
fn ogr2ogr_fetches_pages_boxes_and_selections() {
    if !has_gdal() {
        return skip("ogr2ogr (gdal-bin)");
    }
    let (_running, root) = serve();
    let folder = tempfile::tempdir().unwrap();
    let fetch = |name: &str, more: &[&str]| -> geojson::FeatureCollection {
        let file = folder.path().join(format!("{name}.geojson"));
        let mut command = Command::new("ogr2ogr");
        command
            .args(["-f", "GeoJSON"])
            .arg(&file)
            .arg(format!("OAPIF:{root}"))
            .args(["-oo", "PAGE_SIZE=10"])
            .args(more);
        text(&run(&mut command).unwrap());
        std::fs::read_to_string(&file).unwrap().parse::<geojson::GeoJson>().unwrap().try_into().unwrap()
    };
    let all = fetch("all", &["villages"]);
    assert_eq!(all.features.len(), 37);
    assert_eq!(all.features[36].property("name").unwrap(), "李家村36");
    let boxed = fetch("boxed", &["-spat", "110.30", "34.60", "110.34", "34.64", "villages"]);
    let inside = all.features.iter().filter(|village| {
        let geometry = village.geometry.as_ref().unwrap();
        let geojson::GeometryValue::Point { coordinates: at } = &geometry.value else { panic!() };
        (110.30..=110.34).contains(&at[0]) && (34.60..=34.64).contains(&at[1])
    });
    assert!(boxed.features.len() > 3 && boxed.features.len() == inside.count());
    let selected = fetch("selected", &["-where", "name = '李家村7'", "villages"]);
    assert_eq!(selected.features.len(), 1);
}

const OWSLIB: &str = r#"
import json, sys
from owslib.ogcapi.features import Features
from owslib.ogcapi.processes import Processes
root = sys.argv[1]
features = Features(root)
assert any(link["rel"] == "service-desc" for link in features.links)
assert features.api()["openapi"].startswith("3.0")
assert any("ogcapi-features-1" in one for one in features.conformance()["conformsTo"])
assert {"roads", "villages"} <= set(features.feature_collections()), features.feature_collections()
assert features.collection("roads")["id"] == "roads"
assert "width_m" in features.collection_queryables("roads")["properties"]
assert "width_m" in features.collection_schema("roads")["properties"]
page = features.collection_items("villages", limit=20, offset=20)
assert page["numberMatched"] == 37 and page["numberReturned"] == 17
box = features.collection_items("stations", bbox=[110.33, 34.62, 110.34, 34.64])
assert box["numberMatched"] == 1, box["numberMatched"]
assert features.collection_item("villages", "3")["id"] == 3
processes = Processes(root)
assert [one["id"] for one in processes.processes()]
assert "audit_places" in processes.process("coverage")["inputs"]
found = processes.execute("coverage", inputs={"audit_places": 40})
found = json.loads(found) if isinstance(found, str) else found
assert found["manifest"]["request"]["audit_places"] == 40, found
assert set(found["layers"]) <= set(features.feature_collections())
print("read", len(found["layers"]))
"#;

const VALIDATOR: &str = r#"
import json, sys
from openapi_spec_validator import validate
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        validate(json.load(file))
print("valid")
"#;

/// The page's types are made of the same files by openapi-typescript, which refuses what redocly finds wrong.
#[test]
fn the_descriptions_are_valid_openapi() {
    let python = find_python();
    let imports = run(Command::new(&python).args(["-c", "import openapi_spec_validator"]));
    if !imports.is_some_and(|output| output.status.success()) {
        return skip("openapi-spec-validator (pip install openapi-spec-validator)");
    }
    let copies = ["web/api.json", "web/projects.json"].map(|name| fireplan_testing::root().join(name));
    let said = text(&run(Command::new(&python).args(["-c", VALIDATOR]).args(copies)).unwrap());
    assert!(said.starts_with("valid"), "{said}");
}

/// Where the clients of others are installed.
fn find_python() -> String {
    let local = fireplan_testing::root().join(".venv/bin/python");
    let named = std::env::var("FIREPLAN_PYTHON").ok();
    named.unwrap_or_else(|| if local.exists() { local.display().to_string() } else { "python3".to_owned() })
}

#[test]
fn owslib_reads_features_and_asks_a_question() {
    let python = find_python();
    let imports = run(Command::new(&python).args(["-c", "import owslib.ogcapi.processes"]));
    if !imports.is_some_and(|output| output.status.success()) {
        return skip("OWSLib (pip install OWSLib)");
    }
    let (_running, root) = serve();
    let said = text(&run(Command::new(&python).args(["-c", OWSLIB, &root])).unwrap());
    assert!(said.starts_with("read "), "{said}");
}
