//! Rivers where the water flows, a reservoir behind a dam, ponds.

use geo::{Area, BooleanOps, Contains, LineString, MultiPolygon, Polygon};

use super::grid::{Grid, Point, distance, distance_to_line};
use super::random::{Random, noise};
use super::regions::{chaikin, polygons, simplify};
use super::terrain::Terrain;

/// Where a river is drawn as an area.
const RIVER_M2: f64 = 60.0e6;

pub(super) struct Stream {
    pub name: String,
    pub line: Vec<Point>,
    pub width_m: f64,
    pub perennial: bool,
}

pub(super) struct Water {
    /// Middle line of the main river, downstream, with the half width at each vertex.
    pub river: Vec<Point>,
    pub half_width: Vec<f64>,
    pub river_area: Polygon,
    pub streams: Vec<Stream>,
    pub reservoir: MultiPolygon,
    pub dam: Vec<Point>,
    pub ponds: Vec<Polygon>,
    /// Per terrain cell: 0 dry, 1 stream, 2 main river, 3 lake.
    pub wet: Grid<u8>,
}

impl Water {
    pub(super) fn build(terrain: &Terrain) -> Self {
        let mut wet = Grid::filled(terrain.height.cell_m, 0u8);
        let (reservoir, dam) = reservoir(terrain, &mut wet);
        let courses = courses(terrain);
        let (river, half_width) = main_river(terrain, &courses[0]);
        let river_area = ribbon(&river, &half_width);
        let streams = streams(terrain, &courses[1..], &reservoir);
        mark(&mut wet, &courses[0], 2);
        streams.iter().for_each(|stream| mark_line(&mut wet, &stream.line, 1));
        mark_line(&mut wet, &river, 2);
        Self { river, half_width, river_area, streams, reservoir, dam, ponds: Vec::new(), wet }
    }

    /// Distance from the bank of the main river, negative in the water.
    pub(super) fn bank_distance(&self, place: Point) -> f64 {
        self.river
            .windows(2)
            .zip(&self.half_width)
            .map(|(pair, half)| distance_to_line(place, pair) - half)
            .fold(f64::MAX, f64::min)
    }

    /// Leaves of the river what lies in the county.
    pub(super) fn cut_river(&mut self, county: &MultiPolygon) {
        let parts = self.river_area.intersection(county);
        let largest = parts.into_iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()));
        self.river_area = largest.expect("the river flows in the county");
    }

    pub(super) fn is_lake(&self, place: Point) -> bool {
        self.reservoir.contains(&geo::Point(place)) || self.ponds.iter().any(|pond| pond.contains(&geo::Point(place)))
    }

    /// Ponds in flat places near villages.
    pub(super) fn add_ponds(&mut self, sites: &[Point], random: &mut Random) {
        for site in sites {
            let (a, b) = (random.between(28.0, 60.0), random.between(18.0, 34.0));
            let turn = random.between(0.0, std::f64::consts::PI);
            let ring = (0..14).map(|step| {
                let angle = f64::from(step) * std::f64::consts::TAU / 14.0;
                let wobble = 1.0 + 0.16 * noise(31, site.x + 2.0 * angle.cos(), site.y + 2.0 * angle.sin());
                let (u, v) = (a * wobble * angle.cos(), b * wobble * angle.sin());
                *site + Point { x: u * turn.cos() - v * turn.sin(), y: u * turn.sin() + v * turn.cos() }
            });
            let mut ring: Vec<Point> = ring.collect();
            ring.push(ring[0]);
            self.ponds.push(Polygon::new(LineString(ring), vec![]));
        }
    }
}

/// Rivers from spring to mouth as cells: the main river first, tributaries up to where they join.
fn courses(terrain: &Terrain) -> Vec<Vec<usize>> {
    let count = terrain.height.values.len();
    let in_county = |index: usize| terrain.county.values[index];
    let mut springs: Vec<usize> = (0..count)
        .filter(|&index| in_county(index) && terrain.catchment[index] >= super::terrain::STREAM_M2)
        .filter(|&index| {
            terrain
                .height
                .around(index)
                .all(|up| terrain.receiver[up] != index || terrain.catchment[up] < super::terrain::STREAM_M2)
        })
        .collect();
    let length = |&spring: &usize| {
        let mut steps = 0usize;
        let mut now = spring;
        while in_county(now) && terrain.receiver[now] != now {
            now = terrain.receiver[now];
            steps += 1;
        }
        steps
    };
    springs.sort_by_key(|spring| (std::cmp::Reverse(length(spring)), *spring));
    let mut taken = vec![false; count];
    let mut out = Vec::new();
    for spring in springs {
        let mut course = vec![spring];
        let mut now = spring;
        while !taken[now] && in_county(now) && terrain.receiver[now] != now {
            taken[now] = true;
            now = terrain.receiver[now];
            course.push(now);
        }
        // The main river is drawn on over the border, and cut there.
        for _ in 0..if out.is_empty() { 14 } else { 0 } {
            now = terrain.receiver[now];
            course.push(now);
        }
        if course.len() > 12 {
            out.push(course);
        }
    }
    out
}

/// A course as a line that winds like water; both ends stay.
fn winding(terrain: &Terrain, course: &[usize], swing_m: f64) -> Vec<Point> {
    let mut line: Vec<Point> = course.iter().map(|&index| terrain.height.centre(index)).collect();
    for _ in 0..4 {
        line = averaged(&line);
    }
    let line: Vec<Point> =
        line.iter().enumerate().filter(|(i, _)| i % 2 == 0 || i + 1 == line.len()).map(|(_, p)| *p).collect();
    let moved = line.iter().map(|&p| {
        let flat = 1.0 / (1.0 + 40.0 * terrain.height.slope(p));
        let by = |seed| swing_m * flat * noise(seed, p.x / 750.0, p.y / 750.0);
        p + Point { x: by(41), y: by(42) }
    });
    let mut line_moved: Vec<Point> = moved.collect();
    let last = line.len() - 1;
    line_moved[last] = line[last];
    simplify(&chaikin(&chaikin(&line_moved, false), false), 4.0)
}

/// Each inner vertex between its neighbours.
pub(super) fn averaged(line: &[Point]) -> Vec<Point> {
    let mut out = line.to_vec();
    for index in 1..line.len().saturating_sub(1) {
        out[index] = line[index - 1] * 0.25 + line[index] * 0.5 + line[index + 1] * 0.25;
    }
    out
}

fn main_river(terrain: &Terrain, course: &[usize]) -> (Vec<Point>, Vec<f64>) {
    let from = course.iter().position(|&cell| terrain.catchment[cell] >= RIVER_M2).unwrap_or(0);
    let line = winding(terrain, &course[from..], 210.0);
    // Even steps, so that the banks follow every bend.
    let line = resampled(&line, 45.0);
    let cells: Vec<Point> = course[from..].iter().map(|&cell| terrain.height.centre(cell)).collect();
    let half = line.iter().map(|place| {
        let nearest = (0..cells.len())
            .min_by(|&a, &b| distance(cells[a], *place).total_cmp(&distance(cells[b], *place)))
            .expect("a river has cells");
        let area = terrain.catchment[course[from + nearest]];
        7.0 + 36.0 * (area / 7.8e8).sqrt() * (1.0 + 0.35 * noise(43, place.x / 620.0, place.y / 620.0))
    });
    let mut half: Vec<f64> = half.collect();
    for _ in 0..6 {
        for index in 1..half.len() - 1 {
            half[index] = (half[index - 1] + half[index] + half[index + 1]) / 3.0;
        }
    }
    (line, half)
}

/// Vertices at even steps along a line, ends kept.
pub(super) fn resampled(line: &[Point], step_m: f64) -> Vec<Point> {
    let mut out = vec![line[0]];
    let mut left = step_m;
    for pair in line.windows(2) {
        let length = distance(pair[0], pair[1]);
        let mut done = 0.0;
        while length - done >= left {
            done += left;
            out.push(pair[0] + (pair[1] - pair[0]) * (done / length));
            left = step_m;
        }
        left -= length - done;
    }
    let last = line[line.len() - 1];
    if distance(out[out.len() - 1], last) > step_m * 0.3 {
        out.push(last);
    } else {
        *out.last_mut().expect("not empty") = last;
    }
    out
}

/// The area within a varying distance of a line.
fn ribbon(line: &[Point], half: &[f64]) -> Polygon {
    let side = |sign: f64| {
        (0..line.len()).map(move |index| {
            let (a, b) = (line[index.saturating_sub(1)], line[(index + 1).min(line.len() - 1)]);
            let along = (b - a) / distance(a, b);
            line[index] + Point { x: -along.y, y: along.x } * (sign * half[index])
        })
    };
    let mut left: Vec<Point> = simplify(&side(1.0).collect::<Vec<_>>(), 1.5);
    let right: Vec<Point> = simplify(&side(-1.0).collect::<Vec<_>>(), 1.5);
    left.extend(right.iter().rev());
    left.push(left[0]);
    Polygon::new(LineString(left), vec![])
}

fn streams(terrain: &Terrain, courses: &[Vec<usize>], lake: &MultiPolygon) -> Vec<Stream> {
    let mut names = super::names::Names::streams();
    let mut out = Vec::new();
    for course in courses {
        let line = winding(terrain, course, 90.0);
        let area = terrain.catchment[course[course.len() - 2]];
        let name = names.next();
        // A stream is drawn up to the reservoir and again below the dam.
        let mut piece: Vec<Point> = Vec::new();
        for place in line.iter().copied().chain([Point { x: f64::NAN, y: 0.0 }]) {
            let ends = place.x.is_nan() || lake.contains(&geo::Point(place));
            if !ends {
                piece.push(place);
            } else if piece.len() > 3 {
                let width_m = (3.0 + 22.0 * (area / 1.5e8).sqrt()).min(26.0);
                out.push(Stream {
                    name: name.clone(),
                    line: std::mem::take(&mut piece),
                    width_m,
                    perennial: area > 8.0e6,
                });
            } else {
                piece.clear();
            }
        }
    }
    out
}

/// A dam across a tributary where its valley is narrow below a wide one, and the lake up to the dam's level.
fn reservoir(terrain: &Terrain, wet: &mut Grid<u8>) -> (MultiPolygon, Vec<Point>) {
    const DEPTH_M: f64 = 27.0;
    let mut order: Vec<usize> = (0..terrain.height.values.len()).collect();
    order.sort_by(|&a, &b| terrain.height.values[a].total_cmp(&terrain.height.values[b]));
    let dam = dam_site(terrain, &order, DEPTH_M);
    let level = terrain.height.values[dam] + DEPTH_M;
    let upstream = upstream(terrain, &order, dam);
    let mut labels = Grid::filled(40.0, 0u16);
    for cell in 0..labels.values.len() {
        let place = labels.centre(cell);
        labels.values[cell] = u16::from(upstream.at(place) && terrain.height.sample(place) < level);
    }
    super::regions::drop_specks(&mut labels, 60);
    for cell in 0..labels.values.len() {
        if labels.values[cell] == 1 {
            let index = wet.index_at(labels.centre(cell));
            wet.values[index] = 3;
        }
    }
    let lake = polygons(&labels, 3.0).remove(&1).unwrap_or(MultiPolygon(vec![]));
    (lake, dam_line(terrain, dam, level))
}

/// Cells whose water comes through a cell; `order` is from low to high.
fn upstream(terrain: &Terrain, order: &[usize], dam: usize) -> Grid<bool> {
    let mut out = Grid::filled(terrain.height.cell_m, false);
    for &cell in order {
        let below = terrain.receiver[cell];
        out.values[cell] = cell == dam || (below != cell && out.values[below]);
    }
    out
}

/// The tributary cell that holds the most water behind the shortest dam, away from the basin.
fn dam_site(terrain: &Terrain, order: &[usize], depth_m: f64) -> usize {
    let mut best = (0.0, 0);
    for dam in 0..terrain.height.values.len() {
        let place = terrain.height.centre(dam);
        let fit = terrain.county.values[dam] && (18.0e6..95.0e6).contains(&terrain.catchment[dam]);
        if !fit || !(4_000.0..15_500.0).contains(&place.x) || !(3_500.0..13_500.0).contains(&place.y) {
            continue;
        }
        let level = terrain.height.values[dam] + depth_m;
        let upstream = upstream(terrain, order, dam);
        let cells = (0..upstream.values.len())
            .filter(|&cell| upstream.values[cell] && terrain.height.values[cell] < level)
            .count();
        let width = super::road::length(&dam_line(terrain, dam, level));
        let worth = (cells as f64).min(170.0) / (width + 250.0);
        if worth > best.0 {
            best = (worth, dam);
        }
    }
    best.1
}

/// From slope to slope across the valley, square to the flow.
fn dam_line(terrain: &Terrain, dam: usize, level: f64) -> Vec<Point> {
    let at = terrain.height.centre(dam);
    let below = terrain.height.centre(terrain.receiver[terrain.receiver[dam]]);
    let along = (below - at) / distance(at, below);
    let across = Point { x: -along.y, y: along.x };
    let foot = at + along * 35.0;
    let reach = |sign: f64| {
        (1..40)
            .map(|step| foot + across * (sign * 15.0 * f64::from(step)))
            .find(|&p| terrain.height.sample(p) >= level)
            .unwrap_or(foot + across * (sign * 400.0))
    };
    vec![reach(1.0), foot, reach(-1.0)]
}

fn mark(wet: &mut Grid<u8>, course: &[usize], kind: u8) {
    for &cell in course {
        wet.values[cell] = wet.values[cell].max(kind);
    }
}

/// Marks the cells a line crosses, without diagonal leaks.
fn mark_line(wet: &mut Grid<u8>, line: &[Point], kind: u8) {
    for place in resampled(line, wet.cell_m / 5.0) {
        let cell = wet.index_at(place);
        if wet.values[cell] != 3 {
            wet.values[cell] = wet.values[cell].max(kind);
        }
    }
}
