//! What changes from one job to another, or would change under a scenario: as JSON, and its layers as collections that the
//! map can draw.

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{HttpResult, Problem};
use crate::jobs::handlers::find_job;
use crate::jobs::{Job, KeptFindings, Looked, make_job_id};
use crate::links::{JSON, WebLink, link};
use crate::query::QueryParams;
use crate::settings::{RunInputs, Settings};
use crate::state::{AppState, Collection, LayerOrigin, write_hex};
use fireplan_engine::analysis::Live;
use fireplan_engine::compare;
use fireplan_engine::compare::{
    CheckChange, ComparedRun, Comparison, FigureChange, GroundChange, LayerChange, RuleChange, SettingChange,
};
use fireplan_model::findings::Layer;
use fireplan_model::rows::Label;

/// Number of comparisons that are kept with their layers.
const STORED: usize = 8;

/// Number of jobs that are ready to be followed under scenarios.
const FOLLOWERS: u64 = 2;

/// What changes from one run to another of the same process. The layers are collections too.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ComparisonDescription {
    id: String,
    process: &'static str,
    before: ComparedSide,
    after: ComparedSide,
    /// To what the changes may be put down.
    attribution: Label,
    /// Data and program version that differ.
    grounds: Vec<GroundChange>,
    /// Parameters and settings that differ.
    settings: Vec<SettingChange>,
    figures: Vec<FigureChange>,
    layers: Vec<PublishedChange>,
    checks: Vec<CheckChange>,
    rules: Vec<RuleChange>,
}

/// The same with its links.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LinkedComparison {
    #[serde(flatten)]
    comparison: Arc<ComparisonDescription>,
    links: Vec<WebLink>,
}

/// One of the two runs.
#[derive(Serialize, JsonSchema)]
struct ComparedSide {
    /// `None`: figures that were computed for a scenario without a whole run.
    job: Option<String>,
    settings: Settings,
}

/// What changes in a layer.
#[derive(Serialize, JsonSchema)]
struct PublishedChange {
    #[serde(flatten)]
    change: LayerChange,
    /// The collection of the features that change; `None`: none does.
    collection: Option<String>,
}

/// Comparisons made so far, oldest first. A list, not a cache: with a comparison its layers are withdrawn, and with a job its
/// comparisons.
#[derive(Default)]
pub struct Comparisons(Mutex<Vec<StoredComparison>>);

#[derive(Clone)]
struct StoredComparison {
    jobs: [String; 2],
    description: Arc<ComparisonDescription>,
}

impl Comparisons {
    fn list(&self) -> std::sync::MutexGuard<'_, Vec<StoredComparison>> {
        self.0.lock().expect("no panic while held")
    }

    fn find(&self, id: &str) -> Option<Arc<ComparisonDescription>> {
        let list = self.list();
        list.iter().find(|stored| stored.description.id == id).map(|stored| stored.description.clone())
    }

    /// Stores one more; the answer is the oldest, when there are too many.
    fn store(&self, new: StoredComparison) -> Option<String> {
        let mut list = self.list();
        list.retain(|stored| stored.description.id != new.description.id);
        list.push(new);
        (list.len() > STORED).then(|| list.remove(0).description.id.clone())
    }

    /// Forgets a comparison, and all with this job.
    pub fn forget(&self, id: &str) {
        self.list().retain(|stored| stored.description.id != id && !stored.jobs.iter().any(|job| job == id));
    }
}

/// `/jobs/{jobId}/comparison/{otherJobId}`
pub(crate) async fn comparison(
    State(state): State<AppState>,
    Path((before, after)): Path<(String, String)>,
    mut params: QueryParams,
) -> HttpResult<Json<LinkedComparison>> {
    params.json_only()?;
    let jobs = [find_job(&state, &before)?, find_job(&state, &after)?];
    if jobs[0].request.id() != jobs[1].request.id() {
        return Err(Problem::bad(format!(
            "{before} 与 {after} 不是同一种分析，不能对比 | {before} and {after} answer two questions; compare runs of one process"
        )));
    }
    let kept = [state.findings_of(&jobs[0]).await?, state.findings_of(&jobs[1]).await?];
    let working = state.clone();
    let compared = state.compute(move || working.compare(&jobs, &kept)).await?;
    Ok(Json(link_comparison(compared, &params, &[&before, &after])))
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
        // Followers are large, so those over the number are dropped now; the cache by itself would drop them later.
        self.0.run_pending_tasks();
        follower
    }
}

/// `/jobs/{jobId}/scenarios/{scenarioName}`
pub(crate) async fn under_scenario(
    State(state): State<AppState>,
    Path((id, name)): Path<(String, String)>,
    mut params: QueryParams,
) -> HttpResult<Json<LinkedComparison>> {
    params.json_only()?;
    let job = find_job(&state, &id)?;
    state.findings_of(&job).await?;
    if !job.request.is_live() || job.settings.scenario.is_some() {
        return Err(Problem::bad(format!(
            "{id} 不能即时对比：只有现状下的覆盖分析可以，其他请运行后对比 | {id} cannot be followed: only coverage of the area as it is can; run it and compare"
        )));
    }
    let before = state.run_inputs(job.settings.clone()).await?;
    if make_job_id(&job.request, &before) != job.id {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            format!(
                "{id} 之后数据、规则或程序已变，请重新运行后再对比 | Since {id} the data, the rules or the program have changed; ask again, then compare"
            ),
        ));
    }
    let changed = state.run_inputs(Settings { scenario: Some(name), ..job.settings.clone() }).await?;
    let working = state.clone();
    let follows = state.compute(move || working.follow(&job, &before, &changed)).await?;
    Ok(Json(link_comparison(follows, &params, &[&id])))
}

fn link_comparison(comparison: Arc<ComparisonDescription>, params: &QueryParams, jobs: &[&str]) -> LinkedComparison {
    let mut links = vec![link(params.itself.clone(), "self", JSON)];
    links.extend(jobs.iter().map(|job| link(format!("{}/jobs/{job}", params.root), "related", JSON)));
    LinkedComparison { comparison, links }
}

impl AppState {
    /// What the scenario would change of the answer.
    fn follow(&self, job: &Job, before: &RunInputs, changed: &RunInputs) -> HttpResult<Arc<ComparisonDescription>> {
        let id = format!("follow-{}", &write_hex(&Sha256::digest(format!("{} {}", job.id, changed.digest())))[..8]);
        if let Some(known) = self.comparisons.find(&id) {
            return Ok(known);
        }
        let follower = self.followers.of(&job.id);
        let mut live = follower.lock().unwrap_or_else(|poisoned| {
            // A panic may have left the follower half changed, so another one is made.
            let mut left = poisoned.into_inner();
            *left = None;
            left
        });
        let live = match &mut *live {
            Some(live) => live,
            none => none.insert(job.request.live(before.area.clone(), before.rules.clone())?),
        };
        let [before, after] = live.follow(&changed.area)?;
        let comparison = compare::compare(&ComparedRun::from(&before), &ComparedRun::from(&after))?;
        let jobs = [job.id.clone(), id.clone()];
        let before = ComparedSide::of_job(job);
        let after = ComparedSide { job: None, settings: changed.settings.clone() };
        self.publish_comparison(id, jobs, job.request.id(), [before, after], comparison)
    }

    fn compare(&self, jobs: &[Arc<Job>; 2], kept: &[KeptFindings; 2]) -> HttpResult<Arc<ComparisonDescription>> {
        let ids = jobs.each_ref().map(|job| job.id.clone());
        let id = format!("compare-{}", &write_hex(&Sha256::digest(ids.join(" ")))[..8]);
        if let Some(known) = self.comparisons.find(&id) {
            return Ok(known);
        }
        let collections = ids.each_ref().map(|job| self.collections_of(job));
        let runs: Vec<ComparedRun> = kept
            .iter()
            .zip(&collections)
            .map(|(kept, collections)| ComparedRun {
                findings: &kept.findings,
                layers: collections.iter().map(|collection| &collection.layer).collect(),
            })
            .collect();
        let comparison = compare::compare(&runs[0], &runs[1])?;
        let sides = jobs.each_ref().map(|job| ComparedSide::of_job(job));
        self.publish_comparison(id, ids, jobs[0].request.id(), sides, comparison)
    }

    /// Publishes its layers and stores the rest.
    fn publish_comparison(
        &self,
        id: String,
        jobs: [String; 2],
        process: &'static str,
        [before, after]: [ComparedSide; 2],
        comparison: Comparison,
    ) -> HttpResult<Arc<ComparisonDescription>> {
        let Comparison { attribution, grounds, settings, figures, layers, checks, rules, .. } = comparison;
        let origin = LayerOrigin { process, job: id.clone(), compared: jobs.to_vec(), looked: Looked::default() };
        let layers =
            layers.into_iter().map(|change| self.publish_change(&origin, change)).collect::<HttpResult<_>>()?;
        let description = ComparisonDescription {
            id,
            process,
            before,
            after,
            attribution,
            grounds,
            settings,
            figures,
            layers,
            checks,
            rules,
        };
        let description = Arc::new(description);
        if let Some(old) = self.comparisons.store(StoredComparison { jobs, description: description.clone() }) {
            self.withdraw(&old);
        }
        Ok(description)
    }

    fn collections_of(&self, job: &str) -> Vec<Arc<Collection>> {
        let of_job = |collection: &Arc<Collection>| collection.origin.as_ref().is_some_and(|origin| origin.job == job);
        self.collections().into_iter().filter(of_job).collect()
    }

    /// Publishes the features that change, if any does.
    fn publish_change(&self, origin: &LayerOrigin, mut change: LayerChange) -> HttpResult<PublishedChange> {
        let features = std::mem::take(&mut change.changes.features);
        let mut collection = None;
        if !features.is_empty() {
            let id = format!("{}-{}", origin.job, change.changes.id);
            self.publish(id.clone(), Layer { features, ..change.changes.clone() }, Some(origin.clone()))?;
            collection = Some(id);
        }
        Ok(PublishedChange { change, collection })
    }
}

impl ComparedSide {
    fn of_job(job: &Job) -> Self {
        Self { job: Some(job.id.clone()), settings: job.settings.clone() }
    }
}
