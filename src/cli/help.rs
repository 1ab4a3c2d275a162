//! The help texts: headings in the language asked for, examples after each command, and the arguments that every analysis has.

use clap::builder::{Resettable, StyledStr};
use clap::{Arg, ArgAction, Args, Command, CommandFactory};
use fireplan_model::message::Language;
use fireplan_model::rows::Label;

use crate::help_texts::{self, ABOUT};
use crate::question;
use crate::version::describe_version;

/// Heading of what every analysis takes.
const COMMON: &str = "数据、规则与成果 | Data, rules and results";

/// Heading of the flags of one command.
const OPTIONS: &str = "选项 | Options";

/// The command in a language; `run` has a subcommand for every analysis and one for all, each with `Common` added.
pub(crate) fn build_command<Cli: CommandFactory, Common: Args>(language: Language) -> Command {
    let with_common = |question: Command| {
        let about = question.get_about().cloned().unwrap_or_default();
        // Adding arguments brings their struct's doc comment along as the description: put it right last.
        Common::augment_args(question.next_help_heading(COMMON)).about(about).long_about(None)
    };
    let questions = question::build_commands(language).map(with_common);
    let command = Cli::command()
        .mut_subcommand("run", |run| run.subcommand_required(true).arg_required_else_help(true).subcommands(questions));
    let version =
        Arg::new("version").long("version").short('V').action(ArgAction::Version).help("显示版本 | Print the version");
    let command = command.about(ABOUT).version(describe_version()).disable_version_flag(true).arg(version);
    write_in(command, language)
}

fn write_in(command: Command, language: Language) -> Command {
    let in_language = |text: &StyledStr| language.of(&Label::parse(&text.to_string())).to_owned();
    let help = Arg::new("help")
        .long("help")
        .short('h')
        .action(ArgAction::Help)
        .help("显示说明(--help 更详细，有例子) | Print help (--help: more, with examples)")
        .help_heading(OPTIONS);
    let about = command.get_about().map(in_language);
    let long_about = command.get_long_about().map(in_language);
    let examples = help_texts::find_examples(command.get_name(), language);
    let usage = language.either("用法：", "Usage: ");
    let mut command = command
        .help_template(format!("{{about-with-newline}}\n{usage}{{usage}}\n\n{{all-args}}{{after-help}}\n"))
        .subcommand_help_heading(language.either("命令", "Commands"))
        .subcommand_value_name(language.either("命令", "COMMAND"))
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .arg(help)
        .mut_args(|arg| write_argument(arg, language))
        .mut_subcommands(|command| write_in(command, language));
    if let Some(about) = about {
        command = command
            .about(about)
            .long_about(long_about.map_or(Resettable::Reset, |text| Resettable::Value(text.into())));
    }
    match examples {
        Some(examples) => command.after_long_help(examples),
        None => command,
    }
}

fn write_argument(arg: Arg, language: Language) -> Arg {
    let heading = match arg.get_help_heading() {
        _ if arg.is_positional() => "参数 | Arguments".to_owned(),
        None => OPTIONS.to_owned(),
        Some(heading) => heading.to_owned(),
    };
    let heading: String = language.of(&Label::parse(&heading)).to_owned();
    let help = arg.get_help().map(|help| language.of(&Label::parse(&help.to_string())).to_owned());
    let arg = arg.help_heading(heading);
    match help {
        Some(help) => arg.help(help).long_help(Resettable::Reset),
        None => arg,
    }
}
