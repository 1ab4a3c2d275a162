//! The command line: parse, load, run, write. All that it says is in Chinese, or in English where `--lang en` or the environment
//! asks for that; every refusal says the way out.

mod arguments;
mod atlas;
mod backup;
mod batch;
mod check;
mod compare;
mod door;
mod help;
mod help_office;
mod help_texts;
mod office;
mod output;
mod package;
mod people;
mod progress;
mod question;
mod refusal;
mod run;
mod scenario;
mod serve;
mod setting_labels;
mod shell;
mod trail;
mod version;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::error::ErrorKind;
use clap::{ArgMatches, FromArgMatches};
use fireplan_engine::duties::form::build_form;
use fireplan_engine::request::Request;
use fireplan_engine::response::network_tables::network_tables;
use fireplan_model::corrections::CorrectionBook;
use fireplan_model::message::{Language, explain, making_folder};
use fireplan_model::rules;

use crate::arguments::{Cli, Command, CorrectionArgs, FormArgs, NetworkArgs, RuleListArgs, RunArgs};

/// Runs the program; wrong requests and unreadable data end with the reason and exit code 2.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let language = find_language(&arguments);
    let matches = match help::build_command::<Cli, RunArgs>(language).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return answer_clap(&error, language),
    };
    start_logging(matches.subcommand_name() == Some("serve"), matches.get_count("verbose"));
    match do_command(&matches, language) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let why = explain(&error);
            output::tell(&format!("{}{}", language.either("错误：", "error: "), language.of(&why)));
            ExitCode::from(exit_code(&error))
        }
    }
}

/// 1: what could be answered is there; 3: something is still to be answered; 2: nothing is there.
fn exit_code(error: &anyhow::Error) -> u8 {
    match () {
        () if error.is::<run::PartlyAnswered>() => 1,
        () if error.is::<door::QuestionsLeft>() => 3,
        () => 2,
    }
}

fn do_command(matches: &ArgMatches, language: Language) -> Result<()> {
    let Cli { lang, command, .. } = Cli::from_arg_matches(matches)?;
    let language = lang.unwrap_or(language);
    match command {
        Command::New(args) => door::make_project(&args, language),
        Command::Check(args) => check::check_area(&args, language),
        Command::Run => {
            let found = matches.subcommand().and_then(|(_, run)| run.subcommand());
            let (id, given) = found.context("没有写明分析 | no analysis is named")?;
            let question = (id != question::ALL).then(|| question::read_request(id, given)).transpose()?;
            run::answer_questions(question.as_ref(), &RunArgs::from_arg_matches(given)?, language)
        }
        Command::Serve(args) => serve::serve(&args, language),
        Command::Scenario(args) => scenario::run_task(&args, language),
        Command::Compare(args) => compare::compare_folders(&args, language),
        Command::Rules(args) => list_rules(&args, language),
        Command::Form(args) => write_form(&args, language),
        Command::Corrections(args) => write_corrections(&args, language),
        Command::Network(args) => export_network(&args, language),
        Command::Atlas(args) => atlas::write_atlas(&args, language),
        Command::Package(args) => package::make_package(&args, language),
        Command::User(args) => people::manage_people(&args, language),
        Command::Audit(args) => trail::look_at_trail(&args, language),
        Command::Backup(args) => backup::back_up(&args, language),
        Command::Restore(args) => backup::restore(&args, language),
        Command::Completions(args) => shell::print_completions(&args, language),
        Command::Man(args) => shell::write_manual(&args, language),
        Command::Batch(args) => batch::run_task(&args, language),
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

/// Sends events to stderr: those that `RUST_LOG` names, or else warnings, of a server what it does, and more for every `-v`.
fn start_logging(serving: bool, verbose: u8) {
    use tracing_subscriber::EnvFilter;
    let default = match (verbose, serving) {
        (0, false) => "warn,geo=error",
        (0, true) | (1, _) => "warn,geo=error,fireplan=info",
        _ => "info,geo=error,fireplan=debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .log_internal_errors(false)
        .init();
    // Areas without extent are asked for a place inside them, which they have not: geo warns of each.
    // The notes on the data say what matters of GDAL's messages, so that they need not be on the terminal too.
    gdal::config::set_error_handler(|_, number, message| tracing::debug!(number, "GDAL: {message}"));
}

fn list_rules(args: &RuleListArgs, language: Language) -> Result<()> {
    if args.json {
        return output::print_json(&args.rules.load(language)?.in_force());
    }
    if !args.obligations {
        return output::print(&rules::show::table(&args.rules.load(language)?, language));
    }
    if args.rules.profile.is_some() {
        return output::print(&rules::list_obligations(&args.rules.load(language)?, language));
    }
    for (name, _) in rules::profiles()? {
        output::print(&rules::list_obligations(&rules::Rules::load(Some(&name))?, language))?;
        output::print_line("")?;
    }
    Ok(())
}

/// Writes the form of an area under a profile; without obligations there is nothing to report.
fn write_form(args: &FormArgs, language: Language) -> Result<()> {
    let rules = args.rules.load(language)?;
    let bars = args.area.bars(language);
    let area = args.area.open(&bars)?;
    bars.finish();
    let form = build_form(&area, &rules);
    if form.sheets.is_empty() {
        bail!(
            "所用规则没有需要填报的任务；请用 --profile 指定地方规则 | \
             these rules ask for nothing to be reported: name a local profile with --profile"
        );
    }
    if let Some(folder) = args.out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    }
    fireplan_export::form::write_form(&form, &args.out)?;
    let out = args.out.display();
    let rows: usize = form.sheets.iter().map(|sheet| sheet.rows.len()).sum();
    output::print_line(&language.either(
        format!("填报表已写入 {out}：{} 张表，{rows} 行", form.sheets.len()),
        format!("the form is in {out}: {} sheets, {rows} rows", form.sheets.len()),
    ))
}

/// Writes the workbook for what is to be verified on the spot.
fn write_corrections(args: &CorrectionArgs, language: Language) -> Result<()> {
    let bars = args.area.bars(language);
    let area = args.area.open(&bars)?;
    bars.finish();
    let book = CorrectionBook::of(&area);
    if let Some(folder) = args.out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    }
    fireplan_export::corrections::write_correction_book(&book, &args.out)?;
    let out = args.out.display();
    let rows: usize = book.sheets.iter().map(|sheet| sheet.rows.len()).sum();
    output::print_line(&language.either(
        format!("现场核查表已写入 {out}：{} 张表，{rows} 行", book.sheets.len()),
        format!("the workbook to verify on the spot is in {out}: {} sheets, {rows} rows", book.sheets.len()),
    ))
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

/// Names the folder of one analysis among several.
fn name_folder(out: &Path, request: &Request) -> PathBuf {
    out.join(request.id())
}
