//! Upper bounds of the weight covered twice, by pricing the rows yᵢ + zᵢ ≤ Σ xⱼ, and what they exclude.
//!
//! Each demand pays its price for every cover it takes, none, one or two, as is best for it. Being covered once is worth
//! nothing by itself but for the share of its weight that the row Σ wᵢ yᵢ ≥ covered is priced with. For any prices and any
//! share, what the demands keep + the most worth within the room − share × covered is a bound.

use super::backups::Backups;
use super::descent::{Priced, PricedRelaxation, Prices};
use super::incumbent::Incumbent;
use super::packing::Packing;
use super::reduced::{Fixed, Reduced};

/// Fractions that shares are counted in.
pub(super) const SHARES: i64 = 16;

pub(super) struct BackupDual<'a> {
    problem: &'a Reduced,
    room: u64,
    /// Weight that must be covered once.
    least: u64,
    /// What a cover is worth to a demand that has none, in sixteenths of its weight.
    share: i64,
    /// Prices are counted in units of 2⁻ˢʰⁱᶠᵗ.
    shift: u32,
}

impl<'a> BackupDual<'a> {
    pub(crate) fn new(problem: &'a Reduced, room: u64, least: u64, share: i64) -> Self {
        let shift = problem.open().leading_zeros().saturating_sub(14).min(20);
        Self { problem, room, least, share, shift }
    }

    /// Half of what a demand could pay at most.
    pub(crate) fn first_prices(&self) -> Vec<i64> {
        (0..self.problem.weights.len()).map(|demand| self.highest(demand) / 2).collect()
    }

    /// What a first cover and a second one are worth to the demand.
    fn worth_of_covers(&self, demand: usize) -> (i64, i64) {
        let weight = (self.problem.weights[demand] << self.shift) as i64;
        (weight / SHARES * self.share, weight)
    }

    /// How many covers are best for the demand, and what it then keeps.
    fn best_covers(&self, demand: usize, price: i64) -> (i32, i64) {
        let (first, second) = self.worth_of_covers(demand);
        [(0, 0), (1, first - price), (2, first + second - 2 * price)]
            .into_iter()
            .rev()
            .max_by_key(|(_, kept)| *kept)
            .unwrap_or((0, 0))
    }

    fn worths(&self, prices: &[i64]) -> Vec<i64> {
        let worth = |cover: &Vec<u32>| cover.iter().map(|demand| prices[*demand as usize]).sum();
        self.problem.covers.iter().map(worth).collect()
    }

    /// What demands keep, but for the worth of what must be covered.
    fn kept(&self, prices: &[i64]) -> i128 {
        let kept = |(demand, price): (usize, &i64)| i128::from(self.best_covers(demand, *price).1);
        let must = (i128::from(self.least) << self.shift) * i128::from(self.share) / i128::from(SHARES);
        prices.iter().enumerate().map(kept).sum::<i128>() - must
    }

    /// Of each option, what the prices say of it in plans better than `value`.
    pub(crate) fn fix(&self, best: &Prices, value: u64) -> Vec<Fixed> {
        let worths = self.worths(&best.prices);
        let packing = Packing::best(self.problem, &worths, self.room);
        let spare = self.kept(&best.prices) + packing.bound - (i128::from(value + 1) << self.shift);
        packing.fix(self.problem, &worths, spare)
    }
}

impl PricedRelaxation for BackupDual<'_> {
    const TRY_EVERY: usize = 50;

    fn see(&self, prices: &[i64]) -> Priced {
        let packing = Packing::best(self.problem, &self.worths(prices), self.room);
        let best = |(demand, price): (usize, &i64)| self.best_covers(demand, *price).0;
        let mut lacking: Vec<i32> = prices.iter().enumerate().map(best).collect();
        for demand in packing.chosen.iter().flat_map(|option| &self.problem.covers[*option as usize]) {
            lacking[*demand as usize] -= 1;
        }
        Priced { bound: self.kept(prices) + packing.bound, chosen: packing.chosen, lacking }
    }

    /// Above this no cover is worth its price.
    fn highest(&self, demand: usize) -> i64 {
        let (first, second) = self.worth_of_covers(demand);
        first.max((first + second) / 2)
    }

    fn goal(&self, incumbent: &Incumbent) -> i128 {
        i128::from(incumbent.value) << self.shift
    }

    fn whole(&self, bound: i128) -> u64 {
        u64::try_from(bound >> self.shift).unwrap_or(0)
    }

    fn try_plan(&self, chosen: &[u32], incumbent: &mut Incumbent) {
        let mut backups = Backups::new(self.problem, self.room, self.least, chosen.iter().copied());
        backups.improve(&|| incumbent.search_limits.stopped().is_some());
        if backups.is_enough() {
            let value = backups.value();
            incumbent.offer(self.problem.named(backups.chosen), value);
        }
    }
}
