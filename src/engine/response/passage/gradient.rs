//! Gradients from the elevation model, with their error.
//!
//! Heights are read every 25 m and averaged over 150 m along whole roads ([`RoadProfiles`]); the gradient at a place is the
//! rise between the two places [`GRADIENT_WINDOW_M`] apart around it: what a 30 m elevation model can tell. A junction does not
//! make a road less steep. Over a road that is shorter the same error of the heights is more of a gradient; but no road is steeper
//! than the hillside that it lies on. On a hillside the model tells less: half a cell beside the road the ground is higher or lower
//! by half a cell times its steepness, so a road that follows the contours may look steep. That much is taken off before a gradient
//! stops anybody.

use geo::Coord;

use super::facts::Basis;
use fireplan_model::grid::Grid;
use fireplan_model::ids::SegmentId;
use fireplan_model::method_constants;
use fireplan_model::network::{ProfileStretch, RoadProfile, RoadProfiles};

method_constants! {
    /// 由高程模型量坡度的路段长度 | Length of road over which a gradient is taken from the elevation model
    const GRADIENT_WINDOW_M: f64 = 150.0,
        because "30 米高程模型逐格误差达数米，五格平均后坡度误差约 3 个百分点 | A 30 m elevation model errs by metres from cell to cell; over five cells the gradient is true to about three percent";
}

/// The steepest stretch of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Steepest {
    pub percent: f64,
    /// By how many times the elevation model errs more than over [`GRADIENT_WINDOW_M`]; at least once.
    pub error_times: f64,
    /// How steep the ground around it is, whichever way it falls; infinite where that is not known.
    pub ground_percent: f64,
    /// By how much the steepness of the ground beside the road may have spoiled it.
    pub hillside_percent: f64,
    pub basis: Basis,
}

impl Steepest {
    /// The steepest stretch as the data states it.
    pub(crate) fn stated(percent: f64) -> Self {
        Self { percent, error_times: 1.0, ground_percent: f64::INFINITY, hillside_percent: 0.0, basis: Basis::Stated }
    }

    /// The least and the most that it may be, where the elevation model errs by so much. A hillside makes a road along it look steep, and
    /// no steep road look flat: it widens the error on one side only.
    pub(crate) fn within_percent(&self, error_percent: f64) -> [f64; 2] {
        if self.basis == Basis::Stated {
            return [self.percent; 2];
        }
        let error = error_percent * self.error_times;
        let least = (self.percent - error - self.hillside_percent).max(0.0);
        [least, (self.percent + error).min(self.percent.max(self.ground_percent) + error_percent)]
    }
}

/// A stretch of road over which a gradient was taken, in metres from where the segment begins on its road.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GradientWindow {
    pub percent: f64,
    pub from_m: f64,
    pub to_m: f64,
}

/// The gradients around every height that was read on a segment, and the steepest; `None` where the elevation model has no
/// value.
pub(crate) fn measure(
    profiles: &RoadProfiles,
    segment: SegmentId,
    elevation: &Grid,
) -> Option<(Steepest, Vec<GradientWindow>)> {
    let (profile, stretch) = profiles.of(segment)?;
    let steps = window(profile);
    let (percent, from) = windows(profile, stretch).reduce(|known, new| if new.0 > known.0 { new } else { known })?;
    let ends = [from, from + steps].map(|step| profile.places[step]);
    let beside = ends.map(|end| steepness(elevation, end, elevation.cell_m).unwrap_or(0.0));
    let off_m = elevation.cell_m / 2.0 * (beside[0] + beside[1]) / 2.0;
    let span_m = steps as f64 * profile.step_m;
    let ground = steepness(elevation, (ends[0] + ends[1]) / 2.0, GRADIENT_WINDOW_M / 2.0);
    let steepest = Steepest {
        percent,
        error_times: (GRADIENT_WINDOW_M / span_m).max(1.0),
        ground_percent: ground.map_or(f64::INFINITY, |steepness| steepness * 100.0),
        hillside_percent: off_m / span_m * 100.0,
        basis: Basis::Elevation,
    };
    let along_m = |step: usize| step as f64 * profile.step_m - stretch.from_m;
    let of = |(percent, from)| GradientWindow { percent, from_m: along_m(from), to_m: along_m(from + steps) };
    Some((steepest, windows(profile, stretch).map(of).collect()))
}

/// Metres of a segment that lie in windows steeper than this; all of it where no window says which.
pub(crate) fn steeper_m(windows: &[GradientWindow], length_m: f64, limit_percent: f64) -> f64 {
    let (mut steep_m, mut told_m) = (0.0, 0.0_f64);
    for window in windows.iter().filter(|window| window.percent > limit_percent) {
        let (from_m, to_m) = (window.from_m.max(told_m), window.to_m.min(length_m));
        steep_m += (to_m - from_m).max(0.0);
        told_m = told_m.max(to_m);
    }
    if steep_m > 0.0 { steep_m } else { length_m }
}

/// Number of steps that make up the window, at most the whole profile.
fn window(profile: &RoadProfile) -> usize {
    ((GRADIENT_WINDOW_M / profile.step_m).ceil() as usize).clamp(1, profile.heights_m.len() - 1)
}

/// Gradient in percent of the window around each height on the stretch, or around its middle, and the step the window begins
/// with.
fn windows(profile: &RoadProfile, stretch: ProfileStretch) -> impl Iterator<Item = (f64, usize)> + '_ {
    let (steps, last) = (window(profile), profile.heights_m.len() - 1);
    let span_m = steps as f64 * profile.step_m;
    let [first, end] = [(stretch.from_m / profile.step_m).ceil(), (stretch.to_m / profile.step_m).floor()];
    let middle = ((stretch.from_m + stretch.to_m) / 2.0 / profile.step_m).round();
    let around = if first <= end { first as usize..=end as usize } else { middle as usize..=middle as usize };
    let begin = around.map(move |at| at.saturating_sub(steps / 2).min(last - steps));
    begin.map(move |from| {
        let rise_m = (profile.heights_m[from + steps] - profile.heights_m[from]).abs();
        (rise_m / span_m * 100.0, from)
    })
}

/// Rise per metre of the ground, whichever way it falls, over so far to every side; `None` where the model ends.
fn steepness(elevation: &Grid, at: Coord, reach_m: f64) -> Option<f64> {
    let rise = |dx: f64, dy: f64| {
        let [a, b] = [1.0, -1.0].map(|way| elevation.interpolate(Coord { x: at.x + way * dx, y: at.y + way * dy }));
        Some((a? - b?) / (2.0 * reach_m))
    };
    Some(rise(reach_m, 0.0)?.hypot(rise(0.0, reach_m)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steepest window of a whole road with these heights.
    fn steepest_of(step_m: f64, heights_m: &[f64]) -> (f64, usize) {
        let profile = RoadProfile::new(step_m, vec![Coord::default(); heights_m.len()], heights_m);
        let whole = ProfileStretch { from_m: 0.0, to_m: profile.length_m() };
        windows(&profile, whole).reduce(|known, new| if new.0 > known.0 { new } else { known }).unwrap()
    }

    #[test]
    fn a_ramp_between_flats_is_found_where_it_is() {
        // 300 m flat, 300 m rising 36 m (12 %), 300 m flat; averaging rounds the ends of the ramp, not its middle.
        let heights: Vec<f64> = (0..=36).map(|at| 36.0 * ((f64::from(at) - 12.0) / 12.0).clamp(0.0, 1.0)).collect();
        let (percent, from) = steepest_of(25.0, &heights);
        assert!((percent - 12.0).abs() < 1e-9);
        assert_eq!(from, 15);
    }

    #[test]
    fn a_short_road_is_as_steep_as_it_is() {
        assert!((steepest_of(20.0, &[100.0, 103.0]).0 - 15.0).abs() < 1e-9);
    }

    #[test]
    fn over_a_short_road_the_model_errs_more_but_no_road_is_steeper_than_its_hillside() {
        let short = |percent: f64, ground_percent: f64| {
            let basis = Basis::Elevation;
            Steepest { percent, error_times: 5.0, ground_percent, hillside_percent: 0.0, basis }.within_percent(3.0)
        };
        assert_eq!(short(1.0, 2.0), [0.0, 5.0], "a lane on flat ground is flat");
        assert_eq!(short(14.0, 4.0), [0.0, 17.0]);
        assert_eq!(short(1.0, 30.0), [0.0, 16.0], "across a hillside nobody knows");
        assert_eq!(short(1.0, f64::INFINITY), [0.0, 16.0]);
    }

    #[test]
    fn a_piece_of_a_road_has_the_gradient_of_the_road_around_it() {
        let heights: Vec<f64> = (0..=40).map(|at| 3.5 * f64::from(at)).collect();
        let profile = RoadProfile::new(25.0, vec![Coord::default(); heights.len()], &heights);
        for (from_m, to_m) in [(0.0, 10.0), (490.0, 500.0), (501.0, 520.0), (930.0, 1_000.0)] {
            for (percent, from) in windows(&profile, ProfileStretch { from_m, to_m }) {
                assert!((percent - 14.0).abs() < 1e-9 && from <= 34, "{from_m}: {percent} {from}");
            }
        }
    }

    #[test]
    fn steep_metres_are_counted_once_and_within_the_segment() {
        let at = |percent: f64, from_m: f64| GradientWindow { percent, from_m, to_m: from_m + 150.0 };
        let windows = [at(12.0, -100.0), at(12.0, -75.0), at(5.0, 0.0), at(11.0, 300.0)];
        assert_eq!(steeper_m(&windows, 400.0, 10.0), 75.0 + 100.0);
        assert_eq!(steeper_m(&windows, 400.0, 20.0), 400.0);
    }

    #[test]
    fn a_hillside_is_as_steep_as_it_is_across() {
        // The ground rises 9 m per cell of 30 m eastwards: 0.3 per metre.
        let values = (0..100).map(|cell| (cell % 10) as f32 * 9.0).collect();
        let hill = Grid { origin: Coord { x: 0.0, y: 300.0 }, cell_m: 30.0, columns: 10, rows: 10, values };
        assert!((steepness(&hill, Coord { x: 150.0, y: 150.0 }, 30.0).unwrap() - 0.3).abs() < 1e-6);
        assert_eq!(steepness(&hill, Coord { x: -500.0, y: 0.0 }, 30.0), None);
    }
}
