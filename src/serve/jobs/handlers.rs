//! OGC API Processes 1.0, the jobs: their list, status and results.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kept::list_next_to_go;
use super::{Job, JobStatus, ResultSummary, Results, Status};
use crate::error::{HttpResult, Problem};
use crate::links::{JSON, WebLink, link};
use crate::query::QueryParams;
use crate::request_body::read_body;
use crate::state::{AppState, refuse_dismissed};
use fireplan_model::message::explain;
use fireplan_model::scenario::Scenario;

const NO_JOB: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job";
const NOT_READY: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready";

/// Every job.
#[derive(Serialize, JsonSchema)]
pub struct JobList {
    /// The newest first.
    jobs: Vec<JobStatus>,
    links: Vec<WebLink>,
    /// `None`: finished jobs are kept in memory only.
    fireplan: Option<DiskUse>,
}

/// What the finished jobs take on disk.
#[derive(Serialize, JsonSchema)]
struct DiskUse {
    bytes: u64,
    /// What they may take; beyond it the oldest that are not pinned are deleted.
    budget_bytes: u64,
    /// Those that go first, once the folder is nearly full.
    next_to_go: Vec<String>,
}

/// Jobs that were ended at once.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DismissedJobs {
    /// Their ids.
    dismissed: Vec<String>,
}

/// Says why there are no findings, unless the job has succeeded.
pub(super) fn refuse_unfinished(job: &Job) -> HttpResult<()> {
    match job.status() {
        Status::Successful => Ok(()),
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
    let disk = state.runs.as_ref().map(|kept| {
        let records = state.jobs.records();
        let bytes = records.iter().map(|record| record.bytes).sum();
        DiskUse { bytes, budget_bytes: kept.budget_bytes, next_to_go: list_next_to_go(&records, kept.budget_bytes) }
    });
    Ok(Json(JobList { jobs, links: vec![link(format!("{}/jobs", params.root), "self", JSON)], fireplan: disk }))
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

/// What people say of a run.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobChange {
    /// What it is called; empty: by its number.
    #[schemars(length(max = 60))]
    name: Option<String>,
    /// Whether it goes only when somebody deletes it.
    pinned: Option<bool>,
}

fn refuse_unkept(id: &str) -> Problem {
    let detail = format!(
        "成果 {id} 不在磁盘上，不能命名或固定；请检查方案库所在文件夹能否写入，再重新运行 | run {id} is not on disk and can be neither named nor pinned; see that the folder of the store can be written, then ask again"
    );
    Problem::new(StatusCode::CONFLICT, detail)
}

/// `PATCH /jobs/{jobId}`
pub(crate) async fn describe(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Json<JobStatus>> {
    params.json_only()?;
    let job = find_job(&state, &id)?;
    let JobChange { name, pinned } = read_body(body)?;
    job.kept().ok_or_else(|| refuse_unkept(&job.id))?;
    if let Some(name) = name.as_ref().filter(|name| !name.is_empty()) {
        Scenario::check_name(name).map_err(|error| Problem::bad(explain(&error).to_string()))?;
    }
    let (working, of) = (state.clone(), job.clone());
    state
        .compute(move || {
            let kept = working.runs.as_ref().ok_or_else(|| refuse_unkept(&of.id))?;
            of.change_kept(|| kept.folder.describe(&of.id, name.as_deref(), pinned))?;
            Ok(())
        })
        .await?;
    Ok(Json(job.describe(&params.root)))
}

/// `DELETE /jobs/{jobId}`
pub async fn dismiss(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<JobStatus>> {
    params.json_only()?;
    let job = find_job(&state, &id)?;
    if !params.manages && job.by != params.author("") {
        let by = if job.by.is_empty() { "服务启动时自动运行" } else { &job.by };
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            format!(
                "成果 {id} 不是您运行的({by})，删除需要“管”权限 | Run {id} is somebody else's: deleting it takes the role 'manage'"
            ),
        ));
    }
    state.dismiss(&job);
    // A job that had failed keeps that status to itself; it is dismissed all the same.
    let mut status = job.describe(&params.root);
    status.status = Status::Dismissed;
    Ok(Json(status))
}

/// `DELETE /jobs`: ends whatever waits or runs; what is finished stays.
pub(crate) async fn dismiss_all(
    State(state): State<AppState>,
    mut params: QueryParams,
) -> HttpResult<Json<DismissedJobs>> {
    params.json_only()?;
    let unfinished: Vec<Arc<Job>> = state.jobs.all().into_iter().filter(|job| !job.status().over()).collect();
    // Those that wait go first, so that none begins when the one before it ends.
    for job in unfinished.iter().rev() {
        state.dismiss(job);
    }
    Ok(Json(DismissedJobs { dismissed: unfinished.iter().map(|job| job.id.clone()).collect() }))
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
    Ok(Json(state.findings_of(&find_job(&state, &id)?).await?.results))
}

/// `/jobs/{jobId}/summary`
pub async fn summary(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<ResultSummary>> {
    params.json_only()?;
    Ok(Json(state.findings_of(&find_job(&state, &id)?).await?.results.summarize()))
}
