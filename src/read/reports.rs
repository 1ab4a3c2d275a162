//! The form that a bureau filled in (填报表.xlsx), read back: what each unit answers to each heading.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::table::{SheetRows, SourceTable, TableRequest, sheet_names};
use crate::words::parse_yes_no;
use fireplan_model::names;
use fireplan_model::notes::{NoteKind, Notes};
use fireplan_model::reports::{Answered, GUIDE_SHEET, NOT_ASKED, Reports, UNIT_HEADINGS, heading_alone, sheet_name};
use fireplan_model::units::UnitKind;

/// The kinds of unit that have a sheet, if something is asked of them.
const UNITS: [UnitKind; 4] = [UnitKind::District, UnitKind::Town, UnitKind::Village, UnitKind::KeyUnit];

/// One sheet of the form as it was read, and the number of its answers.
pub(super) struct ReadSheet {
    pub unit: UnitKind,
    pub source: String,
    pub table: SourceTable,
    pub answers: usize,
}

/// Reads every sheet that the workbook has. What cannot be understood is left out and listed by sheet, row and column.
pub(super) fn read_reports(folder: &Path, source: &str, notes: &mut Notes) -> Result<(Reports, Vec<ReadSheet>)> {
    let (mut reports, mut tables) = (Reports::default(), Vec::new());
    let sheets = sheet_names(folder, source)?;
    note_sheets(&sheets, notes);
    for unit in UNITS {
        let sheet = sheet_name(unit);
        if !sheets.iter().any(|name| name == sheet) {
            continue;
        }
        let named = format!("{source}|{sheet}");
        let wanted =
            TableRequest { source: &named, rows: SheetRows { header: &[1], skip: &[] }, ..TableRequest::default() };
        let table = SourceTable::read(folder, wanted)?;
        let before = reports.len();
        take_sheet(unit, &table, &mut reports, notes).with_context(|| format!("[reports] {named}"))?;
        tables.push(ReadSheet { unit, source: named, table, answers: reports.len() - before });
    }
    if tables.is_empty() {
        let wanted = UNITS.map(sheet_name).join("、");
        let (found, found_en) = (sheets.join("、"), sheets.join(", "));
        bail!(
            "{source} 不是填报表：没有名为 {wanted} 的工作表，只有 {found}；请用 fireplan form 生成 | \
             {source} is no form: it has no sheet called {wanted}, but {found_en}; make one with fireplan form"
        );
    }
    Ok((reports, tables))
}

fn take_sheet(unit: UnitKind, table: &SourceTable, reports: &mut Reports, notes: &mut Notes) -> Result<()> {
    let [town_heading, name_heading] = UNIT_HEADINGS;
    let (Some(town_at), Some(name_at)) = (table.column(town_heading), table.column(name_heading)) else {
        let columns = table.columns.join("、");
        bail!(
            "第1行缺少表头“{town_heading}”或“{name_heading}”，现有 {columns} | \
             row 1 lacks the heading '{town_heading}' or '{name_heading}'; it has: {columns}"
        );
    };
    let numbers = table.row_numbers();
    for feature in &table.features {
        let cell = |at: usize| feature.values[at].as_deref().unwrap_or_default().trim();
        let (town, name) = (cell(town_at), cell(name_at));
        for (at, heading) in table.columns.iter().map(|heading| heading_alone(heading)).enumerate() {
            let text = cell(at);
            if at == town_at || at == name_at || text.is_empty() || text == NOT_ASKED {
                continue;
            }
            let case = numbers.case(feature.id).saying(format!("{name} {heading}：{text}"));
            let Some(answer) = understand(text) else {
                let told = "填报表中看不懂的填写，未采用，按未填报；请填数字或选“是”“否” | \
                            Answers of the form that cannot be understood, not used: a number, 是 or 否";
                notes.add(NoteKind::Doubted, None, told, case);
                continue;
            };
            let town = if unit == UnitKind::Town { "" } else { town };
            if !reports.keep(unit, town, name, heading, answer) {
                let told = "填报表中同一对象同一项有两处且填写不同，都未采用，按未填报，请核对 | \
                            Two answers of the form about one unit that differ: neither is used, to be checked";
                let example = format!("{town}{} {heading}：{text}", names::plain(name));
                notes.add(NoteKind::Doubted, None, told, numbers.case(feature.id).saying(example));
            }
        }
    }
    Ok(())
}

/// Tells of sheets that are not read, and of those that are not there: a sheet that was renamed is both.
fn note_sheets(sheets: &[String], notes: &mut Notes) {
    let known = UNITS.map(sheet_name);
    for sheet in sheets.iter().filter(|sheet| !known.contains(&sheet.as_str()) && *sheet != GUIDE_SHEET) {
        let told = "填报表中不认识的工作表，未读取；请勿改动表名 | \
                    Sheets of the form that are not known, not read: do not rename them";
        notes.add(NoteKind::LeftOut, None, told, sheet.as_str());
    }
    for sheet in known.iter().filter(|sheet| !sheets.iter().any(|one| one == *sheet)) {
        let told =
            "填报表中没有的工作表：其中的事项按未填报 | Sheets that the form lacks: what they ask is not reported";
        notes.add(NoteKind::Missing, None, told, *sheet);
    }
}

/// More than this of anything is a date or another slip.
const MOST: f64 = 10_000.0;

/// A whole number, with or without its unit, or yes or no in any of the usual words. 0 and 1 are numbers.
fn understand(text: &str) -> Option<Answered> {
    let narrow: String = text.chars().map(narrow).collect();
    let bare = narrow.trim_end_matches(['人', '名', '支', '次', '处', '座', '个']).trim();
    match bare.parse::<f64>() {
        Ok(number) if (0.0..=MOST).contains(&number) && number.fract() == 0.0 => Some(Answered::Number(number)),
        Ok(_) => None,
        Err(_) => parse_yes_no(text).map(Answered::YesNo),
    }
}

/// The ASCII digit of a full-width one.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_understood_and_nothing_is_guessed() {
        assert_eq!(understand("3"), Some(Answered::Number(3.0)));
        assert_eq!(understand("0"), Some(Answered::Number(0.0)));
        assert_eq!(understand("是"), Some(Answered::YesNo(true)));
        assert_eq!(understand("没有"), Some(Answered::YesNo(false)));
        assert_eq!(understand("３人"), Some(Answered::Number(3.0)));
        for text in ["-1", "约3", "3人左右", "NaN", "inf", "不详", "2.5", "45000"] {
            assert_eq!(understand(text), None, "{text}");
        }
    }
}
