//! `fireplan check`: the report on the data, as text or as a page to print.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use fireplan_engine::doubts::{count_groups, doubt_effects};
use fireplan_export::quality::QualityPage;
use fireplan_model::message::{Language, making_folder, writing};
use fireplan_model::quality::{DoubtEffect, QualityReport};

use crate::arguments::{AreaArgs, RulesArgs};
use crate::output;

#[derive(Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    area: AreaArgs,
    /// 另写一页数据质量报告(HTML，可打印)：逐条列出存疑、未采用的数据及其文件行和坐标 | Also write the report on the data as a page to print (HTML): every doubt with its row and its place
    #[arg(long, value_name = "FILE.html")]
    html: Option<PathBuf>,
    /// 计算存疑的值若属实，各项分析的结论会怎样变化(要多次运行分析) | Compute what the answers would be if the doubted values were true (runs the analyses several times)
    #[arg(long)]
    effects: bool,
    #[command(flatten)]
    rules: RulesArgs,
}

/// Prints what was read; writes the page, and computes what the doubts change, where that is asked for.
pub(crate) fn check_area(args: &CheckArgs, language: Language) -> Result<()> {
    let bars = args.area.bars(language);
    let area = args.area.open(&bars)?;
    let effects = args.effects.then(|| doubt_effects(&area, &args.rules.load(language)?, &bars)).transpose();
    bars.finish();
    let effects = effects?;
    output::print(&fireplan_read::doctor::report(&area, language))?;
    let groups = count_groups(&area);
    match &effects {
        Some(effects) => output::print(&format_effects(effects, language))?,
        None if groups > 0 => output::print_line(&language.either(
            format!("\n有 {groups} 类存疑的值可以假定属实；加 --effects 可计算其对结论的影响"),
            format!("\n{groups} kinds of doubted values may be taken as true; --effects computes what that changes"),
        ))?,
        None => {}
    }
    let Some(file) = &args.html else { return Ok(()) };
    let page = QualityPage { made: &fireplan_serve::today(), ..QualityPage::default() };
    write_page(file, &page.write(&QualityReport::of(&area)?, effects.as_deref()))?;
    let file = file.display();
    output::print_line(
        &language.either(format!("\n数据质量报告已写入 {file}"), format!("\nreport on the data written to {file}")),
    )
}

fn format_effects(effects: &[DoubtEffect], language: Language) -> String {
    let mut text = language.either("\n存疑数据对结论的影响\n", "\nWhat the doubts change in the answers\n").to_owned();
    if effects.is_empty() {
        text.push_str(language.either("  没有可以假定属实的存疑值\n", "  no doubted value can be taken as true\n"));
    }
    for effect in effects {
        text.push_str(&format!("  · {}\n", language.of(&effect.sentence())));
    }
    text
}

fn write_page(file: &Path, html: &str) -> Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    }
    std::fs::write(file, html).with_context(|| writing(file))
}
