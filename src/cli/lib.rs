//! The command line: parse, load, run, write. Help and results are in Chinese; every refusal says the way out.

mod check;
mod compare;
mod help;
mod progress;
mod question;
mod run;
mod scenario;

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, FromArgMatches, Parser, Subcommand};
use fireplan_engine::request::Request;
use fireplan_engine::response::network_tables::network_tables;
use fireplan_model::area::StudyArea;
use fireplan_model::progress::Progress;
use fireplan_model::rules::{self, Choice, RuleProfile, Rules};
use fireplan_store::Store;

use crate::progress::Bars;

#[derive(Parser)]
#[command(name = "fireplan", version, about = help::ABOUT, after_long_help = help::EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 检查数据：读到什么、略去什么、为什么
    #[command(after_long_help = help::CHECK)]
    Check(check::CheckArgs),
    /// 运行分析并写出成果文件
    #[command(after_long_help = help::RUN)]
    Run,
    /// 启动地图服务(网页与 OGC API)
    #[command(after_long_help = help::SERVE)]
    Serve(ServeArgs),
    /// 方案：列出、查看、导入、导出
    #[command(after_long_help = help::SCENARIO)]
    Scenario(scenario::ScenarioArgs),
    /// 对比两次运行的成果文件夹
    #[command(after_long_help = help::COMPARE)]
    Compare(compare::CompareArgs),
    /// 列出生效的规则：数值、条文、效力、可信度
    #[command(after_long_help = help::RULES)]
    Rules(RulesArgs),
    /// 导出路网和行车时间，供其他软件复算
    #[command(after_long_help = help::NETWORK)]
    Network(NetworkArgs),
}

/// Every command that opens an area takes these.
#[derive(Args)]
struct AreaArgs {
    /// 规划范围：含 area.toml 的文件夹，或一个 OSM 数据文件(.osm.pbf、.osm、.osm.gz、.osm.bz2)
    #[arg(value_name = "AREA")]
    path: PathBuf,
    /// 不显示进度
    #[arg(long, short)]
    quiet: bool,
}

/// Every command that knows scenarios takes this.
#[derive(Args)]
struct StoreArgs {
    /// 方案库文件；缺省为规划范围文件夹中的 scenarios.sqlite，或 OSM 文件旁的同名文件
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

impl StoreArgs {
    fn store(&self, area: &Path) -> Store {
        self.store.clone().map_or_else(|| Store::beside(area), Store::at)
    }
}

#[derive(Args)]
struct RulesArgs {
    /// 地方规则：jincheng、kaizhou、qidong、qingfeng、yili，或自己的 .toml 文件
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// 手工设定一个数值，例如 response.time_min=6；可重复
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_key_value)]
    set: Vec<(String, String)>,
}

/// What every analysis takes beside its own parameters.
#[derive(Args)]
struct RunArgs {
    #[command(flatten)]
    area: AreaArgs,
    /// 成果写入的文件夹
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    rules: RulesArgs,
    /// 按方案改动数据后再算：方案库中的名称，或一个 .json 文件
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Args)]
struct ServeArgs {
    #[command(flatten)]
    area: AreaArgs,
    /// 监听地址；缺省只有本机能访问
    #[arg(long, default_value = "127.0.0.1", value_name = "IP")]
    bind: IpAddr,
    /// 端口
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// 先运行全部分析并写入此文件夹
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// 单位内网或天地图等瓦片底图，例如 影像=https://HOST/{z}/{x}/{y}.png；可重复；缺省不联网
    #[arg(long, value_name = "NAME=URL")]
    basemap: Vec<fireplan_serve::Basemap>,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    rules: RulesArgs,
}

#[derive(Args)]
struct NetworkArgs {
    #[command(flatten)]
    area: AreaArgs,
    /// 写出的 GeoPackage 文件
    #[arg(long, value_name = "FILE.gpkg")]
    out: PathBuf,
    #[command(flatten)]
    rules: RulesArgs,
}

fn parse_key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("需要 KEY=VALUE，例如 response.time_min=6")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

impl RulesArgs {
    fn load(&self) -> Result<Rules> {
        let profile = self.profile.as_deref().map(read_profile).transpose()?;
        let rules = Rules::load_choice(Choice { profile, set: self.set.clone() })?;
        for note in &rules.notes {
            eprintln!("注意：{}", note.text.zh);
        }
        Ok(rules)
    }
}

/// A profile that comes with the program, by name, or a user's own, by the path of its `.toml` file.
fn read_profile(name: &str) -> Result<RuleProfile> {
    if !name.ends_with(".toml") {
        return Ok(RuleProfile::Supplied(name.to_owned()));
    }
    let text = std::fs::read_to_string(name).with_context(|| format!("reading the profile {name}"))?;
    Ok(RuleProfile::Own { file: name.to_owned(), text })
}

impl AreaArgs {
    fn open(&self, progress: &dyn Progress) -> Result<StudyArea> {
        let area = fireplan_read::open(&self.path, progress);
        area.with_context(|| format!("opening the area {}", self.path.display()))
    }

    fn bars(&self) -> Bars {
        Bars::new(!self.quiet)
    }
}

/// Runs the program; wrong requests and unreadable data end with the reason and exit code 2.
pub fn main() -> ExitCode {
    let matches = help::build_command::<Cli, RunArgs>().get_matches();
    start_logging(matches.subcommand_name() == Some("serve"));
    let done = Cli::from_arg_matches(&matches).map_err(anyhow::Error::from).and_then(|cli| match cli.command {
        Command::Check(args) => check::check_area(&args),
        Command::Run => {
            let (_, run) = matches.subcommand().context("clap found the command")?;
            let (id, given) = run.subcommand().context("clap found the question")?;
            let question = (id != question::ALL).then(|| question::read_request(id, given)).transpose()?;
            run::answer_questions(question.as_ref(), &RunArgs::from_arg_matches(given)?)
        }
        Command::Serve(args) => serve_area(&args),
        Command::Scenario(args) => scenario::run_task(&args),
        Command::Compare(args) => compare::compare_folders(&args),
        Command::Rules(args) => args.load().map(|rules| print!("{}", rules::show::table(&rules))),
        Command::Network(args) => export_network(&args),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("错误：{error:#}");
            // 1: what could be answered is there; 2: nothing is.
            ExitCode::from(if error.is::<run::PartlyAnswered>() { 1 } else { 2 })
        }
    }
}

/// Sends events to stderr: those that `RUST_LOG` names, or else warnings and, of a server, what it does.
fn start_logging(serving: bool) {
    use tracing_subscriber::EnvFilter;
    let default = if serving { "warn,fireplan=info" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    // The notes on the data say what matters of GDAL's messages, so that they need not be on the terminal too.
    gdal::config::set_error_handler(|_, number, message| tracing::debug!(number, "GDAL: {message}"));
}

fn export_network(args: &NetworkArgs) -> Result<()> {
    let rules = args.rules.load()?;
    let bars = args.area.bars();
    let area = args.area.open(&bars)?;
    bars.finish();
    if let Some(folder) = args.out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    }
    let (layers, tables) = network_tables(&area, &rules)?;
    fireplan_export::gpkg::write(&args.out, &area.plane, &layers, &tables)?;
    let (nodes, edges) = (area.network.nodes.len(), area.network.segments.len());
    println!("路网已写入 {}：{nodes} 个节点，{edges} 个路段", args.out.display());
    Ok(())
}

fn serve_area(args: &ServeArgs) -> Result<()> {
    let address = SocketAddr::new(args.bind, args.port);
    refuse_taken_port(address)?;
    let rules = args.rules.load()?;
    let bars = args.area.bars();
    let area = args.area.open(&bars)?;
    let answered = match &args.out {
        Some(out) => run::answer_all(&area, &rules, &bars, out)?,
        None => Vec::new(),
    };
    bars.finish();
    println!("{}", describe_address(&area.name, address));
    let store = args.store.store(&args.area.path).path().to_owned();
    let basemaps = args.basemap.clone();
    let options = fireplan_serve::ServeOptions { bind: address, run_at_start: true, answered, basemaps, store };
    let runtime = tokio::runtime::Runtime::new().context("starting the server's threads")?;
    runtime.block_on(fireplan_serve::serve(area, rules, options))
}

/// Refuses a port that is taken before the data is loaded, which may take long.
fn refuse_taken_port(address: SocketAddr) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let other = address.port().checked_add(1).unwrap_or(8080);
            bail!("端口 {} 已被占用；换一个端口，例如 --port {other}", address.port())
        }
        Err(error) => Err(error).with_context(|| format!("listening on {address}; 请检查 --bind 和 --port")),
    }
}

fn describe_address(area: &str, address: SocketAddr) -> String {
    let reach = if address.ip().is_loopback() {
        "仅本机可访问；要让同一网络的其他电脑访问，请加 --bind 0.0.0.0"
    } else {
        "同一网络的其他电脑也可访问"
    };
    let ip = if address.ip().is_unspecified() { IpAddr::from([127, 0, 0, 1]) } else { address.ip() };
    let shown = SocketAddr::new(ip, address.port());
    format!("{area}：请在浏览器打开 http://{shown}/ （{reach}）。按 Ctrl+C 结束。")
}

/// Names the folder of one analysis among several.
fn name_folder(out: &Path, request: &Request) -> PathBuf {
    out.join(request.id())
}
