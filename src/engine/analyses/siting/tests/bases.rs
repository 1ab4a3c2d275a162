//! What a run under a scenario proposes, taken up on the area as it is, gives what was promised: over random scenarios.

use geo::Coord;
use proptest::prelude::*;

use super::*;
use crate::scenario::apply_kept;
use fireplan_model::layers::{Building, BuiltUp, BuiltUpKind, Obstacle, ObstaclePassage};
use fireplan_model::scenario::{Edit, Scenario};

/// A grid of streets 2 km apart with villages anywhere, houses and built-up land off the streets, and three stations.
fn county(villages: &[(f64, f64)]) -> StudyArea {
    let line = |at: usize| at as f64 * 2000.0;
    let along = (0..5).map(|at| road(&[(0.0, line(at)), (8000.0, line(at))]));
    let across = (0..5).map(|at| road(&[(line(at), 0.0), (line(at), 8000.0)]));
    let mut county = area(Layers {
        roads: along.chain(across).collect(),
        stations: vec![
            station("甲站", (0.0, 0.0), 1.0),
            station("乙站", (8000.0, 8000.0), 1.0),
            station("丙站", (0.0, 8000.0), 1.0),
        ],
        villages: villages.iter().enumerate().map(|(at, place)| village(&format!("{at}村"), *place)).collect(),
        buildings: villages.iter().flat_map(|(x, y)| [(*x, y + 90.0), (x + 140.0, y - 70.0)].map(house)).collect(),
        built_up: villages.iter().take(2).map(|(x, y)| settled(*x, *y)).collect(),
        ..Layers::default()
    });
    county.boundary = rectangle((-100.0, -100.0), (8100.0, 8100.0));
    county
}

fn house((x, y): (f64, f64)) -> Building {
    Building::blank(rectangle((x, y), (x + 10.0, y + 10.0))).unwrap()
}

fn settled(x: f64, y: f64) -> BuiltUp {
    BuiltUp {
        kind: BuiltUpKind::Town,
        ..BuiltUp::blank(rectangle((x - 310.0, y - 170.0), (x + 275.0, y + 230.0))).unwrap()
    }
}

/// What is counted, and the figure of coverage that tells it.
const COUNTED: [(Counted, &str); 4] = [
    (Counted::Villages, "villages_percent"),
    (Counted::Buildings, "buildings_percent"),
    (Counted::BuiltUp, "built_up_percent"),
    (Counted::People, "people_percent"),
];

/// What a plan promises, and what coverage finds of the area with the plan taken up.
fn promised_and_kept(plan: &Findings, area: &StudyArea, name: &str) -> (f64, f64) {
    let built = apply_kept(&plan.proposals[0].kept(), area).unwrap();
    let rules = Rules::load(None).unwrap();
    let coverage = Request::Coverage(Coverage { bands_min: Vec::new(), audit_places: 10, ..Coverage::default() });
    let covered = coverage.run(&Context { area: &built, rules: &rules, progress: &Silent }).unwrap();
    (figure(plan, "covered_percent"), figure(&covered, name))
}

/// A new road brings crews to what lies behind a block; the stations that may be moved serve it from other roads than those that a
/// plan puts in their place.
#[test]
fn a_plan_that_moves_stations_under_a_new_road_keeps_its_promise() {
    let lane = |x: f64| road(&[(x, 0.0), (x, 800.0)]);
    let along_street = (0..88).map(|at| (100.0 * f64::from(at), 60.0));
    let along_lanes =
        [1000.0, 3500.0].into_iter().flat_map(|x| (1..9).map(move |at| (x + 70.0, 100.0 * f64::from(at))));
    let drawn = Layers {
        roads: vec![road(&[(0.0, 0.0), (9000.0, 0.0)]), lane(1000.0), lane(3500.0)],
        stations: vec![station("一站", (10.0, 10.0), 1.0), station("二站", (8990.0, 10.0), 3.0)],
        buildings: along_street.chain(along_lanes).map(house).collect(),
        built_up: vec![BuiltUp {
            kind: BuiltUpKind::Town,
            ..BuiltUp::blank(rectangle((-200.0, -300.0), (9200.0, 900.0))).unwrap()
        }],
        obstacles: vec![Obstacle {
            passage: ObstaclePassage::Fixed,
            clear_width_m: Some(2.0),
            ..Obstacle::blank(Point::new(3500.0, 400.0)).unwrap()
        }],
        ..Layers::default()
    };
    let mut area = area(drawn);
    area.boundary = rectangle((-500.0, -2500.0), (9500.0, 2500.0));
    let lonlat = |x: f64, y: f64| {
        let mut at = [Coord { x, y }];
        area.plane.to_lonlat(&mut at).unwrap();
        [at[0].x, at[0].y]
    };
    let line = vec![lonlat(3500.0, 800.0), lonlat(4500.0, 800.0), lonlat(4500.0, 0.0)];
    let class = RoadClass::Residential;
    let new = Edit::AddRoad { name: "新路".to_owned(), line, class, width_m: Some(7.0), load_t: None, bridge: false };
    let changed = apply_scenario(&Scenario { name: "近期".to_owned(), edits: vec![new] }, &area).unwrap();
    for (counted, name) in [COUNTED[1], COUNTED[2]] {
        let question = Siting {
            counted,
            sites: SiteSource::Roads,
            spacing_m: 700.0,
            new_stations: 2,
            curve_to: 2,
            existing: ExistingPolicy::Movable,
            ..question()
        };
        let plan = run(&question, &changed);
        let (promised, kept) = promised_and_kept(&plan, &area, name);
        assert_eq!(promised, kept, "{name}");
    }
}

/// One of the edits that a base may be made of, at a place.
fn edit(area: &StudyArea, kind: usize, number: usize, (x, y): (f64, f64)) -> Edit {
    let lonlat = |x: f64, y: f64| {
        let mut at = [Coord { x, y }];
        area.plane.to_lonlat(&mut at).unwrap();
        [at[0].x, at[0].y]
    };
    let name = format!("新{number}");
    let stations = ["甲站", "乙站", "丙站"];
    let station = stations[number % stations.len()].to_owned();
    match kind {
        0 => Edit::CloseStation { station },
        1 => Edit::MoveStation { station, to: lonlat(x, (y / 2000.0).round() * 2000.0 + 5.0) },
        2 => Edit::CloseRoad { road: format!("#{}", 1 + number) },
        3 => {
            let line = vec![lonlat(x, 0.0), lonlat(y, 8000.0)];
            let class = RoadClass::Residential;
            Edit::AddRoad { name, line, class, width_m: Some(7.0), load_t: None, bridge: false }
        }
        _ => {
            let at = lonlat(x, (y / 2000.0).round() * 2000.0 + 5.0);
            Edit::AddStation { name, at, kind: StationKind::Small, vehicle_class: None, turnout_min: Some(1.0) }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_proposal_contains_its_base_and_keeps_its_promise(
        villages in prop::collection::vec((0.0..8000.0, 0.0..8000.0), 4..12),
        kinds in prop::collection::vec((0_usize..5, (100.0..7900.0, 100.0..7900.0)), 1..4),
        movable in any::<bool>(),
        counted in 0_usize..4,
    ) {
        // Villages stand beside a street, so that all are served.
        let villages: Vec<(f64, f64)> =
            villages.into_iter().map(|(x, y): (f64, f64)| (x, (y / 2000.0).round() * 2000.0 + 20.0)).collect();
        let county = county(&villages);
        let edits: Vec<Edit> =
            kinds.iter().enumerate().map(|(number, (kind, place))| edit(&county, *kind, number, *place)).collect();
        let base = Scenario { name: "远期".to_owned(), edits };
        let changed = apply_scenario(&base, &county).unwrap();
        let existing = if movable { ExistingPolicy::Movable } else { ExistingPolicy::Kept };
        let (counted, name) = COUNTED[counted];
        let sites = SiteSource::Roads;
        let question = Siting { counted, sites, spacing_m: 1500.0, new_stations: 2, curve_to: 2, existing, ..question() };
        let plan = run(&question, &changed);
        if let Some(proposal) = plan.proposals.first() {
            prop_assert!(proposal.scenario.edits.starts_with(&base.edits));
            prop_assert!(proposal.scenario.name.starts_with("远期＋"), "{}", proposal.scenario.name);
            let (promised, kept) = promised_and_kept(&plan, &county, name);
            prop_assert_eq!(promised, kept, "{}: {} % promised, {} % kept", name, promised, kept);
        }
    }
}
