//! What is known of a kept run beside its findings.

use serde::{Deserialize, Serialize};

use super::findings_file::FORMAT;

/// A run as its folder's `run.json` has it: what was asked, of what, when, and what people said of it since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of the form of the findings beside it.
    pub format: u32,
    /// Names the question with all that its answer rests on: the same question of the same inputs has the same id.
    pub id: String,
    /// Counts the runs of the area in the order in which they were asked, from 1; never given twice.
    pub number: u64,
    /// What people call it; empty where nobody has named it.
    #[serde(default)]
    pub name: String,
    /// It goes only when somebody deletes it.
    #[serde(default)]
    pub pinned: bool,
    /// The search was told to end early: it may not be all that could be found.
    #[serde(default)]
    pub settled: bool,
    /// Who asked; empty: the service by itself, or a program that did not know.
    #[serde(default)]
    pub by: String,
    /// The question, e.g. `coverage`.
    pub process: String,
    /// The question with its parameters.
    pub request: serde_json::Value,
    /// Rules, scenario and day of assessment, by their names.
    pub settings: serde_json::Value,
    /// Digest of the data as they were then, without any scenario.
    pub data: String,
    /// Version of the program that computed it.
    pub program: String,
    /// When it was asked, in ms since 1970.
    pub created_ms: u64,
    /// When it began.
    pub started_ms: u64,
    /// When it ended.
    pub finished_ms: u64,
    /// Ids of the layers among the findings.
    pub layers: Vec<String>,
    /// Size of the findings in memory, roughly: that of the file before it is compressed.
    #[serde(default)]
    pub findings_bytes: u64,
    /// Size on disk.
    #[serde(default)]
    pub bytes: u64,
}

impl RunRecord {
    /// Whether this program can read the findings beside it.
    pub fn is_readable(&self) -> bool {
        self.format == FORMAT
    }
}

/// Ids are words of small letters, digits and `_`, joined by hyphens.
pub(super) fn is_id(id: &str) -> bool {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    !id.is_empty() && id.chars().all(is_word) && !id.starts_with('-')
}
