//! What the service of many areas holds.

use std::sync::Arc;

use anyhow::Result;

use super::drafts::store::Drafts;
use super::folder::ProjectFolder;
use super::opening::OpenedAreas;
use super::options::AreasOptions;
use fireplan_office::Office;

/// Shared by all handlers.
#[derive(Clone)]
pub struct AreasState(Arc<AreasService>);

impl std::ops::Deref for AreasState {
    type Target = AreasService;
    fn deref(&self) -> &AreasService {
        &self.0
    }
}

/// See [`AreasState`].
pub struct AreasService {
    pub(crate) options: AreasOptions,
    pub(crate) folder: ProjectFolder,
    pub(crate) opened: OpenedAreas,
    pub(crate) drafts: Drafts,
    pub(crate) office: Arc<Office>,
}

impl AreasState {
    /// The projects of a folder; what an earlier service left unfinished is there again.
    pub fn new(options: AreasOptions) -> Result<Self> {
        let folder = ProjectFolder::new(&options.folder)?;
        let drafts = Drafts::find_unfinished(&folder);
        let office = Arc::new(Office::of_projects(folder.root()));
        Ok(Self(Arc::new(AreasService { folder, opened: OpenedAreas::default(), drafts, options, office })))
    }

    /// Writes down what was seen of every open area, for the list of the next service.
    pub fn note_seen(&self) {
        for slot in self.opened.slots() {
            slot.note_seen();
        }
    }
}
