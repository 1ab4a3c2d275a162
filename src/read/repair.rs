//! Polygons that cross themselves are mended where that can be done, and left out where not.

use fireplan_algorithms::dissolve::dissolve;
use gdal::cpl::CslStringList;
use gdal::vector::ToGdal;
use geo::{
    Area, BoundingRect, Contains, Coord, Geometry, Intersects, Line, LineString, LinesIter, MultiPolygon, Polygon,
};

pub(crate) const HOPELESS: &str = "无法修复的面，未采用 | Areas that could not be repaired, left out";
pub(crate) const REPAIRED: &str = "自相交等无效面，已修复 | Areas that crossed themselves, repaired";

/// What became of a polygon.
pub(crate) enum Mended {
    AsIs(MultiPolygon),
    Repaired(MultiPolygon),
    /// Nothing with an area is left of it.
    Hopeless,
}

/// Mends the polygon if it needs it.
///
/// A full check of validity is slow, so it is spent only on polygons of which some edges meet that should not.
pub(crate) fn mend(mut shape: MultiPolygon) -> Mended {
    let before = shape.0.len();
    shape.0.retain(|polygon| polygon.exterior().0.len() >= 4);
    for polygon in &mut shape.0 {
        drop_empty_holes(polygon);
    }
    if shape.0.is_empty() {
        return Mended::Hopeless;
    }
    if !is_suspect(&shape) || is_valid(&shape) {
        return if shape.0.len() == before { Mended::AsIs(shape) } else { Mended::Repaired(shape) };
    }
    // Part by part: parts that overlap cover the ground once, they do not cut holes into one another.
    match make_valid_parts(&shape) {
        Some(mended) if mended.unsigned_area() > 0.0 => Mended::Repaired(mended),
        _ => Mended::Hopeless,
    }
}

fn is_valid(shape: &MultiPolygon) -> bool {
    shape.to_gdal().is_ok_and(|shape| shape.is_valid())
}

fn make_valid_parts(shape: &MultiPolygon) -> Option<MultiPolygon> {
    let mut polygons = Vec::new();
    for part in &shape.0 {
        let part = MultiPolygon(vec![part.clone()]);
        polygons.extend(if is_valid(&part) { part.0 } else { make_valid(&part)?.0 });
    }
    Some(dissolve(&polygons))
}

/// GEOS' answer, without the loose lines and points it may leave beside the areas.
fn make_valid(shape: &MultiPolygon) -> Option<MultiPolygon> {
    let made = shape.to_gdal().ok()?.make_valid(&CslStringList::new()).ok()?;
    let mut polygons = Vec::new();
    collect_polygons((&made).try_into().ok()?, &mut polygons);
    Some(MultiPolygon(polygons))
}

fn collect_polygons(geometry: Geometry, polygons: &mut Vec<Polygon>) {
    match geometry {
        Geometry::Polygon(polygon) => polygons.push(polygon),
        Geometry::MultiPolygon(shape) => polygons.extend(shape.0),
        Geometry::GeometryCollection(parts) => parts.0.into_iter().for_each(|part| collect_polygons(part, polygons)),
        _ => {}
    }
}

fn drop_empty_holes(polygon: &mut Polygon) {
    let empty = |ring: &LineString| ring.0.len() < 4;
    if polygon.interiors().iter().any(empty) {
        let holes = polygon.interiors().iter().filter(|ring| !empty(ring)).cloned().collect();
        *polygon = Polygon::new(polygon.exterior().clone(), holes);
    }
}

/// May the polygon be invalid? Never says no to an invalid one.
fn is_suspect(shape: &MultiPolygon) -> bool {
    let rings = || shape.0.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    has_nested_parts(shape)
        || rings().any(visits_twice)
        || shape.0.iter().any(has_stray_hole)
        || edges_meet(shape.lines_iter().collect())
}

/// Does the ring come through some vertex more than once?
fn visits_twice(ring: &LineString) -> bool {
    let mut vertices: Vec<(u64, u64)> = ring.0[1..].iter().map(|c| (c.x.to_bits(), c.y.to_bits())).collect();
    vertices.sort_unstable();
    vertices.windows(2).any(|pair| pair[0] == pair[1])
}

/// Does some part begin inside another?
fn has_nested_parts(shape: &MultiPolygon) -> bool {
    let bounds: Vec<_> = shape.0.iter().map(BoundingRect::bounding_rect).collect();
    shape.0.iter().enumerate().any(|(at, part)| {
        let first = &part.exterior().0[0];
        shape.0.iter().zip(&bounds).enumerate().any(|(other, (around, bounds))| {
            other != at && bounds.is_some_and(|bounds| bounds.intersects(first)) && around.contains(first)
        })
    })
}

fn has_stray_hole(polygon: &Polygon) -> bool {
    let Some(bounds) = polygon.exterior().bounding_rect() else { return true };
    let shell = Polygon::new(polygon.exterior().clone(), Vec::new());
    polygon.interiors().iter().any(|hole| !bounds.contains(&hole.0[0]) || !shell.contains(&hole.0[0]))
}

/// Do any two edges meet elsewhere than at the shared end of neighbours?
fn edges_meet(mut edges: Vec<Line>) -> bool {
    let (left, right) = (|l: &Line| l.start.x.min(l.end.x), |l: &Line| l.start.x.max(l.end.x));
    edges.sort_by(|a, b| left(a).total_cmp(&left(b)));
    let mut open: Vec<Line> = Vec::new();
    for edge in edges {
        let from = left(&edge);
        open.retain(|other| right(other) >= from);
        if open.iter().any(|other| meet(other, &edge)) {
            return true;
        }
        open.push(edge);
    }
    false
}

fn meet(a: &Line, b: &Line) -> bool {
    let apart = a.start.y.min(a.end.y) > b.start.y.max(b.end.y) || a.start.y.max(a.end.y) < b.start.y.min(b.end.y);
    if apart {
        return false;
    }
    // Neighbours run head to tail; two edges that share an end otherwise are two rings, or one ring twice, at a point.
    let shared = if a.end == b.start {
        Some((a.start, a.end, b.end))
    } else if b.end == a.start {
        Some((b.start, b.end, a.end))
    } else {
        None
    };
    match shared {
        Some((before, at, after)) => turns_back(before, at, after),
        None => geo::line_intersection::line_intersection(*a, *b).is_some(),
    }
}

/// Does the path before → at → after run back upon itself?
fn turns_back(before: Coord, at: Coord, after: Coord) -> bool {
    let (u, v) = (at - before, after - at);
    u.x * v.y - u.y * v.x == 0.0 && u.x * v.x + u.y * v.y < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

    fn area(mended: &Mended) -> f64 {
        match mended {
            Mended::AsIs(shape) | Mended::Repaired(shape) => shape.unsigned_area(),
            Mended::Hopeless => 0.0,
        }
    }

    #[test]
    fn a_good_polygon_stays_as_it_is() {
        let square = polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0), (x: 0.0, y: 10.0)];
        assert!(!is_suspect(&square.clone().into()));
        assert!(matches!(mend(square.into()), Mended::AsIs(_)));
    }

    #[test]
    fn a_bow_tie_becomes_two_triangles() {
        let bow = polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 10.0), (x: 10.0, y: 0.0), (x: 0.0, y: 10.0)];
        let mended = mend(bow.into());
        assert!(matches!(mended, Mended::Repaired(_)));
        assert!((area(&mended) - 50.0).abs() < 1e-6);
    }

    #[test]
    fn rings_that_touch_themselves_are_taken_apart() {
        let eight = polygon![
            (x: 0.0, y: 0.0), (x: 5.0, y: 5.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0), (x: 5.0, y: 5.0),
            (x: 0.0, y: 10.0)
        ];
        assert!((area(&mend(eight.into())) - 50.0).abs() < 1e-6);
    }

    #[test]
    fn a_line_there_and_back_is_hopeless() {
        let flat = polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 5.0, y: 0.0)];
        assert!(matches!(mend(flat.into()), Mended::Hopeless));
    }
}
