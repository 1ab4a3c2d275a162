//! The statuses of a town as one text: `全国重点镇（2014年）、特色镇？`.
//!
//! A year in brackets is that of the list which gives the status. A `？` behind a word says that nobody here knows what it
//! means: it may be another word for any status, and what it would decide stays 待核.

use std::fmt;

/// What stands in the place of statuses where a town has none; an empty text says that nobody knows.
pub const NO_STATUS: &str = "无";

/// What stands behind a word that is not understood.
pub const DOUBT_MARK: char = '？';

/// One status of a town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedStatus {
    /// What it is called.
    pub name: String,
    /// The year of the list that gives it, where its own words say so.
    pub year: Option<u32>,
    /// Whether the words are known to mean a status; others may be another word for one.
    pub is_certain: bool,
}

impl fmt::Display for StatedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(year) = self.year {
            write!(f, "（{year}年）")?;
        }
        if self.is_certain { Ok(()) } else { write!(f, "{DOUBT_MARK}") }
    }
}

/// Writes statuses as [`parse_statuses`] reads them.
pub fn join_statuses(statuses: &[StatedStatus]) -> String {
    statuses.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
}

/// Reads a text of statuses; `None`: it says nothing; empty: it says that there is none.
pub fn parse_statuses(text: &str) -> Option<Vec<StatedStatus>> {
    let mut depth = 0_usize;
    let parts = text.split(|c: char| {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (c.is_whitespace() || matches!(c, '、' | ',' | '，' | ';' | '；' | '/' | '|'))
    });
    let parts: Vec<&str> = parts.map(str::trim).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] => None,
        [none] if matches!(*none, NO_STATUS | "否" | "-" | "—" | "none") => Some(Vec::new()),
        _ => Some(parts.into_iter().map(parse_status).collect()),
    }
}

fn parse_status(text: &str) -> StatedStatus {
    if let Some(word) = text.strip_suffix(DOUBT_MARK) {
        return StatedStatus { name: word.to_owned(), year: None, is_certain: false };
    }
    let Some((name, rest)) = text.split_once(['（', '(']) else {
        return StatedStatus { name: text.to_owned(), year: None, is_certain: true };
    };
    let year = rest.trim_end_matches(['）', ')', '年']).trim().parse().ok().filter(|year| (1900..2100).contains(year));
    match year {
        Some(year) => StatedStatus { name: name.trim().to_owned(), year: Some(year), is_certain: true },
        None => StatedStatus { name: text.to_owned(), year: None, is_certain: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_is_unknown_and_none_is_known() {
        assert_eq!(parse_statuses(" "), None);
        assert_eq!(parse_statuses("无"), Some(Vec::new()));
        let names = |text: &str| -> Vec<String> {
            parse_statuses(text).unwrap().into_iter().map(|status| status.name).collect()
        };
        assert_eq!(names("全国重点镇、 中心镇"), ["全国重点镇", "中心镇"]);
    }

    #[test]
    fn what_is_written_is_read() {
        let statuses = [
            StatedStatus { name: "全国重点镇".into(), year: Some(2014), is_certain: true },
            StatedStatus { name: "强镇".into(), year: None, is_certain: false },
        ];
        let text = join_statuses(&statuses);
        assert_eq!(text, "全国重点镇（2014年）、强镇？");
        assert_eq!(parse_statuses(&text).unwrap(), statuses);
    }

    #[test]
    fn a_bracket_that_is_no_year_leaves_the_status_in_doubt() {
        let [status] = &parse_statuses("全国重点镇（已取消）").unwrap()[..] else { panic!("one status") };
        assert!(!status.is_certain && status.year.is_none());
    }
}
