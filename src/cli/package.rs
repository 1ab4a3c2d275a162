//! `fireplan package`: every question once, and what a planning bureau hands in.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use fireplan_engine::scenario::apply_kept;
use fireplan_handover::{PackageCommand, PackageRequest, make_package as make_ordered};
use fireplan_model::message::{Language, making_folder};
use fireplan_package::{
    AssembledPackage, OPEN_LIST, PackagePart, PartChoice, PlanFacts, PreviousPackage, WrittenPackage, name_package,
    read_facts, read_facts_of, write_package,
};

use crate::arguments::{AreaArgs, RulesArgs, StoreArgs};
use crate::output::{print, tell};
use crate::scenario;

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
    /// 只编制这些部分，例如 text,tables：text 文本、explanation 说明书、atlas 图集、tables 附表、database 数据库、annexes 附件、review 审查；缺省全部 | Only these parts, such as text,tables: text, explanation, atlas, tables, database, annexes, review; by default all
    #[arg(long, value_name = "PART,…", value_delimiter = ',')]
    parts: Vec<PackagePart>,
    /// 规划自身情况(名称、编制单位、期限、目标等)；缺省为规划范围文件夹中的 package.toml | What only the bureau knows (name, bodies, term, targets); by default package.toml in the folder of the area
    #[arg(long, value_name = "FILE.toml")]
    facts: Option<PathBuf>,
}

/// Makes the package and says where it is and what is still open.
pub(crate) fn make_package(args: &PackageArgs, language: Language) -> Result<()> {
    let rules = args.rules.load(language)?;
    let plan = find_facts(args)?;
    let parts = PartChoice::of(args.parts.iter().copied());
    let bars = args.area.bars(language);
    let mut area = args.area.open(&bars)?;
    let mut before = None;
    if let Some(wanted) = &args.scenario {
        let changed = apply_kept(&scenario::find_scenario(wanted, &args.store.store(&args.area.path))?, &area)?;
        before = Some(std::mem::replace(&mut area, changed));
        scenario::tell_remarks(&area, language);
    }
    // What people wrote into the texts of the whole package goes into those of a part of it, too.
    let whole = args.out.join(name_package(&plan, &area, args.public, &PartChoice::default()));
    let request = PackageRequest {
        area: &area,
        before: before.as_ref(),
        rules: &rules,
        plan: &plan,
        public: args.public,
        is_final: args.is_final,
        parts: &parts,
        previous: &PreviousPackage::read(&whole)?,
        command: &describe_command(args, &parts),
    };
    let made = make_ordered(&request, &|_, _| None, &bars);
    bars.finish();
    let made = made?;
    for skipped in &made.unanswered {
        let (title, why) = (&skipped.title, &skipped.why);
        tell(&language.either(format!("略过 {}：{}", title.zh, why.zh), format!("skipped {}: {}", title.en, why.en)));
    }
    std::fs::create_dir_all(&args.out).with_context(|| making_folder(&args.out))?;
    let written = write_package(&made.package, &args.out)?;
    print(&describe_package(&made.package, &written, language))
}

/// What only the bureau knows: the file that was named, or that of the area; without one, its places stay open.
fn find_facts(args: &PackageArgs) -> Result<PlanFacts> {
    args.facts.as_deref().map_or_else(|| read_facts_of(&args.area.path), read_facts)
}

/// The command as somebody else would give it, without the folders of this machine.
fn describe_command(args: &PackageArgs, parts: &PartChoice) -> String {
    let set: Vec<String> = args.rules.set.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let command = PackageCommand {
        area: &name_of(&args.area.path),
        profile: args.rules.profile.as_deref(),
        set: &set,
        as_of: args.rules.as_of.as_deref(),
        scenario: args.scenario.as_deref(),
        public: args.public,
        is_final: args.is_final,
        parts,
    };
    command.write()
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn describe_package(package: &AssembledPackage, written: &WrittenPackage, language: Language) -> String {
    let (folder, archive, files) = (written.folder.display(), written.archive.display(), package.files.len());
    let (doubtful, words) = (package.doubtful, package.open_words);
    // A part of the package, or the public edition, comes without the list.
    let has_list = package.files.iter().any(|file| file.name == OPEN_LIST);
    let (see_zh, see_en) = if has_list {
        (format!("，见 {OPEN_LIST}"), format!(": see {OPEN_LIST}"))
    } else {
        (String::new(), String::new())
    };
    let mut text = language.either(
        format!("成果包 {files} 个文件，写入 {folder}\n压缩包 {archive}\n  待核数值 {doubtful} 处，待补文字 {words} 处{see_zh}\n"),
        format!(
            "{files} files of the package in {folder}\narchive {archive}\n  {doubtful} figures to be verified, {words} places \
             for people's words{see_en}\n"
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
