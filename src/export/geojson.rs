//! Features as GeoJSON (RFC 7946): a layer's feature, its geometry already in the coordinates to be written.

use geo::Geometry;
use geojson::feature::Id;
use geojson::{Feature, GeometryValue, JsonObject, JsonValue, Position};

use crate::valid_rounding::round_valid;
use fireplan_model::findings::Layer;
use fireplan_model::rows::Value;

/// Decimals of degrees: a centimetre.
pub const DEGREE_DECIMALS: u32 = 7;
/// Decimals of metres: a millimetre.
pub const METRE_DECIMALS: u32 = 3;

/// Feature `index` (from 0; its id is one more) of the layer, with its geometry in longitude and latitude.
pub fn feature(layer: &Layer, index: usize, geometry_lonlat: Option<&Geometry>) -> Feature {
    feature_with(layer, index, geometry_lonlat, DEGREE_DECIMALS)
}

/// The same with coordinates rounded to so many decimals; polygons are valid after it ([`round_valid`]), and one that
/// rounding leaves nothing of has no geometry.
pub fn feature_with(layer: &Layer, index: usize, geometry: Option<&Geometry>, decimals: u32) -> Feature {
    Feature {
        bbox: None,
        geometry: geometry.and_then(|geometry| geometry_value(geometry, decimals)).map(geojson::Geometry::new),
        id: Some(Id::Number((index as u64 + 1).into())),
        properties: Some(properties(layer, index)),
        foreign_members: None,
    }
}

/// Every column, in the order of the layer; missing facts as null.
fn properties(layer: &Layer, index: usize) -> JsonObject {
    let values = &layer.features[index].values;
    layer.columns.iter().zip(values).map(|(column, value)| (column.name.to_owned(), json(value))).collect()
}

/// A cell as JSON; numbers that JSON cannot hold as null, sentences as `中文 | English`.
pub fn json(value: &Value) -> JsonValue {
    match value {
        Value::Null => JsonValue::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value + 0.0).into(),
        Value::Text(value) | Value::Edits(value) => value.as_ref().into(),
        Value::Label(value) => value.to_string().into(),
    }
}

fn geometry_value(geometry: &Geometry, decimals: u32) -> Option<GeometryValue> {
    let scale = 10f64.powi(decimals as i32);
    let round = |value: f64| (value * scale).round() / scale;
    let position = |c: geo::Coord| Position::from([round(c.x), round(c.y)]);
    let line = |line: &geo::LineString| line.coords().copied().map(position).collect::<Vec<_>>();
    let many = |polygons: &[geo::Polygon]| areas(&round_valid(polygons, decimals), true);
    let one = |polygon: &geo::Polygon| areas(&round_valid(std::slice::from_ref(polygon), decimals), false);
    Some(match geometry {
        Geometry::Point(point) => GeometryValue::Point { coordinates: position(point.0) },
        Geometry::MultiPoint(points) => {
            GeometryValue::MultiPoint { coordinates: points.iter().map(|point| position(point.0)).collect() }
        }
        Geometry::Line(two) => GeometryValue::LineString { coordinates: vec![position(two.start), position(two.end)] },
        Geometry::LineString(one) => GeometryValue::LineString { coordinates: line(one) },
        Geometry::MultiLineString(lines) => {
            GeometryValue::MultiLineString { coordinates: lines.iter().map(line).collect() }
        }
        Geometry::Polygon(polygon) => one(polygon)?,
        Geometry::MultiPolygon(polygons) => many(&polygons.0)?,
        Geometry::Rect(rect) => one(&rect.to_polygon())?,
        Geometry::Triangle(triangle) => one(&triangle.to_polygon())?,
        Geometry::GeometryCollection(all) => GeometryValue::GeometryCollection {
            geometries: all
                .iter()
                .filter_map(|part| geometry_value(part, decimals))
                .map(geojson::Geometry::new)
                .collect(),
        },
    })
}

/// Polygons whose coordinates are rounded already; one that stays one is a polygon unless it came as several.
fn areas(polygons: &[geo::Polygon], several: bool) -> Option<GeometryValue> {
    let position = |at: &geo::Coord| Position::from([at.x, at.y]);
    let rings = |polygon: &geo::Polygon| -> Vec<Vec<Position>> {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        rings.map(|ring| ring.0.iter().map(position).collect()).collect()
    };
    match polygons {
        [] => None,
        [only] if !several => Some(GeometryValue::Polygon { coordinates: rings(only) }),
        all => Some(GeometryValue::MultiPolygon { coordinates: all.iter().map(rings).collect() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::findings::{Drawing, Feature as Row};
    use fireplan_model::rows::{Column, GeometryKind, Label};

    #[test]
    fn a_feature_is_numbered_from_one_and_wound_as_the_standard_asks() {
        let ring = vec![(0.0, 0.0), (0.0, 1.0), (1.0, 1.00000000123), (1.0, 0.0)];
        let clockwise = geo::Polygon::new(ring.into(), vec![]);
        let geometry = Geometry::Polygon(clockwise);
        let layer = Layer {
            id: "x".into(),
            title: Label::parse("x"),
            geometry: GeometryKind::Polygon,
            columns: vec![Column::new::<Option<f64>>("depth_m", "深 | Depth")],
            drawing: Drawing::Plain,
            quiet: false,
            sheets: false,
            companions: Vec::new(),
            features: vec![Row { geometry: None, values: vec![Value::Float(f64::NAN)] }],
        };
        let text = feature(&layer, 0, Some(&geometry)).to_string();
        assert!(text.contains(r#""id":1"#), "{text}");
        assert!(text.contains(r#""depth_m":null"#), "{text}");
        assert!(text.contains("[[[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,1.0],[0.0,0.0]]]"), "{text}");
    }
}
