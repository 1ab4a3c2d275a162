//! Lower bounds of the cost of covering, by pricing the rows yᵢ ≤ Σ xⱼ (Beasley 1987, for set cover), and what they exclude.
//!
//! Each demand has a price; an option that costs less than the prices of its demands saves the difference. For any prices, the
//! least price of demands that reach the target − the savings (of one option in each group) is a bound.

use super::descent::{Priced, PricedRelaxation, Prices};
use super::exchange::Selection;
use super::incumbent::Incumbent;
use super::reduced::{Fixed, Reduced};

pub(super) struct CostDual<'a> {
    problem: &'a Reduced,
    /// Weight still to be covered.
    target: u64,
    /// Prices are counted in units of 2⁻ˢʰⁱᶠᵗ.
    shift: u32,
    /// Of each demand, the cost of the cheapest option that covers it: its price need not be higher.
    cheapest: Vec<i64>,
}

impl<'a> CostDual<'a> {
    pub(crate) fn new(problem: &'a Reduced, target: u64) -> Self {
        let most = problem.costs.iter().max().map_or(0, |cost| u128::from(*cost) * problem.weights.len() as u128);
        let shift = most.leading_zeros().saturating_sub(68).min(24);
        let cost = |option: &u32| (problem.costs[*option as usize] << shift) as i64;
        let cheapest = problem.covered_by.iter().map(|by| by.iter().map(cost).min().unwrap_or(0)).collect();
        Self { problem, target, shift, cheapest }
    }

    /// Prices by weight at which no option saves: of its cheapest option, each demand pays its share.
    pub(crate) fn first_prices(&self) -> Vec<i64> {
        let rate = |(option, cover): (usize, &Vec<u32>)| {
            let weight: u64 = cover.iter().map(|demand| self.problem.weights[*demand as usize]).sum();
            self.cost(option as u32) as f64 / weight.max(1) as f64
        };
        let rates: Vec<f64> = self.problem.covers.iter().enumerate().map(rate).collect();
        let price = |(demand, by): (usize, &Vec<u32>)| {
            let least = by.iter().map(|option| rates[*option as usize]).fold(f64::INFINITY, f64::min);
            ((least * self.problem.weights[demand] as f64) as i64).min(self.highest(demand))
        };
        self.problem.covered_by.iter().enumerate().map(price).collect()
    }

    fn cost(&self, option: u32) -> i64 {
        (self.problem.costs[option as usize] << self.shift) as i64
    }

    fn saving(&self, option: u32, prices: &[i64]) -> i64 {
        let prices = self.problem.covers[option as usize].iter().map(|demand| prices[*demand as usize]);
        prices.sum::<i64>() - self.cost(option)
    }

    /// The demands that reach the target for the least price, and that price; of the last only the part that is needed.
    fn cheapest_demands(&self, prices: &[i64]) -> (Vec<u32>, i128) {
        let weight = |demand: u32| self.problem.weights[demand as usize];
        let price = |demand: u32| prices[demand as usize];
        let mut order: Vec<u32> = (0..prices.len() as u32).collect();
        if self.target < self.problem.open() {
            let rate = |a: u32, b: u32| i128::from(price(a)) * i128::from(weight(b));
            order.sort_unstable_by(|a, b| rate(*a, *b).cmp(&rate(*b, *a)).then(a.cmp(b)));
        }
        let (mut open, mut sum) = (self.target, 0_i128);
        let needed = order.iter().take_while(|demand| {
            let part = weight(**demand).min(open);
            sum += i128::from(price(**demand)) * i128::from(part) / i128::from(weight(**demand).max(1));
            open -= part;
            part > 0
        });
        (needed.copied().collect(), sum)
    }

    /// Of each option, what the prices say of it in plans that cost less than `value`.
    pub(crate) fn fix(&self, best: &Prices, value: u64) -> Vec<Fixed> {
        let options = 0..self.problem.covers.len() as u32;
        let savings: Vec<i64> = options.clone().map(|option| self.saving(option, &best.prices)).collect();
        let spare = (i128::from(value) << self.shift) - (1 << self.shift) + best.bound;
        let best_of_others = |option: u32| {
            let members = self.problem.members[self.problem.groups[option as usize] as usize].iter();
            members.filter(|other| **other != option).map(|other| savings[*other as usize].max(0)).max().unwrap_or(0)
        };
        let fixed = |option: u32| {
            let (own, others) = (savings[option as usize], best_of_others(option));
            if i128::from(own.max(others).max(0) - own) > spare {
                Fixed::Out
            } else if i128::from(own - others) > spare {
                Fixed::In
            } else {
                Fixed::Open
            }
        };
        options.map(fixed).collect()
    }
}

impl PricedRelaxation for CostDual<'_> {
    const TRY_EVERY: usize = 25;

    fn see(&self, prices: &[i64]) -> Priced {
        let (needed, sum) = self.cheapest_demands(prices);
        let saving = |members: &Vec<u32>| {
            let savings = members.iter().map(|option| (self.saving(*option, prices), !*option));
            savings.max().filter(|(saving, _)| *saving > 0).map(|(saving, option)| (saving, !option))
        };
        let best: Vec<(i64, u32)> = self.problem.members.iter().filter_map(saving).collect();
        let mut lacking = vec![0; prices.len()];
        needed.iter().for_each(|demand| lacking[*demand as usize] += 1);
        for demand in best.iter().flat_map(|(_, option)| &self.problem.covers[*option as usize]) {
            lacking[*demand as usize] -= 1;
        }
        let saved: i128 = best.iter().map(|(saving, _)| i128::from(*saving)).sum();
        Priced { bound: saved - sum, chosen: best.into_iter().map(|(_, option)| option).collect(), lacking }
    }

    fn highest(&self, demand: usize) -> i64 {
        self.cheapest[demand]
    }

    fn goal(&self, incumbent: &Incumbent) -> i128 {
        -(i128::from(incumbent.value) << self.shift)
    }

    fn whole(&self, bound: i128) -> u64 {
        u64::try_from(-(bound >> self.shift)).unwrap_or(0)
    }

    fn try_plan(&self, chosen: &[u32], incumbent: &mut Incumbent) {
        let all = self.problem.costs.iter().sum();
        let mut choice = Selection::of_options(self.problem, all, chosen);
        choice.fill(self.target);
        choice.prune(self.target);
        if choice.value >= self.target {
            let cost = choice.cost();
            incumbent.offer(self.problem.named(choice.chosen), cost);
        }
    }
}
