//! Better nested plans by exchange: an option gives way, from its phase on, to the one that helps most in its place.

use super::perturbation::Random;
use super::reduced::Reduced;

/// Passes over all chosen options.
const PASSES: usize = 20;

/// Σ years × weight covered by what stands in each phase.
pub(super) fn nested_value(problem: &Reduced, years: &[u64], phases: &[Vec<u32>]) -> u64 {
    let mut is_covered = vec![false; problem.weights.len()];
    let mut covered = problem.settled;
    let value = phases.iter().zip(years).map(|(phase, years)| {
        for demand in phase.iter().flat_map(|option| &problem.covers[*option as usize]) {
            if !std::mem::replace(&mut is_covered[*demand as usize], true) {
                covered += problem.weights[*demand as usize];
            }
        }
        years * covered
    });
    value.sum()
}

/// A nested plan, and how often each demand is covered in each phase.
pub(super) struct Timeline<'a> {
    problem: &'a Reduced,
    years: &'a [u64],
    /// Of each phase, what is left to spend.
    left: Vec<u64>,
    /// The options chosen with the phase from which on they stand.
    chosen: Vec<(u32, usize)>,
    /// Of each phase and demand.
    count: Vec<Vec<u32>>,
    taken: Vec<bool>,
}

impl<'a> Timeline<'a> {
    /// The nested phases must keep to the rooms.
    pub(crate) fn new(problem: &'a Reduced, rooms: &[u64], years: &'a [u64], phases: &[Vec<u32>]) -> Self {
        let mut timeline = Self {
            problem,
            years,
            left: rooms.to_vec(),
            chosen: Vec::new(),
            count: vec![vec![0; problem.weights.len()]; rooms.len()],
            taken: vec![false; problem.members.len()],
        };
        for (phase, options) in phases.iter().enumerate() {
            for option in options {
                if !timeline.chosen.iter().any(|(other, _)| other == option) {
                    timeline.set(*option, phase, true);
                    timeline.chosen.push((*option, phase));
                }
            }
        }
        timeline
    }

    /// Of each phase, the options that stand.
    pub(crate) fn phases(&self) -> Vec<Vec<u32>> {
        let standing = |now: usize| self.chosen.iter().filter(move |(_, from)| *from <= now).map(|(option, _)| *option);
        (0..self.left.len()).map(|phase| standing(phase).collect()).collect()
    }

    /// Exchanges as long as that helps, or until the limits of the search end it.
    pub(crate) fn improve(&mut self, stopped: &dyn Fn() -> bool) {
        for _ in 0..PASSES {
            let mut helped = false;
            for place in 0..self.chosen.len() {
                if stopped() {
                    return;
                }
                let (option, phase) = self.chosen[place];
                self.set(option, phase, false);
                let best = self.best(phase).filter(|better| self.gain(*better, phase) > self.gain(option, phase));
                helped |= best.is_some();
                let option = best.unwrap_or(option);
                self.set(option, phase, true);
                self.chosen[place].0 = option;
            }
            if !helped {
                return;
            }
        }
    }

    /// Exchanges a few options for others nearby, by chance, and two options for each other's phases.
    pub(crate) fn kick(&mut self, random: &mut Random) {
        let places = self.chosen.len() as u64;
        for _ in 0..if places > 0 { 1 + random.below(3) } else { 0 } {
            let place = random.below(places) as usize;
            let (option, phase) = self.chosen[place];
            let cover = &self.problem.covers[option as usize];
            let Some(demand) = cover.get(random.below(cover.len() as u64) as usize) else { continue };
            let by = &self.problem.covered_by[*demand as usize];
            let other = by[random.below(by.len() as u64) as usize];
            self.set(option, phase, false);
            let option = if self.fits(other, phase) { other } else { option };
            self.set(option, phase, true);
            self.chosen[place].0 = option;
        }
        if places > 1 && random.below(2) == 0 {
            let (a, b) = (random.below(places) as usize, random.below(places) as usize);
            let ((one, early), (other, late)) = (self.chosen[a], self.chosen[b]);
            if a != b && self.problem.costs[one as usize] == self.problem.costs[other as usize] {
                [(one, early), (other, late)].iter().for_each(|(option, phase)| self.set(*option, *phase, false));
                [(one, late), (other, early)].iter().for_each(|(option, phase)| self.set(*option, *phase, true));
                (self.chosen[a].1, self.chosen[b].1) = (late, early);
            }
        }
    }

    fn fits(&self, option: u32, phase: usize) -> bool {
        let room = self.left[phase..].iter().min().copied().unwrap_or(0);
        self.problem.costs[option as usize] <= room && !self.taken[self.problem.groups[option as usize] as usize]
    }

    /// The option that helps most from the phase on.
    fn best(&self, phase: usize) -> Option<u32> {
        (0..self.problem.covers.len() as u32)
            .filter(|option| self.fits(*option, phase))
            .max_by_key(|option| (self.gain(*option, phase), !option))
    }

    /// Σ years × weight that only this option would cover, from the phase on.
    fn gain(&self, option: u32, phase: usize) -> u64 {
        let open = |now: usize| {
            let cover = self.problem.covers[option as usize].iter().map(|demand| *demand as usize);
            cover.filter(|demand| self.count[now][*demand] == 0).map(|demand| self.problem.weights[demand]).sum::<u64>()
        };
        (phase..self.left.len()).map(|now| self.years[now] * open(now)).sum()
    }

    /// Adds the option from the phase on, or removes it again.
    fn set(&mut self, option: u32, phase: usize, stands: bool) {
        let cost = self.problem.costs[option as usize];
        self.taken[self.problem.groups[option as usize] as usize] = stands;
        for now in phase..self.left.len() {
            self.left[now] = if stands { self.left[now] - cost } else { self.left[now] + cost };
            for demand in &self.problem.covers[option as usize] {
                let count = &mut self.count[now][*demand as usize];
                *count = if stands { *count + 1 } else { *count - 1 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Covering;

    #[test]
    fn an_option_gives_way_to_a_better_one_of_the_same_phase() {
        let covers = vec![vec![0], vec![0, 1], vec![2]];
        let problem = Reduced::merged(&Covering { weights: vec![1, 2, 4], covers, ..Covering::default() });
        let mut timeline = Timeline::new(&problem, &[1, 2], &[3, 1], &[vec![0], vec![0, 1]]);
        timeline.improve(&|| false);
        assert_eq!(timeline.phases(), [vec![2], vec![2, 1]]);
    }
}
