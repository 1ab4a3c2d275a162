//! Conditions held against facts in three-valued logic: yes, no, and not known.

use crate::duties::facts::{Span, TownFacts};
use fireplan_model::rows::Label;
use fireplan_model::rules::{BrigadeRules, Condition, Criteria, Fact, Limit, StatusReading};
use fireplan_model::statuses::StatedStatus;

/// Whether a condition holds, as far as the facts are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// A missing fact could decide it either way.
    Unknown,
}

impl Truth {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }
}

/// One condition as it turned out.
pub struct Finding<'a> {
    /// The condition of the rules.
    pub condition: &'a Condition,
    /// Whether it holds.
    pub truth: Truth,
    /// `建成区面积 2.31 km² > 2 km²`; empty where there is nothing to say but that a fact is missing.
    pub text: Label,
    /// The fact that is missing, if the truth is not known.
    pub missing: Option<Label>,
}

/// All conditions of an entry, and what they come to together.
pub struct Judgement<'a> {
    /// Whether the conditions hold together.
    pub truth: Truth,
    /// Each condition as it turned out, in the order of the rules.
    pub findings: Vec<Finding<'a>>,
}

impl Judgement<'_> {
    /// The conditions that decide: those that hold; or else all that are known.
    pub fn decisive(&self) -> Vec<&Finding<'_>> {
        let holds = self.findings.iter().filter(|finding| finding.truth == Truth::Yes);
        let all = self.findings.iter().filter(|finding| !finding.text.zh.is_empty());
        if self.truth == Truth::Yes { holds.collect() } else { all.collect() }
    }

    /// The facts that are missing, in the order of the conditions.
    pub fn missing(&self) -> Vec<Label> {
        self.findings.iter().filter_map(|finding| finding.missing.clone()).collect()
    }
}

/// Holds the facts against the conditions, of which one is enough; no conditions hold always.
pub fn judge<'a>(rules: &BrigadeRules, criteria: &'a Criteria, facts: &TownFacts) -> Judgement<'a> {
    judge_as(StatusReading::Or, rules, criteria, facts)
}

/// The same where the text leaves open how status and size go together.
pub fn judge_as<'a>(
    reading: StatusReading,
    rules: &BrigadeRules,
    criteria: &'a Criteria,
    facts: &TownFacts,
) -> Judgement<'a> {
    let findings: Vec<Finding> = criteria.conditions.iter().map(|condition| find(rules, condition, facts)).collect();
    let any = |status: Option<bool>| {
        let wanted =
            findings.iter().filter(|one| status.is_none_or(|status| (one.condition.fact() == Fact::Status) == status));
        wanted.map(|one| one.truth).reduce(Truth::or)
    };
    let truth = match reading {
        StatusReading::Or => any(None),
        StatusReading::And => match (any(Some(true)), any(Some(false))) {
            (Some(status), Some(size)) => Some(status.and(size)),
            (status, size) => status.or(size),
        },
    };
    Judgement { truth: truth.unwrap_or(Truth::Yes), findings }
}

/// Holds one condition against the facts.
pub fn find<'a>(rules: &BrigadeRules, condition: &'a Condition, facts: &TownFacts) -> Finding<'a> {
    match condition {
        Condition::Size { fact, limit } => size(condition, limit, facts.number(*fact)),
        Condition::Words { fact: Fact::Status, any_of, .. } => status(rules, condition, any_of, facts),
        Condition::Words { fact: Fact::FirePlan, any_of, .. } => {
            let plan = facts.fire_plan.map(|plan| (vec![plan.code().to_owned()], plan.label()));
            said(condition, any_of, plan)
        }
        Condition::Words { any_of, .. } => {
            let industries = facts.industries.clone().map(|words| {
                let text = words.join("、");
                (words, Label::new(&text, &text))
            });
            said(condition, any_of, industries)
        }
    }
}

fn size<'a>(condition: &'a Condition, limit: &Limit, span: Option<Span>) -> Finding<'a> {
    let label = &limit.label;
    let Some(Span { low, high }) = span else {
        return unknown(condition, label.clone(), nothing());
    };
    let (at_low, at_high) = (limit.op.holds(low, limit.value), limit.op.holds(high, limit.value));
    let measured =
        if low == high { limit.measured(low) } else { format!("{}–{}", limit.measured(low), limit.measured(high)) };
    if at_low != at_high {
        let text = Label::new(
            format!("{} {measured}，跨过 {}", label.zh, limit.bound()),
            format!("{} {measured}, on both sides of {}", label.en, limit.bound()),
        );
        return unknown(condition, label.clone(), text);
    }
    let compared = format!("{measured} {}", limit.bound_as(at_low));
    let text = Label::new(format!("{} {compared}", label.zh), format!("{} {compared}", label.en));
    Finding { condition, truth: Truth::of(at_low), text, missing: None }
}

fn unknown(condition: &Condition, missing: Label, text: Label) -> Finding<'_> {
    Finding { condition, truth: Truth::Unknown, text, missing: Some(missing) }
}

/// An empty text, where a missing fact is all there is to say.
fn nothing() -> Label {
    Label::new("", "")
}

/// What a status of a town comes to where one of several is asked for.
enum Standing {
    /// It is one of them.
    Holds(Option<u32>),
    /// It is one whose older lists are superseded, and the year of its list is not known.
    YearUnknown { since: f64 },
    /// It is of a list that is superseded.
    Superseded { since: f64, year: u32, cite: String },
    /// It may be another word for one of them.
    MayBe,
    /// It is another.
    Other,
}

/// Holds one status against those asked for. A word nobody knows may be another word for any; 重点镇 may be the national one,
/// and 县级重点镇 what a text means by 重点镇.
fn standing(rules: &BrigadeRules, any_of: &[String], status: &StatedStatus, facts: &TownFacts) -> Standing {
    let name = &status.name;
    if !any_of.contains(name) {
        let broader = any_of.iter().any(|wanted| wanted.ends_with(name.as_str()) || name.ends_with(wanted.as_str()));
        return if broader || !status.is_certain { Standing::MayBe } else { Standing::Other };
    }
    let year = match (status.year, facts.status_year) {
        (Some(own), Some(stated)) if own != stated => None,
        (own, stated) => own.or(stated),
    };
    match (rules.status_lists.iter().find(|list| list.status == *name), year) {
        (Some(list), None) => Standing::YearUnknown { since: list.since_year },
        (Some(list), Some(year)) if f64::from(year) < list.since_year => {
            Standing::Superseded { since: list.since_year, year, cite: list.provenance.cite.clone() }
        }
        _ => Standing::Holds(year),
    }
}

/// Whether the town has one of the statuses, whatever the year of its list; `None`: not known.
pub(super) fn has_status(rules: &BrigadeRules, any_of: &[String], facts: &TownFacts) -> Option<bool> {
    let statuses = facts.statuses.as_ref()?;
    let standings: Vec<Standing> = statuses.iter().map(|status| standing(rules, any_of, status, facts)).collect();
    let may_be = standings.iter().any(|one| matches!(one, Standing::MayBe));
    let has = standings.iter().any(|one| !matches!(one, Standing::MayBe | Standing::Other));
    if has { Some(true) } else { (!may_be).then_some(false) }
}

/// A status counts if it is of a list that still holds.
fn status<'a>(rules: &BrigadeRules, condition: &'a Condition, any_of: &[String], facts: &TownFacts) -> Finding<'a> {
    let Some(statuses) = &facts.statuses else {
        return unknown(condition, Fact::Status.label(), nothing());
    };
    let mut outcome = Finding {
        condition,
        truth: Truth::No,
        text: Label::new(format!("不是{}", any_of.join("、")), format!("is none of {}", any_of.join(", "))),
        missing: None,
    };
    let mut open = None;
    for status in statuses {
        let name = &status.name;
        match standing(rules, any_of, status, facts) {
            Standing::Holds(year) => {
                let year = year.map_or_else(String::new, |year| format!("（{year}年名录）"));
                let text = Label::new(format!("为{name}{year}"), format!("is {name}{year}"));
                return Finding { condition, truth: Truth::Yes, text, missing: None };
            }
            Standing::YearUnknown { since } => {
                let missing = Label::new("身份名录年份", "year of the status list");
                let text = Label::new(
                    format!("{name}的名录年份待核（{since}年以前的名录已被取代）"),
                    format!("{name}: year of the list not known (lists before {since} are superseded)"),
                );
                open = Some(unknown(condition, missing, text));
            }
            Standing::Superseded { since, year, cite } => {
                outcome.text = Label::new(
                    format!("{name}（{year}年名录）已被{since}年名录取代（{cite}）"),
                    format!("{name} of the {year} list, superseded in {since} ({cite})"),
                );
            }
            Standing::MayBe if open.is_none() => {
                let wanted = any_of.join("、");
                let missing =
                    Label::new(format!("身份“{name}”是否属于{wanted}"), format!("whether '{name}' is one of {wanted}"));
                open = Some(unknown(condition, missing, nothing()));
            }
            Standing::MayBe | Standing::Other => {}
        }
    }
    open.unwrap_or(outcome)
}

/// A condition on words: it holds if any of the town's words contains one that is asked for.
fn said<'a>(condition: &'a Condition, any_of: &[String], words: Option<(Vec<String>, Label)>) -> Finding<'a> {
    let label = condition.fact().label();
    let Some((words, label_of_words)) = words else {
        return unknown(condition, label, nothing());
    };
    let holds = words.iter().any(|word| any_of.iter().any(|wanted| word.contains(wanted.as_str())));
    let text =
        Label::new(format!("{}：{}", label.zh, label_of_words.zh), format!("{}: {}", label.en, label_of_words.en));
    Finding { condition, truth: Truth::of(holds), text, missing: None }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Unknown, Yes};
    use super::*;
    use fireplan_model::rules::Rules;
    use fireplan_model::statuses::parse_statuses;

    fn holds(status: &str, year: Option<u32>) -> Truth {
        let rules = Rules::load(None).unwrap();
        let is_status = |condition: &&Condition| condition.fact() == Fact::Status;
        let condition = rules.brigade.professional.conditions.iter().find(is_status).unwrap();
        let facts = TownFacts { statuses: parse_statuses(status), status_year: year, ..TownFacts::default() };
        find(&rules.brigade, condition, &facts).truth
    }

    #[test]
    fn a_status_counts_by_its_own_year_and_a_doubtful_word_decides_nothing() {
        for (status, year, truth) in [
            ("全国重点镇（2014年）", None, Yes),
            ("全国重点镇", Some(2014), Yes),
            ("全国重点镇（2004年）", None, No),
            ("全国重点镇（2004年）", Some(2014), Unknown),
            ("全国重点镇", None, Unknown),
            ("中心镇", None, Yes),
            ("特色小镇", None, No),
            ("工业强镇？", None, Unknown),
            ("工业强镇？、中心镇", None, Yes),
            ("重点镇", None, Unknown),
            ("无", None, No),
            ("", None, Unknown),
        ] {
            assert_eq!(holds(status, year), truth, "{status} {year:?}");
        }
    }

    #[test]
    fn an_obligation_of_key_towns_is_open_where_the_status_is() {
        let rules = Rules::load(None).unwrap();
        let any_of = ["重点镇".to_owned(), "全国重点镇".to_owned()];
        let has = |status: &str| {
            let facts = TownFacts { statuses: parse_statuses(status), ..TownFacts::default() };
            has_status(&rules.brigade, &any_of, &facts)
        };
        assert_eq!(has("全国重点镇"), Some(true));
        assert_eq!(has("县级重点镇"), None);
        assert_eq!(has("中心镇"), Some(false));
        assert_eq!(has("强镇？"), None);
    }

    #[test]
    fn what_is_not_known_matters_only_where_it_could_decide() {
        assert_eq!((Yes.or(Unknown), No.or(Unknown)), (Yes, Unknown));
        assert_eq!((No.and(Unknown), Yes.and(Unknown)), (No, Unknown));
    }
}
