//! `fireplan package`: every question once, and what a planning bureau hands in.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use fireplan_atlas::SheetFacts;
use fireplan_engine::request::Request;
use fireplan_engine::scenario::apply_kept;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::message::{Language, making_folder, reading};
use fireplan_model::rules::Rules;
use fireplan_package::{
    AnalysisAnswer, ArchivedPart, AssembledPackage, PackageOrder, PlanFacts, PreviousPackage, UnansweredAnalysis,
    WrittenPackage, assemble_package, name_package, public_sheets, write_package,
};

use crate::answers::{Answers, ask_questions};
use crate::arguments::{AreaArgs, RulesArgs, StoreArgs};
use crate::output::{print, tell};
use crate::progress::Bars;
use crate::{atlas, scenario};

/// The file of the plan's own facts, in the folder of the area.
const FACTS: &str = "package.toml";
/// Where the atlas stands in the package.
const ATLAS: &str = "3 图集/规划图集_A3.pdf";

#[derive(Args)]
pub(crate) struct PackageArgs {
    #[command(flatten)]
    area: AreaArgs,
    /// 成果包写入的文件夹：其中建立以规划名称命名的文件夹和同名 zip | The folder for the package: one folder named after the plan, and a zip beside it
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    rules: RulesArgs,
    /// 按方案改动数据后编制：方案库中的名称，或一个 .json 文件 | Make it under a scenario: its name in the store, or a .json file
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
    /// 公示版：去掉不宜公开的图层、列、名称和坐标精度 | The public edition: without layers, columns, names and precision that are not for everybody
    #[arg(long)]
    public: bool,
    /// 定稿：强制性内容中还有未核实的数值时拒绝并指出 | Final: refuse while an unverified figure stands in the mandatory content, and say which
    #[arg(long = "final")]
    is_final: bool,
    /// 规划自身情况(名称、编制单位、期限、目标等)；缺省为规划范围文件夹中的 package.toml | What only the bureau knows (name, bodies, term, targets); by default package.toml in the folder of the area
    #[arg(long, value_name = "FILE.toml")]
    facts: Option<PathBuf>,
}

/// Makes the package and says where it is and what is still open.
pub(crate) fn make_package(args: &PackageArgs, language: Language) -> Result<()> {
    let rules = args.rules.load(language)?;
    let plan = read_facts(args)?;
    let bars = args.area.bars(language);
    let mut area = args.area.open(&bars)?;
    let mut before = None;
    if let Some(wanted) = &args.scenario {
        let changed = apply_kept(&scenario::find_scenario(wanted, &args.store.store(&args.area.path))?, &area)?;
        before = Some(std::mem::replace(&mut area, changed));
        scenario::tell_remarks(&area, language);
    }
    let (answers, unanswered) = answer_once(&area, &rules, &bars, language);
    if answers.is_empty() {
        bail!(
            "本区数据不足以回答任何问题，无法编制成果包；用 fireplan check 查看读到了什么 | \
             the data of this area answer no question, so there is no package; fireplan check says what was read"
        );
    }
    let atlas = draw_sheets((&area, before.as_ref()), (&rules, &plan), (&answers, &unanswered), args.public, &bars)?;
    let folder = args.out.join(name_package(&plan, &area.name, args.public));
    let previous = PreviousPackage::read(&folder)?;
    let command = describe_command(args);
    let order = PackageOrder {
        area: &area,
        rules: &rules,
        answers: &answers,
        unanswered: &unanswered,
        plan: &plan,
        public: args.public,
        is_final: args.is_final,
        previous: &previous,
        extra: vec![atlas],
        command: &command,
    };
    let package = assemble_package(&order, &bars);
    bars.finish();
    let package = package?;
    std::fs::create_dir_all(&args.out).with_context(|| making_folder(&args.out))?;
    let written = write_package(&package, &args.out)?;
    print(&describe_package(&package, &written, language))
}

/// The atlas of the package: in the public edition, the sheets that may be shown to everybody.
fn draw_sheets(
    (area, before): (&StudyArea, Option<&StudyArea>),
    (rules, plan): (&Rules, &PlanFacts),
    (answers, unanswered): (&[AnalysisAnswer], &[UnansweredAnalysis]),
    public: bool,
    bars: &Bars,
) -> Result<ArchivedPart> {
    let sheets = if public { public_sheets()? } else { Vec::new() };
    let found: Vec<&Findings> = answers.iter().map(|answer| &answer.findings).collect();
    let why = unanswered.iter().map(|one| (one.id.clone(), one.why.zh.clone())).collect();
    let facts = tell_facts(plan, &area.name);
    let atlas = atlas::draw_found((area, before), rules, (&found, why), (&facts, sheets), bars)?;
    Ok(ArchivedPart { name: ATLAS.to_owned(), bytes: atlas.pdf })
}

/// What the sheets say of the plan.
fn tell_facts(plan: &PlanFacts, area: &str) -> SheetFacts {
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    SheetFacts {
        title: Some(plan.title(area)),
        stage: Some(plan.stage().to_owned()),
        term: said(plan.term().trim_matches(['（', '）'])),
        base_year: plan.base_year.map(|year| format!("{year}年")),
        commissioned_by: said(&plan.body),
        made_by: said(&plan.author),
        date: plan.day(),
        base_map_number: said(&plan.map_number),
        height_datum: None,
    }
}

/// What only the bureau knows: the file that was named, or that of the area; without one, its places stay open.
fn read_facts(args: &PackageArgs) -> Result<PlanFacts> {
    let beside = args.area.path.join(FACTS);
    let Some(path) = args.facts.as_deref().or_else(|| beside.exists().then_some(beside.as_path())) else {
        return Ok(PlanFacts::default());
    };
    let text = std::fs::read_to_string(path).with_context(|| reading(path))?;
    PlanFacts::read(&text).with_context(|| reading(path))
}

/// Asks every question once; of those without an answer, says why.
fn answer_once(
    area: &StudyArea,
    rules: &Rules,
    bars: &Bars,
    language: Language,
) -> (Vec<AnalysisAnswer>, Vec<UnansweredAnalysis>) {
    let Answers { found, unanswered } = ask_questions(Request::all_in_turn(), area, rules, bars);
    let told = |request: &Request| (request.id().to_owned(), request.about().0);
    let answers = found.into_iter().map(|(request, findings)| {
        let (id, title) = told(&request);
        AnalysisAnswer { id, title, findings }
    });
    let unanswered = unanswered.into_iter().map(|(request, why)| {
        let (id, title) = told(&request);
        let (zh, en) = (format!("略过 {}：{}", title.zh, why.zh), format!("skipped {}: {}", title.en, why.en));
        tell(&language.either(zh, en));
        UnansweredAnalysis { id, title, why }
    });
    (answers.collect(), unanswered.collect())
}

/// The command as somebody else would give it, without the folders of this machine.
fn describe_command(args: &PackageArgs) -> String {
    let name = |path: &Path| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let mut words = vec!["fireplan package".to_owned(), name(&args.area.path)];
    words.extend(args.rules.profile.iter().map(|profile| format!("--profile {profile}")));
    words.extend(args.rules.set.iter().map(|(key, value)| format!("--set {key}={value}")));
    words.extend(args.rules.as_of.iter().map(|day| format!("--as-of {day}")));
    words.extend(args.scenario.iter().map(|scenario| format!("--scenario {scenario}")));
    words.extend(args.public.then(|| "--public".to_owned()));
    words.extend(args.is_final.then(|| "--final".to_owned()));
    words.push("--out 成果包".to_owned());
    words.join(" ")
}

fn describe_package(package: &AssembledPackage, written: &WrittenPackage, language: Language) -> String {
    let (folder, archive, files) = (written.folder.display(), written.archive.display(), package.files.len());
    let (doubtful, words) = (package.doubtful, package.open_words);
    let mut text = language.either(
        format!("成果包 {files} 个文件，写入 {folder}\n压缩包 {archive}\n  待核数值 {doubtful} 处，待补文字 {words} 处，见 6 附件/待核清单.xlsx\n"),
        format!(
            "{files} files of the package in {folder}\narchive {archive}\n  {doubtful} figures to be verified, {words} places \
             for people's words: see 6 附件/待核清单.xlsx\n"
        ),
    );
    for (document, change) in &package.changes {
        text += &language.either(
            format!("  {document} {}：{}\n", change.id, change.fate.words()),
            format!("  {document} {}: {}\n", change.id, change.fate.words()),
        );
    }
    text
}
