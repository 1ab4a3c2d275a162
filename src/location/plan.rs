//! What a model answers: a choice, its value, and how good any choice could be at best.

/// Chosen options, their value, and a bound that no plan can beat: equal, and the choice is proven the best.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Ascending; the required options are among them.
    pub chosen: Vec<u32>,
    /// In the unit of the model: weight covered, cost, weight × time, or time.
    pub value: u64,
    /// At least the value of every plan where more is better, at most where less is better.
    pub bound: u64,
    /// Why the search ended.
    pub ended: Ended,
}

impl Plan {
    /// Whether no plan is better.
    pub fn is_proven(&self) -> bool {
        self.ended == Ended::Proven
    }

    /// How far the value may be from the best there is, as a share of the value: 0 where proven.
    ///
    /// ```
    /// use fireplan_location::{Ended, Plan};
    /// let plan = Plan { chosen: vec![2], value: 200, bound: 202, ended: Ended::TimeLimit };
    /// assert_eq!(plan.gap(), 0.01);
    /// ```
    pub fn gap(&self) -> f64 {
        if self.value == self.bound { 0.0 } else { self.value.abs_diff(self.bound) as f64 / self.value.max(1) as f64 }
    }

    /// The plan with its bound, proven if they are equal; else the search ended as told.
    pub(super) fn new(mut chosen: Vec<u32>, value: u64, bound: u64, ended: Ended) -> Self {
        chosen.sort_unstable();
        chosen.dedup();
        Self { chosen, value, bound, ended: if value == bound { Ended::Proven } else { ended } }
    }
}

/// Why a search stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Value and bound met.
    Proven,
    /// The work allowed was done.
    WorkLimit,
    /// The time was up.
    TimeLimit,
    /// It was cancelled.
    Cancelled,
}
