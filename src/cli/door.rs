//! `fireplan new`: from a folder of files to an area; what is doubtful is asked, on a terminal one question at a time.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use fireplan_model::layers::LayerId;
use fireplan_model::message::Language;
use fireplan_project::{
    Dictionary, DoorAnswers, DoorQuestion, Inventory, ProjectDraft, SourceUse, WrittenProject, draw_up, read_answers,
    take_inventory, write_project,
};

use crate::output;
use crate::progress::Bars;

#[derive(Args)]
pub(crate) struct NewArgs {
    /// 存放数据的文件夹：shp、gdb、gpkg、Excel、CSV、KML、DXF、OSM、栅格、zip，放在一起即可 | The folder with the data: shp, gdb, gpkg, Excel, CSV, KML, DXF, OSM, rasters, zip, as they are
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// 新建的项目文件夹，area.toml 写在其中 | The project's folder, for area.toml
    #[arg(long, value_name = "AREA")]
    out: PathBuf,
    /// 填好的 questions.toml；缺省用项目文件夹中的那一份 | A filled questions.toml; by default the one in the project's folder
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// 本单位的词典(.toml 文件或文件夹)，优先于自带的；可重复 | A dictionary of your own (a .toml file or a folder), before the one that comes along; more than once if need be
    #[arg(long, value_name = "FILE|DIR")]
    dictionary: Vec<PathBuf>,
    /// 把数据复制进项目文件夹；缺省留在原处 | Copy the data into the project; by default they stay where they are
    #[arg(long)]
    copy: bool,
    /// 不显示进度 | Show no progress
    #[arg(long, short)]
    quiet: bool,
}

/// Something is still to be answered: exit code 3.
#[derive(Debug, thiserror::Error)]
#[error("还有 {0} 个问题待回答 | {0} questions are still to be answered")]
pub(crate) struct QuestionsLeft(usize);

/// Draws up the area, asks, writes, and reports on the data.
pub(crate) fn make_project(args: &NewArgs, language: Language) -> Result<()> {
    let bars = Bars::new(!args.quiet, language);
    let dictionary = Dictionary::load(&args.dictionary)?;
    let except = args.out.canonicalize().unwrap_or_else(|_| args.out.clone());
    let folder = args.folder.canonicalize().unwrap_or_else(|_| args.folder.clone());
    let inventory = take_inventory(&folder, &except, &dictionary, &bars)?;
    bars.finish();
    let mut answers = known_answers(args)?;
    let mut draft = draw_up(&inventory, &dictionary, &answers)?;
    if args.answers.is_none() && std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        draft = ask_all(draft, &mut answers, &inventory, &dictionary, language)?;
    }
    if draft.uses.is_empty() && draft.osm.is_none() && draft.questions.is_empty() {
        output::print(&describe_left_out(&draft, language))?;
        let folder = args.folder.display();
        bail!("{folder} 中没有可用的数据 | there are no data of use in {folder}");
    }
    let written = write_project(&draft, &inventory, &args.out, args.copy, &bars)?;
    bars.finish();
    output::print(&describe_project(&draft, &inventory, &written, &args.out, language))?;
    let open = draft.open_questions().count();
    let checked = check_project(&args.out, &draft, &bars, language);
    bars.finish();
    match (open, checked) {
        (0, checked) => checked,
        (_, checked) => {
            if let Err(error) = checked {
                let why = fireplan_model::message::explain(&error);
                output::print_line(
                    &language.either(
                        format!("\n暂时还打不开：{}", why.zh),
                        format!("\nIt cannot be opened yet: {}", why.en),
                    ),
                )?;
            }
            Err(QuestionsLeft(open).into())
        }
    }
}

fn known_answers(args: &NewArgs) -> Result<DoorAnswers> {
    let beside = args.out.join("questions.toml");
    let mut answers = if beside.exists() { read_answers(&beside)? } else { DoorAnswers::new() };
    if let Some(file) = &args.answers {
        answers.extend(read_answers(file)?);
    }
    Ok(answers)
}

/// Asks on the terminal until nothing is open; an empty line leaves a question for later.
fn ask_all(
    mut draft: ProjectDraft,
    answers: &mut DoorAnswers,
    inventory: &Inventory,
    dictionary: &Dictionary,
    language: Language,
) -> Result<ProjectDraft> {
    let mut later = BTreeSet::new();
    loop {
        let open: Vec<DoorQuestion> =
            draft.open_questions().filter(|question| !later.contains(&question.id)).cloned().collect();
        if open.is_empty() {
            return Ok(draft);
        }
        for (at, question) in open.iter().enumerate() {
            match ask_one(question, (at + 1, open.len()), language)? {
                Some(answer) => drop(answers.insert(question.id.clone(), answer)),
                None => drop(later.insert(question.id.clone())),
            }
        }
        draft = draw_up(inventory, dictionary, answers)?;
    }
}

fn ask_one(question: &DoorQuestion, (number, of): (usize, usize), language: Language) -> Result<Option<String>> {
    output::tell(&format!("\n[{number}/{of}] {}", question.describe(language)));
    loop {
        let prompt = language.either("序号或代码(回车留待以后)：", "number or code (Enter: later): ");
        let mut out = std::io::stderr().lock();
        let _ = write!(out, "{prompt}").and_then(|()| out.flush());
        drop(out);
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).context("读取回答 | reading the answer")?;
        if read == 0 || line.trim().is_empty() {
            return Ok(None);
        }
        if let Some(code) = question.find_choice(&line) {
            return Ok(Some(code.to_owned()));
        }
        output::tell(language.either("不在选项中", "that is none of the choices"));
    }
}

fn describe_project(
    draft: &ProjectDraft,
    inventory: &Inventory,
    written: &WrittenProject,
    out: &Path,
    language: Language,
) -> String {
    let (files, used) = (inventory.files, draft.uses.len() + usize::from(draft.osm.is_some()));
    let mut text = language.either(
        format!("看过 {files} 个文件，采用 {used} 个来源：\n"),
        format!("looked at {files} files; {used} sources are used:\n"),
    );
    for (layer, use_) in &draft.uses {
        let _ = writeln!(
            text,
            "  {}：{}{}",
            language.of(&layer.label()),
            use_.source,
            describe_use(*layer, use_, language)
        );
    }
    if let Some(osm) = &draft.osm {
        let _ = writeln!(text, "  OSM：{osm}");
    }
    text.push_str(&describe_left_out(draft, language));
    let area = out.join("area.toml");
    let area = area.display();
    let said = match (&written.proposal, written.changed.is_empty()) {
        (Some(proposal), _) => {
            let proposal = proposal.display();
            language.either(
                format!("{area} 经手工修改过，未覆盖；新的建议在 {proposal}\n"),
                format!("{area} was edited by hand and stands; the new proposal is in {proposal}\n"),
            )
        }
        (None, true) => language.either(format!("{area} 没有变化\n"), format!("{area} is as it was\n")),
        (None, false) => language.either(format!("已写入 {area}\n"), format!("written to {area}\n")),
    };
    text.push_str(&said);
    let open = draft.open_questions().count();
    if open > 0 {
        let file = out.join("questions.toml");
        let file = file.display();
        text.push_str(&language.either(
            format!("有 {open} 个问题待回答：请填写 {file} 中的 answer，再运行一次同样的命令\n"),
            format!("{open} questions are open: fill in `answer` in {file} and run the same command again\n"),
        ));
        for question in draft.open_questions() {
            let _ = writeln!(text, "  ? {}", language.of(&question.ask));
        }
    }
    text.push('\n');
    text
}

fn describe_use(layer: LayerId, use_: &SourceUse, language: Language) -> String {
    let mut parts = Vec::new();
    if let Some(crs) = &use_.crs {
        parts.push(crs.clone());
    }
    if !layer.is_raster() && !use_.fields.is_empty() {
        let fields = use_.fields.len();
        parts.push(language.either(format!("{fields} 列对应"), format!("{fields} columns mapped")));
    }
    for (_, join) in &use_.joins {
        parts.push(language.either(format!("并入 {}", join.source), format!("with the facts of {}", join.source)));
    }
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(language.either("，", ", "))) }
}

fn describe_left_out(draft: &ProjectDraft, language: Language) -> String {
    let mut text = String::new();
    if !draft.left_out.is_empty() {
        text.push_str(language.either("未采用：\n", "not used:\n"));
    }
    for (name, why) in &draft.left_out {
        let _ = writeln!(text, "  × {name}：{}", language.of(why));
    }
    text
}

/// The report on the data, as `fireplan check` prints it.
fn check_project(out: &Path, draft: &ProjectDraft, bars: &Bars, language: Language) -> Result<()> {
    if draft.uses.is_empty() && draft.osm.is_none() {
        return Ok(());
    }
    let path = out.display();
    let area = fireplan_read::open(out, bars);
    bars.finish();
    let area = area.with_context(|| format!("打开规划范围 {path} | opening the area {path}"))?;
    output::print(&fireplan_read::doctor::report(&area, language))
}
