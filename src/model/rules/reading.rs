//! Reading one entry: each field is taken once by the code that understands it, and none may be left over.

use anyhow::{Result, anyhow, bail};

use crate::rows::{Cell, Label, unit_of};
use crate::rules::book::{InForce, Origin, did_you_mean};
use crate::rules::limit::{Confidence, Force, Limit, Op, Provenance, Setting, Switch, with_unit};
use crate::rules::pack::{Entry, Field, Place, Written};

/// Longer lists are told by their first and their number.
const MOST_TOLD: usize = 6;

/// What an entry can be.
pub(super) trait Rule: Sized {
    fn read(entry: &mut Reading) -> Result<Self>;

    /// The national "shall" clauses that this entry, put in place of the national one, would let be broken.
    fn loosens<'a>(&self, _national: &'a Self) -> Vec<&'a Limit> {
        Vec::new()
    }
}

/// An entry, or one row of a table, while it is being read.
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
    pub fn whole<T: Rule>(entry: Entry, key: &'static str, label: &str) -> Result<(T, Vec<InForce>)> {
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

    /// Text that may be left out; it is told among what was read.
    pub fn text(&mut self, name: &'static str) -> Result<Option<String>> {
        let text = self.optional_text(name)?;
        if let Some(text) = &text {
            let label = Label::parse(text);
            self.words.push((label.zh, label.en));
        }
        Ok(text)
    }

    /// A list of texts that may be left out.
    pub fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>> {
        let Some(field) = self.take(name) else { return Ok(None) };
        let Written::Texts(texts) = field.value else {
            bail!("{}: `{name}` must be a list of texts, not {}", field.place, kind(&field.value));
        };
        let (first, count) = (texts[0].as_str(), texts.len());
        self.words.push(if count > MOST_TOLD {
            (format!("{first}等{count}个"), format!("{first} and {} more", count - 1))
        } else {
            (texts.join("、"), texts.join(", "))
        });
        Ok(Some(texts))
    }

    /// A list of codes that may be left out.
    pub fn codes<T: Cell + std::str::FromStr<Err = String>>(&mut self, name: &'static str) -> Result<Option<Vec<T>>> {
        let place = self.fields.iter().find(|field| field.name == name).map(|field| field.place.clone());
        let Some((texts, place)) = self.texts(name)?.zip(place) else { return Ok(None) };
        self.words.pop();
        let parse = |text: &String| text.parse().map_err(|error| anyhow!("{place}: `{name}`: {error}"));
        let values: Vec<T> = texts.iter().map(parse).collect::<Result<_>>()?;
        let label = |value: &T| {
            let code = value.value();
            T::codes().into_iter().find(|known| Some(known.code) == code.as_str()).map(|known| known.label)
        };
        let (zh, en): (Vec<String>, Vec<String>) = values.iter().filter_map(label).map(|one| (one.zh, one.en)).unzip();
        self.words.push((zh.join("、"), en.join(", ")));
        Ok(Some(values))
    }

    /// True or false; false where it is not said.
    pub fn flag(&mut self, name: &'static str) -> Result<bool> {
        match self.take(name) {
            None => Ok(false),
            Some(Field { value: Written::Flag(flag), .. }) => Ok(flag),
            Some(field) => {
                bail!("{}: `{name}` must be true or false, not {}", field.place, kind(&field.value))
            }
        }
    }

    /// A day, `2025-12-31`, that may be left out.
    pub fn date(&mut self, name: &'static str) -> Result<Option<String>> {
        let place = self.fields.iter().find(|field| field.name == name).map(|field| field.place.clone());
        let Some((date, place)) = self.optional_text(name)?.zip(place) else { return Ok(None) };
        if !is_date(&date) {
            bail!("{place}: `{name}` must be a day such as \"2025-12-31\", not \"{date}\"");
        }
        self.words.push((format!("期限 {date}"), format!("due {date}")));
        Ok(Some(date))
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
        self.limit_of(self.label.clone(), unit_of(self.key))
    }

    /// The same where the row, not the entry, says what is bounded.
    pub fn limit_of(&mut self, label: Label, unit: &'static str) -> Result<Limit> {
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
        let limit = Limit { key: self.key, label, op, value, unit, provenance };
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
        self.table = Some(table.clone());
        if rows.is_empty() {
            self.words.push(("（无）".to_owned(), "(none)".to_owned()));
            self.record(&table);
        }
        let words = std::mem::take(&mut self.words);
        rows.into_iter()
            .map(|(place, fields)| {
                let mut row = Self {
                    key: self.key,
                    label: self.label.clone(),
                    place,
                    origin: self.origin.clone(),
                    fields,
                    asked: Vec::new(),
                    words: words.clone(),
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

    /// What the rows of this entry inherit.
    pub fn provenance_of_rows(&self) -> Provenance {
        self.table.clone().expect("the rows have been read")
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
        Written::Flag(_) => "true or false",
        Written::Texts(_) => "a list of texts",
        Written::Rows(_) => "an array",
        Written::Other(kind) => kind,
    }
}

/// A day of the calendar, as `2025-12-31`.
pub fn is_date(text: &str) -> bool {
    let mut parts = text.split('-').map(|part| (part.len(), part.parse::<u32>().ok()));
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let (Some((4, Some(year))), Some((2, Some(month))), Some((2, Some(day))), None) = (year, month, day, parts.next())
    else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
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

impl<T: Cell + std::str::FromStr<Err = String>> Rule for Switch<T> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let value = entry.code("value")?;
        let provenance = entry.provenance()?;
        entry.record(&provenance);
        Ok(Self { value, provenance })
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
