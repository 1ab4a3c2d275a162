//! Quantities as mappers write them, read by the same reader as those of tables; here is what OSM says of bare numbers.

use crate::quantity::read_tag;

/// Metres: `3.5`, `3,5 m`, `350 cm`, `12'`, `12'6"`, `12 ft`.
pub(super) fn metres(text: &str) -> Option<f64> {
    read_tag("width_m", text, Some("m")).filter(|metres| *metres > 0.0)
}

/// Tonnes: `7.5`, `7.5 t`, `7500 kg`, `16000 lbs`, `8 st` (short tons).
pub(super) fn tonnes(text: &str) -> Option<f64> {
    read_tag("load_t", text, Some("t")).filter(|tonnes| *tonnes > 0.0)
}

/// A gradient in percent, up or down: `10%`, `-12 %`, `1:10`; `up`, `down` and degrees say too little.
pub(super) fn percent(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches(['-', '+', '±', '~']);
    let Some((rise, run)) = text.split_once(':') else { return read_tag("slope_percent", text, None) };
    let (rise, run): (f64, f64) = (rise.trim().parse().ok()?, run.trim().parse().ok()?);
    (run > 0.0).then(|| rise / run * 100.0).filter(|percent| percent.is_finite())
}

/// Millimetres: `100`, `DN100`, `100 mm`, `4"`, `4 in`.
pub(super) fn millimetres(text: &str) -> Option<f64> {
    read_tag("diameter_mm", text, Some("mm")).filter(|millimetres| *millimetres > 0.0)
}

/// Litres a second: `15 l/s`, `900 l/min`, `54 m3/h`. Without a unit it is not known which is meant.
pub(super) fn litres_per_second(text: &str) -> Option<f64> {
    read_tag("flow_l_s", text, None).filter(|flow| *flow > 0.0)
}

/// Megapascals: OSM says bar where it says nothing.
pub(super) fn megapascals(text: &str) -> Option<f64> {
    read_tag("pressure_mpa", text, Some("bar")).filter(|pressure| *pressure > 0.0)
}

/// People: `1200`, `1,200`, `1 200`, `1200人`, `1.2万`; not 约300.
pub(super) fn people(text: &str) -> Option<u32> {
    let number = read_tag("population_people", &text.replace([',', ' '], ""), Some("人"))?;
    (number >= 0.0 && number.fract() == 0.0 && number <= f64::from(u32::MAX)).then_some(number as u32)
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
        for (text, expected) in [("1200", 1200), ("1,200", 1200), ("1 200", 1200), ("1200人", 1200), ("1.2万", 12_000)]
        {
            assert_eq!(people(text), Some(expected), "{text}");
        }
        for text in ["约300", "300户", "12.5", "-3", "viele"] {
            assert_eq!(people(text), None, "{text}");
        }
        assert_eq!(litres_per_second("900 l/min"), Some(15.0));
        assert_eq!(litres_per_second("900"), None);
        assert_eq!(["10%", "-12.5 %", "1:10", "0%"].map(percent), [Some(10.0), Some(12.5), Some(10.0), Some(0.0)]);
        assert_eq!(["up", "down", "10", "10°", "1:0"].map(percent), [None; 5]);
        assert_eq!(megapascals("4"), Some(0.4));
    }
}
