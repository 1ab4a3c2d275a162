//! What a comparison says: settings, figures, layers, checks and rules that differ.

use schemars::JsonSchema;
use serde::Serialize;

use super::Change;
use fireplan_model::findings::{Layer, Verdict};
use fireplan_model::rows::Label;

/// Everything that differs between two runs of one question.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Comparison {
    /// To what the changes may be put down.
    pub attribution: Label,
    /// In how many things the runs differ; not part of the JSON.
    #[serde(skip)]
    pub differs_in: usize,
    /// Data and program version that differ.
    pub grounds: Vec<GroundChange>,
    /// Parameters and settings that differ.
    pub settings: Vec<SettingChange>,
    /// The figures of both runs.
    pub figures: Vec<FigureChange>,
    /// Layers that are drawn by class and in which some feature changes its class.
    pub layers: Vec<LayerChange>,
    /// Checks whose verdict differs.
    pub checks: Vec<CheckChange>,
    /// Rules whose value or clause differs.
    pub rules: Vec<RuleChange>,
}

/// Something that both runs stand on and that differs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GroundChange {
    /// What it is: a source of the data, or the program.
    pub what: Label,
    /// Whether it is a source of the data.
    pub is_data: bool,
    /// Its version or the beginning of its digest in the first run; null: not in that run.
    pub before: Option<String>,
    /// Its version or the beginning of its digest in the second run; null: not in that run.
    pub after: Option<String>,
}

/// A parameter or setting that differs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SettingChange {
    /// Name of the parameter, or `profile`, `set` or `scenario`.
    pub name: String,
    /// Its value in the first run; null if that run has none.
    pub before: serde_json::Value,
    /// Its value in the second run.
    pub after: serde_json::Value,
}

/// A figure in both runs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FigureChange {
    /// Name of the figure, the same in both runs.
    pub name: String,
    /// What the figure is called.
    pub label: Label,
    /// The unit of both values; empty for counts.
    pub unit: String,
    /// Its value in the first run; null: undetermined, or not in that run.
    pub before: Option<f64>,
    /// Its value in the second run; null: undetermined, or not in that run.
    pub after: Option<f64>,
    /// The second value less the first; null where one of the two is undetermined.
    pub difference: Option<f64>,
}

/// A number of features, with their people and length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Tally {
    /// Number of features.
    pub features: usize,
    /// People concerned; null where the layer does not say.
    pub people: Option<f64>,
    /// Length in metres; null where the layer is not of lines.
    pub length_m: Option<f64>,
}

/// What moves from one class to another.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Move {
    /// The class in the first run; null: new.
    pub before: Option<Label>,
    /// The class in the second run; null: gone.
    pub after: Option<Label>,
    /// Whether the move is for the better or the worse.
    pub change: Change,
    /// How much moves.
    #[serde(flatten)]
    pub tally: Tally,
}

/// A layer in both runs, and what moves from one class to another.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LayerChange {
    /// Id of the layer in both runs.
    pub layer: String,
    /// Title of the layer.
    pub title: Label,
    /// The column it is compared by.
    pub column: Label,
    /// All that fares better.
    pub gained: Tally,
    /// All that fares worse.
    pub lost: Tally,
    /// What moves, class by class.
    pub moves: Vec<Move>,
    /// The features that change, as a layer of its own; not part of the JSON.
    #[serde(skip)]
    pub changes: Layer,
}

/// A check whose verdict differs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckChange {
    /// What is checked.
    pub subject: String,
    /// Key of the rule.
    pub rule: String,
    /// The clause.
    pub cite: String,
    /// Verdict in the first run; null: only made in the second.
    pub before: Option<Verdict>,
    /// Verdict in the second run; null: only made in the first.
    pub after: Option<Verdict>,
    /// The check in words, of the second run if it was made there.
    pub text: Label,
}

/// A rule whose value or clause differs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleChange {
    /// Key of the entry, e.g. `response.time_min`.
    pub key: String,
    /// What the rule is called.
    pub label: Label,
    /// Value and clause in the first run; null: not in that run.
    pub before: Option<RuleText>,
    /// Value and clause in the second run; null: not in that run.
    pub after: Option<RuleText>,
}

/// A rule as one run has it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RuleText {
    /// The value with its unit.
    pub value: Label,
    /// The clause.
    pub cite: String,
}

impl Tally {
    /// Adds what another tally counts.
    pub(super) fn add(&mut self, more: Self) {
        let sum = |a: Option<f64>, b: Option<f64>| a.map_or(b, |a| Some(a + b.unwrap_or(0.0)));
        self.features += more.features;
        self.people = sum(self.people, more.people);
        self.length_m = sum(self.length_m, more.length_m);
    }
}
