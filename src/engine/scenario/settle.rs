//! Settling edits that the present data refuse: each is dropped, or kept as done where the data have what it does.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use super::overtaken::find_refused;
use super::references::{anchor, describe, describe_thing, find_lost};
use super::standing::find_standing;
use super::things::Things;
use fireplan_model::area::StudyArea;
use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, EditReference, KeptScenario, ReferredLayer, RefusedEdit, Scenario};

/// What becomes of edits of a scenario, by their numbers from 1.
#[derive(Debug, Clone, Copy)]
pub struct SettledEdits<'a> {
    /// Numbers of those that are dropped.
    pub drop: &'a [usize],
    /// Numbers of those that stay as done.
    pub keep: &'a [usize],
    /// Numbers of those that refer to what is no longer the same in the data, each with what they refer to from now on.
    pub refer: &'a [(usize, String)],
}

/// The scenario without the edits that are dropped, with those kept as done that the data have overtaken, and with lost references
/// that mean what is named.
///
/// # Errors
/// If nothing is settled; if an edit is unknown, settled in two ways, or one that the present data do not refuse; if one is to
/// stay as done of which the data do not have what it does; or if one is to refer to another thing whose reference is not lost.
pub fn settle_edits(kept: &KeptScenario, settled: SettledEdits, area: &StudyArea) -> Result<KeptScenario> {
    let SettledEdits { drop, keep, refer } = settled;
    let kept = &refer_anew(kept, settled, area)?;
    let Scenario { name, edits } = &kept.scenario;
    if drop.is_empty() && keep.is_empty() && refer.is_empty() {
        bail!(
            "没有写要删去、保留或改引用哪一处改动，方案“{name}”未作变动 | \
             nothing is named that is to be dropped, kept or to refer to another thing: the scenario '{name}' stays as it is"
        );
    }
    if let Some(number) = drop.iter().chain(keep).find(|number| !(1..=edits.len()).contains(*number)) {
        bail!("方案“{name}”没有第 {number} 处改动 | scenario '{name}' has no edit {number}");
    }
    if let Some(number) = keep.iter().find(|number| drop.contains(number)) {
        bail!(
            "第 {number} 处改动不能既删去又保留为已完成，请只写一处 | edit {number} cannot be dropped and kept as done: name it once"
        );
    }
    refuse_settled(kept, settled, area)?;
    let left = (1..).zip(edits).filter(|(number, _)| !drop.contains(number));
    let (numbers, left): (Vec<usize>, Vec<Edit>) = left.map(|(number, edit)| (number, edit.clone())).unzip();
    let done = (1..).zip(numbers).filter(|(_, before)| keep.contains(before)).map(|(now, _)| now);
    let done: Vec<usize> = done.collect();
    let scenario = Scenario { name: name.clone(), edits: left };
    let references = anchor(&scenario, &kept.references, area);
    let mut settled = KeptScenario { scenario, revision: None, references };
    keep_done(&mut settled, &done, area)?;
    Ok(settled)
}

/// The scenario with lost references that mean what is named; every edit that meant the same then means that.
fn refer_anew(kept: &KeptScenario, settled: SettledEdits, area: &StudyArea) -> Result<KeptScenario> {
    let lost = find_lost(kept, area);
    let mut anew = kept.clone();
    for (number, text) in settled.refer {
        if settled.drop.contains(number) || settled.keep.contains(number) {
            bail!(
                "第 {number} 处改动不能既改引用又删去或保留，请只写一处 | \
                 edit {number} cannot refer to another thing and be dropped or kept as done: name it once"
            );
        }
        let Some(one) = lost.iter().find(|one| one.edits.contains(number)) else {
            bail!(
                "第 {number} 处改动的引用在现有数据里没有失去，不在此改；请在页面上修改方案 | \
                 the reference of edit {number} is not lost in the present data and is not changed here: change the scenario on the page"
            );
        };
        if describe(area, one.layer, text).is_none() {
            let choices = one.choices.iter().map(|choice| choice.text.as_str()).collect::<Vec<_>>().join("、");
            bail!(
                "第 {number} 处改动：现有数据里没有“{text}”，可选的有：{choices} | \
                 edit {number}: nothing is called '{text}' in the present data; there are: {choices}"
            );
        }
        let edits = anew.scenario.edits.iter_mut().zip(1..);
        edits.filter(|(_, number)| one.edits.contains(number)).for_each(|(edit, _)| edit.refer_to(text));
        anew.references.retain(|known| (known.layer, &known.text) != (one.layer, &one.text));
    }
    anew.references = anchor(&anew.scenario, &anew.references, area);
    Ok(anew)
}

/// Refuses to drop what the data do not refuse, and to keep anew what is kept already.
fn refuse_settled(kept: &KeptScenario, SettledEdits { drop, keep, .. }: SettledEdits, area: &StudyArea) -> Result<()> {
    let edits = &kept.scenario.edits;
    let text = |number: usize| edits[number - 1].text(area, &kept.references);
    let lost: BTreeSet<usize> = find_lost(kept, area).into_iter().flat_map(|one| one.edits).collect();
    let refused: BTreeSet<usize> = refused_anew(kept, area).iter().map(|one| one.edit).collect();
    if let Some(number) = drop.iter().find(|number| !lost.contains(*number) && !refused.contains(*number)) {
        let Label { zh, en } = text(*number);
        bail!(
            "第 {number} 处改动（{zh}）在现有数据上仍可采用，不在此删去；若不再需要，请在页面上修改方案 | \
             edit {number} ({en}) applies to the present data and is not dropped here; if nobody wants it any more, change the scenario on the page"
        );
    }
    if let Some(number) = keep.iter().find(|number| lost.contains(*number)) {
        let Label { zh, en } = text(*number);
        bail!(
            "第 {number} 处改动（{zh}）所引用的对象在现有数据里已不是原来的对象，不能保留为已完成；请改引用或删去 | \
             edit {number} ({en}) refers to what is no longer the same in the data and cannot stay as done: refer to another thing, or drop it"
        );
    }
    if let Some(number) = keep.iter().find(|number| kept.stays_done(&edits[**number - 1])) {
        let Label { zh, en } = text(*number);
        bail!("第 {number} 处改动（{zh}）已保留为已完成 | edit {number} ({en}) is kept as done already");
    }
    Ok(())
}

/// The edits that the data refuse, those among them that are kept as done.
fn refused_anew(kept: &KeptScenario, area: &StudyArea) -> Vec<RefusedEdit> {
    let mut anew = kept.clone();
    anew.references.iter_mut().for_each(|one| one.done.clear());
    find_refused(&anew, area)
}

/// Writes down that edits of a scenario, by their numbers from 1, stay although the data have by now what they do.
///
/// # Errors
/// If there is no such edit, or the data do not have what it does.
pub fn keep_done(kept: &mut KeptScenario, numbers: &[usize], area: &StudyArea) -> Result<()> {
    if numbers.is_empty() {
        return Ok(());
    }
    let refused = refused_anew(kept, area);
    for number in numbers {
        let edit = number.checked_sub(1).and_then(|at| kept.scenario.edits.get(at));
        let Some(edit) = edit.cloned() else { bail!("没有第 {number} 处改动 | there is no edit {number}") };
        refuse_undone(*number, edit.text(area, &kept.references), &refused)?;
        let Some((layer, text)) = edit.subject() else {
            bail!("第 {number} 处改动不能保留为已完成 | edit {number} cannot stay as done")
        };
        let known = kept.references.iter().position(|one| (one.layer, one.text.as_str()) == (layer, text));
        let at = match known {
            Some(at) => at,
            None => {
                let Some(found) = describe_done(area, &edit, (layer, text)) else {
                    bail!(
                        "第 {number} 处改动：数据里没有“{text}”，不能保留为已完成 | \
                         edit {number}: nothing is called '{text}' in the data, so it cannot stay as done"
                    )
                };
                kept.references.push(found);
                kept.references.len() - 1
            }
        };
        let (done, kind) = (&mut kept.references[at].done, edit.kind());
        if !done.contains(&kind) {
            done.push(kind);
        }
    }
    Ok(())
}

/// Refuses to keep as done what the data do not have.
fn refuse_undone(number: usize, Label { zh, en }: Label, refused: &[RefusedEdit]) -> Result<()> {
    match refused.iter().find(|one| one.edit == number) {
        Some(one) if one.overtaken => Ok(()),
        Some(RefusedEdit { why, .. }) => bail!(
            "第 {number} 处改动（{zh}）不是数据已有的，不能保留为已完成，只能删去或重做：{} | \
             the data do not have what edit {number} ({en}) does: it cannot stay as done, only be dropped or made anew: {}",
            why.zh,
            why.en
        ),
        None => bail!(
            "第 {number} 处改动（{zh}）在现有数据上尚未实现，仍可采用，不能保留为已完成 | \
             the data do not have yet what edit {number} ({en}) does: it applies and cannot stay as done"
        ),
    }
}

/// What in the data is what the edit is about: it is called so, or stands where the edit adds it.
fn describe_done(area: &StudyArea, edit: &Edit, subject: (ReferredLayer, &str)) -> Option<EditReference> {
    let standing = || describe_thing(area, subject, &Things::of(area, subject.0).of_row(find_standing(area, edit)?)?);
    describe(area, subject.0, subject.1).or_else(standing)
}
