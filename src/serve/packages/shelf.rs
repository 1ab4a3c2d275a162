//! Where packages are kept: a folder beside the scenarios of the area, with so many of them, each an archive and what is to be
//! told of it. Both are written beside and then put in their place, the archive last: a package is there if its archive is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::job::{PackageJob, PackageRecord};
use fireplan_model::message::making_folder;
use fireplan_package::folder::UNFINISHED;
use fireplan_package::{PlanFacts, keep_facts, read_facts_of, write_beside};

/// Number of packages of an area that are kept; older ones are removed.
pub(crate) const KEPT_PACKAGES: usize = 6;

/// The packages of an area.
pub struct PackageShelf {
    place: ShelfPlace,
    /// The folder or file of the area.
    area: OnceLock<PathBuf>,
    /// What was told of the plan where it could not be written beside the area.
    told: Mutex<PlanFacts>,
    /// The oldest first; `None`: the folder was not looked at yet.
    jobs: Mutex<Option<Vec<Arc<PackageJob>>>>,
}

enum ShelfPlace {
    Folder(PathBuf),
    /// Lost when the program ends; made when it is needed.
    Temporary(OnceLock<TempDir>),
}

impl PackageShelf {
    /// Beside the store of the area's scenarios; where that is in memory, packages are lost when the program ends.
    pub fn beside(store: &Path) -> Self {
        let place = match store.file_name().map(|name| name.to_string_lossy()) {
            Some(name) if name != ":memory:" => ShelfPlace::Folder(store.with_file_name(name_folder(&name))),
            _ => ShelfPlace::Temporary(OnceLock::new()),
        };
        Self { place, area: OnceLock::new(), told: Mutex::default(), jobs: Mutex::default() }
    }

    /// Tells where the area lies; only once.
    pub fn settle(&self, area: PathBuf) {
        let _ = self.area.set(area);
    }

    /// The area as commands name it.
    pub fn area_name(&self) -> String {
        let name = self.area.get().and_then(|area| area.file_name());
        name.map_or_else(|| "AREA".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    fn folder(&self) -> Result<PathBuf> {
        match &self.place {
            ShelfPlace::Folder(folder) => Ok(folder.clone()),
            ShelfPlace::Temporary(made) => {
                if let Some(folder) = made.get() {
                    return Ok(folder.path().to_owned());
                }
                let folder = tempfile::tempdir().context("建立临时文件夹 | making a temporary folder")?;
                Ok(made.get_or_init(|| folder).path().to_owned())
            }
        }
    }

    /// What is known of the plan.
    ///
    /// # Errors
    /// If what the bureau wrote beside the area is not understood.
    pub fn facts(&self) -> Result<PlanFacts> {
        let written = self.area.get().map(|area| read_facts_of(area)).transpose()?.unwrap_or_default();
        Ok(written.overridden_by(&self.told.lock().expect("no panic while held")))
    }

    /// Keeps what was told of the plan: beside the area, or else as long as the program runs.
    pub fn tell_facts(&self, facts: &PlanFacts) {
        let area = self.area.get().filter(|area| area.is_dir());
        let written = area.map(|area| keep_facts(area, facts));
        match written {
            Some(Ok(())) => {}
            other => {
                if let Some(Err(error)) = other {
                    tracing::warn!("package.toml: {error:#}");
                }
                let mut told = self.told.lock().expect("no panic while held");
                *told = told.clone().overridden_by(facts);
            }
        }
    }

    /// The packages, with those of earlier.
    fn jobs(&self) -> MutexGuard<'_, Option<Vec<Arc<PackageJob>>>> {
        let mut jobs = self.jobs.lock().expect("no panic while held");
        if jobs.is_none() {
            *jobs =
                Some(self.read_records().into_iter().map(|record| Arc::new(PackageJob::recorded(record))).collect());
        }
        jobs
    }

    /// What is kept, in the order in which it was finished. What is not understood is of another version, and is left alone.
    fn read_records(&self) -> Vec<PackageRecord> {
        let ShelfPlace::Folder(folder) = &self.place else { return Vec::new() };
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let texts = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
        let records = texts.filter_map(|path| serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok());
        let mut records: Vec<PackageRecord> =
            records.filter(|record: &PackageRecord| archive_of(folder, &record.id).exists()).collect();
        records.sort_by(|a, b| (&a.times[2], &a.id).cmp(&(&b.times[2], &b.id)));
        records
    }

    /// All packages, the oldest first.
    pub fn list(&self) -> Vec<Arc<PackageJob>> {
        self.jobs().clone().unwrap_or_default()
    }

    /// The package of this id.
    pub fn find(&self, id: &str) -> Option<Arc<PackageJob>> {
        self.list().into_iter().find(|job| job.id == id)
    }

    /// Takes up an order; gives the package that is being made of the same order, if there is one.
    pub fn order(&self, job: PackageJob) -> Result<Arc<PackageJob>, Arc<PackageJob>> {
        let mut jobs = self.jobs();
        let jobs = jobs.get_or_insert_default();
        if let Some(known) = jobs.iter().find(|known| known.id == job.id && known.is_open()) {
            return Err(known.clone());
        }
        jobs.retain(|known| known.id != job.id);
        let job = Arc::new(job);
        jobs.push(job.clone());
        Ok(job)
    }

    /// The archive of a package.
    pub fn archive(&self, id: &str) -> Result<PathBuf> {
        Ok(archive_of(&self.folder()?, id))
    }

    /// Keeps a package that was made, and removes those over the number and what was left unfinished.
    pub fn keep(&self, record: &PackageRecord, archive: &[u8]) -> Result<()> {
        let folder = self.folder()?;
        std::fs::create_dir_all(&folder).with_context(|| making_folder(&folder))?;
        remove_unfinished(&folder);
        let mut text = serde_json::to_string_pretty(record)?;
        text.push('\n');
        write_beside(&folder.join(format!("{}.json", record.id)), text.as_bytes())?;
        write_beside(&archive_of(&folder, &record.id), archive)?;
        let mut jobs = self.jobs();
        let jobs = jobs.get_or_insert_default();
        let over: Vec<Arc<PackageJob>> =
            jobs.iter().filter(|job| !job.is_open() && job.id != record.id).cloned().collect();
        for old in over.iter().take((over.len() + 1).saturating_sub(KEPT_PACKAGES)) {
            remove_package(&folder, &old.id);
            jobs.retain(|job| job.id != old.id);
        }
        Ok(())
    }

    /// Removes a package.
    pub fn remove(&self, job: &Arc<PackageJob>) -> Result<()> {
        self.discard(&job.id)?;
        self.jobs().get_or_insert_default().retain(|known| !Arc::ptr_eq(known, job));
        Ok(())
    }

    /// Removes what is kept of a package.
    pub fn discard(&self, id: &str) -> Result<()> {
        remove_package(&self.folder()?, id);
        Ok(())
    }
}

/// `scenarios.sqlite` keeps its packages in `packages`, `x.osm.pbf.scenarios.sqlite` in `x.osm.pbf.packages`.
fn name_folder(store: &str) -> String {
    match store.strip_suffix("scenarios.sqlite") {
        Some(before) => format!("{before}packages"),
        None => format!("{}.packages", store.trim_end_matches(".sqlite")),
    }
}

fn archive_of(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.zip"))
}

/// The archive goes first: without it, nobody takes the rest for a package.
fn remove_package(folder: &Path, id: &str) {
    // A file that is gone already is as good as removed.
    let _ = std::fs::remove_file(archive_of(folder, id));
    let _ = std::fs::remove_file(folder.join(format!("{id}.json")));
}

/// Removes what a program that was killed had not finished.
fn remove_unfinished(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().ends_with(UNFINISHED) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::job::{Edition, PackageChoice, PackageSummary};

    fn job(id: &str) -> PackageJob {
        let choice = PackageChoice {
            edition: Edition::Internal,
            is_final: false,
            parts: Vec::new(),
            settings: serde_json::Value::Null,
        };
        PackageJob::new(id.to_owned(), choice, 1)
    }

    fn make(shelf: &PackageShelf, id: &str) {
        let job = shelf.order(job(id)).ok().unwrap();
        let made =
            PackageSummary { name: id.into(), bytes: 3, files: 1, doubtful: 0, open_words: 0, unanswered: Vec::new() };
        let record = job.record(made);
        shelf.keep(&record, id.as_bytes()).unwrap();
        assert!(job.finish(&record));
    }

    #[test]
    fn so_many_are_kept_and_found_again_by_another_program() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("scenarios.sqlite");
        let shelf = PackageShelf::beside(&store);
        let kept = folder.path().join("packages");
        std::fs::create_dir(&kept).unwrap();
        std::fs::write(kept.join("package-x.zip.part"), "half").unwrap();
        for number in 0..KEPT_PACKAGES + 2 {
            make(&shelf, &format!("package-{number}"));
        }
        let ids = |shelf: &PackageShelf| shelf.list().iter().map(|job| job.id.clone()).collect::<Vec<_>>();
        let wanted: Vec<String> = (2..KEPT_PACKAGES + 2).map(|number| format!("package-{number}")).collect();
        assert_eq!(ids(&shelf), wanted);
        assert_eq!(std::fs::read_dir(&kept).unwrap().count(), 2 * KEPT_PACKAGES, "no half of a file stays");
        // The record of an archive that is gone is no package.
        std::fs::remove_file(kept.join("package-3.zip")).unwrap();
        let again = PackageShelf::beside(&store);
        assert_eq!(ids(&again).len(), KEPT_PACKAGES - 1);
        again.remove(&again.find("package-4").unwrap()).unwrap();
        assert!(again.find("package-4").is_none() && !kept.join("package-4.json").exists());
    }

    #[test]
    fn the_same_order_is_made_once_at_a_time() {
        let shelf = PackageShelf::beside(Path::new(":memory:"));
        let first = shelf.order(job("package-1")).ok().unwrap();
        let second = shelf.order(job("package-1")).err().unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        first.dismiss();
        assert!(shelf.order(job("package-1")).is_ok());
        assert_eq!(shelf.list().len(), 1);
    }

    #[test]
    fn packages_lie_beside_the_scenarios() {
        assert_eq!(name_folder("scenarios.sqlite"), "packages");
        assert_eq!(name_folder("x.osm.pbf.scenarios.sqlite"), "x.osm.pbf.packages");
        assert_eq!(name_folder("mine.sqlite"), "mine.packages");
    }

    #[test]
    fn what_was_told_of_the_plan_is_kept_where_it_can_be() {
        let area = tempfile::tempdir().unwrap();
        let facts = PlanFacts { body: "甲县人民政府".to_owned(), ..PlanFacts::default() };
        for place in [area.path().to_owned(), area.path().join("roads.osm")] {
            let shelf = PackageShelf::beside(Path::new(":memory:"));
            shelf.settle(place);
            shelf.tell_facts(&facts);
            assert_eq!(shelf.facts().unwrap(), facts);
        }
        assert!(area.path().join("package.toml").exists());
    }
}
