//! The border of a part (分县边界): what one part of a province must know of the rest so that its own roads and places fare as in the
//! whole, to the last digit.
//!
//! A part keeps some segments of the province's network as they are. Where other segments meet one of its nodes, the network was
//! cut; there the part is told when crews arrive that come by the rest: a *head start* at the node, which keeps the station's
//! number. Every way of a crew to a place of the part ends with a stretch inside the part that begins at the crew's own road or at
//! such a node, so the search inside, with head starts as further beginnings, finds the same whole milliseconds as the search of
//! the province. A buffer of whatever width around the part does not: the station that is first may stand outside it.
//!
//! What hangs on more than the segments at hand is told too and not found again: driving times (heights are averaged along
//! whole roads, widths are taken between buildings), which segments a crew gets to at all, and what of a segment is open.

mod crews;
mod find;

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;
use serde::{Deserialize, Serialize};

use crate::response::driving::DrivingReading;
use crate::response::places::UsableSegments;
use fireplan_algorithms::nearest_sources::{SourceLabel, SourceSeed};
use fireplan_model::ids::{NodeId, SegmentId, StationId};
use fireplan_model::layers::VehicleClass;
use fireplan_model::notes::Note;

pub use crews::BorderCrew;
pub use find::{CutNetwork, find_borders};
pub(crate) use find::{find_corners, find_with_crew};

/// A crew at a node where the network was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadStart {
    /// The node, numbered as in the part.
    pub node: NodeId,
    /// When the crew is there, in milliseconds since the order.
    pub ms: u32,
    /// Where it comes from, numbered as in the province.
    pub station: StationId,
}

impl HeadStart {
    /// Where the search goes on from it.
    pub(crate) fn seed(&self) -> SourceSeed {
        SourceSeed { state: self.node.0, label: SourceLabel { cost: self.ms, source: self.station.0 } }
    }
}

/// What a part of a province knows of the rest, under one choice of rules and crews.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Border {
    /// Every crew of the province, in the order of the stations.
    pub crews: Vec<BorderCrew>,
    /// What is to be told of where they stand; the same in every part.
    pub notes: Vec<Note>,
    /// Per segment of the part, whether a crew stands in its component, however that may be driven.
    pub with_crew: Vec<bool>,
    /// By class of vehicle, in the order in which the province searches them.
    pub vehicles: Vec<VehicleBorder>,
    /// South-west and north-east corner of all nodes of the province, in metres of its plane.
    pub extent: [[f64; 2]; 2],
    /// How many segments the province has.
    pub all_segments: u32,
}

/// The same for one class of vehicle.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VehicleBorder {
    /// The class.
    pub vehicle: VehicleClass,
    /// Driving time of every arc of the part in milliseconds, under each reading in the order of
    /// [`DrivingReading::ALL`](super::reading::DrivingReading::ALL).
    pub arc_ms: [Vec<u32>; 4],
    /// From which segments of the part places are served.
    pub usable: UsableSegments,
    /// Per segment of the part, what it adds to ways over it: segments that are undetermined, segments that are taken to pass.
    pub doubts: Vec<[u8; 2]>,
    /// Under each reading, the two crews that are first at each node where the network was cut.
    pub first: [Vec<HeadStart>; 4],
    /// When each crew is at these nodes, by station.
    pub stations: BTreeMap<StationId, StationHeadStarts>,
}

/// When the crew of one station is at the nodes where the network was cut.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StationHeadStarts {
    /// In milliseconds, under each reading.
    pub ms: [Vec<(NodeId, u32)>; 4],
    /// In milliseconds at base speeds, by ways of which nothing is undetermined.
    pub proven_ms: Vec<(NodeId, u32)>,
    /// Milliseconds, undetermined segments and segments taken to pass of the quickest way, under the base and the favourable
    /// reading.
    pub ways: [Vec<(NodeId, [u64; 3])>; 2],
}

impl StationHeadStarts {
    fn is_empty(&self) -> bool {
        self.ms.iter().all(Vec::is_empty) && self.proven_ms.is_empty() && self.ways.iter().all(Vec::is_empty)
    }
}

impl Border {
    /// South-west and north-east corner of all nodes of the province.
    pub fn corners(&self) -> [Coord; 2] {
        self.extent.map(|[x, y]| Coord { x, y })
    }

    /// At how many nodes some crew arrives from beyond at base speeds.
    pub fn count_nodes(&self) -> usize {
        let base = DrivingReading::Base as usize;
        let nodes = self.vehicles.iter().flat_map(|vehicle| &vehicle.first[base]).map(|head_start| head_start.node);
        nodes.collect::<BTreeSet<NodeId>>().len()
    }

    /// What is known of a crew at the nodes where the network was cut.
    pub fn head_starts(&self, vehicle: VehicleClass, station: StationId) -> Option<&StationHeadStarts> {
        self.vehicles.iter().find(|one| one.vehicle == vehicle)?.stations.get(&station)
    }

    /// What a class of vehicle meets on the segments of the part; `None`: no crew has one.
    pub fn vehicle(&self, vehicle: VehicleClass) -> Option<&VehicleBorder> {
        self.vehicles.iter().find(|one| one.vehicle == vehicle)
    }
}

/// Which features and segments of a part are its own, and what they are numbered in the province.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Holdings {
    /// Per segment of the part.
    pub segments: Vec<HeldFeature>,
    /// Per feature of each layer of the part.
    pub layers: BTreeMap<String, Vec<HeldFeature>>,
}

/// A feature or segment of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldFeature {
    /// Its place in the order of the province.
    pub number: u32,
    /// Whether the part answers for it; else another part does.
    pub own: bool,
}

impl Holdings {
    /// The number in the province of what stands at this place of a layer of the part.
    pub fn number(&self, layer: fireplan_model::layers::LayerId, index: usize) -> HeldFeature {
        self.layers[layer.code()][index]
    }

    /// The same of a segment.
    pub fn segment(&self, segment: SegmentId) -> HeldFeature {
        self.segments[segment.index()]
    }
}
