//! The workbook of the tables: a sheet each, ready to be printed and bound.

use anyhow::{Context, Result};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::fill::FilledSchedule;
use super::spec::ColumnSpec;
use crate::wording::{NONE, SheetCell, UNKNOWN};

/// Typefaces of every Chinese office.
const SERIF: &str = "宋体";
const SANS: &str = "黑体";
/// Sizes in points.
const TITLE_SIZE: f64 = 16.0;
const TEXT_SIZE: f64 = 10.0;
/// Paper sizes as Excel counts them.
const A3: u8 = 8;
const A4: u8 = 9;
/// Column widths where the description gives none, and where text turns over.
const PLAIN_WIDTH: f64 = 12.0;
/// The column that numbers the rows.
const NUMBER: &str = "序号";
/// A text of so many characters stands in the middle where all of its column are as short.
const SHORT: usize = 8;
/// Height of a line of text, in points.
const LINE_HEIGHT: f64 = 14.0;

/// Everything that all sheets of a workbook have in common.
pub struct WorkbookHead {
    /// Name of the plan, in the document's properties.
    pub title: String,
    /// What the line below each title says of the base year.
    pub base_year: String,
    /// Which scenario it is made under, below the title of every sheet; `None`: none.
    pub notice: Option<String>,
    /// The day the file says it was made on, `2026-11-28`.
    pub day: String,
}

/// The workbook with these tables, as bytes; the same tables give the same bytes.
///
/// # Errors
/// If a table is too large for a sheet.
pub fn write_workbook(head: &WorkbookHead, tables: &[FilledSchedule]) -> Result<Vec<u8>> {
    let made = make_workbook(head, tables);
    made.context("生成附表工作簿 | making the workbook of tables")
}

fn make_workbook(head: &WorkbookHead, tables: &[FilledSchedule]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::parse_from_str(&head.day)?;
    workbook.set_properties(&DocProperties::new().set_title(&head.title).set_creation_datetime(&made));
    for table in tables {
        SheetWriter::new(table, workbook.add_worksheet(), head).write()?;
    }
    workbook.save_to_buffer()
}

struct SheetWriter<'a> {
    table: &'a FilledSchedule,
    page: &'a mut Worksheet,
    head: &'a WorkbookHead,
    last_column: u16,
    /// Whether all texts of a column are short, and stand in the middle.
    centred: Vec<bool>,
}

impl<'a> SheetWriter<'a> {
    fn new(table: &'a FilledSchedule, page: &'a mut Worksheet, head: &'a WorkbookHead) -> Self {
        let last_column = u16::try_from(table.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let is_long = |cell: &SheetCell| matches!(cell, SheetCell::Text(text) if text.chars().count() > SHORT);
        let centred = (0..table.columns.len()).map(|at| !table.rows.iter().any(|row| is_long(&row[at])));
        Self { table, page, head, last_column, centred: centred.collect() }
    }

    fn write(mut self) -> Result<(), XlsxError> {
        self.page.set_name(sheet_name(self.table))?;
        self.set_page()?;
        self.write_title()?;
        let first = self.write_header()?;
        let after = self.write_rows(first)?;
        self.write_notes(after)
    }

    fn set_page(&mut self) -> Result<(), XlsxError> {
        let paper = if self.table.paper == "A3" { A3 } else { A4 };
        let title = format!("&C{}&R{} {}", self.head.title, self.table.label, self.table.title);
        self.page
            .set_landscape()
            .set_paper_size(paper)
            .set_print_fit_to_pages(1, 0)
            .set_margins(0.8, 0.4, 0.6, 0.6, 0.3, 0.3)
            .set_print_center_horizontally(true)
            .set_header(title)
            .set_footer("&C第 &P 页 共 &N 页");
        for (at, column) in (0..).zip(&self.table.columns) {
            self.page.set_column_width(at, column.width.unwrap_or(PLAIN_WIDTH))?;
        }
        Ok(())
    }

    fn write_title(&mut self) -> Result<(), XlsxError> {
        let title = Format::new()
            .set_font_name(SANS)
            .set_font_size(TITLE_SIZE)
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter);
        let text = format!("{}　{}", self.table.label, self.table.title);
        let text = text.trim();
        self.write_across(0, text, &title)?;
        self.page.set_row_height(0, 30)?;
        let data = if self.table.data.is_empty() { NONE.to_owned() } else { self.table.data.join("、") };
        let base_year = if self.head.base_year.is_empty() { NONE } else { &self.head.base_year };
        let mut line = format!("单位：见表头　　基准年：{base_year}　　数据来源：{data}");
        let mut format = plain().set_align(FormatAlign::Left);
        let mut height = 18;
        if let Some(notice) = &self.head.notice {
            line += &format!("\n{notice}");
            format = format.set_text_wrap();
            height = 32;
        }
        self.write_across(1, &line, &format)?;
        self.page.set_row_height(1, height)?;
        Ok(())
    }

    /// Writes a text over all columns; a single column cannot be merged with others.
    fn write_across(&mut self, row: u32, text: &str, format: &Format) -> Result<(), XlsxError> {
        if self.last_column == 0 {
            self.page.write_string_with_format(row, 0, text, format)?;
        } else {
            self.page.merge_range(row, 0, row, self.last_column, text, format)?;
        }
        Ok(())
    }

    /// One row of headings, or two where some have a common one; repeated on each page and frozen. Gives the next row.
    fn write_header(&mut self) -> Result<u32, XlsxError> {
        let heading = plain()
            .set_font_name(SANS)
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap()
            .set_border(FormatBorder::Thin)
            .set_background_color(Color::RGB(0x00DD_E6F0));
        let columns = &self.table.columns;
        let grouped = columns.iter().any(|column| !column.group.is_empty());
        let last = if grouped { 3 } else { 2 };
        for (at, column) in (0..).zip(columns) {
            match column.group.as_str() {
                "" if grouped => self.page.merge_range(2, at, 3, at, &column.title, &heading).map(drop)?,
                "" => self.page.write_string_with_format(2, at, &column.title, &heading).map(drop)?,
                _ => self.page.write_string_with_format(3, at, &column.title, &heading).map(drop)?,
            }
        }
        for (from, to, group) in groups(columns) {
            if from == to {
                self.page.write_string_with_format(2, from, group, &heading)?;
            } else {
                self.page.merge_range(2, from, 2, to, group, &heading)?;
            }
        }
        let lines = columns.iter().map(|column| lines_of(&column.title, column.width.unwrap_or(PLAIN_WIDTH))).max();
        self.page.set_row_height(last, LINE_HEIGHT * lines.unwrap_or(1) as f64 + 6.0)?;
        self.page.set_freeze_panes(last + 1, 2.min(self.last_column))?;
        self.page.set_repeat_rows(2, last)?;
        Ok(last + 1)
    }

    fn write_rows(&mut self, first: u32) -> Result<u32, XlsxError> {
        let mut at = first;
        for cells in &self.table.rows {
            self.write_cells(at, cells, false)?;
            at += 1;
        }
        if let Some(totals) = &self.table.totals {
            self.write_cells(at, totals, true)?;
            at += 1;
        }
        if self.table.rows.is_empty() {
            let text = self.table.missing.as_deref().unwrap_or(&self.table.empty);
            let format = bordered(true).set_align(FormatAlign::Center);
            self.write_across(at, text, &format)?;
            self.page.set_row_height(at, 24)?;
            at += 1;
        }
        Ok(at)
    }

    fn write_cells(&mut self, at: u32, cells: &[SheetCell], sum: bool) -> Result<(), XlsxError> {
        let mut lines = 1;
        for ((column, spec), cell) in (0..).zip(&self.table.columns).zip(cells) {
            let format = if sum { bordered(true).set_bold() } else { bordered(matches!(cell, SheetCell::Text(_))) };
            match cell {
                SheetCell::Number(value, decimals) => {
                    let align = if spec.title == NUMBER { FormatAlign::Center } else { FormatAlign::Right };
                    let format = format.set_num_format(number_format(*decimals, false)).set_align(align);
                    self.page.write_number_with_format(at, column, *value, &format)?;
                }
                SheetCell::Unverified(value, decimals) => {
                    let format = format.set_num_format(number_format(*decimals, true)).set_align(FormatAlign::Right);
                    self.page.write_number_with_format(at, column, *value, &format)?;
                }
                SheetCell::Text(text) => {
                    let width = spec.width.unwrap_or(PLAIN_WIDTH);
                    lines = lines.max(lines_of(text, width));
                    let align = if self.centred[usize::from(column)] { FormatAlign::Center } else { FormatAlign::Left };
                    self.page.write_string_with_format(at, column, text, &format.set_align(align))?;
                }
                SheetCell::Nothing | SheetCell::Unknown => {
                    let text = if *cell == SheetCell::Unknown { UNKNOWN } else { NONE };
                    self.page.write_string_with_format(at, column, text, &format.set_align(FormatAlign::Center))?;
                }
            }
        }
        self.page.set_row_height(at, LINE_HEIGHT * lines as f64 + 3.0)?;
        Ok(())
    }

    fn write_notes(&mut self, first: u32) -> Result<(), XlsxError> {
        let format = plain().set_text_wrap().set_align(FormatAlign::Left).set_align(FormatAlign::Top);
        let width: f64 = self.table.columns.iter().map(|column| column.width.unwrap_or(PLAIN_WIDTH)).sum();
        let marks = "“—”表示没有此项，“待核”表示尚无资料，【待核】表示数值所依据的标准或参数未核实。";
        let all = self.table.notes.iter().map(String::as_str).chain([marks]);
        for (at, (number, note)) in (first..).zip((1..).zip(all)) {
            let text = if number == 1 { format!("注：{number}. {note}") } else { format!("　　{number}. {note}") };
            self.write_across(at, &text, &format)?;
            self.page.set_row_height(at, LINE_HEIGHT * lines_of(&text, width) as f64 + 2.0)?;
        }
        Ok(())
    }
}

/// Excel takes 31 characters, and none of these.
fn sheet_name(table: &FilledSchedule) -> String {
    let name = format!("{}{}", table.label, table.title);
    name.chars().map(|c| if "[]:*?/\\".contains(c) { '、' } else { c }).take(31).collect()
}

fn plain() -> Format {
    Format::new().set_font_name(SERIF).set_font_size(TEXT_SIZE)
}

fn bordered(wrap: bool) -> Format {
    let format = plain().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
    if wrap { format.set_text_wrap() } else { format }
}

fn number_format(decimals: u8, unverified: bool) -> String {
    let fraction = if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(usize::from(decimals))) };
    let mark = if unverified { "\"【待核】\"" } else { "" };
    format!("#,##0{fraction}{mark}")
}

/// The headings that several columns have in common: from, to, words.
fn groups(columns: &[ColumnSpec]) -> Vec<(u16, u16, &str)> {
    let mut found: Vec<(u16, u16, &str)> = Vec::new();
    for (at, column) in (0..).zip(columns).filter(|(_, column)| !column.group.is_empty()) {
        match found.last_mut() {
            Some((_, to, group)) if *group == column.group && *to + 1 == at => *to = at,
            _ => found.push((at, at, &column.group)),
        }
    }
    found
}

/// How many lines a text takes in a column of this width: Chinese characters are two wide.
fn lines_of(text: &str, width: f64) -> usize {
    let wide = |c: char| if c.is_ascii() { 1.0 } else { 2.0 };
    let lines = text.split('\n').map(|line| {
        let length: f64 = line.chars().map(wide).sum();
        (length / (width - 1.0).max(1.0)).ceil().max(1.0) as usize
    });
    lines.sum()
}
