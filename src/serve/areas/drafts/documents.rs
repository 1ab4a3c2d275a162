//! What clients are told of a draft, and what they say of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::areas::task::TaskProgress;
use fireplan_model::rows::Label;

/// How far a draft is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DraftStage {
    /// Files are brought in.
    Collecting,
    /// They are being looked at.
    Looking,
    /// What was found is there, and what is doubtful is asked.
    Asking,
    /// The project is being written.
    Writing,
    /// It is a project.
    Done,
}

/// A draft as lists show it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DraftSummary {
    pub id: String,
    pub name: String,
    /// The folder of the server with its data; `None`: they are sent.
    pub folder: Option<String>,
    pub stage: DraftStage,
    /// Files that were sent.
    pub files: usize,
    pub bytes: u64,
}

/// A draft with all that is known of its data.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DraftDescription {
    pub draft: DraftSummary,
    /// What the project will be called where nobody says otherwise.
    pub proposed_name: String,
    pub progress: Option<TaskProgress>,
    /// Why the last work came to nothing.
    pub message: Option<Label>,
    /// Files that were looked at.
    pub looked_at: usize,
    pub sources: Vec<SourceDescription>,
    /// The extract of OSM from which every other layer is taken.
    pub osm: Option<String>,
    /// In the order in which they are asked.
    pub questions: Vec<QuestionDescription>,
    pub left_out: Vec<LeftOut>,
    /// Lines of roads, for the small maps beside questions.
    pub around: Vec<Vec<[f64; 2]>>,
    /// The project that it has become.
    pub project: Option<String>,
}

/// A file that is not used, and why.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LeftOut {
    pub source: String,
    pub why: Label,
}

/// How sure it is what a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SourceConfidence {
    /// It has the columns that a standard prescribes.
    Prescribed,
    /// Name, geometry, columns and place agree.
    Sure,
    /// Somebody has answered what was doubtful.
    Answered,
    /// It waits for an answer, and is not used until then.
    Asked,
}

/// A source of a layer, as `area.toml` will have it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SourceDescription {
    /// As questions name it.
    pub id: String,
    pub layer: Label,
    pub source: String,
    pub confidence: SourceConfidence,
    /// The coordinate system, where the file does not say it, and what it is called.
    pub crs: Option<String>,
    pub crs_name: Option<String>,
    /// The rows of the headings, where they are not the first.
    pub header_row: Vec<u64>,
    /// The columns with the coordinates.
    pub coordinates: Vec<String>,
    /// The condition on its rows.
    pub filter: Option<String>,
    pub columns: Vec<MappedColumn>,
    /// Tables whose facts are added.
    pub joins: Vec<JoinedTable>,
    /// What speaks for it.
    pub evidence: Vec<Label>,
}

/// Which of their columns is which of our facts.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MappedColumn {
    /// What we call the fact.
    pub fact: Label,
    /// What they call the column; `None`: there is none, and the value stands for all.
    pub theirs: Option<String>,
    /// The unit of its numbers, where the column does not say it.
    pub unit: Option<String>,
    /// Their coded values and what they mean, or the value that stands for all.
    pub values: BTreeMap<String, Label>,
}

/// A table of facts that is added to a source.
#[derive(Serialize, JsonSchema)]
pub(crate) struct JoinedTable {
    pub source: String,
    /// The fact that both have.
    pub on: Label,
    pub columns: Vec<MappedColumn>,
}

/// A question about the data.
#[derive(Serialize, JsonSchema)]
pub(crate) struct QuestionDescription {
    pub id: String,
    /// The source that it is about.
    pub source: String,
    pub ask: Label,
    /// What speaks for which answer.
    pub evidence: Vec<Label>,
    /// What may be answered, the likeliest first.
    pub choices: Vec<QuestionChoice>,
    /// The headings and up to ten rows.
    pub sample: Vec<Vec<String>>,
    pub answer: Option<String>,
    pub preview: Option<PreviewDescription>,
}

/// One answer that may be given.
#[derive(Serialize, JsonSchema)]
pub(crate) struct QuestionChoice {
    pub code: String,
    pub label: Label,
}

/// Where the source of a question lies, in longitude and latitude; a place is a line of one vertex.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PreviewDescription {
    /// Where it is taken to lie; empty where that is asked.
    pub lines: Vec<Vec<[f64; 2]>>,
    /// By the codes of the choices: where it would lie.
    pub choices: BTreeMap<String, Vec<Vec<[f64; 2]>>>,
}

/// A new draft.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftRequest {
    #[schemars(length(max = 60))]
    pub name: String,
    /// A folder of the server; `null`: files will be sent.
    #[serde(default)]
    pub folder: Option<AllowedFolder>,
}

/// A folder below one that the operator has allowed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AllowedFolder {
    /// The number of the allowed one.
    pub number: usize,
    /// The path below it.
    pub path: String,
}

/// Answers by the ids of their questions; `null` takes an answer back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswersRequest {
    pub answers: BTreeMap<String, Option<String>>,
}

/// What the project is to be called.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishRequest {
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
}

/// A file that was kept.
#[derive(Serialize, JsonSchema)]
pub(crate) struct UploadedFile {
    pub bytes: u64,
}

/// What is in a folder of the server.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FolderListing {
    /// Below the allowed one.
    pub path: String,
    pub folders: Vec<ListedFolder>,
    /// Files in it.
    pub files: usize,
}

/// A folder below.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ListedFolder {
    pub name: String,
    pub files: usize,
}
