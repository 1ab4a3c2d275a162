//! A layer in the coordinates of the web map: the whole world is the square from 0 to 1, y running south.
//!
//! Coordinates lie in one array, rings one after the other: a county's roads are a few megabytes, and a zoom level is
//! made by one walk through them.

use std::ops::Range;

use anyhow::Result;
use geo::{Coord, CoordsIter, Geometry, LineString, Polygon};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::tile::{BUFFER, EXTENT, TileId};
use fireplan_model::findings::Layer;
use fireplan_model::plane::{Plane, lonlat_to_mercator, mercator_to_lonlat};

/// What a feature is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Points.
    Point,
    /// Lines.
    Line,
    /// Polygons.
    Polygon,
}

/// The geometry of one feature: which rings are its own. A ring is a line, a ring of a polygon, or the points.
#[derive(Debug, Clone)]
pub struct ShapeRings {
    /// What the feature is made of.
    pub kind: Kind,
    /// Its rings in [`World::ring`].
    pub rings: Range<u32>,
}

/// A layer in the coordinates of the web map.
pub struct World {
    coords: Vec<Coord>,
    /// Where each ring ends in `coords`.
    ends: Vec<u32>,
    /// One per feature.
    pub shapes: Vec<ShapeRings>,
    index: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
}

impl World {
    /// Converts the geometries of the layer from the metres of the plane.
    pub fn new(layer: &Layer, plane: &Plane) -> Result<Self> {
        let mut world = Self { coords: Vec::new(), ends: Vec::new(), shapes: Vec::new(), index: RTree::new() };
        for feature in &layer.features {
            world.push(feature.geometry.as_ref());
        }
        // In chunks: a conversion belongs to its thread, and the first on each thread is slow.
        world.coords.par_chunks_mut(1 << 15).try_for_each(|chunk| {
            plane.to_lonlat(chunk)?;
            chunk.iter_mut().for_each(|coord| *coord = from_lonlat(*coord));
            anyhow::Ok(())
        })?;
        world.index = RTree::bulk_load(
            (0..world.shapes.len() as u32)
                .filter_map(|feature| {
                    let (min, max) = world.bounds(feature)?;
                    Some(GeomWithData::new(Rectangle::from_corners([min.x, min.y], [max.x, max.y]), feature))
                })
                .collect(),
        );
        Ok(world)
    }

    fn push(&mut self, geometry: Option<&Geometry>) {
        let first = self.ends.len() as u32;
        let kind = geometry.map_or(Kind::Point, kind);
        if let Some(geometry) = geometry {
            self.push_rings(geometry, kind);
        }
        self.shapes.push(ShapeRings { kind, rings: first..self.ends.len() as u32 });
    }

    /// Takes the parts of this kind; of a mixed collection, the smaller kinds are not drawn.
    fn push_rings(&mut self, geometry: &Geometry, wanted: Kind) {
        match geometry {
            Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| self.push_rings(part, wanted)),
            other if kind(other) != wanted => {}
            Geometry::LineString(line) => self.push_ring(line.coords().copied()),
            Geometry::MultiLineString(lines) => lines.iter().for_each(|line| self.push_ring(line.coords().copied())),
            Geometry::Polygon(polygon) => self.push_polygon(polygon),
            Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|polygon| self.push_polygon(polygon)),
            Geometry::Rect(rect) => self.push_polygon(&rect.to_polygon()),
            Geometry::Triangle(triangle) => self.push_polygon(&triangle.to_polygon()),
            other => self.push_ring(other.coords_iter()),
        }
    }

    /// Exterior wound one way, holes the other; a reversed copy only where needed.
    fn push_polygon(&mut self, polygon: &Polygon) {
        self.push_wound(polygon.exterior(), true);
        polygon.interiors().iter().for_each(|hole| self.push_wound(hole, false));
    }

    fn push_wound(&mut self, ring: &LineString, exterior: bool) {
        // Local metres have y north, the web map has y south: the sense turns round on the way.
        let clockwise = signed_area(ring) < 0.0;
        if clockwise == exterior {
            self.push_ring(ring.coords().copied());
        } else {
            self.push_ring(ring.coords().rev().copied());
        }
    }

    fn push_ring(&mut self, ring: impl Iterator<Item = Coord>) {
        self.coords.extend(ring);
        self.ends.push(self.coords.len() as u32);
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Whether there is no feature.
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// The vertices of a ring.
    pub fn ring(&self, ring: u32) -> &[Coord] {
        let start = if ring == 0 { 0 } else { self.ends[ring as usize - 1] };
        &self.coords[start as usize..self.ends[ring as usize] as usize]
    }

    /// The rings of a feature.
    pub fn rings(&self, feature: u32) -> impl Iterator<Item = &[Coord]> {
        self.shapes[feature as usize].rings.clone().map(|ring| self.ring(ring))
    }

    /// North-west and south-east corner of a feature; `None`: it has no place.
    pub fn bounds(&self, feature: u32) -> Option<(Coord, Coord)> {
        let mut coords = self.rings(feature).flatten().copied();
        let first = coords.next()?;
        Some(coords.fold((first, first), |(min, max), c| {
            (Coord { x: min.x.min(c.x), y: min.y.min(c.y) }, Coord { x: max.x.max(c.x), y: max.y.max(c.y) })
        }))
    }

    /// West, south, east, north in degrees.
    pub fn bounds_wgs84(&self) -> Option<[f64; 4]> {
        (self.index.size() > 0).then(|| {
            let envelope = self.index.root().envelope();
            let [west, north] = envelope.lower();
            let [east, south] = envelope.upper();
            let (north_west, south_east) =
                (to_lonlat(Coord { x: west, y: north }), to_lonlat(Coord { x: east, y: south }));
            [north_west.x, south_east.y, south_east.x, north_west.y]
        })
    }

    /// Features whose bounds touch the rectangle, in order.
    pub fn within(&self, min: Coord, max: Coord) -> Vec<u32> {
        let rectangle = AABB::from_corners([min.x, min.y], [max.x, max.y]);
        let mut found: Vec<u32> =
            self.index.locate_in_envelope_intersecting(&rectangle).map(|entry| entry.data).collect();
        found.sort_unstable();
        found
    }

    /// Features whose bounds touch the tile and its buffer, in order.
    pub fn candidates(&self, id: TileId) -> Vec<u32> {
        let tiles = f64::from(1u32 << id.z);
        let buffer = f64::from(BUFFER) / f64::from(EXTENT);
        let corner = |dx: f64, dy: f64| Coord { x: (f64::from(id.x) + dx) / tiles, y: (f64::from(id.y) + dy) / tiles };
        self.within(corner(-buffer, -buffer), corner(1.0 + buffer, 1.0 + buffer))
    }
}

fn kind(geometry: &Geometry) -> Kind {
    use geo::HasDimensions;
    use geo::dimensions::Dimensions;
    match geometry {
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => Kind::Polygon,
        Geometry::LineString(_) | Geometry::MultiLineString(_) | Geometry::Line(_) => Kind::Line,
        Geometry::Point(_) | Geometry::MultiPoint(_) => Kind::Point,
        Geometry::GeometryCollection(parts) => match parts.dimensions() {
            Dimensions::TwoDimensional => Kind::Polygon,
            Dimensions::OneDimensional => Kind::Line,
            _ => Kind::Point,
        },
    }
}

/// Twice the area, positive when counter-clockwise with y up.
fn signed_area(ring: &LineString) -> f64 {
    let Some(origin) = ring.0.first().copied() else { return 0.0 };
    ring.0.windows(2).fold(0.0, |sum, pair| {
        let (a, b) = (pair[0] - origin, pair[1] - origin);
        sum + a.x * b.y - b.x * a.y
    })
}

fn circumference_m() -> f64 {
    2.0 * lonlat_to_mercator(Coord { x: 180.0, y: 0.0 }).x
}

/// Degrees to the square of the web map.
pub fn from_lonlat(lonlat: Coord) -> Coord {
    let (metres, around) = (lonlat_to_mercator(lonlat), circumference_m());
    Coord { x: 0.5 + metres.x / around, y: 0.5 - metres.y / around }
}

/// The square of the web map to degrees.
pub fn to_lonlat(world: Coord) -> Coord {
    let around = circumference_m();
    mercator_to_lonlat(Coord { x: (world.x - 0.5) * around, y: (0.5 - world.y) * around })
}
