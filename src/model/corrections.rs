//! Facts that were verified on the spot (现场核查表): a workbook with a sheet for each layer and a row for each feature of which
//! something is not known. What is filled in, with the day and the person, goes before what the sources say.

use crate::area::StudyArea;
use crate::findings::{Feature, Layer};
use crate::layers::LayerId;
use crate::rows::{Column, Value, ValueKind};

/// Headings of the columns that are no facts: which feature it is, what the sources say, who looked and when.
pub const ID_HEADING: &str = "编号";
/// The name of the feature.
pub const NAME_HEADING: &str = "名称";
/// What the sources say.
pub const KNOWN_HEADING: &str = "现有数据";
/// The day on which somebody looked.
pub const DAY_HEADING: &str = "核查日期";
/// Who looked.
pub const PERSON_HEADING: &str = "核查人";
/// Anything else that is to be said.
pub const REMARK_HEADING: &str = "备注";

/// The column by which a feature is found again.
pub const ID_COLUMN: &str = "source_id";
/// What a feature is called stays: that is how people find it.
const KEPT: [&str; 3] = ["name", "code", ID_COLUMN];

/// The workbook.
#[derive(Debug, Clone, Default)]
pub struct CorrectionBook {
    /// What the area is called.
    pub area: String,
    /// A sheet for each layer of which something is not known.
    pub sheets: Vec<CorrectionSheet>,
}

/// The sheet of one layer.
#[derive(Debug, Clone)]
pub struct CorrectionSheet {
    /// The layer; its Chinese label is the name of the sheet.
    pub layer: LayerId,
    /// The facts that can be filled in.
    pub columns: Vec<Column>,
    /// The features.
    pub rows: Vec<CorrectionRow>,
}

/// One feature.
#[derive(Debug, Clone, Default)]
pub struct CorrectionRow {
    /// Its id in the sources.
    pub id: String,
    /// Its name, if it has one.
    pub name: String,
    /// What is known, in words.
    pub known: String,
    /// For each column whether it is not known.
    pub is_unknown: Vec<bool>,
    /// For each column what was found on the spot; empty: nothing was.
    pub found: Vec<String>,
    /// The day, and who looked.
    pub seen: [String; 2],
}

/// Whether a fact can be corrected on the spot.
pub fn is_correctable(column: &Column) -> bool {
    !KEPT.contains(&column.name) && !matches!(column.kind, ValueKind::Label | ValueKind::Edits)
}

/// The heading of a fact, with its unit: 宽度(m).
pub fn correction_heading(column: &Column) -> String {
    let (label, unit) = (&column.label.zh, column.unit);
    if unit.is_empty() { label.clone() } else { format!("{label}({unit})") }
}

/// A value as people read it; `None`: it is not known.
pub fn correction_words(column: &Column, value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        other => other.to_string(),
    };
    match column.codes.iter().find(|code| code.code == text) {
        Some(code) if code.undetermined => None,
        Some(code) => Some(code.label.zh.clone()),
        None => Some(text).filter(|text| !text.is_empty()),
    }
}

impl CorrectionBook {
    /// The workbook of an area, with nothing found yet.
    pub fn of(area: &StudyArea) -> Self {
        let layers = area.map_layers();
        let sheets = LayerId::ALL.iter().filter_map(|id| {
            let layer = layers.iter().find(|layer| layer.id == id.code())?;
            Some(CorrectionSheet::of(*id, layer)).filter(|sheet| !sheet.rows.is_empty())
        });
        Self { area: area.name.clone(), sheets: sheets.collect() }
    }
}

impl CorrectionSheet {
    fn of(id: LayerId, layer: &Layer) -> Self {
        let at: Vec<usize> = (0..layer.columns.len()).filter(|at| is_correctable(&layer.columns[*at])).collect();
        let rows = layer.features.iter().filter_map(|feature| make_row(layer, feature, &at));
        Self {
            layer: id,
            rows: rows.filter(|row| row.is_unknown.contains(&true)).collect(),
            columns: at.iter().map(|at| layer.columns[*at].clone()).collect(),
        }
    }
}

fn make_row(layer: &Layer, feature: &Feature, at: &[usize]) -> Option<CorrectionRow> {
    let text = |name: &str| {
        let at = layer.columns.iter().position(|column| column.name == name)?;
        feature.values[at].as_str().map(str::to_owned)
    };
    let known = |at: &usize| correction_words(&layer.columns[*at], &feature.values[*at]);
    let told = at.iter().filter_map(|at| Some(format!("{}：{}", correction_heading(&layer.columns[*at]), known(at)?)));
    Some(CorrectionRow {
        id: text(ID_COLUMN).filter(|id| !id.is_empty())?,
        name: text("name").unwrap_or_default(),
        known: told.collect::<Vec<_>>().join("；"),
        is_unknown: at.iter().map(|at| known(at).is_none() && !layer.columns[*at].sparse).collect(),
        found: vec![String::new(); at.len()],
        seen: Default::default(),
    })
}
