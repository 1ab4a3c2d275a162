//! `/scenarios`: the named scenarios of the area, kept in its store.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::body::{Created, Deleted};
use crate::error::{HttpResult, Problem, refuse_unfit};
use crate::links::{JSON, WebLink, link};
use crate::query::QueryParams;
use crate::request_body::read_body;
use crate::state::AppState;
use fireplan_engine::scenario::{anchor, find_lost, find_refused, keep_done, tell_apart};
use fireplan_model::rows::Label;
use fireplan_model::scenario::{
    Edit, EditReference, EditRemark, KeptScenario, LostReference, ReferredLayer, RefusedEdit, Scenario,
};
use fireplan_store::{StoreError, StoredScenario};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let status = match &error {
            StoreError::Missing(_) | StoreError::MissingRevision { .. } | StoreError::MissingRun(_) => {
                StatusCode::NOT_FOUND
            }
            StoreError::OlderRun(_) => StatusCode::GONE,
            StoreError::DiskFull(_) => StatusCode::INSUFFICIENT_STORAGE,
            StoreError::Taken(_) | StoreError::Changed(_) | StoreError::Newer(_) => StatusCode::CONFLICT,
            StoreError::Name(_) => StatusCode::BAD_REQUEST,
            StoreError::ReadOnly { .. }
            | StoreError::InUse(_)
            | StoreError::NoStore(_)
            | StoreError::NewerStore(_)
            | StoreError::Run { .. } => StatusCode::SERVICE_UNAVAILABLE,
            StoreError::Other { .. } => return anyhow::Error::from(error).into(),
        };
        Self::new(status, error.to_string())
    }
}

/// A new scenario.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioRequest {
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// Edits, in their order.
    #[serde(default)]
    edits: Vec<Edit>,
    /// What the edits referred to when they were made, as an exported scenario says it.
    #[serde(default)]
    references: Vec<EditReference>,
    /// Whether a name that is taken is given the next number, instead of being refused.
    #[serde(default)]
    numbered: bool,
    /// Who makes it, for the history; where people sign in, their name goes before this.
    #[serde(default)]
    #[schemars(length(max = 60))]
    by: String,
}

/// Edits in place of those that a scenario has.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditsRequest {
    edits: Vec<Edit>,
    /// The scenario is changed only if it still has this revision.
    revision: Option<i64>,
    /// References that somebody has looked at: they mean what is called so now, whatever they meant before.
    #[serde(default)]
    confirmed: Vec<ConfirmedReference>,
    /// Numbers, from 1, of those among these edits that stay as done: the data have by now what they do.
    #[serde(default)]
    done: Vec<usize>,
    /// Who changes it, for the history; where people sign in, their name goes before this.
    #[serde(default)]
    #[schemars(length(max = 60))]
    by: String,
}

/// A reference of which somebody says that it means what is called so now.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmedReference {
    layer: ReferredLayer,
    text: String,
}

/// A name for a scenario.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameRequest {
    #[schemars(length(min = 1, max = 60))]
    name: String,
}

/// Every scenario.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ScenarioList {
    /// By name.
    scenarios: Vec<ScenarioDescription>,
    /// Names of those that a newer program has kept with edits that this one does not know.
    unreadable: Vec<String>,
    links: Vec<WebLink>,
}

/// A scenario as it is kept.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ScenarioDescription {
    name: String,
    /// Increases with every change.
    revision: i64,
    edits: Vec<Edit>,
    /// Each edit in words.
    texts: Vec<Label>,
    /// What is to be told of the edits: where new roads join and where not, what references were found to mean. Not in lists.
    remarks: Vec<EditRemark>,
    /// Why it cannot be applied to the present data, if so; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// References that mean nothing sure in the present data, with what could be meant; not in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lost: Vec<LostReference>,
    /// Edits that the present data refuse, each with why; not in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused: Vec<RefusedEdit>,
    /// What the edits referred to when they were made.
    references: Vec<EditReference>,
    links: Vec<WebLink>,
}

impl AppState {
    /// As lists show it: without applying it.
    fn list_scenario(&self, stored: &StoredScenario, root: &str) -> ScenarioDescription {
        let StoredScenario { scenario, revision, references } = stored;
        let at = scenario_address(&scenario.name, root);
        ScenarioDescription {
            name: scenario.name.clone(),
            revision: *revision,
            edits: scenario.edits.clone(),
            texts: scenario.texts(&self.area, references),
            remarks: Vec::new(),
            problem: None,
            lost: Vec::new(),
            refused: Vec::new(),
            references: references.clone(),
            links: vec![link(at.clone(), "self", JSON), link(format!("{at}/copy"), "copy", JSON)],
        }
    }

    /// With what is to be told of its edits, or why they cannot be made.
    fn describe_scenario(&self, stored: &StoredScenario, root: &str) -> ScenarioDescription {
        let listed = self.list_scenario(stored, root);
        match self.changed_area(&stored.clone().into()) {
            Ok(area) => {
                let remarks = area.applied.as_ref().map(|applied| applied.remarks.clone());
                ScenarioDescription { remarks: remarks.unwrap_or_default(), ..listed }
            }
            Err(problem) => {
                let kept = stored.clone().into();
                let (lost, refused) = (find_lost(&kept, &self.area), find_refused(&kept, &self.area));
                ScenarioDescription { problem: Some(problem.detail), lost, refused, ..listed }
            }
        }
    }

    /// Off the async threads: the store is a file, and whether edits apply takes a copy of the area.
    async fn in_store(
        &self,
        root: &str,
        work: impl FnOnce(&AppState) -> HttpResult<StoredScenario> + Send + 'static,
    ) -> HttpResult<ScenarioDescription> {
        let (state, root) = (self.clone(), root.to_owned());
        self.compute(move || {
            let stored = work(&state)?;
            Ok(state.describe_scenario(&stored, &root))
        })
        .await
    }

    /// The scenario with what its edits refer to, if they apply; the changed area stays in the cache, since the next question
    /// is about it.
    fn check_edits(
        &self,
        scenario: Scenario,
        (known, done): (&[EditReference], &[usize]),
        revision: i64,
    ) -> HttpResult<KeptScenario> {
        let references = anchor(&scenario, known, &self.area);
        let mut kept = KeptScenario { scenario, revision: Some(revision), references };
        keep_done(&mut kept, done, &self.area).map_err(|error| refuse_unfit(&error))?;
        self.changed_area(&kept)?;
        Ok(kept)
    }
}

fn scenario_address(name: &str, root: &str) -> String {
    format!("{root}/scenarios/{}", escape_segment(name))
}

/// A name as one segment of a path.
fn escape_segment(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// `GET /scenarios`
pub(crate) async fn list(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<ScenarioList>> {
    params.json_only()?;
    let working = state.clone();
    let (stored, unreadable) =
        state.compute(move || Ok((working.store.list()?, working.store.list_unreadable()?))).await?;
    let scenarios = stored.iter().map(|stored| state.list_scenario(stored, &params.root)).collect();
    Ok(Json(ScenarioList {
        scenarios,
        unreadable,
        links: vec![link(format!("{}/scenarios", params.root), "self", JSON)],
    }))
}

/// `POST /scenarios`
pub(crate) async fn create(
    State(state): State<AppState>,
    params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Created<ScenarioDescription>> {
    params.finish()?;
    let ScenarioRequest { name, edits, references, numbered, by } = read_body(body)?;
    let by = params.author(&by);
    let scenario = Scenario { name, edits };
    let made = state.in_store(&params.root, move |state| {
        Scenario::check_name(&scenario.name).map_err(StoreError::Name)?;
        let kept = state.check_edits(scenario, (&references, &[]), 1)?;
        Ok(if numbered { state.store.create_kept_numbered(kept, &by)? } else { state.store.create_kept(&kept, &by)? })
    });
    Ok(created(made.await?, &params.root))
}

fn created(document: ScenarioDescription, root: &str) -> Created<ScenarioDescription> {
    Created { location: scenario_address(&document.name, root), document }
}

/// `GET /scenarios/{scenarioName}`
pub(crate) async fn one(
    State(state): State<AppState>,
    Path(name): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<ScenarioDescription>> {
    params.json_only()?;
    Ok(Json(state.in_store(&params.root, move |state| Ok(state.store.get(&name)?)).await?))
}

/// `PUT /scenarios/{scenarioName}`: other edits in place of the present ones.
pub(crate) async fn replace(
    State(state): State<AppState>,
    Path(name): Path<String>,
    params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Json<ScenarioDescription>> {
    params.finish()?;
    let EditsRequest { edits, revision, confirmed, done, by } = read_body(body)?;
    let by = params.author(&by);
    let changed = state.in_store(&params.root, move |state| {
        let stored = state.store.get(&name)?;
        let next = stored.revision + 1;
        let known = state.store.known_references(&name, &edits)?;
        // A state of before is taken back with what it meant then; what is new means what is called so now.
        let (edits, mut known) = match known == stored.references {
            true => tell_apart(&stored.into(), edits, &state.area)?,
            false => (edits, known),
        };
        known.retain(|one| !confirmed.iter().any(|sure| (sure.layer, &sure.text) == (one.layer, &one.text)));
        let kept = state.check_edits(Scenario { name: name.clone(), edits }, (&known, &done), next)?;
        Ok(state.store.edit_kept(&name, (&kept.scenario.edits, &kept.references), revision, &by)?)
    });
    Ok(Json(changed.await?))
}

/// `PATCH /scenarios/{scenarioName}`: another name.
pub(crate) async fn rename(
    State(state): State<AppState>,
    Path(name): Path<String>,
    params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Json<ScenarioDescription>> {
    params.finish()?;
    let (new, by): (NameRequest, String) = (read_body(body)?, params.author(""));
    let renamed = state.in_store(&params.root, move |state| Ok(state.store.rename(&name, &new.name, &by)?));
    Ok(Json(renamed.await?))
}

/// `POST /scenarios/{scenarioName}/copy`
pub(crate) async fn copy(
    State(state): State<AppState>,
    Path(name): Path<String>,
    params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Created<ScenarioDescription>> {
    params.finish()?;
    let (new, by): (NameRequest, String) = (read_body(body)?, params.author(""));
    let copied = state.in_store(&params.root, move |state| Ok(state.store.copy(&name, &new.name, &by)?));
    Ok(created(copied.await?, &params.root))
}

/// `DELETE /scenarios/{scenarioName}`
pub(crate) async fn delete(
    State(state): State<AppState>,
    Path(name): Path<String>,
    params: QueryParams,
) -> HttpResult<Deleted> {
    params.finish()?;
    let (working, by) = (state.clone(), params.author(""));
    state.compute(move || Ok(working.store.delete(&name, &by)?)).await?;
    Ok(Deleted)
}
