//! The inner problem of the Lagrangian bounds: most worth of options within a room, at most one of a group.
//!
//! The room is priced (so much worth per cost), which makes it fall apart into groups; with the best price that is the linear
//! relaxation of the multiple-choice knapsack (Sinha and Zoltners 1979), and exact where all costs are equal.

use super::reduced::{Fixed, Reduced};

/// A choice that is the best at a price of room, and the bound that follows.
pub(super) struct Packing {
    pub chosen: Vec<u32>,
    /// No choice within the room is worth more.
    pub bound: i128,
    /// Worth per cost at which the room is just used; any price gives a bound.
    price: i64,
}

impl Packing {
    pub(crate) fn best(problem: &Reduced, worths: &[i64], room: u64) -> Self {
        let price = match equal_cost(problem) {
            Some(cost) => nth_price(problem, worths, cost, (room / cost) as usize),
            None => least_price(problem, worths, room),
        };
        Self::at(problem, worths, room, price)
    }

    fn at(problem: &Reduced, worths: &[i64], room: u64, price: i64) -> Self {
        let mut bound = i128::from(price) * i128::from(usable(problem, room));
        let mut spare = room;
        let mut chosen = Vec::new();
        for members in &problem.members {
            let Some((left, option)) = best_of(problem, worths, members, price, None) else { continue };
            bound += left.max(0);
            let cost = problem.costs[option as usize];
            if left >= 0 && cost <= spare {
                spare -= cost;
                chosen.push(option);
            }
        }
        Self { chosen, bound, price }
    }

    /// Of each option, whether it must be chosen or cannot be, if the bound may fall by no more than `spare`.
    pub(crate) fn fix(&self, problem: &Reduced, worths: &[i64], spare: i128) -> Vec<Fixed> {
        let fixed = |option: u32| {
            if self.loss_with(problem, worths, option) > spare {
                Fixed::Out
            } else if self.loss_without(problem, worths, option) > spare {
                Fixed::In
            } else {
                Fixed::Open
            }
        };
        (0..problem.covers.len() as u32).map(fixed).collect()
    }

    /// By how much the bound falls if the option must be chosen.
    fn loss_with(&self, problem: &Reduced, worths: &[i64], option: u32) -> i128 {
        let members = &problem.members[problem.groups[option as usize] as usize];
        let best = best_of(problem, worths, members, self.price, None).map_or(0, |(left, _)| left.max(0));
        best - left(problem, worths, option, self.price)
    }

    /// By how much the bound falls if the option must not be chosen.
    fn loss_without(&self, problem: &Reduced, worths: &[i64], option: u32) -> i128 {
        let members = &problem.members[problem.groups[option as usize] as usize];
        let best = best_of(problem, worths, members, self.price, Some(option)).map_or(0, |(left, _)| left.max(0));
        left(problem, worths, option, self.price) - best
    }
}

/// What the option is worth beyond the price of its room.
fn left(problem: &Reduced, worths: &[i64], option: u32, price: i64) -> i128 {
    i128::from(worths[option as usize]) - i128::from(price) * i128::from(problem.costs[option as usize])
}

fn best_of(problem: &Reduced, worths: &[i64], members: &[u32], price: i64, but: Option<u32>) -> Option<(i128, u32)> {
    let members = members.iter().filter(|option| but != Some(**option));
    members.map(|option| (left(problem, worths, *option, price), *option)).max_by_key(|(left, o)| (*left, !*o))
}

/// With equal costs, what is left after as many options as fit is of no use.
fn usable(problem: &Reduced, room: u64) -> u64 {
    equal_cost(problem).map_or(room, |cost| room - room % cost)
}

/// The cost of every option, if it is the same and not 0.
fn equal_cost(problem: &Reduced) -> Option<u64> {
    let cost = problem.costs.first().copied().filter(|cost| *cost > 0)?;
    problem.costs.iter().all(|other| *other == cost).then_some(cost)
}

/// The price at which just `count` groups are worth their room: 0 if there are fewer.
fn nth_price(problem: &Reduced, worths: &[i64], cost: u64, count: usize) -> i64 {
    let best = |members: &Vec<u32>| members.iter().map(|option| worths[*option as usize]).max();
    let mut best: Vec<i64> = problem.members.iter().filter_map(best).collect();
    if count >= best.len() {
        return 0;
    }
    let at = count.saturating_sub(1);
    let (_, nth, _) = best.select_nth_unstable_by(at, |a, b| b.cmp(a));
    *nth / cost as i64
}

/// The least price at which what is worth its room fits in.
fn least_price(problem: &Reduced, worths: &[i64], room: u64) -> i64 {
    let fits = |price: i64| {
        let best = problem.members.iter().filter_map(|members| best_of(problem, worths, members, price, None));
        let used = best.filter(|(left, _)| *left > 0).map(|(_, option)| u128::from(problem.costs[option as usize]));
        used.sum::<u128>() <= u128::from(room)
    };
    let (mut low, mut high) = (0, worths.iter().copied().max().unwrap_or(0).max(0));
    while low < high {
        let middle = low + (high - low) / 2;
        if fits(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Covering;

    fn problem(costs: &[u64], groups: &[u32]) -> Reduced {
        let covers = (0..costs.len() as u32).map(|option| vec![option]).collect();
        let (costs, groups) = (costs.to_vec(), groups.to_vec());
        Reduced::merged(&Covering { weights: vec![1; costs.len()], covers, costs, groups, required: vec![] })
    }

    #[test]
    fn with_equal_costs_it_is_the_sum_of_the_best_of_each_group() {
        let problem = problem(&[2, 2, 2, 2], &[0, 0, 1, 2]);
        let packing = Packing::best(&problem, &[9, 8, 5, 4], 5);
        assert_eq!((packing.bound, packing.chosen), (14, vec![0, 2]));
    }

    #[test]
    fn with_unequal_costs_no_plan_is_worth_more_than_the_bound() {
        let problem = problem(&[3, 4, 5], &[]);
        let packing = Packing::best(&problem, &[30, 36, 40], 8);
        // Two at best, for 7 of the 8: worth 66; the linear relaxation has 66 + 8.
        assert!((66..=80).contains(&packing.bound), "{}", packing.bound);
    }

    #[test]
    fn what_is_far_from_the_best_is_out_and_what_cannot_be_replaced_is_in() {
        let problem = problem(&[1, 1, 1], &[]);
        let worths = [100, 50, 1];
        let packing = Packing::best(&problem, &worths, 2);
        assert_eq!(packing.fix(&problem, &worths, 10), [Fixed::In, Fixed::Open, Fixed::Out]);
    }
}
