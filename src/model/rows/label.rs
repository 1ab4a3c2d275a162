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

    /// Reads `中文 | English`; without a bar both languages get the same text.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        match text.split_once('|') {
            Some((zh, en)) => Self::new(zh.trim(), en.trim()),
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
