//! What a supposed value changes, in words: `若这 12 处道路“路面宽度”属实，村庄消防车通达：3 处由“待核”变为“可达”`.

use crate::compare::{Comparison, LayerChange, Move};
use crate::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Findings, Layer};
use fireplan_model::layers::LayerReader;
use fireplan_model::quality::{DoubtEffect, EffectFigure, EffectMove, QuestionEffect};
use fireplan_model::rows::{Column, Label, Row};

use super::DoubtGroup;

/// At most so many moves and so many figures of a question are told in its sentence; the lists have all.
const SHOWN: usize = 2;

/// The effect of a group before anything is known of it; the premise is finished by [`count_premise`].
pub(super) fn suppose(area: &StudyArea, group: &DoubtGroup) -> DoubtEffect {
    let columns = area.layers.read(group.layer, &mut ListColumns).unwrap_or_default();
    let column = columns.iter().find(|column| column.name == group.column);
    let column = column.map_or_else(|| Label::parse(&group.column), |column| column.label.clone());
    let layer = group.layer.label();
    let is_zero = group.values.values().all(|value| *value == 0.0);
    let (zh, en) = match &group.unit {
        Some(unit) => (format!("以 {unit} 计属实"), format!("are in {unit}")),
        None if is_zero => ("确为 0".to_owned(), "really are 0".to_owned()),
        None => ("属实".to_owned(), "are true".to_owned()),
    };
    let premise = Label::new(
        format!("处{}的“{}”{zh}", layer.zh, column.zh),
        format!("values of \"{}\" ({}) {en}", column.en, layer.en),
    );
    let (note, layer, column) = (group.note, group.layer, group.column.clone());
    DoubtEffect { note, layer, column, rows: 0, premise, questions: Vec::new() }
}

/// Says of how many rows the premise is.
pub(super) fn count_premise(effect: &mut DoubtEffect) {
    let (rows, Label { zh, en }) = (effect.rows, &effect.premise);
    effect.premise = Label::new(format!("若这 {rows} {zh}"), format!("If these {rows} {en}"));
}

struct ListColumns;

impl LayerReader for ListColumns {
    type Output = Vec<Column>;

    fn read<R: Row>(&mut self, _: &[R]) -> Vec<Column> {
        R::columns()
    }
}

/// What changes in the answer to one question.
pub(super) fn tell(request: &Request, comparison: &Comparison, runs: [&Findings; 2]) -> QuestionEffect {
    let mut moves: Vec<EffectMove> = comparison
        .layers
        .iter()
        .flat_map(|change| {
            let layer = runs.iter().find_map(|run| run.layers.iter().find(|layer| layer.id == change.layer));
            change.moves.iter().map(move |one| told_move(change, one, layer))
        })
        .collect();
    // What becomes known is what the reader asks for: places before pieces of road, and of them the most first. What is only
    // there on one side, as bands of time are, comes last.
    let one_sided = |one: &EffectMove| one.before.is_none() || one.after.is_none();
    moves.sort_by_key(|one| {
        (one_sided(one), !one.was_undetermined, one.length_m.is_some(), std::cmp::Reverse(one.features))
    });
    let moved = comparison.figures.iter().filter(|figure| figure.before != figure.after);
    let figures: Vec<EffectFigure> = moved
        .map(|figure| EffectFigure {
            name: figure.name.clone(),
            label: figure.label.clone(),
            unit: figure.unit.clone(),
            before: figure.before,
            after: figure.after,
        })
        .collect();
    let title = request.about().0;
    let text = sentence(&title, &moves, &figures);
    QuestionEffect { process: request.id().to_owned(), title, moves, figures, text }
}

fn told_move(change: &LayerChange, one: &Move, layer: Option<&Layer>) -> EffectMove {
    EffectMove {
        layer: change.layer.clone(),
        title: change.title.clone(),
        before: one.before.clone(),
        after: one.after.clone(),
        was_undetermined: one.before.as_ref().is_some_and(|class| is_undetermined(class, layer)),
        features: one.tally.features,
        length_m: one.tally.length_m,
    }
}

/// Whether the class says that a fact is missing: no value at all, or a code that is marked so.
fn is_undetermined(class: &Label, layer: Option<&Layer>) -> bool {
    let drawn = layer.and_then(|layer| match layer.drawing {
        Drawing::Coded { column } => layer.columns.iter().find(|known| known.name == column),
        _ => None,
    });
    let mut codes = drawn.map_or(&[][..], |column| column.codes.as_slice()).iter();
    class.zh == "待核" || codes.any(|code| code.undetermined && code.label == *class)
}

fn sentence(title: &Label, moves: &[EffectMove], figures: &[EffectFigure]) -> Label {
    let (mut zh, mut en): (Vec<String>, Vec<String>) =
        moves.iter().take(SHOWN).map(say_move).chain(figures.iter().take(SHOWN).map(say_figure)).unzip();
    let more = moves.len().saturating_sub(SHOWN) + figures.len().saturating_sub(SHOWN);
    if more > 0 {
        zh.push(format!("另有 {more} 项变化"));
        en.push(format!("{more} more changes"));
    }
    if zh.is_empty() {
        return Label::new(format!("{}：不变", title.zh), format!("{}: no change", title.en));
    }
    Label::new(format!("{}：{}", title.zh, zh.join("，")), format!("{}: {}", title.en, en.join(", ")))
}

fn say_move(one: &EffectMove) -> (String, String) {
    let EffectMove { title, before, after, features, .. } = one;
    let (zh, en) = match one.length_m {
        Some(length_m) => (format!("{:.2} km ", length_m / 1000.0), format!("{:.2} km of ", length_m / 1000.0)),
        None => (format!("{features} 处"), format!("{features} of ")),
    };
    let (what_zh, what_en) = (format!("{zh}“{}”", title.zh), format!("{en}\"{}\"", title.en));
    match (before, after) {
        (Some(before), Some(after)) => (
            format!("{what_zh}由“{}”变为“{}”", before.zh, after.zh),
            format!("{what_en} from \"{}\" to \"{}\"", before.en, after.en),
        ),
        (_, Some(after)) => (format!("{what_zh}新增为“{}”", after.zh), format!("{what_en} new as \"{}\"", after.en)),
        (Some(before), None) => {
            (format!("{what_zh}不再是“{}”", before.zh), format!("{what_en} no longer \"{}\"", before.en))
        }
        (None, None) => (what_zh, what_en),
    }
}

fn say_figure(figure: &EffectFigure) -> (String, String) {
    let EffectFigure { label, unit, before, after, .. } = figure;
    let value =
        |value: &Option<f64>, unknown: &str| value.map_or_else(|| unknown.to_owned(), |value| with_unit(value, unit));
    (
        format!("“{}”由 {} 变为 {}", label.zh, value(before, "待核"), value(after, "待核")),
        format!("\"{}\" from {} to {}", label.en, value(before, "undetermined"), value(after, "undetermined")),
    )
}

/// Whole numbers as they are, others with two decimals at most.
fn with_unit(value: f64, unit: &str) -> String {
    let number = (value * 100.0).round() / 100.0 + 0.0;
    match unit {
        "" => number.to_string(),
        "%" => format!("{number}%"),
        unit => format!("{number} {unit}"),
    }
}
