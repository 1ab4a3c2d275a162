//! What a plan comes to: the order in which its stations gain most, what each is needed for, and how coverage changes.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use geo::Coord;
use rayon::prelude::*;

use super::case::{SitingCase, StandId};
use super::choose::ChosenPlan;
use super::demands::Demand;
use super::stands::station;
use crate::analysis::Context;
use crate::response::times::{ArrivalTimes, Reached, ResponseTimes};
use fireplan_location::Covering;
use fireplan_model::area::StudyArea;
use fireplan_model::notes::Notes;

/// A new station of the plan.
pub(super) struct Built {
    pub stand: StandId,
    /// What it newly covers when it is built in its turn, in the units of the solver.
    pub gain: u64,
    /// How much of that it is at a minute or more before the stations that stand.
    pub saved: u64,
}

/// The arrival times at a village today and under the plan.
pub(super) struct VillageTimes {
    pub before: Option<ArrivalTimes>,
    pub after: ArrivalTimes,
    /// The stand that is there first under the plan.
    pub station: Option<StandId>,
}

/// The plan, set up and computed anew.
pub(super) struct PlanOutcome {
    /// The area with the stations of the plan: the ones that stay, then the new ones as in `built`.
    pub planned: StudyArea,
    /// In the order of the planned stations layer.
    pub stands: Vec<StandId>,
    /// New stations, each next one gaining most.
    pub built: Vec<Built>,
    /// Present stations that the plan gives up.
    pub closed: Vec<StandId>,
    /// Weight covered today, in the solver's units.
    pub before: u64,
    pub after: u64,
    /// What only this stand covers under the plan, by stand.
    pub needed: Vec<u64>,
    pub covering: Covering,
}

impl PlanOutcome {
    pub(super) fn new(case: &SitingCase, covering: Covering, choice: &ChosenPlan) -> Self {
        let chosen: BTreeSet<u32> = choice.plan.chosen.iter().copied().collect();
        let standing: Vec<u32> = (0..case.standing as u32).collect();
        let stays: Vec<u32> = standing.iter().copied().filter(|stand| chosen.contains(stand)).collect();
        let new: Vec<u32> = chosen.iter().copied().filter(|stand| *stand >= case.standing as u32).collect();
        let built = in_order(&covering, &stays, &new, &|stand, demand| case.saves_time(stand, demand));
        let stands: Vec<StandId> =
            stays.iter().map(|stand| StandId(*stand)).chain(built.iter().map(|built| built.stand)).collect();
        Self {
            planned: planned(case, &stands),
            before: covering.covered(&standing),
            after: covering.covered(&choice.plan.chosen),
            needed: needed(&covering, &choice.plan.chosen),
            closed: StandId::first(case.standing).filter(|stand| !chosen.contains(&stand.0)).collect(),
            stands,
            built,
            covering,
        }
    }
}

/// Each next station the one that newly covers most of what it is much sooner at than the stations that stand, then the one that
/// newly covers most; of equal ones, the first.
pub(super) fn in_order(
    covering: &Covering,
    stays: &[u32],
    new: &[u32],
    saves_time: &dyn Fn(u32, u32) -> bool,
) -> Vec<Built> {
    let mut covered = vec![false; covering.weights.len()];
    let cover = |covered: &mut Vec<bool>, stand: u32| {
        covering.covers[stand as usize].iter().for_each(|demand| covered[*demand as usize] = true);
    };
    stays.iter().for_each(|stand| cover(&mut covered, *stand));
    let mut left = new.to_vec();
    let mut built = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let gain = |stand: &u32| -> (u64, u64) {
            let fresh = covering.covers[*stand as usize].iter().filter(|demand| !covered[**demand as usize]);
            fresh.fold((0, 0), |(saved, gain), demand| {
                let weight = covering.weights[*demand as usize];
                (if saves_time(*stand, *demand) { saved + weight } else { saved }, gain + weight)
            })
        };
        let gains: Vec<(u64, u64)> = left.iter().map(gain).collect();
        let best = (0..left.len()).rev().max_by_key(|at| gains[*at]).expect("some are left");
        let stand = left.remove(best);
        cover(&mut covered, stand);
        let (saved, gain) = gains[best];
        built.push(Built { stand: StandId(stand), gain, saved });
    }
    built
}

/// By stand, the weight that no other chosen one covers.
pub(super) fn needed(covering: &Covering, chosen: &[u32]) -> Vec<u64> {
    let mut covers = vec![(0_u32, u32::MAX); covering.weights.len()];
    for stand in chosen {
        for demand in &covering.covers[*stand as usize] {
            let (count, by) = &mut covers[*demand as usize];
            (*count, *by) = (*count + 1, *stand);
        }
    }
    let mut needed = vec![0; covering.covers.len()];
    for ((count, by), weight) in covers.into_iter().zip(&covering.weights) {
        if count == 1 {
            needed[by as usize] += weight;
        }
    }
    needed
}

fn planned(case: &SitingCase, stands: &[StandId]) -> StudyArea {
    let mut area = case.area.clone();
    area.layers.stations = stands
        .iter()
        .map(|stand| {
            let stand = &case.stands[stand.index()];
            match stand.site {
                Some(site) => station(case.question, &case.sites[site.index()].site, stand.kind),
                None => case.area.layers.stations[stand.start.origin.index()].clone(),
            }
        })
        .collect();
    area
}

/// Coverage today and under the plan.
pub(super) struct PlanRuns<'a> {
    /// Response times of today; `None` where no station stands.
    pub before: Option<ResponseTimes<'a>>,
    pub after: ResponseTimes<'a>,
    /// Weight covered under each reading, in the solver's units and the order of
    /// [`DrivingReading::ALL`](crate::response::driving::DrivingReading::ALL).
    pub covered_before: [u64; 4],
    pub covered_after: [u64; 4],
}

impl<'a> PlanRuns<'a> {
    /// Computes both with the response engine.
    pub(super) fn new(case: &SitingCase<'a>, outcome: &'a PlanOutcome, context: &Context<'a>) -> Result<Self> {
        context.begin("按方案重算覆盖", "Computing coverage under the plan")?;
        let dispatch = case.question.dispatch();
        let mut unheard = Notes::default();
        let run = |area: &'a StudyArea, notes: &mut Notes| {
            ResponseTimes::from_dispatch(dispatch, &Context { area, ..*context }, notes)
        };
        let before = if case.standing > 0 { Some(run(case.area, &mut unheard)?) } else { None };
        let after = run(&outcome.planned, &mut unheard)?;
        let weights = case.weights();
        Ok(Self {
            covered_before: before.as_ref().map_or([0; 4], |run| Self::covered(run, case, &weights)),
            covered_after: Self::covered(&after, case, &weights),
            before,
            after,
        })
    }

    /// Weight covered under each reading, by the engine's own placing and timing.
    fn covered(run: &ResponseTimes, case: &SitingCase, weights: &[u64]) -> [u64; 4] {
        let in_time =
            |ms: Option<f64>, demand: &Demand| ms.is_some_and(|ms| ms <= f64::from(case.budget_ms_at(demand.at)));
        let each = |(demand, weight): (&Demand, &u64)| {
            run.times_at(demand.at).first_ms().map(|ms| if in_time(ms, demand) { *weight } else { 0 })
        };
        let sum = |a: [u64; 4], b: [u64; 4]| std::array::from_fn(|at| a[at] + b[at]);
        case.demands.par_iter().zip(weights).map(each).reduce(|| [0; 4], sum)
    }

    /// The engine's count of what is covered under the plan against the solver's.
    ///
    /// # Errors
    /// If the plan does not cover what the solver says.
    pub(super) fn audit(&self, case: &SitingCase, outcome: &PlanOutcome) -> Result<()> {
        let counted = self.covered_after[case.question.speed as usize];
        if counted != outcome.after && !case.question.area_caps {
            let (by_solver, by_engine) = (case.amount(outcome.after), case.amount(counted));
            bail!(
                "自检未通过：求解器算得方案覆盖 {by_solver}，覆盖分析算得 {by_engine} | \
                 self-audit: the plan covers {by_solver} by the solver and {by_engine} by the coverage engine"
            );
        }
        Ok(())
    }

    /// Every village before and after, in the order of the layer.
    pub(super) fn villages(&self, case: &SitingCase, outcome: &PlanOutcome) -> Vec<VillageTimes> {
        let times = |village: &fireplan_model::layers::Village| {
            let after = self.after.times_at(village.geometry.0);
            VillageTimes {
                before: self.before.as_ref().map(|run| run.times_at(village.geometry.0)),
                station: after.base[0].map(|arrival| outcome.stands[arrival.origin.index()]),
                after,
            }
        };
        case.area.layers.villages.par_iter().map(times).collect()
    }

    pub(super) fn reached_before(&self, times: &VillageTimes, place: Coord) -> Reached {
        match (&self.before, &times.before) {
            (Some(run), Some(times)) => run.reached(times, place),
            _ => Reached::Unreached,
        }
    }
}
