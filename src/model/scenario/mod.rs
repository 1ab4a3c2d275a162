//! Scenario (方案): proposed changes to an area, as an ordered list of edits. How they change an area is computed by the engine.

mod edit;
mod text;

use anyhow::{Context, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use edit::{Edit, Edits, LonLat};

use crate::area::StudyArea;
use crate::rows::Label;

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

    /// Whether roads, and open water, stay as they are.
    pub fn keeps_roads(&self) -> bool {
        self.edits.iter().all(Edit::is_of_station)
    }

    /// The same without what it does to stations.
    pub fn without_stations(&self) -> Self {
        let edits = self.edits.iter().filter(|edit| !edit.is_of_station()).cloned().collect();
        Self { name: self.name.clone(), edits }
    }

    /// The scenario that the text of a file says as JSON. The file's name is for the message only.
    pub fn from_json(file: &str, text: &str) -> Result<Self> {
        let scenario: Self =
            serde_json::from_str(text).with_context(|| format!("{file} 不是方案文件 | {file} is no scenario"))?;
        Self::check_name(&scenario.name)?;
        Ok(scenario)
    }

    /// The edits in words, one by one.
    pub fn texts(&self, area: &StudyArea) -> Vec<Label> {
        self.edits.iter().map(|edit| edit.text(area)).collect()
    }
}
