//! What the list says of an area that is closed: written beside it when it was open, and gone by the next `area.toml`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::folder::Project;
use super::thumbnail::Thumbnail;
use super::whole_file::write_whole;
use crate::state::{AppState, write_hex};
use crate::time::format_time;
use fireplan_model::layers::LayerId;

/// What was seen of an area when it was open.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct SeenArea {
    /// Digest of its `area.toml`: of another, none of this holds.
    manifest_sha256: String,
    /// Layers that have something in them.
    pub layers: usize,
    pub last_run: Option<LastRun>,
    pub thumbnail: Option<Thumbnail>,
}

/// The run that ended last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct LastRun {
    /// The question.
    process: String,
    /// When it ended, in UTC.
    finished: String,
}

impl SeenArea {
    /// What is seen of an open area now; what was seen before stays where nothing new is known.
    pub(crate) fn of(state: &AppState, thumbnail: Option<Thumbnail>, project: &Project) -> Self {
        let full = |layer: &&LayerId| state.area.layers.len(**layer) > 0;
        let layers = LayerId::ALL.iter().filter(|layer| !layer.is_raster()).filter(full).count();
        let last_run = find_last_run(state).or_else(|| Self::read(project)?.last_run);
        Self { manifest_sha256: digest_manifest(project), layers, last_run, thumbnail }
    }

    /// What was written down; `None`: nothing, or of another `area.toml`.
    pub(crate) fn read(project: &Project) -> Option<Self> {
        let text = std::fs::read_to_string(file_of(project)).ok()?;
        let seen: Self = serde_json::from_str(&text).ok()?;
        (seen.manifest_sha256 == digest_manifest(project)).then_some(seen)
    }

    /// The same of a copy of the project, which has another `area.toml` and has not been run.
    pub(crate) fn hand_on(project: &Project, copy: &Project) {
        if let Some(seen) = Self::read(project) {
            Self { manifest_sha256: digest_manifest(copy), last_run: None, ..seen }.write(copy);
        }
    }

    /// Writes it down; a folder that cannot be written into has no picture in the list.
    pub(crate) fn write(&self, project: &Project) {
        if Self::read(project).as_ref() == Some(self) {
            return;
        }
        let text = serde_json::to_vec(self).map_err(anyhow::Error::from);
        if let Err(error) = text.and_then(|text| write_whole(&file_of(project), &text)) {
            tracing::info!("{}: {error:#}", project.place);
        }
    }
}

/// Where a project keeps what the program writes for itself.
const FOLDER: &str = ".fireplan";

fn file_of(project: &Project) -> PathBuf {
    project.path.join(FOLDER).join("seen.json")
}

fn digest_manifest(project: &Project) -> String {
    let text = std::fs::read(project.path.join("area.toml")).unwrap_or_default();
    write_hex(&Sha256::digest(text))
}

fn find_last_run(state: &AppState) -> Option<LastRun> {
    let jobs = state.jobs.all();
    let ended = jobs.iter().filter_map(|job| Some((job.finished()?, job.request.id())));
    let (finished, process) = ended.max()?;
    Some(LastRun { process: process.to_owned(), finished: format_time(finished) })
}
