//! What every question has in common. The list of the questions is apart, in [`request`](crate::request): none of them knows it.

use std::sync::Arc;

use anyhow::{Result, bail};

use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::layers::LayerId;
use fireplan_model::method::MethodConstant;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

/// What an analysis may look at.
pub struct Context<'a> {
    /// The area with its layers and road network, changed by a scenario where one is asked about.
    pub area: &'a StudyArea,
    /// The rules in force, profile and single settings included.
    pub rules: &'a Rules,
    /// Who is told how far the work is, and who may end it.
    pub progress: &'a dyn Progress,
}

impl Context<'_> {
    /// A new part of the work begins; an error where nobody waits for it any more.
    pub fn begin(&self, zh: &str, en: &str) -> Result<()> {
        self.progress.stage(&Label::new(zh, en), 0);
        if self.progress.cancelled() { bail!("已取消 | cancelled") } else { Ok(()) }
    }
}

/// A question of the fire plan: what it needs, how it is answered, and in which forms.
pub trait Analysis {
    /// Layers without which the question has no answer.
    fn needs(&self) -> &'static [LayerId];
    /// All layers whose features can move its answer, the needed ones among them. A test empties all others and compares.
    fn reads(&self) -> &'static [LayerId];
    /// The rules that can move its answer: entries by their keys, or whole topics. A test changes all others and compares.
    fn rules(&self) -> Vec<&'static str>;
    /// The constants of its method, its own and those of the shared parts it uses; beside those of the road network.
    fn method(&self) -> Vec<MethodConstant>;
    /// Whether it searches, and can be told to end with the best found so far ([`Progress::settled`]).
    fn settles(&self) -> bool {
        false
    }
    /// Whether it reads the answers of other questions ([`default_answers`](crate::default_answers)): asked after them, it has them.
    fn reads_answers(&self) -> bool {
        false
    }
    /// Whether it can be followed ([`live`](Self::live)) while stations are moved.
    fn is_live(&self) -> bool {
        false
    }
    /// Answers the question on this area, to be asked again under scenarios much sooner than by whole runs.
    fn live(&self, _area: Arc<StudyArea>, _rules: Arc<Rules>) -> Result<Box<dyn Live>> {
        bail!("该分析只能整体运行 | it has no other form than the whole run")
    }
    /// The question whose figures tell what a plan of this one comes to; `None`: its own.
    fn judged_by(&self) -> Option<&'static str> {
        None
    }
    /// Answers the question. The same area, rules and parameters give the same findings.
    ///
    /// # Errors
    /// If the question cannot be answered on this area, or if nobody waits for the answer any more.
    fn run(&self, context: &Context) -> Result<Findings>;
}

/// A question that is asked again and again while a scenario is drawn.
pub trait Live: Send {
    /// What the question comes to on the area as it was, and as it is under a scenario: the figures of the whole run, and of the
    /// layers at least every feature that moves to another class.
    fn follow(&mut self, changed: &StudyArea) -> Result<[Findings; 2]>;
}
