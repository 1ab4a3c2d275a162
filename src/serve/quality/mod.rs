//! `/quality`: the report on the data, as JSON and as a page to print; and what its doubts change in the answers.

mod effects;

use std::sync::{Arc, OnceLock};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse};
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use effects::EffectsDescription;
pub(crate) use effects::WatchedEffects;

use crate::error::{HttpResult, Problem};
use crate::links::{JSON, WebLink, link};
use crate::query::QueryParams;
use crate::state::AppState;
use crate::time::today;
use fireplan_engine::doubts::count_groups;
use fireplan_export::quality::QualityPage;
use fireplan_model::message::Language;
use fireplan_model::quality::QualityReport;

/// The report, made when it is first asked for: the area does not change.
#[derive(Default)]
pub struct KnownReport(OnceLock<Arc<QualityReport>>);

/// The report on the data, with what its doubts change as far as that is known.
#[derive(Serialize, JsonSchema)]
pub(crate) struct QualityDescription {
    #[serde(flatten)]
    #[schemars(with = "QualityReport")]
    report: Arc<QualityReport>,
    effects: EffectsDescription,
    links: Vec<WebLink>,
}

impl AppState {
    /// The report on the data of the area; heavy when first asked for.
    fn quality_report(&self) -> HttpResult<Arc<QualityReport>> {
        if let Some(known) = self.report.0.get() {
            return Ok(known.clone());
        }
        let report = Arc::new(QualityReport::of(&self.area)?);
        Ok(self.report.0.get_or_init(|| report).clone())
    }

    fn describe_effects(&self) -> EffectsDescription {
        self.effects.describe(count_groups(&self.area))
    }
}

/// `/quality`
pub(crate) async fn quality(State(state): State<AppState>, mut params: QueryParams) -> HttpResult {
    let format = params.format(&[("json", JSON), ("html", "text/html")])?;
    let language = match params.take("lang").as_deref() {
        None | Some("zh") => Language::Chinese,
        Some("en") => Language::English,
        Some(other) => {
            return Err(Problem::bad(format!(
                "lang={other} 不可用，可用：zh、en | lang={other} is not offered; there are: zh, en"
            )));
        }
    };
    params.finish()?;
    let links = vec![
        link(format!("{}/quality", params.root), "self", JSON),
        link(format!("{}/quality?f=html", params.root), "alternate", "text/html"),
        link(format!("{}/quality/effects", params.root), "related", JSON),
    ];
    let shared = state.clone();
    let work = move || {
        let report = shared.quality_report()?;
        if format == "json" {
            let effects = shared.describe_effects();
            return Ok(Json(QualityDescription { report, effects, links }).into_response());
        }
        let effects = shared.effects.done();
        let page = QualityPage { language, made: &today(), map: Some("./") };
        let mut response =
            Html(page.write(&report, effects.as_ref().map(|effects| effects.as_slice()))).into_response();
        let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        Ok(response)
    };
    state.compute(work).await
}

/// `/quality/effects`
pub(crate) async fn effects(
    State(state): State<AppState>,
    mut params: QueryParams,
) -> HttpResult<Json<EffectsDescription>> {
    params.json_only()?;
    Ok(Json(state.describe_effects()))
}

/// `POST /quality/effects`
pub(crate) async fn start_effects(
    State(state): State<AppState>,
    mut params: QueryParams,
) -> HttpResult<Json<EffectsDescription>> {
    params.json_only()?;
    state.start_effects();
    Ok(Json(state.describe_effects()))
}

/// `DELETE /quality/effects`
pub(crate) async fn stop_effects(
    State(state): State<AppState>,
    mut params: QueryParams,
) -> HttpResult<Json<EffectsDescription>> {
    params.json_only()?;
    state.effects.stop();
    Ok(Json(state.describe_effects()))
}
