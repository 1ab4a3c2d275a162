//! The best plan found so far and the best bound proven so far. The search is over when they meet.

use super::milp::{Goal, Milp, Solved};
use super::{Ended, Plan, SearchLimits};

/// The best plan and bound that a search has found so far. Both only ever improve, and every improvement is reported.
pub(super) struct Incumbent<'a> {
    pub goal: Goal,
    pub search_limits: &'a SearchLimits<'a>,
    pub chosen: Vec<u32>,
    pub value: u64,
    pub bound: u64,
    /// The search may end once it is known whether any plan has a value this good.
    pub enough: Option<u64>,
}

impl<'a> Incumbent<'a> {
    pub(crate) fn new(
        goal: Goal,
        search_limits: &'a SearchLimits<'a>,
        chosen: Vec<u32>,
        value: u64,
        bound: u64,
    ) -> Self {
        let incumbent = Self { goal, search_limits, chosen, value, bound, enough: None };
        (search_limits.on_progress)(value, bound);
        incumbent
    }

    /// Takes a choice over if it is better.
    pub(crate) fn offer(&mut self, chosen: impl IntoIterator<Item = u32>, value: u64) -> bool {
        let better = self.goal.is_better(value, self.value);
        if better {
            self.chosen = chosen.into_iter().collect();
            self.value = value;
            self.report();
        }
        better
    }

    /// Takes a bound over if it is tighter. A bound that would exclude the plan already found is moved to its value.
    pub(crate) fn bound_by(&mut self, bound: u64) {
        let tighter = match self.goal {
            Goal::Most => bound.clamp(self.value, self.bound.max(self.value)),
            Goal::Least => bound.clamp(self.bound.min(self.value), self.value),
        };
        if tighter != self.bound {
            self.bound = tighter;
            self.report();
        }
    }

    /// Has a programme of the undecided part solved, and reports what it finds where that improves on the incumbent.
    pub(crate) fn solve(&self, programme: Milp, start: Option<&[f64]>) -> Solved {
        let on_progress = |value: u64, bound: u64| {
            let value = if self.goal.is_better(value, self.value) { value } else { self.value };
            // A bound on the undecided part does not exclude plans that are only as good as the incumbent.
            let bound = if self.goal.is_better(bound, value) { bound } else { value };
            (self.search_limits.on_progress)(
                value,
                if self.goal.is_better(bound, self.bound) { self.bound } else { bound },
            );
        };
        programme.solve(start, &SearchLimits { on_progress: &on_progress, ..*self.search_limits })
    }

    /// Takes over the bound that the exact solver proved, once its solution was offered. If it finished without a better
    /// plan, there is none, and the bound is the value.
    pub(crate) fn absorb(&mut self, solved: &Solved) {
        let better = solved.value.is_some_and(|value| self.goal.is_better(value, self.value));
        let nothing_better = solved.ended == Ended::Proven && !better;
        self.bound_by(if nothing_better { self.value } else { solved.bound });
    }

    pub(crate) fn is_optimal(&self) -> bool {
        self.value == self.bound || self.enough.is_some_and(|enough| self.goal.decided(self.value, self.bound, enough))
    }

    pub(crate) fn into_plan(self, ended: Ended) -> Plan {
        Plan::new(self.chosen, self.value, self.bound, ended)
    }

    fn report(&self) {
        (self.search_limits.on_progress)(self.value, self.bound);
    }
}
