//! What is known of a town, fact by fact. A fact that nobody gave stays unknown; none stands in for another.

use crate::ledger::{built_up_km2_in_town, touches};
use fireplan_model::layers::{BuiltUp, BuiltUpKind, FirePlan, Town, TownKind};
use fireplan_model::plane::Plane;
use fireplan_model::rules::Fact;
use fireplan_model::statuses::{StatedStatus, parse_statuses};

/// A number, or the range in which it lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The least it can be.
    pub low: f64,
    /// The most it can be.
    pub high: f64,
}

impl Span {
    /// A value known exactly.
    pub fn exactly(value: f64) -> Self {
        Self { low: value, high: value }
    }
}

/// The facts of one town.
#[derive(Debug, Clone, Default)]
pub struct TownFacts {
    /// Name of the town.
    pub name: String,
    /// Its code in the division of the country; empty where the area has none.
    pub code: String,
    /// Whether it is a town, a township or a subdistrict; `None`: not known.
    pub kind: Option<TownKind>,
    /// Another town of the area is called the same.
    pub shares_name: bool,
    pub(crate) numbers: Vec<(Fact, Span)>,
    /// Built-up area taken from the polygons, since the table gives none.
    pub area_computed: bool,
    /// `None`: nobody says; empty: it has none.
    pub statuses: Option<Vec<StatedStatus>>,
    /// Year of the list that gives the town its status.
    pub status_year: Option<u32>,
    /// Its industries; `None`: not known.
    pub industries: Option<Vec<String>>,
    /// Whether it has a fire plan, and of which form; `None`: not known.
    pub fire_plan: Option<FirePlan>,
}

impl TownFacts {
    /// The facts that the row of a town states.
    pub fn of(town: &Town) -> Self {
        let count = |value: Option<u32>| value.map(f64::from);
        let members = town.work_station_people.zip(town.work_station_heads);
        let numbers = [
            (Fact::BuiltUpKm2, town.built_up_km2),
            (Fact::BuiltUpPeople, count(town.built_up_people)),
            (Fact::TotalPeople, count(town.total_people)),
            (Fact::WorkStationPeople, count(town.work_station_people)),
            (Fact::WorkStationHeads, count(town.work_station_heads)),
            (Fact::WorkStationMembersPeople, count(members.map(|(all, heads)| all.saturating_sub(heads)))),
            (Fact::WorkStationEstablishedPeople, count(town.work_station_established_people)),
            (Fact::WorkStationItems, count(town.work_station_items)),
            (Fact::HiredPeople, count(town.hired_people)),
            (Fact::EnforcementPeople, count(town.enforcement_people)),
            (Fact::FireCommittee, town.fire_committee.map(|there| if there { 1.0 } else { 0.0 })),
        ];
        Self {
            name: town.name.clone(),
            code: town.code.clone(),
            shares_name: false,
            kind: kind(town),
            numbers: numbers.into_iter().filter_map(|(fact, value)| Some((fact, Span::exactly(value?)))).collect(),
            area_computed: false,
            statuses: parse_statuses(&town.status),
            status_year: town.status_year,
            industries: words(&town.industry),
            fire_plan: town.fire_plan,
        }
    }

    /// A fact that is a number; `None`: not known.
    pub fn number(&self, fact: Fact) -> Option<Span> {
        self.numbers.iter().find(|(known, _)| *known == fact).map(|(_, span)| *span)
    }

    /// Sets a fact that is a number.
    pub fn set(&mut self, fact: Fact, span: Span) {
        self.numbers.retain(|(known, _)| *known != fact);
        self.numbers.push((fact, span));
    }

    /// Takes the built-up area from the polygons in the town, where the table gives none. Built-up areas of a kind
    /// nobody says, and industrial ones, make it a range.
    pub fn complete_from(&mut self, town: &Town, built_up: &[BuiltUp], plane: &Plane) {
        if self.number(Fact::BuiltUpKm2).is_some() {
            return;
        }
        let touching: Vec<&BuiltUp> = built_up.iter().filter(|area| touches(town, area)).collect();
        let counts = |area: &BuiltUp| area.kind != BuiltUpKind::Village;
        if !touching.iter().any(|area| counts(area)) {
            return;
        }
        let km2 = |wanted: &dyn Fn(&BuiltUp) -> bool| {
            built_up_km2_in_town(town, touching.iter().copied().filter(|area| wanted(area)), plane)
        };
        let low = km2(&|area| matches!(area.kind, BuiltUpKind::Urban | BuiltUpKind::Town));
        self.set(Fact::BuiltUpKm2, Span { low, high: km2(&counts).max(low) });
        self.area_computed = true;
    }
}

/// As the table says, or else as the name ends.
fn kind(town: &Town) -> Option<TownKind> {
    match town.kind {
        TownKind::Unknown => TownKind::of_name(&town.name),
        known => Some(known),
    }
}

/// `建材、仓储物流` as its parts; an empty cell says nothing, 无 says that there is none.
fn words(text: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = text
        .split(['、', ',', '，', ';', '；', '/', '|', ' ', '\u{3000}'])
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    match parts.as_slice() {
        [] => None,
        [none] if matches!(none.as_str(), "无" | "否" | "-" | "—" | "none") => Some(Vec::new()),
        _ => Some(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::rows::Row;
    use geo::{MultiPolygon, Rect, coord};

    fn square(x: f64, side_m: f64) -> MultiPolygon {
        Rect::new(coord! { x: x, y: 0.0 }, coord! { x: x + side_m, y: side_m }).to_polygon().into()
    }

    fn built_up(kind: BuiltUpKind, x: f64) -> BuiltUp {
        BuiltUp { kind, ..BuiltUp::blank(square(x, 1_000.0)).unwrap() }
    }

    #[test]
    fn an_empty_industry_is_unknown_and_none_is_known() {
        assert_eq!(words(""), None);
        assert_eq!(words("无"), Some(Vec::new()));
        assert_eq!(words("建材、 化工").unwrap(), ["建材", "化工"]);
    }

    #[test]
    fn the_area_is_computed_only_where_none_is_given() {
        let (town, plane) = (Town::blank(square(0.0, 3_000.0)).unwrap(), Plane::at(111.0, 30.0).unwrap().flat());
        let polygons = [
            built_up(BuiltUpKind::Town, 0.0),
            built_up(BuiltUpKind::Unknown, 1_500.0),
            built_up(BuiltUpKind::Village, 0.0),
        ];
        let mut facts = TownFacts::of(&town);
        facts.complete_from(&town, &polygons, &plane);
        assert_eq!(facts.number(Fact::BuiltUpKm2), Some(Span { low: 1.0, high: 2.0 }));
        let given = Town { built_up_km2: Some(5.0), ..town.clone() };
        let mut facts = TownFacts::of(&given);
        facts.complete_from(&given, &polygons, &plane);
        assert_eq!(facts.number(Fact::BuiltUpKm2), Some(Span::exactly(5.0)));
        // Half of a polygon lies in the next town.
        let narrow = Town::blank(square(0.0, 500.0)).unwrap();
        let mut facts = TownFacts::of(&narrow);
        facts.complete_from(&narrow, &polygons[..1], &plane);
        assert_eq!(facts.number(Fact::BuiltUpKm2), Some(Span::exactly(0.25)));
    }

    #[test]
    fn what_is_drawn_twice_counts_once() {
        let (town, plane) = (Town::blank(square(0.0, 3_000.0)).unwrap(), Plane::at(111.0, 30.0).unwrap().flat());
        let mut turned = built_up(BuiltUpKind::Town, 1_500.0);
        turned.geometry.0[0].exterior_mut(|ring| ring.0.reverse());
        let polygons = [
            built_up(BuiltUpKind::Town, 0.0),
            built_up(BuiltUpKind::Urban, 500.0),
            turned,
            built_up(BuiltUpKind::Unknown, 0.0),
        ];
        let mut facts = TownFacts::of(&town);
        facts.complete_from(&town, &polygons, &plane);
        let span = facts.number(Fact::BuiltUpKm2).unwrap();
        assert!((span.low - 2.5).abs() < 1e-6 && (span.high - 2.5).abs() < 1e-6, "{span:?}");
    }

    #[test]
    fn a_name_tells_the_kind_where_the_table_does_not() {
        let named = |name: &str| kind(&Town { name: name.into(), ..Town::blank(square(0.0, 1.0)).unwrap() });
        assert_eq!(named("石门镇"), Some(TownKind::Town));
        assert_eq!(named("城关街道"), Some(TownKind::Subdistrict));
        assert_eq!(named("Vaduz"), None);
    }
}
