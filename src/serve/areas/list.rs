//! Projects as lists show them: what their folders say, what was seen of them, and how far they are.

use std::path::Path;

use super::documents::{ProjectDescription, ProjectState};
use super::folder::{Project, measure_folder};
use super::opening::{AreaSlot, SlotStage};
use super::seen::SeenArea;
use super::state::AreasState;
use crate::links::{JSON, link};
use fireplan_model::message::explain;
use fireplan_model::rows::Label;
use fireplan_project::count_unanswered;
use fireplan_read::manifest::AreaManifest;

/// Describes a project; reads its folder, so not for async threads.
pub(super) fn describe_project(areas: &AreasState, project: &Project, root: &str) -> ProjectDescription {
    let slot = areas.opened.slot(&project.id);
    if let Some(slot) = &slot {
        slot.note_seen();
    }
    let mut described = describe_folder(project, root);
    match slot.as_ref().map(|slot| (slot, slot.stage())) {
        // A manifest that cannot be read is a failure before anybody has tried.
        None => {}
        Some((slot, SlotStage::Opening)) => {
            described.state = ProjectState::Opening;
            described.progress = Some(slot.task.describe());
        }
        Some((_, SlotStage::Open(area))) => {
            described.state = if area.is_busy() { ProjectState::Running } else { ProjectState::Open };
        }
        Some((_, SlotStage::Failed(why, _))) => {
            described.state = ProjectState::Failed;
            described.message = Some(why);
        }
    }
    described
}

/// The same of a project that was moved aside.
pub(super) fn describe_archived(project: &Project, root: &str) -> ProjectDescription {
    let mut described = describe_folder(project, root);
    described.state = ProjectState::Archived;
    described.links = Vec::new();
    described
}

/// How far an area is, without a look at its folder: asked for often while it is opened.
pub(super) fn describe_slot(slot: &AreaSlot, root: &str) -> ProjectDescription {
    let (state, message, progress) = match slot.stage() {
        SlotStage::Opening => (ProjectState::Opening, None, Some(slot.task.describe())),
        SlotStage::Open(_) => (ProjectState::Open, None, None),
        SlotStage::Failed(why, _) => (ProjectState::Failed, Some(why), None),
    };
    let name = slot.open_area().map_or_else(|| slot.project.place.clone(), |area| area.state.area.name.clone());
    ProjectDescription { state, message, progress, name, ..blank(&slot.project, root) }
}

fn describe_folder(project: &Project, root: &str) -> ProjectDescription {
    let (files, bytes) = measure_folder(&project.path);
    let seen = SeenArea::read(project);
    let questions = count_unanswered(&project.path.join("questions.toml"));
    let (name, message) = read_name(&project.path, &project.place);
    let state = if message.is_some() { ProjectState::Failed } else { ProjectState::Closed };
    ProjectDescription {
        name,
        state,
        message,
        bytes,
        files,
        open_questions: questions,
        layers: seen.as_ref().map(|seen| seen.layers),
        last_run: seen.as_ref().and_then(|seen| seen.last_run.clone()),
        thumbnail: seen.and_then(|seen| seen.thumbnail),
        ..blank(project, root)
    }
}

fn blank(project: &Project, root: &str) -> ProjectDescription {
    let Project { id, place, .. } = project;
    ProjectDescription {
        id: id.clone(),
        name: place.clone(),
        place: place.clone(),
        state: ProjectState::Closed,
        message: None,
        progress: None,
        bytes: 0,
        files: 0,
        open_questions: 0,
        layers: None,
        last_run: None,
        thumbnail: None,
        links: vec![
            link(format!("{root}/projects/{id}"), "self", JSON),
            link(format!("{root}/areas/{id}/?f=json"), "service", JSON),
            link(format!("{root}/areas/{id}/?f=html"), "alternate", "text/html"),
        ],
    }
}

/// What `area.toml` calls the area, or the folder's name and why it cannot be read.
fn read_name(path: &Path, place: &str) -> (String, Option<Label>) {
    match AreaManifest::open(path) {
        Ok(manifest) => (manifest.name, None),
        Err(error) => (place.to_owned(), Some(explain(&error))),
    }
}
