//! Digests of what was read, so that a result can be traced to its inputs.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use fireplan_model::message::reading;

pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// The files of a source as they were when reading began.
#[derive(Debug, Default)]
pub(crate) struct SourceFiles {
    files: Vec<SourceFile>,
}

#[derive(Debug)]
struct SourceFile {
    path: PathBuf,
    sha256: String,
    stamp: Stamp,
}

/// What changes when a file is written.
#[derive(Debug, PartialEq)]
struct Stamp {
    bytes: u64,
    written: Option<SystemTime>,
}

impl Stamp {
    fn of(path: &Path) -> Result<Self> {
        let about = std::fs::metadata(path).with_context(|| reading(path))?;
        Ok(Self { bytes: about.len(), written: about.modified().ok() })
    }
}

impl SourceFiles {
    /// Digests the files, before they are read.
    pub(crate) fn take(paths: Vec<PathBuf>) -> Result<Self> {
        let mut files = Self::default();
        paths.into_iter().try_for_each(|path| files.add(path))?;
        Ok(files)
    }

    /// Digests one more file; one that is known already stays as it is.
    pub(crate) fn add(&mut self, path: PathBuf) -> Result<()> {
        if self.files.iter().any(|file| file.path == path) {
            return Ok(());
        }
        let stamp = Stamp::of(&path)?;
        let mut hasher = Sha256::new();
        let mut file = std::fs::File::open(&path).with_context(|| reading(&path))?;
        std::io::copy(&mut file, &mut hasher).with_context(|| reading(&path))?;
        self.files.push(SourceFile { path, sha256: format!("{:x}", hasher.finalize()), stamp });
        Ok(())
    }

    /// One digest over all, as `sha256sum` gives it: of a single file its own, else that of the list of digests and names.
    ///
    /// Refuses files that were written since: nobody could say what was read.
    pub(crate) fn confirm(&self) -> Result<String> {
        for file in &self.files {
            if Stamp::of(&file.path)? != file.stamp {
                bail!(
                    "{0} 在读取期间被改动：请待写入完成后重新运行 | {0} was written to while it was read: run again when that is done",
                    file.path.display()
                );
            }
        }
        if let [only] = self.files.as_slice() {
            return Ok(only.sha256.clone());
        }
        let mut lines: Vec<String> =
            self.files.iter().map(|file| format!("{}  {}\n", file.sha256, name(file))).collect();
        lines.sort_by(|a, b| a[64..].cmp(&b[64..]));
        Ok(digest(lines.concat().as_bytes()))
    }

    /// The names of the files, for the report; none of a single one, which the source names.
    pub(crate) fn names(&self) -> Vec<String> {
        if self.files.len() < 2 {
            return Vec::new();
        }
        let mut names: Vec<String> = self.files.iter().map(name).collect();
        names.sort();
        names
    }
}

fn name(file: &SourceFile) -> String {
    file.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_a_source_moves_its_digest_and_one_written_meanwhile_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a.shp", "a.dbf"].map(|name| folder.path().join(name));
        paths.iter().for_each(|path| std::fs::write(path, "one").unwrap());
        let take = || SourceFiles::take(paths.to_vec()).unwrap();
        let before = take();
        assert_eq!(before.names(), ["a.dbf", "a.shp"]);
        let sum = digest(b"one");
        assert_eq!(before.confirm().unwrap(), digest(format!("{sum}  a.dbf\n{sum}  a.shp\n").as_bytes()));
        assert_eq!(SourceFiles::take(vec![paths[0].clone()]).unwrap().confirm().unwrap(), sum);
        std::fs::write(&paths[1], "other").unwrap();
        assert!(format!("{:#}", before.confirm().unwrap_err()).contains("a.dbf"));
        assert_ne!(take().confirm().unwrap(), digest(format!("{sum}  a.dbf\n{sum}  a.shp\n").as_bytes()));
    }
}
