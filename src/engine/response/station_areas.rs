//! The clauses on areas of responsibility (责任区), held against the area of one station.
//!
//! Readings. A station stands in the near suburbs (近郊区) if more than half of its area lies outside the urban built-up area
//! (built-up areas of cities and towns); an area of which the kind is not known may be either. The cap for the near suburbs is
//! about ordinary stations (普通站): those of the first and second class, and small ones. The area of a small station must
//! adjoin that of a station of the first or second class or of a special one.

use fireplan_model::area::StudyArea;
use fireplan_model::findings::Check;
use fireplan_model::layers::{BuiltUpKind, LayerId, StationKind};
use fireplan_model::rules::Rules;

/// The part of an area that is urban: for certain, and perhaps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UrbanShare {
    /// What is known to be urban.
    pub least: f64,
    /// The same and what may be.
    pub most: f64,
}

impl UrbanShare {
    /// Of an area about which nothing is known.
    pub const UNKNOWN: Self = Self { least: 0.0, most: 1.0 };

    /// Of so much urban ground, and so much that may be, in a whole; of no area without built-up areas in the data.
    pub fn of(area: &StudyArea, urban: f64, perhaps: f64, whole: f64) -> Self {
        if !area.has(LayerId::BuiltUp) || whole <= 0.0 {
            return Self::UNKNOWN;
        }
        Self { least: urban / whole, most: (urban + perhaps) / whole }
    }

    /// Whether less than half is urban; `None`: not known.
    fn is_suburb(self) -> Option<bool> {
        match () {
            () if self.most < 0.5 => Some(true),
            () if self.least >= 0.5 => Some(false),
            () => None,
        }
    }
}

/// Whether ground of this kind is urban; `None`: not known.
pub fn is_urban(kind: BuiltUpKind) -> Option<bool> {
    match kind {
        BuiltUpKind::Urban | BuiltUpKind::Town => Some(true),
        BuiltUpKind::Village | BuiltUpKind::Industry => Some(false),
        BuiltUpKind::Unknown => None,
    }
}

/// Whether it makes a small station's area one that adjoins; `None`: not known.
pub fn supports_small(kind: StationKind) -> Option<bool> {
    match kind {
        StationKind::FirstClass | StationKind::SecondClass | StationKind::Special => Some(true),
        StationKind::Unknown => None,
        _ => Some(false),
    }
}

/// How many areas of stations that support a small one adjoin, by the kinds of those that do; `None`: that hangs on a station of
/// unknown kind.
pub fn count_supporting(adjoining: impl Iterator<Item = StationKind>) -> Option<u32> {
    let known: Vec<Option<bool>> = adjoining.map(supports_small).collect();
    let count = known.iter().filter(|supports| **supports == Some(true)).count() as u32;
    (count > 0 || known.iter().all(Option::is_some)).then_some(count)
}

/// The area of one station, as far as it is known.
pub struct StationGround<'a> {
    /// What the station is called.
    pub name: &'a str,
    /// Its kind.
    pub kind: StationKind,
    /// The ground that the caps count.
    pub area_km2: Option<f64>,
    /// How much of it is urban.
    pub urban: UrbanShare,
    /// Areas of stations that support a small one next to it ([`count_supporting`]).
    pub supporting: Option<u32>,
}

/// Holds the area of a station against every clause about it.
pub fn hold_ground(rules: &Rules, ground: &StationGround) -> Vec<Check> {
    let station = &rules.station;
    let mut checks = Vec::new();
    if let Some(cap) = station.area_km2.iter().find(|cap| cap.kind == ground.kind) {
        checks.push(cap.limit.check(ground.name, ground.area_km2));
    }
    checks.extend(hold_suburb(rules, ground));
    if let Some(row) = station.small_adjoins.iter().find(|row| row.kind == ground.kind) {
        checks.push(row.limit.check(ground.name, ground.supporting.map(f64::from)));
    }
    checks
}

/// The cap that binds ordinary stations in the near suburbs. Where it is not known whether one stands there, an area within the
/// cap keeps it all the same, and a larger one is 待核.
fn hold_suburb(rules: &Rules, ground: &StationGround) -> Option<Check> {
    let ordinary = [StationKind::FirstClass, StationKind::SecondClass, StationKind::Small];
    if !ordinary.contains(&ground.kind) {
        return None;
    }
    let limit = &rules.station.area_suburb_km2;
    match ground.urban.is_suburb() {
        Some(true) => Some(limit.check(ground.name, ground.area_km2)),
        Some(false) => None,
        None => {
            let kept = ground.area_km2.filter(|area_km2| limit.op.holds(*area_km2, limit.value));
            Some(limit.check(ground.name, kept))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::findings::Verdict;

    fn held(kind: StationKind, area_km2: Option<f64>, (least, most): (f64, f64), entry: &str) -> Option<Verdict> {
        let rules = Rules::load(None).unwrap();
        let urban = UrbanShare { least, most };
        let ground = StationGround { name: "站", kind, area_km2, urban, supporting: Some(0) };
        let checks = hold_ground(&rules, &ground);
        checks.into_iter().find(|check| check.rule == entry).map(|check| check.verdict)
    }

    #[test]
    fn in_the_near_suburbs_fifteen_is_the_most() {
        let suburb = |area_km2| held(StationKind::FirstClass, area_km2, (0.1, 0.2), "station.area_suburb_km2");
        assert_eq!(suburb(Some(15.0)), Some(Verdict::Pass));
        assert_eq!(suburb(Some(15.01)), Some(Verdict::Fail));
        assert_eq!(suburb(None), Some(Verdict::Undetermined));
        // The other cap stays: it should be no more than 7.
        assert_eq!(held(StationKind::FirstClass, Some(8.0), (0.1, 0.2), "station.area_km2"), Some(Verdict::Warn));
    }

    #[test]
    fn a_station_in_the_city_or_of_another_kind_has_no_such_cap() {
        let cap = "station.area_suburb_km2";
        assert_eq!(held(StationKind::FirstClass, Some(20.0), (0.5, 0.6), cap), None);
        assert_eq!(held(StationKind::TownLevel1, Some(20.0), (0.0, 0.0), cap), None);
        assert_eq!(held(StationKind::Special, Some(20.0), (0.0, 0.0), cap), None);
    }

    #[test]
    fn where_the_suburb_is_not_known_only_what_is_too_large_is_open() {
        let unknown = |area_km2| held(StationKind::SecondClass, Some(area_km2), (0.2, 0.7), "station.area_suburb_km2");
        assert_eq!(unknown(15.0), Some(Verdict::Pass));
        assert_eq!(unknown(16.0), Some(Verdict::Undetermined));
    }

    #[test]
    fn a_small_station_adjoins_a_full_one() {
        let kinds = |kinds: &[StationKind]| count_supporting(kinds.iter().copied());
        assert_eq!(kinds(&[StationKind::Small, StationKind::Special, StationKind::FirstClass]), Some(2));
        assert_eq!(kinds(&[StationKind::Small, StationKind::TownLevel1]), Some(0));
        assert_eq!(kinds(&[StationKind::Unknown]), None);
        assert_eq!(kinds(&[]), Some(0));
        assert_eq!(held(StationKind::Small, None, (0.0, 1.0), "station.small_adjoins"), Some(Verdict::Fail));
        assert_eq!(held(StationKind::SecondClass, None, (0.0, 1.0), "station.small_adjoins"), None);
    }

    #[test]
    fn jincheng_holds_its_town_brigades_as_small_stations() {
        let rules = Rules::load(Some("jincheng")).unwrap();
        let ground = |kind, area_km2, supporting| {
            let ground = StationGround {
                name: "队",
                kind,
                area_km2: Some(area_km2),
                urban: UrbanShare::UNKNOWN,
                supporting: Some(supporting),
            };
            hold_ground(&rules, &ground).into_iter().map(|check| (check.rule, check.verdict)).collect::<Vec<_>>()
        };
        let area = |verdict| ("station.area_km2".to_owned(), verdict);
        let adjoins = |verdict| ("station.small_adjoins".to_owned(), verdict);
        for kind in [StationKind::TownLevel1, StationKind::TownLevel2] {
            assert_eq!(ground(kind, 2.0, 1), [area(Verdict::Pass), adjoins(Verdict::Pass)]);
            assert_eq!(ground(kind, 2.1, 0), [area(Verdict::Warn), adjoins(Verdict::Fail)]);
        }
    }
}
