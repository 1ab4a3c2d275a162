//! Many areas in one service: the projects of a folder, and new ones made of the files that people have.
//!
//! `/projects` lists and keeps the projects, `/drafts` makes new ones, and `/areas/{projectId}/…` is the whole service of one
//! area: its own router, unchanged, below a prefix. An area is opened when it is first asked for and let go when there are
//! too many ([`opening`]). Nothing of a project is ever deleted: it is moved aside ([`manage`]).
//!
//! Reading order: `options`, `folder` (which projects there are), `task` (work that is watched), `whole_file`,
//! `state`, `opening`, `nested`
//! (the areas below their prefix), `seen` and `thumbnail` (what is known of an area that is closed), `documents`, `list`,
//! `manage` and `handlers` (what clients see and do), `drafts` (new projects).

pub(crate) mod documents;
pub(crate) mod drafts;
mod folder;
pub(crate) mod handlers;
mod list;
mod manage;
mod nested;
mod opening;
mod options;
mod seen;
pub(crate) mod state;
mod task;
mod thumbnail;
mod whole_file;

use std::path::{Path, PathBuf};

use anyhow::Result;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, map_response};
use axum::{Extension, Router};

pub use options::{AreasOptions, UploadLimits};
pub use state::{AreasService, AreasState};

use folder::ProjectFolder;

use crate::people::admit::Admission;
use crate::people::sign_in::guard_sign_in;
use crate::people::visitor::Visitor;
use crate::{error, execution, routes};

/// The folders of all projects below this one.
///
/// # Errors
/// If the folder cannot be read.
pub fn list_project_folders(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(ProjectFolder::new(folder)?.list().into_iter().map(|project| project.path).collect())
}

/// The id by which roles name a project; it is found by that, or by its folder below the one that is served.
///
/// # Errors
/// Lists the projects, if there is none of that name.
pub fn find_project_id(folder: &Path, named: &str) -> Result<String> {
    let projects = ProjectFolder::new(folder)?.list();
    let place = named.trim_matches('/');
    if let Some(project) = projects.iter().find(|project| project.id == named || project.place == place) {
        return Ok(project.id.clone());
    }
    let known = projects.iter().map(|project| project.place.as_str()).collect::<Vec<_>>().join("、");
    anyhow::bail!("没有项目 {named}；现有：{known} | there is no project {named}; there are: {known}")
}

/// The whole service of many areas, for whoever sits at the machine.
pub fn areas_router(state: AreasState) -> Router {
    guarded_areas_router(state).layer(Extension(Visitor::local()))
}

/// The same for those whom the way in has named.
pub(crate) fn guarded_areas_router(state: AreasState) -> Router {
    let office = state.office.clone();
    let admission = Admission::new(routes::declare_areas_routes(), move |event| Ok(office.note(event)?));
    routes::areas_router(admission)
        .method_not_allowed_fallback(error::refuse_method)
        .layer(DefaultBodyLimit::max(execution::MAX_BODY))
        .layer(from_fn(error::refuse_other_sites))
        .layer(from_fn(error::write_problem))
        .layer(from_fn(guard_sign_in))
        // An area writes its own problems, and refuses other sites by itself.
        .merge(nested::router())
        .layer(map_response(crate::forbid_sniffing))
        .with_state(state)
}
