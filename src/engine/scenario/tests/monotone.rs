//! What only adds, or only takes away what is in the way, never makes a headline worse: random areas and edits.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::drawing::*;
use crate::analysis::Context;
use crate::request::Request;
use crate::scenario::*;
use fireplan_model::findings::{Figure, Findings, Verdict};
use fireplan_model::layers::{
    Building, BuiltUp, BuiltUpKind, Forest, Hydrant, HydrantState, Layers, Obstacle, ObstaclePassage, Oneway, Road,
    WaterKind, WaterSource,
};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Row;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::Edit;
use fireplan_model::sketch;

/// A street with lanes to a village each, which are narrow or wide, bear little or much, and are barred or not.
fn area(lanes: &[(f64, Option<f64>, Option<f64>, bool)]) -> StudyArea {
    let mut layers = Layers { roads: vec![street()], ..Layers::default() };
    layers.stations.push(sketch::station("甲站", (0.0, 0.0), 1.0));
    layers.water_sources.push(WaterSource {
        kind: WaterKind::Pool,
        volume_m3: Some(200.0),
        source_id: "W1".to_owned(),
        ..WaterSource::blank(geo::Geometry::Point(geo::Point::new(50.0, 20.0))).unwrap()
    });
    for (at, (long_m, width_m, load_t, barred)) in lanes.iter().enumerate() {
        let x = 300.0 + 400.0 * at as f64;
        let lane = sketch::road(&[(x, 0.0), (x, *long_m)]);
        layers.roads.push(Road { width_m: *width_m, load_t: *load_t, ..named(&format!("L{at}"), lane) });
        layers.villages.push(sketch::village(&format!("{at}村"), (x, long_m + 10.0)));
        if *barred {
            layers.obstacles.push(Obstacle {
                source_id: format!("Z{at}"),
                passage: ObstaclePassage::Fixed,
                ..Obstacle::blank(geo::Point::new(x, long_m / 2.0)).unwrap()
            });
        }
    }
    sketch::area(layers)
}

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::load(None).unwrap());

/// Figures that count what is lacking: less is better.
const COUNTS: [&str; 3] = ["sole_link_villages", "fragile_roads", "dead_ends"];

/// What is held against a clause, the better the greater, by rule and subject; of several the worst.
fn verdicts(findings: &Findings) -> Vec<(String, f64)> {
    let mut worst: BTreeMap<String, f64> = BTreeMap::new();
    for check in &findings.checks {
        let rank = match check.verdict {
            Verdict::Pass => 0.0,
            Verdict::Undetermined => -1.0,
            Verdict::Warn => -2.0,
            Verdict::Fail | Verdict::Overdue => -3.0,
        };
        let known = worst.entry(format!("{} {}", check.rule, check.subject)).or_insert(rank);
        *known = known.min(rank);
    }
    worst.into_iter().collect()
}

/// The shares that a plan quotes of an analysis: more is better. Of a time less is, which counts down from zero, as do counts of
/// what is lacking; and what is held against clauses.
fn shares(area: &StudyArea, analysis: &str) -> Vec<(String, f64)> {
    let request = Request::from_parts(analysis, serde_json::Map::new()).unwrap();
    let findings = request.run(&Context { area, rules: &RULES, progress: &Silent }).unwrap();
    let wanted = [
        "villages_in_limit_percent",
        "standard_villages_percent",
        "standard_people_percent",
        "villages_percent",
        "people_percent",
        "worst_village_min",
    ];
    let wanted: Vec<&str> = wanted.into_iter().chain(COUNTS).collect();
    let judged = verdicts(&findings);
    let figures = findings.figures.into_iter().filter(|figure| wanted.contains(&figure.name.as_str()));
    let of_figure = |figure: Figure| {
        let range = figure.range.map(|[low, high]| [("low", low), ("high", high)]);
        let is_time = figure.unit == "min" || COUNTS.contains(&figure.name.as_str());
        let range = range.filter(|_| !is_time);
        let value = figure.value.map(|value| ("value", if is_time { -value } else { value }));
        let parts: Vec<_> = range.into_iter().flatten().chain(value).collect();
        parts.into_iter().map(move |(part, value)| (format!("{} {part}", figure.name), value))
    };
    figures.flat_map(of_figure).chain(judged).collect()
}

fn figure(area: &StudyArea, analysis: &str, name: &str) -> Figure {
    let request = Request::from_parts(analysis, serde_json::Map::new()).unwrap();
    let findings = request.run(&Context { area, rules: &RULES, progress: &Silent }).unwrap();
    findings.figures.into_iter().find(|figure| figure.name == name).unwrap()
}

#[test]
fn a_village_that_only_the_scenario_reaches_is_told_beside_the_last_one() {
    let mut layers = area(&[(400.0, None, None, false)]).layers;
    layers.villages.push(sketch::village("远村", (2500.0, 3000.0)));
    let area = sketch::area(layers);
    let changed = apply_scenario(&plan(vec![draw(&area, "新路", &[(2500.0, 0.0), (2500.0, 2990.0)])]), &area).unwrap();
    let [before, after] = [&area, &changed].map(|area| figure(area, "coverage", "worst_village_min"));
    assert!(before.remark.zh.starts_with("0村；无法到达或未接入路网的村庄 1 个"), "{}", before.remark.zh);
    assert_eq!((before.value, before.range), (after.value, after.range));
    assert!(
        after.remark.zh.contains("方案新通达的村庄最迟") && after.remark.zh.contains("远村"),
        "{}",
        after.remark.zh
    );
    assert!(after.remark.zh.contains("；无法到达或未接入路网的村庄 0 个"), "{}", after.remark.zh);
}

/// A road to a village that no road led to hangs on itself, and has an end of its own.
#[test]
fn lists_that_grow_by_what_is_new_are_headed_by_those_of_today() {
    let mut layers = area(&[(400.0, Some(6.0), Some(60.0), false)]).layers;
    layers.villages.push(sketch::village("远村", (2500.0, 3000.0)));
    let area = sketch::area(layers);
    let changed = apply_scenario(&plan(vec![draw(&area, "新路", &[(2500.0, 0.0), (2500.0, 2990.0)])]), &area).unwrap();
    for name in COUNTS {
        let [before, after] = [&area, &changed].map(|area| figure(area, "access", name));
        assert!(after.value <= before.value, "{name}: {:?} → {:?}", before.value, after.value);
    }
    let told = figure(&changed, "access", "sole_link_villages").remark.zh;
    assert!(told.contains("以上为现状，方案新增、新通达的一并计入为 2"), "{told}");
}

/// A village behind a barrier is reached late once that is gone: today's last village heads the figure.
#[test]
fn a_late_village_that_is_opened_is_told_beside_the_last_one_of_today() {
    let area = area(&[(200.0, None, None, false), (3000.0, None, None, true)]);
    let changed = apply_scenario(&plan(vec![Edit::RemoveObstacle { obstacle: "Z1".to_owned() }]), &area).unwrap();
    let [before, after] = [&area, &changed].map(|area| figure(area, "coverage", "worst_village_min"));
    assert_eq!(before.value, after.value, "{} / {}", before.remark.zh, after.remark.zh);
    assert!(after.remark.zh.contains("一并计入为"), "{}", after.remark.zh);
    // The very label says of what it is, and what all comes to.
    assert!(after.label.zh.contains("现有的；连同新增、新通达的"), "{}", after.label.zh);
}

#[test]
fn a_planned_hydrant_on_which_much_hangs_makes_no_other_worse() {
    let house = |x: f64| Building {
        source_id: format!("{x}"),
        ..Building::blank(sketch::rectangle((x, 20.0), (x + 8.0, 28.0))).unwrap()
    };
    let mut layers = area(&[]).layers;
    layers.built_up.push(BuiltUp {
        kind: BuiltUpKind::Town,
        ..BuiltUp::blank(sketch::rectangle((-100.0, -100.0), (3_000.0, 200.0))).unwrap()
    });
    layers.buildings = [60.0, 1_500.0, 1_520.0, 1_540.0].map(house).to_vec();
    layers.hydrants.push(Hydrant {
        name: "老栓".to_owned(),
        source_id: "X1".to_owned(),
        state: HydrantState::Working,
        ..Hydrant::blank(geo::Point::new(60.0, 6.0)).unwrap()
    });
    let area = sketch::area(layers);
    let edit = serde_json::json!({ "edit": "add_hydrant", "name": "新栓", "at": lonlat(&area, 1_520.0, 6.0) });
    let changed = apply_scenario(&plan(vec![serde_json::from_value(edit).unwrap()]), &area).unwrap();
    let [before, after] = [&area, &changed].map(|area| figure(area, "hydrants", "worst_failure_buildings"));
    assert_eq!((before.value, after.value), (Some(1.0), Some(1.0)));
    assert!(after.remark.zh.contains("方案新建的消火栓最多 3 栋（新栓"), "{}", after.remark.zh);
}

#[test]
fn a_planned_road_into_the_forest_is_told_beside_the_checkposts_of_today() {
    let mut layers = area(&[(900.0, None, None, false)]).layers;
    let forest = sketch::rectangle((0.0, 500.0), (3_000.0, 3_000.0));
    layers.forests.push(Forest { name: "北山".to_owned(), ..Forest::blank(forest).unwrap() });
    let area = sketch::area(layers);
    let changed = apply_scenario(&plan(vec![draw(&area, "新路", &[(2_900.0, 0.0), (2_900.0, 900.0)])]), &area).unwrap();
    let [before, after] = [&area, &changed].map(|area| figure(area, "firebreaks", "new_checkposts"));
    assert_eq!((before.value, after.value), (Some(1.0), Some(1.0)), "{} / {}", before.remark.zh, after.remark.zh);
    assert!(after.remark.zh.starts_with("现有道路须 1 处（下界 1）；连同方案新建道路 2 处："), "{}", after.remark.zh);
}

#[test]
fn a_planned_junction_leaves_the_road_of_a_station_taken_to_pass() {
    let area = area(&[(100.0, Some(4.8), None, false)]);
    let plan = plan(vec![draw(&area, "新路", &[(200.0, 0.0), (200.0, 30.0)])]);
    let changed = apply_scenario(&plan, &area).unwrap();
    assert!(changed.network.segments.len() > area.network.segments.len() + 1, "it makes a junction");
    assert_eq!(shares(&area, "access"), shares(&changed, "access"));
}

#[test]
fn a_stub_takes_no_built_up_area_from_its_street() {
    let built_up = BuiltUp {
        kind: BuiltUpKind::Town,
        ..BuiltUp::blank(sketch::rectangle((500.0, 40.0), (700.0, 120.0))).unwrap()
    };
    let mut layers = area(&[]).layers;
    layers.built_up.push(built_up);
    let area = sketch::area(layers);
    let plan = plan(vec![draw(&area, "新路", &[(550.0, 60.0), (650.0, 60.0)])]);
    let changed = apply_scenario(&plan, &area).unwrap();
    assert_eq!(shares(&area, "access"), shares(&changed, "access"));
}

#[test]
fn a_stub_at_its_door_takes_no_station_from_its_street() {
    let street = Road { oneway: Oneway::Forward, ..street() };
    let layers = Layers {
        roads: vec![street],
        stations: vec![sketch::station("甲站", (10.0, 20.0), 1.0)],
        villages: vec![sketch::village("甲村", (1_000.0, 10.0))],
        ..Layers::default()
    };
    let area = sketch::area(layers);
    let plan = plan(vec![draw(&area, "新路", &[(10.0, 25.0), (60.0, 25.0)])]);
    let changed = apply_scenario(&plan, &area).unwrap();
    let (before, after) = (shares(&area, "coverage"), shares(&changed, "coverage"));
    assert_eq!(before, after);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Works on a road and a turnout that are accepted let nobody come later than today's facts, stated, estimated or counted.
    #[test]
    fn what_is_accepted_as_an_improvement_makes_nobody_later(
        lane in (100.0..900.0, prop::option::of(2.0..7.0), prop::option::of(1.0..30.0)),
        estimated in prop::option::of(2.0..7.0),
        turnout in prop::option::of(0.5..3.0),
        value in 2.0..7.0,
        kind in 0_usize..5,
    ) {
        let mut layers = area(&[(lane.0, lane.1, lane.2, false)]).layers;
        layers.roads[1].estimated_width_m = estimated;
        (layers.stations[0].turnout_min, layers.stations[0].turnout_night_min) = (turnout, turnout);
        let area = sketch::area(layers);
        let road = "L0".to_owned();
        let edit = match kind {
            0 => Edit::WidenRoad { road, width_m: value },
            1 => Edit::StrengthenRoad { road, load_t: 4.0 * value },
            2 => Edit::RaiseRoad { road, clear_height_m: value },
            3 => Edit::RegradeRoad { road, slope_percent: 4.0 * value },
            _ => serde_json::from_value(serde_json::json!({
                "edit": "upgrade_station", "station": "甲站", "turnout_min": value / 2.0,
            })).unwrap(),
        };
        if let Ok(changed) = apply_scenario(&plan(vec![edit.clone()]), &area) {
            let minutes = |area: &StudyArea| figure(area, "coverage", "worst_village_min").value.unwrap_or(f64::INFINITY);
            let (was, is) = (minutes(&area), minutes(&changed));
            prop_assert!(is <= was + 1e-9, "{edit:?}: {was} → {is} min");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn adding_and_clearing_never_makes_a_headline_worse(
        lanes in prop::collection::vec(
            (100.0..900.0, prop::option::of(1.5..7.0), prop::option::of(1.0..30.0), any::<bool>()), 1..6),
        from in prop::option::of((0.0..3000.0, -200.0..900.0)),
        to in (0.0..3000.0, 30.0..900.0),
        at in (0.0..3000.0, -50.0..900.0),
    ) {
        let area = area(&lanes);
        let place = lonlat(&area, at.0, at.1);
        let edit = |value: serde_json::Value| serde_json::from_value::<Edit>(value).unwrap();
        let mut edits = vec![
            draw(&area, "新路", &[from.unwrap_or((to.0, 0.0)), to]),
            edit(serde_json::json!({ "edit": "add_turnaround", "at": place, "side_m": 15.0 })),
            edit(serde_json::json!({ "edit": "add_hydrant", "name": "栓", "at": place })),
            edit(serde_json::json!({ "edit": "add_water", "name": "池", "at": place, "volume_m3": 200.0 })),
            edit(serde_json::json!({ "edit": "add_station", "name": "站", "at": lonlat(&area, at.0, 5.0) })),
        ];
        edits.extend(area.layers.obstacles.iter().map(|one| Edit::RemoveObstacle { obstacle: one.source_id.clone() }));
        let before = ["access", "coverage", "water"].map(|analysis| (analysis, shares(&area, analysis)));
        for edit in edits {
            let changed = apply_scenario(&plan(vec![edit.clone()]), &area).unwrap();
            for (analysis, before) in &before {
                let after = shares(&changed, analysis);
                for (name, was) in before {
                    let Some((_, is)) = after.iter().find(|(other, _)| other == name) else { continue };
                    prop_assert!(*is >= *was - 1e-9, "{edit:?}: {analysis} {name} {was} → {is}");
                }
            }
        }
    }
}

/// Under works and upgrades every figure is that of the changed area, also where it is worse than today's, which stands beside it.
#[test]
fn a_headline_under_works_and_upgrades_is_the_true_one() {
    use fireplan_model::layers::{Station, VehicleClass};
    let mut layers = area(&[(400.0, Some(3.0), None, false), (900.0, Some(6.0), Some(60.0), false)]).layers;
    let small = |station: Station| Station { vehicle_class: Some(VehicleClass::Small), ..station };
    let second = Station { source_id: "S2".to_owned(), ..small(sketch::station("乙站", (300.0, 0.0), 1.0)) };
    layers.stations = vec![sketch::station("甲站", (2_900.0, 0.0), 1.0), second];
    let area = sketch::area(layers.clone());
    let upgrade = serde_json::json!({ "edit": "upgrade_station", "station": "S2", "vehicle_class": "standard" });
    let changed = apply_scenario(&plan(vec![serde_json::from_value(upgrade).unwrap()]), &area).unwrap();
    layers.stations[1].vehicle_class = Some(VehicleClass::Standard);
    let by_hand = sketch::area(layers);
    let all = |area: &StudyArea, analysis: &str| {
        let request = Request::from_parts(analysis, serde_json::Map::new()).unwrap();
        let findings = request.run(&Context { area, rules: &RULES, progress: &Silent }).unwrap();
        let figures = findings.figures.into_iter().map(|figure| (figure.name, figure.value, figure.range));
        let checks = findings.checks.into_iter().map(|check| (check.subject, check.rule, check.verdict));
        (figures.collect::<Vec<_>>(), checks.collect::<Vec<_>>())
    };
    for analysis in ["access", "coverage", "water"] {
        assert_eq!(all(&changed, analysis), all(&by_hand, analysis), "{analysis}");
    }
    let [was, is] = [&area, &changed].map(|area| figure(area, "coverage", "worst_village_min"));
    assert_ne!(was.value, is.value);
    let told = format!("方案实施前 {}", was.value.unwrap());
    assert!(was.value > is.value || is.remark.zh.contains(&told), "{:?}", is.remark.zh);
}
