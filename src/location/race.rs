//! The best plan so far and the best bound so far, running towards each other.

use super::milp::{Goal, Milp, Solved};
use super::{Ended, Plan, Watch};

/// What a search knows: it only ever gets better, and whoever listens hears of it.
pub(super) struct Race<'a> {
    pub goal: Goal,
    pub watch: &'a Watch<'a>,
    pub chosen: Vec<u32>,
    pub value: u64,
    pub bound: u64,
    /// The race is over once it is known whether the value gets this good.
    pub enough: Option<u64>,
}

impl<'a> Race<'a> {
    pub fn new(goal: Goal, watch: &'a Watch<'a>, chosen: Vec<u32>, value: u64, bound: u64) -> Self {
        let race = Self { goal, watch, chosen, value, bound, enough: None };
        (watch.heard)(value, bound);
        race
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
        let heard = |value: u64, bound: u64| {
            let value = if self.goal.is_better(value, self.value) { value } else { self.value };
            // A bound of the open part says nothing of plans as good as the best.
            let bound = if self.goal.is_better(bound, value) { bound } else { value };
            (self.watch.heard)(value, if self.goal.is_better(bound, self.bound) { self.bound } else { bound });
        };
        programme.solve(start, &Watch { heard: &heard, ..*self.watch })
    }

    /// Takes over what the exact solver proved, once its solution was offered. Where it is done and has nothing better than
    /// what is known, nothing better is.
    pub fn close(&mut self, solved: &Solved) {
        let better = solved.value.is_some_and(|value| self.goal.is_better(value, self.value));
        let nothing_better = solved.ended == Ended::Proven && !better;
        self.bound_by(if nothing_better { self.value } else { solved.bound });
    }

    pub fn is_won(&self) -> bool {
        self.value == self.bound || self.enough.is_some_and(|enough| self.goal.decided(self.value, self.bound, enough))
    }

    pub fn into_plan(self, ended: Ended) -> Plan {
        Plan::new(self.chosen, self.value, self.bound, ended)
    }

    fn tell(&self) {
        (self.watch.heard)(self.value, self.bound);
    }
}
