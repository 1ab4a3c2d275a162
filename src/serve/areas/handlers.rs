//! `/projects`: what there is, and what is done with it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

use super::documents::{ProjectDescription, ProjectList, ProjectNameRequest, ProjectsLanding};
use super::folder::Project;
use super::list::{describe_archived, describe_project, describe_slot};
use super::manage::{archive_project, copy_project, restore_project};
use super::opening::SlotStage;
use super::state::AreasState;
use crate::body::Created;
use crate::error::{HttpResult, Problem};
use crate::links::{JSON, OPENAPI, link};
use crate::page::{self, PagePlace};
use crate::query::QueryParams;
use crate::request_body::read_body;
use fireplan_model::rows::Label;
use fireplan_office::{ALL_AREAS, Action, may};

/// `/`: the list for a browser, the links for a program.
pub(crate) async fn landing(State(areas): State<AreasState>, mut params: QueryParams) -> HttpResult {
    let format = params.format(&[("json", JSON), ("html", "text/html")])?;
    if format == "html" {
        return Ok(page::index(PagePlace::List, &areas.options.basemaps));
    }
    params.finish()?;
    let root = &params.root;
    let landing = ProjectsLanding {
        title: Label::new("消防专项规划项目", "Projects of fire special plans"),
        version: env!("CARGO_PKG_VERSION"),
        links: vec![
            link(format!("{root}/?f=json"), "self", JSON),
            link(format!("{root}/?f=html"), "alternate", "text/html"),
            link(format!("{root}/api"), "service-desc", OPENAPI),
            link(format!("{root}/projects"), "data", JSON),
        ],
    };
    Ok(Json(landing).into_response())
}

/// `/projects`
pub(crate) async fn projects(
    State(areas): State<AreasState>,
    mut params: QueryParams,
) -> HttpResult<Json<ProjectList>> {
    params.json_only()?;
    let (root, person) = (params.root, params.visitor.and_then(|visitor| visitor.person));
    let listed = tokio::task::spawn_blocking(move || {
        // Everybody sees what is theirs.
        let sees = |project: &&Project| may(person.as_ref(), Action::View, &project.id);
        let makes = may(person.as_ref(), Action::Edit, ALL_AREAS);
        let manages = may(person.as_ref(), Action::Manage, ALL_AREAS);
        let allowed = areas.options.allowed.iter().filter(|_| makes);
        let (projects, archived) = (areas.folder.list(), areas.folder.list_archived());
        ProjectList {
            projects: projects.iter().filter(sees).map(|one| describe_project(&areas, one, &root)).collect(),
            archived: archived.iter().filter(|_| manages).map(|one| describe_archived(one, &root)).collect(),
            drafts: if makes { areas.drafts.summarise() } else { Vec::new() },
            allowed: allowed.map(|folder| folder.display().to_string()).collect(),
            most_open: areas.options.most_open,
            limits: areas.options.upload,
            links: vec![link(format!("{root}/projects"), "self", JSON)],
        }
    });
    Ok(Json(listed.await?))
}

/// `/projects/{projectId}`
pub(crate) async fn project(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<ProjectDescription>> {
    params.json_only()?;
    // Whoever waits for an area asks every moment.
    if let Some(slot) = areas.opened.slot(&id).filter(|slot| matches!(slot.stage(), SlotStage::Opening)) {
        return Ok(Json(describe_slot(&slot, &params.root)));
    }
    describe_one(areas, id, params.root).await
}

async fn describe_one(areas: AreasState, id: String, root: String) -> HttpResult<Json<ProjectDescription>> {
    let described = tokio::task::spawn_blocking(move || {
        let project = areas.folder.find(&id)?;
        Ok::<_, Problem>(describe_project(&areas, &project, &root))
    });
    Ok(Json(described.await??))
}

/// `POST /projects/{projectId}/opening`
pub(crate) async fn start_opening(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<ProjectDescription>> {
    params.json_only()?;
    if areas.opened.slot(&id).is_some_and(|slot| matches!(slot.stage(), SlotStage::Failed(..))) {
        areas.opened.close(&id);
    }
    let slot = areas.start_opening(&id).await?;
    Ok(Json(describe_slot(&slot, &params.root)))
}

/// `DELETE /projects/{projectId}/opening`
pub(crate) async fn close(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<ProjectDescription>> {
    params.json_only()?;
    if !areas.opened.close(&id) {
        return Err(refuse_busy());
    }
    describe_one(areas, id, params.root).await
}

/// `POST /projects/{projectId}/copy`
pub(crate) async fn copy(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Created<ProjectDescription>> {
    params.json_only()?;
    let (name, root) = (read_body::<ProjectNameRequest>(body)?.name, params.root);
    let made = tokio::task::spawn_blocking(move || {
        let copied = copy_project(&areas, &areas.folder.find(&id)?, &name)?;
        let location = format!("{root}/projects/{}", copied.id);
        Ok::<_, Problem>(Created { location, document: describe_project(&areas, &copied, &root) })
    });
    made.await?
}

/// `POST /projects/{projectId}/archive`
pub(crate) async fn archive(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<ProjectDescription>> {
    params.json_only()?;
    let root = params.root;
    let moved = tokio::task::spawn_blocking(move || {
        let project = areas.folder.find(&id)?;
        if !areas.opened.close(&id) {
            return Err(refuse_busy());
        }
        Ok(describe_archived(&archive_project(&areas, &project)?, &root))
    });
    Ok(Json(moved.await??))
}

/// `POST /projects/{projectId}/restore`
pub(crate) async fn restore(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<ProjectDescription>> {
    params.json_only()?;
    let root = params.root;
    let moved = tokio::task::spawn_blocking(move || {
        let project = restore_project(&areas, &areas.folder.find_archived(&id)?)?;
        Ok::<_, Problem>(describe_project(&areas, &project, &root))
    });
    Ok(Json(moved.await??))
}

fn refuse_busy() -> Problem {
    let why =
        "该项目正在运行分析，请等它结束或先中止 | A run goes on in this project; wait for it, or dismiss it first";
    Problem::new(StatusCode::CONFLICT, why)
}
