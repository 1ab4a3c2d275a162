//! Features with a vertex that cannot be where it is: one digit lost, a sign turned, zeros for "not known". Each is one
//! feature left out and named, not a county refused, nor a forest as wide as half the earth.

use geo::{Coord, CoordsIter, Geometry, Line, LinesIter, Rect};

use crate::crs::FAR_DEG;
use crate::spikes::{UnitMetres, find_spike, find_spike_length};
use crate::table::SourceTable;
use fireplan_model::method_constants;
use fireplan_model::notes::NoteCase;

method_constants! {
    /// 同一来源中与中位位置相距超过中位离差此倍数的要素，视为坐标有误 | A feature farther from the median place of its source than so many median distances has wrong coordinates
    const SPREAD: f64 = 10.0,
        because "分布再不均匀的一个县也没有这样远的要素；全省数据离差大，不会误删 | No county is spread that unevenly, and what covers a province has a large median distance";
}

/// A degree along a meridian, for planes in metres.
const DEGREE_M: f64 = 111_000.0;

/// In which unit the coordinates of a source are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CoordUnit {
    Degrees,
    Metres,
}

impl CoordUnit {
    /// By the coordinates themselves: most of them are degrees, or not.
    fn seen(coords: &[Coord]) -> Self {
        let degrees = coords.iter().filter(|at| is_on_earth(at)).count();
        if degrees * 2 >= coords.len() { Self::Degrees } else { Self::Metres }
    }
}

fn is_on_earth(at: &Coord) -> bool {
    at.x.abs() <= 180.0 && at.y.abs() <= 90.0
}

/// Which places are possible in a source: those not too far from its middle.
#[derive(Debug)]
pub(crate) struct Fence {
    middle: Coord,
    reach: Coord,
    far: f64,
    unit: CoordUnit,
}

impl Fence {
    /// Around these coordinates; `None` without any, or where they are mostly in another unit than declared: then the
    /// coordinate system is at fault and not a vertex.
    pub(crate) fn around(coords: &[Coord], declared: Option<CoordUnit>) -> Option<Self> {
        let finite: Vec<Coord> = coords.iter().copied().filter(|c| c.x.is_finite() && c.y.is_finite()).collect();
        let unit = CoordUnit::seen(&finite);
        if declared.is_some_and(|declared| declared != unit) {
            return None;
        }
        // What is off the earth says nothing of where the others are.
        let placed: Vec<Coord> = finite.into_iter().filter(|at| unit == CoordUnit::Metres || is_on_earth(at)).collect();
        let far = if unit == CoordUnit::Degrees { FAR_DEG } else { FAR_DEG * DEGREE_M };
        let (x, reach_x) = spread(placed.iter().map(|at| at.x).collect(), far)?;
        let (y, reach_y) = spread(placed.iter().map(|at| at.y).collect(), far)?;
        Some(Self { middle: Coord { x, y }, reach: Coord { x: reach_x, y: reach_y }, far, unit })
    }

    /// Is this no place at all, or far from all others?
    pub(crate) fn is_outside(&self, at: Coord) -> bool {
        self.is_nowhere(at)
            || (at.x - self.middle.x).abs() > self.reach.x
            || (at.y - self.middle.y).abs() > self.reach.y
    }

    fn is_nowhere(&self, at: Coord) -> bool {
        self.unit == CoordUnit::Degrees && (!is_on_earth(&at) || (at.x == 0.0 && at.y == 0.0))
    }

    fn unit_metres(&self) -> UnitMetres {
        match self.unit {
            CoordUnit::Degrees => UnitMetres { x: DEGREE_M * self.middle.y.to_radians().cos(), y: DEGREE_M },
            CoordUnit::Metres => UnitMetres { x: 1.0, y: 1.0 },
        }
    }

    /// The end of an edge that no edge reaches: the one farther from the middle.
    pub(crate) fn jump(&self, edge: Line) -> Option<Coord> {
        if edge.dx().abs() <= self.far && edge.dy().abs() <= self.far {
            return None;
        }
        let off =
            |at: Coord| ((at.x - self.middle.x).abs() / self.reach.x).max((at.y - self.middle.y).abs() / self.reach.y);
        Some(if off(edge.start) > off(edge.end) { edge.start } else { edge.end })
    }

    /// The vertex of a geometry that cannot be where it is: no place on earth, at the end of an edge longer than any
    /// county, or with all others of its feature far from the rest. A river that goes far in short steps is a river.
    fn stray(&self, geometry: &Geometry) -> Option<Coord> {
        let vertices = || geometry.coords_iter().filter(|at| at.x.is_finite() && at.y.is_finite());
        if let Some(nowhere) = vertices().find(|at| self.is_nowhere(*at)) {
            return Some(nowhere);
        }
        if matches!(geometry, Geometry::Point(_) | Geometry::MultiPoint(_)) {
            return vertices().find(|at| self.is_outside(*at));
        }
        let jump = edges(geometry).find_map(|edge| self.jump(edge));
        jump.or_else(|| vertices().next().filter(|_| vertices().all(|at| self.is_outside(at))))
    }
}

fn edges(geometry: &Geometry) -> Box<dyn Iterator<Item = Line> + '_> {
    match geometry {
        Geometry::Line(line) => Box::new(std::iter::once(*line)),
        Geometry::LineString(line) => Box::new(line.lines_iter()),
        Geometry::MultiLineString(lines) => Box::new(lines.lines_iter()),
        Geometry::Polygon(polygon) => Box::new(polygon.lines_iter()),
        Geometry::MultiPolygon(shape) => Box::new(shape.lines_iter()),
        Geometry::GeometryCollection(parts) => Box::new(parts.0.iter().flat_map(edges)),
        _ => Box::new(std::iter::empty()),
    }
}

/// The median, and how far from it a value may be: many median distances, and at least the given one.
fn spread(values: Vec<f64>, least: f64) -> Option<(f64, f64)> {
    let median = |mut values: Vec<f64>| {
        let at = values.len().checked_sub(1)? / 2;
        Some(*values.select_nth_unstable_by(at, f64::total_cmp).1)
    };
    let middle = median(values.clone())?;
    let off = median(values.into_iter().map(|value| (value - middle).abs()).collect())?;
    Some((middle, (SPREAD * off).max(least)))
}

/// Takes the geometry of features with a stray vertex; says which: file, row and the vertex.
pub(crate) fn leave_out(table: &mut SourceTable, declared: Option<CoordUnit>) -> Vec<NoteCase> {
    let Some(fence) = Fence::around(&table.coords(), declared) else { return Vec::new() };
    let unit = fence.unit_metres();
    let spike_m = find_spike_length(table.features.iter().filter_map(|feature| feature.geometry.as_ref()), unit);
    take_geometries(table, |geometry| {
        fence.stray(geometry).or_else(|| find_spike(geometry, unit, spike_m.unwrap_or(f64::INFINITY)))
    })
}

/// The same, of features in longitude and latitude that lie wholly far from where the area is known to be.
pub(crate) fn leave_out_far(table: &mut SourceTable, near: Option<Rect>) -> Vec<NoteCase> {
    let Some(near) = near else { return Vec::new() };
    let is_far = |at: &Coord| {
        at.x < near.min().x - FAR_DEG
            || at.x > near.max().x + FAR_DEG
            || at.y < near.min().y - FAR_DEG
            || at.y > near.max().y + FAR_DEG
    };
    take_geometries(table, |geometry| {
        let first = geometry.coords_iter().next()?;
        geometry.coords_iter().all(|at| is_far(&at)).then_some(first)
    })
}

fn take_geometries(table: &mut SourceTable, stray: impl Fn(&Geometry) -> Option<Coord>) -> Vec<NoteCase> {
    let numbers = table.row_numbers();
    let mut strays = Vec::new();
    for feature in &mut table.features {
        if let Some(at) = feature.geometry.as_ref().and_then(&stray) {
            let case = numbers.case(feature.id);
            strays.push(case.saying(format!("{}：{}, {}", case.text, at.x, at.y)));
            feature.geometry = None;
            feature.is_stray = true;
        }
    }
    strays
}

#[cfg(test)]
mod tests {
    use super::*;

    use geo::{LineString, MultiPoint, Point, polygon};
    use proptest::prelude::*;

    fn fence(places: &[(f64, f64)]) -> Fence {
        Fence::around(&places.iter().map(|at| Coord::from(*at)).collect::<Vec<_>>(), None).unwrap()
    }

    #[test]
    fn a_vertex_with_a_digit_lost_is_found_also_where_it_closes_the_ring() {
        let good = [(102.3, 39.85), (102.31, 39.85), (102.31, 39.86), (102.3, 39.86)];
        for at in 0..4 {
            let mut ring = good.to_vec();
            ring[at].0 -= 90.0;
            let forest: Geometry = geo::Polygon::new(LineString::from(ring), Vec::new()).into();
            let coords: Vec<Coord> = forest.coords_iter().collect();
            let stray = Fence::around(&coords, None).unwrap().stray(&forest).unwrap();
            assert!((stray.x - 12.3).abs() < 0.02, "{at}: {stray:?}");
        }
    }

    #[test]
    fn zeros_and_places_off_the_earth_are_strays_of_points() {
        let fence = fence(&[(102.3, 39.8), (102.4, 39.9), (0.0, 0.0), (102.35, 398.5)]);
        for (x, y) in [(0.0, 0.0), (102.35, 398.5), (12.3, 39.8), (102.3, -39.8), (39.8, 102.3)] {
            assert!(fence.is_outside(Coord { x, y }), "{x} {y}");
        }
        assert!(!fence.is_outside(Coord { x: 103.0, y: 40.3 }));
        let points: Geometry = MultiPoint(vec![Point::new(102.3, 39.8), Point::new(0.0, 0.0)]).into();
        assert_eq!(fence.stray(&points), Some(Coord { x: 0.0, y: 0.0 }));
    }

    #[test]
    fn in_a_plane_of_metres_zeros_missing_zones_and_huge_numbers_are_strays() {
        let fence =
            fence(&[(38_500_000.0, 3_930_000.0), (38_510_000.0, 3_940_000.0), (38_505_000.0, 3_935_000.0), (0.0, 0.0)]);
        for (x, y) in [(0.0, 0.0), (505_000.0, 3_935_000.0), (1e308, 3_935_000.0), (38_505_000.0, 0.0)] {
            assert!(fence.is_outside(Coord { x, y }), "{x} {y}");
        }
        assert!(!fence.is_outside(Coord { x: 38_600_000.0, y: 4_000_000.0 }));
    }

    #[test]
    fn a_river_far_in_short_steps_stays_and_a_wrong_unit_is_no_stray() {
        let river: Vec<(f64, f64)> = (0..400).map(|at| (92.0 + f64::from(at) * 0.05, 30.0)).collect();
        let village = fence(&[(110.0, 30.0), (110.1, 30.1), (110.2, 30.0)]);
        assert_eq!(village.stray(&Geometry::LineString(LineString::from(river))), None);
        let metres = [Coord { x: 500_000.0, y: 3_900_000.0 }; 3];
        assert!(Fence::around(&metres, Some(CoordUnit::Degrees)).is_none());
        let wide: Geometry = polygon![(x: 100.0, y: 30.0), (x: 103.0, y: 30.0), (x: 103.0, y: 33.0)].into();
        assert!(village.stray(&wide).is_some());
    }

    proptest! {
        /// Of a county's places none is a stray; any of them with a digit or a sign wrong is.
        #[test]
        fn good_places_stay_and_bad_ones_go(
            places in proptest::collection::vec((102.0_f64..102.8, 39.5_f64..40.1), 5..60),
            bad in 0_usize..5,
            how in 0_usize..5,
        ) {
            let mut places = places;
            let good = fence(&places);
            prop_assert!(places.iter().all(|at| !good.is_outside(Coord::from(*at))));
            let at = bad % places.len();
            places[at] = match how {
                0 => (-places[at].0, places[at].1),
                1 => (places[at].0 - 90.0, places[at].1),
                2 => (places[at].1, places[at].0),
                3 => (0.0, 0.0),
                _ => (places[at].0, places[at].1 * 10.0),
            };
            let fence = fence(&places);
            let found: Vec<usize> = (0..places.len()).filter(|at| fence.is_outside(Coord::from(places[*at]))).collect();
            prop_assert_eq!(found, vec![at]);
        }
    }
}
