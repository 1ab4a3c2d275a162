//! A lower bound for covers by Lagrangian relaxation (Beasley 1987).
//!
//! Every element has a price. Whoever covers all elements pays, per set taken, one, and has back the prices of what it
//! covers beyond need; so no cover has fewer sets than the sum of the prices less what sets are worth beyond one. The
//! prices that make this most are sought by subgradient steps, deflected where two follow each other back and forth
//! (Camerini, Fratta and Maffioli 1975).
//!
//! A set may have a share of an element only; then an element must be had once in all, in shares. The bound holds for any
//! fractional choice.

use rayon::prelude::*;

/// Steps of the subgradient, and how often among them prices are shown.
const STEPS: usize = 1500;
const SHOWN: usize = 20;
/// At most so many shares are visited in all steps together, which takes seconds where sets are many and large.
const WORK: usize = 400_000_000;
/// After so many steps without gain, steps become shorter; where they are shorter than the last, it ends.
const STALE: usize = 15;
const SHORTER: f64 = 0.7;
const SHORTEST: f64 = 0.002;

/// Sets with shares of elements.
pub struct Relaxation {
    elements: usize,
    /// Per set, where its entries begin; and where the last one's end.
    first: Vec<usize>,
    /// Element and share.
    entries: Vec<(u32, f32)>,
    /// Whether some set has the element.
    had: Vec<bool>,
}

impl Relaxation {
    /// The relaxation of a cover by these sets, each given by its elements and its share of each.
    pub fn new<S: Iterator<Item = (u32, f32)>>(elements: usize, sets: impl Iterator<Item = S>) -> Self {
        let (mut first, mut entries) = (vec![0], Vec::new());
        for set in sets {
            entries.extend(set);
            first.push(entries.len());
        }
        let mut had = vec![false; elements];
        entries.iter().for_each(|(element, _): &(u32, f32)| had[*element as usize] = true);
        Self { elements, first, entries, had }
    }

    fn sets(&self) -> usize {
        self.first.len() - 1
    }

    fn set(&self, number: usize) -> &[(u32, f32)] {
        &self.entries[self.first[number]..self.first[number + 1]]
    }

    /// No cover has fewer sets than this; elements that are in no set are not asked for. `known`: the size of some cover.
    /// Now and then the prices are shown to `tried`, which gives the size of the best cover it knows by then.
    ///
    /// ```
    /// use fireplan_location::set_cover::relaxation::Relaxation;
    /// // Three elements, each pair of them a set: two sets are needed, and the bound says so: 1.5, rounded up.
    /// let sets = [[(0, 1.0), (1, 1.0)], [(1, 1.0), (2, 1.0)], [(0, 1.0), (2, 1.0)]];
    /// let relaxation = Relaxation::new(3, sets.iter().map(|set| set.iter().copied()));
    /// assert_eq!(relaxation.bound(3, |_| 3), 2);
    /// ```
    pub fn bound(&self, mut known: usize, mut tried: impl FnMut(&[f64]) -> usize) -> usize {
        let mut price = self.fair_prices();
        let mut direction = vec![0.0_f64; self.elements];
        let (mut best, mut scale, mut stale) = (0.0_f64, 1.0, 0);
        for step in 1..=STEPS.min(WORK / self.entries.len().max(1)) {
            let left: Vec<f64> = (0..self.sets()).into_par_iter().map(|set| self.cost_left(set, &price)).collect();
            let value = price.iter().sum::<f64>() + left.iter().map(|left| left.min(0.0)).sum::<f64>();
            if value > best + 1e-9 {
                stale = if value > best + 1e-3 { 0 } else { stale + 1 };
                best = value;
            } else {
                stale += 1;
            }
            if step % SHOWN == 0 {
                known = tried(&price);
            }
            if stale >= STALE {
                (scale, stale) = (scale * SHORTER, 0);
            }
            if scale < SHORTEST || up(best) >= known {
                break;
            }
            self.deflect(&left, &price, &mut direction);
            let norm: f64 = direction.iter().map(|d| d * d).sum();
            if norm == 0.0 {
                break;
            }
            let stride = scale * (known as f64 - value).max(0.01) / norm;
            price.iter_mut().zip(&direction).for_each(|(price, d)| *price = (*price + stride * d).max(0.0));
        }
        up(best).min(known)
    }

    /// An element's share in the largest of its sets: no set is then worth more than it costs.
    fn fair_prices(&self) -> Vec<f64> {
        let mut most = vec![0.0_f64; self.elements];
        for set in 0..self.sets() {
            let size: f64 = self.set(set).iter().map(|(_, share)| f64::from(*share)).sum();
            self.set(set).iter().for_each(|(element, _)| most[*element as usize] = most[*element as usize].max(size));
        }
        most.into_iter().map(|size| if size > 0.0 { 1.0 / size } else { 0.0 }).collect()
    }

    fn cost_left(&self, set: usize, price: &[f64]) -> f64 {
        // Four sums run beside each other: one alone would wait for each addition.
        let mut sums = [0.0_f64; 4];
        let worth = |(element, share): &(u32, f32)| f64::from(*share) * price[*element as usize];
        let fours = self.set(set).chunks_exact(4);
        let rest: f64 = fours.remainder().iter().map(worth).sum();
        fours.for_each(|four| sums.iter_mut().zip(four).for_each(|(sum, entry)| *sum += worth(entry)));
        1.0 - (sums[0] + sums[1]) - (sums[2] + sums[3]) - rest
    }

    /// The next direction: what is still missing of every element, and as much of the last direction as takes the zigzag out.
    fn deflect(&self, left: &[f64], price: &[f64], direction: &mut [f64]) {
        let mut slack: Vec<f64> = vec![1.0; self.elements];
        for set in (0..self.sets()).filter(|set| left[*set] < 0.0) {
            self.set(set).iter().for_each(|(element, share)| slack[*element as usize] -= f64::from(*share));
        }
        for (element, (slack, price)) in slack.iter_mut().zip(price).enumerate() {
            // A price of nothing cannot fall, and an element in no set is not asked for.
            if (*price == 0.0 && *slack < 0.0) || !self.had[element] {
                *slack = 0.0;
            }
        }
        let back: f64 = slack.iter().zip(direction.iter()).map(|(slack, d)| slack * d).sum();
        let norm: f64 = direction.iter().map(|d| d * d).sum();
        let kept = if back < 0.0 { -1.5 * back / norm } else { 0.0 };
        direction.iter_mut().zip(slack).for_each(|(d, slack)| *d = slack + kept * *d);
    }
}

/// Rounded up, but for the last digits of the arithmetic.
fn up(value: f64) -> usize {
    (value - 1e-5).ceil().max(0.0) as usize
}
