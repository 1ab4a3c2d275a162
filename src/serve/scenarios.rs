//! `/scenarios`: the named scenarios of the area, kept in its store.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::collections::link;
use crate::error::{HttpResult, Problem};
use crate::query::QueryParams;
use crate::state::AppState;
use fireplan_model::scenario::{Edit, Scenario};
use fireplan_store::{StoreError, StoredScenario};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let status = match &error {
            StoreError::Missing(_) => StatusCode::NOT_FOUND,
            StoreError::Taken(_) | StoreError::Changed(_) => StatusCode::CONFLICT,
            StoreError::Name(_) => StatusCode::BAD_REQUEST,
            StoreError::ReadOnly { .. } | StoreError::NoStore(_) => StatusCode::SERVICE_UNAVAILABLE,
            StoreError::Other { .. } => return anyhow::Error::from(error).into(),
        };
        Self::new(status, error.to_string())
    }
}

/// A scenario that does not fit the area: what, which and the way out are in the message.
pub fn refused(error: &anyhow::Error) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, format!("{error:#}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edited {
    edits: Vec<Edit>,
    /// Only if it is still this one.
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

fn read<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> HttpResult<T> {
    let body =
        body.map_err(|rejection| Problem::new(rejection.status(), "请求体无法读取 | The body cannot be read"))?;
    serde_json::from_slice(&body)
        .map_err(|error| Problem::bad(format!("请求体不合要求：{error} | The body is not as described: {error}")))
}

impl AppState {
    /// As it is shown: the edits as data and in words.
    fn scenario_json(&self, stored: &StoredScenario, root: &str) -> Value {
        let StoredScenario { scenario, revision } = stored;
        let at = format!("{root}/scenarios/{}", path_part(&scenario.name));
        json!({
            "name": scenario.name,
            "revision": revision,
            "edits": scenario.edits,
            "texts": scenario.texts(&self.area),
            "links": [link(at.clone(), "self", "application/json"), link(format!("{at}/copy"), "copy", "application/json")],
        })
    }

    /// Off the async threads: the store is a file, and whether edits apply takes a copy of the area.
    async fn in_store(
        &self,
        work: impl FnOnce(&AppState) -> HttpResult<StoredScenario> + Send + 'static,
    ) -> HttpResult<StoredScenario> {
        let state = self.clone();
        self.compute(move || work(&state)).await
    }

    fn check_edits(&self, name: &str, edits: &[Edit]) -> HttpResult<()> {
        let scenario = Scenario { name: name.to_owned(), edits: edits.to_vec() };
        // The changed area stays in the cache, since the next question is about it.
        self.changed_area(scenario).map(|_| ())
    }
}

/// A name as one segment of a path.
fn path_part(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// `GET /scenarios`
pub async fn list(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let working = state.clone();
    let all = state.compute(move || Ok(working.store.list()?)).await?;
    let all: Vec<Value> = all.iter().map(|stored| state.scenario_json(stored, &params.root)).collect();
    let itself = link(format!("{}/scenarios", params.root), "self", "application/json");
    Ok(Json(json!({ "scenarios": all, "links": [itself] })))
}

/// `POST /scenarios`
pub async fn create(
    State(state): State<AppState>,
    params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Response> {
    params.finish()?;
    let scenario: Scenario = read(body)?;
    let made = state.in_store(move |state| {
        Scenario::check_name(&scenario.name).map_err(StoreError::Name)?;
        state.check_edits(&scenario.name, &scenario.edits)?;
        Ok(state.store.create(&scenario)?)
    });
    created(&state, &made.await?, &params.root)
}

fn created(state: &AppState, stored: &StoredScenario, root: &str) -> HttpResult<Response> {
    let location = format!("{root}/scenarios/{}", path_part(&stored.scenario.name));
    let mut response = (StatusCode::CREATED, Json(state.scenario_json(stored, root))).into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(&location).map_err(anyhow::Error::from)?);
    Ok(response)
}

/// `GET /scenarios/{name}`
pub async fn one(
    State(state): State<AppState>,
    Path(name): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let stored = state.in_store(move |state| Ok(state.store.get(&name)?)).await?;
    Ok(Json(state.scenario_json(&stored, &params.root)))
}

/// `PUT /scenarios/{name}`: other edits in place of the present ones.
pub async fn replace(
    State(state): State<AppState>,
    Path(name): Path<String>,
    params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Json<Value>> {
    params.finish()?;
    let Edited { edits, revision } = read(body)?;
    let stored = state.in_store(move |state| {
        state.store.get(&name)?;
        state.check_edits(&name, &edits)?;
        Ok(state.store.edit(&name, &edits, revision)?)
    });
    Ok(Json(state.scenario_json(&stored.await?, &params.root)))
}

/// `PATCH /scenarios/{name}`: another name.
pub async fn rename(
    State(state): State<AppState>,
    Path(name): Path<String>,
    params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Json<Value>> {
    params.finish()?;
    let new: Named = read(body)?;
    let stored = state.in_store(move |state| Ok(state.store.rename(&name, &new.name)?)).await?;
    Ok(Json(state.scenario_json(&stored, &params.root)))
}

/// `POST /scenarios/{name}/copy`
pub async fn copy(
    State(state): State<AppState>,
    Path(name): Path<String>,
    params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Response> {
    params.finish()?;
    let new: Named = read(body)?;
    let stored = state.in_store(move |state| Ok(state.store.copy(&name, &new.name)?)).await?;
    created(&state, &stored, &params.root)
}

/// `DELETE /scenarios/{name}`
pub async fn delete(
    State(state): State<AppState>,
    Path(name): Path<String>,
    params: QueryParams,
) -> HttpResult<StatusCode> {
    params.finish()?;
    let working = state.clone();
    state.compute(move || Ok(working.store.delete(&name)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}
