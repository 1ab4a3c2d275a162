//! # Coverage (消防站响应覆盖)
//!
//! **Question.** Which places does a fire crew reach in time?
//!
//! **Method.**
//! 1. Every station is placed on the road network and sends one crew in its own class of vehicle, after its own turnout.
//! 2. Driving times come from the rules' speed table by road class, slope and surface, in three readings: low, base and
//!    high. One search finds, for every road, the two crews that are there first ([`reach`](crate::response::reach)).
//! 3. A place is served from the nearest usable road location in a straight line that crosses no open water
//!    ([`places`](crate::response::places)); arrival = turnout + driving + access from the road. Budgets compare `<=`.
//! 4. Roads are split at the metre where the time runs out. Covered under the low table: certain; under the base table:
//!    expected; only under the high table: possible.
//! 5. Time bands are drawn from a lattice of places and then corrected against the roads ([`bands`]).
//! 6. A random sample is computed again by a second, plain implementation ([`audit`]); a contradiction fails the run.
//!
//! **Needs.** Roads and stations; villages, buildings, built-up areas, towns, population, elevation and water if there.
//!
//! **Gives.** Layers `coverage_roads`, `coverage_villages`, `coverage_buildings`, `coverage_built_up`, `coverage_bands`,
//! `coverage_stations`; tables `town_coverage`, `village_coverage`, `station_coverage`; a check of every village and station against its clause.
//!
//! **Limits.** Speeds are defaults until measured ones replace them. One vehicle per station; crews are always at
//! home. The access line looks for the nearest point of each straight piece of road, not around corners. U-turns are
//! free at junctions.

mod audit;
mod bands;
pub(crate) mod crews;
mod kept;
mod live;
mod roads;
mod sites;
mod summary;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use anyhow::Result;
use geo::Coord;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Context, Live};
use crate::response::places::Access;
use crate::response::reach::{Arrivals, Field, Start};
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::findings::{Drawing, Findings, Layer, Table};
use fireplan_model::layers::LayerId;
use fireplan_model::network::Position;
use fireplan_model::notes::Notes;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

use bands::{Lattice, LatticePoint, Sampled};
use kept::{Kept, Searched};
use roads::RoadReach;
use sites::{BuildingReach, BuiltUpReach, VillageReach};
use summary::{Parts, Shares};

pub const TITLE: &str = "消防站响应覆盖 | Response coverage";
pub const QUESTION: &str =
    "接到出动指令后，各处能否在规定时间内等到消防车 | Which places does a fire crew reach in time?";

/// Which places does a fire crew reach in time?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Coverage {
    /// 执勤时段 | Time of day
    pub period: Period,
    /// 计入企业专职消防队 | Count works brigades
    pub works_brigades: bool,
    /// 时间等级，留空则不画等时面、只算指标 | Time bands; none: figures only, at once
    #[schemars(length(max = 12), inner(range(min = 0.5, max = HORIZON_MIN)))]
    pub bands_min: Vec<f64>,
    /// 等时面采样间距，0 为自动 | Lattice of the time bands, 0 = by the size of the area
    #[schemars(range(min = 0.0, max = 500.0))]
    pub lattice_m: f64,
    /// 自检样本数，0 为不自检(仅供速算) | Places in the self-audit; 0: none, for quick figures only
    #[schemars(range(min = 0, max = 100_000))]
    pub audit_places: u32,
}

impl Default for Coverage {
    fn default() -> Self {
        Self {
            period: Period::Day,
            works_brigades: true,
            bands_min: vec![3.0, 5.0, 8.0, 10.0, 15.0],
            lattice_m: 0.0,
            audit_places: 500,
        }
    }
}

codes! {
    /// Time of day; turnout and staffing hang on it.
    pub enum Period {
        /// 昼间 | Day
        Day = "day",
        /// 夜间 | Night
        Night = "night",
    }
}

codes! {
    /// How surely a place is reached within the budget.
    pub enum Reached order best_first {
        /// 确定覆盖(低速亦达) | Certainly covered: even at low speed
        Certain = "certain",
        /// 预期覆盖(基准速度) | Expectedly covered: at base speed
        Expected = "expected",
        /// 可能覆盖(仅高速达) | Possibly covered: only at high speed
        Possible = "possible",
        /// 超时 | Late
        Late = "late",
        /// 无路可达 | No way there
        Unreached = "unreached",
        /// 未落位(待核) | Unplaced: no road near enough
        Unplaced = "unplaced",
    }
}

/// Nobody waits longer: what is not reached by then counts as not reached. In minutes.
pub(crate) const HORIZON_MIN: f64 = 120.0;

pub(crate) const MS_PER_MIN: f64 = 60_000.0;

/// Minutes with two decimals, rounded up: what is late must not read as in time.
pub(crate) fn minutes(ms: f64) -> f64 {
    (ms / MS_PER_MIN * 100.0).ceil() / 100.0
}

/// Everything the parts of this analysis share.
pub(crate) struct Run<'a> {
    pub area: &'a StudyArea,
    pub rules: &'a Rules,
    pub budget_ms: f64,
    pub starts: Vec<Start>,
    /// Low, base, high.
    pub fields: [Field<'a>; 3],
    pub access: Access<'a>,
    pub towns: TownIndex<'a>,
}

/// The arrivals at one place under the three speed tables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub low: Arrivals,
    pub base: Arrivals,
    pub high: Arrivals,
    pub placed: bool,
}

/// A row with what it belongs to; names may repeat, numbers do not.
pub(crate) struct Sited<R> {
    pub row: R,
    /// Index into the towns layer.
    pub town: Option<usize>,
    /// Index into the stations layer of the station that is there first at base speed.
    pub first: Option<u32>,
}

impl<R> Sited<R> {
    fn rows(sited: &[Self]) -> impl Iterator<Item = &R> {
        sited.iter().map(|sited| &sited.row)
    }
}

impl<'a> Run<'a> {
    /// Places the stations on the roads and finds how soon their crews are everywhere.
    pub fn of(question: &Coverage, context: &Context<'a>, notes: &mut Notes) -> Result<Self> {
        let stage = |zh: &str, en: &str, steps: u64| context.progress.stage(&Label::new(zh, en), steps);
        stage("消防站上路", "Placing stations", 0);
        let starts = crews::start(question, context.area, context.rules, notes)?;
        stage("沿路网求到达时间", "Driving times on the network", 3);
        Self::new(context, starts)
    }

    /// What these crews reach.
    pub fn new(context: &Context<'a>, starts: Vec<Start>) -> Result<Self> {
        let (area, rules) = (context.area, context.rules);
        let mut kept = Kept::new(area);
        let searched = kept.search(area, rules, starts)?;
        context.progress.step(3);
        Ok(Self::over(area, rules, &kept, &searched))
    }

    /// What the crews reach by searches made before.
    fn over(area: &'a StudyArea, rules: &'a Rules, kept: &Kept, searched: &Searched) -> Self {
        Self {
            area,
            rules,
            budget_ms: rules.response.time_min.value * MS_PER_MIN,
            starts: searched.starts.clone(),
            fields: searched.reaches.clone().map(|reaches| Field::of(area, reaches)),
            access: Access::over(area, rules, kept.water.clone(), searched.usable.clone()),
            towns: TownIndex::new(area),
        }
    }

    pub fn base(&self) -> &Field<'_> {
        &self.fields[1]
    }

    /// Judges first arrivals in milliseconds against the budget.
    pub fn judge(&self, low: Option<f64>, base: Option<f64>, high: Option<f64>) -> Reached {
        let within = |ms: Option<f64>| ms.is_some_and(|ms| ms <= self.budget_ms);
        match () {
            () if within(low) => Reached::Certain,
            () if within(base) => Reached::Expected,
            () if within(high) => Reached::Possible,
            () if base.is_some() => Reached::Late,
            () => Reached::Unreached,
        }
    }

    pub fn reached(&self, times: &Times) -> Reached {
        if !times.placed {
            return Reached::Unplaced;
        }
        let first = |arrivals: &Arrivals| arrivals[0].map(|arrival| arrival.ms);
        self.judge(first(&times.low), first(&times.base), first(&times.high))
    }

    pub fn times_at(&self, place: geo::Coord) -> Times {
        self.times_of(&self.access.place(place))
    }

    /// At a place served from here, for each class of vehicle.
    pub fn times_of(&self, placement: &[Option<Position>]) -> Times {
        let arrivals = |field: &Field| self.access.arrivals(field, placement);
        Times {
            low: arrivals(&self.fields[0]),
            base: arrivals(&self.fields[1]),
            high: arrivals(&self.fields[2]),
            placed: placement.iter().any(Option::is_some),
        }
    }

    pub fn town_name(&self, town: Option<usize>) -> String {
        town.map_or_else(String::new, |town| self.area.layers.towns[town].name.clone())
    }

    pub fn station_name(&self, station: u32) -> String {
        let station = &self.area.layers.stations[station as usize];
        if station.name.is_empty() { station.source_id.clone() } else { station.name.clone() }
    }
}

impl Analysis for Coverage {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Roads, LayerId::Stations]
    }

    fn is_live(&self) -> bool {
        true
    }

    fn live(&self, area: Arc<StudyArea>, rules: Arc<Rules>) -> Result<Box<dyn Live>> {
        Ok(Box::new(live::Following::new(self.clone(), area, rules)?))
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        let stage = |zh: &str, en: &str, steps: u64| context.progress.stage(&Label::new(zh, en), steps);
        let mut notes = Notes::default();

        let run = Run::of(self, context, &mut notes)?;

        stage("村庄与建筑", "Villages and buildings", 0);
        let villages = sites::villages(&run, &mut notes);
        let buildings = sites::buildings(&run, &mut notes);
        stage("道路", "Roads", 0);
        let roads = roads::roads(&run);
        let lattice = Lattice::new(context.area, run.access.limit_m, self.lattice_m)?;
        let judged = sites::judged(context.area, &run.towns, &lattice);
        let sampled =
            (!self.bands_min.is_empty()).then(|| Sampled::new(&run, lattice, context.progress)).transpose()?;
        let point = |(place, number): &(Coord, Option<usize>)| match (&sampled, number) {
            (Some(sampled), Some(number)) => sampled.point(*number),
            _ => LatticePoint::at(&run, *place),
        };
        let of_places = |judged: &sites::Judged| -> Vec<LatticePoint> { judged.places.iter().map(point).collect() };
        let built_up: Vec<_> =
            judged.par_iter().map(|judged| sites::built_up(&run, judged, &of_places(judged))).collect();
        let people = sites::people(&run, &villages, &mut notes);
        stage("等时面", "Time bands", self.bands_min.len() as u64);
        let bands = match &sampled {
            Some(sampled) => bands::bands(&run, sampled, &self.bands_min, context.progress)?,
            None => Vec::new(),
        };
        let stations = crews::stations(&run, self, sampled.as_ref(), &people, &roads);
        stage("独立复算自检", "Self-audit by a second computation", 0);
        let audited = audit::audit(&run, self.audit_places, &roads, &bands)?;

        let parts = Parts {
            villages: &villages,
            buildings: buildings.iter().map(|building| (building.town, building.row.reached)).collect(),
            roads: roads.iter().map(|road| (road.town, road.row.length_m, road.row.reached)).collect(),
            built_up: &built_up,
            people: &people,
        };
        let shares = Shares::gather(&run, parts);
        let mut figures = summary::figures(&run, &shares, &villages);
        figures.push(audited);
        summary::note_assumptions(&mut notes);
        let breaks = bands.iter().map(|band| band.up_to_min).collect();
        let by_time = Drawing::Graded { column: "up_to_min", breaks };
        let layers = vec![
            Layer::new("coverage_bands", by_time, &bands::rings(&bands)).quiet(),
            built_up_layer(Sited::rows(&built_up)),
            roads_layer(Sited::rows(&roads)),
            buildings_layer(Sited::rows(&buildings)),
            villages_layer(Sited::rows(&villages)),
            Layer::new("coverage_stations", Drawing::Coded { column: "kind" }, &stations).quiet(),
        ];
        Ok(Findings {
            figures,
            layers: layers.into_iter().filter(|layer| !layer.features.is_empty()).collect(),
            tables: vec![
                Table::new("town_coverage", &shares.by_town(&run)),
                Table::new("village_coverage", Sited::rows(&villages)).of_layer("coverage_villages"),
                Table::new("station_coverage", &stations).of_layer("coverage_stations"),
            ],
            checks: summary::checks(&run, &villages, &stations),
            notes: notes.into_vec(),
            ..Findings::default()
        })
    }
}

fn by_reached() -> Drawing {
    Drawing::Coded { column: "reached" }
}

fn villages_layer<'a>(rows: impl IntoIterator<Item = &'a VillageReach>) -> Layer {
    Layer::new("coverage_villages", by_reached(), rows)
}

fn buildings_layer<'a>(rows: impl IntoIterator<Item = &'a BuildingReach>) -> Layer {
    Layer::new("coverage_buildings", by_reached(), rows).quiet()
}

fn roads_layer<'a>(rows: impl IntoIterator<Item = &'a RoadReach>) -> Layer {
    Layer::new("coverage_roads", by_reached(), rows)
}

fn built_up_layer<'a>(rows: impl IntoIterator<Item = &'a BuiltUpReach>) -> Layer {
    let breaks = vec![0.0, 25.0, 50.0, 75.0, 100.0];
    Layer::new("coverage_built_up", Drawing::Graded { column: "covered_percent", breaks }, rows).quiet()
}
