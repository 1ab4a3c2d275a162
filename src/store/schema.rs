//! The tables of a store, and rows of them.

use rusqlite::{Connection, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};

use super::StoredScenario;
use super::audit::TRAIL;
use super::history::RevisionOrigin;
use fireplan_model::scenario::Scenario;

/// Version of the tables. A store of an older one is brought up to date when something is written.
pub(super) const VERSION: i32 = 4;
/// Stores before this version know neither references nor history.
pub(super) const VERSION_WITH_HISTORY: i32 = 2;
/// Stores before this version have no trail, and do not know what the edits of earlier revisions referred to.
pub(super) const VERSION_WITH_TRAIL: i32 = 3;

/// Stores before this version do not know of what a scenario is a copy, and what it was called before.
pub(super) const VERSION_WITH_ORIGIN: i32 = 4;

/// Makes the table of all revisions.
pub(super) const HISTORY: &str = "CREATE TABLE IF NOT EXISTS history (
    name TEXT NOT NULL, revision INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, edits TEXT NOT NULL,
    refers TEXT NOT NULL DEFAULT '[]', origin TEXT NOT NULL DEFAULT 'null',
    PRIMARY KEY (name, revision)
) STRICT;";

pub(super) fn version(connection: &Connection) -> rusqlite::Result<i32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// The columns of a scenario, in the order of [`read_scenario`].
pub(super) fn columns(connection: &Connection) -> rusqlite::Result<&'static str> {
    let older = version(connection)? < VERSION_WITH_HISTORY;
    Ok(if older { "name, edits, revision, '[]'" } else { "name, edits, revision, refers" })
}

/// What a column of the history is called in this store; the references of the present state stand in for those of a revision
/// that an older program kept without.
pub(super) fn history_references(connection: &Connection) -> rusqlite::Result<&'static str> {
    Ok(if version(connection)? < VERSION_WITH_TRAIL { "'[]'" } else { "refers" })
}

/// The same for how a revision came about.
pub(super) fn history_origin(connection: &Connection) -> rusqlite::Result<&'static str> {
    Ok(if version(connection)? < VERSION_WITH_ORIGIN { "'null'" } else { "origin" })
}

/// Adds to a store of an older program what it lacks, all of it or nothing.
pub(super) fn bring_up_to_date(connection: &Connection) -> rusqlite::Result<()> {
    if version(connection)? >= VERSION {
        return Ok(());
    }
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Another program may have done so meanwhile.
    let found = version(&transaction)?;
    if found < VERSION_WITH_HISTORY {
        transaction.execute_batch(&format!(
            "ALTER TABLE scenario ADD COLUMN refers TEXT NOT NULL DEFAULT '[]';
             {HISTORY}
             INSERT INTO history (name, revision, at, by, edits, refers)
             SELECT name, revision, datetime('now'), '', edits, refers FROM scenario;"
        ))?;
    } else {
        if found < VERSION_WITH_TRAIL {
            transaction.execute_batch("ALTER TABLE history ADD COLUMN refers TEXT NOT NULL DEFAULT '[]';")?;
        }
        transaction.execute_batch("ALTER TABLE history ADD COLUMN origin TEXT NOT NULL DEFAULT 'null';")?;
    }
    if found < VERSION_WITH_TRAIL {
        transaction.execute_batch(TRAIL)?;
    }
    transaction.execute_batch(&format!("PRAGMA user_version = {VERSION};"))?;
    transaction.commit()
}

/// Revision and digest of the edits of a scenario, so that its history can be held against the trail.
pub(super) fn describe_state(connection: &Connection, name: &str) -> rusqlite::Result<String> {
    let sql = "SELECT revision, edits FROM scenario WHERE name = ?1";
    let (revision, edits) =
        connection.query_row(sql, [name], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let digest: String = Sha256::digest(edits.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("第 {revision} 版，改动 {digest}"))
}

/// Keeps the present state of a scenario in its history, with how it came about if not by an edit.
pub(super) fn record(
    connection: &Connection,
    name: &str,
    by: &str,
    origin: Option<&RevisionOrigin>,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO history (name, revision, at, by, edits, refers, origin) \
               SELECT name, revision, datetime('now'), ?2, edits, refers, ?3 FROM scenario WHERE name = ?1";
    connection.execute(sql, [name, by, &write_json(&origin)]).map(drop)
}

pub(super) fn write_json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("edits and references are plain data")
}

pub(super) fn read_json<T: serde::de::DeserializeOwned>(column: usize, text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into()))
}

pub(super) fn read_scenario(row: &rusqlite::Row) -> rusqlite::Result<StoredScenario> {
    let (edits, references): (String, String) = (row.get(1)?, row.get(3)?);
    Ok(StoredScenario {
        scenario: Scenario { name: row.get(0)?, edits: read_json(1, &edits)? },
        revision: row.get(2)?,
        references: read_json(3, &references)?,
    })
}
