//! Real data, where they are at hand.

use fireplan_model::layers::LayerId;
use fireplan_model::progress::Silent;
use fireplan_project::{Dictionary, DoorAnswers, draw_up, take_inventory, write_project};
use serde_json::json;

use crate::writing::{Record, write_sheet};

#[test]
fn a_map_of_counties_elsewhere_is_asked_about_beside_an_extract() {
    let (Some(extract), Some(counties)) =
        (fireplan_testing::data("guixi/guixi.osm"), fireplan_testing::data("chongqing/区县界_area.shp"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(extract, folder.path().join("guixi.osm")).unwrap();
    for end in ["shp", "shx", "dbf", "prj"] {
        std::fs::copy(counties.with_extension(end), folder.path().join("区县界_area").with_extension(end)).unwrap();
    }
    let dictionary = Dictionary::load(&[]).unwrap();
    let out = folder.path().join("项目");
    let inventory = take_inventory(folder.path(), &out, &dictionary, &Silent).unwrap();
    let draft = draw_up(&inventory, &dictionary, &DoorAnswers::new()).unwrap();
    let asked: Vec<&str> = draft.open_questions().map(|question| question.id.as_str()).collect();
    assert_eq!(asked, ["far/区县界_area.shp"]);
    assert_eq!(draft.questions[0].sample[1][0], "奉节县", "texts in GBK without .cpg are read");
    assert_eq!(draft.osm.as_deref(), Some("guixi.osm"));
    write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    assert_eq!(fireplan_read::open(&out, &Silent).unwrap().layers.villages.len(), 24);
}

#[test]
fn an_extract_and_a_sheet_of_stations_make_an_area() {
    let Some(extract) = fireplan_testing::data("lauf/lauf-200115.osm.pbf") else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(extract, folder.path().join("lauf.osm.pbf")).unwrap();
    let station = |name: &str, kind: &str, turnout_s: u32, lon: f64, lat: f64| Record {
        cells: vec![json!(name), json!(kind), json!(3), json!(18), json!(turnout_s)],
        geometry: Some(geo::Point::new(lon, lat).into()),
    };
    let stations = [
        station("劳夫消防站", "一级站", 60, 11.2787, 49.5105),
        station("东部志愿消防队", "志愿消防队", 300, 11.3102, 49.5156),
    ];
    let head: &[&[&str]] = &[
        &["劳夫消防队站一览表(虚构)"],
        &["队站名称", "站级", "车辆数（辆）", "执勤人数", "出动时间（秒）", "经度", "纬度"],
    ];
    write_sheet(&folder.path().join("消防力量.xlsx"), "Sheet1", head, true, &stations);
    let dictionary = Dictionary::load(&[]).unwrap();
    let out = folder.path().join("项目");
    let inventory = take_inventory(folder.path(), &out, &dictionary, &Silent).unwrap();
    let draft = draw_up(&inventory, &dictionary, &DoorAnswers::new()).unwrap();
    assert_eq!(draft.open_questions().count(), 0, "{:#?}", draft.questions);
    write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    let area = fireplan_read::open(&out, &Silent).unwrap();
    assert_eq!((area.layers.len(LayerId::Stations), area.layers.len(LayerId::Hydrants)), (2, 479));
    assert_eq!(area.layers.stations[0].turnout_min, Some(1.0));
    assert_eq!(area.layers.stations[0].kind.code(), "first_class");
}
