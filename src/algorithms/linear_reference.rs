//! Linear referencing: where along a line a point lies, on which side of it and how far off; and back again.

use geo::{Coord, LineString};

/// The side of a line, seen along it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// On the left hand.
    Left,
    /// On the right hand.
    Right,
}

impl Side {
    /// The other side.
    pub fn opposite(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }

    /// The side as it is when the line is walked the other way.
    pub fn seen(self, backwards: bool) -> Self {
        if backwards { self.opposite() } else { self }
    }
}

/// A point in terms of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reference {
    /// Distance along the line to the point of it that is nearest.
    pub chainage: f64,
    /// A point on the line itself counts as right of it.
    pub side: Side,
    /// Straight distance to the line.
    pub offset: f64,
}

/// Where the point lies in terms of the line; of equally near places of the line, the first. `None`: a line without length.
///
/// ```
/// use fireplan_algorithms::linear_reference::{Side, locate};
/// use geo::Coord;
/// // East 100 m, then north.
/// let line = [(0.0, 0.0), (100.0, 0.0), (100.0, 50.0)].map(Coord::from);
/// let at = locate(&line, Coord { x: 103.0, y: 20.0 }).unwrap();
/// assert_eq!((at.chainage, at.side, at.offset), (120.0, Side::Right, 3.0));
/// ```
pub fn locate(line: &[Coord], at: Coord) -> Option<Reference> {
    let mut best: Option<(f64, f64)> = None;
    let mut start = 0.0;
    for pair in line.windows(2) {
        let along = pair[1] - pair[0];
        let length = along.x.hypot(along.y);
        if length == 0.0 {
            continue;
        }
        let to = at - pair[0];
        let share = ((to.x * along.x + to.y * along.y) / (length * length)).clamp(0.0, 1.0);
        let off = to - along * share;
        let offset = off.x.hypot(off.y);
        if best.is_none_or(|(_, least)| offset < least) {
            best = Some((start + share * length, offset));
        }
        start += length;
    }
    let (chainage, offset) = best?;
    Some(Reference { chainage, side: side_at(line, chainage, at), offset })
}

/// On which side of the line, at this place along it, the point lies. At a bend the mean of both directions decides.
pub fn side_at(line: &[Coord], chainage: f64, at: Coord) -> Side {
    let Some((place, direction)) = along(line, chainage) else { return Side::Right };
    let to = at - place;
    if direction.x * to.y - direction.y * to.x > 0.0 { Side::Left } else { Side::Right }
}

/// The point beside the line at this chainage; `None`: a line without length.
///
/// ```
/// use fireplan_algorithms::linear_reference::{Side, beside};
/// use geo::Coord;
/// let line = [(0.0, 0.0), (100.0, 0.0)].map(Coord::from);
/// assert_eq!(beside(&line, 40.0, Side::Left, 3.0), Some(Coord { x: 40.0, y: 3.0 }));
/// ```
pub fn beside(line: &[Coord], chainage: f64, side: Side, offset: f64) -> Option<Coord> {
    let (place, direction) = along(line, chainage)?;
    let right = Coord { x: direction.y, y: -direction.x };
    Some(place + right * if side == Side::Right { offset } else { -offset })
}

/// The place half-way along a line, which has a point.
///
/// ```
/// use fireplan_algorithms::linear_reference::middle_of;
/// let bent = geo::LineString::from(vec![(0.0, 0.0), (4.0, 0.0), (4.0, 2.0)]);
/// assert_eq!(middle_of(&bent), geo::coord! { x: 3.0, y: 0.0 });
/// ```
pub fn middle_of(line: &LineString) -> Coord {
    let lengths: Vec<f64> = line.lines().map(|piece| piece.delta().x.hypot(piece.delta().y)).collect();
    let mut left = lengths.iter().sum::<f64>() / 2.0;
    for (piece, length) in line.lines().zip(lengths) {
        if left <= length && length > 0.0 {
            return piece.start + piece.delta() * (left / length);
        }
        left -= length;
    }
    line.0[0]
}

/// The line moved sideways, its corners kept (mitred, at most twice the offset away).
pub fn parallel(line: &[Coord], side: Side, offset: f64) -> Vec<Coord> {
    let signed = if side == Side::Right { offset } else { -offset };
    let directions: Vec<Coord> = line.windows(2).filter_map(|pair| unit(pair[1] - pair[0])).collect();
    let mut points = line.to_vec();
    points.dedup();
    if directions.is_empty() || points.len() != directions.len() + 1 {
        return points;
    }
    let right = |direction: Coord| Coord { x: direction.y, y: -direction.x };
    let moved = |(number, point): (usize, &Coord)| {
        let before = right(directions[number.saturating_sub(1)]);
        let after = right(directions[number.min(directions.len() - 1)]);
        let mean = unit(before + after).unwrap_or(after);
        let stretch = (mean.x * after.x + mean.y * after.y).max(0.5);
        *point + mean * (signed / stretch)
    };
    points.iter().enumerate().map(moved).collect()
}

fn unit(v: Coord) -> Option<Coord> {
    let length = v.x.hypot(v.y);
    (length > 0.0).then(|| v / length)
}

/// The point of the line at this chainage, and its direction there: at a bend, the mean of both.
fn along(line: &[Coord], chainage: f64) -> Option<(Coord, Coord)> {
    const SAME: f64 = 1e-9;
    let mut start = 0.0;
    let mut found: Option<(Coord, Coord)> = None;
    for pair in line.windows(2) {
        let step = pair[1] - pair[0];
        let Some(direction) = unit(step) else { continue };
        let length = step.x.hypot(step.y);
        if let Some((place, before)) = found {
            // The place was the end of the piece before: the direction is the mean of the two.
            return Some((place, unit(before + direction).unwrap_or(before)));
        }
        if chainage < start + length - SAME {
            return Some((pair[0] + direction * (chainage - start).max(0.0), direction));
        }
        start += length;
        if chainage <= start + SAME {
            found = Some((pair[1], direction));
        }
    }
    found.or_else(|| {
        let pair = line.windows(2).rev().find(|pair| pair[0] != pair[1])?;
        Some((pair[1], unit(pair[1] - pair[0])?))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(points: &[(f64, f64)]) -> Vec<Coord> {
        points.iter().copied().map(Coord::from).collect()
    }

    #[test]
    fn outside_a_bend_the_side_is_that_of_both_pieces() {
        let bend = line(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)]);
        let outer = locate(&bend, Coord { x: 104.0, y: -3.0 }).unwrap();
        assert_eq!((outer.chainage, outer.side, outer.offset), (100.0, Side::Right, 5.0));
        // A hairpin: beyond its tip, left of the first piece and of the second.
        let hairpin = line(&[(0.0, 0.0), (100.0, 0.0), (0.0, 10.0)]);
        assert_eq!(locate(&hairpin, Coord { x: 50.0, y: 3.0 }).unwrap().side, Side::Left);
    }

    #[test]
    fn beyond_an_end_the_chainage_is_that_of_the_end() {
        let road = line(&[(0.0, 0.0), (0.0, 0.0), (100.0, 0.0)]);
        let behind = locate(&road, Coord { x: -3.0, y: 4.0 }).unwrap();
        assert_eq!((behind.chainage, behind.side, behind.offset), (0.0, Side::Left, 5.0));
        assert_eq!(locate(&road, Coord { x: 110.0, y: -1.0 }).unwrap().chainage, 100.0);
        assert_eq!(locate(&line(&[(1.0, 1.0), (1.0, 1.0)]), Coord { x: 0.0, y: 0.0 }), None);
    }

    #[test]
    fn a_parallel_keeps_its_distance_round_a_corner() {
        let bend = line(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)]);
        assert_eq!(parallel(&bend, Side::Right, 5.0), line(&[(0.0, -5.0), (105.0, -5.0), (105.0, 100.0)]));
        assert_eq!(parallel(&bend, Side::Left, 5.0)[1], Coord { x: 95.0, y: 5.0 });
    }

    proptest! {
        #[test]
        fn there_and_back_again(chainage in 1.0..199.0_f64, offset in 0.1..40.0_f64, left in any::<bool>()) {
            let road = line(&[(0.0, 0.0), (200.0, 0.0)]);
            let side = if left { Side::Left } else { Side::Right };
            let found = locate(&road, beside(&road, chainage, side, offset).unwrap()).unwrap();
            prop_assert!((found.chainage - chainage).abs() < 1e-9 && (found.offset - offset).abs() < 1e-9);
            prop_assert_eq!(found.side, side);
        }

        #[test]
        fn reversing_the_line_swaps_sides(x in -50.0..250.0_f64, y in -80.0..80.0_f64) {
            let road = line(&[(0.0, 0.0), (120.0, 10.0), (200.0, 0.0)]);
            let back: Vec<Coord> = road.iter().rev().copied().collect();
            let (there, again) = (locate(&road, Coord { x, y }).unwrap(), locate(&back, Coord { x, y }).unwrap());
            prop_assert!((there.offset - again.offset).abs() < 1e-9);
            if there.offset > 0.01 {
                prop_assert_eq!(there.side, again.side.opposite());
            }
        }
    }
}
