//! Kerbs: the road network as hydrants see it. A road served from one side is one line; a wide one is two, and what stands
//! on one side of it serves that side only.
//!
//! At a node the wide roads divide the ground into sectors: whatever meets within one sector meets there, and nothing
//! crosses a wide road. Where a wide road ends, its two sides meet round the end.

use geo::Coord;

use super::scope::Scope;
use super::streets::{StreetIndex, StreetPart, carries_hydrants};
use crate::town_rules::TownRules;
use fireplan_algorithms::linear_reference::Side;
use fireplan_algorithms::metric_graph::{Edge, EdgePosition, MetricGraph};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;

/// One side of a segment, or all of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kerb {
    pub segment: SegmentId,
    /// Seen along the segment; `None`: the road is served from either side.
    pub side: Option<Side>,
}

pub(crate) struct Kerbs {
    pub graph: MetricGraph,
    /// The kerb that each edge of the graph stands for.
    pub kerbs: Vec<Kerb>,
    /// Per segment, its edges: left and right of a wide road, twice the same of another.
    of_segment: Vec<Option<[u32; 2]>>,
    /// Per segment, the stretches on which hydrants are asked for.
    pub wanted: Vec<Vec<(f64, f64)>>,
}

/// An end of a segment at a node, with the direction in which it leaves.
struct Arm {
    segment: SegmentId,
    /// Whether the arm leaves in the direction of the segment's own line.
    forwards: bool,
    bearing: f64,
    wide: bool,
}

impl Kerbs {
    pub(crate) fn new(area: &StudyArea, local: &TownRules, streets: &StreetIndex, scope: &Scope) -> Self {
        let network = &area.network;
        let road = |segment: SegmentId| &area.layers.roads[network[segment].road.index()];
        let is_wide = |segment: SegmentId| {
            let limit = &local.of_segment(segment).hydrant.one_side_width_m;
            road(segment).width_m.is_some_and(|width| !limit.op.holds(width, limit.value))
        };
        let mut arms: Vec<Vec<Arm>> = (0..network.nodes.len()).map(|_| Vec::new()).collect();
        for segment in SegmentId::first(network.segments.len()).filter(|segment| carries_hydrants(road(*segment))) {
            let ends = &network[segment];
            for (node, forwards) in [(ends.from, true), (ends.to, false)] {
                let bearing = bearing(network.line(segment), forwards);
                arms[node.index()].push(Arm { segment, forwards, bearing, wide: is_wide(segment) });
            }
        }
        // Per segment: where its left and right kerb begin and end.
        let mut corners = vec![[[u32::MAX; 2]; 2]; network.segments.len()];
        let mut nodes = 0;
        for arms in &mut arms {
            nodes = join_at_node(arms, nodes, &mut corners);
        }
        let mut kerbs = Self {
            graph: MetricGraph::default(),
            kerbs: Vec::new(),
            of_segment: vec![None; network.segments.len()],
            wanted: scope.stretches(area, streets),
        };
        let mut edges = Vec::new();
        for segment in SegmentId::first(network.segments.len()).filter(|segment| carries_hydrants(road(*segment))) {
            let length = network[segment].length_m;
            let [left, right] = corners[segment.index()];
            let first = edges.len() as u32;
            let mut add = |[from, to]: [u32; 2], side: Option<Side>| {
                edges.push(Edge { from, to, length });
                kerbs.kerbs.push(Kerb { segment, side });
            };
            if is_wide(segment) {
                add(left, Some(Side::Left));
                add(right, Some(Side::Right));
                kerbs.of_segment[segment.index()] = Some([first, first + 1]);
            } else {
                add(left, None);
                kerbs.of_segment[segment.index()] = Some([first, first]);
            }
        }
        kerbs.graph = MetricGraph::new(nodes, edges);
        kerbs
    }

    /// The place on the network of a hydrant so far along a segment, on this side of it.
    pub(crate) fn place(&self, segment: SegmentId, offset_m: f64, side: Side) -> Option<EdgePosition> {
        let edges = self.of_segment[segment.index()]?;
        Some(EdgePosition { edge: edges[usize::from(side == Side::Right)], offset: offset_m })
    }

    /// The edges of a segment: one, or two for a wide road.
    pub(crate) fn edges_of(&self, segment: SegmentId) -> impl Iterator<Item = u32> {
        let edges = self.of_segment[segment.index()];
        edges.into_iter().flat_map(|[left, right]| [Some(left), (right != left).then_some(right)].into_iter().flatten())
    }

    /// The edge for one side of a street's part; `None`: the road is served from either side.
    pub(crate) fn is_wide(&self, segment: SegmentId) -> bool {
        self.of_segment[segment.index()].is_some_and(|[left, right]| left != right)
    }

    /// The side of the street on which the edge lies.
    pub(crate) fn side_on_street(&self, edge: u32, part: &StreetPart) -> Option<Side> {
        self.kerbs[edge as usize].side.map(|side| side.seen(part.backwards))
    }
}

/// The compass bearing in which a line leaves one of its ends.
fn bearing(line: &[Coord], forwards: bool) -> f64 {
    let (start, next) = if forwards {
        (line[0], line.iter().find(|at| **at != line[0]))
    } else {
        let last = line[line.len() - 1];
        (last, line.iter().rev().find(|at| **at != last))
    };
    next.map_or(0.0, |next| (next.y - start.y).atan2(next.x - start.x))
}

/// Gives every sector between wide roads a node of its own, from `nodes` on; returns the next free number.
fn join_at_node(arms: &mut [Arm], nodes: u32, corners: &mut [[[u32; 2]; 2]]) -> u32 {
    if arms.is_empty() {
        return nodes;
    }
    arms.sort_by(|a, b| a.bearing.total_cmp(&b.bearing).then((a.segment, a.forwards).cmp(&(b.segment, b.forwards))));
    let wide = arms.iter().filter(|arm| arm.wide).count() as u32;
    let sectors = wide.max(1);
    // Anticlockwise: right of a leaving arm lies the sector before it, left of it the one after.
    let mut sector = 0;
    for arm in arms.iter() {
        let before = nodes + sector;
        if arm.wide {
            sector = (sector + 1) % sectors;
        }
        let after = nodes + sector;
        let end = usize::from(!arm.forwards);
        // Seen along the segment, an arm that leaves against it has its sides swapped.
        let (left, right) = if arm.forwards { (after, before) } else { (before, after) };
        corners[arm.segment.index()][0][end] = left;
        corners[arm.segment.index()][1][end] = right;
    }
    nodes + sectors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(segment: u32, bearing: f64, wide: bool) -> Arm {
        Arm { segment: SegmentId(segment), forwards: true, bearing, wide }
    }

    #[test]
    fn narrow_roads_meet_in_one_node() {
        let mut corners = vec![[[u32::MAX; 2]; 2]; 3];
        let mut arms = [arm(0, 0.0, false), arm(1, 1.5, false), arm(2, 3.0, false)];
        assert_eq!(join_at_node(&mut arms, 5, &mut corners), 6);
        assert!(corners.iter().all(|corner| corner[0][0] == 5 && corner[1][0] == 5));
    }

    #[test]
    fn a_wide_road_parts_what_meets_left_and_right_of_it() {
        // The wide road comes from the west (0) and goes on east (1); side roads north (2) and south (3).
        let mut corners = vec![[[u32::MAX; 2]; 2]; 4];
        let mut arms =
            [arm(0, std::f64::consts::PI, true), arm(1, 0.0, true), arm(2, 1.57, false), arm(3, -1.57, false)];
        assert_eq!(join_at_node(&mut arms, 0, &mut corners), 2);
        let [left, right] = [0, 1].map(|side| corners[1][side][0]);
        assert_ne!(left, right);
        assert_eq!((corners[2][0][0], corners[3][0][0]), (left, right));
        // The road from the west leaves westwards: its right is north.
        assert_eq!((corners[0][1][0], corners[0][0][0]), (left, right));
    }

    #[test]
    fn the_sides_of_a_wide_road_meet_round_its_end() {
        let mut corners = vec![[[u32::MAX; 2]; 2]; 1];
        join_at_node(&mut [arm(0, 0.0, true)], 0, &mut corners);
        assert_eq!(corners[0][0][0], corners[0][1][0]);
    }
}
