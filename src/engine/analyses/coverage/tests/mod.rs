//! Hand-drawn areas whose coverage is known on paper.

mod water;

use crate::scenario::apply_scenario;
use geo::{Contains, Coord, Point};
use proptest::prelude::*;

use super::*;
use crate::response::driving::DrivingReading;
use fireplan_model::findings::Verdict;
use fireplan_model::layers::{
    Layers, Obstacle, ObstacleKind, ObstaclePassage, Oneway, Road, RoadClass, Station, StationKind, Village, WaterKind,
    WaterSource,
};
use fireplan_model::progress::Silent;
use fireplan_model::rows::{Row, Value};
use fireplan_model::sketch::{area, rectangle, road, station, village};

fn run(layers: Layers) -> Findings {
    run_as(&Coverage { lattice_m: 50.0, audit_places: 200, ..Coverage::default() }, layers)
}

fn run_as(question: &Coverage, layers: Layers) -> Findings {
    let (area, rules) = (area(layers), Rules::load(None).unwrap());
    question.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap()
}

fn layers(roads: Vec<Road>, stations: Vec<Station>, villages: Vec<Village>) -> Layers {
    Layers { roads, stations, villages, ..Layers::default() }
}

/// Metres a standard truck drives in a minute on a residential road.
fn metres_per_min(table: DrivingReading) -> f64 {
    let rules = Rules::load(None).unwrap();
    let speed = rules.speed(fireplan_model::layers::VehicleClass::Standard, RoadClass::Residential).unwrap();
    let kph = match table {
        DrivingReading::Low => speed.low_kph,
        DrivingReading::Base | DrivingReading::Favourable => speed.base_kph,
        DrivingReading::High => speed.high_kph,
    };
    kph / 0.06
}

/// The values of a column of a layer.
fn column(findings: &Findings, layer: &str, name: &str) -> Vec<Value> {
    let layer = findings.layers.iter().find(|found| found.id == layer).unwrap();
    let at = layer.columns.iter().position(|column| column.name == name).unwrap();
    layer.features.iter().map(|feature| feature.values[at].clone()).collect()
}

fn codes(findings: &Findings, layer: &str) -> Vec<String> {
    column(findings, layer, "reached").iter().map(Value::to_string).collect()
}

fn road_m(findings: &Findings, codes_wanted: &[&str]) -> f64 {
    let lengths = column(findings, "coverage_roads", "length_m");
    let codes = codes(findings, "coverage_roads");
    let wanted = lengths.iter().zip(&codes).filter(|(_, code)| codes_wanted.contains(&code.as_str()));
    wanted.map(|(length, _)| length.as_f64().unwrap()).sum()
}

/// The same of which everything is known.
fn stated_road() -> Road {
    Road { width_m: Some(8.0), surface: Some(fireplan_model::layers::Surface::Paved), ..long_road() }
}

fn long_road() -> Road {
    road(&[(0.0, 0.0), (20_000.0, 0.0)])
}

#[test]
fn a_road_is_split_where_each_speed_table_runs_out_of_time() {
    // One minute of turnout leaves four of driving.
    let findings = run(layers(vec![long_road()], vec![station("甲站", (0.0, 0.0), 1.0)], Vec::new()));
    for (codes, table) in [
        (&["certain"][..], DrivingReading::Low),
        (&["certain", "expected"][..], DrivingReading::Base),
        (&["certain", "expected", "possible"][..], DrivingReading::High),
    ] {
        let expected_m = 4.0 * metres_per_min(table);
        assert!((road_m(&findings, codes) - expected_m).abs() < 0.2, "{table:?}: {}", road_m(&findings, codes));
    }
}

#[test]
fn exactly_on_time_is_in_time_and_a_metre_on_is_not() {
    let limit_m = 4.0 * metres_per_min(DrivingReading::Base);
    let villages = vec![village("边", (limit_m - 0.02, 0.0)), village("外", (limit_m + 1.0, 0.0))];
    let drawn = layers(vec![stated_road()], vec![station("甲站", (0.0, 0.0), 1.0)], villages);
    let findings = run(drawn.clone());
    assert_eq!(codes(&findings, "coverage_villages"), ["expected", "possible"]);
    // In the country no standard says five minutes; the target there is met.
    assert_eq!(findings.checks[..2].iter().map(|check| check.verdict).collect::<Vec<_>>(), [Verdict::Pass; 2]);
    assert!(findings.checks[..2].iter().all(|check| check.rule == "response.village_min"));
    let town = fireplan_model::layers::BuiltUp {
        kind: fireplan_model::layers::BuiltUpKind::Town,
        ..Row::blank(rectangle((-100.0, -100.0), (20_000.0, 100.0))).unwrap()
    };
    let findings = run(Layers { built_up: vec![town], ..drawn });
    assert_eq!(findings.checks[0].verdict, Verdict::Pass);
    assert_eq!(findings.checks[1].verdict, Verdict::Fail);
    assert_eq!(findings.checks[1].rule, "response.time_min");
}

#[test]
fn a_time_over_a_road_of_which_the_width_is_not_known_proves_nothing() {
    let (near, far) = (2.0 * metres_per_min(DrivingReading::Base), 30.0 * metres_per_min(DrivingReading::Base));
    let villages = vec![village("近", (near, 0.0)), village("远", (far, 0.0))];
    let unknown = Road { surface: Some(fireplan_model::layers::Surface::Paved), ..road(&[(100.0, 0.0), (far, 0.0)]) };
    let roads = vec![road(&[(0.0, 0.0), (100.0, 0.0)]), unknown];
    let findings = run(layers(roads, vec![station("甲站", (0.0, 0.0), 1.0)], villages));
    // What is late all the same is late.
    assert_eq!([findings.checks[0].verdict, findings.checks[1].verdict], [Verdict::Undetermined, Verdict::Warn]);
    let routes = column(&findings, "coverage_attendance", "route");
    assert!(routes.iter().all(|route| route.as_str() == Some("undetermined")), "{routes:?}");
    // Nothing is missing where a time is known, and the table of villages does not say otherwise than the check.
    assert!(findings.checks[0].measured.is_some() && findings.checks[0].text.zh.contains("待核，要求"));
    let in_time = column(&findings, "coverage_villages", "in_time");
    assert_eq!(in_time.iter().map(ToString::to_string).collect::<Vec<_>>(), ["open", "short"]);
}

#[test]
fn a_station_that_does_not_say_when_its_crew_leaves_proves_only_what_is_in_time_at_the_worst() {
    let asked = |kind: StationKind| {
        let base = metres_per_min(DrivingReading::Base);
        let villages = [2.0, 13.0, 15.0, 60.0].map(|min| village("村", (min * base, 0.0))).to_vec();
        let crew = Station { kind, turnout_min: None, ..station("甲站", (0.0, 0.0), 1.0) };
        let street = Road { geometry: vec![(0.0, 0.0), (100_000.0, 0.0)].into(), ..stated_road() };
        let findings = run(layers(vec![street], vec![crew], villages));
        let texts = findings.checks[..4].iter().map(|check| check.text.zh.clone()).collect::<Vec<_>>();
        let verdicts = findings.checks[..4].iter().map(|check| check.verdict).collect::<Vec<_>>();
        let in_time = column(&findings, "coverage_villages", "in_time");
        (verdicts, texts, in_time.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    use Verdict::{Pass, Undetermined, Warn};
    assert_eq!(asked(StationKind::FirstClass).0, [Pass, Pass, Warn, Warn]);
    let (verdicts, texts, in_time) = asked(StationKind::Unknown);
    assert_eq!(verdicts, [Pass, Undetermined, Undetermined, Warn]);
    // The table of villages says the same, and what is there is told.
    assert_eq!(in_time, ["met", "open", "open", "short"]);
    assert!(texts[1].contains("出动时间未报") && !texts[1].contains("缺数据"), "{}", texts[1]);
}

#[test]
fn a_river_without_a_bridge_divides() {
    let river = WaterSource {
        geometry: rectangle((-3000.0, 40.0), (3000.0, 80.0)).into(),
        name: "大河".to_owned(),
        kind: WaterKind::River,
        volume_m3: None,
        width_m: None,
        perennial: None,
        helicopter: None,
        source_id: String::new(),
    };
    let roads = vec![road(&[(-2000.0, 0.0), (2000.0, 0.0)]), road(&[(-2000.0, 400.0), (2000.0, 400.0)])];
    let villages = vec![village("此岸", (500.0, 20.0)), village("彼岸", (500.0, 100.0))];
    let stations = vec![station("甲站", (0.0, 0.0), 1.0)];
    let findings = run(Layers { water_sources: vec![river], ..layers(roads, stations, villages) });
    // The far bank is nearer to this road than to its own, but no one crosses the river to it.
    assert_eq!(codes(&findings, "coverage_villages"), ["certain", "unreached"]);
    let bands = findings.layers.iter().find(|layer| layer.id == "coverage_bands").unwrap();
    for band in &bands.features {
        let band = band.geometry.as_ref().unwrap();
        assert!((41..200).step_by(10).all(|y| !band.contains(&Point::new(500.0, f64::from(y)))));
    }
}

#[test]
fn a_one_way_road_is_not_driven_backwards() {
    let mut away = road(&[(1000.0, 0.0), (0.0, 0.0)]);
    away.oneway = Oneway::Forward;
    let villages = vec![village("逆行", (1000.0, 0.0))];
    let roads = vec![away, road(&[(0.0, 0.0), (0.0, 2000.0)])];
    let area = area(layers(roads, vec![station("甲站", (0.0, 10.0), 1.0)], villages));
    let under = |law: &str| {
        let rules = Rules::load_with(None, &[("driving.oneway_streets".to_owned(), law.to_owned())]).unwrap();
        let findings = Coverage::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
        codes(&findings, "coverage_villages")
    };
    assert_eq!([under("binds"), under("free_where_safe")], [["unreached"], ["possible"]]);
}

/// A long street, and a one-way lane of 100 m that leads away from it northwards.
fn with_lane() -> Vec<Road> {
    let lane = Road { oneway: Oneway::Forward, ..road(&[(1_500.0, 0.0), (1_500.0, 100.0)]) };
    vec![road(&[(0.0, 0.0), (3_000.0, 0.0)]), lane]
}

#[test]
fn crews_leave_by_the_nearest_road_that_leads_anywhere_and_never_from_a_deck() {
    let yard = road(&[(1_450.0, 60.0), (1_550.0, 60.0)]);
    let deck = Road { bridge: true, level: Some(1), ..road(&[(1_000.0, 58.0), (2_000.0, 58.0)]) };
    for extra in [yard, deck] {
        let findings = run(layers(
            [vec![road(&[(0.0, 0.0), (3_000.0, 0.0)])], vec![extra]].concat(),
            vec![station("甲", (1_500.0, 55.0), 1.0)],
            vec![],
        ));
        assert_eq!(column(&findings, "coverage_stations", "road_distance_m"), [Value::Float(55.0)]);
    }
    // At the end of a lane that only leads in; the street is 80 m away, and the note names the station.
    let findings = run(layers(with_lane(), vec![station("困", (1_510.0, 80.0), 1.0)], vec![]));
    assert_eq!(column(&findings, "coverage_stations", "road_distance_m"), [Value::Float(80.0)]);
    assert!(findings.notes.iter().any(|note| note.text.zh.contains("驶不出") && note.examples[0].starts_with("困")));
}

#[test]
fn a_place_on_a_lane_that_only_leads_in_is_served_there_and_one_on_a_lane_out_is_not() {
    let villages = |y: f64| vec![village("村", (1_510.0, y))];
    let on = |oneway: Oneway| {
        let mut roads = with_lane();
        roads[1].oneway = oneway;
        let findings = run(layers(roads, vec![station("甲", (0.0, 0.0), 1.0)], villages(80.0)));
        (
            column(&findings, "coverage_villages", "road_distance_m")[0].clone(),
            findings.notes.iter().any(|note| note.text.zh.contains("最近的道路消防车到不了")),
        )
    };
    assert_eq!(on(Oneway::Forward), (Value::Float(10.0), false));
    assert_eq!(on(Oneway::Backward), (Value::Float(80.0), true));
}

#[test]
fn the_second_station_is_another_one() {
    let stations = vec![station("西站", (0.0, 0.0), 1.0), station("东站", (3000.0, 0.0), 2.0)];
    let findings = run(layers(vec![long_road()], stations, vec![village("村", (1000.0, 0.0))]));
    let text = |name: &str| column(&findings, "coverage_villages", name)[0].to_string();
    assert_eq!((text("station").as_str(), text("second_station").as_str()), ("西站", "东站"));
    let second = column(&findings, "coverage_villages", "second_min")[0].as_f64().unwrap();
    assert!((second - (2.0 + 2000.0 / metres_per_min(DrivingReading::Base))).abs() < 0.01, "{second}");
}

#[test]
fn what_cannot_be_placed_or_reached_is_said_not_guessed() {
    let roads = vec![long_road(), road(&[(0.0, 5000.0), (3000.0, 5000.0)])];
    let villages = vec![village("远村", (500.0, 2500.0)), village("孤村", (500.0, 5000.0))];
    let findings = run(layers(roads, vec![station("甲站", (0.0, 0.0), 1.0)], villages));
    assert_eq!(codes(&findings, "coverage_villages"), ["unplaced", "unreached"]);
    let of_villages = findings.checks.iter().filter(|check| check.rule == "response.village_min");
    assert_eq!(of_villages.filter(|check| check.verdict == Verdict::Undetermined).count(), 2);
    assert_eq!(findings.notes.iter().filter(|note| note.examples.iter().any(|name| name == "远村")).count(), 1);
}

#[test]
fn at_night_the_night_turnout_counts_and_an_empty_station_sends_nobody() {
    let mut slow = station("志愿队", (0.0, 0.0), 1.0);
    slow.turnout_night_min = Some(4.0);
    let mut closed = station("日班", (0.0, 0.0), 1.0);
    closed.staffed_night = Some(false);
    let night = Coverage { period: Period::Night, audit_places: 50, lattice_m: 50.0, ..Coverage::default() };
    let findings = run_as(&night, layers(vec![long_road()], vec![slow, closed], Vec::new()));
    assert!((road_m(&findings, &["certain", "expected"]) - metres_per_min(DrivingReading::Base)).abs() < 0.2);
}

#[test]
fn reach_that_is_not_contiguous_stays_two_islands() {
    // A motorway carries the crew past 2 km of land where nothing can be served, to a road at its far end.
    let mut motorway = road(&[(0.0, 0.0), (2500.0, 0.0)]);
    motorway.class = RoadClass::Motorway;
    let roads = vec![road(&[(0.0, -600.0), (0.0, 600.0)]), motorway, road(&[(2500.0, -600.0), (2500.0, 600.0)])];
    let findings = run(layers(roads, vec![station("甲站", (0.0, 50.0), 1.0)], vec![village("飞地", (2500.0, 100.0))]));
    assert!(["certain", "expected"].contains(&codes(&findings, "coverage_villages")[0].as_str()));
    let bands = findings.layers.iter().find(|layer| layer.id == "coverage_bands").unwrap();
    let at = bands.features.iter().position(|band| band.values[0].as_f64() == Some(5.0)).unwrap();
    assert!(
        matches!(bands.features[at].geometry.as_ref().unwrap(), geo::Geometry::MultiPolygon(parts) if parts.0.len() == 2)
    );
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    let (area, rules) = (
        area(layers(vec![long_road()], vec![station("甲站", (0.0, 0.0), 1.0)], Vec::new())),
        Rules::load(None).unwrap(),
    );
    for (question, name) in [
        (Coverage { bands_min: vec![f64::NAN], ..Coverage::default() }, "bands_min"),
        (Coverage { bands_min: vec![1.0; 13], ..Coverage::default() }, "bands_min"),
        (Coverage { lattice_m: -1.0, ..Coverage::default() }, "lattice_m"),
        (Coverage { audit_places: 100_001, ..Coverage::default() }, "audit_places"),
    ] {
        let refusal = crate::request::Request::Coverage(question)
            .run(&Context { area: &area, rules: &rules, progress: &Silent })
            .unwrap_err();
        assert!(refusal.to_string().contains(name), "{refusal}");
    }
}

/// Where a street of the grid runs.
fn street_m(at: u8) -> f64 {
    f64::from(at) * 400.0
}

/// A grid of streets with some stations on it.
fn town(stations: &[(u8, u8)], skip: u8) -> Layers {
    let mut roads = Vec::new();
    // One street is left out across, none along: every station stands at some road.
    for street in 0..8 {
        if street != skip % 8 {
            roads.push(road(&[(0.0, street_m(street)), (2800.0, street_m(street))]));
        }
        roads.push(road(&[(street_m(street), 0.0), (street_m(street), 2800.0)]));
    }
    let stations = stations
        .iter()
        .enumerate()
        .map(|(number, (x, y))| station(&number.to_string(), (street_m(*x), street_m(*y) + 7.0), 3.5))
        .collect();
    layers(roads, stations, vec![village("村", (1000.0, 1000.0))])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn one_station_more_never_covers_less(
        stations in prop::collection::vec((0_u8..8, 0_u8..8), 1..4),
        more in (0_u8..8, 0_u8..8),
        skip in 0_u8..8,
    ) {
        let before = run(town(&stations, skip));
        let mut all = stations.clone();
        all.push(more);
        let after = run(town(&all, skip));
        for codes in [&["certain"][..], &["certain", "expected"], &["certain", "expected", "possible"]] {
            prop_assert!(road_m(&after, codes) >= road_m(&before, codes) - 0.5);
        }
    }

    #[test]
    fn coverage_is_nested_and_audited_for_any_town(stations in prop::collection::vec((0_u8..8, 0_u8..8), 1..5), skip in 0_u8..8) {
        // The audit inside `run` recomputes 200 places and the lengths; it fails the run on contradiction.
        let findings = run(town(&stations, skip));
        let audited = findings.figures.iter().find(|figure| figure.name == "audited_places").unwrap();
        prop_assert_eq!(audited.value, Some(200.0));
        for figure in &findings.figures {
            if let (Some(value), Some([low, high]), true) = (figure.value, figure.range, figure.unit == "%") {
                prop_assert!(low <= value && value <= high, "{}", figure.name);
            }
        }
    }

    #[test]
    fn following_a_scenario_equals_whole_runs(
        stations in prop::collection::vec((0_u8..8, 0_u8..8), 2..5),
        scenarios in prop::collection::vec(prop::collection::vec((0_u8..5, 0_u8..8, 0_u8..8), 1..4), 3),
        skip in 0_u8..8,
    ) {
        let mut layers = town(&stations, skip);
        layers.built_up = vec![fireplan_model::layers::BuiltUp {
            name: "镇区".to_owned(),
            ..Row::blank(rectangle((300.0, 300.0), (1_900.0, 1_100.0))).unwrap()
        }];
        for station in layers.stations.iter_mut().step_by(2) {
            station.vehicle_class = Some(fireplan_model::layers::VehicleClass::Small);
        }
        layers.villages.push(Village { population_people: Some(70), ..village("远村", (2300.0, 2500.0)) });
        layers.buildings = (0..40).map(|at| {
            let (x, y) = (f64::from(at % 8) * 350.0 + 40.0, f64::from(at / 8) * 500.0 + 30.0);
            Row::blank(rectangle((x, y), (x + 20.0, y + 15.0))).unwrap()
        }).collect();
        let (area, rules) = (Arc::new(area(layers)), Arc::new(Rules::load(None).unwrap()));
        let question = Coverage { lattice_m: 50.0, bands_min: Vec::new(), audit_places: 10, ..Coverage::default() };
        let request = crate::request::Request::Coverage(question.clone());
        let whole = |area: &StudyArea| request.run(&Context { area, rules: &rules, progress: &Silent }).unwrap();
        let mut live = question.live(area.clone(), rules.clone()).unwrap();
        // One follower for all three: what it keeps from the first must not show in the second.
        for edits in scenarios {
            let edits = edits.iter().enumerate().filter_map(|(number, edit)| edit_of(&area, stations.len(), number, *edit));
            let scenario = fireplan_model::scenario::Scenario { name: "方案".to_owned(), edits: edits.collect() };
            let Ok(changed) = apply_scenario(&scenario, &area) else { continue };
            let [before, after] = live.follow(&changed).unwrap();
            let followed = gist(&before, &after);
            prop_assert_eq!(followed, gist(&whole(&area), &whole(&changed)), "{:?}", scenario);
        }
    }
}

/// Stations come, go, move and get another vehicle, and a street is closed.
fn edit_of(
    area: &StudyArea,
    stations: usize,
    number: usize,
    (what, x, y): (u8, u8, u8),
) -> Option<fireplan_model::scenario::Edit> {
    let mut at = [Coord { x: street_m(x) + 9.0, y: street_m(y) - 6.0 }];
    area.plane.to_lonlat(&mut at).unwrap();
    let at = [at[0].x, at[0].y];
    let station = format!("#{}", usize::from(x) % stations + 1);
    let edit = match what {
        0 => serde_json::json!({ "edit": "add_station", "name": format!("新{number}"), "at": at }),
        1 => serde_json::json!({ "edit": "move_station", "station": station, "to": at }),
        2 => {
            serde_json::json!({ "edit": "upgrade_station", "station": station, "vehicle_class": "standard", "turnout_min": 1.0 })
        }
        3 if number == 0 => serde_json::json!({ "edit": "close_station", "station": station }),
        4 => serde_json::json!({ "edit": "close_road", "road": format!("#{}", x + 1) }),
        _ => return None,
    };
    Some(serde_json::from_value(edit).unwrap())
}

/// Figures, and what of each layer moves to another class.
fn gist(before: &Findings, after: &Findings) -> (Vec<String>, Vec<String>) {
    let comparison = crate::compare::compare(&before.into(), &after.into()).unwrap();
    let figures = comparison.figures.iter().filter(|figure| figure.name != "audited_places");
    let figures = figures.map(|figure| format!("{} {:?} {:?}", figure.name, figure.before, figure.after));
    let layers = comparison.layers.iter().filter(|layer| {
        !["coverage_stations", "coverage_attendance"].contains(&&*layer.layer) && !layer.moves.is_empty()
    });
    let moves = layers.flat_map(|layer| {
        layer.moves.iter().map(|one| {
            let class = |label: &Option<Label>| label.as_ref().map(|label| label.zh.clone());
            let length_m = one.tally.length_m.map(|length_m| (length_m * 10.0).round() / 10.0);
            let features = one.tally.length_m.is_none().then_some(one.tally.features);
            let (from, to) = (class(&one.before), class(&one.after));
            format!("{} {from:?} {to:?} {:?} {features:?} {:?} {length_m:?}", layer.layer, one.change, one.tally.people)
        })
    });
    (figures.collect(), moves.collect())
}

/// A one-way street of 400 m towards the station, then 100 m of road to a village.
fn against_oneway(class: RoadClass) -> Layers {
    let street = Road { oneway: Oneway::Backward, class, ..road(&[(0.0, 0.0), (400.0, 0.0)]) };
    let rest = Road { class: RoadClass::Residential, ..road(&[(400.0, 0.0), (500.0, 0.0)]) };
    layers(
        vec![road(&[(-600.0, 0.0), (0.0, 0.0)]), street, rest],
        vec![station("站", (0.0, 0.0), 1.0)],
        vec![village("村", (500.0, 0.0))],
    )
}

#[test]
fn an_engine_on_duty_drives_against_a_one_way_street_where_it_is_safe() {
    let findings = run(against_oneway(RoadClass::Residential));
    assert_eq!(codes(&findings, "coverage_villages"), ["possible"]);
    assert_eq!(column(&findings, "coverage_villages", "only_if_favourable")[0].to_string(), "true");
    // One minute of turnout, 400 m at nine tenths of the base speed, 100 m at all of it.
    let expected = 1.0 + (400.0 / 0.9 + 100.0) / metres_per_min(DrivingReading::Base);
    let told = column(&findings, "coverage_villages", "response_min")[0].as_f64().unwrap();
    assert!((told - expected).abs() < 0.02, "{told}");
    assert!(column(&findings, "coverage_villages", "response_low_min")[0].as_f64().is_none());
    assert!(findings.notes.iter().any(|note| note.text.zh.contains("逆单行道")));
    // Nobody drives against a link road.
    let findings = run(against_oneway(RoadClass::Link));
    assert_eq!(codes(&findings, "coverage_villages"), ["unreached"]);
}

#[test]
fn an_obstacle_that_somebody_may_move_leaves_it_open_whether_a_place_is_reached() {
    let with = |passage: ObstaclePassage| {
        let mut gate = Obstacle::blank(Point::new(200.0, 0.0)).unwrap();
        (gate.kind, gate.passage) = (ObstacleKind::Gate, passage);
        let street = road(&[(0.0, 0.0), (500.0, 0.0)]);
        let area = layers(
            vec![road(&[(-600.0, 0.0), (0.0, 0.0)]), street],
            vec![station("站", (0.0, 0.0), 1.0)],
            vec![village("村", (500.0, 0.0))],
        );
        codes(&run(Layers { obstacles: vec![gate], ..area }), "coverage_villages")[0].clone()
    };
    let all =
        [ObstaclePassage::Open, ObstaclePassage::Removable, ObstaclePassage::Unknown, ObstaclePassage::Fixed].map(with);
    assert_eq!(all, ["certain", "possible", "possible", "unreached"]);
}

/// The verdict on whom the area of a small station adjoins, beside a station of another kind so many metres on.
fn small_beside(kind: Option<StationKind>, east_m: f64, bands_min: Vec<f64>) -> Option<Verdict> {
    let small = Station { kind: StationKind::Small, ..station("小", (0.0, 0.0), 1.0) };
    let other = kind.map(|kind| Station { kind, ..station("另", (east_m, 0.0), 1.0) });
    let stations = std::iter::once(small).chain(other).collect();
    let question = Coverage { bands_min, lattice_m: 50.0, ..Coverage::default() };
    let drawn = layers(vec![road(&[(0.0, 0.0), (9000.0, 0.0)])], stations, Vec::new());
    let boundary = rectangle((-500.0, -500.0), (9500.0, 500.0));
    let (area, rules) = (StudyArea::builder().layers(drawn).boundary(boundary).build(), Rules::load(None).unwrap());
    let findings = question.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    let check = findings.checks.iter().find(|check| check.subject == "小" && check.rule == "station.small_adjoins");
    check.map(|check| check.verdict)
}

#[test]
fn the_area_of_a_small_station_adjoins_that_of_a_full_one() {
    let bands = || vec![5.0];
    assert_eq!(small_beside(Some(StationKind::FirstClass), 1000.0, bands()), Some(Verdict::Pass));
    assert_eq!(small_beside(Some(StationKind::Small), 1000.0, bands()), Some(Verdict::Fail));
    assert_eq!(small_beside(Some(StationKind::Unknown), 1000.0, bands()), Some(Verdict::Undetermined));
    assert_eq!(small_beside(None, 0.0, bands()), Some(Verdict::Fail));
    // The areas part the county, whatever is reached in time; without a map nobody knows them.
    assert_eq!(small_beside(Some(StationKind::FirstClass), 9000.0, bands()), Some(Verdict::Pass));
    assert_eq!(small_beside(Some(StationKind::FirstClass), 1000.0, Vec::new()), Some(Verdict::Undetermined));
}
