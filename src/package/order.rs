//! What a package is ordered with, and what it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use fireplan_model::area::StudyArea;
use fireplan_model::rules::Rules;

use crate::archive::ArchivedPart;
use crate::document::merge::{BlockChange, BlockFate, GeneratedBlocks};
use crate::folder::PreviousPackage;
use crate::parts::PartChoice;
use crate::plan::PlanFacts;
use crate::sources::{AnalysisAnswer, UnansweredAnalysis};

/// What the program wrote into the texts, for the next time.
pub const RECORD: &str = "7 审查/文稿块.json";
/// The list of the files with their digests.
pub const CONTENTS: &str = "成果清单.txt";

/// What a package is to be made of.
pub struct PackageOrder<'a> {
    /// The area.
    pub area: &'a StudyArea,
    /// The rules that the findings were made under.
    pub rules: &'a Rules,
    /// What was found.
    pub answers: &'a [AnalysisAnswer],
    /// What was not asked, and why.
    pub unanswered: &'a [UnansweredAnalysis],
    /// What only the bureau knows.
    pub plan: &'a PlanFacts,
    /// The public edition.
    pub public: bool,
    /// Refuse the package while an unverified figure stands in 强制性内容.
    pub is_final: bool,
    /// The parts that are made.
    pub parts: &'a PartChoice,
    /// The package of before, whose texts people may have worked on.
    pub previous: &'a PreviousPackage,
    /// The sheets of the atlas that are not drawn: number with title, and why.
    pub undrawn: &'a [[String; 2]],
    /// Further files, such as the atlas, by their path in the package.
    pub extra: Vec<ArchivedPart>,
    /// The command by which the package is made, for whoever makes it again.
    pub command: &'a str,
}

/// A package, in memory.
pub struct AssembledPackage {
    /// Name of its folder and archive.
    pub name: String,
    /// Its files in the order of their paths, the list of contents last.
    pub files: Vec<ArchivedPart>,
    /// What became of the texts that people had worked on.
    pub changes: Vec<(String, BlockChange)>,
    /// How many figures of the texts are doubtful.
    pub doubtful: usize,
    /// How many places wait for people's words.
    pub open_words: usize,
}

/// What the next package has to know of this one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TextRecord {
    /// What was written into each text, by its path.
    pub texts: BTreeMap<String, GeneratedBlocks>,
    /// Every figure as it was printed.
    pub figures: BTreeMap<String, String>,
}

/// The name of the folder and the archive. A package of some parts, or under a scenario, has another name than the whole one of the
/// present, so that it does not take the place of that. The name of a scenario is there without its revision: what people wrote
/// into the texts goes from one revision to the next.
pub fn name_package(plan: &PlanFacts, area: &StudyArea, public: bool, parts: &PartChoice) -> String {
    let public = if public { "_公示版" } else { "" };
    let only: Vec<String> = parts.list().filter(|_| !parts.is_whole()).map(|part| part.label().zh).collect();
    let only = if only.is_empty() { String::new() } else { format!("_仅{}", only.join("、")) };
    let day = if plan.date.is_empty() { String::new() } else { format!("_{}", plan.date.replace('-', "")) };
    let title = area.applied.as_ref().map_or("", |applied| applied.title.zh.as_str());
    let scenario = title.rsplit_once('”').map_or_else(String::new, |(name, _)| format!("_{name}”"));
    let name = format!("{}{}_{}{public}{day}{scenario}{only}", plan.title(&area.name), plan.term(), plan.stage());
    name.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect()
}

impl AssembledPackage {
    /// Blocks that people changed and that would read otherwise now: to be looked at.
    pub fn conflicts(&self) -> impl Iterator<Item = &(String, BlockChange)> {
        self.changes.iter().filter(|(_, change)| change.fate == BlockFate::Conflicting)
    }
}
