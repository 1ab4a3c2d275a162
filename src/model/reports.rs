//! What a bureau reports of its units in the form (填报表): answers that no map tells.

use std::collections::{BTreeMap, BTreeSet};

use crate::names;
use crate::units::UnitKind;

/// An answer in the form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answered {
    /// Of a question that asks how many.
    Number(f64),
    /// Of a question that asks whether.
    YesNo(bool),
}

/// Whom and what an answer is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Question {
    unit: UnitKind,
    town: String,
    name: String,
    item: String,
}

/// The answers of a form. What was left empty is not in it.
#[derive(Debug, Clone, Default)]
pub struct Reports {
    /// `None`: several answers contradict one another.
    answers: BTreeMap<Question, Option<Answered>>,
}

impl Reports {
    /// The answer about a unit to the question of this heading. Towns and districts lie in no town: `town` is empty.
    pub fn answer(&self, unit: UnitKind, town: &str, name: &str, item: &str) -> Option<Answered> {
        self.answers.get(&Question::new(unit, town, name, item)).copied().flatten()
    }

    /// Keeps an answer; `false`: there is another one to the same question that says otherwise, and then none holds.
    pub fn keep(&mut self, unit: UnitKind, town: &str, name: &str, item: &str, answer: Answered) -> bool {
        let kept = self.answers.entry(Question::new(unit, town, name, item)).or_insert(Some(answer));
        let agrees = *kept == Some(answer);
        if !agrees {
            *kept = None;
        }
        agrees
    }

    /// The headings of which something was answered, each once.
    pub fn items(&self) -> impl Iterator<Item = &str> {
        let items: BTreeSet<&str> = self.answers.keys().map(|one| one.item.as_str()).collect();
        items.into_iter()
    }

    /// Kind, town and name of every unit of which something was answered, each once.
    pub fn units(&self) -> BTreeSet<(UnitKind, &str, &str)> {
        self.answers.keys().map(|one| (one.unit, one.town.as_str(), one.name.as_str())).collect()
    }

    /// Whether nothing was reported.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Number of answers.
    pub fn len(&self) -> usize {
        self.answers.len()
    }
}

impl Question {
    fn new(unit: UnitKind, town: &str, name: &str, item: &str) -> Self {
        // The district is the area: there is one, however it is called.
        let name = if unit == UnitKind::District { String::new() } else { names::whole(name) };
        Self { unit, town: names::whole(town), name, item: names::plain(item) }
    }
}

/// The form that a bureau fills in (填报表): one sheet per kind of unit, one row per unit, one column per question.
#[derive(Debug, Clone, Default)]
pub struct ReportForm {
    /// What the area is called.
    pub area: String,
    /// The rules that ask, e.g. 重庆市开州区.
    pub rules: String,
    /// A sheet for each kind of unit of which something is asked.
    pub sheets: Vec<FormSheet>,
}

/// The sheet of one kind of unit.
#[derive(Debug, Clone)]
pub struct FormSheet {
    /// The kind of unit.
    pub unit: UnitKind,
    /// The columns, in the order of the notice.
    pub questions: Vec<FormQuestion>,
    /// The rows that wait.
    pub rows: Vec<FormRow>,
}

/// One column of the form.
#[derive(Debug, Clone, PartialEq)]
pub struct FormQuestion {
    /// The heading, by which an answer is found again.
    pub heading: String,
    /// Number and clause in the notice and who is responsible, which stand below the heading.
    pub clause: String,
    /// A number is asked for; otherwise 是 or 否.
    pub is_number: bool,
    /// What is asked, its clause, its day and who is responsible, one line each.
    pub remark: String,
}

/// One row of the form.
#[derive(Debug, Clone)]
pub struct FormRow {
    /// The town that it lies in; empty for towns and the district.
    pub town: String,
    /// Its name.
    pub name: String,
    /// For each question what is known; `None`: it is not asked of this unit.
    pub cells: Vec<Option<FormCell>>,
}

/// A cell that can be filled in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FormCell {
    /// The answer of the form that was read, if one.
    pub answer: Option<Answered>,
}

/// Headings of the columns that say which unit a row is about.
pub const UNIT_HEADINGS: [&str; 2] = ["乡镇街道", "名称"];

/// What begins the clause below a heading; the heading, by which an answer is found, is what stands before it.
const CLAUSE_MARK: char = '【';

impl FormQuestion {
    /// The heading as it stands in the form, with the clause below it.
    pub fn heading_with_clause(&self) -> String {
        format!("{}\n{CLAUSE_MARK}{}】", self.heading, self.clause)
    }
}

/// The heading without the clause below it.
pub fn heading_alone(heading: &str) -> &str {
    heading.split(CLAUSE_MARK).next().unwrap_or(heading).trim_end()
}

/// What a cell says that is not to be filled in.
pub const NOT_ASKED: &str = "—";

/// The sheet that says how the form is filled in.
pub const GUIDE_SHEET: &str = "填表说明";

/// The name of the sheet of a kind of unit.
pub fn sheet_name(unit: UnitKind) -> &'static str {
    match unit {
        UnitKind::District => "区县",
        UnitKind::Town => "乡镇街道",
        UnitKind::Village => "村社区",
        UnitKind::KeyUnit => "重点单位",
        UnitKind::ForestRange => "山系",
    }
}
