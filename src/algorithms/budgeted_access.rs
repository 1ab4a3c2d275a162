//! What to open first: the items to buy under a budget so that the goals of greatest value can be reached.
//!
//! Some arcs of a graph can only be used once an item is bought; many arcs may hang on one item, and many goals behind
//! it. Choosing the best set is hard in general (it holds the knapsack and the Steiner tree problem), so the answer
//! comes with a bound that is proven: branch and bound, begun from a greedy choice improved by exchange. Small cases
//! end with bound = value: the optimum. Larger ones stop after so many steps and say what is left open.
//!
//! The bound. Whoever buys a tree of items that opens the goals U pays at least the sum over U of each goal's cheapest
//! way when every item is priced at its cost divided by the number of goals it could serve (and by how often a single
//! way could pass it, as an item is paid once). With these sizes, the fractional knapsack (Dantzig 1957) never falls short
//! of the best choice.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// An arc; `item`: usable only once that is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    pub tail: u32,
    pub head: u32,
    pub item: Option<u32>,
}

/// A place worth reaching.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    pub node: u32,
    pub value: u64,
}

/// What can be bought and what it is good for.
#[derive(Debug, Clone, Default)]
pub struct AccessProblem {
    pub nodes: u32,
    pub passages: Vec<Passage>,
    /// Cost of each item.
    pub costs: Vec<u64>,
    /// Where every way begins.
    pub roots: Vec<u32>,
    pub goals: Vec<Goal>,
}

/// What to buy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessPlan {
    /// Ascending.
    pub items: Vec<u32>,
    pub cost: u64,
    /// Of the goals that are reached, those that nothing need be bought for included.
    pub value: u64,
    /// No choice within the budget is worth more; equal to `value`: the plan is optimal.
    pub bound: u64,
}

const FAR: f64 = f64::INFINITY;
/// Fractions are computed in floating point; the bound is rounded up by more than their error.
const SLACK: f64 = 1e-6;

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
    let search = Search::new(problem, budget);
    let mut best = search.improve(search.greedy(&Choice::new(problem)));
    let mut open = vec![Choice::new(problem)];
    let mut left = steps;
    let mut bound = 0;
    while let Some(choice) = open.pop() {
        let evaluate = search.evaluate(&choice);
        if evaluate.value > best.value || (evaluate.value == best.value && choice.cost < best.cost) {
            best = search.plan(&choice, evaluate.value);
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
            let (mut with, mut without) = (choice.clone(), choice);
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

/// What is bought and what will not be.
#[derive(Debug, Clone)]
struct Choice {
    bought: Vec<bool>,
    banned: Vec<bool>,
    cost: u64,
}

impl Choice {
    /// Nothing but what costs nothing.
    fn new(problem: &AccessProblem) -> Self {
        let bought = problem.costs.iter().map(|cost| *cost == 0).collect();
        Self { bought, banned: vec![false; problem.costs.len()], cost: 0 }
    }

    fn buy(&mut self, item: u32, problem: &AccessProblem) {
        if !std::mem::replace(&mut self.bought[item as usize], true) {
            self.cost += problem.costs[item as usize];
        }
    }
}

/// What can be said of a choice.
struct Evaluation {
    value: u64,
    /// Of the best choice that extends this one.
    bound: u64,
    /// The item to decide on next.
    branch: Option<u32>,
}

struct Search<'a> {
    problem: &'a AccessProblem,
    budget: u64,
    leaving: Vec<Vec<(u32, Option<u32>)>>,
    /// Number of goals each item could serve.
    serves: Vec<u32>,
    /// How often a way that visits no node twice could pass each item, at most.
    uses: Vec<u32>,
}

impl<'a> Search<'a> {
    fn new(problem: &'a AccessProblem, budget: u64) -> Self {
        let mut passages = problem.passages.clone();
        passages.sort_unstable();
        passages.dedup();
        let mut leaving = vec![Vec::new(); problem.nodes as usize];
        for passage in passages {
            leaving[passage.tail as usize].push((passage.head, passage.item));
        }
        let mut pairs: Vec<BTreeSet<(u32, u32)>> = vec![BTreeSet::new(); problem.costs.len()];
        for Passage { tail, head, item } in &problem.passages {
            if let Some(item) = item.filter(|_| tail != head) {
                pairs[item as usize].insert((*tail.min(head), *tail.max(head)));
            }
        }
        let uses = pairs.iter().map(|pairs| pairs.len().max(1) as u32).collect();
        let mut search = Self { problem, budget, leaving, serves: Vec::new(), uses };
        search.serves = search.count_served();
        search
    }

    /// Goals behind each item, not counting what is reached for nothing.
    fn count_served(&self) -> Vec<u32> {
        let free = self.ways(&Choice::new(self.problem), |_| FAR).cost;
        let mut heads: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); self.problem.costs.len()];
        for passage in &self.problem.passages {
            if let Some(item) = passage.item {
                heads[item as usize].insert(passage.head);
            }
        }
        heads
            .iter()
            .map(|heads| {
                let mut seen = vec![false; self.problem.nodes as usize];
                let mut todo: Vec<u32> = heads.iter().copied().filter(|node| free[*node as usize] == FAR).collect();
                todo.iter().for_each(|node| seen[*node as usize] = true);
                while let Some(node) = todo.pop() {
                    for (next, _) in &self.leaving[node as usize] {
                        if free[*next as usize] == FAR && !std::mem::replace(&mut seen[*next as usize], true) {
                            todo.push(*next);
                        }
                    }
                }
                self.problem.goals.iter().filter(|goal| seen[goal.node as usize]).count() as u32
            })
            .collect()
    }

    /// Cheapest ways from the roots, items priced by `price`, bought ones free and banned ones closed.
    fn ways(&self, choice: &Choice, price: impl Fn(usize) -> f64) -> Ways {
        let nodes = self.problem.nodes as usize;
        let mut ways = Ways { cost: vec![FAR; nodes], before: vec![(u32::MAX, None); nodes] };
        let mut heap = BinaryHeap::new();
        for root in &self.problem.roots {
            ways.cost[*root as usize] = 0.0;
            heap.push(Reverse((Cost(0.0), *root)));
        }
        while let Some(Reverse((Cost(cost), node))) = heap.pop() {
            if cost > ways.cost[node as usize] {
                continue;
            }
            for &(next, item) in &self.leaving[node as usize] {
                let step = match item.map(|item| item as usize) {
                    Some(item) if choice.banned[item] => continue,
                    Some(item) if !choice.bought[item] => price(item),
                    _ => 0.0,
                };
                if cost + step < ways.cost[next as usize] {
                    ways.cost[next as usize] = cost + step;
                    ways.before[next as usize] = (node, item);
                    heap.push(Reverse((Cost(cost + step), next)));
                }
            }
        }
        ways
    }

    fn evaluate(&self, choice: &Choice) -> Evaluation {
        // No way is cheaper than this, however often it passes the same item.
        let cost = |item: usize| self.problem.costs[item] as f64 / f64::from(self.uses[item]);
        let real = self.ways(choice, cost);
        let shared = self.ways(choice, |item| cost(item) / f64::from(self.serves[item].max(1)));
        let left = (self.budget - choice.cost) as f64;
        let mut value = 0;
        let mut wanted: Vec<(f64, &Goal)> = Vec::new();
        for goal in &self.problem.goals {
            let (real, shared) = (real.cost[goal.node as usize], shared.cost[goal.node as usize]);
            match real {
                0.0 => value += goal.value,
                real if real <= left && goal.value > 0 => wanted.push((shared, goal)),
                _ => {}
            }
        }
        // The most value for a size first; sizes may be nought where an item costs nothing.
        wanted.sort_by(|(size_a, a), (size_b, b)| {
            (b.value as f64 * size_a).total_cmp(&(a.value as f64 * size_b)).then(a.node.cmp(&b.node))
        });
        let mut room = left;
        let mut more = 0.0;
        for (size, goal) in &wanted {
            if *size <= room {
                room -= size;
                more += goal.value as f64;
            } else {
                more += goal.value as f64 * room / size;
                break;
            }
        }
        let branch = wanted.first().and_then(|(_, goal)| real.items_to(goal.node, choice).first().copied());
        Evaluation { value, bound: value + (more + SLACK).floor() as u64, branch }
    }

    /// Goal after goal, the most value for its cost first.
    fn greedy(&self, begun: &Choice) -> Choice {
        let mut choice = begun.clone();
        loop {
            let ways = self.ways(&choice, |item| self.problem.costs[item] as f64);
            let left = self.budget - choice.cost;
            let mut best: Option<(f64, Vec<u32>)> = None;
            for goal in &self.problem.goals {
                if matches!(ways.cost[goal.node as usize], 0.0 | FAR) || goal.value == 0 {
                    continue;
                }
                let items = ways.items_to(goal.node, &choice);
                let cost: u64 = items.iter().map(|item| self.problem.costs[*item as usize]).sum();
                if cost > left {
                    continue;
                }
                let mut with = choice.clone();
                items.iter().for_each(|item| with.buy(*item, self.problem));
                let gain = self.value(&with) - self.value(&choice);
                let rate = gain as f64 / cost as f64;
                if best.as_ref().is_none_or(|(known, _)| rate > *known) {
                    best = Some((rate, items));
                }
            }
            let Some((_, items)) = best else { return choice };
            items.iter().for_each(|item| choice.buy(*item, self.problem));
        }
    }

    /// Exchange: gives up one item after the other and chooses again what to do with the money.
    fn improve(&self, start: Choice) -> AccessPlan {
        let mut best = self.plan(&start, self.value(&start));
        loop {
            let mut better = None;
            for given_up in &best.items {
                let mut begun = Choice::new(self.problem);
                begun.banned[*given_up as usize] = true;
                let other = self.greedy(&begun);
                let value = self.value(&other);
                if value > best.value {
                    better = Some(self.plan(&other, value));
                    break;
                }
            }
            match better {
                Some(plan) => best = plan,
                None => return best,
            }
        }
    }

    fn value(&self, choice: &Choice) -> u64 {
        let ways = self.ways(choice, |_| FAR);
        self.problem.goals.iter().filter(|goal| ways.cost[goal.node as usize] == 0.0).map(|goal| goal.value).sum()
    }

    /// Without items that open nothing.
    fn plan(&self, choice: &Choice, value: u64) -> AccessPlan {
        let mut needed = choice.clone();
        for item in 0..choice.bought.len() {
            if needed.bought[item] {
                needed.bought[item] = false;
                if self.value(&needed) < value {
                    needed.bought[item] = true;
                } else {
                    needed.cost -= self.problem.costs[item];
                }
            }
        }
        let items = (0..needed.bought.len() as u32).filter(|item| needed.bought[*item as usize]).collect();
        AccessPlan { items, cost: needed.cost, value, bound: value }
    }
}

struct Ways {
    cost: Vec<f64>,
    before: Vec<(u32, Option<u32>)>,
}

impl Ways {
    /// The items to buy on the way to a node, from the root on.
    fn items_to(&self, mut node: u32, choice: &Choice) -> Vec<u32> {
        let mut items = Vec::new();
        while let (before, item) = self.before[node as usize]
            && before != u32::MAX
        {
            items.extend(item.filter(|item| !choice.bought[*item as usize] && !items.contains(item)));
            node = before;
        }
        items.reverse();
        items
    }
}

/// Finite costs, in order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cost(f64);

impl Eq for Cost {}

impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cost {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The best of all subsets.
    fn brute_force(problem: &AccessProblem, budget: u64) -> u64 {
        let search = Search::new(problem, budget);
        let items = problem.costs.len();
        (0..1_u32 << items)
            .filter_map(|set| {
                let mut choice = Choice::new(problem);
                (0..items as u32).filter(|item| set >> item & 1 == 1).for_each(|item| choice.buy(item, problem));
                (choice.cost <= budget).then(|| search.value(&choice))
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
