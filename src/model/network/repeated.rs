//! Roads drawn twice: routes that share a road (国省道共线), or two ways over the same nodes. What is one road on the ground is
//! one segment here, so that it is counted once.
//!
//! As a row of its own ([`roads_once`]) the shared stretch has the facts of both drawings: the strictest limit, a closure that
//! either states, a width that both measure alike. Whoever means one of the two by its id means the shared stretch as well ([`Topology::also`]). A path that
//! runs on a road is walked, not driven: its limits do not bind the road.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, Line, LineString};

use super::{Network, SecondDrawing, Topology, TurnRestriction, build, nearest_on, noding, running_level, squared};
use crate::ids::{NodeId, RoadId, SegmentId};
use crate::layers::{Access, LayerId, Oneway, Road, RoadClass};
use crate::method_constants;
use crate::notes::{NoteCase, NoteKind, Notes, Severity};

method_constants! {
    /// 两条线处处相距不超过此值，视为同一道路重复绘制 | Lines nowhere farther apart than this are one road drawn twice
    const DRAWN_TWICE_M: f64 = 0.5,
        because "与路端相接的容差一致：同一条路两次数字化会差这么多，两条路的中心线不会这么近 | As for ends that are joined: one road drawn by two hands differs by so much, and no two roads lie so near";
    /// 重合段不足此值是路口接头，不作重复绘制 | A common piece shorter than this is a joint of two roads, not a road drawn twice
    const JOINT_M: f64 = 1.0,
        because "路端越过或差 0.5 米相接时会留下这样的短段 | Ends that overshoot or fall short by half a metre leave such pieces where they are joined";
}

/// Keeps one of the segments that join the same nodes along the same line: one that is open, then of the higher class, then of
/// the road that comes first in the layer.
///
/// Where one drawing is one-way and the other not, or one is a bridge and the other not, it is one road all the same, and that is
/// doubted. Two opposite one-way streets on one line are a street for both directions, and both of them stay; so do a deck of
/// another class, or of a stated level, and the street below it.
pub(super) fn merge_repeated(network: &mut Network, roads: &[Road], notes: &mut Notes) {
    let kept_for = find_repeated(network, roads);
    for (id, kept) in SegmentId::first(kept_for.len()).zip(&kept_for) {
        if let Some(kept) = kept.filter(|_| is_stretch(network, id)) {
            note_repeated(&roads[network[kept].road.index()], &roads[network[id].road.index()], notes);
            network.has_repeated = true;
        }
    }
    let mut kept_for = kept_for.into_iter();
    network.segments.retain(|_| kept_for.next().flatten().is_none());
}

/// Whether a segment is long enough to be a road, and not what is left where two are joined.
fn is_stretch(network: &Network, segment: SegmentId) -> bool {
    let piece_m = |pair: &[Coord]| squared(pair[1] - pair[0]).sqrt();
    network.line(segment).windows(2).map(piece_m).sum::<f64>() >= JOINT_M
}

/// For each segment that is drawn on another, the one that is kept for both.
fn find_repeated(network: &Network, roads: &[Road]) -> Vec<Option<SegmentId>> {
    let mut between: BTreeMap<[NodeId; 2], Vec<SegmentId>> = BTreeMap::new();
    for (id, segment) in SegmentId::first(network.segments.len()).zip(&network.segments) {
        let ends = [segment.from.min(segment.to), segment.from.max(segment.to)];
        between.entry(ends).or_default().push(id);
    }
    let mut kept_for: Vec<Option<SegmentId>> = vec![None; network.segments.len()];
    for group in between.values_mut().filter(|group| group.len() > 1) {
        group.sort_by_key(|id| {
            let road = &roads[network[*id].road.index()];
            (road.access == Access::Closed, road.class, network[*id].road, *id)
        });
        for (at, kept) in group.iter().enumerate() {
            if kept_for[kept.index()].is_some() {
                continue;
            }
            for other in &group[at + 1..] {
                if kept_for[other.index()].is_none() && are_one(network, roads, *kept, *other) {
                    kept_for[other.index()] = Some(*kept);
                }
            }
        }
    }
    kept_for
}

/// The roads and their connections with every stretch that is drawn twice as one row.
///
/// A road is cut where what it is drawn on changes; rows keep their order, and the shared stretch stands among those of the
/// road that it is kept for. Turn bans of either road hold.
pub(super) fn roads_once(roads: &[Road], topology: &Topology) -> (Vec<Road>, Topology) {
    let unused_notes = &mut Notes::default();
    let noded = noding::node_roads(roads, &topology.vertex_ids, unused_notes);
    let (network, _) = build::cut_at_nodes(roads, &noded.roads, unused_notes);
    let mut kept_for = find_repeated(&network, roads);
    for (id, kept) in SegmentId::first(kept_for.len()).zip(&mut kept_for) {
        *kept = kept.filter(|_| is_stretch(&network, id));
    }
    let mut drawn_on: BTreeMap<SegmentId, Vec<Drawing>> = BTreeMap::new();
    for (id, kept) in SegmentId::first(kept_for.len()).zip(&kept_for) {
        let drawing = |kept: SegmentId| Drawing {
            road: network[id].road,
            same_way: runs_along(&network, id) == runs_along(&network, kept),
        };
        drawn_on.entry(kept.unwrap_or(id)).or_default().extend(kept.map(drawing));
    }
    let touched: BTreeSet<RoadId> = SegmentId::first(network.segments.len())
        .filter(|id| kept_for[id.index()].is_some() || !drawn_on[id].is_empty())
        .map(|id| network[id].road)
        .collect();
    let mut once =
        RoadsOnce { rows: Vec::new(), vertex_ids: Vec::new(), also: Vec::new(), new_of: vec![Vec::new(); roads.len()] };
    // Before they are put in another order, segments are in the order of their roads and of the lines of these.
    let mut ahead = SegmentId::first(network.segments.len()).peekable();
    for (road, row) in RoadId::first(roads.len()).zip(roads) {
        let own: Vec<SegmentId> = std::iter::from_fn(|| ahead.next_if(|id| network[*id].road == road)).collect();
        if !touched.contains(&road) {
            let ids = topology.vertex_ids.get(road.index()).cloned().unwrap_or_default();
            once.push(road, row.clone(), ids, &[], roads);
            continue;
        }
        let nodes = &noded.roads[road.index()];
        let ids: Vec<i64> = nodes.ids.iter().filter_map(|id| noded.source_id(*id)).collect();
        let mut start = 0;
        for group in
            own.chunk_by(|a, b| (kept_for[a.index()], &drawn_on.get(a)) == (kept_for[b.index()], &drawn_on.get(b)))
        {
            let end = start + group.iter().map(|id| network[*id].vertex_count as usize - 1).sum::<usize>();
            let range = start..=end;
            start = end;
            if kept_for[group[0].index()].is_none() {
                let geometry = LineString(nodes.vertices[range.clone()].to_vec());
                let ids = ids.get(range).map_or_else(Vec::new, <[i64]>::to_vec);
                once.push(road, Road { geometry, ..row.clone() }, ids, &drawn_on[&group[0]], roads);
            }
        }
    }
    once.finish(topology)
}

/// A second drawing of a stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Drawing {
    road: RoadId,
    /// Whether its line runs as that of the stretch.
    same_way: bool,
}

/// Rows that are being put together.
struct RoadsOnce {
    rows: Vec<Road>,
    vertex_ids: Vec<Vec<i64>>,
    also: Vec<SecondDrawing>,
    /// Per road as it was drawn, its rows and those that it shares.
    new_of: Vec<Vec<RoadId>>,
}

impl RoadsOnce {
    /// Adds a row of `road` that these others are drawn on.
    fn push(&mut self, road: RoadId, mut row: Road, ids: Vec<i64>, others: &[Drawing], roads: &[Road]) {
        let id = RoadId::at(self.rows.len());
        self.new_of[road.index()].push(id);
        // A path that runs on a road, or the road under a path, says nothing of the width of this one.
        let is_like = |drawn: &Road| (drawn.class == RoadClass::Path) == (row.class == RoadClass::Path);
        let like: Vec<(&Drawing, &Road)> = others
            .iter()
            .map(|other| (other, &roads[other.road.index()]))
            .filter(|(_, drawn)| is_like(drawn))
            .collect();
        let widths_m: Vec<f64> = like.iter().map(|(_, drawn)| drawn.width_m).chain([row.width_m]).flatten().collect();
        for other in others {
            self.new_of[other.road.index()].push(id);
            let drawn = &roads[other.road.index()];
            let (source_id, name) = (drawn.source_id.clone(), drawn.name.clone());
            self.also.push(SecondDrawing { road: id, source_id, name });
        }
        for (other, drawn) in like {
            take_strictest(&mut row, drawn);
            row.oneway = stricter_way(row.oneway, seen(drawn.oneway, other.same_way));
            // What another hand drew as a street is taken for the ground: who lives beside it is served.
            row.bridge &= drawn.bridge;
        }
        state_width(&mut row, &widths_m);
        self.rows.push(row);
        self.vertex_ids.push(ids);
    }

    fn finish(self, topology: &Topology) -> (Vec<Road>, Topology) {
        let Self { rows, vertex_ids, also, new_of } = self;
        let renumber = |roads: &Vec<RoadId>| roads.iter().flat_map(|road| new_of[road.index()].clone()).collect();
        let renumber_turn = |turn: &TurnRestriction| TurnRestriction {
            from: renumber(&turn.from),
            via_roads: turn.via_roads.iter().map(renumber).collect(),
            to: renumber(&turn.to),
            ..turn.clone()
        };
        let restrictions = topology.restrictions.iter().map(renumber_turn).collect();
        (rows, Topology { vertex_ids, restrictions, also })
    }
}

/// Of the widths that drawings of one road measure, the one that all agree on. Where they do not, none is known: the least is an
/// estimate, so that a road on which it is enough is wide enough, and any other 待核.
fn state_width(row: &mut Road, widths_m: &[f64]) {
    let Some(least_m) = widths_m.iter().copied().min_by(f64::total_cmp) else { return };
    if widths_m.iter().all(|width_m| *width_m == least_m) {
        row.width_m = Some(least_m);
    } else {
        row.width_m = None;
        row.estimated_width_m = Some(row.estimated_width_m.map_or(least_m, |known_m| known_m.min(least_m)));
    }
}

/// Takes over what the other drawing of the same road states more strictly.
fn take_strictest(row: &mut Road, drawn: &Road) {
    let least = |a: Option<f64>, b: Option<f64>| a.into_iter().chain(b).min_by(f64::total_cmp);
    row.estimated_width_m = least(row.estimated_width_m, drawn.estimated_width_m);
    row.max_width_m = least(row.max_width_m, drawn.max_width_m);
    row.clear_height_m = least(row.clear_height_m, drawn.clear_height_m);
    row.load_t = least(row.load_t, drawn.load_t);
    row.slope_percent = row.slope_percent.into_iter().chain(drawn.slope_percent).max_by(f64::total_cmp);
    row.surface = row.surface.into_iter().chain(drawn.surface).max();
    let strictness = |access: Access| match access {
        Access::Open => 0,
        Access::Restricted => 1,
        Access::Unknown => 2,
        Access::Closed => 3,
    };
    row.access = if strictness(drawn.access) > strictness(row.access) { drawn.access } else { row.access };
    if row.name.is_empty() {
        row.name.clone_from(&drawn.name);
    }
}

fn note_repeated(kept: &Road, dropped: &Road, notes: &mut Notes) {
    let is_like = (kept.class == RoadClass::Path) == (dropped.class == RoadClass::Path);
    let one_way = is_like && (kept.oneway == Oneway::Both) != (dropped.oneway == Oneway::Both);
    let text = match () {
        () if kept.bridge != dropped.bridge => {
            "道路重复绘制，一为桥梁一不是，按一条计，是否两层道路待核 | Roads drawn twice, one as a bridge and the other not: they count once; whether they are two levels is undetermined"
        }
        () if one_way => {
            "道路重复绘制，一为单行一为双向，按一条单行计，方向待核 | Roads drawn twice, one as one-way and the other not: they count once, as one-way; the direction is undetermined"
        }
        () => {
            "道路重复绘制(共线或一路画了两次)，按一条计，限制取较严者，宽度所载不一的待核 | Roads drawn twice, one on the other: they count once, the stricter limit holds, and widths that differ are undetermined"
        }
    };
    let name = |road: &Road| if road.name.is_empty() { road.source_id.clone() } else { road.name.clone() };
    let widths = match (kept.width_m, dropped.width_m) {
        (Some(a), Some(b)) if a != b => format!("（{a} / {b} m）"),
        _ => String::new(),
    };
    let case = NoteCase::from(format!("{} / {}{widths}", name(kept), name(dropped))).of(&dropped.source_id);
    notes.add((Severity::Warning, NoteKind::Merged), Some(LayerId::Roads), text, case);
}

/// Whether two segments between the same nodes are one road.
fn are_one(network: &Network, roads: &[Road], a: SegmentId, b: SegmentId) -> bool {
    let [first, second] = [a, b].map(|segment| &roads[network[segment].road.index()]);
    let level = |road: &Road| (road.tunnel, running_level(road));
    // A viaduct above a street is of another class, or its level is stated.
    let is_like_deck = first.bridge == second.bridge
        || (first.class == second.class && [first, second].iter().all(|road| road.level.is_none() && !road.tunnel));
    let same_level = first.bridge != second.bridge || level(first) == level(second);
    let same_way = runs_along(network, a) == runs_along(network, b);
    let second_way = seen(second.oneway, same_way);
    let opposite = first.oneway != Oneway::Both && second_way != Oneway::Both && first.oneway != second_way;
    !opposite
        && is_like_deck
        && same_level
        && lies_on(network.line(a), network.line(b))
        && lies_on(network.line(b), network.line(a))
}

/// Whether the line of a segment leaves the lower of its two nodes.
fn runs_along(network: &Network, segment: SegmentId) -> bool {
    network[segment].from <= network[segment].to
}

/// A direction as it is seen along a line that runs the same way, or the other.
fn seen(oneway: Oneway, same_way: bool) -> Oneway {
    match oneway {
        Oneway::Forward if !same_way => Oneway::Backward,
        Oneway::Backward if !same_way => Oneway::Forward,
        oneway => oneway,
    }
}

/// The directions that two drawings of one road leave, seen along the same line. One for each direction makes both.
fn stricter_way(a: Oneway, b: Oneway) -> Oneway {
    match (a, b) {
        (Oneway::Both, way) | (way, Oneway::Both) => way,
        (a, b) if a == b => a,
        _ => Oneway::Both,
    }
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
