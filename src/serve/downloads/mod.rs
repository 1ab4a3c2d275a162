//! Layers and tables as files to take along: formatted workbooks, CSV, GeoPackage, Shapefiles, KML, GPX.

pub(crate) mod layers;
pub(crate) mod map;
pub(crate) mod sent;
pub(crate) mod tables;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tempfile::TempDir;

use self::sent::{CsvFile, FileKind, GeoPackageFile, GpxFile, KmlFile, SentFile, WorkbookFile, ZipFile, name_file};
use crate::error::{HttpResult, Problem};
use crate::query::QueryParams;
use crate::settings::Settings;
use crate::state::AppState;
use fireplan_model::findings::Table;
use fireplan_model::rows::{Column, Value};
use fireplan_package::download::{DownloadFormat, DownloadOrigin, TableSelection, has_words, write_table};

/// The words of `q`: a row fits that has all of them.
pub(crate) struct WordFilter(Vec<String>);

impl WordFilter {
    /// Takes `q` out of the parameters.
    pub(crate) fn take(params: &mut QueryParams) -> Self {
        let text = params.take("q").unwrap_or_default();
        Self(text.split_whitespace().map(str::to_owned).collect())
    }

    /// Whether a row has every word.
    pub(crate) fn fits(&self, columns: &[Column], values: &[Value]) -> bool {
        self.0.is_empty() || has_words(columns, values, &self.0)
    }
}

/// The format of this name, if it is one of a file.
fn find_format(name: &str) -> Option<DownloadFormat> {
    use DownloadFormat::{Csv, GeoPackage, Gpx, Kml, Shapefiles, Workbook};
    [Workbook, Csv, GeoPackage, Kml, Gpx, Shapefiles].into_iter().find(|format| format.extension() == name)
}

/// Refuses more rows than a file of this format takes.
fn check_count(format: DownloadFormat, count: usize) -> HttpResult<()> {
    let most = format.most_rows();
    if count <= most {
        return Ok(());
    }
    let name = format.extension();
    Err(Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        format!(
            "{count} 行超过 {name} 的上限 {most} 行；请用 bbox、字段或 q 缩小范围，或改用其他格式 | \
             {count} rows are more than the {most} that {name} takes; narrow them by bbox, a column or q, or take another format"
        ),
    ))
}

/// Sends a file that was made in this folder, which goes with it.
fn send_file(format: DownloadFormat, folder: TempDir, file: &str, name: String) -> HttpResult<Response> {
    match format {
        DownloadFormat::Workbook => send_kind::<WorkbookFile>(folder, file, name),
        DownloadFormat::Csv => send_kind::<CsvFile>(folder, file, name),
        DownloadFormat::GeoPackage => send_kind::<GeoPackageFile>(folder, file, name),
        DownloadFormat::Kml => send_kind::<KmlFile>(folder, file, name),
        DownloadFormat::Gpx => send_kind::<GpxFile>(folder, file, name),
        DownloadFormat::Shapefiles => send_kind::<ZipFile>(folder, file, name),
    }
}

/// A table of its own as a workbook or CSV, under its title; writes a file, so not for async threads.
pub(crate) fn send_table(format: &str, table: &Table, origin: &DownloadOrigin) -> HttpResult<Response> {
    let format = find_format(format).unwrap_or(DownloadFormat::Workbook);
    check_count(format, table.rows.len())?;
    let rows: Vec<u32> = (0..).take(table.rows.len()).collect();
    let folder = tempfile::tempdir().map_err(anyhow::Error::from)?;
    let file = format!("table.{}", format.extension());
    write_table(format, &TableSelection { table, rows: &rows, origin }, &folder.path().join(&file))?;
    send_file(format, folder, &file, name_file(&[&origin.area, &table.title.zh], format.extension()))
}

fn send_kind<K: FileKind>(folder: TempDir, file: &str, name: String) -> HttpResult<Response> {
    Ok(SentFile::<K>::open_in(folder, file, name)?.into_response())
}

/// What a file says of where its rows come from: the area, or a run and what it rests on.
fn tell_origin(state: &AppState, job: Option<&str>) -> DownloadOrigin {
    let job = job.and_then(|id| state.jobs.get(id));
    let scenario = job.as_ref().and_then(|job| {
        let Settings { scenario, scenario_revision, .. } = &job.settings;
        let state = scenario_revision.map_or_else(String::new, |revision| format!("第 {revision} 版"));
        Some(format!("方案“{}”{state}", scenario.as_ref()?))
    });
    let source = job.map_or_else(
        || "规划范围数据".to_owned(),
        |job| {
            let settings = &job.settings;
            let scenario = scenario.as_ref().map_or_else(String::new, |title| format!("，{title}"));
            let rules = state.rules_of(settings).ok();
            let title = rules.and_then(|rules| rules.packs.last().map(|pack| pack.title.clone()));
            let rules = title.map_or_else(String::new, |title| format!("，规则：{title}"));
            format!("{}{scenario}{rules}", job.request.about().0.zh)
        },
    );
    let notice =
        scenario.as_ref().map(|title| format!("按{title}计算：表中的“现状”均为该方案实施后的状态，不是今天的现状。"));
    // The bureau's file may be wrong; then the year is left out here, and the package says what is wrong.
    let facts = state.packages.facts().unwrap_or_default();
    let base_year = facts.base_year.map_or_else(String::new, |year| year.to_string());
    let is_told = state.area.name.contains("虚构");
    let synthetic = if state.area.synthetic && !is_told { "（虚构数据）" } else { "" };
    DownloadOrigin { area: format!("{}{synthetic}", state.area.name), source, base_year, notice }
}
