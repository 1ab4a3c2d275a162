//! Where a new road meets the roads that are there.
//!
//! A drawn end within [`SNAP_M`] of a road is moved onto it, if that road can be joined there ([`can_join`]): not a motorway,
//! which only motorways and ramps join, not the inside of a tunnel, not the deck of a bridge or a viaduct. A crossing at the
//! same level joins unless the new road is a bridge or just one of the two is a motorway. Roads of sources with vertex ids get
//! a vertex with an id of its own there; the others meet by geometry when the network is built. Whatever becomes of ends and
//! crossings is told ([`Meeting`]).

use std::ops::Range;

use anyhow::{Result, bail};
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{BoundingRect, Coord, Line, LineString};

use super::joinable::{can_join, joins_motorways, nearest_joinable, nearest_on};
use super::meetings::{Meeting, Met, Passed, PlaceOnRoad, name_of, why_unjoined};
use fireplan_model::layers::{Access, Road, RoadClass};
use fireplan_model::method_constants;
use fireplan_model::network::{Topology, running_level};

method_constants! {
    /// 方案新增道路的端点距现有道路不超过此值即相接 | An end of a new road this near to a road is moved onto it
    pub const SNAP_M: f64 = 25.0,
        because "在地图上手绘难以恰好落在线上，25 米约为县域常用比例尺下屏幕上的数个像素；假定值，供审查 | Nobody hits a line exactly; 25 m are some pixels at the scales at which a county is drawn; an assumption, for review";
    /// 新增道路与现有道路顶点相距不超过此值即在该顶点相交 | A new road meets a road at its vertex where it comes this near
    pub(super) const VERTEX_M: f64 = 0.05,
        because "与建路网时的同点容差一致，避免生成零长路段 | The same as for vertices that are one place, so that no segment is without length";
    /// 新增桥梁两端落地引道的长度 | Length of the ramps at ground level at both ends of a new bridge
    const RAMP_M: f64 = 1.0,
        because "只为使桥在端点与地面道路相接，短到不影响行车时间 | It only lets the bridge meet the roads at its ends, and is too short to change a time";
    /// 新增道路的端点与不能相接的道路至少相距此值 | The ends of a new road keep so far from roads that they cannot be joined to
    const APART_M: f64 = 1.0,
        because "大于建路网时路端与路侧的相接容差 0.5 米，使画到高速公路、隧道线上的端点不致相接 | More than the half metre within which ends are joined when the network is built, so that an end that is drawn onto a motorway or a tunnel does not join it";
}

/// Where the new road meets a road.
struct Junction {
    road: usize,
    /// The vertex of that road behind which it lies.
    vertex: usize,
    at: Coord,
    /// Piece of the new road, and how far along it.
    along: (usize, f64),
}

/// A road that was added.
pub(super) struct Added {
    /// What became of its ends and crossings.
    pub meetings: Vec<Meeting>,
    /// Its own rows.
    pub rows: Range<usize>,
    /// Rows of the roads that it joins.
    pub joins: Vec<usize>,
}

/// Adds the road behind the others; what its two ends are called.
pub(super) fn add(
    roads: &mut Vec<Road>,
    topology: &mut Topology,
    mut road: Road,
    ends: [PlaceOnRoad; 2],
) -> Result<Added> {
    let mut line = road.geometry.0.clone();
    line.dedup();
    if line.len() < 2 {
        bail!("line 的各点重合 | all points of line are one");
    }
    keep_off(roads, &road, &mut line);
    let last = line.len() - 1;
    let (mut junctions, mut meetings) = (Vec::new(), Vec::new());
    for (end, place) in [0, last].into_iter().zip(ends) {
        let drawn = line[end];
        let Some((at, other, vertex)) = nearest_joinable(roads, &road, drawn, SNAP_M) else {
            meetings.push(Meeting { at: drawn, what: tell_free_end(roads, &road, drawn, place) });
            continue;
        };
        line[end] = at;
        let moved_m = square(at - drawn).sqrt();
        meetings.push(Meeting { at, what: Met::Joined { place, other: name_of(&roads[other]), moved_m } });
        let along = if end == 0 { (0, 0.0) } else { (last - 1, 1.0) };
        junctions.push(Junction { road: other, vertex, at, along });
    }
    meet_on_the_way(roads, &road, &line, &mut junctions, &mut meetings);
    if road.bridge {
        road.level = level_above(roads, &line);
    }
    let joins = junctions.iter().map(|junction| junction.road).collect();
    let ids = weave(roads, topology, &mut line, &mut junctions);
    road.geometry = LineString(line);
    let needs_ramps = road.bridge && road.level.is_some() && ids.is_none();
    let parts = if needs_ramps { with_ramps(road) } else { vec![road] };
    topology.vertex_ids.extend(parts.iter().map(|_| ids.clone().unwrap_or_default()));
    let first = roads.len();
    roads.extend(parts);
    Ok(Added { meetings, rows: first..roads.len(), joins })
}

/// The level at which a bridge passes above everything that it crosses; `None`: the one that any bridge has.
fn level_above(roads: &[Road], line: &[Coord]) -> Option<i32> {
    let crossed = line.windows(2).flat_map(|pair| {
        let here = Line::new(pair[0], pair[1]);
        let near = roads.iter().filter(move |road| reaches(road, pair[0], pair[1], 0.0));
        near.filter(move |road| road.geometry.lines().any(|there| line_intersection(here, there).is_some()))
    });
    crossed.map(running_level).max().filter(|level| *level > 0).map(|level| level + 1)
}

/// Ends that lie on a road of their level that they cannot be joined to are moved off it by a metre, for the network would join
/// them there; so are bends that lie on a motorway.
fn keep_off(roads: &[Road], new: &Road, line: &mut [Coord]) {
    let last = line.len() - 1;
    for vertex in 0..=last {
        let at = line[vertex];
        let is_end = vertex == 0 || vertex == last;
        let keeps_off = |road: &&Road| {
            let near = reaches(road, at, at, APART_M) && running_level(road) == running_level(new);
            let apart = if is_end { !can_join(new, road) } else { road.class == RoadClass::Motorway };
            near && apart && !(road.class == RoadClass::Motorway && joins_motorways(new))
        };
        let pieces = roads.iter().filter(keeps_off).flat_map(|road| road.geometry.lines());
        let lies_on = pieces.into_iter().any(|piece| square(foot(piece, at) - at) < APART_M * APART_M);
        let towards = line[if vertex == 0 { 1 } else { vertex - 1 }];
        let length_m = square(towards - at).sqrt();
        if lies_on && length_m > 2.0 * APART_M {
            line[vertex] = at + (towards - at) * (APART_M / length_m);
        }
    }
}

/// What is told of an end that joins nothing.
fn tell_free_end(roads: &[Road], new: &Road, at: Coord, place: PlaceOnRoad) -> Met {
    let told =
        |found: Option<(Coord, usize, usize)>| found.map(|(foot, road, _)| (&roads[road], square(foot - at).sqrt()));
    let nearest = told(nearest_joinable(roads, new, at, f64::INFINITY));
    let passed_by = told(nearest_on(roads, at, SNAP_M, |road| road.access != Access::Closed && !can_join(new, road)));
    Met::FreeEnd {
        place,
        nearest: nearest.map(|(road, far_m)| (name_of(road), far_m)),
        passed_by: passed_by.map(|(road, far_m)| Passed { other: name_of(road), why: why_unjoined(new, road), far_m }),
    }
}

pub(super) fn square(v: Coord) -> f64 {
    v.x * v.x + v.y * v.y
}

pub(super) fn near(a: Coord, b: Coord) -> bool {
    square(a - b) <= VERTEX_M * VERTEX_M
}

pub(super) fn foot(piece: Line, place: Coord) -> Coord {
    let along = piece.end - piece.start;
    let length2 = square(along);
    if length2 == 0.0 {
        return piece.start;
    }
    let to = place - piece.start;
    piece.start + along * ((to.x * along.x + to.y * along.y) / length2).clamp(0.0, 1.0)
}

/// Whether the road comes near the box of the two places.
pub(super) fn reaches(road: &Road, a: Coord, b: Coord, margin_m: f64) -> bool {
    road.geometry.bounding_rect().is_some_and(|rect| {
        rect.min().x <= a.x.max(b.x) + margin_m
            && rect.max().x >= a.x.min(b.x) - margin_m
            && rect.min().y <= a.y.max(b.y) + margin_m
            && rect.max().y >= a.y.min(b.y) - margin_m
    })
}

/// What the new road crosses between its ends: joined at the same level, else told to be separated.
fn meet_on_the_way(
    roads: &[Road],
    new: &Road,
    line: &[Coord],
    junctions: &mut Vec<Junction>,
    meetings: &mut Vec<Meeting>,
) {
    for (piece, pair) in line.windows(2).enumerate() {
        let here = Line::new(pair[0], pair[1]);
        for (number, road) in roads.iter().enumerate().filter(|(_, road)| reaches(road, pair[0], pair[1], 0.0)) {
            for (vertex, there) in road.geometry.lines().enumerate() {
                let Some(LineIntersection::SinglePoint { intersection: at, .. }) = line_intersection(here, there)
                else {
                    continue;
                };
                let is_known = junctions.iter().any(|known| near(known.at, at) && (known.road == number || new.bridge))
                    || meetings.iter().any(|known| near(known.at, at) && known.is_separate_from(road));
                if is_known {
                    continue;
                }
                let other = name_of(road);
                let is_apart = new.bridge || running_level(road) != running_level(new);
                // At its own end a deck comes down to the road that the new one joins there.
                let ends_here = [road.geometry.0.first(), road.geometry.0.last()].into_iter().flatten();
                if is_apart
                    && ends_here.into_iter().any(|end| near(*end, at))
                    && junctions.iter().any(|known| near(known.at, at))
                {
                    continue;
                }
                let what = if is_apart {
                    Met::Separated { other }
                } else if (road.class == RoadClass::Motorway) != (new.class == RoadClass::Motorway) {
                    Met::OverMotorway { other }
                } else {
                    let share = (square(at - pair[0]) / square(pair[1] - pair[0])).sqrt();
                    junctions.push(Junction { road: number, vertex, at, along: (piece, share) });
                    Met::Joined { place: PlaceOnRoad::Crossing, other, moved_m: 0.0 }
                };
                let is_told = meetings.iter().any(|known| near(known.at, at) && known.is_joined());
                if !(is_told && matches!(what, Met::Joined { .. })) {
                    meetings.push(Meeting { at, what });
                }
            }
        }
    }
}

/// Puts the junctions into the new line and into the roads it meets; the answer is the ids of the new line's vertices, if
/// it meets roads that have ids.
fn weave(
    roads: &mut [Road],
    topology: &mut Topology,
    line: &mut Vec<Coord>,
    junctions: &mut [Junction],
) -> Option<Vec<i64>> {
    topology.vertex_ids.resize(roads.len(), Vec::new());
    let by_ids = junctions.iter().any(|junction| !topology.vertex_ids[junction.road].is_empty());
    // Ids of sources are positive, or at least not this far below zero.
    let lowest = topology.vertex_ids.iter().flatten().copied().min().unwrap_or(0).min(-1_000_000_000);
    let mut fresh = lowest - 1;
    let mut next = || {
        fresh -= 1;
        fresh
    };
    // From the end of each road, so that the numbers of earlier vertices stay right.
    junctions.sort_by(|a, b| {
        let along = |one: &Junction| square(one.at - roads[one.road].geometry.0[one.vertex]);
        (b.road, b.vertex).cmp(&(a.road, a.vertex)).then(along(b).total_cmp(&along(a)))
    });
    let mut met: Vec<((usize, f64), Coord, i64)> = Vec::new();
    for junction in junctions.iter() {
        let ids = &mut topology.vertex_ids[junction.road];
        let points = &mut roads[junction.road].geometry.0;
        let at_vertex = [junction.vertex, junction.vertex + 1].into_iter().find(|at| near(points[*at], junction.at));
        let id = match at_vertex {
            Some(at) => ids.get(at).copied().unwrap_or_else(&mut next),
            None => {
                let id = next();
                points.insert(junction.vertex + 1, junction.at);
                if !ids.is_empty() {
                    ids.insert(junction.vertex + 1, id);
                }
                id
            }
        };
        met.push((junction.along, at_vertex.map_or(junction.at, |at| points[at]), id));
    }
    let drawn = (0..line.len()).map(|at| if at + 1 == line.len() { (at - 1, 1.0) } else { (at, 0.0) });
    let mut stops: Vec<((usize, f64), Coord, Option<i64>)> =
        drawn.zip(line.iter()).map(|(along, at)| (along, *at, None)).collect();
    stops.extend(met.into_iter().map(|(along, at, id)| (along, at, Some(id))));
    stops.sort_by(|a, b| a.0.0.cmp(&b.0.0).then(a.0.1.total_cmp(&b.0.1)));
    let mut woven: Vec<(Coord, Option<i64>)> = Vec::new();
    for (_, at, id) in stops {
        match woven.last_mut() {
            // The junction's place wins over that of the vertex as drawn.
            Some(last) if near(last.0, at) && (last.1.is_none() || id.is_none() || last.1 == id) => {
                if id.is_some() {
                    *last = (at, id);
                }
            }
            _ => woven.push((at, id)),
        }
    }
    *line = woven.iter().map(|(at, _)| *at).collect();
    by_ids.then(|| woven.into_iter().map(|(_, id)| id.unwrap_or_else(&mut next)).collect())
}

/// Without vertex ids, only the end of a road meets one at another stated level: so a bridge that passes above others gets ramps.
/// One of no stated level comes down to the ground at its ends when the network is built.
fn with_ramps(road: Road) -> Vec<Road> {
    let mut points = road.geometry.0.clone();
    let towards = |a: Coord, b: Coord| {
        let length_m = square(b - a).sqrt();
        (length_m > 2.0 * RAMP_M).then(|| a + (b - a) * (RAMP_M / length_m))
    };
    let count = points.len();
    let (Some(start), Some(end)) = (towards(points[0], points[1]), towards(points[count - 1], points[count - 2]))
    else {
        return vec![road];
    };
    let ramp =
        |a: Coord, b: Coord| Road { geometry: LineString(vec![a, b]), bridge: false, level: None, ..road.clone() };
    let ramps = [ramp(points[0], start), ramp(end, points[count - 1])];
    (points[0], points[count - 1]) = (start, end);
    let span = Road { geometry: LineString(points), ..road };
    ramps.into_iter().chain([span]).collect()
}
