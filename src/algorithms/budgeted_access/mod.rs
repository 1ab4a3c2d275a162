//! What to open first: the items to buy under a budget so that the goals of greatest value can be reached.
//!
//! Some arcs of a graph can only be used once an item is bought; many arcs may hang on one item, and many goals behind
//! it. Choosing the best set is hard in general (it holds the knapsack and the Steiner tree problem), so the answer
//! comes with a bound that is proven: branch and bound, begun from a greedy purchase improved by exchange. Small cases
//! end with bound = value: the optimum. Larger ones stop after so many steps and say what is left open.
//!
//! The bound. Whoever buys a tree of items that opens the goals U pays at least the sum over U of each goal's cheapest
//! way when every item is priced at its cost divided by the number of goals it could serve (and by how often a single
//! way could pass it, as an item is paid once). With these sizes, the fractional knapsack (Dantzig 1957) never falls short
//! of the best purchase.

mod search;

use search::{Purchase, PurchaseSearch};

/// An arc; `item`: usable only once that is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// Node at which it begins.
    pub tail: u32,
    /// Node at which it ends.
    pub head: u32,
    /// The item it needs; `None`: it is open already.
    pub item: Option<u32>,
}

/// A place worth reaching.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// Where it is.
    pub node: u32,
    /// What reaching it is worth.
    pub value: u64,
}

/// What can be bought and what it is good for.
#[derive(Debug, Clone, Default)]
pub struct AccessProblem {
    /// Number of nodes.
    pub nodes: u32,
    /// The arcs.
    pub passages: Vec<Passage>,
    /// Cost of each item.
    pub costs: Vec<u64>,
    /// Where every way begins.
    pub roots: Vec<u32>,
    /// The places worth reaching.
    pub goals: Vec<Goal>,
}

/// What to buy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessPlan {
    /// Ascending.
    pub items: Vec<u32>,
    /// What the items cost together.
    pub cost: u64,
    /// Of the goals that are reached, those that nothing need be bought for included.
    pub value: u64,
    /// No purchase within the budget is worth more; equal to `value`: the plan is optimal.
    pub bound: u64,
}

/// The best purchase within `budget`, after at most `steps` steps of branch and bound.
///
/// ```
/// use fireplan_algorithms::budgeted_access::{Goal, Passage, AccessProblem, best_within};
/// // Root 0; items 0 and 1 in a row lead to goals 1 (worth 5) and 2 (worth 9), item 2 to goal 3 (worth 6).
/// let passage = |tail, head, item| Passage { tail, head, item: Some(item) };
/// let problem = AccessProblem {
///     nodes: 4,
///     passages: vec![passage(0, 1, 0), passage(1, 2, 1), passage(0, 3, 2)],
///     costs: vec![4, 4, 5],
///     roots: vec![0],
///     goals: vec![Goal { node: 1, value: 5 }, Goal { node: 2, value: 9 }, Goal { node: 3, value: 6 }],
/// };
/// let plan = best_within(&problem, 8, 1_000);
/// assert_eq!((plan.items, plan.value, plan.bound), (vec![0, 1], 14, 14));
/// assert_eq!(best_within(&problem, 5, 1_000).items, [2]);
/// ```
pub fn best_within(problem: &AccessProblem, budget: u64, steps: usize) -> AccessPlan {
    let search = PurchaseSearch::new(problem, budget);
    let mut best = search.improve(&search.greedy(&Purchase::new(problem)));
    let mut open = vec![Purchase::new(problem)];
    let mut left = steps;
    let mut bound = 0;
    while let Some(purchase) = open.pop() {
        let evaluate = search.evaluate(&purchase);
        if evaluate.value > best.value || (evaluate.value == best.value && purchase.cost < best.cost) {
            best = search.plan(&purchase, evaluate.value);
        }
        if evaluate.bound <= best.value {
            continue;
        }
        if left == 0 {
            bound = bound.max(evaluate.bound);
            continue;
        }
        left -= 1;
        if let Some(item) = evaluate.branch {
            let (mut with, mut without) = (purchase.clone(), purchase);
            with.buy(item, problem);
            without.banned[item as usize] = true;
            open.push(without);
            if with.cost <= budget {
                open.push(with);
            }
        }
    }
    best.bound = best.value.max(bound);
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The best of all subsets.
    fn brute_force(problem: &AccessProblem, budget: u64) -> u64 {
        let search = PurchaseSearch::new(problem, budget);
        let items = problem.costs.len();
        (0..1_u32 << items)
            .filter_map(|set| {
                let mut purchase = Purchase::new(problem);
                (0..items as u32).filter(|item| set >> item & 1 == 1).for_each(|item| purchase.buy(item, problem));
                (purchase.cost <= budget).then(|| search.value(&purchase))
            })
            .max()
            .unwrap_or(0)
    }

    fn problem() -> impl Strategy<Value = AccessProblem> {
        let passages = prop::collection::vec((0_u32..8, 0_u32..8, prop::option::weighted(0.7, 0_u32..7)), 4..18);
        (passages, prop::collection::vec(0_u64..12, 7), prop::collection::vec((0_u32..8, 0_u64..20), 1..6)).prop_map(
            |(passages, costs, goals)| AccessProblem {
                nodes: 8,
                passages: passages.into_iter().map(|(tail, head, item)| Passage { tail, head, item }).collect(),
                costs,
                roots: vec![0],
                goals: goals.into_iter().map(|(node, value)| Goal { node, value }).collect(),
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn equals_trying_every_set(problem in problem(), budget in 0_u64..40) {
            let plan = best_within(&problem, budget, 10_000);
            let best = brute_force(&problem, budget);
            prop_assert_eq!((plan.value, plan.bound), (best, best));
            prop_assert!(plan.cost <= budget);
            prop_assert_eq!(plan.cost, plan.items.iter().map(|item| problem.costs[*item as usize]).sum::<u64>());
        }

        #[test]
        fn stopped_early_the_bound_still_holds(problem in problem(), budget in 0_u64..40, steps in 0_usize..4) {
            let plan = best_within(&problem, budget, steps);
            let best = brute_force(&problem, budget);
            prop_assert!(plan.value <= best && best <= plan.bound);
        }
    }
}
