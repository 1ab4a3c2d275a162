//! How wide an area is across a line that runs through it: a road's clear width from its polygon.
//!
//! From a place on the line one looks to both sides, square to it, as far as the edge of the area. Areas that touch are one:
//! a carriageway is often drawn in pieces. A line drawn a little beside its area is taken to run along the area's edge.

use geo::orient::Direction;
use geo::{Coord, LinesIter, MultiPolygon, Orient};
use rstar::AABB;
use rstar::RTree;
use rstar::primitives::{GeomWithData, Line};

/// Areas closer together than this touch.
pub const TOUCH_M: f64 = 0.05;

/// The edges of areas; the inside lies to the left of each.
pub struct AreaEdges {
    edges: RTree<GeomWithData<Line<[f64; 2]>, u32>>,
}

/// Where a look crosses an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Crossing {
    /// Metres along the look; negative to the right.
    at_m: f64,
    /// Into the area when going on to the left.
    enters: bool,
    area: u32,
}

impl AreaEdges {
    /// ```
    /// use fireplan_algorithms::clear_width::AreaEdges;
    /// use geo::{Coord, MultiPolygon, polygon};
    /// // 40 m long, from 2 m south of the line to 3 m north of it.
    /// let road: MultiPolygon = polygon![(x: 0.0, y: -2.0), (x: 40.0, y: -2.0), (x: 40.0, y: 3.0), (x: 0.0, y: 3.0)].into();
    /// let areas = AreaEdges::new([&road]);
    /// let north = Coord { x: 0.0, y: 1.0 };
    /// assert_eq!(areas.width_m(Coord { x: 20.0, y: 0.0 }, north, 30.0, 1.0), Some(5.0));
    /// assert_eq!(areas.width_m(Coord { x: 60.0, y: 0.0 }, north, 30.0, 1.0), None);
    /// ```
    pub fn new<'a>(areas: impl IntoIterator<Item = &'a MultiPolygon>) -> Self {
        let edges = areas.into_iter().zip(0..).flat_map(|(area, number)| {
            let oriented = area.orient(Direction::Default);
            let lines = oriented.lines_iter().map(|edge| {
                let line = Line::new([edge.start.x, edge.start.y], [edge.end.x, edge.end.y]);
                GeomWithData::new(line, number)
            });
            lines.collect::<Vec<_>>()
        });
        Self { edges: RTree::bulk_load(edges.collect()) }
    }

    /// Whether there is no area at all.
    pub fn is_empty(&self) -> bool {
        self.edges.size() == 0
    }

    /// Width of the area at a place in a direction (of length 1), looking so far to either side. The place may lie outside by
    /// `beside_m`. `None`: no area there.
    pub fn width_m(&self, at: Coord, across: Coord, look_m: f64, beside_m: f64) -> Option<f64> {
        let crossings = self.crossings(at, across, look_m);
        let spans = spans(&crossings, look_m);
        let off_m = |span: &(f64, f64)| span.0.max(-span.1).max(0.0);
        let nearest = spans.into_iter().min_by(|a, b| off_m(a).total_cmp(&off_m(b)))?;
        (off_m(&nearest) <= beside_m).then_some(nearest.1 - nearest.0)
    }

    /// In order from right to left.
    fn crossings(&self, at: Coord, across: Coord, look_m: f64) -> Vec<Crossing> {
        let [right, left] = [-look_m, look_m].map(|m| [at.x + across.x * m, at.y + across.y * m]);
        let envelope = AABB::from_corners(
            [right[0].min(left[0]), right[1].min(left[1])],
            [right[0].max(left[0]), right[1].max(left[1])],
        );
        let mut crossings: Vec<Crossing> = self
            .edges
            .locate_in_envelope_intersecting(&envelope)
            .filter_map(|edge| crossing(edge.geom(), edge.data, at, across))
            .filter(|crossing| crossing.at_m.abs() <= look_m)
            .collect();
        crossings.sort_by(|a, b| a.at_m.total_cmp(&b.at_m).then(a.area.cmp(&b.area)).then(a.enters.cmp(&b.enters)));
        crossings
    }
}

/// An edge belongs to its start and not to its end: a look through a corner crosses one of the two edges there.
fn crossing(edge: &Line<[f64; 2]>, area: u32, at: Coord, across: Coord) -> Option<Crossing> {
    let [from, to] = [edge.from, edge.to].map(|end| Coord { x: end[0] - at.x, y: end[1] - at.y });
    // How far the ends lie ahead of the look, and how far to its left.
    let ahead = |end: Coord| end.x * across.y - end.y * across.x;
    let aside = |end: Coord| end.x * across.x + end.y * across.y;
    let (a, b) = (ahead(from), ahead(to));
    if (a < 0.0) == (b < 0.0) {
        return None;
    }
    let share = a / (a - b);
    let at_m = aside(from) + share * (aside(to) - aside(from));
    // The inside is to the left of the edge: an edge that runs ahead has it on the left of the look's place.
    Some(Crossing { at_m, enters: b > a, area })
}

/// Stretches of the look within any area, from right to left, those that touch joined.
fn spans(crossings: &[Crossing], look_m: f64) -> Vec<(f64, f64)> {
    let mut areas: Vec<u32> = crossings.iter().map(|crossing| crossing.area).collect();
    areas.sort_unstable();
    areas.dedup();
    let mut spans: Vec<(f64, f64)> = Vec::new();
    for area in areas {
        let mut since: Option<f64> = None;
        let own = crossings.iter().filter(|crossing| crossing.area == area);
        for (number, crossing) in own.enumerate() {
            if crossing.enters {
                since = Some(crossing.at_m);
            } else if let Some(from) = since.take().or((number == 0).then_some(-look_m)) {
                spans.push((from, crossing.at_m));
            }
        }
        spans.extend(since.map(|from| (from, look_m)));
    }
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut joined: Vec<(f64, f64)> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.0 <= last.1 + TOUCH_M => last.1 = last.1.max(span.1),
            _ => joined.push(span),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use geo::{AffineOps, AffineTransform, LineString, Polygon};
    use proptest::prelude::*;

    use super::*;

    const NORTH: Coord = Coord { x: 0.0, y: 1.0 };

    fn area(points: &[(f64, f64)]) -> MultiPolygon {
        MultiPolygon(vec![Polygon::new(LineString::from(points.to_vec()), Vec::new())])
    }

    fn at(x: f64, y: f64) -> Coord {
        Coord { x, y }
    }

    /// 100 m of road, 6 m wide, with a neck of 3 m from 40 to 60.
    fn neck() -> MultiPolygon {
        area(&[
            (0.0, -3.0),
            (40.0, -3.0),
            (40.0, -1.0),
            (60.0, -1.0),
            (60.0, -3.0),
            (100.0, -3.0),
            (100.0, 3.0),
            (60.0, 3.0),
            (60.0, 2.0),
            (40.0, 2.0),
            (40.0, 3.0),
            (0.0, 3.0),
        ])
    }

    #[test]
    fn a_neck_is_measured_where_it_is_and_whichever_way_round_it_is_drawn() {
        let mut backwards = neck();
        backwards.0[0].exterior_mut(|ring| ring.0.reverse());
        for road in [neck(), backwards] {
            let areas = AreaEdges::new([&road]);
            let widths = [20.0, 39.0, 41.0, 50.0, 61.0].map(|x| areas.width_m(at(x, 0.0), NORTH, 30.0, 1.0));
            assert_eq!(widths, [6.0, 6.0, 3.0, 3.0, 6.0].map(Some));
        }
    }

    #[test]
    fn pieces_that_touch_are_one_road_and_a_gap_is_an_edge() {
        let south = area(&[(0.0, -2.0), (50.0, -2.0), (50.0, 0.0), (0.0, 0.0)]);
        let north = area(&[(0.0, 0.0), (50.0, 0.0), (50.0, 3.0), (0.0, 3.0)]);
        let beyond = area(&[(0.0, 4.0), (50.0, 4.0), (50.0, 9.0), (0.0, 9.0)]);
        let areas = AreaEdges::new([&south, &north, &beyond]);
        assert_eq!(areas.width_m(at(20.0, 1.0), NORTH, 30.0, 1.0), Some(5.0));
        assert_eq!(areas.width_m(at(20.0, 5.0), NORTH, 30.0, 1.0), Some(5.0));
    }

    #[test]
    fn a_line_a_little_beside_its_road_still_has_its_width() {
        let areas = AreaEdges::new([&neck()]);
        assert_eq!(areas.width_m(at(20.0, 3.9), NORTH, 30.0, 1.0), Some(6.0));
        assert_eq!(areas.width_m(at(20.0, 4.1), NORTH, 30.0, 1.0), None);
        // An island in the road parts it.
        let hole = LineString::from(vec![(10.0, 0.0), (30.0, 0.0), (30.0, 1.0), (10.0, 1.0)]);
        let island = MultiPolygon(vec![Polygon::new(neck().0[0].exterior().clone(), vec![hole])]);
        assert_eq!(AreaEdges::new([&island]).width_m(at(20.0, -1.0), NORTH, 30.0, 1.0), Some(3.0));
    }

    proptest! {
        #[test]
        fn a_slanted_road_is_as_wide_as_a_straight_one(
            degrees in 0.0_f64..360.0,
            width in 1.0_f64..12.0,
            beside in -0.4_f64..0.4,
            x in 5.0_f64..95.0,
        ) {
            let turn = AffineTransform::rotate(degrees, at(500.0, -300.0));
            let road = area(&[(0.0, -width / 2.0), (100.0, -width / 2.0), (100.0, width / 2.0), (0.0, width / 2.0)]);
            let place = turn.apply(at(x, beside));
            let across = turn.apply(at(x, beside + 1.0)) - place;
            let found = AreaEdges::new([&road.affine_transform(&turn)]).width_m(place, across, 30.0, 1.0);
            prop_assert!(found.is_some_and(|found| (found - width).abs() < 1e-9), "{found:?} instead of {width}");
        }
    }
}
