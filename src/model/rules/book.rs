//! The book of rules: packs laid over one another, then read entry by entry.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow, bail};
use schemars::JsonSchema;
use serde::Serialize;

use crate::notes::{Note, Severity};
use crate::rows::Label;
use crate::rules::everywhere::why_everywhere;
use crate::rules::limit::{Confidence, Force, Limit, Provenance};
use crate::rules::pack::{About, Entry, Pack, PackText, TOWNS, as_number, told};
use crate::rules::reading::{EntryReader, Rule};

/// Which layer an entry comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The national pack.
    National,
    /// The profile of this name.
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
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InForce {
    /// E.g. `response.time_min`.
    pub key: String,
    /// What it is about.
    pub label: Label,
    /// E.g. `≤ 5 min`; for a row of a table, what it is about comes first.
    pub value: Label,
    /// The towns in which alone it binds; empty: everywhere, but where another entry of its key names the town.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub towns: Vec<String>,
    /// Its clause, and how binding and how sure it is.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The layer it comes from.
    #[schemars(with = "String")]
    pub origin: Origin,
}

/// Entries of several packs, later ones in place of earlier ones.
pub(super) struct Book<'t> {
    entries: BTreeMap<String, Entry<'t>>,
    /// Entries that bind in the towns that they name, beside those of the same key that hold elsewhere.
    in_towns: BTreeMap<String, Vec<Entry<'t>>>,
    /// National entries that are no longer in force.
    replaced: BTreeMap<String, Entry<'t>>,
    national_file: String,
    pub packs: Vec<About>,
    pub in_force: Vec<InForce>,
    pub notes: Vec<Note>,
}

impl<'t> Book<'t> {
    pub(super) fn new(national: Pack<'t>) -> Self {
        let mut book = Self {
            entries: BTreeMap::new(),
            in_towns: BTreeMap::new(),
            replaced: BTreeMap::new(),
            national_file: national.about.file.clone(),
            packs: Vec::new(),
            in_force: Vec::new(),
            notes: Vec::new(),
        };
        book.lay(national);
        book
    }

    /// Puts the entries of the pack in place of those with the same key; one that names towns stands beside what holds elsewhere.
    pub(super) fn lay(&mut self, pack: Pack<'t>) {
        self.packs.push(pack.about);
        self.put_all(pack.entries);
    }

    /// The same for entries that no pack stands behind.
    pub(super) fn put_all(&mut self, entries: Vec<Entry<'t>>) {
        // Neither what binds everywhere nor new lists of towns leave anything to the lists before them.
        for entry in &entries {
            self.in_towns.remove(&entry.key);
        }
        for entry in entries {
            if !entry.towns.is_empty() {
                self.in_towns.entry(entry.key.clone()).or_default().push(entry);
                continue;
            }
            if let Some(before) = self.entries.insert(entry.key.clone(), entry)
                && before.source.origin == Origin::National
            {
                self.replaced.insert(before.key.clone(), before);
            }
        }
    }

    /// The entry with one figure set by hand, as text. It carries no clause: it was not the clause's figure.
    pub(super) fn figure_set(&self, key: &str, value: &str, known: &[&str]) -> Result<PackText> {
        let Some(before) = self.entries.get(key) else {
            let hint = did_you_mean(key, known);
            bail!("--set {key}：没有这个条目{} | --set {key}: no such entry{}", hint.zh, hint.en);
        };
        let mut fields = before.table.iter().map(|(name, value)| (name.get_ref().as_ref(), as_number(value).is_some()));
        let Some((name, is_number)) = fields.find(|(name, is_number)| *is_number || *name == "value") else {
            bail!(
                "--set {key}：该条目是一张表；请把 [{key}] 抄入自己的规则文件修改，再用 --profile 指定该文件 | \
                 --set {key}: this entry is a table; copy [{key}] into a profile of your own and give its path as --profile"
            );
        };
        let value = value.trim();
        let figure = if is_number {
            let number = value.parse().map_err(|_| {
                anyhow!("--set {key}={value}：“{value}”不是数 | --set {key}={value}: '{value}' is no number")
            })?;
            toml::Value::Float(number)
        } else {
            toml::Value::String(value.to_owned())
        };
        let (force, confidence) = (Force::Default.code(), Confidence::Unverified.code());
        let note = "本次运行手工设定，没有条文依据";
        Ok(PackText {
            origin: Origin::Set,
            file: format!("--set {key}={value}"),
            toml: format!(
                r#"{key} = {{ {name} = {figure}, force = "{force}", confidence = "{confidence}", note = "{note}" }}"#
            ),
        })
    }

    /// Refuses keys that no code reads, and keys that are missing.
    pub(super) fn check_keys(&self, known: &[&str]) -> Result<()> {
        let missing: Vec<&str> = known.iter().copied().filter(|key| !self.entries.contains_key(*key)).collect();
        let mut entries = self.entries.values().chain(self.in_towns.values().flatten());
        if let Some(entry) = entries.find(|entry| !known.contains(&entry.key.as_str())) {
            // A misspelt key leaves its right name missing: the better guess.
            let hint = match missing[..] {
                [only] => Label::new(format!("；是不是 `{only}`？"), format!("; did you mean `{only}`?")),
                _ => did_you_mean(&entry.key, if missing.is_empty() { known } else { &missing }),
            };
            let (place, key) = (entry.source.place(entry.at), &entry.key);
            return Err(told(&place, format!("没有 `{key}` 这一项{} | unknown key `{key}`{}", hint.zh, hint.en)));
        }
        if let Some(key) = missing.first() {
            let file = &self.national_file;
            bail!(
                "{file} 缺少条目 `{key}`；请补上 [{key}]，写明数值、cite、force 和 confidence | \
                 {file} lacks the entry `{key}`; add [{key}] with its figure, cite, force and confidence"
            );
        }
        Ok(())
    }

    /// Reads one entry whole, and notes where it loosens a national "shall".
    pub(super) fn read<T: Rule>(&mut self, key: &'static str, label: &str) -> Result<T> {
        let entry = self
            .entries
            .remove(key)
            .ok_or_else(|| anyhow!("规则缺少条目 `{key}` | the rules lack the entry `{key}`"))?;
        let origin = entry.source.origin.clone();
        let (rule, in_force) = EntryReader::whole::<T>(entry, key, label)?;
        self.in_force.extend(in_force);
        let Some(national) = self.replaced.remove(key) else { return Ok(rule) };
        let (national, _) = EntryReader::whole::<T>(national, key, label)?;
        self.notes.extend(rule.loosens(&national).into_iter().map(|limit| looser(limit, &origin)));
        Ok(rule)
    }

    /// Reads the entries of this key that bind in some towns only, and notes where one loosens a national "shall".
    pub(super) fn read_in_towns<T: Rule>(
        &mut self,
        key: &'static str,
        label: &str,
        elsewhere: &T,
    ) -> Result<Vec<(Vec<String>, T)>> {
        let entries = self.in_towns.remove(key).unwrap_or_default();
        entries.into_iter().map(|entry| self.read_in_some(entry, key, label, elsewhere)).collect()
    }

    fn read_in_some<T: Rule>(
        &mut self,
        entry: Entry<'t>,
        key: &'static str,
        label: &str,
        elsewhere: &T,
    ) -> Result<(Vec<String>, T)> {
        if let Some(why) = why_everywhere(key) {
            let place = entry.source.place(entry.at);
            return Err(told(
                &place,
                format!("[{key}] 不能写 `{TOWNS}`：{} | [{key}] cannot have `{TOWNS}`: {}", why.zh, why.en),
            ));
        }
        let (origin, towns) = (entry.source.origin.clone(), entry.towns.clone());
        let (rule, in_force) = EntryReader::whole::<T>(entry, key, label)?;
        self.in_force.extend(in_force);
        self.notes.extend(rule.loosens(elsewhere).into_iter().map(|limit| looser(limit, &origin)));
        Ok((towns, rule))
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
    Note::new(Severity::Warning, None, text, 1)
}

/// `; did you mean …?`, or the way to find out.
pub(super) fn did_you_mean(name: &str, known: &[&str]) -> Label {
    // The last part of the key weighs most: people forget the topic, or the unit.
    let last = |key: &str| key.rsplit('.').next().unwrap_or(key).to_owned();
    let likeness = |key: &str| strsim::jaro_winkler(name, key).max(strsim::jaro_winkler(&last(name), &last(key)));
    let best = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best {
        Some(best) if likeness(best) > 0.75 => {
            Label::new(format!("；是不是 `{best}`？"), format!("; did you mean `{best}`?"))
        }
        _ => Label::new(format!("；可用的有：{}", known.join("、")), format!("; known here: {}", known.join(", "))),
    }
}
