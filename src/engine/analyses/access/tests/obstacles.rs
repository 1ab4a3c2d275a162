//! What stands in a road, and streets that may be driven one way only.

use super::*;
use fireplan_model::layers::{Obstacle, ObstacleKind, ObstaclePassage};
use fireplan_model::rows::Row;

/// The sound road of [`with_neck`] with an obstacle in its middle part.
fn with_obstacle(change: impl Fn(&mut Obstacle)) -> Layers {
    let mut obstacle = Obstacle::blank(geo::Point::new(2250.0, 2.0)).unwrap();
    obstacle.source_id = "杆".to_owned();
    change(&mut obstacle);
    Layers { obstacles: vec![obstacle], ..with_neck(sound(&[])) }
}

fn bar(height_m: f64) -> Layers {
    with_obstacle(|one| {
        (one.kind, one.passage, one.clear_height_m) = (ObstacleKind::HeightBar, ObstaclePassage::Fixed, Some(height_m));
    })
}

#[test]
fn an_obstacle_stops_what_does_not_fit() {
    for (height_m, expected) in [(3.6, "standard"), (3.5, "small"), (2.4, "motorcycle"), (1.9, "no_vehicle")] {
        assert_eq!(access(&run(bar(height_m))), [expected], "{height_m}");
    }
    let fixed = with_obstacle(|one| (one.kind, one.passage) = (ObstacleKind::Block, ObstaclePassage::Fixed));
    assert_eq!(access(&run(fixed)), ["undetermined"], "a motorcycle may get past");
    assert_eq!(access(&run(with_obstacle(|one| one.passage = ObstaclePassage::Open))), ["standard"]);
}

#[test]
fn what_may_be_moved_is_to_be_verified() {
    let findings = run(with_obstacle(|one| (one.kind, one.passage) = (ObstacleKind::Gate, ObstaclePassage::Removable)));
    assert_eq!(access(&findings), ["undetermined"]);
    assert_eq!(texts(&findings, "access_villages", "possible_class"), ["standard"]);
    assert_eq!(texts(&findings, "access_field_checks", "hindrance"), ["obstacle"]);
    let story = &texts(&findings, "access_villages", "story")[0];
    assert!(story.contains("门禁") && story.contains("待核"), "{story}");
    assert!(proposed(&findings, "access_villages").is_empty());
}

#[test]
fn a_removed_obstacle_opens_the_road() {
    let layers = bar(3.0);
    let findings = run(layers.clone());
    assert_eq!(access(&findings), ["small"]);
    let edits = proposed(&findings, "access_villages");
    assert_eq!(edits, [Edit::RemoveObstacle { obstacle: "杆".to_owned() }]);
    // 5,000 yuan for one obstacle.
    assert_eq!(numbers(&findings, "access_villages", "next_wan_yuan"), [0.5]);
    let scenario = Scenario { name: "拆".to_owned(), edits };
    let opened = crate::scenario::apply_scenario(&scenario, &area(layers)).unwrap();
    assert_eq!(access(&ask(&FireAccess::default(), &opened)), ["standard"]);
}

#[test]
fn a_sign_for_narrow_vehicles_is_held_against_the_vehicle_itself() {
    // The standard truck is 2.5 m wide, the small one 1.9 m.
    for (max_width_m, expected) in [(2.5, "standard"), (2.4, "small"), (1.8, "motorcycle")] {
        let layers = with_neck(Road { max_width_m: Some(max_width_m), ..sound(&[]) });
        assert_eq!(access(&run(layers)), [expected], "{max_width_m}");
    }
    let layers = with_neck(Road { max_width_m: Some(2.0), ..sound(&[]) });
    let edits = proposed(&run(layers.clone()), "access_villages");
    let opened = crate::scenario::apply_scenario(&Scenario { name: "宽".to_owned(), edits }, &area(layers)).unwrap();
    assert_eq!(access(&ask(&FireAccess::default(), &opened)), ["standard"]);
}

#[test]
fn an_estimated_width_stops_nobody_and_proves_nothing() {
    let layers = with_neck(Road { width_m: None, estimated_width_m: Some(2.0), ..sound(&[]) });
    let findings = run(layers);
    assert_eq!(access(&findings), ["undetermined"]);
    assert_eq!(texts(&findings, "access_field_checks", "hindrance"), ["width"]);
}

#[test]
fn a_banned_turn_is_taken_where_it_is_safe() {
    let neck = Road { name: "支路".to_owned(), ..sound(&[]) };
    let mut banned = area(with_neck(neck));
    // Nobody may drive on from the first road into the neck, and no other road leads there.
    let [first, neck] = [0, 1].map(|road| {
        let of_road = |segment: &SegmentId| banned.network[*segment].road.index() == road;
        SegmentId::first(banned.network.segments.len()).find(of_road).unwrap().along()
    });
    Arc::make_mut(&mut banned.network).forbidden.push(vec![first, neck]);
    let findings = ask(&FireAccess::default(), &banned);
    assert_eq!(access(&findings), ["undetermined"]);
    let story = &texts(&findings, "access_villages", "story")[0];
    assert!(story.contains("支路") && story.contains("禁止转弯"), "{story}");
    assert_eq!(texts(&findings, "access_field_checks", "hindrance"), ["banned_turn"]);
    let rules = Rules::load_with(None, &[("driving.turn_bans".to_owned(), "binds".to_owned())]).unwrap();
    let bound = FireAccess::default().run(&Context { area: &banned, rules: &rules, progress: &Silent }).unwrap();
    assert_eq!(access(&bound), ["no_vehicle"]);
}

#[test]
fn a_one_way_street_is_driven_against_where_it_is_safe() {
    let against = |class: RoadClass| {
        with_neck(Road { oneway: Oneway::Backward, name: "单行街".to_owned(), class, ..sound(&[]) })
    };
    let findings = run(against(RoadClass::Residential));
    assert_eq!(access(&findings), ["undetermined"]);
    let story = &texts(&findings, "access_villages", "story")[0];
    assert!(story.contains("单行街") && story.contains("逆"), "{story}");
    assert_eq!(texts(&findings, "access_field_checks", "hindrance"), ["oneway"]);
    assert_eq!(access(&run(against(RoadClass::Motorway))), ["no_vehicle"]);
    let rules = Rules::load_with(None, &[("driving.oneway_streets".to_owned(), "binds".to_owned())]).unwrap();
    let area = area(against(RoadClass::Residential));
    let bound = FireAccess::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    assert_eq!(access(&bound), ["no_vehicle"]);
}
