//! # Brigades (乡镇消防队建队判定)
//!
//! **Question.** Which town needs which fire brigade, what has it, and what else is asked of it?
//!
//! **Method.**
//! 1. The facts of each town are gathered one by one ([`facts`](crate::duties::facts)): from the towns layer and the tables joined to it; only
//!    the built-up area, where no table gives it, is taken from the built-up polygons. None stands in for another.
//! 2. The conditions of the rules are held against them in three-valued logic ([`criteria`](crate::duties::criteria)): a verdict that a missing
//!    fact could change is 待核 and names the fact. "Over" (超过) is strict; how status and size go together is a switch.
//! 3. A list that a government adopted decides before the facts, whose result is shown beside it ([`grade`]).
//! 4. The stations in the town are held against the tier: is there a brigade, of which kind, with what ([`existing`]).
//! 5. When the first professional crew from elsewhere reaches the town's centre comes from the coverage engine
//!    ([`support`]); towns far from all of them are grouped into the fewest brigades that could serve two of them or more
//!    together; a remote town that no other is near enough to is told, and no joint brigade is proposed for it.
//! 6. What else the notice asks of a town, its villages and its key units is listed with what is present, missing and due
//!    ([`duties`]). What other analyses hold is not among it: how much of all is met, [`obligations`](super::obligations) says.
//!
//! **Needs.** Towns. Stations, roads, villages and built-up areas if there.
//!
//! **Gives.** Layers `brigade_towns`, `brigade_service`; tables `town_grading`, `near_misses`, `town_obligations`,
//! `brigade_resources`, `consolidated_brigades`, each with the worst towns first and of these those with most people; a check of every town, resource and obligation with its clause.
//!
//! **Limits.** The text of GB/T 35547-2017 that divides level 1 from level 2 could not be checked: the split is an
//! unverified default, and every verdict that rests on it says so. A town's centre stands for the town. Consolidated
//! brigades are proposed at town centres only, with a standard truck at base speed.

pub mod existing;
mod findings;
pub mod grade;
mod list_notes;
mod projects;
mod rows;
pub mod story;
mod summary;
mod support;

use anyhow::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Context};
use crate::duties::facts::TownFacts;
use crate::duties::{self, Duty, DutyRules, KnownUnits, TownUnits, micro_stations};
use crate::response::dispatch::Dispatch;
use crate::response::dispatch::Period;
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_model::findings::Findings;
use fireplan_model::ids::TownId;
use fireplan_model::layers::{LayerId, Station, StationKind};
use fireplan_model::method::MethodConstant;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::rules;

use existing::{BrigadeFacts, BrigadeStanding, ExistingStations, Held};
use findings::BrigadeFindings;
use grade::{Grade, NearMiss};
use support::{RemoteTown, Support};

/// Title of the analysis, `中文 | English`.
pub const TITLE: &str = "乡镇消防队建队判定 | Town brigades";
/// The question in one sentence, `中文 | English`.
pub const QUESTION: &str =
    "哪些乡镇应建哪一级消防队，现有什么、还缺什么 | Which town needs which fire brigade, and what is missing?";

/// Which town needs which fire brigade, and what is missing?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Brigades {
    /// 接近门槛的范围 | Close to a threshold means within
    #[schemars(range(min = 0.0, max = 50.0))]
    pub near_percent: f64,
    /// 执勤时段 | Time of day
    pub period: Period,
}

impl Default for Brigades {
    fn default() -> Self {
        Self { near_percent: 10.0, period: Period::Day }
    }
}

/// What a cell says where there is none; an empty cell means that nothing is known.
const NONE: &str = "无";

/// All that is found of one town.
struct TownCase<'a> {
    facts: TownFacts,
    grade: Grade<'a>,
    /// The station that counts for its brigade.
    brigade: Option<&'a Station>,
    near: Vec<NearMiss<'a>>,
    held: Vec<Held<'a>>,
    standing: BrigadeStanding,
    support: Support,
    duties: Vec<Duty<'a>>,
}

impl Analysis for Brigades {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Towns]
    }

    fn reads(&self) -> &'static [LayerId] {
        &[
            LayerId::Towns,
            LayerId::Roads,
            LayerId::Stations,
            LayerId::Villages,
            LayerId::BuiltUp,
            LayerId::KeyUnits,
            LayerId::Candidates,
            LayerId::Forests,
            LayerId::RoadAreas,
            LayerId::Elevation,
            LayerId::Obstacles,
            LayerId::WaterSources,
        ]
    }

    fn rules(&self) -> Vec<&'static str> {
        [crate::response::rules(), vec!["response.time_min", "brigade", "obligation", "site.cost_wan_yuan"]].concat()
    }

    fn method(&self) -> Vec<MethodConstant> {
        [micro_stations::method(), crate::response::method()].concat()
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        let area = context.area;
        let mut notes = Notes::default();
        let stage = |zh: &str, en: &str| context.progress.stage(&Label::new(zh, en), 0);
        stage("专职力量到达各镇的时间", "When professional crews reach the towns");
        let (towns, local) = (TownIndex::new(area), TownRules::new(context.rules, area));
        let existing = ExistingStations::new(area, &towns);
        let run = support::run(context, self.dispatch(), &mut notes)?;
        let supports = support::supports(run.as_ref(), area, &existing, &mut notes);
        stage("逐镇判定", "Grading the towns");
        let cases = self.cases(context, &local, &towns, &existing, supports, &mut notes);
        stage("较远乡镇整合建队", "Consolidating brigades of remote towns");
        let consolidated = match &run {
            Some(run) => {
                let remote = remote(&local, &cases);
                support::consolidate(context, run, &remote)?
            }
            None => support::Consolidation::default(),
        };
        list_notes::note_lists(context, &cases, &mut notes);
        list_notes::note_alone(&cases, &consolidated, &mut notes);
        list_notes::note_other_duties(context, &mut notes);
        let found = BrigadeFindings { context, local: &local, cases: &cases, consolidated: &consolidated };
        Ok(Findings { notes: notes.into_vec(), ..found.findings() })
    }
}

impl Brigades {
    fn dispatch(&self) -> Dispatch {
        Dispatch { period: self.period, ..Dispatch::default() }
    }

    fn cases<'a>(
        &self,
        context: &'a Context,
        local: &'a TownRules,
        towns: &TownIndex,
        existing: &ExistingStations<'a>,
        supports: Vec<Support>,
        notes: &mut Notes,
    ) -> Vec<TownCase<'a>> {
        let (area, general) = (context.area, context.rules);
        let villages = micro_stations::village_stations(area, towns, notes);
        let key_units = micro_stations::key_unit_stations(area, towns);
        let forested = duties::forested_towns(area);
        let asked = DutyRules {
            obligations: &general.obligation,
            brigade: &general.brigade,
            reports: &area.reports,
            as_of: general.choice.as_of.as_deref(),
        };
        let shared = list_notes::shared_names(&area.layers.towns);
        let mut cases = Vec::with_capacity(supports.len());
        for (id, (town, support)) in TownId::first(area.layers.towns.len()).zip(area.layers.towns.iter().zip(supports))
        {
            let mut facts = TownFacts::of(town);
            facts.shares_name = shared.contains(&id);
            facts.complete_from(town, &area.layers.built_up, &area.plane);
            if facts.area_computed {
                let text = "建成区面积未给出，按建成区面计算 | Built-up area not given, taken from the polygons";
                notes.add(Severity::Info, Some(LayerId::Towns), text, town.name.as_str());
            }
            let rules = &local.of(Some(id)).brigade;
            let grade = grade::grade(rules, &facts);
            let is_listed = grade.adopted.is_some();
            let brigade = existing.brigade(id, is_listed);
            let held = brigade.map_or_else(Vec::new, |station| existing::held(rules, grade.equipped_as(), station));
            // Where nobody gives any station, none is known to be missing.
            let known = BrigadeFacts { brigade, may_be_unknown: existing.may_be_unknown(area, id), is_listed };
            let standing = match grade.tier {
                rules::Tier::Hub => hub_standing(brigade, &support),
                tier => existing::standing(tier, known, &held),
            };
            let units = TownUnits {
                facts: &facts,
                villages: &villages[id.index()],
                key_units: &key_units[id.index()],
                known: KnownUnits::of(area),
                forested: forested.as_ref().map(|towns| towns.contains(&id)),
                brigade: existing.has_town_brigade(area, id),
            };
            let duties = DutyRules { brigade: rules, ..asked }.of_town(&units);
            // What a list decides rests on no threshold.
            let by_facts = grade.adopted.is_none();
            let near = if by_facts { grade::near_misses(rules, &facts, self.near_percent) } else { Vec::new() };
            cases.push(TownCase { facts, grade, brigade, near, held, standing, support, duties });
        }
        cases
    }
}

/// A town that hubs serve: its own professional brigade, or a hub's in time.
fn hub_standing(brigade: Option<&Station>, support: &Support) -> BrigadeStanding {
    match (brigade, &support.neighbour) {
        (Some(station), _) if station.kind.is_city_station() => BrigadeStanding::CityStation,
        (Some(station), _) if existing::is_professional(station.kind) => BrigadeStanding::Met,
        (_, Some(helper)) if helper.reached.is_covered() => BrigadeStanding::Served,
        // A station of unknown kind may be as good as a hub's brigade.
        (Some(station), _) if station.kind == StationKind::Unknown => BrigadeStanding::Undetermined,
        (_, Some(_)) => BrigadeStanding::Late,
        (_, None) if support.is_out_of_reach => BrigadeStanding::Late,
        (_, None) => BrigadeStanding::Undetermined,
    }
}

/// Towns to have no professional brigade whose first professional crew comes late, with their centres.
fn remote(local: &TownRules, cases: &[TownCase]) -> Vec<RemoteTown> {
    let is_remote = |town: TownId, case: &TownCase| {
        let far = &local.of(Some(town)).brigade.remote_min;
        let from_elsewhere = case.support.neighbour.as_ref().map(|helper| helper.base_min);
        let own = matches!(case.grade.tier, rules::Tier::NotApplicable) || case.grade.tier.is_professional();
        !own && from_elsewhere.is_none_or(|min| far.op.holds(min, far.value))
    };
    let numbered = TownId::first(cases.len()).zip(cases).filter(|(town, case)| is_remote(*town, case));
    let of = |(town, case): (TownId, &TownCase)| {
        let now_min = case.support.neighbour.as_ref().map(|helper| helper.base_min);
        Some(RemoteTown { town, centre: case.support.centre?, now_min })
    };
    numbered.filter_map(of).collect()
}
