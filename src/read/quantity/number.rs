//! Numbers as people write them: full-width digits, thousands separators, decimal commas.

/// How a column separates thousands and decimals, as far as its unambiguous cells tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Separators {
    pub comma_decimal: bool,
    pub comma_thousands: bool,
    pub dot_decimal: bool,
    pub dot_thousands: bool,
}

/// What a separated number can mean.
#[derive(Debug, PartialEq)]
enum Spelling {
    /// Without separators, or certain by itself; which separator it tells of, if any.
    Certain(f64, Separators),
    /// `1,200`: thousands, or three decimals.
    OneComma { thousands: f64, decimals: f64 },
    /// `1.200`: likewise.
    OneDot { thousands: f64, decimals: f64 },
}

/// The text in ASCII where full-width signs stand for it, in lower case, without unit exponents set high.
pub(crate) fn plain_text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '\u{ff01}'..='\u{ff5e}' => plain.push(char::from_u32(c as u32 - 0xfee0).unwrap_or(c)),
            '\u{3000}' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\t' => plain.push(' '),
            '²' => plain.push('2'),
            '³' => plain.push('3'),
            '\u{2212}' | '\u{2013}' | '\u{2014}' => plain.push('-'),
            '\u{2032}' | '\u{2019}' => plain.push('\''),
            '\u{2033}' | '\u{201d}' => plain.push('"'),
            '㎡' => plain.push_str("m2"),
            '㎥' => plain.push_str("m3"),
            '㎢' => plain.push_str("km2"),
            '㎜' => plain.push_str("mm"),
            '㎝' => plain.push_str("cm"),
            '㎞' => plain.push_str("km"),
            '㎏' => plain.push_str("kg"),
            '㏊' => plain.push_str("ha"),
            '㎪' => plain.push_str("kpa"),
            '㎫' => plain.push_str("mpa"),
            'ℓ' | '㍑' => plain.push('l'),
            other => plain.extend(other.to_lowercase()),
        }
    }
    plain.trim().to_owned()
}

/// Splits off the number at the beginning: its characters, and the rest without leading spaces.
pub(crate) fn split_number(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let three = |at: usize| digit(at) && digit(at + 1) && digit(at + 2) && !digit(at + 3);
    let mut end = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let start = end;
    while let Some(&byte) = bytes.get(end) {
        let goes_on = match byte {
            b'0'..=b'9' => true,
            b'.' | b',' => digit(end + 1),
            b' ' | b'\'' => end > start && digit(end - 1) && three(end + 1),
            _ => false,
        };
        if !goes_on {
            break;
        }
        end += 1;
    }
    if !bytes[start..end].iter().any(u8::is_ascii_digit) {
        return None;
    }
    // An exponent, as programs write large numbers.
    if bytes.get(end) == Some(&b'e') {
        let signed = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if digit(signed) {
            end = (signed..=bytes.len()).find(|&at| !digit(at)).unwrap_or(bytes.len());
        }
    }
    // `12.` is 12.
    let rest = text[end..].strip_prefix('.').filter(|rest| rest.is_empty()).unwrap_or(&text[end..]);
    Some((&text[..end], rest.trim_start()))
}

impl Separators {
    /// What the numbers of a column tell together.
    pub(crate) fn of<'a>(numbers: impl Iterator<Item = &'a str>) -> Self {
        numbers.filter_map(spelling).fold(Self::default(), |known, spelling| match spelling {
            Spelling::Certain(_, tells) => Self {
                comma_decimal: known.comma_decimal || tells.comma_decimal,
                comma_thousands: known.comma_thousands || tells.comma_thousands,
                dot_decimal: known.dot_decimal || tells.dot_decimal,
                dot_thousands: known.dot_thousands || tells.dot_thousands,
            },
            _ => known,
        })
    }

    /// The number, if it is certain in a column like this. `whole`: the column counts things.
    pub(crate) fn read(self, number: &str, whole: bool) -> Option<f64> {
        let value = match spelling(number)? {
            Spelling::Certain(_, tells)
                if (tells.comma_decimal && self.comma_thousands) || (tells.comma_thousands && self.comma_decimal) =>
            {
                return None;
            }
            Spelling::Certain(value, _) => value,
            // Without a sign of decimal commas the comma separates thousands, as in China.
            Spelling::OneComma { thousands, decimals } => match (self.comma_decimal, self.comma_thousands) {
                (true, true) => return None,
                (true, false) if whole => return None,
                (true, false) => decimals,
                (false, _) => thousands,
            },
            Spelling::OneDot { thousands, decimals } => {
                let european = self.dot_thousands || self.comma_decimal;
                match (european, self.dot_decimal) {
                    (true, true) => return None,
                    (true, false) => thousands,
                    // Of things that are counted there is no thousandth.
                    (false, _) if whole => return None,
                    (false, _) => decimals,
                }
            }
        };
        value.is_finite().then_some(value)
    }
}

fn spelling(number: &str) -> Option<Spelling> {
    let compact: String = number.chars().filter(|c| !matches!(c, ' ' | '\'')).collect();
    let (commas, dots) = (compact.matches(',').count(), compact.matches('.').count());
    let parse = |text: &str| text.parse::<f64>().ok();
    let certain = |value: Option<f64>, tells: Separators| Some(Spelling::Certain(value?, tells));
    let none = Separators::default();
    match (commas, dots) {
        (0, 0) => certain(parse(&compact), none),
        (1, 0) | (0, 1) => {
            let (whole, part) = compact.split_once([',', '.'])?;
            let decimals = parse(&format!("{whole}.{part}"))?;
            let digits = whole.trim_start_matches(['+', '-']);
            let ambiguous = part.len() == 3 && (1..=3).contains(&digits.len()) && !digits.starts_with('0');
            match (ambiguous, commas == 1) {
                (true, true) => Some(Spelling::OneComma { thousands: parse(&format!("{whole}{part}"))?, decimals }),
                (true, false) => Some(Spelling::OneDot { thousands: parse(&format!("{whole}{part}"))?, decimals }),
                (false, true) => certain(Some(decimals), Separators { comma_decimal: true, ..none }),
                (false, false) => certain(Some(decimals), Separators { dot_decimal: true, ..none }),
            }
        }
        (_, 0) => certain(grouped(&compact, ','), Separators { comma_thousands: true, ..none }),
        (0, _) => certain(grouped(&compact, '.'), Separators { dot_thousands: true, ..none }),
        (_, 1) if compact.rfind(',') < compact.find('.') => {
            let (whole, part) = compact.split_once('.')?;
            let value = parse(&format!("{}.{part}", strip_groups(whole, ',')?));
            certain(value, Separators { comma_thousands: true, dot_decimal: true, ..none })
        }
        (1, _) if compact.rfind('.') < compact.find(',') => {
            let (whole, part) = compact.split_once(',')?;
            let value = parse(&format!("{}.{part}", strip_groups(whole, '.')?));
            certain(value, Separators { dot_thousands: true, comma_decimal: true, ..none })
        }
        _ => None,
    }
}

fn grouped(number: &str, separator: char) -> Option<f64> {
    strip_groups(number, separator)?.parse().ok()
}

/// The digits of `1,234,567`; `None`: the groups are not of three.
fn strip_groups(number: &str, separator: char) -> Option<String> {
    let mut groups = number.split(separator);
    let first = groups.next()?.trim_start_matches(['+', '-']);
    let fits = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    fits.then(|| number.replace(separator, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(column: &[&str], number: &str, whole: bool) -> Option<f64> {
        Separators::of(column.iter().copied()).read(number, whole)
    }

    #[test]
    fn separators_are_judged_by_the_column() {
        assert_eq!(read(&[], "1,200", true), Some(1200.0));
        assert_eq!(read(&["4,5"], "1,200", false), Some(1.2));
        assert_eq!(read(&["4,5", "1,234.5"], "1,200", false), None);
        assert_eq!(read(&["1.234.567"], "1.200", true), Some(1200.0));
        assert_eq!(read(&[], "1.200", true), None);
        assert_eq!(read(&[], "1.200", false), Some(1.2));
        assert_eq!(read(&["2,5"], "1.200", false), Some(1200.0));
        assert_eq!(read(&["2.5", "2,5"], "1.200", false), None);
        assert_eq!(read(&["1,234,567"], "4,5", false), None);
    }

    #[test]
    fn numbers_certain_by_themselves() {
        for (text, value) in [
            ("12", 12.0),
            ("-3", -3.0),
            ("0,25", 0.25),
            ("0.250", 0.25),
            ("1 200", 1200.0),
            ("1'234'567", 1_234_567.0),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1200.000", 1200.0),
            (".5", 0.5),
            ("1e+20", 1e20),
        ] {
            assert_eq!(read(&[], text, false), Some(value), "{text}");
        }
        for text in ["1,23,4", "1.2.3", "12,3456,789"] {
            assert_eq!(read(&[], text, false), None, "{text}");
        }
    }

    #[test]
    fn a_number_ends_where_its_unit_begins() {
        assert_eq!(split_number("12'6\""), Some(("12", "'6\"")));
        assert_eq!(split_number("3.5 m"), Some(("3.5", "m")));
        assert_eq!(split_number("1 200 m"), Some(("1 200", "m")));
        assert_eq!(split_number("4"), Some(("4", "")));
        assert_eq!(split_number("约4米"), None);
        assert_eq!(plain_text("２．５ ㎡"), "2.5 m2");
    }
}
