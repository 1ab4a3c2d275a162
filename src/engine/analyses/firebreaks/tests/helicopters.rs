//! Water and pads for helicopters, by town or by range, on sketches whose answers are known on paper.

use super::obliged::{checks, one_town, town, verdict};
use super::*;
use fireplan_model::layers::{FacilityState, Helipad, PadSurface};
use fireplan_model::rows::Row;

const WATERS: &str = "helicopter_waters";
const PADS: &str = "helipads";
const OPEN: (Verdict, Option<f64>) = (Verdict::Undetermined, None);

fn lake((x, y): (f64, f64), helicopter: Option<bool>) -> WaterSource {
    let surface = rectangle((x, y), (x + 100.0, y + 100.0));
    WaterSource { helicopter, ..water(WaterKind::Lake, surface.into(), None) }
}

fn with_water(source: WaterSource) -> Findings {
    run(Layers { water_sources: vec![source], ..one_town() })
}

#[test]
fn natural_water_is_where_a_water_point_may_be_and_none_by_itself() {
    let at = (1200.0, 500.0);
    assert_eq!(verdict(&with_water(lake(at, None)), WATERS, "甲镇"), OPEN, "large enough, and perhaps built");
    assert_eq!(verdict(&with_water(lake(at, Some(true))), WATERS, "甲镇"), (Verdict::Pass, Some(1.0)));
    assert_eq!(verdict(&with_water(lake(at, Some(false))), WATERS, "甲镇"), (Verdict::Fail, Some(0.0)));
    let named = WaterSource { name: "北山直升机取水点".to_owned(), ..lake(at, None) };
    assert_eq!(verdict(&with_water(named), WATERS, "甲镇"), (Verdict::Pass, Some(1.0)));
    let text = &checks(&with_water(lake(at, None)), WATERS, "甲镇")[0].text.zh.clone();
    assert!(text.contains("可供吊桶取水的天然水面 1 处，是否已建为取水点待核"), "{text}");
}

#[test]
fn a_river_may_serve_where_its_width_may_be_enough() {
    let river = |width_m, perennial| {
        let line = LineString::from(vec![(-500.0, 1500.0), (1500.0, 1500.0)]);
        let river = WaterSource { perennial, ..water(WaterKind::River, line.into(), width_m) };
        verdict(&with_water(river), WATERS, "甲镇")
    };
    assert_eq!(river(Some(30.0), None), OPEN);
    assert_eq!(river(Some(3.0), None), (Verdict::Fail, Some(0.0)));
    assert_eq!(river(None, None), OPEN);
    assert_eq!(river(Some(30.0), Some(false)), (Verdict::Fail, Some(0.0)), "it runs dry");
    assert_eq!(verdict(&run(one_town()), WATERS, "甲镇"), OPEN);
}

/// How far helicopters fetch water and how large it must be stand in no clause: what rests on them says so.
#[test]
fn what_rests_on_the_reach_or_the_size_of_water_says_that_nobody_looked_it_up() {
    let basis = |source: WaterSource| {
        let findings = with_water(source);
        let table = findings.tables.iter().find(|table| table.id == "forest_town_duties").unwrap();
        let at = |name: &str| table.columns.iter().position(|column| column.name == name).unwrap();
        let row = table.rows.iter().find(|row| row[at("task")].as_str() == Some(WATERS)).unwrap();
        let check = checks(&findings, WATERS, "甲镇")[0];
        (row[at("basis")].to_string(), check.obliged.unverified)
    };
    let (inside, beyond) = ((1200.0, 500.0), (4000.0, 500.0));
    assert_eq!(basis(lake(inside, Some(true))), ("verified".to_owned(), false));
    assert_eq!(basis(lake(beyond, Some(true))), ("unverified".to_owned(), true), "within 5000 m of the forest");
    assert_eq!(basis(lake(inside, None)), ("unverified".to_owned(), true), "above 2000 m²");
    let text = checks(&with_water(lake(beyond, Some(true))), WATERS, "甲镇")[0].text.zh.clone();
    assert!(text.contains("5000 m（未核实）"), "{text}");
}

fn pad((x, y): (f64, f64)) -> Helipad {
    Helipad { state: FacilityState::Working, ..Helipad::blank(Point::new(x, y)).unwrap() }
}

/// One forest in two towns; helicopters fetch water within 100 m.
fn two_towns(helipads: Vec<Helipad>) -> Findings {
    let towns =
        vec![town("甲镇", (-2000.0, -2000.0), (500.0, 3000.0)), town("乙镇", (500.0, -2000.0), (3000.0, 3000.0))];
    let area = area(Layers { towns, helipads, ..facing_city() });
    let set = [("firebreak.helicopter_radius_m".to_owned(), "100".to_owned())];
    let rules = Rules::load_with(Some("kaizhou"), &set).unwrap();
    Firebreaks::default().run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap()
}

#[test]
fn a_town_has_a_pad_where_it_or_each_of_its_ranges_has_one() {
    let met = (Verdict::Pass, Some(1.0));
    let one = two_towns(vec![pad((100.0, 500.0))]);
    assert_eq!(["甲镇", "乙镇", "山系01"].map(|unit| verdict(&one, PADS, unit)), [met; 3]);
    let text = &checks(&one, PADS, "乙镇")[0].text.zh;
    assert!(text.contains("本单元没有，所在山系均有"), "{text}");
    // In the town, but far from the forest: the range has none, and its other town neither.
    let far = two_towns(vec![pad((-1500.0, -1500.0))]);
    let none = (Verdict::Fail, Some(0.0));
    assert_eq!(["甲镇", "乙镇", "山系01"].map(|unit| verdict(&far, PADS, unit)), [met, none, none]);
    // Each town has one: so the range needs none of its own.
    let each = two_towns(vec![pad((-1500.0, -1500.0)), pad((2500.0, -1500.0))]);
    assert_eq!(["甲镇", "乙镇", "山系01"].map(|unit| verdict(&each, PADS, unit)), [met; 3]);
    assert!(checks(&each, PADS, "山系01")[0].text.zh.contains("所在乡镇均有"));
}

/// A pad on which no helicopter can land by its own figures meets nothing.
#[test]
fn an_unfit_pad_leaves_the_unit_open() {
    let held = |side_m: f64, slope_percent: f64| {
        let own = Helipad {
            surface: PadSurface::Concrete,
            length_m: Some(side_m),
            width_m: Some(side_m),
            slope_percent: Some(slope_percent),
            clear_m: Some(30.0),
            ..pad((500.0, 500.0))
        };
        verdict(&run(Layers { helipads: vec![own], ..one_town() }), PADS, "甲镇")
    };
    assert_eq!(held(40.0, 1.0), (Verdict::Pass, Some(1.0)));
    assert_eq!(held(10.0, 1.0), OPEN);
    assert_eq!(held(40.0, 15.0), OPEN);
}
