//! A p-median problem as lists: of each demand, the options that serve it better than what stands already, nearest first.

use rayon::prelude::*;

use super::median_dual::MedianCore;
use super::reduced::Fixed;
use super::{Serving, ServingTimes, Unserved};

/// Sums of costs stay below this, with room for the fractions of multipliers.
const LARGEST: u128 = 1 << 61;

/// Entries of all lists together at most: where there would be more, each list has only the nearest options.
const ENTRIES: usize = 60_000_000;

/// Demands that are alike are one; those of no weight, and those nothing new serves better, are left out.
///
/// A list may be cut short. The demand then costs, with nothing of its list chosen, what the first option cut off would cost:
/// never more than it really does. Bounds therefore hold; what plans cost is counted from all times.
pub(super) struct Lists<'a> {
    /// Where lists are cut short, all times.
    pub whole: Option<&'a dyn ServingTimes>,
    pub weights: Vec<u64>,
    /// Where each demand's list begins; one more than demands.
    starts: Vec<usize>,
    options: Vec<u32>,
    times: Vec<u32>,
    /// Of each demand, what it costs if nothing of its list is chosen: weight × time of the nearest required option, or the
    /// charge for not being reached.
    pub fallback: Vec<u64>,
    pub option_count: usize,
    /// Cost of the demands that nothing new serves better.
    pub settled: u64,
}

impl<'a> Lists<'a> {
    /// A demand that is not reached costs, per weight, more than all demands that are reached together.
    pub(crate) fn new(serving: &'a dyn ServingTimes) -> Result<Self, Unserved> {
        Self::with_entries(serving, ENTRIES)
    }

    /// With so many entries at most, if every option reaches every demand.
    pub(crate) fn with_entries(serving: &'a dyn ServingTimes, entries: usize) -> Result<Self, Unserved> {
        let count = serving.weights().len();
        let rows_of = |longest: usize| {
            (0..count).into_par_iter().map(|demand| ServingRow::of(serving, demand, longest)).collect()
        };
        let is_large = count.saturating_mul(serving.options()) > entries;
        let mut rows: Vec<ServingRow> = rows_of(if is_large { (entries / count.max(1)).max(1) } else { usize::MAX });
        let is_cut = is_large && rows.iter().all(|row| row.everywhere);
        if is_large && !is_cut {
            rows = rows_of(usize::MAX);
        }
        let charge = charge(&rows)?;
        rows.retain(|row| row.weight > 0);
        rows.sort_unstable_by(|a, b| (&a.list, a.fallback, a.demand).cmp(&(&b.list, b.fallback, b.demand)));
        let mut alike: Vec<&[ServingRow]> =
            rows.chunk_by(|a, b| a.list == b.list && a.fallback == b.fallback).collect();
        alike.sort_unstable_by_key(|rows| rows[0].demand);
        let mut lists = Self { whole: is_cut.then_some(serving), ..Self::empty(serving.options()) };
        for rows in alike {
            lists.push(rows, charge);
        }
        Ok(lists)
    }

    fn empty(option_count: usize) -> Self {
        Self {
            weights: Vec::new(),
            starts: vec![0],
            options: Vec::new(),
            times: Vec::new(),
            fallback: Vec::new(),
            option_count,
            settled: 0,
            whole: None,
        }
    }

    /// What is left once options are taken or out: a demand's list ends before the nearest option taken, and where the demand
    /// cannot cost more in a better plan. Also gives which demands are left. Options keep their numbers.
    pub(crate) fn restrict(&self, core: &MedianCore) -> (Self, Vec<u32>) {
        let mut left = Self { settled: self.settled, whole: self.whole, ..Self::empty(self.option_count) };
        let mut demands = Vec::new();
        for demand in 0..self.demands() {
            let range = self.starts[demand]..self.starts[demand + 1];
            let (weight, dearest) = (self.weights[demand], core.dearest[demand]);
            let (mut fallback, begin) = (self.fallback[demand], left.options.len());
            for (option, time) in self.options[range.clone()].iter().zip(&self.times[range]) {
                let cost = u64::from(*time) * weight;
                match core.options[*option as usize] {
                    Fixed::In => {
                        fallback = fallback.min(cost);
                        break;
                    }
                    Fixed::Open if cost <= dearest => {
                        left.options.push(*option);
                        left.times.push(*time);
                    }
                    _ => (),
                }
            }
            if left.options.len() == begin {
                left.settled += fallback;
                continue;
            }
            left.weights.push(weight);
            left.fallback.push(fallback);
            left.starts.push(left.options.len());
            demands.push(demand as u32);
        }
        (left, demands)
    }

    /// Options that are in some list, ascending.
    pub(crate) fn usable(&self) -> Vec<u32> {
        let mut is_usable = vec![false; self.option_count];
        self.options.iter().for_each(|option| is_usable[*option as usize] = true);
        (0..).zip(is_usable).filter(|(_, usable)| *usable).map(|(option, _)| option).collect()
    }

    /// Length of all lists together.
    pub(crate) fn size(&self) -> usize {
        self.options.len()
    }

    fn push(&mut self, rows: &[ServingRow], charge: u64) {
        let weight: u64 = rows.iter().map(|row| row.weight).sum();
        let list = &rows[0].list;
        let everywhere = list.len() == self.option_count;
        // Where every option reaches, being served is certain as soon as anything is chosen.
        let unserved = if everywhere { list.last().map_or(0, |(time, _)| u64::from(*time) + 1) } else { charge };
        let fallback = weight * rows[0].fallback.map_or(unserved, u64::from);
        if list.is_empty() {
            self.settled += fallback;
            return;
        }
        self.weights.push(weight);
        self.fallback.push(fallback);
        self.options.extend(list.iter().map(|(_, option)| *option));
        self.times.extend(list.iter().map(|(time, _)| *time));
        self.starts.push(self.options.len());
    }

    pub(crate) fn demands(&self) -> usize {
        self.weights.len()
    }

    /// The demand's options with their costs, the least cost first.
    pub(crate) fn of(&self, demand: usize) -> impl Iterator<Item = (u32, u64)> + '_ {
        let range = self.starts[demand]..self.starts[demand + 1];
        let weight = self.weights[demand];
        let times = self.times[range.clone()].iter().map(move |time| u64::from(*time) * weight);
        self.options[range].iter().copied().zip(times)
    }

    /// What the demand costs with the options that are marked.
    pub(crate) fn cost(&self, demand: usize, is_chosen: &[bool]) -> u64 {
        let first = self.of(demand).find(|(option, _)| is_chosen[*option as usize]);
        first.map_or(self.fallback[demand], |(_, cost)| cost)
    }

    /// What all demands cost with these options.
    pub(crate) fn value(&self, chosen: &[u32]) -> u64 {
        if let Some(serving) = self.whole {
            return serving.total(&[chosen, serving.required()].concat());
        }
        let mut is_chosen = vec![false; self.option_count];
        chosen.iter().for_each(|option| is_chosen[*option as usize] = true);
        self.settled + (0..self.demands()).map(|demand| self.cost(demand, &is_chosen)).sum::<u64>()
    }

    /// What all demands would cost were all options chosen: no plan costs less.
    pub(crate) fn at_best(&self) -> u64 {
        let least = |demand| self.of(demand).next().map_or(self.fallback[demand], |(_, cost)| cost);
        self.settled + (0..self.demands()).map(least).sum::<u64>()
    }
}

/// A demand before those alike are merged.
struct ServingRow {
    demand: usize,
    weight: u64,
    list: Vec<(u32, u32)>,
    /// Time of the nearest required option, or of the first option cut off.
    fallback: Option<u32>,
    /// The longest time to an option that reaches the demand, if any does.
    longest: Option<u32>,
    /// Whether every option reaches it.
    everywhere: bool,
    /// Whether a required option does.
    is_served: bool,
}

impl ServingRow {
    fn of(serving: &dyn ServingTimes, demand: usize, longest: usize) -> Self {
        let nearest = serving.nearest(demand, serving.required());
        let mut fallback = nearest;
        let times = serving.times_of(demand);
        let reached = times.iter().filter(|time| **time != Serving::UNREACHED);
        let (most, everywhere) = (reached.clone().max().copied(), reached.count() == serving.options());
        let better = |(time, _): &(u32, u32)| *time < fallback.unwrap_or(Serving::UNREACHED);
        let mut list: Vec<(u32, u32)> = times.iter().copied().zip(0..).filter(better).collect();
        if list.len() > longest {
            let (_, (cut, _), _) = list.select_nth_unstable(longest);
            fallback = Some(*cut);
            list.truncate(longest);
            list.shrink_to_fit();
        }
        list.sort_unstable();
        let (weight, is_served) = (serving.weights()[demand], nearest.is_some());
        Self { demand, weight, list, fallback, longest: most, everywhere, is_served }
    }
}

/// What a demand costs per weight that is not reached: one more than all demands together could cost that are.
fn charge(rows: &[ServingRow]) -> Result<u64, Unserved> {
    let unreached = rows.iter().filter(|row| row.longest.is_none()).map(|row| row.demand as u32);
    let unreached: Vec<u32> = unreached.collect();
    if !unreached.is_empty() {
        return Err(Unserved::ByNone(unreached));
    }
    let (mut most, mut may_be_charged) = (0_u128, 0_u128);
    for row in rows {
        most += u128::from(row.weight) * (u128::from(row.longest.unwrap_or(0)) + 1);
        if !row.everywhere && !row.is_served {
            may_be_charged += u128::from(row.weight);
        }
    }
    let charge = most + 1;
    if most + charge * may_be_charged >= LARGEST { Err(Unserved::TooLarge) } else { Ok(charge as u64) }
}
