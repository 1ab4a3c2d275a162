//! Forests and water as they are drawn: cracks between compartments, stands drawn twice, rivers drawn as lines.

use geo::LineString;

use super::super::*;
use super::{assert_zone, column, facing_city, forest, run, scale2, sum, water};
use fireplan_model::layers::{Layers, WaterKind};
use fireplan_model::rows::Value;
use fireplan_model::sketch::rectangle;

/// Four compartments of 500 m by 500 m with gaps between them.
fn compartments(gap_m: f64) -> Layers {
    let at = |number: f64| number * (500.0 + gap_m);
    let stand = |column: f64, row: f64| forest(rectangle((at(column), at(row)), (at(column) + 500.0, at(row) + 500.0)));
    Layers { forests: vec![stand(0.0, 0.0), stand(1.0, 0.0), stand(0.0, 1.0), stand(1.0, 1.0)], ..facing_city() }
}

/// Areas of the cells on the plane, in hectares.
fn cells_hm2(findings: &Findings) -> Vec<f64> {
    column(findings, "firebreak_cells", "area_hm2").iter().filter_map(|area| Some(area.as_f64()? * scale2())).collect()
}

#[test]
fn a_gap_narrower_than_what_divides_cells_is_none() {
    for gap_m in [0.0, 0.001, 0.5, 3.0] {
        let cells = cells_hm2(&run(compartments(gap_m)));
        let paper = (1000.0 + gap_m) * (1000.0 + gap_m) / 1e4;
        assert!(cells.len() == 1 && (cells[0] - paper).abs() < 0.1, "{gap_m}: {cells:?}");
    }
    for gap_m in [4.0, 20.0] {
        let cells = cells_hm2(&run(compartments(gap_m)));
        assert!(cells.len() == 4 && cells.iter().all(|cell| (cell - 25.0).abs() < 0.1), "{gap_m}: {cells:?}");
    }
}

#[test]
fn a_road_in_a_crack_still_divides() {
    let mut layers = compartments(3.0);
    let along = fireplan_model::sketch::road(&[(501.5, -10.0), (501.5, 1013.0)]);
    layers.roads = vec![fireplan_model::layers::Road { width_m: Some(4.0), ..along }];
    assert_eq!(cells_hm2(&run(layers)).len(), 2);
}

#[test]
fn stands_drawn_twice_or_over_one_another_count_once() {
    let mut twice = facing_city();
    twice.forests.push(twice.forests[0].clone());
    assert_zone(&run(twice), 20.0);
    let mut over = facing_city();
    over.forests = vec![
        forest(rectangle((0.0, 0.0), (600.0, 1000.0))),
        forest(rectangle((400.0, 0.0), (1000.0, 1000.0))),
        forest(rectangle((100.0, 50.0), (500.0, 150.0))),
    ];
    let findings = run(over);
    assert_zone(&findings, 20.0);
    // The ground belongs to the stand that comes first: 600 m of edge, 400 m, and nothing.
    let parts: Vec<f64> = column(&findings, "firebreak_zone", "area_hm2").iter().filter_map(Value::as_f64).collect();
    assert!(parts.len() == 2 && (parts[0] * scale2() - 12.0).abs() < 0.05, "{parts:?}");
    assert!((sum(&findings, "firebreak_cells", "area_hm2") * scale2() - 100.0).abs() < 0.1);
}

#[test]
fn a_wide_river_drawn_as_a_line_is_water_for_helicopters() {
    let percent = |length_m: f64, width_m: Option<f64>| {
        let line = LineString::from(vec![(500.0, 500.0), (500.0, 500.0 + length_m)]);
        let river = water(WaterKind::River, line.into(), width_m);
        let findings = run(Layers { water_sources: vec![river], ..facing_city() });
        column(&findings, "forest_ranges", "helicopter_percent")[0].as_f64().unwrap()
    };
    assert_eq!(percent(3_000.0, Some(80.0)), 100.0);
    assert_eq!(percent(200.0, Some(12.0)), 100.0);
    // 1,000 m² and its round ends are less than 2,000; a brook has no room for a bucket; an unknown width says nothing.
    assert_eq!(percent(50.0, Some(20.0)), 0.0);
    assert_eq!(percent(3_000.0, Some(4.0)), 0.0);
    assert_eq!(percent(3_000.0, None), 0.0);
    let dry = fireplan_model::layers::WaterSource {
        perennial: Some(false),
        ..water(WaterKind::River, LineString::from(vec![(500.0, 500.0), (500.0, 3_500.0)]).into(), Some(80.0))
    };
    let findings = run(Layers { water_sources: vec![dry], ..facing_city() });
    assert_eq!(column(&findings, "forest_ranges", "helicopter_percent")[0].as_f64(), Some(0.0));
}
