//! Labelled cells to polygons that share their borders exactly: no gaps, no overlaps.
//!
//! The border between two labels is one arc, smoothed and simplified once and used by both neighbours.

use std::collections::BTreeMap;

use geo::{Area, Contains, LineString, MultiPolygon, Polygon};

use super::grid::{Grid, Point, distance_to_line};

type Corner = (i32, i32);

/// Label 0 is outside: it gets no polygon.
pub(super) fn polygons(labels: &Grid<u16>, tolerance_m: f64) -> BTreeMap<u16, MultiPolygon> {
    assemble(&trace(labels, tolerance_m))
}

/// All labels together, with exactly the border that their polygons have.
pub(super) fn outline(labels: &Grid<u16>, tolerance_m: f64) -> MultiPolygon {
    let mut arcs = trace(labels, tolerance_m);
    for arc in &mut arcs {
        (arc.left, arc.right) = (arc.left.min(1), arc.right.min(1));
    }
    arcs.retain(|arc| arc.left != arc.right);
    assemble(&arcs).remove(&1).unwrap_or(MultiPolygon(vec![]))
}

fn assemble(arcs: &[Arc]) -> BTreeMap<u16, MultiPolygon> {
    let mut by_label: BTreeMap<u16, Vec<Directed>> = BTreeMap::new();
    for arc in arcs {
        let reversed: Vec<Point> = arc.line.iter().rev().copied().collect();
        let back = |(i, j): Corner| (-i, -j);
        if arc.left > 0 {
            let directed =
                Directed { from: arc.from, to: arc.to, out: arc.out, into: arc.into, line: arc.line.clone() };
            by_label.entry(arc.left).or_default().push(directed);
        }
        if arc.right > 0 {
            let directed =
                Directed { from: arc.to, to: arc.from, out: back(arc.into), into: back(arc.out), line: reversed };
            by_label.entry(arc.right).or_default().push(directed);
        }
    }
    by_label.into_iter().map(|(label, arcs)| (label, nest(rings(&arcs)))).collect()
}

struct Arc {
    from: Corner,
    to: Corner,
    /// Direction of the first and of the last step.
    out: Corner,
    into: Corner,
    left: u16,
    right: u16,
    line: Vec<Point>,
}

struct Directed {
    from: Corner,
    to: Corner,
    out: Corner,
    into: Corner,
    line: Vec<Point>,
}

struct Tracer<'a> {
    labels: &'a Grid<u16>,
}

impl Tracer<'_> {
    fn label(&self, i: i32, j: i32) -> u16 {
        let inside = i >= 0 && j >= 0 && i < self.labels.nx as i32 && j < self.labels.ny as i32;
        if inside { self.labels.values[j as usize * self.labels.nx + i as usize] } else { 0 }
    }

    /// Labels left and right of the cell edge that leaves a corner in a direction.
    fn sides(&self, (i, j): Corner, (di, dj): Corner) -> (u16, u16) {
        match (di, dj) {
            (1, 0) => (self.label(i, j), self.label(i, j - 1)),
            (0, 1) => (self.label(i - 1, j), self.label(i, j)),
            (-1, 0) => (self.label(i - 1, j - 1), self.label(i - 1, j)),
            _ => (self.label(i, j - 1), self.label(i - 1, j - 1)),
        }
    }

    fn borders(&self, corner: Corner) -> Vec<Corner> {
        [(1, 0), (0, 1), (-1, 0), (0, -1)]
            .into_iter()
            .filter(|&step| {
                let (left, right) = self.sides(corner, step);
                left != right
            })
            .collect()
    }
}

/// The middle of a cell edge, doubled to stay whole: how an edge is remembered as visited.
fn edge_key((i, j): Corner, (di, dj): Corner) -> Corner {
    (2 * i + di, 2 * j + dj)
}

fn trace(labels: &Grid<u16>, tolerance_m: f64) -> Vec<Arc> {
    let tracer = Tracer { labels };
    let (nx, ny) = (labels.nx as i32, labels.ny as i32);
    let mut seen = std::collections::BTreeSet::new();
    let mut arcs = Vec::new();
    // First from the corners where arcs end, then the closed rings that touch none.
    for rings_only in [false, true] {
        for corner in (0..=ny).flat_map(|j| (0..=nx).map(move |i| (i, j))) {
            let steps = tracer.borders(corner);
            if steps.is_empty() || (steps.len() == 2) != rings_only {
                continue;
            }
            for step in steps {
                if !seen.contains(&edge_key(corner, step)) {
                    arcs.push(follow(&tracer, corner, step, &mut seen, tolerance_m));
                }
            }
        }
    }
    arcs
}

fn follow(
    tracer: &Tracer,
    start: Corner,
    first: Corner,
    seen: &mut std::collections::BTreeSet<Corner>,
    tolerance_m: f64,
) -> Arc {
    let cell = tracer.labels.cell_m;
    let (left, right) = tracer.sides(start, first);
    let (mut corner, mut step) = (start, first);
    let at = |i: f64, j: f64| Point { x: i * cell, y: j * cell };
    let mut middles = Vec::new();
    loop {
        seen.insert(edge_key(corner, step));
        middles.push(at(f64::from(corner.0) + f64::from(step.0) / 2.0, f64::from(corner.1) + f64::from(step.1) / 2.0));
        corner = (corner.0 + step.0, corner.1 + step.1);
        let next = tracer.borders(corner);
        if corner == start || next.len() != 2 {
            break;
        }
        step = *next.iter().find(|&&next| next != (-step.0, -step.1)).expect("a border goes on");
    }
    let corner_at = |c: Corner| at(f64::from(c.0), f64::from(c.1));
    let ring = corner == start && tracer.borders(start).len() == 2;
    let line = if ring {
        middles.push(middles[0]);
        let middles = soothed(&middles, true);
        let rounded = chaikin(&chaikin(&middles, true), true);
        simplify_ring(&rounded, tolerance_m)
    } else {
        middles.insert(0, corner_at(start));
        middles.push(corner_at(corner));
        let middles = soothed(&middles, false);
        simplify(&chaikin(&chaikin(&middles, false), false), tolerance_m)
    };
    Arc { from: start, to: corner, out: first, into: step, left, right, line }
}

/// Takes the steps out of a traced border.
fn soothed(line: &[Point], ring: bool) -> Vec<Point> {
    let mut out = line.to_vec();
    for _ in 0..3 {
        let before = out.clone();
        let last = before.len() - 1;
        for index in 1..last {
            out[index] = before[index - 1] * 0.25 + before[index] * 0.5 + before[index + 1] * 0.25;
        }
        if ring && last > 2 {
            out[0] = before[last - 1] * 0.25 + before[0] * 0.5 + before[1] * 0.25;
            out[last] = out[0];
        }
    }
    out
}

/// Cuts corners; the ends of an open line stay.
pub(super) fn chaikin(line: &[Point], ring: bool) -> Vec<Point> {
    let mut out = Vec::with_capacity(line.len() * 2);
    if !ring {
        out.push(line[0]);
    }
    let last = line.len().saturating_sub(2);
    for (index, pair) in line.windows(2).enumerate() {
        if ring || index > 0 {
            out.push(pair[0] * 0.75 + pair[1] * 0.25);
        }
        if ring || index < last {
            out.push(pair[0] * 0.25 + pair[1] * 0.75);
        }
    }
    out.push(if ring { out[0] } else { line[line.len() - 1] });
    out
}

/// Douglas-Peucker.
pub(super) fn simplify(line: &[Point], tolerance_m: f64) -> Vec<Point> {
    if line.len() < 3 {
        return line.to_vec();
    }
    let (first, last) = (line[0], line[line.len() - 1]);
    let off = |p: &Point| distance_to_line(*p, &[first, last]);
    let (at, far) = (1..line.len() - 1)
        .map(|index| (index, off(&line[index])))
        .fold((0, -1.0), |best, next| if next.1 > best.1 { next } else { best });
    if far <= tolerance_m {
        return vec![first, last];
    }
    let mut out = simplify(&line[..=at], tolerance_m);
    out.pop();
    out.extend(simplify(&line[at..], tolerance_m));
    out
}

fn simplify_ring(ring: &[Point], tolerance_m: f64) -> Vec<Point> {
    let middle = ring.len() / 2;
    let mut out = simplify(&ring[..=middle], tolerance_m);
    out.pop();
    out.extend(simplify(&ring[middle..], tolerance_m));
    out
}

/// Joins arcs end to end into closed rings with their label on the left.
fn rings(arcs: &[Directed]) -> Vec<LineString> {
    let mut starts: BTreeMap<Corner, Vec<usize>> = BTreeMap::new();
    for (index, arc) in arcs.iter().enumerate() {
        starts.entry(arc.from).or_default().push(index);
    }
    let mut used = vec![false; arcs.len()];
    let mut out = Vec::new();
    for first in 0..arcs.len() {
        if used[first] {
            continue;
        }
        let mut line: Vec<Point> = Vec::new();
        let mut now = first;
        loop {
            used[now] = true;
            line.pop();
            line.extend(&arcs[now].line);
            if arcs[now].to == arcs[first].from
                && leftmost(arcs, &starts, &used, now, first).is_none_or(|next| next == first)
            {
                break;
            }
            match leftmost(arcs, &starts, &used, now, first) {
                Some(next) if next != first => now = next,
                _ => break,
            }
        }
        out.push(LineString(line));
    }
    out
}

/// The arc to go on with: where two cells of a label touch only in a corner, the sharpest turn left keeps them apart.
fn leftmost(
    arcs: &[Directed],
    starts: &BTreeMap<Corner, Vec<usize>>,
    used: &[bool],
    now: usize,
    first: usize,
) -> Option<usize> {
    let (di, dj) = arcs[now].into;
    let turn = |(ni, nj): Corner| di * nj - dj * ni;
    starts[&arcs[now].to]
        .iter()
        .copied()
        .filter(|&next| !used[next] || next == first)
        .max_by_key(|&next| turn(arcs[next].out))
}

/// Rings to polygons: each hole goes to the smallest outline around it.
fn nest(rings: Vec<LineString>) -> MultiPolygon {
    let polygon = |ring: &LineString| Polygon::new(ring.clone(), vec![]);
    let (mut outer, mut holes) = (Vec::new(), Vec::new());
    for ring in rings.into_iter().filter(|ring| ring.0.len() >= 4) {
        if polygon(&ring).signed_area() > 0.0 { outer.push(polygon(&ring)) } else { holes.push(ring) }
    }
    let mut order: Vec<usize> = (0..outer.len()).collect();
    order.sort_by(|&a, &b| outer[a].unsigned_area().total_cmp(&outer[b].unsigned_area()));
    let solid = outer.clone();
    for hole in holes {
        let inside = geo::Point(hole.0[0] * 0.5 + hole.0[1] * 0.5);
        if let Some(&owner) = order.iter().find(|&&index| solid[index].contains(&inside)) {
            outer[owner].interiors_push(hole);
        }
    }
    MultiPolygon(outer)
}

/// Sets islands of cells smaller than `cells` to the label around them.
pub(super) fn drop_specks(labels: &mut Grid<u16>, cells: usize) {
    let mut done = vec![false; labels.values.len()];
    for start in 0..labels.values.len() {
        if done[start] {
            continue;
        }
        let label = labels.values[start];
        let (mut patch, mut border, mut next) = (vec![start], BTreeMap::<u16, usize>::new(), 0);
        done[start] = true;
        while let Some(&cell) = patch.get(next) {
            next += 1;
            for (di, dj) in [(1, 0), (0, 1), (-1, 0), (0, -1)] {
                let Some(other) = labels.step(cell, di, dj) else { continue };
                if labels.values[other] != label {
                    *border.entry(labels.values[other]).or_default() += 1;
                } else if !done[other] {
                    done[other] = true;
                    patch.push(other);
                }
            }
        }
        if patch.len() < cells {
            let most = border.into_iter().max_by_key(|&(_, count)| count).map_or(0, |(label, _)| label);
            patch.into_iter().for_each(|cell| labels.values[cell] = most);
        }
    }
}
