//! Are degrees shifted as those of Chinese web maps are? Told by how things lie to the roads with each shift undone.

use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;
use geo::{BoundingRect, Coord, Geometry, Intersects, Line, LinesIter};
use rstar::primitives::Line as TreeLine;
use rstar::{AABB, PointDistance, RTree};

use crate::place::all_coords;

/// Fewer things than this prove nothing.
const FEWEST: usize = 3;
/// So few prove it only where the other readings are much worse.
const FEW: usize = 8;
/// At most so many are compared.
const SAMPLE: usize = 600;
/// Roads farther away are not looked for.
const LIMIT_M: f64 = 400.0;
/// What the other readings must be worse by: the best is at most this share of them.
#[derive(Clone, Copy)]
struct Margin {
    mean: f64,
    /// Things stand back from their roads evenly, and by chance at any distance: the spread tells more than the distance.
    spread: f64,
}

const MARGIN: Margin = Margin { mean: 0.9, spread: 0.5 };
const MARGIN_OF_FEW: Margin = Margin { mean: 0.6, spread: 0.35 };
/// Against what a file says of itself.
const MARGIN_AGAINST: Margin = Margin { mean: 0.35, spread: 0.4 };

/// Of houses that a road runs through there are this many times more, or more than this share, where they are shifted.
const TIMES_MORE: f64 = 3.0;
const RUN_THROUGH: f64 = 0.03;
/// A degree along a meridian.
const DEGREE_M: f64 = 111_195.0;

/// How degrees are shifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shift {
    None,
    Gcj02,
    Bd09,
}

impl Shift {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::None => "EPSG:4490",
            Self::Gcj02 => "GCJ-02",
            Self::Bd09 => "BD-09",
        }
    }
}

/// The roads, to hold other things against.
pub(crate) struct RoadFit {
    /// In metres east and north of nothing in particular.
    segments: RTree<TreeLine<[f64; 2]>>,
    per_lon_m: f64,
}

impl RoadFit {
    /// `lines` in longitude and latitude; `None`: there are too few.
    pub(crate) fn new(lines: &[Geometry]) -> Option<Self> {
        let first = all_coords(lines.get(..1)?).first().copied()?;
        let per_lon_m = DEGREE_M * first.y.to_radians().cos();
        let metres = |at: Coord| [at.x * per_lon_m, at.y * DEGREE_M];
        let segments: Vec<TreeLine<[f64; 2]>> = lines
            .iter()
            .flat_map(|line| match line {
                Geometry::LineString(line) => line.lines().collect::<Vec<Line>>(),
                Geometry::MultiLineString(lines) => lines.lines_iter().collect(),
                // Without lines, the edges of road areas are as good.
                Geometry::Polygon(area) => area.lines_iter().collect(),
                Geometry::MultiPolygon(areas) => areas.lines_iter().collect(),
                _ => Vec::new(),
            })
            .map(|line| TreeLine::new(metres(line.start), metres(line.end)))
            .collect();
        (segments.len() >= FEWEST).then(|| Self { segments: RTree::bulk_load(segments), per_lon_m })
    }

    /// Which shift, if any, and what shows it; `None`: it cannot be told. `is_said`: the file says
    /// that they are not shifted. `undo` gives the geometries with a shift undone.
    pub(crate) fn judge(
        &self,
        layer: LayerId,
        plain: &[Geometry],
        is_said: bool,
        undo: impl Fn(&str) -> Vec<Geometry>,
    ) -> Option<(Shift, Label)> {
        let readings = [
            (Shift::None, plain.to_vec()),
            (Shift::Gcj02, undo(Shift::Gcj02.code())),
            (Shift::Bd09, undo(Shift::Bd09.code())),
        ];
        if plain.iter().all(|geometry| matches!(geometry, Geometry::Point(_) | Geometry::MultiPoint(_))) {
            return self.judge_points(&readings, is_said);
        }
        if layer == LayerId::Buildings { self.judge_houses(&readings) } else { None }
    }

    fn judge_points(&self, readings: &[(Shift, Vec<Geometry>); 3], is_said: bool) -> Option<(Shift, Label)> {
        let count = readings[0].1.len();
        if count < FEWEST {
            return None;
        }
        let mut found: Vec<(Shift, f64, f64)> = readings
            .iter()
            .map(|(shift, points)| {
                let (mean, spread) = self.distances(points);
                (*shift, mean, spread)
            })
            .collect();
        let told: Vec<String> =
            found.iter().map(|(shift, mean, spread)| format!("{} {mean:.0}±{spread:.0} m", shift.code())).collect();
        let told = told.join("，");
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        let margin = match (found[0].0, count < FEW) {
            (Shift::Gcj02 | Shift::Bd09, _) if is_said => MARGIN_AGAINST,
            (_, true) => MARGIN_OF_FEW,
            (_, false) => MARGIN,
        };
        if is_said && count < FEW {
            return None;
        }
        let (best, mean, spread) = found[0];
        let is_clear = found[1..].iter().all(|(_, other, other_spread)| {
            mean <= other * margin.mean && spread <= (other_spread * margin.spread).max(1.0)
        });
        is_clear.then(|| {
            let code = best.code();
            let why = Label::new(
                format!("到道路的距离(均值±离散)：{told}；按 {code} 最合"),
                format!("distance to the roads, mean and spread: {told}; {code} fits best"),
            );
            (best, why)
        })
    }

    /// Mean and standard deviation of the distances to the nearest road.
    fn distances(&self, points: &[Geometry]) -> (f64, f64) {
        let coords = all_coords(points);
        let step = coords.len().div_ceil(SAMPLE).max(1);
        let distance = |at: Coord| {
            let at = [at.x * self.per_lon_m, at.y * DEGREE_M];
            let nearest = self.segments.nearest_neighbor(&at);
            nearest.map_or(LIMIT_M, |line| line.distance_2(&at).sqrt()).min(LIMIT_M)
        };
        let distances: Vec<f64> = coords.into_iter().step_by(step).map(distance).collect();
        let count = distances.len().max(1) as f64;
        let mean = distances.iter().sum::<f64>() / count;
        let variance = distances.iter().map(|distance| (distance - mean).powi(2)).sum::<f64>() / count;
        (mean, variance.sqrt())
    }

    /// No road runs through a house: where many do, the houses are shifted.
    fn judge_houses(&self, readings: &[(Shift, Vec<Geometry>); 3]) -> Option<(Shift, Label)> {
        const FEWEST_HOUSES: usize = 200;
        if readings[0].1.len() < FEWEST_HOUSES {
            return None;
        }
        let mut found: Vec<(Shift, f64)> =
            readings.iter().map(|(shift, houses)| (*shift, self.share_run_through(houses))).collect();
        let told: Vec<String> =
            found.iter().map(|(shift, share)| format!("{} {:.1}%", shift.code(), share * 100.0)).collect();
        let told = told.join("，");
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, next) = (found[0], found[1]);
        (next.1 >= RUN_THROUGH && next.1 >= best.1 * TIMES_MORE).then(|| {
            let code = best.0.code();
            let why = Label::new(
                format!("被道路穿过的房屋：{told}；按 {code} 最合"),
                format!("houses that a road runs through: {told}; {code} fits best"),
            );
            (best.0, why)
        })
    }

    fn share_run_through(&self, houses: &[Geometry]) -> f64 {
        const MOST: usize = 3_000;
        let step = houses.len().div_ceil(MOST).max(1);
        let (mut all, mut run_through) = (0_usize, 0_usize);
        for house in houses.iter().step_by(step) {
            let Some(box_) = house.bounding_rect() else { continue };
            let corner = |at: Coord| [at.x * self.per_lon_m, at.y * DEGREE_M];
            let around = AABB::from_corners(corner(box_.min()), corner(box_.max()));
            let back = |at: [f64; 2]| Coord { x: at[0] / self.per_lon_m, y: at[1] / DEGREE_M };
            let crosses = |line: &TreeLine<[f64; 2]>| house.intersects(&Line::new(back(line.from), back(line.to)));
            all += 1;
            run_through += usize::from(self.segments.locate_in_envelope_intersecting(&around).any(crosses));
        }
        if all == 0 { 0.0 } else { run_through as f64 / all as f64 }
    }
}
