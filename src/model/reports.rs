//! What a bureau reports of its units in the form (填报表): answers that no map tells.

use std::collections::BTreeMap;

use crate::names;
use crate::rules::UnitKind;

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
    answers: BTreeMap<Question, Answered>,
}

impl Reports {
    /// The answer about a unit to the question of this heading. Towns and districts lie in no town: `town` is empty.
    pub fn answer(&self, unit: UnitKind, town: &str, name: &str, item: &str) -> Option<Answered> {
        self.answers.get(&Question::new(unit, town, name, item)).copied()
    }

    /// Keeps an answer; `false`: there is another one to the same question, which stays.
    pub fn keep(&mut self, unit: UnitKind, town: &str, name: &str, item: &str, answer: Answered) -> bool {
        let kept = self.answers.entry(Question::new(unit, town, name, item)).or_insert(answer);
        *kept == answer
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
