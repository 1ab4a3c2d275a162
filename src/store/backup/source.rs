//! What is backed up: which files, and how each is read.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use fireplan_model::message::reading;

use crate::Store;

/// Marks of our files in the header of SQLite: stores, "FPSC", and people, "FPOF".
const APPLICATIONS: [[u8; 4]; 2] = [*b"FPSC", *b"FPOF"];
/// Where the header of SQLite has that mark.
const APPLICATION_AT: usize = 68;

/// What is to be backed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSource {
    /// Folders and files, each with its place in the archive; an empty place is that of the whole archive.
    roots: Vec<(String, PathBuf)>,
}

/// A file or a run that is to be read, with its place in the archive.
pub(super) enum BackupItem {
    /// Read as it is.
    Plain(String, PathBuf),
    /// Copied by SQLite.
    Database(String, PathBuf),
    /// The files of one folder, all or none.
    Run(String, PathBuf),
}

impl BackupSource {
    /// A folder of projects, or an area with its store where that is: inside its folder, beside its file, or elsewhere.
    ///
    /// # Errors
    /// If there is nothing there.
    pub fn of(place: &Path, store: &Store) -> Result<Self> {
        if !place.exists() {
            let place = place.display();
            bail!("找不到 {place} | there is no {place}");
        }
        let is_manifest = place.file_name().is_some_and(|name| name == "area.toml");
        let folder = if is_manifest { place.parent().unwrap_or(Path::new(".")) } else { place };
        let mut roots = Vec::new();
        let beside = if folder.is_dir() {
            roots.push((String::new(), folder.to_owned()));
            "scenarios".to_owned()
        } else {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            roots.push((name.clone(), folder.to_owned()));
            format!("{name}.scenarios")
        };
        let inside = folder.is_dir() && store.path().parent() == Some(folder);
        let serves_many = folder.is_dir() && !folder.join("area.toml").exists();
        if !inside && !serves_many {
            for ending in ["sqlite", "runs", "office.sqlite"] {
                roots.push((format!("{beside}.{ending}"), store.path().with_extension(ending)));
            }
        }
        roots.retain(|(_, path)| path.exists());
        Ok(Self { roots })
    }

    /// Whether a path lies in what is backed up.
    pub(super) fn contains(&self, path: &Path) -> bool {
        let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let Ok(above) = above.canonicalize() else { return false };
        let roots = self.roots.iter().filter(|(_, root)| root.is_dir());
        roots.filter_map(|(_, root)| root.canonicalize().ok()).any(|root| above.starts_with(root))
    }

    /// Everything, in the order of names; what is left out is told with the reason.
    pub(super) fn list(&self, left_out: &mut Vec<String>) -> Result<Vec<BackupItem>> {
        let mut items = Vec::new();
        for (place, path) in &self.roots {
            add_path(place, path, &mut items, left_out)?;
        }
        Ok(items)
    }
}

fn add_path(place: &str, path: &Path, items: &mut Vec<BackupItem>, left_out: &mut Vec<String>) -> Result<()> {
    let kind = match fs::symlink_metadata(path) {
        Ok(about) => about.file_type(),
        // It went away since it was listed.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| reading(path)),
    };
    if kind.is_symlink() {
        left_out.push(format!("{place}：链接，未跟随 | {place}: a link, not followed"));
    } else if kind.is_dir() {
        let mut entries: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(path).with_context(|| reading(path))? {
            entries.push(entry.with_context(|| reading(path))?.path());
        }
        entries.sort();
        for entry in entries {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let inner = if place.is_empty() { name.clone() } else { format!("{place}/{name}") };
            if let Some(why) = pass_over(&name) {
                if !why.is_empty() {
                    left_out.push(why.replace("{}", &inner));
                }
            } else if super::same_case(place, ".runs") && entry.is_dir() {
                items.push(BackupItem::Run(inner, entry));
            } else {
                add_path(&inner, &entry, items, left_out)?;
            }
        }
    } else if kind.is_file() {
        let (place, path) = (place.to_owned(), path.to_owned());
        items.push(if is_ours(&path) { BackupItem::Database(place, path) } else { BackupItem::Plain(place, path) });
    } else {
        left_out.push(format!("{place}：不是文件 | {place}: no file"));
    }
    Ok(())
}

/// Why something of this name is no part of a backup; nothing needs to be told of what the program writes only for a moment.
fn pass_over(name: &str) -> Option<&'static str> {
    const DRAFT: &str = "{}：尚未建成的项目 | {}: a project that is still being made";
    let passing = [".unfinished-", ".part-", ".lock", ".service", "_copy-"].iter().any(|start| name.starts_with(start));
    let of_sqlite = [".sqlite-journal", ".sqlite-wal", ".sqlite-shm"].iter().any(|ending| name.ends_with(ending));
    match () {
        () if passing || of_sqlite => Some(""),
        () if name.starts_with("_new-") => Some(DRAFT),
        () => None,
    }
}

/// Whether a file is a database of ours, which may be written while it is read.
fn is_ours(path: &Path) -> bool {
    let mut head = [0; APPLICATION_AT + 4];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head.starts_with(b"SQLite format 3\0") && APPLICATIONS.iter().any(|mark| head.ends_with(mark))
}
