//! Loose ends (疑似断头): roads that end a few metres from another without meeting it.
//!
//! Whether they meet nobody can tell from the map. An end is suspected where it stands within [`LOOSE_END_M`] of another road
//! of its level, nothing is drawn between the two, and a crew would have to drive far around ([`AROUND_M`]) or gets from
//! one to the other not at all. What a way round leads over, and what does not even point at the other road, is a street
//! end like any other: a parallel lane, a court behind a hedge.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{BoundingRect, Coord, Geometry, Intersects, Line, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::area::StudyArea;
use crate::ids::{NodeId, SegmentId};
use crate::layers::{BarrierKind, Road, RoadClass};
use crate::method_constants;
use crate::network::{Network, Position, SAME_M, Topology, ends_on_ground, running_level};

method_constants! {
    /// 路端距另一道路不超过此值而未相接，疑似断头 | A road end this near to another road without meeting it is suspected to
    pub const LOOSE_END_M: f64 = 10.0,
        because "约为两条双车道道路的半宽之和，再远则数据上看不出本应相接 | About half the widths of two roads together: farther apart nothing in the data says that they should meet";
    /// 绕行超过此值的近距路端才列为疑似断头 | Way round to the other road from which on an end beside it is suspected
    const AROUND_M: f64 = 500.0,
        because "一个街区以内的绕行说明两路本来就通；假定值，供审查 | A way round of less than a block says that the two are connected as they are; an assumption, for review";
    /// 绕得过去的路端，其走向与所缺一段的夹角余弦不小于此值才列出 | Least cosine between an end that has a way round and what is missing
    const TOWARDS: f64 = 0.5,
        because "即夹角不超过 60 度；侧向相邻的平行路不是断头 | That is 60 degrees: a lane that runs beside another is no loose end";
}

/// An end of a road that may be meant to meet another.
#[derive(Debug, Clone, PartialEq)]
pub struct LooseEnd {
    /// The segment that ends.
    pub segment: SegmentId,
    /// Its loose end.
    pub node: NodeId,
    /// The place of the end, in metres of the plane.
    pub at: Coord,
    /// The nearest place on the other road; its distance is the gap.
    pub meets: Position,
    /// No road leads from one to the other.
    pub apart: bool,
}

impl LooseEnd {
    /// The road that ends and the road that it stands before.
    pub fn roads<'a>(&self, area: &'a StudyArea) -> [&'a Road; 2] {
        [self.segment, self.meets.segment].map(|segment| area.road_of(segment))
    }
}

/// All suspected ends: those that nothing leads around first, then by gap.
pub fn find_loose_ends(area: &StudyArea) -> Vec<LooseEnd> {
    let network = &area.network;
    let mut ends: Vec<LooseEnd> = NodeId::first(network.nodes.len()).filter_map(|node| loose_end(area, node)).collect();
    let crossed = drawn_between(area, &ends);
    let mut crossed = crossed.into_iter();
    ends.retain(|_| !crossed.next().unwrap_or(false));
    // Two ends that stand before one another are one gap.
    let other_end = |end: &LooseEnd| {
        let segment = &network[end.meets.segment];
        let near = |node: &NodeId| network.nodes[node.index()] == end.meets.at;
        [segment.from, segment.to].into_iter().find(near)
    };
    let met: BTreeMap<NodeId, Option<NodeId>> = ends.iter().map(|end| (end.node, other_end(end))).collect();
    let is_second = |end: &LooseEnd| {
        met[&end.node].is_some_and(|other| other < end.node && met.get(&other) == Some(&Some(end.node)))
    };
    ends.retain(|end| !is_second(end));
    ends.sort_by(|a, b| {
        (!a.apart).cmp(&!b.apart).then(a.meets.distance_m.total_cmp(&b.meets.distance_m)).then(a.node.cmp(&b.node))
    });
    ends
}

/// What a node is a loose end of, if it is one.
fn loose_end(area: &StudyArea, node: NodeId) -> Option<LooseEnd> {
    let network = &area.network;
    let is_driven = |segment: &SegmentId| network[*segment].component.is_some();
    let driven: Vec<SegmentId> = network.segments_at(node).iter().copied().filter(is_driven).collect();
    // A footpath that goes on from it takes no engine on.
    let [segment] = driven[..] else { return None };
    let component = network[segment].component?;
    if network[segment].from == network[segment].to {
        return None;
    }
    let road_of = |segment: SegmentId| &area.layers.roads[network[segment].road.index()];
    let own = road_of(segment);
    // Decks and tubes pass what they do not meet and come to the ground at their ends; nothing joins a motorway at grade.
    let spans = |road: &Road| road.bridge || road.tunnel;
    let level = if ends_on_ground(own) { 0 } else { running_level(own) };
    let other = |other: SegmentId| {
        let road = road_of(other);
        other != segment
            && network[other].component.is_some()
            && !spans(road)
            && road.class != RoadClass::Motorway
            && running_level(road) == level
    };
    let at = network.nodes[node.index()];
    let joins = own.class != RoadClass::Motorway && (!spans(own) || ends_on_ground(own));
    if !joins {
        return None;
    }
    let near: Vec<Position> = network.positions_near(at, LOOSE_END_M);
    let near: Vec<Position> = near.into_iter().filter(|position| other(position.segment)).collect();
    // What the road itself goes on with beyond a gate, or a piece of its own, may be nearer than what it misses.
    let ends = near.iter().enumerate().filter(|(number, meets)| !is_behind(network, at, meets, &near[..*number]));
    ends.map(|(_, meets)| {
        let apart = network[meets.segment].component != Some(component);
        LooseEnd { segment, node, at, meets: *meets, apart }
    })
    .find(|end| end.apart || (points_at_gap(area, end) && is_far_around(area, end)))
}

/// Whether one of these roads runs between a place and a position.
fn is_behind(network: &Network, at: Coord, position: &Position, nearer: &[Position]) -> bool {
    let gap = Line::new(at, position.at);
    let meets_before = |line: &[Coord]| {
        line.windows(2).any(|pair| {
            let between = line_intersection(gap, Line::new(pair[0], pair[1]));
            let is_at_end =
                |place: Coord| [at, position.at].iter().any(|end| (place - *end).x.hypot((place - *end).y) < SAME_M);
            match between {
                Some(LineIntersection::SinglePoint { intersection, .. }) => !is_at_end(intersection),
                Some(LineIntersection::Collinear { .. }) => true,
                None => false,
            }
        })
    };
    nearer.iter().any(|nearer| meets_before(network.line(nearer.segment)))
}

/// Whether the road runs towards what it stands before.
fn points_at_gap(area: &StudyArea, end: &LooseEnd) -> bool {
    let line = area.network.line(end.segment);
    let before = if area.network[end.segment].to == end.node { line[line.len() - 2] } else { line[1] };
    let (ahead, gap) = (end.at - before, end.meets.at - end.at);
    let lengths = ahead.x.hypot(ahead.y) * gap.x.hypot(gap.y);
    lengths > 0.0 && (ahead.x * gap.x + ahead.y * gap.y) >= TOWARDS * lengths
}

/// Whether more than [`AROUND_M`] of road lie between the end and what it stands before.
fn is_far_around(area: &StudyArea, end: &LooseEnd) -> bool {
    let network = &area.network;
    let centimetres = |m: f64| (m * 100.0).round() as u64;
    let goal = &network[end.meets.segment];
    let rest = [(goal.from, end.meets.offset_m), (goal.to, goal.length_m - end.meets.offset_m)];
    let mut done: BTreeMap<NodeId, u64> = BTreeMap::new();
    let mut ahead = BinaryHeap::from([(Reverse(0_u64), end.node)]);
    while let Some((Reverse(way), node)) = ahead.pop() {
        if way > centimetres(AROUND_M) {
            break;
        }
        if done.contains_key(&node) {
            continue;
        }
        done.insert(node, way);
        for arc in network.arcs_leaving(node).filter(|arc| network[arc.segment()].component.is_some()) {
            ahead.push((Reverse(way + centimetres(network[arc.segment()].length_m)), network.head(arc)));
        }
    }
    let ways = rest.iter().filter_map(|(node, rest_m)| Some(done.get(node)? + centimetres(*rest_m)));
    ways.min().is_none_or(|way| way > centimetres(AROUND_M))
}

/// For each end, whether a building, a wall, a railway or water is drawn in the gap.
fn drawn_between(area: &StudyArea, ends: &[LooseEnd]) -> Vec<bool> {
    let gaps: Vec<Line> = ends.iter().map(|end| Line::new(end.at, end.meets.at)).collect();
    let boxes = gaps.iter().enumerate().map(|(number, gap)| {
        let rect = gap.bounding_rect();
        let corners = [rect.min(), rect.max()].map(|at| [at.x, at.y]);
        GeomWithData::new(Rectangle::from_corners(corners[0], corners[1]), number)
    });
    let boxes = RTree::bulk_load(boxes.collect());
    let mut crossed = vec![false; ends.len()];
    let mut hold = |rect: Option<Rect>, crosses: &dyn Fn(&Line) -> bool| {
        let Some(rect) = rect else { return };
        let around = AABB::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
        for gap in boxes.locate_in_envelope_intersecting(&around) {
            crossed[gap.data] |= crosses(&gaps[gap.data]);
        }
    };
    let layers = &area.layers;
    for building in &layers.buildings {
        hold(building.geometry.bounding_rect(), &|gap| building.geometry.intersects(gap));
    }
    let stops = |kind: BarrierKind| matches!(kind, BarrierKind::Railway | BarrierKind::Wall);
    let barriers = layers.barriers.iter().filter(|barrier| stops(barrier.kind)).map(|barrier| &barrier.geometry);
    let water = layers.water_sources.iter().map(|water| &water.geometry);
    for geometry in barriers.chain(water).filter(|geometry| !matches!(geometry, Geometry::Point(_))) {
        hold(geometry.bounding_rect(), &|gap| geometry.intersects(gap));
    }
    crossed
}

/// Joins the ends to what they stand before: each road goes on to the other, which gets a vertex there. `false` for an end of
/// which only one of the two roads knows the ids of its vertices: such roads never meet.
pub fn join_end(area: &StudyArea, roads: &mut [Road], topology: &mut Topology, end: &LooseEnd) -> bool {
    let [own, other] = [end.segment, end.meets.segment].map(|segment| area.network[segment].road.index());
    topology.vertex_ids.resize(roads.len().max(topology.vertex_ids.len()), Vec::new());
    let by_ids = !topology.vertex_ids[own].is_empty();
    if by_ids == topology.vertex_ids[other].is_empty() {
        return false;
    }
    // Ids of sources are positive, or at least not this far below zero.
    let fresh = topology.vertex_ids.iter().flatten().copied().min().unwrap_or(0).min(-2_000_000_000) - 1;
    let (id, at) = insert_vertex(&mut roads[other], &mut topology.vertex_ids[other], end.meets.at, fresh);
    let (line, ids) = (&mut roads[own].geometry.0, &mut topology.vertex_ids[own]);
    let place = if line.first() == Some(&end.at) { 0 } else { line.len() };
    line.insert(place, at);
    if by_ids {
        ids.insert(place, id);
    }
    true
}

/// The vertex of a road at this place on its line, and its id; put in where there is none.
fn insert_vertex(road: &mut Road, ids: &mut Vec<i64>, at: Coord, fresh: i64) -> (i64, Coord) {
    let line = &mut road.geometry.0;
    if let Some(vertex) = line.iter().position(|vertex| *vertex == at) {
        return (ids.get(vertex).copied().unwrap_or(fresh), at);
    }
    let off = |pair: &[Coord]| {
        let (nearest, _) = crate::network::nearest_on(Line::new(pair[0], pair[1]), at);
        (nearest - at).x.hypot((nearest - at).y)
    };
    let behind = (1..line.len()).min_by(|a, b| off(&line[a - 1..=*a]).total_cmp(&off(&line[b - 1..=*b]))).unwrap_or(0);
    line.insert(behind, at);
    if !ids.is_empty() {
        ids.insert(behind, fresh);
    }
    (fresh, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Building, Layers, Obstacle, ObstaclePassage};
    use crate::notes::Notes;
    use crate::plane::PointScale;
    use crate::rows::Row;
    use crate::sketch::{AreaBuilder, rectangle, road};

    fn area(roads: Vec<Road>) -> StudyArea {
        roads.into_iter().fold(StudyArea::builder(), AreaBuilder::road).build()
    }

    fn street() -> Road {
        road(&[(0.0, 0.0), (2_000.0, 0.0)])
    }

    fn gaps(area: &StudyArea) -> Vec<f64> {
        find_loose_ends(area).iter().map(|end| end.meets.distance_m).collect()
    }

    #[test]
    fn an_end_that_misses_a_road_is_suspected_up_to_the_limit() {
        let side = |gap_m: f64| road(&[(500.0, gap_m), (500.0, 800.0)]);
        for (gap_m, found) in [(0.3, 0), (0.8, 1), (9.9, 1), (10.1, 0)] {
            assert_eq!(gaps(&area(vec![street(), side(gap_m)])).len(), found, "{gap_m}");
        }
        let ends = find_loose_ends(&area(vec![street(), side(3.0)]));
        assert!(ends[0].apart && ends[0].at == Coord { x: 500.0, y: 3.0 });
        assert_eq!(ends[0].meets.at, Coord { x: 500.0, y: 0.0 });
    }

    #[test]
    fn small_things_near_an_end_do_not_hide_what_it_misses() {
        let side = || road(&[(500.0, 4.0), (500.0, 800.0)]);
        let found = |roads: Vec<Road>| -> Vec<(f64, bool)> {
            find_loose_ends(&area(roads)).iter().map(|end| (end.meets.distance_m, end.apart)).collect()
        };
        // Its last metres are a row of their own.
        let pieces = [road(&[(500.0, 7.0), (500.0, 800.0)]), road(&[(500.0, 4.0), (500.0, 7.0)])];
        assert_eq!(found(vec![street(), pieces[0].clone(), pieces[1].clone()]), [(4.0, true)]);
        // A sidewalk crosses it, or goes on from it.
        let path = |points: &[(f64, f64)]| Road { class: RoadClass::Path, ..road(points) };
        assert_eq!(found(vec![street(), side(), path(&[(0.0, 6.0), (1_000.0, 6.0)])]), [(4.0, true)]);
        assert_eq!(found(vec![street(), side(), path(&[(500.0, 4.0), (300.0, 4.0)])]), [(4.0, true)]);
        // A stub of 3 m beside it.
        let stub = road(&[(500.0, 6.0), (503.0, 6.0)]);
        assert_eq!(found(vec![street(), side(), stub]).first(), Some(&(4.0, true)));
        // A gate 4 m from the end.
        let mut gate = Obstacle::blank(geo::Point::new(500.0, 8.0)).unwrap();
        gate.passage = ObstaclePassage::Open;
        let layers = Layers { roads: vec![street(), side()], obstacles: vec![gate], ..Layers::default() };
        assert_eq!(gaps(&StudyArea::builder().layers(layers).build()), [4.0]);
        // What lies behind a street that it is joined to around the corner is not what it misses.
        let near = road(&[(400.0, 0.0), (400.0, 50.0), (500.0, 50.0), (500.0, 4.0)]);
        let behind = road(&[(300.0, -3.0), (700.0, -3.0)]);
        let ends = find_loose_ends(&area(vec![street(), near, behind]));
        assert!(!ends.is_empty() && ends.iter().all(|end| end.at.y == -3.0), "{ends:?}");
    }

    #[test]
    fn a_gap_between_two_ends_is_one() {
        assert_eq!(gaps(&area(vec![street(), road(&[(2_004.0, 0.0), (3_000.0, 0.0)])])), [4.0]);
    }

    #[test]
    fn decks_walls_and_ways_round_explain_an_end() {
        let side = road(&[(500.0, 3.0), (500.0, 800.0)]);
        let above = Road { bridge: true, level: Some(1), ..side.clone() };
        assert!(gaps(&area(vec![street(), above])).is_empty());
        // A deck of no stated level comes to the ground.
        assert_eq!(gaps(&area(vec![street(), Road { bridge: true, ..side.clone() }])), [3.0]);
        let upper = Road { level: Some(1), ..side.clone() };
        assert!(gaps(&area(vec![street(), upper])).is_empty());
        let house = Building::blank(rectangle((490.0, 1.0), (510.0, 2.0))).unwrap();
        let layers = Layers { roads: vec![street(), side.clone()], buildings: vec![house], ..Layers::default() };
        let walled = StudyArea::builder().layers(layers).build();
        assert!(gaps(&walled).is_empty());
        // Around one corner it is 200 m: connected as it is. Around 2.4 km of road it is not.
        let near = road(&[(400.0, 0.0), (400.0, 50.0), (500.0, 50.0), (500.0, 3.0)]);
        assert!(gaps(&area(vec![street(), near])).is_empty());
        let far = road(&[(1_500.0, 0.0), (1_500.0, 700.0), (500.0, 700.0), (500.0, 3.0)]);
        let found = find_loose_ends(&area(vec![street(), far]));
        assert!(found.len() == 1 && !found[0].apart);
        // A lane that ends beside the street, not before it.
        let beside = road(&[(1_500.0, 0.0), (1_500.0, 700.0), (300.0, 700.0), (300.0, 5.0), (500.0, 5.0)]);
        assert!(gaps(&area(vec![street(), beside])).is_empty());
    }

    #[test]
    fn joined_ends_connect_with_ids_and_without() {
        let drawn = area(vec![street(), road(&[(500.0, 3.0), (500.0, 800.0)])]);
        let ends = find_loose_ends(&drawn);
        for ids in [vec![], vec![vec![1, 2], vec![3, 4]]] {
            let (mut roads, mut topology) =
                (drawn.layers.roads.clone(), Topology { vertex_ids: ids, ..Topology::default() });
            assert!(join_end(&drawn, &mut roads, &mut topology, &ends[0]));
            let network = Network::build((&roads, &[]), &topology, (PointScale::Flat, None), &mut Notes::default());
            assert_eq!((network.components(), network.segments.len()), (1, 3));
            assert!((network.length_m() - 2_800.0).abs() < 1e-6);
        }
        let mut mixed = Topology { vertex_ids: vec![vec![1, 2], vec![]], ..Topology::default() };
        assert!(!join_end(&drawn, &mut drawn.layers.roads.clone(), &mut mixed, &ends[0]));
    }
}
