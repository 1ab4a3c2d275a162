//! Notes on the data: what was left out, doubted or assumed. Counted, with at most five examples of each kind; behind them
//! stand the [cases](NoteCase), which lead to row and place.

mod case;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::layers::LayerId;
use crate::rows::Label;

pub use case::{DoubtedValue, NoteCase, SourceRow};

/// At most so many examples are kept of each kind of note.
pub const EXAMPLES: usize = 5;

/// At most so many cases are kept of each kind of note: nobody reads more, and memory is not to hang on how bad a file is.
pub const MOST_CASES: usize = 10_000;

/// How grave a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Figures may be less certain for it.
    Warning,
    /// Something was left out.
    LeftOut,
}

codes! {
    /// What became of what a note is about.
    pub enum NoteKind {
        /// 存疑 | Doubted
        Doubted = "doubted",
        /// 未采用 | Left out
        LeftOut = "left_out",
        /// 界外 | Outside
        Outside = "outside",
        /// 合并 | Merged
        Merged = "merged",
        /// 换算 | Converted
        Converted = "converted",
        /// 缺项 | Missing
        Missing = "missing",
        /// 说明 | Remark
        Remark = "remark",
    }
}

/// How grave a note is, and what became of what it is about; each is told by the other where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteClass {
    /// How grave it is.
    pub severity: Severity,
    /// What became of it.
    pub kind: NoteKind,
}

impl From<Severity> for NoteClass {
    fn from(severity: Severity) -> Self {
        let kind = match severity {
            Severity::Info => NoteKind::Remark,
            Severity::Warning => NoteKind::Doubted,
            Severity::LeftOut => NoteKind::LeftOut,
        };
        Self { severity, kind }
    }
}

impl From<NoteKind> for NoteClass {
    fn from(kind: NoteKind) -> Self {
        let severity = match kind {
            NoteKind::Doubted | NoteKind::Missing => Severity::Warning,
            NoteKind::LeftOut | NoteKind::Outside => Severity::LeftOut,
            NoteKind::Merged | NoteKind::Converted | NoteKind::Remark => Severity::Info,
        };
        Self { severity, kind }
    }
}

impl From<(Severity, NoteKind)> for NoteClass {
    fn from((severity, kind): (Severity, NoteKind)) -> Self {
        Self { severity, kind }
    }
}

/// One kind of remark, with how often it came up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// How grave it is.
    pub severity: Severity,
    /// What became of what it is about.
    pub kind: NoteKind,
    /// The layer it is about, if one.
    pub layer: Option<LayerId>,
    /// What it says.
    pub text: Label,
    /// How many cases there were.
    pub count: usize,
    /// At most five names or source ids, enough to find the thing.
    pub examples: Vec<String>,
}

impl Note {
    /// A note on so many cases, without examples.
    pub fn new(class: impl Into<NoteClass>, layer: Option<LayerId>, text: Label, count: usize) -> Self {
        let NoteClass { severity, kind } = class.into();
        Self { severity, kind, layer, text, count, examples: Vec::new() }
    }
}

/// A note with its cases.
#[derive(Debug)]
struct KnownNote {
    note: Note,
    cases: Vec<NoteCase>,
}

/// Collects notes in the order in which each kind first came up.
#[derive(Debug, Default)]
pub struct Notes {
    notes: Vec<KnownNote>,
    /// Source ids of features that were merged, with that under which they go on.
    merged: BTreeMap<(LayerId, String), String>,
}

impl Notes {
    /// Counts one more case of the note `text` (`中文 | English`), remembering the case if there is room.
    pub fn add(&mut self, class: impl Into<NoteClass>, layer: Option<LayerId>, text: &str, case: impl Into<NoteCase>) {
        let label = Label::parse(text);
        let known = self.notes.iter().position(|known| known.note.layer == layer && known.note.text == label);
        let at = known.unwrap_or_else(|| {
            self.notes.push(KnownNote { note: Note::new(class, layer, label, 0), cases: Vec::new() });
            self.notes.len() - 1
        });
        let known = &mut self.notes[at];
        known.note.count += 1;
        known.remember(case.into());
    }

    /// Notes `count` cases at once, with one example that sums them up.
    pub fn add_counted(
        &mut self,
        class: impl Into<NoteClass>,
        layer: LayerId,
        text: &str,
        count: usize,
        example: String,
    ) {
        let note = Note::new(class, Some(layer), Label::parse(text), count);
        self.notes.push(KnownNote { note: Note { examples: vec![example], ..note }, cases: Vec::new() });
    }

    /// Takes over a note that was made elsewhere, without its cases.
    pub fn take(&mut self, note: Note) {
        self.merge(Self { notes: vec![KnownNote { note, cases: Vec::new() }], merged: BTreeMap::new() });
    }

    /// Remembers that a feature goes on as part of another, so that cases of it lead there.
    pub fn follow_merge(&mut self, layer: LayerId, from: &str, to: &str) {
        if from != to {
            self.merged.insert((layer, from.to_owned()), to.to_owned());
        }
    }

    /// The notes so far.
    pub fn iter(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().map(|known| &known.note)
    }

    /// Counts the cases of other notes as if they had been added here.
    pub fn merge(&mut self, other: Self) {
        self.merged.extend(other.merged);
        for more in other.notes {
            let same =
                |known: &&mut KnownNote| known.note.layer == more.note.layer && known.note.text == more.note.text;
            let Some(known) = self.notes.iter_mut().find(same) else {
                self.notes.push(more);
                continue;
            };
            known.note.count += more.note.count;
            more.note.examples.into_iter().for_each(|example| known.note.remember(&example));
            let room = MOST_CASES.saturating_sub(known.cases.len());
            known.cases.extend(more.cases.into_iter().take(room));
        }
    }

    /// The notes, in the order in which each kind first came up.
    pub fn into_vec(self) -> Vec<Note> {
        self.into_cases().0
    }

    /// The same with the cases of each; those of features that were merged are of what these became.
    pub fn into_cases(self) -> (Vec<Note>, Vec<Vec<NoteCase>>) {
        let Self { notes, merged } = self;
        let now = |layer: Option<LayerId>, case: &mut NoteCase| {
            let key = layer.zip(case.feature.clone());
            if let Some(kept) = key.and_then(|key| merged.get(&key)) {
                case.feature = Some(kept.clone());
            }
        };
        let notes = notes.into_iter().map(|KnownNote { note, mut cases }| {
            cases.iter_mut().for_each(|case| now(note.layer, case));
            (note, cases)
        });
        notes.unzip()
    }
}

impl Note {
    fn remember(&mut self, example: &str) {
        if !example.is_empty() && self.examples.len() < EXAMPLES && !self.examples.iter().any(|known| known == example)
        {
            self.examples.push(example.to_owned());
        }
    }
}

impl KnownNote {
    fn remember(&mut self, case: NoteCase) {
        self.note.remember(&case.text);
        if !case.text.is_empty() && self.cases.len() < MOST_CASES {
            self.cases.push(case);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROADS: Option<LayerId> = Some(LayerId::Roads);

    #[test]
    fn every_case_is_kept_and_five_are_shown() {
        let mut notes = Notes::default();
        for number in 0..12 {
            let row = SourceRow { file: "roads.csv".to_owned(), number, is_line: true };
            let case = NoteCase::from(format!("路{number}")).in_row(row).doubting("width_m", "350", Some(350.0));
            notes.add(NoteKind::Doubted, ROADS, "宽度 | Width", case);
        }
        let (notes, cases) = notes.into_cases();
        assert_eq!((notes[0].count, notes[0].examples.len(), cases[0].len()), (12, EXAMPLES, 12));
        assert_eq!((notes[0].severity, notes[0].kind), (Severity::Warning, NoteKind::Doubted));
        assert_eq!(cases[0][3].row.as_ref().unwrap().label(), Label::new("roads.csv 第 3 行", "roads.csv, row 3"));
    }

    #[test]
    fn cases_of_merged_features_lead_to_what_they_became() {
        let mut notes = Notes::default();
        notes.add(NoteKind::Doubted, ROADS, "宽度 | Width", NoteCase::from("乙").of("b"));
        let mut later = Notes::default();
        later.follow_merge(LayerId::Roads, "b", "a");
        notes.merge(later);
        assert_eq!(notes.into_cases().1[0][0].feature.as_deref(), Some("a"));
    }

    #[test]
    fn the_kind_follows_from_the_severity_unless_it_is_said() {
        assert_eq!(NoteClass::from(Severity::LeftOut).kind, NoteKind::LeftOut);
        assert_eq!(NoteClass::from(NoteKind::Outside).severity, Severity::LeftOut);
        let both = NoteClass::from((Severity::Info, NoteKind::Outside));
        assert_eq!((both.severity, both.kind), (Severity::Info, NoteKind::Outside));
    }
}
