//! Every analysis with its defaults on the demo county: checks, tables, counts and figures as once accepted.
//!
//! When a change means to move them, look at the difference, then accept it: `INSTA_UPDATE=always cargo test --test analyses`.

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use fireplan::analyses::{Context, Request, Silent};
use fireplan::area;
use fireplan::findings::{Findings, Layer};
use fireplan::rules::Rules;
use serde_json::{Value, json};

/// What a reader would notice: no geometry, which moves with every last digit.
fn digest(findings: &Findings) -> Value {
    json!({
        "figures": findings.figures,
        "layers": findings.layers.iter().map(|layer| (layer.id.clone(), layer_digest(layer))).collect::<BTreeMap<_, _>>(),
        "tables": findings.tables.iter().filter(|table| table.layer.is_none()).map(|table| {
            let rows: Vec<String> = table.rows.iter().map(|row| {
                row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
            }).collect();
            (table.id.clone(), rows)
        }).collect::<BTreeMap<_, _>>(),
        "checks": count(findings.checks.iter().map(|check| format!("{} {:?}", check.rule, check.verdict))),
        "notes": findings.notes.iter().map(|note| format!("{:?} {} × {}", note.severity, note.text.zh, note.count)).collect::<Vec<_>>(),
    })
}

/// Number of features, and of each code of the first coded column.
fn layer_digest(layer: &Layer) -> Value {
    let coded = layer.columns.iter().position(|column| !column.codes.is_empty() && column.name != "class");
    let codes = coded.map(|at| count(layer.features.iter().map(|feature| feature.values[at].to_string())));
    json!({ "features": layer.features.len(), "codes": codes })
}

fn count(items: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    items.for_each(|item| *counts.entry(item).or_default() += 1);
    counts
}

#[test]
fn every_analysis_answers_the_demo_county_as_accepted() {
    let area = area::open(Path::new("data/demo"), &Silent).unwrap();
    let rules = Rules::load(None).unwrap();
    for request in Request::all() {
        let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
        insta::assert_json_snapshot!(request.id(), digest(&findings));
    }
}

#[test]
fn the_readme_has_a_row_for_every_analysis() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    for id in Request::ids() {
        assert!(readme.contains(&format!("| `{id}` |")), "README.md: add a row for `{id}` to the table of analyses");
    }
}

#[test]
fn an_analysis_says_which_layers_it_lacks() {
    let Some(area) = open("guixi/guixi.osm") else { return };
    let rules = Rules::load(None).unwrap();
    let refusal = Request::from_parts("coverage", serde_json::Map::new())
        .unwrap()
        .run(&Context { area: &area, rules: &rules, progress: &Silent })
        .unwrap_err();
    assert!(refusal.to_string().contains("stations"), "{refusal}");
}

#[test]
fn real_extracts_are_covered_and_audited() {
    // Liechtenstein: three municipalities without a station in the data, one works brigade, two nested populations.
    for (name, notes) in [
        ("liechtenstein/liechtenstein-2024.osm.pbf", &["没有消防站", "企业专职消防队", "重复计算"][..]),
        ("lauf/lauf-200115.osm.pbf", &["出动时间"]),
    ] {
        let Some(area) = open(name) else { continue };
        let rules = Rules::load(None).unwrap();
        let request = Request::from_parts("coverage", serde_json::Map::new()).unwrap();
        let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
        let audited = findings.figures.iter().find(|figure| figure.name == "audited_places").unwrap();
        assert_eq!(audited.value, Some(500.0));
        for text in notes {
            assert!(findings.notes.iter().any(|note| note.text.zh.contains(text)), "{name}: no note on {text}");
        }
    }
}

fn open(name: &str) -> Option<area::StudyArea> {
    support::data(name).map(|path| area::open(&path, &Silent).unwrap())
}
