//! Hand-drawn forests whose strips, gaps and distances are known on paper.

mod helicopters;
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
        helicopter: None,
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
    let hole = kinds.iter().position(|kind| kind.as_str() == Some("break")).unwrap();
    assert_eq!(lengths[hole].as_f64(), Some(120.0));
    // Closing it divides the square 120 : 880, and the square is the largest cell.
    let splits = column(&findings, "firebreak_gaps", "splits_hm2")[hole].as_f64().unwrap();
    assert!((splits * scale2() - 12.0).abs() < 0.1, "{splits}");
    assert_eq!(column(&findings, "firebreak_gaps", "cell")[hole].as_str(), Some("网格001"));
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
    // Those of which people are known come first.
    assert_eq!(names, ["点村", "南村"]);
    assert_eq!((told("buildings")[1].as_f64(), told("near_buildings")[1].as_f64()), (Some(3.0), Some(2.0)));
    // A village known as a point only has no outline to count within: not known, rather than none.
    assert!(matches!(told("buildings")[0], Value::Null));
}

/// Six roads into the forest, 280 m apart; joined by a road along its edge, or not.
fn six_entries(joined: bool, apart_m: f64) -> Layers {
    let entry = |number: u32| {
        let x = 60.0 + apart_m * f64::from(number);
        fireplan_model::layers::Road { name: format!("{number}号路"), ..road(&[(x, -200.0), (x, 400.0)]) }
    };
    let mut roads: Vec<fireplan_model::layers::Road> = (0..6).map(entry).collect();
    if joined {
        let at = (0..6).map(|number| (60.0 + apart_m * f64::from(number), -200.0));
        roads.push(road(&at.collect::<Vec<_>>()));
    }
    let east = 200.0 + 5.0 * apart_m;
    Layers { forests: vec![forest(rectangle((0.0, 0.0), (east, 1000.0)))], roads, ..facing_city() }
}

#[test]
fn entries_that_share_a_road_share_a_checkpost_and_the_fewest_watch_all() {
    let posts = |layers: Layers| {
        let findings = run(layers);
        let figure = findings.figures.iter().find(|figure| figure.name == "new_checkposts").unwrap();
        assert!(figure.remark.zh.contains("已证明最少"), "{}", figure.remark.zh);
        let entries: Vec<f64> = column(&findings, "forest_posts", "entries").iter().filter_map(Value::as_f64).collect();
        let watched = column(&findings, "forest_entries", "post");
        assert!(watched.iter().all(|post| post.as_str().is_some_and(|post| !post.is_empty())), "{watched:?}");
        (figure.value.unwrap(), entries)
    };
    // 1,800 m by road from the first to the last: one post does. Where each road stands alone, each needs its own.
    assert_eq!(posts(six_entries(true, 280.0)), (1.0, vec![6.0]));
    assert_eq!(posts(six_entries(false, 280.0)), (6.0, vec![1.0; 6]));
    // 1,000 m apart, 1,400 m by road: one in the middle of three watches all three.
    assert_eq!(posts(six_entries(true, 1000.0)), (2.0, vec![3.0, 3.0]));
}

/// Kilometres of the barrier network by kind, of the whole area.
fn network_m(findings: &Findings) -> [f64; 4] {
    let table = findings.tables.iter().find(|table| table.id == "town_firebreaks").unwrap();
    let all = table.rows.last().unwrap();
    ["built_m", "wide_m", "unknown_width_m", "others_m"].map(|name| {
        let at = table.columns.iter().position(|column| column.name == name).unwrap();
        all[at].as_f64().unwrap()
    })
}

#[test]
fn only_belts_and_what_is_wide_enough_count_for_the_density_and_a_track_never() {
    use fireplan_model::layers::{Road, RoadClass};
    let across =
        |y: f64, class: RoadClass, width_m: Option<f64>| Road { class, width_m, ..road(&[(0.0, y), (1000.0, y)]) };
    let river = LineString::from(vec![(0.0, 900.0), (1000.0, 900.0)]);
    let layers = || Layers {
        barriers: vec![belt(&[(0.0, 100.0), (1000.0, 100.0)], Some(20.0))],
        roads: vec![
            across(300.0, RoadClass::Tertiary, Some(8.0)),
            across(400.0, RoadClass::Tertiary, Some(6.0)),
            across(500.0, RoadClass::Tertiary, None),
            across(600.0, RoadClass::Track, Some(9.0)),
        ],
        water_sources: vec![water(WaterKind::River, river.clone().into(), Some(30.0))],
        ..facing_city()
    };
    let findings = run(layers());
    assert_eq!(network_m(&findings), [1000.0, 2000.0, 1000.0, 2000.0]);
    // 100 hm²: 30 m/hm² for certain, 40 with the road of unknown width.
    let density = findings.figures.iter().find(|figure| figure.name == "density_m_hm2").unwrap();
    let near = |value: f64, paper: f64| (value / paper - 1.0).abs() < 0.01;
    assert!(near(density.value.unwrap(), 30.0) && near(density.range.unwrap()[1], 40.0), "{density:?}");
    // By its width the track would hold, too.
    let set = [("firebreak.tracks_hold".to_owned(), "by_width".to_owned())];
    let (area, rules) = (area(layers()), Rules::load_with(None, &set).unwrap());
    let by_width = Firebreaks::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    assert_eq!(network_m(&by_width), [1000.0, 3000.0, 1000.0, 1000.0]);
}

#[test]
fn a_density_that_hangs_on_a_width_nobody_stated_is_open() {
    let verdict = |widths: [Option<f64>; 2]| {
        let across = |y: f64, width_m: Option<f64>| fireplan_model::layers::Road {
            class: fireplan_model::layers::RoadClass::Tertiary,
            width_m,
            ..road(&[(0.0, y), (300.0, y)])
        };
        let roads = vec![across(300.0, widths[0]), across(500.0, widths[1])];
        let findings = run(Layers { roads, ..facing_city() });
        findings.checks.iter().find(|check| check.rule == "firebreak.density_m_hm2").unwrap().verdict
    };
    // 3 m/hm² each; 4.7 are asked for.
    assert_eq!(verdict([Some(9.0), Some(9.0)]), Verdict::Pass);
    assert_eq!(verdict([Some(9.0), None]), Verdict::Undetermined);
    assert_eq!(verdict([Some(9.0), Some(3.0)]), Verdict::Warn);
    assert_eq!(verdict([None, Some(3.0)]), Verdict::Warn);
}

/// Village of so many people 200 m south of the forest, and one of 100 as near in the west.
fn two_villages(people: u32) -> Layers {
    let mut south = village("南村", (500.0, -200.0));
    south.population_people = Some(people);
    Layers {
        forests: vec![forest(rectangle((0.0, 0.0), (1000.0, 1000.0)))],
        villages: vec![village("西村", (-200.0, 500.0)), south],
        ..Layers::default()
    }
}

#[test]
fn gaps_come_by_people_and_wind_with_their_cost() {
    let told = |wind: &str, people: u32| {
        let set = [("firebreak.wind_from".to_owned(), wind.to_owned())];
        let (area, rules) = (area(two_villages(people)), Rules::load_with(None, &set).unwrap());
        let findings = Firebreaks::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
        let of = |name: &str| -> Vec<String> {
            column(&findings, "firebreak_gaps", name).iter().map(Value::to_string).collect()
        };
        let cost = (of("cost_wan_yuan")[0].parse::<f64>().unwrap(), of("length_m")[0].parse::<f64>().unwrap());
        (of("place"), of("priority"), of("wind"), cost)
    };
    let names = |all: [&str; 2]| all.map(ToOwned::to_owned).to_vec();
    // Without a wind, people decide alone.
    let (place, priority, wind, (cost, length_m)) = told("unknown", 1200);
    assert_eq!((place, priority), (names(["南村", "西村"]), names(["first", "third"])));
    assert_eq!(wind, names(["unknown", "unknown"]));
    // 20 m wide at 4 yuan a square metre.
    assert!((cost - length_m * 80.0 / 1e4).abs() < 0.06, "{cost} {length_m}");
    assert_eq!(told("unknown", 90).0, names(["西村", "南村"]));
    // A wind from the east blows out of the forest at the village in the west, and along the edge in the south.
    let (place, priority, wind, _) = told("e", 90);
    assert_eq!((place, priority), (names(["西村", "南村"]), names(["second", "third"])));
    assert_eq!(wind, names(["towards", "across"]));
    // From the south it drives the fire away from many people: they come second then.
    let (place, priority, wind, _) = told("s", 1200);
    assert_eq!((place, priority), (names(["南村", "西村"]), names(["second", "third"])));
    assert_eq!(wind, names(["away", "across"]));
}

#[test]
fn the_urban_area_is_ranked_by_the_raster_where_no_village_tells() {
    let mut area = area(facing_city());
    let people = |findings: &Findings| column(findings, "firebreak_gaps", "facing_people")[0].as_f64();
    let rules = Rules::load(None).unwrap();
    let run =
        |area: &StudyArea| Firebreaks::default().run(&Context { area, rules: &rules, progress: &Silent }).unwrap();
    assert_eq!(people(&run(&area)), None);
    // Three people in each of the 20 by 6 cells of 100 m that the city covers.
    let origin = Coord { x: -1000.0, y: 0.0 };
    let grid = fireplan_model::grid::Grid { origin, cell_m: 100.0, columns: 30, rows: 12, values: vec![3.0; 30 * 12] };
    area.population = Some(grid);
    assert_eq!(people(&run(&area)), Some(360.0));
}

#[test]
fn a_firebreak_on_steep_ground_costs_more() {
    let cost = |rise: f64| {
        let mut area = area(two_villages(1200));
        let (columns, rows) = (160, 160);
        let height = |column: usize| (column as f64 * 10.0 * rise) as f32;
        let values = (0..rows).flat_map(|_| (0..columns).map(height)).collect();
        let origin = Coord { x: -400.0, y: 1200.0 };
        area.elevation = Some(fireplan_model::grid::Grid { origin, cell_m: 10.0, columns, rows, values });
        let rules = Rules::load(None).unwrap();
        let findings = Firebreaks::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
        let of = |name: &str| column(&findings, "firebreak_gaps", name)[0].as_f64().unwrap();
        (of("slope_percent").round(), of("cost_wan_yuan"))
    };
    let ((flat, cheap), (steep, dear)) = (cost(0.1), cost(0.6));
    assert_eq!((flat, steep), (10.0, 60.0));
    assert!((dear / cheap - 1.5).abs() < 0.02, "{cheap} {dear}");
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
    // The other road meets this one nowhere: its two entries, 1,000 m apart, share one post.
    assert_eq!(watch(with), ["watched", "proposed", "covered"]);
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
