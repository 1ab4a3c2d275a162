//! How the fields of a row are written into cells and understood from the text of a source.

use std::sync::Arc;

use super::{Code, Label, Value, ValueKind};

/// What a field of a row can be: how it is written into a cell and understood from a source's text.
pub trait Cell: Sized {
    /// What kind of value a column of these holds.
    const KIND: ValueKind;
    /// See [`Column::sparse`](super::Column::sparse).
    const SPARSE: bool = false;
    /// See [`Column::best_first`](super::Column::best_first).
    const BEST_FIRST: bool = false;

    /// The codes that it may be, if it is coded.
    fn codes() -> Vec<Code> {
        Vec::new()
    }

    /// What stands in the cell.
    fn value(&self) -> Value;

    /// `None`: the text is not understood. The text is trimmed and not empty.
    fn parse(text: &str) -> Option<Self>;

    /// The value where the source has none; `None`: the row cannot be without it.
    fn missing() -> Option<Self>;
}

impl Cell for String {
    const KIND: ValueKind = ValueKind::Text;
    fn value(&self) -> Value {
        if self.is_empty() { Value::Null } else { Value::text(self.as_str()) }
    }
    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
    fn missing() -> Option<Self> {
        Some(String::new())
    }
}

/// A sentence about the row. A column named `story` is what the page shows first of a feature.
impl Cell for Label {
    const KIND: ValueKind = ValueKind::Label;
    const SPARSE: bool = true;
    fn value(&self) -> Value {
        if self.zh.is_empty() { Value::Null } else { Value::Label(Arc::new(self.clone())) }
    }
    fn parse(text: &str) -> Option<Self> {
        Some(Self::parse(text))
    }
    fn missing() -> Option<Self> {
        Some(Self::new("", ""))
    }
}

impl Cell for f64 {
    const KIND: ValueKind = ValueKind::Float;
    /// Adding 0.0 turns -0.0, which is what Rust sums of no numbers give, into 0.0, so that it is not shown as `-0`.
    fn value(&self) -> Value {
        Value::Float(*self + 0.0)
    }
    /// A plain number, full-width digits included. Units and separators are the business of whoever reads files: stripped
    /// here, `3万` would be 3.
    fn parse(text: &str) -> Option<Self> {
        let ascii: String = text.chars().map(ascii_width).collect();
        ascii.trim().parse().ok().filter(|value: &f64| value.is_finite())
    }
    fn missing() -> Option<Self> {
        None
    }
}

/// Full-width digits and punctuation, common in Chinese tables, as ASCII.
fn ascii_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

macro_rules! whole_number_cell {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            const KIND: ValueKind = ValueKind::Int;
            fn value(&self) -> Value {
                Value::Int(i64::from(*self))
            }
            fn parse(text: &str) -> Option<Self> {
                let value = f64::parse(text)?;
                (value.fract() == 0.0 && (Self::MIN as f64..=Self::MAX as f64).contains(&value)).then_some(value as Self)
            }
            fn missing() -> Option<Self> {
                None
            }
        }
    )*};
}
whole_number_cell!(u32, i32, i64);

impl Cell for bool {
    const KIND: ValueKind = ValueKind::Bool;
    fn value(&self) -> Value {
        Value::Bool(*self)
    }
    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "1" | "t" | "true" | "y" | "yes" | "是" | "有" => Some(true),
            "0" | "f" | "false" | "n" | "no" | "否" | "无" => Some(false),
            _ => None,
        }
    }
    fn missing() -> Option<Self> {
        Some(false)
    }
}

impl<T: Cell> Cell for Option<T> {
    const KIND: ValueKind = T::KIND;
    const BEST_FIRST: bool = T::BEST_FIRST;
    fn codes() -> Vec<Code> {
        T::codes()
    }
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Cell::value)
    }
    fn parse(text: &str) -> Option<Self> {
        T::parse(text).map(Some)
    }
    fn missing() -> Option<Self> {
        Some(None)
    }
}

/// A cell that is empty where there is nothing to say: no neck, no delay. [`Option`] is for what nobody knows (待核).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfAny<T>(pub Option<T>);

impl<T: Cell> Cell for IfAny<T> {
    const KIND: ValueKind = T::KIND;
    const SPARSE: bool = true;
    const BEST_FIRST: bool = T::BEST_FIRST;
    fn codes() -> Vec<Code> {
        T::codes()
    }
    fn value(&self) -> Value {
        self.0.value()
    }
    fn parse(text: &str) -> Option<Self> {
        T::parse(text).map(|value| Self(Some(value)))
    }
    fn missing() -> Option<Self> {
        Some(Self(None))
    }
}
