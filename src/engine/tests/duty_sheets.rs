//! What the sheets of obligations say where layers are missing, where units are known in part, and of whose mountains they speak.

use fireplan_engine::analysis::Context;
use fireplan_engine::duties::facts::TownFacts;
use fireplan_engine::duties::micro_stations::UnitStations;
use fireplan_engine::duties::rows::BasisState;
use fireplan_engine::duties::{CheckSum, Duty, DutyRules, DutyState, ForestRange, KnownUnits, TownUnits};
use fireplan_engine::request::Request;
use fireplan_model::findings::Findings;
use fireplan_model::layers::{Layers, Town, TownKind};
use fireplan_model::progress::Silent;
use fireplan_model::reports::Reports;
use fireplan_model::rows::{Label, Row};
use fireplan_model::rules::Rules;
use fireplan_model::sketch;

const NATIONAL: &str = include_str!("../../../data/rules/national.toml");

fn rows<const N: usize>(findings: &Findings, table: &str, columns: [&str; N]) -> Vec<[String; N]> {
    let table = findings.tables.iter().find(|known| known.id == table).unwrap();
    let at = columns.map(|name| table.columns.iter().position(|column| column.name == name).unwrap());
    table.rows.iter().map(|row| at.map(|at| row[at].to_string())).collect()
}

fn town() -> Town {
    let shape = sketch::rectangle((0.0, 0.0), (5_000.0, 5_000.0));
    Town { name: "甲镇".to_owned(), kind: TownKind::Town, ..Town::blank(shape).unwrap() }
}

/// Nothing is known but a town: what is asked of its villages and units stays, open, and vouches for nothing.
#[test]
fn what_is_asked_of_units_without_a_layer_stays_and_vouches_for_nothing() {
    let area = sketch::area(Layers { towns: vec![town()], ..Layers::default() });
    let rules = Rules::load(Some("kaizhou")).unwrap();
    let request = Request::from_parts("obligations", serde_json::Map::new()).unwrap();
    let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    let sheet = rows(&findings, "obligation_sheet", ["duty", "state", "remark", "basis"]);
    let one = |part: &str| {
        let found: Vec<_> = sheet.iter().filter(|[duty, ..]| duty.contains(part)).collect();
        assert_eq!(found.len(), 1, "{part}: {found:?}");
        let [_, state, remark, basis] = found[0];
        assert_eq!(state, "undetermined", "{part}");
        (remark.clone(), basis.clone())
    };
    for (part, missing) in [
        ("小区消防管理员", "缺图层：村庄"),
        ("消防安全重点单位志愿消防队", "缺图层：消防安全重点单位"),
        ("乡镇消防站布点：响应时间", "缺图层"),
        ("场镇消火栓", "缺图层"),
        ("消防水池、天然水源取水点", "缺图层"),
        ("林火阻隔系统", "没有森林图层"),
    ] {
        let (remark, basis) = one(part);
        assert!(remark.contains(missing), "{part}: {remark}");
        assert_eq!(basis, "not_judged", "{part}");
    }
    let units = rows(&findings, "obligation_units", ["unit", "duty", "state", "remark"]);
    let listed = units.iter().find(|[_, duty, ..]| duty.contains("器材配齐(2024年28个)")).unwrap();
    assert_eq!((listed[0].as_str(), listed[2].as_str()), ("名单中图上找不到的28个村、社区", "undetermined"));
    assert!(listed[3].contains("天祠社区") && listed[3].contains("三合场社区"), "{}", listed[3]);
    let vouched = sheet.iter().find(|[_, state, _, basis]| state == "undetermined" && basis == "verified");
    assert_eq!(vouched, None, "nothing was held against a figure that would be looked up");
}

fn asked<'r>(rules: &'r Rules, reports: &'r Reports) -> DutyRules<'r> {
    DutyRules { obligations: &rules.obligation, brigade: &rules.brigade, reports, as_of: None }
}

fn stations(name: &str, present: Option<bool>) -> UnitStations {
    UnitStations { name: name.to_owned(), present, day_and_night: None, near: Vec::new() }
}

/// A town whose villages are known in part tells what is known.
#[test]
fn what_is_known_of_some_villages_is_told_beside_what_is_not() {
    let (rules, reports) = (Rules::load(Some("qidong")).unwrap(), Reports::default());
    let facts = TownFacts::of(&town());
    let duty = |villages: &[UnitStations]| -> Duty {
        let known = KnownUnits { villages: true, key_units: true };
        let town = TownUnits { facts: &facts, villages, key_units: &[], known, forested: None, brigade: None };
        let duties = asked(&rules, &reports).of_town(&town);
        duties.into_iter().find(|duty| duty.obligation.name.zh == "村、社区微型消防站").unwrap()
    };
    let (yes, no, open) = (stations("甲村", Some(true)), stations("乙村", Some(false)), stations("丙村", None));
    let part = duty(&[yes.clone(), no.clone(), open.clone()]);
    assert_eq!((part.state, part.missing, part.measured), (DutyState::Open, Some(1.0), None));
    let text = part.check("甲镇").text.zh;
    assert!(text.contains("现有 1（另 1 个待核），未完成"), "{text}");
    let whole = duty(&[yes.clone(), no]).check("甲镇").text.zh;
    assert!(whole.contains("现有 1，未完成"), "{whole}");
    let doubt = duty(&[yes, open.clone()]);
    assert_eq!((doubt.state, doubt.missing), (DutyState::Undetermined, None));
    assert!(doubt.check("甲镇").text.zh.contains("现有 1（另 1 个待核），待核"));
    assert!(duty(&[open]).check("甲镇").text.zh.contains("现有 待核，待核"));
}

/// A notice that binds towns says nothing of the mountains of a farm.
#[test]
fn a_range_is_bound_by_the_kind_of_its_town() {
    let own = "title = \"试\"\ndocument = \"试\"\ndate = \"2026-01-01\"\n[obligation]\nkinds = [\"town\"]\ncite = \"甲\"\n\
               force = \"policy\"\nconfidence = \"S\"\nrows = [{ name = \"取水点 | Water\", per = \"forest_range\", \
               analysis = \"firebreaks\", rules = [\"firebreak.helicopter_waters\"] }]\n";
    let rules = Rules::from_texts(("national.toml", NATIONAL), Some(("shi.toml", own))).unwrap();
    let reports = Reports::default();
    let met = CheckSum {
        state: DutyState::Met,
        required: Label::default(),
        present: Label::default(),
        missing: 0.0,
        remark: Label::default(),
        basis: BasisState::Verified,
    };
    let held = |kind: Option<TownKind>| -> Vec<(DutyState, String)> {
        let ranges = [ForestRange { name: "山系01".to_owned(), town: "甲".to_owned(), kind }];
        let duties = asked(&rules, &reports).of_ranges(&ranges, |_, _| Ok(met.clone()));
        duties.into_iter().map(|(_, duty)| (duty.state, duty.remark.zh)).collect()
    };
    assert_eq!(held(Some(TownKind::Town)), [(DutyState::Met, String::new())]);
    assert_eq!(held(Some(TownKind::Other)), []);
    let (state, remark) = held(None).remove(0);
    assert!(state == DutyState::Undetermined && remark.contains("类别待核"), "{remark}");
}
