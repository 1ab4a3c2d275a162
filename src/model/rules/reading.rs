//! Reading one entry: serde understands the fields of its own; clause, force, confidence and bound, which every entry
//! has, are added here. No field may be left over.

use anyhow::Result;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::message::of_parser;
use crate::rows::{Cell, Label, unit_of};
use crate::rules::book::{InForce, did_you_mean};
use crate::rules::limit::{Confidence, Force, Limit, Op, Provenance, with_unit};
use crate::rules::pack::{Entry, TOWNS, as_number, told};

/// Longer lists are shown by their first item and their number.
const MOST_TOLD: usize = 6;

/// The fields that an entry may have beside those of its own.
const COMMON: &[&str] = &[
    "cite",
    "force",
    "confidence",
    "note",
    "due",
    "undated",
    "lead",
    "support",
    "range",
    "at_most",
    "at_least",
    "less_than",
    "more_than",
    "rows",
];

/// What an entry can be.
pub(super) trait Rule: Sized {
    fn read(entry: &mut EntryReader) -> Result<Self>;

    /// The national "shall" clauses that this entry, put in place of the national one, would let be broken.
    fn loosens<'a>(&self, _national: &'a Self) -> Vec<&'a Limit> {
        Vec::new()
    }
}

/// Clause, force and confidence as written; rows of a table inherit what they do not say.
#[derive(Deserialize)]
struct WrittenProvenance {
    cite: Option<String>,
    force: Option<Force>,
    confidence: Option<Confidence>,
    note: Option<String>,
    due: Option<String>,
    undated: Option<String>,
    lead: Option<String>,
    support: Option<String>,
    range: Option<[f64; 2]>,
}

/// An entry, or one row of a table, while it is being read.
pub(super) struct EntryReader<'t> {
    pub key: &'static str,
    pub label: Label,
    entry: Entry<'t>,
    /// What was read so far, as the table of the rules in force shows it.
    words: Vec<Label>,
    /// What a row inherits from its table.
    inherited: Option<Provenance>,
    /// Fields that each row has from its table where it does not say them itself.
    handed_down: DeTable<'t>,
    in_force: Vec<InForce>,
}

impl<'t> EntryReader<'t> {
    pub(super) fn whole<T: Rule>(entry: Entry<'t>, key: &'static str, label: &str) -> Result<(T, Vec<InForce>)> {
        let label = Label::parse(label);
        let towns = entry.towns.clone();
        let (words, inherited, handed_down, in_force) = (Vec::new(), None, DeTable::new(), Vec::new());
        let mut reading = Self { key, label, entry, words, inherited, handed_down, in_force };
        reading.show("towns", "仅限 | only", &towns);
        let rule = T::read(&mut reading)?;
        reading.refuse_leftovers()?;
        Ok((rule, reading.in_force))
    }

    /// The fields of its own.
    pub(super) fn own<T: DeserializeOwned>(&mut self) -> Result<T> {
        self.fields(|name| !COMMON.contains(&name))
    }

    /// Takes the fields of these names and has serde read them.
    fn fields<T: DeserializeOwned>(&mut self, is_wanted: impl Fn(&str) -> bool) -> Result<T> {
        let all = std::mem::take(&mut self.entry.table).into_iter();
        let (wanted, rest): (DeTable, DeTable) = all.partition(|(key, _)| is_wanted(key.get_ref()));
        self.entry.table = rest;
        for (key, value) in &wanted {
            let (place, name) = (self.entry.source.place(key.span().start), key.get_ref());
            if let Some(number) = as_number(value).filter(|number| !number.is_finite() || *number < 0.0) {
                let Label { zh, en } = &self.label;
                let text = format!(
                    "{zh}不能是 {number}，须为不小于 0 的数（`{name}`） | {en} must not be {number}: 0 or more (`{name}`)"
                );
                return Err(told(&place, text));
            }
            if value.get_ref().as_array().is_some_and(|list| list.is_empty()) {
                return Err(told(&place, format!("`{name}` 不能是空列表 | `{name}` must not be an empty list")));
            }
        }
        let places: Vec<_> = wanted.iter().map(|(key, value)| (key.clone(), value.span(), kind(value))).collect();
        let table = Spanned::new(self.entry.at..self.entry.at, DeValue::Table(wanted));
        T::deserialize(ValueDeserializer::from(table)).map_err(|error| {
            let at = error.span().map_or(self.entry.at, |span| span.start);
            let field = places.iter().find(|(_, span, _)| span.contains(&at));
            self.explain(error.message(), at, field.map(|(key, _, kind)| (key.get_ref().as_ref(), *kind)))
        })
    }

    /// An error of serde in the words of the other refusals: place, key, and the way out.
    fn explain(&self, message: &str, at: usize, field: Option<(&str, &str)>) -> anyhow::Error {
        let (place, mut quoted) = (self.entry.source.place(at), message.split('`').skip(1).step_by(2));
        let name = quoted.next().unwrap_or_default();
        if message.starts_with("unknown field") {
            let known: Vec<&str> = quoted.chain(COMMON.iter().copied()).chain([TOWNS]).collect();
            let (key, hint) = (self.key, did_you_mean(name, &known));
            return told(
                &place,
                format!("[{key}] 中没有 `{name}` 这一项{} | unknown key `{name}` in [{key}]{}", hint.zh, hint.en),
            );
        }
        if message.starts_with("missing field") {
            return self.missing(name, "…");
        }
        let (field, kind) = field.unwrap_or((self.key, "这样 | this"));
        let expected = message.strip_prefix("invalid type: ").and_then(|message| message.rsplit_once(", expected "));
        let (wanted_zh, wanted_en) = match expected {
            Some((_, "f64")) => ("数", "a number"),
            Some((_, "a string")) => ("文字", "text"),
            Some((_, "a boolean")) => (" true 或 false", "true or false"),
            Some((_, "a sequence")) => ("文字列表", "a list of texts"),
            _ => {
                let message = of_parser(message);
                return told(&place, format!("`{field}`：{} | `{field}`: {}", message.zh, message.en));
            }
        };
        let kind = Label::parse(kind);
        told(
            &place,
            format!("`{field}` 应为{wanted_zh}，写的却是{} | `{field}` must be {wanted_en}, not {}", kind.zh, kind.en),
        )
    }

    fn missing(&self, name: &str, example: &str) -> anyhow::Error {
        self.refuse(format!("缺少 `{name}`；请补上 {name} = {example} | lacks `{name}`; add {name} = {example}"))
    }

    fn refuse_leftovers(&self) -> Result<()> {
        match self.entry.table.keys().next() {
            Some(key) => {
                let (place, name, entry) = (self.entry.source.place(key.span().start), key.get_ref(), self.key);
                Err(told(
                    &place,
                    format!(
                        "[{entry}] 中没有 `{name}` 这一项，请删去 | unknown key `{name}` in [{entry}]; leave it out"
                    ),
                ))
            }
            None => Ok(()),
        }
    }

    /// Adds a field to what the table of the rules in force shows: a number with label and unit, a text or code as itself.
    pub(super) fn show<T: InWords>(&mut self, name: &str, label: &str, value: &T) {
        self.words.extend(value.in_words(name, &Label::parse(label)));
    }

    /// Clause, force and confidence, recorded with what was read as one entry in force.
    pub(super) fn provenance(&mut self) -> Result<Provenance> {
        let provenance = self.read_provenance()?;
        self.record(&provenance);
        Ok(provenance)
    }

    fn read_provenance(&mut self) -> Result<Provenance> {
        const FIELDS: [&str; 9] = ["cite", "force", "confidence", "note", "due", "undated", "lead", "support", "range"];
        let WrittenProvenance { cite, force, confidence, note, due, undated, lead, support, range } =
            self.fields(|name| FIELDS.contains(&name))?;
        let provenance = match self.inherited.clone() {
            Some(table) => Provenance {
                cite: cite.unwrap_or(table.cite),
                force: force.unwrap_or(table.force),
                confidence: confidence.unwrap_or(table.confidence),
                note: note.unwrap_or(table.note),
                due: due.unwrap_or(table.due),
                undated: undated.unwrap_or(table.undated),
                lead: lead.unwrap_or(table.lead),
                support: support.unwrap_or(table.support),
                range: range.or(table.range),
            },
            None => Provenance {
                cite: cite.unwrap_or_default(),
                force: force.ok_or_else(|| self.missing("force", "\"shall\" (should, may, policy, default)"))?,
                confidence: confidence
                    .ok_or_else(|| self.missing("confidence", "\"V1\" (S, V2, V1, D, unverified)"))?,
                note: note.unwrap_or_default(),
                due: due.unwrap_or_default(),
                undated: undated.unwrap_or_default(),
                lead: lead.unwrap_or_default(),
                support: support.unwrap_or_default(),
                range,
            },
        };
        check_date(self, "due", &provenance.due)?;
        if provenance.range.is_some_and(|[low, high]| low >= high || provenance.is_verified()) {
            return Err(self.refuse(
                "`range` 应为未核实数值的合理范围 [小, 大] | \
                 `range` is [low, high], between which an unverified figure plausibly lies",
            ));
        }
        if provenance.is_verified() && provenance.cite.trim().is_empty() {
            return Err(self.refuse(
                "缺少 `cite`；请注明条文，或写 confidence = \"unverified\" 和 force = \"default\" | \
                 lacks `cite`; name the clause, or say confidence = \"unverified\" and force = \"default\"",
            ));
        }
        if !provenance.is_verified() && provenance.force != Force::Default {
            let force = provenance.force.code();
            return Err(self.refuse(format!(
                "未核实，force 只能是 \"default\"，不能是 \"{force}\" | \
                 is unverified, so its force must be \"default\", not \"{force}\""
            )));
        }
        if !provenance.is_verified() && provenance.note.trim().is_empty() {
            return Err(self.refuse(
                "未核实，请在 `note` 中说明数值从何而来 | is unverified; say in `note` where the figure comes from",
            ));
        }
        Ok(provenance)
    }

    /// Whether a bound is written.
    pub(super) fn has_bound(&self) -> bool {
        self.entry.table.keys().any(|key| Op::ALL.iter().any(|op| op.code() == key.get_ref()))
    }

    /// Bound and clause: exactly one of the four comparisons. Recorded as one entry in force.
    pub(super) fn limit(&mut self) -> Result<Limit> {
        self.limit_of(self.label.clone(), unit_of(self.key))
    }

    /// The same where the row, not the entry, says what is bounded.
    pub(super) fn limit_of(&mut self, label: Label, unit: &'static str) -> Result<Limit> {
        let bounds: std::collections::BTreeMap<Op, f64> =
            self.fields(|name| Op::ALL.iter().any(|op| op.code() == name))?;
        let mut bounds = bounds.into_iter();
        let (Some((op, value)), None) = (bounds.next(), bounds.next()) else {
            return Err(self.refuse(
                "须有且只有 at_most、at_least、less_than、more_than 之一 | \
                 needs exactly one of at_most, at_least, less_than, more_than",
            ));
        };
        let provenance = self.read_provenance()?;
        let limit = Limit { key: self.key, label, op, value, unit, provenance };
        self.words.push(Label::new(limit.bound(), limit.bound()));
        self.record(&limit.provenance);
        Ok(limit)
    }

    fn record(&mut self, provenance: &Provenance) {
        let (zh, en): (Vec<String>, Vec<String>) = self.words.drain(..).map(|word| (word.zh, word.en)).unzip();
        self.in_force.push(InForce {
            key: self.key.to_owned(),
            label: self.label.clone(),
            value: Label::new(zh.join(" "), en.join(" ")),
            towns: self.entry.towns.clone(),
            provenance: provenance.clone(),
            origin: self.entry.source.origin.clone(),
        });
    }

    /// Has each row take the fields of these names from its table.
    pub(super) fn hand_down(&mut self, fields: &[&str]) {
        let all = std::mem::take(&mut self.entry.table).into_iter();
        (self.handed_down, self.entry.table) = all.partition(|(key, _)| fields.contains(&key.get_ref().as_ref()));
    }

    /// The rows of a table, each read whole, and what they inherit.
    pub(super) fn rows<T>(&mut self, read: impl Fn(&mut EntryReader) -> Result<T>) -> Result<(Vec<T>, Provenance)> {
        let rows = self.entry.table.remove("rows").ok_or_else(|| self.missing("rows", "[ { … }, ]"))?;
        let refusal = |at: usize| {
            let (place, key) = (self.entry.source.place(at), self.key);
            told(
                &place,
                format!(
                    "[{key}] 的 `rows` 应为表的列表：rows = [ {{ … }}, ] | \
                     `rows` of [{key}] must be an array of tables: rows = [ {{ … }}, ]"
                ),
            )
        };
        let at = rows.span().start;
        let DeValue::Array(rows) = rows.into_inner() else { return Err(refusal(at)) };
        let table = self.read_provenance()?;
        if rows.is_empty() {
            self.words.push(Label::new("（无）", "(none)"));
            self.record(&table);
        }
        let words = std::mem::take(&mut self.words);
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let at = row.span().start;
            let DeValue::Table(mut fields) = row.into_inner() else {
                return Err(self.refuse(
                    "`rows` 中有一项不是表，应写作 rows = [ { … }, ] | \
                     has something in `rows` that is no table: rows = [ { … }, ]",
                ));
            };
            for (key, value) in &self.handed_down {
                fields.entry(key.clone()).or_insert_with(|| value.clone());
            }
            let mut row = EntryReader {
                key: self.key,
                label: self.label.clone(),
                entry: Entry {
                    key: self.entry.key.clone(),
                    source: self.entry.source,
                    at,
                    table: fields,
                    towns: self.entry.towns.clone(),
                },
                words: words.clone(),
                inherited: Some(table.clone()),
                handed_down: DeTable::new(),
                in_force: Vec::new(),
            };
            all.push(read(&mut row)?);
            row.refuse_leftovers()?;
            self.in_force.append(&mut row.in_force);
        }
        Ok((all, table))
    }

    /// An error about this entry, with its place; `why` reads `中文 | English`.
    pub(super) fn refuse(&self, why: impl std::fmt::Display) -> anyhow::Error {
        let (key, why) = (self.key, Label::parse(&why.to_string()));
        told(&self.entry.source.place(self.entry.at), format!("[{key}] {} | [{key}] {}", why.zh, why.en))
    }
}

/// Refuses what is neither empty nor a day.
fn check_date(row: &EntryReader, field: &str, text: &str) -> Result<()> {
    if text.is_empty() || is_date(text) {
        return Ok(());
    }
    Err(row.refuse(format!(
        "`{field}` 应为日期，如 \"2025-12-31\"，不能是 \"{text}\" | \
         `{field}` must be a day such as \"2025-12-31\", not \"{text}\""
    )))
}

/// Whether it is a day of the calendar, as `2025-12-31`.
pub fn is_date(text: &str) -> bool {
    text.len() == "2025-12-31".len() && jiff::civil::Date::strptime("%Y-%m-%d", text).is_ok()
}

fn kind(value: &Spanned<DeValue>) -> &'static str {
    match value.get_ref() {
        DeValue::Integer(_) | DeValue::Float(_) => "数 | a number",
        DeValue::String(_) => "文字 | text",
        DeValue::Boolean(_) => "真假值 | true or false",
        DeValue::Array(_) => "列表 | a list",
        DeValue::Table(_) => "表 | a table",
        DeValue::Datetime(_) => "日期 | a date",
    }
}

/// How a field is shown in the table of the rules in force.
pub(super) trait InWords {
    fn in_words(&self, name: &str, label: &Label) -> Option<Label>;
}

impl<T: Cell> InWords for T {
    fn in_words(&self, name: &str, label: &Label) -> Option<Label> {
        let value = self.value();
        if let Some(number) = value.as_f64() {
            let shown = with_unit(number.to_string(), unit_of(name));
            return Some(Label::new(format!("{} {shown}", label.zh), format!("{} {shown}", label.en)));
        }
        let text = value.as_str()?;
        let code = T::codes().into_iter().find(|known| known.code == text);
        Some(match code {
            Some(code) => code.label,
            None if label.zh.is_empty() => Label::parse(text),
            None => Label::new(format!("{} {text}", label.zh), format!("{} {text}", label.en)),
        })
    }
}

impl<T: Cell> InWords for Vec<T> {
    fn in_words(&self, name: &str, label: &Label) -> Option<Label> {
        let words: Vec<Label> = self.iter().filter_map(|value| value.in_words(name, &Label::default())).collect();
        let (first, count) = (words.first()?, words.len());
        // What the list is about is said once, before it.
        let about = |about: &str, list: String| if about.is_empty() { list } else { format!("{about} {list}") };
        if T::codes().is_empty() && count > MOST_TOLD {
            return Some(Label::new(
                about(&label.zh, format!("{}等{count}个", first.zh)),
                about(&label.en, format!("{} and {} more", first.en, count - 1)),
            ));
        }
        let join = |pick: fn(&Label) -> &str, comma: &str| words.iter().map(pick).collect::<Vec<_>>().join(comma);
        Some(Label::new(about(&label.zh, join(|word| &word.zh, "、")), about(&label.en, join(|word| &word.en, ", "))))
    }
}

impl<T: Cell> InWords for Option<Vec<T>> {
    fn in_words(&self, name: &str, label: &Label) -> Option<Label> {
        self.as_ref()?.in_words(name, label)
    }
}
