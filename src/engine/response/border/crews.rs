//! Crews of the whole province as a part knows them: on its own roads, or beyond.

use geo::Coord;
use serde::{Deserialize, Serialize};

use crate::response::reach::{BEYOND, Ready, Start};
use fireplan_model::ids::{SegmentId, StationId};
use fireplan_model::layers::VehicleClass;
use fireplan_model::network::Position;

/// A crew of the province.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BorderCrew {
    /// Where it comes from, numbered as in the province.
    pub station: StationId,
    /// What it drives.
    pub vehicle: VehicleClass,
    /// When it is on the road at the least, as reckoned, and at the most, in milliseconds since the order.
    pub ready_ms: [u32; 3],
    /// The segment of the part on which it enters the network; `None`: one of the rest.
    pub segment: Option<SegmentId>,
    /// Distance along that segment, in metres.
    pub offset_m: f64,
    /// The place on the road, in metres of the plane.
    pub at: [f64; 2],
    /// How far the station stands from it, in metres.
    pub distance_m: f64,
    /// Whether a scenario adds the station.
    pub is_planned: bool,
}

impl BorderCrew {
    /// A crew of the province, which enters on this segment of the part.
    pub(super) fn new(start: &Start, segment: Option<SegmentId>) -> Self {
        let Start { origin: station, vehicle, position, ready, is_planned } = *start;
        Self {
            station,
            vehicle,
            ready_ms: [ready.fast_ms, ready.base_ms, ready.slow_ms],
            segment,
            offset_m: position.offset_m,
            at: [position.at.x, position.at.y],
            distance_m: position.distance_m,
            is_planned,
        }
    }

    /// The same as the part searches it.
    pub(crate) fn start(&self) -> Start {
        let [fast_ms, base_ms, slow_ms] = self.ready_ms;
        let position = Position {
            segment: self.segment.unwrap_or(BEYOND),
            offset_m: self.offset_m,
            at: Coord { x: self.at[0], y: self.at[1] },
            distance_m: self.distance_m,
        };
        let ready = Ready { fast_ms, base_ms, slow_ms };
        Start { origin: self.station, vehicle: self.vehicle, position, ready, is_planned: self.is_planned }
    }
}
