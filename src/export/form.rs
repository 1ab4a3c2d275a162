//! The form of a bureau as a workbook (填报表.xlsx): a sheet per kind of unit, with the rows that wait, drop-downs for 是 and 否,
//! and what each column asks in a note.

use std::path::Path;

use crate::fill_in_book::{heading_format, start_book};
use anyhow::{Context, Result};
use fireplan_model::message::writing;
use fireplan_model::reports::{
    Answered, FormQuestion, FormRow, FormSheet, GUIDE_SHEET, NOT_ASKED, ReportForm, UNIT_HEADINGS, sheet_name,
};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, Format, FormatAlign, FormatBorder, Note, Worksheet, XlsxError,
};

/// Widths of the columns with names and with answers, in characters.
const NAME_WIDTH: f64 = 16.0;
const ANSWER_WIDTH: f64 = 14.0;
const HEADING_HEIGHT: f64 = 132.0;

/// Writes the workbook.
///
/// # Errors
/// If the file cannot be written.
pub fn write_form(form: &ReportForm, path: &Path) -> Result<()> {
    let bytes = make_workbook(form).with_context(|| writing(path))?;
    std::fs::write(path, bytes).with_context(|| writing(path))
}

fn make_workbook(form: &ReportForm) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = start_book("消防工作任务填报表", GUIDE_SHEET, &guide_lines(form))?;
    for sheet in &form.sheets {
        write_sheet(workbook.add_worksheet(), sheet)?;
    }
    workbook.save_to_buffer()
}

fn guide_lines(form: &ReportForm) -> Vec<String> {
    vec![
        format!("{} 消防工作任务填报表", form.area),
        format!("依据：{}", form.rules),
        "1. 每张表一类对象，每行一个对象，每列一项任务；表头下方括号内为序号、条文和责任单位，鼠标停在表头上可看要求、时限和配合单位。".to_owned(),
        "2. 列名带（人）、（次）、（支）等单位的填数字，其余从下拉框选“是”或“否”；不知道的留空，留空即“未填报”，不作完成也不作未完成。".to_owned(),
        format!("3. “{NOT_ASKED}”表示文件没有要求该对象，不必填写。请不要改动表头、表名和名称两列。"),
        "4. 填好后存为 填报表.xlsx，放入规划范围文件夹，在 area.toml 中写 [reports] 和 source = \"填报表.xlsx\"，重新运行分析。".to_owned(),
    ]
}

fn write_sheet(page: &mut Worksheet, sheet: &FormSheet) -> Result<(), XlsxError> {
    page.set_name(sheet_name(sheet.unit))?;
    let heading = heading_format();
    let names = u16::try_from(UNIT_HEADINGS.len()).unwrap_or_default();
    for (column, text) in (0..).zip(UNIT_HEADINGS) {
        page.write_string_with_format(0, column, text, &heading)?;
    }
    page.set_row_height(0, HEADING_HEIGHT)?;
    page.set_column_range_width(0, names - 1, NAME_WIDTH)?;
    if sheet.rows.iter().all(|row| row.town.is_empty()) {
        // Towns and the district lie in no town: the column stays for whoever reads it back, out of sight.
        page.set_column_hidden(0)?;
    }
    page.set_freeze_panes(1, names)?;
    let last = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
    for (column, question) in (names..).zip(&sheet.questions) {
        page.write_string_with_format(0, column, question.heading_with_clause(), &heading)?;
        page.insert_note(0, column, &note(&question.remark))?;
        page.set_column_width(column, ANSWER_WIDTH)?;
        if last > 0 {
            page.add_data_validation(1, column, last, column, &allow(question)?)?;
        }
    }
    for (row, unit) in (1..).zip(&sheet.rows) {
        write_row(page, row, unit)?;
    }
    Ok(())
}

/// What a column asks, in whose name the form goes out; without one, it would begin with the word Author.
fn note(remark: &str) -> Note {
    Note::new(remark).set_author("消防规划").add_author_prefix(false).set_width(360).set_height(160)
}

/// What may be typed in. The sign for what is not asked passes too.
fn allow(question: &FormQuestion) -> Result<DataValidation, XlsxError> {
    Ok(if question.is_number {
        DataValidation::new()
            .allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))
            .set_error_title("请填数字")?
            .set_error_message("请填不小于0的数字；不知道的留空")?
    } else {
        DataValidation::new()
            .allow_list_strings(&["是", "否"])?
            .set_error_title("请选是或否")?
            .set_error_message("请从下拉框选“是”或“否”；不知道的留空")?
    })
}

fn write_row(page: &mut Worksheet, row: u32, unit: &FormRow) -> Result<(), XlsxError> {
    let plain = Format::new().set_border(FormatBorder::Thin);
    let centred = plain.clone().set_align(FormatAlign::Center);
    let idle = centred.clone().set_background_color(Color::RGB(0x00EE_EEEE));
    page.write_string_with_format(row, 0, &unit.town, &plain)?;
    page.write_string_with_format(row, 1, &unit.name, &plain)?;
    for (column, cell) in (2..).zip(&unit.cells) {
        match cell {
            None => page.write_string_with_format(row, column, NOT_ASKED, &idle)?,
            Some(cell) => match cell.answer {
                None => page.write_blank(row, column, &centred)?,
                Some(Answered::Number(number)) => page.write_number_with_format(row, column, number, &centred)?,
                Some(Answered::YesNo(yes)) => {
                    page.write_string_with_format(row, column, if yes { "是" } else { "否" }, &centred)?
                }
            },
        };
    }
    Ok(())
}
