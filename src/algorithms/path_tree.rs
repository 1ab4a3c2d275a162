//! Cheapest ways from many seeds, remembered arc by arc, with costs in ranks: first money, then time, say.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::shortest_path::Graph;

/// What a way costs; a lower first rank wins whatever the further ranks are.
pub type Ranked<const N: usize> = [u64; N];

const NONE: u32 = u32::MAX;

/// Where a tree begins.
#[derive(Debug, Clone, Copy)]
pub struct TreeSeed<const N: usize> {
    /// The state at which it begins.
    pub state: u32,
    /// What is spent there already.
    pub cost: Ranked<N>,
}

/// The cheapest way to every state of a graph.
///
/// ```
/// use fireplan_algorithms::path_tree::{PathTree, TreeSeed};
/// use fireplan_algorithms::shortest_path::{Arc, Graph};
/// // The straight way 0 → 1 → 2 is quick but costs money; the way round by 3 is free.
/// let arcs = [(0, 1), (1, 2), (0, 3), (3, 2)].map(|(tail, head)| Arc { tail, head, cost: 1 });
/// let costs = [[0, 5], [100, 5], [0, 50], [0, 50]];
/// let graph = Graph::new(4, &arcs, &[]);
/// let tree = PathTree::grow(&graph, &[TreeSeed { state: 0, cost: [0, 0] }], |arc| Some(costs[arc as usize]));
/// assert_eq!(tree.cost(2), Some([0, 100]));
/// assert_eq!(tree.path(2), [2, 3]);
/// let no_way_round = PathTree::grow(&graph, &[TreeSeed { state: 0, cost: [0, 0] }], |arc| (arc < 2).then(|| costs[arc as usize]));
/// assert_eq!(no_way_round.cost(2), Some([100, 10]));
/// ```
#[derive(Debug)]
pub struct PathTree<const N: usize> {
    cost: Vec<Option<Ranked<N>>>,
    /// The state and the arc one comes by; no arc at a seed.
    before: Vec<(u32, u32)>,
    /// The seed at the root of the way.
    seed: Vec<u32>,
}

impl<const N: usize> PathTree<N> {
    /// `price`: what an arc costs; `None`: it is closed.
    pub fn grow(graph: &Graph, seeds: &[TreeSeed<N>], price: impl Fn(u32) -> Option<Ranked<N>>) -> Self {
        Self::grow_within(graph, seeds, price, u64::MAX)
    }

    /// The same as far as the first part of the cost is no more than this.
    pub fn grow_within(
        graph: &Graph,
        seeds: &[TreeSeed<N>],
        price: impl Fn(u32) -> Option<Ranked<N>>,
        most: u64,
    ) -> Self {
        let mut tree = Self {
            cost: vec![None; graph.states()],
            before: vec![(NONE, NONE); graph.states()],
            seed: vec![NONE; graph.states()],
        };
        let mut heap = BinaryHeap::new();
        for (number, seed) in seeds.iter().enumerate() {
            if tree.cost[seed.state as usize].is_none_or(|known| seed.cost < known) {
                tree.cost[seed.state as usize] = Some(seed.cost);
                tree.seed[seed.state as usize] = number as u32;
                heap.push(Reverse((seed.cost, seed.state)));
            }
        }
        while let Some(Reverse((cost, state))) = heap.pop() {
            if tree.cost[state as usize] != Some(cost) {
                continue;
            }
            for (next, arc) in graph.steps(state) {
                let Some(price) = price(arc) else { continue };
                let there = add(cost, price);
                if there[0] <= most && tree.cost[next as usize].is_none_or(|known| there < known) {
                    tree.cost[next as usize] = Some(there);
                    tree.before[next as usize] = (state, arc);
                    tree.seed[next as usize] = tree.seed[state as usize];
                    heap.push(Reverse((there, next)));
                }
            }
        }
        tree
    }

    /// Cost of the best path to the state; `None`: it was not reached.
    pub fn cost(&self, state: u32) -> Option<Ranked<N>> {
        self.cost[state as usize]
    }

    /// The seed from which a state is reached.
    pub fn seed(&self, state: u32) -> Option<u32> {
        Some(self.seed[state as usize]).filter(|seed| *seed != NONE)
    }

    /// The state and the arc one comes by; `None` at a seed, and where one never comes.
    pub fn before(&self, state: u32) -> Option<(u32, u32)> {
        Some(self.before[state as usize]).filter(|(_, arc)| *arc != NONE)
    }

    /// The arcs from the seed to the state, in order.
    pub fn path(&self, mut state: u32) -> Vec<u32> {
        let mut arcs = Vec::new();
        while let (before, arc) = self.before[state as usize]
            && arc != NONE
        {
            arcs.push(arc);
            state = before;
        }
        arcs.reverse();
        arcs
    }
}

/// Rank by rank.
pub fn add<const N: usize>(mut a: Ranked<N>, b: Ranked<N>) -> Ranked<N> {
    for (a, b) in a.iter_mut().zip(b) {
        *a = a.saturating_add(b);
    }
    a
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::shortest_path::{Arc, Search, UNREACHED};

    proptest! {
        #[test]
        fn one_rank_equals_the_plain_search_and_paths_add_up(
            list in prop::collection::vec((0_u32..8, 0_u32..8, 1_u32..900), 1..24),
            forbidden in prop::collection::vec((0_usize..24, 0_usize..24), 0..3),
        ) {
            let arcs: Vec<Arc> = list.iter().map(|&(tail, head, cost)| Arc { tail, head, cost }).collect();
            let id = |pick: usize| (pick % arcs.len()) as u32;
            let forbidden: Vec<Vec<u32>> = forbidden.iter().map(|&(a, b)| vec![id(a), id(b)]).collect();
            let graph = Graph::new(8, &arcs, &forbidden);
            let price = |arc: u32| Some([u64::from(arcs[arc as usize].cost)]);
            let tree = PathTree::grow(&graph, &[TreeSeed { state: 0, cost: [7] }], price);
            let mut search = Search::new(&graph);
            search.run(&graph, &[(0, 7)], UNREACHED - 1);
            for state in 0..graph.states() as u32 {
                let expected = Some(search.cost(state)).filter(|cost| *cost != UNREACHED);
                prop_assert_eq!(tree.cost(state).map(|[cost]| cost as u32), expected);
                if expected.is_some() {
                    let sum: u32 = tree.path(state).iter().map(|arc| arcs[*arc as usize].cost).sum();
                    prop_assert_eq!(Some(7 + sum), expected);
                    prop_assert_eq!(tree.seed(state), Some(0));
                }
            }
        }
    }
}
