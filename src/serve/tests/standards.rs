//! What the standards of OGC say beside what clients use most: coordinate systems, order, selection, times, links, pages for people.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::http::{get, get_json, post, refused, send, service};

const EPSG: &str = "http://www.opengis.net/def/crs/EPSG/0/";

fn place(answer: &Value) -> [f64; 2] {
    [0, 1].map(|at| answer["geometry"]["coordinates"][at].as_f64().unwrap())
}

#[tokio::test]
async fn features_come_in_web_mercator_in_wgs84_and_in_the_zones_beside() {
    let service = service();
    let item = |crs: u32| format!("/collections/stations/items/1?crs={EPSG}{crs}");
    let [lon, lat] = place(&get_json(&service, "/collections/stations/items/1").await);
    assert_eq!(place(&get_json(&service, &item(4326)).await), [lat, lon]);
    let mercator = place(&get_json(&service, &item(3857)).await);
    // The formula of EPSG:3857, on a sphere of 6,378,137 m.
    let by_hand = [
        6_378_137.0 * lon.to_radians(),
        6_378_137.0 * (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0).tan().ln(),
    ];
    assert!(
        (mercator[0] - by_hand[0]).abs() < 0.1 && (mercator[1] - by_hand[1]).abs() < 0.1,
        "{mercator:?} {by_hand:?}"
    );
    // Three degrees of longitude lie between the meridians of two zones.
    let (own, beside) = (place(&get_json(&service, &item(4546)).await), place(&get_json(&service, &item(4547)).await));
    let shift_m = own[1] - beside[1];
    assert!((270_000.0..280_000.0).contains(&shift_m) && (own[0] - beside[0]).abs() < 10_000.0, "{own:?} {beside:?}");
    let around = |[a, b]: [f64; 2], by: f64| format!("bbox={},{},{},{}", a - by, b - by, a + by, b + by);
    for (at, crs) in [(mercator, 3857), (beside, 4547)] {
        let box_of = format!("/collections/stations/items?{}&bbox-crs={EPSG}{crs}", around(at, 8.0));
        assert_eq!(get_json(&service, &box_of).await["numberMatched"], 1, "{box_of}");
    }
    refused(&service, &item(4490).replace("4490", "2000"), 400, "3857").await;
    let listed = get_json(&service, "/collections/stations").await;
    for crs in [4326, 4490, 3857, 4545, 4546, 4547] {
        assert!(listed["crs"].as_array().unwrap().contains(&json!(format!("{EPSG}{crs}"))), "{crs}");
    }
}

#[tokio::test]
async fn features_come_in_the_order_and_with_the_properties_that_are_asked_for() {
    let service = service();
    let names = |page: &Value, column: &str| -> Vec<String> {
        let features = page["features"].as_array().unwrap();
        features.iter().map(|feature| feature["properties"][column].as_str().unwrap_or_default().to_owned()).collect()
    };
    let page = get_json(&service, "/collections/villages/items?limit=100&sortby=name").await;
    let sorted = names(&page, "name");
    assert!(sorted.len() == 37 && sorted.windows(2).all(|pair| pair[0] <= pair[1]), "{sorted:?}");
    let page = get_json(&service, "/collections/villages/items?limit=100&sortby=-name").await;
    assert_eq!(names(&page, "name"), sorted.into_iter().rev().collect::<Vec<_>>());
    // Equal names keep the order of the layer, and the plus sign of the standard may be sent as it is.
    let page = get_json(&service, "/collections/roads/items?limit=100&sortby=+class,-width_m").await;
    let widths: Vec<(String, f64)> = page["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["properties"]["class"].as_str().unwrap().to_owned(),
                one["properties"]["width_m"].as_f64().unwrap_or(-1.0),
            )
        })
        .collect();
    assert!(
        widths.windows(2).all(|pair| pair[0].0 < pair[1].0 || (pair[0].0 == pair[1].0 && pair[0].1 >= pair[1].1)),
        "{widths:?}"
    );
    let page = get_json(&service, "/collections/roads/items?limit=1&properties=class,width_m").await;
    let sent: Vec<&String> = page["features"][0]["properties"].as_object().unwrap().keys().collect();
    assert_eq!(sent.len(), 2, "{sent:?}");
    refused(&service, "/collections/roads/items?sortby=colour", 400, "colour").await;
    refused(&service, "/collections/roads/items?properties=colour", 400, "colour").await;
}

#[tokio::test]
async fn limits_times_and_preferences_are_as_the_standards_say() {
    let service = service();
    let count = |page: Value| page["numberReturned"].as_u64().unwrap();
    // More than is given at once is no mistake.
    assert_eq!(count(get_json(&service, "/collections/villages/items?limit=99999999999999999999999").await), 37);
    refused(&service, "/collections/villages/items?limit=-1", 400, "limit").await;
    refused(&service, "/collections/villages/items?limit=%2B5", 400, "limit").await;
    assert_eq!(count(get_json(&service, "/collections/villages/items?datetime=2026-01-01/..").await), 10);
    refused(&service, "/collections/villages/items?datetime=garbage", 400, "datetime").await;
    refused(&service, "/collections/villages/items?datetime=2026-12-31/2026-01-01", 400, "datetime").await;
    for (prefer, status) in
        [("AAA", 200), ("respond-sync", 200), ("Respond-Async; wait=9", 201), ("AAA, respond-async", 201)]
    {
        let answer = post(&service, "/processes/rules_of_nothing/execution", "{}", prefer).await;
        assert_eq!(answer.status, 404, "{prefer}");
        let answer = post(&service, "/processes/coverage/execution", "{}", prefer).await;
        assert_eq!(answer.status, status, "{prefer}");
    }
}

#[tokio::test]
async fn collections_lead_to_their_schema_and_have_a_page_for_people() {
    let service = service();
    let roads = get_json(&service, "/collections/roads").await;
    let described = roads["links"].as_array().unwrap().iter().find(|link| link["rel"] == "describedby").unwrap();
    assert!(described["href"].as_str().unwrap().ends_with("/collections/roads/schema"), "{described}");
    assert_eq!(described["type"], "application/schema+json");
    let browser = |path: &str| {
        let request = Request::get(path).header("accept", "text/html,*/*;q=0.8").header("host", "here:1");
        send(&service, request.body(Body::empty()).unwrap())
    };
    for (path, says) in [("/collections", "collections/roads?f=html"), ("/collections/roads", "roads/items?f=xlsx")] {
        let page = browser(path).await;
        let text = String::from_utf8(page.body.clone()).unwrap();
        assert!(page.status == 200 && page.header("content-type").starts_with("text/html"), "{path}");
        assert!(text.contains(says) && text.contains("道路"), "{path}: {text}");
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    }
    for (path, leads) in [("/collections/?f=json", "../collections?f=json"), ("/collections/roads/", "../roads")] {
        let answer = get(&service, path).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (308, leads), "{path}");
    }
}
