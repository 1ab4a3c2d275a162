//! What the upgrades of the plan bring once they are made: their edits are made, and the question is asked again.

use std::collections::BTreeMap;

use anyhow::Result;

use super::plan::UpgradePlan;
use super::settlements::{Destination, DestinationId};
use super::villages::{self, PlaceOutcome};
use super::{AccessRun, FireAccess};
use crate::analysis::Context;
use crate::scenario::apply_scenario;
use fireplan_model::findings::code_of_place;
use fireplan_model::message::explain;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::scenario::{Edit, Scenario};

/// Places that a class of vehicle gets to for certain, with their people, `None` where nobody has counted them.
pub(crate) type ReachedPlaces = BTreeMap<String, Option<f64>>;

/// What is promised of the plan.
pub(super) struct KeptPromise {
    /// Of the places that the plan is to open, those that the vehicle gets to for certain then.
    pub certain: Vec<DestinationId>,
    /// Whom it gets to for certain then and does not now.
    pub people: f64,
}

impl FireAccess {
    /// The places that the vehicle to open roads for gets to for certain.
    ///
    /// # Errors
    /// If the rules do not give the size of a vehicle.
    pub(crate) fn reached_places(&self, context: &Context) -> Result<ReachedPlaces> {
        self.set_up(context, &mut Notes::default(), |run, _| {
            let outcomes = villages::judge(run)?;
            Ok(reached(run, rank_of(run, self), &outcomes))
        })
    }
}

/// The rank of the class that roads are opened for.
pub(super) fn rank_of(run: &AccessRun, question: &FireAccess) -> usize {
    run.fleets.iter().position(|fleet| fleet.class() == question.open_for).unwrap_or(0)
}

fn is_reached(outcome: &PlaceOutcome, rank: usize) -> bool {
    outcome.certain.is_some_and(|certain| certain <= rank)
}

fn reached(run: &AccessRun, rank: usize, outcomes: &[PlaceOutcome]) -> ReachedPlaces {
    let mut reached = ReachedPlaces::new();
    for (place, _) in run.places.iter().zip(outcomes).filter(|(_, outcome)| is_reached(outcome, rank)) {
        let people = reached.entry(code_of_place(place.at)).or_default();
        *people = place.people.map_or(*people, |more| Some(people.unwrap_or(0.0) + more.round()));
    }
    reached
}

/// The places that the vehicle gets to for certain once these edits are made; `None`: they cannot all be made, which is told.
///
/// # Errors
/// If the area with the edits cannot be asked.
pub(super) fn reached_with(
    run: &AccessRun,
    (question, context): (&FireAccess, &Context),
    edits: Vec<Edit>,
    notes: &mut Notes,
) -> Result<Option<ReachedPlaces>> {
    let name = "改造".to_owned();
    match apply_scenario(&Scenario { name, edits }, run.area) {
        Ok(made) => {
            let context = Context { area: &made, rules: context.rules, progress: context.progress };
            question.reached_places(&context).map(Some)
        }
        Err(error) => {
            let text = "改造方案不能直接作为方案采用，其效果未经重新计算 | Upgrades that cannot be taken up as a scenario as they are: what they bring was not computed anew";
            notes.add(Severity::Warning, None, text, explain(&error).zh.as_str());
            Ok(None)
        }
    }
}

/// What comes of the plan, made on the area and asked for anew.
///
/// # Errors
/// If the area with the edits cannot be asked.
pub(super) fn promise(
    run: &AccessRun,
    asked: (&FireAccess, &Context),
    (outcomes, plan): (&[PlaceOutcome], &UpgradePlan),
    notes: &mut Notes,
) -> Result<KeptPromise> {
    let edits = plan.edits(run);
    if edits.is_empty() {
        return Ok(KeptPromise { certain: Vec::new(), people: 0.0 });
    }
    let Some(then) = reached_with(run, asked, edits, notes)? else {
        let people = f64::from(super::shared::people(run, &plan.opened));
        return Ok(KeptPromise { certain: plan.opened.clone(), people });
    };
    let now = reached(run, plan.rank, outcomes);
    let count = |places: &ReachedPlaces| places.values().flatten().sum::<f64>();
    let has = |place: &Destination| then.contains_key(&code_of_place(place.at));
    let certain = plan.opened.iter().copied().filter(|place| has(&run.places[place.index()]));
    Ok(KeptPromise { certain: certain.collect(), people: count(&then) - count(&now) })
}
