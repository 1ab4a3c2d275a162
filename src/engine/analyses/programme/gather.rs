//! All projects of all questions, and what becomes of whom by them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use geo::{Geometry, InteriorPoint};

use crate::analysis::Context;
use crate::default_answers::{Unanswered, answer, find_title};
use fireplan_model::findings::{GainedState, ProposedProject, StateGain, code_of_place};
use fireplan_model::layers::ProjectKind;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::plane::Plane;

/// The questions that propose projects, by their names.
const ASKED: [&str; 6] = ["access", "brigades", "firebreaks", "hydrants", "siting", "water"];

/// What projects bring about for the people of one place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlaceBenefit {
    pub state: GainedState,
    pub place: String,
    /// `None`: nobody has counted them.
    pub people: Option<f64>,
    /// Each way names the projects that it takes, by their numbers, ascending.
    pub ways: Vec<Vec<u32>>,
}

/// All projects, in the order of the questions, and what they bring about.
#[derive(Default)]
pub(super) struct GatheredProjects {
    pub projects: Vec<ProposedProject>,
    pub benefits: Vec<PlaceBenefit>,
    /// Number of each project, by its id.
    numbers: BTreeMap<String, u32>,
    /// Number of each benefit.
    known: BTreeMap<(GainedState, String), usize>,
}

/// Asks every question that proposes projects; those without an answer are told.
pub(super) fn gather(context: &Context, notes: &mut Notes) -> Result<GatheredProjects> {
    let mut gathered = GatheredProjects::default();
    for name in ASKED {
        let why = match answer(context, name)? {
            Ok(kept) => {
                gathered.add_projects(&kept.projects);
                gathered.add_gains(kept.gains.clone());
                continue;
            }
            Err(Unanswered::Lacking(layers)) => {
                layers.iter().map(|layer| layer.label().zh).collect::<Vec<_>>().join("、")
            }
            Err(Unanswered::Failed(why)) => why.zh,
        };
        let text = "没有答案的分析，其项目未列入（缺少的图层或原因） | Questions without an answer, whose projects are left out";
        let title = find_title(name).zh;
        notes.add(Severity::Warning, None, text, format!("{title}：{why}").as_str());
    }
    if gathered.projects.is_empty() {
        let text =
            "没有一项分析提出项目，没有项目可比选 | No question proposes a project: there is nothing to choose from";
        notes.add(Severity::Info, None, text, "");
    }
    gathered.tell_apart(&context.area.plane);
    Ok(gathered)
}

impl GatheredProjects {
    /// Of several projects of one id, the first counts.
    fn add_projects(&mut self, projects: &[ProposedProject]) {
        for project in projects {
            let next = self.projects.len() as u32;
            if let std::collections::btree_map::Entry::Vacant(new) = self.numbers.entry(project.id.clone()) {
                new.insert(next);
                self.projects.push(project.clone());
            }
        }
    }

    /// Adds what projects bring about; gains of the same place and state are ways to the same. A gain that takes a project without
    /// a price is out of reach of every budget.
    pub(super) fn add_gains(&mut self, gains: Vec<StateGain>) {
        for gain in gains {
            let way: Option<Vec<u32>> = gain.together.iter().map(|id| self.numbers.get(id).copied()).collect();
            let Some(mut way) = way.filter(|way| way.iter().all(|project| self.cost(*project).is_some())) else {
                continue;
            };
            way.sort_unstable();
            way.dedup();
            let next = self.benefits.len();
            let at = *self.known.entry((gain.state, gain.place.clone())).or_insert(next);
            if at == next {
                let StateGain { state, place, people, .. } = gain;
                self.benefits.push(PlaceBenefit { state, place, people, ways: Vec::new() });
            }
            self.benefits[at].ways.push(way);
        }
    }

    /// Projects of which at most one is built: several kinds of one thing, and stations on one plot.
    pub(super) fn exclusive(&self) -> Vec<Vec<u32>> {
        let mut groups: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        for (number, project) in (0_u32..).zip(&self.projects) {
            if let Some(group) = &project.instead_of {
                groups.entry(format!("thing/{group}")).or_default().insert(number);
            }
            if let (ProjectKind::Station, Geometry::Point(at)) = (project.kind, &project.geometry) {
                groups.entry(format!("plot/{}", code_of_place(at.0))).or_default().insert(number);
            }
        }
        let groups: BTreeSet<Vec<u32>> = groups.into_values().map(|group| group.into_iter().collect()).collect();
        groups.into_iter().filter(|group| group.len() > 1).collect()
    }

    /// Adds to titles that several projects bear where each of them lies.
    fn tell_apart(&mut self, plane: &Plane) {
        let mut borne: BTreeMap<String, u32> = BTreeMap::new();
        for project in &self.projects {
            *borne.entry(project.title.zh.clone()).or_default() += 1;
        }
        for project in self.projects.iter_mut().filter(|project| borne[&project.title.zh] > 1) {
            let at = project.geometry.interior_point().and_then(|at| plane.lonlat_of(at.0));
            let Some([lon, lat]) = at else { continue };
            project.title.zh += &format!("（{lon:.4}°E，{lat:.4}°N）");
            project.title.en += &format!(" ({lon:.4}°E, {lat:.4}°N)");
        }
    }

    pub(super) fn cost(&self, project: u32) -> Option<f64> {
        self.projects[project as usize].cost_wan_yuan
    }

    /// What these cost together, of those that have a price.
    pub(super) fn cost_of(&self, projects: &[u32]) -> f64 {
        let sum: f64 = projects.iter().filter_map(|project| self.cost(*project)).sum();
        (sum * 10.0).round() / 10.0
    }

    /// Whether the people of a benefit have it once these are built.
    pub(super) fn is_had(benefit: &PlaceBenefit, built: &BTreeSet<u32>) -> bool {
        benefit.ways.iter().any(|way| way.iter().all(|project| built.contains(project)))
    }
}
