//! Which village or community (村、社区) and which key unit (重点单位) has a micro station, and whether by day and night.

use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::TownId;
use fireplan_model::layers::{LayerId, Staffing, Station, StationKind, Village};
use fireplan_model::method_constants;
use fireplan_model::names;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::statuses::DOUBT_MARK;

method_constants! {
    /// 微型消防站未与村、社区同名时，可能是本镇此距离内最近的村、社区的站，待核 | A micro station that bears no village's name may be that of the nearest village or community of its town within this
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
    /// Micro stations that may be its own, being near; none where one surely is.
    pub near: Vec<String>,
}

impl UnitStations {
    fn of(name: &str, stations: &[&Station], near: &[&Station], none_is_known: bool) -> Self {
        let is_none_known = none_is_known && near.is_empty();
        let present = if stations.is_empty() { is_none_known.then_some(false) } else { Some(true) };
        let near: &[&Station] = if stations.is_empty() { near } else { &[] };
        let on_duty: Vec<Option<bool>> = stations.iter().map(|station| day_and_night(station)).collect();
        let day_and_night = match present {
            Some(true) if on_duty.contains(&Some(true)) => Some(true),
            Some(true) if on_duty.contains(&None) => None,
            known => known.map(|_| false),
        };
        let near = near.iter().map(|station| station.name_or_id()).collect();
        Self { name: name.to_owned(), present, day_and_night, near }
    }
}

/// A crew that is missing by day or by night is enough to know, and one that is called in is missing by both; one that is said to be
/// there day and night and to be called in all the same is said two things of.
fn day_and_night(station: &Station) -> Option<bool> {
    match (station.staffed_day, station.staffed_night, station.staffing) {
        (Some(false), ..) | (_, Some(false), _) => Some(false),
        (Some(true), Some(true), Some(Staffing::OnCall)) => None,
        (Some(true), Some(true), _) => Some(true),
        (.., Some(Staffing::OnCall)) => Some(false),
        _ => None,
    }
}

/// Whether a village or community is asked for something by a notice: natural villages (自然村, hamlets) have no committee.
pub(crate) fn has_committee(village: &Village) -> bool {
    !matches!(village.kind.as_str(), "自然村" | "hamlet" | "isolated_dwelling" | "locality")
}

/// How a station comes to a village.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Belonging {
    /// By its name.
    Named(usize),
    /// Only by being near: that does not say whose it is.
    Near(usize),
}

/// Villages and communities of each town with their micro stations: the one whose name a station bears, or else, with doubt, the
/// nearest of the station's town within [`MICRO_STATION_NEAR_M`]. Natural villages (自然村, hamlets) have no committee and are not counted.
pub(crate) fn village_stations(area: &StudyArea, towns: &TownIndex, notes: &mut Notes) -> Vec<Vec<UnitStations>> {
    let villages: Vec<&Village> = area.layers.villages.iter().filter(|village| has_committee(village)).collect();
    let micro = micro_stations(area);
    let towns_of: Vec<Option<TownId>> = villages.iter().map(|village| towns.at(village.geometry.0)).collect();
    let (mut named, mut near) = (vec![Vec::new(); villages.len()], vec![Vec::new(); villages.len()]);
    for station in &micro {
        let bears = area.layers.key_units.iter().any(|unit| names::bears(&station.name, &unit.name));
        let is_of_unit = bears || names_unit(&station.name);
        let own_town = towns.at(station.geometry.0);
        let is_in_town = |at: usize| towns_of[at] == own_town;
        match find_village(station, &villages, is_of_unit, is_in_town, notes) {
            Some(Belonging::Named(at)) => named[at].push(*station),
            Some(Belonging::Near(at)) => near[at].push(*station),
            None if is_of_unit => {}
            None => {
                let text = "微型消防站附近没有同名或邻近的村、社区 | Micro station near no village or community";
                notes.add(Severity::Warning, Some(LayerId::Stations), text, station.name.as_str());
            }
        }
    }
    let mut of_towns = vec![Vec::new(); area.layers.towns.len()];
    for (at, village) in villages.iter().enumerate() {
        let none_is_known = !micro.is_empty() && !village.kind.ends_with(DOUBT_MARK);
        if let Some(town) = towns_of[at] {
            of_towns[town.index()].push(UnitStations::of(&village.name, &named[at], &near[at], none_is_known));
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
        let mut stations = UnitStations::of(&unit.name, &bearing, &[], false);
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

/// Whether a station is called after a works, a firm or another unit, whose staff it is.
fn names_unit(station: &str) -> bool {
    const UNITS: [&str; 14] =
        ["单位", "厂", "公司", "集团", "企业", "园区", "医院", "学校", "小学", "中学", "商场", "酒店", "宾馆", "景区"];
    UNITS.iter().any(|word| station.contains(word))
}

/// The village whose whole name the station bears, the longest of them and of these the nearest; or else, where it is not that of a
/// unit, the one whose name without rank it bears, if it is the only one, or the nearest of its town.
fn find_village(
    station: &Station,
    villages: &[&Village],
    is_of_unit: bool,
    is_in_town: impl Fn(usize) -> bool,
    notes: &mut Notes,
) -> Option<Belonging> {
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
        return Some(Belonging::Named(at));
    }
    if is_of_unit {
        return None;
    }
    // One character, as 东 of 东村, is in too many names to tell anything.
    let stems = (0..villages.len()).map(|at| (at, names::stem(&villages[at].name)));
    let by_stem: Vec<usize> =
        stems.filter(|(_, stem)| stem.chars().count() > 1 && bears(stem)).map(|(at, _)| at).collect();
    if let [at] = by_stem[..] {
        let text = "微型消防站名称中的村、社区名仅级别不同，已归入 | \
                    Micro stations whose name differs from that of their village in rank only";
        notes.add(Severity::Info, Some(LayerId::Stations), text, format!("{} → {}", station.name, villages[at].name));
        return Some(Belonging::Named(at));
    }
    let near = (0..villages.len()).filter(|at| is_in_town(*at) && distance(at) <= MICRO_STATION_NEAR_M);
    nearest(near.collect()).map(Belonging::Near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::rows::Row;
    use geo::Point;

    fn village(name: &str, x: f64) -> Village {
        Village { name: name.into(), ..Village::blank(Point::new(x, 0.0)).unwrap() }
    }

    fn find(station: &str, villages: &[Village]) -> Option<Belonging> {
        let station = Station { name: station.into(), ..Station::blank(Point::new(0.0, 0.0)).unwrap() };
        let villages: Vec<&Village> = villages.iter().collect();
        find_village(&station, &villages, names_unit(&station.name), |at| at != 1, &mut Notes::default())
    }

    fn found(station: &str, villages: &[Village]) -> Option<String> {
        match find(station, villages)? {
            Belonging::Named(at) => Some(villages[at].name.clone()),
            Belonging::Near(_) => None,
        }
    }

    #[test]
    fn nearness_alone_is_a_doubt_and_ends_at_the_border_of_the_town() {
        // The second village is another town's.
        let villages = [village("甲村", 430.0), village("乙村", 200.0)];
        assert_eq!(find("中心微型消防站", &villages), Some(Belonging::Near(0)));
        assert_eq!(find("中心微型消防站", &villages[1..]), Some(Belonging::Near(0)));
        assert_eq!(find("中心微型消防站", &[village("甲村", 1_001.0), village("乙村", 200.0)]), None);
        // A works has a station for itself, whatever village is near or has the name of it without rank.
        assert_eq!(find("兴旺化工厂微型消防站", &[village("兴旺村", 430.0)]), None);
        assert_eq!(find("厂后村微型消防站", &[village("厂后村", 430.0)]), Some(Belonging::Named(0)));
    }

    #[test]
    fn a_station_that_is_only_near_leaves_the_village_open() {
        let blank = Station::blank(Point::new(0.0, 0.0)).unwrap();
        let near = Station { name: "中心微型消防站".into(), ..blank };
        let of = UnitStations::of("甲村", &[], &[&near], true);
        assert_eq!((of.present, of.day_and_night, of.near.len()), (None, None, 1));
        assert_eq!(UnitStations::of("甲村", &[], &[], true).present, Some(false));
    }

    #[test]
    fn a_crew_that_is_called_in_is_not_on_duty_day_and_night() {
        let on_duty = |staffed: Option<bool>, staffing| {
            let blank = Station::blank(Point::new(0.0, 0.0)).unwrap();
            day_and_night(&Station { staffed_day: staffed, staffed_night: staffed, staffing, ..blank })
        };
        use Staffing::{AtStation, OnCall};
        assert_eq!(
            [None, Some(AtStation), Some(OnCall)].map(|at| on_duty(Some(true), at)),
            [Some(true), Some(true), None]
        );
        assert_eq!([None, Some(AtStation), Some(OnCall)].map(|at| on_duty(None, at)), [None, None, Some(false)]);
        assert_eq!(on_duty(Some(false), Some(AtStation)), Some(false));
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
