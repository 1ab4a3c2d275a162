//! Ways to a checkpost: a place is watched from a post on the road by which one comes to it, not across a ridge.

use geo::Coord;

use super::FirebreakCase;
use super::posts::{SAME_ENTRY_M, apart};
use fireplan_algorithms::metric_graph::{Ball, DistanceField, DistanceSource, Edge, EdgePosition, MetricGraph};
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::RoadClass;

/// The roads that vehicles come by.
pub(super) struct PostRoads {
    graph: MetricGraph,
    edge_of: Vec<Option<u32>>,
}

/// A place and where one comes to it from the road.
#[derive(Debug, Clone, Copy)]
pub(super) struct RoadPlace {
    pub at: Coord,
    /// The place on the road and the way from there; `None`: no road is near.
    joined: Option<(EdgePosition, f64)>,
}

impl PostRoads {
    /// All roads but paths, motorways and tunnels.
    pub(super) fn new(case: &FirebreakCase) -> Self {
        let network = &case.area.network;
        let (mut edges, mut edge_of) = (Vec::new(), Vec::with_capacity(network.segments.len()));
        for segment in &network.segments {
            let road = &case.area.layers.roads[segment.road.index()];
            let driven = !matches!(road.class, RoadClass::Path | RoadClass::Motorway) && !road.tunnel;
            edge_of.push(driven.then_some(edges.len() as u32));
            if driven {
                edges.push(Edge { from: segment.from.0, to: segment.to.0, length: segment.length_m });
            }
        }
        Self { graph: MetricGraph::new(network.nodes.len() as u32, edges), edge_of }
    }

    pub(super) fn place(&self, case: &FirebreakCase, at: Coord) -> RoadPlace {
        let limit_m = case.rules.response.access_limit_m.value;
        let driven = |segment: SegmentId| self.edge_of[segment.index()].is_some();
        let position = case.area.network.nearest(at, limit_m, driven, |_| true);
        let joined = position.and_then(|position| {
            let edge = self.edge_of[position.segment.index()]?;
            Some((EdgePosition { edge, offset: position.offset_m }, position.distance_m))
        });
        RoadPlace { at, joined }
    }

    /// The nearest of some posts to every place, by number, with the way to it; `None`: no way leads there.
    pub(super) fn nearest(&self, posts: &[RoadPlace], places: &[RoadPlace]) -> Vec<Option<(usize, f64)>> {
        let sources: Vec<DistanceSource> = (0..)
            .zip(posts)
            .filter_map(|(number, post)| post.joined.map(|(place, ahead)| DistanceSource { place, ahead, number }))
            .collect();
        let field = self.graph.two_nearest(&sources, f64::MAX);
        places.iter().map(|place| nearest_of(&field, posts, place)).collect()
    }

    /// Per place, the places that a post there watches, by number, ascending; `reach_m` says of each place how far from it its post
    /// may stand.
    pub(super) fn within(&self, places: &[RoadPlace], reach_m: &[f64]) -> Vec<Vec<u32>> {
        let farthest_m = reach_m.iter().copied().fold(0.0, f64::max);
        let mut ball = Ball::new(&self.graph);
        let mut sets = Vec::with_capacity(places.len());
        for from in places {
            if let Some((at, off_m)) = from.joined {
                ball.around(&self.graph, at, farthest_m - off_m);
            }
            let by_road_m = |to: &RoadPlace| {
                let ((at, off_m), (to, to_off_m)) = (from.joined?, to.joined?);
                Some(off_m + ball.distance(&self.graph, at, to) + to_off_m)
            };
            let reached = |to: &RoadPlace, reach_m: f64| {
                apart(from.at, to.at) <= SAME_ENTRY_M || by_road_m(to).is_some_and(|m| m <= reach_m)
            };
            let near = (0..).zip(places.iter().zip(reach_m)).filter(|(_, (to, reach_m))| reached(to, **reach_m));
            let near = near.map(|(number, _)| number);
            sets.push(near.collect());
        }
        sets
    }
}

/// A post beside the place needs no road between them.
fn nearest_of(field: &DistanceField, posts: &[RoadPlace], place: &RoadPlace) -> Option<(usize, f64)> {
    let straight = posts.iter().enumerate().map(|(number, post)| (number, apart(post.at, place.at)));
    let beside = straight.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, m)| *m <= SAME_ENTRY_M);
    let by_road = place.joined.and_then(|(at, off_m)| {
        let nearest = field.at(at)[0]?;
        Some((nearest.source as usize, nearest.distance + off_m))
    });
    [beside, by_road].into_iter().flatten().min_by(|a, b| a.1.total_cmp(&b.1))
}
