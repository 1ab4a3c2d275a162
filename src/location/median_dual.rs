//! Lower bounds of the p-median, by pricing the rows Σⱼ yᵢⱼ = 1 (Narula, Ogbu and Samuelsson 1977; Beasley 1985), and what
//! they exclude.
//!
//! Each demand has a price, what it pays for being served, up to what it costs with nothing new. An option earns what its
//! demands pay beyond their cost. For any prices, Σ price − the earnings of the `p` best is a bound.

use rayon::prelude::*;

use super::descent::{Priced, PricedRelaxation, Prices};
use super::incumbent::Incumbent;
use super::lists::Lists;
use super::medians::Medians;
use super::reduced::Fixed;

/// Demands that one thread sees at a time.
const CHUNK: usize = 2_048;

pub(super) struct MedianDual<'a> {
    lists: &'a Lists<'a>,
    p: usize,
    /// Prices are counted in units of 2⁻ˢʰⁱᶠᵗ.
    pub shift: u32,
}

impl<'a> MedianDual<'a> {
    pub(crate) fn new(lists: &'a Lists<'a>, p: usize) -> Self {
        let all: u64 = lists.fallback.iter().sum();
        Self::in_units(lists, p, all.leading_zeros().saturating_sub(3).min(16))
    }

    /// With prices in units of 2⁻ˢʰⁱᶠᵗ.
    pub(crate) fn in_units(lists: &'a Lists<'a>, p: usize, shift: u32) -> Self {
        Self { lists, p, shift }
    }

    /// Prices between the costs of the two nearest options of a plan; of several shares of the way that with the best bound.
    pub(crate) fn first_prices(&self, plan: &Medians) -> Vec<i64> {
        let between = |share: u64| {
            let price = |(first, second): (u64, u64)| first + (second - first) / 4 * share;
            plan.two_nearest().map(|costs| (price(costs) << self.shift) as i64).collect::<Vec<i64>>()
        };
        (0..4).map(between).min_by_key(|prices| self.see(prices).bound).unwrap_or_default()
    }

    fn scaled(&self, cost: u64) -> i64 {
        (cost << self.shift) as i64
    }

    /// Of each option, what its demands pay beyond their costs.
    fn earnings(&self, prices: &[i64]) -> Vec<i64> {
        let add = |mut sum: Vec<i64>, (chunk, prices): (usize, &[i64])| {
            for (demand, price) in (chunk * CHUNK..).zip(prices) {
                let paid = self.lists.of(demand).map(|(option, cost)| (option, price - self.scaled(cost)));
                paid.take_while(|(_, more)| *more > 0).for_each(|(option, more)| sum[option as usize] += more);
            }
            sum
        };
        let none = || vec![0_i64; self.lists.option_count];
        if prices.len() <= CHUNK {
            return add(none(), (0, prices));
        }
        let sums = prices.par_chunks(CHUNK).enumerate().fold(none, add);
        sums.reduce(none, |a, b| a.iter().zip(&b).map(|(a, b)| a + b).collect())
    }

    /// The `p` options that earn most, and what is earned at place `p` and the next.
    fn best(&self, earnings: &[i64]) -> (Vec<u32>, i64, i64) {
        let mut order: Vec<u32> = (0..earnings.len() as u32).collect();
        order.sort_unstable_by_key(|option| (-earnings[*option as usize], *option));
        let earned = |at: usize| order.get(at).map_or(0, |option| earnings[*option as usize]);
        let (last, next) = (self.p.checked_sub(1).map_or(i64::MAX, earned), earned(self.p));
        order.truncate(self.p);
        order.retain(|option| earnings[*option as usize] > 0);
        (order, last, next)
    }

    fn bound(&self, prices: &[i64], earnings: &[i64], chosen: &[u32]) -> i128 {
        let earned: i128 = chosen.iter().map(|option| i128::from(earnings[*option as usize])).sum();
        earned - prices.iter().map(|price| i128::from(*price)).sum::<i128>()
    }

    /// What may still be in a plan better than `value`.
    pub(crate) fn fix(&self, best: &Prices, value: u64) -> MedianCore {
        let earnings = self.earnings(&best.prices);
        let (chosen, last, next) = self.best(&earnings);
        let bound = -self.bound(&best.prices, &earnings, &chosen);
        let spare = ((i128::from(value) - i128::from(self.lists.settled) - 1) << self.shift) - bound;
        let fixed = |option: usize| {
            let own = earnings[option];
            if i128::from(last) - i128::from(own) > spare {
                Fixed::Out
            } else if i128::from(own) - i128::from(next) > spare {
                Fixed::In
            } else {
                Fixed::Open
            }
        };
        let options: Vec<Fixed> = (0..earnings.len()).map(fixed).collect();
        let limit = |price: &i64| (i128::from(*price) + spare) >> self.shift;
        let dearest = best.prices.iter().map(|price| u64::try_from(limit(price)).unwrap_or(0)).collect();
        MedianCore { options, dearest }
    }
}

/// What bounds leave open of a p-median.
pub(super) struct MedianCore {
    pub options: Vec<Fixed>,
    /// Of each demand, the most it can cost.
    pub dearest: Vec<u64>,
}

impl PricedRelaxation for MedianDual<'_> {
    const TRY_EVERY: usize = 75;

    fn see(&self, prices: &[i64]) -> Priced {
        let earnings = self.earnings(prices);
        let (chosen, ..) = self.best(&earnings);
        let mut is_chosen = vec![false; earnings.len()];
        chosen.iter().for_each(|option| is_chosen[*option as usize] = true);
        let lacking = |(demand, price): (usize, &i64)| {
            let served = self.lists.of(demand).take_while(|(_, cost)| self.scaled(*cost) < *price);
            1 - served.filter(|(option, _)| is_chosen[*option as usize]).count() as i32
        };
        let lacking = if prices.len() <= CHUNK {
            prices.iter().enumerate().map(lacking).collect()
        } else {
            prices.par_iter().enumerate().with_min_len(CHUNK).map(lacking).collect()
        };
        Priced { bound: self.bound(prices, &earnings, &chosen), chosen, lacking }
    }

    fn highest(&self, demand: usize) -> i64 {
        self.scaled(self.lists.fallback[demand])
    }

    fn goal(&self, incumbent: &Incumbent) -> i128 {
        -((i128::from(incumbent.value) - i128::from(self.lists.settled)) << self.shift)
    }

    fn whole(&self, bound: i128) -> u64 {
        u64::try_from(-(bound >> self.shift)).unwrap_or(0).saturating_add(self.lists.settled)
    }

    fn try_plan(&self, chosen: &[u32], incumbent: &mut Incumbent) {
        let mut medians = Medians::new(self.lists, chosen);
        medians.improve(&|| incumbent.search_limits.stopped().is_some());
        let value = self.lists.value(&medians.chosen);
        incumbent.offer(medians.chosen, value);
    }
}
