//! The time of day in answers; findings have none.

use std::time::SystemTime;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// RFC 3339, UTC, whole seconds.
pub(crate) fn format_time(time: SystemTime) -> String {
    // A clock outside the calendar of jiff, years -9999 to 9999, is of no use to anybody either.
    Timestamp::try_from(time).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The day of today where the machine stands, `2026-01-31`: what people call today.
pub fn today() -> String {
    Zoned::new(Timestamp::now(), TimeZone::system()).strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn timestamps_follow_the_calendar() {
        let at = |seconds| format_time(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_767_225_599), "2025-12-31T23:59:59Z");
    }
}
