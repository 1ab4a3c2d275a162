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
//! 5. Villages, hazards, crowded places and key units are told one by one: every engine that comes, how sure its way is, when
//!    the next comes, and when the force for a first attack is there. Each is held against the time that binds where it lies:
//!    five minutes in the built-up areas of cities and towns, a local target elsewhere
//!    ([`time_limits`](crate::response::time_limits)).
//! 6. Time bands are drawn from a lattice of places and then corrected against the roads ([`bands`]).
//! 7. A random sample is computed again by a second, plain implementation ([`audit`]); a contradiction fails the run.
//!
//! **Needs.** Roads and stations; villages, buildings, built-up areas, towns, population, elevation and water if there.
//!
//! **Gives.** Layers `coverage_roads`, `coverage_villages`, `coverage_buildings`, `coverage_built_up`, `coverage_bands`,
//! `coverage_attendance`, `coverage_stations`; tables `town_coverage`, `village_coverage`, `coverage_attendance`,
//! `station_coverage`; a check of every village, hazard, crowded place, key unit and station against its clause.
//!
//! **Limits.** Speeds are defaults until measured ones replace them. One vehicle per station; crews are always at
//! home. The access line looks for the nearest point of each straight piece of road, not around corners. U-turns are
//! free at junctions.

mod attended;
mod audit;
mod band_audit;
mod bands;
mod crews;
mod force;
mod in_limit;
mod live;
mod parts;
mod people;
mod planned_roads;
mod province;
mod roads;
mod sites;
mod stand_in;
mod station_grounds;
mod summary;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use anyhow::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Context, Live};
use crate::response::dispatch::{Dispatch, Period};
use crate::response::responsibility;
use crate::response::times::{ArrivalTimes, HORIZON_MIN, MS_PER_MIN, Reached, ResponseTimes, minutes};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Findings, Layer, Table};
use fireplan_model::ids::{StationId, TownId};
use fireplan_model::layers::LayerId;
use fireplan_model::method::MethodConstant;
use fireplan_model::notes::Notes;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

use bands::Sampled;
use parts::{CoverageParts, RoadPart};
use people::People;
pub use province::CoverageRecord;
use roads::RoadReach;
pub(crate) use sites::built_up_places;
use sites::{BuildingReach, BuiltUpJudged, BuiltUpReach, VillageReach};
use summary::{Parts, Shares};

/// Title of the analysis, `中文 | English`.
pub const TITLE: &str = "消防站响应覆盖 | Response coverage";
/// The question in one sentence, `中文 | English`.
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

/// A row with the ids of the town and the station it belongs to: names may repeat, ids do not.
pub(crate) struct Sited<R> {
    pub row: R,
    pub town: Option<TownId>,
    /// The station that is there first at base speed.
    pub first: Option<StationId>,
}

impl<R> Sited<R> {
    fn rows(sited: &[Self]) -> impl Iterator<Item = &R> {
        sited.iter().map(|sited| &sited.row)
    }
}

impl Analysis for Coverage {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Roads, LayerId::Stations]
    }

    fn reads(&self) -> &'static [LayerId] {
        &[
            LayerId::Roads,
            LayerId::Obstacles,
            LayerId::Stations,
            LayerId::Villages,
            LayerId::Buildings,
            LayerId::BuiltUp,
            LayerId::WaterSources,
            LayerId::Towns,
            LayerId::Population,
            LayerId::RoadAreas,
            LayerId::Barriers,
            LayerId::Elevation,
            LayerId::Hazards,
            LayerId::CrowdedPlaces,
            LayerId::KeyUnits,
        ]
    }

    fn rules(&self) -> Vec<&'static str> {
        [crate::response::rules(), vec!["response", "station"]].concat()
    }

    fn method(&self) -> Vec<MethodConstant> {
        [
            attended::method(),
            audit::method(),
            bands::method(),
            roads::method(),
            responsibility::method(),
            crate::response::method(),
        ]
        .concat()
    }

    fn is_live(&self) -> bool {
        true
    }

    fn live(&self, area: Arc<StudyArea>, rules: Arc<Rules>) -> Result<Box<dyn Live>> {
        Ok(Box::new(live::Following::new(self.clone(), area, rules)?))
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        let mut notes = Notes::default();
        let run = ResponseTimes::from_dispatch(self.dispatch(), context, &mut notes)?;
        let (parts, sampled) = CoverageParts::compute(self, &run, context)?;
        self.assemble(&run, parts, (sampled, notes), context)
    }
}

impl Coverage {
    fn dispatch(&self) -> Dispatch {
        Dispatch { period: self.period, works_brigades: self.works_brigades }
    }

    /// What it all comes to; the run need know no road any more unless bands are drawn.
    fn assemble(
        &self,
        run: &ResponseTimes,
        parts: CoverageParts,
        (sampled, mut notes): (Option<Sampled>, Notes),
        context: &Context,
    ) -> Result<Findings> {
        let stage = |zh: &str, en: &str, steps: u64| context.progress.stage(&Label::new(zh, en), steps);
        let CoverageParts { mut villages, buildings, roads, built_up, cells, attended, audited } = parts;
        sites::add_verdicts(&mut villages, &attended);
        sites::note_villages(&villages, &mut notes);
        sites::note_buildings(&buildings, &mut notes);
        stand_in::note_stand_ins(run, &attended, &mut notes);
        let villages: Vec<Sited<VillageReach>> = villages.into_iter().map(|village| village.sited).collect();
        let people = match cells {
            Some(cells) => people::of_cells(cells.into_iter().map(|cell| cell.at).collect(), &mut notes),
            None => People::of_villages(run, &villages),
        };
        stage("等时面", "Time bands", self.bands_min.len() as u64);
        let bands = match &sampled {
            Some(sampled) => bands::bands(run, sampled, &self.bands_min, context.progress)?,
            None => Vec::new(),
        };
        let areas = station_grounds::station_areas(run, sampled.as_ref());
        let stations = crews::stations(run, self.dispatch(), (sampled.as_ref(), &areas), &people, &roads);
        stage("独立复算自检", "Self-audit by a second computation", 0);
        let audited = audit::judge(run, audited, &bands)?;

        let built_up: Vec<BuiltUpJudged> = built_up.into_iter().map(|part| part.judged).collect();
        let buildings: Vec<Sited<BuildingReach>> =
            buildings.into_iter().filter_map(|building| building.sited).collect();
        let counted = |road: &RoadPart| (road.sited.town, road.counted_m, road.sited.row.reached);
        let shares = Parts {
            villages: &villages,
            buildings: buildings.iter().map(|building| (building.town, building.row.reached)).collect(),
            roads: roads.iter().map(counted).collect(),
            built_up: &built_up,
            people: &people,
            planned: roads.iter().filter(|road| road.is_planned).map(counted).collect(),
        };
        let shares = Shares::gather(run, shares);
        let mut figures = in_limit::figures(&attended);
        figures.extend(summary::figures(run, &shares, &villages));
        figures.push(audited);
        summary::note_assumptions(&mut notes);
        let mut checks = attended::checks(&attended);
        checks.extend(station_grounds::checks(run, &areas, &stations));
        let breaks = bands.iter().map(|band| band.up_to_min).collect();
        let by_time = Drawing::Graded { column: "up_to_min", breaks };
        let layers = vec![
            Layer::new("coverage_bands", by_time, &bands::rings(&run.area.plane, &bands)).quiet(),
            built_up_layer(built_up.iter().map(|judged| &judged.row)),
            roads_layer(roads.iter().map(|road| &road.sited.row)),
            buildings_layer(Sited::rows(&buildings)),
            villages_layer(Sited::rows(&villages)),
            Layer::new("coverage_attendance", Drawing::Coded { column: "band" }, attended::rows(&attended)),
            Layer::new("coverage_stations", Drawing::Coded { column: "kind" }, &stations).quiet(),
        ];
        let findings = Findings {
            figures,
            tables: vec![
                Table::new("town_coverage", &shares.by_town(run)),
                Table::new("village_coverage", Sited::rows(&villages)).of_layer("coverage_villages"),
                Table::new("coverage_attendance", attended::rows(&attended)).of_layer("coverage_attendance"),
                Table::new("station_coverage", &stations).of_layer("coverage_stations"),
            ],
            checks,
            notes: notes.into_vec(),
            ..Findings::default()
        };
        Ok(findings.with_layers(layers))
    }
}

fn by_reached() -> Drawing {
    Drawing::Coded { column: "reached" }
}

fn villages_layer<'a>(rows: impl IntoIterator<Item = &'a VillageReach>) -> Layer {
    Layer::new("coverage_villages", Drawing::Coded { column: "in_limit" }, rows).quiet()
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
