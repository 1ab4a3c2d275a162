//! Opens an area, asks how well its stations cover it, and prints the figures: `cargo run --example open_area [AREA]`.

use std::path::PathBuf;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;

fn main() -> anyhow::Result<()> {
    let path = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("data/demo"), PathBuf::from);
    let area = fireplan_read::open(&path, &Silent)?;
    let rules = Rules::load(None)?;
    let coverage = Request::from_parts("coverage", serde_json::Map::new())?;
    let findings = coverage.run(&Context { area: &area, rules: &rules, progress: &Silent })?;
    for figure in &findings.figures {
        println!("{} {:?} {}", figure.label.zh, figure.value, figure.unit);
    }
    Ok(())
}
