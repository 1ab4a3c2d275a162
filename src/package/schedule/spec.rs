//! What a 附表 is made of: its sources, joins and columns, as `data/package/tables.toml` says them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Every 附表, in their order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScheduleFile {
    table: Vec<ScheduleSpec>,
}

/// One 附表.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleSpec {
    /// Its number: 附表N.
    pub number: u32,
    /// Its name.
    pub title: String,
    /// `A3` or `A4`, always across.
    #[serde(default = "default_paper")]
    pub paper: String,
    /// The sheets that its rows may come from; the first with rows is taken. Several groups are put below one another.
    #[serde(default)]
    pub rows: Vec<RowGroup>,
    /// Rows that are written out, for what stands in figures.
    #[serde(default)]
    pub fixed: Vec<FixedRow>,
    /// Its columns.
    pub column: Vec<ColumnSpec>,
    /// What it rests on: keys of rules, whose clauses are printed below it.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Further notes below it.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What is said where there is no row.
    #[serde(default)]
    pub empty: String,
    /// What the bureau has to give so that the table can be filled, where no analysis tells.
    #[serde(default)]
    pub needs: String,
}

fn default_paper() -> String {
    "A4".to_owned()
}

/// Rows of one kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowGroup {
    /// The sheets that they may come from.
    pub from: Vec<String>,
    /// Which of them: a column and the codes or words it may have.
    #[serde(default)]
    pub only: BTreeMap<String, Vec<String>>,
    /// Other sheets whose rows belong to them.
    #[serde(default)]
    pub join: BTreeMap<String, JoinSpec>,
    /// Columns by which they are put in order: towns as the area has them, other words as they come, numbers rising.
    #[serde(default)]
    pub sort: Vec<String>,
    /// What stands in columns of these titles instead of what the column says.
    #[serde(default)]
    pub cells: BTreeMap<String, ColumnValue>,
}

/// A sheet whose rows belong to others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinSpec {
    /// The sheet.
    pub from: String,
    /// Its columns, and the columns of the row that must say the same.
    pub on: BTreeMap<String, String>,
    /// Which of its rows.
    #[serde(default)]
    pub only: BTreeMap<String, Vec<String>>,
    /// Only rows that say more than nothing in this column.
    #[serde(default)]
    pub above_zero: Option<String>,
}

/// A row that is written out: a text for each column, with figures in braces.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedRow {
    /// One text per column; `""` is 「—」.
    pub cells: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ColumnSpec {
    /// Its heading, with the unit.
    pub title: String,
    /// The heading above it and its neighbours of the same group.
    #[serde(default)]
    pub group: String,
    /// Its width in characters.
    #[serde(default)]
    pub width: Option<f64>,
    /// Whether the last row has its sum.
    #[serde(default)]
    pub total: bool,
    /// What stands in it.
    #[serde(flatten)]
    pub value: ColumnValue,
}

impl ColumnSpec {
    /// A column of a table that is put together elsewhere.
    pub fn plain(title: &str, width: f64) -> Self {
        Self { title: title.to_owned(), width: Some(width), ..Self::default() }
    }
}

/// What stands in a column.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ColumnValue {
    /// Columns of the row, `column` or `join.column`, parted by `|`: the first that says something. `#` numbers the rows.
    pub value: Option<String>,
    /// A text with such columns in braces; `{all join.column}` has those of every row of a join. What stands in [ ] is left out where
    /// nothing in it is known.
    pub text: Option<String>,
    /// Words for the codes of `value`, where they are other than those of the findings.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// The join whose rows are put together, for `op` and `of`.
    pub over: Option<String>,
    /// `count`, `sum`, `max`, `min`, `range`, `list`; `each`: `text` with the columns of each row of the join.
    pub op: Option<String>,
    /// The column that `op` looks at.
    pub of: Option<String>,
    /// Where the row is; see [`PlaceFinder::cell`](crate::places::PlaceFinder::cell).
    pub place: Option<String>,
    /// Who is responsible for projects of this kind, as the plan says, where `value` names nobody.
    pub responsible: Option<String>,
    /// `chainage`: the number is a chainage, K1+250.
    pub format: Option<String>,
    /// Nobody but the bureau knows: 「待核」, and on the list of what is to be found out, as this says.
    pub unknown: Option<String>,
    /// What stands in it for what a scenario adds or moves.
    pub planned: Option<String>,
    /// What an empty cell means: `none` or `unknown`; otherwise as the findings have it.
    pub null: Option<String>,
}

/// The tables that come with the program.
///
/// # Errors
/// If the description is not understood: what and where.
pub fn read_schedules(text: &str) -> Result<Vec<ScheduleSpec>> {
    let file: ScheduleFile =
        toml::from_str(text).context("读取 data/package/tables.toml | reading data/package/tables.toml")?;
    Ok(file.table)
}
