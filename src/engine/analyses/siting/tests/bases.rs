//! What a run under a scenario proposes, taken up on the area as it is, gives what was promised: over random scenarios.

use geo::Coord;
use proptest::prelude::*;

use super::*;
use fireplan_model::scenario::{Edit, Scenario};

/// A grid of streets 2 km apart with villages anywhere and three stations.
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
        ..Layers::default()
    });
    county.boundary = rectangle((-100.0, -100.0), (8100.0, 8100.0));
    county
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
        let question = Siting { sites: SiteSource::Roads, spacing_m: 1500.0, new_stations: 2, curve_to: 2, existing, ..question() };
        let plan = run(&question, &changed);
        for proposal in plan.proposals.iter().take(1) {
            prop_assert!(proposal.scenario.edits.starts_with(&base.edits));
            prop_assert!(proposal.scenario.name.starts_with("远期＋"), "{}", proposal.scenario.name);
            let built = apply_scenario(&proposal.scenario, &county).unwrap();
            let rules = Rules::load(None).unwrap();
            let coverage = Request::Coverage(Coverage { lattice_m: 200.0, audit_places: 10, ..Coverage::default() });
            let covered = coverage.run(&Context { area: &built, rules: &rules, progress: &Silent }).unwrap();
            let (kept, promised) = (figure(&covered, "villages_percent"), figure(&plan, "covered_percent"));
            prop_assert_eq!(promised, kept, "{} % promised, {} % kept", promised, kept);
        }
    }
}
