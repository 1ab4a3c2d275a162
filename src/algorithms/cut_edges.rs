//! Edges without which part of a graph falls off: bridges by lowest reachable entry (Tarjan 1974), with what lies behind.

/// An edge without which the nodes entered as `first..last` are cut off from the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutEdge {
    /// Index into the edges given.
    pub edge: u32,
    /// When the first node behind the edge was entered.
    pub first: u32,
    /// One more than when the last node behind the edge was entered.
    pub last: u32,
}

/// All cut edges of the part of a graph that hangs together with a root.
#[derive(Debug)]
pub struct Cuts {
    /// When each node was entered, counted from 0 at the root; `u32::MAX`: never.
    entered: Vec<u32>,
    /// By edge.
    pub cuts: Vec<CutEdge>,
}

impl Cuts {
    /// Whether the node is cut off from the root without this edge.
    pub fn is_behind(&self, node: u32, cut: &CutEdge) -> bool {
        (cut.first..cut.last).contains(&self.entered[node as usize])
    }

    /// Whether the node hangs together with the root.
    pub fn is_connected(&self, node: u32) -> bool {
        self.entered[node as usize] != u32::MAX
    }
}

/// Edges join two nodes both ways; of several between the same two, none is a cut.
///
/// ```
/// use fireplan_algorithms::cut_edges::cut_edges;
/// // A triangle 0-1-2 with a tail 2-3-4: the two edges of the tail are cuts.
/// let found = cut_edges(5, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)], 0);
/// assert_eq!(found.cuts.iter().map(|cut| cut.edge).collect::<Vec<_>>(), [3, 4]);
/// assert!(found.is_behind(4, &found.cuts[0]) && found.is_behind(4, &found.cuts[1]) && !found.is_behind(3, &found.cuts[1]));
/// ```
pub fn cut_edges(nodes: u32, edges: &[(u32, u32)], root: u32) -> Cuts {
    let mut beside: Vec<Vec<(u32, u32)>> = vec![Vec::new(); nodes as usize];
    for (edge, &(a, b)) in edges.iter().enumerate() {
        beside[a as usize].push((b, edge as u32));
        beside[b as usize].push((a, edge as u32));
    }
    let mut entered = vec![u32::MAX; nodes as usize];
    let mut lowest = vec![u32::MAX; nodes as usize];
    let mut cuts = Vec::new();
    let mut clock = 0;
    // (node, edge one came by, next neighbour to look at): a stack of its own, as roads are longer than call stacks.
    let mut stack: Vec<(u32, u32, usize)> = vec![(root, u32::MAX, 0)];
    while let Some((node, by, next)) = stack.pop() {
        let at = node as usize;
        if next == 0 {
            entered[at] = clock;
            lowest[at] = clock;
            clock += 1;
        }
        match beside[at].get(next) {
            Some(&(other, edge)) => {
                stack.push((node, by, next + 1));
                if edge != by && entered[other as usize] == u32::MAX {
                    stack.push((other, edge, 0));
                } else if edge != by {
                    lowest[at] = lowest[at].min(entered[other as usize]);
                }
            }
            None => {
                let Some(&(before, ..)) = stack.last() else { break };
                lowest[before as usize] = lowest[before as usize].min(lowest[at]);
                if lowest[at] > entered[before as usize] {
                    cuts.push(CutEdge { edge: by, first: entered[at], last: clock });
                }
            }
        }
    }
    cuts.sort_unstable_by_key(|cut| cut.edge);
    Cuts { entered, cuts }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reached(nodes: u32, edges: &[(u32, u32)], without: Option<usize>) -> Vec<bool> {
        let mut seen = vec![false; nodes as usize];
        seen[0] = true;
        loop {
            let before = seen.clone();
            for (_, &(a, b)) in edges.iter().enumerate().filter(|(edge, _)| Some(*edge) != without) {
                let either = seen[a as usize] || seen[b as usize];
                seen[a as usize] |= either;
                seen[b as usize] |= either;
            }
            if seen == before {
                return seen;
            }
        }
    }

    #[test]
    fn a_lone_root_has_no_cuts() {
        assert!(cut_edges(1, &[], 0).cuts.is_empty());
        assert!(cut_edges(1, &[(0, 0)], 0).cuts.is_empty());
    }

    #[test]
    fn two_roads_side_by_side_are_no_cut() {
        assert!(cut_edges(2, &[(0, 1), (1, 0)], 0).cuts.is_empty());
    }

    proptest! {
        #[test]
        fn equals_taking_out_each_edge(edges in prop::collection::vec((0_u32..9, 0_u32..9), 0..16)) {
            let found = cut_edges(9, &edges, 0);
            let all = reached(9, &edges, None);
            for node in 0..9 {
                prop_assert_eq!(found.is_connected(node), all[node as usize]);
            }
            for edge in 0..edges.len() {
                let left = reached(9, &edges, Some(edge));
                let cut = found.cuts.iter().find(|cut| cut.edge == edge as u32);
                for node in 0..9_u32 {
                    let lost = all[node as usize] && !left[node as usize];
                    prop_assert_eq!(cut.is_some_and(|cut| found.is_behind(node, cut)), lost);
                }
            }
        }
    }
}
