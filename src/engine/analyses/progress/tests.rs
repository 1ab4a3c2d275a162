//! Plans of a few projects with known answers.

use super::*;
use fireplan_model::findings::Verdict;
use fireplan_model::layers::{Layers, Project, ProjectKind, ProjectState, Road, Station, StationKind, Village};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Row;
use fireplan_model::rules::{Choice, Rules};
use fireplan_model::sketch;
use geo::Point;

fn project(name: &str, x: f64, year: Option<u32>, state: ProjectState) -> Project {
    Project {
        name: name.into(),
        kind: ProjectKind::Station,
        station_kind: StationKind::FirstClass,
        plan_year: year,
        state,
        ..Project::blank(Point::new(x, 0.0)).unwrap()
    }
}

fn station(name: &str, x: f64) -> Station {
    let point = Point::new(x, 0.0);
    Station { name: name.into(), kind: StationKind::FirstClass, ..Station::blank(point).unwrap() }
}

/// A road of 60 km with a village every 10 km.
fn layers(stations: Vec<Station>, projects: Vec<Project>) -> Layers {
    let road = Road { width_m: Some(10.0), ..sketch::road(&[(0.0, 0.0), (60_000.0, 0.0)]) };
    let village = |at: u32| Village {
        name: format!("{at}村"),
        population_people: Some(100),
        ..Village::blank(Point::new(f64::from(at) * 10_000.0 + 5.0, 0.0)).unwrap()
    };
    Layers { roads: vec![road], stations, projects, villages: (0..=6).map(village).collect(), ..Layers::default() }
}

fn run(layers: Layers, as_of: Option<&str>) -> Findings {
    let area = sketch::area(layers);
    let choice = Choice { as_of: as_of.map(str::to_owned), ..Choice::default() };
    let rules = Rules::load_choice(choice).unwrap();
    PlanProgress {}.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap()
}

fn cells(findings: &Findings, table: &str, column: &str) -> Vec<String> {
    let table = findings.tables.iter().find(|one| one.id == table).unwrap();
    let at = table.columns.iter().position(|one| one.name == column).unwrap();
    table.rows.iter().map(|row| row[at].to_string()).collect()
}

#[test]
fn a_year_is_overdue_only_after_its_last_day_and_only_by_a_stated_day() {
    let projects = || {
        vec![
            project("甲站", 10_000.0, Some(2024), ProjectState::Built),
            project("乙站", 30_000.0, Some(2024), ProjectState::Building),
            project("丙站", 50_000.0, Some(2025), ProjectState::Planned),
            project("丁站", 59_000.0, Some(2025), ProjectState::Cancelled),
        ]
    };
    let overdue =
        |as_of| cells(&run(layers(vec![station("现站", 0.0)], projects()), as_of), "progress_years", "overdue");
    assert_eq!(overdue(None), ["", ""], "without a day nobody knows what is late");
    assert_eq!(overdue(Some("2024-12-31")), ["0", "0"]);
    assert_eq!(overdue(Some("2025-01-01")), ["1", "0"]);
    assert_eq!(overdue(Some("2026-01-01")), ["1", "1"]);
    let checks = run(layers(Vec::new(), projects()), Some("2025-01-01")).checks;
    assert_eq!(
        checks.iter().map(|check| (check.subject.as_str(), check.measured)).collect::<Vec<_>>(),
        [("2024年度计划", Some(50.0))]
    );
    assert_eq!(checks[0].verdict, Verdict::Warn);
    assert_eq!(checks[0].obliged.due, "2024-12-31");
}

#[test]
fn what_was_given_up_is_no_part_of_the_share_that_is_built() {
    let projects = vec![
        project("甲站", 10_000.0, Some(2024), ProjectState::Built),
        project("乙站", 30_000.0, Some(2024), ProjectState::Planned),
        project("丙站", 40_000.0, Some(2024), ProjectState::Cancelled),
        project("丁站", 50_000.0, Some(2025), ProjectState::Cancelled),
    ];
    let findings = run(layers(vec![station("现站", 0.0)], projects), Some("2026-01-01"));
    let built = findings.figures.iter().find(|figure| figure.name == "built_percent").unwrap();
    assert_eq!(built.value, Some(50.0), "{}", built.remark.zh);
    assert_eq!(cells(&findings, "progress_years", "built_percent"), ["50", ""]);
    let held: Vec<&str> = findings.checks.iter().map(|check| check.subject.as_str()).collect();
    assert_eq!(held, ["2024年度计划"], "of a year whose every project was given up nothing is late");
}

#[test]
fn what_the_plan_has_built_is_taken_away_for_before_and_what_it_will_build_is_added() {
    let stations = vec![station("现站", 0.0), station("甲消防站", 20_050.0)];
    let projects = vec![
        project("甲站", 20_000.0, Some(2024), ProjectState::Built),
        project("乙站", 40_000.0, Some(2025), ProjectState::Planned),
        project("丙站", 60_000.0, Some(2026), ProjectState::Cancelled),
    ];
    let findings = run(layers(stations, projects), None);
    let keys = cells(&findings, "progress_coverage", "key");
    let at = keys.iter().position(|key| key == "villages_percent").unwrap_or_else(|| panic!("{keys:?}"));
    let of = |column: &str| cells(&findings, "progress_coverage", column)[at].parse::<f64>().unwrap();
    let (before, now, planned) = (of("before"), of("now"), of("planned"));
    assert!(before < now && now < planned, "{before} {now} {planned}");
    assert!(planned < 100.0, "the station that was given up is not counted");
}

#[test]
fn a_built_station_that_the_map_lacks_counts_for_nothing_now_and_is_told() {
    let projects = vec![project("甲站", 20_000.0, Some(2024), ProjectState::Built)];
    let layers = layers(vec![station("现站", 0.0)], projects);
    let findings = run(layers.clone(), None);
    let mut notes = Notes::default();
    fireplan_model::doctor::examine(&sketch::area(layers), &mut notes);
    let notes = notes.into_vec();
    assert!(notes.iter().any(|note| note.text.zh.contains("消防站图层没有的队站")), "{notes:?}");
    let now = cells(&findings, "progress_coverage", "now");
    assert_eq!(now, cells(&findings, "progress_coverage", "before"));
    assert_ne!(now, cells(&findings, "progress_coverage", "planned"));
}

#[test]
fn a_project_without_year_or_state_is_told_and_not_guessed() {
    let projects = vec![
        project("甲站", 20_000.0, None, ProjectState::Built),
        project("乙站", 30_000.0, Some(2024), ProjectState::Unknown),
    ];
    let findings = run(layers(vec![station("现站", 0.0)], projects), Some("2026-01-01"));
    assert!(findings.notes.iter().any(|note| note.text.zh.contains("没有写明计划年度")));
    assert_eq!(cells(&findings, "progress_years", "planned"), ["1"]);
    assert_eq!(findings.checks[0].verdict, Verdict::Undetermined);
}
