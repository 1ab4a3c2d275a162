//! Checks whose verdict differs.

use std::collections::BTreeMap;

use geo::LineString;

use super::{CheckChange, ComparedRun, pairs};
use fireplan_algorithms::line_overlay;
use fireplan_algorithms::union_find::UnionFind;
use fireplan_model::findings::{Check, Feature};
use fireplan_model::rows::{GeometryKind, Label};

/// A check with the feature it is about, which tells it from others of the same subject.
struct ComparedCheck<'a> {
    check: &'a Check,
    /// The key of the feature or else its place.
    feature_key: Option<String>,
    /// The layer and the feature, where that is made of lines.
    line: Option<(&'a str, &'a Feature)>,
}

/// Checks of one rule about one subject.
type Group<'a> = Vec<ComparedCheck<'a>>;

/// The two sides of what has no partner yet.
#[derive(Default)]
struct LeftOver<'a> {
    before: Group<'a>,
    after: Group<'a>,
}

/// Checks whose verdict differs. The same check is that of the same rule about the same subject; where there are several, that
/// of the same feature, by its key or its place. A line that is divided is one thing with its parts.
pub(super) fn checks(before: &ComparedRun, after: &ComparedRun) -> Vec<CheckChange> {
    let (mut was, is) = (groups(before), groups(after));
    let (mut changes, mut left) = (Vec::new(), LeftOver::default());
    for (key, after) in is {
        let before = was.remove(&key).unwrap_or_default();
        changes.extend(paired(before, after, &mut left));
    }
    left.before.extend(was.into_values().flatten());
    changes.extend(left.pair_parts());
    changes.sort_by(|a, b| (&a.rule, &a.subject).cmp(&(&b.rule, &b.subject)));
    changes
}

fn groups<'a>(run: &ComparedRun<'a>) -> BTreeMap<(&'a str, &'a str), Group<'a>> {
    let mut groups: BTreeMap<(&str, &str), Group> = BTreeMap::new();
    for check in &run.findings.checks {
        let about = check.feature.as_ref().and_then(|about| {
            let layer = run.layer(&about.layer)?;
            Some((layer, layer.features.get((about.id as usize).checked_sub(1)?)?))
        });
        let feature_key = about.map(|(layer, feature)| {
            pairs::key(layer, feature).unwrap_or_else(|| format!("{:016x}", pairs::shape(feature)))
        });
        let of_lines = about.filter(|(layer, _)| layer.geometry == GeometryKind::Line);
        let line = of_lines.map(|(layer, feature)| (layer.id.as_str(), feature));
        groups.entry((&check.rule, &check.subject)).or_default().push(ComparedCheck { check, feature_key, line });
    }
    groups
}

/// One on each side is the same check; of several, those of the same feature in their order. The others are left over.
fn paired<'a>(mut before: Group<'a>, after: Group<'a>, left: &mut LeftOver<'a>) -> Vec<CheckChange> {
    let alone = before.len() == 1 && after.len() == 1;
    let mut changes = Vec::new();
    for one in after {
        match before.iter().position(|other| alone || other.feature_key == one.feature_key) {
            Some(same) => changes.extend(change(Some(before.remove(same).check), Some(one.check))),
            None => left.after.push(one),
        }
    }
    left.before.extend(before);
    changes
}

/// Lines that share less than this are two, in metres.
const SHARED_LEAST_M: f64 = 1.0;

impl<'a> LeftOver<'a> {
    /// Of one rule, lines of one layer that lie on one another are one thing, divided otherwise; all others are new or gone.
    fn pair_parts(self) -> Vec<CheckChange> {
        let mut of_layer: BTreeMap<Option<(&str, &str)>, Self> = BTreeMap::new();
        let key = |one: &ComparedCheck<'a>| one.line.map(|(layer, _)| (layer, one.check.rule.as_str()));
        for one in self.before {
            of_layer.entry(key(&one)).or_default().before.push(one);
        }
        for one in self.after {
            of_layer.entry(key(&one)).or_default().after.push(one);
        }
        of_layer.into_values().flat_map(Self::changes).collect()
    }

    fn changes(self) -> Vec<CheckChange> {
        let count = self.before.len();
        let mut things = UnionFind::new(count + self.after.len());
        let [was, is] = [&self.before, &self.after].map(|side| side.iter().map(lines_of).collect::<Vec<_>>());
        for part in line_overlay::overlay(&was, &is) {
            if let (Some(a), Some(b), true) = (part.before, part.after, part.length_m() >= SHARED_LEAST_M) {
                things.join(a as u32, (count + b) as u32);
            }
        }
        let mut of_thing: BTreeMap<u32, [Vec<&Check>; 2]> = BTreeMap::new();
        for (number, one) in (0..).zip(self.before.iter().chain(&self.after)) {
            let sides = of_thing.entry(things.group(number)).or_default();
            sides[usize::from(number as usize >= count)].push(one.check);
        }
        of_thing.into_values().filter_map(|[was, is]| change_of_parts(&was, &is)).collect()
    }
}

fn lines_of<'a>(one: &ComparedCheck<'a>) -> Vec<&'a LineString> {
    let geometry = one.line.and_then(|(_, feature)| feature.geometry.as_ref());
    geometry.map_or_else(Vec::new, pairs::lines_of)
}

/// What becomes of a thing that is in so many parts before and after: the worst verdict on any of them is that on the whole.
fn change_of_parts(was: &[&Check], is: &[&Check]) -> Option<CheckChange> {
    let worst = |checks: &[&'_ Check]| checks.iter().copied().max_by_key(|check| check.verdict.rank()).cloned();
    let mut change = change(worst(was).as_ref(), worst(is).as_ref())?;
    if was.len() > 1 || is.len() > 1 {
        let (before, after) = (was.len(), is.len());
        let Label { zh, en } = &mut change.text;
        *zh += &format!("（同一路段，原为 {before} 段，现为 {after} 段）");
        *en += &format!(" (one and the same stretch, in {before} parts before and {after} after)");
    }
    Some(change)
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
