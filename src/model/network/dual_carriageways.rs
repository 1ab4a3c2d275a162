//! Which one-way roads are one of two carriageways: nobody drives against those.

use geo::Coord;
use rstar::AABB;

use super::{Network, SegmentId};
use crate::layers::{Oneway, Road};
use crate::method_constants;

method_constants! {
    /// 两条方向相反的单行道相距不超过此值，视为同一道路的两幅 | One-way roads of opposite directions this near to one another are the two carriageways of a road
    const CARRIAGEWAYS_M: f64 = 40.0,
        because "双幅路两幅中心线相距 8–30 米，留绿带余量；街坊两侧的单行配对街一般相距 60 米以上 | The centre lines of two carriageways are 8 to 30 m apart, and some verges are wide; paired one-way streets around a block are mostly more than 60 m apart";
    /// 两幅方向夹角的余弦不大于此值才算相反 | Cosine of the angle between two directions from which on they are opposite
    const OPPOSITE_COSINE: f64 = -0.9,
        because "容许约 25 度的夹角，弯道处两幅不完全平行；假定值，供审查 | Allows some 25 degrees, for carriageways are not quite parallel in bends; an assumption, for review";
}

/// Marks the segments beside whose middle another one-way road of the same class and name runs the other way.
pub(super) fn mark(network: &mut Network, roads: &[Road]) {
    let is_dual = |segment: SegmentId| {
        let road = &roads[network[segment].road.index()];
        let Some(ahead) = direction(network, segment, road) else { return false };
        let middle = network.point_at(segment, network[segment].length_m / 2.0);
        let reach = Coord { x: CARRIAGEWAYS_M, y: CARRIAGEWAYS_M };
        let (low, high) = (middle - reach, middle + reach);
        let near =
            network.pieces.locate_in_envelope_intersecting(&AABB::from_corners([low.x, low.y], [high.x, high.y]));
        near.filter(|piece| piece.segment != segment).any(|piece| {
            let other = &roads[network[piece.segment].road.index()];
            let Some(its) = direction_of(piece.line.delta(), other.oneway) else { return false };
            let is_same_road = other.class == road.class && other.name == road.name;
            let (nearest, _) = super::nearest_on(piece.line, middle);
            is_same_road
                && ahead.x * its.x + ahead.y * its.y <= OPPOSITE_COSINE
                && super::squared(nearest - middle) <= CARRIAGEWAYS_M * CARRIAGEWAYS_M
        })
    };
    let dual: Vec<bool> = SegmentId::first(network.segments.len()).map(is_dual).collect();
    for (segment, dual) in network.segments.iter_mut().zip(dual) {
        segment.is_dual_carriageway = dual;
    }
}

/// The direction in which a one-way segment is driven at its middle, of length 1; `None`: it is driven both ways.
fn direction(network: &Network, segment: SegmentId, road: &Road) -> Option<Coord> {
    let length_m = network[segment].length_m;
    let [before, after] = [0.45, 0.55].map(|share| network.point_at(segment, share * length_m));
    direction_of(after - before, road.oneway)
}

fn direction_of(along: Coord, oneway: Oneway) -> Option<Coord> {
    let sign = match oneway {
        Oneway::Both => return None,
        Oneway::Forward => 1.0,
        Oneway::Backward => -1.0,
    };
    let length = along.x.hypot(along.y);
    (length > 0.0).then(|| along * (sign / length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Topology;
    use crate::notes::Notes;
    use crate::plane::PointScale;
    use crate::sketch::road;

    fn duals(roads: &[Road]) -> Vec<bool> {
        let network =
            Network::build((roads, &[]), &Topology::default(), (PointScale::Flat, None), &mut Notes::default());
        let of_road = |road: usize| {
            network.segments.iter().filter(|one| one.road.index() == road).all(|one| one.is_dual_carriageway)
        };
        (0..roads.len()).map(of_road).collect()
    }

    #[test]
    fn two_carriageways_are_told_from_one_way_streets_apart() {
        let one_way =
            |name: &str, points: &[(f64, f64)]| Road { oneway: Oneway::Forward, name: name.to_owned(), ..road(points) };
        let east = one_way("大道", &[(0.0, 0.0), (500.0, 0.0)]);
        let west = one_way("大道", &[(500.0, 20.0), (0.0, 20.0)]);
        assert_eq!(duals(&[east.clone(), west.clone()]), [true, true]);
        // Drawn the same way and tagged backward, it is driven west as well.
        let drawn_east = Road { oneway: Oneway::Backward, ..one_way("大道", &[(0.0, 20.0), (500.0, 20.0)]) };
        assert_eq!(duals(&[east.clone(), drawn_east]), [true, true]);
        // A street around the block, another street, a street for both directions.
        assert_eq!(duals(&[east.clone(), one_way("大道", &[(500.0, 80.0), (0.0, 80.0)])]), [false, false]);
        assert_eq!(duals(&[east.clone(), one_way("后街", &[(500.0, 20.0), (0.0, 20.0)])]), [false, false]);
        assert_eq!(duals(&[east, Road { oneway: Oneway::Both, ..west }]), [false, false]);
    }
}
