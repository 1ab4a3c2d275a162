//! Texts filled from the findings, before they take the form of a file.

use super::insets::InsetMaker;
use super::spec::{ArticleSpec, DocumentNumbering, DocumentSpec};
use crate::sources::Sources;
use crate::template::{DoubtfulFigure, Teller};

/// A text with its figures.
pub struct ComposedDocument {
    /// 规划文本, 规划说明书.
    pub title: String,
    /// Name of the plan, for the header of each page.
    pub header: String,
    /// How its parts are numbered.
    pub numbering: DocumentNumbering,
    /// The lines of the cover.
    pub cover: Vec<String>,
    /// What stands below the title: which scenario it was made under; `None`: none.
    pub notice: Option<String>,
    /// Its chapters.
    pub chapters: Vec<ComposedChapter>,
}

/// A chapter with its figures.
pub struct ComposedChapter {
    /// Its heading.
    pub title: String,
    /// Its articles.
    pub articles: Vec<ComposedArticle>,
}

/// An article with its figures.
pub struct ComposedArticle {
    /// Name of the block.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// 强制性内容.
    pub mandatory: bool,
    /// Meant to be 强制性内容, but resting on these rules, for which no clause of 应 stands.
    pub not_asked: Vec<String>,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// Its tables.
    pub tables: Vec<crate::schedule::fill::FilledSchedule>,
    /// What is doubtful in it.
    pub doubtful: Vec<DoubtfulFigure>,
    /// What is missing for it.
    pub missing: Vec<String>,
}

impl ComposedArticle {
    /// What no clause of 应 asks for does not oblige: such an article is no 强制性内容, and says so.
    fn hold_to_clauses(&mut self, is_meant: bool) {
        let mut told = std::collections::BTreeSet::new();
        self.not_asked.retain(|label| is_meant && told.insert(label.clone()));
        if self.not_asked.is_empty() {
            return;
        }
        self.mandatory = false;
        let rules = self.not_asked.join("、");
        self.paragraphs.push(format!("（本条所依据的{rules}没有“应”条依据，本条不作为强制性内容。）"));
    }
}

impl ComposedDocument {
    /// Every article.
    pub fn articles(&self) -> impl Iterator<Item = &ComposedArticle> {
        self.chapters.iter().flat_map(|chapter| &chapter.articles)
    }

    /// What people have yet to write: the words in 【 】, each with its article.
    pub fn open_words(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for article in self.articles() {
            for paragraph in &article.paragraphs {
                for words in bracketed(paragraph) {
                    found.push((article.title.clone(), words.to_owned()));
                }
            }
        }
        found.dedup();
        found
    }
}

/// What stands in 【 】, without the mark of an unverified figure.
fn bracketed(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split('【').skip(1).filter_map(|part| part.split_once('】').map(|(words, _)| words));
    parts.filter(|words| *words != "待核")
}

/// Composes texts.
pub struct Composer<'a> {
    /// What was found.
    pub sources: &'a Sources<'a>,
    /// Tells sentences.
    pub teller: &'a Teller<'a>,
    /// Makes tables.
    pub insets: &'a InsetMaker<'a>,
}

impl Composer<'_> {
    /// The text with its figures.
    pub fn compose(&self, spec: &DocumentSpec) -> ComposedDocument {
        let chapters = spec.chapter.iter().map(|chapter| ComposedChapter {
            title: chapter.title.clone(),
            articles: chapter.article.iter().map(|article| self.article(article)).collect(),
        });
        ComposedDocument {
            title: spec.title.clone(),
            header: self.header(),
            numbering: spec.numbering,
            cover: spec.cover.iter().map(|line| self.teller.tell(line).text).collect(),
            notice: self.sources.scenario_notice(),
            chapters: chapters.collect(),
        }
    }

    /// The name of the plan and, under a scenario, which that is: every page says so.
    fn header(&self) -> String {
        let name = self.teller.tell("{plan name}").text;
        self.sources.scenario().map_or_else(|| name.clone(), |scenario| format!("{name}（{scenario}）"))
    }

    fn article(&self, spec: &ArticleSpec) -> ComposedArticle {
        let mut article = ComposedArticle {
            id: spec.id.clone(),
            title: spec.title.clone(),
            mandatory: spec.mandatory,
            not_asked: Vec::new(),
            paragraphs: Vec::new(),
            tables: Vec::new(),
            doubtful: Vec::new(),
            missing: Vec::new(),
        };
        for template in &spec.text {
            let told = self.teller.tell(template);
            article.doubtful.extend(told.doubtful);
            article.not_asked.extend(told.not_asked);
            if told.missing.is_empty() {
                article.paragraphs.push(told.text);
                continue;
            }
            let lack = self.lack(&told.missing);
            if !article.missing.contains(&lack) {
                article.paragraphs.push(lack.clone());
                article.missing.push(lack);
            }
        }
        for inset in &spec.inset {
            match self.insets.make(inset) {
                Ok(table) => article.tables.push(table),
                Err(lack) if !article.missing.contains(&lack) => {
                    article.paragraphs.push(lack.clone());
                    article.missing.push(lack);
                }
                Err(_) => {}
            }
        }
        article.hold_to_clauses(spec.mandatory);
        article
    }

    /// 缺：…，需补充: which analyses a sentence needs, and why they have no answer.
    fn lack(&self, missing: &[String]) -> String {
        let mut told: Vec<String> = Vec::new();
        for asked in missing {
            let why = self.sources.tell_missing(asked);
            if !told.contains(&why) {
                told.push(why);
            }
        }
        format!("缺：{}，需补充。", told.join("、"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_of_an_unverified_figure_is_no_place_for_words() {
        let found: Vec<&str> = bracketed("由【牵头单位】负责，覆盖率 42%【待核】，【补充：保障措施】。").collect();
        assert_eq!(found, ["牵头单位", "补充：保障措施"]);
    }
}
