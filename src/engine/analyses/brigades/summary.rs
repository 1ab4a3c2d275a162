//! Key figures, and every verdict as a check with its clause.

use super::TownCase;
use super::existing::BrigadeStanding;
use super::rows::TownBrigade;
use super::story;
use super::support::Consolidation;
use crate::analysis::Context;
use fireplan_model::findings::{Check, Figure, Obliged, Verdict};
use fireplan_model::ids::TownId;
use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;
use fireplan_model::rules::{Force, Tier};

/// The key figures; towns are named in the order given, the worst with most people first.
pub(super) fn figures(
    context: &Context,
    cases: &[TownCase],
    ordered: &[&TownCase],
    consolidation: &Consolidation,
) -> Vec<Figure> {
    let count = |is: &dyn Fn(&TownCase) -> bool| cases.iter().filter(|case| is(case)).count() as f64;
    let names = |is: &dyn Fn(&TownCase) -> bool| {
        let names: Vec<&str> = ordered.iter().filter(|case| is(case)).map(|case| case.facts.name.as_str()).collect();
        if names.is_empty() { Label::new("没有", "none") } else { Label::new(names.join("、"), names.join(", ")) }
    };
    let professional = |case: &TownCase| case.grade.tier.is_professional();
    let unknown = |case: &TownCase| case.grade.tier == Tier::Undetermined;
    let open = |case: &TownCase| matches!(case.standing, BrigadeStanding::Missing | BrigadeStanding::Below);
    let short = |case: &TownCase| case.standing == BrigadeStanding::Short;
    let late = |case: &TownCase| case.standing == BrigadeStanding::Late;
    let figure = |name: &str, label: &str, is: &dyn Fn(&TownCase) -> bool| Figure {
        name: name.to_owned(),
        label: label.into(),
        value: Some(count(is)),
        range: None,
        unit: String::new(),
        remark: names(is),
    };
    let certain = count(&professional);
    let mut all = vec![
        Figure {
            range: (count(&unknown) > 0.0).then(|| [certain, certain + count(&unknown)]),
            ..figure(
                "professional_towns",
                "应建专职消防队的乡镇 | Towns that need a professional brigade",
                &professional,
            )
        },
        unless_unknown(
            context,
            figure("missing_brigades", "应建未建或等级不足 | Brigades missing or too low", &open),
            &[LayerId::Stations],
        ),
        unless_unknown(
            context,
            figure("short_brigades", "已建但配备不足 | Brigades short of equipment", &short),
            &[LayerId::Stations],
        ),
        unless_unknown(
            context,
            figure("late_towns", "由中心队辐射而超时的乡镇 | Towns whose hub comes late", &late),
            &[LayerId::Roads, LayerId::Stations],
        ),
        figure("undetermined_towns", "待核的乡镇 | Undetermined towns", &unknown),
        figure("uncovered_towns", "条文未涵盖的乡镇 | Towns the text does not cover", &|case| {
            case.grade.tier == Tier::Uncovered
        }),
    ];
    let ways = [LayerId::Roads, LayerId::Stations];
    all.push(unless_unknown(context, joint(context, cases, consolidation), &ways));
    all.push(unless_unknown(context, villages(context, cases), &ways));
    all
}

/// A figure of which nobody knows anything without these layers.
fn unless_unknown(context: &Context, figure: Figure, layers: &[LayerId]) -> Figure {
    let lacking: Vec<Label> = layers.iter().filter(|id| !context.area.has(**id)).map(|id| id.label()).collect();
    if lacking.is_empty() {
        return figure;
    }
    let (zh, en): (Vec<String>, Vec<String>) = lacking.into_iter().map(|label| (label.zh, label.en)).unzip();
    let remark = Label::new(
        format!("没有{}图层，待核", zh.join("、")),
        format!("the area has no layer of {}: undetermined", en.join(", ").to_lowercase()),
    );
    Figure { value: None, range: None, remark, ..figure }
}

/// How many joint brigades are proposed, and the remote towns for which none can be.
fn joint(context: &Context, cases: &[TownCase], found: &Consolidation) -> Figure {
    let names = |towns: &[TownId]| {
        let names: Vec<&str> = towns.iter().map(|town| cases[town.index()].facts.name.as_str()).collect();
        if names.is_empty() { Label::new("没有", "none") } else { Label::new(names.join("、"), names.join(", ")) }
    };
    let hosts: Vec<TownId> = found.brigades.iter().map(|brigade| brigade.host).collect();
    let (remote, within) = (&context.rules.brigade.remote_min, &context.rules.brigade.consolidated_min);
    let label = "可合并建队(每队至少服务两镇) | Joint brigades, each for two towns or more";
    let (at, alone, remote, within) = (names(&hosts), names(&found.alone), remote.bound(), within.bound());
    Figure::new("joint_brigades", label, Some(hosts.len() as f64), "").remark(
        format!(
            "建队乡镇：{}；专职力量到达 {remote} 为偏远，合建队到达 {within}；偏远而无可合并邻镇：{}",
            at.zh, alone.zh
        ),
        format!(
            "at: {}; remote where professional crews take {remote}, served within {within}; remote with no town to join: {}",
            at.en, alone.en
        ),
    )
}

fn villages(context: &Context, cases: &[TownCase]) -> Figure {
    let sum = |of: fn(&TownCase) -> u32| cases.iter().map(of).sum::<u32>();
    let (all, reached) = (sum(|case| case.support.villages), sum(|case| case.support.villages_in_time));
    let budget = context.rules.response.time_min.value;
    Figure {
        name: "villages_percent".to_owned(),
        label: "专职力量时限内可达的村庄 | Villages that professional crews reach in time".into(),
        value: (all > 0).then(|| (f64::from(reached) / f64::from(all) * 1000.0).round() / 10.0),
        range: None,
        unit: "%".to_owned(),
        remark: match all {
            0 => Label::new("没有村庄或专职力量，待核", "no villages or no professional crews: undetermined"),
            _ => Label::new(
                format!("共 {all} 个村庄，时限 {budget} 分钟，不计志愿队、企业队和微型站"),
                format!("of {all} villages, within {budget} min; volunteers, works and micro stations not counted"),
            ),
        },
    }
}

/// Every grading, resource and obligation, town by town in the order of the rows.
pub(super) fn checks(cases: &[&TownCase], towns: &[TownBrigade]) -> Vec<Check> {
    let mut checks = Vec::new();
    for ((case, town), id) in cases.iter().zip(towns).zip(1..) {
        let mut add = |check: Check| checks.push(check.about("brigade_towns", id));
        grading(case, town).into_iter().for_each(&mut add);
        case.held.iter().map(|held| held.check.clone()).for_each(&mut add);
        duty_checks(case).into_iter().for_each(&mut add);
    }
    checks
}

fn grading(case: &TownCase, town: &TownBrigade) -> Option<Check> {
    let provenance = case.grade.provenance;
    let verdict = match case.standing {
        BrigadeStanding::NotAsked => return None,
        BrigadeStanding::Met | BrigadeStanding::CityStation | BrigadeStanding::Served => Verdict::Pass,
        BrigadeStanding::Undetermined => Verdict::Undetermined,
        BrigadeStanding::Late => Verdict::Warn,
        // What the brigade is short of has clauses of its own: the text that asks for the brigade may name no figures.
        BrigadeStanding::Short if case.held.iter().all(|held| held.check.verdict != Verdict::Fail) => Verdict::Warn,
        BrigadeStanding::Short | BrigadeStanding::Below | BrigadeStanding::Missing => match provenance.force {
            Force::Shall | Force::Policy => Verdict::Fail,
            Force::Should | Force::May | Force::Default => Verdict::Warn,
        },
    };
    let (stands, reasons) = (case.standing.label(), story::reasons(&case.grade));
    Some(Check {
        subject: town.name.clone(),
        rule: case.grade.rule().to_owned(),
        cite: provenance.cite.clone(),
        bound: case.grade.tier_label().zh,
        measured: None,
        verdict,
        text: Label::new(
            format!("{}：{}；现状：{}", town.name, reasons.zh, stands.zh),
            format!("{}: {}; now: {}", town.name, reasons.en, stands.en.to_lowercase()),
        ),
        feature: None,
        count: 1,
        obliged: Obliged { unverified: case.grade.unverified, ..Obliged::of(provenance) },
    })
}

fn duty_checks(case: &TownCase) -> Vec<Check> {
    case.duties.iter().map(|duty| duty.check(&case.facts.name)).collect()
}
