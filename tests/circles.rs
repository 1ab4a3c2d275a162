//! Circles of files, drawn from the code: files that import one another can only be read, moved and changed together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// So many files of a crate may import one another in a circle: fewer than an analysis folder has.
const MOST_FILES: usize = 10;

/// A module as its path below the crate, e.g. `["response", "reach"]`.
type ModulePath = Vec<String>;

/// The files of a crate by their modules; test modules are left out.
fn list_modules(root: &Path, folder: &Path, modules: &mut BTreeMap<ModulePath, PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let stem = entry.file_stem().unwrap().to_str().unwrap().to_owned();
        if stem == "tests" {
            continue;
        } else if entry.is_dir() {
            list_modules(root, &entry, modules);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let below = folder.strip_prefix(root).unwrap();
            let mut module: ModulePath = below.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
            if stem != "mod" && stem != "lib" {
                module.push(stem);
            }
            modules.insert(module, entry);
        }
    }
}

/// The paths that a text names from `crate`, `super` and `self` on, as paths below the crate.
fn named_paths(text: &str, module: &[String]) -> Vec<ModulePath> {
    let mut paths = Vec::new();
    let production = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let code = production.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for root in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':' || c == '$') {
                continue;
            }
            let mut base: ModulePath = if root == "crate::" { Vec::new() } else { module.to_vec() };
            let mut rest = &code[at..];
            if let Some(inner) = rest.strip_prefix("crate::").or(rest.strip_prefix("self::")) {
                rest = inner;
            }
            while let Some(inner) = rest.strip_prefix("super::") {
                base.pop();
                rest = inner;
            }
            follow_path(base, rest, &mut paths);
        }
    }
    paths
}

/// Adds the path that begins here: one, or one for each name in braces.
fn follow_path(mut base: ModulePath, mut rest: &str, paths: &mut Vec<ModulePath>) {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    loop {
        let name: String = rest.chars().take_while(|c| is_name(*c)).collect();
        if name.is_empty() {
            break;
        }
        rest = &rest[name.len()..];
        base.push(name);
        match rest.strip_prefix("::") {
            Some(further) => rest = further,
            None => break,
        }
    }
    let Some(inner) = rest.strip_prefix('{') else { return paths.push(base) };
    let mut depth = 0;
    let mut starts = true;
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return,
            '}' => depth -= 1,
            ',' if depth == 0 => starts = true,
            c if starts && depth == 0 && is_name(c) => {
                let name: String = inner[at..].chars().take_while(|c| is_name(*c)).collect();
                paths.push(base.iter().cloned().chain([name]).collect());
                starts = false;
            }
            _ => {}
        }
    }
}

/// For each file of a crate, the files it imports something of. The root of a crate counts as no file: it only lists.
fn list_imports(root: &Path) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
    let mut modules = BTreeMap::new();
    list_modules(root, root, &mut modules);
    let mut imports = BTreeMap::new();
    for (module, file) in modules.iter().filter(|(module, _)| !module.is_empty()) {
        let text = std::fs::read_to_string(file).unwrap();
        let owner = |path: &ModulePath| {
            (1..=path.len()).rev().find_map(|length| modules.get(&path[..length])).filter(|other| *other != file)
        };
        let used: BTreeSet<PathBuf> = named_paths(&text, module).iter().filter_map(owner).cloned().collect();
        imports.insert(file.clone(), used);
    }
    imports
}

/// All files that can be come to from a file by imports.
fn come_to<'a>(imports: &'a BTreeMap<PathBuf, BTreeSet<PathBuf>>, from: &'a Path) -> BTreeSet<&'a Path> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for next in imports.get(file).into_iter().flatten() {
            if found.insert(next.as_path()) {
                open.push(next);
            }
        }
    }
    found
}

/// The circles of a crate, each once.
fn find_circles(imports: &BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> BTreeSet<BTreeSet<&Path>> {
    let reached: BTreeMap<&Path, BTreeSet<&Path>> =
        imports.keys().map(|file| (file.as_path(), come_to(imports, file))).collect();
    let circle = |file: &&Path| -> BTreeSet<&Path> {
        reached[file]
            .iter()
            .copied()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(file)))
            .collect()
    };
    reached.keys().map(circle).filter(|circle| circle.len() > 1).collect()
}

#[test]
fn no_circle_of_files_is_larger_than_an_analysis() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let imports = list_imports(&entry);
        for circle in find_circles(&imports) {
            assert!(circle.len() <= MOST_FILES, "these import one another: {circle:#?}");
            let folders: BTreeSet<Option<&Path>> = circle.iter().map(|file| file.parent()).collect();
            let engine = entry.ends_with("engine");
            assert!(!engine || folders.len() == 1, "no folder of the engine is part of a circle: {circle:#?}");
        }
    }
}

#[test]
fn circles_are_found_through_braces_and_parents() {
    let module = ["response".to_owned(), "reach".to_owned()];
    let text = "use crate::response::{driving::Drive, places};\nuse super::times;\n// crate::towns\nfn f() { super::super::towns::at() }";
    let joined: BTreeSet<String> = named_paths(text, &module).iter().map(|path| path.join("::")).collect();
    let wanted = ["response::driving", "response::places", "response::times", "towns::at"].map(str::to_owned);
    assert_eq!(joined, BTreeSet::from(wanted));
}
