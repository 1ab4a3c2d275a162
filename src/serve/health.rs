//! `/health` and `/metrics`: for what watches over the service.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema, json_schema};
use serde::Serialize;

use crate::areas::state::AreasState;
use crate::body::Body;
use crate::error::{HttpResult, Problem};
use crate::jobs::Status;
use crate::metrics::{ServerMetrics, WorkCounts};
use crate::query::QueryParams;
use crate::state::AppState;

/// The media type that Prometheus asks for.
const PROMETHEUS: &str = "text/plain; version=0.0.4";

/// That the service works.
#[derive(Serialize, JsonSchema)]
pub(crate) struct HealthDescription {
    /// `ok`.
    status: &'static str,
    version: &'static str,
}

/// Counters as text.
pub(crate) struct MetricsText(String);

impl Body for MetricsText {
    fn content(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some(("text/plain", json_schema!({ "type": "string" })))
    }
}

impl IntoResponse for MetricsText {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, PROMETHEUS)], self.0).into_response()
    }
}

/// What the server counts; a router by itself counts nothing.
type Counted = Option<Extension<Arc<ServerMetrics>>>;

fn tell_health() -> HealthDescription {
    HealthDescription { status: "ok", version: env!("CARGO_PKG_VERSION") }
}

fn write_metrics(metrics: Counted, work: &WorkCounts) -> MetricsText {
    let metrics = metrics.map(|Extension(metrics)| metrics).unwrap_or_default();
    MetricsText(metrics.write(work))
}

/// Runs of an area, by state.
fn count_work(state: &AppState) -> WorkCounts {
    let mut work = WorkCounts { areas_open: 1, ..WorkCounts::default() };
    for job in state.jobs.all() {
        match job.status() {
            Status::Accepted => work.waiting += 1,
            Status::Running => work.running += 1,
            _ => work.finished += 1,
        }
        work.runs_bytes += job.kept().map_or(0, |record| record.bytes);
    }
    work
}

/// `/health` of an area: its store can be read.
pub(crate) async fn area_health(
    State(state): State<AppState>,
    mut params: QueryParams,
) -> HttpResult<Json<HealthDescription>> {
    params.json_only()?;
    tokio::task::spawn_blocking(move || state.store.count_trail().map(drop)).await??;
    Ok(Json(tell_health()))
}

/// `/metrics` of an area.
pub(crate) async fn area_metrics(State(state): State<AppState>, counted: Counted) -> HttpResult<MetricsText> {
    Ok(write_metrics(counted, &count_work(&state)))
}

/// `/health` of many areas: their folder can be read.
pub(crate) async fn areas_health(
    State(areas): State<AreasState>,
    mut params: QueryParams,
) -> HttpResult<Json<HealthDescription>> {
    params.json_only()?;
    let readable = tokio::task::spawn_blocking(move || std::fs::read_dir(areas.folder.root()).map(drop)).await?;
    readable.map_err(|error| {
        tracing::error!("{error}");
        let detail = "项目文件夹无法读取 | The folder of the projects cannot be read";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    })?;
    Ok(Json(tell_health()))
}

/// `/metrics` of many areas: of those that are open.
pub(crate) async fn areas_metrics(State(areas): State<AreasState>, counted: Counted) -> HttpResult<MetricsText> {
    let mut work = WorkCounts::default();
    for area in areas.opened.slots().iter().filter_map(|slot| slot.open_area()) {
        work += count_work(&area.state);
    }
    Ok(write_metrics(counted, &work))
}
