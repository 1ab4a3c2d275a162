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
pub struct ScenarioArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// 列出方案库中的方案
    List(Where),
    /// 用文字逐条写出一个方案
    Show(One),
    /// 把一个方案写成 JSON
    Export(One),
    /// 读入一个方案的 JSON 文件；同名的被替换
    Import(Import),
}

#[derive(Args)]
struct Where {
    /// 规划范围：与 run、serve 相同
    #[arg(value_name = "AREA")]
    area: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Args)]
struct One {
    #[command(flatten)]
    place: Where,
    /// 方案名
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Args)]
struct Import {
    #[command(flatten)]
    place: Where,
    /// 方案文件
    #[arg(value_name = "FILE.json")]
    file: PathBuf,
}

impl Where {
    fn store(&self) -> Result<Store> {
        if !self.area.exists() {
            bail!("没有规划范围 {}", self.area.display());
        }
        Ok(self.store.store(&self.area))
    }
}

pub fn run(args: &ScenarioArgs) -> Result<()> {
    match &args.task {
        Task::List(place) => list(&place.store()?),
        Task::Show(one) => show(&one.place.store()?, &one.place.area, &one.name),
        Task::Export(one) => {
            let scenario = one.place.store()?.get(&one.name)?.scenario;
            println!("{}", serde_json::to_string_pretty(&scenario)?);
            Ok(())
        }
        Task::Import(import) => take(&import.place.store()?, &import.place.area, &import.file),
    }
}

fn list(store: &Store) -> Result<()> {
    let all = store.list()?;
    if all.is_empty() {
        println!("方案库 {} 中没有方案", store.path().display());
    }
    for kept in all {
        println!("{}  {} 处改动", kept.scenario.name, kept.scenario.edits.len());
    }
    Ok(())
}

fn show(store: &Store, area: &Path, name: &str) -> Result<()> {
    let scenario = store.get(name)?.scenario;
    let area = fireplan_read::open(area, &Silent)?;
    println!("{}：{} 处改动", scenario.name, scenario.edits.len());
    for (at, text) in scenario.texts(&area).iter().enumerate() {
        println!("  {}. {}", at + 1, text.zh);
    }
    apply_scenario(&scenario, &area).map(|_| ())
}

/// Only what applies is kept.
fn take(store: &Store, area: &Path, file: &Path) -> Result<()> {
    let scenario = read(file)?;
    let area = fireplan_read::open(area, &Silent)?;
    apply_scenario(&scenario, &area)?;
    match store.create(&scenario) {
        Err(StoreError::Taken(name)) => store.edit(&name, &scenario.edits, None).map(|_| ())?,
        made => made.map(|_| ())?,
    }
    println!("方案“{}”已存入 {}", scenario.name, store.path().display());
    Ok(())
}

fn read(file: &Path) -> Result<Scenario> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading the scenario {}", file.display()))?;
    Scenario::from_json(&file.display().to_string(), &text)
}

/// By its name in the store, or from its file.
pub fn wanted(wanted: &str, store: &Store) -> Result<Scenario> {
    if wanted.ends_with(".json") {
        return read(Path::new(wanted));
    }
    Ok(store.get(wanted).with_context(|| format!("--scenario {wanted}"))?.scenario)
}
