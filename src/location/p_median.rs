//! Least sum of weight × time: the p-median (Hakimi 1964; ReVelle and Swain 1970).
//!
//! > min Σ cᵢⱼ yᵢⱼ  subject to  Σⱼ yᵢⱼ = 1,  yᵢⱼ ≤ xⱼ,  Σ xⱼ ≤ p,  xⱼ ∈ {0, 1},  yᵢⱼ ≥ 0

use super::descent::{Pace, Prices, descend_at};
use super::incumbent::Incumbent;
use super::lists::Lists;
use super::median_dual::MedianDual;
use super::median_perturbation::perturb;
use super::median_tree::MedianTree;
use super::medians::Medians;
use super::milp::Goal;
use super::reduced::Fixed;
use super::{Ended, Plan, SearchLimits, ServingTimes, Unserved};

/// Beyond so many entries of lists, fewer steps of prices are made.
const LARGE: usize = 20_000_000;
const BRISK: Pace = Pace { far_steps: 60, steps: 900, near_stride: 0.2, least_stride: 2e-3, tries: true };

/// The `p` options beside the required ones for which Σ weight × time to the nearest chosen option is least.
///
/// Where options do not reach every demand, reaching more weight comes first: the value then includes, per weight not
/// reached, a charge above what all times together could save. [`ServingTimes::total()`] is the value without it.
///
/// ```
/// use fireplan_location::{Serving, SearchLimits, p_median};
/// // Demands at 0, 1 and 10 on a line, options at 0, 1 and 10.
/// let times = vec![0, 1, 10, 1, 0, 9, 10, 9, 0];
/// let serving = Serving { weights: vec![1, 1, 1], times, options: 3, required: vec![] };
/// assert_eq!(p_median(&serving, 1, &SearchLimits::patient()).unwrap().chosen, [1]);
/// assert_eq!(p_median(&serving, 2, &SearchLimits::patient()).unwrap().value, 1);
/// ```
pub fn p_median(serving: &dyn ServingTimes, p: usize, search_limits: &SearchLimits) -> Result<Plan, Unserved> {
    let mut plan = choose(&Lists::new(serving)?, p, search_limits);
    plan.chosen.extend(serving.required());
    Ok(Plan::new(plan.chosen, plan.value, plan.bound, plan.ended))
}

/// Chooses among the options of the lists; the required ones are not among them.
pub(super) fn choose(lists: &Lists, p: usize, search_limits: &SearchLimits) -> Plan {
    let mut medians = Medians::new(lists, &Medians::greedy(lists, p));
    let mut incumbent = Incumbent::new(
        Goal::Least,
        search_limits,
        medians.chosen.clone(),
        lists.value(&medians.chosen),
        lists.at_best(),
    );
    medians.improve(&|| search_limits.stopped().is_some());
    incumbent.offer(medians.chosen.iter().copied(), lists.value(&medians.chosen));
    let dual = MedianDual::new(lists, p);
    let pace = if lists.size() > LARGE { BRISK } else { Pace::THOROUGH };
    let prices = descend_at(pace, &dual, dual.first_prices(&medians), &mut incumbent);
    let ended = prove(lists, p, &dual, &prices, &mut incumbent);
    incumbent.into_plan(ended)
}

/// Looks for better plans among the options that the bounds leave open, then proves by branch and bound that none is left.
fn prove(lists: &Lists, p: usize, dual: &MedianDual, prices: &Prices, incumbent: &mut Incumbent) -> Ended {
    let ended = incumbent.search_limits.stopped();
    if incumbent.is_optimal() || ended.is_some() {
        return ended.unwrap_or(Ended::Proven);
    }
    let core = dual.fix(prices, incumbent.value);
    let (left, _) = lists.restrict(&core);
    let taken: Vec<u32> =
        (0..).zip(&core.options).filter(|(_, o)| **o == Fixed::In).map(|(option, _)| option).collect();
    let start: Vec<u32> = incumbent.chosen.iter().copied().filter(|option| !taken.contains(option)).collect();
    perturb(&left, &start, &taken, lists, incumbent);
    if lists.whole.is_some() {
        return Ended::WorkLimit;
    }
    MedianTree::new(lists, p, prices).search(incumbent)
}
