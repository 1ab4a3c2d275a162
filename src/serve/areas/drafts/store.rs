//! The drafts there are, and how far each is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::Result;
use axum::http::StatusCode;
use fireplan_model::message::{explain, making_folder};
use fireplan_model::rows::Label;
use fireplan_project::{DoorAnswers, Inventory, ProjectDraft};

use super::documents::{DraftStage, DraftSummary};
use super::record::DraftRecord;
use crate::areas::folder::{ProjectFolder, measure_folder};
use crate::areas::task::WatchedTask;
use crate::error::{HttpResult, Problem};

/// Where the files lie that were sent.
const DATA: &str = "data";

/// Every draft, by its id.
pub(crate) struct Drafts {
    all: Mutex<BTreeMap<String, Arc<Draft>>>,
    next: AtomicU64,
}

/// A project that is being made.
pub(crate) struct Draft {
    pub id: String,
    /// Its folder, which becomes that of the project.
    pub folder: PathBuf,
    record: Mutex<DraftRecord>,
    work: Mutex<DraftWork>,
    /// Files and bytes that were sent, and are being sent.
    pub sent: Mutex<(usize, u64)>,
    discarded: AtomicBool,
}

/// How far a draft is.
#[derive(Clone)]
pub(super) struct DraftWork {
    pub stage: DraftStage,
    /// What goes on now.
    pub task: Option<Arc<WatchedTask>>,
    /// Why the last work came to nothing.
    pub message: Option<Label>,
    /// What was found.
    pub look: Option<Arc<DraftLook>>,
    /// The project that it has become.
    pub project: Option<String>,
}

/// What was found in the files, and what is to become of it.
pub(super) struct DraftLook {
    pub inventory: Arc<Inventory>,
    pub draft: ProjectDraft,
}

impl Drafts {
    /// Those that an earlier service left behind.
    pub(crate) fn find_unfinished(folder: &ProjectFolder) -> Self {
        let found = folder.list_drafts().into_iter();
        let drafts = found.filter_map(|(id, folder)| Some((id.clone(), Draft::resume(id, folder)?)));
        Self { all: Mutex::new(drafts.collect()), next: AtomicU64::new(1) }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Draft>>> {
        self.all.lock().expect("no panic while held")
    }

    pub(super) fn get(&self, id: &str) -> HttpResult<Arc<Draft>> {
        let missing = || Problem::not_found(format!("没有新建中的项目 {id} | Nothing is being made under {id}"));
        self.lock().get(id).cloned().ok_or_else(missing)
    }

    pub(crate) fn summarise(&self) -> Vec<DraftSummary> {
        let drafts: Vec<Arc<Draft>> = self.lock().values().cloned().collect();
        drafts.iter().map(|draft| draft.summarise()).filter(|draft| draft.stage != DraftStage::Done).collect()
    }

    /// Begins a draft, unless too many are being made.
    pub(super) fn begin(&self, folder: &ProjectFolder, record: DraftRecord, most: usize) -> HttpResult<Arc<Draft>> {
        let mut all = self.lock();
        if all.values().filter(|draft| draft.work().stage != DraftStage::Done).count() >= most {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                format!(
                    "已有 {most} 个项目正在新建，请先完成或放弃其中一个 | \
                     {most} projects are being made already: finish or discard one first"
                ),
            ));
        }
        let id = loop {
            let id = self.next.fetch_add(1, Ordering::Relaxed).to_string();
            if !all.contains_key(&id) && !folder.draft_place(&id).exists() {
                break id;
            }
        };
        let draft = Draft::begin(id.clone(), folder.draft_place(&id), record).map_err(|error| refuse(&error))?;
        all.insert(id, draft.clone());
        Ok(draft)
    }

    /// Ends a draft and takes away what was sent for it; what lies elsewhere stays.
    pub(super) fn discard(&self, draft: &Draft) {
        draft.discarded.store(true, Ordering::Relaxed);
        draft.cancel();
        self.lock().remove(&draft.id);
        if draft.work().stage != DraftStage::Done {
            draft.remove_folder();
        }
    }
}

/// What the disk refuses is told to whoever asked.
pub(super) fn refuse(error: &anyhow::Error) -> Problem {
    tracing::warn!("{error:#}");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, explain(error).to_string())
}

impl Draft {
    fn begin(id: String, folder: PathBuf, record: DraftRecord) -> Result<Arc<Self>> {
        let data = folder.join(DATA);
        let made = if record.data.is_some() { &folder } else { &data };
        anyhow::Context::with_context(std::fs::create_dir_all(made), || making_folder(made))?;
        record.write(&folder)?;
        Ok(Arc::new(Self::new(id, folder, record, (0, 0))))
    }

    fn resume(id: String, folder: PathBuf) -> Option<Arc<Self>> {
        let record = DraftRecord::read(&folder)?;
        let sent = measure_folder(&folder.join(DATA));
        Some(Arc::new(Self::new(id, folder, record, sent)))
    }

    fn new(id: String, folder: PathBuf, record: DraftRecord, sent: (usize, u64)) -> Self {
        let work = DraftWork { stage: DraftStage::Collecting, task: None, message: None, look: None, project: None };
        Self {
            id,
            folder,
            record: Mutex::new(record),
            work: Mutex::new(work),
            sent: Mutex::new(sent),
            discarded: AtomicBool::new(false),
        }
    }

    pub(super) fn record(&self) -> DraftRecord {
        self.record.lock().expect("no panic while held").clone()
    }

    /// Changes what is kept on disk, and keeps it.
    pub(super) fn change_record(&self, change: impl FnOnce(&mut DraftRecord)) -> Result<()> {
        let mut record = self.record.lock().expect("no panic while held");
        change(&mut record);
        record.write(&self.folder)
    }

    pub(super) fn work(&self) -> DraftWork {
        self.work.lock().expect("no panic while held").clone()
    }

    /// Begins a piece of work, unless another goes on or the draft is not so far.
    pub(super) fn begin_work(&self, stage: DraftStage, from: &[DraftStage], task: Arc<WatchedTask>) -> HttpResult<()> {
        let mut work = self.work.lock().expect("no panic while held");
        if !from.contains(&work.stage) {
            return Err(refuse_stage());
        }
        (work.stage, work.task, work.message) = (stage, Some(task), None);
        Ok(())
    }

    /// Ends it: with what was found, or at an earlier stage with the reason.
    pub(super) fn end_work(&self, stage: DraftStage, change: impl FnOnce(&mut DraftWork)) {
        let mut work = self.work.lock().expect("no panic while held");
        (work.stage, work.task) = (stage, None);
        change(&mut work);
        drop(work);
        if self.discarded.load(Ordering::Relaxed) {
            self.remove_folder();
        }
    }

    /// Files have changed: what was found in them does not hold any more.
    pub(super) fn forget_look(&self) -> HttpResult<()> {
        let mut work = self.work.lock().expect("no panic while held");
        if !matches!(work.stage, DraftStage::Collecting | DraftStage::Asking) || self.discarded.load(Ordering::Relaxed)
        {
            return Err(refuse_stage());
        }
        (work.stage, work.look, work.message) = (DraftStage::Collecting, None, None);
        Ok(())
    }

    pub(super) fn cancel(&self) {
        if let Some(task) = self.work().task {
            task.cancel();
        }
    }

    /// Where its data lie.
    pub(super) fn data_folder(&self) -> PathBuf {
        self.record().data.unwrap_or_else(|| self.sent_folder())
    }

    /// Where the files lie that are sent.
    pub(super) fn sent_folder(&self) -> PathBuf {
        self.folder.join(DATA)
    }

    pub(super) fn answers(&self) -> DoorAnswers {
        self.record().answers
    }

    pub(super) fn summarise(&self) -> DraftSummary {
        let (files, bytes) = *self.sent.lock().expect("no panic while held");
        let DraftRecord { name, data, .. } = self.record();
        let folder = data.map(|folder| shown(&folder));
        DraftSummary { id: self.id.clone(), name, folder, stage: self.work().stage, files, bytes }
    }

    fn remove_folder(&self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::info!("{}: {error}", self.folder.display());
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn refuse_stage() -> Problem {
    let why = "这一步现在不能做：正在处理，或已经完成 | This cannot be done now: work goes on, or it is done";
    Problem::new(StatusCode::CONFLICT, why)
}
