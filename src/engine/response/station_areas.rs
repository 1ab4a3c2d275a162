//! The clauses on areas of responsibility (责任区), held against the area of one station.
//!
//! Readings. A station has one area of responsibility, as the county is parted between the stations ([`responsibility`]). The caps
//! of 7, 4 and 2 km² are about stations in cities: they are held against the urban part of that area (built-up areas of cities and
//! towns), which is said beside the whole; an area of which the kind is not known may be either. A station stands in the near
//! suburbs (近郊区) if more than half of its area lies outside the urban part. The cap for those is about ordinary stations (普通站):
//! those of the first and second class, and small ones. It is kept by a whole area within it and broken by an urban part beyond
//! it; in between it is open whether the clause counts the open country. The area of a small station must adjoin that of a station
//! of the first or second class or of a special one.
//!
//! [`responsibility`]: crate::response::responsibility

use fireplan_model::findings::{Check, Verdict};
use fireplan_model::layers::{BuiltUpKind, StationKind};
use fireplan_model::rows::Label;
use fireplan_model::rules::{FactEstimate, Limit, Rules};

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
    /// All of it, open country included.
    pub area_km2: Option<f64>,
    /// The urban part: what is known to be such, and the same with what may be; `None`: nothing is known about it.
    pub urban_km2: Option<[f64; 2]>,
    /// Areas of stations that support a small one next to it ([`count_supporting`]).
    pub supporting: Option<u32>,
    /// Whether it is known which other stations there are: among more stations the area is smaller, and has more neighbours.
    pub are_others_known: bool,
}

impl StationGround<'_> {
    /// All that the urban part may be.
    fn urban_within(&self) -> Option<[f64; 2]> {
        self.area_km2.map(|area_km2| self.urban_km2.unwrap_or([0.0, area_km2]))
    }

    /// The check, or 待核 where stations that nobody told of may make good what falls short.
    fn unless_others(&self, limit: &Limit, check: Check) -> Check {
        if self.are_others_known || check.verdict == Verdict::Pass {
            return check;
        }
        let why = Label::new(
            "：没有消防站图层，现状队站及其责任区不详",
            "there is no layer of stations, and today's stations and their areas are not known",
        );
        limit.check_unmet(self.name, &why, false)
    }

    /// Whether less than half is urban; `None`: not known.
    fn is_suburb(&self) -> Option<bool> {
        let whole = self.area_km2.filter(|whole| *whole > 0.0)?;
        let [least, most] = self.urban_km2?;
        match () {
            () if most < whole / 2.0 => Some(true),
            () if least >= whole / 2.0 => Some(false),
            () => None,
        }
    }
}

/// Holds the area of a station against every clause about it.
pub fn hold_ground(rules: &Rules, ground: &StationGround) -> Vec<Check> {
    let station = &rules.station;
    let mut checks = Vec::new();
    if let Some(cap) = station.area_km2.iter().find(|cap| cap.kind == ground.kind) {
        checks.push(ground.unless_others(&cap.limit, hold_urban(&cap.limit, ground)));
    }
    checks.extend(hold_suburb(rules, ground).map(|check| ground.unless_others(&station.area_suburb_km2, check)));
    if let Some(row) = station.small_adjoins.iter().find(|row| row.kind == ground.kind) {
        checks.push(ground.unless_others(&row.limit, row.limit.check(ground.name, ground.supporting.map(f64::from))));
    }
    checks
}

/// The cap for stations in cities, against the urban part; the whole area is said beside it.
fn hold_urban(limit: &Limit, ground: &StationGround) -> Check {
    let Some((within, whole)) = ground.urban_within().zip(ground.area_km2) else {
        return limit.check(ground.name, None);
    };
    if ground.urban_km2.is_none() && !limit.op.holds(whole, limit.value) {
        let why = Label::new(
            format!("：没有建成区数据，责任区 {}（含旷野）中的城镇建成区不详", limit.measured(whole)),
            format!("no built-up areas in the data: the urban part of its {} is not known", limit.measured(whole)),
        );
        return limit.check_unmet(ground.name, &why, false);
    }
    if ground.urban_km2.is_none() {
        return limit.check(ground.name, Some(whole));
    }
    let (whole, value) = (limit.measured(whole), within[0]);
    let source = Label::new(
        format!("责任区（{whole}，含旷野）中的城镇建成区"),
        format!("the urban part of its area ({whole} with open country)"),
    );
    limit.check_estimate(ground.name, &FactEstimate { value, within, source })
}

/// The cap that binds ordinary stations in the near suburbs.
fn hold_suburb(rules: &Rules, ground: &StationGround) -> Option<Check> {
    let ordinary = [StationKind::FirstClass, StationKind::SecondClass, StationKind::Small];
    if !ordinary.contains(&ground.kind) || ground.is_suburb() == Some(false) {
        return None;
    }
    let limit = &rules.station.area_suburb_km2;
    let Some((whole, [least, _])) = ground.area_km2.zip(ground.urban_within()) else {
        return Some(limit.check(ground.name, None));
    };
    let keeps = |km2: f64| limit.op.holds(km2, limit.value);
    if keeps(whole) || (ground.is_suburb() == Some(true) && !keeps(least)) {
        return Some(limit.check(ground.name, Some(if keeps(whole) { whole } else { least })));
    }
    let shown = limit.measured(whole);
    let why = Label::new(
        format!("{shown}（含旷野），站址是否属近郊区、旷野是否计入须论证"),
        format!(
            "{shown} with open country; whether it lies in the near suburbs, and whether open country counts, is to be argued"
        ),
    );
    let check = limit.check_unmet(ground.name, &why, false);
    Some(Check { measured: Some(whole), ..check })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A small station of which nothing is known but that all stations are told of.
    const ALONE: StationGround = StationGround {
        name: "站",
        kind: StationKind::Small,
        area_km2: None,
        urban_km2: None,
        supporting: None,
        are_others_known: true,
    };

    #[test]
    fn where_no_station_is_told_of_nothing_falls_short_for_want_of_one() {
        let rules = Rules::load(None).unwrap();
        let verdicts = |are_others_known| {
            let (area_km2, urban_km2) = (Some(45.0), Some([3.0, 3.0]));
            let ground = StationGround { area_km2, urban_km2, supporting: Some(0), are_others_known, ..ALONE };
            let checks = hold_ground(&rules, &ground);
            assert!(are_others_known || checks.iter().all(|check| check.text.zh.contains("现状队站")), "{checks:?}");
            checks.into_iter().map(|check| (check.rule, check.verdict)).collect::<BTreeMap<_, _>>()
        };
        let (known, unknown) = (verdicts(true), verdicts(false));
        assert_eq!((known["station.area_km2"], known["station.small_adjoins"]), (Verdict::Warn, Verdict::Fail));
        assert!(unknown.values().all(|verdict| *verdict == Verdict::Undetermined), "{unknown:?}");
        let small = StationGround { area_km2: Some(1.0), urban_km2: Some([1.0; 2]), are_others_known: false, ..ALONE };
        assert_eq!(hold_ground(&rules, &small)[0].verdict, Verdict::Pass, "among more stations it is smaller still");
    }

    #[test]
    fn without_built_up_areas_the_urban_part_is_not_told_to_be_nothing() {
        let rules = Rules::load(None).unwrap();
        let cap = |area_km2| hold_ground(&rules, &StationGround { area_km2: Some(area_km2), ..ALONE }).remove(0);
        let (large, small) = (cap(30.2), cap(1.5));
        assert_eq!((large.verdict, small.verdict), (Verdict::Undetermined, Verdict::Pass));
        assert!(large.text.zh.contains("没有建成区数据") && !large.text.zh.contains("推算"), "{}", large.text.zh);
        assert!(!small.text.zh.contains("推算 0"), "{}", small.text.zh);
    }

    fn held(kind: StationKind, area_km2: Option<f64>, urban_km2: [f64; 2], entry: &str) -> Option<Verdict> {
        let rules = Rules::load(None).unwrap();
        let ground =
            StationGround { name: "站", kind, area_km2, urban_km2: Some(urban_km2), supporting: Some(0), ..ALONE };
        let checks = hold_ground(&rules, &ground);
        checks.into_iter().find(|check| check.rule == entry).map(|check| check.verdict)
    }

    #[test]
    fn in_the_near_suburbs_fifteen_is_the_most() {
        let suburb = |area_km2, urban| held(StationKind::FirstClass, area_km2, urban, "station.area_suburb_km2");
        assert_eq!(suburb(Some(15.0), [1.0, 1.0]), Some(Verdict::Pass));
        assert_eq!(suburb(Some(40.0), [15.5, 15.5]), Some(Verdict::Fail));
        assert_eq!(suburb(None, [0.0, 0.0]), Some(Verdict::Undetermined));
        // Whether the open country of a county counts the clause does not say.
        assert_eq!(suburb(Some(15.01), [1.0, 1.0]), Some(Verdict::Undetermined));
    }

    #[test]
    fn the_caps_for_cities_bind_the_urban_part_and_say_of_which_area() {
        let cap = |urban| held(StationKind::Small, Some(45.13), urban, "station.area_km2");
        assert_eq!(cap([0.66, 0.66]), Some(Verdict::Pass));
        assert_eq!(cap([2.27, 2.27]), Some(Verdict::Warn));
        // Ground of which the kind is not known leaves it open.
        assert_eq!(cap([1.9, 2.1]), Some(Verdict::Undetermined));
        let rules = Rules::load(None).unwrap();
        let urban_km2 = Some([0.66, 0.66]);
        let ground =
            StationGround { kind: StationKind::Small, area_km2: Some(45.13), urban_km2, supporting: Some(1), ..ALONE };
        let text = hold_ground(&rules, &ground)[0].text.zh.clone();
        assert!(text.contains("45.13 km²，含旷野") && text.contains("0.66 km²"), "{text}");
    }

    #[test]
    fn a_station_in_the_city_or_of_another_kind_has_no_cap_of_suburbs() {
        let cap = "station.area_suburb_km2";
        assert_eq!(held(StationKind::FirstClass, Some(20.0), [10.0, 12.0], cap), None);
        assert_eq!(held(StationKind::TownLevel1, Some(20.0), [0.0, 0.0], cap), None);
        assert_eq!(held(StationKind::Special, Some(20.0), [0.0, 0.0], cap), None);
    }

    #[test]
    fn where_the_suburb_is_not_known_only_what_is_too_large_is_open() {
        let unknown = |area_km2: f64| {
            let urban = [0.2 * area_km2, 0.7 * area_km2];
            held(StationKind::SecondClass, Some(area_km2), urban, "station.area_suburb_km2")
        };
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
        assert_eq!(held(StationKind::Small, None, [0.0, 1.0], "station.small_adjoins"), Some(Verdict::Fail));
        assert_eq!(held(StationKind::SecondClass, None, [0.0, 1.0], "station.small_adjoins"), None);
    }

    #[test]
    fn jincheng_holds_its_town_brigades_as_small_stations() {
        let rules = Rules::load(Some("jincheng")).unwrap();
        let ground = |kind, area_km2, supporting| {
            let ground = StationGround {
                name: "队",
                kind,
                area_km2: Some(area_km2),
                urban_km2: Some([area_km2; 2]),
                supporting: Some(supporting),
                ..ALONE
            };
            hold_ground(&rules, &ground).into_iter().map(|check| (check.rule, check.verdict)).collect::<Vec<_>>()
        };
        let area = |verdict| ("station.area_km2".to_owned(), verdict);
        let adjoins = |verdict| ("station.small_adjoins".to_owned(), verdict);
        for kind in [StationKind::TownLevel1, StationKind::TownLevel2, StationKind::TownBrigade] {
            assert_eq!(ground(kind, 2.0, 1), [area(Verdict::Pass), adjoins(Verdict::Pass)]);
            assert_eq!(ground(kind, 2.1, 0), [area(Verdict::Warn), adjoins(Verdict::Fail)]);
        }
    }
}
