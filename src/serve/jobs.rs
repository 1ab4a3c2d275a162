//! Runs: one question each, off the async threads, watched by their status. The same question is the same job.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use anyhow::Result;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, watch};

use crate::settings::RunInputs;
use crate::state::{AppState, LayerOrigin, hex};
use crate::time::timestamp;
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_export::geojson::json as cell;
use fireplan_model::findings::{Check, Findings, Table};
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;

/// So many finished jobs are kept with their layers.
const KEPT: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Accepted,
    Running,
    Successful,
    Failed,
    Dismissed,
}

impl Status {
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Running => "running",
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Dismissed => "dismissed",
        }
    }

    pub fn over(self) -> bool {
        !matches!(self, Self::Accepted | Self::Running)
    }
}

pub struct Job {
    pub id: String,
    pub request: Request,
    pub run_inputs: RunInputs,
    status: watch::Sender<Status>,
    report: Mutex<JobReport>,
    steps: AtomicU64,
    cancelled: AtomicBool,
    settled: AtomicBool,
}

/// What the run last reported of itself.
#[derive(Clone)]
struct JobReport {
    message: Label,
    stage_steps: u64,
    created: SystemTime,
    started: Option<SystemTime>,
    finished: Option<SystemTime>,
    answer: Option<Answered>,
}

/// The findings as they are kept: their layers are held by the collections.
#[derive(Clone)]
pub struct Answered {
    pub findings: Arc<Findings>,
    /// The outputs of the process.
    pub results: Arc<Value>,
}

impl Progress for Job {
    fn stage(&self, label: &Label, steps: u64) {
        self.steps.store(0, Ordering::Relaxed);
        self.update(|report| (report.message, report.stage_steps) = (label.clone(), steps));
    }

    fn step(&self, steps: u64) {
        self.steps.fetch_add(steps, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn settled(&self) -> bool {
        self.settled.load(Ordering::Relaxed)
    }
}

impl Job {
    fn new(id: String, request: Request, run_inputs: RunInputs) -> Self {
        let report = JobReport {
            message: Label::new("等待运行", "Waiting to run"),
            stage_steps: 0,
            created: SystemTime::now(),
            started: None,
            finished: None,
            answer: None,
        };
        Self {
            id,
            request,
            run_inputs,
            status: watch::Sender::new(Status::Accepted),
            report: Mutex::new(report),
            steps: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
            settled: AtomicBool::new(false),
        }
    }

    fn update(&self, change: impl FnOnce(&mut JobReport)) {
        change(&mut self.report.lock().expect("no panic while held"));
    }

    fn report(&self) -> JobReport {
        self.report.lock().expect("no panic while held").clone()
    }

    pub fn status(&self) -> Status {
        *self.status.borrow()
    }

    pub fn message(&self) -> Label {
        self.report().message
    }

    pub fn answer(&self) -> Option<Answered> {
        self.report().answer
    }

    /// Ends the search with the best found so far.
    pub fn settle(&self) {
        if !self.status().over() {
            self.settled.store(true, Ordering::Relaxed);
        }
    }

    /// Returns when the job is over.
    pub async fn over(&self) {
        // An error means that the sender is gone, which lives as long as the job.
        let _ = self.status.subscribe().wait_for(|status| status.over()).await;
    }

    /// The status information of OGC API Processes, without links.
    pub fn status_json(&self) -> Value {
        let (report, status) = (self.report(), self.status());
        let done = self.steps.load(Ordering::Relaxed).min(report.stage_steps);
        let progress = match status {
            Status::Successful => Some(100),
            Status::Accepted => Some(0),
            _ => (done * 100).checked_div(report.stage_steps),
        };
        let mut json = json!({
            "processID": self.request.id(),
            "type": "process",
            "jobID": self.id,
            "status": status.code(),
            "message": format!("{} | {}", report.message.zh, report.message.en),
            "created": timestamp(report.created),
            "fireplan": { "settings": self.run_inputs.settings },
        });
        let times = [("started", report.started), ("finished", report.finished)];
        for (name, time) in times.into_iter().filter_map(|(name, time)| Some((name, time?))) {
            json[name] = timestamp(time).into();
        }
        if let Some(progress) = progress {
            json["progress"] = progress.into();
        }
        json
    }

    fn finish(&self, status: Status, message: Label, answer: Option<Answered>) {
        self.update(|report| {
            report.message = message;
            report.finished = Some(SystemTime::now());
            report.answer = answer;
        });
        self.status.send_replace(status);
    }
}

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
    pub fn all(&self) -> Vec<Arc<Job>> {
        self.list.lock().expect("no panic while held").clone()
    }

    pub fn get(&self, id: &str) -> Option<Arc<Job>> {
        self.all().into_iter().find(|job| job.id == id)
    }
}

impl AppState {
    /// Starts the question, or finds the job that already asked it; what was settled early is asked anew.
    pub fn submit(&self, request: Request, run_inputs: RunInputs) -> Arc<Job> {
        let id = job_id(&request, &run_inputs);
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
        for old in over.iter().take(over.len().saturating_sub(KEPT)) {
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
        let job = Arc::new(Job::new(job_id(&request, &run_inputs), request, run_inputs));
        job.update(|report| report.started = Some(report.created));
        let answer = publish(self, &job, findings)?;
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
fn job_id(request: &Request, run_inputs: &RunInputs) -> String {
    let mut hasher = Sha256::new();
    hasher.update(serde_json::to_string(request).expect("a request is plain data"));
    hasher.update(run_inputs.digest());
    format!("{}-{}", request.id(), &hex(&hasher.finalize())[..8])
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
    let outcome = tokio::task::spawn_blocking(move || run(&state, &job)).await;
    let outcome = outcome.unwrap_or_else(|panic| Err(panic.into()));
    match outcome {
        _ if watched.cancelled() => {}
        Ok(answer) => watched.finish(Status::Successful, Label::new("完成", "Done"), Some(answer)),
        Err(error) => {
            tracing::warn!("job {}: {error:#}", watched.id);
            watched.finish(Status::Failed, Label::parse(&format!("{error:#}")), None);
        }
    }
}

/// Answers the question and publishes the layers.
fn run(state: &AppState, job: &Job) -> Result<Answered> {
    let context = Context { area: &job.run_inputs.area, rules: &job.run_inputs.rules, progress: job };
    // Threads of its own, so that tiles, which use the common ones, do not wait for a long run.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(cores).build()?;
    let findings = threads.install(|| job.request.run(&context))?;
    publish(state, job, findings)
}

/// Makes collections of the layers, and of the rest the outputs of the process.
fn publish(state: &AppState, job: &Job, mut findings: Findings) -> Result<Answered> {
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
    let results = Arc::new(results(&job.id, &findings, ids));
    Ok(Answered { findings: Arc::new(findings), results })
}

/// The findings as the outputs of the process.
fn results(job: &str, findings: &Findings, layers: Vec<String>) -> Value {
    let checks: Vec<Check> = findings.checks.iter().map(|check| check_json(job, check)).collect();
    let tables: Vec<Value> = findings.tables.iter().map(|table| table_json(job, table)).collect();
    json!({
        "answers": findings.answers,
        "figures": findings.figures,
        "tables": tables,
        "checks": checks,
        "notes": findings.notes,
        "proposals": findings.proposals,
        "manifest": findings.manifest,
        "layers": layers,
    })
}

/// A check with its feature in the collection of the run.
fn check_json(job: &str, check: &Check) -> Check {
    let mut check = check.clone();
    if let Some(feature) = &mut check.feature {
        feature.layer = format!("{job}-{}", feature.layer);
    }
    check
}

fn table_json(job: &str, table: &Table) -> Value {
    let rows: Vec<Vec<Value>> = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    json!({
        "id": table.id,
        "title": table.title,
        "columns": table.columns,
        "rows": rows,
        "layer": table.layer.as_ref().map(|layer| format!("{job}-{layer}")),
        "chart": table.chart,
    })
}
