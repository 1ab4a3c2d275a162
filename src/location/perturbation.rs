//! Better covering plans than exchange alone finds: iterated local search (Lourenço, Martin and Stützle 2003).
//!
//! Again and again a few chosen options close to each other are dropped, the room is filled by greed with some chance in it, and
//! options nearby are exchanged as long as that helps; what covers clearly less is undone. Chance comes from a fixed seed and
//! effort is counted in steps, so that the same problem gives the same plan on every machine.

use super::exchange::Selection;
use super::incumbent::Incumbent;
use super::reduced::Reduced;

/// Options dropped at once at most.
const MOST_DROPPED: u64 = 5;
/// How far greed may be led astray, as a share of the gain.
const NOISE: f64 = 0.3;

/// The state of a search that leaves local optima.
pub(super) struct Perturbation<'a> {
    problem: &'a Reduced,
    choice: Selection<'a>,
    random: Random,
    /// Of each chosen option, 0 between calls: scratch of exchanges.
    kept: Vec<u64>,
    /// When an option was last queued, and the present round.
    seen: Vec<u64>,
    round: u64,
    /// Options added and dropped since the last plan that was kept.
    changes: Vec<(u32, bool)>,
    /// Demands looked at so far.
    pub steps: u64,
}

impl<'a> Perturbation<'a> {
    pub(crate) fn new(problem: &'a Reduced, room: u64, start: &[u32], seed: u64) -> Self {
        let mut choice = Selection::of_options(problem, room, start);
        choice.fill(u64::MAX);
        let options = problem.covers.len();
        Self {
            problem,
            choice,
            random: Random(seed),
            kept: vec![0; options],
            seen: vec![0; options],
            round: 0,
            changes: Vec::new(),
            steps: 0,
        }
    }

    /// Searches for so many steps, and offers every better plan. At first a plan may cover less than the one before by
    /// `tolerated`, a share of the value; in the end by nothing. `taken` are the caller's numbers of options that are in any
    /// plan beside those of the problem.
    pub(crate) fn search(&mut self, steps: u64, tolerated: f64, taken: &[u32], incumbent: &mut Incumbent) {
        let (begin, end) = (self.steps, self.steps.saturating_add(steps));
        let mut best = self.choice.chosen.clone();
        let mut most = self.choice.value;
        let mut rounds: u64 = 0;
        while self.steps < end && !self.choice.chosen.is_empty() && !incumbent.is_optimal() {
            rounds += 1;
            if rounds.is_multiple_of(64) && incumbent.search_limits.stopped().is_some() {
                return;
            }
            let before = self.choice.value;
            self.changes.clear();
            self.leave();
            let cooling = 1.0 - ((self.steps - begin) as f64 / steps as f64).min(1.0);
            let less = (most as f64 * tolerated * cooling * cooling * self.random.unit()) as u64;
            if self.choice.value + less < before {
                self.undo();
            }
            if self.choice.value > most {
                (most, best) = (self.choice.value, self.choice.chosen.clone());
                let value = self.problem.settled + most;
                if incumbent.goal.is_better(value, incumbent.value) {
                    let options = self.problem.named(best.iter().copied());
                    incumbent.offer(options.into_iter().chain(taken.iter().copied()), value);
                }
            }
            if rounds.is_multiple_of(2_000) {
                self.choice = Selection::of_options(self.problem, self.whole_room(), &best);
            }
        }
    }

    fn whole_room(&self) -> u64 {
        self.choice.room + self.choice.cost()
    }

    /// Drops a few options near each other, fills the room again and exchanges nearby.
    fn leave(&mut self) {
        let chosen = &self.choice.chosen;
        let first = chosen[self.random.below(chosen.len() as u64) as usize];
        let count = 2 + self.random.below(MOST_DROPPED - 1);
        let mut near = self.neighbours(&[first]);
        let mut dropped = vec![first];
        let mut owners = self.owners(&near, first);
        while (dropped.len() as u64) < count && !owners.is_empty() {
            dropped.push(owners.swap_remove(self.random.below(owners.len() as u64) as usize));
        }
        dropped.iter().for_each(|option| self.drop(*option));
        near.extend(self.neighbours(&dropped[1..]));
        self.refill(&near);
        self.exchange(near);
    }

    /// Options that share a demand with one of the given, each once in a round of its own.
    fn neighbours(&mut self, options: &[u32]) -> Vec<u32> {
        self.round += 1;
        let mut near = Vec::new();
        for demand in options.iter().flat_map(|option| &self.problem.covers[*option as usize]) {
            for other in &self.problem.covered_by[*demand as usize] {
                if self.seen[*other as usize] != self.round {
                    self.seen[*other as usize] = self.round;
                    near.push(*other);
                }
            }
            self.steps += 4;
        }
        near
    }

    /// Chosen options that alone cover some demand of the given options.
    fn owners(&mut self, options: &[u32], but: u32) -> Vec<u32> {
        let mut owners: Vec<u32> = Vec::new();
        for option in options {
            // A few demands of each tell whose neighbourhood it is.
            for demand in self.problem.covers[*option as usize].iter().step_by(8) {
                if let Some(owner) = self.choice.owner(*demand)
                    && owner != but
                    && !owners.contains(&owner)
                {
                    owners.push(owner);
                }
                self.steps += 1;
            }
        }
        owners
    }

    /// Fills the room with options among the given, mostly with those that gain most per cost.
    fn refill(&mut self, options: &[u32]) {
        let noise = if self.random.below(3) == 0 { 0.0 } else { NOISE };
        let mut bids: Vec<(f64, u32)> = options
            .iter()
            .filter(|option| !self.choice.is_chosen(**option))
            .map(|option| (1.0 + noise * self.random.unit(), *option))
            .collect();
        loop {
            let mut best: Option<(f64, u32)> = None;
            for (luck, option) in &bids {
                if !self.choice.fits(*option) {
                    continue;
                }
                let gain = self.choice.gain(*option);
                self.steps += self.problem.covers[*option as usize].len() as u64;
                let rank = luck * gain as f64 / self.problem.costs[*option as usize].max(1) as f64;
                if gain > 0 && best.is_none_or(|(most, _)| rank > most) {
                    best = Some((rank, *option));
                }
            }
            let Some((_, option)) = best else { break };
            self.add(option);
            bids.retain(|(_, other)| *other != option);
        }
        // What is left over may be used elsewhere.
        if self.choice.room > 0 {
            let before = self.choice.chosen.len();
            self.choice.fill(u64::MAX);
            self.steps += self.problem.covers.len() as u64 * 8;
            self.changes.extend(self.choice.chosen[before..].iter().map(|option| (*option, true)));
        }
    }

    /// Exchanges options of the queue for chosen ones as long as that helps; neighbours of what changed are queued again.
    fn exchange(&mut self, mut queue: Vec<u32>) {
        while !queue.is_empty() {
            let mut changed = Vec::new();
            for option in std::mem::take(&mut queue) {
                self.steps += (self.problem.covers[option as usize].len() + self.choice.chosen.len()) as u64;
                if let Some(out) = self.choice.best_exchange(option, &mut self.kept) {
                    self.drop(out);
                    self.add(option);
                    changed.extend([out, option]);
                }
            }
            if !changed.is_empty() {
                queue = self.neighbours(&changed);
            }
        }
    }

    fn add(&mut self, option: u32) {
        self.steps += 2 * self.problem.covers[option as usize].len() as u64;
        self.choice.add(option);
        self.changes.push((option, true));
    }

    fn drop(&mut self, option: u32) {
        self.steps += 2 * self.problem.covers[option as usize].len() as u64;
        self.choice.drop(option);
        self.changes.push((option, false));
    }

    fn undo(&mut self) {
        while let Some((option, added)) = self.changes.pop() {
            self.steps += 2 * self.problem.covers[option as usize].len() as u64;
            if added { self.choice.drop(option) } else { self.choice.add(option) }
        }
    }
}

/// A linear congruential generator with mixed output.
pub(super) struct Random(pub u64);

impl Random {
    /// At least 0 and below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        ((mixed ^ (mixed >> 29)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number below this.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        (self.unit() * count as f64) as u64
    }
}
