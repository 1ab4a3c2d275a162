//! The engine that is sent to a place, as every question says it ([`attendance`](crate::response::attendance)): whether it gets
//! through, what happens if it does not, and who comes next.

use anyhow::Result;

use super::AccessRun;
use super::ways::AccessRoute;
use crate::response::attendance::{Attendance, Attended, attend};
use crate::response::places::Placement;
use crate::response::times::ResponseTimes;
use fireplan_model::layers::{LayerId, VehicleClass};
use fireplan_model::notes::{Notes, Severity};

/// Who comes to one place, and the way of the first as one of its fleet.
#[derive(Default)]
pub(super) struct Dispatched {
    attended: Attended,
    /// From the place to the nearest road that serves it, in metres.
    pub road_distance_m: Option<f64>,
    /// The rank of the fleet of the first engine, and its way.
    pub driven: Option<(usize, AccessRoute)>,
}

impl Dispatched {
    /// The engine that comes first.
    pub(super) fn first(&self) -> Option<&Attendance> {
        self.attended.engines.first()
    }

    /// The engine of another station that comes next.
    pub(super) fn second(&self) -> Option<&Attendance> {
        self.attended.engines.get(1)
    }

    /// The engine that comes first of those whose way is known to let them through, if that is another way than the first's.
    pub(super) fn instead(&self) -> Option<&Attendance> {
        self.attended.first_proven().filter(|_| self.rests_on_unknown())
    }

    /// Whether something on the way of the first engine is undetermined.
    pub(super) fn rests_on_unknown(&self) -> bool {
        self.first().is_some_and(|first| first.undetermined > 0 || first.proven_ms.is_none())
    }
}

/// Who comes to every place, in order.
pub(super) fn dispatch(run: &AccessRun) -> Result<Vec<Dispatched>> {
    let placements: Vec<Placement> = run.places.iter().map(|place| run.response.access.place(place.at)).collect();
    let attended = attend(&run.response, &placements)?;
    Ok(attended.into_iter().zip(&placements).map(|(attended, placement)| of_place(run, attended, placement)).collect())
}

fn of_place(run: &AccessRun, attended: Attended, placement: &Placement) -> Dispatched {
    let road_distance_m = placement.distance_m();
    let driven = attended.engines.first().zip(attended.way.as_ref()).and_then(|(first, way)| {
        let rank = run.fleets.iter().position(|fleet| fleet.class() == first.vehicle)?;
        let start = run.fleets[rank].starts.iter().position(|start| start.origin == first.station)?;
        let ms = first.told_ms()?.ceil() as u64;
        let price = [0, u64::from(first.undetermined), ms];
        Some((rank, AccessRoute { price, start, arcs: way.arcs.clone(), goal: way.goal }))
    });
    Dispatched { attended, road_distance_m, driven }
}

/// The classes of vehicle for which roads are judged: medium ones only where a station has one, for others the next smaller
/// stands for them.
pub(super) fn classes(response: &ResponseTimes) -> Vec<VehicleClass> {
    let is_asked = |class: &VehicleClass| {
        *class != VehicleClass::Medium || response.starts.iter().any(|start| start.vehicle == VehicleClass::Medium)
    };
    VehicleClass::ALL.iter().copied().filter(is_asked).collect()
}

/// Says that roads are judged for vehicles that no station may have.
pub(super) fn note_fleets(response: &ResponseTimes, notes: &mut Notes) {
    if response.starts.iter().any(|start| start.vehicle < VehicleClass::Motorcycle) {
        let text = "道路能通过的最大车型按任一出动队站为起点判断，不代表该站配有此类车辆；到场队站、车辆和时间只按各站实有车辆计 | \
                    The largest vehicle that the roads let through is judged from any station, whether or not it has such a vehicle; who comes, with what and when, is reckoned with the vehicles that stations have";
        notes.add(Severity::Info, Some(LayerId::Stations), text, "");
    }
}
