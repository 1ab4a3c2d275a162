//! Hand-drawn networks whose junctions are known.

use super::*;
use crate::layers::{LayerId, RoadClass};
use crate::sketch::road;

fn build(roads: &[Road]) -> Network {
    Network::build((roads, &[]), &Topology::default(), (PointScale::Flat, None), &mut Notes::default())
}

fn with_ids(roads: &[Road], vertex_ids: &[&[i64]], restrictions: Vec<TurnRestriction>) -> Network {
    let vertex_ids = vertex_ids.iter().map(|ids| ids.to_vec()).collect();
    Network::build(
        (roads, &[]),
        &Topology { vertex_ids, restrictions, ..Topology::default() },
        (PointScale::Flat, None),
        &mut Notes::default(),
    )
}

fn turn(only: bool, from: u32, via: i64, to: u32) -> TurnRestriction {
    TurnRestriction {
        only,
        from: vec![RoadId(from)],
        via_vertex: Some(via),
        via_roads: Vec::new(),
        to: vec![RoadId(to)],
        source_id: String::new(),
    }
}

#[test]
fn roads_that_share_a_vertex_meet() {
    let network = build(&[road(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]), road(&[(50.0, 0.0), (50.0, 80.0)])]);
    assert_eq!((network.nodes.len(), network.segments.len(), network.components()), (4, 3, 1));
    assert_eq!(network.length_m(), 180.0);
}

#[test]
fn roads_that_cross_at_one_level_meet_without_a_common_vertex() {
    let network = build(&[road(&[(0.0, 0.0), (100.0, 0.0)]), road(&[(30.0, -40.0), (30.0, 40.0)])]);
    assert_eq!((network.nodes.len(), network.segments.len()), (5, 4));
    let lengths: f64 = network.length_m();
    assert!((lengths - 180.0).abs() < 1e-9);
}

#[test]
fn an_overpass_meets_nothing_below_even_with_a_common_vertex() {
    let mut bridge = road(&[(30.0, -40.0), (30.0, 0.0), (30.0, 40.0)]);
    bridge.bridge = true;
    let network = build(&[road(&[(0.0, 0.0), (30.0, 0.0), (100.0, 0.0)]), bridge]);
    assert_eq!((network.nodes.len(), network.segments.len(), network.components()), (4, 2, 2));
}

#[test]
fn a_bridge_meets_the_road_it_continues() {
    let mut bridge = road(&[(100.0, 0.0), (150.0, 0.0)]);
    bridge.bridge = true;
    let network = build(&[road(&[(0.0, 0.0), (100.0, 0.0)]), bridge, road(&[(150.0, 0.0), (200.0, 0.0)])]);
    assert_eq!((network.nodes.len(), network.components()), (4, 1));
}

#[test]
fn a_motorway_crossing_without_marks_is_taken_as_an_overpass() {
    let mut motorway = road(&[(30.0, -40.0), (30.0, 40.0)]);
    motorway.class = RoadClass::Motorway;
    let mut notes = Notes::default();
    let roads = [road(&[(0.0, 0.0), (100.0, 0.0)]), motorway];
    let network = Network::build((&roads, &[]), &Topology::default(), (PointScale::Flat, None), &mut notes);
    assert_eq!(network.components(), 2);
    assert_eq!(notes.into_vec()[0].count, 1);
}

#[test]
fn an_end_just_short_of_a_road_is_joined_and_told() {
    let mut notes = Notes::default();
    let roads =
        [road(&[(0.0, 0.0), (100.0, 0.0)]), road(&[(40.0, 0.3), (40.0, 90.0)]), road(&[(70.0, 0.8), (70.0, 90.0)])];
    let network = Network::build((&roads, &[]), &Topology::default(), (PointScale::Flat, None), &mut notes);
    assert_eq!((network.components(), notes.into_vec()[0].count), (2, 1));
}

#[test]
fn source_ids_decide_before_geometry() {
    // The second road crosses the first at the same place but with an id of its own: an overpass.
    let roads = [road(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]), road(&[(50.0, -50.0), (50.0, 0.0), (50.0, 50.0)])];
    assert_eq!(with_ids(&roads, &[&[1, 2, 3], &[4, 5, 6]], Vec::new()).components(), 2);
    assert_eq!(with_ids(&roads, &[&[1, 2, 3], &[4, 2, 6]], Vec::new()).components(), 1);
}

#[test]
fn a_forbidden_turn_is_one_sequence_and_an_only_turn_all_others() {
    // A cross of four roads that meet at id 9.
    let roads = [
        road(&[(-100.0, 0.0), (0.0, 0.0)]),
        road(&[(0.0, 0.0), (100.0, 0.0)]),
        road(&[(0.0, 0.0), (0.0, 100.0)]),
        road(&[(0.0, 0.0), (0.0, -100.0)]),
    ];
    let ids: &[&[i64]] = &[&[1, 9], &[9, 2], &[9, 3], &[9, 4]];
    let of_road = |network: &Network, arc: ArcId| network[arc.segment()].road.0;
    let no_left = with_ids(&roads, ids, vec![turn(false, 0, 9, 2)]);
    assert_eq!(no_left.forbidden.len(), 1);
    assert_eq!(no_left.forbidden[0].iter().map(|arc| of_road(&no_left, *arc)).collect::<Vec<_>>(), [0, 2]);
    let only_straight = with_ids(&roads, ids, vec![turn(true, 0, 9, 1)]);
    let mut banned: Vec<u32> =
        only_straight.forbidden.iter().map(|sequence| of_road(&only_straight, sequence[1])).collect();
    banned.sort_unstable();
    assert_eq!(banned, [0, 2, 3]);
}

#[test]
fn a_restriction_over_a_road_is_a_longer_sequence() {
    let roads = [
        road(&[(0.0, 0.0), (100.0, 0.0)]),
        road(&[(100.0, 0.0), (100.0, 20.0)]),
        road(&[(100.0, 20.0), (0.0, 20.0)]),
        road(&[(100.0, 20.0), (200.0, 20.0)]),
    ];
    let restriction = TurnRestriction { via_vertex: None, via_roads: vec![vec![RoadId(1)]], ..turn(false, 0, 0, 2) };
    let network = with_ids(&roads, &[&[1, 2], &[2, 3], &[3, 4], &[3, 5]], vec![restriction]);
    assert_eq!(network.forbidden.iter().map(Vec::len).collect::<Vec<_>>(), [3]);
}

#[test]
fn places_along_a_segment_are_exact() {
    let network = build(&[road(&[(0.0, 0.0), (30.0, 40.0), (30.0, 140.0)])]);
    assert_eq!(network.point_at(SegmentId(0), 100.0), Coord { x: 30.0, y: 90.0 });
    assert_eq!(network.part(SegmentId(0), 25.0, 60.0).0, [(15.0, 20.0), (30.0, 40.0), (30.0, 50.0)].map(Coord::from));
    let position = network.nearest(Coord { x: 35.0, y: 90.0 }, 10.0, |_| true, |_| true).unwrap();
    assert_eq!((position.offset_m, position.distance_m), (100.0, 5.0));
    assert!(network.nearest(Coord { x: 45.0, y: 90.0 }, 10.0, |_| true, |_| true).is_none());
}

#[test]
fn a_deck_or_tube_comes_to_the_ground_where_nothing_continues_it() {
    let street = road(&[(0.0, 0.0), (100.0, 0.0)]);
    let spanning = |line: &[(f64, f64)]| {
        [(true, false), (false, true)].map(|(bridge, tunnel)| Road { bridge, tunnel, ..road(line) })
    };
    // From the middle of a street, from a vertex of it, and 30 cm short of it.
    for start in [(50.0, 0.0), (100.0, 0.0), (50.0, 0.3)] {
        for one in spanning(&[start, (50.0, 400.0)]) {
            let network = build(&[street.clone(), one]);
            assert_eq!(network.component_m.len(), 1, "{start:?}");
        }
    }
    let bent = road(&[(0.0, 0.0), (50.0, 0.0), (100.0, 5.0)]);
    for one in spanning(&[(50.0, 0.0), (50.0, 400.0)]) {
        assert_eq!(build(&[bent.clone(), one]).component_m.len(), 1);
    }
    // Drawn in two pieces that meet above the street, it stays above.
    let below = spanning(&[(50.0, -400.0), (50.0, 0.0)]);
    let beyond = spanning(&[(50.0, 0.0), (50.0, 400.0)]);
    for (one, other) in below.into_iter().zip(beyond) {
        assert_eq!(build(&[street.clone(), one, other]).component_m.len(), 2);
    }
}

#[test]
fn slopes_follow_a_ramp_and_bridges_ignore_the_valley_below() {
    // Ground rises 10 m in every 100 m east.
    let columns = 60;
    let values = (0..columns * 3).map(|cell| (cell % columns) as f32 * 3.0).collect();
    let ramp = Grid { origin: Coord { x: -100.0, y: 50.0 }, cell_m: 30.0, columns, rows: 3, values };
    let mut bridge = road(&[(0.0, 0.0), (500.0, 0.0)]);
    bridge.bridge = true;
    let level = road(&[(100.0, -20.0), (100.0, 15.0)]);
    for (road, percent) in [(road(&[(0.0, 0.0), (1000.0, 0.0)]), 10.0), (bridge, 10.0), (level, 0.0)] {
        let network = Network::build(
            (&[road], &[]),
            &Topology::default(),
            (PointScale::Flat, Some(&ramp)),
            &mut Notes::default(),
        );
        assert!((network.segments[0].slope_percent - percent).abs() < 0.1, "{:?}", network.segments[0]);
    }
}

#[test]
fn a_cliff_in_the_elevation_is_no_slope_and_is_told() {
    // Level ground at 500 m with a block of voids that nobody declared.
    let values = (0..60 * 8).map(|cell| if (25..35).contains(&(cell % 60)) { -1.0 } else { 500.0 }).collect();
    let torn = Grid { origin: Coord { x: -300.0, y: 120.0 }, cell_m: 30.0, columns: 60, rows: 8, values };
    let street = road(&[(0.0, 0.0), (1200.0, 0.0)]);
    let mut notes = Notes::default();
    let network = Network::build((&[street], &[]), &Topology::default(), (PointScale::Flat, Some(&torn)), &mut notes);
    assert!(network.segments[0].slope_percent.is_nan() && network.slopes.of(SegmentId(0)).is_empty());
    let notes = notes.into_vec();
    assert!(
        notes.iter().any(|note| note.layer == Some(LayerId::Elevation) && note.text.zh.contains("高程有误")),
        "{notes:?}"
    );
}

#[test]
fn a_uniform_slope_is_the_same_with_side_roads_and_without() {
    let values = (0..80 * 8).map(|cell| (cell % 80) as f32 * 30.0 * 0.14).collect();
    let hill = Grid { origin: Coord { x: -200.0, y: 120.0 }, cell_m: 30.0, columns: 80, rows: 8, values };
    let street = road(&[(0.0, 0.0), (800.0, 0.0)]);
    let lanes = (1..20).map(|at| road(&[(f64::from(at) * 40.0, 0.0), (f64::from(at) * 40.0, 30.0)]));
    for roads in [vec![street.clone()], std::iter::once(street).chain(lanes).collect()] {
        let network =
            Network::build((&roads, &[]), &Topology::default(), (PointScale::Flat, Some(&hill)), &mut Notes::default());
        for segment in &network.segments {
            let percent = if segment.road == RoadId(0) { 14.0 } else { 0.0 };
            assert!((segment.slope_percent - percent).abs() < 0.1, "{segment:?}");
        }
    }
}

#[test]
fn a_slope_ends_where_the_road_levels_and_gaps_in_the_grid_say_nothing() {
    // Flat for 600 m, then 10 % up for 600 m; a junction every 60 m. North of the road the grid has no value.
    let height = |x: f32| (x - 600.0).max(0.0) * 0.1;
    let values =
        (0..60 * 8).map(|cell| if cell / 60 < 3 { f32::NAN } else { height((cell % 60) as f32 * 30.0 - 285.0) });
    let hill =
        Grid { origin: Coord { x: -300.0, y: 120.0 }, cell_m: 30.0, columns: 60, rows: 8, values: values.collect() };
    let street = road(&[(0.0, -20.0), (1200.0, -20.0)]);
    let lanes = (1..20).map(|at| road(&[(f64::from(at) * 60.0, -20.0), (f64::from(at) * 60.0, 100.0)]));
    let roads: Vec<Road> = std::iter::once(street).chain(lanes).collect();
    let network =
        Network::build((&roads, &[]), &Topology::default(), (PointScale::Flat, Some(&hill)), &mut Notes::default());
    for (id, segment) in SegmentId::first(network.segments.len()).zip(&network.segments) {
        let x = network.point_at(id, segment.length_m / 2.0).x;
        match x {
            _ if segment.road != RoadId(0) => assert!(segment.slope_percent.is_nan()),
            x if x < 450.0 => assert!(segment.slope_percent.abs() < 0.01, "{x}: {segment:?}"),
            x if x > 750.0 => assert!((segment.slope_percent - 10.0).abs() < 0.01, "{x}: {segment:?}"),
            _ => {}
        }
    }
}

#[test]
fn slopes_along_a_road_are_the_same_wherever_junctions_cut_it() {
    // Steeper and steeper from level to 20 %.
    let height = |x: f32| x.max(0.0).powi(2) / 8_000.0;
    let values = (0..60 * 8).map(|cell| height((cell % 60) as f32 * 30.0 - 285.0)).collect();
    let hill = Grid { origin: Coord { x: -300.0, y: 120.0 }, cell_m: 30.0, columns: 60, rows: 8, values };
    let street = road(&[(0.0, 0.0), (800.0, 0.0)]);
    let lanes = [37.0, 110.0, 111.0, 300.0, 555.5].map(|at| road(&[(at, 0.0), (at, 30.0)]));
    let steep_m = |roads: Vec<Road>| {
        let network =
            Network::build((&roads, &[]), &Topology::default(), (PointScale::Flat, Some(&hill)), &mut Notes::default());
        let of_street = |id: &SegmentId| network[*id].road == RoadId(0);
        let stretches = SegmentId::first(network.segments.len()).filter(of_street).flat_map(|id| network.slopes.of(id));
        let mut by_slope = [0.0_f64; 6];
        for stretch in stretches {
            by_slope[(stretch.percent / 4.0) as usize] += f64::from(stretch.length_m);
        }
        by_slope
    };
    let whole = steep_m(vec![street.clone()]);
    assert!(whole[..5].iter().all(|m| *m > 100.0), "{whole:?}");
    let cut = steep_m(std::iter::once(street).chain(lanes).collect());
    assert!(whole.iter().zip(cut).all(|(a, b)| (a - b).abs() < 0.001), "{whole:?} {cut:?}");
}

fn merged(roads: &[Road]) -> (Vec<u32>, f64, usize) {
    let mut notes = Notes::default();
    let network = Network::build((roads, &[]), &Topology::default(), (PointScale::Flat, None), &mut notes);
    let mut kept: Vec<u32> = network.segments.iter().map(|segment| segment.road.0).collect();
    kept.sort_unstable();
    (kept, network.length_m(), notes.into_vec().iter().map(|note| note.count).sum())
}

#[test]
fn a_road_drawn_twice_is_one_road_of_the_higher_class() {
    let mut main = road(&[(100.0, 0.0), (50.0, 0.0), (0.0, 0.0)]);
    main.class = RoadClass::Primary;
    let drawn = [road(&[(0.0, 0.0), (100.0, 0.0)]), main];
    assert_eq!(merged(&drawn), (vec![1], 100.0, 1));
    // With the same node ids as well: then every shared node is a node of the network.
    let ids: &[&[i64]] = &[&[1, 2, 3], &[3, 2, 1]];
    let twice = [road(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]), road(&[(100.0, 0.0), (50.0, 0.0), (0.0, 0.0)])];
    let network = with_ids(&twice, ids, Vec::new());
    assert_eq!((network.length_m(), network.components()), (100.0, 1));
}

#[test]
fn of_roads_that_share_a_stretch_only_that_counts_once() {
    let drawn = [road(&[(0.0, 0.0), (100.0, 0.0)]), road(&[(60.0, 0.0), (100.0, 0.0), (100.0, 80.0)])];
    let (_, length_m, told) = merged(&drawn);
    assert_eq!((length_m, told), (180.0, 1));
}

#[test]
fn what_may_be_driven_otherwise_or_runs_otherwise_stays_two() {
    let one_way = |points: &[(f64, f64)]| Road { oneway: crate::layers::Oneway::Forward, ..road(points) };
    let line = [(0.0, 0.0), (100.0, 0.0)];
    let back = [(100.0, 0.0), (0.0, 0.0)];
    // Opposite one-way streets on one line are a street for both directions.
    assert_eq!(merged(&[one_way(&line), one_way(&back)]).1, 200.0);
    assert_eq!(merged(&[one_way(&line), one_way(&line)]).1, 100.0);
    // A viaduct above a street, by its class or its level, and a crescent beside it.
    let viaduct = Road { bridge: true, class: RoadClass::Expressway, ..road(&line) };
    assert_eq!(merged(&[road(&line), viaduct]).1, 200.0);
    assert_eq!(merged(&[road(&line), Road { bridge: true, level: Some(1), ..road(&line) }]).1, 200.0);
    assert_eq!(merged(&[road(&line), Road { tunnel: true, ..road(&line) }]).1, 200.0);
    assert!(merged(&[road(&line), road(&[(0.0, 0.0), (50.0, 5.0), (100.0, 0.0)])]).1 > 200.0);
    // Of an open and a closed one, the open one stays, whatever its class.
    let closed = Road { access: crate::layers::Access::Closed, class: RoadClass::Primary, ..road(&line) };
    assert_eq!(merged(&[closed, road(&line)]).0, [1]);
}

#[test]
fn drawings_of_one_road_that_differ_in_a_word_or_by_a_hand_count_once() {
    use crate::layers::Oneway::{Backward, Both, Forward};
    let line = [(0.0, 0.0), (100.0, 0.0)];
    let back = [(100.0, 0.0), (0.0, 0.0)];
    let one_way = |points: &[(f64, f64)]| Road { oneway: Forward, ..road(points) };
    let way_of = |roads: &[Road]| {
        let (rows, _) = Network::roads_once(roads, &Topology::default());
        assert_eq!((rows.len(), merged(roads).1, merged(roads).2), (1, 100.0, 1));
        rows[0].oneway
    };
    assert_eq!(way_of(&[one_way(&line), road(&line)]), Forward);
    assert_eq!(way_of(&[road(&line), one_way(&line)]), Forward);
    assert_eq!(way_of(&[road(&line), one_way(&back)]), Backward);
    // One for each direction, over one for both.
    let (rows, _) = Network::roads_once(&[road(&line), one_way(&line), one_way(&back)], &Topology::default());
    assert_eq!((rows.len(), rows[0].oneway), (1, Both));
    // A footpath on a one-way street does not open it to both directions, nor bind it where it is one-way itself.
    let path = Road { class: RoadClass::Path, ..one_way(&line) };
    assert_eq!(way_of(&[path, road(&line)]), Both);
    assert_eq!(merged(&[road(&line), Road { bridge: true, ..road(&line) }]).1, 100.0);
    // A vertex that another hand put 0.3 m, and 0.7 m, beside the line.
    assert_eq!(merged(&[road(&line), road(&[(0.0, 0.0), (50.0, 0.3), (100.0, 0.0)])]).1, 100.0);
    assert!(merged(&[road(&line), road(&[(0.0, 0.0), (50.0, 0.7), (100.0, 0.0)])]).1 > 200.0);
}

/// The rows that are left, by length, and the second drawings that they stand for.
fn once(roads: &[Road], topology: &Topology) -> (Vec<(f64, Road)>, Topology) {
    let (rows, topology) = Network::roads_once(roads, topology);
    let network = Network::build((&rows, &[]), &topology, (PointScale::Flat, None), &mut Notes::default());
    assert!(!network.has_repeated && network.components() == 1);
    let length_m = |road: usize| {
        network.segments.iter().filter(|segment| segment.road.index() == road).map(|segment| segment.length_m).sum()
    };
    (rows.into_iter().enumerate().map(|(at, row)| (length_m(at), row)).collect(), topology)
}

#[test]
fn a_shared_stretch_is_a_row_with_the_strictest_facts_of_both() {
    let drawn = |id: &str, points: &[(f64, f64)]| Road { source_id: id.to_owned(), ..road(points) };
    let a = Road { load_t: Some(30.0), width_m: Some(5.0), ..drawn("甲", &[(0.0, 0.0), (100.0, 0.0)]) };
    // Drawn the other way, from 150 m back to 60 m and off to the south.
    let line = [(150.0, 0.0), (100.0, 0.0), (60.0, 0.0), (60.0, -30.0)];
    let b = Road { load_t: Some(10.0), clear_height_m: Some(3.0), ..drawn("乙", &line) };
    let (rows, topology) = once(&[a, b], &Topology::default());
    let lengths: Vec<f64> = rows.iter().map(|(length_m, _)| *length_m).collect();
    assert_eq!(lengths, [60.0, 40.0, 50.0, 30.0]);
    let shared = &rows[1].1;
    assert_eq!(
        (shared.source_id.as_str(), shared.load_t, shared.width_m, shared.clear_height_m),
        ("甲", Some(10.0), Some(5.0), Some(3.0))
    );
    assert_eq!((rows[0].1.load_t, rows[2].1.load_t), (Some(30.0), Some(10.0)));
    let second = SecondDrawing { road: RoadId(1), source_id: "乙".to_owned(), name: String::new() };
    assert_eq!(topology.also, [second]);
}

#[test]
fn widths_of_two_drawings_that_differ_are_an_estimate() {
    let line = [(0.0, 0.0), (100.0, 0.0)];
    let once_of = |widths_m: &[f64]| {
        let drawings: Vec<Road> =
            widths_m.iter().map(|width_m| Road { width_m: Some(*width_m), ..road(&line) }).collect();
        let (rows, _) = Network::roads_once(&drawings, &Topology::default());
        (rows.len(), rows[0].width_m, rows[0].estimated_width_m)
    };
    assert_eq!(once_of(&[7.0, 3.0]), (1, None, Some(3.0)));
    assert_eq!(once_of(&[3.0, 7.0, 3.0]), (1, None, Some(3.0)));
    assert_eq!(once_of(&[7.0, 7.0]), (1, Some(7.0), None));
}

#[test]
fn a_closure_in_either_drawing_closes_and_a_path_on_a_road_does_not() {
    let line = [(0.0, 0.0), (100.0, 0.0)];
    let closed = Road { access: crate::layers::Access::Closed, class: RoadClass::Primary, ..road(&line) };
    let (rows, _) = Network::roads_once(&[closed, road(&line)], &Topology::default());
    assert_eq!((rows.len(), rows[0].access), (1, crate::layers::Access::Closed));
    let path = Road { class: RoadClass::Path, width_m: Some(1.5), ..road(&line) };
    let (rows, _) = Network::roads_once(&[path, road(&line)], &Topology::default());
    assert_eq!((rows.len(), rows[0].class, rows[0].width_m), (1, RoadClass::Residential, None));
}

#[test]
fn ways_over_the_same_nodes_keep_ids_and_turn_bans() {
    // Way 0 over nodes 1, 2, 3; way 1 over 4, 3, 2; way 2 from 3 to 5. From way 1 into way 2 no turn.
    let roads = [
        road(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]),
        road(&[(0.0, 40.0), (50.0, 0.0), (100.0, 0.0)]),
        road(&[(100.0, 0.0), (100.0, 80.0)]),
    ];
    let vertex_ids = vec![vec![1, 2, 3], vec![4, 2, 3], vec![3, 5]];
    let topology = Topology { vertex_ids, restrictions: vec![turn(false, 1, 3, 2)], ..Topology::default() };
    let (rows, topology) = once(&roads, &topology);
    assert_eq!(topology.vertex_ids, [vec![1, 2], vec![2, 3], vec![4, 2], vec![3, 5]]);
    let rows: Vec<Road> = rows.into_iter().map(|(_, row)| row).collect();
    let network = Network::build((&rows, &[]), &topology, (PointScale::Flat, None), &mut Notes::default());
    assert_eq!(network.forbidden.len(), 1, "{:?}", network.forbidden);
    assert_eq!(network[network.forbidden[0][0].segment()].road, RoadId(1));
}
