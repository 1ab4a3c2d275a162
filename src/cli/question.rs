//! The subcommands of `fireplan run` and their flags, from the JSON schemas of the questions: a flag is a parameter, its text
//! becomes JSON, and the schema says whether that is accepted.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};
use fireplan_engine::request::{Request, schema};
use fireplan_model::message::Language;
use fireplan_model::rows::{Label, unit_of};
use serde_json::{Map, Value};

/// Names the subcommand that asks every question with its defaults.
pub(crate) const ALL: &str = "all";

/// One subcommand for every question, and one for all.
pub(crate) fn build_commands(language: Language) -> impl Iterator<Item = Command> {
    let questions = Request::all().into_iter().map(move |request| {
        let (title, sentence) = request.about();
        let colon = language.either("：", ": ");
        let about = format!("{}{colon}{}", language.of(&title), language.of(&sentence));
        let flags = schema::inputs(&request).into_iter().map(|(name, schema)| build_flag(&name, &schema, language));
        Command::new(request.id()).about(about).args(flags)
    });
    let all = Command::new(ALL).about(
        "运行本区数据能回答的全部分析，各写入 DIR 下同名文件夹 | \
         Run every analysis that the data of the area can answer, each into a folder of its name in DIR",
    );
    questions.chain([all])
}

/// The question `id` with the parameters given on the command line.
pub(crate) fn read_request(id: &str, matches: &ArgMatches) -> Result<Request> {
    let known = Request::from_parts(id, Map::new())?;
    let given = schema::inputs(&known).into_iter().filter_map(|(name, schema)| {
        let texts: Vec<&str> = matches.get_many::<String>(&name)?.map(String::as_str).collect();
        Some((name, parse_value(&schema, &texts.join(","))))
    });
    Request::from_parts(id, given.collect())
}

fn build_flag(name: &str, schema: &Value, language: Language) -> Arg {
    let help = write_help(name, schema, language);
    let is_list = schema::kinds(schema).contains(&"array");
    Arg::new(name.to_owned())
        .long(name.replace('_', "-"))
        .value_name(name_value(schema))
        .action(if is_list { ArgAction::Append } else { ArgAction::Set })
        .allow_negative_numbers(true)
        .help(help)
}

/// What stands for the value in the usage: what a boolean or a short enumeration can be, or a word for its kind.
fn name_value(schema: &Value) -> String {
    let codes: Vec<&str> = schema::codes(schema).into_iter().map(|(code, _)| code).collect();
    let kinds = schema::kinds(schema);
    if kinds.contains(&"array") {
        return format!("{},…", name_value(schema.get("items").unwrap_or(&Value::Null)));
    }
    match codes.len() {
        1..=3 => codes.join("|"),
        0 if kinds.contains(&"boolean") => "true|false".to_owned(),
        0 if kinds.contains(&"string") => "TEXT".to_owned(),
        0 => "N".to_owned(),
        _ => "CODE".to_owned(),
    }
}

/// `新站类别：small 小型站、…；1–8 项；缺省 small`.
fn write_help(name: &str, schema: &Value, language: Language) -> String {
    let take = |text: &str| language.of(&Label::parse(text)).to_owned();
    let list = schema.get("items");
    let mut parts = vec![take(schema.get("description").and_then(Value::as_str).unwrap_or(name))];
    let codes = schema::codes(list.unwrap_or(schema)).into_iter();
    let codes: Vec<String> = codes.map(|(code, label)| format!("{code} {}", take(label))).collect();
    if !codes.is_empty() {
        parts.push(codes.join(language.either("、", ", ")));
    }
    let unit = match unit_of(name) {
        "" | "%" => unit_of(name).to_owned(),
        unit => format!(" {unit}"),
    };
    if let Some(range) = schema::range(list.unwrap_or(schema)) {
        parts.push(format!("{range}{unit}"));
    }
    if let Some(range) = list.and_then(|_| schema::range(schema)) {
        parts.push(format!("{range} {}", language.either("项", "items")));
    }
    if let Some(default) = schema.get("default").filter(|default| !default.is_null()) {
        parts.push(format!("{} {}", language.either("缺省", "default"), format_value(default)));
    }
    parts.join(language.either("；", "; "))
}

fn take_chinese(text: &str) -> String {
    Label::parse(text).zh
}

/// A value as it is written on the command line.
fn format_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(format_value).collect::<Vec<_>>().join(","),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string()),
        value => value.to_string(),
    }
}

/// The text as JSON of the kind that the schema wants; what cannot be that stays text, which the schema then refuses.
fn parse_value(schema: &Value, text: &str) -> Value {
    let text = text.trim();
    let kinds = schema::kinds(schema);
    if kinds.contains(&"array") {
        let items = schema.get("items").unwrap_or(&Value::Null);
        return text
            .split([',', '，'])
            .filter(|item| !item.trim().is_empty())
            .map(|item| parse_value(items, item))
            .collect();
    }
    let is_meant = |(code, label): &(&str, &str)| code.eq_ignore_ascii_case(text) || take_chinese(label) == text;
    if let Some((code, _)) = schema::codes(schema).into_iter().find(is_meant) {
        return code.into();
    }
    let is_plain = kinds.iter().any(|kind| ["boolean", "integer", "number"].contains(kind));
    is_plain.then(|| serde_json::from_str(text).ok()).flatten().unwrap_or_else(|| text.into())
}
