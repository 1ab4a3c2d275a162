//! The ground and the wind at a forest edge: how steep it is, and whether the wind of the fire season drives a fire out at what
//! the edge faces.

use geo::Coord;

use super::FirebreakCase;
use super::woods::EdgePiece;
use fireplan_model::codes;
use fireplan_model::method_constants;
use fireplan_model::rules::WindFrom;

codes! {
    /// Where the prevailing wind of the fire season drives a fire from an edge.
    pub enum WindExposure order best_first {
        /// 背离聚落 | Away from the settlement
        Away = "away",
        /// 侧风 | Across
        Across = "across",
        /// 吹向聚落(林在上风) | At the settlement
        Towards = "towards",
        /// 风向待核 | Wind not known
        #[undetermined]
        Unknown = "unknown",
    }
}

method_constants! {
    /// 量取坡度的半径 | Distance to either side over which the slope of the ground is measured
    const GROUND_REACH_M: f64 = 30.0,
        because "与 30 米高程模型的格网一致，不量到格间噪声 | A cell of a 30 m elevation model, so that its noise is not measured";
    /// 来风方向与林缘法线夹角的余弦不小于此值（45° 内）算吹向聚落 | Cosine of the angle between wind and edge from which the wind blows out of the forest (within 45°)
    const WIND_COSINE: f64 = std::f64::consts::FRAC_1_SQRT_2,
        because "风向按八个方位给出，每个方位左右各 22.5°，再容许同样的摆动 | Winds are given in eighths of the circle, and veer by as much again";
}

/// Slope of the ground at a place; `None` where the heights around it are not known.
pub(super) fn slope_percent(case: &FirebreakCase, at: Coord) -> Option<f64> {
    let grid = case.area.elevation.as_ref()?;
    let height = |dx: f64, dy: f64| grid.interpolate(at + Coord { x: dx, y: dy });
    let (east, west) = (height(GROUND_REACH_M, 0.0)?, height(-GROUND_REACH_M, 0.0)?);
    let (north, south) = (height(0.0, GROUND_REACH_M)?, height(0.0, -GROUND_REACH_M)?);
    Some((east - west).hypot(north - south) / (2.0 * GROUND_REACH_M) * 100.0)
}

/// Mean slope over places, to a tenth; of those where it is not known, nothing is made up.
pub(super) fn mean_slope_percent(case: &FirebreakCase, places: impl Iterator<Item = Coord>) -> Option<f64> {
    let slopes: Vec<f64> = places.filter_map(|at| slope_percent(case, at)).collect();
    let mean = slopes.iter().sum::<f64>() / slopes.len() as f64;
    (!slopes.is_empty()).then(|| (mean * 10.0).round() / 10.0)
}

/// Whether ground of this slope is steep; where the slope is not known it is taken not to be.
pub(super) fn is_steep(case: &FirebreakCase, slope_percent: Option<f64>) -> bool {
    let steep = &case.rules.firebreak.steep_percent;
    slope_percent.is_some_and(|slope| steep.op.holds(slope, steep.value))
}

/// What it costs to make so much ground a firebreak, in ten thousand yuan to a tenth: a tenth at least, for nothing is built for
/// nothing.
pub(super) fn cost_wan_yuan(case: &FirebreakCase, area_m2: f64, slope_percent: Option<f64>) -> f64 {
    let rule = &case.rules.firebreak;
    let times = if is_steep(case, slope_percent) { rule.steep_cost_times.value } else { 1.0 };
    let thousands = area_m2.max(0.0) * rule.build_yuan_m2.value * times / 1000.0;
    if thousands > 0.0 { thousands.round().max(1.0) / 10.0 } else { 0.0 }
}

/// Unit vector to where the wind comes from.
fn source_of(wind: WindFrom) -> Option<Coord> {
    let angle = f64::from(wind.eighths()?) * std::f64::consts::FRAC_PI_4;
    Some(Coord { x: angle.sin(), y: angle.cos() })
}

/// Where the wind drives a fire from these pieces of edge: at the settlement if it does so along a stretch long enough to be listed.
pub(super) fn exposure<'p>(case: &FirebreakCase, pieces: impl Iterator<Item = &'p EdgePiece>) -> WindExposure {
    let Some(from) = source_of(case.rules.firebreak.wind_from.value) else { return WindExposure::Unknown };
    let (mut towards_m, mut across_m, mut all_m) = (0.0, 0.0, 0.0);
    for piece in pieces {
        // The wind comes from where the forest lies, and blows out over the edge.
        let inward = piece.inward();
        let cosine = inward.x * from.x + inward.y * from.y;
        let length_m = piece.length_m();
        all_m += length_m;
        towards_m += if cosine >= WIND_COSINE { length_m } else { 0.0 };
        across_m += if cosine.abs() < WIND_COSINE { length_m } else { 0.0 };
    }
    let listed_m = case.question.least_gap_m.min(all_m / 2.0);
    match () {
        () if towards_m > 0.0 && towards_m >= listed_m => WindExposure::Towards,
        () if across_m > 0.0 && across_m >= listed_m => WindExposure::Across,
        () => WindExposure::Away,
    }
}
