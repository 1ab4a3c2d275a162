//! Choices of items: what one is worth, what its extensions could be worth at most, and how one is found quickly.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::{AccessPlan, AccessProblem, Goal, Passage};

const FAR: f64 = f64::INFINITY;

/// Fractions are computed in floating point; the bound is rounded up by more than their error.
const SLACK: f64 = 1e-6;

/// What is bought and what will not be.
#[derive(Debug, Clone)]
pub(super) struct Purchase {
    pub(super) bought: Vec<bool>,
    pub(super) banned: Vec<bool>,
    pub(super) cost: u64,
}

impl Purchase {
    /// Nothing but what costs nothing.
    pub(super) fn new(problem: &AccessProblem) -> Self {
        let bought = problem.costs.iter().map(|cost| *cost == 0).collect();
        Self { bought, banned: vec![false; problem.costs.len()], cost: 0 }
    }

    pub(super) fn buy(&mut self, item: u32, problem: &AccessProblem) {
        if !std::mem::replace(&mut self.bought[item as usize], true) {
            self.cost += problem.costs[item as usize];
        }
    }
}

/// What can be said of a purchase.
pub(super) struct Evaluation {
    pub(super) value: u64,
    /// Of the best purchase that extends this one.
    pub(super) bound: u64,
    /// The item to decide on next.
    pub(super) branch: Option<u32>,
}

pub(super) struct PurchaseSearch<'a> {
    problem: &'a AccessProblem,
    budget: u64,
    leaving: Vec<Vec<(u32, Option<u32>)>>,
    /// Number of goals each item could serve.
    serves: Vec<u32>,
    /// How often a way that visits no node twice could pass each item, at most.
    uses: Vec<u32>,
}

impl<'a> PurchaseSearch<'a> {
    pub(super) fn new(problem: &'a AccessProblem, budget: u64) -> Self {
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
        let free = self.ways(&Purchase::new(self.problem), |_| FAR).cost;
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
    fn ways(&self, purchase: &Purchase, price: impl Fn(usize) -> f64) -> Ways {
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
                    Some(item) if purchase.banned[item] => continue,
                    Some(item) if !purchase.bought[item] => price(item),
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

    pub(super) fn evaluate(&self, purchase: &Purchase) -> Evaluation {
        // No way is cheaper than this, however often it passes the same item.
        let cost = |item: usize| self.problem.costs[item] as f64 / f64::from(self.uses[item]);
        let real = self.ways(purchase, cost);
        let shared = self.ways(purchase, |item| cost(item) / f64::from(self.serves[item].max(1)));
        let left = (self.budget - purchase.cost) as f64;
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
        let branch = wanted.first().and_then(|(_, goal)| real.items_to(goal.node, purchase).first().copied());
        Evaluation { value, bound: value + (more + SLACK).floor() as u64, branch }
    }

    /// Goal after goal, the most value for its cost first.
    pub(super) fn greedy(&self, begun: &Purchase) -> Purchase {
        let mut purchase = begun.clone();
        loop {
            let ways = self.ways(&purchase, |item| self.problem.costs[item] as f64);
            let left = self.budget - purchase.cost;
            let mut best: Option<(f64, Vec<u32>)> = None;
            for goal in &self.problem.goals {
                if matches!(ways.cost[goal.node as usize], 0.0 | FAR) || goal.value == 0 {
                    continue;
                }
                let items = ways.items_to(goal.node, &purchase);
                let cost: u64 = items.iter().map(|item| self.problem.costs[*item as usize]).sum();
                if cost > left {
                    continue;
                }
                let mut with = purchase.clone();
                items.iter().for_each(|item| with.buy(*item, self.problem));
                let gain = self.value(&with) - self.value(&purchase);
                let rate = gain as f64 / cost as f64;
                if best.as_ref().is_none_or(|(known, _)| rate > *known) {
                    best = Some((rate, items));
                }
            }
            let Some((_, items)) = best else { return purchase };
            items.iter().for_each(|item| purchase.buy(*item, self.problem));
        }
    }

    /// Exchange: gives up one item after the other and chooses again what to do with the money.
    pub(super) fn improve(&self, start: &Purchase) -> AccessPlan {
        let mut best = self.plan(start, self.value(start));
        loop {
            let mut better = None;
            for given_up in &best.items {
                let mut begun = Purchase::new(self.problem);
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

    pub(super) fn value(&self, purchase: &Purchase) -> u64 {
        let ways = self.ways(purchase, |_| FAR);
        self.problem.goals.iter().filter(|goal| ways.cost[goal.node as usize] == 0.0).map(|goal| goal.value).sum()
    }

    /// Without items that open nothing.
    pub(super) fn plan(&self, purchase: &Purchase, value: u64) -> AccessPlan {
        let mut needed = purchase.clone();
        for item in 0..purchase.bought.len() {
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
    fn items_to(&self, mut node: u32, purchase: &Purchase) -> Vec<u32> {
        let mut items = Vec::new();
        while let (before, item) = self.before[node as usize]
            && before != u32::MAX
        {
            items.extend(item.filter(|item| !purchase.bought[*item as usize] && !items.contains(item)));
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
