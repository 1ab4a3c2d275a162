//! Which projects a folder holds: every folder below it with an `area.toml`, and those that were moved aside.
//!
//! Folders whose names begin with a dot or an underscore are none: `_archive` holds what was moved aside, `_new-…` what is
//! still being made.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::error::{HttpResult, Problem};
use crate::state::write_hex;
use fireplan_model::message::making_folder;

/// Projects lie no deeper below the folder.
const DEEPEST: usize = 3;
/// Entries of a folder beyond this are not counted into its size.
const MOST_ENTRIES: usize = 50_000;
/// Where projects are moved aside.
const ARCHIVE: &str = "_archive";
/// Folders of what is being made begin so.
const DRAFT: &str = "_new-";

/// The folder whose projects are served.
pub(crate) struct ProjectFolder {
    root: PathBuf,
}

/// A folder with an `area.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Project {
    /// What addresses call it.
    pub id: String,
    /// Below the folder that is served, with `/`.
    pub place: String,
    pub path: PathBuf,
}

impl ProjectFolder {
    pub(crate) fn new(root: &Path) -> Result<Self> {
        std::fs::create_dir_all(root).with_context(|| making_folder(root))?;
        let root = root.canonicalize().with_context(|| fireplan_model::message::reading(root))?;
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Every project, by its place.
    pub(crate) fn list(&self) -> Vec<Project> {
        let mut found = Vec::new();
        find_projects(&self.root, &self.root, 0, &mut found);
        found
    }

    /// Every project that was moved aside, by the place that it had.
    pub(crate) fn list_archived(&self) -> Vec<Project> {
        let root = self.root.join(ARCHIVE);
        let mut found = Vec::new();
        find_projects(&root, &root, 0, &mut found);
        found
    }

    pub(crate) fn find(&self, id: &str) -> HttpResult<Project> {
        self.list()
            .into_iter()
            .find(|project| project.id == id)
            .ok_or_else(|| Problem::not_found(format!("没有项目 {id} | There is no project {id}")))
    }

    pub(crate) fn find_archived(&self, id: &str) -> HttpResult<Project> {
        self.list_archived()
            .into_iter()
            .find(|project| project.id == id)
            .ok_or_else(|| Problem::not_found(format!("归档中没有项目 {id} | There is no archived project {id}")))
    }

    /// Where a project of this name can be: beside the one given, or else in the folder itself; numbered where it is taken.
    pub(crate) fn free_place(&self, beside: Option<&Project>, name: &str) -> PathBuf {
        let above = beside.and_then(|project| project.path.parent()).unwrap_or(&self.root);
        free_name(above, &safe_name(name))
    }

    /// Where a project is moved aside: at the same place below the archive, so that it finds its data when it is back.
    pub(crate) fn archive_place(&self, project: &Project) -> PathBuf {
        let place = self.root.join(ARCHIVE).join(&project.place);
        match (place.exists(), place.parent(), place.file_name()) {
            (true, Some(above), Some(name)) => free_name(above, &name.to_string_lossy()),
            _ => place,
        }
    }

    /// Where a project that was moved aside comes back to.
    pub(crate) fn restored_place(&self, project: &Project) -> PathBuf {
        self.root.join(&project.place)
    }

    /// The folder of something that is being made.
    pub(crate) fn draft_place(&self, id: &str) -> PathBuf {
        self.root.join(format!("{DRAFT}{id}"))
    }

    /// What was being made when an earlier service ended.
    pub(crate) fn list_drafts(&self) -> Vec<(String, PathBuf)> {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().flatten();
        let mut found: Vec<(String, PathBuf)> = entries
            .filter_map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                Some((name.strip_prefix(DRAFT)?.to_owned(), entry.path()))
            })
            .collect();
        found.sort();
        found
    }

    /// The project that was moved aside to here.
    pub(crate) fn archived_at(&self, path: &Path) -> Project {
        describe_project(&self.root.join(ARCHIVE), path)
    }

    /// The project that lies here.
    pub(crate) fn project_at(&self, path: &Path) -> Project {
        describe_project(&self.root, path)
    }
}

fn find_projects(root: &Path, folder: &Path, depth: usize, found: &mut Vec<Project>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with(['.', '_']));
        // A link may lead anywhere, also back to a folder above.
        if hidden || path.is_symlink() || !path.is_dir() {
            continue;
        }
        if path.join("area.toml").is_file() {
            found.push(describe_project(root, &path));
        } else if depth + 1 < DEEPEST {
            find_projects(root, &path, depth + 1, found);
        }
    }
}

fn describe_project(root: &Path, path: &Path) -> Project {
    let below = path.strip_prefix(root).unwrap_or(path);
    let place = below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    Project { id: make_id(&place), place, path: path.to_owned() }
}

/// A plain name is its own id; any other is known by its digest, which addresses can hold.
fn make_id(place: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if place.len() <= 60 && place.chars().all(plain) {
        return place.to_owned();
    }
    write_hex(&Sha256::digest(place.as_bytes()))[..10].to_owned()
}

/// A name that can be a folder here: what no system takes becomes an underscore.
pub(crate) fn safe_name(name: &str) -> String {
    let bad = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    let name: String = name.trim().chars().map(|c| if bad(c) { '_' } else { c }).take(60).collect();
    let name = name.trim_start_matches(['.', '_', '~']).trim_end_matches(['.', ' ']).trim().to_owned();
    if name.is_empty() { "项目".to_owned() } else { name }
}

/// The path below a folder that a client names; `None`: it leads out, or is none.
pub(crate) fn safe_path(path: &str) -> Option<PathBuf> {
    /// Folders below this depth are not looked at either.
    const DEEPEST_FILE: usize = 8;
    let path = PathBuf::from(path.replace('\\', "/"));
    let inner = path.components().all(|part| match part {
        Component::Normal(name) => {
            let name = name.to_string_lossy();
            name.len() <= 240 && !name.chars().any(|c| c.is_control() || ":*?\"<>|".contains(c))
        }
        _ => false,
    });
    (inner && (1..=DEEPEST_FILE).contains(&path.components().count())).then_some(path)
}

fn free_name(above: &Path, name: &str) -> PathBuf {
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let names = std::iter::once(name.to_owned()).chain(numbered);
    let mut free = names.map(|name| above.join(name)).filter(|path| !path.exists());
    free.next().unwrap_or_else(|| above.join(name))
}

/// Files and bytes of a folder.
pub(crate) fn measure_folder(folder: &Path) -> (usize, u64) {
    let (mut files, mut bytes, mut entries) = (0, 0, 0);
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            entries += 1;
            if entries > MOST_ENTRIES {
                return (files, bytes);
            }
            match entry.metadata() {
                Ok(about) if about.is_dir() => folders.push(entry.path()),
                Ok(about) if about.is_file() => (files, bytes) = (files + 1, bytes + about.len()),
                _ => {}
            }
        }
    }
    (files, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_within_the_folder() {
        assert_eq!(safe_name(" ../晋城:城区 "), "晋城_城区");
        assert_eq!(safe_name("..."), "项目");
        assert_eq!(safe_path("数据\\道路.shp"), Some(PathBuf::from("数据/道路.shp")));
        for bad in ["", "../a.shp", "/etc/passwd", "a/../../b", "C:/a.shp", "a\0b", "a/./../b", "1/2/3/4/5/6/7/8/9"] {
            assert_eq!(safe_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn projects_are_found_below_and_none_among_what_is_moved_aside() {
        let folder = tempfile::tempdir().unwrap();
        for place in ["qinglan", "南部/乙县", "_archive/丙县", "_new-1", "a/b/c/d", ".git"] {
            std::fs::create_dir_all(folder.path().join(place)).unwrap();
            std::fs::write(folder.path().join(place).join("area.toml"), "").unwrap();
        }
        let projects = ProjectFolder::new(folder.path()).unwrap();
        let places: Vec<String> = projects.list().into_iter().map(|project| project.place).collect();
        assert_eq!(places, ["qinglan", "南部/乙县"]);
        assert_eq!(projects.list()[0].id, "qinglan");
        assert_eq!(projects.list_archived()[0].place, "丙县");
        assert_eq!(projects.list_drafts()[0].0, "1");
        assert!(projects.free_place(None, "qinglan").ends_with("qinglan 2"));
    }
}
