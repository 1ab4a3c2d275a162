//! The faces into which lines divide areas.
//!
//! A line that ends inside a face does not divide it; two that cross, or meet an outline, do together.

use geo::{Area, BoundingRect, Contains, Coord, LineString, MultiPolygon, Polygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::float::slice::FloatSlice;
use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

/// The faces, in no particular order. They cover the areas, and their outlines turn counter-clockwise.
///
/// ```
/// use fireplan_algorithms::faces::faces;
/// use geo::{LineString, MultiPolygon, Rect, coord};
/// let square: MultiPolygon = Rect::new(coord! { x: 0.0, y: 0.0 }, coord! { x: 10.0, y: 10.0 }).to_polygon().into();
/// let across = LineString::from(vec![(-1.0, 5.0), (11.0, 5.0)]);
/// let dead_end = LineString::from(vec![(5.0, 11.0), (5.0, 7.0)]);
/// assert_eq!(faces(&square, &[across, dead_end]).len(), 2);
/// ```
pub fn faces(areas: &MultiPolygon, lines: &[LineString]) -> Vec<Polygon> {
    let lines: Vec<Vec<[f64; 2]>> = lines.iter().filter(|line| line.0.len() > 1).map(points).collect();
    let rings = areas.0.iter().flat_map(|area| std::iter::once(area.exterior()).chain(area.interiors()));
    let rings: Vec<Vec<[f64; 2]>> = rings.map(|ring| points(ring).into_iter().skip(1).collect()).collect();
    if lines.is_empty() {
        return areas.0.clone();
    }
    let shapes = rings.slice_by(&lines, FillRule::EvenOdd);
    let polygons = shapes.into_iter().filter_map(|shape| {
        let mut rings = shape.into_iter().map(|ring| closed(&ring));
        let exterior = rings.next()?;
        Some(Polygon::new(exterior, rings.collect()))
    });
    polygons.filter(|face| face.unsigned_area() > 0.0).collect()
}

/// Faces by place. Faces share edges, so that a place on one belongs to either.
pub struct FaceIndex {
    faces: Vec<Polygon>,
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
}

impl FaceIndex {
    /// Indexes faces that do not overlap.
    pub fn new(faces: Vec<Polygon>) -> Self {
        let boxes = faces.iter().zip(0_u32..).filter_map(|(face, number)| {
            let rect = face.bounding_rect()?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, number))
        });
        let boxes = RTree::bulk_load(boxes.collect());
        Self { faces, boxes }
    }

    /// The number of the face in which the place lies; of two that share an edge, the lower.
    pub fn face_at(&self, place: Coord) -> Option<u32> {
        let around = self.boxes.locate_all_at_point(&[place.x, place.y]).map(|found| found.data);
        let mut around: Vec<u32> = around.collect();
        around.sort_unstable();
        around.into_iter().find(|face| self.faces[*face as usize].contains(&place))
    }

    /// The area of each face.
    pub fn areas(&self) -> Vec<f64> {
        self.faces.iter().map(Area::unsigned_area).collect()
    }

    /// The faces in the order of their numbers.
    pub fn faces(&self) -> &[Polygon] {
        &self.faces
    }
}

fn points(line: &LineString) -> Vec<[f64; 2]> {
    line.0.iter().map(|at| [at.x, at.y]).collect()
}

fn closed(ring: &[[f64; 2]]) -> LineString {
    let mut line: Vec<Coord> = ring.iter().map(|&[x, y]| Coord { x, y }).collect();
    line.push(line[0]);
    LineString(line)
}

#[cfg(test)]
mod tests {
    use geo::{Rect, coord};
    use proptest::prelude::*;

    use super::*;

    fn square() -> MultiPolygon {
        Rect::new(coord! { x: 0.0, y: 0.0 }, coord! { x: 100.0, y: 100.0 }).to_polygon().into()
    }

    fn line(points: &[(f64, f64)]) -> LineString {
        LineString::from(points.to_vec())
    }

    #[test]
    fn a_cross_makes_four_and_a_ring_an_island() {
        let cross = [line(&[(-5.0, 50.0), (105.0, 50.0)]), line(&[(50.0, -5.0), (50.0, 105.0)])];
        let mut areas: Vec<f64> = faces(&square(), &cross).iter().map(Area::unsigned_area).collect();
        areas.sort_by(f64::total_cmp);
        assert_eq!(areas.len(), 4);
        assert!((areas[0] - 2500.0).abs() < 0.01 && (areas[3] - 2500.0).abs() < 0.01);
        let ring = [line(&[(40.0, 40.0), (60.0, 40.0), (60.0, 60.0), (40.0, 60.0), (40.0, 40.0)])];
        assert_eq!(faces(&square(), &ring).len(), 2);
    }

    #[test]
    fn faces_in_faces_are_holes_of_them() {
        let island = |x: f64, y: f64| line(&[(x, y), (x + 10.0, y), (x + 10.0, y + 10.0), (x, y + 10.0), (x, y)]);
        // Alone, two of them, one that touches another at a corner, one on a stalk, one in a part that a line cuts off.
        let alone = vec![island(40.0, 40.0)];
        let two = vec![island(20.0, 20.0), island(60.0, 60.0)];
        let touching = vec![island(20.0, 20.0), island(30.0, 30.0)];
        let on_a_stalk = vec![island(40.0, 40.0), line(&[(45.0, -5.0), (45.0, 40.0)])];
        let beside_a_cut = vec![island(60.0, 40.0), line(&[(50.0, -5.0), (50.0, 105.0)])];
        for (lines, count) in [(alone, 2), (two, 3), (touching, 3), (on_a_stalk, 2), (beside_a_cut, 3)] {
            let found = faces(&square(), &lines);
            let total: f64 = found.iter().map(Area::unsigned_area).sum();
            assert!(
                found.len() == count && (total - 10_000.0).abs() < 0.1,
                "{lines:?}: {} faces, {total}",
                found.len()
            );
        }
        // The same in an area with a hole that stays one.
        let hole = Rect::new(coord! { x: 70.0, y: 70.0 }, coord! { x: 90.0, y: 90.0 }).to_polygon().exterior().clone();
        let holed = MultiPolygon(vec![Polygon::new(square().0[0].exterior().clone(), vec![hole])]);
        for lines in [
            vec![island(40.0, 40.0)],
            vec![line(&[(50.0, -5.0), (50.0, 105.0)])],
            vec![line(&[(80.0, -5.0), (80.0, 105.0)])],
        ] {
            let total: f64 = faces(&holed, &lines).iter().map(Area::unsigned_area).sum();
            assert!((total - 9_600.0).abs() < 0.1, "{lines:?}: {total}");
        }
    }

    #[test]
    fn a_gap_in_a_line_leaves_one_face() {
        let broken = [line(&[(-5.0, 50.0), (45.0, 50.0)]), line(&[(55.0, 50.0), (105.0, 50.0)])];
        assert_eq!(faces(&square(), &broken).len(), 1);
        let closed = [broken[0].clone(), broken[1].clone(), line(&[(45.0, 50.0), (55.0, 50.0)])];
        assert_eq!(faces(&square(), &closed).len(), 2);
    }

    proptest! {
        #[test]
        fn taking_a_line_away_never_adds_a_face(
            ends in prop::collection::vec((-20.0..120.0_f64, -20.0..120.0_f64, -20.0..120.0_f64, -20.0..120.0_f64), 1..9),
            removed in 0_usize..9,
        ) {
            let mut lines: Vec<LineString> = ends.iter().map(|&(a, b, c, d)| line(&[(a, b), (c, d)])).collect();
            let all = faces(&square(), &lines);
            let total: f64 = all.iter().map(Area::unsigned_area).sum();
            prop_assert!((total - 10_000.0).abs() < 0.1, "{total}");
            lines.remove(removed % lines.len());
            prop_assert!(faces(&square(), &lines).len() <= all.len());
        }
    }
}
