//! Sources that read well and mean something else: another unit, a mark for "no data", a plan, one thing twice.

use std::path::Path;
use std::process::Command;

use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerId;
use fireplan_model::progress::Silent;

const ROADS: &str = "[roads]\nsource = 'roads.geojson'\n";

fn line(name: &str, from: [f64; 2], to: [f64; 2], more: &str) -> String {
    let coordinates = format!("[[{},{}],[{},{}]]", from[0], from[1], to[0], to[1]);
    format!(
        r#"{{"type":"Feature","properties":{{"name":"{name}"{more}}},"geometry":{{"type":"LineString","coordinates":{coordinates}}}}}"#
    )
}

fn point(name: &str, [x, y]: [f64; 2], more: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{"name":"{name}"{more}}},"geometry":{{"type":"Point","coordinates":[{x},{y}]}}}}"#
    )
}

fn square(name: &str, [x, y]: [f64; 2], side: f64) -> String {
    let (right, top) = (x + side, y + side);
    format!(
        r#"{{"type":"Feature","properties":{{"name":"{name}","code":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{right},{y}],[{right},{top}],[{x},{top}],[{x},{y}]]]}}}}"#
    )
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

/// Lanes of some class off one main road, each with more of its own.
fn lanes(more: &[&str]) -> String {
    let lane = |(at, more): (usize, &&str)| {
        let x = 114.001 + at as f64 * 0.002;
        line(&format!("支{at}"), [x, 35.0], [x, 35.005], &format!(r#","class":"residential"{more}"#))
    };
    let main = line("主路", [114.0, 35.0], [114.03, 35.0], r#","class":"secondary""#);
    let all: Vec<String> = std::iter::once(main).chain(more.iter().enumerate().map(lane)).collect();
    collection(&all)
}

fn open(folder: &Path, files: &[(&str, &str)]) -> anyhow::Result<StudyArea> {
    files.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
    fireplan_read::open(folder, &Silent)
}

fn read(toml: &str, files: &[(&str, &str)]) -> StudyArea {
    let folder = tempfile::tempdir().unwrap();
    let toml = format!("name = 'x'\n{toml}");
    open(folder.path(), &[&[("area.toml", toml.as_str())], files].concat()).unwrap()
}

fn tells(area: &StudyArea, words: &str, example: &str) -> bool {
    area.notes.iter().any(|note| note.text.zh.contains(words) && note.examples.iter().any(|one| one.contains(example)))
}

#[test]
fn shares_of_slope_and_seconds_of_turnout_are_not_percent_and_minutes() {
    let slopes = |values: &[&str]| {
        let more: Vec<String> = values.iter().map(|value| format!(r#","slope_percent":{value}"#)).collect();
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        read(ROADS, &[("roads.geojson", &lanes(&more))])
    };
    let shares = slopes(&["0.14", "0.02", "0.08"]);
    assert!(tells(&shares, "slope_percent 整列不像", "0.14"));
    assert!(shares.layers.roads.iter().all(|road| road.slope_percent.is_none()));
    let percent = slopes(&["0.5", "0.2", "3.5"]);
    assert_eq!(percent.layers.roads.iter().filter(|road| road.slope_percent.is_some()).count(), 3);
    let toml = format!("{ROADS}units = {{ slope_percent = '%' }}\n");
    let roads = lanes(&[r#","slope_percent":0.3"#, r#","slope_percent":0.2"#]);
    let flat = read(&toml, &[("roads.geojson", &roads)]);
    assert_eq!(flat.layers.roads.iter().filter(|road| road.slope_percent.is_some()).count(), 2);

    let station = |name: &str, x: f64, turnout: &str| point(name, [x, 35.0], &format!(r#","turnout_min":{turnout}"#));
    let toml = format!("{ROADS}[stations]\nsource = 'stations.geojson'\n");
    let turnouts = |values: [&str; 2]| {
        let stations = collection(&[station("一站", 114.0, values[0]), station("二站", 114.02, values[1])]);
        let area = read(&toml, &[("roads.geojson", &lanes(&[])), ("stations.geojson", &stations)]);
        area.layers.stations.iter().map(|station| station.turnout_min).collect::<Vec<_>>()
    };
    assert_eq!(turnouts(["60", "45"]), [None, None]);
    assert_eq!(turnouts(["1", "45"]), [Some(1.0), Some(45.0)]);
    assert_eq!(turnouts([r#""60秒""#, r#""90秒""#]), [Some(1.0), Some(1.5)]);
}

#[test]
fn a_mark_of_nines_is_no_measurement() {
    let widths = |values: &[&str]| {
        let more: Vec<String> = values.iter().map(|value| format!(r#","width_m":{value}"#)).collect();
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let area = read(ROADS, &[("roads.geojson", &lanes(&more))]);
        let known: Vec<f64> = area.layers.roads.iter().filter_map(|road| road.width_m).collect();
        (known, tells(&area, "无数据", "99"))
    };
    assert_eq!(widths(&["99", "4", "99", "3.5", "99"]), (vec![4.0, 3.5], true));
    // Twice may be measured, and so may what others come near to.
    assert_eq!(widths(&["99", "4", "99"]), (vec![99.0, 4.0, 99.0], false));
    assert_eq!(widths(&["99", "95", "99", "99"]).0.len(), 4);
    assert_eq!(widths(&[r#""99米""#, r#""99米""#, r#""99米""#]).0.len(), 3);
}

#[test]
fn units_beside_a_join_hold_for_the_joined_columns_unless_their_headings_say_otherwise() {
    let toml = "[towns]\nsource = 'towns.geojson'\n\
        join = { source = 'facts.csv', on = 'code', fields = { total_people = '人口', built_up_km2 = '建成区(亩)' } }\n\
        units = { total_people = '万人', built_up_km2 = '公顷' }\n";
    let towns = collection(&[square("甲镇", [114.0, 35.0], 0.02)]);
    let area = read(toml, &[("towns.geojson", &towns), ("facts.csv", "code,人口,建成区(亩)\n甲镇,3,2250\n")]);
    assert_eq!((area.layers.towns[0].total_people, area.layers.towns[0].built_up_km2), (Some(30_000), Some(1.5)));
    // Without a unit, three residents are not believed.
    let toml = toml.replace("units = { total_people = '万人', built_up_km2 = '公顷' }\n", "");
    let area = read(&toml, &[("towns.geojson", &towns), ("facts.csv", "code,人口,建成区(亩)\n甲镇,3,2250\n")]);
    assert_eq!(area.layers.towns[0].total_people, None);
}

#[test]
fn towns_with_common_ground_are_told_and_neighbours_are_not() {
    let toml = "[towns]\nsource = 'towns.geojson'\n";
    let told = |west: f64| {
        let towns = collection(&[square("甲镇", [114.0, 35.0], 0.02), square("乙镇", [west, 35.0], 0.02)]);
        tells(&read(toml, &[("towns.geojson", &towns)]), "乡镇范围重叠", "甲镇 / 乙镇")
    };
    assert!(told(114.015));
    assert!(!told(114.02));
    assert!(!told(114.0199));
}

#[test]
fn two_names_for_one_station_and_plans_are_told() {
    let toml = format!("{ROADS}[stations]\nsource = 'stations.geojson'\n");
    let stations = collection(&[
        point("城关消防救援站", [114.0, 35.0], r#","kind":"一级普通消防站""#),
        point("城关消防站", [114.0001, 35.0], r#","kind":"一级普通消防站""#),
        point("东站", [114.02, 35.0], r#","kind":"一级普通消防站（规划）""#),
    ]);
    let roads = collection(&[
        line("现状路", [114.0, 35.0], [114.02, 35.0], r#","class":"县道""#),
        line("新路", [114.0, 35.0], [114.0, 35.02], r#","class":"在建县道""#),
    ]);
    let area = read(&toml, &[("roads.geojson", &roads), ("stations.geojson", &stations)]);
    assert!(tells(&area, "名称不同", "城关消防救援站 / 城关消防站"));
    assert_eq!(area.layers.stations.len(), 2);
    assert!(tells(&area, "不在用", "规划") && tells(&area, "不在用", "在建县道"));
    assert_eq!(area.layers.roads.iter().map(|road| road.name.as_str()).collect::<Vec<_>>(), ["现状路"]);
}

/// A list on which nothing is built yet tells that nothing is there; the absent list of another area tells nothing.
#[test]
fn a_list_on_which_all_is_planned_is_there_and_empty() {
    let toml = format!("{ROADS}[checkposts]\nsource = 'posts.geojson'\n");
    let roads = collection(&[line("现状路", [114.0, 35.0], [114.02, 35.0], r#","class":"县道""#)]);
    let has = |name: &str, state: &str| {
        let posts = collection(&[point(name, [114.0, 35.0], &format!(r#","状态":"{state}""#))]);
        let area = read(&toml, &[("roads.geojson", &roads), ("posts.geojson", &posts)]);
        (area.layers.checkposts.len(), area.has(LayerId::Checkposts))
    };
    assert_eq!(has("林口检查站", "在用"), (1, true));
    assert_eq!(has("林口检查站", "拟建"), (0, true));
    assert_eq!(has("林口检查站（拟建）", "在用"), (0, true));
    let without = read(ROADS, &[("roads.geojson", &roads)]);
    assert!(!without.has(LayerId::Checkposts));
}

#[test]
fn a_shapefile_without_its_table_and_a_wrong_condition_are_not_read_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let villages = collection(&[point("李村", [114.0, 35.0], ""), point("王村", [114.01, 35.0], "")]);
    std::fs::write(folder.path().join("v.geojson"), villages).unwrap();
    for (to, format) in [("v.shp", "ESRI Shapefile"), ("v.gpkg", "GPKG")] {
        let done = Command::new("ogr2ogr").current_dir(folder.path()).args(["-f", format, to, "v.geojson"]).status();
        assert!(done.unwrap().success());
    }
    std::fs::write(folder.path().join("v.dbf"), "").unwrap();
    let toml = "name = 'x'\n[villages]\nsource = 'v.shp'\ncrs = 'EPSG:4326'\n";
    assert!(tells(&open(folder.path(), &[("area.toml", toml)]).unwrap(), ".dbf", "v.shp"));
    let toml = "name = 'x'\n[villages]\nsource = 'v.gpkg'\nwhere = \"类型 = '村'\"\n";
    let error = format!("{:#}", open(folder.path(), &[("area.toml", toml)]).err().unwrap());
    assert!(error.contains("where") && error.contains("类型"), "{error}");
}
