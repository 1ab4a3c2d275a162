//! The rows of a download: what people read, without the columns that only scenarios use, and with places in degrees.

use anyhow::Result;

use fireplan_model::rows::{Column, Label, Value, ValueKind, place_on};

use super::{DownloadOrigin, LayerSelection, TableSelection};
use crate::schedule::fill::FilledSchedule;
use crate::schedule::spec::ColumnSpec;
use crate::wording::{SheetCell, cell_of, format_number};

/// The columns that say where a feature is.
const LON: &str = "lon_deg";
const LAT: &str = "lat_deg";
/// Decimals of degrees: a tenth of a metre.
const DEGREE_DECIMALS: u8 = 6;
/// Widths of columns in characters: none is narrower or wider, and so many rows are measured.
const LEAST_WIDTH: f64 = 8.0;
const MOST_WIDTH: f64 = 44.0;
const MEASURED_ROWS: usize = 400;
/// More columns than these go on larger paper.
const MOST_COLUMNS_OF_A4: usize = 12;

/// Columns and rows ready to be written.
pub(super) struct DownloadedRows {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Value>>,
}

impl DownloadedRows {
    /// Rows of a table.
    pub(super) fn of_table(selection: &TableSelection<'_>) -> Self {
        let (table, kept) = (selection.table, shown_columns(&selection.table.columns));
        Self {
            columns: kept.iter().map(|at| table.columns[*at].clone()).collect(),
            rows: selection.rows.iter().map(|row| pick(&table.rows[*row as usize], &kept)).collect(),
        }
    }

    /// Features of a layer, with longitude and latitude of a place on each.
    pub(super) fn of_layer(selection: &LayerSelection<'_>) -> Result<Self> {
        let (layer, kept) = (selection.layer, shown_columns(&selection.layer.columns));
        let mut columns: Vec<Column> = kept.iter().map(|at| layer.columns[*at].clone()).collect();
        columns.push(Column::new::<Option<f64>>(LON, "经度 | Longitude"));
        columns.push(Column::new::<Option<f64>>(LAT, "纬度 | Latitude"));
        let mut rows = Vec::with_capacity(selection.features.len());
        for at in selection.features {
            let feature = &layer.features[*at as usize];
            let mut row = pick(&feature.values, &kept);
            let mut place: Vec<_> = feature.geometry.as_ref().and_then(place_on).into_iter().collect();
            selection.plane.to_lonlat(&mut place)?;
            let scale = 10_f64.powi(i32::from(DEGREE_DECIMALS));
            let degrees = |value: f64| Value::Float((value * scale).round() / scale);
            match place.first() {
                Some(place) => row.extend([degrees(place.x), degrees(place.y)]),
                None => row.extend([Value::Null, Value::Null]),
            }
            rows.push(row);
        }
        Ok(Self { columns, rows })
    }

    /// As a sheet to be printed.
    pub(super) fn schedule(&self, title: &Label, origin: &DownloadOrigin) -> FilledSchedule {
        let rows: Vec<Vec<SheetCell>> = self
            .rows
            .iter()
            .map(|row| self.columns.iter().zip(row).map(|(column, value)| cell(column, value)).collect())
            .collect();
        let columns: Vec<ColumnSpec> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let title = heading(column);
                let cells = rows.iter().take(MEASURED_ROWS).map(|row| measure(&row[at].shown()));
                let widest = cells.fold(measure(&title) / 2.0, f64::max);
                ColumnSpec::plain(&title, (widest + 2.0).clamp(LEAST_WIDTH, MOST_WIDTH))
            })
            .collect();
        let paper = if columns.len() > MOST_COLUMNS_OF_A4 { "A3" } else { "A4" };
        FilledSchedule {
            title: title.zh.clone(),
            paper: paper.to_owned(),
            columns,
            rows,
            data: vec![origin.source.clone()],
            empty: "没有符合的行".to_owned(),
            ..FilledSchedule::default()
        }
    }
}

/// Proposed edits are for scenarios: nobody reads them in a table.
fn shown_columns(columns: &[Column]) -> Vec<usize> {
    (0..columns.len()).filter(|at| columns[*at].kind != ValueKind::Edits).collect()
}

fn pick(values: &[Value], kept: &[usize]) -> Vec<Value> {
    kept.iter().map(|at| values[*at].clone()).collect()
}

fn cell(column: &Column, value: &Value) -> SheetCell {
    match value {
        Value::Float(degrees) if [LON, LAT].contains(&column.name) => SheetCell::Number(*degrees, DEGREE_DECIMALS),
        value => cell_of(column, value),
    }
}

/// A heading as tables have it: `到达时间(min)`.
pub(super) fn heading(column: &Column) -> String {
    fireplan_export::csv::heading(column)
}

/// How wide a text is, in letters: a Chinese character is as wide as two.
fn measure(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum()
}

/// Whether a row has every word in any of its cells, as people read them in either language: what the page's filter finds.
pub fn has_words(columns: &[Column], values: &[Value], words: &[String]) -> bool {
    let mut text = String::new();
    for (column, value) in columns.iter().zip(values).filter(|(column, _)| column.kind != ValueKind::Edits) {
        text += &cell_of(column, value).shown();
        text.push(' ');
        match value {
            Value::Label(label) => text += &label.en,
            Value::Text(code) => {
                text +=
                    column.codes.iter().find(|known| known.code == &**code).map_or("", |known| known.label.en.as_str());
            }
            // Columns of measures show as many decimals in every row: 15.00, 42.0.
            Value::Float(number) => {
                text += &format!("{value} {} {}", format_number(*number, 1), format_number(*number, 2));
            }
            Value::Int(_) => text += &value.to_string(),
            Value::Bool(yes) => text += if *yes { "yes" } else { "no" },
            Value::Null if !column.sparse => text += "undetermined",
            Value::Null | Value::Edits(_) => {}
        }
        text.push(' ');
    }
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(&word.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::row;

    row! {
        /// 村 | Villages
        struct VillageLine {
            geometry: (),
            /// 名称 | Name
            name: String,
            /// 代码 | Code
            code: String,
            /// 人口 | People
            total_people: Option<i64>,
            /// 可达 | Reached
            reached: bool,
        }
    }

    fn table() -> fireplan_model::findings::Table {
        let line = |name: &str, people| VillageLine {
            geometry: (),
            name: name.to_owned(),
            code: "140502001001".to_owned(),
            total_people: people,
            reached: people.is_some(),
        };
        fireplan_model::findings::Table::new("villages", &[line("李家沟", Some(1_234)), line("安坪", None)])
    }

    #[test]
    fn codes_of_twelve_digits_stay_text_and_unknown_numbers_say_so() {
        let (table, origin) = (table(), DownloadOrigin::default());
        let rows = DownloadedRows::of_table(&TableSelection { table: &table, rows: &[1, 0], origin: &origin });
        let sheet = rows.schedule(&table.title, &origin);
        assert_eq!(sheet.columns[2].title, "人口(人)");
        assert_eq!(sheet.rows[0][1], SheetCell::text("140502001001"));
        assert_eq!([sheet.rows[0][2].shown(), sheet.rows[1][2].shown()], ["待核", "1,234"]);
    }

    #[test]
    fn words_are_found_as_they_are_read_in_either_language() {
        let table = table();
        let has = |row: usize, words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            has_words(&table.columns, &table.rows[row], &words)
        };
        assert!(has(0, &["1,234", "是"]) && has(0, &["1234", "YES"]) && has(0, &[]));
        assert!(!has(1, &["1,234"]) && has(1, &["安坪", "否"]));
    }
}
