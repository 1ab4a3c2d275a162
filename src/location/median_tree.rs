//! Proof for p-medians by branch and bound with priced rows (Christofides and Beasley 1982; Beasley 1985).
//!
//! A node has options taken and options out. What is left is again a p-median, with shorter lists: nobody is served farther
//! than from an option taken. Its bound begins at the prices of the node before and takes few steps to be about the best; then
//! follows what must be in, or cannot be in, any better plan. The node with the least bound is next, so that the least bound of
//! the nodes left is one of the whole. All sums are of whole numbers: what is proven holds exactly.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::rc::Rc;

use super::descent::{Pace, PricedRelaxation, Prices, descend_at};
use super::incumbent::Incumbent;
use super::lists::Lists;
use super::median_dual::{MedianCore, MedianDual};
use super::medians::Medians;
use super::milp::Goal;
use super::reduced::Fixed;
use super::{Ended, SearchLimits};

/// Steps of prices at a node.
const PACE: Pace = Pace { far_steps: 0, steps: 150, near_stride: 0.15, least_stride: 0.006, tries: false };
/// Nodes kept open at most, in prices.
const LARGEST: usize = 40_000_000;

/// Nodes made, from one plan improved by exchange to the next.
const IMPROVE_EVERY: u64 = 16;

/// A part of the plans: those with the options taken and without those that are out.
struct Node {
    bound: u64,
    number: u64,
    options: Vec<Fixed>,
    /// Of each demand of the whole, shared with the node's sibling.
    prices: Rc<Vec<i64>>,
}

/// What the search has of the whole problem.
pub(super) struct MedianTree<'a> {
    lists: &'a Lists<'a>,
    p: usize,
    shift: u32,
    nodes: BinaryHeap<Node>,
    made: u64,
    pub steps: u64,
}

impl<'a> MedianTree<'a> {
    pub(crate) fn new(lists: &'a Lists<'a>, p: usize, best: &Prices) -> Self {
        let shift = MedianDual::new(lists, p).shift;
        let options = vec![Fixed::Open; lists.option_count];
        let root = Node { bound: 0, number: 0, options, prices: Rc::new(best.prices.clone()) };
        Self { lists, p, shift, nodes: BinaryHeap::from([root]), made: 1, steps: 0 }
    }

    /// Searches until no node is left, or the limits end it.
    pub(crate) fn search(&mut self, incumbent: &mut Incumbent) -> Ended {
        let largest = LARGEST / self.lists.demands().max(1);
        while let Some(node) = self.nodes.pop() {
            incumbent.bound_by(node.bound.max(incumbent.bound));
            let over = self.steps >= incumbent.search_limits.work || self.nodes.len() > largest;
            let ended = incumbent.search_limits.stopped().or(over.then_some(Ended::WorkLimit));
            if incumbent.is_optimal() {
                return Ended::Proven;
            }
            if let Some(ended) = ended {
                return ended;
            }
            self.visit(node, incumbent);
        }
        incumbent.bound_by(incumbent.value);
        Ended::Proven
    }

    fn visit(&mut self, node: Node, incumbent: &mut Incumbent) {
        let dearest = vec![u64::MAX; self.lists.demands()];
        let mut core = MedianCore { options: node.options, dearest };
        let mut prices = node.prices.as_ref().clone();
        loop {
            let taken: Vec<u32> = (0..).zip(&core.options).filter(|(_, o)| **o == Fixed::In).map(|(o, _)| o).collect();
            let Some(open) = self.p.checked_sub(taken.len()) else { return };
            let (left, demands) = self.lists.restrict(&core);
            if left.size() == 0 || open == 0 {
                self.offer(&taken, &[], incumbent);
                return;
            }
            let dual = MedianDual::in_units(&left, open, self.shift);
            let own = demands.iter().zip(0..).map(|(demand, at)| prices[*demand as usize].min(dual.highest(at)));
            let own: Vec<i64> =
                if open <= 1 { (0..demands.len()).map(|at| dual.highest(at)).collect() } else { own.collect() };
            let limits = SearchLimits { on_progress: &|_, _| (), ..*incumbent.search_limits };
            let mut local = Incumbent::new(Goal::Least, &limits, Vec::new(), incumbent.value, 0);
            let seen = dual.see(&own);
            if open <= 1 {
                // With one option left to choose, paying the whole fallback makes the bound exact.
                self.offer(&taken, &seen.chosen, incumbent);
                return;
            }
            let best = descend_at(PACE, &dual, own, &mut local);
            self.steps += best.steps;
            let bound = dual.whole(best.bound);
            if bound >= incumbent.value {
                return;
            }
            self.try_plan(&left, open, &taken, &best.shares, incumbent);
            let found = dual.fix(&best, incumbent.value);
            let mut news = 0;
            for (known, new) in core.options.iter_mut().zip(&found.options) {
                if *known == Fixed::Open && *new != Fixed::Open {
                    (*known, news) = (*new, news + 1);
                }
            }
            for ((demand, dearest), price) in demands.iter().zip(&found.dearest).zip(&best.prices) {
                core.dearest[*demand as usize] = *dearest;
                prices[*demand as usize] = *price;
            }
            let undecided = core.options.iter().filter(|option| **option == Fixed::Open).count();
            if news > 0 && 10 * news >= undecided {
                continue;
            }
            return self.branch(&core.options, &best.shares, bound, &Rc::new(prices));
        }
    }

    /// The options of the largest shares as a plan; now and then improved by exchange.
    fn try_plan(&self, left: &Lists, open: usize, taken: &[u32], shares: &[f64], incumbent: &mut Incumbent) {
        let mut order: Vec<u32> = (0..shares.len() as u32).filter(|option| shares[*option as usize] > 0.05).collect();
        order.sort_by(|a, b| shares[*b as usize].total_cmp(&shares[*a as usize]).then(a.cmp(b)));
        order.truncate(open);
        if self.made % IMPROVE_EVERY == 1 {
            let mut medians = Medians::new(left, &order);
            medians.improve(&|| incumbent.search_limits.stopped().is_some());
            order = medians.chosen;
        }
        self.offer(taken, &order, incumbent);
    }

    /// Makes a node with, and one without, the option whose share is least decided.
    fn branch(&mut self, options: &[Fixed], shares: &[f64], bound: u64, prices: &Rc<Vec<i64>>) {
        let share = |option: u32| shares.get(option as usize).copied().unwrap_or(0.0);
        let open = (0..options.len() as u32).filter(|option| options[*option as usize] == Fixed::Open);
        let Some(option) = open.max_by(|a, b| split(share(*a)).total_cmp(&split(share(*b))).then(b.cmp(a))) else {
            return;
        };
        for fixed in [Fixed::Out, Fixed::In] {
            let mut options = options.to_vec();
            options[option as usize] = fixed;
            self.nodes.push(Node { bound, number: self.made, options, prices: Rc::clone(prices) });
            self.made += 1;
        }
    }

    fn offer(&self, taken: &[u32], chosen: &[u32], incumbent: &mut Incumbent) {
        let all: Vec<u32> = taken.iter().chain(chosen).copied().collect();
        let value = self.lists.value(&all);
        incumbent.offer(all, value);
    }
}

/// How undecided a share is.
fn split(share: f64) -> f64 {
    share.min(1.0 - share)
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        (Reverse(self.bound), self.number).cmp(&(Reverse(other.bound), other.number))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Node {}
