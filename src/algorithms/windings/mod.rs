//! The regions that closed curves wind around, found from the curves' own crossings.
//!
//! Between two crossings a curve has one winding number on its left and one less on its right. One number is found by
//! counting along a ray, all others follow from crossing to crossing, so that the answer is combinatorial: where curves
//! cross is computed once per pair of segments and shared by both. Curves that touch, overlap or come too close for
//! doubles to distinguish are left to the integer arithmetic of `i_overlay`; the answer is the same, only slower.

mod crossings;

use geo::{Coord, LineString};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::overlay::FloatOverlay;

use crossings::{CrossingMark, cross, crossings};

/// Which side of the curves is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindingSign {
    /// Winding number above zero.
    Positive,
    /// Winding number below zero.
    Negative,
}

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
struct CurveSegment {
    from: Coord,
    to: Coord,
    low: Coord,
    high: Coord,
    curve: u32,
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

fn segments(curves: &[Vec<Coord>]) -> Vec<CurveSegment> {
    let mut segments = Vec::with_capacity(curves.iter().map(Vec::len).sum());
    for (number, curve) in curves.iter().enumerate() {
        for (at, &from) in curve.iter().enumerate() {
            let to = curve[if at + 1 == curve.len() { 0 } else { at + 1 }];
            let low = Coord { x: from.x.min(to.x), y: from.y.min(to.y) };
            let high = Coord { x: from.x.max(to.x), y: from.y.max(to.y) };
            segments.push(CurveSegment { from, to, low, high, curve: number as u32 });
        }
    }
    segments
}

/// Winding number just left of a place on a segment, by a ray to the east.
fn winding_left(segments: &[CurveSegment], segment: u32, share: f64) -> i32 {
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
fn piece(
    curve: &[Coord],
    first: u32,
    from: &CrossingMark,
    to: &CrossingMark,
    alone: bool,
    nodes: &[Coord],
) -> Vec<Coord> {
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
