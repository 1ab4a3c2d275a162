//! Styles as clients of tiles need them. Names of areas are written at the label points of tiles: on the areas themselves every
//! tile would repeat them.

use fireplan_export::style::StyleLayer;
use fireplan_export::tile::attributes::SHAPE_ATTRIBUTE;
use fireplan_model::findings::Layer;
use fireplan_model::rows::GeometryKind;
use serde_json::{Value, json};

/// A style layer, and whether it is drawn at label points and not on the features themselves.
pub(super) struct PlacedStyle {
    pub(super) style: StyleLayer,
    pub(super) at_label: bool,
}

/// What follows the id of a style layer in that of its copy for areas.
const AREA_SUFFIX: &str = "area";

const POINT: &str = "Point";
const LINE: &str = "LineString";
const POLYGON: &str = "Polygon";

/// Whether these style layers write names into areas of the layer.
pub(super) fn names_areas(layer: &Layer, styles: &[StyleLayer]) -> bool {
    matches!(layer.geometry, GeometryKind::Polygon | GeometryKind::Mixed)
        && styles.iter().any(|style| is_sign(style) && is_drawn(style, POLYGON))
}

/// The style layers of a collection: the signs of areas parted from those of points and lines, and filters that ask attributes
/// alone.
pub(super) fn place_styles(layer: &Layer, styles: Vec<StyleLayer>) -> Vec<PlacedStyle> {
    let mut placed = part_names(layer, styles);
    for PlacedStyle { style, .. } in &mut placed {
        style.filter = style.filter.take().map(ask_attribute);
    }
    placed
}

/// The filter with the attribute of tiles in place of the type of the geometry, which QGIS does not know.
fn ask_attribute(filter: Value) -> Value {
    match filter {
        Value::Array(parts) if parts == [json!("geometry-type")] => json!(["get", SHAPE_ATTRIBUTE]),
        Value::Array(parts) => parts.into_iter().map(ask_attribute).collect(),
        other => other,
    }
}

fn part_names(layer: &Layer, styles: Vec<StyleLayer>) -> Vec<PlacedStyle> {
    let mut placed = Vec::with_capacity(styles.len());
    for style in styles {
        let of_areas = match layer.geometry {
            GeometryKind::Polygon | GeometryKind::Mixed => is_sign(&style) && is_drawn(&style, POLYGON),
            GeometryKind::None | GeometryKind::Point | GeometryKind::Line => false,
        };
        if !of_areas {
            placed.push(PlacedStyle { style, at_label: false });
            continue;
        }
        let is_mixed = layer.geometry == GeometryKind::Mixed;
        let mut area = style.clone();
        area.filter =
            style.filter.as_ref().map(|filter| settle(filter, POLYGON)).filter(|filter| *filter != json!(true));
        if is_mixed && (is_drawn(&style, POINT) || is_drawn(&style, LINE)) {
            area.id = format!("{}-{AREA_SUFFIX}", style.id);
            placed.push(PlacedStyle { style: without_areas(style), at_label: false });
        }
        placed.push(PlacedStyle { style: area, at_label: true });
    }
    placed
}

fn is_sign(style: &StyleLayer) -> bool {
    style.kind == "symbol"
}

/// Whether it draws anything of this type of geometry.
fn is_drawn(style: &StyleLayer, geometry: &str) -> bool {
    style.filter.as_ref().is_none_or(|filter| settle(filter, geometry) != json!(false))
}

fn without_areas(style: StyleLayer) -> StyleLayer {
    let others = json!(["match", ["geometry-type"], ["Polygon", "MultiPolygon"], false, true]);
    let filter = match style.filter {
        Some(filter) => json!(["all", others, filter]),
        None => others,
    };
    StyleLayer { filter: Some(filter), ..style }
}

/// A filter for features of one type of geometry: what it asks of the type is answered.
fn settle(filter: &Value, geometry: &str) -> Value {
    let Some(parts) = filter.as_array() else { return filter.clone() };
    match parts.as_slice() {
        [operator, input, types, yes, no] if operator == "match" && *input == json!(["geometry-type"]) => {
            let is_one = types.as_array().is_some_and(|types| types.iter().any(|known| known == geometry));
            if is_one { yes.clone() } else { no.clone() }
        }
        [operator, inner] if operator == "!" => match settle(inner, geometry) {
            Value::Bool(known) => (!known).into(),
            open => json!(["!", open]),
        },
        [operator, all @ ..] if operator == "all" => {
            let mut open: Vec<Value> = all.iter().map(|part| settle(part, geometry)).collect();
            if open.contains(&json!(false)) {
                return false.into();
            }
            open.retain(|part| *part != json!(true));
            match open.len() {
                0 => true.into(),
                1 => open.remove(0),
                _ => {
                    open.insert(0, "all".into());
                    open.into()
                }
            }
        }
        _ => filter.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_filter_asks_of_the_geometry_is_answered() {
        let lines = json!(["match", ["geometry-type"], ["LineString", "MultiLineString"], true, false]);
        let kind = json!(["match", ["get", "kind"], ["stream"], true, false]);
        assert_eq!(settle(&json!(["!", lines]), POLYGON), json!(true));
        assert_eq!(settle(&json!(["all", lines, kind]), LINE), kind);
        assert_eq!(settle(&json!(["all", lines, kind]), POINT), json!(false));
    }
}
