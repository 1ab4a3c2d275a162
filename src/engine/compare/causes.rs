//! To what the change of every figure is due where two runs differ in several things: the first question is asked again with one
//! thing more changed each time, the data first, for a question can be asked of today's data only. The shares add up to the
//! whole change; in another order they may be others.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::Context;
use crate::request::Request;
use crate::scenario::apply_kept;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::findings::{Figure, Findings, Manifest};
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_model::rules::{Choice, RuleProfile, Rules};
use fireplan_model::scenario::{EditReference, KeptScenario, Scenario};

codes! {
    /// Something in which two runs differ.
    pub enum ChangeCause {
        /// 数据、程序版本 | Data and program
        Ground = "ground",
        /// 规则 | Rules
        Rules = "rules",
        /// 参数 | Parameters
        Parameters = "parameters",
        /// 方案 | Scenario
        Scenario = "scenario",
    }
}

/// A figure that differs, and what each cause adds to it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CausedChange {
    /// Name of the figure, the same in both runs.
    pub name: String,
    /// What the figure is called.
    pub label: Label,
    /// The unit of the value; empty for counts.
    pub unit: String,
    /// By cause, in the order in which they were changed; null where the figure is undetermined on the way.
    pub shares: Vec<(ChangeCause, Option<f64>)>,
}

/// A question of the two runs, or on the way from one to the other.
#[derive(Clone, PartialEq)]
struct Question<'a> {
    rules: (&'a str, &'a [String], Option<&'a str>),
    request: &'a serde_json::Value,
    scenario: Option<(&'a Scenario, MeantThings<'a>)>,
}

/// What the edits of a scenario refer to. Two runs mean the same where they mean the same things, whatever the data say of these.
#[derive(Clone, Copy)]
struct MeantThings<'a>(&'a [EditReference]);

impl PartialEq for MeantThings<'_> {
    fn eq(&self, other: &Self) -> bool {
        let thing = |one: &EditReference| (one.layer, one.text.clone(), one.name.clone(), one.class.clone(), one.at);
        self.0.iter().map(thing).eq(other.0.iter().map(thing))
    }
}

impl<'a> Question<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        let Manifest { profile, set, as_of, request, scenario, scenario_references, .. } = manifest;
        let scenario = scenario.as_deref().map(|scenario| (scenario, MeantThings(scenario_references)));
        Self { rules: (profile, set, as_of.as_deref()), request, scenario }
    }

    fn load_rules(&self) -> Result<Rules> {
        let (profile, set, as_of) = self.rules;
        let set =
            set.iter().filter_map(|one| one.split_once('=')).map(|(key, value)| (key.to_owned(), value.to_owned()));
        let choice = Choice {
            profile: Some(RuleProfile::Supplied(profile.to_owned())),
            set: set.collect(),
            as_of: as_of.map(str::to_owned),
        };
        Rules::load_choice(choice).with_context(|| {
            format!(
                "不能按规则 {profile} 再算：自备的规则文件不随成果保存，请每次只改一项、逐次运行 | \
                 cannot ask again under the rules {profile}: a profile of your own is not kept with the results; change one thing at a time"
            )
        })
    }

    fn ask(&self, area: &StudyArea, progress: &dyn Progress) -> Result<Findings> {
        let request: Request = serde_json::from_value(self.request.clone()).context(
            "成果中的参数不是这个版本的，不能再算 | the parameters of the results are those of another version: they cannot be asked again",
        )?;
        let rules = self.load_rules()?;
        let kept = self.scenario.map(|(scenario, MeantThings(references))| KeptScenario {
            scenario: scenario.clone(),
            revision: None,
            references: references.to_vec(),
        });
        let changed = kept.map(|kept| apply_kept(&kept, area)).transpose()?;
        request.run(&Context { area: changed.as_ref().unwrap_or(area), rules: &rules, progress })
    }
}

/// What each cause adds to every figure that differs, of two runs of one question on this area, the second on its data as they
/// are; nothing where they differ in one thing or in none.
///
/// # Errors
/// If the second run was not made by this program of these data, or a question on the way cannot be asked again.
pub fn share_out(
    area: &StudyArea,
    [before, after]: [&Findings; 2],
    progress: &dyn Progress,
) -> Result<Vec<CausedChange>> {
    let [first, last] = [&before.manifest, &after.manifest];
    let (start, end) = (Question::of(first), Question::of(last));
    let mut steps: Vec<(ChangeCause, Question)> = Vec::new();
    if inputs_of(first) != inputs_of(last) || first.program != last.program {
        steps.push((ChangeCause::Ground, start.clone()));
    }
    let mut now = start;
    for cause in [ChangeCause::Rules, ChangeCause::Parameters, ChangeCause::Scenario] {
        let next = match cause {
            ChangeCause::Rules => Question { rules: end.rules, ..now.clone() },
            ChangeCause::Parameters => Question { request: end.request, ..now.clone() },
            _ => end.clone(),
        };
        if next != now {
            steps.push((cause, next.clone()));
        }
        now = next;
    }
    if steps.len() < 2 {
        return Ok(Vec::new());
    }
    let mut states: Vec<Vec<Figure>> = vec![before.figures.clone()];
    for (_, question) in &steps[..steps.len() - 1] {
        let found = question.ask(area, progress)?;
        if inputs_of(&found.manifest) != inputs_of(last) || found.manifest.program != last.program {
            bail!(
                "{} 的数据或程序版本已不是第二次运行时的，分不出各占多少；请先重新运行第二次 | \
                 the data of {} or the program are no longer those of the second run: run it again first",
                area.name,
                area.name
            );
        }
        states.push(found.figures);
    }
    states.push(after.figures.clone());
    let causes: Vec<ChangeCause> = steps.iter().map(|(cause, _)| *cause).collect();
    Ok(after.figures.iter().map(|figure| caused(figure, &causes, &states)).filter(CausedChange::is_any).collect())
}

fn inputs_of(manifest: &Manifest) -> BTreeMap<&str, &str> {
    manifest.inputs.iter().map(|input| (input.source.as_str(), input.sha256.as_str())).collect()
}

fn caused(figure: &Figure, causes: &[ChangeCause], states: &[Vec<Figure>]) -> CausedChange {
    let value = |state: &Vec<Figure>| state.iter().find(|one| one.name == figure.name).and_then(|one| one.value);
    let share = |pair: &[Vec<Figure>]| {
        let [was, is] = [value(&pair[0])?, value(&pair[1])?];
        // Differences of rounded figures are rounded alike: 42.2 − 42.1 is 0.1.
        Some(((is - was) * 1e6).round() / 1e6 + 0.0)
    };
    CausedChange {
        name: figure.name.clone(),
        label: figure.label.clone(),
        unit: figure.unit.clone(),
        shares: causes.iter().copied().zip(states.windows(2).map(share)).collect(),
    }
}

impl CausedChange {
    fn is_any(&self) -> bool {
        self.shares.iter().any(|(_, share)| *share != Some(0.0))
    }
}
