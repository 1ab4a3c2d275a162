//! What a text is made of: chapters, articles, sentences with figures in braces.

use anyhow::{Context, Result};
use serde::Deserialize;

/// A text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentSpec {
    /// 规划文本, 规划说明书.
    pub title: String,
    /// How its parts are numbered.
    pub numbering: DocumentNumbering,
    /// What stands on the cover, line by line.
    pub cover: Vec<String>,
    /// Its chapters.
    pub chapter: Vec<ChapterSpec>,
}

/// How the parts of a text are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentNumbering {
    /// 第一章, 第一条 through the whole text.
    Articles,
    /// 1, 1.1.
    Sections,
}

/// A chapter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChapterSpec {
    /// Its heading.
    pub title: String,
    /// Its articles or sections.
    pub article: Vec<ArticleSpec>,
}

/// An article or a section: one block.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleSpec {
    /// Name of the block, once in the text.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// 强制性内容: printed bold and underlined, and never on unverified figures in a final package.
    #[serde(default)]
    pub mandatory: bool,
    /// Its paragraphs.
    #[serde(default)]
    pub text: Vec<String>,
    /// Its tables.
    #[serde(default)]
    pub inset: Vec<InsetSpec>,
}

/// A table in a text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InsetSpec {
    /// A 附表 by its number.
    pub table: Option<u32>,
    /// A sheet of the findings.
    pub sheet: Option<String>,
    /// `inputs`, `rules`, `checks`, `notes`, `open`: what the package puts together.
    pub list: Option<String>,
    /// Of `rules` and `checks`: which topic or analysis.
    pub of: String,
    /// Its title, where the 附表 has not its own.
    pub title: String,
    /// Which columns, by title for a 附表, by name for a sheet; all where there are none.
    pub columns: Vec<String>,
    /// At most so many rows; the rest is told.
    pub most: Option<usize>,
}

impl DocumentSpec {
    /// Reads a text; `file` is its name for what is wrong.
    ///
    /// # Errors
    /// If it is not understood.
    pub fn read(file: &str, text: &str) -> Result<Self> {
        toml::from_str(text).with_context(|| format!("读取 data/package/{file} | reading data/package/{file}"))
    }

    /// Every article with its chapter.
    pub fn articles(&self) -> impl Iterator<Item = &ArticleSpec> {
        self.chapter.iter().flat_map(|chapter| &chapter.article)
    }
}
