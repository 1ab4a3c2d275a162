//! Ways along one line over nodes of their own: the road was drawn again on top of itself, and the two share no node.
//!
//! Roads of an extract meet by their nodes and not by places, for a node of a deck may lie above one of the street. Two ways that
//! go from one place straight to the same next one at one level are no such case: there they are given the same nodes, and what
//! is drawn twice counts once ([`fireplan_model::network`]).

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;

use fireplan_model::layers::{LayerId, Road};
use fireplan_model::network::{Topology, running_level};
use fireplan_model::notes::{NoteCase, NoteKind, Notes};

/// A place to the bit: nodes at one place of the extract are at one place of the plane.
type Place = [u64; 2];

/// A piece of road: the places of its ends, and its level.
type PieceAt = ([Place; 2], i32);

fn place(at: Coord) -> Place {
    [at.x.to_bits(), at.y.to_bits()]
}

/// Gives ways that are drawn on one another the same nodes.
pub(super) fn join(roads: &[Road], topology: &mut Topology, notes: &mut Notes) {
    let doubled = doubled_nodes(roads, topology);
    if doubled.is_empty() {
        return;
    }
    // The nodes of each piece, and its road.
    let mut pieces: BTreeMap<PieceAt, Vec<([i64; 2], usize)>> = BTreeMap::new();
    for (number, (road, ids)) in roads.iter().zip(&topology.vertex_ids).enumerate() {
        for (line, ids) in road.geometry.0.windows(2).zip(ids.windows(2)) {
            if ids.iter().all(|id| doubled.contains(id)) {
                let mut ends = [(place(line[0]), ids[0]), (place(line[1]), ids[1])];
                ends.sort_unstable();
                let key = (ends.map(|(place, _)| place), running_level(road));
                pieces.entry(key).or_default().push((ends.map(|(_, id)| id), number));
            }
        }
    }
    let mut same: BTreeMap<i64, i64> = BTreeMap::new();
    let mut told: BTreeSet<[usize; 2]> = BTreeSet::new();
    for drawings in pieces.values() {
        let (first, road) = drawings[0];
        for (ids, other) in drawings.iter().filter(|(ids, _)| *ids != first) {
            for (a, b) in first.iter().zip(ids) {
                let (a, b) = (found(&same, *a), found(&same, *b));
                if a != b {
                    same.insert(a.max(b), a.min(b));
                }
            }
            if told.insert([road, *other]) {
                note(&roads[road], &roads[*other], notes);
            }
        }
    }
    for id in topology.vertex_ids.iter_mut().flatten() {
        *id = found(&same, *id);
    }
    for via in topology.restrictions.iter_mut().filter_map(|turn| turn.via_vertex.as_mut()) {
        *via = found(&same, *via);
    }
}

/// The nodes of roads that lie where another does.
fn doubled_nodes(roads: &[Road], topology: &Topology) -> BTreeSet<i64> {
    let vertices = roads.iter().zip(&topology.vertex_ids).flat_map(|(road, ids)| road.geometry.0.iter().zip(ids));
    let mut at_place: Vec<(Place, i64)> = vertices.map(|(at, id)| (place(*at), *id)).collect();
    at_place.sort_unstable();
    at_place.dedup();
    let doubled = at_place.chunk_by(|a, b| a.0 == b.0).filter(|nodes| nodes.len() > 1);
    doubled.flatten().map(|(_, id)| *id).collect()
}

/// The node that stands for another.
fn found(same: &BTreeMap<i64, i64>, mut id: i64) -> i64 {
    while let Some(next) = same.get(&id) {
        id = *next;
    }
    id
}

fn note(a: &Road, b: &Road, notes: &mut Notes) {
    let text = "道路在同一条线上另画了一次(节点不同)，重合处视为相接 | Roads drawn again along the same line over other nodes: joined where they coincide";
    let name = |road: &Road| if road.name.is_empty() { road.source_id.clone() } else { road.name.clone() };
    let case = NoteCase::from(format!("{} / {}", name(a), name(b))).of(&b.source_id);
    notes.add(NoteKind::Converted, Some(LayerId::Roads), text, case);
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::sketch::road;

    fn joined(roads: &[Road], vertex_ids: Vec<Vec<i64>>) -> (Vec<Vec<i64>>, usize) {
        let (mut topology, mut notes) = (Topology { vertex_ids, ..Topology::default() }, Notes::default());
        join(roads, &mut topology, &mut notes);
        (topology.vertex_ids, notes.into_vec().len())
    }

    #[test]
    fn ways_along_one_line_get_the_same_nodes_and_what_only_crosses_does_not() {
        let main = road(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0), (300.0, 0.0)]);
        let again = road(&[(100.0, 0.0), (50.0, 0.0), (0.0, 0.0)]);
        let ids = || vec![vec![1, 2, 3, 4], vec![13, 12, 11]];
        assert_eq!(joined(&[main.clone(), again.clone()], ids()), (vec![vec![1, 2, 3, 4], vec![3, 2, 1]], 1));
        let above = Road { bridge: true, ..again };
        assert_eq!(joined(&[main.clone(), above], ids()), (ids(), 0));
        // A way that crosses at a place where both have a node, and one over the same nodes.
        let cross = road(&[(50.0, -20.0), (50.0, 0.0), (50.0, 20.0)]);
        assert_eq!(joined(&[main.clone(), cross], ids()), (ids(), 0));
        let shared = vec![vec![1, 2, 3, 4], vec![1, 2, 3, 4]];
        assert_eq!(joined(&[main.clone(), main], shared.clone()), (shared, 0));
    }
}
