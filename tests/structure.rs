//! The house plan, drawn from the code: which crate may use which, and one name for one thing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every crate and what it may use of the others, from the ground up.
const FLOORS: &[(&str, &[&str])] = &[
    ("algorithms", &[]),
    ("location", &["algorithms"]),
    ("model", &["algorithms"]),
    ("read", &["algorithms", "model"]),
    ("project", &["algorithms", "model", "read"]),
    ("engine", &["algorithms", "location", "model"]),
    ("export", &["algorithms", "model"]),
    ("atlas", &["algorithms", "model", "export"]),
    ("package", &["model", "export"]),
    ("handover", &["model", "engine", "atlas", "package"]),
    ("province", &["model", "engine"]),
    ("store", &["model"]),
    ("office", &["model", "store"]),
    (
        "serve",
        &[
            "algorithms",
            "model",
            "read",
            "project",
            "engine",
            "export",
            "store",
            "office",
            "atlas",
            "package",
            "handover",
        ],
    ),
    (
        "cli",
        &[
            "model", "read", "project", "engine", "export", "atlas", "package", "handover", "store", "office", "serve",
            "province",
        ],
    ),
];

/// Libraries that a crate must not use, whatever the reason.
const NEVER: &[(&str, &[&str])] = &[
    ("algorithms", &["gdal", "proj", "axum", "clap", "highs", "serde", "anyhow"]),
    ("location", &["gdal", "proj", "axum", "clap", "geo"]),
    ("model", &["gdal", "axum", "clap", "highs", "tokio"]),
    ("read", &["axum", "clap", "highs", "tokio"]),
    ("project", &["axum", "clap", "highs", "tokio"]),
    ("engine", &["gdal", "axum", "clap", "proj", "tokio", "highs"]),
    ("export", &["axum", "clap", "highs", "tokio"]),
    ("atlas", &["gdal", "proj", "axum", "clap", "highs", "tokio"]),
    ("package", &["axum", "clap", "highs", "tokio"]),
    ("handover", &["gdal", "axum", "clap", "highs", "tokio"]),
    ("store", &["gdal", "axum", "clap", "highs", "tokio"]),
    ("office", &["gdal", "axum", "clap", "highs", "tokio"]),
    ("province", &["gdal", "proj", "axum", "clap", "highs", "tokio"]),
    ("serve", &["gdal", "clap", "highs"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The names under `[dependencies]` of a crate; those of tests may go up.
fn dependencies(folder: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(source().join(folder).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().cloned().collect()
}

#[test]
fn imports_only_go_down() {
    for (folder, may) in FLOORS {
        let used = dependencies(folder);
        let ours = used.iter().filter_map(|name| name.strip_prefix("fireplan-"));
        let up: Vec<&str> = ours.filter(|name| !may.contains(name)).collect();
        assert!(up.is_empty(), "src/{folder} uses {up:?}; it may use {may:?} only");
    }
    for (folder, never) in NEVER {
        let used = dependencies(folder);
        let wrong: Vec<&&str> = never.iter().filter(|name| used.contains(**name)).collect();
        assert!(wrong.is_empty(), "src/{folder} must not use {wrong:?}");
    }
}

#[test]
fn every_crate_has_its_floor() {
    let folders = std::fs::read_dir(source()).unwrap().map(|entry| entry.unwrap());
    let crates = folders.filter(|entry| entry.path().join("Cargo.toml").exists());
    let crates: BTreeSet<String> = crates.map(|entry| entry.file_name().into_string().unwrap()).collect();
    let floors = FLOORS.iter().map(|(folder, _)| (*folder).to_owned()).chain(["testing".to_owned()]).collect();
    assert_eq!(crates, floors, "a new crate needs its floor here and in the README");
}

/// Every Rust file of the crates, without their integration tests.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "tests" {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && entry.file_name() != "tests.rs" {
            found.push(path);
        }
    }
}

/// Constants of the engine and the network that are no part of the method, and what they are instead. Those of conversions,
/// whose names contain `PER_`, need no mention.
const ORDINARY: &[(&str, &str)] = &[
    ("AROUND_M", "a piece of street whose place is asked for"),
    ("BANK_M", "words: what stands near water is told"),
    ("BESIDE_LINK_M", "a place beside a line"),
    ("CARRY_M", "a line drawn on so that it crosses another"),
    ("CHOICES_M", "words: which things are offered instead of one that is gone"),
    ("EXEMPT_PART_M", "words: shorter parts are not mentioned"),
    ("INTAKE_M", "words: what stands in water is told"),
    ("JOINED_M", "lines drawn as one"),
    ("LONGEST_LIST", "what a list of new hydrants may count to"),
    ("MOST_CHOICES", "words: how many choices are told"),
    ("MOST_PIECES", "beyond so many, a forest is refused"),
    ("MOST_PLACES", "beyond so many, a forest is refused"),
    ("MOST_SHARE", "the middle of a link is never empty"),
    ("MOST_WAN_YUAN", "what the form accepts"),
    ("NAMED", "words: how many names are told"),
    ("OUTSIDE_M", "what a scenario accepts"),
    ("OVER_M", "a line drawn on so that it crosses another"),
    ("SAME_M", "rounding of floating-point numbers"),
    ("SHORTEST_M", "what a scenario accepts"),
    ("SHOWN", "words: how many names are told"),
    ("SKEW", "what a scenario takes for one direction"),
    ("STANDS_M", "what a scenario accepts"),
    ("STAYS_M", "what a scenario accepts"),
    ("STEP_M", "how often a line that a scenario draws is looked at"),
    ("STRAYS_M", "words: what a road runs through is told"),
    ("STEP_IN_M", "a line that starts beside its own edge"),
    ("TURNAROUND_ROAD_M", "words: what stands far from roads is told"),
    ("WATER_ROAD_M", "words: what stands far from roads is told"),
    ("YEARS", "what a table of projects can say"),
];

/// Numbers that may stand in a formula of an analysis: halves, powers of ten, units of time and the rounding of
/// floating-point numbers. Any other has a name and a reason.
const PLAIN: &[f64] =
    &[0.0, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 60.0, 100.0, 120.0, 1000.0, 10_000.0, 1e6, 1e9, 1e-6, 1e-9];

/// The lines of a file that are compiled into the program, numbered, without those of `method_constants!`.
fn production_lines(path: &Path) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let production = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let mut declared = false;
    let mut lines = Vec::new();
    for (line, number) in production.lines().zip(1..) {
        declared = (declared || line.starts_with("method_constants! {")) && line != "}";
        if !declared && !line.trim_start().starts_with("//") {
            lines.push((number, line.to_owned()));
        }
    }
    lines
}

/// The name of the constant that a line declares, where it is a number or a range of numbers.
fn number_declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let declaration = line.split_once("const ").filter(|(before, _)| before.is_empty() || before.starts_with("pub"))?.1;
    let (name, rest) = declaration.split_once(": ")?;
    let (kind, value) = rest.split_once(" = ")?;
    let numeric =
        ["f64", "f32", "u8", "u16", "u32", "u64", "usize", "i32", "i64"].iter().any(|known| kind.contains(known));
    (numeric && value.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '[')).then_some(name)
}

#[test]
fn a_number_that_can_move_a_verdict_is_a_constant_of_the_method() {
    let mut all = Vec::new();
    for folder in ["engine/analyses", "engine/response", "engine/scenario", "model/network"] {
        files(&source().join(folder), &mut all);
    }
    let (mut bare, mut found) = (Vec::new(), BTreeSet::new());
    for path in all {
        for (number, line) in production_lines(&path) {
            let Some(name) = number_declared(&line).filter(|name| !name.contains("PER_")) else { continue };
            match ORDINARY.iter().find(|(known, _)| *known == name) {
                Some((known, _)) => drop(found.insert(*known)),
                None => bare.push(format!("{}:{number}: {name}", path.display())),
            }
        }
    }
    assert!(bare.is_empty(), "declare with method_constants!, or say in ORDINARY what they are:\n{}", bare.join("\n"));
    let gone: Vec<&str> = ORDINARY.iter().map(|(name, _)| *name).filter(|name| !found.contains(name)).collect();
    assert!(gone.is_empty(), "ORDINARY names constants that are gone: {gone:?}");
}

/// The numbers with a decimal point or an exponent that a line of code writes.
fn decimals(line: &str) -> Vec<f64> {
    let outside: String = line.split('"').step_by(2).collect();
    let words = outside.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-'));
    let starts_as_number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains("..");
    let decimal = |word: &&str| word.contains('.') || word.contains('e');
    let written = words.map(|word| word.trim_start_matches('-')).filter(starts_as_number).filter(decimal);
    written.filter_map(|word| word.replace('_', "").trim_end_matches("f64").parse().ok()).collect()
}

#[test]
fn a_number_in_a_formula_of_an_analysis_has_a_name() {
    let mut all = Vec::new();
    for folder in ["engine/analyses", "engine/response"] {
        files(&source().join(folder), &mut all);
    }
    let mut bare = Vec::new();
    for path in all {
        let mut defaults = false;
        for (number, line) in production_lines(&path) {
            // Defaults of parameters, ranges of the schema, constants with a name and steps of a legend.
            defaults = (defaults || line.starts_with("impl Default for")) && line != "}";
            let named =
                defaults || line.contains("#[schemars(") || line.contains("const ") || line.contains("let breaks");
            let odd: Vec<f64> = decimals(&line).into_iter().filter(|value| !PLAIN.contains(value)).collect();
            if !named && !odd.is_empty() {
                bare.push(format!("{}:{number}: {odd:?}", path.display()));
            }
        }
    }
    assert!(bare.is_empty(), "give these a name and a reason:\n{}", bare.join("\n"));
}

/// What a file of the model would have to say to open one.
const OPENS_FILES: &[&str] = &["std::fs", "File::open", "OpenOptions", "tokio::fs"];

#[test]
fn the_model_opens_no_file() {
    let mut all = Vec::new();
    files(&source().join("model"), &mut all);
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let says: Vec<&&str> = OPENS_FILES.iter().filter(|way| text.contains(**way)).collect();
        assert!(says.is_empty(), "{} uses {says:?}: whoever opens a file hands the model its text", path.display());
    }
}

/// The name of the type that a line declares for everybody, if it does.
fn public_type(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let (kind, rest) = rest.split_once(' ')?;
    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (["struct", "enum", "trait", "type", "union"].contains(&kind) && !name.is_empty()).then_some(name)
}

#[test]
fn a_public_type_name_exists_once() {
    let mut all = Vec::new();
    files(&source(), &mut all);
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let production = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for name in production.lines().filter_map(public_type).filter(|name| !name.starts_with('$')) {
            let home = path.strip_prefix(source()).unwrap().display().to_string();
            homes.entry(name.to_owned()).or_default().push(home);
        }
    }
    let twice: Vec<String> =
        homes.iter().filter(|(_, homes)| homes.len() > 1).map(|(name, homes)| format!("{name}: {homes:?}")).collect();
    assert!(twice.is_empty(), "one name, one type:\n{}", twice.join("\n"));
}
