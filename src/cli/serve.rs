//! `fireplan serve`: the map service of one area, or of all projects of a folder.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::Path;

use anyhow::{Context, Result, bail};
use fireplan_model::message::{Language, reading};
use fireplan_model::rows::Label;
use fireplan_office::Office;
use fireplan_project::Dictionary;
use fireplan_serve::{AreasOptions, list_project_folders};

use crate::arguments::ServeArgs;
use crate::output;

/// Serves what the path is: an area, or a folder of projects, which may be empty yet.
pub(crate) fn serve(args: &ServeArgs, language: Language) -> Result<()> {
    let address = SocketAddr::new(args.bind, args.port);
    refuse_taken_port(address)?;
    if args.serves_many() { serve_projects(args, address, language) } else { serve_area(args, address, language) }
}

fn serve_projects(args: &ServeArgs, address: SocketAddr, language: Language) -> Result<()> {
    let path = args.area.path.display();
    if args.out.is_some() || args.store.store.is_some() {
        bail!(
            "{path} 中没有 area.toml，将服务其中的各个项目；--out 与 --store 只用于单个项目 | \
             {path} has no area.toml, so every project in it is served; --out and --store are for a single one"
        );
    }
    refuse_bare_data(&args.area.path)?;
    if let Some(missing) = args.allow.iter().find(|folder| !folder.is_dir()) {
        let missing = missing.display();
        bail!("--allow {missing}：没有这个文件夹 | --allow {missing}: there is no such folder");
    }
    Dictionary::load(&args.dictionary)?;
    let rules = args.rules.load(language)?;
    let options = AreasOptions {
        basemaps: args.basemap.clone(),
        allowed: args.allow.clone(),
        dictionaries: args.dictionary.clone(),
        most_open: args.most_open,
        runs_budget_bytes: args.runs_budget_bytes(),
        ..AreasOptions::new(args.area.path.clone(), rules)
    };
    let name = language.either(format!("{path} 中的各个项目"), format!("the projects of {path}"));
    tell_who_comes_in(args, &Office::of_projects(&args.area.path), language)?;
    output::print_line(&describe_address(&name, address, language))?;
    start_runtime()?.block_on(fireplan_serve::serve_areas(address, args.known_hosts(), options, args.office.options()?))
}

/// Files by which a folder is seen to hold data and not projects.
const DATA_ENDS: [&str; 16] = [
    "shp", "gpkg", "gdb", "geojson", "kml", "kmz", "dxf", "tab", "csv", "xls", "xlsx", "tif", "zip", "pbf", "osm",
    "rar",
];

/// Refuses a folder with the data of an area of which no project has been made.
fn refuse_bare_data(folder: &Path) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| reading(folder))?;
    let is_data = |path: &Path| {
        let end = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        DATA_ENDS.contains(&end.as_str())
    };
    let mut data: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|path| is_data(path)).collect();
    data.sort();
    let Some(first) = data.first().filter(|_| !list_project_folders(folder).is_ok_and(|known| !known.is_empty()))
    else {
        return Ok(());
    };
    let (folder, file) = (folder.display(), first.file_name().unwrap_or_default().to_string_lossy());
    bail!(
        "{folder} 中有数据({file} 等)，还不是项目；请先 fireplan new {folder} --out 我的项目，再 fireplan serve 我的项目 | \
         {folder} holds data ({file}) and no project yet; first fireplan new {folder} --out my-area, then fireplan serve my-area"
    )
}

fn start_runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Runtime::new().context("启动服务线程 | starting the server's threads")
}

fn serve_area(args: &ServeArgs, address: SocketAddr, language: Language) -> Result<()> {
    if !args.allow.is_empty() || !args.dictionary.is_empty() {
        bail!(
            "--allow 与 --dictionary 用于服务一个项目文件夹，而这里是单个项目 | \
             --allow and --dictionary are for a folder of projects, and this is a single one"
        );
    }
    let rules = args.rules.load(language)?;
    let bars = args.area.bars(language);
    let area = args.area.open(&bars)?;
    bars.finish();
    output::print_line(&describe_address(&area.name, address, language))?;
    let store = args.store.store(&args.area.path).path().to_owned();
    tell_who_comes_in(args, &Office::beside(&store), language)?;
    let basemaps = args.basemap.clone();
    let options = fireplan_serve::ServeOptions {
        bind: address,
        run_at_start: true,
        out: args.out.clone(),
        basemaps,
        store,
        runs_budget_bytes: args.runs_budget_bytes(),
        hosts: args.known_hosts(),
        area: Some(args.area.path.clone()),
        office: args.office.options()?,
    };
    start_runtime()?.block_on(fireplan_serve::serve(area, rules, options))
}

/// Says plainly where everybody who reaches the service may do everything, and where nobody can come in.
fn tell_who_comes_in(args: &ServeArgs, office: &Office, language: Language) -> Result<()> {
    let (people, place) = (office.list_people()?, args.area.path.display());
    if args.office.names_people() {
        return Ok(());
    }
    if people.is_empty() && !args.bind.is_loopback() {
        output::tell(&language.either(
            format!("注意：没有设置人员，任何能访问此地址的人都可查看、修改和删除。请用 fireplan user add {place} 姓名 --role manage 添加人员，或用 --trust-proxy 与 --user-header 由代理验证身份。"),
            format!("note: no people are set, so whoever reaches this address may look at, change and delete everything. Add people with fireplan user add {place} NAME --role manage, or let a proxy say who asks with --trust-proxy and --user-header."),
        ));
    }
    if !people.is_empty() && people.iter().all(|person| !person.has_password) {
        output::tell(language.either(
            "注意：人员库中的人都没有口令，也没有代理说明身份(--user-header)，谁也无法登录。",
            "note: none of the people has a password, and no proxy says who asks (--user-header): nobody can come in.",
        ));
    }
    Ok(())
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
