//! A layer at one zoom: simplified, rounded to the grid of the zoom's tiles, and valid on that grid.
//!
//! Rounding can make a valid polygon cross itself, so polygons are repaired after rounding. That is done once per zoom;
//! a tile that holds a polygon whole only copies it.

use std::ops::Range;

use geo::{Coord, LineString, Simplify};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;
use rayon::prelude::*;

use crate::tile::world::{Kind, World};
use crate::tile::{EXTENT, MAX_ZOOM};

/// Simplification in units: half a pixel of a tile drawn 512 pixels wide.
const TOLERANCE: f64 = 4.0;
/// Lines shorter than this many units in both directions are not seen.
const MIN_LINE: i32 = 4;
/// Polygons smaller than this many square units are not seen: 4 pixels of a tile drawn 512 pixels wide.
const MIN_AREA: i64 = 256;

/// A place on the grid of a zoom: units from the north-west corner of the world.
pub type GridPoint = IntPoint;

/// Rings of one feature on the grid.
#[derive(Debug, Clone)]
pub struct Item {
    /// What the feature is made of.
    pub kind: Kind,
    /// Its rings in [`Level::rings`].
    pub rings: Range<u32>,
    /// North-west corner of its bounds.
    pub min: GridPoint,
    /// South-east corner of its bounds.
    pub max: GridPoint,
}

/// A layer at one zoom.
#[derive(Debug, Default)]
pub struct Level {
    places: Vec<GridPoint>,
    ends: Vec<u32>,
    /// One per feature; without rings where the feature is not seen at this zoom.
    items: Vec<Item>,
}

impl Level {
    /// Simplifies and rounds the layer for the zoom.
    pub fn new(world: &World, z: u8) -> Self {
        const CHUNK: usize = 512;
        let count = world.len();
        let parts: Vec<Self> = (0..count.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| Self::of_features(world, z, chunk * CHUNK..count.min((chunk + 1) * CHUNK)))
            .collect();
        parts.into_iter().fold(Self::default(), |mut whole, part| {
            whole.append(part);
            whole
        })
    }

    fn of_features(world: &World, z: u8, features: Range<usize>) -> Self {
        let mut level = Self::default();
        let scale = f64::from(EXTENT) * f64::from(1u32 << z);
        for feature in features {
            let first = level.ends.len() as u32;
            let kind = world.shapes[feature].kind;
            let mut rings: Vec<Vec<GridPoint>> = Vec::new();
            for ring in world.rings(feature as u32) {
                let scaled = ring.iter().map(|c| Coord { x: c.x * scale, y: c.y * scale });
                rings.push(rounded(&scaled.collect(), kind, z));
            }
            for ring in seen(rings, kind, z) {
                level.places.extend(ring);
                level.ends.push(level.places.len() as u32);
            }
            level.push_item(kind, first);
        }
        level
    }

    fn push_item(&mut self, kind: Kind, first: u32) {
        let rings = first..self.ends.len() as u32;
        let start = if first == 0 { 0 } else { self.ends[first as usize - 1] as usize };
        let (min, max) = bounds(&self.places[start..]);
        self.items.push(Item { kind, rings, min, max });
    }

    fn append(&mut self, part: Self) {
        let (place, ring) = (self.places.len() as u32, self.ends.len() as u32);
        self.places.extend(part.places);
        self.ends.extend(part.ends.into_iter().map(|end| end + place));
        self.items.extend(
            part.items.into_iter().map(|item| Item { rings: item.rings.start + ring..item.rings.end + ring, ..item }),
        );
    }

    /// The rings of a feature.
    pub fn item(&self, feature: u32) -> &Item {
        &self.items[feature as usize]
    }

    /// Whether the feature is seen at this zoom.
    pub fn has(&self, feature: u32) -> bool {
        !self.items[feature as usize].rings.is_empty()
    }

    /// Half the way round the bounds: how much of the map a feature takes.
    pub fn size(&self, feature: u32) -> i64 {
        let item = self.item(feature);
        i64::from(item.max.x) - i64::from(item.min.x) + i64::from(item.max.y) - i64::from(item.min.y)
    }

    /// The rings of an item, one after the other.
    pub fn rings(&self, item: &Item) -> impl Iterator<Item = &[GridPoint]> {
        item.rings.clone().map(|ring| {
            let start = if ring == 0 { 0 } else { self.ends[ring as usize - 1] };
            &self.places[start as usize..self.ends[ring as usize] as usize]
        })
    }
}

/// The corners of the bounds; of no places, the least corner is greater than the greatest.
pub fn bounds(places: &[GridPoint]) -> (GridPoint, GridPoint) {
    let none = (GridPoint::new(i32::MAX, i32::MAX), GridPoint::new(i32::MIN, i32::MIN));
    places.iter().fold(none, |(min, max), p| {
        (GridPoint::new(min.x.min(p.x), min.y.min(p.y)), GridPoint::new(max.x.max(p.x), max.y.max(p.y)))
    })
}

/// Simplified and on the grid, without repeated places. Rings of polygons are left open.
fn rounded(ring: &LineString, kind: Kind, z: u8) -> Vec<GridPoint> {
    let grid = |c: &Coord| GridPoint::new(c.x.round() as i32, c.y.round() as i32);
    if kind == Kind::Point {
        return ring.coords().map(grid).collect();
    }
    // The deepest level is enlarged by clients: there only the rounding itself may move a line.
    let tolerance = if z == MAX_ZOOM { 1.0 } else { TOLERANCE };
    let mut places: Vec<GridPoint> = ring.simplify(tolerance).coords().map(grid).collect();
    places.dedup();
    if kind == Kind::Polygon && places.len() > 1 && places.first() == places.last() {
        places.pop();
    }
    places
}

/// What of a feature is large enough to be seen; polygons come out valid.
fn seen(rings: Vec<Vec<GridPoint>>, kind: Kind, z: u8) -> Vec<Vec<GridPoint>> {
    let deepest = z == MAX_ZOOM;
    match kind {
        Kind::Point => rings,
        Kind::Line => {
            let large = deepest
                || rings.iter().any(|ring| {
                    let (min, max) = bounds(ring);
                    !ring.is_empty() && (max.x - min.x >= MIN_LINE || max.y - min.y >= MIN_LINE)
                });
            if large { rings.into_iter().filter(|ring| ring.len() > 1).collect() } else { Vec::new() }
        }
        Kind::Polygon => {
            let area = rings.iter().map(|ring| twice_area(ring)).sum::<i64>() / 2;
            if area < if deepest { 1 } else { MIN_AREA } { Vec::new() } else { repaired(&rings) }
        }
    }
}

/// Twice the area of an open ring; exteriors are positive, holes negative.
pub fn twice_area(ring: &[GridPoint]) -> i64 {
    let Some(last) = ring.last() else { return 0 };
    let mut before = last;
    ring.iter().fold(0, |sum, place| {
        let cross = i64::from(before.x - ring[0].x) * i64::from(place.y - ring[0].y)
            - i64::from(place.x - ring[0].x) * i64::from(before.y - ring[0].y);
        before = place;
        sum + cross
    })
}

/// The same polygons, valid on the grid: rings that collapsed are gone, what crosses or overlaps is dissolved.
/// Every exterior is followed by its holes.
pub fn repaired(rings: &[Vec<GridPoint>]) -> Vec<Vec<GridPoint>> {
    // Where rings touch, both keep the vertex: in decimals a vertex would not lie exactly on the other's edge.
    let options = IntOverlayOptions { preserve_output_collinear: true, ..IntOverlayOptions::ogc() };
    let mut overlay = Overlay::new_custom(rings.iter().map(Vec::len).sum(), options, Default::default());
    for ring in rings.iter().filter(|ring| ring.len() > 2) {
        overlay.add_contour(ring, ShapeType::Subject);
    }
    // Only what lies inside an exterior and outside its holes winds positively.
    let shapes = overlay.overlay(OverlayRule::Subject, FillRule::Positive);
    let wound = |shape: Vec<Vec<GridPoint>>| shape.into_iter().enumerate().map(|(at, ring)| wound(ring, at == 0));
    shapes.into_iter().flat_map(wound).collect()
}

/// Exteriors positive, holes negative: where a hole touches the exterior, the overlay does not see to it.
fn wound(mut ring: Vec<GridPoint>, exterior: bool) -> Vec<GridPoint> {
    if (twice_area(&ring) > 0) != exterior {
        ring.reverse();
    }
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(list: &[(i32, i32)]) -> Vec<GridPoint> {
        list.iter().map(|(x, y)| GridPoint::new(*x, *y)).collect()
    }

    #[test]
    fn a_crossed_ring_comes_out_as_valid_parts() {
        // A square whose last corner was rounded across the opposite side: only the part wound as an exterior stays.
        let crossed = places(&[(0, 0), (100, 0), (100, 100), (40, -20)]);
        let rings = repaired(&[crossed]);
        assert!(!rings.is_empty() && rings.iter().all(|ring| twice_area(ring) > 0), "{rings:?}");
    }

    #[test]
    fn a_hole_that_reaches_out_is_taken_away() {
        let exterior = places(&[(0, 0), (100, 0), (100, 100), (0, 100)]);
        let hole = places(&[(50, 50), (50, 150), (150, 150), (150, 50)]);
        let rings = repaired(&[exterior, hole]);
        assert_eq!(rings.iter().map(|ring| twice_area(ring)).sum::<i64>(), 2 * 7_500);
    }
}
