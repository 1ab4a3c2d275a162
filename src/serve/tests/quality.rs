//! The report on the data, as the page and as printers ask for it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use fireplan_model::layers::LayerId;
use fireplan_model::notes::{NoteCase, NoteKind, Notes, SourceRow};
use fireplan_serve::{AppState, router};
use serde_json::{Value, json};

use crate::http::{change, get, get_json};

/// The invented area with a width that is not used, and a village that was left out.
fn service() -> Router {
    let mut area = fireplan_testing::area();
    area.layers.roads[3].width_m = None;
    let mut notes = Notes::default();
    let row = SourceRow { file: "roads.csv".to_owned(), number: 5, is_line: true };
    let case = NoteCase::from("<b>人民路</b>：宽=0.3").of(&area.layers.roads[3].source_id).in_row(row);
    let case = case.doubting("width_m", "0.3", Some(0.3));
    notes.add(NoteKind::Doubted, Some(LayerId::Roads), "宽度超出可信范围 | Width", case);
    notes.add(NoteKind::Outside, Some(LayerId::Villages), "界外 | Outside", "邻村");
    let (notes, cases) = notes.into_cases();
    (area.notes, area.cases) = (notes, Arc::new(cases));
    router(AppState::new(area, fireplan_testing::rules()).unwrap())
}

fn of_layer<'a>(report: &'a Value, layer: &str) -> &'a Value {
    report["layers"].as_array().unwrap().iter().find(|one| one["layer"] == layer).unwrap()
}

#[tokio::test]
async fn a_case_of_the_report_leads_to_its_feature() {
    let service = service();
    let report = get_json(&service, "/quality").await;
    let roads = of_layer(&report, "roads");
    assert_eq!((roads["doubted"].as_u64(), roads["notes"][0]["kind"].as_str()), (Some(1), Some("doubted")));
    let case = &roads["notes"][0]["cases"][0];
    assert_eq!((case["feature"].as_u64(), case["row"]["number"].as_u64()), (Some(4), Some(5)));
    assert_eq!(case["value"]["if_true"], 0.3);
    let feature = get_json(&service, "/collections/roads/items/4").await;
    assert!(feature["geometry"]["coordinates"].to_string().contains('.'));
    assert_eq!(of_layer(&report, "villages")["notes"][0]["kind"], "outside");
    assert_eq!(report["effects"]["status"], "idle");
    assert_eq!(report["effects"]["groups"], 1);
}

#[tokio::test]
async fn the_report_is_a_page_to_print_in_both_languages() {
    let service = service();
    let page = get(&service, "/quality?f=html").await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    let html = String::from_utf8(page.body).unwrap();
    assert!(html.contains("roads.csv 第 5 行") && html.contains("sel=roads/4") && !html.contains("<b>人民路"));
    let english = String::from_utf8(get(&service, "/quality?f=html&lang=en").await.body).unwrap();
    assert!(english.contains("roads.csv, row 5"));
    assert_eq!(get(&service, "/quality?lang=de").await.status, 400);
}

#[tokio::test]
async fn what_doubts_change_is_computed_when_asked_for_and_can_be_stopped() {
    let service = service();
    let started = change(&service, "POST", "/quality/effects", json!({})).await.json();
    assert!(["running", "done"].contains(&started["status"].as_str().unwrap()), "{started}");
    let mut known = started;
    for _ in 0..600 {
        if known["status"] == "done" {
            break;
        }
        assert_eq!(known["status"], "running", "{known}");
        tokio::time::sleep(Duration::from_millis(100)).await;
        known = get_json(&service, "/quality/effects").await;
    }
    let effects = known["effects"].as_array().unwrap();
    assert_eq!((effects.len(), effects[0]["rows"].as_u64()), (1, Some(1)));
    assert!(effects[0]["premise"]["zh"].as_str().unwrap().starts_with("若这 1 处道路"), "{effects:?}");
    let page = String::from_utf8(get(&service, "/quality?f=html").await.body).unwrap();
    assert!(page.contains("若这 1 处道路"));
    // What is known stays known.
    assert_eq!(change(&service, "DELETE", "/quality/effects", json!({})).await.json()["status"], "done");

    let other = self::service();
    change(&other, "POST", "/quality/effects", json!({})).await;
    let stopped = change(&other, "DELETE", "/quality/effects", json!({})).await.json();
    assert!(["idle", "done"].contains(&stopped["status"].as_str().unwrap()), "{stopped}");
}
