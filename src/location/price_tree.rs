//! Branch and bound over priced relaxations (Fisher 1981), for models in which as much as can be is sought.
//!
//! A node has items taken and items out. Its bound begins at the prices of the node before and takes few steps to be about the
//! best; then follows what must be in, or cannot be in, any better plan. The node with the highest bound is next, so that this
//! bound is one of the whole. All sums are of whole numbers: what is proven holds exactly.

use std::rc::Rc;

use super::best_first::{BestFirst, Node};
use super::descent::{Pace, PricedRelaxation, Prices, descend_at};
use super::incumbent::Incumbent;
use super::milp::Goal;
use super::reduced::Fixed;
use super::{Ended, SearchLimits};

/// Steps of prices at a node.
const PACE: Pace = Pace { far_steps: 0, steps: 80, near_stride: 0.25, least_stride: 0.02, tries: false };
/// Prices kept of nodes at most.
const LARGEST: usize = 150_000_000;
/// Nodes from one plan made of shares to the next.
const TRY_EVERY: u64 = 8;
/// Shares below this are not made plans of.
const LEAST_SHARE: f64 = 0.05;

/// A relaxation of which items may be taken or left out.
pub(super) trait Branching: PricedRelaxation + Sized {
    /// The part of the plans with these items in and out, with what follows entered; `None` where there is no such plan.
    fn part(&self, fixed: &mut [Fixed]) -> Option<Self>;
    /// Of each item, what the prices say of it in plans better than `value`.
    fn fix(&self, best: &Prices, value: u64) -> Vec<Fixed>;
    /// How much is decided with the item.
    fn worth(&self, item: u32, prices: &[i64]) -> f64;
}

/// A part of the plans: those with the items taken and without those that are out.
struct Part {
    items: Vec<Fixed>,
    /// Shared with the node's sibling. Where the next prices begin need not be exact.
    prices: Rc<Vec<f32>>,
}

/// The parts left.
pub(super) struct PriceTree<'a, B> {
    whole: &'a B,
    nodes: BestFirst<Part>,
    visited: u64,
    steps: u64,
}

impl<'a, B: Branching> PriceTree<'a, B> {
    /// Begins with what is fixed, at prices of the whole.
    pub(crate) fn new(whole: &'a B, items: Vec<Fixed>, prices: &[i64]) -> Self {
        let root = Part { items, prices: Rc::new(rounded(prices)) };
        Self { whole, nodes: BestFirst::of_whole(root), visited: 0, steps: 0 }
    }

    /// Searches until no node is left, or the limits end it.
    pub(crate) fn search(&mut self, incumbent: &mut Incumbent) -> Ended {
        while let Some(node) = self.nodes.pop() {
            incumbent.bound_by(node.bound.min(incumbent.bound));
            if incumbent.is_optimal() {
                return Ended::Proven;
            }
            let is_full = self.nodes.len() > LARGEST / node.part.prices.len().max(1);
            let over = self.steps >= incumbent.search_limits.work || is_full;
            if let Some(ended) = incumbent.search_limits.stopped().or(over.then_some(Ended::WorkLimit)) {
                return ended;
            }
            self.visit(node, incumbent);
        }
        incumbent.bound_by(incumbent.value);
        Ended::Proven
    }

    fn visit(&mut self, node: Node<Part>, incumbent: &mut Incumbent) {
        let mut items = node.part.items;
        let mut prices: Vec<i64> = node.part.prices.iter().map(|price| *price as i64).collect();
        loop {
            let Some(part) = self.whole.part(&mut items) else { return };
            if !items.contains(&Fixed::Open) {
                return part.try_plan(&[], incumbent);
            }
            prices.iter_mut().enumerate().for_each(|(row, price)| *price = (*price).min(part.highest(row)));
            let limits = SearchLimits { on_progress: &|_, _| (), ..*incumbent.search_limits };
            let mut local = Incumbent::new(Goal::Most, &limits, Vec::new(), incumbent.value, u64::MAX);
            let best = descend_at(PACE, &part, prices, &mut local);
            self.steps += best.steps;
            let bound = part.whole(best.bound).min(node.bound);
            if bound <= incumbent.value {
                return;
            }
            self.visited += 1;
            if self.visited % TRY_EVERY == 1 {
                part.try_plan(&largest(&best.shares), incumbent);
            }
            let mut news = 0;
            for (known, new) in items.iter_mut().zip(part.fix(&best, incumbent.value)) {
                if *known == Fixed::Open && new != Fixed::Open {
                    (*known, news) = (new, news + 1);
                }
            }
            prices = best.prices;
            let open = items.iter().filter(|item| **item == Fixed::Open).count();
            if news > 0 && (open == 0 || 10 * news >= open) {
                continue;
            }
            return self.branch(&part, &items, &best.shares, bound, &prices);
        }
    }

    /// Makes a node with, and one without, the item whose share is least decided, the more so the more it is worth.
    fn branch(&mut self, part: &B, items: &[Fixed], shares: &[f64], bound: u64, prices: &[i64]) {
        let rank = |item: u32| {
            let share = shares.get(item as usize).copied().unwrap_or(0.0);
            (share.min(1.0 - share).max(1e-9) * part.worth(item, prices), item)
        };
        let open = (0..items.len() as u32).filter(|item| items[*item as usize] == Fixed::Open);
        let Some((_, item)) = open.map(rank).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))) else { return };
        let prices = Rc::new(rounded(prices));
        for fixed in [Fixed::Out, Fixed::In] {
            let mut items = items.to_vec();
            items[item as usize] = fixed;
            self.nodes.push(bound, Part { items, prices: Rc::clone(&prices) });
        }
    }
}

fn rounded(prices: &[i64]) -> Vec<f32> {
    prices.iter().map(|price| *price as f32).collect()
}

/// The items of the largest shares first.
fn largest(shares: &[f64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..shares.len() as u32).filter(|item| shares[*item as usize] > LEAST_SHARE).collect();
    order.sort_by(|a, b| shares[*b as usize].total_cmp(&shares[*a as usize]).then(a.cmp(b)));
    order
}
