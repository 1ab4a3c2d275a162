//! Hand-drawn networks whose necks are known.

use geo::Coord;
use proptest::prelude::*;

use super::passable::{Passable, Passes};
use super::ways::Reading;
use super::*;
use crate::analyses::Silent;
use crate::area::raster::Grid;
use crate::area::sketch::{area, rectangle, road, station, village};
use crate::area::{
    Building, BuiltUp, BuiltUpKind, Layers, Oneway, Road, RoadClass, Station, StudyArea, Surface, Village,
};
use crate::findings::Verdict;
use crate::rows::Value;

/// A road of which everything is known and nothing stops anybody.
fn sound(points: &[(f64, f64)]) -> Road {
    Road { width_m: Some(6.0), surface: Some(Surface::Paved), ..road(points) }
}

fn named(id: &str, road: Road) -> Road {
    Road { source_id: id.to_owned(), ..road }
}

fn layers(roads: Vec<Road>, villages: Vec<Village>) -> Layers {
    Layers { roads, villages, stations: vec![station("甲站", (0.0, 0.0), 1.0)], ..Layers::default() }
}

fn run(layers: Layers) -> Findings {
    ask(&Access::default(), &area(layers))
}

fn ask(question: &Access, area: &StudyArea) -> Findings {
    let rules = Rules::load(None).unwrap();
    question.run(&Context { area, rules: &rules, progress: &Silent }).unwrap()
}

/// The values of a column of a layer; none if there is no such layer.
fn column(findings: &Findings, layer: &str, name: &str) -> Vec<Value> {
    let Some(layer) = findings.layers.iter().find(|found| found.id == layer) else { return Vec::new() };
    let at = layer.columns.iter().position(|column| column.name == name).unwrap();
    layer.features.iter().map(|feature| feature.values[at].clone()).collect()
}

fn texts(findings: &Findings, layer: &str, name: &str) -> Vec<String> {
    column(findings, layer, name).iter().map(Value::to_string).collect()
}

fn numbers(findings: &Findings, layer: &str, name: &str) -> Vec<f64> {
    column(findings, layer, name).iter().filter_map(Value::as_f64).collect()
}

fn access(findings: &Findings) -> Vec<String> {
    texts(findings, "access_villages", "access")
}

/// A sound road, 500 m of another, a sound road; a village at its end.
fn with_neck(neck: Road) -> Layers {
    let roads = vec![
        sound(&[(0.0, 0.0), (2000.0, 0.0)]),
        named("颈", Road { geometry: vec![(2000.0, 0.0), (2500.0, 0.0)].into(), ..neck }),
        sound(&[(2500.0, 0.0), (3000.0, 0.0)]),
    ];
    layers(roads, vec![village("村", (3000.0, 20.0))])
}

#[test]
fn a_neck_lets_through_what_fits() {
    for (width_m, expected) in [
        (3.5, "standard"),
        (3.4, "small"),
        (2.5, "small"),
        (2.4, "motorcycle"),
        (1.8, "motorcycle"),
        (1.7, "no_vehicle"),
    ] {
        let findings = run(with_neck(Road { width_m: Some(width_m), ..sound(&[]) }));
        assert_eq!(access(&findings), [expected], "{width_m}");
    }
    for (height_m, expected) in [(3.6, "standard"), (3.5, "small"), (2.4, "motorcycle"), (1.9, "no_vehicle")] {
        let findings = run(with_neck(Road { clear_height_m: Some(height_m), ..sound(&[]) }));
        assert_eq!(access(&findings), [expected], "{height_m}");
    }
}

#[test]
fn what_blocks_is_told_with_the_cheapest_work() {
    let findings = run(with_neck(Road { width_m: Some(3.0), ..sound(&[]) }));
    assert_eq!(texts(&findings, "access_blocks", "source_id"), ["颈"]);
    assert_eq!(texts(&findings, "access_blocks", "hindrance"), ["width"]);
    assert_eq!(texts(&findings, "access_blocks", "upgrade"), ["widen"]);
    // New work is built to the clause: 4 m. One metre more over 500 m at 350 yuan.
    assert_eq!(numbers(&findings, "access_blocks", "new_value"), [4.0]);
    assert_eq!(numbers(&findings, "access_blocks", "cost_wan_yuan"), [17.5]);
    assert_eq!(numbers(&findings, "access_blocks", "behind_people"), [100.0]);
    assert_eq!(numbers(&findings, "access_villages", "next_wan_yuan"), [17.5]);
    // On foot from where the truck must stop: the neck, the road after it, and 20 m to the middle.
    assert_eq!(numbers(&findings, "access_villages", "walk_m"), [1020.0]);
}

#[test]
fn passing_and_being_up_to_standard_are_two_things() {
    let findings = run(with_neck(Road { width_m: Some(3.6), ..sound(&[]) }));
    assert_eq!(access(&findings), ["standard"]);
    let width = findings.checks.iter().find(|check| check.rule == "fire_lane.clear_width_m").unwrap();
    assert_eq!((width.verdict, width.measured), (Verdict::Fail, Some(3.6)));
    assert_eq!(texts(&findings, "access_segments", "substandard").iter().filter(|text| *text == "true").count(), 1);
}

fn weak_bridge() -> Road {
    named("桥", Road { bridge: true, load_t: Some(10.0), ..sound(&[(2000.0, 0.0), (2020.0, 0.0)]) })
}

fn behind_bridge(detour: bool) -> Layers {
    let mut roads = vec![sound(&[(0.0, 0.0), (2000.0, 0.0)]), weak_bridge(), sound(&[(2020.0, 0.0), (3000.0, 0.0)])];
    if detour {
        roads.push(sound(&[(1000.0, 0.0), (1000.0, 1000.0), (2500.0, 1000.0), (2500.0, 0.0)]));
    }
    layers(roads, vec![village("桥头", (3000.0, 0.0)), village("近村", (500.0, 0.0))])
}

#[test]
fn a_weak_bridge_without_detour_blocks() {
    let findings = run(behind_bridge(false));
    assert_eq!(access(&findings), ["small", "standard"]);
    assert_eq!(texts(&findings, "access_blocks", "effect"), ["not_reached"]);
    assert_eq!(texts(&findings, "access_blocks", "upgrade"), ["strengthen"]);
    assert_eq!(numbers(&findings, "access_blocks", "new_value"), [18.0]);
    // A deck of 6 × 20 m at 2500 yuan.
    assert_eq!(numbers(&findings, "access_blocks", "cost_wan_yuan"), [30.0]);
    let story = &texts(&findings, "access_villages", "story")[0];
    assert!(story.contains("限重10吨，小于普通消防车所需的18吨") && story.contains("加固到18吨，约30万元"), "{story}");
}

#[test]
fn a_weak_bridge_with_detour_costs_time() {
    let findings = run(behind_bridge(true));
    assert_eq!(access(&findings), ["standard", "standard"]);
    assert_eq!(texts(&findings, "access_blocks", "effect"), ["detour"]);
    // Round by the other road it is 3500 m instead of 1500 m, at 20 km/h.
    let rules = Rules::load(None).unwrap();
    let kph = rules.speed(VehicleClass::Standard, RoadClass::Residential).unwrap().base_kph;
    let delay = numbers(&findings, "access_blocks", "detour_min")[0];
    assert!((delay - 2.0 / kph * 60.0).abs() < 0.02, "{delay}");
}

#[test]
fn one_way_streets_are_driven_one_way() {
    let mut out = sound(&[(2000.0, 0.0), (1000.0, 500.0), (0.0, 0.0)]);
    out.oneway = Oneway::Forward;
    let villages = vec![village("环村", (2000.0, 0.0))];
    let findings = run(layers(vec![out.clone()], villages.clone()));
    assert_eq!(access(&findings), ["no_vehicle"]);
    assert!(texts(&findings, "access_villages", "story")[0].contains("须另修新路"));
    let mut back = sound(&[(0.0, 0.0), (1000.0, -500.0), (2000.0, 0.0)]);
    back.oneway = Oneway::Forward;
    assert_eq!(access(&run(layers(vec![out, back], villages))), ["standard"]);
}

#[test]
fn an_overpass_does_not_connect() {
    let mut over = sound(&[(0.0, 0.0), (2000.0, 0.0)]);
    over.bridge = true;
    over.level = Some(1);
    let below = sound(&[(1000.0, -500.0), (1000.0, 500.0)]);
    let findings = run(layers(vec![over, below], vec![village("桥下", (1000.0, 500.0))]));
    assert_eq!(access(&findings), ["no_vehicle"]);
}

#[test]
fn an_unknown_width_is_verified_not_guessed() {
    let findings = run(with_neck(Road { width_m: None, ..sound(&[]) }));
    // The estimate of 4 m is twice what a motorcycle needs, and no more than likely for trucks.
    assert_eq!(access(&findings), ["undetermined"]);
    assert_eq!(texts(&findings, "access_villages", "certain_class"), ["motorcycle"]);
    assert_eq!(texts(&findings, "access_villages", "possible_class"), ["standard"]);
    assert_eq!(texts(&findings, "access_field_checks", "source_id"), ["颈"]);
    assert_eq!(texts(&findings, "access_field_checks", "basis"), ["estimate"]);
    assert_eq!(numbers(&findings, "access_field_checks", "hanging_people"), [100.0]);
    assert!(column(&findings, "access_blocks", "source_id").is_empty());
    let width = findings.checks.iter().find(|check| check.rule == "fire_lane.clear_width_m").unwrap();
    assert_eq!(width.verdict, Verdict::Undetermined);
}

#[test]
fn main_roads_are_taken_at_their_class_only_if_asked() {
    let neck = Road { width_m: None, class: RoadClass::Secondary, ..sound(&[]) };
    let area = area(with_neck(neck));
    for (trust_main_roads, expected) in [(true, "standard"), (false, "undetermined")] {
        let findings = ask(&Access { trust_main_roads, ..Access::default() }, &area);
        assert_eq!(access(&findings), [expected]);
    }
}

#[test]
fn an_earth_road_and_a_bridge_without_figures_are_undetermined_for_trucks() {
    let earth = Road { surface: Some(Surface::Earth), ..sound(&[]) };
    let bridge = Road { bridge: true, ..sound(&[]) };
    for neck in [earth, bridge] {
        let findings = run(with_neck(neck));
        assert_eq!(access(&findings), ["undetermined"]);
        assert_eq!(texts(&findings, "access_villages", "certain_class"), ["small"]);
    }
}

#[test]
fn a_path_is_made_a_road() {
    let findings = run(with_neck(Road { class: RoadClass::Path, width_m: Some(2.0), ..sound(&[]) }));
    assert_eq!(access(&findings), ["motorcycle"]);
    assert_eq!(texts(&findings, "access_blocks", "upgrade"), ["build"]);
    assert_eq!(numbers(&findings, "access_villages", "standard_wan_yuan"), [90.0]);
}

/// Ground that rises so many percent eastwards.
fn ramp(percent: f64) -> Grid {
    let columns = 140;
    let values = (0..columns * 7).map(|cell| (cell % columns) as f32 * 30.0 * percent as f32 / 100.0).collect();
    Grid { origin: Coord { x: -90.0, y: 105.0 }, cell_m: 30.0, columns, rows: 7, values }
}

#[test]
fn gradients_on_a_made_raster() {
    // The model errs by 3 %, and half a cell of hillside makes a tenth of the gradient: a truck that climbs 15 % surely
    // climbs 12 %, and surely not more than 20 %.
    for (percent, expected) in [
        (0.0, Passes::Yes),
        (11.9, Passes::Yes),
        (12.1, Passes::Undetermined),
        (19.9, Passes::Undetermined),
        (20.1, Passes::No),
    ] {
        let mut area = area(layers(vec![sound(&[(0.0, 0.0), (3000.0, 0.0)])], Vec::new()));
        area.elevation = Some(ramp(percent));
        let rules = Rules::load(None).unwrap();
        let facts = facts::gather(&area, &rules);
        let size = rules.vehicle(VehicleClass::Standard).unwrap();
        let passable = Passable::judge(&area, &rules, &facts, size, &Access::default());
        assert!((facts[0].steepest.unwrap().percent - percent).abs() < 0.01);
        assert_eq!(passable.passes(0), expected, "{percent}");
    }
}

#[test]
fn a_bridge_does_not_follow_the_valley_below() {
    let mut valley = ramp(0.0);
    for (cell, value) in valley.values.iter_mut().enumerate() {
        let x = (cell % valley.columns) as f32 * 30.0 - 75.0;
        *value = 100.0 - 80.0 * (1.0 - ((x - 1500.0) / 300.0).abs()).max(0.0);
    }
    for (bridge, blocked) in [(true, false), (false, true)] {
        let spans = Road { bridge, load_t: Some(55.0), ..sound(&[(1000.0, 0.0), (2000.0, 0.0)]) };
        let mut area = area(layers(
            vec![sound(&[(0.0, 0.0), (1000.0, 0.0)]), spans, sound(&[(2000.0, 0.0), (3000.0, 0.0)])],
            vec![village("对岸", (3000.0, 0.0))],
        ));
        area.elevation = Some(valley.clone());
        assert_eq!(access(&ask(&Access::default(), &area)) == ["standard"], !blocked);
    }
}

#[test]
fn a_hairpin_is_told_for_verification() {
    let hairpin = Road { width_m: Some(3.5), ..sound(&[]) };
    let bend = vec![(2000.0, 0.0), (2200.0, 0.0), (2203.0, 6.0), (2000.0, 20.0)];
    let roads = vec![
        sound(&[(0.0, 0.0), (2000.0, 0.0)]),
        named("弯", Road { geometry: bend.into(), ..hairpin }),
        sound(&[(2000.0, 20.0), (2000.0, 500.0)]),
    ];
    let findings = run(layers(roads, vec![village("弯村", (2000.0, 500.0))]));
    assert_eq!(access(&findings), ["undetermined"]);
    assert_eq!(texts(&findings, "access_field_checks", "hindrance"), ["turn"]);
}

#[test]
fn buildings_are_within_half_the_lane_spacing() {
    let building = |y: f64| Building {
        geometry: rectangle((2490.0, y - 5.0), (2500.0, y + 5.0)),
        name: String::new(),
        kind: String::new(),
        storeys: None,
        height_m: None,
        source_id: String::new(),
    };
    let drawn = Layers {
        buildings: vec![building(79.0), building(81.0), building(-40.0), building(-90.0)],
        ..layers(vec![sound(&[(0.0, 0.0), (3000.0, 0.0)])], vec![village("村", (2500.0, 0.0))])
    };
    let findings = run(drawn);
    assert_eq!(numbers(&findings, "access_villages", "within_lane_percent"), [50.0]);
    assert_eq!(numbers(&findings, "access_villages", "buildings"), [4.0]);
}

#[test]
fn closing_a_bridge_cuts_off_or_costs_time() {
    let strong = |detour: bool| {
        let mut layers = behind_bridge(detour);
        layers.roads[1].load_t = Some(55.0);
        layers
    };
    let findings = run(strong(false));
    let at = |name: &str| texts(&findings, "access_fragile", "source_id").iter().position(|id| id == name).unwrap();
    assert_eq!(texts(&findings, "access_fragile", "effect")[at("桥")], "cut_off");
    assert_eq!(numbers(&findings, "access_fragile", "affected_people")[at("桥")], 100.0);
    let findings = run(strong(true));
    let at = texts(&findings, "access_fragile", "source_id").iter().position(|id| id == "桥").unwrap();
    assert_eq!(texts(&findings, "access_fragile", "effect")[at], "detour");
    assert!(numbers(&findings, "access_fragile", "detour_min")[0] > 5.0);
}

#[test]
fn a_built_up_cluster_without_a_village_is_a_place_of_its_own() {
    let cluster = |name: &str, kind: BuiltUpKind, west: f64| BuiltUp {
        geometry: rectangle((west, -50.0), (west + 200.0, 50.0)),
        name: name.to_owned(),
        kind,
        source_id: String::new(),
    };
    let drawn = Layers {
        built_up: vec![
            cluster("村", BuiltUpKind::Village, 2900.0),
            cluster("", BuiltUpKind::Unknown, 3110.0),
            cluster("远", BuiltUpKind::Unknown, 1000.0),
            cluster("镇", BuiltUpKind::Town, 2600.0),
        ],
        ..layers(vec![sound(&[(0.0, 0.0), (1090.0, 0.0), (3000.0, 0.0)])], vec![village("村", (3000.0, 0.0))])
    };
    let findings = run(drawn);
    assert_eq!(texts(&findings, "access_villages", "name"), ["村", "远", "镇"]);
}

#[test]
fn long_dead_ends_need_a_turnaround() {
    let house = |south: f64, north: f64, west: f64, east: f64| Building {
        geometry: rectangle((west, south), (east, north)),
        name: String::new(),
        kind: String::new(),
        storeys: None,
        height_m: None,
        source_id: String::new(),
    };
    let lane = |x: f64, length: f64| named(&x.to_string(), sound(&[(x, 0.0), (x, length)]));
    // Houses every 8 m around the end of the first lane; one house beside the second; the third is short.
    let mut buildings = vec![house(190.0, 200.0, 1506.0, 1516.0), house(20.0, 30.0, 2006.0, 2016.0)];
    for step in -6..=6 {
        for row in -6..=6 {
            let (x, y) = (1000.0 + f64::from(step) * 8.0, 200.0 + f64::from(row) * 8.0);
            if step != 0 || row > 0 {
                buildings.push(house(y - 3.0, y + 3.0, x - 3.0, x + 3.0));
            }
        }
    }
    let roads = vec![sound(&[(0.0, 0.0), (3000.0, 0.0)]), lane(1000.0, 200.0), lane(1500.0, 200.0), lane(2000.0, 30.0)];
    let findings = run(Layers { buildings, ..layers(roads, Vec::new()) });
    let mut found: Vec<(String, String)> = texts(&findings, "access_dead_ends", "source_id")
        .into_iter()
        .zip(texts(&findings, "access_dead_ends", "room"))
        .collect();
    found.sort();
    assert_eq!(found, [("1000".to_owned(), "no_room".to_owned()), ("1500".to_owned(), "undetermined".to_owned())]);
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    let area = area(with_neck(sound(&[])));
    let rules = Rules::load(None).unwrap();
    for (question, name) in [
        (Access { budget_wan_yuan: -1.0, ..Access::default() }, "budget_wan_yuan"),
        (Access { ample: f64::NAN, ..Access::default() }, "ample"),
        (Access { slope_error_percent: 21.0, ..Access::default() }, "slope_error_percent"),
    ] {
        let refusal = question.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap_err();
        assert!(refusal.to_string().contains(name), "{refusal}");
    }
}

/// A 4 × 4 grid of streets with these widths in decimetres, villages at three corners.
fn town(widths_dm: &[u32]) -> Layers {
    let line = |at: usize| at as f64 * 400.0;
    let mut widths = widths_dm.iter().cycle();
    let mut roads = Vec::new();
    for a in 0..4 {
        for b in 0..3 {
            for ends in [[(line(b), line(a)), (line(b + 1), line(a))], [(line(a), line(b)), (line(a), line(b + 1))]] {
                let width_m = match widths.next() {
                    Some(0) | None => None,
                    Some(width_dm) => Some(f64::from(*width_dm) / 10.0),
                };
                roads.push(named(&roads.len().to_string(), Road { width_m, ..sound(&ends) }));
            }
        }
    }
    let far = line(3);
    let mut villages = vec![village("东", (far, 0.0)), village("北", (0.0, far)), village("角", (far, far))];
    villages[1].population_people = Some(250);
    roads.push(sound(&[(-500.0, 0.0), (0.0, 0.0)]));
    Layers { stations: vec![station("甲站", (-500.0, 0.0), 1.0)], ..layers(roads, villages) }
}

/// What was found, to be looked at from within.
fn look<T>(layers: Layers, question: &Access, see: impl FnOnce(&Run, &[villages::Outcome]) -> T) -> T {
    let (area, rules) = (area(layers), Rules::load(None).unwrap());
    let facts = facts::gather(&area, &rules);
    let judge = |class: &VehicleClass| Passable::judge(&area, &rules, &facts, rules.vehicle(*class).unwrap(), question);
    let passable: Vec<Passable> = VehicleClass::ALL.iter().map(judge).collect();
    let starts = stations::place(question, &area, &rules, &passable, &mut Notes::default()).unwrap();
    let streets = Streets::new(&area);
    let fleets =
        passable.into_iter().map(|passable| Fleet::new(&area, &rules, &streets, &facts, passable, &starts)).collect();
    let towns = TownIndex::new(&area);
    let places = settlements::gather(&area, &rules, &towns, &mut Notes::default());
    let run = Run { area: &area, rules: &rules, facts, fleets, places, towns };
    let outcomes = villages::judge(&run);
    see(&run, &outcomes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn opening_a_segment_never_worsens_any_village(
        widths in prop::collection::vec(prop_oneof![Just(0_u32), 12_u32..45], 24),
        opened in 0_usize..24,
    ) {
        let question = Access::default();
        let before = town(&widths);
        let mut after = town(&widths);
        after.roads[opened].width_m = Some(8.0);
        let states = |layers: Layers| look(layers, &question, |run, outcomes| {
            let rank = |rank: Option<usize>| rank.unwrap_or(run.fleets.len());
            let places = outcomes.iter().zip(&run.places);
            places.map(|(outcome, place)| {
                let opening = run.fleets[0].way(&place.entries, Reading::Opened).map(|way| way.price[0]);
                let certain_ms = run.fleets.iter().map(|fleet| {
                    fleet.way(&place.entries, Reading::Certain).map_or(u64::MAX, |way| way.price[2])
                }).collect::<Vec<_>>();
                (rank(outcome.certain), rank(outcome.possible), opening.unwrap_or(u64::MAX), certain_ms)
            }).collect::<Vec<_>>()
        });
        for (before, after) in states(before).into_iter().zip(states(after)) {
            prop_assert!(after.0 <= before.0 && after.1 <= before.1 && after.2 <= before.2);
            prop_assert!(after.3.iter().zip(&before.3).all(|(after, before)| after <= before));
        }
    }

    #[test]
    fn the_plan_equals_trying_every_set_of_upgrades(
        narrow in prop::collection::btree_set(0_usize..24, 1..9),
        budget_wan_yuan in 0_u32..60,
    ) {
        let mut layers = town(&[60]);
        for road in &narrow {
            layers.roads[*road].width_m = Some(2.0 + (*road % 5) as f64 / 5.0);
        }
        let question = Access { budget_wan_yuan: f64::from(budget_wan_yuan), ..Access::default() };
        let (found, best) = look(layers, &question, |run, outcomes| {
            let county = plan::make(run, &question, outcomes);
            let blocked: Vec<u32> = (0..run.area.network.segments.len() as u32)
                .filter(|segment| run.fleets[0].passable.passes(*segment) == Passes::No)
                .collect();
            let best = (0..1_u32 << blocked.len()).filter_map(|set| {
                let bought: Vec<u32> = blocked.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, segment)| *segment).collect();
                let cost: u64 = bought.iter().filter_map(|segment| run.fleets[0].yuan(*segment)).sum();
                (cost as f64 <= question.budget_wan_yuan * YUAN_PER_WAN).then(|| {
                    let opened = plan::opened(run, 0, &county.wanted, &bought);
                    opened.iter().map(|place| run.places[*place].weight()).sum::<u64>()
                })
            }).max().unwrap_or(0);
            ((county.plan.value, county.plan.bound, county.opened.iter().map(|place| run.places[*place].weight()).sum::<u64>()), best)
        });
        prop_assert_eq!(found, (best, best, best));
    }
}

#[test]
fn the_plan_shares_a_neck_between_villages() {
    // Two villages behind one neck of 17.5 for both; a third behind one of its own, cheaper but for fewer people.
    let narrow = |id: &str, points: &[(f64, f64)]| named(id, Road { width_m: Some(3.0), ..sound(points) });
    let roads = vec![
        sound(&[(0.0, 0.0), (2000.0, 0.0)]),
        narrow("共", &[(2000.0, 0.0), (2500.0, 0.0)]),
        sound(&[(2500.0, 0.0), (3000.0, 0.0)]),
        narrow("独", &[(1000.0, 0.0), (1000.0, 400.0)]),
        sound(&[(1000.0, 400.0), (1000.0, 900.0)]),
    ];
    let villages = vec![village("甲", (3000.0, 0.0)), village("乙", (2700.0, 0.0)), village("丙", (1000.0, 900.0))];
    let area = area(layers(roads, villages));
    let chosen = |budget_wan_yuan: f64| {
        texts(&ask(&Access { budget_wan_yuan, ..Access::default() }, &area), "access_upgrades", "source_id")
    };
    assert_eq!(chosen(13.0), Vec::<String>::new());
    assert_eq!(chosen(14.0), ["独"]);
    assert_eq!(chosen(18.0), ["共"]);
    assert_eq!(chosen(40.0), ["共", "独"]);
}

#[test]
fn stations_with_small_trucks_send_no_large_ones() {
    let drawn = |class: VehicleClass| {
        let mut layers = with_neck(sound(&[]));
        layers.stations = vec![Station { vehicle_class: Some(class), ..station("乙队", (0.0, 0.0), 1.0) }];
        layers
    };
    assert_eq!(access(&run(drawn(VehicleClass::Small))), ["small"]);
    assert_eq!(access(&run(drawn(VehicleClass::Motorcycle))), ["motorcycle"]);
    let far = village("远", (3000.0, 900.0));
    let findings = run(Layers { villages: vec![far], ..with_neck(sound(&[])) });
    assert_eq!(access(&findings), ["unplaced"]);
}
