//! Texts in both languages of the page.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text in both languages of the page, Chinese first: `zh` and `en`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    /// The text in Chinese.
    pub zh: String,
    /// The text in English.
    pub en: String,
}

impl Label {
    /// The text in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// Reads `中文 | English`; without a bar both languages get the same text. Names that have a bar themselves stand on both
    /// sides, so that the bar in the middle is the one that parts the languages.
    pub fn parse(text: &str) -> Self {
        const BAR: &str = " | ";
        let text = text.trim();
        let bars: Vec<usize> = text.match_indices(BAR).map(|(at, _)| at).collect();
        match bars.get(bars.len().saturating_sub(1) / 2) {
            Some(&at) => Self::new(text[..at].trim(), text[at + BAR.len()..].trim()),
            None => Self::new(text, text),
        }
    }
}

impl From<&str> for Label {
    /// See [`Label::parse`].
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl std::fmt::Display for Label {
    /// As [`Label::parse`] reads it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.zh == self.en { self.zh.fmt(f) } else { write!(f, "{} | {}", self.zh, self.en) }
    }
}
