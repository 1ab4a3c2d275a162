//! Many areas in one service: listed, opened when asked for, let go, copied, moved aside; each below its prefix.

use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use fireplan_serve::areas::{AreasOptions, AreasState, areas_router};
use serde_json::{Value, json};

use crate::description::{check_answer, prepare_description};
use crate::http::{Answer, send_unchecked};

/// A client of the service of a folder; every answer is held against the description.
pub(crate) struct Client {
    service: Router,
    pub state: AreasState,
    api: Value,
}

impl Client {
    pub(crate) fn new(folder: &Path) -> Self {
        Self::with(AreasOptions {
            run_at_start: false,
            ..AreasOptions::new(folder.to_owned(), fireplan_testing::rules())
        })
    }

    pub(crate) fn with(options: AreasOptions) -> Self {
        let state = AreasState::new(options).unwrap();
        Self { service: areas_router(state.clone()), state, api: Value::Null }
    }

    pub(crate) async fn api(&self) -> Value {
        send_unchecked(&self.service, Request::get("/api").header("host", "here:1").body(Body::empty()).unwrap())
            .await
            .json()
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        if self.api.is_null() {
            self.api = prepare_description(self.api().await);
        }
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = send_unchecked(&self.service, request).await;
        if !path.starts_with("/areas/") {
            check_answer(&self.api, method.as_str(), &path, &answer);
        }
        answer
    }

    pub(crate) async fn ask(&mut self, method: &str, path: &str, body: Value) -> Answer {
        let request = Request::builder().method(method).uri(path).header("host", "here:1");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Value {
        self.ok("GET", path, Value::Null).await
    }

    pub(crate) async fn ok(&mut self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.ask(method, path, body).await;
        let status = answer.status.as_u16();
        assert!((200..300).contains(&status), "{method} {path}: {status} {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    pub(crate) async fn refused(&mut self, method: &str, path: &str, body: Value, status: u16, says: &str) {
        let answer = self.ask(method, path, body).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {text}");
        assert!(text.contains(says), "{method} {path}: {text}");
        assert_eq!(answer.json()["instance"], path.split('?').next().unwrap());
    }
}

/// A small town with streets and villages.
pub(crate) fn write_area(folder: &Path, name: &str) {
    std::fs::create_dir_all(folder).unwrap();
    let feature = |geometry: Value, properties: Value| json!({ "type": "Feature", "geometry": geometry, "properties": properties });
    let collection = |features: Vec<Value>| json!({ "type": "FeatureCollection", "features": features }).to_string();
    let street = |at: u32| {
        let lat = 35.3 + f64::from(at) * 0.004;
        let line = json!({ "type": "LineString", "coordinates": [[112.5, lat], [112.53, lat]] });
        feature(line, json!({ "name": format!("横{at}路"), "class": "secondary", "width_m": 6 }))
    };
    let cross = json!({ "type": "LineString", "coordinates": [[112.51, 35.3], [112.51, 35.328]] });
    let roads = (0..8).map(street).chain([feature(cross, json!({ "name": "纵路", "class": "primary" }))]);
    std::fs::write(folder.join("roads.geojson"), collection(roads.collect())).unwrap();
    let village = |at: u32| {
        let place = json!({ "type": "Point", "coordinates": [112.501 + f64::from(at) * 0.009, 35.3041] });
        feature(place, json!({ "name": format!("村{at}"), "population_people": 100 }))
    };
    std::fs::write(folder.join("villages.geojson"), collection((0..3).map(village).collect())).unwrap();
    let station = json!({ "type": "Point", "coordinates": [112.512, 35.3042] });
    let station = feature(station, json!({ "name": "一站", "kind": "first_class" }));
    std::fs::write(folder.join("stations.geojson"), collection(vec![station])).unwrap();
    let manifest = format!(
        "name = \"{name}\"\n[roads]\nsource = \"roads.geojson\"\n[villages]\nsource = \"villages.geojson\"\n\
         [stations]\nsource = \"stations.geojson\"\n"
    );
    std::fs::write(folder.join("area.toml"), manifest).unwrap();
}

fn project<'a>(list: &'a Value, id: &str) -> &'a Value {
    list["projects"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn an_area_is_opened_when_it_is_asked_for_and_served_below_its_prefix() {
    let folder = tempfile::tempdir().unwrap();
    write_area(&folder.path().join("jia"), "甲县");
    let mut client = Client::new(folder.path());
    let list = client.get("/projects").await;
    assert_eq!((&project(&list, "jia")["state"], &project(&list, "jia")["name"]), (&json!("closed"), &json!("甲县")));
    assert_eq!(project(&list, "jia")["thumbnail"], Value::Null, "no picture is invented");
    assert!(project(&list, "jia")["bytes"].as_u64().unwrap() > 500);
    let landing = client.get("/areas/jia/?f=json").await;
    assert_eq!(landing["fireplan"]["name"], "甲县");
    for link in landing["links"].as_array().unwrap() {
        let path = link["href"].as_str().unwrap().strip_prefix("http://here:1").unwrap();
        assert!(path.starts_with("/areas/jia/"), "{path}");
        assert_eq!(client.ask("GET", path, Value::Null).await.status, 200, "{path}");
    }
    let items = client.get("/areas/jia/collections/villages/items?limit=1").await;
    assert!(
        items.to_string().contains("http://here:1/areas/jia/collections/villages/items?limit=1&offset=1"),
        "{items}"
    );
    client.refused("GET", "/areas/jia/collections/nothing", Value::Null, 404, "没有图层").await;
    let list = client.get("/projects").await;
    assert_eq!((&project(&list, "jia")["state"], &project(&list, "jia")["layers"]), (&json!("open"), &json!(3)));
    assert!(project(&list, "jia")["thumbnail"]["major_roads"].as_str().unwrap().starts_with('M'));
}

#[tokio::test]
async fn a_run_of_an_area_is_a_job_below_its_prefix_and_the_last_run_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    write_area(&folder.path().join("jia"), "甲县");
    let mut client = Client::new(folder.path());
    let request = Request::post("/areas/jia/processes/coverage/execution").header("host", "here:1");
    let request = request.header("prefer", "respond-async").body(Body::from("{}")).unwrap();
    let answer = client.send(request).await;
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    let job = answer.header("location").strip_prefix("http://here:1/areas/jia/").unwrap().to_owned();
    client.ok("POST", "/areas/jia/processes/coverage/execution", json!({})).await;
    assert_eq!(client.get(&format!("/areas/jia/{job}")).await["status"], "successful");
    assert!(folder.path().join("jia/.fireplan/seen.json").exists());
    // The next service knows it, though it has not opened the area.
    client.state.note_seen();
    let list = Client::new(folder.path()).get("/projects").await;
    assert_eq!(project(&list, "jia")["state"], "closed");
    assert_eq!(project(&list, "jia")["last_run"]["process"], "coverage");
    assert!(project(&list, "jia")["thumbnail"].is_object());
}

#[tokio::test]
async fn of_too_many_areas_the_one_looked_at_longest_ago_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c"] {
        write_area(&folder.path().join(name), name);
    }
    let options = AreasOptions::new(folder.path().to_owned(), fireplan_testing::rules());
    let mut client = Client::with(AreasOptions { most_open: 2, run_at_start: false, ..options });
    for name in ["a", "b", "a", "c"] {
        client.get(&format!("/areas/{name}/conformance")).await;
    }
    let list = client.get("/projects").await;
    let states = ["a", "b", "c"].map(|id| project(&list, id)["state"].as_str().unwrap().to_owned());
    assert_eq!(states, ["open", "closed", "open"]);
    assert_eq!(client.get("/areas/b/?f=json").await["title"], "b", "it is opened again");
}

#[tokio::test]
async fn projects_are_copied_moved_aside_and_brought_back() {
    let folder = tempfile::tempdir().unwrap();
    write_area(&folder.path().join("jia"), "甲县");
    let mut client = Client::new(folder.path());
    let copy = client.ok("POST", "/projects/jia/copy", json!({ "name": "../甲县/比选" })).await;
    assert_eq!(copy["place"], "_甲县_比选".trim_start_matches('_'));
    let id = copy["id"].as_str().unwrap();
    assert_eq!(
        client.get(&format!("/areas/{id}/?f=json")).await["title"],
        "../甲县/比选",
        "it has the name that was given"
    );
    client.get("/areas/jia/conformance").await;
    assert_eq!(client.ok("POST", "/projects/jia/archive", Value::Null).await["state"], "archived");
    assert!(folder.path().join("_archive/jia/area.toml").exists());
    client.refused("GET", "/areas/jia/conformance", Value::Null, 404, "没有项目").await;
    let list = client.get("/projects").await;
    assert_eq!((project(&list, "jia"), &list["archived"][0]["id"]), (&Value::Null, &json!("jia")));
    write_area(&folder.path().join("jia"), "另一个");
    client.refused("POST", "/projects/jia/restore", Value::Null, 409, "占用").await;
    std::fs::rename(folder.path().join("jia"), folder.path().join("yi")).unwrap();
    assert_eq!(client.ok("POST", "/projects/jia/restore", Value::Null).await["state"], "closed");
    assert_eq!(client.get("/areas/jia/?f=json").await["title"], "甲县");
    let drawn = client.ok("POST", "/projects/jia/copy", json!({ "name": "第三" })).await;
    assert!(drawn["thumbnail"].is_object() && drawn["last_run"].is_null(), "the picture holds for the copy: {drawn}");
    client.refused("POST", "/projects/nothing/archive", Value::Null, 404, "没有项目").await;
}

#[tokio::test]
async fn what_cannot_be_opened_says_why_and_the_rest_is_served() {
    let folder = tempfile::tempdir().unwrap();
    write_area(&folder.path().join("jia"), "甲县");
    write_area(&folder.path().join("huai"), "坏");
    std::fs::write(folder.path().join("huai/area.toml"), "name = '坏'\n[roads]\nsource = 'nowhere.shp'\n").unwrap();
    let mut client = Client::new(folder.path());
    client.refused("GET", "/areas/huai/conformance", Value::Null, 422, "nowhere.shp").await;
    let list = client.get("/projects").await;
    assert_eq!(project(&list, "huai")["state"], "failed");
    assert!(project(&list, "huai")["message"]["zh"].as_str().unwrap().contains("nowhere.shp"));
    client.get("/areas/jia/conformance").await;
    std::fs::copy(folder.path().join("jia/area.toml"), folder.path().join("huai/area.toml")).unwrap();
    client.ok("POST", "/projects/huai/opening", Value::Null).await;
    client.get("/areas/huai/conformance").await;
    assert_eq!(client.ok("DELETE", "/projects/huai/opening", Value::Null).await["state"], "closed");
}

#[tokio::test]
async fn the_page_comes_at_once_and_knows_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    write_area(&folder.path().join("jia"), "甲县");
    let mut client = Client::new(folder.path());
    let mut page = async |path: &str| {
        let request = Request::get(path).header("accept", "text/html").body(Body::empty()).unwrap();
        client.send(request).await
    };
    assert!(String::from_utf8(page("/").await.body).unwrap().contains("data-place=\"list\""));
    let nested = page("/areas/jia/").await;
    assert!(nested.header("content-security-policy").starts_with("default-src 'self'"));
    assert!(String::from_utf8(nested.body).unwrap().contains("data-place=\"area-of-several\""));
    let moved = page("/areas/jia").await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (308, "jia/"));
    assert_eq!(page("/areas/jia/icon.svg").await.status, 200);
    assert_eq!(page("/areas/nothing/").await.status, 404);
    let list = client.get("/projects").await;
    assert_eq!(project(&list, "jia")["state"], "closed", "a page opens nothing");
    let foreign =
        Request::post("/projects/jia/archive").header("host", "here:1").header("origin", "http://evil.example");
    assert_eq!(client.send(foreign.body(Body::empty()).unwrap()).await.status, 403);
}
