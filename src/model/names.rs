//! Names of places as different tables write them.

/// The name without spaces.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The whole name, rank included: the office of a place is called as the place is, 汉丰街道办事处 as 汉丰街道.
pub fn whole(name: &str) -> String {
    const OFFICES: &[(&str, &str)] = &[
        ("街道办事处", "街道"),
        ("街道办", "街道"),
        ("村村民委员会", "村"),
        ("村村委会", "村"),
        ("村民委员会", "村"),
        ("村委会", "村"),
        ("社区居民委员会", "社区"),
        ("社区居委会", "社区"),
        ("镇人民政府", "镇"),
        ("乡人民政府", "乡"),
        ("镇政府", "镇"),
        ("乡政府", "乡"),
    ];
    let name = plain(name);
    let of_office = OFFICES.iter().find_map(|(office, rank)| {
        let stem = name.strip_suffix(office).filter(|stem| !stem.is_empty())?;
        Some(format!("{stem}{rank}"))
    });
    of_office.unwrap_or(name)
}

/// The name without its rank: 和谦镇 and 和谦乡 may be one place before and after the change, or two.
pub fn stem(name: &str) -> String {
    const RANKS: &[&str] = &["街道", "居民委员会", "居委会", "社区", "村", "镇", "乡"];
    let name = whole(name);
    let without = RANKS.iter().find_map(|rank| name.strip_suffix(rank)).filter(|stem| !stem.is_empty());
    without.map_or_else(|| name.clone(), str::to_owned)
}

/// Whether two names of one stem may be one place: the rank of one is not said, or a township (乡) became a town (镇). A
/// sub-district, a community or a village of the stem is another unit, which often stands beside it.
pub fn may_be_renamed(one: &str, other: &str) -> bool {
    let rank = |name: &str| {
        let whole = whole(name);
        let stem = stem(name);
        whole.strip_prefix(stem.as_str()).unwrap_or_default().to_owned()
    };
    let (one, other) = (rank(one), rank(other));
    let is_town = |rank: &str| matches!(rank, "乡" | "镇");
    one == other || one.is_empty() || other.is_empty() || (is_town(&one) && is_town(&other))
}

/// What stands before the listed name in a name that is it with its county: 伊宁市 in 伊宁市潘津镇. `None`: another name.
pub fn qualifier<'a>(name: &'a str, listed: &str) -> Option<&'a str> {
    name.strip_suffix(listed)
        .filter(|before| before.is_empty() || before.ends_with(['市', '县', '区', '旗', '州', '盟']))
}

/// Whether a list means a place by this name, with its county or without. An empty name is none.
pub fn is_listed(name: &str, listed: &str) -> bool {
    qualifier(&whole(name), &whole(listed)).is_some()
}

/// Whether a longer name has this one in it: 甲化工厂微型消防站 is the station of 甲化工厂. An empty name is in none.
pub fn bears(longer: &str, name: &str) -> bool {
    let name = plain(name);
    !name.is_empty() && plain(longer).contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_its_rank() {
        assert_eq!(stem("和谦 镇"), "和谦");
        assert_eq!(stem("汉丰街道办事处"), "汉丰");
        assert_eq!(stem("和平村民委员会"), "和平");
        assert_eq!(stem("镇"), "镇");
    }

    #[test]
    fn the_office_is_called_as_the_place_and_another_rank_is_not() {
        assert_eq!(whole("汉丰街道办事处"), "汉丰街道");
        assert_eq!(whole("天祠社区居委会"), "天祠社区");
        assert_ne!(whole("潘津街道"), whole("潘津镇"));
    }

    #[test]
    fn a_township_may_have_become_a_town_and_no_sub_district_a_town() {
        assert!(may_be_renamed("满月乡", "满月镇") && may_be_renamed("和平", "和平村"));
        assert!(!may_be_renamed("潘津街道", "潘津镇") && !may_be_renamed("和平村", "和平社区"));
    }

    #[test]
    fn a_county_may_stand_before_a_name_and_nothing_else() {
        assert_eq!(qualifier("伊宁市潘津镇", "潘津镇"), Some("伊宁市"));
        assert_eq!(qualifier("潘津镇", "潘津镇"), Some(""));
        assert_eq!(qualifier("大潘津镇", "潘津镇"), None);
        assert_eq!(qualifier("潘津街道", "潘津镇"), None);
    }
}
