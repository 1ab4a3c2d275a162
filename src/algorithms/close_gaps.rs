//! Gaps between areas, and in them, that are narrower than a width, closed.
//!
//! **Method.** Two pieces of outline *face* each other where the space between them lies outside of both and they run less
//! than [`WEDGE`] from parallel. Of such a pair, the parts nearer to one another than the width bound a patch, their convex
//! hull; the areas are dissolved together with all patches. So gaps of even width, wedges up to where they open to the width,
//! and slits and slivers inside one area are filled, whatever their length, and nothing else: corners, bays that open wider
//! than a wedge and thin tongues of an area stay as they are. Where gaps meet, a gap is left that the first round makes narrow
//! enough for the second.
//!
//! **Cost.** One query of a spatial index for each piece of outline, and the dissolving.

use geo::orient::{Direction, Orient};
use geo::{Area, ConvexHull, Coord, Line, LineString, MultiPoint, MultiPolygon, Polygon};
use rayon::prelude::*;
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use crate::dissolve::dissolve;

/// Cosine of the angle between the outward normals of two pieces of outline from which they face each other: the space
/// between them opens by less than 60°.
const WEDGE: f64 = -0.5;
/// Patches reach into the areas by this share of the width, so that rounding leaves no crack between them.
const OVERLAP: f64 = 1e-3;
/// Parts and holes smaller than this share of the square of the width are rounding.
const CRUMB: f64 = 1e-4;
/// Rounds after which nothing is left to close: the gap where gaps cross is bounded by the patches of the first.
const ROUNDS: usize = 2;

/// The areas as one shape in which what is narrower than the width is no gap.
///
/// ```
/// use fireplan_algorithms::close_gaps::close_gaps;
/// use geo::{Area, MultiPolygon, Rect, coord};
/// let square = |west: f64| Rect::new(coord! { x: west, y: 0.0 }, coord! { x: west + 100.0, y: 100.0 }).to_polygon();
/// let apart = MultiPolygon(vec![square(0.0), square(102.0)]);
/// assert_eq!(close_gaps(&apart, 1.5).0.len(), 2);
/// let one = close_gaps(&apart, 3.0);
/// assert_eq!(one.0.len(), 1);
/// assert!((one.unsigned_area() - 20_200.0).abs() < 0.1);
/// ```
pub fn close_gaps(areas: &MultiPolygon, width: f64) -> MultiPolygon {
    let mut areas = areas.orient(Direction::Default);
    for _ in 0..ROUNDS {
        let patches = patches(&edges(&areas), width);
        if patches.is_empty() {
            break;
        }
        areas =
            without_crumbs(dissolve(areas.0.iter().chain(&patches)), CRUMB * width * width).orient(Direction::Default);
    }
    areas
}

/// What rounding leaves along the borders of patches, parts and holes alike, taken away.
fn without_crumbs(areas: MultiPolygon, least: f64) -> MultiPolygon {
    let is_large = |ring: &LineString| Polygon::new(ring.clone(), Vec::new()).unsigned_area() > least;
    let cleaned = areas.0.into_iter().filter(|area| is_large(area.exterior())).map(|area| {
        let (exterior, mut holes) = area.into_inner();
        holes.retain(is_large);
        Polygon::new(exterior, holes)
    });
    MultiPolygon(cleaned.collect())
}

/// A piece of outline with its area on the left.
#[derive(Clone, Copy)]
struct Edge {
    line: Line,
    /// Unit vector out of the area.
    outward: Coord,
}

impl Edge {
    fn new(line: Line) -> Self {
        let along = unit(line);
        Self { line, outward: Coord { x: along.y, y: -along.x } }
    }

    /// How far outside the edge's own line a place lies.
    fn ahead(&self, place: Coord) -> f64 {
        dot(place - self.line.start, self.outward)
    }
}

fn dot(a: Coord, b: Coord) -> f64 {
    a.x * b.x + a.y * b.y
}

fn length(line: Line) -> f64 {
    line.delta().x.hypot(line.delta().y)
}

fn unit(line: Line) -> Coord {
    line.delta() / length(line)
}

fn edges(areas: &MultiPolygon) -> Vec<Edge> {
    let rings = areas.0.iter().flat_map(|area| std::iter::once(area.exterior()).chain(area.interiors()));
    rings.flat_map(LineString::lines).filter(|line| length(*line) > 0.0).map(Edge::new).collect()
}

/// What lies between pieces of outline that face each other nearer than the width.
fn patches(edges: &[Edge], width: f64) -> Vec<Polygon> {
    let entry = |(number, edge): (usize, &Edge)| {
        let ends = [edge.line.start, edge.line.end].map(|at| [at.x, at.y]);
        GeomWithData::new(rstar::primitives::Line::new(ends[0], ends[1]), number)
    };
    let index = RTree::bulk_load(edges.iter().enumerate().map(entry).collect());
    let of_edge = |(number, edge): (usize, &Edge)| -> Vec<Polygon> {
        let (start, end) = (edge.line.start, edge.line.end);
        let around = AABB::from_corners(
            [start.x.min(end.x) - width, start.y.min(end.y) - width],
            [start.x.max(end.x) + width, start.y.max(end.y) + width],
        );
        let near = index.locate_in_envelope_intersecting(&around).map(|found| found.data);
        // Each pair once, in the order of the outlines.
        let mut near: Vec<usize> = near.filter(|other| *other > number).collect();
        near.sort_unstable();
        near.into_iter().filter_map(|other| patch(edge, &edges[other], width)).collect()
    };
    edges.par_iter().enumerate().flat_map_iter(of_edge).collect()
}

fn patch(a: &Edge, b: &Edge, width: f64) -> Option<Polygon> {
    if dot(a.outward, b.outward) > WEDGE {
        return None;
    }
    let (of_a, of_b) = (facing_part(a, b, width)?, facing_part(b, a, width)?);
    let inward = |edge: &Edge, line: Line| [line.start, line.end].map(|at| at - edge.outward * (width * OVERLAP));
    let corners: Vec<Coord> = inward(a, of_a).into_iter().chain(inward(b, of_b)).collect();
    Some(MultiPoint::from(corners).convex_hull())
}

/// The part of an edge that lies in front of the other and nearer to it than the width.
fn facing_part(edge: &Edge, other: &Edge, width: f64) -> Option<Line> {
    let (from, to) = near_part(edge.line, other.line, width)?;
    // In front of the other: `ahead` is linear along the edge.
    let (start, end) = (other.ahead(edge.line.start), other.ahead(edge.line.end));
    // Edges that share a vertex begin in front of one another only but for rounding.
    let (start, end) = (start + width * 1e-9, end + width * 1e-9);
    let (from, to) = match (start >= 0.0, end >= 0.0) {
        (true, true) => (from, to),
        (false, false) => return None,
        (true, false) => (from, to.min(start / (start - end))),
        (false, true) => (from.max(start / (start - end)), to),
    };
    let at = |share: f64| edge.line.start + edge.line.delta() * share;
    (from < to).then(|| Line::new(at(from), at(to)))
}

/// The shares of a line between which it is nearer to another than the width: what is near a line is convex, so that one
/// stretch is. It is the hull of what lies beside the other line and of what is near its ends.
fn near_part(line: Line, other: Line, width: f64) -> Option<(f64, f64)> {
    let along = unit(other);
    let across = Coord { x: -along.y, y: along.x };
    let linear = |axis: Coord| (dot(line.start - other.start, axis), dot(line.delta(), axis));
    let beside = within(linear(along), 0.0, length(other)).zip(within(linear(across), -width, width));
    let beside = beside.map(|(a, b)| (a.0.max(b.0), a.1.min(b.1))).filter(|(from, to)| from <= to);
    let parts = [beside, near_place(line, other.start, width), near_place(line, other.end, width)];
    let hull = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
    parts.into_iter().flatten().reduce(hull)
}

/// The shares of a line between which `value + slope * share` lies between two bounds.
fn within((value, slope): (f64, f64), low: f64, high: f64) -> Option<(f64, f64)> {
    if slope == 0.0 {
        return (low <= value && value <= high).then_some((0.0, 1.0));
    }
    let (a, b) = ((low - value) / slope, (high - value) / slope);
    let (from, to) = (a.min(b).max(0.0), a.max(b).min(1.0));
    (from <= to).then_some((from, to))
}

/// The shares of a line between which it is nearer to a place than the width.
fn near_place(line: Line, place: Coord, width: f64) -> Option<(f64, f64)> {
    let (delta, apart) = (line.delta(), line.start - place);
    let (square, half) = (dot(delta, delta), dot(delta, apart));
    let root = half * half - square * (dot(apart, apart) - width * width);
    if root < 0.0 {
        return None;
    }
    let (from, to) = ((-half - root.sqrt()) / square, (-half + root.sqrt()) / square);
    let (from, to) = (from.max(0.0), to.min(1.0));
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use geo::{Contains, Point, Rect, coord};
    use proptest::prelude::*;

    use super::*;

    fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Polygon {
        Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north }).to_polygon()
    }

    fn polygon(points: &[(f64, f64)]) -> Polygon {
        Polygon::new(LineString::from(points.to_vec()), Vec::new())
    }

    /// Four by four squares of 100 with gaps between them.
    fn compartments(gap: f64) -> MultiPolygon {
        let at = |number: f64| number * (100.0 + gap);
        let square = |(column, row): (f64, f64)| rectangle(at(column), at(row), at(column) + 100.0, at(row) + 100.0);
        MultiPolygon((0..16).map(|n| square((f64::from(n % 4), f64::from(n / 4)))).collect())
    }

    #[test]
    fn gaps_narrower_than_the_width_go_and_wider_ones_stay() {
        for gap in [0.0, 0.0005, 0.001, 0.5, 3.0] {
            let closed = close_gaps(&compartments(gap), 3.5);
            let side = 400.0 + 3.0 * gap;
            assert_eq!(closed.0.len(), 1, "{gap}");
            assert!(closed.0[0].interiors().is_empty(), "{gap}: {:?}", closed.0[0].interiors());
            assert!((closed.unsigned_area() - side * side).abs() < 0.5, "{gap}: {}", closed.unsigned_area());
        }
        for gap in [3.6, 20.0] {
            let closed = close_gaps(&compartments(gap), 3.5);
            assert_eq!(closed.0.len(), 16, "{gap}");
            assert!((closed.unsigned_area() - 160_000.0).abs() < 0.01, "{gap}");
        }
    }

    #[test]
    fn a_wedge_closes_up_to_where_it_opens_to_the_width() {
        // The gap opens from 0 to 10 over 100: to 4 after 40, and what is closed is the triangle up to there.
        let left = polygon(&[(-50.0, 0.0), (0.0, 0.0), (0.0, 100.0), (-50.0, 100.0), (-50.0, 0.0)]);
        let right = polygon(&[(0.0, 0.0), (60.0, 0.0), (60.0, 100.0), (10.0, 100.0), (0.0, 0.0)]);
        let before = left.unsigned_area() + right.unsigned_area();
        let closed = close_gaps(&MultiPolygon(vec![left, right]), 4.0);
        assert_eq!(closed.0.len(), 1);
        let patch = closed.unsigned_area() - before;
        assert!((patch - 80.0).abs() < 2.0, "{patch}");
        assert!(!closed.contains(&Point::new(2.0, 60.0)) && closed.contains(&Point::new(1.0, 30.0)));
    }

    #[test]
    fn corners_bays_and_thin_tongues_stay() {
        // An L, whose inner corner is right, and a tongue 2 wide.
        let shape = polygon(&[
            (0.0, 0.0),
            (200.0, 0.0),
            (200.0, 100.0),
            (101.0, 100.0),
            (101.0, 200.0),
            (99.0, 200.0),
            (99.0, 100.0),
            (0.0, 100.0),
            (0.0, 0.0),
        ]);
        let closed = close_gaps(&MultiPolygon(vec![shape.clone()]), 3.5);
        assert!((closed.unsigned_area() - shape.unsigned_area()).abs() < 1e-6);
        // A round bay of many short edges: those near one another along it do not face each other.
        let bay: Vec<(f64, f64)> = (0..=64)
            .map(|step| (std::f64::consts::PI * f64::from(step) / 64.0).sin_cos())
            .map(|(sine, cosine)| (100.0 - 30.0 * cosine, 100.0 - 30.0 * sine))
            .collect();
        let mut ring = vec![(0.0, 100.0), (0.0, 0.0), (200.0, 0.0), (200.0, 100.0)];
        ring.extend(bay.into_iter().rev());
        let shape = polygon(&ring);
        let closed = close_gaps(&MultiPolygon(vec![shape.clone()]), 3.5);
        assert!((closed.unsigned_area() - shape.unsigned_area()).abs() < 1e-6);
    }

    #[test]
    fn a_slit_inside_an_area_is_closed_and_a_clearing_is_not() {
        let hole = |west: f64, width: f64| rectangle(west, 20.0, west + width, 80.0).exterior().clone();
        let area = Polygon::new(
            rectangle(0.0, 0.0, 200.0, 100.0).exterior().clone(),
            vec![hole(50.0, 2.0), hole(100.0, 20.0)],
        );
        let closed = close_gaps(&MultiPolygon(vec![area]), 3.5);
        assert_eq!(closed.0[0].interiors().len(), 1);
        assert!((closed.unsigned_area() - (20_000.0 - 1_200.0)).abs() < 0.1);
    }

    #[test]
    fn outlines_may_turn_either_way() {
        let mut ring = rectangle(101.0, 0.0, 201.0, 100.0).exterior().0.clone();
        ring.reverse();
        let clockwise = Polygon::new(LineString(ring), Vec::new());
        let closed = close_gaps(&MultiPolygon(vec![rectangle(0.0, 0.0, 100.0, 100.0), clockwise]), 2.0);
        assert_eq!(closed.0.len(), 1);
    }

    proptest! {
        #[test]
        fn closing_takes_nothing_away_and_adds_only_what_is_near(
            gap in 0.0..8.0_f64, slope in -0.05..0.05_f64, turn in 0.0..3.2_f64,
        ) {
            let turned = |polygon: Polygon| {
                use geo::MapCoords;
                let (sine, cosine) = turn.sin_cos();
                polygon.map_coords(|at| Coord { x: at.x * cosine - at.y * sine, y: at.x * sine + at.y * cosine })
            };
            let left = turned(rectangle(-100.0, 0.0, 0.0, 100.0));
            let right = polygon(&[(gap + 3.0, 0.0), (103.0, 0.0), (103.0, 100.0), (gap + 3.0 + slope * 60.0, 100.0), (gap + 3.0, 0.0)]);
            let right = turned(right);
            let before = left.unsigned_area() + right.unsigned_area();
            let closed = close_gaps(&MultiPolygon(vec![left, right]), 5.0);
            let added = closed.unsigned_area() - before;
            prop_assert!(added > -0.01 && added < 5.5 * 110.0, "{added}");
            let widest = (gap + 3.0).max(gap + 3.0 + slope * 60.0);
            let least = (gap + 3.0).min(gap + 3.0 + slope * 60.0);
            prop_assert!(least > 4.99 || closed.0.len() == 1, "{least}");
            prop_assert!(least < 5.01 || closed.0.len() == 2, "{least}");
            prop_assert!(widest > 4.99 || (added - (gap + 3.0 + slope * 30.0) * 100.0).abs() < 1.0, "{added}");
        }
    }
}
