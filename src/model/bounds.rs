//! What bounds the counts: shares, sums and demand count what lies within; roads and stations outside still help.

use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::dissolve::dissolve;
use geo::{Coord, LineString, Polygon};

/// The ground that counts, ready to be asked about places and lines.
///
/// ```
/// use fireplan_model::bounds::Bounds;
/// use geo::{LineString, Rect, coord};
/// let square = Rect::new(coord! { x: 0.0, y: 0.0 }, coord! { x: 10.0, y: 10.0 }).to_polygon();
/// let bounds = Bounds::new([&square]);
/// assert!(bounds.contains(coord! { x: 1.0, y: 1.0 }) && !bounds.contains(coord! { x: 11.0, y: 1.0 }));
/// assert_eq!(bounds.inside_m(&LineString::from(vec![(5.0, 5.0), (25.0, 5.0)])), 5.0);
/// ```
pub struct Bounds {
    shape: geo::MultiPolygon,
    index: AreaIndex,
}

impl Bounds {
    /// The bounds that these polygons make together.
    pub fn new<'a>(polygons: impl IntoIterator<Item = &'a Polygon>) -> Self {
        Self::of_shape(dissolve(polygons))
    }

    /// The bounds of a shape that other bounds had: the same to the last digit.
    pub fn of_shape(shape: geo::MultiPolygon) -> Self {
        let index = AreaIndex::new(&shape.0);
        Self { shape, index }
    }

    /// The ground itself, local metres.
    pub fn shape(&self) -> &geo::MultiPolygon {
        &self.shape
    }

    /// Whether the place lies within.
    pub fn contains(&self, place: Coord) -> bool {
        self.index.contains(place)
    }

    /// How much of the line lies within.
    pub fn inside_m(&self, line: &LineString) -> f64 {
        line.lines().map(|piece| self.index.inside_m(piece)).sum()
    }

    /// Whether all of the outline lies within and none of these bounds runs through it.
    pub fn holds(&self, outline: &Polygon) -> bool {
        outline.exterior().0.iter().all(|at| self.contains(*at))
            && outline.exterior().lines().all(|line| self.index.is_clear(line))
    }
}
