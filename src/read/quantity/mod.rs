//! Quantities as people write them, in the unit that a column's name asks for: one reader for tables and OSM tags alike.
//!
//! A cell is a number, perhaps with a multiplier (万) and a unit. Without one it is in the unit that area.toml declares for the
//! column, or that the column's heading names, or that our name for the column ends with. What cannot be read for certain
//! (about, ranges, shares) and what is outside the plausible range of `data/quantities.toml` is not used (待核) and told.

mod column;
mod number;
mod unit;

pub(crate) use number::plain_text;
use number::{Separators, split_number};
use unit::{Target, split_multiplier};

pub(crate) use column::{Columns, Declared, SourceCell, StatedUnits};
pub(crate) use unit::{is_unit, without_unit};

/// A quantity in the base unit of its dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Measured {
    value: f64,
    /// The text itself names the unit.
    own_unit: bool,
}

/// Reads `3万`, `150 公顷`, `12'6"`, `1分30秒`: the value in the base unit. `bare`: what a number without a unit counts by.
fn measure(text: &str, target: Target, separators: Separators, whole: bool, bare: Option<f64>) -> Option<Measured> {
    let (number, rest) = split_number(text)?;
    let value = separators.read(number, whole && rest.is_empty())?;
    if rest.is_empty() {
        return Some(Measured { value: value * bare?, own_unit: false });
    }
    // 3万 in a column of 公顷 are 30,000 of these.
    if let Some((times, "")) = split_multiplier(rest) {
        return Some(Measured { value: value * times * bare?, own_unit: false });
    }
    if let Some(scale) = target.scale(rest) {
        return Some(Measured { value: value * scale, own_unit: true });
    }
    rest.char_indices().filter(|(_, c)| c.is_ascii_digit()).find_map(|(at, _)| {
        let scale = target.scale(&rest[..at])?;
        let more = measure(&rest[at..], target, separators, whole, None)?;
        // The smaller unit goes on where the larger one ends.
        (more.value < scale).then_some(Measured { value: value * scale + more.value, own_unit: true })
    })
}

/// One tag of OSM, in the unit of the column. `bare`: the unit of a number without one; `None`: it is not known.
pub(crate) fn read_tag(column: &'static str, text: &str, bare: Option<&str>) -> Option<f64> {
    let target = Target::of(column);
    let separators = Separators { dot_decimal: true, ..Separators::default() };
    let text = plain_text(text);
    let measured = measure(pipe(column, &text), target, separators, false, bare.and_then(|unit| target.scale(unit)))?;
    Some(tidy(measured.value / target.factor))
}

/// Without the sign for a diameter: `DN100`, `Ø 100`.
fn pipe<'a>(column: &str, text: &'a str) -> &'a str {
    let sign = ["dn", "ø", "φ", "⌀"].into_iter().find_map(|sign| text.strip_prefix(sign));
    sign.filter(|_| column.ends_with("_mm")).map_or(text, str::trim_start)
}

/// Without the last digits, which conversions blur: 15 instead of 15.000000000000002.
fn tidy(value: f64) -> f64 {
    format!("{value:.12e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(column: &'static str, text: &str) -> Option<f64> {
        let target = Target::of(column);
        let whole = column.ends_with("_people");
        let text = plain_text(text);
        let measured = measure(pipe(column, &text), target, Separators::default(), whole, Some(target.factor))?;
        Some(tidy(measured.value / target.factor))
    }

    #[test]
    fn quantities_with_units() {
        for (column, text, value) in [
            ("built_up_people", "3万", 30_000.0),
            ("built_up_people", "1.2万人", 12_000.0),
            ("built_up_people", "1200人", 1_200.0),
            ("built_up_km2", "150公顷", 1.5),
            ("built_up_km2", "2250亩", 1.5),
            ("built_up_km2", "1500000平方米", 1.5),
            ("built_up_km2", "0.225万亩", 1.5),
            ("built_up_km2", "1.5 km²", 1.5),
            ("width_m", "320cm", 3.2),
            ("width_m", "４．５米", 4.5),
            ("load_t", "5000kg", 5.0),
            ("load_t", "5000 公斤", 5.0),
            ("flow_l_s", "900L/min", 15.0),
            ("flow_l_s", "54 m3/h", 15.0),
            ("flow_l_s", "54 立方米/小时", 15.0),
            ("flow_l_s", "15升/秒", 15.0),
            ("pressure_mpa", "250kPa", 0.25),
            ("pressure_mpa", "2.5bar", 0.25),
            ("pressure_mpa", "3公斤", 0.294_199_5),
            ("pressure_mpa", "0,25", 0.25),
            ("diameter_mm", "10cm", 100.0),
            ("diameter_mm", "DN100", 100.0),
            ("diameter_mm", "4\"", 101.6),
            ("turnout_min", "90秒", 1.5),
            ("turnout_min", "1分30秒", 1.5),
            ("volume_m3", "50吨", 50.0),
            ("volume_m3", "3万方", 30_000.0),
            ("clear_height_m", "12'6\"", 3.81),
        ] {
            let read = read(column, text).unwrap_or_else(|| panic!("{column} {text}"));
            assert!((read - value).abs() < 1e-9, "{column} {text}: {read}");
        }
    }

    #[test]
    fn what_is_not_certain_is_not_read() {
        let texts = [
            "约4米",
            "4米左右",
            "3-4",
            "3.5~4.0",
            "3～4",
            "3至4米",
            "3万余人",
            "50%",
            "4m2",
            "≥4",
            "4+",
            "三米",
            "4 parsec",
            "",
        ];
        for text in texts {
            assert_eq!(read("width_m", text), None, "{text}");
        }
        assert_eq!(read("population_people", "1.200"), None);
    }

    proptest! {
        #[test]
        fn a_length_is_the_same_in_every_unit(millimetres in 1_u32..10_000_000) {
            let metres = f64::from(millimetres) / 1000.0;
            for text in [format!("{millimetres}mm"), format!("{}厘米", metres * 100.0), format!("{metres}米"), format!("{} km", metres / 1000.0)] {
                let read = read("width_m", &text).unwrap();
                prop_assert!((read - metres).abs() <= 1e-9 * metres, "{} {}", text, read);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,12}") {
            for column in ["width_m", "flow_l_s", "total_people", "slope_percent"] {
                let _ = read(column, &text);
                let _ = Target::of(column).scale_of_heading(&text);
            }
        }
    }
}
