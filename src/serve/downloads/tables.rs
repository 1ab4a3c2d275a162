//! `/jobs/{jobId}/tables/{tableId}`: a table of a run as a workbook or CSV.

use axum::extract::{Path, State};

use super::sent::name_file;
use super::{WordFilter, check_count, find_format, send_file, tell_origin};
use crate::error::{HttpResult, Problem};
use crate::jobs::handlers::find_job;
use crate::links::{CSV, XLSX};
use crate::query::QueryParams;
use crate::state::AppState;
use fireplan_export::files::list_tables;
use fireplan_package::download::{DownloadFormat, TableSelection, write_table};

/// `/jobs/{jobId}/tables/{tableId}`
pub(crate) async fn table(
    State(state): State<AppState>,
    Path((job, id)): Path<(String, String)>,
    mut params: QueryParams,
) -> HttpResult {
    let format = params.format(&[("xlsx", XLSX), ("csv", CSV)])?;
    let format = find_format(format).unwrap_or(DownloadFormat::Workbook);
    let filter = WordFilter::take(&mut params);
    params.finish()?;
    let findings = state.findings_of(&find_job(&state, &job)?).await?.findings;
    let shared = state.clone();
    state
        .compute(move || {
            let tables = list_tables(&findings);
            let table = tables.iter().find(|table| table.id == id).ok_or_else(|| {
                let known = tables.iter().map(|table| table.id.as_str()).collect::<Vec<_>>().join(", ");
                Problem::not_found(format!(
                    "{job} 没有表 {id}，可用：{known} | {job} has no table {id}; there are: {known}"
                ))
            })?;
            let rows: Vec<u32> = (0..)
                .zip(&table.rows)
                .filter(|(_, values)| filter.fits(&table.columns, values))
                .map(|(at, _)| at)
                .collect();
            check_count(format, rows.len())?;
            let origin = tell_origin(&shared, Some(&job));
            let folder = tempfile::tempdir().map_err(anyhow::Error::from)?;
            let file = format!("table.{}", format.extension());
            write_table(format, &TableSelection { table, rows: &rows, origin: &origin }, &folder.path().join(&file))?;
            let name = name_file(&[&shared.area.name, &table.title.zh], format.extension());
            send_file(format, folder, &file, name)
        })
        .await
}
