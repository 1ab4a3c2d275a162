//! `fireplan check`: the report on the data, as text or as a page to print.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use fireplan_engine::doubts::{count_groups, doubt_effects};
use fireplan_export::quality::QualityPage;
use fireplan_model::quality::{DoubtEffect, QualityReport};

use crate::{AreaArgs, RulesArgs};

#[derive(Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    area: AreaArgs,
    /// 另写一页数据质量报告(HTML，可打印)：逐条列出存疑、未采用的数据及其文件行和坐标
    #[arg(long, value_name = "FILE.html")]
    html: Option<PathBuf>,
    /// 计算存疑的值若属实，各项分析的结论会怎样变化(要多次运行分析)
    #[arg(long)]
    effects: bool,
    #[command(flatten)]
    rules: RulesArgs,
}

/// Prints what was read; writes the page, and computes what the doubts change, where that is asked for.
pub(crate) fn check_area(args: &CheckArgs) -> Result<()> {
    let bars = args.area.bars();
    let area = args.area.open(&bars)?;
    let effects = args.effects.then(|| doubt_effects(&area, &args.rules.load()?, &bars)).transpose();
    bars.finish();
    let effects = effects?;
    print!("{}", fireplan_read::doctor::report(&area));
    match &effects {
        Some(effects) => print!("{}", format_effects(effects)),
        None if count_groups(&area) > 0 => {
            println!("\n有 {} 类存疑的值可以假定属实；加 --effects 可计算其对结论的影响", count_groups(&area));
        }
        None => {}
    }
    if let Some(file) = &args.html {
        let page = QualityPage { made: &fireplan_serve::today(), ..QualityPage::default() };
        write_page(file, &page.write(&QualityReport::of(&area)?, effects.as_deref()))?;
        println!("\n数据质量报告已写入 {}", file.display());
    }
    Ok(())
}

fn format_effects(effects: &[DoubtEffect]) -> String {
    let mut text = "\n存疑数据对结论的影响\n".to_owned();
    if effects.is_empty() {
        text.push_str("  没有可以假定属实的存疑值\n");
    }
    for effect in effects {
        text.push_str(&format!("  · {}\n", effect.sentence().zh));
    }
    text
}

fn write_page(file: &Path, html: &str) -> Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("无法建立文件夹 {}", folder.display()))?;
    }
    std::fs::write(file, html).with_context(|| format!("无法写入 {}", file.display()))
}
