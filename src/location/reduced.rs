//! A covering problem without what is decided or superfluous; every plan for it is a plan of equal value for the whole.
//!
//! Required options are taken: their demands are settled, the rest of their groups is out. Then what is alike or never
//! needed is dropped.

use fireplan_algorithms::union_find::UnionFind;

use super::Covering;

/// Whether an option must, cannot or may be in a plan that improves on the incumbent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fixed {
    /// Every better plan has it.
    In,
    /// No better plan has it.
    Out,
    /// Not known.
    Open,
}

#[derive(Clone)]
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
    /// Of each demand of the problem this one was made of, its number here, or [`NOWHERE`].
    pub origin: Vec<u32>,
}

/// Stands for the number of a demand that is not there any more.
pub(super) const NOWHERE: u32 = u32::MAX;

impl Reduced {
    /// Takes the required options and does all reductions.
    pub(crate) fn new(covering: &Covering) -> Self {
        let mut reduced = Self::without_required(covering);
        reduced.reduce();
        reduced
    }

    /// Only merges demands: for models where it matters how often a demand is covered. Required options stay, and cost
    /// nothing.
    pub(crate) fn merged(covering: &Covering) -> Self {
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

    /// What is left once some options are taken and others are out, reduced. The caller's numbers stay.
    pub(crate) fn core(&self, fixed: &[Fixed]) -> Self {
        let (mut core, _) = self.restrict(fixed);
        core.ids = self.named(core.ids.iter().copied());
        core.transpose();
        core.reduce();
        core
    }

    /// Prices of the demands this problem was made of, as prices of its own demands.
    pub(crate) fn sum_prices(&self, prices: &[i64]) -> Vec<i64> {
        let mut sums = vec![0; self.weights.len()];
        for (price, demand) in prices.iter().zip(&self.origin).filter(|(_, demand)| **demand != NOWHERE) {
            sums[*demand as usize] += price;
        }
        sums
    }

    /// What is left once some options are taken and others are out, without reductions and without the lists by demand; and
    /// which demands are left. Options are named by their numbers here.
    pub(crate) fn restrict(&self, fixed: &[Fixed]) -> (Self, Vec<u32>) {
        let all = |wanted: Fixed| (0..self.covers.len() as u32).filter(move |option| fixed[*option as usize] == wanted);
        let mut settled = vec![false; self.weights.len()];
        let mut taken = vec![false; self.members.len()];
        for option in all(Fixed::In) {
            taken[self.groups[option as usize] as usize] = true;
            self.covers[option as usize].iter().for_each(|demand| settled[*demand as usize] = true);
        }
        let ids: Vec<u32> = all(Fixed::Open).filter(|option| !taken[self.groups[*option as usize] as usize]).collect();
        let mut renamed = vec![NOWHERE; self.weights.len()];
        let mut demands = Vec::new();
        for demand in ids.iter().flat_map(|option| &self.covers[*option as usize]) {
            if !settled[*demand as usize] && renamed[*demand as usize] == NOWHERE {
                renamed[*demand as usize] = 0;
                demands.push(*demand);
            }
        }
        demands.sort_unstable();
        (0..).zip(&demands).for_each(|(new, old)| renamed[*old as usize] = new);
        let cover = |option: &u32| {
            let cover = self.covers[*option as usize].iter().map(|demand| renamed[*demand as usize]);
            cover.filter(|demand| *demand != NOWHERE).collect::<Vec<u32>>()
        };
        let mut names = vec![u32::MAX; self.members.len()];
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut groups = Vec::with_capacity(ids.len());
        for (option, id) in (0..).zip(&ids) {
            let name = &mut names[self.groups[*id as usize] as usize];
            if *name == u32::MAX {
                *name = members.len() as u32;
                members.push(Vec::new());
            }
            members[*name as usize].push(option);
            groups.push(*name);
        }
        let weight = |demand: (usize, &bool)| if *demand.1 { self.weights[demand.0] } else { 0 };
        let left = Self {
            weights: demands.iter().map(|demand| self.weights[*demand as usize]).collect(),
            covers: ids.iter().map(cover).collect(),
            covered_by: Vec::new(),
            costs: ids.iter().map(|id| self.costs[*id as usize]).collect(),
            groups,
            members,
            settled: self.settled + settled.iter().enumerate().map(weight).sum::<u64>(),
            ids,
            origin: renamed,
        };
        (left, demands)
    }

    /// Splits the problem into independent ones: no two of them share a demand or a group.
    pub(crate) fn parts(&self) -> Vec<Self> {
        let mut joined = UnionFind::new(self.covers.len());
        for together in self.covered_by.iter().chain(&self.members) {
            together.windows(2).for_each(|pair| joined.join(pair[0], pair[1]));
        }
        let mut options: Vec<(u32, u32)> = (0..self.covers.len() as u32).map(|o| (joined.group(o), o)).collect();
        options.sort_unstable();
        options.chunk_by(|a, b| a.0 == b.0).map(|part| self.part(part)).collect()
    }

    fn part(&self, options: &[(u32, u32)]) -> Self {
        let mut fixed = vec![Fixed::Out; self.covers.len()];
        options.iter().for_each(|(_, option)| fixed[*option as usize] = Fixed::Open);
        self.core(&fixed)
    }

    /// The caller's numbers of the options.
    pub(crate) fn named(&self, options: impl IntoIterator<Item = u32>) -> Vec<u32> {
        options.into_iter().map(|option| self.ids[option as usize]).collect()
    }

    /// The numbers here of the options the caller names, where they are still there.
    pub(crate) fn numbers(&self, named: &[u32]) -> Vec<u32> {
        named.iter().filter_map(|id| self.ids.binary_search(id).ok()).map(|option| option as u32).collect()
    }

    /// Weight of all demands left.
    pub(crate) fn open(&self) -> u64 {
        self.weights.iter().sum()
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
        // The group of a required option excludes no other option any more: it becomes a group of its own.
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
            origin: (0..covering.weights.len() as u32).collect(),
        };
        reduced.transpose();
        reduced
    }

    /// Sets what follows from `covers` and `groups`.
    pub(crate) fn transpose(&mut self) {
        self.covered_by = vec![Vec::new(); self.weights.len()];
        self.members = vec![Vec::new(); self.groups.iter().max().map_or(0, |group| *group as usize + 1)];
        for (option, (cover, group)) in self.covers.iter().zip(&self.groups).enumerate() {
            self.members[*group as usize].push(option as u32);
            cover.iter().for_each(|demand| self.covered_by[*demand as usize].push(option as u32));
        }
    }
}

/// Whether no required option takes the place of this one.
fn may_be_chosen(covering: &Covering, option: u32) -> bool {
    let group = covering.group_of(option);
    covering.required.contains(&option) || covering.required.iter().all(|other| covering.group_of(*other) != group)
}
