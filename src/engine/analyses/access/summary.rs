//! Sums: villages and people by vehicle, in all and by town.

use std::collections::BTreeSet;

use super::adopted::KeptPromise;
use super::field_checks::{FieldCheck, Need};
use super::plan::{PlannedUpgrade, UpgradePlan};
use super::settlements::{Destination, DestinationId, DestinationKind};
use super::shared::people;
use super::villages::{LargestVehicle, PlaceOutcome, VillageAccess};
use super::ways::AccessRoute;
use super::{AccessRun, describe, wan_yuan};
use crate::response::passage::facts::Basis;
use crate::response::passage::passable::Passes;
use fireplan_model::findings::Figure;
use fireplan_model::ids::{SegmentId, TownId};
use fireplan_model::layers::LayerId;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 分乡镇通达统计 | Access by town
    pub struct TownAccess {
        geometry: (),
        /// 乡镇街道 | Town
        town: String,
        /// 居民点(村庄和建成区) | Places: villages and built-up clusters
        places: u32,
        /// 普通消防车可达 | Standard truck
        villages_standard: u32,
        /// 仅中型及以下消防车可达 | Medium truck at most
        villages_medium: u32,
        /// 仅小型消防车可达 | Small truck only
        villages_small: u32,
        /// 仅消防摩托车可达 | Motorcycle only
        villages_motorcycle: u32,
        /// 各类车辆均不可达 | No vehicle
        villages_no_vehicle: u32,
        /// 最大可达车型待核 | Largest vehicle undetermined
        villages_undetermined: u32,
        /// 居民点人口(载明或按格网估计) | People of its places, stated or by the raster
        places_people: u32,
        /// 人口：普通消防车可达 | People, standard truck
        people_standard: u32,
        /// 人口：仅中型及以下消防车可达 | People, medium truck at most
        people_medium: u32,
        /// 人口：仅小型消防车可达 | People, small truck only
        people_small: u32,
        /// 人口：仅消防摩托车可达 | People, motorcycle only
        people_motorcycle: u32,
        /// 人口：各类车辆均不可达 | People, no vehicle
        people_no_vehicle: u32,
        /// 人口：最大可达车型待核 | People, largest vehicle undetermined
        people_undetermined: u32,
        /// 打通普通消防车的费用(同一工程只计一次) | Cost of opening for standard trucks, each work once
        standard_wan_yuan: f64,
    }
}

/// A place in the sums of a town.
#[derive(Clone, Copy)]
struct CountedPlace<'a> {
    row: &'a VillageAccess,
    /// It counts as a place of the town; a built-up area across the border counts in one town, its people where they live.
    is_own: bool,
    people: Option<u32>,
    outcome: &'a PlaceOutcome,
}

pub(super) fn by_town(run: &AccessRun, outcomes: &[PlaceOutcome], villages: &[VillageAccess]) -> Vec<TownAccess> {
    let of = |town: Option<TownId>| {
        let places = run.places.iter().zip(outcomes).zip(villages);
        let mine = places.filter_map(move |((place, outcome), row)| counted_in(place, (row, outcome), town));
        mine.collect::<Vec<_>>()
    };
    let towns = TownId::first(run.area.layers.towns.len()).zip(&run.area.layers.towns);
    let mut rows: Vec<TownAccess> = towns.map(|(id, town)| town_row(run, &town.name, &of(Some(id)))).collect();
    let outside = of(None);
    if !rows.is_empty() && !outside.is_empty() {
        rows.push(town_row(run, "（界外）", &outside));
    }
    rows.push(town_row(run, "合计", &counted_whole(outcomes, villages)));
    rows
}

fn counted_in<'a>(
    place: &Destination,
    (row, outcome): (&'a VillageAccess, &'a PlaceOutcome),
    town: Option<TownId>,
) -> Option<CountedPlace<'a>> {
    let is_own = place.town == town;
    if place.people_by_town.is_empty() {
        return is_own.then(|| CountedPlace { row, is_own, people: row.people(), outcome });
    }
    let share = place.people_by_town.iter().find(|(of, _)| *of == town).map(|(_, people)| people.round() as u32);
    (is_own || share.is_some()).then_some(CountedPlace { row, is_own, people: share, outcome })
}

fn counted_whole<'a>(outcomes: &'a [PlaceOutcome], villages: &'a [VillageAccess]) -> Vec<CountedPlace<'a>> {
    let places = outcomes.iter().zip(villages);
    places.map(|(outcome, row)| CountedPlace { row, is_own: true, people: row.people(), outcome }).collect()
}

/// What it costs to let a standard truck through to all of these places: villages behind one bridge share its cost.
fn opening_wan_yuan<'a>(run: &AccessRun, outcomes: impl Iterator<Item = &'a PlaceOutcome>) -> f64 {
    let Some(fleet) = run.fleets.first() else { return 0.0 };
    let ways = outcomes.filter_map(|outcome| outcome.opening(0));
    let is_blocked = |segment: &SegmentId| fleet.passable.passes(*segment) == Passes::No;
    let segments: BTreeSet<SegmentId> = ways.flat_map(AccessRoute::segments).filter(is_blocked).collect();
    wan_yuan(segments.into_iter().filter_map(|segment| fleet.yuan(segment)).sum())
}

fn town_row(run: &AccessRun, town: &str, rows: &[CountedPlace]) -> TownAccess {
    let of = |entries: &[LargestVehicle]| {
        rows.iter().filter(|place| entries.contains(&place.row.access)).copied().collect::<Vec<_>>()
    };
    let count = |entries: &[LargestVehicle]| of(entries).iter().filter(|place| place.is_own).count() as u32;
    let people = |entries: &[LargestVehicle]| of(entries).iter().filter_map(|place| place.people).sum::<u32>();
    let own = rows.iter().filter(|place| place.is_own).map(|place| place.outcome);
    let open = [LargestVehicle::Undetermined, LargestVehicle::Unplaced];
    TownAccess {
        geometry: (),
        town: town.to_owned(),
        places: count(LargestVehicle::ALL),
        villages_standard: count(&[LargestVehicle::Standard]),
        villages_medium: count(&[LargestVehicle::Medium]),
        villages_small: count(&[LargestVehicle::Small]),
        villages_motorcycle: count(&[LargestVehicle::Motorcycle]),
        villages_no_vehicle: count(&[LargestVehicle::NoVehicle]),
        villages_undetermined: count(&open),
        places_people: people(LargestVehicle::ALL),
        people_standard: people(&[LargestVehicle::Standard]),
        people_medium: people(&[LargestVehicle::Medium]),
        people_small: people(&[LargestVehicle::Small]),
        people_motorcycle: people(&[LargestVehicle::Motorcycle]),
        people_no_vehicle: people(&[LargestVehicle::NoVehicle]),
        people_undetermined: people(&open),
        standard_wan_yuan: opening_wan_yuan(run, own),
    }
}

/// The figures of the analysis, the most important first.
pub(super) fn figures(
    run: &AccessRun,
    outcomes: &[PlaceOutcome],
    villages: &[VillageAccess],
    (plan, upgrades): ((&UpgradePlan, &KeptPromise), &[PlannedUpgrade]),
    field_checks: &[FieldCheck],
) -> Vec<Figure> {
    let total = town_row(run, "", &counted_whole(outcomes, villages));
    let possible: Vec<&VillageAccess> =
        outcomes.iter().zip(villages).filter(|(outcome, _)| outcome.possible == Some(0)).map(|(_, row)| row).collect();
    vec![
        reached_villages(run, outcomes, villages, &total),
        reached_people(&total, &possible),
        planned(run, plan, upgrades),
        to_verify(&total, field_checks),
        alone(run, villages),
    ]
}

/// A share in percent with one decimal; `None` of nothing.
fn percent(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| (part / whole * 1000.0).round() / 10.0)
}

/// Whether a standard truck gets to a place; `None`: not known. A place that only smaller vehicles may get to is closed to it for
/// certain.
fn is_open_to_standard(run: &AccessRun, place: &Destination, outcome: &PlaceOutcome) -> Option<bool> {
    let joins = || outcome.opening(0).is_none() && run.suspected.before(0, &place.entries).is_some();
    match outcome.possible {
        _ if outcome.entry == LargestVehicle::Standard => Some(true),
        _ if outcome.entry == LargestVehicle::Unplaced => None,
        Some(0) => None,
        _ if joins() => None,
        _ => Some(false),
    }
}

/// Places that a standard truck gets to: for certain, and at most those that it possibly gets to.
fn reached_villages(
    run: &AccessRun,
    outcomes: &[PlaceOutcome],
    villages: &[VillageAccess],
    total: &TownAccess,
) -> Figure {
    let is_open: Vec<Option<bool>> =
        run.places.iter().zip(outcomes).map(|(place, outcome)| is_open_to_standard(run, place, outcome)).collect();
    let count = |wanted: Option<bool>| is_open.iter().filter(|is_open| **is_open == wanted).count();
    let (open, blocked) = (count(None), count(Some(false)));
    let low = percent(f64::from(total.villages_standard), f64::from(total.places));
    let high = percent((count(Some(true)) + open) as f64, f64::from(total.places));
    let assumed = villages.iter().filter(|row| row.access == LargestVehicle::Standard && row.assumed > 0).count();
    let clusters = run.places.iter().filter(|place| place.kind == DestinationKind::Cluster).count();
    let named = run.places.len() - clusters;
    Figure {
        name: "standard_villages_percent".to_owned(),
        label: Label::new("普通消防车可达的居民点", "Places a standard truck gets to"),
        value: low,
        range: low.zip(high).map(|(low, high)| [low, high]),
        unit: "%".to_owned(),
        remark: Label::new(
            format!(
                "居民点共 {} 处（村庄 {named}、不属于村庄的建成区 {clusters}）：可达 {}（其中 {assumed} 处途中有按等级认定的路段），待核 {open}，到不了 {blocked}",
                total.places, total.villages_standard
            ),
            format!(
                "of {} places ({named} villages, {clusters} built-up areas of none): reached {} ({assumed} of them over roads taken to pass by their class), undetermined {open}, not {blocked}",
                total.places, total.villages_standard
            ),
        ),
    }
}

/// People whom a standard truck gets to, with the same range.
fn reached_people(total: &TownAccess, possible: &[&VillageAccess]) -> Figure {
    let possible_people: u32 = possible.iter().filter_map(|row| row.people()).sum();
    let low = percent(f64::from(total.people_standard), f64::from(total.places_people));
    let high = percent(f64::from(possible_people), f64::from(total.places_people));
    Figure {
        name: "standard_people_percent".to_owned(),
        label: Label::new("普通消防车可达的人口", "People a standard truck gets to"),
        value: low,
        range: low.zip(high).map(|(low, high)| [low, high]),
        unit: "%".to_owned(),
        remark: Label::new(format!("共 {} 人", total.places_people), format!("of {} people", total.places_people)),
    }
}

/// Roads on which an answer depends, and beside them those that were taken to pass.
fn to_verify(total: &TownAccess, field_checks: &[FieldCheck]) -> Figure {
    let count = |need: Need| field_checks.iter().filter(|check| check.need == need).count();
    let (decide, ways, spot_checks) = (count(Need::Decides), count(Need::DecidesWay), count(Need::SpotCheck));
    Figure {
        name: "field_checks".to_owned(),
        label: Label::new("须现场核实的道路", "Roads to verify in the field"),
        value: Some(decide as f64),
        range: None,
        unit: String::new(),
        remark: Label::new(
            format!(
                "核实后可判定 {} 处；另有 {ways} 条只影响首到时间，{spot_checks} 条按等级认定，宜抽查",
                total.villages_undetermined
            ),
            format!(
                "{} places hang on them; on {ways} more hangs only when the first engine comes, {spot_checks} are taken by their class, spot checks are due",
                total.villages_undetermined
            ),
        ),
    }
}

/// What the money of the plan opens, and how far that is from the best there could be. The upper end counts those as well on
/// whose way something stays undetermined.
fn planned(run: &AccessRun, (county, kept): (&UpgradePlan, &KeptPromise), upgrades: &[PlannedUpgrade]) -> Figure {
    let open: Vec<DestinationId> =
        county.opened.iter().copied().filter(|place| !kept.certain.contains(place)).collect();
    let open_people = f64::from(people(run, &open));
    let value = kept.people.round() + 0.0;
    let plan = &county.plan;
    let who = describe::vehicle(run.fleets[county.rank].class());
    let (opened, open, wanted) = (kept.certain.len(), open.len(), county.wanted.len());
    let cost = describe::number(upgrades.last().map_or(0.0, |row| row.total_wan_yuan));
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
        value: Some(value),
        range: (open_people > 0.0).then_some([value, value + open_people]),
        unit: "人".to_owned(),
        remark: Label::new(
            format!("{wanted} 处受阻，打通 {opened} 处，另 {open} 处改造后仍待核，用 {cost} 万元；{gap_zh}"),
            format!(
                "{opened} of {wanted} blocked places, {open} more undetermined after the works, for {cost} × 10,000 yuan; {gap_en}"
            ),
        ),
    }
}

fn alone(run: &AccessRun, villages: &[VillageAccess]) -> Figure {
    let alone: Vec<&VillageAccess> = villages.iter().filter(|row| row.sole_links > 0).collect();
    let people: u32 = alone.iter().filter_map(|row| row.people()).sum();
    let bridges = run.area.layers.roads.iter().filter(|road| road.bridge).count();
    Figure {
        name: "sole_link_villages".to_owned(),
        label: Label::new("一断路即无车可达的居民点", "Places that one closed road leaves without any engine"),
        value: Some(alone.len() as f64),
        range: None,
        unit: String::new(),
        remark: Label::new(
            format!("共 {people} 人；全域桥梁 {bridges} 段"),
            format!("{people} people; {bridges} bridges in the area"),
        ),
    }
}

/// Notes how facts that the data does not state were judged.
pub(super) fn note(run: &AccessRun, notes: &mut Notes) {
    let roads = Some(LayerId::Roads);
    if run.area.elevation.is_none() {
        let text = "没有高程数据：数据未载明坡度的道路，坡度未判 | No elevation: gradients that the data does not state are not judged";
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
