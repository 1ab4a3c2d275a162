//! Scenarios as the page makes, changes and asks about them.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use fireplan_serve::{AppState, router};
use fireplan_store::Store;
use serde_json::{Value, json};

use crate::http::{asked, change, get, get_json, is_problem, post, refused, send, service};

#[tokio::test]
async fn scenarios_are_made_changed_and_asked_about() {
    let service = service();
    assert_eq!(get_json(&service, "/scenarios").await["scenarios"], json!([]));
    let edits = json!([{ "edit": "add_station", "name": "西站", "at": [110.32, 34.62], "turnout_min": 0 }]);
    let made = change(&service, "POST", "/scenarios", json!({ "name": "近期", "edits": edits })).await;
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    assert_eq!(made.json()["texts"][0]["zh"], "新建消防站“西站”（小型普通消防站）");
    let path = made.header("location").strip_prefix("http://here:1").unwrap().to_owned();
    assert_eq!(get_json(&service, &path).await, made.json());

    let before = asked(&service, json!({ "audit_places": 20 })).await;
    let after = asked(&service, json!({ "audit_places": 20, "scenario": "近期" })).await;
    assert_ne!(before, after);
    let manifest = &get_json(&service, &format!("/jobs/{after}/results")).await["manifest"];
    assert_eq!(manifest["scenario"]["edits"][0]["name"], "西站");
    let comparison = get_json(&service, &format!("/jobs/{before}/comparison/{after}")).await;
    let layers = comparison["layers"].as_array().unwrap();
    let stations = layers.iter().find(|layer| layer["layer"] == "coverage_stations").unwrap();
    assert_eq!((&stations["moves"][0]["change"], &stations["moves"][0]["features"]), (&json!("new"), &json!(1)));
    assert!(layers.iter().all(|layer| layer["lost"]["features"] == 0), "{comparison}");

    // The same at once, from what changes; bands, the self-audit and stations are left to the whole run.
    let path_of = |job: &str| format!("/jobs/{job}/scenarios/%E8%BF%91%E6%9C%9F");
    let followed = get_json(&service, &path_of(&before)).await;
    assert_eq!(followed["before"]["job"], before);
    assert_eq!((&followed["after"]["job"], &followed["after"]["settings"]["scenario"]), (&Value::Null, &json!("近期")));
    let named =
        |of: &Value, name: &str| of["figures"].as_array().unwrap().iter().find(|one| one["name"] == name).cloned();
    for name in ["villages_percent", "people_percent", "road_percent", "worst_village_min"] {
        assert_eq!(named(&followed, name), named(&comparison, name));
        assert!(named(&followed, name).is_some());
    }
    let villages =
        |of: &Value| of["layers"].as_array().unwrap().iter().find(|one| one["layer"] == "coverage_villages").cloned();
    let [now, then] = [&followed, &comparison].map(|of| villages(of).unwrap());
    assert_eq!((&now["moves"], &now["gained"]), (&then["moves"], &then["gained"]));
    let changes = now["collection"].as_str().unwrap();
    let items = get_json(&service, &format!("/collections/{changes}/items")).await;
    assert_eq!(items["features"][0]["properties"]["change"], "gained");
    refused(&service, &path_of(&after), 400, "cannot be followed").await;
    refused(&service, &format!("/jobs/{before}/scenarios/nothing"), 400, "nothing").await;

    let described = get_json(&service, "/processes/coverage").await;
    assert_eq!(described["fireplan"]["live"], true);
    assert_eq!(described["inputs"]["scenario"]["schema"]["anyOf"][0]["oneOf"][0]["const"], "近期");

    // Every revision is a job of its own, also one with the edits of an earlier one: no list shows two of them alike.
    let moved = json!([{ "edit": "add_station", "name": "西站", "at": [110.33, 34.62], "turnout_min": 0 }]);
    let put = change(&service, "PUT", &path, json!({ "edits": moved, "revision": 1 })).await;
    assert_eq!((put.status.as_u16(), &put.json()["revision"]), (200, &json!(2)));
    let second = asked(&service, json!({ "audit_places": 20, "scenario": "近期" })).await;
    change(&service, "PUT", &path, json!({ "edits": edits })).await;
    let third = asked(&service, json!({ "audit_places": 20, "scenario": "近期" })).await;
    assert!(second != after && third != after && third != second);
    for (job, revision) in [(&after, 1), (&second, 2), (&third, 3)] {
        let status = get_json(&service, &format!("/jobs/{job}")).await;
        assert_eq!(status["fireplan"]["settings"]["scenario_revision"], json!(revision));
        let results = get_json(&service, &format!("/jobs/{job}/results")).await;
        let title = format!("方案“近期”第 {revision} 版");
        assert_eq!(results["manifest"]["scenario_title"]["zh"], json!(title));
        let signed = |of: &Value, text: &str| of[text]["zh"].as_str().unwrap().contains(&title);
        assert!(results["figures"].as_array().unwrap().iter().all(|figure| signed(figure, "remark")));
        assert!(results["tables"].as_array().unwrap().iter().all(|table| signed(table, "title")));
        let layer = results["layers"][0].as_str().unwrap();
        let collection = get_json(&service, &format!("/collections/{layer}")).await;
        assert!(collection["title"].as_str().unwrap().contains(&title), "{collection}");
        let items = get_json(&service, &format!("/collections/{layer}/items?limit=1")).await;
        assert!(items["description"].as_str().unwrap().contains(&title), "{items}");
        let tile = get_json(&service, &format!("/tiles/{layer}/8/206/101.geojson")).await;
        let features = tile["features"].as_array().unwrap();
        assert!(!features.is_empty() && features.iter().all(|one| one["properties"]["scenario"] == json!(title)));
        let checks = get(&service, &format!("/jobs/{job}/tables/checks?f=csv")).await;
        let checks = String::from_utf8(checks.body).unwrap();
        assert!(checks.contains("方案(不是现状)") && checks.contains(&title), "{checks}");
        let book = get(&service, &format!("/jobs/{job}/tables/checks")).await;
        let parts = fireplan_package::archive::unpack_archive(&book.body).unwrap();
        let says = |what: &str| parts.iter().any(|part| String::from_utf8_lossy(&part.bytes).contains(what));
        assert!(says(&title) && says("不是今天的现状"), "{job}");
    }

    let history = get_json(&service, &format!("{path}/history")).await;
    let changes = |at: usize| history["revisions"][at]["changes"].as_array().unwrap().len();
    assert_eq!([changes(0), changes(1), changes(2)], [1, 1, 1], "{history}");
    let moved = history["revisions"][1]["changes"][0]["zh"].as_str().unwrap();
    assert!(moved.starts_with("± 新建消防站“西站”") && moved.contains("位置 110.320000,34.620000 → 110.33"), "{moved}");
    let between =
        async |from: i64, to: i64| get_json(&service, &format!("{path}/history/{from}/{to}")).await["changes"].clone();
    assert_eq!(between(1, 2).await, history["revisions"][1]["changes"]);
    assert_eq!(between(1, 3).await[0]["zh"], "没有改动", "the third is as the first");
    let back = between(2, 1).await;
    assert!(back[0]["zh"].as_str().unwrap().contains("位置 110.330000,34.620000 → 110.32"), "{back}");
    refused(&service, &format!("{path}/history/1/9"), 404, "9").await;
    refused(&service, "/scenarios/nothing/history", 404, "nothing").await;

    let copied = change(&service, "POST", &format!("{path}/copy"), json!({ "name": "远期" })).await;
    let of_copy = get_json(&service, "/scenarios/%E8%BF%9C%E6%9C%9F/history").await;
    assert_eq!(of_copy["revisions"][0]["changes"][0]["zh"], "由方案“近期”第 3 版另存");
    assert_eq!((copied.status, &copied.json()["edits"]), (StatusCode::CREATED, &made.json()["edits"]));
    let renamed = change(&service, "PATCH", &path, json!({ "name": "2027" })).await;
    assert_eq!(renamed.json()["name"], "2027");
    let of_renamed = get_json(&service, "/scenarios/2027/history").await;
    assert_eq!(
        of_renamed["revisions"][3]["changes"],
        json!([{ "zh": "改名，原名“近期”", "en": "renamed; it was '近期'" }])
    );
    assert_eq!(change(&service, "DELETE", "/scenarios/2027", Value::Null).await.status, 204);
    let names = get_json(&service, "/scenarios").await;
    assert_eq!((names["scenarios"].as_array().unwrap().len(), &names["scenarios"][0]["name"]), (1, &json!("远期")));
}

#[tokio::test]
async fn what_becomes_of_edits_is_told_at_once() {
    let service = service();
    let line = json!([[110.32, 34.62], [110.33, 34.62]]);
    let edits = json!([{ "edit": "add_road", "name": "新路", "line": line }]);
    let made = change(&service, "POST", "/scenarios", json!({ "name": "路", "edits": edits })).await.json();
    let remarks = made["remarks"].as_array().unwrap();
    assert!(
        remarks.iter().any(|remark| remark["edit"] == 1 && remark["text"]["zh"].as_str().unwrap().contains("新路"))
    );
    assert_eq!(get_json(&service, "/scenarios").await["scenarios"][0]["remarks"], json!([]), "lists are quick");
}

#[tokio::test]
async fn what_is_wrong_with_a_scenario_is_said() {
    let service = service();
    let far = "/scenarios/%E8%BF%9C%E6%9C%9F";
    change(&service, "POST", "/scenarios", json!({ "name": "远期" })).await;
    for (method, path, body, status, says) in [
        ("POST", "/scenarios", json!({ "name": "远期" }), 409, "choose another"),
        ("POST", "/scenarios", json!({ "name": "a/b" }), 400, "none of"),
        ("POST", "/scenarios", json!({ "name": "x", "edits": [{ "edit": "fly" }] }), 400, "fly"),
        (
            "POST",
            "/scenarios",
            json!({ "name": "x", "edits": [{ "edit": "close_road", "road": "R?" }] }),
            422,
            "edit 1",
        ),
        ("POST", "/scenarios", json!({ "name": ".." }), 400, "neither"),
        ("POST", "/scenarios", json!({ "name": "近\u{200b}期" }), 400, "nobody sees"),
        ("PUT", far, json!({ "edits": [{ "edit": "upgrade_station", "station": "S1" }] }), 422, "at least one fact"),
        (
            "PUT",
            far,
            json!({ "edits": [{ "edit": "add_hydrant", "name": "栓", "at": [110.32, 34.62], "diameter_mm": -1 }] }),
            422,
            "between",
        ),
        ("PUT", far, json!({ "edits": [], "revision": 7 }), 409, "reload"),
        ("PUT", far, json!({ "edits": 7 }), 400, "described"),
        ("PUT", "/scenarios/nothing", json!({ "edits": [] }), 404, "nothing"),
        ("PATCH", far, json!({ "title": "x" }), 400, "title"),
        ("DELETE", "/scenarios/nothing", Value::Null, 404, "nothing"),
    ] {
        let answer = change(&service, method, path, body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {}", String::from_utf8_lossy(&answer.body));
        assert!(answer.json()["detail"].as_str().unwrap().contains(says), "{}", answer.json());
    }
    let numbered = change(&service, "POST", "/scenarios", json!({ "name": "远期", "numbered": true })).await;
    assert_eq!((numbered.status, &numbered.json()["name"]), (StatusCode::CREATED, &json!("远期 2")));
    let wrong = r#"{"inputs":{"scenario":"nothing"}}"#;
    let path = "/processes/coverage/execution";
    is_problem(&post(&service, path, wrong, "").await, 400, "nothing", path);
    let stranger = Request::delete(far).header("host", "here:1").header("origin", "http://elsewhere");
    is_problem(&send(&service, stranger.body(Body::empty()).unwrap()).await, 403, "other sites", far);
}

/// Two edits of which the data have by now what they do: both are told at once, one is dropped and one stays as done.
#[tokio::test]
async fn edits_that_the_data_have_overtaken_are_told_at_once_and_settled_together() {
    let folder = tempfile::tempdir().unwrap();
    let open = |changed: bool| {
        let mut area = fireplan_testing::area();
        if changed {
            area.layers.stations[0].vehicles = Some(9);
            let mut stands = area.layers.stations[0].clone();
            (stands.name, stands.source_id) = ("西站".to_owned(), "S-new".to_owned());
            area.layers.stations.push(stands);
        }
        let store = Store::at(folder.path().join("scenarios.sqlite"));
        router(AppState::with_store(area, fireplan_testing::rules(), Vec::new(), store, None).unwrap())
    };
    let name = fireplan_testing::area().layers.stations[0].name.clone();
    let edits = json!([
        { "edit": "upgrade_station", "station": name, "vehicles": 9 },
        { "edit": "add_station", "name": "西站", "at": [110.32, 34.62] },
        { "edit": "add_station", "name": "东站", "at": [110.33, 34.62] },
    ]);
    let made = change(&open(false), "POST", "/scenarios", json!({ "name": "A", "edits": edits })).await.json();
    assert!(made["refused"].is_null() && made["problem"].is_null(), "{made}");
    let service = open(true);
    let found = get_json(&service, "/scenarios/A").await;
    let refused = found["refused"].as_array().unwrap();
    let told: Vec<_> = refused.iter().map(|one| (one["edit"].as_u64().unwrap(), one["overtaken"] == true)).collect();
    assert_eq!(told, [(1, true), (2, true)], "{found}");
    let problem = found["problem"].as_str().unwrap();
    assert!(problem.contains("第 1 处") && problem.contains("第 2 处"), "{problem}");
    let left = json!([edits[1], edits[2]]);
    let put = async |done: Value| change(&service, "PUT", "/scenarios/A", json!({ "edits": left, "done": done })).await;
    assert_eq!(put(json!([])).await.status, 422);
    assert_eq!(put(json!([7])).await.status, 422);
    // What applies as it is cannot stay as done.
    let fits = put(json!([2])).await;
    assert!(fits.status == 422 && fits.json()["detail"].as_str().unwrap().contains("仍可采用"));
    let settled = put(json!([1])).await.json();
    assert!(settled["refused"].is_null() && settled["revision"] == 2, "{settled}");
    let remarks = settled["remarks"].as_array().unwrap();
    assert!(remarks.iter().any(|one| one["edit"] == 1 && one["text"]["zh"].as_str().unwrap().contains("已完成")));
    assert_eq!(get_json(&service, "/scenarios/A").await["problem"], Value::Null, "and it is remembered");
}

/// A service on the store in the folder, with the first station moved to the east by so many metres.
fn open(folder: &std::path::Path, moved_m: f64) -> Router {
    let mut area = fireplan_testing::area();
    let station = &mut area.layers.stations[0];
    station.geometry.0.x += moved_m;
    let store = Store::at(folder.join("scenarios.sqlite"));
    router(AppState::with_store(area, fireplan_testing::rules(), Vec::new(), store, None).unwrap())
}

#[tokio::test]
async fn what_a_reference_means_after_the_data_changed_is_chosen_by_somebody() {
    let folder = tempfile::tempdir().unwrap();
    let name = fireplan_testing::area().layers.stations[0].name.clone();
    let edits = json!([{ "edit": "upgrade_station", "station": name, "vehicles": 9 }]);
    let made =
        change(&open(folder.path(), 0.0), "POST", "/scenarios", json!({ "name": "A", "edits": edits })).await.json();
    assert!(made["lost"].is_null() && made["problem"].is_null(), "{made}");
    let service = open(folder.path(), 870.0);
    let lost = get_json(&service, "/scenarios/A").await["lost"][0].clone();
    assert_eq!((&lost["text"], &lost["edits"]), (&json!(name), &json!([1])), "{lost}");
    assert_eq!(lost["choices"][0]["distance_m"], 870.0);
    // Saved as it is, nobody has said that it is the same station; then somebody does.
    let put = async |confirmed: Value| {
        change(&service, "PUT", "/scenarios/A", json!({ "edits": edits, "confirmed": confirmed })).await
    };
    assert_eq!(put(json!([])).await.status, 422);
    let confirmed = put(json!([{ "layer": "stations", "text": name }])).await.json();
    assert!(confirmed["lost"].is_null() && confirmed["revision"] == 2, "{confirmed}");
    assert_eq!(get_json(&service, "/scenarios/A").await["problem"], Value::Null, "and it is remembered");
}
