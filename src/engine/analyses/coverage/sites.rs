//! Villages, buildings, built-up areas and people: when each is reached.

use std::collections::BTreeMap;

use anyhow::Result;
use geo::{BoundingRect, Centroid, Contains, Coord, InteriorPoint, MultiPolygon, Point};
use rayon::prelude::*;

use super::attended::{AttendedPlace, PlaceKind, TimeVerdict};
use super::bands::{Lattice, LatticePoint};
use super::parts::{BuildingPart, VillagePart};
use super::{ArrivalTimes, Reached, ResponseTimes, Sited, minutes};
use crate::response::attendance::RouteBasis;
use crate::response::border::find_corners;
use crate::response::places::Placement;
use crate::response::reach::Arrival;
use crate::response::time_limits::TimeLimits;
use crate::response::times::MS_PER_MIN;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{BuiltUpId, TownId};
use fireplan_model::layers::{Building, BuiltUp, BuiltUpKind, LayerId};
use fireplan_model::notes::{NoteKind, Notes, Severity};
use fireplan_model::row;
use fireplan_model::rows::IfAny;
use fireplan_model::rules::Rules;

row! {
    /// 村庄覆盖情况 | Villages and when they are reached
    pub struct VillageReach {
        geometry: Point,
        /// 村庄 | Village
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 常住人口 | Residents
        population_people: Option<u32>,
        /// 时限判定 | Verdict on the time that binds there
        in_time: IfAny<TimeVerdict>,
        /// 首到路线是否可通行 | Whether the way of the first engine lets it through
        route: IfAny<RouteBasis>,
        /// 按车速能否按时到(设路线可通行) | Within the time that binds there, if its way lets the engine through
        in_limit: Reached,
        /// 适用时限 | Time allowed
        allowed_min: f64,
        /// 按城市时限(供参考) | Within the urban time, for reference
        reached: Reached,
        /// 响应时间 | Response time
        response_min: Option<f64>,
        /// 响应时间(低速) | Response time at low speed
        response_low_min: Option<f64>,
        /// 响应时间(高速) | Response time at high speed
        response_high_min: Option<f64>,
        /// 首达消防站 | First station
        station: String,
        /// 次达消防站 | Second station
        second_station: String,
        /// 次达时间 | Second arrival
        second_min: Option<f64>,
        /// 距道路 | Distance to the road
        road_distance_m: Option<f64>,
        /// 响应时间(有利：可逆行、待核处放行) | Response time if favourable: against one-ways, past what is undetermined
        response_favourable_min: Option<f64>,
        /// 须逆行、过禁转或待核障碍才有车可到 | A crew comes only against a one-way, by a banned turn or past an undetermined obstacle
        only_if_favourable: bool,
    }
}

row! {
    /// 建筑覆盖情况 | Buildings and when they are reached
    pub struct BuildingReach {
        geometry: MultiPolygon,
        /// 建筑 | Building
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 覆盖情况 | Reached
        reached: Reached,
        /// 响应时间 | Response time
        response_min: Option<f64>,
        /// 须逆行、过禁转或待核障碍才有车可到 | A crew comes only against a one-way, by a banned turn or past an undetermined obstacle
        only_if_favourable: bool,
        /// 首达消防站 | First station
        station: String,
        /// 次达消防站 | Second station
        second_station: String,
        /// 次达时间 | Second arrival
        second_min: Option<f64>,
    }
}

row! {
    /// 建成区覆盖情况 | Built-up areas and how much of them is reached
    pub struct BuiltUpReach {
        geometry: MultiPolygon,
        /// 建成区 | Built-up area
        name: String,
        /// 类别 | Kind
        kind: BuiltUpKind,
        /// 乡镇街道 | Town
        town: String,
        /// 面积 | Area
        area_km2: f64,
        /// 覆盖率 | Share reached
        covered_percent: f64,
        /// 覆盖率(低速) | Share reached at low speed
        covered_low_percent: f64,
        /// 覆盖率(高速) | Share reached at high speed
        covered_high_percent: f64,
        /// 最早到达 | Soonest arrival
        first_min: Option<f64>,
        /// 最迟到达 | Latest arrival
        last_min: Option<f64>,
    }
}

fn first_min(arrival: Option<Arrival>) -> Option<f64> {
    arrival.map(|arrival| minutes(arrival.ms))
}

fn station(run: &ResponseTimes, arrival: Option<Arrival>) -> String {
    arrival.map_or_else(String::new, |arrival| run.station_name(arrival.origin))
}

fn note_unplaced(layer: LayerId, reached: Reached, only_if_favourable: bool, name: &str, notes: &mut Notes) {
    let (text, severity) = match reached {
        Reached::Unplaced => (
            "离可通行道路过远或隔水，未落位，列为待核 | Too far from a usable road or behind water: unplaced, undetermined",
            Severity::LeftOut,
        ),
        _ if only_if_favourable => (
            "须逆单行道、越过禁转或待核的障碍才能到达，响应时间按有利情形计，待核 | Reached only against a one-way, by a banned turn or past an undetermined obstacle: its time is that of the favourable reading, undetermined",
            Severity::Warning,
        ),
        Reached::Unreached => ("所在道路与任何消防站不连通 | On a road that connects to no station", Severity::Warning),
        _ => return,
    };
    notes.add(severity, Some(layer), text, name);
}

pub(super) fn villages(run: &ResponseTimes) -> Vec<VillagePart> {
    let villages = &run.area.layers.villages;
    let limits = TimeLimits::new(run.area, run.rules, &run.towns);
    let part = |index: usize| {
        let number = run.number(LayerId::Villages, index)?;
        let at = villages[index].geometry.0;
        let placement = run.access.place(at);
        let times = run.times_of(&placement);
        let nearer_m = run.access.nearer_unreached(at, &placement).map(|nearer| nearer.distance_m);
        Some(VillagePart {
            number,
            nearer_m,
            sited: village(run, &limits, index, run.towns.at(at), &placement, &times),
        })
    };
    (0..villages.len()).into_par_iter().filter_map(part).collect()
}

/// Says of every village what its check comes to, which hangs on every engine that comes.
pub(super) fn add_verdicts(villages: &mut [VillagePart], attended: &[AttendedPlace]) {
    let of_village = attended.iter().filter(|place| place.row.kind == PlaceKind::Village);
    let known: BTreeMap<u32, &AttendedPlace> = of_village.map(|place| (place.number, place)).collect();
    for village in villages {
        if let Some(place) = known.get(&village.number) {
            let row = &mut village.sited.row;
            (row.in_time, row.route) = (IfAny(Some(TimeVerdict::of(place.check.verdict))), place.row.route);
        }
    }
}

/// Notes the villages that are not served as they lie.
pub(super) fn note_villages(villages: &[VillagePart], notes: &mut Notes) {
    for VillagePart { nearer_m, sited: Sited { row, .. }, .. } in villages {
        note_unplaced(LayerId::Villages, row.reached, row.only_if_favourable, &row.name, notes);
        if let (Some(nearer_m), Some(served_m)) = (nearer_m, row.road_distance_m) {
            let text = "最近的道路消防车到不了(单行或不连通)，改由可到达的最近道路服务，请核对 | \
                        No crew gets to the nearest road (one-way or not connected): served from the nearest that one gets to, to be checked";
            let case = format!("{}：{} → {served_m} m", row.name, nearer_m.round());
            notes.add(NoteKind::Doubted, Some(LayerId::Villages), text, case);
        }
    }
}

/// Village `number` of the layer.
pub(super) fn village(
    run: &ResponseTimes,
    limits: &TimeLimits,
    number: usize,
    town: Option<TownId>,
    placement: &Placement,
    times: &ArrivalTimes,
) -> Sited<VillageReach> {
    let village = &run.area.layers.villages[number];
    let at = village.geometry.0;
    let allowed_min = limits.at(at).value;
    let row = VillageReach {
        geometry: village.geometry,
        name: village.name.clone(),
        town: run.town_name(town),
        population_people: village.population_people,
        in_limit: run.reached_within(times, allowed_min * MS_PER_MIN),
        in_time: IfAny(None),
        route: IfAny(None),
        allowed_min,
        reached: run.reached(times, at),
        response_min: first_min(times.told()[0]),
        response_low_min: first_min(times.low[0]),
        response_high_min: first_min(times.high[0]),
        response_favourable_min: first_min(times.favourable[0]),
        only_if_favourable: times.only_if_favourable(),
        station: station(run, times.told()[0]),
        second_station: station(run, times.told()[1]),
        second_min: first_min(times.told()[1]),
        road_distance_m: placement.distance_m().map(f64::round),
    };
    Sited { row, town, first: times.told()[0].map(|arrival| arrival.origin) }
}

pub(super) fn buildings(run: &ResponseTimes) -> Vec<BuildingPart> {
    let part = |(index, building): (usize, &Building)| {
        let number = run.number(LayerId::Buildings, index)?;
        let center = building.geometry.centroid().map(|center| center.0);
        let sited = center.map(|at| self::building(run, building, at, &run.times_at(at)));
        Some(BuildingPart { number, source_id: building.source_id.clone(), sited })
    };
    run.area.layers.buildings.par_iter().enumerate().filter_map(part).collect()
}

/// Notes the buildings that are not served, or have no area.
pub(super) fn note_buildings(buildings: &[BuildingPart], notes: &mut Notes) {
    for BuildingPart { source_id, sited, .. } in buildings {
        match sited {
            Some(Sited { row, .. }) => {
                note_unplaced(LayerId::Buildings, row.reached, row.only_if_favourable, source_id, notes);
            }
            None => {
                let text = "建筑没有面积 | Building without area";
                notes.add(Severity::LeftOut, Some(LayerId::Buildings), text, source_id.as_str());
            }
        }
    }
}

pub(super) fn building(
    run: &ResponseTimes,
    building: &Building,
    center: Coord,
    times: &ArrivalTimes,
) -> Sited<BuildingReach> {
    let town = run.towns.at(center);
    let row = BuildingReach {
        geometry: building.geometry.clone(),
        name: building.name.clone(),
        town: run.town_name(town),
        reached: run.reached(times, center),
        response_min: first_min(times.told()[0]),
        only_if_favourable: times.only_if_favourable(),
        station: station(run, times.told()[0]),
        second_station: station(run, times.told()[1]),
        second_min: first_min(times.told()[1]),
    };
    Sited { row, town, first: times.told()[0].map(|arrival| arrival.origin) }
}

/// A built-up area and the places by which it is judged: those of the lattice inside it, or one point inside an area between
/// all of them.
pub(super) struct Judged {
    pub area: BuiltUpId,
    town: Option<TownId>,
    /// With the number on the lattice.
    pub places: Vec<(Coord, Option<usize>)>,
}

pub(super) fn judged(area: &StudyArea, towns: &TownIndex, lattice: &Lattice) -> Vec<Judged> {
    let areas = area.layers.built_up.par_iter().enumerate();
    areas
        .filter_map(|(number, area)| {
            let inside = area.geometry.interior_point()?.0;
            let rect = area.geometry.bounding_rect()?;
            let mut places: Vec<_> =
                lattice.carried_on(rect).filter(|(place, _)| area.geometry.contains(place)).collect();
            if places.is_empty() {
                places.push((inside, None));
            }
            Some(Judged { area: BuiltUpId::at(number), town: towns.at(inside), places })
        })
        .collect()
}

/// A built-up area as it is told: to a hundredth of a hectare.
fn drawn_km2(area: &StudyArea, built_up: &BuiltUp) -> f64 {
    (area.plane.area_m2(&built_up.geometry) / 100.0).round() / 10_000.0
}

/// The places by which built-up areas are judged where nobody asks for another lattice, each with the square kilometres for which it
/// stands: whoever promises a share of built-up area counts these.
///
/// # Errors
/// If the area is too large for a lattice.
pub(crate) fn built_up_places(area: &StudyArea, rules: &Rules) -> Result<Vec<(Coord, f64)>> {
    let lattice = Lattice::new(find_corners(&area.network), rules.response.access_limit_m.value, 0.0)?;
    let places_of = |judged: Judged| {
        let km2 = drawn_km2(area, &area.layers.built_up[judged.area.index()]) / judged.places.len() as f64;
        judged.places.into_iter().map(move |(place, _)| (place, km2))
    };
    Ok(judged(area, &TownIndex::new(area), &lattice).into_iter().flat_map(places_of).collect())
}

/// A built-up area, and its places by the town they lie in: how many there are, and how many are reached under each table.
pub(super) struct BuiltUpJudged {
    pub row: BuiltUpReach,
    pub by_town: BTreeMap<Option<TownId>, (u32, [u32; 3])>,
}

/// Shares of a built-up area, by the arrivals at its places.
pub(super) fn built_up(run: &ResponseTimes, judged: &Judged, points: &[LatticePoint]) -> BuiltUpJudged {
    let area = &run.area.layers.built_up[judged.area.index()];
    let reached_at =
        |((place, _), point): (&(Coord, Option<usize>), &LatticePoint)| point.reached(run, *place).under_each_table();
    let reached: Vec<[bool; 3]> = judged.places.iter().zip(points).map(reached_at).collect();
    let percent = |table: usize| {
        let count = reached.iter().filter(|reached| reached[table]).count();
        (count as f64 / points.len() as f64 * 1000.0).round() / 10.0
    };
    // One place that is not reached leaves the whole without a latest arrival.
    let latest_ms = points.iter().map(LatticePoint::base_ms).try_fold(0.0_f64, |latest, ms| Some(latest.max(ms?)));
    let row = BuiltUpReach {
        geometry: area.geometry.clone(),
        name: area.name.clone(),
        kind: area.kind,
        town: run.town_name(judged.town),
        area_km2: drawn_km2(run.area, area),
        covered_percent: percent(1),
        covered_low_percent: percent(0),
        covered_high_percent: percent(2),
        first_min: points.iter().filter_map(LatticePoint::base_ms).min_by(f64::total_cmp).map(minutes),
        last_min: latest_ms.map(minutes),
    };
    let mut by_town: BTreeMap<Option<TownId>, (u32, [u32; 3])> = BTreeMap::new();
    for ((place, _), at_place) in judged.places.iter().zip(reached) {
        let (places, reached) = by_town.entry(run.towns.at(*place)).or_default();
        *places += 1;
        for (sum, is_reached) in reached.iter_mut().zip(at_place) {
            *sum += u32::from(is_reached);
        }
    }
    BuiltUpJudged { row, by_town }
}
