//! OGC API Processes 1.0, execution: a question is asked, at once or as a job.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::body::Created;
use crate::error::{HttpResult, Problem};
use crate::jobs::{MOST_WAITING, OUTPUTS, Results};
use crate::landing::name_layers;
use crate::processes::find_process;
use crate::query::QueryParams;
use crate::settings::Settings;
use crate::state::AppState;
use fireplan_engine::request::Request;
use fireplan_model::message::explain;

/// The largest body of a request, in bytes.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// The body of an execution. Members that the standard has beside these are ignored.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct ExecutionRequest {
    /// By the process description, each plainly or as `{"value": …}`; what is missing takes its default.
    inputs: Option<Map<String, Value>>,
    /// Names of the outputs wanted; all without it.
    outputs: Option<Map<String, Value>>,
    response: ResponseKind,
}

/// How the outputs are sent.
#[derive(Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum ResponseKind {
    /// An object of them.
    #[default]
    Document,
    /// The one output that is wanted.
    Raw,
}

/// The outputs, as far as they are wanted.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum ExecutionAnswer {
    All(Arc<Results>),
    /// Those that were named, by their names.
    Some(Map<String, Value>),
    /// The one that was named, if it is wanted raw.
    Raw(Value),
}

/// `POST /processes/{processId}/execution`
pub(crate) async fn execute(
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
    let execution = Execution::parse(&state, &find_process(&id)?, &body)?;
    let run_inputs = state.run_inputs(execution.settings.clone()).await?;
    let lacks = execution.request.lacks(&run_inputs.area);
    if !lacks.is_empty() {
        let names = name_layers(&lacks);
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("本区缺少图层：{} | This area lacks the layers: {}", names.zh, names.en),
        ));
    }
    if state.jobs.is_full() {
        let detail = format!(
            "已有 {MOST_WAITING} 个分析在排队，请稍后再试 | {MOST_WAITING} runs are waiting already; try again later"
        );
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
    }
    let job = state.submit(execution.request.clone(), run_inputs, &params.author(""));
    let location = format!("{}/jobs/{}", params.root, job.id);
    if params.prefers_async() {
        let applied = [("preference-applied", "respond-async")];
        return Ok((applied, Created { location, document: job.describe(&params.root) }).into_response());
    }
    job.over().await;
    let results = state.findings_of(&job).await?.results;
    let mut response = Json(execution.answer(results)?).into_response();
    let monitor = HeaderValue::from_str(&format!("<{location}>; rel=\"monitor\"")).map_err(anyhow::Error::from)?;
    response.headers_mut().insert(header::LINK, monitor);
    Ok(response)
}

/// A question as it was asked, and what is wanted of the answer.
struct Execution {
    request: Request,
    settings: Settings,
    /// Outputs asked for; `None`: all.
    outputs: Option<Vec<String>>,
    raw: bool,
}

fn refuse(zh: &str, en: &str) -> Problem {
    Problem::bad(format!("{zh} | {en}"))
}

impl ExecutionRequest {
    fn parse(body: &[u8]) -> HttpResult<Self> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| refuse("请求体不是 JSON", &format!("The body is not JSON: {error}")))?;
        if !body.is_object() {
            return Err(refuse("请求体应为 JSON 对象", "The body is a JSON object"));
        }
        serde_json::from_value(body).map_err(|error| {
            refuse(
                &format!("inputs、outputs 应为对象，response 应为 raw 或 document：{error}"),
                &format!("inputs and outputs are objects, response is raw or document: {error}"),
            )
        })
    }
}

impl Execution {
    fn parse(state: &AppState, process: &Request, body: &[u8]) -> HttpResult<Self> {
        let ExecutionRequest { inputs, outputs, response } = ExecutionRequest::parse(body)?;
        let outputs: Vec<String> = outputs.unwrap_or_default().into_iter().map(|(name, _)| name).collect();
        if let Some(unknown) = outputs.iter().find(|name| !OUTPUTS.iter().any(|(known, ..)| known == name)) {
            return Err(refuse(&format!("没有输出 {unknown}"), &format!("outputs: there is no {unknown}")));
        }
        let raw = response == ResponseKind::Raw;
        if raw && outputs.len() != 1 {
            return Err(refuse(
                "response=raw 时请只选一个输出",
                "response: raw answers one output; name it in outputs",
            ));
        }
        let inputs = inputs.unwrap_or_default().into_iter();
        let mut inputs = inputs.map(|(name, value)| (name, unwrap_value(value))).collect();
        let settings = state.settings_at_start().override_with(&mut inputs)?;
        let request =
            Request::from_parts(process.id(), inputs).map_err(|error| Problem::bad(explain(&error).to_string()))?;
        Ok(Self { request, settings, outputs: Some(outputs).filter(|outputs| !outputs.is_empty()), raw })
    }

    fn answer(&self, results: Arc<Results>) -> HttpResult<ExecutionAnswer> {
        let Some(names) = &self.outputs else { return Ok(ExecutionAnswer::All(results)) };
        let mut all = serde_json::to_value(results)?;
        if self.raw {
            return Ok(ExecutionAnswer::Raw(all[&names[0]].take()));
        }
        Ok(ExecutionAnswer::Some(names.iter().map(|name| (name.clone(), all[name].take())).collect()))
    }
}

/// An input may be given plainly or as `{"value": …}`.
fn unwrap_value(value: Value) -> Value {
    match value {
        Value::Object(mut object) if object.contains_key("value") => object.remove("value").unwrap_or(Value::Null),
        value => value,
    }
}
