//! Gradients from the elevation model.
//!
//! Heights are read every 25 m and averaged over 150 m of road ([`Profile`]); the gradient is the rise between two places
//! [`WINDOW_M`] apart, or over that distance where the segment is shorter: what a 30 m elevation model can tell.

use crate::area::StudyArea;
use crate::area::network::Profile;
use crate::area::raster::Grid;

/// Gradients are taken over this distance.
pub const WINDOW_M: f64 = 150.0;

/// The steepest stretch of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steepest {
    pub percent: f64,
    pub from_m: f64,
    pub to_m: f64,
}

/// `None` where the elevation model has no value. Bridges and tunnels run straight from end to end.
pub fn steepest(area: &StudyArea, segment: u32, elevation: &Grid) -> Option<Steepest> {
    let network = &area.network;
    let road = &area.layers.roads[network.segments[segment as usize].road as usize];
    let profile = if road.bridge || road.tunnel {
        Profile::span(network, segment, elevation)?
    } else {
        Profile::of(network, segment, elevation)?
    };
    Some(of_profile(&profile))
}

fn of_profile(profile: &Profile) -> Steepest {
    let Profile { step_m, heights_m } = profile;
    let last = heights_m.len() - 1;
    let window = ((WINDOW_M / step_m).ceil() as usize).clamp(1, last);
    let between = |from: usize| {
        let span_m = (window as f64 * step_m).max(WINDOW_M);
        let percent = (heights_m[from + window] - heights_m[from]).abs() / span_m * 100.0;
        Steepest { percent, from_m: from as f64 * step_m, to_m: (from + window) as f64 * step_m }
    };
    (1..=last - window)
        .map(between)
        .fold(between(0), |known, new| if new.percent > known.percent { new } else { known })
}

/// Metres of road, among the steepest parts, that lie in windows steeper than this.
pub fn steeper_m(area: &StudyArea, segment: u32, limit_percent: f64) -> f64 {
    let length_m = area.network.segments[segment as usize].length_m;
    let Some(profile) = area.elevation.as_ref().and_then(|elevation| Profile::of(&area.network, segment, elevation))
    else {
        return length_m;
    };
    let last = profile.heights_m.len() - 1;
    let window = ((WINDOW_M / profile.step_m).ceil() as usize).clamp(1, last);
    let span_m = (window as f64 * profile.step_m).max(WINDOW_M);
    let mut steep = vec![false; last];
    for from in 0..=last - window {
        let percent = (profile.heights_m[from + window] - profile.heights_m[from]).abs() / span_m * 100.0;
        if percent > limit_percent {
            steep[from..from + window].fill(true);
        }
    }
    steep.iter().filter(|steep| **steep).count() as f64 * profile.step_m
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_between_flats_is_found_where_it_is() {
        // 300 m flat, 150 m rising 18 m (12 %), 300 m flat.
        let heights_m = (0..=30).map(|at| 18.0 * ((f64::from(at) - 12.0) / 6.0).clamp(0.0, 1.0)).collect();
        let steepest = of_profile(&Profile { step_m: 25.0, heights_m });
        assert!((steepest.percent - 12.0).abs() < 1e-9);
        assert_eq!((steepest.from_m, steepest.to_m), (300.0, 450.0));
    }

    #[test]
    fn a_short_segment_is_judged_over_the_window() {
        let steepest = of_profile(&Profile { step_m: 20.0, heights_m: vec![100.0, 103.0] });
        assert!((steepest.percent - 2.0).abs() < 1e-9);
    }
}
