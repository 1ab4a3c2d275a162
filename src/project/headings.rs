//! Headings: which rows of a sheet hold them, and a heading without what does not matter.

use std::collections::BTreeSet;

use fireplan_read::survey::{SurveyedRow, SurveyedTable, merge_headings};

use crate::dictionary::Dictionary;

/// Headings stand no lower than this in a sheet.
const LOWEST_ROW: usize = 12;

/// Units that stand behind a heading without a bracket.
const UNITS: [&str; 34] = [
    "m",
    "mm",
    "cm",
    "km",
    "m2",
    "m3",
    "km2",
    "ha",
    "t",
    "kg",
    "l/s",
    "l/min",
    "m3/h",
    "mpa",
    "kpa",
    "min",
    "s",
    "%",
    "米",
    "毫米",
    "厘米",
    "公里",
    "平方米",
    "平方公里",
    "公顷",
    "亩",
    "吨",
    "人",
    "户",
    "个",
    "辆",
    "层",
    "分钟",
    "万元",
];

/// The heading in half-width lower case without spaces, separators, brackets and a unit at its end.
pub(crate) fn plain_heading(text: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0_usize;
    for c in text.trim().chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '【' | '〔' => '(',
            '】' | '〕' => ')',
            '²' => '2',
            '³' => '3',
            other => other,
        };
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 || c.is_whitespace() => {}
            '_' | '-' | ':' | '*' | '、' | '·' | '"' | '\'' | '\u{feff}' => {}
            _ => plain.extend(c.to_lowercase()),
        }
    }
    let unit = UNITS
        .iter()
        .filter_map(|unit| plain.strip_suffix(unit))
        .filter(|rest| may_lose_unit(&plain, rest))
        .min_by_key(|rest| rest.len());
    let plain = unit.map_or(plain.clone(), str::to_owned);
    plain.chars().filter(|c| *c != '/').collect()
}

/// A Latin unit is one only behind a Chinese word or a slash, and a Chinese one only behind a slash: 总户数 keeps its 数,
/// 人 alone is a heading.
fn may_lose_unit(plain: &str, rest: &str) -> bool {
    let Some(before) = rest.chars().next_back() else { return false };
    let unit = &plain[rest.len()..];
    before == '/' || (unit.is_ascii() && !before.is_ascii())
}

/// The rows of the headings, what stands above them, and the headings themselves.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FoundHeadings {
    /// Counted from 1.
    pub rows: Vec<u64>,
    /// The texts above: a title, the year, the unit of the sheet.
    pub above: Vec<String>,
    pub columns: Vec<String>,
}

/// Finds the headings of a sheet: the row that names most columns as the dictionary knows them, perhaps with the next.
pub(crate) fn find_headings(table: &SurveyedTable, dictionary: &Dictionary) -> Option<FoundHeadings> {
    let known: BTreeSet<&str> =
        dictionary.layers.values().flat_map(|words| words.columns.values().flatten().map(String::as_str)).collect();
    let coordinates: BTreeSet<&str> =
        dictionary.coordinates.iter().flat_map(|pair| pair.x.iter().chain(&pair.y)).map(String::as_str).collect();
    let is_known = |heading: &str| {
        let plain = plain_heading(heading);
        known.contains(plain.as_str()) || coordinates.contains(plain.as_str())
    };
    let mut best: Option<(usize, FoundHeadings)> = None;
    for (at, row) in table.rows.iter().take(LOWEST_ROW).enumerate() {
        if !is_heading_row(row) {
            continue;
        }
        let mut choices = vec![vec![row]];
        if let Some(next) = table.rows.get(at + 1).filter(|next| is_second_heading(row, next)) {
            choices.push(vec![row, next]);
        }
        for rows in choices {
            let values: Vec<&[Option<String>]> = rows.iter().map(|row| row.values.as_slice()).collect();
            let columns = merge_headings(&values);
            let hits = columns.iter().filter(|heading| is_known(heading)).count();
            let named = rows.last().map_or(0, |row| row.values.iter().flatten().count());
            // A row of two that is understood as well as the one above it names the columns more exactly.
            let score = hits * 100 + named.min(50) + if rows.len() == 2 { 51 } else { 0 };
            if best.as_ref().is_none_or(|(known, _)| score > *known) {
                let above = table.rows[..at].iter().flat_map(|row| row.values.iter().flatten().cloned()).collect();
                best =
                    Some((score, FoundHeadings { rows: rows.iter().map(|row| row.number).collect(), above, columns }));
            }
        }
    }
    best.map(|(_, found)| found)
}

/// Several cells, none of them a number or longer than a heading is.
fn is_heading_row(row: &SurveyedRow) -> bool {
    let filled: Vec<&String> = row.values.iter().flatten().collect();
    let is_word = |text: &&String| text.trim().parse::<f64>().is_err() && text.chars().count() <= 30;
    let distinct: BTreeSet<&str> = filled.iter().map(|text| text.trim()).collect();
    filled.len() >= 2 && distinct.len() * 3 >= filled.len() * 2 && filled.iter().all(is_word)
}

/// Below merged cells: some columns are named above only, some below a heading that spans them.
fn is_second_heading(first: &SurveyedRow, second: &SurveyedRow) -> bool {
    if second.number != first.number + 1 || !is_heading_row(second) {
        return false;
    }
    let pairs = || first.values.iter().zip(&second.values);
    let only_above = pairs().any(|(above, below)| above.is_some() && below.is_none());
    let spanned = pairs().any(|(above, below)| above.is_none() && below.is_some());
    only_above && spanned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> SurveyedTable {
        let width = rows.iter().map(|row| row.len()).max().unwrap();
        let row = |(at, cells): (usize, &&[&str])| {
            let mut values: Vec<Option<String>> =
                cells.iter().map(|text| (!text.is_empty()).then(|| (*text).to_owned())).collect();
            values.resize(width, None);
            SurveyedRow { number: at as u64 + 1, values, geometry: None }
        };
        SurveyedTable { rows: rows.iter().enumerate().map(row).collect(), is_sheet: true, ..SurveyedTable::default() }
    }

    #[test]
    fn titles_and_headings_in_two_rows_are_found() {
        let dictionary = Dictionary::load(&[]).unwrap();
        let plain = table(&[&["编号", "经度", "纬度"], &["X1", "102.3", "39.8"]]);
        assert_eq!(find_headings(&plain, &dictionary).unwrap().rows, [1]);
        let titled = table(&[
            &["青岚县市政消火栓台账"],
            &["2024年12月", "", "单位：个"],
            &["编号", "经度", "纬度"],
            &["X1", "102.3", "39.8"],
        ]);
        let found = find_headings(&titled, &dictionary).unwrap();
        assert_eq!((found.rows, found.above.len()), (vec![3], 3));
        let two = table(&[
            &["乡镇建设情况"],
            &["乡镇名称", "建成区", "", "常住总人口"],
            &["", "面积（公顷）", "常住人口", ""],
            &["石门镇", "200", "20000", "30000"],
        ]);
        let found = find_headings(&two, &dictionary).unwrap();
        assert_eq!(found.rows, [2, 3]);
        assert_eq!(found.columns, ["乡镇名称", "建成区面积（公顷）", "建成区常住人口", "常住总人口"]);
    }

    #[test]
    fn a_heading_is_compared_without_its_unit() {
        for (text, plain) in [
            ("流量(L/s)", "流量"),
            ("流量L/s", "流量"),
            ("管径mm", "管径"),
            ("LMKD", "lmkd"),
            ("X坐标", "x坐标"),
            ("车辆数/辆", "车辆数"),
            ("建成区/面积", "建成区面积"),
            ("总户数", "总户数"),
            ("built_up_km2", "builtupkm2"),
        ] {
            assert_eq!(plain_heading(text), plain, "{text}");
        }
    }
}
