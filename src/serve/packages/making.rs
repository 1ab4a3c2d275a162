//! How a package is made: when the turn of the runs comes, of answers that runs have found already, and anew where there are none.

use std::sync::Arc;

use anyhow::{Result, bail};
use fireplan_engine::request::Request;
use fireplan_handover::{MadePackage, PackageCommand, PackageRequest, make_package};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Findings, Layer};
use fireplan_model::message::explain;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_model::rules::NATIONAL;
use fireplan_package::assemble::TABLES_STAGE;
use fireplan_package::{PartChoice, PlanFacts, PreviousPackage, pack_package};

use super::job::{Edition, PackageJob, PackageSummary};
use crate::jobs::{Status, make_job_id};
use crate::settings::RunInputs;
use crate::state::AppState;

/// What a package is made of.
pub(super) struct PackageWork {
    pub(super) run_inputs: RunInputs,
    pub(super) plan: PlanFacts,
    pub(super) edition: Edition,
    pub(super) is_final: bool,
    pub(super) parts: PartChoice,
}

/// Makes a package when its turn comes.
pub(super) async fn make_in_turn(state: AppState, job: Arc<PackageJob>, work: PackageWork) {
    let turn = state.jobs.turn();
    let Ok(_turn) = turn.acquire().await else { return };
    if job.cancelled() {
        return;
    }
    job.begin();
    let (watched, shared) = (job.clone(), state.clone());
    let outcome = tokio::task::spawn_blocking(move || make(&shared, &job, &work)).await;
    if let Err(error) = outcome.unwrap_or_else(|panic| Err(panic.into())) {
        if !watched.cancelled() {
            tracing::warn!("{}: {error:#}", watched.id);
        }
        watched.fail(explain(&error));
    }
}

/// Makes and keeps it. What is ended before it is kept leaves nothing behind.
fn make(state: &AppState, job: &PackageJob, work: &PackageWork) -> Result<()> {
    let shelf = &state.packages;
    let previous = PreviousPackage::unpack(&shelf.archive(&job.id)?)?;
    let command = write_command(&shelf.area_name(), work);
    let has_scenario = work.run_inputs.area.scenario.is_some();
    let request = PackageRequest {
        area: &work.run_inputs.area,
        before: has_scenario.then_some(&*state.area),
        rules: &work.run_inputs.rules,
        plan: &work.plan,
        public: work.edition == Edition::Public,
        is_final: work.is_final,
        parts: &work.parts,
        previous: &previous,
        command: &command,
    };
    let known = KnownRuns::of(state, &work.run_inputs);
    let recall = |request: &Request, area: &StudyArea| {
        let (title, _) = request.about();
        job.begin_question();
        job.stage(&Label::new(format!("分析：{}", title.zh), format!("Answering: {}", title.en)), 0);
        known.recall(request, area)
    };
    // Threads of its own, so that tiles, which use the common ones, do not wait for a long run.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(cores).build()?;
    let watched = WatchedMaking(job);
    let made = threads.install(|| make_package(&request, &recall, &watched))?;
    job.stage(&Label::new("压缩成果包", "Packing"), 0);
    let archive = pack_package(&made.package)?;
    if job.cancelled() {
        bail!("已取消 | cancelled");
    }
    // It is on disk before it is announced.
    let record = job.record(summarise(made, archive.len()));
    shelf.keep(&record, &archive)?;
    if !job.finish(&record) {
        shelf.discard(&job.id)?;
    }
    Ok(())
}

/// What is told of a package whose archive has so many bytes.
fn summarise(made: MadePackage, bytes: usize) -> PackageSummary {
    let MadePackage { package, unanswered } = made;
    let told = unanswered.iter().map(|one| {
        let (title, why) = (&one.title, &one.why);
        Label::new(format!("{}：{}", title.zh, why.zh), format!("{}: {}", title.en, why.en))
    });
    PackageSummary {
        bytes,
        files: package.files.len(),
        doubtful: package.doubtful,
        open_words: package.open_words,
        unanswered: told.collect(),
        name: package.name,
    }
}

/// Tells a job when the texts are begun: from then on, no question is asked.
struct WatchedMaking<'a>(&'a PackageJob);

impl Progress for WatchedMaking<'_> {
    fn stage(&self, label: &Label, steps: u64) {
        if label.zh == TABLES_STAGE[0] {
            self.0.begin_texts();
        }
        self.0.stage(label, steps);
    }

    fn step(&self, steps: u64) {
        self.0.step(steps);
    }

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}

fn write_command(area: &str, work: &PackageWork) -> String {
    let settings = &work.run_inputs.settings;
    let command = PackageCommand {
        area,
        profile: Some(settings.profile.as_str()).filter(|profile| *profile != NATIONAL),
        set: &settings.set,
        as_of: settings.as_of.as_deref(),
        scenario: settings.scenario.as_deref(),
        public: work.edition == Edition::Public,
        is_final: work.is_final,
        parts: &work.parts,
    };
    command.write()
}

/// The finished runs of a package's area, and of the area as it is, under its rules.
struct KnownRuns<'a> {
    state: &'a AppState,
    inputs: [RunInputs; 2],
}

impl<'a> KnownRuns<'a> {
    fn of(state: &'a AppState, run_inputs: &RunInputs) -> Self {
        let present = RunInputs { area: state.area.clone(), ..run_inputs.clone() };
        Self { state, inputs: [run_inputs.clone(), present] }
    }

    /// What a run has found of this question, if one has asked it of this area and its layers are all at hand.
    fn recall(&self, request: &Request, area: &StudyArea) -> Option<Findings> {
        let inputs = self.inputs.iter().find(|inputs| std::ptr::eq(&*inputs.area, area))?;
        let job = self.state.jobs.get(&make_job_id(request, inputs))?;
        if job.status() != Status::Successful || job.settled() {
            return None;
        }
        let Some(kept) = job.answer() else { return self.state.runs.as_ref()?.folder.read(&job.id).ok() };
        let published = self.state.collections();
        let layer = |id: &String| published.iter().find(|one| one.id == *id).map(|one| one.layer.clone());
        let layers: Vec<Layer> = kept.results.layer_ids().iter().map(layer).collect::<Option<_>>()?;
        Some(Findings { layers, ..(*kept.findings).clone() })
    }
}
