//! What is kept of an area: named scenarios in one SQLite file next to it (方案库), and [finished runs](runs) in a folder beside that.
//!
//! The file is made when the first scenario is saved, so that opening an area writes nothing. It bears an application id:
//! another SQLite file, or a file of another kind, is refused rather than written into. Two programs may use one store: every
//! scenario has a revision, and a change that was made of an older one is refused. Every revision is kept with its day and hour,
//! so that a change can be taken back and made again by another program, on another day. Every change is a row of the [trail](audit), too,
//! in the same transaction.
//!
//! [A backup](backup) holds all of it with the data of the area.
//!
//! It may use the model and SQLite. It must not apply a scenario, nor know an area: whoever saves one has checked it.

pub mod audit;
pub mod backup;
mod error;
mod history;
pub mod runs;
mod schema;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};

use fireplan_model::scenario::{Edit, EditReference, KeptScenario, Scenario};

use audit::{AuditEvent, TRAIL};
pub use error::{StoreError, StoreResult};
pub use history::{RevisionOrigin, StoredRevision};
use schema::{HISTORY, VERSION, bring_up_to_date, columns, describe_state, read_scenario, record, version, write_json};

/// Marks the file as a store of scenarios: "FPSC".
const APPLICATION_ID: i32 = 0x4650_5343;

/// Named scenarios of one area.
pub struct Store {
    path: PathBuf,
    open: Mutex<Option<Connection>>,
}

/// A scenario with its revision, which every change increases by one.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredScenario {
    /// The scenario.
    pub scenario: Scenario,
    /// Counts its changes, from 1.
    pub revision: i64,
    /// What its edits referred to when they were made.
    pub references: Vec<EditReference>,
}

impl From<StoredScenario> for KeptScenario {
    fn from(StoredScenario { scenario, revision, references }: StoredScenario) -> Self {
        Self { scenario, revision: Some(revision), references }
    }
}

impl Store {
    /// The store of the area at this path: inside its folder, or beside a single file.
    pub fn beside(area: &Path) -> Self {
        if area.is_dir() {
            return Self::at(area.join("scenarios.sqlite"));
        }
        let folder = area.parent().unwrap_or(Path::new(""));
        match area.file_name().map(|name| name.to_string_lossy()) {
            Some(name) if name != "area.toml" => Self::at(folder.join(format!("{name}.scenarios.sqlite"))),
            _ => Self::at(folder.join("scenarios.sqlite")),
        }
    }

    /// The store in this file, which need not exist yet.
    pub fn at(path: PathBuf) -> Self {
        Self { path, open: Mutex::new(None) }
    }

    /// A store that is lost when the program ends.
    pub fn in_memory() -> Self {
        Self::at(PathBuf::from(":memory:"))
    }

    /// The file of the store.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All scenarios by name that this program can read.
    pub fn list(&self) -> StoreResult<Vec<StoredScenario>> {
        Ok(self.read_all()?.into_iter().filter_map(Result::ok).collect())
    }

    /// The names of those that a newer program has kept with edits that this one does not know.
    pub fn list_unreadable(&self) -> StoreResult<Vec<String>> {
        Ok(self.read_all()?.into_iter().filter_map(Result::err).collect())
    }

    /// Every row by itself, or its name where it cannot be read.
    fn read_all(&self) -> StoreResult<Vec<Result<StoredScenario, String>>> {
        self.read(|connection| {
            let sql = format!("SELECT {} FROM scenario ORDER BY name", columns(connection)?);
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([], |row| {
                let name: String = row.get(0)?;
                Ok(read_scenario(row).map_err(|_| name))
            })?;
            rows.collect()
        })
        .map(Option::unwrap_or_default)
    }

    /// The scenario of this name.
    pub fn get(&self, name: &str) -> StoreResult<StoredScenario> {
        let found = self.read(|connection| {
            let sql = format!("SELECT {} FROM scenario WHERE name = ?1", columns(connection)?);
            connection.query_row(&sql, [name], |row| Ok(read_scenario(row).ok())).optional()
        })?;
        let found = found.flatten().ok_or_else(|| StoreError::Missing(name.to_owned()))?;
        found.ok_or_else(|| StoreError::Newer(name.to_owned()))
    }

    /// Saves a new scenario.
    pub fn create(&self, scenario: &Scenario) -> StoreResult<StoredScenario> {
        self.create_kept(&scenario.clone().into(), "")
    }

    /// Saves a new scenario with what its edits refer to; `by`: who makes it.
    pub fn create_kept(&self, kept: &KeptScenario, by: &str) -> StoreResult<StoredScenario> {
        self.create_from(kept, by, None)
    }

    fn create_from(
        &self,
        kept: &KeptScenario,
        by: &str,
        origin: Option<&RevisionOrigin>,
    ) -> StoreResult<StoredScenario> {
        let Scenario { name, edits } = &kept.scenario;
        kept.scenario.check().map_err(StoreError::Name)?;
        Scenario::check_author(by).map_err(StoreError::Name)?;
        self.write(name, |connection| {
            let sql = "INSERT INTO scenario (name, edits, revision, refers) \
                       SELECT ?1, ?2, COALESCE(MAX(revision), 0) + 1, ?3 FROM history WHERE name = ?1";
            let made = connection.execute(sql, params![name, write_json(edits), write_json(&kept.references)])?;
            record(connection, name, by, origin)?;
            note(connection, "createScenario", name, by)?;
            Ok(made)
        })?;
        self.get(name)
    }

    /// Saves a new scenario, under the next number where its name is taken: 近期 2 for 近期, 方案3 for 方案2.
    ///
    /// Whoever looks for a free name first and saves then can be forestalled by somebody else in between.
    pub fn create_numbered(&self, scenario: Scenario) -> StoreResult<StoredScenario> {
        self.create_kept_numbered(scenario.into(), "")
    }

    /// The same for a scenario with what its edits refer to.
    pub fn create_kept_numbered(&self, mut kept: KeptScenario, by: &str) -> StoreResult<StoredScenario> {
        loop {
            match self.create_kept(&kept, by) {
                Err(StoreError::Taken(_)) => kept.scenario.name = next_name(&kept.scenario.name),
                made => return made,
            }
        }
    }

    /// Replaces the edits of a scenario; with a revision, only if nobody else has changed it since that one.
    pub fn edit(&self, name: &str, edits: &[Edit], revision: Option<i64>) -> StoreResult<StoredScenario> {
        let references = self.get(name)?.references;
        self.edit_kept(name, (edits, &references), revision, "")
    }

    /// The same with what the edits refer to; `by`: who changes it.
    pub fn edit_kept(
        &self,
        name: &str,
        (edits, references): (&[Edit], &[EditReference]),
        revision: Option<i64>,
        by: &str,
    ) -> StoreResult<StoredScenario> {
        let known = self.get(name)?;
        if revision.is_some_and(|revision| revision != known.revision) {
            return Err(StoreError::Changed(name.to_owned()));
        }
        Scenario { name: name.to_owned(), edits: edits.to_vec() }.check().map_err(StoreError::Name)?;
        Scenario::check_author(by).map_err(StoreError::Name)?;
        let changed = self.write(name, |connection| {
            let sql = "UPDATE scenario SET edits = ?2, refers = ?4, revision = revision + 1 \
                       WHERE name = ?1 AND revision = ?3";
            let texts = (write_json(edits), write_json(references));
            let changed = connection.execute(sql, params![name, texts.0, known.revision, texts.1])?;
            if changed > 0 {
                record(connection, name, by, None)?;
                note(connection, "replaceEdits", name, by)?;
            }
            Ok(changed)
        })?;
        if changed == 0 {
            return Err(StoreError::Changed(name.to_owned()));
        }
        self.get(name)
    }

    /// Gives a scenario another name; `by`: who does.
    pub fn rename(&self, name: &str, new: &str, by: &str) -> StoreResult<StoredScenario> {
        Scenario::check_name(new).map_err(StoreError::Name)?;
        self.get(name)?;
        self.write(new, |connection| {
            // Another scenario may have had the name: its revisions keep their numbers, and these come after them.
            let sql = "SELECT COALESCE(MAX(revision), 0) FROM history WHERE name = ?1";
            let used: i64 = connection.query_row(sql, [new], |row| row.get(0))?;
            let sql = "UPDATE scenario SET name = ?2, revision = revision + ?3 + 1 WHERE name = ?1";
            let changed = connection.execute(sql, params![name, new, used])?;
            let sql = "UPDATE history SET name = ?2, revision = revision + ?3 WHERE name = ?1";
            connection.execute(sql, params![name, new, used])?;
            record(connection, new, by, Some(&RevisionOrigin::Renamed { from: name.to_owned() }))?;
            let event = AuditEvent { person: by, action: "renameScenario", subject: name, detail: new };
            audit::append(connection, &event)?;
            Ok(changed)
        })?;
        self.get(new)
    }

    /// Saves the edits of a scenario under another name; `by`: who does.
    pub fn copy(&self, name: &str, new: &str, by: &str) -> StoreResult<StoredScenario> {
        let StoredScenario { scenario: Scenario { edits, .. }, references, revision } = self.get(name)?;
        let scenario = Scenario { name: new.to_owned(), edits };
        let origin = RevisionOrigin::Copied { from: name.to_owned(), revision };
        self.create_from(&KeptScenario { scenario, revision: None, references }, by, Some(&origin))
    }

    /// Deletes a scenario; `by`: who does. Its revisions stay: a scenario that is saved under its name later goes on counting, so
    /// that no two states are ever called alike.
    pub fn delete(&self, name: &str, by: &str) -> StoreResult<()> {
        self.get(name)?;
        self.write(name, |connection| {
            note(connection, "deleteScenario", name, by)?;
            connection.execute("DELETE FROM scenario WHERE name = ?1", [name])
        })?;
        Ok(())
    }

    /// Copies the store as it is now into a new file, while others read and write it; `false`: there is no store yet.
    pub fn copy_to(&self, path: &Path) -> StoreResult<bool> {
        let copied = self.read(|connection| copy_database(connection, path))?;
        Ok(copied.is_some())
    }

    fn connection(&self) -> MutexGuard<'_, Option<Connection>> {
        self.open.lock().expect("no panic while held")
    }

    /// `None`: there is no store yet.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> StoreResult<Option<T>> {
        let mut open = self.connection();
        if open.is_none() {
            if !self.path.exists() {
                return Ok(None);
            }
            *open = Some(
                self.open(OpenFlags::SQLITE_OPEN_READ_WRITE)
                    .or_else(|_| self.open(OpenFlags::SQLITE_OPEN_READ_ONLY))?,
            );
        }
        open.as_ref().map(work).transpose().map_err(|error| self.explain_error("", error))
    }

    fn write(&self, name: &str, work: impl FnOnce(&Connection) -> rusqlite::Result<usize>) -> StoreResult<usize> {
        let mut open = self.connection();
        if open.is_none() {
            *open = Some(self.open(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?);
        }
        let connection = open.as_ref().expect("it was opened above");
        let whole = || -> rusqlite::Result<usize> {
            bring_up_to_date(connection)?;
            // All of a change is written, or nothing of it.
            let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
            let changed = work(&transaction)?;
            transaction.commit()?;
            Ok(changed)
        };
        whole().map_err(|error| self.explain_error(name, error))
    }

    fn open(&self, flags: OpenFlags) -> StoreResult<Connection> {
        let connection =
            Connection::open_with_flags(&self.path, flags).map_err(|error| self.explain_error("", error))?;
        self.create_table(&connection).map_err(|error| self.explain_error("", error))?;
        let id = connection.query_row("PRAGMA application_id", [], |row| row.get::<_, i32>(0)).unwrap_or(0);
        let (found, path) = (version(&connection).unwrap_or(0), || self.path.display().to_string());
        match found {
            1..=VERSION if id == APPLICATION_ID => {}
            newer if id == APPLICATION_ID && newer > VERSION => return Err(StoreError::NewerStore(path())),
            _ => return Err(StoreError::NoStore(path())),
        }
        Ok(connection)
    }

    /// Makes the table, in an empty file only.
    fn create_table(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.busy_timeout(std::time::Duration::from_secs(3))?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 {
            return Ok(());
        }
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE;
             PRAGMA application_id = {APPLICATION_ID};
             PRAGMA user_version = {VERSION};
             CREATE TABLE IF NOT EXISTS scenario (
                 name TEXT PRIMARY KEY, edits TEXT NOT NULL, revision INTEGER NOT NULL, refers TEXT NOT NULL DEFAULT '[]'
             ) STRICT;
             {HISTORY}
             {TRAIL}
             COMMIT;"
        ))
    }

    fn explain_error(&self, name: &str, error: rusqlite::Error) -> StoreError {
        let path = self.path.display().to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => StoreError::Taken(name.to_owned()),
            Some(ErrorCode::NotADatabase) => StoreError::NoStore(path),
            Some(ErrorCode::DiskFull) => StoreError::DiskFull(path),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                StoreError::ReadOnly { path, why: error.to_string() }
            }
            _ => StoreError::Other { path, source: error },
        }
    }
}

/// Copies a database that may be in use, by the online backup of SQLite, into a file that is not there yet.
pub fn copy_database(connection: &Connection, path: &Path) -> rusqlite::Result<()> {
    /// Pages between two looks at who else wants to write.
    const PAGES: std::ffi::c_int = 1024;
    let mut target = Connection::open(path)?;
    rusqlite::backup::Backup::new(connection, &mut target)?.run_to_completion(PAGES, std::time::Duration::ZERO, None)
}

/// Writes down that a scenario was brought into its present state.
fn note(connection: &Connection, action: &str, name: &str, by: &str) -> rusqlite::Result<()> {
    let detail = describe_state(connection, name)?;
    audit::append(connection, &AuditEvent { person: by, action, subject: name, detail: &detail })
}

/// The name with the next number.
fn next_name(name: &str) -> String {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match name[stem.len()..].parse::<u64>().ok().and_then(|number| number.checked_add(1)) {
        Some(next) if !stem.is_empty() => format!("{stem}{next}"),
        _ => format!("{name} 2"),
    }
}
