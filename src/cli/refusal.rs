//! What clap has to say of a command line, in our words and in both languages.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use fireplan_model::message::{Language, explain};
use fireplan_model::rows::Label;

/// The refusal with the usage, as lines for standard error.
pub(crate) fn write_refusal(error: &clap::Error, language: Language) -> String {
    let mut why = describe(error);
    if let Some(hint) = suggest(error) {
        why.zh += &hint.zh;
        why.en += &hint.en;
    }
    let mut text = match language {
        Language::Chinese => format!("错误：{}\n", why.zh),
        Language::English => format!("error: {}\n", why.en),
    };
    if let Some(usage) = find(error, ContextKind::Usage) {
        let usage = usage.trim().trim_start_matches("Usage:").trim();
        for line in usage.lines().map(str::trim).filter(|line| !line.is_empty()) {
            text += &match language {
                Language::Chinese => format!("用法：{}\n", translate_help(line)),
                Language::English => format!("usage: {line}\n"),
            };
        }
        let command: Vec<&str> =
            usage.split_whitespace().take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase())).collect();
        let command = if command.is_empty() { "fireplan".to_owned() } else { command.join(" ") };
        text += &match language {
            Language::Chinese => format!("详细说明：{command} --help\n"),
            Language::English => format!("more: {command} --help\n"),
        };
    }
    text
}

/// The words of clap within help texts and usages that no setting of clap changes.
pub(crate) fn translate_help(text: &str) -> String {
    [
        ("[OPTIONS]", "[选项]"),
        ("<COMMAND>", "<命令>"),
        ("[COMMAND]", "[命令]"),
        ("[default: ", "[缺省 "),
        ("[possible values: ", "[可用值 "),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (en, zh)| text.replace(en, zh))
}

fn describe(error: &clap::Error) -> Label {
    let told = |kind| find(error, kind).unwrap_or_default();
    let (arg, value) = (told(ContextKind::InvalidArg), told(ContextKind::InvalidValue));
    let known = |kind| {
        let known = told(kind);
        if known.is_empty() {
            [String::new(), String::new()]
        } else {
            [format!("；可用的有 {known}"), format!("; there are: {known}")]
        }
    };
    match error.kind() {
        ErrorKind::UnknownArgument => {
            Label::new(format!("没有“{arg}”这个参数"), format!("there is no argument '{arg}'"))
        }
        ErrorKind::InvalidSubcommand => {
            let name = told(ContextKind::InvalidSubcommand);
            Label::new(format!("没有“{name}”这个命令"), format!("there is no command '{name}'"))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let [zh, en] = known(ContextKind::ValidSubcommand);
            Label::new(format!("还要写明命令{zh}"), format!("a command is needed{en}"))
        }
        ErrorKind::MissingRequiredArgument => {
            Label::new(format!("缺少必填的参数 {arg}"), format!("{arg} must be given"))
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            let [zh, en] = known(ContextKind::ValidValue);
            Label::new(format!("{arg} 后面要写明取值{zh}"), format!("{arg} needs a value{en}"))
        }
        ErrorKind::InvalidValue => {
            let [zh, en] = known(ContextKind::ValidValue);
            Label::new(format!("{arg} 不能是“{value}”{zh}"), format!("{arg} cannot be '{value}'{en}"))
        }
        ErrorKind::ValueValidation => {
            let why =
                std::error::Error::source(error).map(|why| explain(&anyhow::anyhow!("{why}"))).unwrap_or_default();
            Label::new(format!("{arg} 不能是“{value}”：{}", why.zh), format!("{arg} cannot be '{value}': {}", why.en))
        }
        ErrorKind::TooManyValues => {
            Label::new(format!("多出了“{value}”，{arg} 不再接受更多"), format!("'{value}' is one too many for {arg}"))
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            Label::new(format!("{arg} 的取值个数不对"), format!("{arg} has the wrong number of values"))
        }
        ErrorKind::ArgumentConflict => {
            let prior = told(ContextKind::PriorArg);
            if prior.is_empty() || prior == arg {
                Label::new(format!("{arg} 只能写一次"), format!("{arg} can be given only once"))
            } else {
                Label::new(format!("{arg} 不能与 {prior} 同用"), format!("{arg} cannot go with {prior}"))
            }
        }
        ErrorKind::NoEquals => Label::new(format!("{arg} 与取值之间要有等号"), format!("{arg} needs an equals sign")),
        ErrorKind::InvalidUtf8 => {
            Label::new("命令行中有不是 UTF-8 编码的文字", "the command line has text that is not UTF-8")
        }
        _ => Label::new("命令行有误", "the command line is wrong"),
    }
}

/// What may have been meant.
fn suggest(error: &clap::Error) -> Option<Label> {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let meant = kinds.into_iter().find_map(|kind| find(error, kind))?;
    Some(Label::new(format!("；是不是 {meant}？"), format!("; did you mean {meant}?")))
}

/// One thing that clap tells of the error, as text; `None`: it tells nothing of the kind.
fn find(error: &clap::Error, kind: ContextKind) -> Option<String> {
    let text = match error.get(kind)? {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join("、"),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::Number(number) => number.to_string(),
        ContextValue::Bool(_) | ContextValue::None => return None,
        other => other.to_string(),
    };
    Some(text).filter(|text| !text.is_empty())
}
