//! The command line: parse, load, run, write. All that it says is in Chinese, or in English where `--lang en` or the environment
//! asks for that; every refusal says the way out.

mod compare;
mod help;
mod help_texts;
mod output;
mod progress;
mod question;
mod refusal;
mod run;
mod scenario;

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::error::ErrorKind;
use clap::{ArgMatches, Args, FromArgMatches, Parser, Subcommand};
use fireplan_engine::request::Request;
use fireplan_engine::response::network_tables::network_tables;
use fireplan_model::area::StudyArea;
use fireplan_model::message::{Language, explain, making_folder};
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_model::rules::{self, Choice, RuleProfile, Rules};
use fireplan_store::Store;

use crate::progress::Bars;

#[derive(Parser)]
#[command(name = "fireplan", version)]
struct Cli {
    /// 语言：zh 中文，en 英文；缺省按环境变量 LANG | Language: zh Chinese, en English; by default as LANG says
    #[arg(long, global = true, value_name = "zh|en", value_parser = parse_language)]
    lang: Option<Language>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 检查数据：读到什么、略去什么、为什么 | Check the data: what was read, what was left out, and why
    Check(CheckArgs),
    /// 运行分析并写出成果文件 | Run an analysis and write its results
    Run,
    /// 启动地图服务(网页与 OGC API) | Serve the map (page and OGC API)
    Serve(ServeArgs),
    /// 方案：列出、查看、导入、导出 | Scenarios: list, show, import, export
    Scenario(scenario::ScenarioArgs),
    /// 对比两次运行的成果文件夹 | Compare the results of two runs
    Compare(compare::CompareArgs),
    /// 列出生效的规则：数值、条文、效力、可信度 | List the rules in force: figures, clauses, force, confidence
    Rules(RulesArgs),
    /// 导出路网和行车时间，供其他软件复算 | Export the road network with driving times, to compute again elsewhere
    Network(NetworkArgs),
}

#[derive(Args)]
struct CheckArgs {
    #[command(flatten)]
    area: AreaArgs,
}

/// Every command that opens an area takes these.
#[derive(Args)]
struct AreaArgs {
    /// 规划范围：含 area.toml 的文件夹，或一个 OSM 数据文件(.osm.pbf、.osm、.osm.gz、.osm.bz2) | The area: a folder with area.toml, or one OSM extract (.osm.pbf, .osm, .osm.gz, .osm.bz2)
    #[arg(value_name = "AREA")]
    path: PathBuf,
    /// 不显示进度 | Show no progress
    #[arg(long, short)]
    quiet: bool,
}

/// Every command that knows scenarios takes this.
#[derive(Args)]
struct StoreArgs {
    /// 方案库文件；缺省为规划范围文件夹中的 scenarios.sqlite，或 OSM 文件旁的同名文件 | The store of scenarios; by default scenarios.sqlite in the folder of the area, or beside the OSM extract
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
    /// 地方规则：jincheng、kaizhou、qidong、qingfeng、yili，或自己的 .toml 文件 | Local rules: jincheng, kaizhou, qidong, qingfeng, yili, or a .toml file of your own
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// 手工设定一个数值，例如 response.time_min=6；可重复 | Set one figure by hand, such as response.time_min=6; more than once if need be
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_key_value)]
    set: Vec<(String, String)>,
}

/// What every analysis takes beside its own parameters.
#[derive(Args)]
struct RunArgs {
    #[command(flatten)]
    area: AreaArgs,
    /// 成果写入的文件夹 | The folder for the results
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    rules: RulesArgs,
    /// 按方案改动数据后再算：方案库中的名称，或一个 .json 文件 | Ask under a scenario: its name in the store, or a .json file
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Args)]
struct ServeArgs {
    #[command(flatten)]
    area: AreaArgs,
    /// 监听地址；缺省只有本机能访问 | Address to listen on; by default this machine only
    #[arg(long, default_value = "127.0.0.1", value_name = "IP")]
    bind: IpAddr,
    /// 端口 | Port
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// 先运行全部分析并写入此文件夹 | Run every analysis first, into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// 单位内网或天地图等瓦片底图，例如 影像=https://HOST/{z}/{x}/{y}.png；可重复；缺省不联网 | Tiles of the office to lay underneath, such as photo=https://HOST/{z}/{x}/{y}.png; by default none
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
    /// 写出的 GeoPackage 文件 | The GeoPackage to write
    #[arg(long, value_name = "FILE.gpkg")]
    out: PathBuf,
    #[command(flatten)]
    rules: RulesArgs,
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
    fn load(&self, language: Language) -> Result<Rules> {
        let profile = self.profile.as_deref().map(read_profile).transpose()?;
        let rules = Rules::load_choice(Choice { profile, set: self.set.clone() })?;
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
    fn open(&self, progress: &dyn Progress) -> Result<StudyArea> {
        let area = fireplan_read::open(&self.path, progress);
        let path = self.path.display();
        area.with_context(|| format!("打开规划范围 {path} | opening the area {path}"))
    }

    fn bars(&self, language: Language) -> Bars {
        Bars::new(!self.quiet, language)
    }
}

/// Runs the program; wrong requests and unreadable data end with the reason and exit code 2.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let language = find_language(&arguments);
    let matches = match help::build_command::<Cli, RunArgs>(language).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return answer_clap(&error, language),
    };
    start_logging(matches.subcommand_name() == Some("serve"));
    match do_command(&matches, language) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let why = explain(&error);
            output::tell(&format!("{}{}", language.either("错误：", "error: "), language.of(&why)));
            // 1: what could be answered is there; 2: nothing is.
            ExitCode::from(if error.is::<run::PartlyAnswered>() { 1 } else { 2 })
        }
    }
}

fn do_command(matches: &ArgMatches, language: Language) -> Result<()> {
    match Cli::from_arg_matches(matches)?.command {
        Command::Check(args) => check_area(&args, language),
        Command::Run => {
            let found = matches.subcommand().and_then(|(_, run)| run.subcommand());
            let (id, given) = found.context("没有写明分析 | no analysis is named")?;
            let question = (id != question::ALL).then(|| question::read_request(id, given)).transpose()?;
            run::answer_questions(question.as_ref(), &RunArgs::from_arg_matches(given)?, language)
        }
        Command::Serve(args) => serve_area(&args, language),
        Command::Scenario(args) => scenario::run_task(&args, language),
        Command::Compare(args) => compare::compare_folders(&args, language),
        Command::Rules(args) => output::print(&rules::show::table(&args.load(language)?, language)),
        Command::Network(args) => export_network(&args, language),
    }
}

/// The language of `--lang`, or else of the environment: known before the rest of the command line is understood, since
/// what is wrong with that is told in it.
fn find_language(arguments: &[OsString]) -> Language {
    let texts: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    let after = texts.windows(2).rev().find(|pair| pair[0] == "--lang").map(|pair| pair[1]);
    let given = after.or_else(|| texts.iter().rev().find_map(|text| text.strip_prefix("--lang=")));
    let of_environment = || Language::of_environment(|name| std::env::var(name).ok());
    given.and_then(Language::named).unwrap_or_else(of_environment)
}

/// Help and version are answers and go to standard output; all else is a refusal.
fn answer_clap(error: &clap::Error, language: Language) -> ExitCode {
    let plain = error.render().to_string();
    let in_language = |text: &str| language.either(refusal::translate_help(text), text.to_owned());
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match output::print(&in_language(&plain)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::tell(&in_language(&plain));
            ExitCode::from(2)
        }
        _ => {
            output::tell(refusal::write_refusal(error, language).trim_end());
            ExitCode::from(2)
        }
    }
}

/// Sends events to stderr: those that `RUST_LOG` names, or else warnings and, of a server, what it does.
fn start_logging(serving: bool) {
    use tracing_subscriber::EnvFilter;
    let default = if serving { "warn,fireplan=info" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false).init();
    // The notes on the data say what matters of GDAL's messages, so that they need not be on the terminal too.
    gdal::config::set_error_handler(|_, number, message| tracing::debug!(number, "GDAL: {message}"));
}

fn check_area(args: &CheckArgs, language: Language) -> Result<()> {
    let bars = args.area.bars(language);
    let area = args.area.open(&bars)?;
    bars.finish();
    output::print(&fireplan_read::doctor::report(&area, language))
}

fn export_network(args: &NetworkArgs, language: Language) -> Result<()> {
    let rules = args.rules.load(language)?;
    let bars = args.area.bars(language);
    let area = args.area.open(&bars)?;
    bars.finish();
    if let Some(folder) = args.out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    }
    let (layers, tables) = network_tables(&area, &rules)?;
    fireplan_export::gpkg::write(&args.out, &area.plane, &layers, &tables)?;
    let (nodes, edges) = (area.network.nodes.len(), area.network.segments.len());
    let out = args.out.display();
    output::print_line(&language.either(
        format!("路网已写入 {out}：{nodes} 个节点，{edges} 个路段"),
        format!("network written to {out}: {nodes} nodes, {edges} edges"),
    ))
}

fn serve_area(args: &ServeArgs, language: Language) -> Result<()> {
    let address = SocketAddr::new(args.bind, args.port);
    refuse_taken_port(address)?;
    let rules = args.rules.load(language)?;
    let bars = args.area.bars(language);
    let area = args.area.open(&bars)?;
    let answered = match &args.out {
        Some(out) => run::answer_all(&area, &rules, &bars, out, language)?,
        None => Vec::new(),
    };
    bars.finish();
    output::print_line(&describe_address(&area.name, address, language))?;
    let store = args.store.store(&args.area.path).path().to_owned();
    let basemaps = args.basemap.clone();
    let options = fireplan_serve::ServeOptions { bind: address, run_at_start: true, answered, basemaps, store };
    let runtime = tokio::runtime::Runtime::new().context("启动服务线程 | starting the server's threads")?;
    runtime.block_on(fireplan_serve::serve(area, rules, options))
}

/// Refuses a port that is taken before the data is loaded, which may take long.
fn refuse_taken_port(address: SocketAddr) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let other = address.port().checked_add(1).unwrap_or(8080);
            let port = address.port();
            bail!(
                "端口 {port} 已被占用；换一个端口，例如 --port {other} | \
                 port {port} is taken; choose another, such as --port {other}"
            )
        }
        Err(error) => Err(error).with_context(|| {
            format!("监听 {address}；请检查 --bind 和 --port | listening on {address}; check --bind and --port")
        }),
    }
}

fn describe_address(area: &str, address: SocketAddr, language: Language) -> String {
    let reach = if address.ip().is_loopback() {
        Label::new(
            "仅本机可访问；要让同一网络的其他电脑访问，请加 --bind 0.0.0.0",
            "from this machine only; add --bind 0.0.0.0 for others of the network",
        )
    } else {
        Label::new("同一网络的其他电脑也可访问", "also from other machines of the network")
    };
    let ip = if address.ip().is_unspecified() { IpAddr::from([127, 0, 0, 1]) } else { address.ip() };
    let shown = SocketAddr::new(ip, address.port());
    language.either(
        format!("{area}：请在浏览器打开 http://{shown}/ （{}）。按 Ctrl+C 结束。", reach.zh),
        format!("{area}: open http://{shown}/ in a browser ({}). Ctrl+C ends it.", reach.en),
    )
}

/// Names the folder of one analysis among several.
fn name_folder(out: &Path, request: &Request) -> PathBuf {
    out.join(request.id())
}
