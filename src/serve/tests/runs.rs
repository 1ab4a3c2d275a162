//! Runs that outlive the program.

use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::http;
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::progress::Silent;
use fireplan_serve::{AppState, KeptFolder, router, run_all};
use fireplan_store::Store;
use fireplan_store::runs::{RunFolder, RunRecord};
use serde_json::{Value, json};

use crate::http::{Answer, get, get_json, is_problem, post, send};

fn kept_folder(folder: &Path) -> RunFolder {
    RunFolder::beside(&folder.join("scenarios.sqlite"))
}

fn kept(folder: &Path, budget_bytes: u64) -> KeptFolder {
    KeptFolder { folder: kept_folder(folder), budget_bytes }
}

fn open_of(area: StudyArea, folder: &Path, budget_bytes: u64) -> Router {
    let runs = Some(kept(folder, budget_bytes));
    router(AppState::with_store(area, fireplan_testing::rules(), Vec::new(), Store::in_memory(), runs).unwrap())
}

fn open(folder: &Path) -> Router {
    open_of(fireplan_testing::area(), folder, u64::MAX)
}

async fn patch(service: &Router, path: &str, body: Value) -> Answer {
    let request = http::Request::patch(path).header("content-type", "application/json");
    send(service, request.body(body.to_string().into()).unwrap()).await
}

/// Asks, waits for the answer, and says which job it was.
async fn run(service: &Router, process: &str, inputs: Value) -> String {
    let body = json!({ "inputs": inputs }).to_string();
    let answer = post(service, &format!("/processes/{process}/execution"), body, "").await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let link = answer.header("link");
    link.split(['/', '>']).find(|part| part.starts_with(process)).unwrap().to_owned()
}

#[tokio::test]
async fn a_run_is_there_after_a_restart_under_its_number_name_and_links() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());
    let before = run(&first, "coverage", json!({ "bands_min": [3.0, 5.0] })).await;
    let job = run(&first, "coverage", json!({})).await;
    let named = patch(&first, &format!("/jobs/{job}"), json!({ "name": "送审稿", "pinned": true })).await;
    assert_eq!(named.json()["fireplan"]["name"], "送审稿");
    let results = get(&first, &format!("/jobs/{job}/results")).await;
    let collection = results.json()["layers"][0].as_str().unwrap().to_owned();
    let items = get_json(&first, &format!("/collections/{collection}/items?limit=3")).await;
    drop(first);

    let again = open(folder.path());
    let status = get_json(&again, &format!("/jobs/{job}")).await;
    assert_eq!(status["status"], "successful");
    let about = &status["fireplan"];
    assert_eq!((&about["number"], &about["name"], &about["pinned"]), (&json!(2), &json!("送审稿"), &json!(true)));
    assert_eq!(about["outdated"], false);
    // Nobody has asked for it: its layers are not in memory, and come when they are asked for.
    let listed = get_json(&again, "/collections").await;
    assert!(listed["collections"].as_array().unwrap().iter().all(|one| one["id"] != collection.as_str()));
    // Of the same moment are only the features.
    let features = get_json(&again, &format!("/collections/{collection}/items?limit=3")).await["features"].clone();
    assert_eq!(features, items["features"]);
    assert_eq!(get(&again, &format!("/jobs/{job}/results")).await.body, results.body);
    // The same question is not computed again, and a new one has the next number.
    assert_eq!(run(&again, "coverage", json!({})).await, job);
    let third = run(&again, "coverage", json!({ "bands_min": [4.0] })).await;
    let landing = get_json(&again, "/?f=json").await;
    let is_usual = |job: &str| {
        let runs = landing["fireplan"]["runs"].as_array().unwrap();
        runs.iter().find(|run| run["job"] == job).unwrap()["usual"].clone()
    };
    assert_eq!((is_usual(&job), is_usual(&third)), (json!(true), json!(false)));
    assert_eq!(get_json(&again, &format!("/jobs/{third}")).await["fireplan"]["number"], 3);
    let compared = get(&again, &format!("/jobs/{before}/comparison/{job}")).await;
    assert_eq!(compared.status, 200, "runs of before a restart can be compared");
}

#[tokio::test]
async fn the_name_of_a_layer_alone_is_that_of_the_current_run() {
    let folder = tempfile::tempdir().unwrap();
    let service = open(folder.path());
    assert_eq!(get(&service, "/collections/coverage_roads").await.status, 404);
    let old = run(&service, "coverage", json!({ "bands_min": [3.0] })).await;
    let id = |answer: &Value| answer["id"].as_str().unwrap().to_owned();
    assert_eq!(id(&get_json(&service, "/collections/coverage_roads").await), format!("{old}-coverage_roads"));
    let new = run(&service, "coverage", json!({})).await;
    assert_eq!(id(&get_json(&service, "/collections/coverage_roads").await), format!("{new}-coverage_roads"));
    assert_eq!(get(&open(folder.path()), "/collections/coverage_roads/items?limit=1").await.status, 200);
}

#[tokio::test]
async fn only_tiles_asked_for_by_the_id_of_a_run_are_kept_without_asking_again() {
    let folder = tempfile::tempdir().unwrap();
    let service = open(folder.path());
    let run = run(&service, "coverage", json!({})).await;
    let tiles = async |layers: &str| {
        let separate = layers.split(',').flat_map(|layer| {
            let tile = format!("/collections/{layer}/tiles/WebMercatorQuad/12/1627/3303?f=mvt");
            [format!("/tiles/{layer}/12/3303/1627.mvt"), tile]
        });
        let joined = [
            format!("/tiles/12/3303/1627.mvt?collections={layers}"),
            format!("/tiles/WebMercatorQuad/12/1627/3303?f=mvt&collections={layers}"),
        ];
        let mut kept = Vec::new();
        for path in separate.chain(joined) {
            let answer = get(&service, &path).await;
            assert_eq!(answer.status, 200, "{path}");
            kept.push(answer.header("cache-control").to_owned());
        }
        kept.dedup();
        kept
    };
    let (roads, late) = (format!("{run}-coverage_roads"), format!("{run}-coverage_villages"));
    assert_eq!(tiles(&format!("{roads},{late}")).await, ["private, max-age=3600"]);
    assert_eq!(tiles("coverage_roads").await, ["no-cache"], "the next run has layers of this name, too");
    assert_eq!(tiles("roads").await, ["no-cache"]);
    let mixed = get(&service, &format!("/tiles/12/3303/1627.mvt?collections={roads},coverage_villages")).await;
    assert_eq!(mixed.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn a_run_of_other_data_says_so_and_is_asked_anew() {
    let folder = tempfile::tempdir().unwrap();
    let old = run(&open(folder.path()), "coverage", json!({})).await;
    let mut area = fireplan_testing::area();
    area.name += "（新数据）";
    let service = open_of(area, folder.path(), u64::MAX);
    assert_eq!(get_json(&service, &format!("/jobs/{old}")).await["fireplan"]["outdated"], true);
    assert_eq!(get(&service, &format!("/jobs/{old}/results")).await.status, 200, "it can still be read");
    assert_ne!(run(&service, "coverage", json!({})).await, old);
}

#[tokio::test]
async fn only_a_budget_of_bytes_lets_runs_go_the_oldest_first_and_no_pinned_one() {
    let folder = tempfile::tempdir().unwrap();
    let first = run(&open(folder.path()), "coverage", json!({})).await;
    // More of the same, each a moment later; to compute each would only take longer.
    let runs = kept_folder(folder.path());
    let (record, findings) = (runs.list().unwrap().runs[0].clone(), runs.read(&first).unwrap());
    let mut jobs = vec![first];
    for number in 2..=20 {
        let id = format!("coverage-copy{number}");
        let finished_ms = record.finished_ms + number;
        runs.keep(&RunRecord { id: id.clone(), number, finished_ms, ..record.clone() }, &findings).unwrap();
        jobs.push(id);
    }
    let service = open(folder.path());
    for job in &jobs {
        assert_eq!(get(&service, &format!("/jobs/{job}/results")).await.status, 200, "none goes by its number");
    }
    patch(&service, &format!("/jobs/{}", jobs[0]), json!({ "pinned": true })).await;
    let bytes = get_json(&service, "/jobs").await["fireplan"]["bytes"].as_u64().unwrap();
    drop(service);

    let service = open_of(fireplan_testing::area(), folder.path(), bytes);
    let told = get_json(&service, "/jobs").await["fireplan"]["next_to_go"].clone();
    assert_eq!(told[0], jobs[1].as_str(), "it is told before");
    run(&service, "coverage", json!({ "bands_min": [20.0] })).await;
    assert_eq!(get(&service, &format!("/jobs/{}/results", jobs[0])).await.status, 200);
    is_problem(&get(&service, &format!("/jobs/{}", jobs[1])).await, 404, "没有任务", &format!("/jobs/{}", jobs[1]));
    assert_eq!(get(&service, &format!("/jobs/{}", jobs[19])).await.status, 200);
}

#[tokio::test]
async fn a_run_that_is_deleted_is_gone_from_disk_and_one_in_memory_has_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let service = open(folder.path());
    let job = run(&service, "coverage", json!({})).await;
    let delete = http::Request::delete(format!("/jobs/{job}")).body(Body::empty()).unwrap();
    assert_eq!(send(&service, delete).await.status, 200);
    assert_eq!(get(&open(folder.path()), &format!("/jobs/{job}")).await.status, 404);

    let memory = crate::http::service();
    let job = run(&memory, "coverage", json!({})).await;
    let path = format!("/jobs/{job}");
    is_problem(&patch(&memory, &path, json!({ "pinned": true })).await, 409, "不在磁盘上", &path);
    assert!(get_json(&memory, "/jobs").await["fireplan"].is_null());
}

#[tokio::test]
async fn a_run_that_cannot_be_kept_says_so_and_is_answered_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    // A file stands where the folder is to be.
    std::fs::write(folder.path().join("scenarios.runs"), "").unwrap();
    let service = open(folder.path());
    let job = run(&service, "coverage", json!({})).await;
    let status = get_json(&service, &format!("/jobs/{job}")).await;
    assert!(status["message"].as_str().unwrap().contains("未能保存"), "{status}");
    assert!(status["fireplan"]["bytes"].is_null());
    assert_eq!(get(&service, &format!("/jobs/{job}/results")).await.status, 200);
}

#[tokio::test]
async fn findings_that_come_back_from_disk_are_written_as_those_of_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let id = run(&open(folder.path()), "coverage", json!({})).await;
    let (area, rules) = (fireplan_testing::area(), fireplan_testing::rules());
    let context = Context { area: &area, rules: &rules, progress: &Silent };
    let request = Request::all().into_iter().find(|request| request.id() == "coverage").unwrap();
    let [direct, kept] = ["direct", "kept"].map(|name| folder.path().join(name));
    fireplan_export::write(&request.run(&context).unwrap(), &area, &direct).unwrap();
    let findings = kept_folder(folder.path()).read(&id).unwrap();
    for file in fireplan_export::write(&findings, &area, &kept).unwrap() {
        let name = file.strip_prefix(&kept).unwrap();
        assert!(std::fs::read(&file).unwrap() == std::fs::read(direct.join(name)).unwrap(), "{}", name.display());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn runs_go_on_in_the_order_in_which_they_were_asked() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Some(kept(folder.path(), u64::MAX));
    let (area, rules) = (fireplan_testing::area(), fireplan_testing::rules());
    let state = AppState::with_store(area, rules, Vec::new(), Store::in_memory(), runs).unwrap();
    let jobs = run_all(&state);
    for job in &jobs {
        job.over().await;
    }
    let ended: Vec<_> = jobs.iter().map(|job| job.finished().unwrap()).collect();
    assert!(ended.is_sorted(), "{ended:?}");
    // One that comes when all are done is worked off, too.
    let service = router(state);
    run(&service, "coverage", json!({ "bands_min": [7.0] })).await;
}

#[tokio::test]
async fn a_run_tested_for_robustness_is_another_run_and_tells_what_its_headline_hangs_on() {
    let folder = tempfile::tempdir().unwrap();
    let service = open(folder.path());
    let plain = run(&service, "coverage", json!({ "bands_min": [] })).await;
    let tested = run(&service, "coverage", json!({ "bands_min": [], "sensitivity": true })).await;
    assert_ne!(plain, tested);
    let remark = async |job: &str| {
        let results = get_json(&service, &format!("/jobs/{job}/results")).await;
        let figures = results["figures"].as_array().unwrap().clone();
        let headline = figures.into_iter().find(|figure| !figure["value"].is_null()).unwrap();
        headline["remark"]["zh"].as_str().unwrap().to_owned()
    };
    let hangs = |remark: &str| remark.contains("稳健") || remark.contains("取决于");
    assert!(!hangs(&remark(&plain).await) && hangs(&remark(&tested).await));
    let table = get(&service, &format!("/jobs/{tested}/tables/sensitivity?f=csv")).await;
    assert!(String::from_utf8_lossy(&table.body).contains("未核实的数值"));
    let refused =
        post(&service, "/processes/coverage/execution", r#"{"inputs":{"sensitivity":3}}"#.to_owned(), "").await;
    assert_eq!(refused.status, 400);
}
