//! Words that a source has for our codes: one place where kinds, states, statuses and yes or no are understood.
//!
//! A cell is held against the codes, their labels and the spellings of `data/words.toml`, to which a bureau adds its own under
//! `[words]` in area.toml. Years, brackets that say nothing of the matter and common words around a status are dropped first;
//! nothing else is, so that 非重点镇 never becomes 重点镇. What is not found is listed with the nearest words and decides
//! nothing: a code for 待核 stands where the column has one, and free texts carry a `？`.

mod catalogue;
mod lexicon;
mod statuses;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::manifest::OneOrMany;
use crate::quantity::SourceCell;
use crate::survey::WordSense;
use catalogue::catalogue;
use fireplan_model::layers::{LayerId, LayerVisitor, Layers};
use fireplan_model::notes::{NoteCase, NoteKind, Notes};
use fireplan_model::rows::{Column, Row, ValueKind};
use fireplan_model::statuses::DOUBT_MARK;
use lexicon::{Lexicon, Reading};

/// What area.toml adds: layer → column → our word → theirs.
pub(crate) type ExtraWords = BTreeMap<String, BTreeMap<String, BTreeMap<String, OneOrMany<String>>>>;

/// The columns of one table that say something in words.
pub(crate) struct WordColumns {
    layer: LayerId,
    columns: BTreeMap<&'static str, WordColumn>,
}

struct WordColumn {
    column: &'static str,
    lexicon: Lexicon,
    headings: Vec<String>,
    sort: Sort,
}

/// What becomes of a word that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// The code for 待核; without one, the cell counts as empty.
    Coded { undetermined: Option<&'static str> },
    /// It stays, marked as doubtful.
    Open,
    /// The same, word by word.
    Statuses,
}

impl WordColumns {
    /// `headings` gives what the table calls one of our columns.
    pub(crate) fn new(
        layer: LayerId,
        ours: &[Column],
        extra: &ExtraWords,
        headings: impl Fn(&str) -> Vec<String>,
    ) -> Self {
        let columns = ours.iter().filter_map(|column| {
            let sort = Sort::of(layer, column)?;
            let own = extra.get(layer.code()).and_then(|columns| columns.get(column.name));
            let lexicon = Lexicon::new(layer, column, own);
            Some((column.name, WordColumn { column: column.name, lexicon, headings: headings(column.name), sort }))
        });
        Self { layer, columns: columns.collect() }
    }

    /// Whether the column says something in words.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// What a cell says; `None`: the column has no list of words, or takes any.
    pub(crate) fn sense(&self, column: &str, text: &str) -> Option<WordSense> {
        let known = self.columns.get(column)?;
        if known.sort == Sort::Statuses {
            let (_, unread) = statuses::read(&known.lexicon, text);
            return Some(match unread.into_iter().next() {
                Some(one) => WordSense::Unmatched(one.nearest),
                None => WordSense::Known(text.to_owned()),
            });
        }
        Some(match known.lexicon.read(text) {
            Reading::Known(code) => WordSense::Known(code),
            Reading::NobodyKnows => WordSense::NobodyKnows,
            Reading::Unmatched { nearest } => WordSense::Unmatched(nearest),
        })
    }

    /// The cell as [`fireplan_model::rows::Cell`] parses it; `None`: as if it were empty. `notes` list what is not understood.
    pub(crate) fn read(&self, column: &str, cell: SourceCell, of: &NoteCase, notes: &mut Notes) -> Option<String> {
        let Some(known) = self.columns.get(column) else { return Some(cell.text.to_owned()) };
        let text = cell.text.trim();
        if text.is_empty() {
            return None;
        }
        let mut list = |word: &str, nearest: &[String]| {
            let heading = known.headings.get(cell.heading).map_or(column, String::as_str);
            let near = if nearest.is_empty() { String::new() } else { format!(" ≈ {}", nearest.join("、")) };
            let case = of.saying(format!("{}：{heading}={word}{near}", of.text)).doubting(column, word, None);
            notes.add(NoteKind::Doubted, Some(self.layer), &known.say(self.layer), case);
        };
        if known.sort == Sort::Statuses {
            let (written, unread) = statuses::read(&known.lexicon, text);
            unread.iter().for_each(|one| list(&one.word, &one.nearest));
            return Some(written).filter(|written| !written.is_empty());
        }
        let undetermined = |sort| match sort {
            Sort::Coded { undetermined } => undetermined.map(str::to_owned),
            Sort::Open | Sort::Statuses => Some(format!("{text}{DOUBT_MARK}")),
        };
        match known.lexicon.read(text) {
            Reading::Known(code) => Some(code),
            Reading::NobodyKnows if known.sort == Sort::Open => None,
            Reading::NobodyKnows => undetermined(known.sort),
            Reading::Unmatched { nearest } => {
                list(text, &nearest);
                undetermined(known.sort)
            }
        }
    }
}

impl Sort {
    /// `None`: the column has no words to be understood.
    fn of(layer: LayerId, column: &Column) -> Option<Self> {
        if !column.codes.is_empty() {
            let undetermined = column.codes.iter().find(|code| code.undetermined).map(|code| code.code);
            return Some(Self::Coded { undetermined });
        }
        match column.kind {
            ValueKind::Bool => Some(Self::Coded { undetermined: None }),
            ValueKind::Text if (layer, column.name) == (LayerId::Towns, "status") => Some(Self::Statuses),
            ValueKind::Text if catalogue().column(layer, column.name).is_some_and(|words| words.open) => {
                Some(Self::Open)
            }
            _ => None,
        }
    }
}

impl WordColumn {
    fn say(&self, layer: LayerId) -> String {
        let (column, place) = (self.column, format!("[words.{}.{}]", layer.code(), self.column));
        let (taken_zh, taken_en) = match self.sort {
            Sort::Coded { undetermined: None } => ("按未填处理", "taken as not filled in"),
            _ => ("按待核处理", "taken as undetermined"),
        };
        format!(
            "字段 {column} 的说法不在词表中，{taken_zh}(≈ 后为最接近的说法)；若意思相同，请在 area.toml 的 {place} 写明：我们的词 = [\"原词\"] | \
             Words of {column} that are not in the list, {taken_en} (after ≈: the nearest known); if one means the same, \
             write in area.toml under {place}: our word = [\"theirs\"]"
        )
    }
}

/// Yes or no in the words of the catalogue; `None`: neither.
pub(crate) fn parse_yes_no(text: &str) -> Option<bool> {
    let spelled = lexicon::spell(text);
    let says = |answer: &str| {
        catalogue().yes_or_no.get(answer).is_some_and(|words| words.iter().any(|word| lexicon::spell(word) == spelled))
    };
    if says("true") { Some(true) } else { says("false").then_some(false) }
}

/// Refuses words of area.toml for a layer, a column or a code that is not there.
pub(crate) fn check_extra(extra: &ExtraWords) -> Result<()> {
    struct WordedColumns(LayerId);
    impl LayerVisitor for WordedColumns {
        type Output = Vec<Column>;
        fn visit<R: Row>(&mut self, _: &mut Vec<R>) -> Vec<Column> {
            R::columns().into_iter().filter(|column| Sort::of(self.0, column).is_some()).collect()
        }
    }
    for (name, columns) in extra {
        let Some(layer) = LayerId::ALL.iter().copied().find(|layer| layer.code() == name) else {
            let known: Vec<&str> = LayerId::ALL.iter().map(|layer| layer.code()).collect();
            let known = known.join("、");
            bail!(
                "[words.{name}]：没有这个图层；有 {known} | [words.{name}]: there is no such layer; there are {known}"
            );
        };
        let worded = Layers::default().visit(layer, &mut WordedColumns(layer)).unwrap_or_default();
        for (field, words) in columns {
            let Some(column) = worded.iter().find(|column| column.name == field) else {
                let known: Vec<&str> = worded.iter().map(|column| column.name).collect();
                let known = known.join("、");
                bail!(
                    "[words.{name}.{field}]：该图层没有这个以文字表示的字段；有 {known} | \
                     [words.{name}.{field}]: this layer has no such column of words; it has {known}"
                );
            };
            let codes = lexicon::codes(column);
            if let Some(wrong) = words.keys().find(|word| !codes.is_empty() && !codes.contains(&word.as_str())) {
                let known = codes.join("、");
                bail!(
                    "[words.{name}.{field}]：“{wrong}”不是该字段的代码；代码有 {known} | \
                     [words.{name}.{field}]: '{wrong}' is no code of this column; the codes are {known}"
                );
            }
        }
    }
    Ok(())
}
