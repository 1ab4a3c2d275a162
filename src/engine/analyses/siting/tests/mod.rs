//! Hand-drawn areas whose best plan is known on paper, and small random ones against trying every plan.

mod areas;
mod bases;

use crate::scenario::apply_scenario;
use geo::Point;
use proptest::prelude::*;

use super::*;
use crate::analyses::coverage::Coverage;
use crate::request::Request;
use crate::response::dispatch::Dispatch;
use crate::response::times::ResponseTimes;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::layers::{Candidate, CrowdedPlace, Hazard, Layers, Station, Village, WaterKind, WaterSource};
use fireplan_model::progress::Silent;
use fireplan_model::rows::{Label, Row, Value};
use fireplan_model::rules::Rules;
use fireplan_model::sketch::{area, rectangle, road, station, village};

fn candidate(name: &str, (x, y): (f64, f64)) -> Candidate {
    Candidate { name: name.to_owned(), ..Candidate::blank(Point::new(x, y)).unwrap() }
}

#[test]
fn a_station_that_is_hardly_sooner_than_those_there_are_does_not_come_first() {
    // Option 1 newly covers most, and is nowhere sooner by a minute; option 2 covers little, and is.
    let covering = fireplan_location::Covering {
        weights: vec![10, 4],
        covers: vec![Vec::new(), vec![0], vec![1]],
        ..Default::default()
    };
    let order = |saves_time: &dyn Fn(u32, u32) -> bool| {
        let built = outcome::in_order(&covering, &[0], &[1, 2], saves_time);
        built.iter().map(|built| (built.stand.0, built.gain, built.saved)).collect::<Vec<_>>()
    };
    assert_eq!(order(&|_, _| true), [(1, 10, 10), (2, 4, 4)]);
    assert_eq!(order(&|_, demand| demand == 1), [(2, 4, 4), (1, 10, 0)]);
}

#[test]
fn the_text_says_what_the_shares_rest_on() {
    let ask = |kind: StationKind| {
        let crew = Station { kind, turnout_min: None, ..station("甲站", (0.0, 0.0), 1.0) };
        let question = Siting { counted: Counted::People, ..question() };
        run(&question, &along(&[1.0, 15.0], vec![crew], &[("东", 15.0)])).answers[1].answer.zh.clone()
    };
    let unknown = ask(StationKind::Unknown);
    assert!(unknown.contains("待核：现有 1 座队站") && unknown.contains("按一个点计"), "{unknown}");
    assert!(!ask(StationKind::FirstClass).contains("待核"));
}

#[test]
fn without_a_layer_of_stations_nobody_knows_what_is_covered_today() {
    let ask = |stations: Vec<Station>| run(&question(), &along(&[1.0, 15.0], stations, &[("东", 15.0)]));
    let told = |findings: &Findings, name: &str| findings.figures.iter().find(|one| one.name == name).unwrap().value;
    let known = ask(vec![station("甲站", (0.0, 0.0), 1.0)]);
    assert!(told(&known, "covered_before_percent").is_some() && told(&known, "villages_gained").is_some());
    let unknown = ask(Vec::new());
    assert_eq!(told(&unknown, "covered_before_percent"), None);
    assert_eq!(told(&unknown, "villages_gained"), None);
    assert_eq!(told(&unknown, "new_stations"), Some(1.0), "the plan itself is computed");
    let answer = &unknown.answers[1].answer.zh;
    assert!(answer.contains("现状队站不详") && !answer.contains("由 0"), "{answer}");
    // What hangs on the stations around is open, not broken.
    let failed = unknown.checks.iter().find(|check| check.verdict == Verdict::Fail);
    assert!(failed.is_none(), "{failed:?}");
    assert!(unknown.checks.iter().any(|check| check.verdict == Verdict::Undetermined), "{:?}", unknown.checks);
    let notes: Vec<&str> = unknown.notes.iter().map(|note| note.text.zh.as_str()).collect();
    assert!(!notes.iter().any(|note| note.contains("现状没有消防站")), "{notes:?}");
}

/// A question of plots only, on residential roads, with full proof.
fn question() -> Siting {
    Siting {
        sites: SiteSource::Plots,
        frontage: vec![RoadClass::Residential],
        counted: Counted::Villages,
        new_stations: 1,
        curve_to: 3,
        ..Siting::default()
    }
}

fn run(question: &Siting, area: &StudyArea) -> Findings {
    let rules = Rules::load(None).unwrap();
    Request::Siting(question.clone()).run(&Context { area, rules: &rules, progress: &Silent }).unwrap()
}

/// A road of 20 km along which villages stand at these kilometres.
fn along(villages: &[f64], stations: Vec<Station>, candidates: &[(&str, f64)]) -> StudyArea {
    area(Layers {
        roads: vec![road(&[(0.0, 0.0), (20_000.0, 0.0)])],
        villages: villages.iter().map(|km| village(&format!("村{km}"), (km * 1000.0, 0.0))).collect(),
        candidates: candidates.iter().map(|(name, km)| candidate(name, (km * 1000.0, 0.0))).collect(),
        stations,
        ..Layers::default()
    })
}

fn values(findings: &Findings, layer: &str, column: &str) -> Vec<String> {
    let layer = findings.layers.iter().find(|found| found.id == layer).unwrap();
    let at = layer.columns.iter().position(|known| known.name == column).unwrap();
    layer.features.iter().map(|feature| feature.values[at].to_string()).collect()
}

fn rows<'a>(findings: &'a Findings, table: &str, column: &str) -> Vec<&'a Value> {
    let table = findings.tables.iter().find(|found| found.id == table).unwrap();
    let at = table.columns.iter().position(|known| known.name == column).unwrap();
    table.rows.iter().map(|row| &row[at]).collect()
}

fn figure(findings: &Findings, name: &str) -> f64 {
    findings.figures.iter().find(|figure| figure.name == name).unwrap().value.unwrap()
}

#[test]
fn the_site_among_most_villages_is_chosen_and_proven() {
    // The station at 0 reaches the village at 1 km; B reaches three that nobody reaches, A two, C one.
    let area = along(
        &[1.0, 6.0, 7.0, 12.0, 12.5, 13.0, 18.0],
        vec![station("甲站", (0.0, 0.0), 1.0)],
        &[("A", 6.5), ("B", 12.5), ("C", 18.0)],
    );
    let findings = run(&question(), &area);
    assert_eq!(values(&findings, "siting_stations", "name"), ["甲站", "B"]);
    assert_eq!(values(&findings, "siting_stations", "role"), ["kept", "new"]);
    assert_eq!(values(&findings, "siting_stations", "gain"), ["", "3"]);
    let changes = values(&findings, "siting_villages", "change");
    assert_eq!(changes, ["kept", "late", "late", "gained", "gained", "gained", "late"]);
    let covered: Vec<f64> =
        rows(&findings, "siting_curve", "covered_percent").iter().map(|v| v.as_f64().unwrap()).collect();
    assert_eq!(covered, [14.3, 57.1, 85.7, 100.0]);
    assert!(rows(&findings, "siting_curve", "proven").iter().all(|proven| **proven == Value::Bool(true)));
    let why = &findings.answers[2].answer.zh;
    assert!(why.contains("任何方案最多覆盖 57.1 %") && why.contains("证明为最优"), "{why}");
    assert!(why.contains("少建 1 座（0 座）时，任何方案最多覆盖 14.3 %"), "{why}");
}

#[test]
fn the_fewest_stations_for_a_share_and_what_cannot_be_reached() {
    let villages = [1.0, 6.0, 7.0, 12.0, 12.5, 13.0, 18.0];
    let sites = [("A", 6.5), ("B", 12.5), ("C", 18.0)];
    let stations = || vec![station("甲站", (0.0, 0.0), 1.0)];
    let fewest = |goal_percent: f64| Siting { objective: Objective::Fewest, goal_percent, ..question() };
    let findings = run(&fewest(85.0), &along(&villages, stations(), &sites));
    assert_eq!(figure(&findings, "new_stations"), 2.0);
    assert_eq!(figure(&findings, "bound_stations"), 2.0);
    assert!(findings.answers[2].answer.zh.contains("至少需要 2 座新站"), "{}", findings.answers[2].answer.zh);
    // Without C nobody reaches the last village.
    let findings = run(&fewest(100.0), &along(&villages, stations(), &sites[..2]));
    assert!(findings.answers[2].answer.zh.contains("目标 100 % 无法达到"), "{}", findings.answers[2].answer.zh);
    assert!(findings.answers.iter().any(|answer| answer.answer.zh.contains("村18")), "{:?}", findings.answers);
}

#[test]
fn times_are_those_of_the_coverage_engine() {
    let area = along(&[1.0, 2.0, 2.4, 3.0], vec![station("甲站", (0.0, 0.0), 1.0)], &[("A", 2.5)]);
    let rules = Rules::load(None).unwrap();
    let question = question();
    let context = Context { area: &area, rules: &rules, progress: &Silent };
    let case = case::SitingCase::new(&question, &context, None, &mut Notes::default()).unwrap();
    let coverage = ResponseTimes::from_dispatch(Dispatch::default(), &context, &mut Notes::default()).unwrap();
    for (demand, ms) in case.demands.iter().zip(&case.times.rows[0]) {
        let first = coverage.times_at(demand.at).base[0].unwrap().ms;
        let within = first <= f64::from(case.budget_ms_at(demand.at));
        assert_eq!(*ms, if within { first.ceil() as u32 } else { crate::response::site_times::NEVER });
    }
}

#[test]
fn a_site_that_breaks_a_clause_is_refused_with_its_reason() {
    let mut area = along(
        &[2.0, 12.0],
        vec![station("甲站", (0.0, 0.0), 1.0)],
        &[("近医院", 1.9), ("近油库", 12.0), ("稍远", 12.25)],
    );
    area.layers.crowded_places = vec![CrowdedPlace {
        name: "县医院".to_owned(),
        ..CrowdedPlace::blank(rectangle((1_920.0, 20.0), (1_990.0, 60.0))).unwrap()
    }];
    area.layers.hazards =
        vec![Hazard { name: "油库".to_owned(), ..Hazard::blank(Point::new(12_000.0, 10.0)).unwrap() }];
    let findings = run(&question(), &area);
    assert_eq!(values(&findings, "siting_sites", "standing"), ["refused", "refused", "warned"]);
    let stories = values(&findings, "siting_sites", "story");
    assert!(
        stories[0].contains("县医院") && stories[0].contains("≥ 50 m") && stories[0].contains("4.1.5(2)"),
        "{}",
        stories[0]
    );
    assert!(stories[1].contains("油库") && stories[1].contains("≥ 200 m"), "{}", stories[1]);
    // Both standards are held against the site that lies between them.
    let of = |rule: &str| {
        let check = findings.checks.iter().find(|check| check.rule == rule && check.subject == "稍远").unwrap();
        check.verdict
    };
    assert_eq!((of("site.hazard_m"), of("site.hazard_far_m")), (Verdict::Pass, Verdict::Warn));
    assert_eq!(values(&findings, "siting_stations", "name"), ["甲站", "稍远"]);
}

#[test]
fn a_distance_that_the_edge_of_the_plot_could_miss_is_undetermined() {
    let mut area = along(&[2.0], vec![station("甲站", (0.0, 0.0), 1.0)], &[("A", 2.0)]);
    area.layers.candidates[0].area_m2 = Some(3_600.0);
    area.layers.crowded_places =
        vec![CrowdedPlace { name: "小学".to_owned(), ..CrowdedPlace::blank(Point::new(2_060.0, 0.0)).unwrap() }];
    let findings = run(&question(), &area);
    let check = findings.checks.iter().find(|check| check.rule == "site.exit_m").unwrap();
    assert_eq!((check.verdict, check.measured), (Verdict::Undetermined, Some(60.0)));
}

#[test]
fn a_setback_passes_only_where_it_is_stated() {
    let mut area = along(&[2.0], vec![station("甲站", (0.0, 0.0), 1.0)], &[("浅", 2.0), ("未量", 2.5), ("够", 3.0)]);
    let stated = [(Some(12.0), None), (None, Some(2_500.0)), (Some(15.0), None)];
    for (plot, (setback_m, area_m2)) in area.layers.candidates.iter_mut().zip(stated) {
        (plot.setback_m, plot.area_m2) = (setback_m, area_m2);
    }
    let findings = run(&question(), &area);
    let checks: Vec<&Check> = findings.checks.iter().filter(|check| check.rule == "site.setback_m").collect();
    assert_eq!(
        checks.iter().map(|check| (check.verdict, check.measured)).collect::<Vec<_>>(),
        [(Verdict::Warn, Some(12.0)), (Verdict::Undetermined, Some(50.0)), (Verdict::Pass, Some(15.0)),]
    );
    assert!(checks[1].text.zh.contains("按方形折算进深 50 m"), "{}", checks[1].text.zh);
}

#[test]
fn distances_are_told_however_far_and_where_there_is_nothing_that_is_told() {
    let mut area = along(&[2.0], vec![station("甲站", (0.0, 0.0), 1.0)], &[("A", 2.0)]);
    area.layers.hazards =
        vec![Hazard { name: "油库".to_owned(), ..Hazard::blank(Point::new(9_000.0, 0.0)).unwrap() }];
    let findings = run(&question(), &area);
    let check = findings.checks.iter().find(|check| check.rule == "site.hazard_m").unwrap();
    assert_eq!(check.measured, Some(7_000.0));
    let none = Siting { frontage: vec![RoadClass::Trunk], ..question() };
    let context = Context { area: &area, rules: &Rules::load(None).unwrap(), progress: &Silent };
    let site = sites::Site {
        id: "A".to_owned(),
        name: "A".to_owned(),
        at: area.layers.candidates[0].geometry.0,
        area_m2: None,
        setback_m: None,
        land_use: String::new(),
        is_plot: true,
        town: None,
    };
    let examined = legal::Examiner::new(&none, &context).examine(&site, StationKind::Small);
    let check = examined.checks.iter().find(|check| check.rule == "site.frontage_m").unwrap();
    assert_eq!((check.verdict, check.measured), (Verdict::Fail, None));
    assert!(check.text.zh.contains("区内没有主要道路"), "{}", check.text.zh);
}

#[test]
fn a_risk_field_counts_by_its_value_and_the_size_of_its_cells() {
    // Villages speak for A, the risk for B: 3 on one cell of a hectare against 1 on each of two.
    let mut area = along(&[2.0, 2.2], vec![station("甲站", (-9_000.0, 0.0), 1.0)], &[("A", 2.0), ("B", 12.0)]);
    area.layers.roads.push(road(&[(-9_000.0, 0.0), (0.0, 0.0)]));
    let mut area = fireplan_model::sketch::area(area.layers);
    let mut values = vec![0.0; 200];
    (values[20], values[21], values[120], values[150]) = (1.0, 1.0, 3.0, f32::NAN);
    let origin = geo::Coord { x: 0.0, y: 50.0 };
    area.risk = Some(fireplan_model::grid::Grid { origin, cell_m: 100.0, columns: 200, rows: 1, values });
    let findings = run(&Siting { counted: Counted::Risk, ..question() }, &area);
    assert_eq!(values_of_new(&findings), ["B"]);
    assert_eq!(figure(&findings, "covered_percent"), 60.0);
    let villages = run(&question(), &area);
    assert_eq!(values_of_new(&villages), ["A"]);
    // Without the field there is nothing to count, and that is said.
    area.risk = None;
    let (rules, asked) = (Rules::load(None).unwrap(), Siting { counted: Counted::Risk, ..question() });
    let refusal = Request::Siting(asked).run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap_err();
    assert!(refusal.to_string().contains("nothing to be reached"), "{refusal}");
}

/// The names of the stations a plan builds.
fn values_of_new(findings: &Findings) -> Vec<String> {
    let roles = values(findings, "siting_stations", "role");
    let names = values(findings, "siting_stations", "name").into_iter().zip(roles);
    names.filter(|(_, role)| role == "new").map(|(name, _)| name).collect()
}

/// Wants the best plan so far from the beginning.
struct Settling;

impl fireplan_model::progress::Progress for Settling {
    fn stage(&self, _: &Label, _: u64) {}
    fn step(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        false
    }
    fn settled(&self) -> bool {
        true
    }
}

#[test]
fn a_search_that_is_ended_gives_its_best_plan_with_a_bound() {
    // Nearest first takes the middle one; the two on either side of it are better.
    let villages: Vec<f64> = (0..40).map(|number| 1.0 + 0.45 * f64::from(number)).collect();
    let sites: Vec<(&str, f64)> =
        ["A", "B", "C", "D", "E", "F", "G"].into_iter().zip([2.2, 4.9, 7.4, 9.9, 12.3, 14.8, 17.5]).collect();
    let area = along(&villages, vec![station("甲站", (0.0, 0.0), 1.0)], &sites);
    let rules = Rules::load(None).unwrap();
    let question = Siting { new_stations: 3, ..question() };
    let request = Request::Siting(question.clone());
    let settled = request.run(&Context { area: &area, rules: &rules, progress: &Settling }).unwrap();
    let proven = run(&question, &area);
    let covered = |findings: &Findings| figure(findings, "covered_percent");
    assert!(covered(&settled) <= covered(&proven));
    assert_eq!(values(&settled, "siting_stations", "role").iter().filter(|role| *role == "new").count(), 3);
    let why = &settled.answers[2].answer.zh;
    assert!(why.contains("求解被提前结束") || why.contains("证明为最优"), "{why}");
}

#[test]
fn stations_that_may_move_are_given_up_where_that_is_better() {
    let area = along(&[9.0, 10.0, 11.0], vec![station("甲站", (0.0, 0.0), 1.0)], &[("A", 10.0), ("B", 19.0)]);
    let question = Siting { existing: ExistingPolicy::Movable, new_stations: 0, ..question() };
    let findings = run(&question, &area);
    assert_eq!(values(&findings, "siting_stations", "name"), ["A", "甲站"]);
    assert_eq!(values(&findings, "siting_stations", "role"), ["new", "closed"]);
    let edits = &findings.proposals[0].scenario.edits;
    assert_eq!(edits.len(), 2, "one is closed, one is added");
}

#[test]
fn a_plan_taken_up_as_a_scenario_covers_what_it_says() {
    let area = along(&[1.0, 6.0, 7.0, 12.0, 12.5], vec![station("甲站", (0.0, 0.0), 1.0)], &[("A", 6.5), ("B", 12.2)]);
    let findings = run(&Siting { new_stations: 2, ..question() }, &area);
    let changed = apply_scenario(&findings.proposals[0].scenario, &area).unwrap();
    let rules = Rules::load(None).unwrap();
    let coverage = Request::Coverage(Coverage { lattice_m: 100.0, ..Coverage::default() });
    let covered = coverage.run(&Context { area: &changed, rules: &rules, progress: &Silent }).unwrap();
    assert_eq!(figure(&findings, "covered_percent"), 100.0);
    assert_eq!(figure(&covered, "villages_percent"), figure(&findings, "covered_percent"));
}

#[test]
fn phases_contain_one_another_and_say_their_years() {
    let area = along(
        &[1.0, 6.0, 7.0, 12.0, 12.5, 13.0, 18.0],
        vec![station("甲站", (0.0, 0.0), 1.0)],
        &[("A", 6.5), ("B", 12.5), ("C", 18.0)],
    );
    let findings = run(&Siting { phases: Some("2027=1,2030=3".to_owned()), ..question() }, &area);
    let told: Vec<String> = rows(&findings, "siting_phases", "name").iter().map(ToString::to_string).collect();
    assert_eq!(told, ["B", "A", "C"]);
    let years: Vec<String> = rows(&findings, "siting_phases", "year").iter().map(ToString::to_string).collect();
    assert_eq!(years, ["2027", "2030", "2030"]);
}

#[test]
fn unknown_names_and_impossible_questions_are_refused_with_the_way_out() {
    let area = along(&[1.0], vec![station("甲站", (0.0, 0.0), 1.0)], &[("A", 6.5)]);
    let rules = Rules::load(None).unwrap();
    let refusal = |question: Siting| {
        let context = Context { area: &area, rules: &rules, progress: &Silent };
        question.run(&context).unwrap_err().to_string()
    };
    assert!(refusal(Siting { require: Some("Z".to_owned()), ..question() }).contains("#1"));
    assert!(refusal(Siting { phases: Some("bald".to_owned()), ..question() }).contains("year=total"));
    assert!(
        refusal(Siting { kinds: vec![StationKind::Micro], budget_wan_yuan: Some(100.0), ..question() })
            .contains("site.cost_wan_yuan")
    );
    assert!(refusal(Siting { forbid: Some("A".to_owned()), ..question() }).contains("refused"));
}

fn villages_on_a_grid() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0..12_u32, 0..4_u32), 3..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The chosen plan against every plan, each computed by the coverage engine alone.
    #[test]
    fn no_plan_of_as_many_stations_covers_more(
        places in villages_on_a_grid(),
        sites in prop::collection::btree_set((0..12_u32, 0..4_u32), 2..6),
        new_stations in 1..3_u32,
    ) {
        let at = |(x, y): (u32, u32)| (f64::from(x) * 900.0, f64::from(y) * 900.0);
        let mut roads = Vec::new();
        for y in 0..4_u32 {
            roads.push(road(&[(0.0, f64::from(y) * 900.0), (9_900.0, f64::from(y) * 900.0)]));
        }
        for x in 0..12_u32 {
            roads.push(road(&[(f64::from(x) * 900.0, 0.0), (f64::from(x) * 900.0, 2_700.0)]));
        }
        let villages: Vec<Village> = places.iter().map(|place| village("村", at(*place))).collect();
        let sites: Vec<(f64, f64)> = sites.into_iter().map(at).collect();
        let candidates = sites.iter().enumerate().map(|(n, place)| candidate(&format!("S{n}"), *place)).collect();
        let area = area(Layers { roads, villages, candidates, stations: vec![station("甲站", (0.0, 0.0), 1.0)], ..Layers::default() });
        let findings = run(&Siting { new_stations, ..question() }, &area);
        let best = every_plan(&area, sites.len(), new_stations as usize);
        let total = places.len() as f64;
        prop_assert_eq!(figure(&findings, "covered_percent"), (best as f64 / total * 1000.0).round() / 10.0);
        prop_assert_eq!(figure(&findings, "bound_percent"), figure(&findings, "covered_percent"));
    }
}

/// Most villages that any plan of at most so many stations covers.
fn every_plan(area: &StudyArea, sites: usize, new_stations: usize) -> usize {
    let rules = Rules::load(None).unwrap();
    let plans = (0..1_u32 << sites).filter(|plan| plan.count_ones() as usize <= new_stations);
    plans
        .map(|plan| {
            let mut built = area.clone();
            for site in (0..sites).filter(|site| plan >> site & 1 == 1) {
                let place = sites::Site {
                    id: String::new(),
                    name: format!("新{site}"),
                    at: area.layers.candidates[site].geometry.0,
                    area_m2: None,
                    setback_m: None,
                    land_use: String::new(),
                    is_plot: true,
                    town: None,
                };
                built.layers.stations.push(stands::station(&question(), &place, StationKind::Small));
            }
            let context = Context { area: &built, rules: &rules, progress: &Silent };
            let run = ResponseTimes::from_dispatch(Dispatch::default(), &context, &mut Notes::default()).unwrap();
            let covered =
                |village: &&Village| run.reached(&run.times_at(village.geometry.0), village.geometry.0).is_covered();
            built.layers.villages.iter().filter(covered).count()
        })
        .max()
        .unwrap()
}

#[test]
fn a_site_in_the_water_is_told() {
    let mut area = along(&[2.0], vec![station("甲站", (0.0, 0.0), 1.0)], &[("A", 2.0)]);
    area.layers.water_sources = vec![WaterSource {
        name: "湖".to_owned(),
        kind: WaterKind::Lake,
        ..WaterSource::blank(rectangle((1_990.0, -20.0), (2_010.0, 20.0))).unwrap()
    }];
    let findings = run(&question(), &area);
    let check = findings.checks.iter().find(|check| check.rule == "site.water_m").unwrap();
    assert_eq!((check.verdict, check.measured), (Verdict::Warn, Some(0.0)));
}

#[test]
fn the_mean_and_the_latest_time_are_least_and_never_rise_with_more_stations() {
    let area =
        along(&[2.0, 9.0, 10.0, 11.0, 18.0], vec![station("甲站", (0.0, 0.0), 1.0)], &[("A", 10.0), ("B", 18.0)]);
    for (objective, first) in [(Objective::LeastMean, "A"), (Objective::LeastLatest, "A")] {
        let findings = run(&Siting { objective, ..question() }, &area);
        assert_eq!(values(&findings, "siting_stations", "name"), ["甲站", first], "{objective:?}");
        let times: Vec<f64> = rows(&findings, "siting_curve", "time_min").iter().map(|v| v.as_f64().unwrap()).collect();
        let bounds: Vec<f64> =
            rows(&findings, "siting_curve", "bound_min").iter().map(|v| v.as_f64().unwrap()).collect();
        assert!(times.windows(2).all(|pair| pair[1] <= pair[0]), "{times:?}");
        assert_eq!(times, bounds, "proven");
    }
}

#[test]
fn backup_coverage_counts_what_two_stations_reach() {
    let area = along(&[9.3, 10.0, 10.6, 16.0], vec![station("甲站", (9_600.0, 0.0), 1.0)], &[("A", 10.0), ("B", 16.0)]);
    let backed = Siting { objective: Objective::BackedUp, keep_percent: 75.0, ..question() };
    let findings = run(&backed, &area);
    assert_eq!(values(&findings, "siting_stations", "name"), ["甲站", "A"]);
    assert!(
        findings.answers[1].answer.zh.contains("其中 75.0 %（3 个村庄） 有两座站能及时到达"),
        "{}",
        findings.answers[1].answer.zh
    );
    // Nothing may be lost of what one station could cover: then B is built, which backs nobody up.
    let kept = run(&Siting { keep_percent: 100.0, ..backed }, &area);
    assert_eq!(values(&kept, "siting_stations", "name"), ["甲站", "B"]);
}
