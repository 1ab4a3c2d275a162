//! The inner problem of the bounds over phases: the most worth of options, each from a phase on, within the room of every phase.
//!
//! Room is priced in each phase, which makes the problem fall apart into groups. The bound is convex in the prices; with equal
//! costs it is exact at the best of them (a transport problem). They are searched along the price of one phase, and along
//! what one phase has more than the next, to the best along each.

use std::cmp::Reverse;

/// An option that may stand from a phase on.
pub(super) struct Offer {
    pub worth: i64,
    pub option: u32,
    pub group: u32,
    /// The phase it stands from, and up to which it pays for room.
    pub from: usize,
    pub until: usize,
    pub cost: u64,
}

/// Rounds over all directions, and steps along each at most.
const ROUNDS: usize = 2;
const STEPS: usize = 12;
/// Length of the first step along a direction, as a share of the price, and of the highest worth at least.
const FIRST_STEP: f64 = 0.03;
const LEAST_STEP: f64 = 1e-4;

/// Prices of room, and the bound that follows.
pub(super) struct RoomPrices {
    pub prices: Vec<i64>,
    rooms: Vec<u64>,
    pub bound: i128,
}

impl RoomPrices {
    /// About the best prices for offers sorted by group, searched from the start.
    pub(crate) fn search(offers: &[Offer], rooms: &[u64], start: &[i64]) -> Self {
        let most = offers.iter().map(|offer| offer.worth).max().unwrap_or(0) as f64;
        let about = ApproximateBound { offers, rooms };
        let mut prices: Vec<f64> = start.iter().map(|price| *price as f64).collect();
        if start.iter().all(|price| *price == 0) {
            prices.iter_mut().for_each(|price| *price = most / 2.0 / rooms.len() as f64);
        }
        let one = (0..rooms.len()).map(|phase| (phase, None));
        let directions: Vec<_> = one.chain((1..rooms.len()).map(|phase| (phase - 1, Some(phase)))).collect();
        for _ in 0..ROUNDS {
            directions.iter().for_each(|(up, down)| about.search_along(&mut prices, *up, *down, most * LEAST_STEP));
        }
        let prices: Vec<i64> = prices.iter().map(|price| price.round() as i64).collect();
        let mut found = Self { prices, rooms: rooms.to_vec(), bound: 0 };
        found.bound = found.exact_bound(offers);
        found
    }

    /// What the offer leaves once its room is paid for.
    pub(crate) fn left_to(&self, offer: &Offer) -> i128 {
        let paid: i128 = self.prices[offer.from..offer.until].iter().map(|price| i128::from(*price)).sum();
        i128::from(offer.worth) - paid * i128::from(offer.cost)
    }

    /// Of each group the offer that leaves most, as long as the rooms last; those that leave most first.
    pub(crate) fn best_offers<'a>(&self, offers: &'a [Offer]) -> Vec<&'a Offer> {
        // At the best prices several offers leave nothing: whether they are chosen does not change the bound.
        let tolerance = self.prices.iter().sum::<i64>() / 10_000;
        let best = self.best_of_groups(offers).filter(|(left, _)| *left >= -i128::from(tolerance));
        let mut best: Vec<(i128, &Offer)> = best.collect();
        best.sort_by_key(|(left, offer)| (-left, offer.option));
        let mut rooms = self.rooms.clone();
        let fits = |(_, offer): &(i128, &'a Offer)| {
            let own = &mut rooms[offer.from..offer.until];
            let fits = own.iter().all(|room| *room >= offer.cost);
            if fits {
                own.iter_mut().for_each(|room| *room -= offer.cost);
            }
            fits
        };
        best.into_iter().filter(fits).map(|(_, offer)| offer).collect()
    }

    fn best_of_groups<'a>(&self, offers: &'a [Offer]) -> impl Iterator<Item = (i128, &'a Offer)> {
        let groups = offers.chunk_by(|a, b| a.group == b.group);
        groups.filter_map(|group| {
            let left = group.iter().map(|offer| (self.left_to(offer), offer));
            left.max_by_key(|(left, offer)| (*left, Reverse((offer.option, offer.from))))
        })
    }

    fn exact_bound(&self, offers: &[Offer]) -> i128 {
        let paid = |(price, room): (&i64, &u64)| i128::from(*price) * i128::from(*room);
        let paid: i128 = self.prices.iter().zip(&self.rooms).map(paid).sum();
        paid + self.best_of_groups(offers).map(|(left, _)| left.max(0)).sum::<i128>()
    }
}

/// The bound in floating point, for finding prices with.
struct ApproximateBound<'a> {
    offers: &'a [Offer],
    rooms: &'a [u64],
}

impl ApproximateBound<'_> {
    fn at(&self, prices: &[f64]) -> f64 {
        let paid: f64 = prices.iter().zip(self.rooms).map(|(price, room)| price * *room as f64).sum();
        let left = |offer: &Offer| {
            offer.worth as f64 - offer.cost as f64 * prices[offer.from..offer.until].iter().sum::<f64>()
        };
        let groups = self.offers.chunk_by(|a, b| a.group == b.group);
        paid + groups.map(|group| group.iter().map(left).fold(0.0, f64::max)).sum::<f64>()
    }

    /// Moves one price, and another by as much the other way, to about the best: with steps that double as long as they help,
    /// and are halved and turned where they do not. The bound is convex.
    fn search_along(&self, prices: &mut Vec<f64>, up: usize, down: Option<usize>, least_step: f64) {
        let mut step = (FIRST_STEP * prices[up]).max(least_step);
        let mut best = self.at(prices);
        for _ in 0..STEPS {
            let mut moved = prices.clone();
            moved[up] += step;
            if let Some(down) = down {
                moved[down] -= step;
            }
            let is_allowed = moved[up] >= 0.0 && down.is_none_or(|down| moved[down] >= 0.0);
            let bound = if is_allowed { self.at(&moved) } else { f64::INFINITY };
            if bound < best {
                (best, *prices, step) = (bound, moved, step * 2.0);
            } else {
                step *= -0.5;
            }
            if step.abs() < least_step {
                return;
            }
        }
    }
}
