//! Villages that no standard truck gets to: whether an engine that does get there is really at hand.
//!
//! The ways of the smaller classes take every station to have smaller vehicles as well, so as to tell what the road lets pass. Here it
//! is asked what is there: a station of which the data say that its engine is a small truck or a motorcycle, or a micro station,
//! whose engine is small if the data do not say otherwise. A station of which the engine is not stated may have one: 待核.

use anyhow::Result;

use super::AccessRun;
use super::settlements::{Destination, DestinationKind};
use super::villages::PlaceOutcome;
use super::ways::{Fleet, PassReading};
use crate::response::reach::Start;
use fireplan_model::findings::Check;
use fireplan_model::layers::{Station, StationKind, VehicleClass};

/// What a station has to send to a place that a class of vehicle, and none larger, gets to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    Fits,
    NotStated,
    TooLarge,
}

fn engine_of(station: &Station, class: VehicleClass) -> Engine {
    match station.vehicle_class {
        // The classes are in order of size, the largest first.
        Some(own) if own >= class => Engine::Fits,
        Some(_) => Engine::TooLarge,
        None if station.kind == StationKind::Micro => Engine::Fits,
        None => Engine::NotStated,
    }
}

/// Ways of one class from the stations that have it, and from those of which that is not stated.
struct Engines<'a> {
    fitting: Fleet<'a>,
    not_stated: Fleet<'a>,
}

impl<'a> Engines<'a> {
    fn new(run: &AccessRun<'a>, rank: usize) -> Result<Self> {
        let fleet = &run.fleets[rank];
        let of = |wanted: Engine| {
            let has =
                |start: &&Start| engine_of(&run.area.layers.stations[start.origin.index()], fleet.class()) == wanted;
            // An engine that is smaller than the class drives wherever the class does; it is ranked as one of the class.
            let starts: Vec<Start> = run
                .response
                .starts
                .iter()
                .filter(has)
                .map(|start| Start { vehicle: fleet.class(), ..*start })
                .collect();
            Fleet::new(run.area, run.rules, fleet.streets, fleet.class(), &starts)
        };
        Ok(Self { fitting: of(Engine::Fits)?, not_stated: of(Engine::NotStated)? })
    }

    /// Whether an engine gets to a place; `None`: not known.
    fn reaches(&self, place: &Destination) -> Option<bool> {
        let reaches = |fleet: &Fleet, reading| fleet.way(&place.entries, reading).is_some();
        match () {
            () if reaches(&self.fitting, PassReading::Certain) => Some(true),
            () if reaches(&self.fitting, PassReading::Possible) => None,
            () if reaches(&self.not_stated, PassReading::Possible) => None,
            () => Some(false),
        }
    }
}

/// Every village that a small truck or a motorcycle gets to, and surely nothing larger, against the rule that such an engine be there.
pub(super) fn checks(run: &AccessRun, outcomes: &[PlaceOutcome]) -> Result<Vec<Check>> {
    let mut engines: Vec<Option<Engines>> = run.fleets.iter().map(|_| None).collect();
    let mut checks = Vec::new();
    for ((place, outcome), id) in run.places.iter().zip(outcomes).zip(1..) {
        let Some(rank) = outcome.possible.filter(|rank| *rank > 0 && place.kind == DestinationKind::Village) else {
            continue;
        };
        if engines[rank].is_none() {
            engines[rank] = Some(Engines::new(run, rank)?);
        }
        let reached = engines[rank].as_ref().and_then(|engines| engines.reaches(place));
        let count = reached.map(|reached| f64::from(u8::from(reached)));
        let check = run.lanes.rules_at(place.at).village_lane.small_engine.check(&place.name, count);
        checks.push(check.about("access_villages", id));
    }
    Ok(checks)
}
