//! Lines of sight over a grid of heights (通视): what is seen from where, the Earth's curvature and refraction included.
//!
//! **Ground.** Heights stand at the nodes of a square grid and are linear along the grid lines between them. A line of sight
//! is held against the ground wherever it crosses a grid line (the method called R3: Franklin, Ray and Mehta 1994), so the
//! answer is exact for this ground, whatever the direction.
//!
//! **Curvature.** A place at distance `d` lies `d² / 2R` below the plane that touches the globe at the eye; `R` is the radius
//! of the globe divided by `1 - k`, where `k` is the coefficient of refraction.
//!
//! **Missing heights** hide nothing and show nothing: where one lies on the way and no known height blocks it, the answer is
//! [`Sight::Unknown`].
//!
//! **Cost.** Of one line, the grid lines that it crosses: O(n) for n cells of distance. Of a whole view of m places, O(m n).

/// Heights at the nodes of a square grid, row by row; not finite where none is known.
#[derive(Debug, Clone, Copy)]
pub struct HeightGrid<'a> {
    /// `columns * rows` of them.
    pub heights: &'a [f32],
    /// Nodes in a row.
    pub columns: usize,
    /// Rows of nodes.
    pub rows: usize,
    /// Distance between nodes, in the unit of the heights.
    pub cell: f64,
    /// Radius of the globe for lines of sight, in the same unit; infinite: it is flat.
    pub radius: f64,
}

/// One end of a line of sight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SightEnd {
    /// Columns from the first node.
    pub x: f64,
    /// Rows from the first node.
    pub y: f64,
    /// Above the same zero as the heights.
    pub height: f64,
}

/// Whether one end sees the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Nothing lies in between.
    Seen,
    /// The ground lies in between.
    Hidden,
    /// A height is missing on the way.
    Unknown,
}

/// A line that the ground only touches passes; far below what heights are surveyed to.
const TOUCH_SLOPE: f64 = 1e-9;

impl HeightGrid<'_> {
    /// Whether `target` is seen from `eye`.
    ///
    /// ```
    /// use fireplan_algorithms::viewshed::{HeightGrid, Sight, SightEnd};
    /// // A wall of 10 stands in the middle of a row 40 long; an eye at 5 sees over it what stands higher than 15.
    /// let heights = [0.0, 0.0, 10.0, 0.0, 0.0];
    /// let grid = HeightGrid { heights: &heights, columns: 5, rows: 1, cell: 10.0, radius: f64::INFINITY };
    /// let eye = SightEnd { x: 0.0, y: 0.0, height: 5.0 };
    /// assert_eq!(grid.sight(eye, SightEnd { x: 4.0, y: 0.0, height: 16.0 }), Sight::Seen);
    /// assert_eq!(grid.sight(eye, SightEnd { x: 4.0, y: 0.0, height: 14.0 }), Sight::Hidden);
    /// ```
    pub fn sight(&self, eye: SightEnd, target: SightEnd) -> Sight {
        let length = (target.x - eye.x).hypot(target.y - eye.y) * self.cell;
        if !(eye.height.is_finite() && target.height.is_finite() && length.is_finite()) {
            return Sight::Unknown;
        }
        if length == 0.0 {
            return Sight::Seen;
        }
        let wanted = self.slope(eye, target.height, length) + TOUCH_SLOPE;
        let mut sight = Sight::Seen;
        let turned = |end: SightEnd| SightEnd { x: end.y, y: end.x, height: end.height };
        let across = lines_crossed(eye, target).map(|(x, y, share)| (share, self.between(x, y, false)));
        let along = lines_crossed(turned(eye), turned(target)).map(|(y, x, share)| (share, self.between(y, x, true)));
        for (share, height) in across.chain(along) {
            match height {
                Some(height) if self.slope(eye, height, share * length) > wanted => return Sight::Hidden,
                Some(_) => {}
                None => sight = Sight::Unknown,
            }
        }
        sight
    }

    /// How steeply one looks up from the eye to a height at a distance.
    fn slope(&self, eye: SightEnd, height: f64, distance: f64) -> f64 {
        let below = distance * distance / (2.0 * self.radius);
        (height - below - eye.height) / distance
    }

    /// The height on a grid line, between two nodes of it; `turned`: the line is a row.
    fn between(&self, line: f64, at: f64, turned: bool) -> Option<f64> {
        let (low, part) = (at.floor(), at - at.floor());
        let height = |at: f64| if turned { self.node(at, line) } else { self.node(line, at) };
        let start = height(low)?;
        // On a node the one beyond it says nothing.
        if part == 0.0 { Some(start) } else { Some(start + (height(low + 1.0)? - start) * part) }
    }

    fn node(&self, column: f64, row: f64) -> Option<f64> {
        let inside = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
        let height = *self.heights.get((row as usize * self.columns + column as usize) * usize::from(inside))?;
        (inside && height.is_finite()).then_some(f64::from(height))
    }
}

/// Where the way crosses lines of whole `x` strictly between its ends: the line, the other coordinate, the share of the way.
fn lines_crossed(from: SightEnd, to: SightEnd) -> impl Iterator<Item = (f64, f64, f64)> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let step = if dx < 0.0 { -1.0 } else { 1.0 };
    let first = if dx < 0.0 { from.x.ceil() - 1.0 } else { from.x.floor() + 1.0 };
    let is_before = move |x: f64| (to.x - x) * step > 0.0;
    let mut next = Some(first).filter(|x| is_before(*x));
    std::iter::from_fn(move || {
        let x = next?;
        next = Some(x + step).filter(|x| is_before(*x));
        let share = (x - from.x) / dx;
        Some((x, from.y + dy * share, share))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(x: f64, y: f64, height: f64) -> SightEnd {
        SightEnd { x, y, height }
    }

    #[test]
    fn flat_ground_is_seen_everywhere_from_any_height() {
        let heights = [7.0_f32; 121];
        let grid = HeightGrid { heights: &heights, columns: 11, rows: 11, cell: 30.0, radius: f64::INFINITY };
        for number in 0..121 {
            let target = end(f64::from(number % 11), f64::from(number / 11), 7.0);
            assert_eq!(grid.sight(end(3.3, 7.7, 7.0), target), Sight::Seen);
        }
    }

    #[test]
    fn a_ridge_hides_what_lies_below_the_line_over_it() {
        // The ridge runs from north to south through column 5 of 11.
        let heights: Vec<f32> = (0..121).map(|number| if number % 11 == 5 { 50.0 } else { 0.0 }).collect();
        let grid = HeightGrid { heights: &heights, columns: 11, rows: 11, cell: 10.0, radius: f64::INFINITY };
        // From 30 at column 0 the line over the ridge is at 70 in column 10, in any direction.
        for row in 0..11 {
            let (seen, hidden) = (end(10.0, f64::from(row), 70.0), end(10.0, f64::from(row), 69.9));
            assert_eq!(grid.sight(end(0.0, 2.0, 30.0), seen), Sight::Seen, "{row}");
            assert_eq!(grid.sight(end(0.0, 2.0, 30.0), hidden), Sight::Hidden, "{row}");
        }
        // Before the ridge all is seen, and the ridge itself.
        assert_eq!(grid.sight(end(0.0, 2.0, 30.0), end(4.5, 9.0, 0.0)), Sight::Seen);
        assert_eq!(grid.sight(end(0.0, 2.0, 30.0), end(5.0, 9.0, 50.0)), Sight::Seen);
    }

    #[test]
    fn a_globe_has_its_horizon() {
        let radius = 6_371_000.0 / 0.87;
        let heights = [0.0_f32; 101];
        let grid = HeightGrid { heights: &heights, columns: 101, rows: 1, cell: 500.0, radius };
        // The horizon of an eye at height h lies at √(2 R h): 20 m see as far as 17.1 km.
        let horizon = (2.0_f64 * radius * 20.0).sqrt() / 500.0;
        let seen_to = |x: f64| grid.sight(end(0.0, 0.0, 20.0), end(x, 0.0, 0.0));
        assert_eq!(seen_to(horizon.floor()), Sight::Seen);
        assert_eq!(seen_to(horizon.floor() + 2.0), Sight::Hidden);
        // What stands as high as the eye is seen from twice as far.
        assert_eq!(grid.sight(end(0.0, 0.0, 20.0), end(2.0 * horizon - 1.0, 0.0, 20.0)), Sight::Seen);
        assert_eq!(grid.sight(end(0.0, 0.0, 20.0), end(2.0 * horizon + 2.0, 0.0, 20.0)), Sight::Hidden);
    }

    #[test]
    fn a_missing_height_leaves_open_what_no_known_one_hides() {
        let grid = |heights| HeightGrid { heights, columns: 5, rows: 1, cell: 10.0, radius: f64::INFINITY };
        let (eye, target) = (end(0.0, 0.0, 2.0), end(4.0, 0.0, 0.0));
        assert_eq!(grid(&[0.0, f32::NAN, 0.0, 0.0, 0.0]).sight(eye, target), Sight::Unknown);
        assert_eq!(grid(&[0.0, f32::NAN, 9.0, 0.0, 0.0]).sight(eye, target), Sight::Hidden);
        // Behind the target nothing matters; beyond the grid nothing is known.
        assert_eq!(grid(&[0.0, 0.0, 0.0, f32::NAN, 0.0]).sight(eye, end(2.0, 0.0, 0.0)), Sight::Seen);
        assert_eq!(grid(&[0.0; 5]).sight(eye, end(9.0, 0.0, 0.0)), Sight::Unknown);
        assert_eq!(grid(&[0.0; 5]).sight(end(-3.0, 0.0, 2.0), target), Sight::Unknown);
        assert_eq!(grid(&[0.0; 5]).sight(end(0.0, 0.0, f64::NAN), target), Sight::Unknown);
    }

    #[test]
    fn one_sees_where_one_stands() {
        let grid = HeightGrid { heights: &[3.0], columns: 1, rows: 1, cell: 10.0, radius: 1e6 };
        assert_eq!(grid.sight(end(0.0, 0.0, 3.0), end(0.0, 0.0, 3.0)), Sight::Seen);
    }

    /// Every edge of the grid is held against the line of sight, in heights instead of slopes.
    fn sight_by_edges(grid: &HeightGrid, eye: SightEnd, target: SightEnd) -> (bool, f64) {
        use geo::line_intersection::{LineIntersection, line_intersection};
        use geo::{Coord, Line};
        let at = |end: SightEnd| Coord { x: end.x, y: end.y };
        let way = Line::new(at(eye), at(target));
        let length = way.delta().x.hypot(way.delta().y);
        let mut least = f64::INFINITY;
        for number in 0..grid.columns * grid.rows {
            let (column, row) = (number % grid.columns, number / grid.columns);
            let beside = [(column + 1, row), (column, row + 1)];
            for (to_column, to_row) in beside.into_iter().filter(|to| to.0 < grid.columns && to.1 < grid.rows) {
                let node = |column: usize, row: usize| Coord { x: column as f64, y: row as f64 };
                let edge = Line::new(node(column, row), node(to_column, to_row));
                let Some(LineIntersection::SinglePoint { intersection, .. }) = line_intersection(way, edge) else {
                    continue;
                };
                let (gone, from) = (intersection - at(eye), intersection - edge.start);
                let share = gone.x.hypot(gone.y) / length;
                if !(1e-9..1.0 - 1e-9).contains(&share) {
                    continue;
                }
                let height = |column: usize, row: usize| f64::from(grid.heights[row * grid.columns + column]);
                let (low, high) = (height(column, row), height(to_column, to_row));
                let ground = low + (high - low) * from.x.hypot(from.y);
                let fall = |share: f64| (share * length * grid.cell).powi(2) / (2.0 * grid.radius);
                let line = eye.height + (target.height - fall(1.0) - eye.height) * share;
                least = least.min(line + fall(share) - ground);
            }
        }
        (least >= 0.0, least.abs())
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

        #[test]
        fn sight_is_what_all_edges_of_the_grid_say(
            heights in proptest::collection::vec(0.0_f32..40.0, 56),
            ends in proptest::array::uniform4(0.0_f64..6.0),
            above in proptest::array::uniform2(0.0_f64..60.0),
        ) {
            let grid = HeightGrid { heights: &heights, columns: 7, rows: 8, cell: 25.0, radius: 30_000.0 };
            let eye = end(ends[0], ends[1], above[0]);
            let target = end(ends[2], ends[3], above[1]);
            let (seen, margin) = sight_by_edges(&grid, eye, target);
            // Where the line all but touches the ground, rounding decides.
            proptest::prop_assume!(margin > 1e-6);
            let expected = if seen { Sight::Seen } else { Sight::Hidden };
            proptest::prop_assert_eq!(grid.sight(eye, target), expected);
        }

        #[test]
        fn a_higher_eye_never_sees_less(
            heights in proptest::collection::vec(0.0_f32..40.0, 56),
            ends in proptest::array::uniform4(0.0_f64..6.0),
            (low, more) in (0.0_f64..60.0, 0.0_f64..60.0),
        ) {
            let grid = HeightGrid { heights: &heights, columns: 7, rows: 8, cell: 25.0, radius: f64::INFINITY };
            let target = end(ends[2], ends[3], 20.0);
            if grid.sight(end(ends[0], ends[1], low), target) == Sight::Seen {
                proptest::prop_assert_eq!(grid.sight(end(ends[0], ends[1], low + more), target), Sight::Seen);
            }
        }
    }
}
