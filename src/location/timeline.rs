//! Better nested plans by exchange: an option gives way, from its phase on, to the one that helps most in its place.

use super::reduced::Reduced;

/// Passes over all chosen options.
const PASSES: usize = 20;

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

    /// The option that helps most from the phase on.
    fn best(&self, phase: usize) -> Option<u32> {
        let room = self.left[phase..].iter().min().copied().unwrap_or(0);
        let fits = |option: &u32| {
            self.problem.costs[*option as usize] <= room && !self.taken[self.problem.groups[*option as usize] as usize]
        };
        (0..self.problem.covers.len() as u32).filter(fits).max_by_key(|option| (self.gain(*option, phase), !option))
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
