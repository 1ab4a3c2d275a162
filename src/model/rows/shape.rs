//! The geometry of a row.

use geo::{Centroid, Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the features of a layer are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GeometryKind {
    /// They have no place.
    None,
    /// Points.
    Point,
    /// Lines.
    Line,
    /// Polygons.
    Polygon,
    /// Points, lines and polygons side by side.
    Mixed,
}

/// What the geometry field of a row can be.
pub trait Shape: Sized {
    /// What it is made of.
    const KIND: GeometryKind;

    /// The geometry for a layer; `None`: it has no place.
    fn to_geometry(&self) -> Option<Geometry>;

    /// `None`: this geometry cannot stand for such a row.
    fn from_geometry(geometry: Geometry) -> Option<Self>;
}

impl Shape for () {
    const KIND: GeometryKind = GeometryKind::None;
    fn to_geometry(&self) -> Option<Geometry> {
        None
    }
    fn from_geometry(_: Geometry) -> Option<Self> {
        Some(())
    }
}

impl Shape for Point {
    const KIND: GeometryKind = GeometryKind::Point;
    fn to_geometry(&self) -> Option<Geometry> {
        Some(Geometry::Point(*self))
    }
    /// A station drawn as a building outline stands at the outline's centroid.
    fn from_geometry(geometry: Geometry) -> Option<Self> {
        geometry.centroid()
    }
}

impl Shape for LineString {
    const KIND: GeometryKind = GeometryKind::Line;
    fn to_geometry(&self) -> Option<Geometry> {
        Some(Geometry::LineString(self.clone()))
    }
    fn from_geometry(geometry: Geometry) -> Option<Self> {
        match geometry {
            Geometry::LineString(line) if line.0.len() > 1 => Some(line),
            Geometry::MultiLineString(MultiLineString(mut lines)) if lines.len() == 1 => lines.pop(),
            _ => None,
        }
    }
}

impl Shape for MultiLineString {
    const KIND: GeometryKind = GeometryKind::Line;
    fn to_geometry(&self) -> Option<Geometry> {
        Some(match self.0.as_slice() {
            [line] => Geometry::LineString(line.clone()),
            _ => Geometry::MultiLineString(self.clone()),
        })
    }
    fn from_geometry(geometry: Geometry) -> Option<Self> {
        match geometry {
            Geometry::LineString(line) => Some(Self(vec![line])),
            Geometry::MultiLineString(lines) => Some(lines),
            _ => None,
        }
    }
}

impl Shape for MultiPolygon {
    const KIND: GeometryKind = GeometryKind::Polygon;
    fn to_geometry(&self) -> Option<Geometry> {
        Some(match self.0.as_slice() {
            [polygon] => Geometry::Polygon(polygon.clone()),
            _ => Geometry::MultiPolygon(self.clone()),
        })
    }
    fn from_geometry(geometry: Geometry) -> Option<Self> {
        match geometry {
            Geometry::Polygon(polygon) => Some(Self(vec![polygon])),
            Geometry::MultiPolygon(polygons) => Some(polygons),
            _ => None,
        }
    }
}

impl Shape for Geometry {
    const KIND: GeometryKind = GeometryKind::Mixed;
    fn to_geometry(&self) -> Option<Geometry> {
        Some(self.clone())
    }
    fn from_geometry(geometry: Geometry) -> Option<Self> {
        Some(geometry)
    }
}

/// Every coordinate of the geometry finite?
pub fn is_finite(geometry: &Geometry) -> bool {
    use geo::CoordsIter;
    geometry.coords_iter().all(|Coord { x, y }| x.is_finite() && y.is_finite())
}

/// A place by which the geometry is found: the middle vertex of a line, the centroid of an area, else its first vertex.
pub fn place_on(geometry: &Geometry) -> Option<Coord> {
    use geo::CoordsIter;
    let place = match geometry {
        Geometry::LineString(line) => line.0.get(line.0.len() / 2).copied(),
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) => geometry.centroid().map(Into::into),
        _ => geometry.coords_iter().next(),
    };
    place.filter(|place| place.x.is_finite() && place.y.is_finite())
}
