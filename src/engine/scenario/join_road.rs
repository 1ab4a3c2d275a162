//! Where a new road meets the roads that are there.
//!
//! A drawn end within [`SNAP_M`] of a road is moved onto it; a crossing at the same level joins unless the new road is a
//! bridge or just one of the two is a motorway, which nothing joins at grade. Roads of sources with vertex ids get a
//! vertex with an id of its own there; the others meet by geometry when the network is built.

use anyhow::{Result, bail};
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{BoundingRect, Coord, Line, LineString};

use fireplan_model::layers::{Access, Road, RoadClass};
use fireplan_model::method_constants;
use fireplan_model::network::Topology;

method_constants! {
    /// 方案新增道路的端点距现有道路不超过此值即相接 | An end of a new road this near to a road is moved onto it
    pub const SNAP_M: f64 = 25.0,
        because "在地图上手绘难以恰好落在线上，25 米约为县域常用比例尺下屏幕上的数个像素；假定值，供审查 | Nobody hits a line exactly; 25 m are some pixels at the scales at which a county is drawn; an assumption, for review";
    /// 新增道路与现有道路顶点相距不超过此值即在该顶点相交 | A new road meets a road at its vertex where it comes this near
    const VERTEX_M: f64 = 0.05,
        because "与建路网时的同点容差一致，避免生成零长路段 | The same as for vertices that are one place, so that no segment is without length";
    /// 新增桥梁两端落地引道的长度 | Length of the ramps at ground level at both ends of a new bridge
    const RAMP_M: f64 = 1.0,
        because "只为使桥在端点与地面道路相接，短到不影响行车时间 | It only lets the bridge meet the roads at its ends, and is too short to change a time";
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

/// Adds the road behind the others.
pub(super) fn add(roads: &mut Vec<Road>, topology: &mut Topology, mut road: Road) -> Result<()> {
    let mut line = road.geometry.0.clone();
    line.dedup();
    if line.len() < 2 {
        bail!("line 的各点重合 | all points of line are one");
    }
    let last = line.len() - 1;
    let ends = [0, last].map(|end| snap(roads, line[end]).map(|(at, road, vertex)| (end, at, road, vertex)));
    let mut junctions = Vec::new();
    for (end, at, other, vertex) in ends.into_iter().flatten() {
        line[end] = at;
        let along = if end == 0 { (0, 0.0) } else { (last - 1, 1.0) };
        junctions.push(Junction { road: other, vertex, at, along });
    }
    if junctions.is_empty() {
        bail!(
            "两端离现有道路都超过 {SNAP_M} m，接不上路网 | neither end is within {SNAP_M} m of a road; draw it from a road"
        );
    }
    if !road.bridge {
        crossings(roads, &road, &line, &mut junctions);
    }
    let ids = weave(roads, topology, &mut line, &mut junctions);
    road.geometry = LineString(line);
    let parts = if road.bridge && ids.is_none() { with_ramps(road) } else { vec![road] };
    topology.vertex_ids.extend(parts.iter().map(|_| ids.clone().unwrap_or_default()));
    roads.extend(parts);
    Ok(())
}

fn square(v: Coord) -> f64 {
    v.x * v.x + v.y * v.y
}

fn near(a: Coord, b: Coord) -> bool {
    square(a - b) <= VERTEX_M * VERTEX_M
}

/// The nearest point of a road within reach, the road, and the vertex behind which it lies.
fn snap(roads: &[Road], end: Coord) -> Option<(Coord, usize, usize)> {
    let mut best: Option<(f64, Coord, usize, usize)> = None;
    for (number, road) in roads.iter().enumerate().filter(|(_, road)| road.access != Access::Closed) {
        if !reaches(road, end, end, SNAP_M) {
            continue;
        }
        for (vertex, piece) in road.geometry.lines().enumerate() {
            let at = foot(piece, end);
            let distance2 = square(at - end);
            if distance2 <= SNAP_M * SNAP_M && best.is_none_or(|best| distance2 < best.0) {
                best = Some((distance2, at, number, vertex));
            }
        }
    }
    best.map(|(_, at, road, vertex)| (at, road, vertex))
}

fn foot(piece: Line, place: Coord) -> Coord {
    let along = piece.end - piece.start;
    let length2 = square(along);
    if length2 == 0.0 {
        return piece.start;
    }
    let to = place - piece.start;
    piece.start + along * ((to.x * along.x + to.y * along.y) / length2).clamp(0.0, 1.0)
}

/// Whether the road comes near the box of the two places.
fn reaches(road: &Road, a: Coord, b: Coord, margin_m: f64) -> bool {
    road.geometry.bounding_rect().is_some_and(|rect| {
        rect.min().x <= a.x.max(b.x) + margin_m
            && rect.max().x >= a.x.min(b.x) - margin_m
            && rect.min().y <= a.y.max(b.y) + margin_m
            && rect.max().y >= a.y.min(b.y) - margin_m
    })
}

/// Crossings at the same level.
fn crossings(roads: &[Road], new: &Road, line: &[Coord], junctions: &mut Vec<Junction>) {
    let level = |road: &Road| road.level.unwrap_or(i32::from(road.bridge) - i32::from(road.tunnel));
    for (piece, pair) in line.windows(2).enumerate() {
        let here = Line::new(pair[0], pair[1]);
        for (number, road) in roads.iter().enumerate().filter(|(_, road)| reaches(road, pair[0], pair[1], 0.0)) {
            let motorway = (road.class == RoadClass::Motorway) != (new.class == RoadClass::Motorway);
            if level(road) != level(new) || motorway {
                continue;
            }
            for (vertex, there) in road.geometry.lines().enumerate() {
                let Some(LineIntersection::SinglePoint { intersection: at, .. }) = line_intersection(here, there)
                else {
                    continue;
                };
                if junctions.iter().all(|known| known.road != number || !near(known.at, at)) {
                    let share = (square(at - pair[0]) / square(pair[1] - pair[0])).sqrt();
                    junctions.push(Junction { road: number, vertex, at, along: (piece, share) });
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

/// Without vertex ids, only the end of a road meets one at another level: so the bridge gets ramps.
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
    let ramp = |a: Coord, b: Coord| Road { geometry: LineString(vec![a, b]), bridge: false, ..road.clone() };
    let ramps = [ramp(points[0], start), ramp(end, points[count - 1])];
    (points[0], points[count - 1]) = (start, end);
    let span = Road { geometry: LineString(points), ..road };
    ramps.into_iter().chain([span]).collect()
}
