//! Response times (响应时间): when crews are where, judged against the budget, one and the same for every analysis.

use std::sync::Arc;

use anyhow::Result;

use crate::analysis::Context;
use crate::response::border::{Border, BorderCrew, HeadStart, Holdings, VehicleBorder, find_corners, find_with_crew};
use crate::response::dispatch::Dispatch;
use crate::response::driving::{Drive, DrivingReading, bans_bind, graph};
use crate::response::network_cache::{NetworkCache, NetworkTimes};
use crate::response::places::{PlaceAccess, Placement};
use crate::response::reach::{ArrivalField, Arrivals, Reach, Start};
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_algorithms::nearest_sources::SourceSeed;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::ids::{SegmentId, StationId, TownId};
use fireplan_model::layers::LayerId;
use fireplan_model::method_constants;
use fireplan_model::notes::Notes;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

codes! {
    /// How surely a place is reached within the budget.
    pub enum Reached order best_first {
        /// 确定覆盖(低速亦达) | Certainly covered: even at low speed
        Certain = "certain",
        /// 预期覆盖(基准速度) | Expectedly covered: at base speed
        Expected = "expected",
        /// 可能覆盖(高速或有利情形时可达) | Possibly covered: at high speed or otherwise favourably
        Possible = "possible",
        /// 超时 | Late
        Late = "late",
        /// 无车可达 | No engine gets there
        Unreached = "unreached",
        /// 未落位(待核) | Unplaced: no road near enough
        #[undetermined]
        Unplaced = "unplaced",
    }
}

method_constants! {
    /// 到达时间计算的上限，超过视为无法到达 | Arrival times are computed up to this; what is later counts as not reached
    pub const HORIZON_MIN: f64 = 120.0,
        because "远超任何条文的时限，再长也不改变是否达标，只区分“超时”与“无路可达” | Far beyond the time of any clause: it never decides what is in time, only what is late and what has no way";
}

/// Milliseconds in a minute.
pub const MS_PER_MIN: f64 = 60_000.0;

/// Minutes with two decimals, rounded up: what is late must not read as in time.
pub fn minutes(ms: f64) -> f64 {
    (ms / MS_PER_MIN * 100.0).ceil() / 100.0
}

/// How soon crews are everywhere, under each reading of the roads: what every analysis that asks for response times shares.
pub struct ResponseTimes<'a> {
    /// The area that is served.
    pub area: &'a StudyArea,
    /// The rules that give speeds and the time allowed.
    pub rules: &'a Rules,
    /// The rules by town.
    pub local: TownRules<'a>,
    /// The time allowed from the dispatch order to the arrival, in milliseconds, where the town has none of its own.
    pub budget_ms: f64,
    /// The crews that set out.
    pub starts: Vec<Start>,
    /// Arrivals under each reading, in the order of [`DrivingReading::ALL`].
    pub fields: [ArrivalField<'a>; 4],
    /// Where on the roads a place is served from.
    pub access: PlaceAccess<'a>,
    /// The towns by place.
    pub towns: TownIndex<'a>,
    /// What is known of the rest where the area is a part of a province.
    pub part: Option<Arc<ProvincePart>>,
}

/// That an area is a part of a province.
#[derive(Debug, Default)]
pub struct ProvincePart {
    /// What it knows of the rest.
    pub border: Border,
    /// What of it is its own.
    pub holdings: Holdings,
}

/// The arrivals at one place under each reading.
#[derive(Debug, Clone, Copy)]
pub struct ArrivalTimes {
    /// The first two arrivals at low speeds.
    pub low: Arrivals,
    /// The first two arrivals at base speeds.
    pub base: Arrivals,
    /// The first two arrivals at base speeds where one-ways and what is undetermined do not stop an engine on duty.
    pub favourable: Arrivals,
    /// The first two arrivals at high speeds, as favourable.
    pub high: Arrivals,
    /// Whether a usable road is near enough for the place to be served at all.
    pub placed: bool,
}

impl ArrivalTimes {
    /// When the first crew is there under each reading, in milliseconds.
    pub fn first_ms(&self) -> [Option<f64>; 4] {
        [&self.low, &self.base, &self.favourable, &self.high].map(|arrivals| arrivals[0].map(|arrival| arrival.ms))
    }

    /// The arrivals to tell of a place: at base speeds, and where nobody comes so, those of the favourable reading.
    pub fn told(&self) -> &Arrivals {
        if self.base[0].is_some() { &self.base } else { &self.favourable }
    }

    /// Whether a crew comes only against a one-way road, by a banned turn or past what is undetermined.
    pub fn only_if_favourable(&self) -> bool {
        self.base[0].is_none() && self.favourable[0].is_some()
    }
}

impl<'a> ResponseTimes<'a> {
    /// Places the stations on the roads and finds how soon their crews are everywhere.
    pub fn from_dispatch(dispatch: Dispatch, context: &Context<'a>, notes: &mut Notes) -> Result<Self> {
        let stage = |zh: &str, en: &str, steps: u64| context.progress.stage(&Label::new(zh, en), steps);
        stage("消防站上路", "Placing stations", 0);
        let starts = dispatch.starts(context.area, context.rules, notes)?;
        stage("沿路网求到达时间", "Driving times on the network", 4);
        Self::from_starts(context, starts)
    }

    /// The times of these crews, searched anew.
    pub fn from_starts(context: &Context<'a>, starts: Vec<Start>) -> Result<Self> {
        let (area, rules) = (context.area, context.rules);
        let mut cache = NetworkCache::new(area);
        let searched = cache.search(area, rules, starts)?;
        context.progress.step(4);
        Ok(Self::with_searched(area, rules, &cache, &searched))
    }

    /// The times of the crews by searches made before.
    pub fn with_searched(area: &'a StudyArea, rules: &'a Rules, cache: &NetworkCache, searched: &NetworkTimes) -> Self {
        Self {
            area,
            rules,
            local: TownRules::new(rules, area),
            budget_ms: rules.response.time_min.value * MS_PER_MIN,
            starts: searched.starts.clone(),
            fields: searched.reaches.clone().map(|reaches| ArrivalField::from_reaches(area, reaches)),
            access: PlaceAccess::with_cached_segments(area, rules, cache.water.clone(), searched.usable.clone()),
            towns: TownIndex::new(area),
            part: None,
        }
    }

    /// The times on a part of a province: crews from beyond come by their head starts.
    pub fn of_part(area: &'a StudyArea, rules: &'a Rules, part: Arc<ProvincePart>) -> Self {
        let border = &part.border;
        let starts: Vec<Start> = border.crews.iter().map(BorderCrew::start).collect();
        let horizon_ms = (HORIZON_MIN * MS_PER_MIN) as u32;
        let reach = |reading: DrivingReading| {
            let of_vehicle = |vehicle: &VehicleBorder| {
                let arc_ms = vehicle.arc_ms[reading as usize].clone();
                let graph = graph(area, &arc_ms, bans_bind(rules, reading));
                let drive = Arc::new(Drive { vehicle: vehicle.vehicle, reading, arc_ms, graph });
                let head_starts: Vec<SourceSeed> =
                    vehicle.first[reading as usize].iter().map(HeadStart::seed).collect();
                Arc::new(Reach::with_head_starts(area, drive, &starts, &head_starts, horizon_ms))
            };
            border.vehicles.iter().map(of_vehicle).collect()
        };
        let reaches =
            [DrivingReading::Low, DrivingReading::Base, DrivingReading::Favourable, DrivingReading::High].map(reach);
        let usable = border.vehicles.iter().map(|vehicle| Arc::new(vehicle.usable.clone())).collect();
        let searched = NetworkTimes { starts, reaches, usable };
        Self { part: Some(part), ..Self::with_searched(area, rules, &NetworkCache::new(area), &searched) }
    }

    /// South-west and north-east corner of the whole network, of which the area may hold a part.
    pub fn corners(&self) -> [geo::Coord; 2] {
        let whole = || find_corners(&self.area.network);
        self.part.as_ref().map_or_else(whole, |part| part.border.corners())
    }

    /// Whether a crew stands in the component of each segment, however that may be driven.
    pub fn segments_with_crew(&self) -> Vec<bool> {
        let whole = || find_with_crew(&self.area.network, &self.starts);
        self.part.as_ref().map_or_else(whole, |part| part.border.with_crew.clone())
    }

    /// The number of a feature in the province; `None`: another part answers for it. Of a whole area, its own place in the layer.
    pub fn number(&self, layer: LayerId, index: usize) -> Option<u32> {
        let Some(part) = &self.part else { return Some(index as u32) };
        let held = part.holdings.number(layer, index);
        held.own.then_some(held.number)
    }

    /// The same of a segment.
    pub fn segment_number(&self, segment: SegmentId) -> Option<u32> {
        let Some(part) = &self.part else { return Some(segment.0) };
        let held = part.holdings.segment(segment);
        held.own.then_some(held.number)
    }

    /// The arrivals at base speeds.
    pub fn base(&self) -> &ArrivalField<'_> {
        &self.fields[DrivingReading::Base as usize]
    }

    /// The arrivals at base speeds where what need not bind does not.
    pub fn favourable(&self) -> &ArrivalField<'_> {
        &self.fields[DrivingReading::Favourable as usize]
    }

    /// The time allowed at a place, in milliseconds.
    pub fn budget_ms_at(&self, place: geo::Coord) -> f64 {
        self.local.at(&self.towns, place).response.time_min.value * MS_PER_MIN
    }

    /// Judges first arrivals at a place in milliseconds against the budget there.
    pub fn judge(&self, first_ms: [Option<f64>; 4], place: geo::Coord) -> Reached {
        Self::judge_within(first_ms, self.budget_ms_at(place))
    }

    fn judge_within([low, base, favourable, high]: [Option<f64>; 4], allowed_ms: f64) -> Reached {
        let within = |ms: Option<f64>| ms.is_some_and(|ms| ms <= allowed_ms);
        match () {
            () if within(low) => Reached::Certain,
            () if within(base) => Reached::Expected,
            () if within(favourable) || within(high) => Reached::Possible,
            () if base.or(favourable).is_some() => Reached::Late,
            () => Reached::Unreached,
        }
    }

    /// How surely the first crew is at a place in time.
    pub fn reached(&self, times: &ArrivalTimes, place: geo::Coord) -> Reached {
        self.reached_within(times, self.budget_ms_at(place))
    }

    /// How surely the first crew is there within so many milliseconds.
    pub fn reached_within(&self, times: &ArrivalTimes, allowed_ms: f64) -> Reached {
        if !times.placed {
            return Reached::Unplaced;
        }
        Self::judge_within(times.first_ms(), allowed_ms)
    }

    /// Whether the first crew is there in time at base speeds, where what need not bind does not.
    pub fn reached_if_favourable(&self, times: &ArrivalTimes, place: geo::Coord) -> bool {
        let budget_ms = self.budget_ms_at(place);
        times.placed && times.favourable[0].is_some_and(|arrival| arrival.ms <= budget_ms)
    }

    /// The arrivals at a place.
    pub fn times_at(&self, place: geo::Coord) -> ArrivalTimes {
        self.times_of(&self.access.place(place))
    }

    /// The arrivals at a place that is served from these road locations, one for each class of vehicle.
    pub fn times_of(&self, placement: &Placement) -> ArrivalTimes {
        let arrivals = |field: &ArrivalField| self.access.arrivals(field, placement);
        ArrivalTimes {
            low: arrivals(&self.fields[0]),
            base: arrivals(&self.fields[1]),
            favourable: arrivals(&self.fields[2]),
            high: arrivals(&self.fields[3]),
            placed: placement.is_placed(),
        }
    }

    /// The name of a town; empty without one.
    pub fn town_name(&self, town: Option<TownId>) -> String {
        town.map_or_else(String::new, |town| self.area.layers.towns[town.index()].name.clone())
    }

    /// The name of a station, or else the id that its source gives it.
    pub fn station_name(&self, station: StationId) -> String {
        let station = &self.area.layers.stations[station.index()];
        if station.name.is_empty() { station.source_id.clone() } else { station.name.clone() }
    }
}
