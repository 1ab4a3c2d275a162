//! The sentences of this analysis: the answers to the planner's questions, and what a person reads who clicks a station or
//! a site.

mod answers;
mod stands;

use super::case::SitingCase;
use fireplan_model::rows::Label;

pub(super) use answers::tell_answers;
pub(super) use stands::{tell_site, tell_station};

/// A share of everything that counts, with the amount: `87.4 %（223600 人）`.
fn share(case: &SitingCase, units: u64) -> Label {
    let percent = format!("{:.1} %", case.percent(units));
    let amount = amount(case, units);
    Label::new(format!("{percent}（{}）", amount.zh), format!("{percent} ({})", amount.en))
}

/// An amount with its unit: `223600 人`, or `12.34 km²`.
pub(super) fn amount(case: &SitingCase, units: u64) -> Label {
    let (zh, en) = case.question.counted.unit();
    let value = case.amount(units);
    let value = if en == "km²" { format!("{value:.2}") } else { format!("{value:.0}") };
    Label::new(format!("{value} {zh}"), format!("{value} {en}"))
}
