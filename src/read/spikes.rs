//! Vertices that stick out: a digit lost far behind the point makes a line run out for miles and come straight back. No
//! road, forest or border does so, and a limit on distances does not see it.

use geo::{Coord, Geometry, LineString, Polygon};

use fireplan_model::method_constants;

method_constants! {
    /// 折点两侧的边都超过此长度(m)才可能是误录的尖角 | A spike has edges longer than so many metres on both sides
    const SPIKE_M: f64 = 5_000.0,
        because "中间没有一个折点而长达 5 公里又原路折回，真实地物没有这样的 | Nothing real runs five kilometres without a vertex and straight back";
    /// 且须超过同一来源中位边长的此倍数 | And than so many times the median edge of its source
    const SPIKE_EDGES: f64 = 50.0,
        because "粗略数字化的来源边长普遍较大，不能据以认错 | A source drawn coarsely has long edges throughout";
    /// 两侧端点间距与较短一边之比不超过此值才算折回 | The ends of both edges are within this share of the shorter one
    const SPIKE_OPENING: f64 = 0.05,
        because "开口更大的可能是真实的楔形地块 | What is wider open may be a real wedge of land";
}

/// So many edges tell the median as well as all do.
const SAMPLED_EDGES: usize = 100_000;

/// Metres in an x and in a y of the source, near its middle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnitMetres {
    pub x: f64,
    pub y: f64,
}

impl UnitMetres {
    fn length(self, a: Coord, b: Coord) -> f64 {
        ((a.x - b.x) * self.x).hypot((a.y - b.y) * self.y)
    }
}

/// How long both edges of a spike are at least, in metres; `None`: the source has no edges.
pub(crate) fn find_spike_length<'a>(
    geometries: impl Iterator<Item = &'a Geometry> + Clone,
    unit: UnitMetres,
) -> Option<f64> {
    let edges: usize = geometries.clone().flat_map(lines_of).map(|line| line.0.len().saturating_sub(1)).sum();
    let every = edges.div_ceil(SAMPLED_EDGES).max(1);
    let mut lengths: Vec<f64> = geometries
        .flat_map(lines_of)
        .flat_map(|line| line.0.windows(2))
        .step_by(every)
        .map(|edge| unit.length(edge[0], edge[1]))
        .filter(|length| length.is_finite() && *length > 0.0)
        .collect();
    let middle = lengths.len().checked_sub(1)? / 2;
    let median = *lengths.select_nth_unstable_by(middle, f64::total_cmp).1;
    Some(SPIKE_M.max(SPIKE_EDGES * median))
}

/// The first vertex of the geometry that sticks out by so much.
pub(crate) fn find_spike(geometry: &Geometry, unit: UnitMetres, length_m: f64) -> Option<Coord> {
    let sticks_out = |before: Coord, at: Coord, after: Coord| {
        let shorter = unit.length(before, at).min(unit.length(at, after));
        shorter > length_m && unit.length(before, after) <= SPIKE_OPENING * shorter
    };
    lines_of(geometry).find_map(|line| {
        let line = &line.0;
        let inside = line.windows(3).find(|three| sticks_out(three[0], three[1], three[2])).map(|three| three[1]);
        // Where a ring closes, its last edge meets its first.
        let closed = line.len() > 3 && line.first() == line.last();
        let ends = || Some((*line.get(line.len().checked_sub(2)?)?, *line.first()?, *line.get(1)?));
        inside.or_else(|| {
            let (before, at, after) = ends().filter(|_| closed)?;
            sticks_out(before, at, after).then_some(at)
        })
    })
}

fn lines_of(geometry: &Geometry) -> Box<dyn Iterator<Item = &LineString> + '_> {
    match geometry {
        Geometry::LineString(line) => Box::new(std::iter::once(line)),
        Geometry::MultiLineString(lines) => Box::new(lines.iter()),
        Geometry::Polygon(polygon) => Box::new(rings_of(polygon)),
        Geometry::MultiPolygon(polygons) => Box::new(polygons.iter().flat_map(rings_of)),
        Geometry::GeometryCollection(parts) => Box::new(parts.iter().flat_map(lines_of)),
        _ => Box::new(std::iter::empty()),
    }
}

fn rings_of(polygon: &Polygon) -> impl Iterator<Item = &LineString> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

#[cfg(test)]
mod tests {
    use super::*;

    const METRES: UnitMetres = UnitMetres { x: 1.0, y: 1.0 };

    /// A winding line of 100-m steps.
    fn line() -> Vec<(f64, f64)> {
        (0..200).map(|at| (f64::from(at) * 100.0, 30.0 * f64::from(at % 3))).collect()
    }

    fn spike(points: Vec<(f64, f64)>, close: bool) -> Option<Coord> {
        let line = LineString::from(points);
        let geometry: Geometry = if close { Polygon::new(line, Vec::new()).into() } else { Geometry::LineString(line) };
        let length = find_spike_length([&geometry].into_iter(), METRES).unwrap();
        find_spike(&geometry, METRES, length)
    }

    #[test]
    fn a_vertex_far_out_and_back_is_found_wherever_it_is() {
        assert_eq!(spike(line(), false), None);
        for at in [1, 77, 198] {
            let mut points = line();
            points[at].1 += 30_000.0;
            assert_eq!(spike(points.clone(), false), Some(points[at].into()));
        }
        let mut ring = line();
        ring.extend(line().into_iter().rev().map(|(x, y)| (x, y + 400.0)));
        assert_eq!(spike(ring.clone(), true), None);
        for at in [0, 120, 399] {
            let mut points = ring.clone();
            points[at].1 -= 20_000.0;
            assert_eq!(spike(points.clone(), true), Some(points[at].into()), "{at}");
        }
    }

    #[test]
    fn long_straights_wedges_and_coarse_borders_stay() {
        let mut straight = line();
        straight.push((60_000.0, 0.0));
        assert_eq!(spike(straight, false), None, "the end of a line may be far");
        let mut wedge = line();
        wedge[50].1 += 30_000.0;
        wedge[51].0 += 4_000.0;
        assert_eq!(spike(wedge, false), None, "it comes back elsewhere");
        let coarse = (0..40).map(|at| (f64::from(at) * 50.0, if at % 2 == 0 { 0.0 } else { 8_000.0 })).collect();
        assert_eq!(spike(coarse, false), None, "all its edges are as long");
    }
}
