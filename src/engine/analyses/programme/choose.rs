//! The projects of each budget, in the order in which they are built.

use std::collections::BTreeSet;

use anyhow::Result;

use super::gather::{GatheredProjects, PlaceBenefit};
use super::{Programme, StageBudget};
use crate::analysis::Context;
use fireplan_location::{Benefit, Plan, ProjectChoice, SearchLimits, choose_projects};
use fireplan_model::method_constants;

method_constants! {
    /// 比选时费用的最小单位 | Smallest unit of cost in the choice
    const COSTS_IN_A_WAN: f64 = 10.0,
        because "费用按 0.1 万元（千元）向上取整，与项目表所列一致 | Costs are rounded up to 1,000 yuan, as the list of projects tells them";
    /// 人口不明的居民点在比选中的权重，不计入受益人口 | Weight in the choice of a place of which nobody counted the people; it is in no number of people
    const UNCOUNTED_PEOPLE: f64 = 1.0,
        because "有人居住而无人统计：排在有人口资料的之后，又不致落选；假定值，供审查 | Somebody lives there: it comes after what is known to serve people, and is still chosen where money is left; an assumption, for review";
    /// 一人一项改善计的分数 | Points for one person who gains one state
    const POINTS_A_PERSON: f64 = 100.0,
        because "整数求解器所需；权重取到 0.01，人口取到 0.01 人 | The solver counts in whole numbers: weights and people to a hundredth";
}

/// What is built by one stage.
pub(super) struct ChosenStage {
    pub budget: StageBudget,
    /// All projects built by then, in the order in which they are built.
    pub built: Vec<u32>,
    /// How many of them stand before the stage.
    pub before: usize,
    /// What they are worth.
    pub points: u64,
    /// No choice for this money, whatever was built before, is worth more.
    pub bound: u64,
}

impl ChosenStage {
    /// How far it may be from the best choice for this money, in percent of that, rounded up to a tenth.
    pub(super) fn gap_percent(&self) -> f64 {
        if self.bound == 0 {
            0.0
        } else {
            ((self.bound - self.points) as f64 / self.bound as f64 * 1000.0).ceil() / 10.0
        }
    }

    /// The projects of this stage alone.
    pub(super) fn own(&self) -> &[u32] {
        &self.built[self.before..]
    }
}

/// The stages, each with all that the one before has.
pub(super) fn choose(
    question: &Programme,
    gathered: &GatheredProjects,
    stages: &[StageBudget],
    context: &Context,
) -> Result<Vec<ChosenStage>> {
    let choice = choice(question, gathered);
    let stopped = || context.progress.cancelled() || context.progress.settled();
    let limits = SearchLimits { work: question.effort, cancelled: &stopped, ..SearchLimits::patient() };
    let mut chosen: Vec<ChosenStage> = Vec::new();
    for stage in stages {
        context.begin("各期投资最优组合", "The best projects of each budget")?;
        let room = (stage.total_wan_yuan * COSTS_IN_A_WAN).floor() as u64;
        let before: Vec<u32> = chosen.last().map_or_else(Vec::new, |last| last.built.clone());
        let nested = choose_projects(&choice, room, &before, &limits);
        let bound = bound(&choice, room, &nested, before.is_empty(), &limits);
        let mut built = before.clone();
        built.extend(in_order(gathered, &choice, &before, &nested.chosen));
        let points = nested.value;
        chosen.push(ChosenStage { budget: *stage, built, before: before.len(), points, bound });
    }
    Ok(chosen)
}

/// What no choice for this money exceeds, whatever was built before.
fn bound(choice: &ProjectChoice, room: u64, nested: &Plan, is_first: bool, limits: &SearchLimits) -> u64 {
    let free = if is_first { nested.bound } else { choose_projects(choice, room, &[], limits).bound };
    free.max(nested.value)
}

fn choice(question: &Programme, gathered: &GatheredProjects) -> ProjectChoice {
    // What has no price is in no way, and nothing is built that serves nobody.
    let cost = |project: u32| gathered.cost(project).map_or(0, |cost| (cost * COSTS_IN_A_WAN).ceil() as u64);
    let benefit = |one: &PlaceBenefit| Benefit {
        worth: (one.people.unwrap_or(UNCOUNTED_PEOPLE) * question.weight(one.state) * POINTS_A_PERSON).round() as u64,
        ways: one.ways.clone(),
    };
    ProjectChoice::new(
        (0..gathered.projects.len() as u32).map(cost).collect(),
        gathered.exclusive(),
        gathered.benefits.iter().map(benefit).filter(|benefit| benefit.worth > 0),
    )
}

/// Those of the chosen projects that are new: what gives most for its money first, and what serves only together in a row.
fn in_order(gathered: &GatheredProjects, choice: &ProjectChoice, before: &[u32], chosen: &[u32]) -> Vec<u32> {
    let mut left: BTreeSet<u32> = chosen.iter().copied().filter(|project| !before.contains(project)).collect();
    let mut built: BTreeSet<u32> = before.iter().copied().collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let ways = choice.benefits().iter().flat_map(|benefit| &benefit.ways);
        let steps: BTreeSet<Vec<u32>> = ways
            .filter(|way| way.iter().all(|project| built.contains(project) || left.contains(project)))
            .map(|way| way.iter().copied().filter(|project| left.contains(project)).collect())
            .filter(|step: &Vec<u32>| !step.is_empty())
            .collect();
        let now = worth(choice, &built);
        let rate = |step: &Vec<u32>| {
            let with: BTreeSet<u32> = built.iter().chain(step).copied().collect();
            let cost: u64 = step.iter().map(|project| choice.cost(*project)).sum();
            (worth(choice, &with) - now) as f64 / cost.max(1) as f64
        };
        let rated = steps.into_iter().map(|step| (rate(&step), step));
        let best = rated.reduce(|best, next| if next.0 > best.0 { next } else { best });
        // Everything chosen serves somebody; what does not by any way would come last, in the order of the projects.
        let mut step = best.map_or_else(|| left.iter().copied().collect(), |(_, step)| step);
        step.sort_by(|a, b| gathered.cost(*a).partial_cmp(&gathered.cost(*b)).expect("costs are finite"));
        for project in step {
            left.remove(&project);
            built.insert(project);
            order.push(project);
        }
    }
    order
}

fn worth(choice: &ProjectChoice, built: &BTreeSet<u32>) -> u64 {
    choice.worth(&built.iter().copied().collect::<Vec<_>>())
}
