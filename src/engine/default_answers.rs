//! What questions that read several others need of each of them: its checks, projects and gains, answered with its default
//! parameters, once for an area and its rules.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use anyhow::Result;
use geo::{Coord, InteriorPoint};

use crate::analyses::access::FireAccess;
use crate::analyses::brigades::Brigades;
use crate::analyses::coverage::Coverage;
use crate::analyses::firebreaks::Firebreaks;
use crate::analyses::hydrants::Hydrants;
use crate::analyses::siting::Siting;
use crate::analyses::water::WaterSupply;
use crate::analysis::{Analysis, Context};
use fireplan_model::findings::{Check, Findings, ProposedProject, StateGain};
use fireplan_model::layers::LayerId;
use fireplan_model::message::explain;
use fireplan_model::method::MethodConstant;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

/// The analyses that other questions read, by their names.
fn analyses() -> Vec<(&'static str, Box<dyn Analysis>)> {
    vec![
        ("access", Box::new(FireAccess::default())),
        ("brigades", Box::new(Brigades::default())),
        ("coverage", Box::new(Coverage::default())),
        ("firebreaks", Box::new(Firebreaks::default())),
        ("hydrants", Box::new(Hydrants::default())),
        ("siting", Box::new(Siting::default())),
        ("water", Box::new(WaterSupply::default())),
    ]
}

/// The names of the analyses that other questions read.
pub fn names() -> Vec<&'static str> {
    analyses().iter().map(|(name, _)| *name).collect()
}

/// The constants of those analyses, each once, by name.
pub fn method() -> Vec<MethodConstant> {
    let mut all: Vec<MethodConstant> = analyses().iter().flat_map(|(_, analysis)| analysis.method()).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup_by(|a, b| a.name == b.name);
    all
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
    let (_, analysis) = analyses().into_iter().find(|(known, _)| *known == name).expect("it is one of the names");
    let lacking: Vec<LayerId> = analysis.needs().iter().copied().filter(|layer| !context.area.has(*layer)).collect();
    if !lacking.is_empty() {
        return Ok(Err(Unanswered::Lacking(lacking)));
    }
    let derive = || analysis.run(context).map(|findings| KeptAnswer::of(&findings));
    match context.area.derived.once(key(name, context.rules), derive) {
        Ok(kept) => Ok(Ok(kept)),
        Err(error) if context.progress.cancelled() => Err(error),
        // One question that has no answer here leaves its own part open, not all.
        Err(error) => Ok(Err(Unanswered::Failed(explain(&error)))),
    }
}

/// Keeps what an analysis found with its default parameters, so that nobody asks it again.
pub fn keep(context: &Context, name: &str, findings: &Findings) {
    if names().contains(&name) {
        let kept = context.area.derived.once(key(name, context.rules), || Ok::<_, ()>(KeptAnswer::of(findings)));
        debug_assert!(kept.is_ok(), "it cannot fail");
    }
}

fn key(name: &str, rules: &Rules) -> u64 {
    let mut hasher = DefaultHasher::new();
    (name, rules.fingerprint()).hash(&mut hasher);
    hasher.finish()
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
        }
    }
}
