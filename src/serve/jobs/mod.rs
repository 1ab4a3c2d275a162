//! Runs: one question each, one after the other. The same question is the same job.

pub mod handlers;
mod job;
mod kept;
mod results;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

pub(crate) use job::AboutJob;
pub use job::{Job, JobStatus, KeptFindings, Status};
pub use kept::{KeptFolder, Looked};
pub use results::{OUTPUTS, ResultSummary, Results};

use crate::settings::RunInputs;
use crate::state::{AppState, LayerOrigin, write_hex};
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::sensitivity::add_sensitivity;
use fireplan_model::findings::Findings;
use fireplan_model::message::explain;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_store::runs::RunRecord;

/// Number of finished jobs that are in memory with their layers and not on disk: failed ones, and all where there is no folder.
const FINISHED_JOBS: usize = 16;

/// So many jobs may wait for their turn; each holds its area and rules.
pub(crate) const MOST_WAITING: usize = 100;

/// All jobs, oldest first.
pub struct Jobs {
    list: Mutex<Vec<Arc<Job>>>,
    /// Whether somebody works off those that wait. It changes while the list is held only, so that none is left waiting.
    worked_off: AtomicBool,
    last_number: AtomicU64,
    /// One run at a time: each uses all cores by itself.
    turn: Arc<Semaphore>,
    /// A run that takes longer is ended, in minutes; 0: none is.
    most_minutes: AtomicU64,
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            list: Mutex::default(),
            worked_off: AtomicBool::new(false),
            last_number: AtomicU64::new(0),
            turn: Arc::new(Semaphore::new(1)),
            most_minutes: AtomicU64::new(0),
        }
    }
}

impl Jobs {
    /// All jobs, oldest first.
    pub fn all(&self) -> Vec<Arc<Job>> {
        self.list.lock().expect("no panic while held").clone()
    }

    /// What a computation that uses all cores waits for.
    pub fn turn(&self) -> Arc<Semaphore> {
        self.turn.clone()
    }

    /// The job of this id, if there is one.
    pub fn get(&self, id: &str) -> Option<Arc<Job>> {
        self.list.lock().expect("no panic while held").iter().find(|job| job.id == id).cloned()
    }

    /// The run and its layer that a collection is: `coverage-1a2b3c4d-coverage_roads`, or `coverage_roads` alone for that of the
    /// current run, which is the newest one of the area without a scenario.
    fn find_layer(&self, collection: &str) -> Option<(Arc<Job>, String)> {
        let jobs = self.list_successful();
        let of_run = jobs.iter().find_map(|job| {
            let layer = collection.strip_prefix(&job.id)?.strip_prefix('-')?;
            job.has_layer(layer).then(|| (job.clone(), layer.to_owned()))
        });
        let current = || {
            let mut plain = jobs.iter().rev().filter(|job| job.settings.scenario.is_none());
            plain.find(|job| job.has_layer(collection)).map(|job| (job.clone(), collection.to_owned()))
        };
        of_run.or_else(current)
    }

    fn list_successful(&self) -> Vec<Arc<Job>> {
        self.all().into_iter().filter(|job| job.status() == Status::Successful).collect()
    }

    /// Those on disk.
    fn records(&self) -> Vec<RunRecord> {
        self.all().iter().filter_map(|job| job.kept()).collect()
    }

    /// The job that has waited longest; without one, nobody works them off any more.
    fn take_next(&self) -> Option<Arc<Job>> {
        let list = self.list.lock().expect("no panic while held");
        let next = list.iter().find(|job| job.status() == Status::Accepted && !job.is_dismissed()).cloned();
        if next.is_none() {
            self.worked_off.store(false, Ordering::Relaxed);
        }
        next
    }

    /// Ends runs that take longer than so many minutes; `None`: none.
    pub fn limit_minutes(&self, minutes: Option<u64>) {
        self.most_minutes.store(minutes.unwrap_or(0), Ordering::Relaxed);
    }

    /// Whether no more may wait.
    pub(crate) fn is_full(&self) -> bool {
        let list = self.list.lock().expect("no panic while held");
        list.iter().filter(|job| job.status() == Status::Accepted).count() >= MOST_WAITING
    }

    fn add(&self, job: Arc<Job>) {
        self.list.lock().expect("no panic while held").push(job);
    }

    /// Gives no number up to this one.
    fn count_from(&self, last: u64) {
        self.last_number.fetch_max(last, Ordering::Relaxed);
    }

    fn give_number(&self) -> u64 {
        self.last_number.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl AppState {
    /// Starts the question, or finds the job that already asked it; what was settled early is asked anew. `by`: who asks, empty
    /// where the service does so by itself.
    pub fn submit(&self, request: Request, run_inputs: RunInputs, by: &str) -> Arc<Job> {
        let id = make_job_id(&request, &run_inputs);
        let mut list = self.jobs.list.lock().expect("no panic while held");
        let reusable = |job: &&Arc<Job>| {
            job.id == id && !job.settled() && !matches!(job.status(), Status::Failed | Status::Dismissed)
        };
        if let Some(job) = list.iter().find(reusable) {
            return job.clone();
        }
        list.retain(|job| job.id != id);
        let job = Arc::new(Job::new(id, self.jobs.give_number(), (request, run_inputs), by));
        list.push(job.clone());
        let in_memory = |job: &&Arc<Job>| job.status().over() && job.kept().is_none();
        let over: Vec<String> = list.iter().filter(in_memory).map(|job| job.id.clone()).collect();
        for old in over.iter().take(over.len().saturating_sub(FINISHED_JOBS)) {
            list.retain(|job| job.id != *old);
            self.withdraw(old);
        }
        if !self.jobs.worked_off.swap(true, Ordering::Relaxed) {
            tokio::spawn(work_off(self.clone()));
        }
        job
    }

    /// Stops a job and takes its layers away.
    pub fn dismiss(&self, job: &Job) {
        job.cancelled.store(true, Ordering::Relaxed);
        if !job.status().over() || job.status() == Status::Successful {
            job.finish(Status::Dismissed, Label::new("已取消", "Dismissed"), None);
        }
        self.withdraw(&job.id);
        self.jobs.list.lock().expect("no panic while held").retain(|known| known.id != job.id);
        if let Some(kept) = self.runs.as_ref().filter(|_| job.kept().is_some())
            && let Err(error) = kept.folder.remove(&job.id)
        {
            tracing::warn!("{error}");
        }
    }
}

/// The same question of the same area under the same rules, put to the same program, has the same id.
pub(crate) fn make_job_id(request: &Request, run_inputs: &RunInputs) -> String {
    let mut hasher = Sha256::new();
    hasher.update(kept::name_program());
    hasher.update(serde_json::to_string(request).expect("a request is plain data"));
    hasher.update(run_inputs.digest());
    format!("{}-{}", request.id(), &write_hex(&hasher.finalize())[..8])
}

/// Runs the jobs that wait, in the order in which they were asked.
async fn work_off(state: AppState) {
    while let Some(job) = state.jobs.take_next() {
        let turn = state.jobs.turn.clone();
        let Ok(_turn) = turn.acquire().await else { return };
        if !job.is_dismissed() {
            run_job(state.clone(), job).await;
        }
    }
}

async fn run_job(state: AppState, job: Arc<Job>) {
    job.begin(state.jobs.most_minutes.load(Ordering::Relaxed));
    job.status.send_replace(Status::Running);
    let (watched, shedding) = (job.clone(), state.clone());
    let outcome = tokio::task::spawn_blocking(move || run_question(&state, &job)).await;
    let outcome = outcome.unwrap_or_else(|panic| Err(panic.into()));
    match outcome {
        _ if watched.is_dismissed() => {}
        Ok((answer, message)) => {
            watched.finish(Status::Successful, message, Some(answer));
            shedding.shed_runs();
        }
        Err(error) => {
            tracing::warn!("job {}: {error:#}", watched.id);
            let why = watched.tell_time_limit().unwrap_or_else(|| explain(&error));
            watched.finish(Status::Failed, why, None);
        }
    }
}

/// Answers the question and publishes the layers.
fn run_question(state: &AppState, job: &Job) -> Result<(KeptFindings, Label)> {
    let inputs = job.run_inputs().context("这次运行已经结束 | this run is over already")?;
    let context = Context { area: &inputs.area, rules: &inputs.rules, progress: job };
    // Threads of its own, so that tiles, which use the common ones, do not wait for a long run.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(cores).build()?;
    let findings = threads.install(|| {
        let mut findings = job.request.run(&context)?;
        if inputs.settings.sensitivity {
            add_sensitivity(&job.request, &context, &mut findings)?;
        }
        Ok::<_, anyhow::Error>(findings)
    })?;
    take_findings(state, job, findings)
}

/// Keeps the findings on disk and publishes them; the message says when they could not be kept.
fn take_findings(state: &AppState, job: &Job, findings: Findings) -> Result<(KeptFindings, Label)> {
    let mut message = Label::new("完成", "Done");
    if !job.is_dismissed() {
        match state.keep_run(job, &findings) {
            Ok(None) => {}
            Ok(Some(record)) => job.set_kept(record),
            Err(error) => {
                tracing::warn!("job {}: {error:#}", job.id);
                let why = explain(&error);
                message = Label::new(
                    format!("完成；未能保存，程序退出后即丢失：{}", why.zh),
                    format!("Done; it could not be kept and is lost when the program ends: {}", why.en),
                );
            }
        }
    }
    job.looked.touch();
    Ok((publish_layers(state, job, findings)?, message))
}

/// Makes collections of the layers, and of the rest the outputs of the process.
fn publish_layers(state: &AppState, job: &Job, mut findings: Findings) -> Result<KeptFindings> {
    let mut ids = Vec::new();
    let looked = job.looked.clone();
    let origin = LayerOrigin { process: job.request.id(), job: job.id.clone(), compared: Vec::new(), looked };
    for layer in std::mem::take(&mut findings.layers) {
        if job.is_dismissed() {
            break;
        }
        let id = format!("{}-{}", job.id, layer.id);
        state.publish(id.clone(), layer, Some(origin.clone()))?;
        ids.push(id);
    }
    if job.is_dismissed() {
        state.withdraw(&job.id);
    }
    let results = Arc::new(Results::new(&job.id, &findings, ids));
    Ok(KeptFindings { findings: Arc::new(findings), results })
}
