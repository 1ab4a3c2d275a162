//! The package on disk: a folder, an archive beside it, and the package of before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use fireplan_model::message::{making_folder, reading, writing};

use crate::archive::{ArchivedPart, pack_archive, unpack_archive};
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

    /// The package in this archive; without one, nothing was before.
    ///
    /// # Errors
    /// If it is no archive of a package.
    pub fn unpack(archive: &Path) -> Result<Self> {
        let Ok(bytes) = std::fs::read(archive) else { return Ok(Self::default()) };
        let inside = |name: &str| name.split_once('/').map(|(_, name)| name.to_owned());
        let files = unpack_archive(&bytes).with_context(|| reading(archive))?.into_iter();
        let mut files: BTreeMap<String, Vec<u8>> =
            files.filter_map(|file| Some((inside(&file.name)?, file.bytes))).collect();
        let Some(record) = files.remove(RECORD) else { return Ok(Self::default()) };
        let record: TextRecord = serde_json::from_slice(&record).with_context(|| reading(archive))?;
        let texts = record.texts.keys().filter_map(|path| Some((path.clone(), files.remove(path)?))).collect();
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
/// one has not are removed; nothing else in the folder is touched. Each file is whole at any moment: it is written beside the
/// one of before and takes its place, the list of contents last.
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
        write_beside(&path, &file.bytes)?;
    }
    let archive = out.join(format!("{}.zip", package.name));
    write_beside(&archive, &pack_package(package)?)?;
    Ok(WrittenPackage { folder, archive })
}

/// The archive of a package: its files below the folder of its name.
///
/// # Errors
/// If two files have one name.
pub fn pack_package(package: &AssembledPackage) -> Result<Vec<u8>> {
    let inside = package
        .files
        .iter()
        .map(|file| ArchivedPart { name: format!("{}/{}", package.name, file.name), bytes: file.bytes.clone() });
    pack_archive(inside.collect())
}

/// What the name of a file ends in until it is whole.
pub const UNFINISHED: &str = ".part";

/// Writes a file beside where it is to stand and then puts it there: whoever reads it finds the old one or the new one, never half.
///
/// # Errors
/// If it cannot be written; then nothing has changed.
pub fn write_beside(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(UNFINISHED);
    let unfinished = path.with_file_name(name);
    let written = std::fs::write(&unfinished, bytes).and_then(|()| std::fs::rename(&unfinished, path));
    if written.is_err() {
        // What is left of it is of no use to anybody, and may be gone already.
        let _ = std::fs::remove_file(&unfinished);
    }
    written.with_context(|| writing(path))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn package(text: &str) -> AssembledPackage {
        let part = |name: &str, bytes: &[u8]| ArchivedPart { name: name.to_owned(), bytes: bytes.to_vec() };
        let record = serde_json::to_vec(&TextRecord {
            texts: BTreeMap::from([("1 文本/甲.docx".to_owned(), GeneratedBlocks::default())]),
            figures: BTreeMap::from([("n".to_owned(), "1".to_owned())]),
        });
        AssembledPackage {
            name: "甲县规划".to_owned(),
            files: vec![part("1 文本/甲.docx", text.as_bytes()), part(RECORD, &record.unwrap())],
            changes: Vec::new(),
            doubtful: 0,
            open_words: 0,
        }
    }

    #[test]
    fn nothing_unfinished_stays_and_the_archive_tells_what_was_before() {
        let out = tempfile::tempdir().unwrap();
        for text in ["first", "second"] {
            let written = write_package(&package(text), out.path()).unwrap();
            assert_eq!(std::fs::read_to_string(written.folder.join("1 文本/甲.docx")).unwrap(), text);
            let previous = PreviousPackage::unpack(&written.archive).unwrap();
            assert_eq!(previous.text("1 文本/甲.docx").unwrap().0, text.as_bytes());
            assert_eq!(previous.figures()["n"], "1");
        }
        let mut all: Vec<String> = std::fs::read_dir(out.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        all.sort();
        assert_eq!(all, ["甲县规划", "甲县规划.zip"]);
        let gone = PreviousPackage::unpack(&out.path().join("none.zip")).unwrap();
        assert!(gone.text("1 文本/甲.docx").is_none());
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let out = tempfile::tempdir().unwrap();
        let taken = out.path().join("taken");
        std::fs::create_dir(&taken).unwrap();
        std::fs::write(taken.join("x"), "x").unwrap();
        assert!(write_beside(&taken, b"bytes").is_err());
        assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 1);
    }
}
