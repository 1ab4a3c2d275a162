//! What doubts change in the answers: data of the report, computed by whoever answers questions.

use schemars::JsonSchema;
use serde::Serialize;

use crate::layers::LayerId;
use crate::rows::Label;

/// What would change if the values of one note that are not used were true.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DoubtEffect {
    /// The note, by its place among those of the area.
    pub note: usize,
    /// The layer whose values are in doubt.
    pub layer: LayerId,
    /// Our name of the column.
    pub column: String,
    /// In how many rows the value was put.
    pub rows: usize,
    /// What is supposed, e.g. `若这 12 处道路“路面宽度”属实`.
    pub premise: Label,
    /// What follows for each question that reads the layer.
    pub questions: Vec<QuestionEffect>,
}

/// What would change in the answer to one question.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct QuestionEffect {
    /// The question.
    pub process: String,
    /// Title of the question.
    pub title: Label,
    /// Features that move to another class, those that are undetermined first.
    pub moves: Vec<EffectMove>,
    /// Figures that move.
    pub figures: Vec<EffectFigure>,
    /// All of it in one sentence.
    pub text: Label,
}

impl QuestionEffect {
    /// Whether anything changes.
    pub fn changes(&self) -> bool {
        !self.moves.is_empty() || !self.figures.is_empty()
    }
}

/// Features of a layer that move from one class to another.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EffectMove {
    /// Id of the layer of the findings.
    pub layer: String,
    /// Title of the layer.
    pub title: Label,
    /// The class as things are; `None`: new.
    pub before: Option<Label>,
    /// The class if the values were true; `None`: gone.
    pub after: Option<Label>,
    /// The class says that a fact is missing (待核).
    pub was_undetermined: bool,
    /// How many features move.
    pub features: usize,
    /// Their length in metres; `None` where the layer is not of lines.
    pub length_m: Option<f64>,
}

/// A figure that moves.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EffectFigure {
    /// Name of the figure.
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// Its unit; empty for counts.
    pub unit: String,
    /// Its value as things are; `None`: undetermined.
    pub before: Option<f64>,
    /// Its value if the values were true; `None`: undetermined.
    pub after: Option<f64>,
}

impl DoubtEffect {
    /// The effect in one sentence: what is supposed, and what follows.
    pub fn sentence(&self) -> Label {
        let told: Vec<&QuestionEffect> = self.questions.iter().filter(|question| question.changes()).collect();
        let Label { zh, en } = &self.premise;
        if told.is_empty() {
            return Label::new(format!("{zh}，各项分析的结论不变。"), format!("{en}, no answer changes."));
        }
        let joined = |text: fn(&Label) -> &String, between: &str| {
            told.iter().map(|question| text(&question.text).as_str()).collect::<Vec<_>>().join(between)
        };
        let (follows_zh, follows_en) = (joined(|text| &text.zh, "；"), joined(|text| &text.en, "; "));
        Label::new(format!("{zh}，{follows_zh}。"), format!("{en}, {follows_en}."))
    }
}
