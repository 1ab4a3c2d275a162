//! Key figures, checks, notes and the plans to take up.

use std::collections::BTreeSet;

use super::Objective;
use super::case::{SiteId, StandId};
use super::demands::Counted;
use super::found::{SitingFindings, rounded};
use super::legal::SiteStanding;
use super::rows::{CoverageChange, ResponsibilityArea, VillageChange};
use super::sites::Site;
use crate::proposals::base_of;
use crate::response::responsibility::{HeldStation, hold_areas};
use crate::scenario::station_reference;
use fireplan_location::Plan;
use fireplan_model::findings::{Check, Figure, Proposal};
use fireplan_model::layers::{LayerId, StationKind};
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, Scenario};

pub(super) fn figures(found: &SitingFindings, villages: &[VillageChange]) -> Vec<Figure> {
    let (case, outcome, runs) = (found.case, found.outcome, found.runs);
    let percent = |units: u64| case.percent(units);
    let range = |covered: &[u64; 4]| Some([percent(covered[0]), percent(covered[3])]);
    let total = super::story::amount(case, case.units(case.total()));
    let of = Label::new(format!("共 {}", total.zh), format!("of {}", total.en));
    let of = with_unknown_people(found, of);
    let count = |change: CoverageChange| villages.iter().filter(|village| village.change == change).count() as f64;
    let figure = |name: &str, label: &str, value: f64, unit: &str, remark: Label| Figure {
        name: name.to_owned(),
        label: label.into(),
        value: Some(value),
        range: None,
        unit: unit.to_owned(),
        remark,
    };
    let new = outcome.built.len() as f64;
    let mut figures = vec![
        figure("new_stations", "新建消防站 | New stations", new, "座", sites_remark(found)),
        Figure {
            range: range(&runs.covered_after),
            ..figure("covered_percent", "方案覆盖率 | Covered under the plan", percent(outcome.after), "%", of.clone())
        },
        unless_unknown(
            found,
            Figure {
                range: range(&runs.covered_before),
                ..figure("covered_before_percent", "现状覆盖率 | Covered today", percent(outcome.before), "%", of)
            },
        ),
        bound(found),
        unless_unknown(
            found,
            figure(
                "villages_gained",
                "新增覆盖村庄 | Villages gained",
                count(CoverageChange::Gained),
                "个",
                lost_remark(count(CoverageChange::Lost)),
            ),
        ),
    ];
    let cost = found.cost_wan_yuan(outcome.built.iter().map(|built| built.stand));
    figures.push(Figure {
        value: cost,
        ..figure(
            "cost_wan_yuan",
            "建设投资 | Cost",
            0.0,
            "万元",
            Label::new("按未核实的缺省单价", "by unverified default prices"),
        )
    });
    figures
}

/// A figure of what is there today, which nobody knows without a layer of stations.
fn unless_unknown(found: &SitingFindings, figure: Figure) -> Figure {
    if found.knows_stations() {
        return figure;
    }
    let remark = Label::new(
        "没有消防站图层，现状队站不详，待核",
        "there is no layer of stations: today's stations are not known",
    );
    Figure { value: None, range: None, remark, ..figure }
}

/// A share of people says of how many villages nobody knows the people.
fn with_unknown_people(found: &SitingFindings, of: Label) -> Label {
    let area = found.case.area;
    let without = area.layers.villages.iter().filter(|village| village.population_people.is_none()).count();
    if found.case.question.counted != Counted::People || area.population.is_some() || without == 0 {
        return of;
    }
    Label::new(
        format!("{}；另有 {without} 个村庄无人口数据，未计入", of.zh),
        format!("{}, not counting {without} villages without a population", of.en),
    )
}

fn sites_remark(found: &SitingFindings) -> Label {
    let sites = found.case.sites.len();
    let refused = found.case.sites.iter().filter(|site| !site.is_eligible()).count();
    Label::new(
        format!("候选站址 {sites} 处，其中 {refused} 处不予采用"),
        format!("{sites} sites, of which {refused} are refused"),
    )
}

fn lost_remark(lost: f64) -> Label {
    Label::new(format!("失去覆盖 {lost} 个"), format!("{lost} lost"))
}

/// The bound that no plan beats, in the unit of what is aimed at.
fn bound(found: &SitingFindings) -> Figure {
    let (case, plan) = (found.case, &found.choice.plan);
    let gap = plan.gap() * 100.0;
    let remark = match plan.is_proven() {
        true => Label::new("方案已达到界限，证明为最优", "the plan meets it: proven best"),
        false => Label::new(format!("方案与界限相差 {gap:.2} %"), format!("the plan is {gap:.2} % off")),
    };
    let (name, label, value, unit) = match case.question.objective {
        Objective::Fewest if case.question.budget_wan_yuan.is_some() => {
            ("bound_wan_yuan", "任何方案的下限 | No plan takes less", plan.bound as f64, "万元")
        }
        Objective::Fewest => ("bound_stations", "任何方案的下限 | No plan takes fewer", plan.bound as f64, "座"),
        Objective::LeastMean | Objective::LeastLatest => {
            ("bound_min", "任何方案的下限 | No plan is faster", rounded(found.minutes(plan.bound)), "min")
        }
        Objective::BackedUp => {
            ("bound_percent", "双重覆盖的上限 | No plan covers more twice", case.percent(plan.bound), "%")
        }
        Objective::MostCovered => {
            ("bound_percent", "任何方案的上限 | No plan covers more", case.percent(plan.bound), "%")
        }
    };
    Figure {
        name: name.to_owned(),
        label: label.into(),
        value: Some(value),
        range: None,
        unit: unit.to_owned(),
        remark,
    }
}

/// Plots and chosen sites against every clause, areas of responsibility against their caps.
pub(super) fn checks(found: &SitingFindings, areas: &[ResponsibilityArea]) -> Vec<Check> {
    let case = found.case;
    let chosen: BTreeSet<SiteId> =
        found.outcome.built.iter().filter_map(|built| case.stands[built.stand.index()].site).collect();
    let mut checks = Vec::new();
    for (id, examinee) in SiteId::first(case.sites.len()).zip(&case.sites) {
        if examinee.site.is_plot || chosen.contains(&id) {
            let about = |check: &Check| check.clone().about("siting_sites", id.0 + 1);
            checks.extend(examinee.examined.checks.iter().map(about));
        }
    }
    let held = areas.iter().zip(&found.areas);
    let held = held.map(|(row, area)| HeldStation {
        rules: found.rules_of(area),
        name: &row.name,
        kind: row.kind,
        area: Some(area),
    });
    checks.extend(hold_areas(&held.collect::<Vec<_>>(), "siting_areas", found.knows_stations()));
    checks
}

pub(super) fn note_assumptions(found: &SitingFindings, notes: &mut Notes) {
    let case = found.case;
    let mut say = |text: &str, example: String| notes.add(Severity::Warning, None, text, example);
    say(
        "行车速度、投资单价为未核实的缺省值；选址结论请以接处警记录和本地造价校准 | Speeds and prices are unverified defaults; calibrate them",
        String::new(),
    );
    if case.unplaced > 0.0 {
        let amount = super::story::amount(case, case.units(case.unplaced));
        say("离道路过远、未落位的需求按未覆盖计 | What is too far from roads counts as not covered", amount.zh);
    }
    for site in case.sites.iter().filter(|site| site.examined.standing == SiteStanding::Refused && site.site.is_plot) {
        let text = "候选地块违反选址条款，不予采用（理由见图层） | Plots refused; their reasons are in the layer";
        notes.add(Severity::Info, Some(LayerId::Candidates), text, site.site.name.as_str());
    }
}

/// The plan, the other plans of the curve and the phases, each as edits of the area without scenario: those of the scenario that
/// the area has in it come first, for without them no plan gives what it says.
pub(super) fn proposals(found: &SitingFindings) -> Vec<Proposal> {
    let base = base_of(found.case.area);
    let mut proposals = Vec::new();
    let mut add = |title: Label, chosen: &[u32]| {
        let mut edits = edits(found, chosen);
        if !edits.is_empty() {
            let name = name_plan(base, &title.zh.replace(' ', ""));
            edits.splice(0..0, base.iter().flat_map(|base| base.edits.clone()));
            proposals.push(Proposal { title, scenario: Scenario { name, edits }, references: Vec::new() });
        }
    };
    let named = |plan: &Plan| {
        let new = found.new_stations(plan);
        let aim = found.case.question.objective.label();
        Label::new(format!("新建 {new} 座 {}", aim.zh), format!("{new} new stations, {}", aim.en))
    };
    add(named(&found.choice.plan), &found.choice.plan.chosen);
    for rung in found.choice.curve.iter().filter(|rung| rung.plan.chosen != found.choice.plan.chosen) {
        add(named(&rung.plan), &rung.plan.chosen);
    }
    for (phase, chosen) in found.phases.iter().flat_map(|(phases, plans)| phases.iter().zip(&plans.phases)) {
        let year = phase.year;
        add(Label::new(format!("分期实施至 {year} 年"), format!("Phases up to {year}")), chosen);
    }
    proposals
}

/// `近期＋新建4座覆盖最多`; without the scenario where the two are too long together.
fn name_plan(base: Option<&Scenario>, title: &str) -> String {
    let both = base.map(|base| format!("{}＋{title}", base.name)).filter(|name| Scenario::check_name(name).is_ok());
    both.unwrap_or_else(|| title.to_owned())
}

fn edits(found: &SitingFindings, chosen: &[u32]) -> Vec<Edit> {
    let case = found.case;
    let mut edits = Vec::new();
    for stand in StandId::first(case.standing).filter(|stand| !chosen.contains(&stand.0)) {
        let station = case.stands[stand.index()].start.origin.index();
        edits.push(Edit::CloseStation { station: station_reference(case.area, station) });
    }
    for stand in chosen.iter().map(|stand| &case.stands[*stand as usize]) {
        edits.extend(stand.site.and_then(|site| added(found, &case.sites[site.index()].site, stand.kind)));
    }
    edits
}

/// A station of this kind on the site; `None`: the site has no longitude and latitude.
pub(super) fn added(found: &SitingFindings, site: &Site, kind: StationKind) -> Option<Edit> {
    let mut at = [site.at];
    found.case.area.plane.to_lonlat(&mut at).ok()?;
    let precise = |degrees: f64| (degrees * 1e9).round() / 1e9;
    Some(Edit::AddStation {
        name: site.name.clone(),
        at: [precise(at[0].x), precise(at[0].y)],
        kind,
        vehicle_class: Some(found.case.question.vehicle),
        turnout_min: None,
    })
}
