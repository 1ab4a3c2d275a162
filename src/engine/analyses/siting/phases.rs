//! Building in phases (分期实施): each phase has what the one before has, within what it may cost by then.

use anyhow::{Result, bail};

use super::case::SitingCase;
use super::choose::Rooms;
use crate::analysis::Context;
use fireplan_location::{Covering, Phased, SearchLimits, phased};
use fireplan_model::rows::Label;

/// A year and what all that stands by then may cost: stations, or 10,000 yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phase {
    pub year: u32,
    pub total: u64,
}

/// Reads `2027=2, 2030=4`.
pub(super) fn parse(text: Option<&str>) -> Result<Vec<Phase>> {
    let mut phases: Vec<Phase> = Vec::new();
    for part in super::names(text) {
        let both = part.split_once(['=', '＝', ':', '：']);
        let read = both.and_then(|(year, total)| Some((year.trim().parse().ok()?, total.trim().parse().ok()?)));
        let Some((year, total)) = read else {
            bail!(
                "分期写法有误：“{part}”应为“年份=累计座数”，如 2027=2,2030=4 | \
                 phases: '{part}' is no phase; write year=total, such as 2027=2,2030=4"
            );
        };
        if let Some(before) = phases.last().filter(|before| year <= before.year || total < before.total) {
            let (year_before, total_before) = (before.year, before.total);
            bail!(
                "分期有误：{year}={total} 在 {year_before}={total_before} 之后；年份须递增，累计座数不得减少 | \
                 phases: {year}={total} follows {year_before}={total_before}; years ascend, totals do not fall"
            );
        }
        if !(1900..=2200).contains(&year) {
            bail!("分期有误：{year} 不是年份 | phases: {year} is no year");
        }
        phases.push(Phase { year, total });
    }
    Ok(phases)
}

/// How long each phase stands: until the next one; the last as long as the phases last on the average.
fn years(phases: &[Phase]) -> Vec<u64> {
    let mut years: Vec<u64> = phases.windows(2).map(|pair| u64::from(pair[1].year - pair[0].year)).collect();
    years.push((years.iter().sum::<u64>() / years.len().max(1) as u64).max(1));
    years
}

/// The phases asked for, if any, and their plans.
pub(super) fn phases(
    case: &SitingCase,
    covering: &Covering,
    context: &Context,
) -> Result<Option<(Vec<Phase>, Phased)>> {
    let wanted = parse(case.question.phases.as_deref())?;
    if wanted.is_empty() {
        return Ok(None);
    }
    if case.question.objective.is_of_times() {
        bail!(
            "分期只适用于覆盖目标；请去掉 phases，或改用 most_covered | \
             phases: are of covering; leave them out, or ask for most_covered"
        );
    }
    context.progress.stage(&Label::new("分期实施", "Building in phases"), 0);
    let counted = Rooms::new(case, covering);
    let rooms: Vec<u64> = wanted.iter().map(|phase| counted.room(phase.total)).collect();
    let stopped = || context.progress.cancelled() || context.progress.settled();
    let search_limits = SearchLimits { work: case.question.effort, cancelled: &stopped, ..SearchLimits::patient() };
    let plans = phased(covering, &rooms, &years(&wanted), &search_limits);
    Ok(Some((wanted, plans)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_years_with_ascending_totals() {
        let parsed = parse(Some("2027=2， 2030＝4")).unwrap();
        assert_eq!(parsed, [Phase { year: 2027, total: 2 }, Phase { year: 2030, total: 4 }]);
        assert_eq!(years(&parsed), [3, 3]);
        for wrong in ["2027", "2027=x", "2030=2,2027=4", "2027=4,2030=2", "27=1"] {
            assert!(parse(Some(wrong)).is_err(), "{wrong}");
        }
        assert!(parse(None).unwrap().is_empty());
    }
}
