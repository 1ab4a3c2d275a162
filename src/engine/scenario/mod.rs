//! Scenario (方案): proposed changes to an area, as an ordered list of edits; area + scenario = new area.
//!
//! An area is never changed: [`apply_scenario`] gives a changed copy that shares the road network with the old one unless
//! roads connect otherwise. Vector layers are copied (a few milliseconds for a county's buildings); the network is marked
//! anew when roads open or close, and built anew only when a road is added.
//!
//! **Order.** Edits of different things may come in any order. An edit of something that the scenario adds follows the
//! edit that adds it; of two edits of the same fact of the same thing, the later one holds; roads that are added join
//! what is there at that moment.
//!
//! **References.** A thing is named by its source id, by its name if only one has it, or as `#n`: feature n of the
//! layer of the unchanged area. A source id that several roads share (a way cut in pieces) means all of them.
//!
//! **Limits.** A new road may lie nearer to a place, or to a station, than the one that served it before; by the
//! definition of response time the new one then serves it, which can be slower. So may a new station be the first that gets to
//! a one-way street nearer to a place than the road that served it. Whatever else only adds never loses coverage.

mod additions;
mod apply;
mod join_road;
mod refer;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use anyhow::{Result, bail};

pub(crate) use join_road::method;
pub use refer::{obstacle_reference, road_references};

use fireplan_model::area::StudyArea;
use fireplan_model::message::explain;
use fireplan_model::notes::{Note, Severity};
use fireplan_model::rows::Label;
use fireplan_model::scenario::Scenario;

/// Largest number of edits accepted in one scenario.
pub const MOST_EDITS: usize = 2_000;

/// The area with the changes made. The first edit that does not apply is an error that says which, what and the way out.
pub fn apply_scenario(scenario: &Scenario, area: &StudyArea) -> Result<StudyArea> {
    if scenario.edits.len() > MOST_EDITS {
        bail!(
            "方案有 {} 处改动，最多 {MOST_EDITS} 处 | The scenario has {} edits; at most {MOST_EDITS}",
            scenario.edits.len(),
            scenario.edits.len()
        );
    }
    let mut draft = apply::Draft::new(area);
    for (at, edit) in scenario.edits.iter().enumerate() {
        draft.apply(edit).map_err(|error| refusal(scenario, area, at, &error))?;
    }
    let mut changed = draft.finish();
    if !scenario.edits.is_empty() {
        changed.notes.push(note(scenario));
        changed.scenario = Some(Arc::new(scenario.clone()));
    }
    Ok(changed)
}

fn refusal(scenario: &Scenario, area: &StudyArea, at: usize, error: &anyhow::Error) -> anyhow::Error {
    let (number, text, why) = (at + 1, scenario.edits[at].text(area), explain(error));
    anyhow::anyhow!(
        "方案“{}”第 {number} 处改动（{}）不能采用：{} | Scenario '{}', edit {number} ({}) does not apply: {}",
        scenario.name,
        text.zh,
        why.zh,
        scenario.name,
        text.en,
        why.en
    )
}

fn note(scenario: &Scenario) -> Note {
    let (name, count) = (&scenario.name, scenario.edits.len());
    let text = Label::new(
        format!("本次运行按方案“{name}”改动了数据，不是现状"),
        format!("this run is of the scenario '{name}', not of what is there"),
    );
    Note::new(Severity::Info, None, text, count)
}
