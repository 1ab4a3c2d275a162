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

use std::f64::consts::PI;

use geo::{Area, BooleanOps, BoundingRect, Contains, Coord, LineString, MultiPolygon, Point, Polygon};

use crate::windings::{WindingSign, outlines};

/// Arcs are drawn in steps of at most this angle.
const ARC_STEP: f64 = PI / 50.0;

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

/// An edge of the outline: its unit normal to the left and its length.
#[derive(Clone, Copy)]
struct Edge {
    normal: Coord,
    length: f64,
}

/// The closed curve at the distance on the left of a closed outline.
fn offset(outline: &[Coord], distance: f64) -> Vec<Coord> {
    let count = outline.len();
    if count < 2 {
        return Vec::new();
    }
    let edges: Vec<Edge> = (0..count)
        .map(|at| {
            let along = outline[(at + 1) % count] - outline[at];
            let length = along.x.hypot(along.y);
            Edge { normal: Coord { x: -along.y / length, y: along.x / length }, length }
        })
        .collect();
    let hidden = Hidden { outline, edges: &edges, distance };
    let corner = |at: usize, shortcut: bool, curve: &mut Vec<Coord>| {
        let before = edges[if at == 0 { count - 1 } else { at - 1 }];
        let start = curve.len();
        let short = turn(outline[at], before, edges[at], distance, shortcut, curve);
        if curve.len() > start + 3 {
            hidden.shorten(at, start, curve);
        }
        short
    };
    let mut curve = Vec::with_capacity(count + count / 4);
    let mut all_short = true;
    for at in 0..count {
        all_short &= corner(at, true, &mut curve);
    }
    if all_short && curve.len() == count && turns_inside_out(&curve, &edges) {
        // Short cuts all the way around would give back once too often; one corner taken in full prevents it.
        curve.clear();
        corner(0, false, &mut curve);
        (1..count).for_each(|at| {
            corner(at, true, &mut curve);
        });
    }
    curve
}

/// Corners so many steps along the outline are looked at for what they hide.
const LOOK: usize = 12;

/// What of an arc other parts of the same curve take away anyway.
///
/// Between two of its vertices, an arc may be cut short by the chord where the cap that is left out lies in the rectangle of
/// another edge, or in the sector around another corner. Nothing is lost when corners hide each other's arcs in turn: a
/// cap hidden by a corner lies nearer to that corner than to its own, and the nearest of all corners whose sectors hold a
/// place can have lost it to a rectangle only; rectangles are never cut.
struct Hidden<'a> {
    outline: &'a [Coord],
    edges: &'a [Edge],
    distance: f64,
}

impl Hidden<'_> {
    /// Shortens the arc of a corner, which the curve ends with.
    fn shorten(&self, corner: usize, start: usize, curve: &mut Vec<Coord>) {
        let last = curve.len() - 1;
        let count = self.outline.len();
        let look = LOOK.min((count - 1) / 2);
        let mut known = 1;
        // The first vertex and the last stay: edges run up to them.
        let (mut kept, mut at) = (start + 1, start);
        while at < last {
            let until = |step: usize, curve: &[Coord]| {
                let near = [(corner + step) % count, (corner + count - step) % count];
                let runs = near.map(|other| {
                    [
                        self.run(at, last, curve, |p| self.in_sector(other, p)),
                        self.run(at, last, curve, |p| self.in_rectangle(other, p)),
                    ]
                });
                runs.into_iter().flatten().max().unwrap_or(at)
            };
            let mut next = until(known, curve);
            if next < at + 2 {
                let found = (1..=look).map(|step| (step, until(step, curve))).find(|(_, next)| *next >= at + 2);
                if let Some((step, run)) = found {
                    (known, next) = (step, run);
                }
            }
            at = next.max(at + 1);
            curve[kept] = curve[at];
            kept += 1;
        }
        curve.truncate(kept);
    }

    /// How far from here on every vertex is hidden by one and the same thing.
    #[inline]
    fn run(&self, at: usize, last: usize, curve: &[Coord], hides: impl Fn(Coord) -> bool) -> usize {
        (at..=last).take_while(|vertex| hides(curve[*vertex])).last().unwrap_or(at)
    }

    #[inline]
    fn in_rectangle(&self, edge: usize, place: Coord) -> bool {
        let Edge { normal, length } = self.edges[edge];
        let to = place - self.outline[edge];
        let (along, off) = (to.x * normal.y - to.y * normal.x, to.x * normal.x + to.y * normal.y);
        (0.0..=length).contains(&along) && (0.0..=self.distance).contains(&off)
    }

    /// In the part of the disc around an inward corner that its arc sweeps.
    #[inline]
    fn in_sector(&self, corner: usize, place: Coord) -> bool {
        let to = place - self.outline[corner];
        if to.x * to.x + to.y * to.y > self.distance * self.distance {
            return false;
        }
        let (before, after) =
            (self.edges[if corner == 0 { self.edges.len() - 1 } else { corner - 1 }], self.edges[corner]);
        // The normals turn clockwise from one to the other.
        cross(before.normal, after.normal) < 0.0 && cross(before.normal, to) <= 0.0 && cross(after.normal, to) >= 0.0
    }
}

/// Does some offset edge run against its edge?
fn turns_inside_out(curve: &[Coord], edges: &[Edge]) -> bool {
    let runs_back = |at: usize| {
        let along = curve[(at + 1) % curve.len()] - curve[at];
        cross(along, edges[at].normal) <= 0.0
    };
    (0..curve.len()).any(runs_back)
}

/// Adds the offset of one corner to the curve; whether it was a short cut.
fn turn(at: Coord, before: Edge, after: Edge, distance: f64, shortcut: bool, curve: &mut Vec<Coord>) -> bool {
    let (sine, cosine) =
        (cross(before.normal, after.normal), before.normal.x * after.normal.x + before.normal.y * after.normal.y);
    let between = |from: Coord, to: Coord, cosine: f64| at + (from + to) * (distance / (1.0 + cosine));
    let left = sine > 0.0 || (sine == 0.0 && cosine > 0.0);
    if left {
        // Both offset ends must lie in the other edge's rectangle, and so must the place where the offset edges meet.
        let shorter = before.length.min(after.length);
        let reach = distance * sine.max(sine / (1.0 + cosine));
        if shortcut && cosine > -0.99 && reach <= shorter {
            curve.push(between(before.normal, after.normal, cosine));
            return true;
        }
        curve.extend([at + before.normal * distance, at, at + after.normal * distance]);
        return false;
    }
    let angle = if cosine > ARC_STEP.cos() { 0.0 } else { (-sine).atan2(cosine).abs() };
    let steps = (angle / ARC_STEP).ceil().max(1.0);
    if steps == 1.0 {
        curve.push(between(before.normal, after.normal, cosine));
        return false;
    }
    let (step, radius) = (angle / steps, distance / (angle / steps / 2.0).cos());
    for number in 0..steps as u32 {
        // Normals turn clockwise at a corner to the right.
        let (sine, cosine) = (-(f64::from(number) + 0.5) * step).sin_cos();
        let normal = before.normal;
        let towards = Coord { x: normal.x * cosine - normal.y * sine, y: normal.x * sine + normal.y * cosine };
        curve.push(at + towards * radius);
    }
    false
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
        // A hole may touch the outline that holds it at a vertex; then another of its vertices tells.
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
