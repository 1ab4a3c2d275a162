//! `fireplan batch`: a province county by county, on one machine or many, and put together.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use fireplan_engine::request::Request;
use fireplan_engine::response::dispatch::{Dispatch, Period};
use fireplan_model::message::Language;
use fireplan_province::border::{BorderReport, write_borders};
use fireplan_province::counties::CountyColumn;
use fireplan_province::county::{CountyTask, results_folder};
use fireplan_province::merge::{MergeReport, merge};
use fireplan_province::plan::{PlanFolder, ProvincePlan, make_plan};
use fireplan_province::wire;

use crate::arguments::{AreaArgs, RulesArgs, RunArgs};
use crate::output::{print, print_line, tell};
use crate::progress::Bars;
use crate::run::format_figures;

#[derive(Args)]
pub(crate) struct BatchArgs {
    #[command(subcommand)]
    task: BatchTask,
}

#[derive(Subcommand)]
enum BatchTask {
    /// 划分：按县切开一个省，每县一个文件夹 | Plan: cut a province by county, one folder each
    Plan(PlanArgs),
    /// 边界：全省路网求一次到达时间，写出各县边界处的 | Border: search the network of the province once and write when crews arrive at the borders of counties
    Border(BorderArgs),
    /// 合并：各县成果合为全省成果 | Merge: the results of all counties as those of the province
    Merge(MergeArgs),
}

#[derive(Args)]
struct PlanArgs {
    #[command(flatten)]
    area: AreaArgs,
    /// 划分写入的文件夹 | The folder for the plan
    #[arg(long, value_name = "PLAN")]
    out: PathBuf,
    /// 按 towns 图层的哪一列分县：值相同的是一个县 | The column of the towns that tells the county: what says the same is one
    #[arg(long, default_value = "name")]
    column: String,
    /// 该列只取前几个字符；乡镇代码的前 6 位是县 | Only so many of its first characters: the first 6 of a town's code are the county's
    #[arg(long, value_name = "N")]
    prefix: Option<usize>,
    /// 各县带出周边多远的数据，米 | How far each county sees around what is its own, in metres
    #[arg(long, default_value_t = 1000.0, value_name = "M")]
    margin_m: f64,
}

#[derive(Args)]
struct BorderArgs {
    /// 划分的文件夹 | The folder of the plan
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// 执勤时段 | Time of day
    #[arg(long, value_name = "day|night", default_value = "day")]
    period: Period,
    /// 计入企业专职消防队 | Count works brigades
    #[arg(long, value_name = "true|false", default_value_t = true, action = clap::ArgAction::Set)]
    works_brigades: bool,
    /// 不显示进度 | Show no progress
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    rules: RulesArgs,
}

#[derive(Args)]
struct MergeArgs {
    /// 划分的文件夹 | The folder of the plan
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// 各县成果所在文件夹，每县一个；缺省为 PLAN/results | The folder with a folder of results for each county; by default PLAN/results
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// 全省成果写入的文件夹 | The folder for the results of the province
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// 缺县时仍合并其余各县，并在成果中注明缺口 | Merge the rest where counties are missing, and tell the holes in the results
    #[arg(long)]
    with_holes: bool,
    /// 不显示进度 | Show no progress
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    rules: RulesArgs,
}

/// Does what was asked with a province.
pub(crate) fn run_task(args: &BatchArgs, language: Language) -> Result<()> {
    match &args.task {
        BatchTask::Plan(args) => plan_province(args, language),
        BatchTask::Border(args) => find_border(args, language),
        BatchTask::Merge(args) => merge_counties(args, language),
    }
}

fn plan_province(args: &PlanArgs, language: Language) -> Result<()> {
    if !(args.margin_m >= 0.0 && args.margin_m <= 100_000.0) {
        bail!("--margin-m 应在 0 到 100000 之间 | --margin-m is between 0 and 100000");
    }
    let bars = args.area.bars(language);
    let province = args.area.open(&bars)?;
    let by = CountyColumn { column: args.column.clone(), prefix: args.prefix };
    let plan = make_plan(&province, &args.area.path, by, args.margin_m, &args.out)?;
    bars.finish();
    print(&tell_plan(&plan, language))
}

fn tell_plan(plan: &ProvincePlan, language: Language) -> String {
    let (counties, segments, name) = (plan.counties.len(), plan.segments, &plan.name);
    let mut text = language.either(
        format!("{name}：{counties} 个县，路段 {segments} 条\n"),
        format!("{name}: {counties} counties, {segments} segments of road\n"),
    );
    for county in &plan.counties {
        let (id, own, villages, buildings) = (&county.id, county.own_segments, county.villages, county.buildings);
        text += &language.either(
            format!("  {id}：路段 {own}，村庄 {villages}，建筑 {buildings}\n"),
            format!("  {id}: {own} segments, {villages} villages, {buildings} buildings\n"),
        );
    }
    let colon = language.either("：", ": ");
    for analysis in &plan.analyses {
        text += &format!("  {}{colon}{}\n", analysis.id, language.of(&analysis.how));
    }
    text
}

fn find_border(args: &BorderArgs, language: Language) -> Result<()> {
    let folder = PlanFolder(args.plan.clone());
    let plan = folder.read()?;
    let rules = args.rules.load(language)?;
    let bars = Bars::new(!args.quiet, language);
    let province = fireplan_read::open(&plan.province, &bars)?;
    let dispatch = Dispatch { period: args.period, works_brigades: args.works_brigades };
    let BorderReport { crews, nodes, .. } = write_borders(&folder, &province, &rules, dispatch)?;
    bars.finish();
    print_line(&language.either(
        format!("边界：{crews} 支队伍，{nodes} 个边界节点有队伍到达"),
        format!("border: {crews} crews, which arrive at {nodes} nodes"),
    ))
}

/// Answers a question for one county of a plan.
pub(crate) fn answer_county(request: &Request, args: &RunArgs, language: Language) -> Result<()> {
    let (Some(arrivals), Some(own)) = (&args.arrivals, &args.own) else {
        bail!("--arrivals 与 --own 须一起给出 | --arrivals and --own go together")
    };
    if args.scenario.is_some() || args.sensitivity {
        bail!(
            "分县计算时不能带 --scenario 或 --sensitivity；请整省运行 | a county takes no --scenario and no --sensitivity: run the whole province"
        );
    }
    let rules = args.rules.load(language)?;
    let bars = args.area.bars(language);
    let task = CountyTask { county: &args.area.path, arrivals, own, out: &args.out };
    let result = task.answer(request, &rules, &bars);
    bars.finish();
    let result = result?;
    let (county, rows, out) = (&result.county, result.rows.values().sum::<usize>(), args.out.display());
    print_line(
        &language.either(
            format!("{county}：成果 {rows} 行，写入 {out}"),
            format!("{county}: {rows} rows of results in {out}"),
        ),
    )
}

fn merge_counties(args: &MergeArgs, language: Language) -> Result<()> {
    let folder = PlanFolder(args.plan.clone());
    let results = args.results.clone().unwrap_or_else(|| results_folder(&folder));
    let rules = args.rules.load(language)?;
    let bars = Bars::new(!args.quiet, language);
    let merged = merge(&folder, &results, &rules, args.with_holes, &bars);
    bars.finish();
    let merged = merged?;
    let files = fireplan_export::write(&merged.findings, &merged.frame, &args.out)?;
    wire::write_json(&args.out.join("merge.json"), &merged.report)?;
    let MergeReport { merged: counties, missing } = &merged.report;
    for (name, why) in missing {
        let colon = language.either("：", ": ");
        tell(&format!("{}{name}{colon}{}", language.either("缺 ", "missing "), language.of(why)));
    }
    let (counties, files, out) = (counties.len(), files.len(), args.out.display());
    let mut text = format!("{}\n{}", merged.frame.name, format_figures(&merged.findings.figures, language));
    text += &language.either(
        format!("  合并 {counties} 个县，成果 {files} 个文件，写入 {out}\n"),
        format!("  {counties} counties merged, {files} files of results in {out}\n"),
    );
    print(&text)
}
