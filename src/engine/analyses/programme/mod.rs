//! # Programme (建设项目库与投资方案)
//!
//! **Question.** Of all that the other questions propose to build, what comes first with the money there is, and what do the
//! notices oblige to build anyway?
//!
//! **Method.**
//! 1. Access, brigades, firebreaks, hydrants, siting and water are asked with their default parameters, and hand over their
//!    projects with costs, and which people have what once which projects are built together ([`gather`]).
//! 2. A station serves the people to whom its engine comes within the time that binds where they live, and to whom none comes in
//!    time now; times are those of coverage at base speeds ([`in_time`]).
//! 3. The projects of each budget are those worth most together: people who gain a state, times the weight of the state, each
//!    person once for each state; of a settlement beside a forest, those who live near the open edge. HiGHS proves the choice
//!    or bounds it ([`choose_projects`](fireplan_location::choose_projects), [`choose`]). A later budget has all that the
//!    earlier ones have; beside its worth stands the most that any choice of its money could be worth.
//! 4. Within a budget, what gives most for its money comes first.
//! 5. What a stage promises is what the questions answer once the edits of the stage are made ([`adopted`]); what no edit says is
//!    told beside as it was weighed, and is in no sum. What a street of new hydrants brings by itself is told in people within reach of
//!    any of them and of no hydrant that works.
//! 6. The minimum legal plan is all projects that a clause in force obliges ([`legal`]), whatever they are worth.
//!
//! **Needs.** Roads, and whatever the other questions need; those that cannot be asked are told.
//!
//! **Gives.** Layer `programme_projects`; tables `programme_stages`, `programme_legal`, `programme_projects`; the answers in words;
//! the projects of each budget as scenarios.
//!
//! **Limits.** Unit costs are unverified defaults and leave out land. A place of which nobody counted the people
//! weighs as one person in the choice and is in no number of people. A village is no gain of a road
//! while another road on its way is undetermined. In the choice a road that is opened changes no
//! response time. Firebreaks, intakes and checkposts are no edits of a scenario.

mod adopted;
mod choose;
mod gather;
mod in_time;
mod legal;
mod rows;
mod story;
mod summary;
#[cfg(test)]
mod tests;

use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Context};
use crate::default_answers;
use fireplan_model::findings::{Chart, Drawing, Findings, GainedState, Layer, Table};
use fireplan_model::layers::LayerId;
use fireplan_model::method::MethodConstant;
use fireplan_model::notes::Notes;

/// Title of the analysis, `中文 | English`.
pub const TITLE: &str = "建设项目与投资方案 | Programme of projects";
/// The question in one sentence, `中文 | English`.
pub const QUESTION: &str = "有多少钱先建什么，文件要求必建的要多少钱 | What comes first with the money there is, and what must be built anyway?";

/// What comes first with the money there is?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Programme {
    /// 各期累计投资(万元)，可带年份，如 2027=200,2030=500 | Money by stage in 10,000 yuan, each with all before it; with years, such as 2027=200,2030=500
    pub budgets: String,
    /// 权重：时限内有车到场 | Weight: an engine in time
    #[schemars(range(min = 0.0, max = 100.0), extend("plausible" = [1, 3]))]
    pub weight_in_time: f64,
    /// 权重：普通消防车可达 | Weight: a way for a standard truck
    #[schemars(range(min = 0.0, max = 100.0), extend("plausible" = [0.5, 2]))]
    pub weight_truck: f64,
    /// 权重：消防供水达标 | Weight: enough water
    #[schemars(range(min = 0.0, max = 100.0), extend("plausible" = [0.5, 2]))]
    pub weight_water: f64,
    /// 权重：消火栓水带可达 | Weight: a hydrant within reach
    #[schemars(range(min = 0.0, max = 100.0), extend("plausible" = [0.5, 2]))]
    pub weight_hydrant: f64,
    /// 权重：林缘有达标阻隔 | Weight: firebreaks on facing forest edges
    #[schemars(range(min = 0.0, max = 100.0), extend("plausible" = [0.2, 2]))]
    pub weight_firebreak: f64,
    /// 求解工作量上限(单纯形迭代次数) | Most work of the solver, in simplex iterations
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub effort: u64,
}

impl Default for Programme {
    fn default() -> Self {
        Self {
            budgets: "200,500,1000,2000".to_owned(),
            weight_in_time: 1.0,
            weight_truck: 1.0,
            weight_water: 1.0,
            weight_hydrant: 1.0,
            weight_firebreak: 0.2,
            effort: 200_000,
        }
    }
}

/// More than this, in 10,000 yuan, no county has: it is written in yuan.
const MOST_WAN_YUAN: f64 = 10_000_000.0;

/// What may be spent by a stage, with all before it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct StageBudget {
    year: Option<u32>,
    total_wan_yuan: f64,
}

impl Programme {
    fn weight(&self, state: GainedState) -> f64 {
        match state {
            GainedState::InTime => self.weight_in_time,
            GainedState::Truck => self.weight_truck,
            GainedState::Water => self.weight_water,
            GainedState::Hydrant => self.weight_hydrant,
            GainedState::Firebreak => self.weight_firebreak,
        }
    }

    /// Reads `200, 500` and `2027=200, 2030=500`.
    fn stages(&self) -> Result<Vec<StageBudget>> {
        let mut stages: Vec<StageBudget> = Vec::new();
        let parts = self.budgets.split([',', '，', '、', ';', '；']).map(str::trim).filter(|part| !part.is_empty());
        for part in parts {
            let (year, total) = match part.split_once(['=', '＝', ':', '：']) {
                Some((year, total)) => (Some(year.trim().parse().ok()), total.trim()),
                None => (None, part),
            };
            let total = total.parse::<f64>().ok().filter(|total| *total > 0.0 && *total <= MOST_WAN_YUAN);
            let (Some(total_wan_yuan), false) = (total, year == Some(None)) else {
                bail!(
                    "各期投资写法有误：“{part}”应为累计万元数，如 200，或“年份=累计万元”，如 2027=200 | \
                     budgets: '{part}' is none; write the total in 10,000 yuan, such as 200, or year=total, such as 2027=200"
                );
            };
            let stage = StageBudget { year: year.flatten(), total_wan_yuan };
            let follows = |before: &StageBudget| {
                let later = before.year.zip(stage.year).is_none_or(|(before, year)| year > before);
                later && stage.total_wan_yuan > before.total_wan_yuan
            };
            if stages.last().is_some_and(|before| !follows(before)) {
                bail!(
                    "各期投资有误：“{part}”之前的一期不小于它；累计投资和年份都须递增 | \
                     budgets: '{part}' is no more than the stage before it; totals and years ascend"
                );
            }
            stages.push(stage);
        }
        if stages.is_empty() {
            bail!("没有写各期投资，如 200,500,1000,2000 | budgets: none is given; write such as 200,500,1000,2000");
        }
        Ok(stages)
    }
}

impl Analysis for Programme {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Roads]
    }

    fn reads(&self) -> &'static [LayerId] {
        LayerId::ALL
    }

    fn reads_answers(&self) -> bool {
        true
    }

    fn rules(&self) -> Vec<&'static str> {
        default_answers::rules()
    }

    fn method(&self) -> Vec<MethodConstant> {
        [choose::method(), default_answers::method()].concat()
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        let stages = self.stages()?;
        let mut notes = Notes::default();
        let mut gathered = gather::gather(context, &mut notes)?;
        context.begin("各站点可达", "Whom new stations reach")?;
        gathered.add_gains(in_time::gains(context, &gathered.projects)?);
        let chosen = choose::choose(self, &gathered, &stages, context)?;
        let legal = legal::legal_plan(&gathered);
        let told = adopted::told_gains(context, &gathered, &chosen, &mut notes)?;
        let rows = rows::rows(&gathered, &chosen, &told, context.rules);
        let stage_rows = rows::stage_rows(&gathered, &chosen, &told);
        let legal_rows = rows::legal_rows(&gathered, &chosen, &legal, context.rules);
        let layer = Layer::new("programme_projects", Drawing::Coded { column: "kind" }, &rows);
        Ok(Findings {
            answers: story::answers(&gathered, &chosen, &legal, &told),
            figures: summary::figures(&gathered, &chosen, &legal, &told),
            tables: vec![
                Table::new("programme_stages", &stage_rows).charted(Chart {
                    x: "budget_wan_yuan",
                    y: vec!["gained_states"],
                    mark: None,
                }),
                Table::new("programme_legal", &legal_rows),
                Table::new("programme_projects", &rows).of_layer("programme_projects"),
            ],
            proposals: summary::proposals(context, &gathered, &chosen, &legal),
            notes: notes.into_vec(),
            ..Findings::default()
        }
        .with_layers(vec![layer]))
    }
}
