//! Areas of responsibility against the clauses about them.

use std::collections::BTreeSet;

use geo::{BooleanOps, Line, LinesIter, MultiPolygon};

use super::rows::ResponsibilityArea;
use crate::response::station_areas::{StationGround, UrbanShare, count_supporting, hold_ground, is_urban};
use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Check;
use fireplan_model::rules::Rules;

/// Every area against its caps, and that of a small station against whom it adjoins. What the caps count is the built-up ground
/// in an area: the open country between towns takes no station.
pub(super) fn checks(study: &StudyArea, rules: &Rules, areas: &[ResponsibilityArea]) -> Vec<Check> {
    let shape = |urban: Option<bool>| {
        let built_up = study.layers.built_up.iter().filter(|built_up| is_urban(built_up.kind) == urban);
        dissolve(built_up.flat_map(|built_up| &built_up.geometry.0))
    };
    let (urban, perhaps) = (shape(Some(true)), shape(None));
    let borders: Vec<BTreeSet<BorderPiece>> = areas.iter().map(|area| border_of(&area.geometry)).collect();
    let mut checks = Vec::new();
    for ((number, area), id) in areas.iter().enumerate().zip(1..) {
        let km2 = |shape: &MultiPolygon| study.plane.area_m2(&area.geometry.intersection(shape)) / 1e6;
        let beside = areas
            .iter()
            .zip(&borders)
            .enumerate()
            .filter(|(other, (_, border))| *other != number && !borders[number].is_disjoint(border));
        let ground = StationGround {
            name: &area.name,
            kind: area.kind,
            area_km2: Some(area.built_up_km2),
            urban: UrbanShare::of(study, km2(&urban), km2(&perhaps), area.area_km2),
            supporting: count_supporting(beside.map(|(_, (other, _))| other.kind)),
        };
        checks.extend(hold_ground(rules, &ground).into_iter().map(|check| check.about("siting_areas", id)));
    }
    checks
}

/// A straight piece of an outline, without direction, bit by bit: neighbours share every vertex of their border.
type BorderPiece = [(u64, u64); 2];

fn border_of(area: &MultiPolygon) -> BTreeSet<BorderPiece> {
    let piece = |line: Line| {
        let mut ends = [line.start, line.end].map(|at| (at.x.to_bits(), at.y.to_bits()));
        ends.sort_unstable();
        ends
    };
    area.lines_iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::super::rows::Role;
    use super::*;
    use fireplan_model::findings::Verdict;
    use fireplan_model::layers::{BuiltUp, BuiltUpKind, Layers, StationKind};
    use fireplan_model::rows::Row;
    use fireplan_model::sketch::{area, rectangle};

    fn ground(name: &str, kind: StationKind, west: f64, built_up_km2: f64) -> ResponsibilityArea {
        ResponsibilityArea {
            geometry: rectangle((west, 0.0), (west + 5_000.0, 5_000.0)),
            name: name.to_owned(),
            role: Role::Kept,
            kind,
            area_km2: 25.0,
            built_up_km2,
            cap_km2: None,
        }
    }

    fn verdict(checks: &[Check], name: &str, rule: &str) -> Option<Verdict> {
        checks.iter().find(|check| check.subject == name && check.rule == rule).map(|check| check.verdict)
    }

    #[test]
    fn areas_are_held_by_where_they_lie_and_whom_they_adjoin() {
        let city =
            BuiltUp { kind: BuiltUpKind::Urban, ..BuiltUp::blank(rectangle((0.0, 0.0), (5_000.0, 4_000.0))).unwrap() };
        let study = area(Layers { built_up: vec![city], ..Layers::default() });
        let areas = [
            ground("城", StationKind::FirstClass, 0.0, 20.0),
            ground("郊", StationKind::SecondClass, 5_000.0, 16.0),
            ground("小", StationKind::Small, 10_000.0, 1.0),
            ground("远小", StationKind::Small, 20_000.0, 1.0),
        ];
        let checks = checks(&study, &Rules::load(None).unwrap(), &areas);
        assert_eq!(verdict(&checks, "城", "station.area_suburb_km2"), None);
        assert_eq!(verdict(&checks, "郊", "station.area_suburb_km2"), Some(Verdict::Fail));
        assert_eq!(verdict(&checks, "小", "station.small_adjoins"), Some(Verdict::Pass));
        assert_eq!(verdict(&checks, "远小", "station.small_adjoins"), Some(Verdict::Fail));
        assert_eq!(verdict(&checks, "城", "station.small_adjoins"), None);
    }
}
