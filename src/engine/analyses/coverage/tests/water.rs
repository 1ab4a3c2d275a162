//! Water, islands and bridges whose crossing is known on paper.

use geo::{Contains, LineString, MultiPolygon, Point, Polygon};

use super::super::*;
use super::{codes, column, layers, run};
use fireplan_model::layers::{Layers, Road, Village, WaterKind, WaterSource};
use fireplan_model::sketch::{rectangle, road, station, village};

fn water(kind: WaterKind, geometry: impl Into<geo::Geometry>, width_m: Option<f64>) -> WaterSource {
    WaterSource {
        geometry: geometry.into(),
        name: "水".to_owned(),
        kind,
        volume_m3: None,
        width_m,
        perennial: None,
        helicopter: None,
        source_id: String::new(),
    }
}

/// A street from west to east with its station, villages and water beside it.
fn beside_street(waters: Vec<WaterSource>, villages: Vec<Village>, more: Vec<Road>) -> Findings {
    let mut roads = vec![road(&[(-2000.0, 0.0), (2000.0, 0.0)])];
    roads.extend(more);
    run(Layers { water_sources: waters, ..layers(roads, vec![station("甲站", (0.0, 0.0), 1.0)], villages) })
}

/// A lake of 800 m by 400 m north of the street with an island of 400 m by 200 m in it.
fn lake_with_island() -> MultiPolygon {
    let lake = rectangle((-400.0, 50.0), (400.0, 450.0)).0.remove(0);
    let island = rectangle((-200.0, 100.0), (200.0, 300.0)).0.remove(0);
    MultiPolygon(vec![Polygon::new(lake.exterior().clone(), vec![island.exterior().clone()])])
}

fn bands_hold(findings: &Findings, (x, y): (f64, f64)) -> bool {
    let bands = findings.layers.iter().find(|layer| layer.id == "coverage_bands").unwrap();
    bands.features.iter().any(|band| band.geometry.as_ref().is_some_and(|band| band.contains(&Point::new(x, y))))
}

#[test]
fn nobody_walks_across_water_whatever_its_kind_is_called() {
    for (kind, reached) in [
        (WaterKind::Unknown, "unplaced"),
        (WaterKind::Lake, "unplaced"),
        // It is too large to go around.
        (WaterKind::Pond, "unplaced"),
        (WaterKind::Stream, "certain"),
    ] {
        let strip = water(kind, rectangle((-3000.0, 50.0), (3000.0, 150.0)), None);
        let findings = beside_street(vec![strip], vec![village("北岸村", (0.0, 200.0))], Vec::new());
        assert_eq!(codes(&findings, "coverage_villages"), [reached], "{kind:?}");
    }
    let pond = water(WaterKind::Pond, rectangle((-80.0, 50.0), (80.0, 150.0)), None);
    let findings = beside_street(vec![pond], vec![village("北岸村", (0.0, 200.0))], Vec::new());
    assert_eq!(codes(&findings, "coverage_villages"), ["certain"], "people go around it");
}

#[test]
fn an_island_is_land_that_its_own_road_serves() {
    let lake = || vec![water(WaterKind::Unknown, lake_with_island(), None)];
    let on_island = || vec![village("岛村", (0.0, 125.0))];
    let alone = beside_street(lake(), on_island(), Vec::new());
    assert_eq!(codes(&alone, "coverage_villages"), ["unplaced"]);
    assert!(
        !bands_hold(&alone, (0.0, 125.0)) && !bands_hold(&alone, (-300.0, 200.0)) && bands_hold(&alone, (0.0, 25.0))
    );
    // A bridge carries the crew over; the road on the island serves the village.
    let bridge = Road { bridge: true, ..road(&[(0.0, 30.0), (0.0, 110.0)]) };
    let roads = vec![road(&[(0.0, 0.0), (0.0, 30.0)]), bridge, road(&[(0.0, 110.0), (0.0, 140.0)])];
    let bridged = beside_street(lake(), on_island(), roads);
    assert_eq!(codes(&bridged, "coverage_villages"), ["certain"]);
    assert!(bands_hold(&bridged, (20.0, 125.0)) && !bands_hold(&bridged, (-300.0, 200.0)));
    // So does a road on a dam, which nobody called a bridge.
    let dam = beside_street(lake(), on_island(), vec![road(&[(0.0, 0.0), (0.0, 140.0)])]);
    assert_eq!(codes(&dam, "coverage_villages"), ["certain"]);
}

#[test]
fn no_band_lies_on_water_whichever_way_its_rings_turn() {
    let reversed = |shape: MultiPolygon| {
        let ring = |ring: &LineString| LineString(ring.0.iter().rev().copied().collect());
        let part = |part: &Polygon| Polygon::new(ring(part.exterior()), part.interiors().iter().map(ring).collect());
        MultiPolygon(shape.0.iter().map(part).collect())
    };
    // Two areas of one river over one another, drawn either way.
    let west = || rectangle((-3000.0, 40.0), (100.0, 90.0));
    let east = || rectangle((50.0, 40.0), (3000.0, 90.0));
    for (a, b) in
        [(west(), east()), (reversed(west()), east()), (west(), reversed(east())), (reversed(west()), reversed(east()))]
    {
        let findings = beside_street(
            vec![water(WaterKind::River, a, None), water(WaterKind::River, b, None)],
            Vec::new(),
            Vec::new(),
        );
        assert!(bands_hold(&findings, (75.0, 20.0)));
        assert!(
            [-500.0, 75.0, 500.0]
                .iter()
                .all(|x| !bands_hold(&findings, (*x, 65.0)) && !bands_hold(&findings, (*x, 110.0)))
        );
    }
}

#[test]
fn a_river_drawn_as_a_line_is_as_wide_as_stated() {
    let line = LineString::from(vec![(-3000.0, 100.0), (3000.0, 100.0)]);
    let findings = beside_street(vec![water(WaterKind::River, line, Some(60.0))], Vec::new(), Vec::new());
    assert!(bands_hold(&findings, (300.0, 60.0)) && !bands_hold(&findings, (300.0, 80.0)));
}

#[test]
fn a_deck_serves_nobody_also_where_a_column_of_levels_is_full_of_noughts() {
    // A road that passes 30 m from the village and comes down 500 m on; the village has no other.
    let passing = |bridge: bool, level: Option<i32>| {
        let deck = Road { bridge, level, ..road(&[(-300.0, 1000.0), (300.0, 1000.0)]) };
        let down = road(&[(300.0, 1000.0), (300.0, 0.0)]);
        beside_street(Vec::new(), vec![village("桥下村", (0.0, 1030.0))], vec![deck, down])
    };
    let distance = |findings: &Findings| column(findings, "coverage_villages", "road_distance_m")[0].as_f64();
    assert_eq!(distance(&passing(false, None)), Some(30.0));
    assert_eq!(distance(&passing(false, Some(0))), Some(30.0));
    for (bridge, level) in [(true, None), (true, Some(0)), (true, Some(1)), (false, Some(1))] {
        // From where the bridge comes down, 301.5 m: farther than the access limit.
        assert_eq!(distance(&passing(bridge, level)), None, "{bridge} {level:?}");
    }
}
