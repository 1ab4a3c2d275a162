//! `fireplan backup` and `fireplan restore`: everything of an area or of a folder of projects in one file, and back.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use fireplan_model::message::Language;
use fireplan_model::rows::Label;
use fireplan_office::Office;
use fireplan_store::audit::AuditEvent;
use fireplan_store::backup::{BackupReport, BackupSource, restore_backup, write_backup};

use crate::arguments::StoreArgs;
use crate::output;
use crate::people::name_operator;

/// So many things that were left out are named.
const NAMED: usize = 20;

#[derive(Args)]
pub(crate) struct BackupArgs {
    /// 规划范围，或整个项目文件夹；服务运行时也可备份 | An area, or a whole folder of projects; a service may go on meanwhile
    #[arg(value_name = "AREA|DIR")]
    place: PathBuf,
    /// 写出的备份文件，须在被备份的文件夹之外 | The file to write, outside of what is backed up
    #[arg(long, value_name = "FILE.zip")]
    out: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Args)]
pub(crate) struct RestoreArgs {
    /// 备份文件 | The backup
    #[arg(value_name = "FILE.zip")]
    file: PathBuf,
    /// 恢复到的文件夹，须不存在或为空 | The folder to bring it back to, which does not exist or is empty
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// Backs up, and writes that down where there are people.
pub(crate) fn back_up(args: &BackupArgs, language: Language) -> Result<()> {
    let store = args.store.store(&args.place);
    let source = BackupSource::of(&args.place, &store)?;
    let serves_many = args.place.is_dir() && !args.place.join("area.toml").exists();
    let office = if serves_many { Office::of_projects(&args.place) } else { Office::beside(store.path()) };
    if office.path().exists() {
        let (person, file) = (name_operator(), args.out.display().to_string());
        office.note(&AuditEvent { person: &person, action: "backup", subject: &file, detail: "" })?;
    }
    let report = write_backup(&source, &args.out, &|_| ())?;
    let out = args.out.display();
    tell_report(&report, language);
    let mega_bytes = report.bytes.div_ceil(1_000_000);
    output::print_line(&language.either(
        format!("已备份 {} 个文件，{mega_bytes} MB，写入 {out}", report.files),
        format!("{} files, {mega_bytes} MB, are backed up in {out}", report.files),
    ))
}

/// Brings a backup back.
pub(crate) fn restore(args: &RestoreArgs, language: Language) -> Result<()> {
    let report = restore_backup(&args.file, &args.to)?;
    let (to, mega_bytes) = (args.to.display(), report.bytes.div_ceil(1_000_000));
    output::print_line(&language.either(
        format!("已核对并恢复 {} 个文件，{mega_bytes} MB，到 {to}；可用 fireplan serve {to} 查看", report.files),
        format!("{} files, {mega_bytes} MB, are checked and back in {to}: see fireplan serve {to}", report.files),
    ))
}

fn tell_report(report: &BackupReport, language: Language) {
    for text in report.left_out.iter().take(NAMED) {
        let text = language.of(&Label::parse(text)).to_owned();
        output::tell(&language.either(format!("未备份：{text}"), format!("left out: {text}")));
    }
    let more = report.left_out.len().saturating_sub(NAMED);
    if more > 0 {
        output::tell(&language.either(format!("另有 {more} 项未备份"), format!("{more} more were left out")));
    }
}
