//! References of edits that join a scenario, or are proposed beside it, after the data changed.
//!
//! An edit that somebody adds today means what is called so today. Where an older edit of the scenario calls another thing by the
//! same number, because the data have exchanged the numbers since, both would be one reference: the older edit is then
//! written with the number that its thing has now.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::references::look_up;
use super::things::Things;
use fireplan_model::area::StudyArea;
use fireplan_model::scenario::{Edit, EditReference, KeptScenario, ReferredLayer};

/// The edits that are to take the place of the stored ones, and what is known of their references, so that every reference means
/// one thing.
///
/// # Errors
/// If the thing that an older edit means has no number of its own by which it could be called.
pub fn tell_apart(
    stored: &KeptScenario,
    mut edits: Vec<Edit>,
    area: &StudyArea,
) -> Result<(Vec<Edit>, Vec<EditReference>)> {
    let before = &stored.scenario.edits;
    // An edit whose facts were changed takes the place of the one that it was.
    let replaces = |edit: &Edit| before.iter().any(|one| one.is_about_the_same(edit) && !edits.contains(one));
    let is_old: Vec<bool> = edits.iter().map(|edit| before.contains(edit) || replaces(edit)).collect();
    let mut known = stored.references.clone();
    for reference in &stored.references {
        let (layer, text) = (reference.layer, reference.text.as_str());
        let about = |edit: &Edit| edit.reference() == Some((layer, text));
        if !edits.iter().zip(&is_old).any(|(edit, is_old)| about(edit) && !is_old) {
            continue;
        }
        let things = Things::of(area, layer);
        // What is called so by nothing, or is lost, is asked for where the scenario is applied.
        let (Some(present), Ok(meant)) = (things.called(text), look_up(stored, area, reference)) else { continue };
        let Some(meant) = things.all().find(|thing| meant.rows().is_some_and(|rows| rows == thing.rows)) else {
            continue;
        };
        if meant.rows == present.rows {
            continue;
        }
        known.retain(|one| (one.layer, one.text.as_str()) != (layer, text));
        let mut renamed = 0;
        for (edit, _) in edits.iter_mut().zip(&is_old).filter(|(_, is_old)| **is_old) {
            if edit.reference() == Some((layer, text)) {
                edit.refer_to(&meant.id);
                renamed += 1;
            }
        }
        if renamed == 0 {
            continue;
        }
        if meant.id.is_empty() || things.called(&meant.id).is_none_or(|thing| thing.rows != meant.rows) {
            let (now, then) = (things.tell(&present), things.tell(&meant));
            bail!(
                "“{text}”现在是{now}，方案中原有的改动所指是{then}，两者无法区分；请先删去原有的改动，或给{then}一个来源编号 | \
                 '{text}' is {now} now, and an older edit means {then}: remove that edit first, or give its thing a source id"
            );
        }
        known.push(EditReference { text: meant.id.clone(), ..reference.clone() });
    }
    Ok((edits, known))
}

/// The scenario with everything called as this area calls it: where the data have given a thing another number, its edits bear that
/// number, so that edits which are proposed today can stand beside them.
pub(super) fn call_anew(kept: &KeptScenario, area: &StudyArea) -> KeptScenario {
    let mut calls: BTreeMap<(ReferredLayer, &str), String> = BTreeMap::new();
    for reference in kept.references_in_use() {
        let (layer, text) = (reference.layer, reference.text.as_str());
        let things = Things::of(area, layer);
        let Ok(found) = look_up(kept, area, reference) else { continue };
        let Some(rows) = found.rows().filter(|rows| things.called(text).is_none_or(|thing| thing.rows != *rows)) else {
            continue;
        };
        let Some(thing) = things.all().find(|thing| thing.rows == rows) else { continue };
        let numbers = rows.first().filter(|_| rows.len() == 1).map(|row| format!("#{}", row + 1));
        let mut names = std::iter::once(thing.id.clone()).chain(numbers);
        let own = names.find(|name| !name.is_empty() && things.called(name).is_some_and(|one| one.rows == rows));
        calls.extend(own.map(|own| ((layer, text), own)));
    }
    let mut anew = kept.clone();
    for edit in &mut anew.scenario.edits {
        let call = edit.reference().and_then(|(layer, text)| calls.get(&(layer, text)).cloned());
        call.into_iter().for_each(|call| edit.refer_to(&call));
    }
    let called = |reference: &EditReference| match calls.get(&(reference.layer, reference.text.as_str())) {
        Some(text) => EditReference { text: text.clone(), ..reference.clone() },
        None => reference.clone(),
    };
    anew.references = kept.references.iter().map(called).collect();
    anew
}
