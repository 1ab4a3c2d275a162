//! One job: a question that is asked off the async threads, watched by its status.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::watch;

use super::results::Results;
use crate::links::{JSON, WebLink, link, ogc_link};
use crate::settings::{RunInputs, Settings};
use crate::time::format_time;
use fireplan_engine::request::Request;
use fireplan_model::findings::Findings;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It waits for its turn.
    Accepted,
    /// It is being answered.
    Running,
    /// The answer is there.
    Successful,
    /// It could not be answered; the message says why.
    Failed,
    /// It was ended before it was answered.
    Dismissed,
}

impl Status {
    /// Whether nothing more will happen.
    pub fn over(self) -> bool {
        !matches!(self, Self::Accepted | Self::Running)
    }
}

/// A question that was asked, and how far its answer is.
pub struct Job {
    /// The same for the same question on the same inputs.
    pub id: String,
    /// The question.
    pub request: Request,
    /// What it is asked of.
    pub run_inputs: RunInputs,
    pub(super) status: watch::Sender<Status>,
    report: Mutex<JobReport>,
    steps: AtomicU64,
    pub(super) cancelled: AtomicBool,
    settled: AtomicBool,
}

/// What the run last reported of itself.
#[derive(Clone)]
pub(super) struct JobReport {
    message: Label,
    stage_steps: u64,
    pub(super) created: SystemTime,
    pub(super) started: Option<SystemTime>,
    finished: Option<SystemTime>,
    answer: Option<KeptFindings>,
}

/// The findings as they are kept: their layers are held by the collections.
#[derive(Clone)]
pub struct KeptFindings {
    /// What was found, beside the layers.
    pub findings: Arc<Findings>,
    /// The outputs of the process.
    pub results: Arc<Results>,
}

/// The status of a job, as OGC API Processes has it.
#[derive(Serialize, JsonSchema)]
pub struct JobStatus {
    #[serde(rename = "processID")]
    process_id: &'static str,
    #[serde(rename = "type")]
    kind: JobKind,
    #[serde(rename = "jobID")]
    job_id: String,
    pub(super) status: Status,
    /// `中文 | English`.
    message: String,
    created: String,
    fireplan: JobExtras,
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<String>,
    /// Of the present stage, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<u64>,
    links: Vec<WebLink>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum JobKind {
    Process,
}

/// What the standard has no member for.
#[derive(Serialize, JsonSchema)]
struct JobExtras {
    settings: Settings,
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
    pub(super) fn new(id: String, request: Request, run_inputs: RunInputs) -> Self {
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

    pub(super) fn update(&self, change: impl FnOnce(&mut JobReport)) {
        change(&mut self.report.lock().expect("no panic while held"));
    }

    fn report(&self) -> JobReport {
        self.report.lock().expect("no panic while held").clone()
    }

    /// How far it is.
    pub fn status(&self) -> Status {
        *self.status.borrow()
    }

    /// What it last said of itself.
    pub fn message(&self) -> Label {
        self.report().message
    }

    /// What it found; `None`: it has not succeeded.
    pub fn answer(&self) -> Option<KeptFindings> {
        self.report().answer
    }

    /// When it ended; `None`: it goes on.
    pub fn finished(&self) -> Option<SystemTime> {
        self.report().finished
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

    /// What the run reports of itself: `中文 | English`.
    pub fn message_text(&self) -> String {
        let message = self.message();
        format!("{} | {}", message.zh, message.en)
    }

    /// Of the present stage, in percent; `None`: its length is unknown.
    pub fn progress(&self) -> Option<u64> {
        match self.status() {
            Status::Successful => Some(100),
            Status::Accepted => Some(0),
            _ => {
                let steps = self.report().stage_steps;
                (self.steps.load(Ordering::Relaxed).min(steps) * 100).checked_div(steps)
            }
        }
    }

    /// The status as it is sent, with links below this root.
    pub fn describe(&self, root: &str) -> JobStatus {
        let (report, status) = (self.report(), self.status());
        let at = format!("{root}/jobs/{}", self.id);
        let mut links = vec![link(at.clone(), "self", JSON)];
        if status == Status::Successful {
            links.push(ogc_link(format!("{at}/results"), "results", JSON));
        }
        JobStatus {
            process_id: self.request.id(),
            kind: JobKind::Process,
            job_id: self.id.clone(),
            status,
            message: self.message_text(),
            created: format_time(report.created),
            fireplan: JobExtras { settings: self.run_inputs.settings.clone() },
            started: report.started.map(format_time),
            finished: report.finished.map(format_time),
            progress: self.progress(),
            links,
        }
    }

    pub(super) fn finish(&self, status: Status, message: Label, answer: Option<KeptFindings>) {
        self.update(|report| {
            report.message = message;
            report.finished = Some(SystemTime::now());
            report.answer = answer;
        });
        self.status.send_replace(status);
    }
}
