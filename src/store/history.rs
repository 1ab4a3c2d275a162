//! Every state that a scenario had.

use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, EditReference};
use serde::{Deserialize, Serialize};

use super::schema::{VERSION_WITH_HISTORY, history_origin, history_references, read_json, version};
use super::{Store, StoreError, StoreResult};

/// How a revision came about, if not by an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevisionOrigin {
    /// It was called otherwise before.
    Renamed {
        /// Its name before.
        from: String,
    },
    /// It began as a copy.
    Copied {
        /// Name of the scenario that was copied.
        from: String,
        /// The revision that it had then.
        revision: i64,
    },
}

impl RevisionOrigin {
    /// In words.
    pub fn tell(&self) -> Label {
        match self {
            Self::Renamed { from } => Label::new(format!("改名，原名“{from}”"), format!("renamed; it was '{from}'")),
            Self::Copied { from, revision } => Label::new(
                format!("由方案“{from}”第 {revision} 版另存"),
                format!("copied from scenario '{from}', revision {revision}"),
            ),
        }
    }
}

/// One state that a scenario had.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRevision {
    /// The revision that brought this state about.
    pub revision: i64,
    /// When, in UTC: `2026-11-29 12:30:00`.
    pub at: String,
    /// Who, as far as the program was told; empty where it was not.
    pub by: String,
    /// The edits that it had then.
    pub edits: Vec<Edit>,
    /// What they referred to then; of a revision that an older program kept, what is known of the present ones.
    pub references: Vec<EditReference>,
    /// How it came about, if not by an edit; what an older program wrote does not say.
    pub origin: Option<RevisionOrigin>,
}

impl StoredRevision {
    /// What differs from the state before, in words, beginning with how this one came about: `differences` are those of the edits.
    pub fn tell(&self, differences: Vec<Label>, has_same_edits: bool) -> Vec<Label> {
        match &self.origin {
            None => differences,
            Some(origin) if has_same_edits => vec![origin.tell()],
            Some(origin) => std::iter::once(origin.tell()).chain(differences).collect(),
        }
    }
}

impl Store {
    /// Every state that a scenario had, the first first; what an older program wrote has none.
    pub fn history(&self, name: &str) -> StoreResult<Vec<StoredRevision>> {
        let present = self.get(name)?.references;
        let rows = self.read(|connection| {
            if version(connection)? < VERSION_WITH_HISTORY {
                return Ok(Vec::new());
            }
            let (refers, origin) = (history_references(connection)?, history_origin(connection)?);
            let sql = format!(
                "SELECT revision, at, by, edits, {refers}, {origin} FROM history WHERE name = ?1 ORDER BY revision"
            );
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([name], |row| {
                let (edits, refers, origin): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
                let own: Vec<EditReference> = read_json(4, &refers)?;
                Ok(StoredRevision {
                    revision: row.get(0)?,
                    at: row.get(1)?,
                    by: row.get(2)?,
                    edits: read_json(3, &edits)?,
                    references: if own.is_empty() { present.clone() } else { own },
                    origin: read_json(5, &origin)?,
                })
            })?;
            rows.collect()
        })?;
        Ok(rows.unwrap_or_default())
    }

    /// One state that a scenario had.
    pub fn revision(&self, name: &str, revision: i64) -> StoreResult<StoredRevision> {
        let found = self.history(name)?.into_iter().find(|one| one.revision == revision);
        found.ok_or_else(|| StoreError::MissingRevision { name: name.to_owned(), revision })
    }

    /// What edits of a scenario refer to, as far as it is known: those of a revision in full, where these edits are brought back
    /// (undone or made again), else those of the present state.
    pub fn known_references(&self, name: &str, edits: &[Edit]) -> StoreResult<Vec<EditReference>> {
        let present = self.get(name)?;
        if present.scenario.edits == edits {
            return Ok(present.references);
        }
        let back = self.history(name)?.into_iter().rev().find(|state| state.edits == edits);
        Ok(back.map_or(present.references, |state| state.references))
    }
}
