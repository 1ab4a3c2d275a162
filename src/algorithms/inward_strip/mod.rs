//! Strips along the inside of areas: what lies within a distance of the outline, or of some stretches of it.
//!
//! **Whole outlines.** The core (what lies farther in than the distance) is the region that the offset outline winds
//! around. From the winding number of the area every edge takes away the rectangle it sweeps inward and every inward
//! corner the sector around it, so that no point nearer than the distance is left above zero, whatever the outline
//! does. Where two neighbours' rectangles overlap, the curve takes the short cut through the point where the offset
//! edges meet: exact, because what is given back once lies in both. The strip is then the area with the outlines of the
//! core as further rings: nothing of the original outline is moved.
//!
//! **Stretches.** The same, with each stretch walked there and back, and cut to the area.
//!
//! **Error.** Straight parts are exact. Arcs are drawn from outside, in steps of at most 3.6°, so the strip is never
//! narrower than the distance and at corners wider by less than 0.05 % of it ([`ARC_EXCESS`]).

mod offset;

use geo::{Area, BooleanOps, BoundingRect, Contains, Coord, LineString, MultiPolygon, Point, Polygon};

use crate::windings::{WindingSign, outlines};
use offset::offset;

/// By how much, as a share of the distance, a strip may be wider than asked at corners.
pub const ARC_EXCESS: f64 = 5e-4;

/// What lies farther than the distance from the outline of the area.
///
/// ```
/// use fireplan_algorithms::inward_strip::core;
/// use geo::{Area, MultiPolygon, Rect, coord};
/// let square: MultiPolygon = Rect::new(coord! { x: 0.0, y: 0.0 }, coord! { x: 1000.0, y: 1000.0 }).to_polygon().into();
/// assert!((core(&square, 200.0).unsigned_area() - 600.0 * 600.0).abs() < 1e-6);
/// ```
pub fn core(area: &MultiPolygon, distance: f64) -> MultiPolygon {
    MultiPolygon(area.0.iter().flat_map(|polygon| assemble(core_rings(polygon, distance))).collect())
}

/// What lies in the area within the distance of its outline.
///
/// ```
/// use fireplan_algorithms::inward_strip::strip;
/// use geo::{Area, MultiPolygon, Rect, coord};
/// let thin: MultiPolygon = Rect::new(coord! { x: 0.0, y: 0.0 }, coord! { x: 1000.0, y: 300.0 }).to_polygon().into();
/// assert!((strip(&thin, 200.0).unsigned_area() - 1000.0 * 300.0).abs() < 1e-6); // thinner than twice the distance
/// ```
pub fn strip(area: &MultiPolygon, distance: f64) -> MultiPolygon {
    let strips = area.0.iter().flat_map(|polygon| {
        let mut rings = core_rings(polygon, distance);
        if rings.is_empty() {
            return vec![polygon.clone()];
        }
        rings.iter_mut().for_each(|ring| ring.0.reverse());
        rings.push(turned(polygon.exterior(), true));
        rings.extend(polygon.interiors().iter().map(|ring| turned(ring, false)));
        assemble(rings)
    });
    MultiPolygon(strips.collect())
}

/// What lies in the area within the distance of these stretches.
///
/// ```
/// use fireplan_algorithms::inward_strip::strip_along;
/// use geo::{Area, LineString, MultiPolygon, Rect, coord};
/// let square: MultiPolygon = Rect::new(coord! { x: 0.0, y: 0.0 }, coord! { x: 1000.0, y: 1000.0 }).to_polygon().into();
/// let south = LineString::from(vec![(0.0, 0.0), (1000.0, 0.0)]);
/// assert!((strip_along(&square, &[south], 200.0).unsigned_area() - 1000.0 * 200.0).abs() < 1e-3);
/// ```
pub fn strip_along(area: &MultiPolygon, stretches: &[LineString], distance: f64) -> MultiPolygon {
    area.intersection(&around(stretches, distance))
}

/// What lies within the distance of these lines, on both sides.
pub fn around(lines: &[LineString], distance: f64) -> MultiPolygon {
    let curves: Vec<Vec<Coord>> = lines
        .iter()
        .map(|line| {
            let mut there = without_repeats(&line.0);
            let back: Vec<Coord> = there.iter().rev().skip(1).copied().collect();
            there.extend(back.iter().take(back.len().saturating_sub(1)));
            offset(&there, distance)
        })
        .filter(|curve| curve.len() > 2)
        .collect();
    MultiPolygon(assemble(outlines(&curves, WindingSign::Negative)))
}

fn core_rings(polygon: &Polygon, distance: f64) -> Vec<LineString> {
    let rings = std::iter::once((polygon.exterior(), true)).chain(polygon.interiors().iter().map(|ring| (ring, false)));
    let curves: Vec<Vec<Coord>> = rings
        .map(|(ring, outer)| {
            let mut ring = turned(ring, outer);
            ring.0.pop();
            offset(&without_repeats(&ring.0), distance)
        })
        .filter(|curve| curve.len() > 2)
        .collect();
    outlines(&curves, WindingSign::Positive)
}

/// The ring counter-clockwise, or else clockwise.
fn turned(ring: &LineString, counter_clockwise: bool) -> LineString {
    let mut ring = ring.clone();
    // Twice the area, about the first vertex: coordinates may be large.
    let first = ring.0[0];
    let double: f64 = ring.0.windows(2).map(|pair| cross(pair[0] - first, pair[1] - first)).sum();
    if (double > 0.0) != counter_clockwise {
        ring.0.reverse();
    }
    ring
}

fn cross(a: Coord, b: Coord) -> f64 {
    a.x * b.y - a.y * b.x
}

fn without_repeats(points: &[Coord]) -> Vec<Coord> {
    let mut kept: Vec<Coord> = Vec::with_capacity(points.len());
    for &point in points {
        if kept.last() != Some(&point) {
            kept.push(point);
        }
    }
    while kept.len() > 1 && kept.first() == kept.last() {
        kept.pop();
    }
    kept
}

/// Polygons of outlines that do not cross: outer ones counter-clockwise, holes clockwise, each hole in the smallest
/// outer one around it.
fn assemble(rings: Vec<LineString>) -> Vec<Polygon> {
    let signed = |ring: &LineString| Polygon::new(ring.clone(), Vec::new()).signed_area();
    let (mut outer, mut holes) = (Vec::new(), Vec::new());
    for ring in rings {
        let area = signed(&ring);
        if area > 0.0 {
            outer.push((area, Polygon::new(ring, Vec::new())));
        } else if area < 0.0 {
            holes.push(ring);
        }
    }
    outer.sort_by(|a, b| a.0.total_cmp(&b.0));
    if let [(_, only)] = outer.as_mut_slice() {
        holes.into_iter().for_each(|hole| only.interiors_push(hole));
        return outer.into_iter().map(|(_, polygon)| polygon).collect();
    }
    let boxes: Vec<_> = outer.iter().map(|(_, polygon)| polygon.bounding_rect()).collect();
    let mut owned: Vec<Vec<LineString>> = vec![Vec::new(); outer.len()];
    for hole in holes {
        // A hole may touch the outline that holds it at a vertex; then another of its vertices lies inside.
        let inside = |at: usize| {
            boxes[at].is_some_and(|rect| geo::Intersects::intersects(&rect, &hole.0[0]))
                && hole.0.iter().take(4).any(|vertex| outer[at].1.contains(&Point(*vertex)))
        };
        if let Some(at) = (0..outer.len()).find(|at| inside(*at)) {
            owned[at].push(hole);
        }
    }
    let mut polygons: Vec<Polygon> = outer.into_iter().map(|(_, polygon)| polygon).collect();
    for (polygon, holes) in polygons.iter_mut().zip(owned) {
        holes.into_iter().for_each(|hole| polygon.interiors_push(hole));
    }
    polygons
}
