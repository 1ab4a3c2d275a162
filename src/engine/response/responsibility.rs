//! Areas of responsibility (责任区): who is first where, as a partition whose borders follow roads and barriers.
//!
//! Roads and barriers divide the area into blocks. Barriers are railways, motorways, urban expressways, and open water, which areas
//! of responsibility are not to cross (GB 51080 4.1.3(4)): a block beyond one belongs to who drives there, over a bridge. A
//! small block belongs as a whole to the station whose crew is first along most of the road around it, by the network's own
//! times. Large blocks, the open country between valleys, are divided by the road nearest to each place of a lattice that a
//! straight line reaches without crossing a barrier; the border between two stations is drawn once, without the stairs of the
//! lattice, so that both have the same. Water, and where no crew drives, is nobody's.

use std::collections::{BTreeMap, BTreeSet};

use geo::line_intersection::line_intersection;
use geo::{
    Area, BooleanOps, BoundingRect, Coord, Geometry, InteriorPoint, Line, LineString, LinesIter, MultiPolygon, Polygon,
    Rect,
};
use rayon::prelude::*;
use rstar::{AABB, RTree};

use crate::response::places::{is_open_water, lines_of};
use crate::response::station_areas::{StationGround, count_supporting, hold_ground, is_urban};
use crate::response::times::ResponseTimes;
use crate::response::water_surface::surface;
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::dissolve::dissolve;
use fireplan_algorithms::faces::faces;
use fireplan_algorithms::label_borders::{Corner, label_borders, smooth_border};
use fireplan_algorithms::shared_vertices::share_vertices;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Check;
use fireplan_model::ids::{SegmentId, StationId};
use fireplan_model::layers::{BarrierKind, LayerId, Road, RoadClass, StationKind};
use fireplan_model::method_constants;
use fireplan_model::rules::Rules;

/// The area of one station, by its number in the layer of stations of the run.
#[derive(Debug, Clone)]
pub struct Responsibility {
    /// Whose it is.
    pub station: StationId,
    /// Its shape.
    pub geometry: MultiPolygon,
    /// All of it, open country included.
    pub area_km2: f64,
    /// Built-up areas of every kind in it.
    pub built_up_km2: f64,
    /// Built-up areas of cities and towns in it: what is known to be such, and the same with what may be; `None`: no built-up
    /// areas are in the data. The caps are held against this part, for they are about stations in cities (建标152-2017 第十四条), and
    /// open country takes no station.
    pub urban_km2: Option<[f64; 2]>,
}

impl Responsibility {
    /// The urban part where it is known.
    pub fn known_urban_km2(&self) -> Option<f64> {
        self.urban_km2.filter(|[least, most]| least == most).map(|[least, _]| least)
    }
}

/// A station that is held against the clauses on its area.
pub struct HeldStation<'a> {
    /// The rules where it stands.
    pub rules: &'a Rules,
    /// What it is called.
    pub name: &'a str,
    /// Its kind.
    pub kind: StationKind,
    /// Its area; `None`: not known.
    pub area: Option<&'a Responsibility>,
}

/// Every area against its caps, and that of a small station against whom it adjoins; of each feature of a layer in its order.
/// Whether all stations are known decides whether what falls short may be for want of one.
pub fn hold_areas(held: &[HeldStation], layer: &str, are_all_known: bool) -> Vec<Check> {
    let border_of = |one: &HeldStation| one.area.map(|area| border_of(&area.geometry)).unwrap_or_default();
    let borders: Vec<BTreeSet<BorderPiece>> = held.iter().map(border_of).collect();
    let mut checks = Vec::new();
    for ((number, one), id) in held.iter().enumerate().zip(1..) {
        let is_beside = |other: usize| other != number && !borders[number].is_disjoint(&borders[other]);
        let beside = (0..held.len()).filter(|other| is_beside(*other)).map(|other| held[other].kind);
        let ground = StationGround {
            name: one.name,
            kind: one.kind,
            area_km2: one.area.map(|area| area.area_km2),
            urban_km2: one.area.and_then(|area| area.urban_km2),
            supporting: one.area.and_then(|_| count_supporting(beside)),
            are_others_known: are_all_known,
        };
        checks.extend(hold_ground(one.rules, &ground).into_iter().map(|check| check.about(layer, id)));
    }
    checks
}

/// A straight piece of an outline, without direction, bit by bit: neighbours share every vertex of their border.
type BorderPiece = [(u64, u64); 2];

fn border_of(area: &MultiPolygon) -> BTreeSet<BorderPiece> {
    let piece = |line: Line| {
        let mut ends = [line.start, line.end].map(|at| (at.x.to_bits(), at.y.to_bits()));
        ends.sort_unstable();
        ends
    };
    area.lines_iter().map(piece).collect()
}

method_constants! {
    /// 大于此面积的街区按最近道路划分责任区，不整块划给一站 | Blocks larger than this are divided between stations by the nearest road
    const BLOCK_M2: f64 = 500_000.0,
        because "城镇街区一般小于 50 公顷，更大的是山谷间的旷野；假定值，供审查 | Blocks of towns are below 50 ha, larger ones are open country between valleys; an assumption, for review";
    /// 划分大街区时格点数的目标 | Number of lattice points aimed at for dividing large blocks
    const AREA_LATTICE_POINTS: f64 = 40_000.0,
        because "限制计算量；只影响旷野中责任区边界的细致程度 | It bounds the work and only moves borders in open country";
    /// 划分大街区的最小格距 | Least spacing of that lattice
    const AREA_LATTICE_FINEST_M: f64 = 50.0,
        because "旷野中责任区边界不需更细 | Borders in open country need no finer line";
    /// 街区边线离道路不超过此值算沿该道路 | The outline of a block runs along a road that is this near
    const ALONG_ROAD_M: f64 = 0.5,
        because "街区由道路中线围成，只容许叠置运算的误差 | Blocks are bounded by the lines of roads: it allows for the rounding of overlays only";
    /// 责任区边界端点延伸到街区边线的最远距离，以格距计 | How many steps of the lattice a border is carried on to the outline of its block
    const CARRIED_STEPS: f64 = 4.0,
        because "格点离街区边线不超过数步 | The outline lies within some steps of the last place";
}

/// Vertices of neighbours this near are one, in metres: far below what is drawn, far above what overlays round.
const JOINED_M: f64 = 1e-3;
/// A border is drawn this far over the outline of its block, so that it divides it, in metres.
const OVER_M: f64 = 0.5;

/// In the order of the stations; stations that are first nowhere have none.
pub fn areas(run: &ResponseTimes) -> Vec<Responsibility> {
    let parting = Parting::new(run);
    let mut parts: BTreeMap<StationId, Vec<Polygon>> = BTreeMap::new();
    for (station, block) in parting.blocks() {
        parts.entry(station).or_default().push(block);
    }
    let area = run.area;
    let (stations, parts): (Vec<StationId>, Vec<Vec<Polygon>>) = parts.into_iter().unzip();
    let mut shapes: Vec<MultiPolygon> = parts.par_iter().map(dissolve).collect();
    share_vertices(&mut shapes, JOINED_M);
    let of_kind = |wanted: &dyn Fn(Option<bool>) -> bool| {
        let built_up = area.layers.built_up.iter().filter(|built_up| wanted(is_urban(built_up.kind)));
        dissolve(built_up.flat_map(|built_up| &built_up.geometry.0))
    };
    let built_up = of_kind(&|_| true);
    let (urban, perhaps) = (of_kind(&|urban| urban == Some(true)), of_kind(&|urban| urban != Some(false)));
    let is_drawn = area.has(LayerId::BuiltUp);
    let responsibility = |(station, geometry): (StationId, MultiPolygon)| {
        let km2 = |geometry: &MultiPolygon| (area.plane.area_m2(geometry) / 1e4).round() / 100.0;
        let [built_up_km2, least, most] =
            [&built_up, &urban, &perhaps].map(|built_up| km2(&geometry.intersection(built_up)));
        let urban_km2 = is_drawn.then_some([least, most]);
        Responsibility { station, area_km2: km2(&geometry), geometry, built_up_km2, urban_km2 }
    };
    stations.into_par_iter().zip(shapes).map(responsibility).collect()
}

/// Roads that can be a border: what is driven, above ground and on it.
fn roads(area: &StudyArea) -> Vec<LineString> {
    let divides =
        |class: RoadClass| !matches!(class, RoadClass::Link | RoadClass::Service | RoadClass::Track | RoadClass::Path);
    let roads = area.layers.roads.iter().filter(|road| divides(road.class) && !road.tunnel);
    roads.map(|road| road.geometry.clone()).collect()
}

/// Lines that areas of responsibility do not cross but by a bridge: motorways, expressways, railways, banks, rivers drawn as lines.
fn barriers(area: &StudyArea) -> Vec<LineString> {
    let layers = &area.layers;
    let is_closed_off = |road: &&Road| matches!(road.class, RoadClass::Motorway | RoadClass::Expressway);
    let closed_off = layers.roads.iter().filter(is_closed_off).filter(|road| !road.tunnel);
    let mut lines: Vec<LineString> = closed_off.map(|road| road.geometry.clone()).collect();
    let railways = layers.barriers.iter().filter(|barrier| barrier.kind == BarrierKind::Railway);
    let waters = layers.water_sources.iter().filter(|water| is_open_water(water));
    for geometry in railways.map(|railway| &railway.geometry).chain(waters.map(|water| &water.geometry)) {
        match geometry {
            Geometry::LineString(line) => lines.push(line.clone()),
            Geometry::MultiLineString(more) => lines.extend(more.0.iter().cloned()),
            Geometry::Polygon(polygon) => lines.extend(rings(polygon).cloned()),
            Geometry::MultiPolygon(polygons) => lines.extend(polygons.0.iter().flat_map(rings).cloned()),
            _ => {}
        }
    }
    lines
}

fn rings(polygon: &Polygon) -> impl Iterator<Item = &LineString> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// The area as it is parted between stations.
struct Parting<'a> {
    run: &'a ResponseTimes<'a>,
    barriers: Vec<LineString>,
    /// Straight pieces of the barriers.
    pieces: RTree<rstar::primitives::Line<[f64; 2]>>,
    water: AreaIndex,
}

impl<'a> Parting<'a> {
    fn new(run: &'a ResponseTimes<'a>) -> Self {
        let barriers = barriers(run.area);
        let piece = |line: Line| rstar::primitives::Line::new([line.start.x, line.start.y], [line.end.x, line.end.y]);
        let pieces = barriers.iter().flat_map(|line| lines_of(&line.clone().into())).map(piece).collect();
        let open = run.area.layers.water_sources.iter().filter(|water| is_open_water(water));
        // A strip that a line and a width stand for parts by its line; only surveyed water takes ground away.
        let surveyed = open.filter(|water| matches!(water.geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_)));
        let surfaces: Vec<MultiPolygon> = surveyed.map(surface).collect();
        let water = AreaIndex::new(&dissolve(surfaces.iter().flat_map(|surface| &surface.0)).0);
        Self { run, barriers, pieces: RTree::bulk_load(pieces), water }
    }

    /// Blocks and parts of large blocks, each with its station; none of them overlap.
    fn blocks(&self) -> Vec<(StationId, Polygon)> {
        let area = self.run.area;
        let mut lines = roads(area);
        lines.extend(self.barriers.iter().cloned());
        let on_land = |block: &Polygon| block.interior_point().is_some_and(|at| !self.water.contains(at.0));
        let blocks: Vec<Polygon> = faces(&area.boundary, &lines).into_iter().filter(on_land).collect();
        let (blocks, large): (Vec<Polygon>, Vec<Polygon>) =
            blocks.into_iter().partition(|block| block.unsigned_area() <= BLOCK_M2);
        let small = blocks.into_par_iter().filter_map(|block| Some((self.owner(&block)?, block)));
        let mut owned: Vec<(StationId, Polygon)> = small.collect();
        let Some(rect) = MultiPolygon(large.clone()).bounding_rect() else { return owned };
        let step_m = (rect.width() * rect.height() / AREA_LATTICE_POINTS).sqrt().max(AREA_LATTICE_FINEST_M);
        let divided: Vec<Vec<(StationId, Polygon)>> =
            large.par_iter().map(|block| self.divided(block, rect, step_m)).collect();
        owned.extend(divided.into_iter().flatten());
        owned
    }

    /// The station that is first along the longest part of the outline; of a block that no road bounds, by the nearest road.
    fn owner(&self, block: &Polygon) -> Option<StationId> {
        let mut length_m = BTreeMap::new();
        for line in rings(block).flat_map(LineString::lines) {
            let middle = (line.start + line.end) / 2.0;
            if let Some(first) = self.first_on_road(middle, ALONG_ROAD_M) {
                *length_m.entry(first).or_insert(0.0) += line.delta().x.hypot(line.delta().y);
            }
        }
        // Of equal lengths, the station with the lower number is taken.
        let most = length_m.into_iter().rev().max_by(|a: &(StationId, f64), b| a.1.total_cmp(&b.1));
        most.map(|(station, _)| station).or_else(|| self.first_on_road(block.interior_point()?.0, extent_m(block)))
    }

    /// A large block by station; `rect` and `step_m` make one lattice for all of them.
    fn divided(&self, block: &Polygon, rect: Rect, step_m: f64) -> Vec<(StationId, Polygon)> {
        let outline = AreaIndex::new(std::slice::from_ref(block));
        let at = |(column, row): Corner| rect.min() + Coord { x: column as f64, y: row as f64 } * step_m;
        let square = |at: Coord| ((at.x - rect.min().x) / step_m, (at.y - rect.min().y) / step_m);
        let Some(around) = block.bounding_rect() else { return Vec::new() };
        let (low, high) = (square(around.min()), square(around.max()));
        let within_m = extent_m(block);
        let mut squares: BTreeMap<Corner, Option<StationId>> = BTreeMap::new();
        for column in low.0 as i64..=high.0 as i64 {
            for row in low.1 as i64..=high.1 as i64 {
                let middle = at((column, row)) + Coord { x: 0.5, y: 0.5 } * step_m;
                if outline.contains(middle) {
                    squares.insert((column, row), self.first_on_road(middle, within_m));
                }
            }
        }
        let borders = label_borders(&squares);
        let lines: Vec<LineString> =
            borders.iter().map(|border| carried_on(smooth_border(border, at), &outline, step_m)).collect();
        let parts = faces(&MultiPolygon(vec![block.clone()]), &lines);
        let part_of = AreaIndex::new(&parts);
        let mut votes: Vec<BTreeMap<Option<StationId>, u32>> = vec![BTreeMap::new(); parts.len()];
        for (corner, label) in &squares {
            let middle = at(*corner) + Coord { x: 0.5, y: 0.5 } * step_m;
            if let Some(part) = part_of.area_at(middle) {
                *votes[part as usize].entry(*label).or_insert(0) += 1;
            }
        }
        let owned = parts.into_iter().zip(votes).filter_map(|(part, votes)| {
            let most = votes.into_iter().rev().max_by_key(|(_, count)| *count);
            // A part between the lattice and the outline that holds no place of it.
            let alone = || self.first_on_road(part.interior_point()?.0, within_m);
            Some((most.map_or_else(alone, |(station, _)| station)?, part))
        });
        owned.collect()
    }

    /// The station that is first on the nearest road within the distance and on the same side of every barrier.
    fn first_on_road(&self, place: Coord, within_m: f64) -> Option<StationId> {
        let reaches = 0..self.run.base().reaches.len();
        let usable = |segment: SegmentId| reaches.clone().any(|rank| self.run.access.is_usable(rank, segment));
        let position = self.run.area.network.nearest(place, within_m, usable, |line| self.is_clear(line))?;
        self.run.base().at(position.segment, position.offset_m)[0].map(|first| first.origin)
    }

    /// Whether the straight line meets no barrier.
    fn is_clear(&self, line: Line) -> bool {
        let around = AABB::from_corners([line.start.x, line.start.y], [line.end.x, line.end.y]);
        !self
            .pieces
            .locate_in_envelope_intersecting(&around)
            .any(|piece| line_intersection(line, Line::new(Coord::from(piece.from), Coord::from(piece.to))).is_some())
    }
}

/// The greatest distance between two places of the block's bounds.
fn extent_m(block: &Polygon) -> f64 {
    block.bounding_rect().map_or(0.0, |rect| rect.width().hypot(rect.height()))
}

/// A border whose ends lie short of the outline, carried on over it; ends where borders meet stay.
fn carried_on(border: LineString, outline: &AreaIndex, step_m: f64) -> LineString {
    let LineString(mut line) = border;
    if line.first() == line.last() {
        return LineString(line);
    }
    for _ in 0..2 {
        let Some(&end) = line.last() else { break };
        if let Some((at, _)) = outline.nearest(end, CARRIED_STEPS * step_m) {
            let way = at - end;
            let length_m = way.x.hypot(way.y);
            line.push(if length_m > 0.0 { at + way * (OVER_M / length_m) } else { at });
        }
        line.reverse();
    }
    LineString(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::findings::Verdict;
    use fireplan_model::sketch::rectangle;

    fn ground(west: f64, urban_km2: f64) -> Responsibility {
        Responsibility {
            station: StationId(0),
            geometry: rectangle((west, 0.0), (west + 5_000.0, 5_000.0)),
            area_km2: 25.0,
            built_up_km2: urban_km2,
            urban_km2: Some([urban_km2; 2]),
        }
    }

    #[test]
    fn areas_are_held_by_where_they_lie_and_whom_they_adjoin() {
        let rules = Rules::load(None).unwrap();
        let areas = [ground(0.0, 20.0), ground(5_000.0, 16.0), ground(10_000.0, 1.0), ground(20_000.0, 1.0)];
        let kinds = [StationKind::FirstClass, StationKind::SecondClass, StationKind::Small, StationKind::Small];
        let names = ["城", "郊", "小", "远小"];
        let held = areas.iter().zip(kinds).zip(names);
        let held: Vec<HeldStation> =
            held.map(|((area, kind), name)| HeldStation { rules: &rules, name, kind, area: Some(area) }).collect();
        let checks = hold_areas(&held, "siting_areas", true);
        let verdict = |name: &str, rule: &str| {
            checks.iter().find(|check| check.subject == name && check.rule == rule).map(|check| check.verdict)
        };
        // More than half of these two is urban: they do not lie in the near suburbs.
        assert_eq!(verdict("城", "station.area_suburb_km2"), None);
        assert_eq!(verdict("郊", "station.area_suburb_km2"), None);
        assert_eq!(verdict("小", "station.area_suburb_km2"), Some(Verdict::Undetermined));
        assert_eq!(verdict("小", "station.small_adjoins"), Some(Verdict::Pass));
        assert_eq!(verdict("远小", "station.small_adjoins"), Some(Verdict::Fail));
        assert_eq!(verdict("城", "station.small_adjoins"), None);
    }
}
