//! Areas that overlap or adjoin, as one.

use geo::orient::{Direction, Orient};
use geo::{MultiPolygon, Polygon};

/// What any of the areas covers. Outlines may turn either way, and each its own: [`geo::unary_union`] by itself drops
/// those that turn otherwise than the first.
///
/// ```
/// use fireplan_algorithms::dissolve::dissolve;
/// use geo::{Area, polygon};
/// let counter_clockwise = polygon![(x: 0.0, y: 0.0), (x: 2.0, y: 0.0), (x: 2.0, y: 2.0), (x: 0.0, y: 2.0)];
/// let clockwise = polygon![(x: 2.0, y: 0.0), (x: 2.0, y: 2.0), (x: 4.0, y: 2.0), (x: 4.0, y: 0.0)];
/// let both = dissolve([&counter_clockwise, &clockwise]);
/// assert_eq!(both.0.len(), 1);
/// assert!((both.unsigned_area() - 8.0).abs() < 1e-6);
/// ```
pub fn dissolve<'a>(areas: impl IntoIterator<Item = &'a Polygon>) -> MultiPolygon {
    let oriented: Vec<Polygon> = areas.into_iter().map(|area| area.orient(Direction::Default)).collect();
    #[expect(clippy::disallowed_methods, reason = "all outlines turn the same way here")]
    geo::unary_union(&oriented)
}
