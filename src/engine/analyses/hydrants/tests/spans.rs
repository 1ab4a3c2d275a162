//! Bridges and tunnels with hydrants at their ends, or without.

use super::*;

/// A street from west to east, its middle a bridge (or whatever `span` makes of it) from 200 to 300 m in these pieces.
fn crossing(cuts: &[f64], hydrants: Vec<Hydrant>, span: impl Fn(Road) -> Road) -> Findings {
    let mut roads = vec![named("江路", &[(0.0, 0.0), (cuts[0], 0.0)])];
    let pieces = cuts.windows(2).map(|ends| span(named("江路", &[(ends[0], 0.0), (ends[1], 0.0)])));
    roads.extend(pieces);
    let last = cuts[cuts.len() - 1];
    roads.push(named("江路", &[(last, 0.0), (last + 200.0, 0.0)]));
    run(town(roads, hydrants))
}

fn bridge(road: Road) -> Road {
    Road { bridge: true, ..road }
}

fn heads(findings: &Findings) -> Vec<(String, String)> {
    texts(findings, "hydrant_heads", "name").into_iter().zip(texts(findings, "hydrant_heads", "state")).collect()
}

fn pair(name: &str, state: &str) -> (String, String) {
    (name.to_owned(), state.to_owned())
}

fn verdicts(findings: &Findings) -> Vec<Verdict> {
    let checks = findings.checks.iter().filter(|check| check.rule == "hydrant.bridge_head");
    checks.map(|check| check.verdict).collect()
}

#[test]
fn each_head_of_a_bridge_needs_a_hydrant_of_its_own() {
    let west = hydrant("西", (170.0, 8.0), Working);
    let findings = crossing(&[200.0, 300.0], vec![west], bridge);
    assert_eq!(heads(&findings), [pair("江路桥梁西桥头", "served"), pair("江路桥梁东桥头", "lacking")]);
    assert_eq!(verdicts(&findings), [Verdict::Pass, Verdict::Fail]);
    let shared = texts(&findings, "hydrant_heads", "shared");
    let own = texts(&findings, "hydrants_new", "why").iter().filter(|why| *why == "head").count();
    assert_eq!(own, usize::from(shared[1] == "false"), "{shared:?}");
    let check = findings.checks.iter().find(|check| check.rule == "hydrant.bridge_head").unwrap();
    assert!(check.cite.contains("7.2.4"));
}

#[test]
fn within_reach_means_along_the_road_to_the_metre() {
    // The head is at 200: 60 m along the road is near, 61 is not.
    for (x, state) in [(140.0, "served"), (139.0, "lacking")] {
        let findings = crossing(&[200.0, 300.0], vec![hydrant("西", (x, 8.0), Working)], bridge);
        assert_eq!(heads(&findings)[0].1, state, "{x}");
    }
}

#[test]
fn a_bridge_in_pieces_is_one_and_a_short_one_none() {
    let far = || vec![hydrant("远", (-900.0, 8.0), Working)];
    assert_eq!(heads(&crossing(&[200.0, 230.0, 260.0, 300.0], far(), bridge)).len(), 2);
    // 9 and 10 m make a culvert of 19; 10 and 10, a bridge of 20.
    assert_eq!(heads(&crossing(&[200.0, 209.0, 219.0], far(), bridge)).len(), 0);
    assert_eq!(heads(&crossing(&[200.0, 210.0, 220.0], far(), bridge)).len(), 2);
}

#[test]
fn tunnels_have_portals_and_motorways_are_not_municipal() {
    let far = || vec![hydrant("远", (-900.0, 8.0), Working)];
    let tunnel = crossing(&[200.0, 300.0], far(), |road| Road { tunnel: true, ..road });
    assert_eq!(heads(&tunnel), [pair("江路隧道西洞口", "lacking"), pair("江路隧道东洞口", "lacking")]);
    let motorway = |road: Road| Road { class: fireplan_model::layers::RoadClass::Motorway, ..bridge(road) };
    assert!(heads(&crossing(&[200.0, 300.0], far(), motorway)).is_empty());
}

#[test]
fn the_state_of_the_hydrant_decides_and_the_other_bank_does_not_help() {
    for (state, expected, verdict) in
        [(Unknown, "undetermined", Verdict::Undetermined), (OutOfService, "lacking", Verdict::Fail)]
    {
        let findings = crossing(&[200.0, 300.0], vec![hydrant("西", (190.0, 8.0), state)], bridge);
        assert_eq!((heads(&findings)[0].1.as_str(), verdicts(&findings)[0]), (expected, verdict));
    }
    // A bridge of 40 m: the hydrant right at its eastern head is 45 m from the western one.
    let findings = crossing(&[200.0, 240.0], vec![hydrant("东", (245.0, 8.0), Working)], bridge);
    assert_eq!(heads(&findings), [pair("江路桥梁西桥头", "lacking"), pair("江路桥梁东桥头", "served")]);
}

#[test]
fn heads_outside_of_built_up_areas_ask_for_none() {
    let roads = vec![
        named("江路", &[(0.0, 0.0), (200.0, 0.0)]),
        bridge(named("江路", &[(200.0, 0.0), (300.0, 0.0)])),
        named("江路", &[(300.0, 0.0), (900.0, 0.0)]),
    ];
    let mut layers = town(roads, vec![hydrant("远", (20.0, 8.0), Working)]);
    layers.built_up[0].geometry = rectangle((-100.0, -100.0), (250.0, 100.0));
    assert_eq!(heads(&run(layers)), [pair("江路桥梁西桥头", "lacking")]);
}

#[test]
fn a_new_hydrant_for_the_spacing_serves_the_head_it_stands_at() {
    let hydrants = || vec![hydrant("西", (130.0, 8.0), Working), hydrant("东", (370.0, 8.0), Working)];
    // 70 m to either head: farther than half the spacing, so that the spacing asks for one there as well.
    let findings = crossing(&[200.0, 300.0], hydrants(), bridge);
    assert_eq!(texts(&findings, "hydrant_heads", "shared"), ["true", "true"]);
    assert!(texts(&findings, "hydrants_new", "why").iter().all(|why| why == "spacing"));
    // At a spacing of 200 m nothing but the head asks for one.
    let roads = vec![
        named("江路", &[(0.0, 0.0), (200.0, 0.0)]),
        bridge(named("江路", &[(200.0, 0.0), (300.0, 0.0)])),
        named("江路", &[(300.0, 0.0), (500.0, 0.0)]),
    ];
    let findings = run_set(town(roads, hydrants()), "hydrant.spacing_m", "200");
    assert_eq!(texts(&findings, "hydrant_heads", "shared"), ["false", "false"]);
    assert_eq!(texts(&findings, "hydrants_new", "why"), ["head", "head"]);
    assert!(texts(&findings, "hydrants_new", "story")[0].contains("桥头"));
}
