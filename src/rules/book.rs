//! The book of rules: packs laid over one another, then read entry by entry, every field of every entry accounted for.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow, bail};
use serde::Serialize;

use crate::area::{Note, Severity};
use crate::rows::{Cell, Label, unit_of};
use crate::rules::limit::{Confidence, Force, Limit, Op, Provenance, Setting, with_unit};
use crate::rules::pack::{About, Entry, Field, Pack, Place, Written};

/// Which layer an entry comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    National,
    Profile(String),
    /// By hand, for this run.
    Set,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::National => "national",
            Self::Profile(name) => name,
            Self::Set => "set",
        })
    }
}

impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One entry in force, or one row of a table, in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InForce {
    pub key: String,
    pub label: Label,
    /// E.g. `≤ 5 min`; for a row of a table, what it is about comes first.
    pub value: Label,
    #[serde(flatten)]
    pub provenance: Provenance,
    pub origin: Origin,
}

/// What an entry can be.
pub(super) trait Rule: Sized {
    fn read(entry: &mut Reading) -> Result<Self>;

    /// The national "shall" clauses that this entry, put in place of the national one, would let be broken.
    fn loosens<'a>(&self, _national: &'a Self) -> Vec<&'a Limit> {
        Vec::new()
    }
}

/// Entries of several packs, later ones in place of earlier ones.
pub(super) struct Book {
    entries: BTreeMap<String, Entry>,
    /// National entries that are no longer in force.
    replaced: BTreeMap<String, Entry>,
    national_file: String,
    pub packs: Vec<About>,
    pub in_force: Vec<InForce>,
    pub notes: Vec<Note>,
}

impl Book {
    pub fn new(national: Pack) -> Self {
        let mut book = Self {
            entries: BTreeMap::new(),
            replaced: BTreeMap::new(),
            national_file: national.about.file.clone(),
            packs: Vec::new(),
            in_force: Vec::new(),
            notes: Vec::new(),
        };
        book.lay(national);
        book
    }

    /// Puts the entries of the pack in place of those with the same key.
    pub fn lay(&mut self, pack: Pack) {
        self.packs.push(pack.about);
        for entry in pack.entries {
            self.put(entry);
        }
    }

    fn put(&mut self, entry: Entry) {
        if let Some(before) = self.entries.insert(entry.key.clone(), entry)
            && before.origin == Origin::National
        {
            self.replaced.insert(before.key.clone(), before);
        }
    }

    /// Sets one figure by hand. It carries no clause any more: it was not the clause's figure.
    pub fn set(&mut self, key: &str, value: &str, known: &[&str]) -> Result<()> {
        let Some(before) = self.entries.get(key) else {
            bail!("--set {key}: no such entry{}", did_you_mean(key, known));
        };
        let place = Place { file: format!("--set {key}={value}").into(), line: 1 };
        let figure = before.fields.iter().find(|field| matches!(field.value, Written::Number(_)));
        let Some(figure) = figure else {
            bail!(
                "--set {key}: this entry is a table; copy [{key}] into a profile of your own and give its path as --profile"
            );
        };
        let number: f64 = value.trim().parse().map_err(|_| anyhow!("--set {key}={value}: '{value}' is no number"))?;
        let field = |name: &str, value: Written| Field { name: name.to_owned(), place: place.clone(), value };
        let text = |text: &str| Written::Text(text.to_owned());
        let fields = vec![
            field(&figure.name, Written::Number(number)),
            field("force", text(Force::Default.code())),
            field("confidence", text(Confidence::Unverified.code())),
            field("note", text("本次运行手工设定 | set by hand for this run")),
        ];
        self.put(Entry { key: key.to_owned(), place: place.clone(), origin: Origin::Set, fields });
        Ok(())
    }

    /// Refuses keys that no code reads, and keys that are missing.
    pub fn check_keys(&self, known: &[&str]) -> Result<()> {
        let missing: Vec<&str> = known.iter().copied().filter(|key| !self.entries.contains_key(*key)).collect();
        if let Some(entry) = self.entries.values().find(|entry| !known.contains(&entry.key.as_str())) {
            // A misspelt key leaves its right name missing: the better guess.
            let hint = match missing[..] {
                [only] => format!("; did you mean `{only}`?"),
                _ => did_you_mean(&entry.key, if missing.is_empty() { known } else { &missing }),
            };
            bail!("{}: unknown key `{}`{hint}", entry.place, entry.key);
        }
        if let Some(key) = missing.first() {
            let file = &self.national_file;
            bail!("{file} lacks the entry `{key}`; add [{key}] with its figure, cite, force and confidence");
        }
        Ok(())
    }

    /// Reads one entry whole, and notes where it loosens a national "shall".
    pub fn read<T: Rule>(&mut self, key: &'static str, label: &str) -> Result<T> {
        let entry = self.entries.remove(key).ok_or_else(|| anyhow!("the rules lack the entry `{key}`"))?;
        let origin = entry.origin.clone();
        let (rule, in_force) = Reading::whole::<T>(entry, key, label)?;
        self.in_force.extend(in_force);
        if let Some(national) = self.replaced.remove(key) {
            let (national, _) = Reading::whole::<T>(national, key, label)?;
            let notes = rule.loosens(&national).into_iter().map(|limit| looser(limit, &origin));
            self.notes.extend(notes);
        }
        Ok(rule)
    }
}

fn looser(national: &Limit, origin: &Origin) -> Note {
    let (key, bound, cite) = (national.key, national.bound(), &national.provenance.cite);
    let text = Label::new(
        format!("规则 {key}（来源：{origin}）宽于国家标准的“应”：{cite} 规定{} {bound}", national.label.zh),
        format!(
            "rule {key} (from {origin}) is looser than a national \"shall\": {cite} requires {} {bound}",
            national.label.en
        ),
    );
    Note { severity: Severity::Warning, layer: None, text, count: 1, examples: Vec::new() }
}

/// `; did you mean …?`, or the way to find out.
pub(super) fn did_you_mean(name: &str, known: &[&str]) -> String {
    // The last part of the key weighs most: people forget the topic, or the unit.
    let last = |key: &str| key.rsplit('.').next().unwrap_or(key).to_owned();
    let likeness = |key: &str| strsim::jaro_winkler(name, key).max(strsim::jaro_winkler(&last(name), &last(key)));
    let best = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best {
        Some(best) if likeness(best) > 0.75 => format!("; did you mean `{best}`?"),
        _ => format!("; known here: {}", known.join(", ")),
    }
}

/// An entry, or one row of a table, while it is being read: each field is taken once, none may be left.
pub(super) struct Reading {
    pub key: &'static str,
    pub label: Label,
    place: Place,
    origin: Origin,
    fields: Vec<Field>,
    asked: Vec<&'static str>,
    /// What was read, in words.
    words: Vec<(String, String)>,
    /// What a row inherits from its table.
    table: Option<Provenance>,
    in_force: Vec<InForce>,
}

impl Reading {
    fn whole<T: Rule>(entry: Entry, key: &'static str, label: &str) -> Result<(T, Vec<InForce>)> {
        let mut reading = Self {
            key,
            label: Label::parse(label),
            place: entry.place,
            origin: entry.origin,
            fields: entry.fields,
            asked: Vec::new(),
            words: Vec::new(),
            table: None,
            in_force: Vec::new(),
        };
        let rule = T::read(&mut reading)?;
        reading.finish()?;
        Ok((rule, reading.in_force))
    }

    fn finish(&self) -> Result<()> {
        match self.fields.first() {
            None => Ok(()),
            Some(field) => bail!(
                "{}: unknown key `{}` in [{}]{}",
                field.place,
                field.name,
                self.key,
                did_you_mean(&field.name, &self.asked)
            ),
        }
    }

    fn take(&mut self, name: &'static str) -> Option<Field> {
        self.asked.push(name);
        let at = self.fields.iter().position(|field| field.name == name)?;
        Some(self.fields.remove(at))
    }

    fn missing(&self, name: &str, example: &str) -> anyhow::Error {
        // A misspelt name is both unknown and missing; the misspelling is the better clue.
        let stray = self.fields.iter().find(|field| strsim::jaro_winkler(&field.name, name) > 0.8);
        match stray {
            Some(field) => {
                anyhow!("{}: unknown key `{}` in [{}]; did you mean `{name}`?", field.place, field.name, self.key)
            }
            None => anyhow!("{}: [{}] lacks `{name}`; add {name} = {example}", self.place, self.key),
        }
    }

    /// A finite number, not negative.
    pub fn number(&mut self, name: &'static str, label: &str) -> Result<f64> {
        let field = self.take(name).ok_or_else(|| self.missing(name, "…"))?;
        let value = as_number(&field)?;
        let shown = with_unit(value.to_string(), unit_of(name));
        let label = Label::parse(label);
        self.words.push((format!("{} {shown}", label.zh), format!("{} {shown}", label.en)));
        Ok(value)
    }

    pub fn code<T: Cell + std::str::FromStr<Err = String>>(&mut self, name: &'static str) -> Result<T> {
        let field = self.take(name).ok_or_else(|| self.missing(name, "\"…\""))?;
        let value: T = as_text(&field)?.parse().map_err(|error| anyhow!("{}: `{name}`: {error}", field.place))?;
        let code = value.value();
        let label = T::codes().into_iter().find(|known| Some(known.code) == code.as_str()).map(|known| known.label);
        self.words.extend(label.map(|label| (label.zh, label.en)));
        Ok(value)
    }

    fn optional_text(&mut self, name: &'static str) -> Result<Option<String>> {
        self.take(name).map(|field| Ok(as_text(&field)?.to_owned())).transpose()
    }

    fn optional_code<T: Cell + std::str::FromStr<Err = String>>(&mut self, name: &'static str) -> Result<Option<T>> {
        if !self.fields.iter().any(|field| field.name == name) {
            self.asked.push(name);
            return Ok(None);
        }
        let words = self.words.len();
        let value = self.code(name)?;
        self.words.truncate(words);
        Ok(Some(value))
    }

    /// Clause, force and confidence; rows of a table inherit what they do not say.
    pub fn provenance(&mut self) -> Result<Provenance> {
        let cite = self.optional_text("cite")?;
        let force = self.optional_code::<Force>("force")?;
        let confidence = self.optional_code::<Confidence>("confidence")?;
        let note = self.optional_text("note")?;
        let provenance = match self.table.clone() {
            Some(table) => Provenance {
                cite: cite.unwrap_or(table.cite),
                force: force.unwrap_or(table.force),
                confidence: confidence.unwrap_or(table.confidence),
                note: note.unwrap_or(table.note),
            },
            None => Provenance {
                cite: cite.unwrap_or_default(),
                force: force.ok_or_else(|| self.missing("force", "\"shall\" (should, may, policy, default)"))?,
                confidence: confidence
                    .ok_or_else(|| self.missing("confidence", "\"V1\" (S, V2, V1, D, unverified)"))?,
                note: note.unwrap_or_default(),
            },
        };
        self.check_provenance(&provenance)?;
        Ok(provenance)
    }

    fn check_provenance(&self, provenance: &Provenance) -> Result<()> {
        let (place, key) = (&self.place, self.key);
        if provenance.is_verified() && provenance.cite.trim().is_empty() {
            bail!(
                "{place}: [{key}] lacks `cite`; name the clause, or say confidence = \"unverified\" and force = \"default\""
            );
        }
        if !provenance.is_verified() && provenance.force != Force::Default {
            bail!(
                "{place}: [{key}] is unverified, so its force must be \"default\", not \"{}\"",
                provenance.force.code()
            );
        }
        if !provenance.is_verified() && provenance.note.trim().is_empty() {
            bail!("{place}: [{key}] is unverified; say in `note` where the figure comes from");
        }
        Ok(())
    }

    /// Bound and clause: exactly one of the four comparisons.
    pub fn limit(&mut self) -> Result<Limit> {
        let given: Vec<Op> =
            Op::ALL.iter().copied().filter(|op| self.fields.iter().any(|field| field.name == op.code())).collect();
        self.asked.extend(Op::ALL.iter().map(|op| op.code()));
        let [op] = given[..] else {
            if let Some(field) = self.fields.iter().find(|field| matches!(field.value, Written::Number(_)))
                && given.is_empty()
            {
                bail!(
                    "{}: unknown key `{}` in [{}]; a bound is one of at_most, at_least, less_than, more_than",
                    field.place,
                    field.name,
                    self.key
                );
            }
            bail!("{}: [{}] needs exactly one of at_most, at_least, less_than, more_than", self.place, self.key);
        };
        let field = self.take(op.code()).ok_or_else(|| self.missing(op.code(), "…"))?;
        let value = as_number(&field)?;
        let provenance = self.provenance()?;
        let limit = Limit { key: self.key, label: self.label.clone(), op, value, unit: unit_of(self.key), provenance };
        self.words.push((limit.bound(), limit.bound()));
        Ok(limit)
    }

    /// Records what was read as one entry in force.
    pub fn record(&mut self, provenance: &Provenance) {
        let (zh, en): (Vec<String>, Vec<String>) = self.words.drain(..).unzip();
        self.in_force.push(InForce {
            key: self.key.to_owned(),
            label: self.label.clone(),
            value: Label::new(zh.join(" "), en.join(" ")),
            provenance: provenance.clone(),
            origin: self.origin.clone(),
        });
    }

    /// The rows of a table, each read whole.
    pub fn rows<T>(&mut self, read: impl Fn(&mut Reading) -> Result<T>) -> Result<Vec<T>> {
        let field = self.take("rows").ok_or_else(|| self.missing("rows", "[ { … }, ]"))?;
        let Written::Rows(rows) = field.value else {
            bail!("{}: `rows` of [{}] must be an array of tables: rows = [ {{ … }}, ]", field.place, self.key);
        };
        let table = self.provenance()?;
        rows.into_iter()
            .map(|(place, fields)| {
                let mut row = Self {
                    key: self.key,
                    label: self.label.clone(),
                    place,
                    origin: self.origin.clone(),
                    fields,
                    asked: Vec::new(),
                    words: Vec::new(),
                    table: Some(table.clone()),
                    in_force: Vec::new(),
                };
                let value = read(&mut row)?;
                row.finish()?;
                self.in_force.append(&mut row.in_force);
                Ok(value)
            })
            .collect()
    }

    /// An error about this entry, with its place.
    pub fn refuse(&self, why: impl std::fmt::Display) -> anyhow::Error {
        anyhow!("{}: [{}] {why}", self.place, self.key)
    }
}

fn as_number(field: &Field) -> Result<f64> {
    match field.value {
        Written::Number(value) if value.is_finite() && value >= 0.0 => Ok(value),
        Written::Number(value) => bail!("{}: `{}` must not be {value}", field.place, field.name),
        _ => bail!("{}: `{}` must be a number, not {}", field.place, field.name, kind(&field.value)),
    }
}

fn as_text(field: &Field) -> Result<&str> {
    match &field.value {
        Written::Text(text) => Ok(text),
        other => bail!("{}: `{}` must be text, not {}", field.place, field.name, kind(other)),
    }
}

fn kind(value: &Written) -> &'static str {
    match value {
        Written::Number(_) => "a number",
        Written::Text(_) => "text",
        Written::Rows(_) => "an array",
        Written::Other(kind) => kind,
    }
}

impl Rule for Limit {
    fn read(entry: &mut Reading) -> Result<Self> {
        let limit = entry.limit()?;
        entry.record(&limit.provenance);
        Ok(limit)
    }

    fn loosens<'a>(&self, national: &'a Self) -> Vec<&'a Limit> {
        let binding = national.provenance.force == Force::Shall;
        if binding && self.is_looser_than(national) { vec![national] } else { Vec::new() }
    }
}

impl Rule for Setting {
    fn read(entry: &mut Reading) -> Result<Self> {
        let field = entry.take("value").ok_or_else(|| entry.missing("value", "…"))?;
        let value = as_number(&field)?;
        let shown = with_unit(value.to_string(), unit_of(entry.key));
        entry.words.push((shown.clone(), shown));
        let provenance = entry.provenance()?;
        entry.record(&provenance);
        Ok(Self { value, provenance })
    }
}
