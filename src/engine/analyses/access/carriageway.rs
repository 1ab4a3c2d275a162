//! The clear width of a segment across its road area, the least of it and where that is.

use geo::Coord;

use fireplan_algorithms::clear_width::AreaEdges;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::RoadAreaKind;
use fireplan_model::network::Network;

/// A road is looked at across this often.
const EVERY_M: f64 = 2.0;
/// To either side; a square is wider.
const LOOK_M: f64 = 30.0;
/// A centre line may be drawn so far beside its area.
const BESIDE_M: f64 = 1.5;
/// At a junction or where the area ends the width is not this road's: so much of either end is passed over.
const END_M: f64 = 1.0;
/// Of the places looked at, so many must lie within the area for its narrowest place to be the road's.
const WHOLE_SHARE: f64 = 0.9;

/// The narrowest place of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Narrowest {
    pub width_m: f64,
    /// From the start of the segment.
    pub offset_m: f64,
    /// The area goes with the segment all along: nowhere is it narrower. Otherwise it may be, where there is no area.
    pub whole: bool,
}

/// The road areas of an area.
pub struct Carriageways {
    areas: AreaEdges,
}

impl Carriageways {
    pub fn new(area: &StudyArea) -> Self {
        let driven = area.layers.road_areas.iter().filter(|area| area.kind == RoadAreaKind::Carriageway);
        Self { areas: AreaEdges::new(driven.map(|area| &area.geometry)) }
    }

    /// `None`: the segment runs through no road area.
    pub fn narrowest(&self, network: &Network, segment: SegmentId) -> Option<Narrowest> {
        if self.areas.is_empty() {
            return None;
        }
        let length_m = network[segment].length_m;
        let end_m = END_M.min(length_m / 4.0);
        let (mut found, mut looks, mut least) = (0, 0, None::<Narrowest>);
        for (offset_m, at, across) in sections(network, segment, EVERY_M) {
            if offset_m < end_m || offset_m > length_m - end_m {
                continue;
            }
            looks += 1;
            let Some(width_m) = self.areas.width_m(at, across, LOOK_M, BESIDE_M) else { continue };
            found += 1;
            if least.is_none_or(|least| width_m < least.width_m) {
                least = Some(Narrowest { width_m, offset_m, whole: false });
            }
        }
        let whole = f64::from(found) >= WHOLE_SHARE * f64::from(looks);
        least.map(|least| Narrowest { whole, ..least })
    }
}

/// Places along a segment, evenly and about so far apart: how far along, where, and the direction square to it to the left.
pub fn sections(network: &Network, segment: SegmentId, every_m: f64) -> impl Iterator<Item = (f64, Coord, Coord)> + '_ {
    let length_m = network[segment].length_m;
    let count = (length_m / every_m).floor().max(1.0);
    (0..count as usize).map(move |step| {
        let offset_m = length_m * (step as f64 + 0.5) / count;
        let ahead = network.point_at(segment, (offset_m + 1.0).min(length_m))
            - network.point_at(segment, (offset_m - 1.0).max(0.0));
        let across = Coord { x: -ahead.y, y: ahead.x } / ahead.x.hypot(ahead.y).max(f64::MIN_POSITIVE);
        (offset_m, network.point_at(segment, offset_m), across)
    })
}
