//! One case of a note: the thing, its row in the source, its place, and the value that is not used.

use geo::Coord;
use schemars::JsonSchema;
use serde::Serialize;

use crate::rows::Label;

/// A row of a source, as whoever opens the file finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SourceRow {
    /// The file, without its folder.
    pub file: String,
    /// Its number there.
    pub number: u64,
    /// The number is that of a line of the sheet, heading included; otherwise it is the FID that GIS programs show.
    pub is_line: bool,
}

impl SourceRow {
    /// As people say it.
    pub fn label(&self) -> Label {
        let Self { file, number, is_line } = self;
        if *is_line {
            Label::new(format!("{file} 第 {number} 行"), format!("{file}, row {number}"))
        } else {
            Label::new(format!("{file} 要素 FID {number}"), format!("{file}, FID {number}"))
        }
    }
}

/// A value that was read and is not used.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DoubtedValue {
    /// Our name of the column.
    pub column: String,
    /// What the source says.
    pub said: String,
    /// What the value would be in our unit, if it were true; `None`: nobody can tell.
    pub if_true: Option<f64>,
    /// The unit by which it would be that, where it is not ours.
    pub unit: Option<String>,
}

/// One case of a note, and what leads to it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NoteCase {
    /// What it is and what is wrong with it, for people.
    pub text: String,
    /// Where its source says so.
    pub row: Option<SourceRow>,
    /// The source id of its feature in the layer of the note; `None`: the layer has no such feature.
    pub feature: Option<String>,
    /// Where it is, in local metres; `None`: nowhere, or where its feature is.
    pub place: Option<Coord>,
    /// The value that is not used.
    pub value: Option<DoubtedValue>,
}

impl NoteCase {
    /// Says other words of the same thing.
    pub fn saying(&self, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..self.clone() }
    }

    /// Names the feature it is about.
    pub fn of(mut self, source_id: &str) -> Self {
        self.feature = Some(source_id.to_owned());
        self
    }

    /// Says where it is, in local metres.
    pub fn at(mut self, place: Coord) -> Self {
        self.place = Some(place);
        self
    }

    /// Says in which row of its source it is.
    pub fn in_row(mut self, row: SourceRow) -> Self {
        self.row = Some(row);
        self
    }

    /// Says which value of it is not used.
    pub fn doubting(mut self, column: &str, said: impl Into<String>, if_true: Option<f64>) -> Self {
        self.value = Some(DoubtedValue { column: column.to_owned(), said: said.into(), if_true, unit: None });
        self
    }

    /// Says by which unit the value that is not used would be true.
    pub fn by_unit(mut self, unit: &str) -> Self {
        self.value.iter_mut().for_each(|value| value.unit = Some(unit.to_owned()));
        self
    }
}

impl From<String> for NoteCase {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

impl From<&str> for NoteCase {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for NoteCase {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<&Self> for NoteCase {
    fn from(case: &Self) -> Self {
        case.clone()
    }
}
