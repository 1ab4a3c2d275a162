//! What of a table's columns is set, and what is asked: doubtful columns, units and coded values.

use std::collections::BTreeMap;

use fireplan_model::layers::LayerId;
use fireplan_model::rows::{Column, Label};
use fireplan_read::survey::describe_layer;

use crate::columns::{ColumnFit, MOST_CODES, UnitFit};
use crate::inventory::FoundTable;
use crate::questions::{DoorQuestion, Inquiry, choice, skip_choice};

/// What is known of the columns of a table for one layer.
#[derive(Debug, Clone, Default)]
pub(crate) struct ColumnMap {
    /// Our field → their column.
    pub fields: BTreeMap<String, String>,
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    pub units: BTreeMap<String, String>,
}

impl ColumnMap {
    /// Takes what is sure and asks for the rest.
    pub(crate) fn settle(found: &FoundTable, layer: LayerId, fits: &[ColumnFit], inquiry: &mut Inquiry) -> Self {
        let mut map = Self::default();
        let ours: Vec<Column> = describe_layer(layer).map(|(columns, _)| columns).unwrap_or_default();
        for column in &ours {
            let Some(fit) = fits.iter().find(|fit| fit.ours == column.name) else { continue };
            let theirs = &found.table.columns[fit.theirs];
            // A free text may be any text, and an empty column is a mapping for later.
            let is_sure = fit.fits() || (fit.is_coded() && !fit.contradicts() && fit.unmatched.len() <= MOST_CODES);
            if !is_sure && inquiry.ask(ask_column(found, layer, column, fit)).is_none_or(|answer| answer != "yes") {
                continue;
            }
            // Our own name for a column needs no mapping, in whatever case it is written.
            if !theirs.eq_ignore_ascii_case(column.name) {
                map.fields.insert(column.name.to_owned(), theirs.clone());
            }
            if let UnitFit::Other(units) = &fit.unit {
                map.settle_unit(found, layer, column, fit, units, inquiry);
            }
            map.settle_values(found, layer, column, fit, inquiry);
        }
        map
    }

    fn settle_unit(
        &mut self,
        found: &FoundTable,
        layer: LayerId,
        column: &Column,
        fit: &ColumnFit,
        units: &[String],
        inquiry: &mut Inquiry,
    ) {
        let unit = match units {
            [only] => Some(only.clone()),
            _ => inquiry.ask(ask_unit(found, layer, column, fit, units)).filter(|answer| answer != "as_is"),
        };
        if let Some(unit) = unit {
            self.units.insert(column.name.to_owned(), unit);
        }
    }

    fn settle_values(
        &mut self,
        found: &FoundTable,
        layer: LayerId,
        column: &Column,
        fit: &ColumnFit,
        inquiry: &mut Inquiry,
    ) {
        let mut values = fit.translated.clone();
        // Beyond so many a column has free texts; those are told by the report on the data.
        if fit.unmatched.len() <= MOST_CODES && !column.codes.is_empty() {
            for (text, nearest) in &fit.unmatched {
                let answer = inquiry.ask(ask_value(found, layer, column, fit, text, nearest));
                if let Some(code) = answer.filter(|answer| answer != "unknown") {
                    values.insert(text.clone(), code);
                }
            }
        }
        if !values.is_empty() {
            self.values.insert(column.name.to_owned(), values);
        }
    }
}

fn ask_column(found: &FoundTable, layer: LayerId, column: &Column, fit: &ColumnFit) -> DoorQuestion {
    let (id, theirs, label) = (&found.id, &found.table.columns[fit.theirs], &column.label);
    let share = fit.share.unwrap_or_default() * 100.0;
    DoorQuestion {
        id: format!("column/{}/{}/{}", layer.code(), found.id, column.name),
        source: id.clone(),
        ask: Label::new(
            format!("“{id}”的列“{theirs}”是“{}”吗？", label.zh),
            format!("is the column '{theirs}' of '{id}' the {}?", label.en.to_lowercase()),
        ),
        evidence: vec![Label::new(
            format!("列名相符，但只有 {share:.0}% 的值能按“{}”读懂", label.zh),
            format!("the heading fits, but only {share:.0} % of its cells read as that"),
        )],
        choices: vec![
            choice("yes", "是，读不懂的按待核", "yes; what is not understood stays undetermined"),
            choice("no", "不是", "no"),
        ],
        sample: sample_column(found, fit.theirs),
        answer: None,
    }
}

fn ask_unit(found: &FoundTable, layer: LayerId, column: &Column, fit: &ColumnFit, units: &[String]) -> DoorQuestion {
    let (id, theirs, unit) = (&found.id, &found.table.columns[fit.theirs], column.unit);
    let mut choices: Vec<_> = units.iter().map(|unit| choice(unit, unit, unit)).collect();
    choices.push(choice(
        "as_is",
        format!("就是 {unit}(不可信的值按待核)"),
        format!("{unit} indeed; what is implausible stays undetermined"),
    ));
    DoorQuestion {
        id: format!("unit/{}/{}/{}", layer.code(), found.id, column.name),
        source: id.clone(),
        ask: Label::new(
            format!("“{id}”的列“{theirs}”({})以什么为单位？", column.label.zh),
            format!("in which unit is the column '{theirs}' of '{id}'?"),
        ),
        evidence: vec![Label::new(
            format!("列名没有写单位，数值整体不像以 {unit} 计"),
            format!("the heading names no unit, and its numbers are not plausible in {unit}"),
        )],
        choices,
        sample: sample_column(found, fit.theirs),
        answer: None,
    }
}

fn ask_value(
    found: &FoundTable,
    layer: LayerId,
    column: &Column,
    fit: &ColumnFit,
    text: &str,
    nearest: &[String],
) -> DoorQuestion {
    let (id, theirs) = (&found.id, &found.table.columns[fit.theirs]);
    let mut codes: Vec<_> = column.codes.iter().filter(|code| !code.undetermined).collect();
    codes.sort_by_key(|code| nearest.iter().position(|near| *near == code.label.zh).unwrap_or(usize::MAX));
    let mut choices: Vec<_> = codes.iter().map(|code| choice(code.code, &code.label.zh, &code.label.en)).collect();
    choices.push(choice("unknown", "不清楚(待核)", "not known (undetermined)"));
    let count = found.cells(fit.theirs).filter(|cell| *cell == text).count();
    DoorQuestion {
        id: format!("value/{}/{}/{}/{text}", layer.code(), found.id, column.name),
        source: id.clone(),
        ask: Label::new(
            format!("“{id}”的列“{theirs}”中，“{text}”是哪一种{}？", column.label.zh),
            format!("in the column '{theirs}' of '{id}', what does '{text}' mean?"),
        ),
        evidence: vec![Label::new(
            format!("查看的行中有 {count} 行这样写；词表中没有这个说法"),
            format!("{count} of the rows looked at say so; the lists of words do not have it"),
        )],
        choices,
        sample: sample_rows(found, |row| {
            row.get(fit.theirs).is_some_and(|cell| cell.as_deref().map(str::trim) == Some(text))
        }),
        answer: None,
    }
}

fn sample_column(found: &FoundTable, column: usize) -> Vec<Vec<String>> {
    sample_rows(found, |row| row.get(column).is_some_and(Option::is_some))
}

/// The headings and up to ten rows that are wanted.
pub(crate) fn sample_rows(found: &FoundTable, wanted: impl Fn(&[Option<String>]) -> bool) -> Vec<Vec<String>> {
    const ROWS: usize = 10;
    const COLUMNS: usize = 12;
    let short = |text: &str| text.chars().take(24).collect::<String>();
    let heading = found.table.columns.iter().take(COLUMNS).map(|heading| short(heading)).collect();
    let rows = found.table.rows.iter().filter(|row| wanted(&row.values)).take(ROWS);
    let cells = |row: &[Option<String>]| -> Vec<String> {
        row.iter().take(COLUMNS).map(|cell| short(cell.as_deref().unwrap_or_default())).collect()
    };
    std::iter::once(heading).chain(rows.map(|row| cells(&row.values))).collect()
}

/// The question which layer a table is.
pub(crate) fn ask_layer(found: &FoundTable, likely: &[(LayerId, f64)], evidence: Vec<Label>) -> DoorQuestion {
    let id = &found.id;
    let mut choices: Vec<_> =
        likely.iter().map(|(layer, _)| choice(layer.code(), layer.label().zh, layer.label().en)).collect();
    choices.push(skip_choice());
    DoorQuestion {
        id: format!("layer/{id}"),
        source: id.clone(),
        ask: Label::new(format!("“{id}”是哪一类数据？"), format!("which layer is '{id}'?")),
        evidence,
        choices,
        sample: sample_rows(found, |_| true),
        answer: None,
    }
}
