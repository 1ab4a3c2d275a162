//! The file: its tables, and how it is read and written.

use std::sync::MutexGuard;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::{Office, OfficeError, OfficeResult};
use fireplan_store::audit::{self, AuditEvent, AuditRow, TRAIL};

/// Marks the file: "FPOF".
const APPLICATION_ID: i32 = 0x4650_4F46;
/// Version of the tables.
const VERSION: i32 = 1;

const TABLES: &str = "
    CREATE TABLE person (name TEXT PRIMARY KEY, password TEXT, since TEXT NOT NULL) STRICT;
    CREATE TABLE area_role (
        person TEXT NOT NULL REFERENCES person (name) ON DELETE CASCADE, area TEXT NOT NULL, role TEXT NOT NULL,
        PRIMARY KEY (person, area)
    ) STRICT;
    CREATE TABLE session (
        token_sha256 TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person (name) ON DELETE CASCADE,
        signed_in_s INTEGER NOT NULL, expires_s INTEGER NOT NULL
    ) STRICT;";

impl Office {
    fn connection(&self) -> MutexGuard<'_, Option<Connection>> {
        self.open.lock().expect("no panic while held")
    }

    /// `None`: there is no file yet, and so nobody.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> OfficeResult<Option<T>> {
        let mut open = self.connection();
        if open.is_none() {
            if !self.path.exists() {
                return Ok(None);
            }
            *open = Some(self.open(OpenFlags::SQLITE_OPEN_READ_WRITE)?);
        }
        open.as_ref().map(work).transpose().map_err(|error| self.explain_error(&error))
    }

    /// All of a change is written, with its row of the trail, or nothing of it.
    pub(super) fn write<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> OfficeResult<T> {
        let mut open = self.connection();
        if open.is_none() {
            *open = Some(self.open(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?);
        }
        let connection = open.as_ref().expect("it was opened above");
        let whole = || -> rusqlite::Result<T> {
            let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        whole().map_err(|error| self.explain_error(&error))
    }

    fn open(&self, flags: OpenFlags) -> OfficeResult<Connection> {
        let failed = |error: rusqlite::Error| self.explain_error(&error);
        let connection = Connection::open_with_flags(&self.path, flags).map_err(failed)?;
        connection.busy_timeout(Duration::from_secs(3)).map_err(failed)?;
        connection.execute_batch("PRAGMA foreign_keys = ON;").map_err(failed)?;
        self.create_tables(&connection).map_err(failed)?;
        let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i32>(0)).unwrap_or(0);
        if number("PRAGMA application_id") != APPLICATION_ID || number("PRAGMA user_version") != VERSION {
            return Err(OfficeError::NoOffice(self.path.display().to_string()));
        }
        Ok(connection)
    }

    /// Makes the tables, in an empty file only, which nobody but its owner may read.
    fn create_tables(&self, connection: &Connection) -> rusqlite::Result<()> {
        let empty = |connection: &Connection| -> rusqlite::Result<bool> {
            connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
        };
        if !empty(connection)? {
            return Ok(());
        }
        self.hide_from_others();
        let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        // Another program may have done so meanwhile.
        if empty(&transaction)? {
            transaction.execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; {TABLES} {TRAIL}"
            ))?;
        }
        transaction.commit()
    }

    #[cfg(unix)]
    fn hide_from_others(&self) {
        use std::os::unix::fs::PermissionsExt;
        // A file system without permissions has none to give.
        let _ = std::fs::set_permissions(&self.path, std::fs::Permissions::from_mode(0o600));
    }

    #[cfg(not(unix))]
    fn hide_from_others(&self) {}

    pub(super) fn explain_error(&self, error: &rusqlite::Error) -> OfficeError {
        let path = self.path.display().to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => OfficeError::NoOffice(path),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::DiskFull) => {
                OfficeError::Unwritable { path, why: error.to_string() }
            }
            _ => OfficeError::OfficeFailed { path, why: error.to_string() },
        }
    }

    /// Adds a row to the trail, of something that is not kept here.
    pub fn note(&self, event: &AuditEvent) -> OfficeResult<()> {
        self.write(|connection| audit::append(connection, event))
    }

    /// The rows of the trail after the one of this number, the first first, at most so many.
    pub fn list_trail(&self, after: i64, most: usize) -> OfficeResult<Vec<AuditRow>> {
        Ok(self.read(|connection| audit::list(connection, after, most))?.unwrap_or_default())
    }

    /// How many rows the trail has.
    pub fn count_trail(&self) -> OfficeResult<i64> {
        Ok(self.read(audit::count)?.unwrap_or_default())
    }

    /// Copies the file as it is now into a new one, while others read and write it; `false`: there is none yet.
    pub fn copy_to(&self, path: &std::path::Path) -> OfficeResult<bool> {
        Ok(self.read(|connection| fireplan_store::copy_database(connection, path))?.is_some())
    }
}
