//! Layers and tables of findings: rows with their columns, and how a layer is to be drawn.

use geo::Geometry;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SCENARIO_COLUMN;
use crate::rows::{Column, FixedText, GeometryKind, Label, Row, Value, read_fixed, read_fixed_list, read_fixed_option};

/// How a layer is to be drawn. The style decides which colours that means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Drawing {
    /// All alike.
    Plain,
    /// By the codes of a column, best first.
    Coded {
        /// Name of the column.
        #[serde(deserialize_with = "read_fixed")]
        column: FixedText,
    },
    /// By the size of a numeric column, in classes `<= break`.
    Graded {
        /// Name of the column.
        #[serde(deserialize_with = "read_fixed")]
        column: FixedText,
        /// Upper bounds of the classes, rising.
        breaks: Vec<f64>,
    },
}

/// The class of a graded value: 0 for `<= breaks[0]`, and so on; one more than the last for what is above.
pub fn class_of(value: &Value, breaks: &[f64]) -> Value {
    value.as_f64().filter(|value| value.is_finite()).map_or(Value::Null, |value| {
        Value::Int(breaks.iter().position(|limit| value <= *limit).unwrap_or(breaks.len()) as i64)
    })
}

/// The classes of [`Drawing::Graded`] in words: `≤ 3 min`, `3–5 min`, `> 15 min`.
pub fn grade_text(breaks: &[f64], class: usize, unit: &str) -> String {
    let text = match (class.checked_sub(1).and_then(|below| breaks.get(below)), breaks.get(class)) {
        (None, Some(high)) => format!("≤ {high} {unit}"),
        (Some(low), Some(high)) => format!("{low}–{high} {unit}"),
        (Some(low), None) => format!("> {low} {unit}"),
        (None, None) => unit.to_owned(),
    };
    text.trim().to_owned()
}

/// Features of one kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Layer {
    /// Unique within the findings or the area, `snake_case`.
    pub id: String,
    /// What people call it.
    pub title: Label,
    /// What its features are made of.
    pub geometry: GeometryKind,
    /// What is known of each feature.
    pub columns: Vec<Column>,
    /// How it is to be drawn.
    pub drawing: Drawing,
    /// Not shown until asked for: it would hide the rest, or says the same less exactly.
    pub quiet: bool,
    /// Each feature is to be visited: it has a sheet to take along, to be printed.
    pub sheets: bool,
    /// What is marked along with a feature that is chosen.
    pub companions: Vec<Companion>,
    /// The features; whoever writes a layer gives their geometry a form.
    #[serde(skip)]
    pub features: Vec<Feature>,
}

/// Features of another layer of the same findings that belong to a feature: those whose `column` holds what the feature has
/// in `of`, or its number where that is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Companion {
    /// Id of the other layer.
    #[serde(deserialize_with = "read_fixed")]
    pub layer: FixedText,
    /// Its column that is looked at.
    #[serde(deserialize_with = "read_fixed")]
    pub column: FixedText,
    /// The feature's own column.
    #[serde(deserialize_with = "read_fixed_option")]
    pub of: Option<FixedText>,
}

/// Features are numbered from 1 in the order of the layer: the id in files, tiles and tables.
#[derive(Debug, Clone)]
pub struct Feature {
    /// Where it is, in local metres.
    pub geometry: Option<Geometry>,
    /// In the order of the layer's columns.
    pub values: Vec<Value>,
}

impl Layer {
    /// That its features were found under a scenario and are not what is there; `None`: they are.
    pub fn scenario_notice(&self) -> Option<Label> {
        let at = self.columns.iter().position(|column| column.name == SCENARIO_COLUMN)?;
        let title = self.features.first()?.values[at].as_str()?;
        Some(Label::new(
            format!("按{title}计算，不是今天的现状"),
            format!("found under {title}: not what is there today"),
        ))
    }

    /// The layer of these rows: title, columns and kind of geometry are those of their type.
    pub fn new<'a, R: Row + 'a>(id: &str, drawing: Drawing, rows: impl IntoIterator<Item = &'a R>) -> Self {
        Self {
            id: id.to_owned(),
            title: R::title(),
            geometry: R::geometry_kind(),
            columns: R::columns(),
            drawing,
            quiet: false,
            sheets: false,
            companions: Vec::new(),
            features: rows.into_iter().map(|row| Feature { geometry: row.geometry(), values: row.values() }).collect(),
        }
    }

    /// Says that each feature has a sheet to be printed.
    pub fn with_sheets(mut self) -> Self {
        self.sheets = true;
        self
    }
}

impl Layer {
    /// Marks features of another layer along with each of its own.
    pub fn along_with(mut self, layer: &'static str, column: &'static str, of: Option<&'static str>) -> Self {
        self.companions.push(Companion { layer, column, of });
        self
    }

    /// Keeps it off the map until asked for.
    pub fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }
}

/// A table without geometry of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Table {
    /// Unique within the findings, `snake_case`.
    pub id: String,
    /// What people call it.
    pub title: Label,
    /// What each row says.
    pub columns: Vec<Column>,
    /// The cells, row by row in the order of the columns.
    pub rows: Vec<Vec<Value>>,
    /// The layer whose features the rows speak of, row by row in the same order, if so.
    pub layer: Option<String>,
    /// The layer whose features the rows belong to, and the column in which both say which, if so.
    pub about: Option<TableSubject>,
    /// How the rows make a curve, if they do.
    pub chart: Option<Chart>,
}

/// To which features of a layer the rows of a table belong: those that say the same in a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableSubject {
    /// Id of the layer, of the same findings.
    pub layer: String,
    /// Name of the column, in the layer and in the table.
    #[serde(deserialize_with = "read_fixed")]
    pub column: FixedText,
}

/// The columns of a curve.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Chart {
    /// Along the bottom.
    #[serde(deserialize_with = "read_fixed")]
    pub x: FixedText,
    /// One line each, in one unit.
    #[serde(deserialize_with = "read_fixed_list")]
    pub y: Vec<FixedText>,
    /// A column that is true where a row is to be marked.
    #[serde(deserialize_with = "read_fixed_option")]
    pub mark: Option<FixedText>,
}

impl Table {
    /// The table of these rows: title and columns are those of their type.
    pub fn new<'a, R: Row + 'a>(id: &str, rows: impl IntoIterator<Item = &'a R>) -> Self {
        Self {
            id: id.to_owned(),
            title: R::title(),
            columns: R::columns(),
            rows: rows.into_iter().map(Row::values).collect(),
            layer: None,
            about: None,
            chart: None,
        }
    }

    /// Replaces the title that was taken from the type of the rows. The new one is `中文 | English`.
    pub fn titled(mut self, title: &str) -> Self {
        self.title = Label::parse(title);
        self
    }

    /// Says that the rows make a curve.
    pub fn charted(mut self, chart: Chart) -> Self {
        self.chart = Some(chart);
        self
    }

    /// Says that the rows belong to the features of a layer that say the same in a column.
    pub fn about(mut self, layer: &str, column: &'static str) -> Self {
        self.about = Some(TableSubject { layer: layer.to_owned(), column });
        self
    }

    /// Says that row n of the table is feature n of the layer.
    pub fn of_layer(mut self, layer: &str) -> Self {
        self.layer = Some(layer.to_owned());
        self
    }
}
