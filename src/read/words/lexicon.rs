//! The words of one column, and how a text is found among them.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{Catalogue, catalogue};
use crate::manifest::OneOrMany;
use fireplan_model::layers::LayerId;
use fireplan_model::rows::{Column, ValueKind};

/// How many of the nearest words are told.
const NEAREST: usize = 3;
/// Words less alike than this are not worth telling, on the scale from 0 to 1 of the measures of `strsim`.
const LEAST_LIKENESS: f64 = 0.3;

/// The word in [`Lexicon`] for "there is none".
pub(super) const NONE: &str = "none";

/// The words of one column.
pub(super) struct Lexicon {
    /// Spelling → our word.
    known: BTreeMap<String, String>,
    /// Our word → how it is shown, of those that are worth proposing.
    shown: BTreeMap<String, String>,
    nouns: BTreeSet<String>,
}

/// What a text turned out to say.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    /// Our word.
    Known(String),
    /// It says that nobody knows.
    NobodyKnows,
    /// It is none of the words; those nearest to it.
    Unmatched { nearest: Vec<String> },
}

/// The words that a column can be, where there is an end of them.
pub(super) fn codes(column: &Column) -> Vec<&'static str> {
    if column.kind == ValueKind::Bool {
        return vec!["true", "false"];
    }
    column.codes.iter().map(|code| code.code).collect()
}

impl Lexicon {
    /// `own`: the words of area.toml, which go before all others.
    pub(super) fn new(layer: LayerId, column: &Column, own: Option<&BTreeMap<String, OneOrMany<String>>>) -> Self {
        let mut lexicon = Self { known: BTreeMap::new(), shown: BTreeMap::new(), nouns: BTreeSet::new() };
        for (ours, theirs) in own.into_iter().flatten() {
            theirs.0.iter().chain([ours]).for_each(|word| lexicon.add(word, ours));
            lexicon.shown.insert(ours.clone(), ours.clone());
        }
        for code in &column.codes {
            [code.code, &code.label.zh, &code.label.en].into_iter().for_each(|word| lexicon.add(word, code.code));
            if !code.undetermined {
                lexicon.shown.insert(code.code.to_owned(), code.label.zh.clone());
            }
        }
        if let Some(listed) = catalogue().column(layer, column.name) {
            lexicon.nouns = listed.nouns.iter().map(|noun| spell(noun)).collect();
            listed.none.iter().for_each(|word| lexicon.add(word, NONE));
            for (ours, theirs) in &listed.words {
                let shown = lexicon.shown.entry(ours.clone()).or_insert_with(|| ours.clone()).clone();
                [ours, &shown].into_iter().for_each(|word| lexicon.add(word, ours));
                theirs
                    .iter()
                    .flat_map(|word| written_out(word, &listed.ends))
                    .for_each(|word| lexicon.add(&word, ours));
            }
        }
        if column.kind == ValueKind::Bool {
            lexicon.shown.clear();
            for (ours, theirs) in &catalogue().yes_or_no {
                theirs.iter().for_each(|word| lexicon.add(word, ours));
            }
            lexicon.shown.extend([("true".to_owned(), "是".to_owned()), ("false".to_owned(), "否".to_owned())]);
        }
        lexicon
    }

    /// Adds a spelling unless it has a meaning already.
    fn add(&mut self, spelling: &str, ours: &str) {
        self.known.entry(spell(spelling)).or_insert_with(|| ours.to_owned());
    }

    /// What a whole cell says.
    pub(super) fn read(&self, text: &str) -> Reading {
        if catalogue().says_unknown(text) {
            return Reading::NobodyKnows;
        }
        let spelled = spell(text);
        if let Some(found) = self.find(&spelled, 2) {
            return Reading::Known(found.to_owned());
        }
        let found: Option<BTreeSet<&str>> = split_list(&spelled).into_iter().map(|part| self.find_part(part)).collect();
        match found.unwrap_or_default().into_iter().collect::<Vec<_>>().as_slice() {
            [one] => Reading::Known((*one).to_owned()),
            _ => Reading::Unmatched { nearest: self.nearest(&spelled) },
        }
    }

    /// Our word for one spelled part of a list, its years and asides dropped; `None`: it says something else, or also
    /// something else.
    pub(super) fn find_part(&self, part: &str) -> Option<&str> {
        let Bracketed { outer, inner } = Bracketed::parse(part);
        let outer = catalogue().without_years(&outer);
        let outer = (!outer.is_empty() && !self.nouns.contains(&outer)).then_some(outer);
        let told = inner.iter().filter(|content| !catalogue().is_aside(content));
        let told = told.map(|content| catalogue().without_years(content));
        let mut found: Option<&str> = None;
        for text in outer.into_iter().chain(told) {
            let this = self.find(&text, 2)?;
            if found.is_some_and(|other| other != this) {
                return None;
            }
            found = Some(this);
        }
        found
    }

    /// As it stands, or without so many of the words that may stand around it.
    fn find(&self, spelled: &str, peel: usize) -> Option<&str> {
        if let Some(found) = self.known.get(spelled) {
            return Some(found);
        }
        let Catalogue { before, after, .. } = catalogue();
        let shorter = peel.checked_sub(1)?;
        let without_before = before.iter().filter_map(|word| spelled.strip_prefix(word.as_str()));
        let without_after = after.iter().filter_map(|word| spelled.strip_suffix(word.as_str()));
        without_before.chain(without_after).filter(|rest| !rest.is_empty()).find_map(|rest| self.find(rest, shorter))
    }

    /// The words most like the spelled text, the likest first.
    pub(super) fn nearest(&self, spelled: &str) -> Vec<String> {
        let text = Bracketed::parse(spelled).outer;
        let mut best: BTreeMap<&str, f64> = BTreeMap::new();
        for (spelling, ours) in &self.known {
            let Some(shown) = self.shown.get(ours) else { continue };
            let likeness =
                strsim::normalized_damerau_levenshtein(&text, spelling).max(strsim::sorensen_dice(&text, spelling));
            let known = best.entry(shown).or_default();
            *known = known.max(likeness);
        }
        let mut best: Vec<(&str, f64)> = best.into_iter().filter(|(_, likeness)| *likeness >= LEAST_LIKENESS).collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        best.into_iter().take(NEAREST).map(|(shown, _)| shown.to_owned()).collect()
    }
}

/// A spelling that ends with `*`, with each of the ends instead.
fn written_out(spelling: &str, ends: &[String]) -> Vec<String> {
    match spelling.strip_suffix('*') {
        Some(start) => ends.iter().map(|end| format!("{start}{end}")).collect(),
        None => vec![spelling.to_owned()],
    }
}

/// The text in half-width lower case without spaces, all brackets round but those of document numbers.
pub(super) fn spell(text: &str) -> String {
    let half_width = |c: char| match c {
        '【' | '［' | '｛' => '(',
        '】' | '］' | '｝' => ')',
        '～' | '〜' | '–' | '—' | '−' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '³' => '3',
        '²' => '2',
        other => other,
    };
    let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '“' | '”' | '"' | '\'' | '《' | '》'));
    let spelled: String = kept.map(half_width).flat_map(char::to_lowercase).collect();
    spelled.trim_matches(['。', '.', ';', ',', '、', ':']).to_owned()
}

/// The parts of a spelled list; separators in brackets separate nothing.
pub(super) fn split_list(spelled: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = spelled.split(|c: char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(c, '、' | ',' | ';' | '/' | '|' | '+' | '\n')
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A text and what it has in brackets.
struct Bracketed {
    outer: String,
    inner: Vec<String>,
}

impl Bracketed {
    /// A bracket that is not closed goes to the end.
    fn parse(spelled: &str) -> Self {
        let (mut outer, mut inner, mut depth) = (String::new(), Vec::<String>::new(), 0_usize);
        for c in spelled.chars() {
            match c {
                '(' | '[' if depth == 0 => {
                    inner.push(String::new());
                    depth = 1;
                }
                ')' | ']' if depth == 1 => depth = 0,
                _ => {
                    match c {
                        '(' | '[' => depth += 1,
                        ')' | ']' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    match inner.last_mut() {
                        Some(last) if depth > 0 => last.push(c),
                        _ => outer.push(c),
                    }
                }
            }
        }
        Self { outer, inner }
    }
}
