//! The brigades there are: which of them count for what, and what they have against what they must have.

use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::ids::{StationId, TownId};
use fireplan_model::layers::{LayerId, Station, StationKind};
use fireplan_model::rules::{BrigadeRules, Resource, ResourceItem, Tier};

codes! {
    /// How what is there compares with what is to be there.
    pub enum BrigadeStanding {
        /// 已建，配备达标 | There, and equipped
        Met = "met",
        /// 由城市消防站覆盖 | A city's station stands there
        CityStation = "city_station",
        /// 中心队时限内可到 | Served by a hub in time
        Served = "served",
        /// 已建，配备不足 | There, but short of equipment
        Short = "short",
        /// 队伍等级不足 | Only a lower kind of brigade
        Below = "below",
        /// 中心队超时 | Hub comes late
        Late = "late",
        /// 应建未建 | Missing
        Missing = "missing",
        /// 不要求 | Nothing asked
        NotAsked = "not_asked",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
    }
}

impl BrigadeStanding {
    /// Its place in a list of what is to be done, the most urgent first: what is missing, what is too little, what is not known,
    /// what is in order.
    pub(super) fn urgency(self) -> u8 {
        match self {
            Self::Missing => 0,
            Self::Below => 1,
            Self::Late => 2,
            Self::Short => 3,
            Self::Undetermined => 4,
            Self::Served => 5,
            Self::CityStation => 6,
            Self::Met => 7,
            Self::NotAsked => 8,
        }
    }
}

/// How much a station counts for: urban stations most, then professional brigades by level, then volunteers. A brigade of which
/// nobody states the level is one of level 2 at least.
/// Works brigades and micro stations are no brigade of the town.
fn strength(kind: StationKind) -> u8 {
    match kind {
        StationKind::Special | StationKind::FirstClass | StationKind::SecondClass | StationKind::Small => 4,
        StationKind::TownLevel1 => 3,
        StationKind::TownLevel2 | StationKind::TownBrigade => 2,
        StationKind::Volunteer => 1,
        StationKind::Support | StationKind::Works | StationKind::Micro | StationKind::Unknown => 0,
    }
}

/// Crews that are paid to be there.
pub fn is_professional(kind: StationKind) -> bool {
    strength(kind) >= 2
}

/// A brigade of this strength answers the tier.
fn needed(tier: Tier) -> Option<u8> {
    match tier {
        Tier::Level1 => Some(3),
        Tier::Level2 | Tier::Professional => Some(2),
        Tier::Volunteer => Some(1),
        Tier::Hub | Tier::NotApplicable | Tier::Uncovered | Tier::Undetermined => None,
    }
}

/// Stations by the town they stand in, strongest first.
pub struct ExistingStations<'a> {
    by_town: Vec<Vec<(StationId, &'a Station)>>,
}

impl<'a> ExistingStations<'a> {
    /// Sorts the stations of the area by town; stations outside every town belong to none.
    pub fn new(area: &'a StudyArea, towns: &TownIndex) -> Self {
        let mut by_town = vec![Vec::new(); area.layers.towns.len()];
        for (id, station) in StationId::first(area.layers.stations.len()).zip(&area.layers.stations) {
            if let Some(town) = towns.at(station.geometry.0) {
                by_town[town.index()].push((id, station));
            }
        }
        for stations in &mut by_town {
            stations.sort_by_key(|(id, station)| (std::cmp::Reverse(strength(station.kind)), *id));
        }
        Self { by_town }
    }

    /// The stations in a town, in the order of the layer.
    pub fn of(&self, town: TownId) -> &[(StationId, &'a Station)] {
        &self.by_town[town.index()]
    }

    /// The town's own brigade: the strongest that counts as one, or else one of a kind that nobody says. A list that names the
    /// town means a professional brigade of the town, which goes before a city's station.
    pub fn brigade(&self, town: TownId, is_listed: bool) -> Option<&'a Station> {
        let mut stations = self.of(town).iter().map(|(_, station)| *station);
        let own = stations.clone().find(|station| is_listed && station.kind.is_town_brigade());
        let counts = own.or_else(|| stations.clone().find(|station| strength(station.kind) > 0));
        counts.or_else(|| stations.find(|station| station.kind == StationKind::Unknown))
    }

    /// Whether a station of the town may be a brigade that nobody says it is: its kind is not known, or nobody gives any station.
    pub fn may_be_unknown(&self, area: &StudyArea, town: TownId) -> bool {
        !area.has(LayerId::Stations) || self.of(town).iter().any(|(_, station)| station.kind == StationKind::Unknown)
    }

    /// Whether a professional brigade of the town stands in it; `None`: not known. A city's station is none. A small one may be what
    /// a notice calls the town's brigade.
    pub fn has_town_brigade(&self, area: &StudyArea, town: TownId) -> Option<bool> {
        let any = |is: fn(StationKind) -> bool| self.of(town).iter().any(|(_, station)| is(station.kind));
        let stands = any(StationKind::is_town_brigade);
        let may_be = self.may_be_unknown(area, town) || any(|kind| kind == StationKind::Small);
        (stands || !may_be).then_some(stands)
    }

    /// Whether a station stands in a town.
    pub fn is_in(&self, town: TownId, station: StationId) -> bool {
        self.of(town).iter().any(|(id, _)| *id == station)
    }
}

/// Something a brigade must have and what is known of it.
pub struct Held<'r> {
    /// What the rules ask for.
    pub resource: &'r Resource,
    /// How much of it the brigade has; `None`: the data does not say.
    pub present: Option<f64>,
    /// The verdict with its clause.
    pub check: Check,
}

/// What the tier asks of its brigade, held against this one. Urban stations have a standard of their own.
pub fn held<'r>(rules: &'r BrigadeRules, tier: Tier, station: &Station) -> Vec<Held<'r>> {
    let asked = match (tier, station.kind) {
        (Tier::Professional, StationKind::TownLevel1) => Tier::Level1,
        (Tier::Professional, _) => Tier::Level2,
        (tier, _) => tier,
    };
    // A brigade of which nobody states the level may be one of level 1.
    let most = if station.kind == StationKind::TownBrigade { 3 } else { strength(station.kind) };
    if needed(asked).is_none_or(|needed| most < needed) || station.kind.is_city_station() {
        return Vec::new();
    }
    let of_tier = rules.resources.iter().filter(|resource| resource.tier == asked);
    of_tier
        .map(|resource| {
            let present = match resource.item {
                ResourceItem::Vehicles => station.vehicles.map(f64::from),
                ResourceItem::CrewPeople => station.crew_people.map(f64::from),
                ResourceItem::FullTimePeople => station.full_time_people.map(f64::from),
                ResourceItem::LandM2 => station.land_m2,
            };
            Held { resource, present, check: resource.limit.check(&station.name, present) }
        })
        .collect()
}

/// What is known of the brigade of a town.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrigadeFacts<'a> {
    /// The station that counts for it.
    pub brigade: Option<&'a Station>,
    /// Another station may be it: its kind is not known, or nobody gives any station.
    pub may_be_unknown: bool,
    /// A list names the town, or its kind, and decides the tier.
    pub is_listed: bool,
}

/// How the town's own brigade stands to the tier; hubs are judged by their time, elsewhere. A city's station covers a town that needs
/// a brigade by its facts; where a list asks the town itself for one, whether it has one beside that station is not known.
pub fn standing(tier: Tier, facts: BrigadeFacts, held: &[Held]) -> BrigadeStanding {
    let BrigadeFacts { brigade, may_be_unknown, is_listed } = facts;
    let Some(needed) = needed(tier) else {
        return match tier {
            Tier::NotApplicable => BrigadeStanding::NotAsked,
            _ => BrigadeStanding::Undetermined,
        };
    };
    let kind = brigade.map_or(StationKind::Unknown, |station| station.kind);
    let (strength, unstated) = (strength(kind), kind == StationKind::TownBrigade && tier == Tier::Level1);
    let any = |verdict: Verdict| held.iter().any(|one| one.check.verdict == verdict);
    match strength {
        _ if strength < needed && may_be_unknown => BrigadeStanding::Undetermined,
        _ if kind.is_city_station() && is_listed && tier.is_professional() => BrigadeStanding::Undetermined,
        _ if kind.is_city_station() => BrigadeStanding::CityStation,
        0 => BrigadeStanding::Missing,
        _ if strength < needed && !unstated => BrigadeStanding::Below,
        _ if any(Verdict::Fail) || any(Verdict::Warn) => BrigadeStanding::Short,
        _ if unstated => BrigadeStanding::Undetermined,
        _ if any(Verdict::Undetermined) => BrigadeStanding::Undetermined,
        _ => BrigadeStanding::Met,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::rows::Row;
    use fireplan_model::rules::Rules;
    use geo::Point;

    fn station(kind: StationKind) -> Station {
        Station { name: "甲队".into(), kind, ..Station::blank(Point::new(0.0, 0.0)).unwrap() }
    }

    #[test]
    fn a_brigade_answers_its_own_and_lower_tiers() {
        fn of(tier: Tier, facts: BrigadeFacts) -> BrigadeStanding {
            standing(tier, facts, &[])
        }
        let stands = |tier, kind| of(tier, BrigadeFacts { brigade: Some(&station(kind)), ..BrigadeFacts::default() });
        assert_eq!(stands(Tier::Level2, StationKind::TownLevel2), BrigadeStanding::Met);
        assert_eq!(stands(Tier::Level1, StationKind::TownLevel2), BrigadeStanding::Below);
        assert_eq!(stands(Tier::Professional, StationKind::TownLevel2), BrigadeStanding::Met);
        assert_eq!(stands(Tier::Professional, StationKind::Volunteer), BrigadeStanding::Below);
        assert_eq!(stands(Tier::Level1, StationKind::Small), BrigadeStanding::CityStation);
        assert_eq!(stands(Tier::Volunteer, StationKind::Micro), BrigadeStanding::Missing);
        let unknown = BrigadeFacts { may_be_unknown: true, ..BrigadeFacts::default() };
        assert_eq!(of(Tier::Level1, unknown), BrigadeStanding::Undetermined);
        assert_eq!(of(Tier::Volunteer, BrigadeFacts::default()), BrigadeStanding::Missing);
    }

    /// The notices say 政府专职消防队 and 乡镇专职消防队 and name no level.
    #[test]
    fn a_brigade_of_unstated_level_answers_all_but_level_1() {
        let rules = Rules::load(None).unwrap().brigade;
        let equipped = |vehicles, crew_people| Station {
            vehicles: Some(vehicles),
            crew_people: Some(crew_people),
            full_time_people: Some(8),
            land_m2: Some(1000.0),
            ..station(StationKind::TownBrigade)
        };
        let stands = |tier, brigade: &Station| {
            let facts = BrigadeFacts { brigade: Some(brigade), ..BrigadeFacts::default() };
            standing(tier, facts, &held(&rules, tier, brigade))
        };
        for tier in [Tier::Professional, Tier::Level2] {
            assert_eq!(stands(tier, &equipped(1, 10)), BrigadeStanding::Met);
            assert_eq!(stands(tier, &equipped(0, 10)), BrigadeStanding::Short);
        }
        assert_eq!(stands(Tier::Volunteer, &equipped(1, 10)), BrigadeStanding::Met);
        // Whatever its level, it has less than level 1 asks for; with all of that, nobody says that it is one.
        assert_eq!(stands(Tier::Level1, &equipped(1, 10)), BrigadeStanding::Short);
        assert_eq!(stands(Tier::Level1, &equipped(2, 15)), BrigadeStanding::Undetermined);
    }

    #[test]
    fn a_city_station_is_no_brigade_of_a_town_that_a_list_asks_for_one() {
        let city = station(StationKind::FirstClass);
        let stands = |tier, is_listed| {
            standing(tier, BrigadeFacts { brigade: Some(&city), is_listed, ..BrigadeFacts::default() }, &[])
        };
        assert_eq!(stands(Tier::Professional, false), BrigadeStanding::CityStation);
        assert_eq!(stands(Tier::Professional, true), BrigadeStanding::Undetermined);
        assert_eq!(stands(Tier::Level1, true), BrigadeStanding::Undetermined);
        assert_eq!(stands(Tier::Volunteer, true), BrigadeStanding::CityStation);
    }

    #[test]
    fn what_a_brigade_lacks_is_named_and_what_nobody_says_is_not_guessed() {
        let rules = Rules::load(None).unwrap().brigade;
        let bare = station(StationKind::TownLevel2);
        let held_by_bare = held(&rules, Tier::Level2, &bare);
        assert!(held_by_bare.iter().all(|one| one.check.verdict == Verdict::Undetermined));
        let stands = |brigade, held: &[Held]| {
            standing(Tier::Level2, BrigadeFacts { brigade: Some(brigade), ..BrigadeFacts::default() }, held)
        };
        assert_eq!(stands(&bare, &held_by_bare), BrigadeStanding::Undetermined);
        let short = Station {
            vehicles: Some(0),
            crew_people: Some(10),
            full_time_people: Some(5),
            land_m2: Some(700.0),
            ..bare.clone()
        };
        let held_by_short = held(&rules, Tier::Level2, &short);
        assert_eq!(stands(&short, &held_by_short), BrigadeStanding::Short);
        let whole = Station { vehicles: Some(1), ..short.clone() };
        assert_eq!(stands(&whole, &held(&rules, Tier::Level2, &whole)), BrigadeStanding::Met);
    }
}
