//! Gradients from the elevation model, with their error.
//!
//! Heights are read every 25 m and averaged over 150 m of road ([`Profile`]); the gradient is the rise between two places
//! [`GRADIENT_WINDOW_M`] apart, or over that distance where the segment is shorter: what a 30 m elevation model can tell. On a
//! hillside it tells less: half a cell beside the road the ground is higher or lower by half a cell times its steepness,
//! so a road that follows the contours may look steep. That much is taken off before a gradient stops anybody.

use geo::Coord;

use super::facts::Basis;
use fireplan_model::area::StudyArea;
use fireplan_model::grid::Grid;
use fireplan_model::ids::SegmentId;
use fireplan_model::method_constants;
use fireplan_model::network::Profile;

method_constants! {
    /// 由高程模型量坡度的路段长度 | Length of road over which a gradient is taken from the elevation model
    const GRADIENT_WINDOW_M: f64 = 150.0,
        because "30 米高程模型逐格误差达数米，五格平均后坡度误差约 3 个百分点 | A 30 m elevation model errs by metres from cell to cell; over five cells the gradient is true to about three percent";
}

/// The steepest stretch of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Steepest {
    pub percent: f64,
    /// By how much the steepness of the ground beside the road may have spoiled it.
    pub hillside_percent: f64,
    pub basis: Basis,
}

impl Steepest {
    /// The steepest stretch as the data states it.
    pub(crate) fn stated(percent: f64) -> Self {
        Self { percent, hillside_percent: 0.0, basis: Basis::Stated }
    }
}

/// `None` where the elevation model has no value. Bridges and tunnels run straight from end to end.
pub(super) fn steepest(area: &StudyArea, segment: SegmentId, elevation: &Grid) -> Option<Steepest> {
    let network = &area.network;
    let road = &area.layers.roads[network[segment].road.index()];
    let profile = if road.bridge || road.tunnel {
        Profile::span(network, segment, elevation)?
    } else {
        Profile::of(network, segment, elevation)?
    };
    let (percent, at) = windows(&profile).reduce(|known, new| if new.0 > known.0 { new } else { known })?;
    let [from, to] = [at, at + window(&profile)].map(|step| step as f64 * profile.step_m);
    let steepness = [from, to].map(|offset_m| steepness(elevation, network.point_at(segment, offset_m)));
    let off_m = elevation.cell_m / 2.0 * (steepness[0] + steepness[1]) / 2.0;
    let hillside_percent = off_m / (to - from).max(GRADIENT_WINDOW_M) * 100.0;
    Some(Steepest { percent, hillside_percent, basis: Basis::Elevation })
}

/// Metres of road that lie in windows steeper than this; all of it where the elevation model does not say which.
pub(super) fn steeper_m(area: &StudyArea, segment: SegmentId, limit_percent: f64) -> f64 {
    let length_m = area.network[segment].length_m;
    let Some(profile) = area.elevation.as_ref().and_then(|elevation| Profile::of(&area.network, segment, elevation))
    else {
        return length_m;
    };
    let mut steep = vec![false; profile.heights_m.len() - 1];
    for (percent, from) in windows(&profile) {
        if percent > limit_percent {
            steep[from..from + window(&profile)].fill(true);
        }
    }
    match steep.iter().filter(|steep| **steep).count() {
        0 => length_m,
        steps => steps as f64 * profile.step_m,
    }
}

/// Number of steps that make up the window, at most the whole profile.
fn window(profile: &Profile) -> usize {
    ((GRADIENT_WINDOW_M / profile.step_m).ceil() as usize).clamp(1, profile.heights_m.len() - 1)
}

/// Gradient in percent of every window and the step it begins with.
fn windows(profile: &Profile) -> impl Iterator<Item = (f64, usize)> + '_ {
    let window = window(profile);
    let span_m = (window as f64 * profile.step_m).max(GRADIENT_WINDOW_M);
    let ends = profile.heights_m.iter().zip(&profile.heights_m[window..]);
    ends.map(move |(from, to)| (to - from).abs() / span_m * 100.0).zip(0..)
}

/// Rise per metre of the ground, whichever way it falls; nought where the model ends.
fn steepness(elevation: &Grid, at: Coord) -> f64 {
    let reach = elevation.cell_m;
    let rise = |dx: f64, dy: f64| {
        let ends = [1.0, -1.0].map(|way| elevation.interpolate(Coord { x: at.x + way * dx, y: at.y + way * dy }));
        match ends {
            [Some(a), Some(b)] => (a - b) / (2.0 * reach),
            _ => 0.0,
        }
    };
    rise(reach, 0.0).hypot(rise(0.0, reach))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steepest_of(profile: &Profile) -> (f64, usize) {
        windows(profile).reduce(|known, new| if new.0 > known.0 { new } else { known }).unwrap()
    }

    #[test]
    fn a_ramp_between_flats_is_found_where_it_is() {
        // 300 m flat, 150 m rising 18 m (12 %), 300 m flat.
        let heights_m = (0..=30).map(|at| 18.0 * ((f64::from(at) - 12.0) / 6.0).clamp(0.0, 1.0)).collect();
        let (percent, from) = steepest_of(&Profile { step_m: 25.0, heights_m });
        assert!((percent - 12.0).abs() < 1e-9);
        assert_eq!(from, 12);
    }

    #[test]
    fn a_short_segment_is_judged_over_the_window() {
        let (percent, _) = steepest_of(&Profile { step_m: 20.0, heights_m: vec![100.0, 103.0] });
        assert!((percent - 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_hillside_is_as_steep_as_it_is_across() {
        // The ground rises 9 m per cell of 30 m eastwards: 0.3 per metre.
        let values = (0..100).map(|cell| (cell % 10) as f32 * 9.0).collect();
        let hill = Grid { origin: Coord { x: 0.0, y: 300.0 }, cell_m: 30.0, columns: 10, rows: 10, values };
        assert!((steepness(&hill, Coord { x: 150.0, y: 150.0 }) - 0.3).abs() < 1e-6);
        assert_eq!(steepness(&hill, Coord { x: -500.0, y: 0.0 }), 0.0);
    }
}
