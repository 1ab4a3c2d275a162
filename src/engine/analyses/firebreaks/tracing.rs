//! Drawing a closing line: from the two sides of a lattice to a line that follows barriers and ends at the forest edge.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, Line, LineString};

use super::FirebreakCase;
use super::dividing::{CellLattice, DETOUR_TIMES, EDGE_REACH_STEPS, SMOOTHING_PASSES, STRAIGHT_M};
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::label_borders::Corner;
use fireplan_algorithms::linear_reference::locate;

/// The lines between the two sides, as they run between the places: from edge to edge, or from edge to clearing and on.
pub(super) fn borders(lattice: &CellLattice, with_source: &[bool]) -> Vec<Vec<Corner>> {
    // Corners joined where the squares on the two sides of an edge part.
    let mut joins: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    for (&(column, row), &place) in &lattice.at {
        let differs = |other: (i64, i64)| {
            lattice.at.get(&other).is_some_and(|other| with_source[*other as usize] != with_source[place as usize])
        };
        let mut join = |a: Corner, b: Corner| {
            joins.entry(a).or_default().push(b);
            joins.entry(b).or_default().push(a);
        };
        if differs((column + 1, row)) {
            join((column + 1, row), (column + 1, row + 1));
        }
        if differs((column, row + 1)) {
            join((column, row + 1), (column + 1, row + 1));
        }
    }
    let mut done: BTreeSet<Corner> = BTreeSet::new();
    let mut lines = Vec::new();
    for end in joins.iter().filter(|(_, to)| to.len() == 1).map(|(at, _)| *at) {
        if done.contains(&end) {
            continue;
        }
        let (mut path, mut passed) = (vec![end], BTreeSet::from([end]));
        let mut at = end;
        while let Some(next) = joins[&at].iter().find(|next| !passed.contains(next)) {
            path.push(*next);
            passed.insert(*next);
            at = *next;
        }
        done.insert(at);
        lines.push(path);
    }
    lines
}

/// A vertex of a closing line, and the barrier it lies on if there is one to follow.
#[derive(Clone, Copy)]
struct Anchor {
    at: Coord,
    barrier: Option<u32>,
}

/// The line along a border: on barriers where the border passes between places that one divides, else half-way between
/// the places, without the stairs of the lattice.
pub(super) fn trace(case: &FirebreakCase, lattice: &CellLattice, border: &[Corner]) -> Vec<Coord> {
    let mut anchors: Vec<Anchor> = Vec::new();
    for pair in border.windows(2) {
        let last = anchors.last().and_then(|anchor| anchor.barrier);
        anchors.extend(parted(lattice, pair[0], pair[1]).map(|between| anchor(case, between, last)));
    }
    smooth(&mut anchors);
    let mut line: Vec<Coord> = anchors.first().map(|first| first.at).into_iter().collect();
    for pair in anchors.windows(2) {
        if let (Some(barrier), true) = (pair[0].barrier, pair[0].barrier == pair[1].barrier) {
            line.extend(along(&case.barriers.list[barrier as usize].line.0, pair[0].at, pair[1].at));
        }
        line.push(pair[1].at);
    }
    line
}

/// The two places that a step from corner to corner parts.
fn parted(lattice: &CellLattice, a: Corner, b: Corner) -> Option<Line> {
    let (column, row) = (a.0.min(b.0), a.1.min(b.1));
    let others = if a.0 == b.0 { [(column - 1, row), (column, row)] } else { [(column, row - 1), (column, row)] };
    let [before, after] = others.map(|at| lattice.at.get(&at));
    Some(Line::new(lattice.places[*before? as usize], lattice.places[*after? as usize]))
}

/// Where a line passes between two places: on the barrier between them, best the one it follows already.
fn anchor(case: &FirebreakCase, between: Line, last: Option<u32>) -> Anchor {
    let middle = (between.start + between.end) / 2.0;
    let crossed: Vec<u32> = case.barriers.crossed(between).iter().map(|crossed| crossed.barrier).collect();
    let half_m = between.delta().x.hypot(between.delta().y) / 2.0;
    let near: Vec<(u32, Coord, f64)> = if crossed.is_empty() { Vec::new() } else { case.barriers.near(middle, half_m) };
    let mut on = near.iter().filter(|(barrier, ..)| crossed.contains(barrier));
    let followed = on.clone().find(|(barrier, ..)| Some(*barrier) == last).or_else(|| on.next());
    followed
        .map_or(Anchor { at: middle, barrier: None }, |(barrier, at, _)| Anchor { at: *at, barrier: Some(*barrier) })
}

/// Smooths the parts that follow no barrier: each vertex moves towards the middle of its neighbours, several times.
fn smooth(anchors: &mut [Anchor]) {
    for _ in 0..SMOOTHING_PASSES {
        let moved: Vec<Coord> =
            anchors.windows(3).map(|three| (three[0].at + three[1].at * 2.0 + three[2].at) / 4.0).collect();
        for (anchor, moved) in anchors.iter_mut().skip(1).zip(moved) {
            if anchor.barrier.is_none() {
                anchor.at = moved;
            }
        }
    }
}

/// The vertices of a barrier between two places on it.
fn along(barrier: &[Coord], from: Coord, to: Coord) -> Vec<Coord> {
    let (Some(start), Some(end)) = (locate(barrier, from), locate(barrier, to)) else { return Vec::new() };
    let (start_m, end_m) = (start.chainage, end.chainage);
    if (end_m - start_m).abs() > DETOUR_TIMES * (to.x - from.x).hypot(to.y - from.y) {
        return Vec::new();
    }
    let (low_m, high_m) = (start_m.min(end_m), start_m.max(end_m));
    let mut at_m = 0.0;
    let mut vertices = Vec::new();
    for pair in barrier.windows(2) {
        at_m += (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y);
        if low_m < at_m && at_m < high_m {
            vertices.push(pair[1]);
        }
    }
    if end_m < start_m {
        vertices.reverse();
    }
    vertices
}

/// The line carried on at both ends to the outline of the cell, and a little over it.
pub(super) fn to_the_edge(mut line: Vec<Coord>, outline: &AreaIndex, step_m: f64) -> LineString {
    // The line is drawn this far past the outline, so that it crosses it and cuts the cell.
    const OVER_M: f64 = 0.5;
    for _ in 0..2 {
        let Some(&end) = line.last() else { break };
        if let Some((at, _)) = outline.nearest(end, EDGE_REACH_STEPS * step_m) {
            let way = at - end;
            let length = way.x.hypot(way.y);
            line.push(if length > 0.0 { at + way * (OVER_M / length) } else { at });
        }
        line.reverse();
    }
    use geo::Simplify;
    LineString(line).simplify(STRAIGHT_M)
}
