//! What it all comes to: villages and people by vehicle, in all and by town; checks against the clauses for fire lanes.

use super::dead_ends::{DeadEnd, Room};
use super::facts::{Basis, SegmentFact};
use super::field_checks::{FieldCheck, Need};
use super::plan::UpgradePlan;
use super::villages::{LargestVehicle, PlaceOutcome, VillageAccess};
use super::ways::AccessRoute;
use super::{AccessRun, describe, wan_yuan};
use fireplan_model::findings::{Check, Figure};
use fireplan_model::ids::TownId;
use fireplan_model::layers::{LayerId, VehicleClass};
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 分乡镇通达统计 | Access by town
    pub struct TownAccess {
        geometry: (),
        /// 乡镇街道 | Town
        town: String,
        /// 村庄 | Villages
        villages: u32,
        /// 普通消防车可达 | Standard truck
        villages_standard: u32,
        /// 仅小型消防车可达 | Small truck only
        villages_small: u32,
        /// 仅消防摩托车可达 | Motorcycle only
        villages_motorcycle: u32,
        /// 各类车辆均不可达 | No vehicle
        villages_no_vehicle: u32,
        /// 待核 | Undetermined
        villages_undetermined: u32,
        /// 人口 | People
        people: u32,
        /// 人口：普通消防车可达 | People, standard truck
        people_standard: u32,
        /// 人口：仅小型消防车可达 | People, small truck only
        people_small: u32,
        /// 人口：仅消防摩托车可达 | People, motorcycle only
        people_motorcycle: u32,
        /// 人口：各类车辆均不可达 | People, no vehicle
        people_no_vehicle: u32,
        /// 人口：待核 | People, undetermined
        people_undetermined: u32,
        /// 打通普通消防车的费用(逐村相加) | Cost of opening for standard trucks, village by village
        standard_wan_yuan: f64,
    }
}

pub(super) fn by_town(run: &AccessRun, villages: &[VillageAccess]) -> Vec<TownAccess> {
    let of = |town: Option<TownId>| {
        let mine = run.places.iter().zip(villages).filter(|(place, _)| place.town == town).map(|(_, row)| row);
        mine.collect::<Vec<_>>()
    };
    let towns = TownId::first(run.area.layers.towns.len()).zip(&run.area.layers.towns);
    let mut rows: Vec<TownAccess> = towns.map(|(id, town)| town_row(&town.name, &of(Some(id)))).collect();
    let outside = of(None);
    if !rows.is_empty() && !outside.is_empty() {
        rows.push(town_row("（界外）", &outside));
    }
    rows.push(town_row("合计", &villages.iter().collect::<Vec<_>>()));
    rows
}

fn town_row(town: &str, rows: &[&VillageAccess]) -> TownAccess {
    let of = |entries: &[LargestVehicle]| {
        rows.iter().filter(|row| entries.contains(&row.access)).copied().collect::<Vec<_>>()
    };
    let count = |entries: &[LargestVehicle]| of(entries).len() as u32;
    let people = |entries: &[LargestVehicle]| of(entries).iter().filter_map(|row| row.population_people).sum::<u32>();
    let open = [LargestVehicle::Undetermined, LargestVehicle::Unplaced];
    TownAccess {
        geometry: (),
        town: town.to_owned(),
        villages: rows.len() as u32,
        villages_standard: count(&[LargestVehicle::Standard]),
        villages_small: count(&[LargestVehicle::Small]),
        villages_motorcycle: count(&[LargestVehicle::Motorcycle]),
        villages_no_vehicle: count(&[LargestVehicle::NoVehicle]),
        villages_undetermined: count(&open),
        people: people(LargestVehicle::ALL),
        people_standard: people(&[LargestVehicle::Standard]),
        people_small: people(&[LargestVehicle::Small]),
        people_motorcycle: people(&[LargestVehicle::Motorcycle]),
        people_no_vehicle: people(&[LargestVehicle::NoVehicle]),
        people_undetermined: people(&open),
        // The sum of nothing is -0.
        standard_wan_yuan: (rows.iter().filter_map(|row| row.standard_wan_yuan.0).sum::<f64>() * 10.0).round() / 10.0
            + 0.0,
    }
}

pub(super) fn figures(
    run: &AccessRun,
    outcomes: &[PlaceOutcome],
    villages: &[VillageAccess],
    plan: &UpgradePlan,
    field_checks: &[FieldCheck],
) -> Vec<Figure> {
    let all: Vec<&VillageAccess> = villages.iter().collect();
    let total = town_row("", &all);
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| (part / whole * 1000.0).round() / 10.0);
    let possible: Vec<&VillageAccess> =
        outcomes.iter().zip(villages).filter(|(outcome, _)| outcome.possible == Some(0)).map(|(_, row)| row).collect();
    let possible_people: u32 = possible.iter().filter_map(|row| row.population_people).sum();
    let range = |low: Option<f64>, high: Option<f64>| low.zip(high).map(|(low, high)| [low, high]);
    let villages_low = share(f64::from(total.villages_standard), f64::from(total.villages));
    let villages_high = share(possible.len() as f64, f64::from(total.villages));
    let people_low = share(f64::from(total.people_standard), f64::from(total.people));
    let people_high = share(f64::from(possible_people), f64::from(total.people));
    let assumed = villages.iter().filter(|row| row.access == LargestVehicle::Standard && row.assumed > 0).count();
    let blocked = total.villages_small + total.villages_motorcycle + total.villages_no_vehicle;
    let decide = field_checks.iter().filter(|check| check.need == Need::Decides).count();
    let spot_checks = field_checks.len() - decide;
    vec![
        Figure {
            name: "standard_villages_percent".to_owned(),
            label: Label::new("普通消防车可达的村庄", "Villages a standard truck gets to"),
            value: villages_low,
            range: range(villages_low, villages_high),
            unit: "%".to_owned(),
            remark: Label::new(
                format!(
                    "共 {} 处：可达 {}（其中 {assumed} 处途中有按等级认定的路段），待核 {}，到不了 {blocked}",
                    total.villages, total.villages_standard, total.villages_undetermined
                ),
                format!(
                    "of {}: reached {} ({assumed} of them over roads taken to pass by their class), undetermined {}, not {blocked}",
                    total.villages, total.villages_standard, total.villages_undetermined
                ),
            ),
        },
        Figure {
            name: "standard_people_percent".to_owned(),
            label: Label::new("普通消防车可达的人口", "People a standard truck gets to"),
            value: people_low,
            range: range(people_low, people_high),
            unit: "%".to_owned(),
            remark: Label::new(format!("共 {} 人", total.people), format!("of {} people", total.people)),
        },
        planned(run, plan),
        Figure {
            name: "field_checks".to_owned(),
            label: Label::new("须现场核实的道路", "Roads to verify in the field"),
            value: Some(decide as f64),
            range: None,
            unit: String::new(),
            remark: Label::new(
                format!("核实后可判定 {} 处；另有 {spot_checks} 条按等级认定，宜抽查", total.villages_undetermined),
                format!(
                    "{} places hang on them; {spot_checks} more are taken by their class, spot checks are due",
                    total.villages_undetermined
                ),
            ),
        },
        alone(run, villages),
    ]
}

/// What the money of the plan opens, and how far that is from the best there could be.
fn planned(run: &AccessRun, county: &UpgradePlan) -> Figure {
    let people: f64 = county.opened.iter().filter_map(|place| run.places[place.index()].people).sum();
    let plan = &county.plan;
    let who = describe::vehicle(run.fleets[county.rank].class());
    let (opened, wanted) = (county.opened.len(), county.wanted.len());
    let cost = describe::number(wan_yuan(plan.cost));
    let (gap_zh, gap_en) = if plan.bound > plan.value {
        let gap = plan.bound - plan.value;
        (format!("距可证上界 {gap} 人"), format!("within {gap} people of a proven bound"))
    } else {
        ("已证明最优".to_owned(), "proven optimal".to_owned())
    };
    Figure {
        name: "opened_people".to_owned(),
        label: Label::new(
            format!("预算内可为{}打通的人口", who.zh),
            format!("People the budget opens to a {}", who.en.to_lowercase()),
        ),
        value: Some(people.round() + 0.0),
        range: None,
        unit: "人".to_owned(),
        remark: Label::new(
            format!("{wanted} 处受阻，打通 {opened} 处，用 {cost} 万元；{gap_zh}"),
            format!("{opened} of {wanted} blocked places for {cost} × 10,000 yuan; {gap_en}"),
        ),
    }
}

fn alone(run: &AccessRun, villages: &[VillageAccess]) -> Figure {
    let alone: Vec<&VillageAccess> = villages.iter().filter(|row| row.sole_links > 0).collect();
    let people: u32 = alone.iter().filter_map(|row| row.population_people).sum();
    let bridges = run.area.layers.roads.iter().filter(|road| road.bridge).count();
    Figure {
        name: "sole_link_villages".to_owned(),
        label: Label::new("只有一条路进出的村庄", "Villages with a single way in"),
        value: Some(alone.len() as f64),
        range: None,
        unit: String::new(),
        remark: Label::new(
            format!("共 {people} 人；全域桥梁 {bridges} 段"),
            format!("{people} people; {bridges} bridges in the area"),
        ),
    }
}

/// The way to every place against the clauses for fire lanes; dead ends against theirs.
pub(super) fn checks(run: &AccessRun, outcomes: &[PlaceOutcome], dead_ends: &[DeadEnd]) -> Vec<Check> {
    let lane = &run.rules.fire_lane;
    let mut checks = Vec::new();
    for ((place, outcome), id) in run.places.iter().zip(outcomes).zip(1..) {
        let Some(way) = outcome.way.as_ref() else { continue };
        let mut add = |limit: &fireplan_model::rules::Limit, measured: Option<f64>| {
            checks.push(limit.check(&place.name, measured).about("access_villages", id));
        };
        add(&lane.clear_width_m, narrowest(run, way));
        if let Some(lowest) = lowest(run, way) {
            add(&lane.clear_height_m, lowest);
        }
        if run.area.elevation.is_some() {
            let steepest = steepest(run, way);
            add(&lane.slope_percent, steepest);
            add(&lane.slope_laden_percent, steepest);
            add(
                &lane.rescue_slope_percent,
                run.facts[way.goal.segment.index()].steepest.map(|steepest| steepest.percent),
            );
        }
    }
    for (end, id) in dead_ends.iter().zip(1..) {
        checks.push(lane.dead_end_m.check(&end.name, Some(end.length_m)).about("access_dead_ends", id));
        if end.vehicle_class == VehicleClass::Standard {
            // Where there is room, whether it is used as a turnaround is not known.
            let side_m = (end.room == Room::NoRoom).then_some(0.0);
            checks.push(lane.turnaround_m.check(&end.name, side_m).about("access_dead_ends", id));
        }
    }
    checks
}

/// The least known width; not known if nothing breaks the clause but some width is only estimated.
fn narrowest(run: &AccessRun, way: &AccessRoute) -> Option<f64> {
    let facts: Vec<SegmentFact> = way.segments().map(|segment| run.facts[segment.index()].width).collect();
    let limit = &run.rules.fire_lane.clear_width_m;
    let least = facts.iter().filter(|fact| fact.is_known()).map(|fact| fact.value).min_by(f64::total_cmp);
    least.filter(|least| !limit.op.holds(*least, limit.value) || facts.iter().all(SegmentFact::is_known))
}

/// The least headroom under anything known to be overhead, `None` where there is nothing; within, not known if nothing
/// breaks the clause but some headroom is only estimated.
fn lowest(run: &AccessRun, way: &AccessRoute) -> Option<Option<f64>> {
    let facts: Vec<SegmentFact> = way.segments().filter_map(|segment| run.facts[segment.index()].height).collect();
    if facts.is_empty() {
        return None;
    }
    let limit = &run.rules.fire_lane.clear_height_m;
    let least = facts.iter().filter(|fact| fact.is_known()).map(|fact| fact.value).min_by(f64::total_cmp);
    Some(least.filter(|least| !limit.op.holds(*least, limit.value) || facts.iter().all(SegmentFact::is_known)))
}

fn steepest(run: &AccessRun, way: &AccessRoute) -> Option<f64> {
    let percents = way.segments().map(|segment| run.facts[segment.index()].steepest.map(|steepest| steepest.percent));
    let percents: Option<Vec<f64>> = percents.collect();
    percents?.into_iter().max_by(f64::total_cmp)
}

/// What a reader must know of how this was judged.
pub(super) fn note(run: &AccessRun, notes: &mut Notes) {
    let roads = Some(LayerId::Roads);
    if run.area.elevation.is_none() {
        let text = "没有高程数据：坡度未判，各结论不含坡度 | No elevation: gradients are not judged, and no answer here includes them";
        notes.add(Severity::Warning, roads, text, "");
    }
    let of = |basis: Basis| run.facts.iter().filter(|facts| facts.width.basis == basis).count();
    for (basis, text) in [
        (
            Basis::Estimate,
            "路宽未载明，按道路等级估计；不足为凭的列为待核 | Width not stated, estimated from the class; where that decides nothing, undetermined",
        ),
        (Basis::RoadArea, "路宽未载明，在道路面上量取 | Width not stated, measured across the road area"),
        (Basis::Faces, "路宽未载明，按两侧建筑间距估计 | Width not stated, estimated from the buildings on both sides"),
        (Basis::Class, "路宽未载明，取国省县道等级标准值 | Width not stated, that of its class of main road"),
    ] {
        let count = of(basis);
        if count > 0 {
            notes.add_counted(Severity::Info, LayerId::Roads, text, count, format!("{count} 段"));
        }
    }
    let unpaved = run.facts.iter().filter(|facts| facts.surface_basis != Basis::Stated).count();
    if unpaved > 0 {
        let text = "路面未载明，按道路等级估计；须比所需好一级，或等级可靠，才认定可通行 | Surface not stated, estimated from the class; taken to bear a vehicle where it should be a grade better than needed, or the class is a firm one";
        notes.add_counted(Severity::Info, LayerId::Roads, text, unpaved, format!("{unpaved} 段"));
    }
    notes.add(
        Severity::Warning,
        None,
        "车辆所需净宽、爬坡能力、转弯半径和改造单价为未核实的默认值，请按本地配车和造价修改 | Needs of the vehicles and unit costs are unverified defaults; replace them by local ones",
        "",
    );
}
