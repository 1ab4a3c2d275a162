//! Layers and tables as files, and the map as a sheet: what is in them, and that filters are honoured.

use axum::Router;
use fireplan_package::archive::unpack_archive;
use fireplan_testing::pdf_text::pdf_pages;
use serde_json::json;

use crate::http::{Answer, asked, get, get_json, refused, service};

async fn file(service: &Router, path: &str, media: &str, ending: &str) -> Answer {
    let answer = get(service, path).await;
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    assert_eq!(answer.header("content-type"), media, "{path}");
    let name = answer.header("content-disposition");
    assert!(name.starts_with("attachment; filename*=UTF-8''%") && name.ends_with(ending), "{name}");
    answer
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

/// The texts of a workbook and its only sheet.
fn workbook(answer: &Answer) -> (String, String) {
    let parts = unpack_archive(&answer.body).unwrap();
    let read = |name: &str| {
        let part = parts.iter().find(|part| part.name == name).unwrap_or_else(|| panic!("no {name}"));
        String::from_utf8(part.bytes.clone()).unwrap()
    };
    (read("xl/sharedStrings.xml"), read("xl/worksheets/sheet1.xml"))
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[tokio::test]
async fn a_layer_is_a_workbook_in_words_with_a_frozen_head() {
    let service = service();
    let answer = file(&service, "/collections/villages/items?f=xlsx", XLSX, ".xlsx").await;
    let (words, sheet) = workbook(&answer);
    for word in ["名称", "人口(人)", "经度(°)", "李家村0", "410320000000", "待核"] {
        assert!(words.contains(word), "{word} is not in {words}");
    }
    assert!(!words.contains("population_people"), "headings are in words: {words}");
    let (roads, _) = workbook(&file(&service, "/collections/roads/items?f=xlsx", XLSX, ".xlsx").await);
    assert!(roads.contains("宽度(m)") && !roads.contains(">tertiary<"), "codes are in words: {roads}");
    assert!(sheet.contains("state=\"frozen\""), "the head stays in sight");
    let again = file(&service, "/collections/villages/items?f=xlsx", XLSX, ".xlsx").await;
    assert!(again.body == answer.body, "the same rows give the same bytes");
}

#[tokio::test]
async fn every_format_has_the_features_that_the_query_finds() {
    let service = service();
    let all = "/collections/villages/items";
    let csv = text(&file(&service, &format!("{all}?f=csv"), "text/csv", ".csv").await);
    assert_eq!((csv.lines().count(), csv.starts_with('\u{feff}')), (38, true));
    let one = text(&file(&service, &format!("{all}?f=csv&name=李家村3"), "text/csv", ".csv").await);
    assert_eq!(one.lines().count(), 2);
    assert!(one.contains("李家村3"));
    let words = text(&file(&service, &format!("{all}?f=csv&q=李家村1%20待核"), "text/csv", ".csv").await);
    let known = get_json(&service, &format!("{all}?q=李家村1%20待核")).await["numberMatched"].as_u64().unwrap();
    assert_eq!((words.lines().count(), known), (12, 11), "of 37, those from 10 to 19 and the first");
    let two = text(&file(&service, &format!("{all}?f=csv&limit=2&offset=36"), "text/csv", ".csv").await);
    assert_eq!(two.lines().count(), 2, "the last one");

    let kml = text(&file(&service, &format!("{all}?f=kml"), "application/vnd.google-earth.kml+xml", ".kml").await);
    assert_eq!(kml.matches("<Placemark>").count(), 37);
    assert!(kml.contains("<displayName>常住人口(人)</displayName>") && kml.contains("<styleUrl>#c0</styleUrl>"));
    let gpx = text(&file(&service, &format!("{all}?f=gpx"), "application/gpx+xml", ".gpx").await);
    assert_eq!((gpx.matches("<wpt ").count(), gpx.matches("<trk>").count()), (37, 0));
    let lines = text(&file(&service, "/collections/roads/items?f=gpx", "application/gpx+xml", ".gpx").await);
    assert_eq!((lines.matches("<wpt ").count(), lines.matches("<trk>").count()), (0, 25));
    let shapes = file(&service, "/collections/villages/items?f=shp", "application/zip", ".shp.zip").await;
    let parts = unpack_archive(&shapes.body).unwrap();
    let part = |name: &str| &parts.iter().find(|part| part.name == name).unwrap_or_else(|| panic!("no {name}")).bytes;
    assert_eq!(part("villages.cpg"), b"GBK");
    assert_eq!(u32::from_le_bytes(part("villages.dbf")[4..8].try_into().unwrap()), 37, "rows");
    let fields = String::from_utf8(part("字段对照.csv").clone()).unwrap();
    assert!(fields.contains("villages,population,population_people,\"常住人口(人)\""), "{fields}");
    let media = "application/geopackage+sqlite3";
    let package = file(&service, "/collections/roads/items?f=gpkg", media, ".gpkg").await;
    assert!(package.body.starts_with(b"SQLite format 3\0"));
    let holds = |text: &str| package.body.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds("layer_styles") && holds("categorizedSymbol") && holds("宽度(m)"), "style and headings are inside");
}

#[tokio::test]
async fn what_a_file_cannot_be_is_refused() {
    let service = service();
    refused(&service, "/collections/roads/items?f=dxf", 400, "gpkg").await;
    let crs = "/collections/roads/items?f=csv&crs=http://www.opengis.net/def/crs/EPSG/0/4490";
    refused(&service, crs, 400, "its own coordinates").await;
    refused(&service, "/collections/roads/items?f=csv&widht_m=4", 400, "widht_m").await;
    refused(&service, "/map?collections=nothing", 404, "nothing").await;
    refused(&service, "/map?bbox=1,2,3", 400, "west, south, east, north").await;
    refused(&service, "/map?bbox=3,2,1,4", 400, "west, south, east, north").await;
    refused(&service, "/map?paper=A0", 400, "A1, A3 or A4").await;
    refused(&service, "/map?theme=dark", 400, "print, light").await;
    refused(&service, "/map?colour=red", 400, "colour").await;
}

#[tokio::test]
async fn tables_of_a_run_are_files_too() {
    let service = service();
    let job = asked(&service, json!({ "audit_places": 20 })).await;
    let results = get_json(&service, &format!("/jobs/{job}/results")).await;
    for table in results["tables"].as_array().unwrap() {
        let path = format!("/jobs/{job}/tables/{}", table["id"].as_str().unwrap());
        let (words, _) = workbook(&file(&service, &path, XLSX, ".xlsx").await);
        assert!(words.contains(table["title"]["zh"].as_str().unwrap()), "{path}");
        assert!(words.contains("国家标准"), "{path} does not say under which rules: {words}");
        let csv = text(&file(&service, &format!("{path}?f=csv"), "text/csv", ".csv").await);
        assert_eq!(csv.lines().count(), 1 + table["rows"].as_array().unwrap().len(), "{path}");
    }
    let checks = format!("/jobs/{job}/tables/checks?f=csv");
    let all = text(&file(&service, &checks, "text/csv", ".csv").await);
    let few = text(&file(&service, &format!("{checks}&q=李家村1"), "text/csv", ".csv").await);
    assert!(few.lines().count() < all.lines().count() && few.lines().skip(1).all(|line| line.contains("李家村1")));
    refused(&service, &format!("/jobs/{job}/tables/nothing"), 404, "there are:").await;
    refused(&service, &format!("/jobs/{job}/tables/checks?f=gpkg"), 400, "xlsx, csv").await;
}

/// The scale that a sheet writes, `1:25 000`.
fn scale_of(page: &str) -> u32 {
    let mut groups = page.split("比例尺 1:").nth(1).unwrap().split(|c: char| !c.is_ascii_digit());
    let first = groups.next().unwrap().to_owned();
    // What follows after three digits is no part of it.
    groups.take_while(|group| group.len() == 3).fold(first, |scale, group| scale + group).parse().unwrap()
}

#[tokio::test]
async fn the_map_is_a_sheet_with_title_legend_scale_and_coordinates() {
    let service = service();
    let path = "/map?collections=forests,roads,stations&title=消防站分布图&paper=A4";
    let answer = file(&service, path, "application/pdf", ".pdf").await;
    let pages = pdf_pages(&answer.body);
    assert_eq!(pages.len(), 1);
    for word in ["消防站分布图", "图　例", "比例尺 1:", "2000国家大地坐标系", "规划范围数据"] {
        assert!(pages[0].contains(word), "{word} is not in {}", pages[0]);
    }
    assert!(!pages[0].contains("图号／"), "a single sheet has no number");
    file(&service, "/map?paper=A4", "application/pdf", ".pdf").await;
    let whole = pdf_pages(&file(&service, "/map", "application/pdf", ".pdf").await.body);
    let extent = get_json(&service, "/").await["fireplan"]["extent_wgs84"].clone();
    let at = |number: usize| extent[number].as_f64().unwrap();
    let middle = [(at(0) + at(2)) / 2.0, (at(1) + at(3)) / 2.0];
    let near = format!("{},{},{},{}", middle[0] - 0.01, middle[1] - 0.01, middle[0] + 0.01, middle[1] + 0.01);
    let part = pdf_pages(&file(&service, &format!("/map?bbox={near}"), "application/pdf", ".pdf").await.body);
    assert!(scale_of(&part[0]) < scale_of(&whole[0]), "a part is shown larger than the whole");
}
