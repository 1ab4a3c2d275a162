//! Pools and intakes, as projects to be weighed against those of other questions.

use super::intakes::{Intake, SitedIntake};
use super::remedies::Remedy;
use super::villages::{SitedVillage, VillageWater};
use super::{WaterRun, needed_pool_m3};
use fireplan_model::findings::{GainedState, ProposedProject, Readiness, StateGain, code_of_place};
use fireplan_model::layers::{ProjectKind, WaterKind};
use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, Edits, LonLat};

/// A pool for every village that needs one, every intake through which a village becomes supplied, and which village gets water
/// by which of them.
pub(super) fn projects(
    run: &WaterRun,
    villages: &[SitedVillage],
    intakes: &[SitedIntake],
) -> (Vec<ProposedProject>, Vec<StateGain>) {
    let mut projects: Vec<ProposedProject> = Vec::new();
    let mut gains: Vec<StateGain> = Vec::new();
    let mut gain = |village: &VillageWater, project: &ProposedProject| {
        gains.push(StateGain {
            state: GainedState::Water,
            place: code_of_place(village.geometry.0),
            people: village.population_people.map(f64::from),
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
    for intake in intakes {
        let project = intake_project(&intake.row);
        let is_served = |village: &&SitedVillage| intake.served.contains(&village.row.geometry);
        villages.iter().filter(is_served).for_each(|village| gain(&village.row, &project));
        projects.push(project);
    }
    (projects, gains)
}

fn pool(run: &WaterRun, village: &VillageWater, pool_m3: f64) -> ProposedProject {
    let volume_m3 = pool_m3.round();
    let project = ProposedProject {
        town: village.town.clone(),
        cost_wan_yuan: village.cost_wan_yuan,
        unit_cost: "water.pool_yuan_m3",
        readiness: Readiness::Plot,
        edits: add_pool(run, village),
        ..ProposedProject::new(
            ProjectKind::Water,
            format!("pool/{}/{}", village.name, code_of_place(village.geometry.0)),
            Label::new(
                format!("{}建消防水池 {volume_m3} m³", village.name),
                format!("pool of {volume_m3} m³ at {}", village.name),
            ),
            village.geometry,
        )
    };
    project.asked_by(&run.rules_at(village.geometry.0).water.village_flow_l_s, true)
}

/// None where the place has no degrees. No edit enlarges a pool: beside one that is too small, the scenario has one that is enough
/// by itself. Several villages may bear one name, and water that is there that of its village.
fn add_pool(run: &WaterRun, village: &VillageWater) -> Edits {
    let name = format!("{}消防水池 {}", village.name, code_of_place(village.geometry.0));
    let volume_m3 = Some(needed_pool_m3(&run.rules_at(village.geometry.0).water));
    let pool = |at: LonLat| Edit::AddWater { name, at, kind: WaterKind::Pool, volume_m3 };
    Edits(run.area.plane.lonlat_of(village.geometry.0).map(pool).into_iter().collect())
}

fn intake_project(intake: &Intake) -> ProposedProject {
    let water = if intake.name.is_empty() { intake.kind.label() } else { Label::new(&intake.name, &intake.name) };
    let road = &intake.road;
    ProposedProject {
        town: intake.town.clone(),
        cost_wan_yuan: Some(intake.cost_wan_yuan),
        unit_cost: "water.intake_wan_yuan",
        readiness: if intake.verify { Readiness::Verify } else { Readiness::Survey },
        ..ProposedProject::new(
            ProjectKind::Water,
            format!("intake/{}/{}", intake.name, code_of_place(intake.geometry.0)),
            Label::new(format!("{}（{road}旁）修建取水点", water.zh), format!("intake at {} beside {road}", water.en)),
            intake.geometry,
        )
    }
}
