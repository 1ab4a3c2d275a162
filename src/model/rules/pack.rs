//! Packs: the TOML files as entries, each knowing its file and line.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

use crate::rules::Profile;
use crate::rules::book::Origin;

/// The packs that come with the program.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../data/rules"]
struct Embedded;

const NATIONAL_FILE: &str = "national.toml";
const HEAD: &[&str] = &["title", "document", "date", "note"];

/// What a pack says of itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct About {
    pub origin: Origin,
    pub title: String,
    /// Name and number of the document it follows.
    pub document: String,
    pub date: String,
    pub note: String,
    pub file: String,
    pub sha256: String,
}

/// One file of rules.
pub(super) struct Pack {
    pub about: About,
    pub entries: Vec<Entry>,
}

/// One entry as written, not understood yet.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub key: String,
    pub place: Place,
    pub origin: Origin,
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub name: String,
    pub place: Place,
    pub value: Written,
}

/// A value as written.
#[derive(Debug, Clone)]
pub(super) enum Written {
    Number(f64),
    Text(String),
    Flag(bool),
    Texts(Vec<String>),
    Rows(Vec<(Place, Vec<Field>)>),
    Other(&'static str),
}

/// Where something is written, for messages.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub file: Arc<str>,
    pub line: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} line {}", self.file, self.line)
    }
}

/// The profiles that come with the program: name and what they say of themselves.
pub fn profiles() -> Result<Vec<(String, About)>> {
    let mut files: Vec<_> = Embedded::iter().filter(|file| file.starts_with("profiles/")).collect();
    files.sort();
    files.iter().map(|file| Ok((name_of(file), embedded(file, Origin::Profile(name_of(file)))?.about))).collect()
}

pub(super) fn national() -> Result<Pack> {
    embedded(NATIONAL_FILE, Origin::National)
}

/// What the national pack says of itself.
pub fn about_national() -> Result<About> {
    Ok(national()?.about)
}

pub(super) fn profile(profile: &Profile) -> Result<Pack> {
    let name = match profile {
        Profile::Supplied(name) => name,
        Profile::Own { file, text } => return parse(file, Origin::Profile(name_of(file)), text),
    };
    let file = format!("profiles/{name}.toml");
    if Embedded::get(&file).is_none() {
        let known: Vec<String> = profiles()?.into_iter().map(|(name, _)| name).collect();
        bail!(
            "there is no profile '{name}'; there are {}, or give the path of a .toml file of your own",
            known.join(", ")
        );
    }
    embedded(&file, Origin::Profile(name.clone()))
}

fn embedded(file: &str, origin: Origin) -> Result<Pack> {
    let content = Embedded::get(file).with_context(|| format!("the program lacks its rules {file}"))?;
    let text = std::str::from_utf8(&content.data).with_context(|| format!("data/rules/{file} is not UTF-8"))?;
    parse(&format!("data/rules/{file}"), origin, text)
}

/// `data/rules/profiles/jincheng.toml` → `jincheng`.
pub(super) fn name_of(file: &str) -> String {
    Path::new(file).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

pub(super) fn parse(file: &str, origin: Origin, text: &str) -> Result<Pack> {
    let reader = Reader { file: file.into(), text };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => bail!("{}: {}", reader.place(error.span().map_or(0, |span| span.start)), error.message()),
    };
    let mut head = [const { String::new() }; HEAD.len()];
    let mut entries = Vec::new();
    for field in reader.in_order(&table) {
        let Some(at) = HEAD.iter().position(|key| *key == field.0) else {
            reader.entries(field, &origin, &mut entries)?;
            continue;
        };
        let (key, place, value) = field;
        let Some(value) = value.as_str() else { bail!("{place}: `{key}` must be text") };
        head[at] = value.to_owned();
    }
    let mut required = HEAD.iter().zip(&head).filter(|(key, _)| **key != "note");
    if let Some((key, _)) = required.find(|(_, value)| value.trim().is_empty()) {
        bail!("{file} lacks `{key}`; begin the file with title = \"…\", document = \"…\" and date = \"…\"");
    }
    let [title, document, date, note] = head;
    let sha256 = format!("{:x}", Sha256::digest(text));
    Ok(Pack { about: About { origin, title, document, date, note, file: file.to_owned(), sha256 }, entries })
}

struct Reader<'a> {
    file: Arc<str>,
    text: &'a str,
}

type Written3<'t> = (String, Place, &'t DeValue<'t>);

impl Reader<'_> {
    fn place(&self, offset: usize) -> Place {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        Place { file: self.file.clone(), line: 1 + before.iter().filter(|byte| **byte == b'\n').count() }
    }

    /// The fields of a table in the order in which they are written.
    fn in_order<'t>(&self, table: &'t DeTable<'t>) -> Vec<Written3<'t>> {
        let mut fields: Vec<_> = table.iter().collect();
        fields.sort_by_key(|(key, _)| key.span().start);
        fields
            .into_iter()
            .map(|(key, value)| (key.get_ref().to_string(), self.place(key.span().start), value.get_ref()))
            .collect()
    }

    /// A table is an entry if it says something itself, or else a topic of entries.
    fn entries(&self, (key, place, value): Written3, origin: &Origin, entries: &mut Vec<Entry>) -> Result<()> {
        let Some(table) = value.as_table() else {
            bail!("{place}: unknown key `{key}`; an entry is a table, e.g. [response.time_min]");
        };
        let fields = self.in_order(table);
        if !fields.is_empty() && fields.iter().all(|(_, _, value)| value.is_table()) {
            for (name, place, value) in fields {
                let key = format!("{key}.{name}");
                let fields = value.as_table().map(|table| self.fields(table)).unwrap_or_default();
                entries.push(Entry { key, place, origin: origin.clone(), fields });
            }
        } else {
            entries.push(Entry { key, place, origin: origin.clone(), fields: self.fields(table) });
        }
        Ok(())
    }

    fn fields(&self, table: &DeTable) -> Vec<Field> {
        let fields = self.in_order(table);
        fields.into_iter().map(|(name, place, value)| Field { name, place, value: self.value(value) }).collect()
    }

    fn value(&self, value: &DeValue) -> Written {
        match value {
            DeValue::Integer(number) if number.radix() == 10 => number_of(number.as_str()),
            DeValue::Float(number) => number_of(number.as_str()),
            DeValue::String(text) => Written::Text(text.to_string()),
            DeValue::Boolean(flag) => Written::Flag(*flag),
            DeValue::Array(texts) if !texts.is_empty() && texts.iter().all(|text| text.get_ref().is_str()) => {
                Written::Texts(texts.iter().filter_map(|text| Some(text.get_ref().as_str()?.to_owned())).collect())
            }
            DeValue::Array(rows) if rows.iter().all(|row| row.get_ref().is_table()) => Written::Rows(
                rows.iter()
                    .filter_map(|row| Some((self.place(row.span().start), self.fields(row.get_ref().as_table()?))))
                    .collect(),
            ),
            other => Written::Other(other.type_str()),
        }
    }
}

fn number_of(text: &str) -> Written {
    text.replace('_', "").parse().map_or(Written::Other("number out of range"), Written::Number)
}
