//! Demands, options, and how long it takes from each demand to each option.

/// Times from each demand to each option.
///
/// ```
/// use fireplan_location::Serving;
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

    /// Of the demand, the times to all options.
    pub fn times_of(&self, demand: usize) -> &[u32] {
        let all = self.times.get(demand * self.options..).unwrap_or_default();
        &all[..self.options.min(all.len())]
    }

    /// The least time from the demand to one of the chosen options, if one reaches it.
    pub fn nearest(&self, demand: usize, chosen: &[u32]) -> Option<u32> {
        let times = self.times_of(demand);
        let reached = chosen.iter().filter_map(|option| times.get(*option as usize)).copied();
        reached.filter(|time| *time != Self::UNREACHED).min()
    }

    /// Σ weight × time to the nearest chosen option, over the demands reached.
    pub fn total(&self, chosen: &[u32]) -> u64 {
        let nearest = |demand| u64::from(self.nearest(demand, chosen).unwrap_or(0));
        self.weights.iter().enumerate().map(|(demand, weight)| weight * nearest(demand)).sum()
    }

    /// The longest time to the nearest chosen option; `None` if a demand is not reached.
    pub fn longest(&self, chosen: &[u32]) -> Option<u32> {
        (0..self.weights.len())
            .map(|demand| self.nearest(demand, chosen))
            .try_fold(0, |most, time| Some(most.max(time?)))
    }

    /// Demands that no option reaches, ascending.
    pub fn unreached(&self) -> Vec<u32> {
        let reached = |demand: &u32| self.times_of(*demand as usize).iter().any(|time| *time != Self::UNREACHED);
        (0..self.weights.len() as u32).filter(|demand| !reached(demand)).collect()
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
