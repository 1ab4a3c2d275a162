//! Checks whose verdict differs.

use std::collections::BTreeMap;

use super::{CheckChange, ComparedRun, pairs};
use fireplan_model::findings::Check;

/// Checks of one rule about one subject, each with what tells it from the others: the feature it is about.
type Group<'a> = Vec<(Option<String>, &'a Check)>;

/// Checks whose verdict differs. The same check is that of the same rule about the same subject; where there are several, that
/// of the same feature, by its key or its place.
pub(super) fn checks(before: &ComparedRun, after: &ComparedRun) -> Vec<CheckChange> {
    let (mut was, is) = (groups(before), groups(after));
    let mut changes = Vec::new();
    for (key, after) in is {
        let before = was.remove(&key).unwrap_or_default();
        changes.extend(paired(before, after));
    }
    changes.extend(was.into_values().flat_map(|gone| paired(gone, Vec::new())));
    changes
}

fn groups<'a>(run: &ComparedRun<'a>) -> BTreeMap<(&'a str, &'a str), Group<'a>> {
    let feature_of = |check: &Check| {
        let about = check.feature.as_ref()?;
        let layer = run.layer(&about.layer)?;
        let feature = layer.features.get((about.id as usize).checked_sub(1)?)?;
        Some(pairs::key(layer, feature).unwrap_or_else(|| format!("{:016x}", pairs::shape(feature))))
    };
    let mut groups: BTreeMap<(&str, &str), Group> = BTreeMap::new();
    for check in &run.findings.checks {
        groups.entry((&check.rule, &check.subject)).or_default().push((feature_of(check), check));
    }
    groups
}

/// One on each side is the same check; of several, those of the same feature in their order, the others are new or gone.
fn paired(mut before: Group, after: Group) -> Vec<CheckChange> {
    let alone = before.len() == 1 && after.len() == 1;
    let mut changes = Vec::new();
    for (feature, check) in after {
        let same = before.iter().position(|(other, _)| alone || *other == feature);
        let was = same.map(|at| before.remove(at).1);
        changes.extend(change(was, Some(check)));
    }
    changes.extend(before.into_iter().filter_map(|(_, check)| change(Some(check), None)));
    changes
}

fn change(before: Option<&Check>, after: Option<&Check>) -> Option<CheckChange> {
    let verdicts = [before, after].map(|check| check.map(|check| check.verdict));
    let shown = after.or(before).filter(|_| verdicts[0] != verdicts[1])?;
    Some(CheckChange {
        subject: shown.subject.clone(),
        rule: shown.rule.clone(),
        cite: shown.cite.clone(),
        before: verdicts[0],
        after: verdicts[1],
        text: shown.text.clone(),
    })
}
