//! Roads drawn twice: routes that share a road (国省道共线), or two ways over the same nodes. What is one road on the ground is
//! one segment here, so that it is counted once.
//!
//! The segment has the facts of the road that it is kept for. A limit or a closure that only the other drawing states does
//! not bind it, as it did not bind while a way led over either of the two; the note names both, so that it can be checked.

use std::collections::BTreeMap;

use geo::{Coord, Line};

use super::{Network, Segment, nearest_on, squared};
use crate::ids::{NodeId, SegmentId};
use crate::layers::{Access, LayerId, Oneway, Road};
use crate::method_constants;
use crate::notes::{NoteCase, NoteKind, Notes, Severity};

method_constants! {
    /// 两条线处处相距不超过此值，视为同一道路重复绘制 | Lines nowhere farther apart than this are one road drawn twice
    const DRAWN_TWICE_M: f64 = 0.1,
        because "坐标保留七位小数时约 1 厘米，投影换算后仍在 0.1 米以内 | Coordinates with seven decimals are true to a centimetre, and to 0.1 m after conversion between planes";
}

/// Keeps one of the segments that join the same nodes along the same line and may be driven in the same directions: one that
/// is open, then of the higher class, then of the road that comes first in the layer.
///
/// Two opposite one-way streets on one line are a street for both directions, and both of them stay.
pub(super) fn merge_repeated(network: &mut Network, roads: &[Road], notes: &mut Notes) {
    let mut between: BTreeMap<[NodeId; 2], Vec<SegmentId>> = BTreeMap::new();
    for (id, segment) in SegmentId::first(network.segments.len()).zip(&network.segments) {
        let ends = [segment.from.min(segment.to), segment.from.max(segment.to)];
        between.entry(ends).or_default().push(id);
    }
    let mut dropped = vec![false; network.segments.len()];
    for group in between.values_mut().filter(|group| group.len() > 1) {
        group.sort_by_key(|id| {
            let road = &roads[network[*id].road.index()];
            (road.access == Access::Closed, road.class, network[*id].road, *id)
        });
        for (at, kept) in group.iter().enumerate() {
            if dropped[kept.index()] {
                continue;
            }
            for other in &group[at + 1..] {
                if !dropped[other.index()] && are_one(network, roads, *kept, *other) {
                    dropped[other.index()] = true;
                    note_repeated(&roads[network[*kept].road.index()], &roads[network[*other].road.index()], notes);
                }
            }
        }
    }
    let mut dropped = dropped.into_iter();
    network.segments.retain(|_| !dropped.next().unwrap_or(false));
}

fn note_repeated(kept: &Road, dropped: &Road, notes: &mut Notes) {
    let text = "道路重复绘制(共线或一路画了两次)，按一条计 | Roads drawn twice, one on the other: they count once";
    let name = |road: &Road| if road.name.is_empty() { road.source_id.clone() } else { road.name.clone() };
    let case = NoteCase::from(format!("{} / {}", name(kept), name(dropped))).of(&dropped.source_id);
    notes.add((Severity::Warning, NoteKind::Merged), Some(LayerId::Roads), text, case);
}

/// Whether two segments between the same nodes are one road.
fn are_one(network: &Network, roads: &[Road], a: SegmentId, b: SegmentId) -> bool {
    let (first, second) = (&network[a], &network[b]);
    let alike = |segment: &Segment| {
        let road = &roads[segment.road.index()];
        (road.bridge, road.tunnel, road.level)
    };
    let same_way = runs_along(network, a) == runs_along(network, b);
    same_way_driven(first, second, roads, same_way)
        && alike(first) == alike(second)
        && lies_on(network.line(a), network.line(b))
        && lies_on(network.line(b), network.line(a))
}

/// Whether the line of a segment leaves the lower of its two nodes.
fn runs_along(network: &Network, segment: SegmentId) -> bool {
    network[segment].from <= network[segment].to
}

/// Whether both may be driven in the same directions on the ground; `same_way`: their lines run the same way.
fn same_way_driven(a: &Segment, b: &Segment, roads: &[Road], same_way: bool) -> bool {
    let turned = |oneway: Oneway| match oneway {
        Oneway::Forward => Oneway::Backward,
        Oneway::Backward => Oneway::Forward,
        Oneway::Both => Oneway::Both,
    };
    let (a, b) = (roads[a.road.index()].oneway, roads[b.road.index()].oneway);
    a == if same_way { b } else { turned(b) }
}

/// Whether every vertex of a line lies on the other.
fn lies_on(line: &[Coord], other: &[Coord]) -> bool {
    line.iter().all(|at| {
        other.windows(2).any(|pair| {
            let (nearest, _) = nearest_on(Line::new(pair[0], pair[1]), *at);
            squared(*at - nearest) <= DRAWN_TWICE_M * DRAWN_TWICE_M
        })
    })
}
