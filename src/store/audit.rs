//! The trail of what was done (操作记录): rows that are only ever added, each with the digest of the one before, so that a row that is
//! changed, left out or put in between shows.
//!
//! A row is written in the transaction of what it tells of. Its digest is the SHA-256, in hexadecimal digits, of the JSON array
//! `[number, at, person, action, subject, detail, before]` without spaces; `before` is the digest of the row before, of the first row 64
//! zeros. That rows are missing at the end shows only to who has noted a later digest elsewhere.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::schema::{VERSION_WITH_TRAIL, version};
use super::{Store, StoreResult};

/// Makes the table; SQLite itself refuses to change or delete its rows.
pub const TRAIL: &str = "CREATE TABLE IF NOT EXISTS audit (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
    detail TEXT NOT NULL, before TEXT NOT NULL, digest TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'rows of the trail are not changed'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_shortened BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'rows of the trail are not deleted'); END;";

/// What somebody does, to be written down.
#[derive(Debug, Clone, Copy)]
pub struct AuditEvent<'a> {
    /// Who; empty where the program was not told.
    pub person: &'a str,
    /// What, as the interface calls it: `replaceEdits`.
    pub action: &'a str,
    /// To what.
    pub subject: &'a str,
    /// What else is to be known of it.
    pub detail: &'a str,
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Counts the rows, from 1, without gaps.
    pub number: i64,
    /// When, in UTC: `2026-11-29 12:30:00`.
    pub at: String,
    /// Who; empty where the program was not told.
    pub person: String,
    /// What, as the interface calls it: `replaceEdits`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What else is to be known of it.
    pub detail: String,
    /// Digest of the row before.
    pub before: String,
    /// Digest of this row.
    pub digest: String,
}

/// Whether a trail is as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCheck {
    /// So many rows there are.
    pub rows: usize,
    /// The digest of the last one, to be noted elsewhere; of an empty trail 64 zeros.
    pub last: String,
    /// The number at which the first row stands that is not as it was written, or not where it was; `None`: all are.
    pub broken: Option<i64>,
}

impl AuditRow {
    /// The digest that this row must have.
    pub fn compute_digest(&self) -> String {
        let Self { number, at, person, action, subject, detail, before, .. } = self;
        let text = serde_json::to_string(&(number, at, person, action, subject, detail, before));
        let digest = Sha256::digest(text.expect("numbers and texts are JSON").as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The digest before the first row.
fn nothing_before() -> String {
    "0".repeat(64)
}

/// Adds a row, within a transaction that holds the right to write: two programs must not both come after the same row.
pub fn append(connection: &Connection, event: &AuditEvent) -> rusqlite::Result<()> {
    let last = connection
        .query_row("SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let (number, before) = last.map_or_else(|| (1, nothing_before()), |(number, digest)| (number + 1, digest));
    let AuditEvent { person, action, subject, detail } = event;
    let mut row = AuditRow {
        number,
        at: connection.query_row("SELECT datetime('now')", [], |row| row.get(0))?,
        person: (*person).to_owned(),
        action: (*action).to_owned(),
        subject: (*subject).to_owned(),
        detail: (*detail).to_owned(),
        before,
        digest: String::new(),
    };
    row.digest = row.compute_digest();
    connection
        .execute(
            "INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![number, row.at, row.person, row.action, row.subject, row.detail, row.before, row.digest],
        )
        .map(drop)
}

/// The rows after the one of this number, the first first, at most so many.
pub fn list(connection: &Connection, after: i64, most: usize) -> rusqlite::Result<Vec<AuditRow>> {
    let sql = "SELECT number, at, person, action, subject, detail, before, digest FROM audit \
               WHERE number > ?1 ORDER BY number LIMIT ?2";
    let mut statement = connection.prepare(sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map([after, most], |row| {
        Ok(AuditRow {
            number: row.get(0)?,
            at: row.get(1)?,
            person: row.get(2)?,
            action: row.get(3)?,
            subject: row.get(4)?,
            detail: row.get(5)?,
            before: row.get(6)?,
            digest: row.get(7)?,
        })
    })?;
    rows.collect()
}

/// How many rows there are.
pub fn count(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT count(*) FROM audit", [], |row| row.get(0))
}

/// Follows the trail from its first row to its last.
pub fn verify(rows: &[AuditRow]) -> AuditCheck {
    let mut last = nothing_before();
    for (row, number) in rows.iter().zip(1..) {
        if row.number != number || row.before != last || row.digest != row.compute_digest() {
            return AuditCheck { rows: rows.len(), last, broken: Some(number) };
        }
        last.clone_from(&row.digest);
    }
    AuditCheck { rows: rows.len(), last, broken: None }
}

impl Store {
    /// Adds a row to the trail, of something that is not kept here.
    pub fn note(&self, event: &AuditEvent) -> StoreResult<()> {
        self.write("", |connection| append(connection, event).map(|()| 1)).map(drop)
    }

    /// The rows of the trail after the one of this number, the first first, at most so many; what an older program wrote has none.
    pub fn list_trail(&self, after: i64, most: usize) -> StoreResult<Vec<AuditRow>> {
        let rows = self.read(|connection| match version(connection)? {
            older if older < VERSION_WITH_TRAIL => Ok(Vec::new()),
            _ => list(connection, after, most),
        })?;
        Ok(rows.unwrap_or_default())
    }

    /// How many rows the trail has.
    pub fn count_trail(&self) -> StoreResult<i64> {
        let rows = self.read(|connection| match version(connection)? {
            older if older < VERSION_WITH_TRAIL => Ok(0),
            _ => count(connection),
        })?;
        Ok(rows.unwrap_or_default())
    }
}
