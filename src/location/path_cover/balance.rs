//! Points moved to the middle of where they could lie.

use super::PathCoverProblem;
use super::region::Region;
use fireplan_algorithms::metric_graph::{Ball, DistanceSource, EdgePosition, MetricGraph, Piece};

impl Region {
    /// Moves every point, along its edge, to the middle of where it could lie for what only it covers: two gaps alike on
    /// both sides of it, and not one as long as allowed.
    pub(super) fn balance(&self, places: &mut [EdgePosition], problem: &PathCoverProblem) {
        let radius = problem.radius;
        for number in (0..places.len() as u32).cycle().take(2 * places.len()) {
            let sources: Vec<DistanceSource> = places
                .iter()
                .zip(0..)
                .map(|(place, number)| DistanceSource { place: *place, ahead: 0.0, number })
                .collect();
            let field = self.graph.two_nearest(&sources, radius);
            let place = &mut places[number as usize];
            let length = self.graph.edges[place.edge as usize].length;
            let only = |piece: &Piece| piece.within == [Some(number), None];
            let sides = Sides::new(&self.graph, *place, radius);
            // How far it can go forwards before something behind it is too far, and backwards.
            let mut slack = [radius, radius];
            for stretch in &self.demand {
                for piece in
                    field.pieces(stretch.edge, stretch.from, stretch.to, radius).iter().filter(|piece| only(piece))
                {
                    let (start, end) = (sides.of(stretch.edge, piece.from), sides.of(stretch.edge, piece.to));
                    if start.0 == end.0 {
                        let farthest = field.farthest(stretch.edge, piece.from, piece.to);
                        slack[start.0] = slack[start.0].min(radius - farthest);
                    } else {
                        // Reached from both sides: what one end gains, the other loses, and the middle stays as it is.
                        slack[start.0] = slack[start.0].min(radius - start.1);
                        slack[end.0] = slack[end.0].min(radius - end.1);
                    }
                }
            }
            let before = place.offset;
            place.offset = (before + (slack[0].max(0.0) - slack[1].max(0.0)) / 2.0).clamp(0.0, length);
            // It cannot stand everywhere; and in a ring, what was near one way round may become nearer the other: then better not.
            let stands = (problem.accepts)(self.in_whole(*place));
            if !stands || !self.is_covered(places, radius) {
                places[number as usize].offset = before;
            }
        }
    }

    fn is_covered(&self, places: &[EdgePosition], radius: f64) -> bool {
        let sources: Vec<DistanceSource> =
            places.iter().map(|place| DistanceSource { place: *place, ahead: 0.0, number: 0 }).collect();
        let field = self.graph.two_nearest(&sources, radius);
        self.demand.iter().all(|stretch| {
            let pieces = field.pieces(stretch.edge, stretch.from, stretch.to, radius);
            pieces.iter().all(|piece| piece.within[0].is_some())
        })
    }
}

/// Whether other places are reached from a place through the first node of its edge or through the last.
struct Sides<'a> {
    graph: &'a MetricGraph,
    place: EdgePosition,
    ends: [(EdgePosition, Ball); 2],
}

impl<'a> Sides<'a> {
    fn new(graph: &'a MetricGraph, place: EdgePosition, radius: f64) -> Self {
        let length = graph.edges[place.edge as usize].length;
        let ends = [0.0, length].map(|offset| {
            let (mut ball, end) = (Ball::new(graph), EdgePosition { edge: place.edge, offset });
            ball.around(graph, end, radius);
            (end, ball)
        });
        Self { graph, place, ends }
    }

    /// The side, 0 behind and 1 ahead, and the distance that way.
    fn of(&self, edge: u32, offset: f64) -> (usize, f64) {
        let to = EdgePosition { edge, offset };
        let mut ways = self
            .ends
            .each_ref()
            .map(|(end, ball)| (end.offset - self.place.offset).abs() + ball.distance(self.graph, *end, to));
        if edge == self.place.edge {
            let ahead = offset - self.place.offset;
            let way = &mut ways[usize::from(ahead > 0.0)];
            *way = way.min(ahead.abs());
        }
        if ways[0] <= ways[1] { (0, ways[0]) } else { (1, ways[1]) }
    }
}
