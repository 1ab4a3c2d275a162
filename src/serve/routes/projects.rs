//! The routes of a service of many areas, beside those of each area.

use axum::Router;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use super::described::Routes;
use crate::areas::documents::{ProjectNameRequest, ProjectsLanding};
use crate::areas::handlers as projects;
use crate::areas::state::AreasState;
use crate::description::{self, Operation};
use crate::page;
use axum::Json;
use axum::response::Html;

/// Every route but those of the areas.
pub(crate) fn areas_router() -> Router<AreasState> {
    let router = project_routes().router.fallback(page::asset);
    router.layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// Path, method and operation of every route, in the order of the description.
pub(crate) fn describe_areas_routes() -> Vec<(&'static str, &'static str, Operation)> {
    project_routes().operations
}

fn project_routes() -> Routes<AreasState> {
    let project = |id, about| Operation::new("projects", id, about);
    let (path, opening) = ("/projects/{projectId}", "/projects/{projectId}/opening");
    let (busy, disk) = ("A run goes on in the project", "The disk refuses; the detail says why");
    Routes::default()
        .get(
            "/",
            projects::landing,
            project("landing", "What this service is; the page with the list for a browser")
                .takes(&["f_page"])
                .gives::<Json<ProjectsLanding>>()
                .gives::<Html<String>>(),
        )
        .get("/api", description::api_of_areas, project("api", "This description").takes(&["f_json"]))
        .get(
            "/projects",
            projects::projects,
            project("projects", "Every project; each is served below /areas/{projectId}/").takes(&["f_json"]),
        )
        .get(path, projects::project, project("project", "One project, and how far its area is").takes(&["f_json"]))
        .post(opening, projects::start_opening, project("startOpening", "Open its area").takes(&["f_json"]))
        .delete(
            opening,
            projects::close,
            project("close", "Close its area, or stop opening it").takes(&["f_json"]).fails(409, busy),
        )
        .post(
            "/projects/{projectId}/copy",
            projects::copy,
            project("copyProject", "The same beside it, under another name")
                .takes(&["f_json"])
                .reads::<ProjectNameRequest>("ProjectNameRequest")
                .fails(422, disk),
        )
        .post(
            "/projects/{projectId}/archive",
            projects::archive,
            project("archiveProject", "Move it aside").takes(&["f_json"]).fails(409, busy).fails(422, disk),
        )
        .post(
            "/projects/{projectId}/restore",
            projects::restore,
            project("restoreProject", "Bring it back")
                .takes(&["f_json"])
                .fails(409, "Another project is where it was")
                .fails(422, disk),
        )
}
