//! One job: a question that is asked off the async threads, watched by its status.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Result;

use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::watch;

use super::kept::{Looked, name_program};
use super::results::Results;
use crate::links::{JSON, WebLink, link, ogc_link};
use crate::settings::{RunInputs, Settings};
use crate::time::format_time;
use fireplan_engine::request::Request;
use fireplan_model::findings::Findings;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_store::StoreResult;
use fireplan_store::runs::RunRecord;

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
    /// Counts the runs of the area in the order in which they were asked, from 1.
    pub number: u64,
    /// The question.
    pub request: Request,
    /// Rules and scenario, by their names.
    pub settings: Settings,
    /// The data or the program are others now than when it was answered.
    pub outdated: bool,
    /// What it is asked of, until it is answered.
    run_inputs: Mutex<Option<RunInputs>>,
    /// When its findings were looked at last.
    pub(super) looked: Looked,
    /// Held while its findings are read from disk.
    pub(super) reading: tokio::sync::Mutex<()>,
    pub(super) status: watch::Sender<Status>,
    report: Mutex<JobReport>,
    steps: AtomicU64,
    pub(super) cancelled: AtomicBool,
    settled: AtomicBool,
    /// When its time is over, and how many minutes it had; empty: it has not begun, or has any time.
    deadline: OnceLock<(Instant, u64)>,
    /// Who asked; empty: the service by itself.
    pub(crate) by: String,
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
    /// As it is on disk; `None`: it is not.
    kept: Option<RunRecord>,
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
    #[serde(flatten)]
    about: AboutJob,
}

/// What is known of a run beside its question and its status.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AboutJob {
    /// Counts the runs of the area in the order in which they were asked, from 1.
    number: u64,
    /// What people call it; empty where nobody has named it.
    name: String,
    /// It goes only when somebody deletes it.
    pinned: bool,
    /// Its size on disk; `None`: it is not there, and is lost when the program ends.
    bytes: Option<u64>,
    /// Who asked; empty: the service by itself.
    by: String,
    /// The data or the program are others now than when it was answered.
    outdated: bool,
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
        self.is_dismissed() || self.deadline.get().is_some_and(|(until, _)| Instant::now() > *until)
    }

    fn settled(&self) -> bool {
        self.settled.load(Ordering::Relaxed)
    }
}

impl Job {
    pub(super) fn new(id: String, number: u64, (request, run_inputs): (Request, RunInputs), by: &str) -> Self {
        let report = JobReport {
            message: Label::new("等待运行", "Waiting to run"),
            stage_steps: 0,
            created: SystemTime::now(),
            started: None,
            finished: None,
            answer: None,
            kept: None,
        };
        Self {
            id,
            number,
            request,
            settings: run_inputs.settings.clone(),
            outdated: false,
            run_inputs: Mutex::new(Some(run_inputs)),
            looked: Looked::default(),
            reading: tokio::sync::Mutex::default(),
            status: watch::Sender::new(Status::Accepted),
            report: Mutex::new(report),
            steps: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
            settled: AtomicBool::new(false),
            deadline: OnceLock::new(),
            by: by.to_owned(),
        }
    }

    /// A run that is on disk.
    pub(super) fn restored(record: RunRecord, request: Request, settings: Settings, outdated: bool) -> Self {
        let at = |ms: u64| UNIX_EPOCH + Duration::from_millis(ms);
        let report = JobReport {
            message: Label::new("完成", "Done"),
            stage_steps: 0,
            created: at(record.created_ms),
            started: Some(at(record.started_ms)),
            finished: Some(at(record.finished_ms)),
            answer: None,
            kept: Some(record.clone()),
        };
        Self {
            id: record.id,
            number: record.number,
            request,
            settings,
            outdated,
            run_inputs: Mutex::new(None),
            looked: Looked::default(),
            reading: tokio::sync::Mutex::default(),
            status: watch::Sender::new(Status::Successful),
            report: Mutex::new(report),
            steps: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
            settled: AtomicBool::new(record.settled),
            deadline: OnceLock::new(),
            by: record.by,
        }
    }

    /// Its turn has come; it has so many minutes, or any time if they are 0.
    pub(super) fn begin(&self, minutes: u64) {
        self.update(|report| report.started = Some(SystemTime::now()));
        let until = Instant::now().checked_add(Duration::from_secs(minutes.saturating_mul(60)));
        if let Some(until) = until.filter(|_| minutes > 0) {
            // It begins only once.
            let _ = self.deadline.set((until, minutes));
        }
    }

    /// Somebody has dismissed it; a time that is over is none of that.
    pub(super) fn is_dismissed(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// That its time is over, if that is why it ended.
    pub(super) fn tell_time_limit(&self) -> Option<Label> {
        let (_, minutes) = self.deadline.get().filter(|(until, _)| Instant::now() > *until)?;
        Some(Label::new(
            format!("运行超过 {minutes} 分钟的时限，已中止；可缩小问题，或请管理员用 --run-minutes 放宽"),
            format!("Ended: it took more than the {minutes} minutes allowed; ask less, or have --run-minutes raised"),
        ))
    }

    /// What it is asked of; `None`: it is over.
    pub(super) fn run_inputs(&self) -> Option<RunInputs> {
        self.run_inputs.lock().expect("no panic while held").clone()
    }

    /// Its record, to be written with its findings.
    pub(super) fn record(&self, data: &str, findings: &Findings) -> Result<RunRecord> {
        let ms = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
        let report = self.report();
        Ok(RunRecord {
            format: 0,
            id: self.id.clone(),
            number: self.number,
            name: String::new(),
            pinned: false,
            settled: self.settled(),
            by: self.by.clone(),
            process: self.request.id().to_owned(),
            request: serde_json::to_value(&self.request)?,
            settings: serde_json::to_value(&self.settings)?,
            data: data.to_owned(),
            program: name_program().to_owned(),
            created_ms: ms(report.created),
            started_ms: ms(report.started.unwrap_or(report.created)),
            finished_ms: ms(SystemTime::now()),
            layers: findings.layers.iter().map(|layer| layer.id.clone()).collect(),
            findings_bytes: 0,
            bytes: 0,
        })
    }

    /// As it is on disk; `None`: it is not.
    pub fn kept(&self) -> Option<RunRecord> {
        self.report().kept
    }

    pub(super) fn set_kept(&self, record: RunRecord) {
        self.update(|report| report.kept = Some(record));
    }

    /// Keeps what a change on disk makes of the record. One change ends before the next begins, so that the last one stays.
    pub(super) fn change_kept(&self, change: impl FnOnce() -> StoreResult<RunRecord>) -> StoreResult<()> {
        let mut report = self.report.lock().expect("no panic while held");
        report.kept = Some(change()?);
        Ok(())
    }

    /// Holds findings that were read from disk.
    pub(super) fn hold_answer(&self, answer: KeptFindings) {
        self.update(|report| report.answer = Some(answer));
    }

    /// Lets the findings go; they are on disk.
    pub(super) fn drop_answer(&self) {
        self.update(|report| report.answer = None);
    }

    /// Whether it found this layer, as far as is known without reading its findings.
    pub(super) fn has_layer(&self, layer: &str) -> bool {
        let report = self.report();
        match (&report.kept, &report.answer) {
            (Some(kept), _) => kept.layers.iter().any(|known| known == layer),
            (None, Some(answer)) => answer.results.has_layer(&format!("{}-{layer}", self.id)),
            (None, None) => false,
        }
    }

    /// What is known of it beside question and status.
    pub(crate) fn about(&self) -> AboutJob {
        let kept = self.kept();
        AboutJob {
            number: self.number,
            name: kept.as_ref().map(|kept| kept.name.clone()).unwrap_or_default(),
            pinned: kept.as_ref().is_some_and(|kept| kept.pinned),
            bytes: kept.map(|kept| kept.bytes),
            by: self.by.clone(),
            outdated: self.outdated,
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

    /// Ends the search with the best found so far.
    pub fn settle(&self) {
        if !self.status().over() {
            self.settled.store(true, Ordering::Relaxed);
        }
    }

    /// When it ended; `None`: it goes on.
    pub fn finished(&self) -> Option<SystemTime> {
        self.report().finished
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
            fireplan: JobExtras { settings: self.settings.clone(), about: self.about() },
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
        // An area with a scenario applied is large, and is made again when it is wanted.
        *self.run_inputs.lock().expect("no panic while held") = None;
        self.status.send_replace(status);
    }
}
