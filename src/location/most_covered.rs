//! Most weight covered with a number or a budget: the maximal covering location problem (Church and ReVelle 1974).
//!
//! > max Σ wᵢ yᵢ  subject to  yᵢ ≤ Σ xⱼ over the options j that cover i,  Σ cⱼ xⱼ ≤ room,  xⱼ ∈ {0, 1},  yᵢ ≤ 1

use std::borrow::Cow;

use super::cover_dual::CoverDual;
use super::cover_tree::CoverTree;
use super::descent::{Pace, descend_at};
use super::exchange::Selection;
use super::incumbent::Incumbent;
use super::milp::Goal;
use super::open_part::OpenPart;
use super::reduced::Reduced;
use super::{Covering, Ended, Plan, SearchLimits};

/// Steps of prices on the whole problem: enough to leave out most options.
const FIRST: Pace = Pace { far_steps: 60, steps: 120, near_stride: 0.2, least_stride: 0.02, tries: true };

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

/// Greed and exchange, then prices that bound what can be covered; on what these leave open a search that leaves local optima,
/// then branch and bound. Options have the caller's numbers.
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
    incumbent.offer(reduced.named(choice.chosen.iter().copied()), reduced.settled + choice.value);
    let ended = prove(reduced, room, &mut incumbent);
    (incumbent, ended)
}

fn prove(reduced: &Reduced, room: u64, incumbent: &mut Incumbent) -> Ended {
    let dual = CoverDual::new(reduced, room);
    let prices = descend_at(FIRST, &dual, dual.first_prices(), incumbent);
    let whole = OpenPart { problem: Cow::Borrowed(reduced), room, taken: Vec::new(), shift: dual.shift, prices };
    let narrowed = whole.narrow(incumbent).and_then(|part| {
        // A better plan leaves less open: worth some search before prices are set with care.
        part.perturb_briefly(incumbent);
        part.narrow(incumbent)
    });
    let narrowed = narrowed.and_then(|mut part| {
        part.descend(incumbent);
        part.narrow(incumbent)
    });
    let narrowed = narrowed.and_then(|part| {
        part.perturb(incumbent);
        part.narrow(incumbent)
    });
    let Some(part) = narrowed else { return incumbent.search_limits.stopped().unwrap_or(Ended::Proven) };
    CoverTree::new(&part.problem, part.room, &part.taken, part.shift, &part.prices).search(incumbent)
}

/// By greed from nothing or from the start, whichever covers more.
fn best_start<'a>(reduced: &'a Reduced, room: u64, start: &[u32]) -> Selection<'a> {
    let mut greedy = Selection::empty(reduced, room);
    greedy.fill(u64::MAX);
    let mut warm = Selection::of_options(reduced, room, start);
    warm.fill(u64::MAX);
    if warm.value > greedy.value { warm } else { greedy }
}
