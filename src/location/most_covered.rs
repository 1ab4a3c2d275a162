//! Most weight covered with a number or a budget: the maximal covering location problem (Church and ReVelle 1974).
//!
//! > max Σ wᵢ yᵢ  subject to  yᵢ ≤ Σ xⱼ over the options j that cover i,  Σ cⱼ xⱼ ≤ room,  xⱼ ∈ {0, 1},  yᵢ ≤ 1

use super::cover_dual::CoverDual;
use super::descent::descend;
use super::exchange::Choice;
use super::milp::{Goal, Solved};
use super::programme::{Programme, chosen};
use super::race::Race;
use super::reduced::{Fixed, Reduced};
use super::{Covering, Ended, Plan, Watch};

/// The options that cover most weight, with costs that sum up to at most `room` (as many as `room`, where all costs are 1).
///
/// ```
/// use fireplan::algorithms::location::{Covering, Watch, most_covered};
/// // Greed takes the middle one first and covers 10; the two others cover 12.
/// let covers = vec![vec![0, 1, 2], vec![1, 2, 3, 4], vec![3, 4, 5]];
/// let plan = most_covered(&Covering { weights: vec![2; 6], covers, ..Covering::default() }, 2, &Watch::patient());
/// assert_eq!((plan.chosen.as_slice(), plan.value, plan.bound), (&[0, 2][..], 12, 12));
/// ```
pub fn most_covered(covering: &Covering, room: u64, watch: &Watch) -> Plan {
    let reduced = Reduced::new(covering);
    let (race, ended) = search(&reduced, room, &[], watch);
    finish(covering, race, ended)
}

/// The curve of weight covered against room: a plan for each room, in the order given. More room never covers less, and
/// never has a lower bound. Who listens hears of one room after the other, the least first.
pub fn by_room(covering: &Covering, rooms: &[u64], watch: &Watch) -> Vec<Plan> {
    let reduced = Reduced::new(covering);
    let mut order: Vec<usize> = (0..rooms.len()).collect();
    order.sort_by_key(|at| rooms[*at]);
    let mut plans: Vec<(usize, Plan)> = Vec::with_capacity(rooms.len());
    let mut start: Vec<u32> = Vec::new();
    for (done, at) in order.iter().enumerate() {
        let watch = watch.share(order.len() - done);
        let (race, ended) = search(&reduced, rooms[*at], &start, &watch);
        start.clone_from(&race.chosen);
        plans.push((*at, finish(covering, race, ended)));
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

fn finish(covering: &Covering, mut race: Race, ended: Ended) -> Plan {
    race.chosen.extend(&covering.required);
    race.into_plan(ended)
}

/// Greed and exchange, then prices that bound what can be covered, then the exact solver on what these leave open. Options
/// have the caller's numbers.
fn search<'a>(reduced: &Reduced, room: u64, start: &[u32], watch: &'a Watch<'a>) -> (Race<'a>, Ended) {
    let room = room.min(reduced.costs.iter().sum());
    let mut choice = best_start(reduced, room, &reduced.numbers(start));
    let most = reduced.settled + reduced.open();
    let mut race =
        Race::new(Goal::Most, watch, reduced.named(choice.chosen.clone()), reduced.settled + choice.value, most);
    choice.improve(&|| watch.stopped().is_some());
    race.offer(reduced.named(choice.chosen.clone()), reduced.settled + choice.value);
    let dual = CoverDual::new(reduced, room);
    let prices = descend(&dual, dual.first_prices(), &mut race);
    if race.is_won() {
        return (race, Ended::Proven);
    }
    if let Some(ended) = watch.stopped() {
        return (race, ended);
    }
    let ended = finish_core(reduced, room, &dual.fix(&prices, race.value), &mut race);
    (race, ended)
}

/// By greed from nothing or from the start, whichever covers more.
fn best_start<'a>(reduced: &'a Reduced, room: u64, start: &[u32]) -> Choice<'a> {
    let mut greedy = Choice::new(reduced, room);
    greedy.fill(u64::MAX);
    let mut warm = Choice::from(reduced, room, start);
    warm.fill(u64::MAX);
    if warm.value > greedy.value { warm } else { greedy }
}

/// Seeks a better plan among those the bounds leave open.
fn finish_core(reduced: &Reduced, room: u64, fixed: &[Fixed], race: &mut Race) -> Ended {
    let taken: Vec<u32> = (0..fixed.len() as u32).filter(|option| fixed[*option as usize] == Fixed::In).collect();
    let cost: u64 = taken.iter().map(|option| reduced.costs[*option as usize]).sum();
    let Some(room) = room.checked_sub(cost) else {
        race.bound_by(race.value);
        return Ended::Proven;
    };
    let core = reduced.core(fixed);
    if core.covers.is_empty() {
        race.offer(reduced.named(taken), core.settled);
        race.bound_by(race.value);
        return Ended::Proven;
    }
    let mut start = Choice::from(&core, room, &core.numbers(&race.chosen));
    start.fill(u64::MAX);
    let solved = solve(&core, room, &start.chosen, race);
    if let Some(columns) = &solved.columns {
        let found = Choice::from(&core, room, &chosen(columns, core.covers.len()));
        let options = core.named(found.chosen.iter().copied()).into_iter().chain(reduced.named(taken));
        race.offer(options, core.settled + found.value);
    }
    race.close(&solved);
    solved.ended
}

fn solve(core: &Reduced, room: u64, start: &[u32], race: &Race) -> Solved {
    let mut programme = Programme::new(core, Goal::Most, core.settled);
    let options = programme.add_options(|_| 0);
    let demands = programme.add_demands(&options, |demand| core.weights[demand]);
    programme.limit_cost(&options, room);
    if Choice::from(core, room, start).value + core.settled < race.value {
        programme.ask_for(&demands, (race.value + 1).saturating_sub(core.settled));
    }
    race.solve(programme.milp, Some(&core.start(start)))
}
