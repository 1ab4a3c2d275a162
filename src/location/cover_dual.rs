//! Upper bounds of the weight covered, by pricing the rows yᵢ ≤ Σ xⱼ (Galvão and ReVelle 1996), and what they exclude.
//!
//! Each demand has a price between 0 and its weight; an option is worth the prices of its demands. For any prices,
//! Σ (weight − price) + the most worth within the room is a bound.

use super::descent::{Priced, PricedRelaxation, Prices};
use super::exchange::Selection;
use super::incumbent::Incumbent;
use super::packing::Packing;
use super::reduced::{Fixed, Reduced};

/// Ceilings of worth tried for the first prices, each a fifth below the one before.
const CEILINGS: usize = 12;

pub(super) struct CoverDual<'a> {
    problem: &'a Reduced,
    room: u64,
    /// Prices are counted in units of 2⁻ˢʰⁱᶠᵗ.
    pub shift: u32,
    /// The caller's numbers of options that are in every plan beside those of the problem.
    taken: &'a [u32],
}

impl<'a> CoverDual<'a> {
    pub(crate) fn new(problem: &'a Reduced, room: u64) -> Self {
        Self::in_units(problem, room, problem.open().leading_zeros().saturating_sub(4).min(20))
    }

    /// With prices in units of 2⁻ˢʰⁱᶠᵗ.
    pub(crate) fn in_units(problem: &'a Reduced, room: u64, shift: u32) -> Self {
        Self { problem, room, shift, taken: &[] }
    }

    /// The same, where plans have these options beside.
    pub(crate) fn beside(self, taken: &'a [u32]) -> Self {
        Self { taken, ..self }
    }

    /// Prices at which no option is worth more than a ceiling; of several ceilings that with the best bound.
    pub(crate) fn first_prices(&self) -> Vec<i64> {
        let weight = |cover: &Vec<u32>| cover.iter().map(|demand| self.problem.weights[*demand as usize]).sum::<u64>();
        let weights: Vec<u64> = self.problem.covers.iter().map(weight).collect();
        let most = weights.iter().copied().max().unwrap_or(0) as f64;
        let ceilings = (0..CEILINGS as i32).map(|step| most * 0.8_f64.powi(step));
        let prices = ceilings.map(|ceiling| self.prices_below(&weights, ceiling));
        prices.min_by_key(|prices| self.bound(prices)).unwrap_or_default()
    }

    /// Each demand's weight, lessened by the same share as its weightiest option must be to be worth no more than the ceiling.
    fn prices_below(&self, weights: &[u64], ceiling: f64) -> Vec<i64> {
        let price = |(demand, by): (usize, &Vec<u32>)| {
            let most = by.iter().map(|option| weights[*option as usize]).max().unwrap_or(1) as f64;
            (self.highest(demand) as f64 * (ceiling / most).min(1.0)) as i64
        };
        self.problem.covered_by.iter().enumerate().map(price).collect()
    }

    fn worths(&self, prices: &[i64]) -> Vec<i64> {
        let worth = |cover: &Vec<u32>| cover.iter().map(|demand| prices[*demand as usize]).sum();
        self.problem.covers.iter().map(worth).collect()
    }

    /// Σ (weight − price).
    fn rest(&self, prices: &[i64]) -> i128 {
        (i128::from(self.problem.open()) << self.shift) - prices.iter().map(|price| i128::from(*price)).sum::<i128>()
    }

    /// The bound at these prices.
    pub(crate) fn bound(&self, prices: &[i64]) -> i128 {
        self.rest(prices) + Packing::best(self.problem, &self.worths(prices), self.room).bound
    }

    /// Of each option, what the prices say of it in plans better than `value`.
    pub(crate) fn fix(&self, best: &Prices, value: u64) -> Vec<Fixed> {
        let worths = self.worths(&best.prices);
        let packing = Packing::best(self.problem, &worths, self.room);
        let better = (i128::from(value) - i128::from(self.problem.settled) + 1) << self.shift;
        let spare = self.rest(&best.prices) + packing.bound - better;
        packing.fix(self.problem, &worths, spare)
    }
}

impl PricedRelaxation for CoverDual<'_> {
    const TRY_EVERY: usize = 25;

    fn see(&self, prices: &[i64]) -> Priced {
        let packing = Packing::best(self.problem, &self.worths(prices), self.room);
        let mut lacking = vec![1; prices.len()];
        for demand in packing.chosen.iter().flat_map(|option| &self.problem.covers[*option as usize]) {
            lacking[*demand as usize] -= 1;
        }
        Priced { bound: self.rest(prices) + packing.bound, chosen: packing.chosen, lacking }
    }

    fn highest(&self, demand: usize) -> i64 {
        (self.problem.weights[demand] << self.shift) as i64
    }

    fn goal(&self, incumbent: &Incumbent) -> i128 {
        (i128::from(incumbent.value) - i128::from(self.problem.settled)) << self.shift
    }

    fn whole(&self, bound: i128) -> u64 {
        u64::try_from(bound >> self.shift).unwrap_or(u64::MAX).saturating_add(self.problem.settled)
    }

    fn try_plan(&self, chosen: &[u32], incumbent: &mut Incumbent) {
        let mut choice = Selection::of_options(self.problem, self.room, chosen);
        choice.fill(u64::MAX);
        choice.improve(&|| incumbent.search_limits.stopped().is_some());
        let options = self.problem.named(choice.chosen.iter().copied());
        incumbent.offer(options.into_iter().chain(self.taken.iter().copied()), self.problem.settled + choice.value);
    }
}
