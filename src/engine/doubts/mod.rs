//! What doubts change in the answers: if the values that are not used were true, what would be known, and what be otherwise?
//!
//! **Method.** The values of one note (a column of a layer, doubted for one reason) are put into a copy of the area; every
//! question that reads the layer is asked of both, with its defaults; the [comparison](crate::compare) of the two tells which
//! features move to another class and which figures move.
//!
//! **Limits.** Each note is supposed by itself: two doubts that only together change something are not found. Values
//! whose truth nobody can tell (`约4米`), and levels of roads, on which the network hangs, are not supposed.

mod put;
mod tell;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::analysis::Context;
use crate::compare::{ComparedRun, compare};
use crate::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::layers::LayerId;
use fireplan_model::notes::NoteCase;
use fireplan_model::progress::Progress;
use fireplan_model::quality::DoubtEffect;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

/// The values of one note that are not used.
struct DoubtGroup {
    /// Place of the note among those of the area.
    note: usize,
    layer: LayerId,
    column: String,
    /// The unit by which the values would be true, where it is not ours.
    unit: Option<String>,
    /// By the source id of the feature.
    values: BTreeMap<String, f64>,
}

/// How many notes there are whose values can be supposed.
pub fn count_groups(area: &StudyArea) -> usize {
    list_groups(area).len()
}

/// What each group of doubts would change in the answers. A question that cannot be answered on the area is left out.
///
/// # Errors
/// If nobody waits for it any more.
pub fn doubt_effects(area: &StudyArea, rules: &Rules, progress: &dyn Progress) -> Result<Vec<DoubtEffect>> {
    let groups = list_groups(area);
    let mut effects: Vec<DoubtEffect> = groups.iter().map(|group| tell::suppose(area, group)).collect();
    for request in Request::all().iter().filter(|request| request.lacks(area).is_empty()) {
        let read = |group: &DoubtGroup| request.reads().contains(&group.layer);
        if !groups.iter().any(read) {
            continue;
        }
        let Some(before) = answer(request, area, rules, progress)? else { continue };
        for (group, effect) in groups.iter().zip(&mut effects).filter(|(group, _)| read(group)) {
            let (changed, rows) = put::put_values(area, group);
            effect.rows = rows;
            // Values that the area knows from elsewhere change nothing, and a question that fails on them says nothing.
            let after = if rows > 0 { answer(request, &changed, rules, progress)? } else { None };
            let Some(after) = after else { continue };
            let comparison = compare(&ComparedRun::from(&before), &ComparedRun::from(&after))?;
            effect.questions.push(tell::tell(request, &comparison, [&before, &after]));
        }
    }
    effects.retain(|effect| effect.rows > 0);
    effects.iter_mut().for_each(tell::count_premise);
    Ok(effects)
}

/// `None`: the question has no answer on this area.
fn answer(request: &Request, area: &StudyArea, rules: &Rules, progress: &dyn Progress) -> Result<Option<Findings>> {
    let title = request.about().0;
    let (zh, en) = (format!("存疑数据的影响：{}", title.zh), format!("What doubts change: {}", title.en));
    progress.stage(&Label::new(zh, en), 0);
    let stopped = || progress.cancelled();
    if stopped() {
        bail!("存疑影响的计算已停止 | stopped while computing what doubts change");
    }
    match request.run(&Context { area, rules, progress }) {
        Ok(findings) => Ok(Some(findings)),
        Err(error) if stopped() => Err(error),
        Err(_) => Ok(None),
    }
}

fn list_groups(area: &StudyArea) -> Vec<DoubtGroup> {
    let notes = area.notes.iter().zip(area.cases.iter()).enumerate();
    notes.filter_map(|(at, (note, cases))| group(at, note.layer?, cases)).collect()
}

fn group(note: usize, layer: LayerId, cases: &[NoteCase]) -> Option<DoubtGroup> {
    let supposed = |case: &NoteCase| Some((case.feature.clone()?, case.value.as_ref()?.if_true?));
    let values: BTreeMap<String, f64> = cases.iter().filter_map(supposed).collect();
    let first = cases.iter().find_map(|case| case.value.as_ref().filter(|value| value.if_true.is_some()))?;
    let (column, unit) = (first.column.clone(), first.unit.clone());
    // The network was built with the levels as they are.
    (!values.is_empty() && column != "level").then_some(DoubtGroup { note, layer, column, unit, values })
}
