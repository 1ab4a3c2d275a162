//! # Brigades (乡镇消防队建队判定)
//!
//! **Question.** Which town needs which fire brigade, what has it, and what else is asked of it?
//!
//! **Method.**
//! 1. The facts of each town are gathered one by one ([`facts`]): from the towns layer and the tables joined to it; only
//!    the built-up area, where no table gives it, is taken from the built-up polygons. None stands in for another.
//! 2. The conditions of the rules are held against them in three-valued logic ([`criteria`]): a verdict that a missing
//!    fact could change is 待核 and names the fact. "Over" (超过) is strict; how status and size go together is a switch.
//! 3. A list that a government adopted decides before the facts, whose result is shown beside it ([`grade`]).
//! 4. The stations in the town are held against the tier: is there a brigade, of which kind, with what ([`existing`]).
//! 5. When the first professional crew from elsewhere reaches the town's centre comes from the coverage engine
//!    ([`support`]); towns far from all of them are grouped into the fewest brigades that could serve them together.
//! 6. The other countable obligations of the notice are listed with what is present, missing and due ([`duties`]).
//!
//! **Needs.** Towns. Stations, roads, villages and built-up areas if there.
//!
//! **Gives.** Layers `brigade_towns`, `brigade_service`; tables `town_grading`, `near_misses`, `town_obligations`,
//! `brigade_resources`, `consolidated_brigades`; a check of every town, resource and obligation with its clause.
//!
//! **Limits.** The text of GB/T 35547-2017 that divides level 1 from level 2 could not be checked: the split is an
//! unverified default, and every verdict that rests on it says so. A town's centre stands for the town. Consolidated
//! brigades are proposed at town centres only, with a standard truck at base speed.

pub mod criteria;
pub mod duties;
pub mod existing;
pub mod facts;
pub mod grade;
mod rows;
pub mod story;
mod summary;
mod support;

use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Context};
use crate::response::crews;
use crate::response::dispatch::Dispatch;
use crate::response::dispatch::Period;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Findings, Layer, Table};
use fireplan_model::ids::{StationId, TownId};
use fireplan_model::layers::{LayerId, StationKind};
use fireplan_model::method::MethodConstant;
use fireplan_model::method_constants;
use fireplan_model::names;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::rules;
use fireplan_model::rules::Fact;

use duties::{Duty, VillageStations};
use existing::{BrigadeStanding, ExistingStations, Held};
use facts::TownFacts;
use grade::{Grade, NearMiss};
use rows::{ConsolidatedBrigade, HubService};
use support::{Consolidated, Support};

pub const TITLE: &str = "乡镇消防队建队判定 | Town brigades";
pub const QUESTION: &str =
    "哪些乡镇应建哪一级消防队，现有什么、还缺什么 | Which town needs which fire brigade, and what is missing?";

/// Which town needs which fire brigade, and what is missing?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Brigades {
    /// 接近门槛的范围 | Close to a threshold means within
    #[schemars(range(min = 0.0, max = 50.0))]
    pub near_percent: f64,
    /// 评估日期(如 2026-06-30，用于判断任务是否逾期) | Day of assessment, to tell what is overdue
    pub as_of: Option<String>,
    /// 执勤时段 | Time of day
    pub period: Period,
}

impl Default for Brigades {
    fn default() -> Self {
        Self { near_percent: 10.0, as_of: None, period: Period::Day }
    }
}

/// A cell that says that there is none, as against one that says nothing.
const NONE: &str = "无";

/// All that is found of one town.
struct TownCase<'a> {
    facts: TownFacts,
    grade: Grade<'a>,
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

    fn method(&self) -> Vec<MethodConstant> {
        [method(), crate::response::method()].concat()
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        self.check_day()?;
        let area = context.area;
        let mut notes = Notes::default();
        let stage = |zh: &str, en: &str| context.progress.stage(&Label::new(zh, en), 0);
        stage("专职力量到达各镇的时间", "When professional crews reach the towns");
        let towns = TownIndex::new(area);
        let existing = ExistingStations::new(area, &towns);
        let run = support::run(context, self.dispatch(), &mut notes)?;
        let supports = support::supports(run.as_ref(), area, &existing, &mut notes);
        stage("逐镇判定", "Grading the towns");
        let cases = self.cases(context, &towns, &existing, supports, &mut notes);
        stage("较远乡镇整合建队", "Consolidating brigades of remote towns");
        let consolidated = match &run {
            Some(run) => {
                let remote = remote(context, &cases);
                support::consolidate(context, run, &remote, context.rules.brigade.consolidated_min.value)?
            }
            None => Vec::new(),
        };
        note_lists(context, &mut notes);
        let found = Found { context, existing: &existing, cases: &cases, consolidated: &consolidated };
        Ok(Findings { notes: notes.into_vec(), ..found.findings() })
    }
}

impl Brigades {
    /// A day of the calendar is more than a form of text, so the schema cannot say what `as_of` may be.
    fn check_day(&self) -> Result<()> {
        if let Some(day) = self.as_of.as_deref().filter(|day| !rules::is_date(day)) {
            bail!("as_of is '{day}'; give a day such as 2026-06-30");
        }
        Ok(())
    }

    fn dispatch(&self) -> Dispatch {
        Dispatch { period: self.period, ..Dispatch::default() }
    }

    fn cases<'a>(
        &self,
        context: &Context<'a>,
        towns: &TownIndex,
        existing: &ExistingStations,
        supports: Vec<Support>,
        notes: &mut Notes,
    ) -> Vec<TownCase<'a>> {
        let (area, rules) = (context.area, context.rules);
        let villages = village_stations(area, towns, notes);
        let mut cases = Vec::with_capacity(supports.len());
        for (id, (town, support)) in TownId::first(area.layers.towns.len()).zip(area.layers.towns.iter().zip(supports))
        {
            let mut facts = TownFacts::of(town);
            facts.complete_from(town, &area.layers.built_up);
            if facts.area_computed {
                let text = "建成区面积未给出，按建成区面计算 | Built-up area not given, taken from the polygons";
                notes.add(Severity::Info, Some(LayerId::Towns), text, town.name.as_str());
            }
            let grade = grade::grade(&rules.brigade, &facts);
            let brigade = existing.brigade(id);
            let held = brigade.map_or_else(Vec::new, |station| existing::held(&rules.brigade, grade.tier, station));
            let unknown = existing.of(id).iter().any(|(_, station)| station.kind == StationKind::Unknown);
            let standing = match grade.tier {
                rules::Tier::Hub => hub_standing(brigade, &support),
                tier => existing::standing(tier, brigade, unknown, &held),
            };
            let duties =
                duties::duties(&rules.brigade, &rules.obligation, &facts, &villages[id.index()], self.as_of.as_deref());
            let near = grade::near_misses(&rules.brigade, &facts, self.near_percent);
            cases.push(TownCase { facts, grade, near, held, standing, support, duties });
        }
        cases
    }
}

/// A town that hubs serve: its own professional brigade, or a hub's in time.
fn hub_standing(brigade: Option<&fireplan_model::layers::Station>, support: &Support) -> BrigadeStanding {
    match (brigade, &support.neighbour) {
        (Some(station), _) if existing::is_professional(station.kind) => BrigadeStanding::Met,
        (_, Some(helper)) if helper.reached.is_covered() => BrigadeStanding::Served,
        // It may be the hub's equal.
        (Some(station), _) if station.kind == StationKind::Unknown => BrigadeStanding::Undetermined,
        (_, Some(_)) => BrigadeStanding::Late,
        (_, None) => BrigadeStanding::Undetermined,
    }
}

/// Towns to have no professional brigade whose first professional crew comes late, with their centres.
fn remote(context: &Context, cases: &[TownCase]) -> Vec<(TownId, geo::Coord)> {
    let far = &context.rules.brigade.remote_min;
    let is_remote = |case: &TownCase| {
        let from_elsewhere = case.support.neighbour.as_ref().map(|helper| helper.base_min);
        let own = matches!(case.grade.tier, rules::Tier::NotApplicable) || case.grade.tier.is_professional();
        !own && from_elsewhere.is_none_or(|min| far.op.holds(min, far.value))
    };
    let numbered = TownId::first(cases.len()).zip(cases).filter(|(_, case)| is_remote(case));
    numbered.filter_map(|(town, case)| Some((town, case.support.centre?))).collect()
}

method_constants! {
    /// 微型消防站未与村、社区同名时，算作此距离内最近的村、社区的站 | A micro station that bears no village's name counts for the nearest village or community within this
    const MICRO_STATION_NEAR_M: f64 = 1_000.0,
        because "微型消防站要求 3 分钟到场，步行、骑行约 1 公里；假定值，供审查 | Micro stations are to arrive within 3 minutes, some kilometre; an assumption, for review";
}

/// Villages and communities of each town with their micro stations: the one whose name a station bears, or else the
/// nearest within [`MICRO_STATION_NEAR_M`]. Natural villages (自然村, hamlets) have no committee and are not counted.
fn village_stations(area: &StudyArea, towns: &TownIndex, notes: &mut Notes) -> Vec<VillageStations> {
    let counted = |kind: &str| !matches!(kind, "自然村" | "hamlet" | "isolated_dwelling" | "locality");
    let villages: Vec<&fireplan_model::layers::Village> =
        area.layers.villages.iter().filter(|village| counted(&village.kind)).collect();
    let micro: Vec<_> = area.layers.stations.iter().filter(|station| station.kind == StationKind::Micro).collect();
    let mut there = vec![false; villages.len()];
    for station in &micro {
        let named = |village: &&fireplan_model::layers::Village| {
            let stem = names::stem(&village.name);
            !stem.is_empty() && station.name.contains(stem.as_str())
        };
        let distance = |at: usize| geo::Distance::distance(&geo::Euclidean, villages[at].geometry, station.geometry);
        let by_name = (0..villages.len()).filter(|at| named(&villages[*at]));
        let nearest = by_name.min_by(|a, b| distance(*a).total_cmp(&distance(*b))).or_else(|| {
            let near = (0..villages.len()).filter(|at| distance(*at) <= MICRO_STATION_NEAR_M);
            near.min_by(|a, b| distance(*a).total_cmp(&distance(*b)))
        });
        match nearest {
            Some(at) => there[at] = true,
            None => {
                let text = "微型消防站附近没有同名或邻近的村、社区 | Micro station near no village or community";
                notes.add(Severity::Warning, Some(LayerId::Stations), text, station.name.as_str());
            }
        }
    }
    let mut of_towns = vec![VillageStations::default(); area.layers.towns.len()];
    for (village, there) in villages.iter().zip(there) {
        if let Some(town) = towns.at(village.geometry.0) {
            of_towns[town.index()].villages.push((village.name.clone(), (!micro.is_empty()).then_some(there)));
        }
    }
    of_towns
}

/// Names of the adopted list, and communities of the obligations, that the area does not have.
fn note_lists(context: &Context, notes: &mut Notes) {
    let layers = &context.area.layers;
    for line in &context.rules.brigade.adopted {
        if let rules::Whom::Town { name, .. } = &line.whom
            && !layers.towns.iter().any(|town| names::plain(&town.name).ends_with(&names::plain(name)))
        {
            let text = "名单上的乡镇不在本区 | Towns of the adopted list that are not in this area";
            notes.add(Severity::Info, Some(LayerId::Towns), text, name.as_str());
        }
    }
    for obligation in &context.rules.obligation {
        for name in obligation.villages.iter().filter(|name| !layers.villages.iter().any(|one| one.name == **name)) {
            let text = "任务清单点名的村、社区不在村庄图层中 | Communities that the notice names and the data lacks";
            notes.add(Severity::Warning, Some(LayerId::Villages), text, name.as_str());
        }
    }
}

/// What was found, on its way into findings.
struct Found<'a> {
    context: &'a Context<'a>,
    existing: &'a ExistingStations<'a>,
    cases: &'a [TownCase<'a>],
    consolidated: &'a [Consolidated],
}

impl Found<'_> {
    fn findings(&self) -> Findings {
        let towns: Vec<_> = TownId::first(self.cases.len()).map(|town| self.town(town)).collect();
        let services: Vec<HubService> = TownId::first(self.cases.len()).filter_map(|town| self.service(town)).collect();
        let layers = [
            Layer::new("brigade_towns", Drawing::Coded { column: "tier" }, &towns),
            Layer::new("brigade_service", Drawing::Coded { column: "reached" }, &services).quiet(),
        ];
        Findings {
            figures: summary::figures(self.context, self.cases),
            layers: layers.into_iter().filter(|layer| !layer.features.is_empty()).collect(),
            tables: vec![
                Table::new("town_grading", &towns).of_layer("brigade_towns"),
                Table::new("near_misses", &self.near_misses()),
                Table::new("town_obligations", &self.obligations()),
                Table::new("brigade_resources", &self.resources()),
                Table::new("consolidated_brigades", &self.consolidated_rows()),
            ],
            checks: summary::checks(self.cases, &towns),
            ..Findings::default()
        }
    }

    fn budget_min(&self) -> f64 {
        self.context.rules.response.time_min.value
    }

    fn station_name(&self, station: StationId) -> String {
        let station = &self.context.area.layers.stations[station.index()];
        if station.name.is_empty() { station.source_id.clone() } else { station.name.clone() }
    }

    fn town(&self, id: TownId) -> rows::TownBrigade {
        let (town, case) = (&self.context.area.layers.towns[id.index()], &self.cases[id.index()]);
        let (facts, grade, support) = (&case.facts, &case.grade, &case.support);
        let helper = support.neighbour.as_ref();
        let neighbour = helper.map_or_else(String::new, |helper| self.station_name(helper.station));
        let brigade = self.existing.brigade(id);
        let number_of = |fact| facts.number(fact).filter(|span| span.low == span.high).map(|span| span.low);
        let lacks: Vec<Label> = case.held.iter().filter_map(story::lack).collect();
        let telling = story::Telling {
            facts,
            grade,
            standing: case.standing,
            brigade,
            lacks: &lacks,
            support,
            neighbour: &neighbour,
            budget_min: self.budget_min(),
        };
        rows::TownBrigade {
            geometry: town.geometry.clone(),
            name: town.name.clone(),
            kind: facts.kind,
            tier: grade.tier,
            standing: case.standing,
            computed_tier: grade.computed,
            missing: Some(story::joined(&grade.missing).zh).filter(|text| !text.is_empty()).unwrap_or(NONE.to_owned()),
            built_up_km2: number_of(Fact::BuiltUpKm2).map(|km2| (km2 * 1e4).round() / 1e4),
            area_computed: facts.area_computed,
            built_up_people: number_of(Fact::BuiltUpPeople),
            total_people: number_of(Fact::TotalPeople),
            status: town.status.clone(),
            status_year: town.status_year,
            brigade: brigade.map_or_else(|| NONE.to_owned(), crews::name),
            neighbour_min: helper.map(|helper| helper.base_min),
            neighbour_high_min: helper.and_then(|helper| Some(helper.range_min?[0])),
            neighbour_low_min: helper.and_then(|helper| Some(helper.range_min?[1])),
            villages: support.villages,
            villages_in_time: support.villages_in_time,
            unverified: grade.unverified,
            story: story::tell(&telling),
            neighbour,
        }
    }

    fn service(&self, town: TownId) -> Option<HubService> {
        let case = &self.cases[town.index()];
        let helper = case.support.neighbour.as_ref()?;
        Some(HubService {
            geometry: support::line(self.context.area, &case.support)?,
            name: case.facts.name.clone(),
            station: self.station_name(helper.station),
            reached: helper.reached,
            response_min: helper.base_min,
        })
    }

    fn near_misses(&self) -> Vec<rows::Near> {
        let row = |(case, near): (&TownCase, &NearMiss)| rows::Near {
            geometry: (),
            name: case.facts.name.clone(),
            fact: near.fact,
            measured: near.limit.measured(near.measured),
            bound: near.limit.bound(),
            off_percent: (near.off_percent * 10.0).round() / 10.0,
            tier: case.grade.computed,
            otherwise: near.otherwise,
            cite: near.limit.provenance.cite_label(),
        };
        self.cases.iter().flat_map(|case| case.near.iter().map(move |near| (case, near))).map(row).collect()
    }

    fn obligations(&self) -> Vec<rows::TownDuty> {
        let row = |(case, duty): (&TownCase, &Duty)| {
            let provenance = duty.obligation.condition.provenance();
            rows::TownDuty {
                geometry: (),
                name: case.facts.name.clone(),
                duty: duty.obligation.name.clone(),
                required: duty.required.clone(),
                present: duty.present.clone(),
                missing: duty.missing,
                due: if duty.obligation.due.is_empty() {
                    "持续推进".to_owned()
                } else {
                    duty.obligation.due.clone()
                },
                state: duty.state,
                remark: duty.remark.clone(),
                cite: provenance.cite_label(),
                force: provenance.force,
            }
        };
        self.cases.iter().flat_map(|case| case.duties.iter().map(move |duty| (case, duty))).map(row).collect()
    }

    fn resources(&self) -> Vec<rows::BrigadeResource> {
        let mut rows = Vec::new();
        for (town, case) in TownId::first(self.cases.len()).zip(self.cases) {
            let brigade = self.existing.brigade(town).map_or_else(String::new, |station| station.name.clone());
            rows.extend(case.held.iter().map(|held| rows::BrigadeResource {
                geometry: (),
                name: case.facts.name.clone(),
                brigade: brigade.clone(),
                tier: held.resource.tier,
                item: held.resource.item,
                required: held.resource.limit.bound(),
                present: held.present,
                missing: held.present.map(|present| (held.resource.limit.value - present).max(0.0)),
                cite: held.resource.limit.provenance.cite_label(),
                confidence: held.resource.limit.provenance.confidence,
            }));
        }
        rows
    }

    fn consolidated_rows(&self) -> Vec<ConsolidatedBrigade> {
        let name = |town: TownId| self.cases[town.index()].facts.name.clone();
        let cite = self.context.rules.brigade.consolidated_min.provenance.cite_label();
        let mut rows = Vec::new();
        for brigade in self.consolidated {
            rows.extend(brigade.serves.iter().map(|(town, response_min)| ConsolidatedBrigade {
                geometry: (),
                host: name(brigade.host),
                name: name(*town),
                response_min: *response_min,
                now_min: self.cases[town.index()].support.neighbour.as_ref().map(|helper| helper.base_min),
                cite: cite.clone(),
            }));
        }
        rows
    }
}
