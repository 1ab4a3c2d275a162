//! The files of one run: `findings.gpkg`, `layers/*.geojson`, `tables/*.csv`, `sheets/*.html` for layers whose features are
//! to be visited, and, last, `findings.json` about them all.
//!
//! The same findings give the same bytes. The results of an earlier run are exchanged as a whole, so that the folder never shows
//! two runs at once, and shows the earlier one where this one fails; nothing else in it is touched.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::folder_exchange::FolderExchange;
use crate::gpkg::Package;
use crate::sheets::Sheets;
use crate::{csv, geojson_file};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{
    Answer, Chart, Check, Drawing, Figure, Findings, Layer, Manifest, Proposal, Table, TableSubject,
};
use fireplan_model::message::{making_folder, reading, writing};
use fireplan_model::notes::Note;
use fireplan_model::row;
use fireplan_model::rows::{Column, GeometryKind, Label, Value};
use fireplan_model::scenario::AppliedScenario;

const SUMMARY: &str = "findings.json";
/// File systems take 255 bytes, which is 85 Chinese characters; a layer, a number and the ending want some of them.
const LONGEST_NAME: usize = 40;
const PACKAGE: &str = "findings.gpkg";
/// What the results of a run consist of, the summary of them last.
const ITEMS: [&str; 5] = ["layers", "tables", "sheets", PACKAGE, SUMMARY];

/// Writes the findings into the folder, which is made if need be; gives the files written.
pub fn write(findings: &Findings, area: &StudyArea, dir: &Path) -> Result<Vec<PathBuf>> {
    let tables = list_tables(findings);
    check_names(findings, &tables)?;
    let exchange = FolderExchange::begin(dir, &ITEMS)?;
    let names = write_files(findings, &tables, area, &exchange.new_results())?;
    exchange.finish(&ITEMS, &list_earlier(dir))?;
    Ok(names.iter().map(|name| dir.join(name)).collect())
}

fn write_files(findings: &Findings, tables: &[Table], area: &StudyArea, dir: &Path) -> Result<Vec<String>> {
    for folder in ["layers", "tables"] {
        let folder = dir.join(folder);
        std::fs::create_dir_all(&folder).with_context(|| making_folder(&folder))?;
    }
    let mut names = vec![PACKAGE.to_owned()];
    let mut package = Package::create(&dir.join(PACKAGE), &area.plane)?;
    for layer in &findings.layers {
        package.add_layer(layer)?;
        let name = layer_file(&layer.id);
        geojson_file::write(layer, &area.plane, &dir.join(&name))?;
        names.push(name);
    }
    for table in tables {
        add_table(&mut package, table, &findings.layers)?;
        let name = table_file(&table.id);
        csv::write(table, &dir.join(&name))?;
        names.push(name);
    }
    package.close()?;
    names.extend(write_sheets(findings, area, dir)?);
    write_summary(findings, tables, dir, &names)?;
    names.push(SUMMARY.to_owned());
    Ok(names)
}

/// A file of field sheets for each town, of each layer that has them.
fn write_sheets(findings: &Findings, area: &StudyArea, dir: &Path) -> Result<Vec<String>> {
    let with_sheets: Vec<&Layer> = findings.layers.iter().filter(|layer| layer.sheets).collect();
    if with_sheets.is_empty() {
        return Ok(Vec::new());
    }
    let folder = dir.join("sheets");
    std::fs::create_dir_all(&folder).with_context(|| making_folder(&folder))?;
    let inputs = area.map_layers();
    let sheets = Sheets::new(area, inputs.iter().chain(&findings.layers));
    let mut names: Vec<String> = Vec::new();
    for layer in with_sheets {
        for (town, html) in sheets.by_town(layer)? {
            let between = if town.is_empty() { "" } else { "_" };
            let stem = format!("sheets/{}{between}{}", layer.id, in_file_name(&town));
            let numbered = (2..).map(|number| format!("{stem}_{number}.html"));
            let mut free = std::iter::once(format!("{stem}.html")).chain(numbered).filter(|name| !names.contains(name));
            let name = free.next().unwrap_or_default();
            std::fs::write(dir.join(&name), html).with_context(|| format!("写入 {name} | writing {name}"))?;
            names.push(name);
        }
    }
    Ok(names)
}

/// A name without what no file system takes, and not longer than any takes.
fn in_file_name(name: &str) -> String {
    name.chars()
        .take(LONGEST_NAME)
        .map(|c| if c.is_control() || "/\\:*?\"<>|.".contains(c) { '_' } else { c })
        .collect()
}

/// A table that only repeats columns of the layer of its name would be there twice: the layer has them already.
fn add_table(package: &mut Package, table: &Table, layers: &[Layer]) -> Result<()> {
    let Some(layer) = layers.iter().find(|layer| layer.id == table.id) else { return package.add_table(table) };
    let repeats = table.columns.iter().all(|column| layer.columns.contains(column));
    if repeats && table.layer.as_deref() == Some(&layer.id) {
        return Ok(());
    }
    package.add_table(&Table { id: format!("{}_table", table.id), ..table.clone() })
}

fn layer_file(id: &str) -> String {
    format!("layers/{id}.geojson")
}

fn table_file(id: &str) -> String {
    format!("tables/{id}.csv")
}

row! {
    /// 条文检查 | Checks against clauses
    struct CheckRow {
        geometry: (),
        /// 对象 | Subject
        subject: String,
        /// 结论 | Verdict
        verdict: String,
        /// 要求 | Required
        bound: String,
        /// 实测 | Measured
        measured: Option<f64>,
        /// 计几项 | How many things it stands for
        count: u32,
        /// 完成时限 | Due
        due: String,
        /// 责任单位(牵头) | Responsible
        lead: String,
        /// 配合单位 | Supporting
        support: String,
        /// 依据 | Clause
        cite: String,
        /// 数值未核实 | Unverified figure
        unverified: bool,
        /// 规则 | Rule
        rule: String,
        /// 说明 | Text
        text: String,
    }
}

/// The tables of the findings, and the checks as one more.
pub fn list_tables(findings: &Findings) -> Vec<Table> {
    let mut tables = findings.tables.clone();
    if !findings.checks.is_empty() && tables.iter().all(|table| table.id != "checks") {
        let rows: Vec<CheckRow> = findings.checks.iter().map(check_row).collect();
        tables.push(sign(Table::new("checks", &rows), &findings.manifest));
    }
    tables
}

/// Says under which scenario the rows of a table were found, as the other tables of the run say it.
fn sign(mut table: Table, manifest: &Manifest) -> Table {
    let Some(title) = &manifest.scenario_title else { return table };
    let applied = AppliedScenario { title: title.clone(), ..AppliedScenario::default() };
    table.title = applied.sign(&table.title);
    table.columns.push(applied.column(table.rows.is_empty()));
    table.rows.iter_mut().for_each(|row| row.push(Value::text(title.zh.as_str())));
    table
}

fn check_row(check: &Check) -> CheckRow {
    use fireplan_model::findings::Verdict::{Fail, Overdue, Pass, Undetermined, Warn};
    let verdict = match check.verdict {
        Pass => "符合",
        Warn => "提示",
        Fail => "不符合",
        Overdue => "逾期",
        Undetermined => "待核",
    };
    CheckRow {
        geometry: (),
        subject: check.subject.clone(),
        verdict: verdict.to_owned(),
        bound: check.bound.clone(),
        measured: check.measured,
        count: u32::try_from(check.count).unwrap_or(u32::MAX),
        due: check.obliged.due_or_words().to_owned(),
        lead: check.obliged.lead.clone(),
        support: check.obliged.support.clone(),
        cite: check.cite.clone(),
        unverified: check.obliged.unverified,
        rule: check.rule.clone(),
        text: check.text.zh.clone(),
    }
}

/// Ids become file and table names: plain, and no two layers or two tables alike.
fn check_names(findings: &Findings, tables: &[Table]) -> Result<()> {
    let layers: Vec<&str> = findings.layers.iter().map(|layer| layer.id.as_str()).collect();
    let tables: Vec<&str> = tables.iter().map(|table| table.id.as_str()).collect();
    for ids in [layers, tables] {
        for (at, id) in ids.iter().enumerate() {
            let plain = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            if id.is_empty() || !plain || id.starts_with("gpkg_") || id.starts_with("rtree_") {
                bail!(
                    "“{id}”不能作图层或表的名称，只能用 a-z、0-9 和 _ | \
                     '{id}' cannot name a layer or table; use a-z, 0-9 and _"
                );
            }
            if ids[..at].contains(id) {
                bail!("有两个图层或两张表都叫“{id}” | two layers or two tables are named '{id}'");
            }
        }
    }
    Ok(())
}

/// What `findings.json` says; layers are described here and held by their files.
#[derive(Serialize)]
struct Summary<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    answers: &'a [Answer],
    figures: &'a [Figure],
    checks: &'a [Check],
    notes: &'a [Note],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    proposals: &'a [Proposal],
    layers: Vec<LayerSummary<'a>>,
    tables: Vec<TableSummary<'a>>,
    manifest: &'a Manifest,
    files: Vec<File>,
}

#[derive(Serialize)]
struct LayerSummary<'a> {
    id: &'a str,
    title: &'a Label,
    geometry: GeometryKind,
    features: usize,
    columns: &'a [Column],
    drawing: &'a Drawing,
    file: String,
}

#[derive(Serialize)]
struct TableSummary<'a> {
    id: &'a str,
    title: &'a Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'a TableSubject>,
    chart: Option<&'a Chart>,
    columns: &'a [Column],
    rows: &'a [Vec<Value>],
    file: String,
}

/// A file written, with its digest: whoever holds it can tell whether it is this run's.
#[derive(Serialize, Deserialize)]
struct File {
    file: String,
    sha256: String,
}

fn write_summary(findings: &Findings, tables: &[Table], dir: &Path, names: &[String]) -> Result<()> {
    let summary = Summary {
        answers: &findings.answers,
        proposals: &findings.proposals,
        figures: &findings.figures,
        checks: &findings.checks,
        notes: &findings.notes,
        layers: findings.layers.iter().map(layer_summary).collect(),
        tables: tables.iter().map(table_summary).collect(),
        manifest: &findings.manifest,
        files: names.iter().map(|name| digest(dir, name)).collect::<Result<_>>()?,
    };
    let path = dir.join(SUMMARY);
    let mut text = serde_json::to_string_pretty(&summary)?;
    text.push('\n');
    std::fs::write(&path, text).with_context(|| writing(&path))
}

fn layer_summary(layer: &Layer) -> LayerSummary<'_> {
    LayerSummary {
        id: &layer.id,
        title: &layer.title,
        geometry: layer.geometry,
        features: layer.features.len(),
        columns: &layer.columns,
        drawing: &layer.drawing,
        file: layer_file(&layer.id),
    }
}

fn table_summary(table: &Table) -> TableSummary<'_> {
    TableSummary {
        id: &table.id,
        title: &table.title,
        layer: table.layer.as_deref(),
        about: table.about.as_ref(),
        chart: table.chart.as_ref(),
        columns: &table.columns,
        rows: &table.rows,
        file: table_file(&table.id),
    }
}

fn digest(dir: &Path, name: &str) -> Result<File> {
    let path = dir.join(name);
    let mut hasher = Sha256::new();
    let mut file = std::fs::File::open(&path).with_context(|| reading(&path))?;
    std::io::copy(&mut file, &mut hasher).with_context(|| reading(&path))?;
    Ok(File { file: name.to_owned(), sha256: format!("{:x}", hasher.finalize()) })
}

/// What the `findings.json` of an earlier run lists.
fn list_earlier(dir: &Path) -> BTreeSet<String> {
    #[derive(Deserialize)]
    struct Earlier {
        files: Vec<File>,
    }
    let text = std::fs::read(dir.join(SUMMARY)).ok();
    let earlier = text.and_then(|text| serde_json::from_slice::<Earlier>(&text).ok());
    earlier.into_iter().flat_map(|earlier| earlier.files).map(|file| file.file).collect()
}
