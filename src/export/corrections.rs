//! The workbook for facts that are verified on the spot (现场核查表.xlsx): a sheet for each layer, what is not known in colour,
//! drop-downs for kinds and states, and columns for the day and the person.

use std::path::Path;

use crate::fill_in_book::{heading_format, start_book};
use anyhow::{Context, Result};
use fireplan_model::corrections::{
    CorrectionBook, CorrectionRow, CorrectionSheet, DAY_HEADING, ID_HEADING, KNOWN_HEADING, NAME_HEADING,
    PERSON_HEADING, REMARK_HEADING, correction_heading,
};
use fireplan_model::message::writing;
use fireplan_model::reports::GUIDE_SHEET;
use fireplan_model::rows::{Column, ValueKind};
use rust_xlsxwriter::{Color, DataValidation, Format, FormatBorder, Worksheet, XlsxError};

/// Widths of columns in characters.
const ID_WIDTH: f64 = 22.0;
const KNOWN_WIDTH: f64 = 48.0;
const FACT_WIDTH: f64 = 13.0;
/// The most letters of a drop-down that the format takes.
const MOST_CHOICES: usize = 255;

/// Writes the workbook.
///
/// # Errors
/// If the file cannot be written.
pub fn write_correction_book(book: &CorrectionBook, path: &Path) -> Result<()> {
    let bytes = make_workbook(book).with_context(|| writing(path))?;
    std::fs::write(path, bytes).with_context(|| writing(path))
}

fn make_workbook(book: &CorrectionBook) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = start_book("现场核查表", GUIDE_SHEET, &guide_lines(book))?;
    for sheet in &book.sheets {
        write_sheet(workbook.add_worksheet(), sheet)?;
    }
    workbook.save_to_buffer()
}

fn guide_lines(book: &CorrectionBook) -> Vec<String> {
    vec![
        format!("{} 现场核查表", book.area),
        "1. 每个图层一张表，每行一个有待核事项的对象；黄色格为待核事项，其余格与现有数据不符时也可填写。".to_owned(),
        format!(
            "2. 只填现场核实的值，单位见表头；没有核实的留空，留空即不改。填写的行须有{DAY_HEADING}（如 2026-03-01）和{PERSON_HEADING}，否则不采用。"
        ),
        format!("3. 编号与现场核查单上的编号相同，请不要改动表名、表头和{ID_HEADING}；同一编号填写多行时，以日期最晚的为准。"),
        "4. 填好后存为 现场核查表.xlsx，放入规划范围文件夹，在 area.toml 中写 [corrections] 和 source = \"现场核查表.xlsx\"，重新运行分析；更正逐条列在数据说明中。".to_owned(),
    ]
}

fn write_sheet(page: &mut Worksheet, sheet: &CorrectionSheet) -> Result<(), XlsxError> {
    page.set_name(sheet.layer.label().zh)?;
    let heading = heading_format();
    let facts = sheet.columns.iter().map(correction_heading);
    let leading = [ID_HEADING, NAME_HEADING, KNOWN_HEADING].map(str::to_owned);
    let trailing = [DAY_HEADING, PERSON_HEADING, REMARK_HEADING].map(str::to_owned);
    let headings: Vec<String> = leading.into_iter().chain(facts).chain(trailing).collect();
    for (column, text) in (0..).zip(&headings) {
        page.write_string_with_format(0, column, text, &heading)?;
        page.set_column_width(column, FACT_WIDTH)?;
    }
    page.set_column_width(0, ID_WIDTH)?;
    page.set_column_width(2, KNOWN_WIDTH)?;
    page.set_freeze_panes(1, 2)?;
    let last = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
    for (at, column) in (3..).zip(&sheet.columns) {
        if let Some(choices) = choices(column) {
            page.add_data_validation(1, at, last, at, &DataValidation::new().allow_list_strings(&choices)?)?;
        }
    }
    (1..).zip(&sheet.rows).try_for_each(|(row, feature)| write_row(page, row, feature))
}

/// The words that a fact can have; `None`: any.
fn choices(column: &Column) -> Option<Vec<String>> {
    let words: Vec<String> = match column.kind {
        ValueKind::Bool => ["是", "否"].map(str::to_owned).into(),
        _ => column.codes.iter().filter(|code| !code.undetermined).map(|code| code.label.zh.clone()).collect(),
    };
    let letters: usize = words.iter().map(|word| word.chars().count() + 1).sum();
    (!words.is_empty() && letters <= MOST_CHOICES).then_some(words)
}

fn write_row(page: &mut Worksheet, row: u32, feature: &CorrectionRow) -> Result<(), XlsxError> {
    let plain = Format::new().set_border(FormatBorder::Thin);
    let told = plain.clone().set_text_wrap().set_font_size(8);
    let open = plain.clone().set_background_color(Color::RGB(0x00FF_F2CC));
    page.write_string_with_format(row, 0, &feature.id, &plain)?;
    page.write_string_with_format(row, 1, &feature.name, &plain)?;
    page.write_string_with_format(row, 2, &feature.known, &told)?;
    let mut column = 3;
    for (found, is_unknown) in feature.found.iter().zip(&feature.is_unknown) {
        page.write_string_with_format(row, column, found, if *is_unknown { &open } else { &plain })?;
        column += 1;
    }
    for text in feature.seen.iter().map(String::as_str).chain([""]) {
        page.write_string_with_format(row, column, text, &plain)?;
        column += 1;
    }
    Ok(())
}
