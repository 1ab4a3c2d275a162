//! The best plan so far and the best bound so far, running towards each other.

use super::milp::{Goal, RELATIVE, Solved};
use super::{Ended, Plan, Watch};

/// What a search knows: it only ever gets better, and whoever listens hears of it.
pub(super) struct Race<'a> {
    pub goal: Goal,
    pub watch: &'a Watch<'a>,
    pub chosen: Vec<u32>,
    pub value: u64,
    pub bound: u64,
}

impl<'a> Race<'a> {
    pub fn new(goal: Goal, watch: &'a Watch<'a>, chosen: Vec<u32>, value: u64, bound: u64) -> Self {
        let race = Self { goal, watch, chosen, value, bound };
        (watch.heard)(value, bound);
        race
    }

    /// Takes a choice over if it is better.
    pub fn offer(&mut self, chosen: impl IntoIterator<Item = u32>, value: u64) -> bool {
        let better = match self.goal {
            Goal::Most => value > self.value,
            Goal::Least => value < self.value,
        };
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

    /// Takes over what the exact solver proved. What is left of the gap within its accuracy is none.
    pub fn close(&mut self, solved: &Solved) {
        let within = solved.bound.abs_diff(self.value) as f64 <= RELATIVE * self.value as f64;
        let nothing_better = solved.ended == Ended::Proven && (within || solved.infeasible);
        self.bound_by(if nothing_better { self.value } else { solved.bound });
    }

    pub fn is_won(&self) -> bool {
        self.value == self.bound
    }

    pub fn into_plan(self, ended: Ended) -> Plan {
        Plan::new(self.chosen, self.value, self.bound, ended)
    }

    fn tell(&self) {
        (self.watch.heard)(self.value, self.bound);
    }
}
