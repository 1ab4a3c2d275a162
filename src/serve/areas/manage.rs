//! What is done with the folder of a project: copied beside itself, moved aside, brought back. Nothing is deleted.
//!
//! A copy and what is brought back lie at the depth of the original, so that what `area.toml` says of data elsewhere holds.

use std::path::Path;

use anyhow::{Context, Result};
use axum::http::StatusCode;

use super::folder::Project;
use super::seen::SeenArea;
use super::state::AreasState;
use crate::error::{HttpResult, Problem};
use fireplan_model::message::{explain, making_folder, reading, writing};
use fireplan_project::rename_project;

/// Copies a project beside itself, under a name that nobody has.
pub(super) fn copy_project(areas: &AreasState, project: &Project, name: &str) -> HttpResult<Project> {
    let place = areas.folder.free_place(Some(project), name);
    let above = place.parent().unwrap_or(areas.folder.root());
    // Written under a name that is no project's, and renamed when it is whole.
    let beside = tempfile::Builder::new().prefix("_copy-").tempdir_in(above).map_err(|error| refuse(&error.into()))?;
    copy_folder(&project.path, beside.path())
        .and_then(|()| rename_project(beside.path(), name.trim()))
        .map_err(|error| refuse(&error))?;
    let beside = beside.keep();
    rename_whole(&beside, &place)?;
    let copied = areas.folder.project_at(&place);
    SeenArea::hand_on(project, &copied);
    Ok(copied)
}

/// Moves a project aside.
pub(super) fn archive_project(areas: &AreasState, project: &Project) -> HttpResult<Project> {
    let place = areas.folder.archive_place(project);
    move_folder(&project.path, &place)?;
    Ok(areas.folder.archived_at(&place))
}

/// Brings a project back to where it was.
pub(super) fn restore_project(areas: &AreasState, project: &Project) -> HttpResult<Project> {
    let place = areas.folder.restored_place(project);
    if place.exists() {
        let place = &project.place;
        return Err(Problem::new(
            StatusCode::CONFLICT,
            format!(
                "“{place}”已被另一个项目占用，请先将其归档或改名 | '{place}' is taken by another project: archive or rename that first"
            ),
        ));
    }
    move_folder(&project.path, &place)?;
    Ok(areas.folder.project_at(&place))
}

fn move_folder(from: &Path, to: &Path) -> HttpResult<()> {
    if let Some(above) = to.parent() {
        let made = std::fs::create_dir_all(above).with_context(|| making_folder(above));
        made.map_err(|error| refuse(&error))?;
    }
    rename_whole(from, to)
}

/// Gives a folder its place at once: nobody sees half of it.
pub(crate) fn rename_whole(from: &Path, to: &Path) -> HttpResult<()> {
    let moved = std::fs::rename(from, to).with_context(|| writing(to));
    moved.map_err(|error| refuse(&error))
}

/// What the disk refuses is told to whoever asked, for it is theirs.
fn refuse(error: &anyhow::Error) -> Problem {
    tracing::warn!("{error:#}");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, explain(error).to_string())
}

/// Copies a folder with all that is in it but links, which may lead anywhere.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| making_folder(to))?;
    for entry in std::fs::read_dir(from).with_context(|| reading(from))? {
        let entry = entry.with_context(|| reading(from))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().with_context(|| reading(&path))?;
        if kind.is_dir() {
            copy_folder(&path, &target)?;
        } else if kind.is_file() {
            std::fs::copy(&path, &target).with_context(|| writing(&target))?;
        }
    }
    Ok(())
}
