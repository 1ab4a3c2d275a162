//! A package that is being made, or was: how far it is, and what came of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::SystemTime;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::time::format_time;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;

/// How much of a package is done when every question is answered, in percent: the rest is drawing and writing.
const ANSWERED_PERCENT: usize = 80;
/// How much is done when its texts are begun.
const DRAWN_PERCENT: usize = 90;

/// What a package was ordered with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PackageChoice {
    /// What may be shown to everybody, or everything.
    pub edition: Edition,
    /// It is refused while an unverified figure stands in the mandatory content.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Codes of its parts.
    pub parts: Vec<String>,
    /// Profile, figures set by hand, day of assessment and scenario.
    pub settings: Value,
}

/// For whom a package is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Edition {
    /// 内部版: everything.
    #[default]
    Internal,
    /// 公示版: without what is not for everybody.
    Public,
}

/// A package that was made, as it is kept beside its archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PackageRecord {
    /// The same for the same order.
    pub id: String,
    /// What it was ordered with.
    pub choice: PackageChoice,
    /// When it was ordered, begun and finished (RFC 3339).
    pub times: [String; 3],
    /// What came of it.
    pub made: PackageSummary,
}

/// What is in a package.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PackageSummary {
    /// Name of its archive, without the ending.
    pub name: String,
    /// Size of the archive.
    pub bytes: usize,
    /// Number of its files.
    pub files: usize,
    /// Number of figures in its texts that are to be verified.
    pub doubtful: usize,
    /// Number of places that wait for people's words.
    pub open_words: usize,
    /// Questions that it says nothing of, and why.
    pub unanswered: Vec<Label>,
}

/// How far it is.
#[derive(Debug, Clone)]
pub enum PackageState {
    /// It waits for its turn.
    Waiting,
    /// It is being made.
    Making,
    /// It is there.
    Made(PackageSummary),
    /// It could not be made.
    Failed,
    /// It was ended before it was made.
    Dismissed,
}

/// What it last said of itself.
struct PackageReport {
    state: PackageState,
    message: Label,
    times: [Option<String>; 3],
    /// Questions begun so far.
    asked: usize,
    /// Whether its texts are begun.
    drawn: bool,
}

/// One package.
pub struct PackageJob {
    /// The same for the same order.
    pub id: String,
    /// What it was ordered with.
    pub choice: PackageChoice,
    /// How many questions it asks.
    questions: usize,
    report: Mutex<PackageReport>,
    cancelled: AtomicBool,
}

impl Progress for PackageJob {
    fn stage(&self, label: &Label, _: u64) {
        self.report().message = label.clone();
    }

    fn step(&self, _: u64) {}

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

impl PackageJob {
    /// A package that waits for its turn.
    pub fn new(id: String, choice: PackageChoice, questions: usize) -> Self {
        let report = PackageReport {
            state: PackageState::Waiting,
            message: Label::new("等待编制", "Waiting to be made"),
            times: [Some(format_time(SystemTime::now())), None, None],
            asked: 0,
            drawn: false,
        };
        Self { id, choice, questions, report: Mutex::new(report), cancelled: AtomicBool::new(false) }
    }

    /// A package that was made earlier.
    pub fn recorded(record: PackageRecord) -> Self {
        let PackageRecord { id, choice, times, made } = record;
        let report = PackageReport {
            state: PackageState::Made(made),
            message: done(),
            times: times.map(Some),
            asked: 0,
            drawn: true,
        };
        Self { id, choice, questions: 0, report: Mutex::new(report), cancelled: AtomicBool::new(false) }
    }

    fn report(&self) -> MutexGuard<'_, PackageReport> {
        self.report.lock().expect("no panic while held")
    }

    /// How far it is.
    pub fn state(&self) -> PackageState {
        self.report().state.clone()
    }

    /// Whether it waits or is being made.
    pub fn is_open(&self) -> bool {
        matches!(self.state(), PackageState::Waiting | PackageState::Making)
    }

    /// What it says of itself.
    pub fn message(&self) -> Label {
        self.report().message.clone()
    }

    /// When it was ordered, begun and finished.
    pub fn times(&self) -> [Option<String>; 3] {
        self.report().times.clone()
    }

    /// In percent.
    pub fn progress(&self) -> usize {
        let report = self.report();
        match report.state {
            PackageState::Made(_) => 100,
            PackageState::Waiting => 0,
            _ if report.drawn => DRAWN_PERCENT,
            _ => (report.asked.saturating_sub(1) * ANSWERED_PERCENT / self.questions.max(1)).min(ANSWERED_PERCENT),
        }
    }

    /// Its turn has come.
    pub fn begin(&self) {
        let mut report = self.report();
        report.state = PackageState::Making;
        report.times[1] = Some(format_time(SystemTime::now()));
    }

    /// Another question is begun.
    pub fn begin_question(&self) {
        self.report().asked += 1;
    }

    /// Every question is answered and drawn.
    pub fn begin_texts(&self) {
        self.report().drawn = true;
    }

    /// What is to be kept of it beside its archive.
    pub fn record(&self, made: PackageSummary) -> PackageRecord {
        let [created, started, _] = self.times().map(Option::unwrap_or_default);
        let times = [created, started, format_time(SystemTime::now())];
        PackageRecord { id: self.id.clone(), choice: self.choice.clone(), times, made }
    }

    /// It is there and kept. False: it was ended meanwhile.
    pub fn finish(&self, record: &PackageRecord) -> bool {
        let mut report = self.report();
        if self.cancelled() {
            return false;
        }
        report.times[2] = Some(record.times[2].clone());
        (report.state, report.message) = (PackageState::Made(record.made.clone()), done());
        true
    }

    /// It could not be made.
    pub fn fail(&self, why: Label) {
        let mut report = self.report();
        if !self.cancelled() {
            report.times[2] = Some(format_time(SystemTime::now()));
            (report.state, report.message) = (PackageState::Failed, why);
        }
    }

    /// Ends it, whatever it is at.
    pub fn dismiss(&self) {
        let mut report = self.report();
        self.cancelled.store(true, Ordering::Relaxed);
        report.times[2] = Some(format_time(SystemTime::now()));
        (report.state, report.message) = (PackageState::Dismissed, Label::new("已取消", "Dismissed"));
    }
}

fn done() -> Label {
    Label::new("完成", "Done")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> PackageJob {
        let choice = PackageChoice {
            edition: Edition::Public,
            is_final: false,
            parts: vec!["text".to_owned()],
            settings: serde_json::json!({ "profile": "national" }),
        };
        PackageJob::new("package-1".to_owned(), choice, 4)
    }

    fn summary() -> PackageSummary {
        PackageSummary { name: "甲".into(), bytes: 1, files: 1, doubtful: 0, open_words: 0, unanswered: Vec::new() }
    }

    #[test]
    fn progress_rises_with_every_question_and_ends_at_a_hundred() {
        let job = job();
        let mut told = vec![job.progress()];
        job.begin();
        for _ in 0..6 {
            job.begin_question();
            told.push(job.progress());
        }
        job.begin_texts();
        told.push(job.progress());
        assert!(job.finish(&job.record(summary())));
        told.push(job.progress());
        assert_eq!(told, [0, 0, 20, 40, 60, 80, 80, 90, 100]);
    }

    #[test]
    fn what_was_ended_is_not_finished_and_what_was_kept_comes_back() {
        let ended = job();
        ended.dismiss();
        assert!(!ended.finish(&ended.record(summary())) && !ended.is_open());
        let kept = job();
        let record = kept.record(summary());
        let text = serde_json::to_string(&record).unwrap();
        let back = PackageJob::recorded(serde_json::from_str(&text).unwrap());
        assert!(matches!(back.state(), PackageState::Made(made) if made == summary()));
        assert_eq!((back.id.as_str(), &back.choice), ("package-1", &kept.choice));
    }
}
