//! Work that somebody watches: what it is at, how far, and whether it is still wanted.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::Serialize;

use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;

/// One piece of work.
pub(crate) struct WatchedTask {
    stage: Mutex<(Label, u64)>,
    steps: AtomicU64,
    cancelled: AtomicBool,
    until: Option<Instant>,
}

/// How far a piece of work is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct TaskProgress {
    /// What it is at.
    message: Label,
    /// Of the present stage; `None`: its length is unknown.
    percent: Option<u64>,
}

impl WatchedTask {
    /// Work that begins with this; with a time, it is given up when that is over.
    pub(crate) fn new(first: Label, time: Option<Duration>) -> Self {
        Self {
            stage: Mutex::new((first, 0)),
            steps: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
            until: time.and_then(|time| Instant::now().checked_add(time)),
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Somebody has cancelled it; a time that is over is none of that.
    pub(crate) fn was_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(crate) fn describe(&self) -> TaskProgress {
        let (message, of) = self.stage.lock().expect("no panic while held").clone();
        let percent = (self.steps.load(Ordering::Relaxed).min(of) * 100).checked_div(of);
        TaskProgress { message, percent }
    }
}

impl Progress for WatchedTask {
    fn stage(&self, label: &Label, steps: u64) {
        self.steps.store(0, Ordering::Relaxed);
        *self.stage.lock().expect("no panic while held") = (label.clone(), steps);
    }

    fn step(&self, steps: u64) {
        self.steps.fetch_add(steps, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.was_cancelled() || self.until.is_some_and(|until| Instant::now() > until)
    }
}
