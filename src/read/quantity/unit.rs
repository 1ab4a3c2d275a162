//! Units, from `data/quantities.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use super::number::plain_text;
use fireplan_model::rows::unit_of;

/// The units of `data/quantities.toml`; its ranges are read by the model.
#[derive(Deserialize)]
struct Catalogue {
    unit: Vec<Units>,
}

#[derive(Deserialize)]
struct Units {
    dimension: String,
    of: Vec<Unit>,
}

/// One unit with the words for it.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unit {
    /// How many base units one of it is.
    pub factor: f64,
    /// How it is written for people.
    pub shown: String,
    words: Vec<String>,
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        toml::from_str(include_str!("../../../data/quantities.toml")).expect("a test reads data/quantities.toml")
    })
}

/// What a column measures, and in which unit its values are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    units: &'static [Unit],
    /// How many base units one of the wanted unit is.
    pub factor: f64,
    /// The wanted unit for people; empty for plain counts.
    pub shown: &'static str,
}

impl Target {
    /// By the suffix of the column's name; whatever has no unit is counted.
    pub(crate) fn of(column: &str) -> Self {
        let shown = unit_of(column);
        let spelled = spell(shown);
        let dimension = catalogue().unit.iter().find(|units| units.of.iter().any(|unit| spell(&unit.shown) == spelled));
        let counted = || catalogue().unit.iter().find(|units| units.dimension == "count");
        let units = dimension.or_else(counted).map_or(&[][..], |units| &units.of);
        let factor = units.iter().find(|unit| spell(&unit.shown) == spelled).map_or(1.0, |unit| unit.factor);
        Self { units, factor, shown }
    }

    /// The unit that is meant by a word, with its multiplier: `万亩` is 10,000 mu. Returns factor to the base unit.
    pub(crate) fn scale(self, word: &str) -> Option<f64> {
        let word = spell(word);
        let find = |word: &str| self.units.iter().find(|unit| unit.words.iter().any(|known| known == word));
        if let Some(unit) = find(&word) {
            return Some(unit.factor);
        }
        let (times, rest) = split_multiplier(&word)?;
        if rest.is_empty() { Some(times * self.factor) } else { Some(times * find(rest)?.factor) }
    }

    /// The other units of the same dimension.
    pub(crate) fn others(self) -> impl Iterator<Item = &'static Unit> {
        self.units.iter().filter(move |unit| unit.factor != self.factor)
    }

    /// The scale that a heading names: `流量(L/min)`, `面积（公顷）`, `管径mm`, `WIDTH_CM`, `流量/(L/s)`.
    pub(crate) fn scale_of_heading(self, heading: &str) -> Option<f64> {
        let heading = plain_text(heading);
        let open = |c: char| matches!(c, '(' | '[' | '【' | '〔');
        let close = |c: char| matches!(c, ')' | ']' | '】' | '〕');
        if let Some(inner) = heading.strip_suffix(close)
            && let Some(at) = inner.rfind(open)
        {
            let word = inner[at..].trim_start_matches(open).trim();
            return self.scale(word.strip_prefix("单位").map_or(word, |word| word.trim_start_matches([':', ' '])));
        }
        let starts = heading.char_indices().skip(1).filter_map(|(at, c)| {
            let before = heading[..at].chars().next_back()?;
            let apart = matches!(before, '_' | ' ' | '/' | '-' | ':');
            let ascii_after_chinese = c.is_ascii_alphabetic() && !before.is_ascii();
            (apart || ascii_after_chinese).then_some(at)
        });
        starts.into_iter().find_map(|at| self.scale(&heading[at..]))
    }
}

/// A unit as `data/quantities.toml` spells it.
fn spell(word: &str) -> String {
    plain_text(word).chars().filter(|c| !matches!(c, ' ' | '^' | '·' | '.' | '*')).collect()
}

/// 万, 亿, 千, 百 at the beginning, as a number, and the rest.
pub(crate) fn split_multiplier(text: &str) -> Option<(f64, &str)> {
    [("万", 1e4), ("亿", 1e8), ("千", 1e3), ("百", 1e2)]
        .into_iter()
        .find_map(|(word, times)| text.strip_prefix(word).map(|rest| (times, rest.trim_start())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_in_headings() {
        let scale = |column: &str, heading: &str| Target::of(column).scale_of_heading(heading);
        let near = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-9, "{a:?} {b}");
        near(scale("flow_l_s", "流量(L/min)"), 1.0 / 60.0);
        near(scale("flow_l_s", "流量/（L/s）"), 1.0);
        near(scale("flow_l_s", "流量L/s"), 1.0);
        near(scale("built_up_km2", "面积（公顷）"), 1e4);
        near(scale("diameter_mm", "管径mm"), 0.001);
        near(scale("width_m", "WIDTH_CM"), 0.01);
        near(scale("total_people", "人口（万人）"), 1e4);
        for (column, heading) in [("width_m", "XZDWKD"), ("width_m", "面积(km2)"), ("total_people", "人口(2020)")] {
            assert_eq!(scale(column, heading), None, "{heading}");
        }
    }
}
