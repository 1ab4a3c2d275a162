//! Areas that do not overlap, ready to be asked many times: is a place inside, where does a line cross an outline.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line, LinesIter, Polygon};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

type NumberedEdge = GeomWithData<rstar::primitives::Line<[f64; 2]>, u32>;

/// Outlines by place, each edge with the number of its area.
///
/// ```
/// use fireplan_algorithms::area_index::AreaIndex;
/// use geo::{Line, Rect, coord};
/// let square = Rect::new(coord! { x: 0.0, y: 0.0 }, coord! { x: 10.0, y: 10.0 }).to_polygon();
/// let index = AreaIndex::new(&[square]);
/// assert_eq!(index.area_at(coord! { x: 5.0, y: 5.0 }), Some(0));
/// assert_eq!(index.inside_m(Line::new(coord! { x: -5.0, y: 5.0 }, coord! { x: 8.0, y: 5.0 })), 8.0);
/// ```
pub struct AreaIndex {
    edges: RTree<NumberedEdge>,
    /// Per band of latitude, the edges that reach into it.
    bands: Vec<Vec<(Line, u32)>>,
    low_y: f64,
    band_m: f64,
}

impl AreaIndex {
    /// The index of these areas, which are numbered in their order.
    pub fn new(areas: &[Polygon]) -> Self {
        let lines = || areas.iter().zip(0_u32..).flat_map(|(area, number)| area.lines_iter().map(move |l| (l, number)));
        let edges: Vec<NumberedEdge> = lines()
            .map(|(line, number)| {
                let ends = [line.start, line.end].map(|at| [at.x, at.y]);
                GeomWithData::new(rstar::primitives::Line::new(ends[0], ends[1]), number)
            })
            .collect();
        let low_y = lines().map(|(line, _)| line.start.y).fold(f64::INFINITY, f64::min);
        let high_y = lines().map(|(line, _)| line.start.y).fold(f64::NEG_INFINITY, f64::max);
        let count = (edges.len() / 8).clamp(1, 20_000);
        let band_m = if edges.is_empty() { 1.0 } else { ((high_y - low_y) / count as f64).max(1e-3) };
        let mut bands = vec![Vec::new(); if edges.is_empty() { 0 } else { count + 1 }];
        for (line, number) in lines() {
            let band = |y: f64| (((y - low_y) / band_m) as usize).min(count);
            let reached = band(line.start.y.min(line.end.y))..=band(line.start.y.max(line.end.y));
            bands[reached].iter_mut().for_each(|band: &mut Vec<_>| band.push((line, number)));
        }
        Self { edges: RTree::bulk_load(edges), bands, low_y, band_m }
    }

    /// The area a place lies in, by the nearest outline to the east of it.
    pub fn area_at(&self, place: Coord) -> Option<u32> {
        let band = (place.y - self.low_y) / self.band_m;
        let edges = if band < 0.0 { None } else { self.bands.get(band as usize) }?;
        let mut inside = false;
        let mut nearest = (f64::INFINITY, 0);
        for (line, number) in edges {
            if (line.start.y <= place.y) == (line.end.y <= place.y) {
                continue;
            }
            let x = line.start.x + (place.y - line.start.y) / (line.end.y - line.start.y) * (line.end.x - line.start.x);
            if x > place.x {
                inside = !inside;
                nearest = if x < nearest.0 { (x, *number) } else { nearest };
            }
        }
        inside.then_some(nearest.1)
    }

    /// Whether the place lies in one of the areas.
    pub fn contains(&self, place: Coord) -> bool {
        self.area_at(place).is_some()
    }

    /// Where along the line, 0 to 1 and ascending, it meets outlines.
    pub fn crossings(&self, line: Line) -> Vec<f64> {
        let along = line.end - line.start;
        let length2 = along.x * along.x + along.y * along.y;
        let share = |at: Coord| ((at.x - line.start.x) * along.x + (at.y - line.start.y) * along.y) / length2;
        let mut shares: Vec<f64> = self
            .near(line)
            .filter_map(|edge| {
                let coord = |at: [f64; 2]| Coord { x: at[0], y: at[1] };
                let edge = Line::new(coord(edge.geom().from), coord(edge.geom().to));
                match line_intersection(line, edge)? {
                    LineIntersection::SinglePoint { intersection, .. } => Some(share(intersection)),
                    LineIntersection::Collinear { intersection } => Some(share(intersection.start)),
                }
            })
            .collect();
        shares.sort_by(f64::total_cmp);
        shares
    }

    /// Does the line meet no outline?
    pub fn is_clear(&self, line: Line) -> bool {
        let coord = |at: [f64; 2]| Coord { x: at[0], y: at[1] };
        self.near(line)
            .all(|edge| line_intersection(line, Line::new(coord(edge.geom().from), coord(edge.geom().to))).is_none())
    }

    /// How much of the line lies inside.
    pub fn inside_m(&self, line: Line) -> f64 {
        let length = (line.end.x - line.start.x).hypot(line.end.y - line.start.y);
        let mut stops = self.crossings(line);
        stops.insert(0, 0.0);
        stops.push(1.0);
        let at = |share: f64| line.start + (line.end - line.start) * share;
        let parts = stops.windows(2).filter(|pair| self.contains(at((pair[0] + pair[1]) / 2.0)));
        parts.map(|pair| (pair[1] - pair[0]) * length).sum()
    }

    fn near(&self, line: Line) -> impl Iterator<Item = &NumberedEdge> {
        let ends = [line.start, line.end].map(|at| [at.x, at.y]);
        self.edges.locate_in_envelope_intersecting(&AABB::from_corners(ends[0], ends[1]))
    }

    /// The nearest place on an outline within the distance, and the number of its area.
    pub fn nearest(&self, place: Coord, within: f64) -> Option<(Coord, u32)> {
        let (edge, distance2) = self.edges.nearest_neighbor_iter_with_distance_2(&[place.x, place.y]).next()?;
        let at = edge.geom().nearest_point(&[place.x, place.y]);
        (distance2 <= within * within).then_some((Coord { x: at[0], y: at[1] }, edge.data))
    }
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;

    fn index() -> AreaIndex {
        let ring = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0), (x: 0.0, y: 10.0)],
            interiors: [[(x: 4.0, y: 4.0), (x: 4.0, y: 6.0), (x: 6.0, y: 6.0), (x: 6.0, y: 4.0)]],
        );
        let beside = polygon![(x: 20.0, y: 0.0), (x: 30.0, y: 0.0), (x: 30.0, y: 10.0)];
        AreaIndex::new(&[ring, beside])
    }

    #[test]
    fn a_hole_is_not_inside() {
        let index = index();
        for ((x, y), area) in [
            ((2.0, 5.0), Some(0)),
            ((5.0, 5.0), None),
            ((15.0, 5.0), None),
            ((29.0, 2.0), Some(1)),
            ((5.0, -1.0), None),
        ] {
            assert_eq!(index.area_at(Coord { x, y }), area, "{x} {y}");
        }
    }

    #[test]
    fn a_line_is_inside_in_parts() {
        let line = Line::new(Coord { x: -1.0, y: 5.0 }, Coord { x: 12.0, y: 5.0 });
        assert_eq!(index().crossings(line).len(), 4);
        assert!((index().inside_m(line) - 8.0).abs() < 1e-9);
        assert!(!index().is_clear(line));
        assert!(index().is_clear(Line::new(Coord { x: 4.5, y: 5.0 }, Coord { x: 5.5, y: 5.0 })));
    }
}
