//! Forests on the slopes, cleared around settlements, and the lines that stop a fire in them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use geo::{Area, BooleanOps, Contains, MultiPolygon};

use super::grid::{Grid, Point, distance, distance_to_line};
use super::plan::Plan;
use super::random::{Random, fractal, noise};
use super::regions::{drop_specks, polygons};
use super::road::{cut, length};
use super::terrain::Terrain;
use super::water::resampled;

const CELL_M: f64 = 50.0;

pub(super) struct Stand {
    pub name: &'static str,
    pub kind: &'static str,
    pub owner: &'static str,
    pub protected: bool,
    pub shape: MultiPolygon,
}

/// Name, kind, owner, protected, by label.
const STANDS: [(&str, &str, &str, bool); 5] = [
    ("青岚山国有林场", "公益林", "国有", false),
    ("集体公益林", "公益林", "集体", false),
    ("集体商品林", "商品林", "集体", false),
    ("国有林场商品林", "商品林", "国有", false),
    ("青岚山省级森林公园", "公益林", "国有", true),
];

/// Labels of forest per cell; `built` are the cells of settlements.
pub(super) fn labels(terrain: &Terrain, built: &Grid<bool>, plans: &[Plan]) -> Grid<u16> {
    let near_built = built.grown(2);
    let fields = built.grown(6);
    let reach = terrain.county.grown(2);
    let mut labels = Grid::filled(CELL_M, 0u16);
    for cell in 0..labels.values.len() {
        let place = labels.centre(cell);
        // A little over the border, where the forest is cut to it.
        let outside = !reach.at(place) || near_built.at(place);
        if outside || plans.iter().any(|plan| plan.layout.depth(place, 90.0) < 1.0) {
            continue;
        }
        let slope = terrain.height.slope(place);
        let above = terrain.above_river.sample(place);
        let patchy =
            fractal(71, place.x / 1500.0, place.y / 1500.0) + 0.35 * noise(72, place.x / 330.0, place.y / 330.0);
        let field = if fields.at(place) { 0.75 } else { 0.0 };
        let wooded = 5.2 * (slope - 0.15) + (above.min(170.0) - 45.0) / 150.0 + 0.85 * patchy - field;
        if wooded > 0.12 {
            labels.values[cell] = stand(terrain, place);
        }
    }
    drop_specks(&mut labels, 18);
    labels
}

fn stand(terrain: &Terrain, place: Point) -> u16 {
    let park =
        distance(place, Point { x: 13_600.0, y: 26_300.0 }) + 1400.0 * fractal(75, place.x / 2500.0, place.y / 2500.0);
    let state = fractal(73, place.x / 6500.0, place.y / 6500.0) + (terrain.height.sample(place) - 700.0) / 900.0;
    let timber = fractal(74, place.x / 4200.0, place.y / 4200.0);
    match (park < 2600.0, state > 0.14, timber > 0.08) {
        (true, _, _) => 5,
        (_, true, false) => 1,
        (_, true, true) => 4,
        (_, false, false) => 2,
        (_, false, true) => 3,
    }
}

/// One stand per patch, from west to east.
pub(super) fn stands(labels: &Grid<u16>, county: &MultiPolygon) -> Vec<Stand> {
    let mut out = Vec::new();
    for (label, shape) in polygons(labels, 3.5) {
        let (name, kind, owner, protected) = STANDS[label as usize - 1];
        for polygon in shape {
            // Only what reaches the border is cut, so that neighbours inside keep their common vertices.
            let inside = county.contains(&polygon);
            let parts = if inside { MultiPolygon(vec![polygon]) } else { polygon.intersection(county) };
            for part in parts.into_iter().filter(|part| part.unsigned_area() > 5000.0) {
                out.push(Stand { name, kind, owner, protected, shape: MultiPolygon(vec![part]) });
            }
        }
    }
    out
}

pub(super) struct FireLine {
    pub name: String,
    pub kind: &'static str,
    pub width_m: f64,
    pub line: Vec<Point>,
}

/// A stretch left open on purpose.
pub(super) struct Gap {
    pub place: Point,
    pub length_m: f64,
    pub of: String,
}

/// Firebreak lines on the ridges around the seat and belts along the forest edges that face it.
pub(super) fn fire_lines(terrain: &Terrain, labels: &Grid<u16>, seat: Point) -> (Vec<FireLine>, Vec<Gap>) {
    let mut random = Random::new(1501);
    let (mut lines, mut gaps) = (Vec::new(), Vec::new());
    for (number, ridge) in ridges(terrain, seat).into_iter().enumerate() {
        // Two rings may share a ridge: it is cleared once.
        let ridge_done: Vec<Vec<Point>> = lines.iter().map(|line: &FireLine| line.line.clone()).collect();
        let fresh = |place: Point| ridge_done.iter().all(|line| distance_to_line(place, line) > 260.0);
        for (part, line) in inside_forest(&ridge, labels, fresh).into_iter().enumerate() {
            let part = if part > 0 { format!("-{}", part + 1) } else { String::new() };
            let name = format!("青岚{}号防火线{part}", number + 1);
            let width_m = random.between(15.0, 30.0).round();
            open_gaps(&FireLine { name, kind: "防火线", width_m, line }, 2600.0, &mut random, &mut lines, &mut gaps);
        }
    }
    for (number, line) in edges_facing(labels, seat, 3600.0).into_iter().enumerate() {
        let name = format!("环城{}号生物防火林带", number + 1);
        let belt = FireLine { name, kind: "生物防火林带", width_m: 30.0, line };
        open_gaps(&belt, 1500.0, &mut random, &mut lines, &mut gaps);
    }
    (lines, gaps)
}

/// Cuts gaps into a line, about one on every so many metres.
fn open_gaps(whole: &FireLine, every_m: f64, random: &mut Random, lines: &mut Vec<FireLine>, gaps: &mut Vec<Gap>) {
    let total = length(&whole.line);
    let mut cuts = Vec::new();
    let mut at = every_m * random.between(0.5, 0.9);
    while at < total - 500.0 {
        let length_m = random.between(90.0, 260.0).round();
        cuts.extend([at, at + length_m]);
        let place = super::road::along(&whole.line, at + length_m / 2.0).0;
        gaps.push(Gap { place, length_m, of: whole.name.clone() });
        at += length_m + every_m * random.between(0.8, 1.4);
    }
    for line in cut(&whole.line, &cuts).into_iter().step_by(2) {
        lines.push(FireLine { name: whole.name.clone(), line, ..*whole });
    }
}

/// Ridge lines between the highest places on two rings around the seat.
fn ridges(terrain: &Terrain, seat: Point) -> Vec<Vec<Point>> {
    let grid = &terrain.height;
    let wide = (0..6).fold(grid.clone(), |grid, _| grid.blurred());
    let top = |centre: Point, reach: f64| {
        (0..grid.values.len())
            .filter(|&cell| terrain.county.values[cell] && distance(grid.centre(cell), centre) < reach)
            .max_by(|&a, &b| grid.values[a].total_cmp(&grid.values[b]))
    };
    let mut out = Vec::new();
    for (radius, from, steps) in [(4300.0, -0.3, 5), (7200.0, 0.2, 6)] {
        let around = |step: i32| {
            let angle = from + 0.62 * f64::from(step);
            top(seat + Point { x: radius * angle.cos(), y: radius * angle.sin() }, 1300.0)
        };
        for step in 0..steps {
            if let (Some(a), Some(b)) = (around(step), around(step + 1))
                && a != b
            {
                out.push(ridge(terrain, &wide, a, b));
            }
        }
    }
    out
}

/// The way from top to top that stays highest above the land around.
fn ridge(terrain: &Terrain, wide: &Grid<f64>, from: usize, to: usize) -> Vec<Point> {
    let grid = &terrain.height;
    let mut best = vec![(u64::MAX, from); grid.values.len()];
    let mut heap = BinaryHeap::from([Reverse((0u64, from))]);
    best[from].0 = 0;
    while let Some(Reverse((cost, cell))) = heap.pop() {
        if cell == to {
            break;
        }
        if cost > best[cell].0 {
            continue;
        }
        for next in grid.around(cell).filter(|&next| terrain.county.values[next]) {
            let low = (26.0 - (grid.values[next] - wide.values[next])).max(0.0);
            let step = grid.distance_m(cell, next) * (1.0 + 0.3 * low);
            let reached = cost + (step * 1000.0) as u64;
            if reached < best[next].0 {
                best[next] = (reached, cell);
                heap.push(Reverse((reached, next)));
            }
        }
    }
    let mut path = vec![to];
    while path[path.len() - 1] != from {
        path.push(best[path[path.len() - 1]].1);
    }
    let places: Vec<Point> = path.into_iter().map(|cell| grid.centre(cell)).collect();
    super::routes::curve(&super::water::averaged(&super::water::averaged(&places)), |_| false)
}

fn inside_forest(line: &[Point], labels: &Grid<u16>, fresh: impl Fn(Point) -> bool) -> Vec<Vec<Point>> {
    pieces_where(line, |place| labels.at(place) > 0 && fresh(place), 700.0)
}

/// Stretches of a line where something holds, if long enough.
fn pieces_where(line: &[Point], holds: impl Fn(Point) -> bool, at_least_m: f64) -> Vec<Vec<Point>> {
    let mut out = Vec::new();
    let mut piece: Vec<Point> = Vec::new();
    for place in resampled(line, 25.0) {
        if holds(place) {
            piece.push(place);
        } else {
            out.push(std::mem::take(&mut piece));
        }
    }
    out.push(piece);
    out.retain(|piece| piece.len() > 1 && length(piece) >= at_least_m);
    out.into_iter().map(|piece| super::regions::simplify(&piece, 2.0)).collect()
}

/// A line some way inside the forest, along edges near the seat.
fn edges_facing(labels: &Grid<u16>, seat: Point, within_m: f64) -> Vec<Vec<Point>> {
    let open = Grid { values: labels.values.iter().map(|&label| label == 0).collect(), ..Grid::filled(CELL_M, false) };
    let near_open = open.grown(2);
    let mut inner = Grid::filled(CELL_M, 0u16);
    for cell in 0..inner.values.len() {
        inner.values[cell] = u16::from(!near_open.values[cell]);
    }
    drop_specks(&mut inner, 60);
    let mut out = Vec::new();
    for polygon in polygons(&inner, 4.0).into_values().flatten() {
        out.extend(pieces_where(&polygon.exterior().0, |place| distance(place, seat) < within_m, 900.0));
    }
    out
}
