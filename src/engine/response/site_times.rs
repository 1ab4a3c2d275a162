//! How soon a crew from each site is at each place: exact network times, as coverage computes them.
//!
//! One search for each site, within the horizon; places are read off at the metre of road that serves them. Cost: what a
//! search touches, plus a few additions for every place.

use std::sync::Arc;

use anyhow::Result;
use rayon::prelude::*;

use crate::response::driving::{Drive, DrivingReading};
use crate::response::place_times::PlaceDrive;
use crate::response::places::{PlaceAccess, Placement};
use crate::response::reach::{Start, vehicles};
use fireplan_algorithms::shortest_path::Search;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::VehicleClass;
use fireplan_model::network::Position;
use fireplan_model::rules::Rules;

/// The time of a place that no crew reaches within the horizon.
pub(crate) const NEVER: u32 = u32::MAX;

/// The network as one class of vehicle drives it, to be read off at the places.
struct VehicleNetwork {
    /// Rank of the vehicle among those that places are placed for.
    rank: usize,
    places: PlaceDrive,
}

/// Inputs shared by all driving-time searches.
pub(crate) struct DrivingInputs<'a> {
    pub area: &'a StudyArea,
    pub rules: &'a Rules,
    pub access: &'a PlaceAccess<'a>,
    /// The vehicles that places are placed for, in the order of their placements.
    pub vehicles: &'a [VehicleClass],
}

/// Arrival times in whole milliseconds, rounded up: what is late must not count as in time.
pub(crate) struct SiteTimes {
    /// Per start, one time for every place.
    pub rows: Vec<Vec<u32>>,
}

impl SiteTimes {
    /// From every start to every place within the horizon.
    pub(crate) fn new(
        inputs: &DrivingInputs,
        starts: &[Start],
        placements: &[Placement],
        reading: DrivingReading,
        horizon_ms: u32,
        done: impl Fn() + Sync,
    ) -> Result<Self> {
        let mut drives = Vec::new();
        for vehicle in vehicles(starts) {
            let rank = inputs.vehicles.iter().position(|known| *known == vehicle);
            let rank = rank.expect("places are placed for every vehicle that starts");
            drives.push(VehicleNetwork::new(inputs, vehicle, rank, placements, reading)?);
        }
        let rows = starts
            .par_iter()
            .map_init(
                || drives.iter().map(|drive| Search::new(&drive.places.drive.graph)).collect::<Vec<_>>(),
                |searches, start| {
                    let at = drives.iter().position(|drive| drive.places.drive.vehicle == start.vehicle);
                    let at = at.expect("there is a drive for every vehicle that starts");
                    let row = drives[at].row(inputs, start, placements, &mut searches[at], horizon_ms);
                    done();
                    row
                },
            )
            .collect();
        Ok(Self { rows })
    }
}

impl VehicleNetwork {
    fn new(
        inputs: &DrivingInputs,
        vehicle: VehicleClass,
        rank: usize,
        placements: &[Placement],
        reading: DrivingReading,
    ) -> Result<Self> {
        let drive = Arc::new(Drive::new(inputs.area, inputs.rules, vehicle, reading)?);
        let positions = placements.iter().flat_map(|placement| placement.of_vehicle(rank));
        Ok(Self { rank, places: PlaceDrive::new(drive, positions) })
    }

    fn row(
        &self,
        inputs: &DrivingInputs,
        start: &Start,
        placements: &[Placement],
        search: &mut Search,
        horizon_ms: u32,
    ) -> Vec<u32> {
        self.places.search(inputs.area, start, &[], search, horizon_ms);
        let at = |placement: &Placement| {
            let by = |position: &Position| {
                Some(self.places.arrival_ms(inputs.area, start, search, position)? + inputs.access.access_ms(position))
            };
            let ms = placement.of_vehicle(self.rank).filter_map(by).min_by(f64::total_cmp)?;
            (ms <= f64::from(horizon_ms)).then_some(ms.ceil() as u32)
        };
        placements.iter().map(|placement| at(placement).unwrap_or(NEVER)).collect()
    }
}
