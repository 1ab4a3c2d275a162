//! # Siting (消防站选址)
//!
//! **Question.** Where should the next stations stand, how many, and why not fewer?
//!
//! **Method.**
//! 1. Sites are the plots of the candidate layer and places generated along main roads ([`sites`]). Each is held against
//!    the clauses on station sites; one that breaks a "shall" is refused, with its reason ([`legal`]).
//! 2. The time from every station and site to every place that counts is the driving time of coverage, exact to the metre
//!    ([`site_times`](crate::response::site_times)): a plan that is built as a scenario gives the same figures.
//! 3. The plan is chosen by a proven method ([`location`](fireplan_location)): reductions, heuristics and
//!    Lagrangian bounds of our own, then a MILP solver on what is left ([`choose`]). Every plan comes with a bound that no
//!    plan can beat; where they meet, the plan is the best there is.
//! 4. The plan is set up as stations and coverage is computed anew by the coverage engine. Where it differs, because stations
//!    that the plan gives up served places from other roads, the plan is made anew without these; a figure that differs still
//!    fails the run. Gains, losses and areas of responsibility are read from there ([`outcome`], [`responsibility`]).
//!
//! **Needs.** Roads, and one of population, villages, buildings, built-up areas, incidents, risk; stations, candidates,
//! crowded places, hazards, water and elevation if there.
//!
//! **Gives.** Layers `siting_stations`, `siting_sites`, `siting_villages`, `siting_areas`; tables `siting_curve`,
//! `siting_plan`, `siting_losses`, `siting_phases`, `siting_gains`; checks of sites and areas; the answers in words; plans to
//! take up as scenarios.
//!
//! **Limits.** One crew per station, always at home. Wind, flood levels and the price of land are not known here. Sites
//! along roads are places to look for a plot, not plots. The frontage, slope, water and cost figures are unverified
//! defaults.

mod case;
mod choose;
mod demands;
mod found;
mod frontages;
mod legal;
mod outcome;
mod phases;
mod plan_tables;
mod projects;
mod rows;
mod sites;
mod stands;
mod story;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Context};
use crate::response::dispatch::Period;
use crate::response::driving::DrivingReading;
use crate::response::responsibility;
use fireplan_model::codes;
use fireplan_model::findings::Findings;
use fireplan_model::layers::{LayerId, RoadClass, StationKind, VehicleClass};
use fireplan_model::method::MethodConstant;
use fireplan_model::notes::Notes;
use fireplan_model::rules::Rules;

pub use demands::Counted;
pub use sites::SiteSource;

/// Title of the analysis, `中文 | English`.
pub const TITLE: &str = "消防站选址 | Station sites";
/// The question in one sentence, `中文 | English`.
pub const QUESTION: &str =
    "新站建在哪里、建几座、为什么不能更少 | Where should the next stations stand, how many, and why not fewer?";

/// Where should the next stations stand, how many, and why not fewer?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Siting {
    /// 选址目标 | Aim
    pub objective: Objective,
    /// 计量对象 | What counts
    pub counted: Counted,
    /// 新建站数 | New stations
    #[schemars(range(min = 0, max = 200))]
    pub new_stations: u32,
    /// 总投资(万元)，填写后按投资而不按站数控制 | Budget in 10,000 yuan, instead of a number
    #[schemars(range(min = 1.0, max = 10_000_000.0))]
    pub budget_wan_yuan: Option<f64>,
    /// 目标覆盖率(用于“最少建站”) | Share to cover, for the fewest stations
    #[schemars(range(min = 1.0, max = 100.0))]
    pub goal_percent: f64,
    /// 首达覆盖至少保留(用于“双重覆盖”) | First coverage to keep, for backup coverage
    #[schemars(range(min = 0.0, max = 100.0))]
    pub keep_percent: f64,
    /// 对比到新建几座 | Compare up to so many new stations
    #[schemars(range(min = 1, max = 200))]
    pub curve_to: u32,
    /// 分期：年份=累计站数(或累计万元)，如 2027=2,2030=4 | Phases: year=total, stations or 10,000 yuan
    pub phases: Option<String>,
    /// 新站类别 | Kinds of new stations
    #[schemars(length(min = 1, max = 8))]
    pub kinds: Vec<StationKind>,
    /// 新站出动车辆 | Vehicle of new stations
    pub vehicle: VehicleClass,
    /// 现有站 | Present stations
    pub existing: ExistingPolicy,
    /// 候选站址来源 | Candidate sites
    pub sites: SiteSource,
    /// 沿路生成候选站址的间距 | Spacing of sites along roads
    #[schemars(range(min = 100.0, max = 20_000.0))]
    pub spacing_m: f64,
    /// 视为临街的道路等级 | Road classes to front on
    #[schemars(length(min = 1, max = 10))]
    pub frontage: Vec<RoadClass>,
    /// 必选站址(编号或名称，逗号分隔) | Sites to be chosen
    pub require: Option<String>,
    /// 排除站址(编号或名称，逗号分隔) | Sites not to be chosen
    pub forbid: Option<String>,
    /// 新站覆盖不超过责任区面积上限 | A new station covers no more built-up area than its cap
    pub area_caps: bool,
    /// 行车速度取值 | Speed table
    pub speed: DrivingReading,
    /// 执勤时段 | Time of day
    pub period: Period,
    /// 计入企业专职消防队 | Count works brigades
    pub works_brigades: bool,
    /// 求解工作量上限(单纯形迭代次数) | Most work of the solver, in simplex iterations
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub effort: u64,
}

impl Default for Siting {
    fn default() -> Self {
        Self {
            objective: Objective::MostCovered,
            counted: Counted::People,
            new_stations: 4,
            budget_wan_yuan: None,
            goal_percent: 90.0,
            keep_percent: 95.0,
            curve_to: 12,
            phases: None,
            kinds: vec![StationKind::Small],
            vehicle: VehicleClass::Standard,
            existing: ExistingPolicy::Kept,
            sites: SiteSource::Both,
            spacing_m: 1_000.0,
            frontage: vec![RoadClass::Trunk, RoadClass::Primary, RoadClass::Secondary, RoadClass::Tertiary],
            require: None,
            forbid: None,
            area_caps: false,
            speed: DrivingReading::Base,
            period: Period::Day,
            works_brigades: true,
            effort: 200_000,
        }
    }
}

codes! {
    /// What the best plan is best at.
    pub enum Objective default MostCovered {
        /// 覆盖最多 | Most covered
        MostCovered = "most_covered",
        /// 最少建站达到目标覆盖率 | Fewest stations for a share
        Fewest = "fewest",
        /// 双重覆盖最多 | Most covered twice
        BackedUp = "backed_up",
        /// 平均到达时间最短 | Least mean time (p-median)
        LeastMean = "least_mean",
        /// 最迟到达时间最短 | Least latest time (p-center)
        LeastLatest = "least_latest",
    }
}

impl Objective {
    /// Whether the aim counts arrival times, not what is covered in time.
    pub fn is_of_times(self) -> bool {
        matches!(self, Self::LeastMean | Self::LeastLatest)
    }
}

codes! {
    /// What becomes of the stations that stand.
    pub enum ExistingPolicy default Kept {
        /// 全部保留 | All are kept
        Kept = "kept",
        /// 可以迁建 | May be moved
        Movable = "movable",
    }
}

impl Analysis for Siting {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Roads]
    }

    fn reads(&self) -> &'static [LayerId] {
        &[
            LayerId::KeyUnits,
            LayerId::Roads,
            LayerId::Obstacles,
            LayerId::Stations,
            LayerId::Candidates,
            LayerId::Villages,
            LayerId::Buildings,
            LayerId::BuiltUp,
            LayerId::WaterSources,
            LayerId::Barriers,
            LayerId::Hazards,
            LayerId::CrowdedPlaces,
            LayerId::Incidents,
            LayerId::Towns,
            LayerId::Elevation,
            LayerId::Population,
            LayerId::Risk,
            LayerId::RoadAreas,
        ]
    }

    fn rules(&self) -> Vec<&'static str> {
        [crate::response::rules(), vec!["response.time_min", "response.village_min", "station", "site"]].concat()
    }

    fn method(&self) -> Vec<MethodConstant> {
        [
            case::method(),
            choose::method(),
            demands::method(),
            found::method(),
            legal::method(),
            responsibility::method(),
            crate::response::method(),
        ]
        .concat()
    }

    fn settles(&self) -> bool {
        true
    }

    fn judged_by(&self) -> Option<&'static str> {
        Some("coverage")
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        self.check_together(context.rules)?;
        // From which road a place is served may hang on which stations stand on: they are asked for until the plan is that of the
        // stations which it leaves.
        let mut stays: Vec<Option<BTreeSet<u32>>> = vec![None];
        loop {
            match self.plan(context, stays.last().and_then(Option::as_ref))? {
                Planned::Proven(findings) => return Ok(*findings),
                Planned::Other { left, why } => {
                    let left = Some(left);
                    if stays.contains(&left) {
                        return Err(why);
                    }
                    stays.push(left);
                }
            }
        }
    }
}

/// What a round comes to.
enum Planned {
    /// The coverage engine finds what the solver says.
    Proven(Box<Findings>),
    /// It does not: the rows of the stations that the plan leaves, for which it is to be made anew.
    Other { left: BTreeSet<u32>, why: anyhow::Error },
}

impl Siting {
    /// Makes the plan where these stations are taken to stand on.
    fn plan(&self, context: &Context, stays: Option<&BTreeSet<u32>>) -> Result<Planned> {
        let mut notes = Notes::default();
        let case = case::SitingCase::new(self, context, stays, &mut notes)?;
        let covering = case.covering();
        let choice = choose::choose(&case, &covering, context)?;
        let phases = phases::phases(&case, &covering, context)?;
        let outcome = outcome::PlanOutcome::new(&case, covering, &choice);
        let runs = outcome::PlanRuns::new(&case, &outcome, context)?;
        if let Err(why) = runs.audit(&case, &outcome) {
            let stand = |stand: &case::StandId| &case.stands[stand.index()];
            let left = outcome.stands.iter().map(stand).filter(|stand| stand.site.is_none());
            return Ok(Planned::Other { left: left.map(|stand| stand.start.origin.0).collect(), why });
        }
        context.begin("划分责任区", "Dividing the area")?;
        let areas = responsibility::areas(&runs.after);
        let found =
            found::SitingFindings { case: &case, choice: &choice, phases, outcome: &outcome, runs: &runs, areas };
        Ok(Planned::Proven(Box::new(found.findings(notes))))
    }
}

impl Siting {
    /// Refuses parameters that do not go together or that the rules do not know; the schema cannot say this.
    fn check_together(&self, rules: &Rules) -> Result<()> {
        if self.budget_wan_yuan.is_some() {
            if let Some(kind) = self.kinds.iter().find(|kind| rules.station_cost_wan_yuan(**kind).is_none()) {
                let (label, code) = (kind.label().zh, kind.code());
                bail!(
                    "规则中没有{label}({code})的造价；请补入 site.cost_wan_yuan，或不限投资 | \
                     the rules know no cost of '{code}'; add a row to site.cost_wan_yuan or leave the budget out"
                );
            }
            if self.objective.is_of_times() {
                let (label, code) = (self.objective.label().zh, self.objective.code());
                bail!(
                    "目标“{label}”({code})按座数计，不能限投资；请去掉 budget_wan_yuan | \
                     {code} counts stations; leave the budget out"
                );
            }
        }
        phases::parse(self.phases.as_deref()).map(drop)
    }
}

/// Names in a list such as `C03, C07`.
fn names(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.unwrap_or_default().split([',', '，', '、']).map(str::trim).filter(|name| !name.is_empty())
}
