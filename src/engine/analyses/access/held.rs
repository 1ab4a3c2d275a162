//! What is held of today: under a scenario that only adds roads or opens them, a place of which it is known today what gets there
//! does not become undetermined because a larger vehicle may get there then, and loses no building near a lane.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use anyhow::Result;

use super::settlements::Destination;
use super::villages::{LargestVehicle, PlaceOutcome, entry_of, judge};
use super::{AccessRun, FireAccess};
use crate::analysis::{Analysis, Context};
use fireplan_model::findings::code_of_place;
use fireplan_model::layers::VehicleClass;
use fireplan_model::notes::Notes;
use fireplan_model::scenario::Edit;

/// A place in the area as it is and under a scenario.
type PlaceKey = (&'static str, String, String);

fn key_of(place: &Destination) -> PlaceKey {
    (place.kind.code(), place.source_id.clone(), code_of_place(place.at))
}

/// What surely gets to a place today, and whether that is all that may.
#[derive(Clone, Copy)]
struct EntryOfToday {
    certain: VehicleClass,
    is_known: bool,
}

/// Holds what gets to each place against today.
///
/// # Errors
/// If the area as it is cannot be asked.
pub(super) fn hold_against_today(
    run: &AccessRun,
    (question, context): (&FireAccess, &Context),
    outcomes: &mut [PlaceOutcome],
) -> Result<()> {
    let (Some(today), Some(scenario)) = (&run.area.today, &run.area.scenario) else { return Ok(()) };
    if !scenario.edits.iter().all(Edit::can_only_help) || !question.needs().iter().all(|layer| today.has(*layer)) {
        return Ok(());
    }
    let context = Context { area: today, rules: context.rules, progress: context.progress };
    let mut hasher = DefaultHasher::new();
    (serde_json::to_string(question)?, context.rules.fingerprint()).hash(&mut hasher);
    let known = today.derived.once(hasher.finish(), || {
        question.set_up(&context, &mut Notes::default(), |run, _| Ok(entries(run, &judge(run)?)))
    })?;
    for (place, outcome) in run.places.iter().zip(outcomes) {
        if let Some(entry) = known.get(&key_of(place)) {
            hold(run, *entry, outcome);
        }
    }
    Ok(())
}

fn entries(run: &AccessRun, outcomes: &[PlaceOutcome]) -> BTreeMap<PlaceKey, EntryOfToday> {
    let of = |(place, outcome): (&Destination, &PlaceOutcome)| {
        let certain = run.fleets[outcome.certain?].class();
        Some((key_of(place), EntryOfToday { certain, is_known: outcome.entry != LargestVehicle::Undetermined }))
    };
    run.places.iter().zip(outcomes).filter_map(of).collect()
}

fn hold(run: &AccessRun, today: EntryOfToday, outcome: &mut PlaceOutcome) {
    outcome.today = run.fleets.iter().position(|fleet| fleet.class() == today.certain);
    let Some(certain) = outcome.certain.filter(|certain| outcome.today.is_some_and(|today| *certain <= today)) else {
        return;
    };
    if today.is_known && outcome.entry == LargestVehicle::Undetermined {
        outcome.entry = entry_of(run.fleets[certain].class());
    }
}
