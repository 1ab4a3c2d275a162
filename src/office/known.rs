//! What is known of the file, in memory: every request asks who it is from, and the file is looked at again once a second.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::people::{Account, read_accounts};
use super::sessions::{KnownSession, read_sessions};
use super::{Office, OfficeResult, Person};

/// What another program changed is known after this time.
const KNOWN_FOR: Duration = Duration::from_secs(1);

/// People and sessions as they were read last.
#[derive(Default)]
pub(super) struct KnownOffice {
    content: Arc<OfficeContent>,
    /// What SQLite says of changes by others.
    version: i64,
    /// `None`: something was changed here, or nothing was read yet.
    looked: Option<Instant>,
}

#[derive(Default)]
pub(super) struct OfficeContent {
    pub accounts: BTreeMap<String, Account>,
    /// By the digests of their tokens.
    pub sessions: BTreeMap<String, KnownSession>,
}

impl Office {
    /// People and sessions as they are, or were a second ago.
    pub(super) fn content(&self) -> OfficeResult<Arc<OfficeContent>> {
        let mut known = self.known.lock().expect("no panic while held");
        if known.looked.is_some_and(|looked| looked.elapsed() < KNOWN_FOR) {
            return Ok(known.content.clone());
        }
        let (fresh, before) = (known.looked.is_none(), known.version);
        let read = self.read(|connection| read_content(connection, (!fresh).then_some(before)))?;
        match read {
            None => known.content = Arc::default(),
            Some((version, content)) => {
                known.version = version;
                if let Some(content) = content {
                    known.content = Arc::new(content);
                }
            }
        }
        known.looked = Some(Instant::now());
        Ok(known.content.clone())
    }

    /// The next question reads the file again.
    pub(super) fn forget(&self) {
        self.known.lock().expect("no panic while held").looked = None;
    }

    /// Whether there is anybody: else the program serves whoever sits at its machine.
    pub fn has_people(&self) -> OfficeResult<bool> {
        Ok(!self.content()?.accounts.is_empty())
    }

    /// Somebody by name, for whom another program vouches.
    pub fn find_person(&self, name: &str) -> OfficeResult<Option<Person>> {
        Ok(self.content()?.accounts.get(name).map(|account| account.person.clone()))
    }
}

/// What the file holds, unless it is of the version that is known.
fn read_content(connection: &Connection, known: Option<i64>) -> rusqlite::Result<(i64, Option<OfficeContent>)> {
    let version = connection.query_row("PRAGMA data_version", [], |row| row.get(0))?;
    if known == Some(version) {
        return Ok((version, None));
    }
    let content = OfficeContent { accounts: read_accounts(connection)?, sessions: read_sessions(connection)? };
    Ok((version, Some(content)))
}
