//! The road locations from which a place is served: where its crew stops.

use geo::{BoundingRect, Contains, Coord, Intersects};

use super::built_up::BuiltUpIndex;
use super::lanes::Lanes;
use super::settlements::DestinationId;
use crate::response::driving;
use crate::response::places::Water;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::BuiltUp;
use fireplan_model::network::Position;
use fireplan_model::rules::Rules;

/// The roads from which places are served.
pub(super) struct Serves<'a> {
    pub area: &'a StudyArea,
    pub lanes: &'a Lanes<'a>,
    /// Whether any crew gets to a segment, whatever it takes to open the way.
    pub reached: &'a dyn Fn(SegmentId) -> bool,
    /// Whether the roads that a scenario adds are among them.
    pub with_planned: bool,
}

impl Serves<'_> {
    fn serves(&self, segment: SegmentId) -> bool {
        let road = self.area.road_of(segment);
        driving::serves_places(road) && (self.with_planned || !road.is_planned())
    }

    /// A crew has come to a village when it stands on a road no farther from its middle than a building may lie from a
    /// fire lane, or on the nearest road that any crew could get to; never across water. Where no crew could get to a road
    /// within the access limit, the nearest road there is stands for it.
    pub(super) fn near(&self, rules: &Rules, water: &Water, at: Coord) -> Vec<Position> {
        let beside_m = |position: &Position| position.distance_m.max(self.lanes.half_spacing_m(at));
        let mut found: Vec<Position> = Vec::new();
        let mut limit_m = rules.response.access_limit_m.value;
        let mut is_reached = false;
        loop {
            let fresh = |segment: SegmentId| self.serves(segment) && found.iter().all(|known| known.segment != segment);
            let nearest = self.area.network.nearest(at, limit_m, fresh, |line| water.is_clear(line));
            let Some(position) = nearest else { break };
            if !is_reached && (self.reached)(position.segment) {
                is_reached = true;
                limit_m = limit_m.min(beside_m(&position));
            }
            found.push(position);
        }
        if let Some(first) = found.first().filter(|_| !is_reached) {
            let beside_m = beside_m(first);
            found.retain(|position| position.distance_m <= beside_m);
        }
        found
    }

    /// The roads inside built-up areas, by the place that each area belongs to.
    pub(super) fn by_owner(
        &self,
        built_up: &BuiltUpIndex,
        owner: &[Option<DestinationId>],
        places: usize,
    ) -> Vec<Vec<Position>> {
        let network = &self.area.network;
        let mut inside = vec![Vec::new(); places];
        for segment in SegmentId::first(network.segments.len()).filter(|segment| self.serves(*segment)) {
            let offset_m = network[segment].length_m / 2.0;
            let at = network.point_at(segment, offset_m);
            if let Some(place) = built_up.at(at).and_then(|around| owner[around.index()]) {
                inside[place.index()].push(Position { segment, offset_m, at, distance_m: 0.0 });
            }
        }
        inside
    }

    /// A crew has come to a cluster when it stands on any of the roads inside.
    pub(super) fn within(&self, owner: &[Option<DestinationId>], place: DestinationId, middle: Coord) -> Vec<Position> {
        let network = &self.area.network;
        let mine = || {
            self.area
                .layers
                .built_up
                .iter()
                .zip(owner)
                .filter(|(_, owner)| **owner == Some(place))
                .map(|(area, _)| area)
        };
        let mut found = Vec::new();
        for segment in SegmentId::first(network.segments.len()).filter(|segment| self.serves(*segment)) {
            let offset_m = network[segment].length_m / 2.0;
            let at = network.point_at(segment, offset_m);
            let inside = |area: &BuiltUp| {
                area.geometry.bounding_rect().is_some_and(|rect| rect.intersects(&at)) && area.geometry.contains(&at)
            };
            if mine().any(inside) {
                let distance_m = (at - middle).x.hypot((at - middle).y);
                found.push(Position { segment, offset_m, at, distance_m });
            }
        }
        found.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.segment.cmp(&b.segment)));
        found
    }
}
