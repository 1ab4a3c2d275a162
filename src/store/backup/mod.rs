//! All that is kept of a folder in one file, and back: data, `area.toml`, stores, runs, people. A service may go on meanwhile.
//!
//! The file is a zip archive. Stores are copied by the online backup of SQLite, a run whole or not at all, every other file as it was at
//! one moment: one that changes while it is read is read again. `backup.json` at its end lists each file with its size and digest, and
//! [`restore_backup`] takes an archive only if all of it is as listed. Its place is taken at once: nobody sees half a folder.

mod restore;
mod source;
mod write;

use serde::{Deserialize, Serialize};

pub use restore::restore_backup;
pub use source::BackupSource;
pub use write::write_backup;

/// The list of an archive.
const LIST: &str = "backup.json";
/// Version of the form of archives.
const FORMAT: u32 = 1;

/// What an archive holds.
#[derive(Debug, Serialize, Deserialize)]
struct BackupList {
    format: u32,
    /// Version of the program that made it.
    program: String,
    files: Vec<BackedFile>,
}

/// One file of an archive.
#[derive(Debug, Serialize, Deserialize)]
struct BackedFile {
    path: String,
    bytes: u64,
    sha256: String,
}

/// What was backed up, or brought back.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// So many files.
    pub files: usize,
    /// Their size, not compressed.
    pub bytes: u64,
    /// What was left out, each with the reason, `中文 | English`.
    pub left_out: Vec<String>,
}

fn write_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn same_case(name: &str, ending: &str) -> bool {
    name.to_ascii_lowercase().ends_with(ending)
}
