//! Tables that standards prescribe are known by their columns and codes, whatever they are called.

use fireplan_model::layers::LayerId;
use fireplan_model::progress::Silent;
use fireplan_project::{Dictionary, DoorAnswers, ProjectDraft, SourceUse, draw_up, take_inventory};
use geo::{LineString, Rect};
use serde_json::json;

use crate::writing::{Record, VectorFile, write_vector};

const IN_ZONE_38: VectorFile = VectorFile { driver: "OpenFileGDB", layer: "", epsg: Some(4526), options: &[] };
const ORIGIN: (f64, f64) = (38_500_000.0, 3_870_000.0);

fn field(at: u32, cells: Vec<serde_json::Value>) -> Record {
    let low = (ORIGIN.0 + 1_000.0 * f64::from(at), ORIGIN.1);
    let shape = Rect::new(low, (low.0 + 900.0, low.1 + 900.0)).to_polygon();
    Record { cells, geometry: Some(shape.into()) }
}

fn draw(folder: &std::path::Path) -> ProjectDraft {
    let dictionary = Dictionary::load(&[]).unwrap();
    let inventory = take_inventory(folder, &folder.join("项目"), &dictionary, &Silent).unwrap();
    draw_up(&inventory, &dictionary, &DoorAnswers::new()).unwrap()
}

fn find(draft: &ProjectDraft, layer: LayerId) -> &SourceUse {
    let found = draft.uses.iter().find(|(known, _)| *known == layer);
    &found.unwrap_or_else(|| panic!("{}: {draft:#?}", layer.code())).1
}

#[test]
fn the_second_survey_is_told_from_the_third_by_its_codes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("土地利用.gdb");
    let land = |at: u32, code: &str| {
        field(
            at,
            vec![json!(format!("T{at}")), json!(code), json!("地类"), json!("4109991010010000000"), json!("甲村")],
        )
    };
    let parcels: Vec<Record> = ["031", "203", "111", "011"].iter().zip(0..).map(|(code, at)| land(at, code)).collect();
    let columns = ["BSM", "DLBM", "DLMC", "ZLDWDM", "ZLDWMC"];
    write_vector(&path, &VectorFile { layer: "地类", ..IN_ZONE_38 }, &columns, &parcels);
    let line = |at: u32, code: &str, width_m: f64| Record {
        cells: vec![json!(format!("X{at}")), json!(code), json!("甲路"), json!(width_m)],
        geometry: Some(LineString::from(vec![ORIGIN, (ORIGIN.0 + 5_000.0, ORIGIN.1 + f64::from(at) * 500.0)]).into()),
    };
    let lines = [line(0, "102", 8.0), line(1, "104", 3.5), line(2, "117", 6.0)];
    write_vector(&path, &VectorFile { layer: "线状", ..IN_ZONE_38 }, &["BSM", "DLBM", "XZDWMC", "KD"], &lines);
    let draft = draw(folder.path());
    let roads = find(&draft, LayerId::Roads);
    assert_eq!(roads.source, "土地利用.gdb|线状");
    assert_eq!(roads.values["class"]["104"], "track");
    assert_eq!(find(&draft, LayerId::Forests).filter.as_deref(), Some("DLBM LIKE '03%'"));
    assert_eq!(find(&draft, LayerId::BuiltUp).values["kind"]["203"], "village");
    // There are roads, so that none are drawn; the villages are put together by their owners.
    assert_eq!(find(&draft, LayerId::Villages).source, "derived/villages.geojson");
    assert_eq!(draft.open_questions().count(), 0);
}

#[test]
fn villages_and_forests_are_known_by_their_standard_columns() {
    let folder = tempfile::tempdir().unwrap();
    let village =
        |at: u32| field(at, vec![json!(format!("410999101{:03}0000000", 200 + at)), json!(format!("第{at}村"))]);
    let villages: Vec<Record> = (0..3).map(village).collect();
    let path = folder.path().join("a.gdb");
    write_vector(&path, &VectorFile { layer: "CJDCQ", ..IN_ZONE_38 }, &["ZLDWDM", "ZLDWMC"], &villages);
    let wood = |at: u32| field(at, vec![json!("1"), json!(format!("{at}")), json!("111"), json!("10")]);
    let woods: Vec<Record> = (4..9).map(wood).collect();
    let columns = ["LIN_BAN", "XIAO_BAN", "LIN_ZHONG", "LD_QS"];
    write_vector(&path, &VectorFile { layer: "LDBH", ..IN_ZONE_38 }, &columns, &woods);
    let draft = draw(folder.path());
    assert_eq!(find(&draft, LayerId::Villages).fields["code"], "ZLDWDM");
    let forests = find(&draft, LayerId::Forests);
    assert_eq!(forests.values["kind"]["111"], "水源涵养林");
    assert_eq!(forests.fields["source_id"], "XIAO_BAN");
}

#[test]
fn an_export_of_a_map_service_is_shifted_and_split_by_its_classes() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "id,name,type,typecode,lng,lat,pname,adname\n".to_owned();
    for (at, (name, code)) in [("甲小学", "141203"), ("乙加油站", "010101"), ("丙面馆", "050300")].iter().enumerate()
    {
        text += &format!("B{at},{name},类别,{code},112.5{at},35.3,某省,甲县\n");
    }
    std::fs::write(folder.path().join("导出.csv"), text).unwrap();
    let draft = draw(folder.path());
    let crowded = find(&draft, LayerId::CrowdedPlaces);
    assert_eq!(crowded.crs.as_deref(), Some("GCJ-02"));
    assert_eq!(crowded.xy, Some(("lng".to_owned(), "lat".to_owned())));
    assert!(find(&draft, LayerId::Hazards).filter.as_deref().unwrap().contains("0101"));
    assert_eq!(draft.uses.len(), 2, "what is neither is not taken");
}

#[test]
fn coordinates_that_cannot_be_read_are_told_with_their_column() {
    let folder = tempfile::tempdir().unwrap();
    let text = "名称,类型,经度,纬度\n县城消防水池,消防水池,约102.31,约39.84\n东山水池,消防水池,约102.33,约39.85\n";
    std::fs::write(folder.path().join("消防水池.csv"), text).unwrap();
    let (name, why) = &draw(folder.path()).left_out[0];
    assert!(name == "消防水池.csv" && why.zh.contains("“经度”") && why.zh.contains("约102.31"), "{why:?}");
    // Degrees, minutes and seconds are read: what is asked is only whether they are shifted.
    let text =
        text.replace("约102.31,约39.84", "102°18′36″,39°50′24″").replace("约102.33,约39.85", "102°19′30″,39°51′00″");
    std::fs::write(folder.path().join("消防水池.csv"), text).unwrap();
    assert_eq!(draw(folder.path()).questions[0].id, "crs/消防水池.csv");
    // Northing and easting of a survey, the wrong way round for a map.
    let text = "编号,X坐标,Y坐标,状态\n1,3870000.5,38500000.5,完好\n2,3870100.5,38500100.5,完好\n";
    std::fs::write(folder.path().join("消火栓.csv"), text).unwrap();
    let draft = draw(folder.path());
    let hydrants = find(&draft, LayerId::Hydrants);
    assert_eq!(hydrants.xy, Some(("Y坐标".to_owned(), "X坐标".to_owned())));
    assert_eq!(hydrants.crs.as_deref(), Some("EPSG:4526"));
}
