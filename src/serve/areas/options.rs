//! How many areas are served, and what of that the operator decides.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::basemaps::Basemap;
use crate::jobs::KeptFolder;
use fireplan_model::rules::Rules;

/// What the operator decides.
#[derive(Debug, Clone)]
pub struct AreasOptions {
    /// The folder whose projects are served; new ones are made in it.
    pub folder: PathBuf,
    /// The rules that hold where nobody says otherwise.
    pub rules: Rules,
    /// Tiled maps from elsewhere that may be laid under ours.
    pub basemaps: Vec<Basemap>,
    /// Folders of this machine whose data may be made into projects.
    pub allowed: Vec<PathBuf>,
    /// Dictionaries of the bureau, before the one that comes along.
    pub dictionaries: Vec<PathBuf>,
    /// So many areas are kept open at once; of more, the one that was looked at longest ago is let go.
    pub most_open: usize,
    /// What the finished runs of each may take on disk, in bytes.
    pub runs_budget_bytes: u64,
    /// Answer every question of an area with its defaults when it is opened.
    pub run_at_start: bool,
    /// What may be brought in.
    pub upload: UploadLimits,
    /// A run that takes longer is ended, in minutes; `None`: none is.
    pub run_minutes: Option<u64>,
}

/// What may be brought into one new project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UploadLimits {
    /// Files of a project.
    pub files: usize,
    /// Bytes of all its files.
    pub bytes: u64,
    /// Bytes of all that its archives unpack to.
    pub unpacked_bytes: u64,
    /// Seconds in which its files must have been looked at.
    pub look_s: u64,
    /// Seconds for which a file that is being sent may stand still.
    pub idle_s: u64,
    /// New projects that are being made at once.
    pub drafts: usize,
}

impl Default for UploadLimits {
    /// The survey of a large county with its geodatabase, and a person who waits for it.
    fn default() -> Self {
        Self { files: 5_000, bytes: 8 << 30, unpacked_bytes: 8 << 30, look_s: 900, idle_s: 60, drafts: 8 }
    }
}

impl UploadLimits {
    pub(crate) fn look_time(&self) -> Duration {
        Duration::from_secs(self.look_s)
    }

    pub(crate) fn idle_time(&self) -> Duration {
        Duration::from_secs(self.idle_s)
    }
}

impl AreasOptions {
    /// So many areas are kept open where the operator does not say otherwise.
    pub const MOST_OPEN: usize = 4;

    /// The projects of this folder, with nothing allowed beside it.
    pub fn new(folder: PathBuf, rules: Rules) -> Self {
        Self {
            folder,
            rules,
            basemaps: Vec::new(),
            allowed: Vec::new(),
            dictionaries: Vec::new(),
            most_open: Self::MOST_OPEN,
            runs_budget_bytes: KeptFolder::BUDGET_BYTES,
            run_at_start: true,
            upload: UploadLimits::default(),
            run_minutes: None,
        }
    }
}
