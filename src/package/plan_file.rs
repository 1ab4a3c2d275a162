//! `package.toml`, the file beside `area.toml` in which the bureau says what only it knows of its plan: read, and completed with
//! what was asked elsewhere.

use std::path::Path;

use anyhow::{Context, Result, bail};

use fireplan_model::message::reading;

use crate::folder::write_beside;
use crate::plan::PlanFacts;

/// Its name, in the folder of the area.
const FACTS: &str = "package.toml";

/// What the bureau says in the folder of an area; where it says nothing, its places stay open.
///
/// # Errors
/// If the file is there and not understood.
pub fn read_facts_of(area: &Path) -> Result<PlanFacts> {
    let path = area.join(FACTS);
    if path.exists() { read_facts(&path) } else { Ok(PlanFacts::default()) }
}

/// What the bureau says in a file.
///
/// # Errors
/// If the file cannot be read, or is not understood.
pub fn read_facts(path: &Path) -> Result<PlanFacts> {
    let text = std::fs::read_to_string(path).with_context(|| reading(path))?;
    PlanFacts::read(&text).with_context(|| reading(path))
}

/// Writes what is given into the file of the area, which is made if there is none; all else in it stays, comments too.
///
/// # Errors
/// If the area is no folder, or the file cannot be read, completed or written.
pub fn keep_facts(area: &Path, given: &PlanFacts) -> Result<()> {
    let path = area.join(FACTS);
    let text =
        if path.exists() { std::fs::read_to_string(&path).with_context(|| reading(&path))? } else { String::new() };
    let completed = complete_facts(&text, given)?;
    if completed == text { Ok(()) } else { write_beside(&path, completed.as_bytes()) }
}

/// The text with what is given: in place of the line that says otherwise, or before the first table.
fn complete_facts(text: &str, given: &PlanFacts) -> Result<String> {
    let before = PlanFacts::read(text)?;
    let wanted = before.clone().overridden_by(given);
    if wanted == before {
        return Ok(text.to_owned());
    }
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (key, value) in given.plain() {
        let line = format!("{key} = {value}");
        let first_table = lines.iter().position(|line| line.trim_start().starts_with('[')).unwrap_or(lines.len());
        let says =
            |line: &String| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        match lines[..first_table].iter().position(says) {
            Some(at) => lines[at] = line,
            None => lines.insert(first_table, line),
        }
    }
    let completed = lines.join("\n") + "\n";
    if PlanFacts::read(&completed).ok() != Some(wanted) {
        bail!(
            "{FACTS} 的写法使程序不能代为补写；请直接在该文件中填写 | \
             {FACTS} is written in a way in which the program cannot complete it; please write into it yourself"
        );
    }
    Ok(completed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> PlanFacts {
        PlanFacts::read("body = '乙县人民政府'\nbase_year = 2026\nmap_number = 'GS(2026)\"1\"号'").unwrap()
    }

    #[test]
    fn what_is_given_stands_before_the_tables_and_comments_stay() {
        let text = "# 我们的规划\nname = '甲'\nbody = '' # 待定\n\n[responsible]\n\"消防站\" = '支队'\n";
        let completed = complete_facts(text, &given()).unwrap();
        assert!(completed.starts_with("# 我们的规划\nname = '甲'\nbody = \"乙县人民政府\"\n"), "{completed}");
        let facts = PlanFacts::read(&completed).unwrap();
        assert_eq!(
            [facts.name.as_str(), facts.body.as_str(), facts.map_number.as_str()],
            ["甲", "乙县人民政府", "GS(2026)\"1\"号"]
        );
        assert_eq!((facts.base_year, facts.responsible("消防站")), (Some(2026), Some("支队")));
        assert_eq!(complete_facts(&completed, &given()).unwrap(), completed);
    }

    #[test]
    fn a_file_that_cannot_be_completed_stays_as_it_is() {
        let area = tempfile::tempdir().unwrap();
        let text = "body = '''\n甲'''\n";
        std::fs::write(area.path().join(FACTS), text).unwrap();
        let refused = keep_facts(area.path(), &given()).unwrap_err().to_string();
        assert!(refused.contains("package.toml"), "{refused}");
        assert_eq!(std::fs::read_to_string(area.path().join(FACTS)).unwrap(), text);
    }

    #[test]
    fn an_area_without_the_file_gets_one() {
        let area = tempfile::tempdir().unwrap();
        assert_eq!(read_facts_of(area.path()).unwrap(), PlanFacts::default());
        keep_facts(area.path(), &given()).unwrap();
        assert_eq!(read_facts_of(area.path()).unwrap(), given());
    }
}
