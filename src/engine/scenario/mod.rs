//! Scenario (方案): proposed changes to an area, as an ordered list of edits; area + scenario = new area.
//!
//! An area is never changed: [`apply_scenario`] gives a changed copy that shares the road network with the old one unless
//! roads connect otherwise. Vector layers are copied (a few milliseconds for a county's buildings); the network is marked
//! anew when roads open or close, and built anew only when a road is added. What the notes on the data say of the area is
//! found anew under the scenario.
//!
//! **Order.** Edits of different things may come in any order. An edit of something that the scenario adds follows the
//! edit that adds it; of two edits of the same fact of the same thing, the later one holds, also where it brings the fact back to
//! what it is today; roads that are added join what is there at that moment, and what the scenario opens ([`reached`]).
//!
//! **Worse.** An edit is held against the area as it is, not against the edit before it: one that would leave a fact worse
//! than it is there, or that would let no vehicle of the rules pass where nobody knows the fact, is refused ([`works`]).
//!
//! **Overtaken.** What the data refuse is told of all edits at once. An edit of which the data have by now what it does is dropped,
//! or kept as done, by whoever opens the scenario ([`overtaken`]). What is planned counts as built once the data have the like of it
//! at its place, under whatever name ([`standing`]). Nothing else may be settled so ([`settle`]).
//!
//! **References.** A thing is named by its source id, by its name if only one has it, or as `#n`: feature n of the
//! layer of the unchanged area. A source id that several roads share (a way cut in pieces) means all of them. A kept scenario
//! remembers what its references meant; on other data they mean that or nothing ([`references`]).
//!
//! **Places.** What stands in water, outside the area or too far from every road to serve is told ([`placing`]), and so is a road
//! through water. A road that is drawn over one that is there adds only what it adds ([`drawn_over`]).
//!
//! **Nothing that is only added makes anything later.** Where a new road passes nearer to a place than the one that serves it,
//! or a new station is the first that gets to such a road, the place keeps the road that serves it today beside the new one
//! ([`places`](crate::response::places)); a station that stands where it stood leaves as it did. Every junction that a new road
//! makes in an old one rounds a driving time up by less than a millisecond.

mod additions;
mod apply;
mod cut_off;
mod drawn_over;
mod join_road;
mod joinable;
mod lost;
mod meetings;
mod national;
mod overtaken;
mod placing;
mod reached;
mod refer;
mod references;
mod settle;
mod standing;
mod tell_apart;
#[cfg(test)]
mod tests;
mod things;
mod works;

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;

pub use overtaken::find_refused;
pub use refer::{obstacle_reference, road_references, station_reference};
pub use references::{anchor, find_lost};
pub use settle::{SettledEdits, keep_done, settle_edits};
pub use tell_apart::tell_apart;

use cut_off::{LargerVehicle, find_cut_off};

use crate::ledger::BuiltUpLedger;
use crate::response::passage;
use fireplan_model::area::StudyArea;
use fireplan_model::method::MethodConstant;
use fireplan_model::notes::{Note, NoteCase, Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, EditRemark, KeptScenario, Scenario};

/// So many villages a remark names.
const NAMED: usize = 5;

/// The constants of the method by which a scenario is applied.
pub(crate) fn method() -> Vec<MethodConstant> {
    [join_road::method(), drawn_over::method(), references::method(), standing::method()].concat()
}

/// The area with the changes made. Edits that do not apply are an error that says which, why and the way out.
///
/// # Errors
/// If an edit does not apply to this area.
pub fn apply_scenario(scenario: &Scenario, area: &StudyArea) -> Result<StudyArea> {
    apply_kept(&scenario.clone().into(), area)
}

/// The same for a scenario that knows what its edits referred to: those references are held against this area first.
///
/// # Errors
/// If a reference no longer means what it did, all of them at once; or if an edit does not apply.
pub fn apply_kept(kept: &KeptScenario, area: &StudyArea) -> Result<StudyArea> {
    let scenario = &kept.scenario;
    scenario.check()?;
    let found = references::find_again(kept, area).map_err(|error| overtaken::tell_both(kept, area, error))?;
    let (mut draft, refused) = overtaken::make_edits(kept, area, found, &BTreeSet::new());
    if !refused.is_empty() {
        return Err(overtaken::refusal(kept, &refused));
    }
    if scenario.edits.is_empty() {
        return Ok(area.clone());
    }
    let larger = std::mem::take(&mut draft.larger);
    let mut changed = draft.finish(kept);
    carry_derived(scenario, area, &changed);
    tell_cut_off(&mut changed, &larger);
    changed.notes.push(note(kept));
    changed.scenario = Some(Arc::new(scenario.clone()));
    changed.today = Some(today(area));
    Ok(changed)
}

/// The area as it is, which the changed one is held against.
fn today(area: &StudyArea) -> Arc<StudyArea> {
    let as_is = || Arc::new(StudyArea { derived: area.derived.share(), ..area.clone() });
    area.today.clone().unwrap_or_else(as_is)
}

/// Hands on what was derived from things that no edit has changed.
fn carry_derived(scenario: &Scenario, area: &StudyArea, changed: &StudyArea) {
    changed.derived.carry::<BuiltUpLedger>(&area.derived);
    let leaves_roads = |edit: &Edit| {
        matches!(
            edit,
            Edit::AddStation { .. }
                | Edit::MoveStation { .. }
                | Edit::CloseStation { .. }
                | Edit::UpgradeStation { .. }
                | Edit::AddHydrant { .. }
                | Edit::AddWater { .. }
        )
    };
    if scenario.edits.iter().all(leaves_roads) {
        passage::carry(&area.derived, &changed.derived);
    }
}

/// Tells of villages that a station no longer gets to with the larger vehicle that an edit gives it.
fn tell_cut_off(changed: &mut StudyArea, larger: &[LargerVehicle]) {
    let text = "升级后的车型较大，现在能到的这些村庄过不去了；请一并拓宽沿途道路，或保留一辆现有车型 | \
                With the larger vehicle the station no longer gets to these villages: widen the roads there as well, or keep a vehicle of the present class";
    let mut notes = Notes::default();
    for one in larger {
        let cut_off = find_cut_off(changed, one);
        let Some((_, at)) = cut_off.first() else { continue };
        let (count, names) = (cut_off.len(), cut_off.iter().take(NAMED).map(|(name, _)| name.as_str()));
        let (station, names) = (&one.name, names.collect::<Vec<_>>().join("、"));
        let case = Label::new(format!("{station}：{count} 个，{names}"), format!("{station}: {count}, {names}"));
        let Label { zh, en } = Label::parse(text);
        let mut place = [*at];
        let lonlat = changed.plane.to_lonlat(&mut place).is_ok().then(|| [place[0].x, place[0].y]);
        let told = Label::new(format!("{zh}：{}", case.zh), format!("{en}: {}", case.en));
        let remark = EditRemark { edit: one.edit, severity: Severity::Warning, text: told, at: lonlat };
        if let Some(applied) = changed.applied.as_mut().map(Arc::make_mut) {
            applied.remarks.push(remark);
            applied.remarks.sort_by_key(|remark| remark.edit);
        }
        notes.add(Severity::Warning, None, text, NoteCase { place: Some(*at), ..NoteCase::from(case.zh.as_str()) });
    }
    changed.notes.extend(notes.into_vec());
}

fn note(kept: &KeptScenario) -> Note {
    let (title, count) = (kept.title(), kept.scenario.edits.len());
    let text = Label::new(
        format!("本次运行按{}改动了数据，不是现状", title.zh),
        format!("this run is of the {}, not of what is there", title.en),
    );
    Note::new(Severity::Info, None, text, count)
}
