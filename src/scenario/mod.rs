//! Scenario (方案): proposed changes to an area, as an ordered list of edits; area + scenario = new area.
//!
//! An area is never changed: [`Scenario::apply`] gives a changed copy that shares the road network with the old one unless
//! roads connect otherwise. Vector layers are copied (a few milliseconds for a county's buildings); the network is marked
//! anew when roads open or close, and built anew only when a road is added.
//!
//! **Order.** Edits of different things may come in any order. An edit of something that the scenario adds follows the
//! edit that adds it; of two edits of the same fact of the same thing, the later one holds; roads that are added join
//! what is there at that moment.
//!
//! **References.** A thing is named by its source id, by its name if only one has it, or as `#n`: feature n of the
//! layer of the unchanged area. A source id that several roads share (a way cut in pieces) means all of them.
//!
//! **Limits.** A new road may lie nearer to a place, or to a station, than the one that served it before; by the
//! definition of response time the new one then serves it, which can be slower. Whatever else only adds never loses coverage.

mod apply;
mod edit;
mod join_road;
mod refer;
pub mod store;
#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use edit::{Edit, Edits};
pub use refer::road_references;

use crate::area::{Note, Severity, StudyArea};
use crate::rows::Label;

/// So many edits are a plan; more are a mistake.
pub const MOST_EDITS: usize = 2_000;
const LONGEST_NAME: usize = 60;

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
    pub fn check_name(name: &str) -> Result<()> {
        let long = name.chars().count();
        if name.trim() != name || name.is_empty() || long > LONGEST_NAME {
            bail!(
                "方案名应为 1–{LONGEST_NAME} 个字，首尾没有空格 | A scenario's name has 1 to {LONGEST_NAME} characters and no space at its ends"
            );
        }
        if name.chars().any(|c| c.is_control() || "/\\?#%".contains(c)) {
            bail!("方案名不能含有 / \\ ? # % | A scenario's name has none of / \\ ? # %");
        }
        Ok(())
    }

    /// The area with the changes made. The first edit that does not apply is an error that says which, what and the way out.
    pub fn apply(&self, area: &StudyArea) -> Result<StudyArea> {
        if self.edits.len() > MOST_EDITS {
            bail!(
                "方案有 {} 处改动，最多 {MOST_EDITS} 处 | The scenario has {} edits; at most {MOST_EDITS}",
                self.edits.len(),
                self.edits.len()
            );
        }
        let mut draft = apply::Draft::new(area);
        for (at, edit) in self.edits.iter().enumerate() {
            draft.apply(edit).map_err(|error| self.refusal(area, at, &error))?;
        }
        let mut changed = draft.finish();
        if !self.edits.is_empty() {
            changed.notes.push(self.note());
            changed.scenario = Some(Arc::new(self.clone()));
        }
        Ok(changed)
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

    fn refusal(&self, area: &StudyArea, at: usize, error: &anyhow::Error) -> anyhow::Error {
        let (number, text, why) = (at + 1, self.edits[at].text(area), Label::parse(&format!("{error:#}")));
        anyhow::anyhow!(
            "方案“{}”第 {number} 处改动（{}）不能采用：{} | Scenario '{}', edit {number} ({}) does not apply: {}",
            self.name,
            text.zh,
            why.zh,
            self.name,
            text.en,
            why.en
        )
    }

    fn note(&self) -> Note {
        let (name, count) = (&self.name, self.edits.len());
        let text = Label::new(
            format!("本次运行按方案“{name}”改动了数据，不是现状"),
            format!("this run is of the scenario '{name}', not of what is there"),
        );
        Note { severity: Severity::Info, layer: None, text, count, examples: Vec::new() }
    }

    /// Reads the file of a scenario.
    pub fn read(path: &std::path::Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading the scenario {}", path.display()))?;
        let scenario: Self =
            serde_json::from_str(&text).with_context(|| format!("{} is no scenario", path.display()))?;
        Self::check_name(&scenario.name)?;
        Ok(scenario)
    }

    /// The edits in words, one by one.
    pub fn texts(&self, area: &StudyArea) -> Vec<Label> {
        self.edits.iter().map(|edit| edit.text(area)).collect()
    }
}
