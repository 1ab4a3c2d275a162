//! What makes a covering problem smaller and keeps a best plan.
//!
//! 1. Demands covered by the same options are one, with their weights summed.
//! 2. An option whose demands another covers for no more cost is not needed, if the other can always take its place: it
//!    is alone in its group or of the same group (Garfinkel and Nemhauser 1972, for set cover).
//! 3. Where all must be covered, a demand is not needed that is covered whenever another is.

use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;

use super::reduced::{NOWHERE, Reduced};

/// Rounds of merging and dropping; each is worth less than the one before.
const ROUNDS: usize = 3;

impl Reduced {
    /// Merges like demands and drops options that are never needed.
    pub(crate) fn reduce(&mut self) {
        for _ in 0..ROUNDS {
            let before = (self.weights.len(), self.covers.len());
            self.merge_demands();
            self.drop_dominated();
            if (self.weights.len(), self.covers.len()) == before {
                break;
            }
        }
    }

    /// Where all demands must be covered: drops those that are covered whenever another is, and weighs the rest alike.
    pub(crate) fn drop_implied_demands(&mut self) {
        for _ in 0..ROUNDS {
            let before = (self.weights.len(), self.covers.len());
            let open = 0..self.weights.len() as u32;
            let kept: Vec<(u32, u64)> =
                open.filter(|demand| !self.is_implied(*demand)).map(|demand| (demand, 1)).collect();
            self.keep_demands(&kept);
            self.drop_dominated();
            if (self.weights.len(), self.covers.len()) == before {
                break;
            }
        }
    }

    /// Whether all options that cover some other demand cover this one.
    fn is_implied(&self, demand: u32) -> bool {
        let by = &self.covered_by[demand as usize];
        let mut neighbours = by.iter().flat_map(|option| &self.covers[*option as usize]);
        neighbours.any(|other| {
            let fewer = &self.covered_by[*other as usize];
            (fewer.len(), *other) < (by.len(), demand) && includes(by, fewer)
        })
    }

    /// Makes one of the demands covered by the same options, and drops those covered by none or of no weight.
    pub(crate) fn merge_demands(&mut self) {
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
        let mut first: Vec<u32> = (0..self.weights.len() as u32).collect();
        for same in order.chunk_by(|a, b| a.0 == b.0 && by(a.1) == by(b.1)) {
            same.iter().for_each(|(_, demand)| first[*demand as usize] = same[0].1);
        }
        let mut merged: Vec<(u32, u64)> = order
            .chunk_by(|a, b| a.0 == b.0 && by(a.1) == by(b.1))
            .map(|same| (same[0].1, same.iter().map(|(_, demand)| self.weights[*demand as usize]).sum()))
            .collect();
        merged.sort_unstable();
        for demand in self.origin.iter_mut().filter(|demand| **demand != NOWHERE) {
            *demand = first[*demand as usize];
        }
        self.keep_demands(&merged);
    }

    /// Keeps these demands, ascending, with these weights.
    fn keep_demands(&mut self, kept: &[(u32, u64)]) {
        let mut renamed = vec![NOWHERE; self.weights.len()];
        for (new, (old, _)) in kept.iter().enumerate() {
            renamed[*old as usize] = new as u32;
        }
        for cover in &mut self.covers {
            cover.iter_mut().for_each(|demand| *demand = renamed[*demand as usize]);
            cover.retain(|demand| *demand != NOWHERE);
        }
        for demand in self.origin.iter_mut().filter(|demand| **demand != NOWHERE) {
            *demand = renamed[*demand as usize];
        }
        self.weights = kept.iter().map(|(_, weight)| *weight).collect();
        self.transpose();
    }

    fn drop_dominated(&mut self) {
        let needed =
            (0..self.covers.len()).into_par_iter().map(|option| !self.is_dominated(option)).collect::<Vec<bool>>();
        self.keep_options(&needed);
    }

    fn is_dominated(&self, option: usize) -> bool {
        let cover = &self.covers[option];
        // Whatever covers as much has the rarest demand.
        let Some(rarest) = cover.iter().min_by_key(|demand| self.covered_by[**demand as usize].len()) else {
            return true;
        };
        self.covered_by[*rarest as usize].iter().map(|other| *other as usize).any(|other| {
            let rank = |option: usize| (self.covers[option].len(), Reverse(self.costs[option]), Reverse(option));
            rank(other) > rank(option)
                && self.costs[other] <= self.costs[option]
                && self.may_replace(other, option)
                && includes(&self.covers[other], cover)
        })
    }

    fn may_replace(&self, other: usize, option: usize) -> bool {
        let group = self.groups[other];
        group == self.groups[option] || self.members[group as usize].len() == 1
    }

    pub(crate) fn keep_options(&mut self, kept: &[bool]) {
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

/// Whether the larger of two ascending lists has all of the smaller.
fn includes(larger: &[u32], smaller: &[u32]) -> bool {
    let mut rest = larger.iter();
    smaller.len() <= larger.len() && smaller.iter().all(|wanted| rest.find(|found| *found >= wanted) == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Covering;

    fn reduced(covers: &[&[u32]], costs: &[u64], groups: &[u32]) -> Reduced {
        let covers = covers.iter().map(|cover| cover.to_vec()).collect();
        let (costs, groups) = (costs.to_vec(), groups.to_vec());
        Reduced::new(&Covering { weights: vec![1, 2, 4, 8], covers, costs, groups, required: vec![] })
    }

    #[test]
    fn demands_of_the_same_options_are_one() {
        let reduced = reduced(&[&[0, 1, 2], &[2, 3]], &[], &[]);
        assert_eq!(reduced.weights, [3, 4, 8]);
        assert_eq!(reduced.covers, [vec![0, 1], vec![1, 2]]);
    }

    #[test]
    fn the_cheaper_of_two_that_cover_the_same_is_kept() {
        assert_eq!(reduced(&[&[0, 1], &[0, 1]], &[3, 2], &[]).ids, [1]);
        assert_eq!(reduced(&[&[0, 1], &[0, 1]], &[], &[]).ids, [0]);
    }

    #[test]
    fn the_larger_is_no_substitute_if_it_costs_more_or_its_place_may_be_taken() {
        assert_eq!(reduced(&[&[0], &[0, 1]], &[1, 2], &[]).ids, [0, 1]);
        assert_eq!(reduced(&[&[0], &[0, 1], &[3]], &[], &[0, 1, 1]).ids, [0, 1, 2]);
        assert_eq!(reduced(&[&[0], &[0, 1], &[3]], &[], &[1, 1, 0]).ids, [1, 2]);
    }

    #[test]
    fn a_demand_that_others_imply_need_not_be_asked_for() {
        let mut reduced = reduced(&[&[0, 1], &[0, 2], &[0, 3, 1]], &[1, 1, 9], &[]);
        // Whoever covers demand 2, of which only option 1 is capable, covers demand 0.
        reduced.drop_implied_demands();
        assert_eq!(reduced.open(), 2);
    }
}
