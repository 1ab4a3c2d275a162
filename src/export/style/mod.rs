//! How layers are drawn: style layers of the MapLibre style specification 8 for every layer of an area or of findings, with the
//! legend that says what they show. The map service sends them, the atlas draws by them.
//!
//! `palette` decides colours, `draw` how a layer is drawn that has no exception in `styles/layers/`.

mod draw;
mod expression;
mod layer;
mod palette;

use std::collections::BTreeSet;

use anyhow::Result;
use fireplan_model::findings::Layer;
use serde_json::Value;

pub use expression::StyleSubject;
pub use layer::{LayerMetadata, LegendEntry, LegendShape, StyleLayer};
pub use palette::{Palette, Theme};

/// The style layers of a map layer, without their source.
///
/// # Errors
/// If its file in `styles/layers/` is no list of style layers.
pub fn style_layers(layer: &Layer, palette: &Palette) -> Result<Vec<StyleLayer>> {
    Ok(palette.exception(&layer.id)?.unwrap_or_else(|| draw::draw_layer(layer, palette)))
}

/// Adds the names of the attributes that an expression reads.
pub fn collect_gets(value: &Value, columns: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => match list.as_slice() {
            [Value::String(get), Value::String(name)] if get == "get" => {
                columns.insert(name.clone());
            }
            list => list.iter().for_each(|value| collect_gets(value, columns)),
        },
        Value::Object(object) => object.values().for_each(|value| collect_gets(value, columns)),
        _ => {}
    }
}
