//! What could not be decided by itself: questions with their evidence, and the answers.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use fireplan_model::message::{Language, reading};
use fireplan_model::rows::Label;
use serde::{Deserialize, Serialize};

/// The answer that leaves something out, whatever the question.
pub const SKIP: &str = "skip";

/// One thing that may be answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerChoice {
    /// What stands in the file.
    pub code: String,
    /// What people read.
    pub label: Label,
}

/// One question; it is asked again until it is answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DoorQuestion {
    /// The same at every run: what is asked of which source.
    pub id: String,
    /// The source that it is about; empty: none of its own.
    pub source: String,
    /// The question itself.
    pub ask: Label,
    /// What speaks for which answer.
    pub evidence: Vec<Label>,
    /// What may be answered, the likeliest first.
    pub choices: Vec<AnswerChoice>,
    /// The headings and up to ten rows of the source.
    pub sample: Vec<Vec<String>>,
    /// What is answered; `None`: nothing yet.
    pub answer: Option<String>,
}

impl DoorQuestion {
    /// Whether it asks in which coordinate system its source is.
    pub fn asks_place(&self) -> bool {
        self.id.starts_with("crs/")
    }

    /// The code of a choice by its code, its label or its number; `None`: none of them.
    pub fn find_choice(&self, text: &str) -> Option<&str> {
        let text = text.trim();
        let named = |choice: &&AnswerChoice| choice.code == text || choice.label.zh == text || choice.label.en == text;
        let number = || text.parse::<usize>().ok().and_then(|number| self.choices.get(number.checked_sub(1)?));
        self.choices.iter().find(named).or_else(number).map(|choice| choice.code.as_str())
    }

    /// The question as lines for a terminal.
    pub fn describe(&self, language: Language) -> String {
        let mut text = format!("{}\n", language.of(&self.ask));
        for line in &self.evidence {
            let _ = writeln!(text, "  · {}", language.of(line));
        }
        for row in &self.sample {
            let _ = writeln!(text, "    {}", row.join(" | "));
        }
        for (at, choice) in self.choices.iter().enumerate() {
            let _ = writeln!(text, "  {}  {}  ({})", at + 1, language.of(&choice.label), choice.code);
        }
        text
    }
}

/// The answers by the ids of their questions.
pub type DoorAnswers = BTreeMap<String, String>;

/// Collects questions while a project is drawn up.
#[derive(Debug, Default)]
pub(crate) struct Inquiry {
    pub questions: Vec<DoorQuestion>,
    answers: DoorAnswers,
}

impl Inquiry {
    pub(crate) fn new(answers: &DoorAnswers) -> Self {
        Self { questions: Vec::new(), answers: answers.clone() }
    }

    /// The answer, if there is one that can be meant; the question is kept either way.
    pub(crate) fn ask(&mut self, mut question: DoorQuestion) -> Option<String> {
        // Several layers of one table ask for one system.
        if let Some(asked) = self.questions.iter().find(|asked| asked.id == question.id) {
            return asked.answer.clone();
        }
        let given = self.answers.get(&question.id).and_then(|text| question.find_choice(text)).map(str::to_owned);
        question.answer.clone_from(&given);
        self.questions.push(question);
        given
    }
}

#[derive(Deserialize)]
struct QuestionFile {
    #[serde(default)]
    question: Vec<AnsweredQuestion>,
}

#[derive(Deserialize)]
struct AnsweredQuestion {
    id: String,
    #[serde(default)]
    answer: String,
}

/// Reads the answers of a filled `questions.toml`.
pub fn read_answers(path: &Path) -> Result<DoorAnswers> {
    let text = std::fs::read_to_string(path).with_context(|| reading(path))?;
    let file: QuestionFile = toml::from_str(&text).with_context(|| {
        let path = path.display();
        format!("{path} 不是填好的 questions.toml | {path} is no filled questions.toml")
    })?;
    let mut answers = DoorAnswers::new();
    for AnsweredQuestion { id, answer } in file.question {
        if !answer.trim().is_empty() {
            answers.insert(id, answer.trim().to_owned());
        }
    }
    Ok(answers)
}

/// How many questions of a `questions.toml` have no answer; none where there is no such file.
pub fn count_unanswered(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let file: QuestionFile = toml::from_str(&text).unwrap_or(QuestionFile { question: Vec::new() });
    file.question.iter().filter(|question| question.answer.trim().is_empty()).count()
}

/// Refuses answers that no question has as a choice.
pub(crate) fn check_answers(questions: &[DoorQuestion], answers: &DoorAnswers) -> Result<()> {
    for question in questions {
        let Some(given) = answers.get(&question.id) else { continue };
        if question.answer.is_none() {
            let (id, known) = (&question.id, list_codes(question));
            bail!(
                "问题“{id}”的回答“{given}”不在选项中；可答 {known} | \
                 the answer '{given}' to the question '{id}' is none of its choices: {known}"
            );
        }
    }
    Ok(())
}

fn list_codes(question: &DoorQuestion) -> String {
    question.choices.iter().map(|choice| choice.code.as_str()).collect::<Vec<_>>().join(", ")
}

/// The text of `questions.toml`: what is open first, and what was answered.
pub(crate) fn write_questions(questions: &[DoorQuestion]) -> String {
    let mut text = String::from(
        "# 下列各项无法自动确定，请在 answer 后填写选项的代码(引号内)，存盘后再运行一次同样的命令即可。留空的不采用。\n\
         # What could not be decided: write the code of a choice behind `answer`, save, and run the same command again. What stays empty is not used.\n",
    );
    let (open, answered): (Vec<_>, Vec<_>) = questions.iter().partition(|question| question.answer.is_none());
    for question in open.into_iter().chain(answered) {
        let _ = write!(text, "\n[[question]]\nid = {}\n", quote(&question.id));
        let _ = writeln!(text, "# {}\n# {}", one_line(&question.ask.zh), one_line(&question.ask.en));
        for line in &question.evidence {
            let _ = writeln!(text, "#   依据 {} | {}", one_line(&line.zh), one_line(&line.en));
        }
        for row in &question.sample {
            let _ = writeln!(text, "#     {}", one_line(&row.join(" | ")));
        }
        for choice in &question.choices {
            let _ =
                writeln!(text, "#   {} = {} | {}", quote(&choice.code), one_line(&choice.label.zh), choice.label.en);
        }
        let _ = writeln!(text, "answer = {}", quote(question.answer.as_deref().unwrap_or_default()));
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as TOML writes it.
pub(crate) fn quote(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A choice.
pub(crate) fn choice(code: &str, zh: impl Into<String>, en: impl Into<String>) -> AnswerChoice {
    AnswerChoice { code: code.to_owned(), label: Label::new(zh, en) }
}

/// The choice to leave something out.
pub(crate) fn skip_choice() -> AnswerChoice {
    choice(SKIP, "不采用", "leave it out")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_back_from_the_file_and_wrong_ones_are_told() {
        let question = DoorQuestion {
            id: "layer/a \"b\".shp".to_owned(),
            source: "a \"b\".shp".to_owned(),
            ask: Label::new("是什么？", "what is it?"),
            evidence: vec![Label::new("有列 名称", "it has a column 名称")],
            choices: vec![choice("roads", "道路", "roads"), skip_choice()],
            sample: vec![vec!["名称".to_owned()], vec!["换\n行".to_owned()]],
            answer: None,
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("questions.toml");
        let text = write_questions(std::slice::from_ref(&question));
        std::fs::write(&file, &text).unwrap();
        assert!(read_answers(&file).unwrap().is_empty());
        std::fs::write(&file, text.replace("answer = \"\"", "answer = \"道路\"")).unwrap();
        let answers = read_answers(&file).unwrap();
        let mut inquiry = Inquiry::new(&answers);
        assert_eq!(inquiry.ask(question.clone()).as_deref(), Some("roads"));
        check_answers(&inquiry.questions, &answers).unwrap();
        let wrong = DoorAnswers::from([(question.id.clone(), "路".to_owned())]);
        let mut inquiry = Inquiry::new(&wrong);
        assert_eq!(inquiry.ask(question), None);
        assert!(format!("{:#}", check_answers(&inquiry.questions, &wrong).unwrap_err()).contains("roads"));
    }
}
