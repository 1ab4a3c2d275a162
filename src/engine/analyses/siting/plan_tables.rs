//! The tables of a plan: the curve of coverage against the number of stations, what stations are needed for, and phases.

use super::case::StandId;
use super::choose::Rung;
use super::found::{SitingFindings, rounded};
use super::outcome::{in_order, needed};
use super::rows::{CurveRow, LossRow, PhaseRow};
use fireplan_model::findings::Chart;

impl SitingFindings<'_> {
    /// The best plan for every number of new stations.
    pub(super) fn curve(&self) -> Vec<CurveRow> {
        let (case, knee) = (self.case, self.knee());
        let times = case.question.objective.is_of_times();
        let percent = |units: u64| (!times).then(|| case.percent(units));
        let mut before: Option<u64> = None;
        let row = |(at, rung): (usize, &Rung)| {
            let plan = &rung.plan;
            let is_new = |stand: &StandId| case.stands[stand.index()].site.is_some();
            let new = || plan.chosen.iter().map(|stand| StandId(*stand)).filter(is_new);
            let step = before.replace(plan.value).map(|before| plan.value.saturating_sub(before));
            CurveRow {
                geometry: (),
                new_stations: new().count() as u32,
                cost_wan_yuan: self.cost_wan_yuan(new()),
                covered_percent: percent(plan.value),
                bound_percent: percent(plan.bound),
                time_min: times.then(|| rounded(self.minutes(plan.value))),
                bound_min: times.then(|| rounded(self.minutes(plan.bound))),
                step_percent: step.and_then(percent),
                proven: plan.is_proven(),
                knee: knee == Some(at),
                stations: new().map(|stand| case.name(stand)).collect::<Vec<_>>().join("、"),
            }
        };
        self.choice.curve.iter().enumerate().map(row).collect()
    }

    /// Which columns of the curve are drawn against which.
    pub(super) fn chart(&self) -> Chart {
        let y = match self.case.question.objective.is_of_times() {
            true => vec!["time_min", "bound_min"],
            false => vec!["covered_percent", "bound_percent"],
        };
        let x = if self.case.question.budget_wan_yuan.is_some() { "cost_wan_yuan" } else { "new_stations" };
        Chart { x, y, mark: Some("knee") }
    }

    /// What each station of today is needed for, today and under the plan.
    pub(super) fn losses(&self) -> Vec<LossRow> {
        let case = self.case;
        let standing: Vec<u32> = (0..case.standing as u32).collect();
        let today = needed(&self.outcome.covering, &standing);
        let row = |stand: StandId| LossRow {
            geometry: (),
            name: case.name(stand),
            kind: case.stands[stand.index()].kind,
            loss: case.shown(today[stand.index()]),
            loss_percent: case.percent(today[stand.index()]),
            planned_loss: case.shown(self.outcome.needed[stand.index()]),
            planned_loss_percent: case.percent(self.outcome.needed[stand.index()]),
        };
        StandId::first(case.standing).map(row).collect()
    }

    /// What is built in which phase.
    pub(super) fn phase_rows(&self) -> Vec<PhaseRow> {
        let Some((phases, plans)) = &self.phases else { return Vec::new() };
        let case = self.case;
        let mut rows = Vec::new();
        let mut before: Vec<u32> = self.outcome.covering.required.clone();
        for ((phase, chosen), covered) in phases.iter().zip(&plans.phases).zip(&plans.covered) {
            let saves_time = |stand: u32, demand: u32| case.saves_time(stand, demand);
            for built in in_order(&self.outcome.covering, &before, &fresh(chosen, &before), &saves_time) {
                let stand = &case.stands[built.stand.index()];
                let Some(site) = stand.site else { continue };
                rows.push(PhaseRow {
                    geometry: (),
                    year: phase.year,
                    name: case.name(built.stand),
                    kind: stand.kind,
                    site: case.sites[site.index()].site.id.clone(),
                    cost_wan_yuan: case.rules.station_cost_wan_yuan(stand.kind),
                    gain: rounded(case.amount(built.gain)),
                    covered_percent: case.percent(*covered),
                });
            }
            before.clone_from(chosen);
        }
        rows
    }
}

/// Those of the chosen stands that were not there before.
fn fresh(chosen: &[u32], before: &[u32]) -> Vec<u32> {
    chosen.iter().copied().filter(|stand| !before.contains(stand)).collect()
}
