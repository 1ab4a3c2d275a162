//! Figures of a town that several questions print, each computed in one way.

use std::convert::Infallible;
use std::sync::Arc;

use geo::{BooleanOps, BoundingRect, Intersects, MultiPolygon};

use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{BuiltUpId, TownId};
use fireplan_model::layers::{BuiltUp, Town};
use fireplan_model::plane::Plane;

/// The built-up areas `among` within a town, in square kilometres: cut at its border, and what is drawn twice counted once.
pub fn built_up_km2_in_town<'b>(town: &Town, among: impl Iterator<Item = &'b BuiltUp>, plane: &Plane) -> f64 {
    let touching = among.filter(|area| touches(town, area)).flat_map(|area| &area.geometry.0);
    plane.area_m2(&dissolve(touching).intersection(&dissolve(&town.geometry))) / 1e6
}

/// Whether the box around a built-up area touches the town.
pub fn touches(town: &Town, area: &BuiltUp) -> bool {
    let rects = town.geometry.bounding_rect().zip(area.geometry.bounding_rect());
    rects.is_some_and(|(town, area)| town.intersects(&area))
}

/// The built-up areas `among` in square kilometres, of every town and of all together.
pub struct BuiltUpLedger {
    by_town: Vec<f64>,
    /// Of all, whether they lie in a town or not.
    pub all_km2: f64,
}

impl BuiltUpLedger {
    /// Of all built-up areas, whatever their kind.
    pub fn of(area: &StudyArea) -> Arc<Self> {
        let measured = area.derived.once(0, || Ok::<_, Infallible>(Self::new(area, |_| true)));
        measured.unwrap_or_else(|never| match never {})
    }

    /// Measures these built-up areas.
    pub fn new(area: &StudyArea, among: impl Fn(BuiltUpId) -> bool) -> Self {
        let wanted = || {
            let all = BuiltUpId::first(area.layers.built_up.len()).zip(&area.layers.built_up);
            all.filter(|(id, _)| among(*id)).map(|(_, built_up)| built_up)
        };
        let by_town = area.layers.towns.iter().map(|town| built_up_km2_in_town(town, wanted(), &area.plane)).collect();
        let all: MultiPolygon = dissolve(wanted().flat_map(|built_up| &built_up.geometry.0));
        Self { by_town, all_km2: area.plane.area_m2(&all) / 1e6 }
    }

    /// Within a town; `None`: outside all towns.
    pub fn km2(&self, town: Option<TownId>) -> f64 {
        match town {
            Some(town) => self.by_town[town.index()],
            None => (self.all_km2 - self.by_town.iter().sum::<f64>()).max(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::layers::{BuiltUpKind, Layers};
    use fireplan_model::rows::Row;
    use fireplan_model::sketch::{self, rectangle};

    #[test]
    fn a_built_up_area_is_cut_at_the_border_and_counted_once() {
        let built_up = |west: f64, east: f64| BuiltUp {
            kind: BuiltUpKind::Town,
            ..BuiltUp::blank(rectangle((west, 0.0), (east, 1_000.0))).unwrap()
        };
        let town = |west: f64, east: f64| Town::blank(rectangle((west, -5_000.0), (east, 5_000.0))).unwrap();
        let towns = vec![town(0.0, 2_000.0), town(2_000.0, 4_000.0)];
        // Two that overlap by a kilometre, the second half in the other town and 500 m of it in none.
        let areas = vec![built_up(0.0, 2_000.0), built_up(1_000.0, 4_500.0)];
        let area = sketch::area(Layers { towns, built_up: areas, ..Layers::default() });
        let ledger = BuiltUpLedger::new(&area, |_| true);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 0.01 * b, "{a} {b}");
        near(ledger.km2(Some(TownId(0))), 2.0);
        near(ledger.km2(Some(TownId(1))), 2.0);
        near(ledger.km2(None), 0.5);
        near(ledger.all_km2, 4.5);
        let first = BuiltUpLedger::new(&area, |id| id == BuiltUpId(0));
        near(first.km2(Some(TownId(0))), 2.0);
        assert_eq!(first.km2(Some(TownId(1))), 0.0);
    }
}
