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
            Self::Met => 6,
            Self::NotAsked => 7,
        }
    }
}

/// How much a station counts for: urban stations most, then professional brigades by level, then volunteers.
/// Works brigades and micro stations are no brigade of the town.
fn strength(kind: StationKind) -> u8 {
    match kind {
        StationKind::Special | StationKind::FirstClass | StationKind::SecondClass | StationKind::Small => 4,
        StationKind::TownLevel1 => 3,
        StationKind::TownLevel2 => 2,
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

    /// The town's own brigade: the strongest that counts as one, or else one of a kind that nobody says.
    pub fn brigade(&self, town: TownId) -> Option<&'a Station> {
        let mut stations = self.of(town).iter().map(|(_, station)| *station);
        let counts = stations.clone().find(|station| strength(station.kind) > 0);
        counts.or_else(|| stations.find(|station| station.kind == StationKind::Unknown))
    }

    /// Whether a station of the town may be a brigade that nobody says it is: its kind is not known, or nobody gives any station.
    pub fn may_be_unknown(&self, area: &StudyArea, town: TownId) -> bool {
        !area.has(LayerId::Stations) || self.of(town).iter().any(|(_, station)| station.kind == StationKind::Unknown)
    }

    /// Whether a professional brigade stands in the town; `None`: not known.
    pub fn has_professional(&self, area: &StudyArea, town: TownId) -> Option<bool> {
        let stands = self.of(town).iter().any(|(_, station)| is_professional(station.kind));
        (stands || !self.may_be_unknown(area, town)).then_some(stands)
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
    if needed(asked).is_none_or(|needed| strength(station.kind) < needed) || strength(station.kind) > 3 {
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

/// How the town's own brigade stands to the tier; hubs are judged by their time, elsewhere.
pub fn standing(tier: Tier, brigade: Option<&Station>, unknown_kind: bool, held: &[Held]) -> BrigadeStanding {
    let Some(needed) = needed(tier) else {
        return match tier {
            Tier::NotApplicable => BrigadeStanding::NotAsked,
            _ => BrigadeStanding::Undetermined,
        };
    };
    let strength = brigade.map_or(0, |station| strength(station.kind));
    let any = |verdict: Verdict| held.iter().any(|one| one.check.verdict == verdict);
    match strength {
        _ if strength < needed && unknown_kind => BrigadeStanding::Undetermined,
        0 => BrigadeStanding::Missing,
        _ if strength < needed => BrigadeStanding::Below,
        _ if any(Verdict::Fail) || any(Verdict::Warn) => BrigadeStanding::Short,
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
        let stands = |tier, kind| standing(tier, Some(&station(kind)), false, &[]);
        assert_eq!(stands(Tier::Level2, StationKind::TownLevel2), BrigadeStanding::Met);
        assert_eq!(stands(Tier::Level1, StationKind::TownLevel2), BrigadeStanding::Below);
        assert_eq!(stands(Tier::Professional, StationKind::TownLevel2), BrigadeStanding::Met);
        assert_eq!(stands(Tier::Professional, StationKind::Volunteer), BrigadeStanding::Below);
        assert_eq!(stands(Tier::Level1, StationKind::Small), BrigadeStanding::Met);
        assert_eq!(stands(Tier::Volunteer, StationKind::Micro), BrigadeStanding::Missing);
        assert_eq!(standing(Tier::Level1, None, true, &[]), BrigadeStanding::Undetermined);
        assert_eq!(standing(Tier::Volunteer, None, false, &[]), BrigadeStanding::Missing);
    }

    #[test]
    fn what_a_brigade_lacks_is_named_and_what_nobody_says_is_not_guessed() {
        let rules = Rules::load(None).unwrap().brigade;
        let bare = station(StationKind::TownLevel2);
        let held_by_bare = held(&rules, Tier::Level2, &bare);
        assert!(held_by_bare.iter().all(|one| one.check.verdict == Verdict::Undetermined));
        assert_eq!(standing(Tier::Level2, Some(&bare), false, &held_by_bare), BrigadeStanding::Undetermined);
        let short = Station {
            vehicles: Some(0),
            crew_people: Some(10),
            full_time_people: Some(5),
            land_m2: Some(700.0),
            ..bare.clone()
        };
        let held_by_short = held(&rules, Tier::Level2, &short);
        assert_eq!(standing(Tier::Level2, Some(&short), false, &held_by_short), BrigadeStanding::Short);
        let whole = Station { vehicles: Some(1), ..short };
        assert_eq!(
            standing(Tier::Level2, Some(&whole), false, &held(&rules, Tier::Level2, &whole)),
            BrigadeStanding::Met
        );
    }
}
