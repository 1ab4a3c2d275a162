//! The parts that the integer programmes of covering models share.

use highs::Col;

use super::milp::{Goal, Milp};
use super::reduced::Reduced;

/// A programme over a covering problem, built from the parts below.
pub(super) struct Programme<'a> {
    pub milp: Milp,
    problem: &'a Reduced,
}

impl<'a> Programme<'a> {
    pub(crate) fn new(problem: &'a Reduced, goal: Goal, offset: u64) -> Self {
        Self { milp: Milp::new(goal, offset), problem }
    }

    /// A choice for each option, of so much worth; at most one of a group.
    pub(crate) fn add_options(&mut self, worth: impl Fn(usize) -> u64) -> Vec<Col> {
        let options: Vec<Col> = (0..self.problem.covers.len()).map(|option| self.milp.choice(worth(option))).collect();
        for members in self.problem.members.iter().filter(|members| members.len() > 1) {
            self.milp.row(..=1.0, members.iter().map(|option| (options[*option as usize], 1.0)));
        }
        options
    }

    /// A column for each demand, of so much worth, that is 1 only where the options chosen cover the demand.
    pub(crate) fn add_demands(&mut self, options: &[Col], worth: impl Fn(usize) -> u64) -> Vec<Col> {
        let demands: Vec<Col> = (0..self.problem.weights.len()).map(|demand| self.milp.share(worth(demand))).collect();
        for (demand, covered_by) in demands.iter().zip(&self.problem.covered_by) {
            let options = covered_by.iter().map(|option| (options[*option as usize], 1.0));
            self.milp.row(0.0.., options.chain([(*demand, -1.0)]));
        }
        demands
    }

    /// Σ cost of the options chosen ≤ room.
    pub(crate) fn limit_cost(&mut self, options: &[Col], room: u64) {
        let costs = self.problem.costs.iter().map(|cost| *cost as f64);
        self.milp.row(..=room as f64, options.iter().copied().zip(costs));
    }

    /// Σ weight of the demands covered ≥ target.
    pub(crate) fn ask_for(&mut self, demands: &[Col], target: u64) {
        let weights = self.problem.weights.iter().map(|weight| *weight as f64);
        self.milp.row(target as f64.., demands.iter().copied().zip(weights));
    }
}

/// The options a solution chooses, whose columns come first.
pub(super) fn chosen(columns: &[f64], options: usize) -> Vec<u32> {
    (0..options as u32).filter(|option| columns.get(*option as usize).is_some_and(|column| *column > 0.5)).collect()
}

/// Of each number below `count`, 1 where it is among the given, else 0: the start of a solution.
pub(super) fn marks(count: usize, marked: &[u32]) -> Vec<f64> {
    let mut marks = vec![0.0; count];
    marked.iter().for_each(|at| marks[*at as usize] = 1.0);
    marks
}
