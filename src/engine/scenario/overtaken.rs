//! Edits that the present data refuse: told all at once, each with why, and whether it may stay as done.
//!
//! The data may have by now what an edit does: the road is as wide, the planned station stands. Whoever opens the scenario then
//! drops the edit or keeps it as done; one that is kept changes nothing and is told ([`Overtaken`]).

use std::collections::BTreeSet;
use std::fmt;

use super::apply::Draft;
use super::references::{FoundReferences, find_lost, sort_references};
use fireplan_model::area::StudyArea;
use fireplan_model::message::explain;
use fireplan_model::notes::Severity;
use fireplan_model::scenario::{Edit, KeptScenario, RefusedEdit};

/// Why an edit changes nothing: the data have what it does, or better. The text is `中文 | English`.
#[derive(Debug)]
pub(super) struct Overtaken(String);

impl Overtaken {
    pub(super) fn error(text: impl Into<String>) -> anyhow::Error {
        anyhow::Error::new(Self(text.into()))
    }
}

impl fmt::Display for Overtaken {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl std::error::Error for Overtaken {}

/// Makes all edits that can be made, and says which cannot: all of them, but those of which `skipped` has the number.
pub(super) fn make_edits<'a>(
    kept: &KeptScenario,
    area: &'a StudyArea,
    found: FoundReferences,
    skipped: &BTreeSet<usize>,
) -> (Draft<'a>, Vec<RefusedEdit>) {
    let mut draft = Draft::new(area, found);
    draft.opened = draft.find_opened(&kept.scenario.edits);
    let mut refused = Vec::new();
    for (number, edit) in (1..).zip(&kept.scenario.edits).filter(|(number, _)| !skipped.contains(number)) {
        draft.begin(number, edit);
        let Err(error) = draft.apply(edit) else { continue };
        let overtaken = error.is::<Overtaken>();
        if overtaken && kept.stays_done(edit) {
            tell_done(&mut draft, kept, edit);
        } else {
            let text = edit.text(area, &kept.references);
            refused.push(RefusedEdit { edit: number, text, why: explain(&error), overtaken });
        }
    }
    (draft, refused)
}

fn tell_done(draft: &mut Draft<'_>, kept: &KeptScenario, edit: &Edit) {
    let text = "现有数据已是如此，作为已完成的改动保留，不另改数据 | The data have this by now: kept as done, nothing is changed";
    let case = edit.text(draft.base, &kept.references);
    draft.remark(Severity::Info, text, &case, None);
}

/// The edits of a kept scenario that the data refuse, in their order; edits whose references are lost are told elsewhere.
pub fn find_refused(kept: &KeptScenario, area: &StudyArea) -> Vec<RefusedEdit> {
    let (found, lost) = sort_references(kept, area);
    let skipped: BTreeSet<usize> = lost.into_iter().flat_map(|one| one.edits).collect();
    make_edits(kept, area, found, &skipped).1
}

/// Why references are lost and, with it, which other edits the data refuse: nobody is stopped twice.
pub(super) fn tell_both(kept: &KeptScenario, area: &StudyArea, error: anyhow::Error) -> anyhow::Error {
    let refused = find_refused(kept, area);
    if refused.is_empty() || find_lost(kept, area).is_empty() {
        return error;
    }
    let (lost, refused) = (explain(&error), explain(&refusal(kept, &refused)));
    anyhow::anyhow!("{}；{} | {}; {}", lost.zh, refused.zh, lost.en, refused.en)
}

/// All of them at once, as the reason why the scenario is not applied.
pub(super) fn refusal(kept: &KeptScenario, refused: &[RefusedEdit]) -> anyhow::Error {
    let name = &kept.scenario.name;
    let (stay_zh, stay_en) = match refused.iter().any(|one| one.overtaken) {
        true => (
            "；数据已是如此的，可删去，也可保留为已完成",
            "; what the data have by now may be dropped, or kept as done",
        ),
        false => ("", ""),
    };
    if let [RefusedEdit { edit, text, why, .. }] = refused {
        return anyhow::anyhow!(
            "方案“{name}”第 {edit} 处改动（{}）不能采用：{}{stay_zh} | Scenario '{name}', edit {edit} ({}) does not apply: {}{stay_en}",
            text.zh,
            why.zh,
            text.en,
            why.en
        );
    }
    let zh: Vec<String> =
        refused.iter().map(|one| format!("第 {} 处（{}）：{}", one.edit, one.text.zh, one.why.zh)).collect();
    let en: Vec<String> =
        refused.iter().map(|one| format!("edit {} ({}): {}", one.edit, one.text.en, one.why.en)).collect();
    let count = refused.len();
    anyhow::anyhow!(
        "方案“{name}”有 {count} 处改动不能采用，未作任何改动：{}{stay_zh} | {count} edits of the scenario '{name}' do not apply, and nothing was changed: {}{stay_en}",
        zh.join("；"),
        en.join("; ")
    )
}
