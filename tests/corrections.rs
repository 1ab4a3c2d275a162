//! What was verified on the spot: the workbook is written, filled in and read back, and what was 待核 is known.

use std::path::Path;

use fireplan_export::corrections::write_correction_book;
use fireplan_model::area::StudyArea;
use fireplan_model::corrections::{CorrectionBook, CorrectionSheet, correction_heading};
use fireplan_model::layers::{HydrantState, LayerId};
use fireplan_model::progress::Silent;

const HYDRANTS: &str =
    "name,state,diameter_mm,lon,lat\n1号,,,108.45,31.15\n2号,完好,100,108.46,31.15\n3号,,,108.47,31.15\n";
const BOOK: &str = "现场核查表.xlsx";

fn area(folder: &Path, more: &str) -> StudyArea {
    std::fs::write(folder.join("hydrants.csv"), HYDRANTS).unwrap();
    let manifest =
        format!("name = '甲县'\n[hydrants]\nsource = 'hydrants.csv'\ncrs = 'EPSG:4490'\nx = 'lon'\ny = 'lat'\n{more}");
    std::fs::write(folder.join("area.toml"), manifest).unwrap();
    fireplan_read::open(folder, &Silent).unwrap()
}

fn hydrants(book: &mut CorrectionBook) -> &mut CorrectionSheet {
    book.sheets.iter_mut().find(|sheet| sheet.layer == LayerId::Hydrants).unwrap()
}

/// Fills in a fact of a row.
fn fill(sheet: &mut CorrectionSheet, row: usize, heading: &str, found: &str, seen: [&str; 2]) {
    let headings: Vec<String> = sheet.columns.iter().map(correction_heading).collect();
    let at = headings.iter().position(|known| known == heading).unwrap_or_else(|| panic!("{heading}: {headings:?}"));
    sheet.rows[row].found[at] = found.to_owned();
    sheet.rows[row].seen = seen.map(str::to_owned);
}

fn notes(area: &StudyArea, part: &str) -> Vec<String> {
    let wanted = area.notes.iter().filter(|note| note.text.zh.contains(part));
    wanted.flat_map(|note| note.examples.clone()).collect()
}

#[test]
fn what_is_found_on_the_spot_takes_the_place_of_what_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let before = area(folder.path(), "");
    assert_eq!(before.layers.hydrants[0].state, HydrantState::Unknown);
    let mut book = CorrectionBook::of(&before);
    let sheet = hydrants(&mut book);
    assert!(sheet.rows.iter().any(|row| row.name == "1号") && sheet.rows.iter().any(|row| row.name == "3号"));
    let at = |sheet: &CorrectionSheet, name: &str| sheet.rows.iter().position(|row| row.name == name).unwrap();
    let (first, third) = (at(sheet, "1号"), at(sheet, "3号"));
    fill(sheet, first, "状态", "完好", ["2026-03-01", "张三"]);
    fill(sheet, first, "管径(mm)", "150", ["2026-03-01", "张三"]);
    // Nobody says when: not used.
    fill(sheet, third, "状态", "完好", ["", "李四"]);
    let path = folder.path().join(BOOK);
    write_correction_book(&book, &path).unwrap();

    let after = area(folder.path(), &format!("[corrections]\nsource = '{BOOK}'\n"));
    let known = &after.layers.hydrants[0];
    assert_eq!((known.state, known.diameter_mm), (HydrantState::Working, Some(150.0)));
    assert_eq!(known.source_id, before.layers.hydrants[0].source_id);
    let second = |area: &StudyArea| (area.layers.hydrants[1].state, area.layers.hydrants[1].diameter_mm);
    assert_eq!(second(&after), second(&before));
    assert_eq!(after.layers.hydrants[2].state, HydrantState::Unknown, "without a day it is not used");
    let told = notes(&after, "按现场核查更正").join("\n");
    assert!(told.contains("1号") && told.contains("待核→完好") && told.contains("（2026-03-01，张三）"), "{told}");
    assert_eq!(notes(&after, "缺核查日期或核查人").len(), 1);
    let source = after.sources.iter().find(|source| source.source.starts_with(BOOK)).unwrap();
    assert!(source.kept == 1 && !source.sha256.is_empty());
    let still_open: Vec<String> =
        hydrants(&mut CorrectionBook::of(&after)).rows.iter().map(|row| row.name.clone()).collect();
    assert!(still_open.contains(&"3号".to_owned()));
}

#[test]
fn a_code_that_nobody_has_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = CorrectionBook::of(&area(folder.path(), ""));
    let sheet = hydrants(&mut book);
    fill(sheet, 0, "状态", "完好", ["2026年3月1日", "张三"]);
    sheet.rows[0].id = "另一处".to_owned();
    write_correction_book(&book, &folder.path().join(BOOK)).unwrap();
    let after = area(folder.path(), &format!("[corrections]\nsource = '{BOOK}'\n"));
    assert!(after.layers.hydrants.iter().all(|one| one.name != "1号" || one.state == HydrantState::Unknown));
    assert_eq!(notes(&after, "编号在图层中没有对应").len(), 1);
}
