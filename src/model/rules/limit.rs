//! Limits and settings: a figure with its clause, and how something measured is held against it.

use anyhow::Result;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::findings::{Check, Obliged, Verdict};
use crate::rows::{Cell, Label, unit_of};
use crate::rules::reading::{EntryReader, Rule};

codes! {
    /// How binding an entry is.
    pub enum Force {
        /// 应 | shall
        Shall = "shall",
        /// 宜 | should
        Should = "should",
        /// 可 | may
        May = "may",
        /// 政策 | policy
        Policy = "policy",
        /// 缺省 | default
        Default = "default",
    }
}

codes! {
    /// How sure we are that the text says so.
    pub enum Confidence {
        /// 原文 | Verbatim in the document
        S = "S",
        /// 多源一致 | Two sources agree
        V2 = "V2",
        /// 单源 | One source
        V1 = "V1",
        /// 推算 | Derived from verified figures
        D = "D",
        /// 未核实 | Unverified: an editable default
        Unverified = "unverified",
    }
}

codes! {
    /// How a bound compares, strict or inclusive exactly as the text has it.
    pub enum Op {
        /// ≤ | ≤
        AtMost = "at_most",
        /// ≥ | ≥
        AtLeast = "at_least",
        /// < | <
        LessThan = "less_than",
        /// > | >
        MoreThan = "more_than",
    }
}

impl Op {
    /// Whether the comparison holds of what was measured.
    pub fn holds(self, measured: f64, bound: f64) -> bool {
        match self {
            Self::AtMost => measured <= bound,
            Self::AtLeast => measured >= bound,
            Self::LessThan => measured < bound,
            Self::MoreThan => measured > bound,
        }
    }

    /// As it is written: `≤`.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::AtMost => "≤",
            Self::AtLeast => "≥",
            Self::LessThan => "<",
            Self::MoreThan => ">",
        }
    }

    /// The comparison that holds exactly where this one does not.
    pub fn opposite(self) -> Self {
        match self {
            Self::AtMost => Self::MoreThan,
            Self::AtLeast => Self::LessThan,
            Self::LessThan => Self::AtLeast,
            Self::MoreThan => Self::AtMost,
        }
    }

    fn is_upper(self) -> bool {
        matches!(self, Self::AtMost | Self::LessThan)
    }

    fn is_strict(self) -> bool {
        matches!(self, Self::LessThan | Self::MoreThan)
    }
}

/// What stands in place of a day where the clause names none.
const NO_DAY: &str = "条文未定期限";

/// Where a figure comes from and how binding it is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Provenance {
    /// The clause; empty where there is none.
    pub cite: String,
    /// How binding it is.
    pub force: Force,
    /// How sure it is that the text says so.
    pub confidence: Confidence,
    /// What is to be known of the figure.
    pub note: String,
    /// The day by which it is due, e.g. `2025-12-31`; empty where the text names none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// What the text says where it names no day, e.g. 持续推进; empty where it says nothing of when.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub undated: String,
    /// Who is responsible (牵头); empty where the text names nobody.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lead: String,
    /// Who supports them (配合); empty where the text names nobody.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub support: String,
    /// Of a figure that nobody looked up: between which it plausibly lies. What an answer makes of both ends says how much it
    /// hangs on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
}

impl Provenance {
    /// Whether someone looked the figure up.
    pub fn is_verified(&self) -> bool {
        self.confidence != Confidence::Unverified
    }

    /// Whether it obliges: a "shall" (应) of a standard or a policy that someone looked up.
    pub fn is_binding(&self) -> bool {
        matches!(self.force, Force::Shall | Force::Policy) && self.is_verified()
    }

    /// By when, as the text has it: the day, or what it says in place of one, or that it names none.
    pub fn due_or_words(&self) -> &str {
        match (self.due.as_str(), self.undated.as_str()) {
            ("", "") => NO_DAY,
            ("", undated) => undated,
            (due, _) => due,
        }
    }

    /// The clause as people read it; says so where there is none.
    pub fn cite_label(&self) -> Label {
        match (self.cite.is_empty(), self.is_verified()) {
            (true, _) => Label::new("无条文依据的缺省值，未核实", "a default without a clause, unverified"),
            (false, false) => Label::new(format!("{}，未核实", self.cite), format!("{}, unverified", self.cite)),
            (false, true) => Label::new(&self.cite, &self.cite),
        }
    }
}

/// A figure that is no bound: an assumption.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The figure, in the unit that the key ends in.
    pub value: f64,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// One way of reading a text, of several.
#[derive(Debug, Clone)]
pub struct Switch<T> {
    /// The reading that was chosen.
    pub value: T,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A bound and its clause.
#[derive(Debug, Clone)]
pub struct Limit {
    /// Key of the entry; its suffix is the unit.
    pub key: &'static str,
    /// What is bounded.
    pub label: Label,
    /// How it compares.
    pub op: Op,
    /// The bound.
    pub value: f64,
    /// Unit of the bound; empty for a plain number.
    pub unit: &'static str,
    /// The clause.
    pub provenance: Provenance,
}

/// A fact that nobody measured, with all that it may be.
#[derive(Debug, Clone)]
pub struct FactEstimate {
    /// What it most likely is, in the unit of the clause.
    pub value: f64,
    /// The least and the most that it may be.
    pub within: [f64; 2],
    /// What it was estimated by.
    pub source: Label,
}

impl Limit {
    /// The bound in words: `≤ 7 km²`.
    pub fn bound(&self) -> String {
        self.bound_as(true)
    }

    /// The bound where it holds, or else its opposite: `≤ 2 km²` where `> 2 km²` does not hold.
    pub fn bound_as(&self, holds: bool) -> String {
        let op = if holds { self.op } else { self.op.opposite() };
        with_unit(format!("{} {}", op.symbol(), self.value), self.unit)
    }

    /// Something measured, as people read it beside the bound.
    pub fn measured(&self, value: f64) -> String {
        with_unit(self.shown(value), self.unit)
    }

    /// Holds something measured against the clause; `None`: the fact is missing, 待核.
    pub fn check(&self, subject: &str, measured: Option<f64>) -> Check {
        let measured = measured.filter(|value| !value.is_nan());
        let verdict = self.verdict(measured);
        Check {
            subject: subject.to_owned(),
            rule: self.key.to_owned(),
            cite: self.provenance.cite.clone(),
            bound: self.bound(),
            measured,
            verdict,
            text: self.trail(subject, measured, verdict),
            feature: None,
            count: 1,
            obliged: Obliged::of(&self.provenance),
        }
    }

    /// Holds an estimate against the clause: it decides where all that the fact may be says the same, and is 待核 where not.
    pub fn check_estimate(&self, subject: &str, estimate: &FactEstimate) -> Check {
        let [low, high] = estimate.within.map(|end| self.verdict(Some(end)));
        let verdict = if low == high { low } else { Verdict::Undetermined };
        let value = self.measured(estimate.value);
        let (zh, en) = match verdict {
            Verdict::Undetermined => ("（误差以内不能判定）", " (too near to tell, within the error)"),
            _ => ("", ""),
        };
        let (source_zh, source_en) = (&estimate.source.zh, &estimate.source.en);
        let found = Label::new(format!("由{source_zh}推算 {value}{zh}"), format!("{value} by {source_en}{en}"));
        let text = self.compare(subject, &found, verdict);
        Check { verdict, text, ..self.check(subject, Some(estimate.value)) }
    }

    /// A clause that is not met for a reason beside which its bound does not matter, or 待核 where that reason is in doubt.
    pub fn check_unmet(&self, subject: &str, why: &Label, is_certain: bool) -> Check {
        let verdict = if is_certain { self.broken() } else { Verdict::Undetermined };
        Check { verdict, text: self.compare(subject, why, verdict), ..self.check(subject, None) }
    }

    fn verdict(&self, measured: Option<f64>) -> Verdict {
        match measured {
            None => Verdict::Undetermined,
            Some(measured) if self.op.holds(measured, self.value) => Verdict::Pass,
            _ => self.broken(),
        }
    }

    /// What it is not to meet the clause.
    fn broken(&self) -> Verdict {
        match self.provenance.force {
            Force::Shall | Force::Policy => Verdict::Fail,
            Force::Should | Force::May | Force::Default => Verdict::Warn,
        }
    }

    fn trail(&self, subject: &str, measured: Option<f64>, verdict: Verdict) -> Label {
        let Some(measured) = measured else {
            let (bound, cite, force) = (self.bound(), self.provenance.cite_label(), self.provenance.force.label());
            return Label::new(
                format!("{subject}：{}缺数据，待核；要求 {bound}（{}，{}）", self.label.zh, cite.zh, force.zh),
                format!("{subject}: {} is not known; required: {bound} ({}, {})", self.label.en, cite.en, force.en),
            );
        };
        let measured = self.measured(measured);
        let found = Label::new(format!("实测 {measured}"), format!("measured {measured}"));
        self.compare(subject, &found, verdict)
    }

    /// What was found beside what is asked, and what comes of it.
    fn compare(&self, subject: &str, found: &Label, verdict: Verdict) -> Label {
        let (bound, cite, force) = (self.bound(), self.provenance.cite_label(), self.provenance.force.label());
        let (zh, en) = match verdict {
            Verdict::Pass => ("符合", "met"),
            Verdict::Warn => ("未达到", "falls short"),
            Verdict::Fail | Verdict::Overdue => ("不符合", "broken"),
            Verdict::Undetermined => ("待核", "to be verified"),
        };
        // What was measured and what is asked stand apart: side by side they would read as an inequality, often a false one.
        Label::new(
            format!("{subject}：{}{}，要求 {bound}，{zh}（{}，{}）", self.label.zh, found.zh, cite.zh, force.zh),
            format!("{subject}: {}: {}, required {bound}: {en} ({}, {})", self.label.en, found.en, cite.en, force.en),
        )
    }

    /// Two decimals, or as many as it takes for the text not to contradict the verdict: 7.001 is not `7 > 7`.
    fn shown(&self, measured: f64) -> String {
        let holds = self.op.holds(measured, self.value);
        (2..=9)
            .map(|decimals| trimmed(measured, decimals))
            .find(|text| text.parse().is_ok_and(|shown| self.op.holds(shown, self.value) == holds))
            .unwrap_or_else(|| measured.to_string())
    }

    /// Lets pass what the other would refuse?
    pub(super) fn is_looser_than(&self, other: &Self) -> bool {
        if self.op.is_upper() != other.op.is_upper() {
            return true;
        }
        if self.value == other.value {
            return other.op.is_strict() && !self.op.is_strict();
        }
        (self.value > other.value) == self.op.is_upper()
    }
}

/// A number with at most so many decimals and no needless zeros.
fn trimmed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

pub(super) fn with_unit(number: String, unit: &str) -> String {
    if unit.is_empty() { number } else { format!("{number} {unit}") }
}

impl Rule for Limit {
    fn read(entry: &mut EntryReader) -> Result<Self> {
        refuse_own_fields(entry)?;
        entry.limit()
    }

    fn loosens<'a>(&self, national: &'a Self) -> Vec<&'a Limit> {
        let binding = national.provenance.force == Force::Shall;
        if binding && self.is_looser_than(national) { vec![national] } else { Vec::new() }
    }
}

fn refuse_own_fields(entry: &mut EntryReader) -> Result<()> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Own {}
    entry.own().map(|Own {}| ())
}

/// The field that figures and ways of reading stand in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnValue<T> {
    value: T,
}

impl<T: Cell + DeserializeOwned> Rule for Switch<T> {
    fn read(entry: &mut EntryReader) -> Result<Self> {
        let OwnValue { value } = entry.own()?;
        entry.show("value", "", &value);
        Ok(Self { value, provenance: entry.provenance()? })
    }
}

impl Rule for Setting {
    fn read(entry: &mut EntryReader) -> Result<Self> {
        let OwnValue { value } = entry.own()?;
        let shown = with_unit(f64::to_string(&value), unit_of(entry.key));
        entry.show("value", "", &shown);
        Ok(Self { value, provenance: entry.provenance()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(op: Op, value: f64, force: Force) -> Limit {
        let [note, due, undated, lead, support] = [const { String::new() }; 5];
        let provenance = Provenance {
            cite: "甲 1.1".to_owned(),
            force,
            confidence: Confidence::V2,
            note,
            due,
            undated,
            lead,
            support,
            range: None,
        };
        let label = Label::new("责任区面积", "area");
        Limit { key: "station.area_km2", label, op, value, unit: "km²", provenance }
    }

    #[test]
    fn at_equality_strict_and_inclusive_differ() {
        for (op, passes) in [(Op::AtMost, true), (Op::AtLeast, true), (Op::LessThan, false), (Op::MoreThan, false)] {
            let verdict = limit(op, 2.0, Force::Shall).check("镇", Some(2.0)).verdict;
            assert_eq!(verdict == Verdict::Pass, passes, "{op:?}");
        }
    }

    #[test]
    fn the_force_decides_between_warning_and_failure() {
        for (force, verdict) in [
            (Force::Shall, Verdict::Fail),
            (Force::Policy, Verdict::Fail),
            (Force::Should, Verdict::Warn),
            (Force::May, Verdict::Warn),
            (Force::Default, Verdict::Warn),
        ] {
            assert_eq!(limit(Op::AtMost, 7.0, force).check("站", Some(8.0)).verdict, verdict);
        }
    }

    #[test]
    fn a_missing_fact_is_undetermined() {
        let limit = limit(Op::AtMost, 7.0, Force::Shall);
        assert_eq!(limit.check("站", None).verdict, Verdict::Undetermined);
        let check = limit.check("站", Some(f64::NAN));
        assert_eq!((check.verdict, check.measured), (Verdict::Undetermined, None));
        assert_eq!(check.text.zh, "站：责任区面积缺数据，待核；要求 ≤ 7 km²（甲 1.1，应）");
    }

    #[test]
    fn moving_the_bound_flips_the_check() {
        for (op, breached) in [(Op::AtMost, 1.9), (Op::AtLeast, 2.1), (Op::LessThan, 2.0), (Op::MoreThan, 2.0)] {
            assert_eq!(limit(op, 2.0, Force::Shall).check("镇", Some(2.0)).verdict == Verdict::Pass, !op.is_strict());
            assert_eq!(limit(op, breached, Force::Shall).check("镇", Some(2.0)).verdict, Verdict::Fail, "{op:?}");
        }
    }

    #[test]
    fn the_text_never_contradicts_the_verdict() {
        let limit = limit(Op::AtMost, 7.0, Force::Should);
        let text = |measured| limit.check("城中站", Some(measured)).text.zh;
        assert_eq!(text(6.5), "城中站：责任区面积实测 6.5 km²，要求 ≤ 7 km²，符合（甲 1.1，宜）");
        assert_eq!(text(7.0004), "城中站：责任区面积实测 7.0004 km²，要求 ≤ 7 km²，未达到（甲 1.1，宜）");
    }

    #[test]
    fn looser_lets_pass_what_the_other_refuses() {
        let at = |op, value| limit(op, value, Force::Shall);
        assert!(at(Op::AtMost, 8.0).is_looser_than(&at(Op::AtMost, 7.0)));
        assert!(!at(Op::AtMost, 6.0).is_looser_than(&at(Op::AtMost, 7.0)));
        assert!(at(Op::AtLeast, 3.0).is_looser_than(&at(Op::AtLeast, 4.0)));
        assert!(at(Op::AtLeast, 4.0).is_looser_than(&at(Op::MoreThan, 4.0)));
        assert!(!at(Op::AtMost, 7.0).is_looser_than(&at(Op::AtMost, 7.0)));
        assert!(at(Op::AtLeast, 7.0).is_looser_than(&at(Op::AtMost, 7.0)));
    }
}
