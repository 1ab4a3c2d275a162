//! Areas that adjoin, with the same vertices along the borders they share, so that rounding moves a border once.
//!
//! Overlays compute each area by itself: vertices that are one place come out a little apart, and where three areas meet, the
//! straight border of one has no vertex. Rounded each by itself, neighbours would overlap and leave cracks.

use geo::{Coord, CoordsIter, LineString, MultiPolygon, Polygon};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

/// Gives every border the vertices that any of the areas has within this distance of it; vertices that lie as near to one
/// another become one.
///
/// ```
/// use fireplan_algorithms::shared_vertices::share_vertices;
/// use geo::{MultiPolygon, Rect, coord};
/// let square = |west: f64, south: f64, side: f64| {
///     let low = coord! { x: west, y: south };
///     MultiPolygon::from(Rect::new(low, coord! { x: west + side, y: south + side }).to_polygon())
/// };
/// let mut areas = [square(0.0, 0.0, 10.0), square(10.0, 0.0, 5.0), square(10.0000001, 5.0, 5.0)];
/// share_vertices(&mut areas, 1e-3);
/// // The large square has a vertex where the two small ones meet.
/// assert!(areas[0].0[0].exterior().0.contains(&coord! { x: 10.0, y: 5.0 }));
/// assert!(areas[2].0[0].exterior().0.contains(&coord! { x: 10.0, y: 5.0 }));
/// ```
pub fn share_vertices(areas: &mut [MultiPolygon], within: f64) {
    let vertices = Vertices::new(areas, within);
    for polygon in areas.iter_mut().flat_map(|area| &mut area.0) {
        let ring = |ring: &LineString| vertices.of_ring(ring);
        *polygon = Polygon::new(ring(polygon.exterior()), polygon.interiors().iter().map(ring).collect());
    }
}

/// One place for all vertices that lie near one another.
struct Vertices {
    tree: RTree<GeomWithData<[f64; 2], u32>>,
    within: f64,
}

impl Vertices {
    fn new(areas: &[MultiPolygon], within: f64) -> Self {
        let mut all: Vec<Coord> = areas.iter().flat_map(CoordsIter::coords_iter).collect();
        all.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
        all.dedup();
        let known =
            RTree::bulk_load(all.iter().zip(0..).map(|(at, number)| GeomWithData::new([at.x, at.y], number)).collect());
        // Of vertices near one another the first stands for all.
        let mut stands = vec![true; all.len()];
        for number in 0..all.len() {
            if stands[number] {
                let near = known.locate_within_distance([all[number].x, all[number].y], within * within);
                near.filter(|other| other.data as usize > number).for_each(|other| stands[other.data as usize] = false);
            }
        }
        let kept = all.iter().zip(&stands).zip(0..).filter(|((_, stands), _)| **stands);
        let tree = RTree::bulk_load(kept.map(|((at, _), number)| GeomWithData::new([at.x, at.y], number)).collect());
        Self { tree, within }
    }

    fn nearest(&self, at: Coord) -> Coord {
        self.tree.nearest_neighbor(&[at.x, at.y]).map_or(at, |found| Coord::from(*found.geom()))
    }

    fn of_ring(&self, ring: &LineString) -> LineString {
        let mut places: Vec<Coord> = Vec::new();
        for line in ring.lines() {
            let (start, end) = (self.nearest(line.start), self.nearest(line.end));
            places.push(start);
            places.extend(self.between(start, end));
        }
        places.dedup();
        if places.first() != places.last() {
            places.push(places[0]);
        }
        LineString(places)
    }

    /// The vertices on the way between two, in order.
    fn between(&self, start: Coord, end: Coord) -> Vec<Coord> {
        let along = end - start;
        let length2 = along.x * along.x + along.y * along.y;
        let pad = self.within;
        let box_ = AABB::from_corners(
            [start.x.min(end.x) - pad, start.y.min(end.y) - pad],
            [start.x.max(end.x) + pad, start.y.max(end.y) + pad],
        );
        let mut found: Vec<(f64, Coord)> = self
            .tree
            .locate_in_envelope(&box_)
            .map(|vertex| Coord::from(*vertex.geom()))
            .filter(|at| *at != start && *at != end)
            .filter_map(|at| {
                let way = at - start;
                let share = (way.x * along.x + way.y * along.y) / length2;
                let off = start + along * share - at;
                (share > 0.0 && share < 1.0 && off.x.hypot(off.y) <= pad).then_some((share, at))
            })
            .collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.into_iter().map(|(_, at)| at).collect()
    }
}
