//! Hydrants of a town of 200,000 road segments with 100,000 hydrants, generated: a grid of streets 60 m apart, a hydrant on
//! every second segment, some of them broken or of unknown state.
//!
//! Baseline in the same run: one plain search round every hydrant. Quote ratios to it, not seconds. The whole analysis
//! (assignment, gaps, proposals, reach, tables) is meant to stay below five seconds on two cores.

use divan::Bencher;
use fireplan_algorithms::metric_graph::{Ball, DistanceSource, Edge, EdgePosition, MetricGraph};
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::{BuiltUp, BuiltUpKind, Hydrant, HydrantKind, HydrantState, Layers, Road};
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_model::sketch::{area, rectangle, road};
use geo::Point;

/// Streets in either direction: 2 × 317 × 316 = 200,344 segments.
const STREETS: u32 = 317;
const BLOCK_M: f64 = 60.0;
const HALF_M: f64 = 60.0;

fn main() {
    divan::main();
}

/// Every second segment, by a hash that scatters what is broken: 5 in 100 out of service, 2 unknown.
fn hydrants() -> Vec<Hydrant> {
    let mut hydrants = Vec::new();
    for (street, block) in (0..STREETS).flat_map(|street| (0..STREETS - 1).map(move |block| (street, block))) {
        for east in [true, false] {
            let number = 2 * (street * (STREETS - 1) + block) + u32::from(east);
            if (street + block) % 2 == 1 {
                continue;
            }
            let (along, across) = ((f64::from(block) + 0.5) * BLOCK_M, f64::from(street) * BLOCK_M + 5.0);
            let (x, y) = if east { (along, across) } else { (across, along) };
            hydrants.push(Hydrant {
                geometry: Point::new(x, y),
                name: format!("H{number}"),
                kind: HydrantKind::Pillar,
                state: match number.wrapping_mul(2_654_435_761) >> 8 & 127 {
                    0..6 => HydrantState::OutOfService,
                    6..9 => HydrantState::Unknown,
                    _ => HydrantState::Working,
                },
                diameter_mm: Some(100.0),
                flow_l_s: None,
                pressure_mpa: None,
                position: String::new(),
                couplings: String::new(),
                source_id: String::new(),
            });
        }
    }
    hydrants
}

fn town() -> StudyArea {
    let line = |street: u32, east: bool| -> Vec<(f64, f64)> {
        let at = f64::from(street) * BLOCK_M;
        (0..STREETS)
            .map(|block| if east { (f64::from(block) * BLOCK_M, at) } else { (at, f64::from(block) * BLOCK_M) })
            .collect()
    };
    let streets = (0..STREETS).flat_map(|street| [(street, true), (street, false)]);
    let roads = streets.map(|(street, east)| Road {
        name: format!("{}{street}", if east { "东西街" } else { "南北街" }),
        width_m: Some(8.0),
        ..road(&line(street, east))
    });
    let side_m = f64::from(STREETS) * BLOCK_M;
    let built_up = BuiltUp {
        geometry: rectangle((-50.0, -50.0), (side_m, side_m)),
        name: "城区".to_owned(),
        kind: BuiltUpKind::Urban,
        source_id: String::new(),
    };
    area(Layers { roads: roads.collect(), hydrants: hydrants(), built_up: vec![built_up], ..Layers::default() })
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn whole_analysis(bencher: Bencher) {
    let (area, rules) = (town(), Rules::load(None).expect("the national rules load"));
    eprintln!("{} segments, {} hydrants", area.network.segments.len(), area.layers.hydrants.len());
    // Built-up area by a coarse lattice: here it is all of one kind.
    let parameters = serde_json::from_str("{\"lattice_m\": 200.0}").expect("these are parameters");
    let request = Request::from_parts("hydrants", parameters).expect("these are parameters of the question");
    bencher.bench_local(|| {
        let findings =
            request.run(&Context { area: &area, rules: &rules, progress: &Silent }).expect("it has an answer");
        findings.figures.len()
    });
}

/// The network as a graph, hydrants on the middles of their segments.
fn graph() -> (MetricGraph, Vec<EdgePosition>) {
    let area = town();
    let edges = area.network.segments.iter().map(|s| Edge { from: s.from.0, to: s.to.0, length: s.length_m });
    let graph = MetricGraph::new(area.network.nodes.len() as u32, edges.collect());
    let places = area.layers.hydrants.iter().filter(|hydrant| hydrant.state == HydrantState::Working).map(|hydrant| {
        let at =
            area.network.nearest(hydrant.geometry.0, 30.0, |_| true, |_| true).expect("every hydrant is by a street");
        EdgePosition { edge: at.segment.0, offset: at.offset_m }
    });
    let places = places.collect();
    (graph, places)
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn covered_road_one_search_for_all(bencher: Bencher) {
    let (graph, places) = graph();
    let sources: Vec<DistanceSource> =
        places.iter().zip(0..).map(|(place, number)| DistanceSource { place: *place, ahead: 0.0, number }).collect();
    bencher.bench_local(|| {
        let field = graph.two_nearest(&sources, 2.0 * HALF_M);
        let edges = 0..graph.edges.len() as u32;
        let pieces = edges.flat_map(|edge| field.pieces(edge, 0.0, graph.edges[edge as usize].length, HALF_M));
        pieces.filter(|piece| piece.within[0].is_some()).map(|piece| piece.to - piece.from).sum::<f64>()
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn covered_road_one_search_per_hydrant(bencher: Bencher) {
    let (graph, places) = graph();
    bencher.bench_local(|| {
        let mut covered: Vec<Vec<(f64, f64)>> = vec![Vec::new(); graph.edges.len()];
        let mut ball = Ball::new(&graph);
        for place in &places {
            for near in ball.around(&graph, *place, HALF_M) {
                covered[near.edge as usize].push((near.from, near.to));
            }
        }
        covered.iter_mut().map(|parts| joined(parts)).sum::<f64>()
    });
}

/// Length of the union of some stretches.
fn joined(parts: &mut [(f64, f64)]) -> f64 {
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut reached = 0.0_f64;
    let mut length = 0.0;
    for (from, to) in parts.iter() {
        length += (to - from.max(reached)).max(0.0);
        reached = reached.max(*to);
    }
    length
}
