//! What changes from one job to another, or would change under a scenario: as JSON, and its layers as collections that the
//! map can draw.

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::{Path, State};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::collections::link;
use crate::error::{HttpResult, Problem};
use crate::jobs::Job;
use crate::processes::{answer_of, job_of};
use crate::query::QueryParams;
use crate::settings::{RunInputs, Settings};
use crate::state::{AppState, Collection, LayerOrigin, hex};
use fireplan_engine::analysis::Live;
use fireplan_engine::compare;
use fireplan_engine::compare::{ComparedRun, Comparison, LayerChange};
use fireplan_model::findings::Layer;

/// Number of comparisons that are kept with their layers.
const KEPT: usize = 8;

/// Number of jobs that are ready to be followed under scenarios.
const FOLLOWERS: u64 = 2;

/// Comparisons made so far, oldest first. A list, not a cache: with a comparison its layers are withdrawn, and with a job its
/// comparisons.
#[derive(Default)]
pub struct Comparisons(Mutex<Vec<StoredComparison>>);

#[derive(Clone)]
struct StoredComparison {
    id: String,
    jobs: [String; 2],
    json: Arc<Value>,
}

impl Comparisons {
    fn list(&self) -> std::sync::MutexGuard<'_, Vec<StoredComparison>> {
        self.0.lock().expect("no panic while held")
    }

    fn find(&self, id: &str) -> Option<Arc<Value>> {
        self.list().iter().find(|kept| kept.id == id).map(|kept| kept.json.clone())
    }

    /// Keeps one more; the answer is the oldest, when there are too many.
    fn keep(&self, kept: StoredComparison) -> Option<String> {
        let mut list = self.list();
        list.retain(|known| known.id != kept.id);
        list.push(kept);
        (list.len() > KEPT).then(|| list.remove(0).id)
    }

    /// Forgets a comparison, and all with this job.
    pub fn forget(&self, id: &str) {
        self.list().retain(|kept| kept.id != id && !kept.jobs.iter().any(|job| job == id));
    }
}

/// `/jobs/{id}/comparison/{other}`
pub async fn comparison(
    State(state): State<AppState>,
    Path((before, after)): Path<(String, String)>,
    mut params: QueryParams,
) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let jobs = [job_of(&state, &before)?, job_of(&state, &after)?];
    if jobs[0].request.id() != jobs[1].request.id() {
        return Err(Problem::bad(format!(
            "{before} 与 {after} 不是同一种分析，不能对比 | {before} and {after} answer two questions; compare runs of one process"
        )));
    }
    let working = state.clone();
    let compared = state.compute(move || working.compare(&jobs)).await?;
    let mut json = compared.as_ref().clone();
    json["links"] = json!([
        link(params.itself.clone(), "self", "application/json"),
        link(format!("{}/jobs/{before}", params.root), "related", "application/json"),
        link(format!("{}/jobs/{after}", params.root), "related", "application/json"),
    ]);
    Ok(Json(json))
}

/// What follows a job under scenarios; made by whoever asks first.
type Follower = Arc<Mutex<Option<Box<dyn Live>>>>;

/// The followers of the jobs last asked about, by job.
pub struct Followers(Cache<String, Follower>);

impl Default for Followers {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(FOLLOWERS).eviction_policy(EvictionPolicy::lru()).build())
    }
}

impl Followers {
    fn of(&self, job: &str) -> Follower {
        let follower = self.0.get_with_by_ref(job, Follower::default);
        // A follower is large: what is over the number goes at once, not at the cache's leisure.
        self.0.run_pending_tasks();
        follower
    }
}

/// `/jobs/{id}/scenarios/{name}`
pub async fn under_scenario(
    State(state): State<AppState>,
    Path((id, name)): Path<(String, String)>,
    mut params: QueryParams,
) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let job = job_of(&state, &id)?;
    if !job.request.is_live() || job.run_inputs.area.scenario.is_some() {
        return Err(Problem::bad(format!(
            "{id} 不能即时对比：只有现状下的覆盖分析可以，其他请运行后对比 | {id} cannot be followed: only coverage of the area as it is can; run it and compare"
        )));
    }
    let settings = Settings { scenario: Some(name), ..job.run_inputs.settings.clone() };
    let changed = state.run_inputs(settings).await?;
    let working = state.clone();
    let follows = state.compute(move || working.follow(&job, &changed)).await?;
    let mut json = follows.as_ref().clone();
    json["links"] = json!([
        link(params.itself.clone(), "self", "application/json"),
        link(format!("{}/jobs/{id}", params.root), "related", "application/json"),
    ]);
    Ok(Json(json))
}

impl AppState {
    /// What the scenario would change of the answer.
    fn follow(&self, job: &Arc<Job>, changed: &RunInputs) -> HttpResult<Arc<Value>> {
        answer_of(job)?;
        let id = format!("follow-{}", &hex(&Sha256::digest(format!("{} {}", job.id, changed.digest())))[..8]);
        if let Some(known) = self.comparisons.find(&id) {
            return Ok(known);
        }
        let follower = self.followers.of(&job.id);
        let mut live = follower.lock().unwrap_or_else(|poisoned| {
            // What a panic left behind is made anew.
            let mut left = poisoned.into_inner();
            *left = None;
            left
        });
        let live = match &mut *live {
            Some(live) => live,
            none => none.insert(job.request.live(job.run_inputs.area.clone(), job.run_inputs.rules.clone())?),
        };
        let [before, after] = live.follow(&changed.area)?;
        let comparison = compare::compare(&ComparedRun::from(&before), &ComparedRun::from(&after))?;
        let jobs = [job.id.clone(), id.clone()];
        let sides = [(Some(&job.id), &job.run_inputs.settings), (None, &changed.settings)];
        self.keep(id, jobs, job.request.id(), sides, &comparison)
    }

    fn compare(&self, jobs: &[Arc<Job>; 2]) -> HttpResult<Arc<Value>> {
        let answers = [answer_of(&jobs[0])?, answer_of(&jobs[1])?];
        let ids = jobs.each_ref().map(|job| job.id.clone());
        let id = format!("compare-{}", &hex(&Sha256::digest(ids.join(" ")))[..8]);
        if let Some(known) = self.comparisons.find(&id) {
            return Ok(known);
        }
        let collections = ids.each_ref().map(|job| self.collections_of(job));
        let runs: Vec<ComparedRun> = answers
            .iter()
            .zip(&collections)
            .map(|(answer, collections)| ComparedRun {
                findings: &answer.findings,
                layers: collections.iter().map(|collection| &collection.layer).collect(),
            })
            .collect();
        let comparison = compare::compare(&runs[0], &runs[1])?;
        let sides = [&jobs[0], &jobs[1]].map(|job| (Some(&job.id), &job.run_inputs.settings));
        self.keep(id, ids, jobs[0].request.id(), sides, &comparison)
    }

    /// Publishes its layers and keeps its JSON.
    fn keep(
        &self,
        id: String,
        jobs: [String; 2],
        process: &'static str,
        sides: [(Option<&String>, &Settings); 2],
        comparison: &Comparison,
    ) -> HttpResult<Arc<Value>> {
        let layers = comparison.layers.iter().map(|change| self.publish_change(&id, &jobs, process, change));
        let layers: Vec<Value> = layers.collect::<HttpResult<_>>()?;
        let json = Arc::new(described(&id, process, sides, comparison, layers)?);
        if let Some(old) = self.comparisons.keep(StoredComparison { id, jobs, json: json.clone() }) {
            self.withdraw(&old);
        }
        Ok(json)
    }

    fn collections_of(&self, job: &str) -> Vec<Arc<Collection>> {
        let of_job = |collection: &Arc<Collection>| collection.origin.as_ref().is_some_and(|origin| origin.job == job);
        self.collections().into_iter().filter(of_job).collect()
    }

    /// The change of a layer as JSON, with the collection that holds its features, if any changed.
    fn publish_change(
        &self,
        id: &str,
        jobs: &[String; 2],
        process: &'static str,
        change: &LayerChange,
    ) -> HttpResult<Value> {
        let layer: &Layer = &change.changes;
        let mut json = serde_json::to_value(change)?;
        json["collection"] = Value::Null;
        if !layer.features.is_empty() {
            let collection = format!("{id}-{}", layer.id);
            let origin = LayerOrigin { process, job: id.to_owned(), compared: jobs.to_vec() };
            self.publish(collection.clone(), layer.clone(), Some(origin))?;
            json["collection"] = collection.into();
        }
        Ok(json)
    }
}

/// The job of a side is null where there is none: under a scenario that is followed.
fn described(
    id: &str,
    process: &str,
    sides: [(Option<&String>, &Settings); 2],
    comparison: &Comparison,
    layers: Vec<Value>,
) -> HttpResult<Value> {
    let [before, after] = sides.map(|(job, settings)| json!({ "job": job, "settings": settings }));
    let mut json = json!({ "id": id, "process": process, "before": before, "after": after });
    let Value::Object(parts) = serde_json::to_value(comparison)? else { return Ok(json) };
    for (name, part) in parts {
        json[name] = part;
    }
    json["layers"] = layers.into();
    Ok(json)
}
