//! Shortest paths within a budget, from one or many sources at once, on flat arrays with a bucket queue.
//!
//! Costs are whole numbers (milliseconds), so that equal is equal. Arcs may not be used in certain sequences (turn
//! restrictions, also over several junctions): each node gets one *state* per way of having arrived that still matters,
//! so the search itself knows nothing of restrictions and their cost is a few more states.
//!
//! The queue keeps labels in buckets of `2^BUCKET_SHIFT`; a label in a bucket may still be improved from within the same
//! bucket and is then taken again (Dial 1969 with the wider buckets of Denardo and Fox 1979, so a bucket is a stack).

use std::collections::{BTreeMap, BTreeSet};

/// Cost of a label that was not reached.
pub const UNREACHED: u32 = u32::MAX;

/// Arcs that cannot be used have this cost.
pub const CLOSED: u32 = u32::MAX;

/// Width of a bucket as a power of two. Around a second in milliseconds: shorter than nearly every arc of a road
/// network, so that few labels are taken twice, and wide enough that few buckets are empty.
const BUCKET_SHIFT: u32 = 10;

/// An arc as it is given.
#[derive(Debug, Clone, Copy)]
pub struct Arc {
    /// Node at which it begins.
    pub tail: u32,
    /// Node at which it ends.
    pub head: u32,
    /// [`CLOSED`]: left out.
    pub cost: u32,
}

#[derive(Debug, Clone, Copy)]
struct Onward {
    state: u32,
    cost: u32,
}

/// A graph ready for searching.
///
/// ```
/// use fireplan_algorithms::shortest_path::{Arc, Graph, Search};
/// // 0 → 1 → 2 costs 7, but after arc 0 arc 1 is forbidden; the way round by 3 costs 12.
/// let arcs = [(0, 1, 3), (1, 2, 4), (0, 3, 5), (3, 2, 7)].map(|(tail, head, cost)| Arc { tail, head, cost });
/// let graph = Graph::new(4, &arcs, &[vec![0, 1]]);
/// let mut search = Search::new(&graph);
/// search.run(&graph, &[(0, 0)], 100);
/// assert_eq!(search.node_cost(&graph, 2), Some(12));
/// ```
#[derive(Debug)]
pub struct Graph {
    nodes: u32,
    /// Where the onward arcs of each state begin; one more at the end.
    first: Vec<u32>,
    onward: Vec<Onward>,
    /// The arc behind each onward entry.
    arc: Vec<u32>,
    /// The node of each state beyond the nodes themselves, ascending by state.
    extra_node: Vec<u32>,
    /// The last arc driven in each of these.
    extra_arc: Vec<u32>,
    /// The state after an arc alone, for arcs that begin a forbidden sequence.
    begun: BTreeMap<u32, u32>,
}

impl Graph {
    /// `forbidden`: sequences of arcs (indices into `arcs`) that may not be used one after the other.
    pub fn new(nodes: u32, arcs: &[Arc], forbidden: &[Vec<u32>]) -> Self {
        let mut leaving: Vec<(u32, u32)> = Vec::with_capacity(arcs.len());
        leaving.extend(
            arcs.iter().enumerate().filter(|(_, arc)| arc.cost != CLOSED).map(|(id, arc)| (arc.tail, id as u32)),
        );
        leaving.sort_unstable();
        let mut start = vec![0_u32; nodes as usize + 1];
        for (tail, _) in &leaving {
            start[*tail as usize + 1] += 1;
        }
        for node in 0..nodes as usize {
            start[node + 1] += start[node];
        }
        let mut forbidden = forbidden.to_vec();
        forbidden.sort_unstable();
        let automaton = Automaton::new(nodes, &forbidden);
        let last_arc = |beginning: &&[u32]| *beginning.last().expect("beginnings are not empty");
        let states = nodes as usize + automaton.beginnings.len();
        let mut graph = Self {
            nodes,
            first: Vec::with_capacity(states + 1),
            onward: Vec::with_capacity(leaving.len()),
            arc: Vec::with_capacity(leaving.len()),
            extra_arc: automaton.beginnings.iter().map(last_arc).collect(),
            extra_node: automaton.beginnings.iter().map(|way| arcs[last_arc(way) as usize].head).collect(),
            begun: automaton
                .begun
                .iter()
                .filter(|(way, _)| way.len() == 1)
                .map(|(way, state)| (way[0], *state))
                .collect(),
        };
        for state in 0..states as u32 {
            graph.first.push(graph.onward.len() as u32);
            let node = graph.node(state) as usize;
            for (_, arc) in &leaving[start[node] as usize..start[node + 1] as usize] {
                if let Some(next) = automaton.next(state, *arc, arcs[*arc as usize].head) {
                    graph.onward.push(Onward { state: next, cost: arcs[*arc as usize].cost });
                    graph.arc.push(*arc);
                }
            }
        }
        graph.first.push(graph.onward.len() as u32);
        graph
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.first.len() - 1
    }

    /// The node that a state is at.
    pub fn node(&self, state: u32) -> u32 {
        if state < self.nodes { state } else { self.extra_node[(state - self.nodes) as usize] }
    }

    /// Every state and the arcs that may leave it.
    pub fn departures(&self) -> impl Iterator<Item = (u32, &[u32])> {
        (0..self.states())
            .map(|state| (state as u32, &self.arc[self.first[state] as usize..self.first[state + 1] as usize]))
    }

    /// The arc by which one has come, in the states that remember it for a forbidden sequence that it may be part of.
    pub fn arrived_by(&self, state: u32) -> Option<u32> {
        self.extra_arc.get(state.checked_sub(self.nodes)? as usize).copied()
    }

    /// The state in which one arrives at the end of an arc that was entered halfway.
    pub fn state_after(&self, arc: u32, head: u32) -> u32 {
        self.begun.get(&arc).copied().unwrap_or(head)
    }

    /// The states one gets to from this one, and at what cost.
    pub fn onward_from(&self, state: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.onward(state).iter().map(|onward| (onward.state, onward.cost))
    }

    /// The states one gets to from this one, and by which arc.
    pub fn steps(&self, state: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let range = self.first[state as usize] as usize..self.first[state as usize + 1] as usize;
        self.onward[range.clone()].iter().zip(&self.arc[range]).map(|(onward, arc)| (onward.state, *arc))
    }

    fn onward(&self, state: u32) -> &[Onward] {
        &self.onward[self.first[state as usize] as usize..self.first[state as usize + 1] as usize]
    }
}

/// Forbidden sequences as an automaton (Aho and Corasick 1975): a state is the longest end of the way so far that is
/// the beginning of a forbidden sequence; the empty one is the node itself.
struct Automaton<'a> {
    nodes: u32,
    forbidden: &'a [Vec<u32>],
    /// Beginnings of forbidden sequences, and the state after them.
    begun: BTreeMap<&'a [u32], u32>,
    /// The beginning behind each extra state.
    beginnings: Vec<&'a [u32]>,
}

impl<'a> Automaton<'a> {
    fn new(nodes: u32, forbidden: &'a [Vec<u32>]) -> Self {
        let begun: BTreeSet<&[u32]> =
            forbidden.iter().flat_map(|sequence| (1..sequence.len()).map(|length| &sequence[..length])).collect();
        let beginnings: Vec<&[u32]> = begun.into_iter().collect();
        let begun = beginnings.iter().zip(nodes..).map(|(beginning, state)| (*beginning, state)).collect();
        Self { nodes, forbidden, begun, beginnings }
    }

    /// The state after leaving `state` by `arc`; `None` where that would complete a forbidden sequence.
    fn next(&self, state: u32, arc: u32, head: u32) -> Option<u32> {
        if self.begun.is_empty() {
            return Some(head);
        }
        let mut way =
            state.checked_sub(self.nodes).map_or_else(Vec::new, |extra| self.beginnings[extra as usize].to_vec());
        way.push(arc);
        let ends = || (0..way.len()).map(|from| &way[from..]);
        if way.len() > 1 && ends().any(|end| self.forbidden.binary_search_by(|known| known.as_slice().cmp(end)).is_ok())
        {
            return None;
        }
        Some(ends().find_map(|end| self.begun.get(end).copied()).unwrap_or(head))
    }
}

/// A queue of labels in buckets of ascending cost.
#[derive(Debug, Default)]
pub(crate) struct Buckets<T> {
    buckets: Vec<Vec<T>>,
    /// No bucket before this one holds a label.
    current: usize,
    labels: usize,
}

impl<T: Copy> Buckets<T> {
    pub(crate) fn new() -> Self {
        Self { buckets: Vec::new(), current: 0, labels: 0 }
    }

    pub(crate) fn push(&mut self, cost: u32, label: T) {
        let bucket = (cost >> BUCKET_SHIFT) as usize;
        if bucket >= self.buckets.len() {
            self.buckets.resize_with(bucket + 1, Vec::new);
        }
        // Costs never fall, so `bucket < current` happens only before the first pop.
        self.current = self.current.min(bucket);
        self.labels += 1;
        self.buckets[bucket].push(label);
    }

    /// A label of the cheapest bucket that has one.
    pub(crate) fn pop(&mut self) -> Option<T> {
        if self.labels == 0 {
            self.current = usize::MAX;
            return None;
        }
        self.labels -= 1;
        loop {
            if let Some(label) = self.buckets[self.current].pop() {
                return Some(label);
            }
            self.current += 1;
        }
    }
}

/// Labels of one search after the other; only what was touched is cleared in between.
#[derive(Debug)]
pub struct Search {
    cost: Vec<u32>,
    touched: Vec<u32>,
    queue: Buckets<(u32, u32)>,
}

impl Search {
    /// Memory for searches on this graph.
    pub fn new(graph: &Graph) -> Self {
        Self { cost: vec![UNREACHED; graph.states()], touched: Vec::new(), queue: Buckets::new() }
    }

    /// Finds every state within `budget` (inclusive) of the nearest seed `(state, cost)`.
    pub fn run(&mut self, graph: &Graph, seeds: &[(u32, u32)], budget: u32) {
        for state in self.touched.drain(..) {
            self.cost[state as usize] = UNREACHED;
        }
        for &(state, cost) in seeds {
            self.offer(state, cost, budget);
        }
        while let Some((state, cost)) = self.queue.pop() {
            if self.cost[state as usize] < cost {
                continue;
            }
            for onward in graph.onward(state) {
                self.offer(onward.state, cost.saturating_add(onward.cost), budget);
            }
        }
    }

    #[inline]
    fn offer(&mut self, state: u32, cost: u32, budget: u32) {
        let known = &mut self.cost[state as usize];
        if cost <= budget && cost < *known {
            if *known == UNREACHED {
                self.touched.push(state);
            }
            *known = cost;
            self.queue.push(cost, (state, cost));
        }
    }

    /// The states that were reached, in no particular order.
    pub fn reached(&self) -> &[u32] {
        &self.touched
    }

    /// Cost of a state, [`UNREACHED`] if it was not reached.
    pub fn cost(&self, state: u32) -> u32 {
        self.cost[state as usize]
    }

    /// Cost of a node in whichever state it is cheapest.
    pub fn node_cost(&self, graph: &Graph, node: u32) -> Option<u32> {
        let extra = (graph.nodes..graph.states() as u32).filter(|state| graph.node(*state) == node);
        extra.chain([node]).map(|state| self.cost(state)).min().filter(|cost| *cost != UNREACHED)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arcs(list: &[(u32, u32, u32)]) -> Vec<Arc> {
        list.iter().map(|&(tail, head, cost)| Arc { tail, head, cost }).collect()
    }

    fn costs(nodes: u32, arcs: &[Arc], forbidden: &[Vec<u32>], seed: u32, budget: u32) -> Vec<Option<u32>> {
        let graph = Graph::new(nodes, arcs, forbidden);
        let mut search = Search::new(&graph);
        search.run(&graph, &[(seed, 0)], budget);
        (0..nodes).map(|node| search.node_cost(&graph, node)).collect()
    }

    #[test]
    fn exactly_on_the_budget_counts() {
        let arcs = arcs(&[(0, 1, 300_000), (1, 2, 1)]);
        assert_eq!(costs(3, &arcs, &[], 0, 300_000), [Some(0), Some(300_000), None]);
    }

    #[test]
    fn a_closed_arc_is_not_there() {
        let arcs = arcs(&[(0, 1, CLOSED), (0, 2, 5), (2, 1, 5)]);
        assert_eq!(costs(3, &arcs, &[], 0, 100)[1], Some(10));
    }

    #[test]
    fn a_restriction_over_two_junctions_binds_only_that_way() {
        // 0 → 1 → 2 → 3 straight; 4 → 1 joins. Forbidden: arcs 0, 1, 2 in a row.
        let arcs = arcs(&[(0, 1, 1), (1, 2, 1), (2, 3, 1), (4, 1, 1)]);
        let forbidden = [vec![0, 1, 2]];
        assert_eq!(costs(5, &arcs, &forbidden, 0, 100)[3], None);
        assert_eq!(costs(5, &arcs, &forbidden, 4, 100)[3], Some(3));
    }

    #[test]
    fn a_search_forgets_the_one_before() {
        let arcs = arcs(&[(0, 1, 4), (1, 0, 4)]);
        let graph = Graph::new(2, &arcs, &[]);
        let mut search = Search::new(&graph);
        search.run(&graph, &[(0, 0)], 10);
        search.run(&graph, &[(1, 0)], 3);
        assert_eq!((search.cost(0), search.cost(1)), (UNREACHED, 0));
    }

    /// Bellman and Ford over all walks, with the walk's last two arcs as the state.
    fn by_walks(nodes: u32, arcs: &[Arc], forbidden: &[Vec<u32>], seed: u32) -> Vec<Option<u32>> {
        let mut best: BTreeMap<(u32, Vec<u32>), u32> = BTreeMap::from([((seed, Vec::new()), 0)]);
        loop {
            let mut changed = false;
            for ((node, way), cost) in best.clone() {
                for (id, arc) in arcs.iter().enumerate().filter(|(_, arc)| arc.tail == node && arc.cost != CLOSED) {
                    let mut way = way.clone();
                    way.push(id as u32);
                    if forbidden.iter().any(|sequence| way.ends_with(sequence)) {
                        continue;
                    }
                    let way = way[way.len().saturating_sub(2)..].to_vec();
                    let known = best.entry((arc.head, way)).or_insert(UNREACHED);
                    if cost + arc.cost < *known {
                        *known = cost + arc.cost;
                        changed = true;
                    }
                }
            }
            if !changed {
                return (0..nodes)
                    .map(|node| best.iter().filter(|((at, _), _)| *at == node).map(|(_, c)| *c).min())
                    .collect();
            }
        }
    }

    proptest! {
        #[test]
        fn equals_a_search_over_all_walks(
            list in prop::collection::vec((0_u32..7, 0_u32..7, 1_u32..4000), 1..18),
            picks in prop::collection::vec((0_usize..18, 0_usize..18, 0_usize..18, any::<bool>()), 0..4),
        ) {
            let arcs = arcs(&list);
            let id = |pick: usize| (pick % arcs.len()) as u32;
            let mut forbidden: Vec<Vec<u32>> = picks
                .iter()
                .map(|&(a, b, c, long)| if long { vec![id(a), id(b), id(c)] } else { vec![id(a), id(b)] })
                .collect();
            forbidden.sort();
            prop_assert_eq!(costs(7, &arcs, &forbidden, 0, UNREACHED - 1), by_walks(7, &arcs, &forbidden, 0));
        }
    }
}
