//! Good plans for backup coverage fast: greed and exchange, with enough being covered once before all else.

use super::incumbent::Incumbent;
use super::perturbation::Random;
use super::reduced::Reduced;

/// Passes over all options an exchange may take.
const PASSES: usize = 40;
/// Rounds of leaving a local optimum, and after how many without a better plan the search goes on from the best.
const ROUNDS: usize = 120;
const PATIENCE: usize = 12;

/// A choice of options and how often each demand is covered.
pub(super) struct Backups<'a> {
    problem: &'a Reduced,
    /// Weight that must be covered once.
    least: u64,
    room: u64,
    pub chosen: Vec<u32>,
    /// Of each demand, the chosen options that cover it.
    covering: Vec<Vec<u32>>,
    /// Of each group, whether one of it is chosen.
    taken: Vec<bool>,
    now: Weights,
}

/// Weight covered once and more often, and weight covered twice and more often; or changes of these.
#[derive(Debug, Clone, Copy, Default)]
struct Weights {
    once: i64,
    twice: i64,
}

impl Weights {
    fn plus(self, other: Self) -> Self {
        Self { once: self.once + other.once, twice: self.twice + other.twice }
    }

    /// What counts: being covered once up to the least that must be, then being covered twice.
    fn rank(self, least: u64) -> (i64, i64) {
        (self.once.min(least as i64), self.twice)
    }
}

impl<'a> Backups<'a> {
    /// As many of the options, in their order, as room and groups allow.
    pub(crate) fn new(problem: &'a Reduced, room: u64, least: u64, options: impl IntoIterator<Item = u32>) -> Self {
        let covering = vec![Vec::new(); problem.weights.len()];
        let taken = vec![false; problem.members.len()];
        let mut backups = Self { problem, least, room, chosen: Vec::new(), covering, taken, now: Weights::default() };
        for option in options {
            if backups.fits(option) {
                backups.add(option);
            }
        }
        backups
    }

    pub(crate) fn is_enough(&self) -> bool {
        self.now.once >= self.least as i64
    }

    /// Weight covered twice.
    pub(crate) fn value(&self) -> u64 {
        self.now.twice as u64
    }

    /// Fills the room and exchanges as long as that helps. What costs nothing is never dropped.
    pub(crate) fn improve(&mut self, stopped: &dyn Fn() -> bool) {
        for _ in 0..PASSES {
            let before = self.now.rank(self.least);
            self.fill();
            for option in 0..self.problem.covers.len() as u32 {
                if let Some(out) = self.best_exchange(option) {
                    self.drop(out);
                    self.add(option);
                }
            }
            if self.now.rank(self.least) == before || stopped() {
                return;
            }
        }
    }

    /// Leaves local optima (iterated local search; Lourenço, Martin and Stützle 2003): drops a few options by chance, a fixed
    /// seed, fills the room and exchanges again. Offers every better plan; options have the caller's numbers.
    pub(crate) fn perturb(&mut self, incumbent: &mut Incumbent) {
        let mut random = Random(1);
        let (mut best, mut most, mut stale) = (self.chosen.clone(), self.now.rank(self.least), 0);
        for _ in 0..ROUNDS {
            if incumbent.is_optimal() || incumbent.search_limits.stopped().is_some() {
                break;
            }
            let mut droppable: Vec<u32> =
                self.chosen.iter().copied().filter(|o| self.problem.costs[*o as usize] > 0).collect();
            for _ in 0..2 + random.below(3) {
                if !droppable.is_empty() {
                    self.drop(droppable.swap_remove(random.below(droppable.len() as u64) as usize));
                }
            }
            let other = random.below(self.problem.covers.len() as u64) as u32;
            if self.fits(other) {
                self.add(other);
            }
            self.improve(&|| incumbent.search_limits.stopped().is_some());
            stale += 1;
            if self.now.rank(self.least) > most {
                (best, most, stale) = (self.chosen.clone(), self.now.rank(self.least), 0);
                if self.is_enough() {
                    incumbent.offer(self.problem.named(best.iter().copied()), self.value());
                }
            } else if stale % PATIENCE == 0 {
                self.chosen.clone().into_iter().for_each(|option| self.drop(option));
                best.iter().for_each(|option| self.add(*option));
            }
        }
    }

    /// Always the option that helps most per cost, until none helps.
    fn fill(&mut self) {
        loop {
            let fitting = (0..self.problem.covers.len() as u32).filter(|option| self.fits(*option));
            let rank = |option: u32| {
                let gain = self.now.plus(self.gain(option)).rank(self.least);
                let (once, twice) = self.now.rank(self.least);
                let per_cost = |gain: i64| (gain << 16) / self.problem.costs[option as usize].max(1) as i64;
                (per_cost(gain.0 - once), per_cost(gain.1 - twice))
            };
            let best = fitting.map(|option| (rank(option), !option)).max().filter(|(rank, _)| *rank > (0, 0));
            let Some((_, option)) = best else { return };
            self.add(!option);
        }
    }

    /// The chosen option to drop for this one so that most is won, if anything is.
    fn best_exchange(&self, option: u32) -> Option<u32> {
        if self.chosen.contains(&option) {
            return None;
        }
        let after = |out: u32| self.now.plus(self.gain(option)).plus(self.loss(out)).plus(self.shared(option, out));
        let outs = self.chosen.iter().copied().filter(|out| self.problem.costs[*out as usize] > 0);
        let same_group = |out: &u32| self.problem.groups[*out as usize] == self.problem.groups[option as usize];
        let outs = outs.filter(|out| same_group(out) || !self.taken[self.problem.groups[option as usize] as usize]);
        let outs =
            outs.filter(|out| self.problem.costs[option as usize] <= self.room + self.problem.costs[*out as usize]);
        let best = outs.map(|out| (after(out).rank(self.least), !out)).max();
        best.filter(|(rank, _)| *rank > self.now.rank(self.least)).map(|(_, out)| !out)
    }

    fn gain(&self, option: u32) -> Weights {
        self.sum(option, |times, _| Weights { once: i64::from(times == 0), twice: i64::from(times == 1) })
    }

    fn loss(&self, option: u32) -> Weights {
        self.sum(option, |times, _| Weights { once: -i64::from(times == 1), twice: -i64::from(times == 2) })
    }

    /// Corrects gain + loss for demands that both options cover: exchanging one for the other changes nothing there.
    fn shared(&self, option: u32, out: u32) -> Weights {
        self.sum(option, |times, covering| {
            let both = i64::from(times <= 2 && covering.contains(&out));
            Weights {
                once: both * i64::from(times == 1),
                twice: both * (i64::from(times == 2) - i64::from(times == 1)),
            }
        })
    }

    /// The sum, over the demands of the option, of the weight times what `of` gives for the demand.
    fn sum(&self, option: u32, of: impl Fn(usize, &[u32]) -> Weights) -> Weights {
        self.problem.covers[option as usize].iter().fold(Weights::default(), |sum, demand| {
            let covering = &self.covering[*demand as usize];
            let (weight, of) = (self.problem.weights[*demand as usize] as i64, of(covering.len(), covering));
            sum.plus(Weights { once: weight * of.once, twice: weight * of.twice })
        })
    }

    fn fits(&self, option: u32) -> bool {
        self.problem.costs[option as usize] <= self.room && !self.taken[self.problem.groups[option as usize] as usize]
    }

    fn add(&mut self, option: u32) {
        self.now = self.now.plus(self.gain(option));
        self.problem.covers[option as usize].iter().for_each(|demand| self.covering[*demand as usize].push(option));
        self.taken[self.problem.groups[option as usize] as usize] = true;
        self.room -= self.problem.costs[option as usize];
        self.chosen.push(option);
    }

    fn drop(&mut self, option: u32) {
        self.now = self.now.plus(self.loss(option));
        for demand in &self.problem.covers[option as usize] {
            self.covering[*demand as usize].retain(|other| *other != option);
        }
        self.taken[self.problem.groups[option as usize] as usize] = false;
        self.room += self.problem.costs[option as usize];
        self.chosen.retain(|other| *other != option);
    }
}
