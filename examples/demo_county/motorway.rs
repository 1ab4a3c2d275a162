//! The motorway: two carriageways, bridges where it passes over roads and rivers, tunnels, ramps at its interchanges.

use super::grid::{Point, distance};
use super::road::{Road, along, crossings, cut, length, rounded};
use super::terrain::Terrain;
use super::water::Water;

/// The motorway's two carriageways, bridges where it passes over other roads, and ramps at one interchange per call.
pub(super) fn motorway(centre: &[Point], roads: &[Road], water: &Water, terrain: &Terrain) -> Vec<Road> {
    let mut out = Vec::new();
    for (sign, name) in [(1.0, "青云高速(东行)"), (-1.0, "青云高速(西行)")] {
        let mut line: Vec<Point> = offset(centre, 13.0 * sign).into_iter().map(rounded).collect();
        if sign < 0.0 {
            line.reverse();
        }
        let spans = spans(&line, roads, water, terrain);
        for (from, to, kind) in &spans {
            let piece = cut(&line, &[*from, *to]);
            let piece = if *from < 0.5 { piece[0].clone() } else { piece[1].clone() };
            let mut road = Road { oneway: "单向", ..Road::new(name, "高速公路", piece, 11.5) };
            road.bridge = *kind == Span::Over || *kind == Span::Water;
            road.tunnel = *kind == Span::Tunnel;
            road.level = match kind {
                Span::Over => 1,
                Span::Tunnel => -1,
                _ => 0,
            };
            if road.tunnel {
                road.clear_height_m = Some(5.0);
            }
            out.push(road);
        }
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Span {
    Ground,
    Water,
    Tunnel,
    Over,
}

/// The stretches of a carriageway, end to end.
fn spans(line: &[Point], roads: &[Road], water: &Water, terrain: &Terrain) -> Vec<(f64, f64, Span)> {
    const STEP_M: f64 = 10.0;
    let total = length(line);
    let count = (total / STEP_M) as usize + 1;
    let mut kinds = vec![Span::Ground; count];
    let places: Vec<Point> = (0..count).map(|step| along(line, step as f64 * STEP_M).0).collect();
    let heights: Vec<f64> = places.iter().map(|&place| terrain.height.sample(place)).collect();
    for step in 0..count {
        let (low, high) = (step.saturating_sub(60), (step + 60).min(count - 1));
        let around = &heights[low..=high];
        let level = around.iter().sum::<f64>() / around.len() as f64;
        if heights[step] > level + 26.0 {
            kinds[step] = Span::Tunnel;
        }
    }
    let mut paint = |chainage: f64, reach: f64, kind: Span| {
        let low = ((chainage - reach) / STEP_M).max(0.0) as usize;
        let high = (((chainage + reach) / STEP_M) as usize + 1).min(count - 1);
        kinds[low..=high].iter_mut().for_each(|old| *old = kind);
    };
    for chainage in crossings(line, &water.river_area.exterior().0) {
        paint(chainage, 45.0, Span::Water);
    }
    for stream in &water.streams {
        crossings(line, &stream.line).into_iter().for_each(|chainage| paint(chainage, 30.0, Span::Water));
    }
    for road in roads {
        crossings(line, &road.line).into_iter().for_each(|chainage| paint(chainage, 40.0, Span::Over));
    }
    let mut out: Vec<(f64, f64, Span)> = Vec::new();
    for (step, &kind) in kinds.iter().enumerate() {
        let (from, to) = (step as f64 * STEP_M, if step + 1 == count { total } else { (step + 1) as f64 * STEP_M });
        match out.last_mut() {
            Some(last) if last.2 == kind => last.1 = to,
            _ => out.push((from, to, kind)),
        }
    }
    out
}

/// A line beside a line; positive is right of it.
pub(super) fn offset(line: &[Point], by_m: f64) -> Vec<Point> {
    (0..line.len())
        .map(|index| {
            let (a, b) = (line[index.saturating_sub(1)], line[(index + 1).min(line.len() - 1)]);
            let direction = (b - a) / distance(a, b);
            line[index] + Point { x: direction.y, y: -direction.x } * by_m
        })
        .collect()
}

/// Ramps between the carriageways and the road that passes below, as a diamond.
pub(super) fn interchange(centre: &[Point], motorway: &[Road], road: &Road, on_road: f64, name: &str) -> Vec<Road> {
    let place = along(&road.line, on_road).0;
    let Some(at) = crossings(centre, &road.line)
        .into_iter()
        .min_by(|a, b| distance(along(centre, *a).0, place).total_cmp(&distance(along(centre, *b).0, place)))
    else {
        return Vec::new();
    };
    let direction = along(centre, at).1;
    let right = Point { x: direction.y, y: -direction.x };
    let foot = |sign: f64| {
        let ends = [along(&road.line, on_road - 95.0).0, along(&road.line, on_road + 95.0).0];
        let side = |p: Point| ((p - place).x * right.x + (p - place).y * right.y) * sign;
        rounded(if side(ends[0]) > side(ends[1]) { ends[0] } else { ends[1] })
    };
    let mut out = Vec::new();
    for sign in [1.0, -1.0] {
        let foot = foot(sign);
        for ahead in [1.0, -1.0] {
            let on = along(centre, at + 420.0 * ahead).0 + right * (13.0 * sign);
            let Some(join) = vertex_near(motorway, on) else { continue };
            let knee = along(centre, at + 110.0 * ahead).0 + right * (58.0 * sign);
            let shape = |t: f64| join * ((1.0 - t) * (1.0 - t)) + knee * (2.0 * t * (1.0 - t)) + foot * (t * t);
            let mut line: Vec<Point> = (0..=12).map(|step| rounded(shape(f64::from(step) / 12.0))).collect();
            (line[0], line[12]) = (join, foot);
            // Eastbound traffic leaves before the crossing; westbound comes from the other end.
            if (sign > 0.0) == (ahead > 0.0) {
                line.reverse();
            }
            out.push(Road { oneway: "单向", ..Road::new(name, "匝道", line, 7.5) });
        }
    }
    out
}

/// The nearest vertex of a carriageway at ground level.
fn vertex_near(motorway: &[Road], place: Point) -> Option<Point> {
    let vertices = motorway.iter().filter(|road| road.level == 0).flat_map(|road| road.line.iter().copied());
    vertices.min_by(|a, b| distance(*a, place).total_cmp(&distance(*b, place))).filter(|v| distance(*v, place) < 200.0)
}
