//! Who may do what, route by route, and how people come in.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::{Extension, Router};
use base64::Engine;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::admit::DeclaredRoute;
use super::entrance::{EntranceOptions, Peer};
use super::visitor::{Visitor, WayIn};
use crate::areas::{AreasOptions, AreasState, guarded_areas_router};
use crate::hosts::KnownHosts;
use crate::routes::{declare_areas_routes, declare_routes, describe_areas_routes, describe_routes};
use crate::server::{ConnectionLimits, OfficeOptions, ServerSetup};
use crate::state::AppState;
use fireplan_office::Action::{Edit, Enter, Know, Manage, View};
use fireplan_office::{ALL_AREAS, Action, Office, OfficeRole, Person, may};
use fireplan_store::Store;
use fireplan_store::audit::verify;

/// What it takes to use every route of an area. A route that is added is added here, too.
const OF_AN_AREA: &[(&str, &str, Action)] = &[
    ("DELETE", "/jobs", Manage),
    ("DELETE", "/jobs/{jobId}", Edit),
    ("DELETE", "/packages/{packageId}", Edit),
    ("DELETE", "/quality/effects", Edit),
    ("DELETE", "/scenarios/{scenarioName}", Edit),
    ("GET", "/", View),
    ("GET", "/api", View),
    ("GET", "/audit", Manage),
    ("GET", "/collections", View),
    ("GET", "/collections/{collectionId}", View),
    ("GET", "/collections/{collectionId}/items", View),
    ("GET", "/collections/{collectionId}/items/{featureId}", View),
    ("GET", "/collections/{collectionId}/items/{featureId}/sheet", View),
    ("GET", "/collections/{collectionId}/queryables", View),
    ("GET", "/collections/{collectionId}/schema", View),
    ("GET", "/collections/{collectionId}/sheets", View),
    ("GET", "/collections/{collectionId}/tiles", View),
    ("GET", "/collections/{collectionId}/tiles/{tileMatrixSetId}", View),
    ("GET", "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", View),
    ("GET", "/conformance", View),
    ("GET", "/health", Enter),
    ("GET", "/jobs", View),
    ("GET", "/jobs/{jobId}", View),
    ("GET", "/jobs/{jobId}/comparison/{otherJobId}", View),
    ("GET", "/jobs/{jobId}/results", View),
    ("GET", "/jobs/{jobId}/scenarios/{scenarioName}", View),
    ("GET", "/jobs/{jobId}/summary", View),
    ("GET", "/jobs/{jobId}/tables/{tableId}", View),
    ("GET", "/map", View),
    ("GET", "/metrics", Know),
    ("GET", "/packages", View),
    ("GET", "/packages/{packageId}", View),
    ("GET", "/packages/{packageId}/zip", View),
    ("GET", "/person", Enter),
    ("GET", "/processes", View),
    ("GET", "/processes/{processId}", View),
    ("GET", "/quality", View),
    ("GET", "/quality/effects", View),
    ("GET", "/rules", View),
    ("GET", "/scenarios", View),
    ("GET", "/scenarios/{scenarioName}", View),
    ("GET", "/scenarios/{scenarioName}/history", View),
    ("GET", "/scenarios/{scenarioName}/history/{fromRevision}/{toRevision}", View),
    ("GET", "/sign-in", Enter),
    ("GET", "/styles", View),
    ("GET", "/styles/{styleId}", View),
    ("GET", "/tileMatrixSets", View),
    ("GET", "/tileMatrixSets/{tileMatrixSetId}", View),
    ("GET", "/tiles", View),
    ("GET", "/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}", View),
    ("GET", "/tiles/{collectionId}/{z}/{x}/{name}", View),
    ("GET", "/tiles/{tileMatrixSetId}", View),
    ("GET", "/tiles/{z}/{x}/{name}", View),
    ("PATCH", "/jobs/{jobId}", Edit),
    ("PATCH", "/scenarios/{scenarioName}", Edit),
    ("POST", "/jobs/{jobId}/settle", Edit),
    ("POST", "/packages", Edit),
    ("POST", "/processes/{processId}/execution", Edit),
    ("POST", "/quality/effects", Edit),
    ("POST", "/scenarios", Edit),
    ("POST", "/scenarios/{scenarioName}/copy", Edit),
    ("POST", "/sign-in", Enter),
    ("POST", "/sign-out", Enter),
    ("PUT", "/scenarios/{scenarioName}", Edit),
];

/// The same of a service of many areas.
const OF_MANY_AREAS: &[(&str, &str, Action)] = &[
    ("DELETE", "/drafts/{draftId}", Edit),
    ("DELETE", "/drafts/{draftId}/work", Edit),
    ("DELETE", "/projects/{projectId}/opening", Manage),
    ("GET", "/", Know),
    ("GET", "/api", Know),
    ("GET", "/audit", Manage),
    ("GET", "/drafts/{draftId}", Edit),
    ("GET", "/folders/{folderNumber}", Edit),
    ("GET", "/health", Enter),
    ("GET", "/metrics", Know),
    ("GET", "/person", Enter),
    ("GET", "/projects", Know),
    ("GET", "/projects/{projectId}", View),
    ("GET", "/sign-in", Enter),
    ("POST", "/drafts", Edit),
    ("POST", "/drafts/{draftId}/look", Edit),
    ("POST", "/drafts/{draftId}/project", Edit),
    ("POST", "/projects/{projectId}/archive", Manage),
    ("POST", "/projects/{projectId}/copy", Manage),
    ("POST", "/projects/{projectId}/opening", View),
    ("POST", "/projects/{projectId}/restore", Manage),
    ("POST", "/sign-in", Enter),
    ("POST", "/sign-out", Enter),
    ("PUT", "/drafts/{draftId}/answers", Edit),
    ("PUT", "/drafts/{draftId}/files/{*filePath}", Edit),
];

type Declared = Vec<(Method, String, DeclaredRoute)>;

fn check_table(declared: &[(Method, String, DeclaredRoute)], table: &[(&str, &str, Action)]) {
    let mut found: Vec<(&str, &str, Action)> =
        declared.iter().map(|(method, path, route)| (method.as_str(), path.as_str(), route.action)).collect();
    found.sort();
    assert_eq!(found, table, "every route has its line in the table, and says what it takes");
}

#[test]
fn every_route_says_what_it_takes() {
    check_table(&declare_routes(), OF_AN_AREA);
    check_table(&declare_areas_routes(), OF_MANY_AREAS);
    // What is described is declared: under its own path, or under the one by which axum knows tiles and files.
    let pairs = [(declare_routes(), describe_routes()), (declare_areas_routes(), describe_areas_routes())];
    for (declared, described) in pairs {
        for (path, method, _) in described {
            let known = declared.iter().any(|(known, at, _)| {
                let as_axum = at.replace("{*filePath}", "{filePath}").replace("WebMercatorQuad", "{tileMatrixSetId}");
                let tile = as_axum.strip_suffix("{name}").is_some_and(|start| path.starts_with(start));
                known.as_str().eq_ignore_ascii_case(method) && (as_axum == path || tile)
            });
            assert!(known, "{method} {path} does not say what it takes");
        }
    }
}

fn state() -> AppState {
    AppState::new(fireplan_testing::area(), fireplan_testing::rules()).unwrap()
}

async fn send(service: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = service.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
}

fn visitor(person: Option<Person>) -> Visitor {
    Visitor { person, way: WayIn::Password, address: String::new(), session: None }
}

/// Asks every route as nobody and as each role; things that are not there are asked for, so that nothing happens.
async fn ask_every_route(service: &Router, declared: Declared) {
    let people: Vec<Option<Person>> =
        std::iter::once(None).chain(OfficeRole::ALL.map(|role| Some(Person::with_role("甲", role)))).collect();
    for (method, path, route) in declared {
        let path = path.split('/').map(|part| if part.contains('{') { "none" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        for person in &people {
            let service = service.clone().layer(Extension(visitor(person.clone())));
            let request = Request::builder().method(&method).uri(&path).body(Body::empty()).unwrap();
            let (status, headers, body) = send(&service, request).await;
            let at = format!("{method} {path} by {person:?}: {status} {body}");
            match (person, may(person.as_ref(), route.action, ALL_AREAS)) {
                (_, true) => assert!(![401, 403].contains(&status.as_u16()), "{at}"),
                (Some(_), false) => assert!(status == 403 && body.contains("联系管理员"), "{at}"),
                (None, false) => {
                    assert_eq!(status, 401, "{at}");
                    assert!(headers[header::WWW_AUTHENTICATE].to_str().unwrap().starts_with("Basic "), "{at}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_route_lets_those_in_who_may_and_no_others() {
    ask_every_route(&crate::guarded_router(state()), declare_routes()).await;
}

#[tokio::test]
async fn every_route_of_many_areas_lets_those_in_who_may_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let options = AreasOptions::new(folder.path().to_owned(), fireplan_testing::rules());
    let areas = AreasState::new(options).unwrap();
    ask_every_route(&guarded_areas_router(areas), declare_areas_routes()).await;
}

#[tokio::test]
async fn a_request_that_nobody_has_looked_at_is_from_nobody() {
    let service = crate::guarded_router(state());
    let (status, ..) = send(&service, Request::get("/collections").body(Body::empty()).unwrap()).await;
    assert_eq!(status, 401);
}

struct OfficeHouse {
    folder: tempfile::TempDir,
    office: Arc<Office>,
    service: Router,
}

const PASSWORD: &str = "消防规划2035";

/// An area with a store on disk behind the whole way in.
fn house(options: EntranceOptions) -> OfficeHouse {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path().join("scenarios.sqlite"));
    let (area, rules) = (fireplan_testing::area(), fireplan_testing::rules());
    let state = AppState::with_store(area, rules, Vec::new(), store, None).unwrap();
    let office = Arc::new(Office::of_projects(folder.path()));
    let options = OfficeOptions { entrance: options, ..OfficeOptions::default() };
    let setup = ServerSetup::new(KnownHosts::default(), options, office.clone()).unwrap();
    let service = setup.surround(crate::guarded_router(state), &ConnectionLimits::default());
    OfficeHouse { folder, office, service }
}

impl OfficeHouse {
    async fn ask(&self, from: &str, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
        let mut request = request;
        request.extensions_mut().insert(Peer(from.parse::<IpAddr>().unwrap()));
        send(&self.service, request).await
    }

    async fn sign_in(&self, body: &str) -> (StatusCode, HeaderMap, String) {
        let form = Request::post("/sign-in").header("content-type", "application/x-www-form-urlencoded");
        self.ask("10.0.0.7", form.header("host", "localhost").body(Body::from(body.to_owned())).unwrap()).await
    }
}

fn form_of(name: &str, password: &str, to: &str) -> String {
    let escape = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    format!("name={}&password={}&to={}", escape(name), escape(password), escape(to))
}

const SCENARIO: &str = r#"{"name":"近期","edits":[],"by":"别人"}"#;

#[tokio::test]
async fn people_sign_in_do_what_they_may_and_are_named() {
    let house = house(EntranceOptions::default());
    // Nobody is known: whoever reaches it is the one person of its machine.
    let (status, ..) = house.ask("10.0.0.7", Request::get("/jobs").body(Body::empty()).unwrap()).await;
    assert_eq!(status, 200);
    house.office.add_person("王工", Some(PASSWORD), (ALL_AREAS, OfficeRole::Editor), "IT").unwrap();
    house.office.add_person("李工", Some(PASSWORD), (ALL_AREAS, OfficeRole::Viewer), "IT").unwrap();

    let browser = Request::get("/?x=1").header("accept", "text/html").body(Body::empty()).unwrap();
    let (status, headers, _) = house.ask("10.0.0.7", browser).await;
    assert_eq!((status.as_u16(), headers["location"].to_str().unwrap()), (303, "/sign-in?to=/%3Fx%3D1"));
    let (status, headers, page) =
        house.ask("10.0.0.7", Request::get("/sign-in?to=/%3Fx%3D1").body(Body::empty()).unwrap()).await;
    assert!(status == 200 && page.contains("value=\"/?x=1\"") && page.contains("登录"));
    assert!(page.contains("action=\"sign-in\""), "the address of the page has a query that the form must not repeat");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("form-action 'self'"));

    let (status, _, page) = house.sign_in(&form_of("王工", "wrong", "/")).await;
    assert!(status == 401 && page.contains("姓名或口令不对"), "{status} {page}");
    let (status, headers, _) = house.sign_in(&form_of("王工", PASSWORD, "//evil.example/")).await;
    assert_eq!((status.as_u16(), headers["location"].to_str().unwrap()), (303, "/"), "nobody is sent elsewhere");
    let cookie = headers["set-cookie"].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/;"] {
        assert!(cookie.contains(part) && !cookie.contains("Secure"), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let with = |request: axum::http::request::Builder| request.header("cookie", &cookie).header("host", "localhost");
    let (_, _, who) = house.ask("10.0.0.7", with(Request::get("/person")).body(Body::empty()).unwrap()).await;
    assert!(who.contains("\"name\":\"王工\"") && who.contains("\"role\":\"edit\""), "{who}");
    let (status, _, body) =
        house.ask("10.0.0.7", with(Request::post("/scenarios")).body(SCENARIO.into()).unwrap()).await;
    assert_eq!(status, 201, "{body}");
    let history = Store::at(house.folder.path().join("scenarios.sqlite")).history("近期").unwrap();
    assert_eq!(history[0].by, "王工", "who has signed in cannot say that it was somebody else");

    // A program signs in with every request.
    let basic = |name: &str| {
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{PASSWORD}"));
        Request::builder().header("authorization", format!("Basic {pair}")).header("host", "localhost")
    };
    let read = basic("李工").uri("/collections/roads/items?limit=1").body(Body::empty()).unwrap();
    assert_eq!(house.ask("10.0.0.8", read).await.0, 200);
    let write = basic("李工").method("POST").uri("/scenarios").body(SCENARIO.into()).unwrap();
    let (status, _, body) = house.ask("10.0.0.8", write).await;
    assert!(status == 403 && body.contains("需要“编”权限"), "{body}");

    let (status, headers, _) =
        house.ask("10.0.0.7", with(Request::post("/sign-out")).body(Body::empty()).unwrap()).await;
    assert!(status == 303 && headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    let (status, ..) = house.ask("10.0.0.7", with(Request::get("/jobs")).body(Body::empty()).unwrap()).await;
    assert_eq!(status, 401);
    let told: Vec<String> = house.office.list_trail(0, 99).unwrap().into_iter().map(|row| row.action).collect();
    assert_eq!(told, ["addPerson", "addPerson", "signInFailed", "signIn", "signOut"]);
}

#[tokio::test]
async fn what_is_done_is_written_down_and_shown_to_those_who_manage() {
    let house = house(EntranceOptions::default());
    house.office.add_person("张科", Some(PASSWORD), (ALL_AREAS, OfficeRole::Manager), "IT").unwrap();
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("张科:{PASSWORD}"));
    let ask = |method: &str, path: &str, body: &str| {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Basic {basic}"));
        let request = request.header("host", "localhost").header("prefer", "respond-async");
        house.ask("10.0.0.7", request.body(Body::from(body.to_owned())).unwrap())
    };
    assert_eq!(ask("POST", "/scenarios", r#"{"name":"近期"}"#).await.0, 201);
    assert_eq!(ask("PATCH", "/scenarios/%E8%BF%91%E6%9C%9F", r#"{"name":"2027"}"#).await.0, 200);
    assert_eq!(ask("POST", "/processes/coverage/execution", "{}").await.0, 201);
    assert_eq!(ask("DELETE", "/scenarios/2027", "").await.0, 204);
    assert_eq!(ask("POST", "/processes/none/execution", "{}").await.0, 404, "what fails is not written down");
    let rows = Store::at(house.folder.path().join("scenarios.sqlite")).list_trail(0, 99).unwrap();
    let told: Vec<(&str, &str)> = rows.iter().map(|row| (row.person.as_str(), row.action.as_str())).collect();
    let wanted = ["createScenario", "renameScenario", "execute", "deleteScenario"].map(|action| ("张科", action));
    assert_eq!(told, wanted);
    assert!(rows[2].detail.starts_with("coverage-"), "{:?}", rows[2]);
    assert_eq!(verify(&rows).broken, None);

    let (_, _, page) = ask("GET", "/audit?limit=2", "").await;
    let page: serde_json::Value = serde_json::from_str(&page).unwrap();
    assert_eq!((&page["count"], &page["broken"]), (&4.into(), &serde_json::Value::Null));
    assert_eq!(page["rows"][0]["action_name"]["zh"], "删除方案");
    assert!(page["links"][1]["href"].as_str().unwrap().ends_with("/audit?limit=2&before=3"), "{page}");
    let (status, headers, csv) = ask("GET", "/audit?f=csv", "").await;
    assert!(status == 200 && headers["content-type"] == "text/csv" && csv.contains("张科,删除方案"), "{csv}");
    let (status, _, book) = ask("GET", "/audit?f=xlsx", "").await;
    assert!(status == 200 && book.starts_with("PK"));
}

#[tokio::test]
async fn a_proxy_says_who_asks_and_where_the_service_is() {
    let options = EntranceOptions {
        proxies: vec!["10.1.0.0/16".parse().unwrap()],
        user_header: Some("x-remote-user".parse().unwrap()),
        guest_role: None,
    };
    let house = house(options);
    house.office.add_person("王工", None, (ALL_AREAS, OfficeRole::Viewer), "IT").unwrap();
    let named = |path: &str| {
        let request = Request::get(path).header("x-remote-user", "王工").header("host", "plan.example.cn");
        let request = request.header("x-forwarded-proto", "https").header("x-forwarded-prefix", "/fire");
        request.body(Body::empty()).unwrap()
    };
    let (status, _, body) = house.ask("10.1.2.3", named("/collections/roads")).await;
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("https://plan.example.cn/fire/collections/roads"), "{body}");
    // The same from elsewhere: neither name nor address count.
    let (status, ..) = house.ask("10.2.0.1", named("/collections/roads")).await;
    assert_eq!(status, 421);
    let direct = Request::get("/collections").header("x-remote-user", "王工").body(Body::empty()).unwrap();
    assert_eq!(house.ask("10.2.0.1", direct).await.0, 401);
    // The proxy lets somebody through whom nobody has listed.
    let guest = Request::get("/collections").header("x-remote-user", "外来").body(Body::empty()).unwrap();
    let (status, _, body) = house.ask("10.1.2.3", guest).await;
    assert!(status == 403 && body.contains("“外来”在此的权限为“无”"), "{body}");
}

#[tokio::test]
async fn guessing_is_slowed_over_http_too() {
    let house = house(EntranceOptions::default());
    house.office.add_person("王工", Some(PASSWORD), (ALL_AREAS, OfficeRole::Viewer), "IT").unwrap();
    let mut last = (StatusCode::OK, HeaderMap::new(), String::new());
    for at in 0..7 {
        last = house.sign_in(&form_of("王工", &format!("guess {at}!"), "/")).await;
    }
    assert!(last.0 == 429 && last.2.contains("秒后再试"), "{last:?}");
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("王工:{PASSWORD}"));
    let request = Request::get("/jobs").header("authorization", format!("Basic {basic}")).body(Body::empty()).unwrap();
    let (status, headers, _) = house.ask("10.0.0.7", request).await;
    assert!(status == 429 && headers.contains_key(header::RETRY_AFTER));
}

/// Roles are of areas: who edits one project does not see the other.
#[tokio::test]
async fn a_role_in_one_project_says_nothing_of_another() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join("area.toml"), "name = 'x'\n[roads]\nsource = 'r.geojson'\n")
            .unwrap();
    }
    let options = AreasOptions::new(folder.path().to_owned(), fireplan_testing::rules());
    let areas = AreasState::new(AreasOptions { run_at_start: false, ..options }).unwrap();
    let person = Person { name: "甲".to_owned(), roles: [("a".to_owned(), OfficeRole::Editor)].into() };
    let service = guarded_areas_router(areas).layer(Extension(visitor(Some(person))));
    let ask = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path).header("host", "localhost");
        send(&service, request.body(Body::empty()).unwrap())
    };
    let (_, _, list) = ask("GET", "/projects").await;
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let ids: Vec<&str> = list["projects"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a"]);
    assert_eq!(ask("GET", "/projects/a").await.0, 200);
    for (method, path) in [
        ("GET", "/projects/b"),
        ("POST", "/projects/b/opening"),
        ("POST", "/projects/a/archive"),
        ("GET", "/areas/b/collections"),
        ("GET", "/areas/b/"),
        ("POST", "/drafts"),
    ] {
        assert_eq!(ask(method, path).await.0, 403, "{method} {path}");
    }
}
