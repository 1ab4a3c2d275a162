//! The new stations of the plan, as projects to be weighed against those of other questions.

use super::case::StandId;
use super::found::SitingFindings;
use super::summary::added;
use fireplan_model::findings::{ProposedProject, Readiness, code_of_place};
use fireplan_model::layers::ProjectKind;
use fireplan_model::rows::Label;
use fireplan_model::scenario::Edits;

/// One project for each new station of the plan.
pub(super) fn projects(found: &SitingFindings) -> Vec<ProposedProject> {
    found.outcome.built.iter().filter_map(|built| project(found, built.stand)).collect()
}

fn project(found: &SitingFindings, id: StandId) -> Option<ProposedProject> {
    let case = found.case;
    let stand = &case.stands[id.index()];
    let site = &case.sites[stand.site?.index()].site;
    let kind = stand.kind.label();
    Some(ProposedProject {
        town: case.towns.name(site.town),
        cost_wan_yuan: case.rules.station_cost_wan_yuan(stand.kind),
        unit_cost: "site.cost_wan_yuan",
        readiness: if site.is_plot { Readiness::Ready } else { Readiness::Plot },
        instead_of: Some(format!("station/{}", site.id)),
        edits: Edits(added(found, site, stand.kind).into_iter().collect()),
        ..ProposedProject::new(
            ProjectKind::Station,
            format!("station/{}/{}", stand.kind.code(), code_of_place(site.at)),
            Label::new(format!("{}新建{}", site.name, kind.zh), format!("{} at {}", kind.en, site.name)),
            geo::Point(site.at),
        )
    })
}
