//! Runs: one question each, one after the other. The same question is the same job.

pub mod handlers;
mod job;
mod results;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use anyhow::Result;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

pub use job::{Job, JobStatus, KeptFindings, Status};
pub use results::{OUTPUTS, Results};

use crate::settings::RunInputs;
use crate::state::{AppState, LayerOrigin, write_hex};
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::findings::Findings;
use fireplan_model::message::explain;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;

/// Number of finished jobs that are kept with their layers.
const FINISHED_JOBS: usize = 16;

/// All jobs, oldest first.
pub struct Jobs {
    list: Mutex<Vec<Arc<Job>>>,
    /// One run at a time: each uses all cores by itself.
    turn: Arc<Semaphore>,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { list: Mutex::default(), turn: Arc::new(Semaphore::new(1)) }
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
        self.all().into_iter().find(|job| job.id == id)
    }
}

impl AppState {
    /// Starts the question, or finds the job that already asked it; what was settled early is asked anew.
    pub fn submit(&self, request: Request, run_inputs: RunInputs) -> Arc<Job> {
        let id = make_job_id(&request, &run_inputs);
        let mut list = self.jobs.list.lock().expect("no panic while held");
        let reusable = |job: &&Arc<Job>| {
            job.id == id && !job.settled() && !matches!(job.status(), Status::Failed | Status::Dismissed)
        };
        if let Some(job) = list.iter().find(reusable) {
            return job.clone();
        }
        list.retain(|job| job.id != id);
        let job = Arc::new(Job::new(id, request, run_inputs));
        list.push(job.clone());
        let over: Vec<String> = list.iter().filter(|job| job.status().over()).map(|job| job.id.clone()).collect();
        for old in over.iter().take(over.len().saturating_sub(FINISHED_JOBS)) {
            list.retain(|job| job.id != *old);
            self.withdraw(old);
        }
        drop(list);
        tokio::spawn(run_in_turn(self.clone(), job.clone()));
        job
    }

    /// Takes in a question that was answered before the service began; heavy, not for async threads.
    pub fn adopt(&self, request: Request, findings: Findings) -> Result<()> {
        let run_inputs = self.run_inputs_at_start();
        let job = Arc::new(Job::new(make_job_id(&request, &run_inputs), request, run_inputs));
        job.update(|report| report.started = Some(report.created));
        let answer = publish_findings(self, &job, findings)?;
        job.finish(Status::Successful, Label::new("完成", "Done"), Some(answer));
        self.jobs.list.lock().expect("no panic while held").push(job);
        Ok(())
    }

    /// Stops a job and takes its layers away.
    pub fn dismiss(&self, job: &Job) {
        job.cancelled.store(true, Ordering::Relaxed);
        if !job.status().over() || job.status() == Status::Successful {
            job.finish(Status::Dismissed, Label::new("已取消", "Dismissed"), None);
        }
        self.withdraw(&job.id);
        self.jobs.list.lock().expect("no panic while held").retain(|known| known.id != job.id);
    }
}

/// The same question of the same area under the same rules has the same id.
fn make_job_id(request: &Request, run_inputs: &RunInputs) -> String {
    let mut hasher = Sha256::new();
    hasher.update(serde_json::to_string(request).expect("a request is plain data"));
    hasher.update(run_inputs.digest());
    format!("{}-{}", request.id(), &write_hex(&hasher.finalize())[..8])
}

async fn run_in_turn(state: AppState, job: Arc<Job>) {
    let turn = state.jobs.turn.clone();
    let Ok(_turn) = turn.acquire().await else { return };
    if job.cancelled() {
        return;
    }
    job.update(|report| report.started = Some(SystemTime::now()));
    job.status.send_replace(Status::Running);
    let watched = job.clone();
    let outcome = tokio::task::spawn_blocking(move || run_question(&state, &job)).await;
    let outcome = outcome.unwrap_or_else(|panic| Err(panic.into()));
    match outcome {
        _ if watched.cancelled() => {}
        Ok(answer) => watched.finish(Status::Successful, Label::new("完成", "Done"), Some(answer)),
        Err(error) => {
            tracing::warn!("job {}: {error:#}", watched.id);
            watched.finish(Status::Failed, explain(&error), None);
        }
    }
}

/// Answers the question and publishes the layers.
fn run_question(state: &AppState, job: &Job) -> Result<KeptFindings> {
    let context = Context { area: &job.run_inputs.area, rules: &job.run_inputs.rules, progress: job };
    // Threads of its own, so that tiles, which use the common ones, do not wait for a long run.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(cores).build()?;
    let findings = threads.install(|| job.request.run(&context))?;
    publish_findings(state, job, findings)
}

/// Makes collections of the layers, and of the rest the outputs of the process.
fn publish_findings(state: &AppState, job: &Job, mut findings: Findings) -> Result<KeptFindings> {
    let mut ids = Vec::new();
    let origin = LayerOrigin { process: job.request.id(), job: job.id.clone(), compared: Vec::new() };
    for layer in std::mem::take(&mut findings.layers) {
        if job.cancelled() {
            break;
        }
        let id = format!("{}-{}", job.id, layer.id);
        state.publish(id.clone(), layer, Some(origin.clone()))?;
        ids.push(id);
    }
    if job.cancelled() {
        state.withdraw(&job.id);
    }
    let results = Arc::new(Results::new(&job.id, &findings, ids));
    Ok(KeptFindings { findings: Arc::new(findings), results })
}
