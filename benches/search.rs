//! Searching the road network of greater Porto (`../shared/data/porto`) on one core, network already built.
//!
//! Baseline in the same run: a textbook Dijkstra with a binary heap over the same arcs. Quote ratios to it, not seconds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;

use divan::Bencher;
use fireplan_algorithms::nearest_sources::{SourceLabel, SourceSeed, two_nearest};
use fireplan_algorithms::shortest_path::{Graph, Search, UNREACHED};
use fireplan_engine::response::driving;
use fireplan_engine::response::driving::DrivingReading;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::VehicleClass;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;

const BUDGET_MS: u32 = 300_000;

struct Porto {
    area: StudyArea,
    arc_ms: Vec<u32>,
    graph: Graph,
}

impl Porto {
    /// `None`, and says so, where the extract is not there.
    fn open() -> Option<Self> {
        let path = Path::new("../shared/data/porto/porto_portugal.osm.pbf");
        if !path.exists() {
            eprintln!("skipped: {} is not there", path.display());
            return None;
        }
        let area = fireplan_read::open(path, &Silent).expect("the extract opens");
        let rules = Rules::load(None).expect("the national rules load");
        let arc_ms =
            driving::arc_ms(&area, &rules, VehicleClass::Standard, DrivingReading::Base).expect("speeds are there");
        let graph = driving::graph(&area, &arc_ms, true);
        Some(Self { area, arc_ms, graph })
    }

    /// Well spread, the same every time.
    fn sources(&self, count: usize) -> Vec<u32> {
        let nodes = self.area.network.nodes.len();
        (0..count).map(|number| ((number * 7_919 + 17) * 104_729 % nodes) as u32).collect()
    }
}

fn main() {
    divan::main();
}

#[divan::bench]
fn fifty_stations_bucket_queue(bencher: Bencher) {
    let Some(porto) = Porto::open() else { return };
    let seeds: Vec<(u32, u32)> = porto.sources(50).into_iter().map(|node| (node, 0)).collect();
    let mut search = Search::new(&porto.graph);
    bencher.bench_local(|| {
        search.run(&porto.graph, &seeds, BUDGET_MS);
        search.reached().len()
    });
}

#[divan::bench]
fn fifty_stations_binary_heap(bencher: Bencher) {
    let Some(porto) = Porto::open() else { return };
    let sources = porto.sources(50);
    bencher.bench_local(|| dijkstra(&porto.graph, &sources));
}

#[divan::bench]
fn fifty_stations_two_nearest(bencher: Bencher) {
    let Some(porto) = Porto::open() else { return };
    let sources = porto.sources(50).into_iter().zip(0..);
    let seeds: Vec<SourceSeed> =
        sources.map(|(state, source)| SourceSeed { state, label: SourceLabel { cost: 0, source } }).collect();
    bencher.bench_local(|| two_nearest(&porto.graph, &seeds, BUDGET_MS));
}

#[divan::bench(sample_count = 20)]
fn five_hundred_sources_bucket_queue(bencher: Bencher) {
    let Some(porto) = Porto::open() else { return };
    let sources = porto.sources(500);
    let mut search = Search::new(&porto.graph);
    let mut all = || {
        let mut pairs = 0;
        for source in &sources {
            search.run(&porto.graph, &[(*source, 0)], BUDGET_MS);
            pairs += search.reached().len();
        }
        pairs
    };
    eprintln!("{} pairs of source and vertex within the budget", all());
    bencher.bench_local(all);
}

#[divan::bench(sample_count = 20)]
fn five_hundred_sources_binary_heap(bencher: Bencher) {
    let Some(porto) = Porto::open() else { return };
    let sources = porto.sources(500);
    bencher.bench_local(|| sources.iter().map(|source| dijkstra(&porto.graph, &[*source])).sum::<usize>());
}

#[divan::bench(sample_count = 20)]
fn build_graph(bencher: Bencher) {
    let Some(porto) = Porto::open() else { return };
    bencher.bench_local(|| driving::graph(&porto.area, &porto.arc_ms, true));
}

/// The textbook: a binary heap, labels in one array made anew.
fn dijkstra(graph: &Graph, sources: &[u32]) -> usize {
    let mut cost = vec![UNREACHED; graph.states()];
    let mut heap: BinaryHeap<Reverse<(u32, u32)>> = sources.iter().map(|state| Reverse((0, *state))).collect();
    for source in sources {
        cost[*source as usize] = 0;
    }
    let mut reached = 0;
    while let Some(Reverse((at, state))) = heap.pop() {
        if at > cost[state as usize] {
            continue;
        }
        reached += 1;
        for (next, step) in graph.onward_from(state) {
            let there = at.saturating_add(step);
            if there <= BUDGET_MS && there < cost[next as usize] {
                cost[next as usize] = there;
                heap.push(Reverse((there, next)));
            }
        }
    }
    reached
}
