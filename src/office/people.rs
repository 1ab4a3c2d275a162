//! Who there is: added, given roles and passwords, removed.

use std::collections::BTreeMap;
use std::time::Instant;

use rusqlite::{Connection, OptionalExtension, params};

use super::passwords::{check_password, hash_password, is_password};
use super::{Office, OfficeError, OfficeResult, OfficeRole, Person};
use fireplan_model::scenario::Scenario;
use fireplan_store::audit::{self, AuditEvent};

/// Somebody as commands and the page list them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// Name and roles.
    pub person: Person,
    /// Whether they can sign in here; others are vouched for by a proxy.
    pub has_password: bool,
    /// When they were added, in UTC.
    pub since: String,
}

/// Somebody with what is kept of their password.
pub(super) struct Account {
    pub person: Person,
    pub password: Option<String>,
    pub since: String,
}

impl Office {
    /// Everybody, by name.
    pub fn list_people(&self) -> OfficeResult<Vec<PersonRecord>> {
        let record = |account: &Account| PersonRecord {
            person: account.person.clone(),
            has_password: account.password.is_some(),
            since: account.since.clone(),
        };
        self.forget();
        Ok(self.content()?.accounts.values().map(record).collect())
    }

    /// Adds somebody, with a role in an area or in [all](super::ALL_AREAS); without a password only a proxy can vouch for them.
    pub fn add_person(
        &self,
        name: &str,
        password: Option<&str>,
        (area, role): (&str, OfficeRole),
        by: &str,
    ) -> OfficeResult<()> {
        check_name(name)?;
        let password = password.map(|password| self.hash_checked(name, password)).transpose()?;
        let added = self.write(|connection| {
            let sql = "INSERT OR IGNORE INTO person VALUES (?1, ?2, datetime('now'))";
            if connection.execute(sql, params![name, password])? == 0 {
                return Ok(false);
            }
            connection.execute("INSERT INTO area_role VALUES (?1, ?2, ?3)", [name, area, role.code()])?;
            let detail = format!("{role} {area}");
            audit::append(connection, &AuditEvent { person: by, action: "addPerson", subject: name, detail: &detail })?;
            Ok(true)
        })?;
        self.forget();
        if added { Ok(()) } else { Err(OfficeError::TakenName(name.to_owned())) }
    }

    /// Gives somebody another password, which ends all their sessions.
    pub fn set_password(&self, name: &str, password: &str, by: &str) -> OfficeResult<()> {
        let password = self.hash_checked(name, password)?;
        self.change_person(name, ("setPassword", ""), by, |connection| {
            connection.execute("DELETE FROM session WHERE person = ?1", [name])?;
            connection.execute("UPDATE person SET password = ?2 WHERE name = ?1", [name, &password])
        })
    }

    /// Gives somebody a role in an area; `None`: none there any more.
    pub fn set_role(&self, name: &str, area: &str, role: Option<OfficeRole>, by: &str) -> OfficeResult<()> {
        let detail = format!("{} {area}", role.map_or("none", OfficeRole::code));
        self.change_person(name, ("setRole", &detail), by, |connection| {
            connection.execute("DELETE FROM area_role WHERE person = ?1 AND area = ?2", [name, area])?;
            let Some(role) = role else { return Ok(1) };
            connection.execute("INSERT INTO area_role VALUES (?1, ?2, ?3)", [name, area, role.code()])
        })
    }

    /// Removes somebody, with their sessions. What they did stays in the trail.
    pub fn remove_person(&self, name: &str, by: &str) -> OfficeResult<()> {
        self.change_person(name, ("removePerson", ""), by, |connection| {
            connection.execute("DELETE FROM person WHERE name = ?1", [name])
        })
    }

    fn change_person(
        &self,
        name: &str,
        (action, detail): (&str, &str),
        by: &str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<usize>,
    ) -> OfficeResult<()> {
        let nobody = || OfficeError::Nobody(name.to_owned());
        if !self.path().exists() {
            return Err(nobody());
        }
        let changed = self.write(|connection| {
            let known = connection.query_row("SELECT 1 FROM person WHERE name = ?1", [name], |_| Ok(())).optional()?;
            if known.is_none() {
                return Ok(false);
            }
            work(connection)?;
            audit::append(connection, &AuditEvent { person: by, action, subject: name, detail })?;
            Ok(true)
        })?;
        self.forget();
        if changed { Ok(()) } else { Err(nobody()) }
    }

    fn hash_checked(&self, name: &str, password: &str) -> OfficeResult<String> {
        check_password(name, password)?;
        let path = self.path().display().to_string();
        hash_password(password).map_err(|why| OfficeError::OfficeFailed { path, why })
    }

    /// Somebody by name and password, as scripts send them; slow, and not for async threads.
    ///
    /// # Errors
    /// A wrong name or password is told without saying which, and after some of them only when time has passed.
    pub fn check_person(&self, name: &str, password: &str, address: &str) -> OfficeResult<Person> {
        let attempts = || self.attempts.lock().expect("no panic while held");
        if let Some(wait) = attempts().find_wait(name, address, Instant::now()) {
            return Err(OfficeError::TooManyAttempts(wait.as_secs().max(1)));
        }
        let content = self.content()?;
        let account = content.accounts.get(name);
        match account.filter(|account| is_password(password, account.password.as_deref())) {
            Some(account) => {
                attempts().succeed(name);
                Ok(account.person.clone())
            }
            None => {
                if account.is_none() {
                    // The answer takes as long as for somebody who is known.
                    is_password(password, None);
                }
                attempts().fail(name, address, Instant::now());
                Err(OfficeError::WrongPassword)
            }
        }
    }
}

/// A name is one that scenarios take for an author, and that HTTP Basic can carry.
fn check_name(name: &str) -> OfficeResult<()> {
    let plain = !name.is_empty() && name.trim() == name && !name.contains(':') && name != super::ALL_AREAS;
    if plain && Scenario::check_author(name).is_ok() { Ok(()) } else { Err(OfficeError::BadName) }
}

pub(super) fn read_accounts(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Account>> {
    let mut statement = connection.prepare("SELECT name, password, since FROM person")?;
    let accounts = statement.query_map([], |row| {
        let name: String = row.get(0)?;
        let person = Person { name: name.clone(), roles: BTreeMap::new() };
        Ok((name, Account { person, password: row.get(1)?, since: row.get(2)? }))
    })?;
    let mut accounts: BTreeMap<String, Account> = accounts.collect::<rusqlite::Result<_>>()?;
    let mut statement = connection.prepare("SELECT person, area, role FROM area_role")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (name, area, role): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        // A role that only a newer program knows allows nothing here.
        if let (Some(account), Ok(role)) = (accounts.get_mut(&name), role.parse()) {
            account.person.roles.insert(area, role);
        }
    }
    Ok(accounts)
}
