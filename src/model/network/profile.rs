//! Slopes of road segments from an elevation grid.

use geo::Coord;

use super::Network;
use crate::grid::Grid;
use crate::ids::SegmentId;
use crate::layers::Road;
use crate::method_constants;

method_constants! {
    /// 沿路读取高程的最大间距 | Greatest distance between the places along a road at which heights are read
    const HEIGHT_STEP_M: f64 = 25.0,
        because "略小于 30 米高程模型的格网，每格至少读一次 | A little less than a cell of a 30 m elevation model, so that each is read";
    /// 高程平滑时前后各取的读数个数 | Number of heights before and after over which each is averaged
    const HEIGHTS_AVERAGED: usize = 3,
        because "30 米高程模型逐格误差达数米，会把平路读成陡坡；平均约 150 米后仍有意义 | A 30 m elevation model errs by metres from cell to cell, which makes cliffs of flat streets; over 150 m of road the heights mean something";
}

/// Sets the mean steepness of every segment. On bridges and in tunnels the ground says nothing: there the slope is that
/// between the two ends.
pub(super) fn measure_slopes(network: &mut Network, roads: &[Road], elevation: &Grid) {
    for id in SegmentId::first(network.segments.len()) {
        let segment = network[id];
        let road = &roads[segment.road.index()];
        let span = segment.length_m.max(HEIGHT_STEP_M * (2 * HEIGHTS_AVERAGED) as f64);
        let slope = if road.bridge || road.tunnel {
            rise(network.line(id), elevation).map(|rise_m| rise_m / span)
        } else {
            climb(network, id, elevation).map(|climb_m| climb_m / span)
        };
        network.segments[id.index()].slope_percent = slope.map_or(f32::NAN, |slope| (slope * 100.0) as f32);
    }
}

/// Difference of height between the two ends.
fn rise(line: &[Coord], elevation: &Grid) -> Option<f64> {
    Some((elevation.interpolate(*line.last()?)? - elevation.interpolate(*line.first()?)?).abs())
}

/// All metres up and down along the smoothed profile of the segment.
fn climb(network: &Network, segment: SegmentId, elevation: &Grid) -> Option<f64> {
    let heights = Profile::of(network, segment, elevation)?.heights_m;
    Some(heights.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum())
}

/// Heights along a segment, read every 25 m at most and smoothed over 150 m.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Distance between two heights, in metres.
    pub step_m: f64,
    /// From the first node to the last.
    pub heights_m: Vec<f64>,
}

impl Profile {
    /// `None` where the grid has no value somewhere along the segment.
    pub fn of(network: &Network, segment: SegmentId, elevation: &Grid) -> Option<Self> {
        let length_m = network[segment].length_m;
        let steps = (length_m / HEIGHT_STEP_M).ceil().max(1.0);
        let heights: Vec<f64> = (0..=steps as usize)
            .map(|step| elevation.interpolate(network.point_at(segment, length_m * step as f64 / steps)))
            .collect::<Option<_>>()?;
        let smooth = |at: usize| {
            // The window shrinks towards the ends so that it stays centred and the ends keep their height.
            let reach = HEIGHTS_AVERAGED.min(at).min(heights.len() - 1 - at);
            let window = &heights[at - reach..=at + reach];
            window.iter().sum::<f64>() / window.len() as f64
        };
        Some(Self { step_m: length_m / steps, heights_m: (0..heights.len()).map(smooth).collect() })
    }

    /// A straight line between the two ends: what bridges and tunnels are, whatever the ground does.
    pub fn span(network: &Network, segment: SegmentId, elevation: &Grid) -> Option<Self> {
        let line = network.line(segment);
        let ends = [elevation.interpolate(*line.first()?)?, elevation.interpolate(*line.last()?)?];
        Some(Self { step_m: network[segment].length_m, heights_m: ends.to_vec() })
    }
}
