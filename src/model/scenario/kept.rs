//! A scenario as it is kept: which state of it this is, and what its edits referred to when they were made.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::edit::ReferredLayer;
use super::{Edit, LonLat, MOST_BYTES, Scenario};
use crate::digest::hex_digest;
use crate::findings::{SCENARIO_COLUMN, SCENARIO_LABEL};
use crate::notes::Severity;
use crate::rows::{Column, Label};

/// What an edit called something by, and what that was when the edit was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditReference {
    /// The layer of the thing.
    pub layer: ReferredLayer,
    /// How the edits call it.
    pub text: String,
    /// Its source id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its class or kind.
    pub class: String,
    /// A place on it.
    pub at: LonLat,
    /// The length of a road.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_m: Option<f64>,
    /// Digest of the rows that were meant: facts and geometry.
    pub digest: String,
    /// Digest of the sources that the layer was read from.
    pub source: String,
    /// Kinds of the edits of it that somebody keeps in the scenario although the data have by now what they do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<String>,
}

/// A scenario with which state of it this is and what its edits referred to. Written to a file it has no revision: whoever
/// edits the file would not count it on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "ScenarioFile", into = "ScenarioFile")]
#[schemars(with = "ScenarioFile")]
pub struct KeptScenario {
    /// Name and edits.
    pub scenario: Scenario,
    /// Counts its changes in a store from 1; `None`: it comes from elsewhere.
    pub revision: Option<i64>,
    /// What the edits referred to when they were made, each thing once.
    pub references: Vec<EditReference>,
}

/// How a kept scenario is written.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ScenarioFile {
    /// 名称 | Name
    name: String,
    /// 改动，依次生效 | Edits, in their order
    #[serde(default)]
    edits: Vec<Edit>,
    /// What the edits referred to when they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    references: Vec<EditReference>,
}

impl From<ScenarioFile> for KeptScenario {
    fn from(ScenarioFile { name, edits, references }: ScenarioFile) -> Self {
        Self { scenario: Scenario { name, edits }, revision: None, references }
    }
}

impl From<KeptScenario> for ScenarioFile {
    fn from(KeptScenario { scenario: Scenario { name, edits }, references, .. }: KeptScenario) -> Self {
        Self { name, edits, references }
    }
}

impl From<Scenario> for KeptScenario {
    fn from(scenario: Scenario) -> Self {
        Self { scenario, ..Self::default() }
    }
}

impl KeptScenario {
    /// The scenario that the text of a file says as JSON. The file's name is for the message only.
    ///
    /// # Errors
    /// If the text is no scenario, or one that no area could take.
    pub fn from_json(file: &str, text: &str) -> Result<Self> {
        let reading = || format!("{file} 不是方案文件 | {file} is no scenario");
        if text.len() > MOST_BYTES {
            let most = MOST_BYTES >> 20;
            return Err(anyhow::anyhow!("超过 {most} MiB | more than {most} MiB")).with_context(reading);
        }
        if text.trim_start().starts_with('[') {
            let form = r#"{"name":"近期","edits":[{"edit":"close_road","road":"R1"}]}"#;
            return Err(anyhow::anyhow!(
                "这里只有一串改动，还须有方案名，应写成 {form} | it is a bare list of edits; write {form}, with a name"
            ))
            .with_context(reading);
        }
        let kept: Self = serde_json::from_str(text).with_context(reading)?;
        kept.scenario.check().with_context(|| format!("方案文件 {file} | scenario file {file}"))?;
        Ok(kept)
    }

    /// Which state of the scenario this is, as people tell one from another: the revision in the store, or for what comes from
    /// elsewhere a code of its edits.
    pub fn state(&self) -> Label {
        match self.revision {
            Some(revision) => Label::new(format!("第 {revision} 版"), format!("revision {revision}")),
            None => {
                let code = code_of_edits(&self.scenario.edits);
                Label::new(format!("版本 {code}"), format!("edition {code}"))
            }
        }
    }

    /// `方案“近期”第 3 版`.
    pub fn title(&self) -> Label {
        let (name, state) = (&self.scenario.name, self.state());
        let gap = if self.revision.is_some() { "" } else { " " };
        Label::new(format!("方案“{name}”{gap}{}", state.zh), format!("scenario '{name}', {}", state.en))
    }

    /// The same with other edits; what they referred to before stays known.
    ///
    /// # Errors
    /// If the edits are none that any area could take.
    pub fn with_edits(self, edits: Vec<Edit>) -> Result<Self> {
        let kept = Self { scenario: Scenario { edits, ..self.scenario }, ..self };
        kept.scenario.check()?;
        Ok(kept)
    }

    /// The references that some edit still makes.
    pub fn references_in_use(&self) -> impl Iterator<Item = &EditReference> {
        let is_made = |reference: &&EditReference| {
            let meant = Some((reference.layer, reference.text.as_str()));
            self.scenario.edits.iter().any(|edit| edit.reference() == meant)
        };
        self.references.iter().filter(is_made)
    }
}

impl KeptScenario {
    /// Whether somebody has said that an edit stays although the data have by now what it does.
    pub fn stays_done(&self, edit: &Edit) -> bool {
        edit.stays_done(&self.references)
    }
}

/// Six digits that differ where the edits differ.
fn code_of_edits(edits: &[Edit]) -> String {
    let text = serde_json::to_vec(edits).unwrap_or_default();
    hex_digest(&text).chars().take(6).collect()
}

/// What the area that has a scenario in it says of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AppliedScenario {
    /// The scenario with its state: see [`KeptScenario::title`].
    pub title: Label,
    /// What is to be told of its edits.
    pub remarks: Vec<EditRemark>,
    /// What its edits refer to in the area as it is.
    pub references: Vec<EditReference>,
    /// The scenario with everything called as the area calls it now: what is proposed beside it calls things so, too.
    pub called_now: KeptScenario,
    /// Rows of the roads that it makes of paths: nobody drives on them today.
    pub built_roads: BTreeSet<usize>,
    /// Source ids of the stations that it moves.
    pub moved_stations: BTreeSet<String>,
}

/// A reference that means nothing sure in the present data, with what could be meant.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LostReference {
    /// The layer of the thing.
    pub layer: ReferredLayer,
    /// How the edits call it.
    pub text: String,
    /// Numbers of the edits that refer to it, from 1.
    pub edits: Vec<usize>,
    /// Its name and class when the edits were made.
    pub was: String,
    /// What became of it.
    pub happened: Label,
    /// What could be meant, the likeliest first; none: nothing like it is near.
    pub choices: Vec<ReferenceChoice>,
}

/// An edit that cannot be made on the present data.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RefusedEdit {
    /// Its number in the scenario, from 1.
    pub edit: usize,
    /// What it does, in words.
    pub text: Label,
    /// Why it cannot be made.
    pub why: Label,
    /// The data have by now what it does, or better: it may stay as done; else it can only be dropped or made anew.
    pub overtaken: bool,
}

/// What a lost reference could mean.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReferenceChoice {
    /// How an edit calls it.
    pub text: String,
    /// Its id, name and class.
    pub told: String,
    /// How far it is from the old place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<f64>,
}

/// What is told of an edit: where a new road joins and where it does not, what a reference was found to mean.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EditRemark {
    /// Number of the edit in its scenario, from 1.
    pub edit: usize,
    /// How grave it is.
    pub severity: Severity,
    /// What is to be known.
    pub text: Label,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<LonLat>,
}

impl AppliedScenario {
    /// The column that says under which scenario a row was found. A list without a row says it in the head of the column: an empty
    /// list of what is lacking must not read as what is there.
    pub fn column(&self, is_empty: bool) -> Column {
        let mut column = Column::new::<String>(SCENARIO_COLUMN, SCENARIO_LABEL);
        if is_empty {
            column.label.zh += &format!("：{}", self.title.zh);
            column.label.en += &format!(": {}", self.title.en);
        }
        column
    }

    /// Ends a text with the scenario that it is under: no list shows it as the present.
    pub fn sign(&self, text: &Label) -> Label {
        let Label { zh, en } = &self.title;
        if text.zh.contains(zh.as_str()) {
            return text.clone();
        }
        Label::new(format!("{}（{zh}）", text.zh), format!("{} ({en})", text.en))
    }
}

/// A store refuses a scenario that is larger than a file may be.
///
/// # Errors
/// If it is.
pub(super) fn check_size(scenario: &Scenario) -> Result<()> {
    let bytes = serde_json::to_vec(&scenario.edits).map_or(0, |text| text.len());
    if bytes > MOST_BYTES {
        bail!("方案超过 {} MiB | the scenario is larger than {} MiB", MOST_BYTES >> 20, MOST_BYTES >> 20);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(road: &str, revision: Option<i64>) -> KeptScenario {
        let edits = vec![Edit::CloseRoad { road: road.to_owned() }];
        KeptScenario { scenario: Scenario { name: "近期".to_owned(), edits }, revision, references: Vec::new() }
    }

    #[test]
    fn two_states_of_a_scenario_never_have_one_title() {
        assert_eq!(kept("R1", Some(3)).title(), Label::new("方案“近期”第 3 版", "scenario '近期', revision 3"));
        assert_ne!(kept("R1", None).title(), kept("R2", None).title());
        assert_eq!(kept("R1", None).title(), kept("R1", None).title());
    }

    #[test]
    fn what_is_written_is_read_again_and_plain_files_stay_plain() {
        let plain = r#"{"name":"近期","edits":[{"edit":"close_road","road":"R1"}]}"#;
        let read = KeptScenario::from_json("a.json", plain).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), plain);
        assert_eq!(serde_json::to_string(&kept("R1", Some(2))).unwrap(), plain);
        assert!(KeptScenario::from_json("a.json", r#"{"name":"近期","edit":[]}"#).is_err());
        let bare = KeptScenario::from_json("a.json", r#" [{"edit":"close_road","road":"R1"}]"#).unwrap_err();
        assert!(format!("{bare:#}").contains(plain), "{bare:#}");
    }
}
