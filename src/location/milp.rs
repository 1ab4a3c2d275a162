//! A mixed-integer linear programme with yes-or-no columns and shares, and its solution by HiGHS
//! (Huangfu and Hall 2018, <https://highs.dev>), always on one thread and with a fixed seed.

use std::ops::RangeBounds;
use std::sync::atomic::Ordering;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use highs::{Col, HighsModelStatus, HighsSolutionStatus, Model, RowProblem, Sense, SolvedModel};

use super::mip_callback::{Limits, MipCallback, RELATIVE, SolverSignals};
use super::{Ended, SearchLimits};

/// How often the watch is asked while HiGHS works, and how long HiGHS may take to answer once told to stop.
const POLL: Duration = Duration::from_millis(20);
const GRACE: Duration = Duration::from_millis(300);
/// Objectives are whole numbers: within this of the value, nothing better is left.
const ABSOLUTE: f64 = 0.5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    Most,
    Least,
}

impl Goal {
    pub(crate) fn is_better(self, value: u64, than: u64) -> bool {
        if self == Self::Most { value > than } else { value < than }
    }

    /// Whether value or bound tell if a plan can be as good as `enough`.
    pub(crate) fn decided(self, value: u64, bound: u64, enough: u64) -> bool {
        !self.is_better(enough, value) || self.is_better(enough, bound)
    }
}

pub(super) struct Milp {
    goal: Goal,
    /// Part of the value that is settled already.
    offset: u64,
    problem: RowProblem,
    /// Of each column.
    worths: Vec<u64>,
    /// The search may end once it is known whether the value gets this good.
    pub enough: Option<u64>,
}

/// The best solution, if any was found, and what no solution can beat.
pub(super) struct Solved {
    pub columns: Option<Vec<f64>>,
    /// Of these columns.
    pub value: Option<u64>,
    /// The same as HiGHS has it.
    claimed: Option<u64>,
    pub bound: u64,
    pub ended: Ended,
}

impl Solved {
    /// What the search found by the time it was told to stop.
    fn told_to_stop(self, why: Ended) -> Self {
        Self { ended: if self.ended == Ended::Proven { Ended::Proven } else { why }, ..self }
    }
}

impl Milp {
    pub(crate) fn new(goal: Goal, offset: u64) -> Self {
        Self { goal, offset, problem: RowProblem::default(), worths: Vec::new(), enough: None }
    }

    /// A column that is 0 or 1, worth so much.
    pub(crate) fn choice(&mut self, worth: u64) -> Col {
        self.worths.push(worth);
        self.problem.add_integer_column(worth as f64, 0..=1)
    }

    /// A column between 0 and 1, worth so much.
    pub(crate) fn share(&mut self, worth: u64) -> Col {
        self.worths.push(worth);
        self.problem.add_column(worth as f64, 0..=1)
    }

    /// Σ factor × column within the bounds.
    pub(crate) fn row(&mut self, bounds: impl RangeBounds<f64>, terms: impl IntoIterator<Item = (Col, f64)>) {
        self.problem.add_row(bounds, terms);
    }

    /// Solves, from a known solution if there is one (a value of each column in the order they were added).
    ///
    /// HiGHS hears nobody while it presolves or solves the first linear relaxation. It therefore works on a thread of its own;
    /// if it does not answer soon after it was told to stop, the thread is left to notice by itself.
    pub(crate) fn solve(self, start: Option<&[f64]>, search_limits: &SearchLimits) -> Solved {
        if let Some(ended) = search_limits.stopped() {
            return self.unsolved(ended);
        }
        let limits = Limits { seconds: search_limits.seconds_left(), work: search_limits.work };
        let (unsolved, shared) = (self.unsolved(Ended::WorkLimit), Arc::new(SolverSignals::default()));
        let (start, on_progress) = (start.map(<[f64]>::to_vec), shared.clone());
        let (answer, solved) = mpsc::channel();
        std::thread::spawn(move || answer.send(self.run_twice(start.as_deref(), &limits, &on_progress)));
        loop {
            match solved.recv_timeout(POLL) {
                Ok(solved) => return solved,
                Err(RecvTimeoutError::Disconnected) => return unsolved,
                Err(RecvTimeoutError::Timeout) => shared.report(search_limits),
            }
            if let Some(ended) = search_limits.stopped() {
                shared.stop.store(true, Ordering::Relaxed);
                return solved
                    .recv_timeout(GRACE)
                    .map_or(Solved { ended, ..unsolved }, |solved| solved.told_to_stop(ended));
            }
        }
    }

    /// With a start, HiGHS 1.16 may lose track in its presolve of what a solution is worth: then it has to do without.
    fn run_twice(&self, start: Option<&[f64]>, limits: &Limits, shared: &SolverSignals) -> Solved {
        let solved = self.run(start, limits, shared);
        let lost = solved.value.is_some_and(|value| solved.claimed != Some(value));
        if start.is_some() && lost { self.run(None, limits, shared) } else { solved }
    }

    fn run(&self, start: Option<&[f64]>, limits: &Limits, shared: &SolverSignals) -> Solved {
        let (goal, offset, enough) = (self.goal, self.offset, self.enough);
        let mut mip_callback = MipCallback { goal, offset, enough, limits, shared, ended: None };
        match self.model(start, &mut mip_callback).and_then(|model| model.try_solve().ok()) {
            Some(solved) => self.read(&solved, &mip_callback),
            None => self.unsolved(mip_callback.ended.unwrap_or(Ended::WorkLimit)),
        }
    }

    /// The model for HiGHS, which calls the callback: that must outlive it.
    fn model(&self, start: Option<&[f64]>, mip_callback: &mut MipCallback) -> Option<Model> {
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
        model.try_set_option("time_limit", mip_callback.limits.seconds).ok()?;
        if let Some(start) = start.filter(|start| start.len() == self.worths.len()) {
            model.try_set_solution(Some(start), None, None, None).ok()?;
        }
        // SAFETY: `run` keeps the callback where it is until the model is used up.
        unsafe { mip_callback.attach(&mut model) };
        Some(model)
    }

    fn read(&self, solved: &SolvedModel, mip_callback: &MipCallback) -> Solved {
        let status = solved.status();
        let ended = match status {
            HighsModelStatus::Optimal | HighsModelStatus::Infeasible => Ended::Proven,
            HighsModelStatus::ReachedTimeLimit => Ended::TimeLimit,
            _ => mip_callback.ended.unwrap_or(Ended::WorkLimit),
        };
        let found = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
        let columns = found.then(|| solved.get_solution().columns().to_vec());
        let worth =
            |columns: &Vec<f64>| columns.iter().zip(&self.worths).map(|(column, worth)| column * *worth as f64).sum();
        Solved {
            value: columns.as_ref().map(|columns| mip_callback.whole_value(worth(columns))),
            claimed: found.then(|| mip_callback.whole_value(solved.objective_value())),
            columns,
            bound: mip_callback.whole_bound(solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::NAN)),
            ended,
        }
    }

    fn unsolved(&self, ended: Ended) -> Solved {
        let bound = if self.goal == Goal::Most { u64::MAX } else { 0 };
        Solved { columns: None, value: None, claimed: None, bound, ended }
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
        let solved = knapsack().solve(Some(&[1.0, 0.0, 0.0]), &SearchLimits::patient());
        assert_eq!(solved.bound, 107);
        assert_eq!(solved.ended, Ended::Proven);
        assert_eq!(solved.columns.unwrap().iter().map(|x| x.round() as u8).collect::<Vec<_>>(), [0, 1, 1]);
    }

    #[test]
    fn what_cannot_be_is_proven_to_have_no_solution() {
        let mut milp = Milp::new(Goal::Least, 0);
        let column = milp.choice(1);
        milp.row(2.0.., [(column, 1.0)]);
        let solved = milp.solve(None, &SearchLimits::patient());
        assert!(solved.columns.is_none());
        assert_eq!(solved.ended, Ended::Proven);
    }

    #[test]
    fn cancelled_before_it_began_it_knows_nothing() {
        let solved = knapsack().solve(None, &SearchLimits { cancelled: &|| true, ..SearchLimits::patient() });
        assert_eq!((solved.bound, solved.ended), (u64::MAX, Ended::Cancelled));
        assert!(solved.columns.is_none());
    }

    #[test]
    fn stopped_on_the_way_it_answers_soon() {
        // A market split: equations that hardly any choice fulfils, which branching cannot see early.
        let mut milp = Milp::new(Goal::Most, 0);
        let columns: Vec<Col> = (0..40).map(|_| milp.choice(1)).collect();
        for row in 0..5_u64 {
            let factor = |at: u64| ((at * 7_919 + row * 104_729 + at * at * row * 31 + at * at * 17) % 97) as f64;
            let factors: Vec<f64> = (0..40).map(factor).collect();
            let half = (factors.iter().sum::<f64>() / 2.0).floor();
            milp.row(half..=half, columns.iter().copied().zip(factors));
        }
        let begun = std::time::Instant::now();
        let cancelled = || begun.elapsed() > Duration::from_millis(100);
        let solved = milp.solve(None, &SearchLimits { cancelled: &cancelled, ..SearchLimits::patient() });
        assert!(solved.ended == Ended::Cancelled || solved.ended == Ended::Proven);
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}
