//! Bridges and tunnels: whether a hydrant stands at either end (GB 50974 7.2.4).
//!
//! The reading. Pieces of bridge (or of tunnel) that meet are one bridge, so that one drawn in several pieces is asked for hydrants at
//! its two heads only. The second carriageway of a dual road asks for nothing of its own. Asked for are the bridges and tunnels of
//! municipal roads ([`Scope`](super::scope::Scope)) at those ends that lie in or right beside built-up areas, if they are no
//! shorter than `hydrant.bridge_length_m`: what is shorter is a culvert or a small bridge, along which the spacing holds as
//! anywhere. A hydrant stands at an end if it works and is within `hydrant.bridge_head_m` along the road; on the bridge itself, if
//! it is nearer to this end than half the length.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, Point};

use super::kerb_places::{KerbPlace, KerbPlaces, best};
use super::proposals::{NewReason, NewSite};
use super::stock::{StateReading, label};
use super::story::tell_head;
use super::streets::NAMELESS_ROAD;
use super::{HydrantRun, kerb_sources, round};
use fireplan_algorithms::linear_reference::Side;
use fireplan_algorithms::union_find::UnionFind;
use fireplan_model::ids::{NodeId, SegmentId};
use fireplan_model::layers::{Road, RoadClass};
use fireplan_model::method_constants;
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::{codes, row};

codes! {
    /// What a road runs over or through.
    pub enum SpanKind {
        /// 桥梁 | Bridge
        Bridge = "bridge",
        /// 隧道 | Tunnel
        Tunnel = "tunnel",
    }
}

codes! {
    /// Whether a hydrant stands where one must.
    pub enum HeadState order best_first {
        /// 有消火栓 | Served
        Served = "served",
        /// 待核(消火栓状态不明) | Undetermined: the state of the hydrant is not known
        #[undetermined]
        Undetermined = "undetermined",
        /// 缺消火栓 | Lacking
        Lacking = "lacking",
    }
}

row! {
    /// 桥头、隧道口消火栓 | Hydrants at bridge heads and tunnel portals
    pub struct SpanHead {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: SpanKind,
        /// 道路 | Road
        road: String,
        /// 乡镇街道 | Town
        town: String,
        /// 桥梁(隧道)长度 | Length of the bridge or tunnel
        length_m: f64,
        /// 消火栓 | Hydrant
        state: HeadState,
        /// 最近的消火栓 | Nearest hydrant
        hydrant: IfAny<String>,
        /// 沿路距离 | Along the road
        hydrant_m: IfAny<f64>,
        /// 间距补建的新栓可兼顾 | A new hydrant for the spacing serves it
        shared: bool,
        /// 说明 | Story
        story: Label,
    }
}

method_constants! {
    /// 桥头、隧道口新栓画在离端点多远处 | How far from the end of a bridge or tunnel a new hydrant is drawn
    const NEW_FROM_HEAD_M: f64 = 5.0,
        because "避开桥台和洞口的挡墙；假定值，供审查 | Clear of abutments and portal walls; an assumption, for review";
}

/// A bridge or a tunnel, all its pieces together.
struct Span {
    kind: SpanKind,
    segments: BTreeSet<SegmentId>,
    length_m: f64,
}

/// An end of a bridge or tunnel.
pub(super) struct SitedHead {
    pub row: SpanHead,
    /// The number of hydrants that stand there; `None`: not known.
    pub hydrants: Option<u32>,
    /// What is to be built there beside the hydrants for the spacing.
    pub new: Option<NewSite>,
}

/// Every end at which a hydrant is asked for, in the order of the roads; the new hydrants for the spacing serve an end at which
/// they stand.
pub(super) fn heads(run: &HydrantRun, kerb_places: &KerbPlaces, spacing: &[NewSite]) -> Vec<SitedHead> {
    let (stands, mut planned) = (stands(run), BTreeMap::<SegmentId, Vec<(usize, f64)>>::new());
    for (number, site) in spacing.iter().enumerate() {
        planned.entry(site.segment).or_default().push((number, site.offset_m));
    }
    let stands = [stands, planned];
    let mut heads = Vec::new();
    let long = |span: &Span| {
        let first = span.segments.first().expect("a span has a segment");
        span.length_m >= run.local.of_segment(*first).hydrant.bridge_length_m.value
    };
    for span in spans(run).into_iter().filter(long) {
        let ends = ends(run, &span);
        heads.extend(ends.iter().filter_map(|end| head((run, kerb_places), &stands, &span, *end)));
    }
    heads
}

/// Whether a segment is part of a bridge or tunnel that is asked for hydrants.
fn kind_of(run: &HydrantRun, segment: SegmentId) -> Option<SpanKind> {
    let road: &Road = run.area.road_of(segment);
    let municipal = !matches!(
        road.class,
        RoadClass::Motorway | RoadClass::Link | RoadClass::Service | RoadClass::Track | RoadClass::Path
    );
    let kind = match (road.bridge, road.tunnel) {
        (true, _) => SpanKind::Bridge,
        (_, true) => SpanKind::Tunnel,
        _ => return None,
    };
    (municipal && !run.streets.is_companion(segment)).then_some(kind)
}

/// The bridges and tunnels, pieces that meet joined.
fn spans(run: &HydrantRun) -> Vec<Span> {
    let network = &run.area.network;
    let mut groups = UnionFind::new(network.segments.len());
    let pieces: Vec<(SegmentId, SpanKind)> = SegmentId::first(network.segments.len())
        .filter_map(|segment| Some((segment, kind_of(run, segment)?)))
        .collect();
    for (segment, kind) in &pieces {
        for node in [network[*segment].from, network[*segment].to] {
            let same = network.segments_at(node).iter().filter(|other| kind_of(run, **other) == Some(*kind));
            same.for_each(|other| {
                groups.join(segment.0, other.0);
            });
        }
    }
    let mut spans: BTreeMap<u32, Span> = BTreeMap::new();
    for (segment, kind) in pieces {
        let empty = || Span { kind, segments: BTreeSet::new(), length_m: 0.0 };
        let span = spans.entry(groups.group(segment.0)).or_insert_with(empty);
        span.segments.insert(segment);
        span.length_m += network[segment].length_m;
    }
    spans.into_values().collect()
}

/// The nodes at which other roads go on, or nothing does.
fn ends(run: &HydrantRun, span: &Span) -> Vec<NodeId> {
    let network = &run.area.network;
    let nodes: BTreeSet<NodeId> =
        span.segments.iter().flat_map(|segment| [network[*segment].from, network[*segment].to]).collect();
    let is_end = |node: &NodeId| {
        let at = network.segments_at(*node);
        at.len() == 1 || at.iter().any(|segment| !span.segments.contains(segment))
    };
    nodes.into_iter().filter(is_end).collect()
}

/// Where hydrants stand, by segment: their number and their offset.
type Stands = BTreeMap<SegmentId, Vec<(usize, f64)>>;

/// Where those of the stock stand; beside a dual carriageway, on both halves.
fn stands(run: &HydrantRun) -> Stands {
    let mut stands = Stands::new();
    for (number, placed) in run.placed.iter().enumerate() {
        let Some(on_road) = placed.on_road else { continue };
        stands.entry(on_road.segment).or_default().push((number, on_road.offset_m));
        if let Some((position, _)) = kerb_sources::across(run.area, run.streets, &on_road, placed.hydrant.geometry) {
            stands.entry(position.segment).or_default().push((number, position.offset_m));
        }
    }
    stands
}

fn head(
    (run, kerb_places): (&HydrantRun, &KerbPlaces),
    [stands, planned]: &[Stands; 2],
    span: &Span,
    end: NodeId,
) -> Option<SitedHead> {
    let network = &run.area.network;
    let at = network.nodes[end.index()];
    if !run.scope.is_near(at) {
        return None;
    }
    let near = near_end(run, stands, span, end);
    let of = |reading: StateReading| {
        near.iter().filter(move |(number, _)| reading.counts(run.placed[**number].hydrant.state))
    };
    let (certain, hopeful) = (of(StateReading::Certain).count() as u32, of(StateReading::Hopeful).count());
    let state = match () {
        () if certain > 0 => HeadState::Served,
        () if hopeful > 0 || run.scope.lacks_record(at) => HeadState::Undetermined,
        () => HeadState::Lacking,
    };
    let shown = if certain > 0 { StateReading::Certain } else { StateReading::Hopeful };
    let nearest = of(shown).min_by(|a, b| a.1.total_cmp(b.1));
    let segment = *span.segments.iter().find(|segment| network.segments_at(end).contains(segment))?;
    let road = run.area.layers.roads[network[segment].road.index()].name.clone();
    let town = run.towns.name(run.towns.at(at));
    let shared = state == HeadState::Lacking && !near_end(run, planned, span, end).is_empty();
    let mut row = SpanHead {
        geometry: at.into(),
        name: named(run, span, &road, at),
        kind: span.kind,
        road: road.clone(),
        town: town.clone(),
        length_m: round(span.length_m, 1),
        state,
        hydrant: IfAny(nearest.map(|(number, _)| label(run.placed[*number].hydrant))),
        hydrant_m: IfAny(nearest.map(|(_, m)| round(*m, 1))),
        shared,
        story: Label::default(),
    };
    row.story = tell_head(run, &row);
    let new = (state == HeadState::Lacking && !shared).then(|| new_at(run, kerb_places, (span, end), &row)).flatten();
    let hydrants = (state != HeadState::Undetermined).then_some(certain);
    Some(SitedHead { row, hydrants, new })
}

/// The hydrants at an end, by number in the stock, with the distance along the road.
fn near_end(run: &HydrantRun, stands: &Stands, span: &Span, end: NodeId) -> BTreeMap<usize, f64> {
    let network = &run.area.network;
    let reach_m = run.rules_at(network.nodes[end.index()]).bridge_head_m.value;
    let on_span_m = reach_m.min(span.length_m / 2.0);
    let limit_m = |segment: &SegmentId| if span.segments.contains(segment) { on_span_m } else { reach_m };
    let mut distances: BTreeMap<NodeId, f64> = BTreeMap::from([(end, 0.0)]);
    let mut open: Vec<NodeId> = vec![end];
    let mut found: BTreeMap<usize, f64> = BTreeMap::new();
    // Within some tens of metres there are few nodes: each is looked at again whenever a shorter way to it is found.
    while let Some(node) = open.pop() {
        let so_far_m = distances[&node];
        for segment in network.segments_at(node) {
            let piece = &network[*segment];
            for (number, offset_m) in stands.get(segment).into_iter().flatten() {
                let along_m = if piece.from == node { *offset_m } else { piece.length_m - offset_m };
                if so_far_m + along_m <= limit_m(segment) {
                    let known = found.entry(*number).or_insert(f64::INFINITY);
                    *known = known.min(so_far_m + along_m);
                }
            }
            let (next, total_m) = (if piece.from == node { piece.to } else { piece.from }, so_far_m + piece.length_m);
            if total_m <= limit_m(segment) && distances.get(&next).is_none_or(|known| total_m < *known) {
                distances.insert(next, total_m);
                open.push(next);
            }
        }
    }
    found
}

/// What an end is called: the road, and the quarter of the sky it lies in as seen from the middle.
fn named(run: &HydrantRun, span: &Span, road: &str, at: Coord) -> String {
    const QUARTERS: [&str; 8] = ["东", "东北", "北", "西北", "西", "西南", "南", "东南"];
    let network = &run.area.network;
    let middles = span.segments.iter().map(|segment| {
        let length_m = network[*segment].length_m;
        (network.point_at(*segment, length_m / 2.0), length_m)
    });
    let middle = middles.fold(Coord::zero(), |sum, (at, length_m)| sum + at * (length_m / span.length_m));
    let way = at - middle;
    let eighth = (way.y.atan2(way.x) / std::f64::consts::FRAC_PI_4).round() as i64;
    let quarter = QUARTERS[eighth.rem_euclid(8) as usize];
    let road = if road.is_empty() { NAMELESS_ROAD } else { road };
    match span.kind {
        SpanKind::Bridge => format!("{road}桥梁{quarter}桥头"),
        SpanKind::Tunnel => format!("{road}隧道{quarter}洞口"),
    }
}

/// A hydrant at an end, beside the road that leads there.
fn new_at(run: &HydrantRun, kerb_places: &KerbPlaces, (span, end): (&Span, NodeId), row: &SpanHead) -> Option<NewSite> {
    let network = &run.area.network;
    let on_ground = |segment: &&SegmentId| {
        let road = &run.area.layers.roads[network[**segment].road.index()];
        !span.segments.contains(segment) && super::streets::carries_hydrants(road) && !road.bridge
    };
    let segment = *network.segments_at(end).iter().find(on_ground)?;
    let length_m = network[segment].length_m;
    let from_m = NEW_FROM_HEAD_M.min(length_m / 2.0);
    let to_m = run.rules_at(network.nodes[end.index()]).bridge_head_m.value.min(length_m).max(from_m);
    let offsets = (0..=(to_m - from_m) as u32).map(|step| {
        let from_end_m = from_m + f64::from(step);
        if network[segment].from == end { from_end_m } else { length_m - from_end_m }
    });
    let is_at_end = |place: &KerbPlace| {
        let from_end_m = if network[segment].from == end { place.offset_m } else { length_m - place.offset_m };
        place.segment == segment && from_end_m <= to_m
    };
    let beside = offsets.filter_map(|offset_m| kerb_places.beside(segment, offset_m, &[Side::Right, Side::Left]));
    let place = best(beside.filter(is_at_end))?;
    NewSite::new(run, NewReason::Head, place, row.name.clone())
}
