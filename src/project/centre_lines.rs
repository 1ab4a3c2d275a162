//! The middle lines of road areas: of the triangles between the edges of a road, the line through their common sides.
//!
//! The skeleton of a constrained triangulation, as in Prasad (1997), "Morphological analysis of shapes", CNLS Newsletter 139.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::dissolve::dissolve;
use gdal::vector::{Geometry as GdalGeometry, OGRwkbGeometryType};
use geo::{Area, Coord, Distance, Euclidean, Length, LineString, MultiPolygon, Point, Polygon, Simplify};

/// A line that ends within so many widths of a junction is a corner of the road and no road.
const SPUR_WIDTHS: f64 = 1.5;
/// A shorter stretch of another class is the mouth of a road and counts as the road that it is in.
const SHORTEST_M: f64 = 12.0;
/// The lines are drawn straight within this.
const STRAIGHT_M: f64 = 0.7;
/// Vertices on the edge stand no farther apart, and no nearer.
const MOST_STEP_M: f64 = 3.0;
const LEAST_STEP_M: f64 = 1.0;
/// No road is wider than twice this.
const WIDEST_M: f64 = 60.0;

/// A road area of the survey, in local metres.
pub(crate) struct RoadPiece {
    pub shape: MultiPolygon,
    pub class: String,
    pub width_m: Option<f64>,
}

/// A centre line with what its road areas say.
pub(crate) struct CentreLine {
    pub line: LineString,
    pub class: String,
    /// As recorded.
    pub width_m: Option<f64>,
    /// Between the edges, in the middle of its length.
    pub measured_m: f64,
}

/// The centre lines of all road areas together, so that lines meet where areas adjoin.
pub(crate) fn draw_centre_lines(pieces: &[RoadPiece]) -> Result<Vec<CentreLine>> {
    let together = dissolve(pieces.iter().flat_map(|piece| &piece.shape));
    let outlines = AreaIndex::new(&together.0);
    let numbered = pieces.iter().flat_map(|piece| piece.shape.iter().map(move |polygon| (polygon.clone(), piece)));
    let (polygons, owners): (Vec<Polygon>, Vec<&RoadPiece>) = numbered.unzip();
    let parcels = AreaIndex::new(&polygons);
    // Where parcels overlap, or a gap of a hair is between them, the nearest one has the say.
    let owner = |at: Coord| {
        let number = parcels.area_at(at).or_else(|| parcels.nearest(at, WIDEST_M).map(|(_, number)| number));
        number.and_then(|number| owners.get(number as usize).copied())
    };
    let mut lines = Vec::new();
    for area in &together {
        for line in skeleton(area, &outlines)? {
            for part in split_by_owner(&line, &owner) {
                let middle = part.line.0[part.line.0.len() / 2];
                let edge = outlines.nearest(middle, WIDEST_M).map_or(middle, |(edge, _)| edge);
                let measured_m = 2.0 * Euclidean.distance(&Point(middle), &Point(edge));
                lines.push(CentreLine { measured_m, ..part });
            }
        }
    }
    Ok(lines)
}

/// The line, cut where another class of road begins.
fn split_by_owner<'p>(line: &LineString, owner: &impl Fn(Coord) -> Option<&'p RoadPiece>) -> Vec<CentreLine> {
    let mut parts: Vec<CentreLine> = Vec::new();
    for pair in line.0.windows(2) {
        let piece = owner((pair[0] + pair[1]) / 2.0);
        let (class, width_m) = piece.map_or((None, None), |piece| (Some(piece.class.as_str()), piece.width_m));
        match parts.last_mut() {
            Some(last)
                if class.is_none_or(|class| class == last.class) && (width_m == last.width_m || width_m.is_none()) =>
            {
                last.line.0.push(pair[1]);
            }
            _ => {
                let class = class.unwrap_or_default().to_owned();
                parts.push(CentreLine { line: LineString(pair.to_vec()), class, width_m, measured_m: 0.0 });
            }
        }
    }
    while let Some(short) =
        parts.iter().position(|part| Euclidean.length(&part.line) < SHORTEST_M).filter(|_| parts.len() > 1)
    {
        merge_part(&mut parts, short);
    }
    parts
}

/// Makes a part one with the longer of its neighbours, as which it counts.
fn merge_part(parts: &mut Vec<CentreLine>, at: usize) {
    let length = |parts: &[CentreLine], at: usize| parts.get(at).map_or(0.0, |part| Euclidean.length(&part.line));
    let before = at.checked_sub(1).map_or(0.0, |before| length(parts, before));
    let first = if before > length(parts, at + 1) { at - 1 } else { at };
    let second = parts.remove(first + 1);
    let Some(kept) = parts.get_mut(first) else { return };
    if first == at {
        kept.class = second.class;
        kept.width_m = second.width_m;
    }
    kept.line.0.extend(second.line.0.into_iter().skip(1));
}

type Place = [i64; 2];

/// Places are compared by the tenth of a millimetre.
fn key(at: Coord) -> Place {
    [(at.x * 1e4).round() as i64, (at.y * 1e4).round() as i64]
}

fn coord(at: Place) -> Coord {
    Coord { x: at[0] as f64 / 1e4, y: at[1] as f64 / 1e4 }
}

fn skeleton(area: &Polygon, outlines: &AreaIndex) -> Result<Vec<LineString>> {
    let rings = || std::iter::once(area.exterior()).chain(area.interiors());
    let perimeter: f64 = rings().map(|ring| Euclidean.length(ring)).sum();
    // Of a long area the width is twice its area by its outline.
    let half_width = area.unsigned_area() / perimeter.max(1e-9);
    let step = (half_width * 0.8).clamp(LEAST_STEP_M, MOST_STEP_M);
    let edge: Vec<Coord> = rings().flat_map(|ring| densify(ring, step)).collect();
    let triangles = triangulate(&edge)?;
    let inside = |triangle: &&[Coord; 3]| {
        let middle = (triangle[0] + triangle[1] + triangle[2]) / 3.0;
        outlines.contains(middle)
    };
    let kept: Vec<&[Coord; 3]> = triangles.iter().filter(inside).collect();
    let mut sides: BTreeMap<(Place, Place), usize> = BTreeMap::new();
    let side = |a: Coord, b: Coord| (key(a).min(key(b)), key(a).max(key(b)));
    for [a, b, c] in kept.iter().copied() {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            *sides.entry(side(*from, *to)).or_default() += 1;
        }
    }
    let mut graph = LineGraph::default();
    for [a, b, c] in kept.iter().copied() {
        let shared: Vec<Coord> = [(a, b), (b, c), (c, a)]
            .into_iter()
            .filter(|(from, to)| sides[&side(**from, **to)] > 1)
            .map(|(from, to)| (*from + *to) / 2.0)
            .collect();
        match shared.as_slice() {
            [one, two] => graph.add(key(*one), key(*two)),
            [_, _, _] => {
                let middle = key((*a + *b + *c) / 3.0);
                shared.iter().for_each(|one| graph.add(key(*one), middle));
            }
            _ => {}
        }
    }
    graph.prune(half_width * 2.0 * SPUR_WIDTHS);
    Ok(graph.lines().into_iter().map(|line| line.simplify(STRAIGHT_M)).collect())
}

/// The vertices of a ring, with others between those that stand far apart; the first is not repeated.
fn densify(ring: &LineString, step: f64) -> Vec<Coord> {
    let mut dense = Vec::new();
    for line in ring.lines() {
        let parts = (Euclidean.length(&line) / step).ceil().max(1.0);
        dense.extend((0..parts as u32).map(|part| line.start + line.delta() * (f64::from(part) / parts)));
    }
    dense
}

fn triangulate(edge: &[Coord]) -> Result<Vec<[Coord; 3]>> {
    const WHY: &str = "道路图斑无法三角剖分 | the road areas cannot be triangulated";
    let mut points = GdalGeometry::empty(OGRwkbGeometryType::wkbMultiPoint).context(WHY)?;
    for at in edge {
        let mut point = GdalGeometry::empty(OGRwkbGeometryType::wkbPoint).context(WHY)?;
        point.add_point_2d((at.x, at.y));
        points.add_geometry(point).context(WHY)?;
    }
    let triangles = points.delaunay_triangulation(None).context(WHY)?;
    let mut found = Vec::with_capacity(triangles.geometry_count());
    for at in 0..triangles.geometry_count() {
        let triangle = triangles.get_geometry(at);
        let ring = triangle.get_geometry(0);
        let mut places = Vec::new();
        ring.get_points(&mut places);
        if let [a, b, c, ..] = places.as_slice() {
            let place = |at: &(f64, f64, f64)| Coord { x: at.0, y: at.1 };
            found.push([place(a), place(b), place(c)]);
        }
    }
    Ok(found)
}

/// Lines as a graph of places.
#[derive(Default)]
struct LineGraph {
    next: BTreeMap<Place, Vec<Place>>,
}

impl LineGraph {
    fn add(&mut self, a: Place, b: Place) {
        if a != b {
            self.next.entry(a).or_default().push(b);
            self.next.entry(b).or_default().push(a);
        }
    }

    fn degree(&self, at: Place) -> usize {
        self.next.get(&at).map_or(0, Vec::len)
    }

    /// From an end or a junction along to the next one.
    fn follow(&self, from: Place, to: Place) -> Vec<Place> {
        let mut chain = vec![from, to];
        while self.degree(chain[chain.len() - 1]) == 2 && chain[chain.len() - 1] != from {
            let (last, before) = (chain[chain.len() - 1], chain[chain.len() - 2]);
            let Some(next) = self.next[&last].iter().copied().find(|next| *next != before) else { break };
            chain.push(next);
        }
        chain
    }

    fn length(chain: &[Place]) -> f64 {
        chain.windows(2).map(|pair| Euclidean.distance(&Point(coord(pair[0])), &Point(coord(pair[1])))).sum()
    }

    /// Takes away short ends at junctions: the corners of the area.
    fn prune(&mut self, shortest_m: f64) {
        let ends: Vec<Place> = self.next.keys().copied().filter(|at| self.degree(*at) == 1).collect();
        for end in ends {
            let Some(first) = self.next.get(&end).and_then(|next| next.first().copied()) else { continue };
            let chain = self.follow(end, first);
            let at_junction = self.degree(chain[chain.len() - 1]) > 2;
            if !at_junction || Self::length(&chain) >= shortest_m {
                continue;
            }
            for pair in chain.windows(2) {
                for (a, b) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                    if let Some(next) = self.next.get_mut(&a) {
                        next.retain(|one| *one != b);
                    }
                }
            }
        }
        self.next.retain(|_, next| !next.is_empty());
    }

    /// The lines between ends and junctions, each once, and rings.
    fn lines(&self) -> Vec<LineString> {
        let mut seen = std::collections::BTreeSet::new();
        let mut lines = Vec::new();
        let starts = self.next.keys().copied().filter(|at| self.degree(*at) != 2);
        let rings = self.next.keys().copied().filter(|at| self.degree(*at) == 2);
        for start in starts.chain(rings) {
            for first in &self.next[&start] {
                if seen.contains(&(start, *first)) {
                    continue;
                }
                let chain = self.follow(start, *first);
                for pair in chain.windows(2) {
                    seen.insert((pair[0], pair[1]));
                    seen.insert((pair[1], pair[0]));
                }
                lines.push(LineString(chain.into_iter().map(coord).collect()));
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

    #[test]
    fn a_straight_road_and_a_crossing_have_their_middle_lines() {
        let east: MultiPolygon =
            polygon![(x: 0.0, y: -3.0), (x: 400.0, y: -3.0), (x: 400.0, y: 3.0), (x: 0.0, y: 3.0)].into();
        let north: MultiPolygon =
            polygon![(x: 198.0, y: 3.0), (x: 202.0, y: 3.0), (x: 202.0, y: 300.0), (x: 198.0, y: 300.0)].into();
        let pieces = [
            RoadPiece { shape: east, class: "tertiary".to_owned(), width_m: None },
            RoadPiece { shape: north, class: "track".to_owned(), width_m: Some(3.5) },
        ];
        let lines = draw_centre_lines(&pieces).unwrap();
        let length = |class: &str| -> f64 {
            lines.iter().filter(|line| line.class == class).map(|line| Euclidean.length(&line.line)).sum()
        };
        assert!((length("tertiary") - 395.0).abs() < 12.0, "{}", length("tertiary"));
        assert!((length("track") - 297.0).abs() < 12.0, "{}", length("track"));
        let widest =
            lines.iter().filter(|line| line.class == "tertiary").map(|line| line.measured_m).fold(0.0, f64::max);
        assert!((5.5..8.5).contains(&widest), "{widest}");
        assert!(lines.iter().filter(|line| line.class == "track").all(|line| line.width_m == Some(3.5)));
        // All lines hang together: every line shares an end with another.
        for line in &lines {
            let ends = [line.line.0[0], line.line.0[line.line.0.len() - 1]];
            let meets =
                |other: &CentreLine| !std::ptr::eq(other, line) && other.line.0.iter().any(|at| ends.contains(at));
            assert!(lines.iter().any(meets), "{:?}", line.line);
        }
    }
}
