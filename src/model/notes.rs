//! Notes on the data: what was left out, doubted or assumed. Counted, with at most five examples of each kind.

use schemars::JsonSchema;
use serde::Serialize;

use crate::layers::LayerId;
use crate::rows::Label;

/// At most so many examples are kept of each kind of note.
pub const EXAMPLES: usize = 5;

/// How grave a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Figures may be less certain for it.
    Warning,
    /// Something was left out.
    LeftOut,
}

/// One kind of remark, with how often it came up.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Note {
    /// How grave it is.
    pub severity: Severity,
    /// The layer it is about, if one.
    pub layer: Option<LayerId>,
    /// What it says.
    pub text: Label,
    /// How many cases there were.
    pub count: usize,
    /// At most five names or source ids, enough to find the thing.
    pub examples: Vec<String>,
}

/// Collects notes in the order in which each kind first came up.
#[derive(Debug, Default)]
pub struct Notes {
    notes: Vec<Note>,
}

impl Notes {
    /// Counts one more case of the note `text` (`中文 | English`), remembering `example` if there is room.
    pub fn add(&mut self, severity: Severity, layer: Option<LayerId>, text: &str, example: impl Into<String>) {
        let label = Label::parse(text);
        let known = self.notes.iter().position(|note| note.layer == layer && note.text == label);
        let at = known.unwrap_or_else(|| {
            self.notes.push(Note { severity, layer, text: label, count: 0, examples: Vec::new() });
            self.notes.len() - 1
        });
        let note = &mut self.notes[at];
        note.count += 1;
        let example = example.into();
        if !example.is_empty() && note.examples.len() < EXAMPLES && !note.examples.contains(&example) {
            note.examples.push(example);
        }
    }

    /// Notes `count` cases at once, with one example that sums them up.
    pub fn add_counted(&mut self, severity: Severity, layer: LayerId, text: &str, count: usize, example: String) {
        let text = Label::parse(text);
        self.notes.push(Note { severity, layer: Some(layer), text, count, examples: vec![example] });
    }

    /// Adds notes made elsewhere.
    pub fn extend(&mut self, notes: impl IntoIterator<Item = Note>) {
        self.notes.extend(notes);
    }

    /// Counts the cases of other notes as if they had been added here.
    pub fn merge(&mut self, other: Self) {
        for note in other.notes {
            let known = self.notes.iter_mut().find(|known| known.layer == note.layer && known.text == note.text);
            let Some(known) = known else {
                self.notes.push(note);
                continue;
            };
            known.count += note.count;
            for example in note.examples {
                if known.examples.len() < EXAMPLES && !known.examples.contains(&example) {
                    known.examples.push(example);
                }
            }
        }
    }

    /// The notes, in the order in which each kind first came up.
    pub fn into_vec(self) -> Vec<Note> {
        self.notes
    }
}
