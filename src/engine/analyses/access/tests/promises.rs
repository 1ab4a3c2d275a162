//! What the plan promises comes about once its edits are made: over random streets and random scenarios that it is asked under.

use super::*;
use crate::scenario::apply_scenario;
use fireplan_model::rows::Row;

/// People of the places that a standard truck gets to for certain.
fn reached_people(findings: &Findings) -> f64 {
    let people = column(findings, "access_villages", "population_people");
    let all = access(findings).into_iter().zip(people);
    all.filter(|(access, _)| access == "standard").filter_map(|(_, people)| people.as_f64()).sum()
}

fn promised(findings: &Findings) -> (f64, Option<[f64; 2]>) {
    let figure = findings.figures.iter().find(|figure| figure.name == "opened_people").unwrap();
    (figure.value.unwrap(), figure.range)
}

/// The plan's edits, each once, behind those of the scenario that it was asked under.
fn with_plan(base: &Scenario, findings: &Findings) -> Scenario {
    let mut edits = base.edits.clone();
    for edit in proposed(findings, "access_upgrades") {
        if !edits[base.edits.len()..].contains(&edit) {
            edits.push(edit);
        }
    }
    Scenario { name: "打通".to_owned(), edits }
}

#[test]
fn a_village_whose_road_is_undetermined_beyond_the_works_is_not_promised_and_stays_as_it_is() {
    let roads = vec![
        sound(&[(0.0, 0.0), (2000.0, 0.0)]),
        named("颈", Road { width_m: Some(2.6), ..sound(&[(2000.0, 0.0), (2500.0, 0.0)]) }),
        // Nobody knows what this bridge bears.
        Road { bridge: true, load_t: None, ..sound(&[(2500.0, 0.0), (2600.0, 0.0)]) },
        sound(&[(2600.0, 0.0), (3000.0, 0.0)]),
    ];
    let near = Village { population_people: Some(50), ..village("近", (2480.0, 20.0)) };
    let far = Village { population_people: Some(300), ..village("远", (3000.0, 20.0)) };
    let house =
        Building { source_id: "F1".to_owned(), ..Building::blank(rectangle((2990.0, 20.0), (3000.0, 30.0))).unwrap() };
    let area = area(Layers { buildings: vec![house], ..layers(roads, vec![near, far]) });
    let before = ask(&FireAccess::default(), &area);
    let after = ask(&FireAccess::default(), &apply_scenario(&with_plan(&Scenario::default(), &before), &area).unwrap());
    assert_eq!(
        (access(&before), access(&after)),
        (vec!["small".to_owned(); 2], vec!["standard".to_owned(), "small".to_owned()])
    );
    // A small truck gets to the far one as it does today, and to its house; whether a standard one does is told beside.
    let within = |findings: &Findings| numbers(findings, "access_villages", "within_lane_percent");
    assert_eq!((within(&before), within(&after)), (vec![100.0], vec![100.0]));
    let story = &texts(&after, "access_villages", "story")[1];
    assert!(story.contains("小型消防车可通到远，与现状相同；按方案普通消防车能否通到待核"), "{story}");
    assert!(story.contains("沿途有1条路须现场核实"), "{story}");
    assert_eq!(promised(&before), (50.0, Some([50.0, 350.0])));
    assert_eq!(numbers(&before, "access_upgrades", "opened_people"), [50.0]);
    assert_eq!(numbers(&before, "access_upgrades", "undetermined_people"), [300.0]);
    let story = &texts(&before, "access_upgrades", "story")[0];
    assert!(story.contains("到远（1处、共300人）仍待核"), "{story}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_plan_keeps_its_promise_under_any_scenario(
        streets in prop::collection::vec(limited(), 24),
        closed in 0_usize..24,
        widened in 0_usize..24,
        budget_wan_yuan in 5.0..200.0,
    ) {
        let mut drawn = town_of(|number| streets[number].clone());
        for (number, village) in drawn.villages.iter_mut().enumerate() {
            village.population_people = Some(100 + 37 * number as u32);
        }
        let county = area(drawn);
        let base = [
            Edit::CloseRoad { road: closed.to_string() },
            Edit::WidenRoad { road: widened.to_string(), width_m: 4.0 },
        ];
        // What changes nothing, or makes a road worse, is no edit.
        let is_one = |edit: &Edit| {
            apply_scenario(&Scenario { name: "试".to_owned(), edits: vec![edit.clone()] }, &county).is_ok()
        };
        let edits: Vec<Edit> = base.into_iter().filter(is_one).collect();
        let base = Scenario { name: "远期".to_owned(), edits };
        let changed = apply_scenario(&base, &county).unwrap();
        let question = FireAccess { budget_wan_yuan, ..FireAccess::default() };
        let before = ask(&question, &changed);
        let scenario = with_plan(&base, &before);
        let after = ask(&question, &apply_scenario(&scenario, &county).unwrap());
        let (promised, _) = promised(&before);
        let kept = reached_people(&after) - reached_people(&before);
        prop_assert_eq!(promised, kept, "{:?}", scenario.edits);
        let of_rows: f64 = numbers(&before, "access_upgrades", "opened_people").iter().sum();
        prop_assert!(of_rows <= promised, "{of_rows} of {promised}");
    }
}
