//! Findings (分析成果): the answer to a question. Layers, tables, checks against clauses, key figures and notes on the data.
//!
//! Findings know no format and no colour; geometry is in local metres of the area's plane.

use std::sync::Arc;

use geo::Geometry;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::method::MethodConstant;
use crate::notes::Note;
use crate::rows::{Column, GeometryKind, Label, Row, Value};
use crate::rules::RulesInForce;
use crate::scenario::Scenario;

/// The answer of one run.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// What people ask first, answered in words.
    pub answers: Vec<Answer>,
    pub figures: Vec<Figure>,
    pub layers: Vec<Layer>,
    pub tables: Vec<Table>,
    pub checks: Vec<Check>,
    pub notes: Vec<Note>,
    /// What could be done, each to be taken up as a scenario.
    pub proposals: Vec<Proposal>,
    pub manifest: Manifest,
}

/// A question that people ask of the findings, and the answer in words.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    pub question: Label,
    pub answer: Label,
}

/// Changes that the findings propose.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Proposal {
    pub title: Label,
    pub scenario: Scenario,
}

impl Findings {
    /// With these layers, of which those without a feature are left out: nothing to draw is not a layer.
    pub fn with_layers(mut self, layers: Vec<Layer>) -> Self {
        self.layers = layers.into_iter().filter(|layer| !layer.features.is_empty()).collect();
        self
    }
}

/// One key figure, with its range where the rules give low and high values.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Name with the unit last, e.g. `covered_people_percent`.
    pub name: String,
    pub label: Label,
    /// `None`: undetermined (待核).
    pub value: Option<f64>,
    /// Least and greatest value over the low, base and high readings of the rules, where that matters.
    pub range: Option<[f64; 2]>,
    pub unit: String,
    /// One sentence: of how many, or why undetermined.
    pub remark: Label,
}

impl Figure {
    /// Without range or remark so far. The label is `中文 | English`.
    pub fn new(name: &str, label: &str, value: Option<f64>, unit: &str) -> Self {
        let remark = Label::default();
        Self { name: name.to_owned(), label: label.into(), value, range: None, unit: unit.to_owned(), remark }
    }

    pub fn range(mut self, range: Option<[f64; 2]>) -> Self {
        self.range = range;
        self
    }

    pub fn remark(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.remark = Label::new(zh, en);
        self
    }
}

/// How a layer asks to be drawn; which colours that means is the style's affair.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Drawing {
    Plain,
    /// By the codes of a column, best first.
    Coded {
        column: &'static str,
    },
    /// By the size of a numeric column, in classes `<= break`.
    Graded {
        column: &'static str,
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
#[derive(Debug, Clone)]
pub struct Layer {
    /// Unique within the findings or the area, `snake_case`.
    pub id: String,
    pub title: Label,
    pub geometry: GeometryKind,
    pub columns: Vec<Column>,
    pub drawing: Drawing,
    /// Not shown until asked for: it would hide the rest, or says the same less exactly.
    pub quiet: bool,
    /// Each feature is to be visited: it has a sheet to take along, to be printed.
    pub sheets: bool,
    /// What is marked along with a feature that is chosen.
    pub companions: Vec<Companion>,
    pub features: Vec<Feature>,
}

/// Features of another layer of the same findings that belong to a feature: those whose `column` holds what the feature has
/// in `of`, or its number where that is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Companion {
    pub layer: &'static str,
    pub column: &'static str,
    pub of: Option<&'static str>,
}

/// Features are numbered from 1 in the order of the layer: the id in files, tiles and tables.
#[derive(Debug, Clone)]
pub struct Feature {
    pub geometry: Option<Geometry>,
    /// In the order of the layer's columns.
    pub values: Vec<Value>,
}

impl Layer {
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
#[derive(Debug, Clone)]
pub struct Table {
    pub id: String,
    pub title: Label,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
    /// The layer whose features the rows speak of, row by row in the same order, if so.
    pub layer: Option<String>,
    /// How the rows make a curve, if they do.
    pub chart: Option<Chart>,
}

/// The columns of a curve.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Chart {
    /// Along the bottom.
    pub x: &'static str,
    /// One line each, in one unit.
    pub y: Vec<&'static str>,
    /// A column that is true where a row is to be marked.
    pub mark: Option<&'static str>,
}

impl Table {
    pub fn new<'a, R: Row + 'a>(id: &str, rows: impl IntoIterator<Item = &'a R>) -> Self {
        Self {
            id: id.to_owned(),
            title: R::title(),
            columns: R::columns(),
            rows: rows.into_iter().map(Row::values).collect(),
            layer: None,
            chart: None,
        }
    }

    /// Calls it otherwise than its rows are called.
    pub fn titled(mut self, title: &str) -> Self {
        self.title = Label::parse(title);
        self
    }

    /// Says that the rows make a curve.
    pub fn charted(mut self, chart: Chart) -> Self {
        self.chart = Some(chart);
        self
    }

    /// Says that row n of the table is feature n of the layer.
    pub fn of_layer(mut self, layer: &str) -> Self {
        self.layer = Some(layer.to_owned());
        self
    }
}

/// The outcome of holding something against a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Pass,
    /// Breaks a "should" (宜) clause, or an unverified default.
    Warn,
    Fail,
    /// 待核: a fact is missing.
    Undetermined,
}

/// One thing held against one clause.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What was checked, e.g. the station's name.
    pub subject: String,
    /// Key of the rule entry, e.g. `station.area_km2`.
    pub rule: String,
    pub cite: String,
    /// The clause's bound in words, e.g. `≤ 7 km²`.
    pub bound: String,
    pub measured: Option<f64>,
    pub verdict: Verdict,
    /// The whole trail in one sentence.
    pub text: Label,
    /// The feature it speaks of, if it is one of a layer; names may repeat.
    pub feature: Option<FeatureId>,
}

/// A feature of the findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FeatureId {
    pub layer: String,
    /// Counted from 1 in the order of the layer.
    pub id: u32,
}

impl Check {
    /// Says which feature it speaks of.
    pub fn about(mut self, layer: &str, id: u32) -> Self {
        self.feature = Some(FeatureId { layer: layer.to_owned(), id });
        self
    }
}

/// What the findings rest on: enough to run them again.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    pub program: String,
    pub area: String,
    pub synthetic: bool,
    pub crs: String,
    /// The request as JSON, every parameter given.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub request: serde_json::Value,
    /// Name of the rule profile.
    pub profile: String,
    /// Figures set by hand, `key=value`.
    pub set: Vec<String>,
    /// The proposed changes the area had in it; `None`: as it is.
    pub scenario: Option<Arc<Scenario>>,
    /// Rule pack and profile, and every entry in force with its origin.
    #[schemars(with = "RulesInForce")]
    pub rules: serde_json::Value,
    /// The numbers of the method that could move a verdict or a figure, in alphabetical order, each with its reason.
    #[serde(default)]
    pub method: Vec<MethodConstant>,
    /// Digest of each input.
    pub inputs: Vec<Input>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    pub source: String,
    pub sha256: String,
}
