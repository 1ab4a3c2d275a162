//! Sessions: who has signed in, until when. The file holds digests of the tokens only, so that nobody who reads it can use them.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::{Office, OfficeError, OfficeResult, Person};
use fireplan_store::audit::{self, AuditEvent};

/// A session ends when it was not used for so long: a working day.
pub const SESSION_SECONDS: i64 = 12 * 3600;
/// And whatever happens, so long after its beginning.
const LONGEST_SECONDS: i64 = 7 * 24 * 3600;
/// It is not written down more often that a session is in use.
const RENEWED_AFTER_SECONDS: i64 = 3600;

/// What a browser shows to be known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionToken(pub String);

/// A session as it was read.
#[derive(Debug, Clone)]
pub(super) struct KnownSession {
    person: String,
    signed_in_s: i64,
    expires_s: i64,
}

impl Office {
    /// Begins a session of somebody who gives their password; slow, and not for async threads.
    ///
    /// # Errors
    /// As [`check_person`](Self::check_person); failures are in the trail, too.
    pub fn sign_in(&self, name: &str, password: &str, address: &str) -> OfficeResult<SessionToken> {
        self.sign_in_at(name, password, address, now_s())
    }

    fn sign_in_at(&self, name: &str, password: &str, address: &str, now_s: i64) -> OfficeResult<SessionToken> {
        let person = match self.check_person(name, password, address) {
            Ok(person) => person,
            Err(error) => {
                if matches!(error, OfficeError::WrongPassword) && self.path().exists() {
                    let subject: String = name.chars().take(60).collect();
                    self.note(&AuditEvent { person: "", action: "signInFailed", subject: &subject, detail: address })?;
                }
                return Err(error);
            }
        };
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|error| OfficeError::OfficeFailed {
            path: self.path().display().to_string(),
            why: error.to_string(),
        })?;
        let token = SessionToken(write_hex(&random));
        let digest = digest_token(&token.0);
        self.write(|connection| {
            connection.execute("DELETE FROM session WHERE expires_s < ?1", [now_s])?;
            let sql = "INSERT INTO session VALUES (?1, ?2, ?3, ?4)";
            connection.execute(sql, params![digest, person.name, now_s, now_s + SESSION_SECONDS])?;
            let event = AuditEvent { person: &person.name, action: "signIn", subject: &person.name, detail: address };
            audit::append(connection, &event)
        })?;
        self.forget();
        Ok(token)
    }

    /// Whose session it is; `None`: nobody's, or it has ended.
    pub fn find_session(&self, token: &SessionToken) -> OfficeResult<Option<Person>> {
        self.find_session_at(token, now_s())
    }

    fn find_session_at(&self, token: &SessionToken, now_s: i64) -> OfficeResult<Option<Person>> {
        let (content, digest) = (self.content()?, digest_token(&token.0));
        let Some(session) = content.sessions.get(&digest).filter(|session| session.expires_s > now_s) else {
            return Ok(None);
        };
        let renewed_s = (now_s + SESSION_SECONDS).min(session.signed_in_s + LONGEST_SECONDS);
        if renewed_s - session.expires_s >= RENEWED_AFTER_SECONDS {
            self.write(|connection| {
                let sql = "UPDATE session SET expires_s = ?2 WHERE token_sha256 = ?1";
                connection.execute(sql, params![digest, renewed_s])
            })?;
            self.forget();
        }
        Ok(content.accounts.get(&session.person).map(|account| account.person.clone()))
    }

    /// Ends a session; one that is not there has ended.
    pub fn sign_out(&self, token: &SessionToken) -> OfficeResult<()> {
        let digest = digest_token(&token.0);
        let Some(session) = self.content()?.sessions.get(&digest).cloned() else { return Ok(()) };
        self.write(|connection| {
            connection.execute("DELETE FROM session WHERE token_sha256 = ?1", [&digest])?;
            let name = &session.person;
            audit::append(connection, &AuditEvent { person: name, action: "signOut", subject: name, detail: "" })
        })?;
        self.forget();
        Ok(())
    }
}

fn now_s() -> i64 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(seconds).unwrap_or(i64::MAX / 2)
}

fn write_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest_token(token: &str) -> String {
    write_hex(&Sha256::digest(token.as_bytes()))
}

pub(super) fn read_sessions(connection: &Connection) -> rusqlite::Result<BTreeMap<String, KnownSession>> {
    let mut statement = connection.prepare("SELECT token_sha256, person, signed_in_s, expires_s FROM session")?;
    let sessions = statement.query_map([], |row| {
        Ok((row.get(0)?, KnownSession { person: row.get(1)?, signed_in_s: row.get(2)?, expires_s: row.get(3)? }))
    })?;
    sessions.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ALL_AREAS, OfficeRole};

    #[test]
    fn a_session_lasts_while_it_is_used_and_not_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::of_projects(folder.path());
        office.add_person("王工", Some("消防规划2035"), (ALL_AREAS, OfficeRole::Editor), "IT").unwrap();
        let start = 1_800_000_000;
        let token = office.sign_in_at("王工", "消防规划2035", "", start).unwrap();
        let is_in = |office: &Office, at: i64| office.find_session_at(&token, at).unwrap().is_some();
        assert!(is_in(&office, start + 1) && !is_in(&office, start + SESSION_SECONDS));
        // Used every eleven hours it goes on, but for seven days only.
        let mut at = start;
        while at + 11 * 3600 < start + LONGEST_SECONDS {
            at += 11 * 3600;
            assert!(is_in(&office, at), "after {} h", (at - start) / 3600);
        }
        assert!(!is_in(&office, start + LONGEST_SECONDS));
        // What the file holds opens nothing.
        let kept: String = office
            .read(|connection| connection.query_row("SELECT token_sha256 FROM session", [], |row| row.get(0)))
            .unwrap()
            .unwrap();
        assert_ne!(kept, token.0);
        assert_eq!(office.find_session_at(&SessionToken(kept), start + 1).unwrap(), None);
    }
}
