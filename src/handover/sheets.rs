//! The atlas of what was found: of the area as it is, and of the plan.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use fireplan_atlas::{
    Atlas, AtlasInput, AtlasOptions, PlanOrigin, PlannedState, SheetFacts, analyses_shown, draw_atlas,
};
use fireplan_engine::request::Request;
use fireplan_engine::scenario::apply_kept;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::progress::Progress;
use fireplan_model::rules::Rules;
use fireplan_package::PlanFacts;

use crate::questions::{Answers, RecallAnswer, ask_questions};

/// What the sheets say of the plan.
pub fn tell_facts(plan: &PlanFacts, area: &str) -> SheetFacts {
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    SheetFacts {
        title: Some(plan.title(area)),
        stage: Some(plan.stage().to_owned()),
        term: said(plan.term().trim_matches(['（', '）'])),
        base_year: plan.base_year.map(|year| format!("{year}年")),
        commissioned_by: said(&plan.body),
        made_by: said(&plan.author),
        date: plan.day(),
        base_map_number: said(&plan.map_number),
        height_datum: None,
    }
}

/// The atlas of the present state and of the plan, each with what was found of it.
///
/// # Errors
/// If a sheet cannot be drawn.
pub fn draw_states(
    (area, findings, unanswered): (&StudyArea, &[&Findings], BTreeMap<String, String>),
    plan: Option<(&StudyArea, &[&Findings], PlanOrigin)>,
    facts: &SheetFacts,
    options: &AtlasOptions,
) -> Result<Atlas> {
    let title = plan.map(|(area, ..)| plan_title(area)).unwrap_or_default();
    let planned = plan.map(|(area, findings, origin)| PlannedState { area, findings, title: &title, origin });
    draw_atlas(&AtlasInput { area, findings, planned, facts, unanswered }, options)
}

/// What the plan is called under which an area is.
pub fn plan_title(area: &StudyArea) -> String {
    area.applied.as_ref().map(|applied| applied.title.zh.clone()).unwrap_or_default()
}

/// The area under the first plan that siting proposes, if it proposes any.
///
/// # Errors
/// If the plan does not apply to the area.
pub fn propose_plan(area: &StudyArea, found: &[&Findings]) -> Result<Option<StudyArea>> {
    let is_siting = |findings: &&&Findings| findings.manifest.request.get("analysis").is_some_and(|id| id == "siting");
    let proposal = found.iter().find(is_siting).and_then(|found| found.proposals.first());
    proposal.map(|proposal| apply_kept(&proposal.kept(), area)).transpose()
}

/// Why questions have no answer, by their names, as the list of sheets says it.
pub fn tell_unanswered(answers: &Answers) -> BTreeMap<String, String> {
    answers.unanswered.iter().map(|(request, why)| (request.id().to_owned(), why.zh.clone())).collect()
}

/// The same of an area and of that under a plan.
pub fn tell_unanswered_of(present: &Answers, planned: &Answers) -> BTreeMap<String, String> {
    let mut why = tell_unanswered(planned);
    why.extend(tell_unanswered(present));
    why
}

/// The questions of these names, in the order in which they are asked.
pub fn name_questions(wanted: &BTreeSet<String>) -> Vec<Request> {
    Request::all_in_turn().into_iter().filter(|request| wanted.contains(request.id())).collect()
}

/// What the atlas of a package is drawn from.
pub(crate) struct AtlasOrder<'a> {
    /// The area that was asked about.
    pub(crate) area: &'a StudyArea,
    /// The area before the scenario, where there is one.
    pub(crate) before: Option<&'a StudyArea>,
    pub(crate) rules: &'a Rules,
    pub(crate) answers: &'a Answers,
    pub(crate) facts: &'a SheetFacts,
    /// The sheets by their numbers; empty: all.
    pub(crate) sheets: Vec<String>,
}

impl AtlasOrder<'_> {
    /// The atlas of what a package has found: of its area, and of the plan that siting proposes; or of the area before a scenario,
    /// and of the area under it.
    pub(crate) fn draw(self, recall: RecallAnswer<'_>, progress: &dyn Progress) -> Result<Atlas> {
        let origin = if self.before.is_some() { PlanOrigin::Scenario } else { PlanOrigin::Proposed };
        let [present, planned] = analyses_shown(&self.sheets, origin)?;
        let options = AtlasOptions { sheets: self.sheets, ..AtlasOptions::default() };
        let found = self.answers.findings();
        let ask = |wanted: &BTreeSet<String>, area: &StudyArea| {
            ask_questions(name_questions(wanted), (area, self.rules), recall, progress)
        };
        if let Some(before) = self.before {
            let now = ask(&present, before)?;
            let (present, why) = (now.findings(), tell_unanswered_of(&now, self.answers));
            return draw_states((before, &present, why), Some((self.area, &found, origin)), self.facts, &options);
        }
        let changed = if planned.is_empty() { None } else { propose_plan(self.area, &found)? };
        let under_plan = match &changed {
            Some(area) => ask(&planned, area)?,
            None => Answers::default(),
        };
        let proposed = under_plan.findings();
        let plan = changed.as_ref().map(|area| (area, proposed.as_slice(), origin));
        draw_states((self.area, &found, tell_unanswered(self.answers)), plan, self.facts, &options)
    }
}
