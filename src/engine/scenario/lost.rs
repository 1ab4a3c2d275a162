//! References that mean nothing sure in the present data: what happened, and what could be meant.

use geo::Coord;

use super::references::{MOVED_M, moved_m};
use super::things::{Thing, Things};
use fireplan_model::area::StudyArea;
use fireplan_model::scenario::{EditReference, KeptScenario};

/// As far as this from the old place, things are named as choices.
const CHOICES_M: f64 = 1_000.0;
/// Most choices that are named for a reference that means nothing now.
const MOST_CHOICES: usize = 3;

/// A reference that means nothing sure now.
pub(super) struct Lost {
    /// What happened, in both languages.
    pub happened: [String; 2],
    /// What could be meant.
    pub choices: Vec<String>,
}

/// What happened to a reference that means nothing sure now, in both languages: moved, another thing under its id, or gone.
pub(super) fn tell_lost(reference: &EditReference, named: Option<&Thing>, at: Option<Coord>) -> [String; 2] {
    let Some(named) = named else {
        return ["现在没有这个编号的对象".to_owned(), "nothing is called so now".to_owned()];
    };
    let moved_m = moved_m(reference, named, at);
    let is_named_so = named.name == reference.name && named.class == reference.class;
    let by_number = reference.text.starts_with('#');
    match (is_named_so, reference.length_m.zip(named.length_m())) {
        (true, _) if moved_m > MOVED_M => {
            let confirm =
                ["如确是同一对象，请删去该处改动后重新加入", "if it is the same, drop the edit and make it anew"];
            [
                format!("同编号同名的对象移动了 {moved_m:.0} m，{}", confirm[0]),
                format!("what is called so has moved by {moved_m:.0} m; {}", confirm[1]),
            ]
        }
        (true, Some((was, is))) => [
            format!("同编号同名的道路长度由 {was:.0} m 变为 {is:.0} m"),
            format!("the road called so was {was:.0} m long and is {is:.0} m"),
        ],
        (false, _) if moved_m <= MOVED_M => {
            ["该处对象的名称或类别已变".to_owned(), "what is there has another name or class now".to_owned()]
        }
        _ if by_number => [
            "行序已变，该序号现为另一对象".to_owned(),
            "rows were added or moved: the number is another thing's".to_owned(),
        ],
        _ => ["该编号或名称现为另一对象".to_owned(), "another thing is called so now".to_owned()],
    }
}

/// What could be meant: what bears the reference now, what may be the same, and what has its name, the nearest first.
pub(super) fn choices(
    things: &Things,
    reference: &EditReference,
    at: Option<Coord>,
    named: Option<Thing>,
    same: Vec<Thing>,
) -> Vec<String> {
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
    let mut told = Vec::new();
    for thing in named.into_iter().chain(same).chain(others) {
        if told.len() < MOST_CHOICES && !rows.contains(&thing.rows) {
            let far = at.map_or_else(String::new, |_| format!("，距原处 {:.0} m", far_m(&thing)));
            told.push(format!("{}{far}", things.tell(&thing)));
            rows.push(thing.rows);
        }
    }
    told
}

/// All of them at once.
pub(super) fn refuse(kept: &KeptScenario, area: &StudyArea, lost: &[(&EditReference, Lost)]) -> anyhow::Error {
    let tell = |(reference, Lost { happened: [happened, happened_en], choices }): &(&EditReference, Lost), zh: bool| {
        let uses = kept.scenario.edits.iter().zip(1..);
        let meant = Some((reference.layer, reference.text.as_str()));
        let numbers: Vec<String> =
            uses.filter(|(edit, _)| edit.reference() == meant).map(|(_, number)| number.to_string()).collect();
        let (numbers, text) = (numbers.join("、"), &reference.text);
        let was = [&reference.name, &reference.class].map(String::as_str).join(" ");
        let (was, choices) = (was.trim(), choices.join("；"));
        match (zh, choices.is_empty()) {
            (true, true) => format!("第 {numbers} 处“{text}”原为 {was}，{happened}，附近没有这样的对象"),
            (true, false) => format!("第 {numbers} 处“{text}”原为 {was}，{happened}，现在可选 [{choices}]"),
            (false, true) => format!("edit {numbers} '{text}' was {was}, {happened_en}: nothing like it is there"),
            (false, false) => format!("edit {numbers} '{text}' was {was}, {happened_en}; choose from [{choices}]"),
        }
    };
    let all = |zh: bool| lost.iter().map(|one| tell(one, zh)).collect::<Vec<_>>().join(if zh { "；" } else { "; " });
    let (name, count, place) = (&kept.scenario.name, lost.len(), &area.name);
    anyhow::anyhow!(
        "方案“{name}”有 {count} 处引用在 {place} 现在的数据里不再是原来的对象，未作任何改动：{}。请逐处改用所列编号，或删去该处改动 | \
         {count} references of the scenario '{name}' no longer mean what they did in the present data of {place}, and nothing was changed: {}. Use one of the ids named, or drop the edit",
        all(true),
        all(false)
    )
}
