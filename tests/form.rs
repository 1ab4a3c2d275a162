//! The form of a bureau: what is written is read back, and moves what it is about and nothing else.

use std::path::Path;

use fireplan_engine::analysis::Context;
use fireplan_engine::duties::form::build_form;
use fireplan_engine::request::Request;
use fireplan_export::form::write_form;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::progress::Silent;
use fireplan_model::reports::{Answered, ReportForm};
use fireplan_model::rules::{Choice, RuleProfile, Rules};
use fireplan_model::units::UnitKind;

const TOWNS: &str = r#"{ "type": "FeatureCollection", "features": [
  { "type": "Feature", "properties": { "name": "甲街道", "kind": "街道" }, "geometry": { "type": "Polygon", "coordinates":
    [[[108.40, 31.10], [108.50, 31.10], [108.50, 31.20], [108.40, 31.20], [108.40, 31.10]]] } },
  { "type": "Feature", "properties": { "name": "温泉镇", "kind": "镇" }, "geometry": { "type": "Polygon", "coordinates":
    [[[108.50, 31.10], [108.60, 31.10], [108.60, 31.20], [108.50, 31.20], [108.50, 31.10]]] } } ] }"#;

const VILLAGES: &str = r#"{ "type": "FeatureCollection", "features": [
  { "type": "Feature", "properties": { "name": "天祠社区" }, "geometry": { "type": "Point", "coordinates": [108.45, 31.15] } },
  { "type": "Feature", "properties": { "name": "一村" }, "geometry": { "type": "Point", "coordinates": [108.55, 31.15] } },
  { "type": "Feature", "properties": { "name": "二村" }, "geometry": { "type": "Point", "coordinates": [108.56, 31.15] } } ] }"#;

fn area(folder: &Path, more: &str) -> StudyArea {
    std::fs::write(folder.join("towns.geojson"), TOWNS).unwrap();
    std::fs::write(folder.join("villages.geojson"), VILLAGES).unwrap();
    let manifest = format!(
        "name = '重庆市开州区'\n[towns]\nsource = 'towns.geojson'\n[villages]\nsource = 'villages.geojson'\n{more}"
    );
    std::fs::write(folder.join("area.toml"), manifest).unwrap();
    fireplan_read::open(folder, &Silent).unwrap()
}

fn rules(as_of: Option<&str>) -> Rules {
    let profile = Some(RuleProfile::Supplied("kaizhou".to_owned()));
    Rules::load_choice(Choice { profile, as_of: as_of.map(str::to_owned), ..Choice::default() }).unwrap()
}

/// Answers every question: numbers with 0, the rest with yes.
fn fill(form: &mut ReportForm) {
    for sheet in &mut form.sheets {
        for row in &mut sheet.rows {
            for (cell, question) in row.cells.iter_mut().zip(&sheet.questions) {
                let answer = if question.is_number { Answered::Number(0.0) } else { Answered::YesNo(true) };
                if let Some(cell) = cell {
                    cell.answer = Some(answer);
                }
            }
        }
    }
}

fn states(area: &StudyArea, rules: &Rules, table: &str) -> Vec<(String, String)> {
    let request = Request::from_parts("obligations", serde_json::Map::new()).unwrap();
    let findings: Findings = request.run(&Context { area, rules, progress: &Silent }).unwrap();
    let table = findings.tables.iter().find(|one| one.id == table).unwrap();
    let at = |name: &str| table.columns.iter().position(|column| column.name == name).unwrap();
    table.rows.iter().map(|row| (row[at("duty")].to_string(), row[at("state")].to_string())).collect()
}

fn state_of(states: &[(String, String)], part: &str) -> Vec<String> {
    states.iter().filter(|(duty, _)| duty.contains(part)).map(|(_, state)| state.clone()).collect()
}

#[test]
fn what_is_filled_in_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let (bare, rules) = (area(folder.path(), ""), rules(Some("2024-01-01")));
    let mut form = build_form(&bare, &rules);
    let sheets: Vec<UnitKind> = form.sheets.iter().map(|sheet| sheet.unit).collect();
    // Without key units on the map their sheet has no rows, but its headings stand.
    assert_eq!(sheets, [UnitKind::District, UnitKind::Town, UnitKind::Village, UnitKind::KeyUnit]);
    let before = states(&bare, &rules, "obligation_sheet");
    assert!(state_of(&before, "消防管理员").iter().all(|state| state == "unreported"), "{before:?}");

    fill(&mut form);
    let path = folder.path().join("填报表.xlsx");
    write_form(&form, &path).unwrap();
    let first = std::fs::read(&path).unwrap();
    let filled = area(folder.path(), "[reports]\nsource = '填报表.xlsx'\n");
    assert!(filled.sources.iter().any(|source| source.source.starts_with("填报表.xlsx") && source.kept > 0));
    let again = build_form(&filled, &rules);
    write_form(&again, &path).unwrap();
    assert_eq!(first, std::fs::read(&path).unwrap(), "what was read and written again is the same file");

    let after = states(&filled, &rules, "obligation_sheet");
    assert_eq!(state_of(&after, "消防管理员"), ["met", "met"]);
    // Nobody on the staff: broken, and due on the last day of 2023.
    assert_eq!(state_of(&after, "工作小组专"), ["overdue", "overdue"]);
    let units = states(&filled, &rules, "obligation_units");
    assert_eq!(state_of(&units, "办公室不少于5人"), ["overdue"]);
    // Only the community that the notice names is asked for its equipment; those that the map lacks stay open, in one row.
    assert_eq!(state_of(&units, "器材配齐(2024年28个)"), ["met", "undetermined"]);
}

#[test]
fn a_notice_speaks_of_whom_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let (area, rules) = (area(folder.path(), ""), rules(None));
    let sheet = states(&area, &rules, "obligation_sheet");
    assert_eq!(state_of(&sheet, "防火隔离带"), ["unreported"], "温泉 only");
    assert_eq!(state_of(&sheet, "街道不少于3人").len(), 1);
    // Without forests nobody knows whether the forest's obligations hold.
    assert_eq!(state_of(&sheet, "无人机"), ["undetermined", "undetermined"]);
}

/// What is overdue is not done either: a day of assessment takes nothing out of what is open.
#[test]
fn what_is_overdue_is_open_still() {
    let folder = tempfile::tempdir().unwrap();
    let area = area(folder.path(), "[stations]\nsource = 'towns.geojson'\nwhere = \"name = 'nowhere'\"\n");
    let figures = |as_of: Option<&str>| {
        let request = Request::from_parts("obligations", serde_json::Map::new()).unwrap();
        let rules = rules(as_of);
        let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
        let towns = findings.layers.iter().find(|layer| layer.id == "obligation_towns").unwrap();
        let open = towns.columns.iter().position(|column| column.name == "open").unwrap();
        let by_town: f64 = towns.features.iter().map(|one| one.values[open].as_f64().unwrap()).sum();
        let value = |name: &str| findings.figures.iter().find(|one| one.name == name).unwrap();
        let (open, overdue) = (value("open_duties"), value("overdue_duties").value);
        (open.value, by_town, overdue, open.remark.zh.clone())
    };
    let (undated, late) = (figures(None), figures(Some("2040-01-01")));
    assert!(late.2.is_some_and(|count| count > 0.0), "{late:?}");
    assert_eq!((undated.0, undated.1, undated.2), (late.0, late.1, None));
    assert_eq!(late.0, Some(late.1));
    assert_eq!(late.3, format!("其中逾期 {}", late.2.unwrap()));
}
