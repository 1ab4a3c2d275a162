//! Small layouts with the answer known: a road of 20 km with villages beside it, stations at its ends.

use serde_json::json;

use super::*;
use crate::analysis::Context;
use crate::request::Request;
use fireplan_model::findings::Verdict;
use fireplan_model::layers::{BuiltUp, BuiltUpKind, Layers, Road, Surface};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Row;
use fireplan_model::rows::Value;
use fireplan_model::rules::Rules;
use fireplan_model::sketch;

codes! {
    /// How a place fares, with what is not known in the middle and at the end.
    enum Fare order best_first {
        /// 好 | Good
        Good = "good",
        /// 待核：可能好 | Undetermined: perhaps good
        #[undetermined]
        Perhaps = "perhaps",
        /// 差 | Bad
        Bad = "bad",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 地点 | Place
    struct Place {
        geometry: geo::Point,
        /// 来源编号 | Source id
        source_id: String,
        /// 状况 | Fare
        fare: Fare,
    }
}

/// A run that finds one place to fare so.
fn faring(fare: Fare) -> Findings {
    let place = Place { geometry: geo::Point::new(0.0, 0.0), source_id: "1".to_owned(), fare };
    Findings { layers: vec![Layer::new("places", Drawing::Coded { column: "fare" }, &[place])], ..Findings::default() }
}

#[test]
fn a_move_into_or_out_of_what_is_undetermined_is_neither_better_nor_worse() {
    for &before in Fare::ALL {
        for &after in Fare::ALL {
            let comparison = compared(&faring(before), &faring(after));
            let changes: Vec<Change> = of(&comparison, "places").moves.iter().map(|one| one.change).collect();
            let expected = match (before, after) {
                _ if before == after => vec![],
                (Fare::Good, Fare::Bad) => vec![Change::Lost],
                (Fare::Bad, Fare::Good) => vec![Change::Gained],
                _ => vec![Change::Changed],
            };
            assert_eq!(changes, expected, "{before:?} → {after:?}");
        }
    }
}

/// A street of 20 km; a village of 100 people every kilometre; a station at each of these kilometres.
fn street(stations_km: &[f64], rules: &Rules) -> Findings {
    let points: Vec<(f64, f64)> = (0..=20).map(|km| (f64::from(km) * 1000.0, 0.0)).collect();
    let area = sketch::area(Layers {
        roads: vec![Road { width_m: Some(8.0), surface: Some(Surface::Paved), ..sketch::road(&points) }],
        stations: stations_km.iter().map(|km| sketch::station(&format!("{km}站"), (km * 1000.0, 0.0), 1.0)).collect(),
        built_up: vec![BuiltUp {
            kind: BuiltUpKind::Town,
            ..BuiltUp::blank(sketch::rectangle((-100.0, -100.0), (21_000.0, 100.0))).unwrap()
        }],
        villages: (0..=20).map(|km| sketch::village(&format!("{km}村"), (f64::from(km) * 1000.0, 10.0))).collect(),
        ..Layers::default()
    });
    let parameters = json!({ "audit_places": 10 }).as_object().cloned().unwrap();
    let request = Request::from_parts("coverage", parameters).unwrap();
    request.run(&Context { area: &area, rules, progress: &Silent }).unwrap()
}

fn compared(before: &Findings, after: &Findings) -> Comparison {
    compare(&before.into(), &after.into()).unwrap()
}

fn of<'a>(comparison: &'a Comparison, layer: &str) -> &'a LayerChange {
    comparison.layers.iter().find(|change| change.layer == layer).unwrap()
}

#[test]
fn the_same_run_changes_nothing() {
    let rules = Rules::load(None).unwrap();
    let once = street(&[0.0], &rules);
    let comparison = compared(&once, &street(&[0.0], &rules));
    assert!(comparison.settings.is_empty() && comparison.checks.is_empty() && comparison.rules.is_empty());
    assert!(comparison.figures.iter().all(|figure| figure.before == figure.after));
    assert!(comparison.layers.iter().all(|change| change.moves.is_empty()), "{:?}", comparison.layers);
}

#[test]
fn a_station_more_gains_villages_people_and_metres() {
    let rules = Rules::load(None).unwrap();
    let (one, two) = (street(&[0.0], &rules), street(&[0.0, 20.0], &rules));
    let there = compared(&one, &two);
    let villages = of(&there, "coverage_villages");
    assert!(villages.gained.features > 0 && villages.lost == Tally { people: Some(0.0), ..Tally::default() });
    assert_eq!(villages.gained.people, Some(100.0 * villages.gained.features as f64));
    // Mirrored layout: what the second station adds is what the first has.
    let reached = |findings: &Findings, code: &str| {
        let layer = findings.layers.iter().find(|layer| layer.id == "coverage_roads").unwrap();
        let place = |name: &str| layer.columns.iter().position(|column| column.name == name).unwrap();
        let (class, length) = (place("reached"), place("length_m"));
        let of_code = layer.features.iter().filter(|feature| feature.values[class].as_str() == Some(code));
        of_code.filter_map(|feature| feature.values[length].as_f64()).sum::<f64>()
    };
    let roads = of(&there, "coverage_roads");
    let to_certain = roads.moves.iter().filter(|one| one.after.as_ref().is_some_and(|label| label.zh.contains("确定")));
    let gained_m: f64 = to_certain.map(|one| one.tally.length_m.unwrap()).sum();
    assert!((gained_m - reached(&one, "certain")).abs() < 1.0, "{gained_m}");
    assert_eq!(roads.lost.features, 0);
    // Backwards, the gained are the lost.
    let back = compared(&two, &one);
    assert_eq!(of(&back, "coverage_villages").lost, villages.gained);
    let lost_m = of(&back, "coverage_roads").lost.length_m.unwrap();
    assert!((lost_m - roads.gained.length_m.unwrap()).abs() < 0.1);
    let new = of(&there, "coverage_stations");
    assert_eq!(new.moves.iter().map(|one| one.change).collect::<Vec<_>>(), [Change::New]);
}

#[test]
fn a_change_says_why() {
    let rules = Rules::load(None).unwrap();
    let comparison = compared(&street(&[0.0], &rules), &street(&[0.0, 18.0], &rules));
    let villages = &of(&comparison, "coverage_villages").changes;
    assert!(villages.columns.iter().all(|column| column.name != "length_m"), "villages have no length");
    let story = villages.columns.iter().position(|column| column.name == "story").unwrap();
    let stories = villages.features.iter().filter_map(|feature| match &feature.values[story] {
        Value::Label(text) => Some(text),
        _ => None,
    });
    let text = stories.into_iter().find(|text| text.zh.starts_with("18村")).unwrap();
    assert!(text.zh.starts_with("18村：超时 → 确定覆盖"), "{}", text.zh);
    assert!(text.zh.contains("首达消防站 0站 → 18站"), "{}", text.zh);
    assert!(text.zh.contains("建标152-2017"), "the clause: {}", text.zh);
    let check = comparison.checks.iter().find(|check| check.subject == "18村").unwrap();
    assert_eq!((check.before, check.after), (Some(Verdict::Fail), Some(Verdict::Pass)));
    assert!(!check.cite.is_empty());
}

#[test]
fn other_rules_are_told_with_their_clause() {
    let national = Rules::load(None).unwrap();
    let by_hand = Rules::load_with(None, &[("response.time_min".to_owned(), "8".to_owned())]).unwrap();
    let comparison = compared(&street(&[0.0], &national), &street(&[0.0], &by_hand));
    let [rule] = &comparison.rules[..] else { panic!("{:?}", comparison.rules) };
    assert_eq!(rule.key, "response.time_min");
    assert_eq!(rule.before.as_ref().unwrap().value.zh, "≤ 5 min");
    assert!(rule.before.as_ref().unwrap().cite.contains("建标152"));
    assert_eq!(rule.after.as_ref().unwrap().value.zh, "≤ 8 min");
    assert_eq!(comparison.settings[0].after, json!(["response.time_min=8"]));
    assert!(of(&comparison, "coverage_villages").gained.features > 0);
}

row! {
    /// 路线 | Way
    struct VillageWay {
        geometry: geo::LineString,
        /// 村庄序号 | Number of the village
        village: u32,
        /// 状况 | Fare
        fare: Fare,
    }
}

/// Two villages whose ways share a kilometre; the way to the second one is said to fare so.
fn ways(second: Fare) -> Findings {
    let way = |village, to: (f64, f64), fare| VillageWay {
        geometry: geo::LineString::from(vec![(0.0, 0.0), (1000.0, 0.0), to]),
        village,
        fare,
    };
    let rows = [way(1, (1000.0, 500.0), Fare::Good), way(2, (1000.0, -500.0), second)];
    Findings { layers: vec![Layer::new("ways", Drawing::Coded { column: "fare" }, &rows)], ..Findings::default() }
}

#[test]
fn a_stretch_that_ways_share_counts_once_for_each_village() {
    // The way to the second village gets worse, and bends a little: its whole length counts, and the other's not.
    let mut after = ways(Fare::Bad);
    let Some(Geometry::LineString(line)) = &mut after.layers[0].features[1].geometry else { panic!("a line") };
    line.0[2].x += 0.1;
    let comparison = compared(&ways(Fare::Good), &after);
    let change = of(&comparison, "ways");
    assert_eq!(change.lost.length_m.map(f64::round), Some(1500.0));
    assert_eq!((change.gained.features, change.lost.features), (0, 1));
    assert!(change.title.zh.contains("每村各计一次"));
}

row! {
    /// 站址 | Site
    struct NumberedSite {
        geometry: geo::Point,
        /// 名称 | Name
        name: String,
        /// 状况 | Fare
        fare: Fare,
    }
}

/// Sites that each run numbers anew, at these places.
fn numbered(places: &[(f64, Fare)]) -> Findings {
    let site = |(number, (x, fare)): (usize, &(f64, Fare))| NumberedSite {
        geometry: geo::Point::new(*x, 0.0),
        name: format!("P{number}"),
        fare: *fare,
    };
    let rows: Vec<NumberedSite> = places.iter().enumerate().map(site).collect();
    Findings { layers: vec![Layer::new("sites", Drawing::Coded { column: "fare" }, &rows)], ..Findings::default() }
}

#[test]
fn what_only_shares_a_number_is_new_or_gone() {
    let (before, after) =
        (numbered(&[(0.0, Fare::Good), (5000.0, Fare::Bad)]), numbered(&[(9000.0, Fare::Bad), (5000.0, Fare::Good)]));
    let comparison = compared(&before, &after);
    let moves: Vec<(Change, usize)> =
        of(&comparison, "sites").moves.iter().map(|one| (one.change, one.tally.features)).collect();
    assert!(moves.contains(&(Change::Gained, 1)), "the one that stands where it stood: {moves:?}");
    assert!(moves.iter().all(|(change, _)| *change != Change::Lost), "{moves:?}");
    assert!(moves.contains(&(Change::New, 1)) && moves.contains(&(Change::Gone, 1)), "{moves:?}");
}

#[test]
fn a_comparison_says_what_its_runs_stand_on() {
    let rules = Rules::load(None).unwrap();
    let once = street(&[0.0], &rules);
    let mut other = street(&[0.0], &rules);
    assert!(compared(&once, &other).attribution.zh.contains("都相同"));
    let input =
        |sha256: &str| fireplan_model::findings::Input { source: "roads.shp".to_owned(), sha256: sha256.to_owned() };
    other.manifest.inputs = vec![input("b")];
    let comparison = compared(
        &Findings {
            manifest: fireplan_model::findings::Manifest { inputs: vec![input("a")], ..once.manifest.clone() },
            ..once.clone()
        },
        &other,
    );
    assert!(comparison.attribution.zh.contains("全部来自数据"), "{:?}", comparison.attribution);
    assert_eq!(
        (comparison.grounds[0].before.as_deref(), comparison.grounds[0].after.as_deref()),
        (Some("a"), Some("b"))
    );
    other.manifest.program = "fireplan 0.0.1".to_owned();
    assert!(compared(&once, &other).attribution.zh.contains("数据、程序版本上都不同"));
}

row! {
    /// 路段 | Stretch
    struct Stretch {
        geometry: geo::LineString,
        /// 名称 | Name
        name: String,
        /// 状况 | Fare
        fare: Fare,
    }
}

/// A street of which these parts, from and to, have these verdicts.
fn street_in_parts(parts: &[(f64, f64, Verdict)]) -> Findings {
    let stretch = |(from, to, _): &(f64, f64, Verdict)| Stretch {
        geometry: geo::LineString::from(vec![(*from, 0.0), (*to, 0.0)]),
        name: format!("街 {from}–{to}"),
        fare: Fare::Bad,
    };
    let rows: Vec<Stretch> = parts.iter().map(stretch).collect();
    let check = |((_, _, verdict), (row, id)): (&(f64, f64, Verdict), (&Stretch, u32))| {
        let check = fireplan_model::findings::Check {
            count: 1,
            subject: row.name.clone(),
            rule: "hydrant.spacing_m".to_owned(),
            cite: String::new(),
            bound: String::new(),
            measured: None,
            verdict: *verdict,
            text: Label::new(row.name.clone(), row.name.clone()),
            feature: None,
            obliged: fireplan_model::findings::Obliged::default(),
        };
        check.about("stretches", id)
    };
    let checks = parts.iter().zip(rows.iter().zip(1..)).map(check).collect();
    Findings {
        checks,
        layers: vec![Layer::new("stretches", Drawing::Coded { column: "fare" }, &rows)],
        ..Findings::default()
    }
}

#[test]
fn a_stretch_is_compared_with_the_parts_that_it_is_divided_into() {
    use Verdict::{Fail, Pass};
    let whole = street_in_parts(&[(0.0, 600.0, Fail), (900.0, 1_500.0, Fail)]);
    let changes = |after: &[(f64, f64, Verdict)]| {
        let changes = compared(&whole, &street_in_parts(after)).checks;
        changes.into_iter().map(|change| (change.subject, change.before, change.after)).collect::<Vec<_>>()
    };
    // Divided it fails as it did, and nothing is new; what is gone and what is elsewhere are told as such.
    assert!(changes(&[(0.0, 250.0, Fail), (250.0, 600.0, Fail), (900.0, 1_500.0, Fail)]).is_empty());
    assert_eq!(
        changes(&[(0.0, 250.0, Pass), (250.0, 600.0, Pass), (2_000.0, 2_600.0, Fail)]),
        [
            ("街 2000–2600".to_owned(), None, Some(Fail)),
            ("街 250–600".to_owned(), Some(Fail), Some(Pass)),
            ("街 900–1500".to_owned(), Some(Fail), None),
        ]
    );
}
