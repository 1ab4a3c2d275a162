//! Village access in a county of 96,000 road segments with 400 villages and 12 stations, generated: a grid of roads 100 m
//! apart, one in eight too narrow for a standard truck, one in sixteen of unknown width, some closed.
//!
//! Baselines in the same run: one plain search of the county per village; and, for closures, one tree of the county per
//! closed segment. Quote ratios to them, not seconds.

use divan::Bencher;
use fireplan_algorithms::path_tree::{PathTree, TreeSeed};
use fireplan_algorithms::replacement::Replacement;
use fireplan_algorithms::shortest_path::{Arc, Graph, Search, UNREACHED};
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::ArcId;
use fireplan_model::layers::{Access, Layers, Road, Surface};
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_model::sketch::{area, road, station, village};

/// Roads in either direction: 2 × 220 × 219 = 96,360 segments.
const ROADS: u32 = 220;
const BLOCK_M: f64 = 100.0;
const VILLAGES: u32 = 400;
const STATIONS: u32 = 12;
/// Segments closed one after the other.
const CLOSED: usize = 200;

fn main() {
    divan::main();
}

/// Scatters what is drawn, the same every time.
fn hash(number: u32) -> u32 {
    let mixed = number.wrapping_mul(2_654_435_761);
    mixed ^ mixed >> 15
}

/// A place of the grid's nodes.
fn node(number: u32, salt: u32) -> (f64, f64) {
    let at = |salt: u32| f64::from(hash(number * 7 + salt) % ROADS) * BLOCK_M;
    (at(salt), at(salt + 3))
}

fn county() -> StudyArea {
    let mut roads = Vec::new();
    for (line, block) in (0..ROADS).flat_map(|line| (0..ROADS - 1).map(move |block| (line, block))) {
        for east in [true, false] {
            let (from, to, at) =
                (f64::from(block) * BLOCK_M, f64::from(block + 1) * BLOCK_M, f64::from(line) * BLOCK_M);
            let ends = if east { [(from, at), (to, at)] } else { [(at, from), (at, to)] };
            let number = roads.len() as u32;
            roads.push(Road {
                width_m: match hash(number) % 16 {
                    0 | 1 => Some(2.8),
                    2 => None,
                    _ => Some(5.0),
                },
                surface: Some(Surface::Paved),
                access: if hash(number + 5).is_multiple_of(64) { Access::Closed } else { Access::Open },
                source_id: format!("R{number}"),
                ..road(&ends)
            });
        }
    }
    let place = |number: u32, salt: u32| {
        let (x, y) = node(number, salt);
        (x + 20.0, y + 5.0)
    };
    area(Layers {
        roads,
        villages: (0..VILLAGES).map(|number| village(&format!("V{number}"), place(number, 1))).collect(),
        stations: (0..STATIONS).map(|number| station(&format!("S{number}"), place(number, 2), 1.0)).collect(),
        ..Layers::default()
    })
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn whole_analysis(bencher: Bencher) {
    let (area, rules) = (county(), Rules::load(None).expect("the national rules load"));
    eprintln!("{} segments, {} villages", area.network.segments.len(), area.layers.villages.len());
    let request = Request::from_parts("access", serde_json::Map::new()).expect("access is there");
    bencher.bench_local(|| {
        let context = Context { area: &area, rules: &rules, progress: &Silent };
        request.run(&context).expect("it has an answer").figures.len()
    });
}

/// The county as a graph by length in decimetres, the nodes of its villages, and those of its stations.
fn plain() -> (Graph, Vec<u32>, Vec<TreeSeed<1>>) {
    let area = county();
    let network = &area.network;
    let arcs: Vec<Arc> = ArcId::first(2 * network.segments.len())
        .map(|arc| {
            let cost = (network[arc.segment()].length_m * 10.0) as u32;
            Arc { tail: network.tail(arc).0, head: network.head(arc).0, cost }
        })
        .collect();
    let nearest = |at: geo::Coord| {
        let position = network.nearest(at, 100.0, |_| true, |_| true).expect("every place is by a road");
        network[position.segment].from.0
    };
    let villages = area.layers.villages.iter().map(|village| nearest(village.geometry.0)).collect();
    let stations = area.layers.stations.iter();
    let seeds = stations.map(|station| TreeSeed { state: nearest(station.geometry.0), cost: [0] }).collect();
    (Graph::new(network.nodes.len() as u32, &arcs, &[]), villages, seeds)
}

/// The baseline: what finding each village's way by itself would cost, for one class of vehicle and one reading of the facts;
/// the analysis answers three classes and four readings, blocks, plan and closures.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn one_plain_search_per_village(bencher: Bencher) {
    let (graph, villages, _) = plain();
    let mut search = Search::new(&graph);
    bencher.bench_local(|| {
        let reached = villages.iter().map(|village| {
            search.run(&graph, &[(*village, 0)], UNREACHED - 1);
            search.reached().len()
        });
        reached.sum::<usize>()
    });
}

/// Arcs of the ways to the villages, some of them.
fn closed(tree: &PathTree<1>, villages: &[u32]) -> Vec<u32> {
    let arcs: std::collections::BTreeSet<u32> = villages.iter().flat_map(|village| tree.path(*village)).collect();
    let step = (arcs.len() / CLOSED).max(1);
    arcs.into_iter().step_by(step).take(CLOSED).collect()
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn closures_by_what_lies_behind(bencher: Bencher) {
    let (graph, villages, seeds) = plain();
    let price = |_: u32| Some([1000]);
    let tree = PathTree::grow(&graph, &seeds, price);
    let closed = closed(&tree, &villages);
    bencher.bench_local(|| {
        let ways = Replacement::new(&graph, &tree, &seeds);
        let costs = closed.iter().map(|arc| {
            let without = ways.without(&[*arc, arc ^ 1], price);
            villages.iter().filter_map(|village| without.cost(*village)).map(|[cost]| cost).sum::<u64>()
        });
        costs.sum::<u64>()
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn closures_one_tree_per_segment(bencher: Bencher) {
    let (graph, villages, seeds) = plain();
    let tree = PathTree::grow(&graph, &seeds, |_| Some([1000]));
    let closed = closed(&tree, &villages);
    bencher.bench_local(|| {
        let costs = closed.iter().map(|arc| {
            let open = |other: u32| (other / 2 != arc / 2).then_some([1000]);
            let again = PathTree::grow(&graph, &seeds, open);
            villages.iter().filter_map(|village| again.cost(*village)).map(|[cost]| cost).sum::<u64>()
        });
        costs.sum::<u64>()
    });
}
