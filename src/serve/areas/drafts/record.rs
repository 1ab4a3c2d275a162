//! What of a draft is kept on disk, so that the next service can go on with it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::areas::whole_file::write_whole;
use fireplan_model::message::writing;
use fireplan_project::DoorAnswers;

/// The file in the folder of a draft.
const FILE: &str = "draft.json";

/// What somebody has said of a draft.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct DraftRecord {
    pub name: String,
    /// The folder of the server with its data; `None`: they are sent.
    pub data: Option<PathBuf>,
    pub answers: DoorAnswers,
}

impl DraftRecord {
    pub(super) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_str(&std::fs::read_to_string(folder.join(FILE)).ok()?).ok()
    }

    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(FILE);
        write_whole(&path, &serde_json::to_vec(self)?)
    }

    /// The project that it has become does not keep it.
    pub(super) fn forget(folder: &Path) -> Result<()> {
        let path = folder.join(FILE);
        std::fs::remove_file(&path).with_context(|| writing(&path))
    }
}
