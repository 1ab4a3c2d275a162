//! Which village or community (村、社区) and which key unit (重点单位) has a micro station, and whether by day and night.

use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::{LayerId, Station, StationKind, Village};
use fireplan_model::method_constants;
use fireplan_model::names;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::statuses::DOUBT_MARK;

method_constants! {
    /// 微型消防站未与村、社区同名时，算作此距离内最近的村、社区的站 | A micro station that bears no village's name counts for the nearest village or community within this
    const MICRO_STATION_NEAR_M: f64 = 1_000.0,
        because "微型消防站要求 3 分钟到场，步行、骑行约 1 公里；假定值，供审查 | Micro stations are to arrive within 3 minutes, some kilometre; an assumption, for review";
}

/// A village, community or key unit, and what is known of the micro stations in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitStations {
    /// Its name.
    pub name: String,
    /// Whether a micro station is there; `None`: the data tells of no micro station anywhere, or not whether the place is a
    /// village that must have one.
    pub present: Option<bool>,
    /// Whether one of them is on duty day and night.
    pub day_and_night: Option<bool>,
}

impl UnitStations {
    fn of(name: &str, stations: &[&Station], none_is_known: bool) -> Self {
        let present = if stations.is_empty() { none_is_known.then_some(false) } else { Some(true) };
        let on_duty: Vec<Option<bool>> = stations.iter().map(|station| day_and_night(station)).collect();
        let day_and_night = match present {
            Some(true) if on_duty.contains(&Some(true)) => Some(true),
            Some(true) if on_duty.contains(&None) => None,
            known => known.map(|_| false),
        };
        Self { name: name.to_owned(), present, day_and_night }
    }
}

/// A crew that is missing by day or by night is enough to know.
fn day_and_night(station: &Station) -> Option<bool> {
    match (station.staffed_day, station.staffed_night) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Villages and communities of each town with their micro stations: the one whose name a station bears, or else the
/// nearest within [`MICRO_STATION_NEAR_M`]. Natural villages (自然村, hamlets) have no committee and are not counted.
pub(crate) fn village_stations(area: &StudyArea, towns: &TownIndex, notes: &mut Notes) -> Vec<Vec<UnitStations>> {
    let counted = |kind: &str| !matches!(kind, "自然村" | "hamlet" | "isolated_dwelling" | "locality");
    let villages: Vec<&Village> = area.layers.villages.iter().filter(|village| counted(&village.kind)).collect();
    let micro = micro_stations(area);
    let mut of_villages = vec![Vec::new(); villages.len()];
    for station in &micro {
        let of_key_unit = area.layers.key_units.iter().any(|unit| names::bears(&station.name, &unit.name));
        match find_village(station, &villages, notes) {
            Some(at) => of_villages[at].push(*station),
            None if of_key_unit => {}
            None => {
                let text = "微型消防站附近没有同名或邻近的村、社区 | Micro station near no village or community";
                notes.add(Severity::Warning, Some(LayerId::Stations), text, station.name.as_str());
            }
        }
    }
    let mut of_towns = vec![Vec::new(); area.layers.towns.len()];
    for (village, stations) in villages.iter().zip(of_villages) {
        let none_is_known = !micro.is_empty() && !village.kind.ends_with(DOUBT_MARK);
        if let Some(town) = towns.at(village.geometry.0) {
            of_towns[town.index()].push(UnitStations::of(&village.name, &stations, none_is_known));
        }
    }
    of_towns
}

/// Key units of each town with their micro stations: as their own row says, or else those that bear their name.
pub(crate) fn key_unit_stations(area: &StudyArea, towns: &TownIndex) -> Vec<Vec<UnitStations>> {
    let micro = micro_stations(area);
    let mut of_towns = vec![Vec::new(); area.layers.towns.len()];
    for unit in &area.layers.key_units {
        let Some(town) = towns.at(unit.geometry.0) else { continue };
        let bearing: Vec<&Station> =
            micro.iter().copied().filter(|station| names::bears(&station.name, &unit.name)).collect();
        let mut stations = UnitStations::of(&unit.name, &bearing, false);
        if let Some(present) = unit.micro_station {
            stations.present = Some(present || !bearing.is_empty());
            if stations.present == Some(false) {
                stations.day_and_night = Some(false);
            }
        }
        of_towns[town.index()].push(stations);
    }
    of_towns
}

fn micro_stations(area: &StudyArea) -> Vec<&Station> {
    area.layers.stations.iter().filter(|station| station.kind == StationKind::Micro).collect()
}

/// The village whose whole name the station bears, the longest of them and of these the nearest; or else the one whose name
/// without rank it bears, if it is the only one; or else the nearest.
fn find_village(station: &Station, villages: &[&Village], notes: &mut Notes) -> Option<usize> {
    let distance = |at: &usize| geo::Distance::distance(&geo::Euclidean, villages[*at].geometry, station.geometry);
    let nearest = |among: Vec<usize>| among.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let called = names::plain(&station.name);
    let bears = |name: &str| !name.is_empty() && called.contains(name);
    let whole: Vec<(usize, usize)> = (0..villages.len())
        .map(|at| (at, names::whole(&villages[at].name)))
        .filter(|(_, name)| bears(name))
        .map(|(at, name)| (at, name.len()))
        .collect();
    let longest = whole.iter().map(|(_, length)| *length).max();
    let whole = whole.iter().filter(|(_, length)| Some(*length) == longest).map(|(at, _)| *at).collect();
    if let Some(at) = nearest(whole) {
        return Some(at);
    }
    // One character, as 东 of 东村, is in too many names to tell anything.
    let stems = (0..villages.len()).map(|at| (at, names::stem(&villages[at].name)));
    let by_stem: Vec<usize> =
        stems.filter(|(_, stem)| stem.chars().count() > 1 && bears(stem)).map(|(at, _)| at).collect();
    if let [at] = by_stem[..] {
        let text = "微型消防站名称中的村、社区名仅级别不同，已归入 | \
                    Micro stations whose name differs from that of their village in rank only";
        notes.add(Severity::Info, Some(LayerId::Stations), text, format!("{} → {}", station.name, villages[at].name));
        return Some(at);
    }
    nearest((0..villages.len()).filter(|at| distance(at) <= MICRO_STATION_NEAR_M).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::rows::Row;
    use geo::Point;

    fn village(name: &str, x: f64) -> Village {
        Village { name: name.into(), ..Village::blank(Point::new(x, 0.0)).unwrap() }
    }

    fn found(station: &str, villages: &[Village]) -> Option<String> {
        let station = Station { name: station.into(), ..Station::blank(Point::new(0.0, 0.0)).unwrap() };
        let villages: Vec<&Village> = villages.iter().collect();
        find_village(&station, &villages, &mut Notes::default()).map(|at| villages[at].name.clone())
    }

    #[test]
    fn a_whole_name_goes_before_a_nearer_village_and_a_longer_before_a_shorter() {
        let villages = [village("新村", 10.0), village("大新村", 5_000.0), village("和平社区居委会", 9_000.0)];
        assert_eq!(found("大新村微型消防站", &villages).as_deref(), Some("大新村"));
        assert_eq!(found("和平社区微型消防站", &villages).as_deref(), Some("和平社区居委会"));
    }

    #[test]
    fn a_name_without_rank_is_taken_only_where_one_village_is_meant() {
        let one = [village("和平社区", 5_000.0), village("东村", 5_000.0)];
        assert_eq!(found("和平微型消防站", &one).as_deref(), Some("和平社区"));
        assert_eq!(found("东方微型消防站", &one), None);
        let two = [village("和平社区", 5_000.0), village("和平村", 6_000.0)];
        assert_eq!(found("和平微型消防站", &two), None);
    }
}
