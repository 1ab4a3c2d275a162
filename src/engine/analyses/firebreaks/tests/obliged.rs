//! What the notices ask of towns and ranges, on sketches whose answers are known on paper.

use super::*;
use fireplan_model::findings::Check;
use fireplan_model::grid::Grid;
use fireplan_model::layers::{
    CheckpostKind, FacilityState, FirePipe, Helipad, Incident, Lookout, LookoutKind, PadSurface, Town, WorkSite,
};
use fireplan_model::rows::Row;

pub(super) fn town(name: &str, low: (f64, f64), high: (f64, f64)) -> Town {
    Town { name: name.to_owned(), ..Town::blank(rectangle(low, high)).unwrap() }
}

/// The square forest before the city, in one town.
pub(super) fn one_town() -> Layers {
    Layers { towns: vec![town("甲镇", (-2000.0, -2000.0), (3000.0, 3000.0))], ..facing_city() }
}

fn run_with(layers: Layers, elevation: Option<Grid>) -> Findings {
    let mut area = StudyArea::builder().layers(layers);
    if let Some(elevation) = elevation {
        area = area.elevation(elevation);
    }
    let (area, rules) = (area.build(), Rules::load(Some("kaizhou")).unwrap());
    Firebreaks::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap()
}

pub(super) fn checks<'f>(findings: &'f Findings, rule: &str, subject: &str) -> Vec<&'f Check> {
    let key = format!("firebreak.{rule}");
    findings.checks.iter().filter(|check| check.rule == key && check.subject == subject).collect()
}

pub(super) fn verdict(findings: &Findings, rule: &str, subject: &str) -> (Verdict, Option<f64>) {
    let found = checks(findings, rule, subject);
    assert_eq!(found.len(), 1, "{rule} of {subject}");
    (found[0].verdict, found[0].measured)
}

/// A cell of the table of what is asked of towns.
fn duty(findings: &Findings, task: &str, name: &str) -> Value {
    let table = findings.tables.iter().find(|table| table.id == "forest_town_duties").unwrap();
    let at = |name: &str| table.columns.iter().position(|column| column.name == name).unwrap();
    let row = table.rows.iter().find(|row| row[at("task")].as_str() == Some(task)).unwrap();
    row[at(name)].clone()
}

#[test]
fn a_zone_is_built_where_barriers_stand_along_all_of_it() {
    let guarded = |to: f64, width_m| {
        let barriers = vec![belt(&[(-5.0, 120.0), (to, 120.0)], width_m)];
        run(Layers { barriers, ..one_town() })
    };
    let built = guarded(1005.0, Some(30.0));
    assert_eq!(verdict(&built, "zone_urban_m", "甲镇"), (Verdict::Pass, Some(100.0)));
    assert_eq!(verdict(&built, "zone_urban_m", "山系01"), (Verdict::Pass, Some(100.0)));
    assert!(checks(&built, "zone_town_m", "甲镇").is_empty(), "nothing faces a village");

    let half = guarded(500.0, Some(30.0));
    let (broken, measured) = verdict(&half, "zone_urban_m", "甲镇");
    assert!(broken == Verdict::Fail && (measured.unwrap() - 50.0).abs() < 1.0, "{measured:?}");
    let missing = duty(&half, "zone_urban", "missing").as_f64().unwrap();
    assert!((missing - 500.0).abs() <= 10.0, "{missing}");
    assert_eq!(duty(&half, "zone_urban", "due").as_str(), Some("2025-12-31"));

    // A belt of unknown width may do, and without a layer of barriers any edge may have one.
    assert_eq!(verdict(&guarded(1005.0, None), "zone_urban_m", "甲镇"), (Verdict::Undetermined, None));
    assert_eq!(verdict(&run(one_town()), "zone_urban_m", "甲镇"), (Verdict::Undetermined, None));
}

#[test]
fn what_is_measured_and_what_is_asked_stand_apart_and_say_on_what_they_rest() {
    let barriers = vec![belt(&[(-5.0, 120.0), (500.0, 120.0)], Some(30.0))];
    let findings = run(Layers { barriers, ..one_town() });
    let check = checks(&findings, "zone_urban_m", "甲镇")[0];
    let text = &check.text.zh;
    assert!(text.contains("200 m") && text.contains("要求 ≥ 100 %") && text.contains("开州府办发"), "{text}");
    assert!(text.contains("尚缺") && text.contains("未核实"), "{text}");
    assert_eq!((check.bound.as_str(), check.obliged.due.as_str()), ("≥ 100 %", "2025-12-31"));
    assert!(check.obliged.unverified);
}

#[test]
fn a_gap_says_in_which_range_and_stand_it_lies_and_what_ground_it_takes() {
    let mut layers = one_town();
    layers.forests[0].kind = "公益林".to_owned();
    layers.forests[0].protected = Some(true);
    let findings = run(layers);
    let told = |name: &str| column(&findings, "firebreak_gaps", name);
    let words = |name: &str| told(name).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(!words("range").is_empty());
    assert!(words("range").iter().all(|range| range == "山系01"), "{:?}", words("range"));
    assert!(words("stand_kind").iter().all(|kind| kind == "公益林"));
    assert!(told("protected").iter().all(|protected| *protected == Value::Bool(true)));
    let numbers = |name: &str| told(name).iter().map(|value| value.as_f64().unwrap_or(0.0)).collect::<Vec<_>>();
    let missing_m = numbers("required_m").into_iter().zip(numbers("width_m")).map(|(asked, found)| asked - found);
    for ((length_m, missing_m), area_hm2) in numbers("length_m").into_iter().zip(missing_m).zip(numbers("area_hm2")) {
        assert!((area_hm2 - length_m * missing_m / 1e4).abs() < 0.006, "{length_m} by {missing_m} is not {area_hm2}");
    }
}

#[test]
fn gaps_too_short_to_be_listed_do_not_break_a_zone() {
    let hole = |to: f64| {
        let barriers =
            vec![belt(&[(-5.0, 120.0), (500.0, 120.0)], Some(30.0)), belt(&[(to, 120.0), (1005.0, 120.0)], Some(30.0))];
        verdict(&run(Layers { barriers, ..one_town() }), "zone_urban_m", "甲镇").0
    };
    assert_eq!((hole(510.0), hole(560.0)), (Verdict::Pass, Verdict::Fail));
}

#[test]
fn without_settlements_nobody_knows_which_edges_face_one() {
    let findings = run(Layers { built_up: Vec::new(), ..one_town() });
    assert_eq!(verdict(&findings, "zone_town_m", "甲镇"), (Verdict::Undetermined, None));
    assert_eq!(verdict(&findings, "zone_urban_m", "甲镇"), (Verdict::Undetermined, None));
}

#[test]
fn without_forest_in_a_town_nothing_is_asked_of_it_and_without_towns_ranges_remain() {
    let bare = town("无林乡", (5000.0, 5000.0), (6000.0, 6000.0));
    let mut layers = one_town();
    layers.towns.push(bare);
    assert!(!run(layers).checks.iter().any(|check| check.subject == "无林乡"));
    let findings = run(facing_city());
    assert_eq!(verdict(&findings, "helipads", "山系01"), (Verdict::Undetermined, None));
    let empty = run(Layers { forests: Vec::new(), ..one_town() });
    assert!(empty.checks.is_empty(), "{:?}", empty.checks);
}

fn pool(kind: WaterKind, (x, y): (f64, f64)) -> WaterSource {
    water(kind, Point::new(x, y).into(), None)
}

fn pipe(points: &[(f64, f64)], state: FacilityState) -> FirePipe {
    FirePipe { state, ..FirePipe::blank(LineString::from(points.to_vec())).unwrap() }
}

/// A pool in the west, a tank in the east of the forest, and a tank by itself.
fn piped(fire_pipes: Vec<FirePipe>) -> Findings {
    let water_sources = vec![
        pool(WaterKind::Pool, (100.0, 500.0)),
        pool(WaterKind::Tank, (900.0, 500.0)),
        pool(WaterKind::Tank, (500.0, 900.0)),
    ];
    run(Layers { water_sources, fire_pipes, ..one_town() })
}

#[test]
fn pipes_connect_pools_whose_ends_they_reach() {
    use FacilityState::{OutOfService, Planned, Unknown, Working};
    let rule = "pipes_connected_percent";
    let through = |state| pipe(&[(103.0, 500.0), (900.0, 500.0)], state);
    let share = |pipes| verdict(&piped(pipes), rule, "甲镇");
    let (broken, measured) = share(vec![through(Working)]);
    assert!(broken == Verdict::Fail && (measured.unwrap() - 200.0 / 3.0).abs() < 1e-9, "{measured:?}");
    // A branch from the middle of the pipe brings in the third.
    let branch = pipe(&[(500.0, 502.0), (500.0, 900.0)], Working);
    assert_eq!(share(vec![through(Working), branch.clone()]), (Verdict::Pass, Some(100.0)));
    // A pipe that is broken or only planned connects nothing, one of unknown state perhaps.
    assert_eq!(share(vec![through(OutOfService)]).1, Some(0.0));
    assert_eq!(share(vec![through(Planned)]).1, Some(0.0));
    assert_eq!(share(vec![through(Unknown), branch]), (Verdict::Undetermined, None));
    // No layer of pipes: not known.
    assert_eq!(share(Vec::new()), (Verdict::Undetermined, None));
    let basis = |pipes| duty(&piped(pipes), "pipes", "basis").to_string();
    assert_eq!(basis(Vec::new()), "not_judged", "nothing was held against the clause");
    assert_eq!(basis(vec![through(Working)]), "verified");
}

#[test]
fn a_town_without_pools_has_none_to_connect() {
    let west = town("甲镇", (-2000.0, -2000.0), (500.0, 3000.0));
    let east = town("乙镇", (500.0, -2000.0), (3000.0, 3000.0));
    let water_sources = vec![pool(WaterKind::Pool, (100.0, 500.0)), pool(WaterKind::Tank, (300.0, 500.0))];
    let fire_pipes = vec![pipe(&[(100.0, 500.0), (300.0, 500.0)], FacilityState::Working)];
    let findings = run(Layers { water_sources, fire_pipes, towns: vec![west, east], ..facing_city() });
    let rule = "pipes_connected_percent";
    assert_eq!(verdict(&findings, rule, "甲镇"), (Verdict::Pass, Some(100.0)));
    assert!(checks(&findings, rule, "乙镇").is_empty(), "nothing there is to be connected");
    assert!(!checks(&findings, "helipads", "乙镇").is_empty(), "its forest is asked for the rest");
}

/// All are to be connected with one another: of two systems beside one another the larger counts.
#[test]
fn pools_of_two_systems_are_not_connected_with_one_another() {
    use FacilityState::{Unknown, Working};
    let at = [(100.0, 200.0), (300.0, 200.0), (100.0, 800.0), (300.0, 800.0)];
    let water_sources = || at.iter().map(|&at| pool(WaterKind::Pool, at)).collect();
    let share = |state: Option<FacilityState>| {
        let mut fire_pipes =
            vec![pipe(&[(100.0, 200.0), (300.0, 200.0)], Working), pipe(&[(100.0, 800.0), (300.0, 800.0)], Working)];
        fire_pipes.extend(state.map(|state| pipe(&[(100.0, 200.0), (100.0, 800.0)], state)));
        verdict(
            &run(Layers { water_sources: water_sources(), fire_pipes, ..one_town() }),
            "pipes_connected_percent",
            "甲镇",
        )
    };
    assert_eq!(share(None), (Verdict::Fail, Some(50.0)));
    assert_eq!(share(Some(Working)), (Verdict::Pass, Some(100.0)));
    assert_eq!(share(Some(Unknown)), (Verdict::Undetermined, None));
}

#[test]
fn pipes_that_cross_do_not_join_and_a_pool_drawn_twice_is_one() {
    use FacilityState::Working;
    let across = pipe(&[(100.0, 500.0), (900.0, 500.0)], Working);
    let over = pipe(&[(500.0, 100.0), (500.0, 900.0)], Working);
    let findings = piped(vec![across, over]);
    let links: Vec<String> = column(&findings, "forest_pools", "link").iter().map(ToString::to_string).collect();
    assert_eq!(links, ["connected", "connected", "apart"]);
    let systems: Vec<String> = column(&findings, "forest_pools", "system").iter().map(ToString::to_string).collect();
    assert_eq!(systems, ["管网01", "管网01", "管网02"]);

    let water_sources = vec![pool(WaterKind::Pool, (100.0, 500.0)), pool(WaterKind::Pool, (100.5, 500.0))];
    let fire_pipes = vec![pipe(&[(100.0, 500.0), (300.0, 500.0)], Working)];
    let twice = run(Layers { water_sources, fire_pipes, ..one_town() });
    assert_eq!(verdict(&twice, "pipes_connected_percent", "甲镇"), (Verdict::Fail, Some(0.0)));
    assert_eq!(column(&twice, "forest_pools", "link").len(), 1);
}

fn pad(surface: PadSurface, sides: (Option<f64>, Option<f64>), slope_percent: Option<f64>) -> Helipad {
    let blank = Helipad::blank(Point::new(500.0, 500.0)).unwrap();
    Helipad {
        name: "一号坪".to_owned(),
        surface,
        length_m: sides.0,
        width_m: sides.1,
        slope_percent,
        clear_m: Some(30.0),
        state: FacilityState::Working,
        ..blank
    }
}

#[test]
fn a_pad_exactly_at_its_bounds_meets_them() {
    use PadSurface::{Concrete, Earth, Grass, Unknown};
    let held = |pad: Helipad| -> Vec<(String, Verdict)> {
        let findings = run(Layers { helipads: vec![pad], ..one_town() });
        let own = findings.checks.iter().filter(|check| check.subject == "一号坪");
        own.map(|check| (check.rule.replace("firebreak.helipad_", ""), check.verdict)).collect()
    };
    let both = |a, b| (Some(a), Some(b));
    let verdicts = |pad| held(pad).into_iter().map(|(_, verdict)| verdict).collect::<Vec<_>>();
    use Verdict::{Pass, Undetermined, Warn};
    assert_eq!(verdicts(pad(Concrete, both(40.0, 40.0), Some(2.0))), [Pass, Pass, Pass]);
    assert_eq!(verdicts(pad(Concrete, both(40.0, 39.9), Some(2.1))), [Warn, Warn, Pass]);
    assert_eq!(verdicts(pad(Earth, both(50.0, 49.0), None)), [Warn, Undetermined, Pass]);
    // Which side is called the length does not matter.
    assert_eq!(verdicts(pad(Grass, both(60.0, 80.0), Some(0.0))), [Pass, Pass, Pass, Pass]);
    assert_eq!(verdicts(pad(Grass, both(70.0, 70.0), Some(0.0))), [Pass, Warn, Pass, Pass]);
    // One side alone decides only if it is too short.
    assert_eq!(verdicts(pad(Concrete, (Some(60.0), None), None)), [Undetermined, Undetermined, Pass]);
    assert_eq!(verdicts(pad(Concrete, (None, Some(30.0)), None))[0], Warn);
    assert_eq!(verdicts(pad(Unknown, both(30.0, 90.0), None))[0], Warn);
    assert_eq!(verdicts(pad(Unknown, both(90.0, 90.0), None))[0], Undetermined);
    let planned = Helipad { state: FacilityState::Planned, ..pad(Concrete, both(1.0, 1.0), None) };
    assert!(held(planned).is_empty());
}

#[test]
fn a_town_has_a_pad_in_it_or_near_its_forest() {
    let at =
        |x: f64, state| Helipad { geometry: Point::new(x, 500.0), state, ..pad(PadSurface::Grass, (None, None), None) };
    let held = |pad| verdict(&run(Layers { helipads: vec![pad], ..one_town() }), "helipads", "甲镇");
    // The forest ends at 1000 m; helicopters are reckoned with 5000 m.
    assert_eq!(held(at(5999.0, FacilityState::Working)), (Verdict::Pass, Some(1.0)));
    assert_eq!(held(at(6001.0, FacilityState::Working)), (Verdict::Fail, Some(0.0)));
    assert_eq!(held(at(500.0, FacilityState::OutOfService)), (Verdict::Fail, Some(0.0)));
    assert_eq!(held(at(500.0, FacilityState::Unknown)), (Verdict::Undetermined, None));
    assert_eq!(verdict(&run(one_town()), "helipads", "甲镇"), (Verdict::Undetermined, None));
}

fn lookout((x, y): (f64, f64), height_m: Option<f64>, range_m: Option<f64>) -> Lookout {
    let blank = Lookout::blank(Point::new(x, y)).unwrap();
    Lookout { kind: LookoutKind::Camera, height_m, range_m, state: FacilityState::Working, ..blank }
}

/// Ground of 50 m cells over the sketch; `height` by the middle of a cell.
fn ground(height: impl Fn(f64, f64) -> f32) -> Grid {
    let (columns, rows, origin) = (100, 100, Coord { x: -2000.0, y: 3000.0 });
    let mut grid = Grid { origin, cell_m: 50.0, columns, rows, values: Vec::new() };
    grid.values = (0..columns * rows)
        .map(|cell| {
            let at = grid.center(cell % columns, cell / columns);
            height(at.x, at.y)
        })
        .collect();
    grid
}

fn watched(lookouts: Vec<Lookout>, elevation: Option<Grid>) -> (Verdict, Option<f64>) {
    verdict(&run_with(Layers { lookouts, ..one_town() }, elevation), "watched_percent", "甲镇")
}

#[test]
fn a_camera_on_flat_ground_sees_the_forest_within_its_range() {
    let flat = || Some(ground(|_, _| 100.0));
    let middle = (500.0, 500.0);
    assert_eq!(watched(vec![lookout(middle, Some(30.0), Some(900.0))], flat()), (Verdict::Pass, Some(100.0)));
    // Of the 100 places of the lattice 8 in each quarter lie within 300 m: (50, 50), (50, 150), (50, 250), (150, 150) and so on.
    let (broken, seen) = watched(vec![lookout(middle, Some(30.0), Some(300.0))], flat());
    assert_eq!((broken, seen), (Verdict::Warn, Some(32.0)));
    // Out of use, or under the canopy, it sees nothing.
    let dead = Lookout { state: FacilityState::OutOfService, ..lookout(middle, Some(30.0), Some(900.0)) };
    assert_eq!(watched(vec![dead], flat()).1, Some(0.0));
    let below = Lookout { kind: LookoutKind::Infrared, ..lookout(middle, Some(30.0), Some(900.0)) };
    assert_eq!(watched(vec![below], flat()).1, Some(0.0));
}

#[test]
fn what_a_hill_hides_is_not_seen_and_drawn() {
    // A wall 200 m high runs from north to south behind x = 500; the camera stands in the west.
    let wall = || Some(ground(|x, _| if (500.0..550.0).contains(&x) { 200.0 } else { 0.0 }));
    let camera = || lookout((-400.0, 500.0), Some(20.0), Some(5000.0));
    let findings = run_with(Layers { lookouts: vec![camera()], ..one_town() }, wall());
    let (broken, seen) = verdict(&findings, "watched_percent", "甲镇");
    assert!(broken == Verdict::Warn && (40.0..=60.0).contains(&seen.unwrap()), "{seen:?}");
    let unseen = sum(&findings, "unseen_forest", "area_hm2") * scale2();
    assert!((unseen - (100.0 - seen.unwrap())).abs() < 1.0, "{unseen}");
    // A second one behind it sees the rest.
    assert_eq!(watched(vec![camera(), lookout((1400.0, 500.0), Some(20.0), Some(5000.0))], wall()).0, Verdict::Pass);
}

#[test]
fn facts_missing_of_lookouts_or_ground_leave_the_share_open() {
    let flat = || Some(ground(|_, _| 100.0));
    let middle = (500.0, 500.0);
    let open = (Verdict::Undetermined, None);
    let sighted = || lookout(middle, Some(30.0), Some(900.0));
    assert_eq!(watched(vec![sighted()], None), open, "no elevation");
    assert_eq!(watched(Vec::new(), flat()), open, "no lookouts");
    assert_eq!(watched(vec![lookout(middle, Some(30.0), None)], flat()), open, "no range");
    assert_eq!(watched(vec![lookout(middle, None, Some(900.0))], flat()), open, "no height");
    assert_eq!(watched(vec![Lookout { state: FacilityState::Unknown, ..sighted() }], flat()), open, "no state");
    // Heights missing under half of the forest; a lookout beyond the grid.
    assert_eq!(watched(vec![sighted()], Some(ground(|x, _| if x > 600.0 { f32::NAN } else { 100.0 }))), open);
    assert_eq!(watched(vec![lookout((9000.0, 500.0), Some(30.0), Some(9900.0))], flat()), open);
    // One that is too far away changes nothing.
    assert_eq!(watched(vec![lookout((9000.0, 500.0), Some(30.0), Some(900.0))], flat()).1, Some(0.0));
}

fn checkpost(x: f64, y: f64) -> Checkpost {
    let blank = Checkpost::blank(Point::new(x, y)).unwrap();
    Checkpost { name: "检查站".to_owned(), kind: CheckpostKind::Simple, ..blank }
}

/// A road into the forest, a work site in it, a village beside it with a road, and a fire at its north.
fn four_places(checkposts: Vec<Checkpost>) -> Layers {
    let site = |x: f64| WorkSite { name: "采伐点".to_owned(), ..WorkSite::blank(Point::new(x, 700.0)).unwrap() };
    let fire = Incident { name: "火警".to_owned(), ..Incident::blank(Point::new(300.0, 1100.0)).unwrap() };
    Layers {
        roads: vec![road(&[(500.0, -200.0), (500.0, 400.0)]), road(&[(1100.0, 800.0), (1900.0, 800.0)])],
        built_up: vec![built_up("东村", BuiltUpKind::Village, rectangle((1150.0, 700.0), (1250.0, 900.0)))],
        work_sites: vec![site(700.0), site(-700.0)],
        incidents: vec![fire],
        checkposts,
        ..one_town()
    }
}

#[test]
fn four_kinds_of_places_must_be_watched() {
    let findings = run(four_places(vec![checkpost(500.0, 0.0)]));
    let kinds: Vec<String> = column(&findings, "forest_entries", "place").iter().map(ToString::to_string).collect();
    // The village's two exits lie 100 m apart, and are one; its nearest edge is 150 m away, too far to be fire-prone.
    assert_eq!(kinds, ["entry", "exit", "work_site", "edge"]);
    let watch: Vec<String> = column(&findings, "forest_entries", "watch").iter().map(ToString::to_string).collect();
    assert_eq!(watch, ["watched", "proposed", "proposed", "proposed"]);
    let (broken, farthest) = verdict(&findings, "checkpost_reach_m", "甲镇");
    // No road leads from the post to the village.
    assert!(broken == Verdict::Warn && farthest.is_none(), "{farthest:?}");
    assert_eq!(duty(&findings, "posts", "missing").as_f64(), Some(3.0));
}

/// The notice asks for standard or simple checkposts; smart gates are a task of their own.
#[test]
fn a_smart_gate_is_no_checkpost_and_one_of_unknown_kind_may_be_one() {
    let places = [(500.0, 0.0), (1150.0, 800.0), (700.0, 700.0), (300.0, 1000.0)];
    let with = |kind| {
        let posts = places.iter().map(|&(x, y)| Checkpost { kind, ..checkpost(x, y) }).collect();
        let findings = run(four_places(posts));
        let watch = column(&findings, "forest_entries", "watch")[0].to_string();
        (verdict(&findings, "checkpost_reach_m", "甲镇").0, watch)
    };
    assert_eq!(with(CheckpostKind::Standard), (Verdict::Pass, "watched".to_owned()));
    assert_eq!(with(CheckpostKind::SmartGate).0, Verdict::Warn);
    assert_eq!(with(CheckpostKind::Unknown), (Verdict::Undetermined, "kind_unknown".to_owned()));
}

#[test]
fn a_town_is_watched_if_all_its_places_are_and_nothing_is_missing_from_the_map() {
    let posts =
        || vec![checkpost(500.0, 0.0), checkpost(1150.0, 800.0), checkpost(700.0, 700.0), checkpost(300.0, 1000.0)];
    let (met, farthest) = verdict(&run(four_places(posts())), "checkpost_reach_m", "甲镇");
    assert!(met == Verdict::Pass && farthest.unwrap() <= 300.0, "{farthest:?}");
    // Where nobody drew work sites there may be more of them.
    let undrawn = Layers { work_sites: Vec::new(), ..four_places(posts()) };
    assert_eq!(verdict(&run(undrawn), "checkpost_reach_m", "甲镇"), (Verdict::Undetermined, None));
    // Without a list of checkposts nobody knows.
    assert_eq!(verdict(&run(four_places(Vec::new())), "checkpost_reach_m", "甲镇"), (Verdict::Undetermined, None));
}
