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

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, map_response};

pub use options::{AreasOptions, UploadLimits};
pub use state::{AreasService, AreasState};

use crate::{error, execution, routes};

/// The whole service of many areas.
pub fn areas_router(state: AreasState) -> Router {
    routes::areas_router()
        .method_not_allowed_fallback(error::refuse_method)
        .layer(DefaultBodyLimit::max(execution::MAX_BODY))
        .layer(from_fn(error::refuse_other_sites))
        .layer(from_fn(error::write_problem))
        // An area writes its own problems, and refuses other sites by itself.
        .merge(nested::router())
        .layer(map_response(crate::forbid_sniffing))
        .with_state(state)
}
