//! What notices ask of districts, towns, villages, key units and forests beside brigades: each with the day by which it is
//! due, who is responsible, and what tells whether it is met.

use anyhow::Result;
use serde::Deserialize;

use crate::layers::TownKind;
use crate::names;
use crate::rows::Label;
use crate::rules::criteria::{Condition, Fact};
use crate::rules::limit::{Limit, Op, Provenance};
use crate::rules::reading::EntryReader;
use crate::rules::table::TableRow;
use crate::units::UnitKind;

/// The most characters that a row quotes of its clause: enough to find it there.
const MOST_QUOTED: usize = 15;

/// For whom among the towns of the right kind an obligation holds.
#[derive(Debug, Clone)]
pub enum Given {
    /// For every one.
    Always,
    /// Only with one of these statuses.
    Status(Vec<String>),
    /// Only without any of these.
    NoStatus(Vec<String>),
    /// Only where the layer of towns gives this fact.
    Known(Fact),
    /// Only where it does not: then the form asks what the fact would have told.
    Unknown(Fact),
}

/// What tells whether an obligation is met.
#[derive(Debug, Clone)]
pub enum ObligationBasis {
    /// A fact of the layers and tables of the area.
    Fact {
        /// What must hold of it.
        condition: Condition,
        /// What else meets the obligation, if the bureau reports it.
        or_reported: Option<Label>,
    },
    /// What the bureau reports of each unit in its form (填报表): no map tells it.
    Reported(ReportedItem),
    /// Checks that an analysis makes.
    Analysis {
        /// The analysis, e.g. `firebreaks`.
        analysis: String,
        /// The entries whose checks count, e.g. `firebreak.zone_urban_m`.
        rules: Vec<String>,
        /// The clause of the obligation.
        provenance: Provenance,
    },
    /// Nothing yet: the notice asks it, and neither data nor form nor analysis tells.
    Nothing {
        /// Why, or what would tell.
        why: Label,
        /// The clause of the obligation.
        provenance: Provenance,
    },
}

/// One column of the form that a bureau fills in.
#[derive(Debug, Clone)]
pub struct ReportedItem {
    /// Heading of the column; its unit stands in brackets, 工作人员（人）.
    pub name: Label,
    /// What the number is held against; `None`: the answer is yes or no.
    pub limit: Option<Limit>,
    /// The clause of the obligation.
    pub provenance: Provenance,
}

/// Something that a notice asks of every unit of some kind.
#[derive(Debug, Clone)]
pub struct Obligation {
    /// What is asked.
    pub name: Label,
    /// The number that it bears in the notice; empty where it bears none.
    pub task: String,
    /// A few words of the clause by which it is found there.
    pub quote: String,
    /// Of whom it is asked.
    pub asked_of: UnitKind,
    /// The kinds of town that it is asked of, or in which those lie of whom it is asked; empty: every kind.
    pub kinds: Vec<TownKind>,
    /// The towns that the notice names; empty: every town.
    pub towns: Vec<String>,
    /// The towns that the notice excepts.
    pub except_towns: Vec<String>,
    /// Villages and communities by name, where the notice lists them.
    pub villages: Vec<String>,
    /// For whom among the towns it holds.
    pub given: Given,
    /// Only where there is forest (有林乡镇).
    pub forested: bool,
    /// Only where a professional brigade stands (已建专职消防队的乡镇).
    pub if_brigade: bool,
    /// What tells whether it is met.
    pub basis: ObligationBasis,
}

impl Obligation {
    /// The clause.
    pub fn provenance(&self) -> &Provenance {
        match &self.basis {
            ObligationBasis::Fact { condition, .. } => condition.provenance(),
            ObligationBasis::Reported(item) => &item.provenance,
            ObligationBasis::Analysis { provenance, .. } | ObligationBasis::Nothing { provenance, .. } => provenance,
        }
    }

    /// The headings of the form that the obligation asks for.
    pub fn items(&self) -> Vec<String> {
        match &self.basis {
            ObligationBasis::Reported(item) => vec![names::plain(&item.name.zh)],
            ObligationBasis::Fact { or_reported: Some(item), .. } => vec![names::plain(&item.zh)],
            ObligationBasis::Fact { .. } | ObligationBasis::Analysis { .. } | ObligationBasis::Nothing { .. } => {
                Vec::new()
            }
        }
    }

    /// Whether the notice means a town of this name; those it says nothing of are meant.
    pub fn means_town(&self, town: &str) -> bool {
        let is_one_of = |listed: &[String]| listed.iter().any(|listed| names::is_listed(town, listed));
        (self.towns.is_empty() || is_one_of(&self.towns)) && !is_one_of(&self.except_towns)
    }

    /// Whether the notice means a village of this name.
    pub fn means_village(&self, village: &str) -> bool {
        self.villages.is_empty() || self.villages.iter().any(|name| names::whole(name) == names::whole(village))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnFields {
    name: String,
    #[serde(default)]
    task: String,
    #[serde(default)]
    quote: String,
    #[serde(default = "of_towns")]
    per: UnitKind,
    kinds: Option<Vec<TownKind>>,
    towns: Option<Vec<String>>,
    except_towns: Option<Vec<String>>,
    villages: Option<Vec<String>>,
    if_status: Option<Vec<String>>,
    unless_status: Option<Vec<String>>,
    if_known: Option<Fact>,
    unless_known: Option<Fact>,
    #[serde(default)]
    forested: bool,
    #[serde(default)]
    if_brigade: bool,
    fact: Option<Fact>,
    any_of: Option<Vec<String>>,
    reported: Option<String>,
    or_reported: Option<String>,
    analysis: Option<String>,
    rules: Option<Vec<String>>,
    unanswered: Option<String>,
}

/// Whom a row asks that does not say: towns.
fn of_towns() -> UnitKind {
    UnitKind::Town
}

impl TableRow for Obligation {
    /// Whom a notice is addressed to holds for each of its rows.
    const FROM_TABLE: &'static [&'static str] = &["kinds"];

    fn read(row: &mut EntryReader) -> Result<Self> {
        let mut own: OwnFields = row.own()?;
        row.show("task", "任务 | task", &Some(own.task.clone()).filter(|task| !task.is_empty()));
        row.show("name", "", &own.name);
        row.show("per", "", &own.per);
        row.show("kinds", "", &own.kinds);
        row.show("towns", "仅限 | only", &own.towns);
        row.show("except_towns", "除外 | except", &own.except_towns);
        row.show("if_status", "", &own.if_status);
        row.show("unless_status", "", &own.unless_status);
        row.show("if_known", "", &own.if_known);
        row.show("unless_known", "", &own.unless_known);
        row.show("villages", "", &own.villages);
        if own.quote.chars().count() > MOST_QUOTED {
            return Err(row.refuse(format!(
                "quote 只引原文的几个字，不超过 {MOST_QUOTED} 个 | quote holds a few words of the text, at most {MOST_QUOTED} characters"
            )));
        }
        let given = read_given(row, &mut own)?;
        if own.villages.is_some() && own.per != UnitKind::Village {
            return Err(row.refuse("写了 villages，per 须为 \"village\" | lists villages: per must be \"village\""));
        }
        if own.per == UnitKind::ForestRange && own.analysis.is_none() {
            return Err(row.refuse(
                "山系由分析 firebreaks 划出，per = \"forest_range\" 须写 analysis = \"firebreaks\" | \
                 the analysis firebreaks tells ranges apart: per = \"forest_range\" needs analysis = \"firebreaks\"",
            ));
        }
        let basis = read_basis(row, &mut own)?;
        Ok(Self {
            name: Label::parse(&own.name),
            task: own.task,
            quote: own.quote,
            asked_of: own.per,
            kinds: own.kinds.unwrap_or_default(),
            towns: own.towns.unwrap_or_default(),
            except_towns: own.except_towns.unwrap_or_default(),
            villages: own.villages.unwrap_or_default(),
            given,
            forested: own.forested,
            if_brigade: own.if_brigade,
            basis,
        })
    }
}

/// At most one thing says for whom an obligation holds.
fn read_given(row: &EntryReader, own: &mut OwnFields) -> Result<Given> {
    let given = [
        own.if_status.take().map(Given::Status),
        own.unless_status.take().map(Given::NoStatus),
        own.if_known.map(Given::Known),
        own.unless_known.map(Given::Unknown),
    ];
    let mut given = given.into_iter().flatten();
    match (given.next(), given.next()) {
        (None, _) => Ok(Given::Always),
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(row.refuse(
            "if_status、unless_status、if_known、unless_known 只能写一个 | \
             has more than one of if_status, unless_status, if_known and unless_known; keep one",
        )),
    }
}

/// Exactly one thing tells whether an obligation is met, or it is said that nothing does.
fn read_basis(row: &mut EntryReader, own: &mut OwnFields) -> Result<ObligationBasis> {
    Ok(match (own.fact, own.reported.take(), own.analysis.take(), own.unanswered.take()) {
        (Some(fact), None, None, None) => {
            let or_reported = own.or_reported.as_deref().map(Label::parse);
            row.show("or_reported", "或由填报表填报 | or reported", &own.or_reported);
            ObligationBasis::Fact { condition: read_fact(row, own.per, fact, own.any_of.take())?, or_reported }
        }
        (None, Some(name), None, None) => ObligationBasis::Reported(read_reported(row, &name)?),
        (None, None, Some(analysis), None) => {
            let Some(rules) = own.rules.take() else {
                return Err(row.refuse(
                    "写了 analysis，须用 rules = [\"…\"] 说明看哪些条目的判定 | \
                     names an analysis: say in rules = [\"…\"] which entries' checks count",
                ));
            };
            row.show("analysis", "由分析判定 | by the analysis", &analysis);
            ObligationBasis::Analysis { analysis, rules, provenance: row.provenance()? }
        }
        (None, None, None, Some(why)) => {
            row.show("unanswered", "尚不能判定 | nothing tells yet", &why);
            ObligationBasis::Nothing { why: Label::parse(&why), provenance: row.provenance()? }
        }
        _ => {
            return Err(row.refuse(
                "fact、reported、analysis 须有且只有一个，说明由什么判定；尚无从判定的，写 unanswered = \"原因\" | \
                 needs exactly one of fact, reported and analysis: what tells whether it is met; where nothing does, unanswered = \"why\"",
            ));
        }
    })
}

/// A fact must be one of the units it is asked of.
fn read_fact(row: &mut EntryReader, per: UnitKind, fact: Fact, any_of: Option<Vec<String>>) -> Result<Condition> {
    let is_of_units = match per {
        UnitKind::Town => !fact.is_of_micro_stations(),
        UnitKind::Village | UnitKind::KeyUnit => fact.is_of_micro_stations(),
        UnitKind::District | UnitKind::ForestRange => false,
    };
    if !is_of_units {
        let (fact, per) = (fact.code(), per.code());
        return Err(
            row.refuse(format!("per = \"{per}\" 没有事实 `{fact}` | there is no fact `{fact}` of per = \"{per}\""))
        );
    }
    let condition = Condition::read(row, fact, any_of)?;
    let is_one = |limit: &Limit| limit.op == Op::AtLeast && limit.value == 1.0;
    match &condition {
        Condition::Size { fact, limit } if fact.is_of_micro_stations() && !is_one(limit) => {
            Err(row.refuse("看有没有站，界限须为 at_least = 1 | asks whether there is a station at all: at_least = 1"))
        }
        _ => Ok(condition),
    }
}

/// Without a bound the answer is yes or no.
fn read_reported(row: &mut EntryReader, name: &str) -> Result<ReportedItem> {
    let label = Label::parse(name);
    row.show("reported", "由填报表填报 | reported", &label.zh);
    if row.has_bound() {
        let limit = row.limit_of(label.clone(), "")?;
        return Ok(ReportedItem { name: label, provenance: limit.provenance.clone(), limit: Some(limit) });
    }
    Ok(ReportedItem { name: label, limit: None, provenance: row.provenance()? })
}
