//! The best plan so far and the best bound so far, running towards each other.

use super::milp::{Goal, Milp, Solved};
use super::{Ended, Plan, SearchLimits};

/// What a search knows: it only ever gets better, and whoever listens hears of it.
pub(super) struct Incumbent<'a> {
    pub goal: Goal,
    pub search_limits: &'a SearchLimits<'a>,
    pub chosen: Vec<u32>,
    pub value: u64,
    pub bound: u64,
    /// The race is over once it is known whether the value gets this good.
    pub enough: Option<u64>,
}

impl<'a> Incumbent<'a> {
    pub fn new(goal: Goal, search_limits: &'a SearchLimits<'a>, chosen: Vec<u32>, value: u64, bound: u64) -> Self {
        let incumbent = Self { goal, search_limits, chosen, value, bound, enough: None };
        (search_limits.on_progress)(value, bound);
        incumbent
    }

    /// Takes a choice over if it is better.
    pub fn offer(&mut self, chosen: impl IntoIterator<Item = u32>, value: u64) -> bool {
        let better = self.goal.is_better(value, self.value);
        if better {
            self.chosen = chosen.into_iter().collect();
            self.value = value;
            self.tell();
        }
        better
    }

    /// Takes a bound over if it is tighter. What is known to exist is never excluded by it.
    pub fn bound_by(&mut self, bound: u64) {
        let tighter = match self.goal {
            Goal::Most => bound.clamp(self.value, self.bound.max(self.value)),
            Goal::Least => bound.clamp(self.bound.min(self.value), self.value),
        };
        if tighter != self.bound {
            self.bound = tighter;
            self.tell();
        }
    }

    /// Has a programme of the open part solved; who listens hears of it where it is better than what is known.
    pub fn solve(&self, programme: Milp, start: Option<&[f64]>) -> Solved {
        let on_progress = |value: u64, bound: u64| {
            let value = if self.goal.is_better(value, self.value) { value } else { self.value };
            // A bound of the open part says nothing of plans as good as the best.
            let bound = if self.goal.is_better(bound, value) { bound } else { value };
            (self.search_limits.on_progress)(
                value,
                if self.goal.is_better(bound, self.bound) { self.bound } else { bound },
            );
        };
        programme.solve(start, &SearchLimits { on_progress: &on_progress, ..*self.search_limits })
    }

    /// Takes over what the exact solver proved, once its solution was offered. Where it is done and has nothing better than
    /// what is known, nothing better is.
    pub fn close(&mut self, solved: &Solved) {
        let better = solved.value.is_some_and(|value| self.goal.is_better(value, self.value));
        let nothing_better = solved.ended == Ended::Proven && !better;
        self.bound_by(if nothing_better { self.value } else { solved.bound });
    }

    pub fn is_optimal(&self) -> bool {
        self.value == self.bound || self.enough.is_some_and(|enough| self.goal.decided(self.value, self.bound, enough))
    }

    pub fn into_plan(self, ended: Ended) -> Plan {
        Plan::new(self.chosen, self.value, self.bound, ended)
    }

    fn tell(&self) {
        (self.search_limits.on_progress)(self.value, self.bound);
    }
}
