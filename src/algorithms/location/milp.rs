//! A mixed-integer linear programme with yes-or-no columns and shares, and its solution by HiGHS
//! (Huangfu and Hall 2018, <https://highs.dev>), always on one thread and with a fixed seed.

use std::ffi::{c_char, c_int, c_void};
use std::ops::RangeBounds;

use highs::{Col, HighsModelStatus, HighsSolutionStatus, Model, RowProblem, Sense, SolvedModel};
use highs_sys as sys;

use super::{Ended, Watch};

/// HiGHS calculates in floating point: bounds closer to the value than this share of it count as equal.
pub(super) const RELATIVE: f64 = 1e-9;
/// Objectives are whole numbers: within this of the value, nothing better is left.
const ABSOLUTE: f64 = 0.5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    Most,
    Least,
}

pub(super) struct Milp {
    goal: Goal,
    /// Part of the value that is settled already.
    offset: u64,
    problem: RowProblem,
    columns: usize,
}

/// The best solution, if any was found, and what no solution can beat.
pub(super) struct Solved {
    pub columns: Option<Vec<f64>>,
    pub bound: u64,
    pub ended: Ended,
    pub infeasible: bool,
}

impl Milp {
    pub fn new(goal: Goal, offset: u64) -> Self {
        Self { goal, offset, problem: RowProblem::default(), columns: 0 }
    }

    /// A column that is 0 or 1, worth so much.
    pub fn choice(&mut self, worth: u64) -> Col {
        self.columns += 1;
        self.problem.add_integer_column(worth as f64, 0..=1)
    }

    /// A column between 0 and 1, worth so much.
    pub fn share(&mut self, worth: u64) -> Col {
        self.columns += 1;
        self.problem.add_column(worth as f64, 0..=1)
    }

    /// Σ factor × column within the bounds.
    pub fn row(&mut self, bounds: impl RangeBounds<f64>, terms: impl IntoIterator<Item = (Col, f64)>) {
        self.problem.add_row(bounds, terms);
    }

    /// Solves, from a known solution if there is one (a value of each column in the order they were added).
    pub fn solve(self, start: Option<&[f64]>, watch: &Watch) -> Solved {
        if let Some(ended) = watch.stopped() {
            return self.unsolved(ended);
        }
        let mut listener = Listener { goal: self.goal, offset: self.offset, watch, ended: None };
        match self.run(start, &mut listener) {
            Some(solved) => read(&solved, &listener),
            None => self.unsolved(listener.ended.unwrap_or(Ended::WorkLimit)),
        }
    }

    fn run(&self, start: Option<&[f64]>, listener: &mut Listener) -> Option<SolvedModel> {
        let mut model = Model::try_new(self.problem.clone()).ok()?;
        model.set_sense(match self.goal {
            Goal::Most => Sense::Maximise,
            Goal::Least => Sense::Minimise,
        });
        model.make_quiet();
        model.try_set_option("threads", 1).ok()?;
        model.try_set_option("random_seed", 1).ok()?;
        model.try_set_option("mip_rel_gap", RELATIVE).ok()?;
        model.try_set_option("mip_abs_gap", ABSOLUTE).ok()?;
        model.try_set_option("time_limit", listener.watch.seconds_left()).ok()?;
        if let Some(start) = start.filter(|start| start.len() == self.columns) {
            model.try_set_solution(Some(start), None, None, None).ok()?;
        }
        // SAFETY: the listener outlives the call of `try_solve`, which uses up the model.
        unsafe {
            let highs = model.as_mut_ptr();
            sys::Highs_setCallback(highs, Some(listen), std::ptr::from_mut(listener).cast());
            sys::Highs_startCallback(highs, sys::kHighsCallbackMipInterrupt);
        }
        model.try_solve().ok()
    }

    fn unsolved(&self, ended: Ended) -> Solved {
        let bound = if self.goal == Goal::Most { u64::MAX } else { 0 };
        Solved { columns: None, bound, ended, infeasible: false }
    }
}

/// What hears HiGHS while it works, and tells it to stop.
struct Listener<'a> {
    goal: Goal,
    offset: u64,
    watch: &'a Watch<'a>,
    ended: Option<Ended>,
}

impl Listener<'_> {
    /// A bound as a whole number: rounded towards the value, once error of calculation is allowed for.
    fn whole_bound(&self, bound: f64) -> u64 {
        let slack = 1e-6 + RELATIVE * bound.abs();
        match self.goal {
            Goal::Most if bound.is_finite() => self.offset.saturating_add((bound + slack).floor().max(0.0) as u64),
            Goal::Most => u64::MAX,
            Goal::Least if bound.is_finite() => self.offset.saturating_add((bound - slack).ceil().max(0.0) as u64),
            Goal::Least => 0,
        }
    }

    fn hear(&mut self, seen: &sys::HighsCallbackDataOut) -> bool {
        if self.ended.is_none() {
            let worked = u64::try_from(seen.mip_total_lp_iterations).unwrap_or(0) >= self.watch.work;
            self.ended = self.watch.stopped().or(worked.then_some(Ended::WorkLimit));
        }
        if seen.mip_primal_bound.is_finite() {
            let value = self.offset.saturating_add(seen.mip_primal_bound.round().max(0.0) as u64);
            (self.watch.heard)(value, self.whole_bound(seen.mip_dual_bound));
        }
        self.ended.is_some()
    }
}

/// HiGHS calls this between its steps.
unsafe extern "C" fn listen(
    _kind: c_int,
    _message: *const c_char,
    seen: *const sys::HighsCallbackDataOut,
    answer: *mut sys::HighsCallbackDataIn,
    listener: *mut c_void,
) {
    // SAFETY: HiGHS hands over its own data, and the listener `run` registered; none is used elsewhere meanwhile.
    let parts = unsafe { (seen.as_ref(), answer.as_mut(), listener.cast::<Listener>().as_mut()) };
    if let (Some(seen), Some(answer), Some(listener)) = parts {
        answer.user_interrupt = c_int::from(listener.hear(seen));
    }
}

fn read(solved: &SolvedModel, listener: &Listener) -> Solved {
    let status = solved.status();
    let found = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
    let bound = solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::NAN);
    let ended = match status {
        HighsModelStatus::Optimal | HighsModelStatus::Infeasible => Ended::Proven,
        HighsModelStatus::ReachedTimeLimit => Ended::TimeLimit,
        _ => listener.ended.unwrap_or(Ended::WorkLimit),
    };
    Solved {
        columns: found.then(|| solved.get_solution().columns().to_vec()),
        bound: listener.whole_bound(bound),
        ended,
        infeasible: status == HighsModelStatus::Infeasible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of three things worth 5, 4 and 3 that weigh 4, 3 and 2, at most 5 may be carried.
    fn knapsack() -> Milp {
        let mut milp = Milp::new(Goal::Most, 100);
        let things: Vec<Col> = [5, 4, 3].into_iter().map(|worth| milp.choice(worth)).collect();
        milp.row(..=5.0, things.into_iter().zip([4.0, 3.0, 2.0]));
        milp
    }

    #[test]
    fn the_best_load_is_found_and_proven() {
        let solved = knapsack().solve(Some(&[1.0, 0.0, 0.0]), &Watch::patient());
        assert_eq!(solved.bound, 107);
        assert_eq!(solved.ended, Ended::Proven);
        assert_eq!(solved.columns.unwrap().iter().map(|x| x.round() as u8).collect::<Vec<_>>(), [0, 1, 1]);
    }

    #[test]
    fn what_cannot_be_is_said_to_be_infeasible() {
        let mut milp = Milp::new(Goal::Least, 0);
        let column = milp.choice(1);
        milp.row(2.0.., [(column, 1.0)]);
        assert!(milp.solve(None, &Watch::patient()).infeasible);
    }

    #[test]
    fn cancelled_before_it_began_it_knows_nothing() {
        let solved = knapsack().solve(None, &Watch { cancelled: &|| true, ..Watch::patient() });
        assert_eq!((solved.bound, solved.ended), (u64::MAX, Ended::Cancelled));
        assert!(solved.columns.is_none());
    }
}
