//! `datetime`: a time or an interval, as OGC API Features takes it from RFC 3339.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::{HttpResult, Problem};

/// Refuses what is neither a time nor an interval.
pub(crate) fn check_datetime(text: &str) -> HttpResult<()> {
    let is_valid = match text.split_once('/') {
        None => read_time(text).is_some(),
        Some((from, to)) => {
            let is_open = |end: &str| end.is_empty() || end == "..";
            let ends = [from, to].map(|end| if is_open(end) { Some(None) } else { read_time(end).map(Some) });
            match ends {
                [Some(Some(from)), Some(Some(to))] => from <= to,
                [Some(from), Some(to)] => from.is_some() || to.is_some(),
                _ => false,
            }
        }
    };
    let refuse = || {
        Problem::bad(format!(
            "datetime 应为时间或区间，如 2026-01-31、2026-01-31T08:00:00Z、2026-01-01/..，不是“{text}” | \
             datetime is a time or an interval, such as 2026-01-31, 2026-01-31T08:00:00Z or 2026-01-01/.., not '{text}'"
        ))
    };
    if is_valid { Ok(()) } else { Err(refuse()) }
}

/// The moment, or the beginning of the day.
fn read_time(text: &str) -> Option<Timestamp> {
    let of_day = || text.parse::<Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|day| day.timestamp());
    if text.contains(['T', 't']) { text.parse().ok() } else { of_day() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_intervals_are_as_the_standard_has_them() {
        for good in [
            "2026-01-31",
            "2026-01-31T08:00:00Z",
            "2026-01-31T08:00:00+08:00",
            "2026-01-01/2026-12-31",
            "2026-01-01/..",
            "../2026-12-31T00:00:00Z",
            "2026-01-01/",
        ] {
            assert!(check_datetime(good).is_ok(), "{good}");
        }
        for bad in ["garbage", "", "../..", "/", "2026-13-01", "2026-12-31/2026-01-01", "2026-01-31T25:00:00Z", "a/b"] {
            assert!(check_datetime(bad).is_err(), "{bad}");
        }
    }
}
