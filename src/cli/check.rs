//! `fireplan check`: the report on the data, as text or as a page to print.

use std::path::Path;

use anyhow::{Context, Result};
use fireplan_engine::doubts::{count_groups, doubt_effects};
use fireplan_export::quality::QualityPage;
use fireplan_model::area::StudyArea;
use fireplan_model::message::{Language, making_folder, writing};
use fireplan_model::quality::{DoubtEffect, QualityReport};
use serde::Serialize;

use crate::arguments::CheckArgs;
use crate::output;

/// Prints what was read; writes the page, and computes what the doubts change, where that is asked for.
pub(crate) fn check_area(args: &CheckArgs, language: Language) -> Result<()> {
    let bars = args.area.bars(language);
    let area = args.area.open(&bars)?;
    let effects = args.effects.then(|| doubt_effects(&area, &args.rules.load(language)?, &bars)).transpose();
    bars.finish();
    let effects = effects?;
    if args.json {
        output::print_json(&CheckDocument { report: QualityReport::of(&area)?, effects: effects.as_deref() })?;
        return write_report(args, &area, effects.as_deref(), language);
    }
    output::print(&fireplan_read::doctor::report(&area, language))?;
    match (&effects, count_groups(&area)) {
        (Some(effects), _) => output::print(&format_effects(effects, language))?,
        (None, 0) => {}
        (None, groups) => output::print_line(&language.either(
            format!("\n有 {groups} 类存疑的值可以假定属实；加 --effects 可计算其对结论的影响"),
            format!("\nThe doubted values of {groups} notes can be supposed true: --effects tells what that changes"),
        ))?,
    }
    write_report(args, &area, effects.as_deref(), language)
}

/// The report on the data for other programs.
#[derive(Serialize)]
struct CheckDocument<'a> {
    #[serde(flatten)]
    report: QualityReport,
    effects: Option<&'a [DoubtEffect]>,
}

/// Writes the page, where one is asked for.
fn write_report(args: &CheckArgs, area: &StudyArea, effects: Option<&[DoubtEffect]>, language: Language) -> Result<()> {
    let Some(file) = &args.html else { return Ok(()) };
    let page = QualityPage { language, made: &fireplan_serve::today(), ..QualityPage::default() };
    write_page(file, &page.write(&QualityReport::of(area)?, effects))?;
    let shown = file.display();
    output::tell(
        &language.either(format!("数据质量报告已写入 {shown}"), format!("The report on the data is in {shown}")),
    );
    Ok(())
}

fn format_effects(effects: &[DoubtEffect], language: Language) -> String {
    let mut text = language.either("\n存疑数据对结论的影响\n", "\nWhat the doubts change in the answers\n").to_owned();
    if effects.is_empty() {
        text.push_str(language.either("  没有可以假定属实的存疑值\n", "  No doubted value can be supposed\n"));
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
