//! Where roads meet: every vertex of every road gets an id, and equal ids are one place.
//!
//! Sources with vertex ids (OSM) say it themselves. Otherwise geometry decides:
//!
//! - road ends within [`TOUCH_M`] of one another meet, whatever their levels: a bridge meets the road it continues;
//! - vertices inside roads meet within [`TOUCH_M`] when their levels are equal, so a bridge passes over;
//! - an end within [`REACH_M`] of another road's side at the same level is joined to it, and counted; a deck or a tube of no
//!   stated level that nothing of its kind continues is on the ground there;
//! - roads that cross without a common vertex at the same level meet there, and are counted, unless just one of the
//!   two is a motorway, which nothing joins at grade.

use std::collections::BTreeMap;

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use super::{nearest_on, squared};
use crate::ids::RoadId;
use crate::layers::LayerId;
use crate::layers::{Road, RoadClass};
use crate::method_constants;
use crate::notes::{NoteCase, NoteKind, Notes};
use fireplan_algorithms::union_find::UnionFind;

method_constants! {
    /// 顶点相距不超过此值视为同一点 | Vertices this near to one another are one place
    const TOUCH_M: f64 = 0.05,
        because "小于任何来源有意区分的距离，大于坐标转换与取整的误差 | Less than any source tells apart on purpose, more than conversion and rounding of coordinates make";
    /// 路端距另一道路不超过此值视为相接（有报告） | A road end this near to the side of another road is joined to it, and reported
    const REACH_M: f64 = 0.5,
        because "数字化时未捕捉到位的常见误差，又小于任何真实断头路与道路的间隔 | What digitising without snapping leaves open, and less than any real dead end stands from a road";
}

/// What is said of a road that crosses a motorway without a level, `中文 | English`.
pub const MOTORWAY_CROSSING: &str = "与高速公路平面相交但未标注桥隧层级，按立体交叉处理 | Crosses a motorway without bridge or level; taken as an overpass";

type Pieces = RTree<GeomWithData<rstar::primitives::Line<[f64; 2]>, (RoadId, u32)>>;

/// Roads whose vertices know where they meet.
pub(super) struct Noded {
    pub roads: Vec<NodedRoad>,
    /// The source's id behind each of the first ids, ascending.
    source_ids: Vec<i64>,
}

/// A road with an id for every vertex; equal ids are the same place.
pub(super) struct NodedRoad {
    pub vertices: Vec<Coord>,
    pub ids: Vec<u32>,
}

impl Noded {
    /// Our id for a vertex of the source.
    pub(super) fn id_of(&self, source_id: i64) -> Option<u32> {
        self.source_ids.binary_search(&source_id).ok().map(|at| at as u32)
    }

    /// The source's id of a vertex, if it has one.
    pub(super) fn source_id(&self, id: u32) -> Option<i64> {
        self.source_ids.get(id as usize).copied()
    }
}

pub(super) fn node_roads(roads: &[Road], vertex_ids: &[Vec<i64>], notes: &mut Notes) -> Noded {
    let known = |road: usize| vertex_ids.get(road).is_some_and(|ids| !ids.is_empty());
    let mut lines: Vec<Vec<Coord>> = roads.iter().map(|road| road.geometry.0.clone()).collect();
    let by_geometry: Vec<RoadId> = RoadId::first(roads.len()).filter(|road| !known(road.index())).collect();
    let end_levels =
        if by_geometry.is_empty() { Vec::new() } else { insert_meeting_points(roads, &by_geometry, &mut lines, notes) };
    let mut source_ids: Vec<i64> = vertex_ids.iter().flatten().copied().collect();
    source_ids.sort_unstable();
    source_ids.dedup();
    let dense = |id: &i64| source_ids.binary_search(id).expect("every id was collected") as u32;
    let of_road = |road: usize| vertex_ids.get(road).map_or_else(Vec::new, |ids| ids.iter().map(dense).collect());
    let mut ids: Vec<Vec<u32>> = (0..roads.len()).map(of_road).collect();
    ids_by_geometry((roads, &end_levels), &by_geometry, &lines, source_ids.len() as u32, &mut ids);
    let roads = lines.into_iter().zip(ids).map(|(vertices, ids)| without_repeats(vertices, ids)).collect();
    Noded { roads, source_ids }
}

/// Level a road runs at where it does not end.
pub fn running_level(road: &Road) -> i32 {
    road.level.unwrap_or(i32::from(road.bridge) - i32::from(road.tunnel))
}

/// Whether a road is a deck or a tube whose ends are on the ground: whose level nobody states, so that it is one between them only.
pub(crate) fn ends_on_ground(road: &Road) -> bool {
    (road.bridge || road.tunnel) && road.level.is_none()
}

/// A vertex to be put into a road: behind vertex `.0`, at share `.1` of the piece that starts there.
type Insertion = (u32, f64, Coord);

/// Puts the points where roads meet into their lines; the answer is the level of both ends of each.
fn insert_meeting_points(
    roads: &[Road],
    by_geometry: &[RoadId],
    lines: &mut [Vec<Coord>],
    notes: &mut Notes,
) -> Vec<[i32; 2]> {
    let pieces = index_pieces(by_geometry, lines);
    let end_levels = find_end_levels(roads, by_geometry, lines, &pieces);
    let mut insertions: BTreeMap<RoadId, Vec<Insertion>> = BTreeMap::new();
    for &road in by_geometry {
        find_crossings(roads, road, lines, &pieces, &mut insertions, notes);
        find_reached_sides(roads, (road, end_levels[road.index()]), lines, &pieces, &mut insertions, notes);
    }
    for (road, mut points) in insertions {
        points.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).expect("shares are finite"));
        let old = std::mem::take(&mut lines[road.index()]);
        let mut points = points.into_iter().peekable();
        for (at, vertex) in old.into_iter().enumerate() {
            lines[road.index()].push(vertex);
            while let Some((_, _, point)) = points.next_if(|(behind, _, _)| *behind as usize == at) {
                lines[road.index()].push(point);
            }
        }
    }
    end_levels
}

fn index_pieces(by_geometry: &[RoadId], lines: &[Vec<Coord>]) -> Pieces {
    let pieces = by_geometry.iter().flat_map(|&road| {
        lines[road.index()].windows(2).enumerate().map(move |(at, pair)| {
            let line = rstar::primitives::Line::new([pair[0].x, pair[0].y], [pair[1].x, pair[1].y]);
            GeomWithData::new(line, (road, at as u32))
        })
    });
    RTree::bulk_load(pieces.collect())
}

fn piece(lines: &[Vec<Coord>], (road, at): (RoadId, u32)) -> Line {
    let line = &lines[road.index()];
    Line::new(line[at as usize], line[at as usize + 1])
}

fn envelope(line: Line, margin_m: f64) -> AABB<[f64; 2]> {
    AABB::from_corners(
        [line.start.x.min(line.end.x) - margin_m, line.start.y.min(line.end.y) - margin_m],
        [line.start.x.max(line.end.x) + margin_m, line.start.y.max(line.end.y) + margin_m],
    )
}

fn near(a: Coord, b: Coord, limit_m: f64) -> bool {
    squared(a - b) <= limit_m * limit_m
}

/// Crossings of this road with later ones in the list (each pair once).
fn find_crossings(
    roads: &[Road],
    road: RoadId,
    lines: &[Vec<Coord>],
    pieces: &Pieces,
    insertions: &mut BTreeMap<RoadId, Vec<Insertion>>,
    notes: &mut Notes,
) {
    for at in 0..lines[road.index()].len().saturating_sub(1) as u32 {
        let here = piece(lines, (road, at));
        let mut others: Vec<(RoadId, u32)> = pieces
            .locate_in_envelope_intersecting(&envelope(here, 0.0))
            .map(|other| other.data)
            .filter(|other| other.0 > road || (other.0 == road && other.1 > at + 1))
            .collect();
        others.sort_unstable();
        for other in others {
            let there = piece(lines, other);
            let Some(LineIntersection::SinglePoint { intersection, .. }) = line_intersection(here, there) else {
                continue;
            };
            let at_vertex =
                |line: Line| near(line.start, intersection, TOUCH_M) || near(line.end, intersection, TOUCH_M);
            if at_vertex(here) && at_vertex(there) {
                continue;
            }
            let (a, b) = (&roads[road.index()], &roads[other.0.index()]);
            if running_level(a) != running_level(b) {
                continue;
            }
            if (a.class == RoadClass::Motorway) != (b.class == RoadClass::Motorway) {
                notes.add(
                    NoteKind::Doubted,
                    Some(LayerId::Roads),
                    MOTORWAY_CROSSING,
                    NoteCase::from(format!("{} / {}", a.name, b.name)).of(&a.source_id).at(intersection),
                );
                continue;
            }
            notes.add(
                NoteKind::Converted,
                Some(LayerId::Roads),
                "道路同层相交而无共同节点，已在交点打断 | Roads cross at one level without a common vertex; joined there",
                NoteCase::from(format!("{} / {}", a.name, b.name)).of(&a.source_id).at(intersection),
            );
            for (target, line) in [((road, at), here), (other, there)] {
                if !at_vertex(line) {
                    let share = nearest_on(line, intersection).1;
                    insertions.entry(target.0).or_default().push((target.1, share, intersection));
                }
            }
        }
    }
}

/// The levels of the first and the last end of each road: that at which it runs where another road of this level is, and else
/// the ground, to which decks and tubes come at their ends.
fn find_end_levels(roads: &[Road], by_geometry: &[RoadId], lines: &[Vec<Coord>], pieces: &Pieces) -> Vec<[i32; 2]> {
    let mut levels: Vec<[i32; 2]> = roads.iter().map(|road| [running_level(road); 2]).collect();
    for &road in by_geometry.iter().filter(|road| ends_on_ground(&roads[road.index()])) {
        let line = &lines[road.index()];
        let (Some(first), Some(last)) = (line.first(), line.last()) else { continue };
        for (level, end) in levels[road.index()].iter_mut().zip([*first, *last]) {
            let goes_on = pieces
                .locate_in_envelope_intersecting(&envelope(Line::new(end, end), REACH_M))
                .filter(|other| other.data.0 != road && running_level(&roads[other.data.0.index()]) == *level)
                .any(|other| near(nearest_on(piece(lines, other.data), end).0, end, REACH_M));
            if !goes_on {
                *level = 0;
            }
        }
    }
    levels
}

/// Sides of other roads that the ends of this road, at these levels, nearly touch.
fn find_reached_sides(
    roads: &[Road],
    (road, end_levels): (RoadId, [i32; 2]),
    lines: &[Vec<Coord>],
    pieces: &Pieces,
    insertions: &mut BTreeMap<RoadId, Vec<Insertion>>,
    notes: &mut Notes,
) {
    let line = &lines[road.index()];
    for (end, level) in line.first().into_iter().chain(line.last()).zip(end_levels) {
        let mut others: Vec<(RoadId, u32)> = pieces
            .locate_in_envelope_intersecting(&envelope(Line::new(*end, *end), REACH_M))
            .map(|other| other.data)
            .filter(|other| other.0 != road && running_level(&roads[other.0.index()]) == level)
            .collect();
        others.sort_unstable();
        for other in others {
            let there = piece(lines, other);
            let (at, share) = nearest_on(there, *end);
            let touches_vertex = near(there.start, *end, TOUCH_M) || near(there.end, *end, TOUCH_M);
            if touches_vertex || !(0.0 < share && share < 1.0) || !near(at, *end, REACH_M) {
                continue;
            }
            let gap_m = squared(at - *end).sqrt();
            if gap_m > TOUCH_M {
                let (from, to) = (&roads[road.index()], &roads[other.0.index()]);
                notes.add(
                    NoteKind::Converted,
                    Some(LayerId::Roads),
                    "道路端点距另一道路不足 0.5 米，已连接 | Road end less than 0.5 m from another road; joined",
                    NoteCase::from(format!("{} / {}", from.name, to.name)).of(&from.source_id).at(*end),
                );
            }
            // The side bends to the end by less than half a metre, so that both share the place exactly.
            insertions.entry(other.0).or_default().push((other.1, share, *end));
        }
    }
}

/// Ids for the vertices of roads without source ids, from `first` on.
fn ids_by_geometry(
    (roads, end_levels): (&[Road], &[[i32; 2]]),
    by_geometry: &[RoadId],
    lines: &[Vec<Coord>],
    first: u32,
    ids: &mut [Vec<u32>],
) {
    let mut places: Vec<Place> = Vec::new();
    for &road in by_geometry {
        let line = &lines[road.index()];
        let last = line.len().saturating_sub(1);
        let inside_level = running_level(&roads[road.index()]);
        let ends = end_levels[road.index()];
        places.extend(line.iter().enumerate().map(|(at, coord)| match at {
            0 => Place { coord: *coord, level: None, end_level: ends[0] },
            _ if at == last => Place { coord: *coord, level: None, end_level: ends[1] },
            _ => Place { coord: *coord, level: Some(inside_level), end_level: inside_level },
        }));
    }
    let groups = group_places(&places);
    let mut group = groups.into_iter();
    for &road in by_geometry {
        let count = lines[road.index()].len();
        ids[road.index()] = group.by_ref().take(count).map(|group| first + group).collect();
    }
}

struct Place {
    coord: Coord,
    /// `None`: an end of a road.
    level: Option<i32>,
    /// Level at which it meets what does not end there.
    end_level: i32,
}

/// Whether two vertices at one place are one junction.
fn meet(a: &Place, b: &Place) -> bool {
    match (a.level, b.level) {
        (None, None) => true,
        _ => a.end_level == b.end_level,
    }
}

/// The group of each place, numbered by the first place of each group.
fn group_places(places: &[Place]) -> Vec<u32> {
    let cell = |at: Coord| ((at.x / TOUCH_M).floor() as i64, (at.y / TOUCH_M).floor() as i64);
    let mut cells: BTreeMap<(i64, i64), Vec<u32>> = BTreeMap::new();
    let mut groups = UnionFind::new(places.len());
    for (number, place) in places.iter().enumerate() {
        let (x, y) = cell(place.coord);
        for neighbour in (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y))) {
            for &other in cells.get(&neighbour).into_iter().flatten() {
                let there = &places[other as usize];
                if near(place.coord, there.coord, TOUCH_M) && meet(place, there) {
                    groups.join(number as u32, other);
                }
            }
        }
        cells.entry((x, y)).or_default().push(number as u32);
    }
    (0..places.len() as u32).map(|place| groups.group(place)).collect()
}

/// Drops vertices that repeat the one before them.
fn without_repeats(vertices: Vec<Coord>, ids: Vec<u32>) -> NodedRoad {
    let mut road = NodedRoad { vertices: Vec::with_capacity(vertices.len()), ids: Vec::with_capacity(ids.len()) };
    for (vertex, id) in vertices.into_iter().zip(ids) {
        if road.ids.last() != Some(&id) {
            road.vertices.push(vertex);
            road.ids.push(id);
        }
    }
    road
}
