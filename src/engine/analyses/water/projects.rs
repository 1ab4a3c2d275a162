//! Pools and intakes, as projects to be weighed against those of other questions.

use std::collections::BTreeMap;

use geo::Point;

use super::WaterRun;
use super::intakes::Intake;
use super::remedies::Remedy;
use super::villages::{SitedVillage, VillageWater};
use fireplan_model::findings::{GainedState, Obliged, ProposedProject, Readiness, StateGain, code_of_place};
use fireplan_model::layers::{ProjectKind, WaterKind};
use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, Edits};

/// A pool for every village that needs one, every intake through which a village becomes supplied, and which village gets water
/// by which of them.
pub(super) fn projects(
    run: &WaterRun,
    villages: &[SitedVillage],
    intakes: &[Intake],
) -> (Vec<ProposedProject>, Vec<StateGain>) {
    let mut projects: Vec<ProposedProject> = Vec::new();
    let mut gains: Vec<StateGain> = Vec::new();
    let mut gain = |village: &VillageWater, project: &ProposedProject| {
        gains.push(StateGain {
            state: GainedState::Water,
            place: code_of_place(village.geometry.0),
            people: f64::from(village.population_people.unwrap_or(1).max(1)),
            together: vec![project.id.clone()],
        });
    };
    for village in villages.iter().map(|village| &village.row) {
        let is_pool = matches!(village.remedy, Remedy::Pool | Remedy::PoolAfterShuttle);
        if let Some(pool_m3) = village.pool_m3.filter(|_| is_pool) {
            let project = pool(run, village, pool_m3);
            // A pool that no engine gets to supplies nobody.
            if village.vehicle.is_some() {
                gain(village, &project);
            }
            projects.push(project);
        }
    }
    let by_name: BTreeMap<&str, &VillageWater> =
        villages.iter().map(|village| (village.row.name.as_str(), &village.row)).collect();
    for intake in intakes {
        let project = intake_project(intake);
        for village in intake.villages.split('、').filter_map(|name| by_name.get(name)) {
            gain(village, &project);
        }
        projects.push(project);
    }
    (projects, gains)
}

fn pool(run: &WaterRun, village: &VillageWater, pool_m3: f64) -> ProposedProject {
    // Several villages may bear one name, and water that is there that of its village.
    let name = format!("{}消防水池 {}", village.name, code_of_place(village.geometry.0));
    let volume = pool_m3.round();
    let project = ProposedProject {
        id: format!("pool/{}/{}", village.name, code_of_place(village.geometry.0)),
        kind: ProjectKind::Water,
        title: Label::new(
            format!("{}建消防水池 {volume} m³", village.name),
            format!("pool of {volume} m³ at {}", village.name),
        ),
        town: village.town.clone(),
        geometry: village.geometry.into(),
        cost_wan_yuan: village.cost_wan_yuan,
        unit_cost: "water.pool_yuan_m3",
        rule: String::new(),
        is_obliged: false,
        obliged: Obliged::default(),
        readiness: Readiness::Plot,
        instead_of: None,
        // No edit enlarges a pool: beside one that is too small, the scenario has one that is enough by itself.
        edits: add_pool(run, name, village.geometry, run.pool_m3()),
    };
    project.asked_by(&run.rules.water.village_flow_l_s, true)
}

/// None where the place has no degrees.
fn add_pool(run: &WaterRun, name: String, at: Point, volume: f64) -> Edits {
    let mut at = [at.0];
    if run.area.plane.to_lonlat(&mut at).is_err() {
        return Edits::default();
    }
    Edits(vec![Edit::AddWater { name, at: [at[0].x, at[0].y], kind: WaterKind::Pool, volume_m3: Some(volume) }])
}

fn intake_project(intake: &Intake) -> ProposedProject {
    let water = if intake.name.is_empty() { intake.kind.label() } else { Label::new(&intake.name, &intake.name) };
    let road = &intake.road;
    ProposedProject {
        id: format!("intake/{}/{}", intake.name, code_of_place(intake.geometry.0)),
        kind: ProjectKind::Water,
        title: Label::new(
            format!("{}（{road}旁）修建取水点", water.zh),
            format!("intake at {} beside {road}", water.en),
        ),
        town: intake.town.clone(),
        geometry: intake.geometry.into(),
        cost_wan_yuan: Some(intake.cost_wan_yuan),
        unit_cost: "water.intake_wan_yuan",
        rule: String::new(),
        is_obliged: false,
        obliged: Obliged::default(),
        readiness: if intake.verify { Readiness::Verify } else { Readiness::Survey },
        instead_of: None,
        edits: Edits::default(),
    }
}
