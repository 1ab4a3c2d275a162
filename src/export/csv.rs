//! CSV tables for people: UTF-8 with a byte order mark, so that Excel on a Chinese Windows opens them as they are.
//!
//! The heading is the Chinese label with its unit, coded values and yes or no are in Chinese; `findings.json` says which
//! column has which code name.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use fireplan_model::findings::Table;
use fireplan_model::message::writing;
use fireplan_model::rows::{Column, Value};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes the table with a line of column names, in UTF-8 with byte order mark.
pub fn write(table: &Table, path: &Path) -> Result<()> {
    let context = || writing(path);
    let file = std::io::BufWriter::new(std::fs::File::create(path).with_context(context)?);
    write_rows(&table.columns, table.rows.iter().map(Vec::as_slice), file).with_context(context)
}

/// Writes rows with a line of headings, row by row.
///
/// # Errors
/// If it cannot be written.
pub fn write_rows<'r>(
    columns: &[Column],
    rows: impl IntoIterator<Item = &'r [Value]>,
    mut out: impl Write,
) -> Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record(columns.iter().map(heading))?;
    for row in rows {
        writer.write_record(columns.iter().zip(row).map(|(column, value)| cell(column, value)))?;
    }
    Ok(writer.flush()?)
}

/// `响应时间(min)`; without a unit, the label alone.
pub fn heading(column: &Column) -> String {
    if column.unit.is_empty() { column.label.zh.clone() } else { format!("{}({})", column.label.zh, column.unit) }
}

fn cell(column: &Column, value: &Value) -> String {
    match value {
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::Float(value) if !value.is_finite() => String::new(),
        Value::Text(text) => {
            let code = column.codes.iter().find(|code| code.code == &**text);
            code.map_or_else(|| without_formula(text), |code| code.label.zh.clone())
        }
        Value::Label(label) => without_formula(&label.zh),
        other => other.to_string(),
    }
}

/// A text that spreadsheets would compute, as one that they show: a name in somebody's data must not run anything.
fn without_formula(text: &str) -> String {
    let computes =
        text.starts_with(['=', '@', '\t', '\r']) || (text.starts_with(['+', '-']) && text.parse::<f64>().is_err());
    // A dash alone stands for nothing.
    if computes && text.chars().count() > 1 { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_would_be_computed_is_only_shown() {
        for text in ["=cmd|'/c calc'!A0", "@SUM(A1)", "+cmd", "-2+3", "\t=1"] {
            assert_eq!(without_formula(text), format!("'{text}"));
        }
        for text in ["城关镇", "-", "+86", "-12.5", "1=1", "", "—"] {
            assert_eq!(without_formula(text), text);
        }
    }
}
