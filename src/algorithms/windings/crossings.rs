//! Where segments of closed curves cross: every crossing once, found cell by cell of a grid.

use geo::Coord;

use super::CurveSegment;

/// Two segments at less than this, as a share of their sizes, count as touching.
const HAIR: f64 = 1e-11;

/// A crossing on a segment: how far along, by how much the winding number on the left rises, which crossing.
#[derive(Clone, Copy)]
pub(super) struct CrossingMark {
    pub(super) segment: u32,
    pub(super) share: f64,
    pub(super) rise: i32,
    pub(super) node: u32,
}

/// Every crossing, as two marks sorted along the curves, and its place; found cell by cell of a grid.
pub(super) fn crossings(segments: &[CurveSegment], curves: &[Vec<Coord>]) -> Option<(Vec<CrossingMark>, Vec<Coord>)> {
    let grid = SegmentGrid::new(segments);
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
                            marks.push(CrossingMark { segment: a, share, rise, node });
                            marks.push(CrossingMark { segment: b, share: other_share, rise: -rise, node });
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
struct SegmentGrid {
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

impl SegmentGrid {
    /// About as many cells as there are segments.
    fn new(segments: &[CurveSegment]) -> Self {
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
    fn fill(&mut self, segments: &[CurveSegment]) {
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
    fn passed(&self, segment: &CurveSegment, mut pass: impl FnMut(usize)) {
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
pub(super) fn cross(a: Coord, b: Coord) -> f64 {
    a.x * b.y - a.y * b.x
}

#[inline]
fn meet(a: &CurveSegment, b: &CurveSegment) -> Meeting {
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
fn neighbours_meet(a: &CurveSegment, b: &CurveSegment) -> Meeting {
    let (u, v) = (a.to - a.from, b.to - b.from);
    let back = cross(u, v).abs() <= (u.x.abs() + u.y.abs()) * (v.x.abs() + v.y.abs()) * HAIR;
    if back && u.x * v.x + u.y * v.y < 0.0 { Meeting::Touch } else { Meeting::Apart }
}
