//! Longitudes and latitudes as people write them: decimal, or in degrees, minutes and seconds.

use crate::quantity::plain_text;
use fireplan_model::rows::Cell;

/// Of the two columns of a place, the one that a cell is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Eastings and longitudes.
    X,
    /// Northings and latitudes.
    Y,
}

/// Reads `108.3875`, `108°23′15″`, `东经108度23分15秒`, `E 108°23.25'` or `108:23:15`; south and west are negative. `None`: the cell says
/// nothing that can be a coordinate of this axis, such as 75 minutes, or a latitude among longitudes.
pub fn parse_coordinate(text: &str, axis: Axis) -> Option<f64> {
    if let Some(plain) = f64::parse(text.trim()) {
        return Some(plain);
    }
    // Two primes are a double prime to some.
    let text = plain_text(text).replace("''", "\"");
    let (text, sign) = strip_side(&text, axis)?;
    let (text, sign) = match text.strip_prefix('-') {
        Some(_) if sign.is_some() => return None,
        Some(rest) => (rest, -1.0),
        None => (text, sign.unwrap_or(1.0)),
    };
    let mut parts = text.split(is_mark).map(str::trim).collect::<Vec<_>>();
    if parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    if parts.is_empty() || parts.len() > 3 || !marks_are_in_order(text) {
        return None;
    }
    let last = parts.len() - 1;
    let number = |(at, part): (usize, &&str)| {
        let plain = part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        // Only the smallest of them has decimals, and only degrees are 60 or more.
        let value = part.parse::<f64>().ok().filter(|_| plain && (at == last || !part.contains('.')))?;
        (at == 0 || value < 60.0).then_some(value)
    };
    let values = parts.iter().enumerate().map(number).collect::<Option<Vec<f64>>>()?;
    Some(sign * values.iter().rev().fold(0.0, |smaller, value| value + smaller / 60.0))
}

fn is_mark(c: char) -> bool {
    matches!(c, '°' | 'º' | '˚' | '度' | '\'' | '分' | '"' | '秒' | ':')
}

/// Degrees before minutes before seconds, each at most once; or colons between all.
fn marks_are_in_order(text: &str) -> bool {
    let rank = |c: char| match c {
        '°' | 'º' | '˚' | '度' => 1,
        '\'' | '分' => 2,
        '"' | '秒' => 3,
        _ => 0,
    };
    let ranks: Vec<u8> = text.chars().filter(|c| is_mark(*c)).map(rank).collect();
    ranks.iter().all(|rank| *rank == 0) || ranks.iter().enumerate().all(|(at, rank)| usize::from(*rank) == at + 1)
}

/// Takes the side of the equator or of Greenwich off, at either end; `None`: it is one of the other axis.
fn strip_side(text: &str, axis: Axis) -> Option<(&str, Option<f64>)> {
    const SIDES: [(&str, Axis, f64); 8] = [
        ("东经", Axis::X, 1.0),
        ("西经", Axis::X, -1.0),
        ("北纬", Axis::Y, 1.0),
        ("南纬", Axis::Y, -1.0),
        ("e", Axis::X, 1.0),
        ("w", Axis::X, -1.0),
        ("n", Axis::Y, 1.0),
        ("s", Axis::Y, -1.0),
    ];
    for (side, of, sign) in SIDES {
        if let Some(rest) = text.strip_prefix(side).or_else(|| text.strip_suffix(side)) {
            return (of == axis).then(|| (rest.trim_matches([' ', ':']), Some(sign)));
        }
    }
    Some((text, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(text: &str, expected: f64) {
        let read = parse_coordinate(text, Axis::X).unwrap_or_else(|| panic!("{text} is not read"));
        assert!((read - expected).abs() < 1e-9, "{text}: {read}");
    }

    #[test]
    fn degrees_minutes_and_seconds_are_read_as_they_are_written() {
        for text in [
            "108.3875",
            "108°23′15″",
            "108°23'15\"",
            "108°23'15''",
            "１０８°２３′１５″",
            "108度23分15秒",
            "东经108度23分15秒",
            "东经：108°23′15″",
            "E108°23′15″",
            "108°23′15″E",
            "108° 23' 15.0\" e",
            "108:23:15",
            "108°23.25′",
            "108.3875°",
            "108.3875E",
        ] {
            is(text, 108.3875);
        }
        is("西经108°30′", -108.5);
        is("-108°30′", -108.5);
        is("108°", 108.0);
    }

    #[test]
    fn what_is_no_coordinate_of_the_axis_is_not_guessed() {
        for text in [
            "",
            "约108",
            "108°75′",
            "108°23′60″",
            "108.5°23′",
            "北纬31°",
            "31°N",
            "108′23″",
            "108°°23",
            "1:2:3:4",
            "-E108°",
            "-W108",
            "108 23 15",
            "E",
            "°",
            "108°23′15″30",
        ] {
            assert_eq!(parse_coordinate(text, Axis::X), None, "{text}");
        }
        assert_eq!(parse_coordinate("北纬31°12′", Axis::Y), Some(31.2));
        assert_eq!(parse_coordinate("S31°30′", Axis::Y), Some(-31.5));
    }
}
