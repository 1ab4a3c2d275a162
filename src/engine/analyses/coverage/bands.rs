//! Time bands (等时面): polygons as a view of the network.
//!
//! **Method.** Arrival times at the points of a regular lattice, each by the same function as every other place; the
//! contour of the band's time through them; then the network has the last word: open water is cut out, reached road that
//! the contour missed is added as a narrow corridor, road that is not reached is cut out likewise, and parts that hold no
//! reached road are dropped, because the way from any place to its road runs through its own band. What remains
//! between roads is exact to the spacing of the lattice; on the roads it is exact to the corridor.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use contour::ContourBuilder;
use geo::{
    BooleanOps, BoundingRect, Buffer, Coord, Geometry, Intersects, Line, LineString, MultiLineString, MultiPolygon,
    Rect,
};
use rayon::prelude::*;
use rstar::{AABB, RTree};

use super::{ArrivalTimes, MS_PER_MIN, Reached, ResponseTimes};
use crate::response::places::is_open_water;
use crate::response::water_surface::surface;
use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::ids::{SegmentId, StationId};
use fireplan_model::method_constants;
use fireplan_model::plane::Plane;
use fireplan_model::progress::Progress;
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 等时面 | Time bands
    ///
    /// Rings: each without the ones before it, so that they can be drawn side by side.
    pub struct BandRing {
        geometry: MultiPolygon,
        /// 到达时间超过 | Reached after
        from_min: f64,
        /// 到达时间不超过 | Reached within
        up_to_min: f64,
        /// 面积 | Area
        area_km2: f64,
        /// 累计面积 | Area so far
        total_area_km2: f64,
    }
}

/// All that is reached within a time.
pub(super) struct Band {
    pub up_to_min: f64,
    pub geometry: MultiPolygon,
}

/// The bands one without the other.
pub(super) fn rings(plane: &Plane, bands: &[Band]) -> Vec<BandRing> {
    let area_km2 = |geometry: &MultiPolygon| (plane.area_m2(geometry) / 1e4).round() / 100.0;
    let nothing = Band { up_to_min: 0.0, geometry: MultiPolygon(Vec::new()) };
    let before = std::iter::once(&nothing).chain(bands);
    let ring = |(before, band): (&Band, &Band)| {
        let geometry = band.geometry.difference(&before.geometry);
        BandRing {
            from_min: before.up_to_min,
            up_to_min: band.up_to_min,
            area_km2: area_km2(&geometry),
            total_area_km2: area_km2(&band.geometry),
            geometry,
        }
    };
    before.zip(bands).map(ring).filter(|ring| !ring.geometry.0.is_empty()).collect()
}

method_constants! {
    /// 等时面沿道路修正时的廊道半宽 | Half width of the corridor by which time bands follow the roads
    pub(super) const CORRIDOR_M: f64 = 1.0,
        because "小于半个车道，不会越到相邻道路上 | Less than half a lane, so that it never reaches into another road";
    /// 自动取样时全区格点数的目标 | Number of lattice points aimed at where the spacing is automatic
    const LATTICE_POINTS: f64 = 300_000.0,
        because "计算数秒可完成，格距仍能分辨相邻街道；只影响等时面与建成区面积比例，不影响道路与村庄 | Seconds of work at a spacing that tells streets apart; it moves bands and shares of built-up area, never roads or villages";
    /// 自动取样的最小格距 | Least automatic spacing of the lattice
    const LATTICE_FINEST_M: f64 = 20.0,
        because "约为一个院落的大小，再密不改变面积的一位小数 | About a yard; finer places do not change the first decimal of an area";
    /// 单块建成区取样点数上限 | Most places by which one built-up area is judged
    const MOST_PLACES: f64 = 1_000_000.0,
        because "限制计算量；百万点已远细于一位小数 | It bounds the work: a million places are far finer than one decimal";
    /// 只有中心线、未载明宽度的河流，从等时面中切去的半宽 | Half width cut out of time bands along rivers of which only the line is known
    const RIVER_HALF_M: f64 = 0.5,
        because "未知宽度，只切到使两岸分开；有宽度的按宽度切 | Their width is not known: as little as parts the banks; rivers of stated width are cut out as wide";
    /// 自动取样的最大格距 | Greatest automatic spacing of the lattice
    const LATTICE_COARSEST_M: f64 = 100.0,
        because "不大于村镇街区的边长，避免漏掉整个街区 | No more than a block of a town, so that none falls between the points";
}

/// Regular places over the whole area.
pub(super) struct Lattice {
    origin: Coord,
    pub step_m: f64,
    columns: usize,
    rows: usize,
}

impl Lattice {
    /// Round all roads between these corners, as far as places are served from them; `step_m` 0: by the size of the area.
    pub(super) fn new([low, high]: [Coord; 2], margin_m: f64, step_m: f64) -> Result<Self> {
        let (width_m, height_m) = (high.x - low.x + 2.0 * margin_m, high.y - low.y + 2.0 * margin_m);
        let automatic_m =
            (width_m * height_m / LATTICE_POINTS).sqrt().clamp(LATTICE_FINEST_M, LATTICE_COARSEST_M).ceil();
        let step_m = if step_m > 0.0 { step_m } else { automatic_m };
        let (columns, rows) = ((width_m / step_m).ceil() as usize + 1, (height_m / step_m).ceil() as usize + 1);
        if columns.saturating_mul(rows) > 50_000_000 {
            bail!(
                "{step_m} m 的采样格网在本区需要 {columns} × {rows} 个点；请加大 lattice_m，或设为 0 | \
                 a lattice of {step_m} m needs {columns} x {rows} points here; ask for a coarser lattice_m, or 0"
            );
        }
        Ok(Self { origin: Coord { x: low.x - margin_m, y: low.y - margin_m }, step_m, columns, rows })
    }

    pub(super) fn place(&self, number: usize) -> Coord {
        let (column, row) = (number % self.columns, number / self.columns);
        self.origin + Coord { x: column as f64 * self.step_m, y: row as f64 * self.step_m }
    }

    /// The places in a rectangle on the lattice carried on as far as that, with their numbers where they are on it. Beyond
    /// the roads lies area too, and nobody is reached there.
    pub(super) fn carried_on(&self, rect: Rect) -> impl Iterator<Item = (Coord, Option<usize>)> + use<> {
        let steps = |length_m: f64, step_m: f64| (length_m / step_m).floor();
        // A polygon far larger than the area of the roads is judged on fewer places.
        let count = (rect.width() / self.step_m + 1.0) * (rect.height() / self.step_m + 1.0);
        let every = (count / MOST_PLACES).sqrt().ceil().max(1.0);
        let step_m = self.step_m * every;
        let first = |low: f64, origin: f64| ((low - origin) / step_m).ceil() * step_m;
        let start = Coord { x: first(rect.min().x, self.origin.x), y: first(rect.min().y, self.origin.y) };
        let end = rect.max() - self.origin;
        let columns = steps(end.x - start.x, step_m).max(-1.0) as i64 + 1;
        let rows = steps(end.y - start.y, step_m).max(-1.0) as i64 + 1;
        let (origin, own, width, height) = (self.origin, self.step_m, self.columns as i64, self.rows as i64);
        (0..rows).flat_map(move |row| (0..columns).map(move |column| (column, row))).map(move |(column, row)| {
            let offset = start + Coord { x: column as f64, y: row as f64 } * step_m;
            let (x, y) = ((offset.x / own).round() as i64, (offset.y / own).round() as i64);
            let known = (0..width).contains(&x) && (0..height).contains(&y);
            // The very place of the lattice, to the last digit.
            let place = origin + Coord { x: x as f64 * own, y: y as f64 * own };
            (place, known.then(|| (y * width + x) as usize))
        })
    }
}

/// Arrival times at the places of a lattice.
pub(super) struct Sampled {
    lattice: Lattice,
    points: Vec<LatticePoint>,
}

#[derive(Clone, Copy)]
pub(super) struct LatticePoint {
    /// Low, base, high in milliseconds; infinite: not reached.
    ms: [f32; 4],
    station: Option<StationId>,
    placed: bool,
}

impl Sampled {
    pub(super) fn new(run: &ResponseTimes, lattice: Lattice, progress: &dyn Progress) -> Result<Self> {
        progress.stage(&Label::new("等时面采样", "Lattice of places"), lattice.rows as u64);
        let row = |row: usize| {
            if progress.cancelled() {
                bail!("已取消 | cancelled");
            }
            progress.step(1);
            let numbers = row * lattice.columns..(row + 1) * lattice.columns;
            Ok(numbers.map(|number| LatticePoint::at(run, lattice.place(number))).collect())
        };
        let rows: Vec<Vec<LatticePoint>> = (0..lattice.rows).into_par_iter().map(row).collect::<Result<_>>()?;
        let points = rows.concat();
        Ok(Self { lattice, points })
    }

    pub(super) fn point(&self, number: usize) -> LatticePoint {
        self.points[number]
    }

    /// Area that each station reaches first, within the budget at base speed.
    pub(super) fn first_area_km2(&self, run: &ResponseTimes) -> BTreeMap<StationId, f64> {
        let mut count: BTreeMap<StationId, usize> = BTreeMap::new();
        let numbered = self.points.iter().enumerate();
        let in_time =
            numbered.filter(|(number, point)| f64::from(point.ms[1]) <= run.budget_ms_at(self.lattice.place(*number)));
        for (_, point) in in_time {
            if let Some(station) = point.station {
                *count.entry(station).or_default() += 1;
            }
        }
        let step_m = self.lattice.step_m / run.area.plane.scale_at(self.lattice.place(self.points.len() / 2));
        let cell_km2 = step_m * step_m / 1e6;
        count.into_iter().map(|(station, count)| (station, (count as f64 * cell_km2 * 100.0).round() / 100.0)).collect()
    }

    /// Where the base time is within the budget, between the points by straight interpolation.
    fn contour(&self, budget_ms: f64, fade_ms: f64) -> Result<MultiPolygon> {
        // Clamped to one lattice step's worth of walking, so that places out of reach pull the line no further
        // than their neighbours do.
        let values: Vec<f64> =
            self.points.iter().map(|point| ((budget_ms - f64::from(point.ms[1])) / fade_ms).clamp(-1.0, 1.0)).collect();
        // The contour crate counts from cell corners, half a step before the value.
        let Lattice { origin, step_m, columns, rows } = self.lattice;
        let contours = ContourBuilder::new(columns, rows, true)
            .x_origin(origin.x - step_m / 2.0)
            .y_origin(origin.y - step_m / 2.0)
            .x_step(step_m)
            .y_step(step_m)
            .contours(&values, &[0.0])?;
        Ok(contours.into_iter().next().map_or_else(|| MultiPolygon(Vec::new()), |contour| contour.geometry().clone()))
    }
}

impl LatticePoint {
    pub(super) fn at(run: &ResponseTimes, place: Coord) -> Self {
        Self::of(&run.times_at(place))
    }

    pub(super) fn of(times: &ArrivalTimes) -> Self {
        let ms = times.first_ms().map(|first| first.map_or(f32::INFINITY, |ms| ms as f32));
        Self { ms, station: times.base[0].map(|first| first.origin), placed: times.placed }
    }

    /// First arrival at base speed.
    pub(super) fn base_ms(&self) -> Option<f64> {
        self.ms[1].is_finite().then_some(f64::from(self.ms[1]))
    }

    pub(super) fn reached(&self, run: &ResponseTimes, place: Coord) -> Reached {
        if !self.placed {
            return Reached::Unplaced;
        }
        let finite = |ms: f32| ms.is_finite().then_some(f64::from(ms));
        run.judge(self.ms.map(finite), place)
    }
}

/// The bands in ascending order, each holding the ones before it.
pub(super) fn bands(
    run: &ResponseTimes,
    sampled: &Sampled,
    bands_min: &[f64],
    progress: &dyn Progress,
) -> Result<Vec<Band>> {
    if bands_min.is_empty() {
        return Ok(Vec::new());
    }
    let mut wanted: Vec<f64> = bands_min.to_vec();
    wanted.push(run.budget_ms / MS_PER_MIN);
    wanted.sort_by(f64::total_cmp);
    wanted.dedup();
    let water = water_cut(run);
    wanted
        .par_iter()
        .map(|up_to_min| {
            let geometry = band(run, sampled, up_to_min * MS_PER_MIN, &water)?;
            progress.step(1);
            Ok(Band { up_to_min: *up_to_min, geometry })
        })
        .collect()
}

/// Open water, whichever way its rings turn; the least that parts its sides where only its line is known.
fn water_cut(run: &ResponseTimes) -> MultiPolygon {
    let mut areas = Vec::new();
    for water in run.area.layers.water_sources.iter().filter(|water| is_open_water(water)) {
        let shape = surface(water);
        match &water.geometry {
            Geometry::LineString(line) if shape.0.is_empty() => areas.extend(line.buffer(RIVER_HALF_M).0),
            Geometry::MultiLineString(lines) if shape.0.is_empty() => areas.extend(lines.buffer(RIVER_HALF_M).0),
            _ => areas.extend(shape.0),
        }
    }
    dissolve(&areas)
}

/// Roads that serve places, as the stretches reached within the budget and the rest.
pub(super) fn split_roads(run: &ResponseTimes, budget_ms: f64) -> (MultiLineString, MultiLineString) {
    let network = &run.area.network;
    let ranks = 0..run.base().reaches.len();
    let serving = SegmentId::first(network.segments.len())
        .filter(|segment| ranks.clone().any(|rank| run.access.is_usable(rank, *segment)));
    let (mut reached, mut beyond) = (Vec::new(), Vec::new());
    for segment in serving {
        let mut at_m = 0.0;
        for (from_m, to_m) in run.base().covered(segment, budget_ms) {
            if from_m > at_m {
                beyond.push(network.part(segment, at_m, from_m));
            }
            if to_m > from_m {
                reached.push(network.part(segment, from_m, to_m));
            }
            at_m = to_m;
        }
        let length_m = network[segment].length_m;
        if at_m < length_m {
            beyond.push(network.part(segment, at_m, length_m));
        }
    }
    (MultiLineString(reached), MultiLineString(beyond))
}

fn band(run: &ResponseTimes, sampled: &Sampled, budget_ms: f64, water: &MultiPolygon) -> Result<MultiPolygon> {
    let fade_ms = run.access.ms_per_m() * sampled.lattice.step_m;
    let (reached, beyond) = split_roads(run, budget_ms);
    let drawn = sampled.contour(budget_ms, fade_ms)?.difference(water);
    let missed = drawn.clip(&reached, true);
    let with_roads = drawn.union(&corridor(&missed));
    let wrong = with_roads.clip(&beyond, false);
    // Where roads of both sorts lie within a corridor of one another, the reached one keeps its ground.
    let kept = corridor(&wrong).difference(&corridor(&touching(&reached, &wrong)));
    Ok(with_reached_road(with_roads.difference(&kept), &reached))
}

pub(super) fn corridor(lines: &MultiLineString) -> MultiPolygon {
    if lines.0.is_empty() { MultiPolygon(Vec::new()) } else { lines.buffer(CORRIDOR_M) }
}

fn index(lines: &MultiLineString) -> RTree<rstar::primitives::Line<[f64; 2]>> {
    let pieces = lines.0.iter().flat_map(LineString::lines);
    RTree::bulk_load(
        pieces
            .map(|line| rstar::primitives::Line::new([line.start.x, line.start.y], [line.end.x, line.end.y]))
            .collect(),
    )
}

/// The lines that come within a corridor of the others.
pub(super) fn touching(lines: &MultiLineString, others: &MultiLineString) -> MultiLineString {
    let others = index(others);
    let near = |line: &Line| {
        let pad = 2.0 * CORRIDOR_M;
        let (x, y) = ([line.start.x, line.end.x], [line.start.y, line.end.y]);
        let box_ = AABB::from_corners(
            [x[0].min(x[1]) - pad, y[0].min(y[1]) - pad],
            [x[0].max(x[1]) + pad, y[0].max(y[1]) + pad],
        );
        others.locate_in_envelope_intersecting(&box_).next().is_some()
    };
    let pieces = lines.0.iter().flat_map(LineString::lines).filter(near);
    MultiLineString(pieces.map(|line| LineString(vec![line.start, line.end])).collect())
}

/// The parts that hold some reached road.
fn with_reached_road(band: MultiPolygon, reached: &MultiLineString) -> MultiPolygon {
    let roads = index(reached);
    let holds_road = |polygon: &geo::Polygon| {
        polygon.bounding_rect().is_some_and(|rect| {
            let box_ = AABB::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            roads.locate_in_envelope_intersecting(&box_).any(|line| {
                let coord = |point: [f64; 2]| Coord { x: point[0], y: point[1] };
                polygon.intersects(&Line::new(coord(line.from), coord(line.to)))
            })
        })
    };
    MultiPolygon(band.0.into_iter().filter(holds_road).collect())
}
