//! Regions without a ring, solved exactly in one pass from the ends inward.

use super::region::Region;
use fireplan_algorithms::metric_graph::{Edge, EdgePosition, SAME};

/// A region without rings, seen from one of its nodes.
pub(super) struct Tree<'a> {
    region: &'a Region,
    /// Nodes, those farthest out last, with the edge that leads inward.
    order: Vec<(u32, Option<u32>)>,
}

/// What is known at a node of everything farther out.
#[derive(Clone, Copy)]
struct Outward {
    /// Distance to the farthest demand not yet covered.
    need: Option<f64>,
    /// Distance to the nearest point placed.
    have: f64,
}

impl<'a> Tree<'a> {
    pub(super) fn new(region: &'a Region) -> Self {
        let mut order = vec![(0, None)];
        let mut seen = vec![false; region.graph.nodes() as usize];
        seen[0] = true;
        let mut next = 0;
        while next < order.len() {
            let node = order[next].0;
            for edge in region.graph.edges_at(node) {
                let outer = region.graph.across(*edge, node);
                if !std::mem::replace(&mut seen[outer as usize], true) {
                    order.push((outer, Some(*edge)));
                }
            }
            next += 1;
        }
        Self { region, order }
    }

    pub(super) fn cover(&self, radius: f64) -> Vec<EdgePosition> {
        let nothing = Outward { need: None, have: f64::INFINITY };
        let mut at: Vec<Outward> = vec![nothing; self.order.len()];
        let mut places = Vec::new();
        for (node, inward) in self.order.iter().rev() {
            let mut outward = at[*node as usize];
            outward.need = outward.need.filter(|need| need + outward.have > radius + SAME);
            match inward {
                Some(edge) => {
                    let inner = self.region.graph.across(*edge, *node);
                    let arrived = self.walk(*edge, *node, outward, radius, &mut places);
                    let known = &mut at[inner as usize];
                    known.need = known.need.into_iter().chain(arrived.need).reduce(f64::max);
                    known.have = known.have.min(arrived.have);
                }
                None if outward.need.is_some() => places.push(self.place_at(*node)),
                None => {}
            }
        }
        places
    }

    fn place_at(&self, node: u32) -> EdgePosition {
        let edge = self.region.graph.edges_at(node)[0];
        let Edge { from, length, .. } = self.region.graph.edges[edge as usize];
        EdgePosition { edge, offset: if from == node { 0.0 } else { length } }
    }

    /// Walks an edge inward from its outer node, placing points as late as the demand behind allows.
    fn walk(&self, edge: u32, outer: u32, mut known: Outward, radius: f64, places: &mut Vec<EdgePosition>) -> Outward {
        let Edge { from, length, .. } = self.region.graph.edges[edge as usize];
        let forwards = from == outer;
        let mut stretches: Vec<(f64, f64)> = self
            .region
            .demand
            .iter()
            .skip(self.region.demand.partition_point(|stretch| stretch.edge < edge))
            .take_while(|stretch| stretch.edge == edge)
            .map(
                |stretch| {
                    if forwards { (stretch.from, stretch.to) } else { (length - stretch.to, length - stretch.from) }
                },
            )
            .collect();
        stretches.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut place =
            |walked: f64| places.push(EdgePosition { edge, offset: if forwards { walked } else { length - walked } });
        let mut walked = 0.0;
        // A point has to lie no farther on than this for the demand behind it.
        let due = |known: &Outward, walked: f64| known.need.map(|need| (walked + radius - need).max(walked));
        for (start, end) in stretches {
            loop {
                let open = start.max(walked + radius - known.have).max(walked);
                match due(&known, walked) {
                    Some(due) if due < end - SAME => {
                        place(due);
                        walked = due;
                        known = Outward { need: None, have: 0.0 };
                    }
                    None if open < end - SAME => {
                        known = Outward { need: Some(0.0), have: known.have + open - walked };
                        walked = open;
                    }
                    _ => break,
                }
            }
        }
        if let Some(due) = due(&known, walked).filter(|due| *due < length - SAME) {
            place(due);
            walked = due;
            known = Outward { need: None, have: 0.0 };
        }
        Outward { need: known.need.map(|need| need + length - walked), have: known.have + length - walked }
    }
}
