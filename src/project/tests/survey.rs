//! One geodatabase of the third land survey and one sheet of stations, and five analyses run.

use std::path::Path;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::layers::LayerId;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_project::{Dictionary, DoorAnswers, draw_up, take_inventory, write_project};
use geo::{Coord, Rect};
use serde_json::{Value, json};

use crate::writing::{Record, VectorFile, write_sheet, write_vector};

/// South-west corner, in zone 38 with its number (EPSG:4526).
const ORIGIN: Coord = Coord { x: 38_500_000.0, y: 3_870_000.0 };

fn area(x: f64, y: f64, width: f64, height: f64) -> geo::Geometry {
    let low = ORIGIN + Coord { x, y };
    Rect::new(low, low + Coord { x: width, y: height }).to_polygon().into()
}

/// Land of one kind: code, name, code of the settlement, number of the owning village, width.
fn land(code: &str, name: &str, settlement: &str, village: u32, width_m: Option<f64>, shape: geo::Geometry) -> Record {
    let owner = format!("410999{:03}{:03}0000000", 100 + village / 10, 200 + village % 10);
    let cells = vec![
        json!(format!("B{code}{village}")),
        json!(code),
        json!(name),
        json!("20"),
        json!(owner),
        json!(format!("第{village}村")),
        width_m.map_or(Value::Null, Value::from),
        if settlement.is_empty() { Value::Null } else { json!(settlement) },
    ];
    Record { cells, geometry: Some(shape) }
}

const COLUMNS: [&str; 8] = ["BSM", "DLBM", "DLMC", "QSXZ", "ZLDWDM", "ZLDWMC", "XZDWKD", "CZCSXM"];

/// Roads every two kilometres, a village and a wood in every field, a river and a pond.
fn parcels() -> Vec<Record> {
    let mut parcels = Vec::new();
    for at in 0..3_u32 {
        let y = f64::from(at) * 2_000.0;
        parcels.push(land("1003", "公路用地", "", at, Some(7.0), area(0.0, y, 6_000.0, 8.0)));
        for column in 0..3_u32 {
            let x = f64::from(column) * 2_000.0 + 500.0;
            let north = if at < 2 { 1_992.0 } else { 1_000.0 };
            parcels.push(land("1006", "农村道路", "", at, None, area(x, y + 8.0, 4.0, north)));
            let village = 10 * (at + 1) + column;
            parcels.push(land("0702", "农村宅基地", "203", village, None, area(x + 10.0, y + 20.0, 150.0, 120.0)));
            parcels.push(land("0301", "乔木林地", "", village, None, area(x + 200.0, y + 300.0, 900.0, 900.0)));
        }
    }
    parcels.push(land("0701", "城镇住宅用地", "202", 11, None, area(700.0, 20.0, 600.0, 200.0)));
    parcels.push(land("1101", "河流水面", "", 12, None, area(-100.0, 5_300.0, 6_200.0, 40.0)));
    parcels.push(land("1104", "坑塘水面", "", 13, None, area(560.0, 250.0, 60.0, 40.0)));
    parcels
}

fn write_geodatabase(path: &Path) {
    let how = VectorFile { driver: "OpenFileGDB", layer: "DLTB", epsg: Some(4526), options: &[] };
    write_vector(path, &how, &COLUMNS, &parcels());
    let unit = |code: &str, name: &str, shape| Record { cells: vec![json!(code), json!(name)], geometry: Some(shape) };
    let towns = [
        unit("410999101", "甲镇", area(-200.0, -200.0, 3_200.0, 6_000.0)),
        unit("410999102", "乙镇", area(3_000.0, -200.0, 3_300.0, 6_000.0)),
    ];
    write_vector(path, &VectorFile { layer: "XZQ", ..how }, &["XZQDM", "XZQMC"], &towns);
}

#[test]
fn one_survey_and_one_sheet_of_stations() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("数据");
    std::fs::create_dir_all(&data).unwrap();
    write_geodatabase(&data.join("410999示例县三调.gdb"));
    let mut places = [(505.0, 30.0), (2_503.0, 2_040.0), (4_502.0, 4_030.0)].map(|(x, y)| ORIGIN + Coord { x, y });
    fireplan_model::plane::to_lonlat_from("EPSG:4526", &mut places).unwrap();
    let station = |(at, place): (usize, &Coord)| Record {
        cells: vec![
            json!(format!("第{at}消防队")),
            json!("一级乡镇专职消防队"),
            json!("水罐消防车"),
            json!(2),
            json!(12),
            json!(1.0),
        ],
        geometry: Some(geo::Point(*place).into()),
    };
    let stations: Vec<Record> = places.iter().enumerate().map(station).collect();
    let head: &[&[&str]] = &[
        &["示例县消防队站一览表"],
        &["队站名称", "队站类别", "主战车型", "车辆数", "人数", "出动时间（分钟）", "经度", "纬度"],
    ];
    write_sheet(&data.join("消防队站.xlsx"), "Sheet1", head, true, &stations);

    let dictionary = Dictionary::load(&[]).unwrap();
    let out = folder.path().join("项目");
    let inventory = take_inventory(&data, &out, &dictionary, &Silent).unwrap();
    let draft = draw_up(&inventory, &dictionary, &DoorAnswers::new()).unwrap();
    let asked: Vec<String> = draft.open_questions().map(|question| question.id.clone()).collect();
    assert!(asked.is_empty(), "{asked:?}");
    write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    println!("{}", std::fs::read_to_string(out.join("area.toml")).unwrap());
    let area = fireplan_read::open(&out, &Silent).unwrap();
    println!("{}", fireplan_read::doctor::report(&area, fireplan_model::message::Language::Chinese));
    let count = |layer: LayerId| area.layers.len(layer);
    assert_eq!((count(LayerId::Towns), count(LayerId::Stations), count(LayerId::Villages)), (2, 3, 9));
    assert_eq!((count(LayerId::Forests), count(LayerId::WaterSources), count(LayerId::BuiltUp)), (9, 2, 10));
    assert!(count(LayerId::Roads) >= 12, "{}", count(LayerId::Roads));
    assert_eq!(area.network.components(), 1, "the centre lines hang together");
    let rules = Rules::load(None).unwrap();
    for id in ["coverage", "access", "brigades", "firebreaks", "water"] {
        let request = Request::from_parts(id, serde_json::Map::new()).unwrap();
        let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent });
        let findings = findings.unwrap_or_else(|error| panic!("{id}: {error:#}"));
        assert!(!findings.figures.is_empty() && !findings.layers.is_empty(), "{id}");
        let told = findings.figures.iter().map(|figure| format!("{} {:?}", figure.label.zh, figure.value));
        println!("{id}: {}", told.collect::<Vec<_>>().join("；"));
    }
}
