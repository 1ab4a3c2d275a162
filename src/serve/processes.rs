//! OGC API Processes 1.0: every question is a process, its inputs are the fields of its struct.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::error::{HttpResult, Problem};
use crate::jobs::OUTPUTS;
use crate::links::{JSON, WebLink, link, ogc_link};
use crate::query::QueryParams;
use crate::settings;
use crate::state::AppState;
use fireplan_engine::request::{Request, schema};
use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;

const NO_PROCESS: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process";

/// Every question.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProcessList {
    processes: Vec<ProcessSummary>,
    links: Vec<WebLink>,
}

/// A question, without its inputs.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProcessSummary {
    id: &'static str,
    title: String,
    description: String,
    version: &'static str,
    job_control_options: &'static [&'static str],
    output_transmission: &'static [&'static str],
    links: Vec<WebLink>,
    fireplan: ProcessExtras,
}

/// What the standard has no member for.
#[derive(Serialize, JsonSchema)]
struct ProcessExtras {
    title: Label,
    description: Label,
    /// Layers that the question needs and the area does not have.
    lacks: Vec<NamedLayer>,
    /// Layers that it needs.
    needs: Vec<NamedLayer>,
    /// Layers whose features can move its answer.
    reads: Vec<NamedLayer>,
    /// Rules that can move its answer: entries by their keys, or whole topics.
    rules: Vec<&'static str>,
    /// What a scenario changes can be computed at once, without a whole run.
    live: bool,
    /// It is a search that can be told to end with the best plan found so far.
    settles: bool,
    /// The process whose figures judge the plans that it proposes, if that is another one.
    judged_by: Option<&'static str>,
}

#[derive(Serialize, JsonSchema)]
struct NamedLayer {
    id: LayerId,
    label: Label,
}

/// A question with what it asks for and what it gives.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProcessDescription {
    #[serde(flatten)]
    summary: ProcessSummary,
    /// By name, those of the settings first.
    #[serde(serialize_with = "write_in_order")]
    #[schemars(with = "BTreeMap<String, ProcessInput>")]
    inputs: Vec<(String, ProcessInput)>,
    #[serde(serialize_with = "write_in_order")]
    #[schemars(with = "BTreeMap<String, ProcessOutput>")]
    outputs: Vec<(&'static str, ProcessOutput)>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ProcessInput {
    title: String,
    /// `中文 | English`.
    description: String,
    min_occurs: u32,
    max_occurs: u32,
    /// JSON Schema of the input.
    schema: Value,
}

#[derive(Serialize, JsonSchema)]
struct ProcessOutput {
    /// `中文 | English`.
    title: &'static str,
    /// JSON Schema of the output.
    schema: Value,
}

/// A form asks for the inputs in the order in which they are described.
fn write_in_order<K: Serialize, V: Serialize, S: Serializer>(
    pairs: &[(K, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}

/// Finds a question by its id.
pub(crate) fn find_process(id: &str) -> HttpResult<Request> {
    Request::all().into_iter().find(|request| request.id() == id).ok_or_else(|| {
        let known = Request::ids().join(", ");
        Problem::not_found(format!("没有分析 {id}，可用：{known} | There is no process {id}; there are: {known}"))
            .of_kind(NO_PROCESS)
    })
}

fn summarise(state: &AppState, request: &Request, root: &str) -> ProcessSummary {
    let (title, question) = request.about();
    let at = format!("{root}/processes/{}", request.id());
    ProcessSummary {
        id: request.id(),
        title: title.to_string(),
        description: question.to_string(),
        version: env!("CARGO_PKG_VERSION"),
        job_control_options: &["sync-execute", "async-execute", "dismiss"],
        output_transmission: &["value"],
        links: vec![link(at.clone(), "self", JSON), ogc_link(format!("{at}/execution"), "execute", JSON)],
        fireplan: ProcessExtras {
            title,
            description: question,
            lacks: name_each(&request.lacks(&state.area)),
            needs: name_each(request.needs()),
            reads: name_each(request.reads()),
            rules: request.rules(),
            live: request.is_live(),
            settles: request.settles(),
            judged_by: request.judged_by(),
        },
    }
}

fn name_each(layers: &[LayerId]) -> Vec<NamedLayer> {
    layers.iter().map(|layer| NamedLayer { id: *layer, label: layer.label() }).collect()
}

/// `/processes`
pub(crate) async fn processes(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<ProcessList>> {
    let limit = params.list_limit()?;
    let all = Request::all();
    let processes = all.iter().take(limit).map(|request| summarise(&state, request, &params.root)).collect();
    Ok(Json(ProcessList { processes, links: vec![link(format!("{}/processes", params.root), "self", JSON)] }))
}

/// `/processes/{processId}`
pub(crate) async fn describe(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<ProcessDescription>> {
    params.json_only()?;
    let request = find_process(&id)?;
    let inputs = settings::describe_settings(&state)?.into_iter().chain(schema::inputs(&request));
    Ok(Json(ProcessDescription {
        summary: summarise(&state, &request, &params.root),
        inputs: inputs.map(describe_input).collect(),
        outputs: OUTPUTS
            .map(|(name, title, kind)| (name, ProcessOutput { title, schema: json!({ "type": kind }) }))
            .into(),
    }))
}

fn describe_input((name, schema): (String, Value)) -> (String, ProcessInput) {
    let description = schema.get("description").and_then(Value::as_str).unwrap_or(&name).to_owned();
    let title = Label::parse(&description).to_string();
    (name, ProcessInput { title, description, min_occurs: 0, max_occurs: 1, schema })
}
