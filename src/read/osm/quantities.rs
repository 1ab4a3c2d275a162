//! Quantities as mappers write them: with or without a unit, and in several.

/// Metres: `3.5`, `3,5 m`, `350 cm`, `12'`, `12'6"`, `12 ft`.
pub(super) fn metres(text: &str) -> Option<f64> {
    const FOOT_M: f64 = 0.3048;
    let (value, unit) = number_and_unit(text)?;
    let metres = match unit {
        "" | "m" | "meter" | "metre" | "meters" | "metres" | "米" => value,
        "km" => value * 1000.0,
        "cm" => value / 100.0,
        "mm" => value / 1000.0,
        "ft" | "feet" | "'" => value * FOOT_M,
        inches if inches.starts_with('\'') => {
            let (inches, rest) = number_and_unit(&inches[1..])?;
            (matches!(rest, "" | "\"" | "''")).then_some((value + inches / 12.0) * FOOT_M)?
        }
        _ => return None,
    };
    (metres > 0.0).then_some(metres)
}

/// Tonnes: `7.5`, `7.5 t`, `7500 kg`, `16000 lbs`, `8 st` (short tons).
pub(super) fn tonnes(text: &str) -> Option<f64> {
    const POUND_T: f64 = 0.000_453_592_37;
    let (value, unit) = number_and_unit(text)?;
    let tonnes = match unit {
        "" | "t" | "tonne" | "tonnes" | "吨" => value,
        "kg" => value / 1000.0,
        "lb" | "lbs" => value * POUND_T,
        "st" => value * 2000.0 * POUND_T,
        _ => return None,
    };
    (tonnes > 0.0).then_some(tonnes)
}

/// A gradient in percent, up or down: `10%`, `-12 %`, `1:10`; `up`, `down` and degrees say too little.
pub(super) fn percent(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches(['-', '+', '±', '~']);
    let (value, unit) = number_and_unit(text)?;
    match unit.strip_prefix(':') {
        Some(run) => {
            number_and_unit(run).filter(|(run, rest)| *run > 0.0 && rest.is_empty()).map(|(run, _)| value / run * 100.0)
        }
        None => matches!(unit, "%" | "％").then_some(value),
    }
}

/// Millimetres: `100`, `DN100`, `100 mm`, `4"`, `4 in`.
pub(super) fn millimetres(text: &str) -> Option<f64> {
    let text = text.trim();
    let text = text.strip_prefix("DN").or_else(|| text.strip_prefix("dn")).unwrap_or(text);
    let (value, unit) = number_and_unit(text.trim_start_matches(['Ø', 'ø']))?;
    let millimetres = match unit {
        "" | "mm" | "毫米" => value,
        "cm" => value * 10.0,
        "\"" | "''" | "in" | "inch" | "inches" => value * 25.4,
        _ => return None,
    };
    (millimetres > 0.0).then_some(millimetres)
}

/// Litres a second: `15 l/s`, `900 l/min`, `54 m3/h`. Without a unit it is not known which is meant.
pub(super) fn litres_per_second(text: &str) -> Option<f64> {
    let (value, unit) = number_and_unit(text)?;
    let flow = match unit.to_ascii_lowercase().replace(' ', "").as_str() {
        "l/s" => value,
        "l/min" | "lpm" | "l/m" => value / 60.0,
        "m3/h" | "m³/h" => value / 3.6,
        "gpm" => value * 3.785_411_784 / 60.0,
        _ => return None,
    };
    (flow > 0.0).then_some(flow)
}

/// Megapascals: OSM says bar where it says nothing.
pub(super) fn megapascals(text: &str) -> Option<f64> {
    let (value, unit) = number_and_unit(text)?;
    let pressure = match unit.to_ascii_lowercase().as_str() {
        "" | "bar" => value / 10.0,
        "mpa" => value,
        "kpa" => value / 1000.0,
        "psi" => value * 0.006_894_757,
        _ => return None,
    };
    (pressure > 0.0).then_some(pressure)
}

/// Splits `3,5 m` into 3.5 and `m`; a comma is a decimal one, as Europeans write it.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(text.len());
    let value: f64 = text[..end].replace(',', ".").parse().ok()?;
    value.is_finite().then_some((value, text[end..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_as_mappers_write_them() {
        for (text, expected) in
            [("3.5", 3.5), ("3,5 m", 3.5), ("350 cm", 3.5), ("12'", 3.6576), ("12'6\"", 3.81), ("10 ft", 3.048)]
        {
            assert!((metres(text).unwrap() - expected).abs() < 1e-9, "{text}");
        }
        for text in ["default", "none", "", "-2", "0", "below_default", "3-4", "3 parsec"] {
            assert_eq!(metres(text), None, "{text}");
        }
        for (text, expected) in [("7.5", 7.5), ("7.5 t", 7.5), ("3.5t", 3.5), ("7500 kg", 7.5)] {
            assert_eq!(tonnes(text), Some(expected), "{text}");
        }
        assert!((tonnes("16000 lbs").unwrap() - 7.257).abs() < 1e-3);
        for (text, expected) in [("100", 100.0), ("DN100", 100.0), ("100 mm", 100.0), ("4\"", 101.6), ("4 in", 101.6)] {
            assert_eq!(millimetres(text), Some(expected), "{text}");
        }
        assert_eq!(litres_per_second("900 l/min"), Some(15.0));
        assert_eq!(litres_per_second("900"), None);
        assert_eq!(["10%", "-12.5 %", "1:10", "0%"].map(percent), [Some(10.0), Some(12.5), Some(10.0), Some(0.0)]);
        assert_eq!(["up", "down", "10", "10°", "1:0"].map(percent), [None; 5]);
        assert_eq!(megapascals("4"), Some(0.4));
    }
}
