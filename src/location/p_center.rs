//! Least longest time: the p-center (Hakimi 1964).
//!
//! > min r  subject to  Σⱼ xⱼ ≥ 1 over the options j within r of i, for every demand i,  Σ xⱼ ≤ p,  xⱼ ∈ {0, 1}
//!
//! For given demands the least r is found by bisecting the times; whether `p` options cover all within a time is a set cover
//! (Minieka 1970). Few demands decide: the problem is solved for some of them, which bounds the whole from below, and those
//! that its plan serves worst are added until they are served as well (Chen and Chen 2009; Contardo, Iori and Kramer 2019).
//! The first of them are far from each other (Gonzalez 1985).

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::least_cost::few_cover_all;
use super::{Covering, Ended, Plan, SearchLimits, Serving, ServingTimes, Unserved};

/// How often a plan is moved towards the demands it serves worst before it is asked again which options are best.
const MOVES: usize = 3;
/// Demands added at once at most.
const MOST_ADDED: usize = 64;
/// With no more demands than this, all are taken at once.
const FEW: usize = 200;
/// The first stride from the bound is the way to the plan in so many parts.
const STRIDES: u32 = 128;

/// The `p` options beside the required ones for which the longest time to the nearest chosen option is least. Weights do not
/// matter.
///
/// ```
/// use fireplan_location::{Serving, SearchLimits, p_center};
/// // Demands at 0, 1 and 10 on a line, options at 0, 1, 5 and 10.
/// let times = vec![0, 1, 5, 10, 1, 0, 4, 9, 10, 9, 5, 0];
/// let serving = Serving { weights: vec![1, 1, 1], times, options: 4, required: vec![] };
/// let plan = p_center(&serving, 1, &SearchLimits::patient()).unwrap();
/// assert_eq!((plan.chosen, plan.value), (vec![2], 5));
/// assert_eq!(p_center(&serving, 2, &SearchLimits::patient()).unwrap().value, 1);
/// ```
pub fn p_center(serving: &dyn ServingTimes, p: usize, search_limits: &SearchLimits) -> Result<Plan, Unserved> {
    let unreached = serving.unreached();
    if !unreached.is_empty() {
        return Err(Unserved::ByNone(unreached));
    }
    if serving.weights().is_empty() {
        return Ok(Plan::new(serving.required().to_vec(), 0, 0, Ended::Proven));
    }
    let (mut sample, start) = Sample::new(serving, p);
    let mut best = Plan::new(Vec::new(), u64::MAX, 0, Ended::Proven);
    if let Some(value) = serving.longest(&start) {
        (best.value, best.chosen) = (u64::from(value), start);
    }
    loop {
        let some = sample.solve(&best, search_limits)?;
        let mut chosen = some.chosen;
        for _ in 0..MOVES {
            let worst = sample.serve_worst(&chosen);
            let longest = worst.first().map_or(0, |(time, _)| u64::from(*time));
            if longest < best.value.min(u64::from(Serving::UNREACHED)) {
                (best.value, best.chosen) = (longest, chosen.clone());
            }
            // Moved to where those served worst are served better, the plan shows which others decide.
            sample.add(&worst, some.value);
            chosen = sample.recentre(&chosen);
        }
        best.bound = best.bound.max(some.bound).min(best.value);
        (search_limits.on_progress)(best.value, best.bound);
        let ended = if some.ended == Ended::Proven { search_limits.stopped() } else { Some(some.ended) };
        if let Some(ended) = ended.or((best.value == best.bound).then_some(Ended::Proven)) {
            return Ok(if best.value == u64::MAX {
                sample.any_plan(best.bound, ended, search_limits)?
            } else {
                Plan::new(best.chosen, best.value, best.bound, ended)
            });
        }
    }
}

/// Some of the demands.
struct Sample<'a> {
    serving: &'a dyn ServingTimes,
    p: usize,
    /// Of each demand, whether it is among them.
    is_taken: Vec<bool>,
    /// Of each of them, the times to all options.
    rows: Vec<Cow<'a, [u32]>>,
}

impl<'a> Sample<'a> {
    /// All demands if they are few; else some far from each other. Also gives a plan for all demands.
    fn new(serving: &'a dyn ServingTimes, p: usize) -> (Self, Vec<u32>) {
        let count = serving.weights().len();
        let mut sample = Self { serving, p, is_taken: vec![false; count], rows: Vec::new() };
        let mut nearest: Vec<u32> = (0..count)
            .map(|demand| serving.nearest(demand, serving.required()).unwrap_or(Serving::UNREACHED))
            .collect();
        let mut plan = serving.required().to_vec();
        for taken in 0..(3 * p).clamp(FEW / 8, 2 * FEW).min(count) {
            // The demand that is served worst by the options nearest to those taken before.
            let others = (0..count).filter(|demand| !sample.is_taken[*demand]);
            let Some(worst) = others.max_by_key(|demand| (nearest[*demand], Reverse(*demand))) else { break };
            sample.push(worst as u32);
            let row = &sample.rows[taken];
            let own = (0..row.len()).min_by_key(|option| row[*option]).unwrap_or(0) as u32;
            if taken < p {
                plan.push(own);
            }
            for (demand, nearest) in nearest.iter_mut().enumerate() {
                *nearest = (*nearest).min(serving.time(demand, own));
            }
        }
        if count <= FEW {
            (0..count as u32).for_each(|demand| sample.push(demand));
        }
        (sample, plan)
    }

    fn push(&mut self, demand: u32) {
        if !std::mem::replace(&mut self.is_taken[demand as usize], true) {
            self.rows.push(self.serving.times_of(demand as usize));
        }
    }

    /// Of the demands that have the same nearest and the same second nearest option of the plan, the one served worst; the worst
    /// first: time and demand. They lie around each option on all sides.
    fn serve_worst(&self, chosen: &[u32]) -> Vec<(u32, u32)> {
        let mut worst: BTreeMap<(u32, u32), (u32, Reverse<u32>)> = BTreeMap::new();
        for demand in 0..self.serving.weights().len() {
            let mut nearest = [(Serving::UNREACHED, u32::MAX); 2];
            for option in chosen {
                let own = (self.serving.time(demand, *option), *option);
                if own < nearest[1] {
                    nearest = if own < nearest[0] { [own, nearest[0]] } else { [nearest[0], own] };
                }
            }
            let own = (nearest[0].0, Reverse(demand as u32));
            let of_both = worst.entry((nearest[0].1, nearest[1].1)).or_insert(own);
            *of_both = own.max(*of_both);
        }
        let mut worst: Vec<(u32, u32)> = worst.into_values().map(|(time, Reverse(demand))| (time, demand)).collect();
        worst.sort_unstable_by_key(|(time, demand)| (Reverse(*time), *demand));
        worst
    }

    /// Adds the worst of those that are served worse than in the time found for the sample.
    fn add(&mut self, worst: &[(u32, u32)], time: u64) {
        let worse = worst.iter().filter(|(own, _)| u64::from(*own) > time);
        worse.take(MOST_ADDED).for_each(|(_, demand)| self.push(*demand));
    }

    /// The best plan for the sample, where the best one known for all demands has a bound.
    fn solve(&self, known: &Plan, search_limits: &SearchLimits) -> Result<Plan, Unserved> {
        let mut plan = known.chosen.clone();
        if known.value == u64::MAX {
            let cover = self.cover_within(Serving::UNREACHED - 1, search_limits);
            if cover.value > self.p as u64 {
                return Err(Unserved::ByFew(cover.bound));
            }
            plan = cover.chosen;
        }
        let mut low = self.least_from(known.bound);
        let mut high = self.longest(&plan).max(low);
        let mut ended = Ended::Proven;
        // A sample's best time hardly rises with the demands added last: from the bound on, strides are doubled until a plan is
        // found; then what is left is bisected, as it is for the first sample.
        let (mut stride, mut is_near) = (0, known.bound == 0);
        while low < high {
            let middle = if is_near { low + (high - low) / 2 } else { (low + stride).min(high - 1) };
            let cover = self.cover_within(middle, search_limits);
            if cover.value <= self.p as u64 {
                // What a plan needs is often a good deal less than what it was asked for.
                high = self.longest(&cover.chosen).clamp(low, middle);
                (plan, is_near) = (cover.chosen, true);
            } else if cover.bound > self.p as u64 {
                low = self.least_from(u64::from(middle) + 1).min(high);
                stride = (2 * stride).max((high - low) / STRIDES);
            } else {
                ended = cover.ended;
                break;
            }
        }
        let plan = self.recentre(&self.recentre(&plan));
        Ok(Plan::new(plan, u64::from(high), u64::from(low), ended))
    }

    /// Each option moved to where the longest time to the demands of the sample that it serves is least; required ones stay.
    /// The plan then also serves demands between them well that are not in the sample.
    fn recentre(&self, chosen: &[u32]) -> Vec<u32> {
        let mut served = vec![Vec::new(); chosen.len()];
        for row in &self.rows {
            let times = chosen.iter().zip(0..).map(|(option, place)| (row.get(*option as usize), place));
            let nearest = times.filter(|(time, _)| time.is_some()).min();
            if let Some((_, place)) = nearest {
                served[place].push(row);
            }
        }
        let required = self.serving.required();
        let moved = chosen.iter().zip(&served).map(|(option, rows)| {
            if rows.is_empty() || required.contains(option) {
                return *option;
            }
            let mut longest = vec![0; self.serving.options()];
            for row in rows {
                // Times that are missing are not reached.
                let times = row.iter().copied().chain(std::iter::repeat(Serving::UNREACHED));
                longest.iter_mut().zip(times).for_each(|(longest, time)| *longest = time.max(*longest));
            }
            (0..)
                .zip(&longest)
                .min_by_key(|(option, longest)| (**longest, *option))
                .map_or(*option, |(option, _)| option)
        });
        moved.collect()
    }

    /// The least time of the sample that is no less than this, nor than any demand needs that has all options.
    fn least_from(&self, bound: u64) -> u32 {
        let nearest = self.rows.iter().filter_map(|row| row.iter().min());
        let least = nearest.copied().max().map_or(bound, |time| bound.max(u64::from(time)));
        let times = self.rows.iter().flat_map(|row| row.iter());
        times.copied().filter(|time| u64::from(*time) >= least).min().unwrap_or(0)
    }

    /// The longest that the plan needs for the sample.
    fn longest(&self, chosen: &[u32]) -> u32 {
        let time = |row: &Cow<[u32]>, option: u32| row.get(option as usize).copied().unwrap_or(Serving::UNREACHED);
        let nearest = |row: &Cow<[u32]>| chosen.iter().map(|option| time(row, *option)).min();
        self.rows.iter().map(|row| nearest(row).unwrap_or(Serving::UNREACHED)).max().unwrap_or(0)
    }

    /// A choice of few options that serve the sample within the time, the required ones among them; its value and bound count
    /// the others. It is the best once that tells whether it takes more than `p`.
    fn cover_within(&self, time: u32, search_limits: &SearchLimits) -> Plan {
        let required = self.serving.required();
        let is_settled = |row: &[u32]| required.iter().any(|o| row.get(*o as usize).is_some_and(|own| *own <= time));
        let rows: Vec<&[u32]> = self.rows.iter().map(Cow::as_ref).filter(|row| !is_settled(row)).collect();
        let (options, covers) = distinct_covers(&rows, self.serving.options(), time);
        let covering = Covering { weights: vec![1; rows.len()], covers, ..Covering::default() };
        let none = Plan { chosen: Vec::new(), value: u64::MAX, bound: u64::MAX, ended: Ended::Proven };
        let mut plan = few_cover_all(&covering, self.p as u64, &search_limits.quiet()).unwrap_or(none);
        plan.chosen = plan.chosen.iter().map(|at| options[*at as usize]).chain(required.iter().copied()).collect();
        plan
    }

    /// A plan that reaches every demand, where the search was ended before it found one.
    fn any_plan(&mut self, bound: u64, ended: Ended, search_limits: &SearchLimits) -> Result<Plan, Unserved> {
        (0..self.serving.weights().len() as u32).for_each(|demand| self.push(demand));
        let cover = self.cover_within(Serving::UNREACHED - 1, search_limits);
        if cover.value > self.p as u64 {
            return Err(Unserved::ByFew(cover.bound));
        }
        let value = self.serving.longest(&cover.chosen).map_or(u64::MAX, u64::from);
        Ok(Plan::new(cover.chosen, value, bound, ended))
    }
}

/// Which of the rows options cover within the time: of those that cover the same the first, with what they cover.
fn distinct_covers(rows: &[&[u32]], options: usize, time: u32) -> (Vec<u32>, Vec<Vec<u32>>) {
    let words = rows.len().div_ceil(64).max(1);
    let mut marks = vec![0_u64; options * words];
    for (at, row) in rows.iter().enumerate() {
        for (option, own) in row.iter().enumerate() {
            marks[option * words + at / 64] |= u64::from(*own <= time) << (at % 64);
        }
    }
    let marks_of = |option: u32| &marks[option as usize * words..][..words];
    let mut distinct: Vec<u32> = (0..options as u32).filter(|o| marks_of(*o).iter().any(|word| *word > 0)).collect();
    distinct.sort_unstable_by(|a, b| marks_of(*a).cmp(marks_of(*b)).then(a.cmp(b)));
    distinct.dedup_by(|next, first| marks_of(*next) == marks_of(*first));
    distinct.sort_unstable();
    let covered = |option: &u32| {
        let marks = marks_of(*option);
        (0..rows.len() as u32).filter(|at| marks[*at as usize / 64] >> (at % 64) & 1 == 1).collect()
    };
    let covers = distinct.iter().map(covered).collect();
    (distinct, covers)
}
