//! Demands, options, and how long it takes from each demand to each option.

use std::borrow::Cow;

/// How long it takes from each demand to each option: from a table ([`Serving`]), or counted whenever it is asked for. (A table
/// of 100,000 × 100,000 times would take 40 GB.)
pub trait ServingTimes: Sync {
    /// Of each demand.
    fn weights(&self) -> &[u64];

    /// Number of options.
    fn options(&self) -> usize;

    /// The time from the demand to the option; [`Serving::UNREACHED`] where the option does not reach it.
    fn time(&self, demand: usize, option: u32) -> u32;

    /// Options that are always chosen.
    fn required(&self) -> &[u32] {
        &[]
    }

    /// Of the demand, the times to all options.
    fn times_of(&self, demand: usize) -> Cow<'_, [u32]> {
        (0..self.options() as u32).map(|option| self.time(demand, option)).collect()
    }

    /// The least time from the demand to one of the chosen options, if one reaches it.
    fn nearest(&self, demand: usize, chosen: &[u32]) -> Option<u32> {
        let times = chosen.iter().map(|option| self.time(demand, *option));
        times.min().filter(|time| *time != Serving::UNREACHED)
    }

    /// Σ weight × time to the nearest chosen option, over the demands reached.
    fn total(&self, chosen: &[u32]) -> u64 {
        let nearest = |demand| u64::from(self.nearest(demand, chosen).unwrap_or(0));
        self.weights().iter().enumerate().map(|(demand, weight)| weight * nearest(demand)).sum()
    }

    /// The longest time to the nearest chosen option; `None` if a demand is not reached.
    fn longest(&self, chosen: &[u32]) -> Option<u32> {
        (0..self.weights().len())
            .map(|demand| self.nearest(demand, chosen))
            .try_fold(0, |most, time| Some(most.max(time?)))
    }

    /// Demands that no option reaches, ascending.
    fn unreached(&self) -> Vec<u32> {
        let options = 0..self.options() as u32;
        let reached = |demand: &u32| options.clone().any(|o| self.time(*demand as usize, o) != Serving::UNREACHED);
        (0..self.weights().len() as u32).filter(|demand| !reached(demand)).collect()
    }
}

/// Times from each demand to each option, in a table.
///
/// ```
/// use fireplan_location::{Serving, ServingTimes};
/// let serving = Serving { weights: vec![10, 1], times: vec![3, 5, 9, 4], options: 2, required: vec![] };
/// assert_eq!(serving.nearest(0, &[0, 1]), Some(3));
/// assert_eq!(serving.total(&[0]), 39);
/// assert_eq!(serving.longest(&[0]), Some(9));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Serving {
    /// Of each demand.
    pub weights: Vec<u64>,
    /// Of each demand, the times to all options, one demand after the other; [`Serving::UNREACHED`] where an option does
    /// not reach. Times that are missing are not reached.
    pub times: Vec<u32>,
    /// Number of options.
    pub options: usize,
    /// Options that are always chosen.
    pub required: Vec<u32>,
}

impl Serving {
    /// Stands for the time of an option that does not reach the demand.
    pub const UNREACHED: u32 = u32::MAX;
}

impl ServingTimes for Serving {
    fn weights(&self) -> &[u64] {
        &self.weights
    }

    fn options(&self) -> usize {
        self.options
    }

    fn time(&self, demand: usize, option: u32) -> u32 {
        let own = (option as usize) < self.options;
        let time = self.times.get(demand * self.options + option as usize).filter(|_| own);
        time.copied().unwrap_or(Self::UNREACHED)
    }

    fn required(&self) -> &[u32] {
        &self.required
    }

    fn times_of(&self, demand: usize) -> Cow<'_, [u32]> {
        let all = self.times.get(demand * self.options..).unwrap_or_default();
        Cow::Borrowed(&all[..self.options.min(all.len())])
    }
}

/// Why there is no plan that serves every demand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unserved {
    /// No option reaches these demands.
    #[error("有 {count} 处需求从任何站址都到不了，请去掉 | {count} demands are reached by no option; leave them out", count = .0.len())]
    ByNone(Vec<u32>),
    /// So many options beside the required are needed at least.
    #[error(
        "站数太少，不能到达全部需求，至少需要 {0} 座 | not every demand can be reached with so few options: at least {0} are needed"
    )]
    ByFew(u64),
    /// The sum would not fit a whole number of 64 bits.
    #[error(
        "权重与时间的乘积过大，无法求和，请改用较大的单位 | weights × times are too large to sum up; take coarser units"
    )]
    TooLarge,
}
