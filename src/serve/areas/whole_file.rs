//! Files that are there whole or not at all: written beside their place, and renamed.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use fireplan_model::message::{making_folder, writing};
use tempfile::NamedTempFile;

/// Writes a file in place of what is there.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut beside = begin_whole(path)?;
    beside.write_all(bytes).with_context(|| writing(path))?;
    end_whole(beside, path)
}

/// Begins a file beside its place; it is gone where it is not ended.
pub(super) fn begin_whole(path: &Path) -> Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    // A name that is passed over, should the program end before the file does.
    tempfile::Builder::new().prefix(".part-").tempfile_in(folder).with_context(|| writing(path))
}

/// Gives the file its place. A temporary file is for its writer alone; this one is for whoever may read the folder, and is
/// never executed.
pub(super) fn end_whole(beside: NamedTempFile, path: &Path) -> Result<()> {
    beside.persist(path).with_context(|| writing(path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644));
    }
    Ok(())
}
