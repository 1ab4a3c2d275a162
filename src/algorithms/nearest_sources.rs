//! The nearest and the second-nearest of many sources, for every state of a graph, in one search.
//!
//! A state keeps the best label of each of its two best sources; labels of further sources are never passed on, because
//! whoever is third somewhere is at best third beyond.

use crate::shortest_path::{Buckets, Graph, UNREACHED};

/// A source and what it costs to come from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLabel {
    /// Cost from the source.
    pub cost: u32,
    /// The number of the source.
    pub source: u32,
}

/// No source.
pub const NONE: SourceLabel = SourceLabel { cost: UNREACHED, source: u32::MAX };

/// The two best labels, of different sources, best first; of equal cost, the lower source first.
pub type NearestTwo = [SourceLabel; 2];

/// Takes a label into the two best. `false`: it changed nothing.
#[inline]
pub fn offer(two: &mut NearestTwo, label: SourceLabel) -> bool {
    if label >= two[1] || (label.source == two[0].source && label >= two[0]) {
        return false;
    }
    if label < two[0] {
        if label.source != two[0].source {
            two[1] = two[0];
        }
        two[0] = label;
    } else {
        two[1] = label;
    }
    true
}

/// A place where a source enters the graph.
#[derive(Debug, Clone, Copy)]
pub struct SourceSeed {
    /// The state that was reached.
    pub state: u32,
    /// From which source, and at what cost.
    pub label: SourceLabel,
}

/// The two nearest sources of every state, within `budget` (inclusive).
///
/// ```
/// use fireplan_algorithms::nearest_sources::{SourceLabel, SourceSeed, two_nearest};
/// use fireplan_algorithms::shortest_path::{Arc, Graph};
/// let both_ways = |a, b, cost| [Arc { tail: a, head: b, cost }, Arc { tail: b, head: a, cost }];
/// let graph = Graph::new(3, &[both_ways(0, 1, 10), both_ways(1, 2, 10)].concat(), &[]);
/// let seed = |state, source| SourceSeed { state, label: SourceLabel { cost: 0, source } };
/// let nearest = two_nearest(&graph, &[seed(0, 7), seed(2, 8)], 100);
/// assert_eq!(nearest[0], [SourceLabel { cost: 0, source: 7 }, SourceLabel { cost: 20, source: 8 }]);
/// assert_eq!(nearest[1], [SourceLabel { cost: 10, source: 7 }, SourceLabel { cost: 10, source: 8 }]);
/// ```
pub fn two_nearest(graph: &Graph, seeds: &[SourceSeed], budget: u32) -> Vec<NearestTwo> {
    let mut nearest = vec![[NONE; 2]; graph.states()];
    let mut queue = Buckets::new();
    let push = |nearest: &mut [NearestTwo], queue: &mut Buckets<(u32, SourceLabel)>, state: u32, label: SourceLabel| {
        if label.cost <= budget && offer(&mut nearest[state as usize], label) {
            queue.push(label.cost, (state, label));
        }
    };
    for seed in seeds {
        push(&mut nearest, &mut queue, seed.state, seed.label);
    }
    while let Some((state, label)) = queue.pop() {
        if !nearest[state as usize].contains(&label) {
            continue;
        }
        for (next, cost) in graph.onward_from(state) {
            let label = SourceLabel { cost: label.cost.saturating_add(cost), source: label.source };
            push(&mut nearest, &mut queue, next, label);
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::shortest_path::{Arc, Search};

    #[test]
    fn a_better_label_of_the_second_source_may_become_the_first() {
        let mut two = [SourceLabel { cost: 5, source: 1 }, SourceLabel { cost: 9, source: 2 }];
        assert!(offer(&mut two, SourceLabel { cost: 3, source: 2 }));
        assert_eq!(two, [SourceLabel { cost: 3, source: 2 }, SourceLabel { cost: 5, source: 1 }]);
        assert!(!offer(&mut two, SourceLabel { cost: 4, source: 2 }));
    }

    proptest! {
        #[test]
        fn equals_one_search_per_source(
            list in prop::collection::vec((0_u32..9, 0_u32..9, 1_u32..5000), 1..30),
            seeds in prop::collection::vec((0_u32..9, 0_u32..3000), 1..5),
        ) {
            let arcs: Vec<Arc> = list.iter().map(|&(tail, head, cost)| Arc { tail, head, cost }).collect();
            let graph = Graph::new(9, &arcs, &[]);
            let budget = 20_000;
            let labelled: Vec<SourceSeed> = seeds
                .iter()
                .zip(0..)
                .map(|(&(state, cost), source)| SourceSeed { state, label: SourceLabel { cost, source } })
                .collect();
            let nearest = two_nearest(&graph, &labelled, budget);
            let mut search = Search::new(&graph);
            let mut expected = vec![Vec::new(); 9];
            for seed in &labelled {
                search.run(&graph, &[(seed.state, seed.label.cost)], budget);
                for state in search.reached() {
                    expected[*state as usize].push(SourceLabel { cost: search.cost(*state), source: seed.label.source });
                }
            }
            for (mut expected, found) in expected.into_iter().zip(nearest) {
                expected.sort();
                expected.resize(expected.len().max(2), NONE);
                prop_assert_eq!(&expected[..2], &found[..]);
            }
        }
    }
}
