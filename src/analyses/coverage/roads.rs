//! Roads split at the metre where the time runs out.

use geo::LineString;
use rayon::prelude::*;

use super::{Reached, Run, Sited, minutes};
use crate::area::RoadClass;
use crate::row;

row! {
    /// 道路覆盖情况 | Roads and when they are reached
    pub struct RoadReach {
        geometry: LineString,
        /// 道路名称 | Road name
        name: String,
        /// 道路等级 | Class
        class: RoadClass,
        /// 覆盖情况 | Reached
        reached: Reached,
        /// 最早到达 | Soonest arrival
        first_min: Option<f64>,
        /// 最迟到达 | Latest arrival
        last_min: Option<f64>,
        /// 首达消防站 | First station
        station: String,
        /// 次达消防站 | Second station
        second_station: String,
        /// 次达时间 | Second arrival
        second_min: Option<f64>,
        /// 长度 | Length
        length_m: f64,
        /// 乡镇街道 | Town
        town: String,
    }
}

/// Stretches shorter than this are a crossing of rounding, not of roads.
const SLIVER_M: f64 = 0.01;

/// All motor roads, in the order of the network's segments, in stretches of one answer each.
pub(super) fn roads(run: &Run) -> Vec<Sited<RoadReach>> {
    let segments = 0..run.area.network.segments.len() as u32;
    segments
        .into_par_iter()
        .filter(|segment| is_motor_road(run, *segment))
        .flat_map_iter(|segment| stretches(run, segment))
        .collect()
}

fn is_motor_road(run: &Run, segment: u32) -> bool {
    run.area.layers.roads[run.area.network.segments[segment as usize].road as usize].class != RoadClass::Path
}

fn stretches(run: &Run, segment: u32) -> Vec<Sited<RoadReach>> {
    let length_m = run.area.network.segments[segment as usize].length_m;
    let covered = run.fields.each_ref().map(|field| field.covered(segment, run.budget_ms));
    let mut cuts: Vec<f64> = covered.iter().flatten().flat_map(|(from_m, to_m)| [*from_m, *to_m]).collect();
    cuts.extend([0.0, length_m]);
    cuts.sort_by(f64::total_cmp);
    cuts.dedup_by(|b, a| *b - *a < SLIVER_M);
    // The end of the road stands, whatever was merged into it.
    *cuts.last_mut().expect("a road has two ends") = length_m;
    cuts.windows(2).map(|ends| stretch(run, segment, ends[0], ends[1], &covered)).collect()
}

fn stretch(run: &Run, segment: u32, from_m: f64, to_m: f64, covered: &[Vec<(f64, f64)>; 3]) -> Sited<RoadReach> {
    let network = &run.area.network;
    let road = &run.area.layers.roads[network.segments[segment as usize].road as usize];
    let middle_m = (from_m + to_m) / 2.0;
    let inside =
        |stretches: &[(f64, f64)]| stretches.iter().any(|(from_m, to_m)| *from_m <= middle_m && middle_m <= *to_m);
    let arrivals = run.base().at(segment, middle_m);
    let reached = match covered {
        [low, _, _] if inside(low) => Reached::Certain,
        [_, base, _] if inside(base) => Reached::Expected,
        [_, _, high] if inside(high) => Reached::Possible,
        _ if arrivals[0].is_some() => Reached::Late,
        _ => Reached::Unreached,
    };
    let soonest = [from_m, to_m].into_iter().filter_map(|m| run.base().at(segment, m)[0]).map(|arrival| arrival.ms);
    let town = run.towns.at(network.point_at(segment, middle_m));
    let row = RoadReach {
        geometry: network.part(segment, from_m, to_m),
        name: road.name.clone(),
        class: road.class,
        reached,
        first_min: soonest.min_by(f64::total_cmp).map(minutes),
        last_min: run.base().latest_ms(segment, from_m, to_m).map(minutes),
        station: arrivals[0].map_or_else(String::new, |arrival| run.station_name(arrival.station)),
        second_station: arrivals[1].map_or_else(String::new, |arrival| run.station_name(arrival.station)),
        second_min: arrivals[1].map(|arrival| minutes(arrival.ms)),
        length_m: ((to_m - from_m) * 100.0).round() / 100.0,
        town: run.town_name(town),
    };
    Sited { row, town, first: arrivals[0].map(|arrival| arrival.station) }
}
