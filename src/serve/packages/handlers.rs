//! The routes of packages.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use sha2::{Digest, Sha256};

use super::documents::{PackageList, PackageOrderRequest, PackageStatus};
use super::job::{Edition, PackageChoice, PackageJob, PackageState};
use super::making::{PackageWork, make_in_turn};
use crate::body::Created;
use crate::downloads::sent::{SentFile, ZipFile};
use crate::error::{HttpResult, Problem};
use crate::query::QueryParams;
use crate::request_body::read_body;
use crate::state::{AppState, refuse_dismissed, write_hex};
use fireplan_atlas::{PlanOrigin, analyses_shown};
use fireplan_engine::request::Request;
use fireplan_model::message::explain;
use fireplan_package::{PackagePart, PartChoice, public_sheets};

/// `/packages`
pub(crate) async fn list(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<PackageList>> {
    params.json_only()?;
    let shared = state.clone();
    let list = state.compute(move || {
        let facts = shared.packages.facts().map_err(|error| Problem::bad(explain(&error).to_string()))?;
        Ok(PackageList::new(&shared.packages.list(), facts, &params.root))
    });
    Ok(Json(list.await?))
}

/// `POST /packages`
pub(crate) async fn order(
    State(state): State<AppState>,
    params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Created<PackageStatus>> {
    params.finish()?;
    let PackageOrderRequest { edition, is_final, parts, facts, mut inputs } = read_body(body)?;
    let parts = parts.iter().map(|part| part.parse::<PackagePart>()).collect::<Result<Vec<_>, _>>();
    let parts = PartChoice::of(parts.map_err(|error| Problem::bad(explain(&error).to_string()))?);
    let given = facts.check()?;
    let settings = state.settings_at_start().override_with(&mut inputs)?;
    if let Some((name, _)) = inputs.iter().next() {
        return Err(Problem::bad(format!("未知参数 {name} | Unknown input: {name}")));
    }
    let id = name_order(&serde_json::to_string(&settings)?, edition, is_final, &parts);
    let run_inputs = state.run_inputs(settings).await?;
    let shared = state.clone();
    let plan = state.compute(move || {
        shared.packages.tell_facts(&given);
        let known = shared.packages.facts().map_err(|error| Problem::bad(explain(&error).to_string()))?;
        Ok(known.overridden_by(&given))
    });
    let work = PackageWork { plan: plan.await?, run_inputs, edition, is_final, parts };
    let choice = PackageChoice {
        edition,
        is_final,
        parts: work.parts.list().map(|part| part.code().to_owned()).collect(),
        settings: serde_json::to_value(&work.run_inputs.settings)?,
    };
    let job = match state.packages.order(PackageJob::new(id, choice, count_questions(&work)?)) {
        Err(known) => known,
        Ok(job) => {
            tokio::spawn(make_in_turn(state.clone(), job.clone(), work));
            job
        }
    };
    let location = format!("{}/packages/{}", params.root, job.id);
    Ok(Created { location, document: PackageStatus::of(&job, &params.root) })
}

/// The same order has the same name, so that what it gives takes the place of what it gave before.
fn name_order(settings: &str, edition: Edition, is_final: bool, parts: &PartChoice) -> String {
    let mut hasher = Sha256::new();
    hasher.update(settings);
    hasher.update(format!("{edition:?} {is_final} {}", parts.codes()));
    format!("package-{}", &write_hex(&hasher.finalize())[..8])
}

/// How many questions a package asks: each once, and those of the planned state again for its sheets.
fn count_questions(work: &PackageWork) -> HttpResult<usize> {
    let mut count = Request::all().len();
    if work.parts.has(PackagePart::Atlas) {
        let sheets = if work.edition == Edition::Public { public_sheets()? } else { Vec::new() };
        let is_scenario = work.run_inputs.area.scenario.is_some();
        let origin = if is_scenario { PlanOrigin::Scenario } else { PlanOrigin::Proposed };
        let [present, planned] = analyses_shown(&sheets, origin)?;
        count += if is_scenario { present.len() } else { planned.len() };
    }
    Ok(count)
}

fn find_package(state: &AppState, id: &str) -> HttpResult<Arc<PackageJob>> {
    let found = state.packages.find(id);
    found.ok_or_else(|| Problem::not_found(format!("没有成果包 {id} | There is no package {id}")))
}

/// `/packages/{packageId}`
pub(crate) async fn package(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<PackageStatus>> {
    params.json_only()?;
    Ok(Json(PackageStatus::of(&*find_package(&state, &id)?, &params.root)))
}

/// `DELETE /packages/{packageId}`
pub(crate) async fn dismiss(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<PackageStatus>> {
    params.json_only()?;
    let job = find_package(&state, &id)?;
    job.dismiss();
    let (shared, ended) = (state.clone(), job.clone());
    state.compute(move || Ok(shared.packages.remove(&ended)?)).await?;
    Ok(Json(PackageStatus::of(&job, &params.root)))
}

/// `/packages/{packageId}/zip`
pub(crate) async fn archive(
    State(state): State<AppState>,
    Path(id): Path<String>,
    params: QueryParams,
) -> HttpResult<SentFile<ZipFile>> {
    params.finish()?;
    let job = find_package(&state, &id)?;
    let made = match job.state() {
        PackageState::Made(made) => made,
        PackageState::Waiting | PackageState::Making => {
            return Err(Problem::not_found(format!("成果包 {id} 尚未编制完 | Package {id} is not made yet")));
        }
        PackageState::Failed => {
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, job.message().to_string()));
        }
        PackageState::Dismissed => return Err(refuse_dismissed(&id)),
    };
    let shared = state.clone();
    state
        .compute(move || {
            let archive = shared.packages.archive(&id)?;
            Ok(SentFile::open(&archive, format!("{}.zip", made.name))?)
        })
        .await
}
