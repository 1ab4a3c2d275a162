//! OGC API Processes 1.0, the jobs: their list, status and results.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Job, JobStatus, KeptFindings, Results, Status};
use crate::error::{HttpResult, Problem};
use crate::links::{JSON, WebLink, link};
use crate::query::QueryParams;
use crate::state::{AppState, refuse_dismissed};

const NO_JOB: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job";
const NOT_READY: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready";

/// Every job.
#[derive(Serialize, JsonSchema)]
pub struct JobList {
    /// The newest first.
    jobs: Vec<JobStatus>,
    links: Vec<WebLink>,
}

/// What the job found, or why there is nothing.
pub fn findings_of(job: &Job) -> HttpResult<KeptFindings> {
    match job.status() {
        Status::Successful => Ok(job.answer().ok_or_else(|| refuse_dismissed(&job.id))?),
        Status::Failed => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, job.message().to_string())),
        Status::Dismissed => Err(refuse_dismissed(&job.id)),
        Status::Accepted | Status::Running => {
            Err(Problem::not_found(format!("任务 {0} 尚未完成 | Job {0} is not finished", job.id)).of_kind(NOT_READY))
        }
    }
}

/// Finds a job by its id.
pub fn find_job(state: &AppState, id: &str) -> HttpResult<Arc<Job>> {
    state
        .jobs
        .get(id)
        .ok_or_else(|| Problem::not_found(format!("没有任务 {id} | There is no job {id}")).of_kind(NO_JOB))
}

/// `/jobs`
pub async fn jobs(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<JobList>> {
    let limit = params.list_limit()?;
    let jobs = state.jobs.all().iter().rev().take(limit).map(|job| job.describe(&params.root)).collect();
    Ok(Json(JobList { jobs, links: vec![link(format!("{}/jobs", params.root), "self", JSON)] }))
}

/// `/jobs/{jobId}`
pub async fn job(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<JobStatus>> {
    params.json_only()?;
    Ok(Json(find_job(&state, &id)?.describe(&params.root)))
}

/// `DELETE /jobs/{jobId}`
pub async fn dismiss(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<JobStatus>> {
    params.json_only()?;
    let job = find_job(&state, &id)?;
    state.dismiss(&job);
    // A job that had failed keeps that status to itself; it is dismissed all the same.
    let mut status = job.describe(&params.root);
    status.status = Status::Dismissed;
    Ok(Json(status))
}

/// `POST /jobs/{jobId}/settle`
pub async fn settle(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<JobStatus>> {
    params.json_only()?;
    let job = find_job(&state, &id)?;
    if !job.request.settles() {
        return Err(Problem::bad(format!(
            "{id} 不是优化求解，不能提前结束，只能取消 | {id} does not search; it cannot end early, only be dismissed"
        )));
    }
    job.settle();
    Ok(Json(job.describe(&params.root)))
}

/// `/jobs/{jobId}/results`
pub async fn results(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<Arc<Results>>> {
    params.json_only()?;
    Ok(Json(findings_of(&*find_job(&state, &id)?)?.results))
}
