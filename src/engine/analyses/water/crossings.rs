//! Where roads cross water: bridges, and places where a road that nobody called a bridge runs over it all the same.
//!
//! No engine draws there: the deck is high above the water, the abutments are walls, and one that stands there blocks the bridge.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line, LinesIter};
use rstar::{AABB, PointDistance, RTree};

use fireplan_model::area::StudyArea;
use fireplan_model::rules::Limit;

type LineIn = rstar::primitives::Line<[f64; 2]>;

fn indexed(line: Line) -> LineIn {
    LineIn::new([line.start.x, line.start.y], [line.end.x, line.end.y])
}

/// Bridges and all roads, by place.
pub(super) struct WaterCrossings {
    bridges: RTree<LineIn>,
    roads: RTree<LineIn>,
}

impl WaterCrossings {
    pub(super) fn new(area: &StudyArea) -> Self {
        let lines = |wanted: &dyn Fn(bool) -> bool| -> Vec<LineIn> {
            let roads = area.layers.roads.iter().filter(|road| wanted(road.bridge) && !road.tunnel);
            roads.flat_map(|road| road.geometry.lines_iter()).map(indexed).collect()
        };
        Self { bridges: RTree::bulk_load(lines(&|bridge| bridge)), roads: RTree::bulk_load(lines(&|bridge| !bridge)) }
    }

    /// Where roads on the ground cross the lines along which water is drawn: its outline or, of a line without width, itself.
    pub(super) fn of(&self, water: &[Line]) -> Vec<Coord> {
        let mut found = Vec::new();
        for line in water {
            let around = AABB::from_corners([line.start.x, line.start.y], [line.end.x, line.end.y]);
            let crossed = self
                .roads
                .locate_in_envelope_intersecting(&around)
                .filter_map(|road| line_intersection(*line, Line::new(Coord::from(road.from), Coord::from(road.to))));
            found.extend(crossed.map(|crossed| match crossed {
                LineIntersection::SinglePoint { intersection, .. } => intersection,
                LineIntersection::Collinear { intersection } => intersection.start,
            }));
        }
        found
    }

    /// Whether a place keeps the distance from every bridge and from these crossings.
    pub(super) fn is_clear(&self, at: Coord, crossings: &[Coord], clear: &Limit) -> bool {
        let place = [at.x, at.y];
        let bridge_m = self.bridges.nearest_neighbor(&place).map(|bridge| bridge.distance_2(&place).sqrt());
        let crossing_m = crossings.iter().map(|other| (*other - at).x.hypot((*other - at).y)).reduce(f64::min);
        bridge_m.into_iter().chain(crossing_m).all(|m| clear.op.holds(m, clear.value))
    }
}
