//! What doubts change in the answers: computed once, when somebody asks, and ended when nobody waits for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::Result;
use schemars::JsonSchema;
use serde::Serialize;

use crate::state::AppState;
use fireplan_engine::doubts::doubt_effects;
use fireplan_model::progress::Progress;
use fireplan_model::quality::DoubtEffect;
use fireplan_model::rows::Label;

/// How far the computation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EffectsStatus {
    /// Nobody has asked, or it was stopped.
    Idle,
    /// It is being computed.
    Running,
    /// The effects are there.
    Done,
    /// It could not be computed; the message says why.
    Failed,
}

/// What the doubts change, as far as it is known.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct EffectsDescription {
    status: EffectsStatus,
    /// How many notes there are whose values can be supposed.
    groups: usize,
    /// `中文 | English`.
    message: String,
    /// `None`: not known yet.
    #[schemars(with = "Option<Vec<DoubtEffect>>")]
    effects: Option<Arc<Vec<DoubtEffect>>>,
}

/// The computation, or what came of it.
#[derive(Default)]
pub struct WatchedEffects(Mutex<EffectsState>);

#[derive(Default)]
enum EffectsState {
    #[default]
    Idle,
    Running(Arc<EffectsRun>),
    Done(Arc<Vec<DoubtEffect>>),
    Failed(Label),
}

/// One computation while it goes on.
#[derive(Default)]
struct EffectsRun {
    cancelled: AtomicBool,
    message: Mutex<Label>,
}

impl Progress for EffectsRun {
    fn stage(&self, label: &Label, _: u64) {
        *self.message.lock().expect("no panic while held") = label.clone();
    }

    fn step(&self, _: u64) {}

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

impl WatchedEffects {
    /// Whether it is being computed.
    pub fn is_running(&self) -> bool {
        matches!(*self.state(), EffectsState::Running(_))
    }

    fn state(&self) -> MutexGuard<'_, EffectsState> {
        self.0.lock().expect("no panic while held")
    }

    /// What is known, for an area with so many groups.
    pub(super) fn describe(&self, groups: usize) -> EffectsDescription {
        let (status, message, effects) = match &*self.state() {
            EffectsState::Idle => (EffectsStatus::Idle, String::new(), None),
            EffectsState::Running(run) => {
                let message = run.message.lock().expect("no panic while held").to_string();
                (EffectsStatus::Running, message, None)
            }
            EffectsState::Done(effects) => (EffectsStatus::Done, String::new(), Some(effects.clone())),
            EffectsState::Failed(why) => (EffectsStatus::Failed, why.to_string(), None),
        };
        EffectsDescription { status, groups, message, effects }
    }

    /// What was found.
    pub(super) fn done(&self) -> Option<Arc<Vec<DoubtEffect>>> {
        match &*self.state() {
            EffectsState::Done(effects) => Some(effects.clone()),
            _ => None,
        }
    }

    /// Stops the computation, if it goes on.
    pub(super) fn stop(&self) {
        let mut state = self.state();
        if let EffectsState::Running(run) = &*state {
            run.cancelled.store(true, Ordering::Relaxed);
            *state = EffectsState::Idle;
        }
    }

    /// A new computation; `None`: one goes on, or it was done.
    fn begin(&self) -> Option<Arc<EffectsRun>> {
        let mut state = self.state();
        if matches!(&*state, EffectsState::Running(_) | EffectsState::Done(_)) {
            return None;
        }
        let run = Arc::new(EffectsRun::default());
        run.stage(&Label::new("等待运行", "Waiting to run"), 0);
        *state = EffectsState::Running(run.clone());
        Some(run)
    }

    fn finish(&self, run: &EffectsRun, outcome: Result<Vec<DoubtEffect>>) {
        if run.cancelled() {
            return;
        }
        *self.state() = match outcome {
            Ok(effects) => EffectsState::Done(Arc::new(effects)),
            Err(error) => {
                tracing::warn!("what doubts change: {error:#}");
                EffectsState::Failed(Label::parse(&format!("{error:#}")))
            }
        };
    }
}

impl AppState {
    /// Starts the computation, unless it goes on or was done.
    pub(super) fn start_effects(&self) {
        if let Some(run) = self.effects.begin() {
            tokio::spawn(compute_in_turn(self.clone(), run));
        }
    }
}

async fn compute_in_turn(state: AppState, run: Arc<EffectsRun>) {
    // It asks questions as jobs do, and each of them uses all cores by itself.
    let turn = state.jobs.turn();
    let Ok(_turn) = turn.acquire().await else { return };
    if run.cancelled() {
        return;
    }
    let (area, rules, watched) = (state.area.clone(), state.rules.clone(), run.clone());
    let outcome = tokio::task::spawn_blocking(move || doubt_effects(&area, &rules, &*watched)).await;
    state.effects.finish(&run, outcome.unwrap_or_else(|panic| Err(panic.into())));
}
