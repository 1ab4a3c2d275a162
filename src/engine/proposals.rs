//! What is proposed as a scenario: it contains the scenario that it was found under.

use fireplan_model::area::StudyArea;
use fireplan_model::findings::Proposal;
use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, Scenario};

/// Edits each once: two stretches of one road may ask for the same of the whole road.
pub(crate) fn each_once(edits: impl IntoIterator<Item = Edit>) -> Vec<Edit> {
    let mut once: Vec<Edit> = Vec::new();
    for edit in edits {
        if !once.contains(&edit) {
            once.push(edit);
        }
    }
    once
}

/// These edits as a scenario of the area as it is, under this title: those of the scenario that the area has in it come first.
/// `None`: there is nothing to do.
pub(crate) fn propose(area: &StudyArea, title: Label, edits: Vec<Edit>) -> Option<Proposal> {
    if edits.is_empty() {
        return None;
    }
    let base = area.scenario.as_deref();
    let name = base.map_or_else(|| title.zh.clone(), |base| format!("{}＋{}", base.name, title.zh));
    let name = if Scenario::check_name(&name).is_ok() { name } else { title.zh.clone() };
    let edits = base.iter().flat_map(|base| base.edits.clone()).chain(edits).collect();
    Some(Proposal { title, scenario: Scenario { name, edits } })
}
