//! A covering problem without what is settled or superfluous; every plan for it is a plan for the whole, no worse.
//!
//! 1. Required options are taken: their demands are settled, the rest of their groups is out.
//! 2. Demands covered by the same options are one, with their weights summed.
//! 3. An option whose demands another covers for no more cost is not needed, if the other can always take its place: it
//!    is alone in its group or of the same group (Garfinkel and Nemhauser 1972, for set cover).

use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;

use super::Covering;
use super::programme::marks;

/// Rounds of merging and dropping; each is worth less than the one before.
const ROUNDS: usize = 3;

/// What is known of an option in plans better than the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fixed {
    In,
    Out,
    Open,
}

pub(super) struct Reduced {
    pub weights: Vec<u64>,
    /// Of each option, the demands it covers, ascending.
    pub covers: Vec<Vec<u32>>,
    /// Of each demand, the options that cover it, ascending.
    pub covered_by: Vec<Vec<u32>>,
    pub costs: Vec<u64>,
    /// Of each option; numbered from 0.
    pub groups: Vec<u32>,
    /// Of each group, its options, ascending.
    pub members: Vec<Vec<u32>>,
    /// Of each option, the caller's number.
    pub ids: Vec<u32>,
    /// Weight that the required options cover.
    pub settled: u64,
}

impl Reduced {
    /// Takes the required options and does all reductions.
    pub fn new(covering: &Covering) -> Self {
        let mut reduced = Self::without_required(covering);
        reduced.reduce();
        reduced
    }

    /// Only merges demands: for models where it matters how often a demand is covered. Required options stay, and cost
    /// nothing.
    pub fn merged(covering: &Covering) -> Self {
        let settled = vec![false; covering.weights.len()];
        let options = (0..covering.covers.len() as u32).filter(|option| may_be_chosen(covering, *option));
        let mut reduced = Self::of(covering, options.collect(), &settled);
        for (option, id) in reduced.ids.iter().enumerate() {
            if covering.required.contains(id) {
                reduced.costs[option] = 0;
            }
        }
        reduced.merge_demands();
        reduced
    }

    /// What is left once some options are taken and others are out. The caller's numbers stay.
    pub fn core(&self, fixed: &[Fixed]) -> Self {
        let covers = self.covers.clone();
        let all = |wanted: Fixed| (0..self.covers.len() as u32).filter(move |option| fixed[*option as usize] == wanted);
        let required: Vec<u32> = all(Fixed::In).collect();
        let (weights, costs, groups) = (self.weights.clone(), self.costs.clone(), self.groups.clone());
        let covering = Covering { weights, covers, costs, groups, required };
        let mut core = Self::without_required(&covering);
        let open: Vec<bool> = core.ids.iter().map(|option| fixed[*option as usize] == Fixed::Open).collect();
        core.keep_options(&open);
        core.reduce();
        core.settled += self.settled;
        core.ids = self.named(core.ids.iter().copied());
        core
    }

    /// The caller's numbers of the options.
    pub fn named(&self, options: impl IntoIterator<Item = u32>) -> Vec<u32> {
        options.into_iter().map(|option| self.ids[option as usize]).collect()
    }

    /// The numbers here of the options the caller names, where they are still there.
    pub fn numbers(&self, named: &[u32]) -> Vec<u32> {
        named.iter().filter_map(|id| self.ids.binary_search(id).ok()).map(|option| option as u32).collect()
    }

    /// Weight of all demands left.
    pub fn open(&self) -> u64 {
        self.weights.iter().sum()
    }

    /// A start for a programme with a column for each option, then one for each demand.
    pub fn start(&self, chosen: &[u32]) -> Vec<f64> {
        let mut start = marks(self.covers.len() + self.weights.len(), chosen);
        for demand in chosen.iter().flat_map(|option| &self.covers[*option as usize]) {
            start[self.covers.len() + *demand as usize] = 1.0;
        }
        start
    }

    fn reduce(&mut self) {
        for _ in 0..ROUNDS {
            let before = (self.weights.len(), self.covers.len());
            self.merge_demands();
            self.drop_dominated();
            if (self.weights.len(), self.covers.len()) == before {
                break;
            }
        }
    }

    fn without_required(covering: &Covering) -> Self {
        let mut settled = vec![false; covering.weights.len()];
        for demand in covering.required.iter().filter_map(|option| covering.covers.get(*option as usize)).flatten() {
            if let Some(settled) = settled.get_mut(*demand as usize) {
                *settled = true;
            }
        }
        let taken = |option: &u32| !covering.required.contains(option) && may_be_chosen(covering, *option);
        let mut reduced = Self::of(covering, (0..covering.covers.len() as u32).filter(taken).collect(), &settled);
        reduced.settled = covering.weights.iter().zip(&settled).filter(|(_, settled)| **settled).map(|(w, _)| w).sum();
        reduced
    }

    fn of(covering: &Covering, ids: Vec<u32>, settled: &[bool]) -> Self {
        let open = |demand: &u32| settled.get(*demand as usize).is_some_and(|settled| !settled);
        let cover = |id: &u32| {
            let mut cover: Vec<u32> = covering.covers[*id as usize].iter().copied().filter(open).collect();
            cover.sort_unstable();
            cover.dedup();
            cover
        };
        // A required option is in no one's way any more.
        let group =
            |id: &u32| if covering.required.contains(id) { 1 << 63 | u64::from(*id) } else { covering.group_of(*id) };
        let mut names: Vec<u64> = ids.iter().map(group).collect();
        let of_option = names.clone();
        names.sort_unstable();
        names.dedup();
        let mut reduced = Self {
            weights: covering.weights.clone(),
            covers: ids.iter().map(cover).collect(),
            covered_by: Vec::new(),
            costs: ids.iter().map(|id| covering.cost_of(*id)).collect(),
            groups: of_option.iter().map(|name| names.partition_point(|other| other < name) as u32).collect(),
            members: Vec::new(),
            ids,
            settled: 0,
        };
        reduced.transpose();
        reduced
    }

    /// Sets what follows from `covers` and `groups`.
    fn transpose(&mut self) {
        self.covered_by = vec![Vec::new(); self.weights.len()];
        self.members = vec![Vec::new(); self.groups.iter().max().map_or(0, |group| *group as usize + 1)];
        for (option, (cover, group)) in self.covers.iter().zip(&self.groups).enumerate() {
            self.members[*group as usize].push(option as u32);
            cover.iter().for_each(|demand| self.covered_by[*demand as usize].push(option as u32));
        }
    }

    /// Makes one of the demands covered by the same options, and drops those covered by none or of no weight.
    fn merge_demands(&mut self) {
        let hash = |demand: u32| {
            let mut hasher = DefaultHasher::new();
            self.covered_by[demand as usize].hash(&mut hasher);
            hasher.finish()
        };
        let kept = |demand: &u32| self.weights[*demand as usize] > 0 && !self.covered_by[*demand as usize].is_empty();
        let mut order: Vec<(u64, u32)> =
            (0..self.weights.len() as u32).filter(kept).map(|demand| (hash(demand), demand)).collect();
        let by = |demand: u32| &self.covered_by[demand as usize];
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| by(a.1).cmp(by(b.1))).then(a.1.cmp(&b.1)));
        let mut merged: Vec<(u32, u64)> = order
            .chunk_by(|a, b| a.0 == b.0 && by(a.1) == by(b.1))
            .map(|same| (same[0].1, same.iter().map(|(_, demand)| self.weights[*demand as usize]).sum()))
            .collect();
        merged.sort_unstable();
        self.keep_demands(&merged);
    }

    /// Keeps these demands, ascending, with these weights.
    fn keep_demands(&mut self, kept: &[(u32, u64)]) {
        let mut renamed = vec![u32::MAX; self.weights.len()];
        for (new, (old, _)) in kept.iter().enumerate() {
            renamed[*old as usize] = new as u32;
        }
        for cover in &mut self.covers {
            cover.iter_mut().for_each(|demand| *demand = renamed[*demand as usize]);
            cover.retain(|demand| *demand != u32::MAX);
        }
        self.weights = kept.iter().map(|(_, weight)| *weight).collect();
        self.transpose();
    }

    fn drop_dominated(&mut self) {
        let masks: Vec<u64> = self.covers.iter().map(|cover| cover.iter().fold(0, |m, d| m | 1 << (d % 64))).collect();
        let needed: Vec<bool> =
            (0..self.covers.len()).into_par_iter().map(|option| !self.is_dominated(option, &masks)).collect();
        self.keep_options(&needed);
    }

    fn is_dominated(&self, option: usize, masks: &[u64]) -> bool {
        let cover = &self.covers[option];
        // Whatever covers as much has the rarest demand.
        let Some(rarest) = cover.iter().min_by_key(|demand| self.covered_by[**demand as usize].len()) else {
            return true;
        };
        self.covered_by[*rarest as usize].iter().map(|other| *other as usize).any(|other| {
            let rank = |option: usize| (self.covers[option].len(), Reverse(self.costs[option]), Reverse(option));
            masks[option] & !masks[other] == 0
                && rank(other) > rank(option)
                && self.costs[other] <= self.costs[option]
                && self.may_replace(other, option)
                && includes(&self.covers[other], cover)
        })
    }

    fn may_replace(&self, other: usize, option: usize) -> bool {
        let group = self.groups[other];
        group == self.groups[option] || self.members[group as usize].len() == 1
    }

    pub fn keep_options(&mut self, kept: &[bool]) {
        fn keep<T>(values: &mut Vec<T>, kept: &[bool]) {
            let mut at = kept.iter();
            values.retain(|_| *at.next().unwrap_or(&false));
        }
        keep(&mut self.covers, kept);
        keep(&mut self.costs, kept);
        keep(&mut self.groups, kept);
        keep(&mut self.ids, kept);
        self.transpose();
    }
}

/// Whether no required option takes the place of this one.
fn may_be_chosen(covering: &Covering, option: u32) -> bool {
    let group = covering.group_of(option);
    covering.required.contains(&option) || covering.required.iter().all(|other| covering.group_of(*other) != group)
}

/// Whether the larger of two ascending lists has all of the smaller.
fn includes(larger: &[u32], smaller: &[u32]) -> bool {
    let mut rest = larger.iter();
    smaller.len() <= larger.len() && smaller.iter().all(|wanted| rest.find(|found| *found >= wanted) == Some(wanted))
}
