//! Who else comes: when professional crews reach each town's centre, and which towns lie far from all of them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use geo::{Contains, Coord, InteriorPoint, LineString};

use super::existing::{ExistingStations, is_professional};
use crate::analysis::Context;
use crate::response::dispatch::Dispatch;
use crate::response::driving::DrivingReading;
use crate::response::reach::{Arrival, ArrivalField, Arrivals, Ready, Start};
use crate::response::times::{MS_PER_MIN, Reached, ResponseTimes, minutes};
use crate::towns::TownIndex;
use fireplan_location::set_cover;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{StationId, TownId};
use fireplan_model::layers::{BuiltUpKind, LayerId, StationKind, VehicleClass};
use fireplan_model::names;
use fireplan_model::network::Position;
use fireplan_model::notes::{Notes, Severity};

/// When professional crews come to a town.
#[derive(Debug, Clone, Default)]
pub struct Support {
    /// Where the town is: in its largest built-up area, or else at its main village.
    pub centre: Option<Coord>,
    /// The first professional crew of another town, at base speed, and its time at low and high speed.
    pub neighbour: Option<Helper>,
    /// It is known that none comes: all stations and the roads are, and no way leads to the centre.
    pub is_out_of_reach: bool,
    /// Villages in the town.
    pub villages: u32,
    /// Villages that a professional crew reaches within the time allowed at base speeds.
    pub villages_in_time: u32,
}

/// The first professional crew from another town.
#[derive(Debug, Clone)]
pub struct Helper {
    /// The station it comes from.
    pub station: StationId,
    /// When it reaches the centre at base speeds, in minutes since the order.
    pub base_min: f64,
    /// Its earliest and latest arrival at the centre, at high and low speeds, in minutes; `None` where one is not
    /// known.
    pub range_min: Option<[f64; 2]>,
    /// How surely that is within the time allowed.
    pub reached: Reached,
}

/// The crews and roads, set up once for all towns; `None` where there are no roads or no professional crews.
pub(super) fn run<'a>(
    context: &Context<'a>,
    dispatch: Dispatch,
    notes: &mut Notes,
) -> Result<Option<ResponseTimes<'a>>> {
    let area = context.area;
    if !area.has(LayerId::Roads) || !area.has(LayerId::Stations) {
        let text = "没有道路或消防站，未计算专职力量到达时间 | Without roads or stations: no arrival times of crews";
        notes.add(Severity::Warning, None, text, "");
        return Ok(None);
    }
    let mut starts = dispatch.starts(area, context.rules, notes)?;
    starts.retain(|start| is_professional(area.layers.stations[start.origin.index()].kind));
    if starts.is_empty() {
        let text = "没有类别明确的专职力量，未计算到达时间 | No station known to be professional: no arrival times";
        notes.add(Severity::Warning, Some(LayerId::Stations), text, "");
        return Ok(None);
    }
    ResponseTimes::from_starts(context, starts).map(Some)
}

/// The support of every town, in the order of the layer.
pub(super) fn supports(
    run: Option<&ResponseTimes>,
    area: &StudyArea,
    existing: &ExistingStations,
    notes: &mut Notes,
) -> Vec<Support> {
    let are_crews_known = are_crews_known(run, area);
    let mut supports: Vec<Support> = TownId::first(area.layers.towns.len())
        .map(|town| {
            let centre = centre(area, town);
            if centre.is_none() {
                let text = "没有建成区和村庄，不知镇区何在 | Neither built-up area nor village: centre not known";
                notes.add(Severity::Warning, Some(LayerId::Towns), text, area.layers.towns[town.index()].name.as_str());
            }
            let neighbour = run.zip(centre).and_then(|(run, at)| neighbour(run, at, town, existing));
            // Where the first two are the town's own, nobody looked for others.
            let may_come = run.zip(centre).is_some_and(|(run, at)| {
                let times = run.times_at(at);
                let all = [times.low, times.base, times.favourable, times.high];
                let come = |one: &Arrivals| one[1].is_some() || from_elsewhere(one, town, existing).is_some();
                !times.placed || all.iter().any(come)
            });
            let is_out_of_reach = are_crews_known && centre.is_some() && !may_come;
            Support { centre, neighbour, is_out_of_reach, ..Support::default() }
        })
        .collect();
    let towns = TownIndex::new(area);
    for village in &area.layers.villages {
        let Some(town) = towns.at(village.geometry.0) else { continue };
        supports[town.index()].villages += 1;
        let is_in_time =
            run.is_some_and(|run| run.reached(&run.times_at(village.geometry.0), village.geometry.0).is_covered());
        supports[town.index()].villages_in_time += u32::from(is_in_time);
    }
    supports
}

/// Whether it is known which professional crews there are and how they drive: no station is of unknown kind, and
/// the professional ones set out, or there is none.
fn are_crews_known(run: Option<&ResponseTimes>, area: &StudyArea) -> bool {
    let stations = &area.layers.stations;
    let any = |is: fn(StationKind) -> bool| stations.iter().any(|station| is(station.kind));
    let is_drawn = area.has(LayerId::Roads) && area.has(LayerId::Stations);
    is_drawn && !any(|kind| kind == StationKind::Unknown) && (run.is_some() || !any(is_professional))
}

/// The first of the crews that comes from another town.
fn from_elsewhere(arrivals: &Arrivals, town: TownId, existing: &ExistingStations) -> Option<Arrival> {
    arrivals.iter().flatten().find(|arrival| !existing.is_in(town, arrival.origin)).copied()
}

fn neighbour(run: &ResponseTimes, centre: Coord, town: TownId, existing: &ExistingStations) -> Option<Helper> {
    let times = run.times_at(centre);
    let [low, base, favourable, high] =
        [times.low, times.base, times.favourable, times.high].map(|arrivals| from_elsewhere(&arrivals, town, existing));
    let ms = |arrival: Option<Arrival>| arrival.map(|arrival| arrival.ms);
    let base = base?;
    Some(Helper {
        station: base.origin,
        base_min: minutes(base.ms),
        range_min: ms(high).zip(ms(low)).map(|(high, low)| [minutes(high), minutes(low)]),
        reached: run.judge([ms(low), Some(base.ms), ms(favourable), ms(high)], centre),
    })
}

/// In the largest built-up area of a town or city that lies in it; else its village of the same name, else the largest.
fn centre(area: &StudyArea, town: TownId) -> Option<Coord> {
    let town = &area.layers.towns[town.index()];
    let inside = |built_up: &fireplan_model::layers::BuiltUp| {
        let at = built_up.geometry.interior_point()?;
        town.geometry.contains(&at).then(|| (geo::Area::unsigned_area(&built_up.geometry), at.0))
    };
    let wanted = [BuiltUpKind::Urban, BuiltUpKind::Town];
    let areas = area.layers.built_up.iter().filter(|built_up| wanted.contains(&built_up.kind)).filter_map(inside);
    let largest = areas.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, at)| at);
    largest.or_else(|| {
        let villages = area.layers.villages.iter().filter(|village| town.geometry.contains(&village.geometry));
        let namesake = |name: &str| names::stem(name) == names::stem(&town.name);
        villages
            .max_by_key(|village| (namesake(&village.name), village.population_people))
            .map(|village| village.geometry.0)
    })
}

/// The line from a town's centre to the brigade that comes first from elsewhere.
pub(super) fn line(area: &StudyArea, support: &Support) -> Option<LineString> {
    let station = area.layers.stations[support.neighbour.as_ref()?.station.index()].geometry.0;
    Some(LineString(vec![station, support.centre?]))
}

/// A brigade that could serve several remote towns from the centre of one.
pub(super) struct Consolidated {
    pub host: TownId,
    /// Towns with the time from the host, itself first; at least two.
    pub serves: Vec<(TownId, f64)>,
}

/// A town far from every professional crew.
pub(super) struct RemoteTown {
    pub town: TownId,
    pub centre: Coord,
    /// When the first professional crew from elsewhere is there now, in minutes; `None`: none comes.
    pub now_min: Option<f64>,
}

/// What becomes of the remote towns: those that can share a brigade, and those that no other remote town is near enough to.
#[derive(Default)]
pub(super) struct Consolidation {
    pub brigades: Vec<Consolidated>,
    pub alone: Vec<TownId>,
}

/// The fewest brigades, at the centres of remote towns, that reach all of them within the time and sooner than they are reached now. A
/// brigade that would serve its
/// own town only joins nothing together: it is not proposed, and the town is told to stand alone. A town that several of them
/// reach is listed with each.
pub(super) fn consolidate(context: &Context, run: &ResponseTimes, remote: &[RemoteTown]) -> Result<Consolidation> {
    let within_min = |town: TownId| run.local.of(Some(town)).brigade.consolidated_min.value;
    let longest_min = remote.iter().map(|one| within_min(one.town)).fold(0.0, f64::max);
    let ready_min = context.rules.turnout(StationKind::TownLevel2).base_min;
    let mut times: BTreeMap<TownId, Vec<(TownId, f64)>> = BTreeMap::new();
    for RemoteTown { town: host, centre, .. } in remote {
        let Some(position) = run.access.place(*centre).positions().next().copied() else { continue };
        let start = Start {
            origin: *host,
            vehicle: VehicleClass::Standard,
            position,
            ready: Ready::exactly((ready_min * MS_PER_MIN) as u32),
            is_planned: true,
        };
        let horizon_ms = (longest_min * MS_PER_MIN).ceil() as u32;
        let field = ArrivalField::new(context.area, context.rules, &[start], DrivingReading::Base, horizon_ms)?;
        let reached = remote.iter().filter_map(|RemoteTown { town, centre, now_min }| {
            let placement = run.access.place(*centre);
            let by = |position: &Position| {
                Some(field.at(position.segment, position.offset_m)[0]?.ms + run.access.access_ms(position))
            };
            let ms = placement.positions().filter_map(by).min_by(f64::total_cmp)?;
            let min = minutes(ms);
            let helps = min <= within_min(*town) && now_min.is_none_or(|now_min| min < now_min);
            (helps || town == host).then_some((*town, min))
        });
        times.insert(*host, reached.collect());
    }
    Ok(choose_hosts(times))
}

/// The fewest hosts that reach every town that some other one reaches or is reached from, by the towns that each reaches.
fn choose_hosts(mut times: BTreeMap<TownId, Vec<(TownId, f64)>>) -> Consolidation {
    let remote: Vec<TownId> = times.keys().copied().collect();
    times.retain(|_, serves| serves.len() > 1);
    let joined: BTreeSet<TownId> = times.values().flatten().map(|(town, _)| *town).collect();
    let alone = remote.into_iter().filter(|town| !joined.contains(town)).collect();
    let numbers: BTreeMap<TownId, u32> = joined.iter().copied().zip(0..).collect();
    let sets: Vec<Vec<u32>> = times
        .values()
        .map(|serves| {
            let mut set: Vec<u32> = serves.iter().map(|(town, _)| numbers[town]).collect();
            set.sort_unstable();
            set
        })
        .collect();
    let chosen = set_cover::cover(numbers.len() as u32, &sets).chosen;
    let all: Vec<(TownId, Vec<(TownId, f64)>)> = times.into_iter().collect();
    let brigade = |set: u32| {
        let (host, mut serves) = all[set as usize].clone();
        serves.sort_by(|a, b| (a.0 != host).cmp(&(b.0 != host)).then(a.1.total_cmp(&b.1)));
        Consolidated { host, serves }
    };
    Consolidation { brigades: chosen.into_iter().map(brigade).collect(), alone }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(times: &[(u32, &[u32])]) -> (Vec<(u32, Vec<u32>)>, Vec<u32>) {
        let minutes = |towns: &[u32]| towns.iter().map(|town| (TownId(*town), f64::from(*town))).collect();
        let found = choose_hosts(times.iter().map(|(host, towns)| (TownId(*host), minutes(towns))).collect());
        let serves = |brigade: Consolidated| brigade.serves.into_iter().map(|(town, _)| town.0).collect();
        let brigades = found.brigades.into_iter().map(|brigade| (brigade.host.0, serves(brigade)));
        (brigades.collect(), found.alone.into_iter().map(|town| town.0).collect())
    }

    #[test]
    fn a_joint_brigade_serves_two_towns_or_is_none() {
        assert_eq!(chosen(&[(0, &[0]), (1, &[1])]), (vec![], vec![0, 1]));
        assert_eq!(chosen(&[(0, &[0, 1]), (1, &[1]), (2, &[2])]), (vec![(0, vec![0, 1])], vec![2]));
    }

    #[test]
    fn a_town_between_two_others_is_shared_and_leaves_neither_alone() {
        // 1 reaches both; where only the outer ones reach it, two brigades each serve it beside their own town.
        assert_eq!(chosen(&[(0, &[0, 1]), (1, &[0, 1, 2]), (2, &[1, 2])]), (vec![(1, vec![1, 0, 2])], vec![]));
        let (brigades, alone) = chosen(&[(0, &[0, 1]), (1, &[1]), (2, &[1, 2])]);
        assert_eq!((brigades, alone), (vec![(0, vec![0, 1]), (2, vec![2, 1])], vec![]));
    }
}
