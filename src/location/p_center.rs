//! Least longest time: the p-center (Hakimi 1964).
//!
//! > min r  subject to  Σⱼ xⱼ ≥ 1 over the options j within r of i, for every demand i,  Σ xⱼ ≤ p,  xⱼ ∈ {0, 1}
//!
//! For given demands the least r is found by bisecting the distinct times; whether `p` options cover all within a time is a
//! set cover (Minieka 1970). Few demands decide: the problem is solved for some of them, which bounds the whole from below, and
//! those that its plan serves worst are added until they are served as well (Chen and Chen 2009; Contardo, Iori and Kramer
//! 2019).

use super::least_cost::few_cover_all;
use super::{Covering, Ended, Plan, SearchLimits, Serving, Unserved};

/// Of the demands of an option so many of those served worst are added at once.
const PARTS: usize = 6;
/// With no more demands than this, all are taken at once.
const FEW: usize = 200;

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
pub fn p_center(serving: &Serving, p: usize, search_limits: &SearchLimits) -> Result<Plan, Unserved> {
    let unreached = serving.unreached();
    if !unreached.is_empty() {
        return Err(Unserved::ByNone(unreached));
    }
    if serving.weights.is_empty() {
        return Ok(Plan::new(serving.required.clone(), 0, 0, Ended::Proven));
    }
    let mut sample = Sample::new(serving, p);
    let mut best = Plan::new(Vec::new(), u64::MAX, 0, Ended::Proven);
    loop {
        let some = sample.solve(best.bound, search_limits)?;
        let worst = sample.serve_worst(&some.chosen);
        let longest = worst.first().map_or(0, |(time, _)| u64::from(*time));
        if longest < best.value {
            (best.value, best.chosen) = (longest, some.chosen);
        }
        best.bound = best.bound.max(some.bound).min(best.value);
        (search_limits.on_progress)(best.value, best.bound);
        let ended = if some.ended == Ended::Proven { search_limits.stopped() } else { Some(some.ended) };
        if let Some(ended) = ended.or((best.value == best.bound).then_some(Ended::Proven)) {
            return Ok(if best.value == u64::from(Serving::UNREACHED) {
                sample.any_plan(best.bound, ended, search_limits)?
            } else {
                Plan::new(best.chosen, best.value, best.bound, ended)
            });
        }
        sample.add(&worst, some.value);
    }
}

/// Some of the demands.
struct Sample<'a> {
    serving: &'a Serving,
    p: usize,
    /// Ascending.
    demands: Vec<u32>,
}

impl<'a> Sample<'a> {
    /// All demands if they are few, else every so many-th.
    fn new(serving: &'a Serving, p: usize) -> Self {
        let count = serving.weights.len();
        let step = if count <= FEW { 1 } else { count.div_ceil((10 * p).clamp(FEW / 2, 2 * FEW)) };
        Self { serving, p, demands: (0..count as u32).step_by(step).collect() }
    }

    /// Of the demands served by each option of the plan some that are served worst, the worst first: time and demand.
    fn serve_worst(&self, chosen: &[u32]) -> Vec<(u32, u32)> {
        let mut worst = vec![(0, u32::MAX); (self.serving.options + 1) * PARTS];
        for demand in 0..self.serving.weights.len() {
            let times = self.serving.times_of(demand);
            let nearest = chosen
                .iter()
                .map(|option| (times.get(*option as usize).copied().unwrap_or(Serving::UNREACHED), *option))
                .min();
            let (time, option) = nearest
                .filter(|(time, _)| *time != Serving::UNREACHED)
                .unwrap_or((Serving::UNREACHED, self.serving.options as u32));
            let of_option = &mut worst[option as usize * PARTS + demand % PARTS];
            if of_option.1 == u32::MAX || time > of_option.0 {
                *of_option = (time, demand as u32);
            }
        }
        worst.retain(|(_, demand)| *demand != u32::MAX);
        worst.sort_unstable_by_key(|(time, demand)| (std::cmp::Reverse(*time), *demand));
        worst
    }

    /// Adds those that are served worse than in the time found for the sample.
    fn add(&mut self, worst: &[(u32, u32)], time: u64) {
        self.demands.extend(worst.iter().filter(|(own, _)| u64::from(*own) > time).map(|(_, demand)| *demand));
        self.demands.sort_unstable();
        self.demands.dedup();
    }

    /// The best plan for the sample, which needs no less time than `low`.
    fn solve(&self, low: u64, search_limits: &SearchLimits) -> Result<Plan, Unserved> {
        let rows = self.demands.iter().flat_map(|demand| self.serving.times_of(*demand as usize));
        let mut times: Vec<u32> = rows.copied().filter(|time| *time != Serving::UNREACHED).collect();
        times.sort_unstable();
        times.dedup();
        let at_least = times.partition_point(|time| u64::from(*time) < low).min(times.len() - 1);
        let (mut low, mut high) = (at_least, times.len() - 1);
        let mut best = self.cover_within(times[high], search_limits);
        if best.value > self.p as u64 {
            return Err(Unserved::ByFew(best.bound));
        }
        let mut ended = Ended::Proven;
        // What a plan needs is a time at hand: often a good deal less than what it was asked for.
        high = high.min(self.index_of(&best, &times)).max(low);
        while low < high {
            let middle = (low + high) / 2;
            let cover = self.cover_within(times[middle], search_limits);
            if cover.value <= self.p as u64 {
                high = self.index_of(&cover, &times).clamp(low, middle);
                best = cover;
            } else if cover.bound > self.p as u64 {
                low = middle + 1;
            } else {
                ended = cover.ended;
                break;
            }
        }
        Ok(Plan::new(best.chosen, u64::from(times[high]), u64::from(times[low]), ended))
    }

    /// Where among the times the longest is that the plan needs for the sample.
    fn index_of(&self, plan: &Plan, times: &[u32]) -> usize {
        let nearest = |demand: &u32| self.serving.nearest(*demand as usize, &plan.chosen).unwrap_or(u32::MAX);
        let longest = self.demands.iter().map(nearest).max().unwrap_or(0);
        times.partition_point(|time| *time < longest)
    }

    fn cover_within(&self, time: u32, search_limits: &SearchLimits) -> Plan {
        let mut covers = vec![Vec::new(); self.serving.options];
        for (row, demand) in (0..).zip(&self.demands) {
            for (option, own) in self.serving.times_of(*demand as usize).iter().enumerate() {
                if *own <= time {
                    covers[option].push(row);
                }
            }
        }
        let weights = vec![1; self.demands.len()];
        let required = self.serving.required.clone();
        let covering = Covering { weights, covers, required, ..Covering::default() };
        let none = Plan { chosen: Vec::new(), value: u64::MAX, bound: u64::MAX, ended: Ended::Proven };
        let mut plan = few_cover_all(&covering, self.p as u64, &search_limits.quiet()).unwrap_or(none);
        plan.chosen.extend(&self.serving.required);
        plan
    }

    /// A plan that reaches every demand, where the search was ended before it found one.
    fn any_plan(&mut self, bound: u64, ended: Ended, search_limits: &SearchLimits) -> Result<Plan, Unserved> {
        self.demands = (0..self.serving.weights.len() as u32).collect();
        let longest = self.serving.times.iter().copied().filter(|time| *time != Serving::UNREACHED).max().unwrap_or(0);
        let cover = self.cover_within(longest, search_limits);
        if cover.value > self.p as u64 {
            return Err(Unserved::ByFew(cover.bound));
        }
        let value = self.serving.longest(&cover.chosen).map_or(u64::MAX, u64::from);
        Ok(Plan::new(cover.chosen, value, bound, ended))
    }
}
