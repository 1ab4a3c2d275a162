//! Distances to the nearest two sources, at the nodes and anywhere along the edges.

use super::{DistanceLabel, DistanceSource, Edge, EdgePosition, MetricGraph, NONE, NodeDistances, SAME, offer};

/// Distances to the nearest two sources, anywhere on the graph.
#[derive(Debug)]
pub struct DistanceField<'a> {
    pub(super) graph: &'a MetricGraph,
    pub(super) at_node: Vec<NodeDistances>,
    /// In the order of their edges.
    pub(super) on_edge: Vec<DistanceSource>,
    pub(super) limit: f64,
}

/// A stretch of an edge throughout which the same sources are within the radius asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Offset of its start from the edge's first node.
    pub from: f64,
    /// Offset of its end.
    pub to: f64,
    /// The nearest and the second nearest, where within the radius.
    pub within: [Option<u32>; 2],
}

/// The distance to a source along an edge is `distance + |offset - at|`, on one side of `at` or on both.
#[derive(Clone, Copy)]
struct Ray {
    at: f64,
    label: DistanceLabel,
}

impl Ray {
    fn reach(&self, offset: f64) -> DistanceLabel {
        DistanceLabel { distance: self.label.distance + (offset - self.at).abs(), source: self.label.source }
    }
}

impl DistanceField<'_> {
    fn sources_on(&self, edge: u32) -> &[DistanceSource] {
        let from = self.on_edge.partition_point(|source| source.place.edge < edge);
        let to = self.on_edge.partition_point(|source| source.place.edge <= edge);
        &self.on_edge[from..to]
    }

    fn rays(&self, edge: u32) -> Vec<Ray> {
        let Edge { from, to, length } = self.graph.edges[edge as usize];
        let ends = [(from, 0.0), (to, length)];
        let of_ends = ends.iter().flat_map(|&(node, at)| {
            self.at_node[node as usize]
                .iter()
                .filter(|label| label.source != NONE.source)
                .map(move |label| Ray { at, label: *label })
        });
        let on_edge = self.sources_on(edge).iter().map(|source| Ray {
            at: source.place.offset,
            label: DistanceLabel { distance: source.ahead, source: source.number },
        });
        of_ends.chain(on_edge).collect()
    }

    /// The two nearest sources of a place, within the limit of the search.
    pub fn at(&self, place: EdgePosition) -> [Option<DistanceLabel>; 2] {
        let two = nearest(&self.rays(place.edge), place.offset);
        two.map(|label| (label.distance <= self.limit + SAME).then_some(label))
    }

    /// The part `from..to` of an edge, cut where the sources within `radius` change; in order.
    pub fn pieces(&self, edge: u32, from: f64, to: f64, radius: f64) -> Vec<Piece> {
        let rays = self.rays(edge);
        let mut cuts = vec![from, to];
        for ray in &rays {
            let reach = radius - ray.label.distance;
            cuts.extend([ray.at - reach, ray.at + reach]);
        }
        for (number, a) in rays.iter().enumerate() {
            for b in &rays[number + 1..] {
                // Where coming from one side costs as much as coming from the other.
                cuts.push((a.at + b.at + (b.label.distance - a.label.distance) * (b.at - a.at).signum()) / 2.0);
            }
        }
        cuts.retain(|cut| from <= *cut && *cut <= to);
        cuts.sort_by(f64::total_cmp);
        let mut pieces: Vec<Piece> = Vec::new();
        for pair in cuts.windows(2).filter(|pair| pair[1] - pair[0] > SAME) {
            let two = nearest(&rays, (pair[0] + pair[1]) / 2.0);
            let within = two.map(|label| (label.distance <= radius + SAME).then_some(label.source));
            match pieces.last_mut() {
                Some(last) if last.within == within && pair[0] - last.to <= SAME => last.to = pair[1],
                _ => pieces.push(Piece { from: pair[0], to: pair[1], within }),
            }
        }
        pieces
    }

    /// The largest distance to the nearest source on the part `from..to` of an edge; infinite where there is none.
    pub fn farthest(&self, edge: u32, from: f64, to: f64) -> f64 {
        let rays = self.rays(edge);
        let mut places = vec![from, to];
        for (number, a) in rays.iter().enumerate() {
            for b in &rays[number + 1..] {
                places.push((a.at + b.at + (b.label.distance - a.label.distance) * (b.at - a.at).signum()) / 2.0);
            }
        }
        let inside = places.into_iter().filter(|place| from <= *place && *place <= to);
        inside.map(|place| nearest(&rays, place)[0].distance).fold(0.0, f64::max)
    }
}

fn nearest(rays: &[Ray], offset: f64) -> NodeDistances {
    let mut two = [NONE; 2];
    for ray in rays {
        offer(&mut two, ray.reach(offset));
    }
    two
}
