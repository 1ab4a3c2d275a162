//! The answers in plain words, with what proves them.

use std::collections::BTreeSet;

use super::super::Objective;
use super::super::choose::{Rung, target};
use super::super::demands::Counted;
use super::super::found::SitingFindings;
use super::{amount, share};
use fireplan_location::{Ended, Plan};
use fireplan_model::findings::{Answer, Check, Verdict};
use fireplan_model::rows::Label;
use fireplan_model::rules::Force;

/// The number of villages that an answer names; it gives only the number of the others.
const NAMED: usize = 8;

/// Where, how many, and why not fewer.
pub(in super::super) fn tell_answers(found: &SitingFindings, checks: &[Check]) -> Vec<Answer> {
    let question = |zh: &str, en: &str, answer: Label| Answer { question: Label::new(zh, en), answer };
    let mut answers = vec![
        question("新站建在哪里？", "Where should the new stations stand?", tell_places(found)),
        question("建几座，能达到什么水平？", "How many, and what do they achieve?", tell_achieved(found)),
        question("最优性说明", "Why not fewer, or better?", tell_certificate(found)),
    ];
    if !found.outcome.built.is_empty() {
        let broken = tell_broken(found, checks);
        answers.push(question("新站有哪些条款不符合？", "Which clauses do the new stations break?", broken));
    }
    if let Some(unreachable) = tell_unreachable(found) {
        answers.push(question("现有候选站址均无法覆盖的范围", "What can no site reach in time?", unreachable));
    }
    answers
}

/// What the new stations and their areas do not meet, clause by clause.
fn tell_broken(found: &SitingFindings, checks: &[Check]) -> Label {
    let names: BTreeSet<String> = found.outcome.built.iter().map(|built| found.case.name(built.stand)).collect();
    let sites = found.outcome.built.iter().filter_map(|built| found.case.stands[built.stand.index()].site);
    let sites: BTreeSet<&str> = sites.map(|site| found.case.sites[site.index()].site.name.as_str()).collect();
    let is_new = |check: &&Check| names.contains(&check.subject) || sites.contains(check.subject.as_str());
    let of_new: Vec<&Check> = checks.iter().filter(is_new).collect();
    let broken: Vec<&Check> = of_new.iter().copied().filter(|check| check.verdict == Verdict::Fail).collect();
    let obliges = |check: &&&Check| matches!(check.obliged.force, Some(Force::Shall | Force::Policy));
    let open = of_new.iter().filter(obliges).filter(|check| check.verdict == Verdict::Undetermined).count();
    if broken.is_empty() && open == 0 {
        return Label::new("没有不符合的“应”条。", "They break no clause that obliges.");
    }
    if broken.is_empty() {
        return Label::new(
            format!("没有已判定为不符合的“应”条，另有 {open} 项待核，见站址审查。"),
            format!("They break no clause that obliges as far as is known; {open} are to be verified."),
        );
    }
    let (zh, en): (Vec<&str>, Vec<&str>) =
        broken.iter().map(|check| (check.text.zh.as_str(), check.text.en.as_str())).unzip();
    Label::new(
        format!("{}。须改建其他类别的站、另选站址，或先使其符合再立项。", zh.join("；")),
        format!("{}. Build another kind of station, choose another site, or mend it first.", en.join("; ")),
    )
}

fn tell_places(found: &SitingFindings) -> Label {
    let case = found.case;
    if found.outcome.built.is_empty() {
        return Label::new("本方案不新建消防站。", "The plan builds no station.");
    }
    let gain = |units: u64| amount(case, units);
    let one = |(built, order): (&super::super::outcome::Built, usize)| {
        let (name, gain) = (case.name(built.stand), gain(built.gain));
        (format!("{order}. {name}（新增覆盖 {}）", gain.zh), format!("{order}. {name} (newly covers {})", gain.en))
    };
    let (zh, en): (Vec<String>, Vec<String>) = found.outcome.built.iter().zip(1..).map(one).unzip();
    let (mut zh, mut en) = (zh.join("；"), en.join("; "));
    if !found.outcome.closed.is_empty() {
        let closed: Vec<String> = found.outcome.closed.iter().map(|stand| case.name(*stand)).collect();
        zh += &format!("。撤并：{}", closed.join("、"));
        en += &format!(". Given up: {}", closed.join(", "));
    }
    Label::new(zh + "。", en + ".")
}

fn tell_achieved(found: &SitingFindings) -> Label {
    let (case, outcome) = (found.case, found.outcome);
    let new = outcome.built.len();
    let (before, after) = (share(case, outcome.before), share(case, outcome.after));
    let minutes = case.rules.response.time_min.value;
    let mut label = match found.knows_stations() {
        true => Label::new(
            format!("新建 {new} 座，{minutes} 分钟内覆盖由 {} 提高到 {}。", before.zh, after.zh),
            format!(
                "{new} new stations raise what is covered within {minutes} min from {} to {}.",
                before.en, after.en
            ),
        ),
        false => Label::new(
            format!(
                "新建 {new} 座，仅由新建站 {minutes} 分钟内覆盖 {}；没有消防站图层，现状队站不详，现状覆盖和提高幅度待核。",
                after.zh
            ),
            format!(
                "{new} new stations by themselves cover {} within {minutes} min; there is no layer of stations, so what is covered today is not known.",
                after.en
            ),
        ),
    };
    let caveat = tell_caveat(found);
    (label.zh, label.en) = (label.zh + &caveat.zh, label.en + &caveat.en);
    if case.question.objective == Objective::BackedUp {
        let twice = share(case, found.choice.plan.value);
        label.zh += &format!("其中 {} 有两座站能及时到达。", twice.zh);
        label.en += &format!(" Two stations are in time for {}.", twice.en);
    }
    if case.question.objective.is_of_times() {
        let minutes = found.minutes(found.choice.plan.value);
        let (zh, en) = match case.question.objective {
            Objective::LeastLatest => ("最迟到达时间", "the latest arrival"),
            _ => ("平均到达时间", "the mean arrival"),
        };
        label.zh += &format!("{zh} {minutes:.2} 分钟。");
        label.en += &format!(" {en} is {minutes:.2} min.");
        if found.choice.never > 0 {
            let never = share(case, found.choice.never);
            label.zh += &format!("路网不通的 {} 未计入。", never.zh);
            label.en += &format!(" {} on roads without connection is left out.", never.en);
        }
    }
    if let Some((new, before, after)) = knee(found) {
        label.zh +=
            &format!("曲线的拐点在新建 {new} 座：之前平均每座多覆盖 {before:.1} %，之后平均每座只多 {after:.1} %。");
        label.en += &format!(
            " The knee of the curve is at {new} new stations: up to there each adds {before:.1} % on the average, beyond it {after:.1} %."
        );
    }
    label
}

/// How far the shares may be from the truth: at low and high speeds, by stations of which too little is known, and by villages that
/// stand as points.
fn tell_caveat(found: &SitingFindings) -> Label {
    let (case, runs) = (found.case, found.runs);
    let within = |covered: &[u64; 4]| [covered[0], covered[3]].map(|units| format!("{:.1}", case.percent(units)));
    let ([before_low, before_high], [after_low, after_high]) =
        (within(&runs.covered_before), within(&runs.covered_after));
    let mut label = match found.knows_stations() {
        true => Label::new(
            format!("低速至高速时，现状为 {before_low}–{before_high} %，方案为 {after_low}–{after_high} %。"),
            format!(
                " From low to high speeds it is {before_low}–{before_high} % today and {after_low}–{after_high} % then."
            ),
        ),
        false => Label::new(
            format!("低速至高速时为 {after_low}–{after_high} %。"),
            format!(" From low to high speeds it is {after_low}–{after_high} %."),
        ),
    };
    let untimed = case.untimed();
    if untimed > 0 {
        label.zh += &format!("待核：现有 {untimed} 座队站的类别或出动时间未报，现状和提高幅度须核实后才能作为依据。");
        label.en += &format!(
            " To be verified: {untimed} stations do not state their kind or turnout; until they do, neither figure is firm."
        );
    }
    if case.question.counted == Counted::People && case.area.population.is_none() {
        label.zh += "村庄人口按一个点计，站址相距几百米即可改变结果。";
        label.en += " The people of a village are one point: a few hundred metres can change the result.";
    }
    label
}

/// New stations at the knee of the curve, and the mean gain of a station before and after it, in percent.
fn knee(found: &SitingFindings) -> Option<(usize, f64, f64)> {
    let curve = &found.choice.curve;
    let at = found.knee()?;
    let new = |rung: &Rung| found.new_stations(&rung.plan);
    let mean = |from: &Rung, to: &Rung| {
        let stations = new(to).checked_sub(new(from)).filter(|stations| *stations > 0)?;
        Some(found.case.exact_percent(to.plan.value.saturating_sub(from.plan.value)) / stations as f64)
    };
    Some((new(&curve[at]), mean(curve.first()?, &curve[at])?, mean(&curve[at], curve.last()?)?))
}

/// What proves that no plan does better, or how much better one could be at most.
fn tell_certificate(found: &SitingFindings) -> Label {
    let (case, choice) = (found.case, found.choice);
    if let Some(out) = &choice.out_of_reach {
        let most = share(case, out.most.bound);
        return Label::new(
            format!(
                "目标 {} % 无法达到：无论建多少座、建在哪些候选站址，最多覆盖 {}。",
                case.question.goal_percent, most.zh
            ),
            format!(
                "{} % cannot be reached: whatever is built, at most {} is covered.",
                case.question.goal_percent, most.en
            ),
        );
    }
    let mut label = match case.question.objective {
        Objective::Fewest => tell_fewest(found),
        Objective::LeastMean | Objective::LeastLatest => tell_fastest(found),
        Objective::BackedUp => {
            let bound = share(case, choice.plan.bound);
            Label::new(
                format!("同样投入下，任何方案的双重覆盖都不超过 {}。", bound.zh),
                format!("For as much, no plan covers more than {} twice.", bound.en),
            )
        }
        Objective::MostCovered => {
            let bound = share(case, choice.plan.bound);
            Label::new(
                format!("{}，任何方案最多覆盖 {}。", tell_budget(found, &choice.plan).zh, bound.zh),
                format!("{}, no plan covers more than {}.", tell_budget(found, &choice.plan).en, bound.en),
            )
        }
    };
    let proof = tell_proof(&choice.plan);
    label = Label::new(label.zh + &proof.zh, label.en + " " + &proof.en);
    if let Some(fewer) = fewer(found).filter(|_| !case.question.objective.is_of_times()) {
        let (new, bound) = (found.new_stations(&fewer.plan), share(case, fewer.plan.bound));
        label.zh += &format!("少建 1 座（{new} 座）时，任何方案最多覆盖 {}。", bound.zh);
        label.en += &format!(" With one fewer ({new}), no plan covers more than {}.", bound.en);
    }
    label
}

fn tell_fewest(found: &SitingFindings) -> Label {
    let (case, plan) = (found.case, &found.choice.plan);
    let goal = share(case, target(case));
    let what = if case.question.budget_wan_yuan.is_some() {
        ("万元", "× 10,000 yuan")
    } else {
        ("座新站", "new stations")
    };
    Label::new(
        format!("覆盖 {} 至少需要 {} {}。", goal.zh, plan.bound, what.0),
        format!("To cover {} takes at least {} {}.", goal.en, plan.bound, what.1),
    )
}

fn tell_fastest(found: &SitingFindings) -> Label {
    let (plan, bound) = (&found.choice.plan, found.minutes(found.choice.plan.bound));
    let budget = tell_budget(found, plan);
    Label::new(
        format!("{}，任何方案都不短于 {bound:.2} 分钟。", budget.zh),
        format!("{}, no plan is below {bound:.2} min.", budget.en),
    )
}

fn tell_budget(found: &SitingFindings, plan: &Plan) -> Label {
    match found.case.question.budget_wan_yuan {
        Some(wan) => Label::new(format!("投资不超过 {wan} 万元"), format!("For at most {wan} × 10,000 yuan")),
        None => {
            let new = found.new_stations(plan);
            Label::new(format!("新建 {new} 座"), format!("With {new} new stations"))
        }
    }
}

fn tell_proof(plan: &Plan) -> Label {
    match plan.ended {
        Ended::Proven => {
            Label::new("本方案已达到该界限，证明为最优。", "The plan meets that bound: it is proven best.")
        }
        ended => {
            let gap = plan.gap() * 100.0;
            let (zh, en) = match ended {
                Ended::Cancelled => ("求解被提前结束", "the search was ended by hand"),
                _ => ("求解在达到限定工作量时结束", "the work allowed ended"),
            };
            Label::new(
                format!("本方案与该界限相差不超过 {gap:.2} %；{zh}，未证明最优。"),
                format!("The plan is within {gap:.2} % of that bound; {en} before a proof."),
            )
        }
    }
}

/// The rung with one new station fewer than the plan.
fn fewer<'a>(found: &'a SitingFindings) -> Option<&'a Rung> {
    let new = found.new_stations(&found.choice.plan).checked_sub(1)?;
    found.choice.curve.iter().find(|rung| found.new_stations(&rung.plan) == new)
}

/// Villages, or else how much of what counts, that no stand reaches in time.
fn tell_unreachable(found: &SitingFindings) -> Option<Label> {
    let (case, outcome) = (found.case, found.outcome);
    let mut reached = vec![false; case.demands.len()];
    outcome.covering.covers.iter().flatten().for_each(|demand| reached[*demand as usize] = true);
    let weights = &outcome.covering.weights;
    let never: u64 = reached.iter().zip(weights).filter(|(reached, _)| !**reached).map(|(_, weight)| weight).sum();
    let never = never + case.units(case.unplaced);
    if never == 0 {
        return None;
    }
    let (never, minutes) = (share(case, never), case.rules.response.time_min.value);
    let names = found.villages_beyond();
    let named = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>();
    let more = if names.len() > NAMED { format!("等 {} 个村庄", names.len()) } else { String::new() };
    let more_en = if names.len() > NAMED { format!(" and more, {} villages", names.len()) } else { String::new() };
    Some(Label::new(
        format!(
            "{} 不在任何候选站址和现有站的 {minutes} 分钟之内：{}{more}。村庄是否达标以消防站覆盖分析中各自的时限为准。",
            never.zh,
            named.join("、")
        ),
        format!(
            "{} is within {minutes} min of no site and no station: {}{more_en}. Whether a village is reached in its own time, coverage says.",
            never.en,
            named.join(", ")
        ),
    ))
}
