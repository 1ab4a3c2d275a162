//! Which time binds where (时限): five minutes for the built-up areas of cities and towns, a local target for villages.
//!
//! 建标152-2017 第十三条 speaks of stations in cities; no standard says when an engine is to be at a village in the country.

use geo::{Contains, Coord};

use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::{BuiltUp, BuiltUpKind, TownKind};
use fireplan_model::rules::{Limit, Rules};

/// Finds the limit of a place.
pub struct TimeLimits<'t, 'a> {
    local: TownRules<'a>,
    towns: &'t TownIndex<'a>,
    area: &'a StudyArea,
    /// Built-up areas of cities and towns.
    urban: Vec<&'a BuiltUp>,
}

impl<'t, 'a> TimeLimits<'t, 'a> {
    /// For the places of this area.
    pub fn new(area: &'a StudyArea, rules: &'a Rules, towns: &'t TownIndex<'a>) -> Self {
        let is_urban = |built_up: &&BuiltUp| matches!(built_up.kind, BuiltUpKind::Urban | BuiltUpKind::Town);
        Self {
            local: TownRules::new(rules, area),
            towns,
            area,
            urban: area.layers.built_up.iter().filter(is_urban).collect(),
        }
    }

    /// Whether the place lies in the built-up area of a city or town. Where nobody has drawn any, subdistricts stand for it.
    pub fn is_urban(&self, place: Coord) -> bool {
        if self.urban.is_empty() {
            let town = self.towns.at(place).map(|town| &self.area.layers.towns[town.index()]);
            return town.is_some_and(|town| town.kind == TownKind::Subdistrict);
        }
        self.urban.iter().any(|built_up| built_up.geometry.contains(&place))
    }

    /// The limit that would bind at a place if it were no built-up area, where nobody has drawn any and a subdistrict stands
    /// for one; `None`: the place is what it was taken for.
    pub fn if_village(&self, place: Coord) -> Option<&Limit> {
        let is_stand_in = self.urban.is_empty() && self.is_urban(place);
        is_stand_in.then(|| &self.local.at(self.towns, place).response.village_min)
    }

    /// The limit that binds at a place.
    pub fn at(&self, place: Coord) -> &Limit {
        let response = &self.local.at(self.towns, place).response;
        if self.is_urban(place) { &response.time_min } else { &response.village_min }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::layers::Layers;
    use fireplan_model::sketch;

    #[test]
    fn five_minutes_bind_in_towns_and_the_target_elsewhere() {
        let rules = Rules::load(None).unwrap();
        let built_up = |kind: BuiltUpKind, west: f64| BuiltUp {
            geometry: sketch::rectangle((west, 0.0), (west + 100.0, 100.0)),
            name: String::new(),
            kind,
            source_id: String::new(),
        };
        let areas = vec![built_up(BuiltUpKind::Town, 0.0), built_up(BuiltUpKind::Village, 200.0)];
        let area = sketch::area(Layers { built_up: areas, ..Layers::default() });
        let towns = TownIndex::new(&area);
        let limits = TimeLimits::new(&area, &rules, &towns);
        let key = |x: f64| limits.at(Coord { x, y: 50.0 }).key;
        assert_eq!([key(50.0), key(250.0), key(500.0)].map(|key| key.ends_with("village_min")), [false, true, true]);
    }
}
