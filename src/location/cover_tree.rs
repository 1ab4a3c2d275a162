//! Proof for maximal coverings by branch and bound with priced rows (after Galvão and ReVelle 1996).
//!
//! A node has options taken and options out. Its bound begins at the prices of the node before and takes few steps to be about
//! the best; then follows what must be in, or cannot be in, any better plan. The node with the highest bound is next, so that
//! this bound is one of the whole. All sums are of whole numbers: what is proven holds exactly.

use std::rc::Rc;

use super::best_first::{BestFirst, Node};
use super::cover_dual::CoverDual;
use super::descent::{Pace, PricedRelaxation, Prices, descend_at};
use super::exchange::Selection;
use super::incumbent::Incumbent;
use super::milp::Goal;
use super::reduced::{Fixed, Reduced};
use super::{Ended, SearchLimits};

/// Steps of prices at a node.
const PACE: Pace = Pace { far_steps: 0, steps: 100, near_stride: 0.25, least_stride: 0.02, tries: false };
/// Prices kept of nodes at most.
const LARGEST: usize = 40_000_000;

/// A part of the plans: those with the options taken and without those that are out.
struct Part {
    options: Vec<Fixed>,
    /// Of each demand of the whole, shared with the node's sibling.
    prices: Rc<Vec<i64>>,
}

/// The parts left, and the problem they are of.
pub(super) struct CoverTree<'a> {
    problem: &'a Reduced,
    room: u64,
    /// The caller's numbers of options that are in every plan beside those of the problem.
    taken: &'a [u32],
    shift: u32,
    nodes: BestFirst<Part>,
    steps: u64,
}

impl<'a> CoverTree<'a> {
    /// The prices are in units of 2⁻ˢʰⁱᶠᵗ.
    pub(crate) fn new(problem: &'a Reduced, room: u64, taken: &'a [u32], shift: u32, best: &Prices) -> Self {
        let options = vec![Fixed::Open; problem.covers.len()];
        let root = Part { options, prices: Rc::new(best.prices.clone()) };
        Self { problem, room, taken, shift, nodes: BestFirst::of_whole(root), steps: 0 }
    }

    /// Searches until no node is left, or the limits end it.
    pub(crate) fn search(&mut self, incumbent: &mut Incumbent) -> Ended {
        let largest = LARGEST / self.problem.weights.len().max(1);
        while let Some(node) = self.nodes.pop() {
            incumbent.bound_by(node.bound.min(incumbent.bound));
            if incumbent.is_optimal() {
                return Ended::Proven;
            }
            let over = self.steps >= incumbent.search_limits.work || self.nodes.len() > largest;
            if let Some(ended) = incumbent.search_limits.stopped().or(over.then_some(Ended::WorkLimit)) {
                return ended;
            }
            self.visit(node, incumbent);
        }
        incumbent.bound_by(incumbent.value);
        Ended::Proven
    }

    fn visit(&mut self, node: Node<Part>, incumbent: &mut Incumbent) {
        let mut options = node.part.options;
        let mut prices = node.part.prices.as_ref().clone();
        loop {
            let all = |wanted: Fixed| {
                (0..options.len() as u32).filter(|o| options[*o as usize] == wanted).collect::<Vec<u32>>()
            };
            let taken = all(Fixed::In);
            let cost: u64 = taken.iter().map(|option| self.problem.costs[*option as usize]).sum();
            let Some(room) = self.room.checked_sub(cost) else { return };
            let (left, demands) = self.problem.restrict(&options);
            if left.covers.is_empty() || room == 0 {
                return self.offer(&taken, &[], left.settled, incumbent);
            }
            let dual = CoverDual::in_units(&left, room, self.shift);
            let own: Vec<i64> = demands.iter().map(|demand| prices[*demand as usize]).collect();
            let limits = SearchLimits { on_progress: &|_, _| (), ..*incumbent.search_limits };
            let mut local = Incumbent::new(Goal::Most, &limits, Vec::new(), incumbent.value, u64::MAX);
            let best = descend_at(PACE, &dual, own, &mut local);
            self.steps += best.steps;
            let bound = dual.whole(best.bound);
            if bound <= incumbent.value {
                return;
            }
            self.try_plan(&left, room, &best.shares, &taken, incumbent);
            let found = dual.fix(&best, incumbent.value);
            let mut news = 0;
            for (option, fixed) in left.ids.iter().zip(&found) {
                if *fixed != Fixed::Open {
                    (options[*option as usize], news) = (*fixed, news + 1);
                }
            }
            for (demand, price) in demands.iter().zip(&best.prices) {
                prices[*demand as usize] = *price;
            }
            if news > 0 && 10 * news >= left.ids.len() {
                continue;
            }
            return self.branch(&options, &left, &best.shares, bound, prices);
        }
    }

    /// The options of the largest shares as a plan.
    fn try_plan(&self, left: &Reduced, room: u64, shares: &[f64], taken: &[u32], incumbent: &mut Incumbent) {
        let mut order: Vec<u32> = (0..shares.len() as u32).filter(|option| shares[*option as usize] > 0.1).collect();
        order.sort_by(|a, b| shares[*b as usize].total_cmp(&shares[*a as usize]).then(a.cmp(b)));
        let plan = Selection::of_options(left, room, &order);
        let value = left.settled + plan.value;
        if value > incumbent.value {
            self.offer(taken, &left.named(plan.chosen), value, incumbent);
        }
    }

    fn offer(&self, taken: &[u32], chosen: &[u32], value: u64, incumbent: &mut Incumbent) {
        let own = self.problem.named(taken.iter().chain(chosen).copied());
        incumbent.offer(own.into_iter().chain(self.taken.iter().copied()), value);
    }

    /// Makes a node with, and one without, the option whose share is least decided, the more so the more it is worth.
    fn branch(&mut self, options: &[Fixed], left: &Reduced, shares: &[f64], bound: u64, prices: Vec<i64>) {
        let worth =
            |option: u32| self.problem.covers[option as usize].iter().map(|d| prices[*d as usize] as f64).sum::<f64>();
        let open = left.ids.iter().enumerate().filter(|(_, option)| options[**option as usize] == Fixed::Open);
        let rank = |(at, option): (usize, &u32)| {
            let share = shares.get(at).copied().unwrap_or(0.0);
            (share.min(1.0 - share) * worth(*option), *option)
        };
        let Some((_, option)) = open.map(rank).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))) else { return };
        let prices = Rc::new(prices);
        for fixed in [Fixed::Out, Fixed::In] {
            let mut options = options.to_vec();
            options[option as usize] = fixed;
            self.nodes.push(bound, Part { options, prices: prices.clone() });
        }
    }
}
