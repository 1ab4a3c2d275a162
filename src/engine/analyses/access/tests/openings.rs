//! Works as edits of a scenario, the plan of a county, and what must always hold of opening roads.

use super::*;
use crate::scenario::apply_scenario;

#[test]
fn a_bridge_that_several_villages_share_is_paid_for_once() {
    let mut drawn = behind_bridge(false);
    drawn.villages.push(village("桥尾", (2900.0, 0.0)));
    let findings = run(drawn);
    let cost = |layer: &str| numbers(&findings, layer, "standard_wan_yuan");
    let each = cost("access_villages");
    assert_eq!(each.len(), 2, "{each:?}");
    let table = findings.tables.iter().find(|table| table.id == "town_access").unwrap();
    let at = table.columns.iter().position(|column| column.name == "standard_wan_yuan").unwrap();
    assert_eq!(table.rows.last().unwrap()[at].as_f64(), Some(each[0]));
}

#[test]
fn a_road_of_the_plan_is_marked_and_its_rows_add_up() {
    let findings = run(behind_bridge(false));
    assert_eq!(texts(&findings, "access_blocks", "in_plan")[0], "true");
    let (costs, totals) = (
        numbers(&findings, "access_upgrades", "cost_wan_yuan"),
        numbers(&findings, "access_upgrades", "total_wan_yuan"),
    );
    let sum = costs.iter().sum::<f64>();
    assert!((totals.last().unwrap() - sum).abs() < 1e-9, "{costs:?} {totals:?}");
    let figure = findings.figures.iter().find(|figure| figure.name == "opened_people").unwrap();
    assert!(figure.remark.zh.contains(&format!("用 {sum} 万元")), "{}", figure.remark.zh);
}

#[test]
fn no_works_are_advised_for_a_detour_of_seconds() {
    let told = |far_m: f64| {
        // A lane too narrow for the truck, and a way round it that is longer by twice so many metres.
        let mut drawn = with_neck(Road { width_m: Some(3.0), ..sound(&[]) });
        drawn.roads.push(sound(&[(2000.0, 0.0), (2000.0, far_m), (2500.0, far_m), (2500.0, 0.0)]));
        texts(&run(drawn), "access_blocks", "effect")
    };
    assert!(told(5.0).is_empty());
    assert_eq!(told(1000.0), ["detour"]);
}

/// The edits that access proposes for a village, made, with the question asked again.
fn opened(question: &FireAccess, area: &StudyArea) -> Findings {
    let edits = proposed(&ask(question, area), "access_villages");
    ask(question, &apply_scenario(&Scenario { name: "打通".to_owned(), edits }, area).unwrap())
}

#[test]
fn every_kind_of_work_opens_the_way_when_made() {
    let path = Road { class: RoadClass::Path, width_m: Some(1.5), surface: Some(Surface::Earth), ..sound(&[]) };
    let footbridge = Road { bridge: true, load_t: Some(2.0), ..path.clone() };
    let both = Road { width_m: Some(2.6), clear_height_m: Some(3.0), load_t: Some(10.0), ..sound(&[]) };
    let necks = [
        (Road { width_m: Some(2.6), ..sound(&[]) }, 1),
        (Road { load_t: Some(10.0), ..sound(&[]) }, 1),
        (Road { clear_height_m: Some(3.0), ..sound(&[]) }, 1),
        (Road { slope_percent: Some(22.0), ..sound(&[]) }, 1),
        (Road { bridge: true, width_m: Some(3.0), load_t: Some(10.0), ..sound(&[]) }, 2),
        (Road { slope_percent: Some(18.0), ..both }, 4),
        (path, 1),
        // It bears a motorcycle as it is.
        (footbridge, 1),
    ];
    for (neck, count) in necks {
        let area = area(with_neck(neck.clone()));
        let before = ask(&FireAccess::default(), &area);
        // A motorcycle's path is first opened to a small truck, then to a standard one.
        let edits = proposed(&before, "access_villages");
        assert_eq!(edits.len(), count, "{edits:?}");
        let next = texts(&before, "access_villages", "next_class")[0].clone();
        assert_eq!(access(&opened(&FireAccess::default(), &area)), [next], "{neck:?}");
        // All works on the neck at once.
        let edits = proposed(&before, "access_segments");
        let changed = apply_scenario(&Scenario { name: "全部".to_owned(), edits }, &area).unwrap();
        assert_eq!(access(&ask(&FireAccess::default(), &changed)), ["standard"], "{neck:?}");
    }
}

/// One limit of a road taken away, or all.
fn open(road: &mut Road, limit: usize) {
    let is = |number: usize| limit == number || limit == 6;
    if is(0) {
        road.width_m = Some(road.width_m.unwrap_or(4.0).max(4.0));
    }
    if is(1) {
        road.clear_height_m = Some(6.0);
    }
    if is(2) {
        road.load_t = Some(60.0);
    }
    if is(3) {
        road.slope_percent = Some(0.0);
    }
    if is(4) {
        road.access = fireplan_model::layers::Access::Open;
    }
    if is(5) {
        (road.class, road.surface) = (RoadClass::Secondary, Some(Surface::Paved));
        // As wide as before: a wider bridge costs more to strengthen.
        road.width_m = road.width_m.or(Some(4.0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whichever limit it is that is taken away: width, headroom, load, gradient, closure, class and surface.
    #[test]
    fn opening_a_segment_never_worsens_any_village(
        streets in prop::collection::vec(limited(), 24),
        opened in 0_usize..24,
        limit in 0_usize..7,
    ) {
        let question = FireAccess::default();
        let before = town_of(|number| streets[number].clone());
        let mut after = before.clone();
        open(&mut after.roads[opened], limit);
        let states = |layers: Layers| look(layers, &question, |run, outcomes| {
            let rank = |rank: Option<usize>| rank.unwrap_or(run.fleets.len());
            let places = outcomes.iter().zip(&run.places);
            places.map(|(outcome, place)| {
                let opening = run.fleets[0].way(&place.entries, PassReading::Opened).map(|way| way.price[0]);
                let certain_ms = run.fleets.iter().map(|fleet| {
                    fleet.way(&place.entries, PassReading::Certain).map_or(u64::MAX, |way| way.price[2])
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
        let question = FireAccess { budget_wan_yuan: f64::from(budget_wan_yuan), ..FireAccess::default() };
        let (found, best) = look(layers, &question, |run, outcomes| {
            let county = plan::make(run, &question, outcomes);
            let blocked: Vec<SegmentId> = SegmentId::first(run.area.network.segments.len())
                .filter(|segment| run.fleets[0].passable.passes(*segment) == Passes::No)
                .collect();
            let best = (0..1_u32 << blocked.len()).filter_map(|set| {
                let bought: Vec<SegmentId> = blocked.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, segment)| *segment).collect();
                let cost: u64 = bought.iter().filter_map(|segment| run.fleets[0].yuan(*segment)).sum();
                (cost as f64 <= question.budget_wan_yuan * YUAN_PER_WAN).then(|| {
                    let opened = plan::opened(run, 0, &county.wanted, &bought);
                    opened.iter().map(|place| run.places[place.index()].weight()).sum::<u64>()
                })
            }).max().unwrap_or(0);
            ((county.plan.value, county.plan.bound, county.opened.iter().map(|place| run.places[place.index()].weight()).sum::<u64>()), best)
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
        texts(&ask(&FireAccess { budget_wan_yuan, ..FireAccess::default() }, &area), "access_upgrades", "source_id")
    };
    assert_eq!(chosen(13.0), Vec::<String>::new());
    assert_eq!(chosen(14.0), ["独"]);
    assert_eq!(chosen(18.0), ["共"]);
    assert_eq!(chosen(40.0), ["共", "独"]);
}
