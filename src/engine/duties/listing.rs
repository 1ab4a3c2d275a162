//! Which line of an adopted list is about a town: by its code, or else by its whole name with the county that the list names.

use fireplan_model::names;
use fireplan_model::rules::{Adopted, BrigadeRules, Whom};

use super::facts::TownFacts;

/// How a line that names one town goes with a town of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// It is the town: the code lies in the county of the list, and the name is the same.
    ByCode,
    /// It is called so, and no code tells more.
    ByName,
    /// It is called so, and something speaks against it: another town is called the same, its code and its name tell
    /// different counties, or a township (乡) of the list is a town (镇) here, or the other way round.
    Doubtful,
    /// A namesake: its code, or the county in its own name, is another.
    OtherCounty,
    /// Its name differs in rank only: 潘津街道 is not 潘津镇.
    OtherRank,
    /// Another town.
    No,
}

/// What the adopted list comes to for a town.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ListVerdict<'r> {
    /// The line decides.
    Decides(&'r Adopted),
    /// The line may be about the town: what is adopted for it is 待核.
    Doubtful(&'r Adopted),
    /// The list does not speak of it.
    Silent,
}

/// What the first line of the adopted list that is about the town, or may be, comes to.
pub(crate) fn read_list<'r>(rules: &'r BrigadeRules, facts: &TownFacts) -> ListVerdict<'r> {
    for line in &rules.adopted {
        match &line.whom {
            Whom::Town { .. } => match hold_against(line, facts) {
                Listed::ByCode | Listed::ByName => return ListVerdict::Decides(line),
                Listed::Doubtful => return ListVerdict::Doubtful(line),
                Listed::OtherCounty | Listed::OtherRank | Listed::No => {}
            },
            Whom::Kinds(kinds) if facts.kind.is_some_and(|kind| kinds.contains(&kind)) => {
                return ListVerdict::Decides(line);
            }
            Whom::Kinds(_) => {}
        }
    }
    ListVerdict::Silent
}

/// Whether a town is only a namesake of one that the notice names: its code, or the county in its own name, is another. What
/// the notice says of the town by its name is not said of this one.
pub(crate) fn is_namesake(rules: &BrigadeRules, facts: &TownFacts) -> bool {
    let held = || rules.adopted.iter().map(|line| hold_against(line, facts));
    let is_meant = |listed: Listed| matches!(listed, Listed::ByCode | Listed::ByName | Listed::Doubtful);
    held().any(|listed| listed == Listed::OtherCounty) && !held().any(is_meant)
}

/// Holds a line that names one town against a town; a line about kinds of towns is about no one town.
pub fn hold_against(line: &Adopted, facts: &TownFacts) -> Listed {
    let Whom::Town { name, within, within_codes } = &line.whom else { return Listed::No };
    let (listed, own) = (names::whole(name), names::whole(&facts.name));
    let by_code = (is_national(&facts.code) && !within_codes.is_empty())
        .then(|| within_codes.iter().any(|code| facts.code.starts_with(code.as_str())));
    let Some(before) = names::qualifier(&own, &listed) else {
        return match names::stem(&facts.name) == names::stem(name) {
            false => Listed::No,
            true if by_code == Some(false) || !names::may_be_renamed(&facts.name, name) => Listed::OtherRank,
            true => Listed::Doubtful,
        };
    };
    match (by_code, county_in_name(before, within)) {
        (Some(true), Some(false)) | (Some(false), Some(true)) => Listed::Doubtful,
        (Some(true), _) => Listed::ByCode,
        (Some(false), _) | (None, Some(false)) => Listed::OtherCounty,
        (None, Some(true)) => Listed::ByName,
        (None, None) if facts.shares_name => Listed::Doubtful,
        (None, None) => Listed::ByName,
    }
}

/// Whether the county before a name is the one of the list; `None`: it does not tell.
fn county_in_name(before: &str, within: &str) -> Option<bool> {
    if before.is_empty() || within.is_empty() {
        return None;
    }
    if before.ends_with(within) {
        return Some(true);
    }
    // A prefecture before the name of a district's town says nothing of the district: 重庆市温泉镇.
    let is_county = before.ends_with(['县', '区', '旗']);
    let same_rank = before.chars().next_back() == within.chars().next_back();
    (is_county || same_rank).then_some(false)
}

/// Whether a code is one of the division of the country, so that its first digits tell the county.
fn is_national(code: &str) -> bool {
    matches!(code.len(), 9 | 12) && code.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::rules::Rules;

    fn line<'r>(rules: &'r Rules, wanted: &str) -> &'r Adopted {
        let is_wanted = |line: &&Adopted| matches!(&line.whom, Whom::Town { name, .. } if name == wanted);
        rules.brigade.adopted.iter().find(is_wanted).unwrap()
    }

    fn town(name: &str, code: &str) -> TownFacts {
        TownFacts { name: name.to_owned(), code: code.to_owned(), ..TownFacts::default() }
    }

    #[test]
    fn whole_names_with_their_county_match_and_nothing_less() {
        let rules = Rules::load(Some("yili")).unwrap();
        let panjin = line(&rules, "潘津镇");
        for (name, code, listed) in [
            ("潘津镇", "", Listed::ByName),
            ("伊宁市潘津镇", "", Listed::ByName),
            ("新疆伊犁州伊宁市潘津镇", "", Listed::ByName),
            ("潘津镇人民政府", "", Listed::ByName),
            ("潘津镇", "654002102000", Listed::ByCode),
            ("潘津镇", "7", Listed::ByName),
            ("潘津街道", "", Listed::OtherRank),
            ("潘津乡", "654002102000", Listed::Doubtful),
            ("潘津乡", "654026102000", Listed::OtherRank),
            ("昭苏县潘津镇", "", Listed::OtherCounty),
            ("潘津镇", "654026102000", Listed::OtherCounty),
            ("伊宁市潘津镇", "654026102000", Listed::Doubtful),
            ("大潘津镇", "", Listed::No),
            ("伊宁市潘津镇街道", "", Listed::No),
        ] {
            assert_eq!(hold_against(panjin, &town(name, code)), listed, "{name} {code}");
        }
        let shared = TownFacts { shares_name: true, ..town("潘津镇", "") };
        assert_eq!(hold_against(panjin, &shared), Listed::Doubtful);
    }

    #[test]
    fn a_prefecture_before_the_name_says_nothing_of_the_district() {
        let rules = Rules::load(Some("kaizhou")).unwrap();
        let wenquan = line(&rules, "温泉镇");
        assert_eq!(hold_against(wenquan, &town("重庆市温泉镇", "")), Listed::ByName);
        assert_eq!(hold_against(wenquan, &town("北碚区温泉镇", "")), Listed::OtherCounty);
        assert_eq!(hold_against(wenquan, &town("温泉镇", "500234101000")), Listed::ByCode);
    }

    #[test]
    fn a_namesake_is_not_bound_and_a_doubtful_town_is() {
        let rules = Rules::load(Some("kaizhou")).unwrap();
        for (name, code, is_other) in [
            ("温泉镇", "500154110000", false),
            ("温泉镇", "500234110000", false),
            ("温泉镇", "", false),
            ("温泉镇", "500112110000", true),
            ("临江镇", "500112110000", false),
        ] {
            assert_eq!(is_namesake(&rules.brigade, &town(name, code)), is_other, "{name} {code}");
        }
    }
}
