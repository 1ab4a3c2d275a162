//! Packs: the TOML files as entries, each knowing its file and line.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::message::of_parser;
use crate::names;
use crate::rows::Label;
use crate::rules::book::Origin;
use crate::rules::choice::RuleProfile;

/// The packs that come with the program.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../data/rules"]
struct Embedded;

const NATIONAL_FILE: &str = "national.toml";
/// The field of an entry that names the towns in which alone it binds.
pub(super) const TOWNS: &str = "towns";
const HEAD: [&str; 4] = ["title", "document", "date", "note"];

/// What a pack says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct About {
    /// The layer that it is.
    #[schemars(with = "String")]
    pub origin: Origin,
    /// Whose rules they are, e.g. 晋城市城区.
    pub title: String,
    /// Name and number of the document it follows.
    pub document: String,
    /// Day of the document, e.g. `2022-12-26`.
    pub date: String,
    /// What its readers should know.
    pub note: String,
    /// Its file.
    pub file: String,
    /// Digest of its text, in hexadecimal.
    pub sha256: String,
}

/// The text of one file of rules.
pub(super) struct PackText {
    pub origin: Origin,
    pub file: String,
    pub toml: String,
}

/// One file of rules, entry by entry.
pub(super) struct Pack<'t> {
    pub about: About,
    pub entries: Vec<Entry<'t>>,
}

/// One entry as written, not understood yet.
pub(super) struct Entry<'t> {
    pub key: String,
    pub source: &'t PackText,
    /// Where in the text it begins, in bytes.
    pub at: usize,
    pub table: DeTable<'t>,
    /// The towns in which alone it binds; empty: everywhere.
    pub towns: Vec<String>,
}

impl<'t> Entry<'t> {
    /// An entry of these fields, of which the towns that it names are read here.
    fn new(key: String, source: &'t PackText, at: usize, mut table: DeTable<'t>) -> Result<Self> {
        let towns = match table.remove(TOWNS) {
            None => Vec::new(),
            Some(value) => names_of(&value).ok_or_else(|| {
                let place = source.place(value.span().start);
                told(
                    &place,
                    format!(
                        "[{key}] 的 `{TOWNS}` 应为乡镇名的列表，如 {TOWNS} = [\"温泉\"] | \
                         `{TOWNS}` of [{key}] must be a list of towns' names: {TOWNS} = [\"…\"]"
                    ),
                )
            })?,
        };
        Ok(Self { key, source, at, table, towns })
    }

    /// What two entries of one key both name: a town, or all towns that no entry names.
    fn shares_town(&self, other: &Self) -> Option<Label> {
        if self.towns.is_empty() && other.towns.is_empty() {
            return Some(Label::new("不写 towns（适用于其余各处）的", "names no towns"));
        }
        let is_same = |one: &&String| {
            other.towns.iter().any(|other| names::is_listed(one, other) || names::is_listed(other, one))
        };
        self.towns.iter().find(is_same).map(|town| Label::new(format!("乡镇“{town}”"), format!("names {town}")))
    }
}

/// Whether a field of a table at the top is an entry of a topic, or entries of one key; the rows of an entry are a field of it.
fn is_of_topic(name: &str, value: &DeValue) -> bool {
    match value {
        DeValue::Table(_) => true,
        DeValue::Array(items) => {
            name != "rows" && !items.is_empty() && items.iter().all(|item| item.get_ref().is_table())
        }
        _ => false,
    }
}

/// The names in a list that has some and none of them empty.
fn names_of(value: &Spanned<DeValue>) -> Option<Vec<String>> {
    let names = value.get_ref().as_array().filter(|names| !names.is_empty())?.iter();
    let name =
        |name: &Spanned<DeValue>| Some(name.get_ref().as_str()?.trim().to_owned()).filter(|name| !name.is_empty());
    names.map(name).collect()
}

/// The profiles that come with the program: name and what they say of themselves.
pub fn profiles() -> Result<Vec<(String, About)>> {
    let mut files: Vec<_> = Embedded::iter().filter(|file| file.starts_with("profiles/")).collect();
    files.sort();
    files
        .iter()
        .map(|file| Ok((name_of(file), embedded(file, Origin::Profile(name_of(file)))?.parse()?.about)))
        .collect()
}

pub(super) fn national() -> Result<PackText> {
    embedded(NATIONAL_FILE, Origin::National)
}

/// What the national pack says of itself.
pub fn about_national() -> Result<About> {
    Ok(national()?.parse()?.about)
}

pub(super) fn profile(profile: &RuleProfile) -> Result<PackText> {
    let name = match profile {
        RuleProfile::Supplied(name) => name,
        RuleProfile::Own { file, text } => return Ok(PackText::of_profile(file, text)),
    };
    embedded(&format!("profiles/{name}.toml"), Origin::Profile(name.clone()))
}

fn embedded(file: &str, origin: Origin) -> Result<PackText> {
    let content = Embedded::get(file)
        .with_context(|| format!("程序缺少自带的规则 {file} | the program lacks its rules {file}"))?;
    let toml = std::str::from_utf8(&content.data)
        .with_context(|| format!("data/rules/{file} 不是 UTF-8 编码 | data/rules/{file} is not UTF-8"))?;
    Ok(PackText { origin, file: format!("data/rules/{file}"), toml: toml.to_owned() })
}

/// `data/rules/profiles/jincheng.toml` → `jincheng`.
pub(super) fn name_of(file: &str) -> String {
    Path::new(file).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

impl PackText {
    pub(super) fn of_profile(file: &str, toml: &str) -> Self {
        Self { origin: Origin::Profile(name_of(file)), file: file.to_owned(), toml: toml.to_owned() }
    }

    /// Where something is written, for messages.
    pub(super) fn place(&self, at: usize) -> Label {
        let file = &self.file;
        if self.origin == Origin::Set {
            return Label::new(file, file);
        }
        let before = &self.toml.as_bytes()[..at.min(self.toml.len())];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Label::new(format!("{file} 第 {line} 行"), format!("{file} line {line}"))
    }

    pub(super) fn parse(&self) -> Result<Pack<'_>> {
        let mut table = self.table()?;
        let mut head = [const { String::new() }; HEAD.len()];
        for (key, text) in HEAD.iter().zip(&mut head) {
            let Some(value) = table.remove(*key) else { continue };
            let Some(value) = value.get_ref().as_str() else {
                let place = self.place(value.span().start);
                return Err(told(&place, format!("`{key}` 应为文字 | `{key}` must be text")));
            };
            value.clone_into(text);
        }
        let mut required = HEAD.iter().zip(&head).filter(|(key, _)| **key != "note");
        if let Some((key, _)) = required.find(|(_, value)| value.trim().is_empty()) {
            let file = &self.file;
            bail!(
                "{file} 缺少 `{key}`；文件开头应写 title = \"…\"、document = \"…\" 和 date = \"…\" | \
                 {file} lacks `{key}`; begin the file with title = \"…\", document = \"…\" and date = \"…\""
            );
        }
        let [title, document, date, note] = head;
        let (origin, file, sha256) =
            (self.origin.clone(), self.file.clone(), format!("{:x}", Sha256::digest(self.without_mark())));
        let about = About { origin, title, document, date, note, file, sha256 };
        Ok(Pack { about, entries: self.entries(table)? })
    }

    /// The text as a table without head.
    pub(super) fn table(&self) -> Result<DeTable<'_>> {
        match DeTable::parse(self.without_mark()) {
            Ok(table) => Ok(table.into_inner()),
            Err(error) => {
                let (place, message) =
                    (self.place(error.span().map_or(0, |span| span.start)), of_parser(error.message()));
                Err(told(&place, message.to_string()))
            }
        }
    }

    fn without_mark(&self) -> &str {
        self.toml.strip_prefix('\u{feff}').unwrap_or(&self.toml)
    }

    /// A table is an entry if it says something itself, or else a topic of entries.
    pub(super) fn entries<'t>(&'t self, table: DeTable<'t>) -> Result<Vec<Entry<'t>>> {
        let mut entries = Vec::new();
        for (key, value) in table {
            let (name, at) = (key.get_ref().to_string(), key.span().start);
            let DeValue::Table(table) = value.into_inner() else {
                let place = self.place(at);
                return Err(told(
                    &place,
                    format!(
                        "没有 `{name}` 这一项；条目应写成表，例如 [response.time_min] | \
                         unknown key `{name}`; an entry is a table, e.g. [response.time_min]"
                    ),
                ));
            };
            if table.is_empty() || !table.iter().all(|(key, value)| is_of_topic(key.get_ref(), value.get_ref())) {
                entries.push(Entry::new(name, self, at, table)?);
                continue;
            }
            for (key, value) in table {
                let (key, at) = (format!("{name}.{}", key.get_ref()), key.span().start);
                match value.into_inner() {
                    DeValue::Table(table) => entries.push(Entry::new(key, self, at, table)?),
                    DeValue::Array(tables) => entries.extend(self.entries_of_key(&key, tables)?),
                    _ => {}
                }
            }
        }
        Ok(entries)
    }

    /// `[[hydrant.spacing_m]]` once for each list of towns: entries of one key, of which no two name the same town.
    fn entries_of_key<'t>(&'t self, key: &str, tables: DeArray<'t>) -> Result<Vec<Entry<'t>>> {
        let mut entries: Vec<Entry> = Vec::new();
        for table in tables {
            let at = table.span().start;
            let DeValue::Table(table) = table.into_inner() else { continue };
            let entry = Entry::new(key.to_owned(), self, at, table)?;
            if let Some(twice) = entries.iter().find_map(|before| before.shares_town(&entry)) {
                return Err(told(
                    &self.place(at),
                    format!("[[{key}]] {}写了两次，请只留一处 | [[{key}]] {} twice; keep one", twice.zh, twice.en),
                ));
            }
            entries.push(entry);
        }
        Ok(entries)
    }
}

/// An error at a place; `why` reads `中文 | English`.
pub(super) fn told(place: &Label, why: impl std::fmt::Display) -> anyhow::Error {
    let why = Label::parse(&why.to_string());
    anyhow!("{}：{} | {}: {}", place.zh, why.zh, place.en, why.en)
}

/// The number that is written, if it is one.
pub(super) fn as_number(value: &Spanned<DeValue<'_>>) -> Option<f64> {
    match value.get_ref() {
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(|value| value as f64),
        DeValue::Float(number) => number.as_str().parse().ok(),
        _ => None,
    }
}
