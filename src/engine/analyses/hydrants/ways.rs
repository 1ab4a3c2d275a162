//! Ways: what a hose can be laid along, and what it cannot cross.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Distance, Euclidean, Line, Point};
use rstar::{AABB, RTree};

use crate::response::places::{FRAGMENT_M, Water, lines_of};
use fireplan_algorithms::metric_graph::{Edge, EdgePosition, MetricGraph, SAME};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{BarrierKind, Road, RoadClass};
use fireplan_model::network::Position;

/// The network a hose can be laid along: segments, cut where a railway crosses them on the level.
pub(super) struct HoseNetwork {
    pub graph: MetricGraph,
    /// Per edge: segment, from, to.
    stretches: Vec<(SegmentId, f64, f64)>,
    first_of_segment: Vec<u32>,
}

/// Whether one can walk along it: all but motorways and tunnels; what is closed to engines is open to people.
pub(super) fn is_walkable(road: &Road) -> bool {
    road.class != RoadClass::Motorway && !road.tunnel
}

/// Whether a hose can leave it for a house or come to it from a hydrant: not from the deck of a bridge.
pub(super) fn is_on_ground(road: &Road) -> bool {
    is_walkable(road) && !road.bridge
}

/// Where a hose comes to the roads from a place: on the nearest one and, where that is a yard or fragment that leads nowhere, on
/// the nearest road beyond as well.
pub(super) fn nearest_ways(area: &StudyArea, obstacles: &Obstacles, at: Coord, limit_m: f64) -> Vec<Position> {
    let network = &area.network;
    let is_fragment = |segment: SegmentId| {
        network[segment].component.is_some_and(|component| network.component_m[component.index()] < FRAGMENT_M)
    };
    let nearest = |fragments: bool| {
        let usable = |segment: SegmentId| {
            is_on_ground(&area.layers.roads[network[segment].road.index()]) && (fragments || !is_fragment(segment))
        };
        network.nearest(at, limit_m, usable, |line| obstacles.is_clear(line))
    };
    let Some(first) = nearest(true) else { return Vec::new() };
    let beyond = is_fragment(first.segment).then(|| nearest(false)).flatten();
    std::iter::once(first).chain(beyond).collect()
}

impl HoseNetwork {
    pub(super) fn new(area: &StudyArea, obstacles: &Obstacles) -> Self {
        let network = &area.network;
        let mut nodes = network.nodes.len() as u32;
        let (mut edges, mut stretches) = (Vec::new(), Vec::new());
        let mut first_of_segment = Vec::with_capacity(network.segments.len() + 1);
        for (id, segment) in SegmentId::first(network.segments.len()).zip(&network.segments) {
            first_of_segment.push(edges.len() as u32);
            let road = &area.layers.roads[segment.road.index()];
            if !is_walkable(road) {
                continue;
            }
            let cuts = if road.bridge { Vec::new() } else { obstacles.level_crossings(network.line(id)) };
            let (mut from, mut from_m) = (segment.from.0, 0.0);
            for cut_m in cuts.into_iter().filter(|cut| *cut > SAME && *cut < segment.length_m - SAME) {
                edges.push(Edge { from, to: nodes, length: cut_m - from_m });
                stretches.push((id, from_m, cut_m));
                (from, from_m) = (nodes + 1, cut_m);
                nodes += 2;
            }
            edges.push(Edge { from, to: segment.to.0, length: segment.length_m - from_m });
            stretches.push((id, from_m, segment.length_m));
        }
        first_of_segment.push(edges.len() as u32);
        Self { graph: MetricGraph::new(nodes, edges), stretches, first_of_segment }
    }

    /// The segment an edge lies on, and from where to where.
    pub(super) fn stretch(&self, edge: u32) -> (SegmentId, f64, f64) {
        self.stretches[edge as usize]
    }

    /// The place on the network of a place on a segment.
    pub(super) fn place(&self, segment: SegmentId, offset_m: f64) -> Option<EdgePosition> {
        let edges = self.first_of_segment[segment.index()]..self.first_of_segment[segment.index() + 1];
        let mut edges = edges.filter(|edge| offset_m <= self.stretches[*edge as usize].2 + SAME);
        let edge = edges.next()?;
        Some(EdgePosition { edge, offset: (offset_m - self.stretches[edge as usize].1).max(0.0) })
    }
}

type LineIn = rstar::primitives::Line<[f64; 2]>;

/// What no hose crosses.
pub(super) struct Obstacles {
    water: Water,
    lines: RTree<LineIn>,
    railways: RTree<LineIn>,
}

impl Obstacles {
    pub(super) fn new(area: &StudyArea) -> Self {
        let of_kind = |kinds: &'static [BarrierKind]| {
            area.layers
                .barriers
                .iter()
                .filter(move |barrier| kinds.contains(&barrier.kind))
                .flat_map(|barrier| lines_of(&barrier.geometry))
        };
        let on_ground = |road: &&Road| road.class == RoadClass::Motorway && !road.bridge && !road.tunnel;
        let motorways =
            area.layers.roads.iter().filter(on_ground).flat_map(|road| lines_of(&road.geometry.clone().into()));
        let tree = |lines: Vec<Line>| {
            let lines =
                lines.into_iter().map(|line| LineIn::new([line.start.x, line.start.y], [line.end.x, line.end.y]));
            RTree::bulk_load(lines.collect())
        };
        Self {
            water: Water::new(area),
            lines: tree(of_kind(&[BarrierKind::Railway, BarrierKind::Wall]).chain(motorways).collect()),
            railways: tree(of_kind(&[BarrierKind::Railway]).collect()),
        }
    }

    /// Whether a hose can be laid straight from one place to another.
    pub(super) fn is_clear(&self, line: Line) -> bool {
        self.water.is_clear(line) && crossings(&self.lines, line).next().is_none()
    }

    /// Distances along a line at which it crosses a railway, ascending.
    fn level_crossings(&self, line: &[Coord]) -> Vec<f64> {
        let mut cuts = Vec::new();
        let mut start_m = 0.0;
        for pair in line.windows(2) {
            let piece = Line::new(pair[0], pair[1]);
            cuts.extend(
                crossings(&self.railways, piece).map(|at| start_m + Euclidean.distance(&Point(pair[0]), &Point(at))),
            );
            start_m += Euclidean.distance(&Point(pair[0]), &Point(pair[1]));
        }
        cuts.sort_by(f64::total_cmp);
        cuts.dedup_by(|a, b| (*a - *b).abs() < SAME);
        cuts
    }
}

fn crossings(lines: &RTree<LineIn>, line: Line) -> impl Iterator<Item = Coord> + '_ {
    let around = AABB::from_corners([line.start.x, line.start.y], [line.end.x, line.end.y]);
    lines.locate_in_envelope_intersecting(&around).filter_map(move |other| {
        let crossed = line_intersection(line, Line::new(Coord::from(other.from), Coord::from(other.to)))?;
        Some(match crossed {
            LineIntersection::SinglePoint { intersection, .. } => intersection,
            LineIntersection::Collinear { intersection } => intersection.start,
        })
    })
}
