//! Road areas (道路面) of the lanes that some villages had surveyed: the road book has no width for them, the survey has.
//!
//! Nothing here draws a random number: the other layers stay as they are.

use std::collections::BTreeMap;

use super::building::Building;
use super::grid::{Point, distance};
use super::planted::{Planted, road_id};
use super::road::{Road, along, centimetres};

/// One surveyed area.
pub(super) struct RoadArea {
    pub name: String,
    /// As in the source: 车行道, 回车场.
    pub kind: &'static str,
    pub corners: Vec<Point>,
}

/// Every so many lanes without a width were surveyed.
const SURVEYED_ONE_IN: usize = 3;
/// The neck that is planted: so wide, over this length.
const NECK_M: f64 = 2.9;
const NECK_LENGTH_M: f64 = 8.0;
/// The turnaround that is planted: its side.
const TURNAROUND_M: f64 = 12.0;

/// Areas of surveyed lanes, one of them with a neck, one with a turnaround at its end; and what was planted.
pub(super) fn survey(roads: &[Road], buildings: &[Building]) -> (Vec<RoadArea>, Vec<Planted>) {
    let mut vertices: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    for place in roads.iter().flat_map(|road| &road.line) {
        *vertices.entry(centimetres(*place)).or_default() += 1;
    }
    let end = |road: &Road| *road.line.last().expect("a road has an end");
    let is_open_end = |road: &Road| {
        let far = |building: &Building| distance(building.centre, end(road)) > 24.0;
        vertices[&centimetres(end(road))] == 1 && buildings.iter().all(far)
    };
    let lanes = (0..roads.len()).filter(|&n| roads[n].width_m.is_none() && roads[n].name.ends_with("巷道"));
    let (mut areas, mut planted) = (Vec::new(), Vec::<Planted>::new());
    for (number, road) in lanes.step_by(SURVEYED_ONE_IN).enumerate() {
        let lane = &roads[road];
        let has = |kind: &str, planted: &[Planted]| planted.iter().any(|one| one.kind == kind);
        let (mut width_m, mut neck) = (3.2 + 0.2 * (number % 8) as f64, None);
        if lane.length_m() > 90.0 && !has("road-area-neck", &planted) {
            let place = longest_piece(lane);
            (width_m, neck) = (4.4, Some(place));
            let about = format!("{}未载明路宽；道路面显示最窄处{NECK_M}米：普通消防车不能通行", lane.name);
            planted.push(Planted::new("road-area-neck", &about, place).of(&road_id(road)).measured(NECK_M));
        } else if lane.length_m() > 60.0 && is_open_end(lane) && !has("turnaround", &planted) {
            width_m = 4.4;
            let direction = along(&lane.line, lane.length_m()).1;
            let middle = end(lane) + direction * (TURNAROUND_M / 2.0 - 1.0);
            let about = format!("{}尽头有{TURNAROUND_M}×{TURNAROUND_M}米回车场", lane.name);
            planted.push(Planted::new("turnaround", &about, middle).of(&road_id(road)).measured(TURNAROUND_M));
            areas.push(RoadArea {
                name: format!("{}回车场", lane.name),
                kind: "回车场",
                corners: square(middle, direction),
            });
        }
        areas.push(RoadArea { name: lane.name.clone(), kind: "车行道", corners: strip(&lane.line, width_m, neck) });
    }
    (areas, planted)
}

/// The middle of the longest straight piece of a lane.
fn longest_piece(lane: &Road) -> Point {
    let pieces = lane.line.windows(2);
    let longest = pieces.max_by(|a, b| distance(a[0], a[1]).total_cmp(&distance(b[0], b[1])));
    let piece = longest.expect("a lane has a piece");
    (piece[0] + piece[1]) / 2.0
}

fn left_of(direction: Point) -> Point {
    Point { x: -direction.y, y: direction.x }
}

fn square(middle: Point, direction: Point) -> Vec<Point> {
    let (ahead, left) = (direction * (TURNAROUND_M / 2.0), left_of(direction) * (TURNAROUND_M / 2.0));
    vec![middle - ahead - left, middle + ahead - left, middle + ahead + left, middle - ahead + left]
}

/// So wide along the whole line, but for a neck about a place.
fn strip(line: &[Point], width_m: f64, neck: Option<Point>) -> Vec<Point> {
    // Places along the line, each with the direction and the width there.
    let mut places: Vec<(Point, Point, f64)> = Vec::new();
    let direction = |at: usize| {
        let (from, to) = (line[at.saturating_sub(1)], line[(at + 1).min(line.len() - 1)]);
        (to - from) / distance(from, to).max(1e-9)
    };
    for (at, pair) in line.windows(2).enumerate() {
        places.push((pair[0], direction(at), width_m));
        let own = (pair[1] - pair[0]) / distance(pair[0], pair[1]).max(1e-9);
        let middle = (pair[0] + pair[1]) / 2.0;
        if neck.is_some_and(|neck| distance(neck, middle) < 0.01) {
            let half = own * (NECK_LENGTH_M / 2.0);
            places.extend([(middle - half, own, width_m), (middle - half, own, NECK_M)]);
            places.extend([(middle + half, own, NECK_M), (middle + half, own, width_m)]);
        }
    }
    places.push((line[line.len() - 1], direction(line.len() - 1), width_m));
    let side =
        |sign: f64| places.iter().map(move |(place, along, wide)| *place + left_of(*along) * (sign * wide / 2.0));
    side(-1.0).chain(side(1.0).collect::<Vec<_>>().into_iter().rev()).collect()
}
