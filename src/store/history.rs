//! Every state that a scenario had.

use fireplan_model::scenario::{Edit, EditReference};

use super::schema::{VERSION_WITH_HISTORY, history_references, read_json, version};
use super::{Store, StoreResult};

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
}

impl Store {
    /// Every state that a scenario had, the first first; what an older program wrote has none.
    pub fn history(&self, name: &str) -> StoreResult<Vec<StoredRevision>> {
        let present = self.get(name)?.references;
        let rows = self.read(|connection| {
            if version(connection)? < VERSION_WITH_HISTORY {
                return Ok(Vec::new());
            }
            let refers = history_references(connection)?;
            let sql =
                format!("SELECT revision, at, by, edits, {refers} FROM history WHERE name = ?1 ORDER BY revision");
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([name], |row| {
                let (edits, refers): (String, String) = (row.get(3)?, row.get(4)?);
                let own: Vec<EditReference> = read_json(4, &refers)?;
                Ok(StoredRevision {
                    revision: row.get(0)?,
                    at: row.get(1)?,
                    by: row.get(2)?,
                    edits: read_json(3, &edits)?,
                    references: if own.is_empty() { present.clone() } else { own },
                })
            })?;
            rows.collect()
        })?;
        Ok(rows.unwrap_or_default())
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
