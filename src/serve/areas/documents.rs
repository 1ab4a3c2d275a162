//! What clients are told of the projects.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drafts::documents::DraftSummary;
use super::options::UploadLimits;
use super::seen::LastRun;
use super::task::TaskProgress;
use super::thumbnail::Thumbnail;
use crate::links::WebLink;
use fireplan_model::rows::Label;

/// What the service is, where it serves many areas.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProjectsLanding {
    pub title: Label,
    pub version: &'static str,
    pub links: Vec<WebLink>,
}

/// Every project.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProjectList {
    /// By their places.
    pub projects: Vec<ProjectDescription>,
    /// Those that were moved aside.
    pub archived: Vec<ProjectDescription>,
    /// Those that are being made.
    pub drafts: Vec<DraftSummary>,
    /// Folders of the server whose data may be made into projects; they are numbered in this order.
    pub allowed: Vec<String>,
    /// So many areas are kept open at once.
    pub most_open: usize,
    /// What may be brought into a new project.
    pub limits: UploadLimits,
    pub links: Vec<WebLink>,
}

/// How far the area of a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ProjectState {
    /// It is opened when somebody asks for it.
    Closed,
    /// It is being read.
    Opening,
    /// It is open.
    Open,
    /// It is open, and a run goes on in it.
    Running,
    /// It could not be opened; the message says why.
    Failed,
    /// It was moved aside.
    Archived,
}

/// A project as lists show it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProjectDescription {
    pub id: String,
    pub name: String,
    /// Its folder, below the one that is served.
    pub place: String,
    pub state: ProjectState,
    /// Why it could not be opened.
    pub message: Option<Label>,
    /// How far it is while it is being opened.
    pub progress: Option<TaskProgress>,
    /// Size of its folder on disk.
    pub bytes: u64,
    pub files: usize,
    /// Questions about its data that nobody has answered.
    pub open_questions: usize,
    /// Layers with something in them; `None`: it was not open yet.
    pub layers: Option<usize>,
    pub last_run: Option<LastRun>,
    /// `None`: it was not open yet.
    pub thumbnail: Option<Thumbnail>,
    pub links: Vec<WebLink>,
}

/// A name for a project.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectNameRequest {
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
}
