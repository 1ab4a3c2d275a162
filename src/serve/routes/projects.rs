//! The routes of a service of many areas, beside those of each area.

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use super::described::Routes;
use super::people::{health_operation, metrics_operation, people_routes, trail_operation};
use crate::areas::documents::{ProjectNameRequest, ProjectsLanding};
use crate::areas::drafts::documents::{AnswersRequest, DraftRequest, FinishRequest, UploadedFile};
use crate::areas::drafts::handlers as drafts;
use crate::areas::handlers as projects;
use crate::areas::state::AreasState;
use crate::description::{self, Operation};
use crate::people::admit::{Admission, DeclaredRoute, admit};
use crate::people::trail;
use crate::{health, page};
use axum::Json;
use axum::response::Html;
use axum::routing::put;
use fireplan_office::Action;

/// Every route but those of the areas.
pub(crate) fn areas_router(admission: Arc<Admission>) -> Router<AreasState> {
    let routes = all_routes().into_iter().fold(Router::new(), |router, routes| router.merge(routes.router));
    let router = routes.route_layer(from_fn_with_state(admission, admit)).fallback(page::asset);
    router.layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// Path, method and operation of every route, in the order of the description.
pub(crate) fn describe_areas_routes() -> Vec<(&'static str, &'static str, Operation)> {
    all_routes().into_iter().flat_map(|routes| routes.operations).collect()
}

/// What every route does, by its method and path.
pub(crate) fn declare_areas_routes() -> Vec<(Method, String, DeclaredRoute)> {
    all_routes().into_iter().flat_map(|routes| routes.declared).collect()
}

fn all_routes() -> [Routes<AreasState>; 3] {
    [project_routes(), draft_routes(), office_routes()]
}

/// People, and the trail of what they did.
fn office_routes() -> Routes<AreasState> {
    people_routes()
        .get("/audit", trail::office_trail, trail_operation())
        .get("/health", health::areas_health, health_operation())
        .get("/metrics", health::areas_metrics, metrics_operation())
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
                .needs(Action::Know)
                .takes(&["f_page"])
                .gives::<Json<ProjectsLanding>>()
                .gives::<Html<String>>(),
        )
        .get(
            "/api",
            description::api_of_areas,
            project("api", "This description").needs(Action::Know).takes(&["f_json"]),
        )
        .get(
            "/projects",
            projects::projects,
            project("projects", "Every project; each is served below /areas/{projectId}/")
                .needs(Action::Know)
                .takes(&["f_json"]),
        )
        .get(path, projects::project, project("project", "One project, and how far its area is").takes(&["f_json"]))
        .post(
            opening,
            projects::start_opening,
            project("startOpening", "Open its area").needs(Action::View).unrecorded().takes(&["f_json"]),
        )
        .delete(
            opening,
            projects::close,
            project("close", "Close its area, or stop opening it")
                .needs(Action::Manage)
                .unrecorded()
                .takes(&["f_json"])
                .fails(409, busy),
        )
        .post(
            "/projects/{projectId}/copy",
            projects::copy,
            project("copyProject", "The same beside it, under another name")
                .needs(Action::Manage)
                .takes(&["f_json"])
                .reads::<ProjectNameRequest>("ProjectNameRequest")
                .fails(422, disk),
        )
        .post(
            "/projects/{projectId}/archive",
            projects::archive,
            project("archiveProject", "Move it aside")
                .needs(Action::Manage)
                .takes(&["f_json"])
                .fails(409, busy)
                .fails(422, disk),
        )
        .post(
            "/projects/{projectId}/restore",
            projects::restore,
            project("restoreProject", "Bring it back")
                .needs(Action::Manage)
                .takes(&["f_json"])
                .fails(409, "Another project is where it was")
                .fails(422, disk),
        )
}

fn draft_routes() -> Routes<AreasState> {
    let draft = |id, about| Operation::new("drafts", id, about);
    let path = "/drafts/{draftId}";
    let (not_now, disk) = ("Work goes on, or the draft is not so far", "The disk refuses; the detail says why");
    file_routes()
        .post(
            "/drafts",
            drafts::begin,
            draft(
                "beginDraft",
                "Begin a new project: of files that will be sent, or of an allowed folder of the server",
            )
            .needs(Action::Edit)
            .takes(&["f_json"])
            .reads::<DraftRequest>("DraftRequest")
            .fails(409, "Too many are being made")
            .fails(422, disk),
        )
        .get(
            path,
            drafts::draft,
            draft("draft", "How far it is, and what was found in its files").needs(Action::Edit).takes(&["f_json"]),
        )
        .delete(
            path,
            drafts::discard,
            draft("discardDraft", "Give it up, with what was sent for it").needs(Action::Edit).takes(&["f_json"]),
        )
        .post(
            "/drafts/{draftId}/look",
            drafts::look,
            draft("lookAtFiles", "Look at its files")
                .needs(Action::Edit)
                .unrecorded()
                .takes(&["f_json"])
                .fails(409, not_now),
        )
        .put(
            "/drafts/{draftId}/answers",
            drafts::answer,
            draft("answerQuestions", "Answer what is doubtful")
                .needs(Action::Edit)
                .takes(&["f_json"])
                .reads::<AnswersRequest>("AnswersRequest")
                .fails(409, not_now)
                .fails(422, disk),
        )
        .post(
            "/drafts/{draftId}/project",
            drafts::finish,
            draft("finishDraft", "Write the project; what is not answered is not used")
                .needs(Action::Edit)
                .takes(&["f_json"])
                .reads::<FinishRequest>("FinishRequest")
                .fails(409, not_now)
                .fails(422, "There are no data of use"),
        )
        .delete(
            "/drafts/{draftId}/work",
            drafts::stop,
            draft("stopWork", "Stop looking, or writing; what was sent stays")
                .needs(Action::Edit)
                .unrecorded()
                .takes(&["f_json"]),
        )
        .get(
            "/folders/{folderNumber}",
            drafts::folder,
            draft("folder", "What is in a folder of the server that the operator has allowed")
                .needs(Action::Edit)
                .takes(&["path", "f_json"]),
        )
}

/// The path of a file has as many parts as its folders are deep.
fn file_routes() -> Routes<AreasState> {
    let path = "/drafts/{draftId}/files/{*filePath}";
    let files = Routes { router: Router::new().route(path, put(drafts::keep)), ..Routes::default() };
    let files = files.declare(Method::PUT, path, "keepFile", Action::Edit);
    let keep = Operation::new("drafts", "keepFile", "Send a file; one of the same path is replaced")
        .needs(Action::Edit)
        .unrecorded();
    files.describe(
        "/drafts/{draftId}/files/{filePath}",
        "put",
        keep.takes(&["f_json"])
            .reads_bytes()
            .gives::<Json<UploadedFile>>()
            .fails(408, "The file stood still for too long")
            .fails(409, "Work goes on")
            .fails(413, "Too many files, or too many bytes")
            .fails(422, "The disk refuses; the detail says why"),
    )
}
