//! New hydrants street by street, as projects to be weighed against those of other questions.

use std::collections::BTreeMap;

use geo::{Coord, MultiPoint, Point};

use super::HydrantRun;
use super::gaps::chainage;
use super::plan::{HydrantPlan, SitedNew};
use super::proposals::NewReason;
use super::reach::HydrantReach;
use super::streets::StreetId;
use fireplan_model::findings::{GainedState, ProposedProject, Readiness, StateGain, code_of_place};
use fireplan_model::layers::{HydrantKind, ProjectKind};
use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, Edits};

/// One project for each street that is to get hydrants and each town that it runs through, and the people to whom each of them brings
/// water.
pub(super) fn projects(
    run: &HydrantRun,
    plan: &HydrantPlan,
    reach: &HydrantReach,
) -> (Vec<ProposedProject>, Vec<StateGain>) {
    let mut of_street: BTreeMap<(StreetId, &str), Vec<&SitedNew>> = BTreeMap::new();
    for new in &plan.rows {
        of_street.entry((new.street, new.row.town.as_str())).or_default().push(new);
    }
    let projects: Vec<ProposedProject> = of_street.values().map(|new| project(run, new)).collect();
    let places = |new: &Vec<&SitedNew>| -> Vec<Coord> { new.iter().map(|new| new.row.geometry.0).collect() };
    let gains = match run.area.population {
        Some(_) => gains(&projects, &of_street.values().map(places).collect::<Vec<_>>(), run, reach),
        None => Vec::new(),
    };
    (projects, gains)
}

/// Who gets water by which projects. Places within reach of the same projects are one: each of these brings water to all of them,
/// and several bring it no more than once.
fn gains(
    projects: &[ProposedProject],
    hydrants: &[Vec<Coord>],
    run: &HydrantRun,
    reach: &HydrantReach,
) -> Vec<StateGain> {
    let mut reaching: Vec<Vec<usize>> = vec![Vec::new(); reach.dry.len()];
    for (project, places) in reach.reached_by(run.area, hydrants).into_iter().enumerate() {
        places.into_iter().for_each(|place| reaching[place].push(project));
    }
    let mut people_of: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    for (reaching, place) in reaching.into_iter().zip(&reach.dry) {
        *people_of.entry(reaching).or_default() += place.people;
    }
    let of = |(number, (reaching, people)): (usize, (Vec<usize>, f64))| {
        reaching.into_iter().map(move |project| StateGain {
            state: GainedState::Hydrant,
            place: format!("hydrants/{number}"),
            people: Some(people),
            together: vec![projects[project].id.clone()],
        })
    };
    people_of.into_iter().enumerate().flat_map(of).collect()
}

fn project(run: &HydrantRun, new: &[&SitedNew]) -> ProposedProject {
    let (first, count) = (&new[0].row, new.len());
    let places = || new.iter().map(|new| new.row.chainage_m);
    let (from_m, to_m) = (places().fold(f64::INFINITY, f64::min), places().fold(0.0, f64::max));
    let (from, to) = (chainage(from_m), chainage(to_m));
    let at = if from == to { from } else { format!("{from}–{to}") };
    let limit = &run.local.of(new[0].town).hydrant.spacing_m;
    let is_broken = new.iter().any(|new| new.row.why == NewReason::Spacing && !new.row.verify);
    let project = ProposedProject {
        town: first.town.clone(),
        cost_wan_yuan: Some(new.iter().map(|new| new.row.cost_wan_yuan).sum()),
        unit_cost: "hydrant.new_wan_yuan",
        readiness: if new.iter().all(|new| new.row.verify) { Readiness::Verify } else { Readiness::Ready },
        edits: Edits(new.iter().filter_map(|new| add_hydrant(run, &new.row.name, new.row.geometry)).collect()),
        ..ProposedProject::new(
            ProjectKind::Hydrant,
            format!("hydrants/{}/{}", first.road, code_of_place(first.geometry.0)),
            Label::new(
                format!("{}{} {at} 补建消火栓 {count} 个", first.town, first.road),
                format!("{count} new hydrants on {} {at}, {}", first.road, first.town),
            ),
            MultiPoint(new.iter().map(|new| new.row.geometry).collect()),
        )
    };
    project.asked_by(limit, is_broken)
}

/// None where the place has no degrees.
fn add_hydrant(run: &HydrantRun, name: &str, at: Point) -> Option<Edit> {
    Some(Edit::AddHydrant {
        name: name.to_owned(),
        at: run.area.plane.lonlat_of(at.0)?,
        kind: HydrantKind::Pillar,
        diameter_mm: None,
        flow_l_s: None,
        pressure_mpa: None,
    })
}
