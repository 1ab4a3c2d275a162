//! The house plan, drawn from the code: which crate may use which, and one name for one thing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every crate and what it may use of the others, from the ground up.
const FLOORS: &[(&str, &[&str])] = &[
    ("algorithms", &[]),
    ("location", &["algorithms"]),
    ("model", &["algorithms"]),
    ("read", &["algorithms", "model"]),
    ("engine", &["algorithms", "location", "model"]),
    ("export", &["algorithms", "model"]),
    ("store", &["model"]),
    ("serve", &["algorithms", "model", "engine", "export", "store"]),
    ("cli", &["model", "read", "engine", "export", "store", "serve"]),
];

/// Libraries that a crate must not use, whatever the reason.
const NEVER: &[(&str, &[&str])] = &[
    ("algorithms", &["gdal", "proj", "axum", "clap", "highs", "serde", "anyhow"]),
    ("location", &["gdal", "proj", "axum", "clap", "geo"]),
    ("model", &["gdal", "axum", "clap", "highs", "tokio"]),
    ("read", &["axum", "clap", "highs", "tokio"]),
    ("engine", &["gdal", "axum", "clap", "proj", "tokio", "highs"]),
    ("export", &["axum", "clap", "highs", "tokio"]),
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
