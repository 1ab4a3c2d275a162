//! Scenario (方案): proposed changes to an area, as an ordered list of edits. How they change an area is computed by the engine.

mod changed_facts;
mod check;
mod edit;
mod kept;
mod text;

use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use check::{MOST_BYTES, MOST_EDITS};
pub use edit::{Edit, Edits, LonLat, ReferredLayer};
pub use kept::{AppliedScenario, EditReference, EditRemark, KeptScenario, LostReference, ReferenceChoice, RefusedEdit};

use crate::area::StudyArea;
use crate::message::explain;
use crate::rows::Label;

/// Begins the source id of what a scenario adds.
const PLANNED: &str = "方案/";

/// The source id of what a scenario adds under this name.
pub fn planned_id(name: &str) -> String {
    format!("{PLANNED}{name}")
}

/// Whether a source id is that of something that a scenario adds: it is not there yet, and nobody can measure it.
pub fn is_planned(source_id: &str) -> bool {
    source_id.starts_with(PLANNED)
}

/// Proposed changes under a name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// 名称 | Name
    pub name: String,
    /// 改动，依次生效 | Edits, in their order
    #[serde(default)]
    pub edits: Vec<Edit>,
}

impl Scenario {
    /// A name that people can say and a path can hold.
    ///
    /// # Errors
    /// If it is not, with what is wrong in both languages.
    pub fn check_name(name: &str) -> Result<()> {
        check::check_scenario_name(name)
    }

    /// A name of whoever makes a change, as the history keeps it; it may be empty.
    ///
    /// # Errors
    /// If it is too long or cannot be read.
    pub fn check_author(name: &str) -> Result<()> {
        check::check_author(name)
    }

    /// Refuses what no area could take: the name, the number of edits, and each edit by itself.
    ///
    /// # Errors
    /// Says the first edit that is not acceptable by its number.
    pub fn check(&self) -> Result<()> {
        Self::check_name(&self.name)?;
        let count = self.edits.len();
        if count > MOST_EDITS {
            bail!("方案有 {count} 处改动，最多 {MOST_EDITS} 处 | The scenario has {count} edits; at most {MOST_EDITS}");
        }
        for (number, edit) in (1..).zip(&self.edits) {
            edit.check().map_err(|error| {
                let why = explain(&error);
                anyhow::anyhow!("第 {number} 处改动不能采用：{} | edit {number} does not apply: {}", why.zh, why.en)
            })?;
        }
        kept::check_size(self)
    }

    /// Whether roads, and open water, stay as they are.
    pub fn keeps_roads(&self) -> bool {
        self.edits.iter().all(Edit::is_of_station)
    }

    /// The same without what it does to stations.
    pub fn without_stations(&self) -> Self {
        let edits = self.edits.iter().filter(|edit| !edit.is_of_station()).cloned().collect();
        Self { name: self.name.clone(), edits }
    }

    /// The edits in words, one by one; `references`: what they referred to when they were made, as far as that is known.
    pub fn texts(&self, area: &StudyArea, references: &[EditReference]) -> Vec<Label> {
        self.edits.iter().map(|edit| edit.text(area, references)).collect()
    }
}
