//! `fireplan scenario`: the scenarios of an area, to and from files.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use fireplan_engine::scenario::apply_scenario;
use fireplan_model::message::{Language, reading};
use fireplan_model::progress::Silent;
use fireplan_model::scenario::Scenario;
use fireplan_store::{Store, StoreError};

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
            let scenario = one.place.store()?.get(&one.name)?.scenario;
            output::print_line(&serde_json::to_string_pretty(&scenario)?)
        }
        Task::Import(import) => import_scenario(&import.place.store()?, &import.place.area, &import.file, language),
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
    for stored in all {
        output::print_line(&format!("{}  {}", stored.scenario.name, count_edits(&stored.scenario, language)))?;
    }
    Ok(())
}

fn show_scenario(store: &Store, area: &Path, name: &str, language: Language) -> Result<()> {
    let scenario = store.get(name)?.scenario;
    let area = fireplan_read::open(area, &Silent)?;
    let colon = language.either("：", ": ");
    output::print_line(&format!("{}{colon}{}", scenario.name, count_edits(&scenario, language)))?;
    for (at, text) in scenario.texts(&area).iter().enumerate() {
        output::print_line(&format!("  {}. {}", at + 1, language.of(text)))?;
    }
    apply_scenario(&scenario, &area).map(|_| ())
}

/// Stores the scenario of a file, if its edits apply to the area.
fn import_scenario(store: &Store, area: &Path, file: &Path, language: Language) -> Result<()> {
    let scenario = read_scenario(file)?;
    let area = fireplan_read::open(area, &Silent)?;
    apply_scenario(&scenario, &area)?;
    match store.create(&scenario) {
        Err(StoreError::Taken(name)) => store.edit(&name, &scenario.edits, None).map(|_| ())?,
        made => made.map(|_| ())?,
    }
    let (name, path) = (&scenario.name, store.path().display());
    output::print_line(
        &language.either(format!("方案“{name}”已存入 {path}"), format!("scenario '{name}' is stored in {path}")),
    )
}

fn count_edits(scenario: &Scenario, language: Language) -> String {
    let count = scenario.edits.len();
    language.either(format!("{count} 处改动"), format!("{count} edits"))
}

/// Reads a scenario from its file.
fn read_scenario(file: &Path) -> Result<Scenario> {
    let text = std::fs::read_to_string(file).with_context(|| reading(file))?;
    Scenario::from_json(&file.display().to_string(), &text)
}

/// Finds a scenario by its name in the store, or reads it from its file.
pub(crate) fn find_scenario(wanted: &str, store: &Store) -> Result<Scenario> {
    if wanted.ends_with(".json") {
        return read_scenario(Path::new(wanted));
    }
    Ok(store
        .get(wanted)
        .with_context(|| format!("方案 {wanted}(--scenario) | scenario {wanted} (--scenario)"))?
        .scenario)
}
