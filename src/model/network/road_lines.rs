//! Road lines: segments that are one road on the ground, put together across the junctions that cut them.
//!
//! A segment is continued by the next one of its road, by the only other one at a node, by one of the same name and class
//! that goes straight on, or else by any that does: the ground does not know where a name ends. Every segment is in exactly one line.

use geo::Coord;

use super::Network;
use crate::ids::{ArcId, NodeId, SegmentId};
use crate::layers::Road;
use crate::method_constants;

method_constants! {
    /// 道路过路口偏转角余弦不小于此值，视为同一条路的延续 | Least cosine of the bend at which a road goes on across a junction
    const STRAIGHT_ON: f64 = 0.7,
        because "即偏转不超过 45 度；只用于连续读取纵坡 | That is 45 degrees; it only decides along which road heights are read on";
}

/// The lines of the network, each as arcs one after the other.
pub(super) fn road_lines(network: &Network, roads: &[Road]) -> Vec<Vec<ArcId>> {
    let next = continuations(network, roads);
    let before = |arc: ArcId| next[arc.reversed().index()].map(ArcId::reversed);
    let mut taken = vec![false; network.segments.len()];
    let mut lines = Vec::new();
    for segment in SegmentId::first(network.segments.len()) {
        if taken[segment.index()] {
            continue;
        }
        // Back to where the line begins, or all around where it closes.
        let mut first = segment.along();
        while let Some(arc) = before(first).filter(|arc| arc.segment() != segment) {
            first = arc;
        }
        let mut line = Vec::new();
        let mut ahead = Some(first);
        while let Some(arc) = ahead.filter(|arc| !taken[arc.segment().index()]) {
            taken[arc.segment().index()] = true;
            line.push(arc);
            ahead = next[arc.index()];
        }
        lines.push(line);
    }
    lines
}

/// The arc that continues each arc, if any; what continues one is continued by it the other way.
fn continuations(network: &Network, roads: &[Road]) -> Vec<Option<ArcId>> {
    let mut next = vec![None; 2 * network.segments.len()];
    for node in NodeId::first(network.nodes.len()) {
        let leaving: Vec<ArcId> = network.arcs_leaving(node).collect();
        let mut pairs = Vec::new();
        for (at, a) in leaving.iter().enumerate() {
            for b in leaving[at + 1..].iter().filter(|b| b.segment() != a.segment()) {
                let straight = -cosine(heading(network, *a), heading(network, *b));
                if let Some(rank) = rank(network, roads, [*a, *b], leaving.len(), straight) {
                    pairs.push((rank, straight, *a, *b));
                }
            }
        }
        pairs.sort_by(|x, y| x.0.cmp(&y.0).then(y.1.total_cmp(&x.1)).then((x.2, x.3).cmp(&(y.2, y.3))));
        for (_, _, a, b) in pairs {
            if next[a.reversed().index()].is_none() && next[b.reversed().index()].is_none() {
                next[a.reversed().index()] = Some(b);
                next[b.reversed().index()] = Some(a);
            }
        }
    }
    next
}

/// How surely two arcs that leave a node are one road, the surest first; `None`: they are not.
fn rank(network: &Network, roads: &[Road], arcs: [ArcId; 2], leaving: usize, straight: f64) -> Option<u8> {
    let [a, b] = arcs.map(|arc| network[arc.segment()].road);
    let [first, second] = [&roads[a.index()], &roads[b.index()]];
    match () {
        () if a == b => Some(0),
        () if leaving == 2 => Some(1),
        () if first.name == second.name && first.class == second.class && straight >= STRAIGHT_ON => Some(2),
        () if straight >= STRAIGHT_ON => Some(3),
        () => None,
    }
}

/// The direction in which an arc leaves its tail.
fn heading(network: &Network, arc: ArcId) -> Coord {
    let line = network.line(arc.segment());
    if arc.is_along() { line[1] - line[0] } else { line[line.len() - 2] - line[line.len() - 1] }
}

fn cosine(a: Coord, b: Coord) -> f64 {
    let lengths = a.x.hypot(a.y) * b.x.hypot(b.y);
    if lengths > 0.0 { (a.x * b.x + a.y * b.y) / lengths } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Topology;
    use crate::notes::Notes;
    use crate::plane::PointScale;
    use crate::sketch::road;

    /// Lengths of the lines, ascending.
    fn lengths(roads: &[Road]) -> Vec<f64> {
        let network =
            Network::build((roads, &[]), &Topology::default(), (PointScale::Flat, None), &mut Notes::default());
        let length = |line: &Vec<ArcId>| line.iter().map(|arc| network[arc.segment()].length_m).sum::<f64>();
        let mut lengths: Vec<f64> = road_lines(&network, roads).iter().map(|line| length(line).round()).collect();
        lengths.sort_by(f64::total_cmp);
        assert!((lengths.iter().sum::<f64>() - network.length_m()).abs() < 1.0, "every segment once");
        lengths
    }

    fn named(name: &str, points: &[(f64, f64)]) -> Road {
        Road { name: name.to_owned(), ..road(points) }
    }

    #[test]
    fn side_roads_do_not_end_a_road() {
        let lane = |x: f64| named("支", &[(x, 0.0), (x, 50.0)]);
        assert_eq!(lengths(&[named("路", &[(0.0, 0.0), (400.0, 0.0)]), lane(100.0), lane(200.0)]), [50.0, 50.0, 400.0]);
    }

    #[test]
    fn a_road_goes_on_in_the_next_row_straight_on_and_not_around_a_corner() {
        let side = named("支", &[(200.0, 0.0), (200.0, 50.0)]);
        let on = named("路", &[(200.0, 0.0), (400.0, 0.0)]);
        let corner = named("路", &[(200.0, 0.0), (200.0, -200.0)]);
        let first = named("路", &[(0.0, 0.0), (200.0, 0.0)]);
        assert_eq!(lengths(&[first.clone(), on.clone(), side.clone()]), [50.0, 400.0]);
        // The side road is what goes straight on there.
        assert_eq!(lengths(&[first.clone(), corner.clone(), side.clone()]), [200.0, 250.0]);
        // It may change its name at the junction.
        let renamed = named("街", &[(200.0, 0.0), (400.0, 0.0)]);
        assert_eq!(lengths(&[first.clone(), renamed, side]), [50.0, 400.0]);
        // Where nothing else leaves the corner it is one road.
        assert_eq!(lengths(&[first, corner]), [400.0]);
    }

    #[test]
    fn a_ring_is_one_line() {
        let ring = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)];
        assert_eq!(lengths(&[named("环", &ring), named("支", &[(0.0, 0.0), (-30.0, 40.0)])]), [50.0, 400.0]);
    }
}
