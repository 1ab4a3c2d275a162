//! `fireplan atlas`: runs what the sheets show and writes the atlas as PDF.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use fireplan_atlas::{
    Atlas, AtlasInput, AtlasOptions, ListedSheet, Paper, PlannedState, SheetFacts, analyses_shown, draw_atlas,
};
use fireplan_engine::request::Request;
use fireplan_engine::scenario::{apply_kept, apply_scenario};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::message::{Language, making_folder, reading};
use fireplan_model::rules::Rules;

use crate::answers::{Answers, ask_questions};
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
    /// 规划的名称、期限、单位、日期等(.toml)；缺的留作【 】 | Name, term, bodies, date of the plan (.toml); what is missing stays a marked place
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
    let facts = args.facts.as_deref().map(read_facts).transpose()?.unwrap_or_default();
    let [present, planned] = analyses_shown(&args.sheets)?;
    let bars = args.area.bars(language);
    let area = args.area.open(&bars)?;
    let asks_siting = args.scenario.is_none() && !planned.is_empty();
    let siting = asks_siting.then(|| "siting".to_owned());
    let now = answer(&present.into_iter().chain(siting).collect(), &area, &rules, &bars);
    let changed = match &args.scenario {
        Some(wanted) => Some(find_plan(wanted, args, &area, language)?),
        None if planned.is_empty() => None,
        None => propose_plan(&area, &find(&now))?,
    };
    let under_plan = changed.as_ref().map(|area| answer(&planned, area, &rules, &bars)).unwrap_or_default();
    bars.finish();
    let options = AtlasOptions {
        sheets: args.sheets.clone(),
        paper: args.paper,
        font: args.font.clone(),
        ..AtlasOptions::default()
    };
    let why = tell_unanswered(&now);
    let plan = changed.as_ref().map(|area| (area, find(&under_plan)));
    let atlas = draw_states((&area, &find(&now), why), plan, &facts, &options)?;
    if let Some(folder) = args.out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    }
    let out = args.out.display();
    std::fs::write(&args.out, &atlas.pdf).with_context(|| format!("写出 {out} | writing {out}"))?;
    report(&atlas.sheets, args, language)
}

fn read_facts(path: &Path) -> Result<SheetFacts> {
    let text = std::fs::read_to_string(path).with_context(|| reading(path))?;
    toml::from_str(&text).with_context(|| reading(path))
}

/// Answers these questions, as far as the area can.
fn answer(wanted: &BTreeSet<String>, area: &StudyArea, rules: &Rules, bars: &Bars) -> Answers {
    let wanted = Request::all_in_turn().into_iter().filter(|request| wanted.contains(request.id()));
    ask_questions(wanted, area, rules, bars)
}

fn find(answers: &Answers) -> Vec<&Findings> {
    answers.found.iter().map(|(_, findings)| findings).collect()
}

fn tell_unanswered(answers: &Answers) -> BTreeMap<String, String> {
    answers.unanswered.iter().map(|(request, why)| (request.id().to_owned(), why.zh.clone())).collect()
}

/// The atlas of what a package has found: of its area, and of the plan that siting proposes; or of the area before a scenario, and
/// of the area under it.
pub(crate) fn draw_found(
    (area, before): (&StudyArea, Option<&StudyArea>),
    rules: &Rules,
    (found, unanswered): (&[&Findings], BTreeMap<String, String>),
    (facts, sheets): (&SheetFacts, Vec<String>),
    bars: &Bars,
) -> Result<Atlas> {
    let [present, planned] = analyses_shown(&sheets)?;
    let options = AtlasOptions { sheets, ..AtlasOptions::default() };
    if let Some(before) = before {
        let now = answer(&present, before, rules, bars);
        return draw_states(
            (before, &find(&now), tell_unanswered(&now)),
            Some((area, found.to_vec())),
            facts,
            &options,
        );
    }
    let changed = if planned.is_empty() { None } else { propose_plan(area, found)? };
    let under_plan = changed.as_ref().map(|area| answer(&planned, area, rules, bars)).unwrap_or_default();
    let plan = changed.as_ref().map(|area| (area, find(&under_plan)));
    draw_states((area, found, unanswered), plan, facts, &options)
}

/// The atlas of the present state and of the plan, each with what was found of it.
fn draw_states(
    (area, findings, unanswered): (&StudyArea, &[&Findings], BTreeMap<String, String>),
    plan: Option<(&StudyArea, Vec<&Findings>)>,
    facts: &SheetFacts,
    options: &AtlasOptions,
) -> Result<Atlas> {
    let title = plan.as_ref().map(|(area, _)| plan_title(area)).unwrap_or_default();
    let planned = plan.as_ref().map(|(area, findings)| PlannedState { area, findings, title: &title });
    draw_atlas(&AtlasInput { area, findings, planned, facts, unanswered }, options)
}

/// What the plan is called under which an area is.
fn plan_title(area: &StudyArea) -> String {
    area.applied.as_ref().map(|applied| applied.title.zh.clone()).unwrap_or_default()
}

/// The area under the first plan that siting proposes, if it proposes any.
fn propose_plan(area: &StudyArea, found: &[&Findings]) -> Result<Option<StudyArea>> {
    let is_siting = |findings: &&&Findings| findings.manifest.request.get("analysis").is_some_and(|id| id == "siting");
    let proposal = found.iter().find(is_siting).and_then(|found| found.proposals.first());
    proposal.map(|proposal| apply_scenario(&proposal.scenario, area)).transpose()
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
