//! How soon a crew from each site is at each place: exact network times, as coverage computes them.
//!
//! One search for each site, within the horizon; places are read off at the metre of road that serves them. Cost: what a
//! search touches, plus a few additions for every place.

use anyhow::Result;
use rayon::prelude::*;

use crate::response::driving;
use crate::response::driving::DrivingReading;
use crate::response::places::{PlaceAccess, Placement};
use crate::response::reach::{Start, entries, vehicles};
use fireplan_algorithms::shortest_path::{CLOSED, Graph, Search, UNREACHED};
use fireplan_model::area::StudyArea;
use fireplan_model::layers::VehicleClass;
use fireplan_model::network::Position;
use fireplan_model::rules::Rules;

/// The time of a place that no crew reaches within the horizon.
pub(super) const NEVER: u32 = u32::MAX;

/// The network as one class of vehicle drives it.
struct VehicleNetwork {
    vehicle: VehicleClass,
    /// Rank of the vehicle among those that places are placed for.
    rank: usize,
    arc_ms: Vec<u32>,
    graph: Graph,
    /// Per arc, where its states begin in `states`: those that may leave along it. Only arcs of segments with a place.
    first: Vec<u32>,
    states: Vec<u32>,
}

/// Inputs shared by all driving-time searches.
pub(super) struct DrivingInputs<'a> {
    pub area: &'a StudyArea,
    pub rules: &'a Rules,
    pub access: &'a PlaceAccess<'a>,
    /// The vehicles that places are placed for, in the order of their placements.
    pub vehicles: &'a [VehicleClass],
}

/// Arrival times in whole milliseconds, rounded up: what is late must not count as in time.
pub(super) struct SiteTimes {
    /// Per start, one time for every place.
    pub rows: Vec<Vec<u32>>,
}

impl SiteTimes {
    /// From every start to every place within the horizon.
    pub(super) fn new(
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
                || drives.iter().map(|drive| Search::new(&drive.graph)).collect::<Vec<_>>(),
                |searches, start| {
                    let at = drives.iter().position(|drive| drive.vehicle == start.vehicle);
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
        let area = inputs.area;
        let arc_ms = driving::arc_ms(area, inputs.rules, vehicle, reading)?;
        let graph = driving::graph(area, &arc_ms, driving::bans_bind(inputs.rules, reading));
        let mut wanted = vec![false; arc_ms.len()];
        for position in placements.iter().filter_map(|placement| placement[rank]) {
            for arc in position.segment.arcs() {
                wanted[arc.index()] = true;
            }
        }
        let mut leaving: Vec<(u32, u32)> = Vec::new();
        for (state, arcs) in graph.departures() {
            leaving.extend(arcs.iter().filter(|arc| wanted[**arc as usize]).map(|arc| (*arc, state)));
        }
        leaving.sort_unstable();
        let mut first = vec![0_u32; arc_ms.len() + 1];
        for (arc, _) in &leaving {
            first[*arc as usize + 1] += 1;
        }
        for arc in 0..arc_ms.len() {
            first[arc + 1] += first[arc];
        }
        let states = leaving.into_iter().map(|(_, state)| state).collect();
        Ok(Self { vehicle, rank, arc_ms, graph, first, states })
    }

    fn row(
        &self,
        inputs: &DrivingInputs,
        start: &Start,
        placements: &[Placement],
        search: &mut Search,
        horizon_ms: u32,
    ) -> Vec<u32> {
        search.run(&self.graph, &entries(inputs.area, &self.graph, &self.arc_ms, start), horizon_ms);
        let at = |placement: &Placement| {
            let position = placement[self.rank]?;
            let ms = self.arrival_ms(inputs.area, start, search, &position)? + inputs.access.access_ms(&position);
            (ms <= f64::from(horizon_ms)).then_some(ms.ceil() as u32)
        };
        placements.iter().map(|placement| at(placement).unwrap_or(NEVER)).collect()
    }

    /// The least of entering the segment at either end and of starting on it.
    fn arrival_ms(&self, area: &StudyArea, start: &Start, search: &Search, place: &Position) -> Option<f64> {
        let length_m = area.network[place.segment].length_m;
        let mut least: Option<f64> = None;
        let mut offer = |ms: f64| least = Some(least.map_or(ms, |known| known.min(ms)));
        for (arc, along_m) in
            [(place.segment.along(), place.offset_m), (place.segment.against(), length_m - place.offset_m)]
        {
            let ms = self.arc_ms[arc.index()];
            if ms == CLOSED {
                continue;
            }
            let ms_per_m = f64::from(ms) / length_m;
            let states = &self.states[self.first[arc.index()] as usize..self.first[arc.index() + 1] as usize];
            if let Some(cost) = states.iter().map(|state| search.cost(*state)).min().filter(|cost| *cost != UNREACHED) {
                offer(f64::from(cost) + ms_per_m * along_m);
            }
            if start.position.segment == place.segment {
                let from_m = if arc.is_along() { start.position.offset_m } else { length_m - start.position.offset_m };
                if from_m <= along_m {
                    offer(f64::from(start.ready_ms) + ms_per_m * (along_m - from_m));
                }
            }
        }
        least
    }
}
