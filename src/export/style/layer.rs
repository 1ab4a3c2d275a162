//! The layers of a style, with the legend that says what they show.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use fireplan_model::rows::Label;

/// A layer of the MapLibre style specification.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StyleLayer {
    /// Unique within the style.
    pub id: String,
    /// How it is drawn, such as `line` or `symbol`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The source of its features.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The layer within the tiles of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_layer: Option<String>,
    /// The first zoom at which it is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minzoom: Option<u8>,
    /// The zoom at which it is no longer drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maxzoom: Option<u8>,
    /// An expression that is true of the features drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Value>,
    /// Where and in which shape it is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    pub layout: Option<Value>,
    /// In which colours and widths it is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    pub paint: Option<Value>,
    /// What is shown beside the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<LayerMetadata>,
}

/// What a map shows beside the layer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerMetadata {
    /// What the classes of the layer look like.
    pub legend: Vec<LegendEntry>,
}

/// One line of the legend.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LegendEntry {
    /// What the line stands for.
    pub label: Label,
    /// Its colour.
    pub color: String,
    /// What is drawn in that colour.
    pub shape: LegendShape,
    /// Value of the attribute that tells the classes apart; a grade is its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Colour around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<String>,
    /// Lengths of dashes and gaps, in widths of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dash: Option<Vec<f64>>,
    /// Width of the line in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// From 0, invisible, to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opacity: Option<f64>,
}

/// What a line of the legend looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LegendShape {
    /// A piece of line.
    Line,
    /// A filled field.
    Fill,
    /// A dot.
    Circle,
}

impl StyleLayer {
    /// A layer of features, as it is painted.
    pub fn new(id: &str, kind: &str, filter: Option<Value>, paint: Value) -> Self {
        Self { id: id.to_owned(), kind: kind.to_owned(), filter, paint: Some(paint), ..Self::default() }
    }

    /// Everything in it that can hold expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Value> {
        [&self.filter, &self.layout, &self.paint].into_iter().flatten()
    }
}
