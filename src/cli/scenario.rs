//! `fireplan scenario`: the scenarios of an area, to and from files.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use fireplan_engine::scenario::apply_scenario;
use fireplan_model::progress::Silent;
use fireplan_model::scenario::Scenario;
use fireplan_store::{Store, StoreError};

use crate::StoreArgs;

#[derive(Args)]
pub(crate) struct ScenarioArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// 列出方案库中的方案
    List(StoredArea),
    /// 用文字逐条写出一个方案
    Show(NamedScenario),
    /// 把一个方案写成 JSON
    Export(NamedScenario),
    /// 读入一个方案的 JSON 文件；同名的被替换
    Import(Import),
}

#[derive(Args)]
struct StoredArea {
    /// 规划范围：与 run、serve 相同
    #[arg(value_name = "AREA")]
    area: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Args)]
struct NamedScenario {
    #[command(flatten)]
    place: StoredArea,
    /// 方案名
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Args)]
struct Import {
    #[command(flatten)]
    place: StoredArea,
    /// 方案文件
    #[arg(value_name = "FILE.json")]
    file: PathBuf,
}

impl StoredArea {
    fn store(&self) -> Result<Store> {
        if !self.area.exists() {
            bail!("没有规划范围 {}", self.area.display());
        }
        Ok(self.store.store(&self.area))
    }
}

/// Does what was asked with the scenarios of an area.
pub(crate) fn run_task(args: &ScenarioArgs) -> Result<()> {
    match &args.task {
        Task::List(place) => list_scenarios(&place.store()?),
        Task::Show(one) => show_scenario(&one.place.store()?, &one.place.area, &one.name),
        Task::Export(one) => {
            let scenario = one.place.store()?.get(&one.name)?.scenario;
            println!("{}", serde_json::to_string_pretty(&scenario)?);
            Ok(())
        }
        Task::Import(import) => import_scenario(&import.place.store()?, &import.place.area, &import.file),
    }
}

fn list_scenarios(store: &Store) -> Result<()> {
    let all = store.list()?;
    if all.is_empty() {
        println!("方案库 {} 中没有方案", store.path().display());
    }
    for stored in all {
        println!("{}  {} 处改动", stored.scenario.name, stored.scenario.edits.len());
    }
    Ok(())
}

fn show_scenario(store: &Store, area: &Path, name: &str) -> Result<()> {
    let scenario = store.get(name)?.scenario;
    let area = fireplan_read::open(area, &Silent)?;
    println!("{}：{} 处改动", scenario.name, scenario.edits.len());
    for (at, text) in scenario.texts(&area).iter().enumerate() {
        println!("  {}. {}", at + 1, text.zh);
    }
    apply_scenario(&scenario, &area).map(|_| ())
}

/// Stores the scenario of a file, if its edits apply to the area.
fn import_scenario(store: &Store, area: &Path, file: &Path) -> Result<()> {
    let scenario = read_scenario(file)?;
    let area = fireplan_read::open(area, &Silent)?;
    apply_scenario(&scenario, &area)?;
    match store.create(&scenario) {
        Err(StoreError::Taken(name)) => store.edit(&name, &scenario.edits, None).map(|_| ())?,
        made => made.map(|_| ())?,
    }
    println!("方案“{}”已存入 {}", scenario.name, store.path().display());
    Ok(())
}

/// Reads a scenario from its file.
fn read_scenario(file: &Path) -> Result<Scenario> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading the scenario {}", file.display()))?;
    Scenario::from_json(&file.display().to_string(), &text)
}

/// Finds a scenario by its name in the store, or reads it from its file.
pub(crate) fn find_scenario(wanted: &str, store: &Store) -> Result<Scenario> {
    if wanted.ends_with(".json") {
        return read_scenario(Path::new(wanted));
    }
    Ok(store.get(wanted).with_context(|| format!("--scenario {wanted}"))?.scenario)
}
