//! What is proposed as a scenario: it contains the scenario that it was found under.

use crate::scenario::anchor;
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

/// The scenario that the area has in it, with everything called as the area calls it now.
pub(crate) fn base_of(area: &StudyArea) -> Option<&Scenario> {
    area.applied.as_ref().map(|applied| &applied.called_now.scenario)
}

/// These edits as a scenario of the area as it is, under this title: those of the scenario that the area has in it come first.
/// `None`: there is nothing to do.
pub(crate) fn propose(area: &StudyArea, title: Label, edits: Vec<Edit>) -> Option<Proposal> {
    if edits.is_empty() {
        return None;
    }
    let base = base_of(area);
    let name = base.map_or_else(|| title.zh.clone(), |base| format!("{}＋{}", base.name, title.zh));
    let name = if Scenario::check_name(&name).is_ok() { name } else { title.zh.clone() };
    let edits = base.iter().flat_map(|base| base.edits.clone()).chain(edits).collect();
    Some(Proposal { title, scenario: Scenario { name, edits }, references: Vec::new() })
}

/// Writes down what the edits of proposals refer to in the area as it is: those of the scenario that it has in it mean what they
/// meant there, under whatever number, and all of them mean the same or nothing once the data change.
pub(crate) fn anchor_proposals(proposals: &mut [Proposal], area: &StudyArea) {
    let as_is = area.today.as_deref().unwrap_or(area);
    let known = area.applied.as_ref().map_or(&[][..], |applied| &applied.called_now.references);
    // Plans share most of their edits: each thing is described once.
    let all = proposals.iter().flat_map(|proposal| proposal.scenario.edits.iter().cloned()).collect();
    let known = anchor(&Scenario { edits: all, ..Scenario::default() }, known, as_is);
    for proposal in proposals {
        proposal.references = anchor(&proposal.scenario, &known, as_is);
    }
}
