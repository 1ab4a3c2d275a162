//! Coverage on real extracts. Skips, and says so, where the data is not present.

use std::path::Path;
use std::time::Instant;

use fireplan::analyses::{Context, Request, Silent};
use fireplan::area;
use fireplan::findings::Findings;
use fireplan::rules::Rules;

fn run(path: &str) -> Option<Findings> {
    let path = Path::new("../shared/data").join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    let start = Instant::now();
    let area = area::open(&path, &Silent).unwrap();
    println!(
        "open {:?}, {} segments, {} nodes, {} forbidden",
        start.elapsed(),
        area.network.segments.len(),
        area.network.nodes.len(),
        area.network.forbidden.len()
    );
    let rules = Rules::load(None).unwrap();
    let start = Instant::now();
    let request = Request::all().remove(0);
    let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    println!("run {:?}", start.elapsed());
    for figure in &findings.figures {
        println!("{} {:?} {:?} {} {}", figure.label.zh, figure.value, figure.range, figure.unit, figure.remark.zh);
    }
    for layer in &findings.layers {
        println!("{} {}", layer.id, layer.features.len());
    }
    for note in &findings.notes {
        println!("{:?} {} ×{} {:?}", note.severity, note.text.zh, note.count, note.examples);
    }
    Some(findings)
}

#[test]
fn liechtenstein_is_covered_and_audited() {
    let Some(findings) = run("liechtenstein/liechtenstein-2024.osm.pbf") else { return };
    assert!(findings.figures.iter().any(|figure| figure.name == "audited_places"));
}
