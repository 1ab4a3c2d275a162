//! Packages over HTTP: ordered, watched, taken, ended, and made of what runs have found.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use fireplan_package::archive::unpack_archive;
use fireplan_serve::{AppState, KeptFolder, router};
use fireplan_store::Store;
use fireplan_store::runs::{RunFolder, RunRecord};
use serde_json::{Value, json};

use crate::http::{Answer, get, get_json, is_problem, post, send};

const PATH: &str = "/packages";

fn state() -> AppState {
    AppState::new(fireplan_testing::area(), fireplan_testing::rules()).unwrap()
}

async fn order(service: &Router, body: &Value) -> Answer {
    post(service, PATH, body.to_string(), "").await
}

async fn delete(service: &Router, path: &str) -> Answer {
    send(service, Request::delete(path).body(Body::empty()).unwrap()).await
}

/// The status of an ordered package once it is over.
async fn over(service: &Router, ordered: &Answer) -> Value {
    assert_eq!(ordered.status, 201, "{}", String::from_utf8_lossy(&ordered.body));
    let path = format!("{PATH}/{}", ordered.json()["id"].as_str().unwrap());
    for _ in 0..3_000 {
        let status = get_json(service, &path).await;
        if !["accepted", "running"].contains(&status["status"].as_str().unwrap()) {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    panic!("the package is never over");
}

/// The files of a package by their paths within its folder.
async fn files(service: &Router, status: &Value) -> Vec<(String, Vec<u8>)> {
    let answer = get(service, &format!("{PATH}/{}/zip", status["id"].as_str().unwrap())).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-disposition").starts_with("attachment; filename*=UTF-8''"));
    assert_eq!(answer.header("content-length"), status["made"]["bytes"].to_string());
    let folder = format!("{}/", status["made"]["name"].as_str().unwrap());
    let inside = |name: String| name.strip_prefix(&folder).unwrap_or_else(|| panic!("{name}")).to_owned();
    unpack_archive(&answer.body).unwrap().into_iter().map(|part| (inside(part.name), part.bytes)).collect()
}

#[tokio::test]
async fn a_package_is_ordered_watched_taken_and_taken_away() {
    let service = router(state());
    let before = get_json(&service, PATH).await;
    assert_eq!((&before["packages"], &before["facts"]["body"]), (&json!([]), &json!("")));
    let parts: Vec<&str> =
        before["parts"].as_array().unwrap().iter().map(|part| part["id"].as_str().unwrap()).collect();
    assert_eq!(parts, ["text", "explanation", "atlas", "tables", "database", "annexes", "review"]);

    let body = json!({ "parts": ["tables", "text"], "facts": { "body": "甲县人民政府", "base_year": 2026 } });
    let ordered = order(&service, &body).await;
    let id = ordered.json()["id"].as_str().unwrap().to_owned();
    assert!(ordered.header("location").ends_with(&format!("{PATH}/{id}")));
    let status = over(&service, &ordered).await;
    assert_eq!((&status["status"], &status["progress"]), (&json!("successful"), &json!(100)), "{status}");
    assert_eq!(status["parts"], json!(["text", "tables"]));
    let files = files(&service, &status).await;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["1 文本/规划文本.docx", "4 附表/规划附表.xlsx", "7 审查/文稿块.json", "成果清单.txt"]);

    let list = get_json(&service, PATH).await;
    assert_eq!(list["packages"][0]["id"], *id);
    assert_eq!((&list["facts"]["body"], &list["facts"]["base_year"]), (&json!("甲县人民政府"), &json!(2026)));
    let again = order(&service, &json!({ "parts": ["text", "tables"] })).await;
    assert_eq!(again.json()["id"], *id, "the same order is the same package");
    over(&service, &again).await;
    let gone = delete(&service, &format!("{PATH}/{id}")).await;
    assert_eq!((gone.status.as_u16(), &gone.json()["status"]), (200, &json!("dismissed")));
    assert_eq!(get(&service, &format!("{PATH}/{id}/zip")).await.status, 404);
    assert_eq!(get_json(&service, PATH).await["packages"], json!([]));
}

/// What the texts say, with these figures set by hand.
async fn record_under(service: &Router, set: Value) -> String {
    let body = json!({ "parts": ["review"], "inputs": { "set": set } });
    let status = over(service, &order(service, &body).await).await;
    let files = files(service, &status).await;
    let record = files.into_iter().find(|(name, _)| name.ends_with("文稿块.json")).unwrap().1;
    String::from_utf8(record).unwrap()
}

#[tokio::test]
async fn what_a_run_has_found_is_not_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let store = Store::at(folder.path().join("scenarios.sqlite"));
        let runs = KeptFolder::beside(&store, u64::MAX).unwrap();
        let (area, rules) = (fireplan_testing::area(), fireplan_testing::rules());
        router(AppState::with_store(area, rules, Vec::new(), store, Some(runs)).unwrap())
    };
    post(&open(), "/processes/coverage/execution", "{}", "").await;
    // Nobody would find this: what says it was not asked again.
    let runs = RunFolder::beside(&folder.path().join("scenarios.sqlite"));
    let record = runs.list().unwrap().runs.remove(0);
    let mut findings = runs.read(&record.id).unwrap();
    findings.figures.iter_mut().for_each(|figure| figure.value = Some(12.34));
    runs.keep(&RunRecord { number: 2, ..record }, &findings).unwrap();
    let service = open();
    assert!(record_under(&service, json!([])).await.contains("12.34"));
    let other = record_under(&service, json!(["response.time_min=6"])).await;
    assert!(!other.contains("12.34"), "under other rules it is asked");
}

#[tokio::test]
async fn a_package_waits_for_its_turn_and_can_be_ended_before() {
    let state = state();
    let turn = state.jobs.turn();
    let held = turn.acquire().await.unwrap();
    let service = router(state.clone());
    let body = json!({ "parts": ["tables"], "edition": "public" });
    let ordered = order(&service, &body).await.json();
    assert_eq!((&ordered["status"], &ordered["edition"]), (&json!("accepted"), &json!("public")));
    let path = format!("{PATH}/{}", ordered["id"].as_str().unwrap());
    let early = get(&service, &format!("{path}/zip")).await;
    is_problem(&early, 404, "not made yet", &format!("{path}/zip"));
    assert_eq!(delete(&service, &path).await.json()["status"], "dismissed");
    drop(held);
    // The same order again: nothing of the one that was ended stands in its way.
    let status = over(&service, &order(&service, &body).await).await;
    assert_eq!(status["status"], "successful", "{status}");
    let name = status["made"]["name"].as_str().unwrap();
    assert!(name.contains("公示版") && name.contains("仅规划附表"), "{name}");
}

#[tokio::test]
async fn orders_that_nobody_can_fill_are_refused_with_the_reason() {
    let service = router(state());
    for (body, says) in [
        (json!({ "parts": ["maps"] }), "there are text"),
        (json!({ "edition": "secret" }), "body"),
        (json!({ "facts": { "date": "2026-13-01" } }), "2026-11-28"),
        (json!({ "facts": { "base_year": 26 } }), "is no year"),
        (json!({ "inputs": { "profile": "nowhere" } }), "nowhere"),
        (json!({ "inputs": { "scenario": "nowhere" } }), "nowhere"),
        (json!({ "inputs": { "period": "day" } }), "period"),
        (json!({ "everything": true }), "everything"),
    ] {
        is_problem(&order(&service, &body).await, 400, says, PATH);
    }
    let refused = over(&service, &order(&service, &json!({ "final": true, "parts": ["text"] })).await).await;
    assert_eq!(refused["status"], "failed");
    assert!(refused["message"].as_str().unwrap().contains("强制性内容"), "{refused}");
    let zip = format!("{PATH}/{}/zip", refused["id"].as_str().unwrap());
    is_problem(&get(&service, &zip).await, 422, "mandatory", &zip);
}

#[tokio::test]
async fn an_area_without_answers_makes_no_package() {
    let mut area = fireplan_testing::area();
    area.layers = Default::default();
    let service = router(AppState::new(area, fireplan_testing::rules()).unwrap());
    let status = over(&service, &order(&service, &json!({})).await).await;
    assert_eq!(status["status"], "failed", "{status}");
}
