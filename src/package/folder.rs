//! The package on disk: a folder, an archive beside it, and the package of before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use fireplan_model::message::{making_folder, writing};

use crate::archive::pack_archive;
use crate::document::merge::GeneratedBlocks;
use crate::order::{AssembledPackage, CONTENTS, RECORD, TextRecord};

/// The package of before, whose texts people may have worked on.
#[derive(Debug, Default)]
pub struct PreviousPackage {
    texts: BTreeMap<String, Vec<u8>>,
    record: TextRecord,
}

impl PreviousPackage {
    /// The package in this folder; without one, nothing was before.
    ///
    /// # Errors
    /// If the record of what the program wrote is there and not understood.
    pub fn read(folder: &Path) -> Result<Self> {
        let Ok(text) = std::fs::read_to_string(folder.join(RECORD)) else { return Ok(Self::default()) };
        let record: TextRecord = serde_json::from_str(&text).with_context(|| {
            let path = folder.join(RECORD);
            let path = path.display();
            format!("读取上一版的记录 {path}；可移走该文件夹后重新生成 | reading the record {path} of the package of before; move the folder away to start anew")
        })?;
        let texts = record.texts.keys();
        let texts = texts.filter_map(|path| Some((path.clone(), std::fs::read(folder.join(path)).ok()?))).collect();
        Ok(Self { texts, record })
    }

    /// A text of before, and what the program wrote into it.
    pub fn text(&self, path: &str) -> Option<(&[u8], &GeneratedBlocks)> {
        Some((self.texts.get(path)?, self.record.texts.get(path)?))
    }

    /// The figures of before, as they were printed.
    pub fn figures(&self) -> &BTreeMap<String, String> {
        &self.record.figures
    }
}

/// Where a package was written.
pub struct WrittenPackage {
    /// Its folder.
    pub folder: PathBuf,
    /// Its archive.
    pub archive: PathBuf,
}

/// Writes the package into its own folder below `out`, and its archive beside that. Files of the package of before that this
/// one has not are removed; nothing else in the folder is touched.
///
/// # Errors
/// If a file cannot be written.
pub fn write_package(package: &AssembledPackage, out: &Path) -> Result<WrittenPackage> {
    let folder = out.join(&package.name);
    remove_leftovers(&folder, package);
    for file in &package.files {
        let path = folder.join(&file.name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| making_folder(parent))?;
        }
        std::fs::write(&path, &file.bytes).with_context(|| writing(&path))?;
    }
    let archive = out.join(format!("{}.zip", package.name));
    let inside = package.files.iter().map(|file| crate::archive::ArchivedPart {
        name: format!("{}/{}", package.name, file.name),
        bytes: file.bytes.clone(),
    });
    std::fs::write(&archive, pack_archive(inside.collect())?).with_context(|| writing(&archive))?;
    Ok(WrittenPackage { folder, archive })
}

/// Removes what the list of the package of before names and this one has not.
fn remove_leftovers(folder: &Path, package: &AssembledPackage) {
    let Ok(list) = std::fs::read_to_string(folder.join(CONTENTS)) else { return };
    let listed = list.lines().filter_map(|line| line.split_once("  ").map(|(_, name)| name));
    let inside = listed.filter(|name| !name.contains("..") && !name.starts_with('/'));
    for gone in inside.filter(|name| package.files.iter().all(|file| file.name != **name)) {
        // A file that is gone already is as good as removed.
        let _ = std::fs::remove_file(folder.join(gone));
    }
}
