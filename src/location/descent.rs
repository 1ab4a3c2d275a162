//! Better and better bounds by Lagrangian relaxation: rows that make a model hard get a price instead, and prices move until
//! the bound they give is about the best.
//!
//! First by subgradient steps with some memory of the steps before (Camerini, Fratta and Maffioli 1975), which get near
//! fast; then by the volume algorithm (Barahona and Anbil 2000), which steps from the best prices along an average of slopes.
//! Prices are whole multiples of a small unit, so that a bound is exact whatever the order of summing.

use super::incumbent::Incumbent;

/// A model with priced rows. Its bound is to be lowered: where the least is sought, it is the negative of the lower bound.
pub(super) trait PricedRelaxation {
    /// Steps from one try of the chosen options as a plan to the next.
    const TRY_EVERY: usize;

    fn see(&self, prices: &[i64]) -> Priced;
    /// No price of the row is above this, and none below 0.
    fn highest(&self, row: usize) -> i64;
    /// The value of the best plan, in the unit of the bound.
    fn goal(&self, incumbent: &Incumbent) -> i128;
    /// The bound in the unit of the race.
    fn whole(&self, bound: i128) -> u64;
    /// Makes a plan of the options that are best at some prices.
    fn try_plan(&self, chosen: &[u32], incumbent: &mut Incumbent);
}

/// What follows from prices.
pub(super) struct Priced {
    pub bound: i128,
    /// The options that are best at these prices.
    pub chosen: Vec<u32>,
    /// Of each row, what these options lack of it (or have too much of it, below 0).
    pub lacking: Vec<i32>,
}

/// Prices with the best bound found.
#[derive(Default)]
pub(super) struct Prices {
    pub prices: Vec<i64>,
    pub bound: i128,
    /// Of each option, about how much of it the best solution in shares has.
    pub shares: Vec<f64>,
    /// Steps made.
    pub steps: u64,
}

/// How long prices are moved, and how far.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// Far steps, and steps of either kind, at most.
    pub far_steps: usize,
    pub steps: usize,
    /// Length of the first near step, as a share of the gap over the slope.
    pub near_stride: f64,
    /// The search ends when strides are this small.
    pub least_stride: f64,
    /// Whether plans are made of the options chosen on the way.
    pub tries: bool,
}

impl Pace {
    /// From prices that are only a guess, until the bound is about the best.
    pub(crate) const THOROUGH: Self =
        Self { far_steps: 60, steps: 3_000, near_stride: 0.2, least_stride: 2e-3, tries: true };
}

/// How much of the newest slopes enters the direction of the far steps, and of the near ones at most.
const FAR_NEWEST: f64 = 0.7;
const NEAR_NEWEST: f64 = 0.3;
/// Length of the first far step, as a share of the gap over the slope.
const FAR_STRIDE: f64 = 0.7;
/// Steps without progress before strides are shortened, and to which share.
const PATIENCE: usize = 6;
const SHORTER: f64 = 0.66;

/// Lowers the bound from the given prices, until strides are small, the plan is proven, or the search must end.
pub(super) fn descend<R: PricedRelaxation>(relaxation: &R, prices: Vec<i64>, incumbent: &mut Incumbent) -> Prices {
    descend_at(Pace::THOROUGH, relaxation, prices, incumbent)
}

/// The same at another pace.
pub(super) fn descend_at<R: PricedRelaxation>(
    pace: Pace,
    relaxation: &R,
    prices: Vec<i64>,
    incumbent: &mut Incumbent,
) -> Prices {
    let mut walk = PriceWalk::new(relaxation, prices, incumbent);
    for step in 0..pace.steps {
        if incumbent.is_optimal() || incumbent.search_limits.stopped().is_some() || walk.stride < pace.least_stride {
            break;
        }
        if step == pace.far_steps {
            walk.start_near(pace.near_stride);
        }
        let seen = walk.step(incumbent, step < pace.far_steps);
        if pace.tries && step % R::TRY_EVERY == 0 {
            relaxation.try_plan(&seen.chosen, incumbent);
        }
    }
    walk.best
}

struct PriceWalk<'a, R> {
    relaxation: &'a R,
    best: Prices,
    /// Where the far steps are.
    at: Vec<i64>,
    direction: Vec<f64>,
    stride: f64,
    stale: usize,
}

impl<'a, R: PricedRelaxation> PriceWalk<'a, R> {
    fn new(relaxation: &'a R, prices: Vec<i64>, incumbent: &mut Incumbent) -> Self {
        let seen = relaxation.see(&prices);
        incumbent.bound_by(relaxation.whole(seen.bound));
        let mut shares = Vec::new();
        blend_shares(&mut shares, 1.0, &seen.chosen);
        let best = Prices { prices: prices.clone(), bound: seen.bound, shares, steps: 1 };
        let mut walk = Self { relaxation, best, at: prices, direction: Vec::new(), stride: FAR_STRIDE, stale: 0 };
        walk.direction = walk.slopes(&walk.at, &seen);
        walk
    }

    fn start_near(&mut self, stride: f64) {
        let seen = self.relaxation.see(&self.best.prices);
        self.direction = self.slopes(&self.best.prices, &seen);
        blend_shares(&mut self.best.shares, 1.0, &seen.chosen);
        (self.stride, self.stale) = (stride, 0);
    }

    fn step(&mut self, incumbent: &mut Incumbent, far: bool) -> Priced {
        let prices = self.moved(if far { &self.at } else { &self.best.prices }, incumbent);
        let seen = self.relaxation.see(&prices);
        let slopes = self.slopes(&prices, &seen);
        let onwards = dot(&slopes, &self.direction) > 0.0;
        let newest = if far { FAR_NEWEST } else { shortest_blend(&slopes, &self.direction) };
        for (direction, slope) in self.direction.iter_mut().zip(&slopes) {
            *direction += newest * (slope - *direction);
        }
        blend_shares(&mut self.best.shares, newest, &seen.chosen);
        self.best.steps += 1;
        self.judge(&prices, seen.bound, onwards, incumbent);
        self.at = prices;
        seen
    }

    /// Keeps better prices and lengthens the stride; shortens it after steps that did not help.
    fn judge(&mut self, prices: &[i64], bound: i128, onwards: bool, incumbent: &mut Incumbent) {
        if bound < self.best.bound {
            self.best.bound = bound;
            self.best.prices.copy_from_slice(prices);
            incumbent.bound_by(self.relaxation.whole(bound));
            self.stale = 0;
            if onwards {
                self.stride = (self.stride * 1.1).min(2.0);
            }
        } else {
            self.stale += 1;
            if self.stale >= PATIENCE {
                (self.stride, self.stale) = (self.stride * SHORTER, 0);
            }
        }
    }

    /// What each row lacks, but where its price cannot follow.
    fn slopes(&self, prices: &[i64], seen: &Priced) -> Vec<f64> {
        let slope = |(row, lacking): (usize, &i32)| {
            let stuck = *lacking > 0 && prices[row] == self.relaxation.highest(row) || *lacking < 0 && prices[row] == 0;
            if stuck { 0.0 } else { f64::from(*lacking) }
        };
        seen.lacking.iter().enumerate().map(slope).collect()
    }

    fn moved(&self, from: &[i64], incumbent: &Incumbent) -> Vec<i64> {
        let gap = (self.best.bound - self.relaxation.goal(incumbent)) as f64;
        let length = self.stride * gap / dot(&self.direction, &self.direction).max(1e-9);
        let moved = |((row, price), slope): ((usize, &i64), &f64)| {
            price.saturating_add((length * slope) as i64).clamp(0, self.relaxation.highest(row))
        };
        from.iter().enumerate().zip(&self.direction).map(moved).collect()
    }
}

/// Moves shares of options by so much towards the options chosen.
fn blend_shares(shares: &mut Vec<f64>, newest: f64, chosen: &[u32]) {
    shares.iter_mut().for_each(|share| *share *= 1.0 - newest);
    for option in chosen {
        let at = *option as usize;
        if at >= shares.len() {
            shares.resize(at + 1, 0.0);
        }
        shares[at] += newest;
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The part of the newest slopes that makes the average shortest, within limits.
fn shortest_blend(newest: &[f64], average: &[f64]) -> f64 {
    let (own, both, old) = (dot(newest, newest), dot(newest, average), dot(average, average));
    ((old - both) / (own - 2.0 * both + old).max(1e-9)).clamp(NEAR_NEWEST / 10.0, NEAR_NEWEST)
}
