//! Which brigade a town is to have: by its facts, and, before those, by a list that a government adopted.

use crate::duties::criteria::{Finding, Judgement, Truth, judge, judge_as};
use crate::duties::facts::{Span, TownFacts};
use crate::duties::listing::{ListVerdict, read_list};
use fireplan_model::layers::TownKind;
use fireplan_model::rows::Label;
use fireplan_model::rules::{Adopted, BrigadeRules, Condition, Criteria, Fact, Limit, Op, Provenance, Tier, Whom};

/// What a town is to have, and why.
#[derive(Debug, Clone)]
pub struct Grade<'r> {
    /// The tier the town is to have: by an adopted list, or else by its facts.
    pub tier: Tier,
    /// The tier by the facts alone, whatever a list says.
    pub computed: Tier,
    /// The level by the facts, where it rests on figures that have not been checked against their text: it is 待核, and no
    /// clause is cited for it.
    pub presumed: Option<PresumedLevel>,
    /// The line of the adopted list that decides, if one does.
    pub adopted: Option<&'r Adopted>,
    /// The facts that decide and their clauses.
    pub trail: Label,
    /// Facts that are missing and could change the computed tier.
    pub missing: Vec<Label>,
    /// Rests on a figure that has not been checked against its text.
    pub unverified: bool,
    /// The clause of the deciding entry.
    pub provenance: &'r Provenance,
}

/// A level of a professional brigade by unverified conditions.
#[derive(Debug, Clone)]
pub struct PresumedLevel {
    /// Level 1 or 2.
    pub tier: Tier,
    /// The facts held against those conditions.
    pub trail: Label,
}

impl Grade<'_> {
    /// Whether neither a list nor a doubt about one stands before the facts.
    fn is_by_facts(&self) -> bool {
        self.adopted.is_none() && self.tier == self.computed
    }

    /// Key of the rule entry that decides.
    pub fn rule(&self) -> &'static str {
        if self.adopted.is_some() { "brigade.adopted" } else { "brigade.professional" }
    }

    /// The tier whose equipment a brigade is held against.
    pub fn equipped_as(&self) -> Tier {
        match &self.presumed {
            Some(level) if self.is_by_facts() => level.tier,
            _ => self.tier,
        }
    }

    /// What the town is to have, in words.
    pub fn tier_label(&self) -> Label {
        if self.is_by_facts() { self.computed_label() } else { self.tier.label() }
    }

    /// What it comes to by the facts alone, in words: 专职消防队（等级待核：按…为二级）.
    pub fn computed_label(&self) -> Label {
        match &self.presumed {
            Some(PresumedLevel { tier, trail }) => {
                let (zh, en) = if *tier == Tier::Level1 { ("一级", "level 1") } else { ("二级", "level 2") };
                Label::new(
                    format!("专职消防队（等级待核：按{}为{zh}）", trail.zh),
                    format!("professional brigade (level undetermined: {en} by {})", trail.en),
                )
            }
            None => self.computed.label(),
        }
    }
}

/// Grades a town.
pub fn grade<'r>(rules: &'r BrigadeRules, facts: &TownFacts) -> Grade<'r> {
    let by_facts = compute(rules, facts);
    match read_list(rules, facts) {
        ListVerdict::Silent => by_facts,
        ListVerdict::Doubtful(line) => doubtful(line, by_facts),
        ListVerdict::Decides(line) => {
            let cite = line.provenance.cite_label();
            let tier = line.tier.label();
            let task = if line.task.is_empty() { String::new() } else { format!("，{}", line.task) };
            let (due_zh, due_en) = match line.provenance.due.as_str() {
                "" => (String::new(), String::new()),
                day => (format!("，期限 {day}"), format!(", due {day}")),
            };
            let (zh, en) = match &line.whom {
                Whom::Town { .. } => ("名单列为", "listed as"),
                Whom::Kinds(_) => ("本类乡镇一律为", "as all of its kind"),
            };
            let trail = Label::new(
                format!("{zh}{}{task}{due_zh}（{}）", tier.zh, cite.zh),
                format!("{en}: {}{due_en} ({})", tier.en.to_lowercase(), cite.en),
            );
            Grade {
                tier: line.tier,
                adopted: Some(line),
                trail,
                unverified: !line.provenance.is_verified(),
                provenance: &line.provenance,
                ..by_facts
            }
        }
    }
}

/// A line that may be about the town and may be about a namesake: the tier is open.
fn doubtful<'r>(line: &'r Adopted, by_facts: Grade<'r>) -> Grade<'r> {
    let Whom::Town { name, within, .. } = &line.whom else { return by_facts };
    let cite = line.provenance.cite_label();
    let missing = Label::new(
        format!("是否名单所列{within}{name}"),
        format!("whether it is {name} of {within}, which the list names"),
    );
    let trail = Label::new(
        format!("名单列有{within}{name}，本镇与其同名，代码或名称不能确定是同一处（{}）", cite.zh),
        format!("the list names {name} of {within}; neither code nor name tells whether it is this town ({})", cite.en),
    );
    let missing = [vec![missing], by_facts.missing].concat();
    Grade { tier: Tier::Undetermined, trail, missing, ..by_facts }
}

/// By the facts alone.
fn compute<'r>(rules: &'r BrigadeRules, facts: &TownFacts) -> Grade<'r> {
    let professional = &rules.professional;
    let plain = |tier: Tier, trail: Label| Outcome {
        tier,
        presumed: None,
        trail,
        missing: Vec::new(),
        entries: vec![professional],
    };
    let Some(kind) = facts.kind else {
        let trail = Label::new("不知是镇、乡还是街道", "kind of town not known");
        return Outcome { missing: vec![Label::new("类别", "kind")], ..plain(Tier::Undetermined, trail) }.grade();
    };
    if !professional.kinds.contains(&kind) {
        let text = match kind {
            TownKind::Park => Label::new(
                "园区不适用乡镇消防队条文，按所在城市或镇的消防站布局",
                "an industrial park is not a town: the rule on town brigades does not hold for it",
            ),
            TownKind::Other => Label::new(
                "既不是镇、乡也不是街道，不适用乡镇消防队条文",
                "neither a town, a township nor a sub-district: the rule on town brigades does not hold for it",
            ),
            kind => Label::new(
                format!("{}不适用乡镇消防队条文，由城市消防站保护", kind.label().zh),
                format!("a {} is protected by urban stations, not by a town brigade", kind.label().en.to_lowercase()),
            ),
        };
        return plain(Tier::NotApplicable, text).grade();
    }
    let needed = judge_as(rules.status_reading.value, rules, professional, facts);
    let outcome = match needed.truth {
        Truth::Yes => level(rules, facts, &needed),
        Truth::No => volunteer(rules, facts, kind, &needed),
        Truth::Unknown => {
            let so = level(rules, facts, &needed).grade().tier_label();
            let otherwise = volunteer(rules, facts, kind, &needed).tier.label();
            let known = trail(&needed.decisive());
            let known = if known.zh.is_empty() {
                known
            } else {
                Label::new(format!("已知{}；", known.zh), format!("known: {}; ", known.en))
            };
            let text = Label::new(
                format!("{}查明后为{}或{}", known.zh, so.zh, otherwise.zh),
                format!("{}then either: {}; or: {}", known.en, so.en.to_lowercase(), otherwise.en.to_lowercase()),
            );
            Outcome { missing: needed.missing(), ..plain(Tier::Undetermined, text) }
        }
    };
    outcome.grade()
}

/// A tier by the facts, and the entries it rests on, the deciding one last.
struct Outcome<'r> {
    tier: Tier,
    presumed: Option<PresumedLevel>,
    trail: Label,
    missing: Vec<Label>,
    entries: Vec<&'r Criteria>,
}

impl<'r> Outcome<'r> {
    fn grade(self) -> Grade<'r> {
        let provenance = &self.entries[self.entries.len() - 1].provenance;
        Grade {
            tier: self.tier,
            computed: self.tier,
            presumed: self.presumed,
            adopted: None,
            unverified: self.entries.iter().any(|entry| unverified(entry)),
            trail: self.trail,
            missing: self.missing,
            provenance,
        }
    }
}

fn level<'r>(rules: &'r BrigadeRules, facts: &TownFacts, needed: &Judgement) -> Outcome<'r> {
    let level = judge(rules, &rules.level_1, facts);
    let (by_level, missing) = match level.truth {
        Truth::Yes => (Some(Tier::Level1), Vec::new()),
        Truth::No => (Some(Tier::Level2), Vec::new()),
        Truth::Unknown => (None, level.missing()),
    };
    let presumed = by_level
        .filter(|_| unverified(&rules.level_1))
        .map(|tier| PresumedLevel { tier, trail: plain_trail(&level.decisive()) });
    let tier = by_level.filter(|_| presumed.is_none()).unwrap_or(Tier::Professional);
    let entries = vec![&rules.level_1, &rules.professional];
    Outcome { tier, presumed, trail: trail(&needed.decisive()), missing, entries }
}

/// The conditions without their clauses.
fn plain_trail(findings: &[&Finding]) -> Label {
    let said = findings.iter().map(|finding| &finding.text).filter(|text| !text.zh.is_empty());
    let (zh, en): (Vec<&str>, Vec<&str>) = said.map(|text| (text.zh.as_str(), text.en.as_str())).unzip();
    match zh.is_empty() {
        true => Label::new("缺省条件", "the default conditions"),
        false => Label::new(zh.join("，"), en.join(", ")),
    }
}

fn volunteer<'r>(rules: &'r BrigadeRules, facts: &TownFacts, kind: TownKind, needed: &Judgement) -> Outcome<'r> {
    let criteria = &rules.volunteer;
    let judged = judge(rules, criteria, facts);
    let (tier, missing) = match judged.truth {
        _ if !criteria.kinds.contains(&kind) => (Tier::NotApplicable, Vec::new()),
        Truth::Yes => (Tier::Volunteer, Vec::new()),
        Truth::No => (Tier::Uncovered, Vec::new()),
        Truth::Unknown => (Tier::Undetermined, judged.missing()),
    };
    let findings: Vec<&Finding> = needed.findings.iter().chain(judged.decisive()).collect();
    Outcome { tier, presumed: None, trail: trail(&findings), missing, entries: vec![&rules.professional, criteria] }
}

/// The conditions, each clause named once after those it is for.
fn trail(findings: &[&Finding]) -> Label {
    let said: Vec<(&Label, Label)> = findings
        .iter()
        .filter(|finding| !finding.text.zh.is_empty())
        .map(|finding| (&finding.text, finding.condition.provenance().cite_label()))
        .collect();
    let mut trail = Label::new("", "");
    for group in said.chunk_by(|a, b| a.1 == b.1) {
        let (zh, en): (Vec<&str>, Vec<&str>) =
            group.iter().map(|(text, _)| (text.zh.as_str(), text.en.as_str())).unzip();
        let cite = &group[0].1;
        let gap = |text: &str, gap: &'static str| if text.is_empty() { "" } else { gap };
        trail.zh += &format!("{}{}（{}）", gap(&trail.zh, "；"), zh.join("，"), cite.zh);
        trail.en += &format!("{}{} ({})", gap(&trail.en, "; "), en.join(", "), cite.en);
    }
    trail
}

fn unverified(criteria: &Criteria) -> bool {
    let rows = criteria.conditions.iter().any(|condition| !condition.provenance().is_verified());
    rows || (criteria.conditions.is_empty() && !criteria.provenance.is_verified())
}

/// A fact that lies close to a bound, and what it would come to on the other side of it.
#[derive(Debug, Clone)]
pub struct NearMiss<'r> {
    /// The fact that is near its threshold.
    pub fact: Fact,
    /// Its value, in the unit of the rule.
    pub measured: f64,
    /// The threshold.
    pub limit: &'r Limit,
    /// How far the value is from the threshold, in percent of the threshold.
    pub off_percent: f64,
    /// What it comes to by the facts, in words, were this one on the other side.
    pub otherwise: Label,
}

/// The facts within so many percent of a bound, on the other side of which the facts come to something else.
pub fn near_misses<'r>(rules: &'r BrigadeRules, facts: &TownFacts, near_percent: f64) -> Vec<NearMiss<'r>> {
    let Some(kind) = facts.kind.filter(|kind| rules.professional.kinds.contains(kind)) else { return Vec::new() };
    let mut found: Vec<NearMiss> = Vec::new();
    let outcome = |grade: &Grade| (grade.computed, grade.presumed.as_ref().map(|level| level.tier));
    let present = outcome(&compute(rules, facts));
    let entries = [&rules.professional, &rules.level_1, &rules.volunteer];
    let conditions =
        entries.into_iter().filter(|entry| entry.kinds.contains(&kind)).flat_map(|entry| &entry.conditions);
    for condition in conditions {
        let Condition::Size { fact, limit } = condition else { continue };
        let Some(Span { low, high }) = facts.number(*fact) else { continue };
        let off_percent = (low / limit.value - 1.0) * 100.0;
        let known =
            found.iter().any(|one| one.fact == *fact && one.limit.value == limit.value && one.limit.op == limit.op);
        if known || low != high || off_percent.abs() > near_percent {
            continue;
        }
        let mut moved = facts.clone();
        moved.set(*fact, Span::exactly(other_side(limit, low)));
        let otherwise = compute(rules, &moved);
        if outcome(&otherwise) != present {
            let otherwise = otherwise.computed_label();
            found.push(NearMiss { fact: *fact, measured: low, limit, off_percent, otherwise });
        }
    }
    found
}

/// The value nearest to the bound for which the comparison comes out the other way.
fn other_side(limit: &Limit, measured: f64) -> f64 {
    let step = limit.value * 1e-6;
    let (holding, failing) = match limit.op {
        Op::MoreThan => (limit.value + step, limit.value),
        Op::AtLeast => (limit.value, limit.value - step),
        Op::LessThan => (limit.value - step, limit.value),
        Op::AtMost => (limit.value, limit.value + step),
    };
    if limit.op.holds(measured, limit.value) { failing } else { holding }
}
