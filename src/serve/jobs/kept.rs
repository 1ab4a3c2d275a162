//! Runs on disk: what a finished run leaves there, how it comes back, and what goes when there is too much.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::UNIX_EPOCH;

use anyhow::Result;
use serde_json::Value;

use super::job::{Job, KeptFindings};
use super::publish_layers;
use crate::error::{HttpResult, Problem};
use crate::jobs::handlers::refuse_unfinished;
use crate::settings::{Settings, digest_data};
use crate::state::{AppState, Collection};
use fireplan_engine::request::Request;
use fireplan_model::findings::Findings;
use fireplan_store::runs::{RunFolder, RunRecord};
use fireplan_store::{Store, StoreResult};

/// How much of the findings of kept runs is in memory at once, in bytes as in [`RunRecord::findings_bytes`]; layers ready to be cut
/// into tiles take some four times as much.
const LOADED_BYTES: u64 = 256 << 20;

/// So many runs stay in memory, however large: two are compared, and one is on the map.
const LOADED_AT_LEAST: usize = 3;

/// Where finished runs are kept, and how much of them.
pub struct KeptFolder {
    /// The folder.
    pub folder: RunFolder,
    /// What it may take on disk, in bytes.
    pub budget_bytes: u64,
}

impl KeptFolder {
    /// What runs take on disk, unless the operator says otherwise: 20 GB.
    pub const BUDGET_BYTES: u64 = 20 << 30;

    /// The folder beside the store; what an earlier program did not finish there is removed.
    pub fn beside(store: &Store, budget_bytes: u64) -> StoreResult<Self> {
        let folder = RunFolder::beside(store.path());
        folder.clear_unfinished()?;
        Ok(Self { folder, budget_bytes })
    }
}

/// When something was looked at last, in looks at anything.
#[derive(Debug, Clone, Default)]
pub struct Looked(Arc<AtomicU64>);

impl Looked {
    /// It is looked at now.
    pub fn touch(&self) {
        static LOOKS: AtomicU64 = AtomicU64::new(1);
        self.0.store(LOOKS.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }

    fn last(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Names this program file: another one may compute something else, though its version is the same.
pub(super) fn name_program() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let version = env!("CARGO_PKG_VERSION");
        let file = std::env::current_exe().and_then(std::fs::metadata);
        let made = file.and_then(|file| Ok((file.len(), file.modified()?)));
        match made {
            Ok((bytes, made)) => {
                let made = made.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
                format!("{version}+{bytes:x}.{made:x}")
            }
            // Without a name that is its own, nothing of another start is taken for its work.
            Err(_) => format!("{version}+{:x}", std::process::id()),
        }
    })
}

impl AppState {
    /// Takes up the runs that are on disk, without reading their findings.
    pub(crate) fn restore_runs(&self) -> Result<()> {
        let Some(kept) = &self.runs else { return Ok(()) };
        let listed = match kept.folder.list() {
            Ok(listed) => listed,
            Err(error) => {
                tracing::warn!("{error}");
                return Ok(());
            }
        };
        for (path, why) in &listed.unreadable {
            tracing::warn!("成果 {0} 无法读取：{why} | the run {0} cannot be read: {why}", path.display());
        }
        let data = digest_data(&self.area);
        self.jobs.count_from(kept.folder.last_number().unwrap_or_default());
        for record in listed.runs {
            match restore_job(&record, &data) {
                Ok(job) => self.jobs.add(Arc::new(job)),
                Err(error) => tracing::warn!("run {}: {error:#}", record.id),
            }
        }
        Ok(())
    }

    /// Writes the findings of a run to disk; `None`: there is no place for it.
    pub(super) fn keep_run(&self, job: &Job, findings: &Findings) -> Result<Option<RunRecord>> {
        let Some(kept) = &self.runs else { return Ok(None) };
        let record = job.record(&digest_data(&self.area), findings)?;
        Ok(Some(kept.folder.keep(&record, findings)?))
    }

    /// What the job found, read from disk if it is not in memory, or why there is nothing.
    pub async fn findings_of(&self, job: &Arc<Job>) -> HttpResult<KeptFindings> {
        refuse_unfinished(job)?;
        job.looked.touch();
        if let Some(answer) = job.answer() {
            return Ok(answer);
        }
        // Whoever comes while it is being read waits for the same reading.
        let _reading = job.reading.lock().await;
        if let Some(answer) = job.answer() {
            return Ok(answer);
        }
        let (state, read) = (self.clone(), job.clone());
        self.compute(move || state.load_run(&read)).await
    }

    fn load_run(&self, job: &Job) -> HttpResult<KeptFindings> {
        let Some(kept) = &self.runs else { return Err(crate::state::refuse_dismissed(&job.id)) };
        let findings = kept.folder.read(&job.id)?;
        let answer = publish_layers(self, job, findings)?;
        job.hold_answer(answer.clone());
        self.shed_memory();
        Ok(answer)
    }

    /// Finds a collection by its id, reading its run from disk where it is not in memory. The id of a layer alone means that of
    /// the current run.
    pub async fn find_collection(&self, id: &str) -> HttpResult<Arc<Collection>> {
        if let Some(collection) = self.loaded_collection(id) {
            return Ok(collection);
        }
        let none = || Problem::not_found(format!("没有图层 {id} | There is no collection {id}"));
        let (job, layer) = self.jobs.find_layer(id).ok_or_else(none)?;
        self.findings_of(&job).await?;
        self.loaded_collection(&format!("{}-{layer}", job.id)).ok_or_else(none)
    }

    /// Takes runs out of memory until it is below its bound, those first that were looked at longest ago.
    fn shed_memory(&self) {
        let mut loaded: Vec<(Arc<Job>, u64)> = self
            .jobs
            .list_successful()
            .into_iter()
            .filter_map(|job| Some((job.kept()?.findings_bytes, job)))
            .filter(|(_, job)| job.answer().is_some())
            .map(|(bytes, job)| (job, bytes))
            .collect();
        loaded.sort_by_key(|(job, _)| job.looked.last());
        let mut bytes: u64 = loaded.iter().map(|(_, bytes)| bytes).sum();
        let spare = loaded.len().saturating_sub(LOADED_AT_LEAST);
        for (job, of_job) in loaded.iter().take(spare) {
            if bytes <= LOADED_BYTES {
                break;
            }
            job.drop_answer();
            self.unload(&job.id);
            bytes -= of_job;
        }
    }

    /// Makes room in memory and on disk for a run that has ended.
    pub(super) fn shed_runs(&self) {
        self.shed_memory();
        let Some(kept) = &self.runs else { return };
        for id in RunFolder::list_over(&self.jobs.records(), kept.budget_bytes) {
            tracing::warn!(
                "成果已超出磁盘限额，删除最早的 {id} | the runs are larger than their budget; the oldest, {id}, is deleted"
            );
            match self.jobs.get(&id) {
                Some(job) => self.dismiss(&job),
                None => continue,
            }
        }
    }
}

fn restore_job(record: &RunRecord, data: &str) -> Result<Job> {
    let mut parameters = match record.request.clone() {
        Value::Object(parameters) => parameters,
        _ => serde_json::Map::new(),
    };
    parameters.remove("analysis");
    let request = Request::from_parts(&record.process, parameters)?;
    let settings: Settings = serde_json::from_value(record.settings.clone())?;
    // Another program may compute something else of the same data.
    let outdated = record.data != data || record.program != name_program();
    Ok(Job::restored(record.clone(), request, settings, outdated))
}

/// The runs that would go first, once the folder is nearly full.
pub(super) fn list_next_to_go(records: &[RunRecord], budget_bytes: u64) -> Vec<String> {
    const NEARLY_FULL: f64 = 0.9;
    RunFolder::list_over(records, (budget_bytes as f64 * NEARLY_FULL) as u64)
}
