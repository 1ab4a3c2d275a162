//! Opening an area: reading an extract and building its network, against merely decoding every element of the file
//! (the baseline), for Liechtenstein and the roads of Porto (`../shared/data`).

use std::path::{Path, PathBuf};

use divan::Bencher;
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;

const EXTRACTS: &[&str] = &["liechtenstein/liechtenstein-2024.osm.pbf", "porto/porto_portugal.osm.pbf"];

/// `None`, and says so, where the extract is not there.
fn extract(name: &str) -> Option<PathBuf> {
    let path = Path::new("../shared/data").join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
    }
    path.exists().then_some(path)
}

fn main() {
    divan::main();
}

#[divan::bench(args = EXTRACTS, sample_count = 10)]
fn decode_only(bencher: Bencher, name: &str) {
    let Some(path) = extract(name) else { return };
    bencher.bench_local(|| {
        let reader = osmpbf::ElementReader::from_path(&path).expect("the extract opens");
        reader.par_map_reduce(|_| 1_u64, || 0, |a, b| a + b).expect("the extract decodes")
    });
}

#[divan::bench(args = EXTRACTS, sample_count = 10)]
fn open(bencher: Bencher, name: &str) {
    let Some(path) = extract(name) else { return };
    bencher.bench_local(|| fireplan_read::open(&path, &Silent).expect("the extract opens"));
}

#[divan::bench(sample_count = 5)]
fn coverage_of_liechtenstein(bencher: Bencher) {
    let Some(path) = extract(EXTRACTS[0]) else { return };
    let area = fireplan_read::open(&path, &Silent).expect("the extract opens");
    let rules = Rules::load(None).expect("the national rules load");
    let request = Request::from_parts("coverage", serde_json::Map::new()).expect("coverage runs with its defaults");
    bencher.bench_local(|| request.run(&Context { area: &area, rules: &rules, progress: &Silent }).expect("it runs"));
}
