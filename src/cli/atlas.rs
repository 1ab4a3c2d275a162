//! `fireplan atlas`: runs what the sheets show and writes the atlas as PDF.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use fireplan_atlas::{AtlasOptions, ListedSheet, Paper, PlanOrigin, SheetFacts, analyses_shown};
use fireplan_engine::scenario::apply_kept;
use fireplan_handover::sheets::{name_questions, tell_unanswered_of};
use fireplan_handover::{Answers, ask_questions, draw_states, propose_plan, tell_facts};
use fireplan_model::area::StudyArea;
use fireplan_model::message::{Language, making_folder, reading};
use fireplan_model::rules::Rules;
use fireplan_package::{PlanFacts, read_facts_of};

use crate::arguments::{AreaArgs, RulesArgs, StoreArgs};
use crate::output::{print_line, tell};
use crate::progress::Bars;
use crate::scenario;

#[derive(Args)]
pub(crate) struct AtlasArgs {
    #[command(flatten)]
    area: AreaArgs,
    /// 写出的 PDF | The PDF to write
    #[arg(long, value_name = "FILE.pdf", default_value = "规划图集_A3.pdf")]
    out: PathBuf,
    /// 只出这些图号，例如 03,06；缺省全部 | Only the sheets of these numbers, such as 03,06; by default all
    #[arg(long, value_name = "NUMBER,…", value_delimiter = ',')]
    sheets: Vec<String>,
    /// 纸张：A3、A4、A1；按形状自动横放或竖放 | Paper: A3, A4, A1; level or upright by the shape of the area
    #[arg(long, value_name = "A3", default_value = "A3")]
    paper: Paper,
    /// 优先使用的字体文件(.ttf、.otf、.ttc)，用于程序字体缺少的生僻字 | A font file to use first, for rare characters that the font of the program lacks
    #[arg(long, value_name = "FILE")]
    font: Option<PathBuf>,
    /// 规划的名称、期限、单位、日期等(.toml)，缺省为规划范围文件夹中的 package.toml；缺的留作【 】 | Name, term, bodies, date of the plan (.toml), by default package.toml in the folder of the area; what is missing stays a marked place
    #[arg(long, value_name = "FILE.toml")]
    facts: Option<PathBuf>,
    /// 规划方案：方案库中的名称，或一个 .json 文件；缺省取选址提出的方案 | The plan: a scenario by its name or a .json file; by default what siting proposes
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    rules: RulesArgs,
}

/// Writes the atlas of an area.
pub(crate) fn write_atlas(args: &AtlasArgs, language: Language) -> Result<()> {
    let rules = args.rules.load(language)?;
    let origin = if args.scenario.is_some() { PlanOrigin::Scenario } else { PlanOrigin::Proposed };
    let [present, planned] = analyses_shown(&args.sheets, origin)?;
    let bars = args.area.bars(language);
    let area = args.area.open(&bars)?;
    let facts = find_facts(args, &area)?;
    let asks_siting = args.scenario.is_none() && !planned.is_empty();
    let siting = asks_siting.then(|| "siting".to_owned());
    let now = answer(&present.into_iter().chain(siting).collect(), &area, &rules, &bars)?;
    let changed = match &args.scenario {
        Some(wanted) => Some(find_plan(wanted, args, &area, language)?),
        None if planned.is_empty() => None,
        None => propose_plan(&area, &now.findings())?,
    };
    let under_plan =
        changed.as_ref().map(|area| answer(&planned, area, &rules, &bars)).transpose()?.unwrap_or_default();
    bars.finish();
    let options = AtlasOptions {
        sheets: args.sheets.clone(),
        paper: args.paper,
        font: args.font.clone(),
        ..AtlasOptions::default()
    };
    let why = tell_unanswered_of(&now, &under_plan);
    let proposed = under_plan.findings();
    let plan = changed.as_ref().map(|area| (area, proposed.as_slice(), origin));
    let atlas = draw_states((&area, &now.findings(), why), plan, &facts, &options)?;
    if let Some(folder) = args.out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    }
    let out = args.out.display();
    std::fs::write(&args.out, &atlas.pdf).with_context(|| format!("写出 {out} | writing {out}"))?;
    report(&atlas.sheets, args, language)
}

/// What only people know of the plan: from the file that was named, or from package.toml in the folder of the area.
fn find_facts(args: &AtlasArgs, area: &StudyArea) -> Result<SheetFacts> {
    let Some(path) = args.facts.as_deref() else {
        let plan = read_facts_of(&args.area.path)?;
        return Ok(if plan == PlanFacts::default() { SheetFacts::default() } else { tell_facts(&plan, &area.name) });
    };
    let text = std::fs::read_to_string(path).with_context(|| reading(path))?;
    // Either what stands on the sheets, word by word, or the same file that a package is made with.
    let sheets = toml::from_str(&text).with_context(|| reading(path));
    sheets.or_else(|error| PlanFacts::read(&text).map(|plan| tell_facts(&plan, &area.name)).map_err(|_| error))
}

/// Answers these questions, as far as the area can.
fn answer(wanted: &BTreeSet<String>, area: &StudyArea, rules: &Rules, bars: &Bars) -> Result<Answers> {
    ask_questions(name_questions(wanted), (area, rules), &|_, _| None, bars)
}

/// The area under the scenario that is named.
fn find_plan(wanted: &str, args: &AtlasArgs, area: &StudyArea, language: Language) -> Result<StudyArea> {
    let kept = scenario::find_scenario(wanted, &args.store.store(&args.area.path))?;
    let changed = apply_kept(&kept, area)?;
    scenario::tell_remarks(&changed, language);
    Ok(changed)
}

fn report(sheets: &[ListedSheet], args: &AtlasArgs, language: Language) -> Result<()> {
    for sheet in sheets {
        if let Some(reason) = &sheet.missing {
            let (number, title) = (&sheet.number, &sheet.title);
            tell(
                &language.either(
                    format!("未绘 {number} {title}：{reason}"),
                    format!("not drawn {number} {title}: {reason}"),
                ),
            );
        }
    }
    let drawn = sheets.iter().filter(|sheet| sheet.page.is_some()).count();
    let (missing, out) = (sheets.len() - drawn, args.out.display());
    print_line(&language.either(
        format!("图集已写入 {out}：{drawn} 张，缺资料 {missing} 张"),
        format!("the atlas is in {out}: {drawn} sheets, {missing} not drawn for want of data"),
    ))
}
