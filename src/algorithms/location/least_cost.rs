//! Least cost, or fewest options, for a weight to be covered: the location set covering problem (Toregas, Swain, ReVelle and
//! Bergman 1971) where all is to be covered, the partial set cover where part of it is.
//!
//! > min Σ cⱼ xⱼ  subject to  yᵢ ≤ Σ xⱼ over the options j that cover i,  Σ wᵢ yᵢ ≥ target,  xⱼ ∈ {0, 1},  yᵢ ≤ 1

use super::exchange::Choice;
use super::milp::{Goal, Solved};
use super::most_covered::most_covered;
use super::programme::{Programme, chosen};
use super::race::Race;
use super::reduced::Reduced;
use super::{Covering, Ended, OutOfReach, Plan, Watch};

/// The options that cover at least `target` of the weight (all of it: [`Covering::total`]) for the least cost.
///
/// ```
/// use fireplan::algorithms::location::{Covering, Watch, least_cost};
/// // The large one costs more than the two small ones that cover the same; the demand of weight 1 is in no one's reach.
/// let covers = vec![vec![0, 1], vec![2], vec![0, 1, 2]];
/// let covering = Covering { weights: vec![4, 3, 2, 1], covers, costs: vec![2, 2, 5], ..Covering::default() };
/// assert_eq!(least_cost(&covering, 9, &Watch::patient()).unwrap().chosen, [0, 1]);
/// let out_of_reach = least_cost(&covering, 10, &Watch::patient()).unwrap_err();
/// assert_eq!((out_of_reach.unreached, out_of_reach.most.bound), (vec![3], 9));
/// ```
pub fn least_cost(covering: &Covering, target: u64, watch: &Watch) -> Result<Plan, OutOfReach> {
    let reduced = Reduced::new(covering);
    if reduced.settled + reduced.open() < target {
        return Err(out_of_reach(covering, u64::MAX, watch));
    }
    let Some((mut race, ended)) = search(&reduced, target, watch) else {
        return Err(out_of_reach(covering, u64::MAX, watch));
    };
    race.chosen = reduced.named(race.chosen);
    race.chosen.extend(&covering.required);
    Ok(race.into_plan(ended))
}

/// What can be covered instead, with so much room.
pub(super) fn out_of_reach(covering: &Covering, room: u64, watch: &Watch) -> OutOfReach {
    let mut reached = vec![false; covering.weights.len()];
    for demand in covering.covers.iter().flatten() {
        if let Some(reached) = reached.get_mut(*demand as usize) {
            *reached = true;
        }
    }
    let unreached = (0..reached.len() as u32).filter(|demand| !reached[*demand as usize]).collect();
    OutOfReach { unreached, most: most_covered(covering, room, watch) }
}

/// `None` where nothing was found that covers enough.
fn search<'a>(reduced: &Reduced, target: u64, watch: &'a Watch<'a>) -> Option<(Race<'a>, Ended)> {
    let open = target.saturating_sub(reduced.settled);
    let all: u64 = reduced.costs.iter().sum();
    let mut choice = Choice::new(reduced, all);
    choice.fill(open);
    choice.prune(open);
    let greedy = (choice.value >= open).then_some(&choice);
    let known = greedy.map_or(all + 1, Choice::cost);
    let mut race = Race::new(Goal::Least, watch, choice.chosen.clone(), known, 0);
    if !race.is_won() {
        let solved = solve(reduced, open, greedy, watch);
        if let Some(columns) = &solved.columns {
            let mut found = Choice::from(reduced, all, &chosen(columns, reduced.covers.len()));
            found.prune(open);
            if found.value >= open {
                let cost = found.cost();
                race.offer(found.chosen, cost);
            }
        }
        race.close(&solved);
        return (race.value <= all).then_some((race, solved.ended));
    }
    Some((race, Ended::Proven))
}

fn solve(reduced: &Reduced, target: u64, start: Option<&Choice>, watch: &Watch) -> Solved {
    let mut programme = Programme::new(reduced, Goal::Least, 0);
    let options = programme.add_options(|option| reduced.costs[option]);
    let demands = programme.add_demands(&options, |_| 0);
    programme.ask_for(&demands, target);
    programme.milp.solve(start.map(|choice| reduced.start(&choice.chosen)).as_deref(), watch)
}
