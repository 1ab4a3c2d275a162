//! Intakes worth building: where a road meets water that is there all year, by the villages that become supplied.
//!
//! A village becomes supplied through an intake if it lacks enough water now, or that is not known, and would have it at hand, by
//! a relay or by a shuttle from there. It is counted with the intake nearest to it.

use anyhow::Result;
use geo::{Distance, Euclidean, Point};

use super::WaterRun;
use super::drives::WaterDrives;
use super::relay::HoseRoads;
use super::sources::{SitedPoint, Usability, WaterPointId, is_natural};
use super::story::tell_intake;
use super::villages::{SitedVillage, Supply};
use fireplan_model::layers::{LayerId, VehicleClass, WaterKind};
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 候选取水点 | Intakes worth building
    pub struct Intake {
        geometry: Point,
        /// 名次(使供水达标的村庄多者在前) | Rank, by the villages that become supplied
        rank: u32,
        /// 水源 | Water
        name: String,
        /// 类别 | Kind
        kind: WaterKind,
        /// 乡镇街道 | Town
        town: String,
        /// 道路 | Road
        road: String,
        /// 由不足转为满足的村庄 | Villages that become supplied
        supplied: u32,
        /// 由不足转为满足的人口 | People who become supplied
        supplied_people: Option<u32>,
        /// 村庄名单 | These villages
        villages: String,
        /// 须先核实水源 | The water must be verified first
        verify: bool,
        /// 费用 | Cost
        cost_wan_yuan: f64,
        /// 车道边缘到水边 | From the edge of the lane to the water
        bank_m: Option<f64>,
        /// 吸水高度 | Suction lift
        lift_m: Option<f64>,
        /// 说明 | Story
        story: Label,
    }
}

/// An intake with the villages that become supplied through it.
pub(super) struct SitedIntake {
    pub row: Intake,
    /// Where they lie: their order in the list of villages changes, and names repeat.
    pub served: Vec<Point>,
}

/// Whether an intake would help here: natural water from which no engine draws by itself, but would if the lane came nearer.
fn is_candidate(run: &WaterRun, point: &SitedPoint) -> bool {
    let near = point.row.bank_m.is_some_and(|bank_m| bank_m <= run.question.intake_within_m);
    let lacking = match point.row.usable {
        Usability::Usable => false,
        Usability::ByPump | Usability::Undetermined => true,
        Usability::Unusable => point.only_far,
    };
    let kind = is_natural(point.row.kind) && point.row.kind != WaterKind::Stream;
    kind && near && lacking && point.row.vehicle == Some(VehicleClass::Standard)
}

/// Those through which some village becomes supplied, most villages first, and of each village whether an intake whose water is
/// beyond doubt supplies it.
pub(super) fn intakes(
    run: &WaterRun,
    points: &[SitedPoint],
    villages: &[SitedVillage],
    notes: &mut Notes,
) -> Result<(Vec<SitedIntake>, Vec<bool>)> {
    let drives = WaterDrives::new(run, points, |point| is_candidate(run, point))?;
    let relays = HoseRoads::new(run).relays(run, points, |point| is_candidate(run, point));
    let mut of_point: Vec<Vec<usize>> = vec![Vec::new(); points.len()];
    let mut by_intake = vec![false; villages.len()];
    for (number, supplied) in villages.iter().enumerate() {
        // What pumps would do costs less, and what is only to be verified may need nothing: the village has one advice.
        if !matches!(supplied.row.supply, Supply::Short | Supply::Dry) {
            continue;
        }
        let village = &run.area.layers.villages[number];
        let Some((class, way)) = drives.best(village) else { continue };
        let (at, water) = (points[way.point.index()].row.geometry, &run.local.of(supplied.town).water);
        let (needed, radius) = (&water.village_flow_l_s, &water.radius_m);
        let at_hand = radius.op.holds(Euclidean.distance(&at, &village.geometry), radius.value);
        let flow = run.question.flow_l_s(class, run.fleet(water), way.min);
        let relay = relays[number].filter(|relay| relay.point == way.point && class == VehicleClass::Standard);
        if at_hand || relay.is_some() || needed.op.holds(flow, needed.value) {
            of_point[way.point.index()].push(number);
            by_intake[number] = is_sure(&points[way.point.index()]);
        }
    }
    let candidates = points.iter().filter(|point| is_candidate(run, point)).count();
    let mut intakes: Vec<SitedIntake> = WaterPointId::first(points.len())
        .zip(&of_point)
        .filter(|(_, served)| !served.is_empty())
        .map(|(id, served)| SitedIntake {
            row: row_of(run, &points[id.index()], served, villages),
            served: served.iter().map(|number| villages[*number].row.geometry).collect(),
        })
        .collect();
    intakes.sort_by_key(|intake| std::cmp::Reverse((intake.row.supplied, intake.row.supplied_people)));
    for (SitedIntake { row, .. }, rank) in intakes.iter_mut().zip(1..) {
        row.rank = rank;
        row.story = tell_intake(row);
    }
    if candidates > intakes.len() {
        let text = "可修取水点而无村庄由不足转为满足之处，未列 | Places for an intake through which no village becomes supplied: not listed";
        let left_out = candidates - intakes.len();
        let of = format!("{left_out} / {candidates}");
        notes.add_counted(Severity::Info, LayerId::WaterSources, text, left_out, of);
    }
    Ok((intakes, by_intake))
}

/// Whether nothing but the way to the water is amiss.
fn is_sure(point: &SitedPoint) -> bool {
    point.row.usable != Usability::Undetermined
}

fn row_of(run: &WaterRun, point: &SitedPoint, served: &[usize], villages: &[SitedVillage]) -> Intake {
    let of = |number: &usize| &villages[*number].row;
    let mut named: Vec<usize> = served.to_vec();
    named.sort_by_key(|number| std::cmp::Reverse(of(number).population_people));
    let names: Vec<&str> = named.iter().map(|number| of(number).name.as_str()).collect();
    Intake {
        geometry: point.row.geometry,
        rank: 0,
        name: point.row.name.clone(),
        kind: point.row.kind,
        town: point.row.town.clone(),
        road: point.row.road.clone(),
        supplied: served.len() as u32,
        supplied_people: served
            .iter()
            .filter_map(|number| of(number).population_people)
            .reduce(|sum, people| sum + people),
        villages: names.join("、"),
        verify: !is_sure(point),
        cost_wan_yuan: run.rules.water.intake_wan_yuan.value,
        bank_m: point.row.bank_m,
        lift_m: point.row.lift_m,
        story: Label::default(),
    }
}
