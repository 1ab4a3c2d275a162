//! Folders of the server whose data may be made into projects: those that the operator has allowed, and what is below them.

use std::path::{Path, PathBuf};

use super::documents::{FolderListing, ListedFolder};
use crate::error::{HttpResult, Problem};

/// Folders that are listed at once.
const MOST_LISTED: usize = 500;

/// The folder below the allowed one of this number; what leads out of it is refused.
pub(super) fn find_allowed(allowed: &[PathBuf], number: usize, path: &str) -> HttpResult<PathBuf> {
    let none = || Problem::not_found(format!("没有可选的文件夹“{path}” | There is no folder '{path}' to choose"));
    let root = allowed.get(number).and_then(|root| root.canonicalize().ok()).ok_or_else(none)?;
    // Links are followed first: what counts is where they lead.
    let chosen = root.join(path.trim_matches('/')).canonicalize().map_err(|_| none())?;
    if !chosen.starts_with(&root) || !chosen.is_dir() {
        return Err(none());
    }
    Ok(chosen)
}

/// What is in an allowed folder: the folders below, and how many files it has itself.
pub(super) fn list_allowed(allowed: &[PathBuf], number: usize, path: &str) -> HttpResult<FolderListing> {
    let chosen = find_allowed(allowed, number, path)?;
    let mut folders = Vec::new();
    let mut files = 0;
    for entry in std::fs::read_dir(&chosen).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(['.', '_']) {
            continue;
        }
        let path = entry.path();
        let is_data = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gdb"));
        if path.is_dir() && !is_data {
            folders.push(ListedFolder { files: count_files(&path), name });
        } else {
            files += 1;
        }
    }
    folders.sort_by(|a, b| a.name.cmp(&b.name));
    folders.truncate(MOST_LISTED);
    Ok(FolderListing { path: path.trim_matches('/').to_owned(), folders, files })
}

fn count_files(folder: &Path) -> usize {
    std::fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| entry.path().is_file()).count()
}
