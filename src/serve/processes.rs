//! OGC API Processes 1.0: every question is a process, its inputs are the fields of its struct.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::collections::{both, link};
use crate::error::{HttpResult, Problem};
use crate::jobs::{Answered, Job, Status};
use crate::query::QueryParams;
use crate::settings;
use crate::settings::Settings;
use crate::state::{AppState, gone};
use fireplan_engine::request::{Request, schema};
use fireplan_model::rows::Label;

/// The largest body an execution may have.
pub const MAX_BODY: usize = 1 << 20;
const MOST_LISTED: usize = 1_000;
const NO_PROCESS: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process";
const NO_JOB: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job";
const NOT_READY: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready";
const REL: &str = "http://www.opengis.net/def/rel/ogc/1.0";

/// The parts of the findings: name, label, JSON type.
const OUTPUTS: [(&str, &str, &str); 8] = [
    ("answers", "结论 | Answers in words", "array"),
    ("figures", "关键指标 | Key figures", "array"),
    ("tables", "表格 | Tables", "array"),
    ("checks", "条款核对 | Checks against clauses", "array"),
    ("notes", "数据说明 | Notes on the data", "array"),
    ("proposals", "可采纳的方案 | Plans to take up as scenarios", "array"),
    ("manifest", "运行依据 | What the findings rest on", "object"),
    ("layers", "成果图层（集合编号） | Layers, as collection ids", "array"),
];

fn process(id: &str) -> HttpResult<Request> {
    Request::all().into_iter().find(|request| request.id() == id).ok_or_else(|| {
        let known = Request::ids().join(", ");
        Problem::not_found(format!("没有分析 {id}，可用：{known} | There is no process {id}; there are: {known}"))
            .of_kind(NO_PROCESS)
    })
}

fn summary(state: &AppState, request: &Request, root: &str) -> Value {
    let (title, question) = request.about();
    let lacks: Vec<Value> =
        request.lacks(&state.area).iter().map(|layer| json!({ "id": layer.code(), "label": layer.label() })).collect();
    let at = format!("{root}/processes/{}", request.id());
    json!({
        "id": request.id(),
        "title": both(&title),
        "description": both(&question),
        "version": env!("CARGO_PKG_VERSION"),
        "jobControlOptions": ["sync-execute", "async-execute", "dismiss"],
        "outputTransmission": ["value"],
        "links": [
            link(at.clone(), "self", "application/json"),
            link(format!("{at}/execution"), &format!("{REL}/execute"), "application/json"),
        ],
        "fireplan": { "title": title, "description": question, "lacks": lacks, "live": request.is_live(), "settles": request.settles(), "judged_by": request.judged_by() },
    })
}

/// `/processes`
pub async fn processes(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<Value>> {
    let limit = params.limit(MOST_LISTED, MOST_LISTED)?;
    params.json_only()?;
    let all: Vec<Value> =
        Request::all().iter().take(limit).map(|request| summary(&state, request, &params.root)).collect();
    let itself = link(format!("{}/processes", params.root), "self", "application/json");
    Ok(Json(json!({ "processes": all, "links": [itself] })))
}

/// `/processes/{id}`
pub async fn describe(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let request = process(&id)?;
    let mut json = summary(&state, &request, &params.root);
    json["inputs"] = settings::inputs(&state)?
        .into_iter()
        .chain(schema::inputs(&request))
        .map(|(name, schema)| {
            let text = schema.get("description").and_then(Value::as_str).unwrap_or(&name).to_owned();
            let label = Label::parse(&text);
            let input =
                json!({ "title": both(&label), "description": text, "minOccurs": 0, "maxOccurs": 1, "schema": schema });
            (name, input)
        })
        .collect::<Map<_, _>>()
        .into();
    json["outputs"] = OUTPUTS
        .iter()
        .map(|(name, label, kind)| ((*name).to_owned(), json!({ "title": label, "schema": { "type": kind } })))
        .collect::<Map<_, _>>()
        .into();
    Ok(Json(json))
}

/// `POST /processes/{id}/execution`
pub async fn execute(
    State(state): State<AppState>,
    Path(id): Path<String>,
    params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult {
    params.finish()?;
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(rejection.status(), "请求体超过 1 MiB | The body is larger than 1 MiB")
        }
        status => Problem::new(status, "请求体无法读取 | The body cannot be read"),
    })?;
    let wanted = Execution::parse(&state, &process(&id)?, &body)?;
    let run_inputs = state.run_inputs(wanted.settings.clone()).await?;
    let lacks = wanted.request.lacks(&run_inputs.area);
    if !lacks.is_empty() {
        let names =
            |pick: fn(Label) -> String| lacks.iter().map(|layer| pick(layer.label())).collect::<Vec<_>>().join(", ");
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("本区缺少图层：{} | This area lacks the layers: {}", names(|l| l.zh), names(|l| l.en)),
        ));
    }
    let job = state.submit(wanted.request.clone(), run_inputs);
    if params.prefers_async() {
        return Ok(accepted(&job, &params.root));
    }
    job.over().await;
    let mut response = wanted.answer(&job)?;
    let monitor = format!("<{}/jobs/{}>; rel=\"monitor\"", params.root, job.id);
    response.headers_mut().insert(header::LINK, HeaderValue::from_str(&monitor).map_err(anyhow::Error::from)?);
    Ok(response)
}

fn accepted(job: &Job, root: &str) -> Response {
    let location = HeaderValue::from_str(&format!("{root}/jobs/{}", job.id));
    let mut response = (StatusCode::CREATED, Json(status_json(job, root))).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.headers_mut().insert("preference-applied", HeaderValue::from_static("respond-async"));
    response
}

/// The body of an execution.
struct Execution {
    request: Request,
    settings: Settings,
    /// Outputs asked for; `None`: all.
    outputs: Option<Vec<String>>,
    raw: bool,
}

impl Execution {
    fn parse(state: &AppState, process: &Request, body: &[u8]) -> HttpResult<Self> {
        let bad = |zh: &str, en: &str| Problem::bad(format!("{zh} | {en}"));
        let body: Value = if body.is_empty() {
            json!({})
        } else {
            serde_json::from_slice(body)
                .map_err(|error| bad("请求体不是 JSON", &format!("The body is not JSON: {error}")))?
        };
        let Value::Object(mut body) = body else {
            return Err(bad("请求体应为 JSON 对象", "The body is a JSON object"));
        };
        let inputs = match body.remove("inputs") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(inputs)) => inputs,
            Some(_) => return Err(bad("inputs 应为对象", "inputs is an object of parameters")),
        };
        let outputs = match body.remove("outputs") {
            None | Some(Value::Null) => None,
            Some(Value::Object(wanted)) if wanted.is_empty() => None,
            Some(Value::Object(wanted)) => Some(wanted.keys().cloned().collect::<Vec<_>>()),
            Some(_) => return Err(bad("outputs 应为对象", "outputs is an object")),
        };
        if let Some(unknown) = outputs.iter().flatten().find(|name| !OUTPUTS.iter().any(|(known, ..)| known == name)) {
            return Err(bad(&format!("没有输出 {unknown}"), &format!("outputs: there is no {unknown}")));
        }
        let raw = match body.remove("response") {
            None => false,
            Some(kind) if kind == "document" => false,
            Some(kind) if kind == "raw" => true,
            Some(_) => return Err(bad("response 应为 raw 或 document", "response is raw or document")),
        };
        if raw && outputs.as_ref().is_none_or(|outputs| outputs.len() != 1) {
            return Err(bad("response=raw 时请只选一个输出", "response: raw answers one output; name it in outputs"));
        }
        let mut inputs = inputs.into_iter().map(|(name, value)| (name, plain(value))).collect();
        let settings = state.settings_at_start().override_with(&mut inputs)?;
        let request = Request::from_parts(process.id(), inputs).map_err(|error| Problem::bad(format!("{error:#}")))?;
        Ok(Self { request, settings, outputs, raw })
    }

    fn answer(&self, job: &Job) -> HttpResult {
        let results = results_of(job)?;
        match (&self.outputs, self.raw) {
            (None, _) => Ok(Json(results.as_ref()).into_response()),
            (Some(names), true) => Ok(Json(&results[&names[0]]).into_response()),
            (Some(names), false) => {
                let part: Map<String, Value> = names.iter().map(|name| (name.clone(), results[name].clone())).collect();
                Ok(Json(part).into_response())
            }
        }
    }
}

/// An input may be given plainly or as `{"value": …}`.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(mut object) if object.contains_key("value") => object.remove("value").unwrap_or(Value::Null),
        value => value,
    }
}

fn results_of(job: &Job) -> HttpResult<Arc<Value>> {
    Ok(answer_of(job)?.results)
}

/// What the job found, or why there is nothing.
pub fn answer_of(job: &Job) -> HttpResult<Answered> {
    match job.status() {
        Status::Successful => Ok(job.answer().ok_or_else(|| gone(&job.id))?),
        Status::Failed => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, both(&job.message()))),
        Status::Dismissed => Err(gone(&job.id)),
        Status::Accepted | Status::Running => {
            Err(Problem::not_found(format!("任务 {0} 尚未完成 | Job {0} is not finished", job.id)).of_kind(NOT_READY))
        }
    }
}

pub fn job_of(state: &AppState, id: &str) -> HttpResult<Arc<Job>> {
    state
        .jobs
        .get(id)
        .ok_or_else(|| Problem::not_found(format!("没有任务 {id} | There is no job {id}")).of_kind(NO_JOB))
}

pub fn status_json(job: &Job, root: &str) -> Value {
    let at = format!("{root}/jobs/{}", job.id);
    let mut json = job.status_json();
    let mut links = vec![link(at.clone(), "self", "application/json")];
    if job.status() == Status::Successful {
        links.push(link(format!("{at}/results"), &format!("{REL}/results"), "application/json"));
    }
    json["links"] = links.into();
    json
}

/// `/jobs`
pub async fn jobs(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<Value>> {
    let limit = params.limit(MOST_LISTED, MOST_LISTED)?;
    params.json_only()?;
    let all: Vec<Value> = state.jobs.all().iter().rev().take(limit).map(|job| status_json(job, &params.root)).collect();
    let itself = link(format!("{}/jobs", params.root), "self", "application/json");
    Ok(Json(json!({ "jobs": all, "links": [itself] })))
}

/// `/jobs/{id}`
pub async fn job(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<Value>> {
    params.json_only()?;
    Ok(Json(status_json(&*job_of(&state, &id)?, &params.root)))
}

/// `DELETE /jobs/{id}`
pub async fn dismiss(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let job = job_of(&state, &id)?;
    state.dismiss(&job);
    let mut json = status_json(&job, &params.root);
    json["status"] = Status::Dismissed.code().into();
    Ok(Json(json))
}

/// `/jobs/{id}/settle`
pub async fn settle(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let job = job_of(&state, &id)?;
    if !job.request.settles() {
        return Err(Problem::bad(format!(
            "{id} 不是优化求解，不能提前结束，只能取消 | {id} does not search; it cannot end early, only be dismissed"
        )));
    }
    job.settle();
    Ok(Json(status_json(&job, &params.root)))
}

/// `/jobs/{id}/results`
pub async fn results(State(state): State<AppState>, Path(id): Path<String>, mut params: QueryParams) -> HttpResult {
    params.json_only()?;
    Ok(Json(results_of(&*job_of(&state, &id)?)?.as_ref()).into_response())
}
