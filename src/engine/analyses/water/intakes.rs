//! Intakes worth building: where a road meets water that is there all year, by the people it would be nearest for.

use anyhow::Result;
use geo::Point;

use super::WaterRun;
use super::sources::{SitedPoint, Usability, is_natural};
use super::story::tell_intake;
use super::villages::{SitedVillage, Supply, WaterDrives};
use fireplan_model::layers::{VehicleClass, WaterKind};
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 候选取水点 | Intakes worth building
    pub struct Intake {
        geometry: Point,
        /// 名次 | Rank
        rank: u32,
        /// 水源 | Water
        name: String,
        /// 类别 | Kind
        kind: WaterKind,
        /// 乡镇街道 | Town
        town: String,
        /// 道路 | Road
        road: String,
        /// 车道边缘到水边 | From the edge of the lane to the water
        bank_m: Option<f64>,
        /// 吸水高度 | Suction lift
        lift_m: Option<f64>,
        /// 惠及村庄 | Villages
        villages: u32,
        /// 惠及人口 | People
        people: u32,
        /// 其中现供水不足 | Of them now without enough
        short_people: u32,
        /// 说明 | Story
        story: Label,
    }
}

/// Whether an intake would help here: natural water that an engine can draw from, or could if the lane came nearer.
fn is_candidate(run: &WaterRun, point: &SitedPoint) -> bool {
    let near = point.row.bank_m.is_some_and(|bank_m| bank_m <= run.question.intake_within_m);
    let sure = point.row.usable != Usability::Unusable || point.only_far;
    let kind = is_natural(point.row.kind) && point.row.kind != WaterKind::Stream;
    kind && near && sure && point.row.vehicle == Some(VehicleClass::Standard)
}

/// Those that some village without mains would have nearest, the most people first.
pub(super) fn intakes(run: &WaterRun, points: &[SitedPoint], villages: &[SitedVillage]) -> Result<Vec<Intake>> {
    let ways = WaterDrives::new(run, points, |point| is_candidate(run, point))?;
    let mut served = vec![(0_u32, 0_u32, 0_u32); points.len()];
    for (village, supplied) in run.area.layers.villages.iter().zip(villages) {
        let supply = supplied.row.supply;
        if matches!(supply, Supply::Mains | Supply::AtHand) {
            continue;
        }
        let Some((_, way)) = ways.best(village) else { continue };
        let known = supplied.row.standard_min.or(supplied.row.small_min).or(supplied.row.motorcycle_min);
        if known.is_some_and(|known| known < way.min) {
            continue;
        }
        let people = village.population_people.unwrap_or(0);
        let at = &mut served[way.point.index()];
        at.0 += 1;
        at.1 += people;
        at.2 += if supply.is_enough() { 0 } else { people };
    }
    let mut intakes: Vec<Intake> = points
        .iter()
        .zip(served)
        .filter(|(_, served)| served.0 > 0)
        .map(|(point, (villages, people, short_people))| Intake {
            geometry: point.row.geometry,
            rank: 0,
            name: point.row.name.clone(),
            kind: point.row.kind,
            town: point.row.town.clone(),
            road: point.row.road.clone(),
            bank_m: point.row.bank_m,
            lift_m: point.row.lift_m,
            villages,
            people,
            short_people,
            story: Label::default(),
        })
        .collect();
    intakes.sort_by_key(|intake| std::cmp::Reverse((intake.short_people, intake.people, intake.villages)));
    for (intake, rank) in intakes.iter_mut().zip(1..) {
        intake.rank = rank;
        intake.story = tell_intake(intake);
    }
    Ok(intakes)
}
