//! Findings (分析成果): the answer to a question. Layers, tables, checks against clauses, key figures and notes on the data.
//!
//! Findings know no format and no colour; geometry is in local metres of the area's plane.

mod layer;
mod project;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::method::MethodConstant;
use crate::notes::Note;
use crate::rows::{Column, Label, Value};
use crate::rules::{Force, Provenance, RulesInForce};
use crate::scenario::{AppliedScenario, EditReference, KeptScenario, Scenario};

pub use layer::{Chart, Companion, Drawing, Feature, Layer, Table, TableSubject, class_of, grade_text};
pub use project::{GainedState, ProposedProject, Readiness, StateGain, code_of_place};

/// The answer of one run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Findings {
    /// What people ask first, answered in words.
    pub answers: Vec<Answer>,
    /// Key figures.
    pub figures: Vec<Figure>,
    /// What is drawn on the map; whoever writes findings writes these by themselves.
    #[serde(skip)]
    pub layers: Vec<Layer>,
    /// What has no place on the map.
    pub tables: Vec<Table>,
    /// What was held against a clause.
    pub checks: Vec<Check>,
    /// What is doubtful or was left out.
    pub notes: Vec<Note>,
    /// What could be done, each to be taken up as a scenario.
    pub proposals: Vec<Proposal>,
    /// What is to be built, to be weighed against what other questions propose: handed from run to run, in no file.
    #[serde(skip)]
    pub projects: Vec<ProposedProject>,
    /// What becomes of people once projects are built.
    #[serde(skip)]
    pub gains: Vec<StateGain>,
    /// What the findings rest on.
    pub manifest: Manifest,
}

/// A question that people ask of the findings, and the answer in words.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The question.
    pub question: Label,
    /// The answer.
    pub answer: Label,
}

/// Changes that the findings propose.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Proposal {
    /// What they do, in one line.
    pub title: Label,
    /// The changes.
    pub scenario: Scenario,
    /// What they refer to in the data of the run: on other data they mean that or nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<EditReference>,
}

impl Proposal {
    /// The changes with what they refer to, to be applied or kept.
    pub fn kept(&self) -> KeptScenario {
        KeptScenario { scenario: self.scenario.clone(), revision: None, references: self.references.clone() }
    }
}

impl Findings {
    /// With these layers, of which those without a feature are left out: nothing to draw is not a layer.
    pub fn with_layers(mut self, layers: Vec<Layer>) -> Self {
        self.layers = layers.into_iter().filter(|layer| !layer.features.is_empty()).collect();
        self
    }
}

/// Name of the column that says under which scenario a row was found.
pub const SCENARIO_COLUMN: &str = "scenario";
/// What people call that column, `中文 | English`: whoever has the rows alone reads there what they are not.
pub const SCENARIO_LABEL: &str = "方案(不是现状) | Scenario (not what is there)";

impl Findings {
    /// Says of everything that may be taken away by itself under which scenario it was found: titles and rows of layers and
    /// tables, figures, answers, notes and proposals.
    pub fn sign(&mut self, applied: &AppliedScenario) {
        let cell = Value::text(applied.title.zh.as_str());
        for layer in &mut self.layers {
            layer.title = applied.sign(&layer.title);
            if layer.columns.iter().all(|column| column.name != SCENARIO_COLUMN) {
                layer.columns.push(applied.column(false));
                layer.features.iter_mut().for_each(|feature| feature.values.push(cell.clone()));
            }
            layer.columns.iter_mut().for_each(tell_column_with_scenario);
        }
        for table in &mut self.tables {
            table.title = applied.sign(&table.title);
            if table.columns.iter().all(|column| column.name != SCENARIO_COLUMN) {
                table.columns.push(applied.column(table.rows.is_empty()));
                table.rows.iter_mut().for_each(|row| row.push(cell.clone()));
            }
            table.columns.iter_mut().for_each(tell_column_with_scenario);
        }
        for figure in &mut self.figures {
            figure.label = tell_with_scenario(&figure.label);
            let Label { zh, en } = &applied.title;
            let gap = |text: &str, comma: &'static str| if text.is_empty() { "" } else { comma };
            figure.remark.zh += &format!("{}{zh}", gap(&figure.remark.zh, "；"));
            figure.remark.en += &format!("{}{en}", gap(&figure.remark.en, "; "));
        }
        for answer in &mut self.answers {
            answer.question = applied.sign(&answer.question);
            answer.answer = tell_with_scenario(&answer.answer);
        }
        self.checks.iter_mut().for_each(|check| check.text = applied.sign(&check.text));
        self.notes.iter_mut().for_each(|note| note.text = applied.sign(&note.text));
        self.proposals.iter_mut().for_each(|proposal| proposal.title = applied.sign(&proposal.title));
    }
}

/// What is called of today is of the scenario: it is in place when the question is asked.
fn tell_with_scenario(label: &Label) -> Label {
    if label.zh.contains("含方案") {
        return label.clone();
    }
    let zh = label.zh.replace("现状", "现状（含方案）");
    Label::new(zh, label.en.replace("today", "today with the scenario"))
}

fn tell_column_with_scenario(column: &mut Column) {
    if column.name != SCENARIO_COLUMN {
        column.label = tell_with_scenario(&column.label);
    }
}

/// One key figure, with its range where the rules give low and high values.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Name with the unit last, e.g. `covered_people_percent`.
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// `None`: undetermined (待核).
    pub value: Option<f64>,
    /// Least and greatest value over the low, base and high readings of the rules, where that matters.
    pub range: Option<[f64; 2]>,
    /// Its unit; empty for a plain number.
    pub unit: String,
    /// One sentence: of how many, or why undetermined.
    pub remark: Label,
}

impl Figure {
    /// Without range or remark so far. The label is `中文 | English`.
    pub fn new(name: &str, label: &str, value: Option<f64>, unit: &str) -> Self {
        let remark = Label::default();
        // Adding 0.0 takes the sign from a zero.
        let value = value.map(|value| value + 0.0);
        Self { name: name.to_owned(), label: label.into(), value, range: None, unit: unit.to_owned(), remark }
    }

    /// Adds the least and the greatest value.
    pub fn range(mut self, range: Option<[f64; 2]>) -> Self {
        self.range = range.map(|range| range.map(|value| value + 0.0));
        self
    }

    /// Adds the remark.
    pub fn remark(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.remark = Label::new(zh, en);
        self
    }
}

/// The outcome of holding something against a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Meets the clause.
    Pass,
    /// Breaks a "should" (宜) clause, or an unverified default.
    Warn,
    /// Breaks a "shall" (应) clause or a policy.
    Fail,
    /// Broken, and the day by which it was due is past on the stated day of assessment (评估日期).
    Overdue,
    /// 待核: a fact is missing.
    Undetermined,
}

impl Verdict {
    /// The worse the greater.
    pub fn rank(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Undetermined => 1,
            Self::Warn => 2,
            Self::Fail => 3,
            Self::Overdue => 4,
        }
    }
}

/// One thing held against one clause.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What was checked, e.g. the station's name.
    pub subject: String,
    /// Key of the rule entry, e.g. `station.area_km2`.
    pub rule: String,
    /// The clause.
    pub cite: String,
    /// The clause's bound in words, e.g. `≤ 7 km²`.
    pub bound: String,
    /// What was measured; `None`: a fact is missing.
    pub measured: Option<f64>,
    /// The outcome.
    pub verdict: Verdict,
    /// The whole trail in one sentence.
    pub text: Label,
    /// The feature that was checked, if it is one of a layer; names may repeat.
    pub feature: Option<FeatureId>,
    /// How many things it stands for, where those of one outcome are told in one line.
    #[serde(default = "one_thing", skip_serializing_if = "is_one_thing")]
    pub count: usize,
    /// Who is to do it by when, and how sure the figure is.
    #[serde(default, flatten)]
    pub obliged: Obliged,
}

fn one_thing() -> usize {
    1
}

fn is_one_thing(count: &usize) -> bool {
    *count == 1
}

/// How many things came out so: a check that stands for several counts as these.
pub fn count_checks<'c>(checks: impl IntoIterator<Item = &'c Check>, verdict: Verdict) -> usize {
    checks.into_iter().filter(|check| check.verdict == verdict).map(|check| check.count).sum()
}

/// Who is to meet a clause by when, and whether the clause was looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Obliged {
    /// The day by which it is due; empty where the clause names none.
    #[serde(default)]
    pub due: String,
    /// What the notice says where it names no day, or that it says nothing; empty where no notice asks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub undated: String,
    /// Who is responsible (牵头).
    #[serde(default)]
    pub lead: String,
    /// Who supports them (配合).
    #[serde(default)]
    pub support: String,
    /// The bound has not been checked against its text.
    #[serde(default)]
    pub unverified: bool,
    /// What the clause asks with: 应, 宜, or a default without a clause; `None`: written before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
}

impl Obliged {
    /// As the clause has it.
    pub fn of(provenance: &Provenance) -> Self {
        Self {
            due: provenance.due.clone(),
            undated: provenance.undated.clone(),
            lead: provenance.lead.clone(),
            support: provenance.support.clone(),
            unverified: !provenance.is_verified(),
            force: Some(provenance.force),
        }
    }

    /// The same of what a notice asks, which says in words where it names no day.
    pub fn of_notice(provenance: &Provenance) -> Self {
        let words = if provenance.due.is_empty() { provenance.due_or_words() } else { "" };
        Self { undated: words.to_owned(), ..Self::of(provenance) }
    }

    /// By when, in words; empty where no notice asks.
    pub fn due_or_words(&self) -> &str {
        if self.due.is_empty() { &self.undated } else { &self.due }
    }

    /// Whether the day by which it was due is past; days are written `2025-12-31`.
    pub fn is_past(&self, as_of: &str) -> bool {
        !self.due.is_empty() && as_of > self.due.as_str()
    }
}

/// A feature of the findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FeatureId {
    /// Id of the layer.
    pub layer: String,
    /// Counted from 1 in the order of the layer.
    pub id: u32,
}

impl Check {
    /// What the check comes to on a day: what is broken and was due before it is overdue.
    pub fn hold_against(&mut self, day: &str) {
        if matches!(self.verdict, Verdict::Fail | Verdict::Warn) && self.obliged.is_past(day) {
            self.verdict = Verdict::Overdue;
            let due = &self.obliged.due;
            self.text.zh += &format!("；期限 {due}，至 {day} 已逾期");
            self.text.en += &format!("; due {due}, overdue on {day}");
        }
    }

    /// Says how many things it stands for.
    pub fn of_many(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    /// Says which feature was checked.
    pub fn about(mut self, layer: &str, id: u32) -> Self {
        self.feature = Some(FeatureId { layer: layer.to_owned(), id });
        self
    }
}

/// What the findings rest on: enough to run them again.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Name and version of the program.
    pub program: String,
    /// Name of the area.
    pub area: String,
    /// Whether the area is invented.
    pub synthetic: bool,
    /// The plane it was computed in.
    pub crs: String,
    /// The request as JSON, every parameter given.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub request: serde_json::Value,
    /// Name of the rule profile.
    pub profile: String,
    /// Figures set by hand, `key=value`.
    pub set: Vec<String>,
    /// The day of assessment (评估日期), against which what is due was held; `None`: none was stated.
    #[serde(default)]
    pub as_of: Option<String>,
    /// The proposed changes the area had in it; `None`: as it is.
    pub scenario: Option<Arc<Scenario>>,
    /// What the edits of that scenario referred to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenario_references: Vec<EditReference>,
    /// The scenario with its revision, as people tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario_title: Option<Label>,
    /// Rule pack and profile, and every entry in force with its origin.
    #[schemars(with = "RulesInForce")]
    pub rules: serde_json::Value,
    /// The numbers of the method that could move a verdict or a figure, in alphabetical order, each with its reason.
    #[serde(default)]
    pub method: Vec<MethodConstant>,
    /// Digest of each input.
    pub inputs: Vec<Input>,
}

/// One file that was read.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// The file, relative to the area.
    pub source: String,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
}
