//! Key figures, and the projects of each budget as scenarios.

use super::adopted::{ToldGains, edits_of};
use super::choose::ChosenStage;
use super::gather::GatheredProjects;
use super::story::first_step;
use crate::analysis::Context;
use crate::proposals::propose;
use fireplan_model::findings::{Figure, Proposal};
use fireplan_model::rows::Label;

pub(super) fn figures(
    gathered: &GatheredProjects,
    chosen: &[ChosenStage],
    legal: &[u32],
    told: &ToldGains,
) -> Vec<Figure> {
    let mut figures = Vec::new();
    if let Some((last, promise)) = chosen.last().zip(told.stages.last()) {
        let (budget, count, cost) = (last.budget.total_wan_yuan, last.built.len(), gathered.cost_of(&last.built));
        figures.push(
            Figure::new(
                "programme_gained_people",
                "末期方案受益人口 | People who gain by the last stage",
                Some(promise.adopted.people),
                "人",
            )
            .remark(
                format!("投资 {budget} 万元内建 {count} 项，费用 {cost} 万元：{}", promise.told().zh),
                format!("{count} projects for {cost} of {budget} x 10,000 yuan: {}", promise.told().en),
            ),
        );
    }
    figures.extend(first_figure(gathered, chosen, told));
    let unpriced = legal.iter().filter(|project| gathered.cost(**project).is_none()).count();
    let count = legal.len();
    figures.push(
        Figure::new(
            "programme_obliged_wan_yuan",
            "必建项目费用 | Cost of what must be built",
            Some(gathered.cost_of(legal)),
            "万元",
        )
        .remark(
            format!("{count} 项，其中 {unpriced} 项无法估价；单价为未核实的缺省值，不含用地"),
            format!(
                "{count} projects, {unpriced} of them without a price; unit costs are unverified and leave out land"
            ),
        ),
    );
    let all = gathered.projects.len();
    let without = gathered.projects.iter().filter(|project| project.cost_wan_yuan.is_none()).count();
    figures.push(
        Figure::new("programme_projects", "项目库项目数 | Projects in the list", Some(all as f64), "项").remark(
            format!("其中 {without} 项无法估价，不参与比选"),
            format!("{without} without a price take no part in the choice"),
        ),
    );
    figures
}

/// People who gain by the first project, with those that serve only together with it.
fn first_figure(gathered: &GatheredProjects, chosen: &[ChosenStage], told: &ToldGains) -> Option<Figure> {
    let (stage, promise) = chosen.first().zip(told.first.as_ref())?;
    let cost = gathered.cost_of(first_step(gathered, stage)?);
    let (title, told) = (&gathered.projects[stage.built[0] as usize].title, promise.told());
    let label = "首个项目受益人口 | People who gain by the first project";
    let figure = Figure::new("programme_first_people", label, Some(promise.adopted.people), "人");
    Some(figure.remark(
        format!("{}，{cost} 万元，{}", title.zh, told.zh),
        format!("{}, {cost} x 10,000 yuan: {}", title.en, told.en),
    ))
}

/// Each stage, and what is obliged, as edits of the area without scenario: those of the scenario that the area has in it come first.
pub(super) fn proposals(
    context: &Context,
    gathered: &GatheredProjects,
    chosen: &[ChosenStage],
    legal: &[u32],
) -> Vec<Proposal> {
    let proposal = |title: Label, projects: &[u32]| propose(context.area, title, edits_of(gathered, projects));
    let stage = |stage: &ChosenStage| {
        let budget = stage.budget.total_wan_yuan;
        proposal(Label::new(format!("投资{budget}万元"), format!("{budget} x 10,000 yuan")), &stage.built)
    };
    let obliged = proposal(Label::new("必建项目", "What must be built"), legal);
    chosen.iter().filter_map(stage).chain(obliged).collect()
}
