//! Which record of a table is which row of a layer: by code, or else by the whole name, with or without its county, or else
//! by the name before a township became a town.
//!
//! A code goes before every name. A name joins only where it can mean one thing on either side; where it could mean two,
//! neither is taken. What was not found by its code is told by whoever asks.

use std::collections::{BTreeMap, BTreeSet};

use fireplan_model::names;

/// What a row or a record is called.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Identity {
    /// As [`full_code`] writes it.
    pub code: Option<String>,
    pub name: Option<String>,
}

/// What is found for a row; the number is that of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Partner {
    Code(usize),
    /// The whole name, since no code is found.
    Name(usize),
    /// The name but for its rank, since no whole name is found.
    Rank(usize),
    /// Only a record of the same stem is there, and of another unit: 潘津街道 is not 潘津镇.
    OtherRank(usize),
    /// Several records, or several rows, could be meant.
    Ambiguous,
    /// The record of that name has the code of another county.
    ElsewhereNamesake(usize),
    None,
}

impl Identity {
    pub(super) fn new(code: Option<&str>, name: Option<&str>) -> Self {
        let filled = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        Self { code: filled(code).map(|code| full_code(&code)), name: filled(name) }
    }

    /// The county of a national code of twelve digits.
    fn county(&self) -> Option<&str> {
        self.code.as_deref().filter(|code| is_national(code)).map(|code| &code[..6])
    }

    /// What makes it one thing among those of its name: its code, or its place in the list.
    fn thing(&self, at: usize, one_name_is_one: bool) -> String {
        match &self.code {
            Some(code) => code.clone(),
            None if one_name_is_one => String::new(),
            None => format!("#{at}"),
        }
    }
}

fn is_national(code: &str) -> bool {
    code.len() == 12 && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// The partner of every row. `one_name_is_one`: rows of one name and without codes are parts of one thing (towns).
pub(super) fn find_partners(rows: &[Identity], records: &[Identity], one_name_is_one: bool) -> Vec<Partner> {
    let by_code = group(records, |record| record.code.clone());
    let taken: BTreeSet<usize> = rows.iter().filter_map(|row| only(by_code.get(row.code.as_ref()?)?)).collect();
    let whole = Names::new(rows, records, one_name_is_one, names::whole);
    let stems = Names::new(rows, records, one_name_is_one, names::stem);
    let whole_names = |list: &[Identity]| {
        list.iter().map(|one| one.name.as_deref().map(names::whole)).collect::<Vec<Option<String>>>()
    };
    let (whole_rows, whole_records) = (whole_names(rows), whole_names(records));
    let counties: BTreeSet<&str> = records.iter().filter_map(Identity::county).collect();
    rows.iter()
        .map(|row| {
            if let Some(found) = row.code.as_ref().and_then(|code| by_code.get(code)) {
                return only(found).map_or(Partner::Ambiguous, Partner::Code);
            }
            let Some(name) = &row.name else { return Partner::None };
            let free = |at: usize| !taken.contains(&at);
            let partner = match whole.find(name) {
                Found::One(at) if free(at) => Partner::Name(at),
                Found::One(_) | Found::None => match find_qualified(&names::whole(name), &whole_rows, &whole_records)
                    .or_else(|| stems.find(name))
                {
                    Found::Qualified(at) if free(at) => Partner::Name(at),
                    Found::One(at) if free(at) && !renamed(name, &records[at]) => Partner::OtherRank(at),
                    Found::One(at) if free(at) => Partner::Rank(at),
                    Found::One(_) | Found::Qualified(_) | Found::None => Partner::None,
                    Found::Several => Partner::Ambiguous,
                },
                Found::Several => Partner::Ambiguous,
                Found::Qualified(_) => Partner::None,
            };
            match partner {
                Partner::Name(at) | Partner::Rank(at) if is_elsewhere(row, &records[at], &counties) => {
                    Partner::ElsewhereNamesake(at)
                }
                other => other,
            }
        })
        .collect()
}

/// Whether the record is of another county than the row, in a table that knows the county of the row: where it does not, its
/// codes may be those of another year.
fn is_elsewhere(row: &Identity, record: &Identity, counties: &BTreeSet<&str>) -> bool {
    let (Some(own), Some(other)) = (row.county(), record.county()) else { return false };
    own != other && counties.contains(own)
}

fn group(list: &[Identity], key: impl Fn(&Identity) -> Option<String>) -> BTreeMap<String, Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, one) in list.iter().enumerate() {
        if let Some(key) = key(one) {
            groups.entry(key).or_default().push(at);
        }
    }
    groups
}

fn only(found: &[usize]) -> Option<usize> {
    match found {
        [one] => Some(*one),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Found {
    One(usize),
    /// The name of one side with its county is that of the other.
    Qualified(usize),
    Several,
    None,
}

impl Found {
    fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if matches!(self, Self::None) { other() } else { self }
    }
}

fn renamed(name: &str, record: &Identity) -> bool {
    record.name.as_deref().is_some_and(|other| names::may_be_renamed(name, other))
}

/// The record that is called as the row but for the county before one of the names: 伊宁市潘津镇 and 潘津镇. All names whole.
fn find_qualified(name: &str, rows: &[Option<String>], records: &[Option<String>]) -> Found {
    let goes_with = |one: &str, other: &str| {
        one != other && (names::qualifier(one, other).is_some() || names::qualifier(other, one).is_some())
    };
    let named = |list: &[Option<String>], name: &str| -> Vec<usize> {
        (0..list.len()).filter(|at| list[*at].as_deref().is_some_and(|other| goes_with(name, other))).collect()
    };
    match named(records, name).as_slice() {
        [] => Found::None,
        [one] => {
            let theirs = records[*one].as_deref().unwrap_or_default();
            if named(rows, theirs).len() <= 1 { Found::Qualified(*one) } else { Found::Several }
        }
        _ => Found::Several,
    }
}

/// Names of rows and records in one form.
struct Names {
    form: fn(&str) -> String,
    /// How many things among the rows are called so.
    things: BTreeMap<String, BTreeSet<String>>,
    records: BTreeMap<String, Vec<usize>>,
}

impl Names {
    fn new(rows: &[Identity], records: &[Identity], one_name_is_one: bool, form: fn(&str) -> String) -> Self {
        let mut things: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            if let Some(name) = &row.name {
                // 潘津镇 and 潘津街道 have one stem and are two things.
                let thing = format!("{}|{}", names::whole(name), row.thing(at, one_name_is_one));
                things.entry(form(name)).or_default().insert(thing);
            }
        }
        Self { form, things, records: group(records, |record| record.name.as_deref().map(form)) }
    }

    fn find(&self, name: &str) -> Found {
        let key = (self.form)(name);
        let Some(records) = self.records.get(&key) else { return Found::None };
        let rows = self.things.get(&key).map_or(0, BTreeSet::len);
        match records.as_slice() {
            [one] if rows <= 1 => Found::One(*one),
            _ => Found::Several,
        }
    }
}

/// National codes in twelve digits: a county's of six and a town's of nine are theirs without the zeros below, a village's of
/// nineteen with more of them. Any other code stays as it is.
pub(super) fn full_code(code: &str) -> String {
    let trimmed: String = code.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    // A workbook that takes codes for numbers writes 500234101.0.
    let trimmed = trimmed.strip_suffix(".0").unwrap_or(&trimmed);
    let digits = !trimmed.is_empty() && trimmed.bytes().all(|byte| byte.is_ascii_digit());
    match trimmed.len() {
        6 | 9 if digits => format!("{trimmed:0<12}"),
        // The land survey adds seven digits for groups of villagers, zeros for the whole village.
        19 if digits && trimmed.ends_with("0000000") => trimmed[..12].to_owned(),
        _ => trimmed.to_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(list: &[(&str, &str)]) -> Vec<Identity> {
        list.iter().map(|(code, name)| Identity::new(Some(code), Some(name))).collect()
    }

    fn partners(rows: &[(&str, &str)], records: &[(&str, &str)]) -> Vec<Partner> {
        find_partners(&named(rows), &named(records), true)
    }

    #[test]
    fn codes_of_nine_and_twelve_digits_are_one_and_other_codes_stay() {
        assert_eq!(full_code("500234101"), full_code("500234101000"));
        assert_eq!(full_code("500234101.0"), full_code(" 500234101"));
        assert_ne!(full_code("500234101001"), full_code("500234101000"));
        assert_eq!(full_code("5002341010010000000"), full_code("500234101001"));
        assert_ne!(full_code("5002341010010000001"), full_code("500234101001"));
        assert_ne!(full_code("1"), full_code("10"));
        assert_ne!(full_code("甲"), full_code("乙"));
    }

    #[test]
    fn a_code_goes_before_a_name() {
        let found = partners(&[("1", "东镇"), ("2", "西镇")], &[("2", "东镇"), ("1", "西镇")]);
        assert_eq!(found, [Partner::Code(1), Partner::Code(0)]);
    }

    #[test]
    fn a_record_that_a_code_has_taken_is_not_taken_by_a_name() {
        let found = partners(&[("1", "新东镇"), ("", "东镇")], &[("1", "东镇")]);
        assert_eq!(found, [Partner::Code(0), Partner::None]);
    }

    #[test]
    fn whole_names_join_and_other_ranks_only_where_nothing_else_is_meant() {
        assert_eq!(partners(&[("", "汉丰街道")], &[("", "汉丰街道办事处")]), [Partner::Name(0)]);
        assert_eq!(partners(&[("", "满月镇")], &[("", "满月乡")]), [Partner::Rank(0)]);
        let two_rows = partners(&[("", "潘津街道"), ("", "潘津乡")], &[("", "潘津镇")]);
        assert_eq!(two_rows, [Partner::Ambiguous, Partner::Ambiguous]);
        let beside_its_own = partners(&[("", "潘津街道"), ("", "潘津镇")], &[("", "潘津镇")]);
        assert_eq!(beside_its_own, [Partner::Ambiguous, Partner::Name(0)]);
        let two_records = partners(&[("", "潘津乡")], &[("", "潘津镇"), ("", "潘津街道")]);
        assert_eq!(two_records, [Partner::Ambiguous]);
    }

    #[test]
    fn a_county_before_a_name_is_the_same_name_where_one_place_is_meant() {
        assert_eq!(partners(&[("", "伊宁市潘津镇")], &[("", "潘津镇")]), [Partner::Name(0)]);
        assert_eq!(partners(&[("", "潘津镇")], &[("", "伊宁市潘津镇")]), [Partner::Name(0)]);
        let two = partners(&[("", "潘津镇")], &[("", "伊宁市潘津镇"), ("", "霍城县潘津镇")]);
        assert_eq!(two, [Partner::Ambiguous]);
        assert_eq!(partners(&[("", "大潘津镇")], &[("", "潘津镇")]), [Partner::None]);
    }

    #[test]
    fn a_sub_district_is_no_town_of_its_stem() {
        assert_eq!(partners(&[("", "潘津街道")], &[("", "潘津镇")]), [Partner::OtherRank(0)]);
        assert_eq!(partners(&[("", "和平")], &[("", "和平村")]), [Partner::Rank(0)]);
    }

    #[test]
    fn one_name_twice_is_refused_but_for_parts_of_one_town() {
        let rows = named(&[("", "和平村"), ("", "和平村")]);
        let records = named(&[("", "和平村")]);
        assert_eq!(find_partners(&rows, &records, false), [Partner::Ambiguous; 2]);
        assert_eq!(find_partners(&rows, &records, true), [Partner::Name(0); 2]);
        assert_eq!(partners(&[("", "东镇")], &[("", "东镇"), ("", "东镇")]), [Partner::Ambiguous]);
    }

    #[test]
    fn the_namesake_of_another_county_is_not_meant_unless_codes_were_renewed() {
        let row = [("500154101000", "青峰镇"), ("500154102000", "和平镇")];
        let provincial = [("500118101000", "青峰镇"), ("500154102000", "和平镇")];
        assert_eq!(partners(&row, &provincial), [Partner::ElsewhereNamesake(0), Partner::Code(1)]);
        let renewed = [("500234101000", "青峰镇"), ("500234102000", "和平镇")];
        assert_eq!(partners(&row, &renewed), [Partner::Name(0), Partner::Name(1)]);
    }
}
