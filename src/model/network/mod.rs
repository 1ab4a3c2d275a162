//! The road network: compact arrays, exact geometry of every segment, a node where roads really meet.
//!
//! Roads meet where they share a vertex id (OSM), or, without ids, where their geometry touches at the same level
//! ([`noding`]); never at an overpass. Nodes are numbered along a space-filling curve, so that neighbours lie close in
//! memory; segments follow the order of their first node.

mod build;
mod dual_carriageways;
mod noding;
mod obstacles;
mod profile;
mod repeated;
mod restricted;
mod restrictions;
mod road_lines;
#[cfg(test)]
mod tests;

use geo::{Coord, Line, LineLocatePoint, LineString, Point};
use rstar::{AABB, PointDistance, RTree, RTreeObject};

pub(crate) use noding::ends_on_ground;
pub use noding::{MOTORWAY_CROSSING, running_level};
pub use profile::{ProfileStretch, RoadProfile, RoadProfiles, SegmentSlopes, SlopeStretch};
pub use restricted::{NetworkParts, RestrictedNetwork};
pub use restrictions::TurnRestriction;

use crate::grid::Grid;
use crate::ids::{ArcId, ComponentId, NodeId, ObstacleId, RoadId, SegmentId};
use crate::layers::{Obstacle, Road};
use crate::method::MethodConstant;
use crate::notes::Notes;
use crate::plane::PointScale;

/// The constants of the method by which a network is built, its slopes are measured and its loose ends are found.
pub fn method() -> Vec<MethodConstant> {
    [
        dual_carriageways::method(),
        noding::method(),
        obstacles::method(),
        profile::method(),
        repeated::method(),
        road_lines::method(),
        crate::loose_ends::method(),
    ]
    .concat()
}

/// Roads between junctions.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Junctions and road ends.
    pub nodes: Vec<Coord>,
    /// Segments in the order of their first node.
    pub segments: Vec<Segment>,
    /// The vertices of all segments, one segment after the other, ends included.
    pub vertices: Vec<Coord>,
    /// Distance of each vertex along its segment, on the ellipsoid.
    pub chainage_m: Vec<f64>,
    /// Sequences of arcs that may not be driven one after the other.
    pub forbidden: Vec<Vec<ArcId>>,
    /// Road length of each component; see [`Segment::component`].
    pub component_m: Vec<f64>,
    /// What the source said of connections, for building it again with other roads.
    pub topology: Topology,
    /// Roads are drawn on others; see [`Network::roads_once`].
    pub has_repeated: bool,
    /// By how much lengths of the plane exceed those on the ellipsoid.
    pub scale: PointScale,
    /// How steep every segment is, stretch by stretch.
    pub slopes: SegmentSlopes,
    pieces: RTree<Piece>,
    at_nodes: SegmentsAtNodes,
}

/// Which segments end at each node.
#[derive(Debug, Clone, Default)]
struct SegmentsAtNodes {
    /// Where those of each node begin; one more at the end.
    first: Vec<u32>,
    segments: Vec<SegmentId>,
}

/// A piece of road between two nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// The node where its line begins.
    pub from: NodeId,
    /// The node where its line ends.
    pub to: NodeId,
    /// The road it is a part of.
    pub road: RoadId,
    /// Number of its first vertex in [`Network::vertices`].
    pub first_vertex: u32,
    /// Number of its vertices, ends included.
    pub vertex_count: u32,
    /// Length of its line on the ellipsoid, in metres; at least a millimetre.
    pub length_m: f64,
    /// Mean steepness along the segment, up and down alike, over 150 m of its road where it is shorter; NaN without
    /// elevation.
    pub slope_percent: f32,
    /// Segments that motor vehicles can drive from one to another, disregarding one-ways, share a component.
    /// `None` for paths and closed roads.
    pub component: Option<ComponentId>,
    /// What stands in it: then it is as long as that, and no more.
    pub obstacle: Option<ObstacleId>,
    /// It is one of two one-way carriageways of a road, side by side.
    pub is_dual_carriageway: bool,
}

/// Distances that differ by less are equal: roads drawn one on the other, or meeting at the nearest point.
pub const SAME_M: f64 = 1e-6;

/// What the source knows of how its roads connect, beside their geometry.
#[derive(Debug, Clone, Default)]
pub struct Topology {
    /// Per road, the id of each vertex; empty: the road meets others by geometry.
    pub vertex_ids: Vec<Vec<i64>>,
    /// Turns that the source forbids or prescribes.
    pub restrictions: Vec<TurnRestriction>,
    /// Roads that stand for a second drawing of theirs.
    pub also: Vec<SecondDrawing>,
}

/// A second drawing of a road, which its row stands for as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondDrawing {
    /// The row that is left.
    pub road: RoadId,
    /// The source id of the other drawing.
    pub source_id: String,
    /// Its name.
    pub name: String,
}

/// A place on a road.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// The segment it lies on.
    pub segment: SegmentId,
    /// Distance along the segment from its first node.
    pub offset_m: f64,
    /// The place on the line of the road, in metres of the plane.
    pub at: Coord,
    /// Straight distance from the place that was looked up, on the ellipsoid.
    pub distance_m: f64,
}

/// The nearest of the positions that are offered to it, themselves nearest first; of equally near ones ([`SAME_M`]), the first along
/// the lowest segment.
#[derive(Debug, Clone, Copy, Default)]
pub struct NearestPosition {
    chosen: Option<Position>,
    /// The distance up to which another position is as near as the nearest.
    as_near_m: f64,
}

impl NearestPosition {
    /// Whether a position so far away could be the one: none was nearer.
    pub fn takes(&self, distance_m: f64) -> bool {
        self.chosen.is_none() || distance_m <= self.as_near_m
    }

    /// Takes notice of a position that it [takes](Self::takes).
    pub fn offer(&mut self, position: Position) {
        let Some(chosen) = &mut self.chosen else {
            *self = Self { chosen: Some(position), as_near_m: position.distance_m + SAME_M };
            return;
        };
        let order = position.segment.cmp(&chosen.segment).then(position.offset_m.total_cmp(&chosen.offset_m));
        if order.is_lt() {
            *chosen = position;
        }
    }

    /// The nearest, if any was offered.
    pub fn get(&self) -> Option<Position> {
        self.chosen
    }
}

/// A straight piece of a segment, for looking up what is near.
#[derive(Debug, Clone, Copy)]
struct Piece {
    line: Line,
    segment: SegmentId,
    /// Index of its first vertex.
    vertex: u32,
}

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.line.start.x, self.line.start.y], [self.line.end.x, self.line.end.y])
    }
}

impl PointDistance for Piece {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        let place = Coord { x: point[0], y: point[1] };
        squared(place - nearest_on(self.line, place).0)
    }
}

fn squared(v: Coord) -> f64 {
    v.x * v.x + v.y * v.y
}

/// The nearest point on the line and how far along it lies, 0 to 1.
pub(crate) fn nearest_on(line: Line, place: Coord) -> (Coord, f64) {
    let share = line.line_locate_point(&Point(place)).unwrap_or(0.0);
    (line.start + line.delta() * share, share)
}

impl std::ops::Index<SegmentId> for Network {
    type Output = Segment;
    fn index(&self, segment: SegmentId) -> &Segment {
        &self.segments[segment.index()]
    }
}

impl Network {
    /// Builds the network of the roads and of what stands in them, on a plane of this scale and on these heights; what could
    /// not be used is noted.
    pub fn build(
        (roads, obstacles): (&[Road], &[Obstacle]),
        topology: &Topology,
        (scale, elevation): (PointScale, Option<&Grid>),
        notes: &mut Notes,
    ) -> Self {
        build::build((roads, obstacles), topology, (scale, elevation), notes)
    }

    /// The roads and their connections with every stretch that is drawn twice as one row, which has the strictest facts of
    /// both drawings and which the ids and names of both mean.
    pub fn roads_once(roads: &[Road], topology: &Topology) -> (Vec<Road>, Topology) {
        repeated::roads_once(roads, topology)
    }

    /// The same network after roads were opened, closed or made roads, their lines unchanged.
    pub fn reopened(&self, roads: &[Road]) -> Self {
        let mut network = self.clone();
        build::mark_components(&mut network, roads);
        network
    }

    /// The vertices of a segment, from its first node to its last.
    pub fn line(&self, segment: SegmentId) -> &[Coord] {
        let Segment { first_vertex, vertex_count, .. } = self.segments[segment.index()];
        &self.vertices[first_vertex as usize..(first_vertex + vertex_count) as usize]
    }

    /// The distances of the vertices of a segment from its first node.
    pub fn chainage(&self, segment: SegmentId) -> &[f64] {
        let Segment { first_vertex, vertex_count, .. } = self.segments[segment.index()];
        &self.chainage_m[first_vertex as usize..(first_vertex + vertex_count) as usize]
    }

    /// Node at which an arc begins.
    pub fn tail(&self, arc: ArcId) -> NodeId {
        let segment = &self[arc.segment()];
        if arc.is_along() { segment.from } else { segment.to }
    }

    /// Node at which an arc ends.
    pub fn head(&self, arc: ArcId) -> NodeId {
        self.tail(arc.reversed())
    }

    /// The segments that end at a node, in order; one that begins and ends there comes once.
    pub fn segments_at(&self, node: NodeId) -> &[SegmentId] {
        let SegmentsAtNodes { first, segments } = &self.at_nodes;
        &segments[first[node.index()] as usize..first[node.index() + 1] as usize]
    }

    /// The arcs that begin at a node.
    pub fn arcs_leaving(&self, node: NodeId) -> impl Iterator<Item = ArcId> + '_ {
        let arcs = self.segments_at(node).iter().flat_map(|segment| segment.arcs());
        arcs.filter(move |arc| self.tail(*arc) == node)
    }

    /// The place on the segment so far from its first node.
    pub fn point_at(&self, segment: SegmentId, offset_m: f64) -> Coord {
        let (line, chainage) = (self.line(segment), self.chainage(segment));
        let next = chainage.partition_point(|&m| m < offset_m).clamp(1, line.len() - 1);
        let (start, end) = (chainage[next - 1], chainage[next]);
        let share = if end > start { ((offset_m - start) / (end - start)).clamp(0.0, 1.0) } else { 0.0 };
        line[next - 1] + (line[next] - line[next - 1]) * share
    }

    /// The part of a segment between two distances from its first node.
    pub fn part(&self, segment: SegmentId, from_m: f64, to_m: f64) -> LineString {
        let (line, chainage) = (self.line(segment), self.chainage(segment));
        let mut part = vec![self.point_at(segment, from_m)];
        part.extend(line.iter().zip(chainage).filter(|(_, m)| from_m < **m && **m < to_m).map(|(at, _)| *at));
        part.push(self.point_at(segment, to_m));
        LineString(part)
    }

    /// The nearest position on a road within `limit_m`, among segments that are `usable` and for which the straight
    /// line from the place to the road is `clear`.
    pub fn nearest(
        &self,
        place: Coord,
        limit_m: f64,
        usable: impl Fn(SegmentId) -> bool,
        clear: impl Fn(Line) -> bool,
    ) -> Option<Position> {
        let mut nearest = NearestPosition::default();
        for (segment, position) in self.pieces_around(place, limit_m) {
            if !usable(segment) {
                continue;
            }
            let position = position();
            if !nearest.takes(position.distance_m) {
                break;
            }
            if clear(Line::new(place, position.at)) {
                nearest.offer(position);
            }
        }
        nearest.get()
    }

    /// The straight pieces of road within `limit_m` of a place, nearest first: each with its segment and, when asked, the nearest
    /// position on it.
    pub fn pieces_around(
        &self,
        place: Coord,
        limit_m: f64,
    ) -> impl Iterator<Item = (SegmentId, impl FnOnce() -> Position + '_)> + '_ {
        let scale = self.scale.at(place);
        let limit_m = limit_m * scale;
        self.pieces
            .nearest_neighbor_iter_with_distance_2(&[place.x, place.y])
            .take_while(move |(_, distance2)| *distance2 <= limit_m * limit_m)
            .map(move |(piece, _)| (piece.segment, move || self.position_on(piece, place, scale)))
    }

    /// The nearest position on every segment within `limit_m`, nearest first; of equal ones, the lower segment.
    pub fn positions_near(&self, place: Coord, limit_m: f64) -> Vec<Position> {
        let scale = self.scale.at(place);
        let limit_m = limit_m * scale;
        let pieces = self.pieces.locate_within_distance([place.x, place.y], limit_m * limit_m);
        let mut positions: Vec<Position> = pieces.map(|piece| self.position_on(piece, place, scale)).collect();
        positions.sort_by(|a, b| a.segment.cmp(&b.segment).then(a.distance_m.total_cmp(&b.distance_m)));
        positions.dedup_by_key(|position| position.segment);
        positions.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.segment.cmp(&b.segment)));
        positions
    }

    fn position_on(&self, piece: &Piece, place: Coord, scale: f64) -> Position {
        let (at, share) = nearest_on(piece.line, place);
        let (start, end) = (self.chainage_m[piece.vertex as usize], self.chainage_m[piece.vertex as usize + 1]);
        let offset_m = start + share * (end - start);
        Position { segment: piece.segment, offset_m, at, distance_m: squared(place - at).sqrt() / scale }
    }

    /// Every straight piece of every segment with the distances of its start and end along the segment, in order.
    pub fn straight_pieces(&self) -> impl Iterator<Item = (SegmentId, [f64; 2], Line)> + '_ {
        SegmentId::first(self.segments.len()).flat_map(move |segment| {
            let (line, chainage) = (self.line(segment), self.chainage(segment));
            let ends = line.windows(2).zip(chainage.windows(2));
            ends.map(move |(pair, ends_m)| (segment, [ends_m[0], ends_m[1]], Line::new(pair[0], pair[1])))
        })
    }

    /// Number of components of motor roads.
    pub fn components(&self) -> usize {
        self.component_m.len()
    }

    /// Length of all segments together, in metres.
    pub fn length_m(&self) -> f64 {
        self.segments.iter().map(|segment| segment.length_m).sum()
    }
}
