//! Hand-drawn networks whose necks are known.

mod closures;
mod lanes;
mod necks;
mod obstacles;
mod openings;
mod places;
mod promises;
mod slopes;
mod small_engines;
mod unstated;

use geo::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::ways::PassReading;
use super::*;
use crate::response::passage::passable::{Passable, Passes};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Verdict;
use fireplan_model::grid::Grid;
use fireplan_model::layers::{
    Building, BuiltUp, BuiltUpKind, Layers, Oneway, Road, RoadArea, RoadAreaKind, RoadClass, Station, Surface, Town,
    Village,
};
use fireplan_model::progress::Silent;
use fireplan_model::rows::{Cell, Value};
use fireplan_model::scenario::{Edit, Edits, Scenario};
use fireplan_model::sketch::{area, rectangle, road, station, village};

/// A road of which everything is known and nothing stops anybody.
fn sound(points: &[(f64, f64)]) -> Road {
    Road { width_m: Some(6.0), surface: Some(Surface::Paved), ..road(points) }
}

fn named(id: &str, road: Road) -> Road {
    Road { source_id: id.to_owned(), ..road }
}

fn layers(roads: Vec<Road>, villages: Vec<Village>) -> Layers {
    Layers { roads, villages, stations: vec![station("甲站", (0.0, 0.0), 1.0)], ..Layers::default() }
}

fn run(layers: Layers) -> Findings {
    ask(&FireAccess::default(), &area(layers))
}

fn ask(question: &FireAccess, area: &StudyArea) -> Findings {
    let rules = Rules::load(None).unwrap();
    question.run(&Context { area, rules: &rules, progress: &Silent }).unwrap()
}

/// The values of a column of a layer; none if there is no such layer.
fn column(findings: &Findings, layer: &str, name: &str) -> Vec<Value> {
    let Some(layer) = findings.layers.iter().find(|found| found.id == layer) else { return Vec::new() };
    let at = layer.columns.iter().position(|column| column.name == name).unwrap();
    layer.features.iter().map(|feature| feature.values[at].clone()).collect()
}

fn texts(findings: &Findings, layer: &str, name: &str) -> Vec<String> {
    column(findings, layer, name).iter().map(Value::to_string).collect()
}

fn numbers(findings: &Findings, layer: &str, name: &str) -> Vec<f64> {
    column(findings, layer, name).iter().filter_map(Value::as_f64).collect()
}

/// All edits that the rows of a layer propose.
fn proposed(findings: &Findings, layer: &str) -> Vec<Edit> {
    let cells = column(findings, layer, "edits");
    cells.iter().filter_map(|cell| Edits::parse(&cell.to_string())).flat_map(|edits| edits.0).collect()
}

fn access(findings: &Findings) -> Vec<String> {
    texts(findings, "access_villages", "access")
}

/// A sound road, 500 m of another, a sound road; a village at its end.
fn with_neck(neck: Road) -> Layers {
    let roads = vec![
        sound(&[(0.0, 0.0), (2000.0, 0.0)]),
        named("颈", Road { geometry: vec![(2000.0, 0.0), (2500.0, 0.0)].into(), ..neck }),
        sound(&[(2500.0, 0.0), (3000.0, 0.0)]),
    ];
    layers(roads, vec![village("村", (3000.0, 20.0))])
}

/// What was found, to be looked at from within.
fn look<T>(layers: Layers, question: &FireAccess, see: impl FnOnce(&AccessRun, &[villages::PlaceOutcome]) -> T) -> T {
    let (area, rules) = (area(layers), Rules::load(None).unwrap());
    let context = Context { area: &area, rules: &rules, progress: &Silent };
    let response = ResponseTimes::from_dispatch(question.dispatch(), &context, &mut Notes::default()).unwrap();
    let streets = StreetGraph::new(&area, &rules);
    let of_class = |class: &VehicleClass| Fleet::new(&area, &rules, &streets, *class, &response.starts).unwrap();
    let fleets: Vec<Fleet> = dispatched::classes(&response).iter().map(of_class).collect();
    let towns = TownIndex::new(&area);
    let reached = |segment: SegmentId| fleets.iter().any(|fleet| fleet.reaches(segment, PassReading::Free));
    let lanes = Lanes::new(&area, &rules);
    let places = settlements::gather(&area, &rules, (&towns, &lanes), &reached, &mut Notes::default());
    let references = crate::scenario::road_references(&area);
    let suspected = SuspectedLinks::new(&area, &fleets);
    let facts = facts_of(&area, &rules);
    let run =
        AccessRun { area: &area, rules: &rules, facts, response, fleets, places, towns, references, suspected, lanes };
    let outcomes = villages::judge(&run).unwrap();
    see(&run, &outcomes)
}

/// A road area with these corners.
fn carriageway(points: &[(f64, f64)]) -> RoadArea {
    let ring = LineString::from(points.to_vec());
    RoadArea {
        geometry: MultiPolygon(vec![Polygon::new(ring, Vec::new())]),
        name: String::new(),
        kind: RoadAreaKind::Carriageway,
        source_id: String::new(),
    }
}

/// A 4 × 4 grid of streets with these widths in decimetres, villages at three corners.
fn town(widths_dm: &[u32]) -> Layers {
    let width_m = |width_dm: &u32| (*width_dm > 0).then(|| f64::from(*width_dm) / 10.0);
    let street = |number: usize| Road { width_m: width_m(&widths_dm[number % widths_dm.len()]), ..sound(&[]) };
    town_of(street)
}

/// The same with any streets, their geometry left to the grid.
fn town_of(street: impl Fn(usize) -> Road) -> Layers {
    let line = |at: usize| at as f64 * 400.0;
    let mut roads = Vec::new();
    for a in 0..4 {
        for b in 0..3 {
            for ends in [[(line(b), line(a)), (line(b + 1), line(a))], [(line(a), line(b)), (line(a), line(b + 1))]] {
                let geometry = LineString::from(ends.to_vec());
                roads.push(named(&roads.len().to_string(), Road { geometry, ..street(roads.len()) }));
            }
        }
    }
    let far = line(3);
    let mut villages = vec![village("东", (far, 0.0)), village("北", (0.0, far)), village("角", (far, far))];
    villages[1].population_people = Some(250);
    roads.push(sound(&[(-500.0, 0.0), (0.0, 0.0)]));
    Layers { stations: vec![station("甲站", (-500.0, 0.0), 1.0)], ..layers(roads, villages) }
}

/// A street of which every limit is stated, or not.
fn limited() -> impl Strategy<Value = Road> {
    let tenths =
        |range: std::ops::Range<u32>| prop::option::weighted(0.5, range.prop_map(|tenths| f64::from(tenths) / 10.0));
    let surface = prop::option::of(prop::sample::select(vec![Surface::Paved, Surface::Gravel, Surface::Earth]));
    let class =
        prop::sample::select(vec![RoadClass::Secondary, RoadClass::Residential, RoadClass::Track, RoadClass::Path]);
    let facts = (tenths(12..45), tenths(18..45), tenths(3..250), tenths(50..300), surface);
    (facts, class, prop::bool::weighted(0.15), any::<bool>()).prop_map(
        |((width_m, clear_height_m, load_t, slope_percent, surface), class, closed, bridge)| Road {
            width_m,
            clear_height_m,
            load_t,
            slope_percent,
            surface,
            class,
            access: if closed { fireplan_model::layers::Access::Closed } else { fireplan_model::layers::Access::Open },
            bridge,
            ..road(&[])
        },
    )
}

fn weak_bridge() -> Road {
    named("桥", Road { bridge: true, load_t: Some(10.0), ..sound(&[(2000.0, 0.0), (2020.0, 0.0)]) })
}

fn behind_bridge(detour: bool) -> Layers {
    let mut roads = vec![sound(&[(0.0, 0.0), (2000.0, 0.0)]), weak_bridge(), sound(&[(2020.0, 0.0), (3000.0, 0.0)])];
    if detour {
        roads.push(sound(&[(1000.0, 0.0), (1000.0, 1000.0), (2500.0, 1000.0), (2500.0, 0.0)]));
    }
    layers(roads, vec![village("桥头", (3000.0, 0.0)), village("近村", (500.0, 0.0))])
}
