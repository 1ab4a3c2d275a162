//! Which parts of two drawings of the same lines lie on one another, and which are only in one of them.
//!
//! Both drawings may cut the lines at other places. Straight pieces are compared pair by pair: two share what their
//! projections share when both ends of one lie within [`SIDEWAYS_M`] of the other's axis and their directions agree.
//!
//! ```
//! use fireplan_algorithms::line_overlay::overlay;
//! use geo::line_string;
//!
//! // A road of 10 m, cut at 4 m before and at 7 m after.
//! let before = [line_string![(x: 0., y: 0.), (x: 4., y: 0.)], line_string![(x: 4., y: 0.), (x: 10., y: 0.)]];
//! let after = [line_string![(x: 0., y: 0.), (x: 7., y: 0.)], line_string![(x: 7., y: 0.), (x: 10., y: 0.)]];
//! let parts = overlay(&before.each_ref().map(|line| vec![line]), &after.each_ref().map(|line| vec![line]));
//! let told: Vec<_> = parts.iter().map(|part| (part.before, part.after, part.length_m().round())).collect();
//! assert_eq!(told, [(Some(0), Some(0), 4.0), (Some(1), Some(0), 3.0), (Some(1), Some(1), 3.0)]);
//! ```

use std::collections::BTreeMap;

use geo::{Coord, Line, LineString, MultiLineString};
use rstar::primitives::{GeomWithData, Line as Indexed};
use rstar::{AABB, RTree};

/// Lines farther apart are two. Where roads are joined, their vertices move by less.
const SIDEWAYS_M: f64 = 0.5;
/// Shorter stretches are rounding.
const SLIVER_M: f64 = 0.02;
/// Least cosine of the angle between pieces of one line.
const SAME_DIRECTION: f64 = 0.99;

/// What lies on one feature of each drawing, or of one only.
#[derive(Debug, Clone, PartialEq)]
pub struct OverlayPart {
    /// Index of the feature before; `None`: only there after.
    pub before: Option<usize>,
    /// Index of the feature after; `None`: only there before.
    pub after: Option<usize>,
    /// Where it lies.
    pub lines: MultiLineString,
}

impl OverlayPart {
    /// Length of its lines together.
    pub fn length_m(&self) -> f64 {
        self.lines.iter().flat_map(LineString::lines).map(length).sum()
    }
}

/// Order of the parts: those with a feature before, then the rest; index before, and after.
type NeighbourKey = (bool, Option<usize>, bool, Option<usize>);
type LinePieces = RTree<GeomWithData<Indexed<[f64; 2]>, (usize, Line)>>;

/// The parts of both drawings, in the order of the features before, then of those after.
pub fn overlay(before: &[Vec<&LineString>], after: &[Vec<&LineString>]) -> Vec<OverlayPart> {
    let mut parts: BTreeMap<NeighbourKey, Vec<Line>> = BTreeMap::new();
    let there = index(after);
    for (feature, line) in pieces(before) {
        for (other, stretch) in cut(line, &there) {
            parts.entry((false, Some(feature), other.is_none(), other)).or_default().push(stretch);
        }
    }
    let there = index(before);
    for (feature, line) in pieces(after) {
        for (_, stretch) in cut(line, &there).into_iter().filter(|(other, _)| other.is_none()) {
            parts.entry((true, None, false, Some(feature))).or_default().push(stretch);
        }
    }
    parts
        .into_iter()
        .map(|((_, before, _, after), lines)| OverlayPart { before, after, lines: chain(&lines) })
        .collect()
}

fn pieces<'a>(features: &'a [Vec<&LineString>]) -> impl Iterator<Item = (usize, Line)> + 'a {
    features.iter().enumerate().flat_map(|(at, lines)| lines.iter().flat_map(move |l| l.lines().map(move |l| (at, l))))
}

fn index(features: &[Vec<&LineString>]) -> LinePieces {
    let indexed = pieces(features).map(|(at, line)| {
        let ends = Indexed::new([line.start.x, line.start.y], [line.end.x, line.end.y]);
        GeomWithData::new(ends, (at, line))
    });
    RTree::bulk_load(indexed.collect())
}

fn length(line: Line) -> f64 {
    let along = line.end - line.start;
    along.x.hypot(along.y)
}

/// The straight piece in stretches, each with the feature it lies on; of several, the first.
fn cut(line: Line, there: &LinePieces) -> Vec<(Option<usize>, Line)> {
    let length_m = length(line);
    if length_m == 0.0 {
        return Vec::new();
    }
    let axis = (line.end - line.start) / length_m;
    let low = [line.start.x.min(line.end.x) - SIDEWAYS_M, line.start.y.min(line.end.y) - SIDEWAYS_M];
    let high = [line.start.x.max(line.end.x) + SIDEWAYS_M, line.start.y.max(line.end.y) + SIDEWAYS_M];
    let near = there.locate_in_envelope_intersecting(&AABB::from_corners(low, high));
    let mut shared: Vec<(usize, f64, f64)> = near
        .filter_map(|other| {
            let (from_m, to_m) = shared(line.start, axis, length_m, other.data.1)?;
            Some((other.data.0, from_m, to_m))
        })
        .collect();
    shared.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut stretches = Vec::new();
    let mut push = |feature: Option<usize>, from_m: f64, to_m: f64| {
        if to_m - from_m > SLIVER_M {
            stretches.push((feature, Line::new(line.start + axis * from_m, line.start + axis * to_m)));
        }
    };
    let mut reached_m = 0.0;
    for (feature, from_m, to_m) in shared {
        if from_m > reached_m {
            push(None, reached_m, from_m);
        }
        push(Some(feature), from_m.max(reached_m), to_m);
        reached_m = reached_m.max(to_m);
    }
    push(None, reached_m, length_m);
    stretches
}

/// From where to where along the axis the other piece lies on it.
fn shared(start: Coord, axis: Coord, length_m: f64, other: Line) -> Option<(f64, f64)> {
    let place = |at: Coord| {
        let to = at - start;
        (to.x * axis.x + to.y * axis.y, (to.x * axis.y - to.y * axis.x).abs())
    };
    let ((a_m, a_off_m), (b_m, b_off_m)) = (place(other.start), place(other.end));
    let other_m = length(other);
    let along = a_off_m <= SIDEWAYS_M && b_off_m <= SIDEWAYS_M && (b_m - a_m).abs() >= SAME_DIRECTION * other_m;
    let (from_m, to_m) = (a_m.min(b_m).max(0.0), a_m.max(b_m).min(length_m));
    (along && other_m > 0.0 && to_m - from_m > SLIVER_M).then_some((from_m, to_m))
}

/// Stretches that follow on one another as lines.
fn chain(stretches: &[Line]) -> MultiLineString {
    let mut lines: Vec<LineString> = Vec::new();
    for stretch in stretches {
        match lines.last_mut() {
            Some(line) if line.0.last().is_some_and(|end| length(Line::new(*end, stretch.start)) < SLIVER_M) => {
                line.0.push(stretch.end);
            }
            _ => lines.push(LineString(vec![stretch.start, stretch.end])),
        }
    }
    MultiLineString(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(f64, f64)]) -> LineString {
        LineString::from(points.to_vec())
    }

    fn told(before: &[LineString], after: &[LineString]) -> Vec<(Option<usize>, Option<usize>, f64)> {
        let features = |lines: &'static [LineString]| lines.iter().map(|line| vec![line]).collect::<Vec<_>>();
        let (before, after) = (before.to_vec().leak(), after.to_vec().leak());
        let parts = overlay(&features(before), &features(after));
        parts.iter().map(|part| (part.before, part.after, (part.length_m() * 10.0).round() / 10.0)).collect()
    }

    #[test]
    fn what_is_only_in_one_is_told() {
        let before = [line(&[(0.0, 0.0), (10.0, 0.0)])];
        let after = [line(&[(4.0, 0.0), (16.0, 0.0)]), line(&[(5.0, 0.0), (5.0, 8.0)])];
        let all = told(&before, &after);
        assert_eq!(all, [(Some(0), Some(0), 6.0), (Some(0), None, 4.0), (None, Some(0), 6.0), (None, Some(1), 8.0)]);
    }

    #[test]
    fn the_other_way_round_and_bent_by_less_than_half_a_metre_is_the_same_line() {
        let before = [line(&[(0.0, 0.0), (10.0, 0.0), (20.0, 0.0)])];
        assert_eq!(told(&before, &[line(&[(20.0, 0.0), (10.0, 0.3), (0.0, 0.0)])]), [(Some(0), Some(0), 20.0)]);
        // A crossing and a parallel one metre off are not.
        assert_eq!(told(&before, &[line(&[(5.0, -0.4), (5.0, 0.4)])])[0], (Some(0), None, 20.0));
        assert_eq!(told(&before, &[line(&[(0.0, 1.0), (20.0, 1.0)])])[0], (Some(0), None, 20.0));
    }
}
