//! The service, route by route, without a network: the router answers requests directly.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use fireplan_serve::{AppState, router, run_all};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::description::check_described;

pub(crate) struct Answer {
    pub status: StatusCode,
    headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn state() -> AppState {
    AppState::new(fireplan_testing::area(), fireplan_testing::rules()).unwrap()
}

pub(crate) fn service() -> Router {
    router(state())
}

pub(crate) async fn send(service: &Router, request: Request<Body>) -> Answer {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let answer = send_unchecked(service, request).await;
    check_described(method.as_str(), &path, &answer).await;
    answer
}

pub(crate) async fn send_unchecked(service: &Router, request: Request<Body>) -> Answer {
    let response = service.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes().to_vec() }
}

pub(crate) async fn load_description() -> Value {
    send_unchecked(&service(), Request::get("/api").body(Body::empty()).unwrap()).await.json()
}

pub(crate) async fn get(service: &Router, path: &str) -> Answer {
    send(service, Request::get(path).header("host", "here:1").body(Body::empty()).unwrap()).await
}

pub(crate) async fn get_json(service: &Router, path: &str) -> Value {
    let answer = get(service, path).await;
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

pub(crate) async fn post(service: &Router, path: &str, body: impl Into<Body>, prefer: &str) -> Answer {
    let request = Request::post(path).header("content-type", "application/json").header("prefer", prefer);
    send(service, request.body(body.into()).unwrap()).await
}

/// A problem answer, saying what is wrong in both languages.
pub(crate) async fn refused(service: &Router, path: &str, status: u16, says: &str) {
    let answer = get(service, path).await;
    is_problem(&answer, status, says, path);
}

pub(crate) fn is_problem(answer: &Answer, status: u16, says: &str, path: &str) {
    assert_eq!(answer.status.as_u16(), status, "{path}: {}", String::from_utf8_lossy(&answer.body));
    assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    assert_eq!(problem["instance"], path.split('?').next().unwrap());
    assert!(problem["detail"].as_str().unwrap().contains(says), "{path}: {problem}");
}

#[tokio::test]
async fn the_landing_page_leads_everywhere() {
    let service = service();
    let landing = get_json(&service, "/").await;
    assert_eq!(landing["fireplan"]["synthetic"], true);
    let extent = landing["fireplan"]["extent_wgs84"].as_array().unwrap();
    assert!((110.2..110.5).contains(&extent[0].as_f64().unwrap()));
    let links = landing["links"].as_array().unwrap();
    for rel in ["service-desc", "conformance", "data"] {
        assert!(links.iter().any(|link| link["rel"] == rel), "{rel}");
    }
    for link in links {
        let path = link["href"].as_str().unwrap().strip_prefix("http://here:1").unwrap();
        assert_eq!(get(&service, path).await.status, 200, "{path}");
    }
    let browser = Request::get("/").header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let page = send(&service, browser.body(Body::empty()).unwrap()).await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
}

#[tokio::test]
async fn every_described_path_is_there_and_the_other_way_round() {
    let service = service();
    let api = get_json(&service, "/api").await;
    let fill = [
        ("{collectionId}", "roads"),
        ("{featureId}", "1"),
        ("{styleId}", "base"),
        ("{processId}", "coverage"),
        ("{tileMatrixSetId}", "WebMercatorQuad"),
        ("{tileMatrix}", "3"),
        ("{tileRow}", "1"),
        ("{tileCol}", "2"),
        ("{z}", "3"),
        ("{x}", "2"),
        ("{y}", "1"),
    ];
    for (path, item) in api["paths"].as_object().unwrap() {
        // What only runs, scenarios and gaps have is asked for in tests of their own.
        let elsewhere =
            ["{jobId}", "{scenarioName}", "{packageId}", "/sheet", "/sign-in"].iter().any(|name| path.contains(name));
        if item.get("get").is_none() || elsewhere {
            continue;
        }
        let path = fill.iter().fold(path.clone(), |path, (name, value)| path.replace(name, value));
        assert!(!path.contains('{'), "{path}");
        let answer = get(&service, &path).await;
        // Only layers whose features are to be visited have sheets; see the test of those.
        let status = if path.ends_with("/sheet") { 404 } else { 200 };
        assert_eq!(answer.status, status, "{path}");
        for reference in item["get"]["parameters"].as_array().unwrap() {
            let pointer = reference["$ref"].as_str().unwrap().trim_start_matches('#').to_owned();
            assert!(api.pointer(&pointer).is_some(), "{pointer}");
        }
    }
    let conformance = get_json(&service, "/conformance").await;
    assert!(conformance["conformsTo"].to_string().contains("ogcapi-tiles-1/1.0/conf/geojson"));
}

#[tokio::test]
async fn collections_say_what_they_hold() {
    let service = service();
    let all = get_json(&service, "/collections").await;
    let ids: Vec<&str> = all["collections"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert!(["roads", "forests", "villages", "stations"].iter().all(|id| ids.contains(id)), "{ids:?}");
    let roads = get_json(&service, "/collections/roads").await;
    assert_eq!(roads["storageCrs"], "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
    assert_eq!(roads["fireplan"]["count"], 25);
    assert_eq!(roads["fireplan"]["drawing"], json!({ "kind": "coded", "column": "class" }));
    for link in roads["links"].as_array().unwrap() {
        let path = link["href"].as_str().unwrap().strip_prefix("http://here:1").unwrap();
        assert_eq!(get(&service, path).await.status, 200, "{path}");
    }
    let schema = get_json(&service, "/collections/roads/schema").await;
    assert_eq!(schema["properties"]["width_m"]["x-ogc-unit"], "m");
    assert_eq!(schema["properties"]["class"]["oneOf"][0]["const"], "motorway");
}

#[tokio::test]
async fn items_are_paged_without_gap_or_repetition() {
    let service = service();
    let mut path = "/collections/villages/items?limit=15".to_owned();
    let mut ids = Vec::new();
    loop {
        let page = get_json(&service, &path).await;
        assert_eq!(page["numberMatched"], 37);
        ids.extend(page["features"].as_array().unwrap().iter().map(|feature| feature["id"].as_u64().unwrap()));
        let next = page["links"].as_array().unwrap().iter().find(|link| link["rel"] == "next").cloned();
        let Some(next) = next else { break };
        path = next["href"].as_str().unwrap().strip_prefix("http://here:1").unwrap().to_owned();
    }
    assert_eq!(ids, (1..=37).collect::<Vec<u64>>());
    let first = get_json(&service, "/collections/villages/items/1").await;
    assert_eq!(first["properties"]["name"], "李家村0");
}

#[tokio::test]
async fn items_are_found_by_box_and_by_property() {
    let service = service();
    let station = get_json(&service, "/collections/stations/items/1").await;
    let [lon, lat] = [0, 1].map(|at| station["geometry"]["coordinates"][at].as_f64().unwrap());
    let near = |low: f64, high: f64| format!("{low:.4},{high:.4}");
    let path = format!("bbox={},{}", near(lon - 0.001, lat - 0.001), near(lon + 0.001, lat + 0.001));
    let found = get_json(&service, &format!("/collections/stations/items?{path}")).await;
    assert_eq!(found["numberMatched"], 1);
    // The same box with latitude first.
    let swapped = format!(
        "bbox={},{}&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4490",
        near(lat - 0.001, lon - 0.001),
        near(lat + 0.001, lon + 0.001)
    );
    let found = get_json(&service, &format!("/collections/stations/items?{swapped}")).await;
    assert_eq!(found["numberMatched"], 1);
    // A box inside the hole of a forest touches nothing.
    let hole = "bbox=110.345,34.6588,110.346,34.6592";
    let inside = get_json(&service, &format!("/collections/forests/items?{hole}")).await;
    assert_eq!(inside["numberMatched"], 0, "{inside}");
    let named = get_json(&service, "/collections/forests/items?name=%E5%8D%97%E6%B2%9F").await;
    assert_eq!((&named["numberMatched"], &named["features"][0]["id"]), (&json!(1), &json!(2)));
    let bridges = get_json(&service, "/collections/roads/items?bridge=true&limit=100").await;
    assert_eq!(bridges["numberMatched"], 3);
}

#[tokio::test]
async fn features_come_in_the_axis_order_of_their_system() {
    let service = service();
    let at = |answer: &Value| [0, 1].map(|at| answer["geometry"]["coordinates"][at].as_f64().unwrap());
    let plain = at(&get_json(&service, "/collections/stations/items/1").await);
    let uri = "http://www.opengis.net/def/crs/EPSG/0/";
    let degrees = get(&service, &format!("/collections/stations/items/1?crs={uri}4490")).await;
    assert_eq!(degrees.header("content-crs"), format!("<{uri}4490>"));
    assert_eq!(at(&degrees.json()), [plain[1], plain[0]]);
    // EPSG:4546 has northing first.
    let metres = at(&get_json(&service, &format!("/collections/stations/items/1?crs={uri}4546")).await);
    assert_eq!(metres, [3_834_000.0, 439_000.0]);
    let (north, east) = (metres[0], metres[1]);
    let bbox = format!("bbox={},{},{},{}&bbox-crs={uri}4546", north - 5.0, east - 5.0, north + 5.0, east + 5.0);
    assert_eq!(get_json(&service, &format!("/collections/stations/items?{bbox}")).await["numberMatched"], 1);
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let service = service();
    refused(&service, "/collections/nowhere", 404, "nowhere").await;
    refused(&service, "/collections/roads/items/0", 404, "0").await;
    refused(&service, "/collections/roads/items/99", 404, "99").await;
    refused(&service, "/collections/roads/items?colour=red", 400, "colour").await;
    refused(&service, "/collections/roads/items?bbox=1,2,3", 400, "bbox").await;
    refused(&service, "/collections/roads/items?bbox=1,2,3,nan", 400, "bbox").await;
    refused(&service, "/collections/roads/items?bbox=1,9,3,4", 400, "bbox").await;
    refused(&service, "/collections/roads/items?bbox=1,2,3,400", 400, "bbox").await;
    refused(&service, "/collections/roads/items?limit=0", 400, "limit").await;
    refused(&service, "/collections/roads/items?limit=ten", 400, "limit").await;
    refused(&service, "/collections/roads/items?offset=-1", 400, "offset").await;
    refused(&service, "/collections/roads/items?crs=EPSG:3857", 400, "EPSG:3857").await;
    refused(&service, "/collections/roads/items?width_m=wide", 400, "width_m").await;
    refused(&service, "/collections/roads/items?f=dxf", 400, "csv").await;
    refused(&service, "/collections?colour=red", 400, "colour").await;
    refused(&service, "/tiles/roads/3/8/1.mvt", 404, "z=3").await;
    refused(&service, "/tiles/roads/17/1/1.mvt", 404, "z=17").await;
    refused(&service, "/tiles/roads/-1/1/1.mvt", 400, "z").await;
    refused(&service, "/tiles/roads/3/1/1.png", 404, "png").await;
    refused(&service, "/tiles/nowhere/3/1/1.mvt", 404, "nowhere").await;
    refused(&service, "/collections/roads/tiles/Other", 404, "Other").await;
    refused(&service, "/collections/roads/tiles/WebMercatorQuad/3/1/one", 400, "one").await;
    refused(&service, "/styles/nowhere", 404, "nowhere").await;
    refused(&service, "/styles/base?theme=blue", 400, "blue").await;
    refused(&service, "/processes/nothing", 404, "coverage").await;
    refused(&service, "/jobs?limit=none", 400, "limit").await;
    refused(&service, "/jobs/nothing", 404, "nothing").await;
    refused(&service, "/no/such/path", 404, "/no/such/path").await;
    let put = Request::put("/collections").body(Body::empty()).unwrap();
    let answer = send(&service, put).await;
    is_problem(&answer, 405, "method", "/collections");
    assert_eq!(answer.header("allow"), "GET,HEAD");
    let head = send(&service, Request::head("/collections").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn both_path_forms_and_accept_give_the_same_tile() {
    let service = service();
    // Off the diagonal: row and column differ.
    let (z, x, y) = (12, 3303, 1627);
    for (format, media) in [("geojson", "application/geo+json"), ("mvt", "application/vnd.mapbox-vector-tile")] {
        let short = get(&service, &format!("/tiles/forests/{z}/{x}/{y}.{format}")).await;
        let long = get(&service, &format!("/collections/forests/tiles/WebMercatorQuad/{z}/{y}/{x}?f={format}")).await;
        let accept =
            Request::get(format!("/collections/forests/tiles/WebMercatorQuad/{z}/{y}/{x}")).header("accept", media);
        let accepted = send(&service, accept.body(Body::empty()).unwrap()).await;
        assert!(short.status == 200 && short.body.len() > 100, "{format} {}", short.body.len());
        assert!(short.body == long.body && long.body == accepted.body);
        assert!([&short, &long, &accepted].iter().all(|answer| answer.header("content-type") == media));
        let swapped = get(&service, &format!("/tiles/forests/{z}/{y}/{x}.{format}")).await;
        assert_ne!(swapped.body, short.body);
    }
}

#[tokio::test]
async fn a_tile_holds_several_layers_in_the_order_asked() {
    let service = service();
    let (z, x, y) = (12, 3303, 1627);
    let one = async |layer: &str| get_json(&service, &format!("/tiles/{layer}/{z}/{x}/{y}.geojson")).await;
    let (forests, roads) = (one("forests").await, one("roads").await);
    let both = get_json(&service, &format!("/tiles/{z}/{x}/{y}.geojson?collections=forests,roads")).await;
    let [first, second, all] = [&forests, &roads, &both].map(|tile| tile["features"].as_array().unwrap().clone());
    assert!(first.len() > 1 && second.len() > 1);
    assert_eq!([first.clone(), second].concat(), all);
    assert_eq!(first[0]["featureType"], "forests");
    for format in ["geojson", "mvt"] {
        let short = get(&service, &format!("/tiles/{z}/{x}/{y}.{format}?collections=forests,roads")).await;
        let path = format!("/tiles/WebMercatorQuad/{z}/{y}/{x}?f={format}&collections=forests,roads");
        let long = get(&service, &path).await;
        assert_eq!((short.status.as_u16(), short.body == long.body), (200, true), "{format}");
    }
    let parts = ["forests", "roads"].map(|layer| format!("/tiles/{layer}/{z}/{x}/{y}.mvt"));
    let parts = [get(&service, &parts[0]).await.body, get(&service, &parts[1]).await.body].concat();
    let whole = get(&service, &format!("/tiles/{z}/{x}/{y}.mvt?collections=forests,roads")).await;
    assert!(parts == whole.body, "the layers of a vector tile stand one after the other");
    refused(&service, "/tiles/3/1/1.mvt?collections=roads,nowhere", 404, "nowhere").await;
    refused(&service, "/tiles/3/1/1.png", 404, "png").await;
    refused(&service, "/tiles/Other", 404, "Other").await;
    let tileset = get_json(&service, "/tiles/WebMercatorQuad?collections=forests,roads").await;
    let names: Vec<&str> =
        tileset["layers"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["forests", "roads"]);
    let tilejson = get_json(&service, "/tiles/WebMercatorQuad?collections=forests,roads&f=tilejson").await;
    assert_eq!(tilejson["tiles"][0], "http://here:1/tiles/{z}/{x}/{y}.mvt?collections=forests,roads");
    assert_eq!(tilejson["vector_layers"][1]["fields"]["width_m"], "Number");
}

#[tokio::test]
async fn a_tile_is_sent_compressed_and_only_when_changed() {
    let service = service();
    let path = "/tiles/roads/12/3303/1627.mvt";
    let plain = get(&service, path).await;
    let packed =
        send(&service, Request::get(path).header("accept-encoding", "gzip").body(Body::empty()).unwrap()).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed.body.as_slice()), &mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    let again = Request::get(path).header(header::IF_NONE_MATCH, plain.header("etag")).body(Body::empty()).unwrap();
    let again = send(&service, again).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let empty = get_json(&service, "/tiles/roads/12/0/0.geojson").await;
    assert_eq!(empty, json!({ "type": "FeatureCollection", "features": [] }));
    let empty = get(&service, "/tiles/roads/12/0/0.mvt").await;
    assert_eq!((empty.status, empty.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn tilejson_names_the_tiles_and_their_attributes() {
    let service = service();
    let tilejson = get_json(&service, "/collections/roads/tiles/WebMercatorQuad?f=tilejson").await;
    assert_eq!(tilejson["tiles"][0], "http://here:1/tiles/roads/{z}/{x}/{y}.mvt");
    assert_eq!(tilejson["vector_layers"][0]["fields"]["width_m"], "Number");
    let tileset = get_json(&service, "/collections/roads/tiles/WebMercatorQuad").await;
    let limits = &tileset["tileMatrixSetLimits"][12];
    let [column, row] = ["minTileCol", "minTileRow"].map(|name| limits[name].as_u64().unwrap());
    let count = async |x: u64, y: u64| {
        let tile = get_json(&service, &format!("/tiles/roads/12/{x}/{y}.geojson")).await;
        tile["features"].as_array().unwrap().len()
    };
    assert!(count(column, row).await > 0);
    assert_eq!((count(column - 1, row).await, count(column, row - 1).await), (0, 0));
}

#[tokio::test]
async fn a_question_is_asked_at_once_or_as_a_job() {
    let service = service();
    let path = "/processes/coverage/execution";
    let now = post(&service, path, r#"{"inputs":{"audit_places":60}}"#, "").await;
    assert_eq!(now.status, 200, "{}", String::from_utf8_lossy(&now.body));
    let findings = now.json();
    assert_eq!(findings["manifest"]["request"]["audit_places"], 60);
    let job = now.header("link").split("/jobs/").nth(1).unwrap().split('>').next().unwrap().to_owned();
    for id in findings["layers"].as_array().unwrap() {
        let collection = get_json(&service, &format!("/collections/{}", id.as_str().unwrap())).await;
        assert_eq!((&collection["fireplan"]["job"], &collection["fireplan"]["group"]), (&json!(job), &json!("result")));
        assert_eq!(get(&service, &format!("/styles/{}", id.as_str().unwrap())).await.status, 200);
    }
    // The same question, its default given or not, is the same job.
    let later = post(&service, path, r#"{"inputs":{"audit_places":{"value":60}}}"#, "respond-async").await;
    assert_eq!((later.status, later.json()["jobID"].as_str().unwrap()), (StatusCode::CREATED, job.as_str()));
    assert!(later.header("location").ends_with(&format!("/jobs/{job}")));
    let status = get_json(&service, &format!("/jobs/{job}")).await;
    assert_eq!((&status["status"], &status["progress"]), (&json!("successful"), &json!(100)));
    assert_eq!(get_json(&service, &format!("/jobs/{job}/results")).await, findings);
    let raw = r#"{"inputs":{"audit_places":60},"outputs":{"layers":{}},"response":"raw"}"#;
    assert_eq!(post(&service, path, raw, "").await.json(), findings["layers"]);
    let gone = send(&service, Request::delete(format!("/jobs/{job}")).body(Body::empty()).unwrap()).await;
    assert_eq!(gone.json()["status"], "dismissed");
    assert_eq!(get(&service, &format!("/jobs/{job}")).await.status, 404);
    let left = get_json(&service, "/collections").await;
    assert!(!left.to_string().contains(&job));
}

#[tokio::test]
async fn a_wrong_question_is_refused_by_name() {
    let service = service();
    let path = "/processes/coverage/execution";
    for (body, says) in [
        (r#"{"inputs":{"budget":6}}"#, "budget"),
        (r#"{"inputs":{"audit_places":"six"}}"#, "audit_places"),
        (r#"{"inputs":{"audit_places":-1}}"#, "audit_places"),
        (r#"{"inputs":{"bands_min":[0.1]}}"#, "bands_min"),
        (r#"{"inputs":{"bands_min":[5,-5]}}"#, "bands_min"),
        (r#"{"inputs":{"period":"noon"}}"#, "period"),
        (r#"{"inputs":[1]}"#, "inputs"),
        (r#"{"outputs":{"maps":{}}}"#, "maps"),
        (r#"{"response":"raw"}"#, "outputs"),
        ("[]", "object"),
        ("{", "JSON"),
    ] {
        is_problem(&post(&service, path, body, "").await, 400, says, path);
    }
    is_problem(&post(&service, path, vec![b' '; 1 << 21], "").await, 413, "1 MiB", path);
    let stranger = Request::post(path).header("host", "here:1").header("origin", "http://elsewhere");
    is_problem(&send(&service, stranger.body(Body::empty()).unwrap()).await, 403, "other sites", path);
    let mut area = fireplan_testing::area();
    area.layers.stations.clear();
    let lacking = router(AppState::new(area, fireplan_testing::rules()).unwrap());
    is_problem(&post(&lacking, path, "{}", "").await, 422, "Fire stations", path);
    let landing = get_json(&lacking, "/").await;
    assert_eq!(landing["fireplan"]["runs"][0]["status"], "refused");
}

#[tokio::test]
async fn every_process_describes_its_inputs() {
    let service = service();
    let list = get_json(&service, "/processes").await;
    for process in list["processes"].as_array().unwrap() {
        let id = process["id"].as_str().unwrap();
        let described = get_json(&service, &format!("/processes/{id}")).await;
        assert!(!described["inputs"].as_object().unwrap().is_empty());
        for (name, input) in described["inputs"].as_object().unwrap() {
            assert!(input["title"].as_str().unwrap().contains(" | "), "{id}.{name} is labelled in both languages");
            assert!(!input.to_string().contains("$ref"), "{id}.{name}");
        }
    }
}

/// Addresses in texts that name a standard; nothing is loaded from them.
const NAMES: [&str; 3] = ["http://www.opengis.net/", "https://json-schema.org/", "http://www.w3.org/"];

#[tokio::test]
async fn nothing_is_loaded_from_elsewhere() {
    let state = state();
    run_all(&state);
    for job in fireplan_jobs(&state) {
        job.await;
    }
    let service = router(state);
    let mut paths: Vec<String> = [
        "/",
        "/api",
        "/collections",
        "/styles",
        "/styles/base",
        "/styles/base?theme=dark",
        "/?f=html",
        "/quality?f=html",
    ]
    .map(str::to_owned)
    .to_vec();
    let styles = get_json(&service, "/styles").await;
    for style in styles["styles"].as_array().unwrap() {
        paths.push(format!("/styles/{}", style["id"].as_str().unwrap()));
    }
    let dist = fireplan_testing::root().join("web/dist");
    let mut folders = vec![dist.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|kind| kind == "html" || kind == "css") {
                paths.push(format!("/{}", entry.strip_prefix(&dist).unwrap().display()));
            }
        }
    }
    for path in paths {
        let answer = get(&service, &path).await;
        assert_eq!(answer.status, 200, "{path}");
        let text = String::from_utf8(answer.body).unwrap();
        let foreign = text.match_indices("://").filter_map(|(at, _)| {
            let start = text[..at].rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |at| at + 1);
            let address = text[start..].split(['"', '\'', ' ', ')', '<', '>']).next().unwrap();
            let known = address.starts_with("http://here:1") || NAMES.iter().any(|name| address.starts_with(name));
            (!known).then(|| address.to_owned())
        });
        assert_eq!(foreign.collect::<Vec<_>>(), Vec::<String>::new(), "{path}");
    }
}

fn fireplan_jobs(state: &AppState) -> Vec<impl Future<Output = ()>> {
    state.jobs.all().into_iter().map(|job| async move { job.over().await }).collect()
}

#[tokio::test]
async fn only_a_configured_basemap_may_be_asked_for_pictures() {
    let policy = get(&service(), "/?f=html").await.header("content-security-policy").to_owned();
    assert!(!policy.contains("http"), "{policy}");
    let basemap = "底图=https://tiles.example/{z}/{x}/{y}.png".parse().unwrap();
    let state = AppState::with_basemaps(fireplan_testing::area(), fireplan_testing::rules(), vec![basemap]).unwrap();
    let configured = router(state);
    let policy = get(&configured, "/?f=html").await.header("content-security-policy").to_owned();
    assert!(policy.contains("img-src 'self' data: blob: https://tiles.example;"), "{policy}");
    let landing = get_json(&configured, "/?f=json").await;
    assert_eq!(landing["fireplan"]["basemaps"][0]["title"], "底图");
}

#[tokio::test]
async fn styles_are_of_the_style_specification_and_have_legends() {
    let service = service();
    for theme in ["light", "dark"] {
        let base = get_json(&service, &format!("/styles/base?theme={theme}")).await;
        assert_eq!(base["version"], 8);
        let layers = base["layers"].as_array().unwrap();
        assert_eq!(layers[0]["type"], "background");
        for layer in &layers[1..] {
            assert!(base["sources"].get(layer["source"].as_str().unwrap()).is_some());
            // QGIS drops these on attributes.
            let text = layer.to_string();
            assert!(!text.contains("\"step\"") && !text.contains("\"case\""), "{text}");
            assert!(!text.contains("geometry-type"), "{text}");
            check_match_labels(layer);
        }
        let towns: Vec<&str> = layers
            .iter()
            .filter(|layer| layer["source"] == "towns" && layer["type"] == "symbol")
            .map(|layer| layer["source-layer"].as_str().unwrap())
            .collect();
        assert!(!towns.is_empty() && towns.iter().all(|name| *name == "towns_label"), "{towns:?}");
        let legends = layers.iter().filter_map(|layer| layer["metadata"]["legend"].as_array()).flatten();
        for entry in legends {
            assert!(entry["label"]["zh"].is_string() && entry["color"].as_str().unwrap().starts_with('#'), "{entry}");
        }
    }
}

/// Every label of a `match` is a list: QGIS draws what single labels name in grey.
fn check_match_labels(value: &Value) {
    match value {
        Value::Array(list) => {
            if list.first().is_some_and(|operator| operator == "match") {
                let labels = list[2..list.len() - 1].iter().step_by(2);
                labels.for_each(|label| assert!(label.is_array(), "{value}"));
            }
            list.iter().for_each(check_match_labels);
        }
        Value::Object(object) => object.values().for_each(check_match_labels),
        _ => {}
    }
}

/// Runs coverage with these inputs and gives the job's id.
pub(crate) async fn asked(service: &Router, inputs: Value) -> String {
    let answer = post(service, "/processes/coverage/execution", json!({ "inputs": inputs }).to_string(), "").await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.header("link").split("/jobs/").nth(1).unwrap().split('>').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_run_chooses_its_rules() {
    let service = service();
    let described = get_json(&service, "/processes/coverage").await;
    let profile = &described["inputs"]["profile"];
    assert_eq!(profile["schema"]["default"], "national");
    let titles: Vec<&str> =
        profile["schema"]["oneOf"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"国家标准") && titles.contains(&"启东市"), "{titles:?}");
    let known = described["inputs"]["set"]["schema"]["items"]["anyOf"].to_string();
    assert!(known.contains("response.time_min=") && known.contains("≤ 5 min"), "{known}");

    let plain = asked(&service, json!({ "audit_places": 20 })).await;
    let named = asked(&service, json!({ "audit_places": 20, "profile": "national", "set": [] })).await;
    assert_eq!(plain, named, "the same question is the same job");
    let local = asked(&service, json!({ "audit_places": 20, "profile": "kaizhou" })).await;
    let titled = asked(&service, json!({ "audit_places": 20, "profile": "开州" })).await;
    assert_eq!(titled, local, "a usual name means the same profile");
    let slow = asked(&service, json!({ "audit_places": 20, "set": ["response.time_min=15"] })).await;
    assert!(plain != local && plain != slow && local != slow);
    let results = get_json(&service, &format!("/jobs/{slow}/results")).await;
    assert_eq!(results["manifest"]["set"], json!(["response.time_min=15"]));
    assert_eq!(results["manifest"]["profile"], "national");
    let status = get_json(&service, &format!("/jobs/{local}")).await;
    assert_eq!(status["fireplan"]["settings"]["profile"], "kaizhou");

    let path = "/processes/coverage/execution";
    for (inputs, says) in [
        (r#"{"profile":"nowhere"}"#, "nowhere"),
        (r#"{"profile":"../../etc/passwd.toml"}"#, "there are: national"),
        (r#"{"profile":7}"#, "profile"),
        (r#"{"set":"response.time_min=6"}"#, "set"),
        (r#"{"set":["response.time_min"]}"#, "set"),
        (r#"{"set":["response.tme_min=6"]}"#, "did you mean `response.time_min`"),
        (r#"{"set":["response.time_min=soon"]}"#, "soon"),
    ] {
        is_problem(&post(&service, path, format!(r#"{{"inputs":{inputs}}}"#), "").await, 400, says, path);
    }
}

#[tokio::test]
async fn two_runs_are_compared_as_json_and_on_the_map() {
    let service = service();
    let before = asked(&service, json!({ "audit_places": 20, "set": ["response.village_min=1"] })).await;
    let after = asked(&service, json!({ "audit_places": 20 })).await;
    let path = format!("/jobs/{before}/comparison/{after}");
    let comparison = get_json(&service, &path).await;
    assert_eq!(comparison["settings"][0]["name"], "set");
    assert_eq!(comparison["rules"][0]["key"], "response.village_min");
    let figure = &comparison["figures"][0];
    let difference = figure["after"].as_f64().unwrap() - figure["before"].as_f64().unwrap();
    assert!((figure["difference"].as_f64().unwrap() - difference).abs() < 1e-6);
    let layers = comparison["layers"].as_array().unwrap();
    let villages = layers.iter().find(|layer| layer["layer"] == "coverage_villages").unwrap();
    let gained = villages["gained"]["features"].as_u64().unwrap();
    assert!(gained > 0);
    let id = villages["collection"].as_str().unwrap();
    let collection = get_json(&service, &format!("/collections/{id}")).await;
    assert_eq!(collection["fireplan"]["compared"], json!([before, after]));
    let items = get_json(&service, &format!("/collections/{id}/items?change=gained")).await;
    assert_eq!(items["numberMatched"].as_u64(), Some(gained));
    assert!(items["features"][0]["properties"]["story"].as_str().unwrap().contains("→"));
    assert_eq!(get(&service, &format!("/styles/{id}")).await.status, 200);
    assert_eq!(get_json(&service, &path).await, comparison);

    refused(&service, &format!("/jobs/{before}/comparison/nothing"), 404, "nothing").await;
    // With one of its jobs, a comparison goes.
    send(&service, Request::delete(format!("/jobs/{after}")).body(Body::empty()).unwrap()).await;
    refused(&service, &path, 404, &after).await;
    refused(&service, &format!("/collections/{id}"), 404, id).await;
}

pub(crate) async fn change(service: &Router, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::builder().method(method).uri(path).header("host", "here:1");
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    send(service, request.body(body).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_has_a_sheet_to_print() {
    let service = service();
    let answer = post(&service, "/processes/firebreaks/execution", r#"{"inputs":{"facing_m":3000}}"#, "").await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let layers = answer.json()["layers"].clone();
    let gaps = layers.as_array().unwrap().iter().filter_map(Value::as_str).find(|id| id.ends_with("firebreak_gaps"));
    let gaps = gaps.expect("villages without any barrier leave gaps");
    assert_eq!(get_json(&service, &format!("/collections/{gaps}")).await["fireplan"]["sheets"], true);
    let sheet = get(&service, &format!("/collections/{gaps}/items/1/sheet")).await;
    assert_eq!(sheet.status, 200);
    assert!(sheet.header("content-type").starts_with("text/html"));
    assert!(sheet.header("content-security-policy").contains("default-src 'none'"));
    let text = String::from_utf8(sheet.body).unwrap();
    assert!(text.contains("现场核查单") && text.contains("<svg ") && text.contains("虚构数据"));
    refused(&service, &format!("/collections/{gaps}/items/99999/sheet"), 404, "没有要素").await;
    refused(&service, &format!("/collections/{gaps}/items/x/sheet"), 404, "没有要素").await;
    refused(&service, "/collections/forests/items/1/sheet", 404, "没有核查单").await;
    let book = get(&service, &format!("/collections/{gaps}/sheets?limit=2")).await;
    assert_eq!((book.status.as_u16(), book.header("content-type")), (200, "application/pdf"));
    assert!(book.body.starts_with(b"%PDF-") && book.header("content-disposition").contains(".pdf"));
    refused(&service, &format!("/collections/{gaps}/sheets?q=没有这样的词"), 400, "没有可以打印的核查单").await;
    refused(&service, "/collections/forests/sheets", 404, "没有核查单").await;
    refused(&service, &format!("/collections/{gaps}/items/1/sheet?f=pdf"), 400, "html").await;
}
