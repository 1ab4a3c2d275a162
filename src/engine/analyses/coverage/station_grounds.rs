//! The area of every station: the places of the lattice that it is first to reach in time, how much of them is urban, and whose
//! areas lie next to it.

use std::collections::{BTreeMap, BTreeSet};

use super::bands::Sampled;
use crate::response::station_areas::{StationGround, UrbanShare, count_supporting, hold_ground, is_urban};
use crate::response::times::ResponseTimes;
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Check;
use fireplan_model::ids::StationId;

use super::crews::StationReach;

/// What one station is first to reach in time, in places of the lattice.
#[derive(Default)]
struct FirstPlaces {
    all: usize,
    urban: usize,
    /// In a built-up area of which the kind is not known.
    perhaps: usize,
    /// Stations that are first right beside.
    adjoining: BTreeSet<StationId>,
}

/// Every station against the clauses on its area, in the order of the layer.
pub(super) fn checks(run: &ResponseTimes, sampled: Option<&Sampled>, stations: &[StationReach]) -> Vec<Check> {
    let grounds = sampled.map(|sampled| first_places(run, sampled));
    let none = FirstPlaces::default();
    let mut checks = Vec::new();
    for ((row, station), id) in stations.iter().zip(StationId::first(stations.len())).zip(1..) {
        let ground = grounds.as_ref().map(|grounds| grounds.get(&station).unwrap_or(&none));
        let ground = ground.filter(|_| row.turnout_min.is_some());
        let kind_of = |other: &StationId| run.area.layers.stations[other.index()].kind;
        let ground = StationGround {
            name: &row.name,
            kind: row.kind,
            area_km2: row.first_area_km2.filter(|_| row.turnout_min.is_some()),
            urban: ground.map_or(UrbanShare::UNKNOWN, |ground| {
                UrbanShare::of(run.area, ground.urban as f64, ground.perhaps as f64, ground.all as f64)
            }),
            supporting: ground.and_then(|ground| count_supporting(ground.adjoining.iter().map(kind_of))),
        };
        checks.extend(hold_ground(run.rules, &ground).into_iter().map(|check| check.about("coverage_stations", id)));
    }
    checks
}

fn first_places(run: &ResponseTimes, sampled: &Sampled) -> BTreeMap<StationId, FirstPlaces> {
    let (urban, perhaps) = (built_up(run.area, Some(true)), built_up(run.area, None));
    let mut grounds: BTreeMap<StationId, FirstPlaces> = BTreeMap::new();
    for number in sampled.numbers() {
        let Some(first) = sampled.first_within(number, run.budget_ms) else { continue };
        let place = sampled.place(number);
        let ground = grounds.entry(first).or_default();
        ground.all += 1;
        if urban.contains(place) {
            ground.urban += 1;
        } else if perhaps.contains(place) {
            ground.perhaps += 1;
        }
        for beside in sampled.before(number) {
            let other = sampled.first_within(beside, run.budget_ms).filter(|other| *other != first);
            if let Some(other) = other {
                grounds.entry(first).or_default().adjoining.insert(other);
                grounds.entry(other).or_default().adjoining.insert(first);
            }
        }
    }
    grounds
}

/// The built-up areas that are urban, or of which that is not known.
fn built_up(area: &StudyArea, urban: Option<bool>) -> AreaIndex {
    let wanted = area.layers.built_up.iter().filter(|built_up| is_urban(built_up.kind) == urban);
    AreaIndex::new(&dissolve(wanted.flat_map(|built_up| &built_up.geometry.0)).0)
}
