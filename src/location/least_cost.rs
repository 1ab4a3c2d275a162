//! Least cost, or fewest options, for a weight to be covered: the location set covering problem (Toregas, Swain, ReVelle and
//! Bergman 1971) where all is to be covered, the partial set cover where part of it is.
//!
//! > min Σ cⱼ xⱼ  subject to  yᵢ ≤ Σ xⱼ over the options j that cover i,  Σ wᵢ yᵢ ≥ target,  xⱼ ∈ {0, 1},  yᵢ ≤ 1

use std::cmp::Ordering;

use super::cost_dual::CostDual;
use super::descent::descend;
use super::exchange::Selection;
use super::incumbent::Incumbent;
use super::milp::{Goal, Solved};
use super::most_covered::most_covered;
use super::programme::{Programme, chosen};
use super::reduced::{Fixed, Reduced};
use super::{Covering, Ended, OutOfReach, Plan, SearchLimits};

/// The options that cover at least `target` of the weight (all of it: [`Covering::total`]) for the least cost.
///
/// ```
/// use fireplan_location::{Covering, SearchLimits, least_cost};
/// // The large one costs more than the two small ones that cover the same; the demand of weight 1 is in no one's reach.
/// let covers = vec![vec![0, 1], vec![2], vec![0, 1, 2]];
/// let covering = Covering { weights: vec![4, 3, 2, 1], covers, costs: vec![2, 2, 5], ..Covering::default() };
/// assert_eq!(least_cost(&covering, 9, &SearchLimits::patient()).unwrap().chosen, [0, 1]);
/// let out_of_reach = least_cost(&covering, 10, &SearchLimits::patient()).unwrap_err();
/// assert_eq!((out_of_reach.unreached, out_of_reach.most.bound), (vec![3], 9));
/// ```
pub fn least_cost(covering: &Covering, target: u64, search_limits: &SearchLimits) -> Result<Plan, OutOfReach> {
    let reduced = Reduced::new(covering);
    let plan = match target.cmp(&(reduced.settled + reduced.open())) {
        Ordering::Greater => None,
        Ordering::Equal => cover_whole(reduced, search_limits),
        Ordering::Less => search(&reduced, target.saturating_sub(reduced.settled), None, search_limits),
    };
    let mut plan = plan.ok_or_else(|| out_of_reach(covering, u64::MAX, search_limits))?;
    plan.chosen.extend(&covering.required);
    Ok(Plan::new(plan.chosen, plan.value, plan.bound, plan.ended))
}

/// Searches until it is known whether `enough` options beside the required ones cover all demands: the value or the bound of
/// the plan then says so.
pub(super) fn few_cover_all(covering: &Covering, enough: u64, search_limits: &SearchLimits) -> Option<Plan> {
    let mut reduced = Reduced::new(covering);
    if reduced.settled + reduced.open() < covering.total() {
        return None;
    }
    reduced.drop_implied_demands();
    let open = reduced.open();
    search(&reduced, open, Some(enough), search_limits)
}

/// Covers all demands; what shares no option and no group is solved apart.
fn cover_whole(mut reduced: Reduced, search_limits: &SearchLimits) -> Option<Plan> {
    reduced.drop_implied_demands();
    let mut parts = reduced.parts();
    // The largest has all the time that the others left.
    parts.sort_by_key(|part| part.covers.len());
    let mut whole = Plan { chosen: Vec::new(), value: 0, bound: 0, ended: Ended::Proven };
    for (done, part) in parts.iter().enumerate() {
        let quiet = search_limits.share(parts.len() - done).quiet();
        let plan = search(part, part.open(), None, if parts.len() > 1 { &quiet } else { search_limits })?;
        whole.chosen.extend(plan.chosen);
        whole.value += plan.value;
        whole.bound += plan.bound;
        if plan.ended != Ended::Proven {
            whole.ended = plan.ended;
        }
    }
    (search_limits.on_progress)(whole.value, whole.bound);
    Some(whole)
}

/// What can be covered instead, with so much room.
pub(super) fn out_of_reach(covering: &Covering, room: u64, search_limits: &SearchLimits) -> OutOfReach {
    let mut reached = vec![false; covering.weights.len()];
    for demand in covering.covers.iter().flatten() {
        if let Some(reached) = reached.get_mut(*demand as usize) {
            *reached = true;
        }
    }
    let unreached = (0..reached.len() as u32).filter(|demand| !reached[*demand as usize]).collect();
    OutOfReach { unreached, most: most_covered(covering, room, &search_limits.quiet()) }
}

/// Covers at least `open` of the weight; `None` where nothing was found that does. Goes on until it is proven that no plan
/// costs less, or whether one costs as little as `enough`.
fn search(reduced: &Reduced, open: u64, enough: Option<u64>, search_limits: &SearchLimits) -> Option<Plan> {
    let all: u64 = reduced.costs.iter().sum();
    let mut choice = Selection::empty(reduced, all);
    choice.fill(open);
    choice.prune(open);
    let known = if choice.value >= open { choice.cost() } else { all + 1 };
    let mut incumbent =
        Incumbent { enough, ..Incumbent::new(Goal::Least, search_limits, reduced.named(choice.chosen), known, 0) };
    let mut ended = Ended::Proven;
    if !incumbent.is_optimal() {
        let dual = CostDual::new(reduced, open);
        let prices = descend(&dual, dual.first_prices(), &mut incumbent);
        ended = search_limits.stopped().unwrap_or(Ended::Proven);
        if !incumbent.is_optimal() && ended == Ended::Proven {
            ended = finish(reduced, open, &dual.fix(&prices, incumbent.value), &mut incumbent);
        }
    }
    (incumbent.value <= all).then(|| incumbent.into_plan(ended))
}

/// Seeks a cheaper plan among those the bounds leave open.
fn finish(reduced: &Reduced, open: u64, fixed: &[Fixed], incumbent: &mut Incumbent) -> Ended {
    let taken: Vec<u32> = (0..fixed.len() as u32).filter(|option| fixed[*option as usize] == Fixed::In).collect();
    let cost: u64 = taken.iter().map(|option| reduced.costs[*option as usize]).sum();
    let core = reduced.core(fixed);
    let open = open.saturating_sub(core.settled - reduced.settled);
    let solved = solve(&core, open, cost, incumbent);
    let Some(solved) = solved else {
        // Every option is decided: the plan follows.
        if open == 0 {
            incumbent.offer(reduced.named(taken), cost);
        }
        incumbent.bound_by(incumbent.value);
        return Ended::Proven;
    };
    if let Some(columns) = &solved.columns {
        let mut found = Selection::of_options(&core, core.costs.iter().sum(), &chosen(columns, core.covers.len()));
        found.prune(open);
        if found.value >= open {
            let cost = cost + found.cost();
            incumbent.offer(core.named(found.chosen).into_iter().chain(reduced.named(taken)), cost);
        }
    }
    incumbent.absorb(&solved);
    solved.ended
}

/// `None` where there is nothing to solve.
fn solve(core: &Reduced, open: u64, cost: u64, incumbent: &Incumbent) -> Option<Solved> {
    if core.covers.is_empty() || open == 0 {
        return None;
    }
    let mut programme = Programme::new(core, Goal::Least, cost);
    let options = programme.add_options(|option| core.costs[option]);
    let demands = programme.add_demands(&options, |_| 0);
    programme.ask_for(&demands, open);
    programme.milp.enough = incumbent.enough;
    Some(incumbent.solve(programme.milp, None))
}
