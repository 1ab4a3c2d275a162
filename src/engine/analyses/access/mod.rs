//! # Village access (村庄消防车通达)
//!
//! **Question.** Which fire vehicle gets to each village, what stops the larger ones, and what is the cheapest way to open it?
//!
//! **Method.**
//! 1. Of every segment of road it is gathered what is known and how, and held against each class of vehicle: it passes, is
//!    blocked by a limit or by what stands in it, or is 待核 ([`passage`](crate::response::passage)); so is driving against a
//!    one-way street or taking a banned turn, which an engine on duty may where it is safe. An estimate never stops anybody. It lets pass only where the
//!    rules say so (`passing`): then the road is told with every village behind it and listed for a spot check.
//! 2. Which engine comes first, when, and how sure its way is, is what every question says
//!    ([`attendance`](crate::response::attendance)): an engine that a station has, by its quickest way. Beside it stand the
//!    next one, and the first whose way is known to let it through ([`dispatched`]).
//! 3. For each class, three trees of ways from its stations ([`ways`]): over segments that pass (certain); over
//!    undetermined ones too, as few as possible (possible); over blocked ones too, as cheaply as possible (what to open).
//!    What is reached possibly but not certainly is 待核.
//! 4. A place is reached where a crew stands on a road within half the lane spacing of its middle, or on the nearest road.
//! 5. What blocks: the blocked segments on the cheapest way of the next larger class, ranked by the people behind them;
//!    what to verify: the undetermined segments on the way with the fewest of them.
//! 6. The plan under a budget is the best set of upgrades by branch and bound, with a proven bound
//!    ([`budgeted_access`](fireplan_algorithms::budgeted_access)): villages behind one neck share its cost.
//! 7. Fragility: for every segment on a way that is driven, whether its closure cuts places off, leaves them only
//!    undetermined roads, or costs time ([`closures`]): low-link for what is cut off, and for the rest a search of what lay
//!    behind the segment, in steps as many as the ways are deep. Of 96,000 segments, 200 closed in turn take a fiftieth of
//!    the time of 200 searches of the county (`benches/access.rs`).
//! 8. Dead ends longer than the limit: the largest vehicle that gets in, the square it needs to turn, whether there is one or
//!    room for one, and what that costs ([`dead_ends`], [`turning`]).
//! 9. That no road leads to a place is certain only where no road ends just before another: behind such a suspected end
//!    ([`suspected`]) it is 待核, and the end is named.
//! 10. Whatever it takes to open a road is told in words, in money, and as edits of a scenario ([`works`]). What is promised of
//!     the plan is found by making its edits and asking again ([`adopted`]): a place on whose way something else is
//!     undetermined counts as opened only once that is verified.
//!
//! **Needs.** Roads and stations; villages, built-up areas, buildings, towns, elevation, population, water if there.
//!
//! **Gives.** Layers `access_villages`, `access_routes`, `access_segments`, `access_blocks`, `access_upgrades`,
//! `access_field_checks`, `access_fragile`, `access_dead_ends`; tables `town_access`, `village_access` and one for each
//! list; checks of each village's route against the clauses for fire lanes: those for towns (GB 50016) where it runs through
//! the built-up area of a town, those for villages (GB 50039) elsewhere ([`lanes`]).
//!
//! **Limits.** A segment is judged whole, from junction to junction. Bends are judged within a segment, not at junctions.
//! Costs leave out land. An undetermined segment on the way to be opened is taken to pass and counted as a fact to verify.
//! A closed segment is closed along its whole length, but a station on it still gets out at both ends.

mod adopted;
mod blocks;
mod built_up;
mod checks;
mod closures;
mod dead_ends;
mod describe;
mod dispatched;
mod field_checks;
mod fragile;
mod held;
mod lanes;
mod lists;
mod plan;
mod projects;
mod routes;
mod segments;
mod serving;
mod settlements;
mod shared;
mod small_engines;
mod story;
mod streets;
mod summary;
mod suspected;
#[cfg(test)]
mod tests;
mod turning;
mod villages;
mod walk;
mod ways;
mod works;

use std::sync::Arc;

use anyhow::Result;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::lanes::Lanes;
use self::settlements::Destination;
use self::streets::StreetGraph;
use self::suspected::SuspectedLinks;
use self::ways::{Fleet, PassReading};
use crate::analysis::{Analysis, Context};
use crate::proposals::propose;
use crate::response::dispatch::{Dispatch, Period};
use crate::response::passage::facts::{SegmentFacts, facts_of};
use crate::response::times::ResponseTimes;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Findings, Layer, Table};
use fireplan_model::ids::{SegmentId, TownId};
use fireplan_model::layers::{LayerId, VehicleClass};
use fireplan_model::method::MethodConstant;
use fireplan_model::notes::Notes;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

/// Title of the analysis, `中文 | English`.
pub const TITLE: &str = "村庄消防车通达 | Village access";
/// The question in one sentence, `中文 | English`.
pub const QUESTION: &str = "每个村能进多大的消防车，卡在哪里，怎样打通最省 | Which fire vehicle gets to each village, what stops the larger ones, and what is the cheapest way to open it?";

/// Which fire vehicle gets to each village, and what stops the larger ones?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FireAccess {
    /// 打通目标车型 | Vehicle to open roads for
    pub open_for: VehicleClass,
    /// 改造预算(万元) | Budget for upgrades in 10,000 yuan
    #[schemars(range(min = 0.0, max = 1_000_000.0))]
    pub budget_wan_yuan: f64,
    /// 执勤时段 | Time of day
    pub period: Period,
    /// 计入企业专职消防队 | Count works brigades
    pub works_brigades: bool,
    /// 绕行至少多走几分钟才列出 | Least delay to be listed for a closed road, in minutes
    #[schemars(range(min = 0.0, max = 120.0))]
    pub least_delay_min: f64,
}

impl Default for FireAccess {
    fn default() -> Self {
        Self {
            open_for: VehicleClass::Standard,
            budget_wan_yuan: 200.0,
            period: Period::Day,
            works_brigades: true,
            least_delay_min: 1.0,
        }
    }
}

const YUAN_PER_WAN: f64 = 10_000.0;
const MS_PER_MIN: f64 = 60_000.0;

/// Minutes with two decimals, rounded up.
fn minutes(ms: u64) -> f64 {
    (ms as f64 / MS_PER_MIN * 100.0).ceil() / 100.0
}

/// Ten thousands of yuan with one decimal, rounded up.
fn wan_yuan(yuan: u64) -> f64 {
    (yuan as f64 / YUAN_PER_WAN * 10.0).ceil() / 10.0
}

/// What all parts of this analysis work on: the question, the area, the rules and what was found first.
pub(crate) struct AccessRun<'a> {
    pub area: &'a StudyArea,
    pub rules: &'a Rules,
    pub facts: Arc<Vec<SegmentFacts>>,
    /// When the engines of the stations are where, as every question asks for it.
    pub response: ResponseTimes<'a>,
    /// One fleet for each class of vehicle, the largest first.
    pub fleets: Vec<Fleet<'a>>,
    pub places: Vec<Destination>,
    pub towns: TownIndex<'a>,
    /// The name by which a scenario means each road.
    pub references: Vec<String>,
    /// Where roads may meet though they are not drawn so.
    pub suspected: SuspectedLinks,
    /// Which lanes are held against the clauses for towns, and which against those for villages.
    pub lanes: Lanes<'a>,
}

impl AccessRun<'_> {
    pub(crate) fn town_name(&self, town: Option<TownId>) -> String {
        town.map_or_else(String::new, |town| self.area.layers.towns[town.index()].name.clone())
    }

    pub(crate) fn road_of(&self, segment: SegmentId) -> &fireplan_model::layers::Road {
        self.area.road_of(segment)
    }
}

impl FireAccess {
    fn dispatch(&self) -> Dispatch {
        Dispatch { period: self.period, works_brigades: self.works_brigades }
    }
}

impl Analysis for FireAccess {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Roads, LayerId::Stations]
    }

    fn reads(&self) -> &'static [LayerId] {
        &[
            LayerId::Roads,
            LayerId::RoadAreas,
            LayerId::Obstacles,
            LayerId::Stations,
            LayerId::Villages,
            LayerId::BuiltUp,
            LayerId::Buildings,
            LayerId::WaterSources,
            LayerId::Towns,
            LayerId::Elevation,
            LayerId::Population,
        ]
    }

    fn rules(&self) -> Vec<&'static str> {
        [
            crate::response::rules(),
            vec!["response.time_min", "response.village_min", "fire_lane", "village_lane", "upgrade"],
        ]
        .concat()
    }

    fn method(&self) -> Vec<MethodConstant> {
        [
            crate::response::method(),
            blocks::method(),
            lanes::method(),
            plan::method(),
            settlements::method(),
            turning::method(),
            ways::method(),
        ]
        .concat()
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        let mut notes = Notes::default();
        let findings = self.set_up(context, &mut notes, |run, notes| self.answer(run, context, notes))?;
        Ok(Findings { notes: notes.into_vec(), ..findings })
    }
}

/// Tells the next part of the work.
fn stage(context: &Context, zh: &str, en: &str) {
    context.progress.stage(&Label::new(zh, en), 0);
}

impl FireAccess {
    /// Finds what all parts of the answer work on, and hands it on.
    fn set_up<T>(
        &self,
        context: &Context,
        notes: &mut Notes,
        answer: impl FnOnce(&AccessRun, &mut Notes) -> Result<T>,
    ) -> Result<T> {
        let (area, rules) = (context.area, context.rules);
        stage(context, "道路宽度、坡度、桥梁", "Width, gradient and bridges of the roads");
        let facts = facts_of(area, rules);
        let response = ResponseTimes::from_dispatch(self.dispatch(), context, notes)?;
        dispatched::note_fleets(&response, notes);
        stage(context, "各类车辆的路线", "Ways of each class of vehicle");
        let streets = StreetGraph::new(area, rules);
        let fleets: Vec<Fleet> = dispatched::classes(&response)
            .par_iter()
            .map(|class| Fleet::new(area, rules, &streets, *class, &response.starts))
            .collect::<Result<_>>()?;
        let towns = TownIndex::new(area);
        let reached = |segment: SegmentId| fleets.iter().any(|fleet| fleet.reaches(segment, PassReading::Free));
        let lanes = Lanes::new(area, rules);
        let places = settlements::gather(area, rules, (&towns, &lanes), &reached, notes);
        let (references, suspected) = (crate::scenario::road_references(area), SuspectedLinks::new(area, &fleets));
        let run = AccessRun { area, rules, facts, response, fleets, places, towns, references, suspected, lanes };
        answer(&run, notes)
    }

    fn answer(&self, run: &AccessRun, context: &Context, notes: &mut Notes) -> Result<Findings> {
        stage(context, "村庄", "Villages");
        let mut outcomes = villages::judge(run)?;
        held::hold_against_today(run, (self, context), &mut outcomes)?;
        stage(context, "断路与尽头路", "Closures and dead ends");
        let fragile = closures::find(run, &outcomes, (self.least_delay_min * MS_PER_MIN) as u64)?;
        let ends = dead_ends::find(run);
        let villages = villages::rows(run, &outcomes, &fragile, &ends);
        stage(context, "瓶颈路段与改造方案", "What blocks, and what to open");
        let field_checks = field_checks::rows(run, &outcomes);
        let plan = plan::make(run, self, &outcomes);
        let kept = adopted::promise(run, (self, context), (&outcomes, &plan), notes)?;
        let blocks = blocks::blocks(run, &outcomes, &ends, &plan.roads(run));
        let upgrades = plan.rows(run, &kept);
        let (projects, gains) = projects::projects(run, self, &outcomes, &ends);
        let gains = projects::sure_gains(run, (self, context), (&projects, gains), notes)?;
        let dead_ends = dead_ends::rows(run, &ends);
        let fragile = fragile.rows(run);
        summary::note(run, notes);
        let mut checks = checks::checks(run, &outcomes, &dead_ends);
        checks.extend(small_engines::checks(run, &outcomes)?);
        let coded = |column: &'static str| Drawing::Coded { column };
        let layers = [
            Layer::new("access_segments", coded("largest"), &segments::rows(run)),
            Layer::new("access_routes", coded("access"), &routes::rows(run, &outcomes)).quiet(),
            Layer::new("access_fragile", coded("effect"), &fragile).quiet(),
            Layer::new("access_field_checks", coded("need"), &field_checks).quiet().with_sheets(),
            Layer::new("access_upgrades", Drawing::Plain, &upgrades),
            Layer::new("access_blocks", coded("hindrance"), &blocks),
            Layer::new("access_dead_ends", coded("room"), &dead_ends).quiet(),
            Layer::new("access_villages", coded("access"), &villages)
                .along_with("access_routes", "village", None)
                .along_with("access_blocks", "source_id", Some("limit_source_id"))
                .along_with("access_field_checks", "source_id", Some("limit_source_id")),
        ];
        Ok(Findings {
            figures: summary::figures(run, &outcomes, &villages, ((&plan, &kept), &upgrades), &field_checks)
                .into_iter()
                .chain(lists::figures(run, &dead_ends, &fragile))
                .collect(),
            layers: layers.into_iter().filter(|layer| !layer.features.is_empty()).collect(),
            tables: vec![
                Table::new("town_access", &summary::by_town(run, &outcomes, &villages)),
                Table::new("village_access", &villages).of_layer("access_villages"),
                Table::new("access_blocks", &blocks).of_layer("access_blocks"),
                Table::new("access_upgrades", &upgrades).of_layer("access_upgrades"),
                Table::new("access_field_checks", &field_checks).of_layer("access_field_checks"),
                Table::new("access_fragile", &fragile).of_layer("access_fragile"),
                Table::new("access_dead_ends", &dead_ends).of_layer("access_dead_ends"),
            ],
            checks,
            proposals: propose(run.area, Label::from(plan::TITLE), plan.edits(run)).into_iter().collect(),
            projects,
            gains,
            ..Findings::default()
        })
    }
}
