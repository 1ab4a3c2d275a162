//! `fireplan audit`: the trail of what was done, checked and written to files.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use fireplan_model::message::Language;
use fireplan_office::{Office, name_action, tabulate_trail};
use fireplan_package::download::{DownloadFormat, DownloadOrigin, TableSelection, write_table};
use fireplan_serve::list_project_folders;
use fireplan_store::Store;
use fireplan_store::audit::{AuditRow, verify};

use crate::output;

#[derive(Args)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    task: AuditTask,
}

#[derive(Subcommand)]
enum AuditTask {
    /// 核对操作记录是否被改动、删减 | See whether rows of the trail were changed or taken out
    Verify(VerifyTrail),
    /// 写出操作记录：.xlsx 或 .csv | Write the trail as .xlsx or .csv
    Export(ExportTrail),
}

#[derive(Args)]
struct VerifyTrail {
    /// 项目文件夹、规划范围，或方案库、人员库文件 | A folder of projects, an area, or a store or file of people
    #[arg(value_name = "DIR|AREA|FILE")]
    place: PathBuf,
    /// 以前记下的一个摘要，须仍在记录中 | A digest noted earlier, which must still be there
    #[arg(long, value_name = "SHA256")]
    expect: Option<String>,
}

#[derive(Args)]
struct ExportTrail {
    /// 项目文件夹、规划范围，或方案库、人员库文件 | A folder of projects, an area, or a store or file of people
    #[arg(value_name = "DIR|AREA|FILE")]
    place: PathBuf,
    /// 写出的文件 | The file to write
    #[arg(long, value_name = "FILE.xlsx|FILE.csv")]
    out: PathBuf,
}

/// Does what was asked with the trail.
pub(crate) fn look_at_trail(args: &AuditArgs, language: Language) -> Result<()> {
    match &args.task {
        AuditTask::Verify(verify) => verify_trails(verify, language),
        AuditTask::Export(export) => export_trail(export, language),
    }
}

/// The trails of a place, each with its file: of a folder of projects that of its people and those of the projects.
fn read_trails(place: &Path) -> Result<Vec<(PathBuf, Vec<AuditRow>)>> {
    let shown = place.display();
    if !place.exists() {
        bail!("找不到 {shown} | there is no {shown}");
    }
    let mut files = Vec::new();
    if place.is_file() && place.extension().is_some_and(|extension| extension == "sqlite") {
        files.push(place.to_owned());
    } else if place.is_dir() && !place.join("area.toml").exists() {
        files.push(Office::of_projects(place).path().to_owned());
        let projects = list_project_folders(place)?;
        files.extend(projects.iter().map(|project| Store::beside(project).path().to_owned()));
    } else {
        let store = Store::beside(place);
        files.push(Office::beside(store.path()).path().to_owned());
        files.push(store.path().to_owned());
    }
    let mut trails = Vec::new();
    for file in files.into_iter().filter(|file| file.exists()) {
        let is_office = file.to_string_lossy().ends_with("office.sqlite");
        let rows = match is_office {
            true => Office::at(file.clone()).list_trail(0, usize::MAX)?,
            false => Store::at(file.clone()).list_trail(0, usize::MAX)?,
        };
        trails.push((file, rows));
    }
    if trails.is_empty() {
        bail!("{shown} 还没有操作记录 | there is no trail of {shown} yet");
    }
    Ok(trails)
}

fn verify_trails(args: &VerifyTrail, language: Language) -> Result<()> {
    let trails = read_trails(&args.place)?;
    let mut broken = 0;
    for (file, rows) in &trails {
        let (check, file) = (verify(rows), file.display());
        match check.broken {
            None => output::print_line(&language.either(
                format!("{file}：{} 条，完整；最后一条的摘要 {}", check.rows, check.last),
                format!("{file}: {} rows, whole; digest of the last {}", check.rows, check.last),
            ))?,
            Some(number) => {
                broken += 1;
                output::print_line(&language.either(
                    format!("{file}：{} 条，第 {number} 条与写下时不符", check.rows),
                    format!("{file}: {} rows; row {number} is not as it was written", check.rows),
                ))?;
            }
        }
    }
    if broken > 0 {
        bail!(
            "有 {broken} 份操作记录被改动或删减；请与备份核对 | {broken} trails were changed or shortened: hold them against a backup"
        );
    }
    let known = |digest: &String| trails.iter().flat_map(|(_, rows)| rows).any(|row| row.digest == *digest);
    if let Some(digest) = args.expect.as_ref().filter(|digest| !known(digest)) {
        bail!(
            "记录中没有摘要 {digest}：其后的记录被删减或替换 | no row has the digest {digest}: rows were taken out or replaced"
        );
    }
    Ok(())
}

fn export_trail(args: &ExportTrail, language: Language) -> Result<()> {
    let format = match args.out.extension().and_then(|extension| extension.to_str()) {
        Some("xlsx") => DownloadFormat::Workbook,
        Some("csv") => DownloadFormat::Csv,
        _ => bail!("--out 应以 .xlsx 或 .csv 结尾 | --out ends with .xlsx or .csv"),
    };
    let rows: Vec<AuditRow> = read_trails(&args.place)?.into_iter().flat_map(|(_, rows)| rows).collect();
    let table = tabulate_trail(&rows);
    let numbers: Vec<u32> = (0..).take(rows.len()).collect();
    let origin =
        DownloadOrigin {
            area: args.place.display().to_string(), source: "操作记录".to_owned(), ..Default::default()
        };
    write_table(format, &TableSelection { table: &table, rows: &numbers, origin: &origin }, &args.out)?;
    let out = args.out.display();
    let last = rows.last().map(|row| name_action(&row.action)).unwrap_or_default();
    output::print_line(&language.either(
        format!("{} 条操作记录已写入 {out}；最后一条：{}", rows.len(), last.zh),
        format!("{} rows are in {out}; the last: {}", rows.len(), last.en),
    ))
}
