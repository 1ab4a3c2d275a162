//! How long a search may take, how it is cancelled, and to what function it reports its progress.

use std::time::{Duration, Instant};

use super::Ended;

/// Limits of a search, and the function it reports to. Whatever stops it, the best plan found so far is kept, with its bound.
///
/// Only `work` keeps results the same on every machine; a search that ends by the clock may end anywhere.
#[derive(Clone, Copy)]
pub struct SearchLimits<'a> {
    /// When the time is up; `None`: never.
    pub until: Option<Instant>,
    /// Effort that exact search may spend on one model: steps of prices in branch and bound, simplex iterations in HiGHS.
    pub work: u64,
    /// Asked again and again whether the search is to end.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
    /// Called with value and bound whenever one of them improved.
    pub on_progress: &'a (dyn Fn(u64, u64) + Sync),
}

impl SearchLimits<'static> {
    /// Without limits: ends when the plan is proven.
    pub fn patient() -> Self {
        Self { until: None, work: u64::MAX, cancelled: &|| false, on_progress: &|_, _| () }
    }

    /// Ends after so many seconds.
    pub fn seconds(seconds: f64) -> Self {
        let until = Duration::try_from_secs_f64(seconds).ok().and_then(|time| Instant::now().checked_add(time));
        Self { until, ..Self::patient() }
    }
}

impl SearchLimits<'_> {
    /// Why the search must end now, if it must.
    pub(super) fn stopped(&self) -> Option<Ended> {
        if (self.cancelled)() {
            return Some(Ended::Cancelled);
        }
        self.until.is_some_and(|until| Instant::now() >= until).then_some(Ended::TimeLimit)
    }

    pub(super) fn seconds_left(&self) -> f64 {
        self.until.map_or(f64::INFINITY, |until| until.saturating_duration_since(Instant::now()).as_secs_f64())
    }

    /// The same without reports of progress: for a model solved on the way, whose values are not those of the search.
    pub(super) fn quiet(&self) -> Self {
        Self { on_progress: &|_, _| (), ..*self }
    }

    /// The same, but ending after an equal share of the time left.
    pub(super) fn share(&self, of: usize) -> Self {
        let share =
            |until: Instant| Instant::now() + until.saturating_duration_since(Instant::now()) / of.max(1) as u32;
        Self { until: self.until.map(share), ..*self }
    }
}
