//! Villages that no standard truck gets to: whether an engine that does get there is really at hand.
//!
//! The ways of the smaller classes take every station to have smaller vehicles as well, so as to tell what the road lets pass. Here it
//! is asked what is there, within the time in which crews are to be in villages: a station of which the data say that its engine is a
//! small truck or a motorcycle. A station of which the engine is not stated may have one, and be it a micro station, which the notices
//! ask to be equipped with one: 待核.

use anyhow::Result;

use super::AccessRun;
use super::settlements::{Destination, DestinationKind};
use super::villages::PlaceOutcome;
use super::ways::{Fleet, PassReading};
use crate::response::reach::Start;
use crate::response::times::minutes;
use fireplan_model::findings::Check;
use fireplan_model::layers::{Station, VehicleClass};
use fireplan_model::rules::Limit;

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

    /// Whether an engine gets to a place in time; `None`: not known.
    fn reaches(&self, place: &Destination, within: &Limit) -> Option<bool> {
        let is_in_time = |fleet: &Fleet, reading| {
            let way = fleet.way(&place.entries, reading);
            way.is_some_and(|way| within.op.holds(minutes(way.price[2] as f64), within.value))
        };
        // The way with the fewest facts to verify need not be the quickest that may pass.
        let may_be_in_time = |fleet: &Fleet| {
            fleet.way(&place.entries, PassReading::Possible).is_some() && is_in_time(fleet, PassReading::Free)
        };
        match () {
            () if is_in_time(&self.fitting, PassReading::Certain) => Some(true),
            () if may_be_in_time(&self.fitting) || may_be_in_time(&self.not_stated) => None,
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
        let rules = run.lanes.rules_at(place.at);
        let reached = engines[rank].as_ref().and_then(|engines| engines.reaches(place, &rules.response.village_min));
        let count = reached.map(|reached| f64::from(u8::from(reached)));
        let check = rules.village_lane.small_engine.check(&place.name, count);
        checks.push(check.about("access_villages", id));
    }
    Ok(checks)
}
