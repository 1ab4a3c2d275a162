//! Runs that are finished (成果), each in a folder of its own: `run.json` says what was asked, `findings.mpk.gz` holds the answer.
//!
//! A run is written beside and renamed when all of it is on disk, so that a folder of its name is whole, whatever stopped the
//! program. Nothing goes by its number: only what a budget of bytes does not hold, the oldest first, and never what is pinned.

mod claim;
mod findings_file;
mod record;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use fireplan_model::findings::Findings;

use crate::{StoreError, StoreResult};
pub use claim::ServiceClaim;
pub use record::RunRecord;
use record::is_id;

const RECORD: &str = "run.json";
const FINDINGS: &str = "findings.mpk.gz";
/// Holds the highest number that was ever given, so that it is not given again when its run is gone.
const LAST_NUMBER: &str = "last_number";
/// Is locked by the program that writes here.
const LOCK: &str = ".lock";
/// Beginning of the name of what is not whole yet, or no more.
const UNFINISHED: &str = ".unfinished-";

/// The folder of the runs of one area.
pub struct RunFolder {
    path: PathBuf,
    /// Held while something is changed. Inside is the lock by which other programs see that this one writes here.
    writing: Mutex<Option<fs::File>>,
}

/// The runs that are there.
#[derive(Debug, Default)]
pub struct KeptRuns {
    /// In the order of their numbers.
    pub runs: Vec<RunRecord>,
    /// What looks like a run and cannot be read, with the reason.
    pub unreadable: Vec<(PathBuf, String)>,
}

impl RunFolder {
    /// The folder of runs beside this store: `scenarios.runs` beside `scenarios.sqlite`. It is made with the first run.
    pub fn beside(store: &Path) -> Self {
        Self { path: store.with_extension("runs"), writing: Mutex::new(None) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All runs there are.
    pub fn list(&self) -> StoreResult<KeptRuns> {
        let mut kept = KeptRuns::default();
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(kept),
            Err(error) => return Err(self.failed(&error)),
        };
        for entry in entries {
            let path = entry.map_err(|error| self.failed(&error))?.path();
            let Some((number, id)) = parse_name(&path) else { continue };
            match read_record(&path) {
                Ok(record) if record.id == id && record.number == number => kept.runs.push(record),
                Ok(record) => kept.unreadable.push((path, format!("{RECORD}: {}-{}", record.number, record.id))),
                Err(error) => kept.unreadable.push((path, error.to_string())),
            }
        }
        // Of a run that was kept again the older one may be left, if the program was stopped before it was removed.
        kept.runs.sort_by_key(|run| std::cmp::Reverse(run.number));
        let mut seen = BTreeSet::new();
        kept.runs.retain(|run| seen.insert(run.id.clone()));
        kept.runs.reverse();
        kept.unreadable.sort();
        Ok(kept)
    }

    /// The highest number that a run ever had here; 0: there was none.
    pub fn last_number(&self) -> StoreResult<u64> {
        let written = fs::read_to_string(self.path.join(LAST_NUMBER)).ok();
        let written = written.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        let listed = self.list()?.runs.iter().map(|run| run.number).max().unwrap_or(0);
        Ok(listed.max(written))
    }

    /// Keeps a run, and returns when it is on disk: the answer is its record with its sizes. It takes the place of an earlier one of
    /// this id.
    pub fn keep(&self, record: &RunRecord, findings: &Findings) -> StoreResult<RunRecord> {
        let mut writing = self.hold();
        fs::create_dir_all(&self.path).map_err(|error| self.failed(&error))?;
        self.claim(&mut writing);
        self.write_run(record, findings).map_err(|error| self.failed(&error))
    }

    fn write_run(&self, record: &RunRecord, findings: &Findings) -> anyhow::Result<RunRecord> {
        let last = self.last_number()?.max(record.number);
        let name = format!("{}-{}", record.number, record.id);
        let new = self.path.join(format!("{UNFINISHED}{name}"));
        remove_folder(&new)?;
        fs::create_dir(&new)?;
        let findings_bytes = findings_file::write(&new.join(FINDINGS), findings)?;
        let bytes = fs::metadata(new.join(FINDINGS))?.len();
        let format = findings_file::FORMAT;
        let record = RunRecord { format, findings_bytes, bytes, ..record.clone() };
        write_whole(&new.join(RECORD), &serde_json::to_vec_pretty(&record)?)?;
        write_whole(&self.path.join(LAST_NUMBER), last.to_string().as_bytes())?;
        let earlier = self.folders_of(&record.id);
        fs::rename(&new, self.path.join(name))?;
        sync_folder(&self.path)?;
        earlier.iter().try_for_each(|folder| self.remove_run(folder))?;
        Ok(record)
    }

    /// The findings of a run.
    pub fn read(&self, id: &str) -> StoreResult<Findings> {
        let path = self.run(id)?;
        let record = read_record(&path).map_err(|error| self.failed(&error))?;
        if !record.is_readable() {
            return Err(StoreError::OlderRun(id.to_owned()));
        }
        findings_file::read(&path.join(FINDINGS))
            .map_err(|error| StoreError::Run { path: path.display().to_string(), why: format!("{error:#}") })
    }

    /// Gives a run a name, pins it or lets it go; what is `None` stays as it is. The answer is its record then.
    pub fn describe(&self, id: &str, name: Option<&str>, pinned: Option<bool>) -> StoreResult<RunRecord> {
        let _writing = self.hold();
        let path = self.run(id)?;
        let change = || -> anyhow::Result<RunRecord> {
            let known = read_record(&path)?;
            let name = name.map_or_else(|| known.name.clone(), str::to_owned);
            let record = RunRecord { name, pinned: pinned.unwrap_or(known.pinned), ..known };
            write_whole(&path.join(RECORD), &serde_json::to_vec_pretty(&record)?)?;
            Ok(record)
        };
        change().map_err(|error| self.failed(&error))
    }

    /// Deletes a run; one that is not there is deleted already.
    pub fn remove(&self, id: &str) -> StoreResult<()> {
        let _writing = self.hold();
        self.folders_of(id).iter().try_for_each(|folder| self.remove_run(folder)).map_err(|error| self.failed(&error))
    }

    /// What does not fit into so many bytes, the first to go first: the oldest that are not pinned, but never the newest.
    pub fn list_over(runs: &[RunRecord], budget_bytes: u64) -> Vec<String> {
        let mut over = runs.iter().map(|run| run.bytes).sum::<u64>().saturating_sub(budget_bytes);
        let mut oldest: Vec<&RunRecord> = runs.iter().collect();
        oldest.sort_by_key(|run| (run.finished_ms, run.number));
        oldest.pop();
        let mut going = Vec::new();
        for run in oldest.into_iter().filter(|run| !run.pinned) {
            if over == 0 {
                break;
            }
            over = over.saturating_sub(run.bytes);
            going.push(run.id.clone());
        }
        going
    }

    /// Removes what earlier programs did not finish, unless another one is writing here.
    pub fn clear_unfinished(&self) -> StoreResult<()> {
        let mut writing = self.hold();
        if !self.path.is_dir() || !self.claim(&mut writing) {
            return Ok(());
        }
        let Ok(entries) = fs::read_dir(&self.path) else { return Ok(()) };
        let mut unfinished =
            entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED));
        unfinished.try_for_each(|entry| remove_folder(&entry.path())).map_err(|error| self.failed(&error))
    }

    fn run(&self, id: &str) -> StoreResult<PathBuf> {
        self.folders_of(id).pop().ok_or_else(|| StoreError::MissingRun(id.to_owned()))
    }

    /// The folders of a run, the newest last.
    fn folders_of(&self, id: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut folders: Vec<(u64, PathBuf)> = entries
            .filter_map(|path| parse_name(&path).filter(|(_, of)| of == id).map(|(number, _)| (number, path)))
            .collect();
        folders.sort();
        folders.into_iter().map(|(_, path)| path).collect()
    }

    /// Takes a folder out of the list at once, and then away.
    fn remove_run(&self, folder: &Path) -> io::Result<()> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let old = self.path.join(format!("{UNFINISHED}{name}"));
        remove_folder(&old)?;
        fs::rename(folder, &old)?;
        remove_folder(&old)
    }

    /// Locks the folder against other programs' clearing; `false`: another one has done so. The system frees it when this one ends.
    fn claim(&self, lock: &mut Option<fs::File>) -> bool {
        if lock.is_none() {
            let file = fs::File::create(self.path.join(LOCK)).ok().filter(|file| file.try_lock().is_ok());
            *lock = file;
        }
        lock.is_some()
    }

    fn hold(&self) -> MutexGuard<'_, Option<fs::File>> {
        self.writing.lock().expect("no panic while held")
    }

    fn failed(&self, error: &dyn std::fmt::Display) -> StoreError {
        StoreError::Run { path: self.path.display().to_string(), why: format!("{error:#}") }
    }
}

/// Number and id of the run in this folder: `7-coverage-1a2b3c4d`. `None`: it is none.
fn parse_name(folder: &Path) -> Option<(u64, String)> {
    let name = folder.file_name()?.to_str()?;
    let (number, id) = name.split_once('-')?;
    let number = number.parse().ok().filter(|_| number.bytes().all(|digit| digit.is_ascii_digit()))?;
    (is_id(id) && folder.is_dir()).then(|| (number, id.to_owned()))
}

fn read_record(folder: &Path) -> anyhow::Result<RunRecord> {
    Ok(serde_json::from_slice(&fs::read(folder.join(RECORD))?)?)
}

/// Writes a file beside and renames it when it is on disk.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = fs::File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)
}

/// Brings new names in a folder to disk; elsewhere than on Unix folders cannot be opened as files, and need not be.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(path)?.sync_all() } else { Ok(()) }
}

fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
