//! Names of places as different tables write them.

/// The name without spaces.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The name without its rank: 和谦镇 and 和谦乡 are one place before and after the change.
pub fn stem(name: &str) -> String {
    const RANKS: &[&str] =
        &["街道办事处", "街道", "村民委员会", "居民委员会", "村委会", "居委会", "社区", "村", "镇", "乡"];
    let name = plain(name);
    let without = RANKS.iter().find_map(|rank| name.strip_suffix(rank)).filter(|stem| !stem.is_empty());
    without.map_or_else(|| name.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_its_rank() {
        assert_eq!(stem("和谦 镇"), "和谦");
        assert_eq!(stem("汉丰街道办事处"), "汉丰");
        assert_eq!(stem("镇"), "镇");
    }
}
