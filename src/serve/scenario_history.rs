//! `/scenarios/{scenarioName}/history`: how a scenario came about. To take a change back, or to make it again, put the edits of a
//! revision in place of the present ones: that is a revision, too.

use axum::Json;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::HttpResult;
use crate::links::{JSON, WebLink, link};
use crate::query::QueryParams;
use crate::state::AppState;
use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, EditReference, Scenario};
use fireplan_store::StoredRevision;

/// Every state of a scenario, the first first.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ScenarioHistory {
    revisions: Vec<ScenarioRevision>,
    links: Vec<WebLink>,
}

/// One state of a scenario.
#[derive(Serialize, JsonSchema)]
struct ScenarioRevision {
    revision: i64,
    /// When, in UTC.
    at: String,
    /// Who; empty where the program was not told.
    by: String,
    /// The edits that it had then.
    edits: Vec<Edit>,
    /// What differs from the state before, in words.
    changes: Vec<Label>,
}

/// What differs between two revisions of a scenario.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RevisionDifference {
    /// The revision that is held against.
    from: i64,
    /// The revision that is told of.
    to: i64,
    /// What it has otherwise, in words.
    changes: Vec<Label>,
    links: Vec<WebLink>,
}

/// `GET /scenarios/{scenarioName}/history/{fromRevision}/{toRevision}`
pub(crate) async fn difference(
    State(state): State<AppState>,
    Path((name, from, to)): Path<(String, i64, i64)>,
    mut params: QueryParams,
) -> HttpResult<Json<RevisionDifference>> {
    params.json_only()?;
    let working = state.clone();
    let changes = state.compute(move || {
        let [before, after] = [working.store.revision(&name, from)?, working.store.revision(&name, to)?];
        let [before, after] = [&before, &after].map(|one| (&one.edits[..], &one.references[..]));
        Ok(Scenario::tell_difference(before, after, &working.area))
    });
    let changes = changes.await?;
    Ok(Json(RevisionDifference { from, to, changes, links: vec![link(params.itself.clone(), "self", JSON)] }))
}

/// `GET /scenarios/{scenarioName}/history`
pub(crate) async fn history(
    State(state): State<AppState>,
    Path(name): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<ScenarioHistory>> {
    params.json_only()?;
    let working = state.clone();
    let stored = state.compute(move || Ok(working.store.history(&name)?)).await?;
    let mut before: (Vec<Edit>, Vec<EditReference>) = Default::default();
    let mut revisions = Vec::with_capacity(stored.len());
    for one in stored {
        let differences = Scenario::tell_difference((&before.0, &before.1), (&one.edits, &one.references), &state.area);
        let changes = one.tell(differences, before.0 == one.edits);
        let StoredRevision { revision, at, by, edits, references, .. } = one;
        before = (edits.clone(), references);
        revisions.push(ScenarioRevision { revision, at, by, edits, changes });
    }
    Ok(Json(ScenarioHistory { revisions, links: vec![link(params.itself.clone(), "self", JSON)] }))
}
