//! Where areas are named: one point inside each, written into the one tile that it lies in. Names on the areas themselves would be
//! repeated by every tile that holds a piece.

use geo::{Area, Coord, Geometry, InteriorPoint};

use anyhow::Result;
use fireplan_model::findings::Layer;
use fireplan_model::plane::Plane;

use crate::tile::cut::TileContent;
use crate::tile::level::GridPoint;
use crate::tile::world::{Kind, from_lonlat};
use crate::tile::{EXTENT, TileId};

/// What follows the name of a layer in the name of the layer of its label points.
pub const LABEL_SUFFIX: &str = "_label";

/// The label points of a layer.
pub(super) struct LabelPoints {
    /// In the square of the web map, one for each feature; `None`: it is no area.
    places: Vec<Option<Coord>>,
}

impl LabelPoints {
    /// A point in the largest part of each area.
    pub(super) fn new(layer: &Layer, plane: &Plane) -> Result<Self> {
        let inside: Vec<Option<Coord>> =
            layer.features.iter().map(|feature| feature.geometry.as_ref().and_then(find_inside)).collect();
        let mut known: Vec<Coord> = inside.iter().flatten().copied().collect();
        plane.to_lonlat(&mut known)?;
        let mut known = known.into_iter().map(from_lonlat);
        Ok(Self { places: inside.into_iter().map(|place| place.and_then(|_| known.next())).collect() })
    }

    /// Those in this tile, without its buffer, of the areas that the tile shows; in its units.
    pub(super) fn within(&self, id: TileId, cut: &TileContent) -> Vec<(u32, GridPoint)> {
        let scale = f64::from(EXTENT) * f64::from(1u32 << id.z);
        let inside = |place: GridPoint| (0..EXTENT).contains(&place.x) && (0..EXTENT).contains(&place.y);
        let areas = cut.parts.iter().filter(|part| part.kind == Kind::Polygon);
        let points = areas.filter_map(|part| {
            let place = self.places[part.feature as usize]?;
            let unit = |world: f64, tile: u32| (world * scale).floor() as i32 - tile as i32 * EXTENT;
            Some((part.feature, GridPoint::new(unit(place.x, id.x), unit(place.y, id.y))))
        });
        points.filter(|(_, place)| inside(*place)).collect()
    }
}

fn find_inside(geometry: &Geometry) -> Option<Coord> {
    match geometry {
        Geometry::Polygon(polygon) => polygon.interior_point().map(Coord::from),
        Geometry::MultiPolygon(polygons) => {
            let largest = polygons.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
            largest.interior_point().map(Coord::from)
        }
        _ => None,
    }
}
