//! Where hydrants stand on the network of kerbs; one on a dual carriageway serves both of its halves.

use geo::Point;

use super::kerbs::Kerbs;
use super::stock::{OnRoad, PlacedHydrant};
use super::streets::{self, StreetIndex};
use fireplan_algorithms::linear_reference::{Side, side_at};
use fireplan_algorithms::metric_graph::DistanceSource;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::network::Position;

/// The hydrants that count, as sources on the network of kerbs.
pub(super) fn sources(
    area: &StudyArea,
    index: &StreetIndex,
    kerbs: &Kerbs,
    placed: &[PlacedHydrant],
    counts: impl Fn(&PlacedHydrant) -> bool,
) -> Vec<DistanceSource> {
    let mut sources = Vec::new();
    for (number, placed) in (0_u32..).zip(placed) {
        let Some(on_road) = placed.on_road.filter(|_| counts(placed)) else { continue };
        let own = kerbs.place(on_road.segment, on_road.offset_m, on_road.side);
        sources.extend(own.map(|place| DistanceSource { place, ahead: 0.0, number }));
        // A hydrant beside a dual carriageway is a source on both of its halves.
        if let Some((position, side)) = across(area, index, &on_road, placed.hydrant.geometry) {
            let place = kerbs.place(position.segment, position.offset_m, side);
            sources.extend(place.map(|place| DistanceSource { place, ahead: 0.0, number }));
        }
    }
    sources
}

/// The place of a hydrant on the other carriageway of its road, where the road has two.
pub(super) fn across(area: &StudyArea, index: &StreetIndex, on_road: &OnRoad, at: Point) -> Option<(Position, Side)> {
    if !index.is_companion(on_road.segment) {
        return None;
    }
    let name_of = |segment: SegmentId| &area.layers.roads[area.network[segment].road.index()].name;
    let name = name_of(on_road.segment);
    let other = |segment: SegmentId| {
        let street = index.part(segment).map(|(street, _)| street);
        street.is_some_and(|street| street != on_road.street)
            && !index.is_companion(segment)
            && name_of(segment) == name
    };
    let position = area.network.nearest(at.0, 2.0 * streets::CARRIAGEWAYS_M, other, |_| true)?;
    Some((position, side_at(area.network.line(position.segment), position.offset_m, at.0)))
}
