//! `fireplan scenario`: the scenarios of an area, to and from files.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use fireplan_engine::scenario::{self, SettledEdits, anchor, apply_kept};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Manifest, Proposal};
use fireplan_model::message::{Language, reading};
use fireplan_model::notes::Severity;
use fireplan_model::progress::Silent;
use fireplan_model::scenario::{Edit, EditReference, KeptScenario, Scenario};
use fireplan_store::{Store, StoredRevision};

use crate::arguments::StoreArgs;
use crate::output;

#[derive(Args)]
pub(crate) struct ScenarioArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// 列出方案库中的方案 | List the scenarios of the store
    List(StoredArea),
    /// 用文字逐条写出一个方案 | Tell a scenario edit by edit
    Show(NamedScenario),
    /// 把一个方案写成 JSON | Write a scenario as JSON
    Export(NamedScenario),
    /// 逐版写出一个方案的由来：何时改了什么 | Tell how a scenario came about: what was changed when
    History(NamedScenario),
    /// 用文字写出一个方案任意两版之间的差别 | Tell what differs between any two revisions of a scenario
    Diff(Diff),
    /// 恢复一个方案的某一版；恢复本身也是一版，可再恢复 | Bring back a revision of a scenario, as a new revision that can be undone alike
    Restore(Restore),
    /// 数据更新后，删去、保留为已完成或改引用的改动 | After the data changed, drop edits, keep them as done or name what they refer to
    Settle(Settle),
    /// 另存为新方案，作为另一分支 | Save a scenario under another name, as a branch of its own
    Copy(Copy),
    /// 采纳成果文件夹中的一个推荐方案，存入方案库 | Take up a plan that a run proposes, from the folder of its findings
    Adopt(Adopt),
    /// 读入一个方案的 JSON 文件；同名的被替换 | Take a scenario from its JSON file, in place of one of its name
    Import(Import),
}

#[derive(Args)]
struct StoredArea {
    /// 规划范围：与 run、serve 相同 | The area, as for run and serve
    #[arg(value_name = "AREA")]
    area: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
    /// 修改人，记入历次修改 | Who makes the change, for the history
    #[arg(long, value_name = "NAME", default_value = "")]
    by: String,
}

#[derive(Args)]
struct NamedScenario {
    #[command(flatten)]
    place: StoredArea,
    /// 方案名 | Name of the scenario
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Args)]
struct Adopt {
    #[command(flatten)]
    place: StoredArea,
    /// 成果文件夹 | Folder of the findings
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// 第几个推荐方案 | Which of its plans
    #[arg(value_name = "N", default_value_t = 1)]
    number: usize,
}

#[derive(Args)]
struct Restore {
    #[command(flatten)]
    one: NamedScenario,
    /// 要恢复到第几版 | The revision to bring back
    #[arg(value_name = "REVISION")]
    revision: i64,
}

#[derive(Args)]
struct Diff {
    #[command(flatten)]
    one: NamedScenario,
    /// 前一版 | The revision that is held against
    #[arg(value_name = "FROM")]
    from: i64,
    /// 后一版 | The revision that is told of
    #[arg(value_name = "TO")]
    to: i64,
}

#[derive(Args)]
struct Settle {
    #[command(flatten)]
    one: NamedScenario,
    /// 删去第几处改动；可重复 | Number of an edit to drop; may be repeated
    #[arg(long, value_name = "N", value_delimiter = ',')]
    drop: Vec<usize>,
    /// 保留第几处改动为已完成(数据已是如此)；可重复 | Number of an edit to keep as done, the data having what it does; may be repeated
    #[arg(long, value_name = "N", value_delimiter = ',')]
    keep: Vec<usize>,
    /// 第几处改动改引用哪一个对象(原引用已失去)，如 3=R2；可重复 | What an edit refers to from now on whose reference is lost, such as 3=R2; may be repeated
    #[arg(long, value_name = "N=ID", value_parser = read_reference)]
    refer: Vec<(usize, String)>,
}

#[derive(Args)]
struct Copy {
    #[command(flatten)]
    one: NamedScenario,
    /// 新方案名 | Name of the branch
    #[arg(value_name = "NEW")]
    new: String,
}

#[derive(Args)]
struct Import {
    #[command(flatten)]
    place: StoredArea,
    /// 方案文件 | File of the scenario
    #[arg(value_name = "FILE.json")]
    file: PathBuf,
}

impl StoredArea {
    fn store(&self) -> Result<Store> {
        if !self.area.exists() {
            let area = self.area.display();
            bail!("找不到规划范围 {area} | there is no area {area}");
        }
        Ok(self.store.store(&self.area))
    }
}

/// Does what was asked with the scenarios of an area.
pub(crate) fn run_task(args: &ScenarioArgs, language: Language) -> Result<()> {
    match &args.task {
        Task::List(place) => list_scenarios(&place.store()?, language),
        Task::Show(one) => show_scenario(&one.place.store()?, &one.place.area, &one.name, language),
        Task::Export(one) => {
            let kept: KeptScenario = one.place.store()?.get(&one.name)?.into();
            output::print_line(&serde_json::to_string_pretty(&kept)?)
        }
        Task::History(one) => show_history(&one.place.store()?, &one.place.area, &one.name, language),
        Task::Diff(diff) => show_difference(diff, language),
        Task::Restore(restore) => restore_revision(&restore.one, restore.revision, language),
        Task::Settle(settle) => settle_edits(settle, language),
        Task::Adopt(adopt) => adopt_proposal(adopt, language),
        Task::Copy(copy) => {
            let place = &copy.one.place;
            copy_scenario(&place.store()?, (&copy.one.name, &copy.new), &place.by, language)
        }
        Task::Import(import) => import_scenario(import, language),
    }
}

fn list_scenarios(store: &Store, language: Language) -> Result<()> {
    let all = store.list()?;
    if all.is_empty() {
        let path = store.path().display();
        output::print_line(
            &language.either(format!("方案库 {path} 中没有方案"), format!("the store {path} holds no scenario")),
        )?;
    }
    for name in store.list_unreadable()? {
        output::tell(&language.either(
            format!("方案“{name}”由更新版本的程序保存，本版本不能读取"),
            format!("the scenario '{name}' was kept by a newer version of the program and cannot be read"),
        ));
    }
    for stored in all {
        let (name, edits) = (stored.scenario.name.clone(), count_edits(&stored.scenario, language));
        let state = KeptScenario::from(stored).state();
        output::print_line(&format!("{name}  {}  {edits}", language.of(&state)))?;
    }
    Ok(())
}

fn show_scenario(store: &Store, area: &Path, name: &str, language: Language) -> Result<()> {
    let kept: KeptScenario = store.get(name)?.into();
    let area = fireplan_read::open(area, &Silent)?;
    let (title, colon) = (kept.title(), language.either("：", ": "));
    output::print_line(&format!("{}{colon}{}", language.of(&title), count_edits(&kept.scenario, language)))?;
    for (at, text) in kept.scenario.texts(&area, &kept.references).iter().enumerate() {
        output::print_line(&format!("  {}. {}", at + 1, language.of(text)))?;
    }
    tell_remarks(&apply_kept(&kept, &area)?, language);
    Ok(())
}

/// Tells what becomes of the edits in this area, on standard error: where new roads join, what references mean.
pub(crate) fn tell_remarks(area: &StudyArea, language: Language) {
    let Some(applied) = &area.applied else { return };
    output::tell(language.of(&applied.title));
    for remark in &applied.remarks {
        let sign = if remark.severity == Severity::Info { "·" } else { "!" };
        output::tell(&language.either(
            format!("  {sign} 第 {} 处：{}", remark.edit, remark.text.zh),
            format!("  {sign} edit {}: {}", remark.edit, remark.text.en),
        ));
    }
}

fn show_history(store: &Store, area: &Path, name: &str, language: Language) -> Result<()> {
    let history = store.history(name)?;
    let area = fireplan_read::open(area, &Silent)?;
    let mut before: (&[Edit], &[EditReference]) = (&[], &[]);
    for one in &history {
        let StoredRevision { revision, at, by, edits, references, .. } = one;
        let by = if by.is_empty() { String::new() } else { format!(" {by}") };
        output::print_line(
            &language.either(format!("第 {revision} 版 {at} UTC{by}"), format!("revision {revision} {at} UTC{by}")),
        )?;
        let differences = Scenario::tell_difference(before, (edits, references), &area);
        for line in one.tell(differences, before.0 == edits) {
            output::print_line(&format!("  {}", language.of(&line)))?;
        }
        before = (edits, references);
    }
    Ok(())
}

/// Tells what differs between two revisions, whatever lies between them.
fn show_difference(diff: &Diff, language: Language) -> Result<()> {
    let Diff { one, from, to } = diff;
    let store = one.place.store()?;
    let [before, after] = [store.revision(&one.name, *from)?, store.revision(&one.name, *to)?];
    let area = fireplan_read::open(&one.place.area, &Silent)?;
    let name = &one.name;
    output::print_line(&language.either(
        format!("方案“{name}”第 {from} 版 → 第 {to} 版"),
        format!("scenario '{name}', revision {from} → revision {to}"),
    ))?;
    let [before, after] = [&before, &after].map(|one| (&one.edits[..], &one.references[..]));
    for line in Scenario::tell_difference(before, after, &area) {
        output::print_line(&format!("  {}", language.of(&line)))?;
    }
    Ok(())
}

/// Brings back the edits of an earlier revision, as the next one.
fn restore_revision(one: &NamedScenario, revision: i64, language: Language) -> Result<()> {
    let store = one.place.store()?;
    let found = store.revision(&one.name, revision)?;
    let known = store.get(&one.name)?;
    let area = fireplan_read::open(&one.place.area, &Silent)?;
    let scenario = Scenario { name: one.name.clone(), edits: found.edits };
    let references = anchor(&scenario, &found.references, &area);
    let kept = KeptScenario { scenario, revision: None, references };
    tell_remarks(&apply_kept(&kept, &area)?, language);
    let edits = (&*kept.scenario.edits, &*kept.references);
    let now = store.edit_kept(&one.name, edits, Some(known.revision), &one.place.by)?.revision;
    output::print_line(&language.either(
        format!("方案“{}”第 {now} 版已与第 {revision} 版相同", one.name),
        format!("revision {now} of scenario '{}' is now as revision {revision}", one.name),
    ))
}

/// Reads `3=R2`: the number of an edit, and what it refers to from now on.
fn read_reference(text: &str) -> Result<(usize, String), String> {
    let parts = text.split_once(['=', '＝']).map(|(number, id)| (number.trim().parse(), id.trim()));
    match parts {
        Some((Ok(number), id)) if !id.is_empty() => Ok((number, id.to_owned())),
        _ => {
            Err(format!("“{text}”应写成“第几处=编号”，如 3=R2 | write the number of the edit and the id, such as 3=R2"))
        }
    }
}

/// Drops edits of a scenario, keeps them as done, or lets them refer to another thing; what is left must apply.
fn settle_edits(settle: &Settle, language: Language) -> Result<()> {
    let (store, name) = (settle.one.place.store()?, &settle.one.name);
    let known = store.get(name)?;
    let area = fireplan_read::open(&settle.one.place.area, &Silent)?;
    let Settle { drop, keep, refer, .. } = settle;
    let (revision, settled) = (known.revision, SettledEdits { drop, keep, refer });
    let kept = scenario::settle_edits(&known.into(), settled, &area)?;
    tell_remarks(&apply_kept(&kept, &area)?, language);
    let edits = (&*kept.scenario.edits, &*kept.references);
    let now = store.edit_kept(name, edits, Some(revision), &settle.one.place.by)?.revision;
    output::print_line(&language.either(
        format!(
            "方案“{name}”第 {now} 版：删去 {} 处，保留为已完成 {} 处，改引用 {} 处",
            drop.len(),
            keep.len(),
            refer.len()
        ),
        format!(
            "revision {now} of scenario '{name}': {} dropped, {} kept as done, {} refer to another thing",
            drop.len(),
            keep.len(),
            refer.len()
        ),
    ))
}

/// Stores a plan of a run under a name of its own. It contains the scenario that the run was under.
fn adopt_proposal(adopt: &Adopt, language: Language) -> Result<()> {
    let store = adopt.place.store()?;
    let findings = fireplan_export::read_findings(&adopt.folder)?;
    let (proposals, manifest) = (findings.proposals, findings.manifest);
    let (count, number, folder) = (proposals.len(), adopt.number, adopt.folder.display());
    let Some(proposal) = number.checked_sub(1).and_then(|at| proposals.into_iter().nth(at)) else {
        bail!(
            "{folder} 有 {count} 个推荐方案，没有第 {number} 个 | {folder} proposes {count} plans, there is no number {number}"
        );
    };
    let area = fireplan_read::open(&adopt.place.area, &Silent)?;
    refuse_unknown_data(&proposal, &manifest, &area)?;
    let references = anchor(&proposal.scenario, &proposal.references, &area);
    let kept = KeptScenario { scenario: proposal.scenario, revision: None, references };
    tell_remarks(&apply_kept(&kept, &area)?, language);
    let stored = store.create_kept_numbered(kept, &adopt.place.by)?;
    let (name, path) = (stored.scenario.name, store.path().display().to_string());
    output::print_line(
        &language.either(format!("方案“{name}”已存入 {path}"), format!("scenario '{name}' is stored in {path}")),
    )
}

/// Refuses a plan that does not say what it refers to, as an older program wrote it, once the data are others than those of its run:
/// nobody knows what it means now.
fn refuse_unknown_data(proposal: &Proposal, manifest: &Manifest, area: &StudyArea) -> Result<()> {
    let refers = proposal.scenario.edits.iter().any(|edit| edit.reference().is_some());
    let mut of_run: Vec<&str> = manifest.inputs.iter().map(|input| input.sha256.as_str()).collect();
    let mut of_area: Vec<&str> = area.sources.iter().map(|source| source.sha256.as_str()).collect();
    of_run.sort_unstable();
    of_area.sort_unstable();
    if refers && proposal.references.is_empty() && of_run != of_area {
        bail!(
            "成果由旧版程序写出，没有记下改动所指的对象，而数据在那次运行之后已改变，不能确定所指；请在现有数据上重新运行后再采纳 | \
             an older program wrote these findings without what the edits refer to, and the data have changed since: run the question again and take up that plan"
        );
    }
    Ok(())
}

fn copy_scenario(store: &Store, (name, new): (&str, &str), by: &str, language: Language) -> Result<()> {
    store.copy(name, new, by)?;
    output::print_line(
        &language.either(format!("方案“{name}”已另存为“{new}”"), format!("scenario '{name}' is saved as '{new}'")),
    )
}

/// Stores the scenario of a file, if its edits apply to the area.
fn import_scenario(import: &Import, language: Language) -> Result<()> {
    let (store, by) = (import.place.store()?, &import.place.by);
    let read = read_scenario(&import.file)?;
    let area = fireplan_read::open(&import.place.area, &Silent)?;
    let references = anchor(&read.scenario, &read.references, &area);
    let kept = KeptScenario { references, ..read };
    tell_remarks(&apply_kept(&kept, &area)?, language);
    let (name, edits) = (&kept.scenario.name, (&*kept.scenario.edits, &*kept.references));
    let known = store.list()?.into_iter().find(|stored| stored.scenario.name == *name);
    if let Some(known) = known.as_ref().filter(|known| (&*known.scenario.edits, &*known.references) == edits) {
        let revision = known.revision;
        return output::print_line(&language.either(
            format!("方案“{name}”与第 {revision} 版相同，没有改动"),
            format!("scenario '{name}' is the same as its revision {revision}: nothing to change"),
        ));
    }
    // Somebody may have changed it since it was read.
    match known.as_ref().map(|known| known.revision) {
        Some(revision) => store.edit_kept(name, edits, Some(revision), by).map(|_| ())?,
        None => store.create_kept(&kept, by).map(|_| ())?,
    }
    let path = store.path().display();
    output::print_line(
        &language.either(format!("方案“{name}”已存入 {path}"), format!("scenario '{name}' is stored in {path}")),
    )
}

fn count_edits(scenario: &Scenario, language: Language) -> String {
    let count = scenario.edits.len();
    language.either(format!("{count} 处改动"), format!("{count} edits"))
}

/// Reads a scenario from its file.
fn read_scenario(file: &Path) -> Result<KeptScenario> {
    let text = std::fs::read_to_string(file).with_context(|| reading(file))?;
    KeptScenario::from_json(&file.display().to_string(), &text)
}

/// Finds a scenario by its name in the store, or reads it from its file.
pub(crate) fn find_scenario(wanted: &str, store: &Store) -> Result<KeptScenario> {
    if wanted.ends_with(".json") {
        return read_scenario(Path::new(wanted));
    }
    let found = store.get(wanted);
    Ok(found.with_context(|| format!("方案 {wanted}(--scenario) | scenario {wanted} (--scenario)"))?.into())
}
