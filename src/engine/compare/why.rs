//! Why a feature moved to another class, in a sentence: the columns that differ, the checks that turn out otherwise with
//! their clause, and what the feature tells of itself.

use std::collections::BTreeMap;

use super::pairs::Pair;
use fireplan_model::findings::{Check, Drawing, Feature, Findings, Layer, SCENARIO_COLUMN};
use fireplan_model::rows::{Column, Label, Value, ValueKind};

/// Most columns that the story of a change names.
const MOST_COLUMNS: usize = 4;

pub(super) struct Why<'a> {
    model: &'a Layer,
    /// By number of the feature.
    before: BTreeMap<u32, Vec<&'a Check>>,
    after: BTreeMap<u32, Vec<&'a Check>>,
    drawn: &'static str,
}

impl<'a> Why<'a> {
    pub(super) fn new(model: &'a Layer, before: &'a Findings, after: &'a Findings) -> Self {
        let drawn = match &model.drawing {
            Drawing::Coded { column } | Drawing::Graded { column, .. } => column,
            Drawing::Plain => "",
        };
        let of = |findings: &'a Findings| {
            let mut checks: BTreeMap<u32, Vec<&Check>> = BTreeMap::new();
            for check in &findings.checks {
                if let Some(feature) = check.feature.as_ref().filter(|feature| feature.layer == model.id) {
                    checks.entry(feature.id).or_default().push(check);
                }
            }
            checks
        };
        Self { model, before: of(before), after: of(after), drawn }
    }

    pub(super) fn story(&self, pair: &Pair, name: &str, before: &Label, after: &Label) -> Label {
        let what = |label: &Label| if name.is_empty() { label.clone() } else { Label::new(name, name) };
        let thing = what(&self.model.title);
        let mut zh = vec![format!("{}：{} → {}。", thing.zh, before.zh, after.zh)];
        let mut en = vec![format!("{}: {} → {}.", thing.en, before.en, after.en)];
        let differing = self.differing(pair);
        if !differing.is_empty() {
            let join =
                |pick: fn(&Label) -> &str, comma: &str| differing.iter().map(pick).collect::<Vec<_>>().join(comma);
            zh.push(format!("{}。", join(|label| &label.zh, "；")));
            en.push(format!("{}.", join(|label| &label.en, "; ")));
        }
        let told = self.checks(pair).into_iter().chain(self.own_story(pair));
        for label in told {
            zh.push(label.zh);
            en.push(label.en);
        }
        Label::new(zh.concat(), en.join(" "))
    }

    /// `响应时间 8.2 → 4.9 min`, for the columns that differ: first which things and states answer now, then how much. The low
    /// and high readings of a quantity say no more of the reason than its base.
    fn differing(&self, pair: &Pair) -> Vec<Label> {
        let (Some((_, before)), Some((_, after))) = (pair.before, pair.after) else { return Vec::new() };
        let columns = self.model.columns.iter().enumerate().filter(|(_, column)| {
            !matches!(column.kind, ValueKind::Label | ValueKind::Edits)
                && column.name != self.drawn
                && column.name != "length_m"
                && column.name != SCENARIO_COLUMN
                && !["_low_", "_high_"].iter().any(|reading| column.name.contains(reading))
        });
        let is_amount = |column: &Column| matches!(column.kind, ValueKind::Float | ValueKind::Int);
        let mut columns: Vec<_> = columns.collect();
        columns.sort_by_key(|(_, column)| is_amount(column));
        let texts = columns.into_iter().filter_map(|(at, column)| {
            let (was, is) = (cell(before, at, column), cell(after, at, column));
            let unit = if column.unit.is_empty() { String::new() } else { format!(" {}", column.unit) };
            let text = |name: &str, was: &str, is: &str| format!("{name} {was} → {is}{unit}");
            (was != is)
                .then(|| Label::new(text(&column.label.zh, &was.zh, &is.zh), text(&column.label.en, &was.en, &is.en)))
        });
        texts.take(MOST_COLUMNS).collect()
    }

    /// Checks about the feature that did not turn out so before.
    fn checks(&self, pair: &Pair) -> Vec<Label> {
        let of = |checks: &BTreeMap<u32, Vec<&'a Check>>, at: Option<(usize, &Feature)>| -> Vec<&'a Check> {
            at.and_then(|(at, _)| checks.get(&(at as u32 + 1)).cloned()).unwrap_or_default()
        };
        let before = of(&self.before, pair.before);
        let known = |check: &&Check| before.iter().any(|b| b.rule == check.rule && b.verdict == check.verdict);
        of(&self.after, pair.after).into_iter().filter(|check| !known(check)).map(|check| check.text.clone()).collect()
    }

    fn own_story(&self, pair: &Pair) -> Option<Label> {
        match pair.cell(self.model, "story") {
            Some(Value::Label(label)) => Some(label.as_ref().clone()),
            _ => None,
        }
    }
}

/// A cell as people read it: codes by their label, numbers with at most two decimals.
fn cell(feature: &Feature, at: usize, column: &Column) -> Label {
    let both = |text: String| Label::new(text.clone(), text);
    match &feature.values[at] {
        Value::Null => Label::new("无", "none"),
        Value::Float(value) => both(((value * 100.0).round() / 100.0 + 0.0).to_string()),
        Value::Bool(true) => Label::new("是", "yes"),
        Value::Bool(false) => Label::new("否", "no"),
        value => {
            let code = column.codes.iter().find(|code| Some(code.code) == value.as_str());
            code.map_or_else(|| both(value.to_string()), |code| code.label.clone())
        }
    }
}
