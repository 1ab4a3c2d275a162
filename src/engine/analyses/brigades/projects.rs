//! Brigades that towns are to have, as projects to be weighed against those of other questions.
//!
//! A town without a brigade of its own is offered a team of volunteers, unless the rules on brigades of towns are not about it; of
//! the brigade that it is to have and of that team, one is built. Where nobody knows what the town is to have, or the text asks for
//! nothing, that is to be settled first.

use geo::{Contains, Coord, Distance, Euclidean};

use super::TownCase;
use super::existing::BrigadeStanding;
use crate::analysis::Context;
use fireplan_model::findings::{Obliged, ProposedProject, Readiness};
use fireplan_model::layers::{Candidate, ProjectKind, StationKind, Town};
use fireplan_model::rows::Label;
use fireplan_model::rules::Tier;
use fireplan_model::scenario::{Edit, Edits, LonLat};

/// For every town with a known centre, the brigade it lacks and the team of volunteers that it could have.
pub(super) fn projects<'a>(context: &'a Context<'a>, cases: &[TownCase]) -> Vec<ProposedProject> {
    let towns = cases.iter().zip(&context.area.layers.towns);
    towns.flat_map(|(case, town)| of_town(context, case, town)).collect()
}

fn of_town<'a>(context: &'a Context<'a>, case: &TownCase, town: &'a Town) -> Vec<ProposedProject> {
    let Some(centre) = case.support.centre else { return Vec::new() };
    let asked = match (case.standing, case.grade.tier) {
        (BrigadeStanding::Missing | BrigadeStanding::Below, Tier::Level1) => Some(StationKind::TownLevel1),
        (BrigadeStanding::Missing | BrigadeStanding::Below, Tier::Level2 | Tier::Professional) => {
            Some(StationKind::TownLevel2)
        }
        (BrigadeStanding::Missing, Tier::Volunteer) => Some(StationKind::Volunteer),
        _ => None,
    };
    let site = BrigadeSite { context, town, centre };
    let mandated = |kind: StationKind| {
        let provenance = case.grade.provenance;
        let project = site.project(kind)?;
        Some(ProposedProject {
            rule: case.grade.rule().to_owned(),
            is_obliged: provenance.is_binding(),
            obliged: Obliged { unverified: case.grade.unverified, ..Obliged::of(provenance) },
            ..project
        })
    };
    let has_none = case.brigade.is_none() && asked != Some(StationKind::Volunteer);
    let is_meant = case.grade.tier != Tier::NotApplicable;
    let team = (has_none && is_meant).then(|| site.project(StationKind::Volunteer)).flatten();
    let is_open = matches!(case.grade.tier, Tier::Undetermined | Tier::Uncovered);
    let team = team.map(|team| match is_open {
        true => ProposedProject { readiness: Readiness::Verify, ..team },
        false => team,
    });
    asked.and_then(mandated).into_iter().chain(team).collect()
}

/// Where the brigade of a town would stand.
struct BrigadeSite<'a> {
    context: &'a Context<'a>,
    town: &'a Town,
    /// Where the town is.
    centre: Coord,
}

impl BrigadeSite<'_> {
    /// A brigade of this kind; `None`: nothing says what it costs.
    fn project(&self, kind: StationKind) -> Option<ProposedProject> {
        let (rules, area) = (self.context.rules, self.context.area);
        let cost_wan_yuan = rules.station_cost_wan_yuan(kind)?;
        let (plot, what) = (self.plot(), kind.label());
        let at = plot.map_or(self.centre, |plot| plot.geometry.0);
        let (on_zh, on_en) = plot.map_or_else(Default::default, |plot| {
            let name = if plot.name.is_empty() { &plot.source_id } else { &plot.name };
            (
                format!("（候选地块{name}，须按选址条文审查）"),
                format!(" (on plot {name}, to be held against the clauses on sites)"),
            )
        });
        let (town, name) = (&self.town.name, format!("{}{}", self.town.name, what.zh));
        let add = |at: LonLat| Edit::AddStation { name, at, kind, vehicle_class: None, turnout_min: None };
        Some(ProposedProject {
            town: town.clone(),
            cost_wan_yuan: Some(cost_wan_yuan),
            unit_cost: "site.cost_wan_yuan",
            readiness: if plot.is_some() { Readiness::Survey } else { Readiness::Plot },
            instead_of: Some(format!("brigade/{town}")),
            edits: Edits(area.plane.lonlat_of(at).map(add).into_iter().collect()),
            ..ProposedProject::new(
                ProjectKind::Station,
                format!("brigade/{}/{town}", kind.code()),
                Label::new(format!("{town}新建{}{on_zh}", what.zh), format!("{} of {town}{on_en}", what.en)),
                geo::Point(at),
            )
        })
    }

    /// The listed plot in the town that lies nearest to its centre.
    fn plot(&self) -> Option<&Candidate> {
        let inside = self.context.area.layers.candidates.iter();
        let inside = inside.filter(|plot| self.town.geometry.contains(&plot.geometry));
        inside.min_by(|a, b| {
            let far = |plot: &Candidate| Euclidean.distance(plot.geometry.0, self.centre);
            far(a).total_cmp(&far(b))
        })
    }
}
