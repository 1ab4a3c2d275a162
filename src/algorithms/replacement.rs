//! What cheapest ways cost when a few arcs are closed: only what lay behind them is searched again.
//!
//! A [`PathTree`] says for every state by which arc one comes to it. Closing an arc changes nothing but for the states whose
//! way leads over it: the arc's subtree. Each of those is entered anew from outside the subtree, or through it, by a search
//! that never leaves it. To close every arc of the tree in turn costs as much as its states lie deep, all together, where
//! whole searches would cost the number of states each time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use crate::path_tree::{PathTree, Ranked, TreeSeed, add};
use crate::shortest_path::Graph;

/// A tree, ready to be asked again and again.
///
/// ```
/// use fireplan_algorithms::path_tree::{PathTree, TreeSeed};
/// use fireplan_algorithms::replacement::Replacement;
/// use fireplan_algorithms::shortest_path::{Arc, Graph};
/// // 0 → 1 → 2 → 4 costs 3; round by 3 it is 20. Node 4 hangs on node 2 alone.
/// let arcs = [(0, 1), (1, 2), (0, 3), (3, 2), (2, 4)].map(|(tail, head)| Arc { tail, head, cost: 1 });
/// let price = |arc: u32| Some([[1], [1], [10], [10], [1]][arc as usize]);
/// let graph = Graph::new(5, &arcs, &[]);
/// let seeds = [TreeSeed { state: 0, cost: [0] }];
/// let tree = PathTree::grow(&graph, &seeds, price);
/// let ways = Replacement::new(&graph, &tree, &seeds);
/// let without = ways.without(&[1], price);
/// assert_eq!([1, 2, 4].map(|state| without.cost(state)), [Some([1]), Some([20]), Some([21])]);
/// assert_eq!(ways.without(&[4], price).cost(4), None);
/// ```
pub struct Replacement<'a, const N: usize> {
    graph: &'a Graph,
    tree: &'a PathTree<N>,
    seeds: Vec<TreeSeed<N>>,
    /// The states of the tree, each before those behind it.
    order: Vec<u32>,
    /// By state, where it stands in the order; beyond the end for those outside the tree.
    position: Vec<u32>,
    /// By position, where what lies behind it ends.
    end: Vec<u32>,
    /// Arcs of the tree with the position they lead to, sorted.
    by_arc: Vec<(u32, u32)>,
    /// By state, where its entries begin in `before`; one more at the end.
    first_before: Vec<u32>,
    /// The state and the arc by which one can come.
    before: Vec<(u32, u32)>,
}

impl<'a, const N: usize> Replacement<'a, N> {
    /// `seeds`: those the tree was grown from.
    pub fn new(graph: &'a Graph, tree: &'a PathTree<N>, seeds: &[TreeSeed<N>]) -> Self {
        let states = graph.states();
        let (order, end) = walk(tree, states);
        let mut position = vec![u32::MAX; states];
        let mut by_arc = Vec::new();
        for (at, state) in order.iter().enumerate() {
            position[*state as usize] = at as u32;
            by_arc.extend(tree.before(*state).map(|(_, arc)| (arc, at as u32)));
        }
        by_arc.sort_unstable();
        let mut first_before = vec![0; states + 1];
        let steps =
            || (0..states as u32).flat_map(|state| graph.steps(state).map(move |(next, arc)| (state, next, arc)));
        for (_, next, _) in steps() {
            first_before[next as usize + 1] += 1;
        }
        for state in 0..states {
            first_before[state + 1] += first_before[state];
        }
        let mut free = first_before.clone();
        let mut before = vec![(0, 0); first_before[states] as usize];
        for (state, next, arc) in steps() {
            before[free[next as usize] as usize] = (state, arc);
            free[next as usize] += 1;
        }
        Self { graph, tree, seeds: seeds.to_vec(), order, position, end, by_arc, first_before, before }
    }

    /// The ways when these arcs are closed as well; `price` as for the tree.
    pub fn without(&self, closed: &[u32], price: impl Fn(u32) -> Option<Ranked<N>>) -> Without<'_, 'a, N> {
        let mut without = Without { ways: self, behind: self.behind(closed), costs: Vec::new() };
        let count = without.behind.iter().map(ExactSizeIterator::len).sum();
        without.costs = vec![None; count];
        let open = |arc: u32| if closed.contains(&arc) { None } else { price(arc) };
        let mut heap = BinaryHeap::new();
        let offer = |without: &mut Without<'_, 'a, N>, heap: &mut BinaryHeap<_>, state: u32, cost: Ranked<N>| {
            let Some(at) = without.local(state) else { return };
            if without.costs[at].is_none_or(|known| cost < known) {
                without.costs[at] = Some(cost);
                heap.push(Reverse((cost, state)));
            }
        };
        for seed in &self.seeds {
            offer(&mut without, &mut heap, seed.state, seed.cost);
        }
        for state in without.behind.clone().into_iter().flatten().map(|at| self.order[at as usize]) {
            let entries = self.first_before[state as usize] as usize..self.first_before[state as usize + 1] as usize;
            for &(from, arc) in &self.before[entries] {
                let outside = self.tree.cost(from).filter(|_| without.local(from).is_none());
                if let Some((cost, price)) = outside.zip(open(arc)) {
                    offer(&mut without, &mut heap, state, add(cost, price));
                }
            }
        }
        while let Some(Reverse((cost, state))) = heap.pop() {
            if without.cost(state) != Some(cost) {
                continue;
            }
            for (next, arc) in self.graph.steps(state) {
                if let Some(price) = open(arc) {
                    offer(&mut without, &mut heap, next, add(cost, price));
                }
            }
        }
        without
    }

    /// Where in the order the states stand whose way leads over one of these arcs: slices in order, none within another.
    fn behind(&self, arcs: &[u32]) -> Vec<Range<u32>> {
        let of_arc = |arc: &u32| {
            let from = self.by_arc.partition_point(|known| known.0 < *arc);
            self.by_arc[from..].iter().take_while(|known| known.0 == *arc).map(|known| known.1).collect::<Vec<_>>()
        };
        let mut starts: Vec<u32> = arcs.iter().flat_map(of_arc).collect();
        starts.sort_unstable();
        let mut slices: Vec<Range<u32>> = Vec::new();
        for start in starts {
            if slices.last().is_none_or(|last| start >= last.end) {
                slices.push(start..self.end[start as usize]);
            }
        }
        slices
    }
}

/// The states of a tree, each before those behind it, and where what lies behind each ends.
fn walk<const N: usize>(tree: &PathTree<N>, states: usize) -> (Vec<u32>, Vec<u32>) {
    let mut after: Vec<Vec<u32>> = vec![Vec::new(); states];
    let mut roots = Vec::new();
    for state in (0..states as u32).filter(|state| tree.cost(*state).is_some()) {
        match tree.before(state) {
            Some((before, _)) => after[before as usize].push(state),
            None => roots.push(state),
        }
    }
    let (mut order, mut end) = (Vec::new(), Vec::new());
    // A position whose states behind are all walked, or a state to walk.
    enum Step {
        Enter(u32),
        Leave(usize),
    }
    let mut steps: Vec<Step> = roots.into_iter().rev().map(Step::Enter).collect();
    while let Some(step) = steps.pop() {
        match step {
            Step::Enter(state) => {
                steps.push(Step::Leave(order.len()));
                order.push(state);
                end.push(0);
                steps.extend(after[state as usize].iter().rev().map(|next| Step::Enter(*next)));
            }
            Step::Leave(at) => end[at] = order.len() as u32,
        }
    }
    (order, end)
}

/// Costs with some arcs closed.
pub struct Without<'r, 'a, const N: usize> {
    ways: &'r Replacement<'a, N>,
    /// See [`Replacement::behind`].
    behind: Vec<Range<u32>>,
    /// Of the states behind, in order.
    costs: Vec<Option<Ranked<N>>>,
}

impl<const N: usize> Without<'_, '_, N> {
    /// `None`: it is not reached any more, or never was.
    pub fn cost(&self, state: u32) -> Option<Ranked<N>> {
        match self.local(state) {
            Some(at) => self.costs[at],
            None => self.ways.tree.cost(state),
        }
    }

    /// Index into the costs of a state that lies behind.
    fn local(&self, state: u32) -> Option<usize> {
        let position = self.ways.position[state as usize];
        let mut passed = 0;
        for slice in &self.behind {
            if slice.contains(&position) {
                return Some(passed + (position - slice.start) as usize);
            }
            passed += slice.len();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::shortest_path::Arc;

    proptest! {
        #[test]
        fn equals_growing_the_tree_again(
            list in prop::collection::vec((0_u32..8, 0_u32..8, 1_u64..9), 1..24),
            forbidden in prop::collection::vec((0_usize..24, 0_usize..24), 0..3),
            closed in prop::collection::vec(0_u32..24, 0..3),
            seeds in prop::collection::vec((0_u32..8, 0_u64..9), 1..4),
        ) {
            let arcs: Vec<Arc> = list.iter().map(|&(tail, head, _)| Arc { tail, head, cost: 1 }).collect();
            let id = |pick: usize| (pick % arcs.len()) as u32;
            let forbidden: Vec<Vec<u32>> = forbidden.iter().map(|&(a, b)| vec![id(a), id(b)]).collect();
            let graph = Graph::new(8, &arcs, &forbidden);
            let seeds: Vec<TreeSeed<2>> = seeds.into_iter().map(|(state, cost)| TreeSeed { state, cost: [cost / 5, cost] }).collect();
            // Some are closed from the start.
            let price = |arc: u32| (list[arc as usize].2 < 8).then(|| [list[arc as usize].2 % 2, list[arc as usize].2]);
            let tree = PathTree::grow(&graph, &seeds, price);
            let found = Replacement::new(&graph, &tree, &seeds);
            let without = found.without(&closed, price);
            let again = PathTree::grow(&graph, &seeds, |arc| if closed.contains(&arc) { None } else { price(arc) });
            for state in 0..graph.states() as u32 {
                prop_assert_eq!(without.cost(state), again.cost(state));
            }
        }
    }
}
