//! What notices ask of towns (乡镇街道) beside brigades: countable obligations with the day by which they are due.

use anyhow::Result;
use serde::Deserialize;

use crate::layers::TownKind;
use crate::rows::Label;
use crate::rules::criteria::{Condition, Fact};
use crate::rules::limit::{Limit, Op};
use crate::rules::reading::EntryReader;
use crate::rules::table::TableRow;

/// For whom among the towns of the right kind an obligation holds.
#[derive(Debug, Clone)]
pub enum Given {
    /// For every one.
    Always,
    /// Only with one of these statuses.
    Status(Vec<String>),
    /// Only without any of these.
    NoStatus(Vec<String>),
}

/// Something countable that a notice asks of every town of some kinds.
#[derive(Debug, Clone)]
pub struct Obligation {
    /// What is asked.
    pub name: Label,
    /// The kinds of town that it is asked of.
    pub kinds: Vec<TownKind>,
    /// For whom among them it holds.
    pub given: Given,
    /// What must be there.
    pub condition: Condition,
    /// The bound is for each village or community (村、社区), not for the town.
    pub per_village: bool,
    /// Villages and communities by name, where the notice lists them; the bound is for each of these.
    pub villages: Vec<String>,
    /// The day by which it is due, e.g. `2025-12-31`; empty where the notice does not say.
    pub due: String,
}

impl TableRow for Obligation {
    fn read(row: &mut EntryReader) -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Own {
            name: String,
            kinds: Vec<TownKind>,
            if_status: Option<Vec<String>>,
            unless_status: Option<Vec<String>>,
            #[serde(default)]
            villages: Vec<String>,
            #[serde(default)]
            per_village: bool,
            #[serde(default)]
            due: String,
            fact: Fact,
            any_of: Option<Vec<String>>,
        }
        let Own { name, kinds, if_status, unless_status, villages, per_village, due, fact, any_of } = row.own()?;
        check_date(row, "due", &due)?;
        row.show("name", "", &name);
        row.show("kinds", "", &kinds);
        row.show("if_status", "", &if_status);
        row.show("unless_status", "", &unless_status);
        row.show("villages", "", &villages);
        row.show("due", "期限 | due", &due);
        let given = match (if_status, unless_status) {
            (Some(any_of), None) => Given::Status(any_of),
            (None, Some(any_of)) => Given::NoStatus(any_of),
            (None, None) => Given::Always,
            _ => {
                return Err(row
                    .refuse("if_status 和 unless_status 只能写一个 | has both if_status and unless_status; keep one"));
            }
        };
        let condition = Condition::read(row, fact, any_of)?;
        if (per_village || !villages.is_empty()) && fact != Fact::MicroStations {
            return Err(row.refuse(
                "只有 fact = \"micro_stations\" 能按村计数 | counts by village, which only fact = \"micro_stations\" can be",
            ));
        }
        let is_one = |limit: &Limit| limit.op == Op::AtLeast && limit.value == 1.0;
        if matches!(&condition, Condition::Size { fact: Fact::MicroStations, limit } if !is_one(limit)) {
            return Err(row.refuse(
                "按村计有没有站，界限须为 at_least = 1 | counts which villages have a station at all: at_least = 1",
            ));
        }
        Ok(Self { name: Label::parse(&name), kinds, given, condition, per_village, villages, due })
    }
}

/// Refuses what is neither empty nor a day.
pub(super) fn check_date(row: &EntryReader, field: &str, text: &str) -> Result<()> {
    if text.is_empty() || is_date(text) {
        return Ok(());
    }
    Err(row.refuse(format!(
        "`{field}` 应为日期，如 \"2025-12-31\"，不能是 \"{text}\" | \
         `{field}` must be a day such as \"2025-12-31\", not \"{text}\""
    )))
}

/// Whether it is a day of the calendar, as `2025-12-31`.
pub fn is_date(text: &str) -> bool {
    text.len() == "2025-12-31".len() && jiff::civil::Date::strptime("%Y-%m-%d", text).is_ok()
}
