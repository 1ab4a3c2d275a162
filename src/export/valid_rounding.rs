//! Polygons as they are written in GeoJSON: rounded to decimals, valid after it, and without crumbs.
//!
//! Rounding moves vertices, and what was valid may cross itself, touch itself or collapse. So the rounded polygons are
//! repaired on the grid of whole decimals, by the repair that tiles use ([`repaired`]); what was valid keeps its vertices.

use geo::{Coord, LineString, Polygon};

use crate::geojson::DEGREE_DECIMALS;
use crate::tile::level::{GridPoint, repaired, twice_area};

/// Parts and holes smaller than this many square metres are rounding, not land.
const CRUMB_M2: f64 = 1.0;
/// Metres in a degree along a meridian.
const DEGREE_M: f64 = 111_320.0;
/// The widest extent, in units of the grid, that the repair can hold: 100° with 7 decimals, 1,000 km in millimetres.
const WIDEST: i64 = 1_000_000_000;

/// The polygons on the grid of these decimals, valid together, exteriors counter-clockwise and holes clockwise as RFC 7946
/// asks. With [`DEGREE_DECIMALS`] coordinates are degrees, else metres. Crumbs of less than a square metre go, unless nothing
/// else is there. Empty where all of them collapse.
pub fn round_valid(polygons: &[Polygon], decimals: u32) -> Vec<Polygon> {
    let grid = DecimalGrid::new(polygons, decimals);
    let whole: Vec<Vec<Vec<GridPoint>>> = polygons.iter().map(|polygon| grid.rings(polygon)).collect();
    if grid.is_too_wide {
        return whole.into_iter().filter_map(|rings| grid.polygon(&rings)).collect();
    }
    let rings: Vec<Vec<GridPoint>> = whole.iter().flatten().cloned().collect();
    let mended = repaired(&rings);
    let parts = if same_rings(&rings, &mended) { whole } else { grouped(mended) };
    without_crumbs(parts, grid.crumb()).iter().filter_map(|rings| grid.polygon(rings)).collect()
}

/// Whole numbers of the smallest decimal, counted from a corner of what is written.
struct DecimalGrid {
    scale: f64,
    origin: (i64, i64),
    /// Square metres in a square of the grid.
    unit_m2: f64,
    is_too_wide: bool,
}

impl DecimalGrid {
    fn new(polygons: &[Polygon], decimals: u32) -> Self {
        let scale = 10_f64.powi(decimals as i32);
        let whole = |value: f64| (value * scale).round() as i64;
        let vertices = || polygons.iter().flat_map(|polygon| &polygon.exterior().0);
        let low = vertices().fold((i64::MAX, i64::MAX), |low, at| (low.0.min(whole(at.x)), low.1.min(whole(at.y))));
        let high = vertices().fold((i64::MIN, i64::MIN), |high, at| (high.0.max(whole(at.x)), high.1.max(whole(at.y))));
        let is_empty = low.0 > high.0;
        let is_too_wide = !is_empty && (high.0 - low.0 > WIDEST || high.1 - low.1 > WIDEST);
        let unit_m2 = if decimals == DEGREE_DECIMALS {
            let middle = |low: i64, high: i64| (low as f64 + high as f64) / 2.0 / scale;
            let (x, y) = (middle(low.0, high.0), middle(low.1, high.1));
            // Where the northern axis comes first, no latitude is as large as a longitude of China.
            let latitude = if y.abs() > 90.0 { x } else { y };
            (DEGREE_M / scale).powi(2) * latitude.to_radians().cos()
        } else {
            scale.powi(-2)
        };
        Self { scale, origin: if is_empty { (0, 0) } else { low }, unit_m2, is_too_wide }
    }

    /// Twice the area of a crumb in units of the grid.
    fn crumb(&self) -> i64 {
        (2.0 * CRUMB_M2 / self.unit_m2) as i64
    }

    /// The rings on the grid, open and without repeated places, the exterior positive and holes negative.
    fn rings(&self, polygon: &Polygon) -> Vec<Vec<GridPoint>> {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        // By the area: the winding of a ring whose least vertex is a spike cannot be told from its corner.
        let wound = |(number, ring): (usize, &LineString)| {
            let mut places = self.ring(ring);
            if (twice_area(&places) > 0) != (number == 0) {
                // Turned round, a ring still begins where it began.
                places.reverse();
                let shift = places.len().min(1);
                places.rotate_right(shift);
            }
            places
        };
        rings.enumerate().map(wound).filter(|ring| ring.len() > 2).collect()
    }

    fn ring(&self, ring: &LineString) -> Vec<GridPoint> {
        let whole = |value: f64, origin: i64| ((value * self.scale).round() as i64 - origin) as i32;
        let place = |at: &Coord| GridPoint::new(whole(at.x, self.origin.0), whole(at.y, self.origin.1));
        let mut places: Vec<GridPoint> = ring.coords().map(place).collect();
        places.dedup();
        if places.len() > 1 && places.first() == places.last() {
            places.pop();
        }
        places
    }

    /// The decimals nearest to the places of an exterior and its holes.
    fn polygon(&self, rings: &[Vec<GridPoint>]) -> Option<Polygon> {
        let decimal = |value: i32, origin: i64| (i64::from(value) + origin) as f64 / self.scale;
        let line = |ring: &Vec<GridPoint>| {
            let at =
                |place: &GridPoint| Coord { x: decimal(place.x, self.origin.0), y: decimal(place.y, self.origin.1) };
            LineString(ring.iter().chain(ring.first()).map(at).collect())
        };
        let (exterior, holes) = rings.split_first()?;
        Some(Polygon::new(line(exterior), holes.iter().map(line).collect()))
    }
}

/// Whether the repair found nothing to do: as many rings, with as many places and the same areas.
fn same_rings(before: &[Vec<GridPoint>], after: &[Vec<GridPoint>]) -> bool {
    let sorted = |rings: &[Vec<GridPoint>]| {
        let mut rings: Vec<(usize, i64)> = rings.iter().map(|ring| (ring.len(), twice_area(ring))).collect();
        rings.sort_unstable();
        rings
    };
    sorted(before) == sorted(after)
}

/// Rings in the order of the repair, every exterior with the holes that follow it.
fn grouped(rings: Vec<Vec<GridPoint>>) -> Vec<Vec<Vec<GridPoint>>> {
    let mut parts: Vec<Vec<Vec<GridPoint>>> = Vec::new();
    for ring in rings {
        match parts.last_mut() {
            Some(part) if twice_area(&ring) <= 0 => part.push(ring),
            _ => parts.push(vec![ring]),
        }
    }
    parts
}

/// The parts and holes that are no crumbs; the largest part stays in any case.
fn without_crumbs(mut parts: Vec<Vec<Vec<GridPoint>>>, crumb: i64) -> Vec<Vec<Vec<GridPoint>>> {
    let size = |part: &Vec<Vec<GridPoint>>| part.first().map_or(0, |ring| twice_area(ring));
    let largest = parts.iter().map(size).max().unwrap_or(0);
    parts.retain(|part| size(part) >= crumb.min(largest).max(1));
    for part in &mut parts {
        let mut holes = part.split_off(1);
        holes.retain(|hole| -twice_area(hole) >= crumb);
        part.append(&mut holes);
    }
    parts
}

#[cfg(test)]
mod tests {
    use geo::{Area, Validation};
    use proptest::prelude::*;

    use super::*;

    fn polygon(points: &[(f64, f64)]) -> Polygon {
        Polygon::new(LineString::from(points.to_vec()), Vec::new())
    }

    #[test]
    fn what_is_valid_keeps_its_vertices() {
        let square = polygon(&[(110.0, 30.0), (110.001, 30.0), (110.001, 30.001), (110.0, 30.001), (110.0, 30.0)]);
        assert_eq!(round_valid(std::slice::from_ref(&square), 7), [square]);
    }

    #[test]
    fn a_neck_that_rounding_closes_parts_the_polygon() {
        // Two squares of 100 m joined by a neck of 1 mm, which is less than the last decimal of a degree.
        let (m, neck) = (1e-5, 1e-9);
        let ring = [
            (0.0, 0.0),
            (90.0 * m, 0.0),
            (90.0 * m, 45.0 * m),
            (180.0 * m, 45.0 * m),
            (180.0 * m, 0.0),
            (270.0 * m, 0.0),
            (270.0 * m, 90.0 * m),
            (180.0 * m, 90.0 * m),
            (180.0 * m, 45.0 * m + neck),
            (90.0 * m, 45.0 * m + neck),
            (90.0 * m, 90.0 * m),
            (0.0, 90.0 * m),
            (0.0, 0.0),
        ];
        let written = round_valid(&[polygon(&ring)], 7);
        assert_eq!(written.len(), 2);
        assert!(written.iter().all(Validation::is_valid));
        let area: f64 = written.iter().map(Area::unsigned_area).sum();
        assert!((area / (2.0 * (90.0 * m).powi(2)) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn crumbs_go_beside_something_larger_and_stay_alone() {
        let square = |west: f64, side: f64| {
            polygon(&[(west, 0.0), (west + side, 0.0), (west + side, side), (west, side), (west, 0.0)])
        };
        // In metres: 100 m², and half a square metre.
        assert_eq!(round_valid(&[square(0.0, 10.0), square(50.0, 0.7)], 3).len(), 1);
        assert_eq!(round_valid(&[square(50.0, 0.7)], 3).len(), 1);
        // In degrees on the equator: 8e-6° are 0.8 m².
        assert_eq!(round_valid(&[square(0.0, 1e-3), square(1.0, 8e-6)], 7).len(), 1);
        assert_eq!(round_valid(&[square(0.0, 1e-3), square(1.0, 1e-5)], 7).len(), 2);
        let hole = square(2.0, 0.9).exterior().clone();
        let holed = Polygon::new(square(0.0, 10.0).exterior().clone(), vec![hole]);
        assert!(round_valid(&[holed], 3)[0].interiors().is_empty());
    }

    #[test]
    fn what_collapses_is_gone() {
        assert!(round_valid(&[polygon(&[(0.0, 0.0), (1e-9, 0.0), (1e-9, 1e-9), (0.0, 0.0)])], 7).is_empty());
    }

    proptest! {
        #[test]
        fn any_star_is_valid_once_written(radii in prop::collection::vec(1e-8..2e-6_f64, 3..40), lon in 73.0..135.0_f64) {
            let count = radii.len() as f64;
            let ring = radii.iter().enumerate().map(|(number, radius)| {
                let (sine, cosine) = (std::f64::consts::TAU * number as f64 / count).sin_cos();
                (lon + radius * cosine, 30.0 + radius * sine)
            });
            let star = Polygon::new(LineString::from(ring.collect::<Vec<_>>()), Vec::new());
            for written in round_valid(&[star], 7) {
                prop_assert!(written.is_valid(), "{:?}", written);
            }
        }
    }
}
