//! A stage taken up as a scenario gives what was promised of it: over random counties and random scenarios.

use geo::{Coord, Point};
use proptest::prelude::*;

use super::*;
use crate::analyses::{access, hydrants, water};
use crate::scenario::apply_scenario;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Feature;
use fireplan_model::grid::Grid;
use fireplan_model::layers::{
    BuiltUp, BuiltUpKind, Hydrant, HydrantKind, HydrantState, Layers, Road, StationKind, Surface, Village, WaterKind,
    WaterSource,
};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Row;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::{Edit, Scenario};
use fireplan_model::sketch::{area, rectangle, road, station, village};

/// Streets 600 m apart, some of them narrow, through a town with few hydrants; villages along them, and people everywhere.
fn county(widths_dm: &[u32], places: &[(f64, f64)]) -> StudyArea {
    let line = |at: usize| at as f64 * 600.0;
    let ends = (0..5).flat_map(|at| [[(0.0, line(at)), (2400.0, line(at))], [(line(at), 0.0), (line(at), 2400.0)]]);
    let street = |(number, ends): (usize, [(f64, f64); 2])| Road {
        source_id: format!("R{number}"),
        name: format!("{number}街"),
        width_m: Some(f64::from(widths_dm[number % widths_dm.len()]) / 10.0),
        surface: Some(Surface::Paved),
        ..road(&ends)
    };
    let people = |(number, (x, y)): (usize, &(f64, f64))| {
        let at = (*x, (y / 600.0).round() * 600.0 + 15.0);
        Village { population_people: Some(40 + 13 * number as u32), ..village(&format!("{number}村"), at) }
    };
    let hydrant = Hydrant {
        name: "旧栓".to_owned(),
        kind: HydrantKind::Pillar,
        state: HydrantState::Working,
        ..Hydrant::blank(Point::new(605.0, 605.0)).unwrap()
    };
    let pond = WaterSource {
        geometry: Point::new(2600.0, 2600.0).into(),
        name: "塘".to_owned(),
        kind: WaterKind::Pool,
        volume_m3: Some(20.0),
        width_m: None,
        perennial: Some(true),
        helicopter: None,
        source_id: "W1".to_owned(),
    };
    let town = BuiltUp {
        geometry: rectangle((500.0, 500.0), (1300.0, 1300.0)),
        name: "镇区".to_owned(),
        kind: BuiltUpKind::Town,
        source_id: "B1".to_owned(),
    };
    let approach = Road { width_m: Some(8.0), surface: Some(Surface::Paved), ..road(&[(-90.0, 0.0), (0.0, 0.0)]) };
    let mut county = area(Layers {
        roads: ends.enumerate().map(street).chain([approach]).collect(),
        stations: vec![station("甲站", (-80.0, 0.0), 1.0)],
        villages: places.iter().enumerate().map(people).collect(),
        hydrants: vec![hydrant],
        water_sources: vec![pond],
        built_up: vec![town],
        ..Layers::default()
    });
    county.boundary = rectangle((-100.0, -100.0), (2700.0, 2700.0));
    let origin = Coord { x: -100.0, y: 2700.0 };
    county.population = Some(Grid { origin, cell_m: 200.0, columns: 14, rows: 14, values: vec![7.0; 14 * 14] });
    county
}

/// An edit of a scenario that the programme is asked under.
fn edit(area: &StudyArea, kind: usize, number: usize, (x, y): (f64, f64)) -> Edit {
    let at = area.plane.lonlat_of(Coord { x, y: (y / 600.0).round() * 600.0 + 6.0 }).unwrap();
    let name = format!("新{number}");
    match kind {
        0 => Edit::CloseRoad { road: format!("R{}", 1 + number) },
        1 => Edit::WidenRoad { road: format!("R{}", 1 + number), width_m: 7.0 },
        // It bears the name that a new hydrant of the first run would have.
        2 => Edit::AddHydrant {
            name: format!("新栓{:04}", 1 + number),
            at,
            kind: HydrantKind::Pillar,
            diameter_mm: None,
            flow_l_s: None,
            pressure_mpa: None,
        },
        _ => Edit::AddStation { name, at, kind: StationKind::Small, vehicle_class: None, turnout_min: Some(1.0) },
    }
}

fn column(findings: &Findings, name: &str) -> f64 {
    let table = findings.tables.iter().find(|table| table.id == "programme_stages").unwrap();
    let at = table.columns.iter().position(|column| column.name == name).unwrap();
    table.rows.last().unwrap()[at].as_f64().unwrap()
}

/// People who have a truck's way, water and a hydrant, as the questions count them.
fn counted(area: &StudyArea) -> [f64; 3] {
    let rules = Rules::load(None).unwrap();
    let context = Context { area, rules: &rules, progress: &Silent };
    let of = |findings: &Findings, layer: &str, state: &str, has: &[&str]| {
        let layer = findings.layers.iter().find(|one| one.id == layer).unwrap();
        let at = |name: &str| layer.columns.iter().position(|column| column.name == name);
        let state = at(state).unwrap();
        let having = layer.features.iter().filter(|row| has.contains(&row.values[state].to_string().as_str()));
        // Those of a built-up area are estimated, and stand in a column of their own.
        let columns = ["population_people", "estimated_people"].map(at);
        let people =
            |row: &Feature| columns.into_iter().flatten().filter_map(|at| row.values[at].as_f64()).sum::<f64>();
        having.map(people).sum::<f64>()
    };
    let access = access::FireAccess::default().run(&context).unwrap();
    let water = water::WaterSupply::default().run(&context).unwrap();
    let hydrants = hydrants::Hydrants::default().run(&context).unwrap();
    let without = hydrants.figures.iter().find(|figure| figure.name == "people_without_water").unwrap();
    [
        of(&access, "access_villages", "access", &["standard"]),
        of(&water, "water_villages", "supply", &["mains", "at_hand", "relay", "shuttle"]),
        -without.value.unwrap(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn a_stage_keeps_its_promise_under_any_scenario(
        widths_dm in prop::collection::vec(prop::sample::select(vec![25_u32, 28, 60, 70]), 10),
        places in prop::collection::vec((0.0..2400.0, 0.0..2400.0), 4..9),
        kinds in prop::collection::vec((0_usize..4, (100.0..2300.0, 100.0..2300.0)), 0..4),
        budget_wan_yuan in 30_u32..400,
    ) {
        let county = county(&widths_dm, &places);
        let is_one = |edit: &Edit| {
            apply_scenario(&Scenario { name: "试".to_owned(), edits: vec![edit.clone()] }, &county).is_ok()
        };
        let edits = kinds.iter().enumerate().map(|(number, (kind, place))| edit(&county, *kind, number, *place));
        let base = Scenario { name: "远期".to_owned(), edits: edits.filter(is_one).collect() };
        let changed = apply_scenario(&base, &county).unwrap();
        let rules = Rules::load(None).unwrap();
        let question = Programme { budgets: budget_wan_yuan.to_string(), ..Programme::default() };
        let findings = question.run(&Context { area: &changed, rules: &rules, progress: &Silent }).unwrap();
        let told: Vec<&str> = findings.notes.iter().map(|note| note.text.zh.as_str()).collect();
        prop_assert!(!told.iter().any(|text| text.contains("不能直接作为方案采用")), "{told:?}");
        let stage = findings.proposals.iter().find(|proposal| proposal.title.zh.starts_with("投资"));
        let Some(stage) = stage else { return Ok(()) };
        prop_assert!(stage.scenario.edits.starts_with(&base.edits));
        let built = apply_scenario(&stage.scenario, &county).unwrap();
        let (before, after) = (counted(&changed), counted(&built));
        for (at, name) in ["truck_people", "water_people", "hydrant_people"].into_iter().enumerate() {
            prop_assert_eq!(column(&findings, name), after[at] - before[at], "{}", name);
        }
    }
}
