//! What is held against today: a scenario that only adds, or opens what is closed or in the way, makes no headline and no check
//! worse.
//!
//! A village that a new road reaches hangs on that road, a new road has ends of its own, and the station that is now the nearest
//! may stand behind a narrower lane. None of that takes anything from what is there. Under such a scenario the headline of a list
//! is that of what is there today where the list grows; its very label says so, and what it comes to with all that is new. A
//! check keeps the verdict of today where what is new is judged worse, for what it was judged by still stands.
//!
//! Works on a road and the upgrade of a station change what is there. Where they make a figure worse it is told as it is, and
//! today's beside it.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use anyhow::Result;

use crate::analysis::{Analysis, Context};
use crate::responsible::assign_responsible;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Check, FeatureId, Figure, Findings};
use fireplan_model::rows::{Column, Label, Value};
use fireplan_model::scenario::Edit;

/// The questions of which today's answer is asked beside.
const HELD: [&str; 6] = ["access", "brigades", "coverage", "firebreaks", "hydrants", "water"];

/// Figures that count what is lacking, beside which today's always stands.
const COUNTS: [&str; 6] =
    ["dead_ends", "field_checks", "fragile_roads", "gaps", "hydrants_missing", "sole_link_villages"];

/// Figures of which less is better, and that tell by themselves what is new.
const LESS_IS_BETTER: [&str; 4] =
    ["new_checkposts", "people_without_water", "worst_failure_buildings", "worst_village_min"];

/// What is kept of today's answer.
struct TodayAnswer {
    figures: Vec<Figure>,
    checks: Vec<Check>,
}

impl TodayAnswer {
    fn of(findings: &Findings) -> Self {
        Self { figures: findings.figures.clone(), checks: findings.checks.clone() }
    }
}

/// A question by its name, and whether it is asked with its default parameters: those answers are kept.
#[derive(Clone, Copy)]
pub(crate) struct NamedQuestion<'a> {
    pub question: &'a dyn Analysis,
    pub name: &'a str,
    pub is_default: bool,
}

impl NamedQuestion<'_> {
    fn key(self, context: &Context) -> u64 {
        let mut hasher = DefaultHasher::new();
        ("today", self.name, context.rules.fingerprint()).hash(&mut hasher);
        hasher.finish()
    }

    /// Keeps what is found of the area as it is, for the scenarios that are asked about next.
    pub(crate) fn keep_today(self, context: &Context, findings: &Findings) {
        if context.area.scenario.is_none() && self.is_default && HELD.contains(&self.name) {
            let kept = context.area.derived.once(self.key(context), || Ok::<_, ()>(TodayAnswer::of(findings)));
            debug_assert!(kept.is_ok(), "it cannot fail");
        }
    }

    /// Today's answer; `None` where the area as it is lacks a layer that the question needs.
    fn answer_today(self, context: &Context, today: &StudyArea) -> Result<Option<Arc<TodayAnswer>>> {
        if self.question.needs().iter().any(|layer| !today.has(*layer)) {
            return Ok(None);
        }
        let context = Context { area: today, rules: context.rules, progress: context.progress };
        let ask = || {
            let mut findings = self.question.run(&context)?;
            assign_responsible(&mut findings, &context);
            anyhow::Ok(TodayAnswer::of(&findings))
        };
        let answer = match self.is_default {
            true => today.derived.once(self.key(&context), ask)?,
            false => Arc::new(ask()?),
        };
        Ok(Some(answer))
    }

    /// Holds the findings of an area with a scenario in it against today.
    ///
    /// # Errors
    /// If the question has no answer of today.
    pub(crate) fn hold_against_today(self, context: &Context, findings: &mut Findings) -> Result<()> {
        let (Some(today), Some(scenario)) = (&context.area.today, &context.area.scenario) else { return Ok(()) };
        if !HELD.contains(&self.name) {
            return Ok(());
        }
        let Some(today) = self.answer_today(context, today)? else { return Ok(()) };
        hold_figures(&mut findings.figures, &today.figures, &scenario.edits);
        if scenario.edits.iter().all(Edit::leaves_facts) {
            let held = hold_checks(&mut findings.checks, &today.checks);
            tell_held(findings, &held);
        }
        Ok(())
    }
}

/// Tells today's figures beside those under a scenario of these edits.
pub(crate) fn hold_figures(figures: &mut [Figure], today: &[Figure], edits: &[Edit]) {
    let only_helps = edits.iter().all(Edit::leaves_facts);
    for figure in figures {
        if let Some(was) = today.iter().find(|was| was.name == figure.name) {
            hold_figure(figure, was, only_helps);
        }
    }
}

/// Tells today's figure beside that under the scenario; where it would be worse although the scenario leaves all that is there, it is
/// of what is there today, and the label says both.
fn hold_figure(figure: &mut Figure, was: &Figure, only_helps: bool) {
    let is_count = COUNTS.contains(&figure.name.as_str());
    let (Some(now), Some(today)) = (figure.value, was.value) else { return };
    if !(is_count || LESS_IS_BETTER.contains(&figure.name.as_str())) {
        return;
    }
    let unit = &figure.unit;
    if only_helps && now > today {
        let Label { zh, en } = &figure.remark;
        let with_new = Label::new(
            format!("；以上为现状，方案新增、新通达的一并计入为 {now}{unit}（{zh}）"),
            format!("; that is of what is there; with all that the scenario adds or opens it is {now} {unit} ({en})"),
        );
        let remark = Label::new(was.remark.zh.clone() + &with_new.zh, was.remark.en.clone() + &with_new.en);
        let label = Label::new(
            format!("{}（现有的；连同新增、新通达的 {now}{unit}）", figure.label.zh),
            format!("{} (of what is there; with what is added or opened {now} {unit})", figure.label.en),
        );
        *figure = Figure { remark, label, ..was.clone() };
    } else if now > today || (is_count && now != today) {
        figure.remark.zh += &format!("；方案实施前 {today}{unit}");
        figure.remark.en += &format!("; before the scenario {today} {unit}");
    }
}

/// A feature whose check keeps the verdict of today, and what that verdict rests on.
struct HeldFeature {
    feature: FeatureId,
    told: Label,
}

/// Of checks of one rule about one subject, as many as today, each keeps the verdict of today that is better; the features that
/// these are about.
fn hold_checks(checks: &mut [Check], today: &[Check]) -> Vec<HeldFeature> {
    let group = |check: &Check| (check.rule.clone(), check.subject.clone());
    let mut was: BTreeMap<(String, String), Vec<&Check>> = BTreeMap::new();
    today.iter().for_each(|check| was.entry(group(check)).or_default().push(check));
    let mut now: BTreeMap<(String, String), Vec<&mut Check>> = BTreeMap::new();
    checks.iter_mut().for_each(|check| now.entry(group(check)).or_default().push(check));
    let mut held = Vec::new();
    for (key, now) in now {
        let Some(was) = was.get(&key).filter(|was| was.len() == now.len()) else { continue };
        for (check, was) in now.into_iter().zip(was) {
            if was.verdict.rank() < check.verdict.rank() {
                keep_verdict(check, was);
                held.extend(check.feature.clone().map(|feature| HeldFeature { feature, told: was.text.clone() }));
            }
        }
    }
    held
}

/// The column in which a feature tells of itself.
const STORY: &str = "story";

/// Features tell, in their layer and in its tables, what the verdicts on them rest on where that is not what they tell of.
fn tell_held(findings: &mut Findings, held: &[HeldFeature]) {
    for layer in &mut findings.layers {
        let rows = layer.features.iter_mut().map(|feature| &mut feature.values);
        tell_held_rows(&layer.columns, rows, |feature| feature.layer == layer.id, held);
    }
    for table in &mut findings.tables {
        let Some(layer) = &table.layer else { continue };
        tell_held_rows(&table.columns, table.rows.iter_mut(), |feature| feature.layer == *layer, held);
    }
}

fn tell_held_rows<'a>(
    columns: &[Column],
    rows: impl Iterator<Item = &'a mut Vec<Value>>,
    is_of: impl Fn(&FeatureId) -> bool,
    held: &[HeldFeature],
) {
    let Some(story) = columns.iter().position(|column| column.name == STORY) else { return };
    let mut of_row: BTreeMap<u32, Vec<&Label>> = BTreeMap::new();
    for HeldFeature { feature, told } in held.iter().filter(|held| is_of(&held.feature)) {
        of_row.entry(feature.id).or_default().push(told);
    }
    for (row, told) in rows.zip(1..).filter_map(|(row, id)| Some((row, of_row.get(&id)?))) {
        let Value::Label(text) = &mut row[story] else { continue };
        let text = Arc::make_mut(text);
        for Label { zh, en } in told {
            text.zh += &format!("判定仍按现有道路、队站和设施：{zh}。");
            text.en += &format!(" It is judged by what is there all the same: {en}.");
        }
    }
}

fn keep_verdict(check: &mut Check, was: &Check) {
    let (was_told, told) = (&was.text, &check.text);
    let text = Label::new(
        format!("{}（按现有道路、队站和设施判定；按方案新增的：{}）", was_told.zh, told.zh),
        format!("{} (judged by what is there; by what the scenario adds: {})", was_told.en, told.en),
    );
    *check = Check { text, feature: check.feature.clone(), ..was.clone() };
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::findings::Verdict;

    fn check(subject: &str, verdict: Verdict) -> Check {
        Check {
            subject: subject.to_owned(),
            rule: "fire_lane.clear_width_m".to_owned(),
            cite: String::new(),
            bound: String::new(),
            measured: None,
            verdict,
            text: Label::new(subject, subject),
            feature: None,
            count: 1,
            obliged: fireplan_model::findings::Obliged::default(),
        }
    }

    #[test]
    fn a_check_keeps_the_better_verdict_and_what_is_new_has_its_own() {
        use Verdict::{Fail, Pass, Undetermined, Warn};
        let today = [check("甲", Pass), check("乙", Fail), check("丙", Pass), check("丙", Warn)];
        let mut now = [
            check("甲", Warn),
            check("乙", Pass),
            check("丙", Undetermined),
            check("丙", Undetermined),
            check("丁", Fail),
        ];
        hold_checks(&mut now, &today);
        assert_eq!(now.each_ref().map(|check| check.verdict), [Pass, Pass, Pass, Undetermined, Fail]);
        assert!(now[0].text.zh.contains("按现有道路"), "{}", now[0].text.zh);
    }

    #[test]
    fn the_feature_of_a_held_check_tells_what_the_verdict_rests_on() {
        let columns = [Column::new::<Label>(STORY, "说明 | Story")];
        let told = |id: u32| Value::Label(Arc::new(Label::new(format!("第{id}"), format!("No. {id}."))));
        let mut rows = [vec![told(1)], vec![told(2)]];
        let held = HeldFeature {
            feature: FeatureId { layer: "villages".to_owned(), id: 2 },
            told: Label::new("净宽 4 m", "width 4 m"),
        };
        for layer in ["others", "villages"] {
            tell_held_rows(&columns, rows.iter_mut(), |feature| feature.layer == layer, std::slice::from_ref(&held));
        }
        let texts: Vec<String> = rows.iter().map(|row| row[0].to_string()).collect();
        assert_eq!(texts, ["第1", "第2判定仍按现有道路、队站和设施：净宽 4 m。"]);
    }

    #[test]
    fn a_count_that_grows_by_what_is_new_is_told_beside_that_of_today() {
        let figure = |value: f64, remark: &str| {
            Figure::new("dead_ends", "尽头路 | Dead ends", Some(value), "条").remark(remark, remark)
        };
        let held = |now: f64, only_helps: bool| {
            let mut now = figure(now, "方案");
            hold_figure(&mut now, &figure(3.0, "今"), only_helps);
            (now.value.unwrap(), now.remark.zh)
        };
        assert_eq!(held(5.0, true), (3.0, "今；以上为现状，方案新增、新通达的一并计入为 5条（方案）".to_owned()));
        assert_eq!(held(5.0, false), (5.0, "方案；方案实施前 3条".to_owned()));
        assert_eq!(held(2.0, true), (2.0, "方案；方案实施前 3条".to_owned()));
        assert_eq!(held(3.0, true), (3.0, "方案".to_owned()));
    }
}
