//! Closing one segment after the other: against closing each and asking again.

use super::*;
use crate::analyses::access::closures;
use crate::analyses::access::fragile::ClosureEffect;
use crate::analyses::access::settlements::DestinationId;

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
fn a_way_round_by_a_road_of_unknown_width_is_doubtful() {
    let mut drawn = behind_bridge(true);
    drawn.roads[1].load_t = Some(55.0);
    drawn.roads[3].width_m = None;
    let findings = run(drawn);
    let at = texts(&findings, "access_fragile", "source_id").iter().position(|id| id == "桥").unwrap();
    assert_eq!(texts(&findings, "access_fragile", "effect")[at], "doubtful");
    assert!(texts(&findings, "access_fragile", "story")[at].contains("待核"));
}

#[test]
fn short_delays_are_not_listed_and_long_ones_are_told_by_village() {
    let listed = |least_delay_min: f64| {
        let mut drawn = behind_bridge(true);
        drawn.roads[1].load_t = Some(55.0);
        let findings = ask(&FireAccess { least_delay_min, ..FireAccess::default() }, &area(drawn));
        let detours = texts(&findings, "access_fragile", "effect").iter().filter(|effect| *effect == "detour").count();
        (detours, numbers(&findings, "access_villages", "detour_min")[0])
    };
    // Round by the other road it is 2 km longer, at 20 km/h: six minutes.
    // The street, the bridge and the street behind it.
    assert_eq!(listed(0.0).0, 3);
    assert_eq!(listed(100.0).0, 0);
    assert!((listed(100.0).1 - 6.0).abs() < 0.05);
}

/// A town of which the only road is a bridge, with a brigade of its own that has this engine.
fn own_brigade(vehicle_class: VehicleClass) -> Layers {
    let mut drawn = behind_bridge(false);
    drawn.roads[1].load_t = Some(55.0);
    drawn.stations.push(Station { vehicle_class: Some(vehicle_class), ..station("乙队", (2900.0, 0.0), 1.0) });
    drawn
}

#[test]
fn a_place_with_a_brigade_of_its_own_is_not_cut_off_from_it() {
    let told = |vehicle_class| {
        let findings = run(own_brigade(vehicle_class));
        let at = texts(&findings, "access_fragile", "source_id").iter().position(|id| id == "桥");
        at.map(|at| ["effect", "story"].map(|name| texts(&findings, "access_fragile", name)[at].clone()))
    };
    let [effect, story] = told(VehicleClass::Small).unwrap();
    assert_eq!(effect, "smaller_left");
    assert!(story.contains("与有普通消防车的消防站断开，只剩乙队的小型消防车可到"), "{story}");
    assert!(!story.contains("所有消防站"), "{story}");
    // With a standard truck of its own, the closure of the bridge means nothing to it.
    assert_eq!(told(VehicleClass::Standard), None);
    // Only the street on which it stands itself is left.
    assert_eq!(numbers(&run(own_brigade(VehicleClass::Small)), "access_villages", "sole_links")[0], 1.0);
}

#[test]
fn a_town_that_stands_as_one_point_is_come_to_by_any_of_its_roads() {
    // The middle lies on a cul-de-sac; the town's other street is reached otherwise.
    let drawn = |built_up: bool| {
        let roads = vec![
            sound(&[(0.0, 0.0), (2000.0, 0.0)]),
            sound(&[(2000.0, 0.0), (2600.0, 0.0)]),
            named("中街", sound(&[(2000.0, 0.0), (2000.0, 300.0)])),
        ];
        let town = BuiltUp {
            geometry: rectangle((1900.0, -100.0), (2700.0, 400.0)),
            name: "镇区".to_owned(),
            kind: BuiltUpKind::Town,
            source_id: String::new(),
        };
        let built_up = if built_up { vec![town] } else { Vec::new() };
        Layers { built_up, ..layers(roads, vec![village("镇", (2000.0, 300.0))]) }
    };
    let cut_off = |built_up| {
        let findings = run(drawn(built_up));
        let ids = texts(&findings, "access_fragile", "source_id");
        let effects = texts(&findings, "access_fragile", "effect");
        ids.iter().zip(effects).any(|(id, effect)| id == "中街" && effect == "cut_off")
    };
    assert!(cut_off(false));
    assert!(!cut_off(true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_closure_equals_closing_the_segment_and_asking_again(streets in prop::collection::vec(limited(), 24)) {
        let drawn = town_of(|number| streets[number].clone());
        look(drawn, &FireAccess::default(), |run, outcomes| {
            let fragile = closures::find(run, outcomes, 0).unwrap();
            for (place, outcome) in DestinationId::first(outcomes.len()).zip(outcomes) {
                let Some((rank, way)) = outcome.possible.zip(outcome.way.as_ref()) else { continue };
                let (mut cut, mut worst_ms) = (0, 0);
                let on_way: std::collections::BTreeSet<SegmentId> = way.segments().collect();
                for closed in on_way {
                    let entries = [run.places[place.index()].entries.as_slice()];
                    let again = run.fleets[rank].ways_where(|other| other != closed, entries.into_iter(), PassReading::Possible);
                    let effect = match &again[0] {
                        None => {
                            cut += 1;
                            ClosureEffect::CutOff
                        }
                        Some(other) => {
                            worst_ms = worst_ms.max(other.price[2].saturating_sub(way.price[2]));
                            if way.price[1] == 0 && other.price[1] > 0 { ClosureEffect::Doubtful } else { ClosureEffect::Detour }
                        }
                    };
                    let listed = fragile.closures.iter().any(|closure| {
                        closure.effect == effect && closure.segments.contains(&closed) && closure.places.contains(&place)
                    });
                    assert!(listed, "{closed} {place} {effect:?}");
                }
                assert_eq!((fragile.sole_links(place), fragile.worst_ms(place)), (cut, worst_ms));
            }
        });
    }
}
