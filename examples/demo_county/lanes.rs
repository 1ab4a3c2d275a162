//! Village lanes: narrow ways that leave the village road left and right, some joined into loops.

use super::grid::{Point, distance, distance_to_line};
use super::places::Village;
use super::random::Random;
use super::road::{Road, SegmentIndex, along, crossing, rounded};
use super::terrain::Terrain;
use super::water::Water;

pub(super) struct LaneRules<'a> {
    pub terrain: &'a Terrain,
    pub water: &'a Water,
    /// Motorway and railway: no lane comes near.
    pub corridors: &'a dyn Fn(Point) -> f64,
}

/// How far a village reaches from its centre.
pub(super) fn reach_m(village: &Village) -> f64 {
    70.0 + 5.2 * f64::from(village.people).sqrt()
}

pub(super) fn lay_lanes(rules: &LaneRules, villages: &[Village], roads: &mut Vec<Road>) {
    let mut random = Random::new(811);
    let mut index = SegmentIndex::new(150.0, roads.iter().map(|road| road.line.as_slice()), 60.0);
    for village in villages {
        let trunks: Vec<Vec<Point>> = near_roads(village, roads, &index);
        for trunk in trunks {
            let lanes = comb(rules, village, &trunk, roads, &index, &mut random);
            for lane in lanes {
                index.add(roads.len(), &lane.line, 60.0);
                roads.push(lane);
            }
        }
    }
}

/// Pieces of country road inside the village.
fn near_roads(village: &Village, roads: &[Road], index: &SegmentIndex) -> Vec<Vec<Point>> {
    let reach = reach_m(village);
    let mut numbers: Vec<usize> = Vec::new();
    for step in 0..25 {
        let (i, j) = (f64::from(step % 5) / 2.0 - 1.0, f64::from(step / 5) / 2.0 - 1.0);
        let near = index.near(village.centre + Point { x: i * reach, y: j * reach });
        numbers.extend(near.iter().map(|&(road, _)| road));
    }
    numbers.sort_unstable();
    numbers.dedup();
    let mut out = Vec::new();
    for number in numbers.into_iter().filter(|&number| roads[number].route.is_some()) {
        let line = &roads[number].line;
        let mut piece: Vec<Point> = Vec::new();
        for place in line.iter().copied().chain([Point { x: f64::MAX, y: 0.0 }]) {
            if distance(place, village.centre) < reach {
                piece.push(place);
            } else if !piece.is_empty() {
                let piece = std::mem::take(&mut piece);
                if piece.len() > 1 {
                    out.push(piece);
                }
            }
        }
    }
    out
}

fn comb(
    rules: &LaneRules,
    village: &Village,
    trunk: &[Point],
    roads: &[Road],
    index: &SegmentIndex,
    random: &mut Random,
) -> Vec<Road> {
    let total = super::road::length(trunk);
    let mut lanes: Vec<Road> = Vec::new();
    let mut last_ends: [Option<Point>; 2] = [None, None];
    let mut chainage = random.between(10.0, 30.0);
    while chainage < total - 6.0 {
        // Lanes left and right leave from one place, or well apart.
        let apart = if random.chance(0.5) { 0.0 } else { random.between(9.0, 20.0) };
        for (side, last_end) in [1.0, -1.0].into_iter().zip(&mut last_ends) {
            if !random.chance(0.72) {
                continue;
            }
            let (start, direction) = along(trunk, (chainage + if side > 0.0 { 0.0 } else { apart }).min(total - 2.0));
            let room = 1.15 - distance(start, village.centre) / reach_m(village);
            let length = random.between(50.0, 165.0) * room.max(0.35);
            let line = lane_line(start, direction, side, length, random);
            if !fits(rules, &line, roads, index, &lanes) {
                continue;
            }
            let end = line[line.len() - 1];
            lanes.push(lane(village, line, random));
            if let Some(before) = last_end.filter(|before| distance(*before, end) < 105.0 && random.chance(0.5)) {
                let loop_line =
                    vec![before, rounded((before + end) * 0.5 + direction * random.between(-6.0, 6.0)), end];
                if clear_between(rules, &loop_line, roads, index, &lanes) {
                    lanes.push(lane(village, loop_line, random));
                }
            }
            *last_end = Some(end);
        }
        chainage += random.between(42.0, 72.0);
    }
    lanes
}

fn lane(village: &Village, line: Vec<Point>, random: &mut Random) -> Road {
    let width = (random.between(2.5, 4.2) * 10.0).round() / 10.0;
    let mut road = Road::new(format!("{}巷道", village.name), "街巷", line, width);
    if random.chance(0.35) {
        road.width_m = None;
    }
    if random.chance(0.12) {
        road.surface = "砂石";
    }
    road
}

fn lane_line(start: Point, direction: Point, side: f64, length: f64, random: &mut Random) -> Vec<Point> {
    let turn = |d: Point, by: f64| Point { x: d.x - d.y * by, y: d.y + d.x * by };
    let mut heading = turn(Point { x: -direction.y * side, y: direction.x * side }, random.between(-0.22, 0.22));
    let mut line = vec![rounded(start)];
    let steps = (length / 32.0).ceil().max(1.0);
    for _ in 0..steps as usize {
        let unit = heading / (heading.x * heading.x + heading.y * heading.y).sqrt();
        line.push(rounded(line[line.len() - 1] + unit * (length / steps)));
        heading = turn(unit, random.between(-0.2, 0.2));
    }
    line
}

fn dry_and_gentle(rules: &LaneRules, line: &[Point]) -> bool {
    line[1..].iter().all(|&place| {
        rules.terrain.height.slope(place) < 0.2
            && rules.terrain.county.at(place)
            && rules.water.bank_distance(place) > 14.0
            && !rules.water.is_lake(place)
            && (rules.corridors)(place) > 70.0
    }) && rules.water.streams.iter().all(|stream| super::road::crossings(line, &stream.line).is_empty())
}

/// A lane keeps its distance from everything but the road it leaves.
fn fits(rules: &LaneRules, line: &[Point], roads: &[Road], index: &SegmentIndex, lanes: &[Road]) -> bool {
    let apart = line[1..].iter().all(|&place| {
        index.near(place).iter().all(|&(road, segment)| {
            let off = distance_to_line(place, &roads[road].line[segment..segment + 2]);
            off > 19.0
        }) && lanes.iter().all(|lane| distance_to_line(place, &lane.line) > 21.0)
    });
    apart && dry_and_gentle(rules, line) && !crosses(&line[1..], roads, index, lanes)
}

fn clear_between(rules: &LaneRules, line: &[Point], roads: &[Road], index: &SegmentIndex, lanes: &[Road]) -> bool {
    let middle = line[1];
    let apart = index
        .near(middle)
        .iter()
        .all(|&(road, segment)| distance_to_line(middle, &roads[road].line[segment..segment + 2]) > 22.0);
    // The ends touch lanes on purpose.
    let inner = [line[0] * 0.9 + line[1] * 0.1, line[1], line[2] * 0.9 + line[1] * 0.1];
    apart && dry_and_gentle(rules, line) && !crosses(&inner, roads, index, lanes)
}

fn crosses(line: &[Point], roads: &[Road], index: &SegmentIndex, lanes: &[Road]) -> bool {
    line.windows(2).any(|pair| {
        let hits = |a: Point, b: Point| crossing(pair[0], pair[1], a, b).is_some();
        index.near(pair[0]).iter().any(|&(road, s)| hits(roads[road].line[s], roads[road].line[s + 1]))
            || lanes.iter().any(|lane| lane.line.windows(2).any(|other| hits(other[0], other[1])))
    })
}
