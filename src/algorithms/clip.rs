//! Lines and rings cut to a rectangle, for maps: what is beyond its edge is left out.
//!
//! Segments by Liang and Barsky (1984), rings by Sutherland and Hodgman (1974), side by side; both in time linear in the
//! vertices. A vertex on the edge is inside. Where the vertices are to stay on a grid, `snap` moves the places where the
//! edge is crossed; [`keep`] leaves them.

use geo::{Coord, Line, Rect};

/// Leaves a place where it is.
pub fn keep(place: Coord) -> Coord {
    place
}

/// Whether the place lies in the rectangle or on its edge.
///
/// ```
/// use fireplan_algorithms::clip::is_inside;
/// use geo::{Coord, Rect};
/// let square = Rect::new((0.0, 0.0), (10.0, 10.0));
/// assert!(is_inside(Coord { x: 10.0, y: 5.0 }, square) && !is_inside(Coord { x: 10.1, y: 5.0 }, square));
/// ```
pub fn is_inside(place: Coord, window: Rect) -> bool {
    let (low, high) = (window.min(), window.max());
    low.x <= place.x && place.x <= high.x && low.y <= place.y && place.y <= high.y
}

/// From which share of its length to which the segment lies in the rectangle; `None`: nowhere.
///
/// ```
/// use fireplan_algorithms::clip::clip_segment;
/// use geo::{Line, Rect};
/// let square = Rect::new((0.0, 0.0), (10.0, 10.0));
/// assert_eq!(clip_segment(Line::new((-10.0, 5.0), (30.0, 5.0)), square), Some((0.25, 0.5)));
/// assert_eq!(clip_segment(Line::new((-10.0, 15.0), (30.0, 15.0)), square), None);
/// ```
pub fn clip_segment(segment: Line, window: Rect) -> Option<(f64, f64)> {
    let (low, high, along) = (window.min(), window.max(), segment.delta());
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (step, room) in [
        (-along.x, segment.start.x - low.x),
        (along.x, high.x - segment.start.x),
        (-along.y, segment.start.y - low.y),
        (along.y, high.y - segment.start.y),
    ] {
        if step == 0.0 && room < 0.0 {
            return None;
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else if step > 0.0 {
            leave = leave.min(room / step);
        }
    }
    (enter <= leave).then_some((enter, leave))
}

/// The pieces of a line that lie in the rectangle, each of at least two vertices, in the order of the line.
///
/// ```
/// use fireplan_algorithms::clip::{clip_line, keep};
/// use geo::{Coord, Rect};
/// let square = Rect::new((0.0, 0.0), (10.0, 10.0));
/// let there_and_back = [(1.0, 1.0), (1.0, -5.0), (3.0, -5.0), (3.0, 1.0)].map(Coord::from);
/// let pieces = [vec![(1.0, 1.0), (1.0, 0.0)], vec![(3.0, 0.0), (3.0, 1.0)]];
/// let pieces = pieces.map(|piece| piece.into_iter().map(Coord::from).collect::<Vec<_>>());
/// assert_eq!(clip_line(&there_and_back, square, keep), pieces);
/// ```
pub fn clip_line(line: &[Coord], window: Rect, snap: impl Fn(Coord) -> Coord) -> Vec<Vec<Coord>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Coord> = Vec::new();
    let mut finish = |piece: &mut Vec<Coord>| {
        let whole = std::mem::take(piece);
        if whole.len() > 1 {
            pieces.push(whole);
        }
    };
    for pair in line.windows(2) {
        let segment = Line::new(pair[0], pair[1]);
        let Some((enter, leave)) = clip_segment(segment, window) else {
            finish(&mut piece);
            continue;
        };
        let at = |share: f64| snap(segment.start + segment.delta() * share);
        let start = if enter > 0.0 { at(enter) } else { segment.start };
        let end = if leave < 1.0 { at(leave) } else { segment.end };
        if piece.last() != Some(&start) {
            finish(&mut piece);
            piece.push(start);
        }
        if end != start {
            piece.push(end);
        }
        if end != segment.end {
            finish(&mut piece);
        }
    }
    finish(&mut piece);
    pieces
}

/// The part of a ring, open or closed, that lies in the rectangle. Where it falls into several pieces they stay one ring,
/// joined along the edge of the rectangle: fit for filling; whoever needs a valid ring repairs it.
///
/// ```
/// use fireplan_algorithms::clip::{clip_ring, keep};
/// use geo::{Coord, Rect};
/// let square = Rect::new((0.0, 0.0), (10.0, 10.0));
/// let half_out = [(-5.0, 2.0), (5.0, 2.0), (5.0, 4.0), (-5.0, 4.0)].map(Coord::from);
/// assert_eq!(clip_ring(&half_out, square, keep), [(0.0, 2.0), (5.0, 2.0), (5.0, 4.0), (0.0, 4.0)].map(Coord::from));
/// ```
pub fn clip_ring(ring: &[Coord], window: Rect, snap: impl Fn(Coord) -> Coord) -> Vec<Coord> {
    let (low, high) = (window.min(), window.max());
    // How far a vertex lies inside each side.
    let sides: [&dyn Fn(Coord) -> f64; 4] =
        [&|at| at.x - low.x, &|at| high.x - at.x, &|at| at.y - low.y, &|at| high.y - at.y];
    let mut ring = ring.to_vec();
    for depth in sides {
        if ring.iter().all(|vertex| depth(*vertex) >= 0.0) {
            continue;
        }
        let mut cut = Vec::with_capacity(ring.len() + 4);
        let Some(mut from) = ring.last().copied() else { break };
        for &to in &ring {
            let (before, here) = (depth(from), depth(to));
            if (before < 0.0) != (here < 0.0) {
                cut.push(snap(from + (to - from) * (before / (before - here))));
            }
            if here >= 0.0 {
                cut.push(to);
            }
            from = to;
        }
        ring = cut;
    }
    ring
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, LineString, Polygon};

    fn square() -> Rect {
        Rect::new((0.0, 0.0), (10.0, 10.0))
    }

    fn area_within(ring: &[(f64, f64)]) -> f64 {
        let ring: Vec<Coord> = ring.iter().map(|&at| Coord::from(at)).collect();
        Polygon::new(LineString(clip_ring(&ring, square(), keep)), Vec::new()).unsigned_area()
    }

    #[test]
    fn a_ring_is_cut_to_the_rectangle() {
        assert_eq!(area_within(&[(-5.0, 5.0), (5.0, 5.0), (5.0, 15.0), (-5.0, 15.0)]), 25.0);
        assert_eq!(area_within(&[(-50.0, -50.0), (50.0, -50.0), (50.0, 50.0), (-50.0, 50.0)]), 100.0);
        assert_eq!(area_within(&[(20.0, 0.0), (30.0, 0.0), (30.0, 9.0)]), 0.0);
    }

    #[test]
    fn a_line_that_only_passes_is_cut_on_both_sides() {
        let passing = [(-1.0, 2.0), (12.0, 2.5)].map(Coord::from);
        let snap = |at: Coord| Coord { x: at.x.round(), y: at.y.round() };
        assert_eq!(clip_line(&passing, square(), snap), [[(0.0, 2.0), (10.0, 2.0)].map(Coord::from)]);
    }

    #[test]
    fn a_line_along_the_edge_is_inside_and_a_touch_is_no_piece() {
        let edge = [(0.0, 0.0), (10.0, 0.0)].map(Coord::from);
        assert_eq!(clip_line(&edge, square(), keep), [edge]);
        let touch = [(-1.0, 1.0), (1.0, -1.0)].map(Coord::from);
        assert!(clip_line(&touch, square(), keep).is_empty());
    }
}
