//! Roads with vertex ids to a network: nodes, segments, components.

use fast_hilbert::xy2h;
use geo::{Coord, Line};
use rstar::RTree;

use super::noding::NodedRoad;
use super::{
    Network, Piece, Segment, SegmentsAtNodes, Topology, dual_carriageways, noding, obstacles, profile, repeated,
    restrictions,
};
use crate::grid::Grid;
use crate::ids::{ComponentId, NodeId, RoadId, SegmentId};
use crate::layers::LayerId;
use crate::layers::{Access, Obstacle, Road, RoadClass};
use crate::notes::{NoteCase, Notes, Severity};
use crate::plane::PointScale;
use fireplan_algorithms::union_find::UnionFind;

pub(super) fn build(
    (roads, obstacles): (&[Road], &[Obstacle]),
    topology: &Topology,
    (scale, elevation): (PointScale, Option<&Grid>),
    notes: &mut Notes,
) -> Network {
    let noded = noding::node_roads(roads, &topology.vertex_ids, notes);
    let (mut network, mut node_of_id) = cut_at_nodes(roads, &noded.roads, notes);
    repeated::merge_repeated(&mut network, roads, notes);
    network.scale = scale;
    if !obstacles.is_empty() {
        measure(&mut network);
        network.pieces = index_pieces(&network);
        network.at_nodes = find_segments_at_nodes(&network);
        obstacles::place_obstacles(&mut network, roads, obstacles, notes);
    }
    order_along_curve(&mut network, &mut node_of_id);
    network.at_nodes = find_segments_at_nodes(&network);
    measure(&mut network);
    mark_components(&mut network, roads);
    if let Some(elevation) = elevation {
        profile::measure_slopes(&mut network, roads, elevation, notes);
    }
    network.pieces = index_pieces(&network);
    dual_carriageways::mark(&mut network, roads);
    network.topology = topology.clone();
    network.forbidden =
        restrictions::resolve(&network, |id| noded.id_of(id).and_then(|id| node_of_id[id as usize]), topology, notes);
    network
}

/// How often each vertex id is used; a road's ends count twice, so that two or more makes a node.
fn count_uses(noded: &[NodedRoad]) -> Vec<u8> {
    let ids = noded.iter().flat_map(|road| road.ids.iter().copied()).max().map_or(0, |id| id as usize + 1);
    let mut uses = vec![0_u8; ids];
    for road in noded {
        for id in &road.ids {
            uses[*id as usize] = uses[*id as usize].saturating_add(1);
        }
        for end in road.ids.first().into_iter().chain(road.ids.last()) {
            uses[*end as usize] = uses[*end as usize].saturating_add(1);
        }
    }
    uses
}

/// The network in the order of the roads, and the node behind each vertex id.
pub(super) fn cut_at_nodes(roads: &[Road], noded: &[NodedRoad], notes: &mut Notes) -> (Network, Vec<Option<NodeId>>) {
    let uses = count_uses(noded);
    let mut node_of_id = vec![None; uses.len()];
    let mut network = Network::default();
    for (road, lines) in RoadId::first(noded.len()).zip(noded) {
        if lines.vertices.len() < 2 {
            let source = &roads[road.index()].source_id;
            notes.add(
                Severity::LeftOut,
                Some(LayerId::Roads),
                "道路没有长度，未进入路网 | Road without length, not in the network",
                NoteCase::from(source).of(source),
            );
            continue;
        }
        let mut start = 0;
        for end in 1..lines.ids.len() {
            if uses[lines.ids[end] as usize] < 2 {
                continue;
            }
            let mut node = |at: usize| {
                *node_of_id[lines.ids[at] as usize].get_or_insert_with(|| {
                    network.nodes.push(lines.vertices[at]);
                    NodeId::at(network.nodes.len() - 1)
                })
            };
            let (from, to) = (node(start), node(end));
            let first_vertex = network.vertices.len() as u32;
            network.vertices.extend_from_slice(&lines.vertices[start..=end]);
            network.segments.push(Segment {
                from,
                to,
                road,
                first_vertex,
                vertex_count: (end - start + 1) as u32,
                length_m: 0.0,
                slope_percent: f32::NAN,
                component: None,
                obstacle: None,
                is_dual_carriageway: false,
            });
            start = end;
        }
    }
    (network, node_of_id)
}

/// Renumbers nodes along a Hilbert curve and sorts segments by their first node.
fn order_along_curve(network: &mut Network, node_of_id: &mut [Option<NodeId>]) {
    let low = network
        .nodes
        .iter()
        .fold(Coord { x: f64::MAX, y: f64::MAX }, |a, b| Coord { x: a.x.min(b.x), y: a.y.min(b.y) });
    // 2-metre cells reach 131 km with 16 bits, more than any county; beyond, the order only gets coarser.
    let cell = |metres: f64| (metres / 2.0).min(f64::from(u16::MAX)) as u16;
    let along = |at: Coord| xy2h(cell(at.x - low.x), cell(at.y - low.y), u16::BITS as u8);
    let mut order: Vec<(u32, NodeId)> =
        NodeId::first(network.nodes.len()).zip(&network.nodes).map(|(node, at)| (along(*at), node)).collect();
    order.sort_unstable();
    let mut rank = vec![NodeId(0); order.len()];
    for (new, (_, old)) in NodeId::first(order.len()).zip(&order) {
        rank[old.index()] = new;
    }
    network.nodes = order.iter().map(|(_, old)| network.nodes[old.index()]).collect();
    for node in node_of_id.iter_mut().flatten() {
        *node = rank[node.index()];
    }
    for segment in &mut network.segments {
        segment.from = rank[segment.from.index()];
        segment.to = rank[segment.to.index()];
    }
    network.segments.sort_by_key(|segment| (segment.from.min(segment.to), segment.road, segment.first_vertex));
    let mut vertices = Vec::with_capacity(network.vertices.len());
    for segment in &mut network.segments {
        let old = segment.first_vertex as usize;
        segment.first_vertex = vertices.len() as u32;
        vertices.extend_from_slice(&network.vertices[old..old + segment.vertex_count as usize]);
    }
    network.vertices = vertices;
}

fn measure(network: &mut Network) {
    network.chainage_m = vec![0.0; network.vertices.len()];
    for segment in &mut network.segments {
        let range = segment.first_vertex as usize..(segment.first_vertex + segment.vertex_count) as usize;
        let mut along = 0.0;
        for at in range.start + 1..range.end {
            along += network.scale.line_m(Line::new(network.vertices[at - 1], network.vertices[at]));
            network.chainage_m[at] = along;
        }
        // A millimetre stands for none, so that nothing is ever divided by zero.
        segment.length_m = along.max(0.001);
    }
}

/// Measures and indexes a network whose segments, nodes and components are known.
pub(super) fn finish(mut network: Network) -> Network {
    network.at_nodes = find_segments_at_nodes(&network);
    measure(&mut network);
    network.pieces = index_pieces(&network);
    network
}

/// Whether any motor vehicle may drive there, as far as class and access say.
fn is_motor_road(road: &Road) -> bool {
    road.class != RoadClass::Path && road.access != Access::Closed
}

pub(super) fn mark_components(network: &mut Network, roads: &[Road]) {
    network.component_m.clear();
    network.segments.iter_mut().for_each(|segment| segment.component = None);
    let mut groups = UnionFind::new(network.nodes.len());
    for segment in network.segments.iter().filter(|segment| is_motor_road(&roads[segment.road.index()])) {
        groups.join(segment.from.0, segment.to.0);
    }
    let mut number = vec![None; network.nodes.len()];
    for segment in network.segments.iter_mut().filter(|segment| is_motor_road(&roads[segment.road.index()])) {
        let component = *number[groups.group(segment.from.0) as usize].get_or_insert_with(|| {
            network.component_m.push(0.0);
            ComponentId::at(network.component_m.len() - 1)
        });
        segment.component = Some(component);
        network.component_m[component.index()] += segment.length_m;
    }
}

/// The nodes at which a segment ends.
fn ends(segment: &Segment) -> impl Iterator<Item = NodeId> {
    std::iter::once(segment.from).chain((segment.to != segment.from).then_some(segment.to))
}

fn find_segments_at_nodes(network: &Network) -> SegmentsAtNodes {
    let mut first = vec![0_u32; network.nodes.len() + 1];
    network.segments.iter().flat_map(ends).for_each(|node| first[node.index() + 1] += 1);
    for node in 1..first.len() {
        first[node] += first[node - 1];
    }
    let mut next = first.clone();
    let mut segments = vec![SegmentId(0); first.last().map_or(0, |count| *count as usize)];
    for (id, segment) in SegmentId::first(network.segments.len()).zip(&network.segments) {
        for node in ends(segment) {
            segments[next[node.index()] as usize] = id;
            next[node.index()] += 1;
        }
    }
    SegmentsAtNodes { first, segments }
}

fn index_pieces(network: &Network) -> RTree<Piece> {
    let pieces = SegmentId::first(network.segments.len()).zip(&network.segments).flat_map(|(id, segment)| {
        (segment.first_vertex..segment.first_vertex + segment.vertex_count - 1).map(move |vertex| Piece {
            line: Line::new(network.vertices[vertex as usize], network.vertices[vertex as usize + 1]),
            segment: id,
            vertex,
        })
    });
    RTree::bulk_load(pieces.collect())
}
