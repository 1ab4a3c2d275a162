//! Water cranes, where the rules say that it is cold and where they do not.

use super::*;

fn crane(name: &str, x: f64, flow_l_s: Option<f64>, diameter_mm: f64) -> Hydrant {
    let kind = HydrantKind::Crane;
    Hydrant { kind, flow_l_s, diameter_mm: Some(diameter_mm), ..hydrant(name, (x, 8.0), Working) }
}

/// The verdicts on cranes along a straight street, by rule and crane.
fn verdicts(cold: &str, hydrants: Vec<Hydrant>) -> Vec<(String, String, Verdict)> {
    let set = [("hydrant.cold_region".to_owned(), cold.to_owned())];
    let profile = format!(
        "title = \"试\"\ndocument = \"试\"\ndate = \"2024-01-01\"\n[hydrant.cold_region]\nvalue = \"{}\"\ncite = \"试\"\nforce = \"policy\"\nconfidence = \"S\"\n",
        set[0].1
    );
    let national = include_str!("../../../../../data/rules/national.toml");
    let rules = Rules::from_texts(("national.toml", national), Some(("p.toml", &profile))).unwrap();
    let area = area(town(vec![named("直街", &[(0.0, 0.0), (3000.0, 0.0)])], hydrants));
    let question = question();
    let findings = question.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    let of_cranes = findings.checks.into_iter().filter(|check| check.rule.starts_with("hydrant.crane_"));
    of_cranes.map(|check| (check.rule.replace("hydrant.crane_", ""), check.subject, check.verdict)).collect()
}

fn held(rule: &str, subject: &str, verdict: Verdict) -> (String, String, Verdict) {
    (rule.to_owned(), subject.to_owned(), verdict)
}

#[test]
fn cranes_are_held_at_their_bounds_in_cold_regions() {
    let cranes = || {
        vec![
            crane("甲", 100.0, Some(30.0), 200.0),
            crane("乙", 1100.0, Some(29.0), 150.0),
            crane("丙", 2101.0, None, 200.0),
        ]
    };
    use Verdict::{Pass, Undetermined, Warn};
    let expected = [
        held("flow_l_s", "甲", Pass),
        held("main_mm", "甲", Pass),
        held("spacing_m", "甲", Pass),
        held("flow_l_s", "乙", Warn),
        held("main_mm", "乙", Warn),
        held("spacing_m", "乙", Pass),
        held("flow_l_s", "丙", Undetermined),
        held("main_mm", "丙", Pass),
        held("spacing_m", "丙", Warn),
    ];
    assert_eq!(verdicts("cold", cranes()), expected);
    assert!(verdicts("not_cold", cranes()).is_empty());
    assert!(verdicts("unknown", cranes()).is_empty());
}

#[test]
fn a_cold_town_without_cranes_is_told() {
    let found = verdicts("cold", vec![hydrant("栓", (100.0, 8.0), Working)]);
    assert_eq!(found, [held("spacing_m", "城市主要干道", Verdict::Warn)]);
    // One alone has no spacing.
    let found = verdicts("cold", vec![crane("甲", 100.0, Some(30.0), 200.0)]);
    assert_eq!(found, [held("flow_l_s", "甲", Verdict::Pass), held("main_mm", "甲", Verdict::Pass)]);
}
