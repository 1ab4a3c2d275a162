//! Most weight covered with a number or a budget: the maximal covering location problem (Church and ReVelle 1974).
//!
//! > max Σ wᵢ yᵢ  subject to  yᵢ ≤ Σ xⱼ over the options j that cover i,  Σ cⱼ xⱼ ≤ room,  xⱼ ∈ {0, 1},  yᵢ ≤ 1

use super::cover_dual::CoverDual;
use super::descent::descend;
use super::exchange::Selection;
use super::incumbent::Incumbent;
use super::milp::{Goal, Solved};
use super::programme::{Programme, chosen};
use super::reduced::{Fixed, Reduced};
use super::{Covering, Ended, Plan, SearchLimits};

/// The options that cover most weight, with costs that sum up to at most `room` (as many as `room`, where all costs are 1).
///
/// ```
/// use fireplan_location::{Covering, SearchLimits, most_covered};
/// // Greed takes the middle one first and covers 10; the two others cover 12.
/// let covers = vec![vec![0, 1, 2], vec![1, 2, 3, 4], vec![3, 4, 5]];
/// let plan = most_covered(&Covering { weights: vec![2; 6], covers, ..Covering::default() }, 2, &SearchLimits::patient());
/// assert_eq!((plan.chosen.as_slice(), plan.value, plan.bound), (&[0, 2][..], 12, 12));
/// ```
pub fn most_covered(covering: &Covering, room: u64, search_limits: &SearchLimits) -> Plan {
    let reduced = Reduced::new(covering);
    let (incumbent, ended) = search(&reduced, room, &[], search_limits);
    finish(covering, incumbent, ended)
}

/// The curve of weight covered against room: a plan for each room, in the order given. More room never covers less, and
/// never has a lower bound. Who listens hears of one room after the other, the least first.
pub fn by_room(covering: &Covering, rooms: &[u64], search_limits: &SearchLimits) -> Vec<Plan> {
    let reduced = Reduced::new(covering);
    let mut order: Vec<usize> = (0..rooms.len()).collect();
    order.sort_by_key(|at| rooms[*at]);
    let mut plans: Vec<(usize, Plan)> = Vec::with_capacity(rooms.len());
    let mut start: Vec<u32> = Vec::new();
    for (done, at) in order.iter().enumerate() {
        let search_limits = search_limits.share(order.len() - done);
        let (incumbent, ended) = search(&reduced, rooms[*at], &start, &search_limits);
        start.clone_from(&incumbent.chosen);
        plans.push((*at, finish(covering, incumbent, ended)));
    }
    // What no plan with more room covers, none with less does.
    let mut least = u64::MAX;
    for (_, plan) in plans.iter_mut().rev() {
        least = least.min(plan.bound);
        *plan = Plan::new(std::mem::take(&mut plan.chosen), plan.value, least, plan.ended);
    }
    plans.sort_by_key(|(at, _)| *at);
    plans.into_iter().map(|(_, plan)| plan).collect()
}

fn finish(covering: &Covering, mut incumbent: Incumbent, ended: Ended) -> Plan {
    incumbent.chosen.extend(&covering.required);
    incumbent.into_plan(ended)
}

/// Greed and exchange, then prices that bound what can be covered, then the exact solver on what these leave open. Options
/// have the caller's numbers.
fn search<'a>(
    reduced: &Reduced,
    room: u64,
    start: &[u32],
    search_limits: &'a SearchLimits<'a>,
) -> (Incumbent<'a>, Ended) {
    let room = room.min(reduced.costs.iter().sum());
    let mut choice = best_start(reduced, room, &reduced.numbers(start));
    let most = reduced.settled + reduced.open();
    let mut incumbent = Incumbent::new(
        Goal::Most,
        search_limits,
        reduced.named(choice.chosen.clone()),
        reduced.settled + choice.value,
        most,
    );
    choice.improve(&|| search_limits.stopped().is_some());
    incumbent.offer(reduced.named(choice.chosen.clone()), reduced.settled + choice.value);
    let dual = CoverDual::new(reduced, room);
    let prices = descend(&dual, dual.first_prices(), &mut incumbent);
    if incumbent.is_optimal() {
        return (incumbent, Ended::Proven);
    }
    if let Some(ended) = search_limits.stopped() {
        return (incumbent, ended);
    }
    let ended = finish_core(reduced, room, &dual.fix(&prices, incumbent.value), &mut incumbent);
    (incumbent, ended)
}

/// By greed from nothing or from the start, whichever covers more.
fn best_start<'a>(reduced: &'a Reduced, room: u64, start: &[u32]) -> Selection<'a> {
    let mut greedy = Selection::empty(reduced, room);
    greedy.fill(u64::MAX);
    let mut warm = Selection::of_options(reduced, room, start);
    warm.fill(u64::MAX);
    if warm.value > greedy.value { warm } else { greedy }
}

/// Seeks a better plan among those the bounds leave open.
fn finish_core(reduced: &Reduced, room: u64, fixed: &[Fixed], incumbent: &mut Incumbent) -> Ended {
    let taken: Vec<u32> = (0..fixed.len() as u32).filter(|option| fixed[*option as usize] == Fixed::In).collect();
    let cost: u64 = taken.iter().map(|option| reduced.costs[*option as usize]).sum();
    let Some(room) = room.checked_sub(cost) else {
        incumbent.bound_by(incumbent.value);
        return Ended::Proven;
    };
    let core = reduced.core(fixed);
    if core.covers.is_empty() {
        incumbent.offer(reduced.named(taken), core.settled);
        incumbent.bound_by(incumbent.value);
        return Ended::Proven;
    }
    let mut start = Selection::of_options(&core, room, &core.numbers(&incumbent.chosen));
    start.fill(u64::MAX);
    let solved = solve(&core, room, &start.chosen, incumbent);
    if let Some(columns) = &solved.columns {
        let found = Selection::of_options(&core, room, &chosen(columns, core.covers.len()));
        let options = core.named(found.chosen.iter().copied()).into_iter().chain(reduced.named(taken));
        incumbent.offer(options, core.settled + found.value);
    }
    incumbent.absorb(&solved);
    solved.ended
}

fn solve(core: &Reduced, room: u64, start: &[u32], incumbent: &Incumbent) -> Solved {
    let mut programme = Programme::new(core, Goal::Most, core.settled);
    let options = programme.add_options(|_| 0);
    let demands = programme.add_demands(&options, |demand| core.weights[demand]);
    programme.limit_cost(&options, room);
    if Selection::of_options(core, room, start).value + core.settled < incumbent.value {
        programme.ask_for(&demands, (incumbent.value + 1).saturating_sub(core.settled));
    }
    incumbent.solve(programme.milp, Some(&core.start(start)))
}
