//! Areas of responsibility (责任区): who is first where, as a partition whose borders follow roads.
//!
//! Roads divide the area into blocks. A small block belongs as a whole to the station whose crew is first along most of
//! the road around it, by the network's own times, so that borders run along roads. Large blocks, the open country
//! between valleys, are divided by the road that is nearest to each place of a lattice. Where no crew drives, it
//! is nobody's.

use std::collections::BTreeMap;

use geo::{Area, BooleanOps, BoundingRect, Coord, LineString, MultiPolygon, Polygon, Rect};
use rayon::prelude::*;

use super::outcome::PlanRuns;
use crate::response::times::ResponseTimes;
use fireplan_algorithms::dissolve::dissolve;
use fireplan_algorithms::faces::faces;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{SegmentId, StationId};
use fireplan_model::layers::RoadClass;
use fireplan_model::method_constants;

/// The area of one station, by its number in the planned stations layer.
pub(super) struct Responsibility {
    pub station: StationId,
    pub geometry: MultiPolygon,
    pub area_km2: f64,
    pub built_up_km2: f64,
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
}

/// In the order of the stations; stations that are first nowhere have none.
pub(super) fn areas(runs: &PlanRuns) -> Vec<Responsibility> {
    let run = &runs.after;
    let (blocks, large): (Vec<Polygon>, Vec<Polygon>) =
        faces(&run.area.boundary, &dividing(run.area)).into_iter().partition(|block| block.unsigned_area() <= BLOCK_M2);
    let mut parts: BTreeMap<StationId, Vec<Polygon>> = BTreeMap::new();
    let owners: Vec<Option<StationId>> = blocks.par_iter().map(|block| owner(run, block)).collect();
    for (block, owner) in blocks.into_iter().zip(owners) {
        if let Some(owner) = owner {
            parts.entry(owner).or_default().push(block);
        }
    }
    let large = MultiPolygon(large);
    for (station, country) in divided(run, &large) {
        parts.entry(station).or_default().extend(country.intersection(&large).0);
    }
    let built_up = dissolve(run.area.layers.built_up.iter().flat_map(|area| &area.geometry.0));
    let parts: Vec<(StationId, Vec<Polygon>)> = parts.into_iter().collect();
    let area = |(station, parts): (StationId, Vec<Polygon>)| {
        let geometry = dissolve(&parts);
        let km2 = |geometry: &MultiPolygon| (run.area.plane.area_m2(geometry) / 1e4).round() / 100.0;
        let (area_km2, built_up_km2) = (km2(&geometry), km2(&geometry.intersection(&built_up)));
        Responsibility { station, geometry, area_km2, built_up_km2 }
    };
    parts.into_par_iter().map(area).collect()
}

/// Roads that can be a border: what is driven, above ground and on it.
fn dividing(area: &StudyArea) -> Vec<LineString> {
    let divides =
        |class: RoadClass| !matches!(class, RoadClass::Link | RoadClass::Service | RoadClass::Track | RoadClass::Path);
    let roads = area.layers.roads.iter().filter(|road| divides(road.class) && !road.tunnel);
    roads.map(|road| road.geometry.clone()).collect()
}

/// The station that is first along the longest part of the outline.
fn owner(run: &ResponseTimes, block: &Polygon) -> Option<StationId> {
    let mut length_m = BTreeMap::new();
    for line in std::iter::once(block.exterior()).chain(block.interiors()).flat_map(LineString::lines) {
        let middle = Coord { x: (line.start.x + line.end.x) / 2.0, y: (line.start.y + line.end.y) / 2.0 };
        if let Some(first) = run.times_at(middle).base[0] {
            *length_m.entry(first.origin).or_insert(0.0) += line.delta().x.hypot(line.delta().y);
        }
    }
    // Of equal lengths, the station with the lower number is taken.
    length_m.into_iter().rev().max_by(|a: &(StationId, f64), b| a.1.total_cmp(&b.1)).map(|(station, _)| station)
}

/// Open country by station: rows of lattice cells around the places where it is first on the nearest road.
fn divided(run: &ResponseTimes, country: &MultiPolygon) -> BTreeMap<StationId, MultiPolygon> {
    let Some(rect) = country.bounding_rect() else { return BTreeMap::new() };
    let step_m = (rect.width() * rect.height() / AREA_LATTICE_POINTS).sqrt().max(AREA_LATTICE_FINEST_M);
    let (columns, rows) = ((rect.width() / step_m).ceil() as u32, (rect.height() / step_m).ceil() as u32);
    let at = |column: u32, row: u32| rect.min() + Coord { x: f64::from(column), y: f64::from(row) } * step_m;
    let half = Coord { x: 0.5, y: 0.5 } * step_m;
    let runs_of_row = |row: u32| {
        let first: Vec<Option<StationId>> =
            (0..columns).map(|column| first_on_road(run, at(column, row) + half)).collect();
        let mut runs: Vec<(StationId, Polygon)> = Vec::new();
        let mut from = 0;
        for cells in first.chunk_by(|a, b| a == b) {
            let to = from + cells.len() as u32;
            if let Some(station) = cells[0] {
                runs.push((station, Rect::new(at(from, row), at(to, row + 1)).to_polygon()));
            }
            from = to;
        }
        runs
    };
    let found: Vec<Vec<(StationId, Polygon)>> = (0..rows).into_par_iter().map(runs_of_row).collect();
    let mut of_station: BTreeMap<StationId, Vec<Polygon>> = BTreeMap::new();
    for (station, cells) in found.into_iter().flatten() {
        of_station.entry(station).or_default().push(cells);
    }
    of_station.into_iter().map(|(station, cells)| (station, dissolve(&cells))).collect()
}

/// The station that is first on the nearest road, however far away that road is.
fn first_on_road(run: &ResponseTimes, place: Coord) -> Option<StationId> {
    let reaches = 0..run.base().reaches.len();
    let usable = |segment: SegmentId| reaches.clone().any(|rank| run.access.is_usable(rank, segment));
    let position = run.area.network.nearest(place, f64::MAX, usable, |_| true)?;
    run.base().at(position.segment, position.offset_m)[0].map(|first| first.origin)
}
