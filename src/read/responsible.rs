//! Who is responsible for which kind of project, from `package.toml` beside `area.toml`.

use std::collections::BTreeMap;
use std::path::Path;

/// The file in which the bureau says what only it knows of its plan. What else it says is read where the package is made, which
/// refuses what cannot be understood.
const PLAN_FILE: &str = "package.toml";

/// The table `[responsible]`; empty where there is none, or the file cannot be read.
pub(super) fn read_responsible(folder: &Path) -> BTreeMap<String, String> {
    let Ok(text) = std::fs::read_to_string(folder.join(PLAN_FILE)) else { return BTreeMap::new() };
    let Ok(plan) = text.parse::<toml::Table>() else { return BTreeMap::new() };
    let Some(table) = plan.get("responsible").and_then(toml::Value::as_table) else { return BTreeMap::new() };
    let bodies = table.iter().filter_map(|(kind, body)| Some((kind.clone(), body.as_str()?.trim().to_owned())));
    bodies.filter(|(_, body)| !body.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_names_who_is_responsible_and_a_broken_one_nobody() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read_responsible(folder.path()).is_empty());
        let write = |text: &str| std::fs::write(folder.path().join(PLAN_FILE), text).unwrap();
        write("name = '甲'\n[responsible]\n'消火栓' = '水务局'\n'消防站' = ' '\n");
        let read = read_responsible(folder.path());
        assert_eq!(read.into_iter().collect::<Vec<_>>(), [("消火栓".to_owned(), "水务局".to_owned())]);
        write("name = '甲");
        assert!(read_responsible(folder.path()).is_empty());
    }
}
