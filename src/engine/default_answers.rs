//! What questions that read several others need of each of them: its checks, projects and gains, answered with its default
//! parameters, once for an area and its rules.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use anyhow::{Result, bail};
use geo::{Coord, InteriorPoint};

use crate::analyses::{access, brigades, coverage, firebreaks, hydrants, siting, water};
use crate::analysis::{Analysis, Context};
use crate::duties::ForestRange;
use crate::responsible::assign_responsible;
use crate::today::NamedQuestion;
use fireplan_model::findings::{Check, Feature, Findings, Layer, ProposedProject, StateGain};
use fireplan_model::layers::LayerId;
use fireplan_model::message::explain;
use fireplan_model::method::MethodConstant;
use fireplan_model::rows::{Label, Value};
use fireplan_model::rules::Rules;

/// An analysis that other questions read.
struct ReadAnalysis {
    name: &'static str,
    title: &'static str,
    question: Box<dyn Analysis>,
}

/// The analyses that other questions read.
fn analyses() -> Vec<ReadAnalysis> {
    let read = |name, title, question| ReadAnalysis { name, title, question };
    vec![
        read("access", access::TITLE, Box::<access::FireAccess>::default()),
        read("brigades", brigades::TITLE, Box::<brigades::Brigades>::default()),
        read("coverage", coverage::TITLE, Box::<coverage::Coverage>::default()),
        read("firebreaks", firebreaks::TITLE, Box::<firebreaks::Firebreaks>::default()),
        read("hydrants", hydrants::TITLE, Box::<hydrants::Hydrants>::default()),
        read("siting", siting::TITLE, Box::<siting::Siting>::default()),
        read("water", water::TITLE, Box::<water::WaterSupply>::default()),
    ]
}

/// The names of the analyses that other questions read.
pub fn names() -> Vec<&'static str> {
    analyses().iter().map(|analysis| analysis.name).collect()
}

/// The title of one of them.
pub fn find_title(name: &str) -> Label {
    analyses()
        .into_iter()
        .find(|analysis| analysis.name == name)
        .map(|analysis| analysis.title.into())
        .unwrap_or_default()
}

/// The constants of those analyses, each once, by name.
pub fn method() -> Vec<MethodConstant> {
    let mut all: Vec<MethodConstant> = analyses().iter().flat_map(|analysis| analysis.question.method()).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup_by(|a, b| a.name == b.name);
    all
}

/// The rules that can move those analyses, by key or topic.
pub fn rules() -> Vec<&'static str> {
    analyses().iter().flat_map(|analysis| analysis.question.rules()).collect()
}

/// What is kept of an answer.
#[derive(Default)]
pub struct KeptAnswer {
    /// What was held against clauses, each with a place inside its feature.
    pub checks: Vec<(Check, Option<Coord>)>,
    /// What it proposes to build.
    pub projects: Vec<ProposedProject>,
    /// What becomes of people once that is built.
    pub gains: Vec<StateGain>,
    /// The ranges of forest that it tells apart.
    pub ranges: Vec<ForestRange>,
}

/// Why an analysis has no answer.
pub enum Unanswered {
    /// These layers are missing.
    Lacking(Vec<LayerId>),
    /// It has none here, for this reason.
    Failed(Label),
}

/// The answer of one of the analyses, by its name.
///
/// # Errors
/// If nobody waits for it any more.
pub fn answer(context: &Context, name: &str) -> Result<Result<Arc<KeptAnswer>, Unanswered>> {
    let found = analyses().into_iter().find(|analysis| analysis.name == name);
    let question = found.expect("it is one of the names").question;
    let lacking: Vec<LayerId> = question.needs().iter().copied().filter(|layer| !context.area.has(*layer)).collect();
    if !lacking.is_empty() {
        return Ok(Err(Unanswered::Lacking(lacking)));
    }
    // What a search found that was told to end early serves this run and is not kept for others.
    let mut early = None;
    let derive = || {
        let mut findings = question.run(context)?;
        assign_responsible(&mut findings, context);
        let named = NamedQuestion { question: &*question, name, is_default: true };
        named.hold_against_today(context, &mut findings)?;
        let kept = KeptAnswer::of(&findings);
        if context.progress.settled() {
            early = Some(kept);
            bail!("提前结束 | ended early");
        }
        Ok(kept)
    };
    match (context.area.derived.once(key(name, context.rules), derive), early) {
        (Ok(kept), _) => Ok(Ok(kept)),
        (Err(_), Some(early)) => Ok(Ok(Arc::new(early))),
        (Err(error), None) if context.progress.cancelled() => Err(error),
        // One question that has no answer here leaves its own part open, not all.
        (Err(error), None) => Ok(Err(Unanswered::Failed(explain(&error)))),
    }
}

/// Keeps what an analysis found with its default parameters, so that nobody asks it again; not where its search was told to end
/// with the best found so far.
pub fn keep(context: &Context, name: &str, findings: &Findings) {
    if names().contains(&name) && !context.progress.settled() {
        let kept = context.area.derived.once(key(name, context.rules), || Ok::<_, ()>(KeptAnswer::of(findings)));
        debug_assert!(kept.is_ok(), "it cannot fail");
    }
}

fn key(name: &str, rules: &Rules) -> u64 {
    let mut hasher = DefaultHasher::new();
    (name, rules.fingerprint()).hash(&mut hasher);
    hasher.finish()
}

/// The layer whose features are ranges of forest.
const RANGES: &str = "forest_ranges";

fn ranges_of(layer: &Layer) -> Vec<ForestRange> {
    let at = |name: &str| layer.columns.iter().position(|column| column.name == name);
    let Some((name, town)) = at("name").zip(at("town")) else { return Vec::new() };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let range =
        |row: &Feature| ForestRange { name: text(&row.values[name]), town: text(&row.values[town]), kind: None };
    layer.features.iter().map(range).collect()
}

impl KeptAnswer {
    fn of(findings: &Findings) -> Self {
        let place = |check: &Check| {
            let feature = check.feature.as_ref()?;
            let layer = findings.layers.iter().find(|layer| layer.id == feature.layer)?;
            let geometry = layer.features.get((feature.id as usize).checked_sub(1)?)?.geometry.as_ref()?;
            Some(geometry.interior_point()?.0)
        };
        Self {
            checks: findings.checks.iter().map(|check| (check.clone(), place(check))).collect(),
            projects: findings.projects.clone(),
            gains: findings.gains.clone(),
            ranges: findings.layers.iter().find(|layer| layer.id == RANGES).map_or_else(Vec::new, ranges_of),
        }
    }
}
