//! The closed curve at a distance on the left of a closed outline.

use std::f64::consts::PI;

use geo::Coord;

use super::cross;

/// Corners so many steps along the outline are looked at for what they hide.
const LOOK: usize = 12;

/// Arcs are drawn in steps of at most this angle.
const ARC_STEP: f64 = PI / 50.0;

/// An edge of the outline: its unit normal to the left and its length.
#[derive(Clone, Copy)]
struct OutlineEdge {
    normal: Coord,
    length: f64,
}

/// The closed curve at the distance on the left of a closed outline.
pub(super) fn offset(outline: &[Coord], distance: f64) -> Vec<Coord> {
    let count = outline.len();
    if count < 2 {
        return Vec::new();
    }
    let edges: Vec<OutlineEdge> = (0..count)
        .map(|at| {
            let along = outline[(at + 1) % count] - outline[at];
            let length = along.x.hypot(along.y);
            OutlineEdge { normal: Coord { x: -along.y / length, y: along.x / length }, length }
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

/// What of an arc other parts of the same curve take away anyway.
///
/// Between two of its vertices, an arc may be cut short by the chord where the cap that is left out lies in the rectangle of
/// another edge, or in the sector around another corner. Nothing is lost when corners hide each other's arcs in turn: a
/// cap hidden by a corner lies nearer to that corner than to its own, and the nearest of all corners whose sectors hold a
/// place can have lost it to a rectangle only; rectangles are never cut.
struct Hidden<'a> {
    outline: &'a [Coord],
    edges: &'a [OutlineEdge],
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
        let OutlineEdge { normal, length } = self.edges[edge];
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
fn turns_inside_out(curve: &[Coord], edges: &[OutlineEdge]) -> bool {
    let runs_back = |at: usize| {
        let along = curve[(at + 1) % curve.len()] - curve[at];
        cross(along, edges[at].normal) <= 0.0
    };
    (0..curve.len()).any(runs_back)
}

/// Adds the offset of one corner to the curve; whether it was a short cut.
fn turn(
    at: Coord,
    before: OutlineEdge,
    after: OutlineEdge,
    distance: f64,
    shortcut: bool,
    curve: &mut Vec<Coord>,
) -> bool {
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
