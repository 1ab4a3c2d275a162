//! Who is to do what by when, where a clause alone does not say it: an obligation of the notice that rests on the clause, and what
//! the plan says of each kind of project (`[responsible]` of `package.toml`).

use crate::analysis::Context;
use fireplan_model::findings::{Findings, Obliged, ProposedProject};
use fireplan_model::layers::ProjectKind;
use fireplan_model::rules::{Given, Obligation, ObligationBasis};

/// Completes checks and projects: what the clause itself says stays.
pub fn assign_responsible(findings: &mut Findings, context: &Context) {
    for check in &mut findings.checks {
        complete(&mut check.obliged, context, &check.rule, kind_of_rule(&check.rule));
    }
    for project in &mut findings.projects {
        let kind = kind_of_project(project);
        complete(&mut project.obliged, context, &project.rule, kind);
    }
}

/// Whether the entry of the rules is meant; `fire_lane.*` means every entry of the topic.
pub fn is_meant(pattern: &str, rule: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => rule.starts_with(beginning),
        None => rule == pattern,
    }
}

fn complete(obliged: &mut Obliged, context: &Context, rule: &str, kind: Option<&str>) {
    if let Some(obligation) = context.rules.obligation.iter().find(|one| rests_on(one, rule, context)) {
        let provenance = obligation.provenance();
        let own = [&mut obliged.due, &mut obliged.lead, &mut obliged.support];
        for (own, notice) in own.into_iter().zip([&provenance.due, &provenance.lead, &provenance.support]) {
            if own.is_empty() {
                own.clone_from(notice);
            }
        }
        if obliged.due.is_empty() && obliged.undated.is_empty() {
            obliged.undated = provenance.due_or_words().to_owned();
        }
    }
    if obliged.lead.is_empty()
        && let Some(lead) = kind.and_then(|kind| context.area.responsible.get(kind))
    {
        obliged.lead.clone_from(lead);
    }
}

/// An obligation of every town of the area that the checks of this entry decide.
fn rests_on(obligation: &Obligation, rule: &str, context: &Context) -> bool {
    let means_all = || context.area.layers.towns.iter().all(|town| obligation.means_town(&town.name));
    let of_all = (obligation.towns.is_empty() && obligation.except_towns.is_empty() || means_all())
        && obligation.villages.is_empty()
        && matches!(obligation.given, Given::Always);
    let ObligationBasis::Analysis { rules, .. } = &obligation.basis else { return false };
    of_all && !rule.is_empty() && rules.iter().any(|pattern| is_meant(pattern, rule))
}

/// What the plan calls the kind of project that a clause is about.
fn kind_of_rule(rule: &str) -> Option<&'static str> {
    Some(match rule.split_once('.')?.0 {
        "hydrant" => "消火栓",
        "water" => "消防水源",
        "fire_lane" | "village_lane" | "dead_end" => "消防车通道",
        "firebreak" | "forest" => "森林防火",
        "station" | "site" | "response" => "消防站",
        "brigade" => "乡镇消防队",
        _ => return None,
    })
}

fn kind_of_project(project: &ProposedProject) -> Option<&'static str> {
    Some(match project.kind {
        ProjectKind::Station if project.id.starts_with("brigade/") => "乡镇消防队",
        ProjectKind::Station => "消防站",
        ProjectKind::Hydrant => "消火栓",
        ProjectKind::Water => "消防水源",
        ProjectKind::Road => "消防车通道",
        ProjectKind::Firebreak | ProjectKind::Checkpost => "森林防火",
        ProjectKind::Other | ProjectKind::Unknown => return None,
    })
}
