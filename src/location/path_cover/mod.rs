//! Covering stretches of a network with points on it: the fewest points such that nothing demanded is farther than the
//! radius from one, measured along the network.
//!
//! **Model.** The network is a [`MetricGraph`]; what is demanded is a closed part of its edges; points may lie anywhere on
//! the edges that allow it. Points farther than the radius from all demand cover nothing, so the network falls apart
//! into regions that have nothing to do with each other.
//!
//! **Regions without a ring** are solved exactly, in one pass from the ends inward: the demand farthest out must be covered
//! by a point within the radius, and of all such points the one nearest to the middle covers most else (Kariv and Hakimi
//! 1979 on trees). **Regions with rings**, or with edges that allow no point, are laid out in places every `step` and
//! solved as a set cover; so are those where the exact points lie where none can stand ([`PathCoverProblem::accepts`]). The lower bound given for them holds for all points, not only those places: it is that of covering
//! every bit of demand once over, in shares of its length, from places half as far apart with a radius a quarter of a step
//! larger; and for small regions that of covering single points, which can be solved exactly.

mod balance;
mod pieces;
mod region;
mod tree;

use rayon::prelude::*;

use fireplan_algorithms::metric_graph::{EdgePosition, MetricGraph, Stretch};
use region::regions;

/// What is to be covered, with what.
pub struct PathCoverProblem<'a> {
    /// The network.
    pub graph: &'a MetricGraph,
    /// By edge and place, disjoint.
    pub demand: &'a [Stretch],
    /// Per edge, whether a point may lie on it.
    pub allowed: &'a [bool],
    /// Whether a point can stand at a place. Where demand is within reach of no such place, points are put all the same.
    pub accepts: &'a (dyn Fn(EdgePosition) -> bool + Sync),
    /// How far a point reaches along the network.
    pub radius: f64,
    /// Distance of the places tried in regions with rings.
    pub step: f64,
}

/// The points, and how few could do at best.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    /// By edge and offset.
    pub places: Vec<EdgePosition>,
    /// No cover has fewer points.
    pub lower_bound: usize,
    /// Points in regions solved exactly.
    pub exact: usize,
}

impl Points {
    /// Whether no cover with fewer points exists.
    pub fn is_proven(&self) -> bool {
        self.places.len() == self.lower_bound
    }
}

/// The fewest points that cover the demand; see the module for where that is exact.
///
/// ```
/// use fireplan_algorithms::metric_graph::{Edge, MetricGraph, Stretch};
/// use fireplan_location::path_cover::{PathCoverProblem, place};
/// // A street of 600, points reach 60 both ways: five are needed, at 60, 180, 300 …
/// let graph = MetricGraph::new(2, vec![Edge { from: 0, to: 1, length: 600.0 }]);
/// let demand = [Stretch { edge: 0, from: 0.0, to: 600.0 }];
/// let points = place(&PathCoverProblem { graph: &graph, demand: &demand, allowed: &[true], accepts: &|_| true, radius: 60.0, step: 5.0 });
/// assert_eq!(points.places.len(), 5);
/// assert!(points.is_proven());
/// ```
pub fn place(problem: &PathCoverProblem) -> Points {
    let solved: Vec<Points> = regions(problem).par_iter().map(|region| region.solve(problem)).collect();
    let mut all = Points::default();
    for points in solved {
        all.places.extend(points.places);
        all.lower_bound += points.lower_bound;
        all.exact += points.exact;
    }
    all.places.sort_by(|a, b| a.edge.cmp(&b.edge).then(a.offset.total_cmp(&b.offset)));
    all
}

#[cfg(test)]
mod tests {
    use fireplan_algorithms::metric_graph::{Ball, DistanceSource, Edge};
    use proptest::prelude::*;

    use super::*;

    fn whole(edges: &[Edge]) -> Vec<Stretch> {
        edges.iter().zip(0..).map(|(e, edge)| Stretch { edge, from: 0.0, to: e.length }).collect()
    }

    fn points(edges: &[Edge], nodes: u32, radius: f64, step: f64) -> Points {
        let graph = MetricGraph::new(nodes, edges.to_vec());
        let (demand, allowed) = (whole(edges), vec![true; edges.len()]);
        place(&PathCoverProblem { graph: &graph, demand: &demand, allowed: &allowed, accepts: &|_| true, radius, step })
    }

    /// Whether every bit of every edge is within the radius of a point.
    fn covers(edges: &[Edge], nodes: u32, places: &[EdgePosition], radius: f64) -> bool {
        let graph = MetricGraph::new(nodes, edges.to_vec());
        let sources: Vec<DistanceSource> = places
            .iter()
            .zip(0..)
            .map(|(place, number)| DistanceSource { place: *place, ahead: 0.0, number })
            .collect();
        let field = graph.two_nearest(&sources, radius * 2.0);
        let all = |edge: u32| field.pieces(edge, 0.0, edges[edge as usize].length, radius);
        (0..edges.len() as u32).all(|edge| all(edge).iter().all(|piece| piece.within[0].is_some()))
    }

    /// The least number, trying every choice of places at half units. With whole lengths and a whole radius some least
    /// cover has all its points there (Hartmann, Lendl and Woeginger 2022, for edges of one length, to which others divide).
    fn least(edges: &[Edge], nodes: u32, radius: f64) -> usize {
        let graph = MetricGraph::new(nodes, edges.to_vec());
        let halves = |edge: &Edge| (edge.length * 2.0) as u32;
        let first: Vec<u32> =
            edges.iter().scan(0, |sum, edge| Some(std::mem::replace(sum, *sum + halves(edge)))).collect();
        let total: u32 = edges.iter().map(halves).sum();
        assert!(total <= 64, "too large to try every choice");
        let mut ball = Ball::new(&graph);
        let mut masks = Vec::new();
        for (number, edge) in edges.iter().enumerate() {
            for half in 0..=halves(edge) {
                let place = EdgePosition { edge: number as u32, offset: f64::from(half) / 2.0 };
                let around = ball.around(&graph, place, radius);
                let mut mask = 0_u64;
                for near in around {
                    for half in 0..halves(&edges[near.edge as usize]) {
                        let middle = f64::from(half) / 2.0 + 0.25;
                        if near.from <= middle && middle <= near.to {
                            mask |= 1 << (first[near.edge as usize] + half);
                        }
                    }
                }
                masks.push(mask);
            }
        }
        let all = if total == 64 { u64::MAX } else { (1_u64 << total) - 1 };
        fn within(masks: &[u64], all: u64, covered: u64, left: usize) -> bool {
            if covered == all {
                return true;
            }
            let open = (all & !covered).trailing_zeros();
            left > 0
                && masks
                    .iter()
                    .filter(|mask| **mask >> open & 1 == 1)
                    .any(|mask| within(masks, all, covered | mask, left - 1))
        }
        (0..).find(|count| within(&masks, all, 0, *count)).expect("every piece is near some place")
    }

    #[test]
    fn a_straight_street_needs_its_length_over_twice_the_radius() {
        for (length, count) in [(1.0, 1), (119.9, 1), (120.0, 1), (120.1, 2), (600.0, 5), (601.0, 6)] {
            let edges = [Edge { from: 0, to: 1, length }];
            let found = points(&edges, 2, 60.0, 5.0);
            assert_eq!((found.places.len(), found.is_proven()), (count, true), "{length}");
            assert!(covers(&edges, 2, &found.places, 60.0));
        }
    }

    #[test]
    fn one_point_lies_in_the_middle_of_what_it_covers() {
        let graph = MetricGraph::new(2, vec![Edge { from: 0, to: 1, length: 1000.0 }]);
        let demand = [Stretch { edge: 0, from: 460.0, to: 546.0 }];
        let found = place(&PathCoverProblem {
            graph: &graph,
            demand: &demand,
            allowed: &[true],
            accepts: &|_| true,
            radius: 60.0,
            step: 5.0,
        });
        assert_eq!(found.places.len(), 1);
        assert!((found.places[0].offset - 503.0).abs() < 1e-6, "{:?}", found.places);
    }

    #[test]
    fn one_point_at_a_junction_serves_every_arm() {
        let star: Vec<Edge> = (1..6).map(|to| Edge { from: 0, to, length: 60.0 }).collect();
        let found = points(&star, 6, 60.0, 5.0);
        assert_eq!(found.places.len(), 1);
        let longer: Vec<Edge> = (1..6).map(|to| Edge { from: 0, to, length: 61.0 }).collect();
        assert_eq!(points(&longer, 6, 60.0, 5.0).places.len(), 5);
    }

    #[test]
    fn only_what_is_demanded_is_covered() {
        let graph = MetricGraph::new(2, vec![Edge { from: 0, to: 1, length: 1000.0 }]);
        let demand = [(100.0, 180.0), (700.0, 720.0)].map(|(from, to)| Stretch { edge: 0, from, to });
        let found = place(&PathCoverProblem {
            graph: &graph,
            demand: &demand,
            allowed: &[true],
            accepts: &|_| true,
            radius: 60.0,
            step: 5.0,
        });
        assert_eq!(found.places.len(), 2);
        // Nothing may lie on the first edge: the demand there is served from the next one.
        let graph =
            MetricGraph::new(3, vec![Edge { from: 0, to: 1, length: 50.0 }, Edge { from: 1, to: 2, length: 50.0 }]);
        let demand = [Stretch { edge: 0, from: 0.0, to: 50.0 }];
        let found = place(&PathCoverProblem {
            graph: &graph,
            demand: &demand,
            allowed: &[false, true],
            accepts: &|_| true,
            radius: 60.0,
            step: 5.0,
        });
        assert_eq!(found.places.iter().map(|place| place.edge).collect::<Vec<_>>(), [1]);
    }

    /// Points that cover all demand on these edges and stand only where they can.
    fn standing(edges: &[Edge], nodes: u32, accepts: &(dyn Fn(EdgePosition) -> bool + Sync)) -> Points {
        let graph = MetricGraph::new(nodes, edges.to_vec());
        let (demand, allowed) = (whole(edges), vec![true; edges.len()]);
        place(&PathCoverProblem { graph: &graph, demand: &demand, allowed: &allowed, accepts, radius: 60.0, step: 2.5 })
    }

    #[test]
    fn no_point_lies_where_none_can_stand() {
        // Nothing can stand within 10 of the junction, from which one point would serve every arm.
        let star: Vec<Edge> = (1..5).map(|to| Edge { from: 0, to, length: 55.0 }).collect();
        let off_junction = |at: EdgePosition| at.offset >= 10.0;
        assert_eq!(standing(&star, 5, &|_| true).places.len(), 1);
        let found = standing(&star, 5, &off_junction);
        assert_eq!(found.places.len(), 4, "from 10 along one arm, no point reaches the end of another");
        assert!(covers(&star, 5, &found.places, 60.0) && found.places.iter().all(|at| off_junction(*at)));
        // Where nothing can stand within reach, points are put all the same.
        let nowhere = standing(&star, 5, &|_| false);
        assert!(covers(&star, 5, &nowhere.places, 60.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn trees_equal_trying_every_choice(parents in prop::collection::vec((0_u32..6, 1_u32..6), 1..6)) {
            let edges: Vec<Edge> = parents
                .iter()
                .zip(1..)
                .map(|(&(parent, length), to)| Edge { from: parent % to, to, length: f64::from(length) })
                .collect();
            let nodes = edges.len() as u32 + 1;
            let found = points(&edges, nodes, 2.0, 0.5);
            prop_assert!(covers(&edges, nodes, &found.places, 2.0));
            prop_assert_eq!(found.places.len(), least(&edges, nodes, 2.0));
            prop_assert_eq!(found.exact, found.places.len());
        }

        #[test]
        fn rings_equal_trying_every_choice(list in prop::collection::vec((0_u32..4, 0_u32..4, 1_u32..5), 1..7)) {
            let edges: Vec<Edge> =
                list.iter().map(|&(from, to, length)| Edge { from, to, length: f64::from(length) }).collect();
            let found = points(&edges, 4, 2.0, 0.5);
            let least = least(&edges, 4, 2.0);
            prop_assert!(covers(&edges, 4, &found.places, 2.0));
            prop_assert_eq!(found.places.len(), least);
            prop_assert!(found.lower_bound <= least);
        }
    }
}
