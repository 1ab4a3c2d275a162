//! The borders between the labels of a lattice, each drawn once, without the stairs of its squares.
//!
//! **Method.** Squares whose labels differ part along the side between them. These sides are chained into lines from one
//! place where they meet or end to the next, so that two labels share one line, and three one place. A line runs through the
//! middles of its sides and is smoothed with its ends held; what a label borders on is therefore the same seen from either.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, LineString};

/// A corner of the squares, by column and row: that of the square with the same numbers, at its least coordinates.
pub type Corner = (i64, i64);

/// How often a border is smoothed: four times take out the stairs and leave the course.
const PASSES: usize = 4;

/// Lines of corners between squares of different labels; rings come back to their first corner.
///
/// ```
/// use fireplan_algorithms::label_borders::label_borders;
/// // Two squares of one label west of two of another: one line of three corners between them.
/// let squares = [((0, 0), 'a'), ((0, 1), 'a'), ((1, 0), 'b'), ((1, 1), 'b')].into_iter().collect();
/// assert_eq!(label_borders(&squares), [vec![(1, 0), (1, 1), (1, 2)]]);
/// ```
pub fn label_borders<K: PartialEq>(squares: &BTreeMap<(i64, i64), K>) -> Vec<Vec<Corner>> {
    let mut joins: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    for (&(column, row), label) in squares {
        let differs = |other| squares.get(&other).is_some_and(|other| other != label);
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
    let mut passed: BTreeSet<(Corner, Corner)> = BTreeSet::new();
    let mut lines = Vec::new();
    // Lines between places where borders meet or end, then what is left: rings.
    let ends = joins.iter().filter(|(_, to)| to.len() != 2).map(|(at, _)| *at);
    for start in ends.chain(joins.keys().copied()) {
        for first in &joins[&start] {
            if passed.contains(&side(start, *first)) {
                continue;
            }
            let mut line = vec![start];
            let mut next = Some(*first);
            while let Some(at) = next {
                passed.insert(side(line[line.len() - 1], at));
                line.push(at);
                let on = joins[&at].iter().copied().find(|on| !passed.contains(&side(at, *on)));
                next = on.filter(|_| joins[&at].len() == 2 && at != start);
            }
            lines.push(line);
        }
    }
    lines
}

fn side(a: Corner, b: Corner) -> (Corner, Corner) {
    if a < b { (a, b) } else { (b, a) }
}

/// The course of a line of corners, whose places `at` gives: through the middles of its sides, smoothed, its ends held.
pub fn smooth_border(corners: &[Corner], at: impl Fn(Corner) -> Coord) -> LineString {
    let places: Vec<Coord> = corners.iter().map(|corner| at(*corner)).collect();
    let is_ring = corners.len() > 3 && corners.first() == corners.last();
    let middles = places.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
    let mut course: Vec<Coord> = if is_ring {
        middles.collect()
    } else {
        places.first().copied().into_iter().chain(middles).chain(places.last().copied()).collect()
    };
    for _ in 0..PASSES {
        let count = course.len();
        let smoothed = |number: usize| {
            if !is_ring && (number == 0 || number + 1 == count) {
                return course[number];
            }
            let (before, after) = (course[(number + count - 1) % count], course[(number + 1) % count]);
            (before + course[number] * 2.0 + after) / 4.0
        };
        course = (0..count).map(smoothed).collect();
    }
    if is_ring {
        course.push(course[0]);
    }
    LineString(course)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_labels_meet_in_one_place_and_each_border_is_drawn_once() {
        // a a b b
        // a a c c, rows from the south.
        let label = |column: i64, row: i64| match (column < 2, row) {
            (true, _) => 'a',
            (_, 0) => 'c',
            _ => 'b',
        };
        let squares = (0..4).flat_map(|column| (0..2).map(move |row| ((column, row), label(column, row)))).collect();
        let lines: BTreeSet<BTreeSet<Corner>> =
            label_borders(&squares).into_iter().map(|line| line.into_iter().collect()).collect();
        let paper: [&[Corner]; 3] = [&[(2, 0), (2, 1)], &[(2, 1), (2, 2)], &[(2, 1), (3, 1), (4, 1)]];
        assert_eq!(lines, paper.iter().map(|line| line.iter().copied().collect()).collect());
    }

    #[test]
    fn an_island_is_a_ring_and_squares_that_are_not_there_border_on_nothing() {
        let squares =
            (0..5).flat_map(|column| (0..5).map(move |row| ((column, row), (column, row) == (2, 2)))).collect();
        let lines = label_borders(&squares);
        assert!(lines.len() == 1 && lines[0].len() == 5 && lines[0][0] == lines[0][4], "{lines:?}");
        let apart: BTreeMap<(i64, i64), bool> = [((0, 0), true), ((2, 0), false)].into_iter().collect();
        assert!(label_borders(&apart).is_empty());
    }

    #[test]
    fn stairs_become_a_straight_line_between_their_ends() {
        // A border that climbs one square in each column: on paper the line y = x.
        let corners: Vec<Corner> =
            (0..20).flat_map(|step| [(step, step), (step + 1, step)]).chain([(20, 20)]).collect();
        let line = smooth_border(&corners, |(column, row)| Coord { x: column as f64 * 50.0, y: row as f64 * 50.0 });
        assert_eq!((line.0[0], line.0[line.0.len() - 1]), (Coord { x: 0.0, y: 0.0 }, Coord { x: 1000.0, y: 1000.0 }));
        for place in &line.0 {
            assert!((place.x - place.y).abs() <= 25.0 + 1e-9);
        }
        let middle = &line.0[8..line.0.len() - 8];
        let offset = |place: &Coord| place.x - place.y;
        assert!(middle.iter().all(|place| (offset(place) - offset(&middle[0])).abs() < 1e-6), "no stairs: {middle:?}");
    }
}
