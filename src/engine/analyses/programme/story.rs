//! The programme in words that a mayor understands.

use super::adopted::{Promise, ToldGains};
use super::choose::ChosenStage;
use super::gather::GatheredProjects;
use super::rows::Gained;
use fireplan_model::findings::Answer;
use fireplan_model::rows::Label;

/// How many projects are named one by one.
const NAMED: usize = 3;

/// The minimum legal plan, the bargain, and each budget.
pub(super) fn answers(
    gathered: &GatheredProjects,
    chosen: &[ChosenStage],
    legal: &[u32],
    told: &ToldGains,
) -> Vec<Answer> {
    let first = chosen.first().zip(told.first.as_ref()).and_then(|(stage, gained)| bargain(gathered, stage, gained));
    let stages = chosen.iter().zip(&told.stages).map(|(stage, gained)| of_stage(gathered, stage, gained));
    [of_legal(gathered, chosen, legal)].into_iter().chain(first).chain(stages).collect()
}

/// What gives most for its money: the first project, with those that serve only together with it.
fn bargain(gathered: &GatheredProjects, stage: &ChosenStage, promise: &Promise) -> Option<Answer> {
    let step = first_step(gathered, stage)?;
    let cost = gathered.cost_of(step);
    let (names, told) = (named(gathered, step), promise.told());
    Some(Answer {
        question: Label::new("最划算的是哪一项", "What gives most for its money?"),
        answer: Label::new(
            format!("{}，{cost} 万元，{}。", names.zh, told.zh),
            format!("{}, {cost} x 10,000 yuan: {}.", names.en, told.en),
        ),
    })
}

/// The first projects of a stage that by themselves bring anything about.
pub(super) fn first_step<'s>(gathered: &GatheredProjects, stage: &'s ChosenStage) -> Option<&'s [u32]> {
    (1..=stage.built.len())
        .map(|count| &stage.built[..count])
        .find(|step| Gained::by(gathered, step) != Gained::default())
}

fn of_stage(gathered: &GatheredProjects, stage: &ChosenStage, promise: &Promise) -> Answer {
    let budget = stage.budget.total_wan_yuan;
    let by_zh = stage.budget.year.map_or_else(String::new, |year| format!("到 {year} 年"));
    let by_en = stage.budget.year.map_or_else(String::new, |year| format!(" by {year}"));
    let question = Label::new(
        format!("{by_zh}共有 {budget} 万元，先建什么"),
        format!("What comes first with {budget} x 10,000 yuan{by_en}?"),
    );
    if stage.built.is_empty() {
        let answer = Label::new(
            "没有一项能用这笔钱建成并使人受益的项目。",
            "No project that this money pays for brings anybody anything.",
        );
        return Answer { question, answer };
    }
    let (cost, names) = (gathered.cost_of(&stage.built), named(gathered, stage.own()));
    let told = promise.told();
    let (count, own) = (stage.built.len(), stage.own().len());
    let proof = proof(stage);
    let (of_zh, of_en) = if own < count {
        (format!("比上一期增加 {own} 项：{}", names.zh), format!("{own} more than the stage before: {}", names.en))
    } else {
        (names.zh, names.en)
    };
    let (of_zh, of_en) =
        if own == 0 { ("与上一期相同".to_owned(), "the same as before".to_owned()) } else { (of_zh, of_en) };
    let answer = Label::new(
        format!("建 {count} 项，共 {cost} 万元，{}。{of_zh}。{}", told.zh, proof.zh),
        format!("{count} projects, {cost} x 10,000 yuan: {}. {of_en}. {}", told.en, proof.en),
    );
    Answer { question, answer }
}

fn proof(stage: &ChosenStage) -> Label {
    if stage.points == stage.bound {
        return Label::new(
            "在所列项目中，同样的钱没有更好的组合（已证明）。",
            "Among the projects listed, no other choice for this money is better (proven).",
        );
    }
    let gap = stage.gap_percent();
    Label::new(
        format!("同样的钱若不受前期已建项目约束，至多再好 {gap}%。"),
        format!("Whatever was built before, no choice for this money is more than {gap} % better."),
    )
}

fn of_legal(gathered: &GatheredProjects, chosen: &[ChosenStage], legal: &[u32]) -> Answer {
    let question = Label::new("文件和条文要求必建的有哪些，要多少钱", "What must be built anyway, and at what cost?");
    if legal.is_empty() {
        let answer = Label::new(
            "在可判定的项目中，没有现行条文要求必建而尚缺的。",
            "Of what can be judged, nothing that a clause in force obliges is missing.",
        );
        return Answer { question, answer };
    }
    let cost = gathered.cost_of(legal);
    let unpriced = legal.iter().filter(|project| gathered.cost(**project).is_none()).count();
    let (un_zh, un_en) = if unpriced > 0 {
        (format!("，另有 {unpriced} 项无法估价"), format!(", and {unpriced} without a price"))
    } else {
        (String::new(), String::new())
    };
    let by_stage: Vec<(f64, usize)> = chosen
        .iter()
        .map(|stage| {
            let have = legal.iter().filter(|project| stage.built.contains(project)).count();
            (stage.budget.total_wan_yuan, have)
        })
        .collect();
    let held_zh: Vec<String> = by_stage.iter().map(|(budget, have)| format!("{budget} 万元 {have} 项")).collect();
    let held_en: Vec<String> = by_stage.iter().map(|(budget, have)| format!("{budget}: {have}")).collect();
    let (count, names) = (legal.len(), named(gathered, legal));
    let answer = Label::new(
        format!(
            "{count} 项，共 {cost} 万元{un_zh}：{}。必建项目应先列入预算，方案“必建项目”可直接采用。以下各期只按单位投资的受益人口比选，不以必建为先，已含其中：{}；未含的仍须建设。",
            names.zh,
            held_zh.join("、")
        ),
        format!(
            "{count} projects, {cost} x 10,000 yuan{un_en}: {}. They come first in the budget: the scenario of what must be built is offered as it is. The stages below are chosen by people for the money alone, and have of them: {}; the others are to be built all the same.",
            names.en,
            held_en.join(", ")
        ),
    );
    Answer { question, answer }
}

fn named(gathered: &GatheredProjects, projects: &[u32]) -> Label {
    let titles = || projects.iter().take(NAMED).map(|project| &gathered.projects[*project as usize].title);
    let more = projects.len().saturating_sub(NAMED);
    let (etc_zh, etc_en) = if more > 0 {
        (format!("等 {} 项", projects.len()), format!(" and {more} more"))
    } else {
        Default::default()
    };
    let zh: Vec<&str> = titles().map(|title| title.zh.as_str()).collect();
    let en: Vec<&str> = titles().map(|title| title.en.as_str()).collect();
    Label::new(format!("{}{etc_zh}", zh.join("；")), format!("{}{etc_en}", en.join("; ")))
}
