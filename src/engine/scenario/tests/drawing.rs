//! What the tests of scenarios draw, and what is told of it.

use geo::Coord;

use crate::scenario::*;
use fireplan_model::layers::{Layers, Road, RoadClass};
use fireplan_model::network::{Network, Topology};
use fireplan_model::notes::Notes;
use fireplan_model::plane::PointScale;
use fireplan_model::scenario::Edit;
use fireplan_model::sketch;

pub(super) fn named(id: &str, road: Road) -> Road {
    Road { source_id: id.to_owned(), name: format!("{id}路"), ..road }
}

pub(super) fn street() -> Road {
    named("R1", sketch::road(&[(0.0, 0.0), (3000.0, 0.0)]))
}

/// A street, and at 1 km to the north of it a road of some kind.
pub(super) fn area_with(other: Road) -> StudyArea {
    sketch::area(Layers { roads: vec![street(), other], ..Layers::default() })
}

pub(super) fn across(make: impl Fn(Road) -> Road) -> Road {
    make(named("R2", sketch::road(&[(0.0, 1000.0), (1500.0, 1000.0), (3000.0, 1000.0)])))
}

/// The same roads as a source with vertex ids would give them.
pub(super) fn with_ids(mut area: StudyArea) -> StudyArea {
    let vertex_ids: Vec<Vec<i64>> = (0..)
        .zip(&area.layers.roads)
        .map(|(at, road)| (100 * at + 1..).take(road.geometry.0.len()).collect())
        .collect();
    let topology = Topology { vertex_ids, ..Topology::default() };
    let roads = (&area.layers.roads[..], &area.layers.obstacles[..]);
    area.network = Network::build(roads, &topology, (PointScale::Flat, None), &mut Notes::default()).into();
    area
}

pub(super) fn lonlat(area: &StudyArea, x: f64, y: f64) -> [f64; 2] {
    let mut at = [Coord { x, y }];
    area.plane.to_lonlat(&mut at).unwrap();
    [at[0].x, at[0].y]
}

pub(super) fn draw(area: &StudyArea, name: &str, points: &[(f64, f64)]) -> Edit {
    Edit::AddRoad {
        name: name.to_owned(),
        line: points.iter().map(|(x, y)| lonlat(area, *x, *y)).collect(),
        class: RoadClass::Residential,
        width_m: Some(6.0),
        load_t: None,
        bridge: false,
    }
}

pub(super) fn plan(edits: Vec<Edit>) -> Scenario {
    Scenario { name: "近期".to_owned(), edits }
}

pub(super) fn remarks(changed: &StudyArea) -> Vec<String> {
    changed.applied.as_ref().unwrap().remarks.iter().map(|remark| remark.text.zh.clone()).collect()
}

pub(super) fn tells(changed: &StudyArea, what: &str) -> bool {
    let told = remarks(changed).iter().any(|text| text.contains(what));
    let noted = changed.notes.iter().any(|note| {
        what.contains(note.text.zh.as_str())
            || note.text.zh.contains(what)
            || note.examples.iter().any(|example| example.contains(what))
    });
    told && noted
}

pub(super) fn told_refusal(area: &StudyArea, edits: Vec<Edit>) -> String {
    apply_scenario(&plan(edits), area).map_or_else(|error| format!("{error:#}"), |_| panic!("it applies"))
}
