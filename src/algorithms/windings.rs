//! The regions that closed curves wind around, found from the curves' own crossings.
//!
//! Between two crossings a curve has one winding number on its left and one less on its right. One number is found by
//! counting along a ray, all others follow from crossing to crossing, so that the answer is combinatorial: where curves
//! cross is computed once per pair of segments and shared by both. Curves that touch, overlap or come too close for
//! doubles to tell are left to the integer arithmetic of `i_overlay`; the answer is the same, only slower.

use geo::{Coord, LineString};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::overlay::FloatOverlay;

/// Which side of the curves is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindingSign {
    /// Winding number above zero.
    Positive,
    /// Winding number below zero.
    Negative,
}

/// Two segments at less than this, as a share of their sizes, count as touching.
const HAIR: f64 = 1e-11;

/// Outlines of the region, outer ones counter-clockwise, holes clockwise. The curves are closed without a repeated
/// first point.
pub fn outlines(curves: &[Vec<Coord>], wanted: WindingSign) -> Vec<LineString> {
    let rings = crossed(curves, wanted).unwrap_or_else(|| by_overlay(curves, wanted));
    rings
        .into_iter()
        .map(|mut ring| {
            if wanted == WindingSign::Negative {
                ring.reverse();
            }
            ring.push(ring[0]);
            LineString(ring)
        })
        .collect()
}

#[derive(Clone, Copy)]
struct Segment {
    from: Coord,
    to: Coord,
    low: Coord,
    high: Coord,
    curve: u32,
}

/// A crossing on a segment: how far along, by how much the winding number on the left rises, which crossing.
#[derive(Clone, Copy)]
struct Mark {
    segment: u32,
    share: f64,
    rise: i32,
    node: u32,
}

/// `None`: some curves touch.
fn crossed(curves: &[Vec<Coord>], wanted: WindingSign) -> Option<Vec<Vec<Coord>>> {
    let segments = segments(curves);
    let (marks, nodes) = crossings(&segments, curves)?;
    // The boundary of the wanted region has it on its left, with the positive sign; on its right with the negative.
    let kept = if wanted == WindingSign::Positive { 1 } else { 0 };
    let mut rings = Vec::new();
    let mut chains: Vec<(u32, Vec<Coord>)> = Vec::new();
    let mut chain_from = vec![u32::MAX; nodes.len()];
    let (mut first_segment, mut at) = (0_u32, 0);
    for curve in curves {
        let count = curve.len() as u32;
        let until = marks[at..].partition_point(|mark| mark.segment < first_segment + count) + at;
        let own = &marks[at..until];
        if own.is_empty() {
            if count > 0 && winding_left(&segments, first_segment, 0.5) == kept {
                rings.push(curve.clone());
            }
        } else {
            let mut left = winding_left(&segments, own[0].segment, own[0].share / 2.0);
            for (number, mark) in own.iter().enumerate() {
                left += mark.rise;
                let next = own[(number + 1) % own.len()];
                if left == kept {
                    if chain_from[mark.node as usize] != u32::MAX {
                        return None;
                    }
                    chain_from[mark.node as usize] = chains.len() as u32;
                    chains.push((next.node, piece(curve, first_segment, mark, &next, own.len() == 1, &nodes)));
                }
            }
        }
        (first_segment, at) = (first_segment + count, until);
    }
    join(chains, &chain_from, &mut rings)?;
    Some(rings)
}

fn segments(curves: &[Vec<Coord>]) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(curves.iter().map(Vec::len).sum());
    for (number, curve) in curves.iter().enumerate() {
        for (at, &from) in curve.iter().enumerate() {
            let to = curve[if at + 1 == curve.len() { 0 } else { at + 1 }];
            let low = Coord { x: from.x.min(to.x), y: from.y.min(to.y) };
            let high = Coord { x: from.x.max(to.x), y: from.y.max(to.y) };
            segments.push(Segment { from, to, low, high, curve: number as u32 });
        }
    }
    segments
}

/// Every crossing, as two marks sorted along the curves, and its place; found cell by cell of a grid.
fn crossings(segments: &[Segment], curves: &[Vec<Coord>]) -> Option<(Vec<Mark>, Vec<Coord>)> {
    let grid = Grid::new(segments);
    let mut firsts = Vec::with_capacity(curves.len());
    let mut first = 0;
    for curve in curves {
        firsts.push(first);
        first += curve.len() as u32;
    }
    let neighbours = |a: u32, b: u32| {
        let curve = segments[a as usize].curve;
        segments[b as usize].curve == curve && {
            let (count, apart) = (curves[curve as usize].len() as u32, a.abs_diff(b));
            apart == 1 || apart + 1 == count
        }
    };
    let (mut marks, mut nodes) = (Vec::new(), Vec::new());
    for cell in 0..grid.cells() {
        let here = grid.segments_in(cell);
        for (number, &(low, high, a)) in here.iter().enumerate() {
            for &(other_low, other_high, b) in &here[number + 1..] {
                let apart =
                    other_low.x > high.x || low.x > other_high.x || other_low.y > high.y || low.y > other_high.y;
                if apart {
                    continue;
                }
                let (one, other) = (&segments[a as usize], &segments[b as usize]);
                match if neighbours(a, b) { neighbours_meet(one, other) } else { meet(one, other) } {
                    Meeting::Apart => {}
                    Meeting::Touch => return None,
                    Meeting::Cross { share, other_share, rise } => {
                        // Both may lie in other cells too: the one that the crossing lies in counts.
                        let place = one.from + (one.to - one.from) * share;
                        if grid.cell_at(place) == cell {
                            let node = nodes.len() as u32;
                            nodes.push(place);
                            marks.push(Mark { segment: a, share, rise, node });
                            marks.push(Mark { segment: b, share: other_share, rise: -rise, node });
                        }
                    }
                }
            }
        }
    }
    marks.sort_unstable_by(|a, b| (a.segment, a.share).partial_cmp(&(b.segment, b.share)).expect("shares are finite"));
    Some((marks, nodes))
}

/// Segments by the squares of a grid that they pass, by number within each.
struct Grid {
    origin: Coord,
    side: f64,
    columns: usize,
    rows: usize,
    /// Per cell, where its segments begin; and where the last one's end.
    first: Vec<u32>,
    /// What a comparison needs lies side by side: the corners of the segment's box, and the segment.
    passing: Vec<(Coord, Coord, u32)>,
}

/// Segments reach into neighbouring cells by this share of a cell's side, so that none is missed for rounding.
const OVERLAP: f64 = 1e-6;

impl Grid {
    /// About as many cells as there are segments.
    fn new(segments: &[Segment]) -> Self {
        let infinite = Coord { x: f64::INFINITY, y: f64::INFINITY };
        let (mut low, mut high) = (infinite, -infinite);
        for segment in segments {
            low = Coord { x: low.x.min(segment.low.x), y: low.y.min(segment.low.y) };
            high = Coord { x: high.x.max(segment.high.x), y: high.y.max(segment.high.y) };
        }
        let (size, count) = (high - low, segments.len().max(1) as f64);
        let side = (size.x * size.y / count).sqrt().max(size.x.max(size.y) / count).max(f64::MIN_POSITIVE);
        let cells = |length: f64| if length.is_finite() { (length / side) as usize + 1 } else { 1 };
        let (columns, rows) = (cells(size.x), cells(size.y));
        let mut grid = Self { origin: low, side, columns, rows, first: Vec::new(), passing: Vec::new() };
        grid.fill(segments);
        grid
    }

    /// Counts what passes each cell, then puts everything in its place.
    fn fill(&mut self, segments: &[Segment]) {
        let mut first = vec![0_u32; self.cells() + 1];
        segments.iter().for_each(|segment| self.passed(segment, |cell| first[cell + 1] += 1));
        for cell in 0..self.cells() {
            first[cell + 1] += first[cell];
        }
        let mut next = first.clone();
        let none = Coord { x: 0.0, y: 0.0 };
        let mut passing = vec![(none, none, 0); first[self.cells()] as usize];
        for (segment, number) in segments.iter().zip(0..) {
            self.passed(segment, |cell| {
                passing[next[cell] as usize] = (segment.low, segment.high, number);
                next[cell] += 1;
            });
        }
        (self.first, self.passing) = (first, passing);
    }

    fn cells(&self) -> usize {
        self.columns * self.rows
    }

    fn segments_in(&self, cell: usize) -> &[(Coord, Coord, u32)] {
        &self.passing[self.first[cell] as usize..self.first[cell + 1] as usize]
    }

    fn column(&self, x: f64) -> usize {
        (((x - self.origin.x) / self.side).max(0.0) as usize).min(self.columns - 1)
    }

    fn row(&self, y: f64) -> usize {
        (((y - self.origin.y) / self.side).max(0.0) as usize).min(self.rows - 1)
    }

    fn cell_at(&self, place: Coord) -> usize {
        self.row(place.y) * self.columns + self.column(place.x)
    }

    /// Every cell that the segment passes, row by row.
    #[inline]
    fn passed(&self, segment: &Segment, mut pass: impl FnMut(usize)) {
        let pad = self.side * OVERLAP;
        let (low_row, high_row) = (self.row(segment.low.y - pad), self.row(segment.high.y + pad));
        let along = segment.to - segment.from;
        for row in low_row..=high_row {
            let (mut west, mut east) = (segment.low.x, segment.high.x);
            if low_row < high_row && along.y != 0.0 {
                // Where it enters and leaves the row.
                let at = |row: usize| {
                    let share = (self.origin.y + row as f64 * self.side - segment.from.y) / along.y;
                    segment.from.x + along.x * share.clamp(0.0, 1.0)
                };
                let (a, b) = (at(row), at(row + 1));
                (west, east) = (a.min(b), a.max(b));
            }
            // A flat segment leaves a row far along: by the width of the overlap times its slope.
            let slack = if along.y == 0.0 { 0.0 } else { (along.x / along.y * pad).abs() } + pad;
            for column in self.column((west - slack).max(segment.low.x - pad))
                ..=self.column((east + slack).min(segment.high.x + pad))
            {
                pass(row * self.columns + column);
            }
        }
    }
}

enum Meeting {
    Apart,
    Touch,
    Cross { share: f64, other_share: f64, rise: i32 },
}

#[inline]
fn cross(a: Coord, b: Coord) -> f64 {
    a.x * b.y - a.y * b.x
}

#[inline]
fn meet(a: &Segment, b: &Segment) -> Meeting {
    let (u, v, w) = (a.to - a.from, b.to - b.from, b.from - a.from);
    // On which side of each are the ends of the other?
    let (b_from, b_to) = (cross(u, w), cross(u, w + v));
    let size = (u.x.abs() + u.y.abs()) * (v.x.abs() + v.y.abs() + w.x.abs() + w.y.abs()) * HAIR;
    if (b_from > size && b_to > size) || (b_from < -size && b_to < -size) {
        return Meeting::Apart;
    }
    let (a_from, a_to) = (-cross(v, w), cross(v, u - w));
    let other_size = (v.x.abs() + v.y.abs()) * (u.x.abs() + u.y.abs() + w.x.abs() + w.y.abs()) * HAIR;
    if (a_from > other_size && a_to > other_size) || (a_from < -other_size && a_to < -other_size) {
        return Meeting::Apart;
    }
    if b_from.abs() <= size || b_to.abs() <= size || a_from.abs() <= other_size || a_to.abs() <= other_size {
        return Meeting::Touch;
    }
    let turn = cross(u, v);
    // Walking along `a`, the other curve runs to the left when the turn is positive: we leave its left side.
    let rise = if turn > 0.0 { -1 } else { 1 };
    Meeting::Cross { share: cross(w, v) / turn, other_share: cross(w, u) / turn, rise }
}

/// Neighbours share an end; they touch elsewhere only when one runs back upon the other.
fn neighbours_meet(a: &Segment, b: &Segment) -> Meeting {
    let (u, v) = (a.to - a.from, b.to - b.from);
    let back = cross(u, v).abs() <= (u.x.abs() + u.y.abs()) * (v.x.abs() + v.y.abs()) * HAIR;
    if back && u.x * v.x + u.y * v.y < 0.0 { Meeting::Touch } else { Meeting::Apart }
}

/// Winding number just left of a place on a segment, by a ray to the east.
fn winding_left(segments: &[Segment], segment: u32, share: f64) -> i32 {
    let own = &segments[segment as usize];
    let place = own.from + (own.to - own.from) * share;
    let mut winding = i32::from(own.to.y > own.from.y);
    for (number, other) in segments.iter().enumerate() {
        let crosses = (other.from.y <= place.y) != (other.to.y <= place.y);
        if !crosses || other.high.x < place.x || number == segment as usize {
            continue;
        }
        let turn = cross(other.to - other.from, place - other.from);
        let up = other.to.y > other.from.y;
        if (turn > 0.0) == up && turn != 0.0 {
            winding += if up { 1 } else { -1 };
        }
    }
    winding
}

/// The vertices from one crossing to the next on the same curve, the first crossing included.
fn piece(curve: &[Coord], first: u32, from: &Mark, to: &Mark, alone: bool, nodes: &[Coord]) -> Vec<Coord> {
    let count = curve.len() as u32;
    let (start, end) = (from.segment - first, to.segment - first);
    let wraps = alone || (to.segment, to.share) <= (from.segment, from.share);
    let steps = if wraps { end + count - start } else { end - start };
    let mut piece = Vec::with_capacity(steps as usize + 1);
    piece.push(nodes[from.node as usize]);
    piece.extend((1..=steps).map(|step| curve[((start + step) % count) as usize]));
    piece
}

/// Joins chains end to end; `None` if some end has no chain to go on with.
fn join(mut chains: Vec<(u32, Vec<Coord>)>, chain_from: &[u32], rings: &mut Vec<Vec<Coord>>) -> Option<()> {
    for start in 0..chains.len() {
        if chains[start].1.is_empty() {
            continue;
        }
        let mut ring = Vec::new();
        let mut at = start;
        loop {
            let (end, mut part) = (chains[at].0, std::mem::take(&mut chains[at].1));
            if part.is_empty() {
                return None;
            }
            ring.append(&mut part);
            at = chain_from[end as usize] as usize;
            if at == start {
                break;
            }
            if at == u32::MAX as usize {
                return None;
            }
        }
        if ring.len() > 2 {
            rings.push(ring);
        }
    }
    Some(())
}

/// The same by integer arithmetic, with the region on the same side of its outlines.
fn by_overlay(curves: &[Vec<Coord>], wanted: WindingSign) -> Vec<Vec<Coord>> {
    let contours: Vec<Vec<[f64; 2]>> =
        curves.iter().map(|curve| curve.iter().map(|at| [at.x, at.y]).collect()).collect();
    let rule = if wanted == WindingSign::Positive { FillRule::Positive } else { FillRule::Negative };
    let shapes = FloatOverlay::with_subj(&contours).overlay(OverlayRule::Subject, rule);
    let rings = shapes.into_iter().flatten().map(|ring| ring.into_iter().map(|[x, y]| Coord { x, y }).collect());
    let mut rings: Vec<Vec<Coord>> = rings.filter(|ring: &Vec<Coord>| ring.len() > 2).collect();
    if wanted == WindingSign::Negative {
        rings.iter_mut().for_each(|ring| ring.reverse());
    }
    rings
}

#[cfg(test)]
mod tests {
    use geo::{Area, Polygon};
    use proptest::prelude::*;

    use super::*;

    fn curve(points: &[(f64, f64)]) -> Vec<Coord> {
        points.iter().map(|&point| point.into()).collect()
    }

    fn area(rings: &[LineString]) -> f64 {
        rings.iter().map(|ring| Polygon::new(ring.clone(), Vec::new()).signed_area()).sum()
    }

    #[test]
    fn a_bow_tie_winds_both_ways() {
        let bow = [curve(&[(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 8.0)])];
        let both = [WindingSign::Positive, WindingSign::Negative].map(|wanted| outlines(&bow, wanted));
        assert_eq!(both.each_ref().map(Vec::len), [1, 1]);
        // The two triangles differ by the signed area of the curve.
        let signed = Polygon::new(LineString(bow[0].clone()), Vec::new()).signed_area();
        assert!((area(&both[0]) - area(&both[1]) - signed).abs() < 1e-9);
        assert!(both.iter().all(|rings| area(rings) > 0.0));
    }

    #[test]
    fn a_hole_and_what_overlaps() {
        let square = curve(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
        let hole = curve(&[(2.0, 2.0), (2.0, 4.0), (4.0, 4.0), (4.0, 2.0)]);
        let across = curve(&[(9.0, 3.0), (9.0, 5.0), (12.0, 5.0), (12.0, 3.0)]);
        let rings = outlines(&[square, hole, across], WindingSign::Positive);
        assert_eq!(rings.len(), 2);
        assert!((area(&rings) - (100.0 - 4.0 - 2.0)).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn agrees_with_integer_arithmetic(
            points in prop::collection::vec((0.0..100.0_f64, 0.0..100.0_f64), 3..40),
            more in prop::collection::vec((0.0..100.0_f64, 0.0..100.0_f64), 3..10),
        ) {
            let curves = [curve(&points), curve(&more)];
            for wanted in [WindingSign::Positive, WindingSign::Negative] {
                let ours = area(&outlines(&curves, wanted));
                let mut theirs = by_overlay(&curves, wanted);
                if wanted == WindingSign::Negative {
                    theirs.iter_mut().for_each(|ring| ring.reverse());
                }
                let theirs: Vec<LineString> = theirs.into_iter().map(LineString).collect();
                prop_assert!((ours - area(&theirs)).abs() < 0.01, "{ours} {}", area(&theirs));
            }
        }
    }
}
