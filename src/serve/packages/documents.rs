//! What is sent and taken of packages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::job::{Edition, PackageJob, PackageState, PackageSummary};
use super::shelf::KEPT_PACKAGES;
use crate::error::{HttpResult, Problem};
use crate::jobs::Status;
use crate::links::{JSON, WebLink, ZIP, link, ogc_link};
use crate::settings::Settings;
use fireplan_model::rows::Label;
use fireplan_package::{PackagePart, PlanFacts};

/// Every package, and what has to be known to order one.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PackageList {
    /// The newest first.
    packages: Vec<PackageStatus>,
    /// So many are kept; older ones are removed.
    kept: usize,
    /// The parts that a package can have.
    parts: Vec<PartDescription>,
    /// What is known of the plan.
    facts: PlanFactsDocument,
    links: Vec<WebLink>,
}

/// A part of a package.
#[derive(Serialize, JsonSchema)]
struct PartDescription {
    id: &'static str,
    label: Label,
}

/// The status of a package.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PackageStatus {
    id: String,
    status: Status,
    /// `中文 | English`.
    message: String,
    /// In percent.
    progress: usize,
    created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<String>,
    edition: Edition,
    #[serde(rename = "final")]
    is_final: bool,
    /// Codes of its parts.
    parts: Vec<String>,
    #[schemars(with = "Settings")]
    settings: Value,
    /// `None`: it is not made.
    made: Option<PackageSummary>,
    links: Vec<WebLink>,
}

/// What only the bureau knows of its plan; empty and `None`: not known.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PlanFactsDocument {
    /// 规划名称.
    name: String,
    /// 组织编制单位.
    body: String,
    /// 编制单位.
    author: String,
    /// 基准年.
    base_year: Option<u32>,
    /// Last year of the near term, 近期.
    near_until: Option<u32>,
    /// Last year of the far term, 远期.
    far_until: Option<u32>,
    /// 送审稿, 报批稿 and the like.
    stage: String,
    /// Day on the cover, `2026-11-28`.
    date: String,
    /// 审图号 of the base map.
    map_number: String,
}

/// The body of an order.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PackageOrderRequest {
    pub(crate) edition: Edition,
    /// Refuse it while an unverified figure stands in the mandatory content.
    #[serde(rename = "final")]
    pub(crate) is_final: bool,
    /// Codes of the parts to be made; without any, all.
    pub(crate) parts: Vec<String>,
    /// What is known of the plan beside what the area's `package.toml` says; it is kept for the next time.
    pub(crate) facts: PlanFactsDocument,
    /// `profile`, `set`, `as_of` and `scenario`, as executions take them; what is missing is as the service was started with.
    pub(crate) inputs: Map<String, Value>,
}

impl PlanFactsDocument {
    fn of(facts: PlanFacts) -> Self {
        let PlanFacts { name, body, author, base_year, near_until, far_until, stage, date, map_number, .. } = facts;
        Self { name, body, author, base_year, near_until, far_until, stage, date, map_number }
    }

    /// As packages have them; a day or year that is none is refused.
    pub(crate) fn check(self) -> HttpResult<PlanFacts> {
        let Self { name, body, author, base_year, near_until, far_until, stage, date, map_number } = self;
        let date = date.trim().to_owned();
        if !date.is_empty() && date.parse::<jiff::civil::Date>().is_err() {
            return Err(Problem::bad(format!(
                "编制日期应写作 2026-11-28，不是“{date}” | the date is written 2026-11-28, not '{date}'"
            )));
        }
        for year in [base_year, near_until, far_until].into_iter().flatten() {
            if !(1900..=2200).contains(&year) {
                return Err(Problem::bad(format!("{year} 不是年份 | {year} is no year")));
            }
        }
        let [name, body, author, stage, map_number] =
            [name, body, author, stage, map_number].map(|text| text.trim().to_owned());
        let facts = PlanFacts {
            name,
            body,
            author,
            base_year,
            near_until,
            far_until,
            stage,
            date,
            map_number,
            ..PlanFacts::default()
        };
        Ok(facts)
    }
}

impl PackageList {
    pub(super) fn new(jobs: &[std::sync::Arc<PackageJob>], facts: PlanFacts, root: &str) -> Self {
        Self {
            packages: jobs.iter().rev().map(|job| PackageStatus::of(job, root)).collect(),
            kept: KEPT_PACKAGES,
            parts: PackagePart::ALL.map(|part| PartDescription { id: part.code(), label: part.label() }).into(),
            facts: PlanFactsDocument::of(facts),
            links: vec![link(format!("{root}/packages"), "self", JSON)],
        }
    }
}

impl PackageStatus {
    /// The status with links below this root.
    pub(super) fn of(job: &PackageJob, root: &str) -> Self {
        let (status, made) = match job.state() {
            PackageState::Waiting => (Status::Accepted, None),
            PackageState::Making => (Status::Running, None),
            PackageState::Made(made) => (Status::Successful, Some(made)),
            PackageState::Failed => (Status::Failed, None),
            PackageState::Dismissed => (Status::Dismissed, None),
        };
        let at = format!("{root}/packages/{}", job.id);
        let mut links = vec![link(at.clone(), "self", JSON)];
        if made.is_some() {
            links.push(ogc_link(format!("{at}/zip"), "results", ZIP));
        }
        let [created, started, finished] = job.times();
        let choice = job.choice.clone();
        Self {
            id: job.id.clone(),
            status,
            message: job.message().to_string(),
            progress: job.progress(),
            created: created.unwrap_or_default(),
            started,
            finished,
            edition: choice.edition,
            is_final: choice.is_final,
            parts: choice.parts,
            settings: choice.settings,
            made,
            links,
        }
    }
}
