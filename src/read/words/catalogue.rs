//! What `data/words.toml` says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use super::lexicon::spell;
use fireplan_model::layers::LayerId;

/// The words of all columns, and what may stand around them.
#[derive(Deserialize)]
pub(super) struct Catalogue {
    /// What may stand before a word without changing it.
    pub before: Vec<String>,
    /// What may stand behind it.
    pub after: Vec<String>,
    ignored: BTreeSet<String>,
    patterns: Vec<String>,
    years: String,
    unknown: BTreeSet<String>,
    #[serde(rename = "bool")]
    pub yes_or_no: BTreeMap<String, Vec<String>>,
    #[serde(flatten)]
    layers: BTreeMap<String, BTreeMap<String, ColumnWords>>,
    #[serde(skip)]
    compiled: Option<Patterns>,
}

struct Patterns {
    years: Regex,
    ignored: Regex,
}

/// The words of one column.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnWords {
    /// The column is a free text: its words are their own codes.
    #[serde(default)]
    pub open: bool,
    /// What `*` at the end of a spelling stands for.
    #[serde(default)]
    pub ends: Vec<String>,
    /// What names the thing and says nothing of its kind.
    #[serde(default)]
    pub nouns: Vec<String>,
    /// What says that there is none.
    #[serde(default)]
    pub none: Vec<String>,
    /// Our word → theirs.
    #[serde(default)]
    pub words: BTreeMap<String, Vec<String>>,
}

pub(super) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let text = include_str!("../../../data/words.toml");
        let mut read: Catalogue = toml::from_str(text).expect("a test reads data/words.toml");
        let pattern = |text: &str| Regex::new(text).expect("a test compiles the patterns of data/words.toml");
        let ignored = pattern(&format!("^(?:{})$", read.patterns.join("|")));
        read.compiled = Some(Patterns { years: pattern(&read.years), ignored });
        read
    })
}

impl Catalogue {
    /// The words of a column of a layer, where it has some.
    pub(super) fn column(&self, layer: LayerId, column: &str) -> Option<&ColumnWords> {
        self.layers.get(layer.code())?.get(column)
    }

    /// Every column with words, with its layer: for tests of the file.
    #[cfg(test)]
    pub(super) fn columns(&self) -> impl Iterator<Item = (&str, &str, &ColumnWords)> {
        let columns = |(layer, columns)| {
            let columns: &BTreeMap<String, ColumnWords> = columns;
            let layer: &String = layer;
            columns.iter().map(move |(column, words)| (layer.as_str(), column.as_str(), words))
        };
        self.layers.iter().flat_map(columns)
    }

    fn patterns(&self) -> &Patterns {
        self.compiled.as_ref().expect("`catalogue` compiles them")
    }

    /// The spelled text without years.
    pub(super) fn without_years(&self, text: &str) -> String {
        self.patterns().years.replace_all(text, "").into_owned()
    }

    /// The year that the spelled text names, if it names one and no span of years.
    pub(super) fn year(&self, text: &str) -> Option<u32> {
        let mut years = self.patterns().years.find_iter(text);
        let found = years.next()?;
        let digits: Vec<&str> =
            found.as_str().split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 4).collect();
        match digits.as_slice() {
            [one] if years.next().is_none() => one.parse().ok(),
            _ => None,
        }
    }

    /// Whether the spelled content of a bracket says nothing of the matter.
    pub(super) fn is_aside(&self, content: &str) -> bool {
        let mut parts = content.split(['、', ',', ';', ':', '/']);
        let says_nothing =
            |part: &str| part.is_empty() || self.ignored.contains(part) || self.patterns().ignored.is_match(part);
        parts.all(|part| says_nothing(part) || says_nothing(&self.without_years(part)))
    }

    /// Whether the text says that nobody knows.
    pub(super) fn says_unknown(&self, text: &str) -> bool {
        let spelled = spell(text);
        self.unknown.contains(text) || self.unknown.contains(&spelled)
    }
}
