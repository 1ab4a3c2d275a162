//! The arguments of every command, and what they open.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{ArgAction, Args, Parser, Subcommand};
use fireplan_model::area::StudyArea;
use fireplan_model::message::Language;
use fireplan_model::progress::Progress;
use fireplan_model::rules::{Choice, RuleProfile, Rules};
use fireplan_store::Store;

use crate::progress::Bars;
use crate::{atlas, backup, batch, compare, door, office, output, package, people, scenario, shell, trail};

#[derive(Parser)]
#[command(name = "fireplan", version)]
pub(crate) struct Cli {
    /// 语言：zh 中文，en 英文；缺省按环境变量 LANG | Language: zh Chinese, en English; by default as LANG says
    #[arg(long, global = true, value_name = "zh|en", value_parser = parse_language)]
    pub(crate) lang: Option<Language>,
    /// 多说一些过程(-vv 更多)，写到标准错误 | Say more of what goes on, on standard error (-vv: still more)
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// 新建项目：从一个文件夹的数据得到 area.toml，不确定的逐条询问 | Make a project: area.toml from a folder of data; what is doubtful is asked
    New(door::NewArgs),
    /// 检查数据：读到什么、略去什么、为什么 | Check the data: what was read, what was left out, and why
    Check(CheckArgs),
    /// 运行分析并写出成果文件 | Run an analysis and write its results
    Run,
    /// 启动地图服务(网页与 OGC API)：一个规划范围，或一个文件夹中的全部项目 | Serve the map (page and OGC API): of one area, or of every project in a folder
    Serve(ServeArgs),
    /// 方案：列出、查看、导入、导出 | Scenarios: list, show, import, export
    Scenario(scenario::ScenarioArgs),
    /// 对比两次运行的成果文件夹 | Compare the results of two runs
    Compare(compare::CompareArgs),
    /// 列出生效的规则：数值、条文、效力、可信度 | List the rules in force: figures, clauses, force, confidence
    Rules(RuleListArgs),
    /// 生成填报表：文件要求而地图算不出的事项，按乡镇、村社区、重点单位逐行填报 | Write the form for what a notice asks and no map tells: one row per town, village and key unit
    Form(FormArgs),
    /// 生成现场核查表：有待核事项的对象逐行列出，现场填写后读回 | Write the workbook for facts to be verified on the spot: a row for each feature of which something is not known, read back when it is filled in
    Corrections(CorrectionArgs),
    /// 导出路网和行车时间，供其他软件复算 | Export the road network with driving times, to compute again elsewhere
    Network(NetworkArgs),
    /// 绘制规划图集(PDF)：封面、图纸目录、各专题图、分镇图、消防站图则 | Draw the atlas of the plan (PDF): cover, list of sheets, maps by topic, of towns and of planned stations
    Atlas(atlas::AtlasArgs),
    /// 成果包：规划文本、说明书、附表、数据库、附件，一个文件夹和一个 zip | The package to hand in: texts, tables, database, annexes, as a folder and a zip
    Package(package::PackageArgs),
    /// 服务的人员与权限：添加、列出、口令、权限、移除 | People of a service: add, list, password, role, remove
    User(people::UserArgs),
    /// 操作记录：核对、导出 | The trail of what was done: verify, export
    Audit(trail::AuditArgs),
    /// 备份：数据、方案、成果、人员，写成一个文件 | Back up data, scenarios, runs and people into one file
    Backup(backup::BackupArgs),
    /// 从备份恢复到一个新文件夹，逐个核对 | Bring a backup back into a new folder, every file checked
    Restore(backup::RestoreArgs),
    /// 输出 shell 的命令补全脚本 | Print what a shell reads to complete commands
    Completions(shell::CompletionArgs),
    /// 写出手册页(man) | Write pages for man
    Man(shell::ManArgs),
    /// 全省分县计算：划分、边界、合并，可在多台机器上逐县运行，结果与整省一次计算相同 | A province county by county, on as many machines as there are: plan, border, merge, with the results of one run on the whole
    Batch(batch::BatchArgs),
}

#[derive(Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) area: AreaArgs,
    /// 另写一页数据质量报告(HTML，可打印)：逐条列出存疑、未采用的数据及其文件行和坐标 | Write the report on the data as a page to print (HTML): every doubt and what was left out, with row and place
    #[arg(long, value_name = "FILE.html")]
    pub(crate) html: Option<PathBuf>,
    /// 计算存疑的值若属实，各项分析的结论会怎样变化(要多次运行分析) | Compute what would change in the answers if doubted values were true (runs the analyses several times)
    #[arg(long)]
    pub(crate) effects: bool,
    /// 输出 JSON，供其他程序读取 | Print JSON for other programs
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

/// Every command that opens an area takes these.
#[derive(Args)]
pub(crate) struct AreaArgs {
    /// 规划范围：含 area.toml 的文件夹，或一个 OSM 数据文件(.osm.pbf、.osm、.osm.gz、.osm.bz2) | The area: a folder with area.toml, or one OSM extract (.osm.pbf, .osm, .osm.gz, .osm.bz2)
    #[arg(value_name = "AREA")]
    pub(crate) path: PathBuf,
    /// 不显示进度 | Show no progress
    #[arg(long, short)]
    quiet: bool,
}

/// Every command that knows scenarios takes this.
#[derive(Args)]
pub(crate) struct StoreArgs {
    /// 方案库文件；缺省为规划范围文件夹中的 scenarios.sqlite，或 OSM 文件旁的同名文件 | The store of scenarios; by default scenarios.sqlite in the folder of the area, or beside the OSM extract
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
}

impl StoreArgs {
    pub(crate) fn store(&self, area: &Path) -> Store {
        self.store.clone().map_or_else(|| Store::beside(area), Store::at)
    }
}

#[derive(Args)]
pub(crate) struct RulesArgs {
    /// 地方规则：jincheng、kaizhou、qidong、qingfeng、yili，或自己的 .toml 文件 | Local rules: jincheng, kaizhou, qidong, qingfeng, yili, or a .toml file of your own
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) profile: Option<String>,
    /// 手工设定一个数值，例如 response.time_min=6；可重复 | Set one figure by hand, such as response.time_min=6; more than once if need be
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_key_value)]
    pub(crate) set: Vec<(String, String)>,
    /// 评估日期，如 2026-06-30：期限早于此日而未达到的列为逾期；缺省不判逾期 | Day of assessment, such as 2026-06-30: what was due before it and is not met is overdue; by default nothing is
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<String>,
}

#[derive(Args)]
pub(crate) struct RuleListArgs {
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    /// 只列文件任务：谁、做什么、何时、谁负责、由什么判定；不指定 --profile 时列出全部地方规则 | List the obligations only: of whom, what, by when, who is responsible, what tells; of every profile unless --profile names one
    #[arg(long)]
    pub(crate) obligations: bool,
    /// 输出 JSON，供其他程序读取 | Print JSON for other programs
    #[arg(long, conflicts_with = "obligations")]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct FormArgs {
    #[command(flatten)]
    pub(crate) area: AreaArgs,
    /// 写出的工作簿；已填报的内容一并写入 | The workbook to write, with what was reported before
    #[arg(long, value_name = "FILE.xlsx", default_value = "填报表.xlsx")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

#[derive(Args)]
pub(crate) struct CorrectionArgs {
    #[command(flatten)]
    pub(crate) area: AreaArgs,
    /// 写出的工作簿 | The workbook to write
    #[arg(long, value_name = "FILE.xlsx", default_value = "现场核查表.xlsx")]
    pub(crate) out: PathBuf,
}

/// What every analysis takes beside its own parameters.
#[derive(Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) area: AreaArgs,
    /// 成果写入的文件夹 | The folder for the results
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    /// 按方案改动数据后再算：方案库中的名称，或一个 .json 文件 | Ask under a scenario: its name in the store, or a .json file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) scenario: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// 另算敏感性：各未核实数值取合理范围两端时结果如何(每项多算两遍，较慢) | Ask again with every unverified figure at both ends of its range (two more runs for each)
    #[arg(long)]
    pub(crate) sensitivity: bool,
    /// 分县计算：该县边界处的到达时间(fireplan batch border 写出)；AREA 为划分中的县文件夹 | For a county of a plan: the arrivals at its border, as fireplan batch border writes them; AREA is its folder in the plan
    #[arg(long, value_name = "FILE")]
    pub(crate) arrivals: Option<PathBuf>,
    /// 分县计算：只回答哪个县的村庄、建筑和道路 | For a county of a plan: the county whose villages, buildings and roads are answered for
    #[arg(long, value_name = "COUNTY")]
    pub(crate) own: Option<String>,
}

#[derive(Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) area: AreaArgs,
    /// 服务多个项目时，同时打开的项目数；超过时收起最久未看的 | Of many projects, so many areas are kept open; of more, the one looked at longest ago is let go
    #[arg(long, value_name = "N", default_value_t = fireplan_serve::AreasOptions::MOST_OPEN)]
    pub(crate) most_open: usize,
    /// 允许在网页上用本机这个文件夹中的数据新建项目；可重复 | Projects may be made on the page of the data in this folder of this machine; more than once if need be
    #[arg(long, value_name = "DIR")]
    pub(crate) allow: Vec<PathBuf>,
    /// 本单位的词典，供新建项目用(见 fireplan new)；可重复 | A dictionary of your own for new projects (see fireplan new); more than once if need be
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) dictionary: Vec<PathBuf>,
    /// 监听地址；缺省只有本机能访问 | Address to listen on; by default this machine only
    #[arg(long, default_value = "127.0.0.1", value_name = "IP")]
    pub(crate) bind: IpAddr,
    /// 端口 | Port
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,
    /// 除 IP 与 localhost 外，本服务还叫什么名称(主机名)；可重复 | Names of this service beside its addresses in numbers and localhost; more than once if need be
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Vec<String>,
    /// 前面有反向代理时，用户看到的网址，例如 `https://plan.example.cn/fire` | The address that people see where a proxy stands before it, such as `https://plan.example.cn/fire`
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<fireplan_serve::PublicUrl>,
    /// 全部分析的成果另写入此文件夹，算完一项写一项 | Write what every analysis finds into this folder, too, each once it is done
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// 单位内网或天地图等瓦片底图，例如 影像=https://HOST/{z}/{x}/{y}.png；可重复；缺省不联网 | Tiles of the office to lay underneath, such as photo=https://HOST/{z}/{x}/{y}.png; by default none
    #[arg(long, value_name = "NAME=URL")]
    pub(crate) basemap: Vec<fireplan_serve::Basemap>,
    /// 成果(保存在方案库旁)最多占用的磁盘空间，GB；超出时先删除最早的未固定成果 | Disk space for finished runs, kept beside the store, in GB; beyond it the oldest that are not pinned go
    #[arg(long, default_value_t = 20, value_name = "GB")]
    pub(crate) runs_gb: u32,
    #[command(flatten)]
    pub(crate) office: office::OfficeArgs,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

impl ServeArgs {
    /// Under which names the service answers.
    pub(crate) fn known_hosts(&self) -> fireplan_serve::KnownHosts {
        fireplan_serve::KnownHosts { names: self.host.clone(), public_url: self.public_url.clone() }
    }

    /// What runs may take on disk.
    pub(crate) fn runs_budget_bytes(&self) -> u64 {
        u64::from(self.runs_gb) << 30
    }

    /// Whether a folder of projects is to be served, and not one area.
    pub(crate) fn serves_many(&self) -> bool {
        let path = &self.area.path;
        path.is_dir() && !path.join("area.toml").exists()
    }
}

#[derive(Args)]
pub(crate) struct NetworkArgs {
    #[command(flatten)]
    pub(crate) area: AreaArgs,
    /// 写出的 GeoPackage 文件 | The GeoPackage to write
    #[arg(long, value_name = "FILE.gpkg")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

fn parse_key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or("应写作 KEY=VALUE，例如 response.time_min=6 | write KEY=VALUE, such as response.time_min=6")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

fn parse_language(text: &str) -> Result<Language, String> {
    Language::named(text).ok_or_else(|| "只有 zh(中文)和 en(英文) | there are zh (Chinese) and en (English)".to_owned())
}

impl RulesArgs {
    pub(crate) fn load(&self, language: Language) -> Result<Rules> {
        let profile = self.profile.as_deref().map(read_profile).transpose()?;
        let rules = Rules::load_choice(Choice { profile, set: self.set.clone(), as_of: self.as_of.clone() })?;
        for note in &rules.notes {
            output::tell(&format!("{}{}", language.either("注意：", "note: "), language.of(&note.text)));
        }
        Ok(rules)
    }
}

/// A profile that comes with the program, by name, or a user's own, by the path of its `.toml` file.
fn read_profile(name: &str) -> Result<RuleProfile> {
    if !name.ends_with(".toml") {
        return Ok(RuleProfile::Supplied(name.to_owned()));
    }
    let text =
        std::fs::read_to_string(name).with_context(|| format!("读取规则文件 {name} | reading the profile {name}"))?;
    Ok(RuleProfile::Own { file: name.to_owned(), text })
}

impl AreaArgs {
    pub(crate) fn open(&self, progress: &dyn Progress) -> Result<StudyArea> {
        let area = fireplan_read::open(&self.path, progress);
        let path = self.path.display();
        area.with_context(|| format!("打开规划范围 {path} | opening the area {path}"))
    }

    pub(crate) fn bars(&self, language: Language) -> Bars {
        Bars::new(!self.quiet, language)
    }
}
