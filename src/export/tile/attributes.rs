//! The cells of a layer as tiles need them: every distinct value once, its JSON text ready.

use std::collections::HashMap;

use geo::Geometry;
use geozero::mvt::tile;

use crate::geojson::json;
use fireplan_model::findings::{Drawing, Layer, SCENARIO_COLUMN, class_of};
use fireplan_model::rows::{GeometryKind, Value};

/// The suffix of the attribute that tells the class of a graded column: `travel_min` is drawn by `travel_min_class`.
pub const CLASS_SUFFIX: &str = "_class";

/// The attribute that tells points, lines and areas of a mixed layer apart by the words of the style specification: not every
/// client knows the type of a geometry when it filters.
pub const SHAPE_ATTRIBUTE: &str = "shape_type";

fn shape_of(geometry: Option<&Geometry>) -> &'static str {
    match geometry {
        Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_)) => "Polygon",
        Some(Geometry::LineString(_) | Geometry::MultiLineString(_)) => "LineString",
        _ => "Point",
    }
}

/// Index into the dictionary; 0 stands for no value.
pub type ValueId = u32;

/// The cells of a layer, each value stored once and ready for both formats.
pub struct Attributes {
    /// Names of the columns.
    pub names: Vec<String>,
    /// `"name":`, ready for GeoJSON.
    pub name_json: Vec<String>,
    essential: Vec<bool>,
    cells: Vec<ValueId>,
    /// Every value that occurs, for vector tiles.
    pub values: Vec<tile::Value>,
    /// The same values as JSON.
    pub value_json: Vec<String>,
    ranks: Vec<u16>,
}

impl Attributes {
    /// The attributes of a layer; `essential` names the columns that the drawing needs at every zoom.
    pub fn new(layer: &Layer, essential: &[String]) -> Self {
        let graded = match &layer.drawing {
            Drawing::Graded { column, breaks } => {
                layer.columns.iter().position(|known| known.name == *column).map(|at| (at, breaks.as_slice()))
            }
            _ => None,
        };
        let mut names: Vec<String> = layer.columns.iter().map(|column| column.name.to_owned()).collect();
        names.extend(graded.map(|(at, _)| format!("{}{CLASS_SUFFIX}", layer.columns[at].name)));
        let is_mixed = layer.geometry == GeometryKind::Mixed;
        names.extend(is_mixed.then(|| SHAPE_ATTRIBUTE.to_owned()));
        let mut dictionary = Dictionary::default();
        let mut cells = Vec::with_capacity(layer.features.len() * names.len());
        for feature in &layer.features {
            cells.extend(feature.values.iter().map(|value| dictionary.id(value)));
            if let Some((at, breaks)) = graded {
                cells.push(dictionary.id(&class_of(&feature.values[at], breaks)));
            }
            if is_mixed {
                cells.push(dictionary.id(&Value::Text(shape_of(feature.geometry.as_ref()).into())));
            }
        }
        Self {
            // No tile is taken for the present.
            essential: names
                .iter()
                .map(|name| essential.contains(name) || [SHAPE_ATTRIBUTE, SCENARIO_COLUMN].contains(&name.as_str()))
                .collect(),
            name_json: names.iter().map(|name| format!("{}:", serde_json::Value::from(name.as_str()))).collect(),
            value_json: dictionary.values.iter().map(|value| json(value).to_string()).collect(),
            values: dictionary.values.iter().map(tile_value).collect(),
            ranks: ranks(layer),
            names,
            cells,
        }
    }

    /// Column and value of every cell that has one; all columns, or only the essential ones.
    pub fn cells(&self, feature: u32, all: bool) -> impl Iterator<Item = (usize, ValueId)> {
        let width = self.names.len();
        let row = &self.cells[feature as usize * width..][..width];
        row.iter().copied().enumerate().filter(move |(column, id)| *id != 0 && (all || self.essential[*column]))
    }

    /// Place of a feature in the hierarchy of its layer: features of lower ranks are more important.
    pub fn rank(&self, feature: u32) -> u16 {
        self.ranks.get(feature as usize).copied().unwrap_or(0)
    }
}

/// A coded column named `class` is a hierarchy, highest first, as of roads.
fn ranks(layer: &Layer) -> Vec<u16> {
    let Some(at) = layer.columns.iter().position(|column| column.name == "class" && !column.codes.is_empty()) else {
        return Vec::new();
    };
    let codes = &layer.columns[at].codes;
    let rank = |value: &Value| codes.iter().position(|code| Some(code.code) == value.as_str()).unwrap_or(codes.len());
    layer.features.iter().map(|feature| rank(&feature.values[at]) as u16).collect()
}

fn tile_value(value: &Value) -> tile::Value {
    let mut of = tile::Value::default();
    match value {
        Value::Null | Value::Label(_) | Value::Edits(_) => {}
        Value::Bool(value) => of.bool_value = Some(*value),
        Value::Int(value) => of.int_value = Some(*value),
        Value::Float(value) => of.double_value = Some(*value),
        Value::Text(value) => of.string_value = Some(value.to_string()),
    }
    of
}

struct Dictionary {
    values: Vec<Value>,
    ids: HashMap<ValueKey, ValueId>,
}

#[derive(PartialEq, Eq, Hash)]
enum ValueKey {
    Bool(bool),
    Int(i64),
    Float(u64),
    Text(std::sync::Arc<str>),
}

impl Default for Dictionary {
    fn default() -> Self {
        Self { values: vec![Value::Null], ids: HashMap::new() }
    }
}

impl Dictionary {
    fn id(&mut self, value: &Value) -> ValueId {
        let key = match value {
            // Sentences are for whoever asks for the feature itself.
            Value::Null | Value::Label(_) | Value::Edits(_) => return 0,
            Value::Float(value) if !value.is_finite() => return 0,
            Value::Bool(value) => ValueKey::Bool(*value),
            Value::Int(value) => ValueKey::Int(*value),
            Value::Float(value) => ValueKey::Float(value.to_bits()),
            Value::Text(value) => ValueKey::Text(value.clone()),
        };
        *self.ids.entry(key).or_insert_with(|| {
            self.values.push(value.clone());
            self.values.len() as ValueId - 1
        })
    }
}
