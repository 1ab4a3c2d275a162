//! Good covering plans fast: greed by gain per cost (Nemhauser, Wolsey and Fisher 1978; Khuller, Moss and Naor 1999), then
//! exchange of one chosen option for another as long as that helps (Teitz and Bart 1968). The gain of every exchange of an
//! option follows from one pass over its demands, as in Resende and Werneck (2007).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::reduced::Reduced;

/// Passes over all options an exchange may take; each helps less than the one before.
const PASSES: usize = 60;

/// A choice of options with what it covers, kept up to date as options come and go.
#[derive(Clone)]
pub(super) struct Selection<'a> {
    problem: &'a Reduced,
    /// In order of being added.
    pub chosen: Vec<u32>,
    /// Weight covered.
    pub value: u64,
    pub room: u64,
    /// Of each demand: how many chosen options cover it, and their numbers added up (with one, its number).
    count: Vec<u32>,
    sum: Vec<u64>,
    /// Of each chosen option: the weight that only it covers.
    alone: Vec<u64>,
    /// Of each group, its chosen option.
    holder: Vec<Option<u32>>,
}

impl<'a> Selection<'a> {
    /// Nothing chosen, and so much room.
    pub(crate) fn empty(problem: &'a Reduced, room: u64) -> Self {
        Self {
            problem,
            chosen: Vec::new(),
            value: 0,
            room,
            count: vec![0; problem.weights.len()],
            sum: vec![0; problem.weights.len()],
            alone: vec![0; problem.covers.len()],
            holder: vec![None; problem.members.len()],
        }
    }

    /// As many of the options, in their order, as room and groups allow.
    pub(crate) fn of_options(problem: &'a Reduced, room: u64, options: &[u32]) -> Self {
        let mut choice = Self::empty(problem, room);
        for option in options {
            if choice.fits(*option) {
                choice.add(*option);
            }
        }
        choice
    }

    /// Fills the room up to a value, always with the option that gains most per cost.
    pub(crate) fn fill(&mut self, target: u64) {
        self.fill_from(0..self.problem.covers.len() as u32, target);
    }

    pub(crate) fn fill_from(&mut self, options: impl IntoIterator<Item = u32>, target: u64) {
        let mut queue: BinaryHeap<Bid> = options.into_iter().map(|option| self.bid(option, target)).collect();
        while let Some(bid) = queue.pop() {
            if self.value >= target {
                return;
            }
            if bid.gain == 0 || !self.fits(bid.option) {
                continue;
            }
            // Gains only shrink: an option that still has what it promised is the best.
            let now = self.bid(bid.option, target);
            if now.gain < bid.gain { queue.push(now) } else { self.add(bid.option) }
        }
    }

    /// Exchanges as long as that helps, or until the limits of the search end it.
    pub(crate) fn improve(&mut self, stopped: &dyn Fn() -> bool) {
        let mut kept = vec![0_u64; self.problem.covers.len()];
        for _ in 0..PASSES {
            let before = self.value;
            for option in 0..self.problem.covers.len() as u32 {
                if let Some(out) = self.best_exchange(option, &mut kept) {
                    self.drop(out);
                    self.add(option);
                }
            }
            self.fill(u64::MAX);
            if self.value == before || stopped() {
                return;
            }
        }
    }

    /// Drops what is not needed for a value, the dearest first.
    pub(crate) fn prune(&mut self, target: u64) {
        let mut order = self.chosen.clone();
        order.sort_by_key(|option| (std::cmp::Reverse(self.problem.costs[*option as usize]), self.alone(*option)));
        for option in order {
            if self.value - self.alone(option) >= target {
                self.drop(option);
            }
        }
    }

    pub(crate) fn cost(&self) -> u64 {
        self.chosen.iter().map(|option| self.problem.costs[*option as usize]).sum()
    }

    fn alone(&self, option: u32) -> u64 {
        self.alone[option as usize]
    }

    /// The chosen option to drop for this one so that most is gained, if anything is. `kept` is all 0.
    pub(crate) fn best_exchange(&self, option: u32, kept: &mut [u64]) -> Option<u32> {
        if self.is_chosen(option) {
            return None;
        }
        let gain = self.weigh(option, kept);
        let holder = self.holder[self.problem.groups[option as usize] as usize];
        let cost = self.problem.costs[option as usize];
        let best = self
            .chosen
            .iter()
            .filter(|out| holder.is_none_or(|holder| holder == **out))
            .filter(|out| self.room + self.problem.costs[**out as usize] >= cost)
            .map(|out| ((gain + kept[*out as usize]) as i64 - self.alone[*out as usize] as i64, *out))
            .max_by_key(|(gain, out)| (*gain, std::cmp::Reverse(*out)));
        self.chosen.iter().for_each(|out| kept[*out as usize] = 0);
        best.filter(|(gain, _)| *gain > 0).map(|(_, out)| out)
    }

    /// Weight that only this option would cover; and of each chosen option in `kept`, what this one would keep covered
    /// were that one dropped.
    fn weigh(&self, option: u32, kept: &mut [u64]) -> u64 {
        let mut gain = 0;
        for demand in &self.problem.covers[option as usize] {
            let at = *demand as usize;
            match self.count[at] {
                0 => gain += self.problem.weights[at],
                1 => kept[self.sum[at] as usize] += self.problem.weights[at],
                _ => (),
            }
        }
        gain
    }

    /// Weight that only this option would cover.
    pub(crate) fn gain(&self, option: u32) -> u64 {
        let open = self.problem.covers[option as usize].iter().filter(|demand| self.count[**demand as usize] == 0);
        open.map(|demand| self.problem.weights[*demand as usize]).sum()
    }

    /// The chosen option that alone covers the demand.
    pub(crate) fn owner(&self, demand: u32) -> Option<u32> {
        (self.count[demand as usize] == 1).then(|| self.sum[demand as usize] as u32)
    }

    fn bid(&self, option: u32, target: u64) -> Bid {
        Bid {
            gain: self.gain(option).min(target.saturating_sub(self.value)),
            cost: self.problem.costs[option as usize],
            option,
        }
    }

    pub(crate) fn is_chosen(&self, option: u32) -> bool {
        self.holder[self.problem.groups[option as usize] as usize] == Some(option)
    }

    pub(crate) fn fits(&self, option: u32) -> bool {
        self.problem.costs[option as usize] <= self.room
            && self.holder[self.problem.groups[option as usize] as usize].is_none()
    }

    pub(crate) fn add(&mut self, option: u32) {
        for demand in &self.problem.covers[option as usize] {
            let (at, weight) = (*demand as usize, self.problem.weights[*demand as usize]);
            match self.count[at] {
                0 => {
                    self.value += weight;
                    self.alone[option as usize] += weight;
                }
                1 => self.alone[self.sum[at] as usize] -= weight,
                _ => (),
            }
            self.count[at] += 1;
            self.sum[at] += u64::from(option);
        }
        self.room -= self.problem.costs[option as usize];
        self.holder[self.problem.groups[option as usize] as usize] = Some(option);
        self.chosen.push(option);
    }

    pub(crate) fn drop(&mut self, option: u32) {
        for demand in &self.problem.covers[option as usize] {
            let (at, weight) = (*demand as usize, self.problem.weights[*demand as usize]);
            self.count[at] -= 1;
            self.sum[at] -= u64::from(option);
            match self.count[at] {
                0 => {
                    self.value -= weight;
                    self.alone[option as usize] -= weight;
                }
                1 => self.alone[self.sum[at] as usize] += weight,
                _ => (),
            }
        }
        self.room += self.problem.costs[option as usize];
        self.holder[self.problem.groups[option as usize] as usize] = None;
        self.chosen.retain(|other| *other != option);
    }
}

/// What an option gains for what cost; most per cost first, then most, then the lower number.
struct Bid {
    gain: u64,
    cost: u64,
    option: u32,
}

impl Ord for Bid {
    fn cmp(&self, other: &Self) -> Ordering {
        let per_cost = |bid: &Self, other: &Self| u128::from(bid.gain) * u128::from(other.cost);
        per_cost(self, other)
            .cmp(&per_cost(other, self))
            .then(self.gain.cmp(&other.gain))
            .then(other.cost.cmp(&self.cost))
            .then(other.option.cmp(&self.option))
    }
}

impl PartialOrd for Bid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Bid {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Bid {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Covering;

    fn problem(weights: &[u64], covers: &[&[u32]], costs: &[u64]) -> Reduced {
        let covers = covers.iter().map(|cover| cover.to_vec()).collect();
        Reduced::merged(&Covering { weights: weights.to_vec(), covers, costs: costs.to_vec(), ..Covering::default() })
    }

    #[test]
    fn exchange_mends_what_greed_got_wrong() {
        let problem = problem(&[2, 3, 3, 2], &[&[0, 1], &[1, 2], &[2, 3]], &[]);
        let mut choice = Selection::empty(&problem, 2);
        choice.fill(u64::MAX);
        assert_eq!((choice.chosen.as_slice(), choice.value), (&[1, 0][..], 8));
        choice.improve(&|| false);
        assert_eq!(choice.value, 10);
    }

    #[test]
    fn greed_counts_gain_per_cost() {
        let problem = problem(&[6, 5], &[&[0], &[1]], &[3, 2]);
        let mut choice = Selection::empty(&problem, 3);
        choice.fill(u64::MAX);
        assert_eq!(choice.chosen, [1]);
        choice.improve(&|| false);
        assert_eq!(choice.chosen, [0]);
    }

    #[test]
    fn what_others_cover_is_pruned_dearest_first() {
        let problem = problem(&[1, 1, 1], &[&[0, 1], &[1, 2], &[0, 2]], &[5, 4, 4]);
        let mut choice = Selection::of_options(&problem, 13, &[0, 1, 2]);
        choice.prune(3);
        assert_eq!((choice.chosen.as_slice(), choice.value, choice.cost()), (&[1, 2][..], 3, 8));
    }
}
