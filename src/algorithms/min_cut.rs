//! The cheapest way to part two sets of places: minimum cut by maximum flow (Dinic 1970).

use std::collections::VecDeque;

/// An undirected graph whose edges cost something to cut.
#[derive(Debug, Clone, Default)]
pub struct CutGraph {
    /// Per edge and direction: head and what it can still carry; the other direction is at `number ^ 1`.
    arcs: Vec<(u32, u64)>,
    out: Vec<Vec<u32>>,
}

impl CutGraph {
    /// A graph of so many nodes without edges.
    pub fn new(nodes: usize) -> Self {
        Self { arcs: Vec::new(), out: vec![Vec::new(); nodes] }
    }

    /// Adds an edge between two nodes that costs so much to cut.
    pub fn add(&mut self, a: u32, b: u32, cost: u64) {
        for (from, to) in [(a, b), (b, a)] {
            self.out[from as usize].push(self.arcs.len() as u32);
            self.arcs.push((to, cost));
        }
    }

    /// The least cost of edges whose removal parts the two sets, and which nodes then stay with the sources: the
    /// fewest that can.
    ///
    /// ```
    /// use fireplan_algorithms::min_cut::CutGraph;
    /// // Two ways from 0 to 3: one is cheapest cut at its start, the other at its end.
    /// let mut graph = CutGraph::new(4);
    /// for (a, b, cost) in [(0, 1, 2), (1, 3, 5), (0, 2, 7), (2, 3, 3)] {
    ///     graph.add(a, b, cost);
    /// }
    /// let (cost, with_source) = graph.cut(&[0], &[3]);
    /// assert_eq!((cost, with_source), (5, vec![true, false, true, false]));
    /// ```
    pub fn cut(mut self, sources: &[u32], sinks: &[u32]) -> (u64, Vec<bool>) {
        let mut is_sink = vec![false; self.out.len()];
        sinks.iter().for_each(|sink| is_sink[*sink as usize] = true);
        let mut flow = 0;
        loop {
            let level = self.levels(sources);
            if !sinks.iter().any(|sink| level[*sink as usize] != u32::MAX) {
                return (flow, level.into_iter().map(|level| level != u32::MAX).collect());
            }
            let mut next = vec![0_usize; self.out.len()];
            for source in sources {
                while let Some(pushed) = self.push(*source, &level, &mut next, &is_sink) {
                    flow += pushed;
                }
            }
        }
    }

    /// Steps from the sources along arcs that can still carry something.
    fn levels(&self, sources: &[u32]) -> Vec<u32> {
        let mut level = vec![u32::MAX; self.out.len()];
        let mut queue: VecDeque<u32> = sources.iter().copied().collect();
        sources.iter().for_each(|source| level[*source as usize] = 0);
        while let Some(node) = queue.pop_front() {
            for arc in &self.out[node as usize] {
                let (head, left) = self.arcs[*arc as usize];
                if left > 0 && level[head as usize] == u32::MAX {
                    level[head as usize] = level[node as usize] + 1;
                    queue.push_back(head);
                }
            }
        }
        level
    }

    /// Sends flow along one path of rising levels; without recursion, for paths are long.
    fn push(&mut self, source: u32, level: &[u32], next: &mut [usize], is_sink: &[bool]) -> Option<u64> {
        let mut path: Vec<u32> = Vec::new();
        let mut node = source;
        while !is_sink[node as usize] {
            let arcs = &self.out[node as usize];
            let onward = arcs[next[node as usize]..].iter().position(|arc| {
                let (head, left) = self.arcs[*arc as usize];
                left > 0 && level[head as usize] == level[node as usize].saturating_add(1)
            });
            match onward {
                Some(skip) => {
                    next[node as usize] += skip;
                    let arc = arcs[next[node as usize]];
                    path.push(arc);
                    node = self.arcs[arc as usize].0;
                }
                None => {
                    next[node as usize] = arcs.len();
                    let arc = path.pop()?;
                    node = self.arcs[(arc ^ 1) as usize].0;
                    next[node as usize] += 1;
                }
            }
        }
        let pushed = path.iter().map(|arc| self.arcs[*arc as usize].1).min().unwrap_or(u64::MAX);
        for arc in path {
            self.arcs[arc as usize].1 -= pushed;
            self.arcs[(arc ^ 1) as usize].1 += pushed;
        }
        Some(pushed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_other_parting_is_cheaper(edges in prop::collection::vec((0_u32..7, 0_u32..7, 1_u64..20), 1..20)) {
            let edges: Vec<_> = edges.into_iter().filter(|(a, b, _)| a != b).collect();
            let mut graph = CutGraph::new(7);
            edges.iter().for_each(|&(a, b, cost)| graph.add(a, b, cost));
            let cost_of = |side: &dyn Fn(u32) -> bool| {
                edges.iter().filter(|(a, b, _)| side(*a) != side(*b)).map(|(.., cost)| cost).sum::<u64>()
            };
            let (cost, with_source) = graph.cut(&[0, 1], &[6]);
            prop_assert!(with_source[0] && with_source[1] && !with_source[6]);
            prop_assert_eq!(cost, cost_of(&|node| with_source[node as usize]));
            let least = (0_u32..16).map(|sides| cost_of(&|node| node < 2 || (node < 6 && sides >> (node - 2) & 1 == 1))).min();
            prop_assert_eq!(Some(cost), least);
        }
    }
}
