//! Hand-drawn forests whose strips, gaps and distances are known on paper.

mod obliged;
mod shapes;

use geo::{LineString, MultiPolygon, Point, Polygon};

use super::*;
use fireplan_model::findings::Verdict;
use fireplan_model::layers::{
    Barrier, BarrierKind, BuiltUp, BuiltUpKind, Checkpost, CheckpostKind, Forest, Layers, WaterKind, WaterSource,
};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Value;
use fireplan_model::sketch::{area, rectangle, road, village};

fn run(layers: Layers) -> Findings {
    let (area, rules) = (area(layers), Rules::load(Some("kaizhou")).unwrap());
    Firebreaks::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap()
}

/// Sketches lie some 500 km west of the central meridian, where the plane's scale is 1.003: areas on the ellipsoid, which
/// the findings give, are smaller by its square.
fn scale2() -> f64 {
    let scale = area(Layers::default()).plane.scale_at(Coord { x: 500.0, y: 500.0 });
    scale * scale
}

fn forest(geometry: MultiPolygon) -> Forest {
    Forest {
        geometry,
        name: "北山".to_owned(),
        kind: "公益林".to_owned(),
        owner: "国有".to_owned(),
        protected: Some(false),
        source_id: String::new(),
    }
}

fn built_up(name: &str, kind: BuiltUpKind, geometry: MultiPolygon) -> BuiltUp {
    BuiltUp { geometry, name: name.to_owned(), kind, source_id: String::new() }
}

fn belt(points: &[(f64, f64)], width_m: Option<f64>) -> Barrier {
    Barrier {
        geometry: LineString::from(points.to_vec()).into(),
        name: "一号林带".to_owned(),
        kind: BarrierKind::FirebreakBelt,
        width_m,
        source_id: "B1".to_owned(),
    }
}

fn water(kind: WaterKind, geometry: geo::Geometry, width_m: Option<f64>) -> WaterSource {
    WaterSource {
        geometry,
        name: "水".to_owned(),
        kind,
        volume_m3: None,
        width_m,
        perennial: None,
        source_id: String::new(),
    }
}

/// A square forest of a kilometre, 300 m north of a city.
fn facing_city() -> Layers {
    Layers {
        forests: vec![forest(rectangle((0.0, 0.0), (1000.0, 1000.0)))],
        built_up: vec![built_up("城区", BuiltUpKind::Urban, rectangle((-500.0, -900.0), (1500.0, -300.0)))],
        ..Layers::default()
    }
}

fn column(findings: &Findings, layer: &str, name: &str) -> Vec<Value> {
    let Some(layer) = findings.layers.iter().find(|found| found.id == layer) else { return Vec::new() };
    let at = layer.columns.iter().position(|column| column.name == name).unwrap();
    layer.features.iter().map(|feature| feature.values[at].clone()).collect()
}

fn sum(findings: &Findings, layer: &str, name: &str) -> f64 {
    column(findings, layer, name).iter().filter_map(Value::as_f64).sum()
}

/// Hectares of zone, and those on paper.
fn assert_zone(findings: &Findings, paper_hm2: f64) {
    let zone_hm2 = sum(findings, "firebreak_zone", "area_hm2") * scale2();
    assert!((zone_hm2 / paper_hm2 - 1.0).abs() < 1e-3, "{zone_hm2} is not {paper_hm2}");
}

/// Metres of facing edge with this protection.
fn edge_m(findings: &Findings, protection: &str) -> f64 {
    let codes = column(findings, "firebreak_edges", "protection");
    let lengths = column(findings, "firebreak_edges", "length_m");
    codes
        .iter()
        .zip(lengths)
        .filter(|(code, _)| code.as_str() == Some(protection))
        .filter_map(|(_, m)| m.as_f64())
        .sum()
}

#[test]
fn a_square_forest_faces_the_city_with_one_side() {
    let findings = run(facing_city());
    assert!((edge_m(&findings, "open") - 1000.0).abs() < 1.0);
    assert_zone(&findings, 20.0);
}

#[test]
fn where_the_widths_meet_the_wider_holds() {
    let mut layers = facing_city();
    layers.built_up.push(built_up("西村", BuiltUpKind::Village, rectangle((-300.0, 0.0), (-200.0, 1000.0))));
    // 200 m along the south, 100 m along what is left of the west.
    assert_zone(&run(layers), 20.0 + 8.0);
}

#[test]
fn a_patch_thinner_than_twice_the_width_is_all_strip() {
    let mut layers = facing_city();
    layers.forests = vec![forest(rectangle((0.0, 0.0), (1000.0, 150.0)))];
    assert_zone(&run(layers), 15.0);
}

#[test]
fn stands_that_adjoin_are_one_forest() {
    let mut layers = facing_city();
    layers.forests = vec![
        forest(rectangle((0.0, 0.0), (400.0, 1000.0))),
        forest(rectangle((400.0, 0.0), (1000.0, 150.0))),
        forest(rectangle((400.0, 150.0), (1000.0, 1000.0))),
    ];
    let findings = run(layers);
    assert_zone(&findings, 20.0);
    assert_eq!(column(&findings, "firebreak_zone", "area_hm2").len(), 3);
}

#[test]
fn a_clearing_with_a_village_has_its_own_strip() {
    let hole = rectangle((400.0, 400.0), (800.0, 800.0)).0.remove(0).into_inner().0;
    let outer = rectangle((0.0, 0.0), (1200.0, 1200.0)).0.remove(0).into_inner().0;
    let layers = Layers {
        forests: vec![forest(MultiPolygon(vec![Polygon::new(outer, vec![hole])]))],
        built_up: vec![built_up("林中村", BuiltUpKind::Village, rectangle((550.0, 550.0), (650.0, 650.0)))],
        ..Layers::default()
    };
    assert_zone(&run(layers), (4.0 * 400.0 * 100.0 + std::f64::consts::PI * 100.0 * 100.0) / 1e4);
}

#[test]
fn forest_or_wide_water_in_between_hides_a_settlement() {
    let mut behind_wood = facing_city();
    behind_wood.forests.push(forest(rectangle((-600.0, -250.0), (1600.0, -200.0))));
    // The belt of wood faces the city and is all strip; the square behind it does not.
    assert_zone(&run(behind_wood), 2200.0 * 50.0 / 1e4);

    let lake = |south: f64| rectangle((-2000.0, south), (3000.0, -100.0)).into();
    let mut by_lake = facing_city();
    by_lake.water_sources = vec![water(WaterKind::Lake, lake(-160.0), None)];
    assert!(column(&run(by_lake), "firebreak_zone", "area_hm2").is_empty());
    let mut by_brook = facing_city();
    by_brook.water_sources = vec![water(WaterKind::River, lake(-130.0), None)];
    assert_zone(&run(by_brook), 20.0);
    let mut by_river_line = facing_city();
    let river = LineString::from(vec![(-2000.0, -150.0), (3000.0, -150.0)]);
    by_river_line.water_sources = vec![water(WaterKind::River, river.into(), Some(80.0))];
    assert!(column(&run(by_river_line), "firebreak_zone", "area_hm2").is_empty());
}

/// A copse right before the nearest place of a village hides that place only; the rest of it is in full view.
#[test]
fn past_a_copse_the_rest_of_a_settlement_is_seen() {
    let layers = |copse: MultiPolygon| Layers {
        forests: vec![forest(rectangle((0.0, 0.0), (1000.0, 1000.0))), forest(copse)],
        built_up: vec![built_up("长村", BuiltUpKind::Village, rectangle((-400.0, -400.0), (1400.0, -300.0)))],
        ..Layers::default()
    };
    // The copse, 100 m before the square, hides what lies straight across for longer than is bridged; it is all strip.
    let findings = run(layers(rectangle((440.0, -120.0), (560.0, -100.0))));
    assert_zone(&findings, 10.0 + 0.24);
}

#[test]
fn water_rock_and_farmland_in_the_forest_are_shown_and_guard_by_the_width_met() {
    let area = |kind, low: (f64, f64), high: (f64, f64)| Barrier {
        geometry: rectangle(low, high).into(),
        name: String::new(),
        kind,
        width_m: None,
        source_id: String::new(),
    };
    let guarded = |depth_m: f64| {
        let rock = area(BarrierKind::BareRock, (-10.0, 60.0), (1010.0, 60.0 + depth_m));
        // Farmland mapped over a part of the rock takes nothing from it.
        let farmland = area(BarrierKind::Farmland, (-10.0, 52.0), (1010.0, 62.0));
        run(Layers { barriers: vec![rock, farmland], ..facing_city() })
    };
    let (wide, narrow) = (guarded(25.0), guarded(10.0));
    assert!((edge_m(&wide, "protected") - 1000.0).abs() < 1.0);
    assert!((edge_m(&narrow, "narrow") - 1000.0).abs() < 1.0);
    assert_eq!(column(&wide, "firebreak_barriers", "means").len(), 2);
}

#[test]
fn a_belt_protects_where_it_stands_and_is_wide_enough() {
    let whole = [(-5.0, 120.0), (1005.0, 120.0)];
    for (width_m, protection) in [(Some(30.0), "protected"), (Some(12.0), "narrow"), (None, "unknown")] {
        let layers = Layers { barriers: vec![belt(&whole, width_m)], ..facing_city() };
        let findings = run(layers);
        assert!((edge_m(&findings, protection) - 1000.0).abs() < 1.0, "{protection}");
        let gaps = column(&findings, "firebreak_gaps", "kind");
        assert_eq!(gaps.len(), usize::from(protection != "protected"), "{gaps:?}");
    }
    // Beyond the zone it does not count.
    let layers = Layers { barriers: vec![belt(&[(-5.0, 220.0), (1005.0, 220.0)], Some(30.0))], ..facing_city() };
    assert!((edge_m(&run(layers), "open") - 1000.0).abs() < 1.0);
}

#[test]
fn a_hole_in_a_belt_is_found_as_long_as_it_is() {
    let barriers =
        vec![belt(&[(-5.0, 120.0), (440.0, 120.0)], Some(30.0)), belt(&[(560.0, 120.0), (1005.0, 120.0)], Some(30.0))];
    let findings = run(Layers { barriers, ..facing_city() });
    assert!((edge_m(&findings, "open") - 120.0).abs() <= 20.0, "{}", edge_m(&findings, "open"));
    let kinds = column(&findings, "firebreak_gaps", "kind");
    let lengths = column(&findings, "firebreak_gaps", "length_m");
    assert_eq!((kinds[0].as_str(), lengths[0].as_f64()), (Some("break"), Some(120.0)));
    // Closing it divides the square 120 : 880, and the square is the largest cell.
    let splits = column(&findings, "firebreak_gaps", "splits_hm2")[0].as_f64().unwrap();
    assert!((splits * scale2() - 12.0).abs() < 0.1, "{splits}");
    assert_eq!(column(&findings, "firebreak_gaps", "cell")[0].as_str(), Some("网格001"));
}

#[test]
fn buildings_too_near_are_counted_where_the_settlement_has_an_outline() {
    let building = |x: f64, y: f64| fireplan_model::layers::Building {
        geometry: rectangle((x - 4.0, y - 4.0), (x + 4.0, y + 4.0)),
        name: String::new(),
        kind: String::new(),
        storeys: None,
        height_m: None,
        source_id: String::new(),
    };
    let findings = run(Layers {
        built_up: vec![built_up("南村", BuiltUpKind::Village, rectangle((0.0, -500.0), (1000.0, -100.0)))],
        villages: vec![village("点村", (1200.0, 500.0))],
        buildings: vec![
            building(500.0, -150.0),
            building(500.0, -250.0),
            building(500.0, -450.0),
            building(5000.0, 0.0),
        ],
        ..facing_city()
    });
    let told = |name: &str| column(&findings, "forest_settlements", name);
    let names: Vec<String> = told("name").iter().map(Value::to_string).collect();
    assert_eq!(names, ["南村", "点村"]);
    assert_eq!((told("buildings")[0].as_f64(), told("near_buildings")[0].as_f64()), (Some(3.0), Some(2.0)));
    // A village known as a point only has no outline to count within: not known, rather than none.
    assert!(matches!(told("buildings")[1], Value::Null));
}

#[test]
fn the_fewest_checkposts_watch_all_entries() {
    // Seven roads in a row, 280 m apart: one in the middle of three watches all three.
    let entry = |number: u32| {
        let x = 60.0 + 280.0 * f64::from(number);
        fireplan_model::layers::Road { name: format!("{number}号路"), ..road(&[(x, -200.0), (x, 400.0)]) }
    };
    let layers = Layers {
        forests: vec![forest(rectangle((0.0, 0.0), (2000.0, 1000.0)))],
        roads: (0..6).map(entry).collect(),
        ..facing_city()
    };
    let findings = run(layers);
    let covers: Vec<f64> = column(&findings, "forest_entries", "covers").iter().filter_map(Value::as_f64).collect();
    assert_eq!(covers, [0.0, 3.0, 0.0, 0.0, 3.0, 0.0]);
}

#[test]
fn forest_near_water_is_counted_by_town_range_and_point() {
    let pool = water(WaterKind::Pool, Point::new(500.0, 500.0).into(), None);
    let lake = water(WaterKind::Reservoir, rectangle((4000.0, 400.0), (4100.0, 500.0)).into(), None);
    let pond = water(WaterKind::Pond, rectangle((4000.0, 900.0), (4020.0, 920.0)).into(), None);
    let layers = Layers {
        forests: vec![
            forest(rectangle((0.0, 0.0), (1000.0, 1000.0))),
            forest(rectangle((20_000.0, 0.0), (21_000.0, 1000.0))),
        ],
        water_sources: vec![pool, lake, pond],
        ..facing_city()
    };
    let findings = run(layers);
    let table = findings.tables.iter().find(|table| table.id == "forest_ranges").unwrap();
    let share = |row: usize, name: &str| {
        let at = table.columns.iter().position(|column| column.name == name).unwrap();
        table.rows[row][at].as_f64().unwrap()
    };
    // The far range, which has neither, comes first; the pond is too small for a bucket.
    assert_eq!([share(0, "water_percent"), share(0, "helicopter_percent")], [0.0, 0.0]);
    assert_eq!([share(1, "water_percent"), share(1, "helicopter_percent")], [100.0, 100.0]);
    assert_eq!(column(&findings, "forest_water", "taken").len(), 2);
    let near_hm2 = sum(&findings, "forest_water", "forest_hm2") * scale2();
    assert!((near_hm2 - 200.0).abs() < 1.0, "{near_hm2}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(8))]

    /// With a belt less there are never more cells, through all of the analysis.
    #[test]
    fn removing_a_barrier_never_adds_a_cell(
        ends in proptest::collection::vec((-50.0..1050.0_f64, -50.0..1050.0_f64, -50.0..1050.0_f64, -50.0..1050.0_f64), 1..6),
        removed in 0_usize..6,
    ) {
        let mut barriers: Vec<Barrier> =
            ends.iter().map(|&(a, b, c, d)| belt(&[(a, b), (c, d)], Some(20.0))).collect();
        let cells = |barriers: &[Barrier]| {
            let layers = Layers { barriers: barriers.to_vec(), ..facing_city() };
            let (area, rules) = (area(layers), Rules::load(None).unwrap());
            let question = Firebreaks { least_cell_hm2: 0.0, lattice_m: 1000.0, ..Firebreaks::default() };
            let findings = question.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
            column(&findings, "firebreak_cells", "name").len()
        };
        let before = cells(&barriers);
        barriers.remove(removed % ends.len());
        proptest::prop_assert!(cells(&barriers) <= before);
    }
}

#[test]
fn settlements_nearer_than_the_standard_are_listed() {
    let mut layers = facing_city();
    layers.villages = vec![village("近村", (1200.0, 500.0)), village("远村", (1400.0, 500.0))];
    let findings = run(layers);
    // The city lies at 300 m exactly: that is enough.
    assert_eq!(
        column(&findings, "forest_settlements", "name").iter().map(Value::to_string).collect::<Vec<_>>(),
        ["近村"]
    );
    assert_eq!(sum(&findings, "forest_settlements", "distance_m"), 200.0);
    let about = findings.checks.iter().find(|check| check.subject == "近村").unwrap();
    assert_eq!((about.verdict, about.measured), (Verdict::Warn, Some(200.0)));
}

#[test]
fn entries_know_their_checkpost_and_without_a_list_nobody_knows() {
    let roads = vec![road(&[(500.0, -200.0), (500.0, 400.0)]), road(&[(-100.0, 600.0), (1100.0, 600.0)])];
    let post = Checkpost {
        geometry: Point::new(480.0, -20.0),
        name: "南口检查站".to_owned(),
        kind: CheckpostKind::Simple,
        source_id: String::new(),
    };
    let watch = |layers| -> Vec<String> {
        column(&run(layers), "forest_entries", "watch").iter().map(ToString::to_string).collect()
    };
    let with = Layers { roads: roads.clone(), checkposts: vec![post], ..facing_city() };
    assert_eq!(watch(with), ["watched", "proposed", "proposed"]);
    assert_eq!(watch(Layers { roads, ..facing_city() }), ["unknown"; 3]);
}

#[test]
fn the_kaizhou_clause_decides_the_width() {
    let findings = run(facing_city());
    let story = &column(&findings, "firebreak_edges", "story")[0].to_string();
    assert!(story.contains("200 m") && story.contains("开州府办发〔2023〕47号"), "{story}");
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    let (area, rules) = (area(facing_city()), Rules::load(None).unwrap());
    let question = Firebreaks { sample_m: 0.0, ..Firebreaks::default() };
    let error = crate::request::Request::Firebreaks(question)
        .run(&Context { area: &area, rules: &rules, progress: &Silent })
        .unwrap_err();
    assert!(error.to_string().contains("sample_m"), "{error}");
}

#[test]
fn a_forest_half_the_earth_wide_is_refused_by_name() {
    let near = forest(rectangle((0.0, 0.0), (1_000.0, 1_000.0)));
    let wide = Forest { name: "东林".to_owned(), ..forest(rectangle((0.0, 2_000.0), (9_000_000.0, 900_000.0))) };
    let (area, rules) =
        (area(Layers { forests: vec![near, wide], ..Layers::default() }), Rules::load(Some("kaizhou")).unwrap());
    let begun = std::time::Instant::now();
    let refused = Firebreaks::default().run(&Context { area: &area, rules: &rules, progress: &Silent });
    let error = format!("{:#}", refused.err().unwrap());
    assert!(error.contains("东林") && error.contains("lattice_m"), "{error}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(20));
}
