//! Every state that a scenario had.

use fireplan_model::scenario::Edit;

use super::schema::{VERSION_WITH_HISTORY, read_json, version};
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
}

impl Store {
    /// Every state that a scenario had, the first first; what an older program wrote has none.
    pub fn history(&self, name: &str) -> StoreResult<Vec<StoredRevision>> {
        self.get(name)?;
        let rows = self.read(|connection| {
            if version(connection)? < VERSION_WITH_HISTORY {
                return Ok(Vec::new());
            }
            let sql = "SELECT revision, at, by, edits FROM history WHERE name = ?1 ORDER BY revision";
            let mut statement = connection.prepare(sql)?;
            let rows = statement.query_map([name], |row| {
                let edits: String = row.get(3)?;
                Ok(StoredRevision {
                    revision: row.get(0)?,
                    at: row.get(1)?,
                    by: row.get(2)?,
                    edits: read_json(3, &edits)?,
                })
            })?;
            rows.collect()
        })?;
        Ok(rows.unwrap_or_default())
    }
}
