//! References that mean nothing sure in the present data: what happened, and what could be meant.

use geo::Coord;

use super::references::{MOVED_M, moved_m};
use super::things::{Thing, Things};
use fireplan_model::area::StudyArea;
use fireplan_model::rows::Label;
use fireplan_model::scenario::{EditReference, KeptScenario, LostReference, ReferenceChoice};

/// As far as this from the old place, things are named as choices.
const CHOICES_M: f64 = 1_000.0;
/// Most choices that are named for a reference that means nothing now.
const MOST_CHOICES: usize = 3;

/// Writes down a reference of the scenario that means nothing sure now, with what could be meant.
pub(super) fn describe_lost(
    kept: &KeptScenario,
    reference: &EditReference,
    happened: Label,
    choices: Vec<ReferenceChoice>,
) -> LostReference {
    let meant = Some((reference.layer, reference.text.as_str()));
    let uses = (1..).zip(&kept.scenario.edits).filter(|(_, edit)| edit.reference() == meant);
    let was = [&reference.name, &reference.class].map(String::as_str).join(" ");
    LostReference {
        layer: reference.layer,
        text: reference.text.clone(),
        edits: uses.map(|(number, _)| number).collect(),
        was: was.trim().to_owned(),
        happened,
        choices,
    }
}

/// What happened to a reference that means nothing sure now: moved, another thing under its id, or gone.
pub(super) fn tell_lost(reference: &EditReference, named: Option<&Thing>, at: Option<Coord>) -> Label {
    let Some(named) = named else {
        return Label::new("现在没有这个编号的对象", "nothing is called so now");
    };
    let moved_m = moved_m(reference, named, at);
    let is_named_so = named.name == reference.name && named.class == reference.class;
    let by_number = reference.text.starts_with('#');
    match (is_named_so, reference.length_m.zip(named.length_m())) {
        (true, _) if moved_m > MOVED_M => Label::new(
            format!("同编号同名的对象移动了 {moved_m:.0} m，请核对是否同一对象"),
            format!("what is called so has moved by {moved_m:.0} m: check whether it is the same"),
        ),
        (true, Some((was, is))) => Label::new(
            format!("同编号同名的道路长度由 {was:.0} m 变为 {is:.0} m"),
            format!("the road called so was {was:.0} m long and is {is:.0} m"),
        ),
        (false, _) if moved_m <= MOVED_M => {
            Label::new("该处对象的名称或类别已变", "what is there has another name or class now")
        }
        _ if by_number => {
            Label::new("行序已变，该序号现为另一对象", "rows were added or moved: the number is another thing's")
        }
        _ => Label::new("该编号或名称现为另一对象", "another thing is called so now"),
    }
}

/// What could be meant: what bears the reference now, what may be the same, and what has its name, the nearest first.
pub(super) fn choices(
    things: &Things,
    reference: &EditReference,
    at: Option<Coord>,
    named: Option<Thing>,
    same: Vec<Thing>,
) -> Vec<ReferenceChoice> {
    let mut others: Vec<Thing> = things
        .all()
        .filter(|thing| {
            let near = at.is_some_and(|at| thing.distance_m(at) <= CHOICES_M);
            near && (thing.class == reference.class || (!thing.name.is_empty() && thing.name == reference.name))
        })
        .collect();
    let far_m = |thing: &Thing| at.map_or(f64::INFINITY, |at| thing.distance_m(at));
    let other_name = |thing: &Thing| thing.name != reference.name;
    others.sort_by(|a, b| other_name(a).cmp(&other_name(b)).then(far_m(a).total_cmp(&far_m(b))));
    let mut rows: Vec<Vec<usize>> = Vec::new();
    let mut offered = Vec::new();
    for thing in named.into_iter().chain(same).chain(others) {
        if offered.len() < MOST_CHOICES && !rows.contains(&thing.rows) {
            let distance_m = at.map(|_| far_m(&thing).round());
            offered.push(ReferenceChoice { text: things.call(&thing), told: things.tell(&thing), distance_m });
            rows.push(thing.rows);
        }
    }
    offered
}

/// All of them at once.
pub(super) fn refuse(kept: &KeptScenario, area: &StudyArea, lost: &[LostReference]) -> anyhow::Error {
    let tell = |one: &LostReference, zh: bool| {
        let LostReference { text, was, happened, .. } = one;
        let numbers = one.edits.iter().map(usize::to_string).collect::<Vec<_>>().join("、");
        let choices: Vec<String> = one.choices.iter().map(|choice| tell_choice(choice, zh)).collect();
        match (zh, &choices[..]) {
            (true, []) => format!("第 {numbers} 处“{text}”原为 {was}，{}，附近没有这样的对象", happened.zh),
            (true, _) => {
                format!("第 {numbers} 处“{text}”原为 {was}，{}，现在可选 [{}]", happened.zh, choices.join("；"))
            }
            (false, []) => format!("edit {numbers} '{text}' was {was}, {}: nothing like it is there", happened.en),
            (false, _) => {
                format!("edit {numbers} '{text}' was {was}, {}; choose from [{}]", happened.en, choices.join("; "))
            }
        }
    };
    let all = |zh: bool| lost.iter().map(|one| tell(one, zh)).collect::<Vec<_>>().join(if zh { "；" } else { "; " });
    let (name, count, place) = (&kept.scenario.name, lost.len(), &area.name);
    anyhow::anyhow!(
        "方案“{name}”有 {count} 处引用在 {place} 现在的数据里不再是原来的对象，未作任何改动：{}。请逐处改用所列编号，或删去该处改动后重新加入 | \
         {count} references of the scenario '{name}' no longer mean what they did in the present data of {place}, and nothing was changed: {}. Use one of the ids named, or drop the edit and make it anew",
        all(true),
        all(false)
    )
}

fn tell_choice(choice: &ReferenceChoice, zh: bool) -> String {
    let told = &choice.told;
    match (choice.distance_m, zh) {
        (Some(far_m), true) => format!("{told}，距原处 {far_m:.0} m"),
        (Some(far_m), false) => format!("{told}, {far_m:.0} m from the old place"),
        (None, _) => told.clone(),
    }
}
