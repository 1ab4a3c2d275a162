//! What workbooks that people fill in have in common: a sheet that says how, and the look of headings.

use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

/// The day that the file says it was made on: the same content gives the same bytes.
const MADE: (u16, u8, u8) = (2024, 1, 1);
const GUIDE_WIDTH: f64 = 100.0;

/// A workbook of this title whose first sheet, of this name, says line by line how the others are filled in.
pub(crate) fn start_book(title: &str, guide_sheet: &str, guide: &[String]) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(MADE.0, MADE.1, MADE.2)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    let page = workbook.add_worksheet();
    page.set_name(guide_sheet)?;
    page.set_column_width(0, GUIDE_WIDTH)?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (row, line) in (0..).zip(guide) {
        page.write_string_with_format(row, 0, line, &wrapped)?;
    }
    Ok(workbook)
}

/// How headings look.
pub(crate) fn heading_format() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0x00DD_E6F0))
        .set_border(FormatBorder::Thin)
}
