//! Demands, options, and which option covers which demand.

/// Which demands each option covers. Weights must sum up to less than 2⁵³.
///
/// ```
/// use fireplan_location::Covering;
/// let covering = Covering { weights: vec![5, 3, 2], covers: vec![vec![0, 1], vec![1, 2]], ..Covering::default() };
/// assert_eq!(covering.covered(&[0]), 8);
/// assert_eq!(covering.covered(&[0, 1]), covering.total());
/// assert_eq!(covering.backed_up(&[0, 1]), 3);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Covering {
    /// Of each demand.
    pub weights: Vec<u64>,
    /// Of each option, the demands it covers, ascending.
    pub covers: Vec<Vec<u32>>,
    /// Of each option; one that is missing is 1, so that an empty list counts options.
    pub costs: Vec<u64>,
    /// Of each option: at most one of a group is chosen. One that is missing is alone.
    pub groups: Vec<u32>,
    /// Options that are always chosen and cost nothing; no other of their groups is.
    pub required: Vec<u32>,
}

impl Covering {
    /// Weight of all demands.
    pub fn total(&self) -> u64 {
        self.weights.iter().sum()
    }

    /// Weight of the demands that one of the chosen options covers.
    pub fn covered(&self, chosen: &[u32]) -> u64 {
        self.covered_times(chosen, 1)
    }

    /// Weight of the demands that two or more of the chosen options cover.
    pub fn backed_up(&self, chosen: &[u32]) -> u64 {
        self.covered_times(chosen, 2)
    }

    /// What the chosen options cost beside the required ones.
    pub fn cost(&self, chosen: &[u32]) -> u64 {
        chosen.iter().filter(|option| !self.required.contains(option)).map(|option| self.cost_of(*option)).sum()
    }

    fn covered_times(&self, chosen: &[u32], times: u32) -> u64 {
        let mut count = vec![0_u32; self.weights.len()];
        for demand in chosen.iter().filter_map(|option| self.covers.get(*option as usize)).flatten() {
            if let Some(count) = count.get_mut(*demand as usize) {
                *count += 1;
            }
        }
        self.weights.iter().zip(count).filter(|(_, count)| *count >= times).map(|(weight, _)| weight).sum()
    }

    pub(super) fn cost_of(&self, option: u32) -> u64 {
        self.costs.get(option as usize).copied().unwrap_or(1)
    }

    /// Options of equal group are one group; those beyond the list are alone.
    pub(super) fn group_of(&self, option: u32) -> u64 {
        self.groups.get(option as usize).map_or((1 << 32) + u64::from(option), |group| u64::from(*group))
    }
}

/// Asked for more than can be covered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("有 {count} 处需求不被任何站址覆盖，最多能覆盖 {most} | {count} demands are covered by no option; at most {most} of the weight asked for can be covered", count = .unreached.len(), most = .most.bound)]
pub struct OutOfReach {
    /// Demands that no option covers, ascending.
    pub unreached: Vec<u32>,
    /// The plan that covers the most; no plan covers more than its bound. Where that is not below what was asked for,
    /// the search was stopped before it could tell.
    pub most: super::Plan,
}
