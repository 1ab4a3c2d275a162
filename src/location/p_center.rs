//! Least longest time: the p-center (Hakimi 1964).
//!
//! > min r  subject to  Σⱼ xⱼ ≥ 1 over the options j within r of i, for every demand i,  Σ xⱼ ≤ p,  xⱼ ∈ {0, 1}
//!
//! Whether `p` options cover all demands within a time is a set cover (Minieka 1970): a branch and bound of its own for few
//! options (`few_sets.rs`), HiGHS for many. Few demands decide (Chen and Chen 2009; Contardo, Iori and Kramer 2019): times
//! from the bound upwards are asked of some of them, the first far from each other (Gonzalez 1985). Where no `p` options cover
//! these, none cover all, and the bound rises; else those that the plan serves worst are added, until it serves all.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::few_sets::{Few, Marks, choose_few};
use super::least_cost::few_cover_all;
use super::{Covering, Ended, Plan, SearchLimits, Serving, ServingTimes, Unserved};

/// How often a plan is moved towards the demands it serves worst without serving the worst better.
const PATIENCE: usize = 3;
/// Demands added at once at most.
const MOST_ADDED: usize = 16;
/// With no more demands than this, all are taken at once.
const FEW: usize = 200;
/// The next time asked about lies above the bound by one of so many parts of the way to the plan.
const PARTS: u32 = 16;
/// With more options than this, HiGHS tells whether they cover.
const MOST_BRANCHED: usize = 30;

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
    sample.offer(start, &mut best);
    if best.value == u64::MAX {
        let cover = sample.cover_within(Serving::UNREACHED - 1, search_limits);
        if cover.value > p as u64 {
            return Err(Unserved::ByFew(cover.bound));
        }
        sample.improve(&cover.chosen, 0, &mut best);
    }
    let ended = sample.search(&mut best, search_limits);
    if best.value == u64::MAX {
        return sample.any_plan(best.bound, ended, search_limits);
    }
    Ok(Plan::new(best.chosen, best.value, best.bound, ended))
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

    /// Adds the worst of those that are served worse than in the time, and tells which.
    fn add(&mut self, worst: &[(u32, u32)], time: u32) -> Vec<u32> {
        let worse = worst.iter().filter(|(own, demand)| *own > time && !self.is_taken[*demand as usize]);
        let added: Vec<u32> = worse.take(MOST_ADDED).map(|(_, demand)| *demand).collect();
        added.iter().for_each(|demand| self.push(*demand));
        added
    }

    /// Raises the bound and betters the plan until they meet, or the limits of the search end it.
    fn search(&mut self, best: &mut Plan, search_limits: &SearchLimits) -> Ended {
        loop {
            let low = self.least_from(best.bound);
            best.bound = best.bound.max(u64::from(low)).min(best.value);
            (search_limits.on_progress)(best.value, best.bound);
            if best.value == best.bound {
                return Ended::Proven;
            }
            if let Some(ended) = search_limits.stopped() {
                return ended;
            }
            let high = u32::try_from(best.value).unwrap_or(Serving::UNREACHED);
            let time = (low + (high - low) / PARTS).min(high - 1);
            match self.choose_within(time, search_limits) {
                Few::Found(chosen) => self.improve(&chosen, time, best),
                Few::None => best.bound = u64::from(time) + 1,
                Few::Unknown(ended) => return ended,
            }
        }
    }

    /// Adds to the sample what the plan serves worse than in the time, and moves the plan to where it serves all demands better.
    fn improve(&mut self, chosen: &[u32], time: u32, best: &mut Plan) {
        let mut chosen = self.recentre(&self.recentre(chosen));
        let (mut least, mut stale, mut kept) = (u64::MAX, 0, None);
        let mut added = Vec::new();
        while stale < PATIENCE {
            let worst = self.serve_worst(&chosen);
            let longest = worst.first().map_or(0, |(time, _)| u64::from(*time));
            stale = if longest < least { 0 } else { stale + 1 };
            least = least.min(longest);
            if longest < best.value.min(u64::from(Serving::UNREACHED)) {
                (best.value, best.chosen) = (longest, chosen.clone());
            }
            // Moved to where those served worst are served better, the plan shows which others decide. Only the first of
            // them stay in the sample.
            added.extend(self.add(&worst, time));
            kept.get_or_insert(self.rows.len());
            chosen = self.recentre(&chosen);
        }
        let kept = kept.unwrap_or(0);
        added.iter().rev().take(self.rows.len() - kept).for_each(|demand| self.is_taken[*demand as usize] = false);
        self.rows.truncate(kept);
    }

    fn offer(&self, chosen: Vec<u32>, best: &mut Plan) {
        if let Some(value) = self.serving.longest(&chosen).map(u64::from).filter(|value| *value < best.value) {
            (best.value, best.chosen) = (value, chosen);
        }
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

    /// Up to `p` options that serve the sample within the time, and the required ones.
    fn choose_within(&self, time: u32, search_limits: &SearchLimits) -> Few {
        let p = self.p as u64;
        if self.p > MOST_BRANCHED {
            let cover = self.cover_within(time, search_limits);
            return match (cover.value <= p, cover.bound > p) {
                (true, _) => Few::Found(cover.chosen),
                (_, true) => Few::None,
                _ => Few::Unknown(cover.ended),
            };
        }
        let (options, marks, rows) = self.covers_within(time);
        let found = choose_few(rows, &marks, self.p, search_limits);
        let Few::Found(chosen) = found else { return found };
        let named = chosen.iter().map(|at| options[*at as usize]);
        Few::Found(named.chain(self.serving.required().iter().copied()).collect())
    }

    /// Which demands of the sample that no required option serves within the time the others do: of those that serve the same
    /// or less than another none. Also gives how many demands these are.
    fn covers_within(&self, time: u32) -> (Vec<u32>, Marks, usize) {
        let required = self.serving.required();
        let is_settled = |row: &[u32]| required.iter().any(|o| row.get(*o as usize).is_some_and(|own| *own <= time));
        let rows: Vec<&[u32]> = self.rows.iter().map(Cow::as_ref).filter(|row| !is_settled(row)).collect();
        let mut all = Marks::new(self.serving.options(), rows.len());
        for (at, row) in rows.iter().enumerate() {
            for (option, own) in row.iter().enumerate() {
                all.put(option, at, *own <= time);
            }
        }
        let options = all.undominated();
        let marks = all.only(&options);
        (options, marks, rows.len())
    }

    /// A choice of few options that serve the sample within the time, the required ones among them; its value and bound count
    /// the others. It is the best once that tells whether it takes more than `p`.
    fn cover_within(&self, time: u32, search_limits: &SearchLimits) -> Plan {
        let (options, marks, rows) = self.covers_within(time);
        let covers = (0..options.len() as u32).map(|at| marks.elements(at)).collect();
        let covering = Covering { weights: vec![1; rows], covers, ..Covering::default() };
        let required = self.serving.required();
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Times between points of a plane spread evenly without a pattern; every third is an option.
    fn plane(count: usize) -> Serving {
        let place = |at: usize| ((at as f64 * 0.618_034).fract() * 1e3, (at as f64 * 0.754_878).fract() * 1e3);
        let time = |demand: usize, option: usize| {
            let (a, b) = (place(demand), place(3 * option));
            (a.0 - b.0).hypot(a.1 - b.1) as u32
        };
        let options = count / 3;
        let times = (0..count).flat_map(|demand| (0..options).map(move |option| time(demand, option))).collect();
        Serving { weights: vec![1; count], times, options, required: vec![7] }
    }

    #[test]
    fn of_more_demands_than_the_sample_has_no_fewer_options_cover_all_sooner() {
        let serving = plane(2 * FEW);
        for p in [1, 3, 5] {
            let plan = p_center(&serving, p, &SearchLimits::patient()).unwrap();
            assert_eq!((plan.bound, serving.longest(&plan.chosen).map(u64::from)), (plan.value, Some(plan.value)));
            let covers = |option: u32| {
                let is_near = |demand: &u32| u64::from(serving.time(*demand as usize, option)) < plan.value;
                (0..serving.weights.len() as u32).filter(is_near).collect::<Vec<u32>>()
            };
            let covering = Covering {
                weights: vec![1; serving.weights.len()],
                covers: (0..serving.options as u32).map(covers).collect(),
                required: serving.required.clone(),
                ..Covering::default()
            };
            let cover = few_cover_all(&covering, p as u64, &SearchLimits::patient());
            assert!(cover.is_none_or(|cover| cover.bound > p as u64), "{p}");
        }
    }

    #[test]
    fn stopped_at_any_moment_it_has_a_plan_with_its_bound() {
        let serving = plane(2 * FEW);
        let best = p_center(&serving, 5, &SearchLimits::patient()).unwrap().value;
        for work in [0, 1, 100, 1_000] {
            let limits = SearchLimits { work, ..SearchLimits::patient() };
            let plan = p_center(&serving, 5, &limits).unwrap();
            assert!((plan.bound..=plan.value).contains(&best), "{plan:?}");
            assert_eq!(serving.longest(&plan.chosen).map(u64::from), Some(plan.value));
            assert_eq!(p_center(&serving, 5, &limits).unwrap(), plan);
        }
        let plan = p_center(&serving, 5, &SearchLimits { cancelled: &|| true, ..SearchLimits::patient() }).unwrap();
        assert!((plan.bound..=plan.value).contains(&best) && plan.ended == Ended::Cancelled, "{plan:?}");
    }
}
