//! `/audit`: the trail of what was done, page by page or as a file.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use schemars::JsonSchema;
use serde::Serialize;

use super::entrance::refuse_person;
use crate::areas::state::AreasState;
use crate::downloads::send_table;
use crate::error::{HttpResult, Problem};
use crate::links::{CSV, JSON, WebLink, XLSX, link};
use crate::query::QueryParams;
use crate::state::AppState;
use fireplan_model::rows::Label;
use fireplan_office::{name_action, tabulate_trail};
use fireplan_package::download::DownloadOrigin;
use fireplan_store::audit::{AuditRow, verify};

/// Rows of a page, unless the request says otherwise.
const USUAL_ROWS: usize = 100;
/// Rows of a page at most.
const MOST_ROWS: usize = 1_000;

/// Part of the trail.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TrailPage {
    /// The newest first.
    rows: Vec<TrailRow>,
    /// How many there are in all.
    count: usize,
    /// The number of the first row that is not as it was written; `None`: all are.
    broken: Option<i64>,
    /// The digest of the last row: noted elsewhere, it shows later that no row is missing.
    last_digest: String,
    links: Vec<WebLink>,
}

/// A row of the trail.
#[derive(Serialize, JsonSchema)]
struct TrailRow {
    number: i64,
    /// When, in UTC.
    at: String,
    /// Who; empty where the program was not told.
    person: String,
    /// What, as the interface names it.
    action: String,
    /// What, in words.
    action_name: Label,
    subject: String,
    detail: String,
}

/// `/audit` of an area: what was done to its scenarios and runs.
pub(crate) async fn area_trail(State(state): State<AppState>, params: QueryParams) -> HttpResult {
    let question = TrailQuestion::read(params)?;
    let working = state.clone();
    state.compute(move || question.answer(&working.store.list_trail(0, usize::MAX)?, &working.area.name)).await
}

/// `/audit` of a service of many areas: what was done to people and projects.
pub(crate) async fn office_trail(State(areas): State<AreasState>, params: QueryParams) -> HttpResult {
    let question = TrailQuestion::read(params)?;
    let answered = tokio::task::spawn_blocking(move || {
        let rows = areas.office.list_trail(0, usize::MAX).map_err(|error| refuse_person(&error))?;
        question.answer(&rows, "")
    });
    answered.await?
}

/// What is asked of the trail.
struct TrailQuestion {
    format: &'static str,
    limit: usize,
    /// Only rows before this number; `None`: the newest.
    before: Option<i64>,
    itself: String,
    root: String,
}

impl TrailQuestion {
    fn read(mut params: QueryParams) -> HttpResult<Self> {
        let format = params.format(&[("json", JSON), ("csv", CSV), ("xlsx", XLSX)])?;
        let limit = params.limit(USUAL_ROWS, MOST_ROWS)?;
        let before = params.take("before").map(|text| {
            text.parse::<i64>().ok().filter(|number| *number > 0).ok_or_else(|| {
                Problem::bad(format!("before 应为正整数，不是“{text}” | before is a number from 1, not '{text}'"))
            })
        });
        let before = before.transpose()?;
        params.finish()?;
        Ok(Self { format, limit, before, itself: params.itself.clone(), root: params.root.clone() })
    }

    /// Answers with the rows; writes files, so not for async threads.
    fn answer(&self, rows: &[AuditRow], of: &str) -> HttpResult {
        let check = verify(rows);
        if self.format != "json" {
            let origin = DownloadOrigin {
                area: of.to_owned(),
                source: "操作记录".to_owned(),
                base_year: String::new(),
                notice: None,
            };
            return send_table(self.format, &tabulate_trail(rows), &origin);
        }
        let before = self.before.unwrap_or(i64::MAX);
        let shown: Vec<&AuditRow> = rows.iter().rev().filter(|row| row.number < before).take(self.limit).collect();
        let mut links = vec![link(self.itself.clone(), "self", JSON)];
        if let Some(last) = shown.last().filter(|last| last.number > 1) {
            let address = format!("{}/audit?limit={}&before={}", self.root, self.limit, last.number);
            links.push(link(address, "next", JSON));
        }
        Ok(Json(TrailPage {
            rows: shown.into_iter().map(describe_row).collect(),
            count: rows.len(),
            broken: check.broken,
            last_digest: check.last,
            links,
        })
        .into_response())
    }
}

fn describe_row(row: &AuditRow) -> TrailRow {
    let AuditRow { number, at, person, action, subject, detail, .. } = row.clone();
    let action_name = name_action(&action);
    TrailRow { number, at, person, action, action_name, subject, detail }
}
