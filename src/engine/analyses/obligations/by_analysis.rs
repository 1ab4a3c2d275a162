//! Obligations that another analysis holds against its clauses: its checks, town by town.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use geo::Coord;

use crate::analysis::Context;
use crate::default_answers::{self, KeptAnswer, Unanswered};
use crate::duties::rows::BasisState;
use crate::duties::{CheckSum, Duty, DutyRules, DutyState, ForestRange, TownUnits};
use crate::responsible::is_meant;
use crate::towns::TownIndex;
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::ids::TownId;
use fireplan_model::layers::{LayerId, TownKind};
use fireplan_model::names;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::rules::{Confidence, KEYS, Obligation, ObligationBasis, Rules};
use fireplan_model::units::UnitKind;

/// What stands for the ranges where the analysis that tells them apart could not be run.
const UNKNOWN_RANGE: &str = "山系（待划分）";

/// How many subjects are named in a remark.
const NAMED: usize = 3;

/// Checks of the analyses by town, and why there are none of others.
#[derive(Default)]
pub(super) struct HeldChecks {
    by_town: BTreeMap<(String, TownId), Vec<Check>>,
    /// The same by range of forest, by its name.
    by_range: BTreeMap<(String, String), Vec<Check>>,
    /// The ranges of forest.
    pub(super) ranges: Vec<ForestRange>,
    /// Analyses that could not be run, and the layers that they lack.
    lacking: BTreeMap<String, Vec<LayerId>>,
    /// Analyses that gave no answer, and why.
    failed: BTreeMap<String, Label>,
    /// Layers that the area lacks and without which entries have no checks at all.
    no_objects: Vec<(&'static str, LayerId)>,
}

/// Without these layers nothing is held against the entries of these names, and nobody knows of what there is: no object is not
/// the same as none on the map.
const OBJECTS: [(&str, LayerId); 5] = [
    ("layout.hazard_housing_m", LayerId::Hazards),
    ("layout.equipment_points", LayerId::Villages),
    ("village_lane.*", LayerId::Villages),
    ("water.*", LayerId::WaterSources),
    ("hydrant.*", LayerId::Roads),
];

/// Runs each analysis that an obligation names, with its default parameters.
pub(super) fn run_analyses(
    context: &Context,
    towns: &TownIndex,
    own: Vec<(TownId, Check)>,
    notes: &mut Notes,
) -> Result<HeldChecks> {
    check_names(&context.rules.obligation)?;
    let no_objects = OBJECTS.into_iter().filter(|(_, layer)| !context.area.has(*layer)).collect();
    let mut held = HeldChecks { no_objects, ..HeldChecks::default() };
    for (town, check) in own {
        held.by_town.entry(("obligations".to_owned(), town)).or_default().push(check);
    }
    for name in default_answers::names() {
        let is_named = context
            .rules
            .obligation
            .iter()
            .any(|one| matches!(&one.basis, ObligationBasis::Analysis { analysis, .. } if analysis == name));
        if !is_named {
            continue;
        }
        match default_answers::answer(context, name)? {
            Ok(kept) => held.take(context, towns, name, &kept, notes),
            Err(Unanswered::Lacking(layers)) => drop(held.lacking.insert(name.to_owned(), layers)),
            Err(Unanswered::Failed(why)) => drop(held.failed.insert(name.to_owned(), why)),
        }
    }
    Ok(held)
}

/// Refuses analyses that there are not, and entries that there are not: their obligations would stay open for ever.
fn check_names(obligations: &[Obligation]) -> Result<()> {
    let known: Vec<&str> = default_answers::names().into_iter().chain(["obligations"]).collect();
    for obligation in obligations {
        let ObligationBasis::Analysis { analysis, rules, .. } = &obligation.basis else { continue };
        let (name, names) = (&obligation.name, known.join(", "));
        if !known.contains(&analysis.as_str()) {
            bail!(
                "任务“{}”的 analysis = \"{analysis}\" 不存在，可用：{names} | \
                 obligation '{}': there is no analysis \"{analysis}\"; there are: {names}",
                name.zh,
                name.en
            );
        }
        let is_entry = |rule: &&String| KEYS.iter().any(|key| is_meant(rule, key));
        if let Some(rule) = rules.iter().find(|rule| !is_entry(rule)) {
            bail!(
                "任务“{}”的 rules 中没有“{rule}”这个条目；用 fireplan rules 查看全部条目 | \
                 obligation '{}': there is no entry \"{rule}\"; see fireplan rules",
                name.zh,
                name.en
            );
        }
    }
    Ok(())
}

impl HeldChecks {
    fn take(&mut self, context: &Context, towns: &TownIndex, name: &str, kept: &KeptAnswer, notes: &mut Notes) {
        let by_name: BTreeMap<String, TownId> = TownId::first(context.area.layers.towns.len())
            .zip(&context.area.layers.towns)
            .map(|(id, town)| (names::whole(&town.name), id))
            .collect();
        let kind_of = |town: &str| {
            let town = by_name.get(&names::whole(town)).map(|id| &context.area.layers.towns[id.index()]);
            town.map(|town| town.kind).filter(|kind| *kind != TownKind::Unknown)
        };
        self.ranges.extend(kept.ranges.iter().map(|range| ForestRange { kind: kind_of(&range.town), ..range.clone() }));
        for (check, place) in &kept.checks {
            if check.feature.is_none() && kept.ranges.iter().any(|range| range.name == check.subject) {
                let key = (name.to_owned(), check.subject.clone());
                self.by_range.entry(key).or_default().push(check.clone());
                continue;
            }
            let town = town_of(check, *place, towns, &by_name);
            match town {
                Some(town) => self.by_town.entry((name.to_owned(), town)).or_default().push(check.clone()),
                None => {
                    let text = "不能归入任何乡镇的检查，未计入任务 | Checks that belong to no town, not counted for an obligation";
                    notes.add(Severity::Info, None, text, check.subject.as_str());
                }
            }
        }
    }

    /// The obligations of one town that an analysis decides.
    pub(super) fn of_town<'r>(
        &self,
        rules: &Rules,
        asked: &DutyRules<'r>,
        town: &TownUnits,
        id: TownId,
    ) -> Vec<Duty<'r>> {
        asked.of_analyses(town, |obligation| {
            self.decide(rules, obligation, |analysis| self.by_town.get(&(analysis.to_owned(), id)))
        })
    }

    /// The obligations of the ranges of forest. Where none is known because the analysis could not be run, one row of each says so.
    pub(super) fn of_ranges<'r>(&self, rules: &Rules, asked: &DutyRules<'r>) -> Vec<(String, Duty<'r>)> {
        let unknown = [ForestRange { name: UNKNOWN_RANGE.to_owned(), town: String::new(), kind: None }];
        let is_unanswered = |one: &Obligation| match &one.basis {
            ObligationBasis::Analysis { analysis, .. } => {
                self.lacking.contains_key(analysis) || self.failed.contains_key(analysis)
            }
            _ => false,
        };
        let of_ranges = || asked.obligations.iter().filter(|one| one.asked_of == UnitKind::ForestRange);
        let ranges = if of_ranges().any(is_unanswered) { &unknown[..] } else { &self.ranges };
        let duties = asked.of_ranges(ranges, |range, obligation| {
            let checks = |analysis: &str| self.by_range.get(&(analysis.to_owned(), range.name.clone()));
            self.decide(rules, obligation, checks)
        });
        duties.into_iter().map(|(range, duty)| (range.town.clone(), duty)).collect()
    }

    /// What the checks of a unit that the obligation counts come to, or why there are none.
    fn decide<'c>(
        &self,
        all_rules: &Rules,
        obligation: &Obligation,
        checks: impl Fn(&str) -> Option<&'c Vec<Check>>,
    ) -> Result<CheckSum, Label> {
        let ObligationBasis::Analysis { analysis, rules, .. } = &obligation.basis else {
            return Err(Label::default());
        };
        match (self.lacking.get(analysis), self.failed.get(analysis)) {
            (Some(lacking), _) => return Err(lacks(lacking)),
            (None, Some(why)) => return Err(why.clone()),
            (None, None) => {}
        }
        let all = checks(analysis).map(Vec::as_slice).unwrap_or_default();
        let named: Vec<&Check> =
            all.iter().filter(|check| rules.iter().any(|rule| is_meant(rule, &check.rule))).collect();
        if named.is_empty() {
            let told_by = |pattern: &str| rules.iter().any(|rule| rule == pattern || is_meant(pattern, rule));
            let missing = self.no_objects.iter().filter(|(pattern, _)| told_by(pattern)).map(|(_, layer)| *layer);
            let missing: Vec<LayerId> = missing.collect();
            return Err(match missing.as_slice() {
                [] => Label::new("境内没有可判定的对象", "nothing there to be judged"),
                missing => lacks(missing),
            });
        }
        Ok(sum_up(all_rules, obligation, &named))
    }
}

/// The standards and estimates by which an obligation is held though its clause does not have their figures; `None`: the figures
/// are those of its own notice.
fn inferred_from(rules: &Rules, obligation: &Obligation, checks: &[&Check]) -> Option<Label> {
    let notice = document_of(&obligation.provenance().cite);
    let others: BTreeSet<&str> = checks
        .iter()
        .map(|check| check.cite.as_str())
        .filter(|cite| !cite.is_empty() && !notice.is_empty() && !cite.contains(notice))
        .collect();
    let is_derived = |check: &&&Check| {
        let entry = rules.entries.iter().find(|entry| entry.key == check.rule && entry.provenance.cite == check.cite);
        entry.is_some_and(|entry| entry.provenance.confidence == Confidence::D)
    };
    let named: Vec<&str> = others.iter().copied().take(NAMED).collect();
    let etc = if others.len() > NAMED { "等" } else { "" };
    match (named.first(), checks.iter().any(|check| is_derived(&check))) {
        (Some(_), _) => Some(Label::new(
            format!("推定：条文未写数值，按{}{etc}判定", named.join("、")),
            format!("inferred: the clause names no figure; those of {} were taken", named.join(", ")),
        )),
        (None, true) => Some(Label::new("推定：条文未写数量", "inferred: the clause names no number")),
        (None, false) => None,
    }
}

/// The document of a clause: 开州府办发〔2023〕47号 of 开州府办发〔2023〕47号 二（二）6; empty where none is named.
fn document_of(cite: &str) -> &str {
    let end = cite.find(['号', '》']).and_then(|at| cite[at..].chars().next().map(|last| at + last.len_utf8()));
    end.map_or("", |end| &cite[..end])
}

fn lacks(layers: &[LayerId]) -> Label {
    let (zh, en): (Vec<String>, Vec<String>) = layers.iter().map(|layer| (layer.label().zh, layer.label().en)).unzip();
    Label::new(format!("缺图层：{}", zh.join("、")), format!("layers are missing: {}", en.join(", ")))
}

/// The town that the check names, or else that in which the middle of its feature lies.
fn town_of(
    check: &Check,
    place: Option<Coord>,
    towns: &TownIndex,
    by_name: &BTreeMap<String, TownId>,
) -> Option<TownId> {
    by_name.get(&names::whole(&check.subject)).copied().or_else(|| towns.at(place?))
}

/// The checks that decide a row: those that are broken; or else those short of a "should"; or else all.
fn deciding<'c>(checks: &[&'c Check]) -> Vec<&'c Check> {
    let of = |verdicts: &[Verdict]| -> Vec<&'c Check> {
        checks.iter().copied().filter(|check| verdicts.contains(&check.verdict)).collect()
    };
    let (failed, warned) = (of(&[Verdict::Fail, Verdict::Overdue]), of(&[Verdict::Warn]));
    match (failed.is_empty(), warned.is_empty()) {
        (false, _) => failed,
        (true, false) => warned,
        (true, true) => checks.to_vec(),
    }
}

/// Whether the figures that decide a row were looked up, and what is to be told of those figures and of the others.
fn basis_of(rules: &Rules, obligation: &Obligation, checks: &[&Check]) -> (BasisState, Vec<Label>) {
    let deciding = deciding(checks);
    let decides = |check: &&Check| deciding.iter().any(|other| std::ptr::eq(*other, *check));
    let others: Vec<&Check> = checks.iter().copied().filter(|check| !decides(check)).collect();
    let is_judged = deciding.iter().any(|check| check.verdict != Verdict::Undetermined);
    let inferred = inferred_from(rules, obligation, &deciding);
    let basis = match (deciding.iter().any(|check| check.obliged.unverified), &inferred) {
        (true, _) => BasisState::Unverified,
        (false, _) if !is_judged => BasisState::NotJudged,
        (false, Some(_)) => BasisState::Inferred,
        (false, None) => BasisState::Verified,
    };
    let of_others = || {
        let why = inferred_from(rules, obligation, &others)?;
        Some(Label::new(format!("其余检查{}", why.zh), format!("the other checks: {}", why.en)))
    };
    let told = [
        unverified(rules, &deciding, ("未核实的数值", "figures not looked up")),
        unverified(rules, &others, ("其余检查中未核实的数值", "figures of the other checks not looked up")),
        inferred.clone().or_else(of_others),
    ];
    (basis, told.into_iter().flatten().collect())
}

/// What the figures that nobody looked up are about; `None`: there is none among those of the checks.
fn unverified(rules: &Rules, checks: &[&Check], (zh, en): (&str, &str)) -> Option<Label> {
    let keys: BTreeSet<&str> =
        checks.iter().filter(|check| check.obliged.unverified).map(|check| check.rule.as_str()).collect();
    let labels = keys.iter().map(|key| {
        let entry = rules.entries.iter().find(|entry| entry.key == *key);
        entry.map_or_else(|| Label::new(*key, *key), |entry| entry.label.clone())
    });
    let (of_zh, of_en): (Vec<String>, Vec<String>) = labels.map(|label| (label.zh, label.en)).unzip();
    (!keys.is_empty()).then(|| Label::new(format!("{zh}：{}", of_zh.join("、")), format!("{en}: {}", of_en.join(", "))))
}

fn sum_up(rules: &Rules, obligation: &Obligation, checks: &[&Check]) -> CheckSum {
    let of = |verdicts: &[Verdict]| -> Vec<&str> {
        checks.iter().filter(|check| verdicts.contains(&check.verdict)).map(|check| check.subject.as_str()).collect()
    };
    let (passed, failed) = (of(&[Verdict::Pass]).len(), of(&[Verdict::Fail, Verdict::Overdue]));
    let (warned, unknown) = (of(&[Verdict::Warn]), of(&[Verdict::Undetermined]));
    let state = match (failed.is_empty(), warned.is_empty() && unknown.is_empty()) {
        (false, _) => DutyState::Open,
        (true, false) => DutyState::Undetermined,
        (true, true) => DutyState::Met,
    };
    let mut remark = Label::default();
    for (subjects, zh, en) in [
        (failed.as_slice(), "不符合", "broken"),
        (warned.as_slice(), "未达到“宜”或未核实的数值", "short of a \"should\" or an unverified figure"),
        (unknown.as_slice(), "待核", "undetermined"),
    ] {
        if subjects.is_empty() {
            continue;
        }
        let mut named: Vec<&str> = subjects.to_vec();
        named.sort_unstable();
        named.dedup();
        let (zh_etc, en_etc) = if named.len() > NAMED { ("等", ", …") } else { ("", "") };
        named.truncate(NAMED);
        let gap = if remark.zh.is_empty() { ("", "") } else { ("；", "; ") };
        remark.zh += &format!("{}{zh} {} 项：{}{zh_etc}", gap.0, subjects.len(), named.join("、"));
        remark.en += &format!("{}{en} {}: {}{en_etc}", gap.1, subjects.len(), named.join(", "));
    }
    let (basis, told) = basis_of(rules, obligation, checks);
    for why in told {
        let gap = if remark.zh.is_empty() { ("", "") } else { ("；", "; ") };
        remark.zh += &format!("{}{}", gap.0, why.zh);
        remark.en += &format!("{}{}", gap.1, why.en);
    }
    CheckSum {
        state,
        required: Label::new(
            format!("全部符合(共 {} 项检查)", checks.len()),
            format!("all met, of {} checks", checks.len()),
        ),
        present: Label::new(format!("符合 {passed} 项"), format!("{passed} met")),
        missing: failed.len() as f64,
        remark,
        basis,
    }
}
