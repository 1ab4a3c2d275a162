//! What bounds leave open of a maximal covering: it shrinks whenever the plan or the bound gets better.

use std::borrow::Cow;

use super::cover_dual::CoverDual;
use super::descent::{Pace, Prices, descend_at};
use super::incumbent::Incumbent;
use super::perturbation::Perturbation;
use super::reduced::{Fixed, Reduced};

/// Steps of prices on what is left open, until the bound is about the best.
const NEAR: Pace = Pace { far_steps: 0, steps: 1_000, near_stride: 0.2, least_stride: 4e-3, tries: true };
/// What plans may cover less while local optima are left, as shares of the value; one burst each.
const TOLERATED: [f64; 6] = [4e-4, 1.5e-3, 4e-4, 4e-3, 1.5e-3, 4e-4];
/// Steps of a burst for each demand that an option covers, at least, and at most.
const STEPS_EACH: u64 = 500;
const FEWEST_STEPS: u64 = 100_000;
const MOST_STEPS: u64 = 40_000_000;

/// The options open, those that every better plan has, and the best prices.
pub(super) struct OpenPart<'a> {
    pub problem: Cow<'a, Reduced>,
    pub room: u64,
    /// The caller's numbers.
    pub taken: Vec<u32>,
    /// Prices are counted in units of 2⁻ˢʰⁱᶠᵗ.
    pub shift: u32,
    pub prices: Prices,
}

impl OpenPart<'_> {
    /// Leaves out what no better plan has, and takes what all have. `None` if nothing is left or the search must end.
    pub(crate) fn narrow(&self, incumbent: &mut Incumbent) -> Option<OpenPart<'static>> {
        if incumbent.is_optimal() || incumbent.search_limits.stopped().is_some() {
            return None;
        }
        let fixed = self.dual().fix(&self.prices, incumbent.value);
        let sure: Vec<u32> = (0..).zip(&fixed).filter(|(_, fixed)| **fixed == Fixed::In).map(|(at, _)| at).collect();
        let cost: u64 = sure.iter().map(|option| self.problem.costs[*option as usize]).sum();
        let Some(room) = self.room.checked_sub(cost) else {
            // No better plan has the room that every better plan needs: there is none.
            incumbent.bound_by(incumbent.value);
            return None;
        };
        let problem = self.problem.core(&fixed);
        let mut taken = self.problem.named(sure);
        taken.extend(&self.taken);
        if problem.covers.is_empty() {
            incumbent.offer(taken, problem.settled);
            incumbent.bound_by(incumbent.value);
            return None;
        }
        let prices = Prices { prices: problem.sum_prices(&self.prices.prices), ..Prices::default() };
        let mut part = OpenPart { problem: Cow::Owned(problem), room, taken, shift: self.shift, prices };
        part.prices.bound = part.dual().bound(&part.prices.prices);
        Some(part)
    }

    fn dual(&self) -> CoverDual<'_> {
        CoverDual::in_units(&self.problem, self.room, self.shift)
    }

    /// Lowers the bound further.
    pub(crate) fn descend(&mut self, incumbent: &mut Incumbent) {
        let dual = CoverDual::in_units(&self.problem, self.room, self.shift);
        let dual = dual.beside(&self.taken);
        let prices = descend_at(NEAR, &dual, std::mem::take(&mut self.prices.prices), incumbent);
        self.prices = prices;
    }

    /// Looks for better plans among the options left.
    pub(crate) fn perturb(&self, incumbent: &mut Incumbent) {
        self.perturb_with(&TOLERATED, incumbent);
    }

    /// The same for a short time.
    pub(crate) fn perturb_briefly(&self, incumbent: &mut Incumbent) {
        self.perturb_with(&TOLERATED[..1], incumbent);
    }

    fn perturb_with(&self, tolerated: &[f64], incumbent: &mut Incumbent) {
        let size: u64 = self.problem.covers.iter().map(|cover| cover.len() as u64).sum();
        let steps = (STEPS_EACH * size).clamp(FEWEST_STEPS, MOST_STEPS);
        let start = self.problem.numbers(&incumbent.chosen);
        let mut perturbation = Perturbation::new(&self.problem, self.room, &start, 1);
        for tolerated in tolerated {
            if incumbent.is_optimal() || incumbent.search_limits.stopped().is_some() {
                return;
            }
            perturbation.search(steps, *tolerated, &self.taken, incumbent);
        }
    }
}
