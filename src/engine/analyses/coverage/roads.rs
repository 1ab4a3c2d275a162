//! Roads split at the metre where the time runs out.

use geo::LineString;

use super::{Reached, ResponseTimes, Sited, minutes};
use fireplan_model::ids::{SegmentId, TownId};
use fireplan_model::layers::RoadClass;
use fireplan_model::method_constants;
use fireplan_model::row;

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

method_constants! {
    /// 短于此值的路段并入相邻路段 | Stretches of road shorter than this are joined to the next
    const ROAD_SLIVER_M: f64 = 0.01,
        because "1 厘米以下是计算取整造成的，不是真实的分界 | Below a centimetre a boundary comes of rounding, not of the road";
}

/// A part of a segment that is reached equally surely all along.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RoadStretch {
    pub segment: SegmentId,
    pub from_m: f64,
    pub to_m: f64,
    pub reached: Reached,
}

impl RoadStretch {
    /// Its length in metres, rounded to centimetres.
    pub(super) fn length_m(&self) -> f64 {
        ((self.to_m - self.from_m) * 100.0).round() / 100.0
    }

    /// How much of it counts.
    pub(super) fn counted_m(&self, run: &ResponseTimes) -> f64 {
        let line = run.area.network.part(self.segment, self.from_m, self.to_m);
        run.area.counted_m(&line, self.length_m())
    }

    fn middle_m(&self) -> f64 {
        (self.from_m + self.to_m) / 2.0
    }

    /// The town it lies in, by its middle.
    pub(super) fn town(&self, run: &ResponseTimes) -> Option<TownId> {
        run.towns.at(run.area.network.point_at(self.segment, self.middle_m()))
    }
}

/// The stretches of a segment, of one answer each. A segment that is no motor road has no stretches.
pub(super) fn stretches(run: &ResponseTimes, segment: SegmentId) -> Vec<RoadStretch> {
    let of_network = &run.area.network[segment];
    if run.area.layers.roads[of_network.road.index()].class == RoadClass::Path {
        return Vec::new();
    }
    let length_m = of_network.length_m;
    // A segment belongs to the town of its middle.
    let budget_ms = run.budget_ms_at(run.area.network.point_at(segment, length_m / 2.0));
    let covered = run.fields.each_ref().map(|field| field.covered(segment, budget_ms));
    let mut cuts: Vec<f64> = covered.iter().flatten().flat_map(|(from_m, to_m)| [*from_m, *to_m]).collect();
    cuts.extend([0.0, length_m]);
    cuts.sort_by(f64::total_cmp);
    cuts.dedup_by(|b, a| *b - *a < ROAD_SLIVER_M);
    // The last stretch ends where the road ends, whatever was merged into it.
    *cuts.last_mut().expect("a road has two ends") = length_m;
    let stretch = |ends: &[f64]| {
        let middle_m = (ends[0] + ends[1]) / 2.0;
        let reached = reached(run, segment, middle_m, &covered);
        RoadStretch { segment, from_m: ends[0], to_m: ends[1], reached }
    };
    cuts.windows(2).map(stretch).collect()
}

fn reached(run: &ResponseTimes, segment: SegmentId, at_m: f64, covered: &[Vec<(f64, f64)>; 4]) -> Reached {
    let inside = |stretches: &[(f64, f64)]| stretches.iter().any(|(from_m, to_m)| *from_m <= at_m && at_m <= *to_m);
    match covered {
        [low, ..] if inside(low) => Reached::Certain,
        [_, base, ..] if inside(base) => Reached::Expected,
        [.., favourable, high] if inside(favourable) || inside(high) => Reached::Possible,
        _ if run.favourable().at(segment, at_m)[0].is_some() => Reached::Late,
        _ => Reached::Unreached,
    }
}

pub(super) fn row(run: &ResponseTimes, stretch: &RoadStretch) -> Sited<RoadReach> {
    let network = &run.area.network;
    let &RoadStretch { segment, from_m, to_m, reached } = stretch;
    let road = &run.area.layers.roads[network[segment].road.index()];
    let arrivals = run.base().at(segment, stretch.middle_m());
    let soonest = [from_m, to_m].into_iter().filter_map(|m| run.base().at(segment, m)[0]).map(|arrival| arrival.ms);
    let town = stretch.town(run);
    let row = RoadReach {
        geometry: network.part(segment, from_m, to_m),
        name: road.name.clone(),
        class: road.class,
        reached,
        first_min: soonest.min_by(f64::total_cmp).map(minutes),
        last_min: run.base().latest_ms(segment, from_m, to_m).map(minutes),
        station: arrivals[0].map_or_else(String::new, |arrival| run.station_name(arrival.origin)),
        second_station: arrivals[1].map_or_else(String::new, |arrival| run.station_name(arrival.origin)),
        second_min: arrivals[1].map(|arrival| minutes(arrival.ms)),
        length_m: stretch.length_m(),
        town: run.town_name(town),
    };
    Sited { row, town, first: arrivals[0].map(|arrival| arrival.origin) }
}
