//! Which clause a lane is held against: GB 50016 in towns, GB 50039 in villages.

use super::*;
use fireplan_model::findings::Check;
use fireplan_model::rows::Row;
use fireplan_model::rules::{Choice, RuleProfile};

fn built_up(kind: BuiltUpKind, west: f64, east: f64) -> BuiltUp {
    BuiltUp { geometry: rectangle((west, -80.0), (east, 80.0)), name: "片".to_owned(), kind, source_id: String::new() }
}

/// A sound road with a neck from 2000 to 2500, a village at its end, and these built-up areas.
fn among(neck: Road, built_up: Vec<BuiltUp>) -> Findings {
    run(Layers { built_up, ..with_neck(neck) })
}

fn low(clear_height_m: f64) -> Road {
    Road { clear_height_m: Some(clear_height_m), ..sound(&[]) }
}

/// The verdicts about the village, by rule.
fn verdicts<'a>(findings: &'a Findings, entry: &str) -> Vec<(&'a str, Verdict)> {
    let about = |check: &&Check| check.subject == "村" && check.rule.ends_with(entry);
    findings.checks.iter().filter(about).map(|check| (check.rule.as_str(), check.verdict)).collect()
}

#[test]
fn a_low_village_lane_is_warned_of_by_the_clause_for_villages() {
    for (height_m, verdict) in [(3.7, Verdict::Warn), (3.99, Verdict::Warn), (4.0, Verdict::Pass)] {
        let findings = among(low(height_m), Vec::new());
        assert_eq!(verdicts(&findings, "clear_height_m"), [("village_lane.clear_height_m", verdict)], "{height_m}");
    }
    let findings = among(low(3.7), Vec::new());
    let check = findings.checks.iter().find(|check| check.measured == Some(3.7)).unwrap();
    assert!(check.cite.contains("GB 50039"), "{}", check.cite);
}

#[test]
fn in_a_town_the_same_lane_breaks_the_clause_for_towns() {
    for kind in [BuiltUpKind::Urban, BuiltUpKind::Town, BuiltUpKind::Industry] {
        let findings = among(low(3.7), vec![built_up(kind, -100.0, 4000.0)]);
        assert_eq!(verdicts(&findings, "clear_height_m"), [("fire_lane.clear_height_m", Verdict::Fail)], "{kind:?}");
    }
    // What nobody calls a town is none.
    for kind in [BuiltUpKind::Village, BuiltUpKind::Unknown] {
        let findings = among(low(3.7), vec![built_up(kind, -100.0, 4000.0)]);
        assert_eq!(verdicts(&findings, "clear_height_m"), [("village_lane.clear_height_m", Verdict::Warn)], "{kind:?}");
    }
}

#[test]
fn the_road_of_the_least_width_is_named() {
    let findings = among(Road { width_m: Some(3.6), name: "窄巷".to_owned(), ..sound(&[]) }, Vec::new());
    let check = findings.checks.iter().find(|check| check.rule == "village_lane.clear_width_m").unwrap();
    assert!(check.text.zh.contains("3.6 m（最小处在窄巷（颈））"), "{}", check.text.zh);
}

#[test]
fn a_way_is_held_part_by_part() {
    // The neck is outside of the town where the station stands.
    let findings = among(Road { width_m: Some(3.6), ..sound(&[]) }, vec![built_up(BuiltUpKind::Town, -100.0, 1000.0)]);
    let expected = [("fire_lane.clear_width_m", Verdict::Pass), ("village_lane.clear_width_m", Verdict::Warn)];
    assert_eq!(verdicts(&findings, "clear_width_m"), expected);
    // A neck that runs into a town is held against both; one that only touches it, against one.
    for (west, town) in [(2400.0, true), (2500.0, false), (2499.5, false)] {
        let findings = among(low(3.7), vec![built_up(BuiltUpKind::Town, west, 2600.0)]);
        let held = verdicts(&findings, "clear_height_m");
        assert_eq!(held.iter().any(|(rule, _)| *rule == "fire_lane.clear_height_m"), town, "{west}");
        assert!(held.contains(&("village_lane.clear_height_m", Verdict::Warn)));
    }
}

#[test]
fn an_unstated_width_is_undetermined_in_towns_and_villages() {
    for (kind, rule) in
        [(BuiltUpKind::Town, "fire_lane.clear_width_m"), (BuiltUpKind::Village, "village_lane.clear_width_m")]
    {
        let findings = among(Road { width_m: None, ..sound(&[]) }, vec![built_up(kind, -100.0, 4000.0)]);
        assert_eq!(verdicts(&findings, "clear_width_m"), [(rule, Verdict::Undetermined)]);
    }
}

/// A lane 200 m long into a block of houses without room to turn.
fn crowded_dead_end(built_up: Vec<BuiltUp>) -> Findings {
    let mut buildings = Vec::new();
    for step in -6..=6 {
        for row in -6..=6 {
            let (x, y) = (1000.0 + f64::from(step) * 8.0, 200.0 + f64::from(row) * 8.0);
            if step != 0 || row > 0 {
                let geometry = rectangle((x - 3.0, y - 3.0), (x + 3.0, y + 3.0));
                buildings.push(Row::blank(geometry).unwrap());
            }
        }
    }
    let lane = Road { name: "巷".to_owned(), ..sound(&[(1000.0, 0.0), (1000.0, 200.0)]) };
    let roads = vec![sound(&[(0.0, 0.0), (3000.0, 0.0)]), lane];
    run(Layers { buildings, built_up, ..layers(roads, vec![village("村", (1000.0, 150.0))]) })
}

#[test]
fn a_dead_end_needs_the_turnaround_of_where_it_ends() {
    let town =
        BuiltUp { geometry: rectangle((900.0, -50.0), (1100.0, 300.0)), ..built_up(BuiltUpKind::Town, 0.0, 1.0) };
    for (areas, rule, clause) in
        [(Vec::new(), "village_lane.turnaround_m", "GB 50039"), (vec![town], "fire_lane.turnaround_m", "GB 50016")]
    {
        let findings = crowded_dead_end(areas);
        let held: Vec<&Check> = findings.checks.iter().filter(|check| check.rule.ends_with("turnaround_m")).collect();
        let [check] = held[..] else { panic!("{held:?}") };
        assert_eq!((check.rule.as_str(), check.verdict), (rule, Verdict::Fail));
        assert!(check.cite.contains(clause), "{}", check.cite);
    }
}

#[test]
fn eight_percent_is_a_clause_for_towns_and_ten_for_all() {
    let steep = |built_up: Vec<BuiltUp>, slope_percent: f64| {
        let neck = Road { slope_percent: Some(slope_percent), ..sound(&[]) };
        let mut area = area(Layers { built_up, ..with_neck(neck) });
        let values = vec![0.0; 140 * 7];
        area.elevation =
            Some(Grid { origin: Coord { x: -90.0, y: 105.0 }, cell_m: 30.0, columns: 140, rows: 7, values });
        ask(&FireAccess::default(), &area)
    };
    let findings = steep(Vec::new(), 9.0);
    assert!(verdicts(&findings, "lane.slope_percent").is_empty());
    assert_eq!(verdicts(&findings, "slope_laden_percent"), [("fire_lane.slope_laden_percent", Verdict::Pass)]);
    let findings = steep(Vec::new(), 10.5);
    assert_eq!(verdicts(&findings, "slope_laden_percent"), [("fire_lane.slope_laden_percent", Verdict::Fail)]);
    let findings = steep(vec![built_up(BuiltUpKind::Town, -100.0, 4000.0)], 9.0);
    assert_eq!(verdicts(&findings, "lane.slope_percent"), [("fire_lane.slope_percent", Verdict::Warn)]);
}

#[test]
fn the_lanes_of_an_old_town_are_held_whoever_drives_there() {
    let with = |width_m: Option<f64>, status: &str| {
        let mut town = Town::blank(rectangle((500.0, -500.0), (1500.0, 500.0))).unwrap();
        (town.name, town.status) = ("甲镇".to_owned(), status.to_owned());
        let alley = Road { width_m, ..sound(&[(1000.0, 0.0), (1000.0, 70.0)]) };
        let roads = vec![sound(&[(0.0, 0.0), (3000.0, 0.0)]), alley];
        let built_up = vec![built_up(BuiltUpKind::Town, 900.0, 1100.0)];
        let findings =
            run(Layers { built_up, towns: vec![town], ..layers(roads, vec![village("村", (3000.0, 0.0))]) });
        let of_town = findings.checks.into_iter().filter(|check| check.subject == "甲镇");
        of_town.map(|check| (check.rule, check.verdict)).collect::<Vec<_>>()
    };
    let held = |verdict| [("fire_lane.clear_width_m".to_owned(), verdict)];
    assert_eq!(with(Some(3.9), "历史文化名镇"), held(Verdict::Fail));
    assert_eq!(with(Some(4.0), "历史文化名镇"), held(Verdict::Pass));
    assert_eq!(with(None, "历史文化名镇"), held(Verdict::Undetermined));
    assert!(with(Some(3.9), "").is_empty());
}

/// A notice of one town widens the lanes there; the way through the other is held against what stands everywhere.
#[test]
fn a_way_through_two_towns_is_held_against_the_lanes_of_each() {
    let town = |name: &str, west: f64, east: f64| Town {
        name: name.to_owned(),
        ..Town::blank(rectangle((west, -500.0), (east, 500.0))).unwrap()
    };
    let towns = vec![town("甲镇", -500.0, 1900.0), town("乙镇", 1900.0, 3500.0)];
    let neck = Road { width_m: Some(5.0), ..sound(&[]) };
    let area = area(Layers { towns, ..with_neck(neck) });
    let held = |named: &str| {
        let text = format!(
            "title = \"试\"\ndocument = \"试\"\ndate = \"2026-01-01\"\n[village_lane.clear_width_m]\nat_least = 7\ncite = \"通知\"\n\
             force = \"policy\"\nconfidence = \"S\"\ntowns = [\"{named}\"]\n"
        );
        let profile = Some(RuleProfile::Own { file: "shi.toml".to_owned(), text });
        let rules = Rules::load_choice(Choice { profile, ..Choice::default() }).unwrap();
        let findings = FireAccess::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
        let about = |check: &&Check| check.subject == "村" && check.rule == "village_lane.clear_width_m";
        let checks = findings.checks.iter().filter(about);
        checks.map(|check| (check.cite == "通知", check.measured, check.verdict)).collect::<Vec<_>>()
    };
    let (here, there) = ((true, Verdict::Fail), (false, Verdict::Pass));
    let with = |(is_local, verdict): (bool, Verdict), m: f64| (is_local, Some(m), verdict);
    assert_eq!(held("甲镇"), [with(here, 6.0), with(there, 5.0)]);
    assert_eq!(held("乙镇"), [with(there, 6.0), with(here, 5.0)]);
    assert_eq!(held("丙镇"), [with(there, 5.0)], "one check where one clause holds everywhere");
}
